//! The interpreter's lock, pending calls, and stops.

use super::{Res, Vm};

/// Let another thread run.
pub(crate) fn yield_lock(_vm: &Vm) {}

/// Run signal handlers and queued calls.
pub(crate) fn run_pending(_vm: &Vm) -> Res<()> {
    Ok(())
}

/// The host cancelled, or fuel ran out.
pub(crate) fn stop_requested(_vm: &Vm) -> Res<()> {
    Ok(())
}
