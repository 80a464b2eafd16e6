//! The module _abc: what the class ABCMeta is made of.
//!
//! The classes that an abstract class has seen are known by weak references, found by address: an entry
//! whose class is gone is an entry that is not there, even if another class has its place by now.

use crate::support::{
    Exc, List, Obj, Object, Payload, Res, Slots, Tuple, Type, TypeSpec, Vm, native, natives,
    type_flags,
};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use taipan_core::native::{ModuleDef, NativeConstructor};
use taipan_core::object::weakref::WeakRef;
use taipan_core::types::weakref;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_abc",
    doc: "The working parts of abc.ABCMeta.",
    functions: natives![
        get_cache_token,
        abc_init,
        abc_register,
        abc_instancecheck,
        abc_subclasscheck,
        get_dump,
        reset_registry,
        reset_caches
    ],
    ..ModuleDef::EMPTY
};

/// Classes by address.
#[derive(Default)]
struct Classes(RefCell<HashMap<u64, Obj<WeakRef>>>);

impl Classes {
    fn has(&self, class: &Object) -> bool {
        let known = self.0.borrow();
        known.get(&class.id()).is_some_and(|entry| entry.get().is_some())
    }

    fn add(&self, vm: &Vm, class: &Object) -> Res<()> {
        let reference = match weakref::reference(vm, class)?.downcast_into::<WeakRef>() {
            Ok(reference) => reference,
            Err(_) => return Err(vm.system_error("a weak reference was expected")),
        };
        let mut known = self.0.borrow_mut();
        // Before the map grows, what is dead makes room.
        let mut dead = Vec::new();
        if known.len() == known.capacity() {
            let gone: Vec<u64> =
                known.iter().filter(|(_, r)| r.get().is_none()).map(|(id, _)| *id).collect();
            dead.extend(gone.iter().filter_map(|id| known.remove(id)));
        }
        if known.try_reserve(1).is_err() {
            drop(known);
            return Err(vm.no_memory(taipan_core::object::NoMemory));
        }
        let old = known.insert(class.id(), reference);
        drop(known);
        drop((old, dead));
        Ok(())
    }

    fn clear(&self) {
        drop(self.0.take());
    }

    /// The classes that are alive.
    fn alive(&self) -> Vec<Object> {
        self.0.borrow().values().filter_map(|r| r.get()).collect()
    }

    /// A set of the weak references.
    fn to_set(&self, vm: &Vm) -> Res {
        let set = vm.new_set()?;
        let all: Vec<_> = self.0.borrow().values().filter(|r| r.get().is_some()).cloned().collect();
        for reference in all {
            set.add(vm, reference.as_object())?;
        }
        Ok(set.into_object())
    }
}

/// `_abc_impl` of an abstract class.
struct AbcData {
    registry: Classes,
    cache: Classes,
    negative: Classes,
    /// The token at which `negative` was started.
    negative_version: Cell<u64>,
}

impl Payload for AbcData {
    const SPEC: Option<&'static TypeSpec> = Some(&ABC_DATA);
}

static ABC_DATA: TypeSpec = TypeSpec {
    doc: "What the interpreter knows of an abstract class: who is registered, and answers given before.",
    slots: Slots { new: Some(<data_new as NativeConstructor>::new), ..Slots::NONE },
    ..TypeSpec::new::<AbcData>("_abc._abc_data")
};

#[native("(cls, *args, **kwargs)", constructor, name = "_abc_data")]
fn data_new(
    vm: &Vm,
    cls: &Obj<Type>,
    _args: &[Object],
    _kwargs: taipan_core::native::Kwargs,
) -> Res<Obj<AbcData>> {
    let data = AbcData {
        registry: Classes::default(),
        cache: Classes::default(),
        negative: Classes::default(),
        negative_version: Cell::new(token(vm).get()),
    };
    vm.alloc_of(cls, data)
}

/// Changes whenever a class is registered.
#[derive(Default)]
struct Token(Cell<u64>);

impl Token {
    fn get(&self) -> u64 {
        self.0.get()
    }
}

fn token(vm: &Vm) -> std::rc::Rc<Token> {
    vm.interp().state::<Token>()
}

fn data_of(vm: &Vm, class: &Object) -> Res<Obj<AbcData>> {
    let name = vm.intern("_abc_impl");
    let found = match class.downcast::<Type>().and_then(|t| t.lookup(vm, &name)) {
        Some(found) => found,
        None => vm.getattr(class, &name)?,
    };
    found.downcast_into::<AbcData>().map_err(|_| vm.type_error("_abc_impl is set to a wrong type"))
}

/// A number that becomes another one with every registration of a virtual subclass.
#[native("()")]
fn get_cache_token(vm: &Vm) -> Res {
    vm.int_u64(token(vm).get())
}

fn is_abstract(vm: &Vm, value: &Object) -> Res<bool> {
    match vm.getattr_opt(value, &vm.intern("__isabstractmethod__"))? {
        Some(flag) => vm.truth(&flag),
        None => Ok(false),
    }
}

/// Set `__abstractmethods__`: what the class itself leaves open and what it inherits open.
fn compute_abstract_methods(vm: &Vm, class: &Object) -> Res<()> {
    let open = vm.new_frozenset()?;
    let namespace = vm.getattr_named(class, "__dict__")?;
    let items = vm.call_method(&namespace, "items", &[])?;
    for item in vm.collect(&items)? {
        let Some([key, value]) = item.downcast::<Tuple>().map(|t| t.as_slice()) else {
            return Err(vm.type_error(
                "Iteration over items() returned item which is not a tuple of size 2",
            ));
        };
        if is_abstract(vm, value)? {
            open.add(vm, key)?;
        }
    }
    let bases = vm.getattr_named(class, "__bases__")?;
    let Some(bases) = bases.downcast::<Tuple>() else {
        return Err(vm.type_error("__bases__ is not tuple"));
    };
    for base in bases.as_slice() {
        let Some(inherited) = vm.getattr_opt(base, &vm.intern("__abstractmethods__"))? else {
            continue;
        };
        for key in vm.collect(&inherited)? {
            let Some(name) = key.downcast::<taipan_core::object::Str>() else {
                return Err(vm.type_error("attribute name must be string"));
            };
            if let Some(value) = vm.getattr_opt(class, name)?
                && is_abstract(vm, &value)?
            {
                open.add(vm, &key)?;
            }
        }
    }
    vm.setattr(class, &vm.intern("__abstractmethods__"), open.as_object())
}

/// CPython's numbers of the flags that patterns look at.
const TPFLAGS_SEQUENCE: i64 = 1 << 5;
const TPFLAGS_MAPPING: i64 = 1 << 6;
const COLLECTION: u32 = type_flags::SEQUENCE | type_flags::MAPPING;

/// Prepare a new abstract class. For the module abc only.
#[native("(self, /)", name = "_abc_init")]
fn abc_init(vm: &Vm, this: &Object) -> Res<()> {
    compute_abstract_methods(vm, this)?;
    let class = vm.type_of_payload::<AbcData>()?;
    let data = vm.call(class.as_object(), &[])?;
    vm.setattr(this, &vm.intern("_abc_impl"), &data)?;
    let Some(class) = this.downcast::<Type>() else { return Ok(()) };
    let name = vm.intern("__abc_tpflags__");
    let Some(flags) = class.dict.get_str(vm, &name) else { return Ok(()) };
    let Some(flags) = flags.as_small_int() else { return Ok(()) };
    let wanted = flags & (TPFLAGS_SEQUENCE | TPFLAGS_MAPPING);
    if wanted == TPFLAGS_SEQUENCE | TPFLAGS_MAPPING {
        return Err(vm.type_error(
            "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING",
        ));
    }
    if wanted & TPFLAGS_SEQUENCE != 0 {
        class.add_flags(type_flags::SEQUENCE);
    }
    if wanted & TPFLAGS_MAPPING != 0 {
        class.add_flags(type_flags::MAPPING);
    }
    drop(class.dict.remove_str(vm, &name));
    class.modified(vm);
    Ok(())
}

/// Patterns take a registered class, and what derives from it, for what the abstract class is.
fn set_collection_flags(class: &Obj<Type>, flags: u32) {
    if class.flags() & COLLECTION == flags {
        return;
    }
    class.add_flags(flags);
    for derived in class.direct_subclasses() {
        set_collection_flags(&derived, flags);
    }
}

/// Note that a class counts as inheriting from this one. For the module abc only.
#[native("(self, subclass, /)", name = "_abc_register")]
fn abc_register(vm: &Vm, this: &Object, subclass: &Object) -> Res {
    let Some(class) = subclass.downcast::<Type>() else {
        return Err(vm.type_error("Can only register classes"));
    };
    if vm.is_subclass(subclass, this)? {
        return Ok(subclass.clone());
    }
    if vm.is_subclass(this, subclass)? {
        return Err(vm.runtime_error("Refusing to create an inheritance cycle"));
    }
    data_of(vm, this)?.registry.add(vm, subclass)?;
    let token = token(vm);
    token.0.set(token.0.get() + 1);
    if let Some(abstract_class) = this.downcast::<Type>() {
        let flags = abstract_class.flags() & COLLECTION;
        if flags != 0 && class.is_heap_type() {
            set_collection_flags(class, flags);
        }
    }
    Ok(subclass.clone())
}

/// What isinstance() asks of an abstract class. For the module abc only.
#[native("(self, instance, /)", name = "_abc_instancecheck")]
fn abc_instancecheck(vm: &Vm, this: &Object, instance: &Object) -> Res {
    let data = data_of(vm, this)?;
    let subclass = vm.getattr(instance, &vm.names().__class__)?;
    if data.cache.has(&subclass) {
        return Ok(Object::bool(true));
    }
    let class = vm.class_of(instance).clone().into_object();
    if class.is(&subclass) {
        if data.negative_version.get() == token(vm).get() && data.negative.has(&subclass) {
            return Ok(Object::bool(false));
        }
        return vm.call_method(this, "__subclasscheck__", &[subclass]);
    }
    let result = vm.call_method(this, "__subclasscheck__", &[subclass])?;
    if vm.truth(&result)? {
        return Ok(result);
    }
    vm.call_method(this, "__subclasscheck__", &[class])
}

/// What issubclass() asks of an abstract class. For the module abc only.
#[native("(self, subclass, /)", name = "_abc_subclasscheck")]
fn abc_subclasscheck(vm: &Vm, this: &Object, subclass: &Object) -> Res<bool> {
    let Some(class) = subclass.downcast::<Type>() else {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    };
    let data = data_of(vm, this)?;
    if data.cache.has(subclass) {
        return Ok(true);
    }
    let now = token(vm).get();
    if data.negative_version.get() < now {
        data.negative.clear();
        data.negative_version.set(now);
    } else if data.negative.has(subclass) {
        return Ok(false);
    }
    let answer = vm.call_method(this, "__subclasshook__", std::slice::from_ref(subclass))?;
    if answer.is_true_singleton() {
        data.cache.add(vm, subclass)?;
        return Ok(true);
    }
    if answer.is_false_singleton() {
        data.negative.add(vm, subclass)?;
        return Ok(false);
    }
    if !answer.is_not_implemented() {
        return Err(vm.raise_kind(
            Exc::AssertionError,
            "__subclasshook__ must return either False, True, or NotImplemented",
        ));
    }
    if this.downcast::<Type>().is_some_and(|base| class.is_subtype(base)) {
        data.cache.add(vm, subclass)?;
        return Ok(true);
    }
    if data.registry.has(subclass) {
        return Ok(true);
    }
    for registered in data.registry.alive() {
        if vm.is_subclass(subclass, &registered)? {
            data.cache.add(vm, subclass)?;
            return Ok(true);
        }
    }
    let derived = vm.call_method(this, "__subclasses__", &[])?;
    let Some(derived) = derived.downcast::<List>() else {
        return Err(vm.type_error("__subclasses__() must return a list"));
    };
    let mut i = 0;
    while let Some(one) = derived.get(i) {
        if vm.is_subclass(subclass, &one)? {
            data.cache.add(vm, subclass)?;
            return Ok(true);
        }
        i += 1;
    }
    data.negative.add(vm, subclass)?;
    Ok(false)
}

/// The registered classes, those known to be subclasses, those known not to be (as sets of weak
/// references), and the token at which the latter were found. For the module abc only.
#[native("(self, /)", name = "_get_dump")]
fn get_dump(vm: &Vm, this: &Object) -> Res<Obj<Tuple>> {
    let data = data_of(vm, this)?;
    vm.tuple(vec![
        data.registry.to_set(vm)?,
        data.cache.to_set(vm)?,
        data.negative.to_set(vm)?,
        vm.int_u64(data.negative_version.get())?,
    ])
}

/// Forget the classes registered. For the module abc only.
#[native("(self, /)", name = "_reset_registry")]
fn reset_registry(vm: &Vm, this: &Object) -> Res<()> {
    data_of(vm, this)?.registry.clear();
    Ok(())
}

/// Forget which classes are subclasses and which are not. For the module abc only.
#[native("(self, /)", name = "_reset_caches")]
fn reset_caches(vm: &Vm, this: &Object) -> Res<()> {
    let data = data_of(vm, this)?;
    data.cache.clear();
    data.negative.clear();
    Ok(())
}
