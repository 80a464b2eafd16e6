//! The named tuples that the module returns.

use taipan_sys::fs::{Stat, StatVfs};

use taipan_core::structseq;

use crate::support::*;

structseq! {
    pub(super) static STAT_RESULT = "os.stat_result", "The status of a file, as stat, fstat and lstat return it.", 10, ["st_mode": "kind of file and permissions, as bits", "st_ino": "number of the file within its device", "st_dev": "number of the device it is on", "st_nlink": "how many names the file has", "st_uid": "who owns it, as a number", "st_gid": "which group it belongs to, as a number", "st_size": "how long it is, in bytes", "st_atime": "when it was last read, in seconds", "st_mtime": "when its data last changed, in seconds", "st_ctime": "when the file or what stat() tells of it last changed, in seconds", "st_atime": "when it was last read, in seconds", "st_mtime": "when its data last changed, in seconds", "st_ctime": "when the file or what stat() tells of it last changed, in seconds", "st_atime_ns": "st_atime as an int of nanoseconds", "st_mtime_ns": "st_mtime as an int of nanoseconds", "st_ctime_ns": "st_ctime as an int of nanoseconds", "st_blksize": "preferred size of a transfer", "st_blocks": "how many pieces of 512 bytes it takes on the device", "st_rdev": "device that the file stands for"]
}

structseq! {
    pub(super) static STATVFS_RESULT = "os.statvfs_result", "Facts of a file system, as statvfs and fstatvfs return them.", 10, ["f_bsize": "", "f_frsize": "", "f_blocks": "", "f_bfree": "", "f_bavail": "", "f_files": "", "f_ffree": "", "f_favail": "", "f_flag": "", "f_namemax": "", "f_fsid": ""]
}

structseq! {
    pub(super) static TERMINAL_SIZE = "os.terminal_size", "The size of a terminal window: (columns, lines).", 2, ["columns": "how many characters fit in a line", "lines": "how many lines there are"]
}

structseq! {
    pub(super) static TIMES_RESULT = "posix.times_result", "The times of the process and its children, as times returns them.", 5, ["user": "seconds spent in the program itself", "system": "seconds that the system worked for it", "children_user": "the same of ended children as for user", "children_system": "the same of ended children as for system", "elapsed": "seconds of a clock that runs on"]
}

structseq! {
    pub(super) static UNAME_RESULT = "posix.uname_result", "Names and versions of the system, as uname returns them.", 5, ["sysname": "name of the system", "nodename": "what the machine is called among others", "release": "release of the system", "version": "version of the system", "machine": "kind of hardware"]
}

structseq! {
    pub(super) static SCHED_PARAM = "posix.sched_param", "The parameter of a scheduling policy.", 1, ["sched_priority": "how soon the process has its turn"]
}

structseq! {
    pub(super) static WAITID_RESULT = "posix.waitid_result", "What became of a child, as waitid returns it.", 5, ["si_pid": "", "si_uid": "", "si_signo": "", "si_status": "", "si_code": ""]
}

/// Seconds and nanoseconds as a float.
fn seconds(time: (i64, u32)) -> f64 {
    time.0 as f64 + 1e-9 * f64::from(time.1)
}

/// Seconds and nanoseconds as nanoseconds.
fn nanos(vm: &Vm, time: (i64, u32)) -> Res {
    let total = num_bigint::BigInt::from(time.0) * 1_000_000_000 + time.1;
    vm.bigint(total)
}

pub(super) fn stat_result(vm: &Vm, s: &Stat) -> Res {
    let values = vec![
        vm.int(s.mode.into())?,
        vm.int_u64(s.ino)?,
        vm.int_u64(s.dev)?,
        vm.int_u64(s.nlink)?,
        vm.int(s.uid.into())?,
        vm.int(s.gid.into())?,
        vm.int(s.size)?,
        vm.int(s.atime.0)?,
        vm.int(s.mtime.0)?,
        vm.int(s.ctime.0)?,
        vm.float(seconds(s.atime))?,
        vm.float(seconds(s.mtime))?,
        vm.float(seconds(s.ctime))?,
        nanos(vm, s.atime)?,
        nanos(vm, s.mtime)?,
        nanos(vm, s.ctime)?,
        vm.int(s.blksize)?,
        vm.int(s.blocks)?,
        vm.int_u64(s.rdev)?,
    ];
    STAT_RESULT.make(vm, values)
}

pub(super) fn statvfs_result(vm: &Vm, s: &StatVfs) -> Res {
    let numbers = [
        s.bsize, s.frsize, s.blocks, s.bfree, s.bavail, s.files, s.ffree, s.favail, s.flag,
        s.namemax, s.fsid,
    ];
    let values = numbers.iter().map(|&number| vm.int_u64(number)).collect::<Res<_>>()?;
    STATVFS_RESULT.make(vm, values)
}

pub(super) fn terminal_size(vm: &Vm, columns: u16, lines: u16) -> Res {
    let values = vec![vm.int(columns.into())?, vm.int(lines.into())?];
    TERMINAL_SIZE.make(vm, values)
}

structseq! {
    /// What `getrusage` of the module resource and `wait4` return.
    pub(crate) static RUSAGE = "resource.struct_rusage", "What a process has used.", 16, [
        "ru_utime": "time in user mode", "ru_stime": "time in the kernel",
        "ru_maxrss": "most memory", "ru_ixrss": "shared with others; Linux leaves it 0", "ru_idrss": "data of its own; Linux leaves it 0",
        "ru_isrss": "its stack; Linux leaves it 0", "ru_minflt": "page faults without reading",
        "ru_majflt": "page faults with reading", "ru_nswap": "times swapped out",
        "ru_inblock": "blocks read", "ru_oublock": "blocks written",
        "ru_msgsnd": "packets out; Linux leaves it 0", "ru_msgrcv": "packets in; Linux leaves it 0",
        "ru_nsignals": "signals that came; Linux leaves it 0", "ru_nvcsw": "times it gave way",
        "ru_nivcsw": "times it was made to give way"
    ]
}

pub(crate) fn rusage(vm: &Vm, usage: &taipan_sys::process::Usage) -> Res {
    let mut values = vec![
        vm.float(usage.user_micros as f64 * 1e-6)?,
        vm.float(usage.system_micros as f64 * 1e-6)?,
    ];
    for count in usage.counts {
        values.push(vm.int(count)?);
    }
    RUSAGE.make(vm, values)
}
