//! The program's command line: from arguments to an exit code.

mod environment;
mod finish;
mod home;
mod module;
mod options;
mod packages;
mod run;
mod site;
mod usage;

pub(crate) use finish::is_a;
use options::{Options, Request};
use std::os::unix::ffi::OsStringExt;
use taipan_core::builtins::sys::{self, Config, Flags};
use taipan_core::compile::CompileOptions;
use taipan_core::object::Object;
use taipan_core::vm::{Raised, Vm};

/// Run the program with the process's arguments; gives the exit code.
pub fn main() -> i32 {
    taipan_sys::memory::keep_freed_memory();
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
            eprint!("{}", usage::complaint(&complaint));
            2
        }
        Request::Fatal(complaint) => {
            eprint!("{complaint}");
            1
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
    let compile = CompileOptions {
        optimize: options.optimize.clamp(0, 2) as u8,
        ..CompileOptions::default()
    };
    taipan_sys::process::extend_stack(STACK_AT_START);
    let vm =
        match crate::setup::start_with(options.settings.seed(), native_stack(), compile.clone()) {
            Ok(vm) => vm,
            Err(e) => {
                eprintln!("taipan: cannot start: {e}");
                return 1;
            }
        };
    taipan_net::signal::start(&vm);
    let code = match configure(&vm, options) {
        Ok(()) => run::run(&vm, options, &compile),
        Err(Stop::Fatal(complaint)) => {
            eprint!("{complaint}");
            1
        }
        Err(Stop::Raised(r)) => {
            let e = vm.take_raised(r);
            eprint!("{}", taipan_core::types::traceback::print::format_exception(&vm, &e));
            1
        }
    };
    // The process ends: its memory goes back as a whole.
    std::mem::forget(vm);
    code
}

/// Why nothing is run.
enum Stop {
    Raised(Raised),
    /// What is said in CPython's words of a settings with which it does not start.
    Fatal(String),
}

impl From<Raised> for Stop {
    fn from(raised: Raised) -> Stop {
        Stop::Raised(raised)
    }
}

/// Put into sys what the command line and the environment say.
fn configure(vm: &Vm, options: &Options) -> Result<(), Stop> {
    let executable =
        std::env::current_exe().map_or_else(|_| Vec::new(), |p| p.into_os_string().into_vec());
    let prefix = match executable.iter().rposition(|b| *b == b'/') {
        Some(i) => executable.get(..i).unwrap_or_default().to_vec(),
        None => Vec::new(),
    };
    let settings = &options.settings;
    if settings.int_max_str_digits >= 0 {
        vm.interp().int_max_str_digits.set(settings.int_max_str_digits as usize);
    }
    if let Some(given) = options.xoption("memory-limit") {
        let heap = &vm.interp().heap;
        match given.and_then(bytes_of) {
            // The streams and the program's own code are still to come.
            Some(bytes) if bytes >= heap.used() + (512 << 10) => heap.set_limit(bytes),
            Some(_) => {
                let text = "-X memory-limit is less than it takes to start";
                return Err(vm.value_error(text).into());
            }
            None => {
                let text = "-X memory-limit wants a number of bytes, such as 64M";
                return Err(vm.value_error(text).into());
            }
        }
    }
    let mut warnoptions = options.warnings.clone();
    if settings.dev_mode {
        warnoptions.insert(0, "default".to_owned());
    }
    match options.bytes_warning {
        0 => {}
        1 => warnoptions.push("default::BytesWarning".to_owned()),
        _ => warnoptions.push("error::BytesWarning".to_owned()),
    }
    let mut path = module_path(vm, options, &executable);
    let home = match &settings.home {
        Some(given) => Some(home::Home::new(given, options, &executable).map_err(Stop::Fatal)?),
        None => None,
    };
    if let Some(home) = &home {
        path.extend(home.path());
    }
    let environment = packages::environment(options, &executable);
    let called = environment.as_ref().and_then(|environment| environment.executable.clone());
    let config = Config {
        argv: options.argv.clone(),
        orig_argv: options.orig_argv.clone(),
        executable: called.unwrap_or(executable),
        prefix: home.as_ref().map_or(prefix, |home| home.prefix.clone().into_bytes()),
        exec_prefix: home.as_ref().map(|home| home.exec_prefix.clone().into_bytes()),
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
            hash_randomization: (settings.hash_seed != Some(0)) as i32,
            isolated: options.isolated as i32,
            dev_mode: settings.dev_mode,
            utf8_mode: settings.utf8_mode as i32,
            warn_default_encoding: settings.warn_default_encoding as i32,
            safe_path: options.safe_path,
            int_max_str_digits: settings.int_max_str_digits,
            ..Flags::default()
        },
        warnoptions,
        xoptions: options.xoptions.clone(),
        breakpoint: if options.ignore_environment { None } else { Some(breakpoint_now) },
        pycache_prefix: settings.pycache_prefix.clone(),
        platlibdir: settings.platlibdir.clone(),
        no_debug_ranges: settings.no_debug_ranges,
        import_time: settings.import_time,
    };
    sys::configure(vm, &config)?;
    let mut streams = match options.no_variables {
        true => Default::default(),
        false => taipan_stdlib::io::streams::StreamOptions::from_environment(),
    };
    streams.unbuffered = options.unbuffered;
    let encoding = streams.encoding.clone();
    if settings.utf8_mode && streams.encoding.is_none() && streams.errors.is_none() {
        streams.errors = Some("surrogateescape".to_owned());
    }
    taipan_stdlib::io::streams::install(vm, &streams)?;
    if taipan_stdlib::io::streams::input_is_directory(vm) {
        let text = "init_sys_streams: <stdin> is a directory, cannot continue";
        return Err(Stop::Fatal(environment::fatal_in_thread(text, "")));
    }
    if let Some(encoding) = encoding {
        check_encoding(vm, &encoding)?;
    }
    if settings.faulthandler {
        let module = vm.import("_faulthandler")?;
        vm.call_method(&module, "enable", &[Object::small(2)])?;
    }
    if settings.tracemalloc > 0 {
        start_account(vm, settings.tracemalloc)?;
    }
    if !options.no_site {
        site::install(vm);
    }
    // The module reads the options when it is imported.
    if !config.warnoptions.is_empty() {
        if let Err(r) = vm.import("warnings") {
            vm.caught(r, taipan_core::object::Exc::ImportError)?;
        }
    }
    packages::install(vm, options, environment.as_ref(), home.as_ref())?;
    Ok(())
}

/// What PYTHONBREAKPOINT says, which the program may change.
fn breakpoint_now() -> Option<String> {
    let value = taipan_sys::process::getenv(b"PYTHONBREAKPOINT")?;
    Some(String::from_utf8_lossy(&value).into_owned()).filter(|value| !value.is_empty())
}

/// The exception as a reason not to start.
fn fatal(vm: &Vm, raised: Raised, text: &str) -> Stop {
    let exception = vm.take_raised(raised);
    let shown = taipan_core::types::traceback::print::format_exception(vm, &exception);
    Stop::Fatal(environment::fatal_in_thread(text, &shown))
}

/// Whether the standard streams can have the encoding that PYTHONIOENCODING asks for.
fn check_encoding(vm: &Vm, encoding: &str) -> Result<(), Stop> {
    let codecs = vm.import("_codecs")?;
    let name = vm.str(encoding)?.into_object();
    if let Err(raised) = vm.call_method(&codecs, "lookup", &[name]) {
        let text = "init_stdio_encoding: failed to get the Python codec name of the stdio encoding";
        return Err(fatal(vm, raised, text));
    }
    for name in ["stdin", "stdout", "stderr"] {
        if let Err(raised) = sys::attribute(vm, &vm.intern(name)) {
            let text = "init_sys_streams: can't initialize sys standard streams";
            return Err(fatal(vm, raised, text));
        }
    }
    Ok(())
}

/// Have tracemalloc count from now on.
fn start_account(vm: &Vm, frames: i64) -> Result<(), Stop> {
    let module = vm.import("_tracemalloc")?;
    match vm.call_method(&module, "start", &[vm.int(frames)?]) {
        Ok(_) => Ok(()),
        Err(raised) => Err(fatal(vm, raised, "init_interp_main: can't initialize tracemalloc")),
    }
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

/// The folders of PYTHONPATH, and the library.
fn module_path(vm: &Vm, options: &Options, executable: &[u8]) -> Vec<Vec<u8>> {
    let mut path = variable_path(options);
    match &options.stdlib {
        Some(folder) => path.push(absolute(folder)),
        None if crate::setup::HAS_LIBRARY => {
            let root = std::str::from_utf8(executable).ok().filter(|root| !root.is_empty());
            let root = root.unwrap_or(crate::setup::NAMELESS_LIBRARY);
            crate::setup::mount_library(vm, root);
            path.push(root.as_bytes().to_vec());
        }
        None => {}
    }
    path
}

/// The folders of PYTHONPATH, each once and absolute; an empty one is the current folder.
fn variable_path(options: &Options) -> Vec<Vec<u8>> {
    let mut path: Vec<Vec<u8>> = Vec::new();
    if options.no_variables {
        return path;
    }
    let Some(list) = std::env::var_os("PYTHONPATH").filter(|list| !list.is_empty()) else {
        return path;
    };
    for part in list.into_vec().split(|b| *b == b':') {
        let part = if part.is_empty() { b"." } else { part };
        let whole = std::path::absolute(crate::host::os(part))
            .map_or_else(|_| part.to_vec(), |p| p.into_os_string().into_vec());
        if !path.contains(&whole) {
            path.push(whole);
        }
    }
    path
}
