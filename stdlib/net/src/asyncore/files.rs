//! The classes `file_wrapper` and `file_dispatcher`: files, pipes and terminals as channels.

use super::methods::Method;
use super::state::{Channel, state};
use crate::socket::address::{SO_ERROR, SOL_SOCKET};
use crate::support::*;

pub(super) static WRAPPER: ClassDef = ClassDef {
    name: "asyncore.file_wrapper",
    doc: "A copy of a descriptor that does what channels ask of a socket.",
    methods: natives![init, finalize, recv, send, getsockopt, close, fileno],
    attributes: 1,
    ..ClassDef::EMPTY
};

pub(super) static DISPATCHER: ClassDef = ClassDef {
    name: "asyncore.file_dispatcher",
    doc: "A channel over a file.",
    methods: natives![dispatcher_init, set_file],
    attributes: 1,
    ..ClassDef::EMPTY
};

/// A function of the module os, as programs have left it.
fn system(vm: &Vm, name: &str) -> Res {
    state(vm).global_of(vm, "os", name)
}

fn descriptor(channel: &Channel<'_>) -> Res {
    channel.get(&channel.names().fd)
}

fn is_closed(vm: &Vm, fd: &Object) -> Res<bool> {
    match fd.as_small_int() {
        Some(fd) => Ok(fd < 0),
        None => vm.compare_bool(fd, &vm.int(0)?, CmpOp::Lt),
    }
}

#[native("(self, fd)", python, name = "__init__")]
fn init(vm: &Vm, this: &Object, fd: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let copy = vm.call(&system(vm, "dup")?, std::slice::from_ref(fd))?;
    channel.set(&channel.names().fd, &copy)
}

#[native("(self)", python, name = "__del__")]
fn finalize(vm: &Vm, this: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    if !is_closed(vm, &descriptor(&channel)?)? {
        let text = format!("unclosed file {}", vm.repr_string(this)?);
        vm.warn_about(Exc::ResourceWarning, &text, 1, this)?;
    }
    channel.call(Method::close, &[]).map(drop)
}

/// Call a function of the module os with the descriptor in front of the arguments.
fn with_descriptor(vm: &Vm, this: &Object, function: &str, args: &[Object]) -> Res {
    let mut all = Vec::new();
    reserve(vm, &mut all, args.len() + 1)?;
    all.push(descriptor(&Channel::of(vm, this))?);
    all.extend_from_slice(args);
    vm.call(&system(vm, function)?, &all)
}

/// Read from the file.
#[native("(self, *args)", python)]
fn recv(vm: &Vm, this: &Object, args: &[Object]) -> Res {
    with_descriptor(vm, this, "read", args)
}

/// Write to the file.
#[native("(self, *args)", python)]
fn send(vm: &Vm, this: &Object, args: &[Object]) -> Res {
    with_descriptor(vm, this, "write", args)
}

/// A file has no errors in store; nothing else is asked.
#[native("(self, level, optname, buflen=None)", python)]
fn getsockopt(
    vm: &Vm,
    this: &Object,
    level: &Object,
    optname: &Object,
    buflen: Option<&Object>,
) -> Res<i32> {
    let _ = this;
    let has_length = buflen.map_or(Ok(false), |buflen| vm.truth(buflen))?;
    let is_error =
        vm.eq(level, &vm.int(SOL_SOCKET.into())?)? && vm.eq(optname, &vm.int(SO_ERROR.into())?)?;
    if is_error && !has_length {
        return Ok(0);
    }
    Err(vm.not_implemented_error("Only asyncore specific behaviour implemented."))
}

/// Close the copy of the descriptor.
#[native("(self)", python)]
fn close(vm: &Vm, this: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let fd = descriptor(&channel)?;
    if is_closed(vm, &fd)? {
        return Ok(());
    }
    channel.set(&channel.names().fd, &vm.int(-1)?)?;
    vm.call(&system(vm, "close")?, &[fd]).map(drop)
}

/// The copy of the descriptor.
#[native("(self)", python)]
fn fileno(vm: &Vm, this: &Object) -> Res {
    descriptor(&Channel::of(vm, this))
}

#[native("(self, fd, map=None)", python, name = "__init__")]
fn dispatcher_init(vm: &Vm, this: &Object, fd: &Object, map: Option<&Object>) -> Res<()> {
    let channel = Channel::of(vm, this);
    let map = map.cloned().unwrap_or_else(Object::none);
    channel.state.run_dispatchers(vm, Method::__init__, this, &[Object::none(), map])?;
    channel.set_flag(&channel.names().connected, true)?;
    let fd = number_of(vm, fd)?;
    channel.call(Method::set_file, std::slice::from_ref(&fd))?;
    vm.call(&system(vm, "set_blocking")?, &[fd, Object::bool(false)]).map(drop)
}

/// The descriptor of a file, or the number itself.
fn number_of(vm: &Vm, file: &Object) -> Res {
    vm.call_method(file, "fileno", &[])
        .or_else(|raised| vm.caught(raised, Exc::AttributeError).map(|_| file.clone()))
}

/// Have the channel use a copy of a descriptor, and put it into its map.
#[native("(self, fd)", python)]
fn set_file(vm: &Vm, this: &Object, fd: &Object) -> Res<()> {
    let channel = Channel::of(vm, this);
    let class = channel.state.global(vm, "file_wrapper")?;
    let wrapper = vm.call(&class, std::slice::from_ref(fd))?;
    channel.set(&channel.names().socket, &wrapper)?;
    let number = vm.call_method(&wrapper, "fileno", &[])?;
    channel.set(&channel.names()._fileno, &number)?;
    channel.call(Method::add_channel, &[]).map(drop)
}
