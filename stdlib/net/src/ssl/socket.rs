//! What `ssl.SSLSocket` derives from, beside `socket.socket`: a socket with TLS over it.
//!
//! The connection is the attribute `_sslobj`, None while the socket is not connected and after `unwrap()`; then the
//! methods are those of the socket. It and the other attributes (`_context`, `_connected`, ...) are in the instance,
//! where programs look at them and replace them.
//!
//! Methods of the socket are looked up in the class that follows this one in the order of the instance's bases, as
//! `super()` would: programs patch those too.

use super::connection;
use super::errors::{Class, is_a};
use super::{NPN_IS_DEPRECATED, global, no_constructor};
use crate::socket::address::{SO_TYPE, SOCK_STREAM, SOL_SOCKET};
use crate::socket::{Socket, set_timeout};
use crate::support::*;
use connection::Connection;
use taipan_sys::errno;
use taipan_sys::net;

/// The number of an end without a word, in the arguments of SSLEOFError.
const UNEXPECTED_END: i64 = 8;

/// How much is read if nobody says.
const USUAL_SIZE: i64 = 1024;

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "A socket with TLS over it; before it is connected, one that will have it.",
    flags: type_flags::BASETYPE,
    base: Some(base),
    slots: Slots {
        init: Some(|vm, this, _, _| Err(no_constructor(vm, this, "SSLContext.wrap_socket()"))),
        ..Slots::NONE
    },
    methods: natives![
        create,
        accept,
        check_closed,
        check_connected,
        cipher,
        compression,
        connect,
        connect_ex,
        do_handshake,
        dup,
        get_channel_binding,
        getpeercert,
        get_verified_chain,
        get_unverified_chain,
        pending,
        read,
        real_close,
        recv,
        recv_into,
        recvfrom,
        recvfrom_into,
        recvmsg,
        recvmsg_into,
        selected_alpn_protocol,
        selected_npn_protocol,
        send,
        sendall,
        sendfile,
        sendmsg,
        sendto,
        shared_ciphers,
        shutdown,
        unwrap,
        verify_client_post_handshake,
        version,
        write
    ],
    getsets: getsets![context: set_context, session: set_session, session_reused],
    ..TypeSpec::extending::<Socket>("_ssl.SocketBase")
};

/// The class of plain sockets. Its module is loaded first, whoever asks: what instances hold is settled then.
fn base(vm: &Vm) -> Obj<Type> {
    if let Err(raised) = vm.import("_socket") {
        drop(vm.take_raised(raised));
    }
    type_for::<Socket>(vm)
}

type This = Obj<Socket>;

fn get(vm: &Vm, this: &This, name: &str) -> Res {
    vm.getattr(this.as_object(), &vm.intern(name))
}

fn set(vm: &Vm, this: &This, name: &str, value: &Object) -> Res<()> {
    vm.setattr(this.as_object(), &vm.intern(name), value)
}

fn is_set(vm: &Vm, this: &This, name: &str) -> Res<bool> {
    vm.truth(&get(vm, this, name)?)
}

/// The connection; None if there is no TLS now.
fn inner(vm: &Vm, this: &This) -> Res<Option<Object>> {
    let inner = get(vm, this, "_sslobj")?;
    Ok(Some(inner).filter(|inner| !inner.is_none()))
}

/// A method of the connection, None without TLS.
fn ask(vm: &Vm, this: &This, method: &str) -> Res {
    match inner(vm, this)? {
        Some(inner) => vm.call_method(&inner, method, &[]),
        None => Ok(Object::none()),
    }
}

/// A method of the plain socket.
fn plain(vm: &Vm, this: &This, method: &str, args: &[Object]) -> Res {
    let ours = vm.type_of_spec(&SPEC)?;
    let order = vm.class_of(this.as_object()).mro_tuple();
    let order = order.as_ref().map_or(&[][..], |order| order.as_slice());
    let next = order.iter().skip_while(|class| !class.is(ours.as_object())).nth(1);
    let Some(next) = next else { return Err(vm.system_error("a socket without a class")) };
    let mut all = vec![this.as_object().clone()];
    all.extend_from_slice(args);
    vm.call(&vm.getattr(next, &vm.intern(method))?, &all)
}

/// Whether it is of a class that derives from SSLSocket, and so may have methods of its own.
fn is_derived(vm: &Vm, this: &This) -> bool {
    // SSLSocket is two above that of plain sockets.
    let above = |class: &Obj<Type>| class.base.get_as::<Type>();
    let plain = above(&vm.class_of(this.as_object())).as_ref().and_then(above);
    !plain.is_some_and(|plain| plain.is(&type_for::<Socket>(vm)))
}

/// `read()` of a class that derives from this one.
#[cold]
fn read_derived(vm: &Vm, this: &This, len: Object, buffer: Option<&Object>) -> Res {
    let mut args = vec![len];
    args.extend(buffer.cloned());
    vm.call_method(this.as_object(), "read", &args)
}

/// All of data by `send()` of a class that derives from this one.
#[cold]
fn send_derived(vm: &Vm, this: &This, data: &Object) -> Res<()> {
    let view = vm.call(&builtin(vm, "memoryview")?, std::slice::from_ref(data))?;
    let view = vm.call_method(&view, "cast", &[vm.str("B")?.into_object()])?;
    let whole = vm.len(&view)?;
    let slice = builtin(vm, "slice")?;
    let mut sent = 0;
    while sent < whole {
        let rest = vm.call(&slice, &[vm.int_usize(sent)?, Object::none()])?;
        let rest = vm.getitem(&view, &rest)?;
        let count = vm.call_method(this.as_object(), "send", &[rest])?;
        sent += usize::try_from(vm.index_size(&count)?).unwrap_or(0);
    }
    Ok(())
}

fn class_shown(vm: &Vm, this: &This) -> Res<String> {
    vm.repr_string(vm.class_of(this.as_object()).as_object())
}

/// What only sockets without TLS do.
fn not_allowed(vm: &Vm, this: &This, method: &str, kind: Exc) -> Raised {
    match class_shown(vm, this) {
        Ok(class) => {
            vm.raise_kind(kind, format_args!("{method} not allowed on instances of {class}"))
        }
        Err(raised) => raised,
    }
}

fn refuse_flags(vm: &Vm, this: &This, flags: i64, method: &str) -> Res<()> {
    if flags == 0 {
        return Ok(());
    }
    let class = class_shown(vm, this)?;
    Err(vm
        .value_error(format_args!("non-zero flags not allowed in calls to {method}() on {class}")))
}

fn no_wrapper(vm: &Vm, this: &This) -> Raised {
    match vm.to_str(this.as_object()) {
        Ok(shown) => vm.value_error(format_args!("No SSL wrapper around {}", shown.to_str_lossy())),
        Err(raised) => raised,
    }
}

#[native(
    "(cls, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True, server_hostname=None, context=None, session=None)",
    name = "_create",
    classmethod
)]
fn create(
    vm: &Vm,
    cls: &Object,
    sock: &Object,
    server_side: bool,
    do_handshake_on_connect: bool,
    suppress_ragged_eofs: bool,
    server_hostname: Option<&Object>,
    context: Option<&Object>,
    session: Option<&Object>,
) -> Res {
    let asked = [vm.int(i64::from(SOL_SOCKET))?, vm.int(i64::from(SO_TYPE))?];
    let kind = vm.call_method(sock, "getsockopt", &asked)?;
    if vm.as_i64(&kind) != Some(i64::from(SOCK_STREAM)) {
        let text = "only stream sockets are supported";
        return Err(vm.raise_kind(Exc::NotImplementedError, text));
    }
    super::check_sides(vm, server_side, server_hostname, session)?;
    super::check_host(vm, server_hostname, context)?;
    let (host, context) = (or_none(server_hostname), or_none(context));
    let made = vm.call_method(cls, "__new__", &[cls.clone()])?;
    let Some(this) = made.downcast::<Socket>() else {
        return Err(vm.type_error("a class of sockets was expected"));
    };
    let timeout = vm.call_method(sock, "gettimeout", &[])?;
    take_over(vm, this, sock)?;
    this.is_derived.set(is_derived(vm, this));
    // From here on the descriptor is ours: it is closed if anything fails.
    let start = || {
        set(vm, this, "_context", &context)?;
        set(vm, this, "_session", &or_none(session))?;
        set(vm, this, "_closed", &Object::bool(false))?;
        set(vm, this, "_sslobj", &Object::none())?;
        set(vm, this, "server_side", &Object::bool(server_side))?;
        let host = vm.call_method(&context, "_encode_hostname", &[host])?;
        set(vm, this, "server_hostname", &host)?;
        set(vm, this, "do_handshake_on_connect", &Object::bool(do_handshake_on_connect))?;
        set(vm, this, "suppress_ragged_eofs", &Object::bool(suppress_ragged_eofs))?;
        let is_connected = has_peer(vm, this)?;
        set(vm, this, "_connected", &Object::bool(is_connected))?;
        vm.call_method(&made, "settimeout", &[timeout])?;
        if !is_connected {
            return Ok(());
        }
        begin(vm, this)?;
        if !do_handshake_on_connect {
            return Ok(());
        }
        if this.never_waits() {
            return Err(vm.value_error(
                "do_handshake_on_connect should not be specified for non-blocking sockets",
            ));
        }
        vm.call_method(&made, "do_handshake", &[]).map(drop)
    };
    start().map_err(|raised| {
        let exception = vm.take_raised(raised);
        if let Err(raised) = vm.call_method(&made, "close", &[]) {
            drop(vm.take_raised(raised));
        }
        vm.raise(exception)
    })?;
    Ok(made.clone())
}

/// Becomes the socket of the other's descriptor, which lets go of it.
fn take_over(vm: &Vm, this: &This, sock: &Object) -> Res<()> {
    let of = |name: &str| vm.getattr(sock, &vm.intern(name));
    let fileno = vm.call_method(sock, "fileno", &[])?;
    plain(vm, this, "__init__", &[of("family")?, of("type")?, of("proto")?, fileno])?;
    vm.call_method(sock, "detach", &[]).map(drop)
}

/// Whether it is connected.
///
/// What a peer has sent that is gone again would come in the clear: nobody must take it for something that TLS has
/// protected.
fn has_peer(vm: &Vm, this: &This) -> Res<bool> {
    let raised = match vm.call_method(this.as_object(), "getpeername", &[]) {
        Ok(_) => return Ok(true),
        Err(raised) => vm.caught(raised, Exc::OSError)?,
    };
    let number = vm.getattr(&raised, &vm.intern("errno"))?;
    if vm.as_i64(&number) != Some(i64::from(errno::ENOTCONN)) {
        return Err(vm.raise(raised));
    }
    let mut room = [0];
    match net::retried(|| net::recv(this.descriptor(), &mut room, connection::DONT_WAIT)) {
        Ok(0) => Ok(false),
        Ok(_) => {
            let reason = "Closed before TLS handshake with data in recv buffer.";
            let class = super::errors::class(vm, Class::Error)?;
            let text = vm.str(reason)?.into_object();
            let error = vm.call(&class, &[number, text.clone()])?;
            vm.setattr(&error, &vm.intern("reason"), &text)?;
            vm.setattr(&error, &vm.intern("library"), &Object::none())?;
            Err(vm.raise(error))
        }
        Err(failure) => match failure.raw_os_error() {
            Some(errno::ENOTCONN | errno::EINVAL) => Ok(false),
            _ => Err(raise_io(vm, failure)),
        },
    }
}

/// TLS over the connected socket.
fn begin(vm: &Vm, this: &This) -> Res<()> {
    let wrap = vm.getattr(&get(vm, this, "_context")?, &vm.intern("_wrap_socket"))?;
    let me = this.as_object();
    let args = [me.clone(), get(vm, this, "server_side")?, get(vm, this, "server_hostname")?];
    let named = [("owner", me.clone()), ("session", get(vm, this, "_session")?)];
    set(vm, this, "_sslobj", &vm.call_named(&wrap, &args, &named)?)
}

/// The context; another one may be set by a sni_callback.
#[getter]
fn context(vm: &Vm, this: &This) -> Res {
    get(vm, this, "_context")
}

#[setter]
fn set_context(vm: &Vm, this: &This, value: Option<&Object>) -> Res<()> {
    let value = super::given(vm, this.as_object(), "context", value)?;
    set(vm, this, "_context", value)?;
    vm.setattr(&get(vm, this, "_sslobj")?, &vm.intern("context"), value)
}

/// The session, to go on with in another connection.
#[getter]
fn session(vm: &Vm, this: &This) -> Res {
    match inner(vm, this)? {
        Some(inner) => vm.getattr(&inner, &vm.intern("session")),
        None => Ok(Object::none()),
    }
}

#[setter]
fn set_session(vm: &Vm, this: &This, value: Option<&Object>) -> Res<()> {
    let value = super::given(vm, this.as_object(), "session", value)?;
    set(vm, this, "_session", value)?;
    match inner(vm, this)? {
        Some(inner) => vm.setattr(&inner, &vm.intern("session"), value),
        None => Ok(()),
    }
}

/// Whether the handshake went on with an earlier session.
#[getter]
fn session_reused(vm: &Vm, this: &This) -> Res {
    match inner(vm, this)? {
        Some(inner) => vm.getattr(&inner, &vm.intern("session_reused")),
        None => Ok(Object::none()),
    }
}

/// A TLS connection cannot be had twice.
#[native("(self)")]
fn dup(vm: &Vm, this: &This) -> Res<()> {
    let class = vm.type_name(this.as_object());
    Err(vm.raise_kind(Exc::NotImplementedError, format_args!("Can't dup() {class} instances")))
}

/// For those who override it.
#[native("(self, msg=None)", name = "_checkClosed")]
fn check_closed(this: &This, msg: Option<&Object>) {
    let _ = (this, msg);
}

/// Raises what the system has to say if there is no connection.
#[native("(self)", name = "_check_connected")]
fn check_connected(vm: &Vm, this: &This) -> Res<()> {
    if is_set(vm, this, "_connected")? {
        return Ok(());
    }
    vm.call_method(this.as_object(), "getpeername", &[]).map(drop)
}

/// Read up to len bytes; into the buffer if there is one, and say how many.
#[native("(self, len=1024, buffer=None)")]
fn read(vm: &Vm, this: &This, len: i64, buffer: Option<&Object>) -> Res {
    match inner(vm, this)? {
        Some(inner) => read_inner(vm, this, &inner, len, buffer),
        None => Err(vm.value_error("Read on closed or unwrapped SSL socket.")),
    }
}

fn read_inner(vm: &Vm, this: &This, inner: &Object, len: i64, buffer: Option<&Object>) -> Res {
    connection::read_any(vm, inner, len, buffer).or_else(|raised| {
        let exception = vm.caught(raised, Exc::OSError)?;
        if is_ragged_end(vm, this, &exception)? {
            return match buffer {
                None => Ok(vm.bytes(&[])?.into_object()),
                Some(_) => vm.int(0),
            };
        }
        Err(vm.raise(exception))
    })
}

/// Whether the other side has gone without a word, and that is taken for an end.
#[cold]
fn is_ragged_end(vm: &Vm, this: &This, exception: &Object) -> Res<bool> {
    if !is_a(vm, exception, Class::Error)? {
        return Ok(false);
    }
    let args = vm.getattr(exception, &vm.intern("args"))?;
    let number = args.downcast::<Tuple>().and_then(|args| args.as_slice().first().cloned());
    let is_end = number.is_some_and(|number| vm.as_i64(&number) == Some(UNEXPECTED_END));
    Ok(is_end && is_set(vm, this, "suppress_ragged_eofs")?)
}

/// Write data and return how many bytes of it went.
#[native("(self, data)")]
fn write(vm: &Vm, this: &This, data: &Object) -> Res {
    match inner(vm, this)? {
        Some(inner) => connection::write_any(vm, &inner, data),
        None => Err(vm.value_error("Write on closed or unwrapped SSL socket.")),
    }
}

/// Receive up to buflen bytes.
#[native("(self, buflen=1024, flags=0)")]
fn recv(vm: &Vm, this: &This, buflen: i64, flags: i64) -> Res {
    let Some(inner) = inner(vm, this)? else {
        return plain(vm, this, "recv", &[vm.int(buflen)?, vm.int(flags)?]);
    };
    refuse_flags(vm, this, flags, "recv")?;
    if this.is_derived.get() {
        return read_derived(vm, this, vm.int(buflen)?, None);
    }
    read_inner(vm, this, &inner, buflen, None)
}

/// Receive into a buffer and return how many bytes came.
#[native("(self, buffer, nbytes=None, flags=0)")]
fn recv_into(
    vm: &Vm,
    this: &This,
    buffer: Option<&Object>,
    nbytes: Option<i64>,
    flags: i64,
) -> Res {
    let inner = inner(vm, this)?;
    if inner.is_some() {
        refuse_flags(vm, this, flags, "recv_into")?;
    }
    if let (true, Some(_)) = (this.is_derived.get(), &inner) {
        let len = match buffer.filter(|_| nbytes.is_none()) {
            Some(buffer) => vm.int_usize(vm.len(buffer)?)?,
            None => vm.int(nbytes.unwrap_or(USUAL_SIZE))?,
        };
        return read_derived(vm, this, len, buffer);
    }
    match (inner, buffer) {
        // As much as it holds, if nobody says.
        (Some(inner), Some(_)) => read_inner(vm, this, &inner, nbytes.unwrap_or(0), buffer),
        (Some(inner), None) => read_inner(vm, this, &inner, nbytes.unwrap_or(USUAL_SIZE), None),
        (None, _) => {
            let args = [or_none(buffer), vm.int(nbytes.unwrap_or(0))?, vm.int(flags)?];
            plain(vm, this, "recv_into", &args)
        }
    }
}

/// Only without TLS.
#[native("(self, buflen=1024, flags=0)")]
fn recvfrom(vm: &Vm, this: &This, buflen: Maybe<&Object>, flags: Maybe<&Object>) -> Res {
    if inner(vm, this)?.is_some() {
        return Err(not_allowed(vm, this, "recvfrom", Exc::ValueError));
    }
    let args = [given_or(vm, buflen, USUAL_SIZE)?, given_or(vm, flags, 0)?];
    plain(vm, this, "recvfrom", &args)
}

/// Only without TLS.
#[native("(self, buffer, nbytes=None, flags=0)")]
fn recvfrom_into(
    vm: &Vm,
    this: &This,
    buffer: &Object,
    nbytes: Option<&Object>,
    flags: Maybe<&Object>,
) -> Res {
    if inner(vm, this)?.is_some() {
        return Err(not_allowed(vm, this, "recvfrom_into", Exc::ValueError));
    }
    let nbytes = nbytes.map_or(Maybe::Absent, Maybe::Given);
    let args = [buffer.clone(), given_or(vm, nbytes, 0)?, given_or(vm, flags, 0)?];
    plain(vm, this, "recvfrom_into", &args)
}

fn given_or(vm: &Vm, given: Maybe<&Object>, otherwise: i64) -> Res {
    given.given().cloned().map_or_else(|| vm.int(otherwise), Ok)
}

/// There is none.
#[native("(self, *args, **kwargs)")]
fn recvmsg(vm: &Vm, this: &This, args: &[Object], kwargs: Kwargs) -> Res<()> {
    let _ = (args, kwargs);
    Err(not_allowed(vm, this, "recvmsg", Exc::NotImplementedError))
}

/// There is none.
#[native("(self, *args, **kwargs)")]
fn recvmsg_into(vm: &Vm, this: &This, args: &[Object], kwargs: Kwargs) -> Res<()> {
    let _ = (args, kwargs);
    Err(not_allowed(vm, this, "recvmsg_into", Exc::NotImplementedError))
}

/// There is none.
#[native("(self, *args, **kwargs)")]
fn sendmsg(vm: &Vm, this: &This, args: &[Object], kwargs: Kwargs) -> Res<()> {
    let _ = (args, kwargs);
    Err(not_allowed(vm, this, "sendmsg", Exc::NotImplementedError))
}

/// Send data and return how many bytes of it went.
#[native("(self, data, flags=0)")]
fn send(vm: &Vm, this: &This, data: &Object, flags: i64) -> Res {
    let Some(inner) = inner(vm, this)? else {
        return plain(vm, this, "send", &[data.clone(), vm.int(flags)?]);
    };
    refuse_flags(vm, this, flags, "send")?;
    connection::write_any(vm, &inner, data)
}

/// Send all of data.
#[native("(self, data, flags=0)")]
fn sendall(vm: &Vm, this: &This, data: &Object, flags: i64) -> Res<()> {
    let Some(inner) = inner(vm, this)? else {
        return plain(vm, this, "sendall", &[data.clone(), vm.int(flags)?]).map(drop);
    };
    refuse_flags(vm, this, flags, "sendall")?;
    if this.is_derived.get() {
        return send_derived(vm, this, data);
    }
    let mut holder = ();
    let bytes = Buffer::from_arg(vm, data, &mut holder, &ArgInfo::default())?;
    let mut sent = 0;
    while sent < bytes.len() {
        let Some(connection) = inner.downcast::<Connection>() else {
            let rest = vm.bytes(&bytes.with(|all| all.get(sent..).unwrap_or(&[]).to_vec()))?;
            let count = vm.call_method(&inner, "write", &[rest.into_object()])?;
            sent += usize::try_from(vm.index_size(&count)?).unwrap_or(0);
            continue;
        };
        sent += connection.write_from(vm, &bytes, sent)?;
    }
    Ok(())
}

/// Only without TLS.
#[native("(self, data, flags_or_addr, addr=None)")]
fn sendto(
    vm: &Vm,
    this: &This,
    data: &Object,
    flags_or_addr: &Object,
    addr: Option<&Object>,
) -> Res {
    if inner(vm, this)?.is_some() {
        return Err(not_allowed(vm, this, "sendto", Exc::ValueError));
    }
    let mut args = vec![data.clone(), flags_or_addr.clone()];
    args.extend(addr.cloned());
    plain(vm, this, "sendto", &args)
}

/// Send a file and return how many bytes of it went.
#[native("(self, file, offset=0, count=None)")]
fn sendfile(
    vm: &Vm,
    this: &This,
    file: &Object,
    offset: Maybe<&Object>,
    count: Option<&Object>,
) -> Res {
    let args = [file.clone(), given_or(vm, offset, 0)?, or_none(count)];
    match inner(vm, this)? {
        // The system cannot encrypt it.
        Some(_) => vm.call_method(this.as_object(), "_sendfile_use_send", &args),
        None => plain(vm, this, "sendfile", &args),
    }
}

/// The other side's certificate: a dict, empty if it was not verified, or DER.
#[native("(self, binary_form=False)")]
fn getpeercert(vm: &Vm, this: &This, binary_form: bool) -> Res {
    vm.call_method(this.as_object(), "_check_connected", &[])?;
    let inner = get(vm, this, "_sslobj")?;
    vm.call_method(&inner, "getpeercert", &[Object::bool(binary_form)])
}

/// The certificates from the other side's to one that is trusted, as DER.
#[native("(self)")]
fn get_verified_chain(vm: &Vm, this: &This) -> Res {
    connection::chain_der(vm, &get(vm, this, "_sslobj")?, "get_verified_chain")
}

/// The certificates that the other side has sent, as DER.
#[native("(self)")]
fn get_unverified_chain(vm: &Vm, this: &This) -> Res {
    connection::chain_der(vm, &get(vm, this, "_sslobj")?, "get_unverified_chain")
}

/// None: there is no NPN any more.
#[native("(self)")]
fn selected_npn_protocol(vm: &Vm, _: &This) -> Res<()> {
    vm.warn(Exc::DeprecationWarning, NPN_IS_DEPRECATED, 1)
}

/// The protocol that ALPN has chosen, or None.
#[native("(self)")]
fn selected_alpn_protocol(vm: &Vm, this: &This) -> Res {
    ask(vm, this, "selected_alpn_protocol")
}

/// The suite: name, version, bits.
#[native("(self)")]
fn cipher(vm: &Vm, this: &This) -> Res {
    ask(vm, this, "cipher")
}

/// The suites that both sides know; None on a client.
#[native("(self)")]
fn shared_ciphers(vm: &Vm, this: &This) -> Res {
    ask(vm, this, "shared_ciphers")
}

/// None: nothing is compressed.
#[native("(self)")]
fn compression(vm: &Vm, this: &This) -> Res {
    ask(vm, this, "compression")
}

/// The version that is talked, None before the handshake.
#[native("(self)")]
fn version(vm: &Vm, this: &This) -> Res {
    ask(vm, this, "version")
}

/// How many bytes can be read at once.
#[native("(self)")]
fn pending(vm: &Vm, this: &This) -> Res {
    match inner(vm, this)? {
        Some(inner) => vm.call_method(&inner, "pending", &[]),
        None => vm.int(0),
    }
}

/// Bytes that only this connection's sides know; ValueError for types there are not.
#[native("(self, cb_type='tls-unique')")]
fn get_channel_binding(vm: &Vm, this: &This, cb_type: &str) -> Res {
    let kind = vm.str(cb_type)?.into_object();
    if let Some(inner) = inner(vm, this)? {
        return vm.call_method(&inner, "get_channel_binding", &[kind]);
    }
    if vm.contains(&global(vm, "CHANNEL_BINDING_TYPES")?, &kind)? {
        return Ok(Object::none());
    }
    Err(vm.value_error(format_args!("{cb_type} channel binding type not implemented")))
}

/// Shut the socket down, TLS or not.
#[native("(self, how)")]
fn shutdown(vm: &Vm, this: &This, how: &Object) -> Res<()> {
    set(vm, this, "_sslobj", &Object::none())?;
    plain(vm, this, "shutdown", &[how.clone()]).map(drop)
}

/// Close the TLS connection in good order, and return the plain socket.
#[native("(self)")]
fn unwrap(vm: &Vm, this: &This) -> Res {
    let Some(inner) = inner(vm, this)? else { return Err(no_wrapper(vm, this)) };
    let plain = vm.call_method(&inner, "shutdown", &[])?;
    set(vm, this, "_sslobj", &Object::none())?;
    Ok(plain)
}

/// Ask the client for its certificate now.
#[native("(self)")]
fn verify_client_post_handshake(vm: &Vm, this: &This) -> Res {
    match inner(vm, this)? {
        Some(inner) => vm.call_method(&inner, "verify_client_post_handshake", &[]),
        None => Err(no_wrapper(vm, this)),
    }
}

/// The descriptor is given back.
#[native("(self)", name = "_real_close")]
fn real_close(vm: &Vm, this: &This) -> Res<()> {
    set(vm, this, "_sslobj", &Object::none())?;
    plain(vm, this, "_real_close", &[]).map(drop)
}

/// Agree with the other side; with block, a socket that does not wait waits for that.
#[native("(self, block=False)")]
fn do_handshake(vm: &Vm, this: &This, block: bool) -> Res<()> {
    vm.call_method(this.as_object(), "_check_connected", &[])?;
    let inner = get(vm, this, "_sslobj")?;
    let agree = || vm.call_method(&inner, "do_handshake", &[]).map(drop);
    if !(block && this.never_waits()) {
        return agree();
    }
    set_timeout(vm, this, -1)?;
    let done = agree();
    set_timeout(vm, this, 0)?;
    done
}

/// Connect to an address, and agree with the other side.
#[native("(self, addr)")]
fn connect(vm: &Vm, this: &This, addr: &Object) -> Res<()> {
    connect_by(vm, this, addr, "connect").map(drop)
}

/// As connect, but errors of the system are returned as their number.
#[native("(self, addr)")]
fn connect_ex(vm: &Vm, this: &This, addr: &Object) -> Res {
    connect_by(vm, this, addr, "connect_ex")
}

fn connect_by(vm: &Vm, this: &This, address: &Object, method: &str) -> Res {
    if is_set(vm, this, "server_side")? {
        return Err(vm.value_error("can't connect in server-side mode"));
    }
    if is_set(vm, this, "_connected")? || inner(vm, this)?.is_some() {
        return Err(vm.value_error("attempt to connect already-connected SSLSocket!"));
    }
    begin(vm, this)?;
    let go = || {
        let answer = plain(vm, this, method, std::slice::from_ref(address))?;
        if !vm.truth(&answer)? {
            set(vm, this, "_connected", &Object::bool(true))?;
            if is_set(vm, this, "do_handshake_on_connect")? {
                vm.call_method(this.as_object(), "do_handshake", &[])?;
            }
        }
        Ok(answer)
    };
    go().map_err(|raised| {
        let exception = vm.take_raised(raised);
        if let Err(raised) = set(vm, this, "_sslobj", &Object::none()) {
            drop(vm.take_raised(raised));
        }
        vm.raise(exception)
    })
}

/// Wait until someone connects: an SSLSocket for that, and where it comes from.
#[native("(self)")]
fn accept(vm: &Vm, this: &This) -> Res {
    let pair = plain(vm, this, "accept", &[])?;
    let pair = vm.collect(&pair)?;
    let [socket, address] = &pair[..] else {
        return Err(vm.value_error("a socket and an address were expected"));
    };
    let wrap = vm.getattr(&get(vm, this, "context")?, &vm.intern("wrap_socket"))?;
    let named = [
        ("do_handshake_on_connect", get(vm, this, "do_handshake_on_connect")?),
        ("suppress_ragged_eofs", get(vm, this, "suppress_ragged_eofs")?),
        ("server_side", Object::bool(true)),
    ];
    let made = vm.call_named(&wrap, std::slice::from_ref(socket), &named)?;
    Ok(vm.pair(made, address.clone())?.into_object())
}
