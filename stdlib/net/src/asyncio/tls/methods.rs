//! What Python sees of a TLS transport.

use super::super::transport::SocketTransport;
use super::super::transport::below::limits;
use super::state::*;
use super::{ending, handshake, reading, writing};
use crate::ssl;
use crate::support::*;

pub(in super::super) static SPEC: TypeSpec = TypeSpec {
    doc: "A TLS connection over a stream transport. Made by the event loop.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF | type_flags::PYTHON_WORDS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, TlsTransport::new())?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        del: Some(ending::finalize),
        ..Slots::NONE
    },
    methods: natives![
        abort,
        can_write_eof,
        close,
        get_extra_info,
        get_protocol,
        get_read_buffer_limits,
        get_read_buffer_size,
        get_write_buffer_limits,
        get_write_buffer_size,
        is_closing,
        is_reading,
        pause_reading,
        resume_reading,
        set_protocol,
        set_read_buffer_limits,
        set_write_buffer_limits,
        write,
        write_eof,
        writelines,
        force_close,
        append_backlog,
        connection_made,
        connection_lost,
        data_received,
        eof_received,
        pause_writing,
        resume_writing,
        received_before,
        read_on,
        resumed,
        close_lower,
        check_handshake_timeout,
        check_shutdown_timeout
    ],
    getsets: getsets![
        _app_protocol,
        _app_state,
        _app_transport,
        _closed,
        _extra,
        _loop,
        _protocol_paused,
        _server_hostname,
        _server_side,
        _ssl_protocol,
        _sslcontext,
        _sslobj,
        _state,
        _transport,
        _waiter
    ],
    ..TypeSpec::new::<TlsTransport>("_asyncio.TlsTransport")
};

type This = Obj<TlsTransport>;

#[native(
    "(self, loop, app_protocol, sslcontext, waiter=None, server_side=False, server_hostname=None, call_connection_made=True, ssl_handshake_timeout=None, ssl_shutdown_timeout=None, accepted=False)",
    name = "__init__"
)]
fn init(
    vm: &Vm,
    this: &This,
    r#loop: &Object,
    app_protocol: &Object,
    sslcontext: &Object,
    waiter: Option<&Object>,
    server_side: bool,
    server_hostname: Option<&Object>,
    call_connection_made: bool,
    ssl_handshake_timeout: Option<&Object>,
    ssl_shutdown_timeout: Option<&Object>,
    accepted: bool,
) -> Res<()> {
    if this.connection.is_set() {
        return Err(vm.runtime_error("the transport has a TLS connection already"));
    }
    let limit = |given, name| timeout(vm, given, name);
    this.handshake_timeout.set(limit(ssl_handshake_timeout, "ssl_handshake_timeout")?);
    this.shutdown_timeout.set(limit(ssl_shutdown_timeout, "ssl_shutdown_timeout")?);
    let named = match server_hostname {
        Some(name) if !server_side && vm.truth(name)? => Some(name),
        _ => None,
    };
    this.server_hostname.assign(named.cloned());
    this.is_server.set(server_side);
    this.set_protocol(vm, app_protocol)?;
    let (object, connection) = ssl::in_memory(vm, sslcontext, server_side, named)?;
    this.looop.set(r#loop.clone());
    this.context.set(sslcontext.clone());
    this.waiter.assign(waiter.cloned());
    this.ssl_object.set(object);
    this.connection.set(connection.into_object());
    this.told.set(if call_connection_made { Told::Nothing } else { Told::Made });
    this.is_accepted.set(accepted);
    this.closed.set(false);
    Ok(())
}

/// A limit in seconds, as it was given or as `asyncio.constants` has it.
fn timeout(vm: &Vm, given: Option<&Object>, name: &str) -> Res {
    let Some(given) = given else {
        return vm.getattr_named(&vm.import("asyncio.constants")?, &name.to_ascii_uppercase());
    };
    if to_f64(vm, given)? > 0.0 {
        return Ok(given.clone());
    }
    let shown = vm.to_str(given)?.to_string_lossy();
    Err(vm.value_error(format_args!("{name} should be a positive number, got {shown}")))
}

// ---- for the program

/// Close the connection at once: what is not sent yet is lost.
#[native("(self, /)")]
fn abort(vm: &Vm, this: &This) -> Res<()> {
    ending::abort(vm, this, None)
}

/// Whether write_eof() can be called: False.
#[native("(self, /)")]
fn can_write_eof(_this: &This) -> bool {
    false
}

/// Close the connection when everything is sent and the other side has agreed.
#[native("(self, /)")]
fn close(vm: &Vm, this: &This) -> Res<()> {
    ending::close(vm, this)
}

/// What is known of the connection: 'ssl_object', 'peercert', 'cipher', 'compression', 'sslcontext', and what the
/// transport below knows.
#[native("(self, name, default=None)")]
fn get_extra_info(vm: &Vm, this: &This, name: &Object, default: Option<&Object>) -> Res {
    if let Some(own) = name.downcast::<Str>().and_then(|name| name.as_ascii())
        && let Some(found) = own_extra(vm, this, own)?
    {
        return Ok(found);
    }
    let default = default.cloned().unwrap_or_else(Object::none);
    match this.lower.get() {
        Some(lower) => vm.call_method(&lower, "get_extra_info", &[name.clone(), default]),
        None => Ok(default),
    }
}

/// The names of what is known after the handshake.
const AGREED: [&str; 4] = ["peercert", "cipher", "compression", "ssl_object"];

fn own_extra(vm: &Vm, this: &This, name: &str) -> Res<Option<Object>> {
    if name == "sslcontext" {
        return Ok(this.context.get());
    }
    if !this.is_agreed.get() || !AGREED.contains(&name) {
        return Ok(None);
    }
    let Some(object) = this.ssl_object.get() else { return Ok(None) };
    let found = match name {
        "peercert" => return peer_certificate(vm, this, &object).map(Some),
        "cipher" => vm.call_method(&object, "cipher", &[])?,
        "compression" => Object::none(),
        _ => object,
    };
    Ok(Some(found))
}

/// Made when somebody asks for it.
fn peer_certificate(vm: &Vm, this: &This, object: &Object) -> Res {
    if let Some(made) = this.peer_certificate.get() {
        return Ok(made);
    }
    let made = vm.call_method(object, "getpeercert", &[])?;
    this.peer_certificate.set(made.clone());
    Ok(made)
}

/// The protocol that is told of what happens.
#[native("(self, /)")]
fn get_protocol(this: &This) -> Option<Object> {
    this.protocol.get()
}

/// Set the protocol that is told of what happens.
#[native("(self, protocol)")]
fn set_protocol(vm: &Vm, this: &This, protocol: &Object) -> Res<()> {
    this.set_protocol(vm, protocol)
}

/// The limits of the read buffer, low and high.
#[native("(self, /)")]
fn get_read_buffer_limits(vm: &Vm, this: &This) -> Res<Obj<Tuple>> {
    vm.pair(vm.int(this.read_low.get())?, vm.int(this.read_high.get())?)
}

/// How many bytes wait to be read.
#[native("(self, /)")]
fn get_read_buffer_size(this: &This) -> usize {
    this.connection.get_as::<ssl::Connection>().map_or(0, |connection| connection.readable())
}

/// Set the limits of the read buffer: above high nothing more is received.
#[native("(self, high=None, low=None)")]
fn set_read_buffer_limits(
    vm: &Vm,
    this: &This,
    high: Option<&Object>,
    low: Option<&Object>,
) -> Res<()> {
    let (high, low) = limits(vm, high, low, READ_HIGH)?;
    this.read_high.set(high);
    this.read_low.set(low);
    reading::control_lower(vm, this)
}

/// The limits of the write buffer, low and high.
#[native("(self, /)")]
fn get_write_buffer_limits(vm: &Vm, this: &This) -> Res<Obj<Tuple>> {
    vm.pair(vm.int(this.write_low.get())?, vm.int(this.write_high.get())?)
}

/// How many bytes wait to be sent.
#[native("(self, /)")]
fn get_write_buffer_size(this: &This) -> usize {
    writing::waiting(this)
}

/// Set the limits of the write buffer: the protocol is to pause at high, and goes on at low.
#[native("(self, high=None, low=None)")]
fn set_write_buffer_limits(
    vm: &Vm,
    this: &This,
    high: Option<&Object>,
    low: Option<&Object>,
) -> Res<()> {
    let (high, low) = limits(vm, high, low, WRITE_HIGH)?;
    this.write_high.set(high);
    this.write_low.set(low);
    writing::control(vm, this)
}

/// Whether the connection is closed, or is being closed.
#[native("(self, /)")]
fn is_closing(this: &This) -> bool {
    this.closed.get()
}

/// Whether the protocol is told of data.
#[native("(self, /)")]
fn is_reading(this: &This) -> bool {
    !this.paused.get()
}

/// Tell the protocol of no data until resume_reading().
#[native("(self, /)")]
fn pause_reading(this: &This) {
    reading::pause(this);
}

/// Tell it of data again.
#[native("(self, /)")]
fn resume_reading(vm: &Vm, this: &This) -> Res<()> {
    reading::resume(vm, this)
}

/// Encrypt and send bytes, now or when there is room.
#[native("(self, data)")]
fn write(vm: &Vm, this: &This, data: &Object) -> Res<()> {
    writing::write_object(vm, this, data)
}

/// Not with TLS.
#[native("(self, /)")]
fn write_eof(vm: &Vm, _this: &This) -> Res<()> {
    Err(vm.raise_args(Exc::NotImplementedError, Vec::new()))
}

/// Send the bytes of all items.
#[native("(self, list_of_data)")]
fn writelines(vm: &Vm, this: &This, list_of_data: &Object) -> Res<()> {
    writing::write_lines(vm, this, list_of_data)
}

/// Abort, because of an exception or None.
#[native("(self, exc)", name = "_force_close")]
fn force_close(vm: &Vm, this: &This, exc: Option<&Object>) -> Res<()> {
    ending::abort(vm, this, exc.cloned())
}

/// For tests: bytes that are written with the next that are.
#[native("(self, data)", name = "_test__append_write_backlog")]
fn append_backlog(vm: &Vm, this: &This, data: &Object) -> Res<()> {
    writing::keep(vm, this, &buffer::bytes_of(vm, data)?)
}

// ---- for the transport below

/// There is a connection: the handshake begins.
#[native("(self, transport)")]
fn connection_made(vm: &Vm, this: &This, transport: &Object) -> Res<()> {
    if transport.downcast::<SocketTransport>().is_none() {
        return Err(vm.type_error("a socket's transport was expected"));
    }
    handshake::begin(vm, this, transport)
}

/// The connection is gone, with an exception or without.
#[native("(self, exc)")]
fn connection_lost(vm: &Vm, this: &This, exc: Option<&Object>) -> Res<()> {
    ending::lower_lost(vm, this, exc)
}

/// Bytes have come.
#[native("(self, data)")]
fn data_received(vm: &Vm, this: &This, data: &Object) -> Res<()> {
    this.take_in(vm, &buffer::bytes_of(vm, data)?)?;
    reading::received(vm, this)
}

/// The other side has gone.
#[native("(self, /)")]
fn eof_received(vm: &Vm, this: &This) -> Res<bool> {
    ending::lower_ended(vm, this).map_err(|raised| {
        let exception = vm.take_raised(raised);
        if let Err(raised) = ending::close_lower(vm, this) {
            drop(vm.take_raised(raised));
        }
        vm.raise(exception)
    })
}

/// The transport below has too much to write.
#[native("(self, /)")]
fn pause_writing(this: &This) {
    this.writing_paused.set(true);
}

/// The transport below has written enough.
#[native("(self, /)")]
fn resume_writing(vm: &Vm, this: &This) -> Res<()> {
    writing::resume(vm, this)
}

/// Bytes that another protocol has had from the transport below.
#[native("(self, data)", name = "_received_before")]
fn received_before(vm: &Vm, this: &This, data: &Object) -> Res<()> {
    if !this.lower.is_set() {
        return Ok(());
    }
    this.take_in(vm, &buffer::bytes_of(vm, data)?)?;
    reading::received(vm, this)
}

// ---- for the loop

/// There is more than the protocol's buffer has held.
#[native("(self, /)", name = "_read_on")]
fn read_on(vm: &Vm, this: &This) -> Res<()> {
    reading::read(vm, this)
}

#[native("(self, /)", name = "_resumed")]
fn resumed(vm: &Vm, this: &This) -> Res<()> {
    reading::resumed(vm, this)
}

#[native("(self, /)", name = "_close_lower")]
fn close_lower(vm: &Vm, this: &This) -> Res<()> {
    ending::close_lower(vm, this)
}

#[native("(self, /)", name = "_check_handshake_timeout")]
fn check_handshake_timeout(vm: &Vm, this: &This) -> Res<()> {
    handshake::timed_out(vm, this)
}

#[native("(self, /)", name = "_check_shutdown_timeout")]
fn check_shutdown_timeout(vm: &Vm, this: &This) -> Res<()> {
    ending::timed_out(vm, this)
}

// ---- by the names that they have in the library's protocol and transport

macro_rules! objects {
    ($($name:ident $field:ident;)*) => {$(
        #[getter]
        fn $name(this: &This) -> Option<Object> {
            this.$field.get()
        }
    )*};
}

objects! {
    _app_protocol protocol;
    _loop looop;
    _server_hostname server_hostname;
    _sslcontext context;
    _sslobj ssl_object;
    _transport lower;
    _waiter waiter;
}

/// A member of an enumeration of the library's protocol.
fn member(vm: &Vm, class: &str, name: &str) -> Res {
    vm.getattr_named(&vm.getattr_named(&vm.import("asyncio.sslproto")?, class)?, name)
}

#[getter]
fn _state(vm: &Vm, this: &This) -> Res {
    let name = match this.stage.get() {
        Stage::Unwrapped => "UNWRAPPED",
        Stage::Handshake => "DO_HANDSHAKE",
        Stage::Wrapped => "WRAPPED",
        Stage::Flushing => "FLUSHING",
        Stage::Shutdown => "SHUTDOWN",
    };
    member(vm, "SSLProtocolState", name)
}

#[getter]
fn _app_state(vm: &Vm, this: &This) -> Res {
    let name = match this.told.get() {
        Told::Nothing => "STATE_INIT",
        Told::Made => "STATE_CON_MADE",
        Told::Eof => "STATE_EOF",
        Told::Lost => "STATE_CON_LOST",
    };
    member(vm, "AppProtocolState", name)
}

#[getter]
fn _app_transport(this: &This) -> Object {
    this.as_object().clone()
}

#[getter]
fn _ssl_protocol(this: &This) -> Object {
    this.as_object().clone()
}

#[getter]
fn _closed(this: &This) -> bool {
    this.closed.get()
}

#[getter]
fn _protocol_paused(this: &This) -> bool {
    this.protocol_paused.get()
}

#[getter]
fn _server_side(this: &This) -> bool {
    this.is_server.get()
}

#[getter]
fn _extra(vm: &Vm, this: &This) -> Res<Obj<Dict>> {
    let extra = vm.new_dict()?;
    for name in ["sslcontext"].into_iter().chain(AGREED) {
        if let Some(value) = own_extra(vm, this, name)? {
            extra.set_named(vm, name, value)?;
        }
    }
    Ok(extra)
}
