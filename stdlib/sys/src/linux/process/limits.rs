//! Limits, use of resources, and scheduling.

#![expect(unsafe_code, reason = "system calls")]

use std::io;

use crate::backend::time::Timespec;
use crate::backend::{check, check_unit, error};

/// A limit that does not limit.
pub const UNLIMITED: u64 = libc::RLIM_INFINITY;

/// Soft and hard limit of a resource, `RLIMIT_*`. getrlimit(2).
pub fn getrlimit(resource: i32) -> io::Result<(u64, u64)> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: fills in one `rlimit`.
    check_unit(unsafe { libc::getrlimit(resource as _, &mut limit) })?;
    Ok((limit.rlim_cur, limit.rlim_max))
}

/// Sets soft and hard limit. setrlimit(2).
pub fn setrlimit(resource: i32, soft: u64, hard: u64) -> io::Result<()> {
    let limit = libc::rlimit { rlim_cur: soft, rlim_max: hard };
    // SAFETY: reads one `rlimit`.
    check_unit(unsafe { libc::setrlimit(resource as _, &limit) })
}

/// Reads, and may set, the limits of another process; 0 is this one. prlimit(2).
pub fn prlimit(pid: i32, resource: i32, new: Option<(u64, u64)>) -> io::Result<(u64, u64)> {
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let new = new.map(|(soft, hard)| libc::rlimit { rlim_cur: soft, rlim_max: hard });
    let pointer = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: null or one `rlimit` is read, one is filled in.
    check_unit(unsafe { libc::prlimit(pid, resource as _, pointer, &mut old) })?;
    Ok((old.rlim_cur, old.rlim_max))
}

/// Have the kernel extend the calling (main) thread's stack by `bytes` now, so that they are there
/// when the address space is used up; false if it does not.
///
/// The kernel itself writes to the far end, by a system call that would fail where a write of ours
/// would be a fault; only that one page takes memory.
pub fn extend_stack(bytes: usize) -> bool {
    let here = 0u8;
    let Some(end) = (&raw const here as usize).checked_sub(bytes) else { return false };
    let end = std::ptr::with_exposed_provenance_mut(end & !15);
    // SAFETY: below the stack pointer there is nothing that anybody uses, now or later; where the
    // stack cannot grow so far the call fails. (Any call would do that fills in a few bytes.)
    unsafe { libc::sigpending(end) == 0 }
}

/// What was used. getrusage(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Processor time in user mode, in microseconds.
    pub user_micros: i64,
    /// Processor time in the kernel, in microseconds.
    pub system_micros: i64,
    /// The further fields in the order of the structure, from `maxrss` to `nivcsw`.
    pub counts: [i64; 14],
}

impl Usage {
    pub(super) fn from_c(u: &libc::rusage) -> Usage {
        let micros = |t: &libc::timeval| t.tv_sec * 1_000_000 + t.tv_usec;
        Usage {
            user_micros: micros(&u.ru_utime),
            system_micros: micros(&u.ru_stime),
            counts: [
                u.ru_maxrss,
                u.ru_ixrss,
                u.ru_idrss,
                u.ru_isrss,
                u.ru_minflt,
                u.ru_majflt,
                u.ru_nswap,
                u.ru_inblock,
                u.ru_oublock,
                u.ru_msgsnd,
                u.ru_msgrcv,
                u.ru_nsignals,
                u.ru_nvcsw,
                u.ru_nivcsw,
            ],
        }
    }
}

/// What `who`, `RUSAGE_*`, has used. getrusage(2).
pub fn getrusage(who: i32) -> io::Result<Usage> {
    // SAFETY: all-zero is a valid `rusage`.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: fills in one `rusage`.
    check_unit(unsafe { libc::getrusage(who, &mut usage) })?;
    Ok(Usage::from_c(&usage))
}

/// Ticks of user, system, children's user, children's system and elapsed time. times(2).
pub fn times() -> io::Result<[i64; 5]> {
    // SAFETY: all-zero is a valid `tms`.
    let mut t: libc::tms = unsafe { std::mem::zeroed() };
    // SAFETY: fills in one `tms`.
    let elapsed = unsafe { libc::times(&mut t) };
    if elapsed == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok([t.tms_utime, t.tms_stime, t.tms_cutime, t.tms_cstime, elapsed])
}

/// Adds to the nice value and returns it. nice(2).
pub fn nice(increment: i32) -> io::Result<i32> {
    // -1 is a nice value too.
    crate::backend::errno::set(0);
    // SAFETY: an integer argument only.
    let value = unsafe { libc::nice(increment) };
    match crate::backend::errno::last() {
        number if value == -1 && number != 0 => Err(error(number)),
        _ => Ok(value),
    }
}

/// The nice value of a process, group or user. getpriority(2).
pub fn getpriority(which: i32, who: u32) -> io::Result<i32> {
    crate::backend::errno::set(0);
    // SAFETY: integer arguments only.
    let value = unsafe { libc::getpriority(which as _, who) };
    match crate::backend::errno::last() {
        number if value == -1 && number != 0 => Err(error(number)),
        _ => Ok(value),
    }
}

/// Sets the nice value. setpriority(2).
pub fn setpriority(which: i32, who: u32, value: i32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::setpriority(which as _, who, value) })
}

/// Lets another thread run. sched_yield(2).
pub fn sched_yield() -> io::Result<()> {
    // SAFETY: no arguments.
    check_unit(unsafe { libc::sched_yield() })
}

/// The processors a process may run on; 0 is this one. sched_getaffinity(2).
pub fn affinity(pid: i32) -> io::Result<Vec<usize>> {
    // Room for 8192 processors, the most that Linux can be built for.
    let mut mask = [0u64; 128];
    let size = std::mem::size_of_val(&mask);
    // SAFETY: writable for the size given.
    check_unit(unsafe { libc::sched_getaffinity(pid, size, mask.as_mut_ptr().cast()) })?;
    let holds = |&cpu: &usize| mask.get(cpu / 64).is_some_and(|word| word >> (cpu % 64) & 1 == 1);
    Ok((0..8192).filter(holds).collect())
}

/// Sets the processors a process may run on. sched_setaffinity(2).
pub fn set_affinity(pid: i32, cpus: &[usize]) -> io::Result<()> {
    let mut mask = [0u64; 128];
    for &cpu in cpus {
        match mask.get_mut(cpu / 64) {
            Some(word) => *word |= 1 << (cpu % 64),
            None => return Err(error(libc::EINVAL)),
        }
    }
    let size = std::mem::size_of_val(&mask);
    // SAFETY: readable for the size given.
    check_unit(unsafe { libc::sched_setaffinity(pid, size, mask.as_ptr().cast()) })
}

/// The scheduling policy of a process, `SCHED_*`. sched_getscheduler(2).
pub fn scheduler(pid: i32) -> io::Result<i32> {
    // SAFETY: an integer argument only.
    check(unsafe { libc::sched_getscheduler(pid) })
}

/// Sets policy and priority. sched_setscheduler(2).
pub fn set_scheduler(pid: i32, policy: i32, priority: i32) -> io::Result<()> {
    let parameter = libc::sched_param { sched_priority: priority };
    // SAFETY: reads one parameter.
    check_unit(unsafe { libc::sched_setscheduler(pid, policy, &parameter) })
}

/// The scheduling priority of a process. sched_getparam(2).
pub fn scheduling_priority(pid: i32) -> io::Result<i32> {
    let mut parameter = libc::sched_param { sched_priority: 0 };
    // SAFETY: fills in one parameter.
    check_unit(unsafe { libc::sched_getparam(pid, &mut parameter) })?;
    Ok(parameter.sched_priority)
}

/// Sets the scheduling priority. sched_setparam(2).
pub fn set_scheduling_priority(pid: i32, priority: i32) -> io::Result<()> {
    let parameter = libc::sched_param { sched_priority: priority };
    // SAFETY: reads one parameter.
    check_unit(unsafe { libc::sched_setparam(pid, &parameter) })
}

/// The lowest and the highest priority of a policy. sched_get_priority_min(2).
pub fn priority_range(policy: i32) -> io::Result<(i32, i32)> {
    // SAFETY: an integer argument only.
    let low = check(unsafe { libc::sched_get_priority_min(policy) })?;
    // SAFETY: an integer argument only.
    Ok((low, check(unsafe { libc::sched_get_priority_max(policy) })?))
}

/// How long a turn of a round-robin process lasts. sched_rr_get_interval(2).
pub fn round_robin_interval(pid: i32) -> io::Result<Timespec> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: fills in one `timespec`.
    check_unit(unsafe { libc::sched_rr_get_interval(pid, &mut time) })?;
    Ok(Timespec { seconds: time.tv_sec, nanos: time.tv_nsec as u32 })
}
