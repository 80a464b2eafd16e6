//! Exceptions that natives raise and that need more than a message.

use crate::object::{Exc, Object};
use crate::vm::{Raised, Vm};
use std::io;

/// The subclass of OSError for an error of the system. Errors without a number become a plain OSError
/// with the message.
#[cold]
pub fn os_error(vm: &Vm, error: &io::Error) -> Raised {
    os_error_with(vm, error, None, None)
}

/// The same with the file or files concerned.
#[cold]
pub fn os_error_with(
    vm: &Vm,
    error: &io::Error,
    file: Option<&Object>,
    second: Option<&Object>,
) -> Raised {
    let Some(number) = error.raw_os_error() else {
        return vm.raise_kind(Exc::OSError, error);
    };
    let text = error.to_string();
    // The standard library appends the number.
    let text = text.strip_suffix(&format!(" (os error {number})")).unwrap_or(&text);
    os_error_parts(vm, number, text, file, second)
}

/// `OSError(number, text, file, None, second)`: the class itself chooses its subclass.
#[cold]
pub fn os_error_parts(
    vm: &Vm,
    number: i32,
    text: &str,
    file: Option<&Object>,
    second: Option<&Object>,
) -> Raised {
    let make = || {
        let mut args = vec![vm.int(i64::from(number))?, vm.str(text)?.into_object()];
        args.extend(file.cloned());
        if let (Some(_), Some(second)) = (file, second) {
            args.extend([Object::none(), second.clone()]);
        }
        vm.call(vm.types().exception(Exc::OSError).as_object(), &args)
    };
    match make() {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}

/// For a setter that has no use for deletion.
#[cold]
pub fn cannot_delete<T>(vm: &Vm, name: &str) -> Result<T, Raised> {
    Err(vm.type_error(format_args!("cannot delete attribute '{name}'")))
}
