use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use crate::config::{Reader, Setting, Settings};
use crate::security::jwt::JwtSettings;

/// What happens to a client that reads more slowly than events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlowClients {
    /// It loses the oldest events that wait, and is told how many.
    DropOldest,
    /// Its connection is closed.
    Disconnect,
}

impl Setting for SlowClients {
    const EXPECTED: &'static str = "drop-oldest or disconnect";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "drop-oldest" => Some(Self::DropOldest),
            "disconnect" => Some(Self::Disconnect),
            _ => None,
        }
    }
}

/// How clients connect, and what they may take.
#[derive(Debug, Clone)]
pub struct WebsocketSettings {
    /// `WEBSOCKET_HEARTBEAT`: how often a client is probed; one that is silent for two is let go.
    pub heartbeat: Duration,
    /// `WEBSOCKET_BUFFER`: how many events wait for one client.
    pub buffer: usize,
    /// `WEBSOCKET_SLOW_CLIENTS`: what happens when more would wait.
    pub slow_clients: SlowClients,
    /// `WEBSOCKET_MAX_CONNECTIONS`: how many clients this instance serves.
    pub max_connections: usize,
    /// `WEBSOCKET_MAX_PER_USER`: how many of them are of one user.
    pub max_per_user: usize,
    /// `WEBSOCKET_MAX_SUBSCRIPTIONS`: how many subscriptions one connection has.
    pub max_subscriptions: usize,
    /// `WEBSOCKET_MAX_MESSAGE_BYTES`: the longest message a client may send.
    pub max_message: usize,
    /// `WEBSOCKET_AUTHENTICATE_WITHIN`: how long a client without a token has to send one.
    pub authenticate_within: Duration,
    /// `WEBSOCKET_PRESENCE`: whether clients may ask who is connected.
    pub presence: bool,
    /// `FAN_OUT_URL`: `redis://…` for several instances, `memory:` for one; that of a bus on Redis
    /// when absent.
    pub fan_out: SecretString,
    /// The channel that the instances share.
    pub channel: String,
    /// `JWT_ISSUER`, `JWT_AUDIENCE`, `JWT_JWKS_URL`, `JWT_ROLES_CLAIM`: the tokens that are accepted.
    pub tokens: Option<JwtSettings>,
    /// Whether clients without a token come in where no issuer is known: on one's own machine only.
    pub is_open: bool,
}

impl WebsocketSettings {
    /// Reads the settings of a service; problems stay in the reader.
    pub fn read(reader: &mut Reader, service: &Settings) -> Self {
        let heartbeat = reader.or("WEBSOCKET_HEARTBEAT", Duration::from_secs(30));
        if heartbeat.is_zero() {
            reader.problem("WEBSOCKET_HEARTBEAT", "is 0", "a longer time");
        }
        let bus = service.bus.url.expose_secret();
        let shared = bus.starts_with("redis://") || bus.starts_with("rediss://");
        let fan_out = if shared { bus } else { "memory:" }.to_owned();
        Self {
            heartbeat,
            buffer: reader.or("WEBSOCKET_BUFFER", 256_usize).max(1),
            slow_clients: reader.or("WEBSOCKET_SLOW_CLIENTS", SlowClients::DropOldest),
            max_connections: reader.or("WEBSOCKET_MAX_CONNECTIONS", 10_000),
            max_per_user: reader.or("WEBSOCKET_MAX_PER_USER", 10),
            max_subscriptions: reader.or("WEBSOCKET_MAX_SUBSCRIPTIONS", 100),
            max_message: reader.or("WEBSOCKET_MAX_MESSAGE_BYTES", 16_384),
            authenticate_within: reader
                .or("WEBSOCKET_AUTHENTICATE_WITHIN", Duration::from_secs(10)),
            presence: reader.or("WEBSOCKET_PRESENCE", true),
            fan_out: SecretString::from(reader.or("FAN_OUT_URL", fan_out)),
            channel: format!("{}:{}:fan-out", service.bus.prefix, service.name),
            tokens: tokens(reader, &service.name),
            is_open: service.http.host.is_loopback(),
        }
    }
}

fn tokens(reader: &mut Reader, service: &str) -> Option<JwtSettings> {
    let issuer: String = reader.optional("JWT_ISSUER")?;
    let audience = reader.or("JWT_AUDIENCE", service.to_owned());
    let keys = format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'));
    let keys = reader.or("JWT_JWKS_URL", keys);
    let mut settings = JwtSettings::new(issuer, audience, keys);
    settings.roles_claim = reader.or("JWT_ROLES_CLAIM", settings.roles_claim);
    Some(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Defaults;

    fn read(pairs: &[(&str, &str)]) -> Result<WebsocketSettings, crate::config::ConfigError> {
        let mut reader = Reader::from_pairs(pairs.iter().copied());
        let defaults = Defaults {
            name: "live",
            port: 0,
        };
        let service = Settings::read(&mut reader, defaults);
        let settings = WebsocketSettings::read(&mut reader, &service);
        reader.finish().map(|()| settings)
    }

    #[test]
    fn instances_meet_where_the_bus_is() {
        let fan_out = |pairs: &[_]| read(pairs).unwrap().fan_out.expose_secret().to_owned();
        assert_eq!(fan_out(&[]), "memory:");
        let redis = ("BUS_URL", "redis://127.0.0.1:1");
        assert_eq!(fan_out(&[redis]), "redis://127.0.0.1:1");
        assert_eq!(fan_out(&[redis, ("FAN_OUT_URL", "memory:")]), "memory:");
    }

    #[test]
    fn tokens_follow_from_their_issuer() {
        assert_eq!(read(&[]).unwrap().tokens, None);
        let issuer = ("JWT_ISSUER", "https://id.example/");
        let tokens = read(&[issuer]).unwrap().tokens.unwrap();
        assert_eq!(tokens.audience, "live");
        assert_eq!(tokens.jwks_url, "https://id.example/.well-known/jwks.json");
    }

    #[test]
    fn what_has_no_meaning_is_found() {
        let problems = [("WEBSOCKET_HEARTBEAT", "0s"), ("WEBSOCKET_SLOW_CLIENTS", "wait")];
        assert_eq!(read(&problems).unwrap_err().problems().len(), 2);
    }
}
