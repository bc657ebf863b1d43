//! What the platform is told on Shuttle.

use std::net::SocketAddr;

use on_shuttle::variables;

#[test]
fn secrets_are_variables_and_one_service_faces_the_internet() {
    let address = SocketAddr::from(([0, 0, 0, 0], 8000));
    let secret = ("DATABASE_URL".to_owned(), "postgres://db/shop".to_owned());
    let given = variables([secret.clone()], address);
    assert!(given.contains(&secret));
    assert!(given.contains(&("HOST".to_owned(), "127.0.0.1".to_owned())));
    let open = given.iter().filter(|(name, _)| name.ends_with("_HOST")).count();
    let ports = given.iter().filter(|(_, value)| value == "8000").count();
    assert_eq!(open, ports);
    assert!(open <= 1);
}
