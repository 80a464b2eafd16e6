//! The types of `None`, `NotImplemented` and `Ellipsis`.

use crate::native::natives;
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// The type `NoneType`.
pub static NONE: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(new_none),
        repr: Some(|vm, _| word(vm, "None")),
        bool: Some(|_, _| Ok(false)),
        ..Slots::NONE
    },
    ..TypeSpec::new::<Empty>("NoneType")
};
/// The type `NotImplementedType`.
pub static NOT_IMPLEMENTED: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(new_not_implemented),
        repr: Some(|vm, _| word(vm, "NotImplemented")),
        bool: Some(truth_of_not_implemented),
        ..Slots::NONE
    },
    methods: natives![reduce_not_implemented],
    ..TypeSpec::new::<Empty>("NotImplementedType")
};
/// The type `ellipsis`.
pub static ELLIPSIS: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(new_ellipsis),
        repr: Some(|vm, _| word(vm, "Ellipsis")),
        ..Slots::NONE
    },
    methods: natives![reduce_ellipsis],
    ..TypeSpec::new::<Empty>("ellipsis")
};

fn word(vm: &Vm, text: &str) -> Res {
    Ok(vm.intern(text).into_object())
}

fn no_arguments(vm: &Vm, name: &str, args: &[Object]) -> Res<()> {
    if args.is_empty() {
        Ok(())
    } else {
        Err(vm.type_error(format_args!("{name} takes no arguments")))
    }
}

fn new_none(vm: &Vm, _: &Obj<Type>, args: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    no_arguments(vm, "NoneType", args).map(|()| Object::none())
}

fn new_not_implemented(vm: &Vm, _: &Obj<Type>, args: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    no_arguments(vm, "NotImplementedType", args).map(|()| Object::not_implemented())
}

fn new_ellipsis(vm: &Vm, _: &Obj<Type>, args: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    no_arguments(vm, "EllipsisType", args).map(|()| Object::ellipsis())
}

fn truth_of_not_implemented(vm: &Vm, _: &Object) -> Res<bool> {
    let category = vm.types().exception(Exc::DeprecationWarning);
    super::warn(vm, &category, "NotImplemented should not be used in a boolean context")?;
    Ok(true)
}

#[native("(self, /)", name = "__reduce__")]
fn reduce_not_implemented(vm: &Vm, this: &Object) -> Res {
    let _ = this;
    word(vm, "NotImplemented")
}

#[native("(self, /)", name = "__reduce__")]
fn reduce_ellipsis(vm: &Vm, this: &Object) -> Res {
    let _ = this;
    word(vm, "Ellipsis")
}
