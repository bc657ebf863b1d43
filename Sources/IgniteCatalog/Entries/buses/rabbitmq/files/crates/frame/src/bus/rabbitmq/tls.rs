use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::wire::gone;
use crate::bus::BusError;
use crate::{Error, Result};

/// Whom TLS trusts.
pub(super) type Roots = ClientConfig;

/// Trusts whom the machine trusts, and those in a file.
pub(super) fn roots(ca_file: Option<&str>) -> Result<Roots> {
    let unusable = |error: &dyn std::fmt::Display| Error::Internal(format!("TLS: {error}"));
    let mut store = RootCertStore::empty();
    // What cannot be read is left out; a server that needs it is refused.
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        let read = CertificateDer::pem_file_iter(path);
        let read = read.and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>);
        let certificates = read.map_err(|error| {
            Error::Internal(format!("RABBITMQ_CA_FILE cannot be read: {error}"))
        })?;
        for certificate in certificates {
            store.add(certificate).map_err(|error| unusable(&error))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?;
    Ok(config.with_root_certificates(store).with_no_client_auth())
}

pub(super) async fn connect(
    roots: &Arc<Roots>,
    host: &str,
    stream: TcpStream,
) -> std::result::Result<TlsStream<TcpStream>, BusError> {
    let name = ServerName::try_from(host.to_owned()).map_err(gone)?;
    TlsConnector::from(roots.clone())
        .connect(name, stream)
        .await
        .map_err(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_is_told() {
        assert!(roots(None).is_ok());
        let error = roots(Some("/nowhere/ca.pem")).unwrap_err().to_string();
        assert!(error.contains("RABBITMQ_CA_FILE"), "{error}");
    }
}
