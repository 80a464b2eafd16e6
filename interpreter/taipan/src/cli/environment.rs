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
}

impl Settings {
    pub fn seed(&self) -> HashSeed {
        self.hash_seed.map_or(HashSeed::Random, HashSeed::Fixed)
    }
}

/// CPython's words for settings with which it does not start.
fn fatal<T>(function: &str, message: &str, state: &str) -> Result<T, String> {
    Err(format!("Fatal Python error: {function}: {message}\nPython runtime state: {state}\n\n"))
}

/// Complete the options by what the environment says. Err: what to say instead of starting.
pub(super) fn read(o: &mut Options) -> Result<(), String> {
    // Most processes have none of them.
    o.no_variables = o.ignore_environment || !taipan_sys::process::has_variable_with(b"PYTHON");
    if !o.no_variables {
        flags(o);
    }
    o.settings = Settings {
        utf8_mode: utf8_mode(o)?,
        hash_seed: hash_seed(o)?,
        int_max_str_digits: int_max_str_digits(o)?,
        dev_mode: o.xoption("dev").is_some() || o.variable("PYTHONDEVMODE").is_some(),
        warn_default_encoding: o.xoption("warn_default_encoding").is_some()
            || o.variable("PYTHONWARNDEFAULTENCODING").is_some(),
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

fn utf8_mode(o: &Options) -> Result<bool, String> {
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
        None => Ok(matches!(locale().as_str(), "" | "C" | "POSIX")),
    }
}

/// The locale of texts.
fn locale() -> String {
    let set = |name: &&str| std::env::var_os(name).filter(|v| !v.is_empty());
    let found = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(set);
    found.map_or_else(String::new, |v| v.to_string_lossy().into_owned())
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
                "preinitialized",
            ),
        },
    }
}

fn int_max_str_digits(o: &Options) -> Result<i32, String> {
    let (origin, given) = match o.xoption("int_max_str_digits") {
        Some(v) => ("-X int_max_str_digits", v.map(str::to_owned)),
        None => match o.variable("PYTHONINTMAXSTRDIGITS") {
            Some(v) => ("PYTHONINTMAXSTRDIGITS", Some(v)),
            None => return Ok(-1),
        },
    };
    match given.and_then(|v| v.parse::<i32>().ok()).filter(|n| *n == 0 || *n >= 640) {
        Some(n) => Ok(n),
        None => fatal(
            "config_init_int_max_str_digits",
            &format!("{origin}: invalid limit; must be >= 640 or 0 for unlimited."),
            "preinitialized",
        ),
    }
}
