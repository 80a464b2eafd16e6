//! The module `signal`: constants that are members of enumerations, and functions that give such members.
//!
//! The enumerations are made when the first of their members is asked for: they need the module enum, which is
//! written in Python, and most programs that import `signal` (by way of another module) use none of them.

use std::cell::OnceCell;

use taipan_sys::{consts, signal as sys};

use super::{handlers, mask};
use crate::support::*;
use taipan_core::text::order::sort_seldom_by;

/// Which of the enumerations.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Signals,
    Handlers,
    Sigmasks,
}

/// The enumeration that a constant is a member of.
fn kind_of(name: &str) -> Option<Kind> {
    match name {
        "SIG_DFL" | "SIG_IGN" => Some(Kind::Handlers),
        "SIG_BLOCK" | "SIG_UNBLOCK" | "SIG_SETMASK" => Some(Kind::Sigmasks),
        _ if name.starts_with("SIG") => Some(Kind::Signals),
        _ => None,
    }
}

/// The constants and their values.
pub(super) fn constants() -> impl Iterator<Item = (&'static str, i64)> {
    let (first, last) = sys::realtime_range();
    let ends = [("SIGRTMIN", first.into()), ("SIGRTMAX", last.into())];
    consts::SIGNAL.iter().copied().chain(ends)
}

/// The enumerations, as far as they have been made.
#[derive(Default)]
struct Enums {
    signals: OnceCell<Object>,
    handlers: OnceCell<Object>,
    sigmasks: OnceCell<Object>,
}

fn enumeration(vm: &Vm, kind: Kind) -> Res {
    let state = vm.interp().state::<Enums>();
    let (cell, name) = match kind {
        Kind::Signals => (&state.signals, "Signals"),
        Kind::Handlers => (&state.handlers, "Handlers"),
        Kind::Sigmasks => (&state.sigmasks, "Sigmasks"),
    };
    if let Some(made) = cell.get() {
        return Ok(made.clone());
    }
    let made = make(vm, kind, name)?;
    // (Another thread may have been quicker.)
    Ok(cell.get_or_init(|| made).clone())
}

fn make(vm: &Vm, kind: Kind, name: &str) -> Res {
    let mut rows: Vec<_> = constants().filter(|row| kind_of(row.0) == Some(kind)).collect();
    // Of two names for a value the first one is the member's.
    sort_seldom_by(&mut rows, &|a, b| (a.1, a.0) < (b.1, b.0));
    let mut members = Vec::new();
    for (name, value) in rows {
        members.push(vm.pair(vm.str(name)?.into_object(), vm.int(value)?)?.into_object());
    }
    let module = vm.import("enum")?;
    let arguments = [vm.str(name)?.into_object(), vm.list(members)?.into_object()];
    let class = vm.call(&vm.getattr_named(&module, "IntEnum")?, &arguments)?;
    vm.setattr(&class, &vm.intern("__module__"), &vm.str("signal")?.into_object())?;
    Ok(class)
}

/// The constant number `I`.
fn constant<const I: usize>(vm: &Vm) -> Res {
    let Some((name, value)) = constants().nth(I) else { return Ok(Object::none()) };
    match kind_of(name) {
        Some(kind) => vm.getattr_named(&enumeration(vm, kind)?, name),
        None => vm.int(value),
    }
}

macro_rules! makers {
    ($($number:literal)*) => { &[$(constant::<$number>),*] };
}

/// What makes each constant. (Attributes that are made on first use have a plain function each.)
static MAKERS: &[fn(&Vm) -> Res] = makers![
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59
];

const _: () = assert!(MAKERS.len() >= consts::SIGNAL.len() + 2);

/// The module `signal`: what `_signal` has, and the enumerations.
pub(super) fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    let inner = vm.import("_signal")?;
    let own = module.dict.clone();
    if let Some(inner) = inner.downcast::<Module>() {
        for (name, value) in inner.dict.snapshot() {
            let Some(text) = name.downcast::<Str>() else { continue };
            let text = text.to_str_lossy();
            if !text.starts_with('_') && kind_of(&text).is_none() && own.get(vm, &name)?.is_none() {
                own.set(vm, &name, value)?;
            }
        }
    }
    own.set_named(vm, "_signal", inner)?;
    for ((name, _), make) in constants().zip(MAKERS) {
        if kind_of(name).is_some() {
            module.add_lazy(name, *make);
        }
    }
    module.add_lazy("Signals", |vm| enumeration(vm, Kind::Signals));
    module.add_lazy("Handlers", |vm| enumeration(vm, Kind::Handlers));
    module.add_lazy("Sigmasks", |vm| enumeration(vm, Kind::Sigmasks));
    module.add_lazy("_IntEnum", |vm| vm.getattr_named(&vm.import("enum")?, "IntEnum"));
    Ok(())
}

/// The member of an enumeration for a value, or the value itself if there is none.
#[native("(value, enum_klass)", name = "_int_to_enum")]
pub(super) fn int_to_enum(vm: &Vm, value: &Object, enum_klass: &Object) -> Res {
    vm.call(enum_klass, std::slice::from_ref(value)).or_else(|raised| {
        vm.caught(raised, Exc::ValueError)?;
        Ok(value.clone())
    })
}

/// A member of an enumeration as a plain integer; what is no number as it is.
#[native("(value)", name = "_enum_to_int")]
pub(super) fn enum_to_int(vm: &Vm, value: &Object) -> Res {
    if value.as_small_int().is_some() {
        return Ok(value.clone());
    }
    vm.call(vm.types().int.as_object(), std::slice::from_ref(value)).or_else(|raised| {
        let raised = vm.caught(raised, Exc::ValueError).err();
        if let Some(raised) = raised {
            vm.caught(raised, Exc::TypeError)?;
        }
        Ok(value.clone())
    })
}

/// A handler as the module shows it.
fn shown(vm: &Vm, handler: Object) -> Res {
    match handler.as_small_int() {
        Some(_) => int_to_enum(vm, &handler, &enumeration(vm, Kind::Handlers)?),
        None => Ok(handler),
    }
}

/// A set of signals as the module shows it.
fn members(vm: &Vm, signals: sys::SignalSet) -> Res<Obj<Set>> {
    let class = enumeration(vm, Kind::Signals)?;
    let out = vm.new_set()?;
    for signal in signals.iter() {
        out.add(vm, &int_to_enum(vm, &vm.int(signal.into())?, &class)?)?;
    }
    Ok(out)
}

/// Set what is done when a signal comes, and return what was done before.
///
/// That is SIG_DFL (what the system does), SIG_IGN (nothing) or a function, which is called with
/// the number of the signal and the frame that it interrupted.
#[native("(signalnum, handler)")]
pub(super) fn signal(vm: &Vm, signalnum: &Object, handler: &Object) -> Res {
    let number = enum_to_int(vm, signalnum)?;
    let handler = enum_to_int(vm, handler)?;
    let number = i32::from_arg(vm, &number, &mut (), &ArgInfo::default())?;
    shown(vm, handlers::set_handler(vm, number, &handler)?)
}

/// Return what is done when a signal comes: SIG_DFL, SIG_IGN, a function, or None if it is nothing
/// that Python knows of.
#[native("(signalnum)")]
pub(super) fn getsignal(vm: &Vm, signalnum: i32) -> Res {
    shown(vm, handlers::handler_of(vm, signalnum)?)
}

/// Change which signals the calling thread keeps waiting, and return the set before: how is
/// SIG_BLOCK to add the signals, SIG_UNBLOCK to remove them, SIG_SETMASK to have these only.
#[native("(how, mask)")]
pub(super) fn pthread_sigmask(vm: &Vm, how: i32, mask: &Object) -> Res<Obj<Set>> {
    members(vm, mask::change(vm, how, mask)?)
}

/// Return the set of blocked signals that wait to be delivered.
#[native("()")]
pub(super) fn sigpending(vm: &Vm) -> Res<Obj<Set>> {
    members(vm, mask::waiting(vm)?)
}

/// Wait for one of the signals, and return it. They should be blocked.
#[native("(sigset)")]
pub(super) fn sigwait(vm: &Vm, sigset: &Object) -> Res {
    let signal = vm.int(mask::wait(vm, sigset)?.into())?;
    int_to_enum(vm, &signal, &enumeration(vm, Kind::Signals)?)
}

/// Return the set of all signals that may be named.
#[native("()")]
pub(super) fn valid_signals(vm: &Vm) -> Res<Obj<Set>> {
    members(vm, sys::SignalSet::full())
}
