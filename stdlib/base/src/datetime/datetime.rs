//! The class datetime: a day and a time, perhaps with a tzinfo. What makes one from something else is in `make`.

use super::arguments::{CInt, Character, first_fault};
use super::calendar::{Clock, Day, Span, Stamp};
use super::date::{self, Date};
use super::text::{Line, Precision};
use super::time::{Time, fold_of, repr_end};
use super::{delta, local, make, offset, pickle, state, zone};
use crate::support::{
    CmpOp, IntoRaised, Maybe, NativeConstructor, Obj, Object, Payload, Res, Slots, Str, Tuple,
    Type, TypeSpec, Visitor, Vm, getsets, getter, native, natives, type_flags, type_for,
};
use std::cell::Cell;

/// The payload of `datetime.datetime`.
pub(super) struct DateTime {
    stamp: Stamp,
    fold: bool,
    /// A tzinfo or None.
    pub(super) tzinfo: Object,
    /// -1: not known yet.
    hash: Cell<i64>,
}

impl Payload for DateTime {
    const SPEC: Option<&'static TypeSpec> = Some(&DATETIME);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.tzinfo);
    }
}

impl DateTime {
    #[inline]
    pub(super) fn new(stamp: Stamp, fold: bool, tzinfo: Object) -> DateTime {
        DateTime { stamp, fold, tzinfo, hash: Cell::new(-1) }
    }

    #[inline]
    pub(super) fn stamp(&self) -> Stamp {
        self.stamp
    }

    pub(super) fn fold(&self) -> bool {
        self.fold
    }

    fn clock(&self) -> Clock {
        self.stamp.clock()
    }
}

pub(super) static DATETIME: TypeSpec = TypeSpec {
    doc: "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\n\
          Year, month and day must be given. tzinfo is None or an instance of a class derived from\n\
          tzinfo, the others are ints.\n",
    flags: type_flags::BASETYPE,
    base: Some(|vm| type_for::<Date>(vm)),
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        str: Some(|vm, this| {
            let state = state(vm);
            let method = vm.getattr(this, &state.names(vm).isoformat)?;
            vm.call(&method, &[vm.str(" ")?.into_object()])
        }),
        hash: Some(hash),
        richcmp: Some(compare),
        add: Some(add),
        sub: Some(sub),
        ..Slots::NONE
    },
    methods: natives![
        make::now,
        make::utcnow,
        make::fromtimestamp,
        make::utcfromtimestamp,
        make::strptime,
        make::combine,
        make::fromisoformat,
        date_part,
        time_part,
        timetz,
        ctime,
        timetuple,
        timestamp,
        utctimetuple,
        isoformat,
        utcoffset,
        tzname,
        dst,
        make::replace,
        make::astimezone,
        reduce_ex,
        reduce
    ],
    getsets: getsets![hour, minute, second, microsecond, tzinfo, fold],
    fill: Some(|vm, class| {
        let made =
            |day, clock| vm.alloc(DateTime::new(Stamp::new(day, clock), false, Object::none()));
        class.dict.set_named(vm, "min", made(Day::FIRST, Clock::MIDNIGHT)?)?;
        class.dict.set_named(vm, "max", made(Day::LAST, Clock::LAST)?)?;
        class.dict.set_named(vm, "resolution", delta::make(vm, Span::MICROSECOND)?)
    }),
    ..TypeSpec::new::<DateTime>("datetime.datetime")
};

/// Where the month lies in a state.
const MONTH: usize = 2;

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let given = args.len().saturating_sub(names.map_or(0, |names| names.len()));
    if let (1 | 2, Some(first)) = (given, args.first())
        && let Some((stamp, fold)) = unpickled(vm, first)?
    {
        let tzinfo = args.get(1).filter(|_| given == 2).cloned().unwrap_or_else(Object::none);
        pickle::check_tzinfo(vm, &tzinfo)?;
        return Ok(vm.alloc_of(class, DateTime::new(stamp, fold, tzinfo))?.into_object());
    }
    const INTS: [&str; 7] = ["year", "month", "day", "hour", "minute", "second", "microsecond"];
    let made = <datetime as NativeConstructor>::new(vm, class, args, names);
    made.or_else(|raised| first_fault(vm, raised, &INTS, (3, 9), args, names))
}

fn unpickled(vm: &Vm, object: &Object) -> Res<Option<(Stamp, bool)>> {
    if object.as_small_int().is_some() {
        return Ok(None);
    }
    let state = pickle::bytes(vm, object, MONTH, date::is_month, "datetime")?;
    let Some(mut state) = state else { return Ok(None) };
    let fold = pickle::take_fold(&mut state, MONTH);
    let [a, b, c, d, e, f, g, h, i, j] = state;
    let stamp = Stamp::new(Day::from_bytes([a, b, c, d]), Clock::from_bytes([e, f, g, h, i, j]));
    Ok(Some((stamp, fold)))
}

#[native(
    "(cls, year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)",
    constructor,
    name = ""
)]
fn datetime(
    vm: &Vm,
    cls: &Obj<Type>,
    year: CInt,
    month: CInt,
    day: CInt,
    hour: Maybe<CInt>,
    minute: Maybe<CInt>,
    second: Maybe<CInt>,
    microsecond: Maybe<CInt>,
    tzinfo: Option<&Object>,
    fold: Maybe<CInt>,
) -> Res<Obj<DateTime>> {
    let or_zero = |part: Maybe<CInt>| part.given().map_or(0, |part| part.0);
    let numbers = [
        year.0,
        month.0,
        day.0,
        or_zero(hour),
        or_zero(minute),
        or_zero(second),
        or_zero(microsecond),
    ];
    checked(vm, cls, numbers, or_zero(fold), tzinfo.unwrap_or(&Object::none()))
}

/// A datetime of numbers that may be none.
#[inline]
pub(super) fn checked(
    vm: &Vm,
    class: &Obj<Type>,
    [year, month, day, hour, minute, second, micros]: [i64; 7],
    fold: i64,
    tzinfo: &Object,
) -> Res<Obj<DateTime>> {
    let parts = || {
        let day = Day::new(year, month, day)?;
        let clock = Clock::new(hour, minute, second, micros)?;
        Ok((Stamp::new(day, clock), fold_of(fold)?))
    };
    let (stamp, fold) =
        parts().map_err(|misfit: super::calendar::Misfit| misfit.into_raised(vm))?;
    offset::check(vm, tzinfo)?;
    vm.alloc_of(class, DateTime::new(stamp, fold, tzinfo.clone()))
}

/// The datetime that is so much later; its class makes it.
pub(super) fn plus(vm: &Vm, when: &Obj<DateTime>, span: Span) -> Res {
    moved(vm, when, when.stamp.plus(span))
}

#[inline]
fn moved(vm: &Vm, when: &Obj<DateTime>, stamp: Option<Stamp>) -> Res {
    match stamp {
        Some(stamp) => make::of_class(vm, when.class(), stamp, &when.tzinfo, false),
        None => Err(vm.overflow_error("date value out of range")),
    }
}

fn add(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (when, span) = match a.downcast::<DateTime>() {
        Some(when) => (Some(when), delta::span_of(b)),
        None => (b.downcast::<DateTime>(), delta::span_of(a)),
    };
    match (when, span) {
        (Some(when), Some(span)) => moved(vm, when, when.stamp.plus(span)),
        _ => Ok(Object::not_implemented()),
    }
}

fn sub(vm: &Vm, a: &Object, b: &Object) -> Res {
    let Some(when) = a.downcast::<DateTime>() else { return Ok(Object::not_implemented()) };
    if let Some(other) = b.downcast::<DateTime>() {
        return Ok(delta::make(vm, since(vm, when, other)?)?.into_object());
    }
    match delta::span_of(b) {
        Some(span) => moved(vm, when, when.stamp.minus(span)),
        None => Ok(Object::not_implemented()),
    }
}

/// How much later one datetime is than another.
pub(super) fn since(vm: &Vm, a: &Obj<DateTime>, b: &Obj<DateTime>) -> Res<Span> {
    let shown = a.stamp.since(b.stamp);
    if a.tzinfo.is(&b.tzinfo) {
        return Ok(shown);
    }
    let of = |when: &Obj<DateTime>| offset::span(vm, &when.tzinfo, when.as_object());
    match (of(a)?, of(b)?) {
        (Some(x), Some(y)) => Ok(shown.minus(x.minus(y))),
        (None, None) => Ok(shown),
        _ => Err(vm.type_error("can't subtract offset-naive and offset-aware datetimes")),
    }
}

/// Whether another fold would have another offset: such times equal none in another zone.
fn depends_on_fold(vm: &Vm, when: &Obj<DateTime>, offset: Option<Span>) -> Res<bool> {
    if when.tzinfo.is_none() || when.tzinfo.downcast::<zone::Zone>().is_some() {
        return Ok(false);
    }
    let other = DateTime::new(when.stamp, !when.fold, when.tzinfo.clone());
    let other = vm.alloc_of(when.class(), other)?;
    Ok(offset::span(vm, &other.tzinfo, other.as_object())? != offset)
}

fn compare(vm: &Vm, this: &Object, other: &Object, op: CmpOp) -> Res {
    let Some(a) = this.downcast::<DateTime>() else { return Ok(Object::not_implemented()) };
    let Some(b) = other.downcast::<DateTime>() else { return compare_other(vm, this, other, op) };
    if a.tzinfo.is(&b.tzinfo) {
        return Ok(Object::bool(op.holds(a.stamp.cmp(&b.stamp))));
    }
    let x = offset::span(vm, &a.tzinfo, this)?;
    let y = offset::span(vm, &b.tzinfo, other)?;
    let order = match (x, y) {
        _ if x == y => a.stamp.cmp(&b.stamp),
        (Some(_), Some(_)) => since(vm, a, b)?.cmp(&Span::ZERO),
        _ if op == CmpOp::Eq => return Ok(Object::bool(false)),
        _ if op == CmpOp::Ne => return Ok(Object::bool(true)),
        _ => return Err(vm.type_error("can't compare offset-naive and offset-aware datetimes")),
    };
    let mut holds = op.holds(order);
    if matches!(op, CmpOp::Eq | CmpOp::Ne)
        && order.is_eq()
        && (depends_on_fold(vm, a, x)? || depends_on_fold(vm, b, y)?)
    {
        holds = op == CmpOp::Ne;
    }
    Ok(Object::bool(holds))
}

/// A date is not compared by its day, although it is of the base class.
#[cold]
fn compare_other(vm: &Vm, this: &Object, other: &Object, op: CmpOp) -> Res {
    if other.downcast::<Date>().is_none() {
        return Ok(Object::not_implemented());
    }
    match op {
        CmpOp::Eq => Ok(Object::bool(false)),
        CmpOp::Ne => Ok(Object::bool(true)),
        _ => Err(vm.type_error(format_args!(
            "can't compare {} to {}",
            vm.type_name(this),
            vm.type_name(other)
        ))),
    }
}

fn with_datetime<T>(vm: &Vm, this: &Object, f: impl FnOnce(&Obj<DateTime>) -> Res<T>) -> Res<T> {
    match this.downcast::<DateTime>() {
        Some(when) => f(when),
        None => Err(vm.system_error("a datetime was expected")),
    }
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    with_datetime(vm, this, |when| {
        if when.hash.get() == -1 {
            when.hash.set(computed_hash(vm, when)?);
        }
        Ok(when.hash.get())
    })
}

/// That of the moment, which the fold does not change.
fn computed_hash(vm: &Vm, when: &Obj<DateTime>) -> Res<i64> {
    let offset = match when.fold && !when.tzinfo.is_none() {
        true => {
            let first = DateTime::new(when.stamp, false, when.tzinfo.clone());
            let first = vm.alloc_of(when.class(), first)?;
            offset::span(vm, &first.tzinfo, first.as_object())?
        }
        false => offset::span(vm, &when.tzinfo, when.as_object())?,
    };
    let Some(offset) = offset else {
        return Ok(vm.interp().hash_key.hash_bytes(&when.stamp.to_bytes()));
    };
    let clock = when.clock();
    let span = Span::carried(when.stamp.day().ordinal(), clock.seconds(), clock.micros());
    Ok(delta::hash_of(span.minus(offset)))
}

fn repr(vm: &Vm, this: &Object) -> Res {
    with_datetime(vm, this, |when| {
        let (day, clock) = (when.stamp.day(), when.clock());
        let numbers = [
            day.year(),
            day.month(),
            day.day(),
            clock.hour(),
            clock.minute(),
            clock.second(),
            clock.micros(),
        ];
        let shown = match (clock.second(), clock.micros()) {
            (0, 0) => 5,
            (_, 0) => 6,
            _ => 7,
        };
        let mut line = Line::new();
        line.list(numbers.get(..shown).unwrap_or(&numbers));
        let class = vm.class_of(this).full_name();
        if when.tzinfo.is_none() && !when.fold {
            return Ok(vm.str(&format!("{class}({})", line.as_str()))?.into_object());
        }
        let start = format!("{class}({}", line.as_str());
        let fold = Object::small(1);
        let tzinfo = (!when.tzinfo.is_none()).then_some(("tzinfo", &when.tzinfo));
        repr_end(vm, start, [when.fold.then_some(("fold", &fold)), tzinfo])
    })
}

/// The date of the day.
#[native("(self, /)", name = "date", no_signature)]
fn date_part(vm: &Vm, this: &Obj<DateTime>) -> Res<Obj<Date>> {
    let date = Date::new(this.stamp.day());
    // (The base of the class itself is at hand.)
    match this.class().base.get_as::<Type>() {
        Some(class) if super::is_own(this.class()) => vm.alloc_of(&class, date),
        _ => vm.alloc(date),
    }
}

/// The time of the day, without the tzinfo.
#[native("(self, /)", name = "time", no_signature)]
fn time_part(vm: &Vm, this: &Obj<DateTime>) -> Res<Obj<Time>> {
    vm.alloc(Time::new(this.clock(), this.fold, Object::none()))
}

/// The time of the day with the tzinfo.
#[native("(self, /)", no_signature)]
fn timetz(vm: &Vm, this: &Obj<DateTime>) -> Res<Obj<Time>> {
    vm.alloc(Time::new(this.clock(), this.fold, this.tzinfo.clone()))
}

/// The datetime as the C function ctime() writes it.
#[native("(self, /)", no_signature)]
fn ctime(vm: &Vm, this: &Obj<DateTime>) -> Res<Obj<Str>> {
    let mut line = Line::new();
    line.ctime(this.stamp.day(), this.clock());
    line.make(vm)
}

/// The datetime as a time tuple, such as time.localtime() gives.
#[native("(self, /)", no_signature)]
fn timetuple(vm: &Vm, this: &Obj<DateTime>) -> Res {
    let dst = offset::dst(vm, &this.tzinfo, this.as_object())?;
    let dst = delta::span_of(&dst).map_or(-1, |dst| i64::from(dst != Span::ZERO));
    local::time_tuple(vm, this.stamp.day(), this.clock(), dst)
}

/// The POSIX timestamp, as a float.
#[native("(self, /)", no_signature)]
fn timestamp(vm: &Vm, this: &Obj<DateTime>) -> Res {
    if this.tzinfo.is_none() {
        let seconds = local::timestamp(vm, this.stamp, this.fold)?;
        return vm.float(seconds as f64 + this.clock().micros() as f64 / 1e6);
    }
    let Some(offset) = offset::span(vm, &this.tzinfo, this.as_object())? else {
        return Err(vm.type_error("can't subtract offset-naive and offset-aware datetimes"));
    };
    let since = this.stamp.seconds() - local::EPOCH;
    let span = Span::of_seconds(since).plus(Span::carried(0, 0, this.clock().micros()));
    super::delta_math::seconds_of(vm, span.minus(offset))
}

/// The datetime in UTC as a time tuple.
#[native("(self, /)", no_signature)]
fn utctimetuple(vm: &Vm, this: &Obj<DateTime>) -> Res {
    let mut stamp = this.stamp;
    if let Some(offset) = offset::span(vm, &this.tzinfo, this.as_object())? {
        let moved = moved(vm, this, stamp.minus(offset))?;
        stamp = match moved.downcast::<DateTime>() {
            Some(when) => when.stamp,
            None => return Err(vm.type_error("a datetime was expected")),
        };
    }
    local::time_tuple(vm, stamp.day(), stamp.clock(), 0)
}

/// The datetime in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
///
/// sep stands between date and time, 'T' by default. timespec says how much of the time is shown:
/// 'auto', 'hours', 'minutes', 'seconds', 'milliseconds' or 'microseconds'.
#[native("(self, sep='T', timespec='auto')", no_signature)]
fn isoformat(
    vm: &Vm,
    this: &Obj<DateTime>,
    sep: Maybe<Character>,
    timespec: Maybe<Precision>,
) -> Res<Obj<Str>> {
    let sep = sep.given().map_or(u32::from(b'T'), |sep| sep.0);
    let precision = timespec.given().unwrap_or(Precision::Auto);
    let mut line = Line::new();
    line.day(this.stamp.day());
    let ascii = u8::try_from(sep).ok().filter(u8::is_ascii);
    if let Some(byte) = ascii {
        line.push(byte);
    }
    line.clock(this.clock(), precision);
    if let Some(offset) = offset::span(vm, &this.tzinfo, this.as_object())? {
        line.offset(offset, ":");
    }
    if ascii.is_some() {
        return line.make(vm);
    }
    let (date, time) = line.as_bytes().split_at_checked(10).unwrap_or_default();
    let parts = [
        crate::support::TextRef::Ascii(date),
        crate::support::TextRef::Ucs4(&[sep]),
        crate::support::TextRef::Ascii(time),
    ];
    let mut text = crate::support::TextBuf::new();
    parts.into_iter().try_for_each(|part| text.push_text(part)).map_err(|e| vm.text_error(e))?;
    vm.text_owned(text.finish())
}

/// What the tzinfo's utcoffset() answers.
#[native("(self, /)", no_signature)]
fn utcoffset(vm: &Vm, this: &Obj<DateTime>) -> Res {
    offset::utcoffset(vm, &this.tzinfo, this.as_object())
}

/// What the tzinfo's tzname() answers.
#[native("(self, /)", no_signature)]
fn tzname(vm: &Vm, this: &Obj<DateTime>) -> Res {
    offset::tzname(vm, &this.tzinfo, this.as_object())
}

/// What the tzinfo's dst() answers.
#[native("(self, /)", no_signature)]
fn dst(vm: &Vm, this: &Obj<DateTime>) -> Res {
    offset::dst(vm, &this.tzinfo, this.as_object())
}

fn reduced(vm: &Vm, this: &Obj<DateTime>, protocol: i64) -> Res<Obj<Tuple>> {
    let fold = this.fold && protocol > 3;
    let mut state = this.stamp.to_bytes();
    pickle::reduced(vm, this.as_object(), &mut state, MONTH, fold, &this.tzinfo)
}

/// What a pickle of a protocol is made from.
#[native("(self, protocol, /)", name = "__reduce_ex__", no_signature, parse_tuple)]
fn reduce_ex(vm: &Vm, this: &Obj<DateTime>, protocol: CInt) -> Res<Obj<Tuple>> {
    reduced(vm, this, protocol.0)
}

/// What a pickle is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<DateTime>) -> Res<Obj<Tuple>> {
    reduced(vm, this, 2)
}

// (Without docstrings, as in CPython.)
#[getter]
fn hour(this: &Obj<DateTime>) -> i64 {
    this.clock().hour()
}

#[getter]
fn minute(this: &Obj<DateTime>) -> i64 {
    this.clock().minute()
}

#[getter]
fn second(this: &Obj<DateTime>) -> i64 {
    this.clock().second()
}

#[getter]
fn microsecond(this: &Obj<DateTime>) -> i64 {
    this.clock().micros()
}

#[getter]
fn tzinfo(this: &Obj<DateTime>) -> Object {
    this.tzinfo.clone()
}

#[getter]
fn fold(this: &Obj<DateTime>) -> i64 {
    this.fold.into()
}
