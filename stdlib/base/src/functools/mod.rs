//! The module _functools: partial, reduce, cmp_to_key and the cache of lru_cache.

mod cache;
mod compare;
pub(crate) mod partial;

use crate::support::{Maybe, Object, Res, Vm, native, natives};
use taipan_core::native::ModuleDef;
use taipan_core::object::Exc;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_functools",
    doc: "Functions that make functions, or are given one.",
    functions: natives![compare::cmp_to_key, reduce],
    types: &[&cache::WRAPPER, &partial::PARTIAL],
    ..ModuleDef::EMPTY
};

/// reduce(function, iterable[, initial]) -> value
///
/// Combine the items of an iterable from left to right by a function of two arguments; the initial
/// value, if there is one, comes first.
#[native("(function, iterable, initial=<unrepresentable>, /)", no_signature)]
fn reduce(vm: &Vm, function: &Object, iterable: &Object, initial: Maybe<&Object>) -> Res {
    let items = match vm.iter(iterable) {
        Ok(items) => items,
        Err(raised) => {
            vm.caught(raised, Exc::TypeError)?;
            return Err(vm.type_error("reduce() arg 2 must support iteration"));
        }
    };
    let mut total = match initial {
        Maybe::Given(initial) => initial.clone(),
        Maybe::Absent => match vm.next(&items)? {
            Some(first) => first,
            None => {
                return Err(vm.type_error("reduce() of empty iterable with no initial value"));
            }
        },
    };
    while let Some(item) = vm.next(&items)? {
        total = vm.call(function, &[total, item])?;
        vm.poll()?;
    }
    Ok(total)
}
