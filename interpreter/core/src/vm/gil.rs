//! The interpreter's lock, pending calls, and stops.
//!
//! **Invariant:** whoever touches objects of an interpreter holds its lock; `Interp::current` is that
//! thread's `Vm`. A thread gives the lock up at eval-flag checks when another one has waited for
//! `SWITCH_INTERVAL`, and around blocking calls (`allow_threads`).
#![expect(unsafe_code, reason = "sharing an interpreter between threads under its lock")]

use super::interp::eval_flags;
use super::{Interp, Res, Vm};
use crate::object::{Exc, Object};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;
use std::time::Duration;

/// How long a thread waits before it asks the running one to give way.
const SWITCH_INTERVAL: Duration = Duration::from_millis(5);

// SAFETY: everything in an interpreter is used under its lock (file invariant).
unsafe impl Send for Interp {}
// SAFETY: as above.
unsafe impl Sync for Interp {}

#[derive(Default)]
struct State {
    held: bool,
    waiting: u32,
    /// Threads that gave way and wait for another one to have the lock.
    yielding: u32,
    /// Counts hand-overs, so that a thread that gives way sees that another one ran.
    switches: u64,
}

/// The lock.
#[derive(Default)]
pub(crate) struct Gil {
    state: Mutex<State>,
    free: Condvar,
    taken: Condvar,
    /// The interpreter ends: no thread but the main one gets the lock any more.
    ended: AtomicBool,
    /// In the child of a fork: the thread that forked, which is the main one now (0: that it was before).
    forked_main: AtomicU64,
    /// Checks that may still be made while the flag FUEL is set.
    fuel: AtomicU64,
}

impl Gil {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `is_last`: it is the thread that goes on when the interpreter ends. The others never come back from here then:
    /// they sleep until the process is gone, as what they would see of the interpreter is half gone.
    fn acquire(&self, flags: &AtomicU32, is_last: bool) {
        let is_over = || !is_last && self.ended.load(Ordering::Relaxed);
        let mut s = self.lock();
        if s.held {
            s.waiting += 1;
            while s.held && !is_over() {
                let before = s.switches;
                let (guard, timeout) = self
                    .free
                    .wait_timeout(s, SWITCH_INTERVAL)
                    .unwrap_or_else(PoisonError::into_inner);
                s = guard;
                if timeout.timed_out() && s.held && s.switches == before {
                    flags.fetch_or(eval_flags::GIL, Ordering::Relaxed);
                }
            }
            s.waiting -= 1;
        }
        if is_over() {
            drop(s);
            loop {
                std::thread::park();
            }
        }
        s.held = true;
        s.switches += 1;
        flags.fetch_and(!eval_flags::GIL, Ordering::Relaxed);
        if s.yielding > 0 {
            self.taken.notify_all();
        }
    }

    /// Waking is a system call also where nobody sleeps: it is made for those who wait only.
    fn release(&self) {
        let mut s = self.lock();
        s.held = false;
        let waiting = s.waiting > 0;
        drop(s);
        if waiting {
            self.free.notify_one();
        }
    }
}

impl Vm {
    /// Take the interpreter's lock for this thread.
    pub(crate) fn acquire_lock(&self) {
        self.interp().gil.acquire(&self.interp().eval_flags, self.is_main_thread());
        self.interp().current.set(self);
    }

    /// Give the interpreter's lock back.
    pub(crate) fn release_lock(&self) {
        self.interp().current.set(std::ptr::null());
        self.interp().gil.release();
    }

    /// Run something that may block, without the lock. The closure cannot name objects (it is `Send`).
    ///
    /// Where the script has started no thread nobody else can want the lock, and it is kept.
    pub fn allow_threads<T: Send>(&self, f: impl FnOnce() -> T + Send) -> T {
        if !self.interp().has_threads.get() {
            return f();
        }
        self.release_lock();
        let r = f();
        self.acquire_lock();
        r
    }

    /// Whether no other thread can run here, even while this one waits: then nothing but the caller
    /// sees or changes an object before the call returns to Python.
    pub fn is_only_thread(&self) -> bool {
        !self.interp().has_threads.get()
    }

    /// Ask whichever thread runs to look at `what` (bits of the eval flags) soon.
    pub fn set_eval_flags(&self, what: u32) {
        self.interp().eval_flags.fetch_or(what, Ordering::Relaxed);
    }

    /// A handle with which any thread can stop what this interpreter runs.
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle { flags: self.interp().eval_flags.clone() }
    }

    /// Who is told, in the main thread, when the eval flag SIGNAL is set (the module signal's part).
    pub fn set_signals(&self, signals: Rc<dyn Signals>) {
        *self.interp().state::<Pending>().signals.borrow_mut() = Some(signals);
    }

    /// Act as if a signal had come. Where nobody looks after signals an interrupt is KeyboardInterrupt
    /// and the others are nothing.
    pub fn simulate_signal(&self, number: i32) {
        const SIGINT: i32 = 2;
        let signals = self.interp().state::<Pending>().signals.borrow().clone();
        match signals {
            Some(signals) => signals.simulate(self, number),
            None if number == SIGINT => self.add_pending_call(Box::new(|vm| {
                Err(vm.raise_args(Exc::KeyboardInterrupt, Vec::new()))
            })),
            None => {}
        }
    }

    /// Call `fork`, and in the child set right what the threads that are not there any more have left:
    /// the calling thread is the only one and the main one. `fork` says whether it returned in the child.
    pub fn around_fork<T>(&self, fork: impl FnOnce() -> (T, bool)) -> T {
        let interp = self.interp();
        let (result, in_child) = {
            // Nobody else may have this in the instant of the fork: the child could never get it.
            let mut state = interp.gil.lock();
            let (result, in_child) = fork();
            if in_child {
                (state.waiting, state.yielding) = (0, 0);
            }
            (result, in_child)
        };
        if in_child {
            self.after_fork_in_child();
        }
        result
    }

    fn after_fork_in_child(&self) {
        let interp = self.interp();
        interp.gil.forked_main.store(self.thread_id, Ordering::Relaxed);
        interp.eval_flags.fetch_and(!(eval_flags::GIL | eval_flags::SIGNAL), Ordering::Relaxed);
        interp.state::<super::thread::Threads>().forked();
        drop(self.running_loop.take());
        drop(self.spare_coroutine.take());
        crate::builtins::import::forked(self);
        let signals = interp.state::<Pending>().signals.borrow().clone();
        if let Some(signals) = signals {
            signals.forked(self);
        }
    }

    /// Have `call` run in the main thread at its next check.
    pub fn add_pending_call(&self, call: Box<dyn FnOnce(&Vm) -> Res<()>>) {
        self.interp().state::<Pending>().calls.borrow_mut().push_back(call);
        self.set_eval_flags(eval_flags::PENDING);
    }

    /// From now on no thread of this interpreter but the main one, which calls this, runs.
    pub fn end_other_threads(&self) {
        self.interp().gil.ended.store(true, Ordering::Relaxed);
    }

    /// Whether the other threads have been stopped for good.
    pub fn other_threads_ended(&self) -> bool {
        self.interp().gil.ended.load(Ordering::Relaxed)
    }

    /// A number that identifies this thread among those of the interpreter.
    pub fn ident(&self) -> u64 {
        if self.thread_id != 0 { self.thread_id } else { 8 }
    }

    /// Whether this is the thread that started the interpreter (or forked), where signal handlers run.
    pub fn is_main_thread(&self) -> bool {
        self.is_main
            || self.thread_id != 0
                && self.interp().gil.forked_main.load(Ordering::Relaxed) == self.thread_id
    }

    /// Whether the host has stopped this interpreter: the exception in flight cannot be caught.
    pub fn is_stopping(&self) -> bool {
        self.interp().stopping.get()
    }

    /// What stopped the interpreter, while it is stopping.
    pub fn stop(&self) -> Option<Stop> {
        if !self.is_stopping() {
            return None;
        }
        let flags = self.interp().eval_flags.load(Ordering::Relaxed);
        Some(match flags {
            f if f & eval_flags::CANCEL != 0 => Stop::Cancelled,
            f if f & eval_flags::DEADLINE != 0 => Stop::Deadline,
            _ => Stop::OutOfFuel,
        })
    }

    /// After a stop: let the interpreter be used again. Fuel stays as it is.
    pub fn reset_stop(&self) {
        let flags = eval_flags::CANCEL | eval_flags::DEADLINE;
        self.interp().stopping.set(false);
        self.interp().eval_flags.fetch_and(!flags, Ordering::Relaxed);
    }

    /// Let the interpreter make so many more checks of its eval flags (None: no matter how many), which
    /// it makes at the end of each loop's turn, at calls, and in long native loops. When they are used
    /// up it is stopped, as by [`CancelHandle::cancel`].
    ///
    /// Counting makes each check take the slow way; it costs nothing while there is no limit.
    pub fn set_fuel(&self, checks: Option<u64>) {
        let interp = self.interp();
        interp.gil.fuel.store(checks.unwrap_or(0), Ordering::Relaxed);
        match checks {
            Some(_) => interp.eval_flags.fetch_or(eval_flags::FUEL, Ordering::Relaxed),
            None => interp.eval_flags.fetch_and(!eval_flags::FUEL, Ordering::Relaxed),
        };
    }

    /// What is left of the fuel; None if it is not counted.
    pub fn fuel(&self) -> Option<u64> {
        let counted = self.interp().eval_flags.load(Ordering::Relaxed) & eval_flags::FUEL != 0;
        counted.then(|| self.interp().gil.fuel.load(Ordering::Relaxed))
    }
}

/// See [`Vm::cancel_handle`].
#[derive(Clone)]
pub struct CancelHandle {
    flags: Arc<AtomicU32>,
}

impl CancelHandle {
    /// Stop the script at its next check; it cannot catch this. A system call that waits is not woken.
    pub fn cancel(&self) {
        self.flags.fetch_or(eval_flags::CANCEL, Ordering::Relaxed);
    }

    /// The same, because the script's time is over.
    pub fn expire(&self) {
        self.flags.fetch_or(eval_flags::DEADLINE, Ordering::Relaxed);
    }

    /// Take [`cancel`](CancelHandle::cancel) and [`expire`](CancelHandle::expire) back, if the script was done
    /// before it noticed.
    pub fn forgive(&self) {
        self.flags.fetch_and(!(eval_flags::CANCEL | eval_flags::DEADLINE), Ordering::Relaxed);
    }

    /// Whether the script is to stop and has not been let go on yet.
    pub fn is_set(&self) -> bool {
        let stops = eval_flags::CANCEL | eval_flags::DEADLINE;
        self.flags.load(Ordering::Relaxed) & stops != 0
    }
}

/// What ended code that the host stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// [`CancelHandle::cancel`] was called.
    Cancelled,
    /// The time was over.
    Deadline,
    /// There was no fuel left; see [`Vm::set_fuel`].
    OutOfFuel,
}

/// An interpreter that threads use one after the other: it can be sent, and what is in it is seen
/// only from inside [`Detached::with`].
///
/// **Invariant:** no object leaves `with`, and none of another thread enters it: its closure and what that
/// returns are `Send`, which objects are not. (A thread-local variable could smuggle one out; objects
/// do not belong there.)
pub struct Detached {
    vm: Box<Vm>,
    /// The lock is kept between calls as long as nobody else could want it.
    holds: Cell<bool>,
    user: Cell<ThreadId>,
    native_stack: usize,
}

// SAFETY: by the invariant no reference to what the interpreter holds is left on the thread that gives it
// away; `with` moves the lock, and with it the view of all objects, to the thread that has it.
unsafe impl Send for Detached {}

impl Detached {
    /// Take an interpreter that the calling thread has made, and of which it has no objects at hand;
    /// each thread that uses it lends it so many bytes of its stack.
    pub fn new(vm: Box<Vm>, native_stack: usize) -> Detached {
        let user = Cell::new(std::thread::current().id());
        Detached { vm, holds: Cell::new(true), user, native_stack }
    }

    /// Use the interpreter on the calling thread.
    #[inline]
    pub fn with<R: Send>(&self, f: impl FnOnce(&Vm) -> R + Send) -> R {
        self.enter();
        // Also when `f` panics.
        struct Leave<'a>(&'a Detached);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                self.0.leave();
            }
        }
        let _leave = Leave(self);
        f(&self.vm)
    }

    #[inline]
    fn enter(&self) {
        if self.user.get() != std::thread::current().id() {
            self.user.set(std::thread::current().id());
            self.vm.lend_stack(self.native_stack);
        }
        if !self.holds.get() {
            self.vm.acquire_lock();
            self.holds.set(true);
        }
    }

    /// Between calls threads of the script go on.
    #[inline]
    fn leave(&self) {
        if self.vm.interp().has_threads.get() {
            self.vm.release_lock();
            self.holds.set(false);
        }
    }
}

impl Drop for Detached {
    fn drop(&mut self) {
        self.enter();
        self.vm.end_other_threads();
    }
}

/// Who looks after signals; see [`Vm::set_signals`].
pub trait Signals {
    /// Run the handlers of the signals that came.
    fn deliver(&self, vm: &Vm) -> Res<()>;
    /// Act as if a signal had come.
    fn simulate(&self, vm: &Vm, number: i32);
    /// In the child of a fork: what came before was the parent's.
    fn forked(&self, vm: &Vm);
}

/// What waits to be run in the main thread.
#[derive(Default)]
pub(crate) struct Pending {
    signals: RefCell<Option<Rc<dyn Signals>>>,
    calls: RefCell<VecDeque<Box<dyn FnOnce(&Vm) -> Res<()>>>>,
}

/// Let another thread run.
pub(crate) fn yield_lock(vm: &Vm) {
    let gil = &vm.interp().gil;
    vm.interp().current.set(std::ptr::null());
    {
        let mut s = gil.lock();
        s.held = false;
        let before = s.switches;
        gil.free.notify_one();
        s.yielding += 1;
        while s.waiting > 0 && s.switches == before && !gil.ended.load(Ordering::Relaxed) {
            let (guard, _) =
                gil.taken.wait_timeout(s, SWITCH_INTERVAL).unwrap_or_else(PoisonError::into_inner);
            s = guard;
        }
        s.yielding -= 1;
    }
    vm.acquire_lock();
}

/// Run signal handlers and queued calls.
pub(crate) fn run_pending(vm: &Vm) -> Res<()> {
    if !vm.is_main_thread() {
        return Ok(());
    }
    let flags = &vm.interp().eval_flags;
    let now = flags.fetch_and(!(eval_flags::SIGNAL | eval_flags::PENDING), Ordering::Relaxed);
    let pending = vm.interp().state::<Pending>();
    if now & eval_flags::SIGNAL != 0 {
        let signals = pending.signals.borrow().clone();
        if let Some(signals) = signals {
            // What is queued is not forgotten when a handler raises.
            signals.deliver(vm).inspect_err(|_| vm.set_eval_flags(now & eval_flags::PENDING))?;
        }
    }
    if now & eval_flags::PENDING != 0 {
        loop {
            let next = pending.calls.borrow_mut().pop_front();
            let Some(call) = next else { break };
            call(vm).inspect_err(|_| vm.set_eval_flags(eval_flags::PENDING))?;
        }
    }
    Ok(())
}

/// The host cancelled, or counts checks: go on, or stop. A stop is raised at each check, so that neither
/// a finaliser nor a native that passes over exceptions goes on for long.
pub(crate) fn stop_requested(vm: &Vm) -> Res<()> {
    let interp = vm.interp();
    let stops = eval_flags::CANCEL | eval_flags::DEADLINE;
    let cancelled = interp.eval_flags.load(Ordering::Relaxed) & stops != 0;
    let left = interp.gil.fuel.load(Ordering::Relaxed); // changed under the lock only
    if !cancelled && left > 0 {
        interp.gil.fuel.store(left - 1, Ordering::Relaxed);
        return Ok(());
    }
    interp.stopping.set(true);
    let message: Object = vm.str("stopped by the host")?.into_object();
    Err(vm.raise_args(Exc::SystemExit, vec![message]))
}
