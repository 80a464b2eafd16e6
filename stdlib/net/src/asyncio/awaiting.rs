//! Native coroutines: what `await lock.acquire()` drives.
//!
//! Such a coroutine is an object of one type for all of them. What it does is a [`Kind`]: a function that is called
//! when the coroutine starts, and again with the outcome of each thing it waited for. It keeps its place in `phase`,
//! what it works on in the fields of [`Awaiting`]. One that need not wait ends at its first step, without a future.
//!
//! ```text
//! static ACQUIRE: Kind = Kind { name: "Lock.acquire", step: acquire_step };
//!
//! fn acquire(vm: &Vm, this: &Obj<Lock>) -> Res { start(vm, &ACQUIRE, this.as_object()) }
//!
//! fn acquire_step(vm: &Vm, this: &Obj<Awaiting>, came: Came) -> Res<Step> {
//!     match came {
//!         Came::Start => Ok(Step::Future(future)),          // wait for a future of ours
//!         Came::Value(value) => Ok(Step::Done(value)),      // it has a result
//!         Came::Raised(exception) => Err(vm.raise(exception)), // its exception, or one thrown in: a cancellation
//!     }
//! }
//! ```
//!
//! It has what Python's coroutines have: send(), throw(), close(), `__await__()`, and a warning if nobody awaits it.
//! `Slots::send` drives it without StopIteration.
//!
//! What is awaited where it is made (`await reader.readline()`, in functions with the option `coroutine`) takes its
//! first step at once: if it ends there, as most do, there was no coroutine to be made, awaited and dropped.
//!
//! **Invariant:** nothing happens before the first step: a coroutine that is made and dropped has had no effect.
//! **Invariant:** a step that waits is always told how that ended, by an exception if the coroutine is closed or
//! dropped while it waits.

use std::cell::Cell;

use super::future::Future;
use crate::support::*;
use taipan_core::vm::generator;

/// What a coroutine does.
pub(crate) struct Kind {
    /// The qualified name of the function that gives it.
    pub name: &'static str,
    /// Go on; what it works on is in the fields of the coroutine.
    pub step: fn(&Vm, &Obj<Awaiting>, Came) -> Res<Step>,
}

/// Why a coroutine goes on.
pub(crate) enum Came {
    /// It starts.
    Start,
    /// What it waited for has this result.
    Value(Object),
    /// What it waited for raised this, or it was thrown in. It is in nobody's hands: raise it again.
    Raised(Object),
}

impl Came {
    /// The value, None at the start; what was raised goes on.
    pub fn value(self, vm: &Vm) -> Res {
        match self {
            Came::Start => Ok(Object::none()),
            Came::Value(value) => Ok(value),
            Came::Raised(exception) => Err(vm.raise(exception)),
        }
    }
}

/// How far a step went.
pub(crate) enum Step {
    /// The coroutine ends with a result.
    Done(Object),
    /// It waits for a future, whose result comes with the next step (at once if it is done).
    Future(Obj<Future>),
    /// The same for anything that `await` takes.
    Await(Object),
    /// It goes on in the next turn of the loop.
    Turn,
}

impl Step {
    /// Wait for a future of any kind.
    pub(crate) fn on(vm: &Vm, future: Object) -> Step {
        match plain_future(vm, &future) {
            Some(plain) => Step::Future(plain.clone()),
            None => Step::Await(future),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    /// It has taken its first step where it was made; `first` is what it gave.
    Begun,
    Running,
    Suspended,
    Ended,
}

/// Payload of native coroutines. The fields are for the use of the kind.
pub(crate) struct Awaiting {
    kind: Cell<&'static Kind>,
    state: Cell<State>,
    /// Where it is.
    pub phase: Cell<u8>,
    pub number: Cell<i64>,
    /// What it works on.
    pub target: Slot,
    pub item: Slot,
    pub other: Slot,
    pub extra: Slot,
    /// A native future or the iterator of something else.
    waits_for: Slot,
    first: Slot,
}

impl Payload for Awaiting {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.target);
        visitor.slot(&self.item);
        visitor.slot(&self.other);
        visitor.slot(&self.extra);
        visitor.slot(&self.waits_for);
        visitor.slot(&self.first);
    }
    fn clear(&self) {
        drop(self.target.take());
        drop(self.item.take());
        drop(self.other.take());
        drop(self.extra.take());
        drop(self.waits_for.take());
        drop(self.first.take());
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW | type_flags::WEAKREF,
    slots: Slots {
        await_: Some(awaited),
        iter: Some(awaited),
        next: Some(next),
        send: Some(|vm, this, value| go_on(vm, of(vm, this)?, (!value.is_none()).then_some(value))),
        repr: Some(repr),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: natives![send, throw, close],
    getsets: getsets![
        __name__,
        __qualname__,
        cr_await,
        cr_frame,
        cr_origin,
        cr_running,
        cr_suspended
    ],
    ..TypeSpec::new::<Awaiting>("coroutine")
};

/// A coroutine that works on something.
pub(crate) fn start(vm: &Vm, kind: &'static Kind, target: &Object) -> Res {
    Ok(start_with(vm, kind, target, None)?.into_object())
}

/// The same, with a second thing.
pub(crate) fn start_with(
    vm: &Vm,
    kind: &'static Kind,
    target: &Object,
    item: Option<&Object>,
) -> Res<Obj<Awaiting>> {
    vm.alloc(Awaiting::new(kind, target, item))
}

/// What a function with the option `coroutine` gives: a coroutine or, if it is awaited at once, its result. Nothing of
/// Python may run in the function before.
#[inline]
pub(crate) fn give(vm: &Vm, kind: &'static Kind, target: &Object, item: Option<&Object>) -> Res {
    give_with(vm, kind, target, item, None)
}

/// The same for what often has its result without a coroutine: where it is awaited at once, `at_once` is asked first.
/// It does nothing unless it gives a result, and no Python runs in it.
#[inline]
pub(crate) fn give_or(
    vm: &Vm,
    kind: &'static Kind,
    target: &Object,
    item: Option<&Object>,
    at_once: impl FnOnce() -> Option<Object>,
) -> Res {
    let in_place = vm.asked_in_place();
    if in_place && let Some(result) = at_once() {
        vm.ended_in_place();
        return Ok(result);
    }
    made(vm, kind, target, item, None, in_place)
}

/// As [`give`], with a third thing: what a coroutine has as `other`.
#[inline]
pub(crate) fn give_with(
    vm: &Vm,
    kind: &'static Kind,
    target: &Object,
    item: Option<&Object>,
    other: Option<Object>,
) -> Res {
    made(vm, kind, target, item, other, vm.asked_in_place())
}

/// A coroutine, which takes its first step if it is awaited where it is made.
fn made(
    vm: &Vm,
    kind: &'static Kind,
    target: &Object,
    item: Option<&Object>,
    other: Option<Object>,
    in_place: bool,
) -> Res {
    let this = match in_place.then(|| spare(vm, kind, target, item)).flatten() {
        Some(spare) => spare,
        None => start_with(vm, kind, target, item)?,
    };
    if let Some(other) = other {
        this.other.set(other);
    }
    if in_place { begin(vm, this) } else { Ok(this.into_object()) }
}

/// A coroutine that has ended and which nobody has any more, as a new one.
fn spare(
    vm: &Vm,
    kind: &'static Kind,
    target: &Object,
    item: Option<&Object>,
) -> Option<Obj<Awaiting>> {
    let spare = vm.spare_coroutine.take()?;
    if !spare.is_bare() {
        return None;
    }
    let spare = spare.downcast_into::<Awaiting>().ok()?;
    spare.renew(kind, target, item);
    Some(spare)
}

/// The first step.
fn begin(vm: &Vm, this: Obj<Awaiting>) -> Res {
    this.state.set(State::Running);
    match run(vm, &this, Came::Start)? {
        Resumed::Yield(what) => {
            this.state.set(State::Begun);
            this.first.set(what);
            Ok(this.into_object())
        }
        Resumed::Return(value) => {
            vm.ended_in_place();
            Ok(value)
        }
    }
}

impl Awaiting {
    fn new(kind: &'static Kind, target: &Object, item: Option<&Object>) -> Awaiting {
        Awaiting {
            kind: Cell::new(kind),
            state: Cell::new(State::Fresh),
            phase: Cell::new(0),
            number: Cell::new(0),
            target: Slot::new(target.clone()),
            item: Slot::from(item.cloned()),
            other: Slot::empty(),
            extra: Slot::empty(),
            waits_for: Slot::empty(),
            first: Slot::empty(),
        }
    }

    /// Another one in the place of one that has ended (whose slots are empty).
    fn renew(&self, kind: &'static Kind, target: &Object, item: Option<&Object>) {
        self.kind.set(kind);
        self.phase.set(0);
        self.number.set(0);
        self.target.set(target.clone());
        if let Some(item) = item {
            self.item.set(item.clone());
        }
    }
}

/// What gives native coroutines: `Type.method` and `function`.
const COROUTINE_FUNCTIONS: &[&str] = &[
    "Lock.acquire",
    "Lock.__aenter__",
    "Lock.__aexit__",
    "Semaphore.acquire",
    "Semaphore.__aenter__",
    "Semaphore.__aexit__",
    "Condition.wait",
    "Condition.wait_for",
    "Condition.__aenter__",
    "Condition.__aexit__",
    "Event.wait",
    "Queue.get",
    "Queue.put",
    "Queue.join",
    "StreamReader.read",
    "StreamReader.readexactly",
    "StreamReader.readuntil",
    "StreamReader.readline",
    "StreamReader.__anext__",
    "StreamWriter.drain",
    "StreamWriter.wait_closed",
    "TaskGroup.__aenter__",
    "TaskGroup.__aexit__",
    "Timeout.__aenter__",
    "Timeout.__aexit__",
    "sleep",
    "wait",
    "wait_for",
];

/// Whether a function or method of this module gives coroutines.
#[native("(function, /)")]
pub(super) fn _is_coroutine_function(function: &Object) -> bool {
    let Some(builtin) = function.downcast::<Builtin>() else { return false };
    let name = match builtin.owner.get_as::<Type>() {
        Some(owner) => {
            if owner.is_heap_type() {
                return false;
            }
            format!("{}.{}", owner.short_name(), builtin.def.name)
        }
        None => {
            let module = builtin.module.get_as::<Str>();
            if !module.is_some_and(|module| module.equals("_asyncio")) {
                return false;
            }
            builtin.def.name.to_owned()
        }
    };
    COROUTINE_FUNCTIONS.contains(&name.as_str())
}

/// Whether an object is a native coroutine.
pub(super) fn is_native_coroutine(object: &Object) -> bool {
    object.downcast::<Awaiting>().is_some()
}

impl Awaiting {
    /// What it works on, as what it is.
    pub fn target_as<T: Payload>(&self, vm: &Vm) -> Res<Obj<T>> {
        let target = self.target.get_as::<T>();
        target.ok_or_else(|| vm.system_error("a coroutine has lost what it works on"))
    }

    fn enter(&self, vm: &Vm) -> Res<State> {
        match self.state.get() {
            State::Running => Err(vm.value_error("coroutine already executing")),
            State::Ended => Err(vm.runtime_error("cannot reuse already awaited coroutine")),
            state => {
                self.state.set(State::Running);
                Ok(state)
            }
        }
    }

    /// It goes on no more.
    fn end(&self) {
        self.state.set(State::Ended);
        self.clear();
    }
}

fn of<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Awaiting>> {
    object.downcast::<Awaiting>().ok_or_else(|| vm.system_error("a coroutine was expected"))
}

/// How what is waited for stands.
enum Inner {
    Waits(Object),
    Came(Came),
}

fn outcome(vm: &Vm, result: Res) -> Inner {
    Inner::Came(match result {
        Ok(value) => Came::Value(value),
        Err(raised) => Came::Raised(vm.take_raised(raised)),
    })
}

/// Go on: start, or look at what is waited for.
pub(super) fn go_on(vm: &Vm, this: &Obj<Awaiting>, value: Option<&Object>) -> Res<Resumed> {
    let came = match this.enter(vm)? {
        State::Fresh if value.is_some() => {
            this.state.set(State::Fresh);
            return Err(vm.type_error("can't send non-None value to a just-started coroutine"));
        }
        State::Fresh => Came::Start,
        State::Begun => {
            this.state.set(State::Suspended);
            return Ok(Resumed::Yield(this.first.take().unwrap_or_else(Object::none)));
        }
        _ => match look(vm, this, value) {
            Inner::Waits(what) => {
                this.state.set(State::Suspended);
                return Ok(Resumed::Yield(what));
            }
            Inner::Came(came) => came,
        },
    };
    run(vm, this, came)
}

/// A coroutine that has ended is the next one, if only who drives it has it: whoever gets hold of it meanwhile is seen
/// when it is asked for.
#[inline]
fn keep_spare(vm: &Vm, this: &Obj<Awaiting>) {
    if this.as_object().refcount() == 1 && !vm.spare_coroutine.is_set() {
        vm.spare_coroutine.set(this.as_object().clone());
    }
}

/// What has become of that which is waited for.
fn look(vm: &Vm, this: &Obj<Awaiting>, value: Option<&Object>) -> Inner {
    let Some(inner) = this.waits_for.get() else {
        return Inner::Came(Came::Value(Object::none())); // a turn is over
    };
    if let Some(future) = plain_future(vm, &inner) {
        if future.is_done() {
            drop(this.waits_for.take());
            return outcome(vm, future.outcome(vm));
        }
        // Somebody goes on who is not the task that was to wait.
        return outcome(vm, Err(vm.runtime_error("await wasn't used with future")));
    }
    let none = Object::none();
    advanced(vm, this, send_any(vm, &inner, value.unwrap_or(&none)))
}

fn advanced(vm: &Vm, this: &Obj<Awaiting>, resumed: Res<Resumed>) -> Inner {
    match resumed {
        Ok(Resumed::Yield(what)) => Inner::Waits(what),
        Ok(Resumed::Return(value)) => {
            drop(this.waits_for.take());
            Inner::Came(Came::Value(value))
        }
        Err(raised) => {
            drop(this.waits_for.take());
            outcome(vm, Err(raised))
        }
    }
}

/// Steps, until something is to be waited for.
fn run(vm: &Vm, this: &Obj<Awaiting>, came: Came) -> Res<Resumed> {
    let mut came = came;
    loop {
        let inner = match (this.kind.get().step)(vm, this, came) {
            Ok(Step::Done(value)) => {
                this.end();
                keep_spare(vm, this);
                return Ok(Resumed::Return(value));
            }
            Err(raised) => {
                let exception = vm.take_raised(raised);
                this.end();
                return Err(vm.raise(exception));
            }
            Ok(Step::Future(future)) => wait_for_future(vm, this, future),
            Ok(Step::Await(object)) => wait_for_any(vm, this, &object),
            Ok(Step::Turn) => Inner::Waits(Object::none()),
        };
        match inner {
            Inner::Waits(what) => {
                this.state.set(State::Suspended);
                return Ok(Resumed::Yield(what));
            }
            Inner::Came(next) => came = next,
        }
        // Results that are there already could follow one another for long.
        if let Err(raised) = vm.poll() {
            came = Came::Raised(vm.take_raised(raised));
        }
    }
}

fn wait_for_future(vm: &Vm, this: &Obj<Awaiting>, future: Obj<Future>) -> Inner {
    if future.is_done() {
        return outcome(vm, future.outcome(vm));
    }
    future.blocking.set(true);
    let future = future.into_object();
    this.waits_for.set(future.clone());
    Inner::Waits(future)
}

fn wait_for_any(vm: &Vm, this: &Obj<Awaiting>, object: &Object) -> Inner {
    if let Some(future) = plain_future(vm, object) {
        return wait_for_future(vm, this, future.clone());
    }
    match iterator_of(vm, object) {
        Ok(iterator) => {
            this.waits_for.set(iterator.clone());
            advanced(vm, this, send_any(vm, &iterator, &Object::none()))
        }
        Err(raised) => outcome(vm, Err(raised)),
    }
}

/// A future or task whose methods are ours.
pub(super) fn plain_future<'a>(vm: &Vm, object: &'a Object) -> Option<&'a Obj<Future>> {
    object.downcast::<Future>().filter(|_| !vm.class_of(object).is_heap_type())
}

/// What `await object` drives.
fn iterator_of(vm: &Vm, object: &Object) -> Res {
    if let Some(coroutine) = object.downcast_exact::<Generator>()
        && coroutine.is_coroutine()
    {
        if generator::delegate(coroutine).is_some() {
            return Err(vm.runtime_error("coroutine is being awaited already"));
        }
        return Ok(object.clone());
    }
    match vm.class_of(object).slots().await_ {
        Some(iterator) => iterator(vm, object),
        None => Err(vm.type_error(format_args!(
            "object {} can't be used in 'await' expression",
            vm.type_name(object)
        ))),
    }
}

/// Send a value to what is awaited.
fn send_any(vm: &Vm, inner: &Object, value: &Object) -> Res<Resumed> {
    if let Some(coroutine) = inner.downcast_exact::<Generator>() {
        return resume(vm, coroutine, Sent::Value(value.clone()));
    }
    if let Some(send) = vm.class_of(inner).slots().send {
        return send(vm, inner, value);
    }
    let answer = match vm.class_of(inner).slots().next.filter(|_| value.is_none()) {
        Some(next) => match next(vm, inner) {
            Ok(Some(what)) => Ok(what),
            Ok(None) => return Ok(Resumed::Return(Object::none())),
            Err(raised) => Err(raised),
        },
        None => vm.call_method(inner, "send", std::slice::from_ref(value)),
    };
    stopped(vm, answer)
}

fn stopped(vm: &Vm, answer: Res) -> Res<Resumed> {
    match answer {
        Ok(what) => Ok(Resumed::Yield(what)),
        Err(raised) => {
            let stop = vm.caught(raised, Exc::StopIteration)?;
            Ok(Resumed::Return(stop_value(&stop)))
        }
    }
}

/// Throw an exception in, where the coroutine stands.
pub(super) fn throw_in(vm: &Vm, this: &Obj<Awaiting>, exception: Object) -> Res<Resumed> {
    let came = match this.enter(vm)? {
        State::Fresh => {
            this.end();
            return Err(vm.raise(exception));
        }
        _ => match thrown_to_inner(vm, this, exception) {
            Inner::Waits(what) => {
                this.state.set(State::Suspended);
                return Ok(Resumed::Yield(what));
            }
            Inner::Came(came) => came,
        },
    };
    run(vm, this, came)
}

fn thrown_to_inner(vm: &Vm, this: &Obj<Awaiting>, exception: Object) -> Inner {
    let Some(inner) = this.waits_for.get() else { return Inner::Came(Came::Raised(exception)) };
    if plain_future(vm, &inner).is_some() {
        drop(this.waits_for.take());
        return Inner::Came(Came::Raised(exception));
    }
    if vm.class_of(&exception).is_subtype(&vm.types().exception(Exc::GeneratorExit)) {
        drop(this.waits_for.take());
        let closed = match inner.downcast_exact::<Generator>() {
            Some(coroutine) => generator::close(vm, coroutine),
            None => match vm.getattr_opt(&inner, &vm.intern("close")) {
                Ok(Some(close)) => vm.call(&close, &[]).map(drop),
                Ok(None) => Ok(()),
                Err(raised) => Err(raised),
            },
        };
        return Inner::Came(Came::Raised(match closed {
            Ok(()) => exception,
            Err(raised) => vm.take_raised(raised),
        }));
    }
    if let Some(coroutine) = inner.downcast_exact::<Generator>() {
        return advanced(vm, this, resume(vm, coroutine, Sent::Throw(exception)));
    }
    let resumed = match vm.getattr_opt(&inner, &vm.intern("throw")) {
        Ok(Some(method)) => stopped(vm, vm.call(&method, &[exception])),
        Ok(None) => Err(vm.raise(exception)),
        Err(raised) => Err(raised),
    };
    advanced(vm, this, resumed)
}

fn close_it(vm: &Vm, this: &Obj<Awaiting>) -> Res<()> {
    match this.state.get() {
        State::Ended => return Ok(()),
        State::Fresh => {
            this.end();
            return Ok(());
        }
        _ => {}
    }
    let exit = vm.new_exception(&vm.types().exception(Exc::GeneratorExit), Vec::new())?;
    match throw_in(vm, this, exit) {
        Ok(Resumed::Yield(_)) => Err(vm.runtime_error("coroutine ignored GeneratorExit")),
        Ok(Resumed::Return(_)) => Ok(()),
        Err(raised) => match vm.caught(raised, Exc::GeneratorExit) {
            Ok(_) => Ok(()),
            Err(raised) => vm.caught(raised, Exc::StopIteration).map(drop),
        },
    }
}

fn finalize(vm: &Vm, this: &Object) -> Res<()> {
    let this = of(vm, this)?;
    match this.state.get() {
        State::Fresh => never_awaited(vm, this),
        State::Begun | State::Suspended => close_it(vm, this),
        State::Running | State::Ended => Ok(()),
    }
}

#[cold]
fn never_awaited(vm: &Vm, this: &Obj<Awaiting>) -> Res<()> {
    let text = format!("coroutine '{}' was never awaited", this.kind.get().name);
    vm.warn_about(Exc::RuntimeWarning, &text, 1, this.as_object())
}

fn awaited(vm: &Vm, this: &Object) -> Res {
    if of(vm, this)?.state.get() == State::Suspended {
        return Err(vm.runtime_error("coroutine is being awaited already"));
    }
    Ok(this.clone())
}

fn next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    match go_on(vm, of(vm, this)?, None)? {
        Resumed::Yield(what) => Ok(Some(what)),
        Resumed::Return(result) if result.is_none() => Ok(None),
        Resumed::Return(result) => Err(vm.stop_iteration(result)),
    }
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let name = of(vm, this)?.kind.get().name;
    Ok(vm.str(&format!("<coroutine object {name} at {:#x}>", this.id()))?.into_object())
}

fn told(vm: &Vm, resumed: Resumed) -> Res {
    match resumed {
        Resumed::Yield(what) => Ok(what),
        Resumed::Return(result) => Err(vm.stop_iteration(result)),
    }
}

/// send(arg) -> send 'arg' into the coroutine,
/// return what it waits for or raise StopIteration.
#[native("(self, arg, /)", no_signature)]
fn send(vm: &Vm, this: &Obj<Awaiting>, arg: &Object) -> Res {
    told(vm, go_on(vm, this, (!arg.is_none()).then_some(arg))?)
}

/// throw(value)
/// throw(type[,value[,traceback]])
///
/// Raise an exception where the coroutine stands,
/// return what it waits for or raise StopIteration.
#[native("(self, typ, val=None, tb=None, /)", no_signature)]
fn throw(
    vm: &Vm,
    this: &Obj<Awaiting>,
    typ: &Object,
    val: Option<&Object>,
    tb: Option<&Object>,
) -> Res {
    let exception = taipan_core::types::generator::thrown(vm, typ, val, tb)?;
    told(vm, throw_in(vm, this, exception)?)
}

/// close() -> raise GeneratorExit where the coroutine stands.
#[native("(self, /)", no_signature)]
fn close(vm: &Vm, this: &Obj<Awaiting>) -> Res<()> {
    close_it(vm, this)
}

#[getter]
fn __name__(vm: &Vm, this: &Obj<Awaiting>) -> Res<Obj<Str>> {
    vm.str(this.kind.get().name.rsplit('.').next().unwrap_or_default())
}

#[getter]
fn __qualname__(vm: &Vm, this: &Obj<Awaiting>) -> Res<Obj<Str>> {
    vm.str(this.kind.get().name)
}

/// What it waits for, or None.
#[getter]
fn cr_await(this: &Obj<Awaiting>) -> Option<Object> {
    this.waits_for.get()
}

/// None: there is no frame of Python.
#[getter]
fn cr_frame(_this: &Obj<Awaiting>) -> Option<Object> {
    None
}

/// None: it is not traced.
#[getter]
fn cr_origin(_this: &Obj<Awaiting>) -> Option<Object> {
    None
}

#[getter]
fn cr_running(this: &Obj<Awaiting>) -> bool {
    this.state.get() == State::Running
}

#[getter]
fn cr_suspended(this: &Obj<Awaiting>) -> bool {
    this.state.get() == State::Suspended
}
