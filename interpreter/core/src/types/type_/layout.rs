//! Whether classes can share instances: what a base adds to an instance, which base decides.
//!
//! **Invariant:** an instance has the native payload of exactly one type, and the `__slots__` words of
//! every class in the chain of `base` lie where that class's descriptors say.

use crate::object::*;
use crate::types::descriptors::Member;
use crate::vm::{Raised, Res, Vm};

/// Whether instances end in items of their own number (int, tuple, bytes): they take no `__slots__`.
pub(crate) fn has_items(class: &Type) -> bool {
    class.has(type_flags::INT | type_flags::TUPLE | type_flags::BYTES)
        || class.has(type_flags::TYPE)
}

/// Exceptions that have fields of their own, which no other exception's can be mixed with.
const WITH_FIELDS: &[&str] = &[
    "OSError",
    "SyntaxError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeTranslateError",
    "ImportError",
    "StopIteration",
    "SystemExit",
    "NameError",
    "AttributeError",
    "BaseExceptionGroup",
];

/// Whether a class adds something to the instances of its base.
fn extends(class: &Obj<Type>, base: &Obj<Type>) -> bool {
    if class.is_heap_type() {
        return class.member_count.get() != base.member_count.get();
    }
    if class.has(type_flags::EXCEPTION) && base.has(type_flags::EXCEPTION) {
        return WITH_FIELDS.contains(&class.short_name().as_str());
    }
    class.layout_id() != base.layout_id()
        || class.member_count.get() != base.member_count.get()
        || class.attr_offset.get() != base.attr_offset.get()
}

/// The nearest class at or above this one that shaped the instances.
pub(super) fn solid_base(class: &Obj<Type>) -> Obj<Type> {
    let mut at = class.clone();
    while let Some(base) = at.base.get_as::<Type>() {
        if extends(&at, &base) {
            return at;
        }
        at = base;
    }
    at
}

/// The base that the layout of instances comes from.
pub(super) fn best_base(vm: &Vm, bases: &[Object]) -> Res<Obj<Type>> {
    let mut best: Option<(Obj<Type>, Obj<Type>)> = None;
    for b in bases {
        let Some(b) = b.downcast::<Type>() else {
            return Err(vm.type_error("bases must be types"));
        };
        if !b.has(type_flags::BASETYPE) {
            let shown = b.full_name();
            return Err(
                vm.type_error(format_args!("type '{shown}' is not an acceptable base type"))
            );
        }
        let candidate = solid_base(b);
        match &best {
            None => best = Some((b.clone(), candidate)),
            Some((_, winner)) if winner.is_subtype(&candidate) => {}
            Some((_, winner)) if candidate.is_subtype(winner) => {
                best = Some((b.clone(), candidate))
            }
            Some(_) => return Err(vm.type_error("multiple bases have instance lay-out conflict")),
        }
    }
    Ok(best.map_or_else(|| vm.types().object.clone(), |(base, _)| base))
}

/// Names of all `__slots__` words, in the order of their places.
fn members(class: &Obj<Type>) -> Vec<(u32, String)> {
    let mut all = Vec::new();
    let mut at = Some(class.clone());
    while let Some(c) = at {
        if c.is_heap_type() {
            for (_, v) in c.dict.snapshot() {
                if let Some(m) =
                    v.downcast::<Member>().filter(|m| m.owner.is(&c) && m.def.is_none())
                {
                    all.push((m.offset, m.name.to_string_lossy()));
                }
            }
        }
        at = c.base.get_as::<Type>();
    }
    crate::text::order::sort_seldom(&mut all);
    all
}

/// Refuse (for the assignment named) classes whose instances look different.
pub(crate) fn check_same_layout(vm: &Vm, old: &Obj<Type>, new: &Obj<Type>, what: &str) -> Res<()> {
    let fits = old.layout_id() == new.layout_id()
        && old.attr_offset.get() == new.attr_offset.get()
        && old.member_count.get() == new.member_count.get()
        && (old.member_count.get() == 0
            || old.member_offset.get() == new.member_offset.get() && members(old) == members(new))
        && old.has(type_flags::WEAKREF) == new.has(type_flags::WEAKREF)
        && has_native(old, new);
    if fits { Ok(()) } else { Err(differs(vm, old, new, what)) }
}

/// The native bases agree (exceptions share a layout, but not their fields).
fn has_native(old: &Obj<Type>, new: &Obj<Type>) -> bool {
    let native = |class: &Obj<Type>| {
        let mut at = class.clone();
        while at.is_heap_type() {
            match at.base.get_as::<Type>() {
                Some(b) => at = b,
                None => break,
            }
        }
        solid_base(&at)
    };
    native(old).is(&native(new))
}

#[cold]
fn differs(vm: &Vm, old: &Type, new: &Type, what: &str) -> Raised {
    // CPython compares destructors first: those of classes and of native types are never the same.
    let part =
        if old.is_heap_type() == new.is_heap_type() { "object layout" } else { "deallocator" };
    let (new, old) = (new.full_name(), old.full_name());
    vm.type_error(format_args!("{what} assignment: '{new}' {part} differs from '{old}'"))
}
