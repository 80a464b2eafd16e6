//! isinstance and issubclass with their hooks; building classes.

use crate::native::{Kwargs, NativeDef, natives};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] = natives![__build_class__, isinstance, issubclass];

/// Whether the class of obj, or what obj says its class is, is the given one or inherits from it.
///
/// A tuple or a union of classes stands for any of them. Classes can decide otherwise with
/// `__instancecheck__()`.
#[native("(obj, class_or_tuple, /)")]
fn isinstance(vm: &Vm, obj: &Object, class_or_tuple: &Object) -> Res<bool> {
    is_instance(vm, obj, class_or_tuple)
}

/// Whether cls inherits from the other class; a class counts as inheriting from itself.
///
/// A tuple or a union of classes stands for any of them. Classes can decide otherwise with
/// `__subclasscheck__()`.
#[native("(cls, class_or_tuple, /)")]
fn issubclass(vm: &Vm, cls: &Object, class_or_tuple: &Object) -> Res<bool> {
    is_subclass(vm, cls, class_or_tuple)
}

/// __build_class__(func, name, /, *bases, [metaclass], **kwds) -> class
///
/// What a class statement calls; func runs the statement's body.
#[native("(*args, **kwargs)", no_signature)]
fn __build_class__(vm: &Vm, args: &[Object], kwargs: Kwargs) -> Res {
    let [function, name, bases @ ..] = args else {
        return Err(vm.type_error("__build_class__: not enough arguments"));
    };
    let Some(function) = function.downcast::<Function>() else {
        return Err(vm.type_error("__build_class__: func must be a function"));
    };
    if name.downcast::<Str>().is_none() {
        return Err(vm.type_error("__build_class__: name is not a string"));
    }
    let resolved = resolve_bases(vm, bases)?;
    let orig_bases = resolved.is_some().then_some(bases);
    let bases = vm.tuple(resolved.unwrap_or_else(|| bases.to_vec()))?;
    let (mut metaclass, mut words, mut values) = (None, Vec::new(), Vec::new());
    for (word, value) in kwargs.iter() {
        if word.equals("metaclass") {
            metaclass = Some(value.clone());
        } else {
            words.push(word.as_object().clone());
            values.push(value.clone());
        }
    }
    let words = vm.tuple(words)?;
    let words = Some(&words).filter(|w| !w.is_empty());
    let metaclass = metaclass.unwrap_or_else(|| match bases.as_slice().first() {
        Some(base) => vm.class_of(base).clone().into_object(),
        None => vm.types().type_.clone().into_object(),
    });
    // A metaclass that is no class (any callable) is taken as it is.
    let metaclass = match metaclass.downcast::<Type>() {
        Some(class) => most_derived_metaclass(vm, class, bases.as_slice())?.into_object(),
        None => metaclass,
    };
    let call = |callable: &Object, first: Vec<Object>| {
        let mut all = first;
        all.extend(values.iter().cloned());
        vm.call_with(callable, &all, words)
    };
    let start = || vec![name.clone(), bases.clone().into_object()];
    let namespace = match vm.getattr_opt(&metaclass, &vm.names().__prepare__)? {
        _ if metaclass.is(vm.types().type_.as_object()) => vm.new_dict()?.into_object(),
        Some(prepare) => call(&prepare, start())?,
        None => vm.new_dict()?.into_object(),
    };
    if vm.class_of(&namespace).slots().getitem.is_none() {
        let who = match metaclass.downcast::<Type>() {
            Some(class) => class.short_name(),
            None => "<metaclass>".to_owned(),
        };
        let got = vm.type_name(&namespace);
        return Err(
            vm.type_error(format_args!("{who}.__prepare__() must return a mapping, not {got}"))
        );
    }
    let cell = crate::vm::function_call::run_code(vm, function, Some(&namespace))?;
    if let Some(orig_bases) = orig_bases {
        let orig_bases = vm.tuple_from(orig_bases)?.into_object();
        vm.setitem(&namespace, vm.intern("__orig_bases__").as_object(), &orig_bases)?;
    }
    let mut parts = start();
    parts.push(namespace);
    let named = function.code().self_attributes().len();
    vm.interp().attribute_hint.set(u32::try_from(named).ok());
    let class = call(&metaclass, parts);
    vm.interp().attribute_hint.set(None);
    let class = class?;
    check_class_cell(vm, &class, &cell, name)?;
    Ok(class)
}

/// The classes that a tuple or a union (`int | str`) stands for.
fn alternatives(vm: &Vm, class: &Object) -> Res<Option<Obj<Tuple>>> {
    if let Some(tuple) = class.downcast::<Tuple>() {
        return Ok(Some(tuple.clone()));
    }
    if class.downcast::<crate::types::union::Union>().is_none() {
        return Ok(None);
    }
    let args = vm.getattr(class, &vm.names().__args__)?;
    Ok(args.downcast_into::<Tuple>().ok())
}

/// See `Vm::is_instance`.
pub fn is_instance(vm: &Vm, object: &Object, class: &Object) -> Res<bool> {
    if vm.class_of(object).as_object().is(class) {
        return Ok(true);
    }
    let metaclass = vm.class_of(class);
    if metaclass.is(&vm.types().type_) {
        return real_is_instance(vm, object, class);
    }
    if let Some(all) = alternatives(vm, class)? {
        return vm.recurse(" in __instancecheck__", || {
            for one in all.as_slice() {
                if is_instance(vm, object, one)? {
                    return Ok(true);
                }
            }
            Ok(false)
        });
    }
    let hook = vm.recurse(" in __instancecheck__", || {
        vm.call_special(class, &vm.names().__instancecheck__, std::slice::from_ref(object))
    })?;
    match hook {
        Some(answer) => vm.truth(&answer),
        None => real_is_instance(vm, object, class),
    }
}

/// What `type.__instancecheck__` answers: no hooks, but `__class__` is believed.
pub fn real_is_instance(vm: &Vm, object: &Object, class: &Object) -> Res<bool> {
    let own = vm.class_of(object);
    if let Some(class) = class.downcast::<Type>() {
        if own.is_subtype(class) {
            return Ok(true);
        }
        // Proxies lie about their class. Immediates and plain instances cannot.
        if own.slots().getattr.is_none() {
            let name = &vm.names().__class__;
            let (found, plain) = (own.lookup(vm, name), vm.types().object.lookup(vm, name));
            if let (Some(found), Some(plain)) = (found, plain)
                && found.is(&plain)
            {
                return Ok(false);
            }
        }
        return Ok(match vm.getattr_opt(object, &vm.names().__class__)? {
            Some(told) => match told.downcast::<Type>() {
                Some(told) if !told.is(vm.class_of(object)) => told.is_subtype(class),
                _ => false,
            },
            None => false,
        });
    }
    check_class(vm, class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match vm.getattr_opt(object, &vm.names().__class__)? {
        Some(told) => abstract_is_subclass(vm, &told, class),
        None => Ok(false),
    }
}

/// See `Vm::is_subclass`.
pub fn is_subclass(vm: &Vm, derived: &Object, class: &Object) -> Res<bool> {
    if vm.class_of(class).is(&vm.types().type_) {
        return Ok(derived.is(class) || real_is_subclass(vm, derived, class)?);
    }
    if let Some(all) = alternatives(vm, class)? {
        return vm.recurse(" in __subclasscheck__", || {
            for one in all.as_slice() {
                if is_subclass(vm, derived, one)? {
                    return Ok(true);
                }
            }
            Ok(false)
        });
    }
    let hook = vm.recurse(" in __subclasscheck__", || {
        vm.call_special(class, &vm.names().__subclasscheck__, std::slice::from_ref(derived))
    })?;
    match hook {
        Some(answer) => vm.truth(&answer),
        None => real_is_subclass(vm, derived, class),
    }
}

/// What `type.__subclasscheck__` answers: no hooks.
pub fn real_is_subclass(vm: &Vm, derived: &Object, class: &Object) -> Res<bool> {
    if let (Some(derived), Some(class)) = (derived.downcast::<Type>(), class.downcast::<Type>()) {
        return Ok(derived.is_subtype(class));
    }
    check_class(vm, derived, "issubclass() arg 1 must be a class")?;
    check_class(vm, class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    abstract_is_subclass(vm, derived, class)
}

/// `__bases__` of something that may stand for a class, if it is a tuple.
fn bases_of(vm: &Vm, class: &Object) -> Res<Option<Obj<Tuple>>> {
    let bases = vm.getattr_opt(class, &vm.names().__bases__)?;
    Ok(bases.and_then(|bases| bases.downcast_into::<Tuple>().ok()))
}

fn check_class(vm: &Vm, class: &Object, complaint: &str) -> Res<()> {
    match bases_of(vm, class)? {
        Some(_) => Ok(()),
        None => Err(vm.type_error(complaint)),
    }
}

fn abstract_is_subclass(vm: &Vm, derived: &Object, class: &Object) -> Res<bool> {
    vm.recurse(" in __issubclass__", || {
        if derived.is(class) {
            return Ok(true);
        }
        let Some(bases) = bases_of(vm, derived)? else { return Ok(false) };
        for base in bases.as_slice() {
            if abstract_is_subclass(vm, base, class)? {
                return Ok(true);
            }
        }
        Ok(false)
    })
}

/// The metaclass that is as derived as those of all bases.
pub fn most_derived_metaclass(vm: &Vm, metaclass: &Obj<Type>, bases: &[Object]) -> Res<Obj<Type>> {
    let mut winner = metaclass.clone();
    for base in bases {
        let own = vm.class_of(base);
        if winner.is_subtype(own) {
            continue;
        }
        if !own.is_subtype(&winner) {
            return Err(vm.type_error(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) \
                 subclass of the metaclasses of all its bases",
            ));
        }
        winner = own.clone();
    }
    Ok(winner)
}

/// Bases with what `__mro_entries__` of those that are no classes gives in their place; None if that is
/// nothing new.
pub fn resolve_bases(vm: &Vm, bases: &[Object]) -> Res<Option<Vec<Object>>> {
    let mut resolved: Option<Vec<Object>> = None;
    for (i, base) in bases.iter().enumerate() {
        let hook = match base.downcast::<Type>() {
            Some(_) => None,
            None => vm.getattr_opt(base, &vm.names().__mro_entries__)?,
        };
        let Some(hook) = hook else {
            if let Some(resolved) = &mut resolved {
                resolved.push(base.clone());
            }
            continue;
        };
        let given = vm.tuple_from(bases)?.into_object();
        let entries = vm.call(&hook, &[given])?;
        let Some(entries) = entries.downcast::<Tuple>() else {
            return Err(vm.type_error("__mro_entries__ must return a tuple"));
        };
        resolved.get_or_insert_with(|| bases[..i].to_vec()).extend_from_slice(entries.as_slice());
    }
    Ok(resolved)
}

/// After the metaclass made the class: the cell behind `super()` must hold it.
pub fn check_class_cell(vm: &Vm, class: &Object, cell: &Object, name: &Object) -> Res<()> {
    let (Some(_), Some(cell)) = (class.downcast::<Type>(), cell.downcast::<CellObject>()) else {
        return Ok(());
    };
    let shown = |object: &Object| vm.repr_string(object);
    match cell.value.get() {
        None => {
            let (name, class) = (shown(name)?, shown(class)?);
            Err(vm.runtime_error(format_args!(
                "__class__ not set defining {name} as {class}. Was __classcell__ propagated to \
                 type.__new__?"
            )))
        }
        Some(held) if !held.is(class) => Err(wrong_cell(vm, &held, name, class)?),
        Some(_) => Ok(()),
    }
}

#[cold]
fn wrong_cell(vm: &Vm, held: &Object, name: &Object, class: &Object) -> Res<Raised> {
    let (held, name, class) =
        (vm.repr_string(held)?, vm.repr_string(name)?, vm.repr_string(class)?);
    Ok(vm.type_error(format_args!("__class__ set to {held} defining {name} as {class}")))
}
