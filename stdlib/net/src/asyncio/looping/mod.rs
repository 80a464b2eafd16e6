//! The loop's queue, its timers and its turn.
//!
//! A turn waits for descriptors (until the first timer, or not at all if something is ready), moves what is due
//! into the queue and runs what the queue held then: what is added meanwhile waits for the next turn, in which
//! descriptors come first again.
//!
//! **Invariant:** nothing of the loop is borrowed while Python runs: what is run is taken out of the queue first.

mod calls;
mod descriptors;
mod making;
mod queue;
mod shown;
mod turn;

use std::cell::{Cell, RefCell};
use std::collections::{BinaryHeap, VecDeque};
use std::rc::Rc;

use self::calls::*;
pub(super) use self::calls::{call_after, call_when, soon, time_of};
use self::descriptors::*;
use self::making::*;
pub(super) use self::making::{new_future, new_task};
use self::queue::Timer;
pub(super) use self::queue::{Ready, Work};
pub(super) use self::shown::is_debug;
use self::shown::*;
use self::turn::*;
use super::handle::TIMER;
use super::watching::Poller;
use super::{accepting, sockets};
use crate::support::*;

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
}

fn native<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Loop>> {
    this.downcast::<Loop>().ok_or_else(|| vm.system_error("an event loop was expected"))
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
