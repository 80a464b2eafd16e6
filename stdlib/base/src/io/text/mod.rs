//! `TextIOWrapper`: text over a buffered binary stream.
//!
//! **Reading.** Pieces of the binary stream are decoded as a whole; `decoded` is the last of them,
//! of which `used` characters have been given out. While positions can be told (`telling`),
//! `snapshot` is the decoder's state before that piece and the bytes that went in, so that `tell`
//! can find the byte that a character came from.
//!
//! **Writing.** Encoded bytes wait in `pending` until there are `chunk_size` of them or somebody
//! flushes.
//!
//! **Invariant.** No borrow of a field lives across a call that may run Python.

mod codec;
mod position;
mod reading;
mod writing;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::base::{self, STREAM_FLAGS, TextIoBase};
use super::newline::{LineEnd, Newlines};
use super::stringio::check_newline;
use super::unsupported;
use crate::support::*;
use codec::{Decoder, DecoderState, Encoder, Native};
use taipan_core::builtins::sys;

/// Payload of `TextIOWrapper`.
pub struct TextIo {
    buffer: Slot,
    ready: Cell<bool>,
    detached: Cell<bool>,
    finalizing: Cell<bool>,
    encoding: RefCell<String>,
    errors: RefCell<String>,
    newline: RefCell<Option<String>>,
    line_end: Cell<LineEnd>,
    /// What "\n" becomes when writing; empty if it stays.
    write_line_end: Cell<&'static str>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    seekable: Cell<bool>,
    telling: Cell<bool>,
    has_read1: Cell<bool>,
    chunk_size: Cell<usize>,
    decoder: RefCell<Option<Rc<Decoder>>>,
    encoder: RefCell<Option<Rc<Encoder>>>,
    decoded: RefCell<Text>,
    used: Cell<usize>,
    /// Something has been decoded since the last flush or seek.
    has_decoded: Cell<bool>,
    snapshot: RefCell<Option<DecoderState>>,
    /// Bytes for each character of the last piece.
    bytes_per_char: Cell<f64>,
    pending: RefCell<Vec<u8>>,
}

impl Payload for TextIo {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.buffer);
        if let Some(decoder) = &*self.decoder.borrow()
            && let Some(object) = decoder.object()
        {
            visitor.visit(object);
        }
        if let Some(encoder) = &*self.encoder.borrow()
            && let Some(object) = encoder.object()
        {
            visitor.visit(object);
        }
    }
    fn clear(&self) {
        self.ready.set(false);
        drop(self.buffer.take());
        drop(self.decoder.take());
        drop(self.encoder.take());
    }
}

pub(in crate::io) static SPEC: TypeSpec = TypeSpec {
    doc: "Text over a BufferedIOBase object.\n\n\
          encoding names the encoding, by default that of the locale. errors says what becomes of \
          text or bytes that cannot be converted; the default is 'strict'.\n\n\
          newline is None, '', or what ends a line: '\\r\\n', '\\n' or '\\r'. When reading, None means \
          that all line ends become '\\n', '' that all end lines but stay as they are, another value \
          that only it ends lines. When writing, '\\n' becomes os.linesep for None and the value \
          otherwise, unless that is '' or '\\n'.\n\n\
          With line_buffering, a line end in what is written causes a flush.",
    flags: STREAM_FLAGS,
    base: Some(|vm| type_for::<TextIoBase>(vm)),
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, TextIo::new())?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        next: Some(reading::next_line),
        ..Slots::NONE
    },
    methods: natives![
        init,
        reconfigure,
        detach,
        writing::write,
        writing::flush,
        reading::read,
        reading::readline,
        close,
        fileno,
        seekable,
        readable,
        writable,
        isatty,
        position::seek,
        position::tell,
        position::truncate,
        getstate
    ],
    getsets: getsets![
        encoding, buffer, line_buffering, write_through, finalizing: set_finalizing, name, closed,
        newlines, errors, chunk_size: set_chunk_size
    ],
    ..TypeSpec::new::<TextIo>("_io.TextIOWrapper")
};

const CHUNK_SIZE: usize = 8192;

impl TextIo {
    fn new() -> TextIo {
        TextIo {
            buffer: Slot::empty(),
            ready: Cell::new(false),
            detached: Cell::new(false),
            finalizing: Cell::new(false),
            encoding: RefCell::default(),
            errors: RefCell::default(),
            newline: RefCell::default(),
            line_end: Cell::new(LineEnd::Lf),
            write_line_end: Cell::new(""),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            seekable: Cell::new(false),
            telling: Cell::new(false),
            has_read1: Cell::new(false),
            chunk_size: Cell::new(CHUNK_SIZE),
            decoder: RefCell::default(),
            encoder: RefCell::default(),
            decoded: RefCell::new(Text::Ascii(Vec::new())),
            used: Cell::new(0),
            has_decoded: Cell::new(false),
            snapshot: RefCell::default(),
            bytes_per_char: Cell::new(0.0),
            pending: RefCell::default(),
        }
    }

    /// The binary stream; ValueError before `__init__` and after `detach`.
    pub(super) fn buffer(&self, vm: &Vm) -> Res {
        match self.buffer.get() {
            Some(buffer) if self.ready.get() => Ok(buffer),
            _ if self.detached.get() => Err(vm.value_error("underlying buffer has been detached")),
            _ => Err(vm.value_error("I/O operation on uninitialized object")),
        }
    }

    /// ValueError if the stream is closed.
    fn check_open(&self, vm: &Vm, this: &Object) -> Res<()> {
        // An exact wrapper asks its buffer at once; a subclass may have its own idea.
        if vm.class_of(this).is_heap_type() {
            return base::check_open(vm, this);
        }
        let buffer = self.buffer(vm)?;
        let closed = match super::buffered::buffered(&buffer) {
            Some(buffered) if !vm.class_of(&buffer).is_heap_type() => buffered.is_closed(vm)?,
            _ => base::is_closed(vm, &buffer)?,
        };
        if closed { Err(super::closed_file(vm)) } else { Ok(()) }
    }

    fn decoder(&self) -> Option<Rc<Decoder>> {
        self.decoder.borrow().clone()
    }

    fn encoder(&self) -> Option<Rc<Encoder>> {
        self.encoder.borrow().clone()
    }

    /// The next piece of text to give out.
    fn set_decoded(&self, text: Text) {
        drop(self.decoded.replace(text));
        self.used.set(0);
        self.has_decoded.set(true);
    }

    /// Forgets what was decoded ahead.
    fn forget_decoded(&self) {
        drop(self.decoded.replace(Text::Ascii(Vec::new())));
        self.used.set(0);
        self.has_decoded.set(false);
    }

    fn set_newline(&self, newline: Option<String>) {
        self.line_end.set(LineEnd::of_argument(newline.as_deref()));
        self.write_line_end.set(match newline.as_deref() {
            Some("\r") => "\r",
            Some("\r\n") => "\r\n",
            _ => "",
        });
        drop(self.newline.replace(newline));
    }

    /// Decoder and encoder for what the buffer can do.
    fn set_codecs(&self, vm: &Vm) -> Res<()> {
        let buffer = match self.buffer.get() {
            Some(buffer) => buffer,
            None => return Ok(()),
        };
        let (encoding, errors) = (self.encoding.borrow().clone(), self.errors.borrow().clone());
        let native = Native::find(&encoding, &errors);
        let info = match &native {
            Some(_) => None,
            None => Some(codec::lookup(vm, &encoding)?),
        };
        let errors = vm.str(&errors)?.into_object();
        let answer = vm.call_method(&buffer, "readable", &[])?;
        let decoder = if vm.truth(&answer)? {
            let newlines = match self.newline.borrow().as_deref() {
                None => Some(Newlines::new(true)),
                Some("") => Some(Newlines::new(false)),
                Some(_) => None,
            };
            Some(Rc::new(match (&native, &info) {
                (Some(native), _) => Decoder::native(native.clone(), newlines),
                (None, Some(info)) => {
                    let class = vm.getattr_named(info, "incrementaldecoder")?;
                    Decoder::python(vm.call(&class, &[errors.clone()])?, newlines)
                }
                (None, None) => return Ok(()),
            }))
        } else {
            None
        };
        let answer = vm.call_method(&buffer, "writable", &[])?;
        let encoder = if vm.truth(&answer)? {
            Some(Rc::new(match (&native, &info) {
                (Some(native), _) => Encoder::Native(native.clone()),
                (None, Some(info)) => {
                    let class = vm.getattr_named(info, "incrementalencoder")?;
                    Encoder::Python(vm.call(&class, &[errors])?)
                }
                (None, None) => return Ok(()),
            }))
        } else {
            None
        };
        drop(self.decoder.replace(decoder));
        drop(self.encoder.replace(encoder));
        Ok(())
    }

    /// In the middle of a stream no byte order mark is to be written.
    fn fix_encoder(&self, vm: &Vm) -> Res<()> {
        let Some(encoder) = self.encoder() else { return Ok(()) };
        if !self.seekable.get() || encoder.object().is_none() {
            return Ok(());
        }
        let position = vm.call_method(&self.buffer(vm)?, "tell", &[])?;
        if vm.truth(&position)? { encoder.reset(vm, false) } else { Ok(()) }
    }
}

/// An argument that must be a str without NUL, or None.
fn text_argument(vm: &Vm, name: &str, value: Maybe<&Object>) -> Res<Option<String>> {
    let text = text_with_nul(vm, name, value)?;
    if text.as_deref().is_some_and(|text| text.contains('\0')) {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(text)
}

/// An argument that must be a str, or None.
fn text_with_nul(vm: &Vm, name: &str, value: Maybe<&Object>) -> Res<Option<String>> {
    let Maybe::Given(value) = value else { return Ok(None) };
    if value.is_none() {
        return Ok(None);
    }
    let Some(text) = value.downcast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "TextIOWrapper() argument '{name}' must be str or None, not {}",
            vm.type_name(value)
        )));
    };
    Ok(Some(vm.utf8(text)?.into_owned()))
}

/// The name of the encoding that an argument of None means.
pub(super) fn locale_encoding() -> &'static str {
    "UTF-8"
}

#[native(
    "(self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, \
     write_through=False)",
    name = "__init__"
)]
fn init(
    vm: &Vm,
    this: &Obj<TextIo>,
    buffer: &Object,
    encoding: Maybe<&Object>,
    errors: Maybe<&Object>,
    newline: Maybe<&Object>,
    line_buffering: bool,
    write_through: bool,
) -> Res<()> {
    this.ready.set(false);
    this.detached.set(false);
    let flags = sys::flags(vm);
    if flags.warn_default_encoding != 0
        && matches!(encoding, Maybe::Absent)
            | matches!(encoding, Maybe::Given(given) if given.is_none())
    {
        super::open::warn_default_encoding(vm, 1)?;
    }
    let default = match encoding {
        Maybe::Given(name) if !name.is_none() => locale_encoding(),
        _ if flags.utf8_mode != 0 => "utf-8",
        _ => locale_encoding(),
    };
    let encoding = text_argument(vm, "encoding", encoding)?.filter(|name| name != "locale");
    let errors = match errors {
        Maybe::Given(errors) if !errors.is_none() && errors.downcast::<Str>().is_none() => {
            return Err(vm.type_error(format_args!(
                "TextIOWrapper() argument 'errors' must be str or None, not {}",
                vm.type_name(errors)
            )));
        }
        errors => text_argument(vm, "errors", errors)?,
    };
    if let (Some(errors), true) = (&errors, flags.dev_mode) {
        codec::check_errors(vm, errors)?;
    }
    let newline = text_argument(vm, "newline", newline)?;
    check_plain_newline(vm, newline.as_deref())?;
    *this.encoding.borrow_mut() = encoding.unwrap_or_else(|| default.to_owned());
    *this.errors.borrow_mut() = errors.unwrap_or_else(|| String::from("strict"));
    this.set_newline(newline);
    this.line_buffering.set(line_buffering);
    this.write_through.set(write_through);
    this.forget_decoded();
    drop(this.snapshot.take());
    drop(this.pending.take());
    this.bytes_per_char.set(0.0);
    this.chunk_size.set(CHUNK_SIZE);
    this.buffer.set(buffer.clone());
    this.set_codecs(vm)?;
    let answer = vm.call_method(buffer, "seekable", &[])?;
    let seekable = vm.truth(&answer)?;
    this.seekable.set(seekable);
    this.telling.set(seekable);
    this.has_read1.set(optional_attr(vm, buffer, "read1")?.is_some());
    this.ready.set(true);
    this.fix_encoder(vm)
}

/// As [`check_newline`], in the words that text files have for it.
fn check_plain_newline(vm: &Vm, newline: Option<&str>) -> Res<()> {
    match check_newline(vm, newline) {
        Ok(()) => Ok(()),
        Err(raised) => {
            drop(vm.take_raised(raised));
            let shown = newline.unwrap_or_default();
            Err(vm.value_error(format_args!("illegal newline value: {shown}")))
        }
    }
}

/// Change how the stream works.
///
/// Encoding and newline cannot be changed once something has been read. What is not given stays,
/// but errors become 'strict' when a new encoding comes without them. Flushes first.
#[native(
    "(self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, \
     write_through=None)"
)]
fn reconfigure(
    vm: &Vm,
    this: &Obj<TextIo>,
    encoding: Maybe<&Object>,
    errors: Maybe<&Object>,
    newline: Maybe<&Object>,
    line_buffering: Option<&Object>,
    write_through: Option<&Object>,
) -> Res<()> {
    let newline_given = !newline.is_absent();
    // (What is no name of an encoding for its NUL is looked up, and not found.)
    let encoding = text_with_nul(vm, "encoding", encoding)?;
    let errors = text_argument(vm, "errors", errors)?;
    if this.has_decoded.get() && (encoding.is_some() || errors.is_some() || newline_given) {
        return Err(unsupported(
            vm,
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    let newline = match newline {
        Maybe::Given(value) if !value.is_none() && value.downcast::<Str>().is_none() => {
            return Err(vm.type_error(format_args!(
                "reconfigure() argument 'newline' must be str or None, not {}",
                vm.type_name(value)
            )));
        }
        newline => text_argument(vm, "newline", newline)?,
    };
    check_plain_newline(vm, newline.as_deref())?;
    let line_buffering = flag_argument(vm, line_buffering, this.line_buffering.get())?;
    let write_through = flag_argument(vm, write_through, this.write_through.get())?;
    vm.call_method(this.as_object(), "flush", &[])?;
    drop(this.snapshot.take());
    if encoding.is_some() || errors.is_some() || newline_given {
        if let Some(encoding) = encoding {
            let encoding = if encoding == "locale" { locale_encoding().into() } else { encoding };
            if encoding.contains('\0') {
                return Err(vm.lookup_error(format_args!("unknown encoding: {encoding}")));
            }
            if Native::find(&encoding, "strict").is_none() {
                codec::lookup(vm, &encoding)?;
            }
            drop(this.encoding.replace(encoding));
            drop(this.errors.replace(errors.unwrap_or_else(|| String::from("strict"))));
        } else if let Some(errors) = errors {
            drop(this.errors.replace(errors));
        }
        if newline_given {
            this.set_newline(newline);
        }
        this.set_codecs(vm)?;
        this.fix_encoder(vm)?;
    }
    this.line_buffering.set(line_buffering);
    this.write_through.set(write_through);
    Ok(())
}

fn flag_argument(vm: &Vm, value: Option<&Object>, default: bool) -> Res<bool> {
    match value {
        Some(value) => {
            let number = vm.index(value)?;
            let too_large = || vm.overflow_error("Python int too large to convert to C long");
            Ok(vm.as_i64(&number).ok_or_else(too_large)? != 0)
        }
        None => Ok(default),
    }
}

/// Take the binary stream out; this one is of no use afterwards.
#[native("(self, /)")]
fn detach(vm: &Vm, this: &Obj<TextIo>) -> Res {
    this.buffer(vm)?;
    vm.call_method(this.as_object(), "flush", &[])?;
    let buffer = this.buffer(vm)?;
    drop(this.buffer.take());
    this.detached.set(true);
    Ok(buffer)
}

/// Flush and close the stream and its buffer.
#[native("(self, /)")]
fn close(vm: &Vm, this: &Obj<TextIo>) -> Res<()> {
    let buffer = this.buffer(vm)?;
    if base::is_closed(vm, this.as_object())? {
        return Ok(());
    }
    if this.finalizing.get() {
        super::buffered::warn_unclosed(vm, &buffer, this.as_object());
    }
    let flushed = vm.call_method(this.as_object(), "flush", &[]).map(drop);
    base::keep_first(vm, flushed, |vm| vm.call_method(&buffer, "close", &[]).map(drop))
}

#[native("(self, /)")]
fn fileno(vm: &Vm, this: &Obj<TextIo>) -> Res {
    vm.call_method(&this.buffer(vm)?, "fileno", &[])
}

#[native("(self, /)")]
fn seekable(vm: &Vm, this: &Obj<TextIo>) -> Res {
    vm.call_method(&this.buffer(vm)?, "seekable", &[])
}

#[native("(self, /)")]
fn readable(vm: &Vm, this: &Obj<TextIo>) -> Res {
    vm.call_method(&this.buffer(vm)?, "readable", &[])
}

#[native("(self, /)")]
fn writable(vm: &Vm, this: &Obj<TextIo>) -> Res {
    vm.call_method(&this.buffer(vm)?, "writable", &[])
}

#[native("(self, /)")]
fn isatty(vm: &Vm, this: &Obj<TextIo>) -> Res {
    vm.call_method(&this.buffer(vm)?, "isatty", &[])
}

#[native("(self, /)", name = "__getstate__")]
fn getstate(vm: &Vm, this: &Obj<TextIo>) -> Res {
    let class = vm.type_name(this.as_object());
    Err(vm.type_error(format_args!("cannot pickle '{class}' object")))
}

/// The name of the encoding.
#[getter]
fn encoding(vm: &Vm, this: &Obj<TextIo>) -> Res {
    let encoding = this.encoding.borrow().clone();
    Ok(vm.str(&encoding)?.into_object())
}

/// The binary stream.
#[getter]
fn buffer(this: &Obj<TextIo>) -> Option<Object> {
    this.buffer.get()
}

/// Whether a line end in what is written causes a flush.
#[getter]
fn line_buffering(this: &Obj<TextIo>) -> bool {
    this.line_buffering.get()
}

/// Whether what is written goes to the buffer at once.
#[getter]
fn write_through(this: &Obj<TextIo>) -> bool {
    this.write_through.get()
}

#[getter(name = "_finalizing")]
fn finalizing(this: &Obj<TextIo>) -> bool {
    this.finalizing.get()
}

#[setter(name = "_finalizing")]
fn set_finalizing(this: &Obj<TextIo>, value: bool) {
    this.finalizing.set(value);
}

/// The buffer's name.
#[getter]
fn name(vm: &Vm, this: &Obj<TextIo>) -> Res {
    vm.getattr_named(&this.buffer(vm)?, "name")
}

/// Whether the buffer is closed.
#[getter]
fn closed(vm: &Vm, this: &Obj<TextIo>) -> Res {
    vm.getattr_named(&this.buffer(vm)?, "closed")
}

/// Which kinds of line ends were read: None before the first, a str, or a tuple of several.
#[getter]
fn newlines(vm: &Vm, this: &Obj<TextIo>) -> Res {
    this.buffer(vm)?;
    match this.decoder() {
        Some(decoder) => decoder.newlines_seen(vm),
        None => Ok(Object::none()),
    }
}

/// The name of the error handler.
#[getter]
fn errors(vm: &Vm, this: &Obj<TextIo>) -> Res {
    if !this.ready.get() {
        this.buffer(vm)?;
    }
    let errors = this.errors.borrow().clone();
    Ok(vm.str(&errors)?.into_object())
}

#[getter(name = "_CHUNK_SIZE")]
fn chunk_size(vm: &Vm, this: &Obj<TextIo>) -> Res<usize> {
    this.buffer(vm)?;
    Ok(this.chunk_size.get())
}

#[setter(name = "_CHUNK_SIZE")]
fn set_chunk_size(vm: &Vm, this: &Obj<TextIo>, value: Option<&Object>) -> Res<()> {
    this.buffer(vm)?;
    let Some(value) = value else { return Err(vm.attribute_error("cannot delete attribute")) };
    let value = vm.index_clamped(value)?;
    let Some(size) = usize::try_from(value).ok().filter(|&size| size > 0) else {
        return Err(vm.value_error("a strictly positive integer is required"));
    };
    this.chunk_size.set(size);
    Ok(())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(stream) = this.downcast::<TextIo>() else { return Ok(Object::not_implemented()) };
    if !stream.ready.get() {
        stream.buffer(vm)?;
    }
    let mut text = String::from("<_io.TextIOWrapper");
    if let Some(name) = super::stream_name(vm, this)? {
        text.push_str(&format!(" name={}", super::guarded_repr(vm, this, &name)?));
    }
    if let Some(mode) = optional_attr(vm, this, "mode")? {
        text.push_str(&format!(" mode={}", vm.repr_string(&mode)?));
    }
    let encoding = stream.encoding.borrow().clone();
    text.push_str(&format!(" encoding='{encoding}'>"));
    Ok(vm.str(&text)?.into_object())
}
