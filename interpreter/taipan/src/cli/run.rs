//! Running the program that was asked for.

use super::options::{Options, Program};
use super::{finish, module, usage};
use crate::host::os;
use crate::setup::main_module;
use std::io::{BufRead, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use taipan_core::builtins::source::compile_file;
use taipan_core::builtins::sys::fs_decode;
use taipan_core::compile::{CompileError, CompileOptions, Compiled, compile_str};
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
    let is_prompt = || options.interactive || taipan_sys::fs::isatty(0);
    if options.verbose > 0 && !options.quiet {
        banner(options);
    }
    let end = match &options.program {
        Some(Program::File(path)) => run_file(vm, options, compile, &globals, path),
        Some(Program::Command(text)) => End::Ran(run_command(vm, options, compile, &globals, text)),
        Some(Program::Module(name)) => End::Ran(module::run_named(vm, options, &globals, name)),
        Some(Program::Stdin) | None if is_prompt() => {
            return run_prompt(vm, options, compile, &globals);
        }
        Some(Program::Stdin) | None => run_stdin(vm, options, compile, &globals),
    };
    let result = match end {
        End::Ran(result) => result,
        End::Refused(complaint, code) => {
            eprintln!("{}: {complaint}", usage::program());
            if !prompt_follows(options) {
                return finish::finish_with(vm, code);
            }
            Ok(())
        }
    };
    if !prompt_follows(options) {
        // Nobody but the module holds its names: they go with it.
        drop(globals);
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

/// What is said before the first prompt, and under `-v`.
fn banner(options: &Options) {
    let version = taipan_core::builtins::sys::VERSION;
    eprintln!("Python {version} on {}", std::env::consts::OS);
    if !options.no_site {
        let names = "\"help\", \"copyright\", \"credits\" or \"license\"";
        eprintln!("Type {names} for more information.");
    }
}

/// Nothing to run and somebody to ask.
fn run_prompt(vm: &Vm, options: &Options, compile: &CompileOptions, globals: &Obj<Dict>) -> i32 {
    if !options.quiet && options.verbose == 0 {
        banner(options);
    }
    let prompt = crate::repl::Prompt::new(vm, compile, globals);
    let startup = options.variable("PYTHONSTARTUP");
    let result = first_path(vm, options, b"").and_then(|()| prompt.from_start(startup));
    finish::finish(vm, result, true)
}

/// Put a folder in front of `sys.path`, unless that is not wanted.
pub(super) fn first_path(vm: &Vm, options: &Options, folder: &[u8]) -> Res<()> {
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
    match compile_file(vm, source, name, compile)? {
        Ok(compiled) => execute_compiled(vm, compiled, globals, name),
        Err(mut e) => Err(match encoding_problem(source, name, &e) {
            Some(text) => vm.raise_kind(Exc::SyntaxError, text),
            None => {
                if ends_too_early(source, &e) {
                    (e.col, e.end_col) = (None, None);
                }
                taipan_core::builtins::source::raise(vm, &e, name, false)
            }
        }),
    }
}

/// Whether a text that comes as a stream ends where a block is to come: there is no place to mark then.
fn ends_too_early(source: &[u8], error: &CompileError) -> bool {
    let last = error.line.is_some_and(|line| line as usize >= source.lines().count());
    let line = error.text.as_deref().unwrap_or_default().trim_end();
    let behind = error.col.is_some_and(|col| col as usize > line.chars().count());
    last && behind && error.message.starts_with("expected an indented block")
}

fn execute_compiled(vm: &Vm, compiled: Compiled, globals: &Obj<Dict>, name: &str) -> Res<()> {
    for warning in &compiled.warnings {
        taipan_core::builtins::source::warn(vm, warning, name)?;
    }
    taipan_core::vm::code::run_module(vm, Rc::new(compiled.unit), globals).map(drop)
}

/// What CPython says of a program whose encoding is not known, or not told.
fn encoding_problem(source: &[u8], name: &str, error: &CompileError) -> Option<String> {
    match error.message.strip_prefix("unknown encoding: ") {
        Some(encoding) => {
            let encoding = encoding.split(' ').next().unwrap_or(encoding);
            Some(format!("encoding problem: {encoding}"))
        }
        None => undeclared_encoding(source, name),
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
    const NAME: &str = "<string>";
    first_path(vm, options, b"")?;
    let mut source = text.to_vec();
    source.push(b'\n');
    // A text that is given as such has no encoding of its own.
    let Ok(text) = str::from_utf8(&source) else {
        return execute(vm, compile, globals, &source, NAME);
    };
    match compile_str(text, NAME, compile) {
        Ok(compiled) => execute_compiled(vm, compiled, globals, NAME),
        Err(e) => Err(taipan_core::builtins::source::raise(vm, &e, NAME, false)),
    }
}

fn run_stdin(vm: &Vm, options: &Options, compile: &CompileOptions, globals: &Obj<Dict>) -> End {
    let mut source = Vec::new();
    if let Err(e) = std::io::stdin().lock().read_to_end(&mut source) {
        return End::Refused(format!("can't read standard input: {e}"), 1);
    }
    without_null_bytes(&mut source);
    let run = || {
        first_path(vm, options, b"")?;
        globals.set_named(vm, "__file__", vm.str("<stdin>")?)?;
        globals.set_named(vm, "__cached__", Object::none())?;
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
        return run_container(vm, globals, &path);
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
    if module::is_archive(&source) {
        let here = std::env::current_dir().unwrap_or_default();
        return run_container(vm, globals, &here.join(given));
    }
    without_null_bytes(&mut source);
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
        let name = path.to_string_lossy();
        execute(vm, compile, globals, &source, &name)
    };
    End::Ran(run())
}

/// A folder or an archive is run by its `__main__`.
fn run_container(vm: &Vm, globals: &Obj<Dict>, path: &Path) -> End {
    let sys_path = vm.interp().sys.get_as::<Dict>().and_then(|sys| sys.get_named(vm, "path"));
    let run = || {
        if let Some(list) = sys_path.as_ref().and_then(|p| p.downcast::<List>()) {
            let entry = fs_decode(vm, path.as_os_str().as_bytes())?.into_object();
            list.insert(0, entry).map_err(|e| vm.no_memory(e))?;
        }
        module::run(vm, globals, module::What::First)
    };
    End::Ran(run())
}

/// A program that comes as a stream is read line by line, each up to its first null byte: what follows in the
/// line, its end included, is not seen.
fn without_null_bytes(source: &mut Vec<u8>) {
    if !source.contains(&0) {
        return;
    }
    let lines = source.split_inclusive(|byte| *byte == b'\n');
    let seen = lines.flat_map(|line| line.iter().copied().take_while(|byte| *byte != 0));
    *source = seen.collect();
}
