//! The methods: those of files, of byte strings, and what concerns the mapping itself.
//!
//! CPython looks whether the mmap is closed before it looks at the arguments, so they are taken as they come and
//! converted here; conversions can run Python, so it is asked again afterwards.

use taipan_core::text::find as seek_bytes;
use taipan_core::vm::error::Stops;
use taipan_sys::fs;

use super::items::reversed;
use super::object::{Access, Mmap, bytes_like, c_int, c_size, lost_error};
use crate::support::*;

pub(super) static TABLE: &[NativeDef] = natives![
    close, enter, exit, find, flush, madvise, move_, read, read_byte, readline, resize, reversed,
    rfind, seek, size, tell, write, write_byte
];

/// An argument that may be left out.
fn size_or(vm: &Vm, given: Maybe<&Object>, usual: isize) -> Res<isize> {
    match given {
        Maybe::Given(object) => c_size(vm, object),
        Maybe::Absent => Ok(usual),
    }
}

impl Mmap {
    /// The position and the length, the first not behind the second.
    fn rest(&self, vm: &Vm) -> Res<(usize, usize)> {
        let len = self.len(vm)?;
        Ok((self.position.get().min(len), len))
    }
}

/// Give memory and file back. Not possible while there are views of the memory.
#[native("(self, /)", no_signature)]
fn close(vm: &Vm, this: &Obj<Mmap>) -> Res<()> {
    this.close(vm)
}

#[native("(self, /)", name = "__enter__", no_signature)]
fn enter(vm: &Vm, this: &Obj<Mmap>) -> Res {
    this.check_open(vm)?;
    Ok(this.as_object().clone())
}

#[native("(self, *args)", name = "__exit__", no_signature)]
fn exit(vm: &Vm, this: &Obj<Mmap>, _args: &[Object]) -> Res<()> {
    this.close(vm)
}

/// The lowest place in start..end at which sub begins, or -1; without start, from the position on.
#[native(
    "(self, sub, start=<unrepresentable>, end=<unrepresentable>, /)",
    parse_tuple,
    no_signature
)]
fn find(
    vm: &Vm,
    this: &Obj<Mmap>,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res {
    search(vm, this, sub, start, end, false)
}

/// The highest place in start..end at which sub begins, or -1; without start, from the position on.
#[native(
    "(self, sub, start=<unrepresentable>, end=<unrepresentable>, /)",
    parse_tuple,
    no_signature
)]
fn rfind(
    vm: &Vm,
    this: &Obj<Mmap>,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
) -> Res {
    search(vm, this, sub, start, end, true)
}

fn search(
    vm: &Vm,
    this: &Obj<Mmap>,
    sub: &Object,
    start: Maybe<&Object>,
    end: Maybe<&Object>,
    last: bool,
) -> Res {
    let len = this.len(vm)? as isize;
    let sub = bytes_like(vm, sub)?;
    let start = size_or(vm, start, this.position.get() as isize)?;
    let end = size_or(vm, end, len)?;
    let len = this.len(vm)? as isize;
    let fit = |i: isize| (if i < 0 { i.saturating_add(len).max(0) } else { i.min(len) }) as usize;
    let (start, end) = (fit(start), fit(end));
    if sub.is_empty() {
        return vm.int_usize(if last { end } else { start });
    }
    if start > end {
        return Ok(Object::small(-1));
    }
    let finder = if last { seek_bytes::rfind_long } else { seek_bytes::find_long };
    // (What is searched for may lie in this mmap: nobody writes meanwhile.)
    let found = sub.with(|sub| this.look(vm, (start, end), |bytes| finder(&Stops(vm), bytes, sub)));
    match found?.map_err(|e| vm.text_error(e))? {
        Some(at) => vm.int_usize(start + at),
        None => Ok(Object::small(-1)),
    }
}

/// Write what has changed in size bytes from offset on back to the file, by default everything.
#[native("(self, offset=<unrepresentable>, size=<unrepresentable>, /)", parse_tuple, no_signature)]
fn flush(vm: &Vm, this: &Obj<Mmap>, offset: Maybe<&Object>, size: Maybe<&Object>) -> Res<()> {
    let len = this.len(vm)?;
    let offset = size_or(vm, offset, 0)?;
    let size = size_or(vm, size, len as isize)?;
    let len = this.len(vm)?;
    let range = (usize::try_from(offset), usize::try_from(size));
    let (Ok(offset), Ok(size)) = range else { return Err(out_of_flush(vm)) };
    if offset > len || len - offset < size {
        return Err(out_of_flush(vm));
    }
    if matches!(this.access, Access::Read | Access::Copy) {
        return Ok(());
    }
    let lost = this.with(vm, |mapping| {
        mapping.flush(offset, size).map(|()| mapping.is_lost(offset, offset + size))
    })?;
    match lost {
        Ok(false) => Ok(()),
        Ok(true) => Err(lost_error(vm)),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

#[cold]
fn out_of_flush(vm: &Vm) -> Raised {
    vm.value_error("flush values out of range")
}

/// Tell the system how length bytes from start on will be used: one of the MADV_ constants.
#[native(
    "(self, option, start=<unrepresentable>, length=<unrepresentable>, /)",
    parse_tuple,
    no_signature
)]
fn madvise(
    vm: &Vm,
    this: &Obj<Mmap>,
    option: &Object,
    start: Maybe<&Object>,
    length: Maybe<&Object>,
) -> Res<()> {
    let len = this.len(vm)?;
    let option = c_int(vm, option)?;
    let start = size_or(vm, start, 0)?;
    let length = size_or(vm, length, len as isize)?;
    let len = this.len(vm)?;
    let Some(start) = usize::try_from(start).ok().filter(|&start| start < len) else {
        return Err(vm.value_error("madvise start out of bounds"));
    };
    let Ok(length) = usize::try_from(length) else {
        return Err(vm.value_error("madvise length invalid"));
    };
    if isize::MAX as usize - start < length {
        return Err(vm.overflow_error("madvise length too large"));
    }
    let length = length.min(len - start);
    this.with_mut(vm, |mapping| mapping.advise(start, length, option))?
        .map_err(|failure| raise_io(vm, failure))
}

/// Copy count bytes at src to dest; the two may overlap.
#[native("(self, dest, src, count, /)", parse_tuple, no_signature, name = "move")]
fn move_(vm: &Vm, this: &Obj<Mmap>, dest: &Object, src: &Object, count: &Object) -> Res<()> {
    this.check_open(vm)?;
    let numbers = [c_size(vm, dest)?, c_size(vm, src)?, c_size(vm, count)?];
    this.check_writable(vm)?;
    let len = this.len(vm)?;
    let [Ok(dest), Ok(src), Ok(count)] = numbers.map(usize::try_from) else {
        return Err(out_of_move(vm));
    };
    let fits = |from: usize| from <= len && len - from >= count;
    if !fits(dest) || !fits(src) {
        return Err(out_of_move(vm));
    }
    let hull = (dest.min(src), dest.max(src) + count);
    this.change(vm, hull, |bytes| {
        let (from, to) = (src - hull.0, dest - hull.0);
        if bytes.len() >= from.max(to) + count {
            bytes.copy_within(from..from + count, to);
        }
    })
}

#[cold]
fn out_of_move(vm: &Vm) -> Raised {
    vm.value_error("source, destination, or count out of range")
}

/// The next n bytes, by default all that are left.
#[native("(self, n=<unrepresentable>, /)", parse_tuple, no_signature)]
fn read(vm: &Vm, this: &Obj<Mmap>, n: Maybe<&Object>) -> Res {
    this.check_open(vm)?;
    let n = match n {
        Maybe::Given(n) if !n.is_none() => {
            let class = vm.class_of(n);
            if class.slots().index.is_none() && !class.has(type_flags::INT) {
                return Err(vm.type_error(format_args!(
                    "argument should be integer or None, not '{}'",
                    vm.type_name(n)
                )));
            }
            c_size(vm, n)?
        }
        _ => -1,
    };
    let (from, len) = this.rest(vm)?;
    let count = usize::try_from(n).unwrap_or(usize::MAX).min(len - from);
    let bytes = this.part(vm, from, from + count)?;
    this.position.set(this.position.get() + count);
    Ok(bytes)
}

/// The next byte as an int.
#[native("(self, /)", no_signature)]
fn read_byte(vm: &Vm, this: &Obj<Mmap>) -> Res {
    let at = this.position.get();
    if at >= this.len(vm)? {
        return Err(vm.value_error("read byte out of range"));
    }
    let byte = this.look(vm, (at, at + 1), |bytes| {
        Object::small(bytes.first().map_or(0, |&byte| byte.into()))
    })?;
    this.position.set(at + 1);
    Ok(byte)
}

/// The bytes up to the next newline, it included, or up to the end.
#[native("(self, /)", no_signature)]
fn readline(vm: &Vm, this: &Obj<Mmap>) -> Res {
    let position = this.position.get();
    let (line, len) = this.look_ahead(vm, position, |rest| {
        let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        (vm.bytes(&rest[..len]), len)
    })?;
    let line = line?.into_object();
    this.position.set(position + len);
    Ok(line)
}

fn check_unexported(vm: &Vm, this: &Mmap) -> Res<()> {
    match this.is_exported() {
        true => Err(vm.buffer_error("mmap can't resize with extant buffers exported.")),
        false => Ok(()),
    }
}

/// Make the mapping, and its file, newsize bytes long.
#[native("(self, newsize, /)", parse_tuple, no_signature)]
fn resize(vm: &Vm, this: &Obj<Mmap>, newsize: &Object) -> Res<()> {
    this.check_open(vm)?;
    let size = c_size(vm, newsize)?;
    check_unexported(vm, this)?;
    if matches!(this.access, Access::Read | Access::Copy) {
        let text = "mmap can't resize a readonly or copy-on-write memory map.";
        return Err(vm.type_error(text));
    }
    let len = this.len(vm)?;
    let Some(size) =
        usize::try_from(size).ok().filter(|&size| i64::MAX - this.offset >= size as i64)
    else {
        return Err(vm.value_error("new size out of range"));
    };
    let fd = this.fd();
    if fd >= 0 {
        let file_size = this.offset + size as i64;
        vm.blocking(|| fs::ftruncate(fd, file_size))?;
        // Other threads have run.
        this.check_open(vm)?;
        check_unexported(vm, this)?;
    } else if size > len
        && this.with(vm, |m| m.kind().flags & taipan_sys::memory::MAP_PRIVATE == 0)?
    {
        // (The system would give addresses behind which there is no memory.)
        return Err(vm.value_error("mmap: can't expand a shared anonymous mapping on Linux"));
    }
    this.resize(vm, size)
}

/// Move to a place: dist bytes from the start (whence 0), from here (1) or from the end (2).
#[native("(self, dist, whence=<unrepresentable>, /)", parse_tuple, no_signature)]
fn seek(vm: &Vm, this: &Obj<Mmap>, dist: &Object, whence: Maybe<&Object>) -> Res<()> {
    this.check_open(vm)?;
    let dist = c_size(vm, dist)?;
    let whence = match whence {
        Maybe::Given(object) => c_int(vm, object)?,
        Maybe::Absent => 0,
    };
    let len = this.len(vm)?;
    let base = match whence {
        0 => 0,
        1 => this.position.get(),
        2 => len,
        _ => return Err(vm.value_error("unknown seek type")),
    };
    match base.checked_add_signed(dist).filter(|&place| place <= len) {
        Some(place) => this.position.set(place),
        None => return Err(vm.value_error("seek out of range")),
    }
    Ok(())
}

/// The size of the file, of which perhaps a part is mapped.
#[native("(self, /)", no_signature)]
fn size(vm: &Vm, this: &Obj<Mmap>) -> Res {
    this.check_open(vm)?;
    match fs::fstat(this.fd()) {
        Ok(status) => vm.int(status.size),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

/// The position.
#[native("(self, /)", no_signature)]
fn tell(vm: &Vm, this: &Obj<Mmap>) -> Res {
    this.check_open(vm)?;
    vm.int_usize(this.position.get())
}

/// Write bytes at the position and move behind them; gives how many.
#[native("(self, data, /)", parse_tuple, no_signature)]
fn write(vm: &Vm, this: &Obj<Mmap>, data: &Object) -> Res {
    this.check_open(vm)?;
    let data = bytes_like(vm, data)?;
    this.check_writable(vm)?;
    let (at, len, count) = (this.position.get(), this.len(vm)?, data.len());
    if at > len || len - at < count {
        return Err(vm.value_error("data out of range"));
    }
    this.put(vm, at, &data)?;
    this.position.set(at + count);
    vm.int_usize(count)
}

/// Write one byte, an int, at the position and move behind it.
#[native("(self, byte, /)", parse_tuple, no_signature)]
fn write_byte(vm: &Vm, this: &Obj<Mmap>, byte: &Object) -> Res<()> {
    this.check_open(vm)?;
    let byte = u8::from_arg(vm, byte, &mut (), &ArgInfo::default())?;
    this.check_writable(vm)?;
    let at = this.position.get();
    if at >= this.len(vm)? {
        return Err(vm.value_error("write byte out of range"));
    }
    this.change(vm, (at, at + 1), |bytes| bytes.fill(byte))?;
    this.position.set(at + 1);
    Ok(())
}
