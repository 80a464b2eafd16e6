//! The module `_zoneinfo`: the class ZoneInfo. `tzif` reads files, `rule` the line at their end; neither knows
//! Python. Which file a key means is for the package `zoneinfo` to say.

mod rule;
mod tzif;

use super::calendar::{EPOCH_ORDINAL, Span, Stamp};
use super::datetime::{self, DateTime};
use super::delta::{self, Delta};
use super::{make, module_attribute, zone};
use crate::support::{
    Bytes, Dict, Kwargs, ModuleDef, NativeConstructor, Obj, Object, Payload, Raised, Res, Slots,
    Str, Tuple, Type, TypeSpec, Visitor, Vm, getsets, getter, native, natives, optional_attr,
    readonly, set_attr, type_flags,
};
use rule::{Named, Rule, Turns};
use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use taipan_core::object::Charge;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_zoneinfo",
    doc: "Time zones of the IANA database.",
    types: &[&SPEC],
    ..ModuleDef::EMPTY
};

/// The payload of `zoneinfo.ZoneInfo`.
pub(super) struct ZoneInfo {
    key: Object,
    source: Source,
    moments: Vec<i64>,
    /// What clocks show at the moments, for fold 0 and 1.
    walls: [Vec<i64>; 2],
    /// For each moment, the period that it begins.
    begins: Vec<u8>,
    periods: Vec<Period>,
    /// Which period it is before the first moment.
    first: usize,
    after: After,
    /// Whether all times have the same offset.
    is_fixed: bool,
    _charge: Charge,
}

/// Where a zone comes from.
enum Source {
    Key {
        cached: Cell<bool>,
    },
    /// A file, as it shows itself.
    File(Obj<Str>),
}

/// A stretch of time with one offset: what the methods of tzinfo answer.
struct Period {
    /// Seconds ahead of UTC.
    offset: i64,
    utcoffset: Obj<Delta>,
    dst: Obj<Delta>,
    name: Obj<Str>,
}

/// What comes after the last moment.
enum After {
    /// The period with this number.
    Last(usize),
    Fixed(Period),
    Yearly {
        std: Period,
        dst: Period,
        turns: Turns,
    },
}

impl Payload for ZoneInfo {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        // (All else are strs and timedeltas, which hold nothing.)
        visitor.visit(&self.key);
    }
}

static SPEC: TypeSpec = TypeSpec {
    doc: "A time zone of the IANA database, by its key: ZoneInfo('Europe/Vienna').",
    flags: type_flags::BASETYPE | type_flags::WEAKREF,
    base: Some(zone::base),
    slots: Slots {
        new: Some(<zone_info as NativeConstructor>::new),
        repr: Some(repr),
        str: Some(str),
        ..Slots::NONE
    },
    methods: natives![
        clear_cache,
        no_cache,
        from_file,
        utcoffset,
        dst,
        tzname,
        fromutc,
        reduce,
        unpickle,
        init_subclass
    ],
    getsets: getsets![key: readonly],
    ..TypeSpec::new::<ZoneInfo>("zoneinfo.ZoneInfo")
};

// Making zones, and finding those that were made.

/// What an interpreter keeps of the module.
#[derive(Default)]
struct State {
    /// All zones that are alive, by their keys: a WeakValueDictionary.
    alive: OnceCell<Object>,
    /// Those that were asked for last, the latest at the end.
    recent: OnceCell<Obj<Dict>>,
}

/// How many zones are kept alive.
const RECENT: usize = 8;

fn state(vm: &Vm) -> Rc<State> {
    vm.interp().state::<State>()
}

fn new_weak_cache(vm: &Vm) -> Res {
    vm.call(&module_attribute(vm, "weakref", "WeakValueDictionary")?, &[])
}

/// A class that derives from ours has its own.
fn weak_cache(vm: &Vm, class: &Obj<Type>) -> Res {
    if !super::is_own(class) {
        return vm.getattr_named(class.as_object(), "_weak_cache");
    }
    let state = state(vm);
    if let Some(cache) = state.alive.get() {
        return Ok(cache.clone());
    }
    let cache = new_weak_cache(vm)?;
    Ok(state.alive.get_or_init(|| cache).clone())
}

fn recent(vm: &Vm) -> Res<Obj<Dict>> {
    let state = state(vm);
    if let Some(recent) = state.recent.get() {
        return Ok(recent.clone());
    }
    let recent = vm.dict_of(&vm.types().dict)?;
    Ok(state.recent.get_or_init(|| recent).clone())
}

/// Keep the zone alive for a while.
fn touch(vm: &Vm, key: &Object, zone: &Object) -> Res<()> {
    let recent = recent(vm)?;
    let kept = recent.remove(vm, key)?.unwrap_or_else(|| zone.clone());
    recent.set(vm, key, kept)?;
    if recent.len() > RECENT
        && let Some((oldest, _)) = recent.snapshot().first()
    {
        recent.remove(vm, oldest)?;
    }
    Ok(())
}

#[native("(cls, key)", constructor, name = "")]
fn zone_info(vm: &Vm, cls: &Obj<Type>, key: &Object) -> Res {
    let cache = weak_cache(vm, cls)?;
    let mut zone = vm.call_method(&cache, "get", std::slice::from_ref(key))?;
    if zone.is_none() {
        let made = of_key(vm, cls, key)?;
        zone = vm.call_method(&cache, "setdefault", &[key.clone(), made.into_object()])?;
        if let Some(ZoneInfo { source: Source::Key { cached }, .. }) =
            zone.downcast::<ZoneInfo>().map(|zone| &**zone)
        {
            cached.set(true);
        }
    }
    if super::is_own(cls) {
        touch(vm, key, &zone)?;
    }
    Ok(zone)
}

/// A zone of its own, from the file that the package finds.
fn of_key(vm: &Vm, class: &Obj<Type>, key: &Object) -> Res<Obj<ZoneInfo>> {
    let find = module_attribute(vm, "zoneinfo._tzpath", "find_tzfile")?;
    let path = vm.call(&find, std::slice::from_ref(key))?;
    let file = if path.is_none() {
        let load = module_attribute(vm, "zoneinfo._common", "load_tzdata")?;
        vm.call(&load, std::slice::from_ref(key))?
    } else {
        let open = module_attribute(vm, "io", "open")?;
        vm.call(&open, &[path, vm.str("rb")?.into_object()])?
    };
    let made = load(vm, &file, key.clone(), Source::Key { cached: Cell::new(false) });
    // (What went wrong with the zone is told, whatever closing does.)
    match made {
        Ok(zone) => {
            vm.call_method(&file, "close", &[])?;
            vm.alloc_of(class, zone)
        }
        Err(raised) => {
            let exception = vm.take_raised(raised);
            if let Err(raised) = vm.call_method(&file, "close", &[]) {
                drop(vm.take_raised(raised));
            }
            Err(vm.raise(exception))
        }
    }
}

/// Remove the zones from the cache: those of some keys, or all.
#[native("(cls, /, *, only_keys=None)", classmethod, no_signature)]
fn clear_cache(vm: &Vm, cls: &Obj<Type>, only_keys: Option<&Object>) -> Res<()> {
    let cache = weak_cache(vm, cls)?;
    let recent = if super::is_own(cls) { Some(recent(vm)?) } else { None };
    let Some(keys) = only_keys else {
        vm.call_method(&cache, "clear", &[])?;
        if let Some(recent) = recent {
            recent.clear();
        }
        return Ok(());
    };
    let keys = vm.iter(keys)?;
    while let Some(key) = vm.next(&keys)? {
        if let Some(recent) = &recent {
            recent.remove(vm, &key)?;
        }
        vm.call_method(&cache, "pop", &[key, Object::none()])?;
    }
    Ok(())
}

/// A zone of its own, even if there is one of this key already.
#[native("(cls, /, key)", classmethod, no_signature)]
fn no_cache(vm: &Vm, cls: &Obj<Type>, key: &Object) -> Res<Obj<ZoneInfo>> {
    of_key(vm, cls, key)
}

/// A zone from a binary file in the format TZif.
#[native("(cls, file_obj, /, key=None)", classmethod, no_signature)]
fn from_file(
    vm: &Vm,
    cls: &Obj<Type>,
    file_obj: &Object,
    key: Option<&Object>,
) -> Res<Obj<ZoneInfo>> {
    let source = Source::File(vm.repr(file_obj)?);
    let zone = load(vm, file_obj, key.cloned().unwrap_or_else(Object::none), source)?;
    vm.alloc_of(cls, zone)
}

/// Gives a class that derives from ZoneInfo a cache of its own.
#[native("(cls, /, *args, **kwargs)", name = "__init_subclass__", classmethod, no_signature)]
fn init_subclass(vm: &Vm, cls: &Object, _args: &[Object], _kwargs: Kwargs) -> Res<()> {
    set_attr(vm, cls, "_weak_cache", &new_weak_cache(vm)?)
}

/// What a pickle is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<ZoneInfo>) -> Res<Obj<Tuple>> {
    let Source::Key { cached } = &this.source else {
        let class = module_attribute(vm, "pickle", "PicklingError")?;
        let message = vm.str("Cannot pickle a ZoneInfo file from a file stream.")?;
        let refusal = vm.call(&class, &[message.into_object()])?;
        return Err(vm.raise_object(&refusal, None));
    };
    let function = vm.getattr_named(vm.class_of(this.as_object()).as_object(), "_unpickle")?;
    let arguments = vm.pair(this.key.clone(), vm.int(cached.get().into())?)?;
    vm.pair(function, arguments.into_object())
}

/// The zone of a pickle.
#[native("(cls, key, from_cache, /)", name = "_unpickle", classmethod, no_signature)]
fn unpickle(vm: &Vm, cls: &Obj<Type>, key: &Object, from_cache: u8) -> Res {
    match from_cache {
        0 => Ok(of_key(vm, cls, key)?.into_object()),
        _ => vm.call(cls.as_object(), std::slice::from_ref(key)),
    }
}

// Reading files.

/// So many bytes of a file, or all that are left.
fn read(vm: &Vm, file: &Object, len: Option<i64>) -> Res<Obj<Bytes>> {
    let len = match len {
        Some(len) => vec![vm.int(len)?],
        None => Vec::new(),
    };
    let data = vm.call_method(file, "read", &len)?;
    match data.downcast::<Bytes>() {
        Some(data) => Ok(data.clone()),
        None => Err(vm.type_error(format_args!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(&data)
        ))),
    }
}

fn load(vm: &Vm, file: &Object, key: Object, source: Source) -> Res<ZoneInfo> {
    // Whatever is no such file is not read to its end, which there may not be.
    let start = read(vm, file, Some(tzif::MAGIC.len() as i64))?;
    if start.as_slice() != tzif::MAGIC {
        return Err(vm.value_error(tzif::Fault::Magic));
    }
    let rest = read(vm, file, None)?;
    let charge = Charge::default();
    let len = rest.as_slice().len();
    // (The copy, and then what is made of it: three numbers and a byte for a moment.)
    charge.set(&vm.interp().heap, len * 4).map_err(|e| vm.no_memory(e))?;
    let mut data = Vec::new();
    crate::support::reserve(vm, &mut data, tzif::MAGIC.len() + len)?;
    data.extend_from_slice(tzif::MAGIC);
    data.extend_from_slice(rest.as_slice());
    let read = tzif::File::read(&data).map_err(|fault| vm.value_error(fault))?;
    made(vm, read, key, source, charge)
}

fn made(vm: &Vm, file: tzif::File, key: Object, source: Source, charge: Charge) -> Res<ZoneInfo> {
    let mut periods = Vec::new();
    for kind in &file.kinds {
        periods.push(Period::new(vm, kind.offset, kind.saved, &kind.name)?);
    }
    let standard = file.kinds.iter().position(|kind| !kind.is_dst);
    let first = standard.or(file.begins.first().map(|begun| usize::from(*begun))).unwrap_or(0);
    let after = if !file.footer.is_empty() {
        After::of_rule(vm, &file.footer)?
    } else if let Some(last) = file.begins.last() {
        After::Last(usize::from(*last))
    } else if let Some(last) = file.kinds.len().checked_sub(1) {
        After::Last(last)
    } else {
        return Err(vm.value_error("No time zone information found."));
    };
    let is_fixed = file.kinds.len() <= 1
        && match (&after, file.kinds.first()) {
            (After::Yearly { .. }, _) => false,
            (After::Last(_), _) | (_, None) => true,
            (After::Fixed(rule), Some(kind)) => {
                rule.offset == kind.offset && kind.saved == 0 && rule.name.equals(&kind.name)
            }
        };
    let walls = file.walls();
    let tzif::File { moments, begins, .. } = file;
    Ok(ZoneInfo {
        key,
        source,
        moments,
        walls,
        begins,
        periods,
        first,
        after,
        is_fixed,
        _charge: charge,
    })
}

impl Period {
    fn new(vm: &Vm, offset: i64, saved: i64, name: &str) -> Res<Period> {
        Ok(Period {
            offset,
            utcoffset: delta::make(vm, Span::of_seconds(offset))?,
            dst: delta::make(vm, Span::of_seconds(saved))?,
            name: vm.str(name)?,
        })
    }
}

impl After {
    fn of_rule(vm: &Vm, text: &[u8]) -> Res<After> {
        let rule = Rule::parse(text).map_err(|wrong| {
            let shown = vm.bytes(text).and_then(|text| vm.repr(text.as_object()));
            match shown {
                Ok(shown) => vm.value_error(format_args!("{wrong} {}", shown.to_str_lossy())),
                Err(raised) => raised,
            }
        })?;
        let period = |Named { name, offset }: &Named, saved| Period::new(vm, *offset, saved, name);
        Ok(match rule {
            Rule::Fixed(only) => After::Fixed(period(&only, 0)?),
            Rule::Yearly { std, dst, turns } => After::Yearly {
                std: period(&std, 0)?,
                dst: period(&dst, dst.offset - std.offset)?,
                turns,
            },
        })
    }
}

// What a zone answers.

/// What a zone is asked about: a time as clocks show it.
struct Shown {
    /// Since 1970.
    seconds: i64,
    year: i64,
    fold: bool,
}

impl Shown {
    fn of_stamp(stamp: Stamp, fold: bool) -> Shown {
        let seconds = stamp.seconds() - EPOCH_ORDINAL * 86_400;
        Shown { seconds, year: stamp.day().year(), fold }
    }

    fn of(vm: &Vm, dt: &Object) -> Res<Shown> {
        match dt.downcast::<DateTime>() {
            Some(when) => Ok(Shown::of_stamp(when.stamp(), when.fold())),
            None => Shown::of_another(vm, dt),
        }
    }

    /// Something that has what a datetime has.
    #[cold]
    fn of_another(vm: &Vm, dt: &Object) -> Res<Shown> {
        let checked = |number: Object| super::arguments::CInt::of(vm, &number).map(|n| n.0);
        let attribute = |name: &str| checked(vm.getattr_named(dt, name)?);
        let days = checked(vm.call_method(dt, "toordinal", &[])?)? - EPOCH_ORDINAL;
        let clock = attribute("hour")? * 3600 + attribute("minute")? * 60 + attribute("second")?;
        let fold = match optional_attr(vm, dt, "fold")? {
            Some(fold) => checked(fold)? != 0,
            None => false,
        };
        Ok(Shown { seconds: days * 86_400 + clock, year: attribute("year")?, fold })
    }
}

/// How many of the moments have come, in order.
fn passed(moments: &[i64], seconds: i64) -> usize {
    moments.partition_point(|moment| *moment <= seconds)
}

impl ZoneInfo {
    /// The zone, if its methods are the ones here.
    #[inline]
    pub(super) fn exact(object: &Object) -> Option<&Obj<ZoneInfo>> {
        object.downcast::<ZoneInfo>().filter(|zone| super::is_own(zone.class()))
    }

    fn period(&self, number: usize) -> Option<&Period> {
        self.periods.get(number)
    }

    /// The period that the moment begins.
    fn begun(&self, moment: usize) -> Option<&Period> {
        self.period(usize::from(*self.begins.get(moment)?))
    }

    /// The period at a datetime; without one, the only one.
    fn at(&self, vm: &Vm, dt: &Object) -> Res<Option<&Period>> {
        if dt.is_none() {
            return Ok(match &self.after {
                After::Last(number) if self.is_fixed => self.period(*number),
                After::Fixed(period) if self.is_fixed => Some(period),
                _ => None,
            });
        }
        let shown = Shown::of(vm, dt)?;
        let walls = &self.walls[usize::from(shown.fold)];
        if walls.last().is_none_or(|last| shown.seconds > *last) {
            return Ok(match &self.after {
                After::Last(number) => self.period(*number),
                After::Fixed(period) => Some(period),
                After::Yearly { std, dst, turns } => {
                    let is_dst = turns.is_dst_at_wall(shown.seconds, shown.year, shown.fold);
                    Some(if is_dst { dst } else { std })
                }
            });
        }
        Ok(match passed(walls, shown.seconds) {
            0 => self.period(self.first),
            number => self.begun(number - 1),
        })
    }

    /// The period at a moment, and whether clocks show the time for the second time.
    fn at_moment(&self, seconds: i64, year: i64) -> Option<(&Period, bool)> {
        let number = passed(&self.moments, seconds);
        let (period, fold) = if self.moments.last().is_none_or(|last| seconds > *last) {
            match &self.after {
                After::Last(number) => (self.period(*number)?, false),
                After::Fixed(period) => (period, false),
                After::Yearly { std, dst, turns } => {
                    let (is_dst, fold) = turns.at_moment(seconds, year);
                    (if is_dst { dst } else { std }, fold)
                }
            }
        } else if number == 0 {
            return Some((self.period(self.first)?, false));
        } else {
            (self.begun(number - 1)?, false)
        };
        Some((period, fold || self.is_repeated(number, seconds, period)))
    }

    /// Whether the clock was set back at the last of the passed moments, by more than has gone by since.
    fn is_repeated(&self, passed: usize, seconds: i64, period: &Period) -> bool {
        let old = match passed.checked_sub(2) {
            Some(before) => self.begun(before),
            None => self.period(self.first),
        };
        let moment = passed.checked_sub(1).and_then(|last| self.moments.get(last));
        let (Some(old), Some(moment)) = (old, moment) else { return false };
        old.offset - period.offset > seconds.saturating_sub(*moment)
    }
}

/// The offset from UTC at a datetime.
#[native("(self, dt, /)", no_signature)]
pub(super) fn utcoffset(vm: &Vm, this: &Obj<ZoneInfo>, dt: &Object) -> Res {
    let period = this.at(vm, dt)?;
    Ok(period.map_or_else(Object::none, |period| period.utcoffset.as_object().clone()))
}

/// How much of the offset at a datetime is daylight saving time.
#[native("(self, dt, /)", no_signature)]
pub(super) fn dst(vm: &Vm, this: &Obj<ZoneInfo>, dt: &Object) -> Res {
    let period = this.at(vm, dt)?;
    Ok(period.map_or_else(Object::none, |period| period.dst.as_object().clone()))
}

/// What the time at a datetime is called.
#[native("(self, dt, /)", no_signature)]
pub(super) fn tzname(vm: &Vm, this: &Obj<ZoneInfo>, dt: &Object) -> Res {
    let period = this.at(vm, dt)?;
    Ok(period.map_or_else(Object::none, |period| period.name.as_object().clone()))
}

/// The local datetime for a datetime in UTC.
#[native("(self, dt, /)", no_signature)]
pub(super) fn fromutc(vm: &Vm, this: &Obj<ZoneInfo>, dt: &Object) -> Res {
    let Some(when) = dt.downcast::<DateTime>() else {
        return Err(vm.type_error("fromutc: argument must be a datetime"));
    };
    if !when.tzinfo.is(this.as_object()) {
        return Err(vm.value_error("fromutc: dt.tzinfo is not self"));
    }
    let shown = Shown::of_stamp(when.stamp(), false);
    let Some((period, fold)) = this.at_moment(shown.seconds, shown.year) else {
        return Err(no_period(vm));
    };
    let span = Span::of_seconds(period.offset);
    if super::is_own(when.class()) {
        return match when.stamp().plus(span) {
            Some(stamp) => make::exact(vm, when.class(), stamp, &when.tzinfo, fold),
            None => Err(vm.overflow_error("date value out of range")),
        };
    }
    let local = datetime::plus(vm, when, span)?;
    if !fold {
        return Ok(local);
    }
    let replace = vm.getattr_named(&local, "replace")?;
    vm.call_named(&replace, &[], &[("fold", Object::small(1))])
}

/// Cannot be: whoever made the zone has looked.
#[cold]
fn no_period(vm: &Vm) -> Raised {
    vm.value_error("No time zone information found.")
}

/// The name in the IANA database, if it was made by one.
#[getter]
fn key(this: &Obj<ZoneInfo>) -> Object {
    this.key.clone()
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(zone) = this.downcast::<ZoneInfo>() else {
        return Err(vm.system_error("a ZoneInfo was expected"));
    };
    let class = vm.class_of(this);
    let class = match super::is_own(class) {
        true => "zoneinfo.ZoneInfo".to_owned(),
        false => vm.type_name(this),
    };
    let (start, inner) = match &zone.source {
        Source::File(shown) if zone.key.is_none() => (".from_file(", shown.clone()),
        _ => ("(key=", vm.repr(&zone.key)?),
    };
    let (start, end) = (vm.str(&format!("{class}{start}"))?, vm.str(")")?);
    let parts = [&start, &inner, &end];
    Ok(vm.text_parts(parts.into_iter().map(|part| part.as_text()))?.into_object())
}

fn str(vm: &Vm, this: &Object) -> Res {
    match this.downcast::<ZoneInfo>() {
        Some(zone) if !zone.key.is_none() => Ok(vm.to_str(&zone.key)?.into_object()),
        _ => repr(vm, this),
    }
}
