//! What goes wrong in a connection, in the words of OpenSSL, and the alert that tells the other side.

use rustls::{Error, InvalidMessage, PeerIncompatible, PeerMisbehaved};

/// Which exception it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// SSLError.
    Protocol,
    /// SSLError: the other side has said what is wrong.
    Alert,
    /// SSLCertVerificationError.
    Certificate,
    /// SSLZeroReturnError: the other side has said that it is done.
    Closed,
    /// SSLEOFError: the other side has gone without saying so.
    Eof,
}

/// A failure that ends the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: Kind,
    /// OpenSSL's name of it; without one there is only a text.
    pub reason: Option<String>,
    pub text: String,
    /// Number and words of what is wrong with a certificate.
    pub verify: Option<(i32, String)>,
}

impl Failure {
    /// `NAME_OF_IT`, from which the text is made.
    pub fn named(reason: &str) -> Failure {
        let text = reason.to_ascii_lowercase().replace('_', " ");
        Failure { kind: Kind::Protocol, reason: Some(reason.to_owned()), text, verify: None }
    }

    /// Something without a name.
    pub fn unnamed(text: &str) -> Failure {
        Failure { kind: Kind::Protocol, reason: None, text: text.to_owned(), verify: None }
    }

    pub fn closed() -> Failure {
        Failure {
            kind: Kind::Closed,
            ..Failure::unnamed("TLS/SSL connection has been closed (EOF)")
        }
    }

    pub fn eof() -> Failure {
        Failure {
            kind: Kind::Eof,
            reason: Some("UNEXPECTED_EOF_WHILE_READING".to_owned()),
            text: "EOF occurred in violation of protocol".to_owned(),
            verify: None,
        }
    }

    pub fn certificate(code: i32, message: String) -> Failure {
        Failure {
            kind: Kind::Certificate,
            reason: Some("CERTIFICATE_VERIFY_FAILED".to_owned()),
            text: format!("certificate verify failed: {message}"),
            verify: Some((code, message)),
        }
    }
}

/// OpenSSL's name of an alert that has come, or its words where it has no name.
fn alert(code: u8) -> Failure {
    Failure { kind: Kind::Alert, ..alert_words(code) }
}

fn alert_words(code: u8) -> Failure {
    Failure::named(match code {
        10 => "SSLV3_ALERT_UNEXPECTED_MESSAGE",
        20 => "SSLV3_ALERT_BAD_RECORD_MAC",
        21 => "TLSV1_ALERT_DECRYPTION_FAILED",
        22 => "TLSV1_ALERT_RECORD_OVERFLOW",
        30 => "SSLV3_ALERT_DECOMPRESSION_FAILURE",
        40 => "SSLV3_ALERT_HANDSHAKE_FAILURE",
        41 => "SSLV3_ALERT_NO_CERTIFICATE",
        42 => "SSLV3_ALERT_BAD_CERTIFICATE",
        43 => "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        44 => "SSLV3_ALERT_CERTIFICATE_REVOKED",
        45 => "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        46 => "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        47 => "SSLV3_ALERT_ILLEGAL_PARAMETER",
        48 => "TLSV1_ALERT_UNKNOWN_CA",
        49 => "TLSV1_ALERT_ACCESS_DENIED",
        50 => "TLSV1_ALERT_DECODE_ERROR",
        51 => "TLSV1_ALERT_DECRYPT_ERROR",
        60 => "TLSV1_ALERT_EXPORT_RESTRICTION",
        70 => "TLSV1_ALERT_PROTOCOL_VERSION",
        71 => "TLSV1_ALERT_INSUFFICIENT_SECURITY",
        80 => "TLSV1_ALERT_INTERNAL_ERROR",
        86 => "TLSV1_ALERT_INAPPROPRIATE_FALLBACK",
        90 => "TLSV1_ALERT_USER_CANCELLED",
        100 => "TLSV1_ALERT_NO_RENEGOTIATION",
        109 => "TLSV13_ALERT_MISSING_EXTENSION",
        110 => "TLSV1_UNSUPPORTED_EXTENSION",
        111 => "TLSV1_CERTIFICATE_UNOBTAINABLE",
        112 => "TLSV1_UNRECOGNIZED_NAME",
        113 => "TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE",
        114 => "TLSV1_BAD_CERTIFICATE_HASH_VALUE",
        115 => return Failure::unnamed("tlsv1 alert unknown psk identity"),
        116 => "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        120 => return Failure::unnamed("tlsv1 alert no application protocol"),
        _ => return Failure::unnamed("unknown error"),
    })
}

/// What rustls has to say, in OpenSSL's words; and the alert that OpenSSL sends where it is known (None: rustls has
/// its own).
pub fn translate(error: &Error, is_server: bool) -> (Failure, Option<u8>) {
    let named = |reason: &str, alert: u8| (Failure::named(reason), Some(alert));
    match error {
        Error::AlertReceived(description) => (alert(u8::from(*description)), None),
        Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => {
            named("UNEXPECTED_MESSAGE", 10)
        }
        Error::DecryptError => named("DECRYPTION_FAILED_OR_BAD_RECORD_MAC", 20),
        Error::PeerSentOversizedRecord => named("DATA_LENGTH_TOO_LONG", 22),
        Error::NoApplicationProtocol => named("NO_APPLICATION_PROTOCOL", 120),
        Error::NoCertificatesPresented => {
            (Failure::named("PEER_DID_NOT_RETURN_A_CERTIFICATE"), None)
        }
        Error::InvalidMessage(message) => invalid_message(message, is_server),
        Error::PeerIncompatible(why) => incompatible(why, is_server),
        Error::PeerMisbehaved(why) => misbehaved(why),
        Error::InvalidCertificate(_) => {
            (Failure::certificate(1, "unspecified certificate verification error".into()), None)
        }
        // Nothing that the client takes is signed by a key of ours.
        Error::General(text) if text == "no server certificate chain resolved" => {
            named("NO_SHARED_CIPHER", 40)
        }
        Error::General(text) => (Failure::unnamed(text), None),
        _ => (Failure::named("INTERNAL_ERROR"), None),
    }
}

fn invalid_message(message: &InvalidMessage, is_server: bool) -> (Failure, Option<u8>) {
    let (reason, alert) = match message {
        InvalidMessage::InvalidContentType => ("UNEXPECTED_MESSAGE", 10),
        InvalidMessage::UnknownProtocolVersion => ("WRONG_VERSION_NUMBER", 70),
        InvalidMessage::MessageTooLarge => ("PACKET_LENGTH_TOO_LONG", 22),
        InvalidMessage::HandshakePayloadTooLarge | InvalidMessage::CertificatePayloadTooLarge => {
            ("EXCESSIVE_MESSAGE_SIZE", 47)
        }
        InvalidMessage::InvalidEmptyPayload => ("RECORD_TOO_SMALL", 10),
        InvalidMessage::InvalidCcs => ("INVALID_CCS_MESSAGE", 10),
        InvalidMessage::MissingData(_) | InvalidMessage::MessageTooShort if is_server => {
            ("LENGTH_TOO_SHORT", 50)
        }
        InvalidMessage::UnexpectedMessage(_) => ("UNEXPECTED_MESSAGE", 10),
        InvalidMessage::UnsupportedCompression => ("UNSUPPORTED_COMPRESSION_ALGORITHM", 47),
        InvalidMessage::UnsupportedCurveType => ("WRONG_CURVE", 47),
        InvalidMessage::DuplicateExtension(_) => ("BAD_EXTENSION", 47),
        _ => ("LENGTH_MISMATCH", 50),
    };
    (Failure::named(reason), Some(alert))
}

fn incompatible(why: &PeerIncompatible, is_server: bool) -> (Failure, Option<u8>) {
    let (reason, alert) = match why {
        PeerIncompatible::NoCipherSuitesInCommon | PeerIncompatible::NoKxGroupsInCommon
            if is_server =>
        {
            ("NO_SHARED_CIPHER", 40)
        }
        PeerIncompatible::NoCipherSuitesInCommon => ("WRONG_CIPHER_RETURNED", 47),
        PeerIncompatible::NoKxGroupsInCommon | PeerIncompatible::NamedGroupsExtensionRequired => {
            ("NO_SUITABLE_GROUPS", 40)
        }
        PeerIncompatible::NoSignatureSchemesInCommon
        | PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon => {
            ("NO_SHARED_SIGNATURE_ALGORITHMS", 40)
        }
        // Clients that do not say so know nothing newer than TLS 1.1.
        PeerIncompatible::SignatureAlgorithmsExtensionRequired
        | PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
        | PeerIncompatible::SupportedVersionsExtensionRequired
        | PeerIncompatible::Tls12NotOffered
        | PeerIncompatible::Tls12NotOfferedOrEnabled => ("UNSUPPORTED_PROTOCOL", 70),
        PeerIncompatible::NullCompressionRequired => ("NO_COMPRESSION_SPECIFIED", 47),
        _ => ("NO_SHARED_CIPHER", 40),
    };
    (Failure::named(reason), Some(alert))
}

fn misbehaved(why: &PeerMisbehaved) -> (Failure, Option<u8>) {
    let reason = match why {
        PeerMisbehaved::SelectedUnofferedCipherSuite
        | PeerMisbehaved::SelectedUnusableCipherSuiteForVersion => "WRONG_CIPHER_RETURNED",
        PeerMisbehaved::SelectedUnofferedApplicationProtocol => "BAD_EXTENSION",
        PeerMisbehaved::AttemptedDowngradeToTls12WhenTls13IsSupported => "INAPPROPRIATE_FALLBACK",
        PeerMisbehaved::TooManyKeyUpdateRequests => "TOO_MANY_KEY_UPDATES",
        PeerMisbehaved::TooManyWarningAlertsReceived => "TOO_MANY_WARN_ALERTS",
        PeerMisbehaved::SelectedUnofferedKxGroup => "WRONG_CURVE",
        PeerMisbehaved::UnsolicitedServerHelloExtension
        | PeerMisbehaved::UnsolicitedEncryptedExtension => "UNSOLICITED_EXTENSION",
        PeerMisbehaved::TooManyEmptyFragments => "RECORD_TOO_SMALL",
        PeerMisbehaved::MissingKeyShare => "NO_SUITABLE_KEY_SHARE",
        PeerMisbehaved::SelectedInvalidPsk => "BAD_PSK",
        PeerMisbehaved::IncorrectBinder => "BINDER_DOES_NOT_VERIFY",
        _ => return (Failure::named("BAD_HANDSHAKE_STATE"), None),
    };
    (Failure::named(reason), None)
}

/// The error by which rustls sends the alert that belongs to a fault of a certificate.
pub(crate) fn certificate_error(code: i32) -> rustls::CertificateError {
    use rustls::CertificateError as E;
    match code {
        9 | 10 => E::Expired,
        2 | 3 | 18 | 19 | 20 | 22 | 25 | 79 => E::UnknownIssuer,
        23 => E::Revoked,
        7 | 8 => E::BadSignature,
        26 => E::InvalidPurpose,
        62 | 64 | 66..=68 => E::NotValidForName,
        _ => E::BadEncoding,
    }
}

/// A record that holds a fatal alert, in the clear.
pub fn alert_record(version: u8, code: u8) -> [u8; 7] {
    [21, 3, version, 0, 2, 2, code]
}

/// Whether OpenSSL sends such an alert.
pub(crate) fn is_sent_alert(code: u8) -> bool {
    matches!(code, 0 | 10 | 20..=22 | 30 | 40 | 42..=51 | 60 | 70 | 71 | 80 | 86 | 90 | 100 | 109..=116 | 120)
}
