//! The type async_generator and its awaitables: what `__anext__()`, `asend()`, `athrow()` and `aclose()`
//! give. Each is a small iterator that drives the generator until it yields with `yield` (the awaitable's
//! result) or awaits (passed on to the event loop).

use super::{__name__, __qualname__, frame_of, outcome, repr, set_name, set_qualname, thrown};
use crate::native::{Maybe, class_getitem, getsets, natives};
use crate::object::*;
use crate::vm::generator::{AsyncValue, Resumed, Sent, close as close_generator, delegate, resume};
use crate::vm::{Raised, Res, Vm};
use std::cell::Cell;
use taipan_macros::{getter, native};

/// Bits of `ag_flags`.
const HOOKS: u8 = 1;
const RUNNING: u8 = 2;
const CLOSED: u8 = 4;

/// The type `async_generator`.
pub static ASYNC_GENERATOR: TypeSpec = TypeSpec {
    flags: type_flags::WEAKREF | type_flags::NO_NEW,
    slots: Slots {
        aiter: Some(|_, this| Ok(this.clone())),
        anext: Some(anext),
        repr: Some(repr),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: natives![asend, athrow, aclose, class_getitem],
    getsets: getsets![
        __name__: set_name,
        __qualname__: set_qualname,
        ag_await,
        ag_code,
        ag_frame,
        ag_running
    ],
    ..TypeSpec::new::<Generator>("async_generator")
};

/// what it waits for, or None
#[getter]
fn ag_await(this: &Obj<Generator>) -> Option<Object> {
    delegate(this)
}

#[getter]
fn ag_code(this: &Obj<Generator>) -> Obj<Code> {
    this.code.clone()
}

#[getter]
fn ag_frame(vm: &Vm, this: &Obj<Generator>) -> Res<Option<Object>> {
    frame_of(vm, this)
}

#[getter]
fn ag_running(this: &Obj<Generator>) -> bool {
    has(this, RUNNING)
}

fn has(generator: &Generator, flag: u8) -> bool {
    generator.ag_flags.get() & flag != 0
}

fn set(generator: &Generator, flag: u8, on: bool) {
    let rest = generator.ag_flags.get() & !flag;
    generator.ag_flags.set(if on { rest | flag } else { rest });
}

/// The first time that somebody iterates: the event loop's hooks are told.
fn init_hooks(vm: &Vm, generator: &Obj<Generator>) -> Res<()> {
    if has(generator, HOOKS) {
        return Ok(());
    }
    set(generator, HOOKS, true);
    if let Some(hook) = vm.async_hooks.finalizer.get() {
        generator.rare().finalizer.set(hook);
    }
    if let Some(first) = vm.async_hooks.firstiter.get() {
        vm.call(&first, &[generator.as_object().clone()])?;
    }
    Ok(())
}

fn finalize(vm: &Vm, this: &Object) -> Res<()> {
    let generator = super::of(vm, this)?;
    if generator.state.get() != GeneratorState::Suspended {
        return Ok(());
    }
    if let Some(hook) = generator.rare.get().and_then(|r| r.finalizer.get())
        && !has(&generator, CLOSED)
    {
        return vm.call(&hook, std::slice::from_ref(this)).map(drop);
    }
    close_generator(vm, &generator)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Fresh,
    Iterating,
    Closed,
}

/// What an awaitable does with the generator.
enum Task {
    /// `asend(value)`, `__anext__()`.
    Send(Object),
    /// `athrow(exception)`.
    Throw(Object),
    Close,
}

/// The state of an awaitable.
struct Drive {
    generator: Obj<Generator>,
    task: Task,
    state: Cell<State>,
}

impl Drive {
    fn visit(&self, visitor: &mut Visitor) {
        visitor.visit(self.generator.as_object());
        if let Task::Send(object) | Task::Throw(object) = &self.task {
            visitor.visit(object);
        }
    }

    /// Done, whatever the reason.
    fn end(&self) {
        set(&self.generator, RUNNING, false);
        self.state.set(State::Closed);
    }

    fn reused(&self, vm: &Vm) -> Raised {
        vm.runtime_error(match self.task {
            Task::Send(_) => "cannot reuse already awaited __anext__()/asend()",
            _ => "cannot reuse already awaited aclose()/athrow()",
        })
    }

    fn running_already(&self, vm: &Vm) -> Raised {
        vm.runtime_error(match self.task {
            Task::Send(_) => "anext(): asynchronous generator is already running",
            Task::Throw(_) => "athrow(): asynchronous generator is already running",
            Task::Close => "aclose(): asynchronous generator is already running",
        })
    }

    /// `send(arg)`: start or go on. A return is the awaitable's result.
    fn send(&self, vm: &Vm, arg: &Object) -> Res<Resumed> {
        let sent = match (self.state.get(), &self.task) {
            (State::Closed, _) => return Err(self.reused(vm)),
            (State::Iterating, _) => Sent::Value(arg.clone()),
            (State::Fresh, Task::Send(value)) => {
                if has(&self.generator, RUNNING) {
                    self.state.set(State::Closed);
                    return Err(self.running_already(vm));
                }
                self.state.set(State::Iterating);
                Sent::Value(if arg.is_none() { value.clone() } else { arg.clone() })
            }
            (State::Fresh, task) => {
                if self.generator.state.get() == GeneratorState::Done {
                    self.state.set(State::Closed);
                    return Ok(Resumed::Return(Object::none()));
                }
                if has(&self.generator, RUNNING) {
                    self.state.set(State::Closed);
                    return Err(self.running_already(vm));
                }
                if has(&self.generator, CLOSED) {
                    self.state.set(State::Closed);
                    return Err(vm.raise_args(Exc::StopAsyncIteration, Vec::new()));
                }
                if !arg.is_none() {
                    return Err(
                        vm.runtime_error("can't send non-None value to a just-started coroutine")
                    );
                }
                self.state.set(State::Iterating);
                match task {
                    Task::Throw(exception) => Sent::Throw(exception.clone()),
                    _ => {
                        set(&self.generator, CLOSED, true);
                        let class = vm.types().exception(Exc::GeneratorExit);
                        Sent::Throw(vm.new_exception(&class, Vec::new())?)
                    }
                }
            }
        };
        set(&self.generator, RUNNING, true);
        let resumed = resume(vm, &self.generator, sent);
        self.settle(vm, resumed)
    }

    /// `throw(...)`.
    fn throw(&self, vm: &Vm, exception: Object) -> Res<Resumed> {
        match self.state.get() {
            State::Closed => return Err(self.reused(vm)),
            State::Fresh => {
                if has(&self.generator, RUNNING) {
                    self.state.set(State::Closed);
                    return Err(self.running_already(vm));
                }
                self.state.set(State::Iterating);
                set(&self.generator, RUNNING, true);
            }
            State::Iterating => {}
        }
        let resumed = resume(vm, &self.generator, Sent::Throw(exception));
        self.settle(vm, resumed)
    }

    /// What became of the generator, as the awaitable's own step.
    fn settle(&self, vm: &Vm, resumed: Res<Resumed>) -> Res<Resumed> {
        let closing = matches!(self.task, Task::Close);
        let raised = match resumed {
            Ok(Resumed::Yield(item)) => {
                let Some(value) = item.downcast::<AsyncValue>() else {
                    return Ok(Resumed::Yield(item));
                };
                self.end();
                if closing {
                    return Err(vm.runtime_error("async generator ignored GeneratorExit"));
                }
                return Ok(Resumed::Return(value.value.clone()));
            }
            Ok(Resumed::Return(_)) => vm.raise_args(Exc::StopAsyncIteration, Vec::new()),
            Err(raised) => raised,
        };
        self.end();
        let exception = vm.take_raised(raised);
        let is =
            |kind| vm.given_exception_matches(&exception, vm.types().exception(kind).as_object());
        if is(Exc::StopAsyncIteration) || is(Exc::GeneratorExit) {
            set(&self.generator, CLOSED, true);
            if closing {
                return Ok(Resumed::Return(Object::none()));
            }
        }
        Err(vm.raise(exception))
    }
}

macro_rules! awaitable {
    ($ty:ident, $spec:ident, $name:literal, $next:ident, $send:ident, $throw:ident, $close:ident) => {
        struct $ty(Drive);

        impl Payload for $ty {
            const GC: bool = true;
            const SPEC: Option<&'static TypeSpec> = Some(&$spec);
            fn traverse(&self, visitor: &mut Visitor) {
                self.0.visit(visitor);
            }
        }

        static $spec: TypeSpec = TypeSpec {
            flags: type_flags::NO_NEW,
            slots: Slots {
                await_: Some(|_, this| Ok(this.clone())),
                iter: Some(|_, this| Ok(this.clone())),
                next: Some($next),
                send: Some(|vm, this, arg| match this.downcast::<$ty>() {
                    Some(this) => this.0.send(vm, arg),
                    None => Ok(Resumed::Return(Object::none())),
                }),
                ..Slots::NONE
            },
            methods: natives![$send, $throw, $close],
            ..TypeSpec::new::<$ty>($name)
        };

        fn $next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
            match this.downcast::<$ty>() {
                Some(this) => outcome(vm, this.0.send(vm, &Object::none())?).map(Some),
                None => Ok(None),
            }
        }

        /// send(arg) -> let the generator go on, with arg as the value of its yield;
        /// raises what it ends with.
        #[native("(self, arg, /)", name = "send", no_signature)]
        fn $send(vm: &Vm, this: &Obj<$ty>, arg: &Object) -> Res {
            outcome(vm, this.0.send(vm, arg)?)
        }

        /// throw(value)
        /// throw(type[,value[,tb]])
        ///
        /// Let the generator go on with an exception; it raises what the generator ends with.
        #[native(
            "(self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)",
            name = "throw",
            no_signature
        )]
        fn $throw(
            vm: &Vm,
            this: &Obj<$ty>,
            kind: &Object,
            value: Maybe<&Object>,
            traceback: Maybe<&Object>,
        ) -> Res {
            let exception = thrown(vm, kind, value.given(), traceback.given())?;
            outcome(vm, this.0.throw(vm, exception)?)
        }

        /// close() -> give the step up: it cannot be awaited any more.
        #[native("(self, /)", name = "close", no_signature)]
        fn $close(this: &Obj<$ty>) {
            this.0.state.set(State::Closed);
        }
    };
}

awaitable!(
    AsyncSend,
    ASYNC_SEND,
    "async_generator_asend",
    asend_next,
    asend_send,
    asend_throw,
    asend_close
);
awaitable!(
    AsyncThrow,
    ASYNC_THROW,
    "async_generator_athrow",
    athrow_next,
    athrow_send,
    athrow_throw,
    athrow_close
);

fn drive(vm: &Vm, generator: &Obj<Generator>, task: Task) -> Res<Drive> {
    init_hooks(vm, generator)?;
    Ok(Drive { generator: generator.clone(), task, state: Cell::new(State::Fresh) })
}

fn anext(vm: &Vm, this: &Object) -> Res {
    let drive = drive(vm, &super::of(vm, this)?, Task::Send(Object::none()))?;
    Ok(vm.alloc(AsyncSend(drive))?.into_object())
}

/// asend(v) -> an awaitable that goes on with v as the value of the `yield`, up to the next one.
#[native("(self, value, /)", no_signature)]
fn asend(vm: &Vm, this: &Obj<Generator>, value: &Object) -> Res<Obj<AsyncSend>> {
    vm.alloc(AsyncSend(drive(vm, this, Task::Send(value.clone()))?))
}

/// athrow(typ[,val[,tb]]) -> an awaitable that goes on with an exception at the `yield`.
#[native("(self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)", no_signature)]
fn athrow(
    vm: &Vm,
    this: &Obj<Generator>,
    kind: &Object,
    value: Maybe<&Object>,
    traceback: Maybe<&Object>,
) -> Res<Obj<AsyncThrow>> {
    let exception = thrown(vm, kind, value.given(), traceback.given())?;
    vm.alloc(AsyncThrow(drive(vm, this, Task::Throw(exception))?))
}

/// aclose() -> an awaitable that ends the generator, which sees a GeneratorExit where it stands.
#[native("(self, /)", no_signature)]
fn aclose(vm: &Vm, this: &Obj<Generator>) -> Res<Obj<AsyncThrow>> {
    vm.alloc(AsyncThrow(drive(vm, this, Task::Close)?))
}
