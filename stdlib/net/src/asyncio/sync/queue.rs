//! The types Queue, LifoQueue and PriorityQueue.
//!
//! Items lie in `_queue`, which `_init()` makes: a deque, or a list for the two others. As long as no class written in
//! Python has replaced one of the methods that a queue is made of, they are not called: what they do is done.
//!
//! Who waits has a future among the getters or putters. An item is never handed over: who is woken looks again, and
//! wakes the next one if it was cancelled meanwhile.

use std::cell::Cell;

use super::bound::{init_slot, loop_bound, loop_of};
use super::event::{Event, WAIT as WAIT_FOR_EVENT};
use super::waiters::{Waiters, is_cancelled, is_done, replace, set_result, those_of, waiters_of};
use crate::asyncio::awaiting::{self, Awaiting, Came, Kind, Step};
use crate::asyncio::looping::new_future;
use crate::asyncio::state::state;
use crate::asyncio::task::cancel_any;
use crate::support::*;

/// How the items are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Fifo,
    Lifo,
    Priority,
    /// As methods written in Python say.
    Methods,
}

/// Payload of the queues.
pub(super) struct Queue {
    looop: Slot,
    /// Any number.
    max: Slot,
    items: Slot,
    getters: Slot,
    putters: Slot,
    /// Items that nobody has said to be done.
    unfinished: Cell<i64>,
    /// An Event; unset: nobody has asked for it.
    finished: Slot,
    /// The version of the class for which `order` holds.
    version: Cell<u32>,
    order: Cell<Order>,
    /// `append` and `popleft` of deques.
    append: Slot,
    popleft: Slot,
    deque: Slot,
}

impl Payload for Queue {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        self.slots().into_iter().for_each(|slot| visitor.slot(slot));
    }
    fn clear(&self) {
        self.slots().into_iter().for_each(|slot| drop(slot.take()));
    }
}

const DOC: &str = "Queue(maxsize=0)\n--\n\nA queue between coroutines: get() waits for an item, put() for room if the \
                   queue has a size.";

pub(in crate::asyncio) static SPEC: TypeSpec = TypeSpec {
    doc: DOC,
    flags: super::FLAGS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Queue::new())?.into_object())),
        init: init_slot!(init),
        repr: Some(repr),
        str: Some(str),
        ..Slots::NONE
    },
    methods: natives![
        make_items,
        get_item,
        put_item,
        wakeup_next,
        format_,
        qsize,
        empty,
        full,
        put,
        put_nowait,
        get,
        get_nowait,
        task_done,
        join,
        get_loop,
        class_getitem
    ],
    getsets: getsets![
        _loop: set_loop,
        maxsize,
        _maxsize: set_maxsize,
        _queue: set_queue,
        _getters: set_getters,
        _putters: set_putters,
        _unfinished_tasks: set_unfinished_tasks,
        _finished: set_finished
    ],
    ..TypeSpec::new::<Queue>("asyncio.queues.Queue")
};

pub(in crate::asyncio) static LIFO: TypeSpec = TypeSpec {
    doc: "LifoQueue(maxsize=0)\n--\n\nA Queue that gives the item that was put last.",
    flags: super::FLAGS,
    base: Some(|vm| type_or_object(vm, vm.type_of_spec(&SPEC))),
    methods: natives![make_list, lifo_get, lifo_put],
    ..TypeSpec::extending::<Queue>("asyncio.queues.LifoQueue")
};

pub(in crate::asyncio) static PRIORITY: TypeSpec = TypeSpec {
    doc: "PriorityQueue(maxsize=0)\n--\n\nA Queue that gives the least item. Items are usually tuples: (priority, data).",
    flags: super::FLAGS,
    base: Some(|vm| type_or_object(vm, vm.type_of_spec(&SPEC))),
    methods: natives![make_list, priority_get, priority_put],
    ..TypeSpec::extending::<Queue>("asyncio.queues.PriorityQueue")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Queue>> {
    this.downcast::<Queue>().ok_or_else(|| vm.system_error("a queue was expected"))
}

loop_bound!(Queue);

impl Queue {
    fn new() -> Queue {
        Queue {
            looop: Slot::empty(),
            max: Slot::empty(),
            items: Slot::empty(),
            getters: Slot::empty(),
            putters: Slot::empty(),
            unfinished: Cell::new(0),
            finished: Slot::empty(),
            version: Cell::new(0),
            order: Cell::new(Order::Methods),
            append: Slot::empty(),
            popleft: Slot::empty(),
            deque: Slot::empty(),
        }
    }

    fn slots(&self) -> [&Slot; 9] {
        [
            &self.looop,
            &self.max,
            &self.items,
            &self.getters,
            &self.putters,
            &self.finished,
            &self.append,
            &self.popleft,
            &self.deque,
        ]
    }

    fn order(&self, vm: &Vm, this: &Object) -> Order {
        let class = vm.class_of(this);
        let version = class.version();
        if version == 0 || version != self.version.get() {
            self.order.set(look_for_order(vm, class));
            self.version.set(version);
        }
        self.order.get()
    }

    fn items(&self, vm: &Vm) -> Res {
        self.items
            .get()
            .ok_or_else(|| vm.attribute_error("'Queue' object has no attribute '_queue'"))
    }

    fn len(&self, vm: &Vm) -> Res<usize> {
        vm.len(&self.items(vm)?)
    }

    fn max(&self) -> Object {
        self.max.get().unwrap_or(Object::small(0))
    }

    fn is_empty(&self, vm: &Vm, this: &Object) -> Res<bool> {
        match self.order(vm, this) {
            Order::Methods => vm.truth(&vm.call_method(this, "empty", &[])?),
            _ => Ok(self.len(vm)? == 0),
        }
    }

    fn is_full(&self, vm: &Vm, this: &Object) -> Res<bool> {
        match self.order(vm, this) {
            Order::Methods => vm.truth(&vm.call_method(this, "full", &[])?),
            _ => self.has_reached(vm, || self.len(vm).and_then(|len| vm.int_usize(len))),
        }
    }

    fn has_reached(&self, vm: &Vm, size: impl FnOnce() -> Res) -> Res<bool> {
        let max = self.max();
        if vm.truth(&vm.compare(&max, &Object::small(0), CmpOp::Le)?)? {
            return Ok(false);
        }
        vm.truth(&vm.compare(&size()?, &max, CmpOp::Ge)?)
    }

    /// One more item.
    fn add(&self, vm: &Vm, this: &Object, item: &Object) -> Res<()> {
        match self.order(vm, this) {
            Order::Fifo => self.append(vm, item),
            Order::Lifo => push(vm, &self.items(vm)?, item),
            Order::Priority => heap(vm, "heappush", &[self.items(vm)?, item.clone()]).map(drop),
            Order::Methods => vm.call_method(this, "_put", std::slice::from_ref(item)).map(drop),
        }
    }

    /// One item less.
    fn remove(&self, vm: &Vm, this: &Object) -> Res {
        match self.order(vm, this) {
            Order::Fifo => self.take_first(vm),
            Order::Lifo => pop(vm, &self.items(vm)?),
            Order::Priority => heap(vm, "heappop", &[self.items(vm)?]),
            Order::Methods => vm.call_method(this, "_get", &[]),
        }
    }

    fn append(&self, vm: &Vm, item: &Object) -> Res<()> {
        let items = self.items(vm)?;
        let done = match (self.append.get(), self.is_deque(vm, &items)) {
            (Some(append), true) => vm.call(&append, &[items, item.clone()]),
            _ => vm.call_method(&items, "append", std::slice::from_ref(item)),
        };
        done.map(drop)
    }

    fn take_first(&self, vm: &Vm) -> Res {
        let items = self.items(vm)?;
        match (self.popleft.get(), self.is_deque(vm, &items)) {
            (Some(popleft), true) => vm.call(&popleft, &[items]),
            _ => vm.call_method(&items, "popleft", &[]),
        }
    }

    fn is_deque(&self, vm: &Vm, items: &Object) -> bool {
        self.deque.peek() == vm.class_of(items).value()
    }

    /// Put an item in, for which there is room.
    fn put(&self, vm: &Vm, this: &Object, item: &Object) -> Res<()> {
        self.add(vm, this, item)?;
        self.unfinished.set(self.unfinished.get().saturating_add(1));
        match self.finished.get() {
            None => {}
            Some(event) => match event.downcast::<Event>() {
                Some(event) => event.lower(),
                None => vm.call_method(&event, "clear", &[]).map(drop)?,
            },
        }
        self.wake(vm, this, &self.getters)
    }

    fn wake(&self, vm: &Vm, this: &Object, side: &Slot) -> Res<()> {
        if self.order(vm, this) == Order::Methods {
            let waiters = waiters_of(vm, side)?.into_object();
            return vm.call_method(this, "_wakeup_next", &[waiters]).map(drop);
        }
        match those_of(side) {
            Some(waiters) => wake_next(vm, &waiters),
            None => Ok(()),
        }
    }

    /// The event that is set while nothing is unfinished.
    fn finished(&self, vm: &Vm) -> Res {
        if let Some(event) = self.finished.get() {
            return Ok(event);
        }
        let event = vm.alloc(Event::with(self.unfinished.get() <= 0))?.into_object();
        self.finished.set(event.clone());
        Ok(event)
    }
}

fn wake_next(vm: &Vm, waiters: &Waiters) -> Res<()> {
    while let Some(waiter) = waiters.pop() {
        if !is_done(vm, &waiter)? {
            return set_result(vm, &waiter, Object::none());
        }
    }
    Ok(())
}

/// The methods that a queue is made of.
const PARTS: [&str; 9] = [
    "_get",
    "_put",
    "qsize",
    "empty",
    "full",
    "put_nowait",
    "get_nowait",
    "_wakeup_next",
    "_get_loop",
];

#[cold]
fn look_for_order(vm: &Vm, class: &Obj<Type>) -> Order {
    for (spec, order) in [(&LIFO, Order::Lifo), (&PRIORITY, Order::Priority), (&SPEC, Order::Fifo)]
    {
        let Ok(native) = vm.type_of_spec(spec).map_err(|raised| drop(vm.take_raised(raised)))
        else {
            continue;
        };
        if class.is_subtype(&native) {
            let same = PARTS.iter().all(|name| {
                let name = vm.intern(name);
                match (class.lookup(vm, &name), native.lookup(vm, &name)) {
                    (Some(theirs), Some(ours)) => theirs.is(&ours),
                    _ => false,
                }
            });
            return if same { order } else { Order::Methods };
        }
    }
    Order::Methods
}

fn push(vm: &Vm, items: &Object, item: &Object) -> Res<()> {
    match items.downcast_exact::<List>() {
        Some(list) => list.push(item.clone()).map_err(|no| vm.no_memory(no)),
        None => vm.call_method(items, "append", std::slice::from_ref(item)).map(drop),
    }
}

fn pop(vm: &Vm, items: &Object) -> Res {
    let last = items.downcast_exact::<List>().and_then(|list| list.pop());
    match last {
        Some(item) => Ok(item),
        None => vm.call_method(items, "pop", &[]),
    }
}

fn heap(vm: &Vm, function: &str, args: &[Object]) -> Res {
    let state = state(vm);
    let function = match function {
        "heappush" => state.heappush(vm)?,
        _ => state.heappop(vm)?,
    };
    vm.call(&function, args)
}

#[native("(self, maxsize=0, *, loop=None)", name = "__init__")]
fn init(vm: &Vm, this: &Obj<Queue>, maxsize: Option<&Object>, r#loop: Option<&Object>) -> Res<()> {
    if let Some(given) = r#loop {
        this.looop.set(given.clone());
    }
    let max = maxsize.cloned().unwrap_or(Object::small(0));
    this.max.set(max.clone());
    drop((this.getters.take(), this.putters.take(), this.finished.take()));
    this.unfinished.set(0);
    vm.call_method(this.as_object(), "_init", &[max]).map(drop)
}

/// Make what holds the items, as `_queue`.
#[native("(self, maxsize)", name = "_init")]
fn make_items(vm: &Vm, this: &Obj<Queue>, _maxsize: &Object) -> Res<()> {
    let class = state(vm).deque(vm)?;
    this.append.set(vm.getattr_named(&class, "append")?);
    this.popleft.set(vm.getattr_named(&class, "popleft")?);
    this.items.set(vm.call(&class, &[])?);
    this.deque.set(class);
    Ok(())
}

/// Take an item out.
#[native("(self)", name = "_get")]
fn get_item(vm: &Vm, this: &Obj<Queue>) -> Res {
    this.take_first(vm)
}

/// Put an item in.
#[native("(self, item)", name = "_put")]
fn put_item(vm: &Vm, this: &Obj<Queue>, item: &Object) -> Res<()> {
    this.append(vm, item)
}

/// Make what holds the items, as `_queue`.
#[native("(self, maxsize)", name = "_init")]
fn make_list(vm: &Vm, this: &Obj<Queue>, _maxsize: &Object) -> Res<()> {
    this.items.set(vm.list(Vec::new())?.into_object());
    Ok(())
}

/// Take the last item out.
#[native("(self)", name = "_get")]
fn lifo_get(vm: &Vm, this: &Obj<Queue>) -> Res {
    pop(vm, &this.items(vm)?)
}

/// Put an item in.
#[native("(self, item)", name = "_put")]
fn lifo_put(vm: &Vm, this: &Obj<Queue>, item: &Object) -> Res<()> {
    push(vm, &this.items(vm)?, item)
}

/// Take the least item out.
#[native("(self, heappop=None)", name = "_get")]
fn priority_get(vm: &Vm, this: &Obj<Queue>, heappop: Option<&Object>) -> Res {
    match heappop {
        Some(function) => vm.call(function, &[this.items(vm)?]),
        None => heap(vm, "heappop", &[this.items(vm)?]),
    }
}

/// Put an item in.
#[native("(self, item, heappush=None)", name = "_put")]
fn priority_put(vm: &Vm, this: &Obj<Queue>, item: &Object, heappush: Option<&Object>) -> Res<()> {
    let args = [this.items(vm)?, item.clone()];
    match heappush {
        Some(function) => vm.call(function, &args).map(drop),
        None => heap(vm, "heappush", &args).map(drop),
    }
}

/// Wake the first of those who wait that is not done.
#[native("(self, waiters)", name = "_wakeup_next")]
fn wakeup_next(vm: &Vm, _this: &Obj<Queue>, waiters: &Object) -> Res<()> {
    if let Some(waiters) = waiters.downcast::<Waiters>() {
        return wake_next(vm, waiters);
    }
    while vm.truth(waiters)? {
        let waiter = vm.call_method(waiters, "popleft", &[])?;
        if !is_done(vm, &waiter)? {
            return set_result(vm, &waiter, Object::none());
        }
    }
    Ok(())
}

fn described(vm: &Vm, this: &Object, place: &str) -> Res {
    let format = vm.call_method(this, "_format", &[])?;
    let format = vm.to_str(&format)?.to_string_lossy();
    let class = vm.class_of(this).short_name();
    Ok(vm.str(&format!("<{class}{place} {format}>"))?.into_object())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    described(vm, this, &format!(" at {:#x}", this.id()))
}

fn str(vm: &Vm, this: &Object) -> Res {
    described(vm, this, "")
}

#[native("(self)", name = "_format")]
fn format_(vm: &Vm, this: &Obj<Queue>) -> Res<Obj<Str>> {
    let max = vm.repr_string(&this.max())?;
    let mut text = format!("maxsize={max}");
    if let Some(items) = this.items.get() {
        if vm.truth(&items)? {
            let list = vm.call(vm.types().list.as_object(), &[items])?;
            text.push_str(&format!(" _queue={}", vm.repr_string(&list)?));
        }
    }
    for (slot, name) in [(&this.getters, "_getters"), (&this.putters, "_putters")] {
        let count = super::waiters::count(slot);
        if count > 0 {
            text.push_str(&format!(" {name}[{count}]"));
        }
    }
    let unfinished = this.unfinished.get();
    if unfinished != 0 {
        text.push_str(&format!(" tasks={unfinished}"));
    }
    vm.str(&text)
}

/// The number of items.
#[native("(self)")]
fn qsize(vm: &Vm, this: &Obj<Queue>) -> Res<usize> {
    this.len(vm)
}

/// Whether there are no items.
#[native("(self)")]
fn empty(vm: &Vm, this: &Obj<Queue>) -> Res<bool> {
    Ok(!vm.truth(&this.items(vm)?)?)
}

/// Whether there are maxsize items; never if maxsize is 0.
#[native("(self)")]
fn full(vm: &Vm, this: &Obj<Queue>) -> Res<bool> {
    let object = this.as_object();
    match this.order(vm, object) {
        Order::Methods => this.has_reached(vm, || vm.call_method(object, "qsize", &[])),
        _ => this.is_full(vm, object),
    }
}

static PUT: Kind = Kind { name: "Queue.put", step: put_step };
static GET: Kind = Kind { name: "Queue.get", step: get_step };
static JOIN: Kind = Kind { name: "Queue.join", step: join_step };

/// Put an item in, after waiting for room.
#[native("(self, item)", coroutine)]
fn put(vm: &Vm, this: &Obj<Queue>, item: &Object) -> Res {
    awaiting::give(vm, &PUT, this.as_object(), Some(item))
}

fn put_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let this = coroutine.target_as::<Queue>(vm)?;
    let object = this.as_object();
    if let Came::Raised(exception) = came {
        give_up(vm, coroutine, &this.putters)?;
        if !this.is_full(vm, object)? && !was_cancelled(vm, coroutine)? {
            this.wake(vm, object, &this.putters)?;
        }
        return Err(vm.raise(exception));
    }
    if this.is_full(vm, object)? {
        return wait_at(vm, coroutine, &this, &this.putters);
    }
    let item = coroutine.item.get().unwrap_or_else(Object::none);
    if this.order(vm, object) == Order::Methods {
        return Ok(Step::Done(vm.call_method(object, "put_nowait", &[item])?));
    }
    this.put(vm, object, &item)?;
    Ok(Step::Done(Object::none()))
}

/// Wait at one side of the queue; the future is kept in `other`.
fn wait_at(vm: &Vm, coroutine: &Awaiting, this: &Obj<Queue>, side: &Slot) -> Res<Step> {
    let looop = match this.order(vm, this.as_object()) {
        Order::Methods => vm.call_method(this.as_object(), "_get_loop", &[])?,
        _ => loop_of(vm, this.as_object(), &this.looop)?,
    };
    let future = new_future(vm, &looop)?;
    waiters_of(vm, side)?.push(vm, future.clone())?;
    coroutine.other.set(future.clone());
    Ok(Step::on(vm, future))
}

/// It waits no more: its future leaves, if it was not taken out to be woken.
fn give_up(vm: &Vm, coroutine: &Awaiting, side: &Slot) -> Res<()> {
    let Some(future) = coroutine.other.get() else { return Ok(()) };
    cancel_any(vm, &future, None)?;
    waiters_of(vm, side)?.take_out(&future);
    Ok(())
}

fn was_cancelled(vm: &Vm, coroutine: &Awaiting) -> Res<bool> {
    match coroutine.other.get() {
        Some(future) => is_cancelled(vm, &future),
        None => Ok(true), // it has not waited
    }
}

/// Put an item in; QueueFull if there is no room.
#[native("(self, item)")]
fn put_nowait(vm: &Vm, this: &Obj<Queue>, item: &Object) -> Res<()> {
    if this.is_full(vm, this.as_object())? {
        return Err(vm.raise_object(&state(vm).queue_full(vm)?, None));
    }
    this.put(vm, this.as_object(), item)
}

/// Take an item out, after waiting for one.
#[native("(self)", coroutine)]
fn get(vm: &Vm, this: &Obj<Queue>) -> Res {
    awaiting::give(vm, &GET, this.as_object(), None)
}

fn get_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let this = coroutine.target_as::<Queue>(vm)?;
    let object = this.as_object();
    if let Came::Raised(exception) = came {
        give_up(vm, coroutine, &this.getters)?;
        if !this.is_empty(vm, object)? && !was_cancelled(vm, coroutine)? {
            this.wake(vm, object, &this.getters)?;
        }
        return Err(vm.raise(exception));
    }
    if this.is_empty(vm, object)? {
        return wait_at(vm, coroutine, &this, &this.getters);
    }
    if this.order(vm, object) == Order::Methods {
        return Ok(Step::Done(vm.call_method(object, "get_nowait", &[])?));
    }
    take(vm, &this).map(Step::Done)
}

fn take(vm: &Vm, this: &Obj<Queue>) -> Res {
    let item = this.remove(vm, this.as_object())?;
    this.wake(vm, this.as_object(), &this.putters)?;
    Ok(item)
}

/// Take an item out; QueueEmpty if there is none.
#[native("(self)")]
fn get_nowait(vm: &Vm, this: &Obj<Queue>) -> Res {
    if this.is_empty(vm, this.as_object())? {
        return Err(vm.raise_object(&state(vm).queue_empty(vm)?, None));
    }
    take(vm, this)
}

/// Say that one item that was taken out is done with. ValueError if it is said more often than items were put in.
#[native("(self)")]
fn task_done(vm: &Vm, this: &Obj<Queue>) -> Res<()> {
    let unfinished = this.unfinished.get();
    if unfinished <= 0 {
        return Err(vm.value_error("task_done() called too many times"));
    }
    this.unfinished.set(unfinished - 1);
    if unfinished > 1 {
        return Ok(());
    }
    match this.finished.get() {
        None => Ok(()),
        Some(event) => match event.downcast::<Event>() {
            Some(event) => event.raise_flag(vm),
            None => vm.call_method(&event, "set", &[]).map(drop),
        },
    }
}

/// Wait until task_done() was called for all items.
#[native("(self)")]
fn join(vm: &Vm, this: &Obj<Queue>) -> Res {
    awaiting::start(vm, &JOIN, this.as_object())
}

fn join_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let this = coroutine.target_as::<Queue>(vm)?;
    match came {
        Came::Start if this.unfinished.get() > 0 => {
            let event = this.finished(vm)?;
            Ok(Step::Await(
                match event.downcast::<Event>().filter(|_| !vm.class_of(&event).is_heap_type()) {
                    Some(event) => awaiting::start(vm, &WAIT_FOR_EVENT, event.as_object())?,
                    None => vm.call_method(&event, "wait", &[])?,
                },
            ))
        }
        Came::Raised(exception) => Err(vm.raise(exception)),
        _ => Ok(Step::Done(Object::none())),
    }
}

/// The number of items that there is room for; 0: any number.
#[getter]
fn maxsize(_vm: &Vm, this: &Obj<Queue>) -> Res {
    Ok(this.max())
}

#[getter]
fn _maxsize(_vm: &Vm, this: &Obj<Queue>) -> Res {
    Ok(this.max())
}

#[setter]
fn set_maxsize(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.max.assign(value.cloned());
    Ok(())
}

#[getter]
fn _queue(vm: &Vm, this: &Obj<Queue>) -> Res {
    this.items(vm)
}

#[setter]
fn set_queue(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.items.assign(value.cloned());
    Ok(())
}

#[getter]
fn _getters(vm: &Vm, this: &Obj<Queue>) -> Res {
    Ok(waiters_of(vm, &this.getters)?.into_object())
}

#[setter]
fn set_getters(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    replace(vm, &of(vm, this)?.getters, value)
}

#[getter]
fn _putters(vm: &Vm, this: &Obj<Queue>) -> Res {
    Ok(waiters_of(vm, &this.putters)?.into_object())
}

#[setter]
fn set_putters(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    replace(vm, &of(vm, this)?.putters, value)
}

#[getter]
fn _unfinished_tasks(vm: &Vm, this: &Obj<Queue>) -> Res {
    vm.int(this.unfinished.get())
}

#[setter]
fn set_unfinished_tasks(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let number = match value {
        Some(value) => vm.as_i64(&vm.index(value)?).unwrap_or(i64::MAX),
        None => 0,
    };
    of(vm, this)?.unfinished.set(number);
    Ok(())
}

/// An event that is set while all items are done with.
#[getter]
fn _finished(vm: &Vm, this: &Obj<Queue>) -> Res {
    this.finished(vm)
}

#[setter]
fn set_finished(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.finished.assign(value.cloned());
    Ok(())
}
