//! What `isocalendar()` gives: a tuple whose items have names.

use crate::support::{
    NativeConstructor, Obj, Object, Res, Slots, Tuple, Type, TypeSpec, Vm, getsets, getter, native,
    natives, type_flags,
};

static ISO_CALENDAR_DATE: TypeSpec = TypeSpec {
    doc: "What isocalendar() of dates and datetimes gives.\n\n\
          It is a tuple of year, week and day of the week, which are attributes too.",
    flags: type_flags::TUPLE | type_flags::SEQUENCE,
    base: Some(|vm| vm.types().tuple.clone()),
    slots: Slots {
        new: Some(<iso_calendar_date as NativeConstructor>::new),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![reduce],
    getsets: getsets![year, week, weekday],
    ..TypeSpec::new::<Tuple>("datetime.IsoCalendarDate")
};

pub(super) fn make(vm: &Vm, year: i64, week: i64, weekday: i64) -> Res {
    let state = super::state(vm);
    let class = match state.iso_calendar_date.get() {
        Some(class) => class,
        None => {
            let class = vm.type_of_spec(&ISO_CALENDAR_DATE)?;
            state.iso_calendar_date.get_or_init(|| class)
        }
    };
    Ok(make_of(vm, class, [year, week, weekday])?.into_object())
}

fn make_of(vm: &Vm, class: &Obj<Type>, parts: [i64; 3]) -> Res<Obj<Tuple>> {
    vm.tuple_fill(class, 3, super::numbers(vm, parts)?.into_iter())
}

#[native("(cls, year, week, weekday)", constructor, name = "IsoCalendarDate")]
fn iso_calendar_date(
    vm: &Vm,
    cls: &Obj<Type>,
    year: i32,
    week: i32,
    weekday: i32,
) -> Res<Obj<Tuple>> {
    make_of(vm, cls, [year.into(), week.into(), weekday.into()])
}

fn item(this: &Obj<Tuple>, i: usize) -> Object {
    this.get(i).unwrap_or_else(Object::none)
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(tuple) = this.downcast::<Tuple>() else {
        return Err(vm.system_error("a tuple was expected"));
    };
    let part = |i| Ok(vm.to_str(&item(tuple, i))?.to_string_lossy());
    let (year, week, weekday) = (part(0)?, part(1)?, part(2)?);
    let class = vm.class_of(this).full_name();
    let text = format!("{class}(year={year}, week={week}, weekday={weekday})");
    Ok(vm.str(&text)?.into_object())
}

/// What a pickle is made from: a plain tuple.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<Tuple>) -> Res<Obj<Tuple>> {
    let items = vm.tuple_from(this.as_slice())?.into_object();
    vm.pair(vm.types().tuple.clone().into_object(), vm.tuple(vec![items])?.into_object())
}

#[getter]
fn year(this: &Obj<Tuple>) -> Object {
    item(this, 0)
}

#[getter]
fn week(this: &Obj<Tuple>) -> Object {
    item(this, 1)
}

#[getter]
fn weekday(this: &Obj<Tuple>) -> Object {
    item(this, 2)
}
