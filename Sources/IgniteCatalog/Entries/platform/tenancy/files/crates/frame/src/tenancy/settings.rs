use super::Tenant;
use crate::config::{Reader, Setting};

/// Where the tenant of a request is found, besides the header and `/t/<tenant>/…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Routing {
    /// Nowhere else.
    #[default]
    Header,
    /// In the first part of the host, before `TENANT_DOMAIN`.
    Subdomain,
    /// At the beginning of the path, as `/t/<tenant>/orders`.
    Path,
}

impl Setting for Routing {
    const EXPECTED: &'static str = "header, subdomain or path";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "header" => Some(Self::Header),
            "subdomain" => Some(Self::Subdomain),
            "path" => Some(Self::Path),
            _ => None,
        }
    }
}

/// How tenants are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenancySettings {
    /// `TENANT_ROUTING`: where a request names its tenant.
    pub routing: Routing,
    /// `TENANT_DOMAIN`: what follows the tenant in a host, as `example.com`.
    pub domain: String,
    /// `TENANT_CLAIM`: the claim of a token that says for which tenants it is.
    pub claim: String,
    /// `TENANTS`: tenants that are added at the start.
    pub known: Vec<Tenant>,
    /// `TENANTS_MAX`: how many tenants a service takes.
    pub most: usize,
    /// `TENANT_MAX_CONNECTIONS`: how many connections each has to its database.
    pub max_connections: u32,
}

impl Default for TenancySettings {
    fn default() -> Self {
        Self {
            routing: Routing::default(),
            domain: String::new(),
            claim: "tenant".to_owned(),
            known: Vec::new(),
            most: 200,
            max_connections: 4,
        }
    }
}

impl TenancySettings {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let base = Self::default();
        let names: Vec<String> = reader.or("TENANTS", Vec::new());
        let known: Vec<Tenant> = names
            .iter()
            .filter_map(|name| Tenant::parse(name))
            .collect();
        if known.len() < names.len() {
            reader.problem("TENANTS", "holds no tenant", Tenant::EXPECTED);
        }
        let settings = Self {
            routing: reader.or("TENANT_ROUTING", base.routing),
            domain: reader.or("TENANT_DOMAIN", base.domain),
            claim: reader.or("TENANT_CLAIM", base.claim),
            known,
            most: reader.or("TENANTS_MAX", base.most),
            max_connections: reader.or("TENANT_MAX_CONNECTIONS", base.max_connections),
        };
        if settings.routing == Routing::Subdomain && settings.domain.is_empty() {
            let expected = "the domain below which tenants are, as example.com";
            reader.problem("TENANT_DOMAIN", "is not set", expected);
        }
        if settings.max_connections == 0 {
            reader.problem("TENANT_MAX_CONNECTIONS", "is 0", "at least 1");
        }
        settings
    }
}
