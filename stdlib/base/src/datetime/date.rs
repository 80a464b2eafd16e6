//! The class date. Its methods are those of datetimes too, where that class has none of its own.

use super::arguments::{CInt, Dated, Text, first_fault};
use super::calendar::{Clock, Day, IsoMisfit, Misfit, Span, Stamp};
use super::datetime::DateTime;
use super::text::Line;
use super::{delta, isocalendar, local, make, module_attribute, numbers, parse, pickle};
use super::{state, strftime as formatted};
use crate::support::{
    CmpOp, IntoRaised, Maybe, NativeConstructor, Obj, Object, Payload, Res, Slots, Str, Tuple,
    Type, TypeSpec, Vm, getsets, getter, native, natives, type_flags,
};
use std::cell::Cell;

/// The payload of `datetime.date`.
pub(super) struct Date {
    pub(super) day: Day,
    /// -1: not known yet.
    hash: Cell<i64>,
}

impl Payload for Date {
    const PLAIN: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&DATE);
}

impl Date {
    #[inline]
    pub(super) fn new(day: Day) -> Date {
        Date { day, hash: Cell::new(-1) }
    }
}

pub(super) static DATE: TypeSpec = TypeSpec {
    doc: "date(year, month, day) --> date object",
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
        add: Some(add),
        sub: Some(sub),
        ..Slots::NONE
    },
    methods: natives![
        fromtimestamp,
        fromordinal,
        fromisoformat,
        fromisocalendar,
        today,
        ctime,
        strftime,
        format,
        timetuple,
        isocalendar_of,
        isoformat,
        isoweekday,
        toordinal,
        weekday,
        replace,
        reduce
    ],
    getsets: getsets![year, month, day],
    fill: Some(|vm, class| {
        class.dict.set_named(vm, "min", vm.alloc(Date::new(Day::FIRST))?)?;
        class.dict.set_named(vm, "max", vm.alloc(Date::new(Day::LAST))?)?;
        class.dict.set_named(vm, "resolution", delta::make(vm, Span::DAY)?)
    }),
    ..TypeSpec::new::<Date>("datetime.date")
};

/// Where the month lies in a state.
const MONTH: usize = 2;

pub(super) fn is_month(month: u32) -> bool {
    (1..=12).contains(&month)
}

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let given = args.len().saturating_sub(names.map_or(0, |names| names.len()));
    if let (1, Some(first)) = (given, args.first())
        && let Some(day) = unpickled(vm, first)?
    {
        return Ok(vm.alloc_of(class, Date::new(day))?.into_object());
    }
    let made = <date as NativeConstructor>::new(vm, class, args, names);
    made.or_else(|raised| first_fault(vm, raised, &["year", "month", "day"], (3, 3), args, names))
}

fn unpickled(vm: &Vm, object: &Object) -> Res<Option<Day>> {
    if object.as_small_int().is_some() {
        return Ok(None);
    }
    let state = pickle::bytes(vm, object, MONTH, is_month, "date")?;
    Ok(state.map(Day::from_bytes))
}

#[native("(cls, year, month, day)", constructor, name = "")]
fn date(vm: &Vm, cls: &Obj<Type>, year: CInt, month: CInt, day: CInt) -> Res<Obj<Date>> {
    let day = Day::new(year.0, month.0, day.0).map_err(|misfit| misfit.into_raised(vm))?;
    vm.alloc_of(cls, Date::new(day))
}

/// The date, or the class's instance for it.
pub(super) fn of_class(vm: &Vm, class: &Obj<Type>, day: Day) -> Res {
    if super::is_own(class) {
        if class.has_layout::<DateTime>() {
            let midnight = Stamp::new(day, Clock::MIDNIGHT);
            return make::exact(vm, class, midnight, &Object::none(), false);
        }
        return Ok(vm.alloc_of(class, Date::new(day))?.into_object());
    }
    vm.call(class.as_object(), &numbers(vm, [day.year(), day.month(), day.day()])?)
}

/// The same for numbers that may be no date.
fn checked_of_class(vm: &Vm, class: &Obj<Type>, year: i64, month: i64, day: i64) -> Res {
    if !super::is_own(class) {
        return vm.call(class.as_object(), &numbers(vm, [year, month, day])?);
    }
    let day = Day::new(year, month, day).map_err(|misfit| misfit.into_raised(vm))?;
    of_class(vm, class, day)
}

/// The local date of a POSIX timestamp, such as time.time() gives.
#[native("(type, timestamp, /)", classmethod)]
fn fromtimestamp(vm: &Vm, class: &Obj<Type>, timestamp: &Object) -> Res {
    let fields = local::fields(vm, local::whole_seconds(vm, timestamp)?)?;
    checked_of_class(vm, class, fields.year, fields.month, fields.day)
}

/// The date with this number; 1 is the first of January of the year 1.
#[native("(type, ordinal, /)", classmethod, no_signature, parse_tuple)]
fn fromordinal(vm: &Vm, class: &Obj<Type>, ordinal: CInt) -> Res {
    if ordinal.0 < 1 {
        return Err(vm.value_error("ordinal must be >= 1"));
    }
    match Day::from_ordinal(ordinal.0) {
        Some(day) => of_class(vm, class, day),
        None => beyond_calendar(vm, class, ordinal.0),
    }
}

/// A class of the program's own is called with the numbers all the same.
#[cold]
fn beyond_calendar(vm: &Vm, class: &Obj<Type>, ordinal: i64) -> Res {
    let year = Day::year_beyond(ordinal);
    if super::is_own(class) {
        return Err(Misfit::Year(year).into_raised(vm));
    }
    // The calendar repeats every 146,097 days.
    let like = Day::from_ordinal((ordinal - 1).rem_euclid(146_097) + 1).unwrap_or(Day::FIRST);
    vm.call(class.as_object(), &numbers(vm, [year, like.month(), like.day()])?)
}

/// The text of an argument for `fromisoformat`.
pub(super) fn iso_text<'a>(vm: &Vm, text: &'a Object) -> Res<&'a Obj<Str>> {
    let text = text.downcast::<Str>();
    text.ok_or_else(|| vm.type_error("fromisoformat: argument must be str"))
}

#[cold]
pub(super) fn malformed(vm: &Vm, text: &Object) -> crate::support::Raised {
    match vm.repr(text) {
        Ok(shown) => {
            vm.value_error(format_args!("Invalid isoformat string: {}", shown.to_str_lossy()))
        }
        Err(raised) => raised,
    }
}

/// The date of a text in ISO 8601 format.
#[native("(type, string, /)", classmethod, no_signature)]
fn fromisoformat(vm: &Vm, class: &Obj<Type>, string: &Object) -> Res {
    let text = iso_text(vm, string)?.to_utf8();
    let Some(Ok(day)) = text.map(|text| parse::date(text.as_bytes())) else {
        return Err(malformed(vm, string));
    };
    match day {
        Ok(day) => of_class(vm, class, day),
        Err(misfit) => Err(misfit.into_raised(vm)),
    }
}

/// The date with this year, week and day of the week in the calendar of ISO 8601.
///
/// isocalendar() goes the other way.
#[native("(type, year, week, day)", classmethod, no_signature)]
fn fromisocalendar(vm: &Vm, class: &Obj<Type>, year: &Object, week: &Object, day: &Object) -> Res {
    let number = |object: &Object| match CInt::of(vm, object) {
        Ok(number) => Ok(number.0),
        Err(raised) => {
            drop(vm.caught(raised, crate::support::Exc::OverflowError)?);
            Err(vm.value_error("ISO calendar component out of range"))
        }
    };
    let (year, week, day) = (number(year)?, number(week)?, number(day)?);
    match super::calendar::from_iso(year, week, day) {
        Ok(day) => of_class(vm, class, day),
        Err(IsoMisfit::Year) => Err(vm.value_error(format_args!("Year is out of range: {year}"))),
        Err(IsoMisfit::Week) => Err(vm.value_error(format_args!("Invalid week: {week}"))),
        Err(IsoMisfit::Day) => {
            Err(vm.value_error(format_args!("Invalid day: {day} (range is [1, 7])")))
        }
        Err(IsoMisfit::Outside(year)) => Err(Misfit::Year(year).into_raised(vm)),
    }
}

/// The date or datetime of now: what the class's fromtimestamp() gives for time.time().
#[native("(type, /)", classmethod, no_signature)]
fn today(vm: &Vm, class: &Obj<Type>) -> Res {
    let now = vm.call(&module_attribute(vm, "time", "time")?, &[])?;
    let state = state(vm);
    let method = vm.getattr(class.as_object(), &state.names(vm).fromtimestamp)?;
    vm.call(&method, &[now])
}

/// The date as the C function ctime() writes it.
#[native("(self, /)", no_signature)]
fn ctime(vm: &Vm, this: Dated<'_>) -> Res<Obj<Str>> {
    let mut line = Line::new();
    line.ctime(this.day, Clock::MIDNIGHT);
    line.make(vm)
}

/// The date as the format says, as time.strftime() does.
#[native("(self, format)", no_signature)]
fn strftime(vm: &Vm, this: Dated<'_>, format: Text<'_>) -> Res {
    formatted::of_date(vm, &this, format.0)
}

/// What format() gives: strftime(), or str() if the format is empty.
#[native("(self, format, /)", name = "__format__", no_signature, parse_tuple)]
pub(super) fn format(vm: &Vm, this: &Object, format: &Object) -> Res {
    let Some(text) = format.downcast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "__format__() argument 1 must be str, not {}",
            super::zone::shown_type(vm, format)
        )));
    };
    if text.is_empty() {
        return Ok(vm.to_str(this)?.into_object());
    }
    let state = state(vm);
    let method = vm.getattr(this, &state.names(vm).strftime)?;
    vm.call(&method, std::slice::from_ref(format))
}

/// The date as a time tuple, such as time.localtime() gives.
#[native("(self, /)", no_signature)]
fn timetuple(vm: &Vm, this: Dated<'_>) -> Res {
    local::time_tuple(vm, this.day, Clock::MIDNIGHT, -1)
}

/// Year, week and day of the week in the calendar of ISO 8601, as a named tuple.
#[native("(self, /)", name = "isocalendar", no_signature)]
fn isocalendar_of(vm: &Vm, this: Dated<'_>) -> Res {
    let (year, week, weekday) = this.day.iso();
    isocalendar::make(vm, year, week, weekday)
}

/// The date in ISO 8601 format, YYYY-MM-DD.
#[native("(self, /)", no_signature)]
fn isoformat(vm: &Vm, this: Dated<'_>) -> Res<Obj<Str>> {
    let mut line = Line::new();
    line.day(this.day);
    line.make(vm)
}

/// The day of the week: Monday is 1, Sunday is 7.
#[native("(self, /)", no_signature)]
fn isoweekday(this: Dated<'_>) -> i64 {
    this.day.weekday() + 1
}

/// The number of the day; 1 is the first of January of the year 1.
#[native("(self, /)", no_signature)]
fn toordinal(this: Dated<'_>) -> i64 {
    this.day.ordinal()
}

/// The day of the week: Monday is 0, Sunday is 6.
#[native("(self, /)", no_signature)]
fn weekday(this: Dated<'_>) -> i64 {
    this.day.weekday()
}

// (Of a derived class an instance is made without a call of it, in CPython too.)
/// The date with some of its fields replaced.
#[native(
    "(self, year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>)",
    no_signature
)]
fn replace(
    vm: &Vm,
    this: Dated<'_>,
    year: Maybe<CInt>,
    month: Maybe<CInt>,
    day: Maybe<CInt>,
) -> Res<Obj<Date>> {
    let year = year.given().unwrap_or(CInt(this.day.year()));
    let month = month.given().unwrap_or(CInt(this.day.month()));
    let day = day.given().unwrap_or(CInt(this.day.day()));
    date(vm, this.class(vm), year, month, day)
}

/// What a pickle is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: Dated<'_>) -> Res<Obj<Tuple>> {
    pickle::reduced(vm, this.object, &mut this.day.to_bytes(), MONTH, false, &Object::none())
}

// (Without docstrings, as in CPython.)
#[getter]
fn year(this: Dated<'_>) -> i64 {
    this.day.year()
}

#[getter]
fn month(this: Dated<'_>) -> i64 {
    this.day.month()
}

#[getter]
fn day(this: Dated<'_>) -> i64 {
    this.day.day()
}

fn day_of(object: &Object) -> Option<Day> {
    Dated::of(object).map(|dated| dated.day)
}

/// A date that is no datetime.
fn mere_day(object: &Object) -> Option<Day> {
    object.downcast::<Date>().map(|date| date.day)
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(day) = day_of(this) else { return Err(vm.system_error("a date was expected")) };
    let mut line = Line::new();
    line.list(&[day.year(), day.month(), day.day()]);
    let class = vm.class_of(this).full_name();
    Ok(vm.str(&format!("{class}({})", line.as_str()))?.into_object())
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    let Some(date) = this.downcast::<Date>() else {
        let day = day_of(this).unwrap_or(Day::FIRST);
        return Ok(vm.interp().hash_key.hash_bytes(&day.to_bytes()));
    };
    if date.hash.get() == -1 {
        date.hash.set(vm.interp().hash_key.hash_bytes(&date.day.to_bytes()));
    }
    Ok(date.hash.get())
}

fn compare(_: &Vm, this: &Object, other: &Object, op: CmpOp) -> Res {
    Ok(match (day_of(this), day_of(other)) {
        (Some(a), Some(b)) => Object::bool(op.holds(a.cmp(&b))),
        _ => Object::not_implemented(),
    })
}

fn moved(vm: &Vm, this: &Object, day: Day, days: i64) -> Res {
    match day.plus(days) {
        Some(day) => of_class(vm, vm.class_of(this), day),
        None => Err(vm.overflow_error("date value out of range")),
    }
}

fn add(vm: &Vm, a: &Object, b: &Object) -> Res {
    match (mere_day(a), delta::span_of(b)) {
        (Some(day), Some(span)) => return moved(vm, a, day, span.days()),
        (None, None) => {}
        _ => return Ok(Object::not_implemented()),
    }
    match (delta::span_of(a), mere_day(b)) {
        (Some(span), Some(day)) => moved(vm, b, day, span.days()),
        _ => Ok(Object::not_implemented()),
    }
}

fn sub(vm: &Vm, a: &Object, b: &Object) -> Res {
    let Some(day) = mere_day(a) else { return Ok(Object::not_implemented()) };
    if let Some(other) = mere_day(b) {
        let days = day.ordinal() - other.ordinal();
        return Ok(delta::make(vm, Span::carried(days, 0, 0))?.into_object());
    }
    match delta::span_of(b) {
        Some(span) => moved(vm, a, day, -span.days()),
        None => Ok(Object::not_implemented()),
    }
}
