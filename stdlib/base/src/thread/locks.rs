//! Locks of the module _thread.

use crate::time::{Round, nanoseconds};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use taipan_core::native::{Maybe, NativeDef};
use taipan_core::natives;
use taipan_core::object::{Obj, Object, Payload, Slots, Tuple, Type, TypeSpec, type_flags};
use taipan_core::vm::{Res, Vm};
use taipan_macros::native;
use taipan_sys::thread::Lock as SystemLock;

/// Longest timeout, in seconds.
pub const TIMEOUT_MAX: f64 = 9223372036.0;

/// A signal interrupts the wait for a lock, but not in the instant before the wait begins: the main
/// thread looks again after this time.
const POLL: Duration = Duration::from_millis(50);

/// A lock as native threads see it, and what Python is told of it.
///
/// **Invariant:** `held` changes only under the interpreter's lock. A thread that waited holds `lock` a little earlier
/// than it may say so: until then the lock is free as far as Python goes, and nobody can release it for that thread.
#[derive(Default)]
struct Raw {
    lock: SystemLock,
    held: AtomicBool,
}

impl Raw {
    fn try_acquire(&self) -> bool {
        let got = self.lock.try_acquire();
        if got {
            self.held.store(true, Ordering::Relaxed);
        }
        got
    }

    fn is_held(&self) -> bool {
        self.held.load(Ordering::Relaxed)
    }

    /// Nothing happens if it is free.
    fn release(&self) {
        if self.held.swap(false, Ordering::Relaxed) {
            let _ = self.lock.release();
        }
    }

    /// Free, whoever had it: the threads of the parent are not there in a child process.
    fn reset(&self) {
        self.held.store(false, Ordering::Relaxed);
        let _ = self.lock.release();
    }

    /// Acquire from Python: without the interpreter's lock, letting signal handlers run.
    fn acquire(&self, vm: &Vm, timeout: Option<Duration>) -> Res<bool> {
        if self.try_acquire() {
            return Ok(true);
        }
        if timeout.is_some_and(|t| t.is_zero()) {
            return Ok(false);
        }
        let end = timeout.and_then(|t| Instant::now().checked_add(t));
        loop {
            let slice = vm.is_main_thread().then(|| Instant::now() + POLL);
            let until = match (end, slice) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            // Fails only when a signal comes.
            if vm.allow_threads(|| self.lock.acquire(until).unwrap_or(false)) {
                self.held.store(true, Ordering::Relaxed);
                return Ok(true);
            }
            vm.poll()?;
            if end.is_some_and(|e| Instant::now() >= e) {
                return Ok(false);
            }
        }
    }
}

/// The timeout of `acquire(blocking, timeout)`: None waits without end, zero does not wait.
fn timeout_of(vm: &Vm, blocking: bool, timeout: Maybe<&Object>) -> Res<Option<Duration>> {
    const SECOND: i64 = 1_000_000_000;
    let nanos = timeout.given().map_or(Ok(-SECOND), |t| nanoseconds(vm, t, Round::Up))?;
    if !blocking {
        if nanos != -SECOND {
            return Err(vm.value_error("can't specify a timeout for a non-blocking call"));
        }
        return Ok(Some(Duration::ZERO));
    }
    if nanos == -SECOND {
        return Ok(None);
    }
    match u64::try_from(nanos) {
        Ok(nanos) if nanos as f64 / 1e9 <= TIMEOUT_MAX => Ok(Some(Duration::from_nanos(nanos))),
        Ok(_) => Err(vm.overflow_error("timeout value is too large")),
        Err(_) => Err(vm.value_error("timeout value must be positive")),
    }
}

/// A lock object.
pub struct Lock {
    raw: Arc<Raw>,
}

impl Payload for Lock {
    const SPEC: Option<&'static TypeSpec> = Some(&LOCK);
}

/// The type `lock`.
pub static LOCK: TypeSpec = TypeSpec {
    doc: "A lock, made by allocate_lock(). It is not owned by any thread: whoever wants may release it.",
    flags: type_flags::WEAKREF | type_flags::NO_NEW,
    slots: Slots { repr: Some(lock_repr), ..Slots::NONE },
    methods: LOCK_METHODS,
    ..TypeSpec::new::<Lock>("_thread.lock")
};

const LOCK_METHODS: &[NativeDef] = natives![
    acquire,
    acquire_lock,
    release,
    release_lock,
    locked,
    locked_lock,
    __enter__,
    __exit__,
    _at_fork_reinit
];

/// A new lock.
pub fn new_lock(vm: &Vm) -> Res {
    Ok(vm.alloc(Lock { raw: Arc::default() })?.into_object())
}

fn lock_repr(vm: &Vm, this: &Object) -> Res {
    let held = this.downcast::<Lock>().is_some_and(|l| l.raw.is_held());
    let state = if held { "locked" } else { "unlocked" };
    Ok(vm.str(&format!("<{state} _thread.lock object at {:#x}>", this.id()))?.into_object())
}

/// Release from Python.
fn give(vm: &Vm, this: &Lock) -> Res<()> {
    if !this.raw.is_held() {
        return Err(vm.runtime_error("release unlocked lock"));
    }
    this.raw.release();
    Ok(())
}

/// Acquire the lock; return whether it was acquired. Without blocking, or after the timeout in seconds,
/// that may be False.
#[native("(self, blocking=True, timeout=<unrepresentable>)", no_signature)]
fn acquire(vm: &Vm, this: &Obj<Lock>, blocking: bool, timeout: Maybe<&Object>) -> Res<bool> {
    let got = this.raw.acquire(vm, timeout_of(vm, blocking, timeout)?)?;
    // Here, not at the caller's next call: that may be what undoes this one.
    vm.poll()?;
    Ok(got)
}

/// The same as acquire().
#[native("(self, blocking=True, timeout=<unrepresentable>)", no_signature)]
fn acquire_lock(vm: &Vm, this: &Obj<Lock>, blocking: bool, timeout: Maybe<&Object>) -> Res<bool> {
    let got = this.raw.acquire(vm, timeout_of(vm, blocking, timeout)?)?;
    // Here, not at the caller's next call: that may be what undoes this one.
    vm.poll()?;
    Ok(got)
}

/// Give the lock back, for whoever waits for it. RuntimeError if nobody has it.
#[native("(self)")]
fn release(vm: &Vm, this: &Obj<Lock>) -> Res<()> {
    give(vm, this)
}

/// The same as release().
#[native("(self)")]
fn release_lock(vm: &Vm, this: &Obj<Lock>) -> Res<()> {
    give(vm, this)
}

/// Has somebody taken it?
#[native("(self)")]
fn locked(this: &Obj<Lock>) -> bool {
    this.raw.is_held()
}

/// The same as locked().
#[native("(self)")]
fn locked_lock(this: &Obj<Lock>) -> bool {
    this.raw.is_held()
}

/// Acquire the lock.
#[native("(self)")]
fn __enter__(vm: &Vm, this: &Obj<Lock>) -> Res<bool> {
    this.raw.acquire(vm, None)
}

/// Release the lock.
#[native("(self, *exc_info)")]
fn __exit__(vm: &Vm, this: &Obj<Lock>, exc_info: &[Object]) -> Res<()> {
    let _ = exc_info;
    give(vm, this)
}

/// Make the lock free, in a child process.
#[native("(self)")]
fn _at_fork_reinit(this: &Obj<Lock>) {
    this.raw.reset();
}

/// A lock that its owner may acquire again.
pub struct RLock {
    raw: Arc<Raw>,
    owner: Cell<u64>,
    count: Cell<u64>,
}

impl Payload for RLock {
    const SPEC: Option<&'static TypeSpec> = Some(&RLOCK);
}

/// The type `RLock`.
pub static RLOCK: TypeSpec = TypeSpec {
    doc: "A lock that belongs to the thread that acquired it, which may do so again; it must release it as often.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF,
    slots: Slots { repr: Some(rlock_repr), new: Some(new_rlock), ..Slots::NONE },
    methods: rlock::METHODS,
    ..TypeSpec::new::<RLock>("_thread.RLock")
};

fn new_rlock(vm: &Vm, class: &Obj<Type>, _args: &[Object], _names: Option<&Obj<Tuple>>) -> Res {
    let lock = RLock { raw: Arc::default(), owner: Cell::new(0), count: Cell::new(0) };
    Ok(vm.alloc_of(class, lock)?.into_object())
}

fn rlock_repr(vm: &Vm, this: &Object) -> Res {
    let (owner, count) =
        this.downcast::<RLock>().map_or((0, 0), |l| (l.owner.get(), l.count.get()));
    let state = if count > 0 { "locked" } else { "unlocked" };
    let class = vm.type_name(this);
    Ok(vm
        .str(&format!("<{state} {class} object owner={owner} count={count} at {:#x}>", this.id()))?
        .into_object())
}

mod rlock {
    use super::*;

    pub const METHODS: &[NativeDef] = natives![
        acquire,
        release,
        __enter__,
        __exit__,
        _is_owned,
        _recursion_count,
        _acquire_restore,
        _release_save,
        _at_fork_reinit
    ];

    fn take(vm: &Vm, this: &RLock, timeout: Option<Duration>) -> Res<bool> {
        let me = vm.ident();
        if this.count.get() > 0 && this.owner.get() == me {
            this.count.set(this.count.get() + 1);
            return Ok(true);
        }
        if !this.raw.acquire(vm, timeout)? {
            return Ok(false);
        }
        this.owner.set(me);
        this.count.set(1);
        Ok(true)
    }

    fn give(vm: &Vm, this: &RLock) -> Res<()> {
        if this.count.get() == 0 || this.owner.get() != vm.ident() {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        this.count.set(this.count.get() - 1);
        if this.count.get() == 0 {
            this.owner.set(0);
            this.raw.release();
        }
        Ok(())
    }

    /// Acquire the lock, or once more; return whether it was acquired.
    #[native("(self, blocking=True, timeout=<unrepresentable>)", no_signature)]
    fn acquire(vm: &Vm, this: &Obj<RLock>, blocking: bool, timeout: Maybe<&Object>) -> Res<bool> {
        let timeout = timeout_of(vm, blocking, timeout)?;
        take(vm, this, timeout)
    }

    /// Undo one acquire(); others can have the lock when all are undone.
    #[native("(self)")]
    fn release(vm: &Vm, this: &Obj<RLock>) -> Res<()> {
        give(vm, this)
    }

    /// Acquire the lock.
    #[native("(self)")]
    fn __enter__(vm: &Vm, this: &Obj<RLock>) -> Res<bool> {
        take(vm, this, None)
    }

    /// Undo one acquire(); others can have the lock when all are undone.
    #[native("(self, *exc_info)")]
    fn __exit__(vm: &Vm, this: &Obj<RLock>, exc_info: &[Object]) -> Res<()> {
        let _ = exc_info;
        give(vm, this)
    }

    /// Whether it was this thread that took the lock.
    #[native("(self)")]
    fn _is_owned(vm: &Vm, this: &Obj<RLock>) -> bool {
        this.count.get() > 0 && this.owner.get() == vm.ident()
    }

    /// How often this thread has taken the lock and not given it back.
    #[native("(self)")]
    fn _recursion_count(vm: &Vm, this: &Obj<RLock>) -> u64 {
        if this.owner.get() == vm.ident() { this.count.get() } else { 0 }
    }

    /// Acquire the lock with a saved state (count, owner).
    #[native("(self, state, /)")]
    fn _acquire_restore(vm: &Vm, this: &Obj<RLock>, state: (u64, u64)) -> Res<()> {
        this.raw.acquire(vm, None)?;
        this.count.set(state.0);
        this.owner.set(state.1);
        Ok(())
    }

    /// Release the lock altogether and return its state.
    #[native("(self)")]
    fn _release_save(vm: &Vm, this: &Obj<RLock>) -> Res<(u64, u64)> {
        if this.count.get() == 0 {
            return Err(vm.runtime_error("cannot release un-acquired lock"));
        }
        let state = (this.count.replace(0), this.owner.replace(0));
        this.raw.release();
        Ok(state)
    }

    /// Make the lock free, in a child process.
    #[native("(self)")]
    fn _at_fork_reinit(this: &Obj<RLock>) {
        this.count.set(0);
        this.owner.set(0);
        this.raw.reset();
    }
}

/// Locks to be released when their threads end, by thread.
#[derive(Default)]
struct Sentinels(RefCell<HashMap<u64, Arc<Raw>>>);

/// See `_set_sentinel`.
pub fn set_sentinel(vm: &Vm) -> Res {
    let raw: Arc<Raw> = Arc::default();
    vm.interp().state::<Sentinels>().0.borrow_mut().insert(vm.ident(), raw.clone());
    Ok(vm.alloc(Lock { raw })?.into_object())
}

/// The calling thread ends.
pub fn release_sentinel(vm: &Vm) {
    let raw = vm.interp().state::<Sentinels>().0.borrow_mut().remove(&vm.ident());
    if let Some(raw) = raw {
        raw.release();
    }
}
