//! The type defaultdict: a dict with one more word, the factory of missing values.

use crate::support::{
    Dict, Obj, Object, Res, Slots, Str, Tuple, Type, TypeSpec, Vm, class_getitem, dict_from_call,
    dict_merge, getsets, getter, guarded_repr, native, natives, set_word, setter, type_flags, word,
};

/// The word that holds the factory (unset: None).
const FACTORY: u32 = 0;

pub(super) static DEFAULTDICT: TypeSpec = TypeSpec {
    doc: "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\n\
          Looking up a missing key with d[key] calls the factory without arguments, stores the value\n\
          under the key and gives it. The other arguments are those of dict().",
    flags: type_flags::BASETYPE,
    base: Some(|vm| vm.types().dict.clone()),
    words: 1,
    slots: Slots {
        getitem: Some(getitem),
        init: Some(init),
        repr: Some(repr),
        or: Some(or),
        ..Slots::NONE
    },
    methods: natives![class_getitem, missing, copy, dunder_copy, reduce],
    getsets: getsets![default_factory: set_default_factory],
    ..TypeSpec::extending::<Dict>("collections.defaultdict")
};

fn dict<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Dict>> {
    object.downcast::<Dict>().ok_or_else(|| vm.system_error("a defaultdict was expected"))
}

fn factory(object: &Object) -> Option<Object> {
    word(object, FACTORY).filter(|f| !f.is_none())
}

fn class_of_defaultdict(vm: &Vm) -> Res<Obj<Type>> {
    vm.type_of_spec(&DEFAULTDICT)
}

fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    let positional = args.len().saturating_sub(names.map_or(0, |n| n.len()));
    let (first, rest) = match args.split_first() {
        Some((first, rest)) if positional > 0 => (Some(first), rest),
        _ => (None, args),
    };
    if first.is_some_and(|f| !f.is_none() && !vm.is_callable(f)) {
        return Err(vm.type_error("first argument must be callable or None"));
    }
    set_word(this, FACTORY, first.cloned());
    dict_from_call(vm, dict(vm, this)?, "dict", rest, names)
}

fn getitem(vm: &Vm, this: &Object, key: &Object) -> Res {
    if let Some(value) = dict(vm, this)?.get(vm, key)? {
        return Ok(value);
    }
    if vm.class_of(this).is_heap_type() {
        // A subclass may have a `__missing__` of its own.
        return match vm.call_special(this, &vm.names().__missing__, std::slice::from_ref(key))? {
            Some(value) => Ok(value),
            None => Err(vm.key_error(key)),
        };
    }
    make_missing(vm, this, key)
}

fn make_missing(vm: &Vm, this: &Object, key: &Object) -> Res {
    let Some(factory) = factory(this) else { return Err(vm.key_error(key)) };
    let value = vm.call(&factory, &[])?;
    vm.setitem(this, key, &value)?;
    Ok(value)
}

/// What D[key] does where there is no such key: keep the result of default_factory() under it, or
/// raise KeyError if that is None.
#[native("(self, key, /)", name = "__missing__", no_signature)]
fn missing(vm: &Vm, this: &Obj<Dict>, key: &Object) -> Res {
    make_missing(vm, this.as_object(), key)
}

/// A new instance of the same class with the same factory and entries.
#[native("(self, /)", no_signature)]
fn copy(vm: &Vm, this: &Obj<Dict>) -> Res {
    let this = this.as_object();
    let factory = factory(this).unwrap_or_else(Object::none);
    vm.call(vm.class_of(this).clone().as_object(), &[factory, this.clone()])
}

/// A new instance of the same class with the same factory and entries.
#[native("(self, /)", name = "__copy__", no_signature)]
fn dunder_copy(vm: &Vm, this: &Obj<Dict>) -> Res {
    copy(vm, this)
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<Dict>) -> Res<Obj<Tuple>> {
    let this = this.as_object();
    let args = vm.tuple(factory(this).into_iter().collect())?.into_object();
    let items = vm.call_method(this, "items", &[])?;
    let items = vm.iter(&items)?;
    let class = vm.class_of(this).clone().into_object();
    vm.tuple(vec![class, args, Object::none(), Object::none(), items])
}

/// What makes the values of missing keys, or None.
#[getter]
fn default_factory(vm: &Vm, this: &Object) -> Res {
    dict(vm, this)?;
    Ok(word(this, FACTORY).unwrap_or_else(Object::none))
}

#[setter]
fn set_default_factory(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    dict(vm, this)?;
    set_word(this, FACTORY, value.cloned());
    Ok(())
}

fn text_of(object: &Object) -> String {
    object.downcast::<Str>().map_or_else(String::new, |s| s.to_string_lossy())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let entries = match vm.types().dict.slots().repr {
        Some(repr) => text_of(&repr(vm, this)?),
        None => String::new(),
    };
    let factory = match word(this, FACTORY) {
        None => "None".to_owned(),
        Some(factory) => {
            // (A factory may be a method of this very dict.)
            let shown = guarded_repr(vm, &factory, "...", || Ok(vm.repr(&factory)?.into_object()))?;
            text_of(&shown)
        }
    };
    let name = vm.class_of(this).short_name();
    Ok(vm.str(&format!("{name}({factory}, {entries})"))?.into_object())
}

fn or(vm: &Vm, a: &Object, b: &Object) -> Res {
    if a.downcast::<Dict>().is_none() || b.downcast::<Dict>().is_none() {
        return Ok(Object::not_implemented());
    }
    let class = class_of_defaultdict(vm)?;
    let own = if vm.is_exact_instance(a, &class) { a } else { b };
    let factory = factory(own).unwrap_or_else(Object::none);
    let new = vm.call(vm.class_of(own).clone().as_object(), &[factory, a.clone()])?;
    dict_merge(vm, dict(vm, &new)?, b)?;
    Ok(new)
}
