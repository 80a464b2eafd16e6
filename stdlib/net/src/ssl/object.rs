//! What `ssl.SSLObject` derives from: a connection over two MemoryBIOs, which never waits.
//!
//! All but reading and writing is passed on to `_sslobj`, which programs may look at and replace.

use super::NPN_IS_DEPRECATED;
use super::bio::Bio;
use super::connection::{self, Connection};
use crate::support::*;

/// Payload of what `ssl.SSLObject` derives from.
#[derive(Default)]
pub struct MemoryConnection {
    inner: Slot,
}

impl Payload for MemoryConnection {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.inner);
    }
    fn clear(&self) {
        drop(self.inner.take());
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "A TLS connection over two MemoryBIOs: it never waits, and knows no network.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(|vm, class, _, _| {
            Ok(vm.alloc_of(class, MemoryConnection::default())?.into_object())
        }),
        init: Some(|vm, this, _, _| Err(super::no_constructor(vm, this, "SSLContext.wrap_bio()"))),
        ..Slots::NONE
    },
    methods: natives![
        create,
        read,
        write,
        getpeercert,
        get_verified_chain,
        get_unverified_chain,
        selected_npn_protocol,
        selected_alpn_protocol,
        cipher,
        shared_ciphers,
        compression,
        pending,
        do_handshake,
        unwrap,
        get_channel_binding,
        version,
        verify_client_post_handshake
    ],
    getsets: getsets![
        sslobj: set_sslobj,
        context: set_context,
        session: set_session,
        session_reused,
        server_side,
        server_hostname
    ],
    ..TypeSpec::new::<MemoryConnection>("_ssl.ObjectBase")
};

type This = Obj<MemoryConnection>;

impl MemoryConnection {
    fn inner(&self, vm: &Vm) -> Res {
        self.inner
            .get()
            .ok_or_else(|| vm.attribute_error("'SSLObject' object has no attribute '_sslobj'"))
    }

    fn ask(&self, vm: &Vm, method: &str, args: &[Object]) -> Res {
        vm.call_method(&self.inner(vm)?, method, args)
    }

    fn attribute(&self, vm: &Vm, name: &str) -> Res {
        vm.getattr(&self.inner(vm)?, &vm.intern(name))
    }

    fn set_attribute(&self, vm: &Vm, name: &str, value: &Object) -> Res<()> {
        vm.setattr(&self.inner(vm)?, &vm.intern(name), value)
    }
}

/// An SSLObject of a context, and the connection in it; TypeError if the context gives anything else.
pub(crate) fn in_memory(
    vm: &Vm,
    context: &Object,
    server_side: bool,
    server_hostname: Option<&Object>,
) -> Res<(Object, Obj<Connection>)> {
    super::check_host(vm, server_hostname, Some(context))?;
    let bio = || Ok(vm.alloc(Bio::default())?.into_object());
    let args = [bio()?, bio()?, Object::bool(server_side), or_none(server_hostname)];
    let object = vm.call_method(context, "wrap_bio", &args)?;
    let inner = object.downcast::<MemoryConnection>().and_then(|object| object.inner.get());
    match inner.and_then(|inner| inner.downcast_into::<Connection>().ok()) {
        Some(connection) => Ok((object, connection)),
        None => Err(vm.type_error("a TLS connection of ours was expected")),
    }
}

#[native(
    "(cls, incoming, outgoing, server_side=False, server_hostname=None, session=None, context=None)",
    name = "_create",
    classmethod
)]
fn create(
    vm: &Vm,
    cls: &Object,
    incoming: &Object,
    outgoing: &Object,
    server_side: bool,
    server_hostname: Option<&Object>,
    session: Option<&Object>,
    context: Option<&Object>,
) -> Res {
    super::check_sides(vm, server_side, server_hostname, session)?;
    let made = vm.call_method(cls, "__new__", &[cls.clone()])?;
    let named = [
        ("server_side", Object::bool(server_side)),
        ("server_hostname", or_none(server_hostname)),
        ("owner", made.clone()),
        ("session", or_none(session)),
    ];
    let wrap = vm.getattr(&or_none(context), &vm.intern("_wrap_bio"))?;
    let inner = vm.call_named(&wrap, &[incoming.clone(), outgoing.clone()], &named)?;
    vm.setattr(&made, &vm.intern("_sslobj"), &inner)?;
    Ok(made)
}

/// The connection itself.
#[getter(name = "_sslobj")]
fn sslobj(vm: &Vm, this: &This) -> Res {
    this.inner(vm)
}

#[setter(name = "_sslobj")]
fn set_sslobj(_: &Vm, this: &This, value: Option<&Object>) -> Res<()> {
    match value {
        Some(value) => this.inner.set(value.clone()),
        None => drop(this.inner.take()),
    }
    Ok(())
}

/// The context; another one may be set by a sni_callback.
#[getter]
fn context(vm: &Vm, this: &This) -> Res {
    this.attribute(vm, "context")
}

#[setter]
fn set_context(vm: &Vm, this: &This, value: Option<&Object>) -> Res<()> {
    let value = super::given(vm, this.as_object(), "context", value)?;
    this.set_attribute(vm, "context", value)
}

/// The session, to go on with in another connection.
#[getter]
fn session(vm: &Vm, this: &This) -> Res {
    this.attribute(vm, "session")
}

#[setter]
fn set_session(vm: &Vm, this: &This, value: Option<&Object>) -> Res<()> {
    let value = super::given(vm, this.as_object(), "session", value)?;
    this.set_attribute(vm, "session", value)
}

/// Whether the handshake went on with an earlier session.
#[getter]
fn session_reused(vm: &Vm, this: &This) -> Res {
    this.attribute(vm, "session_reused")
}

/// Whether this is the server's side.
#[getter]
fn server_side(vm: &Vm, this: &This) -> Res {
    this.attribute(vm, "server_side")
}

/// The host that the client wants to talk to.
#[getter]
fn server_hostname(vm: &Vm, this: &This) -> Res {
    this.attribute(vm, "server_hostname")
}

/// Read up to len bytes; into the buffer if there is one, and say how many.
#[native("(self, len=1024, buffer=None)")]
fn read(vm: &Vm, this: &This, len: i64, buffer: Option<&Object>) -> Res {
    connection::read_any(vm, &this.inner(vm)?, len, buffer)
}

/// Write data and return how many bytes of it went.
#[native("(self, data)")]
fn write(vm: &Vm, this: &This, data: &Object) -> Res {
    connection::write_any(vm, &this.inner(vm)?, data)
}

/// The other side's certificate: a dict, empty if it was not verified, or DER.
#[native("(self, binary_form=False)")]
fn getpeercert(vm: &Vm, this: &This, binary_form: bool) -> Res {
    this.ask(vm, "getpeercert", &[Object::bool(binary_form)])
}

/// The certificates from the other side's to one that is trusted, as DER.
#[native("(self)")]
fn get_verified_chain(vm: &Vm, this: &This) -> Res {
    connection::chain_der(vm, &this.inner(vm)?, "get_verified_chain")
}

/// The certificates that the other side has sent, as DER.
#[native("(self)")]
fn get_unverified_chain(vm: &Vm, this: &This) -> Res {
    connection::chain_der(vm, &this.inner(vm)?, "get_unverified_chain")
}

/// None: there is no NPN any more.
#[native("(self)")]
fn selected_npn_protocol(vm: &Vm, _: &This) -> Res<()> {
    vm.warn(Exc::DeprecationWarning, NPN_IS_DEPRECATED, 1)
}

/// The protocol that ALPN has chosen, or None.
#[native("(self)")]
fn selected_alpn_protocol(vm: &Vm, this: &This) -> Res {
    this.ask(vm, "selected_alpn_protocol", &[])
}

/// The suite: name, version, bits.
#[native("(self)")]
fn cipher(vm: &Vm, this: &This) -> Res {
    this.ask(vm, "cipher", &[])
}

/// The suites that both sides know; None on a client.
#[native("(self)")]
fn shared_ciphers(vm: &Vm, this: &This) -> Res {
    this.ask(vm, "shared_ciphers", &[])
}

/// None: nothing is compressed.
#[native("(self)")]
fn compression(vm: &Vm, this: &This) -> Res {
    this.ask(vm, "compression", &[])
}

/// How many bytes can be read at once.
#[native("(self)")]
fn pending(vm: &Vm, this: &This) -> Res {
    this.ask(vm, "pending", &[])
}

/// Agree with the other side.
#[native("(self)")]
fn do_handshake(vm: &Vm, this: &This) -> Res<()> {
    this.ask(vm, "do_handshake", &[]).map(drop)
}

/// Close the TLS connection in good order.
#[native("(self)")]
fn unwrap(vm: &Vm, this: &This) -> Res {
    this.ask(vm, "shutdown", &[])
}

/// Bytes that only this connection's sides know; ValueError for types there are not.
#[native("(self, cb_type='tls-unique')")]
fn get_channel_binding(vm: &Vm, this: &This, cb_type: Maybe<&Object>) -> Res {
    this.ask(vm, "get_channel_binding", cb_type.given().map_or(&[], std::slice::from_ref))
}

/// The version that is talked, None before the handshake.
#[native("(self)")]
fn version(vm: &Vm, this: &This) -> Res {
    this.ask(vm, "version", &[])
}

/// Ask the client for its certificate now.
#[native("(self)")]
fn verify_client_post_handshake(vm: &Vm, this: &This) -> Res {
    this.ask(vm, "verify_client_post_handshake", &[])
}
