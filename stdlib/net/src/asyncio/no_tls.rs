//! In the place of `tls`, in an interpreter that is built without the module ssl: there are no such connections.

use crate::support::*;

/// Never made.
pub(super) struct TlsTransport;

impl Payload for TlsTransport {}

impl TlsTransport {
    pub fn take_in(&self, _: &Vm, _: &[u8]) -> Res<()> {
        Ok(())
    }
}

pub(super) fn of(_: &Object) -> Option<&Obj<TlsTransport>> {
    None
}

pub(super) fn received(_: &Vm, _: &Obj<TlsTransport>) -> Res<()> {
    Ok(())
}
