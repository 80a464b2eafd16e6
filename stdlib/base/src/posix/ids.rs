//! Ids of processes, groups, sessions and users.

use taipan_sys::process as sys;

use super::arguments::Id;
use super::call;
use crate::support::*;

/// The id of this process.
#[native("()")]
pub(super) fn getpid() -> i32 {
    sys::getpid()
}

/// The id of the process that started this one.
#[native("()")]
pub(super) fn getppid() -> i32 {
    sys::getppid()
}

/// The user of the process.
#[native("()")]
pub(super) fn getuid() -> u32 {
    sys::getuid()
}

/// The user that the process acts for.
#[native("()")]
pub(super) fn geteuid() -> u32 {
    sys::geteuid()
}

/// The group of the process.
#[native("()")]
pub(super) fn getgid() -> u32 {
    sys::getgid()
}

/// The group that the process acts for.
#[native("()")]
pub(super) fn getegid() -> u32 {
    sys::getegid()
}

/// Who counts as the user: (real, effective, saved).
#[native("()")]
pub(super) fn getresuid(vm: &Vm) -> Res<(u32, u32, u32)> {
    call(vm, sys::getresuid)
}

/// Who counts as the group: (real, effective, saved).
#[native("()")]
pub(super) fn getresgid(vm: &Vm) -> Res<(u32, u32, u32)> {
    call(vm, sys::getresgid)
}

/// Become another user.
#[native("(uid, /)")]
pub(super) fn setuid(vm: &Vm, uid: Id) -> Res<()> {
    crate::policy::process(vm, "setuid")?;
    call(vm, || sys::setuid(uid.0))
}

/// Act for another user.
#[native("(euid, /)")]
pub(super) fn seteuid(vm: &Vm, euid: Id) -> Res<()> {
    crate::policy::process(vm, "seteuid")?;
    call(vm, || sys::seteuid(euid.0))
}

/// Become another group.
#[native("(gid, /)")]
pub(super) fn setgid(vm: &Vm, gid: Id) -> Res<()> {
    crate::policy::process(vm, "setgid")?;
    call(vm, || sys::setgid(gid.0))
}

/// Act for another group.
#[native("(egid, /)")]
pub(super) fn setegid(vm: &Vm, egid: Id) -> Res<()> {
    crate::policy::process(vm, "setegid")?;
    call(vm, || sys::setegid(egid.0))
}

/// Change the user ids: the real one and the effective one; -1 leaves one as it is.
#[native("(ruid, euid, /)")]
pub(super) fn setreuid(vm: &Vm, ruid: Id, euid: Id) -> Res<()> {
    crate::policy::process(vm, "setreuid")?;
    call(vm, || sys::setreuid(ruid.0, euid.0))
}

/// Change the group ids: the real one and the effective one; -1 leaves one as it is.
#[native("(rgid, egid, /)")]
pub(super) fn setregid(vm: &Vm, rgid: Id, egid: Id) -> Res<()> {
    crate::policy::process(vm, "setregid")?;
    call(vm, || sys::setregid(rgid.0, egid.0))
}

/// Change the user ids: real, effective and saved; -1 leaves one as it is.
#[native("(ruid, euid, suid, /)")]
pub(super) fn setresuid(vm: &Vm, ruid: Id, euid: Id, suid: Id) -> Res<()> {
    crate::policy::process(vm, "setresuid")?;
    call(vm, || sys::setresuid(ruid.0, euid.0, suid.0))
}

/// Change the group ids: real, effective and saved; -1 leaves one as it is.
#[native("(rgid, egid, sgid, /)")]
pub(super) fn setresgid(vm: &Vm, rgid: Id, egid: Id, sgid: Id) -> Res<()> {
    crate::policy::process(vm, "setresgid")?;
    call(vm, || sys::setresgid(rgid.0, egid.0, sgid.0))
}

/// The further groups of the process.
#[native("()")]
pub(super) fn getgroups(vm: &Vm) -> Res<Vec<u32>> {
    call(vm, sys::getgroups)
}

/// Replace the list of groups that the process is in besides its own.
#[native("(groups, /)")]
pub(super) fn setgroups(vm: &Vm, groups: Vec<u32>) -> Res<()> {
    crate::policy::process(vm, "setgroups")?;
    call(vm, || sys::setgroups(&groups))
}

/// The groups that a user is in.
#[native("(user, group, /)")]
pub(super) fn getgrouplist(vm: &Vm, user: &str, group: Id) -> Res<Vec<u32>> {
    call(vm, || sys::getgrouplist(user.as_bytes(), group.0))
}

/// Set the further groups to those of a user and one more.
#[native("(username, gid, /)")]
pub(super) fn initgroups(vm: &Vm, username: FsPath, gid: Id) -> Res<()> {
    crate::policy::process(vm, "initgroups")?;
    let name = username.bytes;
    call(vm, || sys::initgroups(&name, gid.0))
}

/// The group of a process; 0 is this one.
#[native("(pid)")]
pub(super) fn getpgid(vm: &Vm, pid: i32) -> Res<i32> {
    call(vm, || sys::getpgid(pid))
}

/// The group of this process.
#[native("()")]
pub(super) fn getpgrp(vm: &Vm) -> Res<i32> {
    call(vm, || sys::getpgid(0))
}

/// Put a process into a group.
#[native("(pid, pgrp, /)")]
pub(super) fn setpgid(vm: &Vm, pid: i32, pgrp: i32) -> Res<()> {
    crate::policy::process(vm, "setpgid")?;
    call(vm, || sys::setpgid(pid, pgrp))
}

/// Start a group of processes, with this one in it as the leader.
#[native("()")]
pub(super) fn setpgrp(vm: &Vm) -> Res<()> {
    crate::policy::process(vm, "setpgrp")?;
    call(vm, || sys::setpgid(0, 0))
}

/// The session of a process; 0 is this one.
#[native("(pid, /)")]
pub(super) fn getsid(vm: &Vm, pid: i32) -> Res<i32> {
    call(vm, || sys::getsid(pid))
}

/// Start a session.
#[native("()")]
pub(super) fn setsid(vm: &Vm) -> Res<()> {
    crate::policy::process(vm, "setsid")?;
    call(vm, sys::setsid).map(drop)
}

/// The group in the foreground of a terminal.
#[native("(fd, /)")]
pub(super) fn tcgetpgrp(vm: &Vm, fd: i32) -> Res<i32> {
    call(vm, || sys::tcgetpgrp(fd))
}

/// Set the group in the foreground of a terminal.
#[native("(fd, pgid, /)")]
pub(super) fn tcsetpgrp(vm: &Vm, fd: i32, pgid: i32) -> Res<()> {
    crate::policy::process(vm, "tcsetpgrp")?;
    call(vm, || sys::tcsetpgrp(fd, pgid))
}

/// The name of who is logged in.
#[native("()")]
pub(super) fn getlogin(vm: &Vm) -> Res {
    let name = call(vm, sys::getlogin)?;
    super::path_result(vm, &name, false)
}

/// What to open to reach the terminal that controls the process.
#[native("()")]
pub(super) fn ctermid() -> &'static str {
    "/dev/tty"
}
