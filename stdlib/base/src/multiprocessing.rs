//! The modules _multiprocessing (semaphores that processes share) and _posixshmem (memory that they share).

use crate::support::*;
use std::cell::Cell;
use taipan_core::vm::policy::Access;
use taipan_sys::process::{self as sys, Semaphore};
use taipan_sys::time::{self, Timespec};

/// The table of _multiprocessing.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_multiprocessing",
    doc: "Semaphores that processes share.",
    functions: natives![sem_unlink],
    types: &[&SEMLOCK],
    fill: Some(|vm, module| {
        let flags = vm.new_dict()?;
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT", "HAVE_FD_TRANSFER"] {
            flags.set_named(vm, name, vm.int(1)?)?;
        }
        module.set(vm, "flags", flags)
    }),
    ..ModuleDef::EMPTY
};

/// The table of _posixshmem.
pub static SHARED: ModuleDef = ModuleDef {
    name: "_posixshmem",
    doc: "POSIX shared memory module",
    functions: natives![shm_open, shm_unlink],
    ..ModuleDef::EMPTY
};

fn ask(vm: &Vm, name: &str) -> Res<()> {
    vm.ask(|| Access::Open { path: name.as_bytes(), writes: true })
}

fn told<T>(vm: &Vm, result: std::io::Result<T>) -> Res<T> {
    result.map_err(|failure| raise_io(vm, failure))
}

#[native("(name, /)")]
fn sem_unlink(vm: &Vm, name: &str) -> Res<()> {
    ask(vm, name)?;
    told(vm, sys::unlink_semaphore(name.as_bytes()))
}

/// Open a shared memory object.  Returns a file descriptor (integer).
#[native("(path, flags, mode=511)")]
fn shm_open(vm: &Vm, path: &Object, flags: i32, mode: i32) -> Res<i32> {
    let name = shared_name(vm, path)?;
    ask(vm, &name)?;
    let opened = vm.allow_threads(|| sys::open_shared(name.as_bytes(), flags, mode as u32));
    opened.map_err(|failure| raise_io_at(vm, failure, path))
}

/// Remove a shared memory object (similar to unlink()).
///
/// Remove a shared memory object name, and, once all processes  have  unmapped
/// the object, de-allocates and destroys the contents of the associated memory
/// region.
#[native("(path)")]
fn shm_unlink(vm: &Vm, path: &Object) -> Res<()> {
    let name = shared_name(vm, path)?;
    ask(vm, &name)?;
    sys::unlink_shared(name.as_bytes()).map_err(|failure| raise_io_at(vm, failure, path))
}

fn shared_name(vm: &Vm, path: &Object) -> Res<String> {
    let Some(text) = path.downcast::<Str>() else {
        let got = vm.type_name(path);
        return Err(vm.type_error(format_args!("argument 'path' must be str, not {got}")));
    };
    let name = vm.utf8(text)?.into_owned();
    if name.contains('\0') {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(name)
}

/// A lock that its thread may take again.
const RECURSIVE: i32 = 0;

/// The payload of SemLock.
struct SemLock {
    semaphore: Semaphore,
    kind: i32,
    max: i32,
    name: Option<String>,
    count: Cell<i32>,
    owner: Cell<u64>,
}

impl Payload for SemLock {
    const SPEC: Option<&'static TypeSpec> = Some(&SEMLOCK);
}

static SEMLOCK: TypeSpec = TypeSpec {
    doc: "Semaphore/Mutex type",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(<semlock as NativeConstructor>::new), ..Slots::NONE },
    methods: natives![
        acquire,
        release,
        _count,
        _is_mine,
        _get_value,
        _is_zero,
        _after_fork,
        _rebuild,
        __enter__,
        __exit__
    ],
    getsets: getsets![handle, kind, maxvalue, name],
    fill: Some(|vm, class| {
        class.dict.set_named(vm, "SEM_VALUE_MAX", vm.int(i64::from(sys::SEMAPHORE_MAX))?)
    }),
    ..TypeSpec::new::<SemLock>("_multiprocessing.SemLock")
};

#[native("(cls, kind, value, maxvalue, name, unlink)", constructor)]
fn semlock(
    vm: &Vm,
    cls: &Obj<Type>,
    kind: i32,
    value: i32,
    maxvalue: i32,
    name: &str,
    unlink: bool,
) -> Res<Obj<SemLock>> {
    if kind != RECURSIVE && kind != 1 {
        return Err(vm.value_error("unrecognized kind"));
    }
    ask(vm, name)?;
    let value = u32::try_from(value).unwrap_or(u32::MAX);
    let semaphore = told(vm, Semaphore::create(name.as_bytes(), value))?;
    if unlink {
        told(vm, sys::unlink_semaphore(name.as_bytes()))?;
    }
    let name = (!unlink).then(|| name.to_owned());
    vm.alloc_of(cls, SemLock::new(semaphore, kind, maxvalue, name))
}

impl SemLock {
    fn new(semaphore: Semaphore, kind: i32, max: i32, name: Option<String>) -> SemLock {
        SemLock { semaphore, kind, max, name, count: Cell::new(0), owner: Cell::new(0) }
    }

    fn is_mine(&self, vm: &Vm) -> bool {
        self.count.get() > 0 && self.owner.get() == vm.ident()
    }

    /// Waits for it; None: without end.
    fn wait(&self, vm: &Vm, timeout: Option<f64>) -> Res<bool> {
        // A signal interrupts a wait, but not in the instant before it begins: it is looked at again after this.
        const POLL: i64 = 50_000_000;
        const FAR: f64 = 9e9;
        let now = || told(vm, time::clock_gettime(time::REALTIME)).map(Timespec::total_nanos);
        let end = match timeout {
            Some(seconds) => {
                let nanos = (seconds.clamp(0.0, FAR) * 1e9) as i64;
                Some(now()?.saturating_add(nanos))
            }
            None => None,
        };
        loop {
            let start = now()?;
            let slice = start.saturating_add(POLL);
            let until = end.map_or(slice, |end| end.min(slice));
            let semaphore = &self.semaphore;
            if blocking(vm, || semaphore.wait_until(Timespec::from_nanos(until)))? {
                return Ok(true);
            }
            vm.poll()?;
            if end.is_some_and(|end| until >= end) {
                return Ok(false);
            }
        }
    }

    fn take(&self, vm: &Vm, block: bool, timeout: Option<f64>) -> Res<bool> {
        if self.kind == RECURSIVE && self.is_mine(vm) {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        if !told(vm, self.semaphore.try_wait())? && (!block || !self.wait(vm, timeout)?) {
            return Ok(false);
        }
        self.count.set(self.count.get() + 1);
        self.owner.set(vm.ident());
        Ok(true)
    }
}

/// Acquire the semaphore/lock.
#[native("(self, block=True, timeout=None)")]
fn acquire(vm: &Vm, this: &Obj<SemLock>, block: bool, timeout: Option<f64>) -> Res<bool> {
    this.take(vm, block, timeout)
}

/// Enter the semaphore/lock.
#[native("(self, /)")]
fn __enter__(vm: &Vm, this: &Obj<SemLock>) -> Res<bool> {
    this.take(vm, true, None)
}

/// Exit the semaphore/lock.
#[native("(self, exc_type=None, exc_value=None, exc_tb=None, /)")]
fn __exit__(
    vm: &Vm,
    this: &Obj<SemLock>,
    exc_type: Option<&Object>,
    exc_value: Option<&Object>,
    exc_tb: Option<&Object>,
) -> Res<()> {
    let _ = (exc_type, exc_value, exc_tb);
    give(vm, this)
}

/// Release the semaphore/lock.
#[native("(self, /)")]
fn release(vm: &Vm, this: &Obj<SemLock>) -> Res<()> {
    give(vm, this)
}

fn give(vm: &Vm, this: &SemLock) -> Res<()> {
    if this.kind == RECURSIVE {
        if !this.is_mine(vm) {
            let text = "attempt to release recursive lock not owned by thread";
            return Err(vm.raise_kind(Exc::AssertionError, text));
        }
        if this.count.get() > 1 {
            this.count.set(this.count.get() - 1);
            return Ok(());
        }
    } else if told(vm, this.semaphore.value())? >= this.max {
        return Err(vm.value_error("semaphore or lock released too many times"));
    }
    told(vm, this.semaphore.post())?;
    this.count.set(this.count.get() - 1);
    Ok(())
}

/// Num of `acquire()`s minus num of `release()`s for this process.
#[native("(self, /)")]
fn _count(this: &Obj<SemLock>) -> i32 {
    this.count.get()
}

/// Whether the lock is owned by this thread.
#[native("(self, /)")]
fn _is_mine(vm: &Vm, this: &Obj<SemLock>) -> bool {
    this.is_mine(vm)
}

/// Get the value of the semaphore.
#[native("(self, /)")]
fn _get_value(vm: &Vm, this: &Obj<SemLock>) -> Res<i32> {
    told(vm, this.semaphore.value()).map(|n| n.max(0))
}

/// Return whether semaphore has value zero.
#[native("(self, /)")]
fn _is_zero(vm: &Vm, this: &Obj<SemLock>) -> Res<bool> {
    told(vm, this.semaphore.value()).map(|n| n == 0)
}

/// Rezero the net acquisition count after fork().
#[native("(self, /)")]
fn _after_fork(this: &Obj<SemLock>) {
    this.count.set(0);
}

/// The semaphore of this name, in another process.
#[native("(cls, handle, kind, maxvalue, name, /)", classmethod)]
fn _rebuild(
    vm: &Vm,
    cls: &Obj<Type>,
    handle: &Object,
    kind: i32,
    maxvalue: i32,
    name: Option<&str>,
) -> Res<Obj<SemLock>> {
    let _ = handle;
    let Some(name) = name else {
        return Err(vm.value_error("a semaphore without a name cannot be opened again"));
    };
    ask(vm, name)?;
    let semaphore = told(vm, Semaphore::open(name.as_bytes()))?;
    vm.alloc_of(cls, SemLock::new(semaphore, kind, maxvalue, Some(name.to_owned())))
}

#[getter]
fn handle(this: &Obj<SemLock>) -> usize {
    this.semaphore.address()
}

#[getter]
fn kind(this: &Obj<SemLock>) -> i32 {
    this.kind
}

#[getter]
fn maxvalue(this: &Obj<SemLock>) -> i32 {
    this.max
}

#[getter]
fn name(this: &Obj<SemLock>) -> Option<String> {
    this.name.clone()
}
