//! The states that pickles hold: the bytes of the fields, the first bit of one of them for the fold. Those
//! written by Python 2 come as text whose characters are the bytes.
//!
//! As in CPython, one byte is looked at before the rest is taken. Numbers that are out of their range make a
//! datetime there that is none; here they are brought into it.

use super::zone;
use crate::support::{Bytes, Obj, Object, Res, Str, Vm};

/// Set with the byte that has a bit to spare.
const FOLD: u8 = 0x80;

/// The `N` bytes of a state, if the object looks like one: its byte `at`, without the bit of the fold, is a
/// number that `sane` takes. None: it is something else.
pub(super) fn bytes<const N: usize>(
    vm: &Vm,
    object: &Object,
    at: usize,
    sane: fn(u32) -> bool,
    what: &str,
) -> Res<Option<[u8; N]>> {
    if let Some(bytes) = object.downcast::<Bytes>() {
        let state = <[u8; N]>::try_from(bytes.as_slice()).ok();
        return Ok(
            state.filter(|state| state.get(at).is_some_and(|byte| sane(u32::from(byte & !FOLD))))
        );
    }
    let Some(text) = object.downcast::<Str>() else { return Ok(None) };
    if text.len() != N || !text.char_at(at).is_some_and(|c| sane(c & 0x7F)) {
        return Ok(None);
    }
    let mut state = [0; N];
    for (byte, c) in state.iter_mut().zip(text.as_text().iter()) {
        let Ok(c) = u8::try_from(c) else {
            return Err(vm.value_error(format_args!(
                "Failed to encode latin1 string when unpickling a {what} object. \
                 pickle.load(data, encoding='latin1') is assumed."
            )));
        };
        *byte = c;
    }
    Ok(Some(state))
}

/// Takes the fold out of its byte.
pub(super) fn take_fold<const N: usize>(state: &mut [u8; N], at: usize) -> bool {
    let Some(byte) = state.get_mut(at) else { return false };
    let fold = *byte & FOLD != 0;
    *byte &= !FOLD;
    fold
}

/// The tzinfo of a state.
pub(super) fn check_tzinfo(vm: &Vm, tzinfo: &Object) -> Res<()> {
    match tzinfo.is_none() || zone::is_tzinfo(vm, tzinfo)? {
        true => Ok(()),
        false => Err(vm.type_error("bad tzinfo state arg")),
    }
}

/// Class and arguments that make an equal object.
pub(super) fn reduced(
    vm: &Vm,
    this: &Object,
    state: &mut [u8],
    at: usize,
    fold: bool,
    tzinfo: &Object,
) -> Res<Obj<crate::support::Tuple>> {
    if let Some(byte) = state.get_mut(at).filter(|_| fold) {
        *byte |= FOLD;
    }
    let state = vm.bytes(state)?.into_object();
    let arguments = match tzinfo.is_none() {
        true => vm.tuple(vec![state])?,
        false => vm.pair(state, tzinfo.clone())?,
    };
    vm.pair(vm.class_of(this).clone().into_object(), arguments.into_object())
}
