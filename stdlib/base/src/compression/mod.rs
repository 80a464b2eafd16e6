//! The modules _bz2 and _lzma, over crates in Rust. What their decompressors have in common is here: data in
//! pieces, output up to a limit, and what follows the stream.
//!
//! **Invariant:** a stream is out of its object while it works, so that another thread that uses the object
//! meanwhile gets an error instead of half a state. Between slices of output signals are looked at.

pub mod bz2;
mod chain;
pub mod lzma;

use crate::support::*;
use std::cell::{Cell, RefCell};

/// Output that is made at once.
const SLICE: usize = 64 << 10;

/// What one step did.
struct Moved {
    taken: usize,
    made: usize,
    ended: bool,
}

trait Decoder {
    fn step(&mut self, vm: &Vm, input: &[u8], output: &mut [u8]) -> Res<Moved>;
}

/// A decompressor: the stream, and what waits before and after it.
struct Decompressing<D> {
    stream: RefCell<Option<D>>,
    waiting: RefCell<Vec<u8>>,
    unused: RefCell<Vec<u8>>,
    eof: Cell<bool>,
    needs_input: Cell<bool>,
    /// The words for data after the end.
    over: &'static str,
}

impl<D: Decoder> Decompressing<D> {
    fn new(stream: D, over: &'static str) -> Self {
        Decompressing {
            stream: RefCell::new(Some(stream)),
            waiting: RefCell::default(),
            unused: RefCell::default(),
            eof: Cell::new(false),
            needs_input: Cell::new(true),
            over,
        }
    }

    /// Output of what was kept and the new data; `limit` bytes at most.
    fn run(&self, vm: &Vm, data: &[u8], limit: usize) -> Res<Obj<Bytes>> {
        if self.eof.get() {
            return Err(vm.raise_kind(Exc::EOFError, self.over));
        }
        let Some(mut stream) = self.stream.take() else {
            return Err(vm.value_error("the decompressor is in use by another thread"));
        };
        let mut kept = self.waiting.take();
        let joined = match kept.is_empty() {
            true => Ok(()),
            false => append(vm, &mut kept, data),
        };
        let input = if kept.is_empty() { data } else { kept.as_slice() };
        let mut out = Vec::new();
        let mut taken = 0;
        let worked =
            joined.and_then(|()| self.steps(vm, &mut stream, input, limit, &mut taken, &mut out));
        let rest = input.get(taken..).unwrap_or(&[]);
        let place = if self.eof.get() { &self.unused } else { &self.waiting };
        let saved = append(vm, &mut place.borrow_mut(), rest);
        // More may come out of what went in if the limit was reached.
        let is_full = out.len() >= limit;
        self.needs_input.set(!self.eof.get() && rest.is_empty() && !is_full);
        self.stream.replace(Some(stream));
        worked.and(saved)?;
        vm.bytes(&out)
    }

    fn steps(
        &self,
        vm: &Vm,
        stream: &mut D,
        input: &[u8],
        limit: usize,
        taken: &mut usize,
        out: &mut Vec<u8>,
    ) -> Res<()> {
        loop {
            let room = SLICE.min(limit - out.len());
            reserve(vm, out, room)?;
            let at = out.len();
            out.resize(at + room, 0);
            let rest = input.get(*taken..).unwrap_or(&[]);
            let moved = stream.step(vm, rest, out.get_mut(at..).unwrap_or(&mut []));
            let made = moved.as_ref().map_or(0, |m| m.made);
            out.truncate(at + made);
            let moved = moved?;
            *taken += moved.taken;
            if moved.ended {
                self.eof.set(true);
                return Ok(());
            }
            let idle = moved.taken == 0 && moved.made == 0;
            if idle || out.len() >= limit {
                return Ok(());
            }
            vm.poll()?;
        }
    }
}

/// The argument max_length.
fn limit_of(max_length: isize) -> usize {
    usize::try_from(max_length).unwrap_or(usize::MAX)
}

/// Bytes that a compressor writes; out of memory is an error and no abort.
#[derive(Default)]
struct Sink(Vec<u8>);

impl std::io::Write for Sink {
    fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
        self.0.try_reserve(data.len()).map_err(|_| std::io::ErrorKind::OutOfMemory)?;
        self.0.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
