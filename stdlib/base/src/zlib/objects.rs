//! The types Compress and Decompress.
//!
//! A stream is taken out of its object for the length of a call, so that another thread or a signal
//! handler that uses the object meanwhile gets an error instead of half a state.

use super::error;
use super::stream::{Deflate, Inflate};
use crate::support::{
    Bytes, Maybe, Obj, Payload, Res, TypeSpec, Vm, getsets, getter, native, natives, type_flags,
};
use flate2::FlushCompress;
use std::cell::{Cell, RefCell};

/// The payload of Compress.
pub(super) struct Compressor(RefCell<Option<Deflate>>);

impl Payload for Compressor {
    const SPEC: Option<&'static TypeSpec> = Some(&COMPRESS);
}

static COMPRESS: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    methods: natives![compress, flush],
    ..TypeSpec::new::<Compressor>("zlib.Compress")
};

/// An object that makes data smaller piece by piece.
///
/// level is as for compress(). method can only be DEFLATED. memLevel and strategy are checked, and without
/// effect. zdict is text that is likely in the data: the reader needs the same.
#[native("(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)")]
#[expect(non_snake_case, reason = "Python's name")]
pub(super) fn compressobj(
    vm: &Vm,
    level: i32,
    method: i32,
    wbits: i32,
    memLevel: i32,
    strategy: i32,
    zdict: Option<&[u8]>,
) -> Res<Obj<Compressor>> {
    let valid = (-1..=9).contains(&level)
        && method == 8
        && (1..=9).contains(&memLevel)
        && (0..=4).contains(&strategy);
    let Some(mut stream) = Deflate::new(level, wbits).filter(|_| valid) else {
        return Err(vm.value_error("Invalid initialization option"));
    };
    if let Some(dictionary) = zdict
        && !stream.set_dictionary(dictionary)
    {
        return Err(vm.value_error("Invalid dictionary"));
    }
    vm.alloc(Compressor(RefCell::new(Some(stream))))
}

fn run(vm: &Vm, this: &Compressor, data: &[u8], flush: FlushCompress) -> Res<Obj<Bytes>> {
    let Some(mut stream) = this.0.take() else {
        return Err(error(vm, "Error -2 while compressing data: inconsistent stream state"));
    };
    let mut out = Vec::new();
    let done = stream.feed(vm, data, flush, &mut out);
    this.0.replace(Some(stream));
    done?;
    vm.bytes(&out)
}

/// What comes out for this piece of data, which may be nothing yet.
#[native("(self, data, /)")]
fn compress(vm: &Vm, this: &Obj<Compressor>, data: &[u8]) -> Res<Obj<Bytes>> {
    run(vm, this, data, FlushCompress::None)
}

/// What is still held back, so that all data so far can be read.
///
/// Unless mode is Z_SYNC_FLUSH or the like, the stream is at its end.
#[native("(self, mode=zlib.Z_FINISH, /)")]
fn flush(vm: &Vm, this: &Obj<Compressor>, mode: Maybe<i32>) -> Res<Obj<Bytes>> {
    let mode = match mode.given().unwrap_or(4) {
        0 => return vm.bytes(b""),
        1 => FlushCompress::Partial,
        2 | 5 => FlushCompress::Sync,
        3 => FlushCompress::Full,
        4 => FlushCompress::Finish,
        _ => {
            return Err(error(vm, "Error -2 while flushing: inconsistent stream state"));
        }
    };
    run(vm, this, b"", mode)
}

/// The payload of Decompress.
pub(super) struct Decompressor {
    stream: RefCell<Option<Inflate>>,
    dictionary: Vec<u8>,
    ended: Cell<bool>,
    unused: RefCell<Vec<u8>>,
    tail: RefCell<Vec<u8>>,
}

impl Payload for Decompressor {
    const SPEC: Option<&'static TypeSpec> = Some(&DECOMPRESS);
}

static DECOMPRESS: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    methods: natives![decompress, flush_rest],
    getsets: getsets![unused_data, unconsumed_tail, eof],
    ..TypeSpec::new::<Decompressor>("zlib.Decompress")
};

/// An object that reads compressed data piece by piece; zdict is the text that the writer was given.
#[native("(wbits=15, zdict=b'')")]
pub(super) fn decompressobj(vm: &Vm, wbits: i32, zdict: Maybe<&[u8]>) -> Res<Obj<Decompressor>> {
    let Some(mut stream) = Inflate::new(wbits) else {
        return Err(vm.value_error("Invalid initialization option"));
    };
    let dictionary = zdict.given().unwrap_or(&[]);
    vm.need_room(dictionary.len())?;
    let dictionary = dictionary.to_vec();
    if !dictionary.is_empty() && !stream.preset(&dictionary) {
        return Err(error(vm, "Error -2 while setting zdict: inconsistent stream state"));
    }
    vm.alloc(Decompressor {
        stream: RefCell::new(Some(stream)),
        dictionary,
        ended: Cell::new(false),
        unused: RefCell::default(),
        tail: RefCell::default(),
    })
}

fn inflate(vm: &Vm, this: &Decompressor, data: &[u8], limit: usize) -> Res<Obj<Bytes>> {
    let Some(mut stream) = this.stream.take() else {
        return Err(error(vm, "Error -2 while decompressing data: inconsistent stream state"));
    };
    let dictionary = Some(this.dictionary.as_slice()).filter(|d| !d.is_empty());
    let mut out = Vec::new();
    let fed = stream.feed(vm, data, dictionary, limit, &mut out);
    let ended = stream.ended;
    this.stream.replace(Some(stream));
    let rest = data.get(fed?..).unwrap_or(&[]);
    this.ended.set(ended);
    let mut tail = this.tail.borrow_mut();
    tail.clear();
    let kept = if ended { &mut *this.unused.borrow_mut() } else { &mut *tail };
    crate::support::append(vm, kept, rest)?;
    drop(tail);
    vm.bytes(&out)
}

/// What comes out for this piece of compressed data, at most max_length bytes if that is not 0.
///
/// Input that was not needed for them is in unconsumed_tail, to be handed over again.
#[native("(self, data, /, max_length=0)")]
fn decompress(
    vm: &Vm,
    this: &Obj<Decompressor>,
    data: &[u8],
    max_length: isize,
) -> Res<Obj<Bytes>> {
    match usize::try_from(max_length) {
        Err(_) => Err(vm.value_error("max_length must be non-negative")),
        Ok(0) => inflate(vm, this, data, usize::MAX),
        Ok(limit) => inflate(vm, this, data, limit),
    }
}

/// What is left to come out; length is the room to start with.
#[native("(self, length=zlib.DEF_BUF_SIZE, /)", name = "flush")]
fn flush_rest(vm: &Vm, this: &Obj<Decompressor>, length: Maybe<isize>) -> Res<Obj<Bytes>> {
    if length.given().is_some_and(|n| n <= 0) {
        return Err(vm.value_error("length must be greater than zero"));
    }
    let rest = this.tail.borrow().clone();
    inflate(vm, this, &rest, usize::MAX)
}

/// What was handed over beyond the end of the data.
#[getter]
fn unused_data(vm: &Vm, this: &Obj<Decompressor>) -> Res<Obj<Bytes>> {
    vm.bytes(&this.unused.borrow())
}

/// Data that was not taken because the output had reached its limit.
#[getter]
fn unconsumed_tail(vm: &Vm, this: &Obj<Decompressor>) -> Res<Obj<Bytes>> {
    vm.bytes(&this.tail.borrow())
}

/// Whether the data said that nothing more comes.
#[getter]
fn eof(this: &Obj<Decompressor>) -> bool {
    this.ended.get()
}
