//! Python source to running code: front end, VM, object model, builtin types.

// The macros' output names this crate as others see it.
extern crate self as taipan_core;

pub mod builtins;
pub mod bytecode;
pub mod compile;
pub mod native;
pub mod object;
mod syntax;
pub mod text;
pub mod types;
pub mod vm;
