//! What `except*` does: divide what is raised among the clauses, and put together what is left.

use super::{Res, Vm};
use crate::object::*;
use crate::types::exceptions::group::{
    Matcher, is_exception_class, is_group, make, members, split_by,
};

/// Divide `rest` (an exception, a group, or None) by a clause's type: (unmatched rest or None, matched group
/// or None).
pub(crate) fn match_group(vm: &Vm, rest: &Object, class: &Object) -> Res<(Object, Object)> {
    check_types(vm, class)?;
    if rest.is_none() {
        return Ok((Object::none(), Object::none()));
    }
    if vm.given_exception_matches(rest, class) {
        // A naked exception is handed to the clause in a group.
        let matched = match is_group(vm, rest) {
            true => rest.clone(),
            false => make(vm, vm.tuple(vec![rest.clone()])?.into_object())?,
        };
        return Ok((Object::none(), matched));
    }
    if !is_group(vm, rest) {
        return Ok((rest.clone(), Object::none()));
    }
    let pair = vm.call_method(rest, "split", std::slice::from_ref(class))?;
    let Some(t) = pair.downcast::<Tuple>() else {
        return Err(vm.type_error(format_args!(
            "{}.split must return a tuple, not {}",
            vm.type_name(rest),
            vm.type_name(&pair)
        )));
    };
    match t.as_slice() {
        [matched, rest, ..] => Ok((rest.clone(), matched.clone())),
        _ => Err(vm.type_error(format_args!(
            "{}.split must return a 2-tuple, got tuple of size {}",
            vm.type_name(rest),
            t.len()
        ))),
    }
}

/// `except*` takes exception types, but none of groups.
fn check_types(vm: &Vm, class: &Object) -> Res<()> {
    let one = std::slice::from_ref(class);
    let classes = class.downcast::<Tuple>().map_or(one, |t| t.as_slice());
    if !classes.iter().all(is_exception_class) {
        return Err(
            vm.type_error("catching classes that do not inherit from BaseException is not allowed")
        );
    }
    let group = vm.types().exception(Exc::BaseExceptionGroup);
    if classes.iter().any(|c| c.downcast::<Type>().is_some_and(|t| t.is_subtype(&group))) {
        return Err(vm.type_error(
            "catching ExceptionGroup with except* is not allowed. Use except instead.",
        ));
    }
    Ok(())
}

/// At the end of `try ... except*`: what to raise, or None. `excs` are what the clauses raised, what no clause
/// matched, and None for clauses that ended well.
pub(crate) fn prepare_reraise(vm: &Vm, original: &Object, excs: &[Object]) -> Res {
    if !is_group(vm, original) {
        // Only one clause can have run.
        return Ok(excs.iter().find(|e| !e.is_none()).cloned().unwrap_or_else(Object::none));
    }
    let (mut raised, mut reraised) = (Vec::new(), Vec::new());
    for e in excs.iter().filter(|e| !e.is_none()) {
        if is_group(vm, e) && same_origin(e, original) {
            reraised.push(e.clone());
        } else {
            raised.push(e.clone());
        }
    }
    let again = projection(vm, original, &reraised)?;
    if raised.is_empty() {
        return Ok(again.unwrap_or_else(Object::none));
    }
    raised.extend(again);
    match raised.as_slice() {
        [one] => Ok(one.clone()),
        _ => make(vm, vm.list(raised)?.into_object()),
    }
}

/// Whether a group is a part of the original one rather than raised anew: parts share chain and traceback.
fn same_origin(a: &Object, b: &Object) -> bool {
    match (a.downcast::<Exception>(), b.downcast::<Exception>()) {
        (Some(a), Some(b)) => {
            a.traceback.peek() == b.traceback.peek()
                && a.cause.peek() == b.cause.peek()
                && a.context.peek() == b.context.peek()
        }
        _ => false,
    }
}

/// The part of `original` whose leaves are in one of `keep`.
fn projection(vm: &Vm, original: &Object, keep: &[Object]) -> Res<Option<Object>> {
    let mut leaves = Vec::new();
    for e in keep {
        collect_leaves(vm, e, &mut leaves)?;
    }
    if leaves.is_empty() {
        return Ok(None);
    }
    Ok(split_by(vm, original, &Matcher::Leaves(leaves), false)?.0)
}

fn collect_leaves(vm: &Vm, e: &Object, out: &mut Vec<Object>) -> Res<()> {
    if !is_group(vm, e) {
        out.push(e.clone());
        return Ok(());
    }
    vm.recurse(" in collect_exception_group_leaf_ids", || {
        for m in members(e) {
            collect_leaves(vm, &m, out)?;
        }
        Ok(())
    })
}
