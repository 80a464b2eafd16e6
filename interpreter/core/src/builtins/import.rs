//! `__import__` and the import statement: sys.modules, modules that are Rust, modules that a finder of the
//! host knows. The core reads no file: who embeds it says what can be imported, by tables
//! ([`Vm::add_modules`]) and finders ([`Vm::add_finder`]).
//!
//! Python's own importlib, when somebody has asked for it (`bootstrap.rs`), is asked for modules if its finders
//! or hooks were changed.
//!
//! **Invariant:** a module is in sys.modules while its code runs and is taken out if that fails.

use crate::native::{ModuleDef, NativeConstructor, NativeDef, getsets, natives};
use crate::object::*;
use crate::vm::code::Program;
use crate::vm::{Raised, Res, Vm};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::import_lock::Loading;
use taipan_macros::{getter, native};

pub(super) const FUNCTIONS: &[NativeDef] = natives![__import__];

/// A module that a finder found.
pub struct Found {
    pub code: Program,
    /// `__file__`, if it came from one.
    pub file: Option<String>,
    /// What `__spec__.origin` says.
    pub origin: String,
    /// For packages: `__path__`.
    pub search: Option<Vec<String>>,
    /// `__loader__`, or None.
    pub loader: Option<Object>,
}

/// Where modules come from; asked in the order in which they were added.
pub trait Finder {
    /// The module of this full name, or none. `path` is the package's `__path__` for a submodule.
    fn find(&self, vm: &Vm, name: &str, path: Option<&Object>) -> Res<Option<Found>>;
}

/// What an interpreter can import.
#[derive(Default)]
struct Imports {
    natives: RefCell<HashMap<&'static str, &'static ModuleDef>>,
    finders: RefCell<Vec<Rc<dyn Finder>>>,
    loading: Loading,
    /// Imports are told of: see `import_trace`.
    traced: Cell<bool>,
}

/// Have `import_trace` tell of imports.
pub(super) fn trace(vm: &Vm) {
    vm.interp().state::<Imports>().traced.set(true);
}

pub(super) fn is_traced(vm: &Vm) -> bool {
    vm.interp().state::<Imports>().traced.get()
}

/// Whether some module's code runs that is not complete yet.
pub(super) fn is_importing(vm: &Vm) -> bool {
    !vm.interp().state::<Imports>().loading.is_idle()
}

/// In the child of a fork: no other thread loads anything.
pub(crate) fn forked(vm: &Vm) {
    vm.interp().state::<Imports>().loading.forked(vm);
}

impl Vm {
    /// Make modules of Rust importable.
    pub fn add_modules(&self, modules: &[&'static ModuleDef]) {
        let imports = self.interp().state::<Imports>();
        imports.natives.borrow_mut().extend(modules.iter().map(|def| (def.name, *def)));
    }

    /// Names of the modules added, for `sys.builtin_module_names`.
    pub fn native_module_names(&self) -> Vec<&'static str> {
        let imports = self.interp().state::<Imports>();
        let mut names: Vec<&str> = imports.natives.borrow().keys().copied().collect();
        names.retain(|name| native_module(self, name).is_some());
        crate::text::order::sort_seldom(&mut names);
        names
    }

    /// Ask this finder too, after those that are there.
    pub fn add_finder(&self, finder: impl Finder + 'static) {
        self.interp().state::<Imports>().finders.borrow_mut().push(Rc::new(finder));
    }

    /// Find a module of this full name for running it as program; its packages are imported.
    pub fn find_module(&self, name: &str) -> Res<Option<Found>> {
        let path = match name.rsplit_once('.') {
            None => None,
            Some((front, _)) => {
                let parent = load(self, front)?;
                match self.getattr_opt(&parent, &self.names().__path__)? {
                    Some(path) => Some(path),
                    None => {
                        let text = format!(
                            "__path__ attribute not found on '{front}' while trying to find '{name}'"
                        );
                        return Err(not_found(self, name, &text));
                    }
                }
            }
        };
        let imports = self.interp().state::<Imports>();
        let mut i = 0;
        loop {
            let finder = imports.finders.borrow().get(i).cloned();
            let Some(finder) = finder else { return Ok(None) };
            if let Some(found) = finder.find(self, name, path.as_ref())? {
                return Ok(Some(found));
            }
            i += 1;
        }
    }

    /// The `__spec__` of a module that was found.
    pub fn module_spec(&self, name: &str, found: &Found) -> Res {
        let module = self.new_module(name, None)?;
        describe(self, &module, name, Some(found))?;
        Ok(module.dict.get_str(self, &self.names().__spec__).unwrap_or_else(Object::none))
    }

    /// The module of this full name, imported if it was not yet.
    pub fn import(&self, name: &str) -> Res {
        load(self, name)
    }
}

/// Import a module: what an import statement calls. importlib.import_module() is the one for programs.
///
/// globals tells which package relative names start from; locals is ignored. fromlist holds the names
/// behind `from name import`: if it is empty, 'a.b' gives the package a, otherwise the module a.b. level
/// is the number of dots before the name, 0 for an absolute import.
#[native("(name, globals=None, locals=None, fromlist=(), level=0)")]
fn __import__(
    vm: &Vm,
    name: &Object,
    globals: Option<&Object>,
    _locals: Option<&Object>,
    fromlist: Option<&Object>,
    level: i32,
) -> Res {
    let Some(given) = name.downcast::<Str>() else {
        return Err(vm.type_error("module name must be a string"));
    };
    if level < 0 {
        return Err(vm.value_error("level must be >= 0"));
    }
    vm.need_room(given.len().saturating_mul(24))?;
    let given = vm.utf8(given)?.into_owned();
    let name = match level {
        0 if given.is_empty() => return Err(vm.value_error("Empty module name")),
        0 => given.clone(),
        _ => absolute(vm, &given, globals, level as usize)?,
    };
    let module = load(vm, &name)?;
    let wanted = match fromlist {
        Some(list) => vm.truth(list)?,
        None => false,
    };
    if let (Some(list), true) = (fromlist, wanted) {
        if vm.getattr_opt(&module, &vm.names().__path__)?.is_some() {
            load_submodules(vm, &module, list, true)?;
        }
        return Ok(module);
    }
    // `import a.b.c` binds a; with dots, what lies as deep as the name was written.
    let Some((front, _)) = given.split_once('.') else { return Ok(module) };
    let cut = name.len() - (given.len() - front.len());
    let top = name.get(..cut).unwrap_or(front);
    match in_modules(vm, top)? {
        Some(top) => Ok(top),
        None => Err(vm.raise_args(
            Exc::KeyError,
            vec![vm.str(&format!("'{top}' not in sys.modules as expected"))?.into_object()],
        )),
    }
}

/// The full name that `given` has after `level` dots in a module with these globals.
fn absolute(vm: &Vm, given: &str, globals: Option<&Object>, level: usize) -> Res<String> {
    let unknown = "attempted relative import with no known parent package";
    let Some(globals) = globals.and_then(|g| g.downcast::<Dict>()) else {
        return Err(vm.key_error(vm.str("'__name__' not in globals")?.as_object()));
    };
    let text = |object: Option<Object>| {
        object.and_then(|o| o.downcast::<Str>().map(|text| text.to_string_lossy()))
    };
    let package = globals.get_str(vm, &vm.names().__package__).filter(|p| !p.is_none());
    if let Some(package) = &package
        && package.downcast::<Str>().is_none()
    {
        return Err(vm.type_error("package must be a string"));
    }
    let package = match text(package) {
        Some(package) => package,
        None => {
            let Some(own) = globals.get_str(vm, &vm.names().__name__) else {
                return Err(vm.key_error(vm.str("'__name__' not in globals")?.as_object()));
            };
            let own = text(Some(own)).unwrap_or_default();
            match globals.get_str(vm, &vm.names().__path__) {
                Some(_) => own,
                None => own.rsplit_once('.').map(|(front, _)| front.to_owned()).unwrap_or_default(),
            }
        }
    };
    if package.is_empty() {
        return Err(vm.import_error(unknown));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((front, _)) => base = front,
            None => {
                return Err(vm.import_error("attempted relative import beyond top-level package"));
            }
        }
    }
    Ok(if given.is_empty() { base.to_owned() } else { format!("{base}.{given}") })
}

fn modules(vm: &Vm) -> Res<Obj<Dict>> {
    match vm.interp().modules.get_as::<Dict>() {
        Some(modules) => Ok(modules),
        None => Err(vm.runtime_error("unable to get sys.modules")),
    }
}

fn in_modules(vm: &Vm, name: &str) -> Res<Option<Object>> {
    modules(vm)?.get(vm, vm.str(name)?.as_object())
}

/// The module of this full name, from sys.modules or newly made.
fn load(vm: &Vm, name: &str) -> Res {
    let imports = vm.interp().state::<Imports>();
    imports.loading.wait_for(vm, name)?;
    match in_modules(vm, name)? {
        Some(module) if module.is_none() => {
            let text = format!("import of {name} halted; None in sys.modules");
            Err(not_found(vm, name, &text))
        }
        Some(module) => Ok(module),
        None => {
            let _mark = imports.loading.begin(vm, name);
            let find = || vm.recurse(" while importing a module", || find_and_load(vm, name));
            if imports.traced.get() { super::import_trace::timed(vm, name, find) } else { find() }
        }
    }
}

/// ModuleNotFoundError with its `name`.
#[cold]
fn not_found(vm: &Vm, name: &str, text: &str) -> Raised {
    let class = vm.types().exception(Exc::ModuleNotFoundError).into_object();
    let make = || {
        let args = [vm.str(text)?.into_object()];
        vm.call_named(&class, &args, &[("name", vm.str(name)?.into_object())])
    };
    match make() {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}

/// What importlib finds and loads, if a script has changed how modules are found.
fn by_python(vm: &Vm, name: &str) -> Res<Option<Object>> {
    let importlib = super::bootstrap::made(vm);
    let Some(importlib) = importlib.filter(|i| super::bootstrap::is_customised(vm, i)) else {
        return Ok(None);
    };
    let import = super::super::types::iterators::builtin(vm, "__import__")?;
    let name = vm.str(name)?.into_object();
    vm.call_method(&importlib.module, "_find_and_load", &[name, import]).map(Some)
}

fn find_and_load(vm: &Vm, name: &str) -> Res {
    if vm.interp().state::<super::sys::State>().finalizing.get() {
        return Err(vm.import_error("sys.meta_path is None, Python is likely shutting down"));
    }
    if let Some(module) = by_python(vm, name)? {
        return Ok(module);
    }
    let parent = match name.rsplit_once('.') {
        None => None,
        Some((front, last)) => {
            let parent = load(vm, front)?;
            // The parent's code may have imported it, or put in a finder of its own.
            if let Some(module) = in_modules(vm, name)? {
                return Ok(module);
            }
            if let Some(module) = by_python(vm, name)? {
                return Ok(module);
            }
            match vm.getattr_opt(&parent, &vm.names().__path__)? {
                Some(path) => Some((parent, path, last)),
                None => {
                    let text = format!("No module named '{name}'; '{front}' is not a package");
                    return Err(not_found(vm, name, &text));
                }
            }
        }
    };
    let path = parent.as_ref().map(|(_, path, _)| path);
    let module = match make(vm, name, path)? {
        Some(module) => module,
        None => return Err(not_found(vm, name, &format!("No module named '{name}'"))),
    };
    if is_traced(vm) {
        super::import_trace::imported(vm, name, &module)?;
    }
    if let Some((parent, _, last)) = &parent {
        vm.setattr(parent, &vm.intern(last), &module)?;
    }
    Ok(module)
}

/// Ask the finders that a script put into `sys.meta_path`; they come before all others.
fn from_meta_path(vm: &Vm, name: &str, path: Option<&Object>) -> Res<Option<Object>> {
    let sys = vm.interp().sys.get_as::<Dict>();
    let Some(finders) = sys.and_then(|sys| sys.get_str(vm, &vm.names().meta_path)) else {
        return Ok(None);
    };
    let Some(finders) = finders.downcast::<List>() else { return Ok(None) };
    let mut i = 0;
    while let Some(finder) = finders.get(i) {
        i += 1;
        let Some(find) = vm.getattr_opt(&finder, &vm.intern("find_spec"))? else { continue };
        let path = path.cloned().unwrap_or_else(Object::none);
        let spec = vm.call(&find, &[vm.str(name)?.into_object(), path, Object::none()])?;
        if !spec.is_none() {
            return load_spec(vm, name, &spec).map(Some);
        }
    }
    Ok(None)
}

/// Make the module of a spec and let its loader run it.
fn load_spec(vm: &Vm, name: &str, spec: &Object) -> Res {
    let module = super::importlib::module_from_spec(vm, spec)?;
    let key = vm.str(name)?.into_object();
    let modules = modules(vm)?;
    modules.set(vm, &key, module.clone())?;
    let loader = vm.getattr_named(spec, "loader")?;
    let set_initializing =
        |on: bool| vm.setattr(spec, &vm.intern("_initializing"), &Object::bool(on));
    set_initializing(true)?;
    if !loader.is_none() {
        if let Err(raised) = vm.call_method(&loader, "exec_module", std::slice::from_ref(&module)) {
            let exception = vm.take_raised(raised);
            if let Err(second) = modules.remove(vm, &key) {
                drop(vm.take_raised(second));
            }
            return Err(vm.raise(exception));
        }
    }
    set_initializing(false)?;
    completed(vm, &modules, &key)
}

/// Ask the tables and the finders.
fn make(vm: &Vm, name: &str, path: Option<&Object>) -> Res<Option<Object>> {
    if super::bootstrap::made(vm).is_none()
        && let Some(module) = from_meta_path(vm, name, path)?
    {
        return Ok(Some(module));
    }
    if super::bootstrap::part(name).is_some()
        && let Some(library) = vm.mounted_library()
    {
        super::bootstrap::start(vm)?;
        return match in_modules(vm, name)? {
            Some(module) => Ok(Some(module)),
            None => library_part(vm, &library, name),
        };
    }
    let imports = vm.interp().state::<Imports>();
    if let Some(def) = native_module(vm, name) {
        let module = def.build(vm)?;
        describe(vm, &module, name, None)?;
        let module = module.into_object();
        modules(vm)?.set(vm, vm.str(name)?.as_object(), module.clone())?;
        return Ok(Some(module));
    }
    let mut i = 0;
    loop {
        // The list is asked anew each time: a finder may add one.
        let finder = imports.finders.borrow().get(i).cloned();
        let Some(finder) = finder else { return Ok(None) };
        if let Some(found) = finder.find(vm, name, path)? {
            return run(vm, name, found).map(Some);
        }
        i += 1;
    }
}

/// A module of Rust of this name. The native importlib is only there for want of the real one.
pub(super) fn native_module(vm: &Vm, name: &str) -> Option<&'static ModuleDef> {
    let imports = vm.interp().state::<Imports>();
    let def = imports.natives.borrow().get(name).copied()?;
    let replaced =
        name.starts_with("importlib") && vm.mounted_library().is_some_and(|l| l.has(name));
    if replaced { None } else { Some(def) }
}

/// Make one of the two modules of which importlib consists.
pub(super) fn library_part(
    vm: &Vm,
    library: &super::library::Mounted,
    name: &str,
) -> Res<Option<Object>> {
    let Some(file) = super::bootstrap::part(name) else { return Ok(None) };
    match library.find(vm, "importlib", file)? {
        Some(found) => run(vm, name, found).map(Some),
        None => Ok(None),
    }
}

/// Make the module that was found and run its code.
fn run(vm: &Vm, name: &str, found: Found) -> Res {
    let module = vm.new_module(name, None)?;
    describe(vm, &module, name, Some(&found))?;
    let key = vm.str(name)?.into_object();
    let modules = modules(vm)?;
    modules.set(vm, &key, module.clone().into_object())?;
    let globals = module.dict.clone();
    // Asked for each time: importlib may have given the module another one.
    let set_initializing = |on: bool| match globals.get_str(vm, &vm.names().__spec__) {
        Some(spec) => vm.setattr(&spec, &vm.intern("_initializing"), &Object::bool(on)),
        None => Ok(()),
    };
    set_initializing(true)?;
    if is_traced(vm)
        && let Some(file) = &found.file
        && !matches!(found.code, Program::Failed(_))
    {
        super::import_trace::say(vm, 1, || format!("# code object from {file}"));
    }
    if let Err(raised) = crate::vm::code::run_module(vm, found.code, &globals) {
        let exception = vm.take_raised(raised);
        if let Err(second) = modules.remove(vm, &key) {
            drop(vm.take_raised(second));
        }
        return Err(vm.raise(exception));
    }
    set_initializing(false)?;
    completed(vm, &modules, &key)
}

/// The module of this name, whose code has run; it may have put something else in its place. It comes behind those
/// that it imported.
fn completed(vm: &Vm, modules: &Obj<Dict>, key: &Object) -> Res {
    match modules.remove(vm, key)? {
        Some(module) => {
            modules.set(vm, key, module.clone())?;
            Ok(module)
        }
        None => Err(vm.key_error(key)),
    }
}

/// Give a module that is there from the start its `__spec__`.
pub(crate) fn describe_builtin(vm: &Vm, module: &Obj<Module>, name: &str) -> Res<()> {
    describe(vm, module, name, None)
}

/// Set `__spec__`, `__package__` and what goes with them.
fn describe(vm: &Vm, module: &Obj<Module>, name: &str, found: Option<&Found>) -> Res<()> {
    let spec = vm.alloc(ModuleSpec)?.into_object();
    // A fresh object of our own class: nothing is to be looked up first.
    let set = |key: &str, value: Object| instance::set_attribute(vm, &spec, &vm.intern(key), value);
    let none = Object::none;
    let origin = found.map_or("built-in", |found| &found.origin);
    let namespace =
        found.is_some_and(|f| f.file.is_none() && f.search.is_some() && f.origin == "namespace");
    let search = match found.and_then(|found| found.search.as_ref()) {
        Some(search) => {
            let list = match namespace {
                true => vm.list_of(&namespace_path(vm)?)?,
                false => vm.new_list()?,
            };
            for place in search {
                list.push(vm.str(place)?.into_object()).map_err(|e| vm.no_memory(e))?;
            }
            Some(list.into_object())
        }
        None => None,
    };
    let file = found.and_then(|found| found.file.as_ref());
    let loader = match (found.and_then(|found| found.loader.clone()), file) {
        (Some(loader), _) => loader,
        (None, Some(file)) => super::importlib::source_loader(vm, name, file)?,
        (None, None) if namespace => vm.alloc(NamespaceLoader)?.into_object(),
        (None, None) => none(),
    };
    set("name", vm.str(name)?.into_object())?;
    set("loader", loader.clone())?;
    set("origin", if namespace { none() } else { vm.str(origin)?.into_object() })?;
    set("loader_state", none())?;
    set("submodule_search_locations", search.clone().unwrap_or_else(none))?;
    set("has_location", Object::bool(file.is_some()))?;
    set("cached", none())?;
    set("_initializing", Object::bool(false))?;
    let package = match (&search, name.rsplit_once('.')) {
        (Some(_), _) => name,
        (None, Some((front, _))) => front,
        (None, None) => "",
    };
    let (spec, loader) = match super::bootstrap::made(vm) {
        Some(importlib) => {
            let spec = super::bootstrap::renewed(vm, &importlib, &spec)?;
            let loader = vm.getattr_named(&spec, "loader")?;
            (spec, loader)
        }
        None => (spec, loader),
    };
    let dict = &module.dict;
    dict.set_named(vm, "__package__", vm.str(package)?)?;
    dict.set_named(vm, "__loader__", loader)?;
    dict.set_named(vm, "__spec__", spec.clone())?;
    if let Some(file) = file {
        dict.set_named(vm, "__file__", vm.str(file)?)?;
        dict.set_named(vm, "__cached__", none())?;
    }
    if namespace {
        dict.set_named(vm, "__file__", none())?;
    }
    if let Some(search) = search {
        dict.set_named(vm, "__path__", search)?;
    }
    Ok(())
}

/// Import the submodules among the names of a fromlist.
fn load_submodules(vm: &Vm, module: &Object, names: &Object, star: bool) -> Res<()> {
    for item in vm.collect(names)? {
        let Some(item) = item.downcast::<Str>() else {
            let got = vm.type_name(&item);
            return Err(vm.type_error(format_args!("Item in ``from list'' must be str, not {got}")));
        };
        if item.equals("*") {
            let all = vm.getattr_opt(module, &vm.names().__all__)?;
            if let (Some(all), true) = (all, star) {
                load_submodules(vm, module, &all, false)?;
            }
            continue;
        }
        if vm.getattr_opt(module, item)?.is_some() {
            continue;
        }
        let front = vm.getattr(module, &vm.names().__name__)?;
        let Some(front) = front.downcast::<Str>() else { continue };
        let name = format!("{}.{}", vm.utf8(front)?, vm.utf8(item)?);
        match load(vm, &name) {
            Ok(_) => {}
            Err(raised) => {
                // A name that is no submodule is the import statement's to complain about.
                let exception = vm.caught(raised, Exc::ModuleNotFoundError)?;
                let missing = vm.getattr_opt(&exception, &vm.names().name)?;
                let own = missing.as_ref().and_then(|m| m.downcast::<Str>());
                if !own.is_some_and(|own| own.equals(&name)) {
                    return Err(vm.raise(exception));
                }
            }
        }
    }
    Ok(())
}

/// `from module import name`.
pub(crate) fn import_from(vm: &Vm, module: &Object, name: &Obj<Str>) -> Res {
    if let Some(value) = vm.getattr_opt(module, name)? {
        return Ok(value);
    }
    let own = vm.getattr_opt(module, &vm.names().__name__)?;
    let own = own.and_then(|own| own.downcast_into::<Str>().ok());
    if let Some(own) = &own {
        let full = format!("{}.{}", own.to_str_lossy(), name.to_str_lossy());
        if let Some(submodule) = in_modules(vm, &full)? {
            return Ok(submodule);
        }
    }
    let shown = own.map_or("<unknown module name>".to_owned(), |own| own.to_string_lossy());
    let file = vm.getattr_opt(module, &vm.names().__file__)?;
    let place = match file.as_ref().and_then(|f| f.downcast::<Str>()) {
        Some(file) => file.to_string_lossy(),
        None => "unknown location".to_owned(),
    };
    let name = name.to_str_lossy();
    let initializing = match vm.getattr_opt(module, &vm.names().__spec__)? {
        Some(spec) => match vm.getattr_opt(&spec, &vm.intern("_initializing"))? {
            Some(on) => vm.truth(&on)?,
            None => false,
        },
        None => false,
    };
    let text = if initializing {
        format!(
            "cannot import name '{name}' from partially initialized module '{shown}' (most likely \
             due to a circular import) ({place})"
        )
    } else {
        format!("cannot import name '{name}' from '{shown}' ({place})")
    };
    let class = vm.types().exception(Exc::ImportError).into_object();
    let named =
        [("name", vm.str(&shown)?.into_object()), ("path", file.unwrap_or_else(Object::none))];
    let exception = vm.call_named(&class, &[vm.str(&text)?.into_object()], &named)?;
    Err(vm.raise_with_context(exception))
}

/// `from module import *`.
pub(crate) fn import_star(vm: &Vm, module: &Object, namespace: &Object) -> Res<()> {
    let (names, public) = match vm.getattr_opt(module, &vm.names().__all__)? {
        Some(all) => (vm.collect(&all)?, false),
        None => match vm.getattr_opt(module, &vm.names().__dict__)? {
            Some(dict) => {
                let keys = vm.call_method(&dict, "keys", &[])?;
                (vm.collect(&keys)?, true)
            }
            None => {
                return Err(vm.import_error("from-import-* object has no __dict__ and no __all__"));
            }
        },
    };
    for name in names {
        let Some(name) = name.downcast::<Str>() else {
            let shown = match vm.getattr_opt(module, &vm.names().__name__)? {
                Some(own) => vm.to_str(&own)?.to_string_lossy(),
                None => "?".to_owned(),
            };
            let (kind, place) = if public { ("Key", "__dict__") } else { ("Item", "__all__") };
            return Err(vm.type_error(format_args!(
                "{kind} in {shown}.{place} must be str, not {}",
                vm.type_name(&name)
            )));
        };
        if public && name.char_at(0) == Some(u32::from(b'_')) {
            continue;
        }
        let value = vm.getattr(module, name)?;
        vm.setitem(namespace, name.as_object(), &value)?;
    }
    Ok(())
}

/// `__loader__` of packages without a file.
struct NamespaceLoader;

impl Payload for NamespaceLoader {
    const SPEC: Option<&'static TypeSpec> = Some(&NAMESPACE_LOADER);
}

static NAMESPACE_LOADER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    ..TypeSpec::new::<NamespaceLoader>("_frozen_importlib_external.NamespaceLoader")
};

/// `__path__` of packages without a file; a list whose class says so.
static NAMESPACE_PATH: TypeSpec = TypeSpec {
    flags: type_flags::LIST | type_flags::SEQUENCE,
    base: Some(|vm| vm.types().list.clone()),
    ..TypeSpec::new::<List>("_frozen_importlib_external._NamespacePath")
};

#[derive(Default)]
struct NamespacePathType(RefCell<Option<Obj<Type>>>);

fn namespace_path(vm: &Vm) -> Res<Obj<Type>> {
    let state = vm.interp().state::<NamespacePathType>();
    if let Some(t) = state.0.borrow().clone() {
        return Ok(t);
    }
    let t = vm.native_type_of(&NAMESPACE_PATH)?;
    *state.0.borrow_mut() = Some(t.clone());
    Ok(t)
}

/// `__spec__` of modules that were not made by importlib; all is in its attributes.
pub struct ModuleSpec;

impl Payload for ModuleSpec {
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

static SPEC: TypeSpec = TypeSpec {
    doc: "How a module came to be: name, loader, origin and search locations.",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF,
    slots: Slots {
        new: Some(<spec_new as NativeConstructor>::new),
        repr: Some(spec_repr),
        ..Slots::NONE
    },
    getsets: getsets![parent],
    ..TypeSpec::new::<ModuleSpec>("_frozen_importlib.ModuleSpec")
};

#[native(
    "(cls, name, loader, *, origin=None, loader_state=None, is_package=None)",
    constructor,
    name = "ModuleSpec"
)]
fn spec_new(
    vm: &Vm,
    cls: &Obj<Type>,
    name: &Object,
    loader: &Object,
    origin: Option<&Object>,
    loader_state: Option<&Object>,
    is_package: Option<&Object>,
) -> Res {
    let spec = vm.alloc_of(cls, ModuleSpec)?.into_object();
    let or_none = |object: Option<&Object>| object.cloned().unwrap_or_else(Object::none);
    let package = match is_package {
        Some(object) => vm.truth(object)?,
        None => false,
    };
    let search = if package { vm.new_list()?.into_object() } else { Object::none() };
    for (key, value) in [
        ("name", name.clone()),
        ("loader", loader.clone()),
        ("origin", or_none(origin)),
        ("loader_state", or_none(loader_state)),
        ("submodule_search_locations", search),
        ("has_location", Object::bool(false)),
        ("cached", Object::none()),
        ("_initializing", Object::bool(false)),
    ] {
        vm.setattr(&spec, &vm.intern(key), &value)?;
    }
    Ok(spec)
}

/// The package that relative imports of this module start from: itself if it is a package.
#[getter]
fn parent(vm: &Vm, this: &Object) -> Res {
    let name = vm.getattr(this, &vm.names().name)?;
    let search = vm.getattr_named(this, "submodule_search_locations")?;
    if !search.is_none() {
        return Ok(name);
    }
    let text = vm.to_str(&name)?.to_string_lossy();
    let front = text.rsplit_once('.').map_or("", |(front, _)| front);
    Ok(vm.str(front)?.into_object())
}

fn spec_repr(vm: &Vm, this: &Object) -> Res {
    let mut text = String::from("ModuleSpec(");
    for (i, key) in ["name", "loader", "origin", "submodule_search_locations"].iter().enumerate() {
        let value = vm.getattr_named(this, key)?;
        if i >= 2 && value.is_none() {
            continue;
        }
        let sep = if i > 0 { ", " } else { "" };
        text.push_str(&format!("{sep}{key}={}", vm.repr_string(&value)?));
    }
    text.push(')');
    Ok(vm.str(&text)?.into_object())
}
