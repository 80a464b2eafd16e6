//! `FileIO`: a file descriptor as a raw stream.
//!
//! **Invariant:** `fd` is -1 once closed (or before `__init__`); every call reads it anew, since a
//! thread may close the file while another waits in a call.

use std::cell::Cell;

use taipan_sys::{consts, errno, fs};

use super::base::{self, RawIoBase, STREAM_FLAGS};
use super::unsupported;
use crate::support::*;

/// State of a `FileIO`.
pub struct FileIo {
    pub(super) fd: Cell<i32>,
    created: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    /// Asked for once.
    seekable: Cell<Option<bool>>,
    close_fd: Cell<bool>,
    block_size: Cell<usize>,
    finalizing: Cell<bool>,
}

impl Payload for FileIo {
    // (Its attributes can refer to it.)
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

pub(in crate::io) static SPEC: TypeSpec = TypeSpec {
    doc: "A file without a buffer, given by its name or by a descriptor.\n\n\
          mode is 'r', for reading, unless another is given: 'w' to write it anew, 'x' the same for a file that is\n\
          new, 'a' to write at its end; '+' adds the other direction. A file given by name is closed with the\n\
          stream; closefd says whether a descriptor is. The opener, a callable of name and flags, may open the file\n\
          in place of os.open.",
    flags: STREAM_FLAGS,
    base: Some(|vm| type_for::<RawIoBase>(vm)),
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, FileIo::unopened())?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![
        init,
        read,
        readall,
        readinto,
        write,
        seek,
        tell,
        truncate,
        close,
        seekable,
        readable,
        writable,
        fileno,
        isatty,
        dealloc_warn
    ],
    getsets: getsets![closed, closefd, mode, blksize: set_blksize, finalizing: set_finalizing],
    ..TypeSpec::new::<FileIo>("_io.FileIO")
};

impl FileIo {
    fn unopened() -> FileIo {
        FileIo {
            fd: Cell::new(-1),
            created: Cell::new(false),
            readable: Cell::new(false),
            writable: Cell::new(false),
            appending: Cell::new(false),
            seekable: Cell::new(None),
            close_fd: Cell::new(true),
            block_size: Cell::new(super::DEFAULT_BUFFER_SIZE),
            finalizing: Cell::new(false),
        }
    }

    /// The descriptor; ValueError once closed.
    pub(super) fn open_fd(&self, vm: &Vm) -> Res<i32> {
        match self.fd.get() {
            -1 => Err(vm.value_error("I/O operation on closed file")),
            fd => Ok(fd),
        }
    }

    pub(super) fn block_size(&self) -> usize {
        self.block_size.get()
    }

    fn mode_text(&self) -> &'static str {
        match (self.created.get(), self.appending.get(), self.readable.get(), self.writable.get()) {
            (true, _, true, _) => "xb+",
            (true, _, false, _) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, false, _) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }

    /// Reads up to `buffer.len()` bytes; None if there is nothing yet and the file does not wait.
    pub(super) fn read_some(&self, vm: &Vm, buffer: &mut [u8]) -> Res<Option<usize>> {
        let fd = self.open_fd(vm)?;
        if !self.readable.get() {
            return Err(unsupported(vm, "File not open for reading"));
        }
        attempt(vm, || fs::read(fd, buffer))
    }

    /// Writes some of `data`; None if nothing can be written yet and the file does not wait.
    pub(super) fn write_some(&self, vm: &Vm, data: &[u8]) -> Res<Option<usize>> {
        let fd = self.open_fd(vm)?;
        if !self.writable.get() {
            return Err(unsupported(vm, "File not open for writing"));
        }
        attempt(vm, || fs::write(fd, data))
    }

    pub(super) fn seek_to(&self, vm: &Vm, offset: i64, whence: i32) -> Res<i64> {
        let fd = self.open_fd(vm)?;
        let position = blocking(vm, || fs::lseek(fd, offset, whence));
        if self.seekable.get().is_none() {
            self.seekable.set(Some(position.is_ok()));
        }
        position
    }

    /// Reads until the end; None if there is nothing yet and the file does not wait.
    pub(super) fn read_to_end(&self, vm: &Vm) -> Res<Option<Vec<u8>>> {
        let fd = self.open_fd(vm)?;
        if !self.readable.get() {
            return Err(unsupported(vm, "File not open for reading"));
        }
        let mut all = Vec::new();
        // One byte more than is left, so that the last read meets the end.
        let left = match (fs::fstat(fd), fs::lseek(fd, 0, super::SEEK_CUR)) {
            (Ok(status), Ok(position)) if status.size > position => status.size - position + 1,
            _ => 0,
        };
        reserve(vm, &mut all, usize::try_from(left).unwrap_or(0))?;
        loop {
            if all.len() == all.capacity() {
                let more = all.len().clamp(super::DEFAULT_BUFFER_SIZE, 1 << 20);
                reserve(vm, &mut all, more)?;
            }
            let fd = self.open_fd(vm)?;
            match attempt(vm, || fs::read_into_spare(fd, &mut all, usize::MAX)) {
                Ok(Some(0)) => return Ok(Some(all)),
                Ok(Some(_)) => {}
                Ok(None) if all.is_empty() => return Ok(None),
                Ok(None) => return Ok(Some(all)),
                Err(raised) => return Err(raised),
            }
        }
    }
}

/// `readable()` of an exact FileIO.
pub(super) fn can_read(vm: &Vm, file: &Object) -> Res<bool> {
    match file.downcast::<FileIo>() {
        Some(file) => readable(vm, file),
        None => Ok(false),
    }
}

/// `writable()` of an exact FileIO.
pub(super) fn can_write(vm: &Vm, file: &Object) -> Res<bool> {
    match file.downcast::<FileIo>() {
        Some(file) => writable(vm, file),
        None => Ok(false),
    }
}

/// A call that may say "not now".
fn attempt<T: Send>(
    vm: &Vm,
    mut call: impl FnMut() -> std::io::Result<T> + Send,
) -> Res<Option<T>> {
    blocking(vm, || match call() {
        Ok(value) => Ok(Some(value)),
        Err(failure) if would_block(&failure) => Ok(None),
        Err(failure) => Err(failure),
    })
}

/// What a mode string asks for.
struct Mode {
    created: bool,
    appending: bool,
    readable: bool,
    writable: bool,
    flags: i32,
}

fn parse_mode(vm: &Vm, text: &str) -> Res<Mode> {
    let confused = || {
        vm.value_error(
            "Must have exactly one of create/read/write/append mode and at most one plus",
        )
    };
    let flag = |name| consts::POSIX.iter().find(|c| c.0 == name).map_or(0, |c| c.1 as i32);
    let mut mode =
        Mode { created: false, appending: false, readable: false, writable: false, flags: 0 };
    let (mut kinds, mut plus) = (0, false);
    for letter in text.chars() {
        match letter {
            'x' => {
                mode.created = true;
                mode.flags |= flag("O_EXCL") | flag("O_CREAT");
            }
            'r' => mode.readable = true,
            'w' => mode.flags |= flag("O_CREAT") | flag("O_TRUNC"),
            'a' => {
                mode.appending = true;
                mode.flags |= flag("O_APPEND") | flag("O_CREAT");
            }
            'b' => continue,
            '+' if !plus => {
                plus = true;
                continue;
            }
            '+' => return Err(confused()),
            _ => return Err(vm.value_error(format_args!("invalid mode: {text:.200}"))),
        }
        mode.writable |= letter != 'r';
        kinds += 1;
        if kinds > 1 {
            return Err(confused());
        }
    }
    if kinds == 0 {
        return Err(confused());
    }
    mode.readable |= plus;
    mode.writable |= plus;
    mode.flags |= match (mode.readable, mode.writable) {
        (true, true) => flag("O_RDWR"),
        (false, true) => flag("O_WRONLY"),
        _ => flag("O_RDONLY"),
    };
    Ok(mode)
}

#[native("(self, file, mode='r', closefd=True, opener=None)", name = "__init__")]
fn init(
    vm: &Vm,
    this: &Obj<FileIo>,
    file: &Object,
    mode: &str,
    closefd: bool,
    opener: Option<&Object>,
) -> Res<()> {
    if this.fd.get() >= 0 {
        if this.close_fd.get() {
            close_descriptor(vm, this)?;
        } else {
            this.fd.set(-1);
        }
    }
    let given = given_descriptor(vm, file)?;
    let path = match given {
        None => Some(FsPath::from_arg(vm, file, &mut (), &ArgInfo::default())?),
        Some(_) => None,
    };
    let mode = parse_mode(vm, mode)?;
    this.created.set(mode.created);
    this.appending.set(mode.appending);
    this.readable.set(mode.readable);
    this.writable.set(mode.writable);
    this.seekable.set(None);
    let own = match (given, path) {
        (Some(fd), _) => {
            this.fd.set(fd);
            this.close_fd.set(closefd);
            false
        }
        (None, path) => {
            if !closefd {
                return Err(vm.value_error("Cannot use closefd=False with file name"));
            }
            this.close_fd.set(true);
            let fd = match opener {
                None => {
                    open_path(vm, file, path.as_ref().map_or(&[], |path| &path.bytes), mode.flags)?
                }
                Some(opener) => open_by(vm, opener, file, mode.flags)?,
            };
            this.fd.set(fd);
            true
        }
    };
    let checked = check_opened(vm, this, file, mode.appending);
    if checked.is_err() {
        // A descriptor of somebody else stays open.
        if own {
            let _ = fs::close(this.fd.get());
        }
        this.fd.set(-1);
    }
    checked
}

/// The descriptor, if that is what the file is given by.
fn given_descriptor(vm: &Vm, file: &Object) -> Res<Option<i32>> {
    let Some(number) = vm.as_i64(file) else {
        // An int beyond 64 bits is no descriptor either.
        if vm.class_of(file).has(type_flags::INT) {
            return Err(vm.overflow_error("Python int too large to convert to C int"));
        }
        return Ok(None);
    };
    match i32::try_from(number) {
        Ok(fd) if fd >= 0 => Ok(Some(fd)),
        _ if number < 0 => Err(vm.value_error("negative file descriptor")),
        _ => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

fn open_path(vm: &Vm, file: &Object, path: &[u8], flags: i32) -> Res<i32> {
    crate::policy::open(vm, path, flags)?;
    // The name of the file belongs into the error, so the retry is done here.
    loop {
        let opened = blocking(vm, || {
            Ok(match fs::open(path, flags, 0o666, None) {
                Err(failure) if failure.raw_os_error() == Some(errno::EINTR) => {
                    return Err(failure);
                }
                other => other,
            })
        })?;
        return opened.map_err(|failure| raise_io_at(vm, failure, file));
    }
}

fn open_by(vm: &Vm, opener: &Object, file: &Object, flags: i32) -> Res<i32> {
    let cloexec = consts::POSIX.iter().find(|c| c.0 == "O_CLOEXEC").map_or(0, |c| c.1);
    let flags = vm.int(i64::from(flags) | cloexec)?;
    let fd = vm.call(opener, &[file.clone(), flags])?;
    let Some(number) = vm.as_i64(&fd) else {
        return Err(vm.type_error("expected integer from opener"));
    };
    let fd = i32::try_from(number)
        .map_err(|_| vm.overflow_error("Python int too large to convert to C int"))?;
    if fd < 0 {
        return Err(vm.value_error(format_args!("opener returned {fd}")));
    }
    fs::set_inheritable(fd, false).map_err(|failure| raise_io(vm, failure))?;
    Ok(fd)
}

fn check_opened(vm: &Vm, this: &Obj<FileIo>, file: &Object, at_end: bool) -> Res<()> {
    let fd = this.fd.get();
    match fs::fstat(fd) {
        Ok(status) if status.is_dir() => {
            return Err(raise_io_at(vm, os_error(errno::EISDIR), file));
        }
        Ok(status) => {
            if let Ok(size) = usize::try_from(status.blksize)
                && size > 1
            {
                this.block_size.set(size);
            }
        }
        Err(failure) if failure.raw_os_error() == Some(errno::EBADF) => {
            return Err(raise_io(vm, failure));
        }
        Err(_) => {}
    }
    set_attr(vm, this.as_object(), "name", file)?;
    if at_end {
        // A pipe has no end to go to.
        let end = fs::lseek(fd, 0, super::SEEK_END);
        this.seekable.set(Some(end.is_ok()));
        match end {
            Err(failure) if failure.raw_os_error() != Some(errno::ESPIPE) => {
                return Err(raise_io(vm, failure));
            }
            _ => {}
        }
    }
    Ok(())
}

fn os_error(number: i32) -> std::io::Error {
    std::io::Error::from_raw_os_error(number)
}

fn close_descriptor(vm: &Vm, this: &FileIo) -> Res<()> {
    let fd = this.fd.replace(-1);
    if fd < 0 {
        return Ok(());
    }
    // Once only, whatever the result: after EINTR the descriptor is gone.
    vm.allow_threads(|| fs::close(fd)).map_err(|failure| raise_io(vm, failure))
}

/// Read at most size bytes, all until the end if size is negative or None.
///
/// At most one system call is made, and less than was asked for may come. None if nothing is there
/// yet and the file does not wait, b'' at the end.
#[native("(self, size=-1, /)")]
fn read(vm: &Vm, this: &Obj<FileIo>, size: Option<isize>) -> Res {
    this.open_fd(vm)?;
    if !this.readable.get() {
        return Err(unsupported(vm, "File not open for reading"));
    }
    let Some(size) = size.and_then(|size| usize::try_from(size).ok()) else {
        return vm.call_method(this.as_object(), "readall", &[]);
    };
    let mut buffer = zeros(vm, size)?;
    let count = this.read_some(vm, &mut buffer)?;
    vm.poll()?;
    match count {
        Some(count) => Ok(vm.bytes(&buffer[..count])?.into_object()),
        None => Ok(Object::none()),
    }
}

/// Everything to the end of the file. None if nothing is there yet and the file does not wait.
#[native("(self, /)")]
fn readall(vm: &Vm, this: &Obj<FileIo>) -> Res {
    match this.read_to_end(vm)? {
        Some(all) => Ok(vm.bytes(&all)?.into_object()),
        None => Ok(Object::none()),
    }
}

/// Read into a buffer and return how many bytes; None if nothing is there yet.
#[native("(self, buffer, /)")]
fn readinto(vm: &Vm, this: &Obj<FileIo>, buffer: BufferMut) -> Res {
    this.open_fd(vm)?;
    if !this.readable.get() {
        return Err(unsupported(vm, "File not open for reading"));
    }
    // Into memory of our own first: a script may see or change its buffer while we wait.
    let mut data = zeros(vm, buffer.0.byte_len())?;
    match this.read_some(vm, &mut data)? {
        Some(count) => {
            copy_into(&buffer.0, &data[..count]);
            vm.int_usize(count)
        }
        None => Ok(Object::none()),
    }
}

/// Write bytes and return how many were written: maybe not all. None if it would have to wait.
#[native("(self, b, /)")]
fn write(vm: &Vm, this: &Obj<FileIo>, b: &[u8]) -> Res {
    let count = this.write_some(vm, b)?;
    // A signal may be why not all was written: its handler comes before whatever the caller does next.
    vm.poll()?;
    match count {
        Some(count) => vm.int_usize(count),
        None => Ok(Object::none()),
    }
}

/// Go to an offset: from the start, or for whence 1 from here, for 2 from the end.
///
/// Gives how far from the start that is.
#[native("(self, pos, whence=0, /)")]
fn seek(vm: &Vm, this: &Obj<FileIo>, pos: i64, whence: i32) -> Res {
    vm.int(this.seek_to(vm, pos, whence)?)
}

/// How far from its start the stream is.
#[native("(self, /)")]
fn tell(vm: &Vm, this: &Obj<FileIo>) -> Res {
    vm.int(this.seek_to(vm, 0, super::SEEK_CUR)?)
}

/// Make the file so long, by default up to the current position. The position does not change.
#[native("(self, size=None, /)")]
fn truncate(vm: &Vm, this: &Obj<FileIo>, size: Option<&Object>) -> Res {
    let fd = this.open_fd(vm)?;
    if !this.writable.get() {
        return Err(unsupported(vm, "File not open for writing"));
    }
    let size = match size {
        Some(size) => size.clone(),
        None => vm.int(this.seek_to(vm, 0, super::SEEK_CUR)?)?,
    };
    let len = super::offset(vm, &size)?;
    blocking(vm, || fs::ftruncate(fd, len))?;
    Ok(size)
}

/// Give the descriptor back. Closing again does nothing.
#[native("(self, /)")]
fn close(vm: &Vm, this: &Obj<FileIo>) -> Res<()> {
    let flushed = base::close(vm, this.as_object());
    if !this.close_fd.get() {
        this.fd.set(-1);
        return flushed;
    }
    if this.finalizing.get() {
        warn_unclosed(vm, this, this.as_object());
    }
    base::keep_first(vm, flushed, |vm| close_descriptor(vm, this))
}

/// ResourceWarning about a file that nobody closed; `source` is the stream on top of it.
fn warn_unclosed(vm: &Vm, this: &Obj<FileIo>, source: &Object) {
    if this.fd.get() < 0 || !this.close_fd.get() {
        return;
    }
    let warn = || {
        let shown = vm.repr_string(source)?;
        vm.warn_about(Exc::ResourceWarning, &format!("unclosed file {shown}"), 1, source)
    };
    if let Err(raised) = warn() {
        let exception = vm.take_raised(raised);
        // Warnings may be errors; others come from an interpreter that is half gone.
        if vm.class_of(&exception).is_subtype(&vm.types().exception(Exc::Warning)) {
            let raised = vm.raise(exception);
            vm.unraisable(raised, Some(this.as_object()));
        }
    }
}

/// Whether the file has places to go to, which pipes and terminals have not.
#[native("(self, /)")]
fn seekable(vm: &Vm, this: &Obj<FileIo>) -> Res<bool> {
    let fd = this.open_fd(vm)?;
    Ok(match this.seekable.get() {
        Some(seekable) => seekable,
        None => {
            let seekable = fs::lseek(fd, 0, super::SEEK_CUR).is_ok();
            this.seekable.set(Some(seekable));
            seekable
        }
    })
}

/// Whether one can read, by the mode.
#[native("(self, /)")]
fn readable(vm: &Vm, this: &Obj<FileIo>) -> Res<bool> {
    this.open_fd(vm)?;
    Ok(this.readable.get())
}

/// Whether one can write, by the mode.
#[native("(self, /)")]
fn writable(vm: &Vm, this: &Obj<FileIo>) -> Res<bool> {
    this.open_fd(vm)?;
    Ok(this.writable.get())
}

/// The file's descriptor.
#[native("(self, /)")]
fn fileno(vm: &Vm, this: &Obj<FileIo>) -> Res<i32> {
    this.open_fd(vm)
}

/// Does the file stand for a terminal?
#[native("(self, /)")]
fn isatty(vm: &Vm, this: &Obj<FileIo>) -> Res<bool> {
    Ok(fs::isatty(this.open_fd(vm)?))
}

#[native("(self, source, /)", name = "_dealloc_warn")]
fn dealloc_warn(vm: &Vm, this: &Obj<FileIo>, source: &Object) {
    warn_unclosed(vm, this, source);
}

/// Whether close() was called.
#[getter]
fn closed(this: &Obj<FileIo>) -> bool {
    this.fd.get() < 0
}

/// Whether the descriptor is closed with the stream.
#[getter]
fn closefd(this: &Obj<FileIo>) -> bool {
    this.close_fd.get()
}

/// The mode, as a string.
#[getter]
fn mode(this: &Obj<FileIo>) -> &'static str {
    this.mode_text()
}

/// The preferred size of a transfer.
#[getter(name = "_blksize")]
fn blksize(this: &Obj<FileIo>) -> usize {
    this.block_size.get()
}

#[setter(name = "_blksize")]
fn set_blksize(this: &Obj<FileIo>, value: u32) {
    this.block_size.set(value as usize);
}

#[getter(name = "_finalizing")]
fn finalizing(this: &Obj<FileIo>) -> bool {
    this.finalizing.get()
}

#[setter(name = "_finalizing")]
fn set_finalizing(this: &Obj<FileIo>, value: bool) {
    this.finalizing.set(value);
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(file) = this.downcast::<FileIo>() else { return Ok(Object::not_implemented()) };
    let text = if file.fd.get() < 0 {
        String::from("<_io.FileIO [closed]>")
    } else {
        let closefd = if file.close_fd.get() { "True" } else { "False" };
        let mode = file.mode_text();
        match optional_attr(vm, this, "name")? {
            Some(name) => {
                let name = super::guarded_repr(vm, this, &name)?;
                format!("<_io.FileIO name={name} mode='{mode}' closefd={closefd}>")
            }
            None => {
                let fd = file.fd.get();
                format!("<_io.FileIO fd={fd} mode='{mode}' closefd={closefd}>")
            }
        }
    };
    Ok(vm.str(&text)?.into_object())
}
