//! The one place where what scripts may do on the network is decided.
//!
//! At present everything is allowed; a host's rules will be consulted here and nowhere else.

use taipan_core::vm::{Res, Vm};
use taipan_sys::net::Address;

/// Connecting to, or sending to, an address.
pub fn connect(_vm: &Vm, _address: &Address) -> Res<()> {
    Ok(())
}

/// Taking connections or datagrams at an address.
pub fn bind(_vm: &Vm, _address: &Address) -> Res<()> {
    Ok(())
}

/// Asking for the addresses of a name.
pub fn resolve(_vm: &Vm, _name: &[u8]) -> Res<()> {
    Ok(())
}
