//! The builtin types `set` and `frozenset`: slots and the algebra; methods are in `methods`.
//!
//! Both share the payload `Set`. **Invariant:** comparing elements may run Python, which may change the sets
//! at hand; loops go by position and ask again. Elements keep the order in which they were added.

pub(crate) mod algebra;
mod methods;

use super::list::iter::itself;
use super::number::{at_most_one, for_subclass};
use super::sequence::{Writer, guarded_repr, no_hash, unhashable};
use crate::object::*;
use crate::text::numhash::FrozensetHash;
use crate::vm::{Raised, Res, Vm};
use std::cell::Cell;

/// The type `set`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "set() -> new empty set object\n\
          set(iterable) -> new set object\n\n\
          Different hashable objects without order, which are quickly found.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF | type_flags::MATCH_SELF,
    slots: Slots {
        isub: Some(algebra::isub),
        iand: Some(algebra::iand),
        ixor: Some(algebra::ixor),
        ior: Some(algebra::ior),
        hash: Some(unhashable),
        new: Some(new),
        init: Some(init),
        ..COMMON
    },
    methods: methods::SET,
    fill: Some(no_hash),
    ..TypeSpec::new::<Set>("set")
};

/// The type `frozenset`.
pub static FROZENSET: TypeSpec = TypeSpec {
    doc: "frozenset() -> empty frozenset object\n\
          frozenset(iterable) -> frozenset object\n\n\
          A set that cannot change, and so can be a key or an item of a set.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF | type_flags::MATCH_SELF,
    slots: Slots { hash: Some(hash), new: Some(new_frozenset), ..COMMON },
    methods: methods::FROZENSET,
    ..TypeSpec::new::<Set>("frozenset")
};

const COMMON: Slots = Slots {
    sub: Some(algebra::sub),
    and: Some(algebra::and),
    xor: Some(algebra::xor),
    or: Some(algebra::or),
    len: Some(len),
    contains: Some(contains),
    iter: Some(iter),
    repr: Some(repr),
    richcmp: Some(algebra::richcmp),
    ..Slots::NONE
};

/// The set in `self` of a slot.
#[inline(always)]
pub(crate) fn this<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Set>> {
    object.downcast::<Set>().ok_or_else(|| wrong_self(vm, object))
}

#[cold]
fn wrong_self(vm: &Vm, object: &Object) -> Raised {
    vm.type_error(format_args!("a set is required (got type {})", vm.type_name(object)))
}

fn new(vm: &Vm, class: &Obj<Type>, _args: &[Object], _names: Option<&Obj<Tuple>>) -> Res {
    Ok(vm.set_of(class)?.into_object())
}

fn init(vm: &Vm, a: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    let set = this(vm, a)?;
    let source = at_most_one(vm, "set", args, names)?;
    set.table.clear_all();
    match source {
        Some(source) => algebra::update(vm, set, source),
        None => Ok(()),
    }
}

fn new_frozenset(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let (args, names) = for_subclass(vm, class, &vm.types().frozenset, args, names);
    let source = at_most_one(vm, "frozenset", args, names)?;
    let exact = class.is(&vm.types().frozenset);
    if let (Some(source), true) = (source, exact) {
        if source.is_kind(Kind::FrozenSet) {
            return Ok(source.clone());
        }
    }
    let set = vm.set_of(class)?;
    if let Some(source) = source {
        algebra::update(vm, &set, source)?;
    }
    Ok(set.into_object())
}

fn len(vm: &Vm, a: &Object) -> Res<usize> {
    Ok(this(vm, a)?.len())
}

/// The hash to look an element up by; a set stands for the frozenset of its elements. None: it was not a
/// set either, and the error is in flight.
pub(crate) fn lookup_hash(vm: &Vm, element: &Object) -> Res<i64> {
    match vm.hash(element) {
        Ok(h) => Ok(h),
        Err(raised) => match element.downcast::<Set>() {
            Some(s) => {
                drop(vm.caught(raised, Exc::TypeError)?);
                Ok(hash_of(s))
            }
            None => Err(raised),
        },
    }
}

pub(crate) fn contains(vm: &Vm, a: &Object, x: &Object) -> Res<bool> {
    let set = this(vm, a)?;
    let hash = lookup_hash(vm, x)?;
    Ok(set.table.find(vm, x, hash)?.is_some())
}

/// The hash of a frozenset with these elements.
fn hash_of(set: &Set) -> i64 {
    let mut h = FrozensetHash::default();
    let mut i = 0;
    while let Some(at) = set.table.next_live(i) {
        h.add(set.table.hash_at(at).unwrap_or(0));
        i = at + 1;
    }
    h.finish()
}

fn hash(vm: &Vm, a: &Object) -> Res<i64> {
    let set = this(vm, a)?;
    if set.hash.get() == -1 {
        set.hash.set(hash_of(set));
    }
    Ok(set.hash.get())
}

fn repr(vm: &Vm, a: &Object) -> Res {
    let set = this(vm, a)?;
    let class = vm.class_of(a).full_name();
    if set.is_empty() {
        return Ok(vm.str(&format!("{class}()"))?.into_object());
    }
    guarded_repr(vm, a, &format!("{class}(...)"), || {
        let plain = vm.class_of(a).is(&vm.types().set);
        let mut out = Writer::new(vm);
        let class = if plain { None } else { Some(vm.str(&class)?) };
        if let Some(c) = &class {
            out.text(c.as_text())?;
            out.ascii("(")?;
        }
        out.ascii("{")?;
        for (i, element) in elements(vm, set)?.iter().enumerate() {
            if i > 0 {
                out.ascii(", ")?;
            }
            out.repr(element)?;
            vm.poll()?;
        }
        out.ascii(if plain { "}" } else { "})" })?;
        out.finish()
    })
}

/// New references to all elements as they are now.
pub(crate) fn elements(vm: &Vm, set: &Set) -> Res<Vec<Object>> {
    let mut out = Vec::new();
    out.try_reserve_exact(set.len()).map_err(|e| vm.no_memory(e.into()))?;
    let mut i = 0;
    while let Some(at) = set.table.next_live(i) {
        if let Some((element, _)) = set.table.entry_at(at) {
            out.push(element);
        }
        i = at + 1;
    }
    Ok(out)
}

/// Iterator of a set.
pub struct SetIter {
    /// Unset when exhausted.
    pub(crate) set: Slot,
    pub(crate) at: Cell<u32>,
    pub(crate) left: Cell<usize>,
    /// Size that the set must have; `usize::MAX` once it had another.
    pub(crate) size: Cell<usize>,
}

impl Payload for SetIter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&ITER);
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.set);
    }
    fn clear(&self) {
        drop(self.set.take());
    }
}

/// The type `set_iterator`.
pub static ITER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(itself), next: Some(next), ..Slots::NONE },
    methods: methods::ITER,
    ..TypeSpec::new::<SetIter>("set_iterator")
};

fn iter(vm: &Vm, a: &Object) -> Res {
    let n = this(vm, a)?.len();
    let it = SetIter {
        set: Slot::new(a.clone()),
        at: Cell::new(0),
        left: Cell::new(n),
        size: Cell::new(n),
    };
    Ok(vm.alloc_of(&vm.types().set_iter, it)?.into_object())
}

fn next(vm: &Vm, a: &Object) -> Res<Option<Object>> {
    let Some(it) = a.downcast::<SetIter>() else { return Ok(None) };
    let Some(set) = it.set.get_as::<Set>() else { return Ok(None) };
    if set.len() != it.size.get() {
        it.size.set(usize::MAX);
        return Err(vm.runtime_error("Set changed size during iteration"));
    }
    let found = set.table.next_live(it.at.get());
    match found.and_then(|at| Some((at, set.table.entry_at(at)?))) {
        // (Elements replaced one for one: stop after as many as there were.)
        Some((at, (element, _))) if it.left.get() > 0 => {
            it.left.set(it.left.get() - 1);
            it.at.set(at + 1);
            Ok(Some(element))
        }
        _ => {
            drop(it.set.take());
            Ok(None)
        }
    }
}

/// Elements still to come, for `__length_hint__`.
pub(crate) fn length_hint(it: &SetIter) -> usize {
    match it.set.get_as::<Set>() {
        Some(s) if s.len() == it.size.get() => it.left.get(),
        _ => 0,
    }
}

/// The elements still to come, the iterator left as it is.
fn rest_of(vm: &Vm, it: &SetIter) -> Res<Vec<Object>> {
    let mut out = Vec::new();
    let Some(set) = it.set.get_as::<Set>() else { return Ok(out) };
    if set.len() != it.size.get() {
        return Err(vm.runtime_error("Set changed size during iteration"));
    }
    out.try_reserve(it.left.get()).map_err(|e| vm.no_memory(e.into()))?;
    let mut i = it.at.get();
    while let Some(at) = set.table.next_live(i) {
        out.extend(set.table.entry_at(at).map(|e| e.0));
        i = at + 1;
    }
    Ok(out)
}
