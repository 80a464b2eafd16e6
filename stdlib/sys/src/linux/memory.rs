//! Address ranges for stacks, and the process's size.
//!
//! **Invariant:** a [`Reservation`] never moves and is unmapped when dropped, so addresses within
//! it stay valid for as long as it lives.

#![expect(unsafe_code, reason = "system calls")]

use std::io;
use std::ptr::NonNull;

use super::{check, check_unit, error};

mod guard;
mod mapping;

pub(crate) use guard::{is_installed as is_guarded, sigaction};
pub use mapping::{
    MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, Mapping, MappingKind, PROT_READ, PROT_WRITE,
};

/// The size of a page. sysconf(3).
pub fn page_size() -> usize {
    // SAFETY: an integer argument only.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
}

/// Lets malloc keep what was freed, up to sixteen megabytes at the heap's end, and take blocks of that size from there.
/// For the start of a program, before it has threads. mallopt(3), where the C library is glibc; nothing elsewhere.
///
/// A server frees a buffer of a hundred kilobytes and allocates the next one for every message: given back to the
/// system, the pages would be asked for, and cleared, every time.
pub fn keep_freed_memory() {
    #[cfg(target_env = "gnu")]
    {
        // malloc's own bounds once it has adapted itself to a program are 32 and 64 MiB.
        const LARGE: libc::c_int = 16 << 20;
        // SAFETY: integer arguments only.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
            libc::mallopt(libc::M_TRIM_THRESHOLD, LARGE);
        }
    }
}

fn round_up(len: usize, page: usize) -> io::Result<usize> {
    len.checked_next_multiple_of(page).ok_or_else(|| error(libc::ENOMEM))
}

/// A range of addresses, with an inaccessible page before and after it. mmap(2).
///
/// Pages cost memory once they are touched, not before.
#[derive(Debug)]
pub struct Reservation {
    /// Start of the mapping, its first guard page.
    base: NonNull<u8>,
    /// Length without the guards, a multiple of the page size.
    len: usize,
    page: usize,
}

// SAFETY: an address range belongs to the process, not to a thread; access to the memory is only
// by raw pointers, which the user of `start` must justify.
unsafe impl Send for Reservation {}
// SAFETY: as above; `&self` offers no access to the memory either.
unsafe impl Sync for Reservation {}

impl Reservation {
    /// Reserves `len` bytes, readable and writable at once, zero until written.
    pub fn new(len: usize) -> io::Result<Reservation> {
        let reservation = Reservation::inaccessible(len)?;
        reservation.commit(0, reservation.len)?;
        Ok(reservation)
    }

    /// Reserves `len` bytes of addresses that must be [committed](Reservation::commit) before use.
    pub fn inaccessible(len: usize) -> io::Result<Reservation> {
        let page = page_size();
        let len = round_up(len.max(1), page)?;
        let whole = len.checked_add(2 * page).ok_or_else(|| error(libc::ENOMEM))?;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a fresh anonymous mapping at an address of the kernel's choice.
        let base =
            unsafe { libc::mmap(std::ptr::null_mut(), whole, libc::PROT_NONE, flags, -1, 0) };
        if base == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        match NonNull::new(base.cast()) {
            Some(base) => Ok(Reservation { base, len, page }),
            None => Err(error(libc::ENOMEM)),
        }
    }

    /// The first usable address, aligned to a page.
    pub fn start(&self) -> NonNull<u8> {
        // SAFETY: the guard page lies within the mapping.
        unsafe { self.base.add(self.page) }
    }

    /// Usable bytes.
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Makes a part usable; bounds are widened to whole pages. mprotect(2).
    pub fn commit(&self, offset: usize, len: usize) -> io::Result<()> {
        let (from, len) = self.pages(offset, len)?;
        // SAFETY: within the reservation, which holds no Rust object by itself.
        check_unit(unsafe {
            libc::mprotect(
                self.start().as_ptr().add(from).cast(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
            )
        })
    }

    /// Gives the memory of a part back; it stays usable and reads as zero. madvise(2).
    ///
    /// # Safety
    /// Nothing of value may live in the pages that `offset..offset + len` touches.
    pub unsafe fn release(&self, offset: usize, len: usize) -> io::Result<()> {
        let (from, len) = self.pages(offset, len)?;
        check_unit(libc::madvise(self.start().as_ptr().add(from).cast(), len, libc::MADV_DONTNEED))
    }

    fn pages(&self, offset: usize, len: usize) -> io::Result<(usize, usize)> {
        let end = offset.checked_add(len).filter(|&end| end <= self.len);
        let Some(end) = end else { return Err(error(libc::EINVAL)) };
        let from = offset - offset % self.page;
        Ok((from, end.next_multiple_of(self.page) - from))
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        // SAFETY: exactly what `inaccessible` mapped.
        unsafe { libc::munmap(self.base.as_ptr().cast(), self.len + 2 * self.page) };
    }
}

/// Bytes of memory the process occupies now. proc_pid_statm(5).
pub fn resident_bytes() -> io::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages = text.split(' ').nth(1).and_then(|field| field.parse::<u64>().ok());
    pages.map(|pages| pages * page_size() as u64).ok_or_else(|| error(libc::EINVAL))
}

/// The most memory the process ever occupied. getrusage(2).
pub fn peak_resident_bytes() -> io::Result<u64> {
    // SAFETY: all-zero is a valid `rusage`.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the system fills in one `rusage`.
    check(unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) })?;
    Ok(usage.ru_maxrss as u64 * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserve_commit_release() {
        let range = Reservation::new(1 << 30).unwrap();
        assert!(range.len() == 1 << 30 && range.start().addr().get().is_multiple_of(page_size()));
        // SAFETY: within the range, which nobody else uses.
        unsafe {
            let end = range.start().as_ptr().add(range.len() - 1);
            end.write(7);
            assert_eq!(end.read(), 7);
            range.release(range.len() - 1, 1).unwrap();
            assert_eq!(end.read(), 0);
        }
        assert!(range.commit(1, range.len()).is_err());
        assert!(Reservation::new(usize::MAX).is_err());
    }

    #[test]
    fn sizes() {
        assert!(resident_bytes().unwrap() > 100_000);
        assert!(peak_resident_bytes().unwrap() >= 100_000);
    }
}
