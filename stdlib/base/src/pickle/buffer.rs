//! PickleBuffer: what says that a buffer may travel beside the pickle.

use crate::support::{
    Exc, NativeConstructor, Obj, Object, Payload, Res, Slot, Slots, Type, TypeSpec, Visitor, Vm,
    builtin, native, natives, type_flags,
};
use taipan_core::native::buffer::{BufferView, Dims, Format, request};

/// The payload: a memoryview of the object, unset once released.
pub(super) struct PickleBuffer(Slot);

impl Payload for PickleBuffer {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.0);
    }
    fn clear(&self) {
        drop(self.0.take());
    }
}

/// The type.
pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "A buffer that may be handed over beside the pickle.",
    flags: type_flags::WEAKREF,
    slots: Slots {
        new: Some(<buffer_new as NativeConstructor>::new),
        buffer: Some(export),
        ..Slots::NONE
    },
    methods: natives![raw, release],
    ..TypeSpec::new::<PickleBuffer>("pickle.PickleBuffer")
};

#[native("(cls, object, /)", constructor, name = "PickleBuffer")]
fn buffer_new(vm: &Vm, cls: &Obj<Type>, object: &Object) -> Res<Obj<PickleBuffer>> {
    let view = vm.call(&builtin(vm, "memoryview")?, &[object.clone()])?;
    vm.alloc_of(cls, PickleBuffer(Slot::new(view)))
}

impl PickleBuffer {
    /// The memoryview; ValueError once released.
    pub(super) fn view(&self, vm: &Vm) -> Res {
        self.0
            .get()
            .ok_or_else(|| vm.value_error("operation forbidden on released PickleBuffer object"))
    }
}

fn export(vm: &Vm, this: &Object, flags: u32) -> Res<BufferView> {
    let Some(buffer) = this.downcast::<PickleBuffer>() else {
        return Err(vm.type_error("not a PickleBuffer"));
    };
    let view = buffer.view(vm)?;
    match vm.class_of(&view).slots().buffer {
        Some(of_view) => of_view(vm, &view, flags),
        None => Err(vm.type_error("not a memoryview")),
    }
}

/// A view of the same memory as plain bytes; its items must lie without gaps.
#[native("(self, /)")]
fn raw(vm: &Vm, this: &Obj<PickleBuffer>) -> Res {
    let object = this.view(vm)?;
    let Some(of_view) = vm.class_of(&object).slots().buffer else { return Ok(object) };
    let view = of_view(vm, &object, request::FORMAT | request::ND | request::STRIDES)?;
    let contiguous = vm.truth(&vm.getattr_named(&object, "contiguous")?)?;
    if !contiguous {
        return Err(
            vm.raise_kind(Exc::BufferError, "cannot extract raw buffer from non-contiguous buffer")
        );
    }
    let len = view.byte_len();
    let flat = BufferView {
        format: Format::Known("B"),
        itemsize: 1,
        shape: Dims::one(len),
        strides: Dims::one(1),
        ..view
    };
    taipan_core::types::memoryview::make(vm, flat)
}

/// Let go of the memory.
#[native("(self, /)")]
fn release(this: &Obj<PickleBuffer>) {
    drop(this.0.take());
}
