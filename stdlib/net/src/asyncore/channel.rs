//! The class `dispatcher`: how a channel is made and closed, and what it does with its socket.

use taipan_sys::errno;

use super::handlers;
use super::methods::Method;
use super::state::{Channel, number_of, os_error_of};
use crate::socket::address::{SO_REUSEADDR, SOL_SOCKET};
use crate::support::*;

pub(super) static CLASS: ClassDef = ClassDef {
    name: "asyncore.dispatcher",
    doc: "A channel: a socket, and what is to be done when something happens to it.",
    methods: natives![
        init,
        repr,
        add_channel,
        del_channel,
        create_socket,
        set_socket,
        set_reuse_addr,
        readable,
        writable,
        listen,
        bind,
        connect,
        accept,
        send,
        recv,
        close,
        handlers::log,
        handlers::log_info,
        handlers::handle_read_event,
        handlers::handle_connect_event,
        handlers::handle_write_event,
        handlers::handle_expt_event,
        handlers::handle_error,
        handlers::handle_expt,
        handlers::handle_read,
        handlers::handle_write,
        handlers::handle_connect,
        handlers::handle_accept,
        handlers::handle_accepted,
        handlers::handle_close
    ],
    attributes: 9,
    fill: Some(|vm, class| {
        for name in ["debug", "connected", "accepting", "connecting", "closing"] {
            class.set_named(vm, name, Object::bool(false))?;
        }
        class.set_named(vm, "addr", Object::none())?;
        let ignored = vm.new_frozenset()?;
        ignored.add(vm, vm.intern("warning").as_object())?;
        class.set_named(vm, "ignore_log_types", ignored)
    }),
};

#[native("(self, sock=None, map=None)", python, name = "__init__")]
pub(super) fn init(vm: &Vm, this: &Object, sock: Option<&Object>, map: Option<&Object>) -> Res<()> {
    let channel = Channel::of(vm, this);
    let names = channel.names();
    channel.set(&names._map, &channel.state.map(vm, map)?)?;
    channel.set(&names._fileno, &Object::none())?;
    match sock {
        Some(sock) if vm.truth(sock)? => adopt(&channel, sock, map),
        _ => channel.set(&names.socket, &Object::none()),
    }
}

/// Take a socket over; it need not be connected.
fn adopt(channel: &Channel<'_>, sock: &Object, map: Option<&Object>) -> Res<()> {
    let (vm, names) = (channel.vm, channel.names());
    vm.call_method(sock, "setblocking", &[Object::bool(false)])?;
    channel.call(Method::set_socket, &[sock.clone(), or_none(map)])?;
    channel.set_flag(&names.connected, true)?;
    let failure = match vm.call_method(sock, "getpeername", &[]) {
        Ok(addr) => return channel.set(&names.addr, &addr),
        Err(raised) => vm.caught(raised, Exc::OSError)?,
    };
    if is_one_of(channel, &failure, &[errno::ENOTCONN, errno::EINVAL])? {
        return channel.set_flag(&names.connected, false);
    }
    // Nobody waits for a socket that is broken.
    vm.except(vm.raise(failure), |failure| {
        channel.call(Method::del_channel, &[or_none(map)])?;
        Err(vm.raise(failure.clone()))
    })
}

/// Whether the number of an OSError is one of some.
fn is_one_of(channel: &Channel<'_>, failure: &Object, numbers: &[i32]) -> Res<bool> {
    let number = number_of(channel.vm, &channel.state, failure)?;
    Ok(number.as_small_int().is_some_and(|n| numbers.iter().any(|&m| n == i64::from(m))))
}

#[native("(self)", python, name = "__repr__")]
fn repr(vm: &Vm, this: &Object) -> Res {
    let channel = Channel::of(vm, this);
    let names = channel.names();
    let class = vm.getattr_named(this, "__class__")?;
    let module = vm.getattr_named(&class, "__module__")?;
    let dotted = vm.binary(BinOp::Add, &module, vm.str(".")?.as_object())?;
    let mut status =
        vec![vm.binary(BinOp::Add, &dotted, &vm.getattr_named(&class, "__qualname__")?)?];
    if channel.is(&names.accepting)? && channel.is(&names.addr)? {
        status.push(vm.str("listening")?.into_object());
    } else if channel.is(&names.connected)? {
        status.push(vm.str("connected")?.into_object());
    }
    let addr = channel.get(&names.addr)?;
    if !addr.is_none() {
        status.push(shown_address(&channel, &addr)?);
    }
    let words = vm.list(status)?.into_object();
    let text = vm.call_method(vm.str(" ")?.as_object(), "join", &[words])?;
    let id = vm.int_u64(this.id())?;
    channel.format("<%s at %#x>", vm.pair(text, id)?.into_object())
}

/// Host and port; other addresses as they are.
fn shown_address(channel: &Channel<'_>, addr: &Object) -> Res {
    let vm = channel.vm;
    channel.format("%s:%d", addr.clone()).or_else(|raised| {
        drop(vm.caught(raised, Exc::TypeError)?);
        Ok(vm.repr(addr)?.into_object())
    })
}

/// Put the channel into a map: its own, unless another is given.
#[native("(self, map=None)", python)]
fn add_channel(vm: &Vm, this: &Object, map: Option<&Object>) -> Res<()> {
    let channel = Channel::of(vm, this);
    let map = own_or(&channel, map)?;
    vm.setitem(&map, &channel.get(&channel.names()._fileno)?, this)
}

/// Take the channel out of a map: its own, unless another is given.
#[native("(self, map=None)", python)]
fn del_channel(vm: &Vm, this: &Object, map: Option<&Object>) -> Res<()> {
    let channel = Channel::of(vm, this);
    let fd = channel.get(&channel.names()._fileno)?;
    let map = own_or(&channel, map)?;
    if vm.contains(&map, &fd)? {
        vm.delitem(&map, &fd)?;
    }
    channel.set(&channel.names()._fileno, &Object::none())
}

fn own_or(channel: &Channel<'_>, map: Option<&Object>) -> Res {
    match map {
        Some(map) => Ok(map.clone()),
        None => channel.get(&channel.names()._map),
    }
}

/// Make a socket that does not wait, and have the channel use it.
#[native(
    "(self, family=<unrepresentable>, type=<unrepresentable>)",
    python,
    shown = "($self, family=socket.AF_INET, type=socket.SOCK_STREAM)"
)]
fn create_socket(
    vm: &Vm,
    this: &Object,
    family: Maybe<&Object>,
    r#type: Maybe<&Object>,
) -> Res<()> {
    let channel = Channel::of(vm, this);
    let or_default = |given: Maybe<&Object>, name: &str| match given.given() {
        Some(given) => Ok(given.clone()),
        None => channel.state.global_of(vm, "socket", name),
    };
    let (family, kind) = (or_default(family, "AF_INET")?, or_default(r#type, "SOCK_STREAM")?);
    let both = vm.pair(family.clone(), kind.clone())?.into_object();
    channel.set(&channel.names().family_and_type, &both)?;
    let class = channel.state.global_of(vm, "socket", "socket")?;
    let sock = vm.call(&class, &[family, kind])?;
    vm.call_method(&sock, "setblocking", &[Object::bool(false)])?;
    channel.call(Method::set_socket, &[sock]).map(drop)
}

/// Have the channel use a socket, and put it into a map.
#[native("(self, sock, map=None)", python)]
fn set_socket(vm: &Vm, this: &Object, sock: &Object, map: Option<&Object>) -> Res<()> {
    let channel = Channel::of(vm, this);
    let names = channel.names();
    channel.set(&names.socket, sock)?;
    channel.set(&names._fileno, &vm.call_method(sock, "fileno", &[])?)?;
    channel.call(Method::add_channel, &[or_none(map)]).map(drop)
}

/// Let the port of a server be used again at once, where the system can.
#[native("(self)", python)]
fn set_reuse_addr(vm: &Vm, this: &Object) -> Res<()> {
    let sock = Channel::of(vm, this).socket()?;
    let (level, option) = (vm.int(SOL_SOCKET.into())?, vm.int(SO_REUSEADDR.into())?);
    let set = || {
        let value = vm.call_method(&sock, "getsockopt", &[level.clone(), option.clone()])?;
        let value = vm.binary(BinOp::Or, &value, &vm.int(1)?)?;
        vm.call_method(&sock, "setsockopt", &[level.clone(), option.clone(), value])
    };
    set().map(drop).or_else(|raised| vm.caught(raised, Exc::OSError).map(drop))
}

/// Whether the channel waits for something to read.
#[native("(self)", python)]
pub(super) fn readable(this: &Object) -> bool {
    let _ = this;
    true
}

/// Whether the channel waits till it may write.
#[native("(self)", python)]
fn writable(this: &Object) -> bool {
    let _ = this;
    true
}

/// Take connections from now on; num of them may wait.
#[native("(self, num)", python)]
fn listen(vm: &Vm, this: &Object, num: &Object) -> Res {
    let channel = Channel::of(vm, this);
    channel.set_flag(&channel.names().accepting, true)?;
    vm.call_method(&channel.socket()?, "listen", std::slice::from_ref(num))
}

/// Give the socket its address.
#[native("(self, addr)", python)]
fn bind(vm: &Vm, this: &Object, addr: &Object) -> Res {
    let channel = Channel::of(vm, this);
    channel.set(&channel.names().addr, addr)?;
    vm.call_method(&channel.socket()?, "bind", std::slice::from_ref(addr))
}

/// Reach out to an address. handle_connect() is called when there is a connection.
#[native("(self, address)", python)]
fn connect(vm: &Vm, this: &Object, address: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let names = channel.names();
    channel.set_flag(&names.connected, false)?;
    channel.set_flag(&names.connecting, true)?;
    let failure =
        vm.call_method(&channel.socket()?, "connect_ex", std::slice::from_ref(address))?;
    let number = failure.as_small_int().and_then(|number| i32::try_from(number).ok());
    match number {
        Some(errno::EINPROGRESS | errno::EALREADY | errno::EWOULDBLOCK) => {
            channel.set(&names.addr, address)
        }
        Some(0 | errno::EISCONN) => {
            channel.set(&names.addr, address)?;
            channel.call(Method::handle_connect_event, &[]).map(drop)
        }
        _ => {
            let name = vm.getitem(&channel.state.global(vm, "errorcode")?, &failure)?;
            Err(os_error_of(vm, failure, name))
        }
    }
}

/// Take a connection: its socket and where it comes from, or None if there is none after all.
#[native("(self)", python)]
fn accept(vm: &Vm, this: &Object) -> Res {
    const NONE_AFTER_ALL: &[i32] = &[errno::EWOULDBLOCK, errno::ECONNABORTED, errno::EAGAIN];
    let channel = Channel::of(vm, this);
    let raised = match accepted(&channel) {
        Ok(pair) => return Ok(pair),
        Err(raised) => raised,
    };
    let failure = match vm.caught(raised, Exc::TypeError) {
        Ok(_) => return Ok(Object::none()),
        Err(raised) => vm.caught(raised, Exc::OSError)?,
    };
    match is_one_of(&channel, &failure, NONE_AFTER_ALL)? {
        true => Ok(Object::none()),
        false => Err(vm.raise(failure)),
    }
}

fn accepted(channel: &Channel<'_>) -> Res {
    let vm = channel.vm;
    let pair = vm.collect(&vm.call_method(&channel.socket()?, "accept", &[])?)?;
    match pair.as_slice() {
        [_, _] => Ok(vm.tuple(pair)?.into_object()),
        [_, _, ..] => Err(vm.value_error("too many values to unpack (expected 2)")),
        few => Err(vm.value_error(format_args!(
            "not enough values to unpack (expected 2, got {})",
            few.len()
        ))),
    }
}

/// What is done about an error of a transfer: a connection that is gone is closed, and `otherwise` returned.
#[cold]
fn transfer_failed(channel: &Channel<'_>, raised: Raised, otherwise: Transfer) -> Res {
    let vm = channel.vm;
    let failure = vm.caught(raised, Exc::OSError)?;
    vm.except(vm.raise(failure), |failure| {
        let number = number_of(vm, &channel.state, failure)?;
        let waits = number.as_small_int() == Some(errno::EWOULDBLOCK.into());
        if waits && matches!(otherwise, Transfer::Sent) {
            return vm.int(0);
        }
        if !channel.state.is_disconnected(vm, &number)? {
            return Err(vm.raise(failure.clone()));
        }
        channel.call(Method::handle_close, &[])?;
        otherwise.nothing(vm)
    })
}

#[derive(Clone, Copy)]
enum Transfer {
    Sent,
    Received,
}

impl Transfer {
    fn nothing(self, vm: &Vm) -> Res {
        match self {
            Transfer::Sent => vm.int(0),
            Transfer::Received => Ok(vm.bytes(b"")?.into_object()),
        }
    }
}

/// What an error of sending comes to: 0, if it is one of those that a channel deals with.
pub(crate) fn not_sent(channel: &Channel<'_>, raised: Raised) -> Res {
    transfer_failed(channel, raised, Transfer::Sent)
}

/// Send data; return how many bytes of it were sent, 0 if none can be now.
#[native("(self, data)", python)]
pub(crate) fn send(vm: &Vm, this: &Object, data: &Object) -> Res {
    let channel = Channel::of(vm, this);
    let sock = channel.socket()?;
    super::run(vm, &channel.state, &sock, Method::send, std::slice::from_ref(data))
        .or_else(|raised| not_sent(&channel, raised))
}

/// Return what has come, at most so many bytes. b'' after the end, of which handle_close() is told.
#[native("(self, buffer_size)", python)]
fn recv(vm: &Vm, this: &Object, buffer_size: &Object) -> Res {
    let channel = Channel::of(vm, this);
    received(&channel, buffer_size)
        .or_else(|raised| transfer_failed(&channel, raised, Transfer::Received))
}

fn received(channel: &Channel<'_>, buffer_size: &Object) -> Res {
    let (vm, sock) = (channel.vm, channel.socket()?);
    let size = std::slice::from_ref(buffer_size);
    let data = super::run(vm, &channel.state, &sock, Method::recv, size)?;
    if vm.truth(&data)? {
        return Ok(data);
    }
    channel.call(Method::handle_close, &[])?;
    Transfer::Received.nothing(vm)
}

/// Close the socket, and leave the map.
#[native("(self)", python)]
fn close(vm: &Vm, this: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let names = channel.names();
    for name in [&names.connected, &names.accepting, &names.connecting] {
        channel.set_flag(name, false)?;
    }
    channel.call(Method::del_channel, &[])?;
    let sock = channel.socket()?;
    if sock.is_none() {
        return Ok(());
    }
    let failure = match vm.call_method(&sock, "close", &[]) {
        Ok(_) => return Ok(()),
        Err(raised) => vm.caught(raised, Exc::OSError)?,
    };
    match is_one_of(&channel, &failure, &[errno::ENOTCONN, errno::EBADF])? {
        true => Ok(()),
        false => Err(vm.raise(failure)),
    }
}
