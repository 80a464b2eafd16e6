//! `BytesIO`: a stream over bytes in memory.
//!
//! The position may lie beyond the end; a write there fills the gap with zeros. While a view that
//! `getbuffer` gave is alive, the size must not change.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use taipan_core::native::buffer::{BufferSource, BufferView, Dims, Format};

use super::base::{BufferedIoBase, STREAM_FLAGS};
use super::closed_file;
use crate::support::*;

/// The bytes of a `BytesIO`, which views of it share: as many as there are further owners.
#[derive(Default)]
struct Data {
    bytes: RefCell<Vec<u8>>,
    charge: Charge,
}

impl BufferSource for Data {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        f(&self.bytes.borrow());
    }
    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool {
        f(&mut self.bytes.borrow_mut());
        true
    }
    fn released(&self) {}
}

/// State of a `BytesIO`.
pub struct BytesIo {
    data: Rc<Data>,
    position: Cell<usize>,
    closed: Cell<bool>,
}

/// What `getbuffer` gives to memoryview.
struct BytesIoBuffer {
    owner: Obj<BytesIo>,
}

impl Payload for BytesIoBuffer {
    const SPEC: Option<&'static TypeSpec> = Some(&BUFFER);
    const GC: bool = true;
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.owner.as_object());
    }
}

static BUFFER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { buffer: Some(export), ..Slots::NONE },
    ..TypeSpec::new::<BytesIoBuffer>("_io._BytesIOBuffer")
};

fn export(vm: &Vm, this: &Object, _flags: u32) -> Res<BufferView> {
    let Some(buffer) = this.downcast::<BytesIoBuffer>() else {
        return Err(vm.system_error("buffer of another type's object"));
    };
    let data = buffer.owner.data.clone();
    let len = data.bytes.borrow().len();
    Ok(BufferView {
        owner: this.clone(),
        source: data,
        readonly: false,
        format: Format::Known("B"),
        itemsize: 1,
        shape: Dims::one(len),
        strides: Dims::one(1),
        offset: 0,
    })
}

impl Payload for BytesIo {
    // (Its attributes can refer to it.)
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

pub(in crate::io) static SPEC: TypeSpec = TypeSpec {
    doc: "A binary file that is kept in memory.",
    flags: STREAM_FLAGS,
    base: Some(|vm| type_for::<BufferedIoBase>(vm)),
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, BytesIo::new())?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        // Unlike other streams, a closed one complains only when it is asked for a line.
        iter: Some(|_, this| Ok(this.clone())),
        next: Some(next_line),
        ..Slots::NONE
    },
    methods: natives![
        init, read, read1, readline, readlines, readinto, write, writelines, seek, tell, truncate,
        getvalue, getbuffer, close, flush, isatty, seekable, readable, writable, getstate,
        setstate
    ],
    getsets: getsets![closed],
    ..TypeSpec::new::<BytesIo>("_io.BytesIO")
};

impl BytesIo {
    fn new() -> BytesIo {
        BytesIo { data: Rc::default(), position: Cell::new(0), closed: Cell::new(false) }
    }

    fn check_open(&self, vm: &Vm) -> Res<()> {
        if self.closed.get() { Err(closed_file(vm)) } else { Ok(()) }
    }

    fn check_exports(&self, vm: &Vm) -> Res<()> {
        self.check_open(vm)?;
        if Rc::strong_count(&self.data) > 1 {
            return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// The next `len` bytes, or as many as there are, and moves on.
    fn take(&self, vm: &Vm, len: usize) -> Res {
        let data = self.data.bytes.borrow();
        let start = self.position.get().min(data.len());
        let end = start.saturating_add(len).min(data.len());
        if end > start {
            self.position.set(end);
        }
        Ok(vm.bytes(&data[start..end])?.into_object())
    }

    /// Length of the next line, at most `limit`.
    fn line_len(&self, limit: usize) -> usize {
        let data = self.data.bytes.borrow();
        let rest = data.get(self.position.get()..).unwrap_or(&[]);
        let rest = &rest[..rest.len().min(limit)];
        memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)
    }

    /// Account for what there is now.
    fn account(&self, vm: &Vm) {
        self.data.charge.keep(&vm.interp().heap, self.data.bytes.borrow().capacity());
    }

    fn put(&self, vm: &Vm, bytes: &[u8]) -> Res<()> {
        self.check_exports(vm)?;
        if bytes.is_empty() {
            return Ok(());
        }
        let mut data = self.data.bytes.borrow_mut();
        let start = self.position.get();
        let Some(end) = start.checked_add(bytes.len()) else {
            return Err(vm.overflow_error("new buffer size too large"));
        };
        if end > data.len() {
            let more = end - data.len();
            reserve(vm, &mut data, more)?;
            data.resize(end, 0);
        }
        data[start..end].copy_from_slice(bytes);
        drop(data);
        self.account(vm);
        self.position.set(end);
        Ok(())
    }
}

/// Size arguments: None and negative mean all.
fn limit(size: Option<isize>) -> usize {
    size.and_then(|size| usize::try_from(size).ok()).unwrap_or(usize::MAX)
}

#[native("(self, initial_bytes=b'')", name = "__init__")]
fn init(vm: &Vm, this: &Obj<BytesIo>, initial_bytes: Option<&[u8]>) -> Res<()> {
    this.check_exports(vm)?;
    let mut data = Vec::new();
    append(vm, &mut data, initial_bytes.unwrap_or(&[]))?;
    this.position.set(0);
    this.closed.set(false);
    drop(this.data.bytes.replace(data));
    this.account(vm);
    Ok(())
}

/// The next size bytes, or everything to the end if size is negative or None.
#[native("(self, size=-1, /)")]
fn read(vm: &Vm, this: &Obj<BytesIo>, size: Option<isize>) -> Res {
    this.check_open(vm)?;
    this.take(vm, limit(size))
}

/// As read.
#[native("(self, size=-1, /)")]
fn read1(vm: &Vm, this: &Obj<BytesIo>, size: Option<isize>) -> Res {
    read(vm, this, size)
}

/// Read the next line, of which size limits the length.
#[native("(self, size=-1, /)")]
fn readline(vm: &Vm, this: &Obj<BytesIo>, size: Option<isize>) -> Res {
    this.check_open(vm)?;
    this.take(vm, this.line_len(limit(size)))
}

/// List the lines that are left; no more are read once their length reaches size.
#[native("(self, size=None, /)")]
fn readlines(vm: &Vm, this: &Obj<BytesIo>, size: Option<isize>) -> Res {
    this.check_open(vm)?;
    let size = size.and_then(|size| usize::try_from(size).ok()).filter(|&size| size > 0);
    let lines = vm.new_list()?;
    let mut total = 0;
    loop {
        let len = this.line_len(usize::MAX);
        if len == 0 {
            break;
        }
        lines.push(this.take(vm, len)?).map_err(|e| vm.no_memory(e))?;
        total += len;
        if size.is_some_and(|size| total >= size) {
            break;
        }
        vm.poll()?;
    }
    Ok(lines.into_object())
}

/// Read into a buffer and return how many bytes.
#[native("(self, buffer, /)")]
fn readinto(vm: &Vm, this: &Obj<BytesIo>, buffer: BufferMut) -> Res {
    this.check_open(vm)?;
    let mut read = Vec::new();
    {
        // A copy, since the target may be a view of these very bytes.
        let data = this.data.bytes.borrow();
        let start = this.position.get().min(data.len());
        let count = buffer.0.byte_len().min(data.len() - start);
        append(vm, &mut read, &data[start..start + count])?;
    }
    copy_into(&buffer.0, &read);
    let count = read.len();
    this.position.set(this.position.get() + count);
    vm.int_usize(count)
}

/// Write bytes and return how many.
#[native("(self, b, /)")]
fn write(vm: &Vm, this: &Obj<BytesIo>, b: &[u8]) -> Res {
    this.put(vm, b)?;
    vm.int_usize(b.len())
}

/// Write lines of bytes; line ends are not added.
#[native("(self, lines, /)")]
fn writelines(vm: &Vm, this: &Obj<BytesIo>, lines: &Object) -> Res<()> {
    this.check_open(vm)?;
    let lines = vm.iter(lines)?;
    while let Some(line) = vm.next(&lines)? {
        let line = buffer::bytes_of(vm, &line)?;
        this.put(vm, &line)?;
        vm.poll()?;
    }
    Ok(())
}

/// Move to a position and return it.
///
/// The position is relative to what whence says: 0 the start, 1 the current position, 2 the end.
#[native("(self, pos, whence=0, /)")]
fn seek(vm: &Vm, this: &Obj<BytesIo>, pos: isize, whence: i32) -> Res {
    this.check_open(vm)?;
    let start = match whence {
        0 if pos < 0 => {
            return Err(vm.value_error(format_args!("negative seek value {pos}")));
        }
        0 => 0,
        1 => this.position.get(),
        2 => this.data.bytes.borrow().len(),
        _ => {
            return Err(
                vm.value_error(format_args!("invalid whence ({whence}, should be 0, 1 or 2)"))
            );
        }
    };
    let Some(position) = (start as isize).checked_add(pos) else {
        return Err(vm.overflow_error("new position too large"));
    };
    this.position.set(position.max(0) as usize);
    vm.int_usize(this.position.get())
}

/// How far from its start the stream is.
#[native("(self, /)")]
fn tell(vm: &Vm, this: &Obj<BytesIo>) -> Res {
    this.check_open(vm)?;
    vm.int_usize(this.position.get())
}

/// Cut off what is behind size bytes, by default behind this place; gives the size.
#[native("(self, size=None, /)")]
fn truncate(vm: &Vm, this: &Obj<BytesIo>, size: Option<isize>) -> Res {
    this.check_exports(vm)?;
    let size = match size {
        Some(size) if size < 0 => {
            return Err(vm.value_error(format_args!("negative size value {size}")));
        }
        Some(size) => size as usize,
        None => this.position.get(),
    };
    this.data.bytes.borrow_mut().truncate(size);
    vm.int_usize(size)
}

/// All of the data.
#[native("(self, /)")]
fn getvalue(vm: &Vm, this: &Obj<BytesIo>) -> Res {
    this.check_open(vm)?;
    Ok(vm.bytes(&this.data.bytes.borrow())?.into_object())
}

/// A view of the data that can be written to; while it lives, the size cannot change.
#[native("(self, /)")]
fn getbuffer(vm: &Vm, this: &Obj<BytesIo>) -> Res {
    this.check_open(vm)?;
    let buffer = vm.alloc(BytesIoBuffer { owner: this.clone() })?.into_object();
    super::memoryview(vm, &buffer)
}

/// Give the memory back; nothing can be done with the stream afterwards.
#[native("(self, /)")]
fn close(vm: &Vm, this: &Obj<BytesIo>) -> Res<()> {
    if Rc::strong_count(&this.data) > 1 {
        this.check_exports(vm)?;
    }
    this.closed.set(true);
    drop(this.data.bytes.take());
    Ok(())
}

/// There is nothing to hand on.
#[native("(self, /)")]
fn flush(vm: &Vm, this: &Obj<BytesIo>) -> Res<()> {
    this.check_open(vm)
}

/// Always False.
#[native("(self, /)")]
fn isatty(vm: &Vm, this: &Obj<BytesIo>) -> Res<bool> {
    this.check_open(vm).map(|()| false)
}

/// Always True.
#[native("(self, /)")]
fn seekable(vm: &Vm, this: &Obj<BytesIo>) -> Res<bool> {
    this.check_open(vm).map(|()| true)
}

/// Always True.
#[native("(self, /)")]
fn readable(vm: &Vm, this: &Obj<BytesIo>) -> Res<bool> {
    this.check_open(vm).map(|()| true)
}

/// Always True.
#[native("(self, /)")]
fn writable(vm: &Vm, this: &Obj<BytesIo>) -> Res<bool> {
    this.check_open(vm).map(|()| true)
}

/// Whether close() was called.
#[getter]
fn closed(this: &Obj<BytesIo>) -> bool {
    this.closed.get()
}

#[native("(self, /)", name = "__getstate__")]
fn getstate(vm: &Vm, this: &Obj<BytesIo>) -> Res {
    this.check_open(vm)?;
    let value = getvalue(vm, this)?;
    let dict = super::dict_copy(vm, this.as_object())?;
    let items = vec![value, vm.int_usize(this.position.get())?, dict];
    Ok(vm.tuple(items)?.into_object())
}

#[native("(self, state, /)", name = "__setstate__")]
fn setstate(vm: &Vm, this: &Obj<BytesIo>, state: &Object) -> Res<()> {
    let items = match state.downcast::<Tuple>() {
        Some(tuple) if tuple.len() >= 3 => tuple.as_slice(),
        _ => {
            return Err(vm.type_error(format_args!(
                "_io.BytesIO.__setstate__ argument should be 3-tuple, got {}",
                vm.type_name(state)
            )));
        }
    };
    this.check_exports(vm)?;
    let data = buffer::bytes_of(vm, &items[0])?;
    let Some(position) = vm.as_i64(&items[1]) else {
        return Err(vm.type_error(format_args!(
            "second item of state must be an integer, not {}",
            vm.type_name(&items[1])
        )));
    };
    let Ok(position) = usize::try_from(position) else {
        return Err(vm.value_error("position value cannot be negative"));
    };
    drop(this.data.bytes.replace(data));
    this.account(vm);
    this.position.set(position);
    this.closed.set(false);
    super::update_dict(vm, this.as_object(), &items[2])
}

fn next_line(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(stream) = this.downcast::<BytesIo>() else { return Ok(None) };
    stream.check_open(vm)?;
    match stream.line_len(usize::MAX) {
        0 => Ok(None),
        len => stream.take(vm, len).map(Some),
    }
}
