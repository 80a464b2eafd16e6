//! Files and anonymous memory mapped into the address space.
//!
//! **Invariant:** memory is reached only through [`Mapping::read`] and [`Mapping::write`], which
//! copy and check bounds: no reference into a mapping exists, since another process may change it
//! at any time.

#![expect(unsafe_code, reason = "system calls")]

use std::io;
use std::ptr::{self, NonNull};

use crate::backend::{check_unit, error};
use crate::fs::Fd;

/// What is mapped and what may be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MappingKind {
    /// The file, or `None` for fresh zeroed memory.
    pub file: Option<Fd>,
    /// Where in the file the mapping starts, a multiple of the page size.
    pub offset: i64,
    /// `PROT_*`.
    pub protection: i32,
    /// `MAP_*`.
    pub flags: i32,
}

/// A mapping; unmapped when dropped. mmap(2).
#[derive(Debug)]
pub struct Mapping {
    start: NonNull<u8>,
    len: usize,
    kind: MappingKind,
}

// SAFETY: a mapping belongs to the process; all access copies through raw pointers.
unsafe impl Send for Mapping {}
// SAFETY: writes through `&self` may race with reads like those of another process; both copy
// bytes and nothing is inferred from them.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps `len` bytes. mmap(2).
    pub fn new(len: usize, kind: MappingKind) -> io::Result<Mapping> {
        if kind.flags & (libc::MAP_FIXED | libc::MAP_FIXED_NOREPLACE) != 0 {
            return Err(error(libc::EINVAL));
        }
        let (flags, fd) = match kind.file {
            Some(fd) => (kind.flags, fd),
            None => (kind.flags | libc::MAP_ANONYMOUS, -1),
        };
        // SAFETY: at an address of the kernel's choice, since MAP_FIXED is refused above.
        let start =
            unsafe { libc::mmap(ptr::null_mut(), len, kind.protection, flags, fd, kind.offset) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        match NonNull::new(start.cast()) {
            Some(start) => Ok(Mapping { start, len, kind }),
            None => Err(error(libc::ENOMEM)),
        }
    }

    /// Bytes mapped.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing is mapped; never, as the system refuses it.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What is mapped.
    pub fn kind(&self) -> MappingKind {
        self.kind
    }

    fn range(&self, offset: usize, len: usize) -> io::Result<*mut u8> {
        match offset.checked_add(len) {
            // SAFETY: within the mapping.
            Some(end) if end <= self.len => Ok(unsafe { self.start.as_ptr().add(offset) }),
            _ => Err(error(libc::EINVAL)),
        }
    }

    /// Whether the file, where there is one, still reaches to `end`: beyond it is SIGBUS.
    fn check_file(&self, end: usize) -> io::Result<()> {
        let Some(fd) = self.kind.file else { return Ok(()) };
        let status = crate::fs::fstat(fd)?;
        let reach = self.kind.offset.saturating_add(end as i64);
        let page = super::page_size() as i64;
        let mapped = (status.size.saturating_add(page - 1) / page).saturating_mul(page);
        if status.is_file() && reach > mapped { Err(error(libc::EFAULT)) } else { Ok(()) }
    }

    /// Copies bytes out. `EINVAL` out of bounds, `EFAULT` where the file has been cut.
    pub fn read(&self, offset: usize, into: &mut [u8]) -> io::Result<()> {
        let from = self.range(offset, into.len())?;
        self.check_file(offset + into.len())?;
        // SAFETY: in bounds by `range`; `into` is ours alone, so they do not overlap.
        unsafe { ptr::copy_nonoverlapping(from, into.as_mut_ptr(), into.len()) };
        Ok(())
    }

    /// Copies bytes in. Errors as in [`Mapping::read`], and `EACCES` without `PROT_WRITE`.
    pub fn write(&self, offset: usize, data: &[u8]) -> io::Result<()> {
        if self.kind.protection & libc::PROT_WRITE == 0 {
            return Err(error(libc::EACCES));
        }
        let to = self.range(offset, data.len())?;
        self.check_file(offset + data.len())?;
        // SAFETY: in bounds by `range`, writable by its protection; no Rust reference reaches in.
        unsafe { ptr::copy_nonoverlapping(data.as_ptr(), to, data.len()) };
        Ok(())
    }

    /// Moves bytes within the mapping; the ranges may overlap.
    pub fn copy_within(&self, from: usize, to: usize, len: usize) -> io::Result<()> {
        if self.kind.protection & libc::PROT_WRITE == 0 {
            return Err(error(libc::EACCES));
        }
        let (source, target) = (self.range(from, len)?, self.range(to, len)?);
        self.check_file(from.max(to) + len)?;
        // SAFETY: both in bounds; `copy` allows overlap.
        unsafe { ptr::copy(source, target, len) };
        Ok(())
    }

    /// Writes changes back to the file. msync(2).
    pub fn flush(&self, offset: usize, len: usize) -> io::Result<()> {
        let start = self.range(offset, len)?;
        // SAFETY: in bounds.
        check_unit(unsafe { libc::msync(start.cast(), len, libc::MS_SYNC) })
    }

    /// Announces how a part will be used; `advice` is `MADV_*`. madvise(2).
    pub fn advise(&self, offset: usize, len: usize, advice: i32) -> io::Result<()> {
        let start = self.range(offset, len)?;
        // SAFETY: in bounds; what advice may do to the bytes, other processes may do too.
        check_unit(unsafe { libc::madvise(start.cast(), len, advice) })
    }

    /// Makes the mapping larger or smaller; it may move. mremap(2).
    pub fn resize(&mut self, len: usize) -> io::Result<()> {
        // SAFETY: exactly our mapping; `&mut self` says that nobody else uses the address.
        let start = unsafe {
            libc::mremap(self.start.as_ptr().cast(), self.len, len, libc::MREMAP_MAYMOVE)
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let Some(start) = NonNull::new(start.cast()) else { return Err(error(libc::ENOMEM)) };
        self.start = start;
        self.len = len;
        Ok(())
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: exactly what was mapped, and nobody can use it any more.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.len) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_changes_and_truncation() {
        let fd = crate::fs::memfd_create(b"m", 0).unwrap();
        while crate::fs::ftruncate(fd, 8192).is_err() {}
        let kind = MappingKind {
            file: Some(fd),
            offset: 0,
            protection: libc::PROT_READ | libc::PROT_WRITE,
            flags: libc::MAP_SHARED,
        };
        let mut mapping = Mapping::new(8192, kind).unwrap();
        mapping.write(5000, b"abc").unwrap();
        mapping.copy_within(5000, 5001, 3).unwrap();
        let mut seen = [0; 4];
        mapping.read(5000, &mut seen).unwrap();
        assert_eq!(&seen, b"aabc");
        assert!(mapping.read(8190, &mut seen).is_err());
        mapping.flush(0, 8192).unwrap();
        while crate::fs::ftruncate(fd, 100).is_err() {}
        let failure = mapping.read(5000, &mut seen).unwrap_err();
        assert_eq!(failure.raw_os_error(), Some(libc::EFAULT));
        mapping.resize(4096).unwrap();
        mapping.read(0, &mut seen).unwrap();
        drop(mapping);
        crate::fs::close(fd).unwrap();
    }
}
