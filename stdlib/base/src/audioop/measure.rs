//! What can be said of a fragment: sizes, averages, and where another one fits best.

use super::{BATCH, Sound, error, read};
use crate::support::{Res, Vm, native};

/// The largest distance from 0.
#[native("(fragment, width, /)")]
pub fn max(vm: &Vm, fragment: Sound, width: i32) -> Res<u32> {
    let width = fragment.width(vm, width)?;
    let mut largest = 0;
    each(vm, &fragment, width, |sample| largest = largest.max(sample.unsigned_abs()))?;
    Ok(largest)
}

/// Call `f` with all samples.
fn each(vm: &Vm, fragment: &Sound, width: usize, mut f: impl FnMut(i32)) -> Res<()> {
    for (i, sample) in fragment.samples(width).enumerate() {
        if i % BATCH == 0 {
            vm.poll_stop()?;
        }
        f(sample);
    }
    Ok(())
}

/// The smallest and the largest sample.
#[native("(fragment, width, /)")]
pub fn minmax(vm: &Vm, fragment: Sound, width: i32) -> Res<(i32, i32)> {
    let width = fragment.width(vm, width)?;
    let (mut least, mut most) = (i32::MAX, i32::MIN);
    each(vm, &fragment, width, |sample| {
        least = least.min(sample);
        most = most.max(sample);
    })?;
    Ok((least, most))
}

/// The average of the samples.
#[native("(fragment, width, /)")]
pub fn avg(vm: &Vm, fragment: Sound, width: i32) -> Res<i32> {
    let width = fragment.width(vm, width)?;
    let mut sum = 0.0;
    each(vm, &fragment, width, |sample| sum += f64::from(sample))?;
    let count = fragment.0.len() / width;
    Ok(if count == 0 { 0 } else { (sum / count as f64).floor() as i32 })
}

/// The root of the average of the squares.
#[native("(fragment, width, /)")]
pub fn rms(vm: &Vm, fragment: Sound, width: i32) -> Res<u32> {
    let width = fragment.width(vm, width)?;
    let mut sum = 0.0;
    each(vm, &fragment, width, |sample| sum += f64::from(sample) * f64::from(sample))?;
    let count = fragment.0.len() / width;
    Ok(if count == 0 { 0 } else { (sum / count as f64).sqrt() as u32 })
}

/// Call `f` with the distance of each turning point from the one before.
fn each_swing(vm: &Vm, fragment: &Sound, width: usize, mut f: impl FnMut(u32)) -> Res<()> {
    let mut samples = fragment.samples(width);
    let Some(mut before) = samples.next() else { return Ok(()) };
    let (mut falling, mut turned) = (None, None::<i32>);
    for (i, sample) in samples.enumerate() {
        if i % BATCH == 0 {
            vm.poll_stop()?;
        }
        if sample == before {
            continue;
        }
        let falls = sample < before;
        if falling == Some(!falls) {
            if let Some(turned) = turned {
                f(before.abs_diff(turned));
            }
            turned = Some(before);
        }
        falling = Some(falls);
        before = sample;
    }
    Ok(())
}

/// The largest distance of two turning points that follow each other.
#[native("(fragment, width, /)")]
pub fn maxpp(vm: &Vm, fragment: Sound, width: i32) -> Res<u32> {
    let width = fragment.width(vm, width)?;
    let mut largest = 0;
    each_swing(vm, &fragment, width, |swing| largest = largest.max(swing))?;
    Ok(largest)
}

/// The average distance of turning points that follow each other.
#[native("(fragment, width, /)")]
pub fn avgpp(vm: &Vm, fragment: Sound, width: i32) -> Res<u32> {
    let width = fragment.width(vm, width)?;
    let (mut sum, mut count) = (0.0, 0u64);
    each_swing(vm, &fragment, width, |swing| {
        sum += f64::from(swing);
        count += 1;
    })?;
    Ok(if count == 0 { 0 } else { (sum / count as f64) as u32 })
}

/// How often the sign changes; -1 where there is no sample.
#[native("(fragment, width, /)")]
pub fn cross(vm: &Vm, fragment: Sound, width: i32) -> Res<i64> {
    let width = fragment.width(vm, width)?;
    let (mut changes, mut before) = (-1, None);
    each(vm, &fragment, width, |sample| {
        if before.replace(sample < 0) != Some(sample < 0) {
            changes += 1;
        }
    })?;
    Ok(changes)
}

/// A sample by its index.
#[native("(fragment, width, index, /)")]
pub fn getsample(vm: &Vm, fragment: Sound, width: i32, index: isize) -> Res<i32> {
    let width = fragment.width(vm, width)?;
    let found = usize::try_from(index).ok().and_then(|i| fragment.0.chunks_exact(width).nth(i));
    found.map(read).ok_or_else(|| error(vm, "Index out of range"))
}

// ---- fragments of 2 bytes a sample, compared

fn shorts(vm: &Vm, fragment: &Sound) -> Res<Vec<f64>> {
    if !fragment.0.len().is_multiple_of(2) {
        return Err(error(vm, "Strings should be even-sized"));
    }
    let mut samples = Vec::new();
    crate::support::reserve(vm, &mut samples, fragment.0.len() / 2)?;
    each(vm, fragment, 2, |sample| samples.push(f64::from(sample)))?;
    Ok(samples)
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Where in the fragment the reference, made louder, fits best: (index of the sample, factor).
#[native("(fragment, reference, /)")]
pub fn findfit(vm: &Vm, fragment: Sound, reference: Sound) -> Res<(usize, f64)> {
    let (a, r) = (shorts(vm, &fragment)?, shorts(vm, &reference)?);
    if a.len() < r.len() {
        return Err(error(vm, "First sample should be longer"));
    }
    let wanted = product(&r, &r);
    let mut energy = product(&a[..r.len()], &a[..r.len()]);
    let (mut best, mut least) = (0, f64::NAN);
    for (at, window) in a.windows(r.len().max(1)).enumerate() {
        // (Long windows are long work each.)
        if at % (BATCH / (r.len() + 1)).max(1) == 0 {
            vm.poll_stop()?;
        }
        if at > 0 {
            let (first, last) = (a[at - 1], window.last().copied().unwrap_or(0.0));
            energy += last * last - first * first;
        }
        let common = product(window, &r);
        let rest = (wanted * energy - common * common) / energy;
        if at == 0 || rest < least {
            (best, least) = (at, rest);
        }
        if r.is_empty() {
            break;
        }
    }
    let found = a.get(best..best + r.len()).unwrap_or(&[]);
    Ok((best, product(found, &r) / wanted))
}

/// The factor with which the reference comes nearest to the fragment, which is of the same length.
#[native("(fragment, reference, /)")]
pub fn findfactor(vm: &Vm, fragment: Sound, reference: Sound) -> Res<f64> {
    if !fragment.0.len().is_multiple_of(2) || !reference.0.len().is_multiple_of(2) {
        return Err(error(vm, "Strings should be even-sized"));
    }
    if fragment.0.len() != reference.0.len() {
        return Err(error(vm, "Samples should be same size"));
    }
    let (a, r) = (shorts(vm, &fragment)?, shorts(vm, &reference)?);
    Ok(product(&a, &r) / product(&r, &r))
}

/// Where in the fragment so many samples have the most energy.
#[native("(fragment, length, /)")]
pub fn findmax(vm: &Vm, fragment: Sound, length: isize) -> Res<usize> {
    let a = shorts(vm, &fragment)?;
    let length = match usize::try_from(length) {
        Ok(length) if length <= a.len() => length,
        _ => return Err(error(vm, "Input sample should be longer")),
    };
    let mut energy = product(&a[..length], &a[..length]);
    let (mut best, mut most) = (0, energy);
    for (at, (first, last)) in a.iter().zip(&a[length..]).enumerate() {
        energy += last * last - first * first;
        if energy > most {
            (best, most) = (at + 1, energy);
        }
    }
    Ok(best)
}
