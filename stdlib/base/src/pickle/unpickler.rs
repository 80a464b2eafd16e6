//! The type Unpickler, load() and loads().

use super::global::{renamed, walk};
use super::input::Input;
use super::load::Loader;
use super::{of_module, unpickling_error};
use crate::support::{
    Dict, Kwargs, NativeConstructor, NativeDef, NativeFunction, Obj, Object, Payload, Res, Slot,
    Slots, Str, Type, TypeSpec, Visitor, Vm, call_init, getsets, getter, native, natives,
    optional_attr, setter, type_flags,
};
use std::cell::{Cell, RefCell};

/// The payload of an Unpickler.
#[derive(Default)]
pub(super) struct Unpickler {
    pub(super) input: Input,
    /// By number; where there is none, unset.
    pub(super) memo: RefCell<Vec<Option<Object>>>,
    pub(super) protocol: Cell<u8>,
    pub(super) fix_imports: Cell<bool>,
    pub(super) encoding: RefCell<String>,
    pub(super) errors: RefCell<String>,
    /// An iterator over what travelled beside the pickle.
    pub(super) buffers: Slot,
    persistent_load: Slot,
    ready: Cell<bool>,
}

impl Payload for Unpickler {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        let input = &self.input;
        let slots =
            [&input.read, &input.readline, &input.readinto, &self.buffers, &self.persistent_load];
        slots.iter().for_each(|slot| visitor.slot(slot));
        if let Ok(memo) = self.memo.try_borrow() {
            memo.iter().flatten().for_each(|object| visitor.visit(object));
        }
    }
    fn clear(&self) {
        let input = &self.input;
        let slots =
            [&input.read, &input.readline, &input.readinto, &self.buffers, &self.persistent_load];
        slots.iter().for_each(|slot| drop(slot.take()));
        let memo = self.memo.take();
        drop(memo);
    }
}

/// The type.
pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())\n--\n\n\
          Reads objects from a file, by its methods read(), readline() and readinto().",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(<unpickler_new as NativeConstructor>::new),
        init: Some(|vm, this, args, names| {
            static DEF: NativeDef = <init as NativeFunction>::DEF;
            call_init(vm, &DEF, this, args, names)
        }),
        ..Slots::NONE
    },
    methods: natives![load_method, find_class],
    getsets: getsets![memo: set_memo, persistent_load: set_persistent_load],
    ..TypeSpec::new::<Unpickler>("_pickle.Unpickler")
};

#[native("(cls, *args, **kwargs)", constructor, name = "Unpickler", no_signature)]
fn unpickler_new(
    vm: &Vm,
    cls: &Obj<Type>,
    _args: &[Object],
    _kwargs: Kwargs,
) -> Res<Obj<Unpickler>> {
    vm.alloc_of(cls, Unpickler::default())
}

#[native(
    "(self, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
    name = "Unpickler"
)]
fn init(
    vm: &Vm,
    this: &Obj<Unpickler>,
    file: &Object,
    fix_imports: bool,
    encoding: &str,
    errors: &str,
    buffers: crate::support::Maybe<&Object>,
) -> Res<()> {
    this.input.set_file(vm, file)?;
    this.set_up(vm, fix_imports, encoding, errors, buffers.given())
}

impl Unpickler {
    fn set_up(
        &self,
        vm: &Vm,
        fix_imports: bool,
        encoding: &str,
        errors: &str,
        buffers: Option<&Object>,
    ) -> Res<()> {
        let buffers = match buffers.filter(|b| !b.is_none()) {
            Some(buffers) => Some(vm.iter(buffers)?),
            None => None,
        };
        self.buffers.assign(buffers);
        self.fix_imports.set(fix_imports);
        *self.encoding.borrow_mut() = encoding.to_owned();
        *self.errors.borrow_mut() = errors.to_owned();
        self.protocol.set(0);
        let old = self.memo.take();
        drop(old);
        self.ready.set(true);
        Ok(())
    }
}

/// The object that the next pickle of the file stands for.
#[native("(self, /)", name = "load")]
fn load_method(vm: &Vm, this: &Obj<Unpickler>) -> Res {
    if !this.ready.get() {
        let class = vm.type_name(this.as_object());
        return Err(unpickling_error(
            vm,
            format!("Unpickler.__init__() was not called by {class}.__init__()"),
        ));
    }
    let own = this.class().is(&crate::support::type_for::<Unpickler>(vm));
    let hook = |name: &str| match own {
        true => Ok(None),
        false => optional_attr(vm, this.as_object(), name),
    };
    let persistent = match this.persistent_load.get() {
        Some(function) => Some(function),
        None => hook("persistent_load")?,
    };
    let find = hook("find_class")?;
    Loader::new(vm, this, persistent, find).run()
}

/// Return an object from a specified module: what pickles name.
#[native("(self, module_name, global_name, /)")]
pub(super) fn find_class(
    vm: &Vm,
    this: &Obj<Unpickler>,
    module_name: &Object,
    global_name: &Object,
) -> Res {
    vm.audit("pickle.find_class", vec![module_name.clone(), global_name.clone()])?;
    let (mut module, mut name) = (module_name.clone(), global_name.clone());
    if this.protocol.get() < 3 && this.fix_imports.get() {
        (module, name) = renamed(vm, &module, &name, false)?;
    }
    let (Some(module), Some(name)) = (module.downcast::<Str>(), name.downcast::<Str>()) else {
        return Err(vm.type_error("module and name must be strings"));
    };
    let module = vm.import(&vm.utf8(module)?)?;
    if this.protocol.get() >= 4 {
        return walk(vm, &module, name).map(|found| found.1);
    }
    match vm.getattr_opt(&module, name)? {
        Some(found) => Ok(found),
        None => Err(super::global::no_attribute(vm, &module, name)?),
    }
}

/// What was read, by number: a copy.
#[getter]
fn memo(vm: &Vm, this: &Obj<Unpickler>) -> Res<Obj<Dict>> {
    let dict = vm.new_dict()?;
    let rows = this.memo.borrow().clone();
    for (number, object) in rows.into_iter().enumerate() {
        if let Some(object) = object {
            dict.set(vm, &vm.int_usize(number)?, object)?;
        }
    }
    Ok(dict)
}

#[setter(name = "memo")]
fn set_memo(vm: &Vm, this: &Obj<Unpickler>, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else {
        return Err(vm.type_error("attribute deletion is not supported"));
    };
    let Some(dict) = value.downcast::<Dict>() else {
        return Err(vm.type_error(format_args!(
            "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {}",
            vm.type_name(value)
        )));
    };
    let mut new = Vec::new();
    for (key, object) in dict.snapshot() {
        let Some(number) = vm.as_i64(&key) else {
            return Err(vm.type_error("memo key must be integers"));
        };
        let Ok(number) = usize::try_from(number) else {
            return Err(vm.value_error("memo key must be positive integers."));
        };
        super::load::put(vm, &mut new, number, object)?;
    }
    let old = this.memo.replace(new);
    drop(old);
    Ok(())
}

#[getter]
fn persistent_load(vm: &Vm, this: &Obj<Unpickler>) -> Res {
    this.persistent_load.get().ok_or_else(|| vm.attribute_error("persistent_load"))
}

#[setter(name = "persistent_load")]
fn set_persistent_load(vm: &Vm, this: &Obj<Unpickler>, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else {
        return Err(vm.type_error("attribute deletion is not supported"));
    };
    if !vm.is_callable(value) {
        return Err(vm.type_error("persistent_load must be a callable taking one argument"));
    }
    this.persistent_load.set(value.clone());
    Ok(())
}

/// What the extension registry of copyreg has for a number.
pub(super) fn extension(vm: &Vm, code: i64, find: &mut dyn FnMut(&Object, &Object) -> Res) -> Res {
    let number = vm.int(code)?;
    let cache = of_module(vm, "copyreg", "_extension_cache")?;
    if let Some(cache) = cache.downcast::<Dict>()
        && let Some(known) = cache.get(vm, &number)?
    {
        return Ok(known);
    }
    let registry = of_module(vm, "copyreg", "_inverted_registry")?;
    let key = match registry.downcast::<Dict>() {
        Some(registry) => registry.get(vm, &number)?,
        None => None,
    };
    let Some(key) = key else {
        if code <= 0 {
            return Err(unpickling_error(vm, "EXT specifies code <= 0"));
        }
        return Err(vm.value_error(format_args!("unregistered extension code {code}")));
    };
    let parts = key.downcast::<crate::support::Tuple>().map(|t| t.as_slice());
    let Some([module, name]) = parts else {
        return Err(vm.value_error("_inverted_registry holds no pair of strings"));
    };
    let found = find(module, name)?;
    if let Some(cache) = cache.downcast::<Dict>() {
        cache.set(vm, &number, found.clone())?;
    }
    Ok(found)
}

/// The object of the next pickle in a file, as Unpickler(file, ...).load() gives it.
#[native("(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
pub(super) fn load(
    vm: &Vm,
    file: &Object,
    fix_imports: bool,
    encoding: &str,
    errors: &str,
    buffers: crate::support::Maybe<&Object>,
) -> Res {
    let unpickler = vm.alloc(Unpickler::default())?;
    init(vm, &unpickler, file, fix_imports, encoding, errors, buffers)?;
    load_method(vm, &unpickler)
}

/// The object of a pickle in a bytes-like object.
#[native("(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
pub(super) fn loads(
    vm: &Vm,
    data: &Object,
    fix_imports: bool,
    encoding: &str,
    errors: &str,
    buffers: crate::support::Maybe<&Object>,
) -> Res {
    let unpickler = vm.alloc(Unpickler::default())?;
    unpickler.input.set_bytes(vm, data)?;
    unpickler.set_up(vm, fix_imports, encoding, errors, buffers.given())?;
    load_method(vm, &unpickler)
}
