//! The types Handle and TimerHandle: a call that a loop is to make.
//!
//! Up to two arguments lie in the handle; more of them in a tuple.

use std::cell::Cell;

use super::looping::Loop;
use super::reporting::{is_last, message, tell_loop};
use super::state::stack_here;
use crate::support::*;

/// Payload of `asyncio.Handle` and `asyncio.TimerHandle`.
pub struct Handle {
    looop: Slot,
    callback: Slot,
    first: Slot,
    second: Slot,
    /// All arguments, if there are more than two (or somebody set them).
    many: Slot,
    context: Slot,
    made_at: Slot,
    /// How it was shown when it was cancelled, in debug mode.
    shown: Slot,
    pub(super) cancelled: Cell<bool>,
    /// Of timers: when, in seconds of the loop's clock.
    pub(super) when: Cell<f64>,
    when_object: Slot,
    /// It is among the loop's timers.
    pub(super) scheduled: Cell<bool>,
    pub(super) is_timer: bool,
}

impl Payload for Handle {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        for slot in self.slots() {
            visitor.slot(slot);
        }
    }
    fn clear(&self) {
        for slot in self.slots() {
            drop(slot.take());
        }
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "Handle(callback, args, loop, context=None)\n--\n\nA call that an event loop is to make soon; call_soon() gives it.",
    flags: type_flags::BASETYPE
        | type_flags::DICT
        | type_flags::WEAKREF
        | type_flags::PYTHON_WORDS
        | type_flags::PLAIN_NAME,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Handle::empty(false))?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![cancel, cancelled, get_context, run, repr_info],
    getsets: getsets![
        _callback: set_callback,
        _args: set_args,
        _loop,
        _context,
        _cancelled: set_cancelled,
        _source_traceback: set_source_traceback,
        _repr
    ],
    ..TypeSpec::new::<Handle>("asyncio.events.Handle")
};

pub(super) static TIMER: TypeSpec = TypeSpec {
    doc: "TimerHandle(when, callback, args, loop, context=None)\n--\n\nA call that an event loop is to make at a time; call_later() and call_at() give it.",
    flags: type_flags::BASETYPE
        | type_flags::DICT
        | type_flags::WEAKREF
        | type_flags::PYTHON_WORDS
        | type_flags::PLAIN_NAME,
    base: Some(|vm| match vm.type_of_spec(&SPEC) {
        Ok(class) => class,
        Err(raised) => {
            drop(vm.take_raised(raised)); // no memory at the first use
            vm.types().object.clone()
        }
    }),
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Handle::empty(true))?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<timer_init as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        richcmp: Some(compare),
        hash: Some(hash),
        ..Slots::NONE
    },
    methods: natives![when],
    getsets: getsets![_when: set_when, _scheduled: set_scheduled],
    ..TypeSpec::extending::<Handle>("asyncio.events.TimerHandle")
};

impl Handle {
    fn slots(&self) -> [&Slot; 9] {
        [
            &self.looop,
            &self.callback,
            &self.first,
            &self.second,
            &self.many,
            &self.context,
            &self.made_at,
            &self.shown,
            &self.when_object,
        ]
    }

    fn empty(is_timer: bool) -> Handle {
        Handle {
            looop: Slot::empty(),
            callback: Slot::empty(),
            first: Slot::empty(),
            second: Slot::empty(),
            many: Slot::empty(),
            context: Slot::empty(),
            made_at: Slot::empty(),
            shown: Slot::empty(),
            cancelled: Cell::new(false),
            when: Cell::new(0.0),
            when_object: Slot::empty(),
            scheduled: Cell::new(false),
            is_timer,
        }
    }

    /// A call of `callback(*args)`; without a context, in a copy of the current one.
    pub(super) fn with(
        vm: &Vm,
        looop: &Object,
        callback: &Object,
        args: &[Object],
        context: Option<&Object>,
        is_timer: bool,
    ) -> Res<Handle> {
        let context = match context {
            Some(given) if !given.is_none() => given.clone(),
            _ => contexts::copy_current(vm)?.into_object(),
        };
        let (first, second, many) = match args {
            [] => (None, None, None),
            [first] => (Some(first.clone()), None, None),
            [first, second] => (Some(first.clone()), Some(second.clone()), None),
            all => (None, None, Some(vm.tuple(all.to_vec())?.into_object())),
        };
        Ok(Handle {
            looop: Slot::new(looop.clone()),
            callback: Slot::new(callback.clone()),
            first: first.into(),
            second: second.into(),
            many: many.into(),
            context: Slot::new(context),
            ..Handle::empty(is_timer)
        })
    }

    fn fill(
        &self,
        vm: &Vm,
        looop: &Object,
        callback: &Object,
        args: &[Object],
        context: Option<&Object>,
    ) -> Res<()> {
        let context = match context.filter(|c| !c.is_none()) {
            Some(given) => given.clone(),
            None => contexts::copy_current(vm)?.into_object(),
        };
        self.looop.set(looop.clone());
        self.callback.set(callback.clone());
        self.context.set(context);
        self.keep_args(vm, args)
    }

    fn keep_args(&self, vm: &Vm, args: &[Object]) -> Res<()> {
        let (first, second, many) = match args {
            [] => (None, None, None),
            [first] => (Some(first.clone()), None, None),
            [first, second] => (Some(first.clone()), Some(second.clone()), None),
            all => (None, None, Some(vm.tuple(all.to_vec())?.into_object())),
        };
        self.first.assign(first);
        self.second.assign(second);
        self.many.assign(many);
        Ok(())
    }

    /// When it is to be called; `shown` is the object that was given for it.
    pub(super) fn set_time(&self, when: f64, shown: Option<&Object>) {
        self.when.set(when);
        self.when_object.assign(shown.cloned());
    }

    /// Note where it was made, in debug mode.
    pub(super) fn note_origin(&self, vm: &Vm) -> Res<()> {
        self.made_at.set(stack_here(vm)?);
        Ok(())
    }

    fn args(&self, vm: &Vm) -> Res<Object> {
        if let Some(all) = self.many.get() {
            return Ok(all);
        }
        let few = self.first.get().into_iter().chain(self.second.get());
        Ok(vm.tuple(few.collect())?.into_object())
    }

    fn call(&self, vm: &Vm) -> Res {
        let Some(callback) = self.callback.get() else { return Ok(Object::none()) };
        if let Some(all) = self.many.get_as::<Tuple>() {
            return vm.call(&callback, all.as_slice());
        }
        match (self.first.get(), self.second.get()) {
            (Some(first), Some(second)) => vm.call(&callback, &[first, second]),
            (Some(first), None) => vm.call(&callback, &[first]),
            _ => vm.call(&callback, &[]),
        }
    }
}

/// Make the call, in its context. What it raises goes to the loop's exception handler, but for what ends programs.
pub(super) fn run_handle(vm: &Vm, this: &Obj<Handle>) -> Res<()> {
    let called = match this.context.get() {
        Some(context) => match context.downcast::<contexts::Context>() {
            Some(context) => contexts::within(vm, context, || this.call(vm)),
            None => {
                let mut args = vec![this.callback.get().unwrap_or_else(Object::none)];
                let rest = this.args(vm)?;
                args.extend(
                    rest.downcast::<Tuple>().into_iter().flat_map(|t| t.as_slice().to_vec()),
                );
                vm.call_method(&context, "run", &args)
            }
        },
        None => return Ok(()), // cleared
    };
    match called {
        Ok(_) => Ok(()),
        Err(raised) => report(vm, this, raised),
    }
}

/// Tell the loop of an exception in a callback.
#[cold]
pub(super) fn report(vm: &Vm, this: &Obj<Handle>, raised: Raised) -> Res<()> {
    let exception = vm.take_raised(raised);
    if is_last(vm, &exception) {
        return Err(vm.raise(exception));
    }
    let shown = format_callback(vm, this)?;
    let about = [
        message(vm, &format!("Exception in callback {shown}"))?,
        ("exception", Some(exception)),
        ("handle", Some(this.as_object().clone())),
        ("source_traceback", this.made_at.get()),
    ];
    let looop = this.looop.get().unwrap_or_else(Object::none);
    tell_loop(vm, &looop, &about)
}

fn format_callback(vm: &Vm, this: &Obj<Handle>) -> Res<String> {
    let format =
        vm.getattr_named(&vm.import("asyncio.format_helpers")?, "_format_callback_source")?;
    let callback = this.callback.get().unwrap_or_else(Object::none);
    let text = vm.call(&format, &[callback, this.args(vm)?])?;
    Ok(vm.to_str(&text)?.to_string_lossy())
}

fn of<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Handle>> {
    object.downcast::<Handle>().ok_or_else(|| vm.system_error("a handle was expected"))
}

/// The same object, if it is a tuple.
fn tuple_of(vm: &Vm, args: &Object) -> Res {
    vm.call(vm.types().tuple.as_object(), std::slice::from_ref(args))
}

fn is_debug(vm: &Vm, looop: &Object) -> Res<bool> {
    vm.truth(&vm.call_method(looop, "get_debug", &[])?)
}

#[native("(self, callback, args, loop, context=None)", name = "__init__")]
fn init(
    vm: &Vm,
    this: &Obj<Handle>,
    callback: &Object,
    args: &Object,
    r#loop: &Object,
    context: Option<&Object>,
) -> Res<()> {
    this.fill(vm, r#loop, callback, &[], context)?;
    this.many.set(tuple_of(vm, args)?);
    this.cancelled.set(false);
    if is_debug(vm, r#loop)? {
        this.note_origin(vm)?;
    }
    Ok(())
}

#[native("(self, when, callback, args, loop, context=None)", name = "__init__")]
fn timer_init(
    vm: &Vm,
    this: &Obj<Handle>,
    when: &Object,
    callback: &Object,
    args: &Object,
    r#loop: &Object,
    context: Option<&Object>,
) -> Res<()> {
    this.fill(vm, r#loop, callback, &[], context)?;
    this.many.set(tuple_of(vm, args)?);
    this.cancelled.set(false);
    this.when.set(to_f64(vm, when)?);
    this.when_object.set(when.clone());
    if is_debug(vm, r#loop)? {
        this.note_origin(vm)?;
    }
    Ok(())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let handle = of(vm, this)?;
    if let Some(shown) = handle.shown.get() {
        return Ok(shown);
    }
    let info = vm.call_method(this, "_repr_info", &[])?;
    let mut text = String::from("<");
    for (i, word) in list_items(vm, &info)?.iter().enumerate() {
        if i > 0 {
            text.push(' ');
        }
        text.push_str(&vm.to_str(word)?.to_string_lossy());
    }
    text.push('>');
    Ok(vm.str(&text)?.into_object())
}

/// The words that show it.
#[native("(self, /)", name = "_repr_info")]
fn repr_info(vm: &Vm, this: &Obj<Handle>) -> Res {
    let mut words = vec![vm.str(&vm.class_of(this.as_object()).short_name())?.into_object()];
    if this.cancelled.get() {
        words.push(vm.str("cancelled")?.into_object());
    }
    if this.is_timer {
        let when = this.when_object.get().map_or_else(|| vm.float(this.when.get()), Ok)?;
        let shown = vm.to_str(&when)?.to_string_lossy();
        words.push(vm.str(&format!("when={shown}"))?.into_object());
    }
    if this.callback.get().is_some_and(|c| !c.is_none()) {
        words.push(vm.str(&format_callback(vm, this)?)?.into_object());
    }
    if let Some(made_at) = this.made_at.get() {
        let last = made_at.downcast::<List>().and_then(|l| l.get(l.len().checked_sub(1)?));
        if let Some(frame) = last {
            let file = vm.getattr_named(&frame, "filename")?;
            let line = vm.getattr_named(&frame, "lineno")?;
            let text = format!(
                "created at {}:{}",
                vm.to_str(&file)?.to_string_lossy(),
                vm.to_str(&line)?.to_string_lossy()
            );
            words.push(vm.str(&text)?.into_object());
        }
    }
    Ok(vm.list(words)?.into_object())
}

/// Cancel the call: it is not made.
#[native("(self, /)")]
fn cancel(vm: &Vm, this: &Obj<Handle>) -> Res<()> {
    cancel_handle(vm, this)
}

/// `handle.cancel()`.
pub(super) fn cancel_handle(vm: &Vm, this: &Obj<Handle>) -> Res<()> {
    if this.cancelled.get() {
        return Ok(());
    }
    this.cancelled.set(true);
    let looop = this.looop.get();
    if let Some(looop) = &looop {
        let debug = match looop.downcast::<Loop>() {
            Some(native) if native.has_own_debug(vm, looop) => native.debug.get(),
            _ => is_debug(vm, looop)?,
        };
        if debug {
            // What it will be shown as, since the callback goes.
            let shown = vm.repr_string(this.as_object())?;
            this.shown.set(vm.str(&shown)?.into_object());
        }
        if this.is_timer {
            match looop.downcast::<Loop>() {
                Some(native) => native.timer_cancelled(this),
                None => {
                    let this = this.as_object().clone();
                    vm.call_method(looop, "_timer_handle_cancelled", &[this])?;
                }
            }
        }
    }
    this.callback.set(Object::none());
    drop((this.first.take(), this.second.take(), this.many.take()));
    Ok(())
}

/// `handle.cancel()`, of a handle of any kind.
pub(super) fn cancel_any_handle(vm: &Vm, handle: &Object) -> Res<()> {
    match handle.downcast::<Handle>().filter(|_| !vm.class_of(handle).is_heap_type()) {
        Some(native) => cancel_handle(vm, native),
        None => vm.call_method(handle, "cancel", &[]).map(drop),
    }
}

/// Whether the call was cancelled.
#[native("(self, /)")]
fn cancelled(this: &Obj<Handle>) -> bool {
    this.cancelled.get()
}

/// The context that the call is made in.
#[native("(self, /)")]
fn get_context(this: &Obj<Handle>) -> Option<Object> {
    this.context.get()
}

/// Make the call.
#[native("(self, /)", name = "_run")]
fn run(vm: &Vm, this: &Obj<Handle>) -> Res<()> {
    run_handle(vm, this)
}

/// When the call is to be made, in seconds of the loop's clock.
#[native("(self, /)")]
fn when(vm: &Vm, this: &Obj<Handle>) -> Res {
    this.when_object.get().map_or_else(|| vm.float(this.when.get()), Ok)
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    let when = of(vm, this)?.when.get();
    vm.hash(&vm.float(when)?)
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<Handle>(), b.downcast::<Handle>()) else {
        return Ok(Object::not_implemented());
    };
    if !(x.is_timer && y.is_timer) {
        return Ok(Object::not_implemented());
    }
    let equal = || -> Res<bool> {
        Ok(x.when.get() == y.when.get()
            && x.cancelled.get() == y.cancelled.get()
            && vm.eq(&_callback_of(x), &_callback_of(y))?
            && vm.eq(&x.args(vm)?, &y.args(vm)?)?)
    };
    let (p, q) = (x.when.get(), y.when.get());
    let answer = match op {
        CmpOp::Lt => p < q,
        CmpOp::Gt => p > q,
        CmpOp::Le => p < q || equal()?,
        CmpOp::Ge => p > q || equal()?,
        CmpOp::Eq => equal()?,
        CmpOp::Ne => !equal()?,
    };
    Ok(Object::bool(answer))
}

fn _callback_of(handle: &Obj<Handle>) -> Object {
    handle.callback.get().unwrap_or_else(Object::none)
}

#[getter]
fn _callback(_vm: &Vm, this: &Obj<Handle>) -> Res {
    Ok(_callback_of(this))
}

#[setter]
fn set_callback(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.callback.assign(value.cloned());
    Ok(())
}

#[getter]
fn _args(vm: &Vm, this: &Obj<Handle>) -> Res {
    if this.cancelled.get() {
        return Ok(Object::none());
    }
    this.args(vm)
}

#[setter]
fn set_args(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let handle = of(vm, this)?;
    let args = match value.filter(|v| !v.is_none()) {
        Some(value) => vm.call(vm.types().tuple.as_object(), std::slice::from_ref(value))?,
        None => vm.tuple(Vec::new())?.into_object(),
    };
    let args = args.downcast::<Tuple>().map(|t| t.as_slice().to_vec()).unwrap_or_default();
    handle.keep_args(vm, &args)
}

#[getter]
fn _loop(_vm: &Vm, this: &Obj<Handle>) -> Res<Option<Object>> {
    Ok(this.looop.get())
}

#[getter]
fn _context(_vm: &Vm, this: &Obj<Handle>) -> Res<Option<Object>> {
    Ok(this.context.get())
}

#[getter]
fn _cancelled(_vm: &Vm, this: &Obj<Handle>) -> Res<bool> {
    Ok(this.cancelled.get())
}

#[setter]
fn set_cancelled(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let cancelled = match value {
        Some(value) => vm.truth(value)?,
        None => false,
    };
    of(vm, this)?.cancelled.set(cancelled);
    Ok(())
}

#[getter]
fn _source_traceback(_vm: &Vm, this: &Obj<Handle>) -> Res<Option<Object>> {
    Ok(this.made_at.get())
}

#[setter]
fn set_source_traceback(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.made_at.assign(value.filter(|v| !v.is_none()).cloned());
    Ok(())
}

#[getter]
fn _repr(_vm: &Vm, this: &Obj<Handle>) -> Res<Option<Object>> {
    Ok(this.shown.get())
}

#[getter]
fn _when(vm: &Vm, this: &Obj<Handle>) -> Res {
    this.when_object.get().map_or_else(|| vm.float(this.when.get()), Ok)
}

#[setter]
fn set_when(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else {
        return Err(vm.attribute_error("cannot delete attribute"));
    };
    let seconds = to_f64(vm, value)?;
    let handle = of(vm, this)?;
    handle.when.set(seconds);
    handle.when_object.set(value.clone());
    Ok(())
}

#[getter]
fn _scheduled(_vm: &Vm, this: &Obj<Handle>) -> Res<bool> {
    Ok(this.scheduled.get())
}

#[setter]
fn set_scheduled(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let scheduled = match value {
        Some(value) => vm.truth(value)?,
        None => false,
    };
    of(vm, this)?.scheduled.set(scheduled);
    Ok(())
}
