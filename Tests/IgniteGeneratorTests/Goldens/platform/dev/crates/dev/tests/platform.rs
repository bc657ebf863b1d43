//! The platform from outside: real ports, real requests.

#![allow(clippy::unwrap_used)]

use frame::Shutdown;
use frame::config::Reader;

fn reader() -> Reader {
    Reader::from_pairs([("PORT", "0"), ("HOST", "127.0.0.1")])
}

#[tokio::test]
async fn every_service_answers_until_it_is_told_to_stop() {
    let platform = dev::start(reader).await.unwrap();
    let text = platform.to_string();
    let names = ["orders", "mail"];
    let mut addresses = Vec::new();
    for name in names {
        let address = platform.address(name).unwrap();
        assert!(text.contains(&format!("http://{address}")), "{text}");
        addresses.push(address);
    }
    assert_eq!(platform.address("nobody"), None);
    let shutdown = Shutdown::new();
    let running = tokio::spawn(platform.run(shutdown.clone()));
    for address in addresses {
        for path in ["health/ready", "openapi.json", "metrics"] {
            let url = format!("http://{address}/{path}");
            let answer = reqwest::get(&url).await.unwrap();
            assert_eq!(answer.status().as_u16(), 200, "{url}");
        }
    }
    shutdown.trigger();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_wrong_setting_stops_it_before_it_starts() {
    let wrong = || Reader::from_pairs([("PORT", "none")]);
    let Err(error) = dev::start(wrong).await else {
        unreachable!("it was taken");
    };
    assert!(error.to_string().contains("PORT"), "{error}");
}
