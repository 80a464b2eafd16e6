//! The module audioop: sound as signed samples of 1 to 4 bytes, in the machine's order of bytes.
//!
//! A fragment that is not of type bytes is copied first, so that nothing can change under the loops.

mod codecs;
mod measure;
mod rate;

use crate::support::{
    ArgInfo, FromArg, Module, Obj, Object, PyBytes, Raised, Res, Vm, native, natives, reserve,
};
use std::cell::RefCell;
use taipan_core::native::ModuleDef;
use taipan_core::object::Exc;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "audioop",
    doc: "Arithmetic with sound: fragments of samples as bytes.",
    functions: natives![
        measure::max,
        measure::minmax,
        measure::avg,
        measure::maxpp,
        measure::avgpp,
        measure::rms,
        measure::findfit,
        measure::findmax,
        measure::findfactor,
        measure::cross,
        measure::getsample,
        mul,
        tomono,
        tostereo,
        add,
        bias,
        reverse,
        byteswap,
        lin2lin,
        rate::ratecv,
        codecs::ulaw2lin,
        codecs::lin2ulaw,
        codecs::alaw2lin,
        codecs::lin2alaw,
        codecs::lin2adpcm,
        codecs::adpcm2lin,
    ],
    fill: Some(fill),
    ..ModuleDef::EMPTY
};

/// The class audioop.error.
#[derive(Default)]
struct ErrorClass(RefCell<Option<Object>>);

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    let warning = "'audioop' is deprecated and slated for removal in Python 3.13";
    vm.warn(Exc::DeprecationWarning, warning, 7)?;
    let bases = vm.tuple(vec![vm.types().exception(Exc::Exception).into_object()])?.into_object();
    let dict = vm.new_dict()?;
    dict.set_named(vm, "__module__", vm.str("audioop")?)?;
    let args = [vm.str("error")?.into_object(), bases, dict.into_object()];
    let class = vm.call(vm.types().type_.as_object(), &args)?;
    module.dict.set_named(vm, "error", class.clone())?;
    let old = vm.interp().state::<ErrorClass>().0.replace(Some(class));
    drop(old);
    Ok(())
}

fn error(vm: &Vm, message: &str) -> Raised {
    let class = vm.interp().state::<ErrorClass>().0.borrow().clone();
    let Some(class) = class else { return vm.value_error(message) };
    match vm.str(message).and_then(|message| vm.call(&class, &[message.into_object()])) {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

/// The bytes of a fragment.
struct Sound<'a>(&'a [u8]);

impl<'a> FromArg<'a> for Sound<'a> {
    type Holder = Vec<u8>;
    fn from_arg(vm: &'a Vm, o: &'a Object, holder: &'a mut Vec<u8>, i: &ArgInfo) -> Res<Self> {
        <&[u8]>::from_arg(vm, o, holder, i).map(Sound)
    }
}

/// Bytes of one sample: 1 to 4.
fn width_of(vm: &Vm, width: i32) -> Res<usize> {
    match width {
        1..=4 => Ok(width as usize),
        _ => Err(error(vm, "Size should be 1, 2, 3 or 4")),
    }
}

/// The eval flags are looked at after so many samples.
const BATCH: usize = 1 << 16;

impl Sound<'_> {
    /// Checks that there is no piece of a sample; gives the width.
    fn width(&self, vm: &Vm, width: i32) -> Res<usize> {
        let width = width_of(vm, width)?;
        match self.0.len() % width {
            0 => Ok(width),
            _ => Err(error(vm, "not a whole number of frames")),
        }
    }

    fn samples(
        &self,
        width: usize,
    ) -> impl DoubleEndedIterator<Item = i32> + ExactSizeIterator + '_ {
        self.0.chunks_exact(width).map(read)
    }

    /// Another fragment, made of `f` of each of the samples.
    fn map(&self, vm: &Vm, from: usize, to: usize, mut f: impl FnMut(i32) -> i32) -> Res<PyBytes> {
        let mut out = Vec::new();
        reserve(vm, &mut out, (self.0.len() / from).saturating_mul(to))?;
        for (i, sample) in self.samples(from).enumerate() {
            if i % BATCH == 0 {
                vm.poll_stop()?;
            }
            write(&mut out, to, f(sample));
        }
        Ok(PyBytes(out))
    }
}

/// A sample of 1 to 4 bytes.
fn read(bytes: &[u8]) -> i32 {
    match *bytes {
        [a] => i32::from(a as i8),
        [a, b] => i32::from(i16::from_ne_bytes([a, b])),
        [a, b, c] if cfg!(target_endian = "little") => i32::from_le_bytes([0, a, b, c]) >> 8,
        [a, b, c] => i32::from_be_bytes([a, b, c, 0]) >> 8,
        [a, b, c, d] => i32::from_ne_bytes([a, b, c, d]),
        _ => 0,
    }
}

/// Append a sample, its low bytes.
fn write(out: &mut Vec<u8>, width: usize, sample: i32) {
    let bytes = sample.to_ne_bytes();
    let skip = if cfg!(target_endian = "little") { 0 } else { 4 - width };
    out.extend_from_slice(&bytes[skip..skip + width]);
}

/// How far a sample is from filling 32 bits.
fn missing_bits(width: usize) -> u32 {
    32 - 8 * width as u32
}

fn lowest(width: usize) -> f64 {
    f64::from(i32::MIN >> missing_bits(width))
}

fn highest(width: usize) -> f64 {
    f64::from(i32::MAX >> missing_bits(width))
}

/// The nearest sample below, within what the width holds.
fn bounded(value: f64, width: usize) -> i32 {
    if value > highest(width) {
        highest(width) as i32
    } else if value < lowest(width) + 1.0 {
        lowest(width) as i32
    } else {
        value.floor() as i32
    }
}

/// A fragment where each sample is factor times as large.
#[native("(fragment, width, factor, /)")]
fn mul(vm: &Vm, fragment: Sound, width: i32, factor: f64) -> Res<PyBytes> {
    let width = fragment.width(vm, width)?;
    fragment.map(vm, width, width, |sample| bounded(f64::from(sample) * factor, width))
}

/// Both channels of a fragment as one: left times lfactor and right times rfactor.
#[native("(fragment, width, lfactor, rfactor, /)")]
fn tomono(vm: &Vm, fragment: Sound, width: i32, lfactor: f64, rfactor: f64) -> Res<PyBytes> {
    let width = fragment.width(vm, width)?;
    if !fragment.0.len().is_multiple_of(2 * width) {
        return Err(error(vm, "not a whole number of frames"));
    }
    let mut out = Vec::new();
    reserve(vm, &mut out, fragment.0.len() / 2)?;
    for (i, frame) in fragment.0.chunks_exact(2 * width).enumerate() {
        if i % BATCH == 0 {
            vm.poll_stop()?;
        }
        let (left, right) = frame.split_at(width);
        let sum = f64::from(read(left)) * lfactor + f64::from(read(right)) * rfactor;
        write(&mut out, width, bounded(sum, width));
    }
    Ok(PyBytes(out))
}

/// Two channels of one: left is each sample times lfactor, right times rfactor.
#[native("(fragment, width, lfactor, rfactor, /)")]
fn tostereo(vm: &Vm, fragment: Sound, width: i32, lfactor: f64, rfactor: f64) -> Res<PyBytes> {
    let width = fragment.width(vm, width)?;
    let mut out = Vec::new();
    reserve(vm, &mut out, fragment.0.len().saturating_mul(2))?;
    for (i, sample) in fragment.samples(width).enumerate() {
        if i % BATCH == 0 {
            vm.poll_stop()?;
        }
        for factor in [lfactor, rfactor] {
            write(&mut out, width, bounded(f64::from(sample) * factor, width));
        }
    }
    Ok(PyBytes(out))
}

/// A fragment of the sums of samples of two, which are of the same length.
#[native("(fragment1, fragment2, width, /)")]
fn add(vm: &Vm, fragment1: Sound, fragment2: Sound, width: i32) -> Res<PyBytes> {
    let width = fragment1.width(vm, width)?;
    if fragment1.0.len() != fragment2.0.len() {
        return Err(error(vm, "Lengths should be the same"));
    }
    let mut others = fragment2.samples(width);
    fragment1.map(vm, width, width, |sample| {
        bounded(f64::from(sample) + f64::from(others.next().unwrap_or(0)), width)
    })
}

/// A fragment with a number added to each sample. What is too large wraps around.
#[native("(fragment, width, bias, /)")]
fn bias(vm: &Vm, fragment: Sound, width: i32, bias: i32) -> Res<PyBytes> {
    let width = fragment.width(vm, width)?;
    fragment.map(vm, width, width, |sample| sample.wrapping_add(bias))
}

/// The samples in the other order.
#[native("(fragment, width, /)")]
fn reverse(vm: &Vm, fragment: Sound, width: i32) -> Res<PyBytes> {
    let width = fragment.width(vm, width)?;
    let mut backwards = fragment.samples(width).rev();
    fragment.map(vm, width, width, |_| backwards.next().unwrap_or(0))
}

/// The bytes of each sample in the other order.
#[native("(fragment, width, /)")]
fn byteswap(vm: &Vm, fragment: Sound, width: i32) -> Res<PyBytes> {
    let width = fragment.width(vm, width)?;
    fragment.map(vm, width, width, |sample| (sample << missing_bits(width)).swap_bytes())
}

/// The same sound in samples of another size.
#[native("(fragment, width, newwidth, /)")]
fn lin2lin(vm: &Vm, fragment: Sound, width: i32, newwidth: i32) -> Res<PyBytes> {
    let width = fragment.width(vm, width)?;
    let new = width_of(vm, newwidth)?;
    fragment.map(vm, width, new, |sample| (sample << missing_bits(width)) >> missing_bits(new))
}
