use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use super::credentials::Credentials;

/// What is signed: a POST to the root of a host.
pub(super) struct Unsigned<'a> {
    pub host: &'a str,
    pub region: &'a str,
    pub service: &'a str,
    /// Names in lower case.
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a str,
}

/// The headers that sign a request (AWS Signature Version 4).
pub(super) fn sign(
    request: &Unsigned<'_>,
    credentials: &Credentials,
    now: DateTime<Utc>,
) -> Vec<(&'static str, String)> {
    let time = now.format("%Y%m%dT%H%M%SZ").to_string();
    let day = now.format("%Y%m%d").to_string();
    let mut headers = request.headers.to_vec();
    headers.extend([("host", request.host), ("x-amz-date", time.as_str())]);
    if let Some(token) = &credentials.token {
        headers.push(("x-amz-security-token", token));
    }
    headers.sort_unstable();
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}:{}\n", value.trim()))
        .collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let body = hex(&Sha256::digest(request.body));
    let canonical = format!("POST\n/\n\n{lines}\n{names}\n{body}");

    let scope = format!("{day}/{}/{}/aws4_request", request.region, request.service);
    let digest = hex(&Sha256::digest(canonical));
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{digest}");
    let secret = format!("AWS4{}", credentials.secret);
    let key = [&day, request.region, request.service, "aws4_request"]
        .iter()
        .fold(secret.into_bytes(), |key, part| mac(&key, part));
    let signature = hex(&mac(&key, &text));
    let id = &credentials.id;
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"
    );
    let mut signed = vec![("authorization", authorization), ("x-amz-date", time)];
    signed.extend(
        credentials
            .token
            .clone()
            .map(|token| ("x-amz-security-token", token)),
    );
    signed
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    // A key of any length will do.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example `post-vanilla` that AWS publishes for those who sign by themselves.
    #[test]
    fn signs_as_aws_does() {
        let request = Unsigned {
            host: "example.amazonaws.com",
            region: "us-east-1",
            service: "service",
            headers: &[],
            body: "",
        };
        let mut credentials = Credentials {
            id: "AKIDEXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
            token: None,
            ends: None,
        };
        let now = "2015-08-30T12:36:00Z".parse().unwrap();
        let signed = sign(&request, &credentials, now);
        assert_eq!(signed.len(), 2);
        assert_eq!(
            signed[0].1,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
        credentials.token = Some("t".to_owned());
        let signed = sign(&request, &credentials, now);
        assert!(signed[0].1.contains("host;x-amz-date;x-amz-security-token"));
        assert_eq!(signed[2], ("x-amz-security-token", "t".to_owned()));
    }
}
