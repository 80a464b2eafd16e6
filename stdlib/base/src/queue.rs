//! The module _queue: a queue without limit that may be used from finalisers and signal handlers.

use crate::support::{
    Kwargs, NativeConstructor, NoMemory, Obj, Object, Payload, Res, Slot, Slots, Type, TypeSpec,
    Visitor, Vm, class_getitem, native, natives, type_flags,
};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use taipan_core::native::{ModuleDef, Raised};
use taipan_core::object::{Charge, Exc};

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
struct SimpleQueue(RefCell<VecDeque<Object>>, Charge);

impl Payload for SimpleQueue {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SIMPLE_QUEUE);
    fn traverse(&self, visitor: &mut Visitor) {
        self.0.borrow().iter().for_each(|item| visitor.visit(item));
    }
    fn clear(&self) {
        drop(self.0.take());
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
    vm.alloc_of(cls, SimpleQueue(RefCell::default(), Charge::default()))
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
    let mut items = this.0.borrow_mut();
    if items.len() == items.capacity() && !crate::collections::deque::grow(vm, &mut items, &this.1)
    {
        drop(items);
        return Err(vm.no_memory(NoMemory));
    }
    items.push_back(item.clone());
    Ok(())
}

/// put(item), under the name that Queue has for it.
#[native("(self, item)")]
fn put_nowait(vm: &Vm, this: &Obj<SimpleQueue>, item: &Object) -> Res<()> {
    put(vm, this, item, false, None)
}

/// Longest wait between two looks at the queue.
const STEP: Duration = Duration::from_millis(5);

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
    let mut step = Duration::from_micros(50);
    loop {
        let first = this.0.borrow_mut().pop_front();
        if let Some(first) = first {
            return Ok(first);
        }
        let now = Instant::now();
        if !block || deadline.is_some_and(|end| now >= end) {
            return Err(is_empty(vm));
        }
        let left = deadline.map_or(step, |end| end.saturating_duration_since(now));
        vm.allow_threads(|| std::thread::sleep(step.min(left)));
        step = (step * 2).min(STEP);
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
    this.0.borrow().is_empty()
}

/// How many items are in the queue.
#[native("(self, /)")]
fn qsize(this: &Obj<SimpleQueue>) -> usize {
    this.0.borrow().len()
}
