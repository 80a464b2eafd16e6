//! The type range and its iterators.
//!
//! **Invariant:** `start`, `stop`, `step` and `length` are exact ints; `small` is there if all items, the
//! step and the length are within the immediate integers' reach (62 bits), which is what every quick path
//! looks at.

use crate::native::{big_integer, getsets, natives, readonly};
use crate::object::*;
use crate::vm::{Res, Vm};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};
use std::cell::{Cell, RefCell};
use taipan_macros::{getter, native};

/// A range.
pub struct Range {
    pub start: Object,
    pub stop: Object,
    pub step: Object,
    /// Number of items.
    pub length: Object,
    /// First item, step, number of items.
    small: Option<(i64, i64, u64)>,
}

impl Payload for Range {
    const KIND: Kind = Kind::Range;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

/// The type `range`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "range(stop) -> range object\n\
          range(start, stop[, step]) -> range object\n\n\
          Evenly spaced ints as a sequence, made when they are asked for: start, 0 unless given, start + step\n\
          and so on, as long as stop is not reached.",
    flags: type_flags::SEQUENCE,
    slots: Slots {
        new: Some(new),
        len: Some(len),
        bool: Some(truth),
        getitem: Some(getitem),
        contains: Some(contains),
        iter: Some(iter),
        repr: Some(repr),
        hash: Some(hash),
        richcmp: Some(compare),
        ..Slots::NONE
    },
    methods: natives![reversed, count, index, reduce],
    getsets: getsets![start: readonly, stop: readonly, step: readonly],
    ..TypeSpec::new::<Range>("range")
};

const REACH: i64 = 1 << 61;

fn new(vm: &Vm, _: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    if names.is_some_and(|n| !n.is_empty()) {
        return Err(vm.type_error("range() takes no keyword arguments"));
    }
    let (start, stop, step) = match args {
        [stop] => (Object::small(0), vm.index(stop)?, Object::small(1)),
        [start, stop] => (vm.index(start)?, vm.index(stop)?, Object::small(1)),
        [start, stop, step] => (vm.index(start)?, vm.index(stop)?, vm.index(step)?),
        [] => return Err(vm.type_error("range expected at least 1 argument, got 0")),
        _ => {
            let given = args.len();
            return Err(
                vm.type_error(format_args!("range expected at most 3 arguments, got {given}"))
            );
        }
    };
    if step.as_small_int() == Some(0) {
        return Err(vm.value_error("range() arg 3 must not be zero"));
    }
    Ok(make(vm, start, stop, step)?.into_object())
}

/// A range of exact ints, the step not 0.
fn make(vm: &Vm, start: Object, stop: Object, step: Object) -> Res<Obj<Range>> {
    let within = |o: &Object| o.as_small_int().filter(|n| (-REACH..REACH).contains(n));
    if let (Some(a), Some(b), Some(s)) = (within(&start), within(&stop), within(&step)) {
        let items = match s {
            1.. if a < b => (b - a - 1) / s + 1,
            ..=-1 if b < a => (a - b - 1) / -s + 1,
            _ => 0,
        };
        let length = vm.int(items)?;
        return vm.alloc(Range { start, stop, step, length, small: Some((a, s, items as u64)) });
    }
    let (a, b, s) = (big_integer(vm, &start)?, big_integer(vm, &stop)?, big_integer(vm, &step)?);
    let span = if s.is_negative() { a.as_ref() - b.as_ref() } else { b.as_ref() - a.as_ref() };
    let items = if span.is_positive() {
        Integer::div_floor(&(span - 1), &s.abs()) + 1
    } else {
        BigInt::zero()
    };
    let length = vm.bigint(items)?;
    let small = None;
    vm.alloc(Range { start: start.clone(), stop: stop.clone(), step: step.clone(), length, small })
}

fn of(vm: &Vm, this: &Object) -> Res<Obj<Range>> {
    match this.downcast::<Range>() {
        Some(range) => Ok(range.clone()),
        None => Err(vm.system_error("a range was expected")),
    }
}

impl Range {
    /// Item `i`, counted from the start; `i` is not checked.
    fn item(&self, vm: &Vm, i: &BigInt) -> Res {
        if let (Some((start, step, _)), Some(i)) = (self.small, i.to_i64()) {
            return vm.int(start + i * step);
        }
        let (start, step) = (big_integer(vm, &self.start)?, big_integer(vm, &self.step)?);
        vm.bigint(start.as_ref() + i * step.as_ref())
    }

    /// The place of an int among the items.
    fn place(&self, vm: &Vm, item: &Object) -> Res<Option<BigInt>> {
        if let (Some((start, step, items)), Some(n)) = (self.small, item.as_small_int()) {
            let distance = i128::from(n) - i128::from(start);
            let (i, rest) = (distance / i128::from(step), distance % i128::from(step));
            let hit = rest == 0 && (0..i128::from(items)).contains(&i);
            return Ok(hit.then(|| BigInt::from(i)));
        }
        let (start, step) = (big_integer(vm, &self.start)?, big_integer(vm, &self.step)?);
        let (i, rest) = (big_integer(vm, item)?.as_ref() - start.as_ref()).div_rem(&step);
        let hit = rest.is_zero() && !i.is_negative() && i < *big_integer(vm, &self.length)?;
        Ok(hit.then_some(i))
    }
}

fn len(vm: &Vm, this: &Object) -> Res<usize> {
    let range = of(vm, this)?;
    match vm.as_i64(&range.length) {
        Some(n) => Ok(n as usize),
        None => Err(vm.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

fn truth(vm: &Vm, this: &Object) -> Res<bool> {
    Ok(of(vm, this)?.length.as_small_int() != Some(0))
}

fn getitem(vm: &Vm, this: &Object, key: &Object) -> Res {
    let range = of(vm, this)?;
    if let (Some((start, step, items)), Some(i)) = (range.small, key.as_small_int()) {
        let at = if i < 0 { i + items as i64 } else { i };
        return match u64::try_from(at) {
            Ok(at) if at < items => vm.int(start + at as i64 * step),
            _ => Err(vm.index_error("range object index out of range")),
        };
    }
    if let Some(slice) = key.downcast::<Slice>() {
        let length = big_integer(vm, &range.length)?;
        let (start, stop, step) = super::slice::exact_indices(vm, slice, &length)?;
        let own = big_integer(vm, &range.step)?;
        let (start, stop) = (range.item(vm, &start)?, range.item(vm, &stop)?);
        let step = vm.bigint(own.as_ref() * step)?;
        return Ok(make(vm, start, stop, step)?.into_object());
    }
    let class = vm.class_of(key);
    if class.slots().index.is_none() && !class.has(type_flags::INT) {
        return Err(vm.type_error(format_args!(
            "range indices must be integers or slices, not {}",
            vm.type_name(key)
        )));
    }
    let (mut i, length) = (big_integer(vm, key)?.into_owned(), big_integer(vm, &range.length)?);
    if i.is_negative() {
        i += length.as_ref();
    }
    if i.is_negative() || i >= *length {
        return Err(vm.index_error("range object index out of range"));
    }
    range.item(vm, &i)
}

/// Ints (and bools) are found by arithmetic; anything else is compared with each item.
fn is_exact_int(object: &Object) -> bool {
    object.as_small_int().is_some() || object.is_bool() || object.is_kind(Kind::Int)
}

fn contains(vm: &Vm, this: &Object, element: &Object) -> Res<bool> {
    let range = of(vm, this)?;
    if is_exact_int(element) {
        return Ok(range.place(vm, element)?.is_some());
    }
    let iterator = iter(vm, this)?;
    while let Some(item) = vm.next(&iterator)? {
        if vm.eq(&item, element)? {
            return Ok(true);
        }
        vm.poll()?;
    }
    Ok(false)
}

/// Append the items to a list; false, and nothing happens, unless all numbers are machine integers.
pub(crate) fn append_to(vm: &Vm, range: &Obj<Range>, list: &Obj<List>) -> Res<bool> {
    let Some((first, step, items)) = range.small else { return Ok(false) };
    let count = usize::try_from(items).map_err(|_| vm.no_memory(NoMemory))?;
    list.reserve(count).map_err(|e| vm.no_memory(e))?;
    let mut next = first;
    for _ in 0..count {
        list.push(vm.int(next)?).map_err(|e| vm.no_memory(e))?;
        next = next.wrapping_add(step); // (beyond the last one nothing is read)
        vm.poll()?;
    }
    Ok(true)
}

fn iter(vm: &Vm, this: &Object) -> Res {
    let range = of(vm, this)?;
    if let Some((start, step, items)) = range.small {
        let iterator = RangeIter { next: Cell::new(start), step, left: Cell::new(items) };
        return Ok(vm.alloc(iterator)?.into_object());
    }
    let next = big_integer(vm, &range.start)?.into_owned();
    long_iterator(vm, next, &range.step, &range.length)
}

fn long_iterator(vm: &Vm, next: BigInt, step: &Object, length: &Object) -> Res {
    let step = big_integer(vm, step)?.into_owned();
    let left = big_integer(vm, length)?.into_owned();
    let iterator = LongRangeIter { next: RefCell::new(next), step, left: RefCell::new(left) };
    Ok(vm.alloc(iterator)?.into_object())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let range = of(vm, this)?;
    let (start, stop) = (vm.repr_string(&range.start)?, vm.repr_string(&range.stop)?);
    let text = match range.step.as_small_int() {
        Some(1) => format!("range({start}, {stop})"),
        _ => format!("range({start}, {stop}, {})", vm.repr_string(&range.step)?),
    };
    Ok(vm.str(&text)?.into_object())
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    let range = of(vm, this)?;
    let none = Object::none;
    let (start, step) = match range.length.as_small_int() {
        Some(0) => (none(), none()),
        Some(1) => (range.start.clone(), none()),
        _ => (range.start.clone(), range.step.clone()),
    };
    vm.hash(vm.tuple(vec![range.length.clone(), start, step])?.as_object())
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(a), Some(b), CmpOp::Eq | CmpOp::Ne) =
        (a.downcast::<Range>(), b.downcast::<Range>(), op)
    else {
        return Ok(Object::not_implemented());
    };
    let mut equal = vm.eq(&a.length, &b.length)?;
    match a.length.as_small_int() {
        Some(0) => {}
        Some(1) => equal = equal && vm.eq(&a.start, &b.start)?,
        _ => equal = equal && vm.eq(&a.start, &b.start)? && vm.eq(&a.step, &b.step)?,
    }
    Ok(Object::bool(equal == (op == CmpOp::Eq)))
}

#[getter]
fn start(this: &Obj<Range>) -> Object {
    this.start.clone()
}

#[getter]
fn stop(this: &Obj<Range>) -> Object {
    this.stop.clone()
}

#[getter]
fn step(this: &Obj<Range>) -> Object {
    this.step.clone()
}

/// An iterator from the last item to the first.
#[native("(self, /)", name = "__reversed__", no_signature)]
fn reversed(vm: &Vm, this: &Obj<Range>) -> Res {
    if let Some((start, step, items)) = this.small {
        let last = start + (items as i64 - 1) * step;
        let iterator = RangeIter { next: Cell::new(last), step: -step, left: Cell::new(items) };
        return Ok(vm.alloc(iterator)?.into_object());
    }
    let last = big_integer(vm, &this.length)?.as_ref() - 1;
    let last = this.item(vm, &last)?;
    let back = vm.negative(&this.step)?;
    long_iterator(vm, big_integer(vm, &last)?.into_owned(), &back, &this.length)
}

/// rangeobject.count(value) -> integer -- how often the value is in the range: once, or not at all.
#[native("(self, value, /)", no_signature)]
fn count(vm: &Vm, this: &Obj<Range>, value: &Object) -> Res<usize> {
    if is_exact_int(value) {
        return Ok(usize::from(this.place(vm, value)?.is_some()));
    }
    let iterator = iter(vm, this.as_object())?;
    let mut hits = 0;
    while let Some(item) = vm.next(&iterator)? {
        hits += usize::from(vm.eq(&item, value)?);
        vm.poll()?;
    }
    Ok(hits)
}

/// rangeobject.index(value) -> integer -- where the value stands in the range.
/// ValueError if it does not.
#[native("(self, value, /)", no_signature)]
fn index(vm: &Vm, this: &Obj<Range>, value: &Object) -> Res<BigInt> {
    if is_exact_int(value) {
        return match this.place(vm, value)? {
            Some(place) => Ok(place),
            None => {
                let value = vm.repr_string(value)?;
                Err(vm.value_error(format_args!("{value} is not in range")))
            }
        };
    }
    let iterator = iter(vm, this.as_object())?;
    let mut place = 0u64;
    while let Some(item) = vm.next(&iterator)? {
        if vm.eq(&item, value)? {
            return Ok(BigInt::from(place));
        }
        place += 1;
        vm.poll()?;
    }
    Err(vm.value_error("sequence.index(x): x not in sequence"))
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<Range>) -> Res<Obj<Tuple>> {
    let args = vec![this.start.clone(), this.stop.clone(), this.step.clone()];
    let args = vm.tuple(args)?.into_object();
    vm.tuple(vec![this.class().as_object().clone(), args])
}

/// The type `range_iterator`.
pub static ITER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(itself), next: Some(next), ..Slots::NONE },
    methods: natives![length_hint, iter_reduce, iter_setstate],
    ..TypeSpec::new::<RangeIter>("range_iterator")
};

fn itself(_: &Vm, this: &Object) -> Res {
    Ok(this.clone())
}

fn next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(iterator) = this.downcast::<RangeIter>() else { return Ok(None) };
    let left = iterator.left.get();
    if left == 0 {
        return Ok(None);
    }
    let item = iterator.next.get();
    iterator.left.set(left - 1);
    iterator.next.set(item.wrapping_add(iterator.step));
    vm.int(item).map(Some)
}

/// How many items seem to be left, for those who want to make room.
#[native("(self, /)", name = "__length_hint__", no_signature)]
fn length_hint(this: &Obj<RangeIter>) -> u64 {
    this.left.get()
}

/// What pickle and copy need: an iterator of the range that is left.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn iter_reduce(vm: &Vm, this: &Obj<RangeIter>) -> Res<Obj<Tuple>> {
    let (next, step, left) = (this.next.get(), this.step, this.left.get() as i64);
    let stop = BigInt::from(next) + BigInt::from(step) * left;
    let rest = make(vm, vm.int(next)?, vm.bigint(stop)?, vm.int(step)?)?.into_object();
    rest_reduced(vm, rest)
}

/// Skip as many numbers.
#[native("(self, state, /)", name = "__setstate__", no_signature)]
fn iter_setstate(this: &Obj<RangeIter>, state: i64) {
    let skipped = (state.max(0) as u64).min(this.left.get());
    this.left.set(this.left.get() - skipped);
    this.next.set(this.next.get().wrapping_add(this.step.wrapping_mul(skipped as i64)));
}

/// `(iter, (rest,), 0)`
fn rest_reduced(vm: &Vm, rest: Object) -> Res<Obj<Tuple>> {
    let iter = super::iterators::builtin(vm, "iter")?;
    let args = vm.tuple(vec![rest])?.into_object();
    vm.tuple(vec![iter, args, Object::small(0)])
}

/// Iterator of a range whose numbers may pass the machine word.
pub struct LongRangeIter {
    next: RefCell<BigInt>,
    step: BigInt,
    left: RefCell<BigInt>,
}

impl Payload for LongRangeIter {
    const SPEC: Option<&'static TypeSpec> = Some(&LONG_ITER);
}

static LONG_ITER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(itself), next: Some(long_next), ..Slots::NONE },
    methods: natives![long_length_hint, long_reduce, long_setstate],
    ..TypeSpec::new::<LongRangeIter>("longrange_iterator")
};

fn long_next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(iterator) = this.downcast::<LongRangeIter>() else { return Ok(None) };
    if iterator.left.borrow().is_zero() {
        return Ok(None);
    }
    *iterator.left.borrow_mut() -= 1;
    let after = &*iterator.next.borrow() + &iterator.step;
    let item = iterator.next.replace(after);
    vm.bigint(item).map(Some)
}

/// How many items seem to be left, for those who want to make room.
#[native("(self, /)", name = "__length_hint__", no_signature)]
fn long_length_hint(this: &Obj<LongRangeIter>) -> BigInt {
    this.left.borrow().clone()
}

/// What pickle and copy need: an iterator of the range that is left.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn long_reduce(vm: &Vm, this: &Obj<LongRangeIter>) -> Res<Obj<Tuple>> {
    let next = this.next.borrow().clone();
    let stop = &next + &this.step * &*this.left.borrow();
    let rest = make(vm, vm.bigint(next)?, vm.bigint(stop)?, vm.bigint(this.step.clone())?)?;
    rest_reduced(vm, rest.into_object())
}

/// Skip as many numbers.
#[native("(self, state, /)", name = "__setstate__", no_signature)]
fn long_setstate(this: &Obj<LongRangeIter>, state: BigInt) {
    let mut left = this.left.borrow_mut();
    let skipped = state.max(BigInt::ZERO).min(left.clone());
    *left -= &skipped;
    *this.next.borrow_mut() += &this.step * skipped;
}
