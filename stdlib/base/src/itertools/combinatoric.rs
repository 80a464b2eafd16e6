//! product, permutations, combinations, combinations_with_replacement: the input is taken once, then
//! only indices change.

use super::{Iterate, iterator, iterator_payload, pickle, with_methods};
use std::cell::{Cell, RefCell};
use taipan_core::native::NativeConstructor;
use taipan_core::object::{NoMemory, Obj, Object, Tuple, Type, TypeSpec};
use taipan_core::vm::{Res, Vm};
use taipan_macros::native;

/// A vector made by `fill`, or MemoryError.
fn numbers(vm: &Vm, count: usize, fill: impl Fn(usize) -> usize) -> Res<Vec<usize>> {
    let mut all = Vec::new();
    all.try_reserve_exact(count).map_err(|_| vm.no_memory(NoMemory))?;
    all.extend((0..count).map(fill));
    Ok(all)
}

/// The items at these places as a tuple.
fn pick(vm: &Vm, pool: &[Object], places: impl ExactSizeIterator<Item = usize>) -> Res {
    let mut items = Vec::new();
    items.try_reserve_exact(places.len()).map_err(|_| vm.no_memory(NoMemory))?;
    items.extend(places.filter_map(|place| pool.get(place).cloned()));
    Ok(vm.tuple(items)?.into_object())
}

pub(super) struct Product {
    /// Tuples.
    pub(super) pools: RefCell<Vec<Object>>,
    pub(super) indices: RefCell<Vec<usize>>,
    pub(super) state: Cell<State>,
}
iterator_payload!(Product, PRODUCT, [], lists[pools]);

#[derive(Clone, Copy, PartialEq)]
pub(super) enum State {
    Fresh,
    Going,
    Done,
}

pub(super) static PRODUCT: TypeSpec = with_methods(
    iterator::<Product>(
        "itertools.product",
        "product(*iterables, repeat=1)\n--\n\nThe cartesian product of the iterables, as nested loops would give it.",
        <product_new as NativeConstructor>::new,
    ),
    pickle::PRODUCT,
);

#[native("(cls, *iterables, repeat=1)", constructor, name = "product")]
fn product_new(vm: &Vm, cls: &Obj<Type>, iterables: &[Object], repeat: isize) -> Res<Obj<Product>> {
    let Ok(repeat) = usize::try_from(repeat) else {
        return Err(vm.value_error("repeat argument cannot be negative"));
    };
    let given = if repeat == 0 { &[][..] } else { iterables };
    let count = given
        .len()
        .checked_mul(repeat)
        .filter(|n| *n < isize::MAX as usize / 8)
        .ok_or_else(|| vm.overflow_error("repeat argument too large"))?;
    let mut once = Vec::new();
    for iterable in given {
        once.push(vm.tuple(vm.collect(iterable)?)?.into_object());
    }
    let mut pools = Vec::new();
    pools.try_reserve_exact(count).map_err(|_| vm.no_memory(NoMemory))?;
    for _ in 0..if once.is_empty() { 0 } else { repeat } {
        pools.extend(once.iter().cloned());
    }
    let indices = numbers(vm, count, |_| 0)?;
    vm.alloc_of(
        cls,
        Product {
            pools: RefCell::new(pools),
            indices: RefCell::new(indices),
            state: Cell::new(State::Fresh),
        },
    )
}

impl Product {
    /// Go to the next indices; false past the last ones.
    fn turn(&self) -> bool {
        let (pools, mut indices) = (self.pools.borrow(), self.indices.borrow_mut());
        let size = |pool: &Object| pool.downcast::<Tuple>().map_or(0, |pool| pool.len());
        if self.state.get() == State::Fresh {
            self.state.set(State::Going);
            return pools.iter().all(|pool| size(pool) > 0);
        }
        for (index, pool) in indices.iter_mut().zip(pools.iter()).rev() {
            *index += 1;
            if *index < size(pool) {
                return true;
            }
            *index = 0;
        }
        false
    }
}

impl Iterate for Product {
    fn advance(this: &Obj<Product>, vm: &Vm) -> Res<Option<Object>> {
        if this.state.get() == State::Done || !this.turn() {
            this.state.set(State::Done);
            return Ok(None);
        }
        let (pools, indices) = (this.pools.borrow(), this.indices.borrow());
        let mut items = Vec::new();
        let room = items.try_reserve_exact(pools.len());
        if room.is_ok() {
            items.extend(
                pools
                    .iter()
                    .zip(indices.iter())
                    .filter_map(|(pool, index)| pool.downcast::<Tuple>()?.get(*index)),
            );
        }
        drop((pools, indices));
        room.map_err(|_| vm.no_memory(NoMemory))?;
        Ok(Some(vm.tuple(items)?.into_object()))
    }
}

/// How the indices of one of the three go on.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Order {
    Combinations,
    WithReplacement,
    Permutations,
}

/// A selection of `r` items out of `pool`.
pub(super) struct Selection {
    pub(super) pool: Vec<Object>,
    pub(super) r: usize,
    pub(super) indices: RefCell<Vec<usize>>,
    /// Permutations: how often each place can still turn.
    pub(super) cycles: RefCell<Vec<usize>>,
    pub(super) state: Cell<State>,
}

impl Selection {
    fn new(vm: &Vm, iterable: &Object, r: usize, order: Order) -> Res<Selection> {
        let pool = vm.collect(iterable)?;
        let n = pool.len();
        let possible = match order {
            Order::WithReplacement => n > 0 || r == 0,
            _ => r <= n,
        };
        let state = if possible { State::Fresh } else { State::Done };
        let (indices, cycles) = match order {
            _ if !possible => (Vec::new(), Vec::new()),
            Order::Combinations => (numbers(vm, r, |i| i)?, Vec::new()),
            Order::WithReplacement => (numbers(vm, r, |_| 0)?, Vec::new()),
            Order::Permutations => (numbers(vm, n, |i| i)?, numbers(vm, r, |i| n - i)?),
        };
        Ok(Selection {
            pool,
            r,
            indices: RefCell::new(indices),
            cycles: RefCell::new(cycles),
            state: Cell::new(state),
        })
    }

    fn advance(&self, vm: &Vm, order: Order) -> Res<Option<Object>> {
        let going = match self.state.get() {
            State::Fresh => true,
            State::Going => self.turn(order),
            State::Done => false,
        };
        if !going {
            self.state.set(State::Done);
            return Ok(None);
        }
        self.state.set(State::Going);
        let indices = self.indices.borrow();
        pick(vm, &self.pool, indices.iter().copied().take(self.r)).map(Some)
    }

    fn turn(&self, order: Order) -> bool {
        let (n, r) = (self.pool.len(), self.r);
        let mut indices = self.indices.borrow_mut();
        match order {
            Order::Combinations => {
                let Some(at) = (0..r).rev().find(|&i| indices[i] != i + n - r) else {
                    return false;
                };
                let first = indices[at] + 1;
                indices[at..].iter_mut().enumerate().for_each(|(i, index)| *index = first + i);
            }
            Order::WithReplacement => {
                let Some(at) = (0..r).rev().find(|&i| indices[i] != n - 1) else {
                    return false;
                };
                let value = indices[at] + 1;
                indices[at..].fill(value);
            }
            Order::Permutations => {
                let mut cycles = self.cycles.borrow_mut();
                for i in (0..r).rev() {
                    cycles[i] -= 1;
                    if cycles[i] > 0 {
                        let other = n - cycles[i];
                        indices.swap(i, other);
                        return true;
                    }
                    // All of this place were given: put the rest back in order.
                    indices[i..].rotate_left(1);
                    cycles[i] = n - i;
                }
                return false;
            }
        }
        true
    }
}

/// The type of one order of selections.
macro_rules! selection {
    ($ty:ident, $spec:ident, $order:ident, $methods:ident, $name:literal, $new:ident, $doc:literal) => {
        pub(super) struct $ty(pub(super) Selection);

        impl taipan_core::object::Payload for $ty {
            const GC: bool = true;
            const SPEC: Option<&'static TypeSpec> = Some(&$spec);
            fn traverse(&self, visitor: &mut taipan_core::object::Visitor) {
                self.0.pool.iter().for_each(|object| visitor.visit(object));
            }
        }

        impl Iterate for $ty {
            fn advance(this: &Obj<$ty>, vm: &Vm) -> Res<Option<Object>> {
                this.0.advance(vm, Order::$order)
            }
        }

        pub(super) static $spec: TypeSpec = with_methods(
            iterator::<$ty>(concat!("itertools.", $name), $doc, <$new as NativeConstructor>::new),
            pickle::$methods,
        );
    };
}

selection!(
    Combinations,
    COMBINATIONS,
    Combinations,
    COMBINATIONS,
    "combinations",
    combinations_new,
    "combinations(iterable, r)\n--\n\nThe selections of r items of iterable, each in the order of iterable."
);
selection!(
    CombinationsWithReplacement,
    COMBINATIONS_WITH_REPLACEMENT,
    WithReplacement,
    WITH_REPLACEMENT,
    "combinations_with_replacement",
    combinations_with_replacement_new,
    "combinations_with_replacement(iterable, r)\n--\n\nThe selections of r items, where an item can be taken again."
);
selection!(
    Permutations,
    PERMUTATIONS,
    Permutations,
    PERMUTATIONS,
    "permutations",
    permutations_new,
    "permutations(iterable, r=None)\n--\n\nThe arrangements of r items of iterable (all of them if r is None)."
);

fn not_negative(vm: &Vm, r: isize) -> Res<usize> {
    usize::try_from(r).map_err(|_| vm.value_error("r must be non-negative"))
}

#[native("(cls, iterable, r)", constructor, name = "combinations")]
fn combinations_new(
    vm: &Vm,
    cls: &Obj<Type>,
    iterable: &Object,
    r: isize,
) -> Res<Obj<Combinations>> {
    let selection = Selection::new(vm, iterable, not_negative(vm, r)?, Order::Combinations)?;
    vm.alloc_of(cls, Combinations(selection))
}

#[native("(cls, iterable, r)", constructor, name = "combinations_with_replacement")]
fn combinations_with_replacement_new(
    vm: &Vm,
    cls: &Obj<Type>,
    iterable: &Object,
    r: isize,
) -> Res<Obj<CombinationsWithReplacement>> {
    let selection = Selection::new(vm, iterable, not_negative(vm, r)?, Order::WithReplacement)?;
    vm.alloc_of(cls, CombinationsWithReplacement(selection))
}

#[native("(cls, iterable, r=None)", constructor, name = "permutations")]
fn permutations_new(
    vm: &Vm,
    cls: &Obj<Type>,
    iterable: &Object,
    r: Option<&Object>,
) -> Res<Obj<Permutations>> {
    let items = vm.tuple(vm.collect(iterable)?)?.into_object();
    let r = match r {
        None => items.downcast::<Tuple>().map_or(0, |t| t.len()),
        Some(r) if r.as_small_int().is_none() && !r.is_bool() => {
            return Err(vm.type_error("Expected int as r"));
        }
        Some(r) if r.is_bool() => usize::from(r.is_true_singleton()),
        Some(r) => not_negative(vm, r.as_small_int().unwrap_or(0) as isize)?,
    };
    vm.alloc_of(cls, Permutations(Selection::new(vm, &items, r, Order::Permutations)?))
}
