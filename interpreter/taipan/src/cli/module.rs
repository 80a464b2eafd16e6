//! `-m`, and folders and archives that are run: what CPython's runpy does for the program.
//!
//! Finding and running is native; around it lie Python functions with the names and on the lines of runpy's (and
//! of importlib's, where a text does not compile), because tracebacks show them. **Invariant:** a line of [`LINES`]
//! that calls or raises stands on the line on which CPython 3.11 does it.
//!
//! Most starts go well, and compile [`PLAIN`] only; the rest is for those that do not.

use super::options::Options;
use std::cell::RefCell;
use std::rc::Rc;
use taipan_core::compile::{CompileOptions, compile_str};
use taipan_core::native::function;
use taipan_core::object::{Dict, Exc, List, Obj, Object, Str};
use taipan_core::vm::code::Program;
use taipan_core::vm::{Res, Vm};

const FILE: &str = "<frozen runpy>";

/// What is to be run.
pub(super) enum What<'a> {
    Module(&'a str),
    /// `__main__` of the first entry of `sys.path`.
    First,
}

/// The lines, by their numbers, below which packages are imported and the module is run.
const PLAIN: &[(usize, &str)] = &[
    (86, "def _run_code(code, run_globals):"),
    (88, "    exec(code, run_globals)"),
    (105, "def _get_module_details(is_inner, load):"),
    (111, "    if is_inner:"),
    (112, "        return load()"),
    (148, "    return _get_module_details(True, load)"),
    (173, "def _run_module_as_main(load, is_inner, code, run_globals):"),
    (188, "    if load:"),
    (189, "        return _get_module_details(is_inner, load)"),
    (198, "    return _run_code(code, run_globals)"),
];

/// All that can happen, where it can also fail.
const LINES: &[(usize, &str)] = &[
    (1, "class _Error(Exception):"),
    (2, "    pass"),
    (86, "def _run_code(code, run_globals):"),
    (88, "    exec(code, run_globals)"),
    (105, "def _get_module_details(name, error):"),
    (106, "    if name.startswith('.'):"),
    (107, "        raise error('Relative module names not supported')"),
    (108, "    parent = name.rpartition('.')[0]"),
    (109, "    if parent and parent != tried:"),
    (111, "        try:"),
    (112, "            __import__(parent)"),
    (113, "        except ImportError as problem:"),
    (114, "            if not is_missing(problem, parent):"),
    (115, "                raise"),
    (116, "    text = told_if_imported(name, parent)"),
    (120, "    if text:"),
    (121, "        from warnings import warn"),
    (128, "        warn(RuntimeWarning(text))"),
    (130, "    try:"),
    (131, "        found = find(name)"),
    (132, "    except (ImportError, AttributeError, TypeError, ValueError) as problem:"),
    (140, "        raise error(not_found(name, problem)) from problem"),
    (141, "    if found is None:"),
    (142, "        raise error(f'No module named {name}')"),
    (143, "    if found[0].submodule_search_locations is not None:"),
    (144, "        if name.rpartition('.')[2] == '__main__':"),
    (145, "            raise error('Cannot use package as __main__ module')"),
    (146, "        try:"),
    (148, "            return _get_module_details(name + '.__main__', error)"),
    (149, "        except error as problem:"),
    (150, "            if not is_imported(name):"),
    (151, "                raise"),
    (
        152,
        "            raise error(f'{problem}; {name!r} is a package and cannot be directly executed')",
    ),
    (159, "    code = found[1](*found[2])"),
    (162, "    if code is None:"),
    (163, "        raise error(f'No code object available for {name}')"),
    (164, "    return found[0], code"),
    (173, "def _run_module_as_main(name, is_module):"),
    (187, "    try:"),
    (188, "        if is_module:"),
    (189, "            spec, code = _get_module_details(name, _Error)"),
    (190, "        else:"),
    (191, "            spec, code = _get_main_module_details(name, _Error)"),
    (192, "    except _Error as problem:"),
    (194, "        end(str(problem))"),
    (198, "    return _run_code(code, ready(spec, is_module))"),
    (231, "def _get_main_module_details(name, error):"),
    (239, "    try:"),
    (240, "        return _get_module_details(name, ImportError)"),
    (241, "    except ImportError as problem:"),
    (242, "        if name in str(problem):"),
    (243, "            raise error(no_main()) from problem"),
    (245, "        raise"),
];

/// The functions of importlib below which a text is compiled.
const COMPILING: [(&str, &[(usize, &str)]); 2] = [
    (
        "<frozen importlib._bootstrap>",
        &[(239, "def _call_with_frames_removed(compile):"), (241, "    return compile()")],
    ),
    (
        "<frozen importlib._bootstrap_external>",
        &[
            (1000, "def source_to_code(call, compile):"),
            (1004, "    return call(compile)"),
            (1010, "def get_code(call, compile):"),
            (1074, "    return source_to_code(call, compile)"),
        ],
    ),
];

/// The namespace of a text given by its lines.
fn namespace(vm: &Vm, file: &str, lines: &[(usize, &str)]) -> Res<Obj<Dict>> {
    let mut text = String::new();
    let mut line = 1;
    for (number, code) in lines {
        text.extend(std::iter::repeat_n('\n', number - line));
        text.push_str(code);
        line = *number;
    }
    text.push('\n');
    let names = vm.new_dict()?;
    let name = file.trim_start_matches("<frozen ").trim_end_matches('>');
    names.set_named(vm, "__name__", vm.str(name)?)?;
    let compiled = compile_str(&text, file, &CompileOptions::default())
        .map_err(|e| taipan_core::builtins::source::raise(vm, &e, file, false))?;
    taipan_core::vm::code::run_module(vm, Rc::new(compiled.unit), &names)?;
    Ok(names)
}

/// Run a module that is found as it should be. Err: the package whose import failed because it is not there, or
/// none, if something else is in the way.
fn run_plainly(vm: &Vm, globals: &Obj<Dict>, name: &str) -> Res<Result<(), String>> {
    if name.is_empty() || name.starts_with('.') {
        return Ok(Err(String::new()));
    }
    let names = namespace(vm, FILE, PLAIN)?;
    let Some(main) = names.get_named(vm, "_run_module_as_main") else {
        return Ok(Err(String::new()));
    };
    let mut name = name.to_owned();
    let mut is_inner = true;
    loop {
        let parent = name.rsplit_once('.').map_or("", |(parent, _)| parent);
        if !parent.is_empty() {
            let package = parent.to_owned();
            let load = function(vm, "load", move |vm: &Vm| vm.import(&package))?;
            let none = Object::none();
            let arguments = [load, Object::bool(is_inner), none.clone(), none];
            if let Err(raised) = vm.call(&main, &arguments) {
                let problem = vm.caught(raised, Exc::ImportError)?;
                if !is_missing(vm, problem.clone(), parent.to_owned())? {
                    return Err(vm.raise(problem));
                }
                return Ok(Err(parent.to_owned()));
            }
        }
        if is_imported_beside(vm, &name)? {
            return Ok(Err(String::new()));
        }
        let found = match vm.find_module(&name) {
            Ok(Some(found)) if !matches!(found.code, Program::Failed(_)) => found,
            Ok(_) => return Ok(Err(String::new())),
            // It comes again.
            Err(raised) => {
                drop(vm.caught(raised, Exc::Exception)?);
                return Ok(Err(String::new()));
            }
        };
        if found.search.is_some() {
            if !is_inner {
                return Ok(Err(String::new()));
            }
            is_inner = false;
            name.push_str(".__main__");
            continue;
        }
        let spec = vm.module_spec(&name, &found)?;
        let run_globals = ready(vm, globals, &spec, true)?;
        let code = taipan_core::vm::code::load(vm, found.code)?.into_object();
        let none = Object::none();
        return vm.call(&main, &[none.clone(), none, code, run_globals]).map(|_| Ok(()));
    }
}

/// Run it in these globals, those of `__main__`.
pub(super) fn run(vm: &Vm, globals: &Obj<Dict>, what: What) -> Res<()> {
    let mut tried = String::new();
    if let What::Module(name) = what {
        match run_plainly(vm, globals, name)? {
            Ok(()) => return Ok(()),
            Err(package) => tried = package,
        }
    }
    let names = namespace(vm, FILE, LINES)?;
    let found_in = globals.clone();
    for (name, native) in [
        ("is_missing", function(vm, "is_missing", is_missing)?),
        ("told_if_imported", function(vm, "told_if_imported", told_if_imported)?),
        ("find", function(vm, "find", find)?),
        ("not_found", function(vm, "not_found", not_found)?),
        ("is_imported", function(vm, "is_imported", is_imported)?),
        ("no_main", function(vm, "no_main", no_main)?),
        ("end", function(vm, "end", end)?),
        (
            "ready",
            function(vm, "ready", move |vm: &Vm, spec: Object, is_module: bool| {
                ready(vm, &found_in, &spec, is_module)
            })?,
        ),
    ] {
        names.set_named(vm, name, native)?;
    }
    names.set_named(vm, "tried", vm.str(&tried)?)?;
    let (name, is_module) = match what {
        What::Module(name) => (name, true),
        What::First => ("__main__", false),
    };
    let Some(main) = names.get_named(vm, "_run_module_as_main") else { return Ok(()) };
    vm.call(&main, &[vm.str(name)?.into_object(), Object::bool(is_module)]).map(drop)
}

fn in_modules(vm: &Vm, name: &str) -> Option<Object> {
    vm.interp().modules.get_as::<Dict>()?.get_named(vm, name)
}

fn is_imported(vm: &Vm, name: String) -> bool {
    in_modules(vm, &name).is_some()
}

/// Whether the failed import of a package means that it, or a package around it, is not there.
fn is_missing(vm: &Vm, problem: Object, package: String) -> Res<bool> {
    let name = vm.getattr_named(&problem, "name")?;
    let Some(name) = name.downcast::<Str>().map(|name| name.to_string_lossy()) else {
        return Ok(false);
    };
    Ok(package.strip_prefix(&*name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// Whether a module of a package is there already.
fn is_imported_beside(vm: &Vm, name: &str) -> Res<bool> {
    match in_modules(vm, name) {
        Some(module) if name.contains('.') => {
            Ok(vm.getattr_opt(&module, &vm.intern("__path__"))?.is_none())
        }
        _ => Ok(false),
    }
}

/// What is said if the module is there already and so will be there twice.
fn told_if_imported(vm: &Vm, name: String, package: String) -> Res<Option<String>> {
    if !is_imported_beside(vm, &name)? {
        return Ok(None);
    }
    Ok(Some(format!(
        "'{name}' found in sys.modules after import of package '{package}', but prior to execution of \
         '{name}'; this may result in unpredictable behaviour"
    )))
}

fn not_found(vm: &Vm, name: String, problem: Object) -> Res<String> {
    let text = vm.to_str(&problem)?.to_string_lossy();
    let class = vm.type_name(&problem);
    let hint = match name.strip_suffix(".py") {
        Some(stem) => format!(". Try using '{stem}' instead of '{name}' as the module name."),
        None => String::new(),
    };
    let what = "Error while finding module specification for";
    Ok(format!("{what} '{name}' ({class}: {text}){hint}"))
}

/// The list `sys.NAME`.
fn sys_list(vm: &Vm, name: &str) -> Option<Obj<List>> {
    let sys = vm.interp().sys.get_as::<Dict>()?;
    sys.get_named(vm, name)?.downcast_into::<List>().ok()
}

fn no_main(vm: &Vm) -> Res<String> {
    let first = sys_list(vm, "path").and_then(|path| path.get(0)).unwrap_or_else(Object::none);
    Ok(format!("can't find '__main__' module in {}", vm.repr_string(&first)?))
}

/// The program cannot be run.
fn end(vm: &Vm, problem: String) -> Res {
    let sys = vm.interp().sys.get_as::<Dict>();
    let executable = sys.and_then(|sys| sys.get_named(vm, "executable"));
    let executable = vm.to_str(&executable.unwrap_or_else(Object::none))?.to_string_lossy();
    Err(vm.exit(vm.str(&format!("{executable}: {problem}"))?.into_object()))
}

/// None, or the module's spec with a function and its arguments that give the code.
fn find(vm: &Vm, name: String) -> Res<Option<(Object, Object, Object)>> {
    if name.is_empty() {
        return Ok(None);
    }
    let found = match vm.find_module(&name)? {
        Some(found) => found,
        None if is_builtin(vm, &name) => {
            let importlib = vm.import("importlib.machinery")?;
            let class = vm.getattr_named(&importlib, "ModuleSpec")?;
            let spec = vm.call(&class, &[vm.str(&name)?.into_object(), Object::none()])?;
            let nothing = function(vm, "get_code", |_: &Vm| Object::none())?;
            return Ok(Some((spec, nothing, vm.tuple(Vec::new())?.into_object())));
        }
        None => return find_by_importlib(vm, &name),
    };
    let spec = vm.module_spec(&name, &found)?;
    let mut arguments = Vec::new();
    let get_code = match found.code {
        Program::Failed(exception) => {
            let compile = RefCell::new(Some(exception));
            arguments.push(function(vm, "compile", move |vm: &Vm| -> Res {
                Err(vm.raise(compile.take().unwrap_or_else(Object::none)))
            })?);
            let mut innermost = None;
            for (file, lines) in COMPILING {
                let names = namespace(vm, file, lines)?;
                innermost = innermost.or(names.get_named(vm, "_call_with_frames_removed"));
                if let Some(get_code) = names.get_named(vm, "get_code") {
                    arguments.splice(0..0, innermost.replace(get_code));
                }
            }
            innermost.unwrap_or_else(Object::none)
        }
        program => function(vm, "get_code", move |vm: &Vm| {
            taipan_core::vm::code::load(vm, program.clone())
        })?,
    };
    Ok(Some((spec, get_code, vm.tuple(arguments)?.into_object())))
}

/// What finders in Python know, if there may be any.
fn find_by_importlib(vm: &Vm, name: &str) -> Res<Option<(Object, Object, Object)>> {
    if !is_imported(vm, "_frozen_importlib".to_owned()) || in_modules(vm, name).is_some() {
        return Ok(None);
    }
    let util = vm.import("importlib.util")?;
    let name = vm.str(name)?.into_object();
    let spec = vm.call_method(&util, "find_spec", std::slice::from_ref(&name))?;
    if spec.is_none() {
        return Ok(None);
    }
    let loader = vm.getattr_named(&spec, "loader")?;
    let get_code = vm.getattr_named(&loader, "get_code")?;
    Ok(Some((spec, get_code, vm.tuple(vec![name])?.into_object())))
}

/// Whether a module has no code in Python.
fn is_builtin(vm: &Vm, name: &str) -> bool {
    ["sys", "builtins"].contains(&name) || vm.native_module_names().contains(&name)
}

/// Make `__main__` and `sys.argv` those of the module that is about to run; gives the globals.
fn ready(vm: &Vm, globals: &Obj<Dict>, spec: &Object, is_module: bool) -> Res {
    let of_spec = |name: &str| vm.getattr_named(spec, name);
    let origin = of_spec("origin")?;
    for (name, value) in [
        ("__name__", vm.str("__main__")?.into_object()),
        ("__file__", origin.clone()),
        ("__cached__", of_spec("cached")?),
        ("__doc__", Object::none()),
        ("__loader__", of_spec("loader")?),
        ("__package__", of_spec("parent")?),
        ("__spec__", spec.clone()),
    ] {
        globals.set_named(vm, name, value)?;
    }
    if let (true, Some(argv)) = (is_module, sys_list(vm, "argv")) {
        drop(argv.replace(0, origin));
    }
    Ok(globals.clone().into_object())
}

/// Put what `-m` needs in front of `sys.path` and run the module.
pub(super) fn run_named(vm: &Vm, options: &Options, globals: &Obj<Dict>, name: &[u8]) -> Res<()> {
    use std::os::unix::ffi::OsStrExt;
    let here = std::env::current_dir().unwrap_or_default();
    super::run::first_path(vm, options, here.as_os_str().as_bytes())?;
    run(vm, globals, What::Module(&String::from_utf8_lossy(name)))
}

/// Whether a file's content is that of a zip archive, which may have something in front of it.
pub(super) fn is_archive(content: &[u8]) -> bool {
    const END: &[u8] = b"PK\x05\x06";
    const END_SIZE: usize = 22;
    let Some(last) = content.len().checked_sub(END_SIZE) else { return false };
    if content.get(last..).is_some_and(|end| end.starts_with(END)) {
        return true;
    }
    // Behind the end of an archive there may be a comment of 64 KiB; no text holds a null byte.
    let from = last.saturating_sub(usize::from(u16::MAX));
    let tail = content.get(from..).unwrap_or_default();
    tail.contains(&0) && tail.windows(END.len()).any(|window| window == END)
}
