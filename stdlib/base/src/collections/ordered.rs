//! The type OrderedDict: a dict (whose table keeps the order anyway) that compares and changes its order.
//!
//! Subclasses see the calls that CPython's C version makes on them: items are stored by `__setitem__` in
//! `update` and the constructor, read by `__getitem__` in `copy`; `pop`, `popitem` and `move_to_end` work
//! on the table.

use super::ordered_views as views;
use crate::support::{
    CmpOp, Dict, Kwargs, Maybe, Obj, Object, Res, Slots, Tuple, Type, TypeSpec, Vm, dict_merge,
    guarded_repr, native, natives, reserve, type_flags,
};

pub(super) static ORDERED_DICT: TypeSpec = TypeSpec {
    doc: "A dict that can reorder its keys and compares their order",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF,
    base: Some(|vm| vm.types().dict.clone()),
    slots: Slots {
        init: Some(init),
        iter: Some(views::keys_iter),
        repr: Some(repr),
        richcmp: Some(compare),
        hash: Some(no_hash),
        or: Some(or),
        ior: Some(ior),
        ..Slots::NONE
    },
    methods: natives![
        fromkeys,
        reduce,
        setdefault,
        pop,
        popitem,
        views::keys,
        views::values,
        views::items,
        update,
        clear,
        copy,
        views::reversed,
        move_to_end
    ],
    fill: Some(|vm, class| class.dict.set_named(vm, "__hash__", Object::none())),
    ..TypeSpec::extending::<Dict>("collections.OrderedDict")
};

pub(super) fn dict<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Dict>> {
    object.downcast::<Dict>().ok_or_else(|| vm.system_error("an OrderedDict was expected"))
}

pub(super) fn class(vm: &Vm) -> Res<Obj<Type>> {
    vm.type_of_spec(&ORDERED_DICT)
}

fn is_exact(vm: &Vm, object: &Object) -> Res<bool> {
    Ok(vm.class_of(object).is(&class(vm)?))
}

fn no_hash(vm: &Vm, this: &Object) -> Res<i64> {
    Err(vm.type_error(format_args!("unhashable type: '{}'", vm.type_name(this))))
}

fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    let positional = args.len().saturating_sub(names.map_or(0, |n| n.len()));
    if positional > 1 {
        return Err(vm.type_error(format_args!("expected at most 1 arguments, got {positional}")));
    }
    update_mapping(vm, this, &args[..positional], Kwargs::all(args, names))
}

/// What `update` and the constructor do.
fn update_mapping(vm: &Vm, this: &Object, args: &[Object], kwargs: Kwargs) -> Res<()> {
    if args.len() > 1 {
        return Err(vm.type_error(format_args!(
            "update() takes at most 1 positional argument ({} given)",
            args.len()
        )));
    }
    if let Some(source) = args.first() {
        update_from(vm, this, source)?;
    }
    for (name, value) in kwargs.iter() {
        vm.setitem(this, name.as_object(), value)?;
    }
    Ok(())
}

fn update_from(vm: &Vm, this: &Object, source: &Object) -> Res<()> {
    if source.downcast_exact::<Dict>().is_some() {
        if is_exact(vm, this)? {
            return dict_merge(vm, dict(vm, this)?, source);
        }
        let items = vm.call_method(source, "items", &[])?;
        return add_pairs(vm, this, &items);
    }
    if let Some(keys) = vm.getattr_opt(source, &vm.intern("keys"))? {
        let keys = vm.call(&keys, &[])?;
        return vm.for_each(&keys, |key| {
            let value = vm.getitem(source, &key)?;
            vm.setitem(this, &key, &value)
        });
    }
    match vm.getattr_opt(source, &vm.intern("items"))? {
        Some(items) => add_pairs(vm, this, &vm.call(&items, &[])?),
        None => add_pairs(vm, this, source),
    }
}

fn add_pairs(vm: &Vm, this: &Object, pairs: &Object) -> Res<()> {
    let plain = is_exact(vm, this)?;
    vm.for_each(pairs, |pair| {
        let (key, value) = match pair.downcast_exact::<Tuple>().map(|t| t.as_slice()) {
            Some([key, value]) => (key.clone(), value.clone()),
            _ => unpack(vm, &pair)?,
        };
        if plain { dict(vm, this)?.set(vm, &key, value) } else { vm.setitem(this, &key, &value) }
    })
}

/// The two items of an iterable.
fn unpack(vm: &Vm, pair: &Object) -> Res<(Object, Object)> {
    let items = vm.iter(pair)?;
    let short =
        |n: usize, s: &str| vm.value_error(format_args!("need more than {n} value{s} to unpack"));
    let Some(key) = vm.next(&items)? else { return Err(short(0, "s")) };
    let Some(value) = vm.next(&items)? else { return Err(short(1, "")) };
    if vm.next(&items)?.is_some() {
        return Err(vm.value_error("too many values to unpack (expected 2)"));
    }
    Ok((key, value))
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let name = vm.class_of(this).short_name();
    let entries = dict(vm, this)?;
    if entries.is_empty() {
        return Ok(vm.str(&format!("{name}()"))?.into_object());
    }
    guarded_repr(vm, this, "...", || {
        let pieces = if is_exact(vm, this)? {
            let mut pairs = Vec::new();
            reserve(vm, &mut pairs, entries.len())?;
            for (key, value) in entries.snapshot() {
                pairs.push(vm.pair(key, value)?.into_object());
            }
            vm.list(pairs)?
        } else {
            let items = vm.call_method(this, "items", &[])?;
            vm.list(vm.collect(&items)?)?
        };
        let open = vm.str(&format!("{name}("))?;
        let pieces = vm.repr(pieces.as_object())?;
        let close = vm.str(")")?;
        let parts = [open.as_text(), pieces.as_text(), close.as_text()];
        Ok(vm.text_parts(parts.into_iter())?.into_object())
    })
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y), CmpOp::Eq | CmpOp::Ne) =
        (a.downcast::<Dict>(), b.downcast::<Dict>(), op)
    else {
        return Ok(Object::not_implemented());
    };
    let mut equal = match vm.types().dict.slots().richcmp {
        Some(compare) => vm.truth(&compare(vm, a, b, CmpOp::Eq)?)?,
        None => false,
    };
    let ordered = class(vm)?;
    if equal && vm.is_exact_instance(a, &ordered) && vm.is_exact_instance(b, &ordered) {
        equal = same_order(vm, x, y)?;
    }
    Ok(Object::bool(equal == (op == CmpOp::Eq)))
}

/// Whether the keys are equal one by one.
fn same_order(vm: &Vm, x: &Obj<Dict>, y: &Obj<Dict>) -> Res<bool> {
    let stamps = (x.table.stamp(), y.table.stamp());
    let (mut i, mut j) = (0, 0);
    loop {
        let (a, b) = (x.table.next_live(i), y.table.next_live(j));
        let (Some(a), Some(b)) = (a, b) else { return Ok(a.is_none() && b.is_none()) };
        let (Some((p, _)), Some((q, _))) = (x.table.entry_at(a), y.table.entry_at(b)) else {
            return Ok(false);
        };
        let equal = vm.eq(&p, &q)?;
        if stamps != (x.table.stamp(), y.table.stamp()) {
            return Err(vm.runtime_error("OrderedDict mutated during iteration"));
        }
        if !equal {
            return Ok(false);
        }
        (i, j) = (a + 1, b + 1);
        vm.poll()?;
    }
}

fn or(vm: &Vm, a: &Object, b: &Object) -> Res {
    let ordered = class(vm)?;
    let (own, other) = if vm.is_exact_instance(a, &ordered) { (a, b) } else { (b, a) };
    if other.downcast::<Dict>().is_none() || own.downcast::<Dict>().is_none() {
        return Ok(Object::not_implemented());
    }
    let new = vm.call(vm.class_of(own).clone().as_object(), std::slice::from_ref(a))?;
    update_from(vm, &new, b)?;
    Ok(new)
}

fn ior(vm: &Vm, a: &Object, b: &Object) -> Res {
    update_from(vm, a, b)?;
    Ok(a.clone())
}

/// An OrderedDict of the items of an iterable as keys, all with the same value.
#[native("(cls, iterable, value=None)", classmethod)]
fn fromkeys(vm: &Vm, cls: &Object, iterable: &Object, value: Option<&Object>) -> Res {
    let value = value.cloned().unwrap_or_else(Object::none);
    let made = vm.call(cls, &[])?;
    vm.for_each(iterable, |key| vm.setitem(&made, &key, &value))?;
    Ok(made)
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<Dict>) -> Res<Obj<Tuple>> {
    let this = this.as_object();
    let state = vm.call_method(this, "__getstate__", &[])?;
    let items = vm.call_method(this, "items", &[])?;
    let items = vm.iter(&items)?;
    let class = vm.class_of(this).clone().into_object();
    let args = vm.tuple(Vec::new())?.into_object();
    vm.tuple(vec![class, args, state, Object::none(), items])
}

/// The value of a key; a key that is missing is put in first, with the default.
#[native("(self, key, default=None)")]
fn setdefault(vm: &Vm, this: &Obj<Dict>, key: &Object, default: Option<&Object>) -> Res {
    let default = default.cloned().unwrap_or_else(Object::none);
    let object = this.as_object();
    if is_exact(vm, object)? {
        let hash = vm.hash(key)?;
        if let Some(value) = this.table.find(vm, key, hash)?.and_then(|i| this.table.value_at(i)) {
            return Ok(value);
        }
        this.set_hashed(vm, key, hash, default.clone())?;
        return Ok(default);
    }
    if vm.contains(object, key)? {
        return vm.getitem(object, key);
    }
    vm.setitem(object, key, &default)?;
    Ok(default)
}

/// od.pop(key[,default]) -> the value of a key, which is taken out.
///
/// For a key that is missing: the default, or KeyError without one.
#[native("(self, key, default=<unrepresentable>)")]
fn pop(vm: &Vm, this: &Obj<Dict>, key: &Object, default: Maybe<&Object>) -> Res {
    match this.remove(vm, key)? {
        Some(value) => Ok(value),
        None => match default {
            Maybe::Given(value) => Ok(value.clone()),
            Maybe::Absent => Err(vm.key_error(key)),
        },
    }
}

/// Take out the last pair of key and value, or the first one if last is false.
#[native("(self, last=True)")]
fn popitem(vm: &Vm, this: &Obj<Dict>, last: bool) -> Res<Obj<Tuple>> {
    let taken = if last {
        this.table.pop_last()
    } else {
        this.table.next_live(0).and_then(|i| this.table.remove_at(i))
    };
    match taken {
        Some((key, value)) => vm.pair(key, value),
        None => Err(vm.raise_kind(taipan_core::object::Exc::KeyError, "dictionary is empty")),
    }
}

/// D.update([E, ]**F) -> None.  Puts everything in that E and the keywords hold.
#[native("(self, /, *args, **kwargs)", no_signature)]
fn update(vm: &Vm, this: &Obj<Dict>, args: &[Object], kwargs: Kwargs) -> Res<()> {
    update_mapping(vm, this.as_object(), args, kwargs)
}

/// od.clear() -> None.  Leave the dict empty.
#[native("(self, /)", no_signature)]
fn clear(this: &Obj<Dict>) {
    this.clear();
}

/// od.copy() -> an OrderedDict with the same items
#[native("(self, /)", no_signature)]
fn copy(vm: &Vm, this: &Obj<Dict>) -> Res {
    let object = this.as_object();
    if is_exact(vm, object)? {
        let new = vm.dict_of(&class(vm)?)?;
        dict_merge(vm, &new, object)?;
        return Ok(new.into_object());
    }
    let new = vm.call(vm.class_of(object).clone().as_object(), &[])?;
    for (key, _) in this.snapshot() {
        let value = vm.getitem(object, &key)?;
        vm.setitem(&new, &key, &value)?;
    }
    Ok(new)
}

/// Make a key the last one, or the first one if last is false.
///
/// KeyError is raised for a key that is not there.
#[native("(self, key, last=True)")]
fn move_to_end(vm: &Vm, this: &Obj<Dict>, key: &Object, last: bool) -> Res<()> {
    let hash = vm.hash(key)?;
    let Some(i) = this.table.find(vm, key, hash)? else { return Err(vm.key_error(key)) };
    if !last {
        return this.table.move_to_start(i).map_err(|e| vm.no_memory(e));
    }
    if this.table.next_live(i + 1).is_some() {
        this.table.move_to_end(i).map_err(|e| vm.no_memory(e))?;
    }
    Ok(())
}
