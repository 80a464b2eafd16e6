//! The modules `_ssl` and `ssl`.
//!
//! | file             | holds                                                           |
//! |------------------|-----------------------------------------------------------------|
//! | `context`        | `_SSLContext`: what connections have in common                  |
//! | `public_context` | what `SSLContext` derives from: the same with enumerations      |
//! | `connection`     | `_SSLSocket`: a connection over a socket or over memory         |
//! | `socket`         | what `SSLSocket` derives from                                   |
//! | `object`         | what `SSLObject` derives from                                   |
//! | `bio`            | `MemoryBIO`                                                     |
//! | `session`        | `SSLSession`                                                    |
//! | `files`          | certificates and keys from files                                |
//! | `words`          | certificates as dicts                                           |
//! | `hosts`          | names in certificates, for programs that compare by themselves  |
//! | `texts`          | certificates as text, and the times in them                     |
//! | `errors`         | exceptions                                                      |
//! | `reasons`        | names of errors and their numbers                               |
//! | `constants`      | numbers                                                         |
//! | `enums`          | enumerations that are made when they are asked for              |
//! | `ssl.py`         | the module `ssl`: enumerations, and contexts for a purpose      |
//!
//! The protocol itself, and everything about certificates, is in the crate `taipan-tls`, which knows no Python. The
//! whole module is there with the feature `tls` only.

mod bio;
mod connection;
mod constants;
mod context;
mod enums;
mod errors;
mod files;
mod hosts;
mod object;
mod public_context;
mod reasons;
mod session;
mod socket;
mod texts;
mod words;

use std::os::unix::ffi::OsStrExt;

use taipan_core::vm::policy::Access;
use taipan_tls::oids::Known;
use taipan_tls::x509::Certificate;
use taipan_tls::{pem, provider};

use crate::support::*;
use errors::raise_plain;

pub(crate) use connection::{Connection, End};
pub(crate) use errors::{is_certificate_error, is_ssl_error};
pub(crate) use object::in_memory;

/// The module `_ssl`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_ssl",
    doc: "The insides of the module ssl.",
    functions: natives![
        rand_add,
        rand_bytes,
        rand_pseudo_bytes,
        rand_status,
        get_default_verify_paths,
        txt2obj,
        nid2obj,
        wire_numbers,
        test_decode_cert
    ],
    types: &[
        &context::SPEC,
        &connection::SPEC,
        &bio::SPEC,
        &session::SPEC,
        &words::SPEC,
        &public_context::SPEC,
        &object::SPEC,
        &socket::SPEC,
    ],
    fill: Some(|vm, module| {
        errors::install(vm, module)?;
        for &(name, value) in constants::NUMBERS {
            module.set(vm, name, value)?;
        }
        for &(name, value) in constants::FLAGS {
            module.set(vm, name, value)?;
        }
        let version = format!("OpenSSL 3.0.19-compatible (rustls 0.23, {})", provider::NAME);
        module.set(vm, "OPENSSL_VERSION", vm.str(&version)?)?;
        module.set(vm, "OPENSSL_VERSION_NUMBER", 0x3000_0130)?;
        module.set(vm, "OPENSSL_VERSION_INFO", (3, 0, 0, 19, 0).into_object(vm)?)?;
        module.set(vm, "_OPENSSL_API_VERSION", (3, 0, 0, 19, 0).into_object(vm)?)?;
        reasons::install(vm, module)?;
        module.set(vm, "_DEFAULT_CIPHERS", vm.str(DEFAULT_CIPHERS)?)
    }),
    ..ModuleDef::EMPTY
};

/// The module `ssl`.
pub static SSL_MODULE: ModuleDef = ModuleDef {
    name: "ssl",
    doc: "Sockets with TLS over them, and what they need: contexts, certificates, exceptions.",
    functions: natives![
        hosts::dnsname_match,
        hosts::inet_paton,
        hosts::ipaddress_match,
        hosts::match_hostname,
        texts::cert_time_to_seconds,
        texts::der_to_pem,
        texts::pem_to_der
    ],
    fill: Some(|vm, module| {
        vm.interp().state::<Namespace>().0.set(module.dict.clone().into_object());
        // The enumerations look the module up while it runs.
        let modules = vm.interp().modules.get_as::<Dict>();
        if let Some(modules) = &modules {
            modules.set_named(vm, "ssl", module.as_object().clone())?;
        }
        run_python_part(vm, module, "ssl", include_str!("ssl.py")).map_err(|raised| {
            let exception = vm.take_raised(raised);
            if let Some(modules) = modules {
                let name = vm.intern("ssl").into_object();
                if let Err(raised) = vm.call_method(modules.as_object(), "pop", &[name]) {
                    drop(vm.take_raised(raised));
                }
            }
            vm.raise(exception)
        })?;
        enums::install(module);
        Ok(())
    }),
    ..ModuleDef::EMPTY
};

/// The names of the module `ssl`.
#[derive(Default)]
struct Namespace(Slot);

/// A name of the module `ssl`, as programs have left it.
fn global(vm: &Vm, name: &str) -> Res {
    let names = vm.interp().state::<Namespace>().0.get_as::<Dict>();
    if let Some(found) = names.and_then(|names| names.get_named(vm, name)) {
        return Ok(found);
    }
    vm.getattr(&vm.import("ssl")?, &vm.intern(name))
}

/// What only clients have.
fn check_sides(
    vm: &Vm,
    server_side: bool,
    server_hostname: Option<&Object>,
    session: Option<&Object>,
) -> Res<()> {
    if server_side && is_named(vm, server_hostname)? {
        return Err(vm.value_error("server_hostname can only be specified in client mode"));
    }
    if server_side && session.is_some() {
        return Err(vm.value_error("session can only be specified in client mode"));
    }
    Ok(())
}

fn is_named(vm: &Vm, server_hostname: Option<&Object>) -> Res<bool> {
    server_hostname.map_or(Ok(false), |host| vm.truth(host))
}

/// A context that checks the host's name needs one.
fn check_host(vm: &Vm, server_hostname: Option<&Object>, context: Option<&Object>) -> Res<()> {
    let named = is_named(vm, server_hostname)?;
    let checks = vm.getattr(&or_none(context), &vm.intern("check_hostname"))?;
    if !named && vm.truth(&checks)? {
        return Err(no_host(vm));
    }
    Ok(())
}

#[cold]
fn no_host(vm: &Vm) -> Raised {
    vm.value_error("check_hostname requires server_hostname")
}

/// The value that a property is set to; it cannot be deleted.
fn given<'v>(vm: &Vm, this: &Object, name: &str, value: Option<&'v Object>) -> Res<&'v Object> {
    value.ok_or_else(|| {
        let class = vm.type_name(this);
        vm.attribute_error(format_args!("property '{name}' of '{class}' object has no deleter"))
    })
}

const NPN_IS_DEPRECATED: &str = "ssl NPN is deprecated, use ALPN instead";

/// Instances are not made by calling the class.
fn no_constructor(vm: &Vm, this: &Object, maker: &str) -> Raised {
    let class = vm.type_name(this);
    vm.type_error(format_args!(
        "{class} does not have a public constructor. Instances are returned by {maker}."
    ))
}

const DEFAULT_CIPHERS: &str = "@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20";

/// Nothing: the system's randomness needs no more.
#[native("(string, entropy, /)", name = "RAND_add")]
fn rand_add(vm: &Vm, string: &Object, entropy: f64) -> Res<()> {
    let _ = entropy;
    if string.downcast::<Str>().is_none() {
        buffer::bytes_of(vm, string)?;
    }
    Ok(())
}

/// Bytes that nobody can guess.
#[native("(n, /)", name = "RAND_bytes")]
fn rand_bytes(vm: &Vm, n: i32) -> Res {
    let Ok(count) = usize::try_from(n) else {
        return Err(vm.value_error("num must be positive"));
    };
    let mut bytes = zeros(vm, count)?;
    if !provider::random(&mut bytes) {
        return Err(raise_plain(vm, "the system has no randomness"));
    }
    Ok(vm.bytes(&bytes)?.into_object())
}

/// Such bytes, and True.
#[native("(n, /)", name = "RAND_pseudo_bytes")]
fn rand_pseudo_bytes(vm: &Vm, n: i32) -> Res {
    vm.warn(Exc::DeprecationWarning, "ssl.RAND_pseudo_bytes() is deprecated", 1)?;
    Ok(vm.pair(rand_bytes(vm, n)?, true.into_object(vm)?)?.into_object())
}

/// True: there is randomness.
#[native("()", name = "RAND_status")]
fn rand_status() -> bool {
    true
}

/// The environment's and the system's places of trusted certificates.
#[native("()")]
fn get_default_verify_paths(vm: &Vm) -> Res {
    let [file_name, folder_name] = VARIABLES;
    let texts = [file_name, SYSTEM_FILE, folder_name, SYSTEM_FOLDER];
    let texts = texts.map(|text| vm.str(text).map(Obj::into_object));
    let mut items = Vec::new();
    for text in texts {
        items.push(text?);
    }
    Ok(vm.tuple(items)?.into_object())
}

const VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Where Debian's OpenSSL looks.
const SYSTEM_FILE: &str = "/usr/lib/ssl/cert.pem";
const SYSTEM_FOLDER: &str = "/usr/lib/ssl/certs";

/// Files that other systems have.
const OTHER_FILES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Variable and value of the file, variable and value of the folder, as they are to be used.
fn default_paths(vm: &Vm) -> Res<[String; 4]> {
    let [file_name, folder_name] = VARIABLES;
    let variable = |name: &str| -> Option<String> {
        let access = Access::Environment { name: Some(name.as_bytes()), writes: false };
        if !vm.is_allowed(&access) {
            return None;
        }
        let value = std::env::var_os(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let (file, folder) = (variable(file_name), variable(folder_name));
    let is_there = |path: &&str| {
        let access = Access::Path { path: path.as_bytes() };
        vm.is_allowed(&access) && std::path::Path::new(path).exists()
    };
    let system_has_folder = is_there(&SYSTEM_FOLDER);
    let file = file.unwrap_or_else(|| {
        let own = [SYSTEM_FILE].into_iter().find(is_there);
        // A folder will do.
        let other =
            || if system_has_folder { None } else { OTHER_FILES.iter().copied().find(is_there) };
        own.or_else(other).unwrap_or(SYSTEM_FILE).to_owned()
    });
    let folder = folder.unwrap_or_else(|| SYSTEM_FOLDER.to_owned());
    Ok([file_name.to_owned(), file, folder_name.to_owned(), folder])
}

fn known(vm: &Vm, known: &Known) -> Res {
    let items = vec![
        vm.int(i64::from(known.nid))?,
        vm.str(known.short)?.into_object(),
        vm.str(known.long)?.into_object(),
        vm.str(known.oid)?.into_object(),
    ];
    Ok(vm.tuple(items)?.into_object())
}

/// Number, short name, long name and figures of an object identifier, by its figures or a name.
#[native("(txt, name=False)")]
fn txt2obj(vm: &Vm, txt: &str, name: bool) -> Res {
    match Known::by_text(txt, name) {
        Some(found) => known(vm, found),
        None if name => Err(vm.value_error(format_args!("unknown object '{:.100}'", txt))),
        None => Err(vm.value_error("Unknown object")),
    }
}

/// The same by its number.
#[native("(nid, /)")]
fn nid2obj(vm: &Vm, nid: i32) -> Res {
    if nid < 0 {
        return Err(vm.value_error("NID must be positive."));
    }
    match Known::by_nid(i64::from(nid)) {
        Some(found) => known(vm, found),
        None => Err(vm.value_error(format_args!("unknown NID {nid}"))),
    }
}

/// The names and numbers of one of the enumerations of what is in the wire.
#[native("(name, /)", name = "_wire_numbers")]
fn wire_numbers(vm: &Vm, name: &str) -> Res<Obj<Dict>> {
    let numbers = match name {
        "_TLSContentType" => constants::CONTENTS,
        "_TLSAlertType" => constants::ALERTS,
        "_TLSMessageType" => constants::MESSAGES,
        _ => &[],
    };
    let dict = vm.new_dict()?;
    for &(name, value) in numbers {
        dict.set_named(vm, name, vm.int(value)?)?;
    }
    Ok(dict)
}

/// The certificate of a file as a dict.
#[native("(path, /)", name = "_test_decode_cert")]
fn test_decode_cert(vm: &Vm, path: FsPath) -> Res {
    vm.ask(|| Access::Open { path: &path.bytes, writes: false })?;
    let text = match files::read_file(vm, &path) {
        Ok(text) => text,
        Err(raised) => {
            drop(vm.caught(raised, Exc::OSError)?);
            return Err(raise_plain(vm, "Can't open file"));
        }
    };
    let block = pem::blocks(&text).flatten().find(|block| block.label == "CERTIFICATE");
    match block.and_then(|block| Certificate::parse(&block.der).ok()) {
        Some(certificate) => words::certificate(vm, &certificate),
        None => Err(raise_plain(vm, "Error decoding PEM-encoded file")),
    }
}
