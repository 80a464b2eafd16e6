//! Functions that run source text or code objects: compile, eval, exec.

use super::frames::locals_of_caller;
use crate::bytecode::code::flags;
use crate::compile::{CompileError, CompileOptions, Compiled, Mode};
use crate::native::{ArgInfo, FromArg, FsPath, NativeDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use std::rc::Rc;
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] = natives![compile, eval, exec];

/// Future flags (`from __future__ import ...`) that compiled text inherits.
const FUTURE: u32 = 0x1fe_0000;
const ONLY_AST: u32 = 0x400;
const TOP_LEVEL_AWAIT: u32 = 0x2000;
const INCOMPLETE_INPUT: u32 = 0x4000;
/// At the end of an interactive text its indented block is not over.
const NO_IMPLIED_DEDENT: u32 = 0x200;
/// All that `compile()` knows: the above, type comments, and the flag of nested scopes.
const KNOWN: u32 =
    FUTURE | ONLY_AST | TOP_LEVEL_AWAIT | INCOMPLETE_INPUT | NO_IMPLIED_DEDENT | 0x1000 | 0x10;

/// How eval() and exec() compile text.
fn options(vm: &Vm) -> CompileOptions {
    CompileOptions { optimize: super::sys::optimize_level(vm), ..CompileOptions::default() }
}

/// Future flags of the calling code.
fn inherited(vm: &Vm) -> Res<u32> {
    Ok(vm.frame_at(0)?.map_or(0, |frame| frame.code.flags() & FUTURE))
}

/// The bytes of source text; None if the object is nothing of the kind.
pub(super) fn source_bytes(vm: &Vm, source: &Object) -> Res<Option<Vec<u8>>> {
    let bytes = if let Some(text) = source.downcast::<Str>() {
        let text = vm.utf8(text)?;
        vm.need_room(text.len())?;
        text.into_owned().into_bytes()
    } else if vm.class_of(source).slots().buffer.is_some() || source.downcast::<Bytes>().is_some() {
        crate::native::buffer::bytes_of(vm, source)?
    } else {
        return Ok(None);
    };
    if bytes.contains(&0) {
        return Err(vm.value_error("source code string cannot contain null bytes"));
    }
    Ok(Some(bytes))
}

/// The name of a file that code is from: a path, or (with a warning) any bytes-like object.
pub(super) fn code_filename(vm: &Vm, given: &Object) -> Res<FsPath> {
    let info = ArgInfo { function: "compile", name: "filename", index: 1 };
    if given.downcast::<Bytes>().is_some() || vm.class_of(given).slots().buffer.is_none() {
        return FsPath::from_arg(vm, given, &mut (), &info);
    }
    let class = vm.type_name(given);
    let warning = format!("path should be string, bytes, or os.PathLike, not {class}");
    vm.warn(Exc::DeprecationWarning, &warning, 1)?;
    let bytes = vm.bytes(&crate::native::buffer::bytes_of(vm, given)?)?.into_object();
    FsPath::from_arg(vm, &bytes, &mut (), &info)
}

/// Compile text (an str is UTF-8 whatever it declares; bytes are decoded as they declare).
fn compiled(
    vm: &Vm,
    is_text: bool,
    bytes: &[u8],
    filename: &str,
    options: &CompileOptions,
    incomplete_input: bool,
) -> Res<Obj<Code>> {
    let compile = |bytes: &[u8], is_text| match std::str::from_utf8(bytes) {
        Ok(text) if is_text => crate::compile::compile_str(text, filename, options),
        _ => crate::compile::compile_source(bytes, filename, options),
    };
    let result = super::source::read_with(vm, bytes, is_text, compile)?;
    loaded(vm, result, filename, incomplete_input)
}

/// The code object of what was compiled.
fn loaded(
    vm: &Vm,
    result: Result<Compiled, CompileError>,
    filename: &str,
    incomplete_input: bool,
) -> Res<Obj<Code>> {
    match result {
        Ok(compiled) => {
            for warning in &compiled.warnings {
                super::source::warn(vm, warning, filename)?;
            }
            crate::vm::code::load(vm, Rc::new(compiled.unit))
        }
        Err(error) => {
            Err(super::source::raise(vm, &error, filename, incomplete_input && error.incomplete))
        }
    }
}

/// Turn source text, or a tree of module ast, into code for exec() and eval().
///
/// filename is what tracebacks show. mode says what the text is: 'exec' statements, 'eval' one
/// expression, 'single' one statement of an interactive session, the value of which is shown. flags
/// switches features of module `__future__` on, besides those of the calling code unless dont_inherit is
/// true. optimize is the level of option -O, -1 for the interpreter's own.
#[native(
    "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)"
)]
#[expect(clippy::too_many_arguments, reason = "Python's signature")]
fn compile(
    vm: &Vm,
    source: &Object,
    filename: &Object,
    mode: &str,
    flags: i32,
    dont_inherit: bool,
    optimize: i32,
    _feature_version: i32,
) -> Res {
    let filename = code_filename(vm, filename)?;
    let asked = flags as u32;
    if asked & !KNOWN != 0 {
        return Err(vm.value_error("compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(vm.value_error("compile(): invalid optimize value"));
    }
    let mode = match mode {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" if asked & ONLY_AST != 0 => {
            return Err(vm.not_implemented_error("compile() of the mode 'func_type'"));
        }
        "func_type" => {
            return Err(vm.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ if asked & ONLY_AST != 0 => {
            return Err(
                vm.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'")
            );
        }
        _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let inherited_flags = asked & FUTURE | if dont_inherit { 0 } else { inherited(vm)? };
    let options = CompileOptions {
        mode,
        optimize: u8::try_from(optimize).unwrap_or_else(|_| super::sys::optimize_level(vm)),
        inherited_flags,
        allow_top_level_await: asked & TOP_LEVEL_AWAIT != 0,
    };
    if super::ast::is_node(vm, source)? {
        if asked & ONLY_AST != 0 {
            return Ok(source.clone());
        }
        let filename = String::from_utf8_lossy(&filename.bytes);
        let (tree, depth) = super::ast::read(vm, source, mode)?;
        let result = crate::compile::compile_tree(tree, depth, &filename, &options);
        return Ok(loaded(vm, result, &filename, false)?.into_object());
    }
    let Some(bytes) = source_bytes(vm, source)? else {
        return Err(vm.type_error("compile() arg 1 must be a string, bytes or AST object"));
    };
    if asked & ONLY_AST != 0 {
        let is_text = source.downcast::<Str>().is_some();
        let filename = String::from_utf8_lossy(&filename.bytes);
        let read = |bytes: &[u8], is_text| crate::compile::tree_of(bytes, is_text, mode);
        return match super::source::read_with(vm, &bytes, is_text, read)? {
            Ok((node, warnings)) => {
                for warning in &warnings {
                    super::source::warn(vm, warning, &filename)?;
                }
                super::ast::node(vm, &node)
            }
            Err(error) => {
                let incomplete = asked & INCOMPLETE_INPUT != 0 && error.incomplete;
                Err(super::source::raise(vm, &error, &filename, incomplete))
            }
        };
    }
    let filename = String::from_utf8_lossy(&filename.bytes).into_owned();
    let is_text = source.downcast::<Str>().is_some();
    let incomplete = asked & INCOMPLETE_INPUT != 0;
    let code = compiled(vm, is_text, &bytes, &filename, &options, incomplete)?;
    if asked & NO_IMPLIED_DEDENT != 0 && mode == Mode::Single {
        let text = String::from_utf8_lossy(&bytes);
        if let Some(error) = crate::compile::unfinished_block(&text) {
            return Err(super::source::raise(vm, &error, &filename, incomplete));
        }
    }
    Ok(code.into_object())
}

/// Run code in these namespaces.
fn run(vm: &Vm, code: Obj<Code>, globals: &Obj<Dict>, locals: &Object, closure: Slot) -> Res {
    let function = crate::vm::code::module_function(vm, code.clone(), globals)?;
    function.closure.assign(closure.take());
    // The code of a function keeps its variables in its frame.
    let namespace = (code.flags() & flags::OPTIMIZED == 0).then_some(locals);
    crate::vm::function_call::run_code(vm, &function, namespace)
}

fn is_mapping(vm: &Vm, object: &Object) -> bool {
    vm.class_of(object).slots().getitem.is_some()
}

/// The namespaces that eval and exec use for what they are given.
fn namespaces(
    vm: &Vm,
    globals: Option<&Object>,
    locals: Option<&Object>,
) -> Res<(Obj<Dict>, Object)> {
    let Some(globals) = globals.and_then(|g| g.downcast::<Dict>()) else {
        let Some(current) = vm.current_globals() else {
            return Err(vm.system_error("globals and locals cannot be NULL"));
        };
        let locals = match locals {
            Some(locals) => locals.clone(),
            None => locals_of_caller(vm)?,
        };
        return Ok((current, locals));
    };
    let locals = locals.unwrap_or(globals.as_object()).clone();
    Ok((globals.clone(), locals))
}

/// The value of an expression: text, or code made by compile().
///
/// Names are looked up in globals, a dict, and before that in locals, any mapping. Without locals,
/// globals is both; without either, they are those of the caller.
#[native("(source, globals=None, locals=None, /)")]
fn eval(vm: &Vm, source: &Object, globals: Option<&Object>, locals: Option<&Object>) -> Res {
    if locals.is_some_and(|locals| !is_mapping(vm, locals)) {
        return Err(vm.type_error("locals must be a mapping"));
    }
    if let Some(globals) = globals
        && globals.downcast::<Dict>().is_none()
    {
        return Err(vm.type_error(if is_mapping(vm, globals) {
            "globals must be a real dict; try eval(code, {}, mapping)"
        } else {
            "globals must be a dict"
        }));
    }
    let (globals, locals) = namespaces(vm, globals, locals)?;
    if let Some(code) = source.downcast::<Code>() {
        if !code.freevars.is_empty() {
            return Err(
                vm.type_error("code object passed to eval() may not contain free variables")
            );
        }
        return run(vm, code.clone(), &globals, &locals, Slot::empty());
    }
    let Some(bytes) = source_bytes(vm, source)? else {
        return Err(vm.type_error("eval() arg 1 must be a string, bytes or code object"));
    };
    let start = bytes.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let inherited_flags = inherited(vm)?;
    let options = CompileOptions { mode: Mode::Eval, inherited_flags, ..options(vm) };
    let is_text = source.downcast::<Str>().is_some();
    let code = compiled(vm, is_text, &bytes[start..], "<string>", &options, false)?;
    run(vm, code, &globals, &locals, Slot::empty())
}

/// Run statements: text, or code made by compile().
///
/// Names are looked up in globals, a dict, and before that in locals, any mapping, where assignments
/// go too. Without locals, globals is both; without either, they are those of the caller. For the code
/// of a nested function, closure is a tuple of as many cells as it has free variables.
#[native("(source, globals=None, locals=None, /, *, closure=None)")]
fn exec(
    vm: &Vm,
    source: &Object,
    globals: Option<&Object>,
    locals: Option<&Object>,
    closure: Option<&Object>,
) -> Res<()> {
    if let Some(globals) = globals
        && globals.downcast::<Dict>().is_none()
    {
        let got = vm.type_name(globals);
        return Err(vm.type_error(format_args!("exec() globals must be a dict, not {got}")));
    }
    if let Some(locals) = locals
        && !is_mapping(vm, locals)
    {
        let got = vm.type_name(locals);
        return Err(vm.type_error(format_args!("locals must be a mapping or None, not {got}")));
    }
    let (globals, locals) = namespaces(vm, globals, locals)?;
    if let Some(code) = source.downcast::<Code>() {
        let count = code.freevars.len();
        let cells = closure.and_then(|c| c.downcast::<Tuple>());
        if count == 0 && closure.is_some() {
            return Err(vm.type_error("cannot use a closure with this code object"));
        }
        let fits = |cells: &Obj<Tuple>| {
            cells.len() == count
                && cells.as_slice().iter().all(|cell| cell.downcast::<CellObject>().is_some())
        };
        if count > 0 && !cells.is_some_and(fits) {
            return Err(vm.type_error(format_args!(
                "code object requires a closure of exactly length {count}"
            )));
        }
        let closure = Slot::from(cells.filter(|_| count > 0).map(|c| c.as_object().clone()));
        run(vm, code.clone(), &globals, &locals, closure)?;
        return Ok(());
    }
    if closure.is_some() {
        return Err(vm.type_error("closure can only be used when source is a code object"));
    }
    let Some(bytes) = source_bytes(vm, source)? else {
        return Err(vm.type_error("exec() arg 1 must be a string, bytes or code object"));
    };
    let inherited_flags = inherited(vm)?;
    let options = CompileOptions { inherited_flags, ..options(vm) };
    let is_text = source.downcast::<Str>().is_some();
    let code = compiled(vm, is_text, &bytes, "<string>", &options, false)?;
    run(vm, code, &globals, &locals, Slot::empty())?;
    Ok(())
}
