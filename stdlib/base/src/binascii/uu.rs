//! Lines of uuencoded data.

use super::{Ascii, error};
use crate::support::{Buffer, Bytes, Obj, Res, Vm, native};

/// The bytes of one line of a uuencoded file.
#[native("(data, /)")]
pub(super) fn a2b_uu(vm: &Vm, data: Ascii) -> Res<Obj<Bytes>> {
    let mut rest = data.0.iter().copied();
    // An empty line counts as one of zero bytes less than nothing, as ever.
    let length = usize::from(rest.next().unwrap_or(0).wrapping_sub(b' ') & 63);
    let mut out = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    while out.len() < length {
        let value = match rest.next() {
            None | Some(b'\n' | b'\r') => 0,
            // The grave accent stands for a space that would get lost.
            Some(c @ b' '..=b'`') => u32::from(c - b' ') & 63,
            _ => return Err(error(vm, "Illegal char")),
        };
        bits = bits << 6 | value;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    if rest.any(|c| !matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(error(vm, "Trailing garbage"));
    }
    vm.bytes(&out)
}

/// At most 45 bytes as one line of a uuencoded file; backtick says how a 0 is written.
#[native("(data, /, *, backtick=False)")]
pub(super) fn b2a_uu(vm: &Vm, data: Buffer, backtick: bool) -> Res<Obj<Bytes>> {
    if data.len() > 45 {
        return Err(error(vm, "At most 45 bytes at once"));
    }
    let digit = |n: u8| match n & 63 {
        0 if backtick => b'`',
        n => n + b' ',
    };
    let mut out = vec![digit(data.len() as u8)];
    data.with(|data| {
        for group in data.chunks(3) {
            let at = |i: usize| group.get(i).copied().unwrap_or(0);
            let (a, b, c) = (at(0), at(1), at(2));
            out.extend([a >> 2, a << 4 | b >> 4, b << 2 | c >> 6, c].map(digit));
        }
    });
    out.push(b'\n');
    vm.bytes(&out)
}
