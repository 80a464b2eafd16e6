//! `sys.stdin`, `sys.stdout` and `sys.stderr`: made when somebody first asks for them, flushed at the end.
//!
//! **Invariant:** an interpreter has one object for each, whatever becomes of the names in `sys`.

use std::cell::{Cell, OnceCell, RefCell};

use taipan_core::builtins::sys;
use taipan_core::object::LazyAttribute;
use taipan_sys::{fs, process};

use super::open::open;
use super::text::TextIo;
use crate::support::*;

/// How the standard streams are to be.
#[derive(Clone, Debug, Default)]
pub struct StreamOptions {
    /// Output is not buffered (`-u`, PYTHONUNBUFFERED).
    pub unbuffered: bool,
    /// Encoding in place of the locale's (PYTHONIOENCODING).
    pub encoding: Option<String>,
    /// Error handler of input and output in place of the locale's.
    pub errors: Option<String>,
}

fn variable(name: &str) -> Option<String> {
    let value = process::getenv(name.as_bytes())?;
    Some(String::from_utf8_lossy(&value).into_owned()).filter(|value| !value.is_empty())
}

impl StreamOptions {
    /// What the environment variables say.
    pub fn from_environment() -> StreamOptions {
        let io_encoding = variable("PYTHONIOENCODING").unwrap_or_default();
        let (encoding, errors) = io_encoding.split_once(':').unwrap_or((&io_encoding, ""));
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        StreamOptions {
            unbuffered: variable("PYTHONUNBUFFERED").is_some(),
            encoding: some(encoding),
            // An encoding alone resets the handler.
            errors: some(errors).or_else(|| some(encoding).map(|_| String::from("strict"))),
        }
    }
}

/// The name of the locale that decides about text.
fn locale_name() -> String {
    ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name)).unwrap_or_default()
}

/// Whether UTF-8 is used whatever the locale says: asked for, or because the locale is the
/// portable one.
pub(super) fn utf8_mode() -> bool {
    match variable("PYTHONUTF8").as_deref() {
        Some("1") => true,
        Some("0") => false,
        _ => matches!(locale_name().as_str(), "" | "C" | "POSIX"),
    }
}

/// The error handler of standard input and output: places without a locale of their own may hold
/// any bytes.
fn locale_errors() -> &'static str {
    match locale_name().as_str() {
        "" | "C" | "POSIX" | "C.UTF-8" | "C.utf8" | "UTF-8" => "surrogateescape",
        _ if utf8_mode() => "surrogateescape",
        _ => "strict",
    }
}

/// The streams of an interpreter.
#[derive(Default)]
struct Streams {
    options: RefCell<StreamOptions>,
    /// Open when the program started. (A file that later gets the number is not meant.)
    open: RefCell<[bool; 3]>,
    /// Standard input is a directory.
    input_is_directory: Cell<bool>,
    made: [OnceCell<Object>; 3],
}

static ATTRIBUTES: [LazyAttribute; 6] = [
    LazyAttribute { name: "stdin", make: stream::<0> },
    LazyAttribute { name: "stdout", make: stream::<1> },
    LazyAttribute { name: "stderr", make: stream::<2> },
    LazyAttribute { name: "__stdin__", make: stream::<0> },
    LazyAttribute { name: "__stdout__", make: stream::<1> },
    LazyAttribute { name: "__stderr__", make: stream::<2> },
];

/// Gives `sys` its streams, also under the names with underscores, and `builtins` its `open`.
pub fn install(vm: &Vm, options: &StreamOptions) -> Res<()> {
    let streams = vm.interp().state::<Streams>();
    *streams.options.borrow_mut() = options.clone();
    let found = [0, 1, 2].map(|fd| fs::fstat(fd).ok());
    streams.input_is_directory.set(found[0].as_ref().is_some_and(|input| input.is_dir()));
    *streams.open.borrow_mut() = found.map(|stream| stream.is_some());
    if let Some(sys) = sys::module(vm) {
        for row in &ATTRIBUTES {
            sys.add_lazy(row.name, row.make);
        }
    }
    match vm.interp().builtins.get_as::<Dict>() {
        Some(builtins) => builtins.set_named(vm, "open", super::open_function(vm)?),
        None => Ok(()),
    }
}

/// Whether standard input is a directory, with which a program does not start.
pub fn input_is_directory(vm: &Vm) -> bool {
    vm.interp().state::<Streams>().input_is_directory.get()
}

/// The stream of a descriptor, or None if there is none.
fn stream<const FD: usize>(vm: &Vm) -> Res {
    let streams = vm.interp().state::<Streams>();
    let Some(place) = streams.made.get(FD) else { return Ok(Object::none()) };
    if let Some(made) = place.get() {
        return Ok(made.clone());
    }
    let was_open = streams.open.borrow().get(FD).is_some_and(|open| *open);
    let options = streams.options.borrow().clone();
    let made = match was_open {
        true => standard_stream(vm, FD as i32, &options)?,
        false => Object::none(),
    };
    // Another thread may have been quicker.
    Ok(place.get_or_init(|| made).clone())
}

/// The standard streams show the codec's own name, whatever name it was asked for by.
fn codec_name(name: &str) -> &str {
    let plain: String =
        name.chars().filter(|c| !"-_ ".contains(*c)).map(|c| c.to_ascii_lowercase()).collect();
    match plain.as_str() {
        "utf8" | "u8" | "utf" | "cp65001" => "utf-8",
        "latin1" | "iso88591" | "l1" | "latin" | "8859" | "cp819" => "iso8859-1",
        "ascii" | "usascii" | "646" => "ascii",
        _ => name,
    }
}

fn standard_stream(vm: &Vm, fd: i32, options: &StreamOptions) -> Res {
    let name = ["stdin", "stdout", "stderr"][fd as usize];
    let writes = fd != 0;
    let unbuffered = options.unbuffered && writes;
    let mode = vm.str(if writes { "wb" } else { "rb" })?;
    let buffering = if unbuffered { 0 } else { -1 };
    let number = Object::small(fd);
    let buffer = open(vm, &number, Maybe::Given(&mode), buffering, None, None, None, false, None);
    let buffer = match buffer {
        Ok(buffer) => buffer,
        Err(raised) => {
            // Such as a directory for standard input: there is no stream then.
            drop(vm.caught(raised, Exc::OSError)?);
            return Ok(Object::none());
        }
    };
    let raw = if unbuffered { buffer.clone() } else { vm.getattr_named(&buffer, "raw")? };
    set_attr(vm, &raw, "name", vm.str(&format!("<{name}>"))?.as_object())?;
    let encoding = codec_name(options.encoding.as_deref().unwrap_or("utf-8"));
    let errors = match (fd, &options.errors) {
        (2, _) => "backslashreplace",
        (_, Some(errors)) => errors,
        (_, None) => locale_errors(),
    };
    let line_buffering = !options.unbuffered && (fd == 2 || fs::isatty(fd));
    let arguments = [
        buffer,
        vm.str(encoding)?.into_object(),
        vm.str(errors)?.into_object(),
        vm.str("\n")?.into_object(),
        Object::bool(line_buffering),
        Object::bool(options.unbuffered),
    ];
    let stream = vm.call(type_for::<TextIo>(vm).as_object(), &arguments)?;
    set_attr(vm, &stream, "mode", vm.str(if writes { "w" } else { "r" })?.as_object())?;
    Ok(stream)
}

/// Flushes standard output and error at the end of the program; false if that failed, for which
/// the exit code is 120.
pub fn flush_at_exit(vm: &Vm) -> bool {
    let Some(sys) = vm.interp().sys.get_as::<Dict>() else { return true };
    let mut fine = true;
    for name in ["stdout", "stderr"] {
        let Some(stream) = sys.get_named(vm, name).filter(|stream| !stream.is_none()) else {
            continue;
        };
        let flush = || -> Res<()> {
            // What has no `closed` is open.
            let closed = match optional_attr(vm, &stream, "closed")? {
                Some(closed) => vm.truth(&closed)?,
                None => false,
            };
            if closed { Ok(()) } else { vm.call_method(&stream, "flush", &[]).map(drop) }
        };
        if let Err(raised) = flush() {
            fine = false;
            if name == "stdout" {
                vm.unraisable(raised, Some(&stream));
            } else {
                drop(vm.take_raised(raised));
            }
        }
    }
    fine
}
