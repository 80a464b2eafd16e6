//! What goes wrong where nobody waits for it: the loop's exception handler is told, but for what ends the program.

use crate::support::*;

/// Whether an exception ends the program, and not only what runs.
pub(super) fn is_last(vm: &Vm, exception: &Object) -> bool {
    [Exc::KeyboardInterrupt, Exc::SystemExit]
        .into_iter()
        .any(|kind| vm.class_of(exception).is_subtype(&vm.types().exception(kind)))
}

/// `loop.call_exception_handler()` with those of the entries that there are, in this order.
#[cold]
pub(super) fn tell_loop(vm: &Vm, looop: &Object, about: &[(&str, Option<Object>)]) -> Res<()> {
    let context = vm.new_dict()?;
    for (name, value) in about {
        if let Some(value) = value {
            context.set_named(vm, name, value.clone())?;
        }
    }
    vm.call_method(looop, "call_exception_handler", &[context.into_object()]).map(drop)
}

/// The entry that says what happened.
pub(super) fn message(vm: &Vm, text: &str) -> Res<(&'static str, Option<Object>)> {
    Ok(("message", Some(vm.str(text)?.into_object())))
}

/// Call a method of a protocol that has no result; what it raises is told by `report`, but for what ends the program.
pub(super) fn tell_protocol(
    vm: &Vm,
    protocol: Option<Object>,
    method: &str,
    report: impl FnOnce(Object, &str) -> Res<()>,
) -> Res<()> {
    let Some(protocol) = protocol else { return Ok(()) };
    let Err(raised) = vm.call_method(&protocol, method, &[]) else { return Ok(()) };
    let exception = vm.take_raised(raised);
    if is_last(vm, &exception) {
        return Err(vm.raise(exception));
    }
    report(exception, &format!("protocol.{method}() failed"))
}
