//! Memory that a raw stream reads into past the buffer.

use std::ops::Range;

use crate::io;
use crate::support::*;

/// Where bytes go that are read in several pieces: it is made once, however small the pieces are.
pub(super) enum Room {
    Own(Vec<u8>),
    /// A bytearray of so many bytes, for raw streams that are written in Python.
    Lent(Object, usize),
}

impl Room {
    fn into_lent(self) -> Option<Object> {
        match self {
            Room::Own(_) => None,
            Room::Lent(array, _) => Some(array),
        }
    }

    /// Does something with the first `count` bytes. (Those of a bytearray may be fewer now.)
    fn with<R>(&self, vm: &Vm, count: usize, then: impl FnOnce(&[u8]) -> R) -> Res<R> {
        match self {
            Room::Own(bytes) => Ok(then(bytes.get(..count).unwrap_or(bytes))),
            Room::Lent(array, _) => {
                with_bytes(vm, array, |bytes| then(bytes.get(..count).unwrap_or(bytes)))
            }
        }
    }
}

/// What a call of `read` has so far: bytes that were read ahead, those in a room, and those behind them.
#[derive(Default)]
pub(super) struct Output {
    pub head: Vec<u8>,
    room: Option<(Room, usize)>,
    tail: Vec<u8>,
}

impl Output {
    pub(super) fn len(&self) -> usize {
        self.head.len() + self.room.as_ref().map_or(0, |(_, count)| *count) + self.tail.len()
    }

    pub(super) fn add_room(&mut self, room: Room, count: usize) {
        self.room = Some((room, count));
    }

    /// Where single bytes are added.
    pub(super) fn end(&mut self) -> &mut Vec<u8> {
        if self.room.is_some() { &mut self.tail } else { &mut self.head }
    }

    /// As an object, copied once where there is nothing before and behind; and the bytearray that was lent.
    pub(super) fn finish(mut self, vm: &Vm) -> Res<(Object, Option<Object>)> {
        let Some((room, count)) = self.room.take() else {
            return Ok((vm.bytes(&self.head)?.into_object(), None));
        };
        let bytes = if self.head.is_empty() && self.tail.is_empty() {
            room.with(vm, count, |bytes| vm.bytes(bytes))??
        } else {
            reserve(vm, &mut self.head, count + self.tail.len())?;
            room.with(vm, count, |bytes| self.head.extend_from_slice(bytes))?;
            self.head.append(&mut self.tail);
            vm.bytes(&self.head)?
        };
        Ok((bytes.into_object(), room.into_lent()))
    }
}

/// Has a raw stream that is written in Python read into a place of a bytearray that had `len` bytes.
pub(super) fn ask_to_read(
    vm: &Vm,
    raw: &Object,
    array: &Object,
    place: Range<usize>,
    len: usize,
) -> Res<Option<usize>> {
    let most = place.len();
    let mut view = io::memoryview(vm, array)?;
    if most < len {
        let (start, end) = (vm.int_usize(place.start)?, vm.int_usize(place.end)?);
        let slice = vm.slice(start, end, Object::none())?;
        view = vm.getitem(&view, slice.as_object())?;
    }
    let answer = vm.call_method(raw, "readinto", &[view])?;
    if answer.is_none() {
        return Ok(None);
    }
    let count = match vm.index_size(&answer) {
        Ok(count) => count,
        Err(raised) => return Err(io::chain_os_error(vm, raised, "raw readinto() failed")),
    };
    match usize::try_from(count).ok().filter(|count| *count <= most) {
        Some(count) => Ok(Some(count)),
        None => Err(vm.raise_kind(
            Exc::OSError,
            format_args!(
                "raw readinto() returned invalid length {count} (should have been between 0 \
                 and {most})"
            ),
        )),
    }
}
