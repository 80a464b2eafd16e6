//! Python source to running code: front end, VM, object model, builtin types.

pub mod bytecode;
pub mod text;
