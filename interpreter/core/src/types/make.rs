//! Native types: from static description to type object, and filling its dict on first use.
//!
//! **Invariant:** a type's slots are complete when the type is handed out; its dict is filled when
//! somebody first looks something up in it, in the way CPython lists it: `__new__`, slot wrappers,
//! methods, computed attributes, the docstring.

use crate::object::*;
use crate::vm::{Res, Vm};
use std::any::TypeId;

impl Vm {
    /// The type object of a payload type: a builtin, or made on first use from `T::SPEC`.
    pub fn type_of_payload<T: Payload>(&self) -> Res<Obj<Type>> {
        let id = TypeId::of::<T>();
        let place = T::SPEC.map_or(0, |spec| std::ptr::from_ref(spec) as usize / 64);
        match self.interp().native_type(id, place) {
            Some(t) => Ok(t),
            None => self.first_type_of_payload(id, T::SPEC),
        }
    }

    #[cold]
    fn first_type_of_payload(&self, id: TypeId, spec: Option<&'static TypeSpec>) -> Res<Obj<Type>> {
        let Some(spec) = spec else {
            return Err(self.system_error("payload without a type"));
        };
        let t = self.native_type_of(spec)?;
        self.interp().add_native_type(id, t.clone());
        Ok(t)
    }

    /// A new type object from a description (call once for each interpreter; see `type_of_payload`).
    pub fn native_type_of(&self, spec: &'static TypeSpec) -> Res<Obj<Type>> {
        let base = match spec.base {
            Some(f) => f(self),
            None => self.types().object.clone(),
        };
        new_native_type(self, spec, spec.name, &base)
    }
}

/// A native type named `name` (which may differ from the description's) over `base`.
pub(crate) fn new_native_type(
    vm: &Vm,
    spec: &'static TypeSpec,
    name: &str,
    base: &Obj<Type>,
) -> Res<Obj<Type>> {
    let short = vm.intern(name.rsplit('.').next().unwrap_or(name));
    let dict = vm.new_dict()?;
    let t = vm.alloc_typed(
        &vm.types().type_,
        Type::new_native(vm.interp(), spec, short, Some(base), dict),
        0,
    )?;
    finish_type(vm, &t)?;
    Ok(t)
}

/// Bases, method resolution order and inherited slots of a complete record.
fn finish_type(vm: &Vm, t: &Obj<Type>) -> Res<()> {
    let mut order = Vec::with_capacity(8);
    order.push(t.clone().into_object());
    if let Some(base) = t.base.get_as::<Type>() {
        inherit_slots(t, &base);
        t.bases.set(vm.tuple(vec![base.clone().into_object()])?.into_object());
        base.add_subclass(t);
        add_attribute_area(t, &base);
        let mut at = Some(base);
        while let Some(b) = at {
            order.push(b.clone().into_object());
            at = b.base.get_as::<Type>();
        }
    } else {
        t.bases.set(vm.tuple(Vec::new())?.into_object());
    }
    t.mro.set(vm.tuple(order)?.into_object());
    Ok(())
}

/// Slots that a type leaves open are its base's. Hash and comparison go together; `object`'s `__new__`
/// makes no instances of types with a layout of their own.
fn inherit_slots(t: &Obj<Type>, base: &Obj<Type>) {
    let own = *t.slots();
    let mut slots = own;
    slots.inherit(base.slots());
    if own.richcmp.is_some() && own.hash.is_none() {
        slots.hash = None;
    }
    let from_object = base.base.get().is_none();
    if own.new.is_none() && (from_object || t.has(type_flags::NO_NEW)) {
        slots.new = None;
    }
    t.set_slots(slots);
}

/// Types whose instances take attributes and keep them nowhere else get a word for their dict.
/// (The first exception sees to its own; what is derived from it has the word in the same place.)
fn add_attribute_area(t: &Obj<Type>, base: &Obj<Type>) {
    let elsewhere =
        t.has_layout::<Type>() || t.has_layout::<Module>() || t.has_layout::<Function>();
    let sees_to_it = t.has(type_flags::EXCEPTION) && base.attr_offset.get() == 0;
    if !t.has(type_flags::DICT) || elsewhere || sees_to_it {
        return;
    }
    let fixed = match base.attr_offset.get() {
        n if n != 0 && base.layout_id() == t.layout_id() => n,
        _ => t.basicsize.get().div_ceil(8) * 8,
    };
    t.attr_offset.set(fixed);
    t.basicsize.set(fixed + 8);
}

/// The second half of booting: what needs `vm.types()`.
pub(crate) fn finish_boot(vm: &Vm) -> Res<()> {
    for t in vm.types().all() {
        finish_type(vm, t)?;
        vm.interp().add_native_type(t.layout_id(), t.clone());
    }
    // Layouts shared by several types: the plain one answers for the payload.
    vm.interp().add_native_type(TypeId::of::<Int>(), vm.types().int.clone());
    vm.interp().add_native_type(TypeId::of::<Set>(), vm.types().set.clone());
    vm.interp().add_native_type(TypeId::of::<Empty>(), vm.types().object.clone());
    vm.interp().add_native_type(TypeId::of::<Builtin>(), vm.types().builtin.clone());
    vm.interp().add_native_type(TypeId::of::<Generator>(), vm.types().generator.clone());
    let classes = super::exceptions::make_classes(vm)?;
    vm.interp().set_exceptions(classes);
    crate::builtins::install(vm)
}

/// Put a native type's static tables into its dict, once.
pub(crate) fn ensure_filled(vm: &Vm, t: &Obj<Type>) {
    if t.begin_fill() {
        let in_flight = vm.raised.take();
        if let Err(r) = fill(vm, t) {
            drop(vm.take_raised(r));
        }
        vm.raised.assign(in_flight);
    }
}

fn fill(vm: &Vm, t: &Obj<Type>) -> Res<()> {
    let Some(spec) = t.spec() else { return Ok(()) };
    if (spec.slots.new.is_some() || t.has(type_flags::EXCEPTION)) && t.slots().new.is_some() {
        let constructor = super::builtin::constructor(vm, t)?;
        t.dict.set_str(vm, &vm.names().__new__, constructor)?;
    }
    super::type_::slots::fill_wrappers(vm, t, &spec.slots)?;
    for def in spec.methods {
        let f = super::builtin::method(vm, def, t)?;
        t.dict.set_named(vm, def.name, f)?;
    }
    for def in spec.getsets {
        super::descriptors::add_getset(vm, t, def)?;
    }
    let base_has_area = t.base.get_as::<Type>().is_some_and(|b| b.attr_offset.get() != 0);
    if t.attr_offset.get() != 0
        && !base_has_area
        && t.dict.get_str(vm, &vm.names().__dict__).is_none()
    {
        super::descriptors::add_getset(vm, t, super::type_::dict_row())?;
    }
    if let Some(f) = spec.fill {
        f(vm, t)?;
    }
    if t.dict.get_str(vm, &vm.names().__doc__).is_none() {
        let doc = match doc_without_signature(spec.doc) {
            "" => Object::none(),
            text => vm.str(text)?.into_object(),
        };
        t.dict.set_str(vm, &vm.names().__doc__, doc)?;
    }
    Ok(())
}

/// A docstring may open with the signature: `name(...)`, `--` and an empty line.
fn split_signature(doc: &str) -> Option<(&str, &str)> {
    let (head, rest) = doc.split_once("\n--\n\n")?;
    let at = head.find('(')?;
    Some((&head[at..], rest))
}

pub(crate) fn doc_without_signature(doc: &'static str) -> &'static str {
    match split_signature(doc) {
        Some((_, rest)) => rest,
        None => doc,
    }
}

pub(crate) fn signature_of_doc(doc: &str) -> Option<&str> {
    split_signature(doc).map(|(signature, _)| signature)
}
