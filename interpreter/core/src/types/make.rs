//! Native types: from static description to type object, and filling its dict on first use.

use crate::object::*;
use crate::vm::{Res, Vm};
use std::any::TypeId;

impl Vm {
    /// The type object of a payload type: a builtin, or made on first use from `T::SPEC`.
    pub fn type_of_payload<T: Payload>(&self) -> Res<Obj<Type>> {
        let id = TypeId::of::<T>();
        if let Some(t) = self.interp().native_type(id) {
            return Ok(t);
        }
        let Some(spec) = T::SPEC else {
            return Err(self.system_error("payload without a type"));
        };
        let t = self.native_type_of(spec)?;
        self.interp().add_native_type(id, t.clone());
        Ok(t)
    }

    /// A new type object from a description (call once for each interpreter; see `type_of_payload`).
    pub fn native_type_of(&self, spec: &'static TypeSpec) -> Res<Obj<Type>> {
        let base = match spec.base {
            Some(f) => f(self),
            None => self.types().object.clone(),
        };
        new_native_type(self, spec, spec.name, &base)
    }
}

/// A native type named `name` (which may differ from the description's) over `base`.
pub(crate) fn new_native_type(vm: &Vm, spec: &'static TypeSpec, name: &str, base: &Obj<Type>) -> Res<Obj<Type>> {
    let short = vm.intern(name.rsplit('.').next().unwrap_or(name));
    let dict = vm.new_dict()?;
    let t = vm.alloc_typed(&vm.types().type_, Type::new_native(vm, spec, short, base, dict), 0)?;
    finish_type(vm, &t)?;
    Ok(t)
}

/// Bases, method resolution order and inherited slots of a complete record.
fn finish_type(vm: &Vm, t: &Obj<Type>) -> Res<()> {
    let mut order = vec![t.clone().into_object()];
    if let Some(base) = t.base.get_as::<Type>() {
        let mut slots = *t.slots();
        slots.inherit(base.slots());
        t.set_slots(slots);
        t.bases.set(vm.tuple(vec![base.clone().into_object()])?.into_object());
        base.add_subclass(t);
        let mut at = Some(base);
        while let Some(b) = at {
            order.push(b.clone().into_object());
            at = b.base.get_as::<Type>();
        }
    } else {
        t.bases.set(vm.tuple(Vec::new())?.into_object());
    }
    t.mro.set(vm.tuple(order)?.into_object());
    Ok(())
}

/// The second half of booting: what needs `vm.types()`.
pub(crate) fn finish_boot(vm: &Vm) -> Res<()> {
    for t in vm.types().all() {
        finish_type(vm, t)?;
        vm.interp().add_native_type(t.layout_id(), t.clone());
    }
    // Layouts shared by several types: the plain one answers for the payload.
    vm.interp().add_native_type(TypeId::of::<Int>(), vm.types().int.clone());
    vm.interp().add_native_type(TypeId::of::<Set>(), vm.types().set.clone());
    vm.interp().add_native_type(TypeId::of::<Empty>(), vm.types().object.clone());
    vm.interp().add_native_type(TypeId::of::<Builtin>(), vm.types().builtin.clone());
    vm.interp().add_native_type(TypeId::of::<Generator>(), vm.types().generator.clone());
    let classes = super::exceptions::make_classes(vm)?;
    vm.interp().set_exceptions(classes);
    crate::builtins::install(vm)
}

/// Put a native type's static tables into its dict, once.
pub(crate) fn ensure_filled(vm: &Vm, t: &Obj<Type>) {
    if t.begin_fill() {
        if let Err(r) = fill(vm, t) {
            drop(vm.take_raised(r));
        }
    }
}

fn fill(vm: &Vm, t: &Obj<Type>) -> Res<()> {
    let Some(spec) = t.spec() else { return Ok(()) };
    for def in spec.methods {
        let f = super::builtin::method(vm, def, t)?;
        t.dict.set_named(vm, def.name, f)?;
    }
    if let Some(f) = spec.fill {
        f(vm, t)?;
    }
    Ok(())
}
