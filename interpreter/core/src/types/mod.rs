//! The builtin types' methods, one file each, and how native types come to be.

pub mod anext;
pub mod bool;
pub mod builtin;
pub mod bytes;
pub mod cell;
pub mod code;
pub mod codecs;
pub mod complex;
pub mod descriptors;
pub mod dict;
pub mod exceptions;
pub mod float;
pub mod frame;
pub mod function;
pub mod generator;
pub mod generic_alias;
pub mod int;
pub mod iterators;
pub mod list;
pub mod memoryview;
pub mod method;
pub mod module;
pub(crate) mod number;
pub mod object;
pub mod range;
pub(crate) mod sequence;
pub mod set;
pub mod singletons;
pub mod slice;
pub(crate) mod slicing;
pub mod str;
pub mod structseq;
pub mod traceback;
pub mod tuple;
pub mod type_;
pub mod union;
pub mod weakref;

mod make;

pub(crate) use make::{ensure_filled, finish_boot, new_native_type};
