//! count, cycle, repeat.

use super::{Iterate, iterator, iterator_payload, pickle, step, with_methods};
use std::cell::{Cell, RefCell};
use taipan_core::native::{NativeConstructor, natives};
use taipan_core::object::{BinOp, Obj, Object, Slot, Slots, Type, TypeSpec};
use taipan_core::vm::{Res, Vm};
use taipan_macros::native;

pub(super) struct Count {
    number: Slot,
    step: Slot,
}
iterator_payload!(Count, COUNT, [number, step]);

pub(super) static COUNT: TypeSpec = TypeSpec {
    methods: natives![count_reduce],
    slots: Slots {
        repr: Some(count_repr),
        ..iterator::<Count>("itertools.count", "", <count_new as NativeConstructor>::new).slots
    },
    ..iterator::<Count>(
        "itertools.count",
        "count(start=0, step=1)\n--\n\nNumbers from start on, each larger by step than the one before.",
        <count_new as NativeConstructor>::new,
    )
};

#[native("(cls, start=0, step=1)", constructor, name = "count")]
fn count_new(
    vm: &Vm,
    cls: &Obj<Type>,
    start: Option<&Object>,
    step: Option<&Object>,
) -> Res<Obj<Count>> {
    for number in [start, step].into_iter().flatten() {
        if !is_number(vm, number) {
            return Err(vm.type_error("a number is required"));
        }
    }
    let or = |number: Option<&Object>, default| number.cloned().unwrap_or(Object::small(default));
    vm.alloc_of(cls, Count { number: Slot::new(or(start, 0)), step: Slot::new(or(step, 1)) })
}

fn is_number(vm: &Vm, object: &Object) -> bool {
    let slots = *vm.class_of(object).slots();
    slots.index.is_some()
        || slots.int.is_some()
        || slots.float.is_some()
        || object.downcast::<taipan_core::object::Complex>().is_some()
}

impl Iterate for Count {
    fn advance(this: &Obj<Count>, vm: &Vm) -> Res<Option<Object>> {
        let (Some(number), Some(step)) = (this.number.get(), this.step.get()) else {
            return Ok(None);
        };
        let quick = match (number.as_small_int(), step.as_small_int()) {
            (Some(a), Some(b)) => a.checked_add(b).and_then(Object::immediate_int),
            _ => None,
        };
        let after = match quick {
            Some(after) => after,
            None => vm.binary(BinOp::Add, &number, &step)?,
        };
        this.number.set(after);
        Ok(Some(number))
    }
}

fn count_repr(vm: &Vm, this: &Object) -> Res {
    let Some(this) = this.downcast::<Count>() else { return Ok(Object::none()) };
    let name = this.class().short_name();
    let (number, step) = (this.number.get(), this.step.get());
    let number = vm.repr_string(&number.unwrap_or_else(Object::none))?;
    let text = match step {
        Some(step) if step.as_small_int() != Some(1) => {
            format!("{name}({number}, {})", vm.repr_string(&step)?)
        }
        _ => format!("{name}({number})"),
    };
    Ok(vm.str(&text)?.into_object())
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn count_reduce(vm: &Vm, this: &Obj<Count>) -> Res<Obj<taipan_core::object::Tuple>> {
    let mut args = vec![this.number.get().unwrap_or_else(Object::none)];
    args.extend(this.step.get().filter(|step| step.as_small_int() != Some(1)));
    let args = vm.tuple(args)?.into_object();
    vm.tuple(vec![this.class().as_object().clone(), args])
}

pub(super) struct Cycle {
    pub(super) source: Slot,
    pub(super) saved: RefCell<Vec<Object>>,
    pub(super) at: Cell<usize>,
    /// All items are saved already: what the source still has are some of them.
    pub(super) complete: Cell<bool>,
}
iterator_payload!(Cycle, CYCLE, [source], lists[saved]);

pub(super) static CYCLE: TypeSpec = with_methods(
    iterator::<Cycle>(
        "itertools.cycle",
        "cycle(iterable)\n--\n\nThe items of iterable, over and over.",
        <cycle_new as NativeConstructor>::new,
    ),
    pickle::CYCLE,
);

#[native("(cls, iterable, /)", constructor, name = "cycle")]
fn cycle_new(vm: &Vm, cls: &Obj<Type>, iterable: &Object) -> Res<Obj<Cycle>> {
    let source = Slot::new(vm.iter(iterable)?);
    let cycle =
        Cycle { source, saved: RefCell::default(), at: Cell::new(0), complete: Cell::new(false) };
    vm.alloc_of(cls, cycle)
}

impl Iterate for Cycle {
    fn advance(this: &Obj<Cycle>, vm: &Vm) -> Res<Option<Object>> {
        if let Some(item) = step(vm, &this.source)? {
            if this.complete.get() {
                return Ok(Some(item));
            }
            let mut saved = this.saved.borrow_mut();
            if saved.try_reserve(1).is_err() {
                drop(saved);
                return Err(vm.no_memory(taipan_core::object::NoMemory));
            }
            saved.push(item.clone());
            return Ok(Some(item));
        }
        drop(this.source.take());
        let saved = this.saved.borrow();
        let at = this.at.get();
        this.at.set(if at + 1 >= saved.len() { 0 } else { at + 1 });
        Ok(saved.get(at).cloned())
    }
}

pub(super) struct Repeat {
    object: Slot,
    /// -1: for ever.
    left: Cell<isize>,
}
iterator_payload!(Repeat, REPEAT, [object]);

pub(super) static REPEAT: TypeSpec = TypeSpec {
    methods: natives![repeat_length_hint, repeat_reduce],
    slots: Slots {
        repr: Some(repeat_repr),
        ..iterator::<Repeat>("itertools.repeat", "", <repeat_new as NativeConstructor>::new).slots
    },
    ..iterator::<Repeat>(
        "itertools.repeat",
        "repeat(object [,times]) -> the same object over and over: so many times, or without end",
        <repeat_new as NativeConstructor>::new,
    )
};

#[native("(cls, object, times=<unrepresentable>)", constructor, name = "repeat")]
fn repeat_new(
    vm: &Vm,
    cls: &Obj<Type>,
    object: &Object,
    times: taipan_core::native::Maybe<isize>,
) -> Res<Obj<Repeat>> {
    let left = times.given().map_or(-1, |times| times.max(0));
    vm.alloc_of(cls, Repeat { object: Slot::new(object.clone()), left: Cell::new(left) })
}

impl Iterate for Repeat {
    fn advance(this: &Obj<Repeat>, _: &Vm) -> Res<Option<Object>> {
        match this.left.get() {
            0 => return Ok(None),
            left if left > 0 => this.left.set(left - 1),
            _ => {}
        }
        Ok(this.object.get())
    }
}

/// How many are left, if the number is limited.
#[native("(self, /)", name = "__length_hint__")]
fn repeat_length_hint(vm: &Vm, this: &Obj<Repeat>) -> Res<isize> {
    match this.left.get() {
        -1 => Err(vm.type_error("len() of unsized object")),
        left => Ok(left),
    }
}

fn repeat_repr(vm: &Vm, this: &Object) -> Res {
    let Some(this) = this.downcast::<Repeat>() else { return Ok(Object::none()) };
    let object = vm.repr_string(&this.object.get().unwrap_or_else(Object::none))?;
    let name = this.class().short_name();
    let text = match this.left.get() {
        -1 => format!("{name}({object})"),
        left => format!("{name}({object}, {left})"),
    };
    Ok(vm.str(&text)?.into_object())
}

/// What pickle and copy need.
#[native("(self, /)", name = "__reduce__")]
fn repeat_reduce(vm: &Vm, this: &Obj<Repeat>) -> Res<Obj<taipan_core::object::Tuple>> {
    let mut args = vec![this.object.get().unwrap_or_else(Object::none)];
    if this.left.get() >= 0 {
        args.push(vm.int(this.left.get() as i64)?);
    }
    let args = vm.tuple(args)?.into_object();
    vm.tuple(vec![this.class().as_object().clone(), args])
}
