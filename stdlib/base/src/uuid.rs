//! The module _uuid: identifiers made of the time and this machine.
//!
//! They are unique in this process; other processes of the machine are told apart by 14 random bits only, so they are
//! never called safe.

use crate::support::*;
use std::cell::RefCell;
use taipan_core::vm::policy::Access;
use taipan_sys::{net, process, time};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_uuid",
    doc: "Identifiers made of the time.",
    functions: natives![generate_time_safe],
    fill: Some(|vm, module| module.set(vm, "has_uuid_generate_time_safe", 1)),
    ..ModuleDef::EMPTY
};

/// What stays the same from one to the next.
#[derive(Clone, Copy)]
struct Source {
    node: [u8; 6],
    sequence: u16,
    last: u64,
}

#[derive(Default)]
struct Known(RefCell<Option<Source>>);

fn source(vm: &Vm) -> Res<Source> {
    let mut random = [0; 8];
    process::urandom(&mut random).map_err(|failure| raise_io(vm, failure))?;
    let [a, b, node @ ..] = random;
    let path = b"/sys/class/net";
    let allowed = vm.is_allowed(&Access::Open { path, writes: false });
    let mut node = net::hardware_address().filter(|_| allowed).unwrap_or_else(|| {
        let mut node = node;
        // The bit of addresses that no machine has.
        node[0] |= 1;
        node
    });
    if node == [0; 6] {
        node[0] = 1;
    }
    Ok(Source { node, sequence: u16::from_be_bytes([a, b]) & 0x3FFF, last: 0 })
}

#[native("()")]
fn generate_time_safe(vm: &Vm) -> Res {
    /// From the start of the calendar of 1582 to 1970, in units of 100 ns.
    const EPOCH: u64 = 0x01B2_1DD2_1381_4000;
    let now = time::clock_gettime(time::REALTIME);
    let nanos = now.map_err(|failure| raise_io(vm, failure))?.total_nanos();
    let ticks = u64::try_from(nanos / 100).unwrap_or(0) + EPOCH;
    let known = vm.interp().state::<Known>();
    let before = *known.0.borrow();
    let mut source = match before {
        Some(source) => source,
        None => source(vm)?,
    };
    source.last = ticks.max(source.last + 1);
    known.0.replace(Some(source));
    let mut out = [0; 16];
    out[..4].copy_from_slice(&(source.last as u32).to_be_bytes());
    out[4..6].copy_from_slice(&((source.last >> 32) as u16).to_be_bytes());
    out[6..8].copy_from_slice(&((source.last >> 48) as u16 & 0x0FFF | 0x1000).to_be_bytes());
    out[8..10].copy_from_slice(&(source.sequence | 0x8000).to_be_bytes());
    out[10..].copy_from_slice(&source.node);
    let bytes = vm.bytes(&out)?.into_object();
    Ok(vm.pair(bytes, vm.int(-1)?)?.into_object())
}
