//! What Python sees of a transport.

use taipan_sys::net::{self, Address};

use super::super::looping::{Loop, Work};
use super::ending::*;
use super::state::*;
use super::{is_plain, reading, set_attribute, work, writing};
use crate::socket::address::to_python;
use crate::support::*;

pub(in super::super) static SPEC: TypeSpec = TypeSpec {
    doc: "A connection over a stream socket. Made by the event loop.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF | type_flags::PYTHON_WORDS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, SocketTransport::new())?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        setattr: Some(set_attribute),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: natives![
        abort,
        can_write_eof,
        close,
        get_extra_info,
        get_protocol,
        get_write_buffer_limits,
        get_write_buffer_size,
        is_closing,
        is_reading,
        pause_reading,
        resume_reading,
        set_protocol,
        set_write_buffer_limits,
        write,
        write_eof,
        writelines,
        call_connection_lost,
        fatal_error,
        force_close_,
        is_plain_,
        lend,
        make_empty_waiter,
        read_ready,
        reset_empty_waiter,
        start
    ],
    getsets: getsets![
        _closing,
        _conn_lost,
        _empty_waiter,
        _eof,
        _extra,
        _high_water,
        _loop,
        _low_water,
        _paused,
        _protocol,
        _protocol_paused,
        _server,
        _sock,
        _sock_fd
    ],
    ..TypeSpec::new::<SocketTransport>("_asyncio.SocketTransport")
};

#[native("(self, loop, sock, protocol, waiter=None, extra=None, server=None)", name = "__init__")]
fn init(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    r#loop: &Object,
    sock: &Object,
    protocol: &Object,
    waiter: Option<&Object>,
    extra: Option<&Object>,
    server: Option<&Object>,
) -> Res<()> {
    let looop = r#loop.downcast::<Loop>().filter(|looop| looop.waits_with().is_some());
    let Some(looop) = looop else {
        return Err(match r#loop.downcast::<Loop>() {
            Some(_) => vm.runtime_error("Event loop is closed"),
            None => vm.type_error("an event loop of asyncio was expected"),
        });
    };
    if this.open.get() {
        return Err(vm.runtime_error("the transport has a socket already"));
    }
    let socket = socket_of(vm, sock)?;
    let fd = socket.descriptor();
    let description = socket.description();
    let extra = match extra.and_then(|extra| extra.downcast::<Dict>()) {
        Some(extra) => extra.clone(),
        None => vm.new_dict()?,
    };
    this.socket.set(sock.clone());
    this.fill_extra(vm, &extra)?;
    let address = |asked: std::io::Result<Address>| match asked {
        Ok(address) => to_python(vm, &address),
        Err(_) => Ok(Object::none()),
    };
    extra.set_named(vm, "sockname", address(net::getsockname(fd, description[2]))?)?;
    if extra.get_named(vm, "peername").is_none() {
        extra.set_named(vm, "peername", address(net::getpeername(fd, description[2]))?)?;
    }
    this.extra.set(extra.into_object());
    let context = contexts::copy_current(vm)?;
    this.open(vm, this, Opening { looop, protocol, waiter, server, context, fd, description })
}

fn of<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<SocketTransport>> {
    object.downcast::<SocketTransport>().ok_or_else(|| vm.system_error("a transport was expected"))
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let transport = of(vm, this)?;
    let mut text = format!("<{}", vm.class_of(this).short_name());
    if !transport.open.get() {
        text.push_str(" closed");
    } else if transport.closing.get() {
        text.push_str(" closing");
    }
    text.push_str(&format!(" fd={}", transport.fd.get()));
    if transport.poller().is_some() {
        let reads = transport.is_reading() && transport.started.get() && !transport.ended.get();
        let size = transport.buffered.get();
        let shown = |polls: bool| if polls { "polling" } else { "idle" };
        text.push_str(&format!(
            " read={} write=<{}, bufsize={size}>",
            shown(reads),
            shown(size > 0)
        ));
    }
    text.push('>');
    Ok(vm.str(&text)?.into_object())
}

/// Close the connection at once: what is not sent yet is lost.
#[native("(self, /)")]
fn abort(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    force_close(vm, this, None)
}

/// Whether write_eof() can be called: True.
#[native("(self, /)")]
fn can_write_eof(_this: &Obj<SocketTransport>) -> bool {
    true
}

/// Close the connection when everything is sent; no more data is received.
#[native("(self, /)")]
fn close(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    close_it(vm, this)
}

/// What is known of the connection: 'socket', 'sockname', 'peername'.
#[native("(self, name, default=None)")]
fn get_extra_info(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    name: &Object,
    default: Option<&Object>,
) -> Res<Option<Object>> {
    if !this.extra.is_set()
        && let Some(address) = this.address(name)
    {
        return to_python(vm, &address).map(Some);
    }
    let found = this.its_extra(vm)?.get(vm, name)?;
    Ok(found.or_else(|| default.cloned()))
}

/// The protocol that is told of what happens.
#[native("(self, /)")]
fn get_protocol(this: &Obj<SocketTransport>) -> Option<Object> {
    this.protocol.get()
}

/// The limits of the write buffer, low and high.
#[native("(self, /)")]
fn get_write_buffer_limits(vm: &Vm, this: &Obj<SocketTransport>) -> Res<Obj<Tuple>> {
    vm.pair(vm.int(this.low.get())?, vm.int(this.high.get())?)
}

/// How many bytes wait to be sent.
#[native("(self, /)")]
fn get_write_buffer_size(this: &Obj<SocketTransport>) -> usize {
    this.buffered.get()
}

/// Whether the connection is closed, or is being closed.
#[native("(self, /)")]
fn is_closing(this: &Obj<SocketTransport>) -> bool {
    this.closing.get()
}

/// Whether data is received.
#[native("(self, /)")]
fn is_reading(this: &Obj<SocketTransport>) -> bool {
    this.is_reading()
}

/// Receive nothing until resume_reading().
#[native("(self, /)")]
fn pause_reading(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    reading::pause(vm, this)
}

/// Receive again.
#[native("(self, /)")]
fn resume_reading(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    reading::resume(vm, this)
}

/// Set the protocol that is told of what happens.
#[native("(self, protocol)")]
fn set_protocol(vm: &Vm, this: &Obj<SocketTransport>, protocol: &Object) -> Res<()> {
    this.set_protocol(vm, protocol)
}

/// Set the limits of the write buffer: the protocol is to pause above high, and goes on at low.
#[native("(self, high=None, low=None)")]
fn set_write_buffer_limits(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    high: Option<&Object>,
    low: Option<&Object>,
) -> Res<()> {
    writing::set_limits(vm, this, high, low)
}

/// Send bytes, now or when there is room.
#[native("(self, data)")]
fn write(vm: &Vm, this: &Obj<SocketTransport>, data: &Object) -> Res<()> {
    writing::write_object(vm, this, data)
}

/// Say that nothing more is sent, when everything is sent; data may still be received.
#[native("(self, /)")]
fn write_eof(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    writing::write_eof(vm, this)
}

/// Send the bytes of all items.
#[native("(self, list_of_data)")]
fn writelines(vm: &Vm, this: &Obj<SocketTransport>, list_of_data: &Object) -> Res<()> {
    writing::write_lines(vm, this, list_of_data)
}

// ---- what the rest of the package uses

/// Tell the protocol, and close.
#[native("(self, exc=None)", name = "_call_connection_lost")]
fn call_connection_lost(vm: &Vm, this: &Obj<SocketTransport>, exc: Option<&Object>) -> Res<()> {
    let why = exc.cloned().or_else(|| this.lost_with.take());
    this.conn_lost.set(this.conn_lost.get().max(1));
    end(vm, this, why.as_ref())
}

/// Report an exception, and abort.
#[native("(self, exc, message=None)", name = "_fatal_error")]
fn fatal_error(
    vm: &Vm,
    this: &Obj<SocketTransport>,
    exc: &Object,
    message: Option<&str>,
) -> Res<()> {
    fatal_from_python(vm, this, exc, message)
}

/// Abort, because of an exception or None.
#[native("(self, exc)", name = "_force_close")]
fn force_close_(vm: &Vm, this: &Obj<SocketTransport>, exc: Option<&Object>) -> Res<()> {
    force_close(vm, this, exc.cloned())
}

/// Whether no method is replaced that TLS would have to call.
#[native("(self, /)", name = "_is_plain")]
fn is_plain_(vm: &Vm, this: &Obj<SocketTransport>) -> bool {
    is_plain(vm, this)
}

/// Let others watch the socket's descriptor, or no longer.
#[native("(self, lent)", name = "_lend")]
fn lend(this: &Obj<SocketTransport>, lent: bool) {
    if let Some(poller) = this.poller() {
        poller.lend(this.fd.get(), lent);
    }
}

/// A future for when nothing waits to be sent.
#[native("(self, /)", name = "_make_empty_waiter")]
fn make_empty_waiter(vm: &Vm, this: &Obj<SocketTransport>) -> Res {
    if this.empty_waiter.is_set() {
        return Err(vm.runtime_error("Empty waiter is already set"));
    }
    let looop = this.looop.get().unwrap_or_else(Object::none);
    let waiter = vm.call_method(&looop, "create_future", &[])?;
    this.empty_waiter.set(waiter.clone());
    if this.buffered.get() == 0 {
        vm.call_method(&waiter, "set_result", &[Object::none()])?;
    }
    Ok(waiter)
}

#[native("(self, /)", name = "_reset_empty_waiter")]
fn reset_empty_waiter(this: &Obj<SocketTransport>) {
    drop(this.empty_waiter.take());
}

/// Read and write what can be.
#[native("(self, /)", name = "_read_ready")]
fn read_ready(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    work(vm, this, Work::Pump)
}

/// Tell the protocol of the connection.
#[native("(self, /)", name = "_start")]
fn start(vm: &Vm, this: &Obj<SocketTransport>) -> Res<()> {
    if this.started.get() { Ok(()) } else { work(vm, this, Work::Start) }
}

macro_rules! flags {
    ($($name:ident $field:ident;)*) => {$(
        #[getter]
        fn $name(this: &Obj<SocketTransport>) -> bool {
            this.$field.get()
        }
    )*};
}

flags! {
    _closing closing;
    _eof eof;
    _paused paused;
    _protocol_paused protocol_paused;
}

macro_rules! objects {
    ($($name:ident $field:ident;)*) => {$(
        #[getter]
        fn $name(this: &Obj<SocketTransport>) -> Option<Object> {
            this.$field.get()
        }
    )*};
}

objects! {
    _empty_waiter empty_waiter;
    _loop looop;
    _protocol protocol;
    _server server;
}

#[getter]
fn _conn_lost(this: &Obj<SocketTransport>) -> u32 {
    this.conn_lost.get()
}

#[getter]
fn _extra(vm: &Vm, this: &Obj<SocketTransport>) -> Res<Obj<Dict>> {
    this.its_extra(vm)
}

#[getter]
fn _high_water(this: &Obj<SocketTransport>) -> i64 {
    this.high.get()
}

#[getter]
fn _low_water(this: &Obj<SocketTransport>) -> i64 {
    this.low.get()
}

#[getter]
fn _sock(vm: &Vm, this: &Obj<SocketTransport>) -> Res<Option<Object>> {
    this.its_socket(vm)
}

#[getter]
fn _sock_fd(this: &Obj<SocketTransport>) -> i32 {
    this.fd.get()
}
