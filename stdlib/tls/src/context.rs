//! What connections of a context have in common, and the configurations that rustls is given for it.
//!
//! **Invariant:** whoever changes something calls [`Context::changed`]: configurations are made on first use and
//! then shared, because rustls goes on with a session only if the verifier is the very same.

use std::cell::RefCell;
use std::fs::File;
use std::io::Write;
use std::sync::{Arc, Mutex};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientConfig, Resumption};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{ServerConfig, ServerSessionMemoryCache};
use rustls::sign::CertifiedKey;
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, KeyLog, NamedGroup, SignatureScheme,
    SupportedProtocolVersion, version,
};

use crate::ciphers::Description;
use crate::failure::{Failure, certificate_error};
use crate::finished;
use crate::hostname::Host;
use crate::kinds::Kind;
use crate::own::{Key, Keys, Misfit, OwnKeys};
use crate::provider::{provider, ticketer};
use crate::pss;
use crate::session::Store as SessionStore;
use crate::verify::{Fault, Purpose, Rules};
use crate::x509::Certificate;

/// Sessions that a server remembers for clients without tickets.
const REMEMBERED: usize = 1024;

/// CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    None,
    Optional,
    Required,
}

/// Everything that is set on a context.
pub struct Context {
    pub rules: Rules,
    pub mode: Mode,
    pub check_host: bool,
    pub tls12: bool,
    pub tls13: bool,
    /// Suites of TLS 1.2.
    pub suites: Vec<&'static Description>,
    pub group: Option<NamedGroup>,
    pub alpn: Vec<Vec<u8>>,
    own: OwnKeys,
    pub key_log: Option<Arc<KeyFile>>,
    pub tickets: usize,
    pub no_tickets: bool,
    pub server_order: bool,
    client: Option<Arc<ClientConfig>>,
    server: Option<Arc<ServerConfig>>,
}

impl Context {
    pub fn new(rules: Rules) -> Context {
        Context {
            rules,
            mode: Mode::None,
            check_host: false,
            tls12: true,
            tls13: true,
            suites: crate::ciphers::default_list(),
            group: None,
            alpn: Vec::new(),
            own: OwnKeys::default(),
            key_log: None,
            tickets: 2,
            no_tickets: false,
            server_order: true,
            client: None,
            server: None,
        }
    }

    /// Something was set: what was made of it is of no use any more.
    pub fn changed(&mut self) {
        self.client = None;
        self.server = None;
    }

    /// Takes a certificate, with those that lead to its issuer, in place of the one of its kind.
    pub fn use_chain(&mut self, chain: Vec<Certificate>) -> Result<(), Misfit> {
        self.changed();
        self.own.use_chain(chain)
    }

    /// Takes a key for the certificate of its kind.
    pub fn use_key(&mut self, key: PrivateKeyDer<'static>) -> Result<(), Misfit> {
        self.changed();
        self.own.use_key(key)
    }

    /// Whether there is a certificate with its key.
    pub(crate) fn has_own(&self) -> bool {
        self.own.pairs().next().is_some()
    }

    /// The own certificates. One that was loaded alone is sent with those that lead to its issuer, if they are
    /// trusted here, as OpenSSL does.
    fn own_chains(&self) -> Keys {
        let with_issuers = |(kind, chain, key): (Kind, &[Arc<Certificate>], &Key)| {
            let mut chain = chain.to_vec();
            let is_alone = chain.len() == 1;
            while let Some(last) =
                chain.last().filter(|last| is_alone && !last.is_self_signed() && chain.len() < 10)
            {
                let mut issuers = self.rules.store.issuers(last);
                issuers.retain(|issuer| !chain.iter().any(|used| used.der == issuer.der));
                let Some(issuer) = issuers.into_iter().next() else { break };
                chain.push(issuer);
            }
            let chain = chain.iter().map(|c| CertificateDer::from(c.der.to_vec())).collect();
            (kind, Arc::new(CertifiedKey::new(chain, Arc::clone(&key.signing))))
        };
        Keys {
            own: self.own.pairs().map(with_issuers).collect(),
            last: self.own.last,
            suites: self.suites.iter().copied().filter(|suite| self.has(suite)).collect(),
            tls13: self.tls13,
            own_order: self.server_order,
        }
    }

    fn versions(&self) -> Result<Vec<&'static SupportedProtocolVersion>, Failure> {
        let all = [(self.tls13, &version::TLS13), (self.tls12, &version::TLS12)];
        let on: Vec<_> = all.into_iter().filter(|(on, _)| *on).map(|(_, v)| v).collect();
        if on.is_empty() { Err(Failure::named("NO_PROTOCOLS_AVAILABLE")) } else { Ok(on) }
    }

    fn has(&self, suite: &Description) -> bool {
        if suite.is_tls13 { self.tls13 } else { self.tls12 }
    }

    /// The cryptography with the suites and groups that were chosen.
    fn provider(&self) -> Arc<CryptoProvider> {
        let all = provider();
        let mut chosen = CryptoProvider::clone(all);
        let always = crate::ciphers::ALL.iter().filter(|suite| suite.is_tls13);
        // Of a version that is off none is offered: rustls would.
        let suites = always.chain(self.suites.iter().copied()).filter(|suite| self.has(suite));
        chosen.cipher_suites = suites.filter_map(|suite| suite.supported()).collect();
        if let Some(group) = self.group {
            chosen.kx_groups.retain(|known| known.name() == group);
        }
        Arc::new(chosen)
    }

    fn verifier(&self, purpose: Purpose) -> Arc<Verifier> {
        Arc::new(Verifier {
            rules: self.rules.clone(),
            mode: self.mode,
            check_host: self.check_host,
            purpose,
            hints: match purpose {
                Purpose::Server => Vec::new(),
                Purpose::Client => self
                    .rules
                    .store
                    .loaded()
                    .iter()
                    .filter(|c| c.is_ca())
                    .map(|c| name_of(c))
                    .collect(),
            },
        })
    }

    /// The configuration of a client's connection.
    pub(crate) fn client(
        &mut self,
        sessions: Arc<SessionStore>,
        sni: bool,
    ) -> Result<Arc<ClientConfig>, Failure> {
        let shared = match &self.client {
            Some(config) => config,
            None => {
                let versions = self.versions()?;
                let unusable = |_| Failure::named("NO_CIPHERS_AVAILABLE");
                let mut config = ClientConfig::builder_with_provider(self.provider())
                    .with_protocol_versions(&versions)
                    .map_err(unusable)?
                    .dangerous()
                    .with_custom_certificate_verifier(self.verifier(Purpose::Server))
                    .with_client_cert_resolver(Arc::new(self.own_chains()));
                config.alpn_protocols = self.alpn.clone();
                if let Some(file) = &self.key_log {
                    config.key_log = Arc::clone(file) as Arc<dyn KeyLog>;
                }
                self.client.insert(Arc::new(config))
            }
        };
        let mut config = ClientConfig::clone(shared);
        config.resumption = Resumption::store(sessions);
        config.enable_sni = sni;
        Ok(Arc::new(config))
    }

    /// The configuration of a server's connection to a client that offers these protocols.
    pub(crate) fn server(
        &mut self,
        offered: Option<Vec<&[u8]>>,
    ) -> Result<Arc<ServerConfig>, Failure> {
        let shared = match &self.server {
            Some(config) => config,
            None => {
                let config = self.make_server()?;
                self.server.insert(Arc::new(config))
            }
        };
        // A client with which no protocol is shared is served without one.
        let disjoint = !shared.alpn_protocols.is_empty()
            && offered.is_some_and(|o| !shared.alpn_protocols.iter().any(|p| o.contains(&&p[..])));
        if !disjoint {
            return Ok(Arc::clone(shared));
        }
        let mut config = ServerConfig::clone(shared);
        config.alpn_protocols.clear();
        Ok(Arc::new(config))
    }

    fn make_server(&self) -> Result<ServerConfig, Failure> {
        let versions = self.versions()?;
        let builder = ServerConfig::builder_with_provider(self.provider())
            .with_protocol_versions(&versions)
            .map_err(|_| Failure::named("NO_CIPHERS_AVAILABLE"))?;
        let builder = if self.mode == Mode::None {
            builder.with_no_client_auth()
        } else {
            builder.with_client_cert_verifier(self.verifier(Purpose::Client))
        };
        let mut config = builder.with_cert_resolver(Arc::new(self.own_chains()));
        config.alpn_protocols = self.alpn.clone();
        config.ignore_client_order = self.server_order;
        config.send_tls13_tickets = self.tickets;
        if let Some(file) = &self.key_log {
            config.key_log = Arc::clone(file) as Arc<dyn KeyLog>;
        }
        // Without tickets sessions are remembered here, in TLS 1.3 too: what clients bring back is then a name.
        config.session_storage = ServerSessionMemoryCache::new(REMEMBERED);
        if !self.no_tickets
            && let Some(ticketer) = ticketer()
        {
            config.ticketer = ticketer;
        }
        Ok(config)
    }
}

fn name_of(certificate: &Certificate) -> DistinguishedName {
    DistinguishedName::from(certificate.subject().to_vec())
}

/// The file of a key log: a line for each secret, by whichever connection.
#[derive(Debug)]
pub struct KeyFile(Mutex<File>);

impl KeyFile {
    pub fn new(file: File) -> KeyFile {
        KeyFile(Mutex::new(file))
    }
}

impl KeyLog for KeyFile {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        let line = format!("{label} {} {}\n", hex(client_random), hex(secret));
        if let Ok(mut file) = self.0.lock() {
            // Whoever wanted the log will miss the line; the connection does not.
            let _ = file.write_all(line.as_bytes());
        }
    }
}

/// What the verifier, which all connections of a context share, needs to know of the one that calls it, and tells
/// it. Set for the length of a call into rustls.
#[derive(Default)]
pub(crate) struct Call {
    pub host: Option<Host>,
    pub fault: Option<Failure>,
    /// The chain that was verified.
    pub chain: Vec<Arc<Certificate>>,
}

thread_local! {
    static CALL: RefCell<Call> = RefCell::new(Call::default());
}

/// Runs a step of a connection to this host. Gives what its verifier has to say as well.
pub(crate) fn calling<R>(host: &Option<Host>, step: impl FnOnce() -> R) -> (R, Call) {
    CALL.with_borrow_mut(|call| *call = Call { host: host.clone(), ..Call::default() });
    finished::begin();
    let result = step();
    let call = CALL.with_borrow_mut(std::mem::take);
    (result, call)
}

/// Decides about certificates for all connections of a context.
#[derive(Debug)]
struct Verifier {
    rules: Rules,
    mode: Mode,
    check_host: bool,
    purpose: Purpose,
    hints: Vec<DistinguishedName>,
}

impl Verifier {
    fn check(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        if self.mode == Mode::None {
            return Ok(());
        }
        let host = CALL.with_borrow(|call| call.host.clone()).filter(|_| self.check_host);
        let mut sent = Vec::new();
        let parsed = Certificate::parse(leaf).map_err(|_| Fault(1)).and_then(|leaf| {
            sent.push(Arc::new(leaf));
            // What cannot be read is of no use and does no harm.
            let readable = others.iter().filter_map(|der| Certificate::parse(der).ok());
            sent.extend(readable.take(100).map(Arc::new));
            let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
            self.rules.verify(&sent, self.purpose, host.as_ref(), now)
        });
        parsed.map(|chain| CALL.with_borrow_mut(|call| call.chain = chain)).map_err(|fault| {
            let text = match &host {
                Some(Host::Name(name)) if fault.0 == 62 => {
                    format!("Hostname mismatch, certificate is not valid for '{name}'.")
                }
                Some(Host::Ip(ip)) if fault.0 == 64 => {
                    format!("IP address mismatch, certificate is not valid for '{ip}'.")
                }
                _ => fault.text().to_owned(),
            };
            CALL.with_borrow_mut(|call| call.fault = Some(Failure::certificate(fault.0, text)));
            Error::InvalidCertificate(certificate_error(fault.0))
        })
    }

    /// Whether the other side has the key of its certificate, whatever else the certificate may be.
    fn check_signature(
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
        only_first: bool,
    ) -> Result<HandshakeSignatureValid, Error> {
        use rustls::{CertificateError, PeerMisbehaved};
        let certificate = Certificate::parse(certificate)
            .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
        let mapping = provider().signature_verification_algorithms.mapping;
        let ordinary = pss::ordinary(signed.scheme, certificate.key_algorithm());
        let wanted = ordinary.unwrap_or(signed.scheme);
        let found = mapping.iter().find(|(scheme, _)| *scheme == wanted);
        let Some((_, algorithms)) = found else {
            return Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into());
        };
        let algorithms = if only_first { algorithms.get(..1).unwrap_or(&[]) } else { algorithms };
        let fits = algorithms
            .iter()
            .filter(|a| {
                ordinary.is_some() || a.public_key_alg_id().as_ref() == certificate.key_algorithm()
            })
            .any(|a| a.verify_signature(certificate.key(), message, signed.signature()).is_ok());
        if fits {
            Ok(HandshakeSignatureValid::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::BadSignature))
        }
    }

    fn check_signature13(
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        use SignatureScheme as S;
        // PKCS#1 signatures are no part of TLS 1.3.
        if matches!(
            signed.scheme,
            S::RSA_PKCS1_SHA1 | S::RSA_PKCS1_SHA256 | S::RSA_PKCS1_SHA384 | S::RSA_PKCS1_SHA512
        ) {
            return Err(rustls::PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into());
        }
        Verifier::check_signature(message, certificate, signed, true)
    }
}

fn schemes() -> Vec<SignatureScheme> {
    let mut all = provider().signature_verification_algorithms.supported_schemes();
    all.extend(pss::schemes());
    all
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check(leaf, others, now).map(|()| ServerCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Verifier::check_signature(message, certificate, signed, false)
    }
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Verifier::check_signature13(message, certificate, signed)
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        schemes()
    }
}

impl ClientCertVerifier for Verifier {
    fn client_auth_mandatory(&self) -> bool {
        self.mode == Mode::Required
    }
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }
    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check(leaf, others, now).map(|()| ClientCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Verifier::check_signature(message, certificate, signed, false)
    }
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Verifier::check_signature13(message, certificate, signed)
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        schemes()
    }
}
