//! The parts of an address: numbers, names and hosts, with CPython's words for what does not fit.
//!
//! CPython reads an address by the format strings of its argument parser, another one for each
//! family; numbers of some families are cut to their size and not refused, here as there.

use taipan_sys::net;

use crate::support::*;

/// How many items an address may have, and what is said of another number.
pub(super) enum Count {
    /// A sentence for this family, also about items of a wrong type.
    Sentence(&'static str),
    /// The parser's own words about a function; empty: about "function".
    Function(&'static str),
}

impl Count {
    /// Refuses addresses with fewer than `least` or more than `most` items.
    pub(super) fn check(&self, vm: &Vm, given: usize, least: usize, most: usize) -> Res<()> {
        if (least..=most).contains(&given) {
            return Ok(());
        }
        Err(match self {
            Count::Sentence(text) => vm.type_error(*text),
            Count::Function(name) => {
                let name = if name.is_empty() { "function" } else { name };
                vm.type_error(format_args!("{name} takes exactly {most} arguments ({given} given)"))
            }
        })
    }
}

/// A C int, by value or by `__index__`.
pub(super) fn c_int(vm: &Vm, object: &Object) -> Res<i32> {
    let index = vm.index(object)?;
    let Some(value) = vm.as_i64(&index) else {
        return Err(vm.overflow_error("Python int too large to convert to C long"));
    };
    i32::try_from(value).map_err(|_| {
        vm.overflow_error(if value < 0 {
            "signed integer is less than minimum"
        } else {
            "signed integer is greater than maximum"
        })
    })
}

/// The lowest 64 bits of an integer, by value or by `__index__`.
pub(super) fn masked(vm: &Vm, object: &Object) -> Res<u64> {
    let index = vm.index(object)?;
    if let Some(value) = vm.as_i64(&index) {
        return Ok(value as u64);
    }
    let low = vm.call_method(&index, "__and__", &[vm.int_u64(u64::MAX)?])?;
    u64::from_arg(vm, &low, &mut (), &ArgInfo::default())
}

/// The same of an int alone.
pub(super) fn masked_int(vm: &Vm, object: &Object, position: usize) -> Res<u64> {
    if !vm.class_of(object).has(type_flags::INT) {
        return Err(vm.type_error(format_args!(
            "argument {position} must be int, not {}",
            if object.is_none() { "None".to_owned() } else { vm.type_name(object) }
        )));
    }
    masked(vm, object)
}

/// A str without NUL, as UTF-8; `sentence` is said of anything else.
pub(super) fn c_string(vm: &Vm, object: &Object, sentence: &'static str) -> Res<Vec<u8>> {
    let Some(text) = object.downcast::<Str>() else { return Err(vm.type_error(sentence)) };
    let text = vm.utf8(text)?;
    vm.need_room(text.len())?;
    let bytes = text.into_owned().into_bytes();
    if bytes.contains(&0) {
        return Err(vm.value_error("embedded null character"));
    }
    Ok(bytes)
}

/// A host as bytes: a str (internationalised names encoded), bytes or bytearray.
pub(super) fn host_bytes(vm: &Vm, host: &Object) -> Res<Vec<u8>> {
    let bytes = if let Some(text) = host.downcast::<Str>() {
        match text.as_ascii() {
            Some(ascii) => {
                vm.need_room(ascii.len())?;
                ascii.as_bytes().to_vec()
            }
            None => {
                let idna = vm.str("idna")?.into_object();
                let encoded = match vm.call_method(host, "encode", &[idna]) {
                    Ok(encoded) => encoded,
                    Err(raised) => {
                        drop(vm.caught(raised, Exc::Exception)?);
                        return Err(vm.type_error("encoding of hostname failed"));
                    }
                };
                buffer::bytes_of(vm, &encoded)?
            }
        }
    } else if host.downcast::<Bytes>().is_some() || vm.type_name(host) == "bytearray" {
        buffer::bytes_of(vm, host)?
    } else {
        return Err(vm.type_error(format_args!(
            "str, bytes or bytearray expected, not {}",
            vm.type_name(host)
        )));
    };
    if bytes.contains(&0) {
        return Err(vm.type_error("host name must not contain null character"));
    }
    Ok(bytes)
}

/// The number of an interface by its name.
pub(super) fn interface(vm: &Vm, name: &[u8]) -> Res<i32> {
    net::interface_index(name).map(|index| index as i32).map_err(|failure| raise_io(vm, failure))
}

/// The interface of a CAN address; "" is all of them.
pub(super) fn can_interface(vm: &Vm, name: &[u8]) -> Res<i32> {
    match name.len() {
        0 => Ok(0),
        1..net::INTERFACE_NAME_MAX => interface(vm, name),
        _ => Err(os_error(vm, "AF_CAN interface name too long")),
    }
}

/// "00:11:22:33:44:55", last byte first in the kernel's form. Read as leniently as by scanf(3): white
/// space and signs before the numbers, and "0x".
pub(super) fn bluetooth_device(vm: &Vm, text: &[u8]) -> Res<[u8; 6]> {
    let read = || -> Option<[u8; 6]> {
        let mut device = [0; 6];
        let mut parts = text.split(|&c| c == b':');
        for byte in device.iter_mut().rev() {
            let part = parts.next()?.trim_ascii_start();
            let (negative, part) = match part {
                [b'-', rest @ ..] => (true, rest),
                [b'+', rest @ ..] => (false, rest),
                part => (false, part),
            };
            let digits = match part {
                [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => rest,
                part => part,
            };
            let digits = std::str::from_utf8(digits).ok().filter(|text| !text.starts_with('+'))?;
            let value = u32::from_str_radix(digits, 16).ok()?;
            let value = if negative { value.wrapping_neg() } else { value };
            *byte = u8::try_from(value).ok()?;
        }
        parts.next().is_none().then_some(device)
    };
    read().ok_or_else(|| os_error(vm, "bad bluetooth address"))
}
