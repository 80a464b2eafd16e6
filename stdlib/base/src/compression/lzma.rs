//! The module _lzma.
//!
//! Not kept of liblzma's: raw streams have one filter before the last at most, and none when they are made; chains
//! of several in .xz can be made and, when they are read, only up to one.

use super::chain::{self, Chain};
use super::{Decoder, Decompressing, Moved, SLICE, Sink, limit_of};
use crate::support::*;
use lzma_rust2::{
    Action, CheckType, Lzma2Options, Lzma2Stream, Lzma2Writer, LzmaOptions, LzmaStream, LzmaWriter,
    Status, XzOptions, XzStream, XzWriter,
};
use std::cell::{Cell, RefCell};
use std::io::{self, ErrorKind, Write};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_lzma",
    doc: "Compression as xz and lzma do it, in pieces.",
    functions: natives![is_check_supported, _encode_filter_properties, _decode_filter_properties],
    types: &[&COMPRESSOR, &DECOMPRESSOR],
    fill: Some(|vm, module| {
        for (name, value) in CONSTANTS {
            module.set(vm, name, *value)?;
        }
        let class = exception_class(vm, "_lzma", "LZMAError", Exc::Exception)?;
        module.set(vm, "LZMAError", &class)?;
        vm.interp().state::<ErrorClass>().0.replace(Some(class));
        Ok(())
    }),
    ..ModuleDef::EMPTY
};

const FORMAT_AUTO: i32 = 0;
const FORMAT_XZ: i32 = 1;
const FORMAT_ALONE: i32 = 2;
const FORMAT_RAW: i32 = 3;
const CHECK_UNKNOWN: i32 = 16;

const CONSTANTS: &[(&str, u64)] = &[
    ("FORMAT_AUTO", 0),
    ("FORMAT_XZ", 1),
    ("FORMAT_ALONE", 2),
    ("FORMAT_RAW", 3),
    ("CHECK_NONE", 0),
    ("CHECK_CRC32", 1),
    ("CHECK_CRC64", 4),
    ("CHECK_SHA256", 10),
    ("CHECK_ID_MAX", 15),
    ("CHECK_UNKNOWN", 16),
    ("FILTER_LZMA1", chain::LZMA1),
    ("FILTER_LZMA2", chain::LZMA2),
    ("FILTER_DELTA", 3),
    ("FILTER_X86", 4),
    ("FILTER_POWERPC", 5),
    ("FILTER_IA64", 6),
    ("FILTER_ARM", 7),
    ("FILTER_ARMTHUMB", 8),
    ("FILTER_SPARC", 9),
    ("MF_HC3", 3),
    ("MF_HC4", 4),
    ("MF_BT2", 18),
    ("MF_BT3", 19),
    ("MF_BT4", 20),
    ("MODE_FAST", 1),
    ("MODE_NORMAL", 2),
    ("PRESET_DEFAULT", 6),
    ("PRESET_EXTREME", chain::EXTREME as u64),
];

/// The class _lzma.LZMAError.
#[derive(Default)]
struct ErrorClass(RefCell<Option<Object>>);

/// _lzma.LZMAError.
pub(super) fn error(vm: &Vm, message: &str) -> Raised {
    let class = vm.interp().state::<ErrorClass>().0.borrow().clone();
    let Some(class) = class else { return vm.value_error(message) };
    match vm.str(message).and_then(|message| vm.call(&class, &[message.into_object()])) {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

fn failure(vm: &Vm, failure: io::Error) -> Raised {
    match failure.kind() {
        ErrorKind::OutOfMemory => vm.no_memory(NoMemory),
        ErrorKind::Unsupported | ErrorKind::InvalidInput => {
            error(vm, "Invalid or unsupported options")
        }
        _ => error(vm, "Corrupt input data"),
    }
}

/// Test whether the given integrity check is supported.
///
/// Always returns True for CHECK_NONE and CHECK_CRC32.
#[native("(check_id, /)")]
fn is_check_supported(check_id: i32) -> bool {
    check_type(check_id).is_some()
}

fn check_type(id: i32) -> Option<CheckType> {
    match id {
        0 => Some(CheckType::None),
        1 => Some(CheckType::Crc32),
        4 => Some(CheckType::Crc64),
        10 => Some(CheckType::Sha256),
        _ => None,
    }
}

/// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
///
/// The result does not include the filter ID itself, only the options.
#[native("(filter, /)")]
fn _encode_filter_properties(vm: &Vm, filter: &Object) -> Res<Obj<Bytes>> {
    vm.bytes(&chain::encode(vm, filter)?)
}

/// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
///
/// The result does not include the filter ID itself, only the options.
#[native("(filter_id, encoded_props, /)")]
fn _decode_filter_properties(vm: &Vm, filter_id: u64, encoded_props: &[u8]) -> Res {
    chain::decode(vm, filter_id, encoded_props)
}

enum Encoder {
    Xz(Box<XzWriter<Sink>>),
    Lzma(Box<LzmaWriter<Sink>>),
    Lzma2(Box<Lzma2Writer<Sink>>),
    /// In use, or flushed.
    Away,
}

impl Encoder {
    fn write(&mut self, data: &[u8]) -> io::Result<()> {
        match self {
            Encoder::Xz(w) => w.write_all(data),
            Encoder::Lzma(w) => w.write_all(data),
            Encoder::Lzma2(w) => w.write_all(data),
            Encoder::Away => Ok(()),
        }
    }

    fn take(&mut self) -> Vec<u8> {
        let sink = match self {
            Encoder::Xz(w) => w.inner_mut(),
            Encoder::Lzma(w) => w.inner_mut(),
            Encoder::Lzma2(w) => w.inner_mut(),
            Encoder::Away => return Vec::new(),
        };
        std::mem::take(&mut sink.0)
    }

    fn finish(self) -> io::Result<Vec<u8>> {
        Ok(match self {
            Encoder::Xz(w) => w.finish()?.0,
            Encoder::Lzma(w) => w.finish()?.0,
            Encoder::Lzma2(w) => w.finish()?.0,
            Encoder::Away => Vec::new(),
        })
    }
}

/// The payload of LZMACompressor.
struct Compressor {
    encoder: RefCell<Encoder>,
    flushed: Cell<bool>,
}

impl Payload for Compressor {
    const SPEC: Option<&'static TypeSpec> = Some(&COMPRESSOR);
}

static COMPRESSOR: TypeSpec = TypeSpec {
    doc: "LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\n\
          Create a compressor object for compressing data incrementally.\n\n\
          The format is FORMAT_XZ, FORMAT_ALONE or FORMAT_RAW; check is for the first of these. Either a\n\
          preset (0 to 9, perhaps with PRESET_EXTREME) or a chain of filters, as dicts, says how.",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(<compressor as NativeConstructor>::new), ..Slots::NONE },
    methods: natives![compress, flush],
    ..TypeSpec::new::<Compressor>("_lzma.LZMACompressor")
};

#[native("(cls, format=1, check=-1, preset=None, filters=None)", constructor)]
fn compressor(
    vm: &Vm,
    cls: &Obj<Type>,
    format: i32,
    check: i32,
    preset: Option<&Object>,
    filters: Option<&Object>,
) -> Res<Obj<Compressor>> {
    if preset.is_some() && filters.is_some() {
        return Err(vm.value_error("Cannot specify both preset and filter chain"));
    }
    if format != FORMAT_XZ && check != -1 && check != 0 {
        return Err(vm.value_error("Integrity checks are only supported by FORMAT_XZ"));
    }
    let number = match preset {
        Some(preset) => u32::from_object(vm, preset, &ArgInfo::default())?,
        None => 6,
    };
    let chain = match filters {
        Some(filters) => chain::parse(vm, filters)?,
        None if format == FORMAT_RAW => {
            return Err(vm.value_error("Must specify filters for FORMAT_RAW"));
        }
        None => match chain::preset(number) {
            Some(options) => {
                let last = if format == FORMAT_ALONE { chain::LZMA1 } else { chain::LZMA2 };
                Chain { before: Vec::new(), last, options }
            }
            None if format == FORMAT_ALONE => {
                return Err(error(vm, &format!("Invalid compression preset: {number}")));
            }
            None => return Err(error(vm, "Invalid or unsupported options")),
        },
    };
    room(vm, &chain.options)?;
    let encoder = encoder(vm, format, check, chain)?;
    vm.alloc_of(cls, Compressor { encoder: RefCell::new(encoder), flushed: Cell::new(false) })
}

/// The crate takes its memory without asking; so it is asked for here.
fn room(vm: &Vm, options: &LzmaOptions) -> Res<()> {
    let mut probe: Vec<u8> = Vec::new();
    let bytes = (options.get_memory_usage() as usize).saturating_mul(1024);
    probe.try_reserve_exact(bytes).map_err(|_| vm.no_memory(NoMemory))
}

fn encoder(vm: &Vm, format: i32, check: i32, chain: Chain) -> Res<Encoder> {
    let Chain { before, last, options } = chain;
    let refused = || error(vm, "Invalid or unsupported options");
    match (format, last) {
        (FORMAT_XZ, chain::LZMA2) => {
            let check = if check == -1 { Some(CheckType::Crc64) } else { check_type(check) };
            let Some(check_type) = check else {
                return Err(error(vm, "Unsupported integrity check"));
            };
            let options =
                XzOptions { lzma_options: options, check_type, block_size: None, filters: before };
            let made = XzWriter::new(Sink::default(), options);
            Ok(Encoder::Xz(Box::new(made.map_err(|e| failure(vm, e))?)))
        }
        (FORMAT_ALONE, chain::LZMA1) if before.is_empty() => {
            let made = LzmaWriter::new_use_header(Sink::default(), &options, None);
            Ok(Encoder::Lzma(Box::new(made.map_err(|e| failure(vm, e))?)))
        }
        (FORMAT_RAW, chain::LZMA1) if before.is_empty() => {
            let made = LzmaWriter::new_no_header(Sink::default(), &options, true);
            Ok(Encoder::Lzma(Box::new(made.map_err(|e| failure(vm, e))?)))
        }
        (FORMAT_RAW, chain::LZMA2) if before.is_empty() => {
            let options = Lzma2Options { lzma_options: options, ..Lzma2Options::default() };
            Ok(Encoder::Lzma2(Box::new(Lzma2Writer::new(Sink::default(), options))))
        }
        (FORMAT_RAW, _) => Err(vm.raise_kind(
            Exc::NotImplementedError,
            "raw streams with a filter before the last one cannot be made here",
        )),
        (FORMAT_XZ | FORMAT_ALONE, _) => Err(refused()),
        _ => Err(vm.value_error(format_args!("Invalid container format: {format}"))),
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
    if this.flushed.get() {
        return Err(vm.value_error("Compressor has been flushed"));
    }
    let mut encoder = this.encoder.replace(Encoder::Away);
    let mut worked = Ok(());
    for piece in data.chunks(SLICE) {
        worked = encoder.write(piece).map_err(|e| failure(vm, e)).and_then(|()| vm.poll());
        if worked.is_err() {
            break;
        }
    }
    let out = encoder.take();
    this.encoder.replace(encoder);
    worked?;
    vm.bytes(&out)
}

/// Finish the compression process.
///
/// Returns the compressed data left in internal buffers.
///
/// The compressor object may not be used after this method is called.
#[native("(self, /)")]
fn flush(vm: &Vm, this: &Obj<Compressor>) -> Res<Obj<Bytes>> {
    if this.flushed.replace(true) {
        return Err(vm.value_error("Repeated call to flush()"));
    }
    let encoder = this.encoder.replace(Encoder::Away);
    let out = encoder.finish().map_err(|e| failure(vm, e))?;
    vm.bytes(&out)
}

enum Stream {
    /// The first bytes will say.
    Open,
    Xz(Box<XzStream>),
    Lzma(Box<LzmaStream>),
    Lzma2(Box<Lzma2Stream>),
}

struct Decoding {
    stream: Stream,
    /// In KiB.
    limit: u32,
    is_limited: bool,
    /// It must be a .xz.
    only_xz: bool,
    head: Vec<u8>,
}

const MAGIC: &[u8] = b"\xFD7zXZ\0";

impl Decoding {
    fn usage(&self) -> i32 {
        match &self.stream {
            Stream::Xz(stream) => stream.check_type().map_or(CHECK_UNKNOWN, |c| c as i32),
            Stream::Open => CHECK_UNKNOWN,
            _ => 0,
        }
    }

    /// Is the start that of a format that is known?
    fn look(&mut self, vm: &Vm, input: &[u8]) -> Res<()> {
        let before = self.head.len();
        if before >= 13 {
            return Ok(());
        }
        self.head.extend(input.iter().take(13 - before));
        let head = self.head.as_slice();
        let is_xz = head.first() == Some(&MAGIC[0]) || self.only_xz;
        let fits = match is_xz {
            true => head.iter().zip(MAGIC).all(|(a, b)| a == b),
            false => is_alone(head),
        };
        if !fits {
            // The next call is to fail as well.
            self.head.truncate(before);
            return Err(error(vm, "Input format not supported by decoder"));
        }
        if matches!(self.stream, Stream::Open) && !head.is_empty() {
            self.stream = match is_xz {
                true => Stream::Xz(Box::new(XzStream::new_mem_limit(false, self.limit))),
                false => Stream::Lzma(Box::new(LzmaStream::new_mem_limit(self.limit, None))),
            };
        }
        Ok(())
    }
}

/// Whether these may be the first bytes of a .lzma, as liblzma judges it: no size is odd.
fn is_alone(head: &[u8]) -> bool {
    let odd = |props: u8| props >= 225 || props % 9 + props / 9 % 5 > 4;
    if head.first().is_some_and(|props| odd(*props)) {
        return false;
    }
    if let Some([a, b, c, d]) = head.get(1..5) {
        let size = u32::from_le_bytes([*a, *b, *c, *d]);
        let tail = size & size.wrapping_sub(1);
        let round = tail == 0 || tail & tail.wrapping_sub(1) == 0 && tail << 1 & size != 0;
        if size != u32::MAX && !round {
            return false;
        }
    }
    match head.get(5..13) {
        Some(size) => size == [0xFF; 8] || size.iter().skip(5).all(|b| *b == 0) && size[4] < 64,
        None => true,
    }
}

impl Decoder for Decoding {
    fn step(&mut self, vm: &Vm, input: &[u8], output: &mut [u8]) -> Res<Moved> {
        let is_raw = matches!(self.stream, Stream::Lzma2(_)) || self.head.len() > 13;
        if !is_raw {
            self.look(vm, input)?;
        }
        let result = match &mut self.stream {
            Stream::Open => return Ok(Moved { taken: 0, made: 0, ended: false }),
            Stream::Xz(stream) => stream.process(input, output, Action::Run),
            Stream::Lzma(stream) => stream.process(input, output, Action::Run),
            Stream::Lzma2(stream) => stream.process(input, output, Action::Run),
        };
        let result = result.map_err(|e| match e.kind() {
            ErrorKind::OutOfMemory if self.is_limited => error(vm, "Memory usage limit exceeded"),
            _ => failure(vm, e),
        })?;
        // The range decoder reads ahead: what it took and did not need is not taken.
        let ahead = match &self.stream {
            Stream::Lzma(stream) => stream.unused_input().len(),
            _ => 0,
        };
        Ok(Moved {
            taken: result.bytes_consumed.saturating_sub(ahead),
            made: result.bytes_produced,
            ended: result.status == Status::StreamEnd,
        })
    }
}

/// The payload of LZMADecompressor.
struct Decompressor {
    work: Decompressing<Decoding>,
    check: Cell<i32>,
}

impl Payload for Decompressor {
    const SPEC: Option<&'static TypeSpec> = Some(&DECOMPRESSOR);
}

static DECOMPRESSOR: TypeSpec = TypeSpec {
    doc: "Create a decompressor object for decompressing data incrementally.\n\n  format\n    \
          The container format of the input; FORMAT_AUTO finds out whether it is .xz or .lzma.\n  memlimit\n    \
          Bytes of memory that may be used; without: no limit.\n  filters\n    \
          The chain of filters of FORMAT_RAW.\n\n\
          For one-shot decompression, use the decompress() function instead.",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(<decompressor as NativeConstructor>::new), ..Slots::NONE },
    methods: natives![decompress],
    getsets: getsets![check, eof, needs_input, unused_data],
    ..TypeSpec::new::<Decompressor>("_lzma.LZMADecompressor")
};

#[native("(cls, format=0, memlimit=None, filters=None)", constructor)]
fn decompressor(
    vm: &Vm,
    cls: &Obj<Type>,
    format: i32,
    memlimit: Option<&Object>,
    filters: Option<&Object>,
) -> Res<Obj<Decompressor>> {
    let limit = match memlimit {
        Some(_) if format == FORMAT_RAW => {
            return Err(vm.value_error("Cannot specify memory limit with FORMAT_RAW"));
        }
        Some(limit) => {
            let bytes = u64::from_object(vm, limit, &ArgInfo::default())?;
            u32::try_from(bytes / 1024).unwrap_or(u32::MAX)
        }
        None => u32::MAX,
    };
    if format == FORMAT_RAW && filters.is_none() {
        return Err(vm.value_error("Must specify filters for FORMAT_RAW"));
    }
    if format != FORMAT_RAW && filters.is_some() {
        return Err(vm.value_error("Cannot specify filters except with FORMAT_RAW"));
    }
    let mut head = Vec::new();
    let stream = match (format, filters) {
        (FORMAT_AUTO | FORMAT_XZ, _) => Stream::Open,
        (FORMAT_ALONE, _) => Stream::Lzma(Box::new(LzmaStream::new_mem_limit(limit, None))),
        (FORMAT_RAW, Some(filters)) => {
            // Without a header there is nothing to look at.
            head = vec![0; 14];
            raw(vm, chain::parse(vm, filters)?)?
        }
        _ => return Err(vm.value_error(format_args!("Invalid container format: {format}"))),
    };
    let check = if format == FORMAT_RAW || format == FORMAT_ALONE { 0 } else { CHECK_UNKNOWN };
    let decoding = Decoding {
        stream,
        limit,
        is_limited: memlimit.is_some(),
        only_xz: format == FORMAT_XZ,
        head,
    };
    let work = Decompressing::new(decoding, "Already at end of stream");
    vm.alloc_of(cls, Decompressor { work, check: Cell::new(check) })
}

fn raw(vm: &Vm, chain: Chain) -> Res<Stream> {
    let Chain { before, last, options: o } = chain;
    let told = |e| failure(vm, e);
    if last == chain::LZMA2 {
        let mut stream = Lzma2Stream::new(o.dict_size);
        stream.set_filters(&before).map_err(told)?;
        return Ok(Stream::Lzma2(Box::new(stream)));
    }
    let mut stream =
        LzmaStream::new(u64::MAX, o.lc, o.lp, o.pb, o.dict_size, None).map_err(told)?;
    stream.set_filters(&before).map_err(told)?;
    Ok(Stream::Lzma(Box::new(stream)))
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
    let result = this.work.run(vm, data, limit_of(max_length));
    if let Some(decoding) = this.work.stream.borrow().as_ref() {
        let known = decoding.usage();
        if known != CHECK_UNKNOWN {
            this.check.set(known);
        }
    }
    result
}

/// ID of the integrity check used by the input stream.
#[getter]
fn check(this: &Obj<Decompressor>) -> i32 {
    this.check.get()
}

/// True if the end-of-stream marker has been reached.
#[getter]
fn eof(this: &Obj<Decompressor>) -> bool {
    this.work.eof.get()
}

/// True if more input is needed before more decompressed data can be produced.
#[getter]
fn needs_input(this: &Obj<Decompressor>) -> bool {
    this.work.needs_input.get()
}

/// Data found after the end of the compressed stream.
#[getter]
fn unused_data(vm: &Vm, this: &Obj<Decompressor>) -> Res<Obj<Bytes>> {
    vm.bytes(&this.work.unused.borrow())
}
