//! The module _contextvars: values that belong to a context instead of a thread.
//!
//! A context owns a list of (variable, value) sorted by the variables' addresses, an object of its own
//! that contexts share: a copy of a context is one more owner of it, and who changes a list that has
//! other owners changes a copy. (Programs have few variables and copy contexts for every callback: copies
//! must cost nothing; a search among a dozen words costs less than a step in a tree.)
//!
//! Rust code uses [`current`], [`copy_current`], [`run`] and [`within`].

mod variable;

use crate::native::{Kwargs, Maybe, ModuleDef, NativeConstructor, natives};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};
use std::cell::{Cell, RefCell};
use taipan_macros::native;
use variable::ContextVar;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_contextvars",
    doc: "Variables that have a value of their own in each task or thread.",
    functions: natives![copy_context],
    types: &[&CONTEXT, &variable::VARIABLE, &variable::TOKEN],
    ..ModuleDef::EMPTY
};

/// What contexts share.
struct Values(RefCell<Vec<(Obj<ContextVar>, Object)>>);

impl Payload for Values {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&VALUES);
    fn traverse(&self, visitor: &mut Visitor) {
        for (variable, value) in self.0.borrow().iter() {
            visitor.visit(variable.as_object());
            visitor.visit(value);
        }
    }
    fn clear(&self) {
        drop(self.0.take());
    }
}

static VALUES: TypeSpec =
    TypeSpec { flags: type_flags::NO_NEW, ..TypeSpec::new::<Values>("_contextvars._values") };

/// The payload of `contextvars.Context`.
pub struct Context {
    /// `Values`; unset: none yet.
    values: Slot,
    /// The context that was current before this one was entered.
    previous: Slot,
    entered: Cell<bool>,
}

impl Payload for Context {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&CONTEXT);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.values);
        visitor.slot(&self.previous);
    }
    fn clear(&self) {
        drop(self.values.take());
        drop(self.previous.take());
    }
}

static CONTEXT: TypeSpec = TypeSpec {
    doc: "A mapping from context variables to their values.",
    flags: type_flags::WEAKREF,
    slots: Slots {
        new: Some(<context_new as NativeConstructor>::new),
        len: Some(|vm, this| Ok(of(vm, this)?.len())),
        getitem: Some(getitem),
        contains: Some(contains),
        iter: Some(|vm, this| iterate(vm, of(vm, this)?, |variable, _| variable.clone())),
        richcmp: Some(compare),
        hash: Some(no_hash),
        ..Slots::NONE
    },
    methods: natives![get, items, keys, values, copy, run_method],
    fill: Some(|vm, class| class.dict.set_named(vm, "__hash__", Object::none())),
    ..TypeSpec::new::<Context>("_contextvars.Context")
};

fn of<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Context>> {
    object.downcast::<Context>().ok_or_else(|| vm.system_error("a context was expected"))
}

#[native("(cls, *args, **kwargs)", constructor, name = "Context")]
fn context_new(vm: &Vm, cls: &Obj<Type>, args: &[Object], kwargs: Kwargs) -> Res<Obj<Context>> {
    if !args.is_empty() || !kwargs.is_empty() {
        return Err(vm.type_error("Context() does not accept any arguments"));
    }
    vm.alloc_of(cls, Context::with(None))
}

impl Context {
    fn with(values: Option<Object>) -> Context {
        Context { values: values.into(), previous: Slot::empty(), entered: Cell::new(false) }
    }

    fn len(&self) -> usize {
        self.values.get_as::<Values>().map_or(0, |v| v.0.borrow().len())
    }

    /// The value of a variable.
    #[inline]
    fn lookup(&self, variable: &Obj<ContextVar>) -> Option<Object> {
        let values = self.values.get_as::<Values>()?;
        let list = values.0.borrow();
        let at = place(&list, variable).ok()?;
        list.get(at).map(|(_, value)| value.clone())
    }

    /// Set or unset a variable, giving its old value.
    fn store(
        &self,
        vm: &Vm,
        variable: &Obj<ContextVar>,
        value: Option<Object>,
    ) -> Res<Option<Object>> {
        let values = self.own_values(vm)?;
        let mut list = values.0.borrow_mut();
        let found = place(&list, variable);
        let old = match (found, value) {
            (Ok(at), Some(value)) => {
                list.get_mut(at).map(|entry| std::mem::replace(&mut entry.1, value))
            }
            (Ok(at), None) => Some(list.remove(at).1),
            (Err(at), Some(value)) => {
                if list.try_reserve(1).is_err() {
                    drop(list);
                    return Err(vm.no_memory(NoMemory));
                }
                list.insert(at, (variable.clone(), value));
                None
            }
            (Err(_), None) => None,
        };
        drop(list);
        Ok(old)
    }

    /// The values with no other owner.
    fn own_values(&self, vm: &Vm) -> Res<Obj<Values>> {
        let shared = match self.values.get_as::<Values>() {
            // (This reference and the slot's.)
            Some(values) if values.as_object().refcount() <= 2 => return Ok(values),
            shared => shared,
        };
        let mut copy = Vec::new();
        if let Some(shared) = shared {
            let list = shared.0.borrow();
            if copy.try_reserve_exact(list.len() + 1).is_err() {
                drop(list);
                return Err(vm.no_memory(NoMemory));
            }
            copy.extend(list.iter().cloned());
        }
        let values = vm.alloc(Values(RefCell::new(copy)))?;
        self.values.set(values.as_object().clone());
        Ok(values)
    }
}

/// Where a variable is or belongs.
#[inline]
fn place(list: &[(Obj<ContextVar>, Object)], variable: &Obj<ContextVar>) -> Result<usize, usize> {
    let id = variable.as_object().id();
    list.binary_search_by_key(&id, |(variable, _)| variable.as_object().id())
}

/// The calling thread's current context.
pub fn current(vm: &Vm) -> Res<Obj<Context>> {
    if let Some(context) = vm.context.get_as::<Context>() {
        return Ok(context);
    }
    let context = vm.alloc(Context::with(None))?;
    vm.context.set(context.as_object().clone());
    Ok(context)
}

/// A copy of a context.
pub fn copy_of(vm: &Vm, context: &Obj<Context>) -> Res<Obj<Context>> {
    vm.alloc(Context::with(context.values.get()))
}

/// A copy of the calling thread's current context: what `copy_context()` gives.
pub fn copy_current(vm: &Vm) -> Res<Obj<Context>> {
    match vm.context.get_as::<Context>() {
        Some(context) => copy_of(vm, &context),
        None => vm.alloc(Context::with(None)),
    }
}

/// Run `f` with a context as the current one; RuntimeError if it is entered already.
pub fn within<T>(vm: &Vm, context: &Obj<Context>, f: impl FnOnce() -> Res<T>) -> Res<T> {
    if context.entered.replace(true) {
        return Err(already_entered(vm, context));
    }
    context.previous.assign(vm.context.replace(context.as_object().clone()));
    let result = f();
    drop(vm.context.take());
    vm.context.assign(context.previous.take());
    context.entered.set(false);
    result
}

#[cold]
fn already_entered(vm: &Vm, context: &Obj<Context>) -> Raised {
    match vm.repr_string(context.as_object()) {
        Ok(shown) => {
            vm.runtime_error(format_args!("cannot enter context: {shown} is already entered"))
        }
        Err(raised) => raised,
    }
}

/// Call a function in a context: `context.run(callable, *args)`.
pub fn run(
    vm: &Vm,
    context: &Obj<Context>,
    callable: &Object,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res {
    within(vm, context, || vm.call_with(callable, args, names))
}

/// A new Context with what all variables are now; it costs the same for many variables as for few.
#[native("()")]
fn copy_context(vm: &Vm) -> Res<Obj<Context>> {
    copy_current(vm)
}

fn variable<'a>(vm: &Vm, key: &'a Object) -> Res<&'a Obj<ContextVar>> {
    match key.downcast::<ContextVar>() {
        Some(variable) => Ok(variable),
        None => {
            let shown = vm.repr_string(key)?;
            Err(vm.type_error(format_args!("a ContextVar key was expected, got {shown}")))
        }
    }
}

fn getitem(vm: &Vm, this: &Object, key: &Object) -> Res {
    of(vm, this)?.lookup(variable(vm, key)?).ok_or_else(|| vm.key_error(key))
}

fn contains(vm: &Vm, this: &Object, key: &Object) -> Res<bool> {
    Ok(of(vm, this)?.lookup(variable(vm, key)?).is_some())
}

fn no_hash(vm: &Vm, this: &Object) -> Res<i64> {
    Err(vm.type_error(format_args!("unhashable type: '{}'", vm.type_name(this))))
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y), CmpOp::Eq | CmpOp::Ne) =
        (a.downcast::<Context>(), b.downcast::<Context>(), op)
    else {
        return Ok(Object::not_implemented());
    };
    Ok(Object::bool(equal(vm, x, y)? == (op == CmpOp::Eq)))
}

fn equal(vm: &Vm, x: &Obj<Context>, y: &Obj<Context>) -> Res<bool> {
    if x.len() != y.len() {
        return Ok(false);
    }
    for (variable, value) in x.snapshot() {
        match y.lookup(&variable) {
            Some(other) if vm.eq(&value, &other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

impl Context {
    fn snapshot(&self) -> Vec<(Obj<ContextVar>, Object)> {
        self.values.get_as::<Values>().map_or_else(Vec::new, |v| v.0.borrow().clone())
    }
}

/// An iterator over what `f` makes of the entries as they are now.
fn iterate(vm: &Vm, this: &Obj<Context>, f: impl Fn(&Object, &Object) -> Object) -> Res {
    let entries = this.snapshot();
    let items = entries.iter().map(|(variable, value)| f(variable.as_object(), value)).collect();
    vm.iter(vm.list(items)?.as_object())
}

/// The value of a variable in this context, or the default.
#[native("(self, key, default=None, /)")]
fn get(vm: &Vm, this: &Obj<Context>, key: &Object, default: Maybe<&Object>) -> Res {
    match (this.lookup(variable(vm, key)?), default) {
        (Some(value), _) => Ok(value),
        (None, Maybe::Given(default)) => Ok(default.clone()),
        (None, Maybe::Absent) => Ok(Object::none()),
    }
}

/// Pairs of variable and value.
#[native("(self, /)")]
fn items(vm: &Vm, this: &Obj<Context>) -> Res {
    let mut pairs = Vec::new();
    for (variable, value) in this.snapshot() {
        pairs.push(vm.pair(variable.into_object(), value)?.into_object());
    }
    vm.iter(vm.list(pairs)?.as_object())
}

/// The variables that have a value here.
#[native("(self, /)")]
fn keys(vm: &Vm, this: &Obj<Context>) -> Res {
    iterate(vm, this, |variable, _| variable.clone())
}

/// The values of the variables.
#[native("(self, /)")]
fn values(vm: &Vm, this: &Obj<Context>) -> Res {
    iterate(vm, this, |_, value| value.clone())
}

/// A context with the same values.
#[native("(self, /)")]
fn copy(vm: &Vm, this: &Obj<Context>) -> Res<Obj<Context>> {
    copy_of(vm, this)
}

/// run(callable, *args, **kwargs) -> the result of callable(*args, **kwargs), called in this context
#[native("(self, *args, **kwargs)", name = "run", no_signature)]
fn run_method(vm: &Vm, this: &Obj<Context>, args: &[Object], kwargs: Kwargs) -> Res {
    let Some((callable, args)) = args.split_first() else {
        return Err(vm.type_error("run() missing 1 required positional argument"));
    };
    if kwargs.is_empty() {
        return run(vm, this, callable, args, None);
    }
    let mut all = args.to_vec();
    let mut names = Vec::new();
    for (name, value) in kwargs.iter() {
        names.push(name.as_object().clone());
        all.push(value.clone());
    }
    run(vm, this, callable, &all, Some(&vm.tuple(names)?))
}
