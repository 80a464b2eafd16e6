//! The module `fcntl`: commands on descriptors, and locks of files.

use taipan_core::native::buffer::{self, request};
use taipan_core::native::descriptor_of;
use taipan_sys::{consts, fs};

use crate::support::*;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "fcntl",
    doc: "Commands on descriptors, and locks of files.\n\n\
          Where a descriptor is wanted, an object with a method fileno() will do.",
    functions: natives![fcntl, ioctl, flock, lockf],
    fill: Some(|vm, module| {
        consts::FCNTL.iter().try_for_each(|&(name, value)| module.set(vm, name, value))
    }),
    ..ModuleDef::EMPTY
};

/// More than any structure of theirs.
const MOST: usize = 1024;

/// What a command works on.
enum Argument {
    Number(u32),
    Bytes(Vec<u8>),
}

/// A number of 32 bits, with a sign or without.
fn number(vm: &Vm, object: &Object) -> Res<u32> {
    let index = vm.index(object)?;
    match vm.as_i64(&index) {
        Some(number) => Ok(number as u32),
        None => Err(vm.overflow_error("Python int too large to convert to C long")),
    }
}

fn argument(vm: &Vm, function: &str, object: Option<&Object>) -> Res<Argument> {
    let Some(object) = object else { return Ok(Argument::Number(0)) };
    let bytes = if let Some(text) = object.downcast::<Str>() {
        vm.utf8(text)?.as_bytes().to_vec()
    } else if vm.class_of(object).slots().index.is_some() {
        return number(vm, object).map(Argument::Number);
    } else if let Some(bytes) = object.downcast::<Bytes>() {
        bytes.as_slice().to_vec()
    } else {
        match buffer::view(vm, object, request::SIMPLE) {
            Ok(view) => buffer::to_vec(vm, &view)?,
            Err(raised) => {
                drop(vm.caught(raised, Exc::TypeError)?);
                return number(vm, object).map(Argument::Number);
            }
        }
    };
    if bytes.len() > MOST {
        return Err(vm.value_error(format_args!("{function} string arg too long")));
    }
    Ok(Argument::Bytes(bytes))
}

/// Perform a command on a descriptor.
///
/// With an integer as argument, or none, the answer is the system's; with bytes or a str these are a
/// structure for the system, and the answer is what it has made of it.
#[native("(fd, cmd, arg=<unrepresentable>, /)", shown = "(fd, cmd, arg=0, /)")]
fn fcntl(vm: &Vm, fd: &Object, cmd: i32, arg: Maybe<&Object>) -> Res {
    let fd = descriptor_of(vm, fd)?;
    match argument(vm, "fcntl", arg.given())? {
        Argument::Number(number) => {
            let answer = blocking(vm, || fs::fcntl(fd, cmd, i64::from(number)))?;
            vm.int(answer.into())
        }
        Argument::Bytes(bytes) => {
            let answer = blocking(vm, || fs::fcntl_buffer(fd, cmd, &bytes))?;
            Ok(vm.bytes(&answer)?.into_object())
        }
    }
}

/// Perform a request on a device.
///
/// With an integer as argument, or none, the answer is the system's. A structure is given as bytes, and
/// the answer is what the system has made of it; a buffer that can be written to is changed in place
/// unless mutate_flag is false.
#[native(
    "(fd, request, arg=<unrepresentable>, mutate_flag=True, /)",
    shown = "(fd, request, arg=0, mutate_flag=True, /)"
)]
fn ioctl(vm: &Vm, fd: &Object, request: &Object, arg: Maybe<&Object>, mutate_flag: bool) -> Res {
    let fd = descriptor_of(vm, fd)?;
    let code = u64::from(vm.as_i64(&vm.index(request)?).unwrap_or(0) as u32);
    if let Maybe::Given(object) = &arg
        && mutate_flag
        && vm.class_of(object).slots().index.is_none()
        && object.downcast::<Str>().is_none()
        && object.downcast::<Bytes>().is_none()
    {
        match buffer::view(vm, object, request::WRITABLE) {
            Ok(view) => {
                let mut bytes = buffer::to_vec(vm, &view)?;
                let answer = blocking(vm, || fs::ioctl_buffer(fd, code, &mut bytes))?;
                copy_into(&view, &bytes);
                return vm.int(answer.into());
            }
            Err(raised) => drop(vm.take_raised(raised)),
        }
    }
    match arg.given() {
        Some(object) if vm.class_of(object).slots().index.is_some() => {
            let index = vm.index(object)?;
            let number = vm.as_i64(&index).and_then(|number| i32::try_from(number).ok());
            let number = number
                .ok_or_else(|| vm.overflow_error("signed integer is greater than maximum"))?;
            let answer = blocking(vm, || fs::ioctl(fd, code, i64::from(number)))?;
            vm.int(answer.into())
        }
        given => match argument(vm, "ioctl", given)? {
            Argument::Number(number) => {
                let answer = blocking(vm, || fs::ioctl(fd, code, i64::from(number)))?;
                vm.int(answer.into())
            }
            Argument::Bytes(mut bytes) => {
                blocking(vm, || fs::ioctl_buffer(fd, code, &mut bytes))?;
                Ok(vm.bytes(&bytes)?.into_object())
            }
        },
    }
}

/// Lock or unlock a whole file: LOCK_SH, LOCK_EX, each with LOCK_NB, or LOCK_UN.
#[native("(fd, operation, /)")]
fn flock(vm: &Vm, fd: &Object, operation: i32) -> Res<()> {
    let fd = descriptor_of(vm, fd)?;
    blocking(vm, || fs::flock(fd, operation))
}

fn constant(name: &str) -> i32 {
    consts::FCNTL.iter().find(|row| row.0 == name).map_or(0, |row| row.1 as i32)
}

fn offset(vm: &Vm, object: Option<&Object>) -> Res<i64> {
    let Some(object) = object else { return Ok(0) };
    let index = vm.index(object)?;
    let number = vm.as_i64(&index);
    number.ok_or_else(|| vm.overflow_error("Python int too large to convert to C long"))
}

/// Lock or unlock len bytes of a file from start on, which counts from whence as in seek; len 0 goes to
/// the end. cmd is LOCK_SH or LOCK_EX, each with LOCK_NB, or LOCK_UN.
#[native(
    "(fd, cmd, len=<unrepresentable>, start=<unrepresentable>, whence=0, /)",
    shown = "(fd, cmd, len=0, start=0, whence=0, /)"
)]
fn lockf(
    vm: &Vm,
    fd: &Object,
    cmd: i32,
    len: Maybe<&Object>,
    start: Maybe<&Object>,
    whence: i32,
) -> Res<()> {
    let fd = descriptor_of(vm, fd)?;
    let kind = if cmd == constant("LOCK_UN") {
        "F_UNLCK"
    } else if cmd & constant("LOCK_SH") != 0 {
        "F_RDLCK"
    } else if cmd & constant("LOCK_EX") != 0 {
        "F_WRLCK"
    } else {
        return Err(vm.value_error("unrecognized lockf argument"));
    };
    let (len, start) = (offset(vm, len.given())?, offset(vm, start.given())?);
    let wait = cmd & constant("LOCK_NB") == 0;
    let kind = constant(kind) as i16;
    blocking(vm, || fs::record_lock(fd, kind, whence as i16, start, len, wait))
}
