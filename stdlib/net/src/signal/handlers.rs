//! Who handles which signal, and running the handlers.
//!
//! **Invariant:** at most [`NESTED`] handlers run inside each other, and one look at the flags runs
//! each signal's handler once: a storm of signals slows the program down and neither exhausts its
//! stack nor keeps it from going on.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use taipan_core::vm::gil::Signals;
use taipan_core::vm::interp::eval_flags;
use taipan_core::vm::thread::Threads;
use taipan_sys::signal::{self as sys, Disposition, SIGINT, Sink};

use super::checked;
use crate::support::*;

/// How many handlers may be interrupted by handlers.
const NESTED: u32 = 16;

/// The values of SIG_DFL and SIG_IGN.
const DEFAULT: i64 = 0;
const IGNORE: i64 = 1;

/// What becomes of a signal.
#[derive(Clone, Default)]
enum Handler {
    /// Nobody has asked yet.
    #[default]
    Unknown,
    Default,
    Ignore,
    /// KeyboardInterrupt, from before there was a function for it.
    Interrupt,
    /// Something outside of Python.
    Foreign,
    Call(Object),
}

/// What an interpreter keeps of this module.
#[derive(Default)]
pub(super) struct State {
    sink: OnceCell<Arc<Sink>>,
    handlers: RefCell<Vec<Handler>>,
    /// Handlers that run now.
    depth: Cell<u32>,
    itimer_error: OnceCell<Object>,
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(sink) = self.sink.get() {
            sys::release(sink);
        }
    }
}

/// The state, ready to get signals.
pub(super) fn state(vm: &Vm) -> Rc<State> {
    let state = vm.interp().state::<State>();
    if state.sink.get().is_none() {
        let flags = vm.interp().eval_flags.clone();
        let _ = state.sink.set(Sink::new(flags, eval_flags::SIGNAL));
        state.handlers.borrow_mut().resize_with(sys::COUNT as usize, Handler::default);
        vm.set_signals(Rc::new(Delivery));
        if vm.is_main_thread() {
            let threads = vm.interp().state::<Threads>();
            threads.native_ids.borrow_mut().insert(vm.ident(), taipan_sys::thread::native_id());
        }
    }
    state
}

/// For the start of the program: Ctrl-C raises KeyboardInterrupt in the main thread, and writing
/// beyond the limit of a file's size is an error.
pub fn start(vm: &Vm) {
    let _ = sys::ignore(sys::SIGXFSZ);
    // Ignored from the start (`nohup`, background jobs): stays so.
    if matches!(sys::disposition(SIGINT), Ok(Disposition::Ignore)) {
        return;
    }
    let state = state(vm);
    if let Some(sink) = state.sink.get()
        && sys::install(SIGINT, sink).is_ok()
    {
        state.set(SIGINT, Handler::Interrupt);
    }
}

impl State {
    /// The class of errors of timers.
    pub(super) fn itimer_error(&self, vm: &Vm) -> Res {
        if let Some(class) = self.itimer_error.get() {
            return Ok(class.clone());
        }
        let dict = vm.new_dict()?;
        dict.set_named(vm, "__module__", vm.str("signal")?)?;
        let bases = vm.tuple(vec![vm.types().exception(Exc::OSError).into_object()])?;
        let name = vm.str("itimer_error")?.into_object();
        let arguments = [name, bases.into_object(), dict.into_object()];
        let class = vm.call(vm.types().type_.as_object(), &arguments)?;
        let _ = self.itimer_error.set(class.clone());
        Ok(class)
    }

    /// The module is made: `function` is what handles interrupts that nobody else handles.
    pub(super) fn make_visible(&self, vm: &Vm, function: Object) -> Res<()> {
        if matches!(self.handler(SIGINT), Handler::Interrupt) {
            self.set(SIGINT, Handler::Call(function));
        } else if vm.is_main_thread() && matches!(self.handler(SIGINT), Handler::Default) {
            self.install(vm, SIGINT, Handler::Call(function))?;
        }
        Ok(())
    }

    pub(super) fn sink(&self) -> Option<&Arc<Sink>> {
        self.sink.get()
    }

    /// What handles a signal; the system is asked if nobody here has said.
    fn handler(&self, signal: sys::Signal) -> Handler {
        let known = self.handlers.borrow().get(signal as usize).cloned().unwrap_or_default();
        let Handler::Unknown = known else { return known };
        let found = match sys::disposition(signal) {
            Ok(Disposition::Default) => Handler::Default,
            Ok(Disposition::Ignore) => Handler::Ignore,
            _ => Handler::Foreign,
        };
        self.set(signal, found.clone());
        found
    }

    fn set(&self, signal: sys::Signal, handler: Handler) {
        let mut old = None;
        if let Some(place) = self.handlers.borrow_mut().get_mut(signal as usize) {
            old = Some(std::mem::replace(place, handler));
        }
        drop(old); // outside of the borrow: it may run Python
    }

    fn install(&self, vm: &Vm, signal: sys::Signal, handler: Handler) -> Res<()> {
        let done = match (&handler, self.sink.get()) {
            (Handler::Default, _) => sys::set_default(signal),
            (Handler::Ignore, _) => sys::ignore(signal),
            (_, Some(sink)) => sys::install(signal, sink),
            (_, None) => Ok(()),
        };
        done.map_err(|failure| raise_io(vm, failure))?;
        self.set(signal, handler);
        Ok(())
    }
}

/// The handler as scripts see it.
fn shown(vm: &Vm, handler: Handler) -> Res {
    match handler {
        Handler::Default => vm.int(DEFAULT),
        Handler::Ignore => vm.int(IGNORE),
        Handler::Call(function) => Ok(function),
        Handler::Unknown | Handler::Foreign | Handler::Interrupt => Ok(Object::none()),
    }
}

/// Set what is done when a signal comes, and return what was done before.
///
/// That is SIG_DFL (what the system does), SIG_IGN (nothing) or a function, which is called with
/// the number of the signal and the frame that it interrupted.
#[native("(signalnum, handler, /)")]
pub(super) fn signal(vm: &Vm, signalnum: i32, handler: &Object) -> Res {
    set_handler(vm, signalnum, handler)
}

pub(super) fn set_handler(vm: &Vm, signalnum: i32, handler: &Object) -> Res {
    crate::policy::signal(vm, "signal")?;
    if !vm.is_main_thread() {
        return Err(vm.value_error("signal only works in main thread of the main interpreter"));
    }
    let number = checked(vm, signalnum)?;
    let new = match handler.as_small_int().or_else(|| vm.as_i64(handler)) {
        Some(DEFAULT) => Handler::Default,
        Some(IGNORE) => Handler::Ignore,
        _ if vm.is_callable(handler) => Handler::Call(handler.clone()),
        _ => {
            return Err(vm.type_error(
                "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
            ));
        }
    };
    // What has come before is the old handler's.
    vm.poll()?;
    let state = state(vm);
    let old = state.handler(number);
    state.install(vm, number, new)?;
    shown(vm, old)
}

/// Return what is done when a signal comes: SIG_DFL, SIG_IGN, a function, or None if it is nothing
/// that Python knows of.
#[native("(signalnum, /)")]
pub(super) fn getsignal(vm: &Vm, signalnum: i32) -> Res {
    handler_of(vm, signalnum)
}

pub(super) fn handler_of(vm: &Vm, signalnum: i32) -> Res {
    let number = checked(vm, signalnum)?;
    let handler = state(vm).handler(number);
    shown(vm, handler)
}

/// Raise KeyboardInterrupt: what is done about SIGINT unless something else is asked for.
#[native("(signalnum, frame, /)")]
pub(super) fn default_int_handler(vm: &Vm, signalnum: i32, frame: &Object) -> Res<()> {
    let _ = (signalnum, frame);
    Err(vm.raise_args(Exc::KeyboardInterrupt, Vec::new()))
}

/// Runs what is due in the main thread.
struct Delivery;

impl Signals for Delivery {
    fn deliver(&self, vm: &Vm) -> Res<()> {
        let state = vm.interp().state::<State>();
        let Some(sink) = state.sink.get() else { return Ok(()) };
        if let Some(failure) = sink.take_wakeup_error() {
            report_wakeup(vm, failure);
        }
        if state.depth.get() >= NESTED {
            return Ok(()); // they stay in the sink; the outermost one looks again
        }
        state.depth.set(state.depth.get() + 1);
        let result = run_each(vm, &state, sink);
        state.depth.set(state.depth.get() - 1);
        if state.depth.get() == 0 {
            sink.release_held();
        }
        if sink.has_pending() {
            vm.set_eval_flags(eval_flags::SIGNAL);
        }
        result
    }

    fn simulate(&self, vm: &Vm, number: i32) {
        let state = vm.interp().state::<State>();
        let handled = matches!(state.handler(number), Handler::Call(_) | Handler::Interrupt);
        if let (true, Some(sink)) = (handled, state.sink.get()) {
            sink.trip(number);
        }
    }

    fn forked(&self, vm: &Vm) {
        if let Some(sink) = vm.interp().state::<State>().sink.get() {
            let _ = sink.take_pending();
            sink.release_held();
        }
        let threads = vm.interp().state::<Threads>();
        threads.native_ids.borrow_mut().insert(vm.ident(), taipan_sys::thread::native_id());
    }
}

/// Run the handlers of the signals that came, each once. One at a time is taken from the sink, so that a
/// handler can see the others' handlers run.
fn run_each(vm: &Vm, state: &State, sink: &Sink) -> Res<()> {
    let mut seen = sys::SignalSet::default();
    loop {
        let mut due = sink.take_pending();
        let mut rest = sys::SignalSet::default();
        let mut next = None;
        for signal in due.by_ref() {
            if next.is_none() && !seen.contains(signal) {
                next = Some(signal);
            } else {
                rest.insert(signal);
            }
        }
        rest.iter().put_back(sink);
        let Some(signal) = next else { return Ok(()) };
        seen.insert(signal);
        match state.handler(signal) {
            Handler::Interrupt => return Err(vm.raise_args(Exc::KeyboardInterrupt, Vec::new())),
            Handler::Call(function) => {
                let frame = vm.frame_at(0)?.map_or(Object::none(), Obj::into_object);
                vm.call(&function, &[vm.int(signal.into())?, frame])?;
            }
            // Changed since it came.
            _ => {}
        }
    }
}

fn report_wakeup(vm: &Vm, failure: std::io::Error) {
    taipan_core::types::traceback::uncaught::write_error(
        vm,
        "Exception ignored when trying to write to the signal wakeup fd:\n",
    );
    let raised = raise_io(vm, failure);
    vm.unraisable(raised, None);
}
