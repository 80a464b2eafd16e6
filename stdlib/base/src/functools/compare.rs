//! cmp_to_key: keys that compare by a function of two arguments.

use crate::support::{
    CmpOp, GetSetDef, Kwargs, Obj, Object, Payload, Res, Slot, Slots, Tuple, TypeSpec, Visitor, Vm,
    native, type_flags,
};

/// `K`: without an object it makes keys, with one it is a key.
pub(super) struct KeyWrapper {
    function: Slot,
    object: Slot,
}

impl Payload for KeyWrapper {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&KEY);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.function);
        visitor.slot(&self.object);
    }
    fn clear(&self) {
        drop(self.function.take());
        drop(self.object.take());
    }
}

static KEY: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { call: Some(call), richcmp: Some(compare), hash: Some(no_hash), ..Slots::NONE },
    getsets: &[GetSetDef {
        name: "obj",
        doc: "what the key stands for",
        get: object,
        set: Some(set_object),
    }],
    fill: Some(|vm, class| class.dict.set_named(vm, "__hash__", Object::none())),
    ..TypeSpec::new::<KeyWrapper>("functools.KeyWrapper")
};

/// Make a function that gives keys for sorted() and the like from a function that compares two objects.
#[native("(mycmp)")]
pub(super) fn cmp_to_key(vm: &Vm, mycmp: &Object) -> Res<Obj<KeyWrapper>> {
    vm.alloc(KeyWrapper { function: Slot::new(mycmp.clone()), object: Slot::empty() })
}

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<KeyWrapper>> {
    this.downcast::<KeyWrapper>().ok_or_else(|| vm.system_error("a key was expected"))
}

fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let key = of(vm, this)?;
    let kwargs = Kwargs::all(args, names);
    let object = match (args, kwargs.is_empty()) {
        ([object], true) => object.clone(),
        ([object], false) if kwargs.get("obj").is_some() => object.clone(),
        _ => {
            let given = args.len();
            let missing = given == kwargs.len() && kwargs.get("obj").is_none();
            return Err(vm.type_error(if missing {
                "K() missing required argument 'obj' (pos 1)".to_owned()
            } else if given > 1 {
                format!("K() takes at most 1 argument ({given} given)")
            } else {
                let name =
                    kwargs.iter().next().map_or_else(String::new, |(n, _)| n.to_string_lossy());
                format!("'{name}' is an invalid keyword argument for K()")
            }));
        }
    };
    let new = KeyWrapper { function: key.function.get().into(), object: Slot::new(object) };
    Ok(vm.alloc(new)?.into_object())
}

fn object(vm: &Vm, this: &Object) -> Res {
    of(vm, this)?.object.get().ok_or_else(|| vm.attribute_error("obj"))
}

fn set_object(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let key = of(vm, this)?;
    if value.is_none() && !key.object.is_set() {
        return Err(vm.attribute_error("obj"));
    }
    key.object.assign(value.cloned());
    Ok(())
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let a = of(vm, a)?;
    let Some(b) = b.downcast::<KeyWrapper>() else {
        return Err(vm.type_error("other argument must be K instance"));
    };
    let (Some(function), Some(x), Some(y)) = (a.function.get(), a.object.get(), b.object.get())
    else {
        return Err(vm.attribute_error("object"));
    };
    let result = vm.call(&function, &[x, y])?;
    vm.compare(&result, &Object::small(0), op)
}

fn no_hash(vm: &Vm, this: &Object) -> Res<i64> {
    Err(vm.type_error(format_args!("unhashable type: '{}'", vm.type_name(this))))
}
