//! Hash objects: one payload, a class for each algorithm and module.

use super::state::State;
use crate::support::{
    Bytes, Obj, Object, Payload, Res, Slots, Str, Type, TypeSpec, Vm, buffer, getsets, getter,
    native, natives, type_flags,
};
use std::cell::RefCell;

/// A hash being computed.
pub(super) struct Hash {
    pub(super) state: RefCell<State>,
}

impl Payload for Hash {
    const SPEC: Option<&'static TypeSpec> = Some(&HASH);
}

/// The class of `_hashlib`.
pub(super) static HASH: TypeSpec = TypeSpec {
    doc: "The fingerprint of data that is handed over piece by piece.",
    flags: type_flags::NO_NEW | type_flags::BASETYPE,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    ..plain("_hashlib.HASH")
};

/// A class whose objects are made by a function.
pub(super) const fn plain(name: &'static str) -> TypeSpec {
    TypeSpec {
        flags: type_flags::NO_NEW,
        methods: natives![copy, digest, hexdigest, update],
        getsets: getsets![digest_size, block_size, name],
        ..TypeSpec::new::<Hash>(name)
    }
}

/// The same for output of any length.
pub(super) const fn extendable(name: &'static str) -> TypeSpec {
    TypeSpec { methods: natives![copy, xof_digest, xof_hexdigest, update], ..plain(name) }
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let name = this.downcast::<Hash>().map_or("", |h| h.state.borrow().name());
    let class = vm.type_name(this);
    Ok(vm.str(&format!("<{name} {class} object @ {:#x}>", this.id()))?.into_object())
}

/// Classes that were made, by their description.
#[derive(Default)]
struct Classes(RefCell<Vec<(&'static TypeSpec, Obj<Type>)>>);

/// The class of a description; made once for an interpreter.
pub(super) fn class(vm: &Vm, spec: &'static TypeSpec) -> Res<Obj<Type>> {
    let classes = vm.interp().state::<Classes>();
    let known = classes.0.borrow().iter().find(|(s, _)| std::ptr::eq(*s, spec)).cloned();
    if let Some((_, class)) = known {
        return Ok(class);
    }
    let made = vm.type_of_spec(spec)?;
    classes.0.borrow_mut().push((spec, made.clone()));
    Ok(made)
}

/// A new object of a class, with the first data.
pub(super) fn make(
    vm: &Vm,
    class: &Obj<Type>,
    mut state: State,
    data: Option<&Object>,
) -> Res<Obj<Hash>> {
    if let Some(data) = data {
        feed(vm, data, |bytes| state.update(bytes))?;
    }
    vm.alloc_of(class, Hash { state: RefCell::new(state) })
}

/// Hands the bytes of an object over in pieces, between which signals are looked at.
pub(super) fn feed(vm: &Vm, data: &Object, mut update: impl FnMut(&[u8])) -> Res<()> {
    const PIECE: usize = 1 << 20;
    if data.downcast::<Str>().is_some() {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    if let Some(bytes) = data.downcast::<Bytes>() {
        for piece in bytes.as_slice().chunks(PIECE) {
            update(piece);
            vm.poll()?;
        }
        return Ok(());
    }
    if vm.class_of(data).slots().buffer.is_none() {
        return Err(vm.type_error("object supporting the buffer API required"));
    }
    let view = buffer::view(vm, data, buffer::request::SIMPLE)?;
    if view.shape.len() > 1 {
        return Err(vm.buffer_error("Buffer must be single dimension"));
    }
    for at in (0..view.byte_len()).step_by(PIECE) {
        view.with(|bytes| {
            let end = bytes.len().min(at + PIECE);
            update(bytes.get(at..end).unwrap_or(&[]));
        });
        vm.poll()?;
    }
    Ok(())
}

/// Hexadecimal digits of bytes.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS[usize::from(n & 15)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}

/// Another hash that has seen the same data.
#[native("(self, /)")]
fn copy(vm: &Vm, this: &Obj<Hash>) -> Res<Obj<Hash>> {
    let state = this.state.borrow().clone();
    vm.alloc_of(this.class(), Hash { state: RefCell::new(state) })
}

/// The hash of all data so far, as bytes.
#[native("(self, /)")]
fn digest(vm: &Vm, this: &Obj<Hash>) -> Res<Obj<Bytes>> {
    vm.bytes(&this.state.borrow().digest())
}

/// The hash of all data so far, in hexadecimal.
#[native("(self, /)")]
fn hexdigest(this: &Obj<Hash>) -> String {
    hex(&this.state.borrow().digest())
}

fn output(vm: &Vm, this: &Obj<Hash>, length: isize) -> Res<Vec<u8>> {
    if length < 0 {
        return Err(vm.value_error("value must be positive"));
    }
    if length >= 1 << 29 {
        return Err(vm.value_error("length is too large"));
    }
    let mut out = crate::support::zeros(vm, length as usize)?;
    this.state.borrow().fill(&mut out);
    Ok(out)
}

/// The hash of all data so far, as bytes.
#[native("(self, /, length)", name = "digest")]
fn xof_digest(vm: &Vm, this: &Obj<Hash>, length: isize) -> Res<Obj<Bytes>> {
    vm.bytes(&output(vm, this, length)?)
}

/// The hash of all data so far, in hexadecimal.
#[native("(self, /, length)", name = "hexdigest")]
fn xof_hexdigest(vm: &Vm, this: &Obj<Hash>, length: isize) -> Res<String> {
    Ok(hex(&output(vm, this, length)?))
}

/// Take more data in: bytes, or another object with a buffer.
#[native("(self, obj, /)")]
fn update(vm: &Vm, this: &Obj<Hash>, obj: &Object) -> Res<()> {
    feed(vm, obj, |bytes| this.state.borrow_mut().update(bytes))
}

/// The size of the digest in bytes.
#[getter]
pub(super) fn digest_size(this: &Obj<Hash>) -> usize {
    this.state.borrow().digest_size()
}

/// The size of a block in bytes.
#[getter]
pub(super) fn block_size(this: &Obj<Hash>) -> usize {
    this.state.borrow().block_size()
}

/// The algorithm's name.
#[getter]
pub(super) fn name(this: &Obj<Hash>) -> &'static str {
    this.state.borrow().name()
}
