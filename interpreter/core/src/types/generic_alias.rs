//! `types.GenericAlias`: what `list[int]` gives, and substitution of type variables.
//!
//! An alias passes attribute look-up on to its origin, except for the names that are its own.

use crate::native::{NativeDef, getsets, natives};
use crate::object::*;
use crate::types::sequence::{Writer, reduce_iter};
use crate::vm::{Res, Vm};
use std::cell::Cell;
use taipan_macros::{getter, native};

/// See the file's head.
pub struct GenericAlias {
    pub origin: Object,
    pub args: Obj<Tuple>,
    /// A tuple, made when asked for.
    parameters: Slot,
    /// `*tuple[int]`.
    starred: bool,
}

impl Payload for GenericAlias {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, v: &mut Visitor) {
        v.visit(&self.origin);
        v.visit(self.args.as_object());
        v.slot(&self.parameters);
    }
}

/// The type `types.GenericAlias`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "A class with type arguments, such as list[int]; calling it calls the class.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF,
    slots: Slots {
        or: Some(super::union::or),
        getitem: Some(getitem),
        iter: Some(iter),
        call: Some(call),
        repr: Some(repr),
        hash: Some(hash),
        richcmp: Some(richcmp),
        getattr: Some(getattr),
        new: Some(new),
        ..Slots::NONE
    },
    methods: METHODS,
    getsets: getsets![origin, args, parameters, unpacked, unpacked_args],
    ..TypeSpec::new::<GenericAlias>("types.GenericAlias")
};

static METHODS: &[NativeDef] = natives![mro_entries, instancecheck, subclasscheck, reduce, dir];

/// Attributes that are the alias's own.
const OWN: [&str; 11] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];

/// `origin[item]`.
pub(crate) fn of(vm: &Vm, origin: &Object, item: &Object) -> Res {
    let args = match item.downcast::<Tuple>() {
        Some(t) => t.clone(),
        None => vm.tuple(vec![item.clone()])?,
    };
    make(vm, origin.clone(), args, false)
}

fn make(vm: &Vm, origin: Object, args: Obj<Tuple>, starred: bool) -> Res {
    Ok(vm.alloc(GenericAlias { origin, args, parameters: Slot::empty(), starred })?.into_object())
}

fn this<'a>(vm: &Vm, a: &'a Object) -> Res<&'a Obj<GenericAlias>> {
    a.downcast::<GenericAlias>().ok_or_else(|| vm.type_error("a types.GenericAlias is required"))
}

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    if names.is_some_and(|n| !n.is_empty()) {
        return Err(vm.type_error("GenericAlias() takes no keyword arguments"));
    }
    let [origin, item] = args else {
        return Err(
            vm.type_error(format_args!("GenericAlias expected 2 arguments, got {}", args.len()))
        );
    };
    let args = match item.downcast::<Tuple>() {
        Some(t) => t.clone(),
        None => vm.tuple(vec![item.clone()])?,
    };
    let alias =
        GenericAlias { origin: origin.clone(), args, parameters: Slot::empty(), starred: false };
    Ok(vm.alloc_of(class, alias)?.into_object())
}

fn getattr(vm: &Vm, a: &Object, name: &Obj<Str>) -> Res {
    let alias = this(vm, a)?;
    if OWN.iter().any(|own| name.equals(own)) {
        return vm.generic_getattr(a, name);
    }
    vm.getattr(&alias.origin, name)
}

fn call(vm: &Vm, a: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let alias = this(vm, a)?;
    let made = vm.call_with(&alias.origin, args, names)?;
    if let Err(raised) = vm.setattr(&made, &vm.names().__orig_class__, a) {
        let raised = match vm.caught(raised, Exc::AttributeError) {
            Ok(_) => return Ok(made),
            Err(raised) => raised,
        };
        drop(vm.caught(raised, Exc::TypeError)?);
    }
    Ok(made)
}

fn hash(vm: &Vm, a: &Object) -> Res<i64> {
    let alias = this(vm, a)?;
    let h = vm.hash(&alias.origin)? ^ vm.hash(alias.args.as_object())?;
    Ok(crate::text::numhash::not_minus_one(h))
}

fn richcmp(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y), CmpOp::Eq | CmpOp::Ne) =
        (a.downcast::<GenericAlias>(), b.downcast::<GenericAlias>(), op)
    else {
        return Ok(Object::not_implemented());
    };
    let equal = x.starred == y.starred
        && vm.eq(&x.origin, &y.origin)?
        && vm.eq(x.args.as_object(), y.args.as_object())?;
    Ok(Object::bool(equal == (op == CmpOp::Eq)))
}

fn repr(vm: &Vm, a: &Object) -> Res {
    let alias = this(vm, a)?;
    let mut out = Writer::new(vm);
    if alias.starred {
        out.ascii("*")?;
    }
    write_item(vm, &mut out, &alias.origin)?;
    out.ascii("[")?;
    for (i, arg) in alias.args.as_slice().iter().enumerate() {
        if i > 0 {
            out.ascii(", ")?;
        }
        write_item(vm, &mut out, arg)?;
    }
    out.ascii(if alias.args.is_empty() { "()]" } else { "]" })?;
    out.finish()
}

/// A type as annotations show it: by its name where it has one.
pub(super) fn write_item(vm: &Vm, out: &mut Writer<'_>, item: &Object) -> Res<()> {
    if item.is_ellipsis() {
        return out.ascii("...");
    }
    let names = vm.names();
    if vm.getattr_opt(item, &names.__origin__)?.is_some()
        && vm.getattr_opt(item, &names.__args__)?.is_some()
    {
        return out.repr(item);
    }
    let Some(qualname) = vm.getattr_opt(item, &names.__qualname__)? else { return out.repr(item) };
    let module = match vm.getattr_opt(item, &names.__module__)? {
        Some(m) if !m.is_none() => m,
        _ => return out.repr(item),
    };
    let module = vm.to_str(&module)?;
    if !module.equals("builtins") {
        out.text(module.as_text())?;
        out.ascii(".")?;
    }
    let qualname = vm.to_str(&qualname)?;
    out.text(qualname.as_text())
}

fn getitem(vm: &Vm, a: &Object, item: &Object) -> Res {
    let alias = this(vm, a)?;
    let args = substitute(vm, a, &alias.args, &parameters_of(vm, alias)?, item)?;
    make(vm, alias.origin.clone(), args, alias.starred)
}

fn parameters_of(vm: &Vm, alias: &GenericAlias) -> Res<Obj<Tuple>> {
    if let Some(p) = alias.parameters.get_as::<Tuple>() {
        return Ok(p);
    }
    let p = collect_parameters(vm, &alias.args)?;
    alias.parameters.set(p.clone().into_object());
    Ok(p)
}

/// The type variables among `args`, each once, in order.
pub(super) fn collect_parameters(vm: &Vm, args: &Obj<Tuple>) -> Res<Obj<Tuple>> {
    let mut found: Vec<Object> = Vec::new();
    let add = |o: &Object, found: &mut Vec<Object>| {
        if !found.iter().any(|f| f.is(o)) {
            found.push(o.clone());
        }
    };
    let names = vm.names();
    for arg in args.as_slice() {
        // (A class may have these attributes for its instances' sake.)
        if arg.downcast::<Type>().is_some() {
            continue;
        }
        if vm.getattr_opt(arg, &names.__typing_subst__)?.is_some() {
            add(arg, &mut found);
        } else if let Some(inner) = vm.getattr_opt(arg, &names.__parameters__)? {
            if let Some(inner) = inner.downcast::<Tuple>() {
                inner.as_slice().iter().for_each(|o| add(o, &mut found));
            }
        }
    }
    vm.tuple(found)
}

/// `item` as a list of arguments, with unpacked tuples (`*tuple[int, str]`) flattened.
fn flatten(vm: &Vm, item: &Object) -> Res<Vec<Object>> {
    let items = match item.downcast::<Tuple>() {
        Some(t) => t.as_slice().to_vec(),
        None => vec![item.clone()],
    };
    let mut out = Vec::new();
    for item in items {
        let unpacked = if item.downcast::<Type>().is_some() {
            None
        } else {
            vm.getattr_opt(&item, &vm.names().__typing_unpacked_tuple_args__)?
        };
        match unpacked.as_ref().and_then(|u| u.downcast::<Tuple>()) {
            Some(t) if !t.as_slice().last().is_some_and(Object::is_ellipsis) => {
                out.extend_from_slice(t.as_slice());
            }
            _ => out.push(item),
        }
    }
    Ok(out)
}

/// `args` with `parameters` replaced by what `item` gives for them.
pub(super) fn substitute(
    vm: &Vm,
    alias: &Object,
    args: &Obj<Tuple>,
    parameters: &Obj<Tuple>,
    item: &Object,
) -> Res<Obj<Tuple>> {
    let wanted = parameters.as_slice();
    if wanted.is_empty() {
        let shown = vm.repr_string(alias)?;
        return Err(vm.type_error(format_args!("{shown} is not a generic class")));
    }
    let mut given = flatten(vm, item)?;
    let prepare = vm.intern("__typing_prepare_subst__");
    for parameter in wanted {
        if let Some(f) = vm.getattr_opt(parameter, &prepare)? {
            if !f.is_none() {
                let items = vm.tuple(given)?.into_object();
                let prepared = vm.call(&f, &[alias.clone(), items])?;
                given = match prepared.downcast::<Tuple>() {
                    Some(t) => t.as_slice().to_vec(),
                    None => vec![prepared],
                };
            }
        }
    }
    if given.len() != wanted.len() {
        let shown = vm.repr_string(alias)?;
        return Err(vm.type_error(format_args!(
            "Too {} arguments for {shown}; actual {}, expected {}",
            if given.len() > wanted.len() { "many" } else { "few" },
            given.len(),
            wanted.len()
        )));
    }
    let names = vm.names();
    let mut out = Vec::new();
    for arg in args.as_slice() {
        if arg.downcast::<Type>().is_some() {
            out.push(arg.clone());
            continue;
        }
        let spread = match vm.getattr_opt(arg, &names.__typing_is_unpacked_typevartuple__)? {
            Some(flag) => vm.truth(&flag)?,
            None => false,
        };
        let new = match vm.getattr_opt(arg, &names.__typing_subst__)? {
            Some(f) => match wanted.iter().position(|p| p.is(arg)) {
                Some(at) => vm.call(&f, std::slice::from_ref(&given[at]))?,
                None => arg.clone(),
            },
            None => substitute_inside(vm, arg, wanted, &given)?,
        };
        match new.downcast::<Tuple>() {
            Some(t) if spread => out.extend_from_slice(t.as_slice()),
            _ => out.push(new),
        }
    }
    vm.tuple(out)
}

/// `list[T]` inside of other arguments.
fn substitute_inside(vm: &Vm, arg: &Object, wanted: &[Object], given: &[Object]) -> Res {
    let inner = vm.getattr_opt(arg, &vm.names().__parameters__)?;
    let Some(inner) = inner.as_ref().and_then(|i| i.downcast::<Tuple>()) else {
        return Ok(arg.clone());
    };
    if inner.is_empty() {
        return Ok(arg.clone());
    }
    let mut items = Vec::new();
    for parameter in inner.as_slice() {
        let Some(at) = wanted.iter().position(|p| p.is(parameter)) else {
            items.push(parameter.clone());
            continue;
        };
        let iterable = vm.class_of(parameter).slots().iter.is_some();
        match given[at].downcast::<Tuple>() {
            Some(t) if iterable => items.extend_from_slice(t.as_slice()),
            _ => items.push(given[at].clone()),
        }
    }
    let items = vm.tuple(items)?.into_object();
    vm.getitem(arg, &items)
}

/// Iterator that gives the starred alias once.
struct Unpack {
    alias: Slot,
    done: Cell<bool>,
}

impl Payload for Unpack {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&UNPACK);
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.alias);
    }
    fn clear(&self) {
        drop(self.alias.take());
    }
}

static UNPACK: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(crate::types::list::iter::itself), next: Some(next), ..Slots::NONE },
    methods: natives![unpack_reduce],
    ..TypeSpec::new::<Unpack>("generic_alias_iterator")
};

fn iter(vm: &Vm, a: &Object) -> Res {
    this(vm, a)?;
    let it = Unpack { alias: Slot::new(a.clone()), done: Cell::new(false) };
    Ok(vm.alloc(it)?.into_object())
}

fn next(vm: &Vm, a: &Object) -> Res<Option<Object>> {
    let Some(it) = a.downcast::<Unpack>() else { return Ok(None) };
    if it.done.replace(true) {
        return Ok(None);
    }
    let Some(alias) = it.alias.take() else { return Ok(None) };
    let alias = this(vm, &alias)?.clone();
    make(vm, alias.origin.clone(), alias.args.clone(), true).map(Some)
}

#[native("(self, /)", name = "__reduce__", no_signature)]
fn unpack_reduce(vm: &Vm, this: &Obj<Unpack>) -> Res {
    match this.alias.get() {
        Some(a) => reduce_iter(vm, vec![a]),
        None => reduce_iter(vm, vec![vm.tuple(Vec::new())?.into_object()]),
    }
}

#[getter(name = "__origin__")]
fn origin(this: &Obj<GenericAlias>) -> Object {
    this.origin.clone()
}

#[getter(name = "__args__")]
fn args(this: &Obj<GenericAlias>) -> Obj<Tuple> {
    this.args.clone()
}

#[getter(name = "__unpacked__")]
fn unpacked(this: &Obj<GenericAlias>) -> bool {
    this.starred
}

/// what can still be filled in by [], in the order of its first use
#[getter(name = "__parameters__")]
fn parameters(vm: &Vm, this: &Obj<GenericAlias>) -> Res<Obj<Tuple>> {
    parameters_of(vm, this)
}

#[getter(name = "__typing_unpacked_tuple_args__")]
fn unpacked_args(vm: &Vm, this: &Obj<GenericAlias>) -> Option<Obj<Tuple>> {
    let is_tuple = this.origin.is(vm.types().tuple.as_object());
    (this.starred && is_tuple).then(|| this.args.clone())
}

#[native("(self, bases, /)", name = "__mro_entries__", no_signature)]
fn mro_entries(vm: &Vm, this: &Obj<GenericAlias>, _bases: &Object) -> Res<Obj<Tuple>> {
    vm.tuple(vec![this.origin.clone()])
}

#[native("(self, instance, /)", name = "__instancecheck__", no_signature)]
fn instancecheck(vm: &Vm, _this: &Obj<GenericAlias>, _instance: &Object) -> Res {
    Err(vm.type_error("isinstance() argument 2 cannot be a parameterized generic"))
}

#[native("(self, cls, /)", name = "__subclasscheck__", no_signature)]
fn subclasscheck(vm: &Vm, _this: &Obj<GenericAlias>, _cls: &Object) -> Res {
    Err(vm.type_error("issubclass() argument 2 cannot be a parameterized generic"))
}

#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<GenericAlias>) -> Res {
    if this.starred {
        let plain = make(vm, this.origin.clone(), this.args.clone(), false)?;
        let next = crate::types::sequence::builtin(vm, "next")?;
        let it = vm.iter(&plain)?;
        let args = vm.tuple(vec![it])?.into_object();
        return Ok(vm.tuple(vec![next, args])?.into_object());
    }
    let class = vm.type_of_payload::<GenericAlias>()?.into_object();
    let args = vm.tuple(vec![this.origin.clone(), this.args.clone().into_object()])?.into_object();
    Ok(vm.tuple(vec![class, args])?.into_object())
}

#[native("(self, /)", name = "__dir__", no_signature)]
fn dir(vm: &Vm, this: &Obj<GenericAlias>) -> Res {
    let dir = crate::types::sequence::builtin(vm, "dir")?;
    let names = vm.call(&dir, std::slice::from_ref(&this.origin))?;
    if let Some(list) = names.downcast::<List>() {
        for own in OWN {
            let own = vm.intern(own).into_object();
            if !vm.contains(&names, &own)? {
                list.push(own).map_err(|e| vm.no_memory(e))?;
            }
        }
    }
    Ok(names)
}
