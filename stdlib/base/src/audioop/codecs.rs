//! Sound in fewer bits: u-LAW and a-LAW (ITU G.711), Intel/DVI ADPCM.

use super::{BATCH, Sound, missing_bits, width_of, write};
use crate::support::{Object, Res, Tuple, Vm, native, reserve};
use taipan_core::native::PyBytes;

/// Each byte becomes a sample; `f` gives it in 16 bits.
fn expand(vm: &Vm, fragment: &Sound, width: i32, f: fn(u8) -> i32) -> Res<PyBytes> {
    let width = width_of(vm, width)?;
    fragment.map(vm, 1, width, |byte| (f(byte as u8) << 16) >> missing_bits(width))
}

/// Each sample becomes a byte; `f` gets it in 32 bits.
fn compress(vm: &Vm, fragment: &Sound, width: i32, f: fn(i32) -> u8) -> Res<PyBytes> {
    let width = fragment.width(vm, width)?;
    fragment.map(vm, width, 1, |sample| i32::from(f(sample << missing_bits(width))))
}

/// What u-LAW adds before it takes the logarithm, of 14 bits.
const BIAS: u32 = 33;

fn to_ulaw(sample: i32) -> u8 {
    // 14 bits are used.
    let sample = sample >> 18;
    let mask = if sample < 0 { 0x7f } else { 0xff };
    let size = sample.unsigned_abs().min(8159) + BIAS;
    // The segment is the place of the highest bit, of 5 to 12.
    let segment = size.ilog2() - 5;
    let byte = if segment >= 8 { 0x7f } else { segment << 4 | (size >> (segment + 1)) & 0xf };
    byte as u8 ^ mask
}

fn from_ulaw(byte: u8) -> i32 {
    let byte = i32::from(!byte);
    let size = ((byte & 0xf) << 3) + 0x84 << ((byte & 0x70) >> 4);
    if byte & 0x80 != 0 { 0x84 - size } else { size - 0x84 }
}

fn to_alaw(sample: i32) -> u8 {
    // 13 bits are used.
    let sample = sample >> 19;
    let (mask, size) = if sample < 0 { (0x55, !sample as u32) } else { (0xd5, sample as u32) };
    let segment = (size | 0x1f).ilog2() - 4;
    let byte = match segment {
        8.. => 0x7f,
        0 | 1 => segment << 4 | (size >> 1) & 0xf,
        _ => segment << 4 | (size >> segment) & 0xf,
    };
    byte as u8 ^ mask
}

fn from_alaw(byte: u8) -> i32 {
    let byte = i32::from(byte ^ 0x55);
    let low = (byte & 0xf) << 4;
    let size = match (byte & 0x70) >> 4 {
        0 => low + 8,
        segment => (low + 0x108) << (segment - 1),
    };
    if byte & 0x80 != 0 { size } else { -size }
}

/// Samples of a fragment in u-LAW, of which each byte is one.
#[native("(fragment, width, /)")]
pub fn ulaw2lin(vm: &Vm, fragment: Sound, width: i32) -> Res<PyBytes> {
    expand(vm, &fragment, width, from_ulaw)
}

/// The fragment in u-LAW, a byte for each sample.
#[native("(fragment, width, /)")]
pub fn lin2ulaw(vm: &Vm, fragment: Sound, width: i32) -> Res<PyBytes> {
    compress(vm, &fragment, width, to_ulaw)
}

/// Samples of a fragment in a-LAW, of which each byte is one.
#[native("(fragment, width, /)")]
pub fn alaw2lin(vm: &Vm, fragment: Sound, width: i32) -> Res<PyBytes> {
    expand(vm, &fragment, width, from_alaw)
}

/// The fragment in a-LAW, a byte for each sample.
#[native("(fragment, width, /)")]
pub fn lin2alaw(vm: &Vm, fragment: Sound, width: i32) -> Res<PyBytes> {
    compress(vm, &fragment, width, to_alaw)
}

/// How the index of the step changes with the size of a difference.
const FASTER: [i32; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];

#[rustfmt::skip]
const STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97,
    107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796,
    876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871,
    5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623,
    27086, 29794, 32767,
];

/// Where ADPCM stands: the value that is foretold, and the index of the step.
#[derive(Default)]
struct Adpcm {
    value: i32,
    index: i32,
}

impl Adpcm {
    fn from_arg(vm: &Vm, given: &Object, function: &str) -> Res<Adpcm> {
        if given.is_none() {
            return Ok(Adpcm::default());
        }
        let Some(pair) = given.downcast::<Tuple>() else {
            return Err(vm.type_error("state must be a tuple or None"));
        };
        let illegal = || vm.type_error(format_args!("{function}(): illegal state argument"));
        let [value, index] = pair.as_slice() else { return Err(illegal()) };
        let number = |o: &Object| -> Res<i32> {
            vm.as_i64(&vm.index(o)?).and_then(|n| i32::try_from(n).ok()).ok_or_else(illegal)
        };
        let (value, index) = (number(value)?, number(index)?);
        if !(-0x8000..=0x7fff).contains(&value) || !(0..STEPS.len() as i32).contains(&index) {
            return Err(vm.value_error("bad state"));
        }
        Ok(Adpcm { value, index })
    }

    fn step(&self) -> i32 {
        STEPS.get(self.index as usize).copied().unwrap_or(7)
    }

    /// Go on by a code of 4 bits: sign, and size in quarters of the step.
    fn apply(&mut self, code: i32) {
        let step = self.step();
        let mut change = step >> 3;
        for (bit, part) in [(4, step), (2, step >> 1), (1, step >> 2)] {
            if code & bit != 0 {
                change += part;
            }
        }
        let change = if code & 8 != 0 { -change } else { change };
        self.value = (self.value + change).clamp(-0x8000, 0x7fff);
        let faster = FASTER[(code & 7) as usize];
        self.index = (self.index + faster).clamp(0, STEPS.len() as i32 - 1);
    }

    /// The code that comes nearest to a sample.
    fn encode(&mut self, sample: i32) -> u8 {
        let difference = sample - self.value;
        let mut code = if difference < 0 { 8 } else { 0 };
        let (mut left, mut step) = (difference.abs(), self.step());
        for bit in [4, 2, 1] {
            if left >= step {
                code |= bit;
                left -= step;
            }
            step >>= 1;
        }
        self.apply(code);
        code as u8
    }
}

/// The fragment in ADPCM, 4 bits for each sample, and the state with which the next goes on.
#[native("(fragment, width, state, /)")]
pub fn lin2adpcm(
    vm: &Vm,
    fragment: Sound,
    width: i32,
    state: &Object,
) -> Res<(PyBytes, (i32, i32))> {
    let width = fragment.width(vm, width)?;
    let mut adpcm = Adpcm::from_arg(vm, state, "lin2adpcm")?;
    let mut out = Vec::new();
    reserve(vm, &mut out, fragment.0.len() / width / 2)?;
    let mut high = None;
    for (i, sample) in fragment.samples(width).enumerate() {
        if i % BATCH == 0 {
            vm.poll_stop()?;
        }
        let code = adpcm.encode((sample << missing_bits(width)) >> 16);
        match high.take() {
            None => high = Some(code << 4),
            Some(high) => out.push(high | code),
        }
    }
    Ok((PyBytes(out), (adpcm.value, adpcm.index)))
}

/// Samples of a fragment in ADPCM, and the state with which the next goes on.
#[native("(fragment, width, state, /)")]
pub fn adpcm2lin(
    vm: &Vm,
    fragment: Sound,
    width: i32,
    state: &Object,
) -> Res<(PyBytes, (i32, i32))> {
    let width = width_of(vm, width)?;
    let mut adpcm = Adpcm::from_arg(vm, state, "adpcm2lin")?;
    let mut out = Vec::new();
    reserve(vm, &mut out, fragment.0.len().saturating_mul(2 * width))?;
    for (i, byte) in fragment.0.iter().enumerate() {
        if i % BATCH == 0 {
            vm.poll_stop()?;
        }
        for code in [byte >> 4, byte & 0xf] {
            adpcm.apply(i32::from(code));
            write(&mut out, width, (adpcm.value << 16) >> missing_bits(width));
        }
    }
    Ok((PyBytes(out), (adpcm.value, adpcm.index)))
}
