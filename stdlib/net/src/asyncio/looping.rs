//! The loop's queue, its timers and its turn.
//!
//! A turn waits for descriptors (until the first timer, or not at all if something is ready), moves what is due
//! into the queue and runs what the queue held then: what is added meanwhile waits for the next turn, in which
//! descriptors come first again.
//!
//! Steps and wake-ups of tasks and callbacks of futures are queued as what they are; only calls that a program asks
//! for have a handle. In debug mode everything has one.
//!
//! **Invariant:** nothing of the loop is borrowed while Python runs: what is run is taken out of the queue first.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use super::future::Future;
use super::handle::{Handle, TIMER, run_handle};
use super::task;
use super::transport::{self, SocketTransport};
use super::watching::{Poller, Side, Watcher};
use super::{accepting, sockets};
use crate::support::*;
use taipan_core::text::order::sort_seldom_by;

/// What a turn runs.
pub(super) enum Ready {
    Handle(Obj<Handle>),
    /// A task goes on; an exception is thrown in.
    Step {
        task: Obj<Future>,
        exception: Option<Object>,
    },
    /// A task goes on, as what it waited for is done.
    Wake {
        task: Obj<Future>,
        future: Obj<Future>,
    },
    /// `function(future)`, as it is done.
    Done {
        function: Object,
        future: Obj<Future>,
        context: Object,
    },
    /// A transport has something to do.
    Transport {
        transport: Obj<SocketTransport>,
        work: Work,
    },
}

/// What a transport does in a turn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// Tell the protocol of the connection, and start to read.
    Start,
    /// Read and write what can be.
    Pump,
    /// Tell the protocol that the connection is lost, and close the socket.
    End,
}

impl Ready {
    fn visit(&self, visitor: &mut Visitor) {
        match self {
            Ready::Handle(handle) => visitor.visit(handle.as_object()),
            Ready::Step { task, exception } => {
                visitor.visit(task.as_object());
                exception.iter().for_each(|e| visitor.visit(e));
            }
            Ready::Wake { task, future } => {
                visitor.visit(task.as_object());
                visitor.visit(future.as_object());
            }
            Ready::Done { function, future, context } => {
                visitor.visit(function);
                visitor.visit(future.as_object());
                visitor.visit(context);
            }
            Ready::Transport { transport, .. } => visitor.visit(transport.as_object()),
        }
    }
}

/// A timer in the heap: the earliest first, of the same time the one that was there first.
struct Timer {
    when: f64,
    number: u64,
    handle: Obj<Handle>,
}

impl Ord for Timer {
    fn cmp(&self, other: &Timer) -> Ordering {
        other.when.total_cmp(&self.when).then(other.number.cmp(&self.number))
    }
}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Timer) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Timer) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Timer {}

/// So many cancelled timers may lie in the heap, whatever their share.
const FEW_TIMERS: usize = 100;

/// The longest wait, in seconds: a day.
const LONGEST_WAIT: f64 = 24.0 * 3600.0;

/// Which methods the class of a loop has not replaced.
mod own {
    pub const CALL_SOON: u8 = 1;
    pub const GET_DEBUG: u8 = 2;
    pub const TIME: u8 = 4;
    pub const RUN_ONCE: u8 = 8;
    pub const CREATE_FUTURE: u8 = 16;
    pub const CREATE_TASK: u8 = 32;
    pub const CALL_LATER: u8 = 64;
    pub const CALL_AT: u8 = 128;
    pub const NAMES: [(u8, &str); 8] = [
        (CALL_SOON, "call_soon"),
        (GET_DEBUG, "get_debug"),
        (TIME, "time"),
        (RUN_ONCE, "_run_once"),
        (CREATE_FUTURE, "create_future"),
        (CREATE_TASK, "create_task"),
        (CALL_LATER, "call_later"),
        (CALL_AT, "call_at"),
    ];
}

/// Payload of what loops derive from.
pub struct Loop {
    ready: RefCell<VecDeque<Ready>>,
    timers: RefCell<BinaryHeap<Timer>>,
    charge: Charge,
    timer_number: Cell<u64>,
    /// Cancelled timers that are in the heap.
    cancelled: Cell<usize>,
    /// The running task.
    pub(super) current: Slot,
    /// A future that nobody has any more, to be the next one: without a loop and a result.
    spare: Slot,
    current_handle: Slot,
    task_factory: Slot,
    selector: Slot,
    /// What it waits with if it was given no selector.
    poller: RefCell<Option<Rc<Poller>>>,
    /// When it looked after descriptors last, and what it has run since.
    looked: Cell<i64>,
    ran: Cell<usize>,
    slow: Slot,
    /// The class TimerHandle.
    timer_class: Slot,
    /// 0: it does not run.
    thread: Cell<u64>,
    pub(super) debug: Cell<bool>,
    stopping: Cell<bool>,
    closed: Cell<bool>,
    /// The version of the class for which `own` holds.
    version: Cell<u32>,
    own: Cell<u8>,
}

impl Payload for Loop {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        self.ready.borrow().iter().for_each(|r| r.visit(visitor));
        self.timers.borrow().iter().for_each(|t| visitor.visit(t.handle.as_object()));
        for slot in self.slots() {
            visitor.slot(slot);
        }
        if let Some(poller) = &*self.poller.borrow() {
            poller.traverse(visitor);
        }
    }
    fn clear(&self) {
        let poller = self.poller.borrow().clone();
        if let Some(poller) = poller {
            poller.clear();
        }
        drop(self.ready.take());
        drop(self.timers.take());
        for slot in self.slots() {
            drop(slot.take());
        }
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "The queue and the timers of an event loop.",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF | type_flags::PYTHON_WORDS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Loop::new())?.into_object())),
        ..Slots::NONE
    },
    methods: natives![
        call_soon,
        call_soon_threadsafe,
        call_later,
        call_at,
        time,
        stop,
        is_running,
        is_closed,
        get_debug,
        create_future,
        create_task,
        get_task_factory,
        set_task_factory_,
        run_forever,
        run_once,
        use_poller,
        next_turn,
        add_reader,
        remove_reader,
        add_writer,
        remove_writer,
        write_to_self,
        transport_at,
        accepting::accept_connections,
        sockets::sock_recv,
        sockets::sock_recv_into,
        sockets::sock_recvfrom,
        sockets::sock_recvfrom_into,
        sockets::sock_sendall,
        sockets::sock_sendto,
        sockets::sock_accept,
        watches,
        add_callback,
        timer_handle_cancelled,
        check_closed,
        clear_queue
    ],
    getsets: getsets![
        _stopping: set_stopping,
        _closed: set_closed,
        _debug: set_debug_flag,
        _thread_id: set_thread_id,
        _task_factory: set_task_factory,
        _current_handle: set_current_handle,
        _selector: set_selector,
        _ready,
        _scheduled,
        slow_callback_duration: set_slow_callback_duration
    ],
    ..TypeSpec::new::<Loop>("_asyncio.Loop")
};

impl Loop {
    fn new() -> Loop {
        Loop {
            ready: RefCell::default(),
            timers: RefCell::default(),
            charge: Charge::default(),
            timer_number: Cell::new(0),
            cancelled: Cell::new(0),
            current: Slot::empty(),
            spare: Slot::empty(),
            current_handle: Slot::empty(),
            task_factory: Slot::empty(),
            selector: Slot::empty(),
            poller: RefCell::default(),
            looked: Cell::new(0),
            ran: Cell::new(0),
            slow: Slot::empty(),
            timer_class: Slot::empty(),
            thread: Cell::new(0),
            debug: Cell::new(false),
            stopping: Cell::new(false),
            closed: Cell::new(false),
            version: Cell::new(0),
            own: Cell::new(0),
        }
    }

    fn slots(&self) -> [&Slot; 7] {
        [
            &self.current,
            &self.spare,
            &self.current_handle,
            &self.task_factory,
            &self.selector,
            &self.slow,
            &self.timer_class,
        ]
    }

    /// What was waited for is over: if nobody has the future any more, it is the next one.
    #[inline]
    fn keep_spare(&self, vm: &Vm, future: Obj<Future>) {
        if !self.spare.is_set() && future.is_spent(vm, &future) {
            drop(future.result.take());
            drop(future.looop.take());
            self.spare.set(future.into_object());
        }
    }

    /// Whether the class of the loop has not replaced some methods.
    fn has_own(&self, vm: &Vm, this: &Object, method: u8) -> bool {
        let class = vm.class_of(this);
        let version = class.version();
        if version == 0 || version != self.version.get() {
            self.own.set(self.look_for_own(vm, class));
            self.version.set(version);
        }
        self.own.get() & method == method
    }

    #[cold]
    fn look_for_own(&self, vm: &Vm, class: &Obj<Type>) -> u8 {
        let Ok(native) = vm.type_of_spec(&SPEC).map_err(|raised| drop(vm.take_raised(raised)))
        else {
            return 0;
        };
        let mut all = 0;
        for (bit, name) in own::NAMES {
            let name = vm.intern(name);
            let (theirs, ours) = (class.lookup(vm, &name), native.lookup(vm, &name));
            if matches!((theirs, ours), (Some(theirs), Some(ours)) if theirs.is(&ours)) {
                all |= bit;
            }
        }
        all
    }

    /// `get_debug()` need not be called.
    pub(super) fn has_own_debug(&self, vm: &Vm, this: &Object) -> bool {
        self.has_own(vm, this, own::GET_DEBUG)
    }

    /// Put something at the end of the queue.
    pub(super) fn push(&self, vm: &Vm, item: Ready) -> Res<()> {
        let mut ready = self.ready.borrow_mut();
        if ready.len() == ready.capacity() {
            let heap = &vm.interp().heap;
            let bytes = ready.capacity() * size_of::<Ready>();
            if !heap.has_room(bytes) || ready.try_reserve(1).is_err() {
                drop(ready);
                return Err(vm.no_memory(NoMemory));
            }
            self.charge.keep(heap, ready.capacity() * size_of::<Ready>());
        }
        ready.push_back(item);
        Ok(())
    }

    /// What it waits with, unless it was given a selector or is closed.
    pub(super) fn waits_with(&self) -> Option<Rc<Poller>> {
        self.poller.borrow().clone()
    }

    pub(super) fn check_closed(&self, vm: &Vm) -> Res<()> {
        if self.closed.get() { Err(vm.runtime_error("Event loop is closed")) } else { Ok(()) }
    }

    fn timer_class(&self, vm: &Vm) -> Res<Obj<Type>> {
        if let Some(class) = self.timer_class.get_as::<Type>() {
            return Ok(class);
        }
        let class = vm.type_of_spec(&TIMER)?;
        self.timer_class.set(class.as_object().clone());
        Ok(class)
    }

    /// A timer of this loop was cancelled.
    pub(super) fn timer_cancelled(&self, handle: &Handle) {
        if handle.scheduled.get() {
            self.cancelled.set(self.cancelled.get() + 1);
        }
    }

    /// Take cancelled timers out: all if they are many, else those that come first.
    fn forget_cancelled(&self) {
        let mut gone = Vec::new();
        let mut timers = self.timers.borrow_mut();
        if timers.len() > FEW_TIMERS && self.cancelled.get() * 2 > timers.len() {
            let all = std::mem::take(&mut *timers).into_vec();
            let (dead, alive): (Vec<_>, Vec<_>) =
                all.into_iter().partition(|t| t.handle.cancelled.get());
            *timers = BinaryHeap::from(alive);
            self.cancelled.set(0);
            gone = dead;
        } else {
            while timers.peek().is_some_and(|t| t.handle.cancelled.get()) {
                gone.extend(timers.pop());
                self.cancelled.set(self.cancelled.get().saturating_sub(1));
            }
        }
        drop(timers);
        gone.iter().for_each(|t| t.handle.scheduled.set(false));
    }

    /// The one thing that was put behind `before` others, if it is a task that was woken.
    fn take_woken(&self, before: usize) -> Option<Ready> {
        let mut ready = self.ready.borrow_mut();
        if ready.len() != before + 1 {
            return None;
        }
        ready.pop_back_if(|last| matches!(last, Ready::Wake { .. }))
    }

    /// Timers that are due go into the queue.
    fn take_due(&self, vm: &Vm, end: f64) -> Res<()> {
        loop {
            let mut timers = self.timers.borrow_mut();
            if timers.peek().is_none_or(|t| t.when >= end) {
                return Ok(());
            }
            let due = timers.pop();
            drop(timers);
            if let Some(timer) = due {
                timer.handle.scheduled.set(false);
                self.push(vm, Ready::Handle(timer.handle))?;
            }
        }
    }
}

fn native<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Loop>> {
    this.downcast::<Loop>().ok_or_else(|| vm.system_error("an event loop was expected"))
}

/// Have a loop of any kind run something in its next turn.
pub(super) fn soon(vm: &Vm, looop: &Object, item: Ready) -> Res<()> {
    if let Some(native) = looop.downcast::<Loop>()
        && !native.debug.get()
        && native.has_own(vm, looop, own::CALL_SOON)
    {
        native.check_closed(vm)?;
        return native.push(vm, item);
    }
    let (function, argument, context) = match item {
        Ready::Handle(handle) => (vm.getattr_named(handle.as_object(), "_run")?, None, None),
        Ready::Step { task, exception } => {
            (task::step_of(vm, &task, exception)?, None, Some(task::context_of(vm, &task)?))
        }
        Ready::Wake { task, future } => (
            task::wakeup_of(vm, &task)?,
            Some(future.into_object()),
            Some(task::context_of(vm, &task)?),
        ),
        Ready::Done { function, future, context } => {
            (function, Some(future.into_object()), Some(context))
        }
        Ready::Transport { transport, work } => {
            (transport::call_of(vm, &transport, work)?, None, None)
        }
    };
    let method = vm.getattr_named(looop, "call_soon")?;
    let mut args = vec![function];
    args.extend(argument);
    let context = context.unwrap_or_else(Object::none);
    vm.call_named(&method, &args, &[("context", context)]).map(drop)
}

/// `loop.create_future()`, of a loop of any kind.
pub(super) fn new_future(vm: &Vm, looop: &Object) -> Res {
    if let Some(native) = looop.downcast::<Loop>()
        && native.has_own(vm, looop, own::CREATE_FUTURE | own::GET_DEBUG)
        && !native.debug.get()
    {
        // (The collector shows it to programs: they may have done something to it.)
        if let Some(Ok(spare)) = native.spare.take().map(Object::downcast_into::<Future>)
            && spare.is_spent(vm, &spare)
        {
            spare.renew(looop);
            return Ok(spare.into_object());
        }
        return Ok(vm.alloc(Future::pending_in(looop))?.into_object());
    }
    vm.call_method(looop, "create_future", &[])
}

/// A task of a loop of ours that makes them in no way of its own.
pub(super) fn new_task(vm: &Vm, looop: &Object, coroutine: &Object) -> Res<Option<Object>> {
    let Some(native) = looop.downcast::<Loop>() else { return Ok(None) };
    let plainly = native.has_own(vm, looop, own::CREATE_TASK | own::GET_DEBUG)
        && !(native.debug.get() || native.closed.get() || native.task_factory.is_set());
    if !plainly {
        return Ok(None);
    }
    Ok(Some(task::create(vm, looop, coroutine, None, None)?.into_object()))
}

/// `loop.time()`, of a loop of any kind.
pub(super) fn time_of(vm: &Vm, looop: &Object) -> Res {
    match looop.downcast::<Loop>().filter(|native| native.has_own(vm, looop, own::TIME)) {
        Some(_) => vm.float(monotonic()),
        None => vm.call_method(looop, "time", &[]),
    }
}

/// `loop.call_later(delay, callback, *args)`, of a loop of any kind.
pub(super) fn call_after(
    vm: &Vm,
    looop: &Object,
    delay: &Object,
    callback: &Object,
    args: &[Object],
) -> Res {
    match looop.downcast::<Loop>().filter(|native| native.has_own(vm, looop, own::CALL_LATER)) {
        Some(native) => Ok(call_later(vm, native, delay, callback, args, None)?.into_object()),
        None => call_with_time(vm, looop, "call_later", delay, callback, args),
    }
}

/// `loop.call_at(when, callback, *args)`, of a loop of any kind.
pub(super) fn call_when(
    vm: &Vm,
    looop: &Object,
    when: &Object,
    callback: &Object,
    args: &[Object],
) -> Res {
    match looop.downcast::<Loop>().filter(|native| native.has_own(vm, looop, own::CALL_AT)) {
        Some(native) => Ok(call_at(vm, native, when, callback, args, None)?.into_object()),
        None => call_with_time(vm, looop, "call_at", when, callback, args),
    }
}

fn call_with_time(
    vm: &Vm,
    looop: &Object,
    method: &str,
    time: &Object,
    callback: &Object,
    args: &[Object],
) -> Res {
    let mut all = vec![time.clone(), callback.clone()];
    all.extend_from_slice(args);
    vm.call_method(looop, method, &all)
}

/// In debug mode: the call must come from the loop's thread, and be of what can be called.
fn check_call(vm: &Vm, this: &Object, callback: &Object, method: &str) -> Res<()> {
    vm.call_method(this, "_check_thread", &[])?;
    let name = vm.str(method)?.into_object();
    vm.call_method(this, "_check_callback", &[callback.clone(), name]).map(drop)
}

/// Call a function in the next turn, after what was added before. context: the context to call it in, None for a
/// copy of the current one. Returns a Handle.
#[native("(self, callback, *args, context=None)")]
fn call_soon(
    vm: &Vm,
    this: &Obj<Loop>,
    callback: &Object,
    args: &[Object],
    context: Option<&Object>,
) -> Res<Obj<Handle>> {
    this.check_closed(vm)?;
    let object = this.as_object();
    let debug = this.debug.get();
    if debug {
        check_call(vm, object, callback, "call_soon")?;
    }
    let handle = Handle::with(vm, object, callback, args, context, false)?;
    if debug {
        handle.note_origin(vm)?;
    }
    let handle = vm.alloc(handle)?;
    this.push(vm, Ready::Handle(handle.clone()))?;
    Ok(handle)
}

/// The same from any thread: the loop is woken if it waits.
#[native("(self, callback, *args, context=None)")]
fn call_soon_threadsafe(
    vm: &Vm,
    this: &Obj<Loop>,
    callback: &Object,
    args: &[Object],
    context: Option<&Object>,
) -> Res<Obj<Handle>> {
    this.check_closed(vm)?;
    let object = this.as_object();
    let handle = Handle::with(vm, object, callback, args, context, false)?;
    if this.debug.get() {
        let name = vm.str("call_soon_threadsafe")?.into_object();
        vm.call_method(object, "_check_callback", &[callback.clone(), name])?;
        handle.note_origin(vm)?;
    }
    let handle = vm.alloc(handle)?;
    this.push(vm, Ready::Handle(handle.clone()))?;
    vm.call_method(object, "_write_to_self", &[])?;
    Ok(handle)
}

/// Call a function after so many seconds. Returns a TimerHandle, by which it can be cancelled.
#[native("(self, delay, callback, *args, context=None)")]
fn call_later(
    vm: &Vm,
    this: &Obj<Loop>,
    delay: &Object,
    callback: &Object,
    args: &[Object],
    context: Option<&Object>,
) -> Res<Obj<Handle>> {
    if delay.is_none() {
        return Err(vm.type_error("delay must not be None"));
    }
    let now = now(vm, this)?;
    let when = now + to_f64(vm, delay)?;
    schedule(vm, this, when, None, callback, args, context)
}

/// Call a function at a time of the loop's clock. Returns a TimerHandle.
#[native("(self, when, callback, *args, context=None)")]
fn call_at(
    vm: &Vm,
    this: &Obj<Loop>,
    when: &Object,
    callback: &Object,
    args: &[Object],
    context: Option<&Object>,
) -> Res<Obj<Handle>> {
    if when.is_none() {
        return Err(vm.type_error("when cannot be None"));
    }
    let seconds = to_f64(vm, when)?;
    schedule(vm, this, seconds, Some(when), callback, args, context)
}

fn schedule(
    vm: &Vm,
    this: &Obj<Loop>,
    when: f64,
    shown: Option<&Object>,
    callback: &Object,
    args: &[Object],
    context: Option<&Object>,
) -> Res<Obj<Handle>> {
    this.check_closed(vm)?;
    let object = this.as_object();
    let debug = this.debug.get();
    if debug {
        check_call(vm, object, callback, "call_at")?;
    }
    let handle = Handle::with(vm, object, callback, args, context, true)?;
    handle.set_time(when, shown);
    if debug {
        handle.note_origin(vm)?;
    }
    let handle = vm.alloc_of(&this.timer_class(vm)?, handle)?;
    let number = this.timer_number.get();
    this.timer_number.set(number + 1);
    let mut timers = this.timers.borrow_mut();
    if timers.try_reserve(1).is_err() {
        drop(timers);
        return Err(vm.no_memory(NoMemory));
    }
    timers.push(Timer { when, number, handle: handle.clone() });
    drop(timers);
    handle.scheduled.set(true);
    Ok(handle)
}

/// Now, in seconds of the loop's clock.
fn now(vm: &Vm, this: &Obj<Loop>) -> Res<f64> {
    if this.has_own(vm, this.as_object(), own::TIME) {
        return Ok(monotonic());
    }
    to_f64(vm, &vm.call_method(this.as_object(), "time", &[])?)
}

fn monotonic() -> f64 {
    taipan_sys::time::monotonic_nanos() as f64 * 1e-9
}

/// The loop's clock, in seconds: time.monotonic().
#[native("(self, /)")]
fn time(_this: &Obj<Loop>) -> f64 {
    monotonic()
}

/// Have run_forever() return after this turn.
#[native("(self, /)")]
fn stop(this: &Obj<Loop>) {
    this.stopping.set(true);
}

/// Whether the loop runs.
#[native("(self, /)")]
fn is_running(this: &Obj<Loop>) -> bool {
    this.thread.get() != 0
}

/// Whether close() was called.
#[native("(self, /)")]
fn is_closed(this: &Obj<Loop>) -> bool {
    this.closed.get()
}

/// Whether the loop is in debug mode.
#[native("(self, /)")]
fn get_debug(this: &Obj<Loop>) -> bool {
    this.debug.get()
}

/// Whether a loop of any kind is in debug mode.
pub(super) fn is_debug(vm: &Vm, looop: &Object) -> Res<bool> {
    match looop.downcast::<Loop>() {
        Some(native) if native.has_own_debug(vm, looop) => Ok(native.debug.get()),
        _ => vm.truth(&vm.call_method(looop, "get_debug", &[])?),
    }
}

/// A Future of this loop.
#[native("(self, /)")]
fn create_future(vm: &Vm, this: &Obj<Loop>) -> Res<Obj<Future>> {
    let future = vm.alloc(Future::new(None))?;
    future.begin(vm, Some(this.as_object()))?;
    Ok(future)
}

/// Have the loop run a coroutine, as a Task.
#[native("(self, coro, *, name=None, context=None)")]
fn create_task(
    vm: &Vm,
    this: &Obj<Loop>,
    coro: &Object,
    name: Option<&Object>,
    context: Option<&Object>,
) -> Res {
    this.check_closed(vm)?;
    let object = this.as_object();
    let Some(factory) = this.task_factory.get() else {
        return Ok(task::create(vm, object, coro, name, context)?.into_object());
    };
    let args = [object.clone(), coro.clone()];
    let task = match context {
        None => vm.call(&factory, &args)?,
        Some(context) => vm.call_named(&factory, &args, &[("context", context.clone())])?,
    };
    if let Some(name) = name
        && let Some(method) = vm.getattr_opt(&task, &vm.intern("set_name"))?
    {
        vm.call(&method, std::slice::from_ref(name))?;
    }
    Ok(task)
}

/// What makes tasks of coroutines; None: asyncio.Task.
#[native("(self, /)")]
fn get_task_factory(this: &Obj<Loop>) -> Option<Object> {
    this.task_factory.get()
}

/// Set what makes tasks of coroutines: called with the loop and the coroutine, or None.
#[native("(self, factory)", name = "set_task_factory")]
fn set_task_factory_(vm: &Vm, this: &Obj<Loop>, factory: Option<&Object>) -> Res<()> {
    if factory.is_some_and(|f| !vm.is_callable(f)) {
        return Err(vm.type_error("task factory must be a callable or None"));
    }
    this.task_factory.assign(factory.cloned());
    Ok(())
}

/// What a loop that runs has set, until it is dropped: also when the host stops the script, which runs no
/// `finally` block.
struct Running<'a> {
    vm: &'a Vm,
    this: &'a Loop,
    hooks: [Option<Object>; 2],
}

impl<'a> Running<'a> {
    fn begin(vm: &'a Vm, this: &'a Obj<Loop>) -> Res<Running<'a>> {
        let object = this.as_object();
        let mine = [
            vm.getattr_named(object, "_asyncgen_firstiter_hook")?,
            vm.getattr_named(object, "_asyncgen_finalizer_hook")?,
        ];
        let hooks = [&vm.async_hooks.firstiter, &vm.async_hooks.finalizer].map(Slot::get);
        let running = Running { vm, this, hooks };
        this.thread.set(vm.ident());
        let [firstiter, finalizer] = mine;
        vm.async_hooks.firstiter.set(firstiter);
        vm.async_hooks.finalizer.set(finalizer);
        vm.running_loop.set(object.clone());
        Ok(running)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.this.stopping.set(false);
        self.this.thread.set(0);
        let [firstiter, finalizer] = std::mem::take(&mut self.hooks);
        self.vm.running_loop.assign(None);
        self.vm.async_hooks.firstiter.assign(firstiter);
        self.vm.async_hooks.finalizer.assign(finalizer);
    }
}

/// Run until stop() is called. RuntimeError if it runs already, or another loop does in this thread.
#[native("(self, /)")]
fn run_forever(vm: &Vm, this: &Obj<Loop>) -> Res<()> {
    this.check_closed(vm)?;
    let object = this.as_object();
    if this.thread.get() != 0 {
        return Err(vm.runtime_error("This event loop is already running"));
    }
    if vm.running_loop.is_set() {
        return Err(vm.runtime_error("Cannot run the event loop while another loop is running"));
    }
    let notes_origins = |yes| {
        vm.call_method(object, "_set_coroutine_origin_tracking", &[Object::bool(yes)]).map(drop)
    };
    notes_origins(this.debug.get())?;
    let running = Running::begin(vm, this)?;
    let result = run_turns(vm, this);
    drop(running);
    match result {
        Ok(()) => notes_origins(false),
        Err(raised) => {
            let exception = vm.take_raised(raised);
            if !vm.is_stopping()
                && let Err(other) = notes_origins(false)
            {
                drop(vm.take_raised(other));
            }
            Err(vm.raise(exception))
        }
    }
}

/// Turns until stop() is called.
fn run_turns(vm: &Vm, this: &Obj<Loop>) -> Res<()> {
    let object = this.as_object();
    this.looked.set(0);
    loop {
        if this.has_own(vm, object, own::RUN_ONCE) {
            turn(vm, this)?;
        } else {
            vm.call_method(object, "_run_once", &[])?;
        }
        if this.stopping.get() {
            return Ok(());
        }
        vm.poll()?;
    }
}

/// One turn.
#[native("(self, /)", name = "_run_once")]
fn run_once(vm: &Vm, this: &Obj<Loop>) -> Res<()> {
    turn(vm, this)
}

/// One turn: wait, then run what is in the queue by then.
///
/// Where nothing was in the queue before the wait, a task that a transport's bytes wake goes on before the next
/// transport is looked at, as if its event had come a little earlier: the bytes are still in the processor's cache.
fn turn(vm: &Vm, this: &Obj<Loop>) -> Res<()> {
    this.forget_cancelled();
    let mut timeout = None;
    let only_events = this.ready.borrow().is_empty() && !this.debug.get();
    if !this.ready.borrow().is_empty() || this.stopping.get() {
        timeout = Some(0.0);
    } else {
        let first = this.timers.borrow().peek().map(|t| t.when);
        if let Some(when) = first {
            timeout = Some((when - now(vm, this)?).clamp(0.0, LONGEST_WAIT));
        }
    }
    wait(vm, this, timeout)?;
    if !this.timers.borrow().is_empty() {
        let end = now(vm, this)? + RESOLUTION;
        this.take_due(vm, end)?;
    }
    let count = this.ready.borrow().len();
    this.ran.set(this.ran.get() + count);
    for _ in 0..count {
        let next = this.ready.borrow_mut().pop_front();
        let Some(next) = next else { break };
        let is_event = only_events && matches!(next, Ready::Transport { work: Work::Pump, .. });
        let before = is_event.then(|| this.ready.borrow().len());
        run(vm, this, next)?;
        if let Some(woken) = before.and_then(|before| this.take_woken(before)) {
            vm.poll()?;
            run(vm, this, woken)?;
        }
        vm.poll()?;
    }
    Ok(())
}

/// Of the clock, in seconds.
const RESOLUTION: f64 = 1e-9;

/// With something to run, descriptors are looked after once in so many calls, or nanoseconds.
const CALLS: usize = 64;
const NANOS: i64 = 50_000;

fn wait(vm: &Vm, this: &Obj<Loop>, timeout: Option<f64>) -> Res<()> {
    let object = this.as_object();
    let poller = this.waits_with();
    if let Some(poller) = poller {
        if timeout == Some(0.0) && !this.stopping.get() && this.ran.get() < CALLS {
            let now = taipan_sys::time::monotonic_nanos();
            if now - this.looked.get() < NANOS {
                return Ok(());
            }
            this.looked.set(now);
        }
        this.ran.set(0);
        let timeout = timeout.map(Duration::from_secs_f64);
        poller.wait(vm, timeout, |ready| this.push(vm, ready))?;
        if timeout != Some(Duration::ZERO) {
            this.looked.set(taipan_sys::time::monotonic_nanos());
        }
        return Ok(());
    }
    // (A class may have one for all its loops.)
    let selector = match this.selector.get() {
        Some(selector) => selector,
        None => vm.getattr_named(object, "_selector")?,
    };
    if selector.is_none() {
        return Err(vm.attribute_error("the event loop has no selector"));
    }
    let timeout = match timeout {
        None => Object::none(),
        Some(0.0) => Object::small(0),
        Some(seconds) => vm.float(seconds)?,
    };
    let events = vm.call_method(&selector, "select", &[timeout])?;
    if events.downcast_exact::<List>().is_some_and(|l| l.len() == 0) {
        return Ok(());
    }
    vm.call_method(object, "_process_events", &[events]).map(drop)
}

fn run(vm: &Vm, this: &Obj<Loop>, item: Ready) -> Res<()> {
    match item {
        Ready::Handle(handle) if handle.cancelled.get() => Ok(()),
        Ready::Handle(handle) if this.debug.get() => run_watched(vm, this, &handle),
        Ready::Handle(handle) => run_any(vm, &handle),
        Ready::Transport { transport, work } if this.debug.get() => {
            // Timed, and shown, as the call that it is.
            let call = transport::call_of(vm, &transport, work)?;
            let handle = Handle::with(vm, this.as_object(), &call, &[], None, false)?;
            let handle = vm.alloc(handle)?;
            run_watched(vm, this, &handle)
        }
        Ready::Transport { transport, work } => transport::work(vm, &transport, work),
        Ready::Step { task, exception } => task::step_within(vm, &task, exception),
        Ready::Wake { task, future } => {
            let woken = task::wake_within(vm, &task, &future);
            this.keep_spare(vm, future);
            woken
        }
        Ready::Done { function, future, context } => {
            let future = future.into_object();
            let args = std::slice::from_ref(&future);
            let called = match context.downcast::<contexts::Context>() {
                Some(context) => contexts::run(vm, context, &function, args, None),
                None => vm.call_method(&context, "run", &[function.clone(), future.clone()]),
            };
            match called {
                Ok(_) => Ok(()),
                Err(raised) => {
                    let exception = vm.take_raised(raised);
                    let handle =
                        Handle::with(vm, this.as_object(), &function, args, Some(&context), false)?;
                    let handle = vm.alloc(handle)?;
                    super::handle::report(vm, &handle, vm.raise(exception))
                }
            }
        }
    }
}

/// A handle of a class with a `_run` of its own, or a plain one.
fn run_any(vm: &Vm, handle: &Obj<Handle>) -> Res<()> {
    if vm.class_of(handle.as_object()).is_heap_type() {
        return vm.call_method(handle.as_object(), "_run", &[]).map(drop);
    }
    run_handle(vm, handle)
}

/// In debug mode: say which callbacks take long.
#[cold]
fn run_watched(vm: &Vm, this: &Obj<Loop>, handle: &Obj<Handle>) -> Res<()> {
    let object = this.as_object();
    this.current_handle.set(handle.as_object().clone());
    let start = now(vm, this)?;
    let result = run_any(vm, handle);
    drop(this.current_handle.take());
    result?;
    let took = now(vm, this)? - start;
    let slow = vm.getattr_named(object, "slow_callback_duration")?;
    if took >= to_f64(vm, &slow)? {
        let took = vm.float(took)?;
        let log = vm.getattr_named(&vm.import("asyncio.base_events")?, "_log_slow_callback")?;
        vm.call(&log, &[handle.as_object().clone(), took])?;
    }
    Ok(())
}

/// Wait with an epoll of the loop's own: it was given no selector.
#[native("(self, /)", name = "_use_poller")]
fn use_poller(vm: &Vm, this: &Obj<Loop>) -> Res<()> {
    let poller = Poller::new().map_err(|failure| raise_io(vm, failure))?;
    let before = this.poller.replace(Some(Rc::new(poller)));
    drop(before);
    Ok(())
}

/// The descriptor that can be read when the loop has something to do, and in how many seconds a turn is due at the
/// latest (None: not before). For a host that drives the loop. ValueError if the loop waits with a selector.
#[native("(self, /)", name = "_next_turn")]
fn next_turn(vm: &Vm, this: &Obj<Loop>) -> Res<(i32, Option<f64>)> {
    this.check_closed(vm)?;
    let poller = this.waits_with();
    let Some(poller) = poller else {
        return Err(vm.value_error("the loop waits with a selector of its own"));
    };
    this.forget_cancelled();
    let first = this.timers.borrow().peek().map(|t| t.when);
    let seconds = match first {
        _ if !this.ready.borrow().is_empty() => Some(0.0),
        Some(when) => Some((when - now(vm, this)?).clamp(0.0, LONGEST_WAIT)),
        None => None,
    };
    Ok((poller.watched_by_host(), seconds))
}

/// Wake the loop if it waits.
#[native("(self, /)", name = "_write_to_self")]
fn write_to_self(vm: &Vm, this: &Obj<Loop>) -> Res<()> {
    let poller = this.waits_with();
    match poller {
        Some(poller) => {
            poller.ring();
            Ok(())
        }
        None => vm.call_method(this.as_object(), "_write_to_pipe", &[]).map(drop),
    }
}

/// Call a function when a descriptor can be read.
#[native(
    "(self, fd, callback, *args)",
    name = "_add_reader",
    python = "BaseSelectorEventLoop._add_reader"
)]
fn add_reader(vm: &Vm, this: &Obj<Loop>, fd: &Object, callback: &Object, args: &[Object]) -> Res {
    watch(vm, this, Side::Read, fd, callback, args)
}

/// Call a function when a descriptor can be written.
#[native(
    "(self, fd, callback, *args)",
    name = "_add_writer",
    python = "BaseSelectorEventLoop._add_writer"
)]
fn add_writer(vm: &Vm, this: &Obj<Loop>, fd: &Object, callback: &Object, args: &[Object]) -> Res {
    watch(vm, this, Side::Write, fd, callback, args)
}

/// Take the function for reading a descriptor back; whether there was one.
#[native("(self, fd)", name = "_remove_reader", python = "BaseSelectorEventLoop._remove_reader")]
fn remove_reader(vm: &Vm, this: &Obj<Loop>, fd: &Object) -> Res {
    forget(vm, this, Side::Read, fd)
}

/// Take the function for writing a descriptor back; whether there was one.
#[native("(self, fd)", name = "_remove_writer", python = "BaseSelectorEventLoop._remove_writer")]
fn remove_writer(vm: &Vm, this: &Obj<Loop>, fd: &Object) -> Res {
    forget(vm, this, Side::Write, fd)
}

fn watch(
    vm: &Vm,
    this: &Obj<Loop>,
    side: Side,
    fd: &Object,
    callback: &Object,
    args: &[Object],
) -> Res {
    let poller = this.waits_with();
    let Some(poller) = poller else {
        let name = match side {
            Side::Read => "_selector_add_reader",
            Side::Write => "_selector_add_writer",
        };
        let mut all = vec![fd.clone(), callback.clone()];
        all.extend_from_slice(args);
        return vm.call_method(this.as_object(), name, &all);
    };
    this.check_closed(vm)?;
    let fd = file_number(vm, fd)?;
    let handle = Handle::with(vm, this.as_object(), callback, args, None, false)?;
    if this.debug.get() {
        handle.note_origin(vm)?;
    }
    let handle = vm.alloc(handle)?;
    let before = poller.watch(vm, fd, side, Some(handle.clone()))?;
    if let Some(Watcher::Handle(before)) = before {
        super::handle::cancel_handle(vm, &before)?;
    }
    Ok(handle.into_object())
}

fn forget(vm: &Vm, this: &Obj<Loop>, side: Side, fd: &Object) -> Res {
    let poller = this.waits_with();
    let Some(poller) = poller else {
        let name = match side {
            Side::Read => "_selector_remove_reader",
            Side::Write => "_selector_remove_writer",
        };
        return vm.call_method(this.as_object(), name, std::slice::from_ref(fd));
    };
    if this.closed.get() {
        return Ok(Object::bool(false));
    }
    let before = poller.watch(vm, file_number(vm, fd)?, side, None)?;
    if let Some(Watcher::Handle(handle)) = &before {
        super::handle::cancel_handle(vm, handle)?;
    }
    Ok(Object::bool(before.is_some()))
}

/// The transport of ours that uses a descriptor, or None.
#[native("(self, fd)", name = "_transport_at")]
fn transport_at(this: &Obj<Loop>, fd: i32) -> Option<Object> {
    this.waits_with()?.transport_at(fd)
}

/// The descriptor of a file, ValueError if it has none.
fn file_number(vm: &Vm, file: &Object) -> Res<i32> {
    let number = match vm.class_of(file).has(type_flags::INT) {
        true => Ok(file.clone()),
        false => vm.call_method(file, "fileno", &[]).and_then(|n| vm.index(&n)),
    };
    let number = match number {
        Ok(number) => vm.as_i64(&number).and_then(|n| i32::try_from(n).ok()),
        Err(raised) => {
            let exception = vm.take_raised(raised);
            let expected = [Exc::AttributeError, Exc::TypeError, Exc::ValueError];
            let is_expected = expected
                .into_iter()
                .any(|kind| vm.class_of(&exception).is_subtype(&vm.types().exception(kind)));
            if !is_expected {
                return Err(vm.raise(exception));
            }
            let shown = vm.repr_string(file)?;
            return Err(vm.value_error(format_args!("Invalid file object: {shown}")));
        }
    };
    match number {
        Some(number) if number >= 0 => Ok(number),
        _ => {
            let shown = vm.repr_string(file)?;
            Err(vm.value_error(format_args!("Invalid file descriptor: {shown}")))
        }
    }
}

/// Have the next turn run a handle, unless it is cancelled.
#[native("(self, handle)", name = "_add_callback")]
fn add_callback(vm: &Vm, this: &Obj<Loop>, handle: &Object) -> Res<()> {
    let Some(handle) = handle.downcast::<Handle>() else {
        return Err(vm.type_error("a Handle was expected"));
    };
    if handle.cancelled.get() {
        return Ok(());
    }
    this.push(vm, Ready::Handle(handle.clone()))
}

/// A timer of this loop is cancelled.
#[native("(self, handle)", name = "_timer_handle_cancelled")]
fn timer_handle_cancelled(this: &Obj<Loop>, handle: &Object) {
    if let Some(handle) = handle.downcast::<Handle>() {
        this.timer_cancelled(handle);
    }
}

/// RuntimeError if the loop is closed.
#[native("(self, /)", name = "_check_closed")]
fn check_closed(vm: &Vm, this: &Obj<Loop>) -> Res<()> {
    this.check_closed(vm)
}

/// Forget what was to be run.
#[native("(self, /)", name = "_clear_queue")]
fn clear_queue(this: &Obj<Loop>) {
    drop(this.ready.take());
    drop(this.timers.take());
    let poller = this.poller.take();
    if let Some(poller) = &poller {
        poller.clear();
    }
}

macro_rules! flags {
    ($($name:ident $set:ident $field:ident;)*) => {$(
        #[getter]
        fn $name(_vm: &Vm, this: &Obj<Loop>) -> Res<bool> {
            Ok(this.$field.get())
        }

        #[setter]
        fn $set(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
            let value = value.is_some_and(|v| !v.is_none()).then_some(value).flatten();
            let value = value.map_or(Ok(false), |v| vm.truth(v))?;
            native(vm, this)?.$field.set(value);
            Ok(())
        }
    )*};
}

flags! {
    _stopping set_stopping stopping;
    _closed set_closed closed;
    _debug set_debug_flag debug;
}

macro_rules! objects {
    ($($name:ident $set:ident $field:ident;)*) => {$(
        #[getter]
        fn $name(_vm: &Vm, this: &Obj<Loop>) -> Res<Option<Object>> {
            Ok(this.$field.get())
        }

        #[setter]
        fn $set(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
            native(vm, this)?.$field.assign(value.filter(|v| !v.is_none()).cloned());
            Ok(())
        }
    )*};
}

objects! {
    _task_factory set_task_factory task_factory;
    _current_handle set_current_handle current_handle;
    _selector set_selector selector;
}

/// Whether a loop without a selector watches a descriptor for reading, and for writing.
#[native("(self, fd)", name = "_watches")]
fn watches(vm: &Vm, this: &Obj<Loop>, fd: &Object) -> Res {
    let poller = this.waits_with();
    let fd = file_number(vm, fd)?;
    let (reads, writes) = poller.map_or((false, false), |poller| poller.watches(fd));
    Ok(vm.tuple(vec![Object::bool(reads), Object::bool(writes)])?.into_object())
}

#[getter]
fn slow_callback_duration(vm: &Vm, this: &Obj<Loop>) -> Res {
    this.slow.get().map_or_else(|| vm.float(0.1), Ok)
}

#[setter]
fn set_slow_callback_duration(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    native(vm, this)?.slow.assign(value.cloned());
    Ok(())
}

#[getter]
fn _thread_id(vm: &Vm, this: &Obj<Loop>) -> Res<Option<Object>> {
    match this.thread.get() {
        0 => Ok(None),
        id => vm.int_u64(id).map(Some),
    }
}

#[setter]
fn set_thread_id(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let id = match value.filter(|v| !v.is_none()) {
        Some(value) => vm.as_i64(value).unwrap_or(-1) as u64,
        None => 0,
    };
    native(vm, this)?.thread.set(id);
    Ok(())
}

/// The calls in the queue as handles: a copy, for who looks from outside.
#[getter]
fn _ready(vm: &Vm, this: &Obj<Loop>) -> Res {
    let mut handles = Vec::new();
    for item in this.ready.borrow().iter() {
        if let Ready::Handle(handle) = item {
            handles.push(handle.as_object().clone());
        }
    }
    Ok(vm.list(handles)?.into_object())
}

/// The timers: a copy.
#[getter]
fn _scheduled(vm: &Vm, this: &Obj<Loop>) -> Res {
    let mut timers: Vec<(f64, u64, Object)> = this
        .timers
        .borrow()
        .iter()
        .map(|t| (t.when, t.number, t.handle.as_object().clone()))
        .collect();
    sort_seldom_by(&mut timers, &|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).is_lt());
    Ok(vm.list(timers.into_iter().map(|t| t.2).collect())?.into_object())
}
