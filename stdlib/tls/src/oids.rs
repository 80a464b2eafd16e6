//! Names of object identifiers: OpenSSL's number, short and long name of those that programs meet.

use crate::der::oid_text;

/// An identifier that has names.
#[derive(Debug, PartialEq, Eq)]
pub struct Known {
    pub nid: u32,
    pub short: &'static str,
    pub long: &'static str,
    pub oid: &'static str,
}

impl Known {
    pub fn by_nid(nid: i64) -> Option<&'static Known> {
        KNOWN.iter().find(|known| i64::from(known.nid) == nid)
    }

    /// By the figures; by a name only if `names` says so.
    pub fn by_text(text: &str, names: bool) -> Option<&'static Known> {
        let named = |known: &&Known| names && (known.short == text || known.long == text);
        KNOWN.iter().find(|known| known.oid == text || named(known))
    }
}

/// What an identifier's DER is called: its long name, or its figures.
pub fn long_name(oid: &[u8]) -> String {
    let text = oid_text(oid);
    Known::by_text(&text, false).map_or(text, |known| known.long.to_owned())
}

const fn row(nid: u32, short: &'static str, long: &'static str, oid: &'static str) -> Known {
    Known { nid, short, long, oid }
}

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    row(13, "CN", "commonName", "2.5.4.3"),
    row(14, "C", "countryName", "2.5.4.6"),
    row(15, "L", "localityName", "2.5.4.7"),
    row(16, "ST", "stateOrProvinceName", "2.5.4.8"),
    row(17, "O", "organizationName", "2.5.4.10"),
    row(18, "OU", "organizationalUnitName", "2.5.4.11"),
    row(48, "emailAddress", "emailAddress", "1.2.840.113549.1.9.1"),
    row(105, "serialNumber", "serialNumber", "2.5.4.5"),
    row(100, "SN", "surname", "2.5.4.4"),
    row(106, "title", "title", "2.5.4.12"),
    row(99, "GN", "givenName", "2.5.4.42"),
    row(101, "initials", "initials", "2.5.4.43"),
    row(391, "DC", "domainComponent", "0.9.2342.19200300.100.1.25"),
    row(458, "UID", "userId", "0.9.2342.19200300.100.1.1"),
    row(660, "street", "streetAddress", "2.5.4.9"),
    row(661, "postalCode", "postalCode", "2.5.4.17"),
    row(107, "description", "description", "2.5.4.13"),
    row(860, "businessCategory", "businessCategory", "2.5.4.15"),
    row(957, "jurisdictionC", "jurisdictionCountryName", "1.3.6.1.4.1.311.60.2.1.3"),
    row(956, "jurisdictionST", "jurisdictionStateOrProvinceName", "1.3.6.1.4.1.311.60.2.1.2"),
    row(955, "jurisdictionL", "jurisdictionLocalityName", "1.3.6.1.4.1.311.60.2.1.1"),
    row(173, "name", "name", "2.5.4.41"),
    row(174, "dnQualifier", "dnQualifier", "2.5.4.46"),
    row(510, "pseudonym", "pseudonym", "2.5.4.65"),
    row(509, "generationQualifier", "generationQualifier", "2.5.4.44"),
    row(1089, "organizationIdentifier", "organizationIdentifier", "2.5.4.97"),
    row(49, "unstructuredName", "unstructuredName", "1.2.840.113549.1.9.2"),
    row(55, "unstructuredAddress", "unstructuredAddress", "1.2.840.113549.1.9.8"),
    row(887, "distinguishedName", "distinguishedName", "2.5.4.49"),
    row(864, "telephoneNumber", "telephoneNumber", "2.5.4.20"),
    row(129, "serverAuth", "TLS Web Server Authentication", "1.3.6.1.5.5.7.3.1"),
    row(130, "clientAuth", "TLS Web Client Authentication", "1.3.6.1.5.5.7.3.2"),
    row(131, "codeSigning", "Code Signing", "1.3.6.1.5.5.7.3.3"),
    row(132, "emailProtection", "E-mail Protection", "1.3.6.1.5.5.7.3.4"),
    row(133, "timeStamping", "Time Stamping", "1.3.6.1.5.5.7.3.8"),
    row(180, "OCSPSigning", "OCSP Signing", "1.3.6.1.5.5.7.3.9"),
    row(503, "x500UniqueIdentifier", "x500UniqueIdentifier", "2.5.4.45"),
    row(400, "role", "role", "2.5.4.72"),
    row(156, "friendlyName", "friendlyName", "1.2.840.113549.1.9.20"),
    row(889, "houseIdentifier", "houseIdentifier", "2.5.4.51"),
    row(888, "uniqueMember", "uniqueMember", "2.5.4.50"),
    row(875, "member", "member", "2.5.4.31"),
    row(876, "owner", "owner", "2.5.4.32"),
    row(862, "postOfficeBox", "postOfficeBox", "2.5.4.18"),
    row(870, "registeredAddress", "registeredAddress", "2.5.4.26"),
    row(6, "rsaEncryption", "rsaEncryption", "1.2.840.113549.1.1.1"),
    row(87, "basicConstraints", "X509v3 Basic Constraints", "2.5.29.19"),
    row(83, "keyUsage", "X509v3 Key Usage", "2.5.29.15"),
    row(85, "subjectAltName", "X509v3 Subject Alternative Name", "2.5.29.17"),
    row(86, "issuerAltName", "X509v3 Issuer Alternative Name", "2.5.29.18"),
    row(126, "extendedKeyUsage", "X509v3 Extended Key Usage", "2.5.29.37"),
    row(103, "crlDistributionPoints", "X509v3 CRL Distribution Points", "2.5.29.31"),
    row(89, "certificatePolicies", "X509v3 Certificate Policies", "2.5.29.32"),
    row(90, "authorityKeyIdentifier", "X509v3 Authority Key Identifier", "2.5.29.35"),
    row(82, "subjectKeyIdentifier", "X509v3 Subject Key Identifier", "2.5.29.14"),
    row(177, "authorityInfoAccess", "Authority Information Access", "1.3.6.1.5.5.7.1.1"),
    row(179, "caIssuers", "CA Issuers", "1.3.6.1.5.5.7.48.2"),
    row(178, "OCSP", "OCSP", "1.3.6.1.5.5.7.48.1"),
    row(910, "anyExtendedKeyUsage", "Any Extended Key Usage", "2.5.29.37.0"),
    row(672, "SHA256", "sha256", "2.16.840.1.101.3.4.2.1"),
    row(673, "SHA384", "sha384", "2.16.840.1.101.3.4.2.2"),
    row(674, "SHA512", "sha512", "2.16.840.1.101.3.4.2.3"),
    row(64, "SHA1", "sha1", "1.3.14.3.2.26"),
    row(4, "MD5", "md5", "1.2.840.113549.2.5"),
    row(415, "prime256v1", "prime256v1", "1.2.840.10045.3.1.7"),
    row(715, "secp384r1", "secp384r1", "1.3.132.0.34"),
    row(716, "secp521r1", "secp521r1", "1.3.132.0.35"),
    row(1034, "X25519", "X25519", "1.3.101.110"),
    row(1087, "ED25519", "ED25519", "1.3.101.112"),
    row(1088, "ED448", "ED448", "1.3.101.113"),
    row(408, "id-ecPublicKey", "id-ecPublicKey", "1.2.840.10045.2.1"),
    row(668, "RSA-SHA256", "sha256WithRSAEncryption", "1.2.840.113549.1.1.11"),
    row(794, "ecdsa-with-SHA256", "ecdsa-with-SHA256", "1.2.840.10045.4.3.2"),
    row(666, "nameConstraints", "X509v3 Name Constraints", "2.5.29.30"),
    row(401, "policyConstraints", "X509v3 Policy Constraints", "2.5.29.36"),
    row(183, "ISO-US", "ISO US Member Body", "1.2.840"),
    row(649, "msUPN", "Microsoft User Principal Name", "1.3.6.1.4.1.311.20.2.3"),
    row(81, "id-ce", "id-ce", "2.5.29"),
    row(128, "id-kp", "id-kp", "1.3.6.1.5.5.7.3"),
];
