//! The class `dispatcher_with_send`: a channel that keeps what it cannot send yet.

use super::channel;
use super::methods::{Method, run};
use super::parts::{after, is_empty, joined, part};
use super::state::{Channel, State};
use crate::support::*;

pub(super) static CLASS: ClassDef = ClassDef {
    name: "asyncore.dispatcher_with_send",
    doc: "A channel that keeps what it cannot send at once: enough for simple clients.",
    methods: natives![init, initiate_send, handle_write, writable, send],
    attributes: 1,
    ..ClassDef::EMPTY
};

/// So much is sent at a time.
const PIECE: usize = 65536;

#[native("(self, sock=None, map=None)", python, name = "__init__")]
fn init(vm: &Vm, this: &Object, sock: Option<&Object>, map: Option<&Object>) -> Res<()> {
    let channel = Channel::of(vm, this);
    channel.state.run_dispatchers(vm, Method::__init__, this, &[or_none(sock), or_none(map)])?;
    channel.set(&channel.names().out_buffer, channel.state.nothing(vm)?)
}

/// Send some of what is kept.
#[native("(self)", python)]
fn initiate_send(vm: &Vm, this: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let names = channel.names();
    let piece = part(vm, &channel.get(&names.out_buffer)?, None, Some(PIECE))?;
    let sent = channel.state.run_dispatchers(vm, Method::send, this, &[piece])?;
    let rest = after(vm, &channel.get(&names.out_buffer)?, &sent)?;
    channel.set(&names.out_buffer, &rest)
}

/// Send what is kept.
#[native("(self)", python)]
fn handle_write(vm: &Vm, this: &Object) -> Res<()> {
    Channel::of(vm, this).call(Method::initiate_send, &[]).map(drop)
}

/// Whether something is kept, or there is no connection yet.
#[native("(self)", python)]
pub(super) fn writable(vm: &Vm, this: &Object) -> Res {
    let channel = Channel::of(vm, this);
    if !channel.is(&channel.names().connected)? {
        return Ok(Object::bool(true));
    }
    vm.int_usize(vm.len(&channel.get(&channel.names().out_buffer)?)?)
}

/// The truth of it, for the loop.
pub(super) fn is_writable(vm: &Vm, state: &State, this: &Object) -> Res<bool> {
    let names = state.names(vm);
    if !vm.truth(&vm.getattr(this, &names.connected)?)? {
        return Ok(true);
    }
    let kept = vm.getattr(this, &names.out_buffer)?;
    match kept.downcast_exact::<Bytes>() {
        Some(kept) => Ok(!kept.as_slice().is_empty()),
        None => Ok(vm.len(&kept)? != 0),
    }
}

/// Send data, or keep it until it can be sent.
#[native("(self, data)", python)]
fn send(vm: &Vm, this: &Object, data: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let names = channel.names();
    if channel.is(&names.debug)? {
        let shown = vm.tuple(vec![vm.repr(data)?.into_object()])?.into_object();
        let message = channel.format("sending %s", shown)?;
        channel.call(Method::log_info, &[message])?;
    }
    let kept = channel.get(&names.out_buffer)?;
    if is_empty(&kept)
        && let Some(sock) = plain_socket(&channel, data)
    {
        return send_at_once(&channel, &sock, data);
    }
    channel.set(&names.out_buffer, &joined(vm, &kept, data)?)?;
    channel.call(Method::initiate_send, &[]).map(drop)
}

/// The channel's socket, if nothing of Python's has a say in how data is sent: then it need not be kept first.
fn plain_socket(channel: &Channel<'_>, data: &Object) -> Option<Object> {
    let (vm, methods) = (channel.vm, &channel.state.methods);
    let dispatcher = channel.state.dispatcher.get_as::<Type>()?;
    let fits = data.downcast_exact::<Bytes>().is_some_and(|data| data.as_slice().len() <= PIECE);
    if !fits
        || !methods.is::<initiate_send>(vm, channel.this, Method::initiate_send)
        || !methods.is_of::<channel::send>(vm, &dispatcher, Method::send)
    {
        return None;
    }
    let sock = channel.socket().map_err(|raised| drop(vm.take_raised(raised))).ok()?;
    methods.native(vm, &sock, Method::send).is_some().then_some(sock)
}

/// Send data when nothing is kept; what could not be sent is kept then.
fn send_at_once(channel: &Channel<'_>, sock: &Object, data: &Object) -> Res<()> {
    let (vm, out_buffer) = (channel.vm, &channel.names().out_buffer);
    let sent = run(vm, &channel.state, sock, Method::send, std::slice::from_ref(data));
    let raised = match sent {
        Ok(sent) if is_all(data, &sent) => return Ok(()),
        Ok(sent) => return channel.set(out_buffer, &after(vm, data, &sent)?),
        Err(raised) => raised,
    };
    // Who handles the error sees the data.
    let exception = vm.take_raised(raised);
    channel.set(out_buffer, data)?;
    let sent = channel::not_sent(channel, vm.raise(exception))?;
    let rest = after(vm, &channel.get(out_buffer)?, &sent)?;
    channel.set(out_buffer, &rest)
}

/// Whether `sent` is the length of the data.
fn is_all(data: &Object, sent: &Object) -> bool {
    let len = data.downcast_exact::<Bytes>().map(|data| data.as_slice().len());
    len.is_some_and(|len| sent.as_small_int() == i64::try_from(len).ok())
}
