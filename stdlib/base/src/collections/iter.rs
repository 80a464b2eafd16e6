//! The iterators of deque.

use super::deque::{Deque, of};
use crate::support::{
    NativeConstructor, Obj, Object, Payload, Res, Slot, Slots, Tuple, Type, TypeSpec, Visitor, Vm,
    native, natives,
};
use std::cell::Cell;

/// State of both directions.
struct Walk {
    deque: Slot,
    /// Items given.
    given: Cell<usize>,
    changes: u64,
}

impl Walk {
    fn new(deque: &Obj<Deque>) -> Walk {
        Walk {
            deque: Slot::new(deque.as_object().clone()),
            given: Cell::new(0),
            changes: deque.changes.get(),
        }
    }

    fn left(&self) -> usize {
        let length = self.deque.get_as::<Deque>().map_or(0, |d| d.items.borrow().len());
        length.saturating_sub(self.given.get())
    }

    fn step(&self, vm: &Vm, back: bool) -> Res<Option<Object>> {
        let Some(deque) = self.deque.get_as::<Deque>() else { return Ok(None) };
        if deque.changes.get() != self.changes {
            drop(self.deque.take());
            return Err(vm.runtime_error("deque mutated during iteration"));
        }
        let (given, length) = (self.given.get(), deque.items.borrow().len());
        if given >= length {
            drop(self.deque.take());
            return Ok(None);
        }
        self.given.set(given + 1);
        Ok(deque.get(if back { length - 1 - given } else { given }))
    }

    fn reduce(&self, vm: &Vm, class: &Obj<Type>) -> Res<Obj<Tuple>> {
        let deque = match self.deque.get() {
            Some(deque) => deque,
            None => vm.call(vm.type_of_payload::<Deque>()?.as_object(), &[])?,
        };
        let args = vm.tuple(vec![deque, vm.int_usize(self.given.get())?])?.into_object();
        vm.tuple(vec![class.as_object().clone(), args])
    }
}

macro_rules! direction {
    ($ty:ident, $spec:ident, $name:literal, $back:literal, $next:ident, $new:ident, $hint:ident,
     $reduce:ident) => {
        pub(super) struct $ty(Walk);

        impl Payload for $ty {
            const GC: bool = true;
            const SPEC: Option<&'static TypeSpec> = Some(&$spec);
            fn traverse(&self, visitor: &mut Visitor) {
                visitor.slot(&self.0.deque);
            }
            fn clear(&self) {
                drop(self.0.deque.take());
            }
        }

        pub(super) static $spec: TypeSpec = TypeSpec {
            slots: Slots {
                new: Some(<$new as NativeConstructor>::new),
                iter: Some(|_, this| Ok(this.clone())),
                next: Some($next),
                ..Slots::NONE
            },
            methods: natives![$hint, $reduce],
            ..TypeSpec::new::<$ty>(concat!("_collections.", $name))
        };

        fn $next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
            match this.downcast::<$ty>() {
                Some(this) => this.0.step(vm, $back),
                None => Ok(None),
            }
        }

        #[native("(cls, deque, index=0, /)", constructor, name = $name, parse_tuple)]
        fn $new(vm: &Vm, cls: &Obj<Type>, deque: &Obj<Deque>, index: usize) -> Res<Obj<$ty>> {
            let walk = Walk::new(deque);
            walk.given.set(index);
            vm.alloc_of(cls, $ty(walk))
        }

        /// How many items seem to be left, for those who want to make room.
        #[native("(self, /)", name = "__length_hint__", no_signature)]
        fn $hint(this: &Obj<$ty>) -> usize {
            this.0.left()
        }

        /// What pickle and copy make another one from.
        #[native("(self, /)", name = "__reduce__", no_signature)]
        fn $reduce(vm: &Vm, this: &Obj<$ty>) -> Res<Obj<Tuple>> {
            this.0.reduce(vm, this.class())
        }
    };
}

direction!(
    DequeIter,
    DEQUE_ITER,
    "_deque_iterator",
    false,
    next_forward,
    new_forward,
    hint_forward,
    reduce_forward
);
direction!(
    DequeReverseIter,
    DEQUE_REVERSE_ITER,
    "_deque_reverse_iterator",
    true,
    next_back,
    new_back,
    hint_back,
    reduce_back
);

pub(super) fn forward(vm: &Vm, this: &Object) -> Res {
    Ok(vm.alloc(DequeIter(Walk::new(&of(vm, this)?)))?.into_object())
}

/// D.__reversed__() -- an iterator from the right end to the left
#[native("(self, /)", name = "__reversed__", no_signature)]
pub(super) fn reversed(vm: &Vm, this: &Obj<Deque>) -> Res<Obj<DequeReverseIter>> {
    vm.alloc(DequeReverseIter(Walk::new(this)))
}
