//! The environment variables, and the values that they and `-X` share: checked before anything starts.

use super::options::Options;
use taipan_core::vm::start::HashSeed;

/// What is settled before the interpreter starts.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    /// None: by chance.
    pub hash_seed: Option<u32>,
    pub utf8_mode: bool,
    pub dev_mode: bool,
    pub warn_default_encoding: bool,
    /// -1: as built in.
    pub int_max_str_digits: i32,
    pub import_time: bool,
    pub faulthandler: bool,
    /// Frames that the account of memory is asked to keep; 0: there is none.
    pub tracemalloc: i64,
    pub no_debug_ranges: bool,
    pub pycache_prefix: Option<String>,
    pub platlibdir: Option<String>,
    /// PYTHONHOME.
    pub home: Option<String>,
}

impl Settings {
    pub fn seed(&self) -> HashSeed {
        self.hash_seed.map_or(HashSeed::Random, HashSeed::Fixed)
    }
}

/// The first of them that is set says what texts are.
const LOCALES: [&[u8]; 3] = [b"LC_ALL", b"LC_CTYPE", b"LANG"];

const PREINITIALIZED: &str = "preinitialized";

/// CPython's words for settings with which it does not start.
fn fatal<T>(function: &str, message: &str, state: &str) -> Result<T, String> {
    let message = if function.is_empty() { message } else { &format!("{function}: {message}") };
    Err(format!("Fatal Python error: {message}\nPython runtime state: {state}\n\n"))
}

/// The same once there is a thread: it is said to run nothing.
pub(super) fn fatal_in_thread(message: &str, cause: &str) -> String {
    let ident = taipan_sys::thread::ident();
    format!(
        "Fatal Python error: {message}\nPython runtime state: core initialized\n{cause}\n\
         Current thread {ident:#018x} (most recent call first):\n  <no Python frame>\n"
    )
}

/// Complete the options by what the environment says. Err: what to say instead of starting.
pub(super) fn read(o: &mut Options) -> Result<(), String> {
    // Most processes have none of them.
    let found =
        taipan_sys::process::variables_with(&[b"PYTHON", b"LC_", b"LANG=", b"VIRTUAL_ENV="]);
    let locale = |name: &&[u8]| {
        let row = found.iter().find(|row| row.0 == *name);
        row.map(|row| row.1.as_slice()).filter(|locale| !locale.is_empty())
    };
    let is_forced = LOCALES.first().and_then(locale).is_some();
    let locale = LOCALES.iter().find_map(locale);
    let is_portable = matches!(locale, None | Some(b"C" | b"POSIX"));
    if !o.ignore_environment {
        o.variables = found;
    }
    o.no_variables = !o.variables.iter().any(|row| row.0.starts_with(b"PYTHON"));
    if !o.no_variables {
        flags(o);
    }
    let utf8_mode = utf8_mode(o, is_portable)?;
    if is_portable {
        coerce_locale(o, is_forced);
    }
    if o.no_variables && o.xoptions.is_empty() {
        o.settings = Settings { utf8_mode, int_max_str_digits: -1, ..Settings::default() };
        return Ok(());
    }
    allocator(o)?;
    let either = |option: &str, variable: &str| {
        o.xoption(option).is_some() || o.variable(variable).is_some()
    };
    let dev_mode = either("dev", "PYTHONDEVMODE");
    let hash_seed = hash_seed(o)?;
    let tracemalloc = tracemalloc(o)?;
    let int_max_str_digits = int_max_str_digits(o)?;
    let pycache_prefix = match o.xoption("pycache_prefix") {
        Some(given) => given.map(str::to_owned).filter(|given| !given.is_empty()),
        None => o.variable("PYTHONPYCACHEPREFIX"),
    };
    if !matches!(o.xoption("frozen_modules"), None | Some(None | Some("" | "on" | "off"))) {
        let text = "bad value for option -X frozen_modules (expected \"on\" or \"off\")";
        return fatal("", text, PREINITIALIZED);
    }
    o.settings = Settings {
        utf8_mode,
        hash_seed,
        int_max_str_digits,
        dev_mode,
        warn_default_encoding: either("warn_default_encoding", "PYTHONWARNDEFAULTENCODING"),
        import_time: either("importtime", "PYTHONPROFILEIMPORTTIME"),
        faulthandler: dev_mode || either("faulthandler", "PYTHONFAULTHANDLER"),
        tracemalloc,
        no_debug_ranges: either("no_debug_ranges", "PYTHONNODEBUGRANGES"),
        pycache_prefix,
        platlibdir: o.variable("PYTHONPLATLIBDIR"),
        home: o.variable("PYTHONHOME"),
    };
    Ok(())
}

fn flags(o: &mut Options) {
    // A number counts as so many of the option; other texts as one.
    let level = |name: &str| -> i32 {
        o.variable(name).map_or(0, |v| v.parse().ok().filter(|n: &i32| *n >= 0).unwrap_or(1))
    };
    let (debug, optimize) = (level("PYTHONDEBUG"), level("PYTHONOPTIMIZE"));
    let (verbose, no_user) = (level("PYTHONVERBOSE"), level("PYTHONNOUSERSITE"));
    let unbuffered = level("PYTHONUNBUFFERED");
    o.debug = o.debug.max(debug);
    o.optimize = o.optimize.max(optimize);
    o.verbose = o.verbose.max(verbose);
    o.no_user_site |= no_user > 0;
    o.unbuffered |= unbuffered > 0;
    o.safe_path |= o.variable("PYTHONSAFEPATH").is_some();
    o.inspect |= o.variable("PYTHONINSPECT").is_some();
    if let Some(list) = o.variable("PYTHONWARNINGS") {
        let from_line = std::mem::take(&mut o.warnings);
        o.warnings = list.split(',').map(str::to_owned).chain(from_line).collect();
    }
}

fn utf8_mode(o: &Options, is_portable: bool) -> Result<bool, String> {
    let function = "preconfig_init_utf8_mode";
    match o.xoption("utf8") {
        Some(None | Some("1")) => return Ok(true),
        Some(Some("0")) => return Ok(false),
        Some(_) => return fatal(function, "invalid -X utf8 option value", "preinitializing"),
        None => {}
    }
    match o.variable("PYTHONUTF8").as_deref() {
        Some("1") => Ok(true),
        Some("0") => Ok(false),
        Some(_) => {
            fatal(function, "invalid PYTHONUTF8 environment variable value", "preinitializing")
        }
        None => Ok(is_portable),
    }
}

/// The portable locale becomes one with UTF-8, for the programs that are started from here too.
fn coerce_locale(o: &Options, is_forced: bool) {
    let wanted = o.variable("PYTHONCOERCECLOCALE");
    let warns = wanted.as_deref() == Some("warn");
    if is_forced || wanted.as_deref() == Some("0") {
        if warns {
            eprint!(
                "Python runtime initialized with LC_CTYPE=C (a locale with default ASCII encoding), which may \
                 cause Unicode compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 (if available) as \
                 alternative Unicode-compatible locales is recommended.\n"
            );
        }
        return;
    }
    let _ = taipan_sys::process::setenv(b"LC_CTYPE", b"C.UTF-8");
    if warns {
        eprint!(
            "Python detected LC_CTYPE=C: LC_CTYPE coerced to C.UTF-8 (set another locale or \
             PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior).\n"
        );
    }
}

/// There is one allocator; the names of CPython's are known.
fn allocator(o: &Options) -> Result<(), String> {
    match o.variable("PYTHONMALLOC").as_deref() {
        None
        | Some("default" | "debug" | "pymalloc" | "pymalloc_debug" | "malloc" | "malloc_debug") => {
            Ok(())
        }
        Some(_) => {
            fatal("preconfig_init_allocator", "PYTHONMALLOC: unknown allocator", "preinitializing")
        }
    }
}

fn tracemalloc(o: &Options) -> Result<i64, String> {
    let count = |text: &str| text.parse::<i32>().ok().filter(|n| *n >= 0).map(i64::from);
    let function = "config_init_tracemalloc";
    let mut frames = 0;
    if let Some(given) = o.variable("PYTHONTRACEMALLOC") {
        match count(&given) {
            Some(n) => frames = n,
            None => {
                let text = "PYTHONTRACEMALLOC: invalid number of frames";
                return fatal(function, text, PREINITIALIZED);
            }
        }
    }
    match o.xoption("tracemalloc") {
        None => Ok(frames),
        Some(None) => Ok(1),
        Some(Some(given)) => match count(given) {
            Some(n) => Ok(n),
            None => {
                fatal(function, "-X tracemalloc=NFRAME: invalid number of frames", PREINITIALIZED)
            }
        },
    }
}

fn hash_seed(o: &Options) -> Result<Option<u32>, String> {
    match o.variable("PYTHONHASHSEED").as_deref() {
        _ if o.random_hash => Ok(None),
        None | Some("random") => Ok(None),
        Some(n) => match n.parse() {
            Ok(n) => Ok(Some(n)),
            Err(_) => fatal(
                "config_init_hash_seed",
                "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]",
                PREINITIALIZED,
            ),
        },
    }
}

fn int_max_str_digits(o: &Options) -> Result<i32, String> {
    let checked = |origin: &str, given: Option<&str>| match given
        .and_then(|v| v.parse::<i32>().ok())
        .filter(|n| *n == 0 || *n >= 640)
    {
        Some(n) => Ok(n),
        None => fatal(
            "config_init_int_max_str_digits",
            &format!("{origin}: invalid limit; must be >= 640 or 0 for unlimited."),
            PREINITIALIZED,
        ),
    };
    let mut limit = -1;
    if let Some(given) = o.variable("PYTHONINTMAXSTRDIGITS") {
        limit = checked("PYTHONINTMAXSTRDIGITS", Some(&given))?;
    }
    match o.xoption("int_max_str_digits") {
        Some(given) => checked("-X int_max_str_digits", given),
        None => Ok(limit),
    }
}
