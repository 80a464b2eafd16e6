//! What objects of ctypes are made of: memory of another object's, which they show as a buffer.
//!
//! The types themselves are Python (`_ctypes` in the library). All memory stays that of a bytearray or another buffer
//! that its memoryview keeps from moving; addresses are numbers that are compared, nothing is read by them.

use taipan_core::native::buffer::BufferView;

use crate::support::*;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_ctypes_memory",
    doc: "Memory of the objects of ctypes.",
    functions: natives![address_of],
    types: &[&SPEC],
    ..ModuleDef::EMPTY
};

/// The payload: a memoryview, unset before `_share`.
struct Memory(Slot);

impl Payload for Memory {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.0);
    }
    fn clear(&self) {
        drop(self.0.take());
    }
}

static SPEC: TypeSpec = TypeSpec {
    doc: "An object that is a view of memory.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF,
    slots: Slots {
        new: Some(<memory_new as NativeConstructor>::new),
        buffer: Some(export),
        ..Slots::NONE
    },
    methods: natives![_share],
    ..TypeSpec::new::<Memory>("_ctypes_memory.Memory")
};

#[native("(cls, *args, **kwargs)", constructor, name = "Memory")]
fn memory_new(vm: &Vm, cls: &Obj<Type>, _args: &[Object], _names: Kwargs) -> Res<Obj<Memory>> {
    vm.alloc_of(cls, Memory(Slot::empty()))
}

fn export(vm: &Vm, this: &Object, flags: u32) -> Res<BufferView> {
    let view = this.downcast::<Memory>().and_then(|memory| memory.0.get());
    let Some(view) = view else { return Err(vm.type_error("there is no memory yet")) };
    match vm.class_of(&view).slots().buffer {
        Some(of_view) => of_view(vm, &view, flags),
        None => Err(vm.type_error("not a memoryview")),
    }
}

/// Show the memory of this memoryview.
#[native("(self, view, /)")]
fn _share(vm: &Vm, this: &Obj<Memory>, view: &Object) -> Res<()> {
    if vm.type_name(view) != "memoryview" {
        return Err(vm.type_error("a memoryview is required"));
    }
    this.0.set(view.clone());
    Ok(())
}

/// Where the bytes of a buffer lie.
#[native("(buffer, /)")]
fn address_of(vm: &Vm, buffer: &Object) -> Res<usize> {
    with_bytes(vm, buffer, |bytes| bytes.as_ptr() as usize)
}
