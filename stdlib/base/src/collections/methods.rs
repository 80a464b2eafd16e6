//! The methods of deque.

use super::deque::{Deque, find};
use crate::support::{
    Maybe, NativeDef, NoMemory, Obj, Object, Res, Tuple, Vm, class_getitem, native, natives,
    type_flags,
};

pub(super) const TABLE: &[NativeDef] = natives![
    append,
    appendleft,
    class_getitem,
    clear,
    copy,
    dunder_copy,
    count,
    extend,
    extendleft,
    index,
    insert,
    pop,
    popleft,
    reduce,
    remove,
    reverse,
    super::iter::reversed,
    rotate
];

/// Put an item at the right end.
#[native("(self, item, /)", no_signature)]
fn append(vm: &Vm, this: &Obj<Deque>, item: &Object) -> Res<()> {
    this.push(vm, item.clone(), false)
}

/// Put an item at the left end.
#[native("(self, item, /)", no_signature)]
fn appendleft(vm: &Vm, this: &Obj<Deque>, item: &Object) -> Res<()> {
    this.push(vm, item.clone(), true)
}

/// Put all items of an iterable at the right end
#[native("(self, iterable, /)", no_signature)]
fn extend(vm: &Vm, this: &Obj<Deque>, iterable: &Object) -> Res<()> {
    this.extend(vm, iterable, false)
}

/// Put the items of an iterable at the left end, one after the other
#[native("(self, iterable, /)", no_signature)]
fn extendleft(vm: &Vm, this: &Obj<Deque>, iterable: &Object) -> Res<()> {
    this.extend(vm, iterable, true)
}

/// Take out the item at the right end.
#[native("(self, /)", no_signature)]
fn pop(vm: &Vm, this: &Obj<Deque>) -> Res {
    let item = this.items.borrow_mut().pop_back();
    this.changed();
    item.ok_or_else(|| vm.index_error("pop from an empty deque"))
}

/// Take out the item at the left end.
#[native("(self, /)", no_signature)]
fn popleft(vm: &Vm, this: &Obj<Deque>) -> Res {
    let item = this.items.borrow_mut().pop_front();
    this.changed();
    item.ok_or_else(|| vm.index_error("pop from an empty deque"))
}

/// Leave the deque empty.
#[native("(self, /)", no_signature)]
fn clear(this: &Obj<Deque>) {
    let old = this.items.take();
    this.changed();
    drop(old);
}

/// A deque with the same items and the same maxlen.
#[native("(self, /)", no_signature)]
fn copy(vm: &Vm, this: &Obj<Deque>) -> Res {
    let class = this.class();
    if class.is(&vm.type_of_payload::<Deque>()?) {
        return Ok(Deque::like(vm, this, this.snapshot(vm)?)?.into_object());
    }
    // A subclass is made as its own constructor makes it.
    let mut args = vec![this.as_object().clone()];
    if let Some(max) = this.max.get() {
        args.push(vm.int_usize(max)?);
    }
    vm.call(class.as_object(), &args)
}

/// A deque with the same items and the same maxlen.
#[native("(self, /)", name = "__copy__", no_signature)]
fn dunder_copy(vm: &Vm, this: &Obj<Deque>) -> Res {
    copy(vm, this)
}

/// D.count(value) -> integer -- how many items are equal to value
#[native("(self, value, /)", no_signature)]
fn count(vm: &Vm, this: &Obj<Deque>, value: &Object) -> Res<usize> {
    let (mut hits, mut from) = (0, 0);
    while let Some(at) = find(vm, this, value, from, usize::MAX)? {
        hits += 1;
        from = at + 1;
    }
    Ok(hits)
}

/// D.index(value, [start, [stop]]) -> integer -- where value is found first.
/// ValueError is raised if it is not found.
#[native(
    "(self, value, start=<unrepresentable>, stop=<unrepresentable>, /)",
    parse_tuple,
    no_signature
)]
fn index(
    vm: &Vm,
    this: &Obj<Deque>,
    value: &Object,
    start: Maybe<&Object>,
    stop: Maybe<&Object>,
) -> Res<usize> {
    let bound = |object: Maybe<&Object>, default: i64| match object {
        Maybe::Absent => Ok(default),
        Maybe::Given(object) => {
            let class = vm.class_of(object);
            if class.slots().index.is_none() && !class.has(type_flags::INT) {
                return Err(
                    vm.type_error("slice indices must be integers or have an __index__ method")
                );
            }
            vm.index_clamped(object)
        }
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, i64::MAX)?);
    let length = this.items.borrow().len() as i64;
    let clip = |i: i64| (if i < 0 { i.saturating_add(length) } else { i }).clamp(0, length);
    match find(vm, this, value, clip(start) as usize, clip(stop) as usize)? {
        Some(at) => Ok(at),
        None => {
            let value = vm.repr_string(value)?;
            Err(vm.value_error(format_args!("{value} is not in deque")))
        }
    }
}

/// D.insert(index, object) -- put object in front of the item at index
#[native("(self, index, object, /)", parse_tuple, no_signature)]
fn insert(vm: &Vm, this: &Obj<Deque>, index: isize, object: &Object) -> Res<()> {
    let mut items = this.items.borrow_mut();
    let length = items.len() as isize;
    if this.max.get().is_some_and(|max| items.len() >= max) {
        drop(items);
        return Err(vm.index_error("deque already at its maximum size"));
    }
    if items.len() == items.capacity() && !super::deque::grow(vm, &mut items, &this.charge) {
        drop(items);
        return Err(vm.no_memory(NoMemory));
    }
    let at = if index < 0 { index.saturating_add(length) } else { index }.clamp(0, length);
    items.insert(at as usize, object.clone());
    drop(items);
    this.changed();
    Ok(())
}

/// D.remove(value) -- take out the first item that is equal to value.
#[native("(self, value, /)", no_signature)]
fn remove(vm: &Vm, this: &Obj<Deque>, value: &Object) -> Res<()> {
    let changes = this.changes.get();
    let mut at = None;
    let length = this.items.borrow().len();
    for i in 0..length {
        let Some(item) = this.get(i) else { break };
        let equal = vm.eq(&item, value)?;
        if this.changes.get() != changes {
            return Err(vm.index_error("deque mutated during remove()."));
        }
        if equal {
            at = Some(i);
            break;
        }
        vm.poll()?;
    }
    let Some(at) = at else {
        let value = vm.repr_string(value)?;
        return Err(vm.value_error(format_args!("{value} is not in deque")));
    };
    let gone = this.items.borrow_mut().remove(at);
    this.changed();
    drop(gone);
    Ok(())
}

/// D.reverse() -- turn the order of the items round
#[native("(self, /)", no_signature)]
fn reverse(this: &Obj<Deque>) {
    this.items.borrow_mut().make_contiguous().reverse();
}

/// Move n items from the right end to the left one, or -n items the other way.
#[native("(self, n=1, /)", no_signature)]
fn rotate(this: &Obj<Deque>, n: isize) {
    let mut items = this.items.borrow_mut();
    let length = items.len() as isize;
    if length > 1 {
        items.rotate_right(n.rem_euclid(length) as usize);
        drop(items);
        this.changed();
    }
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<Deque>) -> Res<Obj<Tuple>> {
    let args = match this.max.get() {
        None => Vec::new(),
        Some(max) => vec![vm.tuple(Vec::new())?.into_object(), vm.int_usize(max)?],
    };
    let args = vm.tuple(args)?.into_object();
    let state = vm.call_method(this.as_object(), "__getstate__", &[])?;
    let items = vm.iter(this.as_object())?;
    vm.tuple(vec![this.class().as_object().clone(), args, state, items])
}
