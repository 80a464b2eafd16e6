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
--check-hash-based-pycs always|default|never  accepted: bytecode is not read from files
--stdlib DIR  use the library folder of an installed Python 3.11, not the one inside the program
--help-env, --help-xoptions, --help-all: environment variables, options of -X, everything
Arguments:
file    the program is this file, or __main__.py in this folder or zip archive
-       the program is read from standard input (at a terminal: the prompt)
arg ... what sys.argv[1:] holds
dis FILE  print the bytecode of a file
";

const ENVIRONMENT: &str = "\
Environment variables:
NO_COLOR                no colours at the prompt
PYTHONASYNCIODEBUG      asyncio looks at it
PYTHONBASICREPL         the prompt without line editing
PYTHONBREAKPOINT        what breakpoint() calls; 0: nothing
PYTHONCASEOK            accepted: names of modules are as they are written
PYTHONCOERCECLOCALE     0: leave the locale C as it is; warn: tell what became of it
PYTHONDEVMODE           -X dev
PYTHONFAULTHANDLER      -X faulthandler
PYTHONHASHSEED          random, or the seed of hashes of str and bytes; 0: no randomisation
PYTHONHOME              where the library of an installed Python 3.11 is: sys.prefix[:sys.exec_prefix]
PYTHONINTMAXSTRDIGITS   -X int_max_str_digits
PYTHONIOENCODING        encoding[:errors] of the standard streams
PYTHONMALLOC            accepted: there is one allocator
PYTHONNODEBUGRANGES     -X no_debug_ranges
PYTHONPATH              folders and zip archives to put in front of the module search path
PYTHONPLATLIBDIR        sys.platlibdir
PYTHONPROFILEIMPORTTIME -X importtime
PYTHONPYCACHEPREFIX     -X pycache_prefix
PYTHONSAFEPATH          -P
PYTHONSTARTUP           a file to run before the first prompt
PYTHONTRACEMALLOC       -X tracemalloc
PYTHONUTF8              1: UTF-8 mode
PYTHONWARNDEFAULTENCODING  -X warn_default_encoding
TAIPAN_HISTORY          the prompt's history; empty: none (default: ~/.taipan_history)
Those of options of one letter (--help):
PYTHONDEBUG -d, PYTHONDONTWRITEBYTECODE -B, PYTHONINSPECT -i, PYTHONNOUSERSITE -s, PYTHONOPTIMIZE -O,
PYTHONUNBUFFERED -u, PYTHONVERBOSE -v, PYTHONWARNINGS -W
";

const XOPTIONS: &str = "\
Options of the implementation:
-X dev                    development mode: warnings are shown, faulthandler is on, asyncio checks more
-X faulthandler           fatal signals are told of
-X frozen_modules=on|off  accepted: the library is always the one inside the program
-X importtime             how long each import takes, without and with those that it causes
-X int_max_str_digits=N   the limit of digits between int and str; 0: none
-X memory-limit=N         what objects may take in bytes (K, M, G may follow); then MemoryError
-X no_debug_ranges        code does not tell its columns: tracebacks do not mark places in lines
-X pycache_prefix=DIR     sys.pycache_prefix: where modules that write bytecode put it
-X showrefcount           accepted: only a debug build of CPython counts
-X tracemalloc[=N]        tracemalloc is started
-X utf8[=0|1]             UTF-8 mode
-X warn_default_encoding  an EncodingWarning where a text file is opened without its encoding
Others are kept in sys._xoptions.
";
