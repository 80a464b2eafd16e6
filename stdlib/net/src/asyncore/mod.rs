//! The module `asyncore`: channels over sockets, and a loop that calls them when something happens.
//!
//! | file       | holds                                                                          |
//! |------------|--------------------------------------------------------------------------------|
//! | `state`    | what an interpreter keeps: the module's names, and names of attributes          |
//! | `methods`  | which methods of a channel are ours: those are run without a Python call         |
//! | `events`   | one event brought to a channel, and what becomes of its exceptions               |
//! | `polling`  | `poll()`, `poll2()`, `loop()`                                                    |
//! | `channel`  | the class `dispatcher`: making and closing, what it does with its socket         |
//! | `handlers` | the same: what is done about events where a program does nothing, and logging    |
//! | `buffered` | the class `dispatcher_with_send`                                                 |
//! | `parts`    | pieces of what is sent and received                                              |
//! | `files`    | the classes `file_wrapper` and `file_dispatcher`                                 |
//! | `tracing`  | `compact_traceback()`, `close_all()`                                             |
//!
//! The classes are open: a channel is an object with attributes and nothing else, as programs have always treated it.
//! **Invariant:** a method that a subclass, a patch or an instance replaces is called wherever CPython's code calls it,
//! and a name of the module that a program replaces is what the functions use.

mod buffered;
mod channel;
mod events;
mod files;
mod handlers;
mod methods;
mod parts;
mod polling;
mod state;
mod tracing;

use taipan_sys::errno;

use crate::support::*;
pub(crate) use channel::{not_sent, send as dispatcher_send};
pub(crate) use methods::{Method, run};
pub(crate) use parts::{after, before, joined, part};
pub(crate) use state::{Channel, State, state};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "asyncore",
    doc: "Servers and clients that wait for many sockets at once: channels, and the loop that calls them.\n\n\
          Deprecated: asyncio takes its place.",
    functions: natives![
        events::read,
        events::write,
        events::exception,
        events::readwrite,
        polling::poll,
        polling::poll2,
        polling::loop_,
        tracing::compact_traceback,
        tracing::close_all,
        tracing::strerror
    ],
    fill: Some(fill),
    ..ModuleDef::EMPTY
};

/// What the functions use by name, so that programs can put other things there.
const IMPORTS: &[&str] = &["select", "socket", "sys", "time", "warnings", "os"];

/// The error numbers that the module has as names.
const NUMBERS: &[(&str, i32)] = &[
    ("EALREADY", errno::EALREADY),
    ("EINPROGRESS", errno::EINPROGRESS),
    ("EWOULDBLOCK", errno::EWOULDBLOCK),
    ("ECONNRESET", errno::ECONNRESET),
    ("EINVAL", errno::EINVAL),
    ("ENOTCONN", errno::ENOTCONN),
    ("ESHUTDOWN", errno::ESHUTDOWN),
    ("EISCONN", errno::EISCONN),
    ("EBADF", errno::EBADF),
    ("ECONNABORTED", errno::ECONNABORTED),
    ("EPIPE", errno::EPIPE),
    ("EAGAIN", errno::EAGAIN),
];

/// Errors that mean that there is no connection any more.
const DISCONNECTED: &[i32] = &[
    errno::ECONNRESET,
    errno::ENOTCONN,
    errno::ESHUTDOWN,
    errno::ECONNABORTED,
    errno::EPIPE,
    errno::EBADF,
];

pub(crate) const DEPRECATION: &str = "The {name} module is deprecated and will be removed in Python {remove}. \
                                      The recommended replacement is asyncio";

/// What the warning at the import of `name` says.
pub(crate) fn deprecation(name: &str) -> String {
    DEPRECATION.replace("{name}", name).replace("{remove}", "3.12")
}

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    let state = state(vm);
    match state.importer.take() {
        Some(file) => {
            vm.warn_at(Exc::DeprecationWarning, &deprecation("asyncore"), file, 1)?;
        }
        None => vm.warn(Exc::DeprecationWarning, &deprecation("asyncore"), 1)?,
    }
    for name in IMPORTS {
        module.set(vm, name, vm.import(name)?)?;
    }
    for &(name, number) in NUMBERS {
        module.set(vm, name, number)?;
    }
    let errorcode = vm.getattr_named(&vm.import("errno")?, "errorcode")?;
    module.set(vm, "errorcode", errorcode)?;
    module.set(vm, "_DEPRECATION_MSG", DEPRECATION)?;
    let disconnected = vm.new_frozenset()?;
    for &number in DISCONNECTED {
        disconnected.add(vm, &vm.int(number.into())?)?;
    }
    module.set(vm, "_DISCONNECTED", disconnected.into_object())?;
    module.set(vm, "socket_map", vm.new_dict()?)?;
    if let Some(poll2) = module.get(vm, "poll2") {
        module.set(vm, "poll3", poll2)?;
    }
    state.globals.set(module.dict.clone().into_object());
    add_classes(vm, &state, module)
}

fn add_classes(vm: &Vm, state: &State, module: &Obj<Module>) -> Res<()> {
    let exit = EXIT_NOW.build(vm, Some(&vm.types().exception(Exc::Exception)))?.into_object();
    let passed_on = [
        exit.clone(),
        vm.types().exception(Exc::KeyboardInterrupt).into_object(),
        vm.types().exception(Exc::SystemExit).into_object(),
    ];
    module.set(vm, "ExitNow", exit)?;
    module.set(vm, "_reraised_exceptions", vm.tuple_from(&passed_on)?.into_object())?;
    let dispatcher = channel::CLASS.build(vm, None)?;
    state.dispatcher.set(dispatcher.as_object().clone());
    let with_send = buffered::CLASS.build(vm, Some(&dispatcher))?;
    let file_dispatcher = files::DISPATCHER.build(vm, Some(&dispatcher))?;
    let wrapper = files::WRAPPER.build(vm, None)?;
    for (alias, name) in [("read", "recv"), ("write", "send")] {
        let method = vm.getattr_named(wrapper.as_object(), name)?;
        vm.setattr(wrapper.as_object(), &vm.intern(alias), &method)?;
    }
    module.set(vm, "dispatcher", dispatcher.into_object())?;
    module.set(vm, "dispatcher_with_send", with_send.into_object())?;
    module.set(vm, "file_wrapper", wrapper.into_object())?;
    module.set(vm, "file_dispatcher", file_dispatcher.into_object())
}

static EXIT_NOW: ClassDef = ClassDef {
    name: "asyncore.ExitNow",
    doc: "Raised by a handler: the loop ends and lets it pass.",
    ..ClassDef::EMPTY
};
