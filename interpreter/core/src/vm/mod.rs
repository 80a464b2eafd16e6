//! The virtual machine: an interpreter (`Interp`), its threads (`Vm`), and what both do.
//!
//! **Invariant:** only the thread that holds the interpreter's lock has a `&Vm` at hand while objects are
//! touched. An exception in flight lies in `Vm::raised`; `Raised` is only the sign that it does.

pub mod alloc;
pub mod attribute;
mod attribute_cache;
pub mod blocking;
pub mod call;
mod calls;
pub mod code;
pub mod compare;
mod dispatch;
pub mod error;
mod execute;
pub mod frame;
pub mod frame_object;
pub(crate) mod function_call;
pub mod gc;
pub mod generator;
pub mod gil;
pub mod host;
pub mod interp;
mod next;
pub mod operate;
pub mod policy;
pub mod protocol;
pub mod raise;
mod run_ops;
mod special;
pub mod start;
pub mod stored;
mod switch;
pub mod thread;
mod trace;
pub mod unwind;
pub mod unwind_groups;

pub use error::Raised;
pub use frame::Vm;
pub use function_call::call_function;
pub use interp::{Interp, Names, Types};

/// What everything that can raise returns.
pub type Res<T = crate::object::Object> = Result<T, Raised>;
