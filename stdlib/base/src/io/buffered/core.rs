//! What `BufferedReader`, `BufferedWriter` and `BufferedRandom` share: one buffer for both
//! directions, with one logical position in it.
//!
//! **Positions.** All are offsets in the buffer. `pos` is the logical position; `raw_pos` is where
//! the raw stream stands. Bytes `pos..read_end` have been read ahead (`read_end` of None: nothing
//! read is valid); bytes `write_pos..write_end` wait to be written (`write_end` of None: nothing
//! does). `abs_pos` is the raw stream's absolute position, None when not known.
//!
//! **Invariant.** All of [`State`] belongs to the holder of [`Buffered::lock`]; a `RefCell` borrow
//! never lives across a call that may run Python or release the interpreter's lock.

use std::cell::{Cell, Ref, RefCell, RefMut};

use taipan_sys::errno::EAGAIN;
use taipan_sys::thread;

use crate::io::fileio::FileIo;
use crate::io::{self, base};
use crate::support::*;

/// What the payloads of the three classes hold.
pub struct Buffered {
    pub(super) raw: Slot,
    /// Neither before `__init__` nor after `detach`.
    pub(super) usable: Cell<bool>,
    pub(super) detached: Cell<bool>,
    pub(super) readable: Cell<bool>,
    pub(super) writable: Cell<bool>,
    pub(super) finalizing: Cell<bool>,
    /// The raw stream is exactly a `FileIO`: it is called without going through Python.
    direct: Cell<bool>,
    state: RefCell<State>,
    lock: thread::Lock,
    /// Thread that holds the lock, 0 for none.
    owner: Cell<u64>,
}

/// See the file's head.
#[derive(Default)]
pub(super) struct State {
    pub(super) buffer: Vec<u8>,
    pub(super) abs_pos: Option<i64>,
    pub(super) pos: usize,
    pub(super) raw_pos: usize,
    pub(super) read_end: Option<usize>,
    pub(super) write_pos: usize,
    pub(super) write_end: Option<usize>,
}

impl State {
    /// Bytes read ahead.
    pub(super) fn ahead(&self) -> usize {
        self.read_end.map_or(0, |end| end.saturating_sub(self.pos))
    }

    /// How far the raw stream is ahead of the logical position.
    pub(super) fn raw_offset(&self) -> i64 {
        let valid = self.read_end.is_some() || self.write_end.is_some();
        if valid { self.raw_pos as i64 - self.pos as i64 } else { 0 }
    }

    /// Moves the logical position, and the end of what was read along if it was passed.
    pub(super) fn move_to(&mut self, pos: usize) {
        self.pos = pos;
        if let Some(end) = &mut self.read_end {
            *end = (*end).max(pos);
        }
    }

    pub(super) fn forget_read(&mut self) {
        self.read_end = None;
    }

    pub(super) fn forget_written(&mut self) {
        self.write_pos = 0;
        self.write_end = None;
    }

    /// Takes up to `len` bytes of what was read ahead.
    pub(super) fn take_ahead(&mut self, len: usize, into: &mut Vec<u8>) -> usize {
        let count = self.ahead().min(len);
        into.extend_from_slice(&self.buffer[self.pos..self.pos + count]);
        self.pos += count;
        count
    }
}

/// Holds the lock of a buffered stream.
pub(super) struct Guard<'a>(&'a Buffered);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.owner.set(0);
        let _ = self.0.lock.release();
    }
}

/// Payload of `BufferedReader`.
pub struct BufferedReader(Buffered);
/// Payload of `BufferedWriter`.
pub struct BufferedWriter(Buffered);
/// Payload of `BufferedRandom`.
pub struct BufferedRandom(Buffered);

macro_rules! payloads {
    ($($payload:ident: $spec:path;)*) => {$(
        impl Payload for $payload {
            const GC: bool = true;
            const SPEC: Option<&'static TypeSpec> = Some(&$spec);
            fn traverse(&self, visitor: &mut Visitor) {
                visitor.slot(&self.0.raw);
            }
            fn clear(&self) {
                self.0.usable.set(false);
                drop(self.0.raw.take());
            }
        }
        impl $payload {
            pub(super) fn create(vm: &Vm, class: &Obj<Type>) -> Res {
                Ok(vm.alloc_of(class, $payload(Buffered::new()))?.into_object())
            }
        }
    )*};
}

payloads! {
    BufferedReader: super::READER;
    BufferedWriter: super::WRITER;
    BufferedRandom: super::RANDOM;
}

/// The state of an object of any of the three classes.
pub fn buffered(object: &Object) -> Option<&Buffered> {
    if let Some(reader) = object.downcast::<BufferedReader>() {
        return Some(&reader.0);
    }
    if let Some(writer) = object.downcast::<BufferedWriter>() {
        return Some(&writer.0);
    }
    object.downcast::<BufferedRandom>().map(|random| &random.0)
}

impl Buffered {
    pub(super) fn new() -> Buffered {
        Buffered {
            raw: Slot::empty(),
            usable: Cell::new(false),
            detached: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            finalizing: Cell::new(false),
            direct: Cell::new(false),
            state: RefCell::default(),
            lock: thread::Lock::new(),
            owner: Cell::new(0),
        }
    }

    /// What `__init__` does once it has checked the raw stream.
    pub(super) fn start(
        &self,
        vm: &Vm,
        raw: &Object,
        size: isize,
        readable: bool,
        writable: bool,
    ) -> Res<()> {
        self.usable.set(false);
        self.detached.set(false);
        let Some(size) = usize::try_from(size).ok().filter(|&size| size > 0) else {
            return Err(vm.value_error("buffer size must be strictly positive"));
        };
        let buffer = zeros(vm, size)?;
        self.readable.set(readable);
        self.writable.set(writable);
        let class = type_for::<FileIo>(vm);
        self.direct.set(vm.class_of(raw).is(&class));
        drop(self.raw.replace(raw.clone()));
        drop(self.state.replace(State { buffer, ..State::default() }));
        // A stream without a position is no error.
        if let Err(raised) = self.raw_tell(vm) {
            drop(vm.take_raised(raised));
        }
        self.usable.set(true);
        Ok(())
    }

    /// The raw stream; ValueError before `__init__` and after `detach`.
    pub(super) fn raw(&self, vm: &Vm) -> Res {
        match self.raw.get() {
            Some(raw) if self.usable.get() => Ok(raw),
            _ if self.detached.get() => Err(vm.value_error("raw stream has been detached")),
            _ => Err(vm.value_error("I/O operation on uninitialized object")),
        }
    }

    /// The raw stream, if it is exactly a `FileIO`.
    fn file(&self, raw: &Object) -> Option<Obj<FileIo>> {
        if self.direct.get() { raw.downcast::<FileIo>().cloned() } else { None }
    }

    pub(in crate::io) fn is_closed(&self, vm: &Vm) -> Res<bool> {
        let raw = self.raw(vm)?;
        match self.file(&raw) {
            Some(file) => Ok(file.fd.get() < 0),
            None => base::is_closed(vm, &raw),
        }
    }

    /// ValueError with `complaint` if the raw stream is closed.
    pub(super) fn check_open(&self, vm: &Vm, complaint: &str) -> Res<()> {
        if self.is_closed(vm)? && self.state().ahead() == 0 {
            return Err(vm.value_error(complaint));
        }
        Ok(())
    }

    pub(super) fn state(&self) -> Ref<'_, State> {
        self.state.borrow()
    }

    pub(super) fn state_mut(&self) -> RefMut<'_, State> {
        self.state.borrow_mut()
    }

    /// Waits for the lock. RuntimeError if this thread holds it already.
    pub(super) fn enter<'a>(&'a self, vm: &Vm, this: &Object) -> Res<Guard<'a>> {
        if !self.lock.try_acquire() {
            if self.owner.get() == thread::ident() {
                let shown = vm.repr_string(this)?;
                return Err(vm.runtime_error(format_args!("reentrant call inside {shown}")));
            }
            let lock = &self.lock;
            blocking(vm, move || self_lock(lock))?;
        }
        self.owner.set(thread::ident());
        Ok(Guard(self))
    }

    // ---- the raw stream ------------------------------------------------------------------------

    /// Reads into `target[..]`; None if there is nothing yet.
    fn raw_read(&self, vm: &Vm, target: &mut [u8]) -> Res<Option<usize>> {
        let raw = self.raw(vm)?;
        let count = match self.file(&raw) {
            Some(file) => file.read_some(vm, target)?,
            None => self.raw_readinto(vm, &raw, target)?,
        };
        if let Some(count) = count {
            let mut state = self.state_mut();
            state.abs_pos = state.abs_pos.map(|pos| pos.saturating_add(count as i64));
        }
        Ok(count)
    }

    fn raw_readinto(&self, vm: &Vm, raw: &Object, target: &mut [u8]) -> Res<Option<usize>> {
        let bytes = base::new_bytearray(vm, target.len())?;
        let view = io::memoryview(vm, &bytes)?;
        let answer = vm.call_method(raw, "readinto", &[view])?;
        if answer.is_none() {
            return Ok(None);
        }
        let count = match vm.index_size(&answer) {
            Ok(count) => count,
            Err(raised) => return Err(io::chain_os_error(vm, raised, "raw readinto() failed")),
        };
        match usize::try_from(count).ok().and_then(|count| target.get_mut(..count)) {
            Some(target) => {
                let count = target.len();
                with_bytes(vm, &bytes, |read| target.copy_from_slice(&read[..count]))?;
                Ok(Some(count))
            }
            None => Err(vm.raise_kind(
                Exc::OSError,
                format_args!(
                    "raw readinto() returned invalid length {count} (should have been between 0 \
                     and {})",
                    target.len()
                ),
            )),
        }
    }

    /// Writes some of `data`; None if nothing can be written yet.
    fn raw_write(&self, vm: &Vm, data: &[u8]) -> Res<Option<usize>> {
        let raw = self.raw(vm)?;
        let count = match self.file(&raw) {
            Some(file) => file.write_some(vm, data)?,
            None => {
                let bytes = vm.bytes(data)?.into_object();
                let view = io::memoryview(vm, &bytes)?;
                let answer = vm.call_method(&raw, "write", &[view])?;
                if answer.is_none() { None } else { Some(written(vm, &answer, data.len())?) }
            }
        };
        if let Some(count) = count {
            let mut state = self.state_mut();
            state.abs_pos = state.abs_pos.map(|pos| pos.saturating_add(count as i64));
        }
        Ok(count)
    }

    /// Asks the raw stream where it stands.
    pub(super) fn raw_tell(&self, vm: &Vm) -> Res<i64> {
        let Some(raw) = self.raw.get() else { return self.raw(vm).map(|_| 0) };
        let position = match self.file(&raw) {
            Some(file) => file.seek_to(vm, 0, io::SEEK_CUR),
            None => {
                vm.call_method(&raw, "tell", &[]).and_then(|position| io::offset(vm, &position))
            }
        };
        self.keep_position(vm, position)
    }

    /// The absolute position of the raw stream.
    pub(super) fn raw_position(&self, vm: &Vm) -> Res<i64> {
        let known = self.state().abs_pos;
        match known {
            Some(position) => Ok(position),
            None => self.raw_tell(vm),
        }
    }

    pub(super) fn raw_seek(&self, vm: &Vm, offset: i64, whence: i32) -> Res<i64> {
        let raw = self.raw(vm)?;
        let position = match self.file(&raw) {
            Some(file) => file.seek_to(vm, offset, whence),
            None => {
                let arguments = [vm.int(offset)?, Object::small(whence)];
                vm.call_method(&raw, "seek", &arguments)
                    .and_then(|position| io::offset(vm, &position))
            }
        };
        self.keep_position(vm, position)
    }

    fn keep_position(&self, vm: &Vm, position: Res<i64>) -> Res<i64> {
        self.state_mut().abs_pos = position.as_ref().ok().copied().filter(|&at| at >= 0);
        match position {
            Ok(at) if at < 0 => Err(vm.raise_kind(
                Exc::OSError,
                format_args!("Raw stream returned invalid position {at}"),
            )),
            other => other,
        }
    }

    // ---- reading -------------------------------------------------------------------------------

    /// Reads more behind what was read ahead; None if there is nothing yet, 0 at the end.
    pub(super) fn fill(&self, vm: &Vm) -> Res<Option<usize>> {
        let (start, mut buffer) = {
            let mut state = self.state_mut();
            (state.read_end.unwrap_or(0), std::mem::take(&mut state.buffer))
        };
        let count = match buffer.get_mut(start..) {
            Some(target) if !target.is_empty() => self.raw_read(vm, target),
            _ => Ok(Some(0)),
        };
        let mut state = self.state_mut();
        state.buffer = buffer;
        if let Ok(Some(count)) = count
            && count > 0
        {
            state.read_end = Some(start + count);
            state.raw_pos = start + count;
        }
        count
    }

    /// Reads straight into `target`, past the buffer.
    pub(super) fn read_past(&self, vm: &Vm, target: &mut [u8]) -> Res<Option<usize>> {
        self.raw_read(vm, target)
    }

    /// Writes what waits, so that reading starts from where the stream stands.
    pub(super) fn flush_before_read(&self, vm: &Vm) -> Res<()> {
        if self.writable.get() { self.flush_and_rewind(vm) } else { Ok(()) }
    }

    /// What `read1` does, for text streams.
    pub fn read_some(&self, vm: &Vm, this: &Object, size: usize) -> Res<Vec<u8>> {
        if !self.readable.get() {
            return Err(io::unsupported(vm, "read"));
        }
        super::reading::read_one(vm, self, this, size)
    }

    // ---- writing -------------------------------------------------------------------------------

    /// Writes all that waits; BlockingIOError if that is not possible now.
    pub(super) fn flush_written(&self, vm: &Vm) -> Res<()> {
        let (pending, offset) = {
            let state = self.state();
            match state.write_end {
                Some(end) if end > state.write_pos => {
                    (true, state.raw_pos as i64 - state.write_pos as i64)
                }
                _ => (false, 0),
            }
        };
        if pending {
            if offset != 0 {
                self.raw_seek(vm, -offset, io::SEEK_CUR)?;
                let mut state = self.state_mut();
                state.raw_pos = (state.raw_pos as i64 - offset).max(0) as usize;
            }
            loop {
                let (buffer, from, to) = {
                    let mut state = self.state_mut();
                    let to = state.write_end.unwrap_or(0);
                    if state.write_pos >= to {
                        break;
                    }
                    (std::mem::take(&mut state.buffer), state.write_pos, to)
                };
                let count = self.raw_write(vm, buffer.get(from..to).unwrap_or(&[]));
                let mut state = self.state_mut();
                state.buffer = buffer;
                match count {
                    Ok(Some(count)) => {
                        state.move_to_raw(count);
                    }
                    Ok(None) => {
                        drop(state);
                        return Err(self.cannot_wait(vm, 0));
                    }
                    Err(raised) => return Err(raised),
                }
                drop(state);
                vm.poll()?;
            }
        }
        // Also resets the position of an empty buffer.
        self.state_mut().forget_written();
        Ok(())
    }

    /// Writes what waits and takes back what was read ahead: the raw stream then stands where the
    /// logical position is.
    pub(super) fn flush_and_rewind(&self, vm: &Vm) -> Res<()> {
        self.flush_written(vm)?;
        if self.readable.get() {
            let offset = self.state().raw_offset();
            let moved = self.raw_seek(vm, -offset, io::SEEK_CUR);
            self.state_mut().forget_read();
            moved?;
        }
        Ok(())
    }

    /// What `write` does, for text streams.
    pub fn write_bytes(&self, vm: &Vm, this: &Object, data: &[u8]) -> Res<()> {
        self.raw(vm)?;
        if !self.writable.get() {
            return Err(io::unsupported(vm, "write"));
        }
        let _guard = self.enter(vm, this)?;
        if self.is_closed(vm)? {
            return Err(vm.value_error("write to closed file"));
        }
        self.write_all(vm, data)
    }

    /// Writes `data` through the buffer. All of it, or BlockingIOError that says how much.
    pub(super) fn write_all(&self, vm: &Vm, data: &[u8]) -> Res<()> {
        if self.put(data) {
            return Ok(());
        }
        if let Err(raised) = self.flush_written(vm) {
            let blocked = vm.caught(raised, Exc::BlockingIOError)?;
            return self.write_blocked(vm, data, blocked);
        }
        let offset = self.state().raw_offset();
        if offset != 0 {
            self.raw_seek(vm, -offset, io::SEEK_CUR)?;
            let mut state = self.state_mut();
            state.raw_pos = (state.raw_pos as i64 - offset).max(0) as usize;
        }
        let size = self.state().buffer.len();
        let mut written = 0;
        while data.len() - written > size {
            match self.raw_write(vm, &data[written..])? {
                Some(count) => written += count,
                None => {
                    // Keep as much as there is room for.
                    let kept = self.refill(&data[written..]);
                    return Err(self.cannot_wait(vm, written + kept));
                }
            }
            vm.poll()?;
        }
        if self.readable.get() {
            self.state_mut().forget_read();
        }
        self.refill(&data[written..]);
        Ok(())
    }

    /// Puts `data` at the logical position if it fits into the buffer.
    fn put(&self, data: &[u8]) -> bool {
        let state = &mut *self.state_mut();
        if state.read_end.is_none() && state.write_end.is_none() {
            state.pos = 0;
            state.raw_pos = 0;
        }
        let start = state.pos;
        let end = start + data.len();
        let Some(target) = state.buffer.get_mut(start..end) else { return false };
        target.copy_from_slice(data);
        if state.write_end.is_none() || state.write_pos > start {
            state.write_pos = start;
        }
        state.move_to(end);
        state.write_end = Some(state.write_end.map_or(end, |before| before.max(end)));
        true
    }

    /// Makes `data` (its beginning, if it is too long) all that waits to be written.
    fn refill(&self, data: &[u8]) -> usize {
        let state = &mut *self.state_mut();
        let count = data.len().min(state.buffer.len());
        state.buffer[..count].copy_from_slice(&data[..count]);
        state.write_pos = 0;
        state.write_end = Some(count);
        state.raw_pos = 0;
        state.move_to(count);
        count
    }

    /// The raw stream takes nothing now: keeps what there is room for, beside what waits already.
    fn write_blocked(&self, vm: &Vm, data: &[u8], blocked: Object) -> Res<()> {
        let kept = {
            let state = &mut *self.state_mut();
            if self.readable.get() {
                state.forget_read();
            }
            let (from, to) = (state.write_pos, state.write_end.unwrap_or(0));
            if from <= to && to <= state.buffer.len() {
                state.buffer.copy_within(from..to, 0);
            }
            let waiting = to.saturating_sub(from);
            state.raw_pos = state.raw_pos.saturating_sub(from);
            state.write_pos = 0;
            let count = data.len().min(state.buffer.len() - waiting);
            state.buffer[waiting..waiting + count].copy_from_slice(&data[..count]);
            state.write_end = Some(waiting + count);
            state.pos = waiting + count;
            count
        };
        if kept == data.len() {
            drop(blocked);
            return Ok(());
        }
        Err(self.cannot_wait(vm, kept))
    }
}

impl State {
    /// `count` waiting bytes were written.
    fn move_to_raw(&mut self, count: usize) {
        self.write_pos += count;
        self.raw_pos = self.write_pos;
    }
}

fn self_lock(lock: &thread::Lock) -> std::io::Result<()> {
    lock.acquire(None).map(drop)
}

fn written(vm: &Vm, answer: &Object, len: usize) -> Res<usize> {
    let count = vm.index_size(answer)?;
    match usize::try_from(count) {
        Ok(count) if count <= len => Ok(count),
        _ => Err(vm.raise_kind(
            Exc::OSError,
            format_args!(
                "raw write() returned invalid length {count} (should have been between 0 and {len})"
            ),
        )),
    }
}

impl Buffered {
    /// BlockingIOError of a write that took only `written` bytes. A raw stream written in Python
    /// has no error number.
    fn cannot_wait(&self, vm: &Vm, written: usize) -> Raised {
        let number = if self.direct.get() { EAGAIN } else { 0 };
        let make = || {
            let text = vm.str("write could not complete without blocking")?.into_object();
            let arguments = [vm.int(number.into())?, text, vm.int_usize(written)?];
            vm.call(vm.types().exception(Exc::BlockingIOError).as_object(), &arguments)
        };
        match make() {
            Ok(exception) => vm.raise_with_context(exception),
            Err(raised) => raised,
        }
    }
}
