//! The interpreter as the host sees it.
//!
//! **Invariant:** every call goes through [`Interpreter::enter`]: it takes the lock, sets the bounds, and
//! turns what was raised into an [`Error`]; nothing of Python is touched outside of it.

use crate::bounds::{Bounds, CancelHandle};
use crate::builder::{Builder, Session};
use crate::error::{Error, Stop};
use crate::handle::{Handle, Handles};
use crate::register::Define;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::ThreadId;
use std::time::{Duration, Instant};
use taipan_core::compile::{CompileOptions, Mode, compile_str};
use taipan_core::native::{ArgInfo, FromObject, IntoObject};
use taipan_core::object::{Dict, Obj, Object};
use taipan_core::vm::gil::Detached;
use taipan_core::vm::thread::Threads;
use taipan_core::vm::{Res, Vm};

/// A Python interpreter. Several in one process share nothing; each can be sent to another thread.
pub struct Interpreter {
    inner: Detached,
    bounds: Arc<Bounds>,
    user: Cell<ThreadId>,
    timeout: Cell<Option<Duration>>,
    deadline: Cell<Option<Instant>>,
}

impl Interpreter {
    /// With the standard library, an empty `sys.argv` and no folders on `sys.path`.
    pub fn new() -> Result<Interpreter, Error> {
        Interpreter::builder().build()
    }

    /// Choose how it is to be.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn of(inner: Detached) -> Interpreter {
        let flag = inner.with(|vm| vm.cancel_handle());
        Interpreter {
            inner,
            bounds: Bounds::new(flag),
            user: Cell::new(std::thread::current().id()),
            timeout: Cell::new(None),
            deadline: Cell::new(None),
        }
    }

    /// Run statements in `__main__`.
    pub fn exec(&self, source: &str) -> Result<(), Error> {
        self.enter(|vm| run(vm, source, "<string>", Mode::Exec).map(drop))
    }

    /// The same under a file name, by which tracebacks show it, and its lines.
    pub fn exec_named(&self, name: &str, source: &str) -> Result<(), Error> {
        self.enter(|vm| {
            let sources = &vm.interp().state::<Session>().sources;
            sources.borrow_mut().insert(name.to_owned(), source.to_owned());
            run(vm, source, name, Mode::Exec).map(drop)
        })
    }

    /// The value of an expression in `__main__`.
    pub fn eval<T: FromObject + Send>(&self, expression: &str) -> Result<T, Error> {
        self.enter(|vm| {
            let value = run(vm, expression, "<string>", Mode::Eval)?;
            T::from_object(vm, &value, &ArgInfo::default())
        })
    }

    /// A module of Python source, made of text instead of a file; `import` finds it afterwards. Doing it
    /// again replaces it.
    pub fn load_module(&self, name: &str, source: &str) -> Result<Handle, Error> {
        self.enter(|vm| {
            let file = format!("{name}.py");
            let sources = &vm.interp().state::<Session>().sources;
            sources.borrow_mut().insert(file.clone(), source.to_owned());
            let module = vm.new_module(name, None)?;
            module.set(vm, "__file__", file.as_str())?;
            if let Some(modules) = vm.interp().modules.get_as::<Dict>() {
                if let Some(builtins) = modules.get_named(vm, "builtins") {
                    module.dict.set_named(vm, "__builtins__", builtins)?;
                }
                run_in(vm, source, &file, Mode::Exec, &module.dict)?;
                modules.set_named(vm, name, Object::from(module.clone()))?;
            }
            Ok(Handle::new(vm, module.into_object()))
        })
    }

    /// Import a module by its full name.
    pub fn import(&self, name: &str) -> Result<Handle, Error> {
        self.enter(|vm| Ok(Handle::new(vm, vm.import(name)?)))
    }

    /// A global variable of `__main__`; NameError if there is none.
    pub fn get<T: FromObject + Send>(&self, name: &str) -> Result<T, Error> {
        self.enter(|vm| match globals(vm)?.get_named(vm, name) {
            Some(value) => T::from_object(vm, &value, &ArgInfo::default()),
            None => Err(vm.name_error(format_args!("name '{name}' is not defined"))),
        })
    }

    /// Set a global variable of `__main__`.
    pub fn set(&self, name: &str, value: impl IntoObject + Send) -> Result<(), Error> {
        self.enter(|vm| {
            let value = value.into_object(vm)?;
            globals(vm)?.set_named(vm, name, value)
        })
    }

    /// Give a function, class or module of the host its name: modules become importable, the others
    /// global variables of `__main__`.
    pub fn define(&self, item: impl Define) -> Result<(), Error> {
        self.enter(|vm| {
            let name = item.name().to_owned();
            let object = item.make(vm)?;
            if object.downcast::<taipan_core::object::Module>().is_some() {
                return Ok(());
            }
            globals(vm)?.set_named(vm, &name, object)
        })
    }

    /// Call an object with positional arguments: a tuple of values, or `()`.
    pub fn call<T: FromObject + Send>(
        &self,
        callable: &Handle,
        args: impl IntoArgs + Send,
    ) -> Result<T, Error> {
        self.enter(|vm| {
            let callable = callable.object(vm)?;
            let result = args.apply(vm, |args| vm.call(&callable, args))?;
            T::from_object(vm, &result, &ArgInfo::default())
        })
    }

    /// Call an object with keyword arguments too: `&[("name", value)]`, or a map.
    pub fn call_with<T: FromObject + Send, V: IntoObject>(
        &self,
        callable: &Handle,
        args: impl IntoArgs + Send,
        named: impl IntoIterator<Item = (&'static str, V)> + Send,
    ) -> Result<T, Error> {
        self.enter(|vm| {
            let callable = callable.object(vm)?;
            let convert = |(name, value): (&'static str, V)| Ok((name, value.into_object(vm)?));
            let named = named.into_iter().map(convert).collect::<Res<Vec<_>>>()?;
            let result = args.apply(vm, |args| vm.call_named(&callable, args, &named))?;
            T::from_object(vm, &result, &ArgInfo::default())
        })
    }

    /// Call a method.
    pub fn call_method<T: FromObject + Send>(
        &self,
        object: &Handle,
        name: &str,
        args: impl IntoArgs + Send,
    ) -> Result<T, Error> {
        self.enter(|vm| {
            let object = object.object(vm)?;
            let result = args.apply(vm, |args| vm.call_method(&object, name, args))?;
            T::from_object(vm, &result, &ArgInfo::default())
        })
    }

    /// An attribute.
    pub fn get_attr<T: FromObject + Send>(&self, object: &Handle, name: &str) -> Result<T, Error> {
        self.enter(|vm| {
            let value = vm.getattr(&object.object(vm)?, &vm.intern(name))?;
            T::from_object(vm, &value, &ArgInfo::default())
        })
    }

    /// Set an attribute.
    pub fn set_attr(
        &self,
        object: &Handle,
        name: &str,
        value: impl IntoObject + Send,
    ) -> Result<(), Error> {
        self.enter(|vm| {
            let value = value.into_object(vm)?;
            vm.setattr(&object.object(vm)?, &vm.intern(name), &value)
        })
    }

    /// What an object is as a Rust value.
    pub fn extract<T: FromObject + Send>(&self, object: &Handle) -> Result<T, Error> {
        self.enter(|vm| T::from_object(vm, &object.object(vm)?, &ArgInfo::default()))
    }

    /// Use all that natives may use. No object leaves the closure, but what converts, and handles.
    pub fn with<T: Send>(&self, f: impl FnOnce(&Vm) -> Res<T> + Send) -> Result<T, Error> {
        self.enter(f)
    }

    /// A handle with which any thread can stop what runs here.
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle(self.bounds.clone())
    }

    /// Let scripts do so much and no more from now on, over all calls; None is no limit. A unit is about one
    /// turn of a loop or one call; the same script uses the same number each time, as long as it waits for
    /// nothing and gets no signals. Counting makes loops and calls slower.
    pub fn set_fuel(&self, units: Option<u64>) {
        self.inner.with(|vm| vm.set_fuel(units));
    }

    /// What is left of the fuel, if it is limited.
    pub fn fuel(&self) -> Option<u64> {
        self.inner.with(|vm| vm.fuel())
    }

    /// Let each call of the host take so long and no longer.
    pub fn set_timeout(&self, time: Option<Duration>) {
        self.timeout.set(time);
    }

    /// Let no call go on after this instant (beside [`Interpreter::set_timeout`]).
    pub fn set_deadline(&self, instant: Option<Instant>) {
        self.deadline.set(instant);
    }

    /// Let objects take so many bytes and no more: beyond it scripts see MemoryError.
    pub fn set_memory_limit(&self, bytes: Option<usize>) {
        self.inner.with(|vm| vm.interp().heap.set_limit(bytes.unwrap_or(usize::MAX)));
    }

    /// Bytes that objects take now.
    pub fn memory_used(&self) -> usize {
        self.inner.with(|vm| vm.interp().heap.used())
    }

    /// Let so many calls be active at a time; beyond it scripts see RecursionError.
    pub fn set_recursion_limit(&self, calls: u32) {
        self.inner.with(|vm| vm.set_recursion_limit(calls));
    }

    #[inline]
    pub(crate) fn enter<T: Send>(&self, f: impl FnOnce(&Vm) -> Res<T> + Send) -> Result<T, Error> {
        let thread = std::thread::current().id();
        if self.user.replace(thread) != thread {
            self.bounds.set_thread();
        }
        let by_timeout = self.timeout.get().and_then(|time| Instant::now().checked_add(time));
        let deadline = match (by_timeout, self.deadline.get()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.bounds.begin(deadline);
        // Also when the closure panics.
        struct End<'a>(&'a Bounds);
        impl Drop for End<'_> {
            fn drop(&mut self) {
                self.0.end();
            }
        }
        let _end = End(&self.bounds);
        self.inner.with(|vm| {
            let result = f(vm);
            match result {
                Ok(value) if !vm.is_stopping() => {
                    vm.interp().state::<Handles>().sweep();
                    Ok(value)
                }
                Ok(_) => Err(failed(vm, None)),
                Err(raised) => Err(failed(vm, Some(raised))),
            }
        })
    }
}

impl Drop for Interpreter {
    fn drop(&mut self) {
        let _ = self.enter(|vm| {
            taipan_stdlib::io::streams::flush_at_exit(vm);
            Ok(())
        });
        self.bounds.shut();
    }
}

/// Threads of the script get so long to end after a stop.
const THREADS_END: Duration = Duration::from_millis(50);

#[cold]
fn failed(vm: &Vm, raised: Option<taipan_core::vm::Raised>) -> Error {
    if let Some(error) = stopped(vm, raised.is_none()) {
        let error = Error::stopped(vm, raised, error);
        vm.reset_stop();
        return error;
    }
    let Some(raised) = raised else { return Error::at_start("nothing was raised".to_owned()) };
    let mut error = Error::raised(vm, raised);
    let incomplete = vm.interp().state::<Session>().incomplete.take();
    if incomplete {
        error.mark_incomplete();
    }
    // The text of an exception can be code that does not end.
    if let Some(stop) = stopped(vm, false) {
        error = Error::stopped(vm, None, stop);
        vm.reset_stop();
    }
    error
}

/// What has stopped the script; the threads that it started end too, as far as they do not wait.
fn stopped(vm: &Vm, _: bool) -> Option<Stop> {
    let stop = match vm.stop()? {
        taipan_core::vm::gil::Stop::Cancelled => Stop::Cancelled,
        taipan_core::vm::gil::Stop::Deadline => Stop::Deadline,
        taipan_core::vm::gil::Stop::OutOfFuel => Stop::OutOfFuel,
    };
    let end = Instant::now() + THREADS_END;
    while vm.interp().state::<Threads>().running.get() > 0 && Instant::now() < end {
        vm.allow_threads(|| std::thread::sleep(Duration::from_micros(200)));
    }
    Some(stop)
}

/// The namespace of `__main__`.
pub(crate) fn globals(vm: &Vm) -> Res<Obj<Dict>> {
    let session = vm.interp().state::<Session>();
    if let Some(globals) = session.globals.get_as::<Dict>() {
        return Ok(globals);
    }
    let globals = crate::setup::main_module(vm)?;
    session.globals.set(globals.clone().into_object());
    Ok(globals)
}

fn run(vm: &Vm, source: &str, name: &str, mode: Mode) -> Res {
    let globals = globals(vm)?;
    run_in(vm, source, name, mode, &globals)
}

fn run_in(vm: &Vm, source: &str, name: &str, mode: Mode, globals: &Obj<Dict>) -> Res {
    let options = CompileOptions { mode, ..CompileOptions::default() };
    match compile_str(source, name, &options) {
        Ok(compiled) => {
            for warning in &compiled.warnings {
                taipan_core::builtins::source::warn(vm, warning, name)?;
            }
            taipan_core::vm::code::run_module(vm, Rc::new(compiled.unit), globals)
        }
        Err(e) => {
            vm.interp().state::<Session>().incomplete.set(e.incomplete);
            Err(taipan_core::builtins::source::raise(vm, &e, name, false))
        }
    }
}

/// Positional arguments: tuples of values.
pub trait IntoArgs {
    /// Convert them, and hand them on.
    fn apply(self, vm: &Vm, f: impl FnOnce(&[Object]) -> Res) -> Res;
}

macro_rules! args {
    ($($($T:ident $i:tt)*;)*) => {$(
        impl<$($T: IntoObject),*> IntoArgs for ($($T,)*) {
            #[inline]
            fn apply(self, vm: &Vm, f: impl FnOnce(&[Object]) -> Res) -> Res {
                f(&[$(self.$i.into_object(vm)?),*])
            }
        }
    )*};
}
args! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 G 5;
}

impl IntoArgs for () {
    #[inline]
    fn apply(self, _: &Vm, f: impl FnOnce(&[Object]) -> Res) -> Res {
        f(&[])
    }
}

impl<T: IntoObject> IntoArgs for Vec<T> {
    fn apply(self, vm: &Vm, f: impl FnOnce(&[Object]) -> Res) -> Res {
        let args = self.into_iter().map(|arg| arg.into_object(vm)).collect::<Res<Vec<_>>>()?;
        f(&args)
    }
}
