//! The class timedelta: its instances, how they are made, compared and shown.

use super::calendar::{MOST_DAYS, Span};
use super::text::Line;
use super::{delta_math as math, numbers};
use crate::support::{
    CmpOp, Maybe, NativeConstructor, Obj, Object, Payload, Raised, Res, Slots, Tuple, Type,
    TypeSpec, Vm, getsets, getter, native, natives, readonly, type_flags,
};
use taipan_core::text::numhash;

/// The payload of `datetime.timedelta`.
pub(super) struct Delta(pub(super) Span);

impl Payload for Delta {
    const PLAIN: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&DELTA);
}

pub(super) static DELTA: TypeSpec = TypeSpec {
    doc: "A length of time, kept as days, seconds and microseconds.\n\n\
          timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\n\
          All parts may be left out; they are ints or floats and may be negative.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(<timedelta as NativeConstructor>::new),
        repr: Some(repr),
        str: Some(str),
        hash: Some(hash),
        richcmp: Some(compare),
        add: Some(math::add),
        sub: Some(math::sub),
        mul: Some(math::mul),
        rem: Some(math::rem),
        divmod: Some(math::divmod),
        floor_div: Some(math::floor_div),
        true_div: Some(math::true_div),
        neg: Some(|vm, this| unary(vm, this, Span::negated)),
        pos: Some(|vm, this| unary(vm, this, |span| span)),
        abs: Some(|vm, this| {
            unary(vm, this, |span| if span < Span::ZERO { span.negated() } else { span })
        }),
        bool: Some(|_, this| Ok(span_of(this).is_some_and(|span| span != Span::ZERO))),
        ..Slots::NONE
    },
    methods: natives![total_seconds, reduce],
    getsets: getsets![days: readonly, seconds: readonly, microseconds: readonly],
    fill: Some(|vm, class| {
        class.dict.set_named(vm, "resolution", make(vm, Span::MICROSECOND)?)?;
        class.dict.set_named(vm, "min", make(vm, Span::LEAST)?)?;
        class.dict.set_named(vm, "max", make(vm, Span::MOST)?)
    }),
    ..TypeSpec::new::<Delta>("datetime.timedelta")
};

/// The span of a timedelta.
#[inline]
pub(super) fn span_of(object: &Object) -> Option<Span> {
    object.downcast::<Delta>().map(|delta| delta.0)
}

#[cold]
pub(super) fn too_many_days(vm: &Vm, days: i64) -> Raised {
    vm.overflow_error(format_args!("days={days}; must have magnitude <= {MOST_DAYS}"))
}

fn check(vm: &Vm, span: Span) -> Res<()> {
    if (-MOST_DAYS..=MOST_DAYS).contains(&span.days()) {
        return Ok(());
    }
    Err(too_many_days(vm, span.days()))
}

/// A timedelta, if the span has not too many days.
#[inline]
pub(super) fn make(vm: &Vm, span: Span) -> Res<Obj<Delta>> {
    check(vm, span)?;
    vm.alloc(Delta(span))
}

/// An instance of a class that is or derives from timedelta.
#[inline]
pub(super) fn make_of(vm: &Vm, class: &Obj<Type>, span: Span) -> Res<Obj<Delta>> {
    check(vm, span)?;
    vm.alloc_of(class, Delta(span))
}

/// A timedelta; its class is taken from an operand where that is exactly one.
#[inline]
pub(super) fn make_like(vm: &Vm, like: &Object, span: Span) -> Res {
    let class = vm.class_of(like);
    match super::is_own(class) {
        true => Ok(make_of(vm, class, span)?.into_object()),
        false => Ok(make(vm, span)?.into_object()),
    }
}

/// The timedelta of so many microseconds.
pub(super) fn of_micros(vm: &Vm, class: &Obj<Type>, micros: i128) -> Res<Obj<Delta>> {
    match Span::of_micros(micros) {
        Ok(span) => vm.alloc_of(class, Delta(span)),
        Err(Some(days)) if i32::try_from(days).is_ok() => Err(too_many_days(vm, days)),
        Err(_) => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

#[native(
    "(cls, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)",
    constructor,
    name = "__new__"
)]
fn timedelta(
    vm: &Vm,
    cls: &Obj<Type>,
    days: Maybe<&Object>,
    seconds: Maybe<&Object>,
    microseconds: Maybe<&Object>,
    milliseconds: Maybe<&Object>,
    minutes: Maybe<&Object>,
    hours: Maybe<&Object>,
    weeks: Maybe<&Object>,
) -> Res<Obj<Delta>> {
    // The order in which fractions are summed up.
    let parts = [
        (microseconds, math::Unit::MICROSECOND),
        (milliseconds, math::Unit::MILLISECOND),
        (seconds, math::Unit::SECOND),
        (minutes, math::Unit::MINUTE),
        (hours, math::Unit::HOUR),
        (days, math::Unit::DAY),
        (weeks, math::Unit::WEEK),
    ];
    math::sum(vm, cls, &parts)
}

fn unary(vm: &Vm, this: &Object, f: fn(Span) -> Span) -> Res {
    match span_of(this) {
        Some(span) => make_like(vm, this, f(span)),
        None => Ok(Object::not_implemented()),
    }
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let span = span_of(this).unwrap_or(Span::ZERO);
    let parts =
        [("days=", span.days()), ("seconds=", span.seconds()), ("microseconds=", span.micros())];
    let mut line = Line::new();
    for (name, number) in parts.into_iter().filter(|part| part.1 != 0) {
        if !line.as_bytes().is_empty() {
            line.push_str(", ");
        }
        line.push_str(name);
        line.number(number);
    }
    if line.as_bytes().is_empty() {
        line.push(b'0');
    }
    let name = vm.class_of(this).full_name();
    Ok(vm.str(&format!("{name}({})", line.as_str()))?.into_object())
}

fn str(vm: &Vm, this: &Object) -> Res {
    let mut line = Line::new();
    line.span(span_of(this).unwrap_or(Span::ZERO));
    Ok(line.make(vm)?.into_object())
}

/// That of the tuple of the three numbers.
pub(super) fn hash_of(span: Span) -> i64 {
    let parts = [span.days(), span.seconds(), span.micros()];
    numhash::hash_tuple(parts.map(numhash::hash_i64))
}

fn hash(_: &Vm, this: &Object) -> Res<i64> {
    Ok(hash_of(span_of(this).unwrap_or(Span::ZERO)))
}

fn compare(_: &Vm, this: &Object, other: &Object, op: CmpOp) -> Res {
    Ok(match (span_of(this), span_of(other)) {
        (Some(a), Some(b)) => Object::bool(op.holds(a.cmp(&b))),
        _ => Object::not_implemented(),
    })
}

/// Whole days; less than 0 for a negative timedelta.
#[getter]
fn days(this: &Obj<Delta>) -> i64 {
    this.0.days()
}

/// Seconds beside the days, from 0 on and less than a day.
#[getter]
fn seconds(this: &Obj<Delta>) -> i64 {
    this.0.seconds()
}

/// Microseconds beside the seconds, from 0 on and less than a second.
#[getter]
fn microseconds(this: &Obj<Delta>) -> i64 {
    this.0.micros()
}

/// The whole length in seconds, as a float.
#[native("(self, /)", no_signature)]
fn total_seconds(vm: &Vm, this: &Obj<Delta>) -> Res {
    math::seconds_of(vm, this.0)
}

/// What a pickle is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<Delta>) -> Res<Obj<Tuple>> {
    let parts = numbers(vm, [this.0.days(), this.0.seconds(), this.0.micros()])?;
    vm.pair(this.class().clone().into_object(), vm.tuple_from(&parts)?.into_object())
}
