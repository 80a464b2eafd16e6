//! Files and anonymous memory mapped into the address space.
//!
//! **Invariant:** the range `start..start + len` stays mapped while the [`Mapping`] lives, and a page of it that
//! the system cannot back is replaced (`guard.rs`), so looking at the bytes is always possible.
//!
//! The bytes of a file may change while they are looked at: another process, or another mapping of the same file,
//! can write to them. Who relies on what it has read, beyond its being a byte, makes a copy first.

#![expect(unsafe_code, reason = "system calls")]

use std::io;
use std::ptr::{self, NonNull};

use super::guard::{self, Slot, Span};
use super::page_size;
use crate::backend::{check_unit, error};
use crate::fs::{self, Fd};

/// What is mapped and what may be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MappingKind {
    /// The file, or `None` for fresh zeroed memory. It must stay open for as long as the mapping lives.
    pub file: Option<Fd>,
    /// Where in the file the mapping starts, a multiple of the page size.
    pub offset: i64,
    /// `PROT_*`.
    pub protection: i32,
    /// `MAP_*`.
    pub flags: i32,
}

/// Whether several see what is written: `MAP_SHARED`.
pub const MAP_SHARED: i32 = libc::MAP_SHARED;
/// What is written stays with the mapping: `MAP_PRIVATE`.
pub const MAP_PRIVATE: i32 = libc::MAP_PRIVATE;
/// No file: `MAP_ANONYMOUS`.
pub const MAP_ANONYMOUS: i32 = libc::MAP_ANONYMOUS;
/// Bytes can be read: `PROT_READ`.
pub const PROT_READ: i32 = libc::PROT_READ;
/// Bytes can be written: `PROT_WRITE`.
pub const PROT_WRITE: i32 = libc::PROT_WRITE;

/// Advice that makes pages inaccessible, which nothing here could survive.
const MADV_GUARD_INSTALL: i32 = 102;

/// A mapping; unmapped when dropped. mmap(2).
#[derive(Debug)]
pub struct Mapping {
    start: NonNull<u8>,
    len: usize,
    kind: MappingKind,
    slot: &'static Slot,
}

// SAFETY: a mapping belongs to the process; `&self` only reads.
unsafe impl Send for Mapping {}
// SAFETY: as above; writing asks for `&mut self`.
unsafe impl Sync for Mapping {}

/// Maps at an address of the kernel's choice.
fn map(len: usize, kind: MappingKind) -> io::Result<NonNull<u8>> {
    let (flags, fd) = match kind.file {
        Some(fd) => (kind.flags, fd),
        None => (kind.flags | libc::MAP_ANONYMOUS, -1),
    };
    // SAFETY: no MAP_FIXED, as `Mapping::new` refuses it: nothing that is there is touched.
    let start =
        unsafe { libc::mmap(ptr::null_mut(), len, kind.protection, flags, fd, kind.offset) };
    if start == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    NonNull::new(start.cast()).ok_or_else(|| error(libc::ENOMEM))
}

impl Mapping {
    /// Maps `len` bytes. mmap(2).
    ///
    /// What can be written can also be read, as most machines will have it.
    pub fn new(len: usize, mut kind: MappingKind) -> io::Result<Mapping> {
        if kind.flags & (libc::MAP_FIXED | libc::MAP_FIXED_NOREPLACE) != 0 {
            return Err(error(libc::EINVAL));
        }
        if kind.protection & libc::PROT_WRITE != 0 {
            kind.protection |= libc::PROT_READ;
        }
        guard::install()?;
        let start = map(len, kind)?;
        let mapping = Mapping { start, len, kind, slot: Slot::take() };
        mapping.publish();
        Ok(mapping)
    }

    fn publish(&self) {
        let file = self.kind.file.and_then(|fd| fs::fstat(fd).ok());
        self.slot.publish(Span {
            start: self.start.addr().get(),
            len: self.pages(),
            protection: self.kind.protection,
            fd: self.kind.file.filter(|_| file.is_some()).unwrap_or(-1),
            file: file.map_or((0, 0), |status| (status.dev, status.ino)),
            offset: self.kind.offset,
        });
    }

    /// The length in whole pages: all of them are mapped.
    fn pages(&self) -> usize {
        self.len.next_multiple_of(page_size())
    }

    /// Bytes mapped.
    #[inline]
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

    /// Whether the bytes can be read.
    #[inline]
    pub fn is_readable(&self) -> bool {
        self.kind.protection & libc::PROT_READ != 0
    }

    /// Whether the bytes can be written.
    #[inline]
    pub fn is_writable(&self) -> bool {
        self.kind.protection & libc::PROT_WRITE != 0
    }

    /// The bytes; none if they cannot be read. Those that the file has lost are zeros: see [`Mapping::is_lost`].
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        if !self.is_readable() {
            return &[];
        }
        // SAFETY: by the file's invariant. That others may change bytes is said there too.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }

    /// The bytes, to write; `None` if that is not possible.
    pub fn bytes_mut(&mut self) -> Option<&mut [u8]> {
        // SAFETY: as in `bytes`; `&mut self` says that no slice of ours reaches in.
        self.is_writable()
            .then(|| unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) })
    }

    /// One byte; `None` outside, or if the bytes cannot be read.
    #[inline]
    pub fn byte(&self, at: usize) -> Option<u8> {
        // SAFETY: a byte of the slice; volatile, so that it is read before anybody asks whether it was lost.
        self.bytes().get(at).map(|byte| unsafe { ptr::from_ref(byte).read_volatile() })
    }

    /// Writes one byte; `None` outside, or if that is not possible.
    #[inline]
    pub fn set_byte(&mut self, at: usize, byte: u8) -> Option<()> {
        if at >= self.len || !self.is_writable() {
            return None;
        }
        // SAFETY: within the mapping, which can be written; volatile as in `byte`.
        unsafe { self.start.as_ptr().add(at).write_volatile(byte) };
        Some(())
    }

    /// Whether bytes of a range could not be had when they were last touched, by anybody: what was read is zeros, and
    /// what was written is in no file. [`Mapping::resize`] makes it whole.
    #[inline]
    pub fn is_lost(&self, from: usize, to: usize) -> bool {
        self.slot.is_lost(from, to)
    }

    fn range(&self, offset: usize, len: usize) -> io::Result<*mut libc::c_void> {
        match offset.checked_add(len) {
            // SAFETY: within the mapping.
            Some(end) if end <= self.len => Ok(unsafe { self.start.as_ptr().add(offset) }.cast()),
            _ => Err(error(libc::EINVAL)),
        }
    }

    /// Writes changes back to the file. msync(2).
    pub fn flush(&self, offset: usize, len: usize) -> io::Result<()> {
        let start = self.range(offset, len)?;
        // SAFETY: in bounds.
        check_unit(unsafe { libc::msync(start, len, libc::MS_SYNC) })
    }

    /// Announces how a part will be used; `advice` is `MADV_*`. madvise(2).
    pub fn advise(&mut self, offset: usize, len: usize, advice: i32) -> io::Result<()> {
        let start = self.range(offset, len)?;
        if advice == MADV_GUARD_INSTALL {
            return Err(error(libc::EINVAL));
        }
        // SAFETY: in bounds, and the pages stay accessible; what advice may do to the bytes, other processes may
        // do too.
        check_unit(unsafe { libc::madvise(start, len, advice) })?;
        if matches!(advice, libc::MADV_DONTFORK | libc::MADV_DOFORK) && len > 0 {
            let to = (offset + len).next_multiple_of(page_size());
            self.slot.keep_from_children(offset, to, advice == libc::MADV_DONTFORK);
        }
        Ok(())
    }

    /// Makes the mapping larger or smaller; it may move. Of lost pages nothing is kept. mremap(2).
    pub fn resize(&mut self, len: usize) -> io::Result<()> {
        let pages = self.pages();
        // What is there is moved; where there are lost pages in between, from the first on the file is looked at anew.
        let kept = match self.slot.lost() {
            (from, to) if from < to => from.min(pages),
            _ => self.len,
        };
        if len == 0 {
            return Err(error(libc::EINVAL));
        }
        self.slot.withdraw();
        let moved = if kept == 0 { map(len, self.kind) } else { self.remap(kept, len) };
        if let Ok(start) = moved {
            if kept < self.len {
                // SAFETY: the rest of what was ours, which did not move with it.
                unsafe { libc::munmap(self.start.as_ptr().add(kept).cast(), pages - kept) };
            }
            self.start = start;
            self.len = len;
        }
        let (from, to) = self.slot.lost();
        self.publish();
        if moved.is_err() && from < to {
            self.slot.lose(from, to);
        }
        moved.map(drop)
    }

    fn remap(&self, kept: usize, len: usize) -> io::Result<NonNull<u8>> {
        // SAFETY: a mapping of ours or its start; the caller has `&mut self`, so nobody else uses the address.
        let start =
            unsafe { libc::mremap(self.start.as_ptr().cast(), kept, len, libc::MREMAP_MAYMOVE) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        NonNull::new(start.cast()).ok_or_else(|| error(libc::ENOMEM))
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        self.slot.withdraw();
        // SAFETY: exactly what was mapped, and nobody can use it any more.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.len) };
        self.slot.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truncate(fd: Fd, len: i64) {
        while fs::ftruncate(fd, len).is_err() {}
    }

    fn file(len: i64) -> (Fd, MappingKind) {
        let fd = fs::memfd_create(b"m", 0).unwrap();
        truncate(fd, len);
        let protection = PROT_READ | PROT_WRITE;
        (fd, MappingKind { file: Some(fd), offset: 0, protection, flags: MAP_SHARED })
    }

    #[test]
    fn truncation_gives_zeros_and_is_told() {
        let (fd, kind) = file(16384);
        let mut mapping = Mapping::new(16000, kind).unwrap();
        mapping.bytes_mut().unwrap()[5000..5003].copy_from_slice(b"abc");
        mapping.flush(0, 16000).unwrap();
        assert!(mapping.bytes()[5000..].starts_with(b"abc") && !mapping.is_lost(0, 16000));
        truncate(fd, 100);
        assert_eq!(mapping.byte(50), Some(0));
        assert!(!mapping.is_lost(0, 16000));
        assert_eq!(mapping.byte(9000), Some(0));
        assert!(
            mapping.is_lost(9000, 9001) && mapping.is_lost(0, 16000) && !mapping.is_lost(0, 4096)
        );
        mapping.bytes_mut().unwrap()[15999] = 1;
        truncate(fd, 30000);
        mapping.resize(30000).unwrap();
        assert!(!mapping.is_lost(0, 30000) && mapping.byte(15999) == Some(0));
        truncate(fd, 0);
        assert!(mapping.bytes().iter().all(|&byte| byte == 0) && mapping.is_lost(0, 1));
        truncate(fd, 5000);
        mapping.resize(5000).unwrap();
        assert!(mapping.byte(4999) == Some(0) && !mapping.is_lost(0, 5000));
        drop(mapping);
        fs::close(fd).unwrap();
    }

    #[test]
    fn many_at_once() {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                std::thread::spawn(|| {
                    for _ in 0..200 {
                        let (fd, kind) = file(8192);
                        let mapping = Mapping::new(8192, kind).unwrap();
                        truncate(fd, 0);
                        assert!(mapping.byte(8191) == Some(0) && mapping.is_lost(0, 1));
                        drop(mapping);
                        fs::close(fd).unwrap();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
    }

    #[test]
    fn refusals() {
        let kind = MappingKind { file: None, offset: 0, protection: 0, flags: MAP_PRIVATE };
        assert!(Mapping::new(0, kind).is_err() && Mapping::new(usize::MAX / 2, kind).is_err());
        assert!(Mapping::new(1, MappingKind { flags: MAP_PRIVATE | 0x10, ..kind }).is_err());
        let mut closed = Mapping::new(10, kind).unwrap();
        assert!(
            closed.bytes().is_empty() && closed.byte(0).is_none() && closed.bytes_mut().is_none()
        );
        assert!(closed.advise(0, 10, MADV_GUARD_INSTALL).is_err() && closed.resize(0).is_err());
        assert!(closed.advise(0, 11, 0).is_err());
    }

    #[test]
    fn other_faults_and_what_is_sent_go_on() {
        use crate::signal::{self, Disposition, SIGBUS};
        use std::sync::Arc;
        use std::sync::atomic::AtomicU32;
        let (fd, kind) = file(4096);
        let mapping = Mapping::new(4096, kind).unwrap();
        let sink = signal::Sink::new(Arc::new(AtomicU32::new(0)), 1);
        let before = signal::disposition(SIGBUS).unwrap();
        signal::install(SIGBUS, &sink).unwrap();
        assert_eq!(signal::disposition(SIGBUS).unwrap(), Disposition::Sink);
        truncate(fd, 0);
        assert!(mapping.byte(0) == Some(0) && mapping.is_lost(0, 1));
        assert!(!sink.has_pending());
        signal::raise(SIGBUS).unwrap();
        assert!(sink.take_pending().eq([SIGBUS]));
        signal::ignore(SIGBUS).unwrap();
        signal::raise(SIGBUS).unwrap();
        assert_eq!(signal::disposition(SIGBUS).unwrap(), Disposition::Ignore);
        signal::set_default(SIGBUS).unwrap();
        let _ = before; // (that of the test program's own runtime: the stack is not overflowed here)
        drop(mapping);
        fs::close(fd).unwrap();
    }
}
