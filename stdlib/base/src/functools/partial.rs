//! The type partial: a function with some of its arguments.

use crate::support::{
    Dict, GetSetDef, Kwargs, NativeConstructor, Obj, Object, Payload, Res, Slot, Slots, Str, Tuple,
    Type, TypeSpec, Visitor, Vm, class_getitem, dict_merge, getsets, getter, guarded_repr, native,
    natives, readonly, reserve, type_flags,
};

/// The payload of `functools.partial`.
pub(crate) struct Partial {
    func: Slot,
    /// tuple
    args: Slot,
    /// dict
    keywords: Slot,
}

impl Payload for Partial {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&PARTIAL);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.func);
        visitor.slot(&self.args);
        visitor.slot(&self.keywords);
    }
    fn clear(&self) {
        drop(self.func.take());
        drop(self.args.take());
        drop(self.keywords.take());
    }
}

pub(crate) static PARTIAL: TypeSpec = TypeSpec {
    doc: "partial(func, *args, **keywords) - func with the given arguments in front of those of the call\n\
          and the given keywords beside those of the call.",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF,
    slots: Slots {
        new: Some(<partial_new as NativeConstructor>::new),
        call: Some(call),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![reduce, setstate, class_getitem],
    getsets: GETSETS,
    ..TypeSpec::new::<Partial>("functools.partial")
};

const GETSETS: &[GetSetDef] = getsets![func: readonly, args: readonly, keywords: readonly];

#[native("(cls, *args, **keywords)", constructor, name = "partial")]
fn partial_new(vm: &Vm, cls: &Obj<Type>, args: &[Object], keywords: Kwargs) -> Res<Obj<Partial>> {
    let Some((func, args)) = args.split_first() else {
        return Err(vm.type_error("type 'partial' takes at least one argument"));
    };
    if !vm.is_callable(func) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let mut func = func.clone();
    let mut all = Vec::new();
    let names = vm.new_dict()?;
    if let Some(inner) = inner_of(vm, &func)? {
        let (f, a, k) = inner.parts(vm)?;
        reserve(vm, &mut all, a.len())?;
        all.extend_from_slice(a.as_slice());
        dict_merge(vm, &names, k.as_object())?;
        func = f;
    }
    reserve(vm, &mut all, args.len())?;
    all.extend_from_slice(args);
    for (name, value) in keywords.iter() {
        names.set_str(vm, name, value.clone())?;
    }
    let partial = Partial {
        func: Slot::new(func),
        args: Slot::new(vm.tuple(all)?.into_object()),
        keywords: Slot::new(names.into_object()),
    };
    vm.alloc_of(cls, partial)
}

/// A partial without attributes of its own is taken apart: its function is called directly.
fn inner_of(vm: &Vm, func: &Object) -> Res<Option<Obj<Partial>>> {
    let Some(inner) = func.downcast::<Partial>() else { return Ok(None) };
    let own = vm.class_of(func).slots().call;
    if !own.is_some_and(|f| std::ptr::fn_addr_eq(f, call as Call)) || has_attributes(vm, func)? {
        return Ok(None);
    }
    Ok(Some(inner.clone()))
}

type Call = fn(&Vm, &Object, &[Object], Option<&Obj<Tuple>>) -> Res;

fn has_attributes(vm: &Vm, this: &Object) -> Res<bool> {
    let dict = vm.getattr_opt(this, &vm.names().__dict__)?;
    Ok(dict.and_then(|d| d.downcast_into::<Dict>().ok()).is_some_and(|d| !d.is_empty()))
}

impl Partial {
    fn parts(&self, vm: &Vm) -> Res<(Object, Obj<Tuple>, Obj<Dict>)> {
        let args = self.args.get_as::<Tuple>();
        let keywords = self.keywords.get_as::<Dict>();
        match (self.func.get(), args, keywords) {
            (Some(func), Some(args), Some(keywords)) => Ok((func, args, keywords)),
            _ => Err(vm.type_error("a partial that was cleared by the collector")),
        }
    }
}

/// Arguments that are put together on the stack.
const FEW: usize = 6;

fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let Some(partial) = this.downcast::<Partial>() else {
        return Err(vm.system_error("a partial was expected"));
    };
    let (func, first, keywords) = partial.parts(vm)?;
    if keywords.is_empty() && first.len() + args.len() <= FEW {
        let mut few = [const { Object::none() }; FEW];
        let given = first.as_slice().iter().chain(args);
        for (place, arg) in few.iter_mut().zip(given) {
            *place = arg.clone();
        }
        return vm.call_with(&func, &few[..first.len() + args.len()], names);
    }
    let mut all = Vec::new();
    reserve(vm, &mut all, first.len() + args.len() + keywords.len())?;
    all.extend_from_slice(first.as_slice());
    if keywords.is_empty() {
        all.extend_from_slice(args);
        return vm.call_with(&func, &all, names);
    }
    let named = names.map_or(0, |n| n.len()).min(args.len());
    let (positional, values) = args.split_at(args.len() - named);
    all.extend_from_slice(positional);
    // The partial's own keywords first, in their order; those of the call replace or follow them.
    let mut merged = Vec::new();
    let given = |name: &Object| {
        let names = names.map_or(&[][..], |n| n.as_slice());
        let same = |n: &Object| match (n.downcast::<Str>(), name.downcast::<Str>()) {
            (Some(a), Some(b)) => n.is(name) || a.eq_str(b),
            _ => false,
        };
        names.iter().zip(values).find(|(n, _)| same(n)).map(|(_, v)| v.clone())
    };
    for (name, value) in keywords.snapshot() {
        if name.downcast::<Str>().is_none() {
            return Err(vm.type_error("keywords must be strings"));
        }
        all.push(given(&name).unwrap_or(value));
        merged.push(name);
    }
    if let Some(names) = names {
        for (name, value) in names.as_slice().iter().zip(values) {
            if !keywords.contains(vm, name)? {
                merged.push(name.clone());
                reserve(vm, &mut all, 1)?;
                all.push(value.clone());
            }
        }
    }
    let merged = vm.tuple(merged)?;
    vm.call_with(&func, &all, Some(&merged))
}

/// the function that is called
#[getter]
fn func(this: &Obj<Partial>) -> Object {
    this.func.get().unwrap_or_else(Object::none)
}

/// its first arguments
#[getter]
fn args(this: &Obj<Partial>) -> Object {
    this.args.get().unwrap_or_else(Object::none)
}

/// its keyword arguments
#[getter]
fn keywords(this: &Obj<Partial>) -> Object {
    this.keywords.get().unwrap_or_else(Object::none)
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(partial) = this.downcast::<Partial>() else {
        return Err(vm.system_error("a partial was expected"));
    };
    guarded_repr(vm, this, "...", || {
        let (func, args, keywords) = partial.parts(vm)?;
        let mut text = String::new();
        for arg in args.as_slice() {
            text.push_str(", ");
            text.push_str(&vm.repr_string(arg)?);
        }
        for (name, value) in keywords.snapshot() {
            text.push_str(", ");
            text.push_str(&vm.to_str(&name)?.to_string_lossy());
            text.push('=');
            text.push_str(&vm.repr_string(&value)?);
        }
        let func = vm.repr_string(&func)?;
        Ok(vm.str(&format!("{}({func}{text})", vm.type_name(this)))?.into_object())
    })
}

/// What a copy or a pickle is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<Partial>) -> Res<Obj<Tuple>> {
    let (func, args, keywords) = this.parts(vm)?;
    let dict = match has_attributes(vm, this.as_object())? {
        true => vm.getattr(this.as_object(), &vm.names().__dict__)?,
        false => Object::none(),
    };
    let make = vm.tuple(vec![func.clone()])?.into_object();
    let state = vec![func, args.into_object(), keywords.into_object(), dict];
    let state = vm.tuple(state)?.into_object();
    vm.tuple(vec![this.class().clone().into_object(), make, state])
}

/// Take over the state that __reduce__() gave.
#[native("(self, state, /)", name = "__setstate__", no_signature)]
fn setstate(vm: &Vm, this: &Obj<Partial>, state: &Object) -> Res<()> {
    let invalid = || vm.type_error("invalid partial state");
    let Some(state) = state.downcast::<Tuple>() else { return Err(invalid()) };
    let [func, args, keywords, dict] = state.as_slice() else { return Err(invalid()) };
    let none_or_dict = keywords.is_none() || keywords.downcast::<Dict>().is_some();
    let Some(args) = args.downcast::<Tuple>() else { return Err(invalid()) };
    if !vm.is_callable(func) || !none_or_dict {
        return Err(invalid());
    }
    let args = match args.as_object().downcast_exact::<Tuple>() {
        Some(exact) => exact.clone(),
        None => vm.tuple(args.as_slice().to_vec())?,
    };
    let keywords = match keywords.downcast_exact::<Dict>() {
        Some(exact) => exact.clone(),
        None => {
            let copy = vm.new_dict()?;
            if !keywords.is_none() {
                dict_merge(vm, &copy, keywords)?;
            }
            copy
        }
    };
    if dict.is_none() {
        let empty = vm.new_dict()?.into_object();
        vm.setattr(this.as_object(), &vm.names().__dict__, &empty)?;
    } else {
        vm.setattr(this.as_object(), &vm.names().__dict__, dict)?;
    }
    this.func.set(func.clone());
    this.args.set(args.into_object());
    this.keywords.set(keywords.into_object());
    Ok(())
}
