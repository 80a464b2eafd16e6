//! Attribute storage of instances: inline slots named by the class's shape, or a dict.
//!
//! **Layout.** At `Type::attr_offset` lies one word `ext`, then `attr_cap` slots. In inline mode
//! `ext` is NULL and slot `i` holds the attribute `shape.keys[i]` (NULL: unset); slots were filled in
//! ascending order (`aux` = highest filled + 1), so slot order is insertion order. Whatever breaks
//! that (a key beyond the capacity, a fill out of order, `__dict__` asked for) moves the attributes
//! into a real dict: `ext` names it, all slots are NULL for good, and the kind of plain instances
//! becomes `DictInstance`. Inline caches rely on: version of the class fixed => key i is slot i; slot
//! not NULL => that is the attribute; kind `Instance` (or no dict) and key not in the shape => the
//! instance does not have it.
#![expect(unsafe_code, reason = "attribute slots behind the payload")]

use super::dict::Dict;
use super::header::{Header, Kind};
use super::object::{Boxed, Obj, Object, Visitor, decref};
use super::str::Str;
use super::types::Type;
use super::value::Value;
use crate::vm::{Res, Vm};

#[inline(always)]
pub(crate) unsafe fn ext_of(p: *mut Header, t: &Type) -> *mut Value {
    (p as *mut u8).add(t.attr_offset.get() as usize) as *mut Value
}

#[inline(always)]
pub(crate) unsafe fn slots_of(p: *mut Header, t: &Type) -> *mut Value {
    ext_of(p, t).add(1)
}

/// Fill the attribute area and `__slots__` words of a fresh instance.
pub(crate) unsafe fn init_attributes(p: *mut Header, t: &Type) {
    if t.attr_offset.get() != 0 {
        let e = ext_of(p, t);
        for i in 0..=t.attr_cap.get() as usize {
            *e.add(i) = Value::NULL;
        }
    }
    let m = (p as *mut u8).add(t.member_offset.get() as usize) as *mut Value;
    for i in 0..t.member_count.get() as usize {
        *m.add(i) = Value::NULL;
    }
}

/// Slots that may hold something: none once there is a dict, and none where the block is another class's, which has
/// had one.
unsafe fn slots_in_use(p: *mut Header, ext: *mut Value, t: &Type) -> usize {
    let has_slots = (*ext).is_null() && !(*p).has_flag(super::header::header_flags::ODD_SIZE);
    if has_slots { t.attr_cap.get() as usize } else { 0 }
}

pub(crate) unsafe fn drop_attributes(p: *mut Header, t: &Type) {
    let e = ext_of(p, t);
    for i in 0..=slots_in_use(p, e, t) {
        let v = *e.add(i);
        if v.is_ptr() {
            *e.add(i) = Value::NULL;
            decref(v);
        }
    }
}

pub(crate) unsafe fn drop_members(p: *mut Header, t: &Type) {
    let m = (p as *mut u8).add(t.member_offset.get() as usize) as *mut Value;
    for i in 0..t.member_count.get() as usize {
        let v = std::mem::replace(&mut *m.add(i), Value::NULL);
        decref(v);
    }
}

pub(crate) unsafe fn traverse_attributes(p: *mut Header, t: &Type, v: &mut Visitor) {
    if t.attr_offset.get() != 0 {
        let e = ext_of(p, t);
        for i in 0..=slots_in_use(p, e, t) {
            v.value(*e.add(i));
        }
    }
    let m = (p as *mut u8).add(t.member_offset.get() as usize) as *mut Value;
    for i in 0..t.member_count.get() as usize {
        v.value(*m.add(i));
    }
}

impl Type {
    /// The slot of a name in the shape, if it has one.
    #[inline]
    pub(crate) fn shape_index(&self, name: &Obj<Str>) -> Option<usize> {
        self.shape.borrow().keys.iter().position(|k| k.value() == name.value())
    }
}

/// The class record of an object with attributes.
unsafe fn type_of<'a>(p: *mut Header) -> &'a Boxed<Type> {
    &*(*p).ty.get()
}

/// Read an attribute of the instance itself. `name` is interned.
pub(crate) fn get_attribute(vm: &Vm, object: &Object, name: &Obj<Str>) -> Option<Object> {
    let p = object.value().ptr();
    // SAFETY: callers checked that the class has an attribute area.
    unsafe {
        let t = &type_of(p).payload;
        let ext = *ext_of(p, t);
        if ext.is_null() {
            let i = t.shape_index(name)?;
            let v = *slots_of(p, t).add(i);
            return if v.is_null() { None } else { Some(Object::from_borrowed(v)) };
        }
        Object::view(&ext).downcast::<Dict>()?.get_str(vm, name)
    }
}

/// Whether an object that is no immediate has no attribute of its own, and never had a `__dict__` made. Its block is of
/// the size that its class says.
pub(crate) fn is_blank(object: &Object) -> bool {
    let p = object.value().ptr();
    // SAFETY: the caller's object has a header, whose type is alive; the area is as long as that says.
    unsafe {
        let t = &type_of(p).payload;
        let area = ext_of(p, t);
        t.member_count.get() == 0
            && (t.attr_offset.get() == 0
                || (0..=t.attr_cap.get() as usize).all(|i| (*area.add(i)).is_null()))
    }
}

/// Whether the class of the object has an attribute area (`__dict__`).
#[inline(always)]
pub(crate) fn has_attributes(object: &Object) -> bool {
    match object.header() {
        // SAFETY: a header's type is alive.
        Some(h) => unsafe { (*h.ty.get()).payload.attr_offset.get() != 0 },
        None => false,
    }
}

/// Set an attribute of the instance itself. `name` is interned.
pub(crate) fn set_attribute(vm: &Vm, object: &Object, name: &Obj<Str>, value: Object) -> Res<()> {
    let p = object.value().ptr();
    // SAFETY: callers checked that the class has an attribute area.
    unsafe {
        let boxed = type_of(p);
        let t = &boxed.payload;
        let ext = *ext_of(p, t);
        if ext.is_null() {
            let index = match t.shape_index(name) {
                Some(i) => Some(i),
                None => add_key(vm, boxed, name),
            };
            if let Some(i) = index {
                let place = slots_of(p, t).add(i);
                let old = *place;
                let aux = (*p).aux.get() as usize;
                if !old.is_null() || i >= aux {
                    if old.is_null() {
                        (*p).aux.set(i as u16 + 1);
                    }
                    *place = value.into_value();
                    decref(old);
                    return Ok(());
                }
            }
            let dict = materialize(vm, object)?;
            return dict.set_str(vm, name, value);
        }
        let dict = Object::from_borrowed(ext);
        match dict.downcast::<Dict>() {
            Some(d) => d.set_str(vm, name, value),
            None => Ok(()),
        }
    }
}

/// Give the class's shape one more key, if there is room.
fn add_key(vm: &Vm, boxed: &Boxed<Type>, name: &Obj<Str>) -> Option<usize> {
    let t = &boxed.payload;
    let mut shape = t.shape.try_borrow_mut().ok()?;
    if shape.keys.len() >= t.attr_cap.get() as usize {
        return None;
    }
    shape.keys.push(name.clone());
    let i = shape.keys.len() - 1;
    drop(shape);
    // Method caches of this class assumed that instances cannot shadow the name.
    // SAFETY: the class is alive: an instance is being written.
    let class = unsafe { Obj::<Type>::borrow_ptr(boxed) };
    if class.lookup(vm, name).is_some() {
        class.new_key_shadows(vm);
    }
    Some(i)
}

/// Delete an attribute of the instance itself; tells whether it was there.
pub(crate) fn delete_attribute(vm: &Vm, object: &Object, name: &Obj<Str>) -> bool {
    let p = object.value().ptr();
    // SAFETY: callers checked that the class has an attribute area.
    unsafe {
        let t = &type_of(p).payload;
        let ext = *ext_of(p, t);
        if ext.is_null() {
            let Some(i) = t.shape_index(name) else { return false };
            let old = std::mem::replace(&mut *slots_of(p, t).add(i), Value::NULL);
            if old.is_null() {
                return false;
            }
            drop(Object::from_owned(old));
            return true;
        }
        let dict = Object::from_borrowed(ext);
        dict.downcast::<Dict>().is_some_and(|d| d.remove_str(vm, name).is_some())
    }
}

/// The instance's `__dict__`; moves inline attributes into it.
pub(crate) fn materialize(vm: &Vm, object: &Object) -> Res<Obj<Dict>> {
    let p = object.value().ptr();
    // SAFETY: callers checked that the class has an attribute area; words move, none is doubled.
    unsafe {
        let t = &type_of(p).payload;
        let ext = ext_of(p, t);
        if !(*ext).is_null() {
            return Ok(Obj::from_object(Object::from_borrowed(*ext)));
        }
        let dict = vm.new_dict()?;
        let slots = slots_of(p, t);
        let keys: Vec<Obj<Str>> = t.shape.borrow().keys.clone();
        for (i, k) in keys.iter().enumerate() {
            let v = *slots.add(i);
            if !v.is_null() {
                dict.set_str(vm, k, Object::from_borrowed(v))?;
            }
        }
        for i in 0..keys.len() {
            let v = std::mem::replace(&mut *slots.add(i), Value::NULL);
            decref(v);
        }
        *ext = dict.clone().into_object().into_value();
        if (*p).kind() == Kind::Instance {
            (*p).set_kind(Kind::DictInstance);
        }
        Ok(dict)
    }
}

/// Replace the instance's `__dict__`.
pub(crate) fn replace_dict(vm: &Vm, object: &Object, dict: Obj<Dict>) -> Res<()> {
    materialize(vm, object)?;
    let p = object.value().ptr();
    // SAFETY: materialised just now.
    unsafe {
        let t = &type_of(p).payload;
        let old = std::mem::replace(&mut *ext_of(p, t), dict.into_object().into_value());
        decref(old);
    }
    Ok(())
}

/// The instance's attributes in insertion order, without materialising.
pub(crate) fn attributes(object: &Object) -> Vec<(Object, Object)> {
    let p = object.value().ptr();
    // SAFETY: callers checked that the class has an attribute area.
    unsafe {
        let t = &type_of(p).payload;
        let ext = *ext_of(p, t);
        if !ext.is_null() {
            return Object::view(&ext).downcast::<Dict>().map(|d| d.snapshot()).unwrap_or_default();
        }
        let shape = t.shape.borrow();
        let slots = slots_of(p, t);
        shape
            .keys
            .iter()
            .enumerate()
            .filter_map(|(i, k)| {
                let v = *slots.add(i);
                if v.is_null() {
                    None
                } else {
                    Some((k.as_object().clone(), Object::from_borrowed(v)))
                }
            })
            .collect()
    }
}

/// Offset of the first words of references behind the payload, word `i`; None if the class has fewer.
#[inline]
pub(crate) fn word_offset(object: &Object, i: u32) -> Option<u32> {
    let class = object.header_class()?;
    (i < class.member_count.get()).then(|| class.member_offset.get() + i * 8)
}

/// Read a `__slots__` word.
pub(crate) fn get_member(object: &Object, offset: u32) -> Option<Object> {
    let p = object.value().ptr();
    // SAFETY: member descriptors check the class before they call.
    unsafe {
        let v = *((p as *mut u8).add(offset as usize) as *mut Value);
        if v.is_null() { None } else { Some(Object::from_borrowed(v)) }
    }
}

/// Write or unset a `__slots__` word, giving what was there.
pub(crate) fn set_member(object: &Object, offset: u32, value: Option<Object>) -> Option<Object> {
    let p = object.value().ptr();
    // SAFETY: member descriptors check the class before they call.
    unsafe {
        let place = (p as *mut u8).add(offset as usize) as *mut Value;
        let new = value.map_or(Value::NULL, Object::into_value);
        let old = std::mem::replace(&mut *place, new);
        if old.is_null() { None } else { Some(Object::from_owned(old)) }
    }
}

/// Give an instance another class of the same layout (the caller checked that). Attributes go to a
/// dict first: the two classes' shapes and inline capacities differ. A block sized by another class is
/// remembered by the interpreter until it is freed.
pub(crate) fn set_class(vm: &Vm, object: &Object, class: &Obj<Type>) -> Res<()> {
    if has_attributes(object) {
        materialize(vm, object)?;
    }
    let p = object.value().ptr();
    // SAFETY: layouts agree; the new class gains a count before the old one loses its own.
    unsafe {
        let old = (*p).ty.get();
        let sizes = ((*old).payload.basicsize.get(), class.basicsize.get());
        if sizes.0 != sizes.1 {
            vm.interp().odd_sizes.borrow_mut().entry(p as usize).or_insert(sizes.0);
            (*p).set_flag(super::header::header_flags::ODD_SIZE);
            // Caches name offsets by class; those of a larger class may lie behind this block.
            class.stop_caching();
        }
        if class.is_heap_type() {
            super::object::incref(class.value());
        }
        (*p).ty.set(class.as_ptr());
        (*p).set_kind(match ((*p).kind(), class.is_heap_type()) {
            (Kind::DictInstance, true) => Kind::DictInstance,
            (_, true) if class.attr_offset.get() != 0 => Kind::DictInstance,
            (_, true) => Kind::Instance,
            (_, false) => class.layout.kind,
        });
        if (*old).payload.is_heap_type() {
            decref(Value::from_ptr(old as *const Header));
        }
    }
    Ok(())
}

/// Bytes of the object itself, without what it refers to.
pub(crate) fn size_of(vm: &Vm, object: &Object) -> usize {
    if !object.value().is_ptr() {
        return 24;
    }
    let class = vm.class_of(object);
    // SAFETY: the class's layout is that of the object.
    class.basicsize.get() as usize + unsafe { (class.layout.tail)(object.value().ptr()) }
}
