//! The finder of modules that are source files, in the directories of `sys.path` and of packages. The
//! files are the host's ([`crate::vm::host::Host`]). An entry may be the library inside the program, or a zip
//! archive, which the library's module zipimport reads.

use super::import::{Finder, Found};
use super::import_trace::say;
use crate::compile::CompileOptions;
use crate::object::*;
use crate::vm::code::Program;
use crate::vm::host::{Host, PathKind};
use crate::vm::{Res, Vm};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// No file has a longer path (limits.h: PATH_MAX), in bytes.
const LONGEST_PATH: usize = 4096;

/// See the file's head.
pub struct PathFinder {
    pub options: CompileOptions,
}

impl Finder for PathFinder {
    fn find(&self, vm: &Vm, name: &str, path: Option<&Object>) -> Res<Option<Found>> {
        let host = vm.host();
        let library = vm.mounted_library();
        let path = match path {
            Some(path) => Some(path.clone()),
            None => vm.interp().sys.get_as::<Dict>().and_then(|sys| sys.get_named(vm, "path")),
        };
        let Some(path) = path else { return Ok(None) };
        let last = name.rsplit('.').next().unwrap_or(name);
        if last.len() > LONGEST_PATH {
            return Ok(None);
        }
        let told = super::import::is_traced(vm);
        let mut portions = Vec::new();
        for entry in vm.collect(&path)? {
            let Some(entry) = entry.downcast::<Str>() else { continue };
            let entry = entry.to_string_lossy();
            if let Some(library) = &library
                && let Some(folder) = library.inside(&entry)
            {
                match library.find(vm, folder, name)? {
                    Some(found) => return Ok(Some(found)),
                    None => continue,
                }
            }
            let Some(host) = &host else { continue };
            let entry = match entry.as_str() {
                "" => host.current_directory().unwrap_or_default(),
                _ => entry,
            };
            let place = format!("{}/{last}", entry.trim_end_matches('/'));
            let init = format!("{place}/__init__.py");
            let file = format!("{place}.py");
            let is_folder = host.path_kind(&place) == Some(PathKind::Directory);
            if is_folder && host.path_kind(&init) == Some(PathKind::File) {
                return self.load(vm, &**host, init, Some(vec![place])).map(Some);
            }
            if told {
                say(vm, 2, || format!("# trying {file}"));
            }
            if host.path_kind(&file) == Some(PathKind::File) {
                return self.load(vm, &**host, file, None).map(Some);
            }
            if told {
                say(vm, 2, || format!("# trying {file}c"));
            }
            if is_folder {
                if told {
                    say(vm, 1, || format!("# possible namespace for {place}"));
                }
                portions.push(place);
            } else if let Some(found) = in_archive(vm, &**host, &entry, name)? {
                return Ok(Some(found));
            }
        }
        if portions.is_empty() {
            return Ok(None);
        }
        // Directories without `__init__.py` make up a namespace package.
        let code = self.compile(vm, b"", "<namespace>")?.into();
        let origin = "namespace".to_owned();
        Ok(Some(Found { code, file: None, origin, search: Some(portions), loader: None }))
    }
}

impl PathFinder {
    fn compile(
        &self,
        vm: &Vm,
        source: &[u8],
        file: &str,
    ) -> Res<Rc<crate::bytecode::code::CodeUnit>> {
        match super::source::compile_file(vm, source, file, &self.options)? {
            Ok(compiled) => {
                for warning in &compiled.warnings {
                    super::source::warn(vm, warning, file)?;
                }
                Ok(Rc::new(compiled.unit))
            }
            Err(error) => Err(super::source::raise(vm, &error, file, false)),
        }
    }

    fn load(
        &self,
        vm: &Vm,
        host: &dyn Host,
        file: String,
        search: Option<Vec<String>>,
    ) -> Res<Found> {
        let source =
            host.read_file(&file).map_err(|error| crate::native::errors::os_error(vm, &error))?;
        // What is wrong with the text is said when the module's code is wanted.
        let code = match self.compile(vm, &source, &file) {
            Ok(unit) => unit.into(),
            Err(raised) => Program::Failed(vm.take_raised(raised)),
        };
        Ok(Found { code, file: Some(file.clone()), origin: file, search, loader: None })
    }
}

/// The importers of those entries that are archives; None: the entry is none.
#[derive(Default)]
struct Archives {
    known: RefCell<HashMap<String, Option<Object>>>,
    /// The module that reads archives is being imported, and is in none of them.
    starting: Cell<bool>,
}

/// The file of which this is the path, or the path of something inside of it.
fn archive_of<'p>(host: &dyn Host, entry: &'p str) -> Option<&'p str> {
    let mut place = entry;
    loop {
        match host.path_kind(place) {
            Some(PathKind::File) => return Some(place),
            Some(_) => return None,
            None => match place.rsplit_once('/') {
                Some((front, _)) if !front.is_empty() => place = front,
                _ => return None,
            },
        }
    }
}

/// The importer of an entry that is an archive, or a folder in one.
fn importer(vm: &Vm, host: &dyn Host, entry: &str) -> Res<Option<Object>> {
    let archives = vm.interp().state::<Archives>();
    if let Some(known) = archives.known.borrow().get(entry) {
        return Ok(known.clone());
    }
    if archives.starting.get() {
        return Ok(None);
    }
    let made = match archive_of(host, entry) {
        None => None,
        Some(_) => {
            archives.starting.set(true);
            let module = vm.import("zipimport");
            archives.starting.set(false);
            let path = vm.str(entry)?.into_object();
            match module.and_then(|module| vm.call_method(&module, "zipimporter", &[path])) {
                Ok(importer) => Some(importer),
                // No archive, or nobody there to read it.
                Err(raised) => vm.caught(raised, Exc::ImportError).map(|_| None)?,
            }
        }
    };
    archives.known.borrow_mut().insert(entry.to_owned(), made.clone());
    Ok(made)
}

/// The module of this name in an entry that is an archive.
fn in_archive(vm: &Vm, host: &dyn Host, entry: &str, name: &str) -> Res<Option<Found>> {
    let Some(importer) = importer(vm, host, entry)? else { return Ok(None) };
    let name = vm.str(name)?.into_object();
    let ask = |method: &str| vm.call_method(&importer, method, std::slice::from_ref(&name));
    let spec = ask("find_spec")?;
    if spec.is_none() {
        return Ok(None);
    }
    let text = |object: Object| match object.downcast::<Str>() {
        Some(text) => Ok(vm.utf8(text)?.into_owned()),
        None => Err(vm.type_error("the path of an archive's module must be a str")),
    };
    let places = vm.getattr_named(&spec, "submodule_search_locations")?;
    let search = match places.is_none() {
        true => None,
        false => Some(vm.collect(&places)?.into_iter().map(text).collect::<Res<Vec<_>>>()?),
    };
    if vm.getattr_named(&spec, "loader")?.is_none() {
        let code = load_nothing(vm)?;
        let origin = "namespace".to_owned();
        return Ok(Some(Found { code, file: None, origin, search, loader: None }));
    }
    let file = text(ask("get_filename")?)?;
    let code = match ask("get_code") {
        Ok(code) => match code.downcast_into::<Code>() {
            Ok(code) => Program::Made(code),
            Err(_) => return Err(vm.import_error("an archive's module has no code")),
        },
        Err(raised) => Program::Failed(vm.take_raised(raised)),
    };
    Ok(Some(Found { code, file: Some(file.clone()), origin: file, search, loader: Some(importer) }))
}

/// The code of a package without a file.
fn load_nothing(vm: &Vm) -> Res<Program> {
    let options = CompileOptions::default();
    match crate::compile::compile_source(b"", "<namespace>", &options) {
        Ok(compiled) => Ok(Rc::new(compiled.unit).into()),
        Err(error) => Err(super::source::raise(vm, &error, "<namespace>", false)),
    }
}
