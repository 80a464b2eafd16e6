//! What makes datetimes from something else: clocks, timestamps, text, other datetimes.

use super::arguments::{CInt, Dated, Text};
use super::calendar::Stamp;
use super::date;
use super::datetime::{self, DateTime};
use super::local::{self, Fields};
use super::time::{Time, fold_of};
use super::zone::{self, Zone, shown_type};
use super::zoneinfo::{self, ZoneInfo};
use super::{numbers, offset, parse};
use crate::support::{IntoRaised, Maybe, Obj, Object, Res, Str, Type, Vm, native, raise_io};
use taipan_sys::time as sys;

/// An instance of a class of ours, or of one derived that is not to be asked.
#[inline]
pub(super) fn exact(vm: &Vm, class: &Obj<Type>, stamp: Stamp, tzinfo: &Object, fold: bool) -> Res {
    Ok(vm.alloc_of(class, DateTime::new(stamp, fold, tzinfo.clone()))?.into_object())
}

/// The datetime, or the class's instance for it.
#[inline]
pub(super) fn of_class(
    vm: &Vm,
    class: &Obj<Type>,
    stamp: Stamp,
    tzinfo: &Object,
    fold: bool,
) -> Res {
    if super::is_own(class) {
        return exact(vm, class, stamp, tzinfo, fold);
    }
    let (day, clock) = (stamp.day(), stamp.clock());
    let numbers = [
        day.year(),
        day.month(),
        day.day(),
        clock.hour(),
        clock.minute(),
        clock.second(),
        clock.micros(),
    ];
    call_class(vm, class, numbers, tzinfo)
}

/// A class of the program's own is not told of the fold: some take eight arguments only.
fn call_class(vm: &Vm, class: &Obj<Type>, fields: [i64; 7], tzinfo: &Object) -> Res {
    let [a, b, c, d, e, f, g] = numbers(vm, fields)?;
    vm.call(class.as_object(), &[a, b, c, d, e, f, g, tzinfo.clone()])
}

/// `of_class` of numbers that may be none.
fn checked_of_class(
    vm: &Vm,
    class: &Obj<Type>,
    fields: [i64; 7],
    tzinfo: &Object,
    fold: bool,
) -> Res {
    if super::is_own(class) {
        return Ok(datetime::checked(vm, class, fields, fold.into(), tzinfo)?.into_object());
    }
    call_class(vm, class, fields, tzinfo)
}

/// The datetime of a timestamp: in local time if there is no tzinfo, else in UTC.
fn of_timestamp(
    vm: &Vm,
    class: &Obj<Type>,
    (seconds, micros): (i64, i64),
    tzinfo: &Object,
    utc: bool,
) -> Res {
    if utc {
        if let Some(stamp) = local::utc_stamp(seconds, micros) {
            return of_class(vm, class, stamp, tzinfo, false);
        }
        let fields: Fields = local::utc_fields(vm, seconds)?;
        return checked_of_class(vm, class, fields.numbers(micros), tzinfo, false);
    }
    let fields = local::fields(vm, seconds)?;
    let fold = local::is_fold(vm, seconds, &fields)?;
    checked_of_class(vm, class, fields.numbers(micros), tzinfo, fold)
}

/// The datetime of a timestamp in the zone of a tzinfo, which makes it from one in UTC.
fn in_zone(vm: &Vm, class: &Obj<Type>, at: (i64, i64), tzinfo: Option<&Object>) -> Res {
    let Some(tzinfo) = tzinfo else {
        return of_timestamp(vm, class, at, &Object::none(), false);
    };
    let utc = of_timestamp(vm, class, at, tzinfo, true)?;
    from_utc(vm, tzinfo, &utc)
}

/// `tzinfo.fromutc(utc)`
fn from_utc(vm: &Vm, tzinfo: &Object, utc: &Object) -> Res {
    if let Some(zone) = tzinfo.downcast::<Zone>() {
        return zone::fromutc(vm, zone, utc);
    }
    match ZoneInfo::exact(tzinfo) {
        Some(zone) => zoneinfo::fromutc(vm, zone, utc),
        None => offset::call(vm, tzinfo, |names| &names.fromutc, utc),
    }
}

fn clock(vm: &Vm) -> Res<(i64, i64)> {
    match sys::clock_gettime(sys::REALTIME) {
        Ok(now) => Ok((now.seconds, i64::from(now.nanos / 1000))),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

/// The datetime of now, local to the zone tz.
///
///   tz
///     A tzinfo; without it, the zone is the system's.
#[native("(type, /, tz=None)", classmethod)]
pub(super) fn now(vm: &Vm, class: &Obj<Type>, tz: Option<&Object>) -> Res {
    if let Some(tz) = tz {
        offset::check(vm, tz)?;
    }
    in_zone(vm, class, clock(vm)?, tz)
}

/// The datetime of now in UTC, without a tzinfo.
#[native("(type, /)", classmethod, no_signature)]
pub(super) fn utcnow(vm: &Vm, class: &Obj<Type>) -> Res {
    of_timestamp(vm, class, clock(vm)?, &Object::none(), true)
}

/// The datetime of a POSIX timestamp, local to the zone tz.
#[native("(type, timestamp, tz=None)", classmethod, no_signature)]
pub(super) fn fromtimestamp(
    vm: &Vm,
    class: &Obj<Type>,
    timestamp: &Object,
    tz: Option<&Object>,
) -> Res {
    if let Some(tz) = tz {
        offset::check(vm, tz)?;
    }
    in_zone(vm, class, local::seconds_and_micros(vm, timestamp)?, tz)
}

/// The datetime of a POSIX timestamp in UTC, without a tzinfo.
#[native("(type, timestamp, /)", classmethod, no_signature, parse_tuple)]
pub(super) fn utcfromtimestamp(vm: &Vm, class: &Obj<Type>, timestamp: &Object) -> Res {
    let at = local::seconds_and_micros(vm, timestamp)?;
    of_timestamp(vm, class, at, &Object::none(), true)
}

/// The datetime of a text that is written as a format says; see time.strptime().
#[native("(type, string, format, /)", classmethod, no_signature, parse_tuple)]
pub(super) fn strptime(vm: &Vm, class: &Obj<Type>, string: Text<'_>, format: Text<'_>) -> Res {
    let function = super::module_attribute(vm, "_strptime", "_strptime_datetime")?;
    let args =
        [class.as_object().clone(), string.0.as_object().clone(), format.0.as_object().clone()];
    vm.call(&function, &args)
}

/// The datetime of a date and a time; the tzinfo is the time's if none is given.
#[native("(type, date, time, tzinfo=<unrepresentable>)", classmethod, no_signature)]
pub(super) fn combine(
    vm: &Vm,
    class: &Obj<Type>,
    date: &Object,
    time: &Object,
    tzinfo: Maybe<&Object>,
) -> Res {
    let wrong = |index: usize, expected: &str, got: &Object| {
        vm.type_error(format_args!(
            "combine() argument {index} must be {expected}, not {}",
            shown_type(vm, got)
        ))
    };
    let Some(dated) = Dated::of(date) else { return Err(wrong(1, "datetime.date", date)) };
    let Some(time) = time.downcast::<Time>() else {
        return Err(wrong(2, "datetime.time", time));
    };
    let tzinfo = tzinfo.given().unwrap_or(&time.tzinfo);
    let stamp = Stamp::new(dated.day, time.clock());
    if super::is_own(class) {
        offset::check(vm, tzinfo)?;
    }
    of_class(vm, class, stamp, tzinfo, time.fold())
}

/// The datetime of a text in one of the formats of ISO 8601.
#[native("(type, string, /)", classmethod, no_signature)]
pub(super) fn fromisoformat(vm: &Vm, class: &Obj<Type>, string: &Object) -> Res {
    let text = date::iso_text(vm, string)?;
    let parsed = match text.as_ascii() {
        Some(ascii) if ascii.len() >= 7 => parse::datetime(ascii.as_bytes()).ok(),
        Some(_) => None,
        None => wide(text).and_then(|text| parse::datetime(text.as_bytes()).ok()),
    };
    let Some((day, time)) = parsed else { return Err(date::malformed(vm, string)) };
    let tzinfo = match time.offset {
        Some(offset) => zone::fixed(vm, offset)?.into_object(),
        None => Object::none(),
    };
    let day = day.map_err(|misfit| misfit.into_raised(vm))?;
    match time.clock() {
        Ok(clock) => of_class(vm, class, Stamp::new(day, clock), &tzinfo, false),
        Err(_) if !super::is_own(class) => {
            let [hour, minute, second, micros] = time.fields;
            let fields = [day.year(), day.month(), day.day(), hour, minute, second, micros];
            call_class(vm, class, fields, &tzinfo)
        }
        Err(misfit) => Err(misfit.into_raised(vm)),
    }
}

/// The UTF-8 of a text that is not ASCII. In the places where the separator may be, the first lone surrogate
/// is taken for one.
#[cold]
fn wide(text: &Obj<Str>) -> Option<String> {
    if text.len() < 7 {
        return None;
    }
    let is_surrogate = |at: &usize| text.char_at(*at).is_some_and(|c| char::from_u32(c).is_none());
    let separator = [7, 8, 10].into_iter().find(is_surrogate);
    let chars = text.as_text().iter().enumerate();
    chars.map(|(at, c)| if Some(at) == separator { Some('T') } else { char::from_u32(c) }).collect()
}

// (Of a derived class an instance is made without a call of it, in CPython too.)
/// The datetime with some of its fields replaced.
#[native(
    "(self, year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>, \
     hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, \
     microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)",
    no_signature
)]
pub(super) fn replace(
    vm: &Vm,
    this: &Obj<DateTime>,
    year: Maybe<CInt>,
    month: Maybe<CInt>,
    day: Maybe<CInt>,
    hour: Maybe<CInt>,
    minute: Maybe<CInt>,
    second: Maybe<CInt>,
    microsecond: Maybe<CInt>,
    tzinfo: Maybe<&Object>,
    fold: Maybe<CInt>,
) -> Res<Obj<DateTime>> {
    let or = |given: Maybe<CInt>, old: i64| given.given().map_or(old, |n| n.0);
    let (date, clock) = (this.stamp().day(), this.stamp().clock());
    let fields = [
        or(year, date.year()),
        or(month, date.month()),
        or(day, date.day()),
        or(hour, clock.hour()),
        or(minute, clock.minute()),
        or(second, clock.second()),
        or(microsecond, clock.micros()),
    ];
    let fold = or(fold, this.fold().into());
    fold_of(fold).map_err(|misfit| misfit.into_raised(vm))?;
    let tzinfo = tzinfo.given().unwrap_or(&this.tzinfo);
    datetime::checked(vm, this.class(), fields, fold, tzinfo)
}

/// The same moment in the zone tz; without it, in the system's zone.
#[native("(self, tz=None)", no_signature)]
pub(super) fn astimezone(vm: &Vm, this: &Obj<DateTime>, tz: Option<&Object>) -> Res {
    if let Some(tz) = tz {
        offset::check(vm, tz)?;
        if this.tzinfo.is(tz) {
            return Ok(this.as_object().clone());
        }
    }
    let offset = match offset::span(vm, &this.tzinfo, this.as_object())? {
        Some(offset) => offset,
        None => {
            let zone = local::zone_of_local(vm, this)?;
            zone.offset.0
        }
    };
    let Some(stamp) = this.stamp().minus(offset) else {
        return Err(vm.overflow_error("date value out of range"));
    };
    let tzinfo = match tz {
        Some(tz) => tz.clone(),
        None => local::zone_at(vm, stamp.seconds() - local::EPOCH)?.into_object(),
    };
    let utc = in_utc(vm, this, stamp, &tzinfo)?;
    from_utc(vm, &tzinfo, &utc)
}

/// A datetime that shows UTC but belongs to another zone already, made by the class as a sum would be.
fn in_utc(vm: &Vm, this: &Obj<DateTime>, stamp: Stamp, tzinfo: &Object) -> Res {
    let class = this.class();
    if super::is_own(class) {
        return exact(vm, class, stamp, tzinfo, false);
    }
    let made = of_class(vm, class, stamp, &this.tzinfo, false)?;
    match made.downcast::<DateTime>() {
        Some(made) => exact(vm, made.class(), made.stamp(), tzinfo, made.fold()),
        None => Err(vm.type_error("a datetime was expected")),
    }
}
