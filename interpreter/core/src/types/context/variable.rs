//! The types ContextVar and Token.

use super::{Context, current};
use crate::native::{Maybe, NativeConstructor, class_getitem, getsets, natives, readonly};
use crate::object::*;
use crate::vm::{Res, Vm};
use std::cell::Cell;
use taipan_macros::{getter, native};

/// The payload of `contextvars.ContextVar`.
pub struct ContextVar {
    name: Obj<Str>,
    default: Slot,
}

impl Payload for ContextVar {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&VARIABLE);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.name.as_object());
        visitor.slot(&self.default);
    }
    fn clear(&self) {
        drop(self.default.take());
    }
}

pub(super) static VARIABLE: TypeSpec = TypeSpec {
    doc: "ContextVar(name, *, default) -> a variable whose value depends on the current context",
    slots: Slots {
        new: Some(<variable_new as NativeConstructor>::new),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![class_getitem, get, set, reset],
    getsets: getsets![name: readonly],
    ..TypeSpec::new::<ContextVar>("_contextvars.ContextVar")
};

#[native("(cls, name, *, default=<unrepresentable>)", constructor, name = "ContextVar")]
fn variable_new(
    vm: &Vm,
    cls: &Obj<Type>,
    name: &Object,
    default: Maybe<&Object>,
) -> Res<Obj<ContextVar>> {
    let Some(name) = name.downcast::<Str>() else {
        return Err(vm.type_error("context variable name must be a str"));
    };
    let default = Slot::from(default.given().cloned());
    vm.alloc_of(cls, ContextVar { name: name.clone(), default })
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(variable) = this.downcast::<ContextVar>() else {
        return Err(vm.system_error("a context variable was expected"));
    };
    let name = vm.repr_string(variable.name.as_object())?;
    let default = match variable.default.get() {
        Some(default) => format!(" default={}", vm.repr_string(&default)?),
        None => String::new(),
    };
    Ok(vm.str(&format!("<ContextVar name={name}{default} at {:#x}>", this.id()))?.into_object())
}

/// The name that the variable was made with.
#[getter]
fn name(this: &Obj<ContextVar>) -> Obj<Str> {
    this.name.clone()
}

/// What the variable stands for here and now. Where nothing was set it is the default given here, that of the
/// variable otherwise, and LookupError if there is neither.
#[native("(self, default=<unrepresentable>, /)")]
fn get(vm: &Vm, this: &Obj<ContextVar>, default: Maybe<&Object>) -> Res {
    if let Some(context) = vm.context.get_as::<Context>()
        && let Some(value) = context.lookup(this)
    {
        return Ok(value);
    }
    if let Maybe::Given(default) = default {
        return Ok(default.clone());
    }
    match this.default.get() {
        Some(default) => Ok(default),
        None => Err(vm.raise_args(Exc::LookupError, vec![this.as_object().clone()])),
    }
}

/// Change the value, for this context only. Gives a token by which reset() can undo it.
#[native("(self, value, /)")]
fn set(vm: &Vm, this: &Obj<ContextVar>, value: &Object) -> Res<Obj<Token>> {
    let context = current(vm)?;
    let old = context.store(vm, this, Some(value.clone()))?;
    vm.alloc(Token {
        context: Slot::new(context.into_object()),
        variable: Slot::new(this.as_object().clone()),
        old: old.into(),
        used: Cell::new(false),
    })
}

/// Undo the set() that gave the token: the old value counts again, or none does.
#[native("(self, token, /)")]
fn reset(vm: &Vm, this: &Obj<ContextVar>, token: &Object) -> Res<()> {
    let Some(made) = token.downcast::<Token>() else {
        return Err(vm.type_error(format_args!(
            "expected an instance of Token, got {}",
            vm.repr_string(token)?
        )));
    };
    let shown = |vm: &Vm| vm.repr_string(token);
    if made.used.get() {
        return Err(vm.runtime_error(format_args!("{} has already been used once", shown(vm)?)));
    }
    if !made.variable.get().is_some_and(|v| v.is(this.as_object())) {
        return Err(
            vm.value_error(format_args!("{} was created by a different ContextVar", shown(vm)?))
        );
    }
    let context = current(vm)?;
    if !made.context.get().is_some_and(|c| c.is(context.as_object())) {
        return Err(
            vm.value_error(format_args!("{} was created in a different Context", shown(vm)?))
        );
    }
    made.used.set(true);
    let old = context.store(vm, this, made.old.get())?;
    drop(old);
    Ok(())
}

/// The payload of `contextvars.Token`.
pub(super) struct Token {
    context: Slot,
    variable: Slot,
    /// Unset: the variable had no value.
    old: Slot,
    used: Cell<bool>,
}

impl Payload for Token {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&TOKEN);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.context);
        visitor.slot(&self.variable);
        visitor.slot(&self.old);
    }
    fn clear(&self) {
        drop(self.context.take());
        drop(self.variable.take());
        drop(self.old.take());
    }
}

pub(super) static TOKEN: TypeSpec = TypeSpec {
    doc: "What ContextVar.set() returns.",
    slots: Slots {
        new: Some(token_new),
        repr: Some(token_repr),
        richcmp: Some(token_compare),
        hash: Some(no_hash),
        ..Slots::NONE
    },
    methods: natives![class_getitem],
    getsets: getsets![var: readonly, old_value: readonly],
    fill: Some(|vm, class| {
        class.dict.set_named(vm, "__hash__", Object::none())?;
        class.dict.set_named(vm, "MISSING", missing(vm)?)
    }),
    ..TypeSpec::new::<Token>("_contextvars.Token")
};

fn token_new(
    vm: &Vm,
    _: &Obj<Type>,
    _: &[Object],
    _: Option<&Obj<taipan_core::object::Tuple>>,
) -> Res {
    Err(vm.runtime_error("Tokens can only be created by ContextVars"))
}

fn no_hash(vm: &Vm, this: &Object) -> Res<i64> {
    Err(vm.type_error(format_args!("unhashable type: '{}'", vm.type_name(this))))
}

fn token_compare(_: &Vm, _: &Object, _: &Object, _: CmpOp) -> Res {
    Ok(Object::not_implemented())
}

fn token_repr(vm: &Vm, this: &Object) -> Res {
    let Some(token) = this.downcast::<Token>() else {
        return Err(vm.system_error("a token was expected"));
    };
    let variable = vm.repr_string(&token.variable.get().unwrap_or_else(Object::none))?;
    let used = if token.used.get() { " used" } else { "" };
    Ok(vm.str(&format!("<Token{used} var={variable} at {:#x}>", this.id()))?.into_object())
}

/// The variable that the token was made by.
#[getter]
fn var(this: &Obj<Token>) -> Object {
    this.variable.get().unwrap_or_else(Object::none)
}

/// The variable's value before, Token.MISSING if it had none.
#[getter]
fn old_value(vm: &Vm, this: &Obj<Token>) -> Res {
    match this.old.get() {
        Some(old) => Ok(old),
        None => missing(vm),
    }
}

/// `Token.MISSING`.
struct Missing;

impl Payload for Missing {
    const SPEC: Option<&'static TypeSpec> = Some(&MISSING);
}

static MISSING: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        repr: Some(|vm, _| Ok(vm.str("<Token.MISSING>")?.into_object())),
        ..Slots::NONE
    },
    ..TypeSpec::new::<Missing>("_contextvars.TokenMissing")
};

#[derive(Default)]
struct TheMissing(Slot);

fn missing(vm: &Vm) -> Res {
    let state = vm.interp().state::<TheMissing>();
    if let Some(known) = state.0.get() {
        return Ok(known);
    }
    let made = vm.alloc(Missing)?.into_object();
    state.0.set(made.clone());
    Ok(made)
}
