//! `_SSLContext`: what connections have in common, as scripts set it.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use taipan_tls::ciphers::{self, Description};
use taipan_tls::context::{Context as Common, KeyFile, Mode};
use taipan_tls::store::Store;
use taipan_tls::verify::Rules;
use taipan_tls::{NamedGroup, x509};

use super::bio::Bio;
use super::connection::{self, Connection};
use super::constants::{kind, option};
use super::errors::raise_plain;
use super::files;
use super::session::SessionObject;
use super::words;
use crate::socket::Socket;
use crate::support::*;

/// The suites of a new context, in CPython's order.
const SUITES: &str = "ECDHE+AESGCM:ECDHE+CHACHA20";

const MINIMUM: i64 = -2;
const MAXIMUM: i64 = -1;
const TLS1_2: i64 = 0x303;
const TLS1_3: i64 = 0x304;

/// What `session_stats()` counts.
#[derive(Default)]
pub(super) struct Counts {
    pub connect: Cell<i64>,
    pub connect_good: Cell<i64>,
    pub accept: Cell<i64>,
    pub accept_good: Cell<i64>,
    pub hits: Cell<i64>,
}

pub(super) fn count(cell: &Cell<i64>) {
    cell.set(cell.get().saturating_add(1));
}

/// Payload of `_ssl._SSLContext`.
pub struct Context {
    pub(super) common: RefCell<Common>,
    pub(super) protocol: i32,
    pub(super) options: Cell<u64>,
    minimum: Cell<i64>,
    maximum: Cell<i64>,
    host_flags: Cell<u32>,
    /// Of bits that mean nothing to us as well.
    flags: Cell<u32>,
    post_handshake: Cell<bool>,
    key_log: Slot,
    pub(super) sni_callback: Slot,
    pub(super) msg_callback: Slot,
    pub(super) counts: Counts,
}

impl Payload for Context {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.sni_callback);
        visitor.slot(&self.msg_callback);
        visitor.slot(&self.key_log);
    }
    fn clear(&self) {
        drop(self.sni_callback.take());
        drop(self.msg_callback.take());
        drop(self.key_log.take());
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "What TLS connections have in common. Use ssl.SSLContext.",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(<ssl_context as NativeConstructor>::new), ..Slots::NONE },
    methods: natives![
        wrap_socket,
        wrap_bio,
        set_ciphers,
        get_ciphers,
        set_alpn,
        load_cert_chain,
        load_dh_params,
        load_verify_locations,
        session_stats,
        set_default_verify_paths,
        set_ecdh_curve,
        cert_store_stats,
        get_ca_certs
    ],
    getsets: getsets![
        check_hostname: set_check_hostname,
        host_flags: set_host_flags,
        minimum_version: set_minimum_version,
        maximum_version: set_maximum_version,
        num_tickets: set_num_tickets,
        options: set_options,
        post_handshake_auth: set_post_handshake_auth,
        protocol,
        security_level,
        sni_callback: set_sni_callback,
        keylog_filename: set_keylog_filename,
        verify_flags: set_verify_flags,
        verify_mode: set_verify_mode
    ],
    ..TypeSpec::new::<Context>("_ssl._SSLContext")
};

fn deprecated(vm: &Vm, what: &str) -> Res<()> {
    vm.warn(Exc::DeprecationWarning, &format!("{what} is deprecated"), 1)
}

#[native("(cls, protocol, /)", name = "_SSLContext", constructor)]
pub(super) fn ssl_context(vm: &Vm, class: &Obj<Type>, protocol: i32) -> Res<Obj<Context>> {
    match protocol {
        kind::TLS => deprecated(vm, "ssl.PROTOCOL_TLS")?,
        kind::TLS1 => deprecated(vm, "ssl.PROTOCOL_TLSv1")?,
        kind::TLS11 => deprecated(vm, "ssl.PROTOCOL_TLSv1_1")?,
        kind::TLS12 => deprecated(vm, "ssl.PROTOCOL_TLSv1_2")?,
        kind::CLIENT | kind::SERVER => {}
        _ => {
            let text = format!("invalid or unsupported protocol version {protocol}");
            return Err(vm.value_error(text));
        }
    }
    let rules = Rules { store: Store::default(), flags: 0, common_names: true };
    let mut common = Common::new(rules);
    if let Some(suites) = ciphers::select(SUITES) {
        common.suites = suites;
    }
    let is_client = protocol == kind::CLIENT;
    if is_client {
        common.mode = Mode::Required;
        common.check_host = true;
    }
    let is_old = matches!(protocol, kind::TLS1 | kind::TLS11 | kind::TLS12);
    let made = Context {
        common: RefCell::new(common),
        protocol,
        options: Cell::new(option::DEFAULT),
        minimum: Cell::new(if is_old { MINIMUM } else { TLS1_2 }),
        maximum: Cell::new(MAXIMUM),
        host_flags: Cell::new(0x4),
        flags: Cell::new(0x8000),
        post_handshake: Cell::new(false),
        key_log: Slot::default(),
        sni_callback: Slot::default(),
        msg_callback: Slot::default(),
        counts: Counts::default(),
    };
    made.settle();
    vm.alloc_of(class, made)
}

impl Context {
    /// Brings what rustls will be told up to what was set.
    fn settle(&self) {
        let mut common = self.common.borrow_mut();
        let options = self.options.get();
        let (least, most) = match self.protocol {
            // rustls has none of these.
            kind::TLS1 | kind::TLS11 => (TLS1_3, 0),
            kind::TLS12 => (TLS1_2, TLS1_2),
            _ => {
                let maximum = self.maximum.get();
                (self.minimum.get(), if maximum == MAXIMUM { TLS1_3 } else { maximum })
            }
        };
        let in_range = |version| least <= version && version <= most;
        common.tls12 = in_range(TLS1_2) && options & option::NO_TLS12 == 0;
        common.tls13 = in_range(TLS1_3) && options & option::NO_TLS13 == 0;
        common.server_order = options & option::SERVER_PREFERENCE != 0;
        common.no_tickets = options & option::NO_TICKET != 0;
        common.rules.flags = self.flags.get();
        common.rules.common_names = self.host_flags.get() & 0x20 == 0;
        common.changed();
    }

    /// Why there is no version to talk in: the old ones, which rustls has not, or none at all.
    pub(super) fn no_version(&self) -> Option<&'static str> {
        let common = self.common.borrow();
        if common.tls12 || common.tls13 {
            return None;
        }
        let is_old = match self.protocol {
            kind::TLS1 | kind::TLS11 => true,
            kind::TLS12 => false,
            _ => {
                let (least, most) = (self.minimum.get(), self.maximum.get());
                least < TLS1_2 && (0..TLS1_2).contains(&most) && least <= most
            }
        };
        Some(if is_old { "NO_CIPHERS_AVAILABLE" } else { "NO_PROTOCOLS_AVAILABLE" })
    }

    pub(super) fn verifies(&self) -> bool {
        self.common.borrow().mode != Mode::None
    }

    /// Changes the store, in a copy: what raises may run Python, which may look at this context. What was added before
    /// something failed stays.
    fn with_store(&self, change: impl FnOnce(&mut Store) -> Res<()>) -> Res<()> {
        let mut store = self.common.borrow().rules.store.clone();
        let result = change(&mut store);
        let mut common = self.common.borrow_mut();
        common.rules.store = store;
        common.changed();
        result
    }
}

fn given<'a>(vm: &Vm, value: Option<&'a Object>) -> Res<&'a Object> {
    value.ok_or_else(|| vm.attribute_error("cannot delete attribute"))
}

trait Number: Sized {
    fn of(vm: &Vm, value: &Object) -> Res<Self>;
}

macro_rules! numbers {
    ($($ty:ty)*) => {$(
        impl Number for $ty {
            fn of(vm: &Vm, value: &Object) -> Res<$ty> {
                <$ty>::from_arg(vm, value, &mut (), &ArgInfo::default())
            }
        }
    )*};
}
numbers!(i32 i64 u32);

fn int<T: Number>(vm: &Vm, value: &Object) -> Res<T> {
    T::of(vm, value)
}

/// Make a TLS connection over a socket.
#[native(
    "(self, sock, server_side, server_hostname=None, *, owner=None, session=None)",
    name = "_wrap_socket"
)]
fn wrap_socket(
    vm: &Vm,
    this: &Obj<Context>,
    sock: &Obj<Socket>,
    server_side: bool,
    server_hostname: Option<&Object>,
    owner: Option<&Object>,
    session: Option<&Object>,
) -> Res<Obj<Connection>> {
    let wire = connection::Wire::socket(vm, sock)?;
    connection::make(vm, this, wire, server_side, server_hostname, owner, session)
}

/// Make a TLS connection over bytes in memory.
#[native(
    "(self, incoming, outgoing, server_side, server_hostname=None, *, owner=None, session=None)",
    name = "_wrap_bio"
)]
fn wrap_bio(
    vm: &Vm,
    this: &Obj<Context>,
    incoming: &Obj<Bio>,
    outgoing: &Obj<Bio>,
    server_side: bool,
    server_hostname: Option<&Object>,
    owner: Option<&Object>,
    session: Option<&Object>,
) -> Res<Obj<Connection>> {
    let wire = connection::Wire::Memory(incoming.clone(), outgoing.clone());
    connection::make(vm, this, wire, server_side, server_hostname, owner, session)
}

/// Choose the suites of TLS 1.2 by a list in OpenSSL's language.
#[native("(self, cipherlist, /)")]
fn set_ciphers(vm: &Vm, this: &Obj<Context>, cipherlist: &str) -> Res<()> {
    if cipherlist.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    let Some(suites) = ciphers::select(cipherlist) else {
        return Err(raise_plain(vm, "No cipher can be selected."));
    };
    let mut common = this.common.borrow_mut();
    common.suites = suites;
    common.changed();
    Ok(())
}

/// The suites, as dicts.
#[native("(self, /)")]
fn get_ciphers(vm: &Vm, this: &Obj<Context>) -> Res {
    let chosen = this.common.borrow().suites.clone();
    let all = ciphers::ALL.iter().filter(|suite| suite.is_tls13).chain(chosen);
    let mut rows = Vec::new();
    for suite in all {
        rows.push(cipher_row(vm, suite)?);
    }
    Ok(vm.list(rows)?.into_object())
}

fn cipher_row(vm: &Vm, suite: &Description) -> Res {
    let dict = vm.new_dict()?;
    dict.set_named(vm, "id", vm.int(0x0300_0000 | i64::from(suite.id))?)?;
    dict.set_named(vm, "name", vm.str(suite.name)?)?;
    dict.set_named(vm, "protocol", vm.str(suite.protocol())?)?;
    dict.set_named(vm, "description", vm.str(&suite.line())?)?;
    dict.set_named(vm, "strength_bits", vm.int(i64::from(suite.bits))?)?;
    dict.set_named(vm, "alg_bits", vm.int(i64::from(suite.bits))?)?;
    dict.set_named(vm, "aead", true.into_object(vm)?)?;
    dict.set_named(vm, "symmetric", vm.str(suite.symmetric)?)?;
    dict.set_named(vm, "digest", suite.digest.into_object(vm)?)?;
    dict.set_named(vm, "kea", vm.str(suite.key_exchange)?)?;
    dict.set_named(vm, "auth", vm.str(suite.auth)?)?;
    Ok(dict.into_object())
}

/// Set the protocols of ALPN, each after a byte with its length.
#[native("(self, protos, /)", name = "_set_alpn_protocols")]
pub(super) fn set_alpn(vm: &Vm, this: &Obj<Context>, protos: &[u8]) -> Res<()> {
    let (mut rest, mut names) = (protos, Vec::new());
    while let Some((&len, tail)) = rest.split_first() {
        let Some((name, tail)) = tail.split_at_checked(usize::from(len)) else {
            return Err(vm.value_error("ALPN protocols are cut short"));
        };
        if names.len() * 256 > 65_535 {
            return Err(vm.overflow_error("protocols longer than 65535 bytes"));
        }
        names.push(name.to_vec());
        rest = tail;
    }
    let mut common = this.common.borrow_mut();
    common.alpn = names;
    common.changed();
    Ok(())
}

/// Load the certificate of this side, with those that lead to its issuer, and its key.
#[native("(self, certfile, keyfile=None, password=None)")]
fn load_cert_chain(
    vm: &Vm,
    this: &Obj<Context>,
    certfile: &Object,
    keyfile: Option<&Object>,
    password: Option<&Object>,
) -> Res<()> {
    let path = |object: &Object, what: &str| {
        FsPath::from_arg(vm, object, &mut (), &ArgInfo::default()).map_err(|raised| {
            match vm.caught(raised, Exc::TypeError) {
                Ok(_) => vm.type_error(format_args!("{what} should be a valid filesystem path")),
                Err(raised) => raised,
            }
        })
    };
    let certificates = path(certfile, "certfile")?;
    let key = keyfile.map(|keyfile| path(keyfile, "keyfile")).transpose()?;
    files::load_chain(vm, this, &certificates, key.as_ref(), password)
}

/// Look at a file with parameters of Diffie-Hellman. No suite uses them.
#[native("(self, path, /)")]
fn load_dh_params(vm: &Vm, _: &Obj<Context>, path: FsPath) -> Res<()> {
    files::check_dh(vm, &path)
}

/// Load certificates that are trusted: from a file, a folder, or memory.
#[native("(self, cafile=None, capath=None, cadata=None)")]
fn load_verify_locations(
    vm: &Vm,
    this: &Obj<Context>,
    cafile: Option<&Object>,
    capath: Option<&Object>,
    cadata: Option<&Object>,
) -> Res<()> {
    if cafile.is_none() && capath.is_none() && cadata.is_none() {
        return Err(vm.type_error("cafile, capath and cadata cannot be all omitted"));
    }
    let path = |object: Option<&Object>, what: &str| {
        let Some(object) = object else { return Ok(None) };
        FsPath::from_arg(vm, object, &mut (), &ArgInfo::default()).map(Some).map_err(|raised| {
            match vm.caught(raised, Exc::TypeError) {
                Ok(_) => vm.type_error(format_args!("{what} should be a valid filesystem path")),
                Err(raised) => raised,
            }
        })
    };
    let (file, folder) = (path(cafile, "cafile")?, path(capath, "capath")?);
    if let Some(text) = cadata.and_then(|cadata| cadata.downcast::<Str>()) {
        let Some(text) = text.as_ascii() else {
            return Err(vm.type_error("cadata should be an ASCII string or a bytes-like object"));
        };
        check_not_empty(vm, text.is_empty())?;
        this.with_store(|store| files::add_text(vm, store, text.as_bytes()))?;
    } else if let Some(cadata) = cadata {
        let bytes = buffer::bytes_of(vm, cadata).map_err(|raised| {
            match vm.caught(raised, Exc::TypeError) {
                Ok(_) => vm.type_error("cadata should be an ASCII string or a bytes-like object"),
                Err(raised) => raised,
            }
        })?;
        check_not_empty(vm, bytes.is_empty())?;
        this.with_store(|store| files::add_der(vm, store, &bytes))?;
    }
    if let Some(file) = file {
        let text = files::read_file(vm, &file)?;
        this.with_store(|store| files::add_file(vm, store, &text))?;
    }
    if let Some(folder) = folder {
        let folder = files::folder(vm, &folder)?;
        this.with_store(|store| {
            store.add_folder(folder);
            Ok(())
        })?;
    }
    Ok(())
}

fn check_not_empty(vm: &Vm, is_empty: bool) -> Res<()> {
    if is_empty { Err(vm.value_error("Empty certificate data")) } else { Ok(()) }
}

/// Trust what the system trusts.
#[native("(self, /)")]
pub(super) fn set_default_verify_paths(vm: &Vm, this: &Obj<Context>) -> Res<()> {
    let [_, file, _, folder] = super::default_paths(vm)?;
    let ask = |path: &str| FsPath {
        bytes: path.as_bytes().to_vec(),
        object: Object::none(),
        is_bytes: false,
    };
    // What is not there, or must not be read, is not trusted; nothing else is wrong with that.
    let text = if file.is_empty() {
        None
    } else {
        match files::read_file(vm, &ask(&file)) {
            Ok(text) => Some(text),
            Err(raised) => {
                drop(vm.caught(raised, Exc::OSError)?);
                None
            }
        }
    };
    if let Some(text) = text {
        let added = this.with_store(|store| files::add_file(vm, store, &text));
        if let Err(raised) = added {
            drop(vm.caught(raised, Exc::OSError)?);
        }
    }
    for folder in folder.split(':').filter(|folder| !folder.is_empty()) {
        match files::folder(vm, &ask(folder)) {
            Ok(folder) => this.with_store(|store| {
                store.add_folder(folder);
                Ok(())
            })?,
            Err(raised) => drop(vm.caught(raised, Exc::OSError)?),
        }
    }
    Ok(())
}

/// Exchange keys by this curve only.
#[native("(self, name, /)")]
fn set_ecdh_curve(vm: &Vm, this: &Obj<Context>, name: &Object) -> Res<()> {
    let path = FsPath::from_arg(vm, name, &mut (), &ArgInfo::default())?;
    let group = match &path.bytes[..] {
        b"prime256v1" | b"secp256r1" | b"P-256" => NamedGroup::secp256r1,
        b"secp384r1" | b"P-384" => NamedGroup::secp384r1,
        #[cfg(feature = "tls")]
        b"secp521r1" | b"P-521" => NamedGroup::secp521r1,
        b"X25519" | b"x25519" => NamedGroup::X25519,
        _ => {
            let shown = vm.repr_string(name)?;
            return Err(vm.value_error(format_args!("unknown elliptic curve name {shown}")));
        }
    };
    let mut common = this.common.borrow_mut();
    common.group = Some(group);
    common.changed();
    Ok(())
}

/// How often things happened, by name.
#[native("(self, /)")]
fn session_stats(vm: &Vm, this: &Obj<Context>) -> Res<Obj<Dict>> {
    let counts = &this.counts;
    let dict = vm.new_dict()?;
    for (name, value) in [
        ("number", 0),
        ("connect", counts.connect.get()),
        ("connect_good", counts.connect_good.get()),
        ("connect_renegotiate", 0),
        ("accept", counts.accept.get()),
        ("accept_good", counts.accept_good.get()),
        ("accept_renegotiate", 0),
        ("hits", counts.hits.get()),
        ("misses", 0),
        ("timeouts", 0),
        ("cache_full", 0),
    ] {
        dict.set_named(vm, name, vm.int(value)?)?;
    }
    Ok(dict)
}

/// How many certificates and lists are loaded.
#[native("(self, /)")]
fn cert_store_stats(vm: &Vm, this: &Obj<Context>) -> Res<Obj<Dict>> {
    let (loaded, lists) = {
        let common = this.common.borrow();
        (common.rules.store.loaded(), common.rules.store.list_count())
    };
    let dict = vm.new_dict()?;
    dict.set_named(vm, "x509", vm.int_usize(loaded.len())?)?;
    dict.set_named(vm, "crl", vm.int_usize(lists)?)?;
    let authorities = loaded.iter().filter(|certificate| certificate.is_ca()).count();
    dict.set_named(vm, "x509_ca", vm.int_usize(authorities)?)?;
    Ok(dict)
}

/// The loaded certificates of CAs, as dicts or as DER.
#[native("(self, binary_form=False)")]
fn get_ca_certs(vm: &Vm, this: &Obj<Context>, binary_form: bool) -> Res {
    let loaded: Vec<Arc<x509::Certificate>> = this.common.borrow().rules.store.loaded();
    let mut rows = Vec::new();
    for certificate in loaded.iter().filter(|certificate| certificate.is_ca()) {
        vm.poll()?;
        rows.push(if binary_form {
            vm.bytes(&certificate.der)?.into_object()
        } else {
            words::certificate(vm, certificate)?
        });
    }
    Ok(vm.list(rows)?.into_object())
}

/// Whether the host's name must be in the certificate.
#[getter]
pub(super) fn check_hostname(this: &Obj<Context>) -> bool {
    this.common.borrow().check_host
}

#[setter]
fn set_check_hostname(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let wanted = vm.truth(given(vm, value)?)?;
    let mut common = this.common.borrow_mut();
    common.check_host = wanted;
    if wanted && common.mode == Mode::None {
        common.mode = Mode::Required;
    }
    common.changed();
    Ok(())
}

#[getter(name = "_host_flags")]
pub(super) fn host_flags(this: &Obj<Context>) -> u32 {
    this.host_flags.get()
}

#[setter]
pub(super) fn set_host_flags(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    this.host_flags.set(int(vm, given(vm, value)?)?);
    this.settle();
    Ok(())
}

/// The least version.
#[getter]
pub(super) fn minimum_version(this: &Obj<Context>) -> i64 {
    this.minimum.get()
}

/// The greatest version.
#[getter]
pub(super) fn maximum_version(this: &Obj<Context>) -> i64 {
    this.maximum.get()
}

fn version_argument(vm: &Vm, this: &Context, value: Option<&Object>) -> Res<i64> {
    let version: i64 = int(vm, given(vm, value)?)?;
    if !matches!(this.protocol, kind::TLS | kind::CLIENT | kind::SERVER) {
        return Err(vm.value_error(
            "The context's protocol doesn't support modification of highest and lowest version.",
        ));
    }
    match version {
        0x300 => deprecated(vm, "ssl.TLSVersion.SSLv3")?,
        0x301 => deprecated(vm, "ssl.TLSVersion.TLSv1")?,
        0x302 => deprecated(vm, "ssl.TLSVersion.TLSv1_1")?,
        MINIMUM | MAXIMUM | TLS1_2 | TLS1_3 => {}
        _ => {
            return Err(
                vm.value_error(format_args!("Unsupported TLS/SSL version 0x{:x}", version as u32))
            );
        }
    }
    Ok(version)
}

#[setter]
pub(super) fn set_minimum_version(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let version = version_argument(vm, this, value)?;
    this.minimum.set(if version == MAXIMUM { TLS1_3 } else { version });
    this.settle();
    Ok(())
}

#[setter]
pub(super) fn set_maximum_version(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let version = version_argument(vm, this, value)?;
    this.maximum.set(if version == MINIMUM { 0x301 } else { version });
    this.settle();
    Ok(())
}

/// How many tickets a server gives to a client of TLS 1.3.
#[getter]
fn num_tickets(this: &Obj<Context>) -> usize {
    this.common.borrow().tickets
}

#[setter]
fn set_num_tickets(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let number: i64 = int(vm, given(vm, value)?)?;
    let Ok(number) = usize::try_from(number) else {
        return Err(vm.value_error("value must be non-negative"));
    };
    if this.protocol != kind::SERVER {
        return Err(vm.value_error("SSLContext is not a server context."));
    }
    let mut common = this.common.borrow_mut();
    // Each is an answer to every client.
    common.tickets = number.min(256);
    common.changed();
    Ok(())
}

/// Bits of OP_*.
#[getter]
pub(super) fn options(this: &Obj<Context>) -> u64 {
    this.options.get()
}

#[setter]
pub(super) fn set_options(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let wanted = value.map_or(Ok(0), |value| int::<i64>(vm, value))? as u64;
    if wanted & !this.options.get() & option::DEPRECATED != 0 {
        let text = "ssl.OP_NO_SSL*/ssl.OP_NO_TLS* options are deprecated";
        vm.warn(Exc::DeprecationWarning, text, 1)?;
    }
    this.options.set(wanted);
    this.settle();
    Ok(())
}

/// Kept, but never offered: rustls has no authentication after the handshake.
#[getter]
fn post_handshake_auth(this: &Obj<Context>) -> bool {
    this.post_handshake.get()
}

#[setter]
fn set_post_handshake_auth(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else {
        return Err(vm.attribute_error("cannot delete attribute"));
    };
    this.post_handshake.set(vm.truth(value)?);
    Ok(())
}

/// PROTOCOL_*.
#[getter]
pub(super) fn protocol(this: &Obj<Context>) -> i32 {
    this.protocol
}

/// How strong keys have to be, by OpenSSL's levels.
#[getter]
fn security_level(_: &Obj<Context>) -> i32 {
    2
}

/// Called with a connection, the name that its client wants to talk to, and this context.
#[getter]
fn sni_callback(this: &Obj<Context>) -> Option<Object> {
    this.sni_callback.get()
}

#[setter]
pub(super) fn set_sni_callback(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    if this.protocol == kind::CLIENT {
        return Err(vm.value_error("sni_callback cannot be set on TLS_CLIENT context"));
    }
    match value.filter(|value| !value.is_none()) {
        None => drop(this.sni_callback.take()),
        Some(value) if vm.is_callable(value) => this.sni_callback.set(value.clone()),
        Some(_) => return Err(vm.type_error("not a callable object")),
    }
    Ok(())
}

/// The file that secrets are written to, for tools that look into connections.
#[getter]
fn keylog_filename(this: &Obj<Context>) -> Option<Object> {
    this.key_log.get()
}

#[setter]
fn set_keylog_filename(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let value = given(vm, value)?;
    let file = if value.is_none() {
        None
    } else {
        let path = FsPath::from_arg(vm, value, &mut (), &ArgInfo::default())?;
        Some(Arc::new(KeyFile::new(files::key_log(vm, &path)?)))
    };
    {
        let mut common = this.common.borrow_mut();
        common.key_log = file;
        common.changed();
    }
    if value.is_none() {
        drop(this.key_log.take());
    } else {
        this.key_log.set(value.clone());
    }
    Ok(())
}

/// Bits of VERIFY_*.
#[getter]
pub(super) fn verify_flags(this: &Obj<Context>) -> u32 {
    this.flags.get()
}

#[setter]
pub(super) fn set_verify_flags(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let wanted: i64 = int(vm, given(vm, value)?)?;
    this.flags.set(wanted as u32);
    this.settle();
    Ok(())
}

/// CERT_*.
#[getter]
pub(super) fn verify_mode(this: &Obj<Context>) -> i32 {
    match this.common.borrow().mode {
        Mode::None => 0,
        Mode::Optional => 1,
        Mode::Required => 2,
    }
}

#[setter]
pub(super) fn set_verify_mode(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let mode = match int::<i32>(vm, given(vm, value)?)? {
        0 => Mode::None,
        1 => Mode::Optional,
        2 => Mode::Required,
        _ => return Err(vm.value_error("invalid value for verify_mode")),
    };
    if mode == Mode::None && check_hostname(this) {
        return Err(
            vm.value_error("Cannot set verify_mode to CERT_NONE when check_hostname is enabled.")
        );
    }
    let mut common = this.common.borrow_mut();
    common.mode = mode;
    common.changed();
    Ok(())
}

/// The session argument of a connection, which must be of this context.
pub(super) fn session_for<'a>(
    vm: &Vm,
    context: &Obj<Context>,
    session: &'a Object,
) -> Res<&'a Obj<SessionObject>> {
    let Some(session) = session.downcast::<SessionObject>() else {
        return Err(vm.type_error("Value is not a SSLSession."));
    };
    if !session.context.get().is_some_and(|theirs| theirs.is(context.as_object())) {
        return Err(vm.value_error("Session refers to a different SSLContext."));
    }
    Ok(session)
}
