//! The builtin type `bytearray`: what it has beyond bytes.
//!
//! **Invariant:** the bytes move or change their number only while nobody else holds `source`: a view
//! of the buffer protocol is a clone of that `Rc`, so its count tells.

use super::tape::Tape;
use super::{This, byte_of, convert, iter, methods};
use crate::native::buffer::{BufferSource, BufferView};
use crate::native::{Maybe, natives};
use crate::object::*;
use crate::text::{TextRef, find, repr, slices};
use crate::types::slicing::{self, Key};
use crate::vm::{Res, Vm};
use std::cell::{Ref, RefCell, RefMut};
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use taipan_macros::native;

/// The bytes, where views can reach them.
#[derive(Default)]
pub(super) struct Source(RefCell<Tape>, Charge);

/// The bytes while they are resized; afterwards the account of them is put right.
pub struct Resizing<'a> {
    tape: RefMut<'a, Tape>,
    charge: &'a Charge,
    heap: &'a Heap,
}

impl Deref for Resizing<'_> {
    type Target = Tape;
    fn deref(&self) -> &Tape {
        &self.tape
    }
}

impl DerefMut for Resizing<'_> {
    fn deref_mut(&mut self) -> &mut Tape {
        &mut self.tape
    }
}

impl Drop for Resizing<'_> {
    fn drop(&mut self) {
        self.charge.keep(self.heap, self.tape.capacity());
    }
}

impl BufferSource for Source {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        f(&self.0.borrow());
    }
    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool {
        match self.0.try_borrow_mut() {
            Ok(mut b) => {
                f(&mut b);
                true
            }
            Err(_) => false,
        }
    }
    fn released(&self) {}
}

/// A bytearray.
#[derive(Default)]
pub struct ByteArray {
    source: Rc<Source>,
}

impl Payload for ByteArray {
    const KIND: Kind = Kind::ByteArray;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

impl ByteArray {
    /// The bytes. No Python may run while they are borrowed.
    pub fn bytes(&self) -> Ref<'_, Tape> {
        self.source.0.borrow()
    }

    /// The bytes, to change but not to resize.
    pub fn bytes_mut(&self) -> RefMut<'_, Tape> {
        self.source.0.borrow_mut()
    }

    /// The bytes, to give them another length: BufferError while there are views, unless it is the same.
    fn resizable_to<'a>(&'a self, vm: &'a Vm, len: usize) -> Res<Resizing<'a>> {
        if len == self.bytes().len() { Ok(self.resizing(vm)) } else { self.resizable(vm) }
    }

    /// The bytes, to resize: BufferError while there are views.
    pub fn resizable<'a>(&'a self, vm: &'a Vm) -> Res<Resizing<'a>> {
        if Rc::strong_count(&self.source) > 1 {
            return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(self.resizing(vm))
    }

    fn resizing<'a>(&'a self, vm: &'a Vm) -> Resizing<'a> {
        let Source(tape, charge) = &*self.source;
        Resizing { tape: tape.borrow_mut(), charge, heap: &vm.interp().heap }
    }
}

/// A new bytearray with a copy of the bytes.
pub(crate) fn from_slice(vm: &Vm, bytes: &[u8]) -> Res {
    super::check_room(vm, bytes.len(), 1)?;
    let copy = crate::text::vec_of(bytes).map_err(|e| vm.text_error(e))?;
    from_vec(vm, copy)
}

/// A new bytearray of these bytes.
pub fn from_vec(vm: &Vm, bytes: Vec<u8>) -> Res {
    let charge = Charge::default();
    charge.set(&vm.interp().heap, bytes.capacity()).map_err(|e| vm.no_memory(e))?;
    let source = Rc::new(Source(RefCell::new(bytes.into()), charge));
    Ok(vm.alloc(ByteArray { source })?.into_object())
}

/// The type `bytearray`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\n\
          bytearray(bytes_or_buffer) -> bytearray\nbytearray(int) -> bytearray\nbytearray() -> bytearray\n\n\
          A sequence of bytes that can be changed.",
    flags: type_flags::BASETYPE | type_flags::MATCH_SELF,
    slots: Slots {
        concat: Some(super::concat),
        iconcat: Some(iconcat),
        repeat: Some(super::repeat),
        irepeat: Some(irepeat),
        rem: Some(super::remainder),
        len: Some(super::len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(super::contains),
        iter: Some(iter::iter),
        repr: Some(array_repr),
        str: Some(array_str),
        richcmp: Some(compare),
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, ByteArray::default())?.into_object())),
        init: Some(init),
        buffer: Some(buffer),
        ..Slots::NONE
    },
    methods: METHODS,
    fill: Some(|vm, class| class.dict.set_named(vm, "__hash__", Object::none())),
    ..TypeSpec::new::<ByteArray>("bytearray")
};

const METHODS: &[crate::native::NativeDef] = natives![
    __alloc__,
    __reduce__,
    __reduce_ex__,
    __sizeof__,
    append,
    methods::capitalize,
    methods::center,
    clear,
    copy,
    methods::count,
    methods::decode,
    methods::endswith,
    methods::expandtabs,
    extend,
    methods::find,
    fromhex,
    methods::hex,
    methods::index,
    insert,
    methods::isalnum,
    methods::isalpha,
    methods::isascii,
    methods::isdigit,
    methods::islower,
    methods::isspace,
    methods::istitle,
    methods::isupper,
    methods::join,
    methods::ljust,
    methods::lower,
    methods::lstrip,
    methods::maketrans,
    methods::partition,
    pop,
    remove,
    methods::replace,
    methods::removeprefix,
    methods::removesuffix,
    reverse,
    methods::rfind,
    methods::rindex,
    methods::rjust,
    methods::rpartition,
    methods::rsplit,
    methods::rstrip,
    methods::split,
    methods::splitlines,
    methods::startswith,
    methods::strip,
    methods::swapcase,
    methods::title,
    methods::translate,
    methods::upper,
    methods::zfill,
];

fn receiver<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<ByteArray>> {
    object.downcast::<ByteArray>().ok_or_else(|| vm.system_error("not a bytearray"))
}

#[cold]
/// `str(bytearray(...))`, which `-b` warns of.
fn array_str(vm: &Vm, this: &Object) -> Res {
    if crate::builtins::sys::warns_of_bytes(vm) {
        vm.warn(Exc::BytesWarning, "str() on a bytearray instance", 1)?;
    }
    array_repr(vm, this)
}

fn array_repr(vm: &Vm, this: &Object) -> Res {
    let shown = repr::bytes(&receiver(vm, this)?.bytes()).map_err(|e| vm.text_error(e))?;
    let class = vm.type_name(this);
    let name = class.rsplit('.').next().unwrap_or(&class);
    let parts = [
        TextRef::Latin1(name.as_bytes()),
        TextRef::Ascii(b"("),
        TextRef::Ascii(&shown),
        TextRef::Ascii(b")"),
    ];
    Ok(vm.text_parts(parts.into_iter())?.into_object())
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let Some(this) = This::of(a) else { return Ok(Object::not_implemented()) };
    let order = match This::of(b) {
        Some(other) => this.with(|x| other.with(|y| x.cmp(y))),
        None if vm.class_of(b).slots().buffer.is_some() => {
            let other = crate::native::buffer::bytes_of(vm, b)?;
            this.with(|x| x.cmp(&other))
        }
        None => {
            let is_str = b.downcast::<Str>().is_some();
            let equality = matches!(op, CmpOp::Eq | CmpOp::Ne);
            if is_str && equality && crate::builtins::sys::warns_of_bytes(vm) {
                vm.warn(Exc::BytesWarning, "Comparison between bytearray and string", 1)?;
            }
            return Ok(Object::not_implemented());
        }
    };
    Ok(Object::bool(op.holds(order)))
}

fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    let mut all = vec![this.clone()];
    all.extend_from_slice(args);
    (<__init__ as crate::native::NativeFunction>::DEF.call)(vm, &all, names).map(drop)
}

#[native("(self, source=b'', encoding='', errors='')", no_signature, name = "bytearray")]
fn __init__(
    vm: &Vm,
    this: &Obj<ByteArray>,
    source: Maybe<&Object>,
    encoding: Maybe<&str>,
    errors: Maybe<&str>,
) -> Res<()> {
    let bytes =
        convert::from_arguments(vm, source.given(), encoding.given(), errors.given(), "bytearray")?;
    drop(this.resizable_to(vm, 0)?); // it is emptied first
    let mut place = this.resizable_to(vm, bytes.len())?;
    *place = bytes.into();
    Ok(())
}

fn buffer(vm: &Vm, object: &Object, _: u32) -> Res<BufferView> {
    let this = receiver(vm, object)?;
    let len = this.bytes().len();
    Ok(super::simple_view(object, this.source.clone(), len, false))
}

fn getitem(vm: &Vm, a: &Object, key: &Object) -> Res {
    super::item(
        vm,
        a,
        key,
        "bytearray indices must be integers or slices, not {}",
        "bytearray index out of range",
    )
}

/// The bytes to put in the place of a slice.
fn replacement(vm: &Vm, value: &Object) -> Res<Vec<u8>> {
    if vm.class_of(value).slots().buffer.is_some() {
        return crate::native::buffer::bytes_of(vm, value);
    }
    let slots = vm.class_of(value).slots();
    if value.downcast::<Str>().is_some()
        || super::is_index(vm, value)
        || (slots.iter.is_none() && slots.getitem.is_none())
    {
        return Err(
            vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)")
        );
    }
    convert::from_object(vm, value, "bytearray")
}

fn setitem(vm: &Vm, object: &Object, key: &Object, value: Option<&Object>) -> Res<()> {
    let this = receiver(vm, object)?;
    let bounds =
        match slicing::key(vm, key, "bytearray indices must be integers or slices, not {}")? {
            Key::Index(i) => return set_index(vm, this, i, value),
            Key::Slice(bounds) => bounds,
        };
    let new = value.map_or(Ok(Vec::new()), |v| replacement(vm, v))?;
    let slice = bounds.fit(this.bytes().len());
    if slice.step == 1 {
        let from = slice.start.max(0) as usize;
        let to = from + slice.count;
        if new.len() == slice.count {
            if let Some(place) = this.bytes_mut().get_mut(from..to) {
                place.copy_from_slice(&new);
            }
            return Ok(());
        }
        let mut bytes = this.resizable(vm)?;
        if new.is_empty() && from == 0 {
            bytes.skip(to);
            return Ok(());
        }
        let bytes = bytes.vec();
        super::convert::room(vm, bytes, new.len())?;
        bytes.splice(from..to, new);
        return Ok(());
    }
    if new.is_empty() {
        // Nothing in the place of the slice is deleting it, whatever its step.
        let mut bytes = this.resizable(vm)?;
        let mut gone = slice.ascending().indices().peekable();
        let mut at = 0;
        bytes.vec().retain(|_| {
            let keep = gone.next_if_eq(&at).is_none();
            at += 1;
            keep
        });
        return Ok(());
    }
    if new.len() != slice.count {
        return Err(vm.value_error(format_args!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            new.len(),
            slice.count
        )));
    }
    let mut bytes = this.bytes_mut();
    for (i, b) in slice.indices().zip(new) {
        if let Some(place) = bytes.get_mut(i) {
            *place = b;
        }
    }
    Ok(())
}

fn set_index(vm: &Vm, this: &Obj<ByteArray>, i: i64, value: Option<&Object>) -> Res<()> {
    let range = || vm.index_error("bytearray index out of range");
    let at = slices::index(i, this.bytes().len()).ok_or_else(range)?;
    let Some(value) = value else {
        this.resizable(vm)?.vec().remove(at);
        return Ok(());
    };
    let byte = byte_of(vm, value)?;
    // `__index__` may have changed the length.
    match this.bytes_mut().get_mut(at) {
        Some(place) => {
            *place = byte;
            Ok(())
        }
        None => Err(range()),
    }
}

fn iconcat(vm: &Vm, a: &Object, b: &Object) -> Res {
    let this = receiver(vm, a)?;
    if vm.class_of(b).slots().buffer.is_none() {
        return Err(vm.type_error(format_args!(
            "can't concat {} to {}",
            vm.type_name(b),
            vm.type_name(a)
        )));
    }
    let more = crate::native::buffer::bytes_of(vm, b)?;
    if a.is(b) && !more.is_empty() {
        // CPython holds a view of the right operand here, which is this very object.
        return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
    }
    let len = this.bytes().len() + more.len();
    let mut bytes = this.resizable_to(vm, len)?;
    super::convert::room(vm, bytes.end(), more.len())?;
    bytes.end().extend_from_slice(&more);
    Ok(a.clone())
}

fn irepeat(vm: &Vm, a: &Object, n: i64) -> Res {
    let this = receiver(vm, a)?;
    let n = usize::try_from(n).unwrap_or(0);
    super::check_room(vm, this.bytes().len(), n)?;
    let many = crate::text::shape::repeat(&this.bytes(), n).map_err(|e| vm.text_error(e))?;
    let mut place = this.resizable_to(vm, many.len())?;
    *place = many.into();
    Ok(a.clone())
}

/// Return how many bytes are allocated.
#[native("(self, /)", no_signature)]
fn __alloc__(this: &Obj<ByteArray>) -> usize {
    match this.bytes().capacity() {
        0 => 0,
        n => n + 1,
    }
}

/// How many bytes of memory it takes.
#[native("(self, /)")]
fn __sizeof__(this: &Obj<ByteArray>) -> usize {
    let capacity = this.bytes().capacity();
    56 + if capacity == 0 { 0 } else { capacity + 1 }
}

fn reduced(vm: &Vm, this: &Obj<ByteArray>, text: bool) -> Res {
    let state = crate::types::reduce::state(vm, this.as_object(), false)?;
    let bytes = crate::text::vec_of(&this.bytes()).map_err(|e| vm.text_error(e))?;
    let args = if text {
        let latin = crate::text::Text::from_latin1(&bytes).map_err(|e| vm.text_error(e))?;
        vec![vm.text_owned(latin)?.into_object(), vm.str("latin-1")?.into_object()]
    } else if bytes.is_empty() {
        Vec::new()
    } else {
        vec![vm.bytes(&bytes)?.into_object()]
    };
    let class = vm.class_of(this.as_object()).clone().into_object();
    Ok(vm.tuple(vec![class, vm.tuple(args)?.into_object(), state])?.into_object())
}

/// Return what pickle needs.
#[native("(self, /)")]
fn __reduce__(vm: &Vm, this: &Obj<ByteArray>) -> Res {
    reduced(vm, this, true)
}

/// Return what pickle needs under a protocol.
#[native("(self, proto=0, /)")]
fn __reduce_ex__(vm: &Vm, this: &Obj<ByteArray>, proto: i32) -> Res {
    reduced(vm, this, proto < 3)
}

/// Put one byte at the end.
#[native("(self, item, /)")]
fn append(vm: &Vm, this: &Obj<ByteArray>, item: &Object) -> Res<()> {
    let byte = byte_of(vm, item)?;
    let mut bytes = this.resizable(vm)?;
    super::convert::room(vm, bytes.end(), 1)?;
    bytes.end().push(byte);
    Ok(())
}

/// Put the bytes of a buffer or of an iterable of ints at the end.
#[native("(self, iterable_of_ints, /)")]
fn extend(vm: &Vm, this: &Obj<ByteArray>, iterable_of_ints: &Object) -> Res<()> {
    let slots = vm.class_of(iterable_of_ints).slots();
    if slots.buffer.is_none() && slots.iter.is_none() && slots.getitem.is_none() {
        return Err(vm.type_error(format_args!(
            "can't extend bytearray with {}",
            vm.type_name(iterable_of_ints)
        )));
    }
    let more = convert::from_object(vm, iterable_of_ints, "bytearray")?;
    let len = this.bytes().len() + more.len();
    let mut bytes = this.resizable_to(vm, len)?;
    super::convert::room(vm, bytes.end(), more.len())?;
    bytes.end().extend_from_slice(&more);
    Ok(())
}

/// Put one byte before the given index.
#[native("(self, index, item, /)")]
fn insert(vm: &Vm, this: &Obj<ByteArray>, index: isize, item: &Object) -> Res<()> {
    let byte = byte_of(vm, item)?;
    let mut bytes = this.resizable(vm)?;
    let bytes = bytes.vec();
    super::convert::room(vm, bytes, 1)?;
    let len = bytes.len() as isize;
    let at = if index < 0 { index.saturating_add(len).max(0) } else { index.min(len) };
    bytes.insert(at as usize, byte);
    Ok(())
}

/// Remove the byte at the given index (the last one by default) and return it.
#[native("(self, index=-1, /)")]
fn pop(vm: &Vm, this: &Obj<ByteArray>, index: isize) -> Res<u8> {
    let len = this.bytes().len();
    if len == 0 {
        return Err(vm.index_error("pop from empty bytearray"));
    }
    let Some(at) = slices::index(index as i64, len) else {
        return Err(vm.index_error("pop index out of range"));
    };
    Ok(this.resizable(vm)?.vec().remove(at))
}

/// Remove the first such byte.
#[native("(self, value, /)")]
fn remove(vm: &Vm, this: &Obj<ByteArray>, value: &Object) -> Res<()> {
    let byte = byte_of(vm, value)?;
    let at = find::find(&this.bytes(), &[byte]);
    let Some(at) = at else {
        return Err(vm.value_error("value not found in bytearray"));
    };
    this.resizable(vm)?.vec().remove(at);
    Ok(())
}

/// Turn the bytes round: the last becomes the first.
#[native("(self, /)")]
fn reverse(this: &Obj<ByteArray>) {
    this.bytes_mut().reverse();
}

/// Remove all bytes.
#[native("(self, /)")]
fn clear(vm: &Vm, this: &Obj<ByteArray>) -> Res<()> {
    *this.resizable_to(vm, 0)? = Tape::default();
    Ok(())
}

/// Another one of the same bytes.
#[native("(self, /)")]
fn copy(vm: &Vm, this: &Obj<ByteArray>) -> Res {
    from_slice(vm, &this.bytes())
}

/// Make a bytearray of text with two hexadecimal digits for each byte.
#[native("(cls, string, /)", classmethod)]
fn fromhex(vm: &Vm, class: &Obj<Type>, string: &Obj<Str>) -> Res {
    let bytes = convert::from_hex(vm, string)?;
    vm.call(class.as_object(), &[vm.bytes(&bytes)?.into_object()])
}
