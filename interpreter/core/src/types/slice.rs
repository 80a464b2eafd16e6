//! The type slice, and what indexing makes of slices.

use crate::native::{big_integer, getsets, natives, readonly};
use crate::object::*;
use crate::text::slices;
use crate::vm::{Raised, Res, Vm};
use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use taipan_macros::{getter, native};

/// The type `slice`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "slice(stop)\nslice(start, stop[, step])\n\n\
          What a[start:stop:step] hands to a: three bounds, None for one that is left out.",
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        richcmp: Some(compare),
        hash: Some(unhashable),
        ..Slots::NONE
    },
    methods: natives![indices_, reduce],
    getsets: getsets![start: readonly, stop: readonly, step: readonly],
    ..TypeSpec::new::<Slice>("slice")
};

/// The numbers of a slice, clamped to 64 bits; None where nothing (or None) is written. Refuses a step
/// of 0. May run Python (`__index__`), so the sequence's length must be asked for afterwards.
pub fn unpack(vm: &Vm, slice: &Obj<Slice>) -> Res<(Option<i64>, Option<i64>, Option<i64>)> {
    let step = bound(vm, &slice.step)?;
    if step == Some(0) {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    Ok((bound(vm, &slice.start)?, bound(vm, &slice.stop)?, step))
}

/// The indices that a slice means for a sequence of this length.
pub fn fit(vm: &Vm, slice: &Obj<Slice>, len: impl FnOnce() -> usize) -> Res<slices::Slice> {
    let (start, stop, step) = unpack(vm, slice)?;
    Ok(slices::adjust(start, stop, step, len()))
}

/// One bound of a slice, clamped.
pub fn bound(vm: &Vm, object: &Object) -> Res<Option<i64>> {
    if object.is_none() {
        return Ok(None);
    }
    if let Some(n) = object.as_small_int() {
        return Ok(Some(n));
    }
    has_index(vm, object)?;
    vm.index_clamped(object).map(Some)
}

fn has_index(vm: &Vm, object: &Object) -> Res<()> {
    let class = vm.class_of(object);
    if class.slots().index.is_some() || class.has(type_flags::INT) {
        return Ok(());
    }
    Err(not_an_index(vm))
}

#[cold]
fn not_an_index(vm: &Vm) -> Raised {
    vm.type_error("slice indices must be integers or None or have an __index__ method")
}

fn new(vm: &Vm, _: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    if names.is_some_and(|n| !n.is_empty()) {
        return Err(vm.type_error("slice() takes no keyword arguments"));
    }
    let none = Object::none;
    let (start, stop, step) = match args {
        [stop] => (none(), stop.clone(), none()),
        [start, stop] => (start.clone(), stop.clone(), none()),
        [start, stop, step] => (start.clone(), stop.clone(), step.clone()),
        [] => return Err(vm.type_error("slice expected at least 1 argument, got 0")),
        _ => {
            let given = args.len();
            return Err(
                vm.type_error(format_args!("slice expected at most 3 arguments, got {given}"))
            );
        }
    };
    Ok(vm.slice(start, stop, step)?.into_object())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(this) = this.downcast::<Slice>() else { return Ok(Object::not_implemented()) };
    let text = format!(
        "slice({}, {}, {})",
        vm.repr_string(&this.start)?,
        vm.repr_string(&this.stop)?,
        vm.repr_string(&this.step)?
    );
    Ok(vm.str(&text)?.into_object())
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<Slice>(), b.downcast::<Slice>()) else {
        return Ok(Object::not_implemented());
    };
    let parts = |s: &Slice| vm.tuple(vec![s.start.clone(), s.stop.clone(), s.step.clone()]);
    vm.compare(parts(x)?.as_object(), parts(y)?.as_object(), op)
}

fn unhashable(vm: &Vm, _: &Object) -> Res<i64> {
    Err(vm.type_error("unhashable type: 'slice'"))
}

/// The first index.
#[getter]
fn start(this: &Obj<Slice>) -> Object {
    this.start.clone()
}

/// The index behind the last.
#[getter]
fn stop(this: &Obj<Slice>) -> Object {
    this.stop.clone()
}

/// The distance of the indices.
#[getter]
fn step(this: &Obj<Slice>) -> Object {
    this.step.clone()
}

/// S.indices(len) -> (start, stop, stride)
///
/// The start, stop and stride of what S selects from a sequence of length len. Bounds
/// outside are clipped, as when a sequence is sliced.
#[native("(self, len, /)", name = "indices", no_signature)]
fn indices_(vm: &Vm, this: &Obj<Slice>, len: &Object) -> Res<(BigInt, BigInt, BigInt)> {
    let len = big_integer(vm, len)?.into_owned();
    if len.is_negative() {
        return Err(vm.value_error("length should not be negative"));
    }
    exact_indices(vm, this, &len)
}

/// Start, stop and step of a slice fitted to a length, without any clamping to machine words.
pub(crate) fn exact_indices(
    vm: &Vm,
    slice: &Obj<Slice>,
    len: &BigInt,
) -> Res<(BigInt, BigInt, BigInt)> {
    let part = |object: &Object| -> Res<Option<BigInt>> {
        if object.is_none() {
            return Ok(None);
        }
        has_index(vm, object)?;
        Ok(Some(big_integer(vm, object)?.into_owned()))
    };
    let step = part(&slice.step)?.unwrap_or(BigInt::from(1));
    if step.is_zero() {
        return Err(vm.value_error("slice step cannot be zero"));
    }
    let (low, high) = match step.is_negative() {
        true => (BigInt::from(-1), len - 1),
        false => (BigInt::zero(), len.clone()),
    };
    let clip = |n: BigInt| {
        let n = if n.is_negative() { n + len } else { n };
        n.clamp(low.clone(), high.clone().max(low.clone()))
    };
    let (first, last) =
        if step.is_negative() { (high.clone(), low.clone()) } else { (low.clone(), high.clone()) };
    let start = part(&slice.start)?.map_or(first, clip);
    let stop = part(&slice.stop)?.map_or(last, clip);
    Ok((start, stop, step))
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn reduce(vm: &Vm, this: &Obj<Slice>) -> Res<Obj<Tuple>> {
    let args = vec![this.start.clone(), this.stop.clone(), this.step.clone()];
    let args = vm.tuple(args)?.into_object();
    vm.tuple(vec![vm.types().slice.clone().into_object(), args])
}
