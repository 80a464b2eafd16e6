//! Which thread loads which module: another one that imports it waits until it is complete.
//!
//! **Invariant:** nobody waits for a thread that waits for it, over however many others: who would
//! close such a circle goes on with the module as it is, as in an import in a circle within one thread.

use crate::vm::{Res, Vm};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How often a waiting thread looks by itself, so that signal handlers run.
const POLL: Duration = Duration::from_millis(50);

/// The modules that are being loaded in one interpreter.
#[derive(Default)]
pub(super) struct Loading(Rc<Tables>);

#[derive(Default)]
struct Tables {
    /// Threads by the module they load.
    owners: RefCell<HashMap<String, u64>>,
    /// Modules by the thread that waits for them.
    waiting: RefCell<HashMap<u64, String>>,
    /// Changes when a module is complete.
    ended: Arc<(Mutex<u64>, Condvar)>,
}

/// The mark that a module is being loaded; dropping it takes it back.
pub(super) struct Mark(Option<(Rc<Tables>, String)>);

impl Drop for Mark {
    fn drop(&mut self) {
        if let Some((tables, name)) = self.0.take() {
            tables.owners.borrow_mut().remove(&name);
            *tables.ended.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            tables.ended.1.notify_all();
        }
    }
}

impl Loading {
    /// Whether no thread loads anything.
    pub(super) fn is_idle(&self) -> bool {
        self.0.owners.borrow().is_empty()
    }

    /// Wait while another thread loads the module.
    #[inline]
    pub(super) fn wait_for(&self, vm: &Vm, name: &str) -> Res<()> {
        if self.0.owners.borrow().is_empty() { Ok(()) } else { self.wait(vm, name) }
    }

    #[cold]
    fn wait(&self, vm: &Vm, name: &str) -> Res<()> {
        let me = vm.ident();
        while self.0.must_wait(me, name) {
            let ended = self.0.ended.clone();
            let seen = *ended.0.lock().unwrap_or_else(PoisonError::into_inner);
            self.0.waiting.borrow_mut().insert(me, name.to_owned());
            vm.allow_threads(move || {
                let count = ended.0.lock().unwrap_or_else(PoisonError::into_inner);
                if *count == seen {
                    drop(ended.1.wait_timeout(count, POLL));
                }
            });
            self.0.waiting.borrow_mut().remove(&me);
            vm.poll()?;
        }
        Ok(())
    }

    /// From now on this thread loads the module.
    pub(super) fn begin(&self, vm: &Vm, name: &str) -> Mark {
        let mut owners = self.0.owners.borrow_mut();
        if owners.contains_key(name) {
            return Mark(None);
        }
        owners.insert(name.to_owned(), vm.ident());
        Mark(Some((self.0.clone(), name.to_owned())))
    }

    /// In the child of a fork: only this thread is left.
    pub(super) fn forked(&self, vm: &Vm) {
        self.0.owners.borrow_mut().retain(|_, owner| *owner == vm.ident());
        self.0.waiting.borrow_mut().clear();
    }
}

impl Tables {
    /// Whether another thread loads the module, and does not wait for this one.
    fn must_wait(&self, me: u64, name: &str) -> bool {
        let (owners, waiting) = (self.owners.borrow(), self.waiting.borrow());
        let mut name = name;
        // Each step is another thread that waits.
        for step in 0..=waiting.len() {
            match owners.get(name) {
                None => return step > 0,
                Some(owner) if *owner == me => return false,
                Some(owner) => match waiting.get(owner) {
                    None => return true,
                    Some(next) => name = next,
                },
            }
        }
        true
    }
}
