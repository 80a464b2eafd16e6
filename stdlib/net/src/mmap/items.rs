//! Subscripts, iteration and `in`: an index gives an int, everything else pieces of bytes.

use std::cell::{Cell, RefCell};

use taipan_core::text::slices;
use taipan_sys::memory::Mapping;

use super::object::{Access, Mmap, bytes_like, of};
use crate::support::*;

fn is_index(vm: &Vm, key: &Object) -> bool {
    let class = vm.class_of(key);
    key.as_small_int().is_some() || class.slots().index.is_some() || class.has(type_flags::INT)
}

/// The place an index means. May run Python (`__index__`).
fn place(vm: &Vm, mmap: &Mmap, key: &Object) -> Res<usize> {
    let i = vm.index_size(key)?;
    slices::index(i, mmap.len(vm)?).ok_or_else(|| vm.index_error("mmap index out of range"))
}

/// The places a slice means. May run Python, which may have closed the mmap.
fn range(vm: &Vm, mmap: &Mmap, slice: &Slice) -> Res<slices::Slice> {
    let len = || mmap.source.mapping.borrow().as_ref().map_or(0, Mapping::len);
    let range = slice_range(vm, slice, len)?;
    mmap.check_open(vm)?;
    Ok(range)
}

/// The lowest place of a range and the one behind its highest.
fn hull(range: slices::Slice) -> (usize, usize) {
    let up = range.ascending();
    let from = up.start as usize;
    match range.count {
        0 => (0, 0),
        count => (from, from + (count - 1) * up.step as usize + 1),
    }
}

pub(super) fn getitem(vm: &Vm, this: &Object, key: &Object) -> Res {
    let mmap = of(vm, this)?;
    if let Some(i) = key.as_small_int() {
        let byte = mmap.with(vm, |mapping| {
            let at = slices::index(i, mapping.len())?;
            mapping.byte(at).filter(|_| !mapping.is_lost(at, at + 1))
        })?;
        if let Some(byte) = byte {
            return Ok(Object::small(byte.into()));
        }
    }
    other_item(vm, mmap, key)
}

fn other_item(vm: &Vm, mmap: &Mmap, key: &Object) -> Res {
    mmap.check_open(vm)?;
    let Some(slice) = key.downcast::<Slice>() else {
        if !is_index(vm, key) {
            return Err(vm.type_error("mmap indices must be integers"));
        }
        let at = place(vm, mmap, key)?;
        return mmap.look(vm, (at, at + 1), |bytes| {
            Object::small(bytes.first().map_or(0, |&byte| byte.into()))
        });
    };
    let range = range(vm, mmap, slice)?;
    let (from, to) = hull(range);
    if range.step == 1 || range.count == 0 {
        return mmap.part(vm, from, to);
    }
    let mut picked = Vec::new();
    reserve(vm, &mut picked, range.count)?;
    mmap.look(vm, (from, to), |bytes| {
        let step = range.step.unsigned_abs() as usize;
        match range.step < 0 {
            true => picked.extend(bytes.iter().rev().step_by(step)),
            false => picked.extend(bytes.iter().step_by(step)),
        }
    })?;
    Ok(vm.bytes(&picked)?.into_object())
}

pub(super) fn setitem(vm: &Vm, this: &Object, key: &Object, value: Option<&Object>) -> Res<()> {
    let mmap = of(vm, this)?;
    if let (Some(i), Some(byte)) = (key.as_small_int(), value.and_then(Object::as_small_int))
        && let Ok(byte) = u8::try_from(byte)
        && mmap.access != Access::Read
    {
        let set = mmap.with_mut(vm, |mapping| {
            let at = slices::index(i, mapping.len())?;
            mapping.set_byte(at, byte)?;
            (!mapping.is_lost(at, at + 1)).then_some(())
        })?;
        if set.is_some() {
            return Ok(());
        }
    }
    set_other(vm, mmap, key, value)
}

fn set_other(vm: &Vm, mmap: &Mmap, key: &Object, value: Option<&Object>) -> Res<()> {
    mmap.check_open(vm)?;
    mmap.check_writable(vm)?;
    let Some(slice) = key.downcast::<Slice>() else {
        if is_index(vm, key) {
            return set_one(vm, mmap, key, value);
        }
        return Err(vm.type_error("mmap indices must be integer"));
    };
    let range = range(vm, mmap, slice)?;
    let Some(value) = value else {
        return Err(vm.type_error("mmap object doesn't support slice deletion"));
    };
    let data = bytes_like(vm, value)?;
    if data.len() != range.count {
        return Err(vm.index_error("mmap slice assignment is wrong size"));
    }
    let (from, to) = hull(range);
    if range.step == 1 || range.count == 0 {
        return mmap.put(vm, from, &data);
    }
    let mut copy = zeros(vm, data.len())?;
    data.with(|bytes| copy[..bytes.len()].copy_from_slice(bytes));
    mmap.change(vm, (from, to), |bytes| {
        for (i, byte) in range.indices().zip(copy) {
            if let Some(place) = bytes.get_mut(i - from) {
                *place = byte;
            }
        }
    })
}

fn set_one(vm: &Vm, mmap: &Mmap, key: &Object, value: Option<&Object>) -> Res<()> {
    let at = place(vm, mmap, key)?;
    let Some(value) = value else {
        return Err(vm.type_error("mmap doesn't support item deletion"));
    };
    if !is_index(vm, value) {
        return Err(vm.type_error("mmap item value must be an int"));
    }
    let index = vm.index(value)?;
    let Some(value) = vm.as_i64(&index) else {
        return Err(vm.type_error(format_args!(
            "cannot fit '{}' into an index-sized integer",
            vm.type_name(value)
        )));
    };
    let Ok(byte) = u8::try_from(value) else {
        return Err(vm.value_error("mmap item value must be in range(0, 256)"));
    };
    mmap.change(vm, (at, at + 1), |bytes| bytes.fill(byte))
}

/// Whether one of the pieces that iteration gives equals `value`.
pub(super) fn contains(vm: &Vm, this: &Object, value: &Object) -> Res<bool> {
    let mmap = of(vm, this)?;
    let len = mmap.len(vm)?;
    if value.as_small_int().is_some() {
        return Ok(false);
    }
    if let Some(bytes) = value.downcast_exact::<Bytes>() {
        let &[byte] = bytes.as_slice() else { return Ok(false) };
        return mmap.look(vm, (0, len), |all| memchr::memchr(byte, all).is_some());
    }
    let pieces = iter(vm, this)?;
    while let Some(piece) = vm.next(&pieces)? {
        if vm.eq(&piece, value)? {
            return Ok(true);
        }
        vm.poll()?;
    }
    Ok(false)
}

/// The iterator: each byte as a bytes of length 1.
struct Pieces {
    mmap: Obj<Mmap>,
    /// Behind every place once it has come to the end.
    at: Cell<usize>,
    /// Those that were given, by byte, to be given again: there are no others.
    known: RefCell<Vec<Option<Object>>>,
}

impl Payload for Pieces {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&PIECES);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.mmap.as_object());
    }
}

static PIECES: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(|_, this| Ok(this.clone())), next: Some(next), ..Slots::NONE },
    methods: natives![length_hint],
    ..TypeSpec::new::<Pieces>("iterator")
};

pub(super) fn iter(vm: &Vm, this: &Object) -> Res {
    let mut known = Vec::new();
    reserve(vm, &mut known, 256)?;
    known.resize_with(256, || None);
    let known = RefCell::new(known);
    let pieces = Pieces { mmap: of(vm, this)?.clone(), at: Cell::new(0), known };
    Ok(vm.alloc(pieces)?.into_object())
}

fn next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<Pieces>() else { return Ok(None) };
    let at = this.at.get();
    if at == usize::MAX {
        return Ok(None);
    }
    let byte = this.mmap.with(vm, |mapping| {
        (at < mapping.len()).then(|| mapping.byte(at).filter(|_| !mapping.is_lost(at, at + 1)))
    })?;
    let byte = match byte {
        None => {
            this.at.set(usize::MAX);
            return Ok(None);
        }
        Some(Some(byte)) => byte,
        // Which raises.
        Some(None) => this.mmap.look(vm, (at, at + 1), |_| 0)?,
    };
    this.at.set(at + 1);
    piece(vm, &mut this.known.borrow_mut(), byte).map(Some)
}

#[inline]
fn piece(vm: &Vm, known: &mut [Option<Object>], byte: u8) -> Res {
    if let Some(Some(piece)) = known.get(usize::from(byte)) {
        return Ok(piece.clone());
    }
    let piece = vm.bytes(&[byte])?.into_object();
    if let Some(place) = known.get_mut(usize::from(byte)) {
        *place = Some(piece.clone());
    }
    Ok(piece)
}

/// How many are left.
#[native("(self, /)", name = "__length_hint__", no_signature)]
fn length_hint(vm: &Vm, this: &Obj<Pieces>) -> Res {
    match this.at.get() {
        usize::MAX => Ok(Object::small(0)),
        at => vm.int_usize(this.mmap.len(vm)?.saturating_sub(at)),
    }
}

/// The bytes from the last to the first.
#[native("(self, /)", name = "__reversed__", no_signature)]
pub(super) fn reversed(vm: &Vm, this: &Obj<Mmap>) -> Res {
    let mut all = zeros(vm, this.len(vm)?)?;
    this.look(vm, (0, all.len()), |bytes| {
        for (to, from) in all.iter_mut().rev().zip(bytes) {
            *to = *from;
        }
    })?;
    // (Pieces, as iteration gives them.)
    let (list, mut known) = (vm.new_list()?, vec![None; 256]);
    for byte in all {
        list.push(piece(vm, &mut known, byte)?).map_err(|e| vm.no_memory(e))?;
    }
    vm.iter(list.as_object())
}
