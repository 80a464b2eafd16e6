//! `importlib`, `importlib.util` and `importlib.machinery` over the native import system.
//!
//! What these have beyond this comes with the pure-Python library. Does not know `.pyc` files.

use super::import::ModuleSpec;
use crate::compile::CompileOptions;
use crate::native::{FsPath, Maybe, ModuleDef, getsets, natives};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};
use std::rc::Rc;
use taipan_macros::{getter, native};

/// The tables of the three modules.
pub static MODULES: &[&ModuleDef] = &[&IMPORTLIB, &UTIL, &MACHINERY];

static IMPORTLIB: ModuleDef = ModuleDef {
    name: "importlib",
    doc: "A pure interface to the import system.",
    functions: natives![import_module, reload, invalidate_caches],
    fill: Some(|vm, module| {
        module.dict.set_named(vm, "__path__", vm.new_list()?)?;
        let import =
            vm.interp().builtins.get_as::<Dict>().and_then(|b| b.get_named(vm, "__import__"));
        module.dict.set_named(vm, "__import__", import.unwrap_or_else(Object::none))
    }),
    ..ModuleDef::EMPTY
};

static UTIL: ModuleDef = ModuleDef {
    name: "importlib.util",
    doc: "Utility code for constructing importers, etc.",
    functions: natives![
        find_spec,
        module_from_spec,
        spec_from_file_location,
        spec_from_loader,
        resolve_name
    ],
    ..ModuleDef::EMPTY
};

static MACHINERY: ModuleDef = ModuleDef {
    name: "importlib.machinery",
    doc: "Finders and loaders, and the endings of the files that they take for modules.",
    types: &[&LOADER],
    fill: Some(|vm, module| {
        module.dict.set_named(vm, "ModuleSpec", vm.type_of_payload::<ModuleSpec>()?)?;
        let list = |items: &[&str]| -> Res {
            let items = items.iter().map(|i| vm.intern(i).into_object()).collect();
            Ok(vm.list(items)?.into_object())
        };
        module.dict.set_named(vm, "SOURCE_SUFFIXES", list(&[".py"])?)?;
        module.dict.set_named(vm, "BYTECODE_SUFFIXES", list(&[])?)?;
        module.dict.set_named(vm, "EXTENSION_SUFFIXES", list(&[])?)?;
        let all = crate::native::function(vm, "all_suffixes", |vm: &Vm| -> Res {
            Ok(vm.list(vec![vm.str(".py")?.into_object()])?.into_object())
        })?;
        module.dict.set_named(vm, "all_suffixes", all)
    }),
    ..ModuleDef::EMPTY
};

fn text(vm: &Vm, o: &Object, what: &str) -> Res<String> {
    match o.downcast::<Str>() {
        Some(s) => Ok(vm.utf8(s)?.into_owned()),
        None => Err(vm.type_error(format_args!("{what} must be str, not {}", vm.type_name(o)))),
    }
}

/// The full name of a relative one.
fn resolved(vm: &Vm, name: &str, package: &str) -> Res<String> {
    let bare = name.trim_start_matches('.');
    let level = name.len() - bare.len();
    if level == 0 {
        return Ok(name.to_owned());
    }
    let mut base = package;
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((front, _)) => base = front,
            None => {
                return Err(vm.import_error("attempted relative import beyond top-level package"));
            }
        }
    }
    Ok(if bare.is_empty() { base.to_owned() } else { format!("{base}.{bare}") })
}

/// Import a module by its name and return it, also when the name has dots.
///
/// A name that starts with dots is relative to `package`.
#[native("(name, package=None)")]
fn import_module(vm: &Vm, name: &Object, package: Option<&Object>) -> Res {
    let name = text(vm, name, "module name")?;
    if !name.starts_with('.') {
        if name.is_empty() {
            return Err(vm.value_error("Empty module name"));
        }
        return vm.import(&name);
    }
    let package = match package {
        Some(p) if vm.truth(p)? => text(vm, p, "__package__")?,
        _ => {
            return Err(vm.type_error(format_args!(
                "the 'package' argument is required to perform a relative import for {}",
                vm.repr_string(vm.str(&name)?.as_object())?
            )));
        }
    };
    vm.import(&resolved(vm, &name, &package)?)
}

fn modules(vm: &Vm) -> Res<Obj<Dict>> {
    vm.interp()
        .modules
        .get_as::<Dict>()
        .ok_or_else(|| vm.runtime_error("unable to get sys.modules"))
}

/// Run the code of an imported module again, in the same module object.
#[native("(module)")]
fn reload(vm: &Vm, module: &Object) -> Res {
    let Some(m) = module.downcast::<Module>() else {
        return Err(vm.type_error("reload() argument must be a module"));
    };
    let name = text(vm, &vm.getattr(module, &vm.names().__name__)?, "module name")?;
    let known = modules(vm)?.get(vm, vm.str(&name)?.as_object())?;
    if !known.is_some_and(|k| k.is(module)) {
        return Err(vm.import_error(format_args!("module {name} not in sys.modules")));
    }
    if vm.native_module_names().contains(&name.as_str()) {
        return Ok(module.clone());
    }
    match vm.find_module(&name)? {
        Some(found) => {
            m.dict.set_str(vm, &vm.names().__spec__, vm.module_spec(&name, &found)?)?;
            crate::vm::code::run_module(vm, found.code, &m.dict)?;
        }
        None => {
            let text = format!("spec not found for the module '{name}'");
            return Err(vm.raise_args(Exc::ModuleNotFoundError, vec![vm.str(&text)?.into_object()]));
        }
    }
    Ok(modules(vm)?.get(vm, vm.str(&name)?.as_object())?.unwrap_or_else(|| module.clone()))
}

/// Tell every finder in sys.meta_path that folders may have changed.
#[native("()")]
fn invalidate_caches(vm: &Vm) -> Res<()> {
    let finders =
        vm.interp().sys.get_as::<Dict>().and_then(|s| s.get_str(vm, &vm.names().meta_path));
    let Some(finders) = finders else { return Ok(()) };
    for finder in vm.collect(&finders)? {
        if let Some(f) = vm.getattr_opt(&finder, &vm.intern("invalidate_caches"))? {
            vm.call(&f, &[])?;
        }
    }
    Ok(())
}

/// Where a module would come from: its spec, or None if nobody knows it.
///
/// A module that is imported has one already. The packages around it are imported for the search.
#[native("(name, package=None)")]
fn find_spec(vm: &Vm, name: &Object, package: Option<&Object>) -> Res {
    let mut name = text(vm, name, "name")?;
    if name.starts_with('.') {
        let package = match package {
            Some(p) => text(vm, p, "package")?,
            None => {
                return Err(vm.import_error(format_args!(
                    "no package specified for '{name}' (required for relative module names)"
                )));
            }
        };
        name = resolved(vm, &name, &package)?;
    }
    if let Some(module) = modules(vm)?.get(vm, vm.str(&name)?.as_object())? {
        if module.is_none() {
            return Ok(module);
        }
        return match vm.getattr_opt(&module, &vm.names().__spec__)? {
            Some(spec) if spec.is_none() => {
                Err(vm.value_error(format_args!("{name}.__spec__ is None")))
            }
            Some(spec) => Ok(spec),
            None => Err(vm.value_error(format_args!("{name}.__spec__ is not set"))),
        };
    }
    if vm.native_module_names().contains(&name.as_str()) {
        return make_spec(vm, &name, Object::none(), vm.str("built-in")?.into_object(), false);
    }
    match vm.find_module(&name)? {
        Some(found) => vm.module_spec(&name, &found),
        None => Ok(Object::none()),
    }
}

fn make_spec(vm: &Vm, name: &str, loader: Object, origin: Object, is_package: bool) -> Res {
    let class = vm.type_of_payload::<ModuleSpec>()?.into_object();
    let named = [("origin", origin), ("is_package", Object::bool(is_package))];
    vm.call_named(&class, &[vm.str(name)?.into_object(), loader], &named)
}

/// The full name that `level` dots and a name mean in a package.
#[native("(name, package)")]
fn resolve_name(vm: &Vm, name: &str, package: Option<&Object>) -> Res<String> {
    if !name.starts_with('.') {
        return Ok(name.to_owned());
    }
    match package {
        Some(p) if vm.truth(p)? => resolved(vm, name, &text(vm, p, "package")?),
        _ => Err(vm.import_error(format_args!(
            "no package specified for '{name}' (required for relative module names)"
        ))),
    }
}

/// A new module for the spec, with the attributes of its import set and its code not yet run.
#[native("(spec)")]
pub(super) fn module_from_spec(vm: &Vm, spec: &Object) -> Res {
    let loader = vm.getattr_named(spec, "loader")?;
    let mut module = Object::none();
    if let Some(create) = vm.getattr_opt(&loader, &vm.intern("create_module"))? {
        module = vm.call(&create, std::slice::from_ref(spec))?;
    }
    let name = vm.getattr(spec, &vm.names().name)?;
    if module.is_none() {
        module = vm.new_module(&text(vm, &name, "module name")?, None)?.into_object();
    }
    let set = |key: &Obj<Str>, value: &Object| vm.setattr(&module, key, value);
    let names = vm.names();
    set(&names.__name__, &name)?;
    set(&names.__loader__, &loader)?;
    set(&names.__spec__, spec)?;
    if let Some(parent) = vm.getattr_opt(spec, &vm.intern("parent"))? {
        set(&names.__package__, &parent)?;
    }
    if let Some(search) =
        vm.getattr_opt(spec, &vm.intern("submodule_search_locations"))?.filter(|s| !s.is_none())
    {
        set(&names.__path__, &search)?;
    }
    let located = match vm.getattr_opt(spec, &vm.intern("has_location"))? {
        Some(has) => vm.truth(&has)?,
        None => false,
    };
    if located {
        set(&names.__file__, &vm.getattr_named(spec, "origin")?)?;
        set(&names.__cached__, &Object::none())?;
    }
    Ok(module)
}

/// The spec for a name and a loader, which is asked for its file and whether it is a package.
#[native("(name, loader, *, origin=None, is_package=None)")]
fn spec_from_loader(
    vm: &Vm,
    name: &str,
    loader: &Object,
    origin: Option<&Object>,
    is_package: Option<&Object>,
) -> Res {
    let is_package = match is_package {
        Some(p) => vm.truth(p)?,
        None => match vm.getattr_opt(loader, &vm.intern("is_package"))? {
            Some(f) => {
                let answer = vm.call(&f, &[vm.str(name)?.into_object()])?;
                vm.truth(&answer)?
            }
            None => false,
        },
    };
    make_spec(vm, name, loader.clone(), origin.cloned().unwrap_or_else(Object::none), is_package)
}

/// The spec for a module of a file.
///
/// submodule_search_locations makes it a package: a list of the folders in which its modules are.
#[native("(name, location=None, *, loader=None, submodule_search_locations=<unrepresentable>)")]
fn spec_from_file_location(
    vm: &Vm,
    name: &str,
    location: Option<FsPath>,
    loader: Option<&Object>,
    submodule_search_locations: Maybe<&Object>,
) -> Res {
    let location = match &location {
        Some(path) => String::from_utf8_lossy(&path.bytes).into_owned(),
        None => match loader {
            Some(l) => {
                let file = vm.call_method(l, "get_filename", &[vm.str(name)?.into_object()])?;
                text(vm, &file, "file name")?
            }
            None => return Ok(Object::none()),
        },
    };
    let location = match (location.starts_with('/'), vm.host().and_then(|h| h.current_directory()))
    {
        (false, Some(here)) => format!("{here}/{location}"),
        _ => location,
    };
    let loader = match loader {
        Some(l) => l.clone(),
        None if location.ends_with(".py") => source_loader(vm, name, &location)?,
        None => return Ok(Object::none()),
    };
    let spec = make_spec(vm, name, loader, vm.str(&location)?.into_object(), false)?;
    vm.setattr(&spec, &vm.intern("has_location"), &Object::bool(true))?;
    let search = match submodule_search_locations.given() {
        Some(s) => s.clone(),
        None if location.ends_with("/__init__.py") => {
            let folder = location.rsplit_once('/').map_or("", |(f, _)| f);
            vm.list(vec![vm.str(folder)?.into_object()])?.into_object()
        }
        None => Object::none(),
    };
    vm.setattr(&spec, &vm.intern("submodule_search_locations"), &search)?;
    Ok(spec)
}

/// Runs the text of a file as a module.
pub struct SourceFileLoader {
    name: String,
    path: String,
}

impl SourceFileLoader {
    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

impl Payload for SourceFileLoader {
    const SPEC: Option<&'static TypeSpec> = Some(&LOADER);
}

static LOADER: TypeSpec = TypeSpec {
    doc: "Runs the text of a file as a module.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(<new_loader as crate::native::NativeConstructor>::new),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![create_module, exec_module, get_filename, get_source, get_data, is_package],
    getsets: getsets![name, path],
    ..TypeSpec::new::<SourceFileLoader>("_frozen_importlib_external.SourceFileLoader")
};

pub(super) fn source_loader(vm: &Vm, name: &str, path: &str) -> Res {
    Ok(vm.alloc(SourceFileLoader { name: name.to_owned(), path: path.to_owned() })?.into_object())
}

#[native("(cls, fullname, path)", constructor, name = "SourceFileLoader")]
fn new_loader(vm: &Vm, cls: &Obj<Type>, fullname: &str, path: FsPath) -> Res {
    let path = String::from_utf8_lossy(&path.bytes).into_owned();
    Ok(vm.alloc_of(cls, SourceFileLoader { name: fullname.to_owned(), path })?.into_object())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let text = format!("<_frozen_importlib_external.SourceFileLoader object at {:#x}>", this.id());
    Ok(vm.str(&text)?.into_object())
}

#[getter]
fn name(this: &Obj<SourceFileLoader>) -> String {
    this.name.clone()
}

#[getter]
fn path(this: &Obj<SourceFileLoader>) -> String {
    this.path.clone()
}

/// None: the importer makes an ordinary module object.
#[native("(self, spec)")]
fn create_module(_this: &Obj<SourceFileLoader>, _spec: &Object) {}

fn read(vm: &Vm, path: &str) -> Res<Vec<u8>> {
    let Some(host) = vm.host() else {
        return Err(no_files(vm));
    };
    host.read_file(path).map_err(|e| crate::native::errors::os_error(vm, &e))
}

#[cold]
fn no_files(vm: &Vm) -> Raised {
    vm.import_error("there are no files to import from")
}

/// Run the module's code in its namespace.
#[native("(self, module)")]
fn exec_module(vm: &Vm, this: &Obj<SourceFileLoader>, module: &Obj<Module>) -> Res<()> {
    let source = read(vm, &this.path)?;
    let optimize = super::sys::attribute(vm, &vm.intern("flags"))?;
    let optimize = match optimize {
        Some(flags) => {
            vm.as_i64(&vm.getattr_named(&flags, "optimize")?).unwrap_or(0).clamp(0, 2) as u8
        }
        None => 0,
    };
    let options = CompileOptions { optimize, ..CompileOptions::default() };
    match super::source::compile_file(vm, &source, &this.path, &options)? {
        Ok(compiled) => {
            for warning in &compiled.warnings {
                super::source::warn(vm, warning, &this.path)?;
            }
            crate::vm::code::run_module(vm, Rc::new(compiled.unit), &module.dict).map(drop)
        }
        Err(e) => Err(super::source::raise(vm, &e, &this.path, false)),
    }
}

/// Where the module's file is.
#[native("(self, name=None)")]
fn get_filename(this: &Obj<SourceFileLoader>, _name: Option<&Object>) -> String {
    this.path.clone()
}

/// What stands in the source file, decoded.
#[native("(self, fullname=None)")]
fn get_source(vm: &Vm, this: &Obj<SourceFileLoader>, _fullname: Option<&Object>) -> Res<String> {
    Ok(String::from_utf8_lossy(&read(vm, &this.path)?).into_owned())
}

/// The content of a file, as bytes.
#[native("(self, path)")]
fn get_data(vm: &Vm, _this: &Obj<SourceFileLoader>, path: &str) -> Res<Obj<Bytes>> {
    let data = read(vm, path)?;
    vm.bytes(&data)
}

/// Whether the file is a package's.
#[native("(self, fullname=None)")]
fn is_package(this: &Obj<SourceFileLoader>, _fullname: Option<&Object>) -> bool {
    this.path.ends_with("/__init__.py")
}
