//! Functions on paths.

use taipan_sys::fs;

use super::arguments::{DirFd, Id, Path, PathOrFd, at};
use super::{at_either, at_path, at_two_paths, path_result, structs};
use crate::support::*;

/// Get the status of a file: its kind, size, times and so on.
///
/// path may be an open descriptor. With follow_symlinks False, a symbolic link is looked at itself.
#[native("(path, *, dir_fd=None, follow_symlinks=True)")]
pub(super) fn stat(vm: &Vm, path: PathOrFd, dir_fd: Option<DirFd>, follow_symlinks: bool) -> Res {
    let dir = at(dir_fd);
    if let PathOrFd::Fd(_) = path {
        if dir.is_some() {
            return Err(vm.value_error("stat: can't specify dir_fd without matching path"));
        }
        if !follow_symlinks {
            return Err(vm.value_error("stat: cannot use fd and follow_symlinks together"));
        }
    }
    let status = at_either(vm, &path, |p| fs::stat_at(p, dir, follow_symlinks), fs::fstat)?;
    structs::stat_result(vm, &status)
}

/// As stat, but symbolic links are looked at themselves.
#[native("(path, *, dir_fd=None)")]
pub(super) fn lstat(vm: &Vm, path: Path, dir_fd: Option<DirFd>) -> Res {
    let dir = at(dir_fd);
    let status = at_path(vm, &path, |p| fs::stat_at(p, dir, false))?;
    structs::stat_result(vm, &status)
}

/// Whether a path may be used as mode says: F_OK, or R_OK, W_OK and X_OK or-ed.
#[native("(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
pub(super) fn access(
    vm: &Vm,
    path: Path,
    mode: i32,
    dir_fd: Option<DirFd>,
    effective_ids: bool,
    follow_symlinks: bool,
) -> Res<bool> {
    crate::policy::path(vm, &path.bytes)?;
    Ok(fs::access(&path.bytes, mode, at(dir_fd), effective_ids, follow_symlinks).is_ok())
}

/// Go to another directory, from which relative paths start.
#[native("(path)")]
pub(super) fn chdir(vm: &Vm, path: PathOrFd) -> Res<()> {
    at_either(vm, &path, fs::chdir, fs::fchdir)
}

/// Change the root directory of the process.
#[native("(path)")]
pub(super) fn chroot(vm: &Vm, path: Path) -> Res<()> {
    at_path(vm, &path, fs::chroot)
}

/// Say who may read, write and run a file, by the bits of mode.
#[native("(path, mode, *, dir_fd=None, follow_symlinks=True)")]
pub(super) fn chmod(
    vm: &Vm,
    path: PathOrFd,
    mode: i32,
    dir_fd: Option<DirFd>,
    follow_symlinks: bool,
) -> Res<()> {
    let (dir, mode) = (at(dir_fd), mode as u32);
    if !follow_symlinks && dir.is_none() && path.path().is_some() {
        // CPython has no lchmod here, and says so.
        return Err(vm.not_implemented_error("chmod: follow_symlinks unavailable on this platform"));
    }
    let on_path = |p: &[u8]| fs::chmod(p, mode, dir, follow_symlinks);
    at_either(vm, &path, on_path, |fd| fs::fchmod(fd, mode))
}

/// Give a file to another user and group, by their numbers; -1 changes nothing.
#[native("(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
pub(super) fn chown(
    vm: &Vm,
    path: PathOrFd,
    uid: Id,
    gid: Id,
    dir_fd: Option<DirFd>,
    follow_symlinks: bool,
) -> Res<()> {
    let dir = at(dir_fd);
    let on_path = |p: &[u8]| fs::chown(p, uid.0, gid.0, dir, follow_symlinks);
    at_either(vm, &path, on_path, |fd| fs::fchown(fd, uid.0, gid.0))
}

/// As chown, but symbolic links are not followed.
#[native("(path, uid, gid)")]
pub(super) fn lchown(vm: &Vm, path: Path, uid: Id, gid: Id) -> Res<()> {
    at_path(vm, &path, |p| fs::chown(p, uid.0, gid.0, None, false))
}

/// Make a directory.
#[native("(path, mode=511, *, dir_fd=None)")]
pub(super) fn mkdir(vm: &Vm, path: Path, mode: i32, dir_fd: Option<DirFd>) -> Res<()> {
    let dir = at(dir_fd);
    at_path(vm, &path, |p| fs::mkdir(p, mode as u32, dir))
}

/// Take a directory away that has nothing in it.
#[native("(path, *, dir_fd=None)")]
pub(super) fn rmdir(vm: &Vm, path: Path, dir_fd: Option<DirFd>) -> Res<()> {
    let dir = at(dir_fd);
    at_path(vm, &path, |p| fs::rmdir(p, dir))
}

/// Remove a file.
#[native("(path, *, dir_fd=None)")]
pub(super) fn unlink(vm: &Vm, path: Path, dir_fd: Option<DirFd>) -> Res<()> {
    let dir = at(dir_fd);
    at_path(vm, &path, |p| fs::unlink(p, dir))
}

/// unlink() under another name.
#[native("(path, *, dir_fd=None)")]
pub(super) fn remove(vm: &Vm, path: Path, dir_fd: Option<DirFd>) -> Res<()> {
    let dir = at(dir_fd);
    at_path(vm, &path, |p| fs::unlink(p, dir))
}

/// Give a file or directory another name; what has that name already may be replaced.
#[native("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
pub(super) fn rename(
    vm: &Vm,
    src: Path,
    dst: Path,
    src_dir_fd: Option<DirFd>,
    dst_dir_fd: Option<DirFd>,
) -> Res<()> {
    let (from, to) = (at(src_dir_fd), at(dst_dir_fd));
    at_two_paths(vm, &src, &dst, |a, b| fs::rename(a, b, from, to))
}

/// rename() that is sure to take the place of what has the new name.
#[native("(src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
pub(super) fn replace(
    vm: &Vm,
    src: Path,
    dst: Path,
    src_dir_fd: Option<DirFd>,
    dst_dir_fd: Option<DirFd>,
) -> Res<()> {
    let (from, to) = (at(src_dir_fd), at(dst_dir_fd));
    at_two_paths(vm, &src, &dst, |a, b| fs::rename(a, b, from, to))
}

/// Make a symbolic link named dst that points at src.
#[native("(src, dst, target_is_directory=False, *, dir_fd=None)")]
pub(super) fn symlink(
    vm: &Vm,
    src: Path,
    dst: Path,
    target_is_directory: bool,
    dir_fd: Option<DirFd>,
) -> Res<()> {
    // Of use on Windows only.
    let _ = target_is_directory;
    let dir = at(dir_fd);
    at_two_paths(vm, &src, &dst, |a, b| fs::symlink(a, b, dir))
}

/// Make a second name for a file.
#[native("(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
pub(super) fn link(
    vm: &Vm,
    src: Path,
    dst: Path,
    src_dir_fd: Option<DirFd>,
    dst_dir_fd: Option<DirFd>,
    follow_symlinks: bool,
) -> Res<()> {
    let (from, to) = (at(src_dir_fd), at(dst_dir_fd));
    // link(2), which is used without further arguments, does not follow links on Linux.
    let follow = follow_symlinks && (from.is_some() || to.is_some());
    at_two_paths(vm, &src, &dst, |a, b| fs::link(a, b, from, to, follow))
}

/// Where a symlink leads, as it is written in it.
#[native("(path, *, dir_fd=None)")]
pub(super) fn readlink(vm: &Vm, path: Path, dir_fd: Option<DirFd>) -> Res {
    let dir = at(dir_fd);
    let target = at_path(vm, &path, |p| fs::readlink(p, dir))?;
    path_result(vm, &target, path.is_bytes)
}

/// Cut a file to so many bytes, or extend it.
#[native("(path, length)")]
pub(super) fn truncate(vm: &Vm, path: PathOrFd, length: i64) -> Res<()> {
    at_either(vm, &path, |p| fs::truncate(p, length), |fd| fs::ftruncate(fd, length))
}

/// Make a pipe that has a name among the files.
#[native("(path, mode=438, *, dir_fd=None)")]
pub(super) fn mkfifo(vm: &Vm, path: Path, mode: i32, dir_fd: Option<DirFd>) -> Res<()> {
    let dir = at(dir_fd);
    at_path(vm, &path, |p| fs::mkfifo(p, mode as u32, dir))
}

/// Make a file, a device or a named pipe.
#[native("(path, mode=384, device=0, *, dir_fd=None)")]
pub(super) fn mknod(vm: &Vm, path: Path, mode: i32, device: u64, dir_fd: Option<DirFd>) -> Res<()> {
    let dir = at(dir_fd);
    at_path(vm, &path, |p| fs::mknod(p, mode as u32, device, dir))
}

/// Say when a file was last read and written: a pair of times, of seconds or as ns; now unless it is given.
#[native("(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)")]
pub(super) fn utime(
    vm: &Vm,
    path: PathOrFd,
    times: Option<&Object>,
    ns: Maybe<&Object>,
    dir_fd: Option<DirFd>,
    follow_symlinks: bool,
) -> Res<()> {
    let dir = at(dir_fd);
    if times.is_some() && !ns.is_absent() {
        return Err(vm.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    let pair = |object: &Object, what: &str| -> Res<(Object, Object)> {
        match object.downcast::<Tuple>().map(|pair| pair.as_slice()) {
            Some([access, modified]) => Ok((access.clone(), modified.clone())),
            _ => Err(vm.type_error(format_args!(
                "utime: '{what}' must be {}a tuple of two ints",
                if what == "times" { "either " } else { "" }
            ))),
        }
    };
    let (access, modified) = match (times, ns) {
        (Some(times), _) => {
            let pair = match times.downcast::<Tuple>().map(|pair| pair.as_slice()) {
                Some([access, modified]) => (access.clone(), modified.clone()),
                _ => {
                    return Err(
                        vm.type_error("utime: 'times' must be either a tuple of two ints or None")
                    );
                }
            };
            (Some(crate::time::timespec(vm, &pair.0)?), Some(crate::time::timespec(vm, &pair.1)?))
        }
        (None, Maybe::Given(ns)) => {
            let (access, modified) = pair(ns, "ns")?;
            (Some(split_nanos(vm, &access)?), Some(split_nanos(vm, &modified)?))
        }
        (None, Maybe::Absent) => (None, None),
    };
    if matches!(path, PathOrFd::Fd(_)) && (dir.is_some() || !follow_symlinks) {
        let problem = if dir.is_some() {
            "utime: can't specify dir_fd without matching path"
        } else {
            "utime: cannot use fd and follow_symlinks together"
        };
        return Err(vm.value_error(problem));
    }
    let on_path = |p: &[u8]| fs::utimens(p, access, modified, dir, follow_symlinks);
    at_either(vm, &path, on_path, |fd| fs::futimens(fd, access, modified))
}

fn split_nanos(vm: &Vm, object: &Object) -> Res<(i64, i64)> {
    let number = big_integer(vm, object)?;
    let billion = num_bigint::BigInt::from(1_000_000_000);
    let (seconds, nanos) = num_integer::Integer::div_mod_floor(&*number, &billion);
    match (i64::try_from(seconds), i64::try_from(nanos)) {
        (Ok(seconds), Ok(nanos)) => Ok((seconds, nanos)),
        _ => Err(vm.overflow_error("timestamp out of range for platform time_t")),
    }
}

/// Facts of the file system that holds a path.
#[native("(path)")]
pub(super) fn statvfs(vm: &Vm, path: PathOrFd) -> Res {
    let status = at_either(vm, &path, fs::statvfs, fs::fstatvfs)?;
    structs::statvfs_result(vm, &status)
}

/// A limit of the system for a file; None if there is no such limit.
#[native("(path, name)")]
pub(super) fn pathconf(vm: &Vm, path: PathOrFd, name: &Object) -> Res {
    let name = super::system::conf_name(vm, name, taipan_sys::consts::PATHCONF)?;
    may_use(vm, &path)?;
    match fs::pathconf(path.target(true), name) {
        Ok(value) => vm.int(value.unwrap_or(-1)),
        Err(failure) => Err(raise_io_at(vm, failure, &path.object(vm)?)),
    }
}

/// What is noted on a file under the name of an attribute.
#[native("(path, attribute, *, follow_symlinks=True)")]
pub(super) fn getxattr(vm: &Vm, path: PathOrFd, attribute: Path, follow_symlinks: bool) -> Res {
    check_follow(vm, "getxattr", &path, follow_symlinks)?;
    match fs::getxattr(path.target(follow_symlinks), &attribute.bytes) {
        Ok(value) => Ok(vm.bytes(&value)?.into_object()),
        Err(failure) => Err(raise_io_at(vm, failure, &path.object(vm)?)),
    }
}

/// Note something on a file under the name of an attribute.
#[native("(path, attribute, value, flags=0, *, follow_symlinks=True)")]
pub(super) fn setxattr(
    vm: &Vm,
    path: PathOrFd,
    attribute: Path,
    value: &[u8],
    flags: i32,
    follow_symlinks: bool,
) -> Res<()> {
    check_follow(vm, "setxattr", &path, follow_symlinks)?;
    let done = fs::setxattr(path.target(follow_symlinks), &attribute.bytes, value, flags);
    match done {
        Ok(()) => Ok(()),
        Err(failure) => Err(raise_io_at(vm, failure, &path.object(vm)?)),
    }
}

/// Take a note away from a file.
#[native("(path, attribute, *, follow_symlinks=True)")]
pub(super) fn removexattr(
    vm: &Vm,
    path: PathOrFd,
    attribute: Path,
    follow_symlinks: bool,
) -> Res<()> {
    check_follow(vm, "removexattr", &path, follow_symlinks)?;
    match fs::removexattr(path.target(follow_symlinks), &attribute.bytes) {
        Ok(()) => Ok(()),
        Err(failure) => Err(raise_io_at(vm, failure, &path.object(vm)?)),
    }
}

/// The names of a file's extended attributes.
#[native("(path=None, *, follow_symlinks=True)")]
pub(super) fn listxattr(
    vm: &Vm,
    path: Option<super::arguments::Directory>,
    follow_symlinks: bool,
) -> Res {
    let path = match path {
        Some(path) => path.0,
        None => super::arguments::Directory::current(vm)?.0,
    };
    check_follow(vm, "listxattr", &path, follow_symlinks)?;
    let names = match fs::listxattr(path.target(follow_symlinks)) {
        Ok(names) => names,
        Err(failure) => return Err(raise_io_at(vm, failure, &path.object(vm)?)),
    };
    let mut list = Vec::new();
    for name in names.split(|&c| c == 0).filter(|name| !name.is_empty()) {
        list.push(path_result(vm, name, false)?);
    }
    Ok(vm.list(list)?.into_object())
}

/// Ask the host about a path that is not handed to `at_path`.
fn may_use(vm: &Vm, path: &PathOrFd) -> Res<()> {
    match path {
        PathOrFd::Path(path) => crate::policy::path(vm, &path.bytes),
        PathOrFd::Fd(_) => Ok(()),
    }
}

fn check_follow(vm: &Vm, function: &str, path: &PathOrFd, follow: bool) -> Res<()> {
    may_use(vm, path)?;
    if path.path().is_none() && !follow {
        return Err(
            vm.value_error(format_args!("{function}: cannot use fd and follow_symlinks together"))
        );
    }
    Ok(())
}

/// The current directory.
#[native("()")]
pub(super) fn getcwd(vm: &Vm) -> Res {
    crate::policy::path(vm, b".")?;
    let path = fs::getcwd().map_err(|failure| raise_io(vm, failure))?;
    path_result(vm, &path, false)
}

/// The current directory, as bytes.
#[native("()")]
pub(super) fn getcwdb(vm: &Vm) -> Res {
    crate::policy::path(vm, b".")?;
    let path = fs::getcwd().map_err(|failure| raise_io(vm, failure))?;
    path_result(vm, &path, true)
}

/// Set the mask of permissions that new files lack; returns the old one.
#[native("(mask, /)")]
pub(super) fn umask(vm: &Vm, mask: i32) -> Res<i32> {
    crate::policy::process(vm, "umask")?;
    Ok(fs::umask(mask as u32) as i32)
}

/// What to tell the system for a path: it itself if that is str or bytes, else the result of its `__fspath__()`.
#[native("(path)")]
pub(super) fn fspath(vm: &Vm, path: &Object) -> Res {
    fs_path(vm, path)
}

/// A path without `.`, `..` and doubled slashes, as far as that can be told from the text; empty
/// for the current directory.
#[native("(path)", name = "_path_normpath")]
pub(super) fn path_normpath(vm: &Vm, path: &Obj<Str>) -> Res {
    let text = path.as_text();
    let slash = u32::from('/');
    let slashes = text.iter().take_while(|&c| c == slash).count();
    // Two slashes at the start mean something in POSIX; one or more than two are one.
    let root = if slashes == 2 { 2 } else { slashes.min(1) };
    let mut parts: Vec<(usize, usize)> = Vec::new();
    let is = |part: (usize, usize), name: &str| text.slice(part.0, part.1).eq_str(name);
    let mut start = 0;
    for at in 0..=text.len() {
        if at < text.len() && text.char_at(at) != Some(slash) {
            continue;
        }
        let part = (start, at);
        start = at + 1;
        if part.0 == part.1 || is(part, ".") {
            continue;
        }
        let parent = is(part, "..");
        match parts.last() {
            Some(&last) if parent && !is(last, "..") => {
                parts.pop();
            }
            None if parent && root > 0 => {}
            _ => parts.push(part),
        }
    }
    let mut out = TextBuf::new();
    let mut build = || {
        out.push_n(slash, root)?;
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                out.push(slash)?;
            }
            out.push_text(text.slice(part.0, part.1))?;
        }
        Ok(())
    };
    build().map_err(|e| vm.text_error(e))?;
    Ok(vm.text_owned(out.finish())?.into_object())
}
