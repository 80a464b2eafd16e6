//! The selectors over `poll` and `epoll` objects.
//!
//! The poller is asked without Python calls if it is one of ours; else (a mock, or another class's) by its
//! methods. Waiting then costs one system call, and one key looked up and one pair made for each event.

use taipan_sys::net::EpollOp;

use super::base::{
    Selector, add_key, both, change_key, close, differ, events_of, field, known_key, remove_key,
};
use super::{Parts, READ, WRITE, base, overrides, parts};
use crate::select::{Epoll, Poll, Wait};
use crate::support::*;

/// Reading and writing as `poll` and `epoll` have them.
const IN: i64 = 1;
const OUT: i64 = 4;

pub(super) static POLL_LIKE: TypeSpec = TypeSpec {
    doc: "The methods of _PollLikeSelector.",
    flags: type_flags::BASETYPE | type_flags::PYTHON_WORDS,
    base: Some(|vm| type_for::<Selector>(vm)),
    slots: Slots {
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        ..Slots::NONE
    },
    methods: natives![init, register, unregister, modify, select],
    ..TypeSpec::extending::<Selector>("_selectors.PollLike")
};

fn poll_like(vm: &Vm) -> Obj<Type> {
    type_or_object(vm, vm.type_of_spec(&POLL_LIKE))
}

pub(super) static POLL: TypeSpec = TypeSpec {
    doc: "The methods of PollSelector.",
    flags: type_flags::BASETYPE | type_flags::PYTHON_WORDS,
    base: Some(poll_like),
    ..TypeSpec::extending::<Selector>("_selectors.Poll")
};

pub(super) static EPOLL: TypeSpec = TypeSpec {
    doc: "The methods of EpollSelector.",
    flags: type_flags::BASETYPE | type_flags::PYTHON_WORDS,
    base: Some(poll_like),
    methods: natives![epoll_select, fileno, epoll_close],
    ..TypeSpec::extending::<Selector>("_selectors.Epoll")
};

#[native("(self)", name = "__init__")]
fn init(vm: &Vm, this: &Obj<Selector>) -> Res<()> {
    base::init(vm, this)?;
    let make = vm.getattr_named(this.as_object(), "_selector_cls")?;
    this.poller.set(vm.call(&make, &[])?);
    Ok(())
}

/// What the selector waits with.
fn poller(vm: &Vm, this: &Selector) -> Res {
    this.poller.get().ok_or_else(|| vm.attribute_error("the selector has no '_selector'"))
}

/// A selector's events as its poller has them, by the class's `_EVENT_READ` and `_EVENT_WRITE`.
fn poller_events(vm: &Vm, this: &Obj<Selector>, parts: &Parts, events: &Object) -> Res {
    let mut all = vm.int(0)?;
    for (bit, name) in [(READ, &parts.event_read), (WRITE, &parts.event_write)] {
        if vm.truth(&both(vm, bit, events)?)? {
            let mask = vm.getattr(this.as_object(), name)?;
            all = match (all.as_small_int(), mask.as_small_int()) {
                (Some(all), Some(mask)) => vm.int(all | mask)?,
                _ => vm.binary(BinOp::Or, &all, &mask)?,
            };
        }
    }
    Ok(all)
}

/// A mask that our own pollers take: none but plain numbers.
fn plain_mask(mask: &Object) -> Option<u32> {
    mask.as_small_int().and_then(|bits| u32::try_from(bits).ok())
}

/// Have the poller watch a descriptor, or watch it for other events.
fn watch(vm: &Vm, poller: &Object, fd: &Object, events: &Object, is_new: bool) -> Res<()> {
    let mask = plain_mask(events);
    if let (Some(epoll), Some(mask)) = (poller.downcast::<Epoll>(), mask) {
        let op = if is_new { EpollOp::Add } else { EpollOp::Modify };
        return epoll.control(vm, op, fd, mask);
    }
    let mask = mask.and_then(|mask| u16::try_from(mask).ok());
    if let (Some(poll), Some(mask)) = (poller.downcast::<Poll>(), mask) {
        let mask = mask as i16;
        return if is_new { poll.add(vm, fd, mask) } else { poll.change(vm, fd, mask) };
    }
    let method = if is_new { "register" } else { "modify" };
    vm.call_method(poller, method, &[fd.clone(), events.clone()]).map(drop)
}

fn forget(vm: &Vm, poller: &Object, fd: &Object) -> Res<()> {
    if let Some(epoll) = poller.downcast::<Epoll>() {
        return epoll.control(vm, EpollOp::Delete, fd, 0);
    }
    if let Some(poll) = poller.downcast::<Poll>() {
        return poll.remove(vm, fd);
    }
    vm.call_method(poller, "unregister", std::slice::from_ref(fd)).map(drop)
}

/// Take a key out because the poller failed; that error goes on unless this fails too.
fn undo(vm: &Vm, this: &Obj<Selector>, parts: &Parts, fileobj: &Object, failure: Raised) -> Raised {
    let exception = vm.take_raised(failure);
    match remove_key(vm, this, parts, fileobj) {
        Ok(_) => vm.raise(exception),
        Err(other) => other,
    }
}

/// Register a file for events, with data of any kind; return its key.
///
/// ValueError is raised for events or files that are none, KeyError for a file that is registered, OSError for
/// what the system does not watch.
#[native("(self, fileobj, events, data=None)")]
fn register(
    vm: &Vm,
    this: &Obj<Selector>,
    fileobj: &Object,
    events: &Object,
    data: Option<&Object>,
) -> Res<Obj<Tuple>> {
    let parts = parts(vm)?;
    let key = add_key(vm, this, &parts, fileobj, events, data)?;
    let fd = field(vm, &parts, key.as_object(), 1, "fd")?;
    let mask = poller_events(vm, this, &parts, events)?;
    match watch(vm, &poller(vm, this)?, &fd, &mask, true) {
        Ok(()) => Ok(key),
        Err(failure) => Err(undo(vm, this, &parts, fileobj, failure)),
    }
}

/// Forget a file and return the key that it had. It may have been closed.
#[native("(self, fileobj)")]
fn unregister(vm: &Vm, this: &Obj<Selector>, fileobj: &Object) -> Res {
    let parts = parts(vm)?;
    let key = remove_key(vm, this, &parts, fileobj)?;
    let fd = field(vm, &parts, &key, 1, "fd")?;
    if let Err(failure) = forget(vm, &poller(vm, this)?, &fd) {
        // It may have been closed since it was registered.
        vm.caught(failure, Exc::OSError)?;
    }
    Ok(key)
}

/// Change a file's events or data; return its new key.
#[native("(self, fileobj, events, data=None)")]
fn modify(
    vm: &Vm,
    this: &Obj<Selector>,
    fileobj: &Object,
    events: &Object,
    data: Option<&Object>,
) -> Res {
    let parts = parts(vm)?;
    let key = known_key(vm, this, &parts, fileobj)?;
    let none = Object::none();
    let data = data.unwrap_or(&none);
    let mut changed = false;
    if differ(vm, events, &events_of(vm, &parts, &key)?)? {
        let mask = poller_events(vm, this, &parts, events)?;
        let fd = field(vm, &parts, &key, 1, "fd")?;
        if let Err(failure) = watch(vm, &poller(vm, this)?, &fd, &mask, false) {
            return Err(undo(vm, this, &parts, fileobj, failure));
        }
        changed = true;
    }
    if changed || differ(vm, data, &field(vm, &parts, &key, 3, "data")?)? {
        return change_key(vm, this, &parts, &key, events, data);
    }
    Ok(key)
}

/// A timeout in whole milliseconds, rounded up; 0 for what is over.
fn millis(vm: &Vm, timeout: &Object) -> Res<f64> {
    if let Some(seconds) = timeout.as_small_int() {
        return Ok(if seconds <= 0 { 0.0 } else { seconds as f64 * 1e3 });
    }
    if timeout.as_exact_float().is_none() && vm.compare_bool(timeout, &vm.int(0)?, CmpOp::Le)? {
        return Ok(0.0);
    }
    let product = match timeout.as_exact_float() {
        Some(seconds) if seconds <= 0.0 => return Ok(0.0),
        Some(seconds) => return whole(vm, seconds * 1e3),
        None => vm.binary(BinOp::Mul, timeout, &vm.float(1e3)?)?,
    };
    match product.as_exact_float() {
        Some(product) => whole(vm, product),
        None => {
            let ceil = vm.getattr_named(&vm.import("math")?, "ceil")?;
            to_f64(vm, &vm.call(&ceil, &[product])?)
        }
    }
}

fn whole(vm: &Vm, millis: f64) -> Res<f64> {
    if millis.is_nan() {
        return Err(vm.value_error("cannot convert float NaN to integer"));
    }
    if millis.is_infinite() {
        return Err(vm.overflow_error("cannot convert float infinity to integer"));
    }
    Ok(millis.ceil())
}

/// A timeout as our own pollers take it.
fn wait_of(vm: &Vm, timeout: Option<&Object>) -> Res<Wait> {
    let Some(timeout) = timeout else { return Ok(Wait::Forever) };
    let millis = millis(vm, timeout)?;
    if millis * 1e6 >= i64::MAX as f64 {
        return Err(vm.overflow_error("timestamp too large to convert to C _PyTime_t"));
    }
    if millis > f64::from(i32::MAX) {
        return Err(vm.overflow_error("timeout is too large"));
    }
    Ok(Wait::nanos(millis as i64 * 1_000_000))
}

/// The key of a descriptor that has events, by whatever the class has for it.
pub(super) fn found_key(
    vm: &Vm,
    this: &Obj<Selector>,
    parts: &Parts,
    fd: &Object,
) -> Res<Option<Object>> {
    if !overrides(vm, this.as_object(), &parts.key_from_fd) {
        return this.dict(vm)?.get(vm, fd);
    }
    let key = vm.call_method(this.as_object(), "_key_from_fd", std::slice::from_ref(fd))?;
    Ok(if vm.truth(&key)? { Some(key) } else { None })
}

/// What has come, as it is collected.
struct Ready<'a> {
    this: &'a Obj<Selector>,
    parts: &'a Parts,
    /// The keys, if they are to be had without calling anybody.
    keys: Option<Obj<Dict>>,
    list: Vec<Object>,
}

impl<'a> Ready<'a> {
    fn new(vm: &Vm, this: &'a Obj<Selector>, parts: &'a Parts, count: usize) -> Res<Ready<'a>> {
        let own = !overrides(vm, this.as_object(), &parts.key_from_fd);
        let keys = if own { Some(this.dict(vm)?) } else { None };
        let mut list = Vec::new();
        reserve(vm, &mut list, count)?;
        Ok(Ready { this, parts, keys, list })
    }

    /// A descriptor has events of ours.
    fn add(&mut self, vm: &Vm, fd: &Object, events: i64) -> Res<()> {
        let key = match &self.keys {
            Some(keys) => keys.get(vm, fd)?,
            None => found_key(vm, self.this, self.parts, fd)?,
        };
        let Some(key) = key else { return Ok(()) };
        let events = both(vm, events, &events_of(vm, self.parts, &key)?)?;
        reserve(vm, &mut self.list, 1)?;
        self.list.push(vm.pair(key, events)?.into_object());
        Ok(())
    }

    fn finish(self, vm: &Vm) -> Res {
        Ok(vm.list(self.list)?.into_object())
    }
}

/// The events of ours that a poller's mean: errors and hang-ups are both.
fn ours(events: i64, read: i64, write: i64) -> i64 {
    let mut ours = 0;
    if events & !read != 0 {
        ours |= WRITE;
    }
    if events & !write != 0 {
        ours |= READ;
    }
    ours
}

/// `result`, or an empty list if a signal ended the wait.
fn unless_interrupted(vm: &Vm, result: Res) -> Res {
    result.or_else(|raised| {
        vm.caught(raised, Exc::InterruptedError)?;
        Ok(vm.new_list()?.into_object())
    })
}

/// The list that a poller of another kind gives.
fn foreign(
    vm: &Vm,
    this: &Obj<Selector>,
    poller: &Object,
    arguments: &[Object],
    (read, write): (i64, i64),
) -> Res {
    let came = match vm.call_method(poller, "poll", arguments) {
        Ok(came) => came,
        Err(raised) => return unless_interrupted(vm, Err(raised)),
    };
    let parts = parts(vm)?;
    let mut ready = Ready::new(vm, this, &parts, 0)?;
    vm.for_each(&came, |pair| {
        let pair = vm.collect(&pair)?;
        let [fd, events] = pair.as_slice() else {
            return Err(vm.value_error("events come in pairs"));
        };
        let events = vm.index_clamped(events)?;
        ready.add(vm, fd, ours(events, read, write))
    })?;
    ready.finish(vm)
}

/// A class attribute that is a mask.
fn class_mask(vm: &Vm, this: &Obj<Selector>, name: &Obj<Str>) -> Res<i64> {
    vm.index_clamped(&vm.getattr(this.as_object(), name)?)
}

/// Wait for events: at most timeout seconds, without end if that is None, not at all if it is 0 or less.
///
/// Returns a list of pairs: the key of a file, and its events that have come.
#[native("(self, timeout=None)")]
fn select(vm: &Vm, this: &Obj<Selector>, timeout: Option<&Object>) -> Res {
    let poller = poller(vm, this)?;
    let parts = parts(vm)?;
    let read = class_mask(vm, this, &parts.event_read)?;
    let write = class_mask(vm, this, &parts.event_write)?;
    let Some(poll) = poller.downcast::<Poll>() else {
        let timeout = match timeout {
            None => Object::none(),
            Some(timeout) => vm.int(millis(vm, timeout)? as i64)?,
        };
        return foreign(vm, this, &poller, &[timeout], (read, write));
    };
    let wait = wait_of(vm, timeout)?;
    let result = poll.wait(vm, wait, |entries, count| {
        let mut ready = Ready::new(vm, this, &parts, count)?;
        for entry in entries.iter().filter(|entry| entry.revents != 0) {
            let events = ours((entry.revents as u16).into(), read, write);
            ready.add(vm, &vm.int(entry.fd.into())?, events)?;
        }
        ready.finish(vm)
    });
    unless_interrupted(vm, result)
}

/// Wait for events: at most timeout seconds, without end if that is None, not at all if it is 0 or less.
///
/// Returns a list of pairs: the key of a file, and its events that have come.
#[native("(self, timeout=None)", name = "select")]
fn epoll_select(vm: &Vm, this: &Obj<Selector>, timeout: Option<&Object>) -> Res {
    let poller = poller(vm, this)?;
    let most = this.dict(vm)?.len().max(1);
    let Some(epoll) = poller.downcast::<Epoll>() else {
        let timeout = match timeout {
            None => vm.int(-1)?,
            Some(timeout) => match millis(vm, timeout)? {
                0.0 => vm.int(0)?,
                millis => vm.float(millis * 1e-3)?,
            },
        };
        return foreign(vm, this, &poller, &[timeout, vm.int_usize(most)?], (IN, OUT));
    };
    let wait = wait_of(vm, timeout)?;
    let parts = parts(vm)?;
    let result = epoll.wait(vm, wait, most, |came| {
        let mut ready = Ready::new(vm, this, &parts, came.len())?;
        for event in came {
            let fd = vm.int(i64::from(event.data() as i32))?;
            ready.add(vm, &fd, ours(event.events().into(), IN, OUT))?;
        }
        ready.finish(vm)
    });
    unless_interrupted(vm, result)
}

/// Return the descriptor of the epoll.
#[native("(self)")]
fn fileno(vm: &Vm, this: &Obj<Selector>) -> Res {
    vm.call_method(&poller(vm, this)?, "fileno", &[])
}

/// Forget all files and close the epoll.
#[native("(self)", name = "close")]
fn epoll_close(vm: &Vm, this: &Obj<Selector>) -> Res<()> {
    vm.call_method(&poller(vm, this)?, "close", &[])?;
    close(vm, this)
}
