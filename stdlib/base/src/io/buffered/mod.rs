//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: buffers over a raw stream.
//!
//! Their methods are the same functions for all three where they do the same; they find the shared
//! state by [`buffered`].

mod core;
mod pair;
mod reading;
mod room;
mod window;

pub use self::core::{Buffered, BufferedRandom, BufferedReader, BufferedWriter, buffered};
pub use pair::BufferedRwPair;
pub(super) use pair::SPEC as PAIR;

use super::base::{self, BufferedIoBase, STREAM_FLAGS};
use super::{SEEK_CUR, SEEK_SET, unsupported};
use crate::support::*;
use reading::*;
use window::Window;

pub(in crate::io) static READER: TypeSpec = TypeSpec {
    doc: "BufferedReader(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n\
          A buffer over a raw stream that can be read.",
    flags: STREAM_FLAGS,
    base: Some(|vm| type_for::<BufferedIoBase>(vm)),
    slots: Slots {
        new: Some(|vm, class, _, _| BufferedReader::create(vm, class)),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init_reader as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        next: Some(reading::next_line),
        ..Slots::NONE
    },
    methods: natives![
        init_reader,
        detach,
        simple_flush,
        close,
        seekable,
        fileno,
        isatty,
        dealloc_warn,
        getstate,
        readable,
        sizeof,
        read,
        peek,
        read1,
        readinto,
        readinto1,
        readline,
        seek,
        tell,
        truncate
    ],
    getsets: getsets![raw, closed, name, mode, finalizing: set_finalizing],
    ..TypeSpec::new::<BufferedReader>("_io.BufferedReader")
};

pub(in crate::io) static WRITER: TypeSpec = TypeSpec {
    doc: "BufferedWriter(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n\
          A buffer over a raw stream that can be written and maybe cannot be read.",
    flags: STREAM_FLAGS,
    base: Some(|vm| type_for::<BufferedIoBase>(vm)),
    slots: Slots {
        new: Some(|vm, class, _, _| BufferedWriter::create(vm, class)),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init_writer as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![
        init_writer,
        detach,
        flush,
        close,
        seekable,
        fileno,
        isatty,
        dealloc_warn,
        getstate,
        writable,
        sizeof,
        write,
        seek,
        tell,
        truncate
    ],
    getsets: getsets![raw, closed, name, mode, finalizing: set_finalizing],
    ..TypeSpec::new::<BufferedWriter>("_io.BufferedWriter")
};

pub(in crate::io) static RANDOM: TypeSpec = TypeSpec {
    doc: "BufferedRandom(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n\
          A buffer over a raw stream that can be read, written and moved in.",
    flags: STREAM_FLAGS,
    base: Some(|vm| type_for::<BufferedIoBase>(vm)),
    slots: Slots {
        new: Some(|vm, class, _, _| BufferedRandom::create(vm, class)),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init_random as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        next: Some(reading::next_line),
        ..Slots::NONE
    },
    methods: natives![
        init_random,
        detach,
        flush,
        close,
        seekable,
        fileno,
        isatty,
        dealloc_warn,
        getstate,
        readable,
        writable,
        sizeof,
        read,
        peek,
        read1,
        readinto,
        readinto1,
        readline,
        write,
        seek,
        tell,
        truncate
    ],
    getsets: getsets![raw, closed, name, mode, finalizing: set_finalizing],
    ..TypeSpec::new::<BufferedRandom>("_io.BufferedRandom")
};

/// The state behind `self`.
fn state_of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Buffered> {
    buffered(this).ok_or_else(|| {
        vm.type_error(format_args!(
            "descriptor requires a buffered stream but received a '{}'",
            vm.type_name(this)
        ))
    })
}

/// Read from raw, buffer_size bytes at a time.
#[native("(self, raw, buffer_size=8192)", name = "__init__")]
fn init_reader(vm: &Vm, this: &Object, raw: &Object, buffer_size: isize) -> Res<()> {
    let state = state_of(vm, this)?;
    state.usable.set(false);
    if !is_plain_file(vm, raw) {
        base::check_readable(vm, raw)?;
    } else if !super::fileio::can_read(vm, raw)? {
        return Err(unsupported(vm, "File or stream is not readable."));
    }
    state.start(vm, raw, buffer_size, true, false)
}

/// Write to raw, when buffer_size bytes have come together.
#[native("(self, raw, buffer_size=8192)", name = "__init__")]
fn init_writer(vm: &Vm, this: &Object, raw: &Object, buffer_size: isize) -> Res<()> {
    let state = state_of(vm, this)?;
    state.usable.set(false);
    if !is_plain_file(vm, raw) {
        base::check_writable(vm, raw)?;
    } else if !super::fileio::can_write(vm, raw)? {
        return Err(unsupported(vm, "File or stream is not writable."));
    }
    state.start(vm, raw, buffer_size, false, true)
}

/// Read from raw and write to it, which can seek, with one buffer for both.
#[native("(self, raw, buffer_size=8192)", name = "__init__")]
fn init_random(vm: &Vm, this: &Object, raw: &Object, buffer_size: isize) -> Res<()> {
    let state = state_of(vm, this)?;
    state.usable.set(false);
    base::check_seekable(vm, raw)?;
    base::check_readable(vm, raw)?;
    base::check_writable(vm, raw)?;
    state.start(vm, raw, buffer_size, true, true)
}

fn is_plain_file(vm: &Vm, raw: &Object) -> bool {
    vm.class_of(raw).is(&type_for::<super::fileio::FileIo>(vm))
}

/// Take the raw stream out, with everything written; this one is of no use afterwards.
#[native("(self, /)")]
fn detach(vm: &Vm, this: &Object) -> Res {
    let state = state_of(vm, this)?;
    state.raw(vm)?;
    vm.call_method(this, "flush", &[])?;
    let raw = state.raw(vm)?;
    drop(state.raw.take());
    state.detached.set(true);
    state.usable.set(false);
    Ok(raw)
}

#[native("(self, /)", name = "flush")]
fn simple_flush(vm: &Vm, this: &Object) -> Res {
    let raw = state_of(vm, this)?.raw(vm)?;
    vm.call_method(&raw, "flush", &[])
}

/// Write what waits in the buffer to the raw stream.
#[native("(self, /)")]
fn flush(vm: &Vm, this: &Object) -> Res<()> {
    let state = state_of(vm, this)?;
    if state.is_closed(vm)? {
        return Err(vm.value_error("flush of closed file"));
    }
    let _guard = state.enter(vm, this)?;
    state.flush_and_rewind(vm)
}

/// Flush and close the stream and the raw stream.
#[native("(self, /)")]
fn close(vm: &Vm, this: &Object) -> Res {
    let state = state_of(vm, this)?;
    state.raw(vm)?;
    {
        let _guard = state.enter(vm, this)?;
        if state.is_closed(vm)? {
            return Ok(Object::none());
        }
    }
    if state.finalizing.get() {
        warn_unclosed(vm, &state.raw(vm)?, this);
    }
    let flushed = vm.call_method(this, "flush", &[]).map(drop);
    base::keep_first(vm, flushed, |vm| {
        let _guard = state.enter(vm, this)?;
        let raw = state.raw(vm)?;
        let closed = vm.call_method(&raw, "close", &[]).map(drop);
        // The memory is given back at once.
        *state.window_mut() = Window::default();
        closed
    })?;
    Ok(Object::none())
}

#[native("(self, /)")]
fn seekable(vm: &Vm, this: &Object) -> Res {
    vm.call_method(&state_of(vm, this)?.raw(vm)?, "seekable", &[])
}

#[native("(self, /)")]
fn readable(vm: &Vm, this: &Object) -> Res {
    vm.call_method(&state_of(vm, this)?.raw(vm)?, "readable", &[])
}

#[native("(self, /)")]
fn writable(vm: &Vm, this: &Object) -> Res {
    vm.call_method(&state_of(vm, this)?.raw(vm)?, "writable", &[])
}

#[native("(self, /)")]
fn fileno(vm: &Vm, this: &Object) -> Res {
    vm.call_method(&state_of(vm, this)?.raw(vm)?, "fileno", &[])
}

#[native("(self, /)")]
fn isatty(vm: &Vm, this: &Object) -> Res {
    vm.call_method(&state_of(vm, this)?.raw(vm)?, "isatty", &[])
}

/// Asks the raw stream to warn that nobody closed it.
pub(super) fn warn_unclosed(vm: &Vm, raw: &Object, source: &Object) {
    if let Err(raised) = vm.call_method(raw, "_dealloc_warn", std::slice::from_ref(source)) {
        drop(vm.take_raised(raised));
    }
}

#[native("(self, source, /)", name = "_dealloc_warn")]
fn dealloc_warn(vm: &Vm, this: &Object, source: &Object) -> Res<()> {
    if let Some(raw) = state_of(vm, this)?.raw.get() {
        warn_unclosed(vm, &raw, source);
    }
    Ok(())
}

#[native("(self, /)", name = "__getstate__")]
fn getstate(vm: &Vm, this: &Object) -> Res {
    Err(vm.type_error(format_args!("cannot pickle '{}' object", vm.type_name(this))))
}

#[native("(self, /)", name = "__sizeof__")]
fn sizeof(vm: &Vm, this: &Object) -> Res {
    let state = state_of(vm, this)?;
    vm.int_usize(size_of::<Buffered>() + state.window().size())
}

/// Bytes-like data, and what has them.
struct Data<'a> {
    data: &'a [u8],
    object: &'a Object,
}

impl<'a> FromArg<'a> for Data<'a> {
    type Holder = Vec<u8>;

    fn from_arg(
        vm: &'a Vm,
        object: &'a Object,
        holder: &'a mut Vec<u8>,
        info: &ArgInfo,
    ) -> Res<Self> {
        Ok(Data { data: <&[u8]>::from_arg(vm, object, holder, info)?, object })
    }
}

/// Write bytes and return how many: all of them, perhaps into the buffer only.
#[native("(self, buffer, /)")]
fn write(vm: &Vm, this: &Object, buffer: Data) -> Res {
    let state = state_of(vm, this)?;
    state.raw(vm)?;
    let _guard = state.enter(vm, this)?;
    if state.is_closed(vm)? {
        return Err(vm.value_error("write to closed file"));
    }
    state.write_all(vm, buffer.data, buffer.object.downcast::<Bytes>())?;
    vm.int_usize(buffer.data.len())
}

/// Move to a position and return it.
///
/// The position is relative to what whence says: 0 the start, 1 the current position, 2 the end.
#[native("(self, target, whence=0, /)")]
fn seek(vm: &Vm, this: &Object, target: &Object, whence: Maybe<i32>) -> Res {
    let state = state_of(vm, this)?;
    let whence = whence.given().unwrap_or(0);
    // 3 and 4 are SEEK_DATA and SEEK_HOLE.
    if !(0..=4).contains(&whence) {
        return Err(vm.value_error(format_args!("whence value {whence} unsupported")));
    }
    state.raw(vm)?;
    if state.is_closed(vm)? {
        return Err(vm.value_error("seek of closed file"));
    }
    base::check_seekable(vm, &state.raw(vm)?)?;
    let mut target = super::offset(vm, target)?;
    if (whence == SEEK_SET || whence == SEEK_CUR) && state.readable.get() {
        state.raw_position(vm)?;
        let mut window = state.window_mut();
        let to = match whence {
            SEEK_SET => target,
            _ => window.position().saturating_add(target),
        };
        if !window.ahead().is_empty() && window.go_to(to) {
            drop(window);
            return vm.int(to);
        }
    }
    let _guard = state.enter(vm, this)?;
    if state.writable.get() {
        state.flush_written(vm)?;
    }
    if whence == SEEK_CUR {
        target = target.saturating_sub(state.window().drift());
    }
    let position = state.raw_seek(vm, target, whence)?;
    vm.int(position)
}

/// How far from its start the stream is.
#[native("(self, /)")]
fn tell(vm: &Vm, this: &Object) -> Res {
    let state = state_of(vm, this)?;
    state.raw(vm)?;
    state.raw_tell(vm)?;
    let position = state.window().position();
    vm.int(position)
}

/// Make the file so long, by default up to the current position; returns the length.
#[native("(self, pos=None, /)")]
fn truncate(vm: &Vm, this: &Object, pos: Option<&Object>) -> Res {
    let state = state_of(vm, this)?;
    state.raw(vm)?;
    if state.is_closed(vm)? {
        return Err(vm.value_error("truncate of closed file"));
    }
    if !state.writable.get() {
        return Err(unsupported(vm, "truncate"));
    }
    let _guard = state.enter(vm, this)?;
    state.flush_and_rewind(vm)?;
    let pos = pos.cloned().unwrap_or_else(Object::none);
    let len = vm.call_method(&state.raw(vm)?, "truncate", &[pos])?;
    if let Err(raised) = state.raw_tell(vm) {
        drop(vm.take_raised(raised));
    }
    Ok(len)
}

/// The raw stream.
#[getter]
fn raw(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    Ok(state_of(vm, this)?.raw.get())
}

/// Whether the raw stream is closed.
#[getter]
fn closed(vm: &Vm, this: &Object) -> Res {
    let raw = state_of(vm, this)?.raw(vm)?;
    vm.getattr_named(&raw, "closed")
}

/// The raw stream's name.
#[getter]
fn name(vm: &Vm, this: &Object) -> Res {
    let raw = state_of(vm, this)?.raw(vm)?;
    vm.getattr_named(&raw, "name")
}

/// The raw stream's mode.
#[getter]
fn mode(vm: &Vm, this: &Object) -> Res {
    let raw = state_of(vm, this)?.raw(vm)?;
    vm.getattr_named(&raw, "mode")
}

#[getter(name = "_finalizing")]
fn finalizing(vm: &Vm, this: &Object) -> Res<bool> {
    Ok(state_of(vm, this)?.finalizing.get())
}

#[setter(name = "_finalizing")]
fn set_finalizing(vm: &Vm, this: &Object, value: bool) -> Res<()> {
    state_of(vm, this)?.finalizing.set(value);
    Ok(())
}

/// `<_io.BufferedReader name='...'>`, without the name if there is none.
fn repr(vm: &Vm, this: &Object) -> Res {
    let class = vm.type_name(this);
    let text = match super::stream_name(vm, this)? {
        Some(name) => format!("<{class} name={}>", super::guarded_repr(vm, this, &name)?),
        None => format!("<{class}>"),
    };
    Ok(vm.str(&text)?.into_object())
}
