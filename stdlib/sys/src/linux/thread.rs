//! Threads: where their stacks lie, their ids, and a lock that a signal can interrupt.

#![expect(unsafe_code, reason = "system calls")]

use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::{check_errno, error, may_interrupt};

/// The addresses of the current thread's stack; it grows from the end to the start.
/// pthread_getattr_np(3).
///
/// The range is what the stack may grow to, not what it has grown to. For the first thread this
/// follows `RLIMIT_STACK`.
pub fn stack_bounds() -> io::Result<Range<usize>> {
    // SAFETY: all-zero bytes are overwritten by the call below before use.
    let mut attributes: libc::pthread_attr_t = unsafe { std::mem::zeroed() };
    // SAFETY: initialises the attributes of a live thread.
    check_errno(unsafe { libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) })?;
    let mut start = std::ptr::null_mut();
    let (mut size, mut guard) = (0, 0);
    // SAFETY: initialised above and destroyed once, here.
    let result = unsafe {
        let result = libc::pthread_attr_getstack(&attributes, &mut start, &mut size);
        libc::pthread_attr_getguardsize(&attributes, &mut guard);
        libc::pthread_attr_destroy(&mut attributes);
        result
    };
    check_errno(result)?;
    // glibc counts the guard of other threads into their stack.
    let start = start.addr();
    Ok(start + guard..start + size)
}

/// The kernel's number of the current thread. gettid(2).
pub fn native_id() -> u64 {
    // SAFETY: no arguments.
    unsafe { libc::gettid() as u64 }
}

/// A number that no other living thread of the process has. pthread_self(3).
pub fn ident() -> u64 {
    // SAFETY: no arguments.
    unsafe { libc::pthread_self() as u64 }
}

/// Names the current thread for debuggers; 15 bytes are kept. pthread_setname_np(3).
pub fn set_name(name: &[u8]) -> io::Result<()> {
    super::with_c_str(&name[..name.len().min(15)], |name| {
        // SAFETY: a live thread and a NUL-terminated name.
        check_errno(unsafe { libc::pthread_setname_np(libc::pthread_self(), name.as_ptr()) })
    })
}

/// Starts a thread with a stack of `stack_size` bytes (`None`: the default). pthread_create(3).
pub fn spawn(stack_size: Option<usize>, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let mut builder = std::thread::Builder::new();
    if let Some(size) = stack_size {
        builder = builder.stack_size(size);
    }
    builder.spawn(body).map(drop)
}

/// Waits while `*word == expected`. FUTEX_WAIT of futex(2).
///
/// Errors: `EAGAIN` if the word differs, `ETIMEDOUT`, `EINTR`.
pub fn futex_wait(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> io::Result<()> {
    let timeout = timeout.map(|t| libc::timespec {
        tv_sec: t.as_secs().min(i64::MAX as u64) as i64,
        tv_nsec: i64::from(t.subsec_nanos()),
    });
    let timeout = timeout.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the word outlives the call; the timeout is null or valid.
    let result = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
            expected,
            timeout,
        )
    };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Wakes up to `count` waiters. FUTEX_WAKE of futex(2).
pub fn futex_wake(word: &AtomicU32, count: i32) {
    // SAFETY: the word outlives the call; waking never fails on a valid address.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
            count,
        );
    }
}

/// A lock without owner: any thread may release it, a signal interrupts the wait for it.
///
/// The word is 0 when free, 1 when held, 2 when held and perhaps waited for.
#[derive(Debug, Default)]
pub struct Lock {
    word: AtomicU32,
}

impl Lock {
    /// A free lock.
    pub const fn new() -> Lock {
        Lock { word: AtomicU32::new(0) }
    }

    /// Takes the lock if it is free.
    pub fn try_acquire(&self) -> bool {
        self.word.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Waits for the lock; false when `deadline` passes. `EINTR` if a signal comes first.
    pub fn acquire(&self, deadline: Option<Instant>) -> io::Result<bool> {
        if self.try_acquire() {
            return Ok(true);
        }
        may_interrupt()?;
        // Whoever has waited must assume that others wait too, hence 2.
        while self.word.swap(2, Ordering::Acquire) != 0 {
            let left = deadline.map(|d| d.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(false);
            }
            match futex_wait(&self.word, 2, left) {
                Err(e) if e.raw_os_error() == Some(libc::EINTR) => return Err(e),
                _ => {}
            }
        }
        Ok(true)
    }

    /// Frees the lock; an error if it is free.
    pub fn release(&self) -> io::Result<()> {
        match self.word.swap(0, Ordering::Release) {
            0 => Err(error(libc::EPERM)),
            1 => Ok(()),
            _ => {
                futex_wake(&self.word, 1);
                Ok(())
            }
        }
    }

    /// Whether somebody holds it.
    pub fn is_held(&self) -> bool {
        self.word.load(Ordering::Relaxed) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn bounds_hold_a_local() {
        let check = || {
            let local = 0u8;
            let bounds = stack_bounds().unwrap();
            assert!(bounds.contains(&(&raw const local).addr()), "{bounds:x?}");
        };
        check();
        std::thread::Builder::new().stack_size(256 << 10).spawn(check).unwrap().join().unwrap();
    }

    #[test]
    fn lock_times_out_and_hands_over() {
        let lock = Arc::new(Lock::new());
        assert!(lock.try_acquire() && !lock.try_acquire());
        let deadline = Instant::now() + Duration::from_millis(20);
        while match lock.acquire(Some(deadline)) {
            Ok(taken) => {
                assert!(!taken);
                false
            }
            Err(_) => true,
        } {}
        let other = lock.clone();
        let waiter = std::thread::spawn(move || while other.acquire(None).is_err() {});
        std::thread::sleep(Duration::from_millis(10));
        lock.release().unwrap();
        waiter.join().unwrap();
        assert!(lock.is_held());
        lock.release().unwrap();
        assert!(lock.release().is_err());
    }

    #[test]
    fn idents_differ() {
        let (a, b) = (native_id(), ident());
        let (c, d) = std::thread::spawn(|| (native_id(), ident())).join().unwrap();
        assert!(a != c && b != d);
    }
}
