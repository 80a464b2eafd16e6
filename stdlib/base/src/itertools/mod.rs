//! The module itertools: iterators as native types, one `next` slot each.
//!
//! **Invariant:** `next` may be entered again by the Python code it calls (a predicate that advances
//! the very iterator it is called by), so all state lies in `Cell`s and `Slot`s, and no borrow is held
//! while Python runs or an object is dropped. Loops that consume input without giving a result poll.

mod combinatoric;
mod grouping;
mod infinite;
mod pickle;
mod selecting;

use taipan_core::native::{ModuleDef, NativeDef, natives};
use taipan_core::object::{Obj, Object, Payload, Slot, Slots, TypeSpec, type_flags};
use taipan_core::vm::{Res, Vm};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "itertools",
    doc: "Building blocks for iterators: infinite, terminating and combinatoric.",
    functions: natives![grouping::tee],
    types: &[
        &infinite::COUNT,
        &infinite::CYCLE,
        &infinite::REPEAT,
        &selecting::CHAIN,
        &selecting::COMPRESS,
        &selecting::DROPWHILE,
        &selecting::FILTERFALSE,
        &selecting::ISLICE,
        &selecting::PAIRWISE,
        &selecting::STARMAP,
        &selecting::TAKEWHILE,
        &grouping::ACCUMULATE,
        &grouping::GROUPBY,
        &grouping::GROUPER,
        &grouping::TEE,
        &grouping::LINK_SPEC,
        &grouping::ZIP_LONGEST,
        &combinatoric::COMBINATIONS,
        &combinatoric::COMBINATIONS_WITH_REPLACEMENT,
        &combinatoric::PERMUTATIONS,
        &combinatoric::PRODUCT,
    ],
    ..ModuleDef::EMPTY
};

/// A payload that is an iterator.
pub(crate) trait Iterate: Payload {
    fn advance(this: &Obj<Self>, vm: &Vm) -> Res<Option<Object>>;
}

fn next<T: Iterate>(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    match this.downcast::<T>() {
        Some(this) => T::advance(this, vm),
        None => Err(vm.system_error("next of another type's iterator")),
    }
}

fn itself(_: &Vm, this: &Object) -> Res {
    Ok(this.clone())
}

type New = fn(
    &Vm,
    &Obj<taipan_core::object::Type>,
    &[Object],
    Option<&Obj<taipan_core::object::Tuple>>,
) -> Res;

/// The description of an iterator type.
const fn iterator<T: Iterate>(name: &'static str, doc: &'static str, new: New) -> TypeSpec {
    let mut spec = TypeSpec::new::<T>(name);
    spec.doc = doc;
    spec.flags = type_flags::BASETYPE;
    spec.slots = Slots { iter: Some(itself), next: Some(next::<T>), new: Some(new), ..Slots::NONE };
    spec
}

/// The description of an iterator type that has methods.
const fn with_methods(mut spec: TypeSpec, methods: &'static [NativeDef]) -> TypeSpec {
    spec.methods = methods;
    spec
}

/// `Payload` of a type whose references are these slots (or lists of objects in a `RefCell`).
macro_rules! iterator_payload {
    ($ty:ident, $spec:ident, [$($slot:ident),*] $(, lists [$($list:ident),*])?) => {
        impl taipan_core::object::Payload for $ty {
            const GC: bool = true;
            const SPEC: Option<&'static taipan_core::object::TypeSpec> = Some(&$spec);
            fn traverse(&self, visitor: &mut taipan_core::object::Visitor) {
                let _ = &visitor;
                $(visitor.slot(&self.$slot);)*
                $($(for object in self.$list.borrow().iter() { visitor.visit(object); })*)?
            }
            fn clear(&self) {
                $(drop(self.$slot.take());)*
                $($(drop(self.$list.take());)*)?
            }
        }
    };
}
use iterator_payload;

/// The next item of the iterator in a slot; unset means exhausted.
fn step(vm: &Vm, slot: &Slot) -> Res<Option<Object>> {
    match slot.get() {
        Some(iterator) => vm.next(&iterator),
        None => Ok(None),
    }
}
