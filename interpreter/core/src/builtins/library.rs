//! A library of modules inside the program: what `sys.path` holds for it, and its loader.
//!
//! The library has a *root*, a name that stands on `sys.path` and in front of its modules' `__file__` as if it
//! were a folder (or an archive); no file is there. The core does not know where images and sources come from.

use super::import::Found;
use crate::bytecode::stored::NamePool;
use crate::compile::{CompileOptions, compile_source};
use crate::native::{Maybe, getsets, natives};
use crate::object::*;
use crate::vm::code::Program;
use crate::vm::stored::{SharedNames, Stored};
use crate::vm::{Raised, Res, Vm};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;
use taipan_macros::{getter, native};

/// A module of a library.
pub struct Entry {
    /// An image that our compiler made.
    pub image: &'static [u8],
    /// The name is a package's.
    pub is_package: bool,
}

/// Modules by name. The images must be those of our own compiler.
pub trait Library {
    /// The module of this full name.
    fn find(&self, name: &str) -> Option<Entry>;
    /// Its source text.
    fn source(&self, name: &str) -> Option<Cow<'static, [u8]>>;
    /// The names of all modules that begin with this.
    fn names(&self, prefix: &str) -> Vec<&'static str>;
    /// The names that the images have numbers for, if they were made so.
    fn name_pool(&self) -> NamePool<'static> {
        NamePool::EMPTY
    }
}

/// The library of an interpreter and its root.
#[derive(Clone)]
pub(super) struct Mounted {
    root: Rc<str>,
    library: Rc<dyn Library>,
    names: Rc<SharedNames>,
}

#[derive(Default)]
struct State(RefCell<Option<Mounted>>);

/// `json/decoder.py`
fn file_of(name: &str, is_package: bool) -> String {
    let path = name.replace('.', "/");
    if is_package { format!("{path}/__init__.py") } else { format!("{path}.py") }
}

impl Vm {
    /// Give the interpreter a library; `root` is what `sys.path` is to hold.
    pub fn set_library(&self, root: &str, library: Rc<dyn Library>) {
        let state = self.interp().state::<State>();
        let names = Rc::new(SharedNames::new(library.name_pool()));
        *state.0.borrow_mut() = Some(Mounted { root: root.into(), library, names });
        super::bootstrap::announce(self);
    }

    pub(super) fn mounted_library(&self) -> Option<Mounted> {
        self.interp().state::<State>().0.borrow().clone()
    }

    /// The code of a module of the library; None: it has no such module, or there is no library.
    pub fn library_code(&self, name: &str, filename: &str) -> Res<Option<Obj<Code>>> {
        let Some(mounted) = self.mounted_library() else { return Ok(None) };
        let Some(entry) = mounted.library.find(name) else { return Ok(None) };
        let program = Program::Stored(Stored::new(entry.image, filename, mounted.names));
        crate::vm::code::load(self, program).map(Some)
    }

    /// The source text of a module of the library, by what `co_filename` says.
    pub(crate) fn library_source(&self, filename: &str) -> Option<Cow<'static, [u8]>> {
        let mounted = self.mounted_library()?;
        let (name, is_package) = module_of(mounted.inside(filename)?)?;
        let entry = mounted.library.find(&name)?;
        if entry.is_package == is_package { mounted.library.source(&name) } else { None }
    }
}

/// The module whose file this is in the library, and whether it is a package's.
fn module_of(path: &str) -> Option<(String, bool)> {
    let path = path.strip_suffix(".py")?;
    match path.strip_suffix("/__init__") {
        Some(folder) => Some((folder.replace('/', "."), true)),
        None => Some((path.replace('/', "."), false)),
    }
}

impl Mounted {
    /// What a path is below the root: "" for the root itself.
    pub(super) fn inside<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix(&*self.root)?;
        if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
    }

    /// Whether there is a module of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.library.find(name).is_some()
    }

    /// The module of this last name in a folder of the library.
    pub(super) fn find(&self, vm: &Vm, folder: &str, name: &str) -> Res<Option<Found>> {
        let last = name.rsplit('.').next().unwrap_or(name);
        let stored_name = match folder {
            "" => Cow::Borrowed(last),
            folder => Cow::Owned(format!("{}.{last}", folder.replace('/', "."))),
        };
        let Some(entry) = self.library.find(&stored_name) else { return Ok(None) };
        let file = format!("{}/{}", self.root, file_of(&stored_name, entry.is_package));
        let search = match entry.is_package {
            true => Some(vec![format!("{}/{}", self.root, stored_name.replace('.', "/"))]),
            false => None,
        };
        let loader = vm.alloc(LibraryImporter { folder: folder.to_owned() })?.into_object();
        let code = Program::Stored(Stored::new(entry.image, &file, self.names.clone()));
        Ok(Some(Found {
            code,
            file: Some(file.clone()),
            origin: file,
            search,
            loader: Some(loader),
        }))
    }
}

/// Finds and loads the modules of one folder of the library.
pub struct LibraryImporter {
    folder: String,
}

impl Payload for LibraryImporter {
    const SPEC: Option<&'static TypeSpec> = Some(&IMPORTER);
}

static IMPORTER: TypeSpec = TypeSpec {
    doc: "Finds and loads the modules that lie inside the program, in one folder of its library.",
    slots: Slots {
        new: Some(<new_importer as crate::native::NativeConstructor>::new),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: natives![
        find_spec,
        create_module,
        exec_module,
        get_code,
        get_source,
        get_data,
        get_filename,
        is_package,
        iter_modules,
        invalidate_caches
    ],
    getsets: getsets![path],
    ..TypeSpec::new::<LibraryImporter>("_taipan.LibraryImporter")
};

/// The type, for `sys.path_hooks`.
pub(super) fn importer_type(vm: &Vm) -> Res<Obj<Type>> {
    vm.type_of_payload::<LibraryImporter>()
}

/// A function of the import system.
pub(super) fn function(vm: &Vm, def: &'static crate::native::NativeDef) -> Res {
    crate::types::builtin::function(vm, def, "_taipan")
}

fn mounted(vm: &Vm) -> Res<Mounted> {
    vm.mounted_library().ok_or_else(|| vm.import_error("there is no library in this program"))
}

#[native("(cls, path)", constructor, name = "LibraryImporter")]
fn new_importer(vm: &Vm, cls: &Obj<Type>, path: &Object) -> Res {
    let text = path.downcast::<Str>().map(|p| p.to_string_lossy()).unwrap_or_default();
    let folder = vm.mounted_library().and_then(|m| m.inside(&text).map(str::to_owned));
    match folder {
        Some(folder) => Ok(vm.alloc_of(cls, LibraryImporter { folder })?.into_object()),
        None => {
            let text = vm.str("not inside the program's library")?.into_object();
            Err(vm.raise_args(Exc::ImportError, vec![text]))
        }
    }
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let path = match this.downcast::<LibraryImporter>() {
        Some(this) => path(vm, this)?,
        None => String::new(),
    };
    Ok(vm.str(&format!("<LibraryImporter object \"{path}\">"))?.into_object())
}

/// The folder, as sys.path names it.
#[getter]
fn path(vm: &Vm, this: &Obj<LibraryImporter>) -> Res<String> {
    let root = mounted(vm)?.root;
    Ok(if this.folder.is_empty() { root.to_string() } else { format!("{root}/{}", this.folder) })
}

#[cold]
fn unknown(vm: &Vm, name: &str) -> Raised {
    let class = vm.types().exception(Exc::ImportError).into_object();
    let make = || {
        let text = vm.str(&format!("the library has no module '{name}'"))?.into_object();
        vm.call_named(&class, &[text], &[("name", vm.str(name)?.into_object())])
    };
    match make() {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}

fn found(vm: &Vm, this: &LibraryImporter, name: &str) -> Res<Found> {
    match mounted(vm)?.find(vm, &this.folder, name)? {
        Some(found) => Ok(found),
        None => Err(unknown(vm, name)),
    }
}

/// The spec of a module of this folder, or None.
#[native("(self, fullname, target=None)")]
fn find_spec(
    vm: &Vm,
    this: &Obj<LibraryImporter>,
    fullname: &str,
    _target: Option<&Object>,
) -> Res {
    match mounted(vm)?.find(vm, &this.folder, fullname)? {
        Some(found) => vm.module_spec(fullname, &found),
        None => Ok(Object::none()),
    }
}

/// None: the importer makes an ordinary module object.
#[native("(self, spec)")]
fn create_module(_this: &Obj<LibraryImporter>, _spec: &Object) {}

/// Run the module's code in its namespace.
#[native("(self, module)")]
fn exec_module(vm: &Vm, this: &Obj<LibraryImporter>, module: &Obj<Module>) -> Res<()> {
    let name = vm.getattr(module.as_object(), &vm.names().__name__)?;
    let name = vm.to_str(&name)?.to_string_lossy();
    let found = found(vm, this, &name)?;
    crate::vm::code::run_module(vm, found.code, &module.dict).map(drop)
}

/// The code object of a module.
#[native("(self, fullname)")]
fn get_code(vm: &Vm, this: &Obj<LibraryImporter>, fullname: &str) -> Res {
    let found = found(vm, this, fullname)?;
    Ok(crate::vm::code::load(vm, found.code)?.into_object())
}

/// The source text of a module.
#[native("(self, fullname)")]
fn get_source(vm: &Vm, this: &Obj<LibraryImporter>, fullname: &str) -> Res<Option<String>> {
    let found = found(vm, this, fullname)?;
    let source = found.file.and_then(|file| vm.library_source(&file));
    Ok(source.map(|s| String::from_utf8_lossy(&s).replace("\r\n", "\n")))
}

/// The bytes of the source file at a path, as `__file__` has it.
#[native("(self, path)")]
fn get_data(vm: &Vm, _this: &Obj<LibraryImporter>, path: &str) -> Res<Obj<Bytes>> {
    match vm.library_source(path) {
        Some(bytes) => vm.bytes(&bytes),
        None => {
            let error = std::io::Error::from_raw_os_error(2);
            Err(crate::native::errors::os_error(vm, &error))
        }
    }
}

/// What `__file__` is for a module.
#[native("(self, fullname)")]
fn get_filename(vm: &Vm, this: &Obj<LibraryImporter>, fullname: &str) -> Res<String> {
    Ok(found(vm, this, fullname)?.file.unwrap_or_default())
}

/// Whether a module is a package.
#[native("(self, fullname)")]
fn is_package(vm: &Vm, this: &Obj<LibraryImporter>, fullname: &str) -> Res<bool> {
    Ok(found(vm, this, fullname)?.search.is_some())
}

/// Pairs of the names of the modules in this folder and whether they are packages.
#[native("(self, prefix='')")]
fn iter_modules(vm: &Vm, this: &Obj<LibraryImporter>, prefix: Maybe<&str>) -> Res {
    let mounted = mounted(vm)?;
    let front = match this.folder.as_str() {
        "" => String::new(),
        folder => format!("{}.", folder.replace('/', ".")),
    };
    let prefix = prefix.given().unwrap_or_default();
    let mut out = Vec::new();
    for name in mounted.library.names(&front) {
        let Some(last) = name.strip_prefix(&*front).filter(|l| !l.contains('.')) else { continue };
        let is_package = mounted.library.find(name).is_some_and(|entry| entry.is_package);
        let shown = vm.str(&format!("{prefix}{last}"))?.into_object();
        out.push(vm.pair(shown, Object::bool(is_package))?.into_object());
    }
    Ok(vm.list(out)?.into_object())
}

/// There is nothing to forget.
#[native("(self)")]
fn invalidate_caches(_this: &Obj<LibraryImporter>) {}

/// The unit of a source text of a library, for those who build one: see [`crate::bytecode::stored::write`].
pub fn image_of(source: &[u8], file: &str) -> Result<Vec<u8>, String> {
    let compiled = compile_source(source, file, &CompileOptions::default())
        .map_err(|e| format!("{file}:{}: {}", e.line.unwrap_or(0), e.message))?;
    crate::bytecode::verify::verify(&compiled.unit).map_err(|e| format!("{file}: {e}"))?;
    crate::bytecode::stored::write(&compiled.unit)
        .map_err(|_| format!("{file}: a constant is nested too deep"))
}
