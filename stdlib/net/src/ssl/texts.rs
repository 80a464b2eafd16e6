//! Certificates as text, and the times in them.

use taipan_tls::pem;

use crate::support::*;

const HEADER: &str = "-----BEGIN CERTIFICATE-----";
const FOOTER: &str = "-----END CERTIFICATE-----";

/// A certificate's bytes as PEM.
#[native("(der_cert_bytes)", name = "DER_cert_to_PEM_cert")]
pub(super) fn der_to_pem(vm: &Vm, der_cert_bytes: &[u8]) -> Res<String> {
    vm.need_room(der_cert_bytes.len().saturating_mul(6))?;
    Ok(pem::certificate(der_cert_bytes))
}

/// The bytes of a certificate in PEM.
#[native("(pem_cert_string)", name = "PEM_cert_to_DER_cert")]
pub(super) fn pem_to_der(vm: &Vm, pem_cert_string: &str) -> Res {
    let Some(inside) = pem_cert_string.strip_prefix(HEADER) else {
        let text = format!("Invalid PEM encoding; must start with {HEADER}");
        return Err(vm.value_error(text));
    };
    // The header alone ends with no footer.
    let Some(inside) = inside.trim().strip_suffix(FOOTER) else {
        let text = format!("Invalid PEM encoding; must end with {FOOTER}");
        return Err(vm.value_error(text));
    };
    let ascii = [vm.str("ascii")?.into_object(), vm.str("strict")?.into_object()];
    let bytes = vm.call_method(vm.str(inside)?.as_object(), "encode", &ascii)?;
    vm.call_method(&vm.import("binascii")?, "a2b_base64", &[bytes])
}

/// Names of months, whatever the locale says.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const FORMAT: &str = " %d %H:%M:%S %Y GMT";

/// The seconds since 1970 of a time in a certificate: Jan  5 09:34:43 2018 GMT.
#[native("(cert_time)")]
pub(super) fn cert_time_to_seconds(vm: &Vm, cert_time: &Object) -> Res {
    let Some(text) = cert_time.downcast_str() else {
        return Err(ArgInfo::default().must_be(vm, "str", cert_time));
    };
    let text = vm.utf8(text)?.into_owned();
    let end = text.char_indices().nth(3).map_or(text.len(), |(at, _)| at);
    let (month, rest) = text.split_at(end);
    let Some(month) = MONTHS.iter().position(|known| *known == month.to_lowercase()) else {
        let shown = vm.repr_string(cert_time)?;
        let text = format!("time data {shown} does not match format \"%b{FORMAT}\"");
        return Err(vm.value_error(text));
    };
    let arguments = [vm.str(rest)?.into_object(), vm.str(FORMAT)?.into_object()];
    let parsed = vm.collect(&vm.call_method(&vm.import("time")?, "strptime", &arguments)?)?;
    let part = |i: usize| parsed.get(i).and_then(|part| vm.as_i64(part)).unwrap_or(0);
    let days = days_before(part(0), month as i64 + 1) + part(2) - 1;
    vm.int(((days * 24 + part(3)) * 60 + part(4)) * 60 + part(5))
}

/// Days from 1970 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    // Years that begin in March end with the odd day.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    #[test]
    fn days() {
        assert_eq!(super::days_before(1970, 1), 0);
        assert_eq!(super::days_before(2000, 3), 11_017);
        assert_eq!(super::days_before(1969, 12), -31);
    }
}
