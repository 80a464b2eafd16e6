//! `async_chat`: the queue of what goes. It holds data, producers of data, and None where the channel is to be closed.

use super::receiving::encoded;
use crate::asyncore::{Channel, Method, after, before, dispatcher_send, not_sent, part, run};
use crate::support::*;

fn queue(chat: &Channel<'_>) -> Res {
    chat.get(&chat.names().producer_fifo)
}

fn enqueue(chat: &Channel<'_>, item: &Object) -> Res<()> {
    run(chat.vm, &chat.state, &queue(chat)?, Method::append, std::slice::from_ref(item)).map(drop)
}

/// Send some of what is in the queue.
#[native("(self)", python)]
pub(super) fn handle_write(vm: &Vm, this: &Object) -> Res<()> {
    Channel::of(vm, this).call(Method::initiate_send, &[]).map(drop)
}

/// Close the channel.
#[native("(self)", python)]
pub(super) fn handle_close(vm: &Vm, this: &Object) -> Res<()> {
    Channel::of(vm, this).call(Method::close, &[]).map(drop)
}

/// Queue data, and send what can be sent.
#[native("(self, data)", python)]
pub(super) fn push(vm: &Vm, this: &Object, data: &Object) -> Res<()> {
    let chat = Channel::of(vm, this);
    if !is_bytes(vm, data)? {
        let class = vm.class_of(data).clone().into_object();
        let text = vm.str("data argument must be byte-ish (%r)")?.into_object();
        return Err(vm.raise_args(Exc::TypeError, vec![text, class]));
    }
    let most = chat.get(&chat.names().ac_out_buffer_size)?;
    let len = vm.len(data)?;
    if let Some(sock) = plain_socket(&chat, data, &most)? {
        return send_at_once(&chat, &sock, data);
    }
    if vm.compare_bool(&vm.int_usize(len)?, &most, CmpOp::Gt)? {
        push_pieces(&chat, data, len, &most)?;
    } else {
        enqueue(&chat, data)?;
    }
    chat.call(Method::initiate_send, &[]).map(drop)
}

/// The channel's socket, if data would go there at once, and nothing of Python's has a say in how: then it need not be in
/// the queue first.
fn plain_socket(chat: &Channel<'_>, data: &Object, most: &Object) -> Res<Option<Object>> {
    let (vm, methods) = (chat.vm, &chat.state.methods);
    let len = data.downcast_exact::<Bytes>().map_or(0, |data| data.as_slice().len());
    let fits =
        most.as_small_int().is_some_and(|most| i64::try_from(len).is_ok_and(|len| len <= most));
    if len == 0
        || !fits
        || !methods.is::<initiate_send>(vm, chat.this, Method::initiate_send)
        || !methods.is::<dispatcher_send>(vm, chat.this, Method::send)
        || vm.truth(&queue(chat)?)?
        || !chat.is(&chat.names().connected)?
    {
        return Ok(None);
    }
    match chat.socket() {
        Ok(sock) => Ok(methods.native(vm, &sock, Method::send).map(|_| sock)),
        Err(raised) => {
            drop(vm.take_raised(raised)); // send() will find it
            Ok(None)
        }
    }
}

/// Send data when nothing is in the queue.
fn send_at_once(chat: &Channel<'_>, sock: &Object, data: &Object) -> Res<()> {
    let vm = chat.vm;
    let sent = run(vm, &chat.state, sock, Method::send, std::slice::from_ref(data));
    let raised = match sent {
        Ok(sent) => {
            let rest = after(vm, data, &sent)?;
            return if vm.truth(&rest)? { enqueue(chat, &rest) } else { Ok(()) };
        }
        Err(raised) => raised,
    };
    // Who handles the error sees the data in the queue.
    let exception = vm.take_raised(raised);
    enqueue(chat, data)?;
    let sent = not_sent(chat, vm.raise(exception));
    let most = chat.get(&chat.names().ac_out_buffer_size)?;
    settle(chat, data, data, &most, sent)
}

fn is_bytes(vm: &Vm, data: &Object) -> Res<bool> {
    if vm.class_of(data).has(type_flags::BYTES) {
        return Ok(true);
    }
    for class in ["bytearray", "memoryview"] {
        if vm.is_instance(data, &builtin(vm, class)?)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn push_pieces(chat: &Channel<'_>, data: &Object, len: usize, most: &Object) -> Res<()> {
    let vm = chat.vm;
    let step = match vm.as_i64(&vm.index(most)?) {
        Some(0) => return Err(vm.value_error("range() arg 3 must not be zero")),
        Some(most) if most > 0 => usize::try_from(most).unwrap_or(usize::MAX),
        // A range that goes down from 0 is empty.
        _ => return Ok(()),
    };
    let mut start = 0;
    while start < len {
        vm.poll()?;
        let end = start.saturating_add(step);
        enqueue(chat, &part(vm, data, Some(start), Some(end))?)?;
        start = end;
    }
    Ok(())
}

/// Queue a producer, whose more() gives data till it gives none.
#[native("(self, producer)", python)]
pub(super) fn push_with_producer(vm: &Vm, this: &Object, producer: &Object) -> Res<()> {
    let chat = Channel::of(vm, this);
    enqueue(&chat, producer)?;
    chat.call(Method::initiate_send, &[]).map(drop)
}

/// Whether something is in the queue, or there is no connection yet.
#[native("(self)", python)]
pub(super) fn writable(vm: &Vm, this: &Object) -> Res {
    let chat = Channel::of(vm, this);
    let queue = queue(&chat)?;
    if vm.truth(&queue)? {
        return Ok(queue);
    }
    Ok(Object::bool(!chat.is(&chat.names().connected)?))
}

/// Close the channel once all that is in the queue has been sent.
#[native("(self)", python)]
pub(super) fn close_when_done(vm: &Vm, this: &Object) -> Res<()> {
    enqueue(&Channel::of(vm, this), &Object::none())
}

/// Send the first of what is in the queue.
#[native("(self)", python)]
pub(super) fn initiate_send(vm: &Vm, this: &Object) -> Res<()> {
    let chat = Channel::of(vm, this);
    loop {
        let waiting = vm.truth(&queue(&chat)?)?;
        if !waiting || !chat.is(&chat.names().connected)? {
            return Ok(());
        }
        vm.poll()?;
        if step(&chat)? {
            return Ok(());
        }
    }
}

/// Deal with the first item; true if that was all for now.
fn step(chat: &Channel<'_>) -> Res<bool> {
    let vm = chat.vm;
    let first = vm.getitem(&queue(chat)?, &vm.int(0)?)?;
    if !vm.truth(&first)? {
        drop_first(chat)?;
        if first.is_none() {
            chat.call(Method::handle_close, &[])?;
            return Ok(true);
        }
    }
    let most = chat.get(&chat.names().ac_out_buffer_size)?;
    match before(vm, &first, &most) {
        Ok(data) => send(chat, &first, data, &most).map(|()| true),
        Err(raised) => {
            drop(vm.caught(raised, Exc::TypeError)?);
            produce(chat, &first).map(|()| false)
        }
    }
}

fn drop_first(chat: &Channel<'_>) -> Res<()> {
    chat.vm.delitem(&queue(chat)?, &chat.vm.int(0)?)
}

/// Put what a producer gives in front of it; one that gives nothing is done.
fn produce(chat: &Channel<'_>, producer: &Object) -> Res<()> {
    let vm = chat.vm;
    let data = vm.call_method(producer, "more", &[])?;
    match vm.truth(&data)? {
        true => run(vm, &chat.state, &queue(chat)?, Method::appendleft, &[data]).map(drop),
        false => drop_first(chat),
    }
}

/// Send `data`, the head of `first`, and leave in the queue what was not sent.
fn send(chat: &Channel<'_>, first: &Object, data: Object, most: &Object) -> Res<()> {
    let data = encoded(chat, &data)?;
    let sent = chat.call(Method::send, std::slice::from_ref(&data));
    settle(chat, first, &data, most, sent)
}

/// See to it that the queue holds what of `first` was not sent, or that the error is handled.
fn settle(chat: &Channel<'_>, first: &Object, data: &Object, most: &Object, sent: Res) -> Res<()> {
    let vm = chat.vm;
    let sent = match sent {
        Ok(sent) => sent,
        Err(raised) => {
            let failure = vm.caught(raised, Exc::OSError)?;
            let raised = vm.raise(failure);
            return vm.except(raised, |_| chat.call(Method::handle_error, &[]).map(drop));
        }
    };
    if !vm.truth(&sent)? {
        return Ok(());
    }
    let is_less = |a: &Object, b: &Object| vm.compare_bool(a, b, CmpOp::Lt);
    let all_of_head = !is_less(&sent, &vm.int_usize(vm.len(data)?)?)?;
    if all_of_head && !is_less(most, &vm.int_usize(vm.len(first)?)?)? {
        return drop_first(chat);
    }
    let rest = after(vm, first, &sent)?;
    vm.setitem(&queue(chat)?, &vm.int(0)?, &rest)
}
