//! MemoryBIO: bytes on their way between a connection and whoever carries them.

use std::cell::{Cell, RefCell};

use super::errors::raise_plain;
use crate::support::*;

/// So much room is kept when it is empty.
const KEPT: usize = 32 * 1024;

/// Bytes of which the first are taken and to which more are added.
#[derive(Default)]
pub(super) struct Queue {
    bytes: Vec<u8>,
    start: usize,
}

impl Queue {
    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or(&[])
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets the first bytes.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.bytes.len());
        if self.start == self.bytes.len() {
            self.start = 0;
            // Connections that are quiet keep no room for what they once had to carry.
            if self.bytes.capacity() > KEPT { self.bytes = Vec::new() } else { self.bytes.clear() }
        } else if self.start > self.bytes.len() / 2 && self.start > 4096 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
    }

    /// Where a little is added.
    pub(super) fn bytes_mut(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Where more is added. Room for `more` bytes is there, or it is MemoryError.
    pub(super) fn end(&mut self, vm: &Vm, more: usize) -> Res<&mut Vec<u8>> {
        reserve(vm, &mut self.bytes, more)?;
        Ok(&mut self.bytes)
    }
}

/// Payload of `_ssl.MemoryBIO`.
#[derive(Default)]
pub struct Bio {
    pub(super) queue: RefCell<Queue>,
    pub(super) ended: Cell<bool>,
}

impl Payload for Bio {
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "MemoryBIO()\n--\n\nBytes that wait to be carried between an SSLObject and the other side.",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(<memory_bio as NativeConstructor>::new), ..Slots::NONE },
    methods: natives![read, write, write_eof],
    getsets: getsets![pending, eof],
    ..TypeSpec::new::<Bio>("_ssl.MemoryBIO")
};

#[native("(cls, /)", name = "MemoryBIO", constructor)]
fn memory_bio(vm: &Vm, class: &Obj<Type>) -> Res<Obj<Bio>> {
    vm.alloc_of(class, Bio::default())
}

/// Take up to size bytes; by default or if it is negative all there are.
#[native("(self, size=-1, /)")]
fn read(vm: &Vm, this: &Obj<Bio>, size: i64) -> Res {
    let mut queue = this.queue.borrow_mut();
    let count = usize::try_from(size).unwrap_or(usize::MAX).min(queue.len());
    let taken = vm.bytes(queue.as_slice().get(..count).unwrap_or(&[]))?;
    queue.consume(count);
    Ok(taken.into_object())
}

/// Add bytes and return how many.
#[native("(self, b, /)")]
fn write(vm: &Vm, this: &Obj<Bio>, b: Buffer) -> Res<usize> {
    if this.ended.get() {
        return Err(raise_plain(vm, "cannot write() after write_eof()"));
    }
    let mut queue = this.queue.borrow_mut();
    let end = queue.end(vm, b.len())?;
    b.with(|bytes| end.extend_from_slice(bytes));
    Ok(b.len())
}

/// Say that no more will be written: when all is read, the reader meets the end.
#[native("(self, /)")]
fn write_eof(this: &Obj<Bio>) {
    this.ended.set(true);
}

/// How many bytes wait.
#[getter]
fn pending(this: &Obj<Bio>) -> usize {
    this.queue.borrow().len()
}

/// Whether the reader has met the end.
#[getter]
fn eof(this: &Obj<Bio>) -> bool {
    this.ended.get() && this.queue.borrow().is_empty()
}
