//! The module `asynchat`: channels for conversations, where what comes is cut at terminators, and what goes waits in a
//! queue.
//!
//! | file        | holds                                                              |
//! |-------------|--------------------------------------------------------------------|
//! | `receiving` | `async_chat`: what comes, and where it is cut                      |
//! | `sending`   | `async_chat`: the queue of what goes                               |
//! | `producer`  | the class `simple_producer`                                        |
//!
//! The class is open, as those of `asyncore` are; all state is in attributes that programs know.
//! **Invariant:** `ac_in_buffer` holds, whenever a method of the program is called, exactly what has come and was not
//! handed out yet: a program may take it, replace it, and change the terminator.

mod producer;
mod receiving;
mod sending;

use crate::asyncore::{DEPRECATION, deprecation, state};
use crate::support::*;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "asynchat",
    doc: "Channels for conversations: commands and answers that end in a terminator.\n\n\
          Deprecated: asyncio takes its place.",
    functions: natives![receiving::find_prefix_at_end],
    fill: Some(fill),
    ..ModuleDef::EMPTY
};

/// What warnings about the import of asyncore name as their place, when this module imports it.
const FILE: &str = "asynchat.py";

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    let state = state(vm);
    state.importer.set(Some(FILE));
    let asyncore = vm.import("asyncore");
    state.importer.set(None);
    let asyncore = asyncore?;
    vm.warn(Exc::DeprecationWarning, &deprecation("asynchat"), 1)?;
    module.set(vm, "asyncore", asyncore.clone())?;
    let deque = vm.getattr_named(&vm.import("collections")?, "deque")?;
    module.set(vm, "deque", deque)?;
    module.set(vm, "_DEPRECATION_MSG", DEPRECATION)?;
    let base = vm.getattr_named(&asyncore, "dispatcher")?;
    let Some(base) = base.downcast::<Type>() else {
        return Err(vm.type_error("asyncore.dispatcher is no class"));
    };
    module.set(vm, "async_chat", CHAT.build(vm, Some(base))?.into_object())?;
    module.set(vm, "simple_producer", producer::CLASS.build(vm, None)?.into_object())
}

static CHAT: ClassDef = ClassDef {
    name: "asynchat.async_chat",
    doc: "A channel that cuts what comes at terminators, and queues what goes.\n\n\
          Classes derived from it define collect_incoming_data() and found_terminator().",
    methods: natives![
        receiving::init,
        receiving::collect_incoming_data,
        receiving::collect,
        receiving::take_collected,
        receiving::found_terminator,
        receiving::set_terminator,
        receiving::get_terminator,
        receiving::handle_read,
        receiving::readable,
        receiving::discard_buffers,
        sending::handle_write,
        sending::handle_close,
        sending::push,
        sending::push_with_producer,
        sending::writable,
        sending::close_when_done,
        sending::initiate_send
    ],
    attributes: 4,
    fill: Some(|vm, class| {
        class.set_named(vm, "ac_in_buffer_size", vm.int(65536)?)?;
        class.set_named(vm, "ac_out_buffer_size", vm.int(65536)?)?;
        class.set_named(vm, "use_encoding", vm.int(0)?)?;
        class.set_named(vm, "encoding", vm.str("latin-1")?)
    }),
};
