//! `asyncio.timeout()`, `timeout_at()` and what they give.
//!
//! When the time is up the task in the block is cancelled; at the block's end that comes out as TimeoutError, unless
//! somebody else has cancelled the task meanwhile.

use std::cell::Cell;

use super::deadline::timed_out;
use crate::asyncio::awaiting::{self, Awaiting, Came, Kind, Step};
use crate::asyncio::handle::cancel_any_handle;
use crate::asyncio::looping::{call_when, time_of};
use crate::asyncio::running::{current, get_running_loop_object};
use crate::asyncio::state::state;
use crate::asyncio::task::{cancel_any, cancelling_of, uncancel_any};
use crate::support::*;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Created,
    Entered,
    Expiring,
    Expired,
    Exited,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Created => "created",
            Stage::Entered => "active",
            Stage::Expiring => "expiring",
            Stage::Expired => "expired",
            Stage::Exited => "finished",
        }
    }
}

/// Payload of `asyncio.Timeout`.
struct Timeout {
    when: Slot,
    timer: Slot,
    task: Slot,
    stage: Cell<Stage>,
    /// How often the task was cancelled before.
    cancelling: Cell<i64>,
}

impl Payload for Timeout {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        for slot in [&self.when, &self.timer, &self.task] {
            visitor.slot(slot);
        }
    }
    fn clear(&self) {
        drop((self.when.take(), self.timer.take(), self.task.take()));
    }
}

pub(in crate::asyncio) static SPEC: TypeSpec = TypeSpec {
    doc: "Timeout(when)\n--\n\nA limit of time for the block of an `async with`, as timeout() and timeout_at() make it.",
    flags: type_flags::BASETYPE
        | type_flags::DICT
        | type_flags::WEAKREF
        | type_flags::PLAIN_NAME
        | type_flags::PYTHON_WORDS,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Timeout::new(None))?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![when, reschedule, expired, aenter, aexit, on_timeout],
    ..TypeSpec::new::<Timeout>("asyncio.timeouts.Timeout")
};

impl Timeout {
    fn new(when: Option<Object>) -> Timeout {
        Timeout {
            when: Slot::from(when),
            timer: Slot::empty(),
            task: Slot::empty(),
            stage: Cell::new(Stage::Created),
            cancelling: Cell::new(0),
        }
    }

    fn cancel_timer(&self, vm: &Vm) -> Res<()> {
        match self.timer.take() {
            Some(timer) => cancel_any_handle(vm, &timer),
            None => Ok(()),
        }
    }

    /// Have the loop say when the time is up.
    fn set_timer(&self, vm: &Vm, this: &Obj<Timeout>, when: Option<Object>) -> Res<()> {
        self.when.assign(when.clone());
        self.cancel_timer(vm)?;
        let Some(when) = when else { return Ok(()) };
        let looop = get_running_loop_object(vm)?;
        let now = time_of(vm, &looop)?;
        let call = vm.getattr_named(this.as_object(), "_on_timeout")?;
        let timer = match vm.truth(&vm.compare(&when, &now, CmpOp::Le)?)? {
            true => vm.call_method(&looop, "call_soon", &[call])?,
            false => call_when(vm, &looop, &when, &call, &[])?,
        };
        self.timer.set(timer);
        Ok(())
    }
}

/// Limit a block's time, in seconds from now (None: no limit): `async with timeout(10):`. What runs in the block is
/// cancelled when they are over, and the block ends with TimeoutError.
#[native("(delay)", python)]
pub(in crate::asyncio) fn timeout(vm: &Vm, delay: &Object) -> Res {
    let looop = get_running_loop_object(vm)?;
    let when = match delay.is_none() {
        true => None,
        false => {
            let now = time_of(vm, &looop)?;
            Some(vm.binary(BinOp::Add, &now, delay)?)
        }
    };
    Ok(vm.alloc(Timeout::new(when))?.into_object())
}

/// The same, at a time of the loop's clock (see `loop.time()`).
#[native("(when)", python)]
pub(in crate::asyncio) fn timeout_at(vm: &Vm, when: &Object) -> Res {
    let when = Some(when.clone()).filter(|when| !when.is_none());
    Ok(vm.alloc(Timeout::new(when))?.into_object())
}

#[native("(self, when)", name = "__init__")]
fn init(this: &Obj<Timeout>, when: &Object) {
    this.when.assign(Some(when.clone()).filter(|when| !when.is_none()));
    this.stage.set(Stage::Created);
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(timeout) = this.downcast::<Timeout>() else { return Ok(Object::none()) };
    let stage = timeout.stage.get();
    let mut text = format!("<Timeout [{}]", stage.name());
    if stage == Stage::Entered {
        let shown = match timeout.when.get() {
            Some(when) => {
                let rounded = vm.call_method(&when, "__round__", &[Object::small(3)])?;
                vm.to_str(&rounded)?.to_string_lossy()
            }
            None => "None".to_owned(),
        };
        text.push_str(&format!(" when={shown}"));
    }
    text.push('>');
    Ok(vm.str(&text)?.into_object())
}

/// When the time is up; None: never.
#[native("(self)")]
fn when(this: &Obj<Timeout>) -> Option<Object> {
    this.when.get()
}

/// Set another time, while the block runs.
#[native("(self, when)")]
fn reschedule(vm: &Vm, this: &Obj<Timeout>, when: &Object) -> Res<()> {
    match this.stage.get() {
        Stage::Entered => {
            this.set_timer(vm, this, Some(when.clone()).filter(|when| !when.is_none()))
        }
        Stage::Created => Err(vm.runtime_error("Timeout has not been entered")),
        other => {
            let name = other.name();
            Err(vm.runtime_error(format_args!("Cannot change state of {name} Timeout")))
        }
    }
}

/// Whether the time was up before the block had ended.
#[native("(self)")]
fn expired(this: &Obj<Timeout>) -> bool {
    matches!(this.stage.get(), Stage::Expiring | Stage::Expired)
}

#[native("(self)", name = "_on_timeout")]
fn on_timeout(vm: &Vm, this: &Obj<Timeout>) -> Res<()> {
    if let Some(task) = this.task.get() {
        cancel_any(vm, &task, None)?;
    }
    this.stage.set(Stage::Expiring);
    drop(this.timer.take());
    Ok(())
}

static ENTER: Kind = Kind { name: "Timeout.__aenter__", step: enter_step };
static EXIT: Kind = Kind { name: "Timeout.__aexit__", step: exit_step };

#[native("(self)", name = "__aenter__")]
fn aenter(vm: &Vm, this: &Obj<Timeout>) -> Res {
    awaiting::start(vm, &ENTER, this.as_object())
}

#[native("(self, exc_type, exc_val, exc_tb)", name = "__aexit__")]
fn aexit(
    vm: &Vm,
    this: &Obj<Timeout>,
    exc_type: &Object,
    exc_val: &Object,
    _exc_tb: &Object,
) -> Res {
    let coroutine = awaiting::start_with(vm, &EXIT, this.as_object(), Some(exc_val))?;
    coroutine.other.set(exc_type.clone());
    Ok(coroutine.into_object())
}

fn enter_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    if let Came::Raised(exception) = came {
        return Err(vm.raise(exception));
    }
    let this = coroutine.target_as::<Timeout>(vm)?;
    if this.stage.get() != Stage::Created {
        return Err(vm.runtime_error("Timeout has already been entered"));
    }
    let Some(task) = current(vm, &get_running_loop_object(vm)?)? else {
        return Err(vm.runtime_error("Timeout should be used inside a task"));
    };
    this.stage.set(Stage::Entered);
    this.cancelling.set(cancelling_of(vm, &task)?);
    this.task.set(task);
    this.set_timer(vm, &this, this.when.get())?;
    Ok(Step::Done(this.into_object()))
}

fn exit_step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    if let Came::Raised(exception) = came {
        return Err(vm.raise(exception));
    }
    let this = coroutine.target_as::<Timeout>(vm)?;
    this.cancel_timer(vm)?;
    match this.stage.get() {
        Stage::Entered => this.stage.set(Stage::Exited),
        Stage::Expiring => {
            this.stage.set(Stage::Expired);
            let task = this.task.get().unwrap_or_else(Object::none);
            let is_ours = uncancel_any(vm, &task)? <= this.cancelling.get();
            let class = coroutine.other.get();
            let cancelled = state(vm).cancelled_error(vm)?;
            if is_ours
                && class.is_some_and(|class| class.is(&cancelled))
                && let Some(exception) = coroutine.item.get()
            {
                return Err(timed_out(vm, &exception));
            }
        }
        _ => {
            return Err(
                vm.raise_object(vm.types().exception(Exc::AssertionError).as_object(), None)
            );
        }
    }
    Ok(Step::Done(Object::none()))
}
