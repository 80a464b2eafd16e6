//! The types generator and coroutine: slots, methods, attributes. How windows move is vm/generator's.

mod asynchronous;
mod coroutine;

pub use asynchronous::ASYNC_GENERATOR;
pub use coroutine::COROUTINE;

use crate::bytecode::code::flags;
use crate::native::{GetSetDef, Maybe, NativeDef, class_getitem, getsets, natives};
use crate::object::*;
use crate::vm::generator::{
    Resumed, Sent, close as close_generator, delegate, next as next_of_generator, resume,
};
use crate::vm::{Res, Vm};
use taipan_macros::{getter, native, setter};

/// The type `generator`.
pub static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::WEAKREF | type_flags::NO_NEW,
    slots: Slots {
        iter: Some(|_, this| Ok(this.clone())),
        next: Some(next),
        repr: Some(repr),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: METHODS,
    getsets: GETSETS,
    ..TypeSpec::new::<Generator>("generator")
};

const METHODS: &[NativeDef] = natives![dunder_next, send, throw, close, class_getitem];
const GETSETS: &[GetSetDef] = getsets![
    __name__: set_name,
    __qualname__: set_qualname,
    gi_code,
    gi_frame,
    gi_running,
    gi_suspended,
    gi_yieldfrom
];

pub(super) fn of(vm: &Vm, this: &Object) -> Res<Obj<Generator>> {
    match this.downcast::<Generator>() {
        Some(generator) => Ok(generator.clone()),
        None => Err(vm.system_error("a generator was expected")),
    }
}

impl Generator {
    /// It is that of an `async def`.
    pub fn is_coroutine(&self) -> bool {
        self.code.flags & flags::COROUTINE != 0
    }
}

fn next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    match this.downcast_exact::<Generator>() {
        Some(generator) => next_of_generator(vm, generator),
        None => next_of_generator(vm, &of(vm, this)?),
    }
}

/// What comes out as a method's result: a return is StopIteration with the value.
pub(super) fn outcome(vm: &Vm, resumed: Resumed) -> Res {
    match resumed {
        Resumed::Yield(item) => Ok(item),
        Resumed::Return(value) => Err(vm.stop_iteration(value)),
    }
}

/// Implement next(self).
#[native("(self, /)", name = "__next__")]
fn dunder_next(vm: &Vm, this: &Obj<Generator>) -> Res {
    let resumed = resume(vm, this, Sent::Next)?;
    outcome(vm, resumed)
}

/// send(arg) -> put arg into coroutine or generator as the value of the `yield` where it stands,
/// and give what the next one has; StopIteration if it returns instead.
#[native("(self, arg, /)", no_signature)]
pub(super) fn send(vm: &Vm, this: &Obj<Generator>, arg: &Object) -> Res {
    let resumed = resume(vm, this, Sent::Value(arg.clone()))?;
    outcome(vm, resumed)
}

/// throw(value)
/// throw(type[,value[,tb]])
///
/// Raise an exception in coroutine or generator, at the `yield` where it stands; gives what send() would.
#[native("(self, type, value=<unrepresentable>, traceback=<unrepresentable>, /)", no_signature)]
pub(super) fn throw(
    vm: &Vm,
    this: &Obj<Generator>,
    kind: &Object,
    value: Maybe<&Object>,
    traceback: Maybe<&Object>,
) -> Res {
    let (value, traceback) = (value.given(), traceback.given());
    let exception = thrown(vm, kind, value, traceback)?;
    let args = [Some(kind), value, traceback].into_iter().flatten().cloned().collect();
    let resumed = resume(vm, this, Sent::ThrowArgs(exception, args))?;
    outcome(vm, resumed)
}

/// close() -> end it: a GeneratorExit comes up inside coroutine or generator, where it stands.
#[native("(self, /)", no_signature)]
pub(super) fn close(vm: &Vm, this: &Obj<Generator>) -> Res<()> {
    close_generator(vm, this)
}

/// The exception that the arguments of `throw()` mean.
pub fn thrown(vm: &Vm, kind: &Object, value: Option<&Object>, traceback: Option<&Object>) -> Res {
    let value = value.filter(|value| !value.is_none());
    let traceback = traceback.filter(|traceback| !traceback.is_none());
    if traceback.is_some_and(|traceback| traceback.downcast::<Traceback>().is_none()) {
        return Err(vm.type_error("throw() third argument must be a traceback object"));
    }
    let exception = if kind.downcast::<Exception>().is_some() {
        if value.is_some() {
            return Err(vm.type_error("instance exception may not have a separate value"));
        }
        kind.clone()
    } else if kind.downcast::<Type>().is_some_and(|class| class.has(type_flags::EXCEPTION)) {
        match value {
            Some(value) if vm.given_exception_matches(value, kind) => value.clone(),
            Some(value) => match value.downcast::<Tuple>() {
                Some(args) => vm.call(kind, args.as_slice())?,
                None => vm.call(kind, std::slice::from_ref(value))?,
            },
            None => vm.call(kind, &[])?,
        }
    } else {
        return Err(vm.type_error(format_args!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            vm.type_name(kind)
        )));
    };
    let Some(made) = exception.downcast::<Exception>() else {
        // The generator sees what is wrong with the class.
        let message = format!(
            "calling {} should have returned an instance of BaseException, not {}",
            vm.repr_string(kind)?,
            vm.type_name(&exception)
        );
        let raised = vm.type_error(&message);
        return Ok(vm.take_raised(raised));
    };
    if let Some(traceback) = traceback {
        made.traceback.set(traceback.clone());
    }
    Ok(exception)
}

pub(super) fn repr(vm: &Vm, this: &Object) -> Res {
    let generator = of(vm, this)?;
    let name = vm.to_str(&generator.qualname())?.to_string_lossy();
    let kind = vm.type_name(this);
    Ok(vm.str(&format!("<{kind} object {name} at {:#x}>", this.id()))?.into_object())
}

/// A generator dies: what it has suspended in `try` and `with` gets GeneratorExit.
pub(super) fn finalize(vm: &Vm, this: &Object) -> Res<()> {
    let generator = of(vm, this)?;
    let ended = match generator.state.get() {
        GeneratorState::Created if generator.is_coroutine() => {
            coroutine::never_awaited(vm, &generator)
        }
        // Without rows in the table and without a delegate nobody would see the exception.
        GeneratorState::Suspended
            if !generator.code.exceptions().is_empty() || delegate(&generator).is_some() =>
        {
            close_generator(vm, &generator)
        }
        _ => Ok(()),
    };
    if let Err(raised) = ended {
        vm.unraisable(raised, Some(this));
    }
    Ok(())
}

/// the name of the coroutine or generator
#[getter]
pub(super) fn __name__(this: &Obj<Generator>) -> Object {
    this.name()
}

#[setter(name = "__name__")]
pub(super) fn set_name(vm: &Vm, this: &Obj<Generator>, value: Option<&Object>) -> Res<()> {
    match value {
        Some(value) if value.downcast::<Str>().is_some() => {
            this.rare().own_name.set(value.clone());
            Ok(())
        }
        _ => Err(vm.type_error("__name__ must be set to a string object")),
    }
}

/// the name of the coroutine or generator, with those of the classes and functions around it
#[getter]
pub(super) fn __qualname__(this: &Obj<Generator>) -> Object {
    this.qualname()
}

#[setter(name = "__qualname__")]
pub(super) fn set_qualname(vm: &Vm, this: &Obj<Generator>, value: Option<&Object>) -> Res<()> {
    match value {
        Some(value) if value.downcast::<Str>().is_some() => {
            this.rare().own_qualname.set(value.clone());
            Ok(())
        }
        _ => Err(vm.type_error("__qualname__ must be set to a string object")),
    }
}

#[getter]
fn gi_code(this: &Obj<Generator>) -> Obj<Code> {
    this.code.clone()
}

#[getter]
fn gi_frame(vm: &Vm, this: &Obj<Generator>) -> Res<Option<Object>> {
    frame_of(vm, this)
}

#[getter]
fn gi_running(this: &Obj<Generator>) -> bool {
    this.state.get() == GeneratorState::Running
}

#[getter]
fn gi_suspended(this: &Obj<Generator>) -> bool {
    this.state.get() == GeneratorState::Suspended
}

/// the iterator of the `yield from` at which it stands, or None
#[getter]
fn gi_yieldfrom(this: &Obj<Generator>) -> Option<Object> {
    delegate(this)
}

/// The frame object, None once the generator is done.
pub(super) fn frame_of(vm: &Vm, generator: &Obj<Generator>) -> Res<Option<Object>> {
    if generator.state.get() == GeneratorState::Done {
        return Ok(None);
    }
    crate::vm::frame_object::of_generator(vm, generator).map(|f| Some(f.into_object()))
}
