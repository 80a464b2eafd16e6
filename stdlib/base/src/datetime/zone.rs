//! The classes tzinfo, which says how to ask, and timezone, a fixed offset.

use super::calendar::Span;
use super::datetime::{self, DateTime};
use super::delta::{self, Delta};
use super::text::Line;
use super::zoneinfo::ZoneInfo;
use super::{offset, state};
use crate::support::{
    CmpOp, Empty, Exc, Maybe, NativeConstructor, Obj, Object, Payload, Res, Slots, Str, Tuple,
    Type, TypeSpec, Visitor, Vm, native, natives, type_flags,
};

pub(super) static TZINFO: TypeSpec = TypeSpec {
    doc: "What time zones derive from: they say how far local times are from UTC.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Empty)?.into_object())),
        ..Slots::NONE
    },
    methods: natives![tzinfo_tzname, tzinfo_utcoffset, tzinfo_dst, tzinfo_fromutc, tzinfo_reduce],
    ..TypeSpec::extending::<Empty>("datetime.tzinfo")
};

/// The class tzinfo.
fn class_of_tzinfo(vm: &Vm) -> Res<Obj<Type>> {
    let state = state(vm);
    if let Some(class) = state.tzinfo.get() {
        return Ok(class.clone());
    }
    let class = vm.type_of_spec(&TZINFO)?;
    Ok(state.tzinfo.get_or_init(|| class).clone())
}

/// What classes of zones derive from.
pub(super) fn base(vm: &Vm) -> Obj<Type> {
    class_of_tzinfo(vm).unwrap_or_else(|raised| {
        // Only for want of memory at the first use.
        drop(vm.take_raised(raised));
        vm.types().object.clone()
    })
}

/// Whether the object's class derives from tzinfo.
#[inline]
pub(super) fn is_tzinfo(vm: &Vm, object: &Object) -> Res<bool> {
    if object.downcast::<Zone>().is_some() || object.downcast::<ZoneInfo>().is_some() {
        return Ok(true);
    }
    Ok(vm.class_of(object).is_subtype(&class_of_tzinfo(vm)?))
}

/// NotImplementedError.
fn left_open(vm: &Vm, name: &str) -> Res {
    Err(vm.raise_kind(
        Exc::NotImplementedError,
        format_args!("a tzinfo subclass must implement {name}()"),
    ))
}

/// The name of the zone at a datetime.
#[native("(self, dt, /)", name = "tzname", no_signature)]
fn tzinfo_tzname(vm: &Vm, _this: &Object, _dt: &Object) -> Res {
    left_open(vm, "tzname")
}

/// How far local time is ahead of UTC at a datetime: a timedelta, negative in the west.
#[native("(self, dt, /)", name = "utcoffset", no_signature)]
fn tzinfo_utcoffset(vm: &Vm, _this: &Object, _dt: &Object) -> Res {
    left_open(vm, "utcoffset")
}

/// How much of the offset is daylight saving time: a timedelta.
#[native("(self, dt, /)", name = "dst", no_signature)]
fn tzinfo_dst(vm: &Vm, _this: &Object, _dt: &Object) -> Res {
    left_open(vm, "dst")
}

/// The datetime that `fromutc` was called with, which must belong to this zone.
fn own<'a>(vm: &Vm, this: &Object, dt: &'a Object) -> Res<&'a Obj<DateTime>> {
    let Some(when) = dt.downcast::<DateTime>() else {
        return Err(vm.type_error("fromutc: argument must be a datetime"));
    };
    match when.tzinfo.is(this) {
        true => Ok(when),
        false => Err(vm.value_error("fromutc: dt.tzinfo is not self")),
    }
}

/// The local datetime for a datetime in UTC.
#[native("(self, dt, /)", name = "fromutc", no_signature)]
fn tzinfo_fromutc(vm: &Vm, this: &Object, dt: &Object) -> Res {
    let when = own(vm, this, dt)?;
    let needed = |answer: &Object, name: &str| match delta::span_of(answer) {
        Some(span) => Ok(span),
        None => Err(vm.value_error(format_args!("fromutc: non-None {name}() result required"))),
    };
    let utcoffset = needed(&offset::utcoffset(vm, &when.tzinfo, dt)?, "utcoffset")?;
    let dst = needed(&offset::dst(vm, &when.tzinfo, dt)?, "dst")?;
    let standard = datetime::plus(vm, when, utcoffset.minus(dst))?;
    let dst = offset::dst(vm, &when.tzinfo, &standard)?;
    let Some(dst) = delta::span_of(&dst) else {
        return Err(vm.value_error("fromutc: tz.dst() gave inconsistent results; cannot convert"));
    };
    match standard.downcast::<DateTime>() {
        Some(when) if dst != Span::ZERO => datetime::plus(vm, when, dst),
        _ => Ok(standard),
    }
}

/// What a pickle is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn tzinfo_reduce(vm: &Vm, this: &Object) -> Res<Obj<Tuple>> {
    let arguments = match vm.getattr_opt(this, &vm.names().__getinitargs__)? {
        Some(method) => vm.call(&method, &[])?,
        None => vm.tuple(Vec::new())?.into_object(),
    };
    let state = vm.call_method(this, "__getstate__", &[])?;
    vm.tuple(vec![vm.class_of(this).clone().into_object(), arguments, state])
}

/// The payload of `datetime.timezone`.
pub(super) struct Zone {
    /// Shorter than a day.
    pub(super) offset: Obj<Delta>,
    name: Option<Object>,
}

impl Payload for Zone {
    const SPEC: Option<&'static TypeSpec> = Some(&TIMEZONE);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.offset.as_object());
        if let Some(name) = &self.name {
            visitor.visit(name);
        }
    }
}

pub(super) static TIMEZONE: TypeSpec = TypeSpec {
    doc: "A tzinfo with one offset from UTC for all times.",
    base: Some(base),
    slots: Slots {
        new: Some(<timezone as NativeConstructor>::new),
        repr: Some(repr),
        str: Some(|vm, this| with_zone(vm, this, |zone| name_of(vm, zone))),
        hash: Some(hash),
        richcmp: Some(compare),
        ..Slots::NONE
    },
    methods: natives![tzname, utcoffset, dst, fromutc, getinitargs],
    fill: Some(|vm, class| {
        const ALMOST_A_DAY: i64 = 23 * 3600 + 59 * 60;
        class.dict.set_named(vm, "utc", utc(vm)?)?;
        class.dict.set_named(vm, "min", fixed(vm, Span::of_seconds(-ALMOST_A_DAY))?)?;
        class.dict.set_named(vm, "max", fixed(vm, Span::of_seconds(ALMOST_A_DAY))?)
    }),
    ..TypeSpec::new::<Zone>("datetime.timezone")
};

/// The one and only `timezone.utc`.
pub(super) fn utc(vm: &Vm) -> Res<Obj<Zone>> {
    let state = state(vm);
    if let Some(zone) = state.utc.get() {
        return Ok(zone.clone());
    }
    let zone = vm.alloc(Zone { offset: delta::make(vm, Span::ZERO)?, name: None })?;
    Ok(state.utc.get_or_init(|| zone).clone())
}

/// The zone of an offset.
pub(super) fn fixed(vm: &Vm, offset: Span) -> Res<Obj<Zone>> {
    if offset == Span::ZERO {
        return utc(vm);
    }
    make(vm, &delta::make(vm, offset)?, None)
}

/// The zone of an offset, perhaps with a name.
pub(super) fn make(vm: &Vm, offset: &Obj<Delta>, name: Option<Object>) -> Res<Obj<Zone>> {
    if name.is_none() && offset.0 == Span::ZERO {
        return utc(vm);
    }
    if !offset.0.is_offset() {
        let shown = vm.repr(offset.as_object())?;
        return Err(vm.value_error(format_args!(
            "offset must be a timedelta strictly between -timedelta(hours=24) and \
             timedelta(hours=24), not {}.",
            shown.to_str_lossy()
        )));
    }
    vm.alloc(Zone { offset: offset.clone(), name })
}

#[native("(cls, offset, name=<unrepresentable>)", constructor, name = "timezone")]
fn timezone(vm: &Vm, _cls: &Obj<Type>, offset: &Object, name: Maybe<&Object>) -> Res<Obj<Zone>> {
    let Some(delta) = offset.downcast::<Delta>() else {
        return Err(vm.type_error(format_args!(
            "timezone() argument 1 must be datetime.timedelta, not {}",
            shown_type(vm, offset)
        )));
    };
    match name {
        Maybe::Given(name) if name.downcast::<Str>().is_none() => Err(vm.type_error(format_args!(
            "timezone() argument 2 must be str, not {}",
            shown_type(vm, name)
        ))),
        name => make(vm, delta, name.given().cloned()),
    }
}

/// The name of an argument's class, as the argument parser shows it.
pub(super) fn shown_type(vm: &Vm, object: &Object) -> String {
    if object.is_none() { "None".to_owned() } else { vm.type_name(object) }
}

fn with_zone(vm: &Vm, this: &Object, f: impl FnOnce(&Obj<Zone>) -> Res) -> Res {
    match this.downcast::<Zone>() {
        Some(zone) => f(zone),
        None => Err(vm.system_error("a timezone was expected")),
    }
}

/// What the zone is called: by its offset, if it has no name.
pub(super) fn name_of(vm: &Vm, zone: &Zone) -> Res {
    if let Some(name) = &zone.name {
        return Ok(name.clone());
    }
    let mut line = Line::new();
    line.push_str("UTC");
    if zone.offset.0 != Span::ZERO {
        line.offset(zone.offset.0, ":");
    }
    Ok(line.make(vm)?.into_object())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    with_zone(vm, this, |zone| {
        let class = vm.class_of(this).full_name();
        if zone.is(&utc(vm)?) {
            return Ok(vm.str(&format!("{class}.utc"))?.into_object());
        }
        let offset = vm.repr(zone.offset.as_object())?;
        let name = match &zone.name {
            Some(name) => Some(vm.repr(name)?),
            None => None,
        };
        let mut text = vm.str(&format!("{class}("))?;
        let mut parts = vec![text.clone(), offset];
        if let Some(name) = name {
            parts.extend([vm.str(", ")?, name]);
        }
        parts.push(vm.str(")")?);
        text = vm.text_parts(parts.iter().map(|part| part.as_text()))?;
        Ok(text.into_object())
    })
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    match this.downcast::<Zone>() {
        Some(zone) => Ok(delta::hash_of(zone.offset.0)),
        None => Err(vm.system_error("a timezone was expected")),
    }
}

fn compare(_: &Vm, this: &Object, other: &Object, op: CmpOp) -> Res {
    match (this.downcast::<Zone>(), other.downcast::<Zone>(), op) {
        (Some(a), Some(b), CmpOp::Eq | CmpOp::Ne) => {
            Ok(Object::bool(op.holds(a.offset.0.cmp(&b.offset.0))))
        }
        _ => Ok(Object::not_implemented()),
    }
}

/// The methods of a timezone are asked about None or a datetime.
fn check_argument(vm: &Vm, name: &str, dt: &Object) -> Res<()> {
    if dt.is_none() || dt.downcast::<DateTime>().is_some() {
        return Ok(());
    }
    Err(vm.type_error(format_args!(
        "{name}(dt) argument must be a datetime instance or None, not {}",
        vm.type_name(dt)
    )))
}

/// The name that the timezone was made with, else one such as UTC+01:00.
#[native("(self, dt, /)", no_signature)]
fn tzname(vm: &Vm, this: &Obj<Zone>, dt: &Object) -> Res {
    check_argument(vm, "tzname", dt)?;
    name_of(vm, this)
}

/// The offset, whatever the datetime.
#[native("(self, dt, /)", no_signature)]
fn utcoffset(vm: &Vm, this: &Obj<Zone>, dt: &Object) -> Res {
    check_argument(vm, "utcoffset", dt)?;
    Ok(this.offset.as_object().clone())
}

/// None: nothing is known of daylight saving time.
#[native("(self, dt, /)", no_signature)]
fn dst(vm: &Vm, _this: &Obj<Zone>, dt: &Object) -> Res<()> {
    check_argument(vm, "dst", dt)
}

/// The local datetime for a datetime in UTC.
#[native("(self, dt, /)", no_signature)]
pub(super) fn fromutc(vm: &Vm, this: &Obj<Zone>, dt: &Object) -> Res {
    let when = own(vm, this.as_object(), dt)?;
    datetime::plus(vm, when, this.offset.0)
}

/// The arguments that make an equal timezone, for pickles.
#[native("(self, /)", name = "__getinitargs__", no_signature)]
fn getinitargs(vm: &Vm, this: &Obj<Zone>) -> Res<Obj<Tuple>> {
    let offset = this.offset.as_object().clone();
    match &this.name {
        Some(name) => vm.pair(offset, name.clone()),
        None => vm.tuple(vec![offset]),
    }
}
