//! What VERIFY_X509_STRICT asks for beyond: that certificates are as RFC 5280 wants them.

use crate::der::{Reader, tag};
use crate::extensions::Authority;
use crate::verify::Fault;
use crate::x509::{Certificate, extension, key_usage};

/// Whether it is a CA's, which those above the first have to be; the first must not be one by custom.
pub(crate) fn check_authority(certificate: &Certificate, i: usize) -> Result<(), Fault> {
    match certificate.authority() {
        Authority::Yes => Ok(()),
        Authority::No if i == 0 => Ok(()),
        _ => Err(Fault(79)),
    }
}

/// Checks one certificate of a chain of several.
pub(crate) fn check(certificate: &Certificate, is_last: bool) -> Result<(), Fault> {
    let is_ca = certificate.says_ca();
    let usage = certificate.key_usage();
    let allows = |bit: u8| usage.is_some_and(|usage| usage & bit != 0);
    let signs = allows(key_usage::CERT_SIGN);
    let has = |id: &[u8]| certificate.extension(id).is_some();
    let limits = certificate.basic_constraints().ok().flatten();
    let limits_path = limits.is_some_and(|(_, path_len)| path_len.is_some());
    let names = certificate.alternative_names();
    let no_subject = is_empty(certificate.subject());
    let needs_subject = is_ca || allows(key_usage::CRL_SIGN) || names.is_none();
    let v3 = certificate.version >= 3;
    let faults = [
        (80, limits_path && !is_ca),
        (81, limits_path && !signs),
        (89, is_ca && !certificate.is_critical(extension::BASIC_CONSTRAINTS)),
        (92, is_ca && usage.is_none()),
        (82, !is_ca && signs),
        (83, is_empty(certificate.issuer())),
        (84, no_subject && needs_subject),
        (88, no_subject && !certificate.is_critical(extension::SUBJECT_ALT_NAME)),
        (87, names.is_some_and(|names| names.is_empty())),
        (78, !certificate.names_its_algorithm),
        (90, certificate.is_critical(extension::AUTHORITY_KEY_ID)),
        (91, certificate.is_critical(extension::SUBJECT_KEY_ID)),
        (85, v3 && !is_last && !certificate.has_authority_key_id()),
        (86, v3 && is_ca && !has(extension::SUBJECT_KEY_ID)),
        (93, !v3 && !certificate.extensions.is_empty()),
    ];
    match faults.iter().find(|(_, is_there)| *is_there) {
        Some((number, _)) => Err(Fault(*number)),
        None => Ok(()),
    }
}

fn is_empty(name: &[u8]) -> bool {
    Reader(name).expect(tag::SEQUENCE).is_ok_and(|name| name.body.is_empty())
}
