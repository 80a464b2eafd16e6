//! The descriptor behind the fields of named tuples, and the counting loop of Counter.

use crate::support::{
    BinOp, Dict, GetSetDef, NativeConstructor, Obj, Object, Payload, Res, Slot, Slots, Tuple, Type,
    TypeSpec, Visitor, Vm, native, natives, type_flags,
};

/// Item `index` of the tuple it is read from.
pub(super) struct TupleGetter {
    index: i64,
    doc: Slot,
}

impl Payload for TupleGetter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&TUPLE_GETTER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.doc);
    }
    fn clear(&self) {
        drop(self.doc.take());
    }
}

pub(super) static TUPLE_GETTER: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(<getter_new as NativeConstructor>::new),
        descr_get: Some(get),
        descr_set: Some(set),
        repr: Some(repr),
        ..Slots::NONE
    },
    flags: type_flags::IMMUTABLE,
    methods: natives![reduce],
    getsets: &[GetSetDef { name: "__doc__", doc: "", get: doc, set: Some(set_doc) }],
    ..TypeSpec::new::<TupleGetter>("collections._tuplegetter")
};

#[native("(cls, index, doc, /)", constructor, name = "_tuplegetter", parse_tuple)]
fn getter_new(vm: &Vm, cls: &Obj<Type>, index: isize, doc: &Object) -> Res<Obj<TupleGetter>> {
    vm.alloc_of(cls, TupleGetter { index: index as i64, doc: Slot::new(doc.clone()) })
}

fn of<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<TupleGetter>> {
    object.downcast::<TupleGetter>().ok_or_else(|| vm.system_error("a _tuplegetter was expected"))
}

fn get(vm: &Vm, this: &Object, object: Option<&Object>, _: Option<&Object>) -> Res {
    let getter = of(vm, this)?;
    let Some(object) = object.filter(|o| !o.is_none()) else { return Ok(this.clone()) };
    let Some(tuple) = object.downcast::<Tuple>() else {
        return Err(vm.type_error(format_args!(
            "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
            getter.index,
            vm.type_name(object)
        )));
    };
    let item = usize::try_from(getter.index).ok().and_then(|i| tuple.as_slice().get(i));
    item.cloned().ok_or_else(|| vm.index_error("tuple index out of range"))
}

fn set(vm: &Vm, _: &Object, _: &Object, value: Option<&Object>) -> Res<()> {
    let what = if value.is_some() { "can't set attribute" } else { "can't delete attribute" };
    Err(vm.attribute_error(what))
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let getter = of(vm, this)?;
    let doc = vm.repr_string(&getter.doc.get().unwrap_or_else(Object::none))?;
    let name = vm.class_of(this).short_name();
    Ok(vm.str(&format!("{name}({}, {doc})", getter.index))?.into_object())
}

fn doc(vm: &Vm, this: &Object) -> Res {
    Ok(of(vm, this)?.doc.get().unwrap_or_else(Object::none))
}

fn set_doc(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    of(vm, this)?.doc.assign(value.cloned());
    Ok(())
}

/// What pickle and copy make another one from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<TupleGetter>) -> Res<Obj<Tuple>> {
    let doc = this.doc.get().unwrap_or_else(Object::none);
    let args = vm.tuple(vec![vm.int(this.index)?, doc])?.into_object();
    vm.tuple(vec![this.class().clone().into_object(), args])
}

/// Add to a mapping of counts how often each item of an iterable occurs
#[native("(mapping, iterable, /)", name = "_count_elements")]
pub(super) fn count_elements(vm: &Vm, mapping: &Object, iterable: &Object) -> Res<()> {
    let one = Object::small(1);
    if let Some(dict) = mapping.downcast::<Dict>().filter(|_| counts_as_dict(vm, mapping)) {
        return vm.for_each(iterable, |key| {
            let hash = vm.hash(&key)?;
            let old = dict.table.find(vm, &key, hash)?.and_then(|i| dict.table.value_at(i));
            let new = match old {
                None => one.clone(),
                Some(old) => match old.as_small_int().and_then(|n| Object::immediate_int(n + 1)) {
                    Some(new) => new,
                    None => vm.binary(BinOp::Add, &old, &one)?,
                },
            };
            dict.set_hashed(vm, &key, hash, new)
        });
    }
    let get = vm.getattr_named(mapping, "get")?;
    vm.for_each(iterable, |key| {
        let old = vm.call(&get, &[key.clone(), Object::small(0)])?;
        let new = vm.binary(BinOp::Add, &old, &one)?;
        vm.setitem(mapping, &key, &new)
    })
}

/// Whether `get` and `__setitem__` of the mapping's class are dict's own.
fn counts_as_dict(vm: &Vm, mapping: &Object) -> bool {
    let (class, dict) = (vm.class_of(mapping), &vm.types().dict);
    ["get", "__setitem__"].iter().all(|name| {
        let name = vm.intern(name);
        match (class.lookup(vm, &name), dict.lookup(vm, &name)) {
            (Some(a), Some(b)) => a.is(&b),
            _ => false,
        }
    })
}
