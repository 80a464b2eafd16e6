//! Names of errors and OpenSSL's numbers for them: those that are raised here.

use crate::support::*;

/// Parts of OpenSSL that errors come from.
const LIBRARIES: &[(i64, &str)] =
    &[(9, "PEM"), (11, "X509"), (13, "ASN1"), (16, "EC"), (20, "SSL")];

/// The part, the number in it, the name.
#[rustfmt::skip]
const REASONS: &[(i64, i64, &str)] = &[
    (9, 100, "BAD_BASE64_DECODE"),
    (9, 108, "NO_START_LINE"),
    (11, 116, "KEY_VALUES_MISMATCH"),
    (11, 136, "NO_CERTIFICATE_OR_CRL_FOUND"),
    (13, 142, "NOT_ENOUGH_DATA"),
    (20, 101, "NO_SUITABLE_KEY_SHARE"),
    (20, 110, "BAD_EXTENSION"),
    (20, 132, "TOO_MANY_KEY_UPDATES"),
    (20, 134, "CERTIFICATE_VERIFY_FAILED"),
    (20, 146, "DATA_LENGTH_TOO_LONG"),
    (20, 147, "DECRYPTION_FAILED"),
    (20, 152, "EXCESSIVE_MESSAGE_SIZE"),
    (20, 155, "HTTPS_PROXY_REQUEST"),
    (20, 156, "HTTP_REQUEST"),
    (20, 159, "LENGTH_MISMATCH"),
    (20, 160, "LENGTH_TOO_SHORT"),
    (20, 177, "NO_CERTIFICATE_ASSIGNED"),
    (20, 181, "NO_CIPHERS_AVAILABLE"),
    (20, 187, "NO_COMPRESSION_SPECIFIED"),
    (20, 191, "NO_PROTOCOLS_AVAILABLE"),
    (20, 193, "NO_SHARED_CIPHER"),
    (20, 198, "PACKET_LENGTH_TOO_LONG"),
    (20, 199, "PEER_DID_NOT_RETURN_A_CERTIFICATE"),
    (20, 207, "PROTOCOL_IS_SHUTDOWN"),
    (20, 217, "UNSOLICITED_EXTENSION"),
    (20, 219, "BAD_PSK"),
    (20, 234, "CALLBACK_FAILED"),
    (20, 235, "NO_APPLICATION_PROTOCOL"),
    (20, 236, "BAD_HANDSHAKE_STATE"),
    (20, 241, "INSUFFICIENT_SECURITY"),
    (20, 244, "UNEXPECTED_MESSAGE"),
    (20, 246, "UNKNOWN_ALERT_TYPE"),
    (20, 247, "UNKNOWN_CERTIFICATE_TYPE"),
    (20, 253, "BINDER_DOES_NOT_VERIFY"),
    (20, 257, "UNSUPPORTED_COMPRESSION_ALGORITHM"),
    (20, 258, "UNSUPPORTED_PROTOCOL"),
    (20, 260, "INVALID_CCS_MESSAGE"),
    (20, 261, "WRONG_CIPHER_RETURNED"),
    (20, 266, "WRONG_SSL_VERSION"),
    (20, 267, "WRONG_VERSION_NUMBER"),
    (20, 276, "UNINITIALIZED"),
    (20, 279, "EXTENSION_NOT_RECEIVED"),
    (20, 281, "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"),
    (20, 284, "NOT_SERVER"),
    (20, 291, "APPLICATION_DATA_AFTER_CLOSE_NOTIFY"),
    (20, 294, "UNEXPECTED_EOF_WHILE_READING"),
    (20, 295, "NO_SUITABLE_GROUPS"),
    (20, 298, "RECORD_TOO_SMALL"),
    (20, 339, "NO_RENEGOTIATION"),
    (20, 373, "INAPPROPRIATE_FALLBACK"),
    (20, 376, "NO_SHARED_SIGNATURE_ALGORITHMS"),
    (20, 378, "WRONG_CURVE"),
    (20, 394, "DH_KEY_TOO_SMALL"),
    (20, 399, "EE_KEY_TOO_SMALL"),
    (20, 407, "SHUTDOWN_WHILE_IN_INIT"),
    (20, 409, "TOO_MANY_WARN_ALERTS"),
    (20, 1010, "SSLV3_ALERT_UNEXPECTED_MESSAGE"),
    (20, 1020, "SSLV3_ALERT_BAD_RECORD_MAC"),
    (20, 1021, "TLSV1_ALERT_DECRYPTION_FAILED"),
    (20, 1022, "TLSV1_ALERT_RECORD_OVERFLOW"),
    (20, 1030, "SSLV3_ALERT_DECOMPRESSION_FAILURE"),
    (20, 1040, "SSLV3_ALERT_HANDSHAKE_FAILURE"),
    (20, 1041, "SSLV3_ALERT_NO_CERTIFICATE"),
    (20, 1042, "SSLV3_ALERT_BAD_CERTIFICATE"),
    (20, 1043, "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE"),
    (20, 1044, "SSLV3_ALERT_CERTIFICATE_REVOKED"),
    (20, 1045, "SSLV3_ALERT_CERTIFICATE_EXPIRED"),
    (20, 1046, "SSLV3_ALERT_CERTIFICATE_UNKNOWN"),
    (20, 1047, "SSLV3_ALERT_ILLEGAL_PARAMETER"),
    (20, 1048, "TLSV1_ALERT_UNKNOWN_CA"),
    (20, 1049, "TLSV1_ALERT_ACCESS_DENIED"),
    (20, 1050, "TLSV1_ALERT_DECODE_ERROR"),
    (20, 1051, "TLSV1_ALERT_DECRYPT_ERROR"),
    (20, 1060, "TLSV1_ALERT_EXPORT_RESTRICTION"),
    (20, 1070, "TLSV1_ALERT_PROTOCOL_VERSION"),
    (20, 1071, "TLSV1_ALERT_INSUFFICIENT_SECURITY"),
    (20, 1080, "TLSV1_ALERT_INTERNAL_ERROR"),
    (20, 1086, "TLSV1_ALERT_INAPPROPRIATE_FALLBACK"),
    (20, 1090, "TLSV1_ALERT_USER_CANCELLED"),
    (20, 1100, "TLSV1_ALERT_NO_RENEGOTIATION"),
    (20, 1109, "TLSV13_ALERT_MISSING_EXTENSION"),
    (20, 1110, "TLSV1_UNSUPPORTED_EXTENSION"),
    (20, 1111, "TLSV1_CERTIFICATE_UNOBTAINABLE"),
    (20, 1112, "TLSV1_UNRECOGNIZED_NAME"),
    (20, 1113, "TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE"),
    (20, 1114, "TLSV1_BAD_CERTIFICATE_HASH_VALUE"),
    (20, 1116, "TLSV13_ALERT_CERTIFICATE_REQUIRED"),
];

/// The number of an error.
pub(super) fn number(library: &str, reason: &str) -> i64 {
    let library = LIBRARIES.iter().find(|(_, name)| *name == library).map(|(number, _)| *number);
    let found = REASONS.iter().find(|(l, _, name)| Some(*l) == library && *name == reason);
    found.map_or(1, |(_, number, _)| *number)
}

/// The three dicts of `_ssl` that tell names and numbers.
pub(super) fn install(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    let libraries = vm.new_dict()?;
    for &(number, name) in LIBRARIES {
        vm.setitem(libraries.as_object(), &vm.int(number)?, vm.str(name)?.as_object())?;
    }
    let (by_name, by_number) = (vm.new_dict()?, vm.new_dict()?);
    for &(library, number, name) in REASONS {
        let code = vm.pair(vm.int(library)?, vm.int(number)?)?.into_object();
        let name = vm.str(name)?.into_object();
        vm.setitem(by_name.as_object(), &name, &code)?;
        vm.setitem(by_number.as_object(), &code, &name)?;
    }
    module.set(vm, "lib_codes_to_names", libraries)?;
    module.set(vm, "err_names_to_codes", by_name)?;
    module.set(vm, "err_codes_to_names", by_number)
}
