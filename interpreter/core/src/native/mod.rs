//! How Rust becomes Python: what a native function is, argument binding, conversions, module tables.
//!
//! `#[native]` (crate taipan-macros) turns a Rust function into a [`NativeFunction`]; plain closures
//! become functions through the same traits. Does not know any particular module.

mod bind;
pub mod buffer;
mod class;
mod closure;
mod common;
mod convert;
pub mod errors;
mod extend;
mod kwargs;
mod module;
mod owned;
mod result;
pub(crate) mod wording;

pub use crate::object::{Obj, Object, Tuple, Type};
pub use crate::vm::{Raised, Res, Vm};
pub use crate::{getsets, natives};
pub(crate) use bind::no_receiver;
pub use bind::{bind, misfit, own_arguments, rest, unbound};
pub use class::ClassDef;
pub use closure::{Closure, TypedClosure, function, raw_function};
pub use common::{class_getitem, readonly};
pub use convert::{
    ArgInfo, Buffer, BufferMut, FromArg, FsPath, Maybe, big_integer, fs_path, to_f64,
};
pub use errors::cannot_delete;
pub use extend::{
    builtin, descriptor_of, dict_from_call, dict_merge, guarded_repr, set_word, slice_range, word,
};
pub use kwargs::Kwargs;
pub use module::ModuleDef;
pub use owned::FromObject;
pub use result::{IntoObject, IntoRaised, IntoResult, PyBytes};
pub use wording::unexpected;

/// What a call hands over: positional arguments, then the values of the names.
pub type NativeCall = fn(&Vm, &[Object], Option<&Obj<Tuple>>) -> Res;

/// How a native function is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NativeKind {
    /// Of a module.
    Function,
    /// Of an instance: the first argument is `self`.
    Method,
    /// classmethod: the first argument is the class.
    Class,
    /// staticmethod.
    Static,
    /// `__new__`.
    New,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamKind {
    PositionalOnly,
    PositionalOrKeyword,
    VarArgs,
    KeywordOnly,
    VarKeywords,
}

/// One parameter of a signature.
#[derive(Debug)]
pub struct Param {
    pub name: &'static str,
    pub kind: ParamKind,
    pub has_default: bool,
}

/// A native function as static data.
pub struct NativeDef {
    pub name: &'static str,
    /// As the manual prints it: `(self, backlog=128, /)`; empty: not to be shown.
    pub signature: &'static str,
    pub doc: &'static str,
    pub params: &'static [Param],
    pub call: NativeCall,
    pub kind: NativeKind,
    pub wording: Wording,
    /// It gives a native coroutine, and may run it where it is awaited at once: [`Vm::asked_in_place`].
    pub coroutine: bool,
}

/// In which words a function complains of arguments that do not fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wording {
    /// As the shape of the signature tells.
    Native,
    /// Miscounted arguments as `PyArg_ParseTuple` does.
    ParseTuple,
    /// As a function that is written in Python: by this qualified name, or the one it has if that is empty.
    Python(&'static str),
}

/// What `#[native]` implements for the marker type of a function's name.
pub trait NativeFunction {
    const DEF: NativeDef;
}

/// The `new` slot of a type, as `#[native(..., constructor)]` makes it. `DEF` describes the parameters
/// without the class; its `call` is [`not_a_function`].
pub trait NativeConstructor {
    const DEF: NativeDef;
    fn new(vm: &Vm, cls: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res;
}

/// Stands where a constructor's row has no function.
pub fn not_a_function(vm: &Vm, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    Err(vm.system_error("a constructor was called as a function"))
}

/// What `#[getter]` implements for the marker type of a function's name.
pub trait NativeGetter {
    const NAME: &'static str;
    const DOC: &'static str;
    fn get(vm: &Vm, this: &Object) -> Res;
}

/// What `#[setter]` implements for the marker type of a function's name.
pub trait NativeSetter {
    const NAME: &'static str;
    fn set(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()>;
}

/// A computed attribute as static data.
pub struct GetSetDef {
    pub name: &'static str,
    pub doc: &'static str,
    pub get: fn(&Vm, &Object) -> Res,
    /// None as value deletes.
    pub set: Option<fn(&Vm, &Object, Option<&Object>) -> Res<()>>,
}

/// The methods of a type or the functions of a module, as a table.
#[macro_export]
macro_rules! natives {
    ($($name:ty),* $(,)?) => { &[$(<$name as $crate::native::NativeFunction>::DEF),*] };
}

/// The computed attributes of a type, as a table: `getsets![family, timeout: set_timeout]`.
#[macro_export]
macro_rules! getsets {
    ($($get:ident $(: $set:ident)?),* $(,)?) => {
        &[$($crate::native::GetSetDef {
            name: <$get as $crate::native::NativeGetter>::NAME,
            doc: <$get as $crate::native::NativeGetter>::DOC,
            get: <$get as $crate::native::NativeGetter>::get,
            set: $crate::getsets!(@set $($set)?),
        }),*]
    };
    (@set) => { ::core::option::Option::None };
    (@set $set:ident) => {
        ::core::option::Option::Some(<$set as $crate::native::NativeSetter>::set)
    };
}
