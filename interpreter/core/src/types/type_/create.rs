//! Making classes: `type.__new__`.
//!
//! **Invariant:** a class is listed with its bases, has its order and its slots before any Python code
//! (`__set_name__`, `__init_subclass__`) sees it; until then failure just drops it.

use super::{layout, mro, slots};
use crate::native::GetSetDef;
use crate::object::*;
use crate::text::order::sort_seldom_by;
use crate::types::class_methods::{class_method, static_method};
use crate::types::descriptors::{Member, add_getset};
use crate::vm::{Raised, Res, Vm};

/// Inline attributes of instances when nothing is known of the class body.
const ATTRIBUTES: u32 = 8;
const MIN_ATTRIBUTES: u32 = 4;
const MAX_ATTRIBUTES: u32 = 60;
const SPARE: u32 = 2;

static DICT: GetSetDef = GetSetDef {
    name: "__dict__",
    doc: "dictionary for instance variables (if defined)",
    get: instance_dict,
    set: Some(set_instance_dict),
};

static WEAKREF: GetSetDef = GetSetDef {
    name: "__weakref__",
    doc: "list of weak references to the object (if defined)",
    get: first_weakref,
    set: None,
};

/// The row of `__dict__` for classes whose instances have an attribute area.
pub(crate) fn dict_row() -> &'static GetSetDef {
    &DICT
}

fn instance_dict(vm: &Vm, this: &Object) -> Res {
    if instance::has_attributes(this) {
        return Ok(instance::materialize(vm, this)?.into_object());
    }
    match vm.native_dict(this) {
        Some(d) => Ok(d.into_object()),
        // A class whose metaclass has a plain class before `type`.
        None if this.downcast::<Type>().is_some() => super::dict(vm, this),
        None => Err(vm.attribute_error("This object has no __dict__")),
    }
}

fn set_instance_dict(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    if !instance::has_attributes(this) {
        let is_class = this.downcast::<Type>().is_some();
        return Err(vm.attribute_error(if is_class {
            "attribute '__dict__' of 'type' objects is not writable"
        } else {
            "This object has no __dict__"
        }));
    }
    let dict = match value {
        None if native_base_has_dict(vm.class_of(this)) => {
            return Err(vm.type_error("cannot delete __dict__"));
        }
        None => vm.new_dict()?,
        Some(v) => match v.downcast::<Dict>() {
            Some(d) => d.clone(),
            None => {
                let got = vm.type_name(v);
                return Err(vm.type_error(format_args!(
                    "__dict__ must be set to a dictionary, not a '{got}'"
                )));
            }
        },
    };
    instance::replace_dict(vm, this, dict)
}

/// Whether the attributes of an instance are those of a native type that takes some.
fn native_base_has_dict(class: &Obj<Type>) -> bool {
    let mut at = class.clone();
    while at.is_heap_type() {
        match at.base.get_as::<Type>() {
            Some(base) => at = base,
            None => return false,
        }
    }
    at.has(type_flags::DICT)
}

fn first_weakref(vm: &Vm, this: &Object) -> Res {
    let all = weakref::references_to(vm, this);
    Ok(all.into_iter().next().map_or(Object::none(), Obj::into_object))
}

/// Slot `init` of `type`: only looks at the number of arguments.
pub(super) fn type_init(
    vm: &Vm,
    _: &Object,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res<()> {
    let named = names.map_or(0, |n| n.len());
    let positional = args.len().saturating_sub(named);
    if named > 0 && positional == 1 {
        return Err(vm.type_error("type.__init__() takes no keyword arguments"));
    }
    if positional != 1 && positional != 3 {
        return Err(vm.type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

/// Slot `new` of `type`.
pub(super) fn type_new(
    vm: &Vm,
    meta: &Obj<Type>,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res {
    let named = names.map_or(0, |n| n.len());
    let positional = args.get(..args.len().saturating_sub(named)).unwrap_or(&[]);
    let [name, bases, namespace] = positional else {
        let given = positional.len();
        return Err(
            vm.type_error(format_args!("type.__new__() takes exactly 3 arguments ({given} given)"))
        );
    };
    let wrong = |i: u32, expected: &str, got: &Object| -> Raised {
        let got = vm.type_name(got);
        vm.type_error(format_args!("type.__new__() argument {i} must be {expected}, not {got}"))
    };
    let name = name.downcast::<Str>().ok_or_else(|| wrong(1, "str", name))?;
    let bases = bases.downcast::<Tuple>().ok_or_else(|| wrong(2, "tuple", bases))?;
    let namespace = namespace.downcast::<Dict>().ok_or_else(|| wrong(3, "dict", namespace))?;
    for b in bases.as_slice() {
        if b.downcast::<Type>().is_some() {
            continue;
        }
        if vm.getattr_opt(b, &vm.names().__mro_entries__)?.is_some() {
            return Err(
                vm.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
            );
        }
    }
    let winner = crate::builtins::classes::most_derived_metaclass(vm, meta, bases.as_slice())?;
    if !winner.is(meta) {
        let same = match (winner.slots().new, vm.types().type_.slots().new) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            _ => false,
        };
        if !same {
            return match winner.slots().new {
                Some(new) => new(vm, &winner, args, names),
                None => Err(
                    vm.type_error(format_args!("cannot create '{}' instances", winner.full_name()))
                ),
            };
        }
    }
    let keywords: Vec<(Object, Object)> = names
        .map(|n| {
            n.as_slice().iter().cloned().zip(args[args.len() - named..].iter().cloned()).collect()
        })
        .unwrap_or_default();
    Ok(new_class(vm, &winner, name, bases, namespace, &keywords)?.into_object())
}

/// What `__slots__` asks for.
#[derive(Default)]
struct Wanted {
    members: Vec<Obj<Str>>,
    dict: bool,
    weakref: bool,
}

/// Make a class; `keywords` go to `__init_subclass__`.
pub fn new_class(
    vm: &Vm,
    meta: &Obj<Type>,
    name: &Obj<Str>,
    bases: &Obj<Tuple>,
    namespace: &Obj<Dict>,
    keywords: &[(Object, Object)],
) -> Res<Obj<Type>> {
    let bases = match bases.is_empty() {
        true => vm.tuple(vec![vm.types().object.clone().into_object()])?,
        false if bases.as_object().is_kind(Kind::Tuple) => bases.clone(),
        false => vm.tuple(bases.as_slice().to_vec())?,
    };
    let base = layout::best_base(vm, bases.as_slice())?;
    if vm.utf8(name)?.contains('\0') {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    let dict = vm.new_dict()?;
    for (k, v) in namespace.snapshot() {
        // Names are interned: look-ups of attributes go by identity.
        match k.downcast::<Str>() {
            Some(k) => dict.set_str(vm, &vm.intern_str(k), v)?,
            None => dict.set(vm, &k, v)?,
        }
    }
    let wanted = wanted_slots(vm, name, &base, &bases, &dict)?;
    let qualname = take_qualname(vm, name, &dict)?;
    let named = named_attributes(vm);
    let has_attributes = wanted.dict || base.attr_offset.get() != 0;
    let attributes = has_attributes.then(|| capacity(&base, &bases, named));
    let exact_name = vm.intern_str(name);
    let members = u32::try_from(wanted.members.len()).unwrap_or(u32::MAX).min(1 << 20);
    let record = Type::new_heap(vm, exact_name, qualname, &base, dict, members, attributes);
    record.attr_named.set(named);
    let class = vm.alloc_typed(meta, record, 0)?;
    class.bases.set(bases.clone().into_object());
    if wanted.dict {
        class.add_flags(type_flags::DICT);
    }
    if wanted.weakref {
        class.add_flags(type_flags::WEAKREF);
    }
    fill_dict(vm, &class, &base, &wanted)?;
    mro::set_order(vm, &class)?;
    inherit_flags(&class);
    match mro::is_single(&class) {
        Some(base) => slots::fix_single(vm, &class, &base),
        None => slots::fix_all(vm, &class),
    }
    hash_follows_eq(vm, &class)?;
    mro::add_to_bases(&class);
    set_class_cell(vm, &class)?;
    call_set_name(vm, &class)?;
    call_init_subclass(vm, &class, keywords)?;
    Ok(class)
}

/// `__qualname__` of the namespace, taken out.
fn take_qualname(vm: &Vm, name: &Obj<Str>, dict: &Obj<Dict>) -> Res<Obj<Str>> {
    let Some(found) = dict.remove_str(vm, &vm.names().__qualname__) else {
        return Ok(name.clone());
    };
    found.downcast_into::<Str>().map_err(|o| {
        let got = vm.type_name(&o);
        vm.type_error(format_args!("type __qualname__ must be a str, not {got}"))
    })
}

fn wanted_slots(
    vm: &Vm,
    name: &Obj<Str>,
    base: &Obj<Type>,
    bases: &Obj<Tuple>,
    dict: &Obj<Dict>,
) -> Res<Wanted> {
    let items = layout::has_items(base) && !base.has(type_flags::TYPE);
    let may_dict = !base.has(type_flags::DICT);
    let may_weakref = !base.has(type_flags::WEAKREF) && !items;
    let mut wanted = Wanted::default();
    let Some(given) = dict.get_str(vm, &vm.names().__slots__) else {
        wanted.dict = may_dict;
        wanted.weakref = may_weakref;
        return Ok(wanted);
    };
    let names = match given.downcast::<Str>() {
        Some(_) => vec![given.clone()],
        None => vm.collect(&given)?,
    };
    if !names.is_empty() && layout::has_items(base) {
        let shown = base.full_name();
        return Err(vm.type_error(format_args!(
            "nonempty __slots__ not supported for subtype of '{shown}'"
        )));
    }
    for n in &names {
        let Some(n) = n.downcast::<Str>() else {
            let got = vm.type_name(n);
            return Err(vm.type_error(format_args!("__slots__ items must be strings, not '{got}'")));
        };
        if !crate::text::unicode::is_identifier(n.as_text()) {
            return Err(vm.type_error("__slots__ must be identifiers"));
        }
        if n.equals("__dict__") {
            if !may_dict || wanted.dict {
                return Err(vm.type_error("__dict__ slot disallowed: we already got one"));
            }
            wanted.dict = true;
        } else if n.equals("__weakref__") {
            if !may_weakref || wanted.weakref {
                return Err(vm.type_error("__weakref__ slot disallowed: we already got one"));
            }
            wanted.weakref = true;
        } else {
            let mangled = mangle(vm, name, n)?;
            if dict.get_str(vm, &mangled).is_some()
                && !mangled.equals("__qualname__")
                && !mangled.equals("__classcell__")
            {
                let shown = vm.repr_string(mangled.as_object())?;
                return Err(vm.value_error(format_args!(
                    "{shown} in __slots__ conflicts with class variable"
                )));
            }
            wanted.members.push(mangled);
        }
    }
    sort_seldom_by(&mut wanted.members, &|a, b| a.as_text() < b.as_text());
    // Other bases may bring a dict or weak references all the same.
    for b in bases.as_slice().iter().filter_map(|b| b.downcast::<Type>()).filter(|b| !b.is(base)) {
        wanted.dict |= may_dict && b.has(type_flags::DICT);
        wanted.weakref |= may_weakref && b.has(type_flags::WEAKREF);
    }
    Ok(wanted)
}

/// `__x` in class `C` is `_C__x`.
fn mangle(vm: &Vm, class: &Obj<Str>, name: &Obj<Str>) -> Res<Obj<Str>> {
    let (text, class) = (vm.utf8(name)?, vm.utf8(class)?);
    let class = class.trim_start_matches('_');
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') || class.is_empty() {
        return Ok(vm.intern_str(name));
    }
    Ok(vm.intern(&format!("_{class}{text}")))
}

/// How many attributes of instances the methods of a class body name, as `__build_class__` noted.
fn named_attributes(vm: &Vm) -> u32 {
    vm.interp().attribute_hint.take().unwrap_or(0).min(MAX_ATTRIBUTES)
}

/// Inline attribute slots: those that the methods of the class and of all its bases name, and a few to spare;
/// never fewer than the base's.
fn capacity(base: &Obj<Type>, bases: &Obj<Tuple>, named: u32) -> u32 {
    let mut seen: Vec<*const Type> = Vec::new();
    let mut sum = named;
    for b in bases.as_slice().iter().filter_map(|b| b.downcast::<Type>()) {
        let order = b.mro_tuple();
        let all = order.as_ref().map_or(&[][..], |o| o.as_slice());
        for t in all.iter().filter_map(|t| t.downcast::<Type>()) {
            let record: *const Type = &**t;
            if t.attr_named.get() != 0 && !seen.contains(&record) {
                seen.push(record);
                sum = sum.saturating_add(t.attr_named.get());
            }
        }
    }
    let wanted = if sum == 0 { ATTRIBUTES } else { sum.saturating_add(SPARE) };
    wanted.max(base.attr_cap.get()).clamp(MIN_ATTRIBUTES, MAX_ATTRIBUTES)
}

/// The entries that every class gets, in CPython's order.
fn fill_dict(vm: &Vm, class: &Obj<Type>, base: &Obj<Type>, wanted: &Wanted) -> Res<()> {
    let names = vm.names();
    let dict = &class.dict;
    if dict.get_str(vm, &names.__module__).is_none() {
        if let Some(module) = vm.current_globals().and_then(|g| g.get_str(vm, &names.__name__)) {
            dict.set_str(vm, &names.__module__, module)?;
        }
    }
    if let Some(f) = dict.get_str(vm, &names.__new__).filter(|o| o.is_kind(Kind::Function)) {
        dict.set_str(vm, &names.__new__, static_method(vm, f)?)?;
    }
    for n in [&names.__init_subclass__, &names.__class_getitem__] {
        if let Some(f) = dict.get_str(vm, n).filter(|o| o.is_kind(Kind::Function)) {
            dict.set_str(vm, n, class_method(vm, f)?)?;
        }
    }
    for (i, n) in wanted.members.iter().enumerate() {
        let offset = class.new_member_offset(base, i as u32);
        let member =
            vm.alloc(Member { owner: class.clone(), name: n.clone(), offset, def: None })?;
        dict.set_str(vm, n, member.into_object())?;
    }
    if wanted.dict && dict.get_str(vm, &names.__dict__).is_none() {
        add_getset(vm, class, &DICT)?;
    }
    if wanted.weakref && dict.get_str(vm, &names.__weakref__).is_none() {
        add_getset(vm, class, &WEAKREF)?;
    }
    if dict.get_str(vm, &names.__doc__).is_none() {
        dict.set_str(vm, &names.__doc__, Object::none())?;
    }
    Ok(())
}

/// What patterns and quick checks ask, from all bases.
fn inherit_flags(class: &Obj<Type>) {
    let Some(order) = class.mro_tuple() else { return };
    let kinds = type_flags::SEQUENCE | type_flags::MAPPING;
    // The first in the order that is either decides, not the base whose layout the class has.
    class.remove_flags(kinds);
    for b in order.as_slice().iter().skip(1).filter_map(|b| b.downcast::<Type>()) {
        if !class.has(kinds) {
            class.add_flags(b.flags() & kinds);
        }
    }
}

/// A class with `__eq__` and without `__hash__` is not hashable.
fn hash_follows_eq(vm: &Vm, class: &Obj<Type>) -> Res<()> {
    let names = vm.names();
    if class.dict.get_str(vm, &names.__eq__).is_some()
        && class.dict.get_str(vm, &names.__hash__).is_none()
    {
        super::set_in_dict(vm, class, &names.__hash__, Some(&Object::none()))?;
    }
    Ok(())
}

fn set_class_cell(vm: &Vm, class: &Obj<Type>) -> Res<()> {
    let Some(cell) = class.dict.remove_str(vm, &vm.names().__classcell__) else { return Ok(()) };
    let Some(cell) = cell.downcast::<CellObject>() else {
        let got = vm.class_of(&cell).clone();
        let got = vm.repr_string(got.as_object())?;
        return Err(vm.type_error(format_args!("__classcell__ must be a nonlocal cell, not {got}")));
    };
    cell.value.set(class.as_object().clone());
    Ok(())
}

fn call_set_name(vm: &Vm, class: &Obj<Type>) -> Res<()> {
    let name = &vm.names().__set_name__;
    for (key, value) in class.dict.snapshot() {
        let Some(method) = vm.lookup_special(&value, name)? else { continue };
        if let Err(raised) = vm.call(&method, &[class.as_object().clone(), key.clone()]) {
            let cause = vm.take_raised(raised);
            let (shown, key) = (vm.type_name(&value), vm.repr_string(&key)?);
            let class = class.full_name();
            let raised = vm.runtime_error(format_args!(
                "Error calling __set_name__ on '{shown}' instance {key} in '{class}'"
            ));
            let error = vm.take_raised(raised);
            if let Some(e) = error.downcast::<Exception>() {
                e.context.set(cause.clone());
                e.cause.set(cause);
                e.suppress_context.set(true);
            }
            return Err(vm.raise(error));
        }
    }
    Ok(())
}

/// `super(class, class).__init_subclass__(**keywords)`.
fn call_init_subclass(vm: &Vm, class: &Obj<Type>, keywords: &[(Object, Object)]) -> Res<()> {
    let found = crate::types::super_::lookup_after(vm, class, class, &vm.names().__init_subclass__);
    let Some(attribute) = found else { return Ok(()) };
    let this = class.as_object();
    let function = match vm.class_of(&attribute).slots().descr_get {
        Some(get) => get(vm, &attribute, None, Some(this))?,
        None => attribute,
    };
    if keywords.is_empty() {
        return vm.call(&function, &[]).map(drop);
    }
    let (names, values): (Vec<Object>, Vec<Object>) = keywords.iter().cloned().unzip();
    let names = vm.tuple(names)?;
    vm.call_with(&function, &values, Some(&names)).map(drop)
}
