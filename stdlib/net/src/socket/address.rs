//! Socket addresses from Python and to Python.

use taipan_sys::consts;
use taipan_sys::net::{self, Address, Query};

use super::resolve::raise_resolve;
use crate::support::*;

/// A constant of the module by its name.
pub(super) fn constant(name: &str) -> i32 {
    consts::SOCKET.iter().find(|c| c.0 == name).map_or(-1, |c| c.1 as i32)
}

/// What kind of address a socket takes.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) family: i32,
    pub(super) protocol: i32,
}

/// A host as bytes: a str (internationalised names encoded), bytes or bytearray.
pub(super) fn host_bytes(vm: &Vm, host: &Object) -> Res<Vec<u8>> {
    let bytes = if let Some(text) = host.downcast::<Str>() {
        match text.as_ascii() {
            Some(ascii) => ascii.as_bytes().to_vec(),
            None => {
                let idna = vm.str("idna")?.into_object();
                let encoded = vm.call_method(host, "encode", &[idna])?;
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

/// The address of a host for one family; names are looked up. The port is left 0.
pub(super) fn resolve_host(vm: &Vm, host: &[u8], family: i32) -> Res<Address> {
    let (inet, inet6) = (constant("AF_INET"), constant("AF_INET6"));
    let v6 = |host| Address::V6 { host, port: 0, flowinfo: 0, scope_id: 0 };
    if host == b"<broadcast>" {
        if family != inet && family != constant("AF_UNSPEC") {
            return Err(os_error(vm, "address family mismatched"));
        }
        return Ok(Address::V4 { host: [255; 4], port: 0 });
    }
    // Numeric addresses need no resolver.
    if let Ok(text) = std::str::from_utf8(host) {
        if family != inet6
            && let Some(host) = net::pton_v4(text)
        {
            return Ok(Address::V4 { host, port: 0 });
        }
        if family != inet
            && !text.contains('%')
            && let Some(host) = net::pton_v6(text)
        {
            return Ok(v6(host));
        }
    }
    crate::policy::resolve(vm, host)?;
    let any = host.is_empty();
    let query = Query {
        host: if any { None } else { Some(host) },
        service: if any { Some(b"0") } else { None },
        family,
        kind: if any { constant("SOCK_DGRAM") } else { 0 },
        protocol: 0,
        flags: if any { constant("AI_PASSIVE") } else { 0 },
    };
    let answers = vm.allow_threads(|| net::getaddrinfo(query));
    let answers = answers.map_err(|failure| raise_resolve(vm, failure))?;
    if any && answers.len() > 1 {
        return Err(os_error(vm, "wildcard resolved to multiple address"));
    }
    match answers.into_iter().next() {
        Some(answer) => Ok(answer.address),
        None => Err(os_error(vm, "unsupported address family")),
    }
}

fn tuple<'a>(vm: &Vm, object: &'a Object, function: &str, family: &str) -> Res<&'a [Object]> {
    match object.downcast::<Tuple>() {
        Some(tuple) => Ok(tuple.as_slice()),
        None => Err(vm.type_error(format_args!(
            "{function}(): {family} address must be tuple, not {}",
            vm.type_name(object)
        ))),
    }
}

fn number<T: TryFrom<i64>>(vm: &Vm, object: &Object) -> Res<T> {
    let index = vm.index(object)?;
    let value = vm.as_i64(&index).and_then(|value| T::try_from(value).ok());
    value.ok_or_else(|| vm.overflow_error("Python int too large to convert to C int"))
}

fn port(vm: &Vm, object: &Object, function: &str) -> Res<u16> {
    let value: i32 = number(vm, object)?;
    u16::try_from(value)
        .map_err(|_| vm.overflow_error(format_args!("{function}(): port must be 0-65535.")))
}

/// An interface by its name; "" is all of them.
fn interface(vm: &Vm, name: &Object) -> Res<i32> {
    let name = FsPath::from_arg(vm, name, &mut (), &ArgInfo::default())?.bytes;
    if name.is_empty() {
        return Ok(0);
    }
    net::interface_index(&name).map(|index| index as i32).map_err(|failure| raise_io(vm, failure))
}

/// Reads an address for a socket of this kind. `function` is named in complaints.
pub(super) fn from_python(vm: &Vm, kind: Kind, object: &Object, function: &str) -> Res<Address> {
    let family = kind.family;
    if family == constant("AF_INET") {
        let items = tuple(vm, object, function, "AF_INET")?;
        let [host, port_object] = items else {
            return Err(vm.type_error("AF_INET address must be a pair (host, port)"));
        };
        let host = host_bytes(vm, host)?;
        let value: i32 = number(vm, port_object)?;
        let address = resolve_host(vm, &host, family)?;
        let port = u16::try_from(value)
            .map_err(|_| vm.overflow_error(format_args!("{function}(): port must be 0-65535.")))?;
        return match address {
            Address::V4 { host, .. } => Ok(Address::V4 { host, port }),
            _ => Err(os_error(vm, "address family mismatched")),
        };
    }
    if family == constant("AF_INET6") {
        let items = tuple(vm, object, function, "AF_INET6")?;
        if !(2..=4).contains(&items.len()) {
            return Err(vm.type_error(
                "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])",
            ));
        }
        let host = host_bytes(vm, &items[0])?;
        let value: i32 = number(vm, &items[1])?;
        let flowinfo = items.get(2).map_or(Ok(0i64), |item| number(vm, item))?;
        let scope_id = items.get(3).map_or(Ok(0u32), |item| number(vm, item))?;
        let address = resolve_host(vm, &host, family)?;
        let port = u16::try_from(value)
            .map_err(|_| vm.overflow_error(format_args!("{function}(): port must be 0-65535.")))?;
        let flowinfo =
            u32::try_from(flowinfo).ok().filter(|&f| f <= 0xf_ffff).ok_or_else(|| {
                vm.overflow_error(format_args!("{function}(): flowinfo must be 0-1048575."))
            })?;
        return match address {
            Address::V6 { host, .. } => Ok(Address::V6 { host, port, flowinfo, scope_id }),
            _ => Err(os_error(vm, "address family mismatched")),
        };
    }
    if family == constant("AF_UNIX") {
        let path = match object.downcast::<Str>() {
            // A str is a path of the file system; an abstract name has a NUL in it.
            Some(text) => match text.as_ascii() {
                Some(ascii) => ascii.as_bytes().to_vec(),
                None => FsPath::from_arg(vm, object, &mut (), &ArgInfo::default())?.bytes,
            },
            None => buffer::bytes_of(vm, object)?,
        };
        let is_abstract = path.first().is_none_or(|&c| c == 0);
        let limit = net::UNIX_PATH_MAX - usize::from(!is_abstract);
        if path.len() > limit {
            return Err(os_error(vm, "AF_UNIX path too long"));
        }
        return Ok(Address::Unix(path));
    }
    other_from_python(vm, kind, object, function)
}

fn other_from_python(vm: &Vm, kind: Kind, object: &Object, function: &str) -> Res<Address> {
    let family = kind.family;
    if family == constant("AF_NETLINK") {
        let items = tuple(vm, object, function, "AF_NETLINK")?;
        let [pid, groups] = items else {
            return Err(vm.type_error("AF_NETLINK address must be a pair (pid, groups)"));
        };
        return Ok(Address::Netlink { pid: number(vm, pid)?, groups: number(vm, groups)? });
    }
    if family == constant("AF_PACKET") {
        let items = tuple(vm, object, function, "AF_PACKET")?;
        if !(2..=5).contains(&items.len()) {
            return Err(vm.type_error("AF_PACKET address must be a tuple of two to five elements"));
        }
        let protocol: i32 = number(vm, &items[1])?;
        let protocol = u16::try_from(protocol)
            .map_err(|_| vm.overflow_error(format_args!("{function}(): proto must be 0-65535.")))?;
        let hardware = items.get(4).map_or(Ok(Vec::new()), |item| buffer::bytes_of(vm, item))?;
        if hardware.len() > 8 {
            return Err(vm.value_error("Hardware address must be 8 bytes or less"));
        }
        return Ok(Address::Packet {
            ifindex: interface(vm, &items[0])?,
            protocol,
            kind: items.get(2).map_or(Ok(0), |item| number(vm, item))?,
            hatype: items.get(3).map_or(Ok(0), |item| number(vm, item))?,
            hardware,
        });
    }
    if family == constant("AF_VSOCK") {
        let items = tuple(vm, object, function, "AF_VSOCK")?;
        let [cid, port] = items else {
            return Err(vm.type_error("AF_VSOCK address must be a pair (cid, port)"));
        };
        return Ok(Address::Vsock { cid: number(vm, cid)?, port: number(vm, port)? });
    }
    if family == constant("AF_CAN") {
        return can_from_python(vm, kind, object, function);
    }
    if family == constant("AF_ALG") {
        let items = tuple(vm, object, function, "AF_ALG")?;
        if !(2..=4).contains(&items.len()) {
            return Err(vm.type_error("AF_ALG address must be a tuple of two to four elements"));
        }
        let text = |item: &Object| -> Res<Vec<u8>> {
            match item.downcast::<Str>() {
                Some(text) => Ok(vm.utf8(text)?.as_bytes().to_vec()),
                None => Err(vm.type_error("AF_ALG names must be strings")),
            }
        };
        let (kind, name) = (text(&items[0])?, text(&items[1])?);
        if kind.len() >= 14 {
            return Err(vm.value_error("AF_ALG type too long."));
        }
        if name.len() >= 64 {
            return Err(vm.value_error("AF_ALG name too long."));
        }
        let features = items.get(2).map_or(Ok(0), |item| number(vm, item))?;
        let mask = items.get(3).map_or(Ok(0), |item| number(vm, item))?;
        return Ok(Address::Alg { kind, name, features, mask });
    }
    if family == constant("AF_TIPC") {
        let items = tuple(vm, object, function, "AF_TIPC")?;
        if !(4..=5).contains(&items.len()) {
            return Err(vm.type_error("AF_TIPC address must be a tuple of four or five elements"));
        }
        let scope = match items.get(4) {
            Some(item) => number(vm, item)?,
            None => constant("TIPC_CLUSTER_SCOPE") as i8,
        };
        return Ok(Address::Tipc {
            kind: number(vm, &items[0])?,
            scope,
            v1: number(vm, &items[1])?,
            v2: number(vm, &items[2])?,
            v3: number(vm, &items[3])?,
        });
    }
    if family == constant("AF_QIPCRTR") {
        let items = tuple(vm, object, function, "AF_QIPCRTR")?;
        let [node, port] = items else {
            return Err(vm.type_error("AF_QIPCRTR address must be a pair (node, port)"));
        };
        return Ok(Address::Qipcrtr { node: number(vm, node)?, port: number(vm, port)? });
    }
    if family == constant("AF_BLUETOOTH") {
        return bluetooth_from_python(vm, kind, object, function);
    }
    Err(os_error(vm, &format!("{function}(): bad family")))
}

fn can_from_python(vm: &Vm, kind: Kind, object: &Object, function: &str) -> Res<Address> {
    let items = tuple(vm, object, function, "AF_CAN")?;
    if kind.protocol == constant("CAN_J1939") {
        let [name, address, pgn, own] = items else {
            return Err(vm.type_error("AF_CAN address must be a tuple of four elements"));
        };
        return Ok(Address::J1939 {
            ifindex: interface(vm, name)?,
            name: number(vm, address)?,
            pgn: number(vm, pgn)?,
            address: number(vm, own)?,
        });
    }
    if kind.protocol == constant("CAN_ISOTP") {
        let [name, rx, tx] = items else {
            return Err(vm.type_error("AF_CAN address must be a tuple of three elements"));
        };
        let ifindex = interface(vm, name)?;
        return Ok(Address::Can { ifindex, rx_id: number(vm, rx)?, tx_id: number(vm, tx)? });
    }
    let [name, ..] = items else {
        return Err(vm.type_error("AF_CAN address must be a tuple (interface, )"));
    };
    Ok(Address::Can { ifindex: interface(vm, name)?, rx_id: 0, tx_id: 0 })
}

/// "00:11:22:33:44:55", last byte first in the kernel's form.
fn bluetooth_device(vm: &Vm, object: &Object) -> Res<[u8; 6]> {
    let bad = || os_error(vm, "bad bluetooth address");
    let text = object.downcast::<Str>().ok_or_else(bad)?.to_string_lossy();
    let mut device = [0; 6];
    let parts: Vec<&str> = text.split(':').collect();
    if parts.len() != 6 {
        return Err(bad());
    }
    for (byte, part) in device.iter_mut().rev().zip(parts) {
        *byte = u8::from_str_radix(part, 16).map_err(|_| bad())?;
    }
    Ok(device)
}

fn bluetooth_from_python(vm: &Vm, kind: Kind, object: &Object, function: &str) -> Res<Address> {
    let wrong = || os_error(vm, &format!("{function}(): wrong format"));
    let items = object.downcast::<Tuple>().map(|tuple| tuple.as_slice());
    match (kind.protocol, items) {
        (0, Some([device, psm])) => {
            Ok(Address::L2cap { device: bluetooth_device(vm, device)?, psm: number(vm, psm)? })
        }
        (3, Some([device, channel])) => Ok(Address::Rfcomm {
            device: bluetooth_device(vm, device)?,
            channel: number(vm, channel)?,
        }),
        (1, Some([device])) => Ok(Address::Hci { device: number(vm, device)? }),
        (2, None) => {
            let bytes = buffer::bytes_of(vm, object)?;
            let text = vm.str(&String::from_utf8_lossy(&bytes))?.into_object();
            Ok(Address::Sco { device: bluetooth_device(vm, &text)? })
        }
        _ => Err(wrong()),
    }
}

fn bluetooth_text(device: &[u8; 6]) -> String {
    let parts: Vec<String> = device.iter().rev().map(|byte| format!("{byte:02X}")).collect();
    parts.join(":")
}

/// The text of a host's address.
pub(super) fn host_text(address: &Address) -> String {
    match address {
        Address::V4 { host, .. } => net::inet_ntoa(*host),
        Address::V6 { host, .. } => net::ntop_v6(*host),
        _ => String::new(),
    }
}

/// An address as Python shows it.
pub(super) fn to_python(vm: &Vm, address: &Address) -> Res {
    let text = |text: &str| Ok(vm.str(text)?.into_object());
    let int = |value: i64| vm.int(value);
    let interface = |index: i32| -> Res {
        let name = net::interface_name(index as u32).unwrap_or_default();
        system_str(vm, &name)
    };
    let items = match address {
        Address::None => return Ok(Object::none()),
        Address::V4 { port, .. } => vec![text(&host_text(address))?, int((*port).into())?],
        Address::V6 { port, flowinfo, scope_id, .. } => vec![
            text(&host_text(address))?,
            int((*port).into())?,
            int((*flowinfo).into())?,
            int((*scope_id).into())?,
        ],
        Address::Unix(path) if path.first() == Some(&0) => {
            return Ok(vm.bytes(path)?.into_object());
        }
        Address::Unix(path) => return system_str(vm, path),
        Address::Netlink { pid, groups } => vec![int((*pid).into())?, int((*groups).into())?],
        Address::Packet { ifindex, protocol, kind, hatype, hardware } => vec![
            interface(*ifindex)?,
            int((*protocol).into())?,
            int((*kind).into())?,
            int((*hatype).into())?,
            vm.bytes(hardware)?.into_object(),
        ],
        Address::Vsock { cid, port } => vec![int((*cid).into())?, int((*port).into())?],
        Address::Can { ifindex, rx_id: 0, tx_id: 0 } => vec![interface(*ifindex)?],
        Address::Can { ifindex, rx_id, tx_id } => {
            vec![interface(*ifindex)?, int((*rx_id).into())?, int((*tx_id).into())?]
        }
        Address::J1939 { ifindex, name, pgn, address } => vec![
            interface(*ifindex)?,
            vm.int_u64(*name)?,
            int((*pgn).into())?,
            int((*address).into())?,
        ],
        Address::Alg { kind, name, .. } => vec![system_str(vm, kind)?, system_str(vm, name)?],
        Address::Tipc { kind, scope, v1, v2, v3 } => vec![
            int((*kind).into())?,
            int((*v1).into())?,
            int((*v2).into())?,
            int((*v3).into())?,
            int((*scope).into())?,
        ],
        Address::L2cap { device, psm } => {
            vec![text(&bluetooth_text(device))?, int((*psm).into())?]
        }
        Address::Rfcomm { device, channel } => {
            vec![text(&bluetooth_text(device))?, int((*channel).into())?]
        }
        Address::Hci { device } => vec![int((*device).into())?],
        Address::Sco { device } => return text(&bluetooth_text(device)),
        Address::Qipcrtr { node, port } => vec![int((*node).into())?, int((*port).into())?],
        Address::Other { family, data } => {
            vec![int((*family).into())?, vm.bytes(data)?.into_object()]
        }
    };
    Ok(vm.tuple(items)?.into_object())
}

/// A port argument of [`super::resolve`]'s functions.
pub(super) fn port_argument(vm: &Vm, object: &Object, function: &str) -> Res<u16> {
    port(vm, object, function)
}
