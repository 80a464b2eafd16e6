//! A connection is made: the reader learns its transport, a server's callback is called, and if it is a coroutine
//! function the connection is a task, whose failure is told to the loop.

use super::super::reporting::{message, tell_loop};
use super::protocol::StreamProtocol;
use super::reader::{self, StreamReader};
use crate::asyncio::task::is_coroutine;
use crate::support::*;

/// The transport and what follows from it.
pub(super) fn take_transport(vm: &Vm, this: &StreamProtocol, transport: &Object) -> Res<()> {
    this.transport.set(transport.clone());
    let name = vm.str("sslcontext")?.into_object();
    let context = vm.call_method(transport, "get_extra_info", &[name])?;
    this.over_ssl.set(!context.is_none());
    Ok(())
}

/// A transport has a connection for the stream.
#[native("(self, transport)")]
pub(super) fn connection_made(vm: &Vm, this: &Obj<StreamProtocol>, transport: &Object) -> Res<()> {
    if this.rejects.get() {
        return reject(vm, this, transport);
    }
    this.transport.set(transport.clone());
    let reader = this.reader(vm)?;
    if let Some(reader) = &reader {
        match reader.downcast::<StreamReader>() {
            Some(native) if native.has_own(vm, reader, reader::own::SET_TRANSPORT) => {
                reader::join(vm, native, transport)?;
            }
            _ => {
                vm.call_method(reader, "set_transport", std::slice::from_ref(transport))?;
            }
        }
    }
    take_transport(vm, this, transport)?;
    let Some(callback) = this.callback.get() else { return Ok(()) };
    let reader = reader.unwrap_or_else(Object::none);
    let looop = this.its_loop(vm, this.as_object())?;
    let class = vm.getattr_named(&vm.import("asyncio.streams")?, "StreamWriter")?;
    let object = this.as_object().clone();
    let writer = vm.call(&class, &[transport.clone(), object, reader.clone(), looop.clone()])?;
    this.writer.set(writer.clone());
    let result = vm.call(&callback, &[reader, writer])?;
    if is_coroutine(vm, &result)? {
        let task = vm.call_method(&looop, "create_task", &[result])?;
        this.task.set(task.clone());
        let ended =
            ClientEnded { looop: Slot::new(looop), transport: Slot::new(transport.clone()) };
        let ended = vm.alloc(ended)?.into_object();
        vm.call_method(&task, "add_done_callback", &[ended])?;
    }
    drop(this.strong_reader.take());
    Ok(())
}

fn reject(vm: &Vm, this: &Obj<StreamProtocol>, transport: &Object) -> Res<()> {
    let text = "An open stream was garbage collected prior to establishing network connection; \
                call \"stream.close()\" explicitly.";
    let about = [message(vm, text)?, ("source_traceback", this.made_at.get())];
    tell_loop(vm, &this.its_loop(vm, this.as_object())?, &about)?;
    vm.call_method(transport, "abort", &[]).map(drop)
}

/// Payload of what is called when a connection's task is done.
pub struct ClientEnded {
    looop: Slot,
    transport: Slot,
}

impl Payload for ClientEnded {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.looop);
        visitor.slot(&self.transport);
    }
    fn clear(&self) {
        drop(self.looop.take());
        drop(self.transport.take());
    }
}

static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { call: Some(call), ..Slots::NONE },
    getsets: getsets![__name__, __qualname__],
    ..TypeSpec::new::<ClientEnded>("_asyncio.ClientEnded")
};

#[getter]
fn __name__(vm: &Vm, _this: &Obj<ClientEnded>) -> Res<Obj<Str>> {
    vm.str("callback")
}

#[getter]
fn __qualname__(vm: &Vm, _this: &Obj<ClientEnded>) -> Res<Obj<Str>> {
    vm.str("StreamReaderProtocol.connection_made.<locals>.callback")
}

fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let (Some(ended), [task], None) = (this.downcast::<ClientEnded>(), args, names) else {
        return Err(vm.type_error("callback() takes 1 positional argument"));
    };
    let (Some(looop), Some(transport)) = (ended.looop.get(), ended.transport.get()) else {
        return Ok(Object::none());
    };
    if vm.truth(&vm.call_method(task, "cancelled", &[])?)? {
        return vm.call_method(&transport, "close", &[]);
    }
    let exception = vm.call_method(task, "exception", &[])?;
    if exception.is_none() {
        return Ok(Object::none());
    }
    let about = [
        message(vm, "Unhandled exception in client_connected_cb")?,
        ("exception", Some(exception)),
        ("transport", Some(transport.clone())),
    ];
    tell_loop(vm, &looop, &about)?;
    vm.call_method(&transport, "close", &[])
}
