//! Positions in text streams.
//!
//! A position is a byte position where that says all. Where it does not, because the decoder has
//! state there, it is a larger number that also holds the decoder's flags, how many bytes to feed
//! to it and how many of the characters that come out to skip. Scripts store such numbers, so the
//! layout is CPython's.

use num_bigint::{BigInt, Sign};

use super::TextIo;
use super::writing::flush_pending;
use crate::io::{SEEK_CUR, SEEK_END, SEEK_SET, offset, unsupported};
use crate::support::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cookie {
    start: u64,
    flags: u32,
    bytes_to_feed: u32,
    chars_to_skip: u32,
    need_end: bool,
}

impl Cookie {
    fn pack(self) -> BigInt {
        let mut bytes = [0u8; 21];
        bytes[..8].copy_from_slice(&self.start.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.flags.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.bytes_to_feed.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.chars_to_skip.to_le_bytes());
        bytes[20] = u8::from(self.need_end);
        BigInt::from_bytes_le(Sign::Plus, &bytes)
    }

    fn unpack(number: &BigInt) -> Option<Cookie> {
        let (sign, bytes) = number.to_bytes_le();
        if sign == Sign::Minus || bytes.len() > 21 {
            return None;
        }
        let mut all = [0u8; 24];
        all[..bytes.len()].copy_from_slice(&bytes);
        let word = |at: usize| u32::from_le_bytes([all[at], all[at + 1], all[at + 2], all[at + 3]]);
        Some(Cookie {
            start: u64::from(word(0)) | u64::from(word(4)) << 32,
            flags: word(8),
            bytes_to_feed: word(12),
            chars_to_skip: word(16),
            need_end: all[20] != 0,
        })
    }
}

fn check_seekable(vm: &Vm, this: &TextIo) -> Res<()> {
    if this.seekable.get() {
        Ok(())
    } else {
        Err(unsupported(vm, "underlying stream is not seekable"))
    }
}

/// The current position, to be given to seek.
#[native("(self, /)")]
pub(super) fn tell(vm: &Vm, this: &Obj<TextIo>) -> Res {
    let buffer = this.buffer(vm)?;
    this.check_open(vm, this.as_object())?;
    check_seekable(vm, this)?;
    if !this.telling.get() {
        return Err(vm.raise_kind(Exc::OSError, "telling position disabled by next() call"));
    }
    flush_pending(vm, this)?;
    vm.call_method(this.as_object(), "flush", &[])?;
    let position = vm.call_method(&buffer, "tell", &[])?;
    let snapshot = this.snapshot.borrow().clone();
    let (Some(decoder), Some((input, flags))) = (this.decoder(), snapshot) else {
        return Ok(position);
    };
    let reached = offset(vm, &position)?;
    let start = (reached.max(0) as u64).saturating_sub(input.len() as u64);
    let mut cookie = Cookie { start, flags: flags as u32, ..Cookie::default() };
    let mut skip = this.used.get();
    if skip == 0 {
        return vm.bigint(cookie.pack());
    }
    let saved = decoder.state(vm)?;
    let walk = || -> Res<Cookie> {
        decoder.set_state(vm, &(Vec::new(), flags))?;
        let (mut fed, mut chars) = (0u32, 0usize);
        let mut complete = false;
        for byte in &input {
            let text = decoder.decode(vm, &[*byte], false)?;
            chars += text.as_ref().len();
            fed += 1;
            let (pending, flags) = decoder.state(vm)?;
            if pending.is_empty() && chars <= skip {
                // The decoder could start from here.
                cookie.start += u64::from(fed);
                cookie.flags = flags as u32;
                skip -= chars;
                (fed, chars) = (0, 0);
            }
            if chars >= skip {
                complete = true;
                break;
            }
        }
        if !complete {
            let text = decoder.decode(vm, &[], true)?;
            chars += text.as_ref().len();
            cookie.need_end = true;
            if chars < skip {
                return Err(vm.raise_kind(Exc::OSError, "can't reconstruct logical file position"));
            }
        }
        cookie.bytes_to_feed = fed;
        cookie.chars_to_skip = skip as u32;
        Ok(cookie)
    };
    let mut walk = walk;
    let found = walk();
    decoder.set_state(vm, &saved)?;
    vm.bigint(found?.pack())
}

/// Go to where tell() said one was, or to the start, 0; gives that place.
///
/// With whence 1 or 2 only 0 is possible: stay here, or go to the end.
#[native("(self, cookie, whence=0, /)")]
pub(super) fn seek(vm: &Vm, this: &Obj<TextIo>, cookie: &Object, whence: Maybe<i32>) -> Res {
    let buffer = this.buffer(vm)?;
    this.check_open(vm, this.as_object())?;
    check_seekable(vm, this)?;
    let whence = whence.given().unwrap_or(SEEK_SET);
    let nonzero = |vm: &Vm| Ok(!vm.eq(cookie, &Object::small(0))?);
    let target = match whence {
        SEEK_SET => cookie.clone(),
        SEEK_CUR => {
            if nonzero(vm)? {
                return Err(unsupported(vm, "can't do nonzero cur-relative seeks"));
            }
            vm.call_method(this.as_object(), "flush", &[])?;
            vm.call_method(this.as_object(), "tell", &[])?
        }
        SEEK_END => {
            if nonzero(vm)? {
                return Err(unsupported(vm, "can't do nonzero end-relative seeks"));
            }
            return seek_end(vm, this, &buffer, cookie);
        }
        _ => {
            return Err(vm.value_error(format_args!(
                "invalid whence ({whence}, should be {SEEK_SET}, {SEEK_CUR} or {SEEK_END})"
            )));
        }
    };
    let number = big_integer(vm, &target)?.into_owned();
    if number.sign() == Sign::Minus {
        let shown = vm.repr_string(&target)?;
        return Err(vm.value_error(format_args!("negative seek position {shown}")));
    }
    vm.call_method(this.as_object(), "flush", &[])?;
    let Some(place) = Cookie::unpack(&number) else {
        return Err(vm.overflow_error("int too big to convert"));
    };
    vm.call_method(&buffer, "seek", &[vm.int_u64(place.start)?])?;
    this.forget_decoded();
    drop(this.snapshot.take());
    let at_start = place.start == 0 && place.flags == 0;
    if let Some(decoder) = this.decoder() {
        if at_start {
            decoder.reset(vm)?;
        } else {
            decoder.set_state(vm, &(Vec::new(), u64::from(place.flags)))?;
        }
        if place.chars_to_skip > 0 {
            let input = vm.call_method(&buffer, "read", &[vm.int(place.bytes_to_feed.into())?])?;
            let Some(input) = input.downcast::<Bytes>() else {
                return Err(vm.type_error(format_args!(
                    "underlying read() should have returned a bytes object, not '{}'",
                    vm.type_name(&input)
                )));
            };
            let bytes = input.as_slice();
            drop(this.snapshot.replace(Some((bytes.to_vec(), u64::from(place.flags)))));
            let text = decoder.decode(vm, bytes, place.need_end)?;
            let skip = place.chars_to_skip as usize;
            if text.as_ref().len() < skip {
                return Err(vm.raise_kind(Exc::OSError, "can't restore logical file position"));
            }
            this.set_decoded(text);
            this.used.set(skip);
        } else {
            drop(this.snapshot.replace(Some((Vec::new(), u64::from(place.flags)))));
        }
    }
    if let Some(encoder) = this.encoder() {
        encoder.reset(vm, at_start)?;
    }
    Ok(target)
}

fn seek_end(vm: &Vm, this: &Obj<TextIo>, buffer: &Object, zero: &Object) -> Res {
    vm.call_method(this.as_object(), "flush", &[])?;
    this.forget_decoded();
    drop(this.snapshot.take());
    if let Some(decoder) = this.decoder() {
        decoder.reset(vm)?;
    }
    let position = vm.call_method(buffer, "seek", &[zero.clone(), Object::small(SEEK_END)])?;
    if let Some(encoder) = this.encoder() {
        let at_start = vm.eq(&position, &Object::small(0))?;
        encoder.reset(vm, at_start)?;
    }
    Ok(position)
}

/// Cut off what is behind pos bytes, by default behind this place.
#[native("(self, pos=None, /)")]
pub(super) fn truncate(vm: &Vm, this: &Obj<TextIo>, pos: Option<&Object>) -> Res {
    let buffer = this.buffer(vm)?;
    vm.call_method(this.as_object(), "flush", &[])?;
    let pos = pos.cloned().unwrap_or_else(Object::none);
    vm.call_method(&buffer, "truncate", &[pos])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies() {
        let plain = Cookie { start: 77, ..Cookie::default() };
        assert_eq!(plain.pack(), BigInt::from(77));
        let full =
            Cookie { start: 1 << 40, flags: 3, bytes_to_feed: 9, chars_to_skip: 2, need_end: true };
        assert_eq!(Cookie::unpack(&full.pack()), Some(full));
        assert_eq!(Cookie::unpack(&(BigInt::from(1) << 170)), None);
    }
}
