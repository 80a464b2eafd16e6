//! The module `_posixsubprocess`: one function, which starts a program in a child.
//!
//! Everything Python says is taken down before the child exists (`taipan_sys::process::Spawn`). Only
//! a `preexec_fn` has a child that goes on interpreting; all others are quick ones.

use taipan_sys::process::{Ready, Spawn};

use crate::posix::fork_with_hooks;
use crate::support::*;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_posixsubprocess",
    doc: "Starting programs, for the module subprocess.",
    functions: natives![fork_exec],
    ..ModuleDef::EMPTY
};

/// As many further groups as the system has.
const MAX_GROUPS: usize = 65536;

/// Start a program in a child and return the child's id. Use subprocess.
///
/// A failure in the child is written to errpipe_write as "exception:hexadecimal errno:text".
#[native(
    "(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, allow_vfork, /)",
    parse_tuple
)]
#[expect(clippy::too_many_arguments, reason = "they are the function's")]
fn fork_exec(
    vm: &Vm,
    args: &Object,
    executable_list: &Object,
    close_fds: bool,
    pass_fds: &Object,
    cwd: &Object,
    env: &Object,
    p2cread: i32,
    p2cwrite: i32,
    c2pread: i32,
    c2pwrite: i32,
    errread: i32,
    errwrite: i32,
    errpipe_read: i32,
    errpipe_write: i32,
    restore_signals: bool,
    call_setsid: bool,
    pgid_to_set: i32,
    gid: &Object,
    extra_groups: &Object,
    uid: &Object,
    child_umask: i32,
    preexec_fn: &Object,
    allow_vfork: bool,
) -> Res<i32> {
    crate::policy::process(vm, "fork_exec")?;
    if pass_fds.downcast::<Tuple>().is_none() {
        return Err(vm.type_error(format_args!(
            "fork_exec() argument 4 must be tuple, not {}",
            vm.type_name(pass_fds)
        )));
    }
    if close_fds && errpipe_write < 3 {
        return Err(vm.value_error("errpipe_write must be >= 3"));
    }
    let keep = kept(vm, pass_fds)?;
    let executables = byte_strings(vm, executable_list)?;
    let arguments = arguments(vm, args)?;
    let environment = if env.is_none() { None } else { Some(byte_strings(vm, env)?) };
    let cwd = if cwd.is_none() { None } else { Some(path(vm, cwd)?) };
    let groups = groups(vm, extra_groups)?;
    let id = |object: &Object, what: &str| id_of(vm, object, what);
    let (gid, uid) = (id(gid, "gid")?, id(uid, "uid")?);
    let spawn = Spawn {
        executables,
        arguments,
        environment,
        cwd,
        close_fds,
        keep,
        stdin: [p2cread, p2cwrite],
        stdout: [c2pread, c2pwrite],
        stderr: [errread, errwrite],
        errors: [errpipe_read, errpipe_write],
        restore_signals,
        new_session: call_setsid,
        process_group: pgid_to_set,
        gid,
        groups,
        uid,
        umask: child_umask,
    };
    let ready = spawn.ready().map_err(|failure| raise_io(vm, failure))?;
    if preexec_fn.is_none() {
        return ready.start(allow_vfork).map_err(|failure| raise_io(vm, failure));
    }
    match fork_with_hooks(vm)? {
        0 => interpret_child(vm, &ready, preexec_fn),
        pid => Ok(pid),
    }
}

/// The child that runs Python before it becomes the program.
fn interpret_child(vm: &Vm, ready: &Ready, preexec_fn: &Object) -> ! {
    if let Err(number) = ready.prepare() {
        ready.fail(number, true);
    }
    if let Err(raised) = vm.call(preexec_fn, &[]) {
        drop(vm.take_raised(raised));
        ready.fail_in_script();
    }
    ready.exec()
}

fn path(vm: &Vm, object: &Object) -> Res<Vec<u8>> {
    Ok(FsPath::from_arg(vm, object, &mut (), &ArgInfo::default())?.bytes)
}

fn arguments(vm: &Vm, args: &Object) -> Res<Vec<Vec<u8>>> {
    if vm.class_of(args).slots().iter.is_none() && vm.class_of(args).slots().getitem.is_none() {
        return Err(vm.type_error("argv must be a tuple"));
    }
    vm.collect(args)?.iter().map(|item| path(vm, item)).collect()
}

fn byte_strings(vm: &Vm, sequence: &Object) -> Res<Vec<Vec<u8>>> {
    let mut strings = Vec::new();
    for item in vm.collect(sequence)? {
        let Some(bytes) = item.downcast::<Bytes>() else {
            return Err(
                vm.type_error(format_args!("expected bytes, {} found", vm.type_name(&item)))
            );
        };
        if bytes.as_slice().contains(&0) {
            return Err(vm.value_error("embedded null byte"));
        }
        strings.push(bytes.as_slice().to_vec());
    }
    Ok(strings)
}

/// Ascending descriptors.
fn kept(vm: &Vm, fds: &Object) -> Res<Vec<i32>> {
    let mut keep: Vec<i32> = Vec::new();
    for item in vm.collect(fds)? {
        let is_int = vm.class_of(&item).has(type_flags::INT);
        let fd = vm.as_i64(&item).and_then(|fd| i32::try_from(fd).ok()).filter(|_| is_int);
        match fd {
            Some(fd) if fd >= 0 && keep.last().is_none_or(|last| *last < fd) => keep.push(fd),
            _ => return Err(vm.value_error("bad value(s) in fds_to_keep")),
        }
    }
    Ok(keep)
}

/// An id of 32 bits or None.
fn id_of(vm: &Vm, object: &Object, what: &str) -> Res<Option<u32>> {
    if object.is_none() {
        return Ok(None);
    }
    if vm.class_of(object).slots().index.is_none() {
        return Err(
            vm.type_error(format_args!("{what} should be integer, not {}", vm.type_name(object)))
        );
    }
    let index = vm.index(object)?;
    match vm.as_i64(&index) {
        Some(-1) => Ok(Some(u32::MAX)),
        // CPython's words for all that a C long holds.
        Some(number) if u32::try_from(number).is_err() => {
            Err(vm.overflow_error(format_args!("{what} is less than minimum")))
        }
        number => match number.and_then(|number| u32::try_from(number).ok()) {
            Some(id) => Ok(Some(id)),
            None => Err(vm.overflow_error(format_args!("{what} is greater than maximum"))),
        },
    }
}

fn groups(vm: &Vm, groups: &Object) -> Res<Option<Vec<u32>>> {
    if groups.is_none() {
        return Ok(None);
    }
    if groups.downcast::<List>().is_none() {
        return Err(vm.type_error("setgroups argument must be a list"));
    }
    let items = vm.collect(groups)?;
    if items.len() > MAX_GROUPS {
        return Err(vm.value_error("too many groups"));
    }
    let mut ids = Vec::new();
    for item in items {
        if !vm.class_of(&item).has(type_flags::INT) {
            return Err(vm.type_error("groups must be integers"));
        }
        match id_of(vm, &item, "gid") {
            Ok(id) => ids.extend(id),
            Err(raised) => {
                drop(vm.take_raised(raised));
                return Err(vm.value_error("invalid group id"));
            }
        }
    }
    Ok(Some(ids))
}
