//! `_msg_callback`: what was received and sent is told to the script, by the names of the module's enumerations.
//!
//! **Invariant:** the machine is not borrowed while the script's function runs. What that raises is kept till the
//! program's call is done: it takes the place of a result, and becomes the context of an error.

use taipan_tls::watch::Seen;

use super::Connection;
use crate::ssl::global;
use crate::support::*;

const HEADER: u16 = 0x100;
const CHANGE_CIPHER_SPEC: u16 = 20;
const ALERT: u16 = 21;

/// OpenSSL's number of the only message there is of its kind.
const CHANGED: i64 = 0x101;

impl Connection {
    /// Tells what was seen since the last time.
    pub(super) fn tell(&self, vm: &Vm) {
        if !self.is_watched.get() {
            return;
        }
        let seen = self.ask(|engine| engine.take_seen());
        let callback = self.context(vm).map(|context| context.msg_callback.get());
        let (Ok(Some(callback)), Some(owner)) = (callback, self.owner_object()) else { return };
        for seen in seen {
            let told = arguments(vm, &owner, &seen).and_then(|args| vm.call(&callback, &args));
            if let Err(raised) = told {
                self.complaint.set(vm.take_raised(raised));
            }
        }
    }

    /// The end of a call.
    pub(super) fn told<R>(&self, vm: &Vm, result: Res<R>) -> Res<R> {
        self.tell(vm);
        match (self.complaint.take(), result) {
            (None, result) => result,
            (Some(complaint), Ok(_)) => Err(vm.raise(complaint)),
            (Some(complaint), Err(raised)) => {
                let error = vm.take_raised(raised);
                vm.setattr(&error, &vm.intern("__context__"), &complaint)?;
                Err(vm.raise(error))
            }
        }
    }
}

fn arguments(vm: &Vm, owner: &Object, seen: &Seen) -> Res<[Object; 6]> {
    let first = |at: usize| seen.data.get(at).map_or(-1, |byte| i64::from(*byte));
    let (names, message) = match seen.kind {
        HEADER => ("_TLSContentType", first(0)),
        ALERT => ("_TLSAlertType", first(1)),
        CHANGE_CIPHER_SPEC => ("_TLSMessageType", CHANGED),
        _ => ("_TLSMessageType", first(0)),
    };
    Ok([
        owner.clone(),
        vm.str(if seen.is_sent { "write" } else { "read" })?.into_object(),
        member(vm, "TLSVersion", i64::from(seen.version))?,
        member(vm, "_TLSContentType", i64::from(seen.kind))?,
        member(vm, names, message)?,
        vm.bytes(&seen.data)?.into_object(),
    ])
}

/// A member of an enumeration, or the number if it has no name.
fn member(vm: &Vm, enumeration: &str, value: i64) -> Res {
    let number = vm.int(value)?;
    vm.call(&global(vm, enumeration)?, std::slice::from_ref(&number)).or_else(|raised| {
        drop(vm.caught(raised, Exc::ValueError)?);
        Ok(number)
    })
}
