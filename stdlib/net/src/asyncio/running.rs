//! Which loop runs in a thread, and which task in a loop.
//!
//! A native loop holds its running task itself; for loops of other kinds there is a dict, as in CPython.

use super::future::Future;
use super::looping::Loop;
use super::state::state;
use crate::support::*;

/// The loop that runs in the calling thread.
pub(super) fn running(vm: &Vm) -> Option<Object> {
    vm.running_loop.get()
}

/// The running loop, or that of the policy.
pub(super) fn loop_for(vm: &Vm) -> Res {
    if let Some(running) = running(vm) {
        return Ok(running);
    }
    let policy = vm.call(&state(vm).policy(vm)?, &[])?;
    vm.call_method(&policy, "get_event_loop", &[])
}

/// The event loop that runs in this thread, or None. Meant for loops and their frameworks.
#[native("()")]
pub(super) fn _get_running_loop(vm: &Vm) -> Res<Option<Object>> {
    Ok(running(vm))
}

/// Say which event loop runs in this thread, None: none. Meant for loops.
#[native("(loop, /)")]
pub(super) fn _set_running_loop(vm: &Vm, r#loop: Option<&Object>) -> Res<()> {
    vm.running_loop.assign(r#loop.cloned());
    Ok(())
}

/// The event loop that runs in this thread; RuntimeError if there is none.
#[native("()")]
pub(super) fn get_running_loop(vm: &Vm) -> Res {
    running(vm).ok_or_else(|| vm.runtime_error("no running event loop"))
}

/// The event loop that runs in this thread, or the one that the policy gives for it.
#[native("()")]
pub(super) fn get_event_loop(vm: &Vm) -> Res {
    loop_for(vm)
}

fn current_tasks(vm: &Vm) -> Res<Obj<Dict>> {
    let state = state(vm);
    if let Some(tasks) = state.current_tasks.get_as::<Dict>() {
        return Ok(tasks);
    }
    let tasks = vm.new_dict()?;
    state.current_tasks.set(tasks.as_object().clone());
    Ok(tasks)
}

/// The task that runs in a loop.
pub(super) fn current(vm: &Vm, looop: &Object) -> Res<Option<Object>> {
    match looop.downcast::<Loop>() {
        Some(native) => Ok(native.current.get()),
        None => current_tasks(vm)?.get(vm, looop),
    }
}

/// A task starts to run in a loop.
pub(super) fn enter(vm: &Vm, looop: &Object, task: &Object) -> Res<()> {
    let other = match looop.downcast::<Loop>() {
        Some(native) if native.current.is_set() => native.current.get(),
        Some(native) => {
            native.current.set(task.clone());
            None
        }
        None => {
            let tasks = current_tasks(vm)?;
            let other = tasks.get(vm, looop)?;
            if other.is_none() {
                tasks.set(vm, looop, task.clone())?;
            }
            other
        }
    };
    let Some(other) = other else { return Ok(()) };
    let (task, other) = (vm.repr_string(task)?, vm.repr_string(&other)?);
    Err(vm.runtime_error(format_args!(
        "Cannot enter into task {task} while another task {other} is being executed."
    )))
}

/// A task that ran in a loop runs no more.
pub(super) fn leave(vm: &Vm, looop: &Object, task: &Object) -> Res<()> {
    let now = match looop.downcast::<Loop>() {
        Some(native) => match native.current.take() {
            Some(now) if now.is(task) => return Ok(()),
            Some(now) => {
                native.current.set(now.clone());
                Some(now)
            }
            None => None,
        },
        None => {
            let tasks = current_tasks(vm)?;
            match tasks.get(vm, looop)? {
                Some(now) if now.is(task) => {
                    tasks.remove(vm, looop)?;
                    return Ok(());
                }
                now => now,
            }
        }
    };
    let task = vm.repr_string(task)?;
    let now = vm.repr_string(&now.unwrap_or_else(Object::none))?;
    Err(vm
        .runtime_error(format_args!("Leaving task {task} does not match the current task {now}.")))
}

/// Enter a task: it is the one that current_task() gives. Meant for tasks of other kinds.
#[native("(loop, task)")]
pub(super) fn _enter_task(vm: &Vm, r#loop: &Object, task: &Object) -> Res<()> {
    enter(vm, r#loop, task)
}

/// Leave a task that was entered.
#[native("(loop, task)")]
pub(super) fn _leave_task(vm: &Vm, r#loop: &Object, task: &Object) -> Res<()> {
    leave(vm, r#loop, task)
}

/// The task that runs in a loop (None: the running loop), or None.
#[native("(loop=None)", python)]
pub(super) fn current_task(vm: &Vm, r#loop: Option<&Object>) -> Res<Option<Object>> {
    match r#loop {
        Some(given) => current(vm, given),
        None => current(vm, &get_running_loop_object(vm)?),
    }
}

/// The loop that runs in the calling thread; RuntimeError if there is none.
pub(super) fn get_running_loop_object(vm: &Vm) -> Res {
    running(vm).ok_or_else(|| vm.runtime_error("no running event loop"))
}

fn foreign_tasks(vm: &Vm) -> Res {
    let state = state(vm);
    if let Some(tasks) = state.foreign_tasks.get() {
        return Ok(tasks);
    }
    let class = vm.getattr_named(&vm.import("weakref")?, "WeakSet")?;
    let tasks = vm.call(&class, &[])?;
    state.foreign_tasks.set(tasks.clone());
    Ok(tasks)
}

/// Let all_tasks() know a task of another kind than asyncio.Task.
#[native("(task)")]
pub(super) fn _register_task(vm: &Vm, task: &Object) -> Res<()> {
    vm.call_method(&foreign_tasks(vm)?, "add", std::slice::from_ref(task)).map(drop)
}

/// Forget a task that was registered.
#[native("(task)")]
pub(super) fn _unregister_task(vm: &Vm, task: &Object) -> Res<()> {
    vm.call_method(&foreign_tasks(vm)?, "discard", std::slice::from_ref(task)).map(drop)
}

/// A set of the tasks of a loop (None: the running loop) that are not done.
#[native("(loop=None)", python)]
pub(super) fn all_tasks(vm: &Vm, r#loop: Option<&Object>) -> Res {
    let looop = match r#loop {
        Some(given) => given.clone(),
        None => get_running_loop_object(vm)?,
    };
    let mut tasks = Vec::new();
    let state = state(vm);
    if state.unfinished.get() > 0 {
        for task in vm.instances::<Future>() {
            if task.is_unfinished_task_of(&looop) {
                tasks.push(task.into_object());
            }
        }
    }
    if let Some(foreign) = state.foreign_tasks.get() {
        let list = vm.call(vm.types().list.as_object(), &[foreign])?;
        for task in list_items(vm, &list)? {
            let its = vm.call_method(&task, "get_loop", &[]);
            let its = match its {
                Ok(its) => its,
                Err(raised) => {
                    vm.caught(raised, Exc::AttributeError)?;
                    vm.getattr_named(&task, "_loop")?
                }
            };
            if its.is(&looop) && !vm.truth(&vm.call_method(&task, "done", &[])?)? {
                tasks.push(task);
            }
        }
    }
    vm.call(vm.types().set.as_object(), &[vm.list(tasks)?.into_object()])
}
