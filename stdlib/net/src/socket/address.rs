//! Socket addresses from Python and to Python.

use taipan_sys::consts;
use taipan_sys::net::{self, Address, Query};

use super::parse::*;
use super::resolve::raise_resolve;
use crate::support::*;

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

/// A constant of the module by its name; for what is known when this is compiled.
const fn constant(name: &str) -> i32 {
    let mut i = 0;
    while i < consts::SOCKET.len() {
        if same(consts::SOCKET[i].0.as_bytes(), name.as_bytes()) {
            return consts::SOCKET[i].1 as i32;
        }
        i += 1;
    }
    panic!("no constant of this name")
}

macro_rules! constants {
    ($($name:ident)*) => { $(pub(crate) const $name: i32 = constant(stringify!($name));)* };
}

constants! {
    AF_UNSPEC AF_INET AF_INET6 AF_UNIX AF_NETLINK AF_PACKET AF_CAN AF_RDS AF_TIPC AF_VSOCK AF_ALG
    AF_QIPCRTR AF_BLUETOOTH
    SOCK_STREAM SOCK_DGRAM SOCK_NONBLOCK SOCK_CLOEXEC
    SOL_SOCKET SO_DOMAIN SO_TYPE SO_PROTOCOL SO_ERROR SO_REUSEADDR IPPROTO_TCP TCP_NODELAY SHUT_WR
    AI_PASSIVE AI_NUMERICHOST MSG_DONTWAIT
    CAN_RAW CAN_BCM CAN_ISOTP CAN_J1939
    TIPC_ADDR_NAMESEQ TIPC_ADDR_ID TIPC_CLUSTER_SCOPE
    BTPROTO_L2CAP BTPROTO_RFCOMM BTPROTO_HCI BTPROTO_SCO
    SOL_ALG ALG_SET_OP ALG_SET_IV ALG_SET_AEAD_ASSOCLEN
}

/// The largest flow label of IPv6.
const FLOWINFO_MAX: u32 = 0xf_ffff;

/// What kind of address a socket takes.
#[derive(Clone, Copy)]
pub(crate) struct Addresses {
    pub(crate) family: i32,
    pub(crate) protocol: i32,
}

/// The address of a host for one family; names are looked up. The port is left 0.
pub(super) fn resolve_host(vm: &Vm, host: &[u8], family: i32) -> Res<Address> {
    let v6 = |host| Address::V6 { host, port: 0, flowinfo: 0, scope_id: 0 };
    if host == b"<broadcast>" {
        if family != AF_INET && family != AF_UNSPEC {
            return Err(os_error(vm, "address family mismatched"));
        }
        return Ok(Address::V4 { host: [255; 4], port: 0 });
    }
    // Numeric addresses need no resolver.
    if let Ok(text) = std::str::from_utf8(host) {
        if family != AF_INET6
            && let Some(host) = net::pton_v4(text)
        {
            return Ok(Address::V4 { host, port: 0 });
        }
        if family != AF_INET
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
        kind: if any { SOCK_DGRAM } else { 0 },
        protocol: 0,
        flags: if any { AI_PASSIVE } else { 0 },
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

/// Reads an address for a socket of this kind. `function` is named in complaints.
pub(crate) fn from_python(
    vm: &Vm,
    kind: Addresses,
    object: &Object,
    function: &str,
) -> Res<Address> {
    match kind.family {
        // RDS has the addresses of the network it runs over.
        AF_INET | AF_RDS => v4_from_python(vm, object, function),
        AF_INET6 => v6_from_python(vm, object, function),
        AF_UNIX => unix_from_python(vm, object),
        AF_NETLINK => {
            let items = tuple(vm, object, function, "AF_NETLINK")?;
            let [pid, groups] = pair(vm, items, "AF_NETLINK address must be a pair (pid, groups)")?;
            Ok(Address::Netlink { pid, groups })
        }
        AF_PACKET => packet_from_python(vm, object, function),
        AF_CAN => can_from_python(vm, kind.protocol, object, function),
        AF_TIPC => tipc_from_python(vm, object, function),
        AF_VSOCK => {
            let [cid, port] = numbers(vm, object, "AF_VSOCK")?;
            Ok(Address::Vsock { cid, port })
        }
        AF_QIPCRTR => {
            let [node, port] = numbers(vm, object, "AF_QIPCRTR")?;
            Ok(Address::Qipcrtr { node, port })
        }
        AF_ALG => alg_from_python(vm, object, function),
        AF_BLUETOOTH => bluetooth_from_python(vm, kind.protocol, object, function),
        _ => Err(os_error(vm, &format!("{function}(): bad family"))),
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

/// The items of an address of which CPython's parser complains by itself.
fn bare_tuple<'a>(vm: &Vm, object: &'a Object) -> Res<&'a [Object]> {
    match object.downcast::<Tuple>() {
        Some(tuple) => Ok(tuple.as_slice()),
        None => Err(vm.system_error("new style getargs format but argument is not a tuple")),
    }
}

fn pair(vm: &Vm, items: &[Object], sentence: &'static str) -> Res<[u32; 2]> {
    let [first, second] = items else { return Err(vm.type_error(sentence)) };
    Ok([masked(vm, first)? as u32, masked(vm, second)? as u32])
}

/// An address of two numbers.
fn numbers(vm: &Vm, object: &Object, family: &str) -> Res<[u32; 2]> {
    let Some(tuple) = object.downcast::<Tuple>() else {
        return Err(vm.type_error(format_args!(
            "getsockaddrarg: {family} address must be tuple, not {}",
            vm.type_name(object)
        )));
    };
    let items = tuple.as_slice();
    Count::Function("getsockaddrarg()").check(vm, items.len(), 2, 2)?;
    Ok([masked(vm, &items[0])? as u32, masked(vm, &items[1])? as u32])
}

fn wrong_port(vm: &Vm, function: &str) -> Raised {
    vm.overflow_error(format_args!("{function}(): port must be 0-65535."))
}

/// Whatever an OverflowError says, this is what it says instead.
fn reworded<T>(vm: &Vm, result: Res<T>, words: impl FnOnce() -> Raised) -> Res<T> {
    result.or_else(|raised| {
        drop(vm.caught(raised, Exc::OverflowError)?);
        Err(words())
    })
}

/// A port as it is converted; whether it is one is looked at after the host.
fn port_number(vm: &Vm, object: &Object, function: &str) -> Res<i32> {
    reworded(vm, c_int(vm, object), || wrong_port(vm, function))
}

fn port_in_range(vm: &Vm, value: i32, function: &str) -> Res<u16> {
    u16::try_from(value).map_err(|_| wrong_port(vm, function))
}

fn v4_from_python(vm: &Vm, object: &Object, function: &str) -> Res<Address> {
    let items = tuple(vm, object, function, "AF_INET")?;
    let [host, port] = items else {
        return Err(vm.type_error("AF_INET address must be a pair (host, port)"));
    };
    let host = host_bytes(vm, host)?;
    let port = port_number(vm, port, function)?;
    match resolve_host(vm, &host, AF_INET)? {
        Address::V4 { host, .. } => {
            Ok(Address::V4 { host, port: port_in_range(vm, port, function)? })
        }
        _ => Err(os_error(vm, "address family mismatched")),
    }
}

fn v6_from_python(vm: &Vm, object: &Object, function: &str) -> Res<Address> {
    let items = tuple(vm, object, function, "AF_INET6")?;
    Count::Sentence("AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])").check(
        vm,
        items.len(),
        2,
        4,
    )?;
    let host = host_bytes(vm, &items[0])?;
    let port = port_number(vm, &items[1], function)?;
    let optional = |at: usize| items.get(at).map_or(Ok(0), |item| masked(vm, item));
    let (flowinfo, scope_id) = (optional(2)? as u32, optional(3)? as u32);
    let Address::V6 { host, .. } = resolve_host(vm, &host, AF_INET6)? else {
        return Err(os_error(vm, "address family mismatched"));
    };
    let port = port_in_range(vm, port, function)?;
    if flowinfo > FLOWINFO_MAX {
        let text = format!("{function}(): flowinfo must be 0-{FLOWINFO_MAX}.");
        return Err(vm.overflow_error(text));
    }
    Ok(Address::V6 { host, port, flowinfo, scope_id })
}

fn unix_from_python(vm: &Vm, object: &Object) -> Res<Address> {
    let path = match object.downcast::<Str>() {
        // A str is a path of the file system; an abstract name has a NUL in it.
        Some(text) => match text.as_ascii() {
            Some(ascii) => ascii.as_bytes().to_vec(),
            None => fs_bytes(vm, object)?,
        },
        None => buffer::bytes_of(vm, object)?,
    };
    let is_abstract = path.first().is_none_or(|&c| c == 0);
    let limit = net::UNIX_PATH_MAX - usize::from(!is_abstract);
    if path.len() > limit {
        return Err(os_error(vm, "AF_UNIX path too long"));
    }
    Ok(Address::Unix(path))
}

/// A str that is not ASCII in the file system's encoding, with NULs.
fn fs_bytes(vm: &Vm, text: &Object) -> Res<Vec<u8>> {
    let arguments = [vm.str("utf-8")?.into_object(), vm.str("surrogateescape")?.into_object()];
    buffer::bytes_of(vm, &vm.call_method(text, "encode", &arguments)?)
}

fn packet_from_python(vm: &Vm, object: &Object, function: &str) -> Res<Address> {
    const SENTENCE: &str = "AF_PACKET address must be a tuple of two to five elements";
    let items = tuple(vm, object, function, "AF_PACKET")?;
    Count::Sentence(SENTENCE).check(vm, items.len(), 2, 5)?;
    let mut name = c_string(vm, &items[0], SENTENCE)?;
    let number = |at: usize| match items.get(at) {
        Some(item) => reworded(vm, c_int(vm, item), || {
            vm.overflow_error(format_args!("{function}(): address argument out of range"))
        }),
        None => Ok(0),
    };
    let (protocol, kind, hatype) = (number(1)?, number(2)? as u8, number(3)? as u16);
    let hardware = items.get(4).map_or(Ok(Vec::new()), |item| buffer::bytes_of(vm, item))?;
    // Longer names are cut, as the kernel's structure for them is.
    name.truncate(net::INTERFACE_NAME_MAX - 1);
    let ifindex = interface(vm, &name)?;
    if hardware.len() > 8 {
        return Err(vm.value_error("Hardware address must be 8 bytes or less"));
    }
    let protocol = u16::try_from(protocol)
        .map_err(|_| vm.overflow_error(format_args!("{function}(): proto must be 0-65535.")))?;
    Ok(Address::Packet { ifindex, protocol, kind, hatype, hardware })
}

fn can_from_python(vm: &Vm, protocol: i32, object: &Object, function: &str) -> Res<Address> {
    let name = |object: &Object| -> Res<Vec<u8>> {
        Ok(FsPath::from_arg(vm, object, &mut (), &ArgInfo::default())?.bytes)
    };
    match protocol {
        CAN_RAW | CAN_BCM => {
            let items = tuple(vm, object, function, "AF_CAN")?;
            Count::Sentence("AF_CAN address must be a tuple (interface, )").check(
                vm,
                items.len(),
                1,
                1,
            )?;
            Ok(Address::Can { ifindex: can_interface(vm, &name(&items[0])?)? })
        }
        CAN_ISOTP => {
            let items = bare_tuple(vm, object)?;
            Count::Function("").check(vm, items.len(), 3, 3)?;
            let name = name(&items[0])?;
            let (rx_id, tx_id) = (masked_int(vm, &items[1], 2)?, masked_int(vm, &items[2], 3)?);
            let ifindex = can_interface(vm, &name)?;
            Ok(Address::Isotp { ifindex, rx_id: rx_id as u32, tx_id: tx_id as u32 })
        }
        CAN_J1939 => {
            let items = bare_tuple(vm, object)?;
            Count::Function("").check(vm, items.len(), 4, 4)?;
            let interface = name(&items[0])?;
            let name = masked_int(vm, &items[1], 2)?;
            let (pgn, address) = (masked(vm, &items[2])? as u32, masked(vm, &items[3])? as u8);
            let ifindex = can_interface(vm, &interface)?;
            Ok(Address::J1939 { ifindex, name, pgn, address })
        }
        _ => Err(os_error(vm, &format!("{function}(): unsupported CAN protocol"))),
    }
}

fn tipc_from_python(vm: &Vm, object: &Object, function: &str) -> Res<Address> {
    let items = tuple(vm, object, function, "AF_TIPC")?;
    Count::Sentence("AF_TIPC address must be a tuple (addr_type, v1, v2, v3[, scope])").check(
        vm,
        items.len(),
        4,
        5,
    )?;
    let mut values = [0, 0, 0, 0, TIPC_CLUSTER_SCOPE as u32];
    for (value, item) in values.iter_mut().zip(items) {
        *value = masked(vm, item)? as u32;
    }
    let [kind, v1, v2, v3, scope] = values;
    if !(TIPC_ADDR_NAMESEQ..=TIPC_ADDR_ID).contains(&(kind as i32)) {
        return Err(vm.type_error("Invalid address type"));
    }
    Ok(Address::Tipc { kind: kind as u8, scope: scope as i8, v1, v2, v3 })
}

fn alg_from_python(vm: &Vm, object: &Object, function: &str) -> Res<Address> {
    const SENTENCE: &str = "AF_ALG address must be a tuple (type, name[, feat[, mask]])";
    let items = tuple(vm, object, function, "AF_ALG")?;
    Count::Sentence(SENTENCE).check(vm, items.len(), 2, 4)?;
    let (kind, name) = (c_string(vm, &items[0], SENTENCE)?, c_string(vm, &items[1], SENTENCE)?);
    let optional = |at: usize| items.get(at).map_or(Ok(0), |item| masked(vm, item));
    let (features, mask) = (optional(2)? as u16, optional(3)? as u16);
    if kind.len() >= 14 {
        return Err(vm.value_error("AF_ALG type too long."));
    }
    if name.len() >= 64 {
        return Err(vm.value_error("AF_ALG name too long."));
    }
    Ok(Address::Alg { kind, name, features: features.into(), mask: mask.into() })
}

fn bluetooth_from_python(vm: &Vm, protocol: i32, object: &Object, function: &str) -> Res<Address> {
    let wrong = || os_error(vm, &format!("{function}(): wrong format"));
    // Whatever does not fit is a wrong format.
    fn fits<T>(vm: &Vm, result: Res<T>) -> Res<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(raised) => vm.caught(raised, Exc::Exception).map(|_| None),
        }
    }
    let items = object.downcast::<Tuple>().map_or(&[][..], |tuple| tuple.as_slice());
    let device_and_number = || -> Res<([u8; 6], i32)> {
        let [device, number] = items else { return Err(wrong()) };
        let device = fits(vm, c_string(vm, device, ""))?.ok_or_else(wrong)?;
        let number = fits(vm, c_int(vm, number))?.ok_or_else(wrong)?;
        Ok((bluetooth_device(vm, &device)?, number))
    };
    match protocol {
        BTPROTO_L2CAP => {
            let (device, psm) = device_and_number()?;
            Ok(Address::L2cap { device, psm: psm as u16 })
        }
        BTPROTO_RFCOMM => {
            let (device, channel) = device_and_number()?;
            Ok(Address::Rfcomm { device, channel: channel as u8 })
        }
        BTPROTO_HCI => {
            let [device] = items else { return Err(wrong()) };
            let device = fits(vm, c_int(vm, device))?.ok_or_else(wrong)?;
            Ok(Address::Hci { device: device as u16 })
        }
        BTPROTO_SCO => {
            let bytes = object.downcast::<Bytes>().ok_or_else(wrong)?.as_slice();
            // Up to the NUL that ends it for C.
            let end = memchr(bytes).unwrap_or(bytes.len());
            Ok(Address::Sco { device: bluetooth_device(vm, &bytes[..end])? })
        }
        _ => Err(os_error(vm, &format!("{function}(): unknown Bluetooth protocol"))),
    }
}

fn memchr(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&c| c == 0)
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
pub(crate) fn to_python(vm: &Vm, address: &Address) -> Res {
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
        Address::Can { ifindex } => vec![interface(*ifindex)?],
        Address::Isotp { ifindex, rx_id, tx_id } => {
            vec![interface(*ifindex)?, int((*rx_id).into())?, int((*tx_id).into())?]
        }
        Address::J1939 { ifindex, name, pgn, address } => vec![
            interface(*ifindex)?,
            vm.int_u64(*name)?,
            int((*pgn).into())?,
            int((*address).into())?,
        ],
        Address::Alg { kind, name, features, mask } => vec![
            system_str(vm, kind)?,
            system_str(vm, name)?,
            int((*features as u16).into())?,
            int((*mask as u16).into())?,
        ],
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
            // What the structure for any address has room for.
            let mut room = [0; 14];
            for (to, from) in room.iter_mut().zip(data) {
                *to = *from;
            }
            vec![int((*family).into())?, vm.bytes(&room)?.into_object()]
        }
    };
    Ok(vm.tuple(items)?.into_object())
}

/// A port argument of [`super::resolve`]'s functions.
pub(super) fn port_argument(vm: &Vm, object: &Object, function: &str) -> Res<u16> {
    port_in_range(vm, port_number(vm, object, function)?, function)
}
