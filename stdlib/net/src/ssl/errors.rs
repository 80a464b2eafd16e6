//! Exceptions: the classes, and what makes them of failures.
//!
//! SSLError is native and cannot be changed, as in CPython; the others are classes as programs make them.

use std::cell::RefCell;

use taipan_tls::failure::{Failure, Kind};

use crate::support::*;

/// The classes, in the order of [`NAMES`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Error,
    ZeroReturn,
    WantRead,
    WantWrite,
    Syscall,
    Eof,
    Certificate,
}

/// Names and what they stand for.
const NAMES: [(&str, &str); 7] = [
    ("SSLError", ERROR_DOC),
    ("SSLZeroReturnError", "The other side has closed the TLS connection in good order."),
    (
        "SSLWantReadError",
        "More has to be read from the other side first; the socket does not wait.",
    ),
    (
        "SSLWantWriteError",
        "More has to be written to the other side first; the socket does not wait.",
    ),
    ("SSLSyscallError", "A system call has failed."),
    ("SSLEOFError", "The other side has gone without closing the TLS connection."),
    (
        "SSLCertVerificationError",
        "A certificate is not to be trusted: verify_code and verify_message tell why.",
    ),
];

const ERROR_DOC: &str = "An error of TLS or of what it is built on.";

static ERROR: TypeSpec = TypeSpec {
    doc: ERROR_DOC,
    flags: type_flags::BASETYPE | type_flags::EXCEPTION | type_flags::DICT,
    base: Some(|vm| vm.types().exception(Exc::OSError)),
    slots: Slots { str: Some(shown), ..Slots::NONE },
    fill: Some(|vm, class| {
        class.dict.set_named(vm, "library", Object::none())?;
        class.dict.set_named(vm, "reason", Object::none())
    }),
    ..TypeSpec::new::<Exception>("ssl.SSLError")
};

/// The text that goes with the number; without one, the arguments.
fn shown(vm: &Vm, this: &Object) -> Res {
    let text = vm.getattr(this, &vm.intern("strerror"))?;
    if text.downcast::<Str>().is_some() {
        return Ok(text);
    }
    let arguments = vm.getattr(this, &vm.intern("args"))?;
    Ok(vm.to_str(&arguments)?.into_object())
}

#[derive(Default)]
struct Classes(RefCell<Vec<Object>>);

fn make_classes(vm: &Vm) -> Res<Vec<Object>> {
    let root = vm.native_type_of(&ERROR)?.into_object();
    let mut all = vec![root.clone()];
    for (name, doc) in NAMES.into_iter().skip(1) {
        let mut bases = vec![root.clone()];
        if all.len() == Class::Certificate as usize {
            bases.push(vm.types().exception(Exc::ValueError).into_object());
        }
        let dict = vm.new_dict()?;
        dict.set_named(vm, "__module__", vm.str("ssl")?)?;
        dict.set_named(vm, "__doc__", vm.str(doc)?)?;
        let bases = vm.tuple(bases)?.into_object();
        let arguments = [vm.str(name)?.into_object(), bases, dict.into_object()];
        all.push(vm.call(vm.types().type_.as_object(), &arguments)?);
    }
    Ok(all)
}

pub(super) fn class(vm: &Vm, class: Class) -> Res {
    let state = vm.interp().state::<Classes>();
    if state.0.borrow().is_empty() {
        let made = make_classes(vm)?;
        *state.0.borrow_mut() = made;
    }
    let found = state.0.borrow().get(class as usize).cloned();
    found.ok_or_else(|| vm.system_error("an exception of ssl has no class"))
}

/// Puts the classes into a module.
pub(super) fn install(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    class(vm, Class::Error)?;
    let all = vm.interp().state::<Classes>().0.borrow().clone();
    for ((name, _), class) in NAMES.into_iter().zip(all) {
        module.set(vm, name, class)?;
    }
    Ok(())
}

/// Whether an exception is of a class.
pub(super) fn is_a(vm: &Vm, exception: &Object, which: Class) -> Res<bool> {
    Ok(vm.given_exception_matches(exception, &class(vm, which)?))
}

pub(crate) fn is_ssl_error(vm: &Vm, exception: &Object) -> Res<bool> {
    is_a(vm, exception, Class::Error)
}

pub(crate) fn is_certificate_error(vm: &Vm, exception: &Object) -> Res<bool> {
    is_a(vm, exception, Class::Certificate)
}

/// Where CPython's source raises, for the end of the texts: programs cut it off, or show it.
pub(super) mod place {
    pub const HANDSHAKE: u32 = 992;
    pub const READ: u32 = 2576;
    pub const WRITE: u32 = 2396;
    pub const SHUTDOWN: u32 = 2702;
    pub const CERTIFICATE: u32 = 3900;
    pub const LOCATIONS: u32 = 4149;
    pub const OTHER: u32 = 1000;
}

/// An exception with a number and a text.
fn make(vm: &Vm, class: &Object, number: i64, text: &str) -> Res {
    vm.call(class, &[vm.int(number)?, vm.str(text)?.into_object()])
}

fn raise_made(vm: &Vm, made: Res) -> Raised {
    match made {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}

/// `[LIBRARY: REASON] text (_ssl.c:place)`.
pub(super) fn raise_named(vm: &Vm, library: &str, reason: &str, at: u32) -> Raised {
    let text = reason.to_ascii_lowercase().replace('_', " ");
    raise(vm, Class::Error, 1, Some((library, Some(reason))), &text, at, &[])
}

/// The same from outside of a connection: the number is the reason's.
pub(super) fn raise_numbered(vm: &Vm, library: &str, reason: &str, at: u32) -> Raised {
    let text = reason.to_ascii_lowercase().replace('_', " ");
    let number = super::reasons::number(library, reason);
    raise(vm, Class::Error, number, Some((library, Some(reason))), &text, at, &[])
}

/// `[LIBRARY] text (_ssl.c:place)`, for which OpenSSL has no name.
pub(super) fn raise_unnamed(vm: &Vm, library: &str, number: i64, text: &str, at: u32) -> Raised {
    raise(vm, Class::Error, number, Some((library, None)), text, at, &[])
}

/// SSLError with nothing but a text.
pub(super) fn raise_plain(vm: &Vm, text: &str) -> Raised {
    raise_plain_of(vm, Class::Error, text)
}

/// An exception of this class with nothing but a text.
pub(super) fn raise_plain_of(vm: &Vm, which: Class, text: &str) -> Raised {
    let made = || vm.call(&class(vm, which)?, &[vm.str(text)?.into_object()]);
    raise_made(vm, made())
}

fn raise(
    vm: &Vm,
    which: Class,
    number: i64,
    origin: Option<(&str, Option<&str>)>,
    text: &str,
    at: u32,
    more: &[(&str, Object)],
) -> Raised {
    let text = match origin {
        None => format!("{text} (_ssl.c:{at})"),
        Some((library, None)) => format!("[{library}] {text} (_ssl.c:{at})"),
        Some((library, Some(reason))) => format!("[{library}: {reason}] {text} (_ssl.c:{at})"),
    };
    let made = || {
        let exception = make(vm, &class(vm, which)?, number, &text)?;
        let set = |name: &str, value: Object| vm.setattr(&exception, &vm.intern(name), &value);
        if let Some((library, reason)) = origin {
            set("library", vm.str(library)?.into_object())?;
            set("reason", reason.into_object(vm)?)?;
        }
        for (name, value) in more {
            set(name, value.clone())?;
        }
        Ok(exception)
    };
    raise_made(vm, made())
}

/// What ended a connection.
pub(super) fn raise_failure(vm: &Vm, failure: &Failure, at: u32) -> Raised {
    let (which, number) = match failure.kind {
        Kind::Protocol | Kind::Alert => (Class::Error, 1),
        Kind::Certificate => (Class::Certificate, 1),
        Kind::Closed => return raise(vm, Class::ZeroReturn, 6, None, &failure.text, at, &[]),
        Kind::Eof => (Class::Eof, 8),
    };
    let mut more = Vec::new();
    if let Some((code, message)) = &failure.verify {
        match (vm.int(i64::from(*code)), vm.str(message)) {
            (Ok(code), Ok(message)) => {
                more.push(("verify_code", code));
                more.push(("verify_message", message.into_object()));
            }
            (Err(raised), _) | (_, Err(raised)) => return raised,
        }
    }
    let origin = Some(("SSL", failure.reason.as_deref()));
    raise(vm, which, number, origin, &failure.text, at, &more)
}

/// Of a connection of which it was said before why it is of no use: OpenSSL has nothing more to say, and what is made
/// of that depends on what carries the bytes.
pub(super) fn raise_gone(vm: &Vm, has_socket: bool, at: u32) -> Raised {
    let (which, number, text) = if has_socket || at != place::HANDSHAKE {
        (Class::Eof, 8, "EOF occurred in violation of protocol")
    } else {
        (Class::Syscall, 5, "Some I/O error occurred")
    };
    raise(vm, which, number, None, text, at, &[])
}

/// SSLWantReadError or SSLWantWriteError.
pub(super) fn raise_want(vm: &Vm, which: Class, at: u32) -> Raised {
    let (number, what) = if which == Class::WantRead { (2, "read") } else { (3, "write") };
    raise(vm, which, number, None, &format!("The operation did not complete ({what})"), at, &[])
}

/// SSLError with a number and a text that has no origin.
pub(super) fn raise_text(vm: &Vm, number: i64, text: &str, at: u32) -> Raised {
    raise(vm, Class::Error, number, None, text, at, &[])
}
