//! Installed packages: a virtual environment, the user's own folder, and their `.pth` files. What CPython
//! leaves to the module `site`, which is not imported here.
//!
//! A start without any of them pays a few looks at files that are not there.

use super::options::Options;
use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use taipan_core::compile::{CompileOptions, compile_str};
use taipan_core::object::{Dict, List, Module, Obj};
use taipan_core::vm::{Res, Vm};

/// Below a prefix.
const FOLDER: &str = "lib/python3.11/site-packages";
const MARK: &str = "pyvenv.cfg";

/// A virtual environment.
pub(super) struct Environment {
    root: PathBuf,
    /// The name under which the program was started, if that is in the environment.
    pub(super) executable: Option<Vec<u8>>,
}

/// The environment that the program was started in: that of the name it was called by, or else the one that is
/// activated.
pub(super) fn environment(options: &Options, executable: &[u8]) -> Option<Environment> {
    if options.no_site {
        return None;
    }
    let called = std::env::args_os().next().unwrap_or_default();
    if called.as_bytes().contains(&b'/')
        && called.as_bytes() != executable
        && let Ok(called) = std::path::absolute(&called)
        && let Some(root) = around(&called)
    {
        return Some(Environment { root, executable: Some(called.into_os_string().into_vec()) });
    }
    if let Some(root) = options.variable("VIRTUAL_ENV")
        && Path::new(&root).join(MARK).is_file()
    {
        return Some(Environment { root: PathBuf::from(root), executable: None });
    }
    let executable = Path::new(OsStr::from_bytes(executable));
    around(executable).map(|root| Environment { root, executable: None })
}

/// The folder with the mark: that of a program or the one above.
fn around(program: &Path) -> Option<PathBuf> {
    let folder = program.parent()?;
    let roots = [Some(folder), folder.parent()];
    roots.into_iter().flatten().find(|root| root.join(MARK).is_file()).map(Path::to_owned)
}

/// Puts the folders of installed packages at the end of `sys.path`.
pub(super) fn install(
    vm: &Vm,
    options: &Options,
    environment: Option<&Environment>,
    home: Option<&super::home::Home>,
) -> Res<()> {
    if options.no_site {
        return Ok(());
    }
    if let Some(home) = home {
        add_folder(vm, &Path::new(&home.prefix).join(FOLDER))?;
    }
    if let Some(environment) = environment {
        let modules = vm.interp().modules.get_as::<Dict>();
        let sys = modules.and_then(|modules| modules.get_named(vm, "sys"));
        if let Some(sys) = sys.as_ref().and_then(|sys| sys.downcast::<Module>()) {
            let root = environment.root.to_string_lossy();
            for name in ["prefix", "exec_prefix"] {
                sys.dict.set_named(vm, name, vm.str(&root)?)?;
            }
        }
        return add_folder(vm, &environment.root.join(FOLDER));
    }
    if options.no_user_site {
        return Ok(());
    }
    match std::env::var_os("HOME").filter(|home| !home.is_empty()) {
        Some(home) => add_folder(vm, &Path::new(&home).join(".local").join(FOLDER)),
        None => Ok(()),
    }
}

fn path_list(vm: &Vm) -> Res<Option<Obj<List>>> {
    let sys = vm.import("sys")?;
    let path = vm.getattr_opt(&sys, &vm.intern("path"))?;
    Ok(path.and_then(|path| path.downcast_into::<List>().ok()))
}

/// Puts a folder on the path if it is not there.
fn append(vm: &Vm, folder: &Path) -> Res<()> {
    let Some(path) = path_list(vm)? else { return Ok(()) };
    let folder = vm.str(&folder.to_string_lossy())?.into_object();
    if !vm.contains(path.as_object(), &folder)? {
        path.push(folder).map_err(|failure| vm.no_memory(failure))?;
    }
    Ok(())
}

fn add_folder(vm: &Vm, folder: &Path) -> Res<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    append(vm, folder)?;
    // (They are few: the general sort would be the largest thing here.)
    let mut files: Vec<PathBuf> = Vec::new();
    for file in entries.flatten().map(|entry| entry.path()) {
        if file.extension().is_some_and(|extension| extension == "pth") {
            let at = files.partition_point(|other| other.file_name() <= file.file_name());
            files.insert(at, file);
        }
    }
    files.iter().try_for_each(|file| add_file(vm, folder, file))
}

/// The lines of a `.pth` file: folders, and Python that starts with `import`.
fn add_file(vm: &Vm, folder: &Path, file: &Path) -> Res<()> {
    let Ok(text) = std::fs::read(file) else { return Ok(()) };
    let text = String::from_utf8_lossy(&text);
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        if !line.starts_with("import ") && !line.starts_with("import\t") {
            let named = folder.join(line.trim_end());
            if let Ok(named) = std::path::absolute(named)
                && named.exists()
            {
                append(vm, &named)?;
            }
            continue;
        }
        if let Err(raised) = execute(vm, line) {
            let exception = vm.take_raised(raised);
            eprintln!("Error processing line {} of {}:\n", index + 1, file.display());
            let shown = taipan_core::types::traceback::print::format_exception(vm, &exception);
            for line in shown.lines() {
                eprintln!("  {line}");
            }
            eprintln!("\nRemainder of file ignored");
            break;
        }
    }
    Ok(())
}

fn execute(vm: &Vm, line: &str) -> Res<()> {
    const FILE: &str = "<string>";
    let namespace = vm.new_dict()?;
    namespace.set_named(vm, "__name__", vm.str("site")?)?;
    let compiled = compile_str(line, FILE, &CompileOptions::default())
        .map_err(|e| taipan_core::builtins::source::raise(vm, &e, FILE, false))?;
    taipan_core::vm::code::run_module(vm, Rc::new(compiled.unit), &namespace).map(drop)
}
