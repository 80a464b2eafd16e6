//! Running the program that was asked for.

use super::options::{Options, Program};
use super::{finish, usage};
use crate::host::os;
use crate::setup::main_module;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use taipan_core::builtins::sys::fs_decode;
use taipan_core::compile::{CompileOptions, compile_source};
use taipan_core::object::{Dict, Exc, List, Obj, Object};
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
        Some(Program::File(path)) => run_file(vm, options, compile, &globals, path),
        Some(Program::Command(text)) => End::Ran(run_command(vm, options, compile, &globals, text)),
        Some(Program::Module(name)) => run_module(vm, options, &globals, name),
        Some(Program::Stdin) | None if options.interactive || taipan_sys::fs::isatty(0) => {
            return run_prompt(vm, options, compile, &globals);
        }
        Some(Program::Stdin) | None => run_stdin(vm, options, compile, &globals),
    };
    let result = match end {
        End::Ran(result) => result,
        End::Refused(complaint, code) => {
            eprintln!("{}: {complaint}", usage::program());
            return finish::finish_with(vm, code);
        }
    };
    if !prompt_follows(options) {
        return finish::finish(vm, result, true);
    }
    let result = match result {
        Err(r) => finish::report_for_prompt(vm, r),
        Ok(()) => Ok(()),
    };
    let prompt = crate::repl::Prompt::new(vm, compile, &globals);
    let result = result.and_then(|()| prompt.after_program());
    finish::finish(vm, result, true)
}

/// `-i`, or PYTHONINSPECT (which the program may have set) at a terminal.
fn prompt_follows(options: &Options) -> bool {
    let set = || {
        !options.ignore_environment
            && taipan_sys::process::getenv(b"PYTHONINSPECT").is_some_and(|v| !v.is_empty())
    };
    options.interactive || ((options.inspect || set()) && taipan_sys::fs::isatty(0))
}

/// Nothing to run and somebody to ask.
fn run_prompt(vm: &Vm, options: &Options, compile: &CompileOptions, globals: &Obj<Dict>) -> i32 {
    if !options.quiet {
        let version = taipan_core::builtins::sys::VERSION;
        eprintln!("Python {version} on {}", std::env::consts::OS);
        if !options.no_site {
            let names = "\"help\", \"copyright\", \"credits\" or \"license\"";
            eprintln!("Type {names} for more information.");
        }
    }
    let prompt = crate::repl::Prompt::new(vm, compile, globals);
    let startup = options.variable("PYTHONSTARTUP");
    let result = first_path(vm, options, b"").and_then(|()| prompt.from_start(startup));
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
        Err(e) => Err(match undeclared_encoding(source, name) {
            Some(text) => vm.raise_kind(Exc::SyntaxError, text),
            None => taipan_core::builtins::source::raise(vm, &e, name, false),
        }),
    }
}

/// What CPython says of a program that is not UTF-8 and does not tell what it is.
fn undeclared_encoding(source: &[u8], name: &str) -> Option<String> {
    let error = std::str::from_utf8(source).err()?;
    let (before, rest) = source.split_at_checked(error.valid_up_to())?;
    let head: Vec<&[u8]> = source.splitn(3, |b| *b == b'\n').take(2).collect();
    if head.concat().windows(6).any(|w| w == b"coding") {
        return None;
    }
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let byte = rest.first()?;
    Some(format!(
        "Non-UTF-8 code starting with '\\x{byte:02x}' in file {name} on line {line}, but no encoding declared; see https://peps.python.org/pep-0263/ for details"
    ))
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
        return run_directory(vm, compile, globals, &path);
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
fn run_directory(vm: &Vm, compile: &CompileOptions, globals: &Obj<Dict>, path: &Path) -> End {
    let main = path.join("__main__.py");
    let Ok(source) = std::fs::read(&main) else {
        return End::Refused(format!("can't find '__main__' module in '{}'", path.display()), 1);
    };
    let sys_path = vm.interp().sys.get_as::<Dict>().and_then(|sys| sys.get_named(vm, "path"));
    let run = || {
        if let Some(list) = sys_path.as_ref().and_then(|p| p.downcast::<List>()) {
            let entry = fs_decode(vm, path.as_os_str().as_bytes())?.into_object();
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
    if name.starts_with('.') {
        return End::Refused("Relative module names not supported".to_owned(), 1);
    }
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
        Ok(None) if is_builtin(vm, &name) => {
            return End::Refused(format!("No code object available for {name}"), 1);
        }
        Ok(None) => return End::Refused(format!("No module named {name}"), 1),
        Err(r) => {
            return match vm.caught(r, taipan_core::object::Exc::ImportError) {
                Ok(e) => {
                    let text = vm.to_str(&e).map(|s| s.to_string_lossy()).unwrap_or_default();
                    let class = vm.type_name(&e);
                    let hint = match name.strip_suffix(".py") {
                        Some(n) => {
                            format!(". Try using '{n}' instead of '{name}' as the module name.")
                        }
                        None => String::new(),
                    };
                    let what = "Error while finding module specification for";
                    End::Refused(format!("{what} '{name}' ({class}: {text}){hint}"), 1)
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

/// Whether a module has no code in Python.
fn is_builtin(vm: &Vm, name: &str) -> bool {
    ["sys", "builtins"].contains(&name) || vm.native_module_names().contains(&name)
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
