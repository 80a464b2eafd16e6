//! The finder of modules that are source files, in the directories of `sys.path` and of packages. The
//! files are the host's ([`crate::vm::host::Host`]). An entry may be the library inside the program.

use super::import::{Finder, Found};
use crate::compile::CompileOptions;
use crate::object::*;
use crate::vm::host::{Host, PathKind};
use crate::vm::{Res, Vm};
use std::rc::Rc;

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
            if host.path_kind(&place) == Some(PathKind::Directory) {
                if host.path_kind(&init) == Some(PathKind::File) {
                    return self.load(vm, &**host, init, Some(vec![place])).map(Some);
                }
                portions.push(place);
            }
            if host.path_kind(&file) == Some(PathKind::File) {
                return self.load(vm, &**host, file, None).map(Some);
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
        match crate::compile::compile_source(source, file, &self.options) {
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
        let code = self.compile(vm, &source, &file)?.into();
        Ok(Found { code, file: Some(file.clone()), origin: file, search, loader: None })
    }
}
