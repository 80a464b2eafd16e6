//! The types FlowControlMixin and StreamReaderProtocol: a transport's callbacks, for a stream.
//!
//! Both have one payload. A protocol holds its reader weakly, as CPython's does: a program that drops the reader gets
//! no more data, and what is left is freed. Before a server's connection is made nobody else holds it; then the
//! protocol does.

use std::cell::{Cell, RefCell};

use super::attributes;
use super::connected;
use super::own::{Methods, Own};
use super::reader::{self, StreamReader};
use crate::asyncio::awaiting::{Awaiting, Came, Kind, Step, plain_future, start};
use crate::asyncio::future::{Future, Stage};
use crate::asyncio::looping::{is_debug, new_future};
use crate::asyncio::running;
use crate::support::*;
use taipan_core::object::weakref::WeakRef;

/// Payload of what `asyncio.streams.FlowControlMixin` and `asyncio.StreamReaderProtocol` derive from.
pub struct StreamProtocol {
    pub(super) looop: Slot,
    /// The transport has too much to write.
    paused: Cell<bool>,
    lost: Cell<bool>,
    /// Futures of those who wait in `drain()`.
    waiters: RefCell<Vec<Object>>,
    /// A weak reference.
    reader: Slot,
    pub(super) strong_reader: Slot,
    pub(super) made_at: Slot,
    pub(super) rejects: Cell<bool>,
    pub(super) writer: Slot,
    pub(super) task: Slot,
    pub(super) transport: Slot,
    pub(super) callback: Slot,
    pub(super) over_ssl: Cell<bool>,
    /// A future that is done when the connection is lost.
    closed: Slot,
    own: Own,
}

impl Payload for StreamProtocol {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&FLOW_CONTROL);
    fn traverse(&self, visitor: &mut Visitor) {
        self.slots().into_iter().for_each(|slot| visitor.slot(slot));
        self.waiters.borrow().iter().for_each(|waiter| visitor.visit(waiter));
    }
    fn clear(&self) {
        self.slots().into_iter().for_each(|slot| drop(slot.take()));
        drop(self.waiters.take());
    }
}

pub(in crate::asyncio) static FLOW_CONTROL: TypeSpec = TypeSpec {
    doc: "What drain() of a stream's writer waits for.",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF | type_flags::PYTHON_WORDS,
    slots: Slots {
        new: Some(new),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        setattr: Some(set_attribute),
        ..Slots::NONE
    },
    methods: natives![
        pause_writing,
        resume_writing,
        flow_connection_lost,
        drain_helper,
        flow_get_close_waiter
    ],
    getsets: getsets![
        _loop: set_loop,
        _drain_waiters,
        _paused: set_paused,
        _connection_lost: set_connection_lost
    ],
    ..TypeSpec::new::<StreamProtocol>("_asyncio.FlowControlMixin")
};

pub(in crate::asyncio) static READER_PROTOCOL: TypeSpec = TypeSpec {
    doc: "Brings what a transport gives to a StreamReader.",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF | type_flags::PYTHON_WORDS,
    base: Some(|vm| type_or_object(vm, vm.type_of_spec(&FLOW_CONTROL))),
    slots: Slots {
        new: Some(new),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<protocol_init as NativeFunction>::DEF, this, args, names)
        }),
        setattr: Some(set_attribute),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: natives![
        connected::connection_made,
        connection_lost,
        data_received,
        eof_received,
        get_close_waiter,
        replace_writer
    ],
    getsets: getsets![
        _stream_reader,
        _stream_reader_wr: set_stream_reader_wr,
        _strong_reader: set_strong_reader,
        _source_traceback: set_source_traceback,
        _stream_writer: set_stream_writer,
        _task: set_task,
        _transport: set_transport,
        _client_connected_cb: set_client_connected_cb,
        _closed: set_closed,
        _reject_connection: set_reject_connection,
        _over_ssl: set_over_ssl
    ],
    ..TypeSpec::extending::<StreamProtocol>("_asyncio.StreamReaderProtocol")
};

/// Bits of [`METHODS`].
pub(super) mod own {
    pub const DRAIN_HELPER: u16 = 1;
    pub const CLOSE_WAITER: u16 = 2;
    pub const DATA_RECEIVED: u16 = 4;
}

static METHODS: Methods = Methods {
    spec: &READER_PROTOCOL,
    names: &["_drain_helper", "_get_close_waiter", "data_received"],
};

fn new(vm: &Vm, class: &Obj<Type>, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    let protocol = StreamProtocol {
        looop: Slot::empty(),
        paused: Cell::new(false),
        lost: Cell::new(false),
        waiters: RefCell::default(),
        reader: Slot::empty(),
        strong_reader: Slot::empty(),
        made_at: Slot::empty(),
        rejects: Cell::new(false),
        writer: Slot::empty(),
        task: Slot::empty(),
        transport: Slot::empty(),
        callback: Slot::empty(),
        over_ssl: Cell::new(false),
        closed: Slot::empty(),
        own: Own::default(),
    };
    Ok(vm.alloc_of(class, protocol)?.into_object())
}

fn set_attribute(vm: &Vm, this: &Object, name: &Obj<Str>, value: Option<&Object>) -> Res<()> {
    match this.downcast::<StreamProtocol>() {
        Some(protocol) => protocol.own.assign(vm, this, &METHODS, name, value),
        None => vm.generic_setattr(this, name, value),
    }
}

impl StreamProtocol {
    fn slots(&self) -> [&Slot; 9] {
        [
            &self.looop,
            &self.reader,
            &self.strong_reader,
            &self.made_at,
            &self.writer,
            &self.task,
            &self.transport,
            &self.callback,
            &self.closed,
        ]
    }

    #[inline]
    pub(super) fn has_own(&self, vm: &Vm, this: &Object, method: u16) -> bool {
        self.own.has(vm, this, &METHODS, method)
    }

    /// The loop; AttributeError before `__init__`.
    pub(super) fn its_loop(&self, vm: &Vm, this: &Object) -> Res {
        self.looop.get().ok_or_else(|| vm.no_attribute(this, &vm.intern("_loop")))
    }

    /// The reader, if somebody still holds it.
    pub(super) fn reader(&self, vm: &Vm) -> Res<Option<Object>> {
        let Some(reference) = self.reader.get() else { return Ok(None) };
        match reference.downcast::<WeakRef>() {
            Some(reference) => Ok(reference.get()),
            None => vm.call(&reference, &[]).map(|reader| Some(reader).filter(|r| !r.is_none())),
        }
    }

    /// A future of `drain()` was waited for.
    pub(super) fn forget_waiter(&self, future: &Object) {
        let mut waiters = self.waiters.borrow_mut();
        let gone = waiters.iter().position(|w| w.is(future)).map(|i| waiters.remove(i));
        drop(waiters);
        drop(gone);
    }

    fn waiting(&self, vm: &Vm) -> Res<Vec<Object>> {
        let waiters = self.waiters.borrow();
        let mut copy = Vec::new();
        reserve(vm, &mut copy, waiters.len())?;
        copy.extend_from_slice(&waiters);
        Ok(copy)
    }

    /// Whether `drain()` neither waits nor fails.
    pub(super) fn may_write(&self) -> bool {
        !self.lost.get() && !self.paused.get()
    }

    /// What `drain()` is to wait for, None: nothing.
    pub(super) fn drain(&self, vm: &Vm, this: &Object) -> Res<Option<Object>> {
        if self.lost.get() {
            return Err(vm.raise_kind(Exc::ConnectionResetError, "Connection lost"));
        }
        if !self.paused.get() {
            return Ok(None);
        }
        let future = new_future(vm, &self.its_loop(vm, this)?)?;
        let mut waiters = self.waiters.borrow_mut();
        if waiters.try_reserve(1).is_err() {
            drop(waiters);
            return Err(vm.no_memory(NoMemory));
        }
        waiters.push(future.clone());
        Ok(Some(future))
    }

    /// What `wait_closed()` waits for.
    pub(super) fn closed(&self) -> Option<Object> {
        self.closed.get()
    }
}

/// Whether a future is done.
fn is_done(vm: &Vm, future: &Object) -> Res<bool> {
    match plain_future(vm, future) {
        Some(native) => Ok(native.is_done()),
        None => vm.truth(&vm.call_method(future, "done", &[])?),
    }
}

/// Tell all who wait in `drain()`.
fn tell(vm: &Vm, this: &StreamProtocol, exception: Option<&Object>) -> Res<()> {
    for waiter in this.waiting(vm)? {
        if !is_done(vm, &waiter)? {
            reader::settle(vm, &waiter, exception)?;
        }
    }
    Ok(())
}

/// In debug mode: say what happens.
fn debug(vm: &Vm, this: &Obj<StreamProtocol>, text: &str) -> Res<()> {
    if is_debug(vm, &this.its_loop(vm, this.as_object())?)? {
        let logger = vm.getattr_named(&vm.import("asyncio.log")?, "logger")?;
        let text = vm.str(text)?.into_object();
        vm.call_method(&logger, "debug", &[text, this.as_object().clone()])?;
    }
    Ok(())
}

fn begin(vm: &Vm, this: &Obj<StreamProtocol>, looop: Option<&Object>) -> Res<()> {
    let looop = match looop {
        Some(given) => given.clone(),
        None => running::loop_for(vm)?,
    };
    this.looop.set(looop);
    this.paused.set(false);
    this.lost.set(false);
    drop(this.waiters.take());
    Ok(())
}

#[native("(self, loop=None)", name = "__init__")]
fn init(vm: &Vm, this: &Obj<StreamProtocol>, r#loop: Option<&Object>) -> Res<()> {
    begin(vm, this, r#loop)
}

#[native("(self, stream_reader, client_connected_cb=None, loop=None)", name = "__init__")]
fn protocol_init(
    vm: &Vm,
    this: &Obj<StreamProtocol>,
    stream_reader: Option<&Object>,
    client_connected_cb: Option<&Object>,
    r#loop: Option<&Object>,
) -> Res<()> {
    begin(vm, this, r#loop)?;
    drop(this.reader.take());
    if let Some(reader) = stream_reader {
        this.reader.set(taipan_core::types::weakref::reference(vm, reader)?);
        let made_at = match reader.downcast::<StreamReader>() {
            Some(reader) => reader.made_at.get(),
            None => Some(vm.getattr_named(reader, "_source_traceback")?).filter(|o| !o.is_none()),
        };
        this.made_at.assign(made_at);
        if client_connected_cb.is_some() {
            this.strong_reader.set(reader.clone());
        }
    }
    this.callback.assign(client_connected_cb.cloned());
    this.rejects.set(false);
    this.over_ssl.set(false);
    drop((this.writer.take(), this.task.take(), this.transport.take()));
    let looop = this.its_loop(vm, this.as_object())?;
    this.closed.set(new_future(vm, &looop)?);
    Ok(())
}

/// What went wrong is told to who waits for the end; if nobody did, it is no news.
fn finalize(vm: &Vm, this: &Object) -> Res<()> {
    let Some(closed) = this.downcast::<StreamProtocol>().and_then(|p| p.closed.get()) else {
        return Ok(());
    };
    if let Some(native) = closed.downcast::<Future>().filter(|f| f.task.is_none()) {
        if native.stage.get() == Stage::Finished {
            native.unseen.set(false);
        }
        return Ok(());
    }
    if vm.truth(&vm.call_method(&closed, "done", &[])?)?
        && !vm.truth(&vm.call_method(&closed, "cancelled", &[])?)?
    {
        vm.call_method(&closed, "exception", &[])?;
    }
    Ok(())
}

/// The transport has too much to write: drain() waits.
#[native("(self)")]
fn pause_writing(vm: &Vm, this: &Obj<StreamProtocol>) -> Res<()> {
    if this.paused.get() {
        return Err(vm.raise_args(Exc::AssertionError, Vec::new()));
    }
    this.paused.set(true);
    debug(vm, this, "%r pauses writing")
}

/// The transport has written enough: drain() waits no more.
#[native("(self)")]
fn resume_writing(vm: &Vm, this: &Obj<StreamProtocol>) -> Res<()> {
    if !this.paused.get() {
        return Err(vm.raise_args(Exc::AssertionError, Vec::new()));
    }
    this.paused.set(false);
    debug(vm, this, "%r resumes writing")?;
    tell(vm, this, None)
}

fn lose(vm: &Vm, this: &StreamProtocol, exception: Option<&Object>) -> Res<()> {
    this.lost.set(true);
    if this.paused.get() { tell(vm, this, exception) } else { Ok(()) }
}

/// The connection is gone: drain() raises.
#[native("(self, exc)", name = "connection_lost")]
fn flow_connection_lost(vm: &Vm, this: &Obj<StreamProtocol>, exc: Option<&Object>) -> Res<()> {
    lose(vm, this, exc)
}

/// Wait until the transport has written enough.
#[native("(self)", name = "_drain_helper")]
fn drain_helper(vm: &Vm, this: &Obj<StreamProtocol>) -> Res {
    start(vm, &DRAIN_HELPER, this.as_object())
}

static DRAIN_HELPER: Kind =
    Kind { name: "FlowControlMixin._drain_helper", step: drain_helper_step };

fn drain_helper_step(vm: &Vm, call: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let protocol = call.target_as::<StreamProtocol>(vm)?;
    wait_to_write(vm, &protocol, call, came)
}

/// The steps of those who wait until the transport has written enough.
pub(super) fn wait_to_write(
    vm: &Vm,
    protocol: &Obj<StreamProtocol>,
    call: &Obj<Awaiting>,
    came: Came,
) -> Res<Step> {
    if let Some(future) = call.other.take() {
        protocol.forget_waiter(&future);
    }
    match came {
        Came::Start => match protocol.drain(vm, protocol.as_object())? {
            Some(future) => {
                call.other.set(future.clone());
                Ok(Step::Await(future))
            }
            None => Ok(Step::Done(Object::none())),
        },
        Came::Value(_) => Ok(Step::Done(Object::none())),
        Came::Raised(exception) => Err(vm.raise(exception)),
    }
}

#[native("(self, stream)", name = "_get_close_waiter")]
fn flow_get_close_waiter(vm: &Vm, _this: &Obj<StreamProtocol>, _stream: &Object) -> Res {
    Err(vm.raise_args(Exc::NotImplementedError, Vec::new()))
}

/// The future that is done when the connection is lost.
#[native("(self, stream)", name = "_get_close_waiter")]
fn get_close_waiter(this: &Obj<StreamProtocol>, _stream: &Object) -> Option<Object> {
    this.closed.get()
}

/// The connection is gone, with an exception or without.
#[native("(self, exc)")]
fn connection_lost(vm: &Vm, this: &Obj<StreamProtocol>, exc: Option<&Object>) -> Res<()> {
    if let Some(reader) = this.reader(vm)? {
        tell_reader(vm, &reader, exc)?;
    }
    if let Some(closed) = this.closed.get()
        && !is_done(vm, &closed)?
    {
        reader::settle(vm, &closed, exc)?;
    }
    lose(vm, this, exc)?;
    drop((this.reader.take(), this.writer.take(), this.task.take(), this.transport.take()));
    Ok(())
}

fn tell_reader(vm: &Vm, reader: &Object, exception: Option<&Object>) -> Res<()> {
    let native = reader.downcast::<StreamReader>();
    match exception {
        None => end_reader(vm, reader),
        Some(exception) => match native {
            Some(native) if native.has_own(vm, reader, reader::own::SET_EXCEPTION) => {
                reader::fail(vm, native, exception)
            }
            _ => vm.call_method(reader, "set_exception", std::slice::from_ref(exception)).map(drop),
        },
    }
}

fn end_reader(vm: &Vm, reader: &Object) -> Res<()> {
    match reader.downcast::<StreamReader>() {
        Some(native) if native.has_own(vm, reader, reader::own::FEED_EOF) => {
            reader::end(vm, native)
        }
        _ => vm.call_method(reader, "feed_eof", &[]).map(drop),
    }
}

/// Bytes have come.
#[native("(self, data)")]
fn data_received(vm: &Vm, this: &Obj<StreamProtocol>, data: &Object) -> Res<()> {
    received(vm, this, data)
}

/// What `data_received()` does, for transports.
pub(in crate::asyncio) fn received(vm: &Vm, this: &Obj<StreamProtocol>, data: &Object) -> Res<()> {
    let Some(reader) = this.reader(vm)? else { return Ok(()) };
    match reader.downcast::<StreamReader>() {
        Some(native) if native.has_own(vm, &reader, reader::own::FEED_DATA) => {
            reader::feed_object(vm, native, data)
        }
        _ => vm.call_method(&reader, "feed_data", std::slice::from_ref(data)).map(drop),
    }
}

/// The stream's protocol that an object is, if [`received`] does what its `data_received()` would.
pub(in crate::asyncio) fn takes_bytes<'a>(
    vm: &Vm,
    protocol: &'a Object,
) -> Option<&'a Obj<StreamProtocol>> {
    let native = protocol.downcast::<StreamProtocol>()?;
    native.has_own(vm, protocol, own::DATA_RECEIVED).then_some(native)
}

/// Nothing more will come.
#[native("(self)")]
fn eof_received(vm: &Vm, this: &Obj<StreamProtocol>) -> Res<bool> {
    if let Some(reader) = this.reader(vm)? {
        end_reader(vm, &reader)?;
    }
    // TLS has no half-closed connections.
    Ok(!this.over_ssl.get())
}

/// Another writer, with its transport, takes the place of the one there was (TLS begins).
#[native("(self, writer)", name = "_replace_writer")]
fn replace_writer(vm: &Vm, this: &Obj<StreamProtocol>, writer: &Object) -> Res<()> {
    let transport = vm.getattr_named(writer, "transport")?;
    this.writer.set(writer.clone());
    if let Some(reader) = this.reader(vm)?
        && let Some(reader) = reader.downcast::<StreamReader>()
        && reader.transport.is_set()
    {
        // It would pause the one below.
        reader.transport.set(transport.clone());
    }
    connected::take_transport(vm, this, &transport)
}

attributes! {
    StreamProtocol {
        _loop set_loop looop;
        _stream_reader_wr set_stream_reader_wr reader;
        _strong_reader set_strong_reader strong_reader;
        _source_traceback set_source_traceback made_at;
        _stream_writer set_stream_writer writer;
        _task set_task task;
        _transport set_transport transport;
        _client_connected_cb set_client_connected_cb callback;
        _closed set_closed closed;
    } {
        _paused set_paused paused;
        _connection_lost set_connection_lost lost;
        _reject_connection set_reject_connection rejects;
        _over_ssl set_over_ssl over_ssl;
    }
}

#[getter]
fn _stream_reader(vm: &Vm, this: &Obj<StreamProtocol>) -> Res<Option<Object>> {
    this.reader(vm)
}

/// The futures of those who wait in drain(): a copy.
#[getter]
fn _drain_waiters(vm: &Vm, this: &Obj<StreamProtocol>) -> Res {
    Ok(vm.list(this.waiting(vm)?)?.into_object())
}
