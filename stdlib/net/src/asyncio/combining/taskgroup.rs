//! The type TaskGroup.
//!
//! The end of the block waits for the tasks. The first task that fails, or a block that fails, cancels all the others,
//! and the block too if it still runs; then everything that failed is raised as one group.

use std::cell::Cell;

use super::super::reporting::{is_last, message, tell_loop};
use super::{exception_of, tell};
use crate::asyncio::awaiting::{self, Awaiting, Came, Kind, Step};
use crate::asyncio::looping::new_future;
use crate::asyncio::running::{current, get_running_loop_object};
use crate::asyncio::state::{is_cancelled_error, state};
use crate::asyncio::sync::{is_cancelled, is_done, set_result};
use crate::asyncio::task::{cancel_any, uncancel_any};
use crate::support::*;

/// Payload of `asyncio.TaskGroup`.
#[derive(Default)]
struct TaskGroup {
    looop: Slot,
    parent: Slot,
    /// A set of the tasks that are not done.
    tasks: Slot,
    /// A list of exceptions.
    errors: Slot,
    /// One that ends the program.
    base_error: Slot,
    /// Waits until all tasks are done.
    waiter: Slot,
    /// What tasks call when they are done.
    on_done: Slot,
    entered: Cell<bool>,
    exiting: Cell<bool>,
    aborting: Cell<bool>,
    /// The group itself has cancelled the task of the block.
    has_cancelled_parent: Cell<bool>,
}

impl TaskGroup {
    fn slots(&self) -> [&Slot; 7] {
        [
            &self.looop,
            &self.parent,
            &self.tasks,
            &self.errors,
            &self.base_error,
            &self.waiter,
            &self.on_done,
        ]
    }
}

impl Payload for TaskGroup {
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
    doc: "TaskGroup()\n--\n\nTasks that belong together: `async with TaskGroup() as group:` waits for those that were \
          made by group.create_task(). When one fails the others are cancelled; what failed is raised as a group of \
          exceptions.",
    flags: type_flags::BASETYPE
        | type_flags::DICT
        | type_flags::WEAKREF
        | type_flags::PLAIN_NAME
        | type_flags::PYTHON_WORDS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, TaskGroup::default())?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![create_task, aenter, aexit, on_task_done, abort],
    getsets: getsets![_tasks, _errors, _parent_task, _loop],
    ..TypeSpec::new::<TaskGroup>("asyncio.taskgroups.TaskGroup")
};

#[native("(self)", name = "__init__")]
fn init(_this: &Obj<TaskGroup>) {}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(group) = this.downcast::<TaskGroup>() else { return Ok(Object::none()) };
    let mut text = String::from("<TaskGroup");
    for (slot, name) in [(&group.tasks, "tasks"), (&group.errors, "errors")] {
        let count = count(vm, slot)?;
        if count > 0 {
            text.push_str(&format!(" {name}={count}"));
        }
    }
    if group.aborting.get() {
        text.push_str(" cancelling");
    } else if group.entered.get() {
        text.push_str(" entered");
    }
    text.push('>');
    Ok(vm.str(&text)?.into_object())
}

fn count(vm: &Vm, slot: &Slot) -> Res<usize> {
    slot.get().map_or(Ok(0), |held| vm.len(&held))
}

impl TaskGroup {
    fn tasks(&self, vm: &Vm) -> Res<Obj<Set>> {
        if let Some(tasks) = self.tasks.get_as::<Set>() {
            return Ok(tasks);
        }
        let tasks = vm.call(vm.types().set.as_object(), &[])?;
        self.tasks.set(tasks.clone());
        tasks.downcast_into::<Set>().map_err(|_| vm.system_error("a set was expected"))
    }

    fn has_tasks(&self, vm: &Vm) -> Res<bool> {
        Ok(count(vm, &self.tasks)? > 0)
    }

    fn add_error(&self, vm: &Vm, exception: Object) -> Res<()> {
        match self.errors.get_as::<List>() {
            Some(errors) => errors.push(exception).map_err(|no| vm.no_memory(no)),
            None => {
                self.errors.set(vm.list(vec![exception])?.into_object());
                Ok(())
            }
        }
    }

    fn note_base_error(&self, vm: &Vm, exception: &Object) {
        if !self.base_error.is_set() && is_last(vm, exception) {
            self.base_error.set(exception.clone());
        }
    }

    fn cancel_all(&self, vm: &Vm) -> Res<()> {
        self.aborting.set(true);
        let Some(tasks) = self.tasks.get() else { return Ok(()) };
        for task in vm.collect(&tasks)? {
            if !is_done(vm, &task)? {
                cancel_any(vm, &task, None)?;
            }
        }
        Ok(())
    }
}

fn refusal(vm: &Vm, this: &Obj<TaskGroup>, why: &str) -> Raised {
    match vm.repr_string(this.as_object()) {
        Ok(shown) => vm.runtime_error(format_args!("TaskGroup {shown} {why}")),
        Err(raised) => raised,
    }
}

/// Make a task of a coroutine, in this group.
#[native("(self, coro, *, name=None, context=None)")]
fn create_task(
    vm: &Vm,
    this: &Obj<TaskGroup>,
    coro: &Object,
    name: Option<&Object>,
    context: Option<&Object>,
) -> Res {
    let looop = match this.looop.get() {
        Some(looop) if this.entered.get() => looop,
        _ => return Err(refusal(vm, this, "has not been entered")),
    };
    if this.exiting.get() && !this.has_tasks(vm)? {
        return Err(refusal(vm, this, "is finished"));
    }
    if this.aborting.get() {
        return Err(refusal(vm, this, "is shutting down"));
    }
    let task = match context {
        None => vm.call_method(&looop, "create_task", std::slice::from_ref(coro))?,
        Some(context) => {
            let method = vm.getattr_named(&looop, "create_task")?;
            vm.call_named(&method, std::slice::from_ref(coro), &[("context", context.clone())])?
        }
    };
    if let Some(name) = name
        && let Some(method) = vm.getattr_opt(&task, &vm.intern("set_name"))?
    {
        vm.call(&method, std::slice::from_ref(name))?;
    }
    let on_done = match this.on_done.get() {
        Some(on_done) => on_done,
        None => {
            let on_done = vm.getattr_named(this.as_object(), "_on_task_done")?;
            this.on_done.set(on_done.clone());
            on_done
        }
    };
    let context = contexts::copy_current(vm)?.into_object();
    tell(vm, &task, &on_done, &context)?;
    this.tasks(vm)?.add(vm, &task)?;
    Ok(task)
}

/// Cancel all tasks.
#[native("(self)", name = "_abort")]
fn abort(vm: &Vm, this: &Obj<TaskGroup>) -> Res<()> {
    this.cancel_all(vm)
}

#[native("(self, task)", name = "_on_task_done")]
fn on_task_done(vm: &Vm, this: &Obj<TaskGroup>, task: &Object) -> Res<()> {
    this.tasks(vm)?.remove(vm, task)?;
    if let Some(waiter) = this.waiter.get()
        && !this.has_tasks(vm)?
        && !is_done(vm, &waiter)?
    {
        set_result(vm, &waiter, Object::bool(true))?;
    }
    if is_cancelled(vm, task)? {
        return Ok(());
    }
    let Some(exception) = exception_of(vm, task)? else { return Ok(()) };
    this.add_error(vm, exception.clone())?;
    this.note_base_error(vm, &exception);
    let Some(parent) = this.parent.get() else { return Ok(()) };
    if is_done(vm, &parent)? {
        return report_orphan(vm, this, task, &parent, exception);
    }
    if !this.aborting.get() && !this.has_cancelled_parent.get() {
        this.cancel_all(vm)?;
        // Taken back at the end of the block.
        this.has_cancelled_parent.set(true);
        cancel_any(vm, &parent, None)?;
    }
    Ok(())
}

/// A task fails when nobody can be told any more but the loop.
#[cold]
fn report_orphan(
    vm: &Vm,
    this: &TaskGroup,
    task: &Object,
    parent: &Object,
    exception: Object,
) -> Res<()> {
    let Some(looop) = this.looop.get() else { return Ok(()) };
    let (shown, parent) = (vm.repr_string(task)?, vm.to_str(parent)?.to_string_lossy());
    let text =
        format!("Task {shown} has errored out but its parent task {parent} is already completed");
    let about = [message(vm, &text)?, ("exception", Some(exception)), ("task", Some(task.clone()))];
    tell_loop(vm, &looop, &about)
}

static ENTER: Kind = Kind { name: "TaskGroup.__aenter__", step: enter_step };
static EXIT: Kind = Kind { name: "TaskGroup.__aexit__", step: exit_step };

#[native("(self)", name = "__aenter__")]
fn aenter(vm: &Vm, this: &Obj<TaskGroup>) -> Res {
    awaiting::start(vm, &ENTER, this.as_object())
}

#[native("(self, et, exc, tb)", name = "__aexit__")]
fn aexit(vm: &Vm, this: &Obj<TaskGroup>, et: &Object, exc: &Object, _tb: &Object) -> Res {
    let coroutine = awaiting::start_with(vm, &EXIT, this.as_object(), Some(exc))?;
    coroutine.extra.set(et.clone());
    Ok(coroutine.into_object())
}

fn enter_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    if let Came::Raised(exception) = came {
        return Err(vm.raise(exception));
    }
    let this = coroutine.target_as::<TaskGroup>(vm)?;
    if this.entered.get() {
        return Err(refusal(vm, &this, "has already been entered"));
    }
    let looop = get_running_loop_object(vm)?;
    let Some(parent) = current(vm, &looop)? else {
        return Err(refusal(vm, &this, "cannot determine the parent task"));
    };
    this.looop.set(looop);
    this.parent.set(parent);
    this.entered.set(true);
    Ok(Step::Done(this.into_object()))
}

fn exit_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let this = coroutine.target_as::<TaskGroup>(vm)?;
    match came {
        Came::Start => begin_exit(vm, coroutine, &this)?,
        Came::Value(_) => drop(this.waiter.take()),
        Came::Raised(exception) => {
            if !is_cancelled_error(vm, &exception)? {
                return Err(vm.raise(exception));
            }
            drop(this.waiter.take());
            if !this.aborting.get() {
                // The block's task is cancelled by others.
                coroutine.other.set(exception);
                this.cancel_all(vm)?;
            }
        }
    }
    if this.has_tasks(vm)? {
        let looop = this.looop.get().unwrap_or_else(Object::none);
        let future = new_future(vm, &looop)?;
        this.waiter.set(future.clone());
        return Ok(Step::on(vm, future));
    }
    end(vm, coroutine, &this)
}

/// The class of the exception that ended the block.
fn class_of_end(coroutine: &Awaiting) -> Option<Object> {
    coroutine.extra.get().filter(|class| !class.is_none())
}

/// `other` of the coroutine: the cancellation that goes on after the block.
fn begin_exit(vm: &Vm, coroutine: &Awaiting, this: &TaskGroup) -> Res<()> {
    this.exiting.set(true);
    let exception = coroutine.item.get().filter(|exception| !exception.is_none());
    if let Some(exception) = &exception {
        this.note_base_error(vm, exception);
    }
    let class = class_of_end(coroutine);
    let cancelled = state(vm).cancelled_error(vm)?;
    if class.as_ref().is_some_and(|class| class.is(&cancelled)) {
        coroutine.other.assign(exception);
    }
    if this.has_cancelled_parent.get()
        && let Some(parent) = this.parent.get()
        && uncancel_any(vm, &parent)? == 0
    {
        drop(coroutine.other.take());
    }
    if class.is_some() && !this.aborting.get() {
        this.cancel_all(vm)?;
    }
    Ok(())
}

/// All tasks are done.
fn end(vm: &Vm, coroutine: &Awaiting, this: &TaskGroup) -> Res<Step> {
    drop(this.on_done.take());
    if let Some(error) = this.base_error.get() {
        return Err(vm.raise_object(&error, None));
    }
    if let Some(cancellation) = coroutine.other.take()
        && count(vm, &this.errors)? == 0
    {
        return Err(vm.raise_object(&cancellation, None));
    }
    let (class, cancelled) = (class_of_end(coroutine), state(vm).cancelled_error(vm)?);
    if class.is_some_and(|class| !class.is(&cancelled))
        && let Some(exception) = coroutine.item.get()
    {
        this.add_error(vm, exception)?;
    }
    let Some(errors) = this.errors.take() else { return Ok(Step::Done(Object::none())) };
    let class = vm.types().exception(Exc::BaseExceptionGroup);
    let text = vm.str("unhandled errors in a TaskGroup")?.into_object();
    let group = vm.call(class.as_object(), &[text, errors])?;
    Err(vm.raise_object(&group, Some(&Object::none())))
}

#[getter]
fn _tasks(vm: &Vm, this: &Obj<TaskGroup>) -> Res<Obj<Set>> {
    this.tasks(vm)
}

#[getter]
fn _errors(vm: &Vm, this: &Obj<TaskGroup>) -> Res {
    match this.errors.get() {
        Some(errors) => Ok(errors),
        None => Ok(vm.list(Vec::new())?.into_object()),
    }
}

#[getter]
fn _parent_task(this: &Obj<TaskGroup>) -> Option<Object> {
    this.parent.get()
}

#[getter]
fn _loop(this: &Obj<TaskGroup>) -> Option<Object> {
    this.looop.get()
}
