//! How an interpreter is to be.

use crate::error::Error;
use crate::host::{Guard, SystemHost};
use crate::interpreter::Interpreter;
use crate::register::{Define, Module};
use crate::setup::{self, Seed};
use crate::stdio::{self, Input, Output};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use taipan_core::builtins::paths::PathFinder;
use taipan_core::compile::CompileOptions;
use taipan_core::native::ModuleDef;
use taipan_core::object::{Dict, Slot};
use taipan_core::vm::gil::Detached;
use taipan_core::vm::policy::Policy;
use taipan_core::vm::{Res, Vm};

/// What an interpreter keeps for the host.
#[derive(Default)]
pub(crate) struct Session {
    /// The namespace of `__main__`.
    pub(crate) globals: Slot,
    /// Texts that were run under a name, for tracebacks.
    pub(crate) sources: RefCell<HashMap<String, String>>,
    /// The last text that did not compile could go on.
    pub(crate) incomplete: Cell<bool>,
}

/// See [`Interpreter::builder`].
///
/// ```
/// use std::time::Duration;
/// use taipan::{Captured, Interpreter};
///
/// let output = Captured::default();
/// let python = Interpreter::builder()
///     .argv(["report", "--short"])
///     .stdout(&output)
///     .timeout(Duration::from_secs(1))
///     .memory_limit(32 << 20)
///     .build()?;
/// python.exec("import sys; print(sys.argv[1:])")?;
/// assert_eq!(output.take(), "['--short']\n");
/// # Ok::<(), taipan::Error>(())
/// ```
pub struct Builder {
    argv: Vec<String>,
    paths: Vec<String>,
    modules: Vec<&'static [&'static ModuleDef]>,
    host_modules: Vec<Module>,
    library: bool,
    seed: Seed,
    stdin: Input,
    stdout: Output,
    stderr: Output,
    policy: Option<Box<dyn Policy + Send>>,
    fuel: Option<u64>,
    timeout: Option<Duration>,
    memory: Option<usize>,
    recursion: Option<u32>,
    native_stack: usize,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder {
            argv: Vec::new(),
            paths: Vec::new(),
            modules: setup::standard_modules(),
            host_modules: Vec::new(),
            library: setup::HAS_LIBRARY,
            seed: Seed::Random,
            stdin: Input::Inherit,
            stdout: Output::Inherit,
            stderr: Output::Inherit,
            policy: None,
            fuel: None,
            timeout: None,
            memory: None,
            recursion: None,
            native_stack: setup::EMBEDDED_STACK,
        }
    }
}

impl Builder {
    /// `sys.argv`.
    pub fn argv<S: Into<String>>(mut self, argv: impl IntoIterator<Item = S>) -> Builder {
        self.argv = argv.into_iter().map(Into::into).collect();
        self
    }

    /// Folders to import from, before the library.
    pub fn paths<S: Into<String>>(mut self, paths: impl IntoIterator<Item = S>) -> Builder {
        self.paths = paths.into_iter().map(Into::into).collect();
        self
    }

    /// Only these tables of native modules ([`standard_modules`](crate::standard_modules) else).
    pub fn modules(mut self, tables: Vec<&'static [&'static ModuleDef]>) -> Builder {
        self.modules = tables;
        self
    }

    /// A module of the host.
    pub fn module(mut self, module: Module) -> Builder {
        self.host_modules.push(module);
        self
    }

    /// Whether the library that is written in Python can be imported.
    pub fn library(mut self, with: bool) -> Builder {
        self.library = with && setup::HAS_LIBRARY;
        self
    }

    /// Hash text as with PYTHONHASHSEED=n, so that sets are iterated in the same order each time.
    pub fn hash_seed(mut self, seed: u32) -> Builder {
        self.seed = Seed::Fixed(seed);
        self
    }

    /// Where standard input comes from: an [`Input`], or text.
    pub fn stdin(mut self, input: impl Into<Input>) -> Builder {
        self.stdin = input.into();
        self
    }

    /// Where standard output goes: an [`Output`], or a [`Captured`](crate::Captured).
    pub fn stdout(mut self, output: impl Into<Output>) -> Builder {
        self.stdout = output.into();
        self
    }

    /// Where standard error goes.
    pub fn stderr(mut self, output: impl Into<Output>) -> Builder {
        self.stderr = output.into();
        self
    }

    /// Ask before scripts reach outside the interpreter; everything is allowed without it.
    pub fn policy(mut self, policy: impl Policy + Send + 'static) -> Builder {
        self.policy = Some(Box::new(policy));
        self
    }

    /// See [`Interpreter::set_fuel`].
    pub fn fuel(mut self, units: u64) -> Builder {
        self.fuel = Some(units);
        self
    }

    /// See [`Interpreter::set_timeout`].
    pub fn timeout(mut self, time: Duration) -> Builder {
        self.timeout = Some(time);
        self
    }

    /// See [`Interpreter::set_memory_limit`]; what the interpreter itself takes (about 1 MB) counts.
    pub fn memory_limit(mut self, bytes: usize) -> Builder {
        self.memory = Some(bytes);
        self
    }

    /// See [`Interpreter::set_recursion_limit`].
    pub fn recursion_limit(mut self, calls: u32) -> Builder {
        self.recursion = Some(calls);
        self
    }

    /// Bytes that may be used of the native stack of whichever thread calls: one megabyte unless told
    /// otherwise, as threads have two.
    pub fn native_stack(mut self, bytes: usize) -> Builder {
        self.native_stack = bytes;
        self
    }

    /// Make it.
    pub fn build(self) -> Result<Interpreter, Error> {
        let (timeout, native_stack) = (self.timeout, self.native_stack);
        let vm = taipan_core::vm::start::start(self.seed, native_stack).map_err(Error::at_start)?;
        let interpreter = {
            let interpreter = Interpreter::of(Detached::new(vm, native_stack));
            interpreter.enter(move |vm| self.furnish(vm))?;
            interpreter
        };
        interpreter.set_timeout(timeout);
        Ok(interpreter)
    }

    fn furnish(self, vm: &Vm) -> Res<()> {
        let policy: Option<Rc<dyn Policy>> = self.policy.map(|policy| {
            let policy: Box<dyn Policy> = policy;
            Rc::from(policy)
        });
        vm.set_policy(policy.clone());
        let host = Guard { system: SystemHost, policy, interp: vm_sources(vm) };
        *vm.interp().host.borrow_mut() = Some(Rc::new(host));
        for table in self.modules {
            vm.add_modules(table);
        }
        vm.add_finder(PathFinder { options: CompileOptions::default() });
        let streams = taipan_stdlib::io::streams::StreamOptions::default();
        taipan_stdlib::io::streams::install(vm, &streams)?;
        stdio::install(vm, self.stdin, self.stdout, self.stderr);
        for path in &self.paths {
            setup::append_path(vm, path)?;
        }
        if self.library {
            setup::mount_library(vm, setup::NAMELESS_LIBRARY);
            setup::append_path(vm, setup::NAMELESS_LIBRARY)?;
        }
        if let Some(sys) = vm.interp().sys.get_as::<Dict>() {
            let text = |arg: &String| Ok(vm.str(arg)?.into_object());
            let argv = self.argv.iter().map(text).collect::<Res<Vec<_>>>()?;
            sys.set_named(vm, "argv", vm.list(argv)?)?;
        }
        for module in self.host_modules {
            module.make(vm)?;
        }
        crate::interpreter::globals(vm)?;
        if let Some(calls) = self.recursion {
            vm.set_recursion_limit(calls);
        }
        vm.interp().heap.set_limit(self.memory.unwrap_or(usize::MAX));
        vm.set_fuel(self.fuel);
        Ok(())
    }
}

/// What the host of an interpreter looks into.
fn vm_sources(vm: &Vm) -> (Rc<Session>, Rc<stdio::Stdio>) {
    (vm.interp().state::<Session>(), vm.interp().state::<stdio::Stdio>())
}
