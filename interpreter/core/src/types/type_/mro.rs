//! The method resolution order: C3, the `mro` hook of metaclasses, assignment to `__bases__`.
//!
//! **Invariant:** a class's `mro` is replaced as a whole, and only by an order all of whose classes fit
//! the layout of its instances.

use super::{layout, slots};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// In which order classes are searched for an attribute: a list, with this class first.
#[native("(self, /)")]
pub(super) fn mro(vm: &Vm, this: &Obj<Type>) -> Res {
    Ok(vm.list(linearize(vm, this)?)?.into_object())
}

/// C3: the class, then the merge of the bases' orders and the bases.
fn linearize(vm: &Vm, class: &Obj<Type>) -> Res<Vec<Object>> {
    let Some(bases) = class.bases.get_as::<Tuple>() else {
        return Ok(vec![class.as_object().clone()]);
    };
    let bases = bases.as_slice();
    let mut lists: Vec<Vec<Object>> = Vec::new();
    for b in bases {
        let Some(order) = b.downcast::<Type>().and_then(|b| b.mro_tuple()) else {
            let shown = b.downcast::<Type>().map_or(String::new(), |b| b.full_name());
            return Err(vm.type_error(format_args!("Cannot extend an incomplete type '{shown}'")));
        };
        lists.push(order.as_slice().to_vec());
    }
    let mut out = vec![class.as_object().clone()];
    if let [only] = &lists[..] {
        out.extend_from_slice(only);
        return Ok(out);
    }
    for (i, b) in bases.iter().enumerate() {
        if bases[..i].iter().any(|o| o.is(b)) {
            let shown = b.downcast::<Type>().map_or(String::new(), |b| b.short_name());
            return Err(vm.type_error(format_args!("duplicate base class {shown}")));
        }
    }
    lists.push(bases.to_vec());
    let mut heads = vec![0usize; lists.len()];
    // How often a class is still in the tail (beyond the head) of some list.
    let mut in_tails: std::collections::HashMap<u64, u32> = std::collections::HashMap::new();
    for l in &lists {
        for o in l.iter().skip(1) {
            *in_tails.entry(o.id()).or_default() += 1;
        }
    }
    loop {
        let mut left = false;
        let mut next = None;
        for (l, head) in lists.iter().zip(&heads) {
            let Some(candidate) = l.get(*head) else { continue };
            left = true;
            if in_tails.get(&candidate.id()).is_none_or(|n| *n == 0) {
                next = Some(candidate.clone());
                break;
            }
        }
        if !left {
            return Ok(out);
        }
        let Some(next) = next else { return Err(inconsistent(vm, &lists, &heads)) };
        for (l, head) in lists.iter().zip(&mut heads) {
            if l.get(*head).is_some_and(|o| o.is(&next)) {
                *head += 1;
                if let Some(new_head) = l.get(*head) {
                    if let Some(n) = in_tails.get_mut(&new_head.id()) {
                        *n -= 1;
                    }
                }
            }
        }
        out.push(next);
    }
}

#[cold]
fn inconsistent(vm: &Vm, lists: &[Vec<Object>], heads: &[usize]) -> crate::vm::Raised {
    let mut seen: Vec<Object> = Vec::new();
    for (l, head) in lists.iter().zip(heads) {
        if let Some(o) = l.get(*head) {
            if !seen.iter().any(|s| s.is(o)) {
                seen.push(o.clone());
            }
        }
    }
    let names: Vec<String> = seen
        .iter()
        .map(|o| o.downcast::<Type>().map_or(String::new(), |t| t.short_name()))
        .collect();
    vm.type_error(format_args!(
        "Cannot create a consistent method resolution\norder (MRO) for bases {}",
        names.join(", ")
    ))
}

/// Compute and set the order of a class, asking the metaclass's `mro` if it has its own.
pub(super) fn set_order(vm: &Vm, class: &Obj<Type>) -> Res<()> {
    let items = match own_hook(vm, class) {
        None => linearize(vm, class)?,
        Some(_) => {
            let result = match vm.call_special(class.as_object(), &vm.names().mro, &[])? {
                Some(r) => r,
                None => return Err(vm.attribute_error("mro")),
            };
            let items = vm.collect(&result)?;
            let solid = layout::solid_base(class);
            for o in &items {
                let Some(t) = o.downcast::<Type>() else {
                    let got = vm.type_name(o);
                    return Err(vm.type_error(format_args!("mro() returned a non-class ('{got}')")));
                };
                if !solid.is_subtype(&layout::solid_base(t)) {
                    let got = t.full_name();
                    return Err(vm.type_error(format_args!(
                        "mro() returned base with unsuitable layout ('{got}')"
                    )));
                }
            }
            items
        }
    };
    class.mro.set(vm.tuple(items)?.into_object());
    class.modified(vm);
    Ok(())
}

/// The metaclass's `mro`, unless it is `type`'s.
fn own_hook(vm: &Vm, class: &Obj<Type>) -> Option<Object> {
    let meta = class.class();
    if meta.is(&vm.types().type_) {
        return None;
    }
    let found = meta.lookup(vm, &vm.names().mro)?;
    let usual = vm.types().type_.lookup(vm, &vm.names().mro)?;
    if found.is(&usual) { None } else { Some(found) }
}

/// Whether the order is the class and then its only base's order.
pub(super) fn is_single(class: &Obj<Type>) -> Option<Obj<Type>> {
    let bases = class.bases.get_as::<Tuple>()?;
    let [base] = bases.as_slice() else { return None };
    let base = base.downcast::<Type>()?.clone();
    let (mine, theirs) = (class.mro_tuple()?, base.mro_tuple()?);
    let same = mine.len() == theirs.len() + 1
        && mine.as_slice().first().is_some_and(|o| o.is(class.as_object()))
        && mine.as_slice().iter().skip(1).zip(theirs.as_slice()).all(|(a, b)| a.is(b));
    if same { Some(base) } else { None }
}

fn list_with_bases(class: &Obj<Type>, bases: &Obj<Tuple>, add: bool) {
    for b in bases.as_slice() {
        if let Some(b) = b.downcast::<Type>() {
            if add {
                b.add_subclass(class);
            } else {
                b.subclasses.borrow_mut().retain(|s| *s != class.value());
            }
        }
    }
}

/// `C.__bases__ = (...)`.
pub(super) fn set_bases(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let class = super::settable(vm, this, "__bases__", value)?;
    let value = value.unwrap_or(const { &Object::none() });
    let shown = class.full_name();
    let Some(new) = value.downcast::<Tuple>() else {
        let got = vm.type_name(value);
        return Err(
            vm.type_error(format_args!("can only assign tuple to {shown}.__bases__, not {got}"))
        );
    };
    if new.is_empty() {
        return Err(vm.type_error(format_args!(
            "can only assign non-empty tuple to {shown}.__bases__, not ()"
        )));
    }
    for b in new.as_slice() {
        let Some(b) = b.downcast::<Type>() else {
            let got = vm.type_name(b);
            return Err(vm.type_error(format_args!(
                "{shown}.__bases__ must be tuple of classes, not '{got}'"
            )));
        };
        if b.is_subtype(class) || by_base(b, class) {
            return Err(vm.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let base = layout::best_base(vm, new.as_slice())?;
    let old_base = class.base.get_as::<Type>();
    if let Some(old) = &old_base {
        layout::check_same_layout(vm, old, &base, "__bases__")?;
    }
    let old_bases = class.bases.get_as::<Tuple>();
    class.base.set(base.clone().into_object());
    class.bases.set(new.clone().into_object());
    if let Err(raised) = update_orders(vm, class) {
        // As before, unless the hook meddled with the bases itself.
        if class.base.peek() == base.value() {
            class.base.assign(old_base.map(Obj::into_object));
            class.bases.assign(old_bases.map(Obj::into_object));
        }
        return Err(raised);
    }
    if class.bases.peek() == new.value() {
        if let Some(old) = &old_bases {
            list_with_bases(class, old, false);
        }
        list_with_bases(class, new, true);
        for c in class.descendants() {
            slots::fix_all(vm, &c);
        }
    }
    class.modified(vm);
    Ok(())
}

fn by_base(class: &Obj<Type>, of: &Obj<Type>) -> bool {
    let mut at = class.base.get_as::<Type>();
    while let Some(b) = at {
        if b.is(of) {
            return true;
        }
        at = b.base.get_as::<Type>();
    }
    false
}

/// Recompute the orders of a class and all below it; all or none.
fn update_orders(vm: &Vm, class: &Obj<Type>) -> Res<()> {
    let mut done: Vec<(Obj<Type>, Option<Object>)> = Vec::new();
    let mut failed = None;
    for c in class.descendants() {
        let old = c.mro.get();
        if let Err(r) = set_order(vm, &c) {
            failed = Some(r);
            break;
        }
        done.push((c, old));
    }
    let Some(raised) = failed else { return Ok(()) };
    for (c, old) in done {
        c.mro.assign(old);
        c.modified(vm);
    }
    Err(raised)
}

/// List a fresh class with its bases.
pub(super) fn add_to_bases(class: &Obj<Type>) {
    if let Some(bases) = class.bases.get_as::<Tuple>() {
        list_with_bases(class, &bases, true);
    }
}
