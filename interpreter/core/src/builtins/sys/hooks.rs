//! displayhook, excepthook, unraisablehook, breakpointhook.

use crate::native::{NativeDef, natives};
use crate::object::*;
use crate::types::traceback::uncaught;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] =
    natives![displayhook, excepthook, unraisablehook, breakpointhook];

/// What the prompt does with a value: unless it is None, show its repr() and keep it as builtins._
#[native("(object, /)")]
fn displayhook(vm: &Vm, object: &Object) -> Res<()> {
    let Some(builtins) = vm.interp().builtins.get_as::<Dict>() else {
        return Err(vm.runtime_error("lost builtins module"));
    };
    if object.is_none() {
        return Ok(());
    }
    // So that the repr does not keep or show the previous value.
    builtins.set_named(vm, "_", Object::none())?;
    let stdout = match uncaught::sys_attribute(vm, "stdout") {
        Some(s) if !s.is_none() => s,
        _ => return Err(vm.runtime_error("lost sys.stdout")),
    };
    let text = vm.repr(object)?.into_object();
    if let Err(r) = vm.call_method(&stdout, "write", &[text.clone()]) {
        vm.caught(r, Exc::UnicodeEncodeError)?;
        let encoding = vm.getattr_named(&stdout, "encoding")?;
        let bytes = vm.call_method(
            &text,
            "encode",
            &[encoding.clone(), vm.str("backslashreplace")?.into_object()],
        )?;
        let shown =
            vm.call_method(&bytes, "decode", &[encoding, vm.str("strict")?.into_object()])?;
        vm.call_method(&stdout, "write", &[shown])?;
    }
    vm.call_method(&stdout, "write", &[vm.str("\n")?.into_object()])?;
    builtins.set_named(vm, "_", object.clone())
}

/// Show an exception that nobody caught, with where it came from, on standard error.
#[native("(exctype, value, traceback, /)")]
fn excepthook(vm: &Vm, _exctype: &Object, value: &Object, traceback: &Object) -> Res<()> {
    if let Some(e) = value.downcast::<Exception>() {
        if !e.traceback.is_set() && traceback.downcast::<Traceback>().is_some() {
            e.traceback.set(traceback.clone());
        }
    }
    vm.display_exception(value)
}

/// Report an exception that has nobody to go to, such as one from `__del__()`.
///
/// The argument has exc_type, and exc_value, exc_traceback, err_msg (text for the first line) and object
/// (where it happened), each of which may be None.
#[native("(unraisable, /)")]
fn unraisablehook(vm: &Vm, unraisable: &Object) -> Res<()> {
    uncaught::unraisable_hook(vm, unraisable)
}

/// breakpointhook(*args, **kws)
///
/// What breakpoint() does: pdb.set_trace(), or the function named by PYTHONBREAKPOINT.
#[native("(*args, **kws)", no_signature)]
fn breakpointhook(vm: &Vm, args: &[Object], kws: crate::native::Kwargs) -> Res {
    let chosen = vm.interp().state::<super::State>().breakpoint.get().and_then(|ask| ask());
    let path = chosen.as_deref().unwrap_or("pdb.set_trace");
    if path == "0" {
        return Ok(Object::none());
    }
    let (module, name) = path.rsplit_once('.').unwrap_or(("builtins", path));
    let hook = match vm.import(module) {
        Ok(module) => vm.getattr_named(&module, name),
        Err(r) => Err(r),
    };
    let hook = match hook {
        Ok(hook) => hook,
        Err(r) if chosen.is_none() => return Err(r),
        Err(r) => {
            let lacks = |r| vm.caught(r, Exc::ImportError);
            lacks(r).or_else(|r| vm.caught(r, Exc::AttributeError))?;
            let text = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{path}\"");
            vm.warn(Exc::RuntimeWarning, &text, 1)?;
            return Ok(Object::none());
        }
    };
    let kws = kws.to_dict(vm)?;
    vm.call_tuple_dict(&hook, &vm.tuple_from(args)?, Some(&kws))
}
