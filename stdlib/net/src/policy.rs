//! What scripts may do on the network and with signals, asked by every module of this crate before it acts.
//!
//! The rules are the host's ([`taipan_core::vm::policy`]); these are the words in which this crate asks.

use std::net::{IpAddr, SocketAddr};
use taipan_core::vm::policy::{Access, Endpoint};
use taipan_core::vm::{Res, Vm};
use taipan_sys::net::Address;

fn endpoint(address: &Address) -> Endpoint<'_> {
    match address {
        Address::V4 { host, port } => Endpoint::Ip(SocketAddr::new(IpAddr::from(*host), *port)),
        Address::V6 { host, port, .. } => Endpoint::Ip(SocketAddr::new(IpAddr::from(*host), *port)),
        Address::Unix(path) => Endpoint::Unix(path.as_slice().into()),
        _ => Endpoint::Other,
    }
}

/// Connecting to, or sending to, an address.
pub fn connect(vm: &Vm, address: &Address) -> Res<()> {
    vm.ask(|| Access::Connect { to: endpoint(address) })
}

/// Taking connections or datagrams at an address.
pub fn bind(vm: &Vm, address: &Address) -> Res<()> {
    vm.ask(|| Access::Bind { to: endpoint(address) })
}

/// Asking for the addresses of a name.
pub fn resolve(vm: &Vm, name: &[u8]) -> Res<()> {
    vm.ask(|| Access::Resolve { name })
}

/// Changing what a signal does, or sending one.
pub fn signal(vm: &Vm, function: &str) -> Res<()> {
    vm.ask(|| Access::Signal { function })
}
