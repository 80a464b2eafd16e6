//! Modules as static tables.

use super::NativeDef;
use crate::object::{Module, Obj, Object, Str, Type, TypeSpec};
use crate::vm::{Res, Vm};
use std::cell::RefCell;
use std::collections::HashMap;

/// A native module as static data; what an interpreter holds of it is made by [`ModuleDef::build`].
pub struct ModuleDef {
    pub name: &'static str,
    pub doc: &'static str,
    pub functions: &'static [NativeDef],
    /// Classes that the module holds under their own names.
    pub types: &'static [&'static TypeSpec],
    /// Constants and whatever else; run last.
    pub fill: Option<fn(&Vm, &Obj<Module>) -> Res<()>>,
}

impl ModuleDef {
    /// For `..ModuleDef::EMPTY`.
    pub const EMPTY: ModuleDef =
        ModuleDef { name: "", doc: "", functions: &[], types: &[], fill: None };

    /// A new module object.
    pub fn build(&'static self, vm: &Vm) -> Res<Obj<Module>> {
        let doc = (!self.doc.is_empty()).then_some(self.doc);
        let module = vm.new_module(self.name, doc)?;
        for def in self.functions {
            let function = crate::types::builtin::function(vm, def, self.name)?;
            module.dict.set_named(vm, def.name, function)?;
        }
        for spec in self.types {
            let class = vm.type_of_spec(spec)?;
            let name = spec.name.rsplit('.').next().unwrap_or(spec.name);
            module.dict.set_named(vm, name, class.into_object())?;
        }
        if let Some(fill) = self.fill {
            fill(vm, &module)?;
        }
        Ok(module)
    }
}

impl Vm {
    /// The type object of a description that has a payload of its own; made once for an interpreter.
    pub fn type_of_spec(&self, spec: &'static TypeSpec) -> Res<Obj<Type>> {
        let id = spec.layout.id;
        if let Some(known) = self.interp().native_type(id, 0) {
            if known.spec().is_some_and(|s| std::ptr::eq(s, spec)) {
                return Ok(known);
            }
            return self.type_of_extension(spec);
        }
        let made = self.native_type_of(spec)?;
        self.interp().add_native_type(id, made.clone());
        Ok(made)
    }

    /// The type of a description that shares its payload with the type it extends.
    fn type_of_extension(&self, spec: &'static TypeSpec) -> Res<Obj<Type>> {
        let known = self.interp().state::<Extensions>();
        let key = std::ptr::from_ref(spec) as usize;
        if let Some(class) = known.0.borrow().get(&key) {
            return Ok(class.clone());
        }
        let made = self.native_type_of(spec)?;
        known.0.borrow_mut().insert(key, made.clone());
        Ok(made)
    }
}

/// Types without a payload of their own, by the address of their description.
#[derive(Default)]
struct Extensions(RefCell<HashMap<usize, Obj<Type>>>);

/// Attribute names of a module by Rust strings.
impl Obj<Module> {
    /// Set an attribute.
    pub fn set(&self, vm: &Vm, name: &str, value: impl super::IntoObject) -> Res<()> {
        let value = value.into_object(vm)?;
        self.dict.set_named(vm, name, value)
    }

    /// An attribute, if set.
    pub fn get(&self, vm: &Vm, name: &str) -> Option<Object> {
        self.dict.get_named(vm, name)
    }

    /// `__name__`.
    pub fn name(&self, vm: &Vm) -> Option<Obj<Str>> {
        self.dict.get_named(vm, "__name__")?.downcast_into().ok()
    }
}
