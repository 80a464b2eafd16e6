//! `strftime`: what the C library does not know is put into the format first, the rest is the work of
//! `time.strftime`. Where nothing in between has been replaced by the program, no Python is called for it,
//! and formats of plain numbers do not need the C library.

use super::arguments::Dated;
use super::calendar::{Clock, Day, Span};
use super::datetime::DateTime;
use super::text::Line;
use super::time::Time;
use super::{local, module_attribute, numbers, offset, state};
use crate::support::{Dict, Module, NoMemory, Obj, Object, Res, Str, Vm, append};
use taipan_sys::time as sys;

/// What is formatted.
struct Subject<'a> {
    day: Day,
    clock: Clock,
    tzinfo: &'a Object,
    /// What the tzinfo is asked about.
    when: &'a Object,
}

/// Of a date or datetime.
pub(super) fn of_date(vm: &Vm, this: &Dated, format: &Obj<Str>) -> Res {
    let none = Object::none();
    let aware = this.object.downcast::<DateTime>();
    let clock = aware.map_or(Clock::MIDNIGHT, |when| when.stamp().clock());
    let tzinfo = aware.map_or(&none, |when| &when.tzinfo);
    let subject = Subject { day: this.day, clock, tzinfo, when: this.object };
    if super::is_own(this.class(vm)) && is_original(vm) {
        let dst = offset::dst(vm, tzinfo, this.object)?;
        let dst = super::delta::span_of(&dst).map_or(-1, |dst| i64::from(dst != Span::ZERO));
        let format = expanded(vm, &subject, format)?;
        return direct(vm, &subject, &format, dst);
    }
    let state = state(vm);
    let method = vm.getattr(this.object, &state.names(vm).timetuple)?;
    let tuple = vm.call(&method, &[])?;
    by_module(vm, &expanded(vm, &subject, format)?, tuple)
}

/// Of a time, on the first of January 1900.
pub(super) fn of_time(vm: &Vm, this: &Obj<Time>, format: &Obj<Str>) -> Res {
    let none = Object::none();
    let Ok(day) = Day::new(1900, 1, 1) else { return Err(vm.system_error("no such day")) };
    let subject = Subject { day, clock: this.clock(), tzinfo: &this.tzinfo, when: &none };
    let format = expanded(vm, &subject, format)?;
    if is_original(vm) {
        return direct(vm, &subject, &format, -1);
    }
    let tuple = vm.tuple_from(&numbers(vm, local::tuple_numbers(day, this.clock(), -1))?)?;
    by_module(vm, &format, tuple.into_object())
}

/// Whether `time.strftime` is the function that it was.
fn is_original(vm: &Vm) -> bool {
    let modules = vm.interp().modules.get_as::<Dict>();
    let module = modules.and_then(|modules| modules.get_named(vm, "time"));
    let function = module.and_then(|module| module.downcast::<Module>()?.get(vm, "strftime"));
    function.is_some_and(|function| crate::time::is_strftime(&function))
}

fn by_module(vm: &Vm, format: &[u8], tuple: Object) -> Res {
    let function = module_attribute(vm, "time", "strftime")?;
    let format = crate::posix::decode_path(vm, format)?;
    vm.call(&function, &[format, tuple])
}

/// The format up to the first NUL, with `%f`, `%z` and `%Z` replaced by what they stand for.
fn expanded(vm: &Vm, subject: &Subject, format: &Obj<Str>) -> Res<Vec<u8>> {
    let format = vm.utf8(format)?;
    let mut rest = format.as_bytes();
    if let Some(end) = memchr::memchr(0, rest) {
        rest = rest.get(..end).unwrap_or(rest);
    }
    let mut out = Vec::new();
    let mut zone_offset = None;
    let mut zone_name = None;
    while let Some(at) = memchr::memchr(b'%', rest) {
        let (before, directive) = rest.split_at(at);
        append(vm, &mut out, before)?;
        let width = directive.len().min(2);
        match directive.get(1) {
            Some(b'f') => {
                let mut line = Line::new();
                line.padded(subject.clock.micros(), 6);
                append(vm, &mut out, line.as_bytes())?;
            }
            Some(b'z') => {
                if zone_offset.is_none() {
                    zone_offset = Some(offset_text(vm, subject)?);
                }
                append(vm, &mut out, zone_offset.as_ref().map_or(b"", Line::as_bytes))?;
            }
            Some(b'Z') => {
                if zone_name.is_none() {
                    zone_name = Some(name_text(vm, subject)?);
                }
                append(vm, &mut out, zone_name.as_ref().map_or(b"", String::as_bytes))?;
            }
            _ => append(vm, &mut out, directive.get(..width).unwrap_or(b"%"))?,
        }
        rest = directive.get(width..).unwrap_or(b"");
        vm.poll()?;
    }
    append(vm, &mut out, rest)?;
    Ok(out)
}

fn offset_text(vm: &Vm, subject: &Subject) -> Res<Line> {
    let mut line = Line::new();
    if let Some(offset) = offset::span(vm, subject.tzinfo, subject.when)? {
        line.offset(offset, "");
    }
    Ok(line)
}

/// The name of the zone, as a format.
fn name_text(vm: &Vm, subject: &Subject) -> Res<String> {
    let name = offset::tzname(vm, subject.tzinfo, subject.when)?;
    if name.is_none() {
        return Ok(String::new());
    }
    if let Some(name) = name.downcast_str() {
        return Ok(vm.utf8(name)?.replace('%', "%%"));
    }
    let (one, two) = (vm.str("%")?.into_object(), vm.str("%%")?.into_object());
    let replaced = vm.call_method(&name, "replace", &[one, two])?;
    match replaced.downcast::<Str>() {
        Some(name) => Ok(vm.utf8(name)?.into_owned()),
        None => Err(vm.type_error("tzname.replace() did not return a string")),
    }
}

/// The text, without a look at what Python's names stand for.
fn direct(vm: &Vm, subject: &Subject, format: &[u8], dst: i64) -> Res {
    if let Some(text) = plain(vm, subject, format)? {
        return crate::posix::decode_path(vm, &text);
    }
    let (day, clock) = (subject.day, subject.clock);
    let calendar = sys::Calendar {
        year: (day.year() - 1900) as i32,
        month: (day.month() - 1) as i32,
        day: day.day() as i32,
        hour: clock.hour() as i32,
        minute: clock.minute() as i32,
        second: clock.second() as i32,
        weekday: ((day.weekday() + 1) % 7) as i32,
        yearday: (day.of_year() - 1) as i32,
        dst: dst as i32,
        ..sys::Calendar::default()
    };
    match sys::strftime(format, &calendar, 1 << 26) {
        Ok(text) => crate::posix::decode_path(vm, &text),
        Err(_) => Err(vm.no_memory(NoMemory)),
    }
}

/// The text of a format that has nothing but numbers which no locale changes.
fn plain(vm: &Vm, subject: &Subject, format: &[u8]) -> Res<Option<Vec<u8>>> {
    let (day, clock) = (subject.day, subject.clock);
    if day.year() < 1000 {
        return Ok(None);
    }
    let mut out = Vec::new();
    let mut rest = format;
    while let Some(at) = memchr::memchr(b'%', rest) {
        let (before, directive) = rest.split_at(at);
        append(vm, &mut out, before)?;
        let mut line = Line::new();
        match directive.get(1) {
            Some(b'Y') => line.padded(day.year(), 4),
            Some(b'y') => line.two(day.year() % 100),
            Some(b'm') => line.two(day.month()),
            Some(b'd') => line.two(day.day()),
            Some(b'j') => line.padded(day.of_year(), 3),
            Some(b'H') => line.two(clock.hour()),
            Some(b'I') => line.two((clock.hour() + 11) % 12 + 1),
            Some(b'M') => line.two(clock.minute()),
            Some(b'S') => line.two(clock.second()),
            Some(b'F') => line.day(day),
            Some(b'T') => line.clock(clock, super::text::Precision::Seconds),
            Some(b'R') => line.clock(clock, super::text::Precision::Minutes),
            Some(b'%') => line.push(b'%'),
            _ => return Ok(None),
        }
        append(vm, &mut out, line.as_bytes())?;
        rest = directive.get(2..).unwrap_or(b"");
        vm.poll()?;
    }
    append(vm, &mut out, rest)?;
    Ok(Some(out))
}
