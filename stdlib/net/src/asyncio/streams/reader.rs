//! The type StreamReader: bytes from a transport, for coroutines that read them.
//!
//! A transport that gives more than twice the limit is paused until no more than the limit is left. One coroutine may
//! wait at a time; it waits for a future of the loop, which is done when something has come.
//!
//! `reader._buffer` gives a bytearray. While somebody else holds that one, it has the bytes, and every operation begins
//! by taking them over and ends by putting the rest back.

use std::cell::{Cell, RefCell};

use super::attributes;
use super::own::{Methods, Own};
use super::queue::ByteQueue;
use super::reading::{EXACTLY, LINE, NEXT, READ, UNTIL, WAIT_FOR_DATA};
use crate::asyncio::awaiting::{Awaiting, give_or, plain_future, start, start_with};
use crate::asyncio::future::Stage;
use crate::asyncio::looping::{is_debug, new_future};
use crate::asyncio::running;
use crate::asyncio::state::stack_here;
use crate::support::*;
use taipan_core::native::buffer;
use taipan_core::types::bytes::ByteArray;

const DEFAULT_LIMIT: i64 = 64 << 10;

/// Payload of what `asyncio.StreamReader` derives from.
pub struct StreamReader {
    queue: RefCell<ByteQueue>,
    /// The bytearray that was given out as `_buffer`.
    shared: Slot,
    limit: Cell<i64>,
    /// The limit as it was given; unset: the default.
    limit_object: Slot,
    pub(super) looop: Slot,
    pub(super) waiter: Slot,
    pub(super) exception: Slot,
    pub(super) transport: Slot,
    pub(super) made_at: Slot,
    pub(super) eof: Cell<bool>,
    pub(super) paused: Cell<bool>,
    own: Own,
}

impl Payload for StreamReader {
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
    doc: "Bytes from a transport, for coroutines that read them.",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF | type_flags::PYTHON_WORDS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, StreamReader::new())?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        setattr: Some(|vm, this, name, value| match this.downcast::<StreamReader>() {
            Some(reader) => reader.own.assign(vm, this, &METHODS, name, value),
            None => vm.generic_setattr(this, name, value),
        }),
        aiter: Some(|_, this| Ok(this.clone())),
        anext: Some(|vm, this| start(vm, &NEXT, this)),
        ..Slots::NONE
    },
    methods: natives![
        exception,
        set_exception,
        set_transport,
        feed_data,
        feed_eof,
        at_eof,
        read,
        readexactly,
        readline,
        readuntil,
        wait_for_data,
        wakeup_waiter,
        maybe_resume_transport,
        class_getitem
    ],
    getsets: getsets![
        _buffer: set_buffer,
        _limit: set_limit,
        _loop: set_loop,
        _waiter: set_waiter,
        _exception: set_exception_,
        _transport: set_transport_,
        _source_traceback: set_source_traceback,
        _eof: set_eof,
        _paused: set_paused
    ],
    ..TypeSpec::new::<StreamReader>("_asyncio.StreamReader")
};

/// Bits of [`METHODS`].
pub(super) mod own {
    pub const WAIT_FOR_DATA: u16 = 1;
    pub const WAKEUP_WAITER: u16 = 2;
    pub const MAYBE_RESUME: u16 = 4;
    pub const FEED_DATA: u16 = 8;
    pub const FEED_EOF: u16 = 16;
    pub const READ: u16 = 32;
    pub const READ_UNTIL: u16 = 64;
    pub const READ_LINE: u16 = 128;
    pub const EXCEPTION: u16 = 256;
    pub const SET_EXCEPTION: u16 = 512;
    pub const SET_TRANSPORT: u16 = 1024;
}

static METHODS: Methods = Methods {
    spec: &SPEC,
    names: &[
        "_wait_for_data",
        "_wakeup_waiter",
        "_maybe_resume_transport",
        "feed_data",
        "feed_eof",
        "read",
        "readuntil",
        "readline",
        "exception",
        "set_exception",
        "set_transport",
    ],
};

/// Bytes that come.
pub(super) enum Fed<'a> {
    Slice(&'a [u8]),
    /// An exact bytes object.
    Whole(&'a Obj<Bytes>),
}

impl Fed<'_> {
    fn is_empty(&self) -> bool {
        match self {
            Fed::Slice(data) => data.is_empty(),
            Fed::Whole(data) => data.as_slice().is_empty(),
        }
    }
}

impl StreamReader {
    fn new() -> StreamReader {
        StreamReader {
            queue: RefCell::default(),
            shared: Slot::empty(),
            limit: Cell::new(DEFAULT_LIMIT),
            limit_object: Slot::empty(),
            looop: Slot::empty(),
            waiter: Slot::empty(),
            exception: Slot::empty(),
            transport: Slot::empty(),
            made_at: Slot::empty(),
            eof: Cell::new(false),
            paused: Cell::new(false),
            own: Own::default(),
        }
    }

    fn slots(&self) -> [&Slot; 7] {
        [
            &self.shared,
            &self.limit_object,
            &self.looop,
            &self.waiter,
            &self.exception,
            &self.transport,
            &self.made_at,
        ]
    }

    pub(super) fn limit(&self) -> usize {
        usize::try_from(self.limit.get()).unwrap_or(0)
    }

    #[inline]
    pub(super) fn has_own(&self, vm: &Vm, this: &Object, method: u16) -> bool {
        self.own.has(vm, this, &METHODS, method)
    }

    /// Do something with what has come. No Python runs inside.
    #[inline]
    pub(super) fn with_queue<R>(
        &self,
        vm: &Vm,
        f: impl FnOnce(&mut ByteQueue) -> Res<R>,
    ) -> Res<R> {
        if self.shared.is_set() {
            return self.with_shared(vm, f);
        }
        f(&mut self.queue.borrow_mut())
    }

    #[cold]
    fn with_shared<R>(&self, vm: &Vm, f: impl FnOnce(&mut ByteQueue) -> Res<R>) -> Res<R> {
        let Some(array) = self.shared.get_as::<ByteArray>() else {
            return Err(vm.system_error("a bytearray was expected"));
        };
        // Nobody else has it any more? It is dropped when the queue is not borrowed, as it may be of a class that has
        // a __del__().
        let alone = match array.as_object().refcount() {
            0..=2 => self.shared.take(),
            _ => None,
        };
        let mut queue = self.queue.borrow_mut();
        queue.clear(vm);
        queue.append(vm, &array.bytes())?;
        if alone.is_some() {
            return f(&mut queue);
        }
        let before = queue.len();
        let result = f(&mut queue)?;
        if queue.len() != before {
            let mut resizing = array.resizable(vm)?;
            let bytes = resizing.vec();
            bytes.clear();
            if bytes.try_reserve(queue.len()).is_err() {
                return Err(vm.no_memory(NoMemory));
            }
            bytes.extend_from_slice(queue.as_slice());
        }
        queue.clear(vm);
        Ok(result)
    }

    /// What a read gives without waiting, in the usual case: `methods` are ours, the stream has not failed, nothing is
    /// held back and nobody else has the bytes. `how_many`: how many bytes it takes of those there are with the limit
    /// given, None if it must look further. No bytes are never given: the end of a stream is told elsewhere.
    #[inline]
    fn at_once(
        &self,
        vm: &Vm,
        this: &Object,
        methods: u16,
        how_many: impl FnOnce(&ByteQueue, usize) -> Option<usize>,
    ) -> Option<Object> {
        let usual = !self.exception.is_set() && !self.paused.get() && !self.shared.is_set();
        if !usual || !self.has_own(vm, this, methods) {
            return None;
        }
        let mut queue = self.queue.borrow_mut();
        let n = how_many(&queue, self.limit()).filter(|n| *n > 0)?;
        queue.take_at_once(vm, n)
    }

    fn buffered(&self, vm: &Vm) -> Res<usize> {
        self.with_queue(vm, |queue| Ok(queue.len()))
    }

    /// The future was waited for.
    pub(super) fn forget_waiter(&self, future: &Object) {
        if self.waiter.get().is_some_and(|waiter| waiter.is(future)) {
            drop(self.waiter.take());
        }
    }
}

/// Tell a future, unless it was cancelled: None, or an exception.
pub(super) fn settle(vm: &Vm, future: &Object, exception: Option<&Object>) -> Res<()> {
    if let Some(native) = plain_future(vm, future).filter(|f| f.task.is_none()) {
        if native.stage.get() == Stage::Cancelled {
            return Ok(());
        }
        if exception.is_none() {
            return native.finish(vm, native, Object::none());
        }
    } else if vm.truth(&vm.call_method(future, "cancelled", &[])?)? {
        return Ok(());
    }
    match exception {
        None => vm.call_method(future, "set_result", &[Object::none()]),
        Some(exception) => vm.call_method(future, "set_exception", std::slice::from_ref(exception)),
    }
    .map(drop)
}

/// Whoever waits for data is to go on.
fn wake(vm: &Vm, this: &Obj<StreamReader>) -> Res<()> {
    if !this.has_own(vm, this.as_object(), own::WAKEUP_WAITER) {
        return vm.call_method(this.as_object(), "_wakeup_waiter", &[]).map(drop);
    }
    match this.waiter.take() {
        Some(waiter) => settle(vm, &waiter, None),
        None => Ok(()),
    }
}

/// Bytes have come.
pub(super) fn feed(vm: &Vm, this: &Obj<StreamReader>, data: Fed<'_>) -> Res<()> {
    if this.eof.get() {
        return Err(vm.assertion_error("feed_data after feed_eof"));
    }
    if data.is_empty() {
        return Ok(());
    }
    let buffered = this.with_queue(vm, |queue| {
        match data {
            Fed::Slice(data) => queue.append(vm, data)?,
            Fed::Whole(data) => queue.append_object(vm, data)?,
        }
        Ok(queue.len())
    })?;
    wake(vm, this)?;
    if buffered / 2 >= this.limit() { hold_back(vm, this) } else { Ok(()) }
}

/// Pause the transport if too much has come.
fn hold_back(vm: &Vm, this: &Obj<StreamReader>) -> Res<()> {
    if this.paused.get() || this.buffered(vm)? <= this.limit().saturating_mul(2) {
        return Ok(());
    }
    let Some(transport) = this.transport.get() else { return Ok(()) };
    match vm.call_method(&transport, "pause_reading", &[]) {
        Ok(_) => this.paused.set(true),
        Err(raised) => {
            // It cannot be paused: whatever comes is kept.
            vm.caught(raised, Exc::NotImplementedError)?;
            drop(this.transport.take());
        }
    }
    Ok(())
}

/// Nothing more will come.
pub(super) fn end(vm: &Vm, this: &Obj<StreamReader>) -> Res<()> {
    this.eof.set(true);
    wake(vm, this)
}

/// It has failed: reads raise the exception.
pub(super) fn fail(vm: &Vm, this: &Obj<StreamReader>, exception: &Object) -> Res<()> {
    this.exception.assign(Some(exception.clone()).filter(|e| !e.is_none()));
    match this.waiter.take() {
        Some(waiter) => settle(vm, &waiter, Some(exception)),
        None => Ok(()),
    }
}

/// The transport may go on if little enough is left.
pub(super) fn maybe_resume(vm: &Vm, this: &Obj<StreamReader>) -> Res<()> {
    if !this.has_own(vm, this.as_object(), own::MAYBE_RESUME) {
        return vm.call_method(this.as_object(), "_maybe_resume_transport", &[]).map(drop);
    }
    if this.paused.get() && this.buffered(vm)? <= this.limit() { go_on(vm, this) } else { Ok(()) }
}

/// Let the transport go on.
fn go_on(vm: &Vm, this: &Obj<StreamReader>) -> Res<()> {
    this.paused.set(false);
    let transport = this.transport.get().unwrap_or_else(Object::none);
    vm.call_method(&transport, "resume_reading", &[]).map(drop)
}

/// The future to wait for until something comes. `name`: the method for which it is.
pub(super) fn waiter_for(vm: &Vm, this: &Obj<StreamReader>, name: &str) -> Res {
    if this.waiter.is_set() {
        return Err(vm.runtime_error(format_args!(
            "{name}() called while another coroutine is already waiting for incoming data"
        )));
    }
    if this.eof.get() {
        return Err(vm.assertion_error("_wait_for_data after EOF"));
    }
    if this.paused.get() {
        // Else nothing would ever come.
        go_on(vm, this)?;
    }
    let looop = this.looop.get().unwrap_or_else(Object::none);
    let future = new_future(vm, &looop)?;
    this.waiter.set(future.clone());
    Ok(future)
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(reader) = this.downcast::<StreamReader>() else {
        return Err(vm.system_error("a StreamReader was expected"));
    };
    let mut text = String::from("<StreamReader");
    let buffered = reader.buffered(vm)?;
    if buffered > 0 {
        text.push_str(&format!(" {buffered} bytes"));
    }
    if reader.eof.get() {
        text.push_str(" eof");
    }
    if let Some(limit) = reader.limit_object.get() {
        text.push_str(&format!(" limit={}", vm.to_str(&limit)?.to_string_lossy()));
    }
    let parts = [
        ("waiter", &reader.waiter),
        ("exception", &reader.exception),
        ("transport", &reader.transport),
    ];
    for (name, slot) in parts {
        if let Some(object) = slot.get()
            && vm.truth(&object)?
        {
            text.push_str(&format!(" {name}={}", vm.repr_string(&object)?));
        }
    }
    if reader.paused.get() {
        text.push_str(" paused");
    }
    text.push('>');
    Ok(vm.str(&text)?.into_object())
}

#[native(
    "(self, limit=<unrepresentable>, loop=None)",
    name = "__init__",
    shown = "(self, limit=65536, loop=None)"
)]
fn init(
    vm: &Vm,
    this: &Obj<StreamReader>,
    limit: Maybe<&Object>,
    r#loop: Option<&Object>,
) -> Res<()> {
    if let Maybe::Given(limit) = limit {
        if vm.compare_bool(limit, &Object::small(0), CmpOp::Le)? {
            return Err(vm.value_error("Limit cannot be <= 0"));
        }
        take_limit(vm, this, limit)?;
    }
    let looop = match r#loop {
        Some(given) => given.clone(),
        None => running::loop_for(vm)?,
    };
    let debug = is_debug(vm, &looop)?;
    this.looop.set(looop);
    this.with_queue(vm, |queue| {
        queue.clear(vm);
        Ok(())
    })?;
    this.eof.set(false);
    this.paused.set(false);
    drop((this.waiter.take(), this.exception.take(), this.transport.take()));
    if debug {
        this.made_at.set(stack_here(vm)?);
    }
    Ok(())
}

/// A limit may be any number: what is too large for us is none.
fn take_limit(vm: &Vm, this: &Obj<StreamReader>, limit: &Object) -> Res<()> {
    let number = match vm.as_i64(limit) {
        Some(number) => number,
        None if vm.class_of(limit).has(type_flags::INT) => i64::MAX,
        None => to_f64(vm, limit)?.min(i64::MAX as f64) as i64,
    };
    this.limit.set(number);
    this.limit_object
        .assign(Some(limit.clone()).filter(|l| l.as_small_int() != Some(DEFAULT_LIMIT)));
    Ok(())
}

/// The exception with which the stream failed, or None.
#[native("(self)")]
fn exception(this: &Obj<StreamReader>) -> Option<Object> {
    this.exception.get()
}

/// Have all reads raise an exception.
#[native("(self, exc)")]
fn set_exception(vm: &Vm, this: &Obj<StreamReader>, exc: &Object) -> Res<()> {
    fail(vm, this, exc)
}

/// Say where the bytes come from: what is paused when too many come.
#[native("(self, transport)")]
fn set_transport(vm: &Vm, this: &Obj<StreamReader>, transport: &Object) -> Res<()> {
    join(vm, this, transport)
}

pub(super) fn join(vm: &Vm, this: &Obj<StreamReader>, transport: &Object) -> Res<()> {
    if this.transport.is_set() {
        return Err(vm.assertion_error("Transport already set"));
    }
    this.transport.assign(Some(transport.clone()).filter(|t| !t.is_none()));
    Ok(())
}

/// Bytes have come.
#[native("(self, data)")]
fn feed_data(vm: &Vm, this: &Obj<StreamReader>, data: &Object) -> Res<()> {
    feed_object(vm, this, data)
}

pub(super) fn feed_object(vm: &Vm, this: &Obj<StreamReader>, data: &Object) -> Res<()> {
    if let Some(data) = data.downcast_exact::<Bytes>() {
        return feed(vm, this, Fed::Whole(data));
    }
    if this.eof.get() {
        return Err(vm.assertion_error("feed_data after feed_eof"));
    }
    if !vm.truth(data)? {
        return Ok(());
    }
    if vm.class_of(data).slots().buffer.is_some() {
        return feed(vm, this, Fed::Slice(&buffer::bytes_of(vm, data)?));
    }
    // Whatever a bytearray can be extended by.
    let array = vm.call(&builtin(vm, "bytearray")?, &[])?;
    vm.call_method(&array, "extend", std::slice::from_ref(data))?;
    feed(vm, this, Fed::Slice(&buffer::bytes_of(vm, &array)?))
}

/// Nothing more will come.
#[native("(self)")]
fn feed_eof(vm: &Vm, this: &Obj<StreamReader>) -> Res<()> {
    end(vm, this)
}

/// Whether everything was read and nothing more will come.
#[native("(self)")]
fn at_eof(vm: &Vm, this: &Obj<StreamReader>) -> Res<bool> {
    Ok(this.eof.get() && this.buffered(vm)? == 0)
}

/// Read at most n bytes, as soon as there are any; b'' at the end of the stream. Without n, or with a negative one:
/// everything up to the end.
#[native("(self, n=<unrepresentable>)", shown = "(self, n=-1)", coroutine)]
fn read(vm: &Vm, this: &Obj<StreamReader>, n: Maybe<&Object>) -> Res {
    give_or(vm, &READ, this.as_object(), n.given(), || {
        this.at_once(vm, this.as_object(), own::MAYBE_RESUME, |queue, _| {
            let n = usize::try_from(n.given()?.as_small_int()?).ok()?;
            (n > 0).then_some(n.min(queue.len()))
        })
    })
}

/// Read exactly n bytes; IncompleteReadError, with what there was, if the stream ends before.
#[native("(self, n)", coroutine)]
fn readexactly(vm: &Vm, this: &Obj<StreamReader>, n: &Object) -> Res {
    give_or(vm, &EXACTLY, this.as_object(), Some(n), || {
        this.at_once(vm, this.as_object(), own::MAYBE_RESUME, |queue, _| {
            usize::try_from(n.as_small_int()?).ok().filter(|n| *n <= queue.len())
        })
    })
}

/// Read a line with its b'\n'; what is left, and then b'', at the end of the stream. ValueError if it is longer than
/// the limit.
#[native("(self)", coroutine)]
fn readline(vm: &Vm, this: &Obj<StreamReader>) -> Res {
    give_or(vm, &LINE, this.as_object(), None, || {
        this.at_once(vm, this.as_object(), own::READ_UNTIL | own::MAYBE_RESUME, |queue, limit| {
            queue.find(b"\n", 0).filter(|at| *at <= limit).map(|at| at + 1)
        })
    })
}

/// Read up to a separator, and that too. IncompleteReadError, with what there was, if the stream ends before;
/// LimitOverrunError, and nothing is read, if it comes behind the limit.
#[native("(self, separator=<unrepresentable>)", shown = "(self, separator=b'\\n')", coroutine)]
fn readuntil(vm: &Vm, this: &Obj<StreamReader>, separator: Maybe<&Object>) -> Res {
    give_or(vm, &UNTIL, this.as_object(), separator.given(), || {
        this.at_once(vm, this.as_object(), own::MAYBE_RESUME, |queue, limit| {
            let separator = match separator.given() {
                None => &b"\n"[..],
                Some(separator) => separator.downcast_exact::<Bytes>()?.as_slice(),
            };
            let at = queue.find(separator, 0).filter(|at| *at <= limit && !separator.is_empty())?;
            Some(at + separator.len())
        })
    })
}

/// Wait until something comes.
#[native("(self, func_name)", name = "_wait_for_data")]
fn wait_for_data(vm: &Vm, this: &Obj<StreamReader>, func_name: &Object) -> Res<Obj<Awaiting>> {
    start_with(vm, &WAIT_FOR_DATA, this.as_object(), Some(func_name))
}

/// Whoever waits for data is to go on.
#[native("(self)", name = "_wakeup_waiter")]
fn wakeup_waiter(vm: &Vm, this: &Obj<StreamReader>) -> Res<()> {
    match this.waiter.take() {
        Some(waiter) => settle(vm, &waiter, None),
        None => Ok(()),
    }
}

/// The transport may go on if little enough is left.
#[native("(self)", name = "_maybe_resume_transport")]
fn maybe_resume_transport(vm: &Vm, this: &Obj<StreamReader>) -> Res<()> {
    if this.paused.get() && this.buffered(vm)? <= this.limit() { go_on(vm, this) } else { Ok(()) }
}

attributes! {
    StreamReader {
        _loop set_loop looop;
        _waiter set_waiter waiter;
        _exception set_exception_ exception;
        _transport set_transport_ transport;
        _source_traceback set_source_traceback made_at;
    } {
        _eof set_eof eof;
        _paused set_paused paused;
    }
}

#[getter]
fn _limit(this: &Obj<StreamReader>) -> Object {
    this.limit_object.get().unwrap_or_else(|| Object::small(DEFAULT_LIMIT as i32))
}

#[setter]
fn set_limit(vm: &Vm, this: &Obj<StreamReader>, value: Option<&Object>) -> Res<()> {
    match value {
        Some(limit) => take_limit(vm, this, limit),
        None => Err(vm.attribute_error("cannot delete attribute")),
    }
}

/// What has come, as a bytearray that may be changed.
#[getter]
fn _buffer(vm: &Vm, this: &Obj<StreamReader>) -> Res {
    if let Some(array) = this.shared.get() {
        return Ok(array);
    }
    let bytes = vm.bytes(this.queue.borrow().as_slice())?.into_object();
    let array = vm.call(&builtin(vm, "bytearray")?, &[bytes])?;
    this.queue.borrow_mut().clear(vm);
    this.shared.set(array.clone());
    Ok(array)
}

#[setter]
fn set_buffer(vm: &Vm, this: &Obj<StreamReader>, value: Option<&Object>) -> Res<()> {
    match value {
        Some(array) if array.downcast::<ByteArray>().is_some() => {
            this.queue.borrow_mut().clear(vm);
            this.shared.set(array.clone());
            Ok(())
        }
        _ => Err(vm.type_error("_buffer must be a bytearray")),
    }
}
