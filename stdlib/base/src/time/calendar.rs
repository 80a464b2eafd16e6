//! Broken-down time: `struct_time`, and its text.

use taipan_core::structseq;
use taipan_sys::time::{self as sys, Calendar};

use super::convert::timespec;
use crate::support::*;

structseq! {
    /// Broken-down time.
    pub(super) static STRUCT_TIME = "time.struct_time", "A moment as the calendar shows it.", 9, [
        "tm_year": "the year, with its century", "tm_mon": "the month, 1 to 12",
        "tm_mday": "which day it is of its month, from 1", "tm_hour": "the hour, 0 to 23",
        "tm_min": "the minute, 0 to 59", "tm_sec": "the second, 0 to 61 with leap seconds",
        "tm_wday": "Monday is 0, Sunday is 6",
        "tm_yday": "which day it is of its year, from 1",
        "tm_isdst": "daylight saving time: 1 in force, 0 not, -1 not known",
        "tm_zone": "the zone's short name", "tm_gmtoff": "seconds east of UTC"
    ]
}

fn struct_time(vm: &Vm, calendar: &Calendar) -> Res {
    let numbers = [
        i64::from(calendar.year) + 1900,
        i64::from(calendar.month) + 1,
        calendar.day.into(),
        calendar.hour.into(),
        calendar.minute.into(),
        calendar.second.into(),
        i64::from((calendar.weekday + 6) % 7),
        i64::from(calendar.yearday) + 1,
        calendar.dst.into(),
    ];
    let mut values = Vec::new();
    for number in numbers {
        values.push(vm.int(number)?);
    }
    values.push(crate::posix::decode_path(vm, &calendar.zone)?);
    values.push(vm.int(calendar.offset)?);
    STRUCT_TIME.make(vm, values)
}

/// A time tuple of nine numbers.
pub(crate) fn struct_time_of(vm: &Vm, numbers: [i64; 9]) -> Res {
    let mut values = Vec::new();
    for number in numbers {
        values.push(vm.int(number)?);
    }
    values.extend([Object::none(), Object::none()]);
    STRUCT_TIME.make(vm, values)
}

/// Whether an object is the function `strftime` of this module.
pub(crate) fn is_strftime(object: &Object) -> bool {
    const DEF: NativeDef = <strftime as NativeFunction>::DEF;
    object.downcast::<Builtin>().is_some_and(|function| {
        std::ptr::fn_addr_eq(function.def.call, DEF.call) && function.def.name == DEF.name
    })
}

/// Seconds of an argument; now, if it is left out or None.
fn moment(vm: &Vm, seconds: Option<&Object>) -> Res<i64> {
    match seconds {
        Some(seconds) => Ok(timespec(vm, seconds)?.0),
        None => match sys::clock_gettime(sys::REALTIME) {
            Ok(now) => Ok(now.seconds),
            Err(failure) => Err(raise_io(vm, failure)),
        },
    }
}

fn broken_down(vm: &Vm, result: std::io::Result<Calendar>) -> Res<Calendar> {
    result.map_err(|failure| raise_io(vm, failure))
}

/// The moment as UTC has it; by default now.
#[native("(seconds=None, /)", no_signature, parse_tuple)]
pub(super) fn gmtime(vm: &Vm, seconds: Option<&Object>) -> Res {
    let seconds = moment(vm, seconds)?;
    let calendar = broken_down(vm, sys::gmtime(seconds))?;
    struct_time(vm, &calendar)
}

/// The moment as the local zone has it; by default now.
#[native("(seconds=None, /)", no_signature, parse_tuple)]
pub(super) fn localtime(vm: &Vm, seconds: Option<&Object>) -> Res {
    let seconds = moment(vm, seconds)?;
    let calendar = broken_down(vm, sys::localtime(seconds))?;
    struct_time(vm, &calendar)
}

/// Reads a time tuple; the numbers are not checked yet.
fn read_tuple(vm: &Vm, function: &str, object: &Object) -> Res<Calendar> {
    let Some(tuple) = object.downcast::<Tuple>() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    let illegal = || vm.type_error(format_args!("{function}(): illegal time tuple argument"));
    let items = tuple.as_slice();
    if items.len() != 9 {
        return Err(illegal());
    }
    let mut numbers = [0i32; 9];
    for (number, item) in numbers.iter_mut().zip(items) {
        if item.as_exact_float().is_some() || vm.class_of(item).slots().index.is_none() {
            return Err(vm.type_error(format_args!(
                "'{}' object cannot be interpreted as an integer",
                vm.type_name(item)
            )));
        }
        let index = vm.index(item)?;
        *number = match vm.as_i64(&index).map(i32::try_from) {
            Some(Ok(number)) => number,
            Some(Err(_)) if vm.as_i64(&index).is_some_and(|n| n < 0) => {
                return Err(vm.overflow_error("signed integer is less than minimum"));
            }
            _ => return Err(vm.overflow_error("signed integer is greater than maximum")),
        };
    }
    let [year, month, day, hour, minute, second, weekday, yearday, dst] = numbers;
    let Some(year) = year.checked_sub(1900) else {
        return Err(vm.overflow_error("year out of range"));
    };
    let mut calendar = Calendar {
        year,
        month: month.wrapping_sub(1),
        day,
        hour,
        minute,
        second,
        weekday: weekday.wrapping_add(1) % 7,
        yearday: yearday.wrapping_sub(1),
        dst,
        ..Calendar::default()
    };
    let class = STRUCT_TIME.class(vm)?;
    if vm.class_of(object).is(&class) {
        let zone = vm.getattr_named(object, "tm_zone")?;
        if let Some(zone) = zone.downcast::<Str>() {
            calendar.zone = vm.utf8(zone)?.as_bytes().to_vec();
        }
        let offset = vm.getattr_named(object, "tm_gmtoff")?;
        if !offset.is_none() {
            let offset = vm.index(&offset)?;
            calendar.offset = vm.as_i64(&offset).unwrap_or(0);
        }
    }
    Ok(calendar)
}

/// ValueError for numbers that no calendar has; 0 stands for the first month, day and yearday.
fn check(vm: &Vm, calendar: &mut Calendar) -> Res<()> {
    if calendar.month == -1 {
        calendar.month = 0;
    }
    if calendar.day == 0 {
        calendar.day = 1;
    }
    if calendar.yearday == -1 {
        calendar.yearday = 0;
    }
    let checks = [
        ((0..=11).contains(&calendar.month), "month out of range"),
        ((1..=31).contains(&calendar.day), "day of month out of range"),
        ((0..=23).contains(&calendar.hour), "hour out of range"),
        ((0..=59).contains(&calendar.minute), "minute out of range"),
        ((0..=61).contains(&calendar.second), "seconds out of range"),
        (calendar.weekday >= 0, "day of week out of range"),
        ((0..=365).contains(&calendar.yearday), "day of year out of range"),
    ];
    match checks.iter().find(|check| !check.0) {
        Some(failed) => Err(vm.value_error(failed.1)),
        None => Ok(()),
    }
}

fn or_local(vm: &Vm, function: &str, tuple: Option<&Object>) -> Res<Calendar> {
    match tuple {
        Some(tuple) => {
            let mut calendar = read_tuple(vm, function, tuple)?;
            check(vm, &mut calendar)?;
            Ok(calendar)
        }
        None => broken_down(vm, sys::localtime(moment(vm, None)?)),
    }
}

fn ascii_time(calendar: &Calendar) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let day = DAYS.get(calendar.weekday as usize).unwrap_or(&"");
    let month = MONTHS.get(calendar.month as usize).unwrap_or(&"");
    format!(
        "{day} {month}{:3} {:02}:{:02}:{:02} {}",
        calendar.day,
        calendar.hour,
        calendar.minute,
        calendar.second,
        1900 + i64::from(calendar.year)
    )
}

/// A time tuple as text such as 'Tue Nov  3 09:05:00 2026'; by default the local time.
#[native("(tuple=<unrepresentable>, /)", no_signature, parse_tuple)]
pub(super) fn asctime(vm: &Vm, tuple: Maybe<&Object>) -> Res<String> {
    Ok(ascii_time(&or_local(vm, "asctime", tuple.given())?))
}

/// A moment as text, in local time; by default now.
#[native("(seconds=None, /)", no_signature, parse_tuple)]
pub(super) fn ctime(vm: &Vm, seconds: Option<&Object>) -> Res<String> {
    let seconds = moment(vm, seconds)?;
    Ok(ascii_time(&broken_down(vm, sys::localtime(seconds))?))
}

/// The seconds since 1970 for a time tuple, taken as local; OverflowError if there are none.
#[native("(tuple, /)", no_signature)]
pub(super) fn mktime(vm: &Vm, tuple: &Object) -> Res<f64> {
    let calendar = read_tuple(vm, "mktime", tuple)?;
    match sys::mktime(&calendar) {
        Some(seconds) => Ok(seconds as f64),
        None => Err(vm.overflow_error("mktime argument out of range")),
    }
}

/// A time tuple as text, as the format says; by default the local time.
///
/// %Y year, %m month, %d day, %H hour, %M minute, %S second, %z offset from UTC, %a and %A weekday,
/// %b and %B month by name, %c date and time, %I hour of 12, %p AM or PM, %% a percent sign.
#[native("(format, tuple=<unrepresentable>, /)", no_signature, parse_tuple)]
pub(super) fn strftime(vm: &Vm, format: &Object, tuple: Maybe<&Object>) -> Res {
    let Some(text) = format.downcast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "strftime() argument 1 must be str, not {}",
            vm.type_name(format)
        )));
    };
    let mut calendar = or_local(vm, "strftime", tuple.given())?;
    calendar.dst = calendar.dst.signum();
    if crate::io::has_nul(text) {
        return Err(vm.value_error("embedded null character"));
    }
    let format = FsPath::from_arg(vm, format, &mut (), &ArgInfo::default())?;
    match sys::strftime(&format.bytes, &calendar, 1 << 26) {
        Ok(bytes) => crate::posix::decode_path(vm, &bytes),
        Err(_) => Err(vm.no_memory(NoMemory)),
    }
}

/// Read text as the format says; returns a time tuple.
#[native("(string, format=<unrepresentable>, /)", no_signature)]
pub(super) fn strptime(vm: &Vm, string: &Object, format: Maybe<&Object>) -> Res {
    let import = crate::io::builtin(vm, "__import__")?;
    let module = vm.call(&import, &[vm.str("_strptime")?.into_object()])?;
    let mut arguments = vec![string.clone()];
    arguments.extend(format.given().cloned());
    vm.call_method(&module, "_strptime_time", &arguments)
}

/// Look at the environment variable TZ again.
#[native("()", no_signature)]
pub(super) fn tzset(vm: &Vm) -> Res<()> {
    sys::tzset();
    let modules = vm.interp().modules.get_as::<Dict>();
    let module = modules.and_then(|modules| modules.get_named(vm, "time"));
    match module.and_then(|module| module.downcast_into::<Module>().ok()) {
        Some(module) => set_zone(vm, &module),
        None => Ok(()),
    }
}

/// Sets `timezone`, `altzone`, `daylight` and `tzname` by what January and July are like.
pub(super) fn set_zone(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let start = moment(vm, None)? / YEAR * YEAR;
    let zone = |at: i64| -> Res<(i64, Object)> {
        let calendar = broken_down(vm, sys::localtime(at))?;
        let name = if calendar.zone.is_empty() { &b"   "[..] } else { &calendar.zone };
        let name = &name[..name.len().min(9)];
        Ok((-calendar.offset, crate::posix::decode_path(vm, name)?))
    };
    let (january, july) = (zone(start)?, zone(start + YEAR / 2)?);
    // South of the equator summer is in January.
    let (winter, summer) = if january.0 < july.0 { (july, january) } else { (january, july) };
    module.set(vm, "timezone", winter.0)?;
    module.set(vm, "altzone", summer.0)?;
    module.set(vm, "daylight", i32::from(winter.0 != summer.0))?;
    module.set(vm, "tzname", vm.tuple(vec![winter.1, summer.1])?)
}
