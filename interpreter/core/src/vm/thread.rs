//! More threads of an interpreter.
#![expect(
    unsafe_code,
    reason = "hands references to another thread, which takes the lock before it uses them"
)]

use super::frame::Stacks;
use super::{Raised, Res, Vm};
use crate::object::{Object, Value};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// References on their way to another thread.
struct Parcel(Vec<Value>);
// SAFETY: the words are used only under the interpreter's lock.
unsafe impl Send for Parcel {}

/// Counts of one interpreter's threads.
#[derive(Default)]
pub struct Threads {
    /// Threads started by `spawn` that still run.
    pub running: Cell<usize>,
    /// The system's numbers of threads by ours (`Vm::ident`), as far as somebody has told them.
    pub native_ids: RefCell<HashMap<u64, u64>>,
}

impl Threads {
    /// In the child of a fork: none of them is there.
    pub(crate) fn forked(&self) {
        self.running.set(0);
        self.native_ids.borrow_mut().clear();
    }
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// Default size of a thread's native stack, in bytes.
pub const STACK_SIZE: usize = 2 << 20;

/// Start a thread that calls `function` with the objects; `stack` bytes of native stack (0: the default).
/// `done` runs in that thread, under the lock, with what the call gave.
pub fn spawn(
    vm: &Vm,
    objects: Vec<Object>,
    stack: usize,
    body: fn(&Vm, &[Object]) -> Res,
    done: fn(&Vm, Result<Object, Raised>, &[Object]),
) -> std::io::Result<u64> {
    let interp = vm.interp_arc();
    let size = if stack == 0 { STACK_SIZE } else { stack };
    let Some(stacks) = Stacks::further(size) else {
        return Err(std::io::ErrorKind::OutOfMemory.into());
    };
    let parcel = Parcel(objects.into_iter().map(Object::into_value).collect());
    let id = NEXT_ID.fetch_add(1, Ordering::Relaxed) << 4;
    let threads = vm.interp().state::<Threads>();
    threads.running.set(threads.running.get() + 1);
    interp.has_threads.set(true);
    let copy: Vec<Value> = parcel.0.clone();
    let spawned = std::thread::Builder::new().stack_size(size).spawn(move || {
        let parcel = parcel;
        let mut vm = Vm::new(interp, stacks, false, size - size / 8);
        vm.thread_id = id;
        vm.acquire_lock();
        {
            // SAFETY: the parcel owns a count of each.
            let objects: Vec<Object> =
                parcel.0.iter().map(|v| unsafe { Object::from_owned(*v) }).collect();
            let result = body(&vm, &objects);
            done(&vm, result, &objects);
        }
        vm.let_go();
        let threads = vm.interp().state::<Threads>();
        threads.running.set(threads.running.get().saturating_sub(1)); // none after a fork
        threads.native_ids.borrow_mut().remove(&id);
        drop(threads);
        vm.release_lock();
    });
    match spawned {
        Ok(_) => Ok(id),
        Err(e) => {
            threads.running.set(threads.running.get() - 1);
            for v in copy {
                // SAFETY: the thread was not started; the counts are still ours.
                drop(unsafe { Object::from_owned(v) });
            }
            Err(e)
        }
    }
}
