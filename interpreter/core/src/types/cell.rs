//! The type `cell`: a variable shared by functions.

use crate::native::GetSetDef;
use crate::object::*;
use crate::vm::{Res, Vm};

/// The type `cell`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "cell([contents])\n--\n\nThe place of a variable that a nested function shares with the function around it.\n\n\
          It holds contents if that is given. Without a value, reading cell_contents raises ValueError.",
    slots: Slots { new: Some(new), repr: Some(repr), richcmp: Some(compare), ..Slots::NONE },
    getsets: &[GetSetDef {
        name: "cell_contents",
        doc: "",
        get: contents,
        set: Some(set_contents),
    }],
    ..TypeSpec::new::<CellObject>("cell")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<CellObject>> {
    this.downcast::<CellObject>().ok_or_else(|| vm.system_error("not a cell"))
}

fn new(vm: &Vm, _: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    if names.is_some_and(|n| !n.is_empty()) {
        return Err(vm.type_error("cell() takes no keyword arguments"));
    }
    if args.len() > 1 {
        return Err(
            vm.type_error(format_args!("cell expected at most 1 argument, got {}", args.len()))
        );
    }
    Ok(vm.cell(args.first().cloned())?.into_object())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let text = match of(vm, this)?.value.get() {
        None => format!("<cell at {:#x}: empty>", this.id()),
        Some(o) => {
            format!("<cell at {:#x}: {} object at {:#x}>", this.id(), vm.type_name(&o), o.id())
        }
    };
    Ok(vm.str(&text)?.into_object())
}

/// By contents; empty cells come first.
fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(a), Some(b)) = (a.downcast::<CellObject>(), b.downcast::<CellObject>()) else {
        return Ok(Object::not_implemented());
    };
    match (a.value.get(), b.value.get()) {
        (Some(x), Some(y)) => vm.compare(&x, &y, op),
        (x, y) => Ok(Object::bool(op.holds(x.is_some().cmp(&y.is_some())))),
    }
}

fn contents(vm: &Vm, this: &Object) -> Res {
    of(vm, this)?.value.get().ok_or_else(|| vm.value_error("Cell is empty"))
}

fn set_contents(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.value.assign(value.cloned());
    Ok(())
}
