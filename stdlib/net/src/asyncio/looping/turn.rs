//! The loop runs: turn after turn, until it is stopped.
//!
//! **Invariant:** nothing of the loop is borrowed while Python runs: what is run is taken out of the queue first.

use std::rc::Rc;
use std::time::Duration;

use super::calls::now;
use super::queue::{Ready, Work};
use super::{Loop, own};
use crate::asyncio::handle::{self, Handle, run_handle};
use crate::asyncio::watching::Poller;
use crate::asyncio::{task, transport};
use crate::support::*;

/// The longest wait, in seconds: a day.
const LONGEST_WAIT: f64 = 24.0 * 3600.0;

/// Have run_forever() return after this turn.
#[native("(self, /)")]
pub(super) fn stop(this: &Obj<Loop>) {
    this.stopping.set(true);
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
pub(super) fn run_forever(vm: &Vm, this: &Obj<Loop>) -> Res<()> {
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
pub(super) fn run_once(vm: &Vm, this: &Obj<Loop>) -> Res<()> {
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
                    handle::report(vm, &handle, vm.raise(exception))
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
pub(super) fn use_poller(vm: &Vm, this: &Obj<Loop>) -> Res<()> {
    let poller = Poller::new().map_err(|failure| raise_io(vm, failure))?;
    let before = this.poller.replace(Some(Rc::new(poller)));
    drop(before);
    Ok(())
}

/// The descriptor that can be read when the loop has something to do, and in how many seconds a turn is due at the
/// latest (None: not before). For a host that drives the loop. ValueError if the loop waits with a selector.
#[native("(self, /)", name = "_next_turn")]
pub(super) fn next_turn(vm: &Vm, this: &Obj<Loop>) -> Res<(i32, Option<f64>)> {
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
pub(super) fn write_to_self(vm: &Vm, this: &Obj<Loop>) -> Res<()> {
    let poller = this.waits_with();
    match poller {
        Some(poller) => {
            poller.ring();
            Ok(())
        }
        None => vm.call_method(this.as_object(), "_write_to_pipe", &[]).map(drop),
    }
}
