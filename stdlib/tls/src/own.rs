//! The certificates of a context with their keys: one pair for each kind of key, and which of them a connection uses.
//!
//! As in OpenSSL, certificates and keys are taken one by one, each into the place of its kind. A certificate ousts a
//! key that does not belong to it; a key that does not belong to its place's certificate is refused, and the
//! certificate stays, without a key. Only whole pairs are ever used.

use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, SigningKey};
use rustls::{CipherSuite, SignatureAlgorithm, SignatureScheme};

use crate::ciphers::Description;
use crate::der::{Reader, tag};
use crate::kinds::{self, Kind};
use crate::provider::provider;
use crate::pss;
use crate::x509::Certificate;

/// What is wrong with a certificate or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It cannot be read.
    Unusable,
    /// OpenSSL would sign with it, nobody here can.
    Unsupported,
    /// Nobody signs with keys of this kind.
    UnknownKind,
    /// The key is not the certificate's.
    Values,
    /// There is no certificate of the key's kind.
    NoCertificate,
}

/// A private key.
pub(crate) struct Key {
    kind: Kind,
    pub(crate) signing: Arc<dyn SigningKey>,
    /// The same to ask for the public key.
    plain: Arc<dyn SigningKey>,
}

impl Key {
    fn load(der: PrivateKeyDer<'static>) -> Result<Key, Misfit> {
        if let Some((signing, plain)) = pss::key(&der) {
            return Ok(Key { kind: Kind::RsaPss, signing, plain });
        }
        let loaded = provider().key_provider.load_private_key(der);
        let plain = loaded.map_err(|_| Misfit::Unusable)?;
        let kind = match plain.algorithm() {
            SignatureAlgorithm::RSA => Kind::Rsa,
            SignatureAlgorithm::ECDSA => Kind::Ec,
            SignatureAlgorithm::ED25519 => Kind::Edwards25519,
            _ => return Err(Misfit::Unusable),
        };
        Ok(Key { kind, signing: Arc::clone(&plain), plain })
    }

    fn belongs_to(&self, certificate: &Certificate) -> bool {
        let Some(public) = self.plain.public_key() else { return true };
        if public.as_ref() == certificate.spki() {
            return true;
        }
        // The names of the kinds of RSA keys differ, the keys do not.
        let mut parts = Reader(public.as_ref());
        let bits = parts.sequence().and_then(|mut spki| {
            spki.expect(tag::SEQUENCE)?;
            spki.expect(tag::BIT_STRING)
        });
        self.kind == Kind::RsaPss
            && bits.is_ok_and(|bits| bits.body.get(1..) == Some(certificate.key()))
    }
}

/// What a PKCS#8 key is for: the content of its AlgorithmIdentifier.
fn algorithm<'a>(der: &'a PrivateKeyDer<'_>) -> Option<&'a [u8]> {
    let PrivateKeyDer::Pkcs8(der) = der else { return None };
    let mut parts = Reader(der.secret_pkcs8_der()).sequence().ok()?;
    parts.small().ok()?;
    Some(parts.expect(tag::SEQUENCE).ok()?.body)
}

/// The place of one kind.
struct Place {
    kind: Kind,
    chain: Vec<Arc<Certificate>>,
    key: Option<Key>,
}

/// All of them, in the order in which OpenSSL would rather sign.
#[derive(Default)]
pub(crate) struct OwnKeys {
    places: Vec<Place>,
    /// The kind that was loaded last.
    pub(crate) last: Option<Kind>,
}

impl OwnKeys {
    fn place(&mut self, kind: Kind) -> &mut Place {
        let at = self.places.iter().position(|place| place.kind == kind).unwrap_or_else(|| {
            let at = self.places.partition_point(|place| rank(place.kind) < rank(kind));
            self.places.insert(at, Place { kind, chain: Vec::new(), key: None });
            at
        });
        &mut self.places[at]
    }

    pub(crate) fn use_chain(&mut self, chain: Vec<Certificate>) -> Result<(), Misfit> {
        let leaf = chain.first().ok_or(Misfit::Unusable)?;
        let kind = kinds::of_key(leaf.key_algorithm()).ok_or(Misfit::UnknownKind)?;
        let place = self.place(kind);
        place.key.take_if(|key| !key.belongs_to(leaf));
        place.chain = chain.into_iter().map(Arc::new).collect();
        self.last = Some(kind);
        Ok(())
    }

    pub(crate) fn use_key(&mut self, der: PrivateKeyDer<'static>) -> Result<(), Misfit> {
        match algorithm(&der).map(kinds::of_key) {
            Some(None) => return Err(Misfit::UnknownKind),
            Some(Some(kind @ (Kind::Dsa | Kind::Edwards448))) => {
                let is_alone = self.place(kind).chain.is_empty();
                return Err(if is_alone { Misfit::NoCertificate } else { Misfit::Unsupported });
            }
            _ => {}
        }
        let key = Key::load(der)?;
        let kind = key.kind;
        let place = self.place(kind);
        let leaf = place.chain.first();
        if leaf.is_some_and(|leaf| !key.belongs_to(leaf)) {
            return Err(Misfit::Values);
        }
        let result = if leaf.is_some() { Ok(()) } else { Err(Misfit::NoCertificate) };
        place.key = Some(key);
        self.last = Some(kind);
        result
    }

    /// Those that are whole.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (Kind, &[Arc<Certificate>], &Key)> {
        self.places.iter().filter_map(|place| {
            let key = place.key.as_ref().filter(|_| !place.chain.is_empty())?;
            Some((place.kind, &place.chain[..], key))
        })
    }
}

/// Where a kind stands in OpenSSL's list of signatures.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Ec => 0,
        Kind::Edwards25519 => 1,
        Kind::Edwards448 => 2,
        Kind::RsaPss => 3,
        Kind::Rsa => 4,
        Kind::Dsa => 5,
    }
}

/// The pairs of a context, for either side to choose from.
#[derive(Debug)]
pub(crate) struct Keys {
    pub own: Vec<(Kind, Arc<CertifiedKey>)>,
    pub last: Option<Kind>,
    /// The suites of TLS 1.2, none if it is off.
    pub suites: Vec<&'static Description>,
    pub tls13: bool,
    /// Whether our order counts, and not the other side's.
    pub own_order: bool,
}

impl Keys {
    fn find(
        &self,
        schemes: &[SignatureScheme],
        is_meant: impl Fn(Kind) -> bool,
    ) -> Option<Arc<CertifiedKey>> {
        let find_for = |schemes: &[SignatureScheme]| {
            let fits = |(kind, own): &&(Kind, Arc<CertifiedKey>)| {
                is_meant(*kind) && own.key.choose_scheme(schemes).is_some()
            };
            self.own.iter().find(fits).map(|(_, own)| Arc::clone(own))
        };
        if self.own_order {
            find_for(schemes)
        } else {
            schemes.iter().find_map(|scheme| find_for(&[*scheme]))
        }
    }

    /// In TLS 1.2 the first suite that there is a key for decides.
    fn for_suites(&self, hello: &ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let find = |suite: &Description| {
            let is_meant = |kind| match kind {
                Kind::Rsa | Kind::RsaPss => suite.auth == "auth-rsa",
                _ => suite.auth == "auth-ecdsa",
            };
            self.find(hello.signature_schemes(), is_meant)
        };
        let offered = hello.cipher_suites();
        let ours = |suite: &&Description| self.suites.contains(suite);
        if self.own_order {
            let shared = |suite: &&&Description| offered.contains(&CipherSuite::from(suite.id));
            self.suites.iter().filter(shared).find_map(|suite| find(suite))
        } else {
            let known = offered.iter().filter_map(|id| Description::of(u16::from(*id)));
            known.filter(ours).find_map(find)
        }
    }
}

impl ResolvesServerCert for Keys {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // Whoever offers suites of TLS 1.3 talks it: rustls does not say which version it has chosen.
        let is_13 = |id: &CipherSuite| Description::of(u16::from(*id)).is_some_and(|s| s.is_tls13);
        if self.tls13 && hello.cipher_suites().iter().any(is_13) {
            return self.find(hello.signature_schemes(), |_| true);
        }
        self.for_suites(&hello)
    }
}

impl ResolvesClientCert for Keys {
    fn resolve(&self, _: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        use SignatureScheme as S;
        let only_12 = [S::RSA_PKCS1_SHA256, S::RSA_PKCS1_SHA384, S::RSA_PKCS1_SHA512];
        // In TLS 1.2 a client has what was loaded last.
        if schemes.iter().any(|scheme| only_12.contains(scheme)) {
            return self.find(schemes, |kind| Some(kind) == self.last);
        }
        self.find(schemes, |_| true)
    }

    fn has_certs(&self) -> bool {
        !self.own.is_empty()
    }
}
