//! Pieces of what is sent and received: bytes mostly, and made without calls then; but a program may send anything that
//! can be sliced.

use crate::support::*;

/// `object[start:end]`.
pub(crate) fn part(vm: &Vm, object: &Object, start: Option<usize>, end: Option<usize>) -> Res {
    if let Some(bytes) = object.downcast_exact::<Bytes>() {
        let len = bytes.as_slice().len();
        let (start, end) = (start.unwrap_or(0).min(len), end.unwrap_or(len).min(len));
        if start == 0 && end == len {
            return Ok(object.clone());
        }
        return Ok(vm.bytes(bytes.as_slice().get(start..end).unwrap_or_default())?.into_object());
    }
    let number = |number: Option<usize>| match number {
        Some(number) => vm.int_usize(number),
        None => Ok(Object::none()),
    };
    let slice = vm.slice(number(start)?, number(end)?, Object::none())?;
    vm.getitem(object, slice.as_object())
}

fn count(number: &Object) -> Option<usize> {
    number.as_small_int().and_then(|number| usize::try_from(number).ok())
}

/// `object[:end]`.
pub(crate) fn before(vm: &Vm, object: &Object, end: &Object) -> Res {
    if let Some(end) = count(end) {
        return part(vm, object, None, Some(end));
    }
    let slice = vm.slice(Object::none(), end.clone(), Object::none())?;
    vm.getitem(object, slice.as_object())
}

/// `object[start:]`.
pub(crate) fn after(vm: &Vm, object: &Object, start: &Object) -> Res {
    if let Some(start) = count(start) {
        return part(vm, object, Some(start), None);
    }
    let slice = vm.slice(start.clone(), Object::none(), Object::none())?;
    vm.getitem(object, slice.as_object())
}

/// Whether an object is `b''`.
pub(crate) fn is_empty(object: &Object) -> bool {
    object.downcast_exact::<Bytes>().is_some_and(|bytes| bytes.as_slice().is_empty())
}

/// `kept + data`; where nothing is kept that is the data.
pub(crate) fn joined(vm: &Vm, kept: &Object, data: &Object) -> Res {
    if is_empty(kept) && data.downcast_exact::<Bytes>().is_some() {
        return Ok(data.clone());
    }
    vm.binary(BinOp::Add, kept, data)
}
