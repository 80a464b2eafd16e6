//! The object model: value word, header, heap, references, the layouts that the VM itself knows.
//!
//! All of `unsafe` that the object model needs is in this folder; what it exports is safe, save for
//! what is marked so. The builtin types' methods are in `types/`.

pub mod bytes;
pub(crate) mod collect;
pub mod dict;
pub mod exception;
pub mod function;
pub mod header;
pub mod heap;
pub mod instance;
pub(crate) mod intern;
pub mod list;
pub mod number;
#[expect(clippy::module_inception, reason = "the reference to an object")]
pub mod object;
#[cfg(test)]
mod sizes;
pub mod str;
pub mod table;
pub mod tuple;
pub mod types;
pub mod value;
pub mod weakref;

pub use bytes::Bytes;
pub use dict::{Dict, Set};
pub use exception::{Exc, Exception, Traceback};
pub use function::{
    BoundMethod, Builtin, CellObject, Code, Function, Generator, GeneratorState, LazyAttribute,
    ListIter, Module, RangeIter, Slice, TupleIter,
};
pub use header::Kind;
pub use heap::{Charge, Heap, NoMemory};
pub use list::List;
pub use number::{Complex, Float, Int};
pub use object::{Dying, Empty, Layout, Obj, Object, Payload, Slot, Visitor};
pub use str::Str;
pub use table::Table;
pub use tuple::Tuple;
pub use types::{BinOp, CmpOp, Shape, Slots, Type, TypeSpec, type_flags};
pub use value::Value;
