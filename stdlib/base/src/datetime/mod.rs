//! The module `_datetime`: dates, times, spans of time, and offsets from UTC.
//!
//! `calendar` is the arithmetic, `text` and `parse` go to text and back; none of them knows Python. Then one
//! file for each class. Classes that derive from ours get what they would get in CPython: methods that make
//! another instance call the class, methods of `tzinfo` objects are looked up and their answers checked.
//!
//! **Invariant:** an instance holds a day, time or span that exists: whoever makes one has come through
//! `calendar`.

mod arguments;
mod calendar;
mod date;
mod datetime;
mod delta;
mod delta_math;
mod isocalendar;
mod local;
mod make;
mod offset;
mod parse;
mod pickle;
mod strftime;
mod text;
mod time;
mod zone;
pub mod zoneinfo;

use crate::support::{Dict, Kind, ModuleDef, Obj, Object, Res, Str, Type, Vm};
use std::cell::OnceCell;
use std::rc::Rc;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_datetime",
    doc: "Fast implementation of the datetime type.",
    types: &[
        &date::DATE,
        &datetime::DATETIME,
        &time::TIME,
        &delta::DELTA,
        &zone::TZINFO,
        &zone::TIMEZONE,
    ],
    fill: Some(|vm, module| {
        module.set(vm, "MINYEAR", *calendar::YEARS.start())?;
        module.set(vm, "MAXYEAR", *calendar::YEARS.end())?;
        module.set(vm, "UTC", zone::utc(vm)?)
    }),
    ..ModuleDef::EMPTY
};

/// What an interpreter keeps of the module.
#[derive(Default)]
struct State {
    tzinfo: OnceCell<Obj<Type>>,
    iso_calendar_date: OnceCell<Obj<Type>>,
    utc: OnceCell<Obj<zone::Zone>>,
    names: OnceCell<Names>,
}

/// Names of methods that are called.
struct Names {
    utcoffset: Obj<Str>,
    dst: Obj<Str>,
    tzname: Obj<Str>,
    fromutc: Obj<Str>,
    isoformat: Obj<Str>,
    strftime: Obj<Str>,
    timetuple: Obj<Str>,
    fromtimestamp: Obj<Str>,
}

fn state(vm: &Vm) -> Rc<State> {
    vm.interp().state::<State>()
}

impl State {
    fn names(&self, vm: &Vm) -> &Names {
        if let Some(names) = self.names.get() {
            return names;
        }
        // (Made before the cell is asked again: whoever comes in between makes them too.)
        let names = Names {
            utcoffset: vm.intern("utcoffset"),
            dst: vm.intern("dst"),
            tzname: vm.intern("tzname"),
            fromutc: vm.intern("fromutc"),
            isoformat: vm.intern("isoformat"),
            strftime: vm.intern("strftime"),
            timetuple: vm.intern("timetuple"),
            fromtimestamp: vm.intern("fromtimestamp"),
        };
        self.names.get_or_init(|| names)
    }
}

/// An attribute of a module, which is imported if need be.
fn module_attribute(vm: &Vm, module: &str, name: &str) -> Res {
    let modules = vm.interp().modules.get_as::<Dict>();
    let module = match modules.and_then(|modules| modules.get_named(vm, module)) {
        Some(module) if module.is_kind(Kind::Module) => module,
        _ => vm.import(module)?,
    };
    vm.getattr_named(&module, name)
}

/// Whether the class is one of ours, and not one that derives from it.
fn is_own(class: &Obj<Type>) -> bool {
    !class.is_heap_type()
}

/// Small numbers as arguments of a call.
fn numbers<const N: usize>(vm: &Vm, numbers: [i64; N]) -> Res<[Object; N]> {
    let mut objects = [const { Object::none() }; N];
    for (object, number) in objects.iter_mut().zip(numbers) {
        *object = vm.int(number)?;
    }
    Ok(objects)
}
