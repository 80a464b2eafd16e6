//! The module _lsprof: the profiler under cProfile.
//!
//! A [`Profiler`] is itself the thread's profile function, so that its events come through the same door as those of
//! `sys.setprofile`; what an event costs is a native call and the clock, not Python.
//!
//! **Invariant:** the state is not borrowed while Python may run: the timer is asked before it is touched, and what
//! was in it is dropped after.

use crate::support::{
    ArgInfo, FromArg, Obj, Object, Payload, Res, Slot, Slots, Str, Tuple, Type, TypeSpec, Visitor,
    Vm, call_init, native, natives, type_flags,
};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::time::Instant;
use taipan_core::native::{ModuleDef, NativeFunction};
use taipan_core::object::{Builtin, Module};
use taipan_core::structseq;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_lsprof",
    doc: "A profiler: how often functions are called, how long they take, and who calls them.",
    types: &[&PROFILER],
    fill: Some(|vm, module| {
        module.dict.set_named(vm, "profiler_entry", ENTRY.class(vm)?)?;
        module.dict.set_named(vm, "profiler_subentry", SUBENTRY.class(vm)?)
    }),
    ..ModuleDef::EMPTY
};

structseq! {
    static ENTRY = "_lsprof.profiler_entry", "What a function took.", 6, [
        "code": "code object, or a text for a native function",
        "callcount": "how many times it was called",
        "reccallcount": "how many of these while it was running already",
        "totaltime": "seconds from its call to its end, inner calls of the same function counted once",
        "inlinetime": "seconds in the function itself, not in what it calls",
        "calls": "whom it calls, a list of profiler_subentry; None if that was not watched"]
}

structseq! {
    static SUBENTRY = "_lsprof.profiler_subentry", "What a function took when a certain one called it.", 5, [
        "code": "code object of the called one, or a text for a native function",
        "callcount": "how many times it was called from there",
        "reccallcount": "how many of these while such a call was running already",
        "totaltime": "seconds from call to end",
        "inlinetime": "seconds in the called function itself"]
}

/// What identifies a function: the address of its code or of its row, and of the type it belongs to where one row
/// serves many.
type Key = (usize, u64);

#[derive(Default, Clone, Copy)]
struct Numbers {
    calls: i64,
    recursive: i64,
    total: i64,
    own: i64,
    /// How many are running.
    level: i64,
}

impl Numbers {
    fn end(&mut self, total: i64, own: i64) {
        self.level -= 1;
        if self.level == 0 {
            self.total += total;
        } else {
            self.recursive += 1;
        }
        self.own += own;
        self.calls += 1;
    }
}

struct Function {
    shown: Object,
    numbers: Numbers,
    /// By the index of the called function.
    called: BTreeMap<usize, Numbers>,
}

/// A call that is running.
struct Running {
    function: usize,
    since: i64,
    /// What inner calls took.
    below: i64,
}

#[derive(Default)]
struct State {
    functions: Vec<Function>,
    index: HashMap<Key, usize>,
    stack: Vec<Running>,
}

/// The payload of `_lsprof.Profiler`.
struct Profiler {
    timer: Slot,
    /// Seconds of one tick of the timer, if that counts in whole numbers.
    unit: Cell<f64>,
    subcalls: Cell<bool>,
    natives: Cell<bool>,
    start: Instant,
    state: RefCell<State>,
}

impl Payload for Profiler {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&PROFILER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.timer);
        self.state.borrow().functions.iter().for_each(|f| visitor.visit(&f.shown));
    }
    fn clear(&self) {
        drop(self.timer.take());
        drop(self.state.take());
    }
}

static PROFILER: TypeSpec = TypeSpec {
    doc: "Profiler(timer=None, timeunit=0.0, subcalls=True, builtins=True)\n\n\
          Measures functions from enable() to disable(). A timer that counts in whole numbers needs its unit in\n\
          seconds; subcalls is whether to tell callers apart, builtins whether to watch native functions.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(new),
        init: Some(|vm, this, args, names| call_init(vm, &initialise::DEF, this, args, names)),
        call: Some(on_event),
        ..Slots::NONE
    },
    methods: natives![getstats, enable, disable, clear],
    ..TypeSpec::new::<Profiler>("_lsprof.Profiler")
};

fn new(vm: &Vm, class: &Obj<Type>, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    let profiler = Profiler {
        timer: Slot::empty(),
        unit: Cell::new(0.0),
        subcalls: Cell::new(true),
        natives: Cell::new(true),
        start: Instant::now(),
        state: RefCell::default(),
    };
    Ok(vm.alloc_of(class, profiler)?.into_object())
}

#[native("(self, timer=None, timeunit=0.0, subcalls=True, builtins=True)", name = "Profiler")]
fn initialise(
    vm: &Vm,
    this: &Obj<Profiler>,
    timer: Option<&Object>,
    timeunit: f64,
    subcalls: bool,
    builtins: bool,
) -> Res<()> {
    let _ = vm;
    let old = this.timer.take();
    this.timer.assign(timer.cloned());
    this.unit.set(timeunit);
    this.subcalls.set(subcalls);
    this.natives.set(builtins);
    drop(old);
    Ok(())
}

impl Profiler {
    /// The time in ticks. What is wrong with the timer is reported; then it is 0. May run Python.
    fn now(&self, vm: &Vm) -> i64 {
        let Some(timer) = self.timer.get() else {
            return i64::try_from(self.start.elapsed().as_nanos()).unwrap_or(i64::MAX);
        };
        match self.ask(vm, &timer) {
            Ok(time) => time,
            Err(raised) => {
                vm.unraisable(raised, Some(&timer));
                0
            }
        }
    }

    fn ask(&self, vm: &Vm, timer: &Object) -> Res<i64> {
        let time = vm.call(timer, &[])?;
        if self.unit.get() > 0.0 {
            let info = ArgInfo { function: "timer", name: "", index: 0 };
            return i64::from_arg(vm, &time, &mut (), &info);
        }
        // (Saturates.)
        Ok((taipan_core::native::to_f64(vm, &time)? * NANOS) as i64)
    }

    /// Seconds of a tick.
    fn factor(&self) -> f64 {
        if self.timer.is_set() && self.unit.get() > 0.0 { self.unit.get() } else { 1.0 / NANOS }
    }

    /// A call begins. `shown` makes what the function is called in the results.
    fn enter(&self, vm: &Vm, key: Key, shown: impl FnOnce() -> Res) -> Res<()> {
        let known = self.state.borrow().index.get(&key).copied();
        let function = match known {
            Some(function) => function,
            None => {
                let shown = shown()?;
                let mut state = self.state.borrow_mut();
                let place = state.functions.len();
                let function =
                    Function { shown, numbers: Numbers::default(), called: BTreeMap::new() };
                state.functions.push(function);
                state.index.insert(key, place);
                place
            }
        };
        let since = self.now(vm);
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        let Some(entry) = state.functions.get_mut(function) else { return Ok(()) };
        entry.numbers.level += 1;
        let caller = state.stack.last().map(|running| running.function);
        if let (true, Some(caller)) = (self.subcalls.get(), caller)
            && let Some(caller) = state.functions.get_mut(caller)
        {
            caller.called.entry(function).or_default().level += 1;
        }
        state.stack.push(Running { function, since, below: 0 });
        Ok(())
    }

    /// The innermost call of `key` ends at `now`, and with it those inside whose end was not told. Without one
    /// it began before we looked.
    fn leave(&self, key: Key, now: i64) {
        let mut state = self.state.borrow_mut();
        let Some(&function) = state.index.get(&key) else { return };
        if let Some(place) = state.stack.iter().rposition(|running| running.function == function) {
            while state.stack.len() > place {
                state.end_innermost(now, self.subcalls.get());
            }
        }
    }
}

impl State {
    fn end_innermost(&mut self, now: i64, subcalls: bool) {
        let Some(ended) = self.stack.pop() else { return };
        let total = now.saturating_sub(ended.since);
        let own = total.saturating_sub(ended.below);
        if let Some(function) = self.functions.get_mut(ended.function) {
            function.numbers.end(total, own);
        }
        let Some(caller) = self.stack.last_mut() else { return };
        caller.below = caller.below.saturating_add(total);
        if let (true, Some(caller)) = (subcalls, self.functions.get_mut(caller.function))
            && let Some(numbers) = caller.called.get_mut(&ended.function)
        {
            numbers.end(total, own);
        }
    }
}

const NANOS: f64 = 1e9;

/// What the thread calls: (frame, event, arg).
fn on_event(vm: &Vm, this: &Object, args: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    let (Some(profiler), [frame, event, arg]) = (this.downcast::<Profiler>(), args) else {
        return Err(vm.type_error(format_args!("'{}' object is not callable", vm.type_name(this))));
    };
    let Some(event) = event.downcast::<Str>().and_then(|event| event.as_ascii()) else {
        return Ok(Object::none());
    };
    match event {
        "call" => {
            let code = vm.getattr(frame, &vm.intern("f_code"))?;
            profiler.enter(vm, (code.id() as usize, 0), || Ok(code.clone()))?;
        }
        "return" => {
            let now = profiler.now(vm);
            let code = vm.getattr(frame, &vm.intern("f_code"))?;
            profiler.leave((code.id() as usize, 0), now);
        }
        "c_call" if profiler.natives.get() => {
            if let Some(key) = native_key(arg) {
                profiler.enter(vm, key, || native_label(vm, arg))?;
            }
        }
        "c_return" | "c_exception" if profiler.natives.get() => {
            let now = profiler.now(vm);
            if let Some(key) = native_key(arg) {
                profiler.leave(key, now);
            }
        }
        _ => {}
    }
    Ok(Object::none())
}

fn native_key(function: &Object) -> Option<Key> {
    let builtin = function.downcast::<Builtin>()?;
    // `__new__` of all types is one row.
    let class = builtin.receiver.get().filter(|receiver| receiver.downcast::<Type>().is_some());
    Some((std::ptr::from_ref(builtin.def) as usize, class.map_or(0, |class| class.id() as u64)))
}

/// How results show a native: a method as its class has it, a function with its module.
fn native_label(vm: &Vm, function: &Object) -> Res {
    let Some(builtin) = function.downcast::<Builtin>() else {
        return Ok(vm.repr(function)?.into_object());
    };
    let name = builtin.def.name;
    let receiver = builtin.receiver.get().filter(|r| r.downcast::<Module>().is_none());
    if let Some(receiver) = receiver {
        let found = vm.class_of(&receiver).lookup(vm, &vm.intern(name));
        if let Some(method) = found {
            return Ok(vm.repr(&method)?.into_object());
        }
        return Ok(vm.str(&format!("<built-in method {name}>"))?.into_object());
    }
    let module = builtin.module.get_as::<Str>().map(|module| module.to_string_lossy());
    let dot = if module.is_some() { "." } else { "" };
    let module = module.unwrap_or_default();
    Ok(vm.str(&format!("<built-in method {module}{dot}{name}>"))?.into_object())
}

/// Start to measure this thread. The arguments are as for Profiler(); None leaves the setting.
#[native("(self, subcalls=None, builtins=None)", no_signature)]
fn enable(
    vm: &Vm,
    this: &Obj<Profiler>,
    subcalls: Option<&Object>,
    builtins: Option<&Object>,
) -> Res<()> {
    for (given, setting) in [(subcalls, &this.subcalls), (builtins, &this.natives)] {
        if let Some(given) = given {
            setting.set(vm.truth(given)?);
        }
    }
    vm.audit("sys.setprofile", Vec::new())?;
    vm.set_profile_function(Some(this.as_object().clone()));
    Ok(())
}

/// Measure no more; calls that are running end now.
#[native("(self)", no_signature)]
fn disable(vm: &Vm, this: &Obj<Profiler>) -> Res<()> {
    vm.audit("sys.setprofile", Vec::new())?;
    let active = vm.profile_function();
    vm.set_profile_function(None);
    // (It may be another one that measured.)
    if let Some(active) = active.as_ref().and_then(|active| active.downcast::<Profiler>())
        && active.natives.get()
    {
        count_disable(vm, active)?;
    }
    drop(active);
    if this.state.borrow().stack.is_empty() {
        return Ok(());
    }
    let now = this.now(vm);
    let mut state = this.state.borrow_mut();
    while !state.stack.is_empty() {
        state.end_innermost(now, this.subcalls.get());
    }
    Ok(())
}

/// A call of disable() is a call like others. Whether its event was told depends on where it is made: a frame that
/// was entered before enable() may go on without events until it calls Python or loops.
fn count_disable(vm: &Vm, this: &Obj<Profiler>) -> Res<()> {
    let Some(method) = vm.class_of(this.as_object()).lookup(vm, &vm.intern("disable")) else {
        return Ok(());
    };
    let Some(key) = native_key(&method) else { return Ok(()) };
    let told = {
        let state = this.state.borrow();
        let innermost = state.stack.last().map(|running| running.function);
        innermost.is_some() && innermost == state.index.get(&key).copied()
    };
    if told { Ok(()) } else { this.enter(vm, key, || Ok(vm.repr(&method)?.into_object())) }
}

/// Forget what was measured.
#[native("(self)", no_signature)]
fn clear(this: &Obj<Profiler>) {
    let old = this.state.take();
    drop(old);
}

/// What was measured, a list of profiler_entry.
#[native("(self, /)")]
fn getstats(vm: &Vm, this: &Obj<Profiler>) -> Res<Vec<Object>> {
    let factor = this.factor();
    let fields = |shown: &Object, numbers: &Numbers| -> Res<Vec<Object>> {
        Ok(vec![
            shown.clone(),
            vm.int(numbers.calls)?,
            vm.int(numbers.recursive)?,
            vm.float(factor * numbers.total as f64)?,
            vm.float(factor * numbers.own as f64)?,
        ])
    };
    // Making objects may start the collector, and that Python which comes back to this profiler.
    let called = |function: &Function| -> Vec<(usize, Numbers)> {
        function.called.iter().map(|(place, numbers)| (*place, *numbers)).collect()
    };
    let measured: Vec<(Object, Numbers, Vec<(usize, Numbers)>)> = {
        let state = this.state.borrow();
        state.functions.iter().map(|f| (f.shown.clone(), f.numbers, called(f))).collect()
    };
    let mut entries = Vec::new();
    for (shown, numbers, called) in &measured {
        if numbers.calls == 0 {
            continue;
        }
        let mut calls = Vec::new();
        for (place, numbers) in called.iter().filter(|(_, numbers)| numbers.calls > 0) {
            if let Some((shown, ..)) = measured.get(*place) {
                calls.push(SUBENTRY.make(vm, fields(shown, numbers)?)?);
            }
        }
        let mut entry = fields(shown, numbers)?;
        entry.push(if calls.is_empty() { Object::none() } else { vm.list(calls)?.into_object() });
        entries.push(ENTRY.make(vm, entry)?);
    }
    Ok(entries)
}
