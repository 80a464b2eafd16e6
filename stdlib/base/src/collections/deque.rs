//! The type deque.
//!
//! **Invariant:** no borrow of the items is held while Python runs or an object is dropped; `changes`
//! counts every change of the number of items, so that iterators notice.

use super::methods;
use crate::support::{
    CmpOp, Kwargs, Maybe, NativeConstructor, NativeDef, NativeFunction, NoMemory, Obj, Object,
    Payload, Res, Slots, Tuple, Type, TypeSpec, Visitor, Vm, call_init, getsets, getter, native,
    type_flags,
};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use taipan_core::object::Charge;

/// The payload of `collections.deque`.
pub struct Deque {
    pub(super) items: RefCell<VecDeque<Object>>,
    pub(super) max: Cell<Option<usize>>,
    pub(super) changes: Cell<u64>,
    pub(super) charge: Charge,
}

impl Payload for Deque {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&DEQUE);
    fn traverse(&self, visitor: &mut Visitor) {
        self.items.borrow().iter().for_each(|item| visitor.visit(item));
    }
    fn clear(&self) {
        drop(self.items.take());
    }
}

pub(super) static DEQUE: TypeSpec = TypeSpec {
    doc: "deque([iterable[, maxlen]]) --> deque object\n\n\
          A sequence that is fast at both of its ends.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF | type_flags::SEQUENCE,
    slots: Slots {
        new: Some(<deque_new as NativeConstructor>::new),
        init: Some(init_slot),
        len: Some(|vm, this| Ok(of(vm, this)?.items.borrow().len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        iter: Some(super::iter::forward),
        repr: Some(repr),
        richcmp: Some(compare),
        hash: Some(no_hash),
        concat: Some(concat),
        iconcat: Some(iconcat),
        repeat: Some(repeat),
        irepeat: Some(irepeat),
        ..Slots::NONE
    },
    methods: methods::TABLE,
    getsets: getsets![maxlen],
    ..TypeSpec::new::<Deque>("collections.deque")
};

pub(super) fn of(vm: &Vm, object: &Object) -> Res<Obj<Deque>> {
    match object.downcast::<Deque>() {
        Some(deque) => Ok(deque.clone()),
        None => Err(vm.system_error("a deque was expected")),
    }
}

/// Room for more, within the limit of memory.
pub(crate) fn grow(vm: &Vm, items: &mut VecDeque<Object>, charge: &Charge) -> bool {
    let heap = &vm.interp().heap;
    let bytes = |items: &VecDeque<Object>| items.capacity() * size_of::<Object>();
    let fits = heap.has_room(bytes(items)) && items.try_reserve(1).is_ok();
    charge.keep(heap, bytes(items));
    fits
}

impl Deque {
    fn empty(max: Option<usize>) -> Deque {
        let (items, charge) = (RefCell::default(), Charge::default());
        Deque { items, max: Cell::new(max), changes: Cell::new(0), charge }
    }

    pub(super) fn changed(&self) {
        self.changes.set(self.changes.get().wrapping_add(1));
    }

    pub(super) fn get(&self, i: usize) -> Option<Object> {
        self.items.borrow().get(i).cloned()
    }

    /// Add at one end; at the limit the item at the other end goes.
    pub(super) fn push(&self, vm: &Vm, item: Object, left: bool) -> Res<()> {
        let mut items = self.items.borrow_mut();
        if items.len() == items.capacity() && !grow(vm, &mut items, &self.charge) {
            drop(items);
            return Err(vm.no_memory(NoMemory));
        }
        if left {
            items.push_front(item)
        } else {
            items.push_back(item)
        }
        let over = match self.max.get() {
            Some(max) if items.len() > max => {
                if left {
                    items.pop_back()
                } else {
                    items.pop_front()
                }
            }
            _ => None,
        };
        drop(items);
        self.changed();
        drop(over);
        Ok(())
    }

    /// Add all items of an iterable, which may be this deque.
    pub(super) fn extend(&self, vm: &Vm, iterable: &Object, left: bool) -> Res<()> {
        let same = iterable.downcast::<Deque>().is_some_and(|d| std::ptr::eq(&**d, self));
        let snapshot =
            if same { vm.list(self.snapshot(vm)?)?.into_object() } else { iterable.clone() };
        vm.for_each(&snapshot, |item| self.push(vm, item, left))
    }

    pub(super) fn snapshot(&self, vm: &Vm) -> Res<Vec<Object>> {
        let mut items = Vec::new();
        crate::support::reserve(vm, &mut items, self.items.borrow().len())?;
        items.extend(self.items.borrow().iter().cloned());
        Ok(items)
    }

    /// A new deque of the class of `like`, or an exact one for the type itself.
    pub(super) fn like(vm: &Vm, like: &Obj<Deque>, items: Vec<Object>) -> Res<Obj<Deque>> {
        let new = vm.alloc_of(like.class(), Deque::empty(like.max.get()))?;
        for item in items {
            new.push(vm, item, false)?;
        }
        Ok(new)
    }
}

/// `__init__` gets the arguments.
#[native("(cls, *args, **kwargs)", constructor, name = "deque")]
fn deque_new(vm: &Vm, cls: &Obj<Type>, _args: &[Object], _kwargs: Kwargs) -> Res<Obj<Deque>> {
    vm.alloc_of(cls, Deque::empty(None))
}

fn init_slot(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    static DEF: NativeDef = <init as NativeFunction>::DEF;
    call_init(vm, &DEF, this, args, names)
}

#[native("(self, iterable=<unrepresentable>, maxlen=None)", name = "deque")]
fn init(vm: &Vm, this: &Obj<Deque>, iterable: Maybe<&Object>, maxlen: Option<&Object>) -> Res<()> {
    let max = match maxlen {
        None => None,
        Some(max) => {
            let Some(max) = vm.as_i64(max) else {
                return Err(vm.type_error("an integer is required"));
            };
            let max = usize::try_from(max);
            Some(max.map_err(|_| vm.value_error("maxlen must be non-negative"))?)
        }
    };
    this.max.set(max);
    let old = this.items.take();
    this.changed();
    drop(old);
    match iterable {
        Maybe::Given(iterable) => this.extend(vm, iterable, false),
        Maybe::Absent => Ok(()),
    }
}

/// how many items the deque holds at most; None: any number
#[getter]
fn maxlen(this: &Obj<Deque>) -> Option<usize> {
    this.max.get()
}

/// The place that a key names.
fn place(vm: &Vm, this: &Deque, key: &Object) -> Res<usize> {
    let class = vm.class_of(key);
    if class.slots().index.is_none() && !class.has(type_flags::INT) {
        return Err(vm.type_error(format_args!(
            "sequence index must be integer, not '{}'",
            vm.type_name(key)
        )));
    }
    let i = vm.index_size(key)?;
    taipan_core::text::slices::index(i, this.items.borrow().len())
        .ok_or_else(|| vm.index_error("deque index out of range"))
}

fn getitem(vm: &Vm, this: &Object, key: &Object) -> Res {
    let this = of(vm, this)?;
    let i = place(vm, &this, key)?;
    this.get(i).ok_or_else(|| vm.index_error("deque index out of range"))
}

fn setitem(vm: &Vm, this: &Object, key: &Object, value: Option<&Object>) -> Res<()> {
    let this = of(vm, this)?;
    let i = place(vm, &this, key)?;
    let old = match value {
        Some(value) => {
            let mut items = this.items.borrow_mut();
            items.get_mut(i).map(|item| std::mem::replace(item, value.clone()))
        }
        None => {
            this.changed();
            this.items.borrow_mut().remove(i)
        }
    };
    drop(old);
    Ok(())
}

/// The first place from `start` up to `stop` where an item equals `value`.
pub(super) fn find(
    vm: &Vm,
    this: &Obj<Deque>,
    value: &Object,
    start: usize,
    stop: usize,
) -> Res<Option<usize>> {
    let changes = this.changes.get();
    for i in start..stop {
        let Some(item) = this.get(i) else { break };
        let equal = vm.eq(&item, value)?;
        if this.changes.get() != changes {
            return Err(vm.runtime_error("deque mutated during iteration"));
        }
        if equal {
            return Ok(Some(i));
        }
        vm.poll()?;
    }
    Ok(None)
}

fn contains(vm: &Vm, this: &Object, value: &Object) -> Res<bool> {
    Ok(find(vm, &of(vm, this)?, value, 0, usize::MAX)?.is_some())
}

/// Addresses of the deques whose repr is being made.
#[derive(Default)]
struct InRepr(RefCell<Vec<u64>>);

fn repr(vm: &Vm, this: &Object) -> Res {
    let running = vm.interp().state::<InRepr>();
    let id = this.id();
    if running.0.borrow().contains(&id) {
        return Ok(vm.str("[...]")?.into_object());
    }
    running.0.borrow_mut().push(id);
    let deque = of(vm, this)?;
    let shown = deque
        .snapshot(vm)
        .and_then(|items| vm.list(items))
        .and_then(|list| vm.repr(list.as_object()));
    running.0.borrow_mut().retain(|other| *other != id);
    let shown = shown?;
    let mut text = taipan_core::text::TextBuf::default();
    let name = deque.class().short_name();
    let max = match deque.max.get() {
        Some(max) => format!(", maxlen={max})"),
        None => ")".to_owned(),
    };
    let mut parts = || {
        text.push_str(&name)?;
        text.push_str("(")?;
        text.push_text(shown.as_text())?;
        text.push_str(&max)
    };
    parts().map_err(|error| vm.text_error(error))?;
    Ok(vm.text(text.finish().as_ref())?.into_object())
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(a), Some(b)) = (a.downcast::<Deque>(), b.downcast::<Deque>()) else {
        return Ok(Object::not_implemented());
    };
    let len = |deque: &Deque| deque.items.borrow().len();
    if matches!(op, CmpOp::Eq | CmpOp::Ne) && len(a) != len(b) {
        return Ok(Object::bool(op == CmpOp::Ne));
    }
    vm.recurse(" in comparison", || {
        let mut i = 0;
        while let (Some(x), Some(y)) = (a.get(i), b.get(i)) {
            if !x.is(&y) && !vm.compare_bool(&x, &y, CmpOp::Eq)? {
                return match op {
                    CmpOp::Eq => Ok(Object::bool(false)),
                    CmpOp::Ne => Ok(Object::bool(true)),
                    _ => vm.compare(&x, &y, op),
                };
            }
            i += 1;
            vm.poll()?;
        }
        Ok(Object::bool(op.holds(len(a).cmp(&len(b)))))
    })
}

fn no_hash(vm: &Vm, this: &Object) -> Res<i64> {
    Err(vm.type_error(format_args!("unhashable type: '{}'", vm.type_name(this))))
}

fn concat(vm: &Vm, a: &Object, b: &Object) -> Res {
    let a = of(vm, a)?;
    let Some(b) = b.downcast::<Deque>() else {
        return Err(vm.type_error(format_args!(
            "can only concatenate deque (not \"{}\") to deque",
            vm.type_name(b)
        )));
    };
    let mut items = a.snapshot(vm)?;
    crate::support::reserve(vm, &mut items, b.items.borrow().len())?;
    items.extend(b.items.borrow().iter().cloned());
    Ok(Deque::like(vm, &a, items)?.into_object())
}

fn iconcat(vm: &Vm, a: &Object, b: &Object) -> Res {
    of(vm, a)?.extend(vm, b, false)?;
    Ok(a.clone())
}

/// The items `count` times over, as many as the limit lets stay.
fn repeated(vm: &Vm, this: &Obj<Deque>, count: i64) -> Res<Vec<Object>> {
    let once = this.snapshot(vm)?;
    let count = usize::try_from(count).unwrap_or(0);
    let total = once.len().checked_mul(count).filter(|n| *n <= isize::MAX as usize / 16);
    let Some(total) = total else { return Err(vm.no_memory(NoMemory)) };
    let skip = total - this.max.get().map_or(total, |max| max.min(total));
    let mut items = Vec::new();
    crate::support::reserve(vm, &mut items, total - skip)?;
    items.extend((skip..total).filter_map(|i| once.get(i % once.len().max(1)).cloned()));
    Ok(items)
}

fn repeat(vm: &Vm, this: &Object, count: i64) -> Res {
    let this = of(vm, this)?;
    let items = repeated(vm, &this, count)?;
    Ok(Deque::like(vm, &this, items)?.into_object())
}

fn irepeat(vm: &Vm, this: &Object, count: i64) -> Res {
    let deque = of(vm, this)?;
    let items = repeated(vm, &deque, count)?;
    deque.charge.keep(&vm.interp().heap, items.capacity() * size_of::<Object>());
    let old = deque.items.replace(items.into());
    deque.changed();
    drop(old);
    Ok(this.clone())
}
