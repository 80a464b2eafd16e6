//! The type Struct, and the iterator of iter_unpack.

use super::codes;
use super::format::Format;
use super::{Part, error, pack_bytes, read_all, read_from, write_into};
use crate::support::{
    Bytes, Kwargs, NativeConstructor, NativeDef, NativeFunction, Obj, Object, Payload, Res, Slots,
    Tuple, Type, TypeSpec, Visitor, Vm, call_init, getsets, getter, native, natives, type_flags,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use taipan_core::native::buffer::{self, BufferView, request};

/// The payload of `_struct.Struct`; None: `__init__` was not called.
pub(super) struct Struct(RefCell<Option<Rc<Format>>>);

impl Payload for Struct {
    const SPEC: Option<&'static TypeSpec> = Some(&STRUCT);
}

pub(super) static STRUCT: TypeSpec = TypeSpec {
    doc: "Struct(format) -> an object that packs and unpacks by this format",
    flags: type_flags::BASETYPE | type_flags::WEAKREF,
    slots: Slots {
        new: Some(<struct_new as NativeConstructor>::new),
        init: Some(init_slot),
        ..Slots::NONE
    },
    methods: natives![iter_unpack, pack, pack_into, unpack, unpack_from],
    getsets: getsets![format, size],
    ..TypeSpec::new::<Struct>("_struct.Struct")
};

#[native("(cls, *args, **kwargs)", constructor, name = "Struct")]
fn struct_new(vm: &Vm, cls: &Obj<Type>, _args: &[Object], _kwargs: Kwargs) -> Res<Obj<Struct>> {
    vm.alloc_of(cls, Struct(RefCell::new(None)))
}

fn init_slot(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    static DEF: NativeDef = <init as NativeFunction>::DEF;
    call_init(vm, &DEF, this, args, names)
}

#[native("(self, format)", name = "Struct")]
fn init(vm: &Vm, this: &Obj<Struct>, format: &Object) -> Res<()> {
    let format = Rc::new(Format::compile(vm, format)?);
    *this.0.borrow_mut() = Some(format);
    Ok(())
}

impl Struct {
    fn format(&self, vm: &Vm) -> Res<Rc<Format>> {
        match &*self.0.borrow() {
            Some(format) => Ok(format.clone()),
            None => Err(vm.runtime_error("Struct object is not initialized")),
        }
    }
}

/// the format that the struct was made from
#[getter]
fn format(vm: &Vm, this: &Obj<Struct>) -> Res {
    let format = this.format(vm)?;
    Ok(vm.str(&format.text)?.into_object())
}

/// how many bytes the format describes
#[getter]
fn size(vm: &Vm, this: &Obj<Struct>) -> Res {
    match &*this.0.borrow() {
        Some(format) => vm.int_usize(format.size),
        None => Ok(Object::small(-1)),
    }
}

/// S.pack(v1, v2, ...) -> bytes
#[native("(self, *args)", no_signature)]
fn pack(vm: &Vm, this: &Obj<Struct>, args: &[Object]) -> Res<Obj<Bytes>> {
    pack_bytes(vm, &*this.format(vm)?, args)
}

/// S.pack_into(buffer, offset, v1, v2, ...)
#[native("(self, *args)", no_signature)]
fn pack_into(vm: &Vm, this: &Obj<Struct>, args: &[Object]) -> Res<()> {
    write_into(vm, &*this.format(vm)?, args)
}

/// The values in a buffer of exactly the struct's size, as a tuple.
#[native("(self, buffer, /)")]
fn unpack(vm: &Vm, this: &Obj<Struct>, buffer: &Object) -> Res<Obj<Tuple>> {
    read_all(vm, &*this.format(vm)?, buffer)
}

/// The values in a buffer from the offset on, as a tuple.
#[native("(self, buffer, offset=0)")]
fn unpack_from(vm: &Vm, this: &Obj<Struct>, buffer: &Object, offset: isize) -> Res<Obj<Tuple>> {
    read_from(vm, &*this.format(vm)?, buffer, offset as i64)
}

/// An iterator over a buffer that holds structs one behind the other: a tuple for each.
#[native("(self, buffer, /)")]
fn iter_unpack(vm: &Vm, this: &Obj<Struct>, buffer: &Object) -> Res {
    iterate(vm, this.format(vm)?, buffer)
}

/// The payload of `_struct.unpack_iterator`.
struct Unpacker {
    format: Rc<Format>,
    /// None at the end.
    source: RefCell<Option<Source>>,
    at: Cell<usize>,
}

/// What is unpacked.
enum Source {
    Bytes(Obj<Bytes>),
    View(BufferView),
}

impl Source {
    fn len(&self) -> usize {
        match self {
            Source::Bytes(bytes) => bytes.len(),
            Source::View(view) => view.byte_len(),
        }
    }
}

impl Payload for Unpacker {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&UNPACKER);
    fn traverse(&self, visitor: &mut Visitor) {
        match &*self.source.borrow() {
            Some(Source::Bytes(bytes)) => visitor.visit(bytes.as_object()),
            Some(Source::View(view)) => visitor.visit(&view.owner),
            None => {}
        }
    }
    fn clear(&self) {
        let old = self.source.take();
        drop(old);
    }
}

static UNPACKER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(|_, this| Ok(this.clone())), next: Some(next), ..Slots::NONE },
    methods: natives![length_hint],
    ..TypeSpec::new::<Unpacker>("_struct.unpack_iterator")
};

pub(super) fn iterate(vm: &Vm, format: Rc<Format>, buffer: &Object) -> Res {
    let size = format.size;
    if size == 0 {
        return Err(error(vm, "cannot iteratively unpack with a struct of length 0"));
    }
    let source = match buffer.downcast::<Bytes>() {
        Some(bytes) => Source::Bytes(bytes.clone()),
        None => Source::View(buffer::view(vm, buffer, request::SIMPLE)?),
    };
    if source.len() % size != 0 {
        return Err(error(
            vm,
            format_args!("iterative unpacking requires a buffer of a multiple of {size} bytes"),
        ));
    }
    let unpacker = Unpacker { format, source: RefCell::new(Some(source)), at: Cell::new(0) };
    Ok(vm.alloc(unpacker)?.into_object())
}

fn next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<Unpacker>() else { return Ok(None) };
    let (at, size) = (this.at.get(), this.format.size);
    let source = this.source.borrow();
    let length = match &*source {
        Some(source) => source.len(),
        None => return Ok(None),
    };
    if at + size > length {
        drop(source);
        let old = this.source.take();
        drop(old);
        return Ok(None);
    }
    this.at.set(at + size);
    let values = match &*source {
        Some(Source::Bytes(bytes)) => {
            let bytes = bytes.clone();
            drop(source);
            let part = bytes.as_slice().get(at..at + size).unwrap_or(&[]);
            codes::unpack(vm, &this.format, part)?
        }
        Some(Source::View(view)) => {
            let part = Part::of_view(vm, view, at, size)?;
            drop(source);
            codes::unpack(vm, &this.format, part.as_slice())?
        }
        None => return Ok(None),
    };
    Ok(Some(values.into_object()))
}

/// How many tuples are still to come.
#[native("(self, /)", name = "__length_hint__", no_signature)]
fn length_hint(this: &Obj<Unpacker>) -> usize {
    let length = this.source.borrow().as_ref().map_or(0, Source::len);
    length.saturating_sub(this.at.get()) / this.format.size.max(1)
}
