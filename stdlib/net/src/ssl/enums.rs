//! Enumerations that are made when they are asked for: most programs that import `ssl` use none of their members.
//!
//! What they are made of is in `ssl.py`; the library's module enum makes them.

use super::{constants, global};
use crate::support::*;

/// The enumerations, and how the names of their members begin that are names of the module.
const ENUMERATIONS: &[(&str, Option<&str>)] = &[
    ("AlertDescription", Some("ALERT_DESCRIPTION_")),
    ("SSLErrorNumber", Some("SSL_ERROR_")),
    ("VerifyFlags", Some("VERIFY_")),
    ("Options", Some("OP_")),
    ("TLSVersion", None),
    ("_TLSContentType", None),
    ("_TLSAlertType", None),
    ("_TLSMessageType", None),
];

/// The enumeration with members of such names.
fn owner(name: &str) -> Option<&'static str> {
    let has = |prefix: &Option<&str>| prefix.is_some_and(|prefix| name.starts_with(prefix));
    ENUMERATIONS.iter().find(|(_, prefix)| has(prefix)).map(|(owner, _)| *owner)
}

/// Lets the module `ssl` have them.
pub(super) fn install(module: &Obj<Module>) {
    module.add_lazy_names(ENUMERATIONS.iter().map(|(name, _)| *name), |vm, name| {
        vm.call(&global(vm, "_make")?, &[vm.str(name)?.into_object()])
    });
    let members = constants::NUMBERS.iter().map(|(name, _)| *name).filter(|n| owner(n).is_some());
    module.add_lazy_names(members, |vm, name| {
        vm.getattr_named(&global(vm, owner(name).unwrap_or(name))?, name)
    });
    module.add_lazy("base64", |vm| vm.import("base64"));
}
