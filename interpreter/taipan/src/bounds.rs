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
        if deadline.is_some_and(|end| state.wakes.is_none_or(|wakes| end < wakes))
            || state.cancelled
        {
            self.call_helper(&mut state);
        }
    }

    /// It is over: a deadline that comes now comes too late.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        if state.running {
            state.running = false;
            state.cancelled = false;
            if state.deadline.take().is_some() {
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

    pub(crate) fn shut(&self) {
        self.lock().ended = true;
        self.changed.notify_one();
    }
}

/// Stops what an interpreter runs, from any thread.
#[derive(Clone)]
pub struct CancelHandle(pub(crate) Arc<Bounds>);

impl CancelHandle {
    /// Stop the script that runs, also if it waits for the system; if none does, stop the next one.
    /// The script cannot catch this.
    pub fn cancel(&self) {
        let mut state = self.0.lock();
        self.0.flag.cancel();
        state.cancelled = true;
        if state.running {
            self.0.call_helper(&mut state);
        }
    }
}
