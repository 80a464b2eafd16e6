//! The module `posix`, on which `os` is built.
//!
//! | file        | holds                                              |
//! |-------------|----------------------------------------------------|
//! | `arguments` | paths, descriptors and ids as arguments            |
//! | `structs`   | the named tuples that are returned                 |
//! | `paths`     | functions on paths                                 |
//! | `files`     | functions on open descriptors                      |
//! | `directory` | `listdir`, `scandir`                               |
//! | `process`   | starting, becoming and waiting for processes       |
//! | `spawn`     | posix_spawn()                                      |
//! | `ids`       | ids of processes, users and groups                 |
//! | `system`    | environment, scheduling, facts of the system       |

mod arguments;
mod directory;
mod files;
mod ids;
mod paths;
mod process;
mod spawn;
mod structs;
mod system;

use std::io;

use taipan_sys::errno::EINTR;
use taipan_sys::{consts, process as sys_process};

use crate::support::*;
use arguments::{Path, PathOrFd};
use directory::*;
use files::*;
use ids::*;
use paths::*;
use process::*;
use spawn::*;
use system::*;

pub(crate) use process::fork_with_hooks;
pub(crate) use structs::{RUSAGE, rusage};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "posix",
    doc: "What the operating system offers, as POSIX and Linux name it. Use os, which says the \
          same on every system.",
    functions: natives![
        // paths
        stat,
        lstat,
        access,
        chdir,
        chroot,
        chmod,
        chown,
        lchown,
        mkdir,
        rmdir,
        unlink,
        remove,
        rename,
        replace,
        symlink,
        link,
        readlink,
        truncate,
        mkfifo,
        mknod,
        utime,
        statvfs,
        pathconf,
        getxattr,
        setxattr,
        removexattr,
        listxattr,
        getcwd,
        getcwdb,
        umask,
        fspath,
        path_normpath,
        // files
        open,
        close,
        closerange,
        dup,
        dup2,
        read,
        write,
        pread,
        pwrite,
        readv,
        preadv,
        writev,
        pwritev,
        lseek,
        fstat,
        fstatvfs,
        isatty,
        ttyname,
        get_terminal_size,
        device_encoding,
        pipe,
        pipe2,
        ftruncate,
        fsync,
        fdatasync,
        sync,
        fchdir,
        fchmod,
        fchown,
        fpathconf,
        lockf,
        posix_fallocate,
        posix_fadvise,
        get_inheritable,
        set_inheritable,
        get_blocking,
        set_blocking,
        sendfile,
        copy_file_range,
        splice,
        memfd_create,
        eventfd,
        eventfd_read,
        eventfd_write,
        major,
        minor,
        makedev,
        // directories
        listdir,
        scandir,
        // processes
        exit_,
        abort,
        fork,
        execv,
        execve,
        posix_spawn,
        posix_spawnp,
        waitpid,
        wait,
        wait3,
        wait4,
        waitid,
        waitstatus_to_exitcode,
        wifexited,
        wifsignaled,
        wifstopped,
        wifcontinued,
        wexitstatus,
        wtermsig,
        wstopsig,
        wcoredump,
        kill,
        killpg,
        system_,
        pidfd_open,
        openpty,
        login_tty,
        forkpty,
        register_at_fork,
        // ids
        getpid,
        getppid,
        getuid,
        geteuid,
        getgid,
        getegid,
        getresuid,
        getresgid,
        setuid,
        seteuid,
        setgid,
        setegid,
        setreuid,
        setregid,
        setresuid,
        setresgid,
        getgroups,
        setgroups,
        getgrouplist,
        initgroups,
        getpgid,
        getpgrp,
        setpgid,
        setpgrp,
        getsid,
        setsid,
        tcgetpgrp,
        tcsetpgrp,
        getlogin,
        ctermid,
        // the system
        putenv,
        unsetenv,
        strerror,
        uname,
        times,
        urandom,
        getrandom,
        cpu_count,
        getloadavg,
        sysconf,
        confstr,
        nice,
        getpriority,
        setpriority,
        sched_yield,
        sched_getaffinity,
        sched_setaffinity,
        sched_getscheduler,
        sched_setscheduler,
        sched_getparam,
        sched_setparam,
        sched_get_priority_min,
        sched_get_priority_max,
        sched_rr_get_interval
    ],
    types: &[&directory::DIR_ENTRY],
    fill: Some(fill),
};

/// What `os` looks at to know which functions take descriptors and the like.
const HAVE: &[&str] = &[
    "HAVE_EVENTFD",
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FEXECVE",
    "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_FUTIMES",
    "HAVE_FUTIMESAT",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
];

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    for &(name, value) in consts::POSIX {
        module.set(vm, name, value)?;
    }
    let environ = vm.new_dict()?;
    for (name, value) in sys_process::environ() {
        if !crate::policy::sees_variable(vm, &name) {
            continue;
        }
        let name = vm.bytes(&name)?.into_object();
        // Of a variable that occurs twice, the first counts.
        if !environ.contains(vm, &name)? {
            environ.set(vm, &name, vm.bytes(&value)?.into_object())?;
        }
    }
    module.set(vm, "environ", environ)?;
    module.set(vm, "error", vm.types().exception(Exc::OSError))?;
    let tables = [
        ("sysconf_names", consts::SYSCONF),
        ("pathconf_names", consts::PATHCONF),
        ("confstr_names", consts::CONFSTR),
    ];
    for (name, table) in tables {
        let dict = vm.new_dict()?;
        for (key, value) in table {
            dict.set_named(vm, key.trim_start_matches('_'), vm.int(*value)?)?;
        }
        module.set(vm, name, dict)?;
    }
    let have = HAVE.iter().map(|name| Ok(vm.str(name)?.into_object())).collect::<Res<_>>()?;
    module.set(vm, "_have_functions", vm.list(have)?)?;
    let classes = [
        ("stat_result", &structs::STAT_RESULT),
        ("statvfs_result", &structs::STATVFS_RESULT),
        ("terminal_size", &structs::TERMINAL_SIZE),
        ("times_result", &structs::TIMES_RESULT),
        ("uname_result", &structs::UNAME_RESULT),
        ("sched_param", &structs::SCHED_PARAM),
        ("waitid_result", &structs::WAITID_RESULT),
    ];
    for (name, class) in classes {
        module.set(vm, name, class.class(vm)?)?;
    }
    Ok(())
}

/// A constant of the module by its name.
fn flag(name: &str) -> i32 {
    consts::POSIX.iter().find(|constant| constant.0 == name).map_or(0, |constant| constant.1 as i32)
}

/// A system call on no path.
fn call<T: Send>(vm: &Vm, call: impl FnMut() -> io::Result<T> + Send) -> Res<T> {
    blocking(vm, call)
}

/// A system call whose error is not raised at once, except by a signal handler.
fn attempt<T: Send>(vm: &Vm, mut call: impl FnMut() -> io::Result<T> + Send) -> Res<io::Result<T>> {
    blocking(vm, || match call() {
        Err(failure) if failure.raw_os_error() == Some(EINTR) => Err(failure),
        done => Ok(done),
    })
}

/// A system call on a path, which an error names.
fn at_path<T: Send>(
    vm: &Vm,
    path: &Path,
    mut call: impl FnMut(&[u8]) -> io::Result<T> + Send,
) -> Res<T> {
    crate::policy::path(vm, &path.bytes)?;
    let bytes = path.bytes.as_slice();
    attempt(vm, || call(bytes))?.map_err(|failure| raise_io_at(vm, failure, &path.object))
}

/// A system call on a path or else on a descriptor.
fn at_either<T: Send>(
    vm: &Vm,
    path: &PathOrFd,
    on_path: impl FnMut(&[u8]) -> io::Result<T> + Send,
    mut on_fd: impl FnMut(i32) -> io::Result<T> + Send,
) -> Res<T> {
    match path {
        PathOrFd::Path(path) => at_path(vm, path, on_path),
        PathOrFd::Fd(fd) => blocking(vm, || on_fd(*fd)),
    }
}

/// A system call on two paths, both of which an error names.
fn at_two_paths<T: Send>(
    vm: &Vm,
    first: &Path,
    second: &Path,
    mut call: impl FnMut(&[u8], &[u8]) -> io::Result<T> + Send,
) -> Res<T> {
    crate::policy::path(vm, &first.bytes)?;
    crate::policy::path(vm, &second.bytes)?;
    let (a, b) = (first.bytes.as_slice(), second.bytes.as_slice());
    attempt(vm, || call(a, b))?.map_err(|failure| {
        errors::os_error_with(vm, &failure, Some(&first.object), Some(&second.object))
    })
}

/// A path or other text from the system: bytes, or a str in which bytes that are not UTF-8 stand as
/// lone surrogates.
fn path_result(vm: &Vm, bytes: &[u8], as_bytes: bool) -> Res {
    if as_bytes { Ok(vm.bytes(bytes)?.into_object()) } else { decode_path(vm, bytes) }
}

/// As [`path_result`], always a str.
pub(crate) fn decode_path(vm: &Vm, bytes: &[u8]) -> Res {
    use taipan_core::text::TextError;
    use taipan_core::text::codecs::{self, Codec, handlers::Handler};
    if let Some(text) = std::str::from_utf8(bytes).ok() {
        return Ok(vm.str(text)?.into_object());
    }
    let mut out = TextBuf::new();
    let escape = |bad: codecs::Bad, out: &mut TextBuf| -> Result<usize, TextError> {
        let next = Handler::SurrogateEscape.decode(Some(Codec::Utf8), bytes, bad, out)?;
        Ok(next.unwrap_or(bad.end))
    };
    codecs::decode(vm, Codec::Utf8, bytes, 0, &mut out, true, escape)
        .map_err(|e| vm.text_error(e))?;
    Ok(vm.text_owned(out.finish())?.into_object())
}
