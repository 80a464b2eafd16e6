//! The module `select`: waiting for events on many descriptors.
//!
//! | file     | holds                                 |
//! |----------|---------------------------------------|
//! | `lists`  | `select()`                            |
//! | `polling`| the type of `poll()`                  |
//! | `epolls` | the type `epoll`                      |
//!
//! Waiting is done outside of the interpreter's lock, up to a deadline that stays where it is when a
//! signal interrupts. Room for events and descriptors is kept from call to call: a call allocates
//! what it returns and nothing else.

mod epolls;
mod lists;
mod polling;

use std::time::{Duration, Instant};

use taipan_sys::consts;

use crate::support::*;
use lists::*;
use polling::*;

pub(crate) use epolls::Epoll;
pub(crate) use lists::select_sets;
pub(crate) use polling::{Poll, poll_entries};

/// Which of the module's two functions an object is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    Select,
    Poll,
}

/// Whether an object is that function, and nobody's in its place.
pub(crate) fn is_own(object: &Object, which: Own) -> bool {
    let own = match which {
        Own::Select => <select as NativeFunction>::DEF.call,
        Own::Poll => <poll as NativeFunction>::DEF.call,
    };
    object.downcast::<Builtin>().is_some_and(|f| std::ptr::fn_addr_eq(f.def.call, own))
}

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "select",
    doc: "Waiting for events on descriptors: select, poll and epoll.",
    functions: natives![select, poll],
    types: &[&epolls::SPEC],
    fill: Some(fill),
};

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    for &(name, value) in consts::SELECT {
        module.set(vm, name, value)?;
    }
    module.set(vm, "error", vm.types().exception(Exc::OSError))
}

/// A constant of the module by its name.
fn constant(name: &str) -> u32 {
    consts::SELECT.iter().find(|row| row.0 == name).map_or(0, |row| row.1 as u32)
}

/// Whether an object can be a timeout.
fn is_number(vm: &Vm, object: &Object) -> bool {
    let class = vm.class_of(object);
    class.has(type_flags::FLOAT) || class.slots().index.is_some()
}

/// How long to wait.
#[derive(Clone, Copy)]
pub(crate) enum Wait {
    Forever,
    /// So long, counted from a moment that signals do not move.
    For(Duration, Option<Instant>),
}

impl Wait {
    pub(crate) fn nanos(nanos: i64) -> Wait {
        // Who does not wait needs no clock.
        let deadline = if nanos > 0 { Instant::now().checked_add(duration(nanos)) } else { None };
        Wait::For(duration(nanos), deadline)
    }

    /// What is left now.
    fn left(&mut self) -> Option<Duration> {
        match self {
            Wait::Forever => None,
            Wait::For(first, deadline) => {
                let left = *first;
                // The clock is asked again only when a signal came between.
                if let Some(deadline) = deadline {
                    *first = deadline.saturating_duration_since(Instant::now());
                }
                Some(left)
            }
        }
    }
}
