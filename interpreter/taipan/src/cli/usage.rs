//! Texts of `--help` and `--version`.

use super::options::TABLE;

/// The program's own name as it was called.
pub(super) fn program() -> String {
    std::env::args_os()
        .next()
        .map_or_else(|| "taipan".to_owned(), |n| n.to_string_lossy().into_owned())
}

/// "3.11.2"
pub(super) fn short_version() -> String {
    let (major, minor, micro) = taipan_core::builtins::sys::VERSION_INFO;
    format!("{major}.{minor}.{micro}")
}

/// The first line of the help.
pub(super) fn line() -> String {
    format!("usage: {} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n", program())
}

/// What is said about a wrong command line, in CPython's words.
pub(super) fn complaint(what: &str) -> String {
    format!("{what}\n{}Try `python -h' for more information.\n", line())
}

pub(super) fn help() -> String {
    let mut text = format!("{}Options:\n", line());
    for row in TABLE.iter().filter(|row| !row.help.is_empty()) {
        let name = format!("-{} {}", row.letter as char, row.argument);
        text.push_str(&format!("{name:<7} {}\n", row.help));
    }
    text + REST
}

pub(super) fn all() -> String {
    help() + ENVIRONMENT + XOPTIONS
}

pub(super) fn environment() -> String {
    ENVIRONMENT.to_owned()
}

pub(super) fn xoptions() -> String {
    XOPTIONS.to_owned()
}

const REST: &str = "\
--stdlib DIR  use the library folder of an installed Python 3.11, not the one inside the program
--help-env, --help-xoptions, --help-all: environment variables, options of -X, everything
Arguments:
file    the program is this file, or __main__.py in this folder
-       the program is read from standard input (at a terminal: the prompt)
arg ... what sys.argv[1:] holds
dis FILE  print the bytecode of a file
";

const ENVIRONMENT: &str = "\
Environment variables:
NO_COLOR                no colours at the prompt
PYTHONBASICREPL         the prompt without line editing
PYTHONBREAKPOINT        what breakpoint() calls; 0: nothing
PYTHONDEBUG             -d
PYTHONDEVMODE           -X dev
PYTHONHASHSEED          number: the seed of hashes of str and bytes; 0: no randomisation
PYTHONINSPECT           -i
PYTHONINTMAXSTRDIGITS   the limit of digits between int and str
PYTHONIOENCODING        encoding[:errors] of the standard streams
PYTHONNOUSERSITE        -s
PYTHONOPTIMIZE          -O
PYTHONPATH              folders to put in front of the module search path
PYTHONSAFEPATH          -P
PYTHONSTARTUP           a file to run before the first prompt
PYTHONUNBUFFERED        -u
PYTHONUTF8              1: UTF-8 mode
PYTHONVERBOSE           -v
PYTHONWARNDEFAULTENCODING  -X warn_default_encoding
PYTHONWARNINGS          filters of warnings, between commas
TAIPAN_HISTORY          the prompt's history; empty: none (default: ~/.taipan_history)
PYTHONASYNCIODEBUG, PYTHONDONTWRITEBYTECODE, PYTHONFAULTHANDLER, PYTHONHOME and PYTHONTRACEMALLOC
change nothing of the interpreter; modules may look at them.
";

const XOPTIONS: &str = "\
Options of the implementation:
-X dev                    development mode (sys.flags.dev_mode)
-X int_max_str_digits=N   the limit of digits between int and str
-X memory-limit=N         what objects may take in bytes (K, M, G may follow); then MemoryError
-X utf8                   UTF-8 mode
-X warn_default_encoding  sets sys.flags.warn_default_encoding
Others are kept in sys._xoptions.
";
