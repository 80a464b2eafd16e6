//! Classes with native methods that are open as those of Python are: programs put other methods into them.
//!
//! A [`TypeSpec`](crate::object::TypeSpec) describes a closed type, whose instances have a Rust payload; an instance
//! of a class that is made here has nothing but attributes. Its methods take `self` as any object.

use super::NativeDef;
use crate::object::{Dict, Obj, Type};
use crate::types::builtin;
use crate::types::type_::{new_class, set_in_dict};
use crate::vm::{Res, Vm};

/// An open class as static data.
pub struct ClassDef {
    /// Qualified as `module.Name`.
    pub name: &'static str,
    pub doc: &'static str,
    pub methods: &'static [NativeDef],
    /// How many attributes of their own its instances have, at most.
    pub attributes: u32,
    /// Attributes of the class that are no methods.
    pub fill: Option<fn(&Vm, &Obj<Dict>) -> Res<()>>,
}

impl ClassDef {
    /// For `..ClassDef::EMPTY`.
    pub const EMPTY: ClassDef =
        ClassDef { name: "", doc: "", methods: &[], attributes: 0, fill: None };

    /// A new class, derived from `base` or from object.
    pub fn build(&'static self, vm: &Vm, base: Option<&Obj<Type>>) -> Res<Obj<Type>> {
        let (module, name) = self.name.rsplit_once('.').unwrap_or(("builtins", self.name));
        let namespace = vm.new_dict()?;
        namespace.set_named(vm, "__module__", vm.str(module)?)?;
        if !self.doc.is_empty() {
            namespace.set_named(vm, "__doc__", vm.str(self.doc)?)?;
        }
        if let Some(fill) = self.fill {
            fill(vm, &namespace)?;
        }
        let bases = vm.tuple(base.iter().map(|base| base.as_object().clone()).collect())?;
        vm.interp().attribute_hint.set(Some(self.attributes));
        let meta = vm.types().type_.clone();
        let class = new_class(vm, &meta, &vm.intern(name), &bases, &namespace, &[])?;
        for def in self.methods {
            let method = builtin::method(vm, def, &class)?;
            set_in_dict(vm, &class, &vm.intern(def.name), Some(&method))?;
        }
        Ok(class)
    }
}
