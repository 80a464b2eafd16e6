//! The module _bz2.

use super::{Decoder, Decompressing, Moved, SLICE, limit_of};
use crate::support::*;
use bzip2::{Action, Compress, Compression, Decompress, Error, Status};
use std::cell::RefCell;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_bz2",
    doc: "Compression as bzip2 does it, in pieces.",
    types: &[&COMPRESSOR, &DECOMPRESSOR],
    ..ModuleDef::EMPTY
};

/// The payload of BZ2Compressor.
struct Compressor(RefCell<State>);

enum State {
    Ready(Box<Compress>),
    Busy,
    Flushed,
}

impl Payload for Compressor {
    const SPEC: Option<&'static TypeSpec> = Some(&COMPRESSOR);
}

static COMPRESSOR: TypeSpec = TypeSpec {
    doc: "Create a compressor object for compressing data incrementally.\n\n  compresslevel\n    \
          Compression level, as a number between 1 and 9.\n\n\
          For one-shot compression, use the compress() function instead.",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(<compressor as NativeConstructor>::new), ..Slots::NONE },
    methods: natives![compress, flush],
    ..TypeSpec::new::<Compressor>("_bz2.BZ2Compressor")
};

#[native("(cls, compresslevel=9, /)", constructor)]
fn compressor(vm: &Vm, cls: &Obj<Type>, compresslevel: i32) -> Res<Obj<Compressor>> {
    let level = u32::try_from(compresslevel).ok().and_then(Compression::try_new);
    let Some(level) = level else {
        return Err(vm.value_error("compresslevel must be between 1 and 9"));
    };
    let stream = Box::new(Compress::new(level, 0));
    vm.alloc_of(cls, Compressor(RefCell::new(State::Ready(stream))))
}

fn take(vm: &Vm, this: &Compressor) -> Res<Box<Compress>> {
    match this.0.replace(State::Busy) {
        State::Ready(stream) => Ok(stream),
        State::Busy => Err(vm.value_error("the compressor is in use by another thread")),
        State::Flushed => {
            this.0.replace(State::Flushed);
            Err(vm.value_error("Compressor has been flushed"))
        }
    }
}

fn run(vm: &Vm, stream: &mut Compress, mut data: &[u8], action: Action) -> Res<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        reserve(vm, &mut out, SLICE)?;
        let before = stream.total_in();
        let status = stream.compress_vec(data, &mut out, action);
        let taken = (stream.total_in() - before) as usize;
        data = data.get(taken..).unwrap_or(&[]);
        match status {
            Ok(Status::StreamEnd) => return Ok(out),
            Ok(_) if data.is_empty() && action == Action::Run => return Ok(out),
            Ok(_) => {}
            Err(error) => return Err(failure(vm, error)),
        }
        vm.poll()?;
    }
}

fn failure(vm: &Vm, error: Error) -> Raised {
    match error {
        Error::Data | Error::DataMagic => vm.raise_kind(Exc::OSError, "Invalid data stream"),
        Error::Param => vm.value_error("Internal error - invalid parameters passed to libbzip2"),
        _ => vm.runtime_error("Internal error - Invalid sequence of commands sent to libbzip2"),
    }
}

/// Provide data to the compressor object.
///
/// Returns a chunk of compressed data if possible, or b'' otherwise.
///
/// When you have finished providing data to the compressor, call the
/// flush() method to finish the compression process.
#[native("(self, data, /)")]
fn compress(vm: &Vm, this: &Obj<Compressor>, data: &[u8]) -> Res<Obj<Bytes>> {
    let mut stream = take(vm, this)?;
    let out =
        if data.is_empty() { Ok(Vec::new()) } else { run(vm, &mut stream, data, Action::Run) };
    this.0.replace(State::Ready(stream));
    vm.bytes(&out?)
}

/// Finish the compression process.
///
/// Returns the compressed data left in internal buffers.
///
/// The compressor object may not be used after this method is called.
#[native("(self, /)")]
fn flush(vm: &Vm, this: &Obj<Compressor>) -> Res<Obj<Bytes>> {
    let is_flushed = matches!(*this.0.borrow(), State::Flushed);
    if is_flushed {
        return Err(vm.value_error("Repeated call to flush()"));
    }
    let mut stream = take(vm, this)?;
    let out = run(vm, &mut stream, b"", Action::Finish);
    this.0.replace(State::Flushed);
    vm.bytes(&out?)
}

impl Decoder for Decompress {
    fn step(&mut self, vm: &Vm, input: &[u8], output: &mut [u8]) -> Res<Moved> {
        let (before_in, before_out) = (self.total_in(), self.total_out());
        let status = self.decompress(input, output).map_err(|error| failure(vm, error))?;
        if matches!(status, Status::MemNeeded) {
            return Err(vm.no_memory(NoMemory));
        }
        Ok(Moved {
            taken: (self.total_in() - before_in) as usize,
            made: (self.total_out() - before_out) as usize,
            ended: matches!(status, Status::StreamEnd),
        })
    }
}

/// The payload of BZ2Decompressor.
struct Decompressor(Decompressing<Decompress>);

impl Payload for Decompressor {
    const SPEC: Option<&'static TypeSpec> = Some(&DECOMPRESSOR);
}

static DECOMPRESSOR: TypeSpec = TypeSpec {
    doc: "Create a decompressor object for decompressing data incrementally.\n\n\
          For one-shot decompression, use the decompress() function instead.",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(<decompressor as NativeConstructor>::new), ..Slots::NONE },
    methods: natives![decompress],
    getsets: getsets![eof, unused_data, needs_input],
    ..TypeSpec::new::<Decompressor>("_bz2.BZ2Decompressor")
};

#[native("(cls)", constructor)]
fn decompressor(vm: &Vm, cls: &Obj<Type>) -> Res<Obj<Decompressor>> {
    vm.alloc_of(
        cls,
        Decompressor(Decompressing::new(Decompress::new(false), "End of stream already reached")),
    )
}

/// Decompress *data*, returning uncompressed data as bytes.
///
/// If *max_length* is nonnegative, returns at most *max_length* bytes of decompressed data. If this limit is
/// reached and more output is possible, *self.needs_input* is False: the next call may give b'' as data.
///
/// After the end of the stream EOFError is raised; what was found behind it is *unused_data*.
#[native("(self, data, max_length=-1)")]
fn decompress(
    vm: &Vm,
    this: &Obj<Decompressor>,
    data: &[u8],
    max_length: isize,
) -> Res<Obj<Bytes>> {
    this.0.run(vm, data, limit_of(max_length))
}

/// True if the end-of-stream marker has been reached.
#[getter]
fn eof(this: &Obj<Decompressor>) -> bool {
    this.0.eof.get()
}

/// Data found after the end of the compressed stream.
#[getter]
fn unused_data(vm: &Vm, this: &Obj<Decompressor>) -> Res<Obj<Bytes>> {
    vm.bytes(&this.0.unused.borrow())
}

/// True if more input is needed before more decompressed data can be produced.
#[getter]
fn needs_input(this: &Obj<Decompressor>) -> bool {
    this.0.needs_input.get()
}
