//! The command line: one table of options, and the reading of arguments by it.
//!
//! Short options may stand together (`-qi`), an argument may follow its letter at once (`-Xdev`), and `-c`
//! and `-m` end the options. What the environment says comes afterwards: see [`super::environment`].

use super::usage;

/// What the command line asks for.
pub(super) enum Request {
    Run(Box<Options>),
    /// Print a text and end well.
    Print(String),
    /// Print the listing of a file's bytecode.
    Disassemble(Vec<u8>),
    /// The command line is wrong.
    Wrong(String),
    /// So wrong are the settings that nothing starts.
    Fatal(String),
}

/// What to run.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Program {
    File(Vec<u8>),
    Command(Vec<u8>),
    Module(Vec<u8>),
    /// `-`, or nothing at all.
    Stdin,
}

/// How to run it.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    /// None: standard input.
    pub program: Option<Program>,
    /// From the program's name on.
    pub argv: Vec<Vec<u8>>,
    pub orig_argv: Vec<Vec<u8>>,
    pub debug: i32,
    pub inspect: bool,
    pub interactive: bool,
    pub optimize: i32,
    pub no_user_site: bool,
    pub no_site: bool,
    pub ignore_environment: bool,
    pub isolated: bool,
    pub safe_path: bool,
    pub verbose: i32,
    pub bytes_warning: i32,
    pub quiet: bool,
    pub unbuffered: bool,
    pub skip_first_line: bool,
    pub random_hash: bool,
    pub warnings: Vec<String>,
    pub xoptions: Vec<(String, Option<String>)>,
    /// The library folder of an installed CPython, in place of the library inside the program.
    pub stdlib: Option<Vec<u8>>,
    pub settings: super::environment::Settings,
    /// Those variables that are looked at: whose names begin with PYTHON, and some others.
    pub variables: Vec<(Vec<u8>, Vec<u8>)>,
    /// None of their names begins with PYTHON.
    pub no_variables: bool,
    versions: i32,
    help: Option<fn() -> String>,
}

/// One option of one letter.
pub(super) struct Row {
    pub letter: u8,
    /// What the help calls its argument; empty: it takes none.
    pub argument: &'static str,
    pub help: &'static str,
    apply: fn(&mut Options, Vec<u8>),
}

const fn flag(letter: u8, help: &'static str, apply: fn(&mut Options, Vec<u8>)) -> Row {
    Row { letter, argument: "", help, apply }
}

const fn valued(
    letter: u8,
    argument: &'static str,
    help: &'static str,
    apply: fn(&mut Options, Vec<u8>),
) -> Row {
    Row { letter, argument, help, apply }
}

/// All options of one letter, as `--help` shows them.
pub(super) static TABLE: [Row; 23] = [
    flag(b'b', "warn of str(bytes) and of comparing bytes with str (-bb: raise)", |o, _| {
        o.bytes_warning += 1;
    }),
    flag(b'B', "accepted: bytecode is never written; also PYTHONDONTWRITEBYTECODE", |_, _| {}),
    valued(b'c', "cmd", "the program is the next word; ends the options", |o, v| {
        o.program = Some(Program::Command(v));
    }),
    flag(b'd', "accepted: sets sys.flags.debug; also PYTHONDEBUG", |o, _| o.debug += 1),
    flag(b'E', "do not look at PYTHON* environment variables, such as PYTHONPATH", |o, _| {
        o.ignore_environment = true;
    }),
    flag(b'h', "print this help (also -? and --help)", |o, _| o.help = Some(usage::help)),
    flag(b'?', "", |o, _| o.help = Some(usage::help)),
    flag(b'i', "go on at the prompt after the program; also PYTHONINSPECT", |o, _| {
        o.inspect = true;
        o.interactive = true;
    }),
    flag(b'I', "isolate from the user's environment (implies -E, -P and -s)", |o, _| {
        o.isolated = true;
        o.ignore_environment = true;
        o.no_user_site = true;
        o.safe_path = true;
    }),
    valued(b'm', "mod", "run a module of the library as program; ends the options", |o, v| {
        o.program = Some(Program::Module(v));
    }),
    flag(
        b'O',
        "leave out assertions and code that depends on __debug__ (-OO: docstrings too); also PYTHONOPTIMIZE",
        |o, _| o.optimize += 1,
    ),
    flag(b'P', "do not put the program's folder in front of sys.path", |o, _| o.safe_path = true),
    flag(b'q', "no banner at the prompt", |o, _| o.quiet = true),
    flag(
        b'R',
        "hashes of str and bytes differ from run to run, whatever PYTHONHASHSEED says",
        |o, _| {
            o.random_hash = true;
        },
    ),
    flag(b's', "without the folder of the user's own packages; also PYTHONNOUSERSITE", |o, _| {
        o.no_user_site = true;
    }),
    flag(b'S', "without what site adds: exit, help and others, folders of packages", |o, _| {
        o.no_site = true
    }),
    flag(b't', "", |_, _| {}),
    flag(b'u', "do not buffer standard output and error; also PYTHONUNBUFFERED", |o, _| {
        o.unbuffered = true
    }),
    flag(
        b'v',
        "tell of each import, where it came from (-vv: where it was looked for); also PYTHONVERBOSE",
        |o, _| {
            o.verbose += 1;
        },
    ),
    flag(b'V', "print the version (also --version; twice: more of it)", |o, _| o.versions += 1),
    valued(
        b'W',
        "arg",
        "a filter of warnings, as action:message:category:module:lineno; also PYTHONWARNINGS",
        |o, v| {
            o.warnings.push(text(&v));
        },
    ),
    flag(b'x', "skip the first line of the source", |o, _| o.skip_first_line = true),
    valued(b'X', "opt", "an option of the implementation (--help-xoptions)", |o, v| {
        let value = text(&v);
        o.xoptions.push(match value.split_once('=') {
            Some((n, v)) => (n.to_owned(), Some(v.to_owned())),
            None => (value, None),
        });
    }),
];

impl Options {
    /// The value of one of the variables; None if it is empty, unset, or not to be looked at.
    pub fn variable(&self, name: &str) -> Option<String> {
        let (_, value) = self.variables.iter().find(|(own, _)| own == name.as_bytes())?;
        if value.is_empty() { None } else { Some(text(value)) }
    }

    /// The value of `-X name`: None if not given.
    pub fn xoption(&self, name: &str) -> Option<Option<&str>> {
        self.xoptions.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_deref())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Read the command line, the program's own name first.
pub(super) fn parse(args: Vec<Vec<u8>>) -> Request {
    let mut o = Options { orig_argv: args.clone(), argv: vec![Vec::new()], ..Options::default() };
    let mut rest = args.into_iter().skip(1).peekable();
    while let Some(arg) = rest.next_if(|a| a.starts_with(b"-") && a != b"-") {
        if arg == b"--" {
            break;
        }
        let read = match arg.strip_prefix(b"--") {
            Some(long) => long_option(&mut o, long, &mut rest),
            None => short_options(&mut o, arg.get(1..).unwrap_or_default(), &mut rest),
        };
        if let Err(complaint) = read {
            return Request::Wrong(complaint);
        }
        if o.program.is_some() || o.help.is_some() {
            break;
        }
    }
    finish(o, rest.collect())
}

/// The letters behind a dash.
fn short_options(
    o: &mut Options,
    mut letters: &[u8],
    rest: &mut impl Iterator<Item = Vec<u8>>,
) -> Result<(), String> {
    while let [letter, more @ ..] = letters {
        // Whoever asks for help gets it, whatever follows.
        if o.help.is_some() {
            return Ok(());
        }
        letters = more;
        let Some(row) = TABLE.iter().find(|row| row.letter == *letter) else {
            return Err(match letter {
                b'J' => "-J is reserved for Jython".to_owned(),
                other => format!("Unknown option: -{}", *other as char),
            });
        };
        if row.argument.is_empty() {
            (row.apply)(o, Vec::new());
            continue;
        }
        // What follows at once, or the next word.
        let value = match letters {
            [] => rest.next(),
            attached => Some(attached.to_vec()),
        };
        let Some(value) = value else {
            return Err(format!("Argument expected for the -{} option", *letter as char));
        };
        (row.apply)(o, value);
        return Ok(());
    }
    Ok(())
}

fn long_option(
    o: &mut Options,
    name: &[u8],
    rest: &mut impl Iterator<Item = Vec<u8>>,
) -> Result<(), String> {
    match name {
        b"help" => o.help = Some(usage::help),
        b"help-env" => o.help = Some(usage::environment),
        b"help-xoptions" => o.help = Some(usage::xoptions),
        b"help-all" => o.help = Some(usage::all),
        b"version" => o.versions += 1,
        b"check-hash-based-pycs" => match rest.next().as_deref() {
            Some(b"always" | b"default" | b"never") => {}
            Some(_) => {
                let text = "--check-hash-based-pycs must be one of 'default', 'always', or 'never'";
                return Err(text.to_owned());
            }
            None => {
                return Err("Argument expected for the --check-hash-based-pycs options".to_owned());
            }
        },
        b"stdlib" => match rest.next() {
            Some(folder) => o.stdlib = Some(folder),
            None => return Err("Argument expected for the --stdlib option".to_owned()),
        },
        _ => return Err(format!("unknown option --{}", text(name))),
    }
    Ok(())
}

/// All options are read: what they ask for.
fn finish(mut o: Options, rest: Vec<Vec<u8>>) -> Request {
    if let Some(help) = o.help {
        return Request::Print(help());
    }
    match o.versions {
        0 => {}
        1 => return Request::Print(format!("Python {}\n", usage::short_version())),
        _ => return Request::Print(format!("Python {}\n", taipan_core::builtins::sys::VERSION)),
    }
    if let (None, [first, file]) = (&o.program, rest.as_slice()) {
        if first == b"dis" && !std::path::Path::new("dis").exists() {
            return Request::Disassemble(file.clone());
        }
    }
    match &o.program {
        Some(Program::Command(_)) => o.argv = with_marker(b"-c", rest),
        Some(_) => o.argv = with_marker(b"-m", rest),
        None => {
            if let Some(first) = rest.first() {
                o.program = Some(match first.as_slice() {
                    b"-" => Program::Stdin,
                    file => Program::File(file.to_vec()),
                });
                o.argv = rest;
            }
        }
    }
    match super::environment::read(&mut o) {
        Ok(()) => Request::Run(Box::new(o)),
        Err(complaint) => Request::Fatal(complaint),
    }
}

fn with_marker(marker: &[u8], rest: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    std::iter::once(marker.to_vec()).chain(rest).collect()
}
