//! sendmsg, recvmsg and ancillary data.

use std::io::{IoSlice, IoSliceMut};

use taipan_sys::net::{self, Ancillary, POLL_IN, POLL_OUT, Received};

use super::address::*;
use super::object::Socket;
use super::parse::c_int;
use crate::support::*;

fn ancillary_object(vm: &Vm, pieces: &[Ancillary]) -> Res {
    let mut items = Vec::new();
    for piece in pieces {
        let item = vec![
            vm.int(piece.level.into())?,
            vm.int(piece.kind.into())?,
            vm.bytes(&piece.data)?.into_object(),
        ];
        items.push(vm.tuple(item)?.into_object());
    }
    Ok(vm.list(items)?.into_object())
}

fn answer(vm: &Vm, first: Object, received: &Received) -> Res {
    let items = vec![
        first,
        ancillary_object(vm, &received.ancillary)?,
        vm.int(received.flags.into())?,
        to_python(vm, &received.address)?,
    ];
    Ok(vm.tuple(items)?.into_object())
}

fn ancillary_size(vm: &Vm, size: isize) -> Res<usize> {
    match usize::try_from(size) {
        Ok(size) if size <= i32::MAX as usize => Ok(size),
        _ => Err(vm.value_error("invalid ancillary data buffer length")),
    }
}

/// recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)
///
/// Receive data, at most bufsize bytes, and what comes beside it, for which there are ancbufsize bytes.
/// ancdata is a list of (level, type, data).
#[native("(self, bufsize, ancbufsize=0, flags=0, /)", no_signature, parse_tuple)]
pub(super) fn recvmsg(
    vm: &Vm,
    this: &Obj<Socket>,
    bufsize: isize,
    ancbufsize: isize,
    flags: i32,
) -> Res {
    let Ok(size) = usize::try_from(bufsize) else {
        return Err(vm.value_error("negative buffer size in recvmsg()"));
    };
    let room = ancillary_size(vm, ancbufsize)?;
    let mut data = zeros(vm, size)?;
    let protocol = this.protocol.get();
    let received = this.call(vm, POLL_IN, |fd| {
        net::recvmsg(fd, &mut [IoSliceMut::new(&mut data)], room, flags, protocol)
    })?;
    let bytes = vm.bytes(data.get(..received.count).unwrap_or(&data))?.into_object();
    answer(vm, bytes, &received)
}

/// recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)
///
/// As recvmsg, into several buffers in turn.
#[native("(self, buffers, ancbufsize=0, flags=0, /)", no_signature, parse_tuple)]
pub(super) fn recvmsg_into(
    vm: &Vm,
    this: &Obj<Socket>,
    buffers: &Object,
    ancbufsize: isize,
    flags: i32,
) -> Res {
    let buffers = match vm.collect(buffers) {
        Ok(buffers) => buffers,
        Err(raised) => {
            drop(vm.caught(raised, Exc::TypeError)?);
            return Err(vm.type_error("recvmsg_into() argument 1 must be an iterable"));
        }
    };
    let mut targets = Vec::new();
    let mut memory = Vec::new();
    for buffer in &buffers {
        let target = match BufferMut::from_arg(vm, buffer, &mut (), &ArgInfo::default()) {
            Ok(target) => target,
            Err(raised) => {
                drop(vm.caught(raised, Exc::TypeError)?);
                return Err(vm.type_error(
                    "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers",
                ));
            }
        };
        memory.push(zeros(vm, target.0.byte_len())?);
        targets.push(target);
    }
    let room = ancillary_size(vm, ancbufsize)?;
    let protocol = this.protocol.get();
    let received = this.call(vm, POLL_IN, |fd| {
        let mut slices: Vec<_> = memory.iter_mut().map(|part| IoSliceMut::new(part)).collect();
        net::recvmsg(fd, &mut slices, room, flags, protocol)
    })?;
    let mut left = received.count;
    for (target, part) in targets.iter().zip(&memory) {
        let len = left.min(part.len());
        copy_into(&target.0, 0, &part[..len]);
        left -= len;
    }
    answer(vm, vm.int_usize(received.count)?, &received)
}

fn iterable(vm: &Vm, object: &Object, complaint: &str) -> Res<Vec<Object>> {
    vm.collect(object).or_else(|raised| {
        drop(vm.caught(raised, Exc::TypeError)?);
        Err(vm.type_error(complaint))
    })
}

/// sendmsg(buffers[, ancdata[, flags[, address]]]) -> count
///
/// Send the bytes of several buffers as one message, with ancillary data: an iterable of (level,
/// type, data). Returns how many bytes went.
#[native("(self, buffers, ancdata=(), flags=0, address=None, /)", no_signature, parse_tuple)]
pub(super) fn sendmsg(
    vm: &Vm,
    this: &Obj<Socket>,
    buffers: &Object,
    ancdata: Maybe<&Object>,
    flags: i32,
    address: Option<&Object>,
) -> Res<usize> {
    let data = parts(vm, buffers)?;
    let address = match address {
        Some(address) => {
            let address = from_python(vm, this.addresses(), address, "sendmsg")?;
            crate::policy::connect(vm, &address)?;
            Some(address)
        }
        None => None,
    };
    let mut ancillary = Vec::new();
    if let Maybe::Given(list) = ancdata {
        for item in iterable(vm, list, "sendmsg() argument 2 must be an iterable")? {
            ancillary.push(piece(vm, &item)?);
        }
    }
    let slices: Vec<_> = data.iter().map(|part| IoSlice::new(part)).collect();
    this.call(vm, POLL_OUT, |fd| net::sendmsg(fd, &slices, &ancillary, flags, address.as_ref()))
}

fn piece(vm: &Vm, item: &Object) -> Res<Ancillary> {
    let wrong = |what: &str| {
        vm.type_error(format_args!(
            "[sendmsg() ancillary data items]() argument must be 3-item sequence, not {what}"
        ))
    };
    let is_sequence = item.downcast::<Tuple>().is_some()
        || item.downcast::<List>().is_some()
        || (vm.class_of(item).slots().getitem.is_some() && item.downcast::<Bytes>().is_none());
    if !is_sequence {
        return Err(wrong(&vm.type_name(item)));
    }
    let parts = vm.collect(item)?;
    let [level, kind, data] = parts.as_slice() else {
        return Err(vm.type_error(format_args!(
            "[sendmsg() ancillary data items]() argument must be sequence of length 3, not {}",
            parts.len()
        )));
    };
    let (level, kind) = (c_int(vm, level)?, c_int(vm, kind)?);
    Ok(Ancillary { level, kind, data: buffer::bytes_of(vm, data)? })
}

/// The buffers of a message, copied.
fn parts(vm: &Vm, buffers: &Object) -> Res<Vec<Vec<u8>>> {
    let buffers = iterable(vm, buffers, "sendmsg() argument 1 must be an iterable")?;
    let mut data = Vec::new();
    for buffer in &buffers {
        data.push(buffer::bytes_of(vm, buffer)?);
    }
    Ok(data)
}

/// sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])
///
/// Send buffers to an AF_ALG socket and say what is to be done with them: the operation, the start vector,
/// and how many bytes are only authenticated.
#[native(
    "(self, msg=<unrepresentable>, *, op=<unrepresentable>, iv=<unrepresentable>, \
     assoclen=<unrepresentable>, flags=0)",
    no_signature,
    parse_tuple
)]
pub(super) fn sendmsg_afalg(
    vm: &Vm,
    this: &Obj<Socket>,
    msg: Maybe<&Object>,
    op: Maybe<&Object>,
    iv: Maybe<&[u8]>,
    assoclen: Maybe<&Object>,
    flags: i32,
) -> Res<usize> {
    if this.family.get() != AF_ALG {
        return Err(os_error(vm, "algset is only supported for AF_ALG"));
    }
    let int = |given: Maybe<&Object>, position: usize| -> Res<Option<i32>> {
        let Maybe::Given(object) = given else { return Ok(None) };
        if !vm.class_of(object).has(type_flags::INT) {
            let info = ArgInfo { function: "sendmsg_afalg", name: "", index: position };
            return Err(info.must_be(vm, "int", object));
        }
        // A number that is too large counts as none.
        Ok(Some(vm.as_i64(object).and_then(|n| i32::try_from(n).ok()).unwrap_or(-1)))
    };
    let (op, assoclen) = (int(op, 2)?, int(assoclen, 4)?);
    let Some(op) = op.filter(|&op| op >= 0) else {
        return Err(vm.type_error("Invalid or missing argument 'op'"));
    };
    if assoclen.is_some_and(|len| len < 0) {
        return Err(vm.type_error("assoclen must be positive"));
    }
    let piece = |kind, data| Ancillary { level: SOL_ALG, kind, data };
    let mut ancillary = vec![piece(ALG_SET_OP, op.to_ne_bytes().to_vec())];
    if let Maybe::Given(iv) = iv {
        let mut data = Vec::new();
        reserve(vm, &mut data, iv.len() + size_of::<u32>())?;
        data.extend_from_slice(&(iv.len() as u32).to_ne_bytes());
        data.extend_from_slice(iv);
        ancillary.push(piece(ALG_SET_IV, data));
    }
    if let Some(len) = assoclen {
        ancillary.push(piece(ALG_SET_AEAD_ASSOCLEN, len.to_ne_bytes().to_vec()));
    }
    let data = match msg {
        Maybe::Given(msg) => parts(vm, msg)?,
        Maybe::Absent => Vec::new(),
    };
    let slices: Vec<_> = data.iter().map(|part| IoSlice::new(part)).collect();
    this.call(vm, POLL_OUT, |fd| net::sendmsg(fd, &slices, &ancillary, flags, None))
}
