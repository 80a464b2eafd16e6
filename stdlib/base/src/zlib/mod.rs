//! The module zlib, over flate2.
//!
//! Not kept of CPython's: copies of (de)compression objects, as the crate cannot make them; `memLevel` and
//! `strategy` are checked and then without effect, so that the compressed bytes may differ.

mod objects;
mod stream;

use crate::binascii::low_word;
use crate::support::{Buffer, Bytes, Maybe, Obj, Object, Raised, Res, Vm, native, natives};
use std::cell::RefCell;
use stream::{Deflate, Inflate};
use taipan_core::native::ModuleDef;
use taipan_core::object::Exc;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "zlib",
    doc: "Data made smaller and back, by the method DEFLATE, with the frames of zlib, of gzip or none.\n\n\
          wbits says which: 9 to 15 zlib's, 16 more gzip's, negative none; when reading, 32 more finds out.",
    functions: natives![
        adler32,
        compress,
        objects::compressobj,
        crc32,
        decompress,
        objects::decompressobj
    ],
    fill: Some(|vm, module| {
        for (name, value) in CONSTANTS {
            module.dict.set_named(vm, name, vm.int(*value)?)?;
        }
        for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
            module.dict.set_named(vm, name, vm.str("1.3.0")?)?;
        }
        module.dict.set_named(vm, "__version__", vm.str("1.0")?)?;
        let bases = vm.tuple(vec![vm.types().exception(Exc::Exception).into_object()])?;
        let dict = vm.new_dict()?;
        dict.set_named(vm, "__module__", vm.str("zlib")?)?;
        let args = [vm.str("error")?.into_object(), bases.into_object(), dict.into_object()];
        let class = vm.call(vm.types().type_.as_object(), &args)?;
        vm.interp().state::<ErrorClass>().0.replace(Some(class.clone()));
        module.dict.set_named(vm, "error", class)
    }),
    ..ModuleDef::EMPTY
};

const CONSTANTS: &[(&str, i64)] = &[
    ("MAX_WBITS", 15),
    ("DEFLATED", 8),
    ("DEF_MEM_LEVEL", 8),
    ("DEF_BUF_SIZE", 16384),
    ("Z_NO_COMPRESSION", 0),
    ("Z_BEST_SPEED", 1),
    ("Z_BEST_COMPRESSION", 9),
    ("Z_DEFAULT_COMPRESSION", -1),
    ("Z_FILTERED", 1),
    ("Z_HUFFMAN_ONLY", 2),
    ("Z_RLE", 3),
    ("Z_FIXED", 4),
    ("Z_DEFAULT_STRATEGY", 0),
    ("Z_NO_FLUSH", 0),
    ("Z_PARTIAL_FLUSH", 1),
    ("Z_SYNC_FLUSH", 2),
    ("Z_FULL_FLUSH", 3),
    ("Z_FINISH", 4),
    ("Z_BLOCK", 5),
    ("Z_TREES", 6),
];

/// The class zlib.error.
#[derive(Default)]
struct ErrorClass(RefCell<Option<Object>>);

/// zlib.error.
fn error(vm: &Vm, message: &str) -> Raised {
    let class = vm.interp().state::<ErrorClass>().0.borrow().clone();
    let Some(class) = class else { return vm.value_error(message) };
    match vm.str(message).and_then(|message| vm.call(&class, &[message.into_object()])) {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

/// Adler-32 of the data; value is that of what comes before it.
#[native("(data, value=1, /)")]
fn adler32(vm: &Vm, data: Buffer, value: Maybe<&Object>) -> Res<u32> {
    let start = match value {
        Maybe::Given(value) => low_word(vm, value)?,
        Maybe::Absent => 1,
    };
    let (mut a, mut b) = (start & 0xFFFF, start >> 16);
    data.with(|data| {
        // The longest run whose sums cannot overflow.
        for run in data.chunks(5552) {
            for byte in run {
                a += u32::from(*byte);
                b += a;
            }
            a %= 65521;
            b %= 65521;
        }
    });
    Ok(b << 16 | a)
}

/// CRC-32 of the data; value is that of what comes before it.
#[native("(data, value=0, /)")]
fn crc32(vm: &Vm, data: Buffer, value: Maybe<&Object>) -> Res<u32> {
    crate::binascii::crc32_on(vm, data, value)
}

/// The data made smaller, as bytes.
///
/// level is 0 for quickly (not at all) to 9 for small; -1 is what zlib takes for a good choice, 6.
#[native("(data, /, level=-1, wbits=15)")]
fn compress(vm: &Vm, data: &[u8], level: i32, wbits: i32) -> Res<Obj<Bytes>> {
    if !(-1..=9).contains(&level) {
        return Err(error(vm, "Bad compression level"));
    }
    let Some(mut deflate) = Deflate::new(level, wbits) else {
        return Err(error(vm, "Bad compression level"));
    };
    let mut out = Vec::new();
    deflate.feed(vm, data, flate2::FlushCompress::Finish, &mut out)?;
    vm.bytes(&out)
}

/// The data that compress() was given, from what it gave. zlib.error if it is damaged or not all there.
///
/// bufsize is the room to start with; it grows.
#[native("(data, /, wbits=15, bufsize=16384)")]
fn decompress(vm: &Vm, data: &[u8], wbits: i32, bufsize: isize) -> Res<Obj<Bytes>> {
    if bufsize < 0 {
        return Err(vm.value_error("bufsize must be non-negative"));
    }
    let Some(mut inflate) = Inflate::new(wbits) else {
        return Err(error(
            vm,
            "Error -2 while preparing to decompress data: inconsistent stream state",
        ));
    };
    let mut out = Vec::new();
    inflate.feed(vm, data, None, usize::MAX, &mut out)?;
    if !inflate.ended {
        return Err(error(vm, "Error -5 while decompressing data: incomplete or truncated stream"));
    }
    vm.bytes(&out)
}
