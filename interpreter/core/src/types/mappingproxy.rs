//! The type `mappingproxy`: a read-only view of a mapping, such as a class's `__dict__`.

use crate::native::natives;
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// A view of `mapping`.
pub struct MappingProxy {
    pub mapping: Object,
}

impl Payload for MappingProxy {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, v: &mut Visitor) {
        v.visit(&self.mapping);
    }
}

/// The type `mappingproxy`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "Read-only proxy of a mapping.",
    flags: type_flags::MAPPING,
    slots: Slots {
        new: Some(<make as crate::native::NativeConstructor>::new),
        len: Some(|vm, this| vm.len(&inner(this))),
        getitem: Some(|vm, this, key| vm.getitem(&inner(this), key)),
        contains: Some(contains),
        iter: Some(|vm, this| vm.iter(&inner(this))),
        repr: Some(repr),
        str: Some(|vm, this| Ok(vm.to_str(&inner(this))?.into_object())),
        richcmp: Some(|vm, a, b, op| vm.compare(&inner(a), &inner(b), op)),
        or: Some(|vm, a, b| vm.binary(BinOp::Or, &inner(a), &inner(b))),
        ior: Some(ior),
        ..Slots::NONE
    },
    methods: natives![get, keys, values, items, copy, reversed, crate::native::class_getitem],
    ..TypeSpec::new::<MappingProxy>("mappingproxy")
};

/// A proxy of any mapping.
pub(crate) fn new(vm: &Vm, mapping: Object) -> Res {
    Ok(vm.alloc(MappingProxy { mapping })?.into_object())
}

/// The mapping behind a proxy; anything else as it is.
fn inner(this: &Object) -> Object {
    this.downcast::<MappingProxy>().map_or_else(|| this.clone(), |p| p.mapping.clone())
}

#[native("(cls, mapping)", constructor, name = "mappingproxy")]
fn make(vm: &Vm, cls: &Obj<Type>, mapping: &Object) -> Res {
    let slots = vm.class_of(mapping).slots();
    let is_sequence = mapping.downcast::<List>().is_some() || mapping.downcast::<Tuple>().is_some();
    if slots.getitem.is_none() || is_sequence {
        let got = vm.type_name(mapping);
        return Err(
            vm.type_error(format_args!("mappingproxy() argument must be a mapping, not {got}"))
        );
    }
    Ok(vm.alloc_of(cls, MappingProxy { mapping: mapping.clone() })?.into_object())
}

fn contains(vm: &Vm, this: &Object, key: &Object) -> Res<bool> {
    let mapping = inner(this);
    match mapping.downcast_exact::<Dict>() {
        Some(d) => d.contains(vm, key),
        None => vm.contains(&mapping, key),
    }
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let shown = vm.repr_string(&inner(this))?;
    Ok(vm.str(&format!("mappingproxy({shown})"))?.into_object())
}

fn ior(vm: &Vm, _: &Object, _: &Object) -> Res {
    Err(vm.type_error("'|=' is not supported by mappingproxy; use '|' instead"))
}

/// The value of a key, or the default where the mapping does not have it.
#[native("(self, key, default=None, /)", no_signature)]
fn get(vm: &Vm, this: &Obj<MappingProxy>, key: &Object, default: Option<&Object>) -> Res {
    let default = default.cloned().unwrap_or(Object::none());
    vm.call_method(&this.mapping, "get", &[key.clone(), default])
}

/// D.keys() -> what keys() of the mapping gives
#[native("(self, /)", no_signature)]
fn keys(vm: &Vm, this: &Obj<MappingProxy>) -> Res {
    vm.call_method(&this.mapping, "keys", &[])
}

/// D.values() -> what values() of the mapping gives
#[native("(self, /)", no_signature)]
fn values(vm: &Vm, this: &Obj<MappingProxy>) -> Res {
    vm.call_method(&this.mapping, "values", &[])
}

/// D.items() -> what items() of the mapping gives
#[native("(self, /)", no_signature)]
fn items(vm: &Vm, this: &Obj<MappingProxy>) -> Res {
    vm.call_method(&this.mapping, "items", &[])
}

/// D.copy() -> what copy() of the mapping gives, which can be changed
#[native("(self, /)", no_signature)]
fn copy(vm: &Vm, this: &Obj<MappingProxy>) -> Res {
    vm.call_method(&this.mapping, "copy", &[])
}

/// D.__reversed__() -> what reversed() makes of the mapping
#[native("(self, /)", name = "__reversed__", no_signature)]
fn reversed(vm: &Vm, this: &Obj<MappingProxy>) -> Res {
    vm.call_method(&this.mapping, "__reversed__", &[])
}
