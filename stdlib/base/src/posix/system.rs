//! The environment, scheduling, and facts of the system.

use taipan_sys::consts::{self, Constant};
use taipan_sys::{errno, process as sys};

use super::{call, path_result, structs};
use crate::support::*;

/// Set a variable of the environment. Use os.environ, which keeps itself up to date.
#[native("(name, value, /)")]
pub(super) fn putenv(vm: &Vm, name: FsPath, value: FsPath) -> Res<()> {
    if name.bytes.contains(&b'=') {
        return Err(vm.value_error("illegal environment variable name"));
    }
    crate::policy::set_variable(vm, &name.bytes)?;
    sys::setenv(&name.bytes, &value.bytes).map_err(|failure| raise_io(vm, failure))
}

/// Remove a variable of the environment.
#[native("(name, /)")]
pub(super) fn unsetenv(vm: &Vm, name: FsPath) -> Res<()> {
    crate::policy::set_variable(vm, &name.bytes)?;
    sys::unsetenv(&name.bytes).map_err(|failure| raise_io(vm, failure))
}

/// The text of an error number.
#[native("(code, /)")]
pub(super) fn strerror(code: i32) -> String {
    errno::message(code)
}

/// Names and versions of the system.
#[native("()")]
pub(super) fn uname(vm: &Vm) -> Res {
    let name = call(vm, sys::uname)?;
    let mut values = Vec::new();
    for text in [name.sysname, name.nodename, name.release, name.version, name.machine] {
        values.push(path_result(vm, &text, false)?);
    }
    structs::UNAME_RESULT.make(vm, values)
}

/// The times that process and children have used, in seconds.
#[native("()")]
pub(super) fn times(vm: &Vm) -> Res {
    let ticks = call(vm, sys::times)?;
    let hertz = sysconf_value("_SC_CLK_TCK").unwrap_or(100) as f64;
    let values = ticks.iter().map(|&t| vm.float(t as f64 / hertz)).collect::<Res<_>>()?;
    structs::TIMES_RESULT.make(vm, values)
}

fn sysconf_value(name: &str) -> Option<i64> {
    let constant = consts::SYSCONF.iter().find(|constant| constant.0 == name)?;
    sys::sysconf(constant.1 as i32).ok().flatten()
}

/// Random bytes, good for keys.
#[native("(size, /)")]
pub(super) fn urandom(vm: &Vm, size: isize) -> Res<PyBytes> {
    let Ok(size) = usize::try_from(size) else {
        return Err(vm.value_error("negative argument not allowed"));
    };
    let mut bytes = zeros(vm, size)?;
    call(vm, || sys::urandom(&mut bytes))?;
    Ok(PyBytes(bytes))
}

/// Random bytes from the system; maybe fewer than asked for.
#[native("(size, flags=0)")]
pub(super) fn getrandom(vm: &Vm, size: isize, flags: i32) -> Res<PyBytes> {
    let Ok(size) = usize::try_from(size) else {
        return Err(raise_io(vm, std::io::Error::from_raw_os_error(errno::EINVAL)));
    };
    let mut bytes = zeros(vm, size)?;
    let count = call(vm, || sys::getrandom(&mut bytes, flags as u32))?;
    bytes.truncate(count);
    Ok(PyBytes(bytes))
}

/// The number of processors; None if it cannot be told.
#[native("()")]
pub(super) fn cpu_count() -> Option<usize> {
    sys::cpu_count()
}

/// How many processes there was work for, on average over 1, 5 and 15 minutes.
#[native("()")]
pub(super) fn getloadavg(vm: &Vm) -> Res<(f64, f64, f64)> {
    match sys::getloadavg() {
        Ok([one, five, fifteen]) => Ok((one, five, fifteen)),
        Err(_) => Err(vm.raise_kind(Exc::OSError, "Load averages are unobtainable")),
    }
}

/// A name of a table, or its number.
pub(super) fn conf_name(vm: &Vm, name: &Object, table: &[Constant]) -> Res<i32> {
    if let Some(text) = name.downcast::<Str>() {
        let found = table.iter().find(|constant| text.equals(constant.0.trim_start_matches('_')));
        return match found {
            Some(constant) => Ok(constant.1 as i32),
            None => Err(vm.value_error("unrecognized configuration name")),
        };
    }
    match vm.as_i64(name).and_then(|number| i32::try_from(number).ok()) {
        Some(number) => Ok(number),
        None => Err(vm.type_error("configuration names must be strings or integers")),
    }
}

/// A fact of the system that is a number; -1 if it is not limited.
#[native("(name, /)")]
pub(super) fn sysconf(vm: &Vm, name: &Object) -> Res<i64> {
    let name = conf_name(vm, name, consts::SYSCONF)?;
    Ok(call(vm, || sys::sysconf(name))?.unwrap_or(-1))
}

/// A fact of the system that is text; None if it is not set.
#[native("(name, /)")]
pub(super) fn confstr(vm: &Vm, name: &Object) -> Res {
    let name = conf_name(vm, name, consts::CONFSTR)?;
    match call(vm, || sys::confstr(name))? {
        Some(text) => path_result(vm, &text, false),
        None => Ok(Object::none()),
    }
}

/// Step back behind other processes, by so much; gives how far that is in all.
#[native("(increment, /)")]
pub(super) fn nice(vm: &Vm, increment: i32) -> Res<i32> {
    crate::policy::process(vm, "nice")?;
    call(vm, || sys::nice(increment))
}

/// The scheduling priority of a process, group or user.
#[native("(which, who)")]
pub(super) fn getpriority(vm: &Vm, which: i32, who: i32) -> Res<i32> {
    call(vm, || sys::getpriority(which, who as u32))
}

/// Set the scheduling priority of a process, group or user.
#[native("(which, who, priority)")]
pub(super) fn setpriority(vm: &Vm, which: i32, who: i32, priority: i32) -> Res<()> {
    crate::policy::process(vm, "setpriority")?;
    call(vm, || sys::setpriority(which, who as u32, priority))
}

/// Let other threads run.
#[native("()")]
pub(super) fn sched_yield(vm: &Vm) -> Res<()> {
    call(vm, sys::sched_yield)
}

/// The set of processors that a process may run on; 0 is this one.
#[native("(pid, /)")]
pub(super) fn sched_getaffinity(vm: &Vm, pid: i32) -> Res {
    let set = vm.new_set()?;
    for cpu in call(vm, || sys::affinity(pid))? {
        set.add(vm, &vm.int_usize(cpu)?)?;
    }
    Ok(set.into_object())
}

/// Set the processors that a process may run on.
#[native("(pid, mask, /)")]
pub(super) fn sched_setaffinity(vm: &Vm, pid: i32, mask: &Object) -> Res<()> {
    crate::policy::process(vm, "sched_setaffinity")?;
    let mut cpus = Vec::new();
    for item in vm.collect(mask)? {
        if !vm.class_of(&item).has(type_flags::INT) {
            return Err(vm.type_error(format_args!(
                "expected an iterator of ints, but iterator yielded <class '{}'>",
                vm.type_name(&item)
            )));
        }
        match vm.as_i64(&item) {
            Some(cpu) if cpu < 0 => return Err(vm.value_error("negative CPU number")),
            Some(cpu) if cpu <= i64::from(i32::MAX) => cpus.push(cpu as usize),
            _ => return Err(vm.overflow_error("CPU number too large")),
        }
    }
    call(vm, || sys::set_affinity(pid, &cpus))
}

/// The scheduling policy of a process; 0 is this one.
#[native("(pid, /)")]
pub(super) fn sched_getscheduler(vm: &Vm, pid: i32) -> Res<i32> {
    call(vm, || sys::scheduler(pid))
}

pub(super) fn priority(vm: &Vm, parameter: &Object) -> Res<i32> {
    let class = structs::SCHED_PARAM.class(vm)?;
    let number = match parameter.downcast::<Tuple>() {
        Some(tuple) if vm.class_of(parameter).is_subtype(&class) => tuple.get(0),
        _ => None,
    };
    match number.as_ref().and_then(|number| vm.as_i64(number)) {
        Some(number) => {
            i32::try_from(number).map_err(|_| vm.overflow_error("sched_priority out of range"))
        }
        None => Err(vm.type_error("must have a sched_param object")),
    }
}

/// Set the scheduling policy and priority of a process.
#[native("(pid, policy, param, /)")]
pub(super) fn sched_setscheduler(vm: &Vm, pid: i32, policy: i32, param: &Object) -> Res<()> {
    crate::policy::process(vm, "sched_setscheduler")?;
    let priority = priority(vm, param)?;
    call(vm, || sys::set_scheduler(pid, policy, priority))
}

/// The scheduling parameter of a process.
#[native("(pid, /)")]
pub(super) fn sched_getparam(vm: &Vm, pid: i32) -> Res {
    let priority = call(vm, || sys::scheduling_priority(pid))?;
    structs::SCHED_PARAM.make(vm, vec![vm.int(priority.into())?])
}

/// Set the scheduling parameter of a process.
#[native("(pid, param, /)")]
pub(super) fn sched_setparam(vm: &Vm, pid: i32, param: &Object) -> Res<()> {
    crate::policy::process(vm, "sched_setparam")?;
    let priority = priority(vm, param)?;
    call(vm, || sys::set_scheduling_priority(pid, priority))
}

/// The lowest priority of a scheduling policy.
#[native("(policy)")]
pub(super) fn sched_get_priority_min(vm: &Vm, policy: i32) -> Res<i32> {
    call(vm, || Ok(sys::priority_range(policy)?.0))
}

/// The highest priority of a scheduling policy.
#[native("(policy)")]
pub(super) fn sched_get_priority_max(vm: &Vm, policy: i32) -> Res<i32> {
    call(vm, || Ok(sys::priority_range(policy)?.1))
}

/// How long a turn of a round-robin process lasts, in seconds.
#[native("(pid, /)")]
pub(super) fn sched_rr_get_interval(vm: &Vm, pid: i32) -> Res<f64> {
    let time = call(vm, || sys::round_robin_interval(pid))?;
    Ok(time.seconds as f64 + 1e-9 * f64::from(time.nanos))
}
