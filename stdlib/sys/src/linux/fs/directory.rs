//! Reading directories.

#![expect(unsafe_code, reason = "system calls")]

use std::ffi::CStr;
use std::io;
use std::ptr::NonNull;

use super::{Fd, close, open};
use crate::backend::errno;

/// What kind of file a directory entry names, when the file system says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Ask `lstat`.
    Unknown,
    /// A regular file.
    File,
    /// A directory.
    Dir,
    /// A symbolic link.
    Symlink,
    /// Pipe, socket or device.
    Other,
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name, without the directory.
    pub name: Vec<u8>,
    /// Number within the device.
    pub ino: u64,
    /// What it names.
    pub kind: FileKind,
}

/// An open directory; closed when dropped. readdir(3).
#[derive(Debug)]
pub struct Directory {
    stream: NonNull<libc::DIR>,
}

// SAFETY: the stream belongs to this value alone and `next` takes `&mut self`; the C library ties
// it to no thread.
unsafe impl Send for Directory {}

impl Directory {
    /// Opens a directory. opendir(3).
    pub fn open(path: &[u8]) -> io::Result<Directory> {
        let fd = open(path, libc::O_RDONLY | libc::O_DIRECTORY | libc::O_NONBLOCK, 0, None)?;
        Directory::own(fd)
    }

    /// Reads the directory behind a descriptor, from its start, and leaves the descriptor open.
    /// fdopendir(3).
    pub fn from_fd(fd: Fd) -> io::Result<Directory> {
        let directory = Directory::own(super::dup(fd)?)?;
        // SAFETY: the stream is open. The position is shared with `fd`.
        unsafe { libc::rewinddir(directory.stream.as_ptr()) };
        Ok(directory)
    }

    fn own(fd: Fd) -> io::Result<Directory> {
        // SAFETY: an integer argument; on success the stream owns `fd`.
        match NonNull::new(unsafe { libc::fdopendir(fd) }) {
            Some(stream) => Ok(Directory { stream }),
            None => {
                let failure = io::Error::last_os_error();
                let _ = close(fd);
                Err(failure)
            }
        }
    }

    /// The next entry, `.` and `..` left out.
    #[expect(clippy::should_implement_trait, reason = "a Result inside out")]
    pub fn next(&mut self) -> io::Result<Option<Entry>> {
        loop {
            errno::set(0);
            // SAFETY: the stream is open and used by nobody else.
            let entry = unsafe { libc::readdir(self.stream.as_ptr()) };
            if entry.is_null() {
                return match errno::last() {
                    0 => Ok(None),
                    number => Err(io::Error::from_raw_os_error(number)),
                };
            }
            // SAFETY: valid until the next call on this stream; `d_name` is NUL-terminated.
            let (name, ino, kind) = unsafe {
                let name = CStr::from_ptr((&raw const (*entry).d_name).cast());
                (name.to_bytes(), (*entry).d_ino, (*entry).d_type)
            };
            if name == b"." || name == b".." {
                continue;
            }
            let kind = match kind {
                libc::DT_UNKNOWN => FileKind::Unknown,
                libc::DT_REG => FileKind::File,
                libc::DT_DIR => FileKind::Dir,
                libc::DT_LNK => FileKind::Symlink,
                _ => FileKind::Other,
            };
            return Ok(Some(Entry { name: name.to_vec(), ino, kind }));
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // SAFETY: the stream is open and this is its last use.
        unsafe { libc::closedir(self.stream.as_ptr()) };
    }
}
