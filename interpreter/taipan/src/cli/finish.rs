//! The end of the program: exit codes, what is called at exit, the last flush, death by signal.

use taipan_core::object::{Dict, Exc, Exception, Function, Module, Obj, Object, Str};
use taipan_core::types::traceback::uncaught;
use taipan_core::vm::{Raised, Res, Vm, gc};

/// Exit code when standard output could not be flushed at the end.
const FLUSH_FAILED: i32 = 120;

/// See to what is left and give the exit code; `teardown`: drop the modules as well.
pub(super) fn finish(vm: &Vm, result: Res<()>, teardown: bool) -> i32 {
    // A program that used up its memory still gets its traceback.
    let heap = &vm.interp().heap;
    heap.set_limit(heap.limit().saturating_add(crate::REPORT_ROOM));
    let (mut code, interrupted) = match result {
        Ok(()) => (0, false),
        Err(r) => report(vm, r),
    };
    if !wind_up(vm, teardown) {
        code = FLUSH_FAILED;
    }
    if interrupted {
        die_of_interrupt();
    }
    code
}

/// The end of a program that could not be run: what its packages did is seen to.
pub(super) fn finish_with(vm: &Vm, code: i32) -> i32 {
    if wind_up(vm, true) { code } else { FLUSH_FAILED }
}

/// Wait, call and flush what is left; false: standard output could not be flushed.
fn wind_up(vm: &Vm, teardown: bool) -> bool {
    call_if_imported(vm, "threading", "_shutdown");
    call_if_imported(vm, "atexit", "_run_exitfuncs");
    // Daemon threads would run into what is gone.
    vm.interp().state::<taipan_core::builtins::sys::State>().finalizing.set(true);
    vm.end_other_threads();
    let mut flushed = taipan_stdlib::io::streams::flush_at_exit(vm);
    if teardown {
        drop_modules(vm);
        // What could not be flushed is not tried again.
        flushed = flushed && taipan_stdlib::io::streams::flush_at_exit(vm);
    }
    flushed
}

/// Show what ended the program. Gives its exit code, and whether it was an interrupt.
fn report(vm: &Vm, raised: Raised) -> (i32, bool) {
    let exception = vm.take_raised(raised);
    if is_a(vm, &exception, Exc::SystemExit) {
        return (exit_code(vm, &exception), false);
    }
    if let Err(exit) = vm.report_uncaught(&exception) {
        return (exit_code(vm, &exit), false);
    }
    // Of the very class, not of one derived from it.
    let interrupt = vm.types().exception(Exc::KeyboardInterrupt);
    (1, vm.class_of(&exception).as_object().is(interrupt.as_object()))
}

/// Before the prompt: show what ended the program, SystemExit included.
pub(super) fn report_for_prompt(vm: &Vm, raised: Raised) -> Res<()> {
    let exception = vm.take_raised(raised);
    match vm.report_uncaught(&exception) {
        Ok(()) => Ok(()),
        Err(exit) => Err(vm.raise(exit)),
    }
}

pub(crate) fn is_a(vm: &Vm, exception: &Object, kind: Exc) -> bool {
    vm.class_of(exception).is_subtype(&vm.types().exception(kind))
}

/// The exit code that a SystemExit asks for; what is no number is printed.
fn exit_code(vm: &Vm, exception: &Object) -> i32 {
    debug_assert!(exception.downcast::<Exception>().is_some());
    let code = match vm.getattr_named(exception, "code") {
        Ok(c) => c,
        Err(r) => {
            drop(vm.take_raised(r));
            exception.clone()
        }
    };
    let code = taipan_core::builtins::sys::raw_exit_status(vm, exception).unwrap_or(code);
    if code.is_none() {
        return 0;
    }
    if vm.class_of(&code).is_subtype(&vm.types().int) {
        // The system keeps the low byte.
        return vm.as_i64(&code).map_or(-1, |n| n as i32) & 0xff;
    }
    say(vm, &code);
    1
}

/// Write an exit status that is no number to `sys.stderr`, or past it.
fn say(vm: &Vm, status: &Object) {
    let text = match vm.to_str(status) {
        Ok(text) => text,
        Err(r) => {
            drop(vm.take_raised(r));
            return uncaught::write_error(vm, "\n");
        }
    };
    let stream = taipan_core::builtins::sys::attribute(vm, &vm.intern("stderr"));
    let stream = stream.unwrap_or_else(|r| {
        drop(vm.take_raised(r));
        None
    });
    match stream.filter(|stream| !stream.is_none()) {
        Some(stream) => {
            if let Err(r) = vm.call_method(&stream, "write", &[text.into_object()]) {
                drop(vm.take_raised(r));
            }
            uncaught::write_error(vm, "\n");
        }
        None => eprintln!("{}", text.to_string_lossy()),
    }
}

/// Call a function of a module that the program has imported.
fn call_if_imported(vm: &Vm, module: &str, function: &str) {
    let modules = vm.interp().modules.get_as::<Dict>();
    let Some(module) = modules.and_then(|m| m.get_named(vm, module)).filter(|m| !m.is_none())
    else {
        return;
    };
    let call = || match vm.getattr_opt(&module, &vm.intern(function))? {
        Some(f) => vm.call(&f, &[]).map(drop),
        None => Ok(()),
    };
    if let Err(r) = call() {
        vm.unraisable(r, Some(&module));
    }
}

/// Drop what the modules hold, so that finalisers run; the newest modules last but one, `__main__` with them.
fn drop_modules(vm: &Vm) {
    gc::collect_at_exit(vm);
    taipan_core::builtins::import_trace::dropped(vm);
    let Some(modules) = vm.interp().modules.get_as::<Dict>() else { return };
    let kept = ["sys", "builtins"];
    let main = drop_main(vm, &modules);
    let mut dicts = Vec::new();
    for (name, module) in modules.snapshot() {
        let is_kept = name.downcast::<Str>().is_some_and(|n| kept.iter().any(|k| n.equals(k)));
        if let (false, Some(m)) = (is_kept, module.downcast::<Module>()) {
            dicts.push(m.dict.clone());
        }
    }
    dicts.extend(main);
    // What has a finaliser goes while all that it may need is there.
    let mut forgotten = false;
    for dict in dicts.iter().rev() {
        forgotten |= forget(vm, dict, |_, value| has_finalizer(vm, value));
    }
    if forgotten {
        // Those in cycles, too.
        gc::collect_at_exit(vm);
    }
    for dict in dicts.iter().rev() {
        // Private names first, as the language promises; what code lives in last.
        forget(vm, dict, |name, _| name.starts_with('_') && !name.starts_with("__"));
        forget(vm, dict, |name, value| name != "__builtins__" && !holds_code(vm, value));
    }
    gc::collect_at_exit(vm);
    for dict in dicts.iter().rev() {
        forget(vm, dict, |name, _| name != "__builtins__");
    }
    drop(dicts);
    gc::collect_at_exit(vm);
}

/// Let go of the program's own module while all others are there, and its names too: finalisers of what only it held see
/// it whole. Gives what is left of what it held.
fn drop_main(vm: &Vm, modules: &Obj<Dict>) -> Option<Obj<Dict>> {
    let module = modules.get_named(vm, "__main__").filter(|module| !module.is_none())?;
    let dict = module.downcast::<Module>().map(|module| module.dict.clone())?;
    if let Err(raised) = modules.set_named(vm, "__main__", Object::none()) {
        drop(vm.take_raised(raised));
    }
    drop(module);
    gc::collect_parting(vm, Some(dict.as_object()));
    Some(dict)
}

/// Set to None the names of a module for which `test` holds; gives whether there were any.
fn forget(vm: &Vm, dict: &Obj<Dict>, test: impl Fn(&str, &Object) -> bool) -> bool {
    let mut found = false;
    // (Setting a value moves no entry; should a finaliser do so, a later pass sees what was missed.)
    for i in 0..dict.table.end() {
        let Some((key, value)) = dict.table.entry_at(i) else { continue };
        let Some(name) = key.downcast::<Str>() else { continue };
        // One that is not ASCII is an ordinary name.
        if !value.is_none() && test(name.as_text().as_ascii_str().unwrap_or_default(), &value) {
            drop(value);
            found = true;
            if let Err(r) = dict.set_str(vm, name, Object::none()) {
                drop(vm.take_raised(r));
            }
        }
    }
    found
}

/// Whether the object is of a class that defines `__del__`, in Python or natively.
fn has_finalizer(vm: &Vm, value: &Object) -> bool {
    vm.class_of(value).slots().del.is_some()
}

fn holds_code(vm: &Vm, value: &Object) -> bool {
    value.downcast::<Module>().is_some()
        || value.downcast::<Function>().is_some()
        || vm.class_of(value).is_subtype(&vm.types().type_)
}

/// An interrupt that nobody caught ends the process as the signal would have.
fn die_of_interrupt() {
    use taipan_sys::signal;
    const SIGINT: signal::Signal = 2;
    let _ = signal::set_default(SIGINT);
    let _ = signal::raise(SIGINT);
}
