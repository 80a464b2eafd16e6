//! The type Task: a future that runs a coroutine, a step at a time.
//!
//! A step resumes the coroutine in the task's context. What comes out says how it goes on: a future that it waits
//! for, None for the next turn of the loop, a result or an exception. The first step is taken by the loop, not at
//! once.
//!
//! **Invariant:** an unfinished task has been asked to step, or waits for a future that will wake it.

use std::cell::Cell;

use super::awaiting::{self, Awaiting};
use super::future::{Callback, Future, SPEC as FUTURE, Stage, finalize as finalize_future};
use super::looping::{Ready, soon};
use super::reporting::{is_last, message, tell_loop};
use super::running;
use super::state::{invalid_state, is_cancelled_error, state};
use crate::support::*;

/// What tasks have over futures.
#[derive(Default)]
pub(super) struct TaskPart {
    pub coroutine: Slot,
    pub context: Slot,
    /// A str; unset: made from the number when somebody asks.
    name: Slot,
    number: Cell<u64>,
    /// The future that it waits for.
    pub waits_for: Slot,
    /// A cancellation is to be thrown in at the next step.
    must_cancel: Cell<bool>,
    /// How often it was cancelled, less uncancel().
    cancels: Cell<u64>,
    /// Say nothing if it dies unfinished.
    quiet: Cell<bool>,
    /// It is among [`State::unfinished`](super::state::State::unfinished).
    counted: Cell<bool>,
}

impl TaskPart {
    pub fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.coroutine);
        visitor.slot(&self.context);
        visitor.slot(&self.name);
        visitor.slot(&self.waits_for);
    }

    pub fn clear(&self) {
        drop(self.coroutine.take());
        drop(self.context.take());
        drop(self.name.take());
        drop(self.waits_for.take());
    }

    fn count(&self, vm: &Vm) {
        if !self.counted.replace(true) {
            let state = state(vm);
            state.unfinished.set(state.unfinished.get() + 1);
        }
    }

    /// It is done, or gone.
    pub fn discount(&self, vm: &Vm) {
        if self.counted.replace(false) {
            let state = state(vm);
            state.unfinished.set(state.unfinished.get().saturating_sub(1));
        }
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "Task(coro, *, loop=None, name=None, context=None)\n--\n\nA coroutine on its way in an event loop.",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF,
    base: Some(|vm| match vm.type_of_spec(&FUTURE) {
        Ok(class) => class,
        Err(raised) => {
            drop(vm.take_raised(raised)); // no memory at the first use
            vm.types().object.clone()
        }
    }),
    slots: Slots {
        new: Some(|vm, class, _, _| {
            Ok(vm.alloc_of(class, Future::new(Some(Box::default())))?.into_object())
        }),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        del: Some(finalize_future),
        ..Slots::NONE
    },
    methods: natives![
        cancel,
        cancelling,
        uncancel,
        get_coro,
        get_name,
        set_name,
        get_stack,
        print_stack,
        set_result,
        set_exception,
        all_tasks,
        current_task,
        class_getitem
    ],
    getsets: getsets![
        _coro,
        _fut_waiter,
        _must_cancel,
        _log_destroy_pending: set_log_destroy_pending
    ],
    ..TypeSpec::extending::<Future>("_asyncio.Task")
};

/// The payload's part for tasks.
fn part<'a>(vm: &Vm, task: &'a Obj<Future>) -> Res<&'a TaskPart> {
    task.task.as_deref().ok_or_else(|| vm.system_error("a task was expected"))
}

impl Future {
    /// A task of this loop that has not ended.
    pub(super) fn is_unfinished_task_of(&self, looop: &Object) -> bool {
        self.task.as_ref().is_some_and(|part| part.counted.get())
            && self.looop.get().is_some_and(|its| its.is(looop))
    }
}

/// A new task of the exact class, asked to take its first step.
pub(super) fn create(
    vm: &Vm,
    looop: &Object,
    coroutine: &Object,
    name: Option<&Object>,
    context: Option<&Object>,
) -> Res<Obj<Future>> {
    let class = vm.type_of_spec(&SPEC)?;
    let task = vm.alloc_of(&class, Future::new(Some(Box::default())))?;
    begin(vm, &task, coroutine, Some(looop), name, context)?;
    Ok(task)
}

fn begin(
    vm: &Vm,
    this: &Obj<Future>,
    coroutine: &Object,
    looop: Option<&Object>,
    name: Option<&Object>,
    context: Option<&Object>,
) -> Res<()> {
    if !is_coroutine(vm, coroutine)? {
        let shown = vm.repr_string(coroutine)?;
        return Err(vm.type_error(format_args!("a coroutine was expected, got {shown}")));
    }
    let context = match context {
        Some(given) => given.clone(),
        None => contexts::copy_current(vm)?.into_object(),
    };
    part(vm, this)?.discount(vm);
    this.begin(vm, looop)?;
    let part = part(vm, this)?;
    let state = state(vm);
    state.tasks.set(state.tasks.get() + 1);
    part.number.set(state.tasks.get());
    if let Some(name) = name {
        part.name.set(text_of(vm, name)?);
    }
    part.must_cancel.set(false);
    part.cancels.set(0);
    part.quiet.set(false);
    part.context.set(context);
    part.coroutine.set(coroutine.clone());
    let looop = this.its_loop(vm)?;
    soon(vm, &looop, Ready::Step { task: this.clone(), exception: None })?;
    part.count(vm);
    Ok(())
}

fn text_of(vm: &Vm, object: &Object) -> Res {
    if vm.class_of(object).is(&vm.types().str) {
        return Ok(object.clone());
    }
    Ok(vm.to_str(object)?.into_object())
}

/// `asyncio.iscoroutine()`.
pub(super) fn is_coroutine(vm: &Vm, object: &Object) -> Res<bool> {
    if object.downcast_exact::<Generator>().is_some_and(|g| g.is_coroutine()) {
        return Ok(true);
    }
    if awaiting::is_native_coroutine(object) {
        return Ok(true);
    }
    let check = vm.getattr_named(&vm.import("asyncio.coroutines")?, "iscoroutine")?;
    vm.truth(&vm.call(&check, std::slice::from_ref(object))?)
}

#[native("(self, coro, *, loop=None, name=None, context=None)", name = "__init__")]
fn init(
    vm: &Vm,
    this: &Obj<Future>,
    coro: &Object,
    r#loop: Option<&Object>,
    name: Option<&Object>,
    context: Option<&Object>,
) -> Res<()> {
    let made = begin(vm, this, coro, r#loop, name, context);
    if made.is_err() {
        // What was not begun is not said to be lost.
        part(vm, this)?.quiet.set(true);
    }
    made
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let show = state(vm).task_repr(vm)?;
    vm.call(&show, std::slice::from_ref(this))
}

/// False at the very end of a program, when the modules of the package are empty: nobody could be told any more.
fn has_logger(vm: &Vm) -> bool {
    if !vm.interp().state::<taipan_core::builtins::sys::State>().finalizing.get() {
        return true;
    }
    let modules = vm.interp().modules.get_as::<Dict>();
    let home = modules.and_then(|modules| modules.get_named(vm, "asyncio.base_events"));
    let home = home.and_then(|home| home.downcast_into::<Module>().ok());
    home.and_then(|home| home.get(vm, "logger")).is_some_and(|logger| !logger.is_none())
}

/// The part of `__del__` that futures have not.
pub(super) fn finalize(vm: &Vm, this: &Object, future: &Future, part: &TaskPart) -> Res<()> {
    part.discount(vm);
    if future.stage.get() != Stage::Pending || part.quiet.get() {
        return Ok(());
    }
    let Some(looop) = future.looop.get().filter(|_| has_logger(vm)) else { return Ok(()) };
    let about = [
        ("task", Some(this.clone())),
        message(vm, "Task was destroyed but it is pending!")?,
        ("source_traceback", future.made_at.get()),
    ];
    tell_loop(vm, &looop, &about)
}

/// The context that a task runs in.
pub(super) fn context_of(vm: &Vm, task: &Obj<Future>) -> Res {
    Ok(part(vm, task)?.context.get().unwrap_or_else(Object::none))
}

/// A step in the task's context, as a loop of ours takes it.
pub(super) fn step_within(vm: &Vm, task: &Obj<Future>, exception: Option<Object>) -> Res<()> {
    match part(vm, task)?.context.get_as::<contexts::Context>() {
        Some(context) => contexts::within(vm, &context, || step(vm, task, exception)),
        None => step(vm, task, exception),
    }
}

/// Wake a task in its context.
pub(super) fn wake_within(vm: &Vm, task: &Obj<Future>, future: &Obj<Future>) -> Res<()> {
    match part(vm, task)?.context.get_as::<contexts::Context>() {
        Some(context) => contexts::within(vm, &context, || wake(vm, task, future)),
        None => wake(vm, task, future),
    }
}

/// The future that a task waited for is done.
pub(super) fn wake(vm: &Vm, task: &Obj<Future>, future: &Obj<Future>) -> Res<()> {
    let is_plain = !vm.class_of(future.as_object()).is_heap_type();
    if is_plain && future.stage.get() == Stage::Finished && !future.exception.is_set() {
        return step(vm, task, None);
    }
    let outcome = match is_plain {
        true => future.outcome(vm),
        false => vm.call_method(future.as_object(), "result", &[]),
    };
    match outcome {
        Ok(_) => step(vm, task, None),
        Err(raised) => {
            let exception = vm.take_raised(raised);
            step(vm, task, Some(exception))
        }
    }
}

/// The same for what is a future by its looks.
fn wake_by(vm: &Vm, task: &Obj<Future>, future: &Object) -> Res<()> {
    if let Some(native) = future.downcast::<Future>() {
        return wake(vm, task, native);
    }
    match vm.call_method(future, "result", &[]) {
        Ok(_) => step(vm, task, None),
        Err(raised) => {
            let exception = vm.take_raised(raised);
            step(vm, task, Some(exception))
        }
    }
}

/// Let the coroutine go on, by throwing an exception in if there is one.
pub(super) fn step(vm: &Vm, task: &Obj<Future>, exception: Option<Object>) -> Res<()> {
    let part = part(vm, task)?;
    let mut exception = exception;
    if task.is_done() {
        let shown = vm.repr_string(task.as_object())?;
        let with = vm.repr_string(&exception.unwrap_or_else(Object::none))?;
        return Err(invalid_state(vm, &format!("__step(): already done: {shown} {with}")));
    }
    if part.must_cancel.get() {
        let is_one = match &exception {
            Some(e) => is_cancelled_error(vm, e)?,
            None => false,
        };
        if !is_one {
            exception = Some(task.cancellation(vm)?);
        }
        part.must_cancel.set(false);
    }
    drop(part.waits_for.take());
    let looop = task.its_loop(vm)?;
    running::enter(vm, &looop, task.as_object())?;
    let done = go_on(vm, task, part, &looop, exception);
    match done {
        Ok(()) => running::leave(vm, &looop, task.as_object()),
        Err(raised) => {
            // The exception is more than what leave() could say.
            let exception = vm.take_raised(raised);
            if let Err(other) = running::leave(vm, &looop, task.as_object()) {
                drop(vm.take_raised(other));
            }
            Err(vm.raise(exception))
        }
    }
}

fn go_on(
    vm: &Vm,
    task: &Obj<Future>,
    part: &TaskPart,
    looop: &Object,
    exception: Option<Object>,
) -> Res<()> {
    let coroutine = part.coroutine.get().unwrap_or_else(Object::none);
    match resumed(vm, &coroutine, exception) {
        Ok(Resumed::Yield(what)) => wait_for(vm, task, part, looop, &what),
        Ok(Resumed::Return(value)) => {
            if part.must_cancel.replace(false) {
                let message = task.cancel_message.get();
                return task.cancel_plainly(vm, task, message.as_ref()).map(drop);
            }
            task.finish(vm, task, value)
        }
        Err(raised) => {
            let exception = vm.take_raised(raised);
            failed(vm, task, exception)
        }
    }
}

fn failed(vm: &Vm, task: &Obj<Future>, exception: Object) -> Res<()> {
    if vm.is_stopping() {
        // The host has ended it, and nothing of it is left: for who waits for it, it is cancelled.
        if let Err(raised) = task.cancel_plainly(vm, task, None) {
            drop(vm.take_raised(raised));
        }
        return Err(vm.raise(exception));
    }
    if is_cancelled_error(vm, &exception)? {
        task.cancelled_with.set(exception);
        return task.cancel_plainly(vm, task, None).map(drop);
    }
    task.fail(vm, task, exception.clone())?;
    if is_last(vm, &exception) { Err(vm.raise(exception)) } else { Ok(()) }
}

fn resumed(vm: &Vm, coroutine: &Object, exception: Option<Object>) -> Res<Resumed> {
    if let Some(generator) = coroutine.downcast_exact::<Generator>() {
        let sent = exception.map_or(Sent::Next, Sent::Throw);
        return resume(vm, generator, sent);
    }
    if let Some(native) = coroutine.downcast::<Awaiting>() {
        return match exception {
            None => awaiting::go_on(vm, native, None),
            Some(exception) => awaiting::throw_in(vm, native, exception),
        };
    }
    let answer = match exception {
        None => vm.call_method(coroutine, "send", &[Object::none()]),
        Some(exception) => vm.call_method(coroutine, "throw", &[exception]),
    };
    match answer {
        Ok(what) => Ok(Resumed::Yield(what)),
        Err(raised) => {
            let stop = vm.caught(raised, Exc::StopIteration)?;
            Ok(Resumed::Return(stop_value(&stop)))
        }
    }
}

/// The coroutine gave something out: it is to go on when that is done.
fn wait_for(
    vm: &Vm,
    task: &Obj<Future>,
    part: &TaskPart,
    looop: &Object,
    what: &Object,
) -> Res<()> {
    if what.is_none() {
        return soon(vm, looop, Ready::Step { task: task.clone(), exception: None });
    }
    if what.is(task.as_object()) {
        let shown = vm.repr_string(what)?;
        return complain(vm, task, looop, &format!("Task cannot await on itself: {shown}"));
    }
    if let Some(future) = what.downcast::<Future>()
        && !vm.class_of(what).is_heap_type()
    {
        let is_ours = future.looop.get().is_some_and(|its| its.is(looop));
        if is_ours && future.blocking.replace(false) {
            if future.is_done() {
                let future = future.clone();
                soon(vm, looop, Ready::Wake { task: task.clone(), future })?;
            } else {
                future.add_callback(vm, Callback::Wake(task.clone()))?;
            }
            part.waits_for.set(what.clone());
            return pass_cancellation(vm, task, part, what);
        }
        return complain_of(vm, task, looop, what, is_ours);
    }
    wait_for_any(vm, task, part, looop, what)
}

/// The same for futures of other kinds, and for what is no future.
fn wait_for_any(
    vm: &Vm,
    task: &Obj<Future>,
    part: &TaskPart,
    looop: &Object,
    what: &Object,
) -> Res<()> {
    let marker = vm.intern("_asyncio_future_blocking");
    let Some(blocking) = vm.getattr_opt(what, &marker)?.filter(|b| !b.is_none()) else {
        let shown = vm.repr_string(what)?;
        if what.downcast_exact::<Generator>().is_some() {
            let task_shown = vm.repr_string(task.as_object())?;
            let text = format!(
                "yield was used instead of yield from for generator in task {task_shown} with {shown}"
            );
            return complain(vm, task, looop, &text);
        }
        return complain(vm, task, looop, &format!("Task got bad yield: {shown}"));
    };
    let blocking = vm.truth(&blocking)?;
    let its = match vm.getattr_opt(what, &vm.intern("get_loop"))? {
        Some(method) => vm.call(&method, &[])?,
        None => vm.getattr_named(what, "_loop")?,
    };
    if !blocking || !its.is(looop) {
        return complain_of(vm, task, looop, what, its.is(looop));
    }
    vm.setattr(what, &marker, &Object::bool(false))?;
    let context = part.context.get().unwrap_or_else(Object::none);
    let method = vm.getattr_named(what, "add_done_callback")?;
    vm.call_named(&method, &[wakeup_of(vm, task)?], &[("context", context)])?;
    part.waits_for.set(what.clone());
    pass_cancellation(vm, task, part, what)
}

fn complain_of(
    vm: &Vm,
    task: &Obj<Future>,
    looop: &Object,
    what: &Object,
    is_ours: bool,
) -> Res<()> {
    let (shown, task_shown) = (vm.repr_string(what)?, vm.repr_string(task.as_object())?);
    let text = match is_ours {
        true => format!("yield was used instead of yield from in task {task_shown} with {shown}"),
        false => {
            format!("Task {task_shown} got Future {shown} attached to a different loop")
        }
    };
    complain(vm, task, looop, &text)
}

/// The coroutine did what it must not: it hears of it at its next step.
fn complain(vm: &Vm, task: &Obj<Future>, looop: &Object, text: &str) -> Res<()> {
    let class = vm.types().exception(Exc::RuntimeError);
    let exception = vm.new_exception(&class, vec![vm.str(text)?.into_object()])?;
    soon(vm, looop, Ready::Step { task: task.clone(), exception: Some(exception) })
}

/// A task that was cancelled while it ran cancels what it waits for.
fn pass_cancellation(vm: &Vm, task: &Obj<Future>, part: &TaskPart, what: &Object) -> Res<()> {
    if part.must_cancel.get() && cancel_any(vm, what, task.cancel_message.get().as_ref())? {
        part.must_cancel.set(false);
    }
    Ok(())
}

/// `future.cancel(msg=message)`.
pub(super) fn cancel_any(vm: &Vm, future: &Object, message: Option<&Object>) -> Res<bool> {
    if let Some(native) = future.downcast::<Future>()
        && !vm.class_of(future).is_heap_type()
    {
        return match native.task.is_some() {
            true => vm.recurse(" while cancelling a task", || cancel_task(vm, native, message)),
            false => native.cancel_plainly(vm, native, message),
        };
    }
    let method = vm.getattr_named(future, "cancel")?;
    let message = message.cloned().unwrap_or_else(Object::none);
    vm.truth(&vm.call_named(&method, &[], &[("msg", message)])?)
}

/// `task.cancelling()`.
pub(super) fn cancelling_of(vm: &Vm, task: &Object) -> Res<i64> {
    let number = match plain_part(vm, task) {
        Some(part) => return Ok(part.cancels.get() as i64),
        None => vm.call_method(task, "cancelling", &[])?,
    };
    Ok(vm.as_i64(&vm.index(&number)?).unwrap_or(i64::MAX))
}

/// `task.uncancel()`.
pub(super) fn uncancel_any(vm: &Vm, task: &Object) -> Res<i64> {
    let number = match plain_part(vm, task) {
        Some(part) => {
            part.cancels.set(part.cancels.get().saturating_sub(1));
            return Ok(part.cancels.get() as i64);
        }
        None => vm.call_method(task, "uncancel", &[])?,
    };
    Ok(vm.as_i64(&vm.index(&number)?).unwrap_or(i64::MAX))
}

/// Nothing is said if the task dies unfinished.
pub(super) fn be_quiet(vm: &Vm, task: &Object) -> Res<()> {
    match plain_part(vm, task) {
        Some(part) => {
            part.quiet.set(true);
            Ok(())
        }
        None => vm.setattr(task, &vm.intern("_log_destroy_pending"), &Object::bool(false)),
    }
}

fn plain_part<'a>(vm: &Vm, task: &'a Object) -> Option<&'a TaskPart> {
    awaiting::plain_future(vm, task).and_then(|task| task.task.as_deref())
}

fn cancel_task(vm: &Vm, this: &Obj<Future>, message: Option<&Object>) -> Res<bool> {
    let part = part(vm, this)?;
    this.unseen.set(false);
    if this.is_done() {
        return Ok(false);
    }
    part.cancels.set(part.cancels.get().saturating_add(1));
    if let Some(future) = part.waits_for.get()
        && cancel_any(vm, &future, message)?
    {
        // It may be a task that refuses: then this one is asked again.
        return Ok(true);
    }
    part.must_cancel.set(true);
    this.cancel_message.assign(message.cloned());
    Ok(true)
}

/// Ask the task to cancel itself: CancelledError is raised in its coroutine at the next step, which may catch it.
/// False if it is done.
#[native("(self, /, msg=None)")]
fn cancel(vm: &Vm, this: &Obj<Future>, msg: Option<&Object>) -> Res<bool> {
    this.its_loop(vm)?;
    cancel_task(vm, this, msg)
}

/// How often cancellation was asked for, less what uncancel() took back.
#[native("(self, /)")]
fn cancelling(vm: &Vm, this: &Obj<Future>) -> Res<u64> {
    Ok(part(vm, this)?.cancels.get())
}

/// Take one request to cancel back, for who has seen to it; the number of those that are left.
#[native("(self, /)")]
fn uncancel(vm: &Vm, this: &Obj<Future>) -> Res<u64> {
    let part = part(vm, this)?;
    part.cancels.set(part.cancels.get().saturating_sub(1));
    Ok(part.cancels.get())
}

/// The coroutine.
#[native("(self, /)")]
fn get_coro(vm: &Vm, this: &Obj<Future>) -> Res<Option<Object>> {
    Ok(part(vm, this)?.coroutine.get())
}

/// The name: the one given, or one with a number.
#[native("(self, /)")]
fn get_name(vm: &Vm, this: &Obj<Future>) -> Res {
    let part = part(vm, this)?;
    if let Some(name) = part.name.get() {
        return Ok(name);
    }
    if part.number.get() == 0 {
        return Ok(Object::none()); // never begun
    }
    let name = vm.str(&format!("Task-{}", part.number.get()))?.into_object();
    part.name.set(name.clone());
    Ok(name)
}

/// Set the name; what is no str is made one.
#[native("(self, value, /)")]
fn set_name(vm: &Vm, this: &Obj<Future>, value: &Object) -> Res<()> {
    let name = text_of(vm, value)?;
    part(vm, this)?.name.set(name);
    Ok(())
}

/// The frames where the task stands (one, as a suspended coroutine has one), or of the exception that ended it; at
/// most limit of them.
#[native("(self, /, *, limit=None)")]
fn get_stack(vm: &Vm, this: &Obj<Future>, limit: Option<&Object>) -> Res {
    let limit = limit.cloned().unwrap_or_else(Object::none);
    vm.call(&state(vm).task_stack(vm)?, &[this.as_object().clone(), limit])
}

/// Print what get_stack() gives as tracebacks are printed, to a file (None: sys.stderr).
#[native("(self, /, *, limit=None, file=None)")]
fn print_stack(vm: &Vm, this: &Obj<Future>, limit: Option<&Object>, file: Option<&Object>) -> Res {
    let limit = limit.cloned().unwrap_or_else(Object::none);
    let file = file.cloned().unwrap_or_else(Object::none);
    vm.call(&state(vm).task_print_stack(vm)?, &[this.as_object().clone(), limit, file])
}

#[native("(self, result, /)")]
fn set_result(vm: &Vm, _this: &Obj<Future>, _result: &Object) -> Res<()> {
    Err(vm.runtime_error("Task does not support set_result operation"))
}

#[native("(self, exception, /)")]
fn set_exception(vm: &Vm, _this: &Obj<Future>, _exception: &Object) -> Res<()> {
    Err(vm.runtime_error("Task does not support set_exception operation"))
}

/// A set of the tasks of a loop (None: that of get_event_loop()), those that are done too. Of 3.6: asyncio.all_tasks()
/// gives those that are not done.
#[native("(cls, loop=None)", classmethod)]
fn all_tasks(vm: &Vm, _cls: &Obj<Type>, r#loop: Option<&Object>) -> Res {
    let looop = r#loop.cloned().map_or_else(|| running::loop_for(vm), Ok)?;
    let mut tasks: Vec<Object> = Vec::new();
    for task in vm.instances::<Future>() {
        if task.task.is_some() && task.looop.get().is_some_and(|its| its.is(&looop)) {
            tasks.push(task.into_object());
        }
    }
    vm.call(vm.types().set.as_object(), &[vm.list(tasks)?.into_object()])
}

/// The task that runs in a loop (None: that of get_event_loop()), or None. Of 3.6: see asyncio.current_task().
#[native("(cls, loop=None)", classmethod)]
fn current_task(vm: &Vm, _cls: &Obj<Type>, r#loop: Option<&Object>) -> Res<Option<Object>> {
    let looop = r#loop.cloned().map_or_else(|| running::loop_for(vm), Ok)?;
    running::current(vm, &looop)
}

#[getter]
fn _coro(vm: &Vm, this: &Obj<Future>) -> Res<Option<Object>> {
    Ok(part(vm, this)?.coroutine.get())
}

#[getter]
fn _fut_waiter(vm: &Vm, this: &Obj<Future>) -> Res<Option<Object>> {
    Ok(part(vm, this)?.waits_for.get())
}

#[getter]
fn _must_cancel(vm: &Vm, this: &Obj<Future>) -> Res<bool> {
    Ok(part(vm, this)?.must_cancel.get())
}

#[getter]
fn _log_destroy_pending(vm: &Vm, this: &Obj<Future>) -> Res<bool> {
    Ok(!part(vm, this)?.quiet.get())
}

#[setter]
fn set_log_destroy_pending(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else {
        return Err(vm.attribute_error("cannot delete attribute"));
    };
    let wanted = vm.truth(value)?;
    if let Some(part) = this.downcast::<Future>().and_then(|task| task.task.as_deref()) {
        part.quiet.set(!wanted);
    }
    Ok(())
}

// ---- what loops of other kinds call

/// Payload of the functions by which a loop that is not native steps and wakes a task.
pub struct TaskCall {
    task: Obj<Future>,
    exception: Slot,
    wakes: bool,
}

impl Payload for TaskCall {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&TASK_CALL);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.task.as_object());
        visitor.slot(&self.exception);
    }
    fn clear(&self) {
        drop(self.exception.take());
    }
}

static TASK_CALL: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { call: Some(call), richcmp: Some(compare), hash: Some(hash), ..Slots::NONE },
    getsets: getsets![__self__, __qualname__, __name__],
    ..TypeSpec::new::<TaskCall>("_asyncio.TaskCall")
};

/// A function that wakes the task when it is called with a future.
pub(super) fn wakeup_of(vm: &Vm, task: &Obj<Future>) -> Res {
    let call = TaskCall { task: task.clone(), exception: Slot::empty(), wakes: true };
    Ok(vm.alloc(call)?.into_object())
}

/// A function that lets the task step.
pub(super) fn step_of(vm: &Vm, task: &Obj<Future>, exception: Option<Object>) -> Res {
    let call = TaskCall { task: task.clone(), exception: exception.into(), wakes: false };
    Ok(vm.alloc(call)?.into_object())
}

fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let Some(call) = this.downcast::<TaskCall>() else {
        return Err(vm.system_error("a function of a task was expected"));
    };
    if names.is_some_and(|names| !names.is_empty()) {
        return Err(vm.type_error("function takes no keyword arguments"));
    }
    match (call.wakes, args) {
        (true, [future]) => wake_by(vm, &call.task, future)?,
        (false, []) => step(vm, &call.task, call.exception.take())?,
        _ => return Err(vm.type_error("function takes no such arguments")),
    }
    Ok(Object::none())
}

fn compare(_vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y), CmpOp::Eq | CmpOp::Ne) =
        (a.downcast::<TaskCall>(), b.downcast::<TaskCall>(), op)
    else {
        return Ok(Object::not_implemented());
    };
    let same = a.is(b) || (x.wakes && y.wakes && x.task.is(&y.task));
    Ok(Object::bool(same == (op == CmpOp::Eq)))
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    match this.downcast::<TaskCall>() {
        Some(call) => vm.hash(call.task.as_object()),
        None => Err(vm.system_error("a function of a task was expected")),
    }
}

#[getter]
fn __self__(_vm: &Vm, this: &Obj<TaskCall>) -> Res {
    Ok(this.task.as_object().clone())
}

#[getter]
fn __qualname__(vm: &Vm, this: &Obj<TaskCall>) -> Res<Obj<Str>> {
    vm.str(if this.wakes { "Task.task_wakeup" } else { "Task.task_step" })
}

#[getter]
fn __name__(vm: &Vm, this: &Obj<TaskCall>) -> Res<Obj<Str>> {
    vm.str(if this.wakes { "task_wakeup" } else { "task_step" })
}
