//! Byte order, addresses as text, interfaces, and functions on descriptors.

use taipan_sys::{errno, fs, net};

use super::State;
use super::address::*;
use super::object::{adopt, timeout_argument};
use crate::support::*;

/// close(integer) -> None
///
/// Close the socket of a descriptor.
#[native("(fd, /)", no_signature)]
pub(super) fn close(vm: &Vm, fd: i32) -> Res<()> {
    match vm.allow_threads(|| fs::close(fd)) {
        Err(failure) if failure.raw_os_error() != Some(errno::ECONNRESET) => {
            Err(raise_io(vm, failure))
        }
        _ => Ok(()),
    }
}

/// dup(integer) -> integer
///
/// A new descriptor for the same socket, not inheritable.
#[native("(fd, /)", no_signature)]
pub(super) fn dup(vm: &Vm, fd: i32) -> Res<i32> {
    vm.blocking(|| fs::dup(fd))
}

/// socketpair([family[, type [, proto]]]) -> (socket object, socket object)
///
/// Two sockets that are connected to each other.
#[native(
    "(family=<unrepresentable>, type=<unrepresentable>, proto=0, /)",
    no_signature,
    parse_tuple
)]
pub(super) fn socketpair(vm: &Vm, family: Option<i32>, r#type: Option<i32>, proto: i32) -> Res {
    let family = family.unwrap_or_else(|| AF_UNIX);
    let kind = r#type.unwrap_or_else(|| SOCK_STREAM);
    let (a, b) = vm.blocking(|| net::socketpair(family, kind, proto))?;
    let first = match adopt(vm, a, family, kind, proto) {
        Ok(first) => first,
        Err(raised) => {
            let _ = fs::close(b);
            return Err(raised);
        }
    };
    let second = adopt(vm, b, family, kind, proto)?;
    Ok(vm.tuple(vec![first, second])?.into_object())
}

/// A number of 16 bits.
fn short(vm: &Vm, function: &str, value: &Object) -> Res<u16> {
    let index = vm.index(value)?;
    match vm.as_i64(&index) {
        Some(value) if value < 0 => Err(vm.overflow_error(format_args!(
            "{function}: can't convert negative Python int to C 16-bit unsigned integer"
        ))),
        value => value.and_then(|value| u16::try_from(value).ok()).ok_or_else(|| {
            vm.overflow_error(format_args!(
                "{function}: Python int too large to convert to C 16-bit unsigned integer"
            ))
        }),
    }
}

/// A number of 32 bits.
fn long(vm: &Vm, value: &Object) -> Res<u32> {
    if !vm.class_of(value).has(type_flags::INT) {
        return Err(vm.type_error(format_args!("expected int, {} found", vm.type_name(value))));
    }
    match vm.as_i64(value) {
        Some(value) if value < 0 => {
            Err(vm.overflow_error("can't convert negative value to unsigned int"))
        }
        value => value
            .and_then(|value| u32::try_from(value).ok())
            .ok_or_else(|| vm.overflow_error("int larger than 32 bits")),
    }
}

/// ntohs(integer) -> integer
///
/// Two bytes as the network orders them, in the machine's order.
#[native("(x, /)", no_signature)]
pub(super) fn ntohs(vm: &Vm, x: &Object) -> Res<u16> {
    short(vm, "ntohs", x).map(u16::from_be)
}

/// htons(integer) -> integer
///
/// Two bytes as the machine orders them, in the network's order.
#[native("(x, /)", no_signature)]
pub(super) fn htons(vm: &Vm, x: &Object) -> Res<u16> {
    short(vm, "htons", x).map(u16::to_be)
}

/// ntohl(integer) -> integer
///
/// Four bytes as the network orders them, in the machine's order.
#[native("(x, /)", no_signature)]
pub(super) fn ntohl(vm: &Vm, x: &Object) -> Res<u32> {
    long(vm, x).map(u32::from_be)
}

/// htonl(integer) -> integer
///
/// Four bytes as the machine orders them, in the network's order.
#[native("(x, /)", no_signature)]
pub(super) fn htonl(vm: &Vm, x: &Object) -> Res<u32> {
    long(vm, x).map(u32::to_be)
}

/// inet_aton(string) -> four bytes
///
/// The four bytes of an IPv4 address in text, in any of the forms that the C function takes.
#[native("(ip_addr, /)", no_signature)]
pub(super) fn inet_aton(vm: &Vm, ip_addr: &str) -> Res<PyBytes> {
    match net::inet_aton(ip_addr.as_bytes()) {
        Some(host) => Ok(PyBytes(host.to_vec())),
        None => Err(os_error(vm, "illegal IP address string passed to inet_aton")),
    }
}

/// inet_ntoa(bytes) -> string
///
/// The text of an IPv4 address of four bytes.
#[native("(packed_ip, /)", no_signature)]
pub(super) fn inet_ntoa(vm: &Vm, packed_ip: &[u8]) -> Res<String> {
    match <[u8; 4]>::try_from(packed_ip) {
        Ok(host) => Ok(net::inet_ntoa(host)),
        Err(_) => Err(os_error(vm, "packed IP wrong length for inet_ntoa")),
    }
}

/// inet_pton(family, string) -> bytes
///
/// The bytes of an address in text.
#[native("(af, ip, /)", no_signature, parse_tuple)]
pub(super) fn inet_pton(vm: &Vm, af: i32, ip: &str) -> Res<PyBytes> {
    let packed = if af == AF_INET {
        net::pton_v4(ip).map(|host| host.to_vec())
    } else if af == AF_INET6 {
        net::pton_v6(ip).map(|host| host.to_vec())
    } else {
        return Err(raise_io(vm, std::io::Error::from_raw_os_error(errno::EAFNOSUPPORT)));
    };
    match packed {
        Some(packed) => Ok(PyBytes(packed)),
        None => Err(os_error(vm, "illegal IP address string passed to inet_pton")),
    }
}

/// inet_ntop(family, bytes) -> string
///
/// The text of an address in bytes.
#[native("(af, packed_ip, /)", no_signature, parse_tuple)]
pub(super) fn inet_ntop(vm: &Vm, af: i32, packed_ip: &[u8]) -> Res<String> {
    let wrong = || vm.value_error("invalid length of packed IP address string");
    if af == AF_INET {
        <[u8; 4]>::try_from(packed_ip).map(net::inet_ntoa).map_err(|_| wrong())
    } else if af == AF_INET6 {
        <[u8; 16]>::try_from(packed_ip).map(net::ntop_v6).map_err(|_| wrong())
    } else {
        Err(vm.value_error(format_args!("unknown address family {af}")))
    }
}

/// getdefaulttimeout() -> timeout
///
/// The timeout of new sockets: None, or seconds as a float.
#[native("()", no_signature)]
pub(super) fn getdefaulttimeout(vm: &Vm) -> Option<f64> {
    let nanos = vm.interp().state::<State>().default_timeout.get();
    (nanos >= 0).then_some(nanos as f64 / 1e9)
}

/// setdefaulttimeout(timeout)
///
/// Set the timeout of new sockets: None, or seconds as a float.
#[native("(timeout, /)", no_signature)]
pub(super) fn setdefaulttimeout(vm: &Vm, timeout: &Object) -> Res<()> {
    let nanos = timeout_argument(vm, timeout)?;
    vm.interp().state::<State>().default_timeout.set(nanos);
    Ok(())
}

/// if_nameindex()
///
/// The interfaces to networks that there are, each as (index, name).
#[native("()", no_signature)]
pub(super) fn if_nameindex(vm: &Vm) -> Res {
    let mut list = Vec::new();
    let interfaces = net::interfaces().map_err(|failure| raise_io(vm, failure))?;
    for (index, name) in interfaces {
        let items = vec![vm.int(index.into())?, system_str(vm, &name)?];
        list.push(vm.tuple(items)?.into_object());
    }
    Ok(vm.list(list)?.into_object())
}

/// if_nametoindex(if_name)
///
/// The index of a network interface.
#[native("(if_name, /)", no_signature)]
pub(super) fn if_nametoindex(vm: &Vm, if_name: FsPath) -> Res<u32> {
    match net::interface_index(&if_name.bytes) {
        Ok(index) => Ok(index),
        Err(_) => Err(os_error(vm, "no interface with this name")),
    }
}

/// if_indextoname(if_index)
///
/// The name of a network interface.
#[native("(if_index, /)", no_signature)]
pub(super) fn if_indextoname(vm: &Vm, if_index: u64) -> Res {
    let index = u32::try_from(if_index)
        .map_err(|_| vm.overflow_error("Python int too large to convert to C int"))?;
    match net::interface_name(index) {
        Ok(name) => system_str(vm, &name),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

/// CMSG_LEN(length) -> length
///
/// The length of a piece of ancillary data with so many bytes, without padding at its end.
#[native("(length, /)", name = "CMSG_LEN", no_signature)]
pub(super) fn cmsg_len(vm: &Vm, length: isize) -> Res<usize> {
    let len = usize::try_from(length).ok().and_then(net::ancillary_len);
    len.ok_or_else(|| vm.overflow_error("CMSG_LEN() argument out of range"))
}

/// CMSG_SPACE(length) -> size
///
/// The room that a piece of ancillary data with so many bytes takes.
#[native("(length, /)", name = "CMSG_SPACE", no_signature)]
pub(super) fn cmsg_space(vm: &Vm, length: isize) -> Res<usize> {
    let len = usize::try_from(length).ok().and_then(net::ancillary_space);
    len.ok_or_else(|| vm.overflow_error("CMSG_SPACE() argument out of range"))
}
