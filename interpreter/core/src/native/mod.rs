//! How Rust becomes Python: what a native function is, argument binding, conversions, module tables.
//!
//! `#[native]` (crate taipan-macros) turns a Rust function into a [`NativeFunction`]; plain closures
//! become functions through the same traits. Does not know any particular module.

pub mod buffer;

pub use crate::object::{Obj, Object, Tuple, Type};
pub use crate::vm::{Raised, Res, Vm};

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
    pub default_text: &'static str,
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
}

/// What `#[native]` implements for the marker type of a function's name.
pub trait NativeFunction {
    const DEF: NativeDef;
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
    ($($name:ident),* $(,)?) => { &[$(<$name as $crate::native::NativeFunction>::DEF),*] };
}
