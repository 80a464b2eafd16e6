//! The methods of array.

use super::{Array, find, pickle, write};
use crate::support::{
    Bytes, Exc, List, Maybe, NativeDef, Obj, Object, Res, Str, Tuple, Vm, native, natives, reserve,
};
use taipan_core::text::slices;

pub(super) const TABLE: &[NativeDef] = natives![
    push,
    buffer_info,
    byteswap,
    copy,
    count,
    deepcopy,
    extend,
    frombytes,
    fromfile,
    fromlist,
    fromunicode,
    index,
    insert,
    pop,
    pickle::reduce_ex,
    remove,
    reverse,
    size_of,
    tobytes,
    tofile,
    tolist,
    tounicode
];

/// Append a new item at the end.
#[native("(self, v, /)", name = "append")]
fn push(vm: &Vm, this: &Obj<Array>, v: &Object) -> Res<()> {
    this.push(vm, v)
}

/// Address of the items in memory, and how many there are.
#[native("(self, /)")]
fn buffer_info(vm: &Vm, this: &Obj<Array>) -> Res<Obj<Tuple>> {
    let address = this.data.0.borrow().as_ptr() as usize;
    vm.tuple(vec![vm.int_usize(address)?, vm.int_usize(this.len())?])
}

/// Reverse the bytes of every item.
#[native("(self, /)")]
fn byteswap(this: &Obj<Array>) {
    let size = this.size();
    for item in this.data.0.borrow_mut().chunks_exact_mut(size) {
        item.reverse();
    }
}

/// Another array of the same items.
#[native("(self, /)", name = "__copy__")]
fn copy(vm: &Vm, this: &Obj<Array>) -> Res<Obj<Array>> {
    let bytes = this.bytes(vm)?;
    Array::with(this.code, bytes).make(vm)
}

/// Another array of the same items.
#[native("(self, memo, /)", name = "__deepcopy__")]
fn deepcopy(vm: &Vm, this: &Obj<Array>, _memo: &Object) -> Res<Obj<Array>> {
    copy(vm, this)
}

/// How many items equal v.
#[native("(self, v, /)")]
fn count(vm: &Vm, this: &Obj<Array>, v: &Object) -> Res<usize> {
    let (mut hits, mut from) = (0, 0);
    while let Some(at) = find(vm, this, v, from)? {
        hits += 1;
        from = at + 1;
    }
    Ok(hits)
}

/// Append the items of an iterable, or those of an array of the same type code.
#[native("(self, bb, /)")]
fn extend(vm: &Vm, this: &Obj<Array>, bb: &Object) -> Res<()> {
    this.extend(vm, bb)
}

/// Append what the memory of a bytes-like object holds.
#[native("(self, buffer, /)")]
fn frombytes(vm: &Vm, this: &Obj<Array>, buffer: &Object) -> Res<()> {
    this.extend_bytes(vm, buffer)
}

/// Append n items read from a binary file.
#[native("(self, f, n, /)")]
fn fromfile(vm: &Vm, this: &Obj<Array>, f: &Object, n: isize) -> Res<()> {
    let Ok(n) = usize::try_from(n) else { return Err(vm.value_error("negative count")) };
    let Some(wanted) = n.checked_mul(this.size()) else {
        return Err(vm.no_memory(taipan_core::object::NoMemory));
    };
    let data = vm.call_method(f, "read", &[vm.int_usize(wanted)?])?;
    let Some(bytes) = data.downcast::<Bytes>() else {
        return Err(vm.type_error("read() didn't return bytes"));
    };
    let short = bytes.len() != wanted;
    this.extend_bytes(vm, &data)?;
    if short {
        return Err(vm.raise_kind(Exc::EOFError, "read() didn't return enough bytes"));
    }
    Ok(())
}

/// Append the items of a list; if one does not fit, none is appended.
#[native("(self, list, /)")]
fn fromlist(vm: &Vm, this: &Obj<Array>, list: &Object) -> Res<()> {
    let Some(list) = list.downcast::<List>() else { return Err(vm.type_error("arg must be list")) };
    let (size, length) = (this.size(), list.len());
    let mut bytes = Vec::new();
    for i in 0..length {
        let Some(item) = list.get(i) else { break };
        let word = write(vm, this.code, &item)?;
        reserve(vm, &mut bytes, size)?;
        bytes.extend_from_slice(&word[..size]);
        if list.len() != length {
            return Err(vm.runtime_error("list changed size during iteration"));
        }
    }
    let len = this.len();
    this.splice(vm, len, len, &bytes)
}

/// Append the characters of a str (typecode u only).
#[native("(self, ustr, /)")]
fn fromunicode(vm: &Vm, this: &Obj<Array>, ustr: &Obj<Str>) -> Res<()> {
    if this.code != b'u' {
        return Err(vm.value_error("fromunicode() may only be called on unicode type arrays"));
    }
    this.extend_text(vm, ustr)
}

/// Where the first item that equals v is; ValueError if there is none.
#[native("(self, v, start=0, stop=sys.maxsize, /)")]
fn index(
    vm: &Vm,
    this: &Obj<Array>,
    v: &Object,
    start: Maybe<&Object>,
    stop: Maybe<&Object>,
) -> Res<usize> {
    let bound = |given: Maybe<&Object>, default: i64| match given {
        Maybe::Given(object) => vm.index_clamped(object),
        Maybe::Absent => Ok(default),
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, i64::MAX)?);
    if let Some((start, stop)) = slices::bounds(Some(start), Some(stop), this.len())
        && let Some(at) = find(vm, this, v, start)?
        && at < stop
    {
        return Ok(at);
    }
    Err(vm.value_error("array.index(x): x not in array"))
}

/// Insert an item before position i.
#[native("(self, i, v, /)")]
fn insert(vm: &Vm, this: &Obj<Array>, i: isize, v: &Object) -> Res<()> {
    let word = write(vm, this.code, v)?;
    let len = this.len() as isize;
    let at = if i < 0 { i.saturating_add(len) } else { i }.clamp(0, len) as usize;
    this.splice(vm, at, at, &word[..this.size()])
}

/// Take out the item at position i, the last one by default, and return it.
#[native("(self, i=-1, /)")]
fn pop(vm: &Vm, this: &Obj<Array>, i: isize) -> Res {
    let len = this.len();
    if len == 0 {
        return Err(vm.index_error("pop from empty array"));
    }
    let item = match slices::index(i as i64, len) {
        Some(at) => this.get(vm, at)?.map(|item| (at, item)),
        None => None,
    };
    let Some((at, item)) = item else { return Err(vm.index_error("pop index out of range")) };
    this.splice(vm, at, at + 1, &[])?;
    Ok(item)
}

/// Take out the first item that equals v.
#[native("(self, v, /)")]
fn remove(vm: &Vm, this: &Obj<Array>, v: &Object) -> Res<()> {
    match find(vm, this, v, 0)? {
        Some(at) => this.splice(vm, at, at + 1, &[]),
        None => Err(vm.value_error("array.remove(x): x not in array")),
    }
}

/// Turn the array round: the last item becomes the first.
#[native("(self, /)")]
fn reverse(this: &Obj<Array>) {
    let size = this.size();
    let mut bytes = this.data.0.borrow_mut();
    bytes.reverse();
    for item in bytes.chunks_exact_mut(size) {
        item.reverse();
    }
}

/// How many bytes of memory it takes, the items included.
#[native("(self, /)", name = "__sizeof__")]
fn size_of(vm: &Vm, this: &Obj<Array>) -> usize {
    vm.class_of(this.as_object()).instance_size() + this.data.0.borrow().capacity()
}

/// The items as they lie in memory.
#[native("(self, /)")]
pub(super) fn tobytes(vm: &Vm, this: &Obj<Array>) -> Res<Obj<Bytes>> {
    let bytes = this.bytes(vm)?;
    vm.bytes(&bytes)
}

/// Write the items to a binary file, as they lie in memory.
#[native("(self, f, /)")]
fn tofile(vm: &Vm, this: &Obj<Array>, f: &Object) -> Res<()> {
    const BLOCK: usize = 64 * 1024;
    let bytes = this.bytes(vm)?;
    for block in bytes.chunks(BLOCK) {
        vm.call_method(f, "write", &[vm.bytes(block)?.into_object()])?;
    }
    Ok(())
}

pub(super) fn list_of(vm: &Vm, this: &Array) -> Res<Obj<List>> {
    let mut items = Vec::new();
    reserve(vm, &mut items, this.len())?;
    for i in 0..this.len() {
        items.extend(this.get(vm, i)?);
    }
    vm.list(items)
}

/// The items as a list.
#[native("(self, /)")]
fn tolist(vm: &Vm, this: &Obj<Array>) -> Res<Obj<List>> {
    list_of(vm, this)
}

pub(super) fn text_of(vm: &Vm, this: &Array) -> Res<Obj<Str>> {
    let mut text = vm.str("")?;
    let mut parts = Vec::new();
    for i in 0..this.len() {
        if let Some(item) = this.get(vm, i)?.and_then(|o| o.downcast_into::<Str>().ok()) {
            parts.push(item);
        }
    }
    if !parts.is_empty() {
        text = vm.text_parts(parts.iter().map(|p| p.as_text()))?;
    }
    Ok(text)
}

/// The items as a str (typecode u only).
#[native("(self, /)")]
fn tounicode(vm: &Vm, this: &Obj<Array>) -> Res<Obj<Str>> {
    if this.code != b'u' {
        return Err(vm.value_error("tounicode() may only be called on unicode type arrays"));
    }
    text_of(vm, this)
}
