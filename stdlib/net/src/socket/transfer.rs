//! Sending and receiving.

use taipan_sys::net::{self, POLL_IN, POLL_OUT};

use super::address::{from_python, to_python};
use super::object::Socket;
use crate::support::*;

fn size(vm: &Vm, size: isize, function: &str) -> Res<usize> {
    usize::try_from(size)
        .map_err(|_| vm.value_error(format_args!("negative buffersize in {function}")))
}

/// recv(buffersize[, flags]) -> data
///
/// What has come, at most buffersize bytes; b'' at the end of the other side's data.
#[native("(self, bufsize, flags=0, /)", no_signature, parse_tuple)]
pub(super) fn recv(vm: &Vm, this: &Obj<Socket>, bufsize: isize, flags: i32) -> Res {
    let size = size(vm, bufsize, "recv")?;
    let mut data = Vec::new();
    reserve(vm, &mut data, size)?;
    this.call(vm, POLL_IN, |fd| {
        data.clear();
        net::recv_into_spare(fd, &mut data, size, flags)
    })?;
    Ok(vm.bytes(&data)?.into_object())
}

/// The number of bytes to receive into a buffer.
fn room(vm: &Vm, buffer: &BufferMut, nbytes: isize, function: &str) -> Res<usize> {
    let wanted = size(vm, nbytes, function)?;
    let len = buffer.0.byte_len();
    if wanted > len {
        return Err(vm.value_error(if function == "recv_into" {
            "buffer too small for requested bytes"
        } else {
            "nbytes is greater than the length of the buffer"
        }));
    }
    Ok(if wanted == 0 { len } else { wanted })
}

/// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
///
/// Receive into a buffer, by default as much as it holds; returns how many bytes came.
#[native("(self, buffer, nbytes=0, flags=0)", no_signature)]
pub(super) fn recv_into(
    vm: &Vm,
    this: &Obj<Socket>,
    buffer: BufferMut,
    nbytes: isize,
    flags: i32,
) -> Res<usize> {
    let size = room(vm, &buffer, nbytes, "recv_into")?;
    let mut data = Vec::new();
    reserve(vm, &mut data, size)?;
    let count = this.call(vm, POLL_IN, |fd| {
        data.clear();
        net::recv_into_spare(fd, &mut data, size, flags)
    })?;
    copy_into(&buffer.0, 0, &data);
    Ok(count)
}

/// recvfrom(buffersize[, flags]) -> (data, address info)
///
/// As recv, but the address of the sender is returned as well.
#[native("(self, bufsize, flags=0, /)", no_signature, parse_tuple)]
pub(super) fn recvfrom(vm: &Vm, this: &Obj<Socket>, bufsize: isize, flags: i32) -> Res {
    let size = size(vm, bufsize, "recvfrom")?;
    let mut data = zeros(vm, size)?;
    let protocol = this.protocol.get();
    let (count, address) =
        this.call(vm, POLL_IN, |fd| net::recvfrom(fd, &mut data, flags, protocol))?;
    data.truncate(count);
    let items = vec![vm.bytes(&data)?.into_object(), to_python(vm, &address)?];
    Ok(vm.tuple(items)?.into_object())
}

/// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
///
/// As recv_into, but the address of the sender is returned as well.
#[native("(self, buffer, nbytes=0, flags=0)", no_signature)]
pub(super) fn recvfrom_into(
    vm: &Vm,
    this: &Obj<Socket>,
    buffer: BufferMut,
    nbytes: isize,
    flags: i32,
) -> Res {
    let size = room(vm, &buffer, nbytes, "recvfrom_into")?;
    let mut data = zeros(vm, size)?;
    let protocol = this.protocol.get();
    let (count, address) =
        this.call(vm, POLL_IN, |fd| net::recvfrom(fd, &mut data, flags, protocol))?;
    copy_into(&buffer.0, 0, data.get(..count).unwrap_or(&data));
    let items = vec![vm.int_usize(count)?, to_python(vm, &address)?];
    Ok(vm.tuple(items)?.into_object())
}

/// send(data[, flags]) -> count
///
/// Send data and return how many bytes went: maybe not all.
#[native("(self, data, flags=0, /)", no_signature, parse_tuple)]
pub(super) fn send(vm: &Vm, this: &Obj<Socket>, data: &[u8], flags: i32) -> Res<usize> {
    this.call(vm, POLL_OUT, |fd| net::send(fd, data, flags))
}

/// sendall(data[, flags])
///
/// Send all of data. After an error it cannot be told how much went.
#[native("(self, data, flags=0, /)", no_signature, parse_tuple)]
pub(super) fn sendall(vm: &Vm, this: &Obj<Socket>, data: &[u8], flags: i32) -> Res<()> {
    let deadline = this.deadline();
    let mut rest = data;
    while !rest.is_empty() {
        let count = this.call_until(vm, POLL_OUT, deadline, |fd| net::send(fd, rest, flags))?;
        rest = rest.get(count..).unwrap_or(&[]);
        vm.poll()?;
    }
    Ok(())
}

/// sendto(data[, flags], address) -> count
///
/// As send, to an address.
#[native("(self, /, *args)", no_signature)]
pub(super) fn sendto(vm: &Vm, this: &Obj<Socket>, args: &[Object]) -> Res<usize> {
    let (data, flags, address) = match args {
        [data, address] => (data, 0, address),
        [data, flags, address] => {
            let mut unit = ();
            (data, i32::from_arg(vm, flags, &mut unit, &ArgInfo::default())?, address)
        }
        _ => {
            return Err(vm.type_error(format_args!(
                "sendto() takes 2 or 3 arguments ({} given)",
                args.len()
            )));
        }
    };
    let data = buffer::bytes_of(vm, data)?;
    let address = from_python(vm, this.addresses(), address, "sendto")?;
    crate::policy::connect(vm, &address)?;
    this.call(vm, POLL_OUT, |fd| net::sendto(fd, &data, flags, &address))
}
