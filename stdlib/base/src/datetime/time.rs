//! The class time: a time of any day, perhaps with a tzinfo.

use super::arguments::{CInt, Text, first_fault};
use super::calendar::{Clock, Misfit, Span};
use super::text::{Line, Precision};
use super::{date, delta, numbers, offset, parse, pickle, state, strftime as formatted, zone};
use crate::support::{
    CmpOp, IntoRaised, Maybe, NativeConstructor, Obj, Object, Payload, Res, Slots, Str, Tuple,
    Type, TypeSpec, Visitor, Vm, getsets, getter, native, natives, type_flags,
};
use std::cell::Cell;

/// The payload of `datetime.time`.
pub(super) struct Time {
    clock: Clock,
    fold: bool,
    /// A tzinfo or None.
    pub(super) tzinfo: Object,
    /// -1: not known yet.
    hash: Cell<i64>,
}

impl Payload for Time {
    const SPEC: Option<&'static TypeSpec> = Some(&TIME);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.tzinfo);
    }
}

impl Time {
    pub(super) fn new(clock: Clock, fold: bool, tzinfo: Object) -> Time {
        Time { clock, fold, tzinfo, hash: Cell::new(-1) }
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    pub(super) fn fold(&self) -> bool {
        self.fold
    }

    fn offset(&self, vm: &Vm) -> Res<Option<Span>> {
        offset::span(vm, &self.tzinfo, &Object::none())
    }
}

pub(super) static TIME: TypeSpec = TypeSpec {
    doc: "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\n\
          All arguments may be left out. tzinfo is None or an instance of a class derived from tzinfo,\n\
          the others are ints.\n",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        str: Some(|vm, this| {
            let state = state(vm);
            let method = vm.getattr(this, &state.names(vm).isoformat)?;
            vm.call(&method, &[])
        }),
        hash: Some(hash),
        richcmp: Some(compare),
        ..Slots::NONE
    },
    methods: natives![
        isoformat,
        strftime,
        date::format,
        utcoffset,
        tzname,
        dst,
        replace,
        fromisoformat,
        reduce_ex,
        reduce
    ],
    getsets: getsets![hour, minute, second, microsecond, tzinfo, fold],
    fill: Some(|vm, class| {
        let made = |clock| vm.alloc(Time::new(clock, false, Object::none()));
        class.dict.set_named(vm, "min", made(Clock::MIDNIGHT)?)?;
        class.dict.set_named(vm, "max", made(Clock::LAST)?)?;
        class.dict.set_named(vm, "resolution", delta::make(vm, Span::MICROSECOND)?)
    }),
    ..TypeSpec::new::<Time>("datetime.time")
};

/// Where the hour lies in a state.
const HOUR: usize = 0;

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let given = args.len().saturating_sub(names.map_or(0, |names| names.len()));
    if let (1 | 2, Some(first)) = (given, args.first())
        && first.as_small_int().is_none()
        && let Some(mut bytes) = pickle::bytes(vm, first, HOUR, |hour| hour < 24, "time")?
    {
        let fold = pickle::take_fold(&mut bytes, HOUR);
        let tzinfo = args.get(1).filter(|_| given == 2).cloned().unwrap_or_else(Object::none);
        pickle::check_tzinfo(vm, &tzinfo)?;
        let time = Time::new(Clock::from_bytes(bytes), fold, tzinfo);
        return Ok(vm.alloc_of(class, time)?.into_object());
    }
    const INTS: [&str; 4] = ["hour", "minute", "second", "microsecond"];
    let made = <time as NativeConstructor>::new(vm, class, args, names);
    made.or_else(|raised| first_fault(vm, raised, &INTS, (0, 6), args, names))
}

#[native(
    "(cls, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)",
    constructor,
    name = ""
)]
fn time(
    vm: &Vm,
    cls: &Obj<Type>,
    hour: Maybe<CInt>,
    minute: Maybe<CInt>,
    second: Maybe<CInt>,
    microsecond: Maybe<CInt>,
    tzinfo: Option<&Object>,
    fold: Maybe<CInt>,
) -> Res<Obj<Time>> {
    let parts = [hour, minute, second, microsecond, fold];
    let parts = parts.map(|part| part.given().map_or(0, |part| part.0));
    let tzinfo = tzinfo.cloned().unwrap_or_else(Object::none);
    checked(vm, cls, parts, tzinfo)
}

/// `1` or `0`
pub(super) fn fold_of(number: i64) -> Result<bool, Misfit> {
    match number {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Misfit::Fold),
    }
}

fn checked(
    vm: &Vm,
    class: &Obj<Type>,
    [hour, minute, second, micros, fold]: [i64; 5],
    tzinfo: Object,
) -> Res<Obj<Time>> {
    let parts = Clock::new(hour, minute, second, micros)
        .and_then(|clock| Ok((clock, fold_of(fold)?)))
        .map_err(|misfit| misfit.into_raised(vm));
    let (clock, fold) = parts?;
    offset::check(vm, &tzinfo)?;
    vm.alloc_of(class, Time::new(clock, fold, tzinfo))
}

fn with_time<T>(vm: &Vm, this: &Object, f: impl FnOnce(&Obj<Time>) -> Res<T>) -> Res<T> {
    match this.downcast::<Time>() {
        Some(time) => f(time),
        None => Err(vm.system_error("a time was expected")),
    }
}

/// The time in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
///
/// timespec says how much is shown: 'auto', 'hours', 'minutes', 'seconds', 'milliseconds' or
/// 'microseconds'.
#[native("(self, timespec='auto')", no_signature)]
fn isoformat(vm: &Vm, this: &Obj<Time>, timespec: Maybe<Precision>) -> Res<Obj<Str>> {
    let mut line = Line::new();
    line.clock(this.clock, timespec.given().unwrap_or(Precision::Auto));
    if let Some(offset) = this.offset(vm)? {
        line.offset(offset, ":");
    }
    line.make(vm)
}

/// The time as the format says, as time.strftime() does.
#[native("(self, format)", no_signature)]
fn strftime(vm: &Vm, this: &Obj<Time>, format: Text<'_>) -> Res {
    formatted::of_time(vm, this, format.0)
}

/// What the tzinfo's utcoffset() answers.
#[native("(self, /)", no_signature)]
fn utcoffset(vm: &Vm, this: &Obj<Time>) -> Res {
    offset::utcoffset(vm, &this.tzinfo, &Object::none())
}

/// What the tzinfo's tzname() answers.
#[native("(self, /)", no_signature)]
fn tzname(vm: &Vm, this: &Obj<Time>) -> Res {
    offset::tzname(vm, &this.tzinfo, &Object::none())
}

/// What the tzinfo's dst() answers.
#[native("(self, /)", no_signature)]
fn dst(vm: &Vm, this: &Obj<Time>) -> Res {
    offset::dst(vm, &this.tzinfo, &Object::none())
}

// (Of a derived class an instance is made without a call of it, in CPython too.)
/// The time with some of its fields replaced.
#[native(
    "(self, hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, \
     microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)",
    no_signature
)]
fn replace(
    vm: &Vm,
    this: &Obj<Time>,
    hour: Maybe<CInt>,
    minute: Maybe<CInt>,
    second: Maybe<CInt>,
    microsecond: Maybe<CInt>,
    tzinfo: Maybe<&Object>,
    fold: Maybe<CInt>,
) -> Res<Obj<Time>> {
    let clock = this.clock;
    let or = |given: Maybe<CInt>, old: i64| given.given().map_or(old, |n| n.0);
    let parts = [
        or(hour, clock.hour()),
        or(minute, clock.minute()),
        or(second, clock.second()),
        or(microsecond, clock.micros()),
        or(fold, this.fold.into()),
    ];
    let [.., fold] = parts;
    fold_of(fold).map_err(|misfit| misfit.into_raised(vm))?;
    let tzinfo = tzinfo.given().unwrap_or(&this.tzinfo).clone();
    checked(vm, this.class(), parts, tzinfo)
}

/// The time, or the class's instance for it.
fn of_class(vm: &Vm, class: &Obj<Type>, fields: [i64; 4], tzinfo: Object) -> Res {
    let [hour, minute, second, micros] = fields;
    if super::is_own(class) {
        let parts = [hour, minute, second, micros, 0];
        return Ok(checked(vm, class, parts, tzinfo)?.into_object());
    }
    let [hour, minute, second, micros] = numbers(vm, fields)?;
    vm.call(class.as_object(), &[hour, minute, second, micros, tzinfo])
}

/// The time of a text in ISO 8601 format.
#[native("(type, string, /)", classmethod, no_signature)]
fn fromisoformat(vm: &Vm, class: &Obj<Type>, string: &Object) -> Res {
    let text = date::iso_text(vm, string)?.to_utf8();
    let parsed = text.and_then(|text| {
        let text = text.as_bytes();
        parse::time(text.strip_prefix(b"T").unwrap_or(text)).ok()
    });
    let Some(parsed) = parsed else { return Err(date::malformed(vm, string)) };
    let tzinfo = match parsed.offset {
        Some(offset) => zone::fixed(vm, offset)?.into_object(),
        None => Object::none(),
    };
    of_class(vm, class, parsed.fields, tzinfo)
}

fn reduced(vm: &Vm, this: &Obj<Time>, protocol: i64) -> Res<Obj<Tuple>> {
    let fold = this.fold && protocol > 3;
    let mut state = this.clock.to_bytes();
    pickle::reduced(vm, this.as_object(), &mut state, HOUR, fold, &this.tzinfo)
}

/// What a pickle of a protocol is made from.
#[native("(self, protocol, /)", name = "__reduce_ex__", no_signature, parse_tuple)]
fn reduce_ex(vm: &Vm, this: &Obj<Time>, protocol: CInt) -> Res<Obj<Tuple>> {
    reduced(vm, this, protocol.0)
}

/// What a pickle is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<Time>) -> Res<Obj<Tuple>> {
    reduced(vm, this, 2)
}

// (Without docstrings, as in CPython.)
#[getter]
fn hour(this: &Obj<Time>) -> i64 {
    this.clock.hour()
}

#[getter]
fn minute(this: &Obj<Time>) -> i64 {
    this.clock.minute()
}

#[getter]
fn second(this: &Obj<Time>) -> i64 {
    this.clock.second()
}

#[getter]
fn microsecond(this: &Obj<Time>) -> i64 {
    this.clock.micros()
}

#[getter]
fn tzinfo(this: &Obj<Time>) -> Object {
    this.tzinfo.clone()
}

#[getter]
fn fold(this: &Obj<Time>) -> i64 {
    this.fold.into()
}

/// What stands behind the numbers in a representation, and the bracket.
pub(super) fn repr_end(vm: &Vm, start: String, extra: [Option<(&str, &Object)>; 2]) -> Res {
    let mut parts = vec![vm.str(&start)?];
    for (name, value) in extra.into_iter().flatten() {
        parts.push(vm.str(&format!(", {name}="))?);
        parts.push(vm.repr(value)?);
    }
    parts.push(vm.str(")")?);
    Ok(vm.text_parts(parts.iter().map(|part| part.as_text()))?.into_object())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    with_time(vm, this, |time| {
        let clock = time.clock;
        let numbers = [clock.hour(), clock.minute(), clock.second(), clock.micros()];
        let shown = match (clock.second(), clock.micros()) {
            (0, 0) => 2,
            (_, 0) => 3,
            _ => 4,
        };
        let mut line = Line::new();
        line.list(numbers.get(..shown).unwrap_or(&numbers));
        let start = format!("{}({}", vm.class_of(this).full_name(), line.as_str());
        let fold = Object::small(1);
        let tzinfo = (!time.tzinfo.is_none()).then_some(("tzinfo", &time.tzinfo));
        repr_end(vm, start, [tzinfo, time.fold.then_some(("fold", &fold))])
    })
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    with_time(vm, this, |time| {
        if time.hash.get() == -1 {
            // (Nobody is asked about the fold: tzinfo objects are asked about None.)
            let hash = match time.offset(vm)? {
                None => vm.interp().hash_key.hash_bytes(&time.clock.to_bytes()),
                Some(offset) => {
                    let span = Span::carried(0, time.clock.seconds(), time.clock.micros());
                    delta::hash_of(span.minus(offset))
                }
            };
            time.hash.set(hash);
        }
        Ok(time.hash.get())
    })
}

fn compare(vm: &Vm, this: &Object, other: &Object, op: CmpOp) -> Res {
    let (Some(a), Some(b)) = (this.downcast::<Time>(), other.downcast::<Time>()) else {
        return Ok(Object::not_implemented());
    };
    let plain = || Ok(Object::bool(op.holds(a.clock.cmp(&b.clock))));
    if a.tzinfo.is(&b.tzinfo) {
        return plain();
    }
    match (a.offset(vm)?, b.offset(vm)?) {
        (x, y) if x == y => plain(),
        (Some(x), Some(y)) => {
            // (The microseconds of offsets do not count, as in CPython.)
            let of = |time: &Time, offset: Span| {
                let seconds = time.clock.seconds() - offset.days() * 86_400 - offset.seconds();
                (seconds, time.clock.micros())
            };
            Ok(Object::bool(op.holds(of(a, x).cmp(&of(b, y)))))
        }
        _ if op == CmpOp::Eq => Ok(Object::bool(false)),
        _ if op == CmpOp::Ne => Ok(Object::bool(true)),
        _ => Err(vm.type_error("can't compare offset-naive and offset-aware times")),
    }
}
