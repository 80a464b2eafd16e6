//! The module `resource`: limits, and what was used.

use std::io;

use taipan_sys::{consts, errno, process as sys};

use crate::posix::{RUSAGE, rusage};
use crate::support::*;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "resource",
    doc: "Limits of the process, and what it has used.",
    functions: natives![getrusage, getrlimit, setrlimit, prlimit, getpagesize],
    fill: Some(fill),
    ..ModuleDef::EMPTY
};

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    for &(name, value) in consts::RESOURCE {
        module.set(vm, name, value)?;
    }
    module.set(vm, "error", vm.types().exception(Exc::OSError))?;
    module.set(vm, "struct_rusage", RUSAGE.class(vm)?)
}

/// What this process, its children or this thread has used.
#[native("(who, /)")]
fn getrusage(vm: &Vm, who: i32) -> Res {
    match sys::getrusage(who) {
        Ok(usage) => rusage(vm, &usage),
        Err(failure) if failure.raw_os_error() == Some(errno::EINVAL) => {
            Err(vm.value_error("invalid who parameter"))
        }
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

fn check(vm: &Vm, resource: i32) -> Res<()> {
    // Those of the kernel, without gaps.
    if (0..16).contains(&resource) {
        return Ok(());
    }
    Err(vm.value_error("invalid resource specified"))
}

/// A limit of -1 is none.
fn limit(vm: &Vm, object: &Object) -> Res<u64> {
    let index = vm.index(object)?;
    match vm.as_i64(&index) {
        Some(limit) => Ok(limit as u64),
        None => Err(vm.overflow_error("Python int too large to convert to C long")),
    }
}

fn limits(vm: &Vm, object: &Object) -> Res<(u64, u64)> {
    match vm.collect(object)?.as_slice() {
        [soft, hard] => Ok((limit(vm, soft)?, limit(vm, hard)?)),
        _ => Err(vm.value_error("expected a tuple of 2 integers")),
    }
}

fn pair(vm: &Vm, limits: (u64, u64)) -> Res {
    let soft = vm.int(limits.0 as i64)?;
    Ok(vm.pair(soft, vm.int(limits.1 as i64)?)?.into_object())
}

fn refused(vm: &Vm, failure: io::Error) -> Raised {
    match failure.raw_os_error() {
        Some(errno::EINVAL) => vm.value_error("current limit exceeds maximum limit"),
        Some(errno::EPERM) => vm.value_error("not allowed to raise maximum limit"),
        _ => raise_io(vm, failure),
    }
}

/// Soft and hard limit of a resource.
#[native("(resource, /)")]
fn getrlimit(vm: &Vm, resource: i32) -> Res {
    check(vm, resource)?;
    let limits = sys::getrlimit(resource).map_err(|failure| raise_io(vm, failure))?;
    pair(vm, limits)
}

/// Set soft and hard limit of a resource: a pair, of which RLIM_INFINITY is no limit.
#[native("(resource, limits, /)")]
fn setrlimit(vm: &Vm, resource: i32, limits: &Object) -> Res<()> {
    check(vm, resource)?;
    crate::policy::process(vm, "setrlimit")?;
    let (soft, hard) = self::limits(vm, limits)?;
    sys::setrlimit(resource, soft, hard).map_err(|failure| refused(vm, failure))
}

/// prlimit(pid, resource, [limits])
///
/// Soft and hard limit of a process, and set them.
#[native("(pid, resource, limits=<unrepresentable>, /)", no_signature, parse_tuple)]
fn prlimit(vm: &Vm, pid: i32, resource: i32, limits: Maybe<&Object>) -> Res {
    crate::policy::process(vm, "prlimit")?;
    check(vm, resource)?;
    let new = match limits.given() {
        Some(object) if !object.is_none() => Some(self::limits(vm, object)?),
        _ => None,
    };
    let old = sys::prlimit(pid, resource, new).map_err(|failure| match failure.raw_os_error() {
        Some(errno::EINVAL) => vm.value_error("current limit exceeds maximum limit"),
        _ => raise_io(vm, failure),
    })?;
    pair(vm, old)
}

/// Bytes of a page of memory.
#[native("()")]
fn getpagesize(vm: &Vm) -> Res<i64> {
    let name = consts::SYSCONF.iter().find(|row| row.0 == "_SC_PAGESIZE").map_or(0, |row| row.1);
    let size = sys::sysconf(name as i32).map_err(|failure| raise_io(vm, failure))?;
    Ok(size.unwrap_or(4096))
}
