//! The module binascii: binary data as ASCII text and back, and checksums.

mod hexadecimal;
mod printable;
mod uu;

use crate::support::{
    Bytes, FromArg, Maybe, Module, Obj, Object, Raised, Res, Str, Vm, buffer, native, natives,
    reserve,
};
use std::cell::RefCell;
use taipan_core::native::{ArgInfo, ModuleDef};
use taipan_core::object::Exc;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "binascii",
    doc: "Bytes as text and back, in hexadecimal, base64, uu and quoted-printable; and two checksums.",
    functions: natives![
        uu::a2b_uu,
        uu::b2a_uu,
        a2b_base64,
        b2a_base64,
        hexadecimal::b2a_hex,
        hexadecimal::hexlify,
        hexadecimal::a2b_hex,
        hexadecimal::unhexlify,
        crc_hqx,
        crc32,
        printable::a2b_qp,
        printable::b2a_qp
    ],
    fill: Some(|vm, module| {
        let error = exception(vm, module, "Error", Exc::ValueError)?;
        exception(vm, module, "Incomplete", Exc::Exception)?;
        vm.interp().state::<ErrorClass>().0.replace(Some(error));
        Ok(())
    }),
    ..ModuleDef::EMPTY
};

/// The class binascii.Error.
#[derive(Default)]
struct ErrorClass(RefCell<Option<Object>>);

fn exception(vm: &Vm, module: &Obj<Module>, name: &str, base: Exc) -> Res {
    let bases = vm.tuple(vec![vm.types().exception(base).into_object()])?.into_object();
    let dict = vm.new_dict()?;
    dict.set_named(vm, "__module__", vm.str("binascii")?)?;
    let args = [vm.str(name)?.into_object(), bases, dict.into_object()];
    let class = vm.call(vm.types().type_.as_object(), &args)?;
    module.dict.set_named(vm, name, class.clone())?;
    Ok(class)
}

/// binascii.Error.
fn error(vm: &Vm, message: &str) -> Raised {
    let class = vm.interp().state::<ErrorClass>().0.borrow().clone();
    let Some(class) = class else { return vm.value_error(message) };
    match vm.str(message).and_then(|message| vm.call(&class, &[message.into_object()])) {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

/// An argument that may be bytes-like or a str of ASCII characters.
struct Ascii(Vec<u8>);

impl<'a> FromArg<'a> for Ascii {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        if let Some(text) = object.downcast::<Str>() {
            let Some(ascii) = text.as_ascii() else {
                return Err(vm.value_error("string argument should contain only ASCII characters"));
            };
            let mut copy = Vec::new();
            crate::support::append(vm, &mut copy, ascii.as_bytes())?;
            return Ok(Ascii(copy));
        }
        if vm.class_of(object).slots().buffer.is_none() {
            return Err(vm.type_error(format_args!(
                "argument should be bytes, buffer or ASCII string, not '{}'",
                vm.type_name(object)
            )));
        }
        buffer::bytes_of(vm, object).map(Ascii)
    }
}

/// The eval flags are looked at after so many bytes (a multiple of 2 and 3).
const PIECE: usize = 3 << 18;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of each base64 digit; 64: no digit.
const VALUES: [u8; 256] = {
    let mut table = [64; 256];
    let mut i = 0;
    while i < 64 {
        table[BASE64[i] as usize] = i as u8;
        i += 1;
    }
    table
};

/// The bytes that a text in base64 stands for.
///
/// With `strict_mode`, characters outside the alphabet and anything behind the padding are errors; else they are
/// passed over.
#[native("(data, /, *, strict_mode=False)")]
fn a2b_base64(vm: &Vm, data: Ascii, strict_mode: bool) -> Res<Obj<Bytes>> {
    let data = data.0;
    let mut out: Vec<u8> = Vec::new();
    reserve(vm, &mut out, data.len() / 4 * 3 + 3)?;
    if strict_mode && data.first() == Some(&b'=') {
        return Err(error(vm, "Leading padding not allowed"));
    }
    let (mut place, mut left, mut pads, mut padding) = (0, 0u8, 0, false);
    let (mut rest, mut next_poll) = (data.as_slice(), PIECE);
    loop {
        // Whole groups of four digits.
        while place == 0
            && let [a, b, c, d, after @ ..] = rest
        {
            let [a, b, c, d] = [a, b, c, d].map(|c| VALUES[usize::from(*c)]);
            if (a | b | c | d) >= 64 || padding {
                break;
            }
            out.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
            rest = after;
            if out.len() >= next_poll {
                vm.poll_stop()?;
                next_poll = out.len() + PIECE;
            }
        }
        let Some((&c, after)) = rest.split_first() else { break };
        rest = after;
        if c == b'=' {
            padding = true;
            if place >= 2 {
                pads += 1;
                if place + pads >= 4 {
                    if strict_mode && !rest.is_empty() {
                        return Err(error(vm, "Excess data after padding"));
                    }
                    return vm.bytes(&out);
                }
            }
            continue;
        }
        let value = VALUES[usize::from(c)];
        if value >= 64 {
            if strict_mode {
                return Err(error(vm, "Only base64 data is allowed"));
            }
            continue;
        }
        if strict_mode && padding {
            return Err(error(vm, "Discontinuous padding not allowed"));
        }
        pads = 0;
        match place {
            0 => left = value,
            1 => {
                out.push(left << 2 | value >> 4);
                left = value & 15;
            }
            2 => {
                out.push(left << 4 | value >> 2);
                left = value & 3;
            }
            _ => {
                out.push(left << 6 | value);
                left = 0;
            }
        }
        place = (place + 1) % 4;
        if place == 0 {
            padding = false;
        }
    }
    match place {
        0 => vm.bytes(&out),
        1 => Err(error(
            vm,
            &format!(
                "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than \
                 a multiple of 4",
                out.len() / 3 * 4 + 1
            ),
        )),
        _ => Err(error(vm, "Incorrect padding")),
    }
}

/// Bytes in base64, as one line; newline says whether it gets an end.
#[native("(data, /, *, newline=True)")]
fn b2a_base64(vm: &Vm, data: crate::support::Buffer, newline: bool) -> Res<Obj<Bytes>> {
    let mut out = Vec::new();
    reserve(vm, &mut out, data.len().div_ceil(3).saturating_mul(4).saturating_add(1))?;
    let digit = |n: u8| BASE64[usize::from(n & 63)];
    data.with(|data| {
        let mut rest: &[u8] = &[];
        for piece in data.chunks(PIECE) {
            vm.poll_stop()?;
            let mut groups = piece.chunks_exact(3);
            for group in &mut groups {
                if let [a, b, c] = *group {
                    let digits = [a >> 2, a << 4 | b >> 4, b << 2 | c >> 6, c];
                    out.extend_from_slice(&digits.map(digit));
                }
            }
            rest = groups.remainder();
        }
        match *rest {
            [a] => out.extend_from_slice(&[digit(a >> 2), digit(a << 4), b'=', b'=']),
            [a, b] => {
                out.extend_from_slice(&[digit(a >> 2), digit(a << 4 | b >> 4), digit(b << 2), b'='])
            }
            _ => {}
        }
        Ok(())
    })?;
    if newline {
        out.push(b'\n');
    }
    vm.bytes(&out)
}

/// The checksum CRC-CCITT of the data, 16 bits; crc is that of the data before it.
#[native("(data, crc, /)")]
fn crc_hqx(vm: &Vm, data: crate::support::Buffer, crc: &Object) -> Res<u32> {
    let mut crc = low_word(vm, crc)? & 0xFFFF;
    data.with(|data| {
        for piece in data.chunks(PIECE) {
            vm.poll_stop()?;
            for byte in piece {
                crc ^= u32::from(*byte) << 8;
                for _ in 0..8 {
                    crc = if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 };
                }
                crc &= 0xFFFF;
            }
        }
        Ok(())
    })?;
    Ok(crc)
}

/// The low 32 bits of an int.
pub(crate) fn low_word(vm: &Vm, object: &Object) -> Res<u32> {
    use num_traits::ToPrimitive;
    let n = taipan_core::native::big_integer(vm, object)?;
    let low = n.as_ref() & num_bigint::BigInt::from(u32::MAX);
    Ok(low.to_u32().unwrap_or(0))
}

/// The checksum CRC-32 of the data; crc is that of the data before it.
#[native("(data, crc=0, /)")]
fn crc32(vm: &Vm, data: crate::support::Buffer, crc: Maybe<&Object>) -> Res<u32> {
    crc32_on(vm, data, crc)
}

/// The checksum of data behind other data, whose checksum is `crc`.
pub(crate) fn crc32_on(vm: &Vm, data: crate::support::Buffer, crc: Maybe<&Object>) -> Res<u32> {
    let start = match crc {
        Maybe::Given(crc) => low_word(vm, crc)?,
        Maybe::Absent => 0,
    };
    let mut hasher = crc32fast::Hasher::new_with_initial(start);
    data.with(|data| {
        data.chunks(16 * PIECE).try_for_each(|piece| {
            vm.poll_stop()?;
            hasher.update(piece);
            Ok(())
        })
    })?;
    Ok(hasher.finalize())
}
