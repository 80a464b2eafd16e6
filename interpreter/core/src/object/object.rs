//! Owned and typed references to objects, and what a payload type must say about itself.
//!
//! **Invariants.** An [`Object`] owns one count of what it names (nothing for immediates). It is
//! never NULL, except that [`Slot`] stores NULL for "unset". [`Obj<T>`] names an object whose
//! layout is `T`'s (subclass instances included), so `&T` may be taken for as long as the
//! reference lives. Payloads are only ever shared: their mutable parts are `Cell`s and [`Slot`]s.
//!
//! Dropping the last reference runs finalisers (`__del__`, weak-reference callbacks), that is
//! arbitrary Python: code that drops while a borrow of a `RefCell` is live is a bug.
#![expect(unsafe_code, reason = "typed views of heap objects")]

use super::bytes::Bytes;
use super::function::{Generator, GeneratorState, RangeIter};
use super::header::{Header, Kind, header_flags};
use super::list::List;
use super::number::Float;
use super::str::Str;
use super::tuple::Tuple;
use super::types::Type;
use super::value::Value;
use std::any::TypeId;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;

/// A heap object as it lies in memory.
#[repr(C)]
pub struct Boxed<T> {
    pub(crate) header: Header,
    pub(crate) payload: T,
}

/// An owned reference to any Python value. Not `Send`: it belongs to its interpreter.
#[repr(transparent)]
pub struct Object(pub(crate) Value, PhantomData<*const ()>);

/// An owned reference to an object of layout `T`.
#[repr(transparent)]
pub struct Obj<T: Payload>(Object, PhantomData<T>);

/// Says which owned references a payload holds.
pub struct Visitor<'a>(pub(crate) &'a mut dyn FnMut(Value));

impl Visitor<'_> {
    /// Report one owned reference.
    #[inline]
    pub fn visit(&mut self, object: &Object) {
        (self.0)(object.0);
    }

    /// Report what a slot holds.
    #[inline]
    pub fn slot(&mut self, slot: &Slot) {
        (self.0)(slot.0.get());
    }

    pub(crate) fn value(&mut self, value: Value) {
        (self.0)(value);
    }
}

/// Handed to [`Payload::release`] by the destructor alone, with the heap that the object is of.
pub struct Dying(*const super::heap::Heap);

impl Dying {
    /// Bytes that were accounted with `Heap::charge` are not used any more.
    pub(crate) fn discharge(&self, bytes: usize) {
        // SAFETY: the heap outlives its objects.
        unsafe { (*self.0).discharge(bytes) }
    }
}

/// A Rust type that lives behind an object header.
///
/// `traverse` must report every owned reference exactly once (a forgotten one only leaks, in
/// cycles); `clear` must drop those that can be part of a cycle and leave the payload usable.
pub trait Payload: Sized + 'static {
    /// Layout tag of exact instances.
    const KIND: Kind = Kind::Native;
    /// Whether instances can be part of reference cycles.
    const GC: bool = false;
    /// Nothing to drop and nothing behind it: what an instance holds are attributes.
    const PLAIN: bool = false;
    /// The type's description: names, slots, methods. Builtin kinds take theirs from the type table.
    const SPEC: Option<&'static super::types::TypeSpec> = None;
    /// Report owned references.
    fn traverse(&self, _visitor: &mut Visitor) {}
    /// Drop owned references that may be cyclic.
    fn clear(&self) {}
    /// Give raw memory back; called once, just before the payload itself is dropped.
    fn release(&self, _dying: &Dying) {}
    /// Bytes allocated behind the payload (inline text, tuple items).
    fn tail(&self) -> usize {
        0
    }
}

/// The layout of a payload type as data.
pub struct Layout {
    pub(crate) id: TypeId,
    pub(crate) kind: Kind,
    pub(crate) size: u32,
    pub(crate) gc: bool,
    pub(crate) plain: bool,
    pub(crate) drop: unsafe fn(*mut Header, &Dying),
    pub(crate) traverse: unsafe fn(*mut Header, &mut Visitor),
    pub(crate) clear: unsafe fn(*mut Header),
    pub(crate) tail: unsafe fn(*mut Header) -> usize,
}

unsafe fn drop_payload<T: Payload>(p: *mut Header, dying: &Dying) {
    let b = p as *mut Boxed<T>;
    (*b).payload.release(dying);
    std::ptr::drop_in_place(&raw mut (*b).payload);
}
unsafe fn traverse_payload<T: Payload>(p: *mut Header, v: &mut Visitor) {
    (*(p as *mut Boxed<T>)).payload.traverse(v);
}
unsafe fn clear_payload<T: Payload>(p: *mut Header) {
    (*(p as *mut Boxed<T>)).payload.clear();
}
unsafe fn tail_of<T: Payload>(p: *mut Header) -> usize {
    (*(p as *mut Boxed<T>)).payload.tail()
}

impl Layout {
    /// The layout of `T`.
    pub const fn of<T: Payload>() -> Layout {
        Layout {
            id: TypeId::of::<T>(),
            kind: T::KIND,
            size: std::mem::size_of::<Boxed<T>>() as u32,
            gc: T::GC,
            plain: T::PLAIN,
            drop: drop_payload::<T>,
            traverse: traverse_payload::<T>,
            clear: clear_payload::<T>,
            tail: tail_of::<T>,
        }
    }
}

/// The payload of plain `object()` and of instances whose state is only attributes.
pub struct Empty;
impl Payload for Empty {
    const PLAIN: bool = true;
}

impl Object {
    /// Take over a count that `value` carries.
    ///
    /// # Safety
    /// `value` is not NULL and the caller owned one count of it.
    #[inline(always)]
    pub(crate) unsafe fn from_owned(value: Value) -> Object {
        Object(value, PhantomData)
    }

    /// A new reference to what `value` names.
    ///
    /// # Safety
    /// `value` is alive and not NULL.
    #[inline(always)]
    pub(crate) unsafe fn from_borrowed(value: Value) -> Object {
        incref(value);
        Object(value, PhantomData)
    }

    /// View a borrowed word in place as an object.
    ///
    /// # Safety
    /// The word stays alive, in place and not NULL for `'a`.
    #[inline(always)]
    pub(crate) unsafe fn view<'a>(value: *const Value) -> &'a Object {
        &*(value as *const Object)
    }

    /// View a word that may be NULL.
    ///
    /// # Safety
    /// As `view`.
    #[inline(always)]
    pub(crate) unsafe fn view_opt<'a>(value: &'a Value) -> Option<&'a Object> {
        if value.is_null() { None } else { Some(&*(value as *const Value as *const Object)) }
    }

    /// The same for a run of words.
    ///
    /// # Safety
    /// As `view`, for each.
    #[inline(always)]
    pub(crate) unsafe fn view_slice<'a>(values: *const Value, len: usize) -> &'a [Object] {
        std::slice::from_raw_parts(values as *const Object, len)
    }

    /// The word, still owned by `self`.
    #[inline(always)]
    pub fn value(&self) -> Value {
        self.0
    }

    /// The word together with its count.
    #[inline(always)]
    pub(crate) fn into_value(self) -> Value {
        let v = self.0;
        std::mem::forget(self);
        v
    }

    pub const fn none() -> Object {
        Object(Value::NONE, PhantomData)
    }

    pub const fn not_implemented() -> Object {
        Object(Value::NOT_IMPLEMENTED, PhantomData)
    }

    pub const fn ellipsis() -> Object {
        Object(Value::ELLIPSIS, PhantomData)
    }

    pub const fn bool(b: bool) -> Object {
        Object(Value::from_bool(b), PhantomData)
    }

    /// An integer in the immediate range by its type (`i32`, small lengths).
    pub const fn small(i: i32) -> Object {
        Object(Value::small(i), PhantomData)
    }

    /// An immediate, if `i` fits (see `Vm::int` for all).
    #[inline(always)]
    pub fn immediate_int(i: i64) -> Option<Object> {
        Some(Object(Value::from_int(i)?, PhantomData))
    }

    /// An immediate, if `f` fits (see `Vm::float` for all).
    #[inline(always)]
    pub fn immediate_float(f: f64) -> Option<Object> {
        Some(Object(Value::from_flonum(f)?, PhantomData))
    }

    /// The truth value of an immediate that is no float.
    #[inline(always)]
    pub fn immediate_truth(&self) -> Option<bool> {
        match self.0.as_int() {
            Some(i) => Some(i != 0),
            None if self.0.is_true() => Some(true),
            None if self.0.is_false() || self.0.is_none() => Some(false),
            None => None,
        }
    }

    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    pub fn is_true_singleton(&self) -> bool {
        self.0.is_true()
    }

    pub fn is_false_singleton(&self) -> bool {
        self.0.is_false()
    }

    pub fn is_bool(&self) -> bool {
        self.0.is_bool()
    }

    #[inline(always)]
    pub fn is_not_implemented(&self) -> bool {
        self.0 == Value::NOT_IMPLEMENTED
    }

    pub fn is_ellipsis(&self) -> bool {
        self.0 == Value::ELLIPSIS
    }

    /// Python's `is`.
    #[inline(always)]
    pub fn is(&self, other: &Object) -> bool {
        self.0 == other.0
    }

    /// Immediate integer (exact `int`, not bool).
    #[inline(always)]
    pub fn as_small_int(&self) -> Option<i64> {
        self.0.as_int()
    }

    /// The header, unless this is an immediate.
    #[inline(always)]
    pub(crate) fn header(&self) -> Option<&Header> {
        // SAFETY: an Object keeps what it names alive.
        unsafe { self.0.header() }
    }

    /// The class of a heap object (None for immediates).
    #[inline(always)]
    pub(crate) fn header_class(&self) -> Option<&Obj<Type>> {
        let h = self.header()?;
        // SAFETY: see `Obj::class`.
        Some(unsafe { &*(h.ty.as_ptr() as *const Obj<Type>) })
    }

    /// Kind of a heap object (None for immediates).
    #[inline(always)]
    pub fn kind(&self) -> Option<Kind> {
        self.header().map(Header::kind)
    }

    /// Whether it is an object of exactly this builtin kind.
    #[inline(always)]
    pub fn is_kind(&self, kind: Kind) -> bool {
        // SAFETY: alive.
        unsafe { self.0.is_kind(kind) }
    }

    /// Exact float, boxed or not.
    #[inline]
    pub fn as_exact_float(&self) -> Option<f64> {
        if let Some(f) = self.0.as_flonum() {
            return Some(f);
        }
        if self.is_kind(Kind::Float) {
            // SAFETY: kind checked.
            return Some(unsafe {
                (*(self.0.ptr() as *const Boxed<super::number::Float>)).payload.0
            });
        }
        None
    }

    /// Number of references to it (immediates: a large number).
    pub fn refcount(&self) -> usize {
        self.header().map_or(u32::MAX as usize, |h| h.refcount() as usize)
    }

    /// Whether this is the only reference to an object that has nothing but its payload: no weak references, no
    /// attributes, and its finaliser never ran. Who holds it may make another object of it.
    pub fn is_bare(&self) -> bool {
        // A block of odd size may be shorter than its class says.
        const ODD: u8 = header_flags::WEAKREFS | header_flags::FINALIZED | header_flags::ODD_SIZE;
        let Some(h) = self.header() else { return false };
        h.refcount() == 1 && !h.has_flag(ODD) && super::instance::is_blank(self)
    }

    /// What `id()` returns: the address, or a number from the bits of an immediate.
    pub fn id(&self) -> u64 {
        self.0.bits()
    }

    /// View as an object of layout `T` (instances of subclasses included).
    #[inline(always)]
    pub fn downcast<T: Payload>(&self) -> Option<&Obj<T>> {
        let h = self.header()?;
        // SAFETY: a header's type is alive; equal layout ids mean the payload is a `T`.
        unsafe {
            if (T::KIND as u8 != Kind::Native as u8 && h.kind() == T::KIND)
                || (*h.ty.get()).payload.layout.id == TypeId::of::<T>()
            {
                Some(&*(self as *const Object as *const Obj<T>))
            } else {
                None
            }
        }
    }

    /// View as an object of exactly the builtin kind of `T` (no subclass).
    #[inline(always)]
    pub fn downcast_exact<T: Payload>(&self) -> Option<&Obj<T>> {
        const { assert!(T::KIND as u8 != Kind::Native as u8) }; // else it would match any native object
        if self.is_kind(T::KIND) {
            // SAFETY: kind checked.
            Some(unsafe { &*(self as *const Object as *const Obj<T>) })
        } else {
            None
        }
    }

    /// Take as an object of layout `T`.
    pub fn downcast_into<T: Payload>(self) -> Result<Obj<T>, Object> {
        if self.downcast::<T>().is_some() { Ok(Obj(self, PhantomData)) } else { Err(self) }
    }
}

impl Clone for Object {
    #[inline(always)]
    fn clone(&self) -> Object {
        // SAFETY: alive.
        unsafe { Object::from_borrowed(self.0) }
    }
}

impl Drop for Object {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: owns one count.
        unsafe { decref(self.0) }
    }
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Object({:#x})", self.0.bits())
    }
}

impl<T: Payload> Obj<T> {
    /// # Safety
    /// `object` has layout `T`.
    #[inline(always)]
    pub(crate) unsafe fn from_object(object: Object) -> Obj<T> {
        Obj(object, PhantomData)
    }

    /// # Safety
    /// `p` is a live object of layout `T` whose count is handed over.
    #[inline(always)]
    pub(crate) unsafe fn from_ptr(p: *mut Boxed<T>) -> Obj<T> {
        Obj(Object::from_owned(Value::from_ptr(p as *const Header)), PhantomData)
    }

    /// # Safety
    /// `p` points at a live object of layout `T`.
    #[inline(always)]
    pub(crate) unsafe fn borrow_ptr(p: *const Boxed<T>) -> Obj<T> {
        Obj(Object::from_borrowed(Value::from_ptr(p as *const Header)), PhantomData)
    }

    #[inline(always)]
    pub(crate) fn as_ptr(&self) -> *mut Boxed<T> {
        self.0.0.ptr() as *mut Boxed<T>
    }

    /// As an untyped object.
    #[inline(always)]
    pub fn as_object(&self) -> &Object {
        &self.0
    }

    /// As an untyped object, owned.
    #[inline(always)]
    pub fn into_object(self) -> Object {
        self.0
    }

    #[inline(always)]
    pub fn value(&self) -> Value {
        self.0.0
    }

    pub(crate) fn header_ref(&self) -> &Header {
        // SAFETY: an Obj names a live heap object.
        unsafe { &*self.0.0.ptr() }
    }

    /// Its exact class.
    pub fn class(&self) -> &Obj<Type> {
        // SAFETY: a header's type is alive as long as the object; `ty` is a pointer-sized cell whose
        // content is also the word of the type object.
        unsafe { &*(self.header_ref().ty.as_ptr() as *const Obj<Type>) }
    }

    /// Same object.
    pub fn is(&self, other: &Obj<T>) -> bool {
        self.value() == other.value()
    }
}

impl<T: Payload> Deref for Obj<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: layout is `T`; the object lives as long as `self`.
        unsafe { &(*self.as_ptr()).payload }
    }
}

impl<T: Payload> Clone for Obj<T> {
    #[inline(always)]
    fn clone(&self) -> Obj<T> {
        Obj(self.0.clone(), PhantomData)
    }
}

impl<T: Payload> From<Obj<T>> for Object {
    fn from(o: Obj<T>) -> Object {
        o.0
    }
}

impl<T: Payload> AsRef<Object> for Obj<T> {
    fn as_ref(&self) -> &Object {
        &self.0
    }
}

impl AsRef<Object> for Object {
    fn as_ref(&self) -> &Object {
        self
    }
}

/// A place in a payload that holds one reference or nothing.
pub struct Slot(pub(crate) Cell<Value>);

impl Slot {
    pub const fn empty() -> Slot {
        Slot(Cell::new(Value::NULL))
    }

    pub fn new(object: Object) -> Slot {
        Slot(Cell::new(object.into_value()))
    }

    /// A new reference to what is held.
    #[inline]
    pub fn get(&self) -> Option<Object> {
        let v = self.0.get();
        // SAFETY: a slot keeps what it holds alive.
        if v.is_null() { None } else { Some(unsafe { Object::from_borrowed(v) }) }
    }

    /// What is held, as an object of layout `T` (None if unset or of another layout).
    pub fn get_as<T: Payload>(&self) -> Option<Obj<T>> {
        self.get()?.downcast_into().ok()
    }

    /// The word that is held, NULL if unset.
    #[inline(always)]
    pub fn peek(&self) -> Value {
        self.0.get()
    }

    pub fn is_set(&self) -> bool {
        !self.0.get().is_null()
    }

    /// Store, dropping what was held after the store.
    #[inline]
    pub fn set(&self, object: Object) {
        let old = self.0.replace(object.into_value());
        // SAFETY: the slot owned it.
        unsafe { decref(old) }
    }

    /// Store or unset.
    pub fn assign(&self, object: Option<Object>) {
        match object {
            Some(o) => self.set(o),
            None => drop(self.take()),
        }
    }

    /// Unset, giving what was held.
    #[inline]
    pub fn take(&self) -> Option<Object> {
        let v = self.0.replace(Value::NULL);
        // SAFETY: the slot owned it.
        if v.is_null() { None } else { Some(unsafe { Object::from_owned(v) }) }
    }

    /// Store, giving what was held.
    pub fn replace(&self, object: Object) -> Option<Object> {
        let v = self.0.replace(object.into_value());
        // SAFETY: the slot owned it.
        if v.is_null() { None } else { Some(unsafe { Object::from_owned(v) }) }
    }
}

impl Default for Slot {
    fn default() -> Slot {
        Slot::empty()
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // SAFETY: the slot owns what it holds.
        unsafe { decref(self.0.get()) }
    }
}

impl From<Option<Object>> for Slot {
    fn from(o: Option<Object>) -> Slot {
        o.map_or(Slot::empty(), Slot::new)
    }
}

/// One more owner.
///
/// # Safety
/// `value` is alive (or an immediate, or NULL).
#[inline(always)]
pub(crate) unsafe fn incref(value: Value) {
    if value.is_ptr() {
        let rc = &(*value.ptr()).rc;
        rc.set(rc.get() + 1);
    }
}

/// One owner less; destroys the object when it was the last. May run Python.
///
/// # Safety
/// The caller owned a count.
#[inline(always)]
pub(crate) unsafe fn decref(value: Value) {
    if value.is_ptr() {
        let p = value.ptr();
        let n = (*p).rc.get() - 1;
        (*p).rc.set(n);
        if n == 0 {
            destroy(p);
        }
    }
}

/// Destroy an object whose count has just become 0.
///
/// What holds no references comes first and without a frame: nothing of it can recurse, nothing runs.
#[cold]
#[inline(never)]
pub(crate) unsafe fn destroy(p: *mut Header) {
    let ty = &(*(*p).ty.get()).payload;
    let interp = &*ty.interp;
    if interp.dying.get() {
        (*p).rc.set(1); // the teardown's walk drops every payload itself
        return;
    }
    let size = match (*p).kind() {
        // The exact types of these have no weak references.
        Kind::Str => size_of::<Boxed<Str>>() + (*(p as *const Boxed<Str>)).payload.byte_len(),
        Kind::Float => size_of::<Boxed<Float>>(),
        Kind::Bytes if !(*p).has_flag(header_flags::WEAKREFS) => {
            size_of::<Boxed<Bytes>>() + (*(p as *const Boxed<Bytes>)).payload.tail()
        }
        Kind::RangeIter if !(*p).has_flag(header_flags::WEAKREFS) => size_of::<Boxed<RangeIter>>(),
        _ => return destroy_other(p),
    };
    interp.heap.free_object(p as *mut u8, size, (*p).has_flag(header_flags::LARGE));
}

/// What has one of these is not freed on a short path.
const UNUSUAL: u8 =
    header_flags::WEAKREFS | header_flags::ODD_SIZE | header_flags::LARGE | header_flags::DYING;

/// The same of what may hold references or more memory than its block.
#[inline(never)]
unsafe fn destroy_other(p: *mut Header) {
    let ty = &*(*p).ty.get();
    let interp = &*ty.payload.interp;
    if (*p).kind() == Kind::Int && !(*p).has_flag(header_flags::WEAKREFS) {
        let t = &ty.payload;
        let size = t.basicsize.get() as usize;
        (t.layout.drop)(p, &Dying(&interp.heap));
        return interp.heap.free_object(p as *mut u8, size, (*p).has_flag(header_flags::LARGE));
    }
    // A chain of containers is freed from a queue, not by recursion.
    const MAX_DEPTH: u32 = 64;
    let depth = interp.drop_depth.get();
    if depth >= MAX_DEPTH {
        (*p).rc.set(1); // keeps the block from looking free to the collector's walk
        interp.drop_queue.borrow_mut().push(p);
        interp.drop_queued.set(true);
        return;
    }
    interp.drop_depth.set(depth + 1);
    match (*p).kind() {
        _ if (*p).has_flag(UNUSUAL) => destroy_now(p, ty, interp),
        Kind::Tuple => destroy_tuple(p, interp),
        Kind::List => destroy_list(p, interp),
        Kind::Generator
            if (*(p as *const Boxed<Generator>)).payload.state.get() == GeneratorState::Done =>
        {
            destroy_done_generator(p, interp)
        }
        _ if ty.payload.layout.plain && !ty.payload.has_finalizer() => {
            destroy_instance(p, ty, interp)
        }
        _ => destroy_now(p, ty, interp),
    }
    interp.drop_depth.set(depth);
    if depth == 0 && interp.drop_queued.get() {
        destroy_queued(interp);
    }
}

/// Destroy what `destroy` put aside.
#[cold]
#[inline(never)]
unsafe fn destroy_queued(interp: &crate::vm::Interp) {
    loop {
        let next = interp.drop_queue.borrow_mut().pop();
        let Some(p) = next else { break };
        interp.drop_depth.set(1);
        destroy_now(p, &*(*p).ty.get(), interp);
        interp.drop_depth.set(0);
    }
    interp.drop_queued.set(false);
}

/// The interpreter ends: drop what every payload holds besides objects. Nothing is finalised any more.
///
/// # Safety
/// `interp.dying` is set; no object is used afterwards.
pub(crate) unsafe fn drop_all_payloads(interp: &crate::vm::Interp) {
    interp.heap.walk(|p| {
        let t = &(*(*p).ty.get()).payload;
        if (*p).kind() != Kind::Type {
            (t.layout.drop)(p, &Dying(&interp.heap));
        }
    });
}

/// `destroy_now` of an instance that is only attributes, without finaliser and weak references.
#[inline(always)]
unsafe fn destroy_instance(p: *mut Header, ty: &Boxed<Type>, interp: &crate::vm::Interp) {
    (*p).rc.set(1);
    (*p).set_flag(header_flags::DYING);
    let t = &ty.payload;
    if t.attr_offset.get() != 0 {
        super::instance::drop_attributes(p, t);
    }
    if t.member_count.get() != 0 {
        super::instance::drop_members(p, t);
    }
    let heap = t.is_heap_type();
    if heap || t.layout.gc {
        interp.heap.gc_count.set(interp.heap.gc_count.get() - 1);
    }
    interp.heap.free_object(p as *mut u8, t.basicsize.get() as usize, false);
    if heap {
        decref(Value::from_ptr(ty as *const Boxed<Type> as *const Header));
    }
}

/// `destroy_now` of an exact tuple.
#[inline(always)]
unsafe fn destroy_tuple(p: *mut Header, interp: &crate::vm::Interp) {
    (*p).rc.set(1);
    (*p).set_flag(header_flags::DYING);
    let t = &(*(p as *const Boxed<Tuple>)).payload;
    // From the end: finalisers show the order.
    for i in (0..t.len.get()).rev() {
        decref(*t.items.add(i));
    }
    interp.heap.gc_count.set(interp.heap.gc_count.get() - 1);
    let size = size_of::<Boxed<Tuple>>() + t.capacity * 8;
    interp.heap.free_object(p as *mut u8, size, false);
}

/// Move the items of an exact tuple to `to`, and free it. False, and nothing happens, unless that is all there is to do.
///
/// # Safety
/// The caller owns a count of `source`, which goes with the tuple, and the words at `to`, as many as it has items: they
/// are overwritten.
#[inline(always)]
pub(crate) unsafe fn take_items(source: Value, to: *mut Value, interp: &crate::vm::Interp) -> bool {
    let p = source.ptr();
    if (*p).rc.get() != 1 || (*p).has_flag(UNUSUAL) {
        return false;
    }
    let t = &(*(p as *const Boxed<Tuple>)).payload;
    let (items, len, capacity) = (t.items, t.len.get(), t.capacity);
    for i in 0..len {
        *to.add(i) = *items.add(i);
    }
    interp.heap.gc_count.set(interp.heap.gc_count.get() - 1);
    interp.heap.free_object(p as *mut u8, size_of::<Boxed<Tuple>>() + capacity * 8, false);
    true
}

/// `destroy_now` of an exact list.
#[inline(always)]
unsafe fn destroy_list(p: *mut Header, interp: &crate::vm::Interp) {
    (*p).rc.set(1);
    (*p).set_flag(header_flags::DYING);
    (*(p as *const Boxed<List>)).payload.clear_items();
    interp.heap.gc_count.set(interp.heap.gc_count.get() - 1);
    interp.heap.free_object(p as *mut u8, size_of::<Boxed<List>>(), false);
}

/// `destroy_now` of a generator or coroutine that has nothing to close any more.
///
/// # Safety
/// Its state is Done; it has no weak references and no block of unusual size. Nobody owns it any more.
pub(crate) unsafe fn destroy_done_generator(p: *mut Header, interp: &crate::vm::Interp) {
    (*p).rc.set(1);
    (*p).set_flag(header_flags::DYING);
    let size = size_of::<Boxed<Generator>>()
        + (*(p as *const Boxed<Generator>)).payload.nregs as usize * size_of::<Value>();
    std::ptr::drop_in_place(&raw mut (*(p as *mut Boxed<Generator>)).payload);
    interp.heap.gc_count.set(interp.heap.gc_count.get() - 1);
    interp.heap.free_object(p as *mut u8, size, false);
}

unsafe fn destroy_now(p: *mut Header, ty: &Boxed<Type>, interp: &crate::vm::Interp) {
    (*p).rc.set(1);
    let t = &ty.payload;
    if t.has_finalizer() && !(*p).has_flag(header_flags::FINALIZED) {
        (*p).set_flag(header_flags::FINALIZED);
        interp.run_finalizer(&Object::from_borrowed(Value::from_ptr(p)));
        if (*p).rc.get() > 1 {
            // Resurrected: our own count goes, the others stay.
            (*p).rc.set((*p).rc.get() - 1);
            return;
        }
    }
    if (*p).has_flag(header_flags::WEAKREFS) {
        interp.weakrefs_cleared(p);
        if (*p).rc.get() > 1 {
            (*p).rc.set((*p).rc.get() - 1);
            return;
        }
    }
    (*p).set_flag(header_flags::DYING);
    let mut size = t.basicsize.get() as usize;
    if (*p).has_flag(header_flags::ODD_SIZE) {
        size = interp.odd_sizes.borrow_mut().remove(&(p as usize)).map_or(size, |s| s as usize);
    }
    size += (t.layout.tail)(p);
    if t.attr_offset.get() != 0 {
        super::instance::drop_attributes(p, t);
    }
    if t.member_count.get() != 0 {
        super::instance::drop_members(p, t);
    }
    (t.layout.drop)(p, &Dying(&interp.heap));
    if t.layout.gc || t.is_heap_type() {
        interp.heap.gc_count.set(interp.heap.gc_count.get() - 1);
    }
    let large = (*p).has_flag(header_flags::LARGE);
    interp.heap.free_object(p as *mut u8, size, large);
    if t.is_heap_type() {
        decref(Value::from_ptr(ty as *const Boxed<Type> as *const Header));
    }
}
