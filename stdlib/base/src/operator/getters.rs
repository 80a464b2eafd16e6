//! itemgetter, attrgetter, methodcaller.

use crate::support::{
    Kwargs, NativeConstructor, Obj, Object, Payload, Res, Slot, Slots, Str, Tuple, Type, TypeSpec,
    Visitor, Vm, builtin, guarded_repr, native, natives,
};
use std::cell::RefCell;

/// The one object that a getter is called with.
fn only<'a>(
    vm: &Vm,
    name: &str,
    args: &'a [Object],
    names: Option<&Obj<Tuple>>,
) -> Res<&'a Object> {
    match (args, names) {
        ([object], None) => Ok(object),
        (_, Some(names)) if !names.is_empty() => {
            Err(vm.type_error(format_args!("{name}() takes no keyword arguments")))
        }
        _ => {
            let given = args.len();
            Err(vm.type_error(format_args!("{name} expected 1 argument, got {given}")))
        }
    }
}

/// `repr` of what a getter was made with.
fn repr_of(vm: &Vm, this: &Object, parts: &[Object]) -> Res {
    guarded_repr(vm, this, &format!("{}(...)", vm.type_name(this)), || {
        let mut text = String::new();
        for part in parts {
            if !text.is_empty() {
                text.push_str(", ");
            }
            text.push_str(&vm.repr_string(part)?);
        }
        Ok(vm.str(&format!("{}({text})", vm.type_name(this)))?.into_object())
    })
}

/// The payload of `operator.itemgetter`.
pub(super) struct ItemGetter {
    /// The key, or a tuple of several.
    item: Slot,
    count: usize,
}

impl Payload for ItemGetter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&ITEMGETTER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.item);
    }
    fn clear(&self) {
        drop(self.item.take());
    }
}

pub(super) static ITEMGETTER: TypeSpec = TypeSpec {
    doc: "itemgetter(item, ...) -> a function of one argument that gives what stands there under the item,\n\
          or for several items a tuple: itemgetter('a', 0)(x) is (x['a'], x[0])",
    slots: Slots {
        new: Some(<itemgetter_new as NativeConstructor>::new),
        call: Some(call_itemgetter),
        repr: Some(|vm, this| match this.downcast::<ItemGetter>() {
            Some(getter) => repr_of(vm, this, &getter.items()),
            None => Ok(Object::none()),
        }),
        ..Slots::NONE
    },
    methods: natives![reduce_itemgetter],
    ..TypeSpec::new::<ItemGetter>("operator.itemgetter")
};

#[native("(cls, *args, **kwargs)", constructor, name = "itemgetter")]
fn itemgetter_new(
    vm: &Vm,
    cls: &Obj<Type>,
    args: &[Object],
    kwargs: Kwargs,
) -> Res<Obj<ItemGetter>> {
    if !kwargs.is_empty() {
        return Err(vm.type_error("itemgetter() takes no keyword arguments"));
    }
    let item = match args {
        [] => return Err(vm.type_error("itemgetter expected 1 argument, got 0")),
        [item] => item.clone(),
        several => vm.tuple_from(several)?.into_object(),
    };
    vm.alloc_of(cls, ItemGetter { item: Slot::new(item), count: args.len() })
}

impl ItemGetter {
    fn items(&self) -> Vec<Object> {
        let Some(item) = self.item.get() else { return Vec::new() };
        match item.downcast::<Tuple>().filter(|_| self.count > 1) {
            Some(several) => several.as_slice().to_vec(),
            None => vec![item],
        }
    }
}

fn call_itemgetter(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let object = only(vm, "itemgetter", args, names)?;
    let Some(getter) = this.downcast::<ItemGetter>() else { return Ok(Object::none()) };
    let Some(item) = getter.item.get() else { return Ok(Object::none()) };
    if getter.count == 1 {
        if let (Some(i), Some(tuple)) = (item.as_small_int(), object.downcast_exact::<Tuple>())
            && let Some(found) = usize::try_from(i).ok().and_then(|i| tuple.as_slice().get(i))
        {
            return Ok(found.clone());
        }
        return vm.getitem(object, &item);
    }
    let Some(items) = item.downcast::<Tuple>() else { return Ok(Object::none()) };
    let mut found = Vec::with_capacity(items.len());
    for item in items.as_slice() {
        found.push(vm.getitem(object, item)?);
    }
    Ok(vm.tuple(found)?.into_object())
}

/// What a copy or a pickle is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce_itemgetter(vm: &Vm, this: &Obj<ItemGetter>) -> Res<Obj<Tuple>> {
    let args = vm.tuple(this.items())?.into_object();
    vm.tuple(vec![this.class().clone().into_object(), args])
}

/// The payload of `operator.attrgetter`: one path of names for each attribute.
pub(super) struct AttrGetter(Vec<Vec<Obj<Str>>>);

impl Payload for AttrGetter {
    const SPEC: Option<&'static TypeSpec> = Some(&ATTRGETTER);
}

pub(super) static ATTRGETTER: TypeSpec = TypeSpec {
    doc: "attrgetter(attr, ...) -> a function that looks the attributes up in its argument:\n\
          attrgetter('name')(r) is r.name, attrgetter('a.b', 'c')(r) is (r.a.b, r.c)",
    slots: Slots {
        new: Some(<attrgetter_new as NativeConstructor>::new),
        call: Some(call_attrgetter),
        repr: Some(|vm, this| match this.downcast::<AttrGetter>() {
            Some(getter) => repr_of(vm, this, &getter.names(vm)?),
            None => Ok(Object::none()),
        }),
        ..Slots::NONE
    },
    methods: natives![reduce_attrgetter],
    ..TypeSpec::new::<AttrGetter>("operator.attrgetter")
};

#[native("(cls, *args, **kwargs)", constructor, name = "attrgetter")]
fn attrgetter_new(
    vm: &Vm,
    cls: &Obj<Type>,
    args: &[Object],
    kwargs: Kwargs,
) -> Res<Obj<AttrGetter>> {
    if !kwargs.is_empty() {
        return Err(vm.type_error("attrgetter() takes no keyword arguments"));
    }
    if args.is_empty() {
        return Err(vm.type_error("attrgetter expected 1 argument, got 0"));
    }
    let mut paths = Vec::new();
    for name in args {
        let Some(name) = name.downcast::<Str>() else {
            return Err(vm.type_error("attribute name must be a string"));
        };
        paths.push(path_of(vm, name)?);
    }
    vm.alloc_of(cls, AttrGetter(paths))
}

/// The names between the dots.
fn path_of(vm: &Vm, name: &Obj<Str>) -> Res<Vec<Obj<Str>>> {
    let Some(text) = name.to_utf8().filter(|text| text.contains('.')) else {
        return Ok(vec![vm.intern_str(name)]);
    };
    Ok(text.split('.').map(|part| vm.intern(part)).collect())
}

impl AttrGetter {
    /// The attributes as they were given.
    fn names(&self, vm: &Vm) -> Res<Vec<Object>> {
        let mut names = Vec::new();
        for path in &self.0 {
            names.push(match path.as_slice() {
                [one] => one.as_object().clone(),
                path => {
                    let parts: Vec<String> = path.iter().map(|p| p.to_string_lossy()).collect();
                    vm.str(&parts.join("."))?.into_object()
                }
            });
        }
        Ok(names)
    }
}

fn follow(vm: &Vm, object: &Object, path: &[Obj<Str>]) -> Res {
    let mut at = object.clone();
    for name in path {
        at = vm.getattr(&at, name)?;
    }
    Ok(at)
}

fn call_attrgetter(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let object = only(vm, "attrgetter", args, names)?;
    let Some(getter) = this.downcast::<AttrGetter>() else { return Ok(Object::none()) };
    if let [path] = getter.0.as_slice() {
        return follow(vm, object, path);
    }
    let mut found = Vec::with_capacity(getter.0.len());
    for path in &getter.0 {
        found.push(follow(vm, object, path)?);
    }
    Ok(vm.tuple(found)?.into_object())
}

/// What a copy or a pickle is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce_attrgetter(vm: &Vm, this: &Obj<AttrGetter>) -> Res<Obj<Tuple>> {
    let args = vm.tuple(this.names(vm)?)?.into_object();
    vm.tuple(vec![this.class().clone().into_object(), args])
}

/// The payload of `operator.methodcaller`.
pub(super) struct MethodCaller {
    name: Obj<Str>,
    /// The arguments, then the values of `names`.
    args: RefCell<Vec<Object>>,
    names: Option<Obj<Tuple>>,
}

impl Payload for MethodCaller {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&METHODCALLER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.name.as_object());
        self.args.borrow().iter().for_each(|arg| visitor.visit(arg));
        if let Some(names) = &self.names {
            visitor.visit(names.as_object());
        }
    }
    fn clear(&self) {
        drop(self.args.take());
    }
}

pub(super) static METHODCALLER: TypeSpec = TypeSpec {
    doc: "methodcaller(name, /, *args, **kwargs) -> a function that calls a method of its argument:\n\
          methodcaller('f', 1, x=2)(r) is r.f(1, x=2)",
    slots: Slots {
        new: Some(<methodcaller_new as NativeConstructor>::new),
        call: Some(call_methodcaller),
        repr: Some(repr_methodcaller),
        ..Slots::NONE
    },
    methods: natives![reduce_methodcaller],
    ..TypeSpec::new::<MethodCaller>("operator.methodcaller")
};

#[native("(cls, *args, **kwargs)", constructor, name = "methodcaller")]
fn methodcaller_new(
    vm: &Vm,
    cls: &Obj<Type>,
    args: &[Object],
    kwargs: Kwargs,
) -> Res<Obj<MethodCaller>> {
    let Some((name, args)) = args.split_first() else {
        return Err(vm.type_error("methodcaller needs at least one argument, the method name"));
    };
    let Some(name) = name.downcast::<Str>() else {
        return Err(vm.type_error("method name must be a string"));
    };
    let (mut all, mut names) = (args.to_vec(), Vec::new());
    for (name, value) in kwargs.iter() {
        names.push(name.as_object().clone());
        all.push(value.clone());
    }
    let names = if names.is_empty() { None } else { Some(vm.tuple(names)?) };
    vm.alloc_of(cls, MethodCaller { name: vm.intern_str(name), args: RefCell::new(all), names })
}

fn call_methodcaller(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let object = only(vm, "methodcaller", args, names)?;
    let Some(caller) = this.downcast::<MethodCaller>() else { return Ok(Object::none()) };
    let method = vm.getattr(object, &caller.name)?;
    let args = caller.args.borrow().clone();
    vm.call_with(&method, &args, caller.names.as_ref())
}

fn repr_methodcaller(vm: &Vm, this: &Object) -> Res {
    let Some(caller) = this.downcast::<MethodCaller>() else { return Ok(Object::none()) };
    guarded_repr(vm, this, &format!("{}(...)", vm.type_name(this)), || {
        let mut text = vm.repr_string(caller.name.as_object())?;
        let (positional, named) = caller.parts();
        for arg in positional {
            text.push_str(", ");
            text.push_str(&vm.repr_string(&arg)?);
        }
        for (name, value) in named {
            text.push_str(", ");
            text.push_str(&vm.to_str(&name)?.to_string_lossy());
            text.push('=');
            text.push_str(&vm.repr_string(&value)?);
        }
        Ok(vm.str(&format!("{}({text})", vm.type_name(this)))?.into_object())
    })
}

impl MethodCaller {
    /// Positional arguments, and named ones.
    fn parts(&self) -> (Vec<Object>, Vec<(Object, Object)>) {
        let names = self.names.as_ref().map_or(&[][..], |n| n.as_slice());
        let mut args = self.args.borrow().clone();
        let values = args.split_off(args.len().saturating_sub(names.len()));
        (args, names.iter().cloned().zip(values).collect())
    }
}

/// What a copy or a pickle is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce_methodcaller(vm: &Vm, this: &Obj<MethodCaller>) -> Res<Obj<Tuple>> {
    let class = this.class().clone().into_object();
    let (mut args, named) = this.parts();
    let name = this.name.as_object().clone();
    if named.is_empty() {
        args.insert(0, name);
        return vm.tuple(vec![class, vm.tuple(args)?.into_object()]);
    }
    let import = builtin(vm, "__import__")?;
    let module = vm.call(&import, &[vm.str("functools")?.into_object()])?;
    let partial = vm.getattr_named(&module, "partial")?;
    let (names, values): (Vec<Object>, Vec<Object>) = named.into_iter().unzip();
    let mut all = vec![class, name];
    all.extend(values);
    let make = vm.call_with(&partial, &all, Some(&vm.tuple(names)?))?;
    vm.tuple(vec![make, vm.tuple(args)?.into_object()])
}
