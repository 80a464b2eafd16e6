//! Bytes that have come and are not read yet.
//!
//! What comes as a bytes object while nothing is there is kept as that object, and given out as it is if one read
//! takes all of it. Everything else is copied behind the rest; what is read is skipped, and moved out of the way only
//! when that costs less than what was read.
//!
//! **Invariant:** while there is a `chunk`, `bytes` is empty; `start` is within whichever of them holds the bytes.

use crate::support::*;

/// A block that was larger is given back when nothing is left in it: connections are many, and mostly idle.
const KEPT: usize = 4 << 10;

/// See the file's head.
#[derive(Default)]
pub(super) struct ByteQueue {
    chunk: Option<Obj<Bytes>>,
    bytes: Vec<u8>,
    /// So many bytes were read already.
    start: usize,
    charge: Charge,
}

impl ByteQueue {
    fn all(&self) -> &[u8] {
        match &self.chunk {
            Some(chunk) => chunk.as_slice(),
            None => &self.bytes,
        }
    }

    pub fn as_slice(&self) -> &[u8] {
        self.all().get(self.start..).unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.all().len() - self.start
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Room for `more` bytes behind those of our own.
    fn reserve(&mut self, vm: &Vm, more: usize) -> Res<()> {
        if self.bytes.capacity() - self.bytes.len() >= more {
            return Ok(());
        }
        if self.start >= self.bytes.len() - self.start {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        let heap = &vm.interp().heap;
        let wanted = self.bytes.len().saturating_add(more);
        if !heap.has_room(wanted) || self.bytes.try_reserve(more).is_err() {
            return Err(vm.no_memory(NoMemory));
        }
        self.charge.keep(heap, self.bytes.capacity());
        Ok(())
    }

    pub fn append(&mut self, vm: &Vm, data: &[u8]) -> Res<()> {
        if let Some(chunk) = self.chunk.take() {
            let start = std::mem::take(&mut self.start);
            let rest = chunk.as_slice().get(start..).unwrap_or_default();
            if let Err(raised) = self.reserve(vm, rest.len().saturating_add(data.len())) {
                self.start = start;
                self.chunk = Some(chunk);
                return Err(raised);
            }
            self.bytes.extend_from_slice(rest);
        } else {
            self.reserve(vm, data.len())?;
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }

    /// The same for an exact bytes object, which is kept if nothing else is there.
    pub fn append_object(&mut self, vm: &Vm, data: &Obj<Bytes>) -> Res<()> {
        if !self.is_empty() {
            return self.append(vm, data.as_slice());
        }
        self.clear(vm);
        self.chunk = Some(data.clone());
        Ok(())
    }

    /// The first `n` bytes (or all there are) as a bytes object; they are gone then.
    pub fn take(&mut self, vm: &Vm, n: usize) -> Res {
        if let Some((taken, [_, ..])) = self.as_slice().split_at_checked(n) {
            let taken = vm.bytes(taken)?;
            self.start += n;
            return Ok(taken.into_object());
        }
        if self.start == 0
            && let Some(chunk) = self.chunk.take()
        {
            return Ok(chunk.into_object());
        }
        let taken = vm.bytes(self.as_slice())?;
        self.clear(vm);
        Ok(taken.into_object())
    }

    /// As [`ByteQueue::take`]; None, and nothing happens, if there is no memory: who asks tries again and says so.
    #[inline]
    pub fn take_at_once(&mut self, vm: &Vm, n: usize) -> Option<Object> {
        match self.take(vm, n) {
            Ok(bytes) => Some(bytes),
            Err(raised) => {
                drop(vm.take_raised(raised));
                None
            }
        }
    }

    /// The first `n` bytes are gone.
    pub fn skip(&mut self, vm: &Vm, n: usize) {
        if n >= self.len() {
            self.clear(vm);
        } else {
            self.start += n;
        }
    }

    pub fn clear(&mut self, vm: &Vm) {
        self.chunk = None;
        self.bytes.clear();
        self.start = 0;
        if self.bytes.capacity() > KEPT {
            self.bytes = Vec::new();
            self.charge.keep(&vm.interp().heap, 0);
        }
    }

    /// Where `separator` is, looked for from `from` on.
    pub fn find(&self, separator: &[u8], from: usize) -> Option<usize> {
        let bytes = self.as_slice().get(from..)?;
        let at = match separator {
            [byte] => memchr::memchr(*byte, bytes),
            _ => memchr::memmem::find(bytes, separator),
        };
        at.map(|at| from + at)
    }
}
