//! Running the program that was asked for.

use super::options::{Options, Program};
use super::{finish, prompt, usage, wants_prompt};
use crate::host::os;
use crate::setup::main_module;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use taipan_core::builtins::sys::fs_decode;
use taipan_core::compile::{CompileOptions, compile_source};
use taipan_core::object::{Dict, List, Obj, Object};
use taipan_core::vm::{Res, Vm};

/// How the program ended.
pub(super) enum End {
    /// With an exception, or well.
    Ran(Res<()>),
    /// It could not be run at all: what to say, and the exit code.
    Refused(String, i32),
}

pub(super) fn run(vm: &Vm, options: &Options, compile: &CompileOptions) -> i32 {
    let globals = match main_module(vm) {
        Ok(g) => g,
        Err(r) => return finish::finish(vm, Err(r), false),
    };
    let end = match &options.program {
        Program::File(path) => run_file(vm, options, compile, &globals, path),
        Program::Command(text) => End::Ran(run_command(vm, options, compile, &globals, text)),
        Program::Module(name) => run_module(vm, options, &globals, name),
        Program::Stdin if wants_prompt(options) => End::Ran(first_path(vm, options, b"")),
        Program::Stdin => run_stdin(vm, options, compile, &globals),
    };
    let result = match end {
        End::Ran(result) => result,
        End::Refused(complaint, code) => {
            eprintln!("{}: {complaint}", usage::program());
            return code;
        }
    };
    if wants_prompt(options) {
        let result = match result {
            Err(r) => finish::report_for_prompt(vm, r),
            Ok(()) => Ok(()),
        };
        let result = result.and_then(|()| prompt::run(vm, options, compile, &globals));
        return finish::finish(vm, result, false);
    }
    finish::finish(vm, result, true)
}

/// Put a folder in front of `sys.path`, unless that is not wanted.
fn first_path(vm: &Vm, options: &Options, folder: &[u8]) -> Res<()> {
    if options.safe_path {
        return Ok(());
    }
    let path = vm.interp().sys.get_as::<Dict>().and_then(|sys| sys.get_named(vm, "path"));
    if let Some(list) = path.as_ref().and_then(|p| p.downcast::<List>()) {
        let entry = fs_decode(vm, folder)?.into_object();
        list.insert(0, entry).map_err(|e| vm.no_memory(e))?;
    }
    Ok(())
}

fn execute(
    vm: &Vm,
    compile: &CompileOptions,
    globals: &Obj<Dict>,
    source: &[u8],
    name: &str,
) -> Res<()> {
    match compile_source(source, name, compile) {
        Ok(compiled) => {
            for warning in &compiled.warnings {
                taipan_core::builtins::source::warn(vm, warning, name)?;
            }
            taipan_core::vm::code::run_module(vm, Rc::new(compiled.unit), globals).map(drop)
        }
        Err(e) => Err(taipan_core::builtins::source::raise(vm, &e, name, false)),
    }
}

fn run_command(
    vm: &Vm,
    options: &Options,
    compile: &CompileOptions,
    globals: &Obj<Dict>,
    text: &[u8],
) -> Res<()> {
    first_path(vm, options, b"")?;
    let mut source = text.to_vec();
    source.push(b'\n');
    execute(vm, compile, globals, &source, "<string>")
}

fn run_stdin(vm: &Vm, options: &Options, compile: &CompileOptions, globals: &Obj<Dict>) -> End {
    let mut source = Vec::new();
    if let Err(e) = std::io::stdin().lock().read_to_end(&mut source) {
        return End::Refused(format!("can't read standard input: {e}"), 1);
    }
    let run = || {
        first_path(vm, options, b"")?;
        globals.set_named(vm, "__file__", vm.str("<stdin>")?)?;
        execute(vm, compile, globals, &source, "<stdin>")
    };
    End::Ran(run())
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// `[Errno 2] No such file or directory`
fn errno_text(e: &std::io::Error) -> String {
    let text = e.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    format!("[Errno {}] {text}", e.raw_os_error().unwrap_or(0))
}

fn run_file(
    vm: &Vm,
    options: &Options,
    compile: &CompileOptions,
    globals: &Obj<Dict>,
    given: &[u8],
) -> End {
    let given = Path::new(os(given));
    let path = absolute(given);
    if path.is_dir() {
        return run_directory(vm, compile, globals, given, &path);
    }
    let mut source = match std::fs::read(&path) {
        Ok(s) => s,
        Err(e) => {
            return End::Refused(
                format!("can't open file '{}': {}", path.display(), errno_text(&e)),
                2,
            );
        }
    };
    if options.skip_first_line {
        let end = source.iter().position(|b| *b == b'\n').unwrap_or(source.len());
        source.drain(..end);
    }
    // The folder of the file itself, where the path goes over links.
    let real = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
    let folder = real.parent().unwrap_or(Path::new("/"));
    let run = || {
        first_path(vm, options, folder.as_os_str().as_bytes())?;
        globals.set_named(vm, "__file__", fs_decode(vm, path.as_os_str().as_bytes())?)?;
        globals.set_named(vm, "__cached__", Object::none())?;
        execute(vm, compile, globals, &source, &path.to_string_lossy())
    };
    End::Ran(run())
}

/// A folder is run by its `__main__.py`.
fn run_directory(
    vm: &Vm,
    compile: &CompileOptions,
    globals: &Obj<Dict>,
    given: &Path,
    path: &Path,
) -> End {
    let main = path.join("__main__.py");
    let Ok(source) = std::fs::read(&main) else {
        return End::Refused(format!("can't find '__main__' module in '{}'", given.display()), 1);
    };
    let sys_path = vm.interp().sys.get_as::<Dict>().and_then(|sys| sys.get_named(vm, "path"));
    let run = || {
        if let Some(list) = sys_path.as_ref().and_then(|p| p.downcast::<List>()) {
            let entry = fs_decode(vm, given.as_os_str().as_bytes())?.into_object();
            list.insert(0, entry).map_err(|e| vm.no_memory(e))?;
        }
        globals.set_named(vm, "__file__", fs_decode(vm, main.as_os_str().as_bytes())?)?;
        globals.set_named(vm, "__cached__", Object::none())?;
        globals.set_named(vm, "__package__", vm.str("")?)?;
        let name = main.to_string_lossy();
        match compile_source(&source, &name, compile) {
            Ok(compiled) => run_as_main(vm, Rc::new(compiled.unit), globals),
            Err(e) => Err(taipan_core::builtins::source::raise(vm, &e, &name, false)),
        }
    };
    End::Ran(run())
}

/// `-m name`.
fn run_module(vm: &Vm, options: &Options, globals: &Obj<Dict>, name: &[u8]) -> End {
    let name = String::from_utf8_lossy(name).into_owned();
    let here = std::env::current_dir().unwrap_or_default();
    let prepared = first_path(vm, options, here.as_os_str().as_bytes());
    if let Err(r) = prepared {
        return End::Ran(Err(r));
    }
    let (name, found) = match vm.find_module(&name) {
        Ok(Some(found)) if found.search.is_some() => {
            // A package is run by its submodule.
            let inner = format!("{name}.__main__");
            match vm.find_module(&inner) {
                Ok(Some(found)) => (inner, found),
                Ok(None) => {
                    return End::Refused(
                        format!(
                            "No module named {inner}; '{name}' is a package and cannot be directly executed"
                        ),
                        1,
                    );
                }
                Err(r) => return End::Ran(Err(r)),
            }
        }
        Ok(Some(found)) => (name, found),
        Ok(None) if vm.native_module_names().contains(&name.as_str()) => {
            return End::Refused(format!("No code object available for {name}"), 1);
        }
        Ok(None) => return End::Refused(format!("No module named {name}"), 1),
        Err(r) => {
            return match vm.caught(r, taipan_core::object::Exc::ImportError) {
                Ok(e) => {
                    let text = vm.to_str(&e).map(|s| s.to_string_lossy()).unwrap_or_default();
                    let class = vm.type_name(&e);
                    End::Refused(
                        format!(
                            "Error while finding module specification for '{name}' ({class}: {text})"
                        ),
                        1,
                    )
                }
                Err(r) => End::Ran(Err(r)),
            };
        }
    };
    let run = || {
        let package = name.rsplit_once('.').map_or("", |(front, _)| front);
        globals.set_named(vm, "__package__", vm.str(package)?)?;
        let file = found.file.clone().unwrap_or_else(|| found.origin.clone());
        globals.set_named(vm, "__file__", vm.str(&file)?)?;
        globals.set_named(vm, "__cached__", Object::none())?;
        globals.set_named(vm, "__spec__", vm.module_spec(&name, &found)?)?;
        let argv = vm.interp().sys.get_as::<Dict>().and_then(|sys| sys.get_named(vm, "argv"));
        if let Some(argv) = argv.as_ref().and_then(|a| a.downcast::<List>()) {
            drop(argv.replace(0, vm.str(&file)?.into_object()));
        }
        run_as_main(vm, found.code.clone(), globals)
    };
    End::Ran(run())
}

/// Run a module as `runpy` does: below two frames of its own, which tracebacks show.
fn run_as_main(
    vm: &Vm,
    code: impl Into<taipan_core::vm::code::Program>,
    globals: &Obj<Dict>,
) -> Res<()> {
    let blank = |n: usize| "\n".repeat(n);
    let shim = format!(
        "{}def _run_code(code, run_globals):\n    exec(code, run_globals)\n{}def _run_module_as_main(code, run_globals):\n    return _run_code(code, run_globals)\n",
        blank(86),
        blank(108)
    );
    let namespace = vm.new_dict()?;
    execute(vm, &CompileOptions::default(), &namespace, shim.as_bytes(), "<frozen runpy>")?;
    let code = taipan_core::vm::code::load(vm, code)?.into_object();
    match namespace.get_named(vm, "_run_module_as_main") {
        Some(run) => vm.call(&run, &[code, globals.clone().into_object()]).map(drop),
        None => Ok(()),
    }
}
