//! Ids of process, group, session and user.

#![expect(unsafe_code, reason = "system calls")]

use std::io;

use crate::backend::{check, check_unit, with_c_str};

/// The process. getpid(2).
pub fn getpid() -> i32 {
    // SAFETY: no arguments.
    unsafe { libc::getpid() }
}

/// Its parent. getppid(2).
pub fn getppid() -> i32 {
    // SAFETY: no arguments.
    unsafe { libc::getppid() }
}

/// The user who started it. getuid(2).
pub fn getuid() -> u32 {
    // SAFETY: no arguments.
    unsafe { libc::getuid() }
}

/// The user it acts for. geteuid(2).
pub fn geteuid() -> u32 {
    // SAFETY: no arguments.
    unsafe { libc::geteuid() }
}

/// The group of the user who started it. getgid(2).
pub fn getgid() -> u32 {
    // SAFETY: no arguments.
    unsafe { libc::getgid() }
}

/// The group it acts for. getegid(2).
pub fn getegid() -> u32 {
    // SAFETY: no arguments.
    unsafe { libc::getegid() }
}

/// Real, effective and saved user. getresuid(2).
pub fn getresuid() -> io::Result<(u32, u32, u32)> {
    let (mut a, mut b, mut c) = (0, 0, 0);
    // SAFETY: writes three numbers.
    check_unit(unsafe { libc::getresuid(&mut a, &mut b, &mut c) })?;
    Ok((a, b, c))
}

/// Real, effective and saved group. getresgid(2).
pub fn getresgid() -> io::Result<(u32, u32, u32)> {
    let (mut a, mut b, mut c) = (0, 0, 0);
    // SAFETY: writes three numbers.
    check_unit(unsafe { libc::getresgid(&mut a, &mut b, &mut c) })?;
    Ok((a, b, c))
}

/// Becomes another user. setuid(2).
pub fn setuid(uid: u32) -> io::Result<()> {
    // SAFETY: an integer argument only.
    check_unit(unsafe { libc::setuid(uid) })
}

/// Acts for another user. seteuid(2).
pub fn seteuid(uid: u32) -> io::Result<()> {
    // SAFETY: an integer argument only.
    check_unit(unsafe { libc::seteuid(uid) })
}

/// Becomes another group. setgid(2).
pub fn setgid(gid: u32) -> io::Result<()> {
    // SAFETY: an integer argument only.
    check_unit(unsafe { libc::setgid(gid) })
}

/// Acts for another group. setegid(2).
pub fn setegid(gid: u32) -> io::Result<()> {
    // SAFETY: an integer argument only.
    check_unit(unsafe { libc::setegid(gid) })
}

/// Sets real and effective user. setreuid(2).
pub fn setreuid(real: u32, effective: u32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::setreuid(real, effective) })
}

/// Sets real and effective group. setregid(2).
pub fn setregid(real: u32, effective: u32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::setregid(real, effective) })
}

/// Sets real, effective and saved user. setresuid(2).
pub fn setresuid(real: u32, effective: u32, saved: u32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::setresuid(real, effective, saved) })
}

/// Sets real, effective and saved group. setresgid(2).
pub fn setresgid(real: u32, effective: u32, saved: u32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::setresgid(real, effective, saved) })
}

/// The further groups of the process. getgroups(2).
pub fn getgroups() -> io::Result<Vec<u32>> {
    let mut groups = vec![0; 65536];
    // SAFETY: writable for the count given.
    let count = check(unsafe { libc::getgroups(groups.len() as i32, groups.as_mut_ptr()) })?;
    groups.truncate(count as usize);
    Ok(groups)
}

/// Sets the further groups. setgroups(2).
pub fn setgroups(groups: &[u32]) -> io::Result<()> {
    // SAFETY: readable for the count given.
    check_unit(unsafe { libc::setgroups(groups.len(), groups.as_ptr()) })
}

/// The groups a user is in, `group` among them. getgrouplist(3).
pub fn getgrouplist(user: &[u8], group: u32) -> io::Result<Vec<u32>> {
    with_c_str(user, |user| {
        let mut groups = vec![0; 65536];
        let mut count = groups.len() as libc::c_int;
        // SAFETY: writable for the count given.
        check(unsafe {
            libc::getgrouplist(user.as_ptr(), group, groups.as_mut_ptr(), &mut count)
        })?;
        groups.truncate(count.max(0) as usize);
        Ok(groups)
    })
}

/// Sets the further groups to those of a user. initgroups(3).
pub fn initgroups(user: &[u8], group: u32) -> io::Result<()> {
    // SAFETY: the name is NUL-terminated and outlives the call.
    with_c_str(user, |user| check_unit(unsafe { libc::initgroups(user.as_ptr(), group) }))
}

/// The process group of a process; 0 is this one. getpgid(2).
pub fn getpgid(pid: i32) -> io::Result<i32> {
    // SAFETY: an integer argument only.
    check(unsafe { libc::getpgid(pid) })
}

/// Puts a process into a group. setpgid(2).
pub fn setpgid(pid: i32, group: i32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::setpgid(pid, group) })
}

/// The session of a process. getsid(2).
pub fn getsid(pid: i32) -> io::Result<i32> {
    // SAFETY: an integer argument only.
    check(unsafe { libc::getsid(pid) })
}

/// Starts a session. setsid(2).
pub fn setsid() -> io::Result<i32> {
    // SAFETY: no arguments.
    check(unsafe { libc::setsid() })
}

/// The foreground group of a terminal. tcgetpgrp(3).
pub fn tcgetpgrp(fd: i32) -> io::Result<i32> {
    // SAFETY: an integer argument only.
    check(unsafe { libc::tcgetpgrp(fd) })
}

/// Sets the foreground group of a terminal. tcsetpgrp(3).
pub fn tcsetpgrp(fd: i32, group: i32) -> io::Result<()> {
    // SAFETY: integer arguments only.
    check_unit(unsafe { libc::tcsetpgrp(fd, group) })
}

/// The name of who is logged in on the terminal. getlogin_r(3).
pub fn getlogin() -> io::Result<Vec<u8>> {
    unsafe extern "C" {
        fn getlogin_r(buffer: *mut libc::c_char, len: usize) -> libc::c_int;
    }
    let mut buffer = [0 as libc::c_char; 256];
    // SAFETY: writable for its length.
    crate::backend::check_errno(unsafe { getlogin_r(buffer.as_mut_ptr(), buffer.len()) })?;
    Ok(crate::backend::array_bytes(&buffer))
}

/// A line of the user database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Name.
    pub name: Vec<u8>,
    /// Password or its place holder.
    pub password: Vec<u8>,
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
    /// Real name and the like.
    pub comment: Vec<u8>,
    /// Home directory.
    pub home: Vec<u8>,
    /// Shell.
    pub shell: Vec<u8>,
}

/// Parses the lines of passwd(5); name services other than the file are not asked.
pub fn users() -> io::Result<Vec<User>> {
    let text = std::fs::read("/etc/passwd")?;
    let parse = |line: &[u8]| {
        let mut field = line.split(|&c| c == b':').map(<[u8]>::to_vec);
        Some(User {
            name: field.next()?,
            password: field.next()?,
            uid: number(&field.next()?)?,
            gid: number(&field.next()?)?,
            comment: field.next()?,
            home: field.next()?,
            shell: field.next()?,
        })
    };
    Ok(text.split(|&c| c == b'\n').filter_map(parse).collect())
}

/// A line of the password database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shadow {
    /// Log-in name.
    pub name: Vec<u8>,
    /// Encrypted.
    pub password: Vec<u8>,
    /// Days and flags, as shadow(5) lists them; -1 where nothing is said.
    pub numbers: [i64; 7],
}

/// Parses the lines of shadow(5), which few may read; name services other than the file are not asked.
pub fn shadows() -> io::Result<Vec<Shadow>> {
    let text = std::fs::read("/etc/shadow")?;
    let parse = |line: &[u8]| {
        let mut fields = line.split(|&c| c == b':');
        let (name, password) = (fields.next()?.to_vec(), fields.next()?.to_vec());
        let numbers = std::array::from_fn(|_| {
            let field = fields.next().and_then(|field| std::str::from_utf8(field).ok());
            field.and_then(|field| field.parse().ok()).unwrap_or(-1)
        });
        Some(Shadow { name, password, numbers })
    };
    Ok(text.split(|&c| c == b'\n').filter_map(parse).collect())
}

/// A line of the group database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Name.
    pub name: Vec<u8>,
    /// Password or its place holder.
    pub password: Vec<u8>,
    /// Group id.
    pub gid: u32,
    /// Names of its members.
    pub members: Vec<Vec<u8>>,
}

/// Parses the lines of group(5); name services other than the file are not asked.
pub fn groups() -> io::Result<Vec<Group>> {
    let text = std::fs::read("/etc/group")?;
    let parse = |line: &[u8]| {
        let mut field = line.split(|&c| c == b':').map(<[u8]>::to_vec);
        Some(Group {
            name: field.next()?,
            password: field.next()?,
            gid: number(&field.next()?)?,
            members: field
                .next()?
                .split(|&c| c == b',')
                .filter(|name| !name.is_empty())
                .map(<[u8]>::to_vec)
                .collect(),
        })
    };
    Ok(text.split(|&c| c == b'\n').filter_map(parse).collect())
}

fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
