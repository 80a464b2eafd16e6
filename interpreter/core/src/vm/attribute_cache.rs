//! Inline caches of LoadAttr, StoreAttr and CallMethod.
//!
//! **Cache words.** The first is the name, the second the class's version (never 0 in a quickened
//! instruction). LoadAttrSlot: the byte offset. LoadAttrClass: in the last two words
//! the place of the value in a class's dict (a plain value may be replaced without a new version, see
//! `types::type_::set_in_dict`). LoadAttrProperty (a property, or a computed attribute of a native class), CallMethodOwn,
//! CallMethodNative, LoadMethodOwn: in the last two words the object found in the class, borrowed from it
//! (alive while the version stands). StoreAttrSlot: `slot << 16 | byte offset`, or `MEMBER | byte offset`.
#![expect(unsafe_code, reason = "cache words and registers")]

use super::frame::{Frame, Vm};
use super::{Res, run_ops};
use crate::bytecode::ops::Op;
use crate::native::NativeKind;
use crate::object::object::decref;
use crate::object::*;
use crate::types::descriptors::NativeGetter;

/// StoreAttrSlot: a word of `__slots__`, which may be unset.
pub(crate) const MEMBER: u32 = 1 << 31;

/// Quicken the instruction at `words` to `op` for the class, with an object of the class.
unsafe fn cache_object(words: *mut u32, class: &Obj<Type>, op: Op, object: &Object) {
    *words.add(1) = class.version();
    (words.add(3) as *mut u64).write_unaligned(object.value().bits());
    run_ops::quicken(words, op);
}

/// The object that `cache_object` put into an instruction's words, borrowed; `pc` is at the name's word.
#[inline(always)]
pub(crate) unsafe fn cached_object(pc: *const u32) -> Value {
    Value::from_bits((pc.add(3) as *const u64).read_unaligned())
}

/// Quicken the instruction at `words` to `op` for the class, with a place in its instances.
unsafe fn cache_place(words: *mut u32, class: &Obj<Type>, op: Op, place: u32) {
    *words.add(1) = class.version();
    *words.add(2) = place;
    run_ops::quicken(words, op);
}

/// Where the value of a name lies in the dict of the class that defines it. The place stands while the
/// class's version does: dicts of classes only move entries when keys come or go.
fn class_place(vm: &Vm, class: &Obj<Type>, name: &Obj<Str>) -> Option<*const Value> {
    let order = class.mro_tuple()?;
    for t in order.as_slice().iter().filter_map(|t| t.downcast::<Type>()) {
        if let Some(i) = t.dict.table.find_str(name, vm.str_hash(name)) {
            // SAFETY: the entry was just found.
            return Some(unsafe { t.dict.table.place(i) });
        }
    }
    None
}

/// LoadAttrProperty: the getter, if the cache holds for the object. `pc` is at the name's word.
#[inline]
pub(crate) unsafe fn cached_getter(v: Value, pc: *const u32) -> Option<Object> {
    if !v.is_ptr() || (*(*v.ptr()).ty.get()).payload.version.get() != *pc.add(1) {
        return None;
    }
    let property = cached_object(pc);
    crate::types::property::python_getter(Object::view(&property))
}

/// LoadAttr at `words`, quickened for a computed attribute of a native class: its getter, if the cache holds for
/// the object. (LoadAttrProperty is for getters in Python and comes here with all others.)
#[inline]
unsafe fn cached_native(object: &Object, words: *const u32) -> Option<NativeGetter> {
    let v = object.value();
    if *words.sub(1) as u8 != Op::LoadAttrProperty as u8
        || !v.is_ptr()
        || (*(*v.ptr()).ty.get()).payload.version.get() != *words.add(1)
    {
        return None;
    }
    let found = cached_object(words);
    crate::types::descriptors::native_getter(Object::view(&found)).map(|found| found.1)
}

/// What a computed attribute gives; an AttributeError says what was looked for.
#[inline]
fn computed(vm: &Vm, object: &Object, name: &Obj<Str>, get: NativeGetter) -> Res {
    let value = get(vm, object);
    if value.is_err() {
        crate::types::exceptions::set_attribute_context(vm, object, name);
    }
    value
}

/// The byte offset of the inline slot that holds `name` in instances of the object's class.
fn slot_offset(class: &Obj<Type>, name: &Obj<Str>) -> Option<(u32, u32)> {
    let area = class.attr_offset.get();
    if area == 0 {
        return None;
    }
    let i = class.shape_index(name)? as u32;
    let offset = area + 8 + i * 8;
    (offset < 0xffff).then_some((i, offset))
}

/// LoadAttr, missed.
#[inline(never)]
pub(crate) unsafe fn load(vm: &Vm, frame: *mut Frame, object: &Object, words: *mut u32) -> Res {
    let name = run_ops::name(frame, *words);
    if let Some(get) = cached_native(object, words) {
        return computed(vm, object, name, get);
    }
    if let Some(m) = object.downcast_exact::<Module>() {
        if let Some(o) = m.dict.get_str(vm, name) {
            return Ok(o);
        }
    }
    let class = vm.class_of(object);
    if class.slots().getattr.is_some() || !object.value().is_ptr() {
        return vm.getattr(object, name);
    }
    let unshadowed = match class.attr_offset.get() {
        0 => !matches!(object.kind(), Some(Kind::Module | Kind::Function)),
        _ => object.is_kind(Kind::Instance) && class.shape_index(name).is_none(),
    };
    if class.version() != 0 {
        let found = class.lookup(vm, name);
        match &found {
            None => {
                if let Some((_, offset)) = slot_offset(class, name) {
                    cache_place(words, class, Op::LoadAttrSlot, offset);
                }
            }
            Some(d) => {
                if let Some(offset) = crate::types::descriptors::member_offset(d, class) {
                    if offset < 0xffff {
                        cache_place(words, class, Op::LoadAttrSlot, offset);
                    }
                } else if crate::types::property::python_getter(d).is_some() {
                    cache_object(words, class, Op::LoadAttrProperty, d);
                } else if let Some((owner, get)) = crate::types::descriptors::native_getter(d)
                    && class.is_subtype(owner)
                {
                    cache_object(words, class, Op::LoadAttrProperty, d);
                    return computed(vm, object, name, get);
                } else if unshadowed && vm.class_of(d).slots().descr_get.is_none() {
                    if let Some(place) = class_place(vm, class, name) {
                        *words.add(1) = class.version();
                        (words.add(3) as *mut *const Value).write_unaligned(place);
                        run_ops::quicken(words, Op::LoadAttrClass);
                    }
                } else if vm.class_of(d).slots().descr_set.is_none() {
                    // A class attribute that instances may shadow: the slot is looked at first.
                    if let Some((_, offset)) = slot_offset(class, name) {
                        cache_place(words, class, Op::LoadAttrSlot, offset);
                    }
                }
            }
        }
    }
    vm.getattr(object, name)
}

/// How StoreAttr at `words` is quickened.
unsafe fn slot_op(words: *mut u32) -> Op {
    match Op::from_u8(*words.sub(1) as u8) {
        Some(Op::StoreAttrTake | Op::StoreAttrSlotTake) => Op::StoreAttrSlotTake,
        _ => Op::StoreAttrSlot,
    }
}

/// StoreAttr, missed.
#[inline(never)]
pub(crate) unsafe fn store(
    vm: &Vm,
    frame: *mut Frame,
    object: &Object,
    value: &Object,
    words: *mut u32,
) -> Res<()> {
    let name = run_ops::name(frame, *words);
    let class = vm.class_of(object).clone();
    if let Some(f) = class.slots().setattr {
        return f(vm, object, name, Some(value));
    }
    vm.generic_setattr(object, name, Some(value))?;
    if let (true, Some(offset)) = (
        class.version() != 0,
        class.lookup(vm, name).and_then(|d| crate::types::descriptors::member_offset(&d, &class)),
    ) {
        if offset < 0xffff {
            cache_place(words, &class, slot_op(words), MEMBER | offset);
        }
        return Ok(());
    }
    if class.version() != 0
        && class.lookup(vm, name).is_none_or(|d| vm.class_of(&d).slots().descr_set.is_none())
    {
        if let Some((i, offset)) = slot_offset(&class, name) {
            cache_place(words, &class, slot_op(words), i << 16 | offset);
        }
    }
    Ok(())
}

/// CallMethod or LoadMethod, missed: put what is to be called into `base[0]`; true if the receiver stays the
/// first argument.
#[inline(never)]
pub(crate) unsafe fn method(
    vm: &Vm,
    frame: *mut Frame,
    base: *mut Value,
    n: usize,
    words: *mut u32,
) -> Res<bool> {
    find_method(vm, frame, base, n, words, true)
}

unsafe fn find_method(
    vm: &Vm,
    frame: *mut Frame,
    base: *mut Value,
    n: usize,
    words: *mut u32,
    quicken: bool,
) -> Res<bool> {
    let receiver = Object::view(base.add(1));
    let class = vm.class_of(receiver);
    let name = run_ops::name(frame, *words);
    if let Some(m) = receiver.downcast_exact::<Module>()
        && let Some(found) = m.dict.get_str(vm, name)
    {
        replace_receiver(base, n, found);
        return Ok(false);
    }
    if let Some(t) = receiver.downcast_exact::<Type>() {
        if let Some((attribute, found)) = class_method(vm, t, name) {
            if quicken && t.version() != 0 && is_call_method(words) {
                cache_object(words, t, Op::CallMethodClass, &attribute);
            }
            let old = std::mem::replace(&mut *base, found.into_value());
            decref(old);
            return Ok(true);
        }
    }
    if class.slots().getattr.is_none() {
        if let Some(found) = class.lookup(vm, name) {
            let kind = callable_kind(&found, class);
            if kind.is_some()
                && !(instance::has_attributes(receiver)
                    && instance::get_attribute(vm, receiver, name).is_some())
                && vm.native_dict_of_method_receiver(receiver, name).is_none()
            {
                let kind_byte = receiver.kind();
                let loads = quicken
                    && matches!(
                        Op::from_u8(*words.sub(1) as u8),
                        Some(Op::LoadMethod | Op::LoadMethodOwn)
                    );
                let cacheable = receiver.value().is_ptr()
                    && class.version() != 0
                    && match class.attr_offset.get() {
                        0 => !matches!(kind_byte, Some(Kind::Module | Kind::Function)),
                        _ if class.shape_index(name).is_some() => false,
                        // A dict of the instance is looked at by `call_method_native`.
                        _ if kind == Some(Op::CallMethodNative) && !loads => {
                            matches!(kind_byte, Some(Kind::Instance | Kind::Native))
                        }
                        _ => kind_byte == Some(Kind::Instance),
                    };
                if let (true, Some(op)) = (cacheable && quicken, kind) {
                    let op = if loads { Op::LoadMethodOwn } else { op };
                    cache_object(words, class, op, &found);
                }
                let old = std::mem::replace(&mut *base, found.into_value());
                decref(old);
                return Ok(true);
            }
        }
    }
    bound(vm, base, n, name)
}

/// Whether a native object with attributes has one of its own that hides a cached method.
#[inline(always)]
pub(crate) unsafe fn hides_method(frame: *mut Frame, vm: &Vm, receiver: Value, name: u32) -> bool {
    let class = &(*(*receiver.ptr()).ty.get()).payload;
    if class.attr_offset.get() == 0 || (*instance::ext_of(receiver.ptr(), class)).is_null() {
        return false;
    }
    instance::get_attribute(vm, Object::view(&receiver), run_ops::name(frame, name)).is_some()
}

/// The same without a cache.
pub(crate) unsafe fn method_uncached(
    vm: &Vm,
    frame: *mut Frame,
    base: *mut Value,
    n: usize,
    name: u32,
) -> Res<bool> {
    let mut words = [name, 0, 0, 0, 0];
    find_method(vm, frame, base, n, words.as_mut_ptr(), false)
}

/// The attribute as it is; the receiver goes, the arguments move down.
unsafe fn bound(vm: &Vm, base: *mut Value, n: usize, name: &Obj<Str>) -> Res<bool> {
    let f = vm.getattr(Object::view(base.add(1)), name)?;
    replace_receiver(base, n, f);
    Ok(false)
}

/// `f` into `base[0]`; the receiver goes, the `n` arguments behind it move down.
unsafe fn replace_receiver(base: *mut Value, n: usize, f: Object) {
    let old = std::mem::replace(&mut *base, f.into_value());
    let receiver = *base.add(1);
    for i in 1..=n {
        *base.add(i) = *base.add(i + 1);
    }
    *base.add(1 + n) = Value::NULL;
    decref(old);
    decref(receiver);
}

/// Whether the instruction at `words` is a CallMethod (not LoadMethod).
unsafe fn is_call_method(words: *mut u32) -> bool {
    matches!(
        Op::from_u8(*words.sub(1) as u8),
        Some(Op::CallMethod | Op::CallMethodOwn | Op::CallMethodNative | Op::CallMethodClass)
    )
}

/// What `class.name(...)` calls with the class as first argument: a native class method, or the Python
/// function in a `classmethod`, behind the attribute itself. None for everything else, and if the metaclass
/// has a say.
fn class_method(vm: &Vm, class: &Obj<Type>, name: &Obj<Str>) -> Option<(Object, Object)> {
    if !class.class().is(&vm.types().type_) || class.class().lookup(vm, name).is_some() {
        return None;
    }
    let found = class.lookup(vm, name)?;
    if let Some(b) = found.downcast_exact::<Builtin>() {
        let native = b.def.kind == NativeKind::Class
            && !b.receiver.is_set()
            && b.owner.get_as::<Type>().is_some_and(|o| class.is_subtype(&o));
        return native.then(|| (found.clone(), found.clone()));
    }
    let function = crate::types::class_methods::function_of_classmethod(vm, &found)?;
    Some((found, function))
}

/// How CallMethod is quickened for functions that take the receiver as first argument.
fn callable_kind(found: &Object, class: &Obj<Type>) -> Option<Op> {
    match found.kind() {
        Some(Kind::Function) => Some(Op::CallMethodOwn),
        Some(Kind::Builtin) => found
            .downcast::<Builtin>()
            .filter(|b| {
                b.def.kind == NativeKind::Method
                    && !b.receiver.is_set()
                    && b.owner.get_as::<Type>().is_some_and(|o| class.is_subtype(&o))
            })
            .map(|_| Op::CallMethodNative),
        _ => None,
    }
}

impl Vm {
    /// Functions and modules keep attributes in a dict of their own that shadows their class.
    fn native_dict_of_method_receiver(&self, receiver: &Object, name: &Obj<Str>) -> Option<Object> {
        match receiver.kind()? {
            Kind::Function => {
                receiver.downcast::<Function>()?.dict.get_as::<Dict>()?.get_str(self, name)
            }
            Kind::Module => receiver.downcast::<Module>()?.dict.get_str(self, name),
            _ => None,
        }
    }
}
