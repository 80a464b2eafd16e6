//! Iterators that pass on some of what others give: chain, compress, dropwhile, filterfalse, islice,
//! pairwise, starmap, takewhile.

use super::{Iterate, iterator, iterator_payload, pickle, step, with_methods};
use std::cell::Cell;
use taipan_core::native::{Maybe, NativeConstructor, class_getitem, natives};
use taipan_core::object::{Obj, Object, Slot, Tuple, Type, TypeSpec};
use taipan_core::vm::{Res, Vm};
use taipan_macros::native;

pub(super) struct Chain {
    /// Gives the iterables.
    pub(super) source: Slot,
    /// The iterator of the current one.
    pub(super) active: Slot,
}
iterator_payload!(Chain, CHAIN, [source, active]);

pub(super) static CHAIN: TypeSpec = TypeSpec {
    methods: natives![from_iterable, pickle::chain_reduce, pickle::chain_setstate, class_getitem],
    ..iterator::<Chain>(
        "itertools.chain",
        "chain(*iterables)\n--\n\nThe items of the first iterable, then those of the next, and so on.",
        <chain_new as NativeConstructor>::new,
    )
};

#[native("(cls, *iterables)", constructor, name = "chain")]
fn chain_new(vm: &Vm, cls: &Obj<Type>, iterables: &[Object]) -> Res<Obj<Chain>> {
    let all = vm.tuple_from(iterables)?.into_object();
    vm.alloc_of(cls, Chain { source: Slot::new(vm.iter(&all)?), active: Slot::empty() })
}

/// chain() whose iterables come from one iterable, asked for as they are needed.
#[native("(cls, iterable, /)", classmethod)]
fn from_iterable(vm: &Vm, cls: &Obj<Type>, iterable: &Object) -> Res<Obj<Chain>> {
    vm.alloc_of(cls, Chain { source: Slot::new(vm.iter(iterable)?), active: Slot::empty() })
}

impl Iterate for Chain {
    fn advance(this: &Obj<Chain>, vm: &Vm) -> Res<Option<Object>> {
        loop {
            if let Some(item) = step(vm, &this.active)? {
                return Ok(Some(item));
            }
            let Some(iterable) = step(vm, &this.source)? else {
                drop(this.source.take());
                drop(this.active.take());
                return Ok(None);
            };
            match vm.iter(&iterable) {
                Ok(iterator) => this.active.set(iterator),
                Err(raised) => {
                    drop(this.source.take());
                    return Err(raised);
                }
            }
            vm.poll()?;
        }
    }
}

pub(super) struct Compress {
    pub(super) data: Slot,
    pub(super) selectors: Slot,
}
iterator_payload!(Compress, COMPRESS, [data, selectors]);

pub(super) static COMPRESS: TypeSpec = with_methods(
    iterator::<Compress>(
        "itertools.compress",
        "compress(data, selectors)\n--\n\nThe items of data whose counterpart in selectors is true.",
        <compress_new as NativeConstructor>::new,
    ),
    pickle::COMPRESS,
);

#[native("(cls, data, selectors)", constructor, name = "compress")]
fn compress_new(vm: &Vm, cls: &Obj<Type>, data: &Object, selectors: &Object) -> Res<Obj<Compress>> {
    let (data, selectors) = (vm.iter(data)?, vm.iter(selectors)?);
    vm.alloc_of(cls, Compress { data: Slot::new(data), selectors: Slot::new(selectors) })
}

impl Iterate for Compress {
    fn advance(this: &Obj<Compress>, vm: &Vm) -> Res<Option<Object>> {
        loop {
            let Some(item) = step(vm, &this.data)? else { return Ok(None) };
            let Some(selector) = step(vm, &this.selectors)? else { return Ok(None) };
            if vm.truth(&selector)? {
                return Ok(Some(item));
            }
            vm.poll()?;
        }
    }
}

/// A function and the iterator whose items it is asked about.
macro_rules! predicate_iterator {
    ($ty:ident, $spec:ident, $new:ident, $name:literal, $function:literal, $doc:literal $(, $done:ident)?) => {
        pub(super) struct $ty {
            pub(super) function: Slot,
            pub(super) source: Slot,
            $(
                /// The item that decides was met.
                pub(super) $done: Cell<bool>,
            )?
        }
        iterator_payload!($ty, $spec, [function, source]);

        pub(super) static $spec: TypeSpec = with_methods(
            iterator::<$ty>(
                concat!("itertools.", $name),
                concat!($name, "(", $function, ", iterable)\n--\n\n", $doc),
                <$new as NativeConstructor>::new,
            ),
            pickle::$spec,
        );

        #[native("(cls, function, iterable, /)", constructor, name = $name)]
        fn $new(vm: &Vm, cls: &Obj<Type>, function: &Object, iterable: &Object) -> Res<Obj<$ty>> {
            let source = Slot::new(vm.iter(iterable)?);
            let function = Slot::new(function.clone());
            vm.alloc_of(cls, $ty { function, source $(, $done: Cell::new(false))? })
        }

        impl $ty {
            #[allow(dead_code, reason = "starmap does not ask")]
            fn holds(&self, vm: &Vm, item: &Object) -> Res<bool> {
                match self.function.get() {
                    Some(function) => vm.truth(&vm.call(&function, std::slice::from_ref(item))?),
                    None => Ok(false),
                }
            }
        }
    };
}

predicate_iterator!(
    DropWhile,
    DROPWHILE,
    dropwhile_new,
    "dropwhile",
    "predicate",
    "The items of iterable from the first on for which predicate is false.",
    done
);
predicate_iterator!(
    TakeWhile,
    TAKEWHILE,
    takewhile_new,
    "takewhile",
    "predicate",
    "The items of iterable up to the first for which predicate is false.",
    done
);
predicate_iterator!(
    FilterFalse,
    FILTERFALSE,
    filterfalse_new,
    "filterfalse",
    "function",
    "An iterator that drops what the function finds true; with None, what is true itself."
);
predicate_iterator!(
    StarMap,
    STARMAP,
    starmap_new,
    "starmap",
    "function",
    "function called with each item of iterable as its arguments."
);

impl Iterate for DropWhile {
    fn advance(this: &Obj<DropWhile>, vm: &Vm) -> Res<Option<Object>> {
        loop {
            let Some(item) = step(vm, &this.source)? else { return Ok(None) };
            if this.done.get() {
                return Ok(Some(item));
            }
            if !this.holds(vm, &item)? {
                this.done.set(true);
                return Ok(Some(item));
            }
            vm.poll()?;
        }
    }
}

impl Iterate for TakeWhile {
    fn advance(this: &Obj<TakeWhile>, vm: &Vm) -> Res<Option<Object>> {
        if this.done.get() {
            return Ok(None);
        }
        let Some(item) = step(vm, &this.source)? else { return Ok(None) };
        if this.holds(vm, &item)? {
            return Ok(Some(item));
        }
        this.done.set(true);
        Ok(None)
    }
}

impl Iterate for FilterFalse {
    fn advance(this: &Obj<FilterFalse>, vm: &Vm) -> Res<Option<Object>> {
        // None and bool ask for the truth of the item itself.
        let plain =
            this.function.get().is_none_or(|f| f.is_none() || f.is(vm.types().bool_.as_object()));
        loop {
            let Some(item) = step(vm, &this.source)? else { return Ok(None) };
            let holds = if plain { vm.truth(&item)? } else { this.holds(vm, &item)? };
            if !holds {
                return Ok(Some(item));
            }
            vm.poll()?;
        }
    }
}

impl Iterate for StarMap {
    fn advance(this: &Obj<StarMap>, vm: &Vm) -> Res<Option<Object>> {
        let Some(item) = step(vm, &this.source)? else { return Ok(None) };
        let Some(function) = this.function.get() else { return Ok(None) };
        match item.downcast::<Tuple>() {
            Some(arguments) => vm.call(&function, arguments.as_slice()).map(Some),
            None => vm.call(&function, &vm.collect(&item)?).map(Some),
        }
    }
}

pub(super) struct Islice {
    pub(super) source: Slot,
    /// Index of the next item to give.
    pub(super) next: Cell<usize>,
    pub(super) stop: Option<usize>,
    pub(super) step: usize,
    /// Items taken from the source.
    pub(super) taken: Cell<usize>,
}
iterator_payload!(Islice, ISLICE, [source]);

pub(super) static ISLICE: TypeSpec = with_methods(
    iterator::<Islice>(
        "itertools.islice",
        "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\n\
     The items that the slice of a list would have, taken one by one.",
        <islice_new as NativeConstructor>::new,
    ),
    pickle::ISLICE,
);

#[native(
    "(cls, iterable, start, stop=<unrepresentable>, step=None, /)",
    constructor,
    name = "islice"
)]
fn islice_new(
    vm: &Vm,
    cls: &Obj<Type>,
    iterable: &Object,
    start: &Object,
    stop: Maybe<&Object>,
    step: Option<&Object>,
) -> Res<Obj<Islice>> {
    // -1 stands for all that is no number, or too large a one.
    let number = |object: &Object| match vm.index(object) {
        Ok(index) => vm.as_i64(&index).unwrap_or(-1),
        Err(raised) => {
            drop(vm.take_raised(raised));
            -1
        }
    };
    let optional = |object: &Object| (!object.is_none()).then(|| number(object));
    let (start, stop) = match stop {
        Maybe::Absent => (None, optional(start)),
        Maybe::Given(stop) => (optional(start), optional(stop)),
    };
    if stop == Some(-1) {
        return Err(vm.value_error(
            "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
        ));
    }
    if start.is_some_and(|n| n < 0) || stop.is_some_and(|n| n < 0) {
        return Err(vm.value_error(
            "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
        ));
    }
    let step = step.map_or(1, number);
    if step < 1 {
        return Err(vm.value_error("Step for islice() must be a positive integer or None."));
    }
    let (stop, step) = (stop.map(|n| n as usize), step as usize);
    let (source, next) = (Slot::new(vm.iter(iterable)?), Cell::new(start.unwrap_or(0) as usize));
    vm.alloc_of(cls, Islice { source, next, stop, step, taken: Cell::new(0) })
}

impl Iterate for Islice {
    fn advance(this: &Obj<Islice>, vm: &Vm) -> Res<Option<Object>> {
        let wanted = match this.stop {
            Some(stop) => this.next.get().min(stop),
            None => this.next.get(),
        };
        while this.taken.get() < wanted {
            if step(vm, &this.source)?.is_none() {
                drop(this.source.take());
                return Ok(None);
            }
            this.taken.set(this.taken.get() + 1);
            vm.poll()?;
        }
        if this.stop.is_some_and(|stop| this.taken.get() >= stop) {
            drop(this.source.take());
            return Ok(None);
        }
        let item = step(vm, &this.source)?;
        if item.is_none() {
            drop(this.source.take());
            return Ok(None);
        }
        this.taken.set(this.taken.get() + 1);
        let after = this.next.get().saturating_add(this.step);
        this.next.set(this.stop.map_or(after, |stop| after.min(stop)));
        Ok(item)
    }
}

pub(super) struct Pairwise {
    source: Slot,
    before: Slot,
}
iterator_payload!(Pairwise, PAIRWISE, [source, before]);

pub(super) static PAIRWISE: TypeSpec = iterator::<Pairwise>(
    "itertools.pairwise",
    "pairwise(iterable, /)\n--\n\nThe overlapping pairs of neighbours in iterable.",
    <pairwise_new as NativeConstructor>::new,
);

#[native("(cls, iterable, /)", constructor, name = "pairwise")]
fn pairwise_new(vm: &Vm, cls: &Obj<Type>, iterable: &Object) -> Res<Obj<Pairwise>> {
    vm.alloc_of(cls, Pairwise { source: Slot::new(vm.iter(iterable)?), before: Slot::empty() })
}

impl Iterate for Pairwise {
    fn advance(this: &Obj<Pairwise>, vm: &Vm) -> Res<Option<Object>> {
        let end = |this: &Pairwise| {
            drop(this.source.take());
            drop(this.before.take());
        };
        let before = match this.before.get() {
            Some(before) => before,
            None => {
                let first = step(vm, &this.source);
                let Ok(Some(first)) = first else {
                    end(this);
                    return first;
                };
                this.before.set(first.clone());
                first
            }
        };
        // (The iterator may advance us meanwhile: the pair is of what came before its call.)
        let after = step(vm, &this.source);
        let Ok(Some(after)) = after else {
            end(this);
            return after;
        };
        this.before.set(after.clone());
        Ok(Some(vm.tuple(vec![before, after])?.into_object()))
    }
}
