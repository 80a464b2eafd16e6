//! The builtin types `bytes` and `bytearray`: descriptions, slots, constructors.
//!
//! Methods that both have are in `methods`, written once over [`This`]; what only bytearray has is in
//! `array`. No borrow of a bytearray's bytes is held while Python may run.

pub(crate) mod array;
pub(crate) mod convert;
mod iter;
mod methods;
mod tape;

pub(crate) use methods::to_hex;

use crate::native::buffer::{self, BufferSource, BufferView, request, view};
use crate::native::{ArgInfo, Buffer, FromArg, Maybe, natives};
use crate::object::*;
use crate::text::{find, repr, slices};
use crate::types::slicing::{self, Key};
use crate::types::str::percent;
use crate::vm::error::Stops;
use crate::vm::{Res, Vm};
pub use array::ByteArray;
use std::rc::Rc;
use taipan_macros::native;

/// The type `bytes`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n\
          bytes(bytes_or_buffer) -> bytes\nbytes(int) -> bytes\nbytes() -> bytes\n\n\
          An immutable sequence of bytes: of the given ints, of encoded text, of what a buffer holds, or\n\
          as many zeros as an int says.",
    flags: type_flags::BASETYPE | type_flags::BYTES | type_flags::MATCH_SELF,
    slots: Slots {
        concat: Some(concat),
        repeat: Some(repeat),
        rem: Some(remainder),
        len: Some(len),
        getitem: Some(getitem),
        contains: Some(contains),
        iter: Some(iter::iter),
        repr: Some(bytes_repr),
        str: Some(bytes_str),
        hash: Some(hash),
        richcmp: Some(compare),
        new: Some(<new as crate::native::NativeConstructor>::new),
        buffer: Some(buffer),
        ..Slots::NONE
    },
    methods: METHODS,
    ..TypeSpec::new::<Bytes>("bytes")
};

const METHODS: &[crate::native::NativeDef] = natives![
    __getnewargs__,
    __bytes__,
    methods::capitalize,
    methods::center,
    methods::count,
    methods::decode,
    methods::endswith,
    methods::expandtabs,
    methods::find,
    fromhex,
    methods::hex,
    methods::index,
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
    methods::replace,
    methods::removeprefix,
    methods::removesuffix,
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

/// A receiver: bytes or bytearray.
#[derive(Clone, Copy)]
pub(crate) enum This<'a> {
    Bytes(&'a Obj<Bytes>),
    Array(&'a Obj<ByteArray>),
}

impl<'a> This<'a> {
    pub(crate) fn of(object: &'a Object) -> Option<This<'a>> {
        match object.downcast::<Bytes>() {
            Some(b) => Some(This::Bytes(b)),
            None => object.downcast::<ByteArray>().map(This::Array),
        }
    }

    /// Look at the bytes. No Python may run inside of `f`.
    #[inline]
    pub(crate) fn with<R>(self, f: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            This::Bytes(b) => f(b.as_slice()),
            This::Array(a) => f(&a.bytes()),
        }
    }

    /// New bytes of the receiver's kind.
    pub(crate) fn make(self, vm: &Vm, bytes: &[u8]) -> Res {
        match self {
            This::Bytes(_) => Ok(vm.bytes(bytes)?.into_object()),
            This::Array(_) => array::from_slice(vm, bytes),
        }
    }

    /// The whole of the receiver as a result: exact bytes are themselves.
    pub(crate) fn whole(self, vm: &Vm) -> Res {
        match self {
            This::Bytes(b) if b.as_object().is_kind(Kind::Bytes) => Ok(b.as_object().clone()),
            _ => self.with(|b| self.make(vm, b)),
        }
    }

    pub(crate) fn len(self) -> usize {
        self.with(<[u8]>::len)
    }
}

impl<'a> FromArg<'a> for This<'a> {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        This::of(object).ok_or_else(|| {
            vm.type_error(format_args!(
                "descriptor '{}' for 'bytes' objects doesn't apply to a '{}' object",
                info.function,
                vm.type_name(object)
            ))
        })
    }
}

/// Look at the bytes of a bytes or bytearray; `None` for anything else.
pub(crate) fn slice_of<R>(object: &Object, f: impl FnOnce(&[u8]) -> R) -> Option<R> {
    This::of(object).map(|t| t.with(f))
}

pub(super) fn len(_: &Vm, this: &Object) -> Res<usize> {
    Ok(slice_of(this, <[u8]>::len).unwrap_or(0))
}

fn bytes_repr(vm: &Vm, this: &Object) -> Res {
    let shown = slice_of(this, repr::bytes).unwrap_or(Ok(Vec::new()));
    let shown = shown.map_err(|e| vm.text_error(e))?;
    Ok(vm.text(crate::text::TextRef::Ascii(&shown))?.into_object())
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    let Some(b) = this.downcast::<Bytes>() else { return Ok(0) };
    if b.hash.get() == -1 {
        b.hash.set(vm.interp().hash_key.hash_bytes(b.as_slice()));
    }
    Ok(b.hash.get())
}

/// `str(b'...')`, which `-b` warns of.
fn bytes_str(vm: &Vm, this: &Object) -> Res {
    if crate::builtins::sys::warns_of_bytes(vm) {
        vm.warn(Exc::BytesWarning, "str() on a bytes instance", 1)?;
    }
    bytes_repr(vm, this)
}

/// With `-b`, warn of bytes that are compared with something else.
#[cold]
fn warn_of_other(vm: &Vm, other: &Object, op: CmpOp) -> Res<()> {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) || !crate::builtins::sys::warns_of_bytes(vm) {
        return Ok(());
    }
    if other.downcast::<Str>().is_some() {
        vm.warn(Exc::BytesWarning, "Comparison between bytes and string", 1)
    } else if vm.class_of(other).is_subtype(&vm.types().int) {
        vm.warn(Exc::BytesWarning, "Comparison between bytes and int", 1)
    } else {
        Ok(())
    }
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<Bytes>(), b.downcast::<Bytes>()) else {
        warn_of_other(vm, b, op)?;
        return Ok(Object::not_implemented());
    };
    Ok(Object::bool(match op {
        CmpOp::Eq => x.as_slice() == y.as_slice(),
        CmpOp::Ne => x.as_slice() != y.as_slice(),
        _ => op.holds(x.as_slice().cmp(y.as_slice())),
    }))
}

/// `a + b`; the result is of the kind of `a`.
pub(super) fn concat(vm: &Vm, a: &Object, b: &Object) -> Res {
    let Some(this) = This::of(a) else { return Ok(Object::not_implemented()) };
    let joined = match This::of(b) {
        Some(other) if matches!(this, This::Bytes(_)) => {
            let joined = this.with(|x| other.with(|y| vm.bytes_of_two(x, y)));
            return Ok(joined?.into_object());
        }
        Some(other) => this.with(|x| other.with(|y| both(x, y))),
        None if vm.class_of(b).slots().buffer.is_some() => {
            let other = crate::native::buffer::bytes_of(vm, b)?;
            this.with(|x| both(x, &other))
        }
        None => {
            return Err(vm.type_error(format_args!(
                "can't concat {} to {}",
                vm.type_name(b),
                vm.type_name(a)
            )));
        }
    };
    let joined = joined.map_err(|e| vm.text_error(e))?;
    this.make(vm, &joined)
}

fn both(x: &[u8], y: &[u8]) -> crate::text::TextResult<Vec<u8>> {
    let mut out = crate::text::vec_with(x.len().saturating_add(y.len()))?;
    out.extend_from_slice(x);
    out.extend_from_slice(y);
    Ok(out)
}

pub(super) fn repeat(vm: &Vm, a: &Object, n: i64) -> Res {
    let Some(this) = This::of(a) else { return Ok(Object::not_implemented()) };
    let n = usize::try_from(n).unwrap_or(0);
    if n == 1 {
        return this.whole(vm);
    }
    if this.len().checked_mul(n).is_none_or(|size| size > isize::MAX as usize) {
        return Err(match this {
            This::Bytes(_) => vm.overflow_error("repeated bytes are too long"),
            This::Array(_) => vm.no_memory(NoMemory),
        });
    }
    if let This::Bytes(bytes) = this {
        return Ok(vm.bytes_repeated(bytes.as_slice(), n)?.into_object());
    }
    check_room(vm, this.len(), n)?;
    let many = this.with(|b| crate::text::shape::repeat(b, n)).map_err(|e| vm.text_error(e))?;
    this.make(vm, &many)
}

/// MemoryError beyond the interpreter's limit, for what is made outside of its heap first.
pub(super) fn check_room(vm: &Vm, len: usize, times: usize) -> Res<()> {
    let bytes = len.saturating_mul(times);
    if vm.interp().heap.has_room(bytes) { Ok(()) } else { Err(vm.no_memory(NoMemory)) }
}

pub(super) fn remainder(vm: &Vm, a: &Object, b: &Object) -> Res {
    let Some(this) = This::of(a) else { return Ok(Object::not_implemented()) };
    let out = match this {
        This::Bytes(template) => return percent::format_bytes(vm, template.as_slice(), b),
        // A value's methods may change it.
        This::Array(_) => {
            let template = this.with(crate::text::vec_of).map_err(|e| vm.text_error(e))?;
            percent::bytes_formatted(vm, &template, b)?
        }
    };
    this.make(vm, &out)
}

fn getitem(vm: &Vm, a: &Object, key: &Object) -> Res {
    item(vm, a, key, "byte indices must be integers or slices, not {}", "index out of range")
}

/// `a[key]` with each type's words.
pub(super) fn item(vm: &Vm, a: &Object, key: &Object, kind: &str, range: &str) -> Res {
    let Some(this) = This::of(a) else { return Ok(Object::not_implemented()) };
    let slice = match slicing::key(vm, key, kind)? {
        Key::Index(i) => {
            let byte = this.with(|b| slices::index(i, b.len()).and_then(|i| b.get(i).copied()));
            let Some(byte) = byte else { return Err(vm.index_error(range)) };
            return Ok(Object::small(i32::from(byte)));
        }
        Key::Slice(bounds) => bounds.fit(this.len()),
    };
    if slice.step == 1 || slice.count <= 1 {
        let from = slice.start.max(0) as usize;
        if slice.count == this.len() {
            return this.whole(vm);
        }
        return this.with(|b| this.make(vm, b.get(from..from + slice.count).unwrap_or_default()));
    }
    let picked = this.with(|b| {
        let mut out = crate::text::vec_with(slice.count)?;
        out.extend(slice.indices().filter_map(|i| b.get(i).copied()));
        Ok(out)
    });
    let picked = picked.map_err(|e| vm.text_error(e))?;
    this.make(vm, &picked)
}

/// A byte given as an int.
pub(crate) fn byte_of(vm: &Vm, n: &Object) -> Res<u8> {
    let n = vm.index(n)?;
    let byte = vm.as_i64(&n).and_then(|n| u8::try_from(n).ok());
    byte.ok_or_else(|| vm.value_error("byte must be in range(0, 256)"))
}

/// Whether the object can be used as an int.
pub(crate) fn is_index(vm: &Vm, object: &Object) -> bool {
    let class = vm.class_of(object);
    class.has(type_flags::INT) || class.slots().index.is_some()
}

pub(super) fn contains(vm: &Vm, a: &Object, b: &Object) -> Res<bool> {
    let Some(this) = This::of(a) else { return Ok(false) };
    if is_index(vm, b) && This::of(b).is_none() {
        let byte = byte_of(vm, b)?;
        return Ok(this.with(|s| memchr::memchr(byte, s).is_some()));
    }
    let needle = buffer_of(vm, b)?;
    let found = needle.with(|n| this.with(|s| find::find_long(&Stops(vm), s, n)));
    Ok(found.map_err(|e| vm.text_error(e))?.is_some())
}

/// The bytes of any bytes-like object, lent.
pub(crate) fn buffer_of<'a>(vm: &Vm, object: &'a Object) -> Res<Buffer<'a>> {
    match object.downcast::<Bytes>() {
        Some(b) => Ok(Buffer::Bytes(b.as_slice())),
        None => view(vm, object, request::SIMPLE).map(Buffer::View),
    }
}

/// A bytes object as the source of a buffer.
struct Exported(Obj<Bytes>);

impl BufferSource for Exported {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        f(self.0.as_slice());
    }
    fn with_bytes_mut(&self, _: &mut dyn FnMut(&mut [u8])) -> bool {
        false
    }
    fn released(&self) {}
}

fn buffer(vm: &Vm, this: &Object, flags: u32) -> Res<BufferView> {
    let Some(b) = this.downcast::<Bytes>() else {
        return Err(vm.system_error("buffer of no bytes"));
    };
    if flags & request::WRITABLE != 0 {
        return Err(vm.buffer_error("Object is not writable."));
    }
    Ok(simple_view(this, Rc::new(Exported(b.clone())), b.len(), true))
}

/// A view of `len` plain bytes.
pub(super) fn simple_view(
    owner: &Object,
    source: Rc<dyn BufferSource>,
    len: usize,
    readonly: bool,
) -> BufferView {
    BufferView {
        owner: owner.clone(),
        source,
        readonly,
        format: buffer::Format::Known("B"),
        itemsize: 1,
        shape: buffer::Dims::one(len),
        strides: buffer::Dims::one(1),
        offset: 0,
    }
}

#[native("(cls, source=b'', encoding='', errors='')", constructor, name = "bytes", no_signature)]
fn new(
    vm: &Vm,
    class: &Obj<Type>,
    source: Maybe<&Object>,
    encoding: Maybe<&str>,
    errors: Maybe<&str>,
) -> Res {
    let (source, exact) = (source.given(), class.is(&vm.types().bytes));
    if let (Some(o), true, true, true) = (source, exact, encoding.is_absent(), errors.is_absent())
        && o.is_kind(Kind::Bytes)
    {
        return Ok(o.clone());
    }
    if let (Some(o), true, true, true) = (source, exact, encoding.is_absent(), errors.is_absent())
        && o.is_kind(Kind::ByteArray)
        && let Some(array) = This::of(o)
    {
        return Ok(array.with(|b| vm.bytes(b))?.into_object());
    }
    if let (Some(o), true, true) = (source, encoding.is_absent(), errors.is_absent())
        && let Some(b) = convert::by_method(vm, o)?
    {
        return if exact {
            Ok(b.into_object())
        } else {
            Ok(vm.bytes_of(class, b.as_slice())?.into_object())
        };
    }
    let bytes = convert::from_arguments(vm, source, encoding.given(), errors.given(), "bytes")?;
    Ok(vm.bytes_of(class, &bytes)?.into_object())
}

#[native("(self, /)", no_signature)]
fn __getnewargs__(vm: &Vm, this: &Obj<Bytes>) -> Res {
    let bytes = vm.bytes(this.as_slice())?.into_object();
    Ok(vm.tuple(vec![bytes])?.into_object())
}

/// The same bytes as a plain bytes object, also for a subclass.
#[native("(self, /)")]
fn __bytes__(vm: &Vm, this: &Obj<Bytes>) -> Res {
    This::Bytes(this).whole(vm)
}

/// Make bytes of text with two hexadecimal digits for each; white space between them is passed over.
#[native("(cls, string, /)", classmethod)]
fn fromhex(vm: &Vm, class: &Obj<Type>, string: &Obj<Str>) -> Res {
    let bytes = convert::from_hex(vm, string)?;
    if class.is(&vm.types().bytes) {
        return Ok(vm.bytes(&bytes)?.into_object());
    }
    vm.call(class.as_object(), &[vm.bytes(&bytes)?.into_object()])
}
