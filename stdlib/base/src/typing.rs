//! The module _typing: the one function that typing has in C.

use crate::support::{Object, native, natives};
use taipan_core::native::ModuleDef;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_typing",
    doc: "A helper of the module typing.",
    functions: natives![idfunc],
    ..ModuleDef::EMPTY
};

/// Give back the argument.
#[native("(x, /)", name = "_idfunc", no_signature)]
fn idfunc(x: &Object) -> Object {
    x.clone()
}
