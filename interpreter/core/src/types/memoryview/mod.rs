//! The builtin type `memoryview`: a window on the bytes of another object.
//!
//! **Invariant:** every offset that an access computes lies within the source's bytes, because shape
//! and strides only ever shrink the exporter's; the source is asked anew each time, and what it no
//! longer has reads as missing. A released view has no `BufferView` and refuses everything.

mod item;

use crate::native::buffer::{self, BufferView, Dims, Format};
use crate::native::{Maybe, getsets, natives};
use crate::object::*;
use crate::text::slices;
use crate::types::slicing;
use crate::vm::{Raised, Res, Vm};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use taipan_macros::{getter, native};

/// A memoryview.
pub struct MemoryView {
    view: RefCell<Option<BufferView>>,
    hash: Cell<i64>,
}

impl Payload for MemoryView {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, v: &mut Visitor) {
        if let Ok(view) = self.view.try_borrow()
            && let Some(view) = &*view
        {
            v.visit(&view.owner);
        }
    }
    fn clear(&self) {
        drop(self.view.take());
    }
}

/// The type `memoryview`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "Create a view of the bytes of an object that supports the buffer protocol.",
    flags: type_flags::SEQUENCE | type_flags::WEAKREF,
    slots: Slots {
        len: Some(len),
        getitem: Some(getitem),
        setitem: Some(setitem),
        iter: Some(iter),
        repr: Some(repr),
        hash: Some(hash),
        richcmp: Some(compare),
        new: Some(<new as crate::native::NativeConstructor>::new),
        buffer: Some(export),
        ..Slots::NONE
    },
    methods: natives![release, tobytes, hex, tolist, cast, toreadonly, __enter__, __exit__],
    getsets: getsets![
        obj,
        nbytes,
        readonly,
        itemsize,
        format,
        ndim,
        shape,
        strides,
        suboffsets,
        c_contiguous,
        f_contiguous,
        contiguous,
    ],
    ..TypeSpec::new::<MemoryView>("memoryview")
};

/// The view behind an object; ValueError once it is released.
fn view_of(vm: &Vm, object: &Object) -> Res<BufferView> {
    let view = object.downcast::<MemoryView>().and_then(|m| m.view.borrow().clone());
    view.ok_or_else(|| vm.value_error("operation forbidden on released memoryview object"))
}

/// A new memoryview.
pub fn make(vm: &Vm, view: BufferView) -> Res {
    let payload = MemoryView { view: RefCell::new(Some(view)), hash: Cell::new(-1) };
    Ok(vm.alloc(payload)?.into_object())
}

#[native("(cls, object)", constructor, name = "memoryview")]
fn new(vm: &Vm, _class: &Obj<Type>, object: &Object) -> Res {
    if object.downcast::<MemoryView>().is_some() {
        return make(vm, view_of(vm, object)?);
    }
    let Some(export) = vm.class_of(object).slots().buffer else {
        return Err(vm.type_error(format_args!(
            "memoryview: a bytes-like object is required, not '{}'",
            vm.type_name(object)
        )));
    };
    let full = buffer::request::FORMAT | buffer::request::ND | buffer::request::STRIDES;
    make(vm, export(vm, object, full)?)
}

fn export(vm: &Vm, object: &Object, flags: u32) -> Res<BufferView> {
    let view = view_of(vm, object)?;
    if flags & buffer::request::WRITABLE != 0 && view.readonly {
        return Err(vm.buffer_error("memoryview: underlying buffer is not writable"));
    }
    Ok(view)
}

/// Read the item whose first byte is at `offset`.
fn read(vm: &Vm, view: &BufferView, format: u8, offset: usize) -> Res {
    let mut result = None;
    view.source.with_bytes(&mut |bytes| {
        result = bytes.get(offset..offset + view.itemsize).map(|b| item::unpack(vm, format, b));
    });
    result.unwrap_or_else(|| Err(vm.index_error("index out of bounds on dimension 1")))
}

fn native_format(vm: &Vm, view: &BufferView) -> Res<u8> {
    item::native(&view.format).ok_or_else(|| item::unsupported(vm, &view.format))
}

/// Where the item with these indices starts.
fn offset(vm: &Vm, view: &BufferView, indices: &[i64]) -> Res<usize> {
    let mut at = view.offset as isize;
    for (dimension, (&i, (&len, &stride))) in
        indices.iter().zip(view.shape.iter().zip(view.strides.iter())).enumerate()
    {
        let Some(i) = slices::index(i, len) else {
            return Err(
                vm.index_error(format_args!("index out of bounds on dimension {}", dimension + 1))
            );
        };
        at += i as isize * stride;
    }
    Ok(usize::try_from(at).unwrap_or(usize::MAX / 2))
}

/// What a subscript asks for.
enum Place {
    /// One item, by where it starts.
    Item(usize),
    /// A view of a part.
    Part(BufferView),
}

#[cold]
fn invalid_key(vm: &Vm) -> Raised {
    vm.type_error("memoryview: invalid slice key")
}

fn place(vm: &Vm, view: BufferView, key: &Object) -> Res<Place> {
    let ndim = view.shape.len();
    if ndim == 0 {
        if key.downcast::<Tuple>().is_some_and(|t| t.is_empty()) {
            return Ok(Place::Item(view.offset));
        }
        if key.is_ellipsis() {
            return Ok(Place::Part(view));
        }
        return Err(vm.type_error("invalid indexing of 0-dim memory"));
    }
    if key.is_ellipsis() {
        return Ok(Place::Part(view));
    }
    if let Some(s) = key.downcast::<Slice>() {
        let bounds = slicing::bounds(vm, s)?;
        return Ok(Place::Part(sliced(view, bounds)));
    }
    if let Some(t) = key.downcast::<Tuple>() {
        return place_by_tuple(vm, &view, t);
    }
    if !crate::types::bytes::is_index(vm, key) {
        return Err(invalid_key(vm));
    }
    let i = vm.index_size(key)?;
    if ndim > 1 {
        return Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented"));
    }
    Ok(Place::Item(offset(vm, &view, &[i])?))
}

fn place_by_tuple(vm: &Vm, view: &BufferView, key: &Obj<Tuple>) -> Res<Place> {
    let ndim = view.shape.len();
    let keys = key.as_slice();
    if keys.iter().any(|k| !crate::types::bytes::is_index(vm, k)) {
        if keys.iter().all(|k| k.downcast::<Slice>().is_some()) && !keys.is_empty() {
            return Err(vm.not_implemented_error("multi-dimensional slicing is not implemented"));
        }
        return Err(invalid_key(vm));
    }
    let mut indices = Vec::new();
    for k in keys {
        indices.push(vm.index_size(k)?);
    }
    if indices.len() < ndim {
        return Err(vm.not_implemented_error("sub-views are not implemented"));
    }
    if indices.len() > ndim {
        return Err(vm.type_error(format_args!(
            "cannot index {ndim}-dimension view with {}-element tuple",
            indices.len()
        )));
    }
    Ok(Place::Item(offset(vm, view, &indices)?))
}

/// The part of a view that a slice of its first dimension means.
fn sliced(mut view: BufferView, bounds: slicing::Bounds) -> BufferView {
    if let ([len, ..], [stride, ..]) = (&mut view.shape[..], &mut view.strides[..]) {
        let slice = bounds.fit(*len);
        if slice.count > 0 {
            let at = view.offset as isize + slice.start as isize * *stride;
            view.offset = usize::try_from(at).unwrap_or(view.offset);
        }
        *len = slice.count;
        *stride = stride.saturating_mul(slice.step as isize);
    }
    view
}

/// The item at a small index of a view of one dimension; None: something else is to be done.
fn item_at(vm: &Vm, this: &Object, key: &Object) -> Option<Res> {
    let (m, i) = (this.downcast::<MemoryView>()?, key.as_small_int()?);
    let view = m.view.borrow();
    let view = view.as_ref()?;
    let (Dims::One([len]), Dims::One([stride])) = (&view.shape, &view.strides) else { return None };
    let format = item::native(&view.format)?;
    let at = view.offset as isize + slices::index(i, *len)? as isize * *stride;
    Some(read(vm, view, format, usize::try_from(at).ok()?))
}

fn getitem(vm: &Vm, this: &Object, key: &Object) -> Res {
    if let Some(found) = item_at(vm, this, key) {
        return found;
    }
    let view = view_of(vm, this)?;
    let place = place(vm, view.clone(), key)?;
    if this.downcast::<MemoryView>().is_some_and(|m| m.view.borrow().is_none()) {
        view_of(vm, this)?; // the key's `__index__` released it
    }
    match place {
        Place::Item(at) => read(vm, &view, native_format(vm, &view)?, at),
        Place::Part(part) => make(vm, part),
    }
}

/// Store a byte at a small index of a view of bytes; false: something else is to be done.
fn set_byte_at(this: &Object, key: &Object, value: Option<&Object>) -> bool {
    let (Some(m), Some(i)) = (this.downcast::<MemoryView>(), key.as_small_int()) else {
        return false;
    };
    let Some(Ok(byte)) = value.and_then(|v| v.as_small_int()).map(u8::try_from) else {
        return false;
    };
    let view = m.view.borrow();
    let Some(view) = view.as_ref().filter(|v| !v.readonly && &*v.format == "B") else {
        return false;
    };
    let (Dims::One([len]), Dims::One([stride])) = (&view.shape, &view.strides) else {
        return false;
    };
    let Some(i) = slices::index(i, *len) else { return false };
    let at = usize::try_from(view.offset as isize + i as isize * *stride);
    let mut done = false;
    view.source.with_bytes_mut(&mut |bytes| {
        if let Some(place) = at.ok().and_then(|at| bytes.get_mut(at)) {
            *place = byte;
            done = true;
        }
    });
    done
}

fn setitem(vm: &Vm, this: &Object, key: &Object, value: Option<&Object>) -> Res<()> {
    if set_byte_at(this, key, value) {
        return Ok(());
    }
    let view = view_of(vm, this)?;
    if view.readonly {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    let Some(value) = value else { return Err(vm.type_error("cannot delete memory")) };
    let format = native_format(vm, &view)?;
    match place(vm, view.clone(), key)? {
        Place::Part(part) if view.shape.is_empty() => {
            let bytes = item::pack(vm, format, value)?;
            write(vm, &part, part.offset, &bytes)
        }
        Place::Part(_) if view.shape.len() > 1 => Err(vm.not_implemented_error(
            "memoryview slice assignments are currently restricted to ndim = 1",
        )),
        Place::Part(part) => assign(vm, &part, value),
        Place::Item(at) => {
            let bytes = item::pack(vm, format, value)?;
            view_of(vm, this)?; // packing may have released it
            write(vm, &view, at, &bytes)
        }
    }
}

fn write(vm: &Vm, view: &BufferView, at: usize, new: &[u8]) -> Res<()> {
    let mut done = false;
    view.source.with_bytes_mut(&mut |bytes| {
        if let Some(place) = bytes.get_mut(at..at + new.len()) {
            place.copy_from_slice(new);
            done = true;
        }
    });
    if done { Ok(()) } else { Err(vm.index_error("index out of bounds on dimension 1")) }
}

/// Copy another buffer's items into a one-dimensional part.
fn assign(vm: &Vm, part: &BufferView, value: &Object) -> Res<()> {
    let Some(export) = vm.class_of(value).slots().buffer else {
        return Err(vm.type_error(format_args!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(value)
        )));
    };
    let from = export(vm, value, buffer::request::FORMAT | buffer::request::STRIDES)?;
    let same_format = item::native(&from.format) == item::native(&part.format);
    if !same_format || *from.shape != *part.shape || from.itemsize != part.itemsize {
        return Err(
            vm.value_error("memoryview assignment: lvalue and rvalue have different structures")
        );
    }
    let bytes = gathered(vm, &from)?;
    let size = part.itemsize.max(1);
    part.source.with_bytes_mut(&mut |target| {
        for (at, item) in offsets(part).zip(bytes.chunks_exact(size)) {
            if let Some(place) = target.get_mut(at..at + size) {
                place.copy_from_slice(item);
            }
        }
    });
    Ok(())
}

/// Where the items start, in the order of the indices.
fn offsets(view: &BufferView) -> impl Iterator<Item = usize> + '_ {
    let total: usize = view.shape.iter().product();
    let mut index = vec![0usize; view.shape.len()];
    (0..total).map(move |_| {
        let at: isize = index.iter().zip(view.strides.iter()).map(|(&i, &s)| i as isize * s).sum();
        for (i, &len) in index.iter_mut().zip(view.shape.iter()).rev() {
            *i += 1;
            if *i < len {
                break;
            }
            *i = 0;
        }
        usize::try_from(view.offset as isize + at).unwrap_or(0)
    })
}

/// The items of any buffer, one behind the other.
pub(crate) fn contiguous_bytes(vm: &Vm, object: &Object) -> Res<Vec<u8>> {
    match vm.class_of(object).slots().buffer {
        Some(export) => gathered(vm, &export(vm, object, buffer::request::STRIDES)?),
        None => buffer::bytes_of(vm, object), // which raises
    }
}

/// A copy of all items, one behind the other.
fn gathered(vm: &Vm, view: &BufferView) -> Res<Vec<u8>> {
    if view.is_contiguous() {
        return buffer::to_vec(vm, view);
    }
    let mut out = crate::text::vec_with(view.byte_len()).map_err(|e| vm.text_error(e))?;
    view.source.with_bytes(&mut |bytes| {
        for at in offsets(view) {
            out.extend_from_slice(bytes.get(at..at + view.itemsize).unwrap_or_default());
        }
    });
    Ok(out)
}

fn len(vm: &Vm, this: &Object) -> Res<usize> {
    let known = this.downcast::<MemoryView>().and_then(|m| {
        m.view.borrow().as_ref().map(|view| view.shape.first().copied().unwrap_or(1))
    });
    known.map_or_else(|| view_of(vm, this).map(|_| 0), Ok)
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let released = this.downcast::<MemoryView>().is_some_and(|m| m.view.borrow().is_none());
    let what = if released { "released memory" } else { "memory" };
    Ok(vm.str(&format!("<{what} at {:#x}>", this.id()))?.into_object())
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    let Some(m) = this.downcast::<MemoryView>() else { return Ok(0) };
    if m.hash.get() != -1 {
        return Ok(m.hash.get());
    }
    let view = view_of(vm, this)?;
    if !view.readonly {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    if !matches!(item::native(&view.format), Some(b'B' | b'b' | b'c')) {
        return Err(vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    vm.hash(&view.owner)?;
    let hash = vm.interp().hash_key.hash_bytes(&gathered(vm, &view)?);
    m.hash.set(hash);
    Ok(hash)
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let not = matches!(op, CmpOp::Ne);
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Object::not_implemented());
    }
    let Ok(x) = viewed(a) else { return Ok(Object::bool(a.is(b) != not)) };
    let y = if b.downcast::<MemoryView>().is_some() {
        match viewed(b) {
            Ok(y) => y,
            Err(()) => return Ok(Object::bool(a.is(b) != not)),
        }
    } else {
        let Some(export) = vm.class_of(b).slots().buffer else {
            return Ok(Object::not_implemented());
        };
        export(vm, b, buffer::request::FORMAT | buffer::request::STRIDES)?
    };
    Ok(Object::bool(equal(vm, &x, &y)? != not))
}

fn viewed(object: &Object) -> Result<BufferView, ()> {
    object.downcast::<MemoryView>().and_then(|m| m.view.borrow().clone()).ok_or(())
}

fn equal(vm: &Vm, x: &BufferView, y: &BufferView) -> Res<bool> {
    if *x.shape != *y.shape {
        return Ok(false);
    }
    let (Some(f), Some(g)) = (item::native(&x.format), item::native(&y.format)) else {
        return Ok(false);
    };
    let (left, right) = (gathered(vm, x)?, gathered(vm, y)?);
    if f == g && !matches!(f, b'f' | b'd' | b'e' | b'?') {
        return Ok(left == right);
    }
    for (a, b) in left.chunks_exact(x.itemsize.max(1)).zip(right.chunks_exact(y.itemsize.max(1))) {
        let (a, b) = (item::unpack(vm, f, a)?, item::unpack(vm, g, b)?);
        // Not `Vm::eq`: a NaN is not equal to itself here.
        if !vm.compare_bool(&a, &b, CmpOp::Eq)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Let go of the buffer.
#[native("(self, /)")]
fn release(this: &Obj<MemoryView>) {
    drop(this.view.take());
}

#[native("(self, /)", no_signature)]
fn __enter__(vm: &Vm, this: &Object) -> Res {
    view_of(vm, this)?;
    Ok(this.clone())
}

#[native("(self, *exc)", no_signature)]
fn __exit__(this: &Obj<MemoryView>, _exc: &[Object]) {
    drop(this.view.take());
}

/// Return the items as bytes, in C order ('C' or None), Fortran order ('F') or whichever they have ('A').
#[native("(self, /, order='C')")]
fn tobytes(vm: &Vm, this: &Object, order: Option<&str>) -> Res<Obj<Bytes>> {
    let view = view_of(vm, this)?;
    let fortran = match order {
        None | Some("C") => false,
        Some("F") => true,
        Some("A") => !view.is_contiguous() && is_fortran(&view),
        Some(_) => return Err(vm.value_error("order must be 'C', 'F' or 'A'")),
    };
    if fortran && view.shape.len() > 1 {
        let mut turned = view;
        turned.shape.reverse();
        turned.strides.reverse();
        return vm.bytes(&gathered(vm, &turned)?);
    }
    vm.bytes(&gathered(vm, &view)?)
}

/// Return the bytes as hexadecimal digits; see bytes.hex().
#[native("(self, /, sep=None, bytes_per_sep=1)", no_signature)]
fn hex(vm: &Vm, this: &Object, sep: Maybe<&Object>, bytes_per_sep: i32) -> Res<Obj<Str>> {
    let bytes = gathered(vm, &view_of(vm, this)?)?;
    crate::types::bytes::to_hex(vm, &bytes, sep, bytes_per_sep)
}

/// Return the items as a list, of lists when there are several dimensions.
#[native("(self, /)")]
fn tolist(vm: &Vm, this: &Object) -> Res {
    let view = view_of(vm, this)?;
    let format = native_format(vm, &view)?;
    if view.shape.is_empty() {
        return read(vm, &view, format, view.offset);
    }
    listed(vm, &view, format, 0, view.offset as isize)
}

/// The items from `dimension` on.
fn listed(vm: &Vm, view: &BufferView, format: u8, dimension: usize, at: isize) -> Res {
    let (Some(&len), Some(&stride)) = (view.shape.get(dimension), view.strides.get(dimension))
    else {
        return read(vm, view, format, usize::try_from(at).unwrap_or(0));
    };
    let list = vm.new_list()?;
    for i in 0..len {
        let one = listed(vm, view, format, dimension + 1, at + i as isize * stride)?;
        list.push(one).map_err(|e| vm.no_memory(e))?;
    }
    Ok(list.into_object())
}

/// Return a view of the same memory that cannot be written to.
#[native("(self, /)")]
fn toreadonly(vm: &Vm, this: &Object) -> Res {
    let view = view_of(vm, this)?;
    make(vm, BufferView { readonly: true, ..view })
}

/// Return a view of the same memory with another format or shape.
#[native("(self, /, format, shape=None)")]
fn cast(vm: &Vm, this: &Object, format: &Object, shape: Maybe<&Object>) -> Res {
    let view = view_of(vm, this)?;
    let Some(name) = format.downcast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "cast() argument 'format' must be str, not {}",
            vm.type_name(format)
        )));
    };
    if !view.is_contiguous() {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    if (!shape.is_absent() || view.shape.len() != 1) && view.shape.contains(&0) {
        return Err(vm.type_error("memoryview: cannot cast view with zeros in shape or strides"));
    }
    let shape = match shape {
        Maybe::Absent => None,
        Maybe::Given(s) => Some(shape_of(vm, s)?),
    };
    if shape.as_ref().is_some_and(|s| s.len() != 1) && view.shape.len() != 1 {
        return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let cast = cast_to(vm, view, &name.to_str_lossy())?;
    let Some(shape) = shape else { return make(vm, cast) };
    let size = shape.iter().try_fold(cast.itemsize, |n, &d| n.checked_mul(d));
    if shape
        .iter()
        .try_fold(1usize, |n, &d| n.checked_mul(d))
        .is_none_or(|n| n > isize::MAX as usize)
    {
        return Err(vm.value_error("memoryview.cast(): product(shape) > SSIZE_MAX"));
    }
    if size != Some(cast.byte_len()) {
        return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    let mut strides: Vec<isize> = Vec::new();
    let mut stride = cast.itemsize as isize;
    for &len in shape.iter().rev() {
        strides.insert(0, stride);
        stride = stride.saturating_mul(len as isize);
    }
    make(vm, BufferView { shape: shape.into(), strides: strides.into(), ..cast })
}

/// One dimension of items in another format.
fn cast_to(vm: &Vm, view: BufferView, format: &str) -> Res<BufferView> {
    let Some(old) = item::native(&view.format) else {
        return Err(vm.value_error(
            "memoryview: source format must be a native single character format prefixed with an optional '@'",
        ));
    };
    let Some((new, itemsize)) = item::native(format).and_then(|c| Some((c, item::size(c)?))) else {
        return Err(vm.value_error(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'",
        ));
    };
    let is_byte = |c: u8| matches!(c, b'b' | b'B' | b'c');
    if !is_byte(old) && !is_byte(new) {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let size = view.byte_len();
    if size % itemsize != 0 {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    Ok(BufferView {
        format: Format::Other(Rc::from(format)),
        itemsize,
        shape: Dims::one(size / itemsize),
        strides: Dims::one(itemsize as isize),
        ..view
    })
}

fn shape_of(vm: &Vm, shape: &Object) -> Res<Vec<usize>> {
    let items = if let Some(t) = shape.downcast::<Tuple>() {
        t.as_slice().to_vec()
    } else if let Some(l) = shape.downcast::<List>() {
        l.to_vec().map_err(|e| vm.no_memory(e))?
    } else {
        return Err(vm.type_error("shape must be a list or a tuple"));
    };
    if items.len() > 64 {
        return Err(vm.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    let mut out = Vec::new();
    for i in &items {
        if !vm.class_of(i).has(type_flags::INT) {
            return Err(vm.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        let n = vm.as_i64(i).and_then(|n| usize::try_from(n).ok()).filter(|&n| n > 0);
        out.push(n.ok_or_else(|| {
            vm.value_error("memoryview.cast(): elements of shape must be integers > 0")
        })?);
    }
    Ok(out)
}

fn is_fortran(view: &BufferView) -> bool {
    let mut expected = view.itemsize as isize;
    for (&len, &stride) in view.shape.iter().zip(view.strides.iter()) {
        if len > 1 && stride != expected {
            return false;
        }
        expected = expected.saturating_mul(len as isize);
    }
    true
}

/// What lent the memory.
#[getter]
fn obj(vm: &Vm, this: &Object) -> Res {
    Ok(view_of(vm, this)?.owner)
}

/// How many bytes all items take together: the length of tobytes().
#[getter]
fn nbytes(vm: &Vm, this: &Object) -> Res<usize> {
    Ok(view_of(vm, this)?.byte_len())
}

/// Whether assignments through the view are refused.
#[getter]
fn readonly(vm: &Vm, this: &Object) -> Res<bool> {
    Ok(view_of(vm, this)?.readonly)
}

/// How many bytes an item takes.
#[getter]
fn itemsize(vm: &Vm, this: &Object) -> Res<usize> {
    Ok(view_of(vm, this)?.itemsize)
}

/// The format of each item, in the style of the struct module.
#[getter]
fn format(vm: &Vm, this: &Object) -> Res<Obj<Str>> {
    vm.str(&view_of(vm, this)?.format)
}

/// The number of dimensions.
#[getter]
fn ndim(vm: &Vm, this: &Object) -> Res<usize> {
    Ok(view_of(vm, this)?.shape.len())
}

/// The length of each dimension.
#[getter]
fn shape(vm: &Vm, this: &Object) -> Res {
    let view = view_of(vm, this)?;
    let items: Res<Vec<Object>> = view.shape.iter().map(|&n| vm.int_usize(n)).collect();
    Ok(vm.tuple(items?)?.into_object())
}

/// How many bytes lie between one item and the next, in each dimension.
#[getter]
fn strides(vm: &Vm, this: &Object) -> Res {
    let view = view_of(vm, this)?;
    let items: Res<Vec<Object>> = view.strides.iter().map(|&n| vm.int(n as i64)).collect();
    Ok(vm.tuple(items?)?.into_object())
}

/// Always (): no exporter here has its rows behind pointers.
#[getter]
fn suboffsets(vm: &Vm, this: &Object) -> Res {
    view_of(vm, this)?;
    Ok(vm.tuple(Vec::new())?.into_object())
}

/// Whether the items lie without gaps, the last index running fastest.
#[getter]
fn c_contiguous(vm: &Vm, this: &Object) -> Res<bool> {
    Ok(view_of(vm, this)?.is_contiguous())
}

/// Whether the items lie without gaps, the first index running fastest.
#[getter]
fn f_contiguous(vm: &Vm, this: &Object) -> Res<bool> {
    Ok(is_fortran(&view_of(vm, this)?))
}

/// Whether the items lie without gaps, in one of the two orders.
#[getter]
fn contiguous(vm: &Vm, this: &Object) -> Res<bool> {
    let view = view_of(vm, this)?;
    Ok(view.is_contiguous() || is_fortran(&view))
}

/// State of a `memory_iterator`.
pub struct MemoryIter {
    memory: Slot,
    at: Cell<usize>,
}

impl Payload for MemoryIter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&ITER);
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.memory);
    }
}

static ITER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(|_, o| Ok(o.clone())), next: Some(next), ..Slots::NONE },
    ..TypeSpec::new::<MemoryIter>("memory_iterator")
};

fn iter(vm: &Vm, this: &Object) -> Res {
    let view = view_of(vm, this)?;
    native_format(vm, &view)?;
    match view.shape.len() {
        0 => return Err(vm.type_error("invalid indexing of 0-dim memory")),
        1 => {}
        _ => {
            return Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented"));
        }
    }
    let state = MemoryIter { memory: Slot::new(this.clone()), at: Cell::new(0) };
    Ok(vm.alloc(state)?.into_object())
}

fn next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<MemoryIter>() else { return Ok(None) };
    let Some(memory) = this.memory.get() else { return Ok(None) };
    let at = this.at.get();
    if let Ok(key) = vm.int(at as i64)
        && let Some(found) = item_at(vm, &memory, &key)
    {
        this.at.set(at + 1);
        return found.map(Some);
    }
    let view = view_of(vm, &memory)?;
    if view.shape.first().is_none_or(|&len| at >= len) {
        drop(this.memory.take());
        return Ok(None);
    }
    this.at.set(at + 1);
    let offset = offset(vm, &view, &[at as i64])?;
    read(vm, &view, native_format(vm, &view)?, offset).map(Some)
}
