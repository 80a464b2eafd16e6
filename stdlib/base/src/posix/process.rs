//! Starting, becoming, signalling and waiting for processes.

use std::cell::RefCell;

use taipan_sys::process::{self as sys, WaitStatus};
use taipan_sys::{fs, signal};

use super::arguments::PathOrFd;
use super::{attempt, call, structs};
use crate::support::*;

/// End the process with a status, without flushing or cleaning up anything.
#[native("(status)", name = "_exit")]
pub(super) fn exit_(vm: &Vm, status: i32) -> Res<()> {
    crate::policy::process(vm, "_exit")?;
    sys::exit_now(status)
}

/// End the process by SIGABRT.
#[native("()")]
pub(super) fn abort(vm: &Vm) -> Res<()> {
    crate::policy::process(vm, "abort")?;
    sys::abort()
}

/// What is to be called around a fork.
#[derive(Default)]
struct AtFork {
    before: RefCell<Vec<Object>>,
    in_parent: RefCell<Vec<Object>>,
    in_child: RefCell<Vec<Object>>,
}

/// Have functions called around fork: before it in the order opposite to that of registration,
/// after it in parent and child in the order of registration.
#[native(
    "(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)"
)]
pub(super) fn register_at_fork(
    vm: &Vm,
    before: Maybe<&Object>,
    after_in_child: Maybe<&Object>,
    after_in_parent: Maybe<&Object>,
) -> Res<()> {
    let given = [
        ("before", before.given()),
        ("after_in_child", after_in_child.given()),
        ("after_in_parent", after_in_parent.given()),
    ];
    if given.iter().all(|hook| hook.1.is_none()) {
        return Err(vm.type_error("At least one argument is required."));
    }
    for (name, hook) in &given {
        if let Some(hook) = hook
            && vm.class_of(hook).slots().call.is_none()
        {
            return Err(vm.type_error(format_args!(
                "'{name}' must be callable, not {}",
                vm.type_name(hook)
            )));
        }
    }
    let hooks = vm.interp().state::<AtFork>();
    let lists = [&hooks.before, &hooks.in_child, &hooks.in_parent];
    for (list, (_, hook)) in lists.iter().zip(given) {
        if let Some(hook) = hook {
            list.borrow_mut().push(hook.clone());
        }
    }
    Ok(())
}

fn run_hooks(vm: &Vm, hooks: Vec<Object>) {
    for hook in hooks {
        if let Err(raised) = vm.call(&hook, &[]) {
            vm.unraisable(raised, Some(&hook));
        }
    }
}

/// Make a copy of the process; returns 0 in the child and the child's id in the parent.
#[native("()")]
pub(super) fn fork(vm: &Vm) -> Res<i32> {
    fork_with_hooks(vm)
}

/// `os.fork()`.
pub(crate) fn fork_with_hooks(vm: &Vm) -> Res<i32> {
    crate::policy::process(vm, "fork")?;
    let hooks = vm.interp().state::<AtFork>();
    let mut before = hooks.before.borrow().clone();
    before.reverse();
    run_hooks(vm, before);
    // Holding the interpreter's lock, so that the child has it too.
    let pid = vm.around_fork(|| {
        let pid = sys::fork();
        let in_child = matches!(pid, Ok(0));
        (pid, in_child)
    });
    let after = match pid {
        Ok(0) => hooks.in_child.borrow().clone(),
        _ => hooks.in_parent.borrow().clone(),
    };
    run_hooks(vm, after);
    pid.map_err(|failure| raise_io(vm, failure))
}

pub(super) fn strings(vm: &Vm, list: &Object, function: &str) -> Res<Vec<Vec<u8>>> {
    if list.downcast::<List>().is_none() && list.downcast::<Tuple>().is_none() {
        return Err(vm.type_error(format_args!("{function}: argv must be a tuple or list")));
    }
    let mut strings = Vec::new();
    for item in vm.collect(list)? {
        strings.push(FsPath::from_arg(vm, &item, &mut (), &ArgInfo::default())?.bytes);
    }
    if strings.is_empty() {
        return Err(vm.value_error(format_args!("{function}: argv must not be empty")));
    }
    if strings.first().is_some_and(Vec::is_empty) {
        return Err(vm.value_error(format_args!("{function}: argv first element cannot be empty")));
    }
    Ok(strings)
}

/// Become another program; does not return.
#[native("(path, argv, /)")]
pub(super) fn execv(vm: &Vm, path: FsPath, argv: &Object) -> Res<()> {
    crate::policy::process(vm, "execv")?;
    let arguments = if argv.downcast::<List>().is_none() && argv.downcast::<Tuple>().is_none() {
        return Err(vm.type_error("execv() arg 2 must be a tuple or list"));
    } else {
        let mut strings = Vec::new();
        for item in vm.collect(argv)? {
            strings.push(FsPath::from_arg(vm, &item, &mut (), &ArgInfo::default())?.bytes);
        }
        strings
    };
    match arguments.first() {
        None => return Err(vm.value_error("execv() arg 2 must not be empty")),
        Some(first) if first.is_empty() => {
            return Err(vm.value_error("execv() arg 2 first element cannot be empty"));
        }
        Some(_) => {}
    }
    Err(raise_io(vm, sys::exec(&path.bytes, &arguments, None)))
}

/// Become another program with an environment of its own; does not return.
#[native("(path, argv, env)")]
pub(super) fn execve(vm: &Vm, path: PathOrFd, argv: &Object, env: &Object) -> Res<()> {
    crate::policy::process(vm, "execve")?;
    let arguments = strings(vm, argv, "execve")?;
    let environment = environment(vm, env, "execve")?;
    let failure = match &path {
        PathOrFd::Path(path) => sys::exec(&path.bytes, &arguments, Some(&environment)),
        PathOrFd::Fd(fd) => sys::fexec(*fd, &arguments, &environment),
    };
    Err(raise_io_at(vm, failure, &path.object(vm)?))
}

pub(super) fn environment(vm: &Vm, env: &Object, function: &str) -> Res<Vec<Vec<u8>>> {
    let keys = match optional_attr(vm, env, "keys")? {
        Some(keys) if vm.class_of(env).slots().getitem.is_some() => vm.call(&keys, &[])?,
        _ => {
            return Err(
                vm.type_error(format_args!("{function}: environment must be a mapping object"))
            );
        }
    };
    let mut environment = Vec::new();
    for key in vm.collect(&keys)? {
        let value = vm.getitem(env, &key)?;
        let mut item = FsPath::from_arg(vm, &key, &mut (), &ArgInfo::default())?.bytes;
        if item.is_empty() || item.contains(&b'=') {
            return Err(vm.value_error("illegal environment variable name"));
        }
        item.push(b'=');
        item.extend(FsPath::from_arg(vm, &value, &mut (), &ArgInfo::default())?.bytes);
        environment.push(item);
    }
    Ok(environment)
}

/// Wait till a process started here ends: (its id, status).
#[native("(pid, options, /)")]
pub(super) fn waitpid(vm: &Vm, pid: i32, options: i32) -> Res<(i32, i32)> {
    call(vm, || sys::waitpid(pid, options))
}

/// Wait for any child; returns its id and status.
#[native("()")]
pub(super) fn wait(vm: &Vm) -> Res<(i32, i32)> {
    call(vm, || sys::waitpid(-1, 0))
}

fn with_usage(vm: &Vm, answer: (i32, i32, sys::Usage)) -> Res {
    let usage = structs::rusage(vm, &answer.2)?;
    let items = vec![vm.int(answer.0.into())?, vm.int(answer.1.into())?, usage];
    Ok(vm.tuple(items)?.into_object())
}

/// wait() with options that also tells what the process used: (its id, status, usage).
#[native("(options)")]
pub(super) fn wait3(vm: &Vm, options: i32) -> Res {
    let answer = call(vm, || sys::wait4(-1, options))?;
    with_usage(vm, answer)
}

/// waitpid() that also tells what the process used: (its id, status, usage).
#[native("(pid, options)")]
pub(super) fn wait4(vm: &Vm, pid: i32, options: i32) -> Res {
    let answer = call(vm, || sys::wait4(pid, options))?;
    with_usage(vm, answer)
}

/// Wait for a child, which may stay waitable; None if nothing is to be told.
#[native("(idtype, id, options, /)")]
pub(super) fn waitid(vm: &Vm, idtype: i32, id: i32, options: i32) -> Res {
    let Some(info) = call(vm, || sys::waitid(idtype as u32, id as u32, options))? else {
        return Ok(Object::none());
    };
    let values = vec![
        vm.int(info.pid.into())?,
        vm.int(info.uid.into())?,
        vm.int(info.signo.into())?,
        vm.int(info.status.into())?,
        vm.int(info.code.into())?,
    ];
    structs::WAITID_RESULT.make(vm, values)
}

/// The exit code that a wait status means; negative for a child that was ended by a signal.
#[native("(status)")]
pub(super) fn waitstatus_to_exitcode(vm: &Vm, status: i32) -> Res<i32> {
    match sys::wait_status(status) {
        WaitStatus::Exited(code) => Ok(code),
        WaitStatus::Signaled(signal, _) => Ok(-signal),
        WaitStatus::Stopped(signal) => {
            Err(vm.value_error(format_args!("process stopped by delivery of signal {signal}")))
        }
        _ => Err(vm.value_error(format_args!("invalid wait status: {status}"))),
    }
}

/// Whether the process ended by itself.
#[native("(status)", name = "WIFEXITED")]
pub(super) fn wifexited(status: i32) -> bool {
    matches!(sys::wait_status(status), WaitStatus::Exited(_))
}

/// Does the status mean that a signal was its end?
#[native("(status)", name = "WIFSIGNALED")]
pub(super) fn wifsignaled(status: i32) -> bool {
    matches!(sys::wait_status(status), WaitStatus::Signaled(..))
}

/// Whether the process is stopped.
#[native("(status)", name = "WIFSTOPPED")]
pub(super) fn wifstopped(status: i32) -> bool {
    matches!(sys::wait_status(status), WaitStatus::Stopped(_))
}

/// Whether the process goes on after having been stopped.
#[native("(status)", name = "WIFCONTINUED")]
pub(super) fn wifcontinued(status: i32) -> bool {
    sys::wait_status(status) == WaitStatus::Continued
}

/// The exit code in a status.
#[native("(status)", name = "WEXITSTATUS")]
pub(super) fn wexitstatus(status: i32) -> i32 {
    status >> 8 & 0xff
}

/// The signal in a status that ended the process.
#[native("(status)", name = "WTERMSIG")]
pub(super) fn wtermsig(status: i32) -> i32 {
    status & 0x7f
}

/// Which signal has stopped it, by a status for which WIFSTOPPED() is true.
#[native("(status)", name = "WSTOPSIG")]
pub(super) fn wstopsig(status: i32) -> i32 {
    status >> 8 & 0xff
}

/// Whether memory was dumped.
#[native("(status, /)", name = "WCOREDUMP")]
pub(super) fn wcoredump(status: i32) -> bool {
    status & 0x80 != 0
}

/// Signal a process, or for pids below 1 groups of them; signal 0 only asks whether one could.
#[native("(pid, signal, /)")]
pub(super) fn kill(vm: &Vm, pid: i32, signal: i32) -> Res<()> {
    crate::policy::process(vm, "kill")?;
    signal::kill(pid, signal).map_err(|failure| raise_io(vm, failure))?;
    // One sent to ourselves has come already: its handler runs now.
    vm.poll()
}

/// Send a signal to a group of processes.
#[native("(pgid, signal, /)")]
pub(super) fn killpg(vm: &Vm, pgid: i32, signal: i32) -> Res<()> {
    crate::policy::process(vm, "killpg")?;
    signal::kill_group(pgid, signal).map_err(|failure| raise_io(vm, failure))?;
    vm.poll()
}

/// Run a command in a shell; returns its status.
#[native("(command)", name = "system")]
pub(super) fn system_(vm: &Vm, command: FsPath) -> Res<i32> {
    crate::policy::process(vm, "system")?;
    let command = command.bytes;
    call(vm, || sys::system(&command))
}

/// A descriptor for a process.
#[native("(pid, flags=0)")]
pub(super) fn pidfd_open(vm: &Vm, pid: i32, flags: u32) -> Res<i32> {
    crate::policy::process(vm, "pidfd_open")?;
    call(vm, || sys::pidfd_open(pid, flags))
}

/// A terminal without a device: the descriptors of the end that acts as the user and of that for programs.
#[native("()")]
pub(super) fn openpty(vm: &Vm) -> Res<(i32, i32)> {
    crate::policy::open(vm, b"/dev/ptmx", 2)?;
    call(vm, sys::openpty)
}

/// Make a terminal the controlling one, and standard input, output and error.
#[native("(fd, /)")]
pub(super) fn login_tty(vm: &Vm, fd: i32) -> Res<()> {
    crate::policy::process(vm, "login_tty")?;
    call(vm, || sys::login_tty(fd))
}

/// fork() where the child gets a terminal of its own; gives (pid, descriptor of the other end).
#[native("()")]
pub(super) fn forkpty(vm: &Vm) -> Res<(i32, i32)> {
    crate::policy::process(vm, "forkpty")?;
    let (master, slave) = call(vm, sys::openpty)?;
    let pid = match fork(vm) {
        Ok(pid) => pid,
        Err(raised) => {
            let _ = (fs::close(master), fs::close(slave));
            return Err(raised);
        }
    };
    if pid == 0 {
        let _ = fs::close(master);
        let done = attempt(vm, || sys::login_tty(slave))?;
        if done.is_err() {
            sys::exit_now(1);
        }
        return Ok((0, -1));
    }
    let _ = fs::close(slave);
    Ok((pid, master))
}
