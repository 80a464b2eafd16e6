//! Socket addresses and their form in memory.
//!
//! Encoding and decoding work byte by byte at the offsets that the kernel's interface fixes, so
//! that no address from outside is ever trusted to be what its family says: short ones decode to
//! [`Address::Other`].

/// The largest address any family has.
pub(super) const MAX_LEN: usize = 128;

/// An address in the kernel's form.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
pub(super) struct RawAddress {
    pub(super) bytes: [u8; MAX_LEN],
    pub(super) len: usize,
}

impl RawAddress {
    pub(super) fn new() -> RawAddress {
        RawAddress { bytes: [0; MAX_LEN], len: 0 }
    }
}

/// Address of a device on a Bluetooth network, in the kernel's (reversed) byte order.
pub type BluetoothAddress = [u8; 6];

/// A socket address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// No address at all, as unnamed peers have.
    None,
    /// ip(7)
    V4 {
        /// The four bytes of the host.
        host: [u8; 4],
        /// Port.
        port: u16,
    },
    /// ipv6(7)
    V6 {
        /// The sixteen bytes of the host.
        host: [u8; 16],
        /// Port.
        port: u16,
        /// Flow label and traffic class.
        flowinfo: u32,
        /// Interface, for link-local addresses.
        scope_id: u32,
    },
    /// unix(7); the first byte of an abstract name is 0.
    Unix(Vec<u8>),
    /// netlink(7)
    Netlink {
        /// Port, often a process id.
        pid: u32,
        /// Multicast groups.
        groups: u32,
    },
    /// packet(7)
    Packet {
        /// Interface.
        ifindex: i32,
        /// Protocol, in host order.
        protocol: u16,
        /// `PACKET_HOST` and kin.
        kind: u8,
        /// Kind of hardware.
        hatype: u16,
        /// Hardware address, at most 8 bytes.
        hardware: Vec<u8>,
    },
    /// vsock(7)
    Vsock {
        /// Machine.
        cid: u32,
        /// Port.
        port: u32,
    },
    /// CAN: raw, and the broadcast manager.
    Can {
        /// Interface.
        ifindex: i32,
    },
    /// CAN ISO-TP
    Isotp {
        /// Interface.
        ifindex: i32,
        /// Receiving id.
        rx_id: u32,
        /// Sending id.
        tx_id: u32,
    },
    /// CAN J1939
    J1939 {
        /// Interface.
        ifindex: i32,
        /// Name.
        name: u64,
        /// Group.
        pgn: u32,
        /// Address.
        address: u8,
    },
    /// The kernel's cipher interface.
    Alg {
        /// Kind of algorithm, at most 13 bytes.
        kind: Vec<u8>,
        /// Its name, at most 63 bytes.
        name: Vec<u8>,
        /// Features.
        features: u32,
        /// Mask.
        mask: u32,
    },
    /// TIPC
    Tipc {
        /// `TIPC_ADDR_*`
        kind: u8,
        /// `TIPC_*_SCOPE`
        scope: i8,
        /// Type, or node reference.
        v1: u32,
        /// Lower bound, instance, or node.
        v2: u32,
        /// Upper bound, or domain.
        v3: u32,
    },
    /// Bluetooth L2CAP
    L2cap {
        /// Device.
        device: BluetoothAddress,
        /// Port.
        psm: u16,
    },
    /// Bluetooth RFCOMM
    Rfcomm {
        /// Device.
        device: BluetoothAddress,
        /// Channel.
        channel: u8,
    },
    /// Bluetooth HCI
    Hci {
        /// Adapter.
        device: u16,
    },
    /// Bluetooth SCO
    Sco {
        /// Device.
        device: BluetoothAddress,
    },
    /// Qualcomm IPC router
    Qipcrtr {
        /// Node.
        node: u32,
        /// Port.
        port: u32,
    },
    /// A family not known here, or an address too short for its family.
    Other {
        /// `AF_*`
        family: u16,
        /// What follows the family.
        data: Vec<u8>,
    },
}

/// Longest path of a Unix socket.
pub const UNIX_PATH_MAX: usize = 108;

const AF_QIPCRTR: i32 = 42;
const AF_TIPC: i32 = libc::AF_TIPC;
const TIPC_ADDR_NAME: u8 = 2;
const TIPC_ADDR_ID: u8 = 3;
const BTPROTO_L2CAP: i32 = 0;
const BTPROTO_HCI: i32 = 1;
const BTPROTO_SCO: i32 = 2;
const BTPROTO_RFCOMM: i32 = 3;
const CAN_ISOTP: i32 = 6;
const CAN_J1939: i32 = 7;

struct Writer(RawAddress);

impl Writer {
    fn family(family: i32) -> Writer {
        Writer(RawAddress::new()).bytes(&(family as u16).to_ne_bytes())
    }

    /// Appends bytes; what exceeds the room is dropped, and callers check lengths first.
    fn bytes(mut self, data: &[u8]) -> Writer {
        let start = self.0.len;
        let end = (start + data.len()).min(MAX_LEN);
        self.0.bytes[start..end].copy_from_slice(&data[..end - start]);
        self.0.len = end;
        self
    }

    fn u32(self, value: u32) -> Writer {
        self.bytes(&value.to_ne_bytes())
    }

    /// Appends a field of fixed size, cut or filled with zeros.
    fn field(self, data: &[u8], size: usize) -> Writer {
        let end = self.0.len + size;
        let mut writer = self.bytes(&data[..data.len().min(size)]);
        writer.0.len = end.min(MAX_LEN);
        writer
    }
}

impl Address {
    /// The address's family, `AF_*`.
    pub fn family(&self) -> i32 {
        match self {
            Address::None => libc::AF_UNSPEC,
            Address::V4 { .. } => libc::AF_INET,
            Address::V6 { .. } => libc::AF_INET6,
            Address::Unix(_) => libc::AF_UNIX,
            Address::Netlink { .. } => libc::AF_NETLINK,
            Address::Packet { .. } => libc::AF_PACKET,
            Address::Vsock { .. } => libc::AF_VSOCK,
            Address::Can { .. } | Address::Isotp { .. } | Address::J1939 { .. } => libc::AF_CAN,
            Address::Alg { .. } => libc::AF_ALG,
            Address::Tipc { .. } => AF_TIPC,
            Address::L2cap { .. }
            | Address::Rfcomm { .. }
            | Address::Hci { .. }
            | Address::Sco { .. } => libc::AF_BLUETOOTH,
            Address::Qipcrtr { .. } => AF_QIPCRTR,
            Address::Other { family, .. } => i32::from(*family),
        }
    }

    pub(super) fn encode(&self) -> RawAddress {
        let start = Writer::family(self.family());
        let writer = match self {
            Address::None => return RawAddress::new(),
            Address::V4 { host, port } => {
                start.bytes(&port.to_be_bytes()).bytes(host).field(&[], 8)
            }
            Address::V6 { host, port, flowinfo, scope_id } => start
                .bytes(&port.to_be_bytes())
                .bytes(&flowinfo.to_be_bytes())
                .bytes(host)
                .u32(*scope_id),
            Address::Unix(path) => {
                let is_abstract = path.first().is_none_or(|&c| c == 0);
                let writer = start.field(path, path.len().min(UNIX_PATH_MAX));
                // A path is ended by NUL where there is room for one.
                if is_abstract || path.len() >= UNIX_PATH_MAX { writer } else { writer.bytes(&[0]) }
            }
            Address::Netlink { pid, groups } => start.bytes(&[0, 0]).u32(*pid).u32(*groups),
            Address::Packet { ifindex, protocol, kind, hatype, hardware } => start
                .bytes(&protocol.to_be_bytes())
                .bytes(&ifindex.to_ne_bytes())
                .bytes(&hatype.to_ne_bytes())
                .bytes(&[*kind, hardware.len().min(8) as u8])
                .field(hardware, 8),
            Address::Vsock { cid, port } => start.bytes(&[0, 0]).u32(*port).u32(*cid).field(&[], 4),
            Address::Can { ifindex } => {
                start.bytes(&[0, 0]).bytes(&ifindex.to_ne_bytes()).field(&[], 16)
            }
            Address::Isotp { ifindex, rx_id, tx_id } => start
                .bytes(&[0, 0])
                .bytes(&ifindex.to_ne_bytes())
                .u32(*rx_id)
                .u32(*tx_id)
                .field(&[], 8),
            Address::J1939 { ifindex, name, pgn, address } => start
                .bytes(&[0, 0])
                .bytes(&ifindex.to_ne_bytes())
                .bytes(&name.to_ne_bytes())
                .u32(*pgn)
                .field(&[*address], 4),
            Address::Alg { kind, name, features, mask } => {
                start.field(kind, 14).u32(*features).u32(*mask).field(name, 64)
            }
            // The kernel has the reference of a port before its node.
            Address::Tipc { kind: TIPC_ADDR_ID, scope, v1, v2, .. } => {
                start.bytes(&[TIPC_ADDR_ID, *scope as u8]).u32(*v2).u32(*v1).u32(0)
            }
            Address::Tipc { kind: TIPC_ADDR_NAME, scope, v1, v2, .. } => {
                start.bytes(&[TIPC_ADDR_NAME, *scope as u8]).u32(*v1).u32(*v2).u32(0)
            }
            Address::Tipc { kind, scope, v1, v2, v3 } => {
                start.bytes(&[*kind, *scope as u8]).u32(*v1).u32(*v2).u32(*v3)
            }
            Address::L2cap { device, psm } => {
                start.bytes(&psm.to_le_bytes()).bytes(device).field(&[], 4)
            }
            Address::Rfcomm { device, channel } => start.bytes(device).field(&[*channel], 2),
            Address::Hci { device } => start.bytes(&device.to_ne_bytes()).bytes(&[0, 0]),
            Address::Sco { device } => start.bytes(device),
            Address::Qipcrtr { node, port } => start.bytes(&[0, 0]).u32(*node).u32(*port),
            Address::Other { data, .. } => start.bytes(data),
        };
        writer.0
    }

    /// Reads an address of `raw.len` bytes; `protocol` tells families with several forms apart.
    pub(super) fn decode(raw: &RawAddress, protocol: i32) -> Address {
        let bytes = &raw.bytes[..raw.len.min(MAX_LEN)];
        let Some((family, rest)) = bytes.split_first_chunk::<2>() else { return Address::None };
        let family = u16::from_ne_bytes(*family);
        let known = decode_family(i32::from(family), protocol, Reader(rest));
        known.unwrap_or_else(|| Address::Other { family, data: rest.to_vec() })
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_ne_bytes)
    }
}

fn until_nul(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().take_while(|&c| c != 0).collect()
}

fn decode_family(family: i32, protocol: i32, mut from: Reader<'_>) -> Option<Address> {
    Some(match family {
        libc::AF_INET => {
            let port = u16::from_be_bytes(from.take()?);
            Address::V4 { port, host: from.take()? }
        }
        libc::AF_INET6 => {
            let port = u16::from_be_bytes(from.take()?);
            let flowinfo = u32::from_be_bytes(from.take()?);
            Address::V6 { port, flowinfo, host: from.take()?, scope_id: from.u32()? }
        }
        libc::AF_UNIX => match from.0.first() {
            None => Address::Unix(Vec::new()),
            Some(0) => Address::Unix(from.0.to_vec()),
            Some(_) => Address::Unix(until_nul(from.0)),
        },
        libc::AF_NETLINK => {
            from.take::<2>()?;
            Address::Netlink { pid: from.u32()?, groups: from.u32()? }
        }
        libc::AF_PACKET => {
            let protocol = u16::from_be_bytes(from.take()?);
            let ifindex = i32::from_ne_bytes(from.take()?);
            let hatype = u16::from_ne_bytes(from.take()?);
            let [kind, len] = from.take()?;
            let hardware = from.0.get(..usize::from(len).min(8)).unwrap_or(from.0).to_vec();
            Address::Packet { ifindex, protocol, kind, hatype, hardware }
        }
        libc::AF_VSOCK => {
            from.take::<2>()?;
            let port = from.u32()?;
            Address::Vsock { cid: from.u32()?, port }
        }
        libc::AF_CAN => {
            from.take::<2>()?;
            let ifindex = i32::from_ne_bytes(from.take()?);
            match protocol {
                CAN_J1939 => Address::J1939 {
                    ifindex,
                    name: u64::from_ne_bytes(from.take()?),
                    pgn: from.u32()?,
                    address: from.take::<1>()?[0],
                },
                CAN_ISOTP => Address::Isotp { ifindex, rx_id: from.u32()?, tx_id: from.u32()? },
                _ => Address::Can { ifindex },
            }
        }
        libc::AF_ALG => {
            let kind = until_nul(&from.take::<14>()?);
            let (features, mask) = (from.u32()?, from.u32()?);
            Address::Alg { kind, features, mask, name: until_nul(from.0) }
        }
        AF_TIPC => {
            let [kind, scope] = from.take()?;
            let (v1, v2, v3) = (from.u32()?, from.u32()?, from.u32()?);
            let scope = scope as i8;
            match kind {
                TIPC_ADDR_ID => Address::Tipc { kind, scope, v1: v2, v2: v1, v3: 0 },
                // What follows a name is a domain, and then nothing.
                TIPC_ADDR_NAME => Address::Tipc { kind, scope, v1, v2, v3: v2 },
                _ => Address::Tipc { kind, scope, v1, v2, v3 },
            }
        }
        libc::AF_BLUETOOTH => match protocol {
            BTPROTO_L2CAP => {
                let psm = u16::from_le_bytes(from.take()?);
                Address::L2cap { psm, device: from.take()? }
            }
            BTPROTO_RFCOMM => {
                Address::Rfcomm { device: from.take()?, channel: from.take::<1>()?[0] }
            }
            BTPROTO_HCI => Address::Hci { device: u16::from_ne_bytes(from.take()?) },
            BTPROTO_SCO => Address::Sco { device: from.take()? },
            _ => return None,
        },
        AF_QIPCRTR => {
            from.take::<2>()?;
            Address::Qipcrtr { node: from.u32()?, port: from.u32()? }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(address: &Address, protocol: i32) {
        assert_eq!(&Address::decode(&address.encode(), protocol), address);
    }

    #[test]
    fn round_trips() {
        round_trip(&Address::None, 0);
        round_trip(&Address::V4 { host: [127, 0, 0, 1], port: 80 }, 0);
        let v6 = Address::V6 { host: [7; 16], port: 9, flowinfo: 5, scope_id: 3 };
        round_trip(&v6, 0);
        assert_eq!(v6.encode().len, size_of::<libc::sockaddr_in6>());
        for path in [&b""[..], b"/tmp/x", b"\0abstract\0name", &[b'x'; UNIX_PATH_MAX]] {
            round_trip(&Address::Unix(path.to_vec()), 0);
        }
        round_trip(&Address::Netlink { pid: 7, groups: 1 }, 0);
        let packet = Address::Packet {
            ifindex: 1,
            protocol: 3,
            kind: 2,
            hatype: 4,
            hardware: vec![1, 2, 3, 4, 5, 6],
        };
        round_trip(&packet, 0);
        assert_eq!(packet.encode().len, size_of::<libc::sockaddr_ll>());
        round_trip(&Address::Vsock { cid: 2, port: 99 }, 0);
        round_trip(&Address::Can { ifindex: 1 }, 1);
        round_trip(&Address::Isotp { ifindex: 1, rx_id: 2, tx_id: 3 }, CAN_ISOTP);
        round_trip(&Address::J1939 { ifindex: 1, name: 2, pgn: 3, address: 4 }, CAN_J1939);
        let alg =
            Address::Alg { kind: b"hash".to_vec(), name: b"sha256".to_vec(), features: 0, mask: 0 };
        round_trip(&alg, 0);
        assert_eq!(alg.encode().len, size_of::<libc::sockaddr_alg>());
        round_trip(&Address::Tipc { kind: 1, scope: 2, v1: 3, v2: 4, v3: 5 }, 0);
        round_trip(&Address::Tipc { kind: TIPC_ADDR_ID, scope: 2, v1: 3, v2: 4, v3: 0 }, 0);
        round_trip(&Address::L2cap { device: [1; 6], psm: 25 }, BTPROTO_L2CAP);
        round_trip(&Address::Rfcomm { device: [1; 6], channel: 25 }, BTPROTO_RFCOMM);
        round_trip(&Address::Other { family: 200, data: vec![1, 2, 3] }, 0);
    }

    #[test]
    fn short_addresses_are_not_trusted() {
        for family in 0..64u16 {
            for len in 0..20 {
                let mut raw = RawAddress::new();
                raw.bytes[..2].copy_from_slice(&family.to_ne_bytes());
                raw.len = len;
                Address::decode(&raw, 0);
            }
        }
    }
}
