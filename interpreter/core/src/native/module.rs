//! Modules as static tables, and functions made of closures.

use super::convert::{ArgInfo, FromArg};
use super::{IntoResult, NativeDef};
use crate::object::{Module, Obj, Object, Payload, Slots, Str, Tuple, Type, TypeSpec};
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
        if let Some(known) = self.interp().native_type(id) {
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

type Body = dyn Fn(&Vm, &[Object], Option<&Obj<Tuple>>) -> Res;

/// A function made of a Rust closure.
pub struct Closure {
    name: String,
    body: Box<Body>,
}

static CLOSURE: TypeSpec = TypeSpec {
    doc: "A function of the program that embeds the interpreter.",
    slots: Slots { call: Some(call_closure), repr: Some(closure_repr), ..Slots::NONE },
    flags: crate::object::type_flags::NO_NEW,
    fill: Some(|vm, class| class.dict.set_named(vm, "__module__", vm.str("builtins")?)),
    ..TypeSpec::new::<Closure>("native_function")
};

impl Payload for Closure {
    const SPEC: Option<&'static TypeSpec> = Some(&CLOSURE);
}

fn call_closure(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    match this.downcast::<Closure>() {
        Some(closure) => (closure.body)(vm, args, names),
        None => Err(vm.system_error("call of another type's function")),
    }
}

fn closure_repr(vm: &Vm, this: &Object) -> Res {
    let name = this.downcast::<Closure>().map_or("?", |closure| &closure.name);
    Ok(vm.str(&format!("<built-in function {name}>"))?.into_object())
}

/// A Python function of a closure that sees the arguments as they come: positional ones, then the
/// values of the names.
pub fn raw_function(
    vm: &Vm,
    name: &str,
    body: impl Fn(&Vm, &[Object], Option<&Obj<Tuple>>) -> Res + 'static,
) -> Res {
    let closure = Closure { name: name.to_owned(), body: Box::new(body) };
    Ok(vm.alloc(closure)?.into_object())
}

/// A Python function of a closure with typed parameters, all positional:
/// `native::function(vm, "add", |_: &Vm, a: i64, b: i64| a + b)`.
pub fn function<A>(vm: &Vm, name: &str, body: impl TypedClosure<A>) -> Res {
    let shown = name.to_owned();
    raw_function(vm, name, move |vm, args, names| {
        if names.is_some_and(|n| !n.is_empty()) {
            return Err(vm.type_error(format_args!("{shown}() takes no keyword arguments")));
        }
        body.call(vm, &shown, args)
    })
}

/// Implemented for `Fn(&Vm, A, B, ...) -> R` whose parameters own what they hold.
pub trait TypedClosure<A>: 'static {
    fn call(&self, vm: &Vm, name: &str, args: &[Object]) -> Res;
}

macro_rules! typed_closures {
    ($($count:literal: $($T:ident $i:literal)*;)*) => {$(
        impl<F, R, $($T),*> TypedClosure<(R, $($T,)*)> for F
        where
            F: Fn(&Vm, $($T),*) -> R + 'static,
            R: IntoResult,
            $($T: for<'a> FromArg<'a, Holder = ()>,)*
        {
            fn call(&self, vm: &Vm, name: &str, args: &[Object]) -> Res {
                if args.len() != $count {
                    let plural = if $count == 1 { "" } else { "s" };
                    return Err(vm.type_error(format!(
                        "{name}() takes exactly {} argument{plural} ({} given)",
                        $count,
                        args.len()
                    )));
                }
                self(vm, $({
                    let info = ArgInfo { index: $i + 1, ..ArgInfo::default() };
                    $T::from_arg(vm, &args[$i], &mut (), &info)?
                }),*).into_result(vm)
            }
        }
    )*};
}
typed_closures! {
    0: ;
    1: A 0;
    2: A 0 B 1;
    3: A 0 B 1 C 2;
    4: A 0 B 1 C 2 D 3;
    5: A 0 B 1 C 2 D 3 E 4;
    6: A 0 B 1 C 2 D 3 E 4 G 5;
}

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
