//! Checks that a unit keeps the invariant of `code.rs`: indices in their tables, jumps on instructions, registers in
//! the window. The VM trusts what passes here.

use super::code::{CodeUnit, Const};
use super::ops::{FAR_BASE, NEAR_LOCALS, Op, Operand, Word};

/// Check a unit and all units in it.
pub fn verify(unit: &CodeUnit) -> Result<(), String> {
    let mut queue = vec![unit];
    while let Some(unit) = queue.pop() {
        check(unit).map_err(|what| format!("{}: {what}", unit.qualname))?;
        for value in &unit.consts {
            if let Const::Code(code) = value {
                queue.push(code);
            }
        }
    }
    Ok(())
}

fn check(unit: &CodeUnit) -> Result<(), String> {
    let near = unit.varnames.len().min(NEAR_LOCALS);
    if unit.nlocals as usize != near {
        return Err(format!("{} near variables for {} names", unit.nlocals, unit.varnames.len()));
    }
    if unit.varnames.len() > NEAR_LOCALS
        && (unit.nregs as usize) < FAR_BASE + unit.varnames.len() - NEAR_LOCALS
    {
        return Err("window too small for far variables".into());
    }
    parameters(unit)?;
    let mut starts = vec![false; unit.words.len() + 1];
    let mut at = 0;
    let mut last = None;
    while at < unit.words.len() {
        starts[at] = true;
        let op = Op::from_u8(unit.words[at] as u8).ok_or(format!("bad instruction at {at}"))?;
        if op.is_of_the_loop() {
            return Err(format!("{op:?} at {at} is no instruction of a compiler"));
        }
        if at + op.width() > unit.words.len() {
            return Err(format!("{op:?} at {at} is cut off"));
        }
        operands(unit, op, at)?;
        last = Some(op);
        at += op.width();
    }
    if !matches!(
        last,
        Some(Op::Return | Op::ReturnNone | Op::Raise | Op::Reraise | Op::RaiseAssert | Op::Jump)
    ) {
        return Err(format!("control runs off the end after {last:?}"));
    }
    jumps(unit, &starts)?;
    super::flow::check(unit)
}

/// Parameters and cells are among the variables.
fn parameters(unit: &CodeUnit) -> Result<(), String> {
    use super::code::flags::{VARARGS, VARKEYWORDS};
    let extra = [VARARGS, VARKEYWORDS].iter().filter(|flag| unit.flags & **flag != 0).count();
    let given = u64::from(unit.argcount) + u64::from(unit.kwonlyargcount) + extra as u64;
    if given > unit.varnames.len() as u64 || unit.posonlyargcount > unit.argcount {
        return Err(format!("{given} parameters among {} variables", unit.varnames.len()));
    }
    if unit.nregs < unit.nlocals || unit.nregs as usize > FAR_BASE + unit.varnames.len() {
        return Err(format!("{} registers", unit.nregs));
    }
    match unit.cells.iter().find(|cell| **cell as usize >= unit.varnames.len()) {
        Some(cell) => Err(format!("cell {cell} of {} variables", unit.varnames.len())),
        None => Ok(()),
    }
}

fn operands(unit: &CodeUnit, op: Op, at: usize) -> Result<(), String> {
    let word = unit.words[at];
    let fields = [(word >> 8) as u8, (word >> 16) as u8, (word >> 24) as u8];
    let window = unit.nregs.min(FAR_BASE as u32);
    let in_window = |reg: u32| -> Result<(), String> {
        if reg >= window {
            return Err(format!("{op:?} at {at}: register {reg} of {window}"));
        }
        Ok(())
    };
    let constant = |index: usize| -> Result<(), String> {
        if index >= unit.consts.len() {
            return Err(format!("{op:?} at {at}: constant {index} of {}", unit.consts.len()));
        }
        Ok(())
    };
    for (operand, value) in op.info().operands.iter().zip(fields) {
        match operand {
            Operand::Dst | Operand::Reg => in_window(u32::from(value))?,
            Operand::Base => {
                let run = run_length(unit, op, at, fields);
                if run > 0 {
                    in_window(u32::from(value) + run - 1)?;
                }
            }
            Operand::Const => constant(usize::from(value))?,
            Operand::ConstLo => constant(usize::from(fields[1]) | usize::from(fields[2]) << 8)?,
            Operand::None | Operand::Imm | Operand::SImm | Operand::ConstHi => {}
        }
    }
    for (i, kind) in op.info().words.iter().enumerate() {
        let value = unit.words[at + 1 + i] as usize;
        match kind {
            Word::Name if value >= unit.names.len() => {
                return Err(format!("{op:?} at {at}: name {value} of {}", unit.names.len()));
            }
            Word::Const => {
                constant(value)?;
                if op == Op::ForTuple && !matches!(unit.consts[value], Const::Tuple(_)) {
                    return Err(format!("{op:?} at {at}: constant {value} is no tuple"));
                }
            }
            Word::Num
                if matches!(op, Op::LoadFar | Op::StoreFar | Op::TakeFar | Op::DelFar)
                    && FAR_BASE + value >= unit.nregs as usize =>
            {
                return Err(format!("{op:?} at {at}: far {value}"));
            }
            Word::Cache if value != 0 => return Err(format!("{op:?} at {at}: cache not empty")),
            _ => {}
        }
    }
    let free = match op {
        Op::LoadFree | Op::LoadClosure => Some(fields[1]),
        Op::StoreFree | Op::DelFree => Some(fields[0]),
        Op::LoadClassFree => Some(fields[2]),
        _ => None,
    };
    if let Some(free) = free
        && usize::from(free) >= unit.freevars.len()
    {
        return Err(format!("{op:?} at {at}: free variable {free} of {}", unit.freevars.len()));
    }
    let cell = match op {
        Op::LoadCell => Some(fields[1]),
        Op::StoreCell | Op::DelCell | Op::MakeCell => Some(fields[0]),
        _ => None,
    };
    if let Some(cell) = cell
        && u32::from(cell) < unit.nlocals
        && !unit.cells.contains(&u32::from(cell))
    {
        return Err(format!("{op:?} at {at}: r{cell} is no cell"));
    }
    Ok(())
}

/// How many registers an instruction uses from its base.
fn run_length(unit: &CodeUnit, op: Op, at: usize, [_, b, c]: [u8; 3]) -> u32 {
    let (b, c) = (u32::from(b), u32::from(c));
    match op {
        Op::BuildTuple | Op::BuildList | Op::BuildSet | Op::BuildString | Op::BuildSlice => c,
        Op::BuildDict => 2 * c,
        Op::BuildConstKeyDict => c,
        Op::Unpack => c,
        Op::UnpackEx => c + 1 + unit.words[at + 1],
        Op::Call | Op::CallKw => 1 + b,
        Op::CallMethod | Op::CallMethodKw | Op::CallLoaded => 2 + b,
        Op::LoadMethod => 2,
        Op::CallEx => 2 + b,
        Op::MakeFunction => match b {
            0 => 1,
            1 => 2,
            2..4 => 3,
            4..8 => 4,
            _ => 5,
        },
        Op::PushExc | Op::PopExc | Op::MatchExcGroup | Op::BeforeWith | Op::BeforeAsyncWith => 2,
        Op::WithExceptStart => 4,
        Op::ImportName => 2,
        Op::LoadSuperMethod | Op::SubscrSlice => 2,
        _ => 1,
    }
}

fn jumps(unit: &CodeUnit, starts: &[bool]) -> Result<(), String> {
    let lands = |target: Option<usize>| {
        target.is_some_and(|t| t < unit.words.len() && starts.get(t) == Some(&true))
    };
    let mut at = 0;
    while at < unit.words.len() {
        let op = Op::from_u8(unit.words[at] as u8).ok_or("bad instruction")?;
        for (i, kind) in op.info().words.iter().enumerate() {
            if *kind != Word::Jump {
                continue;
            }
            let from = at + 1 + i;
            let target = from.checked_add_signed(unit.words[from] as i32 as isize);
            if !lands(target) {
                return Err(format!("{op:?} at {at} jumps to {target:?}"));
            }
        }
        at += op.width();
    }
    for row in &unit.exceptions {
        let ok = row.start < row.end
            && row.end as usize <= unit.words.len()
            && lands(Some(row.start as usize))
            && (row.end as usize == unit.words.len() || lands(Some(row.end as usize)))
            && lands(Some(row.handler as usize))
            && row.depth >= unit.nlocals
            && row.depth <= unit.nregs;
        if !ok {
            return Err(format!("bad exception row {row:?}"));
        }
    }
    for pair in unit.lines.windows(2) {
        if pair[0].0 > pair[1].0 {
            return Err("line table not ascending".into());
        }
    }
    Ok(())
}
