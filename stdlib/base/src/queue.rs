//! The module _queue: a queue without limit that may be used from finalisers and signal handlers.

use crate::support::{
    Kwargs, NativeConstructor, NoMemory, Obj, Object, Payload, Res, Slot, Slots, Type, TypeSpec,
    Visitor, Vm, class_getitem, native, natives, type_flags,
};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use taipan_core::native::{ModuleDef, Raised};
use taipan_core::object::{Charge, Exc};
use taipan_sys::thread::Lock;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_queue",
    doc: "The working parts of the module queue.",
    types: &[&SIMPLE_QUEUE],
    fill: Some(|vm, module| module.dict.set_named(vm, "Empty", empty_class(vm)?)),
    ..ModuleDef::EMPTY
};

#[derive(Default)]
struct State {
    empty: Slot,
}

/// The class `_queue.Empty`.
fn empty_class(vm: &Vm) -> Res {
    let state = vm.interp().state::<State>();
    if let Some(class) = state.empty.get() {
        return Ok(class);
    }
    let namespace = vm.new_dict()?;
    namespace.set_named(vm, "__module__", vm.str("_queue")?)?;
    namespace.set_named(vm, "__doc__", vm.str("There is nothing in the queue.")?)?;
    let bases = vm.tuple(vec![vm.types().exception(Exc::Exception).into_object()])?;
    let args = [vm.str("Empty")?.into_object(), bases.into_object(), namespace.into_object()];
    let class = vm.call(vm.types().type_.clone().as_object(), &args)?;
    state.empty.set(class.clone());
    Ok(class)
}

fn is_empty(vm: &Vm) -> Raised {
    match empty_class(vm).and_then(|class| vm.call(&class, &[])) {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

/// The payload of `_queue.SimpleQueue`.
struct SimpleQueue {
    items: RefCell<VecDeque<Object>>,
    charge: Charge,
    /// Held by nobody in particular; released for who waits when there is something to take.
    bell: Arc<Lock>,
    waiting: Cell<usize>,
}

impl Payload for SimpleQueue {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SIMPLE_QUEUE);
    fn traverse(&self, visitor: &mut Visitor) {
        self.items.borrow().iter().for_each(|item| visitor.visit(item));
    }
    fn clear(&self) {
        drop(self.items.take());
    }
}

static SIMPLE_QUEUE: TypeSpec = TypeSpec {
    doc: "An unbounded queue of which put() may be called again while it runs.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF,
    slots: Slots { new: Some(<queue_new as NativeConstructor>::new), ..Slots::NONE },
    methods: natives![empty, get, get_nowait, put, put_nowait, qsize, class_getitem],
    ..TypeSpec::new::<SimpleQueue>("_queue.SimpleQueue")
};

#[native("(cls, *args, **kwargs)", constructor, name = "SimpleQueue")]
fn queue_new(vm: &Vm, cls: &Obj<Type>, args: &[Object], kwargs: Kwargs) -> Res<Obj<SimpleQueue>> {
    if !cls.is_heap_type() {
        if !kwargs.is_empty() {
            return Err(vm.type_error("SimpleQueue() takes no keyword arguments"));
        }
        if !args.is_empty() {
            return Err(vm.type_error("SimpleQueue() takes no positional arguments"));
        }
    }
    let bell = Arc::<Lock>::default();
    bell.try_acquire();
    let (items, charge) = (RefCell::default(), Charge::default());
    vm.alloc_of(cls, SimpleQueue { items, charge, bell, waiting: Cell::new(0) })
}

/// Put an item at the end. The queue is never full: block and timeout mean nothing.
#[native("(self, item, block=True, timeout=None)")]
fn put(
    vm: &Vm,
    this: &Obj<SimpleQueue>,
    item: &Object,
    _block: bool,
    _timeout: Option<&Object>,
) -> Res<()> {
    let mut items = this.items.borrow_mut();
    if items.len() == items.capacity()
        && !crate::collections::deque::grow(vm, &mut items, &this.charge)
    {
        drop(items);
        return Err(vm.no_memory(NoMemory));
    }
    items.push_back(item.clone());
    drop(items);
    this.wake_one();
    Ok(())
}

/// put(item), under the name that Queue has for it.
#[native("(self, item)")]
fn put_nowait(vm: &Vm, this: &Obj<SimpleQueue>, item: &Object) -> Res<()> {
    put(vm, this, item, false, None)
}

/// A signal that comes in the instant before a wait does not end it: the main thread looks again after this time.
const LOOK: Duration = Duration::from_millis(50);

impl SimpleQueue {
    /// Wake one of those who wait, if there are any.
    fn wake_one(&self) {
        if self.waiting.get() > 0 {
            let _ = self.bell.release(); // fails where it was rung already
        }
    }

    fn take(&self) -> Option<Object> {
        let mut items = self.items.borrow_mut();
        let first = items.pop_front();
        let more = !items.is_empty();
        drop(items);
        if more {
            self.wake_one();
        }
        first
    }
}

/// Take out the first item. If there is none, wait for one (timeout: seconds at most) or raise Empty.
#[native("(self, block=True, timeout=None)")]
fn get(vm: &Vm, this: &Obj<SimpleQueue>, block: bool, timeout: Option<&Object>) -> Res {
    let mut deadline = None;
    if let (true, Some(timeout)) = (block, timeout) {
        let seconds = taipan_core::native::to_f64(vm, timeout)?;
        if seconds < 0.0 {
            return Err(vm.value_error("'timeout' must be a non-negative number"));
        }
        let wait = Duration::try_from_secs_f64(seconds)
            .map_err(|_| vm.overflow_error("timeout value is too large"))?;
        deadline = Instant::now().checked_add(wait);
    }
    loop {
        if let Some(first) = this.take() {
            return Ok(first);
        }
        let now = Instant::now();
        if !block || deadline.is_some_and(|end| now >= end) {
            return Err(is_empty(vm));
        }
        let look = vm.is_main_thread().then(|| now + LOOK);
        let until = match (deadline, look) {
            (Some(end), Some(look)) => Some(end.min(look)),
            (end, look) => end.or(look),
        };
        let bell = this.bell.clone();
        this.waiting.set(this.waiting.get() + 1);
        // Fails only when a signal comes.
        let _ = vm.allow_threads(|| bell.acquire(until));
        this.waiting.set(this.waiting.get().saturating_sub(1));
        vm.poll()?;
    }
}

/// Take out the first item, or raise Empty.
#[native("(self, /)")]
fn get_nowait(vm: &Vm, this: &Obj<SimpleQueue>) -> Res {
    get(vm, this, false, None)
}

/// Whether there is nothing in the queue.
#[native("(self, /)")]
fn empty(this: &Obj<SimpleQueue>) -> bool {
    this.items.borrow().is_empty()
}

/// How many items are in the queue.
#[native("(self, /)")]
fn qsize(this: &Obj<SimpleQueue>) -> usize {
    this.items.borrow().len()
}
