//! Texts of `--help` and `--version`.

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

pub(super) fn help() -> String {
    format!("{}{OPTIONS}", line())
}

const OPTIONS: &str = "\
Options:
-b      warn of str(bytes) and of comparing bytes with str (-bb: raise)
-c cmd  the program is the next word; ends the options
-d -B -R  accepted for compatibility
-E      do not look at PYTHON* environment variables
-h      print this help (also -? and --help)
-i      go on at the prompt after the program
-I      isolate from the user's environment (implies -E, -P and -s)
-m mod  run a module of the library as program; ends the options
-O      leave out assertions and code that depends on __debug__
-OO     leave out docstrings too
-P      do not put the program's folder in front of sys.path
-q      no banner at the prompt
-s -S   accepted for compatibility
-u      do not buffer standard output and error
-v      accepted for compatibility
-V      print the version (also --version; twice: more of it)
-W arg  a filter of warnings, as action:message:category:module:lineno
-x      skip the first line of the source
-X opt  an option of the implementation
--stdlib DIR  use the library folder of an installed Python 3.11, not the one inside the program
--help-env, --help-xoptions, --help-all
Arguments:
file    the program is this file, or __main__.py in this folder
-       the program is read from standard input (at a terminal: the prompt)
arg ... what sys.argv[1:] holds
dis FILE  print the bytecode of a file
";

pub(super) const ENVIRONMENT: &str = "\
Environment variables:
PYTHONHASHSEED          number: the seed of hashes of str and bytes; 0: no randomisation
PYTHONINSPECT           -i
PYTHONINTMAXSTRDIGITS   the limit of digits between int and str
PYTHONIOENCODING        encoding[:errors] of the standard streams
PYTHONNOUSERSITE        -s
PYTHONOPTIMIZE          -O
PYTHONPATH              folders to put in front of the module search path
PYTHONSAFEPATH          -P
PYTHONUNBUFFERED        -u
PYTHONUTF8              1: UTF-8 mode
PYTHONVERBOSE           -v
PYTHONWARNINGS          filters of warnings, between commas
";

pub(super) const XOPTIONS: &str = "\
Options of the implementation:
-X dev                    development mode (sys.flags.dev_mode)
-X int_max_str_digits=N   the limit of digits between int and str
-X memory-limit=N        what objects may take in bytes (K, M, G may follow); then MemoryError
-X utf8                   UTF-8 mode
Others are kept in sys._xoptions.
";
