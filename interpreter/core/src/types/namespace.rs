//! `types.SimpleNamespace`.

use crate::native::{GetSetDef, Kwargs, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// Has only attributes.
pub struct Namespace;

impl Payload for Namespace {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

/// The type `types.SimpleNamespace`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "An object with any attributes: those of the keywords, and those that are assigned later.\n\nSimpleNamespace(**kwargs)",
    flags: type_flags::BASETYPE | type_flags::DICT,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        richcmp: Some(compare),
        ..Slots::NONE
    },
    methods: natives![reduce],
    getsets: &[GetSetDef {
        name: "__dict__",
        doc: "",
        get: |vm, o| Ok(instance::materialize(vm, o)?.into_object()),
        set: None,
    }],
    ..TypeSpec::new::<Namespace>("types.SimpleNamespace")
};

fn new(vm: &Vm, class: &Obj<Type>, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    Ok(vm.alloc_of(class, Namespace)?.into_object())
}

/// `types.SimpleNamespace(**attributes)`, for natives.
pub fn make(vm: &Vm, attributes: &[(&str, Object)]) -> Res {
    let this = vm.alloc(Namespace)?.into_object();
    for (name, value) in attributes {
        vm.setattr(&this, &vm.intern(name), value)?;
    }
    Ok(this)
}

fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    if args.len() > names.map_or(0, |n| n.len()) {
        return Err(vm.type_error("no positional arguments expected"));
    }
    let dict = instance::materialize(vm, this)?;
    for (name, value) in Kwargs::all(args, names).iter() {
        dict.set_str(vm, &vm.intern_str(name), value.clone())?;
    }
    Ok(())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let class = vm.class_of(this);
    let name = if class.is_heap_type() { class.short_name() } else { "namespace".to_string() };
    let otherwise = format!("{name}(...)");
    super::sequence::guarded_repr(vm, this, &otherwise, || {
        let dict = instance::materialize(vm, this)?;
        let mut parts = Vec::new();
        for (key, value) in dict.snapshot() {
            if let Some(key) = key.downcast::<Str>().filter(|k| !k.is_empty()) {
                let shown = vm.repr_string(&value)?;
                vm.need_room(shown.len().saturating_mul(3))?;
                parts.push(format!("{}={shown}", key.to_str_lossy()));
            }
        }
        Ok(vm.str(&format!("{name}({})", parts.join(", ")))?.into_object())
    })
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    if a.downcast::<Namespace>().is_none() || b.downcast::<Namespace>().is_none() {
        return Ok(Object::not_implemented());
    }
    let (a, b) = (instance::materialize(vm, a)?, instance::materialize(vm, b)?);
    vm.compare(a.as_object(), b.as_object(), op)
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Object) -> Res {
    let dict = instance::materialize(vm, this)?.into_object();
    let class = vm.class_of(this).clone().into_object();
    let none = vm.tuple(Vec::new())?.into_object();
    Ok(vm.tuple(vec![class, none, dict])?.into_object())
}
