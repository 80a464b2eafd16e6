//! Certificates as the dicts that `getpeercert()` gives, and as objects.

use taipan_tls::describe::{Alternative, Name, describe};
use taipan_tls::oids::Known;
use taipan_tls::pem;
use taipan_tls::x509::Certificate;

use super::errors::raise_plain;
use crate::support::*;

fn name(vm: &Vm, name: &Name) -> Res {
    let mut parts = Vec::new();
    for part in name {
        let mut pairs = Vec::new();
        for (key, value) in part {
            pairs.push(text_pair(vm, key, value)?);
        }
        parts.push(vm.tuple(pairs)?.into_object());
    }
    Ok(vm.tuple(parts)?.into_object())
}

fn text_pair(vm: &Vm, a: &str, b: &str) -> Res {
    Ok(vm.pair(vm.str(a)?.into_object(), vm.str(b)?.into_object())?.into_object())
}

fn texts(vm: &Vm, texts: &[String]) -> Res {
    let mut items = Vec::new();
    for text in texts {
        items.push(vm.str(text)?.into_object());
    }
    Ok(vm.tuple(items)?.into_object())
}

/// The certificate as a dict.
pub(super) fn certificate(vm: &Vm, certificate: &Certificate) -> Res {
    let Ok(words) = describe(certificate) else {
        return Err(raise_plain(vm, "the certificate cannot be read"));
    };
    let dict = vm.new_dict()?;
    dict.set_named(vm, "subject", name(vm, &words.subject)?)?;
    dict.set_named(vm, "issuer", name(vm, &words.issuer)?)?;
    dict.set_named(vm, "version", vm.int(i64::from(words.version))?)?;
    dict.set_named(vm, "serialNumber", vm.str(&words.serial)?)?;
    dict.set_named(vm, "notBefore", vm.str(&words.not_before)?)?;
    dict.set_named(vm, "notAfter", vm.str(&words.not_after)?)?;
    if !words.alternatives.is_empty() {
        let mut names = Vec::new();
        for alternative in &words.alternatives {
            names.push(match alternative {
                Alternative::Text(kind, text) => text_pair(vm, kind, text)?,
                Alternative::Directory(parts) => {
                    let kind = vm.str("DirName")?.into_object();
                    vm.pair(kind, name(vm, parts)?)?.into_object()
                }
            });
        }
        dict.set_named(vm, "subjectAltName", vm.tuple(names)?)?;
    }
    for (key, list) in [
        ("OCSP", &words.ocsp),
        ("caIssuers", &words.ca_issuers),
        ("crlDistributionPoints", &words.crl_points),
    ] {
        if !list.is_empty() {
            dict.set_named(vm, key, texts(vm, list)?)?;
        }
    }
    Ok(dict.into_object())
}

/// Payload of `_ssl.Certificate`.
pub struct CertificateObject(Certificate);

impl Payload for CertificateObject {
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "A certificate.",
    slots: Slots { repr: Some(repr), richcmp: Some(compare), hash: Some(hash), ..Slots::NONE },
    methods: natives![public_bytes, get_info],
    ..TypeSpec::new::<CertificateObject>("_ssl.Certificate")
};

/// An object for a certificate's DER.
pub(super) fn object(vm: &Vm, der: &[u8]) -> Res {
    match Certificate::parse(der) {
        Ok(certificate) => Ok(vm.alloc(CertificateObject(certificate))?.into_object()),
        Err(_) => Err(raise_plain(vm, "the certificate cannot be read")),
    }
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let words = this.downcast::<CertificateObject>().and_then(|this| describe(&this.0).ok());
    // By short names, the last part first.
    let part = |(key, value): &(String, String)| {
        let key = Known::by_text(key, true).map_or(key.as_str(), |known| known.short);
        format!("{key}={value}")
    };
    let subject = words.map_or(Vec::new(), |words| {
        let join = |set: &Vec<_>| set.iter().map(part).collect::<Vec<_>>().join("+");
        words.subject.iter().rev().map(join).collect()
    });
    let subject = subject.join(",");
    Ok(vm.str(&format!("<_ssl.Certificate '{subject}'>"))?.into_object())
}

fn compare(_: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(left), Some(right)) =
        (a.downcast::<CertificateObject>(), b.downcast::<CertificateObject>())
    else {
        return Ok(Object::not_implemented());
    };
    Ok(match op {
        CmpOp::Eq => Object::bool(left.0.der == right.0.der),
        CmpOp::Ne => Object::bool(left.0.der != right.0.der),
        _ => Object::not_implemented(),
    })
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    let der = this.downcast::<CertificateObject>().map_or(&[][..], |this| &this.0.der);
    vm.hash(vm.bytes(der)?.as_object())
}

const PEM: i64 = 1;
pub(super) const DER: i64 = 2;

/// The certificate as PEM, or as DER.
#[native("(self, format=1)")]
fn public_bytes(vm: &Vm, this: &Obj<CertificateObject>, format: i32) -> Res {
    match i64::from(format) {
        PEM => Ok(vm.str(&pem::certificate(&this.0.der))?.into_object()),
        DER => Ok(vm.bytes(&this.0.der)?.into_object()),
        _ => Err(vm.value_error("Unsupported format")),
    }
}

/// The certificate as a dict.
#[native("(self, /)")]
fn get_info(vm: &Vm, this: &Obj<CertificateObject>) -> Res {
    certificate(vm, &this.0)
}
