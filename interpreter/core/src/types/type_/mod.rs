//! The type `type`: calling classes, attributes of classes, introspection. Making classes is in
//! `create`, the order of look-up in `mro`, special methods in `slots`.
//!
//! **Invariant:** whoever changes a class's dict or bases calls `modified` before anybody looks
//! something up, and `slots::name_changed` if the name is a special method's.

mod create;
mod layout;
mod mro;
pub(crate) mod slots;
pub(crate) mod trampolines;
mod wrappers;

pub(crate) use create::dict_row;
pub use create::new_class;
pub(crate) use layout::check_same_layout;

use crate::native::{GetSetDef, natives};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};
use taipan_macros::native;

/// The type `type`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    flags: type_flags::BASETYPE | type_flags::TYPE | type_flags::WEAKREF | type_flags::DICT,
    slots: Slots {
        call: Some(call),
        getattr: Some(getattr),
        setattr: Some(setattr),
        repr: Some(repr),
        or: Some(super::union::or),
        new: Some(create::type_new),
        init: Some(create::type_init),
        ..Slots::NONE
    },
    methods: natives![mro::mro, subclasses, prepare, instancecheck, subclasscheck, dir, sizeof],
    getsets: &[
        GetSetDef { name: "__name__", doc: "", get: name, set: Some(set_name) },
        GetSetDef { name: "__qualname__", doc: "", get: qualname, set: Some(set_qualname) },
        GetSetDef { name: "__bases__", doc: "", get: bases, set: Some(mro::set_bases) },
        GetSetDef { name: "__mro__", doc: "", get: order, set: Some(super::descriptors::readonly) },
        GetSetDef { name: "__base__", doc: "", get: base, set: Some(super::descriptors::readonly) },
        GetSetDef { name: "__module__", doc: "", get: module, set: Some(set_module) },
        GetSetDef {
            name: "__abstractmethods__",
            doc: "",
            get: abstracts,
            set: Some(set_abstracts),
        },
        GetSetDef { name: "__dict__", doc: "", get: dict, set: None },
        GetSetDef { name: "__doc__", doc: "", get: doc, set: Some(set_doc) },
        GetSetDef { name: "__text_signature__", doc: "", get: text_signature, set: None },
        GetSetDef {
            name: "__annotations__",
            doc: "",
            get: annotations,
            set: Some(set_annotations),
        },
        GetSetDef {
            name: "__basicsize__",
            doc: "",
            get: basicsize,
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "__itemsize__",
            doc: "",
            get: itemsize,
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "__flags__",
            doc: "",
            get: flags,
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "__dictoffset__",
            doc: "",
            get: dictoffset,
            set: Some(super::descriptors::readonly),
        },
        GetSetDef {
            name: "__weakrefoffset__",
            doc: "",
            get: weakrefoffset,
            set: Some(super::descriptors::readonly),
        },
    ],
    ..TypeSpec::new::<Type>("type")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Type>> {
    this.downcast::<Type>().ok_or_else(|| vm.system_error("not a class"))
}

/// `C(...)`: `type(x)` is the class of x, everything else makes an instance and initialises it.
pub fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let class = of(vm, this)?;
    if class.is(&vm.types().type_) {
        match args.len() - names.map_or(0, |n| n.len()).min(args.len()) {
            1 if args.len() == 1 => return Ok(vm.class_of(&args[0]).clone().into_object()),
            3 => {}
            _ => return Err(vm.type_error("type() takes 1 or 3 arguments")),
        }
    }
    let Some(new) = class.slots().new else {
        return Err(vm.type_error(format_args!("cannot create '{}' instances", class.full_name())));
    };
    let made = new(vm, class, args, names)?;
    let made_class = vm.class_of(&made);
    if made_class.is(class) || made_class.is_subtype(class) {
        // (object's own has nothing to say where a native class has a `__new__` of its own.)
        let object = vm.types().object.slots();
        let said = made_class.slots().init.filter(|init| {
            made_class.is_heap_type()
                || object.new.is_some_and(|o| std::ptr::fn_addr_eq(new, o))
                || !object.init.is_some_and(|o| std::ptr::fn_addr_eq(*init, o))
        });
        if let Some(init) = said {
            init(vm, &made, args, names)?;
        }
    }
    Ok(made)
}

/// Attributes of classes: data descriptors of the metaclass, the class and its bases, the metaclass.
fn getattr(vm: &Vm, this: &Object, name: &Obj<Str>) -> Res {
    let class = of(vm, this)?;
    let name = &vm.intern_str(name);
    let meta = vm.class_of(this).clone();
    let in_meta = meta.lookup(vm, name);
    let mut meta_get = None;
    if let Some(attribute) = &in_meta {
        let slots = vm.class_of(attribute).slots();
        meta_get = slots.descr_get;
        if let (Some(get), true) = (meta_get, slots.descr_set.is_some()) {
            return get(vm, attribute, Some(this), Some(meta.as_object()));
        }
    }
    if let Some(attribute) = class.lookup(vm, name) {
        return match vm.class_of(&attribute).slots().descr_get {
            Some(get) => get(vm, &attribute, None, Some(this)),
            None => Ok(attribute),
        };
    }
    match (in_meta, meta_get) {
        (Some(attribute), Some(get)) => get(vm, &attribute, Some(this), Some(meta.as_object())),
        (Some(attribute), None) => Ok(attribute),
        (None, _) => Err(no_attribute(vm, class, name)),
    }
}

#[cold]
fn no_attribute(vm: &Vm, class: &Obj<Type>, name: &Obj<Str>) -> Raised {
    let text =
        format!("type object '{}' has no attribute '{}'", class.full_name(), name.to_str_lossy());
    let r = vm.attribute_error(text);
    super::exceptions::set_attribute_context(vm, class.as_object(), name);
    r
}

#[cold]
fn immutable(vm: &Vm, class: &Type, name: &str) -> Raised {
    let shown = class.full_name();
    vm.type_error(format_args!("cannot set '{name}' attribute of immutable type '{shown}'"))
}

fn setattr(vm: &Vm, this: &Object, name: &Obj<Str>, value: Option<&Object>) -> Res<()> {
    let class = of(vm, this)?;
    if !class.is_heap_type() {
        return Err(immutable(vm, class, &name.to_str_lossy()));
    }
    let name = &vm.intern_str(name);
    if let Some(attribute) = vm.class_of(this).lookup(vm, name) {
        if let Some(set) = vm.class_of(&attribute).slots().descr_set {
            set(vm, &attribute, this, value)?;
            class.modified(vm);
            return Ok(());
        }
    }
    set_in_dict(vm, class, name, value)
}

/// Whether a class attribute is no descriptor and nothing that calls are cached for.
fn is_plain(value: &Object) -> bool {
    match value.kind() {
        None => true,
        Some(kind) => matches!(kind, Kind::Int | Kind::Float | Kind::Str | Kind::Bytes),
    }
}

/// Set or delete an entry of a class's dict, and all that follows from it.
pub(crate) fn set_in_dict(
    vm: &Vm,
    class: &Obj<Type>,
    name: &Obj<Str>,
    value: Option<&Object>,
) -> Res<()> {
    let old = class.dict.get_str(vm, name);
    match value {
        Some(v) => class.dict.set_str(vm, name, v.clone())?,
        None if old.is_none() => {
            // Without context: nothing is suggested for a deletion.
            return Err(vm.attribute_error(format_args!(
                "type object '{}' has no attribute '{}'",
                class.short_name(),
                name.to_str_lossy()
            )));
        }
        None => drop(class.dict.remove_str(vm, name)),
    }
    if let (Some(old), Some(new), false) = (&old, value, slots::is_special(name)) {
        if is_plain(old) && is_plain(new) {
            // A counter or the like: no cache holds the value itself, but the method cache.
            vm.interp().forget_lookups(class, name);
            return Ok(());
        }
    }
    class.modified(vm);
    if slots::is_special(name) {
        slots::name_changed(vm, class, name);
    }
    drop(old);
    Ok(())
}

/// `__module__` of a class as `repr` and friends want it: None if unknown.
pub(crate) fn module_of(vm: &Vm, class: &Obj<Type>) -> Res {
    if class.is_heap_type() {
        let found = class.dict.get_str(vm, &vm.names().__module__);
        return Ok(found.unwrap_or(Object::none()));
    }
    let module = class.spec().and_then(|s| s.name.rsplit_once('.')).map_or("builtins", |(m, _)| m);
    Ok(vm.intern(module).into_object())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let class = of(vm, this)?;
    let module = module_of(vm, class)?;
    let text = match module.downcast::<Str>().filter(|m| !m.equals("builtins")) {
        Some(m) => {
            format!("<class '{}.{}'>", m.to_str_lossy(), class.qualname.borrow().to_str_lossy())
        }
        None => format!("<class '{}'>", class.full_name()),
    };
    Ok(vm.str(&text)?.into_object())
}

fn name(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.name.borrow().clone().into_object())
}

/// What setters of a class's own attributes check first.
fn settable<'a>(
    vm: &Vm,
    this: &'a Object,
    name: &str,
    value: Option<&Object>,
) -> Res<&'a Obj<Type>> {
    let class = of(vm, this)?;
    if !class.is_heap_type() {
        return Err(immutable(vm, class, name));
    }
    if value.is_none() {
        let shown = class.full_name();
        return Err(vm.type_error(format_args!(
            "cannot delete '{name}' attribute of immutable type '{shown}'"
        )));
    }
    Ok(class)
}

fn text_for<'a>(vm: &Vm, class: &Type, name: &str, value: Option<&'a Object>) -> Res<&'a Obj<Str>> {
    let value = value.unwrap_or(const { &Object::none() });
    value.downcast::<Str>().ok_or_else(|| {
        let (shown, got) = (class.full_name(), vm.type_name(value));
        vm.type_error(format_args!("can only assign string to {shown}.{name}, not '{got}'"))
    })
}

fn set_name(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let class = settable(vm, this, "__name__", value)?;
    let text = text_for(vm, class, "__name__", value)?;
    if vm.utf8(text)?.contains('\0') {
        return Err(vm.value_error("type name must not contain null characters"));
    }
    let old = class.name.replace(text.clone());
    drop(old);
    Ok(())
}

fn qualname(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.qualname.borrow().clone().into_object())
}

fn set_qualname(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let class = settable(vm, this, "__qualname__", value)?;
    let text = text_for(vm, class, "__qualname__", value)?;
    let old = class.qualname.replace(text.clone());
    drop(old);
    Ok(())
}

fn bases(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.bases.get().unwrap_or(Object::none()))
}

fn order(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.mro.get().unwrap_or(Object::none()))
}

fn base(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.base.get().unwrap_or(Object::none()))
}

fn module(vm: &Vm, this: &Object) -> Res {
    let class = of(vm, this)?;
    let module = module_of(vm, class)?;
    if module.is_none() && class.dict.get_str(vm, &vm.names().__module__).is_none() {
        return Err(vm.attribute_error("__module__"));
    }
    Ok(module)
}

fn set_module(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let class = settable(vm, this, "__module__", value)?;
    set_in_dict(vm, class, &vm.names().__module__.clone(), value)
}

fn abstracts(vm: &Vm, this: &Object) -> Res {
    let class = of(vm, this)?;
    let name = &vm.names().__abstractmethods__;
    let found = if class.is(&vm.types().type_) { None } else { class.dict.get_str(vm, name) };
    found.ok_or_else(|| vm.attribute_error("__abstractmethods__"))
}

fn set_abstracts(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let class = of(vm, this)?;
    let name = vm.names().__abstractmethods__.clone();
    let is_abstract = match value {
        Some(v) => {
            let truth = vm.truth(v)?;
            class.dict.set_str(vm, &name, v.clone())?;
            truth
        }
        None => {
            if class.dict.remove_str(vm, &name).is_none() {
                return Err(vm.attribute_error("__abstractmethods__"));
            }
            false
        }
    };
    class.modified(vm);
    let flags = class.flags() & !type_flags::ABSTRACT;
    class.flags.set(flags | if is_abstract { type_flags::ABSTRACT } else { 0 });
    Ok(())
}

fn dict(vm: &Vm, this: &Object) -> Res {
    let class = of(vm, this)?;
    super::ensure_filled(vm, class);
    super::mappingproxy::new(vm, class.dict.clone().into_object())
}

fn doc(vm: &Vm, this: &Object) -> Res {
    let class = of(vm, this)?;
    if let (false, Some(spec)) = (class.is_heap_type(), class.spec()) {
        let doc = super::make::doc_without_signature(spec.doc);
        return if doc.is_empty() { Ok(Object::none()) } else { Ok(vm.str(doc)?.into_object()) };
    }
    let Some(doc) = class.dict.get_str(vm, &vm.names().__doc__) else { return Ok(Object::none()) };
    match vm.class_of(&doc).slots().descr_get {
        Some(get) => get(vm, &doc, None, Some(this)),
        None => Ok(doc),
    }
}

fn set_doc(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let class = settable(vm, this, "__doc__", value)?;
    set_in_dict(vm, class, &vm.names().__doc__.clone(), value)
}

fn text_signature(vm: &Vm, this: &Object) -> Res {
    let class = of(vm, this)?;
    if class.as_object().is(vm.types().object.as_object()) {
        return Ok(vm.str("()")?.into_object());
    }
    let own = class.is_heap_type().then(|| class.dict.get_str(vm, &vm.names().__doc__));
    let own = own.flatten().and_then(|doc| doc.downcast_into::<Str>().ok());
    let doc = match &own {
        // (A class's signature begins with its name.)
        Some(doc) => doc.to_utf8().filter(|doc| {
            doc.strip_prefix(&*class.short_name()).is_some_and(|rest| rest.starts_with('('))
        }),
        None if class.is_heap_type() => None,
        None => class.spec().map(|spec| spec.doc.into()),
    };
    match doc.as_deref().and_then(super::make::signature_of_doc) {
        Some(signature) => Ok(vm.str(signature)?.into_object()),
        None => Ok(Object::none()),
    }
}

fn annotations(vm: &Vm, this: &Object) -> Res {
    let class = of(vm, this)?;
    let name = &vm.names().__annotations__;
    if !class.is_heap_type() {
        return Err(no_attribute(vm, class, name));
    }
    if let Some(found) = class.dict.get_str(vm, name) {
        return match vm.class_of(&found).slots().descr_get {
            Some(get) => get(vm, &found, None, Some(this)),
            None => Ok(found),
        };
    }
    let made = vm.new_dict()?.into_object();
    class.dict.set_str(vm, name, made.clone())?;
    class.modified(vm);
    Ok(made)
}

fn set_annotations(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let class = of(vm, this)?;
    if !class.is_heap_type() {
        return Err(immutable(vm, class, "__annotations__"));
    }
    let name = vm.names().__annotations__.clone();
    match value {
        Some(v) => class.dict.set_str(vm, &name, v.clone())?,
        None if class.dict.remove_str(vm, &name).is_none() => {
            return Err(vm.attribute_error("__annotations__"));
        }
        None => {}
    }
    class.modified(vm);
    Ok(())
}

fn basicsize(vm: &Vm, this: &Object) -> Res {
    vm.int(i64::from(of(vm, this)?.basicsize.get()))
}

fn itemsize(vm: &Vm, this: &Object) -> Res {
    let class = of(vm, this)?;
    let size = if !layout::has_items(class) {
        0
    } else if class.has(type_flags::TUPLE) {
        8
    } else {
        1
    };
    vm.int(size)
}

/// CPython's bits, as far as ours say the same.
fn flags(vm: &Vm, this: &Object) -> Res {
    let class = of(vm, this)?;
    let bits: &[(u32, i64)] = &[
        (type_flags::SEQUENCE, 1 << 5),
        (type_flags::MAPPING, 1 << 6),
        (type_flags::HEAP, 1 << 9),
        (type_flags::BASETYPE, 1 << 10),
        (type_flags::ABSTRACT, 1 << 20),
        (type_flags::MATCH_SELF, 1 << 22),
        (type_flags::INT, 1 << 24),
        (type_flags::LIST, 1 << 25),
        (type_flags::TUPLE, 1 << 26),
        (type_flags::BYTES, 1 << 27),
        (type_flags::STR, 1 << 28),
        (type_flags::DICTIONARY, 1 << 29),
        (type_flags::EXCEPTION, 1 << 30),
        (type_flags::TYPE, 1 << 31),
    ];
    let ready = 1 << 12 | if class.is_heap_type() { 0 } else { 1 << 8 };
    let gc = if class.is_heap_type() || class.layout.gc { 1 << 14 } else { 0 };
    vm.int(
        bits.iter()
            .filter(|(ours, _)| class.has(*ours))
            .fold(ready | gc, |all, (_, theirs)| all | theirs),
    )
}

fn dictoffset(vm: &Vm, this: &Object) -> Res {
    let class = of(vm, this)?;
    match class.attr_offset.get() {
        0 if class.has(type_flags::DICT) => vm.int(8),
        n => vm.int(i64::from(n)),
    }
}

fn weakrefoffset(vm: &Vm, this: &Object) -> Res {
    vm.int(if of(vm, this)?.has(type_flags::WEAKREF) { 8 } else { 0 })
}

/// The classes that name this one as a base, as a list.
#[native("(self, /)", name = "__subclasses__")]
fn subclasses(vm: &Vm, this: &Obj<Type>) -> Res {
    let all = this.direct_subclasses().into_iter().map(Obj::into_object).collect();
    Ok(vm.list(all)?.into_object())
}

/// The mapping in which the body of a class statement runs: an empty dict.
#[native("(cls, /, *args, **kwargs)", name = "__prepare__", classmethod, no_signature)]
fn prepare(vm: &Vm, cls: &Object, args: &[Object], kwargs: crate::native::Kwargs) -> Res {
    let _ = (cls, args, kwargs);
    Ok(vm.new_dict()?.into_object())
}

/// What isinstance() asks the class.
#[native("(self, instance, /)", name = "__instancecheck__")]
fn instancecheck(vm: &Vm, this: &Object, instance: &Object) -> Res<bool> {
    crate::builtins::classes::real_is_instance(vm, instance, this)
}

/// What issubclass() asks the class.
#[native("(self, subclass, /)", name = "__subclasscheck__")]
fn subclasscheck(vm: &Vm, this: &Object, subclass: &Object) -> Res<bool> {
    crate::builtins::classes::real_is_subclass(vm, subclass, this)
}

/// The names of the attributes of the class and of those that it inherits from, for dir().
#[native("(self, /)", name = "__dir__")]
fn dir(vm: &Vm, this: &Object) -> Res {
    let names = vm.new_dict()?;
    merge_class_dict(vm, &names, this)?;
    Ok(vm.list(names.snapshot().into_iter().map(|(k, _)| k).collect())?.into_object())
}

/// How many bytes of memory the class takes.
#[native("(self, /)", name = "__sizeof__")]
fn sizeof(vm: &Vm, this: &Object) -> usize {
    instance::size_of(vm, this)
}

/// Add the names of a class and its bases to a dict.
pub(crate) fn merge_class_dict(vm: &Vm, into: &Obj<Dict>, class: &Object) -> Res<()> {
    vm.recurse(" in __dir__", || {
        if let Some(t) = class.downcast::<Type>() {
            super::ensure_filled(vm, t);
        }
        let own = vm.getattr_opt(class, &vm.names().__dict__)?;
        if let Some(own) = own {
            vm.for_each(&own, |k| into.set(vm, &k, Object::none()))?;
        }
        let bases = vm.getattr_opt(class, &vm.names().__bases__)?;
        if let Some(bases) = bases.and_then(|b| b.downcast_into::<Tuple>().ok()) {
            for b in bases.as_slice() {
                merge_class_dict(vm, into, b)?;
            }
        }
        Ok(())
    })
}
