//! Another rate of samples.

use super::{BATCH, Sound, error, missing_bits, read, width_of, write};
use crate::support::{Object, Res, Tuple, Vm, native, reserve};
use num_integer::gcd;
use taipan_core::native::PyBytes;

/// Where a conversion stands: the distance to the next output, and per channel the last two samples.
struct State {
    distance: i64,
    channels: Vec<(i32, i32)>,
}

fn illegal(vm: &Vm) -> taipan_core::vm::Raised {
    vm.type_error("ratecv(): illegal state argument")
}

fn number(vm: &Vm, object: &Object) -> Res<i32> {
    vm.as_i64(&vm.index(object)?).and_then(|n| i32::try_from(n).ok()).ok_or_else(|| illegal(vm))
}

fn read_state(vm: &Vm, given: &Object, channels: usize) -> Res<State> {
    let Some(given) = given.downcast::<Tuple>() else {
        return Err(vm.type_error("state must be a tuple or None"));
    };
    let [distance, samples] = given.as_slice() else { return Err(illegal(vm)) };
    let distance = i64::from(number(vm, distance)?);
    let Some(samples) = samples.downcast::<Tuple>() else { return Err(illegal(vm)) };
    if samples.len() != channels {
        return Err(error(vm, "illegal state argument"));
    }
    let mut pairs = Vec::new();
    reserve(vm, &mut pairs, channels)?;
    for pair in samples.as_slice() {
        match pair.downcast::<Tuple>().map(|pair| pair.as_slice()) {
            Some([before, now]) => pairs.push((number(vm, before)?, number(vm, now)?)),
            _ => return Err(illegal(vm)),
        }
    }
    Ok(State { distance, channels: pairs })
}

/// The sound at another rate, and the state with which the next fragment goes on: (fragment, newstate).
///
/// state is None for the first fragment. The weights are those of a sample and the one before, for smoothing.
#[native("(fragment, width, nchannels, inrate, outrate, state, weightA=1, weightB=0, /)")]
#[expect(clippy::too_many_arguments, reason = "Python's signature")]
#[expect(non_snake_case, reason = "Python's names")]
pub fn ratecv(
    vm: &Vm,
    fragment: Sound,
    width: i32,
    nchannels: i32,
    inrate: i32,
    outrate: i32,
    state: &Object,
    weightA: i32,
    weightB: i32,
) -> Res<(PyBytes, (i64, Object))> {
    let width = width_of(vm, width)?;
    if nchannels < 1 {
        return Err(error(vm, "# of channels should be >= 1"));
    }
    if nchannels > i32::MAX / width as i32 {
        return Err(vm.overflow_error("width * nchannels too big for a C int"));
    }
    let (channels, frame) = (nchannels as usize, nchannels as usize * width);
    if weightA < 1 || weightB < 0 {
        return Err(error(vm, "weightA should be >= 1, weightB should be >= 0"));
    }
    if !fragment.0.len().is_multiple_of(frame) {
        return Err(error(vm, "not a whole number of frames"));
    }
    if inrate <= 0 || outrate <= 0 {
        return Err(error(vm, "sampling rate not > 0"));
    }
    let common = gcd(inrate, outrate);
    let (inrate, outrate) = (i64::from(inrate / common), i64::from(outrate / common));
    let weights = (f64::from(weightA), f64::from(weightB));
    let mut state = if state.is_none() {
        let mut silent = Vec::new();
        reserve(vm, &mut silent, channels)?;
        silent.resize(channels, (0, 0));
        State { distance: -outrate, channels: silent }
    } else {
        read_state(vm, state, channels)?
    };
    let out = convert(vm, &fragment, (width, frame), (inrate, outrate), weights, &mut state)?;
    let mut pairs = Vec::new();
    reserve(vm, &mut pairs, channels)?;
    for (before, now) in &state.channels {
        pairs
            .push(vm.tuple(vec![vm.int((*before).into())?, vm.int((*now).into())?])?.into_object());
    }
    Ok((PyBytes(out), (state.distance, vm.tuple(pairs)?.into_object())))
}

fn convert(
    vm: &Vm,
    fragment: &Sound,
    (width, frame): (usize, usize),
    (inrate, outrate): (i64, i64),
    (weight, weight_before): (f64, f64),
    state: &mut State,
) -> Res<Vec<u8>> {
    let mut out = Vec::new();
    let mut frames = fragment.0.chunks_exact(frame);
    let shift = missing_bits(width);
    let mut done = 0usize;
    loop {
        while state.distance < 0 {
            let Some(samples) = frames.next() else { return Ok(out) };
            for ((before, now), sample) in
                state.channels.iter_mut().zip(samples.chunks_exact(width))
            {
                *before = *now;
                let sample = f64::from(read(sample) << shift);
                let smooth = weight * sample + weight_before * f64::from(*before);
                *now = (smooth / (weight + weight_before)) as i32;
            }
            state.distance += outrate;
            done += 1;
            if done.is_multiple_of(BATCH) {
                vm.poll_stop()?;
            }
        }
        while state.distance >= 0 {
            if out.capacity() - out.len() < frame {
                let more = out.len().max(frame);
                reserve(vm, &mut out, more)?;
            }
            let (d, whole) = (state.distance as f64, outrate as f64);
            for (before, now) in &state.channels {
                let between = (f64::from(*before) * d + f64::from(*now) * (whole - d)) / whole;
                write(&mut out, width, (between as i32) >> shift);
            }
            state.distance -= inrate;
            done += 1;
            if done.is_multiple_of(BATCH) {
                vm.poll_stop()?;
            }
        }
    }
}
