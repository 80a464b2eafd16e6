//! Python's own importlib over the native import system, where a library is there to load it from.
//!
//! It is set up when somebody asks for it: `import importlib`, or `sys.meta_path` and its kin. From then on
//! modules get the specs and loaders that its classes make. Ordinary imports stay native as long as nobody has
//! changed `sys.meta_path` and `sys.path_hooks`; then they go to `_frozen_importlib._find_and_load`.

use super::import::ModuleSpec;
use super::importlib::SourceFileLoader;
use super::library::{Mounted, importer_type};
use crate::native::natives;
use crate::object::*;
use crate::vm::{Res, Vm};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use taipan_macros::native;

/// The two modules, as files of the library.
const PARTS: [(&str, &str); 2] = [
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
];

#[derive(Default)]
struct State {
    running: Cell<bool>,
    made: RefCell<Option<Rc<Importlib>>>,
}

/// What was made.
pub(super) struct Importlib {
    pub module: Object,
    pub spec: Object,
    pub builtin_importer: Object,
    pub source_loader: Object,
    meta_path: Vec<Object>,
    path_hooks: Vec<Object>,
}

/// Importlib, if it is set up.
pub(super) fn made(vm: &Vm) -> Option<Rc<Importlib>> {
    vm.interp().state::<State>().made.borrow().clone()
}

/// The file in the library that makes up the module of this name, if it is one of the two.
pub(super) fn part(name: &str) -> Option<&'static str> {
    PARTS.iter().find(|(own, _)| *own == name).map(|(_, file)| *file)
}

/// Whether finding modules is up to Python code.
pub(super) fn is_customised(vm: &Vm, importlib: &Importlib) -> bool {
    let Some(sys) = vm.interp().sys.get_as::<Dict>() else { return false };
    let differs = |name: &str, pristine: &[Object]| {
        let now = sys.get_str(vm, &vm.intern(name));
        let Some(now) = now.as_ref().and_then(|n| n.downcast::<List>()) else { return true };
        now.len() != pristine.len()
            || pristine.iter().enumerate().any(|(i, p)| !now.get(i).is_some_and(|n| n.is(p)))
    };
    differs("meta_path", &importlib.meta_path) || differs("path_hooks", &importlib.path_hooks)
}

/// Have the attributes of sys that importlib fills wait for being asked for.
pub(super) fn announce(vm: &Vm) {
    let Some(sys) = super::sys::module(vm) else { return };
    for name in ["meta_path", "path_hooks"] {
        sys.dict.remove_str(vm, &vm.intern(name));
    }
    sys.add_lazy("meta_path", |vm| filled(vm, "meta_path"));
    sys.add_lazy("path_hooks", |vm| filled(vm, "path_hooks"));
}

fn filled(vm: &Vm, name: &str) -> Res {
    start(vm)?;
    let sys = vm.interp().sys.get_as::<Dict>();
    match sys.and_then(|sys| sys.get_str(vm, &vm.intern(name))) {
        Some(list) => Ok(list),
        None => Ok(vm.new_list()?.into_object()),
    }
}

/// Set importlib up, unless it is.
pub(super) fn start(vm: &Vm) -> Res<()> {
    let state = vm.interp().state::<State>();
    if state.running.get() || state.made.borrow().is_some() {
        return Ok(());
    }
    let Some(library) = vm.mounted_library() else { return Ok(()) };
    state.running.set(true);
    let result = set_up(vm, &library);
    state.running.set(false);
    result
}

fn list_in_sys(vm: &Vm, name: &str) -> Res<Obj<List>> {
    let Some(sys) = vm.interp().sys.get_as::<Dict>() else {
        return Err(vm.runtime_error("lost sys"));
    };
    let name = vm.intern(name);
    if let Some(list) = sys.get_str(vm, &name).and_then(|l| l.downcast_into::<List>().ok()) {
        return Ok(list);
    }
    let list = vm.new_list()?;
    sys.set_str(vm, &name, list.clone().into_object())?;
    Ok(list)
}

fn set_up(vm: &Vm, library: &Mounted) -> Res<()> {
    list_in_sys(vm, "meta_path")?;
    let hooks = list_in_sys(vm, "path_hooks")?;
    let Some(module) = super::import::library_part(vm, library, PARTS[0].0)? else { return Ok(()) };
    let Some(sys) = super::sys::module(vm) else { return Ok(()) };
    let imp = vm.import("_imp")?;
    vm.call_method(&module, "_install", &[sys.into_object(), imp])?;
    vm.call_method(&module, "_install_external_importers", &[])?;
    let external = vm.import(PARTS[1].0)?;
    let zip = super::library::function(vm, &ZIP_HOOK[0])?;
    hooks.insert(0, zip).map_err(|e| vm.no_memory(e))?;
    hooks.insert(0, importer_type(vm)?.into_object()).map_err(|e| vm.no_memory(e))?;
    let attribute = |of: &Object, name: &str| vm.getattr_named(of, name);
    let builtin_importer = attribute(&module, "BuiltinImporter")?;
    let frozen_importer = attribute(&module, "FrozenImporter")?;
    let importlib = Rc::new(Importlib {
        spec: attribute(&module, "ModuleSpec")?,
        source_loader: attribute(&external, "SourceFileLoader")?,
        meta_path: vec![
            builtin_importer.clone(),
            frozen_importer,
            attribute(&external, "PathFinder")?,
        ],
        path_hooks: vm.collect(hooks.as_object())?,
        builtin_importer,
        module,
    });
    *vm.interp().state::<State>().made.borrow_mut() = Some(importlib.clone());
    renew_specs(vm, &importlib)
}

static ZIP_HOOK: &[crate::native::NativeDef] = natives![zipimporter];

/// The importer of a zip archive; what is no path to one is refused.
#[native("(path, /)")]
fn zipimporter(vm: &Vm, path: &Object) -> Res {
    let text = path.downcast::<Str>().map(|p| p.to_string_lossy()).unwrap_or_default();
    // The archive is the path or a folder's that it begins with.
    let mut place = text.as_str();
    let host = vm.host();
    let is_file = loop {
        match host.as_ref().and_then(|host| host.path_kind(place)) {
            Some(kind) => break kind == crate::vm::host::PathKind::File,
            None => match place.rsplit_once('/') {
                Some((front, _)) if !front.is_empty() => place = front,
                _ => break false,
            },
        }
    };
    if !is_file {
        return Err(vm.import_error(format_args!("not a Zip file: '{text}'")));
    }
    let module = vm.import("zipimport")?;
    vm.call_method(&module, "zipimporter", std::slice::from_ref(path))
}

/// Give the modules that are there specs of importlib's class, and its loaders.
fn renew_specs(vm: &Vm, importlib: &Importlib) -> Res<()> {
    let Some(modules) = vm.interp().modules.get_as::<Dict>() else { return Ok(()) };
    for (_, module) in modules.snapshot() {
        let Some(module) = module.downcast::<Module>() else { continue };
        let Some(old) = module.dict.get_str(vm, &vm.names().__spec__) else { continue };
        if old.downcast::<ModuleSpec>().is_some() {
            let new = renewed(vm, importlib, &old)?;
            let loader = vm.getattr_named(&new, "loader")?;
            module.dict.set_named(vm, "__loader__", loader)?;
            module.dict.set_str(vm, &vm.names().__spec__, new)?;
        }
    }
    Ok(())
}

/// The same spec, of importlib's class.
pub(super) fn renewed(vm: &Vm, importlib: &Importlib, old: &Object) -> Res {
    let get = |name: &str| vm.getattr_named(old, name);
    let (name, loader, origin) = (get("name")?, get("loader")?, get("origin")?);
    let search = get("submodule_search_locations")?;
    let is_namespace = origin.is_none() && !search.is_none();
    let loader = match loader.downcast::<SourceFileLoader>() {
        Some(own) => {
            let path = vm.str(own.path())?.into_object();
            vm.call(&importlib.source_loader, &[name.clone(), path])?
        }
        None if loader.is_none() && !is_namespace => importlib.builtin_importer.clone(),
        None => loader,
    };
    let named = [("origin", origin)];
    let new = vm.call_named(&importlib.spec, &[name, loader], &named)?;
    for field in ["submodule_search_locations", "_initializing"] {
        vm.setattr(&new, &vm.intern(field), &get(field)?)?;
    }
    vm.setattr(&new, &vm.intern("has_location"), &get("has_location")?)?;
    Ok(new)
}
