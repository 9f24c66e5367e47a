//! Connections with and without TLS, by the `sslmode` of the URL.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Why a database URL or its TLS settings cannot be used. Never holds the password.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL cannot be read.
    #[error("{0} is not a PostgreSQL URL: {1}")]
    Url(&'static str, String),
    /// No certificate authority was found on this machine, or TLS cannot be set up.
    #[error("TLS to the database cannot be set up: {0}")]
    Tls(String),
    /// The server refused or could not be reached.
    #[error("cannot connect to the database: {0}")]
    Connect(String),
}

/// A database URL and whether the server's certificate is checked.
#[derive(Clone)]
pub struct Address {
    pub(super) config: tokio_postgres::Config,
    pub(super) verify: bool,
}

impl From<tokio_postgres::Config> for Address {
    fn from(config: tokio_postgres::Config) -> Self {
        Address { config, verify: true }
    }
}

impl Address {
    /// Where the server is: hosts and ports, or sockets. Nothing of who connects, or with what.
    pub fn server(&self) -> String {
        use tokio_postgres::config::Host;
        let ports = self.config.get_ports();
        let hosts = self.config.get_hosts().iter().enumerate().map(|(number, host)| match host {
            Host::Tcp(name) => {
                let port = ports.get(number).or(ports.first()).copied().unwrap_or(5432);
                if name.contains(':') { format!("[{name}]:{port}") } else { format!("{name}:{port}") }
            }
            Host::Unix(directory) => directory.display().to_string(),
        });
        hosts.collect::<Vec<_>>().join(", ")
    }
}

/// Reads a PostgreSQL URL. `sslmode` is one of libpq's: `disable`, `prefer` and
/// `require` encrypt without checking the certificate, as libpq does;
/// `verify-full` checks it against the authorities this machine trusts, and the
/// name. `verify-ca` is refused rather than treated as something else.
///
/// # Errors
/// When the URL cannot be read; `name` is the setting it came from.
pub fn parse_url(name: &'static str, url: &str) -> Result<Address, ConnectError> {
    if url.contains("sslmode=verify-ca") {
        return Err(ConnectError::Url(name, "sslmode=verify-ca is not supported, use verify-full".into()));
    }
    let verify = url.contains("sslmode=verify-full");
    let config = url
        .replace("sslmode=verify-full", "sslmode=require")
        .parse::<tokio_postgres::Config>()
        // The error of the parser may quote the URL, password and all; its kind is enough.
        .map_err(|_| ConnectError::Url(name, "expected postgres://user:password@host:port/database".into()))?;
    Ok(Address { config, verify })
}

/// Whether nothing is encrypted on the way there: told so, or the way is a socket of this machine.
pub(super) fn is_plain(address: &Address) -> bool {
    let hosts = address.config.get_hosts();
    address.config.get_ssl_mode() == SslMode::Disable
        || hosts.iter().all(|host| matches!(host, tokio_postgres::config::Host::Unix(_)))
}

/// The TLS side of an address.
pub(super) fn tls(address: &Address) -> Result<MakeRustlsConnect, ConnectError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectError::Tls(error.to_string()))?;
    let config = if address.verify {
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(ConnectError::Tls("sslmode=verify-full, but this machine trusts no authority".into()));
        }
        builder.with_root_certificates(roots).with_no_client_auth()
    } else {
        builder.dangerous().with_custom_certificate_verifier(Arc::new(EncryptOnly(provider))).with_no_client_auth()
    };
    Ok(MakeRustlsConnect::new(config))
}

/// Opens one connection, for commands that need no pool.
///
/// # Errors
/// When the server cannot be reached or refuses.
pub async fn connect(address: &Address) -> Result<tokio_postgres::Client, ConnectError> {
    let explain = |error: tokio_postgres::Error| ConnectError::Connect(super::DbError::from(error).to_string());
    if address.config.get_ssl_mode() == SslMode::Disable {
        let (client, connection) = address.config.connect(tokio_postgres::NoTls).await.map_err(explain)?;
        tokio::spawn(connection);
        return Ok(client);
    }
    let (client, connection) = address.config.connect(tls(address)?).await.map_err(explain)?;
    tokio::spawn(connection);
    Ok(client)
}

/// Encrypts and does not ask whom it speaks to: what `sslmode=require` means to libpq.
#[derive(Debug)]
struct EncryptOnly(Arc<rustls::crypto::CryptoProvider>);

impl ServerCertVerifier for EncryptOnly {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
