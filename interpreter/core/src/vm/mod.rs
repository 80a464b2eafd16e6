//! The virtual machine: an interpreter (`Interp`), its threads (`Vm`), and what both do.
//!
//! **Invariant:** only the thread that holds the interpreter's lock has a `&Vm` at hand while objects are
//! touched. An exception in flight lies in `Vm::raised`; `Raised` is only the sign that it does.

pub mod alloc;
pub mod attribute;
pub mod call;
pub mod compare;
pub mod error;
pub mod frame;
pub mod gc;
pub mod gil;
pub mod interp;
pub mod operate;
pub mod protocol;
pub mod raise;
pub mod unwind_groups;

pub use error::Raised;
pub use frame::Vm;
pub use interp::{Interp, Names, Types};

/// What everything that can raise returns.
pub type Res<T = crate::object::Object> = Result<T, Raised>;
