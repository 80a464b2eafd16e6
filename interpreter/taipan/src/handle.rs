//! Python objects in the hands of the host.
//!
//! **Invariant:** a [`Handle`] names a place in its interpreter's table and touches no object itself, so it
//! can go to any thread, outlive its interpreter, and be dropped anywhere; every use compares the owner.

use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use taipan_core::native::{ArgInfo, FromArg, FromObject, IntoObject};
use taipan_core::object::Object;
use taipan_core::vm::{Res, Vm};

/// What an interpreter shares with its handles: the places that are free again.
#[derive(Default)]
struct Owner {
    freed: Mutex<Vec<usize>>,
    any_freed: AtomicBool,
}

struct Place {
    index: usize,
    owner: Arc<Owner>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.owner.freed.lock().unwrap_or_else(PoisonError::into_inner).push(self.index);
        self.owner.any_freed.store(true, Ordering::Release);
    }
}

/// A Python object that the host keeps. Using it with another interpreter is a `RuntimeError`.
#[derive(Clone)]
pub struct Handle(Arc<Place>);

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({})", self.0.index)
    }
}

/// The table of one interpreter.
#[derive(Default)]
pub(crate) struct Handles {
    owner: Arc<Owner>,
    objects: RefCell<Vec<Option<Object>>>,
    free: RefCell<Vec<usize>>,
}

impl Handles {
    pub(crate) fn keep(&self, object: Object) -> Handle {
        self.sweep();
        let index = match self.free.borrow_mut().pop() {
            Some(index) => index,
            None => {
                self.objects.borrow_mut().push(None);
                self.objects.borrow().len() - 1
            }
        };
        if let Some(place) = self.objects.borrow_mut().get_mut(index) {
            *place = Some(object);
        }
        Handle(Arc::new(Place { index, owner: self.owner.clone() }))
    }

    /// Let go of the objects whose handles were dropped. May run Python.
    pub(crate) fn sweep(&self) {
        if !self.owner.any_freed.swap(false, Ordering::Acquire) {
            return;
        }
        let freed =
            std::mem::take(&mut *self.owner.freed.lock().unwrap_or_else(PoisonError::into_inner));
        for index in freed {
            let object = self.objects.borrow_mut().get_mut(index).and_then(Option::take);
            self.free.borrow_mut().push(index);
            drop(object);
        }
    }

    fn object(&self, handle: &Handle) -> Option<Object> {
        if !Arc::ptr_eq(&self.owner, &handle.0.owner) {
            return None;
        }
        self.objects.borrow().get(handle.0.index)?.clone()
    }
}

impl Handle {
    /// The object, inside of its interpreter.
    pub fn object(&self, vm: &Vm) -> Res {
        match vm.interp().state::<Handles>().object(self) {
            Some(object) => Ok(object),
            None => Err(vm.runtime_error("the handle belongs to another interpreter")),
        }
    }

    /// A handle for an object, inside of its interpreter.
    pub fn new(vm: &Vm, object: Object) -> Handle {
        vm.interp().state::<Handles>().keep(object)
    }
}

impl FromObject for Handle {
    fn from_object(vm: &Vm, object: &Object, _: &ArgInfo) -> Res<Self> {
        Ok(Handle::new(vm, object.clone()))
    }
}

impl<'a> FromArg<'a> for Handle {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        Ok(Handle::new(vm, object.clone()))
    }
}

impl IntoObject for &Handle {
    fn into_object(self, vm: &Vm) -> Res {
        self.object(vm)
    }
}

impl IntoObject for Handle {
    fn into_object(self, vm: &Vm) -> Res {
        self.object(vm)
    }
}
