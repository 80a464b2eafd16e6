//! `stat`, `statvfs` and the structures they fill.

#![expect(unsafe_code, reason = "system calls")]
#![allow(clippy::unnecessary_cast)] // the fields' widths differ between machines

use std::io;
use std::mem::MaybeUninit;

use super::{Fd, at};
use crate::backend::{check_unit, with_c_str};

/// What the system knows of a file. stat(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Type and permissions.
    pub mode: u32,
    /// Number within the device.
    pub ino: u64,
    /// Device that holds the file.
    pub dev: u64,
    /// Number of hard links.
    pub nlink: u64,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Size in bytes.
    pub size: i64,
    /// Last access, seconds and nanoseconds.
    pub atime: (i64, u32),
    /// Last change of the content.
    pub mtime: (i64, u32),
    /// Last change of the metadata.
    pub ctime: (i64, u32),
    /// Preferred size of a transfer.
    pub blksize: i64,
    /// Blocks of 512 bytes on disk.
    pub blocks: i64,
    /// Device that the file stands for.
    pub rdev: u64,
}

impl Stat {
    fn from_c(s: &libc::stat) -> Stat {
        Stat {
            mode: s.st_mode,
            ino: s.st_ino,
            dev: s.st_dev,
            nlink: s.st_nlink as u64,
            uid: s.st_uid,
            gid: s.st_gid,
            size: s.st_size,
            atime: (s.st_atime, s.st_atime_nsec as u32),
            mtime: (s.st_mtime, s.st_mtime_nsec as u32),
            ctime: (s.st_ctime, s.st_ctime_nsec as u32),
            blksize: s.st_blksize as i64,
            blocks: s.st_blocks,
            rdev: s.st_rdev,
        }
    }

    /// Whether this is a directory.
    pub fn is_dir(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFDIR
    }

    /// Whether this is a regular file.
    pub fn is_file(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFREG
    }

    /// Whether this is a symbolic link.
    pub fn is_symlink(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFLNK
    }
}

/// The file behind a descriptor. fstat(2).
pub fn fstat(fd: Fd) -> io::Result<Stat> {
    let mut raw = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the system fills in one `stat`.
    check_unit(unsafe { libc::fstat(fd, raw.as_mut_ptr()) })?;
    // SAFETY: filled in, since the call succeeded.
    Ok(Stat::from_c(unsafe { raw.assume_init_ref() }))
}

/// The file behind a path, symbolic links followed if `follow`. fstatat(2).
pub fn stat_at(path: &[u8], dir: Option<Fd>, follow: bool) -> io::Result<Stat> {
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    with_c_str(path, |path| {
        let mut raw = MaybeUninit::<libc::stat>::uninit();
        // SAFETY: `path` is NUL-terminated; the system fills in one `stat`.
        check_unit(unsafe { libc::fstatat(at(dir), path.as_ptr(), raw.as_mut_ptr(), flags) })?;
        // SAFETY: filled in, since the call succeeded.
        Ok(Stat::from_c(unsafe { raw.assume_init_ref() }))
    })
}

/// The file behind a path, symbolic links followed. stat(2).
pub fn stat(path: &[u8]) -> io::Result<Stat> {
    stat_at(path, None, true)
}

/// The file or symbolic link behind a path. lstat(2).
pub fn lstat(path: &[u8]) -> io::Result<Stat> {
    stat_at(path, None, false)
}

/// What the system knows of a file system. statvfs(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatVfs {
    /// Block size.
    pub bsize: u64,
    /// Fragment size, the unit of the block counts.
    pub frsize: u64,
    /// Blocks in all.
    pub blocks: u64,
    /// Free blocks.
    pub bfree: u64,
    /// Free blocks for ordinary users.
    pub bavail: u64,
    /// Inodes in all.
    pub files: u64,
    /// Free inodes.
    pub ffree: u64,
    /// Free inodes for ordinary users.
    pub favail: u64,
    /// `ST_*` flags.
    pub flag: u64,
    /// Longest file name.
    pub namemax: u64,
    /// File system id.
    pub fsid: u64,
}

impl StatVfs {
    fn from_c(s: &libc::statvfs) -> StatVfs {
        StatVfs {
            bsize: s.f_bsize as u64,
            frsize: s.f_frsize as u64,
            blocks: s.f_blocks as u64,
            bfree: s.f_bfree as u64,
            bavail: s.f_bavail as u64,
            files: s.f_files as u64,
            ffree: s.f_ffree as u64,
            favail: s.f_favail as u64,
            flag: s.f_flag as u64,
            namemax: s.f_namemax as u64,
            fsid: s.f_fsid as u64,
        }
    }
}

/// The file system that holds a path. statvfs(3).
pub fn statvfs(path: &[u8]) -> io::Result<StatVfs> {
    with_c_str(path, |path| {
        let mut raw = MaybeUninit::<libc::statvfs>::uninit();
        // SAFETY: `path` is NUL-terminated; the system fills in one `statvfs`.
        check_unit(unsafe { libc::statvfs(path.as_ptr(), raw.as_mut_ptr()) })?;
        // SAFETY: filled in, since the call succeeded.
        Ok(StatVfs::from_c(unsafe { raw.assume_init_ref() }))
    })
}

/// The file system that holds an open file. fstatvfs(3).
pub fn fstatvfs(fd: Fd) -> io::Result<StatVfs> {
    let mut raw = MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: the system fills in one `statvfs`.
    check_unit(unsafe { libc::fstatvfs(fd, raw.as_mut_ptr()) })?;
    // SAFETY: filled in, since the call succeeded.
    Ok(StatVfs::from_c(unsafe { raw.assume_init_ref() }))
}

/// The major part of a device number. makedev(3).
pub fn major(device: u64) -> u32 {
    libc::major(device)
}

/// The minor part of a device number. makedev(3).
pub fn minor(device: u64) -> u32 {
    libc::minor(device)
}

/// A device number of its two parts. makedev(3).
pub fn makedev(major: u32, minor: u32) -> u64 {
    libc::makedev(major, minor)
}
