//! What happens to exceptions that nobody catches: `sys.excepthook`, `sys.unraisablehook`, the error stream.
//!
//! SystemExit is the program's affair (see the crate taipan): it is neither shown nor seen here.

use super::print::{class_name, format_exception, format_traceback};
use crate::builtins::sys;
use crate::object::*;
use crate::vm::{Res, Vm};

/// What `sys` holds under a name; nothing either, if it cannot be made.
pub(crate) fn sys_attribute(vm: &Vm, name: &str) -> Option<Object> {
    sys::attribute(vm, &vm.intern(name)).unwrap_or_else(|r| {
        drop(vm.take_raised(r));
        None
    })
}

/// The entries of `sys.path` that are str.
pub(crate) fn sys_path(vm: &Vm) -> Vec<String> {
    let Some(list) = sys_attribute(vm, "path").and_then(|l| l.downcast_into::<List>().ok()) else {
        return Vec::new();
    };
    let entries = list.to_vec().unwrap_or_default();
    entries.iter().filter_map(|e| Some(e.downcast::<Str>()?.to_utf8()?.into_owned())).collect()
}

/// Write to `sys.stderr`, or past Python to the process's stream if there is none. Never fails.
pub fn write_error(vm: &Vm, text: &str) {
    match sys_attribute(vm, "stderr") {
        Some(stream) if stream.is_none() => {}
        Some(stream) => {
            let written =
                vm.str(text).and_then(|s| vm.call_method(&stream, "write", &[s.into_object()]));
            let flushed = written.and_then(|_| vm.call_method(&stream, "flush", &[]));
            if let Err(r) = flushed {
                drop(vm.take_raised(r));
            }
        }
        None => {
            if let Some(host) = vm.host() {
                let _ = host.write_error(text.as_bytes());
            }
        }
    }
}

impl Vm {
    /// Show an exception that ended the program, through `sys.excepthook`. Err: a SystemExit that the hook
    /// raised.
    pub fn report_uncaught(&self, exception: &Object) -> Result<(), Object> {
        let Some(e) = exception.downcast::<Exception>() else { return Ok(()) };
        let class = self.class_of(exception).clone().into_object();
        let traceback = e.traceback.get().unwrap_or_else(Object::none);
        if let Some(sys) = self.interp().sys.get_as::<Dict>() {
            let last =
                [("last_type", &class), ("last_value", exception), ("last_traceback", &traceback)];
            for (name, value) in last {
                if let Err(r) = sys.set_named(self, name, value.clone()) {
                    drop(self.take_raised(r));
                }
            }
        }
        let Some(hook) = sys_attribute(self, "excepthook") else {
            write_error(
                self,
                &format!("sys.excepthook is missing\n{}", format_exception(self, exception)),
            );
            return Ok(());
        };
        let Err(r) = self.call(&hook, &[class, exception.clone(), traceback]) else {
            return Ok(());
        };
        let second = self.take_raised(r);
        if self.class_of(&second).is_subtype(&self.types().exception(Exc::SystemExit)) {
            return Err(second);
        }
        let text = format!(
            "Error in sys.excepthook:\n{}\nOriginal exception was:\n{}",
            format_exception(self, &second),
            format_exception(self, exception)
        );
        write_error(self, &text);
        Ok(())
    }
}

/// Report an exception that cannot be raised, through `sys.unraisablehook`.
pub fn report_unraisable(vm: &Vm, exception: &Object, object: Option<&Object>) {
    report_unraisable_with(vm, exception, object, None);
}

/// The same with the words that stand for "Exception ignored in".
pub fn report_unraisable_with(
    vm: &Vm,
    exception: &Object,
    object: Option<&Object>,
    message: Option<&str>,
) {
    if vm.is_stopping() {
        return; // the host's own doing
    }
    let in_flight = vm.raised.take();
    if let Err(r) = call_hook(vm, exception, object, message) {
        let second = vm.take_raised(r);
        let text = unraisable_text(
            vm,
            &second,
            sys_attribute(vm, "unraisablehook").as_ref(),
            Some("Exception ignored in sys.unraisablehook"),
        );
        write_error(vm, &text);
    }
    vm.raised.assign(in_flight);
}

fn call_hook(
    vm: &Vm,
    exception: &Object,
    object: Option<&Object>,
    message: Option<&str>,
) -> Res<()> {
    let Some(hook) = sys_attribute(vm, "unraisablehook") else {
        write_error(vm, &unraisable_text(vm, exception, object, message));
        return Ok(());
    };
    let or_none = |o: Option<Object>| o.unwrap_or_else(Object::none);
    let traceback = exception.downcast::<Exception>().and_then(|e| e.traceback.get());
    let message = match message {
        Some(m) => vm.str(m)?.into_object(),
        None => Object::none(),
    };
    let args = UNRAISABLE_ARGS.make(
        vm,
        vec![
            vm.class_of(exception).clone().into_object(),
            exception.clone(),
            or_none(traceback),
            message,
            or_none(object.cloned()),
        ],
    )?;
    vm.call(&hook, &[args])?;
    Ok(())
}

crate::structseq! {
    /// `sys.UnraisableHookArgs`.
    pub(crate) static UNRAISABLE_ARGS = "UnraisableHookArgs",
    "What sys.unraisablehook is called with.", 5, [
        "exc_type": "Exception type", "exc_value": "Exception value", "exc_traceback": "Exception traceback",
        "err_msg": "Error message", "object": "Object causing the exception"]
}

/// What the default hook writes for its arguments.
pub(crate) fn unraisable_hook(vm: &Vm, args: &Object) -> Res<()> {
    let Some(t) = args.downcast::<Tuple>().filter(|t| t.len() >= 5) else {
        return Err(vm.type_error("sys.unraisablehook argument type must be UnraisableHookArgs"));
    };
    let given = |i: usize| t.get(i).filter(|o| !o.is_none());
    let message = match given(3) {
        Some(m) => Some(vm.to_str(&m)?.to_string_lossy()),
        None => None,
    };
    match given(1) {
        Some(e) => write_error(vm, &unraisable_text(vm, &e, given(4).as_ref(), message.as_deref())),
        None => {
            let mut text = head(vm, given(4).as_ref(), message.as_deref());
            if let Some(tb) = given(2) {
                text.push_str(&format_traceback(vm, &tb));
            }
            if let Some(class) = given(0).and_then(|c| c.downcast_into::<Type>().ok()) {
                text.push_str(&class_name(vm, &class));
            }
            text.push('\n');
            write_error(vm, &text);
        }
    }
    Ok(())
}

fn head(vm: &Vm, object: Option<&Object>, message: Option<&str>) -> String {
    let shown = object.filter(|o| !o.is_none()).map(|o| match vm.repr(o) {
        Ok(s) => {
            let mut out = String::new();
            super::print::push_text(&mut out, &s);
            out
        }
        Err(r) => {
            drop(vm.take_raised(r));
            "<object repr() failed>".to_owned()
        }
    });
    match (message, shown) {
        (Some(m), Some(o)) => format!("{m}: {o}\n"),
        (Some(m), None) => format!("{m}:\n"),
        (None, Some(o)) => format!("Exception ignored in: {o}\n"),
        (None, None) => String::new(),
    }
}

fn unraisable_text(
    vm: &Vm,
    exception: &Object,
    object: Option<&Object>,
    message: Option<&str>,
) -> String {
    let mut text = head(vm, object, message);
    if let Some(tb) = exception.downcast::<Exception>().and_then(|e| e.traceback.get()) {
        text.push_str(&format_traceback(vm, &tb));
    }
    text.push_str(&class_name(vm, vm.class_of(exception)));
    text.push_str(": ");
    match vm.to_str(exception) {
        Ok(s) => super::print::push_text(&mut text, &s),
        Err(r) => {
            drop(vm.take_raised(r));
            text.push_str("<exception str() failed>");
        }
    }
    text.push('\n');
    text
}
