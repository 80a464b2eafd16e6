//! The module sys.
//!
//! The module is made while the interpreter boots, with neutral values; what only the program knows (argv, path,
//! flags, streams) it puts in with [`configure`]. Does not know files or the environment.

mod frames;
mod hooks;
mod info;
mod limits;
mod names;
mod tracing;

use crate::native::{ModuleDef, NativeDef, natives};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};
use std::cell::{Cell, RefCell};
use taipan_macros::native;

pub use info::{HEX_VERSION, VERSION, VERSION_INFO};
pub(crate) use names::STDLIB;

/// What the program knows and sys shows.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub argv: Vec<Vec<u8>>,
    pub orig_argv: Vec<Vec<u8>>,
    pub executable: Vec<u8>,
    pub prefix: Vec<u8>,
    pub path: Vec<Vec<u8>>,
    pub platform: &'static str,
    pub flags: Flags,
    pub warnoptions: Vec<String>,
    /// Name and value of each `-X`; without a value it is True.
    pub xoptions: Vec<(String, Option<String>)>,
    /// Asks what `breakpoint()` calls at the moment (PYTHONBREAKPOINT); nothing: the debugger.
    pub breakpoint: Option<fn() -> Option<String>>,
    /// Where it is not the prefix.
    pub exec_prefix: Option<Vec<u8>>,
    pub pycache_prefix: Option<String>,
    pub platlibdir: Option<String>,
    /// Code does not tell its columns.
    pub no_debug_ranges: bool,
    /// Tell how long each import takes; `flags.verbose` has each import told of as well.
    pub import_time: bool,
}

/// `sys.flags`.
#[derive(Clone, Debug)]
pub struct Flags {
    pub debug: i32,
    pub inspect: i32,
    pub interactive: i32,
    pub optimize: i32,
    pub dont_write_bytecode: i32,
    pub no_user_site: i32,
    pub no_site: i32,
    pub ignore_environment: i32,
    pub verbose: i32,
    pub bytes_warning: i32,
    pub quiet: i32,
    pub hash_randomization: i32,
    pub isolated: i32,
    pub dev_mode: bool,
    pub utf8_mode: i32,
    pub warn_default_encoding: i32,
    pub safe_path: bool,
    pub int_max_str_digits: i32,
}

impl Default for Flags {
    fn default() -> Flags {
        Flags {
            debug: 0,
            inspect: 0,
            interactive: 0,
            optimize: 0,
            dont_write_bytecode: 1,
            no_user_site: 0,
            no_site: 0,
            ignore_environment: 0,
            verbose: 0,
            bytes_warning: 0,
            quiet: 0,
            hash_randomization: 1,
            isolated: 0,
            dev_mode: false,
            utf8_mode: 0,
            warn_default_encoding: 0,
            safe_path: false,
            int_max_str_digits: -1,
        }
    }
}

/// What sys remembers for an interpreter.
#[derive(Default)]
pub struct State {
    pub switch_interval: Cell<f64>,
    pub dlopen_flags: Cell<i32>,
    pub finalizing: Cell<bool>,
    module: Held,
    flags: RefCell<Flags>,
    breakpoint: Cell<Option<fn() -> Option<String>>>,
    no_debug_ranges: Cell<bool>,
    /// An exception that `sys.exit()` raised where nothing could catch it, and the tuple it was given.
    raw_exit: RefCell<Option<(Object, Object)>>,
    audit_hooks: RefCell<Vec<Object>>,
}

/// An optional object.
#[derive(Default)]
pub struct Held(RefCell<Option<Object>>);

impl Held {
    pub fn get(&self) -> Option<Object> {
        self.0.borrow().clone()
    }

    pub fn set(&self, object: Option<Object>) {
        let old = self.0.replace(object);
        drop(old);
    }
}

static MODULE: ModuleDef = ModuleDef {
    name: "sys",
    doc: "The interpreter seen from the program that it runs.\n\n\
          What the program was given and may change: argv (its name and arguments), path (where modules are\n\
          looked for), modules (those that are imported, by name), stdin, stdout and stderr, and the hooks\n\
          displayhook, excepthook, unraisablehook and breakpointhook.",
    functions: natives![
        exit,
        intern,
        getdefaultencoding,
        getfilesystemencoding,
        getfilesystemencodeerrors,
        is_finalizing,
        getsizeof,
        getrefcount,
        getallocatedblocks,
        audit,
        addaudithook,
        _clear_type_cache,
    ],
    types: &[],
    fill: Some(fill),
};

/// Make the module; part of booting.
pub(crate) fn install(vm: &Vm) -> Res<()> {
    let module = MODULE.build(vm)?;
    for table in [hooks::FUNCTIONS, limits::FUNCTIONS, frames::FUNCTIONS, tracing::FUNCTIONS]
        as [&[NativeDef]; 4]
    {
        for def in table {
            module.dict.set_named(
                vm,
                def.name,
                crate::types::builtin::function(vm, def, "sys")?,
            )?;
        }
    }
    for name in ["displayhook", "excepthook", "unraisablehook", "breakpointhook"] {
        if let Some(f) = module.dict.get_named(vm, name) {
            module.dict.set_named(vm, &format!("__{name}__"), f)?;
        }
    }
    let state = vm.interp().state::<State>();
    state.switch_interval.set(0.005);
    // RTLD_NOW on Linux.
    state.dlopen_flags.set(2);
    state.module.set(Some(module.clone().into_object()));
    vm.interp().sys.set(module.dict.clone().into_object());
    if let Some(modules) = vm.interp().modules.get_as::<Dict>() {
        if let Some(builtins) =
            modules.get_named(vm, "builtins").and_then(|m| m.downcast_into::<Module>().ok())
        {
            super::import::describe_builtin(vm, &builtins, "builtins")?;
        }
        super::import::describe_builtin(vm, &module, "sys")?;
        modules.set_named(vm, "sys", module)?;
    }
    configure(vm, &Config { platform: "linux", argv: vec![Vec::new()], ..Config::default() })
}

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    let dict = &module.dict;
    if let Some(modules) = vm.interp().modules.get() {
        dict.set_named(vm, "modules", modules)?;
    }
    dict.set_named(vm, "meta_path", vm.new_list()?)?;
    dict.set_named(vm, "path_hooks", vm.new_list()?)?;
    dict.set_named(vm, "path_importer_cache", vm.new_dict()?)?;
    dict.set_named(vm, "pycache_prefix", Object::none())?;
    dict.set_named(vm, "dont_write_bytecode", Object::bool(true))?;
    for name in STREAMS {
        module.add_lazy(name, |_| Ok(Object::none()));
    }
    info::fill(vm, module)
}

/// Attributes for the standard streams, which the program gives a meaning ([`module`]).
pub const STREAMS: [&str; 6] =
    ["stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"];

/// The module object.
pub fn module(vm: &Vm) -> Option<Obj<Module>> {
    vm.interp().state::<State>().module.get()?.downcast_into().ok()
}

/// An attribute of sys, if there is one. May run Python.
pub fn attribute(vm: &Vm, name: &Obj<Str>) -> Res<Option<Object>> {
    let found = vm.interp().sys.get_as::<Dict>().and_then(|dict| dict.get_str(vm, name));
    match (found, module(vm)) {
        (None, Some(module)) => crate::types::module::lazy_attribute(vm, &module, name),
        (found, _) => Ok(found),
    }
}

/// What `sys.flags` says.
pub fn flags(vm: &Vm) -> Flags {
    vm.interp().state::<State>().flags.borrow().clone()
}

/// Whether the program runs with `-X dev`.
pub(crate) fn dev_mode(vm: &Vm) -> bool {
    vm.interp().state::<State>().flags.borrow().dev_mode
}

/// Whether code does not tell its columns: `-X no_debug_ranges`.
pub(crate) fn hides_columns(vm: &Vm) -> bool {
    vm.interp().state::<State>().no_debug_ranges.get()
}

/// What a SystemExit that nothing could have caught was given, where its `code` is only a part of it.
pub fn raw_exit_status(vm: &Vm, exception: &Object) -> Option<Object> {
    let state = vm.interp().state::<State>();
    let raw = state.raw_exit.borrow();
    raw.as_ref().filter(|(own, _)| own.is(exception)).map(|(_, status)| status.clone())
}

/// How code is compiled unless told otherwise: the program's `-O`.
pub(crate) fn optimize_level(vm: &Vm) -> u8 {
    vm.interp().state::<State>().flags.borrow().optimize.clamp(0, 2) as u8
}

/// Whether bytes taken for text are worth a warning: the program's `-b`.
pub(crate) fn warns_of_bytes(vm: &Vm) -> bool {
    vm.interp().state::<State>().flags.borrow().bytes_warning > 0
}

/// Put in what the program knows.
pub fn configure(vm: &Vm, config: &Config) -> Res<()> {
    let Some(dict) = vm.interp().sys.get_as::<Dict>() else { return Ok(()) };
    let list = |items: &[Vec<u8>]| -> Res {
        let items =
            items.iter().map(|b| Ok(fs_decode(vm, b)?.into_object())).collect::<Res<Vec<_>>>()?;
        Ok(vm.list(items)?.into_object())
    };
    dict.set_named(vm, "argv", list(&config.argv)?)?;
    dict.set_named(vm, "orig_argv", list(&config.orig_argv)?)?;
    dict.set_named(vm, "path", list(&config.path)?)?;
    let executable = fs_decode(vm, &config.executable)?.into_object();
    dict.set_named(vm, "executable", executable.clone())?;
    dict.set_named(vm, "_base_executable", executable)?;
    let prefix = fs_decode(vm, &config.prefix)?.into_object();
    let exec_prefix = match &config.exec_prefix {
        Some(own) => fs_decode(vm, own)?.into_object(),
        None => prefix.clone(),
    };
    for name in ["prefix", "base_prefix"] {
        dict.set_named(vm, name, prefix.clone())?;
    }
    for name in ["exec_prefix", "base_exec_prefix"] {
        dict.set_named(vm, name, exec_prefix.clone())?;
    }
    if let Some(folder) = &config.pycache_prefix {
        dict.set_named(vm, "pycache_prefix", vm.str(folder)?)?;
    }
    if let Some(name) = &config.platlibdir {
        dict.set_named(vm, "platlibdir", vm.str(name)?)?;
    }
    dict.set_named(vm, "platform", vm.str(config.platform)?)?;
    let options =
        config.warnoptions.iter().map(|o| Ok(vm.str(o)?.into_object())).collect::<Res<Vec<_>>>()?;
    dict.set_named(vm, "warnoptions", vm.list(options)?)?;
    let x = vm.new_dict()?;
    for (name, value) in &config.xoptions {
        let value = match value {
            Some(v) => vm.str(v)?.into_object(),
            None => Object::bool(true),
        };
        x.set_named(vm, name, value)?;
    }
    dict.set_named(vm, "_xoptions", x)?;
    let state = vm.interp().state::<State>();
    *state.flags.borrow_mut() = config.flags.clone();
    state.breakpoint.set(config.breakpoint);
    state.no_debug_ranges.set(config.no_debug_ranges);
    if config.import_time || config.flags.verbose > 0 {
        super::import_trace::begin(vm, config.flags.verbose, config.import_time);
    }
    Ok(())
}

/// A str of bytes from the operating system: UTF-8, other bytes as lone surrogates.
pub fn fs_decode(vm: &Vm, bytes: &[u8]) -> Res<Obj<Str>> {
    if let Ok(s) = std::str::from_utf8(bytes) {
        return vm.str(s);
    }
    let mut text = crate::text::TextBuf::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid()).map_err(|e| vm.text_error(e))?;
        for b in chunk.invalid() {
            text.push(0xdc00 + u32::from(*b)).map_err(|e| vm.text_error(e))?;
        }
    }
    vm.text_owned(text.finish())
}

impl Vm {
    /// Raise SystemExit as `sys.exit(status)` does.
    pub fn exit(&self, status: Object) -> Raised {
        if self.class_of(&status).is_subtype(&self.types().exception(Exc::SystemExit)) {
            return self.raise_with_context(status);
        }
        let args = match status.downcast::<Tuple>() {
            _ if status.is_none() => Vec::new(),
            Some(t) => t.as_slice().to_vec(),
            None => vec![status],
        };
        self.raise_args(Exc::SystemExit, args)
    }

    /// Tell the audit hooks of an event.
    pub fn audit(&self, event: &str, args: Vec<Object>) -> Res<()> {
        let hooks = self.interp().state::<State>().audit_hooks.borrow().clone();
        if hooks.is_empty() {
            return Ok(());
        }
        let event = self.str(event)?.into_object();
        let args = self.tuple(args)?.into_object();
        for hook in hooks {
            self.call(&hook, &[event.clone(), args.clone()])?;
        }
        Ok(())
    }
}

/// End the program, by an exception SystemExit that carries the status.
///
/// None and 0 are success, another int is the process's exit status; anything else is written to
/// standard error, and the exit status is 1.
#[native("(status=None, /)")]
fn exit(vm: &Vm, status: Option<&Object>) -> Res {
    // CPython makes the exception of a tuple's items only when something looks at it; until then the status
    // is the tuple.
    let raw = match status {
        Some(status) if status.downcast::<Tuple>().is_some() && is_caught_nowhere(vm)? => {
            Some(status.clone())
        }
        _ => None,
    };
    let raised = vm.exit(status.cloned().unwrap_or_else(Object::none));
    if let (Some(status), Some(exception)) = (raw, vm.raised.get()) {
        let old = vm.interp().state::<State>().raw_exit.replace(Some((exception, status)));
        drop(old);
    }
    Err(raised)
}

/// Whether no running frame has a handler for what is raised now.
fn is_caught_nowhere(vm: &Vm) -> Res<bool> {
    if super::import::is_importing(vm) {
        return Ok(false);
    }
    let mut depth = 0;
    while let Some(frame) = vm.frame_at(depth)? {
        let at = frame.lasti();
        if frame.code.exceptions().iter().any(|row| row.start <= at && at < row.end) {
            return Ok(false);
        }
        depth += 1;
    }
    Ok(true)
}

/// The str itself, or the one that is equal to it and was interned before.
///
/// Interned strs are compared by identity first, which makes look-ups in
/// dicts by such keys quick.
#[native("(string, /)")]
fn intern(vm: &Vm, string: &Object) -> Res {
    match string.downcast::<Str>() {
        Some(s) if string.is_kind(Kind::Str) => Ok(vm.intern_str(s).into_object()),
        Some(_) => Err(vm.type_error(format_args!("can't intern {}", vm.type_name(string)))),
        None => Err(vm.type_error(format_args!(
            "intern() argument must be str, not {}",
            vm.type_name(string)
        ))),
    }
}

/// The encoding that str.encode() and bytes.decode() use unless told another: 'utf-8'.
#[native("()")]
fn getdefaultencoding() -> &'static str {
    "utf-8"
}

/// The encoding of file names, arguments and environment variables.
#[native("()")]
fn getfilesystemencoding() -> &'static str {
    "utf-8"
}

/// What happens to file names that the file system's encoding cannot say: the name of an error handler.
#[native("()")]
fn getfilesystemencodeerrors() -> &'static str {
    "surrogateescape"
}

/// Whether the interpreter is shutting down.
#[native("()")]
fn is_finalizing(vm: &Vm) -> bool {
    vm.interp().state::<State>().finalizing.get()
}

/// getsizeof(object [, default]) -> int
///
/// How many bytes the object itself takes, without those that it refers to.
///
/// The default is for objects that cannot tell; without it they raise TypeError.
#[native("(object, default=None)", no_signature)]
fn getsizeof(vm: &Vm, object: &Object, default: Option<&Object>) -> Res {
    let size = vm.call_special(object, &vm.names().__sizeof__, &[]);
    match size {
        Ok(Some(n)) => {
            let n = vm.index_size(&n)?;
            if n < 0 {
                return Err(vm.value_error("__sizeof__() should return >= 0"));
            }
            vm.int(n)
        }
        Ok(None) => match default {
            Some(d) => Ok(d.clone()),
            None => Err(vm.type_error(format_args!(
                "Type {} doesn't define __sizeof__",
                vm.type_name(object)
            ))),
        },
        Err(r) => match default {
            Some(d) => vm.caught(r, Exc::TypeError).map(|_| d.clone()),
            None => Err(r),
        },
    }
}

/// How many references there are to the object, the argument of this call among them.
#[native("(object, /)")]
fn getrefcount(object: &Object) -> usize {
    object.refcount()
}

/// How many pieces of memory objects have at the moment.
#[native("()")]
fn getallocatedblocks(vm: &Vm) -> usize {
    // Blocks are not counted; their bytes are, and the smallest block has 16 of them.
    vm.interp().heap.used() / 16
}

/// audit(event, *args)
///
/// Tell the functions of sys.addaudithook() that something happens. An exception from one is passed on.
#[native("(event, /, *args)", no_signature)]
fn audit(vm: &Vm, event: &str, args: &[Object]) -> Res<()> {
    vm.audit(event, args.to_vec())
}

/// Have a function called with each event, name and arguments, from now on; it cannot be removed.
#[native("(hook)")]
fn addaudithook(vm: &Vm, hook: &Object) -> Res<()> {
    // The hooks that are there may refuse the new one by an exception, which is not shown.
    if let Err(r) = vm.audit("sys.addaudithook", Vec::new()) {
        return vm.caught(r, Exc::RuntimeError).map(drop);
    }
    vm.interp().state::<State>().audit_hooks.borrow_mut().push(hook.clone());
    Ok(())
}

/// Forget what look-ups on classes found; they find it again.
#[native("()")]
fn _clear_type_cache() {}
