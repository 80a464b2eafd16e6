//! `_opcode`: the table of instructions and what code objects do not show, for the library's `opcode` and `dis`.

use crate::bytecode::ops::{OPS, Op, Operand, Word};
use crate::native::{ModuleDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_opcode",
    doc: "The instructions of the machine, and the tables of code.",
    functions: natives![
        stack_effect,
        get_specialization_stats,
        instructions,
        registers,
        exceptions
    ],
    ..ModuleDef::EMPTY
};

fn operand_name(operand: Operand) -> &'static str {
    match operand {
        Operand::None => "",
        Operand::Dst => "dst",
        Operand::Reg => "reg",
        Operand::Base => "base",
        Operand::Imm => "imm",
        Operand::SImm => "simm",
        Operand::Const => "const",
        Operand::ConstLo => "constlo",
        Operand::ConstHi => "consthi",
    }
}

fn word_name(word: Word) -> &'static str {
    match word {
        Word::Name => "name",
        Word::Const => "const",
        Word::Jump => "jump",
        Word::Num => "num",
        Word::Cache => "cache",
    }
}

/// All instructions in the order of their numbers: name, description, what the three operands are and what the
/// words behind them are. Those that only the machine itself writes have no operands here: None.
#[native("()")]
fn instructions(vm: &Vm) -> Res {
    let mut rows = Vec::new();
    for (number, row) in OPS.iter().enumerate() {
        let texts = |all: &mut dyn Iterator<Item = &'static str>| -> Res {
            Ok(vm.tuple(all.map(|t| vm.intern(t).into_object()).collect())?.into_object())
        };
        let own = Op::from_u8(number as u8).is_some_and(Op::is_of_the_loop);
        let operands = match own {
            true => Object::none(),
            false => texts(&mut row.operands.iter().map(|o| operand_name(*o)))?,
        };
        let words = texts(&mut row.words.iter().map(|w| word_name(*w)))?;
        let name = vm.intern(row.name).into_object();
        let doc = vm.str(row.doc.trim())?.into_object();
        rows.push(vm.tuple(vec![name, doc, operands, words])?.into_object());
    }
    Ok(vm.list(rows)?.into_object())
}

/// How the stack's depth changes: instructions work on registers, so it is 0 for all of them.
#[native("(opcode, oparg=None, /, *, jump=None)")]
fn stack_effect(
    vm: &Vm,
    opcode: &Object,
    oparg: Option<&Object>,
    jump: Option<&Object>,
) -> Res<i64> {
    let number = vm.index_size(opcode)?;
    if let Some(oparg) = oparg {
        vm.index_size(oparg)?;
    }
    if jump.is_some_and(|jump| !jump.is_bool()) {
        return Err(vm.value_error("stack_effect: jump must be False, True or None"));
    }
    let op = u8::try_from(number).ok().and_then(Op::from_u8);
    let Some(op) = op.filter(|op| !op.is_of_the_loop()) else {
        return Err(vm.value_error("invalid opcode or oparg"));
    };
    let takes = op.info().operands.iter().any(|o| *o != Operand::None)
        || op.info().words.iter().any(|w| *w != Word::Cache);
    match (takes, oparg.is_none()) {
        (true, true) => {
            Err(vm.value_error("stack_effect: opcode requires oparg but oparg was not specified"))
        }
        (false, false) => {
            Err(vm
                .value_error("stack_effect: opcode does not permit oparg but oparg was specified"))
        }
        _ => Ok(0),
    }
}

/// None: no statistics are kept.
#[native("()")]
fn get_specialization_stats() {}

fn code_of<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Code>> {
    object.downcast::<Code>().ok_or_else(|| {
        vm.type_error(format_args!("a code object is required, not {}", vm.type_name(object)))
    })
}

/// The names of a code object's variables in the order of their registers, and how many of these registers
/// instructions can name. What the compiler added has a name that no program can write, a namespace none.
#[native("(code, /)")]
fn registers(vm: &Vm, code: &Object) -> Res {
    let code = code_of(vm, code)?;
    let names = code.varnames.iter().map(|name| name.clone().into_object()).collect();
    let near = vm.int(i64::from(code.nlocals))?;
    Ok(vm.tuple(vec![vm.tuple(names)?.into_object(), near])?.into_object())
}

/// The rows of a code object's exception table: start, end, handler (in words) and the register from which on
/// temporaries are dropped.
#[native("(code, /)")]
fn exceptions(vm: &Vm, code: &Object) -> Res {
    let code = code_of(vm, code)?;
    vm.load_body(code)?;
    let mut rows = Vec::new();
    for row in code.exceptions() {
        let numbers = [row.start, row.end, row.handler, row.depth].map(|n| vm.int(i64::from(n)));
        let [start, end, handler, depth] = numbers;
        rows.push(vm.tuple(vec![start?, end?, handler?, depth?])?.into_object());
    }
    Ok(vm.list(rows)?.into_object())
}
