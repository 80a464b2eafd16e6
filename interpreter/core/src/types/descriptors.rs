//! What the dicts of classes hold for native attributes: `getset_descriptor`, `member_descriptor` (words
//! of `__slots__`), `wrapper_descriptor` and `method-wrapper` (slots seen as methods).
//!
//! **Invariant:** no native code behind a descriptor runs before the receiver was seen to be an instance
//! of the class that owns it: getters, setters and slots take that for granted.

use super::type_::slots::{SlotMethod, SlotRow};
use crate::native::{GetSetDef, getsets, natives};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};
use taipan_macros::{getter, native};

/// A computed attribute.
pub struct GetSet {
    pub owner: Obj<Type>,
    pub def: &'static GetSetDef,
}

impl Payload for GetSet {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&GETSET);
    fn traverse(&self, v: &mut Visitor) {
        v.visit(self.owner.as_object());
    }
}

static GETSET: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        descr_get: Some(getset_get),
        descr_set: Some(getset_set),
        repr: Some(getset_repr),
        ..Slots::NONE
    },
    getsets: &[
        GetSetDef { name: "__name__", doc: "", get: name_of, set: Some(readonly) },
        GetSetDef { name: "__qualname__", doc: "", get: qualname_of, set: None },
        GetSetDef { name: "__objclass__", doc: "", get: owner_of, set: Some(readonly) },
        GetSetDef { name: "__doc__", doc: "", get: doc_of, set: None },
    ],
    ..TypeSpec::new::<GetSet>("getset_descriptor")
};

/// A word of `__slots__`, or what CPython keeps in a C member that cannot be set.
pub struct Member {
    pub owner: Obj<Type>,
    pub name: Obj<Str>,
    /// From the start of the instance; 0 where `def` says how to get it.
    pub offset: u32,
    pub def: Option<&'static GetSetDef>,
}

impl Payload for Member {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&MEMBER);
    fn traverse(&self, v: &mut Visitor) {
        v.visit(self.owner.as_object());
        v.visit(self.name.as_object());
    }
}

static MEMBER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        descr_get: Some(member_get),
        descr_set: Some(member_set),
        repr: Some(member_repr),
        ..Slots::NONE
    },
    getsets: &[
        GetSetDef { name: "__name__", doc: "", get: name_of, set: Some(readonly) },
        GetSetDef { name: "__qualname__", doc: "", get: qualname_of, set: None },
        GetSetDef { name: "__objclass__", doc: "", get: owner_of, set: Some(readonly) },
        GetSetDef { name: "__doc__", doc: "", get: doc_of, set: None },
    ],
    methods: natives![reduce],
    ..TypeSpec::new::<Member>("member_descriptor")
};

/// A slot of a native type as a method.
pub struct SlotWrapper {
    pub owner: Obj<Type>,
    pub(crate) row: &'static SlotRow,
    pub(crate) method: &'static SlotMethod,
}

impl Payload for SlotWrapper {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&WRAPPER);
    fn traverse(&self, v: &mut Visitor) {
        v.visit(self.owner.as_object());
    }
}

static WRAPPER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        descr_get: Some(wrapper_get),
        call: Some(wrapper_call),
        repr: Some(wrapper_repr),
        ..Slots::NONE
    },
    getsets: &[
        GetSetDef { name: "__name__", doc: "", get: name_of, set: Some(readonly) },
        GetSetDef { name: "__qualname__", doc: "", get: qualname_of, set: None },
        GetSetDef { name: "__objclass__", doc: "", get: owner_of, set: Some(readonly) },
        GetSetDef { name: "__doc__", doc: "", get: doc_of, set: None },
        GetSetDef { name: "__text_signature__", doc: "", get: signature_of, set: None },
    ],
    methods: natives![reduce],
    ..TypeSpec::new::<SlotWrapper>("wrapper_descriptor")
};

/// The same bound to a receiver.
pub struct MethodWrapper {
    pub wrapper: Obj<SlotWrapper>,
    pub receiver: Object,
}

impl Payload for MethodWrapper {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&METHOD_WRAPPER);
    fn traverse(&self, v: &mut Visitor) {
        v.visit(self.wrapper.as_object());
        v.visit(&self.receiver);
    }
}

static METHOD_WRAPPER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        call: Some(method_wrapper_call),
        repr: Some(method_wrapper_repr),
        hash: Some(method_wrapper_hash),
        richcmp: Some(method_wrapper_compare),
        ..Slots::NONE
    },
    getsets: getsets![__self__, __objclass__, __name__, __qualname__, __doc__, __text_signature__],
    methods: natives![reduce_bound],
    ..TypeSpec::new::<MethodWrapper>("method-wrapper")
};

/// The setter of attributes that CPython keeps as read-only members.
/// The setters that tell a C member from a computed attribute.
const MEMBER_SETTERS: [Setter; 2] =
    [readonly, <crate::native::readonly as crate::native::NativeSetter>::set];

type Setter = fn(&Vm, &Object, Option<&Object>) -> Res<()>;

pub(crate) fn readonly(vm: &Vm, _: &Object, _: Option<&Object>) -> Res<()> {
    Err(vm.attribute_error("readonly attribute"))
}

/// Offset of the word that a `__slots__` descriptor names, if instances of `class` have it.
pub(crate) fn member_offset(attribute: &Object, class: &Obj<Type>) -> Option<u32> {
    let member = attribute.downcast::<Member>()?;
    (member.def.is_none() && class.is_subtype(&member.owner)).then_some(member.offset)
}

/// What computes an attribute of a native class.
pub(crate) type NativeGetter = fn(&Vm, &Object) -> Res;

/// The class that owns a computed attribute, and its getter, which instances of the class may be given to.
#[inline]
pub(crate) fn native_getter(attribute: &Object) -> Option<(&Obj<Type>, NativeGetter)> {
    if let Some(d) = attribute.downcast::<GetSet>() {
        return Some((&d.owner, d.def.get));
    }
    let d = attribute.downcast::<Member>()?;
    Some((&d.owner, d.def?.get))
}

/// Put a computed attribute into a class's dict.
pub(crate) fn add_getset(vm: &Vm, class: &Obj<Type>, def: &'static GetSetDef) -> Res<()> {
    let is_member =
        def.set.is_some_and(|set| MEMBER_SETTERS.iter().any(|m| std::ptr::fn_addr_eq(set, *m)));
    if is_member {
        let name = vm.intern(def.name);
        let member = Member { owner: class.clone(), name, offset: 0, def: Some(def) };
        return class.dict.set_named(vm, def.name, vm.alloc(member)?);
    }
    let descriptor = vm.alloc(GetSet { owner: class.clone(), def })?;
    class.dict.set_named(vm, def.name, descriptor)
}

/// Owner and name of any descriptor of this file.
fn owner_and_name(vm: &Vm, this: &Object) -> Option<(Obj<Type>, Obj<Str>)> {
    if let Some(d) = this.downcast::<GetSet>() {
        return Some((d.owner.clone(), vm.intern(d.def.name)));
    }
    if let Some(d) = this.downcast::<Member>() {
        return Some((d.owner.clone(), d.name.clone()));
    }
    let d = this.downcast::<SlotWrapper>()?;
    Some((d.owner.clone(), vm.intern(d.method.name)))
}

fn name_of(vm: &Vm, this: &Object) -> Res {
    Ok(owner_and_name(vm, this).map_or(Object::none(), |(_, name)| name.into_object()))
}

fn owner_of(vm: &Vm, this: &Object) -> Res {
    Ok(owner_and_name(vm, this).map_or(Object::none(), |(owner, _)| owner.into_object()))
}

fn qualname_of(vm: &Vm, this: &Object) -> Res {
    let Some((owner, name)) = owner_and_name(vm, this) else { return Ok(Object::none()) };
    let qualname = owner.qualname.borrow().to_string_lossy();
    Ok(vm.str(&format!("{qualname}.{}", name.to_str_lossy()))?.into_object())
}

fn text_or_none(vm: &Vm, text: &str) -> Res {
    if text.is_empty() { Ok(Object::none()) } else { Ok(vm.str(text)?.into_object()) }
}

fn doc_of(vm: &Vm, this: &Object) -> Res {
    if let Some(def) = this.downcast::<Member>().and_then(|d| d.def) {
        return text_or_none(vm, def.doc);
    }
    match (this.downcast::<GetSet>(), this.downcast::<SlotWrapper>()) {
        (Some(d), _) => text_or_none(vm, d.def.doc),
        (_, Some(d)) => text_or_none(vm, d.method.doc),
        _ => Ok(Object::none()),
    }
}

fn signature_of(vm: &Vm, this: &Object) -> Res {
    this.downcast::<SlotWrapper>()
        .map_or(Ok(Object::none()), |d| text_or_none(vm, d.method.signature))
}

/// Pickle descriptors by name: `getattr(owner, name)`.
#[native("(self, /)", name = "__reduce__")]
fn reduce(vm: &Vm, this: &Object) -> Res {
    let Some((owner, name)) = owner_and_name(vm, this) else { return Ok(Object::none()) };
    by_name(vm, owner.into_object(), name)
}

fn by_name(vm: &Vm, owner: Object, name: Obj<Str>) -> Res {
    let builtins = vm.interp().builtins.get_as::<Dict>();
    let getattr = builtins.and_then(|b| b.get_named(vm, "getattr")).unwrap_or(Object::none());
    let args = vm.tuple(vec![owner, name.into_object()])?.into_object();
    Ok(vm.tuple(vec![getattr, args])?.into_object())
}

#[cold]
fn does_not_apply(vm: &Vm, name: &str, owner: &Obj<Type>, object: &Object) -> Raised {
    vm.type_error(format_args!(
        "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
        owner.full_name(),
        vm.type_name(object)
    ))
}

fn shown(vm: &Vm, what: &str, this: &Object) -> Res {
    let Some((owner, name)) = owner_and_name(vm, this) else { return Ok(Object::none()) };
    let text = format!("<{what} '{}' of '{}' objects>", name.to_str_lossy(), owner.full_name());
    Ok(vm.str(&text)?.into_object())
}

fn getset_get(vm: &Vm, this: &Object, object: Option<&Object>, _: Option<&Object>) -> Res {
    let (Some(d), Some(object)) = (this.downcast::<GetSet>(), object) else {
        return Ok(this.clone());
    };
    if !vm.is_exact_instance(object, &d.owner) {
        return Err(does_not_apply(vm, d.def.name, &d.owner, object));
    }
    (d.def.get)(vm, object)
}

fn getset_set(vm: &Vm, this: &Object, object: &Object, value: Option<&Object>) -> Res<()> {
    let Some(d) = this.downcast::<GetSet>() else { return Ok(()) };
    if !vm.is_exact_instance(object, &d.owner) {
        return Err(does_not_apply(vm, d.def.name, &d.owner, object));
    }
    match d.def.set {
        Some(set) => set(vm, object, value),
        None => Err(vm.attribute_error(format_args!(
            "attribute '{}' of '{}' objects is not writable",
            d.def.name,
            d.owner.full_name()
        ))),
    }
}

fn getset_repr(vm: &Vm, this: &Object) -> Res {
    shown(vm, "attribute", this)
}

fn member_get(vm: &Vm, this: &Object, object: Option<&Object>, _: Option<&Object>) -> Res {
    let (Some(d), Some(object)) = (this.downcast::<Member>(), object) else {
        return Ok(this.clone());
    };
    if !vm.is_exact_instance(object, &d.owner) {
        return Err(does_not_apply(vm, &d.name.to_str_lossy(), &d.owner, object));
    }
    if let Some(def) = d.def {
        return (def.get)(vm, object);
    }
    match instance::get_member(object, d.offset) {
        Some(value) => Ok(value),
        None => Err(vm.no_attribute(object, &d.name)),
    }
}

fn member_set(vm: &Vm, this: &Object, object: &Object, value: Option<&Object>) -> Res<()> {
    let Some(d) = this.downcast::<Member>() else { return Ok(()) };
    if !vm.is_exact_instance(object, &d.owner) {
        return Err(does_not_apply(vm, &d.name.to_str_lossy(), &d.owner, object));
    }
    if d.def.is_some() {
        return readonly(vm, object, value);
    }
    let old = instance::set_member(object, d.offset, value.cloned());
    if old.is_none() && value.is_none() {
        return Err(vm.attribute_error(d.name.to_str_lossy()));
    }
    Ok(())
}

fn member_repr(vm: &Vm, this: &Object) -> Res {
    shown(vm, "member", this)
}

fn wrapper_get(vm: &Vm, this: &Object, object: Option<&Object>, _: Option<&Object>) -> Res {
    let (Some(d), Some(object)) = (this.downcast::<SlotWrapper>(), object) else {
        return Ok(this.clone());
    };
    if !vm.is_exact_instance(object, &d.owner) {
        return Err(does_not_apply(vm, d.method.name, &d.owner, object));
    }
    Ok(vm.alloc(MethodWrapper { wrapper: d.clone(), receiver: object.clone() })?.into_object())
}

fn wrapper_call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let Some(d) = this.downcast::<SlotWrapper>() else { return Ok(Object::none()) };
    let positional = args.len().saturating_sub(names.map_or(0, |n| n.len()));
    let Some((object, rest)) = args.split_first().filter(|_| positional > 0) else {
        return Err(vm.type_error(format_args!(
            "descriptor '{}' of '{}' object needs an argument",
            d.method.name,
            d.owner.full_name()
        )));
    };
    if !vm.is_exact_instance(object, &d.owner) {
        return Err(vm.type_error(format_args!(
            "descriptor '{}' requires a '{}' object but received a '{}'",
            d.method.name,
            d.owner.full_name(),
            vm.type_name(object)
        )));
    }
    run(vm, d, object, rest, names)
}

fn run(
    vm: &Vm,
    d: &Obj<SlotWrapper>,
    object: &Object,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res {
    let name = d.method.name;
    if names.is_some_and(|n| !n.is_empty()) && !matches!(name, "__init__" | "__call__") {
        return Err(vm.type_error(format_args!("wrapper {name}() takes no keyword arguments")));
    }
    // These are plain methods in CPython, for speed; it shows in their complaints.
    let containers = type_flags::LIST | type_flags::DICTIONARY;
    let listed = name == "__getitem__" && d.owner.has(containers)
        || name == "__contains__"
            && (d.owner.has(type_flags::DICTIONARY) || d.owner.has_layout::<Set>());
    if listed && args.len() != 1 {
        let (owner, given) = (d.owner.full_name(), args.len());
        return Err(vm.type_error(format_args!(
            "{owner}.{name}() takes exactly one argument ({given} given)"
        )));
    }
    match d.method.wrapper {
        Some(wrapper) => wrapper(vm, d.owner.slots(), object, args, names),
        None => Ok(Object::none()),
    }
}

fn wrapper_repr(vm: &Vm, this: &Object) -> Res {
    shown(vm, "slot wrapper", this)
}

fn method_wrapper_call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    match this.downcast::<MethodWrapper>() {
        Some(m) => run(vm, &m.wrapper, &m.receiver, args, names),
        None => Ok(Object::none()),
    }
}

fn method_wrapper_repr(vm: &Vm, this: &Object) -> Res {
    let Some(m) = this.downcast::<MethodWrapper>() else { return Ok(Object::none()) };
    let (name, class) = (m.wrapper.method.name, vm.type_name(&m.receiver));
    Ok(vm
        .str(&format!("<method-wrapper '{name}' of {class} object at {:#x}>", m.receiver.id()))?
        .into_object())
}

fn method_wrapper_hash(_: &Vm, this: &Object) -> Res<i64> {
    let Some(m) = this.downcast::<MethodWrapper>() else { return Ok(0) };
    let h = (m.receiver.id() >> 4 ^ std::ptr::from_ref(m.wrapper.method) as u64 >> 3) as i64;
    Ok(if h == -1 { -2 } else { h })
}

fn method_wrapper_compare(_: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(a), Some(b)) = (a.downcast::<MethodWrapper>(), b.downcast::<MethodWrapper>()) else {
        return Ok(Object::not_implemented());
    };
    let same = a.wrapper.is(&b.wrapper) && a.receiver.is(&b.receiver);
    match op {
        CmpOp::Eq => Ok(Object::bool(same)),
        CmpOp::Ne => Ok(Object::bool(!same)),
        _ => Ok(Object::not_implemented()),
    }
}

/// Pickle by name: `getattr(receiver, name)`.
#[native("(self, /)", name = "__reduce__")]
fn reduce_bound(vm: &Vm, this: &Obj<MethodWrapper>) -> Res {
    by_name(vm, this.receiver.clone(), vm.intern(this.wrapper.method.name))
}

#[getter]
fn __self__(this: &Obj<MethodWrapper>) -> Object {
    this.receiver.clone()
}

#[getter]
fn __objclass__(this: &Obj<MethodWrapper>) -> Obj<Type> {
    this.wrapper.owner.clone()
}

#[getter]
fn __name__(this: &Obj<MethodWrapper>) -> &'static str {
    this.wrapper.method.name
}

#[getter]
fn __qualname__(vm: &Vm, this: &Obj<MethodWrapper>) -> Res {
    qualname_of(vm, this.wrapper.as_object())
}

#[getter]
fn __doc__(vm: &Vm, this: &Obj<MethodWrapper>) -> Res {
    doc_of(vm, this.wrapper.as_object())
}

#[getter]
fn __text_signature__(vm: &Vm, this: &Obj<MethodWrapper>) -> Res {
    signature_of(vm, this.wrapper.as_object())
}
