//! What `BufferedReader`, `BufferedWriter` and `BufferedRandom` share: one buffer for both directions, a
//! [`Window`] on the file, and the raw stream below it.
//!
//! **Invariant.** The window belongs to the holder of [`Buffered::lock`]; a `RefCell` borrow never lives across
//! a call that may run Python or release the interpreter's lock.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::ops::Range;
use std::time::{Duration, Instant};

use taipan_core::types::bytes::ByteArray;
use taipan_sys::errno::EAGAIN;
use taipan_sys::thread;

use crate::io::fileio::FileIo;
use crate::io::{self, base};
use crate::support::*;

use super::room::{Room, ask_to_read};
use super::window::Window;

/// Of a bytearray that is kept between reads; in bytes.
const MOST_KEPT: usize = 1 << 20;

/// How long a thread may keep a stream's lock after all threads but the main one were stopped.
const PATIENCE_AT_EXIT: Duration = Duration::from_secs(1);

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
    /// The bytearray that a raw stream in Python has read into last, for the next time.
    lent: Slot,
    window: RefCell<Window>,
    lock: thread::Lock,
    /// Thread that holds the lock, 0 for none.
    owner: Cell<u64>,
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
                drop(self.0.lent.take());
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
            lent: Slot::empty(),
            window: RefCell::default(),
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
        drop(self.window.replace(Window::new(buffer)));
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
        if self.is_closed(vm)? && self.window().ahead().is_empty() {
            return Err(vm.value_error(complaint));
        }
        Ok(())
    }

    pub(super) fn window(&self) -> Ref<'_, Window> {
        self.window.borrow()
    }

    pub(super) fn window_mut(&self) -> RefMut<'_, Window> {
        self.window.borrow_mut()
    }

    /// Waits for the lock. RuntimeError if this thread holds it already.
    pub(super) fn enter<'a>(&'a self, vm: &Vm, this: &Object) -> Res<Guard<'a>> {
        if !self.lock.try_acquire() {
            if self.owner.get() == thread::ident() {
                let shown = vm.repr_string(this)?;
                return Err(vm.runtime_error(format_args!("reentrant call inside {shown}")));
            }
            // A thread that was stopped for good does not give the lock back; one that only writes may.
            let limit = vm.other_threads_ended().then(|| Instant::now() + PATIENCE_AT_EXIT);
            let lock = &self.lock;
            if !blocking(vm, move || lock.acquire(limit))? {
                let shown = vm.repr_string(this)?;
                return Err(vm.runtime_error(format_args!(
                    "could not acquire lock for {shown} at interpreter shutdown, possibly due to daemon threads"
                )));
            }
        }
        self.owner.set(thread::ident());
        Ok(Guard(self))
    }

    // ---- the raw stream ------------------------------------------------------------------------

    /// Reads into `target[..]`; None if there is nothing yet.
    fn raw_read(&self, vm: &Vm, target: &mut [u8]) -> Res<Option<usize>> {
        let raw = self.raw(vm)?;
        match self.file(&raw) {
            Some(file) => file.read_some(vm, target),
            None => self.raw_readinto(vm, &raw, target),
        }
    }

    fn raw_readinto(&self, vm: &Vm, raw: &Object, target: &mut [u8]) -> Res<Option<usize>> {
        let array = self.borrow_array(vm, target.len())?;
        let Some(count) = ask_to_read(vm, raw, &array, 0..target.len(), target.len())? else {
            return Ok(None);
        };
        // (The stream may have made the memory that it got shorter.)
        with_bytes(vm, &array, |read| {
            let count = read.len().min(count);
            if let (Some(target), Some(read)) = (target.get_mut(..count), read.get(..count)) {
                target.copy_from_slice(read);
            }
        })?;
        self.keep_array(array);
        Ok(Some(count))
    }

    /// A bytearray of `len` bytes to be read into: the last one, if nobody has kept it or a view of it.
    fn borrow_array(&self, vm: &Vm, len: usize) -> Res {
        match self.lent.take() {
            Some(last)
                if last.refcount() == 1
                    && last.downcast::<ByteArray>().is_some_and(|a| a.bytes().len() == len) =>
            {
                Ok(last)
            }
            _ => base::new_bytearray(vm, len),
        }
    }

    /// For the next read; a large one is not kept.
    pub(super) fn keep_array(&self, array: Object) {
        let small = array.downcast::<ByteArray>().is_some_and(|a| a.bytes().len() <= MOST_KEPT);
        if small {
            self.lent.set(array);
        }
    }

    /// Writes some of `data`; None if nothing can be written yet. What they are the end of is shown to a raw stream
    /// in Python as it is, other data as a copy.
    fn raw_write(&self, vm: &Vm, data: &[u8], end_of: Option<&Obj<Bytes>>) -> Res<Option<usize>> {
        let raw = self.raw(vm)?;
        match self.file(&raw) {
            Some(file) => file.write_some(vm, data),
            None => {
                let view = match end_of {
                    Some(bytes) => view_from(vm, bytes, bytes.as_slice().len() - data.len())?,
                    None => io::memoryview(vm, vm.bytes(data)?.as_object())?,
                };
                let answer = vm.call_method(&raw, "write", &[view])?;
                Ok(if answer.is_none() { None } else { Some(written(vm, &answer, data.len())?) })
            }
        }
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
        self.keep_position(vm, position, Some(0))
    }

    /// The absolute position of the raw stream.
    pub(super) fn raw_position(&self, vm: &Vm) -> Res<i64> {
        let known = self.window().raw_position();
        match known {
            Some(position) => Ok(position),
            None => self.raw_tell(vm),
        }
    }

    /// Moves the raw stream to where what is in the window ends or begins.
    fn raw_move(&self, vm: &Vm, by: i64) -> Res<i64> {
        let position = self.raw_seek_plain(vm, by, io::SEEK_CUR);
        self.keep_position(vm, position, Some(by))
    }

    /// Moves the raw stream anywhere; the window is left behind.
    pub(super) fn raw_seek(&self, vm: &Vm, offset: i64, whence: i32) -> Res<i64> {
        let position = self.raw_seek_plain(vm, offset, whence);
        let position = self.keep_position(vm, position, None)?;
        self.window_mut().restart();
        Ok(position)
    }

    fn raw_seek_plain(&self, vm: &Vm, offset: i64, whence: i32) -> Res<i64> {
        let raw = self.raw(vm)?;
        match self.file(&raw) {
            Some(file) => file.seek_to(vm, offset, whence),
            None => {
                let arguments = [vm.int(offset)?, Object::small(whence)];
                vm.call_method(&raw, "seek", &arguments)
                    .and_then(|position| io::offset(vm, &position))
            }
        }
    }

    /// Notes what the raw stream says of its position; `moved` is by how much it was to move, if that is known.
    fn keep_position(&self, vm: &Vm, position: Res<i64>, moved: Option<i64>) -> Res<i64> {
        let mut window = self.window_mut();
        match position {
            Ok(at) if at >= 0 => {
                window.raw_is_at(at, moved.unwrap_or(0));
                Ok(at)
            }
            Ok(at) => {
                window.raw_is_lost();
                drop(window);
                let complaint = format_args!("Raw stream returned invalid position {at}");
                Err(vm.raise_kind(Exc::OSError, complaint))
            }
            Err(raised) => {
                window.raw_is_lost();
                Err(raised)
            }
        }
    }

    // ---- reading -------------------------------------------------------------------------------

    /// Reads more behind what was read ahead; None if there is nothing yet, 0 at the end.
    pub(super) fn fill(&self, vm: &Vm) -> Res<Option<usize>> {
        let (start, mut bytes) = {
            let mut window = self.window_mut();
            (window.spare(), window.lend())
        };
        let count = match bytes.get_mut(start..) {
            Some(target) if !target.is_empty() => self.raw_read(vm, target),
            _ => Ok(Some(0)),
        };
        let read = count.as_ref().ok().copied().flatten().unwrap_or(0);
        self.window_mut().give_back(bytes, read);
        count
    }

    /// Reads straight into `target`, past the buffer, which is empty.
    pub(super) fn read_past(&self, vm: &Vm, target: &mut [u8]) -> Res<Option<usize>> {
        let count = self.raw_read(vm, target)?;
        let mut window = self.window_mut();
        window.raw_went_on(count.unwrap_or(0));
        window.restart();
        Ok(count)
    }

    /// Room for `len` bytes that are read past the buffer.
    pub(super) fn room(&self, vm: &Vm, len: usize) -> Res<Room> {
        let raw = self.raw(vm)?;
        Ok(match self.file(&raw) {
            Some(_) => Room::Own(zeros(vm, len)?),
            None => Room::Lent(self.borrow_array(vm, len)?, len),
        })
    }

    /// Reads into that place of the room; the buffer is empty. None if there is nothing yet, 0 at the end.
    pub(super) fn read_into_room(
        &self,
        vm: &Vm,
        room: &mut Room,
        place: Range<usize>,
    ) -> Res<Option<usize>> {
        let count = match room {
            Room::Own(bytes) => {
                let Some(target) = bytes.get_mut(place) else { return Ok(Some(0)) };
                self.raw_read(vm, target)?
            }
            Room::Lent(array, len) => ask_to_read(vm, &self.raw(vm)?, array, place, *len)?,
        };
        let mut window = self.window_mut();
        window.raw_went_on(count.unwrap_or(0));
        window.restart();
        Ok(count)
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
        let (waits, drift) = {
            let window = self.window();
            (!window.dirty().is_empty(), window.drift_from_dirty())
        };
        if waits && drift != 0 {
            self.raw_move(vm, -drift)?;
        }
        loop {
            let (dirty, bytes) = {
                let mut window = self.window_mut();
                match window.dirty() {
                    dirty if dirty.is_empty() => break,
                    dirty => (dirty, window.lend()),
                }
            };
            let count = self.raw_write(vm, bytes.get(dirty).unwrap_or(&[]), None);
            let mut window = self.window_mut();
            window.give_back(bytes, 0);
            if let Ok(Some(count)) = count {
                window.written(count);
            }
            drop(window);
            if count?.is_none() {
                return Err(self.cannot_wait(vm, 0));
            }
            vm.poll()?;
        }
        if !self.readable.get() {
            self.window_mut().restart();
        }
        Ok(())
    }

    /// Writes what waits and takes back what was read ahead: the raw stream then stands where the
    /// logical position is.
    pub(super) fn flush_and_rewind(&self, vm: &Vm) -> Res<()> {
        self.flush_written(vm)?;
        if self.readable.get() {
            let drift = self.window().drift();
            let moved = self.raw_move(vm, -drift);
            self.window_mut().restart();
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
        self.write_all(vm, data, None)
    }

    /// Writes `data`, which are those of `object` if there is one, through the buffer. All of it, or BlockingIOError
    /// that says how much.
    pub(super) fn write_all(&self, vm: &Vm, data: &[u8], object: Option<&Obj<Bytes>>) -> Res<()> {
        if self.put(data) {
            return Ok(());
        }
        if let Err(raised) = self.flush_written(vm) {
            let blocked = vm.caught(raised, Exc::BlockingIOError)?;
            return self.write_blocked(vm, data, blocked);
        }
        let drift = self.window().drift();
        if drift != 0 {
            self.raw_move(vm, -drift)?;
        }
        self.window_mut().restart();
        let size = self.window().size();
        let mut written = 0;
        while data.len() - written > size {
            let count = self.raw_write(vm, &data[written..], object)?;
            let mut window = self.window_mut();
            window.raw_went_on(count.unwrap_or(0));
            window.restart();
            match count {
                Some(count) => written += count,
                None => {
                    // Keep as much as there is room for.
                    let kept = window.put_some(&data[written..]);
                    drop(window);
                    return Err(self.cannot_wait(vm, written + kept));
                }
            }
            drop(window);
            vm.poll()?;
        }
        self.window_mut().put_some(&data[written..]);
        Ok(())
    }

    /// Puts `data` at the logical position if it fits into the buffer.
    fn put(&self, data: &[u8]) -> bool {
        self.window_mut().put(data)
    }

    /// The raw stream takes nothing now: keeps what there is room for, beside what waits already.
    fn write_blocked(&self, vm: &Vm, data: &[u8], blocked: Object) -> Res<()> {
        let kept = {
            let mut window = self.window_mut();
            window.keep_dirty();
            window.put_some(data)
        };
        if kept == data.len() {
            drop(blocked);
            return Ok(());
        }
        Err(self.cannot_wait(vm, kept))
    }
}

/// A view of `bytes` from a place on.
fn view_from(vm: &Vm, bytes: &Obj<Bytes>, from: usize) -> Res {
    let view = io::memoryview(vm, bytes.as_object())?;
    if from == 0 {
        return Ok(view);
    }
    let rest = vm.slice(vm.int_usize(from)?, Object::none(), Object::none())?;
    vm.getitem(&view, rest.as_object())
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
