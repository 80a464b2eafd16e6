//! Making runtime code from the compiler's output.
#![expect(unsafe_code, reason = "the words become cells that the loop writes")]

use super::stored::Stored;
use super::{Res, Vm};
use crate::bytecode::code::{CodeUnit, Const, flags};
use crate::bytecode::ops::{FAR_BASE, NEAR_LOCALS, Op};
use crate::object::function::{Body, LateBody, Origin};
use crate::object::*;
use std::cell::UnsafeCell;
use std::rc::Rc;

/// Code that is no object yet.
#[derive(Clone)]
pub enum Program {
    /// What the compiler just made.
    Unit(Rc<CodeUnit>),
    /// An image that our compiler made.
    Stored(Stored),
    /// What somebody else made.
    Made(Obj<Code>),
    /// There is none, for this reason: an exception.
    Failed(Object),
}

impl From<Rc<CodeUnit>> for Program {
    fn from(unit: Rc<CodeUnit>) -> Program {
        Program::Unit(unit)
    }
}

/// The code object of a unit or an image.
pub fn load(vm: &Vm, program: impl Into<Program>) -> Res<Obj<Code>> {
    match program.into() {
        Program::Unit(unit) => vm.recurse(" during compilation", || load_unit(vm, unit)),
        Program::Stored(stored) => super::stored::load(vm, &stored),
        Program::Made(code) => Ok(code),
        Program::Failed(exception) => Err(vm.raise(exception)),
    }
}

/// The positional parameters, if calls with as many need no binding, else `u32::MAX`; and the same for calls that
/// enter a frame at once.
pub(super) fn quick_args(
    code_flags: u32,
    argcount: u32,
    kwonlyargcount: u32,
    nregs: u32,
    makes_generator: bool,
) -> (u32, u32) {
    // (Code of a module needs its namespace: `enter_bound`.)
    let plain = code_flags & (flags::VARARGS | flags::VARKEYWORDS | flags::OPTIMIZED)
        == flags::OPTIMIZED
        && kwonlyargcount == 0
        && argcount as usize <= NEAR_LOCALS
        && nregs < FAR_BASE as u32;
    let simple = if plain { argcount } else { u32::MAX };
    (simple, if makes_generator { u32::MAX } else { simple })
}

fn load_unit(vm: &Vm, unit: Rc<CodeUnit>) -> Res<Obj<Code>> {
    let consts = unit.consts.iter().map(|c| constant(vm, c)).collect::<Res<Box<[Object]>>>()?;
    let intern = |names: &[String]| names.iter().map(|n| vm.intern(n)).collect::<Box<[Obj<Str>]>>();
    let words = fresh_words(&unit);
    let (simple_args, direct_args) = quick_args(
        unit.flags,
        unit.argcount,
        unit.kwonlyargcount,
        unit.nregs,
        unit.makes_generator(),
    );
    let doc = match &unit.doc {
        Some(d) => Some(vm.str(d)?.into_object()),
        None => None,
    };
    let body = Body {
        words,
        consts,
        names: intern(&unit.names),
        exceptions: unit.exceptions.clone().into_boxed_slice(),
        self_attributes: intern(&unit.self_attributes),
    };
    let code = Code {
        body: LateBody::given(body, unit.lines.clone().into_boxed_slice()),
        nlocals: unit.nlocals,
        nregs: unit.nregs,
        simple_args,
        direct_args,
        flags: unit.flags,
        argcount: unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        varnames: intern(&unit.varnames),
        cells: unit.cells.clone().into_boxed_slice(),
        freevars: intern(&unit.freevars),
        name: vm.intern(&unit.name),
        qualname: vm.intern(&unit.qualname),
        filename: vm.str(&unit.filename)?,
        first_line: unit.first_line,
        doc,
        origin: Origin::Unit(unit),
    };
    vm.alloc_typed(&vm.types().code, code, 0)
}

/// The unit's words as the loop wants them: caches empty, compare-branches specialised.
fn fresh_words(unit: &CodeUnit) -> Box<[UnsafeCell<u32>]> {
    let mut words: Box<[u32]> = unit.words.clone().into_boxed_slice();
    let mut at = 0;
    while let Some(word) = words.get_mut(at) {
        let width = Op::from_u8(*word as u8).map_or(1, Op::width);
        *word = Op::specialised(*word, unit.nlocals);
        at += width;
    }
    as_cells(words)
}

/// Words that may be written from now on.
pub(super) fn as_cells(words: Box<[u32]>) -> Box<[UnsafeCell<u32>]> {
    // SAFETY: UnsafeCell<u32> has the layout of u32.
    unsafe { Box::from_raw(Box::into_raw(words) as *mut [UnsafeCell<u32>]) }
}

fn is_identifier_like(s: &str) -> bool {
    s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The object of a constant.
pub(crate) fn constant(vm: &Vm, c: &Const) -> Res {
    Ok(match c {
        Const::None => Object::none(),
        Const::True => Object::bool(true),
        Const::False => Object::bool(false),
        Const::Ellipsis => Object::ellipsis(),
        Const::Int(i) => vm.int(*i)?,
        Const::Big(b) => vm.bigint(b.clone())?,
        Const::Float(f) => vm.float(*f)?,
        Const::Complex(re, im) => vm.complex(*re, *im)?,
        Const::Str(s) if is_identifier_like(s) => vm.intern(s).into_object(),
        Const::Str(s) => vm.str(s)?.into_object(),
        Const::Wide(points) => super::stored::wide(vm, points)?.into_object(),
        Const::Bytes(b) => vm.bytes(b)?.into_object(),
        Const::Tuple(items) => {
            let items = items.iter().map(|c| constant(vm, c)).collect::<Res<Vec<Object>>>()?;
            vm.tuple(items)?.into_object()
        }
        Const::FrozenSet(items) => {
            let set = vm.new_frozenset()?;
            for c in items {
                set.add(vm, &constant(vm, c)?)?;
            }
            set.into_object()
        }
        Const::Code(unit) => load(vm, Rc::new((**unit).clone()))?.into_object(),
    })
}

/// A function of module-level code, ready for `run_code`.
pub fn module_function(vm: &Vm, code: Obj<Code>, globals: &Obj<Dict>) -> Res<Obj<Function>> {
    let builtins = builtins_for(vm, globals)?;
    vm.alloc_typed(&vm.types().function, Function::new(code, globals.clone(), builtins), 0)
}

/// The builtins that code with these globals sees: `__builtins__`, which is set if missing.
pub fn builtins_for(vm: &Vm, globals: &Obj<Dict>) -> Res<Obj<Dict>> {
    let name = &vm.names().__builtins__;
    match globals.get_str(vm, name) {
        Some(o) => {
            if let Some(m) = o.downcast::<Module>() {
                return Ok(m.dict.clone());
            }
            if let Some(d) = o.downcast::<Dict>() {
                return Ok(d.clone());
            }
        }
        None => {
            let modules = vm.interp().modules.get_as::<Dict>();
            if let Some(m) = modules.and_then(|m| m.get_named(vm, "builtins")) {
                globals.set_str(vm, name, m)?;
            }
        }
    }
    match vm.interp().builtins.get_as::<Dict>() {
        Some(d) => Ok(d),
        None => vm.new_dict(),
    }
}

/// Run a module's code in `globals`.
pub fn run_module(vm: &Vm, program: impl Into<Program>, globals: &Obj<Dict>) -> Res {
    let code = load(vm, program)?;
    let function = module_function(vm, code, globals)?;
    super::function_call::run_code(vm, &function, Some(globals.as_object()))
}

/// The same code with other constants (as many).
pub(crate) fn with_consts(vm: &Vm, code: &Obj<Code>, consts: &[Object]) -> Res<Obj<Code>> {
    vm.load_body(code)?;
    let body = Body {
        words: fresh_words(&*code.unit(vm)?),
        consts: consts.to_vec().into_boxed_slice(),
        names: code.names().into(),
        exceptions: code.exceptions().into(),
        self_attributes: code.self_attributes().into(),
    };
    let copy = Code {
        body: LateBody::given(body, code.lines().into()),
        varnames: code.varnames.clone(),
        cells: code.cells.clone(),
        freevars: code.freevars.clone(),
        name: code.name.clone(),
        qualname: code.qualname.clone(),
        filename: code.filename.clone(),
        doc: code.doc.clone(),
        origin: code.origin.clone(),
        ..**code
    };
    vm.alloc_typed(&vm.types().code, copy, 0)
}
