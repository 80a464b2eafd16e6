//! The module `mmap`: files and anonymous memory as objects with the methods of files and of byte strings.
//!
//! | file      | holds                                                          |
//! |-----------|----------------------------------------------------------------|
//! | `object`  | the payload, making and closing one, exports of the buffer     |
//! | `items`   | subscripts, iteration, `in`                                    |
//! | `methods` | reading, writing, searching, resizing                          |
//!
//! **Invariant:** the mapping is closed, moved or resized only while nobody else holds the payload's `source`: a view of
//! the buffer protocol is a clone of that `Rc`, so its count tells.
//!
//! A page that cannot be had (the file was cut) reads as zeros wherever the bytes are looked at, see
//! [`taipan_sys::memory`]; the object's own methods and subscripts then raise OSError.

mod items;
mod methods;
mod object;

use taipan_sys::{consts, memory};

use crate::support::*;

/// The module's table.
pub static MODULE: ModuleDef =
    ModuleDef { name: "mmap", types: &[&object::SPEC], fill: Some(fill), ..ModuleDef::EMPTY };

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    for &(name, value) in consts::MMAP {
        module.set(vm, name, value)?;
    }
    for access in object::Access::ALL {
        module.set(vm, access.name(), access as i32)?;
    }
    module.set(vm, "PAGESIZE", memory::page_size())?;
    module.set(vm, "ALLOCATIONGRANULARITY", memory::page_size())?;
    module.set(vm, "error", vm.types().exception(Exc::OSError))
}
