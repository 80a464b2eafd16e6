//! `open` and its kin: from a mode to the right stack of streams.

use super::base;
use super::buffered::{BufferedRandom, BufferedReader, BufferedWriter};
use super::fileio::FileIo;
use super::text::TextIo;
use crate::support::*;
use taipan_core::builtins::sys;

/// What a mode string says.
#[derive(Default)]
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

impl Mode {
    fn parse(vm: &Vm, shown: &Object, text: &str) -> Res<Mode> {
        let mut mode = Mode::default();
        for (at, letter) in text.char_indices() {
            let flag = match letter {
                'x' => &mut mode.creating,
                'r' => &mut mode.reading,
                'w' => &mut mode.writing,
                'a' => &mut mode.appending,
                '+' => &mut mode.updating,
                't' => &mut mode.text,
                'b' => &mut mode.binary,
                _ => return Err(invalid_mode(vm, shown)),
            };
            *flag = true;
            if text[..at].contains(letter) {
                return Err(invalid_mode(vm, shown));
            }
        }
        Ok(mode)
    }

    /// The mode of the raw stream.
    fn raw(&self) -> String {
        let letters = [
            (self.creating, 'x'),
            (self.reading, 'r'),
            (self.writing, 'w'),
            (self.appending, 'a'),
            (self.updating, '+'),
        ];
        letters.iter().filter(|letter| letter.0).map(|letter| letter.1).collect()
    }
}

fn invalid_mode(vm: &Vm, shown: &Object) -> Raised {
    match vm.repr_string(shown) {
        Ok(shown) => vm.value_error(format_args!("invalid mode: {shown}")),
        Err(raised) => raised,
    }
}

/// A stream over a file, which is a path or a descriptor. OSError if the system says no.
///
/// mode starts with what is to be done: 'r', the default, reads, 'w' writes the file anew, 'x' does so
/// for a file that is new, 'a' writes at its end. '+' adds the other direction; 'b' makes the stream
/// binary, without it or with 't' it is text.
///
/// buffering is 0 for none (binary only), 1 for line by line (text only), or the size of the
/// buffer. By default a buffer as large as the file system likes is used, and terminals are
/// written to line by line.
///
/// encoding, errors and newline are for text: see TextIOWrapper. With closefd False, a descriptor
/// stays open when the stream is closed. opener, called with name and flags, may open the file in
/// place of os.open and returns a descriptor.
#[native(
    "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, \
     opener=None)"
)]
pub(super) fn open(
    vm: &Vm,
    file: &Object,
    mode: Maybe<&Obj<Str>>,
    buffering: i32,
    encoding: Option<&Object>,
    errors: Option<&Object>,
    newline: Option<&Object>,
    closefd: bool,
    opener: Option<&Object>,
) -> Res {
    let mode = match mode {
        Maybe::Given(mode) => mode.clone(),
        Maybe::Absent => vm.str("r")?,
    };
    for (name, value) in [("encoding", encoding), ("errors", errors), ("newline", newline)] {
        if let Some(value) = value
            && value.downcast::<Str>().is_none()
        {
            return Err(vm.type_error(format_args!(
                "open() argument '{name}' must be str or None, not {}",
                vm.type_name(value)
            )));
        }
    }
    let is_number = vm.as_i64(file).is_some() || file.as_exact_float().is_some();
    let path = if is_number || vm.class_of(file).slots().index.is_some() {
        file.clone()
    } else {
        fs_path(vm, file)?
    };
    let parsed = Mode::parse(vm, mode.as_object(), &mode.to_str_lossy())?;
    if parsed.text && parsed.binary {
        return Err(vm.value_error("can't have text and binary mode at once"));
    }
    let kinds = [parsed.creating, parsed.reading, parsed.writing, parsed.appending];
    if kinds.iter().filter(|&&kind| kind).count() > 1 {
        return Err(vm.value_error("must have exactly one of create/read/write/append mode"));
    }
    if parsed.binary {
        let given = [(encoding, "an encoding"), (errors, "an errors"), (newline, "a newline")];
        if let Some((_, what)) = given.iter().find(|given| given.0.is_some()) {
            return Err(vm.value_error(format_args!("binary mode doesn't take {what} argument")));
        }
        if buffering == 1 {
            super::warn(
                vm,
                "RuntimeWarning",
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer \
                 size will be used",
            )?;
        }
    }
    let object = |text: Option<&Object>| text.cloned().unwrap_or_else(Object::none);
    let arguments = [
        path,
        vm.str(&parsed.raw())?.into_object(),
        Object::bool(closefd),
        opener.cloned().unwrap_or_else(Object::none),
    ];
    let raw = vm.call(type_for::<FileIo>(vm).as_object(), &arguments)?;
    let texts = [object(encoding), object(errors), object(newline)];
    let mut top = raw.clone();
    match wrap(vm, &raw, &parsed, &mode, buffering, texts, &mut top) {
        Ok(stream) => Ok(stream),
        // What was opened is closed; the complaint about the arguments is what counts.
        Err(raised) => {
            let failed: Res<()> = Err(raised);
            base::keep_first(vm, failed, |vm| vm.call_method(&top, "close", &[]).map(drop))?;
            Ok(Object::none())
        }
    }
}

/// Puts buffer and text layer over a raw stream; `top` is the uppermost there is so far.
fn wrap(
    vm: &Vm,
    raw: &Object,
    mode: &Mode,
    mode_text: &Obj<Str>,
    buffering: i32,
    texts: [Object; 3],
    top: &mut Object,
) -> Res {
    let is_terminal = buffering < 0 && {
        let answer = vm.call_method(raw, "isatty", &[])?;
        vm.truth(&answer)?
    };
    let line_buffering = buffering == 1 || is_terminal;
    let size = match buffering {
        0 if !mode.binary => return Err(vm.value_error("can't have unbuffered text I/O")),
        0 => return Ok(raw.clone()),
        size if size > 1 => size as usize,
        _ => raw.downcast::<FileIo>().map_or(super::DEFAULT_BUFFER_SIZE, |raw| raw.block_size()),
    };
    let class = if mode.updating {
        type_for::<BufferedRandom>(vm)
    } else if mode.creating || mode.writing || mode.appending {
        type_for::<BufferedWriter>(vm)
    } else if mode.reading {
        type_for::<BufferedReader>(vm)
    } else {
        let shown = vm.repr_string(mode_text.as_object())?;
        return Err(vm.value_error(format_args!("unknown mode: {shown}")));
    };
    let buffer = vm.call(class.as_object(), &[raw.clone(), vm.int_usize(size)?])?;
    *top = buffer.clone();
    if mode.binary {
        return Ok(buffer);
    }
    let [encoding, errors, newline] = texts;
    let arguments = [buffer, encoding, errors, newline, Object::bool(line_buffering)];
    let stream = vm.call(type_for::<TextIo>(vm).as_object(), &arguments)?;
    *top = stream.clone();
    set_attr(vm, &stream, "mode", mode_text.as_object())?;
    Ok(stream)
}

/// Open a file that holds code, for reading as bytes.
#[native("(path)")]
pub(super) fn open_code(vm: &Vm, path: &Obj<Str>) -> Res {
    let mode = vm.str("rb")?;
    open(vm, path.as_object(), Maybe::Given(&mode), -1, None, None, None, true, None)
}

/// What encoding stands for an argument: itself, or "locale" if it is None.
///
/// For functions that hand an encoding on to open.
#[native("(encoding, stacklevel=2, /)")]
pub(super) fn text_encoding(vm: &Vm, encoding: &Object, stacklevel: i32) -> Res {
    if !encoding.is_none() {
        return Ok(encoding.clone());
    }
    let flags = sys::flags(vm);
    if flags.warn_default_encoding != 0 {
        warn_default_encoding(vm, stacklevel)?;
    }
    let name = if flags.utf8_mode != 0 { "utf-8" } else { "locale" };
    Ok(vm.str(name)?.into_object())
}

/// EncodingWarning: no encoding was named.
pub(super) fn warn_default_encoding(vm: &Vm, stacklevel: i32) -> Res<()> {
    vm.warn(Exc::EncodingWarning, "'encoding' argument not specified", i64::from(stacklevel))
}
