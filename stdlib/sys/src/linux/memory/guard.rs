//! Mapped pages that the system can no longer back: after a file was cut, on a full disk, on a read error.
//!
//! Touching such a page is SIGBUS, which ends a process. Here the page is replaced by one of zeros, what was lost
//! is noted at the mapping, and the access goes on; who reads asks afterwards ([`Slot::is_lost`]). So no way to the
//! bytes needs a check of its own before, and none is missed.
//!
//! **Process-wide state.** A handler belongs to the process, as all dispositions do (see `signal.rs`), and so does
//! what it must know: the addresses of all mappings, the table `FIRST`, and what SIGBUS did before, `NEXT`. Nothing of an
//! interpreter is among it. It is installed with the first mapping and stays.
//!
//! **Invariants**
//! 1. The handler calls only what is safe at any moment: system calls and atomics. Slots are never freed, so it may
//!    walk them while others come and go; each has a version, odd while its fields mean nothing.
//! 2. A mapping's slot is published after it is mapped and withdrawn before it is unmapped, so the handler replaces
//!    pages of live mappings and no others.
//! 3. All of this crate sets dispositions by [`sigaction`], so that SIGBUS keeps its handler and what is set for it
//!    becomes `NEXT`: who gets faults at addresses that are not ours, and SIGBUS that was sent by a process.

#![expect(unsafe_code, reason = "system calls, signal handlers")]

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicI64, AtomicPtr, AtomicU64, AtomicUsize, Ordering, compiler_fence,
    fence,
};

use super::super::check_unit;
use super::super::signal::{SignalSet, set_mask};

/// A mapping as the handler must know it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub start: usize,
    /// A multiple of the page size.
    pub len: usize,
    /// `PROT_*`.
    pub protection: i32,
    /// The file, to see how long it is; -1 for none.
    pub fd: i32,
    /// Device and inode: the number `fd` may have been closed and given to another file.
    pub file: (u64, u64),
    /// Where in the file the mapping starts.
    pub offset: i64,
}

/// A place in the table.
#[derive(Debug)]
pub(super) struct Slot {
    version: AtomicUsize,
    start: AtomicUsize,
    len: AtomicUsize,
    protection: AtomicI32,
    fd: AtomicI32,
    device: AtomicU64,
    inode: AtomicU64,
    offset: AtomicI64,
    /// The range that holds all replaced pages; `usize::MAX` and 0 while there are none.
    lost_from: AtomicUsize,
    lost_to: AtomicUsize,
    /// The range that a child of fork(2) does not get, as the mapping's owner wanted.
    unforked_from: AtomicUsize,
    unforked_to: AtomicUsize,
    /// The slot made before this one.
    before: Option<&'static Slot>,
}

static FIRST: AtomicPtr<Slot> = AtomicPtr::new(ptr::null_mut());

/// Slots without a mapping. Nobody waits for this lock (a fork may have copied it locked): then a slot more is made.
static UNUSED: Mutex<Vec<&'static Slot>> = Mutex::new(Vec::new());

fn slots() -> impl Iterator<Item = &'static Slot> {
    // SAFETY: slots are leaked boxes, complete before they are linked.
    let first = unsafe { FIRST.load(Ordering::Acquire).as_ref() };
    std::iter::successors(first, |slot| slot.before)
}

impl Slot {
    /// A slot that nobody has.
    pub(super) fn take() -> &'static Slot {
        if let Ok(mut unused) = UNUSED.try_lock()
            && let Some(slot) = unused.pop()
        {
            return slot;
        }
        let slot = Box::leak(Box::new(Slot {
            version: AtomicUsize::new(1),
            start: AtomicUsize::new(0),
            len: AtomicUsize::new(0),
            protection: AtomicI32::new(0),
            fd: AtomicI32::new(-1),
            device: AtomicU64::new(0),
            inode: AtomicU64::new(0),
            offset: AtomicI64::new(0),
            lost_from: AtomicUsize::new(usize::MAX),
            lost_to: AtomicUsize::new(0),
            unforked_from: AtomicUsize::new(usize::MAX),
            unforked_to: AtomicUsize::new(0),
            before: None,
        }));
        let mut first = FIRST.load(Ordering::Acquire);
        loop {
            // SAFETY: as in `slots`.
            slot.before = unsafe { first.as_ref() };
            match FIRST.compare_exchange(first, slot, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return slot,
                Err(now) => first = now,
            }
        }
    }

    /// Lets somebody else have it. It must be withdrawn.
    pub(super) fn give_back(&'static self) {
        if let Ok(mut unused) = UNUSED.try_lock()
            && unused.try_reserve(1).is_ok()
        {
            unused.push(self);
        }
    }

    /// From now on the handler looks after the span.
    pub(super) fn publish(&self, span: Span) {
        self.start.store(span.start, Ordering::Relaxed);
        self.len.store(span.len, Ordering::Relaxed);
        self.protection.store(span.protection, Ordering::Relaxed);
        self.fd.store(span.fd, Ordering::Relaxed);
        self.device.store(span.file.0, Ordering::Relaxed);
        self.inode.store(span.file.1, Ordering::Relaxed);
        self.offset.store(span.offset, Ordering::Relaxed);
        for (from, to) in
            [(&self.lost_from, &self.lost_to), (&self.unforked_from, &self.unforked_to)]
        {
            from.store(usize::MAX, Ordering::Relaxed);
            to.store(0, Ordering::Relaxed);
        }
        self.version.fetch_add(1, Ordering::Release);
    }

    /// The handler forgets it.
    pub(super) fn withdraw(&self) {
        self.version.fetch_add(1, Ordering::AcqRel);
        fence(Ordering::SeqCst);
    }

    /// The span, unless it is being changed.
    fn span(&self) -> Option<Span> {
        let version = self.version.load(Ordering::Acquire);
        if version & 1 != 0 {
            return None;
        }
        let span = Span {
            start: self.start.load(Ordering::Relaxed),
            len: self.len.load(Ordering::Relaxed),
            protection: self.protection.load(Ordering::Relaxed),
            fd: self.fd.load(Ordering::Relaxed),
            file: (self.device.load(Ordering::Relaxed), self.inode.load(Ordering::Relaxed)),
            offset: self.offset.load(Ordering::Relaxed),
        };
        fence(Ordering::Acquire);
        (self.version.load(Ordering::Relaxed) == version).then_some(span)
    }

    pub(super) fn lose(&self, from: usize, to: usize) {
        self.lost_to.fetch_max(to, Ordering::Relaxed);
        self.lost_from.fetch_min(from, Ordering::Relaxed);
    }

    /// The range in which pages were replaced; starts at `usize::MAX` if there are none.
    pub(super) fn lost(&self) -> (usize, usize) {
        // The handler runs on the thread that reads, between the reading and this.
        compiler_fence(Ordering::SeqCst);
        (self.lost_from.load(Ordering::Relaxed), self.lost_to.load(Ordering::Relaxed))
    }

    /// Whether bytes of `from..to` may have been replaced.
    #[inline]
    pub(super) fn is_lost(&self, from: usize, to: usize) -> bool {
        compiler_fence(Ordering::SeqCst);
        self.lost_from.load(Ordering::Relaxed) < to && self.lost_to.load(Ordering::Relaxed) > from
    }

    /// A child of fork(2) will not have this range, or (`false`) will have it again.
    pub(super) fn keep_from_children(&self, from: usize, to: usize, unforked: bool) {
        if unforked {
            static ONCE: AtomicBool = AtomicBool::new(false);
            if !ONCE.swap(true, Ordering::AcqRel) {
                // SAFETY: the function calls only what a child may call.
                unsafe { libc::pthread_atfork(None, None, Some(fill_gaps)) };
            }
            self.unforked_from.fetch_min(from, Ordering::Relaxed);
            self.unforked_to.fetch_max(to, Ordering::Relaxed);
        } else if from <= self.unforked_from.load(Ordering::Relaxed)
            && to >= self.unforked_to.load(Ordering::Relaxed)
        {
            self.unforked_from.store(usize::MAX, Ordering::Relaxed);
            self.unforked_to.store(0, Ordering::Relaxed);
        }
    }
}

/// In a child: where mappings were left out, pages of zeros, so that nothing else comes to lie there.
unsafe extern "C" fn fill_gaps() {
    let page = super::page_size();
    for slot in slots() {
        let (from, to) =
            (slot.unforked_from.load(Ordering::Relaxed), slot.unforked_to.load(Ordering::Relaxed));
        let Some(span) = slot.span().filter(|_| from < to) else { continue };
        slot.lose(from, to);
        if !fill_gap(span.start + from, to - from, span.protection) {
            // Something of it is there.
            for at in (from..to).step_by(page) {
                fill_gap(span.start + at, page, span.protection);
            }
        }
    }
}

/// Zeros at an address where nothing is; whether that was so.
fn fill_gap(at: usize, len: usize, protection: i32) -> bool {
    let flags = ZEROS | libc::MAP_FIXED_NOREPLACE;
    let wanted: *mut libc::c_void = ptr::without_provenance_mut(at);
    // SAFETY: replaces nothing.
    unsafe {
        let got = libc::mmap(wanted, len, protection, flags, -1, 0);
        if got != libc::MAP_FAILED && got != wanted {
            libc::munmap(got, len); // a kernel that does not know the flag
        }
        got == wanted
    }
}

const ZEROS: i32 = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;

/// Replaces the page at an address of a mapping, and with it all pages behind the file's end; false if it is none of
/// ours, or cannot be.
fn replace(address: usize) -> bool {
    let found = slots().find_map(|slot| {
        let span = slot.span()?;
        (address.checked_sub(span.start)? < span.len).then_some((slot, span))
    });
    let Some((slot, span)) = found else { return false };
    let page = super::page_size();
    let at = (address - span.start) / page * page;
    let mut range = (at, at + page);
    if let Some(reach) = reach(&span, page)
        && reach <= at
    {
        range = (reach, span.len);
    }
    // (Large pages can be replaced as a whole only.)
    for (from, to) in [range, (0, span.len)] {
        let start = ptr::without_provenance_mut(span.start + from);
        // SAFETY: pages of a live mapping (invariant 2), whose bytes no one can rely on: the system has said that
        // they cannot be had.
        let new = unsafe {
            libc::mmap(start, to - from, span.protection, ZEROS | libc::MAP_FIXED, -1, 0)
        };
        if new != libc::MAP_FAILED {
            slot.lose(from, to);
            return true;
        }
    }
    false
}

/// How far the file reaches into its mapping, in whole pages.
fn reach(span: &Span, page: usize) -> Option<usize> {
    let mut status = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the system fills in one `stat`; safe in a handler.
    if span.fd < 0 || unsafe { libc::fstat(span.fd, status.as_mut_ptr()) } != 0 {
        return None;
    }
    // SAFETY: filled in.
    let status = unsafe { status.assume_init_ref() };
    if (status.st_dev, status.st_ino) != span.file {
        return None;
    }
    let bytes = usize::try_from(status.st_size.saturating_sub(span.offset)).unwrap_or(0);
    bytes.checked_next_multiple_of(page)
}

/// What SIGBUS does where it is not for us.
struct Next {
    handler: AtomicUsize,
    flags: AtomicI32,
    /// Signals that wait meanwhile, as in [`SignalSet`].
    mask: AtomicU64,
}

/// (Read in parts: a change at the same moment can give one's handler and another's mask, which harms nobody.)
static NEXT: Next = Next {
    handler: AtomicUsize::new(libc::SIG_DFL),
    flags: AtomicI32::new(0),
    mask: AtomicU64::new(0),
};

impl Next {
    fn set(&self, action: &libc::sigaction) {
        self.mask.store(SignalSet::from_c(&action.sa_mask).0, Ordering::SeqCst);
        self.flags.store(action.sa_flags, Ordering::SeqCst);
        self.handler.store(action.sa_sigaction, Ordering::SeqCst);
    }

    fn get(&self, into: &mut libc::sigaction) {
        into.sa_sigaction = self.handler.load(Ordering::SeqCst);
        into.sa_flags = self.flags.load(Ordering::SeqCst);
        into.sa_mask = SignalSet(self.mask.load(Ordering::SeqCst)).to_c();
    }

    fn call(
        &self,
        signal: libc::c_int,
        info: *mut libc::siginfo_t,
        context: *mut libc::c_void,
        sent: bool,
    ) {
        let flags = self.flags.load(Ordering::SeqCst);
        match self.handler.load(Ordering::SeqCst) {
            libc::SIG_IGN if sent => {}
            libc::SIG_DFL | libc::SIG_IGN => end(signal, sent),
            handler => {
                if flags & libc::SA_RESETHAND != 0 {
                    self.handler.store(libc::SIG_DFL, Ordering::SeqCst);
                }
                let mask = SignalSet(self.mask.load(Ordering::SeqCst)).to_c();
                // SAFETY: what was installed as a handler of signals is called as the system would, with the
                // three arguments of SA_SIGINFO, of which others see the first. The mask is put back by the
                // system when our handler returns.
                unsafe {
                    libc::pthread_sigmask(libc::SIG_BLOCK, &mask, ptr::null_mut());
                    let handler: extern "C" fn(
                        libc::c_int,
                        *mut libc::siginfo_t,
                        *mut libc::c_void,
                    ) = std::mem::transmute(handler);
                    handler(signal, info, context);
                }
            }
        }
    }
}

/// Ends the process by the signal once the handler returns: a fault comes again, what was sent is sent again.
fn end(signal: libc::c_int, sent: bool) {
    // SAFETY: all-zero is the default; both are safe in a handler.
    unsafe {
        let default: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, &default, ptr::null_mut());
        if sent {
            libc::raise(signal);
        }
    }
}

extern "C" fn on_fault(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    let saved = super::super::errno::last();
    // SAFETY: the system hands over a filled-in `siginfo_t`, whose address has a meaning for these codes.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr().addr()) };
    let of_a_page = matches!(code, libc::BUS_ADRERR | libc::BUS_MCEERR_AR);
    if !(of_a_page && replace(address)) {
        NEXT.call(signal, info, context, code <= 0);
    }
    super::super::errno::set(saved);
}

static INSTALLED: AtomicBool = AtomicBool::new(false);

/// Installs the handler, once, and lets this thread have the signal: a fault while it is blocked ends the process.
pub(super) fn install() -> io::Result<()> {
    let mut bus = SignalSet::default();
    bus.insert(libc::SIGBUS);
    set_mask(libc::SIG_UNBLOCK, bus)?;
    if INSTALLED.load(Ordering::Acquire) { Ok(()) } else { install_first() }
}

fn install_first() -> io::Result<()> {
    static CHANGE: Mutex<()> = Mutex::new(());
    let _guard = CHANGE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if INSTALLED.load(Ordering::Acquire) {
        return Ok(());
    }
    // SAFETY: all-zero is a valid `sigaction`; the handler keeps invariant 1.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        check_unit(libc::sigaction(libc::SIGBUS, ptr::null(), &mut action))?;
        NEXT.set(&action);
        action = std::mem::zeroed();
        action.sa_sigaction = on_fault as *const () as libc::sighandler_t;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        check_unit(libc::sigaction(libc::SIGBUS, &action, ptr::null_mut()))?;
    }
    INSTALLED.store(true, Ordering::Release);
    Ok(())
}

/// Whether the handler is there, and nobody else's in its place.
fn stands() -> bool {
    if !INSTALLED.load(Ordering::Acquire) {
        return false;
    }
    let mut now = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: the system fills in one `sigaction`.
    unsafe {
        libc::sigaction(libc::SIGBUS, ptr::null(), now.as_mut_ptr()) == 0
            && now.assume_init_ref().sa_sigaction == on_fault as *const () as libc::sighandler_t
    }
}

/// Whether SIGBUS must not be blocked, as the handler is there.
pub(crate) fn is_installed() -> bool {
    INSTALLED.load(Ordering::Acquire)
}

/// sigaction(2), but for SIGBUS what it does beside our handler, once that is there.
///
/// # Safety
/// As for sigaction(2).
pub(crate) unsafe fn sigaction(
    signal: libc::c_int,
    new: *const libc::sigaction,
    old: *mut libc::sigaction,
) -> libc::c_int {
    if signal != libc::SIGBUS || !stands() {
        // SAFETY: the caller's.
        return unsafe { libc::sigaction(signal, new, old) };
    }
    // SAFETY: the caller hands over valid pointers or null.
    unsafe {
        if !old.is_null() {
            old.write(std::mem::zeroed());
            NEXT.get(&mut *old);
        }
        if let Some(new) = new.as_ref() {
            NEXT.set(new);
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a child ended that touches a page behind the end of a file which no `Mapping` has mapped.
    #[test]
    fn a_fault_elsewhere_ends_the_process() {
        install().unwrap();
        let fd = crate::fs::memfd_create(b"m", 0).unwrap();
        // SAFETY: a fresh mapping; the child calls only what is safe there.
        unsafe {
            let flags = libc::MAP_SHARED;
            let page = libc::mmap(ptr::null_mut(), 4096, libc::PROT_READ, flags, fd, 0);
            assert_ne!(page, libc::MAP_FAILED);
            let pid = libc::fork();
            if pid == 0 {
                page.cast::<u8>().read_volatile();
                libc::_exit(0);
            }
            let mut status = 0;
            while libc::waitpid(pid, &mut status, 0) != pid {}
            assert!(
                libc::WIFSIGNALED(status) && libc::WTERMSIG(status) == libc::SIGBUS,
                "{status}"
            );
            libc::munmap(page, 4096);
        }
        crate::fs::close(fd).unwrap();
    }
}
