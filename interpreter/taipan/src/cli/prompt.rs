//! The prompt: read, run, print, again. A plain one, without line editing.

use super::options::Options;
use super::{finish, usage};
use std::io::{BufRead, Write};
use std::rc::Rc;
use taipan_core::builtins::source;
use taipan_core::compile::{CompileOptions, Mode, compile_str};
use taipan_core::object::{Dict, Exc, Obj};
use taipan_core::vm::{Res, Vm};

pub(super) fn run(
    vm: &Vm,
    options: &Options,
    compile: &CompileOptions,
    globals: &Obj<Dict>,
) -> Res<()> {
    if !options.quiet && !options.inspect {
        eprintln!("Python {} on {}", taipan_core::builtins::sys::VERSION, std::env::consts::OS);
        let _ = usage::short_version();
    }
    let compile = CompileOptions { mode: Mode::Single, ..compile.clone() };
    let mut text = String::new();
    loop {
        let shown = if text.is_empty() { "ps1" } else { "ps2" };
        print!("{}", prompt_text(vm, shown));
        let _ = std::io::stdout().flush();
        let mut line = String::new();
        if std::io::stdin().lock().read_line(&mut line).unwrap_or(0) == 0 {
            println!();
            return Ok(());
        }
        if text.is_empty() && line.trim().is_empty() {
            continue;
        }
        let blank = line.trim().is_empty();
        text.push_str(&line);
        let compiled = compile_str(&text, "<stdin>", &compile);
        // A compound statement ends with an empty line.
        let open = text.lines().count() > 1 && !blank || text.trim_end().ends_with(':');
        let result = match compiled {
            Err(e) if e.incomplete => continue,
            Ok(_) if open => continue,
            Ok(c) => taipan_core::vm::code::run_module(vm, Rc::new(c.unit), globals).map(drop),
            Err(e) => Err(source::raise(vm, &e, "<stdin>", false)),
        };
        text.clear();
        if let Err(r) = result {
            let e = vm.take_raised(r);
            if finish::is_a(vm, &e, Exc::SystemExit) {
                return Err(vm.raise(e));
            }
            if let Err(exit) = vm.report_uncaught(&e) {
                return Err(vm.raise(exit));
            }
        }
        let _ = taipan_stdlib::io::streams::flush_at_exit(vm);
    }
}

/// `sys.ps1` or `sys.ps2`.
fn prompt_text(vm: &Vm, name: &str) -> String {
    let set = vm.interp().sys.get_as::<Dict>().and_then(|sys| sys.get_named(vm, name));
    match set.map(|p| vm.to_str(&p)) {
        Some(Ok(s)) => s.to_string_lossy(),
        Some(Err(r)) => {
            drop(vm.take_raised(r));
            String::new()
        }
        None => (if name == "ps1" { ">>> " } else { "... " }).to_owned(),
    }
}
