//! Iterators that belong to no one type: over `__getitem__`, over a callable, and the types enumerate,
//! filter, map, reversed and zip.
//!
//! **Invariant:** `next` may be entered again by the Python code it calls, so all state lies in `Cell`s
//! and `Slot`s, and no borrow is held while Python runs.

use crate::native::{Maybe, NativeConstructor, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use num_bigint::BigInt;
use std::cell::Cell;
use taipan_macros::native;

/// What `builtins` holds under a name, for `__reduce__`.
pub(crate) fn builtin(vm: &Vm, name: &str) -> Res {
    match vm.interp().builtins.get_as::<Dict>().and_then(|b| b.get_named(vm, name)) {
        Some(object) => Ok(object),
        None => Err(vm.attribute_error(name)),
    }
}

fn itself(_: &Vm, this: &Object) -> Res {
    Ok(this.clone())
}

/// The slots of an iterator type.
const fn iterator_slots(next: fn(&Vm, &Object) -> Res<Option<Object>>) -> Slots {
    Slots { iter: Some(itself), next: Some(next), ..Slots::NONE }
}

/// `Payload` of a type whose references are these slots.
macro_rules! payload {
    ($ty:ident, $spec:ident, $($slot:ident),*) => {
        impl Payload for $ty {
            const GC: bool = true;
            const SPEC: Option<&'static TypeSpec> = Some(&$spec);
            fn traverse(&self, visitor: &mut Visitor) {
                $(visitor.slot(&self.$slot);)*
            }
            fn clear(&self) {
                $(drop(self.$slot.take());)*
            }
        }
    };
}

/// The next item of the iterator in a slot; unset means exhausted.
fn step(vm: &Vm, slot: &Slot) -> Res<Option<Object>> {
    match slot.get() {
        Some(iterator) => vm.next(&iterator),
        None => Ok(None),
    }
}

/// Items 0, 1, 2, ... of an object with `__getitem__`, until IndexError.
pub struct SequenceIter {
    sequence: Slot,
    index: Cell<i64>,
}
payload!(SequenceIter, SEQUENCE_ITER, sequence);

static SEQUENCE_ITER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: iterator_slots(sequence_next),
    methods: natives![sequence_length_hint, sequence_reduce, sequence_setstate],
    ..TypeSpec::new::<SequenceIter>("iterator")
};

/// `iter()` of an object with only `__getitem__`.
pub fn sequence_iter(vm: &Vm, object: &Object) -> Res {
    let iterator = SequenceIter { sequence: Slot::new(object.clone()), index: Cell::new(0) };
    Ok(vm.alloc(iterator)?.into_object())
}

/// `item`, unless it is an IndexError or StopIteration: then the end.
fn until_index_error(vm: &Vm, item: Res) -> Res<Option<Object>> {
    match item {
        Ok(item) => Ok(Some(item)),
        Err(raised) => match vm.caught(raised, Exc::IndexError) {
            Ok(_) => Ok(None),
            Err(raised) => vm.caught(raised, Exc::StopIteration).map(|_| None),
        },
    }
}

fn sequence_next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<SequenceIter>() else { return Ok(None) };
    let Some(sequence) = this.sequence.get() else { return Ok(None) };
    let index = this.index.get();
    if index == i64::MAX {
        return Err(vm.overflow_error("iter index too large"));
    }
    let item = vm.getitem(&sequence, &vm.int(index)?);
    let item = until_index_error(vm, item)?;
    match item {
        Some(_) => this.index.set(index + 1),
        None => drop(this.sequence.take()),
    }
    Ok(item)
}

/// How many items seem to be left, for those who want to make room.
#[native("(self, /)", name = "__length_hint__", no_signature)]
fn sequence_length_hint(vm: &Vm, this: &Obj<SequenceIter>) -> Res {
    let Some(sequence) = this.sequence.get() else { return Ok(Object::small(0)) };
    if vm.class_of(&sequence).slots().len.is_none() {
        return Ok(Object::not_implemented());
    }
    let length = vm.len(&sequence)? as i64;
    vm.int((length - this.index.get()).max(0))
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn sequence_reduce(vm: &Vm, this: &Obj<SequenceIter>) -> Res<Obj<Tuple>> {
    let iter = builtin(vm, "iter")?;
    match this.sequence.get() {
        Some(sequence) => {
            let args = vm.tuple(vec![sequence])?.into_object();
            vm.tuple(vec![iter, args, vm.int(this.index.get())?])
        }
        None => {
            let args = vm.tuple(vec![vm.tuple(Vec::new())?.into_object()])?.into_object();
            vm.tuple(vec![iter, args])
        }
    }
}

/// Move to the place that `__reduce__()` told.
#[native("(self, index, /)", name = "__setstate__", no_signature)]
fn sequence_setstate(this: &Obj<SequenceIter>, index: i64) {
    this.index.set(index.max(0));
}

/// Results of a function, until it returns the sentinel.
pub struct CallableIter {
    function: Slot,
    sentinel: Slot,
}
payload!(CallableIter, CALLABLE_ITER, function, sentinel);

static CALLABLE_ITER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: iterator_slots(callable_next),
    methods: natives![callable_reduce],
    ..TypeSpec::new::<CallableIter>("callable_iterator")
};

/// `iter(function, sentinel)`.
pub(crate) fn callable_iter(vm: &Vm, function: &Object, sentinel: &Object) -> Res {
    let (function, sentinel) = (Slot::new(function.clone()), Slot::new(sentinel.clone()));
    Ok(vm.alloc(CallableIter { function, sentinel })?.into_object())
}

fn callable_next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<CallableIter>() else { return Ok(None) };
    let (Some(function), Some(sentinel)) = (this.function.get(), this.sentinel.get()) else {
        return Ok(None);
    };
    let result = match vm.call(&function, &[]) {
        Ok(result) => Some(result),
        Err(raised) => vm.caught(raised, Exc::StopIteration).map(|_| None)?,
    };
    if let Some(result) = result
        && !vm.eq(&sentinel, &result)?
    {
        return Ok(Some(result));
    }
    drop(this.function.take());
    drop(this.sentinel.take());
    Ok(None)
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn callable_reduce(vm: &Vm, this: &Obj<CallableIter>) -> Res<Obj<Tuple>> {
    let args = match (this.function.get(), this.sentinel.get()) {
        (Some(function), Some(sentinel)) => vec![function, sentinel],
        _ => vec![vm.tuple(Vec::new())?.into_object()],
    };
    let args = vm.tuple(args)?.into_object();
    vm.tuple(vec![builtin(vm, "iter")?, args])
}

/// The payload of `enumerate`.
pub struct Enumerate {
    source: Slot,
    /// The next number, an int.
    number: Slot,
}
payload!(Enumerate, ENUMERATE, source, number);

/// The type `enumerate`.
pub static ENUMERATE: TypeSpec = TypeSpec {
    doc: "enumerate(iterable, start=0)\n--\n\nThe items of iterable, each in a pair with its number, counted from start.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(<enumerate_new as NativeConstructor>::new),
        ..iterator_slots(enumerate_next)
    },
    methods: natives![enumerate_reduce, crate::native::class_getitem],
    ..TypeSpec::new::<Enumerate>("enumerate")
};

#[native("(cls, iterable=<unrepresentable>, start=0)", constructor, name = "enumerate")]
fn enumerate_new(
    vm: &Vm,
    cls: &Obj<Type>,
    iterable: Maybe<&Object>,
    start: Maybe<&Object>,
) -> Res<Obj<Enumerate>> {
    let Maybe::Given(iterable) = iterable else {
        return Err(vm.type_error("enumerate() missing required argument 'iterable'"));
    };
    let number = match start.given() {
        Some(start) => vm.index(start)?,
        None => Object::small(0),
    };
    let source = Slot::new(vm.iter(iterable)?);
    vm.alloc_of(cls, Enumerate { source, number: Slot::new(number) })
}

fn enumerate_next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    match enumerate_pair(vm, this)? {
        Some((number, item)) => Ok(Some(vm.pair(number, item)?.into_object())),
        None => Ok(None),
    }
}

fn enumerate_pair(vm: &Vm, this: &Object) -> Res<Option<(Object, Object)>> {
    let Some(this) = this.downcast::<Enumerate>() else { return Ok(None) };
    let Some(item) = step(vm, &this.source)? else { return Ok(None) };
    let Some(number) = this.number.get() else { return Ok(None) };
    let after = match number.as_small_int() {
        Some(n) => vm.int(n + 1)?,
        None => vm.bigint(crate::native::big_integer(vm, &number)?.as_ref() + BigInt::from(1))?,
    };
    this.number.set(after);
    Ok(Some((number, item)))
}

/// Which iterators give pairs that need not be made (see [`next_pair`]).
#[derive(Clone, Copy)]
pub(crate) enum Pairs {
    Enumerate,
    Zip,
}

/// What this iterator is of these, its class not having a `__next__` of its own.
#[inline]
pub(crate) fn pairs_of(vm: &Vm, this: &Object) -> Option<Pairs> {
    let next = vm.class_of(this).slots().next? as usize;
    if next == enumerate_next as *const () as usize {
        Some(Pairs::Enumerate)
    } else if next == zip_next as *const () as usize {
        let zip = this.downcast::<Zip>()?;
        (zip.two && !zip.strict.get()).then_some(Pairs::Zip)
    } else {
        None
    }
}

/// The next two things of such an iterator, which are to be unpacked at once.
pub(crate) fn next_pair(vm: &Vm, pairs: Pairs, this: &Object) -> Res<Option<(Object, Object)>> {
    let pair = match pairs {
        Pairs::Enumerate => enumerate_pair(vm, this),
        Pairs::Zip => zip_pair(vm, this),
    };
    pair.or_else(|raised| vm.caught(raised, Exc::StopIteration).map(|_| None))
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn enumerate_reduce(vm: &Vm, this: &Obj<Enumerate>) -> Res<Obj<Tuple>> {
    let none = Object::none;
    let args = vec![this.source.get().unwrap_or_else(none), this.number.get().unwrap_or_else(none)];
    let args = vm.tuple(args)?.into_object();
    vm.tuple(vec![this.class().as_object().clone(), args])
}

/// The payload of `filter`.
pub struct Filter {
    /// Unset: the items' own truth.
    function: Slot,
    source: Slot,
}
payload!(Filter, FILTER, function, source);

/// The type `filter`.
pub static FILTER: TypeSpec = TypeSpec {
    doc: "filter(function or None, iterable) --> filter object\n\n\
          An iterator that passes on what the function finds true and drops the rest; None tests the items\n\
          themselves.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(<filter_new as NativeConstructor>::new),
        ..iterator_slots(filter_next)
    },
    methods: natives![filter_reduce],
    ..TypeSpec::new::<Filter>("filter")
};

#[native("(cls, function, iterable, /)", constructor, name = "filter")]
fn filter_new(vm: &Vm, cls: &Obj<Type>, function: &Object, iterable: &Object) -> Res<Obj<Filter>> {
    let source = Slot::new(vm.iter(iterable)?);
    let plain = function.is_none() || function.is(vm.types().bool_.as_object());
    let function = if plain { Slot::empty() } else { Slot::new(function.clone()) };
    vm.alloc_of(cls, Filter { function, source })
}

fn filter_next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<Filter>() else { return Ok(None) };
    loop {
        let Some(item) = step(vm, &this.source)? else { return Ok(None) };
        let keep = match this.function.get() {
            Some(function) => vm.truth(&vm.call(&function, std::slice::from_ref(&item))?)?,
            None => vm.truth(&item)?,
        };
        if keep {
            return Ok(Some(item));
        }
        vm.poll()?;
    }
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn filter_reduce(vm: &Vm, this: &Obj<Filter>) -> Res<Obj<Tuple>> {
    let none = Object::none;
    let args =
        vec![this.function.get().unwrap_or_else(none), this.source.get().unwrap_or_else(none)];
    let args = vm.tuple(args)?.into_object();
    vm.tuple(vec![this.class().as_object().clone(), args])
}

/// The payload of `map`.
pub struct Map {
    function: Slot,
    /// Tuple of iterators.
    sources: Slot,
}
payload!(Map, MAP, function, sources);

/// The type `map`.
pub static MAP: TypeSpec = TypeSpec {
    doc: "map(func, *iterables) --> map object\n\n\
          func called with the first item of each iterable, then with the second, and so on\n\
          until the shortest iterable is at its end.",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(<map_new as NativeConstructor>::new), ..iterator_slots(map_next) },
    methods: natives![map_reduce],
    ..TypeSpec::new::<Map>("map")
};

#[native("(cls, *args)", constructor, name = "map")]
fn map_new(vm: &Vm, cls: &Obj<Type>, args: &[Object]) -> Res<Obj<Map>> {
    let [function, iterables @ ..] = args else {
        return Err(vm.type_error("map() must have at least two arguments."));
    };
    if iterables.is_empty() {
        return Err(vm.type_error("map() must have at least two arguments."));
    }
    let sources = iterators(vm, iterables)?;
    vm.alloc_of(cls, Map { function: Slot::new(function.clone()), sources: Slot::new(sources) })
}

/// The tuple of the iterators of all these.
fn iterators(vm: &Vm, iterables: &[Object]) -> Res {
    let mut all = Vec::with_capacity(iterables.len());
    for iterable in iterables {
        all.push(vm.iter(iterable)?);
    }
    Ok(vm.tuple(all)?.into_object())
}

fn map_next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<Map>() else { return Ok(None) };
    let (Some(function), Some(sources)) = (this.function.get(), this.sources.get_as::<Tuple>())
    else {
        return Ok(None);
    };
    if let [source] = sources.as_slice() {
        let Some(item) = vm.next(source)? else { return Ok(None) };
        return vm.call(&function, &[item]).map(Some);
    }
    let mut args = Vec::with_capacity(sources.len());
    for source in sources.as_slice() {
        let Some(item) = vm.next(source)? else { return Ok(None) };
        args.push(item);
    }
    vm.call(&function, &args).map(Some)
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn map_reduce(vm: &Vm, this: &Obj<Map>) -> Res<Obj<Tuple>> {
    let mut args = vec![this.function.get().unwrap_or_else(Object::none)];
    if let Some(sources) = this.sources.get_as::<Tuple>() {
        args.extend(sources.as_slice().iter().cloned());
    }
    let args = vm.tuple(args)?.into_object();
    vm.tuple(vec![this.class().as_object().clone(), args])
}

/// The payload of `zip`.
pub struct Zip {
    /// Tuple of iterators; unset after a strict failure.
    sources: Slot,
    strict: Cell<bool>,
    /// Just two iterators.
    two: bool,
}
payload!(Zip, ZIP, sources);

/// The type `zip`.
pub static ZIP: TypeSpec = TypeSpec {
    doc: "zip(*iterables, strict=False) --> an iterator of tuples with one item of each iterable.\n\n\
          The shortest ends it; with strict, ValueError if there is one that is longer.\n\n\
             >>> list(zip('ab', range(3)))\n\
             [('a', 0), ('b', 1)]",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(<zip_new as NativeConstructor>::new), ..iterator_slots(zip_next) },
    methods: natives![zip_reduce, zip_setstate],
    ..TypeSpec::new::<Zip>("zip")
};

#[native("(cls, *iterables, strict=False)", constructor, name = "zip")]
fn zip_new(vm: &Vm, cls: &Obj<Type>, iterables: &[Object], strict: bool) -> Res<Obj<Zip>> {
    let sources = Slot::new(iterators(vm, iterables)?);
    vm.alloc_of(cls, Zip { sources, strict: Cell::new(strict), two: iterables.len() == 2 })
}

/// The next items of a zip of two.
fn zip_pair(vm: &Vm, this: &Object) -> Res<Option<(Object, Object)>> {
    let Some(this) = this.downcast::<Zip>() else { return Ok(None) };
    let Some(sources) = this.sources.get_as::<Tuple>() else { return Ok(None) };
    let [a, b] = sources.as_slice() else { return Ok(None) };
    let Some(a) = vm.next(a)? else { return Ok(None) };
    let Some(b) = vm.next(b)? else { return Ok(None) };
    Ok(Some((a, b)))
}

fn zip_next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<Zip>() else { return Ok(None) };
    let Some(sources) = this.sources.get_as::<Tuple>() else { return Ok(None) };
    if sources.is_empty() {
        return Ok(None);
    }
    if this.two && !this.strict.get() {
        return match zip_pair(vm, this.as_object())? {
            Some((a, b)) => Ok(Some(vm.pair(a, b)?.into_object())),
            None => Ok(None),
        };
    }
    let mut items = Vec::with_capacity(sources.len());
    for source in sources.as_slice() {
        match vm.next(source)? {
            Some(item) => items.push(item),
            None if this.strict.get() => return zip_lengths(vm, &sources, items.len()),
            None => return Ok(None),
        }
    }
    Ok(Some(vm.tuple(items)?.into_object()))
}

/// Iterator `ended` is the first at its end: then all must be.
fn zip_lengths(vm: &Vm, sources: &Obj<Tuple>, ended: usize) -> Res<Option<Object>> {
    let words = |at: usize, word: &str| match at {
        1 => format!("zip() argument 2 is {word} than argument 1"),
        _ => format!("zip() argument {} is {word} than arguments 1-{at}", at + 1),
    };
    if ended > 0 {
        return Err(vm.value_error(words(ended, "shorter")));
    }
    for (at, source) in sources.as_slice().iter().enumerate().skip(1) {
        if vm.next(source)?.is_some() {
            return Err(vm.value_error(words(at, "longer")));
        }
    }
    Ok(None)
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn zip_reduce(vm: &Vm, this: &Obj<Zip>) -> Res<Obj<Tuple>> {
    let sources = this.sources.get().unwrap_or_else(Object::none);
    let mut parts = vec![this.class().as_object().clone(), sources];
    if this.strict.get() {
        parts.push(Object::bool(true));
    }
    vm.tuple(parts)
}

/// Move to the place that `__reduce__()` told.
#[native("(self, strict, /)", name = "__setstate__", no_signature)]
fn zip_setstate(this: &Obj<Zip>, strict: bool) {
    this.strict.set(strict);
}

/// The payload of `reversed`.
pub struct Reversed {
    sequence: Slot,
    /// Index of the next item; -1 at the end.
    index: Cell<i64>,
}
payload!(Reversed, REVERSED, sequence);

/// The type `reversed`.
pub static REVERSED: TypeSpec = TypeSpec {
    doc: "reversed(sequence, /)\n--\n\nAn iterator from the last item to the first: by `__reversed__()`, or by length and index.",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(reversed_new), ..iterator_slots(reversed_next) },
    methods: natives![reversed_length_hint, reversed_reduce, reversed_setstate],
    ..TypeSpec::new::<Reversed>("reversed")
};

fn reversed_new(vm: &Vm, cls: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    if names.is_some_and(|n| !n.is_empty()) {
        return Err(vm.type_error("reversed() takes no keyword arguments"));
    }
    let [sequence] = args else {
        let given = args.len();
        return Err(vm.type_error(format_args!("reversed expected 1 argument, got {given}")));
    };
    let not_reversible =
        || vm.type_error(format_args!("'{}' object is not reversible", vm.type_name(sequence)));
    if let Some(method) = vm.lookup_special(sequence, &vm.names().__reversed__)? {
        if method.is_none() {
            return Err(not_reversible());
        }
        return vm.call(&method, &[]);
    }
    let class = vm.class_of(sequence);
    if class.slots().getitem.is_none()
        || class.slots().len.is_none()
        || class.has(type_flags::DICTIONARY)
    {
        return Err(not_reversible());
    }
    let index = Cell::new(vm.len(sequence)? as i64 - 1);
    let sequence = Slot::new(sequence.clone());
    Ok(vm.alloc_of(cls, Reversed { sequence, index })?.into_object())
}

fn reversed_next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<Reversed>() else { return Ok(None) };
    let index = this.index.get();
    let item = match this.sequence.get() {
        Some(sequence) if index >= 0 => {
            let plain = match sequence.downcast_exact::<List>() {
                Some(list) => list.get(index as usize),
                None => sequence.downcast_exact::<Tuple>().and_then(|t| t.get(index as usize)),
            };
            match plain {
                None => {
                    let item = vm.getitem(&sequence, &vm.int(index)?);
                    until_index_error(vm, item)?
                }
                item => item,
            }
        }
        _ => None,
    };
    match item {
        Some(_) => this.index.set(index - 1),
        None => {
            this.index.set(-1);
            drop(this.sequence.take());
        }
    }
    Ok(item)
}

/// How many items seem to be left, for those who want to make room.
#[native("(self, /)", name = "__length_hint__", no_signature)]
fn reversed_length_hint(vm: &Vm, this: &Obj<Reversed>) -> Res<i64> {
    let Some(sequence) = this.sequence.get() else { return Ok(0) };
    let (length, left) = (vm.len(&sequence)? as i64, this.index.get() + 1);
    Ok(if length < left { 0 } else { left })
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reversed_reduce(vm: &Vm, this: &Obj<Reversed>) -> Res<Obj<Tuple>> {
    let class = this.class().as_object().clone();
    match this.sequence.get() {
        Some(sequence) => {
            let args = vm.tuple(vec![sequence])?.into_object();
            vm.tuple(vec![class, args, vm.int(this.index.get())?])
        }
        None => {
            let args = vm.tuple(vec![vm.tuple(Vec::new())?.into_object()])?.into_object();
            vm.tuple(vec![class, args])
        }
    }
}

/// Move to the place that `__reduce__()` told.
#[native("(self, index, /)", name = "__setstate__", no_signature)]
fn reversed_setstate(vm: &Vm, this: &Obj<Reversed>, index: i64) -> Res<()> {
    if let Some(sequence) = this.sequence.get() {
        let last = vm.len(&sequence)? as i64 - 1;
        this.index.set(index.clamp(-1, last));
    }
    Ok(())
}
