//! The numbers of the module, which are OpenSSL's.

/// Names and values.
pub(super) const NUMBERS: &[(&str, i64)] = &[
    ("CERT_NONE", 0),
    ("CERT_OPTIONAL", 1),
    ("CERT_REQUIRED", 2),
    ("PROTOCOL_SSLv23", 2),
    ("PROTOCOL_TLS", 2),
    ("PROTOCOL_TLSv1", 3),
    ("PROTOCOL_TLSv1_1", 4),
    ("PROTOCOL_TLSv1_2", 5),
    ("PROTOCOL_TLS_CLIENT", 16),
    ("PROTOCOL_TLS_SERVER", 17),
    ("PROTO_MINIMUM_SUPPORTED", -2),
    ("PROTO_MAXIMUM_SUPPORTED", -1),
    ("PROTO_SSLv3", 0x300),
    ("PROTO_TLSv1", 0x301),
    ("PROTO_TLSv1_1", 0x302),
    ("PROTO_TLSv1_2", 0x303),
    ("PROTO_TLSv1_3", 0x304),
    ("OP_ALL", option::ALL as i64),
    ("OP_NO_SSLv2", 0),
    ("OP_NO_SSLv3", option::NO_SSL3 as i64),
    ("OP_NO_TLSv1", option::NO_TLS1 as i64),
    ("OP_NO_TLSv1_1", option::NO_TLS11 as i64),
    ("OP_NO_TLSv1_2", option::NO_TLS12 as i64),
    ("OP_NO_TLSv1_3", option::NO_TLS13 as i64),
    ("OP_CIPHER_SERVER_PREFERENCE", option::SERVER_PREFERENCE as i64),
    ("OP_SINGLE_DH_USE", 0),
    ("OP_SINGLE_ECDH_USE", 0),
    ("OP_NO_TICKET", option::NO_TICKET as i64),
    ("OP_NO_COMPRESSION", option::NO_COMPRESSION as i64),
    ("OP_NO_RENEGOTIATION", 0x4000_0000),
    ("OP_ENABLE_MIDDLEBOX_COMPAT", option::MIDDLEBOX as i64),
    ("OP_IGNORE_UNEXPECTED_EOF", option::IGNORE_EOF as i64),
    ("VERIFY_DEFAULT", 0),
    ("VERIFY_CRL_CHECK_LEAF", 0x4),
    ("VERIFY_CRL_CHECK_CHAIN", 0xc),
    ("VERIFY_X509_STRICT", 0x20),
    ("VERIFY_ALLOW_PROXY_CERTS", 0x40),
    ("VERIFY_X509_TRUSTED_FIRST", 0x8000),
    ("VERIFY_X509_PARTIAL_CHAIN", 0x8_0000),
    ("SSL_ERROR_SSL", 1),
    ("SSL_ERROR_WANT_READ", 2),
    ("SSL_ERROR_WANT_WRITE", 3),
    ("SSL_ERROR_WANT_X509_LOOKUP", 4),
    ("SSL_ERROR_SYSCALL", 5),
    ("SSL_ERROR_ZERO_RETURN", 6),
    ("SSL_ERROR_WANT_CONNECT", 7),
    ("SSL_ERROR_EOF", 8),
    ("SSL_ERROR_INVALID_ERROR_CODE", 10),
    ("HOSTFLAG_ALWAYS_CHECK_SUBJECT", 0x1),
    ("HOSTFLAG_NO_WILDCARDS", 0x2),
    ("HOSTFLAG_NO_PARTIAL_WILDCARDS", 0x4),
    ("HOSTFLAG_MULTI_LABEL_WILDCARDS", 0x8),
    ("HOSTFLAG_SINGLE_LABEL_SUBDOMAINS", 0x10),
    ("HOSTFLAG_NEVER_CHECK_SUBJECT", HOSTFLAG_NEVER_CHECK_SUBJECT as i64),
    ("ENCODING_PEM", 1),
    ("ENCODING_DER", 2),
    ("ALERT_DESCRIPTION_CLOSE_NOTIFY", 0),
    ("ALERT_DESCRIPTION_UNEXPECTED_MESSAGE", 10),
    ("ALERT_DESCRIPTION_BAD_RECORD_MAC", 20),
    ("ALERT_DESCRIPTION_RECORD_OVERFLOW", 22),
    ("ALERT_DESCRIPTION_DECOMPRESSION_FAILURE", 30),
    ("ALERT_DESCRIPTION_HANDSHAKE_FAILURE", 40),
    ("ALERT_DESCRIPTION_BAD_CERTIFICATE", 42),
    ("ALERT_DESCRIPTION_UNSUPPORTED_CERTIFICATE", 43),
    ("ALERT_DESCRIPTION_CERTIFICATE_REVOKED", 44),
    ("ALERT_DESCRIPTION_CERTIFICATE_EXPIRED", 45),
    ("ALERT_DESCRIPTION_CERTIFICATE_UNKNOWN", 46),
    ("ALERT_DESCRIPTION_ILLEGAL_PARAMETER", 47),
    ("ALERT_DESCRIPTION_UNKNOWN_CA", 48),
    ("ALERT_DESCRIPTION_ACCESS_DENIED", 49),
    ("ALERT_DESCRIPTION_DECODE_ERROR", 50),
    ("ALERT_DESCRIPTION_DECRYPT_ERROR", 51),
    ("ALERT_DESCRIPTION_PROTOCOL_VERSION", 70),
    ("ALERT_DESCRIPTION_INSUFFICIENT_SECURITY", 71),
    ("ALERT_DESCRIPTION_INTERNAL_ERROR", 80),
    ("ALERT_DESCRIPTION_USER_CANCELLED", 90),
    ("ALERT_DESCRIPTION_NO_RENEGOTIATION", 100),
    ("ALERT_DESCRIPTION_UNSUPPORTED_EXTENSION", 110),
    ("ALERT_DESCRIPTION_CERTIFICATE_UNOBTAINABLE", 111),
    ("ALERT_DESCRIPTION_UNRECOGNIZED_NAME", 112),
    ("ALERT_DESCRIPTION_BAD_CERTIFICATE_STATUS_RESPONSE", 113),
    ("ALERT_DESCRIPTION_BAD_CERTIFICATE_HASH_VALUE", 114),
    ("ALERT_DESCRIPTION_UNKNOWN_PSK_IDENTITY", 115),
];

/// Kinds of records. The last two are no records: heads, and kinds inside of encrypted ones.
pub(super) const CONTENTS: &[(&str, i64)] = &[
    ("CHANGE_CIPHER_SPEC", 20),
    ("ALERT", 21),
    ("HANDSHAKE", 22),
    ("APPLICATION_DATA", 23),
    ("HEADER", 0x100),
    ("INNER_CONTENT_TYPE", 0x101),
];

/// Alerts, as RFC 8446 and those before it number them.
pub(super) const ALERTS: &[(&str, i64)] = &[
    ("CLOSE_NOTIFY", 0),
    ("UNEXPECTED_MESSAGE", 10),
    ("BAD_RECORD_MAC", 20),
    ("DECRYPTION_FAILED", 21),
    ("RECORD_OVERFLOW", 22),
    ("DECOMPRESSION_FAILURE", 30),
    ("HANDSHAKE_FAILURE", 40),
    ("NO_CERTIFICATE", 41),
    ("BAD_CERTIFICATE", 42),
    ("UNSUPPORTED_CERTIFICATE", 43),
    ("CERTIFICATE_REVOKED", 44),
    ("CERTIFICATE_EXPIRED", 45),
    ("CERTIFICATE_UNKNOWN", 46),
    ("ILLEGAL_PARAMETER", 47),
    ("UNKNOWN_CA", 48),
    ("ACCESS_DENIED", 49),
    ("DECODE_ERROR", 50),
    ("DECRYPT_ERROR", 51),
    ("EXPORT_RESTRICTION", 60),
    ("PROTOCOL_VERSION", 70),
    ("INSUFFICIENT_SECURITY", 71),
    ("INTERNAL_ERROR", 80),
    ("INAPPROPRIATE_FALLBACK", 86),
    ("USER_CANCELED", 90),
    ("NO_RENEGOTIATION", 100),
    ("MISSING_EXTENSION", 109),
    ("UNSUPPORTED_EXTENSION", 110),
    ("CERTIFICATE_UNOBTAINABLE", 111),
    ("UNRECOGNIZED_NAME", 112),
    ("BAD_CERTIFICATE_STATUS_RESPONSE", 113),
    ("BAD_CERTIFICATE_HASH_VALUE", 114),
    ("UNKNOWN_PSK_IDENTITY", 115),
    ("CERTIFICATE_REQUIRED", 116),
    ("NO_APPLICATION_PROTOCOL", 120),
];

/// Messages of handshakes, as the RFCs number them.
pub(super) const MESSAGES: &[(&str, i64)] = &[
    ("HELLO_REQUEST", 0),
    ("CLIENT_HELLO", 1),
    ("SERVER_HELLO", 2),
    ("HELLO_VERIFY_REQUEST", 3),
    ("NEWSESSION_TICKET", 4),
    ("END_OF_EARLY_DATA", 5),
    ("HELLO_RETRY_REQUEST", 6),
    ("ENCRYPTED_EXTENSIONS", 8),
    ("CERTIFICATE", 11),
    ("SERVER_KEY_EXCHANGE", 12),
    ("CERTIFICATE_REQUEST", 13),
    ("SERVER_DONE", 14),
    ("CERTIFICATE_VERIFY", 15),
    ("CLIENT_KEY_EXCHANGE", 16),
    ("FINISHED", 20),
    ("CERTIFICATE_URL", 21),
    ("CERTIFICATE_STATUS", 22),
    ("SUPPLEMENTAL_DATA", 23),
    ("KEY_UPDATE", 24),
    ("NEXT_PROTO", 67),
    ("MESSAGE_HASH", 254),
    ("CHANGE_CIPHER_SPEC", 0x101),
];

/// Whether things are there. The old protocols are not: rustls refuses them.
pub(super) const FLAGS: &[(&str, bool)] = &[
    ("HAS_SNI", true),
    ("HAS_ECDH", true),
    ("HAS_ALPN", true),
    ("HAS_NPN", false),
    ("HAS_SSLv2", false),
    ("HAS_SSLv3", false),
    ("HAS_TLSv1", false),
    ("HAS_TLSv1_1", false),
    ("HAS_TLSv1_2", true),
    ("HAS_TLSv1_3", true),
    ("HAS_TLS_UNIQUE", true),
];

/// The subject of a certificate names no host.
pub(super) const HOSTFLAG_NEVER_CHECK_SUBJECT: u32 = 0x20;

/// Bits of `SSLContext.options` that mean something here.
pub(super) mod option {
    pub const ALL: u64 = 0x8000_0050;
    pub const IGNORE_EOF: u64 = 0x80;
    pub const NO_TICKET: u64 = 0x4000;
    pub const NO_COMPRESSION: u64 = 0x2_0000;
    pub const MIDDLEBOX: u64 = 0x10_0000;
    pub const SERVER_PREFERENCE: u64 = 0x40_0000;
    pub const NO_SSL3: u64 = 0x200_0000;
    pub const NO_TLS1: u64 = 0x400_0000;
    pub const NO_TLS12: u64 = 0x800_0000;
    pub const NO_TLS11: u64 = 0x1000_0000;
    pub const NO_TLS13: u64 = 0x2000_0000;
    /// What a new context has.
    pub const DEFAULT: u64 = ALL | NO_SSL3 | NO_COMPRESSION | MIDDLEBOX | SERVER_PREFERENCE;
    /// Options that minimum_version and maximum_version have replaced.
    pub const DEPRECATED: u64 = NO_SSL3 | NO_TLS1 | NO_TLS11 | NO_TLS12 | NO_TLS13;
}

/// Kinds of contexts.
pub(super) mod kind {
    pub const TLS: i32 = 2;
    pub const TLS1: i32 = 3;
    pub const TLS11: i32 = 4;
    pub const TLS12: i32 = 5;
    pub const CLIENT: i32 = 16;
    pub const SERVER: i32 = 17;
}
