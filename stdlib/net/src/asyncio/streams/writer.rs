//! The type StreamWriter: a transport, and `drain()` to wait until it has written enough.

use super::attributes;
use super::protocol::{self, StreamProtocol, wait_to_write};
use super::reader::{self, StreamReader};
use crate::asyncio::awaiting::{Awaiting, Came, Kind, Step, give_or, start};
use crate::asyncio::looping::new_future;
use crate::asyncio::transport::{plain_transport, write_object};
use crate::support::*;

/// Payload of what `asyncio.StreamWriter` derives from.
pub struct StreamWriter {
    transport: Slot,
    protocol: Slot,
    reader: Slot,
    looop: Slot,
    /// A future that is done, made when somebody asks for it.
    complete: Slot,
}

impl Payload for StreamWriter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        self.slots().into_iter().for_each(|slot| visitor.slot(slot));
    }
    fn clear(&self) {
        self.slots().into_iter().for_each(|slot| drop(slot.take()));
    }
}

pub(in crate::asyncio) static SPEC: TypeSpec = TypeSpec {
    doc: "Writes to a transport, for coroutines.",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF | type_flags::PYTHON_WORDS,
    slots: Slots {
        new: Some(|vm, class, _, _| {
            let writer = StreamWriter {
                transport: Slot::empty(),
                protocol: Slot::empty(),
                reader: Slot::empty(),
                looop: Slot::empty(),
                complete: Slot::empty(),
            };
            Ok(vm.alloc_of(class, writer)?.into_object())
        }),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: natives![
        write,
        writelines,
        write_eof,
        can_write_eof,
        close,
        is_closing,
        wait_closed,
        get_extra_info,
        drain
    ],
    getsets: getsets![
        transport,
        _transport: set_transport,
        _protocol: set_protocol,
        _reader: set_reader,
        _loop: set_loop,
        _complete_fut: set_complete_fut
    ],
    ..TypeSpec::new::<StreamWriter>("_asyncio.StreamWriter")
};

impl StreamWriter {
    fn slots(&self) -> [&Slot; 5] {
        [&self.transport, &self.protocol, &self.reader, &self.looop, &self.complete]
    }

    fn transport(&self) -> Object {
        self.transport.get().unwrap_or_else(Object::none)
    }
}

#[native("(self, transport, protocol, reader, loop)", name = "__init__")]
fn init(
    vm: &Vm,
    this: &Obj<StreamWriter>,
    transport: Option<&Object>,
    protocol: Option<&Object>,
    reader: Option<&Object>,
    r#loop: Option<&Object>,
) -> Res<()> {
    if let Some(reader) = reader
        && reader.downcast::<StreamReader>().is_none()
    {
        let class = vm.getattr_named(&vm.import("asyncio.streams")?, "StreamReader")?;
        if !vm.is_instance(reader, &class)? {
            return Err(vm.raise_args(Exc::AssertionError, Vec::new()));
        }
    }
    this.transport.assign(transport.cloned());
    this.protocol.assign(protocol.cloned());
    this.reader.assign(reader.cloned());
    this.looop.assign(r#loop.cloned());
    drop(this.complete.take());
    Ok(())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(writer) = this.downcast::<StreamWriter>() else {
        return Err(vm.system_error("a StreamWriter was expected"));
    };
    let class = vm.class_of(this).short_name();
    let mut text = format!("<{class} transport={}", vm.repr_string(&writer.transport())?);
    if let Some(reader) = writer.reader.get() {
        text.push_str(&format!(" reader={}", vm.repr_string(&reader)?));
    }
    text.push('>');
    Ok(vm.str(&text)?.into_object())
}

/// A writer that nobody has closed.
fn finalize(vm: &Vm, this: &Object) -> Res<()> {
    let Some(writer) = this.downcast::<StreamWriter>() else { return Ok(()) };
    let Some(looop) = writer.looop.get().filter(|_| writer.transport.is_set()) else {
        return Ok(());
    };
    if is_closing_of(vm, writer)? {
        return Ok(());
    }
    if vm.truth(&vm.call_method(&looop, "is_closed", &[])?)? {
        return vm.warn_about(Exc::ResourceWarning, "loop is closed", 1, this);
    }
    vm.call_method(this, "close", &[])?;
    let text = format!("unclosed {}", vm.repr_string(this)?);
    vm.warn_about(Exc::ResourceWarning, &text, 1, this)
}

/// Have the transport write bytes; it keeps what cannot be written at once.
#[native("(self, data)")]
fn write(vm: &Vm, this: &Obj<StreamWriter>, data: &Object) -> Res<()> {
    let transport = this.transport();
    match plain_transport(vm, &transport) {
        Some(native) => write_object(vm, native, data),
        None => vm.call_method(&transport, "write", std::slice::from_ref(data)).map(drop),
    }
}

/// The same for an iterable of bytes.
#[native("(self, data)")]
fn writelines(vm: &Vm, this: &Obj<StreamWriter>, data: &Object) -> Res<()> {
    vm.call_method(&this.transport(), "writelines", std::slice::from_ref(data)).map(drop)
}

/// Say that nothing more will be written, once all that was is out.
#[native("(self)")]
fn write_eof(vm: &Vm, this: &Obj<StreamWriter>) -> Res {
    vm.call_method(&this.transport(), "write_eof", &[])
}

/// Whether the transport knows write_eof().
#[native("(self)")]
fn can_write_eof(vm: &Vm, this: &Obj<StreamWriter>) -> Res {
    vm.call_method(&this.transport(), "can_write_eof", &[])
}

/// Close the connection, once all that was written is out. See wait_closed().
#[native("(self)")]
fn close(vm: &Vm, this: &Obj<StreamWriter>) -> Res {
    vm.call_method(&this.transport(), "close", &[])
}

/// Whether the connection is closed or about to be.
#[native("(self)")]
fn is_closing(vm: &Vm, this: &Obj<StreamWriter>) -> Res {
    vm.call_method(&this.transport(), "is_closing", &[])
}

/// Wait until the connection is closed; raises what it was lost by.
#[native("(self)")]
fn wait_closed(vm: &Vm, this: &Obj<StreamWriter>) -> Res {
    start(vm, &WAIT_CLOSED, this.as_object())
}

/// What the transport knows by a name: 'socket', 'peername', ...
#[native("(self, name, default=None)")]
fn get_extra_info(
    vm: &Vm,
    this: &Obj<StreamWriter>,
    name: &Object,
    default: Option<&Object>,
) -> Res {
    let default = default.cloned().unwrap_or_else(Object::none);
    vm.call_method(&this.transport(), "get_extra_info", &[name.clone(), default])
}

/// Wait until the transport has written enough to take more.
#[native("(self)", coroutine)]
fn drain(vm: &Vm, this: &Obj<StreamWriter>) -> Res {
    give_or(vm, &DRAIN, this.as_object(), None, || may_write(vm, this).then(Object::none))
}

/// Whether `drain()` has nothing to wait for and nothing to tell, in the usual case: the parts are all ours.
fn may_write(vm: &Vm, writer: &StreamWriter) -> bool {
    let (transport, protocol) = (writer.transport(), writer.protocol.get());
    let reads_on = writer.reader.get().is_none_or(|reader| {
        reader.downcast::<StreamReader>().is_some_and(|native| {
            native.has_own(vm, &reader, reader::own::EXCEPTION) && !native.exception.is_set()
        })
    });
    let takes_more = protocol.is_some_and(|protocol| {
        protocol.downcast::<StreamProtocol>().is_some_and(|native| {
            native.has_own(vm, &protocol, protocol::own::DRAIN_HELPER) && native.may_write()
        })
    });
    reads_on
        && takes_more
        && plain_transport(vm, &transport).is_some_and(|native| !native.closing.get())
}

static DRAIN: Kind = Kind { name: "StreamWriter.drain", step: drain_step };
static WAIT_CLOSED: Kind = Kind { name: "StreamWriter.wait_closed", step: wait_closed_step };

/// Phases of `drain()`, behind 0.
mod phase {
    /// A turn passes, as the transport is closing.
    pub const TURNS: u8 = 1;
    /// A protocol of ours is waited for.
    pub const WAITS: u8 = 2;
    /// The same for any other.
    pub const HELPED: u8 = 3;
}

fn drain_step(vm: &Vm, call: &Obj<Awaiting>, came: Came) -> Res<Step> {
    match call.phase.get() {
        0 => {
            let writer = call.target_as::<StreamWriter>(vm)?;
            if let Some(exception) = exception_of(vm, &writer)? {
                return Err(vm.raise_object(&exception, None));
            }
            if is_closing_of(vm, &writer)? {
                // The connection's end can only be told in another turn: without it, who writes and drains in a
                // loop would never hear of it.
                call.phase.set(phase::TURNS);
                return Ok(Step::Turn);
            }
            help(vm, call, &writer)
        }
        phase::TURNS => {
            came.value(vm)?;
            help(vm, call, &*call.target_as::<StreamWriter>(vm)?)
        }
        phase::WAITS => match call.item.get_as::<StreamProtocol>() {
            Some(protocol) => wait_to_write(vm, &protocol, call, came),
            None => Err(vm.system_error("a coroutine has lost what it works on")),
        },
        _ => came.value(vm).map(|_| Step::Done(Object::none())),
    }
}

/// Wait as the protocol says.
fn help(vm: &Vm, call: &Obj<Awaiting>, writer: &StreamWriter) -> Res<Step> {
    let protocol = writer.protocol.get().unwrap_or_else(Object::none);
    if let Some(native) = protocol.downcast::<StreamProtocol>()
        && native.has_own(vm, &protocol, protocol::own::DRAIN_HELPER)
    {
        call.phase.set(phase::WAITS);
        call.item.set(protocol.clone());
        return wait_to_write(vm, native, call, Came::Start);
    }
    call.phase.set(phase::HELPED);
    vm.call_method(&protocol, "_drain_helper", &[]).map(Step::Await)
}

fn is_closing_of(vm: &Vm, writer: &StreamWriter) -> Res<bool> {
    let transport = writer.transport();
    match plain_transport(vm, &transport) {
        Some(native) => Ok(native.closing.get()),
        None => vm.truth(&vm.call_method(&transport, "is_closing", &[])?),
    }
}

/// What the reader has failed with.
fn exception_of(vm: &Vm, writer: &StreamWriter) -> Res<Option<Object>> {
    let Some(reader) = writer.reader.get() else { return Ok(None) };
    match reader.downcast::<StreamReader>() {
        Some(native) if native.has_own(vm, &reader, reader::own::EXCEPTION) => {
            Ok(native.exception.get())
        }
        _ => {
            let exception = vm.call_method(&reader, "exception", &[])?;
            Ok(Some(exception).filter(|e| !e.is_none()))
        }
    }
}

fn wait_closed_step(vm: &Vm, call: &Obj<Awaiting>, came: Came) -> Res<Step> {
    if call.phase.replace(1) != 0 {
        return came.value(vm).map(|_| Step::Done(Object::none()));
    }
    let writer = call.target_as::<StreamWriter>(vm)?;
    let protocol = writer.protocol.get().unwrap_or_else(Object::none);
    let native = protocol
        .downcast::<StreamProtocol>()
        .filter(|p| p.has_own(vm, &protocol, protocol::own::CLOSE_WAITER));
    match native.and_then(|p| p.closed()) {
        Some(closed) => Ok(Step::Await(closed)),
        None => vm
            .call_method(&protocol, "_get_close_waiter", &[writer.as_object().clone()])
            .map(Step::Await),
    }
}

/// The transport.
#[getter]
fn transport(this: &Obj<StreamWriter>) -> Option<Object> {
    this.transport.get()
}

/// A future that is done.
#[getter]
fn _complete_fut(vm: &Vm, this: &Obj<StreamWriter>) -> Res {
    if let Some(future) = this.complete.get() {
        return Ok(future);
    }
    let future = new_future(vm, &this.looop.get().unwrap_or_else(Object::none))?;
    vm.call_method(&future, "set_result", &[Object::none()])?;
    this.complete.set(future.clone());
    Ok(future)
}

#[setter]
fn set_complete_fut(_vm: &Vm, this: &Obj<StreamWriter>, value: Option<&Object>) -> Res<()> {
    this.complete.assign(value.cloned());
    Ok(())
}

attributes! {
    StreamWriter {
        _transport set_transport transport;
        _protocol set_protocol protocol;
        _reader set_reader reader;
        _loop set_loop looop;
    } {}
}
