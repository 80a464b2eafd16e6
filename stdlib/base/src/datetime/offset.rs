//! What `tzinfo` objects are asked for, and what they may answer.
//!
//! A `timezone` answers at once: its class cannot be derived from nor changed, and so does a `ZoneInfo` whose class
//! is that one. Of all others the method is looked up and called; whatever it does, the answer is looked at before
//! it is used.

use super::calendar::Span;
use super::delta::span_of;
use super::zone::{self, Zone};
use super::zoneinfo::{self, ZoneInfo};
use super::{Names, State, state};
use crate::support::{Obj, Object, Raised, Res, Str, Vm};

const OUT_OF_RANGE: &str = "offset must be a timedelta strictly between -timedelta(hours=24) and \
                            timedelta(hours=24).";

/// TypeError unless the object is None or a tzinfo.
#[inline]
pub(super) fn check(vm: &Vm, tzinfo: &Object) -> Res<()> {
    match tzinfo.is_none() || zone::is_tzinfo(vm, tzinfo)? {
        true => Ok(()),
        false => Err(not_a_tzinfo(vm, tzinfo)),
    }
}

#[cold]
fn not_a_tzinfo(vm: &Vm, object: &Object) -> Raised {
    vm.type_error(format_args!(
        "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
        vm.type_name(object)
    ))
}

/// `tzinfo.name(argument)` of a class that is not ours.
pub(super) fn call(
    vm: &Vm,
    tzinfo: &Object,
    name: fn(&Names) -> &Obj<Str>,
    argument: &Object,
) -> Res {
    let state: std::rc::Rc<State> = state(vm);
    let method = vm.getattr(tzinfo, name(state.names(vm)))?;
    vm.call(&method, std::slice::from_ref(argument))
}

/// The answer to `utcoffset` or `dst`: None, or a timedelta shorter than a day.
fn checked(vm: &Vm, name: &str, answer: Object) -> Res {
    if answer.is_none() {
        return Ok(answer);
    }
    match span_of(&answer) {
        Some(span) if span.is_offset() => Ok(answer),
        Some(_) => Err(vm.value_error(OUT_OF_RANGE)),
        None => Err(vm.type_error(format_args!(
            "tzinfo.{name}() must return None or timedelta, not '{}'",
            vm.type_name(&answer)
        ))),
    }
}

/// `tzinfo.utcoffset(when)`; None of no tzinfo.
pub(super) fn utcoffset(vm: &Vm, tzinfo: &Object, when: &Object) -> Res {
    if tzinfo.is_none() {
        return Ok(Object::none());
    }
    if let Some(zone) = tzinfo.downcast::<Zone>() {
        return Ok(zone.offset.as_object().clone());
    }
    if let Some(zone) = ZoneInfo::exact(tzinfo) {
        return checked(vm, "utcoffset", zoneinfo::utcoffset(vm, zone, when)?);
    }
    checked(vm, "utcoffset", call(vm, tzinfo, |names| &names.utcoffset, when)?)
}

/// The same as a span.
#[inline]
pub(super) fn span(vm: &Vm, tzinfo: &Object, when: &Object) -> Res<Option<Span>> {
    if tzinfo.is_none() {
        return Ok(None);
    }
    if let Some(zone) = tzinfo.downcast::<Zone>() {
        return Ok(Some(zone.offset.0));
    }
    Ok(span_of(&utcoffset(vm, tzinfo, when)?))
}

/// `tzinfo.dst(when)`
pub(super) fn dst(vm: &Vm, tzinfo: &Object, when: &Object) -> Res {
    if tzinfo.is_none() || tzinfo.downcast::<Zone>().is_some() {
        return Ok(Object::none());
    }
    if let Some(zone) = ZoneInfo::exact(tzinfo) {
        return checked(vm, "dst", zoneinfo::dst(vm, zone, when)?);
    }
    checked(vm, "dst", call(vm, tzinfo, |names| &names.dst, when)?)
}

/// `tzinfo.tzname(when)`: None or a str.
pub(super) fn tzname(vm: &Vm, tzinfo: &Object, when: &Object) -> Res {
    if tzinfo.is_none() {
        return Ok(Object::none());
    }
    if let Some(zone) = tzinfo.downcast::<Zone>() {
        return zone::name_of(vm, zone);
    }
    if let Some(zone) = ZoneInfo::exact(tzinfo) {
        return zoneinfo::tzname(vm, zone, when);
    }
    let name = call(vm, tzinfo, |names| &names.tzname, when)?;
    if name.is_none() || name.downcast::<Str>().is_some() {
        return Ok(name);
    }
    Err(vm.type_error(format_args!(
        "tzinfo.tzname() must return None or a string, not '{}'",
        vm.type_name(&name)
    )))
}
