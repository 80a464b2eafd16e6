//! The embedding API: an interpreter with the standard library, to run source text in.
//!
//! ```
//! let python = taipan::Interpreter::new()?;
//! python.exec("x = 20 + 1")?;
//! assert_eq!(python.vm().as_i64(&python.eval("x * 2")?), Some(42));
//! # Ok::<(), taipan::Error>(())
//! ```

pub mod cli;
mod host;
mod repl;
mod setup;

pub use host::SystemHost;
pub use setup::{standard_modules, start};
pub use taipan_core::vm::gil::CancelHandle;

use std::rc::Rc;
use taipan_core::compile::{CompileOptions, Mode, compile_str};
use taipan_core::object::{Dict, Obj, Object};
use taipan_core::vm::{Raised, Vm};

/// What ended code that the host stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// [`CancelHandle::cancel`] was called.
    Cancelled,
    /// There was no fuel left; see [`Interpreter::set_fuel`].
    OutOfFuel,
}

/// Why Python code did not come to its end.
#[derive(Debug)]
pub struct Error {
    /// The host stopped it; no exception handler and no `finally` of the script has run.
    pub stop: Option<Stop>,
    /// The exception as it would be displayed, traceback included.
    pub text: String,
    /// The exception object; absent if the interpreter itself could not start.
    pub exception: Option<Object>,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text.trim_end())
    }
}

impl std::error::Error for Error {}

/// A Python interpreter. Several in one process share nothing.
pub struct Interpreter {
    globals: Obj<Dict>,
    vm: Box<Vm>,
}

impl Interpreter {
    /// An interpreter with the standard library, an empty `sys.argv` and no folders on `sys.path`.
    pub fn new() -> Result<Interpreter, Error> {
        let start_failed = |text: String| Error { stop: None, text, exception: None };
        let vm = setup::start(setup::Seed::Random, setup::EMBEDDED_STACK).map_err(start_failed)?;
        let streams = taipan_stdlib::io::streams::StreamOptions::default();
        taipan_stdlib::io::streams::install(&vm, &streams).map_err(|r| display(&vm, r))?;
        if setup::HAS_LIBRARY {
            setup::mount_library(&vm, setup::NAMELESS_LIBRARY);
            setup::append_path(&vm, setup::NAMELESS_LIBRARY).map_err(|r| display(&vm, r))?;
        }
        let globals = setup::main_module(&vm).map_err(|r| display(&vm, r))?;
        Ok(Interpreter { globals, vm })
    }

    /// The interpreter's thread state, which all of the core's API asks for.
    pub fn vm(&self) -> &Vm {
        &self.vm
    }

    /// A handle with which any thread can stop what runs here.
    pub fn cancel_handle(&self) -> CancelHandle {
        self.vm.cancel_handle()
    }

    /// Let scripts do so much and no more, whatever they catch; None is no limit. A unit is one turn of a
    /// loop or one call, about; the same script uses the same number each time, as long as it waits for
    /// nothing and gets no signals. Counting makes loops and calls slower.
    pub fn set_fuel(&self, units: Option<u64>) {
        self.vm.set_fuel(units);
    }

    /// What is left of the fuel, if it is limited.
    pub fn fuel(&self) -> Option<u64> {
        self.vm.fuel()
    }

    /// Let objects take so many bytes and no more: beyond it scripts see MemoryError. None is no limit.
    pub fn set_memory_limit(&self, bytes: Option<usize>) {
        self.vm.interp().heap.set_limit(bytes.unwrap_or(usize::MAX));
    }

    /// Bytes that objects take now.
    pub fn memory_used(&self) -> usize {
        self.vm.interp().heap.used()
    }

    /// Run statements in `__main__`.
    pub fn exec(&self, source: &str) -> Result<(), Error> {
        self.run(source, Mode::Exec).map(drop)
    }

    /// The value of an expression in `__main__`.
    pub fn eval(&self, expression: &str) -> Result<Object, Error> {
        self.run(expression, Mode::Eval)
    }

    fn run(&self, source: &str, mode: Mode) -> Result<Object, Error> {
        let vm = &self.vm;
        let options = CompileOptions { mode, ..CompileOptions::default() };
        let result = match compile_str(source, "<string>", &options) {
            Ok(compiled) => {
                taipan_core::vm::code::run_module(vm, Rc::new(compiled.unit), &self.globals)
            }
            Err(e) => Err(taipan_core::builtins::source::raise(vm, &e, "<string>", false)),
        };
        let stop = vm.is_stopping().then(|| match vm.fuel() {
            Some(0) => Stop::OutOfFuel,
            _ => Stop::Cancelled,
        });
        if stop.is_some() {
            vm.reset_stop();
        }
        result.map_err(|r| match stop {
            Some(stop) => Error { stop: Some(stop), ..stopped(vm, r) },
            None => display(vm, r),
        })
    }
}

/// Nothing of Python runs to make the text.
fn stopped(vm: &Vm, raised: Raised) -> Error {
    let exception = vm.take_raised(raised);
    Error { stop: None, text: "stopped by the host\n".to_owned(), exception: Some(exception) }
}

/// Memory beyond the limit for telling what happened.
pub(crate) const REPORT_ROOM: usize = 4 << 20;

fn display(vm: &Vm, raised: Raised) -> Error {
    let exception = vm.take_raised(raised);
    let heap = &vm.interp().heap;
    let limit = heap.limit();
    heap.set_limit(limit.saturating_add(REPORT_ROOM));
    let text = taipan_core::types::traceback::print::format_exception(vm, &exception);
    heap.set_limit(limit);
    Error { stop: None, text, exception: Some(exception) }
}
