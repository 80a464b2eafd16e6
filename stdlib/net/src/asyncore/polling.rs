//! `poll()`, `poll2()` and `loop()`: who waits for what is asked, then the system, then those are called that have
//! events.
//!
//! As long as `select` is the system's and descriptors are plain numbers, a round makes no Python object but what the
//! channels make; else the function that a program has put there is called with what it expects.

use taipan_sys::net::{FdSet, POLL_IN, POLL_OUT, POLL_PRI, PollFd, SELECT_LIMIT};

use super::events::{bring, bring_polled};
use super::methods::{Method, run};
use super::state::{State, state};
use super::{buffered, channel};
use crate::select::{Own, is_own, poll_entries, select_sets};
use crate::support::*;

/// What a channel waits for.
struct Wanted {
    fd: Object,
    read: bool,
    write: bool,
}

/// The descriptors and channels of a map, as it is now.
fn entries(vm: &Vm, map: &Object) -> Res<Vec<(Object, Object)>> {
    if let Some(dict) = map.downcast_exact::<Dict>() {
        return Ok(dict.snapshot());
    }
    let items = vm.collect(&vm.call_method(map, "items", &[])?)?;
    let mut entries = Vec::new();
    reserve(vm, &mut entries, items.len())?;
    for item in items {
        match vm.collect(&item)?.as_slice() {
            [fd, channel] => entries.push((fd.clone(), channel.clone())),
            _ => return Err(vm.value_error("a map's items are pairs")),
        }
    }
    Ok(entries)
}

/// The channel that a map has for a descriptor now.
fn channel_of(vm: &Vm, map: &Object, fd: &Object) -> Res<Option<Object>> {
    let found = match map.downcast_exact::<Dict>() {
        Some(dict) => dict.get(vm, fd)?,
        None => Some(vm.call_method(map, "get", std::slice::from_ref(fd))?),
    };
    Ok(found.filter(|channel| !channel.is_none()))
}

/// Ask a channel; those that have our methods are asked without a call.
fn ask(vm: &Vm, state: &State, channel: &Object, method: Method) -> Res<bool> {
    if let Some(def) = state.methods.native(vm, channel, method) {
        if same(def.call, <channel::readable as NativeFunction>::DEF.call) {
            return Ok(true);
        }
        if same(def.call, <buffered::writable as NativeFunction>::DEF.call) {
            return buffered::is_writable(vm, state, channel);
        }
    }
    let answer = run(vm, state, channel, method, &[])?;
    match answer.immediate_truth() {
        Some(truth) => Ok(truth),
        None => vm.truth(&answer),
    }
}

fn same(a: NativeCall, b: NativeCall) -> bool {
    std::ptr::fn_addr_eq(a, b)
}

/// Whether a channel that wants to write may: one that accepts connections does not write.
fn may_write(vm: &Vm, state: &State, channel: &Object) -> Res<bool> {
    let accepting = vm.getattr(channel, &state.names(vm).accepting)?;
    Ok(!vm.truth(&accepting)?)
}

/// Ask all channels.
fn wanted(vm: &Vm, state: &State, map: &Object) -> Res<Vec<Wanted>> {
    let entries = entries(vm, map)?;
    let mut all = Vec::new();
    reserve(vm, &mut all, entries.len())?;
    for (fd, channel) in entries {
        let read = ask(vm, state, &channel, Method::readable)?;
        let write = ask(vm, state, &channel, Method::writable)?;
        if read || write {
            let write = write && may_write(vm, state, &channel)?;
            all.push(Wanted { fd, read, write });
        }
    }
    Ok(all)
}

/// A descriptor as the system's calls have it, if it is a plain number.
fn plain(fd: &Object, end: i64) -> Option<i32> {
    fd.as_small_int().filter(|fd| (0..end).contains(fd)).and_then(|fd| i32::try_from(fd).ok())
}

/// Descriptors that are ready: to be read, to be written, and with an exceptional event.
type Ready = [Vec<Object>; 3];

/// The sets of select(2) for what is wanted; None if a descriptor is something else than a small number.
fn sets_of(all: &[Wanted]) -> Option<([FdSet; 3], i32)> {
    let (mut sets, mut end) = ([FdSet::new(); 3], 0);
    for wanted in all {
        let fd = plain(&wanted.fd, SELECT_LIMIT.into())?;
        end = end.max(fd + 1);
        for (set, wants) in sets.iter_mut().zip([wanted.read, wanted.write, true]) {
            if wants {
                set.insert(fd);
            }
        }
    }
    Some((sets, end))
}

/// Wait by the function `select` of Python.
fn select_by_call(vm: &Vm, select: &Object, all: &[Wanted], timeout: &Object) -> Res<Ready> {
    let list = |wants: fn(&Wanted) -> bool| {
        let fds = all.iter().filter(|w| wants(w)).map(|w| w.fd.clone());
        vm.list(fds.collect()).map(Obj::into_object)
    };
    let arguments = [list(|w| w.read)?, list(|w| w.write)?, list(|_| true)?, timeout.clone()];
    let ready = vm.collect(&vm.call(select, &arguments)?)?;
    let [read, write, except] = ready.as_slice() else {
        return Err(
            vm.value_error(format_args!("select() gives three lists and not {}", ready.len()))
        );
    };
    Ok([vm.collect(read)?, vm.collect(write)?, vm.collect(except)?])
}

fn select_natively(
    vm: &Vm,
    all: Vec<Wanted>,
    (mut sets, end): ([FdSet; 3], i32),
    timeout: &Object,
) -> Res<Ready> {
    select_sets(vm, end, &mut sets, Some(timeout).filter(|timeout| !timeout.is_none()))?;
    let mut ready = Ready::default();
    for Wanted { fd, .. } in all {
        let Some(number) = plain(&fd, SELECT_LIMIT.into()) else { continue };
        for (list, set) in ready.iter_mut().zip(&sets) {
            if set.contains(number) {
                reserve(vm, list, 1)?;
                list.push(fd.clone());
            }
        }
    }
    Ok(ready)
}

/// A round with select().
fn round(vm: &Vm, state: &State, timeout: &Object, map: &Object) -> Res<()> {
    if !vm.truth(map)? {
        return Ok(());
    }
    let all = wanted(vm, state, map)?;
    if all.is_empty() {
        let sleep = state.global_of(vm, "time", "sleep")?;
        return vm.call(&sleep, std::slice::from_ref(timeout)).map(drop);
    }
    let select = state.global_of(vm, "select", "select")?;
    let sets = if is_own(&select, Own::Select) { sets_of(&all) } else { None };
    let ready = match sets {
        Some(sets) => select_natively(vm, all, sets, timeout)?,
        None => select_by_call(vm, &select, &all, timeout)?,
    };
    let handlers =
        [Method::handle_read_event, Method::handle_write_event, Method::handle_expt_event];
    for (fds, handler) in ready.iter().zip(handlers) {
        for fd in fds {
            if let Some(channel) = channel_of(vm, map, fd)? {
                bring(vm, state, &channel, handler)?;
            }
        }
    }
    Ok(())
}

/// The bits of poll() for what a channel wants.
fn bits(wanted: &Wanted) -> i16 {
    let read = if wanted.read { POLL_IN | POLL_PRI } else { 0 };
    let write = if wanted.write { POLL_OUT } else { 0 };
    read | write
}

/// Wait by a `poll` object of Python.
fn poll_by_call(
    vm: &Vm,
    make: &Object,
    all: &[Wanted],
    timeout: Object,
) -> Res<Vec<(Object, i64)>> {
    let pollster = vm.call(make, &[])?;
    for wanted in all.iter().filter(|wanted| bits(wanted) != 0) {
        let arguments = [wanted.fd.clone(), vm.int(bits(wanted).into())?];
        vm.call_method(&pollster, "register", &arguments)?;
    }
    let mut ready = Vec::new();
    vm.for_each(&vm.call_method(&pollster, "poll", &[timeout])?, |pair| {
        let pair = vm.collect(&pair)?;
        let [fd, flags] = pair.as_slice() else {
            return Err(vm.value_error("events come in pairs"));
        };
        reserve(vm, &mut ready, 1)?;
        ready.push((fd.clone(), vm.index_clamped(flags)?));
        Ok(())
    })?;
    Ok(ready)
}

fn poll_natively(vm: &Vm, mut entries: Vec<PollFd>, timeout: Object) -> Res<Vec<(Object, i64)>> {
    poll_entries(vm, &mut entries, Some(&timeout).filter(|timeout| !timeout.is_none()))?;
    let mut ready = Vec::new();
    for entry in entries.iter().filter(|entry| entry.revents != 0) {
        reserve(vm, &mut ready, 1)?;
        ready.push((vm.int(entry.fd.into())?, i64::from(entry.revents as u16)));
    }
    Ok(ready)
}

/// The entries of poll(2) for what is wanted; None if a descriptor is no plain number.
fn entries_of(all: &[Wanted]) -> Option<Vec<PollFd>> {
    let wanting = all.iter().filter(|wanted| bits(wanted) != 0);
    let entry = |wanted: &Wanted| {
        let fd = plain(&wanted.fd, i64::from(i32::MAX))?;
        Some(PollFd { fd, events: bits(wanted), revents: 0 })
    };
    wanting.map(entry).collect()
}

/// Seconds as the whole milliseconds that poll() takes.
fn millis(vm: &Vm, timeout: &Object) -> Res {
    if timeout.is_none() {
        return Ok(Object::none());
    }
    let millis = vm.binary(BinOp::Mul, timeout, &vm.int(1000)?)?;
    vm.call(vm.types().int.as_object(), &[millis])
}

/// A round with poll().
fn round_polling(vm: &Vm, state: &State, timeout: &Object, map: &Object) -> Res<()> {
    let timeout = millis(vm, timeout)?;
    let make = state.global_of(vm, "select", "poll")?;
    if !vm.truth(map)? {
        return Ok(());
    }
    let all = wanted(vm, state, map)?;
    let entries = if is_own(&make, Own::Poll) { entries_of(&all) } else { None };
    let ready = match entries {
        Some(entries) => poll_natively(vm, entries, timeout)?,
        None => poll_by_call(vm, &make, &all, timeout)?,
    };
    for (fd, flags) in ready {
        if let Some(channel) = channel_of(vm, map, &fd)? {
            bring_polled(vm, state, &channel, flags)?;
        }
    }
    Ok(())
}

/// Wait once, by select(), and call those channels that have events.
#[native("(timeout=0.0, map=None)", python)]
pub(super) fn poll(vm: &Vm, timeout: Maybe<&Object>, map: Option<&Object>) -> Res<()> {
    let state = state(vm);
    let map = state.map(vm, map)?;
    round(vm, &state, &seconds(vm, timeout, 0.0)?, &map)
}

/// Wait once, by poll(), and call those channels that have events.
#[native("(timeout=0.0, map=None)", python)]
pub(super) fn poll2(vm: &Vm, timeout: Maybe<&Object>, map: Option<&Object>) -> Res<()> {
    let state = state(vm);
    let map = state.map(vm, map)?;
    round_polling(vm, &state, &seconds(vm, timeout, 0.0)?, &map)
}

fn seconds(vm: &Vm, timeout: Maybe<&Object>, default: f64) -> Res {
    match timeout {
        Maybe::Given(timeout) => Ok(timeout.clone()),
        Maybe::Absent => vm.float(default),
    }
}

/// How a loop does its rounds.
enum Rounds {
    Select,
    Poll,
    /// By what a program has put in the place of one of ours.
    Call(Object),
}

impl Rounds {
    fn of(vm: &Vm, state: &State, polls: bool) -> Res<Rounds> {
        let (name, own) = match polls {
            false => ("poll", <poll as NativeFunction>::DEF.call),
            true => ("poll2", <poll2 as NativeFunction>::DEF.call),
        };
        let function = state.global(vm, name)?;
        let is_ours = function.downcast::<Builtin>().is_some_and(|f| same(f.def.call, own));
        Ok(match (is_ours, polls) {
            (false, _) => Rounds::Call(function),
            (true, false) => Rounds::Select,
            (true, true) => Rounds::Poll,
        })
    }

    fn run(&self, vm: &Vm, state: &State, timeout: &Object, map: &Object) -> Res<()> {
        match self {
            Rounds::Select => round(vm, state, timeout, map),
            Rounds::Poll => round_polling(vm, state, timeout, map),
            Rounds::Call(function) => vm.call(function, &[timeout.clone(), map.clone()]).map(drop),
        }
    }
}

/// Wait, and call channels, until there are none: or count times.
#[native("(timeout=30.0, use_poll=False, map=None, count=None)", python, name = "loop")]
pub(super) fn loop_(
    vm: &Vm,
    timeout: Maybe<&Object>,
    use_poll: Maybe<&Object>,
    map: Option<&Object>,
    count: Option<&Object>,
) -> Res<()> {
    let state = state(vm);
    let map = state.map(vm, map)?;
    let timeout = seconds(vm, timeout, 30.0)?;
    let mut polls = use_poll.given().map_or(Ok(false), |use_poll| vm.truth(use_poll))?;
    if polls {
        polls = vm.getattr_opt(&state.global(vm, "select")?, &vm.intern("poll"))?.is_some();
    }
    let rounds = Rounds::of(vm, &state, polls)?;
    let mut left = count.cloned();
    while vm.truth(&map)? {
        if let Some(left) = &mut left {
            if !vm.compare_bool(left, &vm.int(0)?, CmpOp::Gt)? {
                break;
            }
            *left = vm.binary(BinOp::Sub, left, &vm.int(1)?)?;
        }
        vm.poll()?;
        rounds.run(vm, &state, &timeout, &map)?;
    }
    Ok(())
}
