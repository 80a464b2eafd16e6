//! The module _pickle: objects to bytes and back, in all protocols.
//!
//! `save.rs` writes objects (`output.rs` holds the bytes and their frames, `memo.rs` what was written before),
//! `load.rs` is the machine that reads them (`input.rs` where its bytes come from); `global.rs` finds what is written by
//! name. **Invariant:** no borrow of a pickler's or unpickler's insides is held across a call that may run Python.

mod buffer;
mod global;
mod input;
mod load;
mod memo;
mod ops;
mod output;
mod pickler;
mod save;
mod unpickler;

use crate::support::{Exc, Object, Raised, Res, Slot, Vm, exception_class, natives};
use std::fmt::Display;
use taipan_core::native::ModuleDef;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_pickle",
    doc: "Pickles: what the module pickle does, fast.",
    functions: natives![pickler::dump, pickler::dumps, unpickler::load, unpickler::loads],
    types: &[&pickler::SPEC, &unpickler::SPEC, &buffer::SPEC],
    fill: Some(|vm, module| {
        let names = ["PickleError", "PicklingError", "UnpicklingError"];
        for (name, class) in names.into_iter().zip(classes(vm)?) {
            module.dict.set_named(vm, name, class)?;
        }
        Ok(())
    }),
    ..ModuleDef::EMPTY
};

/// What an interpreter keeps.
#[derive(Default)]
struct State {
    error: Slot,
    pickling: Slot,
    unpickling: Slot,
}

/// PickleError, PicklingError and UnpicklingError.
fn classes(vm: &Vm) -> Res<[Object; 3]> {
    let state = vm.interp().state::<State>();
    if let (Some(a), Some(b), Some(c)) =
        (state.error.get(), state.pickling.get(), state.unpickling.get())
    {
        return Ok([a, b, c]);
    }
    let error = exception_class(vm, "_pickle", "PickleError", Exc::Exception)?;
    let derived = |name: &str| {
        let bases = vm.tuple(vec![error.clone()])?.into_object();
        let dict = vm.new_dict()?;
        dict.set_named(vm, "__module__", vm.str("_pickle")?)?;
        let args = [vm.str(name)?.into_object(), bases, dict.into_object()];
        vm.call(vm.types().type_.as_object(), &args)
    };
    let (pickling, unpickling) = (derived("PicklingError")?, derived("UnpicklingError")?);
    state.error.set(error.clone());
    state.pickling.set(pickling.clone());
    state.unpickling.set(unpickling.clone());
    Ok([error, pickling, unpickling])
}

fn raise(vm: &Vm, which: usize, message: &dyn Display) -> Raised {
    let made = || {
        let text = vm.str(&message.to_string())?.into_object();
        match classes(vm)?.get(which) {
            Some(class) => vm.call(class, &[text]),
            None => Ok(text),
        }
    };
    match made() {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

/// PicklingError.
fn pickling_error(vm: &Vm, message: impl Display) -> Raised {
    raise(vm, 1, &message)
}

/// UnpicklingError.
fn unpickling_error(vm: &Vm, message: impl Display) -> Raised {
    raise(vm, 2, &message)
}

/// An attribute of a module of the library.
fn of_module(vm: &Vm, module: &str, name: &str) -> Res {
    vm.getattr_named(&vm.import(module)?, name)
}
