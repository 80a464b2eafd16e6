//! `types.UnionType`: what `int | None` gives.

use super::generic_alias::{self, GenericAlias, write_item};
use crate::native::{NativeDef, getsets, natives};
use crate::object::*;
use crate::text::numhash::FrozensetHash;
use crate::types::sequence::Writer;
use crate::vm::{Res, Vm};
use taipan_macros::{getter, native};

/// A union of at least two types, flat and without doubles.
pub struct Union {
    pub args: Obj<Tuple>,
}

impl Payload for Union {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, v: &mut Visitor) {
        v.visit(self.args.as_object());
    }
}

/// The type `types.UnionType`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "Several types, one of which it may be, such as int | str.",
    flags: type_flags::NO_NEW | type_flags::WEAKREF,
    slots: Slots {
        or: Some(or),
        getitem: Some(getitem),
        repr: Some(repr),
        hash: Some(hash),
        richcmp: Some(richcmp),
        ..Slots::NONE
    },
    methods: METHODS,
    getsets: getsets![args, parameters],
    ..TypeSpec::new::<Union>("types.UnionType")
};

static METHODS: &[NativeDef] = natives![instancecheck, subclasscheck];

fn this<'a>(vm: &Vm, a: &'a Object) -> Res<&'a Obj<Union>> {
    a.downcast::<Union>().ok_or_else(|| vm.type_error("a types.UnionType is required"))
}

fn fits(o: &Object) -> bool {
    o.is_none()
        || o.downcast::<Type>().is_some()
        || o.downcast::<GenericAlias>().is_some()
        || o.downcast::<Union>().is_some()
}

/// `a | b` of types.
pub(crate) fn or(vm: &Vm, a: &Object, b: &Object) -> Res {
    if !fits(a) || !fits(b) {
        return Ok(Object::not_implemented());
    }
    make(vm, &[a.clone(), b.clone()])
}

fn make(vm: &Vm, members: &[Object]) -> Res {
    let mut flat: Vec<Object> = Vec::new();
    for member in members {
        let inner = match member.downcast::<Union>() {
            Some(u) => u.args.as_slice().to_vec(),
            None if member.is_none() => vec![vm.class_of(member).clone().into_object()],
            None => vec![member.clone()],
        };
        for m in inner {
            let alias = m.downcast::<GenericAlias>().is_some();
            let mut double = false;
            for f in &flat {
                double |= f.is(&m)
                    || (alias && f.downcast::<GenericAlias>().is_some() && vm.eq(f, &m)?);
            }
            if !double {
                flat.push(m);
            }
        }
    }
    if flat.len() == 1 {
        return Ok(flat.remove(0));
    }
    Ok(vm.alloc(Union { args: vm.tuple(flat)? })?.into_object())
}

fn getitem(vm: &Vm, a: &Object, item: &Object) -> Res {
    let union = this(vm, a)?;
    let parameters = generic_alias::collect_parameters(vm, &union.args)?;
    let args = generic_alias::substitute(vm, a, &union.args, &parameters, item)?;
    let mut args = args.as_slice().iter();
    let mut r = args.next().cloned().unwrap_or_else(Object::none);
    for arg in args {
        r = vm.binary(BinOp::Or, &r, arg)?;
    }
    Ok(r)
}

fn repr(vm: &Vm, a: &Object) -> Res {
    let union = this(vm, a)?;
    let mut out = Writer::new(vm);
    for (i, arg) in union.args.as_slice().iter().enumerate() {
        if i > 0 {
            out.ascii(" | ")?;
        }
        if arg.is(vm.types().none.as_object()) {
            out.ascii("None")?;
        } else {
            write_item(vm, &mut out, arg)?;
        }
    }
    out.finish()
}

fn hash(vm: &Vm, a: &Object) -> Res<i64> {
    let mut h = FrozensetHash::default();
    for arg in this(vm, a)?.args.as_slice() {
        h.add(vm.hash(arg)?);
    }
    Ok(h.finish())
}

fn richcmp(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y), CmpOp::Eq | CmpOp::Ne) =
        (a.downcast::<Union>(), b.downcast::<Union>(), op)
    else {
        return Ok(Object::not_implemented());
    };
    let set = |u: &Union| -> Res<Obj<Set>> {
        let s = vm.new_set()?;
        u.args.as_slice().iter().try_for_each(|arg| s.add(vm, arg).map(drop))?;
        Ok(s)
    };
    let equal = vm.eq(set(x)?.as_object(), set(y)?.as_object())?;
    Ok(Object::bool(equal == (op == CmpOp::Eq)))
}

#[getter(name = "__args__")]
fn args(this: &Obj<Union>) -> Obj<Tuple> {
    this.args.clone()
}

/// The type variables that stand in it.
#[getter(name = "__parameters__")]
fn parameters(vm: &Vm, this: &Obj<Union>) -> Res<Obj<Tuple>> {
    generic_alias::collect_parameters(vm, &this.args)
}

fn refuse_generics(vm: &Vm, union: &Union, function: &str) -> Res<()> {
    if union.args.as_slice().iter().any(|a| a.downcast::<GenericAlias>().is_some()) {
        return Err(vm.type_error(format_args!(
            "{function}() argument 2 cannot be a parameterized generic"
        )));
    }
    Ok(())
}

#[native("(self, instance, /)", name = "__instancecheck__", no_signature)]
fn instancecheck(vm: &Vm, this: &Obj<Union>, instance: &Object) -> Res<bool> {
    refuse_generics(vm, this, "isinstance")?;
    for arg in this.args.as_slice() {
        if arg.downcast::<Type>().is_some() && vm.is_instance(instance, arg)? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[native("(self, cls, /)", name = "__subclasscheck__", no_signature)]
fn subclasscheck(vm: &Vm, this: &Obj<Union>, cls: &Object) -> Res<bool> {
    if cls.downcast::<Type>().is_none() {
        return Err(vm.type_error("issubclass() arg 1 must be a class"));
    }
    refuse_generics(vm, this, "issubclass")?;
    for arg in this.args.as_slice() {
        if arg.downcast::<Type>().is_some() && vm.is_subclass(cls, arg)? {
            return Ok(true);
        }
    }
    Ok(false)
}
