//! `posix_spawn()` and `posix_spawnp()`: the arguments taken down, the system does the rest.

use taipan_sys::errno::EBADF;
use taipan_sys::process::{FileAction, PosixSpawn};
use taipan_sys::signal::{self, SignalSet};

use super::arguments::Path;
use super::process::{environment, strings};
use super::system::priority;
use crate::support::*;

/// What the two functions take by name.
struct Options<'a> {
    file_actions: Option<&'a Object>,
    setpgroup: Option<i32>,
    resetids: bool,
    setsid: bool,
    setsigmask: Option<&'a Object>,
    setsigdef: Option<&'a Object>,
    scheduler: Option<&'a Object>,
}

/// Start a program in a child and return the child's id.
///
/// file_actions are tuples that begin with POSIX_SPAWN_OPEN, POSIX_SPAWN_CLOSE or POSIX_SPAWN_DUP2. The
/// child has the process group setpgroup, real ids for its effective ones by resetids, a session of its
/// own by setsid, the signals of setsigmask blocked, those of setsigdef as they are by default, and
/// scheduler, a pair of policy (or None) and parameter.
#[native(
    "(path, argv, env, /, *, file_actions=(), setpgroup=<unrepresentable>, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)"
)]
#[expect(clippy::too_many_arguments, reason = "they are the function's")]
pub(super) fn posix_spawn(
    vm: &Vm,
    path: Path,
    argv: &Object,
    env: &Object,
    file_actions: Maybe<&Object>,
    setpgroup: Maybe<i32>,
    resetids: bool,
    setsid: bool,
    setsigmask: Maybe<&Object>,
    setsigdef: Maybe<&Object>,
    scheduler: Maybe<&Object>,
) -> Res<i32> {
    let options = Options {
        file_actions: file_actions.given(),
        setpgroup: setpgroup.given(),
        resetids,
        setsid,
        setsigmask: setsigmask.given(),
        setsigdef: setsigdef.given(),
        scheduler: scheduler.given(),
    };
    start(vm, "posix_spawn", &path, argv, env, &options)
}

/// As posix_spawn(), for a program that is looked for along PATH.
#[native(
    "(path, argv, env, /, *, file_actions=(), setpgroup=<unrepresentable>, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)"
)]
#[expect(clippy::too_many_arguments, reason = "they are the function's")]
pub(super) fn posix_spawnp(
    vm: &Vm,
    path: Path,
    argv: &Object,
    env: &Object,
    file_actions: Maybe<&Object>,
    setpgroup: Maybe<i32>,
    resetids: bool,
    setsid: bool,
    setsigmask: Maybe<&Object>,
    setsigdef: Maybe<&Object>,
    scheduler: Maybe<&Object>,
) -> Res<i32> {
    let options = Options {
        file_actions: file_actions.given(),
        setpgroup: setpgroup.given(),
        resetids,
        setsid,
        setsigmask: setsigmask.given(),
        setsigdef: setsigdef.given(),
        scheduler: scheduler.given(),
    };
    start(vm, "posix_spawnp", &path, argv, env, &options)
}

fn start(
    vm: &Vm,
    function: &str,
    path: &Path,
    argv: &Object,
    env: &Object,
    options: &Options,
) -> Res<i32> {
    crate::policy::process(vm, function)?;
    let arguments = strings(vm, argv, function)?;
    let environment = environment(vm, env, function)?;
    let spawn = PosixSpawn {
        path: path.bytes.clone(),
        search: function == "posix_spawnp",
        arguments,
        environment,
        actions: actions(vm, options.file_actions)?,
        process_group: options.setpgroup,
        reset_ids: options.resetids,
        new_session: options.setsid,
        blocked: options.setsigmask.map(|signals| signal_set(vm, signals)).transpose()?,
        defaults: options.setsigdef.map(|signals| signal_set(vm, signals)).transpose()?,
        scheduler: options.scheduler.map(|pair| scheduler(vm, pair)).transpose()?,
    };
    vm.audit("os.posix_spawn", vec![path.object.clone(), argv.clone(), env.clone()])?;
    spawn.start().map_err(|failure| raise_io_at(vm, failure, &path.object))
}

fn int(vm: &Vm, object: &Object) -> Res<i32> {
    i32::from_arg(vm, object, &mut (), &ArgInfo::default())
}

fn actions(vm: &Vm, given: Option<&Object>) -> Res<Vec<FileAction>> {
    let Some(given) = given.filter(|given| !given.is_none()) else { return Ok(Vec::new()) };
    if given.downcast::<List>().is_none()
        && given.downcast::<Tuple>().is_none()
        && vm.class_of(given).slots().iter.is_none()
    {
        return Err(vm.type_error("file_actions must be a sequence or None"));
    }
    vm.collect(given)?.iter().map(|item| action(vm, item)).collect()
}

fn action(vm: &Vm, item: &Object) -> Res<FileAction> {
    let parts = item.downcast::<Tuple>().map(|_| vm.collect(item)).transpose()?;
    let parts = parts.unwrap_or_default();
    let Some((kind, rest)) = parts.split_first() else {
        return Err(vm.type_error("Each file_actions element must be a non-empty tuple"));
    };
    let wrong = |what: &str, parts: usize| {
        vm.type_error(format_args!("A {what} file_action tuple must have {parts} elements"))
    };
    // What can be no descriptor is told without the program's name.
    let descriptor = |object: &Object| match int(vm, object)? {
        ..=-1 => Err(raise_io(vm, std::io::Error::from_raw_os_error(EBADF))),
        fd => Ok(fd),
    };
    match (int(vm, kind)?, rest) {
        (0, [fd, path, flags, mode]) => {
            let fd = descriptor(fd)?;
            let path = FsPath::from_arg(vm, path, &mut (), &ArgInfo::default())?.bytes;
            Ok(FileAction::Open { fd, path, flags: int(vm, flags)?, mode: int(vm, mode)? as u32 })
        }
        (0, _) => Err(wrong("open", 5)),
        (1, [fd]) => Ok(FileAction::Close { fd: descriptor(fd)? }),
        (1, _) => Err(wrong("close", 2)),
        (2, [fd, new]) => Ok(FileAction::Dup2 { fd: descriptor(fd)?, new: descriptor(new)? }),
        (2, _) => Err(wrong("dup2", 3)),
        _ => Err(vm.type_error("Unknown file_actions identifier")),
    }
}

fn signal_set(vm: &Vm, signals: &Object) -> Res<SignalSet> {
    let mut set = SignalSet::default();
    let iterator = vm.iter(signals)?;
    while let Some(item) = vm.next(&iterator)? {
        vm.poll()?;
        let index = vm.index(&item)?;
        let number = vm.as_i64(&index).and_then(|n| i32::try_from(n).ok()).unwrap_or(-1);
        if !set.insert(number) {
            let shown = vm.repr_string(&index)?;
            return Err(vm.value_error(format_args!(
                "signal number {shown} out of range [1; {}]",
                signal::COUNT - 1
            )));
        }
    }
    Ok(set)
}

fn scheduler(vm: &Vm, pair: &Object) -> Res<(Option<i32>, i32)> {
    let Some(pair) = pair.downcast::<Tuple>() else {
        return Err(
            vm.type_error(format_args!("scheduler must be a tuple, not {}", vm.type_name(pair)))
        );
    };
    match (pair.get(0), pair.get(1), pair.len()) {
        (Some(policy), Some(parameter), 2) => {
            let policy = if policy.is_none() { None } else { Some(int(vm, &policy)?) };
            Ok((policy, priority(vm, &parameter)?))
        }
        _ => Err(vm.type_error("A scheduler tuple must have two elements")),
    }
}
