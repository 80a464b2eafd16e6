//! The local zone of the system, POSIX timestamps, and time tuples.

use super::calendar::{Clock, Day, EPOCH_ORDINAL, Misfit, Span, Stamp, YEARS};
use super::datetime::DateTime;
use super::delta;
use super::zone::{self, Zone};
use crate::support::{IntoRaised, Obj, Object, Raised, Res, Vm, raise_io, to_f64, type_flags};
use taipan_sys::time as sys;

/// Seconds from the beginning of day 0 to 1970.
pub(super) const EPOCH: i64 = EPOCH_ORDINAL * 86_400;

/// A clock is set back by a day at most.
const MOST_FOLD: i64 = 86_400;

/// What the calendar shows; the year may be beyond those that there are.
pub(super) struct Fields {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    hour: i64,
    minute: i64,
    /// 59 in a leap second.
    second: i64,
}

impl Fields {
    fn of(calendar: &sys::Fields) -> Fields {
        Fields {
            year: i64::from(calendar.year) + 1900,
            month: i64::from(calendar.month) + 1,
            day: calendar.day.into(),
            hour: calendar.hour.into(),
            minute: calendar.minute.into(),
            second: calendar.second.min(59).into(),
        }
    }

    pub(super) fn stamp(&self, micros: i64) -> Result<Stamp, Misfit> {
        let day = Day::new(self.year, self.month, self.day)?;
        Ok(Stamp::new(day, Clock::new(self.hour, self.minute, self.second, micros)?))
    }

    /// The numbers that a class of the program's own is called with.
    pub(super) fn numbers(&self, micros: i64) -> [i64; 7] {
        let Fields { year, month, day, hour, minute, second } = *self;
        [year, month, day, hour, minute, second, micros]
    }

    fn seconds(&self, vm: &Vm) -> Res<i64> {
        if !YEARS.contains(&self.year) {
            return Err(Misfit::Year(self.year).into_raised(vm));
        }
        self.stamp(0).map(Stamp::seconds).map_err(|misfit| misfit.into_raised(vm))
    }
}

/// The local calendar at a timestamp.
pub(super) fn fields(vm: &Vm, timestamp: i64) -> Res<Fields> {
    match sys::local_fields(timestamp) {
        Ok(fields) => Ok(Fields::of(&fields)),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

/// The calendar of UTC at a timestamp.
pub(super) fn utc_fields(vm: &Vm, timestamp: i64) -> Res<Fields> {
    match sys::utc_fields(timestamp) {
        Ok(fields) => Ok(Fields::of(&fields)),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

/// The datetime in UTC at a timestamp, if there is one.
pub(super) fn utc_stamp(timestamp: i64, micros: i64) -> Option<Stamp> {
    Stamp::from_seconds(timestamp.checked_add(EPOCH)?, micros)
}

/// What local clocks show when those of UTC show so many seconds since day 0.
fn local_seconds(vm: &Vm, seconds: i64) -> Res<i64> {
    fields(vm, seconds - EPOCH)?.seconds(vm)
}

/// Whether local clocks show a time for the second time.
pub(super) fn is_fold(vm: &Vm, timestamp: i64, fields: &Fields) -> Res<bool> {
    let shown = fields.seconds(vm)?;
    let before = local_seconds(vm, EPOCH + timestamp - MOST_FOLD)?;
    let turned = shown - before - MOST_FOLD;
    Ok(turned < 0 && local_seconds(vm, EPOCH + timestamp + turned)? == shown)
}

/// The seconds since day 0 of UTC at which local clocks show a time: the first or the second moment, if there
/// are two; if there is none, the one before or after the gap.
fn seconds_of_local(vm: &Vm, stamp: Stamp, fold: bool) -> Res<i64> {
    let shown = stamp.seconds();
    let offset = local_seconds(vm, shown)? - shown;
    let first = shown - offset;
    let at_first = local_seconds(vm, first)?;
    let other_offset = if at_first == shown {
        let probe = if fold { first + MOST_FOLD } else { first - MOST_FOLD };
        let other_offset = local_seconds(vm, probe)? - probe;
        if other_offset == offset {
            return Ok(first);
        }
        other_offset
    } else {
        at_first - first
    };
    let second = shown - other_offset;
    if local_seconds(vm, second)? == shown {
        return Ok(second);
    }
    if at_first == shown {
        return Ok(first);
    }
    Ok(if fold { first.min(second) } else { first.max(second) })
}

/// The POSIX timestamp of a local datetime, in whole seconds.
pub(super) fn timestamp(vm: &Vm, stamp: Stamp, fold: bool) -> Res<i64> {
    Ok(seconds_of_local(vm, stamp, fold)? - EPOCH)
}

/// The local zone at a timestamp.
pub(super) fn zone_at(vm: &Vm, timestamp: i64) -> Res<Obj<Zone>> {
    let calendar = sys::localtime(timestamp).map_err(|failure| raise_io(vm, failure))?;
    let name = crate::posix::decode_path(vm, &calendar.zone)?;
    let offset = delta::make(vm, Span::of_seconds(calendar.offset))?;
    zone::make(vm, &offset, Some(name))
}

/// The local zone at the moment of a local datetime.
pub(super) fn zone_of_local(vm: &Vm, when: &DateTime) -> Res<Obj<Zone>> {
    zone_at(vm, timestamp(vm, when.stamp(), when.fold())?)
}

#[cold]
fn out_of_range(vm: &Vm) -> Raised {
    vm.overflow_error("timestamp out of range for platform time_t")
}

/// The value of a float or of an instance of a class that derives from it; ValueError for NaN.
fn float(vm: &Vm, object: &Object) -> Res<Option<f64>> {
    let x = match object.as_exact_float() {
        Some(x) => x,
        None if vm.class_of(object).has(type_flags::FLOAT) => to_f64(vm, object)?,
        None => return Ok(None),
    };
    if x.is_nan() {
        return Err(vm.value_error("Invalid value NaN (not a number)"));
    }
    Ok(Some(x))
}

fn time_t(vm: &Vm, x: f64) -> Res<i64> {
    match (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x) {
        true => Ok(x as i64),
        false => Err(out_of_range(vm)),
    }
}

fn int(vm: &Vm, object: &Object) -> Res<i64> {
    let index = vm.index(object)?;
    vm.as_i64(&index).ok_or_else(|| out_of_range(vm))
}

/// A timestamp in whole seconds, rounded towards the past.
pub(super) fn whole_seconds(vm: &Vm, object: &Object) -> Res<i64> {
    match float(vm, object)? {
        Some(x) => time_t(vm, x.floor()),
        None => int(vm, object),
    }
}

/// A timestamp as seconds and microseconds, of two equally near numbers the even one.
pub(super) fn seconds_and_micros(vm: &Vm, object: &Object) -> Res<(i64, i64)> {
    let Some(x) = float(vm, object)? else { return Ok((int(vm, object)?, 0)) };
    let mut whole = x.trunc();
    // (Of infinity there is no fraction.)
    let fraction = if whole.is_finite() { x - whole } else { 0.0 };
    let mut micros = (fraction * 1e6).round_ties_even();
    if micros >= 1e6 {
        micros -= 1e6;
        whole += 1.0;
    } else if micros < 0.0 {
        micros += 1e6;
        whole -= 1.0;
    }
    Ok((time_t(vm, whole)?, micros as i64))
}

/// A `time.struct_time`.
pub(super) fn time_tuple(vm: &Vm, day: Day, clock: Clock, dst: i64) -> Res {
    crate::time::struct_time_of(vm, tuple_numbers(day, clock, dst))
}

/// The numbers of a time tuple.
pub(super) fn tuple_numbers(day: Day, clock: Clock, dst: i64) -> [i64; 9] {
    [
        day.year(),
        day.month(),
        day.day(),
        clock.hour(),
        clock.minute(),
        clock.second(),
        day.weekday(),
        day.of_year(),
        dst,
    ]
}
