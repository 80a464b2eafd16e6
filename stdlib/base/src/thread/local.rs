//! `_thread._local`: an object whose attributes are each thread's own.
//!
//! **Invariant:** `dicts` holds one dict for each thread that has touched the object and still runs.

use std::cell::RefCell;
use std::collections::HashMap;
use taipan_core::object::{
    Dict, Exc, Obj, Object, Payload, Slot, Slots, Str, Tuple, Type, TypeSpec, Visitor, type_flags,
};
use taipan_core::vm::{Res, Vm};

/// State of a `_local`.
pub struct Local {
    dicts: RefCell<HashMap<u64, Obj<Dict>>>,
    args: Slot,
    names: Slot,
}

impl Payload for Local {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&LOCAL);
    fn traverse(&self, v: &mut Visitor) {
        for d in self.dicts.borrow().values() {
            v.visit(d.as_object());
        }
        v.slot(&self.args);
        v.slot(&self.names);
    }
    fn clear(&self) {
        drop(self.dicts.take());
        drop(self.args.take());
        drop(self.names.take());
    }
}

/// The type `_local`.
pub static LOCAL: TypeSpec = TypeSpec {
    doc: "Attributes that each thread sees with values of its own.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF,
    slots: Slots { new: Some(new), getattr: Some(getattr), setattr: Some(setattr), ..Slots::NONE },
    ..TypeSpec::new::<Local>("_thread._local")
};

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let plain = class.lookup(vm, &vm.names().__init__);
    let object_init = vm.types().object.lookup(vm, &vm.names().__init__);
    if !args.is_empty() && matches!((&plain, &object_init), (Some(a), Some(b)) if a.is(b)) {
        return Err(vm.type_error("Initialization arguments are not supported"));
    }
    let local = Local {
        dicts: RefCell::default(),
        args: Slot::new(vm.tuple_from(args)?.into_object()),
        names: Slot::from(names.map(|n| n.clone().into_object())),
    };
    let this = vm.alloc_of(class, local)?;
    this.dicts.borrow_mut().insert(vm.ident(), vm.new_dict()?);
    Ok(this.into_object())
}

/// The calling thread's dict; made, and `__init__` called, when the thread first touches the object.
fn dict(vm: &Vm, this: &Obj<Local>) -> Res<Obj<Dict>> {
    let known = this.dicts.borrow().get(&vm.ident()).cloned();
    if let Some(d) = known {
        return Ok(d);
    }
    let d = vm.new_dict()?;
    this.dicts.borrow_mut().insert(vm.ident(), d.clone());
    vm.interp().state::<Locals>().0.borrow_mut().push(this.as_object().clone());
    if let Some(init) = vm.lookup_special(this.as_object(), &vm.names().__init__)? {
        if let Some(args) = this.args.get_as::<Tuple>() {
            let names = this.names.get_as::<Tuple>();
            vm.call_with(&init, args.as_slice(), names.as_ref())?;
        }
    }
    Ok(d)
}

/// Objects that hold dicts of threads other than the first.
#[derive(Default)]
struct Locals(RefCell<Vec<Object>>);

/// The calling thread ends: its dicts go.
pub fn thread_ended(vm: &Vm) {
    let me = vm.ident();
    let objects = vm.interp().state::<Locals>().0.borrow().clone();
    for o in &objects {
        if let Some(l) = o.downcast::<Local>() {
            let d = l.dicts.borrow_mut().remove(&me);
            drop(d);
        }
    }
    let mut keep = objects;
    keep.retain(|o| o.downcast::<Local>().is_some_and(|l| l.dicts.borrow().len() > 1));
    let old = vm.interp().state::<Locals>().0.replace(keep);
    drop(old);
}

fn getattr(vm: &Vm, this: &Object, name: &Obj<Str>) -> Res {
    let Some(local) = this.downcast::<Local>() else { return vm.generic_getattr(this, name) };
    let d = dict(vm, local)?;
    if name.equals("__dict__") {
        return Ok(d.into_object());
    }
    let class = vm.class_of(this).clone();
    let found = class.lookup(vm, &vm.intern_str(name));
    if let Some(a) = &found {
        let slots = *vm.class_of(a).slots();
        if let (Some(get), true) = (slots.descr_get, slots.descr_set.is_some()) {
            return get(vm, a, Some(this), Some(class.as_object()));
        }
    }
    if let Some(o) = d.get_str(vm, name) {
        return Ok(o);
    }
    match found {
        Some(a) => match vm.class_of(&a).slots().descr_get {
            Some(get) => get(vm, &a, Some(this), Some(class.as_object())),
            None => Ok(a),
        },
        None => Err(vm.no_attribute(this, name)),
    }
}

fn setattr(vm: &Vm, this: &Object, name: &Obj<Str>, value: Option<&Object>) -> Res<()> {
    let Some(local) = this.downcast::<Local>() else {
        return vm.generic_setattr(this, name, value);
    };
    let d = dict(vm, local)?;
    if name.equals("__dict__") {
        return Err(vm.attribute_error(format_args!(
            "'{}' object attribute '__dict__' is read-only",
            vm.type_name(this)
        )));
    }
    if let Some(a) = vm.class_of(this).lookup(vm, &vm.intern_str(name)) {
        if let Some(set) = vm.class_of(&a).slots().descr_set {
            return set(vm, &a, this, value);
        }
    }
    match value {
        Some(v) => d.set_str(vm, name, v.clone()),
        None => match d.remove_str(vm, name) {
            Some(_) => Ok(()),
            None => Err(vm.raise_kind(Exc::AttributeError, name.to_str_lossy())),
        },
    }
}
