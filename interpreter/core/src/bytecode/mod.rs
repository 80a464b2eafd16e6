//! The instruction set and what the compiler hands to the VM. Knows no runtime object.

pub mod code;
pub mod disassemble;
mod flow;
pub(crate) mod landing;
pub mod ops;
pub mod stored;
pub mod verify;
