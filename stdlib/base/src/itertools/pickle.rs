//! How the iterators are pickled and copied: `__reduce__` and `__setstate__` of all of them but count and
//! repeat, which have no state beyond their arguments.
//!
//! What is given is CPython's to the letter, so that either reads the other's pickles. **Invariant:** a state
//! that is set may come from anybody: indices are brought into their range, never trusted.

use super::combinatoric::{
    Combinations, CombinationsWithReplacement, Order, Permutations, Product, Selection, State,
};
use super::grouping::{Accumulate, GroupBy, Grouper, LINK, Link, Tee, ZipLongest};
use super::infinite::Cycle;
use super::selecting::{Chain, Compress, DropWhile, FilterFalse, Islice, StarMap, TakeWhile};
use taipan_core::native::{NativeDef, natives};
use taipan_core::object::{List, Obj, Object, Payload, Slot, Tuple, type_flags};
use taipan_core::vm::{Res, Vm};
use taipan_macros::native;

pub(super) static ACCUMULATE: &[NativeDef] = natives![accumulate_reduce, accumulate_setstate];
pub(super) static COMPRESS: &[NativeDef] = natives![compress_reduce];
pub(super) static CYCLE: &[NativeDef] = natives![cycle_reduce, cycle_setstate];
pub(super) static DROPWHILE: &[NativeDef] = natives![dropwhile_reduce, dropwhile_setstate];
pub(super) static FILTERFALSE: &[NativeDef] = natives![filterfalse_reduce];
pub(super) static GROUPBY: &[NativeDef] = natives![groupby_reduce, groupby_setstate];
pub(super) static GROUPER: &[NativeDef] = natives![grouper_reduce];
pub(super) static ISLICE: &[NativeDef] = natives![islice_reduce, islice_setstate];
pub(super) static STARMAP: &[NativeDef] = natives![starmap_reduce];
pub(super) static TAKEWHILE: &[NativeDef] = natives![takewhile_reduce, takewhile_setstate];
pub(super) static ZIP_LONGEST: &[NativeDef] = natives![zip_longest_reduce, zip_longest_setstate];
pub(super) static COMBINATIONS: &[NativeDef] = natives![combinations_reduce, combinations_setstate];
pub(super) static WITH_REPLACEMENT: &[NativeDef] = natives![replacing_reduce, replacing_setstate];
pub(super) static PERMUTATIONS: &[NativeDef] = natives![permutations_reduce, permutations_setstate];
pub(super) static PRODUCT: &[NativeDef] = natives![product_reduce, product_setstate];

/// `(class, args)`, or `(class, args, state)`.
fn reduced<T: Payload>(
    vm: &Vm,
    this: &Obj<T>,
    args: Vec<Object>,
    state: Option<Object>,
) -> Res<Obj<Tuple>> {
    let class = this.class().as_object().clone();
    let args = vm.tuple(args)?.into_object();
    match state {
        Some(state) => vm.tuple(vec![class, args, state]),
        None => vm.tuple(vec![class, args]),
    }
}

fn or_none(slot: &Slot) -> Object {
    slot.get().unwrap_or_else(Object::none)
}

/// What a source has left; nothing once it is used up.
fn rest(vm: &Vm, slot: &Slot) -> Res {
    match slot.get() {
        Some(source) => Ok(source),
        None => vm.iter(vm.tuple(Vec::new())?.as_object()),
    }
}

/// The items of a state that must be a tuple of `least` to `most`.
fn items<'a>(
    vm: &Vm,
    state: &'a Object,
    what: &str,
    least: usize,
    most: usize,
) -> Res<&'a [Object]> {
    let Some(state) = state.downcast::<Tuple>() else {
        return Err(vm.type_error("state is not a tuple"));
    };
    let (items, given) = (state.as_slice(), state.len());
    if (least..=most).contains(&given) {
        return Ok(items);
    }
    let amount = match (least == most, given < least) {
        (true, _) => "exactly",
        (false, true) => "at least",
        (false, false) => "at most",
    };
    let n = if given < least { least } else { most };
    let s = if n == 1 { "" } else { "s" };
    Err(vm.type_error(format_args!("{what} takes {amount} {n} argument{s} ({given} given)")))
}

fn numbers(vm: &Vm, all: &[usize]) -> Res {
    let all = all.iter().map(|n| vm.int_usize(*n)).collect::<Res<Vec<_>>>()?;
    Ok(vm.tuple(all)?.into_object())
}

/// An int of a state; no `__index__` is asked.
fn number(vm: &Vm, object: &Object) -> Res<i64> {
    if vm.class_of(object).has(type_flags::INT) {
        return vm.index_size(object);
    }
    Err(vm.type_error("an integer is required"))
}

/// The numbers of a tuple of `count`, each brought to `0..=most(i)`.
fn clamped(
    vm: &Vm,
    state: &Object,
    count: usize,
    most: impl Fn(usize) -> usize,
) -> Res<Vec<usize>> {
    let wrong = || vm.value_error("invalid arguments");
    let Some(state) = state.downcast::<Tuple>().filter(|t| t.len() == count) else {
        return Err(wrong());
    };
    let one = |(i, n): (usize, &Object)| -> Res<usize> {
        Ok(usize::try_from(number(vm, n)?).unwrap_or(0).min(most(i)))
    };
    state.as_slice().iter().enumerate().map(one).collect()
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn accumulate_reduce(vm: &Vm, this: &Obj<Accumulate>) -> Res<Obj<Tuple>> {
    let (source, function) = (rest(vm, &this.source)?, or_none(&this.function));
    let total = this.total.get();
    let first = match (this.initial.get(), &total) {
        (Some(initial), _) => initial,
        (None, Some(total)) if total.is_none() => total.clone(),
        _ => {
            let state = Some(total.unwrap_or_else(Object::none));
            return reduced(vm, this, vec![source, function], state);
        }
    };
    // What comes first goes before the rest; a total of None, which no state can say, is then skipped.
    let is_pending = this.initial.is_set();
    let chain = vm.type_of_payload::<Chain>()?;
    let first = vm.tuple(vec![first])?.into_object();
    let source = vm.call(chain.as_object(), &[first, source])?;
    if is_pending {
        return reduced(vm, this, vec![source, function], Some(Object::none()));
    }
    let anew = vm.call(this.class().as_object(), &[source, function])?;
    let args = vm.tuple(vec![anew, Object::small(1), Object::none()])?.into_object();
    vm.tuple(vec![vm.type_of_payload::<Islice>()?.into_object(), args])
}

/// Set the total.
#[native("(self, state, /)", name = "__setstate__")]
fn accumulate_setstate(this: &Obj<Accumulate>, state: &Object) {
    this.total.set(state.clone());
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
pub(super) fn chain_reduce(vm: &Vm, this: &Obj<Chain>) -> Res<Obj<Tuple>> {
    let Some(source) = this.source.get() else { return reduced(vm, this, Vec::new(), None) };
    let mut state = vec![source];
    state.extend(this.active.get());
    let state = vm.tuple(state)?.into_object();
    reduced(vm, this, Vec::new(), Some(state))
}

/// Set what the iterables come from, and the current iterator.
#[native("(self, state, /)", name = "__setstate__")]
pub(super) fn chain_setstate(vm: &Vm, this: &Obj<Chain>, state: &Object) -> Res<()> {
    let items = items(vm, state, "function", 1, 2)?;
    if items.iter().any(|it| vm.class_of(it).slots().next.is_none()) {
        return Err(vm.type_error("Arguments must be iterators."));
    }
    let (source, active) = (items.first().cloned(), items.get(1).cloned());
    drop((this.source.take(), this.active.take()));
    source.into_iter().for_each(|source| this.source.set(source));
    active.into_iter().for_each(|active| this.active.set(active));
    Ok(())
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn compress_reduce(vm: &Vm, this: &Obj<Compress>) -> Res<Obj<Tuple>> {
    reduced(vm, this, vec![or_none(&this.data), or_none(&this.selectors)], None)
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn cycle_reduce(vm: &Vm, this: &Obj<Cycle>) -> Res<Obj<Tuple>> {
    let saved = vm.list(this.saved.borrow().clone())?.into_object();
    let (source, complete) = match this.source.get() {
        Some(source) => (source, this.complete.get()),
        None => {
            let source = vm.iter(&saved)?;
            if this.at.get() != 0 {
                vm.call_method(&source, "__setstate__", &[vm.int_usize(this.at.get())?])?;
            }
            (source, true)
        }
    };
    let state = vm.tuple(vec![saved, Object::bool(complete)])?.into_object();
    reduced(vm, this, vec![source], Some(state))
}

/// Set the items seen so far, and whether these are all.
#[native("(self, state, /)", name = "__setstate__")]
fn cycle_setstate(vm: &Vm, this: &Obj<Cycle>, state: &Object) -> Res<()> {
    let items = items(vm, state, "function", 2, 2)?;
    let [saved, complete] = items else { return Ok(()) };
    let Some(saved) = saved.downcast::<List>() else {
        let got = vm.type_name(saved);
        return Err(vm.type_error(format_args!("argument 1 must be list, not {got}")));
    };
    let complete = vm.index_size(complete)? != 0;
    let saved = saved.to_vec().map_err(|e| vm.no_memory(e))?;
    this.complete.set(complete);
    this.at.set(0);
    drop(this.saved.replace(saved));
    Ok(())
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn dropwhile_reduce(vm: &Vm, this: &Obj<DropWhile>) -> Res<Obj<Tuple>> {
    let done = Object::small(this.done.get().into());
    reduced(vm, this, vec![or_none(&this.function), or_none(&this.source)], Some(done))
}

/// Set whether the first item to pass on was met.
#[native("(self, state, /)", name = "__setstate__")]
fn dropwhile_setstate(vm: &Vm, this: &Obj<DropWhile>, state: &Object) -> Res<()> {
    this.done.set(vm.truth(state)?);
    Ok(())
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn takewhile_reduce(vm: &Vm, this: &Obj<TakeWhile>) -> Res<Obj<Tuple>> {
    let done = Object::small(this.done.get().into());
    reduced(vm, this, vec![or_none(&this.function), or_none(&this.source)], Some(done))
}

/// Set whether the end was met.
#[native("(self, state, /)", name = "__setstate__")]
fn takewhile_setstate(vm: &Vm, this: &Obj<TakeWhile>, state: &Object) -> Res<()> {
    this.done.set(vm.truth(state)?);
    Ok(())
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn filterfalse_reduce(vm: &Vm, this: &Obj<FilterFalse>) -> Res<Obj<Tuple>> {
    reduced(vm, this, vec![or_none(&this.function), or_none(&this.source)], None)
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn starmap_reduce(vm: &Vm, this: &Obj<StarMap>) -> Res<Obj<Tuple>> {
    reduced(vm, this, vec![or_none(&this.function), or_none(&this.source)], None)
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn groupby_reduce(vm: &Vm, this: &Obj<GroupBy>) -> Res<Obj<Tuple>> {
    let args = vec![or_none(&this.source), or_none(&this.function)];
    match (this.key.get(), this.value.get(), this.target.get()) {
        (Some(key), Some(value), Some(target)) => {
            let state = vm.tuple(vec![key, value, target])?.into_object();
            reduced(vm, this, args, Some(state))
        }
        _ => reduced(vm, this, args, None),
    }
}

/// Set the item taken last, its key and the key of the current group.
#[native("(self, state, /)", name = "__setstate__")]
fn groupby_setstate(vm: &Vm, this: &Obj<GroupBy>, state: &Object) -> Res<()> {
    if let [key, value, target] = items(vm, state, "function", 3, 3)? {
        this.key.set(key.clone());
        this.value.set(value.clone());
        this.target.set(target.clone());
    }
    Ok(())
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn grouper_reduce(vm: &Vm, this: &Obj<Grouper>) -> Res<Obj<Tuple>> {
    match this.parent.get_as::<GroupBy>() {
        Some(parent) if parent.group.get() == this.group => {
            reduced(vm, this, vec![parent.into_object(), or_none(&this.target)], None)
        }
        // A group that is over has nothing left.
        _ => {
            let nothing = vm.tuple(vec![vm.tuple(Vec::new())?.into_object()])?.into_object();
            vm.tuple(vec![crate::io::builtin(vm, "iter")?, nothing])
        }
    }
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn islice_reduce(vm: &Vm, this: &Obj<Islice>) -> Res<Obj<Tuple>> {
    let Some(source) = this.source.get() else {
        let nothing = vm.iter(vm.new_list()?.as_object())?;
        return reduced(vm, this, vec![nothing, Object::small(0)], Some(Object::small(0)));
    };
    let stop = match this.stop {
        Some(stop) => vm.int_usize(stop)?,
        None => Object::none(),
    };
    let args = vec![source, vm.int_usize(this.next.get())?, stop, vm.int_usize(this.step)?];
    let taken = vm.int_usize(this.taken.get())?;
    reduced(vm, this, args, Some(taken))
}

/// Set how many items were taken.
#[native("(self, state, /)", name = "__setstate__")]
fn islice_setstate(vm: &Vm, this: &Obj<Islice>, state: &Object) -> Res<()> {
    let Ok(taken) = usize::try_from(number(vm, state)?) else {
        return Err(vm.overflow_error("can't convert negative value to size_t"));
    };
    this.taken.set(taken);
    Ok(())
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
pub(super) fn tee_reduce(vm: &Vm, this: &Obj<Tee>) -> Res<Obj<Tuple>> {
    let nothing = vm.tuple(Vec::new())?.into_object();
    let state = vm.tuple(vec![or_none(&this.link), vm.int_usize(this.at.get())?])?;
    reduced(vm, this, vec![nothing], Some(state.into_object()))
}

/// Set the link of the chain, and the place in it.
#[native("(self, state, /)", name = "__setstate__")]
pub(super) fn tee_setstate(vm: &Vm, this: &Obj<Tee>, state: &Object) -> Res<()> {
    let [link, at] = items(vm, state, "function", 2, 2)? else { return Ok(()) };
    if link.downcast::<Link>().is_none() {
        let got = vm.type_name(link);
        return Err(
            vm.type_error(format_args!("argument 1 must be itertools._tee_dataobject, not {got}"))
        );
    }
    let Some(at) = usize::try_from(vm.index_size(at)?).ok().filter(|at| *at <= LINK) else {
        return Err(vm.value_error("Index out of range"));
    };
    this.link.set(link.clone());
    this.at.set(at);
    Ok(())
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
pub(super) fn link_reduce(vm: &Vm, this: &Obj<Link>) -> Res<Obj<Tuple>> {
    let items = vm.list(this.items.borrow().clone())?.into_object();
    reduced(vm, this, vec![or_none(&this.source), items, or_none(&this.next)], None)
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn zip_longest_reduce(vm: &Vm, this: &Obj<ZipLongest>) -> Res<Obj<Tuple>> {
    let sources = this.sources.borrow().clone();
    let nothing = vm.tuple(Vec::new())?.into_object();
    let args = sources.into_iter().map(|source| source.unwrap_or_else(|| nothing.clone()));
    reduced(vm, this, args.collect(), Some(or_none(&this.fill)))
}

/// Set what stands for the items that shorter iterables lack.
#[native("(self, state, /)", name = "__setstate__")]
fn zip_longest_setstate(this: &Obj<ZipLongest>, state: &Object) {
    this.fill.set(state.clone());
}

fn selection_reduce<T: Payload>(
    vm: &Vm,
    this: &Obj<T>,
    selection: &Selection,
    order: Order,
) -> Res<Obj<Tuple>> {
    let r = vm.int_usize(selection.r)?;
    if selection.state.get() == State::Done {
        return reduced(vm, this, vec![vm.tuple(Vec::new())?.into_object(), r], None);
    }
    let args = vec![vm.tuple_from(&selection.pool)?.into_object(), r];
    if selection.state.get() == State::Fresh {
        return reduced(vm, this, args, None);
    }
    let indices = numbers(vm, &selection.indices.borrow())?;
    let state = match order {
        Order::Permutations => {
            vm.tuple(vec![indices, numbers(vm, &selection.cycles.borrow())?])?.into_object()
        }
        _ => indices,
    };
    reduced(vm, this, args, Some(state))
}

fn selection_setstate(vm: &Vm, selection: &Selection, state: &Object, order: Order) -> Res<()> {
    let (n, r) = (selection.pool.len(), selection.r);
    if selection.state.get() == State::Done {
        // Nothing can be selected, so there are no indices either.
        return clamped(vm, state, r, |_| 0).map(drop);
    }
    let last = n.saturating_sub(1);
    let (indices, cycles) = match order {
        Order::Combinations => (clamped(vm, state, r, |i| i + n - r)?, Vec::new()),
        Order::WithReplacement => (clamped(vm, state, r, |_| last)?, Vec::new()),
        Order::Permutations => {
            let [indices, cycles] = items(vm, state, "function", 2, 2)? else { return Ok(()) };
            let mut cycles = clamped(vm, cycles, r, |i| n - i)?;
            cycles.iter_mut().for_each(|left| *left = (*left).max(1));
            (clamped(vm, indices, n, |_| last)?, cycles)
        }
    };
    drop(selection.indices.replace(indices));
    drop(selection.cycles.replace(cycles));
    selection.state.set(State::Going);
    Ok(())
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn combinations_reduce(vm: &Vm, this: &Obj<Combinations>) -> Res<Obj<Tuple>> {
    selection_reduce(vm, this, &this.0, Order::Combinations)
}

/// Set the indices of the selection given last.
#[native("(self, state, /)", name = "__setstate__")]
fn combinations_setstate(vm: &Vm, this: &Obj<Combinations>, state: &Object) -> Res<()> {
    selection_setstate(vm, &this.0, state, Order::Combinations)
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn replacing_reduce(vm: &Vm, this: &Obj<CombinationsWithReplacement>) -> Res<Obj<Tuple>> {
    selection_reduce(vm, this, &this.0, Order::WithReplacement)
}

/// Set the indices of the selection given last.
#[native("(self, state, /)", name = "__setstate__")]
fn replacing_setstate(vm: &Vm, this: &Obj<CombinationsWithReplacement>, state: &Object) -> Res<()> {
    selection_setstate(vm, &this.0, state, Order::WithReplacement)
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn permutations_reduce(vm: &Vm, this: &Obj<Permutations>) -> Res<Obj<Tuple>> {
    selection_reduce(vm, this, &this.0, Order::Permutations)
}

/// Set the indices of the arrangement given last, and how often each place can still turn.
#[native("(self, state, /)", name = "__setstate__")]
fn permutations_setstate(vm: &Vm, this: &Obj<Permutations>, state: &Object) -> Res<()> {
    selection_setstate(vm, &this.0, state, Order::Permutations)
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn product_reduce(vm: &Vm, this: &Obj<Product>) -> Res<Obj<Tuple>> {
    if this.state.get() == State::Done {
        return reduced(vm, this, vec![vm.tuple(Vec::new())?.into_object()], None);
    }
    let pools = this.pools.borrow().clone();
    let state = match this.state.get() {
        State::Going => Some(numbers(vm, &this.indices.borrow())?),
        _ => None,
    };
    reduced(vm, this, pools, state)
}

/// Set the indices of the tuple given last.
#[native("(self, state, /)", name = "__setstate__")]
fn product_setstate(vm: &Vm, this: &Obj<Product>, state: &Object) -> Res<()> {
    let pools = this.pools.borrow().clone();
    let size = |i: usize| pools.get(i).and_then(|p| p.downcast::<Tuple>()).map_or(0, |p| p.len());
    let indices = clamped(vm, state, pools.len(), |i| size(i).saturating_sub(1))?;
    if (0..pools.len()).any(|i| size(i) == 0) {
        this.state.set(State::Done);
        return Ok(());
    }
    drop(this.indices.replace(indices));
    this.state.set(State::Going);
    Ok(())
}
