//! The type `module`.
//!
//! Attributes that cost something and that few programs look at are made on first use (`add_lazy`): a
//! look-up that does not find them in the dict makes them. **Invariant:** whoever gets at the dict as a
//! whole, or deletes an attribute, sees all of them.

use crate::native::{GetSetDef, natives};
use crate::object::function::{Maker, Waiting};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// The type `module`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "module(name, doc=None)\n--\n\nAn empty module of this name, with doc as its `__doc__`. Importing makes modules by itself.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF | type_flags::DICT,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        getattr: Some(getattr),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![dir],
    getsets: &[
        GetSetDef {
            name: "__dict__",
            doc: "",
            get: dict,
            set: Some(<crate::native::readonly as crate::native::NativeSetter>::set),
        },
        GetSetDef {
            name: "__annotations__",
            doc: "",
            get: annotations,
            set: Some(set_annotations),
        },
    ],
    ..TypeSpec::new::<Module>("module")
};

fn of<'a>(vm: &Vm, this: &'a Object) -> Res<&'a Obj<Module>> {
    this.downcast::<Module>().ok_or_else(|| vm.system_error("not a module"))
}

fn new(vm: &Vm, class: &Obj<Type>, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    Ok(vm.alloc_of(class, Module::new(vm.new_dict()?))?.into_object())
}

fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    let mut given: [Option<Object>; 2] = [None, None];
    let names = names.map_or(&[][..], |n| n.as_slice());
    let positional = args.len().saturating_sub(names.len());
    if args.len() > 2 {
        let n = args.len();
        return Err(vm.type_error(format_args!("module() takes at most 2 arguments ({n} given)")));
    }
    for (place, arg) in given.iter_mut().zip(&args[..positional]) {
        *place = Some(arg.clone());
    }
    for (name, value) in names.iter().zip(&args[positional..]) {
        let Some(name) = name.downcast::<Str>() else { continue };
        let shown = name.to_str_lossy();
        let at = ["name", "doc"].iter().position(|n| name.equals(n));
        match at {
            Some(i) if given[i].is_none() => given[i] = Some(value.clone()),
            Some(i) => {
                let at = i + 1;
                return Err(vm.type_error(format_args!(
                    "argument for module() given by name ('{shown}') and position ({at})"
                )));
            }
            None => {
                return Err(vm.type_error(format_args!(
                    "'{shown}' is an invalid keyword argument for module()"
                )));
            }
        }
    }
    let [name, doc] = given;
    let Some(name) = name else {
        return Err(vm.type_error("module() missing required argument 'name' (pos 1)"));
    };
    if name.downcast::<Str>().is_none() {
        let got = if name.is_none() { "None".to_string() } else { vm.type_name(&name) };
        return Err(vm.type_error(format_args!("module() argument 'name' must be str, not {got}")));
    }
    let dict = &of(vm, this)?.dict;
    let known = vm.names();
    dict.set_str(vm, &known.__name__, name)?;
    dict.set_str(vm, &known.__doc__, doc.unwrap_or(Object::none()))?;
    for n in [&known.__package__, &known.__loader__, &known.__spec__] {
        dict.set_str(vm, n, Object::none())?;
    }
    Ok(())
}

/// The usual look-up, then the module's own `__getattr__`.
fn getattr(vm: &Vm, this: &Object, name: &Obj<Str>) -> Res {
    if let Some(o) = vm.generic_getattr_opt(this, name)? {
        return Ok(o);
    }
    if let Some(o) = lazy_attribute(vm, of(vm, this)?, name)? {
        return Ok(o);
    }
    let dict = of(vm, this)?.dict.clone();
    if let Some(hook) = dict.get_str(vm, &vm.names().__getattr__) {
        return vm.call(&hook, &[name.clone().into_object()]);
    }
    let shown = name.to_str_lossy();
    let r = match dict.get_str(vm, &vm.names().__name__).and_then(|n| n.downcast_into::<Str>().ok())
    {
        Some(module) => {
            let module = module.to_str_lossy();
            let starting = is_initializing(vm, &dict);
            if starting {
                vm.attribute_error(format_args!(
                    "partially initialized module '{module}' has no attribute '{shown}' (most likely due to a circular import)"
                ))
            } else {
                vm.attribute_error(format_args!("module '{module}' has no attribute '{shown}'"))
            }
        }
        None => vm.attribute_error(format_args!("module has no attribute '{shown}'")),
    };
    super::exceptions::set_attribute_context(vm, this, name);
    Err(r)
}

/// The module's import is still under way, as its spec says.
fn is_initializing(vm: &Vm, dict: &Obj<Dict>) -> bool {
    let Some(spec) = dict.get_str(vm, &vm.names().__spec__).filter(|s| !s.is_none()) else {
        return false;
    };
    let found = vm.getattr_opt(&spec, &vm.intern("_initializing"));
    match found.and_then(|o| o.map_or(Ok(false), |o| vm.truth(&o))) {
        Ok(b) => b,
        Err(r) => {
            drop(vm.take_raised(r));
            false
        }
    }
}

/// As `importlib._bootstrap._module_repr` words it.
fn repr(vm: &Vm, this: &Object) -> Res {
    let dict = &of(vm, this)?.dict;
    let names = vm.names();
    let one = |n: &Obj<Str>| dict.get_str(vm, n).filter(|o| !o.is_none());
    let shown = |o: Option<Object>| match o {
        Some(o) => vm.repr_string(&o),
        None => Ok("'?'".to_string()),
    };
    let text = if let Some(spec) = one(&names.__spec__) {
        let attribute = |n: &str| -> Res<Option<Object>> {
            Ok(vm.getattr_opt(&spec, &vm.intern(n))?.filter(|o| !o.is_none()))
        };
        let name = shown(attribute("name")?)?;
        let has_location = match attribute("has_location")? {
            Some(o) => vm.truth(&o)?,
            None => false,
        };
        match (attribute("origin")?, attribute("loader")?) {
            (None, None) => format!("<module {name}>"),
            (None, Some(loader)) => format!("<module {name} ({})>", vm.repr_string(&loader)?),
            (Some(origin), _) if has_location => {
                format!("<module {name} from {}>", vm.repr_string(&origin)?)
            }
            (Some(origin), _) => {
                format!("<module {name} ({})>", vm.to_str(&origin)?.to_str_lossy())
            }
        }
    } else {
        let name = shown(dict.get_str(vm, &names.__name__))?;
        match (dict.get_str(vm, &names.__file__), one(&names.__loader__)) {
            (Some(file), _) => format!("<module {name} from {}>", vm.repr_string(&file)?),
            (None, Some(loader)) => format!("<module {name} ({})>", vm.repr_string(&loader)?),
            (None, None) => format!("<module {name}>"),
        }
    };
    Ok(vm.str(&text)?.into_object())
}

impl Obj<Module> {
    /// Have an attribute made when it is first asked for; replaces one of that name not yet made.
    pub fn add_lazy(&self, name: &'static str, make: fn(&Vm) -> Res) {
        let mut rows = self.lazy.borrow_mut();
        rows.retain(|row| row.name != name);
        rows.push(Waiting { name, make: Maker::One(make) });
    }

    /// Have attributes made by one function when they are first asked for. None of the names may wait already.
    pub fn add_lazy_names(
        &self,
        names: impl IntoIterator<Item = &'static str>,
        make: fn(&Vm, &'static str) -> Res,
    ) {
        let rows = names.into_iter().map(|name| Waiting { name, make: Maker::Many(make) });
        self.lazy.borrow_mut().extend(rows);
    }
}

/// Make the attribute `name`, if it is one of those that wait.
pub(crate) fn lazy_attribute(
    vm: &Vm,
    module: &Obj<Module>,
    name: &Obj<Str>,
) -> Res<Option<Object>> {
    let row = module.lazy.borrow().iter().find(|row| name.equals(row.name)).copied();
    let Some(row) = row else { return Ok(None) };
    let made = match row.make {
        Maker::One(make) => make(vm)?,
        Maker::Many(make) => make(vm, row.name)?,
    };
    // Another thread may have been quicker.
    if let Some(there) = module.dict.get_str(vm, name) {
        return Ok(Some(there));
    }
    module.dict.set_named(vm, row.name, made.clone())?;
    Ok(Some(made))
}

/// Make all attributes that wait.
pub(crate) fn complete(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    loop {
        let row = module.lazy.borrow().last().copied();
        let Some(row) = row else { return Ok(()) };
        let name = vm.intern(row.name);
        if module.dict.get_str(vm, &name).is_none() {
            lazy_attribute(vm, module, &name)?;
        }
        module.lazy.borrow_mut().retain(|other| other.name != row.name);
    }
}

fn dict(vm: &Vm, this: &Object) -> Res {
    let module = of(vm, this)?;
    complete(vm, module)?;
    Ok(module.dict.clone().into_object())
}

fn annotations(vm: &Vm, this: &Object) -> Res {
    let dict = &of(vm, this)?.dict;
    let name = &vm.names().__annotations__;
    if let Some(found) = dict.get_str(vm, name) {
        return Ok(found);
    }
    let made = vm.new_dict()?.into_object();
    dict.set_str(vm, name, made.clone())?;
    Ok(made)
}

fn set_annotations(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let dict = &of(vm, this)?.dict;
    let name = &vm.names().__annotations__;
    match value {
        Some(v) => dict.set_str(vm, name, v.clone()),
        None if dict.remove_str(vm, name).is_none() => Err(vm.attribute_error("__annotations__")),
        None => Ok(()),
    }
}

/// __dir__() -> list
/// The names in the module, or what its function `__dir__` says.
#[native("(self, /)", name = "__dir__", no_signature)]
fn dir(vm: &Vm, this: &Obj<Module>) -> Res {
    if let Some(hook) = this.dict.get_str(vm, &vm.names().__dir__) {
        return vm.call(&hook, &[]);
    }
    complete(vm, this)?;
    Ok(vm.list(this.dict.snapshot().into_iter().map(|(k, _)| k).collect())?.into_object())
}
