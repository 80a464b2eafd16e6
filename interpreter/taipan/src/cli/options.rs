//! The command line and the environment variables: what to run, and how.

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
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub program: Program,
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
    pub warnings: Vec<String>,
    pub xoptions: Vec<(String, Option<String>)>,
    /// The library folder of an installed CPython, in place of the library inside the program.
    pub stdlib: Option<Vec<u8>>,
}

impl Options {
    fn new(orig_argv: Vec<Vec<u8>>) -> Options {
        Options {
            program: Program::Stdin,
            argv: vec![Vec::new()],
            orig_argv,
            debug: 0,
            inspect: false,
            interactive: false,
            optimize: 0,
            no_user_site: false,
            no_site: false,
            ignore_environment: false,
            isolated: false,
            safe_path: false,
            verbose: 0,
            bytes_warning: 0,
            quiet: false,
            unbuffered: false,
            skip_first_line: false,
            warnings: Vec::new(),
            xoptions: Vec::new(),
            stdlib: None,
        }
    }

    /// The value of an environment variable; None if it is empty, unset, or not to be looked at.
    pub fn variable(&self, name: &str) -> Option<String> {
        if self.ignore_environment {
            return None;
        }
        let value = std::env::var_os(name)?;
        Some(value.to_string_lossy().into_owned()).filter(|v| !v.is_empty())
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
    let mut o = Options::new(args.clone());
    let mut rest = args.into_iter().skip(1).peekable();
    let mut versions = 0;
    while let Some(arg) = rest.peek().cloned() {
        if arg == b"-" || !arg.starts_with(b"-") {
            break;
        }
        rest.next();
        if arg == b"--" {
            break;
        }
        if let Some(long) = arg.strip_prefix(b"--") {
            match long {
                b"help" => return Request::Print(usage::help()),
                b"version" => versions += 1,
                b"help-env" => return Request::Print(usage::ENVIRONMENT.to_owned()),
                b"help-xoptions" => return Request::Print(usage::XOPTIONS.to_owned()),
                b"help-all" => {
                    return Request::Print(format!(
                        "{}{}{}",
                        usage::help(),
                        usage::ENVIRONMENT,
                        usage::XOPTIONS
                    ));
                }
                b"check-hash-based-pycs" => drop(rest.next()),
                b"stdlib" => match rest.next() {
                    Some(folder) => o.stdlib = Some(folder),
                    None => {
                        return Request::Wrong("Argument expected for the --stdlib option".into());
                    }
                },
                _ => return Request::Wrong(format!("unknown option --{}", text(long))),
            }
            continue;
        }
        let mut letters = arg.get(1..).unwrap_or_default();
        while let [letter, more @ ..] = letters {
            letters = more;
            // The argument of a letter: what follows it at once, or the next word.
            let mut argument = || match letters {
                [] => rest.next(),
                attached => Some(attached.to_vec()),
            };
            match letter {
                b'c' | b'm' | b'W' | b'X' => {
                    let Some(value) = argument() else {
                        return Request::Wrong(format!(
                            "Argument expected for the -{} option",
                            *letter as char
                        ));
                    };
                    match letter {
                        b'c' | b'm' => {
                            let marker = vec![b'-', *letter];
                            o.program = if *letter == b'c' {
                                Program::Command(value)
                            } else {
                                Program::Module(value)
                            };
                            o.argv = std::iter::once(marker).chain(rest).collect();
                            return finish(o, versions);
                        }
                        b'W' => o.warnings.push(text(&value)),
                        _ => {
                            let value = text(&value);
                            o.xoptions.push(match value.split_once('=') {
                                Some((n, v)) => (n.to_owned(), Some(v.to_owned())),
                                None => (value, None),
                            });
                        }
                    }
                    letters = &[];
                }
                b'b' => o.bytes_warning += 1,
                b'B' | b'R' => {}
                b'd' => o.debug += 1,
                b'E' => o.ignore_environment = true,
                b'h' | b'?' => return Request::Print(usage::help()),
                b'i' => {
                    o.inspect = true;
                    o.interactive = true;
                }
                b'I' => {
                    o.isolated = true;
                    o.ignore_environment = true;
                    o.no_user_site = true;
                    o.safe_path = true;
                }
                b'O' => o.optimize += 1,
                b'P' => o.safe_path = true,
                b'q' => o.quiet = true,
                b's' => o.no_user_site = true,
                b'S' => o.no_site = true,
                b'u' => o.unbuffered = true,
                b'v' => o.verbose += 1,
                b'V' => versions += 1,
                b'x' => o.skip_first_line = true,
                other => return Request::Wrong(format!("Unknown option: -{}", *other as char)),
            }
        }
    }
    let rest: Vec<Vec<u8>> = rest.collect();
    if let [first, file] = rest.as_slice() {
        if first == b"dis" && !std::path::Path::new("dis").exists() {
            return Request::Disassemble(file.clone());
        }
    }
    if let Some(first) = rest.first() {
        o.program = if first == b"-" { Program::Stdin } else { Program::File(first.clone()) };
        o.argv = rest;
    }
    finish(o, versions)
}

fn finish(mut o: Options, versions: i32) -> Request {
    match versions {
        0 => {}
        1 => return Request::Print(format!("Python {}\n", usage::short_version())),
        _ => return Request::Print(format!("Python {}\n", taipan_core::builtins::sys::VERSION)),
    }
    o.safe_path |= o.variable("PYTHONSAFEPATH").is_some();
    o.inspect |= o.variable("PYTHONINSPECT").is_some();
    o.no_user_site |= o.variable("PYTHONNOUSERSITE").is_some();
    o.unbuffered |= o.variable("PYTHONUNBUFFERED").is_some();
    if let Some(level) = o.variable("PYTHONOPTIMIZE") {
        o.optimize = o.optimize.max(level.parse().unwrap_or(1));
    }
    if let Some(level) = o.variable("PYTHONVERBOSE") {
        o.verbose = o.verbose.max(level.parse().unwrap_or(1));
    }
    if let Some(list) = o.variable("PYTHONWARNINGS") {
        let from_line = std::mem::take(&mut o.warnings);
        o.warnings = list.split(',').map(str::to_owned).chain(from_line).collect();
    }
    Request::Run(Box::new(o))
}
