//! What `ssl.SSLContext` derives from: the settings as members of enumerations, and connections of the classes that
//! programs see.
//!
//! The numbers themselves are in `context`. The class in Python is empty, so that programs can derive from it and
//! patch it; what a program may replace (`sslsocket_class`, `_encode_hostname`) is looked up when it is used.

use super::constants::{HOSTFLAG_NEVER_CHECK_SUBJECT, kind, option};
use super::context::{self, Context};
use super::errors::raise_plain;
use super::global;
use crate::support::*;

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "What TLS connections have in common: versions, certificates, what is trusted.",
    flags: type_flags::BASETYPE,
    base: Some(|vm| type_for::<Context>(vm)),
    slots: Slots { new: Some(<new as NativeConstructor>::new), ..Slots::NONE },
    methods: natives![
        wrap_socket,
        wrap_bio,
        set_npn_protocols,
        set_servername_callback,
        set_alpn_protocols,
        load_default_certs,
        encode_hostname
    ],
    getsets: getsets![
        minimum_version: set_minimum_version,
        maximum_version: set_maximum_version,
        options: set_options,
        msg_callback: set_msg_callback,
        hostname_checks_common_name: set_hostname_checks_common_name,
        protocol,
        verify_flags: set_verify_flags,
        verify_mode: set_verify_mode
    ],
    ..TypeSpec::extending::<Context>("_ssl.ContextBase")
};

#[native("(cls, protocol=None, *args, **kwargs)", name = "SSLContext", constructor)]
fn new(
    vm: &Vm,
    class: &Obj<Type>,
    protocol: Option<i32>,
    args: &[Object],
    kwargs: Kwargs,
) -> Res<Obj<Context>> {
    // Those are for the __init__ of classes that derive from it.
    let _ = (args, kwargs);
    let protocol = match protocol {
        Some(protocol) => protocol,
        None => {
            let text = "ssl.SSLContext() without protocol argument is deprecated.";
            vm.warn(Exc::DeprecationWarning, text, 1)?;
            kind::TLS
        }
    };
    context::ssl_context(vm, class, protocol)
}

/// Take over a socket and return an SSLSocket for it.
#[native(
    "(self, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True, server_hostname=None, session=None)"
)]
fn wrap_socket(
    vm: &Vm,
    this: &Obj<Context>,
    sock: &Object,
    server_side: bool,
    do_handshake_on_connect: bool,
    suppress_ragged_eofs: bool,
    server_hostname: Option<&Object>,
    session: Option<&Object>,
) -> Res {
    let class = vm.getattr(this.as_object(), &vm.intern("sslsocket_class"))?;
    let named = [
        ("sock", sock.clone()),
        ("server_side", Object::bool(server_side)),
        ("do_handshake_on_connect", Object::bool(do_handshake_on_connect)),
        ("suppress_ragged_eofs", Object::bool(suppress_ragged_eofs)),
        ("server_hostname", or_none(server_hostname)),
        ("context", this.as_object().clone()),
        ("session", or_none(session)),
    ];
    vm.call_named(&vm.getattr(&class, &vm.intern("_create"))?, &[], &named)
}

/// Make an SSLObject that reads and writes memory; somebody else carries the bytes.
#[native("(self, incoming, outgoing, server_side=False, server_hostname=None, session=None)")]
fn wrap_bio(
    vm: &Vm,
    this: &Obj<Context>,
    incoming: &Object,
    outgoing: &Object,
    server_side: bool,
    server_hostname: Option<&Object>,
    session: Option<&Object>,
) -> Res {
    let class = vm.getattr(this.as_object(), &vm.intern("sslobject_class"))?;
    let encode = [or_none(server_hostname)];
    let named = [
        ("server_side", Object::bool(server_side)),
        ("server_hostname", vm.call_method(this.as_object(), "_encode_hostname", &encode)?),
        ("session", or_none(session)),
        ("context", this.as_object().clone()),
    ];
    let create = vm.getattr(&class, &vm.intern("_create"))?;
    vm.call_named(&create, &[incoming.clone(), outgoing.clone()], &named)
}

/// Each name after a byte with its length.
fn wire_format(vm: &Vm, names: &Object, what: &str) -> Res<Vec<u8>> {
    let mut packed = Vec::new();
    let (bytes, ascii) = (builtin(vm, "bytes")?, vm.str("ascii")?.into_object());
    vm.for_each(names, |name| {
        let name = buffer::bytes_of(vm, &vm.call(&bytes, &[name, ascii.clone()])?)?;
        match u8::try_from(name.len()) {
            Ok(len) if len > 0 => packed.push(len),
            _ => {
                let text = format!("{what} protocols must be 1 to 255 in length");
                return Err(raise_plain(vm, &text));
            }
        }
        packed.extend_from_slice(&name);
        Ok(())
    })?;
    Ok(packed)
}

/// Not there any more: use set_alpn_protocols.
#[native("(self, npn_protocols)")]
fn set_npn_protocols(vm: &Vm, this: &Obj<Context>, npn_protocols: &Object) -> Res<()> {
    vm.warn(Exc::DeprecationWarning, super::NPN_IS_DEPRECATED, 1)?;
    let packed = vm.bytes(&wire_format(vm, npn_protocols, "NPN")?)?.into_object();
    vm.call_method(this.as_object(), "_set_npn_protocols", &[packed]).map(drop)
}

/// Offer these protocols, or choose among them; the first is liked best.
#[native("(self, alpn_protocols)")]
fn set_alpn_protocols(vm: &Vm, this: &Obj<Context>, alpn_protocols: &Object) -> Res<()> {
    let packed = wire_format(vm, alpn_protocols, "ALPN")?;
    context::set_alpn(vm, this, &packed)
}

/// A `sni_callback` for a function that wants names as text.
struct NamedCallback(Slot);

impl Payload for NamedCallback {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&NAMED_CALLBACK);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.0);
    }
    fn clear(&self) {
        drop(self.0.take());
    }
}

static NAMED_CALLBACK: TypeSpec = TypeSpec {
    doc: "Calls a function with the name as it goes over the wire.",
    flags: type_flags::NO_NEW,
    slots: Slots { call: Some(call_named), ..Slots::NONE },
    ..TypeSpec::new::<NamedCallback>("_ssl.NamedCallback")
};

fn call_named(vm: &Vm, this: &Object, args: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    let callback = this.downcast::<NamedCallback>().and_then(|this| this.0.get());
    let (Some(callback), [connection, name, context]) = (callback, args) else {
        return Err(vm.type_error("a connection, a name and a context were expected"));
    };
    let name = vm.call_method(context, "_encode_hostname", &[name.clone()])?;
    vm.call(&callback, &[connection.clone(), name, context.clone()])
}

/// Have a function called with the name that a client wants to talk to.
///
/// It gets the connection, the name or None, and this context.
#[native("(self, server_name_callback)")]
fn set_servername_callback(vm: &Vm, this: &Obj<Context>, server_name_callback: &Object) -> Res<()> {
    let callback = if server_name_callback.is_none() {
        Object::none()
    } else if vm.is_callable(server_name_callback) {
        vm.alloc(NamedCallback(Slot::new(server_name_callback.clone())))?.into_object()
    } else {
        return Err(vm.type_error("not a callable object"));
    };
    vm.setattr(this.as_object(), &vm.intern("sni_callback"), &callback)
}

/// Trust what the system trusts.
#[native("(self, purpose=<unrepresentable>)", no_signature)]
fn load_default_certs(vm: &Vm, this: &Obj<Context>, purpose: Maybe<&Object>) -> Res<()> {
    if let Maybe::Given(purpose) = purpose
        && !vm.is_instance(purpose, &global(vm, "_ASN1Object")?)?
    {
        return Err(vm.raise_args(Exc::TypeError, vec![purpose.clone()]));
    }
    vm.call_method(this.as_object(), "set_default_verify_paths", &[]).map(drop)
}

/// A host's name as it goes over the wire.
#[native("(self, hostname)", name = "_encode_hostname")]
fn encode_hostname(vm: &Vm, _: &Obj<Context>, hostname: &Object) -> Res {
    if hostname.is_none() {
        return Ok(Object::none());
    }
    let ascii = vm.str("ascii")?.into_object();
    if hostname.downcast_str().is_none() {
        return vm.call_method(hostname, "decode", &[ascii]);
    }
    let encoded = vm.call_method(hostname, "encode", &[vm.str("idna")?.into_object()])?;
    vm.call_method(&encoded, "decode", &[ascii])
}

/// The member of an enumeration of the module.
fn member(vm: &Vm, enumeration: &str, value: i64) -> Res {
    vm.call(&global(vm, enumeration)?, &[vm.int(value)?])
}

/// The least version that is talked.
#[getter]
fn minimum_version(vm: &Vm, this: &Obj<Context>) -> Res {
    member(vm, "TLSVersion", context::minimum_version(this))
}

#[setter]
fn set_minimum_version(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let value = Some(super::given(vm, this.as_object(), "minimum_version", value)?);
    // Whoever asks for that protocol does not forbid it.
    if let Some(value) = value
        && vm.as_i64(value) == Some(0x300)
    {
        let wanted = context::options(this) & !option::NO_SSL3;
        context::set_options(vm, this, Some(&vm.int_u64(wanted)?))?;
    }
    context::set_minimum_version(vm, this, value)
}

/// The greatest version that is talked.
#[getter]
fn maximum_version(vm: &Vm, this: &Obj<Context>) -> Res {
    member(vm, "TLSVersion", context::maximum_version(this))
}

#[setter]
fn set_maximum_version(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let value = Some(super::given(vm, this.as_object(), "maximum_version", value)?);
    context::set_maximum_version(vm, this, value)
}

/// Bits of OP_*.
#[getter]
fn options(vm: &Vm, this: &Obj<Context>) -> Res {
    vm.call(&global(vm, "Options")?, &[vm.int_u64(context::options(this))?])
}

#[setter]
fn set_options(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let value = Some(super::given(vm, this.as_object(), "options", value)?);
    context::set_options(vm, this, value)
}

/// Whether the subject counts if there are no alternative names.
#[getter]
fn hostname_checks_common_name(this: &Obj<Context>) -> bool {
    context::host_flags(this) & HOSTFLAG_NEVER_CHECK_SUBJECT == 0
}

#[setter]
fn set_hostname_checks_common_name(
    vm: &Vm,
    this: &Obj<Context>,
    value: Option<&Object>,
) -> Res<()> {
    let value = super::given(vm, this.as_object(), "hostname_checks_common_name", value)?;
    let others = context::host_flags(this) & !HOSTFLAG_NEVER_CHECK_SUBJECT;
    let flag = if vm.truth(value)? { 0 } else { HOSTFLAG_NEVER_CHECK_SUBJECT };
    context::set_host_flags(vm, this, Some(&vm.int(i64::from(others | flag))?))
}

/// Called with what connections receive and send: the connection, a direction, and what it is.
#[getter(name = "_msg_callback")]
fn msg_callback(this: &Obj<Context>) -> Option<Object> {
    this.msg_callback.get()
}

#[setter]
fn set_msg_callback(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let value = super::given(vm, this.as_object(), "_msg_callback", value)?;
    if value.is_none() {
        drop(this.msg_callback.take());
    } else if vm.is_callable(value) {
        this.msg_callback.set(value.clone());
    } else {
        let shown = vm.to_str(value)?;
        return Err(vm.type_error(format_args!("{} is not callable.", shown.to_str_lossy())));
    }
    Ok(())
}

/// What was given to the constructor.
#[getter]
fn protocol(vm: &Vm, this: &Obj<Context>) -> Res {
    member(vm, "_SSLMethod", i64::from(context::protocol(this)))
}

/// Bits of VERIFY_*.
#[getter]
fn verify_flags(vm: &Vm, this: &Obj<Context>) -> Res {
    member(vm, "VerifyFlags", i64::from(context::verify_flags(this)))
}

#[setter]
fn set_verify_flags(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let value = Some(super::given(vm, this.as_object(), "verify_flags", value)?);
    context::set_verify_flags(vm, this, value)
}

/// Whether the other side needs a certificate: CERT_*.
#[getter]
fn verify_mode(vm: &Vm, this: &Obj<Context>) -> Res {
    member(vm, "VerifyMode", i64::from(context::verify_mode(this)))
}

#[setter]
fn set_verify_mode(vm: &Vm, this: &Obj<Context>, value: Option<&Object>) -> Res<()> {
    let value = Some(super::given(vm, this.as_object(), "verify_mode", value)?);
    context::set_verify_mode(vm, this, value)
}
