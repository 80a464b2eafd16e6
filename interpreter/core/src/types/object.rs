//! The type `object`: what every object can do.
//!
//! **Invariant:** `new` and `init` here are the addresses that tell whether a class has its own
//! constructor: compare with [`is_default_new`] and [`is_default_init`].

use super::reduce;
use crate::native::{GetSetDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// The type `object`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "What all classes inherit from.\n\n\
          An instance of object itself can be told from others and nothing else: it takes no attributes.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        repr: Some(repr),
        str: Some(str),
        hash: Some(hash),
        richcmp: Some(compare),
        new: Some(new),
        init: Some(init),
        ..Slots::NONE
    },
    methods: natives![
        reduce::reduce,
        reduce::reduce_ex,
        reduce::getstate,
        subclasshook,
        init_subclass,
        format,
        sizeof,
        dir
    ],
    getsets: &[GetSetDef {
        name: "__class__",
        doc: "the object's class",
        get: class,
        set: Some(set_class),
    }],
    fill: Some(super::type_::slots::fill_object),
    ..TypeSpec::new::<Empty>("object")
};

type New = fn(&Vm, &Obj<Type>, &[Object], Option<&Obj<Tuple>>) -> Res;
type Init = fn(&Vm, &Object, &[Object], Option<&Obj<Tuple>>) -> Res<()>;

/// Whether a class makes its instances as `object` does.
pub(crate) fn is_default_new(class: &Type) -> bool {
    class.slots().new.is_some_and(|f| std::ptr::fn_addr_eq(f, new as New))
}

/// Whether a class initialises its instances as `object` does.
pub(crate) fn is_default_init(class: &Type) -> bool {
    class.slots().init.is_some_and(|f| std::ptr::fn_addr_eq(f, init as Init))
}

/// `object.__new__`.
pub fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    if !args.is_empty() {
        if !is_default_new(class) {
            return Err(vm.type_error(
                "object.__new__() takes exactly one argument (the type to instantiate)",
            ));
        }
        if is_default_init(class) {
            return Err(vm.type_error(format_args!("{}() takes no arguments", class.full_name())));
        }
    }
    if class.has(type_flags::ABSTRACT) {
        return Err(abstract_class(vm, class)?);
    }
    vm.instance_of(class)
}

#[cold]
fn abstract_class(vm: &Vm, class: &Obj<Type>) -> Res<crate::vm::Raised> {
    let mut missing = Vec::new();
    if let Some(names) = class.dict.get_str(vm, &vm.names().__abstractmethods__) {
        vm.for_each(&names, |o| {
            match o.downcast::<Str>() {
                Some(s) => missing.push(s.to_string_lossy()),
                None => {
                    let got = vm.type_name(&o);
                    return Err(vm.type_error(format_args!(
                        "sequence item 0: expected str instance, {got} found"
                    )));
                }
            }
            Ok(())
        })?;
    }
    crate::text::order::sort_seldom(&mut missing);
    let s = if missing.len() > 1 { "s" } else { "" };
    let names = missing.join(", ");
    Ok(vm.type_error(format_args!(
        "Can't instantiate abstract class {} with abstract method{s} {names}",
        class.full_name()
    )))
}

/// `object.__init__`.
pub fn init(vm: &Vm, this: &Object, args: &[Object], _: Option<&Obj<Tuple>>) -> Res<()> {
    if args.is_empty() {
        return Ok(());
    }
    let class = vm.class_of(this);
    if !is_default_init(class) {
        return Err(vm.type_error(
            "object.__init__() takes exactly one argument (the instance to initialize)",
        ));
    }
    if is_default_new(class) {
        let shown = class.full_name();
        return Err(vm.type_error(format_args!(
            "{shown}.__init__() takes exactly one argument (the instance to initialize)"
        )));
    }
    Ok(())
}

/// `object.__repr__`.
pub fn repr(vm: &Vm, this: &Object) -> Res {
    let class = vm.class_of(this).clone();
    let module = super::type_::module_of(vm, &class)?;
    let text = match module.downcast::<Str>().filter(|m| !m.equals("builtins")) {
        Some(module) => {
            let qualname = class.qualname.borrow().to_string_lossy();
            format!("<{}.{qualname} object at {:#x}>", module.to_str_lossy(), this.id())
        }
        None => format!("<{} object at {:#x}>", class.full_name(), this.id()),
    };
    Ok(vm.str(&text)?.into_object())
}

fn str(vm: &Vm, this: &Object) -> Res {
    Ok(vm.repr(this)?.into_object())
}

/// The hash of an object by its identity.
pub fn hash(_: &Vm, this: &Object) -> Res<i64> {
    let h = this.id().rotate_right(4) as i64;
    Ok(if h == -1 { -2 } else { h })
}

/// Equality is identity; `!=` is the opposite of what the class says about `==`.
pub fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    match op {
        CmpOp::Eq if a.is(b) => Ok(Object::bool(true)),
        CmpOp::Ne => {
            let Some(f) = vm.class_of(a).slots().richcmp else {
                return Ok(Object::not_implemented());
            };
            let r = f(vm, a, b, CmpOp::Eq)?;
            if r.is_not_implemented() { Ok(r) } else { Ok(Object::bool(!vm.truth(&r)?)) }
        }
        _ => Ok(Object::not_implemented()),
    }
}

fn class(vm: &Vm, this: &Object) -> Res {
    Ok(vm.class_of(this).clone().into_object())
}

fn set_class(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else { return Err(vm.type_error("can't delete __class__ attribute")) };
    let Some(new) = value.downcast::<Type>() else {
        let got = vm.type_name(value);
        return Err(
            vm.type_error(format_args!("__class__ must be set to a class, not '{got}' object"))
        );
    };
    let old = vm.class_of(this).clone();
    if old.is(new) {
        return Ok(());
    }
    let module = &vm.types().module;
    let modules = old.is_subtype(module) && new.is_subtype(module);
    if !modules && !(old.is_heap_type() && new.is_heap_type()) {
        return Err(vm.type_error(
            "__class__ assignment only supported for mutable types or ModuleType subclasses",
        ));
    }
    super::type_::check_same_layout(vm, &old, new, "__class__")?;
    instance::set_class(vm, this, new)
}

/// What an abstract class defines to have its own say in issubclass(): True, False or NotImplemented.
///
/// This one gives NotImplemented, which leaves it to the usual rules.
#[native("(cls, /, *args)", name = "__subclasshook__", classmethod, no_signature)]
fn subclasshook(cls: &Object, args: &[Object]) -> Object {
    let _ = (cls, args);
    Object::not_implemented()
}

/// Called on a class when another inherits from it. Does nothing, until a class defines its own.
#[native("(cls, /)", name = "__init_subclass__", classmethod, no_signature)]
fn init_subclass(cls: &Object) {
    let _ = cls;
}

/// What format() does for objects that know no specification: str(), and TypeError if there is one.
#[native("(self, format_spec, /)", name = "__format__")]
fn format(vm: &Vm, this: &Object, format_spec: &Object) -> Res {
    let Some(spec) = format_spec.downcast::<Str>() else {
        let got = vm.type_name(format_spec);
        return Err(vm.type_error(format_args!("__format__() argument must be str, not {got}")));
    };
    if !spec.is_empty() {
        let shown = vm.type_name(this);
        return Err(
            vm.type_error(format_args!("unsupported format string passed to {shown}.__format__"))
        );
    }
    Ok(vm.to_str(this)?.into_object())
}

/// How many bytes of memory it takes.
#[native("(self, /)", name = "__sizeof__")]
fn sizeof(vm: &Vm, this: &Object) -> usize {
    instance::size_of(vm, this)
}

/// The names of the attributes, for dir(): the object's own and those of its classes.
#[native("(self, /)", name = "__dir__")]
fn dir(vm: &Vm, this: &Object) -> Res {
    let names = vm.new_dict()?;
    let own = vm.getattr_opt(this, &vm.names().__dict__)?;
    if let Some(d) = own.as_ref().and_then(|o| o.downcast::<Dict>()) {
        for (k, v) in d.snapshot() {
            names.set(vm, &k, v)?;
        }
    }
    if let Some(class) = vm.getattr_opt(this, &vm.names().__class__)? {
        super::type_::merge_class_dict(vm, &names, &class)?;
    }
    Ok(vm.list(names.snapshot().into_iter().map(|(k, _)| k).collect())?.into_object())
}
