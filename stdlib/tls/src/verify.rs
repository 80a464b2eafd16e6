//! Whether a chain of certificates is to be trusted, decided as OpenSSL decides it.
//!
//! The steps are OpenSSL's, in its order, because programs see which of several faults is found first: the strength
//! of the first key, the chain, its extensions, the strength of the other keys and of digests, the host, revocations,
//! signatures from the anchor down with the times, name constraints. Only the signatures themselves are checked by
//! the provider. `tests/chains.rs` compares some thousand chains with what OpenSSL says of them.
//!
//! Why not webpki: it takes an expired root and an intermediate as an anchor, which OpenSSL refuses, and refuses
//! what OpenSSL takes: certificates of version 1, a self-signed CA as the server's own, names in the subject.
//!
//! **Invariant:** the first fault ends it; a chain that ends at nothing that was loaded is never accepted. The way up
//! is chosen once and not changed: the work grows with the number of certificates, whatever they are.

use std::sync::Arc;

use rustls::pki_types::SignatureVerificationAlgorithm;

use crate::constraints;
use crate::extensions::{Authority, netscape};
use crate::hostname::{self, Host};
use crate::kinds;
use crate::provider;
use crate::revocation;
use crate::store::Store;
use crate::strict;
use crate::x509::{Certificate, extension, key_usage};

/// Bits of `verify_flags`.
pub mod flag {
    pub const CRL_CHECK: u32 = 0x4;
    pub const CRL_CHECK_ALL: u32 = 0x8;
    pub const X509_STRICT: u32 = 0x20;
    pub const PARTIAL_CHAIN: u32 = 0x8_0000;
}

/// Chains with more above the first are refused.
const LONGEST: usize = 101;

/// What a certificate is to be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Server,
    Client,
}

impl Purpose {
    /// Identifiers of extendedKeyUsage. Netscape and Microsoft have their own for servers.
    fn extended_usages(self) -> &'static [&'static [u8]] {
        match self {
            Purpose::Server => &[
                &[0x2b, 6, 1, 5, 5, 7, 3, 1],
                &[0x60, 0x86, 0x48, 1, 0x86, 0xf8, 0x42, 4, 1],
                &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 10, 3, 3],
            ],
            Purpose::Client => &[&[0x2b, 6, 1, 5, 5, 7, 3, 2]],
        }
    }
}

/// A fault by OpenSSL's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault(pub i32);

impl Fault {
    /// OpenSSL's words. Those about hosts are CPython's and told with the host.
    pub fn text(self) -> &'static str {
        match self.0 {
            1 => "unspecified certificate verification error",
            2 => "unable to get issuer certificate",
            3 => "unable to get certificate CRL",
            6 => "unable to decode issuer public key",
            7 => "certificate signature failure",
            8 => "CRL signature failure",
            9 => "certificate is not yet valid",
            10 => "certificate has expired",
            11 => "CRL is not yet valid",
            12 => "CRL has expired",
            18 => "self-signed certificate",
            19 => "self-signed certificate in certificate chain",
            20 => "unable to get local issuer certificate",
            22 => "certificate chain too long",
            23 => "certificate revoked",
            25 => "path length constraint exceeded",
            26 => "unsuitable certificate purpose",
            33 => "unable to get CRL issuer certificate",
            34 => "unhandled critical extension",
            35 => "key usage does not include CRL signing",
            36 => "unhandled critical CRL extension",
            40 => "proxy certificates not allowed, please set the appropriate flag",
            44 => "different CRL scope",
            47 => "permitted subtree violation",
            48 => "excluded subtree violation",
            49 => "name constraints minimum and maximum not supported",
            51 => "unsupported name constraint type",
            52 => "unsupported or invalid name constraint syntax",
            53 => "unsupported or invalid name syntax",
            62 => "hostname mismatch",
            64 => "IP address mismatch",
            66 => "EE certificate key too weak",
            67 => "CA certificate key too weak",
            68 => "CA signature digest algorithm too weak",
            78 => "cert info signature and signature algorithm mismatch",
            79 => "invalid CA certificate",
            80 => "Path length invalid for non-CA cert",
            81 => "Path length given without key usage keyCertSign",
            82 => "Key usage keyCertSign invalid for non-CA cert",
            83 => "Issuer name empty",
            84 => "Subject name empty",
            85 => "Missing Authority Key Identifier",
            86 => "Missing Subject Key Identifier",
            87 => "Empty Subject Alternative Name extension",
            88 => "Subject empty and Subject Alt Name extension not critical",
            89 => "Basic Constraints of CA cert not marked critical",
            90 => "Authority Key Identifier marked critical",
            91 => "Subject Key Identifier marked critical",
            92 => "CA cert does not include key usage extension",
            93 => "Using cert extension requires at least X509v3",
            94 => "Certificate public key has explicit ECC parameters",
            _ => "certificate verify failed",
        }
    }
}

/// What a context asks for.
#[derive(Clone, Debug)]
pub struct Rules {
    pub store: Store,
    pub flags: u32,
    /// Without names of hosts among the alternative ones the subject's count.
    pub common_names: bool,
}

impl Rules {
    fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// Verifies what the other side has sent, its own certificate first. `now` is in seconds since 1970. Gives the
    /// chain up to what is trusted.
    pub fn verify(
        &self,
        sent: &[Arc<Certificate>],
        purpose: Purpose,
        host: Option<&Host>,
        now: i64,
    ) -> Result<Vec<Arc<Certificate>>, Fault> {
        let leaf = sent.first().ok_or(Fault(1))?;
        if leaf.weak_key() {
            return Err(Fault(66));
        }
        let chain = self.build(sent, now)?;
        self.check_extensions(&chain, purpose)?;
        check_strength(&chain)?;
        if let Some(host) = host
            && !hostname::matches(leaf, host, self.common_names)
        {
            return Err(Fault(if matches!(host, Host::Name(_)) { 62 } else { 64 }));
        }
        if self.has(flag::CRL_CHECK) {
            let checked = if self.has(flag::CRL_CHECK_ALL) { chain.len() } else { 1 };
            for i in 0..checked {
                revocation::check(&self.store, &chain, i, now)?;
            }
        }
        check_signatures(&chain, now)?;
        constraints::check(&chain, self.common_names)?;
        Ok(chain)
    }

    /// The chain from the other side's certificate to one that is trusted. What is trusted comes first.
    fn build(&self, sent: &[Arc<Certificate>], now: i64) -> Result<Vec<Arc<Certificate>>, Fault> {
        let mut chain = vec![Arc::clone(sent.first().ok_or(Fault(1))?)];
        let mut unused: Vec<_> = sent.iter().skip(1).take(LONGEST).cloned().collect();
        let mut trusted = 0;
        loop {
            let Some(last) = chain.last().map(Arc::clone) else { return Err(Fault(1)) };
            if last.is_self_signed() {
                // A name and a key that look the same are not enough.
                if trusted > 0 || self.store.contains(&last) {
                    return Ok(chain);
                }
                break;
            }
            if chain.len() > LONGEST {
                return Err(Fault(22));
            }
            if let Some(issuer) = best(self.store.issuers(&last), &chain, now) {
                trusted += 1;
                chain.push(issuer);
                if self.has(flag::PARTIAL_CHAIN) {
                    return Ok(chain);
                }
                continue;
            }
            if trusted > 0 {
                break;
            }
            let fits = |c: &&Arc<Certificate>| last.may_be_issued_by(c);
            let candidates = unused.iter().filter(fits).cloned().collect();
            let Some(issuer) = best(candidates, &chain, now) else { break };
            unused.retain(|c| !Arc::ptr_eq(c, &issuer));
            chain.push(issuer);
        }
        // The last chance: the other side's own certificate is trusted.
        let own = sent.first().filter(|_| self.has(flag::PARTIAL_CHAIN) && trusted == 0);
        if own.is_some_and(|own| self.store.contains(own)) {
            return Ok(chain);
        }
        let is_own = chain.last().is_some_and(|last| last.is_self_signed());
        Err(Fault(match (is_own, chain.len(), trusted) {
            (true, 1, _) => 18,
            (true, ..) => 19,
            (false, _, 0) => 20,
            (false, ..) => 2,
        }))
    }

    fn check_extensions(&self, chain: &[Arc<Certificate>], purpose: Purpose) -> Result<(), Fault> {
        let is_strict = self.has(flag::X509_STRICT);
        let mut below = 0u32;
        for (i, certificate) in chain.iter().enumerate() {
            let is_last = i + 1 == chain.len();
            if has_unknown_critical(certificate) {
                return Err(Fault(34));
            }
            if certificate.extension(extension::PROXY).is_some() {
                return Err(Fault(40));
            }
            if is_strict {
                strict::check_authority(certificate, i)?;
            }
            let is_meant = match certificate.authority() {
                Authority::Yes => true,
                // Custom is for anchors.
                Authority::ByCustom => is_last,
                Authority::No => false,
            };
            if i > 0 && !is_meant {
                return Err(Fault(79));
            }
            if chain.len() > 1 {
                if kinds::has_own_curve(certificate.key_algorithm()) {
                    return Err(Fault(94));
                }
                if is_strict {
                    strict::check(certificate, is_last)?;
                }
            }
            check_purpose(certificate, purpose, i > 0)?;
            let constraints = certificate.basic_constraints().map_err(|_| Fault(1))?;
            let path_len = constraints.and_then(|(_, path_len)| path_len);
            if i > 1 && path_len.is_some_and(|most| below > most) {
                return Err(Fault(25));
            }
            if i > 0 && !certificate.is_self_issued() {
                below = below.saturating_add(1);
            }
        }
        Ok(())
    }
}

/// The issuer to go on with: one that is valid now, else the first of those that were for the longest time.
fn best(
    candidates: Vec<Arc<Certificate>>,
    chain: &[Arc<Certificate>],
    now: i64,
) -> Option<Arc<Certificate>> {
    let fresh = candidates.into_iter().filter(|c| !chain.iter().any(|used| used.der == c.der));
    let mut all: Vec<_> = fresh.collect();
    if let Some(valid) = all.iter().position(|c| c.not_before <= now && now < c.not_after) {
        return Some(all.swap_remove(valid));
    }
    all.into_iter().rev().max_by_key(|c| c.not_after)
}

fn has_unknown_critical(certificate: &Certificate) -> bool {
    const KNOWN: &[&[u8]] = &[
        extension::KEY_USAGE,
        extension::SUBJECT_ALT_NAME,
        extension::BASIC_CONSTRAINTS,
        extension::NAME_CONSTRAINTS,
        extension::POLICIES,
        extension::POLICY_MAPPINGS,
        extension::POLICY_CONSTRAINTS,
        extension::INHIBIT_ANY_POLICY,
        extension::CRL_POINTS,
        extension::EXTENDED_KEY_USAGE,
        extension::NETSCAPE_TYPE,
        extension::OCSP_NO_CHECK,
        extension::PROXY,
    ];
    let unknown = |e: &crate::x509::Extension| !KNOWN.contains(&certificate.extension_parts(e).0);
    certificate.extensions.iter().any(|e| e.critical && unknown(e))
}

fn check_purpose(
    certificate: &Certificate,
    purpose: Purpose,
    is_issuer: bool,
) -> Result<(), Fault> {
    if let Some(usages) = certificate.extended_key_usage()
        && !purpose.extended_usages().iter().any(|wanted| usages.contains(wanted))
    {
        return Err(Fault(26));
    }
    let kind = certificate.netscape_type();
    if is_issuer {
        // Who is an issuer by this type only must be one for TLS.
        let by_kind = certificate.key_usage().is_none()
            && certificate.version > 1
            && certificate.basic_constraints() == Ok(None);
        let fits = !by_kind || kind.is_some_and(|kind| kind & netscape::TLS_CA != 0);
        return if fits { Ok(()) } else { Err(Fault(26)) };
    }
    let (usage, wanted_kind) = match purpose {
        Purpose::Server => (
            key_usage::DIGITAL_SIGNATURE | key_usage::KEY_ENCIPHERMENT | key_usage::KEY_AGREEMENT,
            netscape::SERVER,
        ),
        Purpose::Client => {
            (key_usage::DIGITAL_SIGNATURE | key_usage::KEY_AGREEMENT, netscape::CLIENT)
        }
    };
    let allows = |bits: Option<u8>, wanted: u8| bits.is_none_or(|bits| bits & wanted != 0);
    if allows(certificate.key_usage(), usage) && allows(kind, wanted_kind) {
        Ok(())
    } else {
        Err(Fault(26))
    }
}

/// Level 2 of OpenSSL: 112 bits, which RSA has from 2048 on and SHA-1 and MD5 have not. The first key was looked at.
fn check_strength(chain: &[Arc<Certificate>]) -> Result<(), Fault> {
    for (i, certificate) in chain.iter().enumerate() {
        if i > 0 && certificate.weak_key() {
            return Err(Fault(67));
        }
        let is_anchor = i + 1 == chain.len();
        if !is_anchor && !kinds::is_strong_signature(certificate.signature_algorithm()) {
            return Err(Fault(68));
        }
    }
    Ok(())
}

/// Signatures and times, from the anchor down. That of an anchor on itself says nothing.
fn check_signatures(chain: &[Arc<Certificate>], now: i64) -> Result<(), Fault> {
    for (i, certificate) in chain.iter().enumerate().rev() {
        if let Some(issuer) = chain.get(i + 1) {
            let algorithm = certificate.signature_algorithm();
            if !certificate.names_its_algorithm
                || !signature_fits(issuer, algorithm, certificate.tbs(), certificate.signature())
            {
                return Err(Fault(7));
            }
        }
        if now < certificate.not_before {
            return Err(Fault(9));
        }
        // At the last moment it is over, as for OpenSSL.
        if certificate.not_after <= now {
            return Err(Fault(10));
        }
    }
    Ok(())
}

/// Whether the signature is the issuer's.
pub(crate) fn signature_fits(
    issuer: &Certificate,
    algorithm: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    let fits = |known: &&&dyn SignatureVerificationAlgorithm| {
        known.signature_alg_id().as_ref() == algorithm
            && known.public_key_alg_id().as_ref() == issuer.key_algorithm()
    };
    let known = provider::provider().signature_verification_algorithms.all;
    known.iter().filter(fits).any(|a| a.verify_signature(issuer.key(), message, signature).is_ok())
}
