//! Ending scripts from outside: deadlines, and handles with which any thread can stop one.
//!
//! A flag that the interpreter looks at ends code that computes. Code that waits for the system is
//! interrupted: a helper thread, started when it is first needed, sends SIGURG (which is ignored by
//! default, and which we give a handler that does nothing) to the waiting thread until it has noticed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use taipan_core::vm::gil::CancelHandle as Flag;

/// Time between two signals to a thread that is to stop waiting.
const NAG: Duration = Duration::from_millis(2);

#[derive(Default)]
struct State {
    /// When the call that runs now has to end.
    deadline: Option<Instant>,
    /// A call runs.
    running: bool,
    /// It was cancelled.
    cancelled: bool,
    /// The next call is to be cancelled.
    cancel_next: bool,
    /// There is a helper.
    helped: bool,
    /// When the helper looks again (None: when it is told).
    wakes: Option<Instant>,
    /// The interpreter is gone.
    ended: bool,
}

pub(crate) struct Bounds {
    flag: Flag,
    /// The system's number of the thread that runs the script.
    thread: AtomicU64,
    state: Mutex<State>,
    changed: Condvar,
}

impl Bounds {
    pub(crate) fn new(flag: Flag) -> Arc<Bounds> {
        Arc::new(Bounds {
            flag,
            thread: AtomicU64::new(taipan_sys::thread::native_id()),
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The calling thread runs the script from now on.
    pub(crate) fn set_thread(&self) {
        self.thread.store(taipan_sys::thread::native_id(), Ordering::Relaxed);
    }

    /// A call begins.
    pub(crate) fn begin(self: &Arc<Self>, deadline: Option<Instant>) {
        let mut state = self.lock();
        state.running = true;
        state.deadline = deadline;
        if std::mem::take(&mut state.cancel_next) {
            self.flag.cancel();
            state.cancelled = true;
        }
        if deadline.is_some_and(|end| state.wakes.is_none_or(|wakes| end < wakes))
            || state.cancelled
        {
            self.call_helper(&mut state);
        }
    }

    /// It is over: a deadline or a cancellation that it has not noticed comes too late.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        if state.running {
            state.running = false;
            let cancelled = std::mem::take(&mut state.cancelled);
            if state.deadline.take().is_some() || cancelled {
                self.flag.forgive();
            }
        }
    }

    fn call_helper(self: &Arc<Self>, state: &mut State) {
        if state.helped {
            self.changed.notify_one();
            return;
        }
        let this = self.clone();
        let thread = std::thread::Builder::new().name("taipan-bounds".to_owned());
        state.helped = thread.stack_size(128 << 10).spawn(move || this.help()).is_ok();
    }

    fn help(&self) {
        let mut state = self.lock();
        while !state.ended {
            let now = Instant::now();
            let is_due = state.deadline.is_some_and(|end| end <= now);
            if is_due {
                self.flag.expire();
            }
            if state.running && (is_due || state.cancelled) {
                // A signal that comes just before the thread begins to wait is lost: send more.
                let _ = taipan_sys::signal::interrupt_thread(self.thread.load(Ordering::Relaxed));
                state.wakes = Some(now + NAG);
            } else {
                state.wakes = state.deadline;
            }
            state = match state.wakes {
                Some(until) => {
                    let left = until.saturating_duration_since(now);
                    let waited = self.changed.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// See [`CancelHandle::cancel`] and [`CancelHandle::cancel_this_or_next`].
    fn cancel(self: &Arc<Self>, or_next: bool) -> bool {
        let mut state = self.lock();
        if state.running {
            self.flag.cancel();
            state.cancelled = true;
            self.call_helper(&mut state);
        } else {
            state.cancel_next |= or_next;
        }
        state.running
    }

    pub(crate) fn shut(&self) {
        self.lock().ended = true;
        self.changed.notify_one();
    }
}

/// Stops what an interpreter runs, from any thread.
#[derive(Clone)]
pub struct CancelHandle(pub(crate) Arc<Bounds>);

impl CancelHandle {
    /// Stop the call of the host that runs now, also if it waits for the system; the script cannot catch
    /// this. With no call running nothing happens: what comes after a call's end does not end the next one.
    /// Answers whether one was running. (It may end by itself before it notices.)
    pub fn cancel(&self) -> bool {
        self.0.cancel(false)
    }

    /// The same; with no call running, the next one is stopped as soon as it begins.
    pub fn cancel_this_or_next(&self) {
        self.0.cancel(true);
    }
}
