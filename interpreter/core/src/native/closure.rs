//! Functions and methods made of Rust closures: what an embedder registers without a macro.
//!
//! Parameters convert by [`FromObject`]; one whose type is `Option` or `Maybe` may be left out. With a
//! signature they have names, by which arguments may be given too.

use super::convert::ArgInfo;
use super::{FromObject, IntoResult};
use crate::object::{Obj, Object, Payload, Slots, Str, Tuple, TypeSpec};
use crate::vm::{Raised, Res, Vm};
use taipan_macros::getter;

type Body = dyn Fn(&Vm, &Closure, &[Object], Option<&Obj<Tuple>>) -> Res;

/// A function made of a Rust closure.
pub struct Closure {
    name: String,
    doc: String,
    /// As the manual prints it, parentheses included; empty: not known.
    signature: String,
    /// Names of the parameters, in order.
    params: Vec<String>,
    /// Found in a class it binds `self`.
    is_method: bool,
    body: Box<Body>,
}

static CLOSURE: TypeSpec = TypeSpec {
    doc: "A function of the program that embeds the interpreter.",
    slots: Slots {
        call: Some(call_closure),
        repr: Some(closure_repr),
        descr_get: Some(closure_get),
        ..Slots::NONE
    },
    flags: crate::object::type_flags::NO_NEW,
    getsets: crate::getsets![closure_name, closure_qualname, closure_doc, closure_signature],
    fill: Some(|vm, class| class.dict.set_named(vm, "__module__", vm.str("builtins")?)),
    ..TypeSpec::new::<Closure>("native_function")
};

impl Payload for Closure {
    const SPEC: Option<&'static TypeSpec> = Some(&CLOSURE);
}

/// The name.
#[getter(name = "__name__")]
fn closure_name(this: &Obj<Closure>) -> String {
    this.name.clone()
}

/// The name.
#[getter(name = "__qualname__")]
fn closure_qualname(this: &Obj<Closure>) -> String {
    this.name.clone()
}

/// What it does.
#[getter(name = "__doc__")]
fn closure_doc(this: &Obj<Closure>) -> Option<String> {
    (!this.doc.is_empty()).then(|| this.doc.clone())
}

/// How it is called.
#[getter(name = "__text_signature__")]
fn closure_signature(this: &Obj<Closure>) -> Option<String> {
    (!this.signature.is_empty()).then(|| this.signature.clone())
}

fn call_closure(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    match this.downcast::<Closure>() {
        Some(closure) => (closure.body)(vm, closure, args, names),
        None => Err(vm.system_error("call of another type's function")),
    }
}

fn closure_repr(vm: &Vm, this: &Object) -> Res {
    let name = this.downcast::<Closure>().map_or("?", |closure| &closure.name);
    Ok(vm.str(&format!("<built-in function {name}>"))?.into_object())
}

fn closure_get(vm: &Vm, this: &Object, instance: Option<&Object>, _: Option<&Object>) -> Res {
    match (this.downcast::<Closure>(), instance) {
        (Some(closure), Some(instance)) if closure.is_method => {
            vm.bound_method(this.clone(), instance.clone())
        }
        _ => Ok(this.clone()),
    }
}

impl Closure {
    /// A function that sees its arguments as they come: positional ones, then the values of the names.
    pub fn raw(
        name: &str,
        body: impl Fn(&Vm, &[Object], Option<&Obj<Tuple>>) -> Res + 'static,
    ) -> Closure {
        Closure::with_body(name, Box::new(move |vm, _, args, names| body(vm, args, names)))
    }

    /// A function with typed parameters.
    pub fn typed<A>(name: &str, body: impl TypedClosure<A>) -> Closure {
        let body = move |vm: &Vm, this: &Closure, args: &[Object], names: Option<&Obj<Tuple>>| {
            body.call(vm, this, args, names)
        };
        Closure::with_body(name, Box::new(body))
    }

    fn with_body(name: &str, body: Box<Body>) -> Closure {
        Closure {
            name: name.to_owned(),
            doc: String::new(),
            signature: String::new(),
            params: Vec::new(),
            is_method: false,
            body,
        }
    }

    /// What `__doc__` says.
    pub fn doc(mut self, doc: &str) -> Closure {
        doc.clone_into(&mut self.doc);
        self
    }

    /// The parameters as the manual prints them, `(host, port=80)`: names by which they may be given.
    /// Defaults are for the reader: an absent `Option` is None.
    pub fn signature(mut self, signature: &str) -> Closure {
        signature.clone_into(&mut self.signature);
        let inner = signature.trim().trim_start_matches('(').trim_end_matches(')');
        let names = inner.split(',').map(|p| p.split(['=', ':']).next().unwrap_or(p).trim());
        self.params = names
            .filter(|n| !n.is_empty() && !matches!(*n, "/" | "*"))
            .map(str::to_owned)
            .collect();
        self
    }

    /// Bind `self` where it is found in a class.
    pub fn method(mut self) -> Closure {
        self.is_method = true;
        self
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// As a Python object.
    pub fn build(self, vm: &Vm) -> Res {
        Ok(vm.alloc(self)?.into_object())
    }

    /// The argument of each of `N` parameters. `args` are the positional ones, then those of the names.
    pub fn bind<'a, const N: usize>(
        &self,
        vm: &Vm,
        args: &'a [Object],
        names: Option<&Obj<Tuple>>,
    ) -> Res<[Option<&'a Object>; N]> {
        let mut slots = [None; N];
        let names = names.map_or(&[][..], |n| n.as_slice());
        let positional = args.len().saturating_sub(names.len());
        if positional > N {
            return Err(self.wrong_count(vm, N, args.len()));
        }
        for (slot, arg) in slots.iter_mut().zip(&args[..positional]) {
            *slot = Some(arg);
        }
        for (name, value) in names.iter().zip(&args[positional..]) {
            let Some(name) = name.downcast::<Str>() else { continue };
            let at = self.params.iter().position(|p| name.equals(p));
            match at.and_then(|at| slots.get_mut(at)) {
                Some(slot @ None) => *slot = Some(value),
                Some(Some(_)) => {
                    return Err(vm.type_error(format_args!(
                        "{}() got multiple values for argument '{}'",
                        self.name,
                        name.to_str_lossy()
                    )));
                }
                None if self.params.is_empty() => {
                    let name = &self.name;
                    return Err(vm.type_error(format_args!("{name}() takes no keyword arguments")));
                }
                None => {
                    return Err(vm.type_error(format_args!(
                        "'{}' is an invalid keyword argument for {}()",
                        name.to_str_lossy(),
                        self.name
                    )));
                }
            }
        }
        Ok(slots)
    }

    /// Convert the argument of the parameter `i` (from 0).
    pub fn convert<T: FromObject>(
        &self,
        vm: &Vm,
        i: usize,
        arg: Option<&Object>,
        count: (usize, usize),
    ) -> Res<T> {
        match arg {
            Some(arg) => T::from_object(vm, arg, &ArgInfo { index: i + 1, ..ArgInfo::default() }),
            None => T::absent().ok_or_else(|| match self.params.get(i) {
                Some(name) => vm.type_error(format_args!(
                    "{}() missing required argument '{name}' (pos {})",
                    self.name,
                    i + 1
                )),
                None => self.wrong_count(vm, count.0, count.1),
            }),
        }
    }

    #[cold]
    fn wrong_count(&self, vm: &Vm, count: usize, given: usize) -> Raised {
        let plural = if count == 1 { "" } else { "s" };
        vm.type_error(format!(
            "{}() takes exactly {count} argument{plural} ({given} given)",
            self.name
        ))
    }
}

/// A Python function of a closure that sees the arguments as they come: positional ones, then the
/// values of the names.
pub fn raw_function(
    vm: &Vm,
    name: &str,
    body: impl Fn(&Vm, &[Object], Option<&Obj<Tuple>>) -> Res + 'static,
) -> Res {
    Closure::raw(name, body).build(vm)
}

/// A Python function of a closure with typed parameters, all positional:
/// `native::function(vm, "add", |_: &Vm, a: i64, b: i64| a + b)`.
pub fn function<A>(vm: &Vm, name: &str, body: impl TypedClosure<A>) -> Res {
    Closure::typed(name, body).build(vm)
}

/// Implemented for `Fn(&Vm, A, B, ...) -> R` whose parameters own what they hold.
pub trait TypedClosure<A>: 'static {
    fn call(&self, vm: &Vm, this: &Closure, args: &[Object], names: Option<&Obj<Tuple>>) -> Res;
}

macro_rules! typed_closures {
    ($($count:literal: $($T:ident $i:tt)*;)*) => {$(
        impl<F, R, $($T),*> TypedClosure<(R, $($T,)*)> for F
        where
            F: Fn(&Vm, $($T),*) -> R + 'static,
            R: IntoResult,
            $($T: FromObject,)*
        {
            #[allow(unused_variables, reason = "there may be no parameter")]
            #[inline]
            fn call(
                &self,
                vm: &Vm,
                this: &Closure,
                args: &[Object],
                names: Option<&Obj<Tuple>>,
            ) -> Res {
                if names.is_none() && args.len() == $count {
                    return self(vm, $({
                        let info = ArgInfo { index: $i + 1, ..ArgInfo::default() };
                        $T::from_object(vm, &args[$i], &info)?
                    }),*).into_result(vm);
                }
                let slots: [Option<&Object>; $count] = this.bind(vm, args, names)?;
                let count = ($count, args.len());
                self(vm, $(this.convert::<$T>(vm, $i, slots[$i], count)?),*).into_result(vm)
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
