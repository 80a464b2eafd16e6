//! The module _thread: threads and locks (library reference, "_thread - Low-level threading API").
//!
//! Locks wait without the interpreter's lock. The main thread wakes every few milliseconds while it
//! waits, so that signal handlers run.

mod local;
mod locks;

use locks::{LOCK, RLOCK};
use std::cell::Cell;
use taipan_core::native::ModuleDef;
use taipan_core::natives;
use taipan_core::object::{Dict, Exc, Object, Tuple};
use taipan_core::vm::thread::{Threads, spawn};
use taipan_core::vm::{Raised, Res, Vm};
use taipan_macros::native;

/// The module's state in one interpreter.
#[derive(Default)]
struct State {
    stack_size: Cell<usize>,
}

/// Run a function in a thread of its own; gives the thread's number.
///
/// It is called with the tuple as arguments and the dict as keywords, and the thread ends when it returns. An
/// exception other than SystemExit is reported through sys.unraisablehook.
#[native("(function, args, kwargs=None, /)")]
fn start_new_thread(
    vm: &Vm,
    function: &Object,
    args: &Object,
    kwargs: Option<&Object>,
) -> Res<u64> {
    if !vm.is_callable(function) {
        return Err(vm.type_error("first arg must be callable"));
    }
    let Some(args) = args.downcast::<Tuple>() else {
        return Err(vm.type_error("2nd arg must be a tuple"));
    };
    let mut objects = vec![function.clone(), args.clone().into_object()];
    if let Some(kwargs) = kwargs {
        if kwargs.downcast::<Dict>().is_none() {
            return Err(vm.type_error("optional 3rd arg must be a dictionary"));
        }
        objects.push(kwargs.clone());
    }
    let stack = vm.interp().state::<State>().stack_size.get();
    tell_native_id(vm);
    spawn(vm, objects, stack, run, report).map_err(|_| vm.runtime_error("can't start new thread"))
}

/// For those who must name a thread to the system.
fn tell_native_id(vm: &Vm) {
    let threads = vm.interp().state::<Threads>();
    threads.native_ids.borrow_mut().insert(vm.ident(), taipan_sys::thread::native_id());
}

fn run(vm: &Vm, objects: &[Object]) -> Res {
    tell_native_id(vm);
    let [function, args, rest @ ..] = objects else { return Ok(Object::none()) };
    match args.downcast::<Tuple>() {
        Some(args) => {
            vm.call_tuple_dict(function, args, rest.first().and_then(|d| d.downcast::<Dict>()))
        }
        None => Ok(Object::none()),
    }
}

fn report(vm: &Vm, result: Result<Object, Raised>, objects: &[Object]) {
    local::thread_ended(vm);
    if let Err(raised) = result {
        if let Err(raised) = vm.caught(raised, Exc::SystemExit) {
            let none = Object::none();
            let function = objects.first().unwrap_or(&none);
            vm.unraisable_in(raised, "Exception ignored in thread started by", function);
        }
    }
    vm.let_go();
    locks::release_sentinel(vm);
}

/// The number of this thread, never 0. Another thread can have it once this one is gone.
#[native("()")]
fn get_ident(vm: &Vm) -> u64 {
    vm.ident()
}

/// Return the number that the kernel gave the calling thread.
#[native("()")]
fn get_native_id() -> u64 {
    taipan_sys::thread::native_id()
}

/// Return a new lock.
#[native("()")]
fn allocate_lock(vm: &Vm) -> Res {
    locks::new_lock(vm)
}

/// Raise SystemExit in the calling thread.
#[native("()")]
fn exit(vm: &Vm) -> Res<()> {
    Err(vm.raise_args(Exc::SystemExit, Vec::new()))
}

/// Have the main thread do what it does at a signal, SIGINT unless told otherwise.
#[native("(signum=2, /)")]
fn interrupt_main(vm: &Vm, signum: i32) -> Res<()> {
    if !(1..=64).contains(&signum) {
        return Err(vm.value_error("signal number out of range"));
    }
    vm.simulate_signal(signum);
    // In the main thread itself it happens here.
    if vm.is_main_thread() { vm.poll() } else { Ok(()) }
}

/// Return the size of the native stack of new threads (0: the default), and set it if an argument is given.
#[native("(size=0, /)")]
fn stack_size(vm: &Vm, size: i64) -> Res<i64> {
    if size < 0 {
        return Err(vm.value_error("size must be 0 or a positive value"));
    }
    if size != 0 && size < 32 * 1024 {
        return Err(vm.value_error(format_args!("size not valid: {size} bytes")));
    }
    let state = vm.interp().state::<State>();
    let old = state.stack_size.get();
    if size != 0 || old == 0 {
        state.stack_size.set(if size == 0 { 0 } else { (size as usize).max(256 * 1024) });
    }
    Ok(old as i64)
}

/// Return the number of threads that were started here and still run.
#[native("()")]
fn _count(vm: &Vm) -> usize {
    vm.interp().state::<Threads>().running.get()
}

/// Return a lock that is released when the calling thread ends; it is to be acquired by the caller.
#[native("()")]
fn _set_sentinel(vm: &Vm) -> Res {
    locks::set_sentinel(vm)
}

/// Report an exception that ended a thread: (type, value, traceback, thread).
#[native("(args, /)")]
fn _excepthook(vm: &Vm, args: &Object) -> Res<()> {
    let value = vm.getattr_named(args, "exc_value")?;
    if vm.is_exact_instance(&value, &vm.types().exception(Exc::SystemExit)) {
        return Ok(());
    }
    let thread = vm.getattr_named(args, "thread")?;
    let name = match vm.getattr_opt(&thread, &vm.intern("name"))? {
        Some(n) if !thread.is_none() => vm.to_str(&n)?.to_string_lossy(),
        _ => vm.ident().to_string(),
    };
    let sys = |name: &str| taipan_core::builtins::sys::attribute(vm, &vm.intern(name));
    if let Some(stderr) = sys("stderr")?.filter(|e| !e.is_none()) {
        vm.call_method(
            &stderr,
            "write",
            &[vm.str(&format!("Exception in thread {name}:\n"))?.into_object()],
        )?;
    }
    if let Some(hook) = sys("__excepthook__")? {
        let class = vm.getattr_named(args, "exc_type")?;
        let traceback = vm.getattr_named(args, "exc_traceback")?;
        vm.call(&hook, &[class, value, traceback])?;
    }
    Ok(())
}

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_thread",
    doc: "Primitive operations for threads: starting them, and locks.",
    functions: natives![
        start_new_thread,
        get_ident,
        get_native_id,
        allocate_lock,
        exit,
        interrupt_main,
        stack_size,
        _count,
        _set_sentinel,
        _excepthook,
    ],
    types: &[&RLOCK],
    fill: Some(|vm, module| {
        let dict = &module.dict;
        dict.set_named(vm, "LockType", vm.type_of_spec(&LOCK)?)?;
        dict.set_named(vm, "_local", vm.type_of_spec(&local::LOCAL)?)?;
        dict.set_named(vm, "error", vm.types().exception(Exc::RuntimeError))?;
        dict.set_named(vm, "TIMEOUT_MAX", vm.float(locks::TIMEOUT_MAX)?)?;
        for (alias, name) in [
            ("start_new", "start_new_thread"),
            ("allocate", "allocate_lock"),
            ("exit_thread", "exit"),
        ] {
            if let Some(f) = dict.get_named(vm, name) {
                dict.set_named(vm, alias, f)?;
            }
        }
        Ok(())
    }),
    ..ModuleDef::EMPTY
};
