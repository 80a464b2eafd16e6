//! The type Future: a result that is not there yet.
//!
//! Futures and tasks share one payload; what only tasks have is in [`TaskPart`]. A future belongs to a loop, which
//! may be one written in Python; who waits for it is told through that loop's queue, never at once.
//!
//! **Invariant:** callbacks are taken out of the future before the first of them is handed to the loop.

use std::cell::{Cell, RefCell};

use super::looping::{Ready, soon};
use super::reporting::{message, tell_loop};
use super::state::{cancelled_error, invalid_state, stack_here, state};
use super::task::TaskPart;
use super::waiting::FutureIter;
use super::{running, task};
use crate::support::*;

/// How far a future is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Pending,
    Cancelled,
    Finished,
}

/// Who is told when a future is done.
pub(super) enum Callback {
    /// `function(future)`, in a context.
    Call { function: Object, context: Object },
    /// A task that waits for it.
    Wake(Obj<Future>),
}

impl Callback {
    fn visit(&self, visitor: &mut Visitor) {
        match self {
            Callback::Call { function, context } => {
                visitor.visit(function);
                visitor.visit(context);
            }
            Callback::Wake(task) => visitor.visit(task.as_object()),
        }
    }
}

/// Most futures have one callback: no block is needed for it.
#[derive(Default)]
struct Callbacks {
    first: Option<Callback>,
    more: Vec<Callback>,
}

/// Payload of `asyncio.Future` and `asyncio.Task`.
pub struct Future {
    /// Unset: `__init__` was not called.
    pub(super) looop: Slot,
    pub(super) stage: Cell<Stage>,
    /// `await` has given this to the task that runs: it is to wait for it.
    pub(super) blocking: Cell<bool>,
    /// The exception was set and nobody has asked for it.
    pub(super) unseen: Cell<bool>,
    pub(super) result: Slot,
    pub(super) exception: Slot,
    traceback: Slot,
    pub(super) cancel_message: Slot,
    /// The CancelledError that ended it, to be raised once.
    pub(super) cancelled_with: Slot,
    pub(super) made_at: Slot,
    callbacks: RefCell<Callbacks>,
    pub(super) task: Option<Box<TaskPart>>,
}

impl Payload for Future {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        for slot in [
            &self.looop,
            &self.result,
            &self.exception,
            &self.traceback,
            &self.cancel_message,
            &self.cancelled_with,
            &self.made_at,
        ] {
            visitor.slot(slot);
        }
        let callbacks = self.callbacks.borrow();
        callbacks.first.iter().chain(&callbacks.more).for_each(|c| c.visit(visitor));
        if let Some(task) = &self.task {
            task.traverse(visitor);
        }
    }
    fn clear(&self) {
        for slot in [
            &self.looop,
            &self.result,
            &self.exception,
            &self.traceback,
            &self.cancel_message,
            &self.cancelled_with,
            &self.made_at,
        ] {
            drop(slot.take());
        }
        drop(self.callbacks.take());
        if let Some(task) = &self.task {
            task.clear();
        }
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "Future(*, loop=None)\n--\n\nA result that is not there yet, for code that runs in an event loop. \
          Not safe to use from other threads.",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Future::new(None))?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        iter: Some(iterate),
        await_: Some(iterate),
        repr: Some(repr),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: natives![
        result,
        exception,
        set_result,
        set_exception,
        add_done_callback,
        remove_done_callback,
        cancel,
        cancelled,
        done,
        get_loop,
        make_cancelled_error,
        class_getitem
    ],
    getsets: getsets![
        _state,
        _asyncio_future_blocking: set_blocking,
        _loop,
        _callbacks,
        _result,
        _exception,
        _log_traceback: set_log_traceback,
        _source_traceback,
        _cancel_message: set_cancel_message
    ],
    ..TypeSpec::new::<Future>("_asyncio.Future")
};

impl Future {
    pub(super) fn new(task: Option<Box<TaskPart>>) -> Future {
        Future {
            looop: Slot::empty(),
            stage: Cell::new(Stage::Pending),
            blocking: Cell::new(false),
            unseen: Cell::new(false),
            result: Slot::empty(),
            exception: Slot::empty(),
            traceback: Slot::empty(),
            cancel_message: Slot::empty(),
            cancelled_with: Slot::empty(),
            made_at: Slot::empty(),
            callbacks: RefCell::default(),
            task,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.stage.get() != Stage::Pending
    }

    /// The loop; RuntimeError before `__init__`.
    pub(super) fn its_loop(&self, vm: &Vm) -> Res {
        self.looop.get().ok_or_else(|| vm.runtime_error("Future object is not initialized."))
    }

    /// Start afresh, for a loop (None: the running one or the policy's).
    pub(super) fn begin(&self, vm: &Vm, looop: Option<&Object>) -> Res<()> {
        let looop = match looop {
            Some(given) => given.clone(),
            None => running::loop_for(vm)?,
        };
        let debug = match looop.downcast::<super::looping::Loop>() {
            Some(native) if native.has_own_debug(vm, &looop) => native.debug.get(),
            _ => vm.truth(&vm.call_method(&looop, "get_debug", &[])?)?,
        };
        self.clear();
        self.stage.set(Stage::Pending);
        self.blocking.set(false);
        self.unseen.set(false);
        self.looop.set(looop);
        if debug {
            self.made_at.set(stack_here(vm)?);
        }
        Ok(())
    }

    /// A new one for a loop of ours that is not in debug mode.
    pub(super) fn pending_in(looop: &Object) -> Future {
        let future = Future::new(None);
        future.looop.set(looop.clone());
        future
    }

    /// Whether it can be the next future: an exact one that had a result, and which nobody has or looks after.
    pub(super) fn is_spent(&self, vm: &Vm, this: &Obj<Future>) -> bool {
        self.stage.get() == Stage::Finished
            && self.task.is_none()
            && !self.unseen.get()
            && ![&self.exception, &self.cancel_message, &self.cancelled_with, &self.made_at]
                .iter()
                .any(|slot| slot.is_set())
            && this.as_object().is_bare()
            && !vm.class_of(this.as_object()).is_heap_type()
    }

    /// The next future, for a loop of ours that is not in debug mode.
    pub(super) fn renew(&self, looop: &Object) {
        self.stage.set(Stage::Pending);
        self.blocking.set(false);
        self.looop.set(looop.clone());
    }

    fn must_be_pending(&self, vm: &Vm) -> Res<()> {
        self.its_loop(vm)?;
        if self.is_done() { Err(invalid_state(vm, "invalid state")) } else { Ok(()) }
    }

    /// Somebody wants to be told.
    pub(super) fn add_callback(&self, vm: &Vm, callback: Callback) -> Res<()> {
        let mut callbacks = self.callbacks.borrow_mut();
        if callbacks.first.is_none() && callbacks.more.is_empty() {
            callbacks.first = Some(callback);
            return Ok(());
        }
        if callbacks.more.try_reserve(1).is_err() {
            drop(callbacks);
            return Err(vm.no_memory(NoMemory));
        }
        callbacks.more.push(callback);
        Ok(())
    }

    /// Have a function called with this future when it is done.
    pub(super) fn when_done(
        &self,
        vm: &Vm,
        this: &Obj<Future>,
        function: &Object,
        context: &Object,
    ) -> Res<()> {
        let (function, context) = (function.clone(), context.clone());
        if self.is_done() {
            let looop = self.its_loop(vm)?;
            return soon(vm, &looop, Ready::Done { function, future: this.clone(), context });
        }
        self.add_callback(vm, Callback::Call { function, context })
    }

    /// Take back [`Future::when_done`] for this very function.
    pub(super) fn tell_no_more(&self, function: &Object) {
        let is_it = |callback: &Callback| match callback {
            Callback::Call { function: its, .. } => its.is(function),
            Callback::Wake(_) => false,
        };
        let mut callbacks = self.callbacks.borrow_mut();
        let gone = if callbacks.first.as_ref().is_some_and(is_it) {
            let next =
                if callbacks.more.is_empty() { None } else { Some(callbacks.more.remove(0)) };
            std::mem::replace(&mut callbacks.first, next)
        } else {
            let place = callbacks.more.iter().position(is_it);
            place.map(|place| callbacks.more.remove(place))
        };
        drop(callbacks);
        drop(gone);
    }

    /// Tell all who wait.
    fn tell(&self, vm: &Vm, this: &Obj<Future>) -> Res<()> {
        let Callbacks { first, more } = self.callbacks.take();
        if first.is_none() {
            return Ok(());
        }
        let looop = self.its_loop(vm)?;
        for callback in first.into_iter().chain(more) {
            soon(
                vm,
                &looop,
                match callback {
                    Callback::Call { function, context } => {
                        Ready::Done { function, future: this.clone(), context }
                    }
                    Callback::Wake(task) => Ready::Wake { task, future: this.clone() },
                },
            )?;
        }
        Ok(())
    }

    /// It has a result now.
    pub(super) fn finish(&self, vm: &Vm, this: &Obj<Future>, result: Object) -> Res<()> {
        self.must_be_pending(vm)?;
        self.result.set(result);
        self.end(vm, this, Stage::Finished)
    }

    /// It failed.
    pub(super) fn fail(&self, vm: &Vm, this: &Obj<Future>, exception: Object) -> Res<()> {
        self.must_be_pending(vm)?;
        let its = exception.downcast::<Exception>().and_then(|e| e.traceback.get());
        self.traceback.assign(its);
        self.exception.set(exception);
        self.unseen.set(true);
        self.end(vm, this, Stage::Finished)
    }

    fn end(&self, vm: &Vm, this: &Obj<Future>, stage: Stage) -> Res<()> {
        self.stage.set(stage);
        if let Some(task) = &self.task {
            task.discount(vm);
        }
        self.tell(vm, this)
    }

    /// Cancel it as a future, whatever it is.
    pub(super) fn cancel_plainly(
        &self,
        vm: &Vm,
        this: &Obj<Future>,
        message: Option<&Object>,
    ) -> Res<bool> {
        self.unseen.set(false);
        if self.is_done() {
            return Ok(false);
        }
        self.cancel_message.assign(message.cloned());
        self.end(vm, this, Stage::Cancelled)?;
        Ok(true)
    }

    /// What to raise where a cancelled future is asked.
    pub(super) fn cancellation(&self, vm: &Vm) -> Res {
        match self.cancelled_with.take() {
            Some(exception) => Ok(exception),
            None => cancelled_error(vm, self.cancel_message.get().as_ref()),
        }
    }

    /// The result, or its exception raised.
    pub(super) fn outcome(&self, vm: &Vm) -> Res {
        match self.stage.get() {
            Stage::Pending => Err(invalid_state(vm, "Result is not set.")),
            Stage::Cancelled => {
                let exception = self.cancellation(vm)?;
                Err(vm.raise_object(&exception, None))
            }
            Stage::Finished => {
                self.unseen.set(false);
                let Some(exception) = self.exception.get() else {
                    return Ok(self.result.get().unwrap_or_else(Object::none));
                };
                if let Some(e) = exception.downcast::<Exception>() {
                    e.traceback.assign(self.traceback.get());
                }
                Err(vm.raise_object(&exception, None))
            }
        }
    }
}

fn of<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Future>> {
    object.downcast::<Future>().ok_or_else(|| vm.system_error("a future was expected"))
}

#[native("(self, *, loop=None)", name = "__init__")]
fn init(vm: &Vm, this: &Obj<Future>, r#loop: Option<&Object>) -> Res<()> {
    this.begin(vm, r#loop)
}

fn iterate(vm: &Vm, this: &Object) -> Res {
    let future = of(vm, this)?;
    future.its_loop(vm)?;
    Ok(vm.alloc(FutureIter::new(future))?.into_object())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    of(vm, this)?.its_loop(vm)?;
    let show = state(vm).future_repr(vm)?;
    vm.call(&show, std::slice::from_ref(this))
}

pub(super) fn finalize(vm: &Vm, this: &Object) -> Res<()> {
    let Some(future) = this.downcast::<Future>() else { return Ok(()) };
    if let Some(part) = &future.task {
        task::finalize(vm, this, future, part)?;
    }
    if !future.unseen.get() {
        return Ok(());
    }
    let (Some(looop), Some(exception)) = (future.looop.get(), future.exception.get()) else {
        return Ok(());
    };
    future.unseen.set(false);
    let class = vm.class_of(this).short_name();
    let about = [
        message(vm, &format!("{class} exception was never retrieved"))?,
        ("exception", Some(exception)),
        ("future", Some(this.clone())),
        ("source_traceback", future.made_at.get()),
    ];
    tell_loop(vm, &looop, &about)
}

/// The result of the future; raises its exception, CancelledError, or InvalidStateError if it is not done.
#[native("(self, /)")]
fn result(vm: &Vm, this: &Obj<Future>) -> Res {
    this.outcome(vm)
}

/// The exception of the future, None if it has a result; InvalidStateError if it is not done.
#[native("(self, /)")]
fn exception(vm: &Vm, this: &Obj<Future>) -> Res<Option<Object>> {
    match this.stage.get() {
        Stage::Pending => Err(invalid_state(vm, "Exception is not set.")),
        Stage::Cancelled => this.outcome(vm).map(Some),
        Stage::Finished => {
            this.unseen.set(false);
            Ok(this.exception.get())
        }
    }
}

/// Mark the future as done, with a result.
#[native("(self, result, /)")]
fn set_result(vm: &Vm, this: &Obj<Future>, result: &Object) -> Res<()> {
    this.finish(vm, this, result.clone())
}

/// Mark the future as done, with an exception.
#[native("(self, exception, /)")]
fn set_exception(vm: &Vm, this: &Obj<Future>, exception: &Object) -> Res<()> {
    this.must_be_pending(vm)?;
    let exception = match exception.downcast::<Type>() {
        Some(class) if class.has(type_flags::EXCEPTION) => vm.call(exception, &[])?,
        _ => exception.clone(),
    };
    if exception.downcast::<Exception>().is_none() {
        return Err(vm.type_error("invalid exception object"));
    }
    if vm.class_of(&exception).is(&vm.types().exception(Exc::StopIteration)) {
        return Err(vm.type_error(
            "StopIteration interacts badly with generators and cannot be raised into a Future",
        ));
    }
    this.fail(vm, this, exception)
}

/// Call a function with the future when it is done: soon if it is already, in a context (the current one).
#[native("(self, fn, /, *, context=<unrepresentable>)")]
fn add_done_callback(
    vm: &Vm,
    this: &Obj<Future>,
    r#fn: &Object,
    context: Maybe<&Object>,
) -> Res<()> {
    let looop = this.its_loop(vm)?;
    let context = match context.given().filter(|c| !c.is_none()) {
        Some(given) => given.clone(),
        None => contexts::copy_current(vm)?.into_object(),
    };
    let function = r#fn.clone();
    if this.is_done() {
        return soon(vm, &looop, Ready::Done { function, future: this.clone(), context });
    }
    this.add_callback(vm, Callback::Call { function, context })
}

/// Take a function out of those that are to be called; returns how often it was there.
#[native("(self, fn, /)")]
fn remove_done_callback(vm: &Vm, this: &Obj<Future>, r#fn: &Object) -> Res<usize> {
    this.its_loop(vm)?;
    // Comparing runs Python: the list is looked at again by identity.
    let mut unwanted: Vec<Object> = Vec::new();
    for function in functions(this) {
        if !unwanted.iter().any(|u| u.is(&function)) && vm.eq(&function, r#fn)? {
            unwanted.push(function);
        }
    }
    let is_kept = |callback: &Callback| match callback {
        Callback::Call { function, .. } => !unwanted.iter().any(|u| u.is(function)),
        Callback::Wake(_) => true,
    };
    let Callbacks { first, more } = this.callbacks.take();
    let before = usize::from(first.is_some()) + more.len();
    let (kept, gone): (Vec<_>, Vec<_>) = first.into_iter().chain(more).partition(is_kept);
    let removed = before - kept.len();
    let mut kept = kept.into_iter();
    let callbacks = Callbacks { first: kept.next(), more: kept.collect() };
    let came_meanwhile = this.callbacks.replace(callbacks);
    drop((gone, came_meanwhile));
    Ok(removed)
}

fn functions(this: &Obj<Future>) -> Vec<Object> {
    let callbacks = this.callbacks.borrow();
    let all = callbacks.first.iter().chain(&callbacks.more);
    all.filter_map(|c| match c {
        Callback::Call { function, .. } => Some(function.clone()),
        Callback::Wake(_) => None,
    })
    .collect()
}

/// Cancel the future, so that its callbacks are called; False if it is done already.
#[native("(self, /, msg=None)")]
fn cancel(vm: &Vm, this: &Obj<Future>, msg: Option<&Object>) -> Res<bool> {
    this.its_loop(vm)?;
    this.cancel_plainly(vm, this, msg)
}

/// Whether the future was cancelled.
#[native("(self, /)")]
fn cancelled(this: &Obj<Future>) -> bool {
    this.stage.get() == Stage::Cancelled
}

/// Whether the future is done: it has a result or an exception, or was cancelled.
#[native("(self, /)")]
fn done(this: &Obj<Future>) -> bool {
    this.is_done()
}

/// The event loop of the future.
#[native("(self, /)")]
fn get_loop(vm: &Vm, this: &Obj<Future>) -> Res {
    this.its_loop(vm)
}

/// The CancelledError for a future that was cancelled.
#[native("(self, /)", name = "_make_cancelled_error")]
fn make_cancelled_error(vm: &Vm, this: &Obj<Future>) -> Res {
    this.cancellation(vm)
}

#[getter]
fn _state(vm: &Vm, this: &Obj<Future>) -> Res {
    this.its_loop(vm)?;
    let name = match this.stage.get() {
        Stage::Pending => "PENDING",
        Stage::Cancelled => "CANCELLED",
        Stage::Finished => "FINISHED",
    };
    Ok(vm.intern(name).into_object())
}

#[getter]
pub(super) fn _asyncio_future_blocking(_vm: &Vm, this: &Obj<Future>) -> Res<bool> {
    Ok(this.looop.is_set() && this.blocking.get())
}

#[setter]
pub(super) fn set_blocking(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else {
        return Err(vm.attribute_error("cannot delete attribute"));
    };
    let blocking = vm.truth(value)?;
    of(vm, this)?.blocking.set(blocking);
    Ok(())
}

#[getter]
fn _loop(_vm: &Vm, this: &Obj<Future>) -> Res<Option<Object>> {
    Ok(this.looop.get())
}

/// What is to be called, None if nothing: for those who look from outside.
#[getter]
fn _callbacks(vm: &Vm, this: &Obj<Future>) -> Res<Option<Object>> {
    this.its_loop(vm)?;
    let mut pairs = Vec::new();
    let callbacks = this.callbacks.take();
    let listed = callbacks.first.iter().chain(&callbacks.more).try_for_each(|callback| {
        let (function, context) = match callback {
            Callback::Call { function, context } => (function.clone(), context.clone()),
            Callback::Wake(task) => (task::wakeup_of(vm, task)?, task::context_of(vm, task)?),
        };
        pairs.push(vm.pair(function, context)?.into_object());
        Ok(())
    });
    this.callbacks.replace(callbacks);
    listed?;
    Ok(if pairs.is_empty() { None } else { Some(vm.list(pairs)?.into_object()) })
}

#[getter]
fn _result(_vm: &Vm, this: &Obj<Future>) -> Res<Option<Object>> {
    Ok(this.result.get())
}

#[getter]
fn _exception(_vm: &Vm, this: &Obj<Future>) -> Res<Option<Object>> {
    Ok(this.exception.get())
}

#[getter]
fn _log_traceback(_vm: &Vm, this: &Obj<Future>) -> Res<bool> {
    Ok(this.unseen.get())
}

#[setter]
fn set_log_traceback(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else {
        return Err(vm.attribute_error("cannot delete attribute"));
    };
    if vm.truth(value)? {
        return Err(vm.value_error("_log_traceback can only be set to False"));
    }
    of(vm, this)?.unseen.set(false);
    Ok(())
}

#[getter]
fn _source_traceback(_vm: &Vm, this: &Obj<Future>) -> Res<Option<Object>> {
    Ok(this.made_at.get())
}

#[getter]
fn _cancel_message(_vm: &Vm, this: &Obj<Future>) -> Res<Option<Object>> {
    Ok(this.cancel_message.get())
}

#[setter]
fn set_cancel_message(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.cancel_message.assign(value.cloned());
    Ok(())
}
