//! The abstract base classes: `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`.
//!
//! Their methods take any object: what derives from them in Python has no state of ours. A class
//! that is closed says so by an attribute, as CPython's does, so that both may be mixed.

use taipan_core::types::bytes::ByteArray;

use super::{closed_file, unsupported};
use crate::support::*;

/// The name under which a closed stream says so.
const CLOSED: &str = "__IOBase_closed";

/// Payload of `_IOBase`.
pub struct IoBase;
/// Payload of `_RawIOBase`.
pub struct RawIoBase;
/// Payload of `_BufferedIOBase`.
pub struct BufferedIoBase;
/// Payload of `_TextIOBase`.
pub struct TextIoBase;

pub(super) const STREAM_FLAGS: u32 = type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF;

impl Payload for IoBase {
    const SPEC: Option<&'static TypeSpec> = Some(&IO_BASE);
}
impl Payload for RawIoBase {
    const SPEC: Option<&'static TypeSpec> = Some(&RAW_IO_BASE);
}
impl Payload for BufferedIoBase {
    const SPEC: Option<&'static TypeSpec> = Some(&BUFFERED_IO_BASE);
}
impl Payload for TextIoBase {
    const SPEC: Option<&'static TypeSpec> = Some(&TEXT_IO_BASE);
}

pub(in crate::io) static IO_BASE: TypeSpec = TypeSpec {
    doc: "What all streams inherit from.\n\n\
          It gives every method a default: streams that cannot do something raise UnsupportedOperation.",
    flags: STREAM_FLAGS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, IoBase)?.into_object())),
        iter: Some(iterate),
        next: Some(next_line),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: natives![
        seek,
        tell,
        truncate,
        flush,
        close,
        seekable,
        readable,
        writable,
        check_closed,
        check_seekable,
        check_readable,
        check_writable,
        fileno,
        isatty,
        enter,
        exit,
        readline,
        readlines,
        writelines
    ],
    getsets: getsets![closed],
    ..TypeSpec::new::<IoBase>("_io._IOBase")
};

pub(in crate::io) static RAW_IO_BASE: TypeSpec = TypeSpec {
    doc: "A stream of bytes where each call is one of the system's.",
    flags: STREAM_FLAGS,
    base: Some(|vm| type_for::<IoBase>(vm)),
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, RawIoBase)?.into_object())),
        ..Slots::NONE
    },
    methods: natives![raw_read, raw_readall, raw_readinto, raw_write],
    ..TypeSpec::new::<RawIoBase>("_io._RawIOBase")
};

pub(in crate::io) static BUFFERED_IO_BASE: TypeSpec = TypeSpec {
    doc: "A stream of bytes that gives and takes as many as it is asked to.",
    flags: STREAM_FLAGS,
    base: Some(|vm| type_for::<IoBase>(vm)),
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, BufferedIoBase)?.into_object())),
        ..Slots::NONE
    },
    methods: natives![
        buffered_detach,
        buffered_read,
        buffered_read1,
        buffered_readinto,
        buffered_readinto1,
        buffered_write
    ],
    ..TypeSpec::new::<BufferedIoBase>("_io._BufferedIOBase")
};

pub(in crate::io) static TEXT_IO_BASE: TypeSpec = TypeSpec {
    doc: "A stream of text.",
    flags: STREAM_FLAGS,
    base: Some(|vm| type_for::<IoBase>(vm)),
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, TextIoBase)?.into_object())),
        ..Slots::NONE
    },
    methods: natives![text_detach, text_read, text_readline, text_write],
    getsets: getsets![text_encoding, text_newlines, text_errors],
    ..TypeSpec::new::<TextIoBase>("_io._TextIOBase")
};

/// `self.closed` as a truth value.
pub(super) fn is_closed(vm: &Vm, this: &Object) -> Res<bool> {
    let closed = vm.getattr_named(this, "closed")?;
    vm.truth(&closed)
}

/// ValueError if the stream is closed.
pub(super) fn check_open(vm: &Vm, this: &Object) -> Res<()> {
    if is_closed(vm, this)? { Err(closed_file(vm)) } else { Ok(()) }
}

/// Whether the attribute is set that [`close`] sets.
pub(super) fn has_closed_mark(vm: &Vm, this: &Object) -> Res<bool> {
    Ok(optional_attr(vm, this, CLOSED)?.is_some())
}

/// Go to an offset: from the start, or for whence 1 from here, for 2 from the end.
///
/// Gives how far from the start that is.
#[native("(self, offset, whence=0, /)")]
fn seek(vm: &Vm, _this: &Object, _offset: &Object, _whence: Option<&Object>) -> Res {
    Err(unsupported(vm, "seek"))
}

/// How far from its start the stream is.
#[native("(self, /)")]
fn tell(vm: &Vm, this: &Object) -> Res {
    vm.call_method(this, "seek", &[Object::small(0), Object::small(1)])
}

/// Resize the stream to the given size, by default the current position.
#[native("(self, pos=None, /)")]
fn truncate(vm: &Vm, _this: &Object, _pos: Option<&Object>) -> Res {
    Err(unsupported(vm, "truncate"))
}

/// Hand on what was written and is still held back.
#[native("(self, /)")]
pub(super) fn flush(vm: &Vm, this: &Object) -> Res<()> {
    if has_closed_mark(vm, this)? { Err(closed_file(vm)) } else { Ok(()) }
}

/// Hand on what is held back and end the stream. Once more does nothing.
#[native("(self, /)")]
pub(super) fn close(vm: &Vm, this: &Object) -> Res<()> {
    if has_closed_mark(vm, this)? {
        return Ok(());
    }
    let flushed = vm.call_method(this, "flush", &[]);
    keep_first(vm, flushed.map(drop), |vm| set_attr(vm, this, CLOSED, &Object::bool(true)))
}

/// Runs `then` whatever became of `first`; the first exception becomes the second's context.
pub(super) fn keep_first(vm: &Vm, first: Res<()>, then: impl FnOnce(&Vm) -> Res<()>) -> Res<()> {
    let Err(raised) = first else { return then(vm) };
    let earlier = vm.take_raised(raised);
    match then(vm) {
        Ok(()) => Err(vm.raise(earlier)),
        Err(raised) => {
            let later = vm.take_raised(raised);
            if let Some(later) = later.downcast::<Exception>()
                && !later.context.is_set()
            {
                later.context.set(earlier);
            }
            Err(vm.raise(later))
        }
    }
}

/// Has the stream places to go to?
#[native("(self, /)")]
fn seekable(_this: &Object) -> bool {
    false
}

/// Can one read?
#[native("(self, /)")]
fn readable(_this: &Object) -> bool {
    false
}

/// Can one write?
#[native("(self, /)")]
fn writable(_this: &Object) -> bool {
    false
}

#[native("(self, /)", name = "_checkClosed")]
fn check_closed(vm: &Vm, this: &Object) -> Res<()> {
    check_open(vm, this)
}

fn check_can(vm: &Vm, this: &Object, method: &str, complaint: &str) -> Res {
    let answer = vm.call_method(this, method, &[])?;
    if answer.is_true_singleton() { Ok(answer) } else { Err(unsupported(vm, complaint)) }
}

/// UnsupportedOperation unless the stream says that it can seek.
#[native("(self, /)", name = "_checkSeekable")]
pub(super) fn check_seekable(vm: &Vm, this: &Object) -> Res {
    check_can(vm, this, "seekable", "File or stream is not seekable.")
}

/// UnsupportedOperation unless the stream says that it can be read.
#[native("(self, /)", name = "_checkReadable")]
pub(super) fn check_readable(vm: &Vm, this: &Object) -> Res {
    check_can(vm, this, "readable", "File or stream is not readable.")
}

/// UnsupportedOperation unless the stream says that it can be written.
#[native("(self, /)", name = "_checkWritable")]
pub(super) fn check_writable(vm: &Vm, this: &Object) -> Res {
    check_can(vm, this, "writable", "File or stream is not writable.")
}

/// Return the descriptor, if the stream has one.
#[native("(self, /)")]
fn fileno(vm: &Vm, _this: &Object) -> Res {
    Err(unsupported(vm, "fileno"))
}

/// Whether this is a terminal.
#[native("(self, /)")]
fn isatty(vm: &Vm, this: &Object) -> Res<bool> {
    check_open(vm, this)?;
    Ok(false)
}

#[native("(self, /)", name = "__enter__")]
fn enter(vm: &Vm, this: &Object) -> Res {
    check_open(vm, this)?;
    Ok(this.clone())
}

#[native("(self, /, *args)", name = "__exit__")]
fn exit(vm: &Vm, this: &Object, _args: &[Object]) -> Res {
    vm.call_method(this, "close", &[])
}

fn iterate(vm: &Vm, this: &Object) -> Res {
    check_open(vm, this)?;
    Ok(this.clone())
}

fn next_line(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let line = vm.call_method(this, "readline", &[])?;
    Ok(if vm.len(&line)? == 0 { None } else { Some(line) })
}

/// The next line with its b'\n', which the last one may lack; of a longer one, size bytes.
#[native("(self, size=-1, /)")]
fn readline(vm: &Vm, this: &Object, size: Option<i64>) -> Res {
    let limit = size.and_then(|size| usize::try_from(size).ok()).unwrap_or(usize::MAX);
    let peek = optional_attr(vm, this, "peek")?;
    let mut line = Vec::new();
    while line.len() < limit {
        let mut want = 1;
        if let Some(peek) = &peek {
            let ahead = vm.call(peek, &[Object::small(1)])?;
            let Some(ahead) = ahead.downcast::<Bytes>() else {
                return Err(os_error_text(
                    vm,
                    &format!(
                        "peek() should have returned a bytes object, not '{}'",
                        vm.type_name(&ahead)
                    ),
                ));
            };
            let ahead = ahead.as_slice();
            if !ahead.is_empty() {
                let reach = ahead.len().min(limit - line.len());
                let end = ahead[..reach].iter().position(|&c| c == b'\n');
                want = end.map_or(reach, |end| end + 1);
            }
        }
        let piece = vm.call_method(this, "read", &[vm.int_usize(want)?])?;
        let Some(piece) = piece.downcast::<Bytes>() else {
            return Err(os_error_text(
                vm,
                &format!(
                    "read() should have returned a bytes object, not '{}'",
                    vm.type_name(&piece)
                ),
            ));
        };
        append(vm, &mut line, piece.as_slice())?;
        if piece.is_empty() || line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(vm.bytes(&line)?.into_object())
}

/// OSError with a text and no number.
fn os_error_text(vm: &Vm, text: &str) -> Raised {
    vm.raise_kind(Exc::OSError, text)
}

/// The lines up to the end, as a list.
///
/// With hint, no more lines are read once their total length reaches it.
#[native("(self, hint=-1, /)")]
fn readlines(vm: &Vm, this: &Object, hint: Option<i64>) -> Res {
    let lines = vm.new_list()?;
    let hint = hint.and_then(|hint| usize::try_from(hint).ok()).filter(|&hint| hint > 0);
    let lines_of = vm.iter(this)?;
    let mut total = 0usize;
    while let Some(line) = vm.next(&lines_of)? {
        let len = if hint.is_some() { vm.len(&line)? } else { 0 };
        lines.push(line).map_err(|e| vm.no_memory(e))?;
        total = total.saturating_add(len);
        if hint.is_some_and(|hint| total >= hint) {
            break;
        }
        vm.poll()?;
    }
    Ok(lines.into_object())
}

/// Write each item of an iterable; line ends are not added.
#[native("(self, lines, /)")]
fn writelines(vm: &Vm, this: &Object, lines: &Object) -> Res<()> {
    check_open(vm, this)?;
    let lines = vm.iter(lines)?;
    while let Some(line) = vm.next(&lines)? {
        vm.call_method(this, "write", &[line])?;
        vm.poll()?;
    }
    Ok(())
}

/// Whether close() was called.
#[getter]
fn closed(vm: &Vm, this: &Object) -> Res<bool> {
    has_closed_mark(vm, this)
}

/// A stream that is about to vanish closes itself; errors have nobody to hear them.
pub(super) fn finalize(vm: &Vm, this: &Object) -> Res<()> {
    let open = match is_closed(vm, this) {
        Ok(closed) => !closed,
        Err(raised) => {
            drop(vm.take_raised(raised));
            true
        }
    };
    if !open {
        return Ok(());
    }
    let quiet = |result: Res<()>| {
        if let Err(raised) = result {
            drop(vm.take_raised(raised));
        }
    };
    quiet(set_attr(vm, this, "_finalizing", &Object::bool(true)));
    quiet(vm.call_method(this, "close", &[]).map(drop));
    Ok(())
}

// ---- raw -----------------------------------------------------------------------------------

/// Up to size bytes, or everything to the end if size is negative.
///
/// None if nothing can be read without waiting.
#[native("(self, size=-1, /)", name = "read")]
fn raw_read(vm: &Vm, this: &Object, size: Option<i64>) -> Res {
    let Some(size) = size.and_then(|size| usize::try_from(size).ok()) else {
        return vm.call_method(this, "readall", &[]);
    };
    let buffer = new_bytearray(vm, size)?;
    let count = vm.call_method(this, "readinto", &[buffer.clone()])?;
    if count.is_none() {
        return Ok(count);
    }
    let count = usize::try_from(vm.index_clamped(&count)?).ok().filter(|&count| count <= size);
    let Some(count) = count else {
        return Err(vm.value_error("readinto returned more bytes than asked for"));
    };
    let read = buffer::bytes_of(vm, &buffer)?;
    Ok(vm.bytes(read.get(..count).unwrap_or(&read))?.into_object())
}

/// `bytearray(len)`, for `readinto` of classes written in Python.
pub(super) fn new_bytearray(vm: &Vm, len: usize) -> Res {
    vm.call(type_for::<ByteArray>(vm).as_object(), &[vm.int_usize(len)?])
}

/// Everything to the end of the file.
#[native("(self, /)", name = "readall")]
fn raw_readall(vm: &Vm, this: &Object) -> Res {
    let mut all = Vec::new();
    loop {
        let size = Object::small(super::DEFAULT_BUFFER_SIZE as i32);
        let piece = vm.call_method(this, "read", &[size])?;
        if piece.is_none() {
            if all.is_empty() {
                return Ok(piece);
            }
            break;
        }
        let Some(piece) = piece.downcast::<Bytes>() else {
            return Err(vm.type_error("read() should return bytes"));
        };
        if piece.is_empty() {
            break;
        }
        append(vm, &mut all, piece.as_slice())?;
        vm.poll()?;
    }
    Ok(vm.bytes(&all)?.into_object())
}

#[native("(self, /, *args)", name = "readinto", no_signature)]
fn raw_readinto(vm: &Vm, _this: &Object, _args: &[Object]) -> Res {
    Err(vm.raise_args(Exc::NotImplementedError, Vec::new()))
}

#[native("(self, /, *args)", name = "write", no_signature)]
fn raw_write(vm: &Vm, _this: &Object, _args: &[Object]) -> Res {
    Err(vm.raise_args(Exc::NotImplementedError, Vec::new()))
}

// ---- buffered ------------------------------------------------------------------------------

/// Take the raw stream out; this one is of no use afterwards.
#[native("(self, /)", name = "detach")]
fn buffered_detach(vm: &Vm, _this: &Object) -> Res {
    Err(unsupported(vm, "detach"))
}

/// Up to size bytes, or everything to the end if size is None or negative.
#[native("(self, /, *args)", name = "read")]
fn buffered_read(vm: &Vm, _this: &Object, _args: &[Object]) -> Res {
    Err(unsupported(vm, "read"))
}

/// Up to size bytes, for which the raw stream is asked once at most.
#[native("(self, /, *args)", name = "read1")]
fn buffered_read1(vm: &Vm, _this: &Object, _args: &[Object]) -> Res {
    Err(unsupported(vm, "read1"))
}

fn readinto_by(vm: &Vm, this: &Object, buffer: BufferMut, method: &str) -> Res {
    let len = buffer.0.byte_len();
    let data = vm.call_method(this, method, &[vm.int_usize(len)?])?;
    let Some(data) = data.downcast::<Bytes>() else {
        return Err(vm.type_error("read() should return bytes"));
    };
    if data.len() > len {
        return Err(vm.value_error(format_args!(
            "read() returned too much data: {len} bytes requested, {} returned",
            data.len()
        )));
    }
    copy_into(&buffer.0, data.as_slice());
    vm.int_usize(data.len())
}

/// Read bytes into a buffer and return how many.
#[native("(self, buffer, /)", name = "readinto")]
fn buffered_readinto(vm: &Vm, this: &Object, buffer: BufferMut) -> Res {
    readinto_by(vm, this, buffer, "read")
}

/// As readinto, with at most one call of the raw stream's read.
#[native("(self, buffer, /)", name = "readinto1")]
fn buffered_readinto1(vm: &Vm, this: &Object, buffer: BufferMut) -> Res {
    readinto_by(vm, this, buffer, "read1")
}

/// Take bytes to be written; gives how many, which is all of them.
#[native("(self, /, *args)", name = "write")]
fn buffered_write(vm: &Vm, _this: &Object, _args: &[Object]) -> Res {
    Err(unsupported(vm, "write"))
}

// ---- text ----------------------------------------------------------------------------------

/// Take the binary stream out; this one is of no use afterwards.
#[native("(self, /)", name = "detach")]
fn text_detach(vm: &Vm, _this: &Object) -> Res {
    Err(unsupported(vm, "detach"))
}

/// The next size characters, or fewer at the end.
#[native("(self, /, *args)", name = "read")]
fn text_read(vm: &Vm, _this: &Object, _args: &[Object]) -> Res {
    Err(unsupported(vm, "read"))
}

/// The next line with its end, or an empty str where there are no more.
#[native("(self, /, *args)", name = "readline")]
fn text_readline(vm: &Vm, _this: &Object, _args: &[Object]) -> Res {
    Err(unsupported(vm, "readline"))
}

/// Take text to be written; gives its length.
#[native("(self, /, *args)", name = "write")]
fn text_write(vm: &Vm, _this: &Object, _args: &[Object]) -> Res {
    Err(unsupported(vm, "write"))
}

/// The name of the encoding, or None.
#[getter(name = "encoding")]
fn text_encoding(_this: &Object) {}

/// Which kinds of line ends were read: None before the first, a str, or a tuple of several.
#[getter(name = "newlines")]
fn text_newlines(_this: &Object) {}

/// The name of the handler for what cannot be encoded or decoded, or None.
#[getter(name = "errors")]
fn text_errors(_this: &Object) {}
