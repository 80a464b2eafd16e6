//! Names in certificates, for programs that compare them by themselves. Connections have their own way.

use taipan_sys::net;

use super::errors::{Class, raise_plain_of};
use crate::support::*;

fn refuse(vm: &Vm, text: &str) -> Raised {
    raise_plain_of(vm, Class::Certificate, text)
}

/// Whether the name of a certificate stands for the host.
///
/// A * stands for all of the first label.
#[native("(dn, hostname)", name = "_dnsname_match")]
pub(super) fn dnsname_match(vm: &Vm, dn: &str, hostname: &str) -> Res<bool> {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let stars = dn.matches('*').count();
    if stars == 0 {
        return Ok(!dn.is_empty() && same(dn, hostname));
    }
    let (first, rest) = dn.split_once('.').unwrap_or((dn, ""));
    let fault = match () {
        () if stars > 1 => Some("too many wildcards in certificate DNS name"),
        () if rest.contains('*') => Some("wildcard can only be present in the leftmost label"),
        () if first.len() == dn.len() => {
            Some("sole wildcard without additional labels are not support")
        }
        () if first != "*" => Some("partial wildcards in leftmost label are not supported"),
        () => None,
    };
    if let Some(fault) = fault {
        let shown = vm.repr_string(vm.str(dn)?.as_object())?;
        return Err(refuse(vm, &format!("{fault}: {shown}.")));
    }
    Ok(hostname
        .split_once('.')
        .is_some_and(|(label, parent)| !label.is_empty() && same(parent, rest)))
}

/// The bytes of an IP address, or why it is none.
fn parse(address: &str) -> Result<Vec<u8>, &'static str> {
    if let Some(packed) = net::inet_aton(address.as_bytes()) {
        // 127.1, 0x7f000001 and the like are refused.
        return if net::inet_ntoa(packed) == address {
            Ok(packed.to_vec())
        } else {
            Err("is not a quad-dotted IPv4 address.")
        };
    }
    match address.parse::<std::net::Ipv6Addr>() {
        Ok(packed) => Ok(packed.octets().to_vec()),
        Err(_) => Err("is neither an IPv4 nor an IP6 address."),
    }
}

/// The bytes of an IP address; ValueError if it is none.
#[native("(ipname)", name = "_inet_paton")]
pub(super) fn inet_paton(vm: &Vm, ipname: &str) -> Res<PyBytes> {
    match parse(ipname) {
        Ok(packed) => Ok(PyBytes(packed)),
        Err(fault) => {
            let shown = vm.repr_string(vm.str(ipname)?.as_object())?;
            Err(vm.value_error(format_args!("{shown} {fault}")))
        }
    }
}

/// Whether the address of a certificate, which may end in a line break, is that of the host.
#[native("(cert_ipaddress, host_ip)", name = "_ipaddress_match")]
pub(super) fn ipaddress_match(vm: &Vm, cert_ipaddress: &str, host_ip: &[u8]) -> Res<bool> {
    Ok(inet_paton(vm, cert_ipaddress.trim_end())?.0 == host_ip)
}

/// The pairs of strings of an entry of a certificate's dict.
fn pairs(vm: &Vm, items: &Object) -> Res<Vec<(String, String)>> {
    let mut all = Vec::new();
    vm.for_each(items, |pair| {
        let parts = vm.collect(&pair)?;
        let text = |i: usize| match parts.get(i).and_then(|part| part.downcast_str()) {
            Some(text) => Ok(vm.utf8(text)?.into_owned()),
            None => Err(vm.type_error("pairs of strings were expected")),
        };
        all.push((text(0)?, text(1)?));
        Ok(())
    })?;
    Ok(all)
}

fn entry(vm: &Vm, certificate: &Object, name: &str) -> Res {
    let none = vm.tuple(Vec::new())?.into_object();
    vm.call_method(certificate, "get", &[vm.str(name)?.into_object(), none])
}

/// Raise CertificateError unless the certificate, a dict of getpeercert(), is for the host.
///
/// Connections look at that by themselves.
#[native("(cert, hostname)")]
pub(super) fn match_hostname(vm: &Vm, cert: &Object, hostname: &str) -> Res<()> {
    vm.warn(Exc::DeprecationWarning, "ssl.match_hostname() is deprecated", 1)?;
    if !vm.truth(cert)? {
        return Err(vm.value_error(
            "empty or no certificate, match_hostname needs a SSL socket or SSL context with \
             either CERT_OPTIONAL or CERT_REQUIRED",
        ));
    }
    let address = parse(hostname).ok();
    let mut names = Vec::new();
    for (kind, value) in pairs(vm, &entry(vm, cert, "subjectAltName")?)? {
        let fits = match (kind.as_str(), &address) {
            ("DNS", None) => dnsname_match(vm, &value, hostname)?,
            ("IP Address", Some(address)) => ipaddress_match(vm, &value, address)?,
            ("DNS" | "IP Address", _) => false,
            _ => continue,
        };
        if fits {
            return Ok(());
        }
        names.push(value);
    }
    // The subject counts only if there is nothing else.
    if names.is_empty() {
        for part in vm.collect(&entry(vm, cert, "subject")?)? {
            for (kind, value) in pairs(vm, &part)? {
                if kind == "commonName" {
                    if dnsname_match(vm, &value, hostname)? {
                        return Ok(());
                    }
                    names.push(value);
                }
            }
        }
    }
    let shown = |text: &str| vm.repr_string(vm.str(text)?.as_object());
    let host = shown(hostname)?;
    Err(match &names[..] {
        [] => refuse(vm, "no appropriate commonName or subjectAltName fields were found"),
        [name] => refuse(vm, &format!("hostname {host} doesn't match {}", shown(name)?)),
        _ => {
            let all: Res<Vec<_>> = names.iter().map(|name| shown(name)).collect();
            let all = all?.join(", ");
            refuse(vm, &format!("hostname {host} doesn't match either of {all}"))
        }
    })
}
