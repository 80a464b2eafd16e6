//! The program's command line: from arguments to an exit code.

mod finish;
mod options;
mod prompt;
mod run;
mod usage;

use options::{Options, Program, Request};
use std::os::unix::ffi::OsStringExt;
use taipan_core::builtins::sys::{self, Config, Flags};
use taipan_core::compile::CompileOptions;
use taipan_core::vm::start::HashSeed;
use taipan_core::vm::{Res, Vm};

/// Run the program with the process's arguments; gives the exit code.
pub fn main() -> i32 {
    // As CPython: a write to where nobody reads is an OSError.
    let _ = taipan_sys::signal::ignore(taipan_sys::signal::SIGPIPE);
    let args: Vec<Vec<u8>> = std::env::args_os().map(OsStringExt::into_vec).collect();
    match options::parse(args) {
        Request::Print(text) => {
            use std::io::Write;
            let _ = std::io::stdout().write_all(text.as_bytes());
            0
        }
        Request::Wrong(complaint) => {
            eprint!("{complaint}\n{}Try `taipan -h' for more information.\n", usage::line());
            2
        }
        Request::Disassemble(file) => disassemble(&file),
        Request::Run(options) => start(&options),
    }
}

fn disassemble(file: &[u8]) -> i32 {
    let path = crate::host::os(file);
    let source = match std::fs::read(path) {
        Ok(s) => s,
        Err(e) => {
            eprintln!("{}: can't open file {path:?}: {e}", usage::program());
            return 2;
        }
    };
    match taipan_core::compile::compile_source(
        &source,
        &path.to_string_lossy(),
        &CompileOptions::default(),
    ) {
        Ok(compiled) => {
            println!("{}", taipan_core::compile::disassemble(&compiled.unit));
            0
        }
        Err(e) => {
            eprintln!("{}:{}: {}", path.to_string_lossy(), e.line.unwrap_or(0), e.message);
            1
        }
    }
}

/// The seed that PYTHONHASHSEED asks for; None: it is not valid.
fn hash_seed(options: &Options) -> Option<HashSeed> {
    match options.variable("PYTHONHASHSEED").as_deref() {
        None | Some("random") => Some(HashSeed::Random),
        Some(n) => n.parse().ok().map(HashSeed::Fixed),
    }
}

/// Part of the main thread's stack that is extended at the start: under a limit of address space it could not
/// be later, when the script has used all of it, and the process would die instead of seeing MemoryError.
const STACK_AT_START: usize = 512 << 10;

/// How much of the main thread's stack may be used.
fn native_stack() -> usize {
    const FALLBACK: u64 = 8 << 20;
    const MOST: u64 = 256 << 20;
    const STACK: i32 = 3; // RLIMIT_STACK, on Linux and macOS alike
    let soft = taipan_sys::process::getrlimit(STACK).map_or(FALLBACK, |l| l.0);
    // What lies above this frame, and a margin.
    (soft.min(MOST) as usize).saturating_sub(256 << 10)
}

fn start(options: &Options) -> i32 {
    let Some(seed) = hash_seed(options) else {
        eprintln!(
            "Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]\nPython runtime state: preinitialized\n"
        );
        return 1;
    };
    let compile = CompileOptions {
        optimize: options.optimize.clamp(0, 2) as u8,
        ..CompileOptions::default()
    };
    taipan_sys::process::extend_stack(STACK_AT_START);
    let vm = match crate::setup::start_with(seed, native_stack(), compile.clone()) {
        Ok(vm) => vm,
        Err(e) => {
            eprintln!("taipan: cannot start: {e}");
            return 1;
        }
    };
    taipan_net::signal::start(&vm);
    let code = match configure(&vm, options) {
        Ok(()) => run::run(&vm, options, &compile),
        Err(r) => {
            let e = vm.take_raised(r);
            eprint!("{}", taipan_core::types::traceback::print::format_exception(&vm, &e));
            1
        }
    };
    // The process ends: its memory goes back as a whole.
    std::mem::forget(vm);
    code
}

/// Put into sys what the command line and the environment say.
fn configure(vm: &Vm, options: &Options) -> Res<()> {
    let executable =
        std::env::current_exe().map_or_else(|_| Vec::new(), |p| p.into_os_string().into_vec());
    let prefix = match executable.iter().rposition(|b| *b == b'/') {
        Some(i) => executable.get(..i).unwrap_or_default().to_vec(),
        None => Vec::new(),
    };
    let mut path: Vec<Vec<u8>> = Vec::new();
    if let Some(list) = std::env::var_os("PYTHONPATH").filter(|_| !options.ignore_environment) {
        let list = list.into_vec();
        if !list.is_empty() {
            path.extend(list.split(|b| *b == b':').map(<[u8]>::to_vec));
        }
    }
    match &options.stdlib {
        Some(folder) => path.push(absolute(folder)),
        None if crate::setup::HAS_LIBRARY => {
            let root = std::str::from_utf8(&executable).ok().filter(|root| !root.is_empty());
            let root = root.unwrap_or(crate::setup::NAMELESS_LIBRARY);
            crate::setup::mount_library(vm, root);
            path.push(root.as_bytes().to_vec());
        }
        None => {}
    }
    let digits = match options.xoption("int_max_str_digits") {
        Some(v) => v.and_then(|v| v.parse().ok()),
        None => options.variable("PYTHONINTMAXSTRDIGITS").and_then(|v| v.parse::<i32>().ok()),
    };
    if let Some(n) = digits.filter(|n| *n == 0 || *n >= 640) {
        vm.interp().int_max_str_digits.set(n as usize);
    }
    if let Some(given) = options.xoption("memory-limit") {
        let heap = &vm.interp().heap;
        match given.and_then(bytes_of) {
            // The streams and the program's own code are still to come.
            Some(bytes) if bytes >= heap.used() + (512 << 10) => heap.set_limit(bytes),
            Some(_) => {
                return Err(vm.value_error("-X memory-limit is less than it takes to start"));
            }
            None => {
                let text = "-X memory-limit wants a number of bytes, such as 64M";
                return Err(vm.value_error(text));
            }
        }
    }
    let dev_mode = options.xoption("dev").is_some() || options.variable("PYTHONDEVMODE").is_some();
    let mut warnoptions = options.warnings.clone();
    if dev_mode {
        warnoptions.insert(0, "default".to_owned());
    }
    match options.bytes_warning {
        0 => {}
        1 => warnoptions.push("default::BytesWarning".to_owned()),
        _ => warnoptions.push("error::BytesWarning".to_owned()),
    }
    let fixed = matches!(hash_seed(options), Some(HashSeed::Fixed(0)));
    let config = Config {
        argv: options.argv.clone(),
        orig_argv: options.orig_argv.clone(),
        executable,
        prefix,
        path,
        platform: if cfg!(target_os = "macos") { "darwin" } else { "linux" },
        flags: Flags {
            debug: options.debug,
            inspect: options.inspect as i32,
            interactive: options.interactive as i32,
            optimize: options.optimize,
            no_user_site: options.no_user_site as i32,
            no_site: options.no_site as i32,
            ignore_environment: options.ignore_environment as i32,
            verbose: options.verbose,
            bytes_warning: options.bytes_warning,
            quiet: options.quiet as i32,
            hash_randomization: !fixed as i32,
            isolated: options.isolated as i32,
            dev_mode,
            utf8_mode: options.xoption("utf8").is_some_and(|v| v != Some("0")) as i32,
            safe_path: options.safe_path,
            int_max_str_digits: digits.unwrap_or(-1),
            ..Flags::default()
        },
        warnoptions,
        xoptions: options.xoptions.clone(),
    };
    sys::configure(vm, &config)?;
    let streams = taipan_stdlib::io::streams::StreamOptions {
        unbuffered: options.unbuffered,
        ..match options.ignore_environment {
            true => Default::default(),
            false => taipan_stdlib::io::streams::StreamOptions::from_environment(),
        }
    };
    taipan_stdlib::io::streams::install(vm, &streams)?;
    // The module reads the options when it is imported.
    if !config.warnoptions.is_empty() {
        if let Err(r) = vm.import("warnings") {
            vm.caught(r, taipan_core::object::Exc::ImportError)?;
        }
    }
    Ok(())
}

fn absolute(folder: &[u8]) -> Vec<u8> {
    let path = std::path::Path::new(crate::host::os(folder));
    std::path::absolute(path).map_or_else(|_| folder.to_vec(), |p| p.into_os_string().into_vec())
}

/// `64M` as bytes.
fn bytes_of(text: &str) -> Option<usize> {
    let (number, shift) = match text.as_bytes().last()?.to_ascii_uppercase() {
        b'K' => (text.get(..text.len() - 1)?, 10),
        b'M' => (text.get(..text.len() - 1)?, 20),
        b'G' => (text.get(..text.len() - 1)?, 30),
        _ => (text, 0),
    };
    number.parse::<usize>().ok()?.checked_mul(1 << shift)
}

/// Whether the prompt follows: asked for, or nothing to run and a terminal to ask.
fn wants_prompt(options: &Options) -> bool {
    options.inspect || (options.program == Program::Stdin && taipan_sys::fs::isatty(0))
}
