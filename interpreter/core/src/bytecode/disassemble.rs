//! A readable listing of a unit and the units in it.

use std::fmt::Write;

use super::code::{CodeUnit, Const};
use super::ops::{Op, Operand, Word};

/// The listing of a unit, nested units after it.
pub fn disassemble(unit: &CodeUnit) -> String {
    let mut out = String::new();
    let mut queue = vec![unit];
    while let Some(unit) = queue.pop() {
        list(unit, &mut out);
        let inner: Vec<&CodeUnit> = unit
            .consts
            .iter()
            .filter_map(|c| match c {
                Const::Code(code) => Some(&**code),
                _ => None,
            })
            .collect();
        queue.extend(inner.into_iter().rev());
        if !queue.is_empty() {
            out.push('\n');
        }
    }
    out
}

/// A constant as Python would write it, roughly.
pub fn show(value: &Const) -> String {
    match value {
        Const::None => "None".into(),
        Const::True => "True".into(),
        Const::False => "False".into(),
        Const::Ellipsis => "Ellipsis".into(),
        Const::Int(i) => i.to_string(),
        Const::Big(b) => b.to_string(),
        Const::Float(f) => format!("{f:?}"),
        Const::Complex(r, i) => format!("({r:?}{i:+?}j)"),
        Const::Str(s) => format!("{s:?}"),
        Const::Wide(points) => {
            let mut text = String::from("\"");
            for p in points {
                match char::from_u32(*p) {
                    Some(c) => text.extend(c.escape_debug()),
                    None => _ = write!(text, "\\u{p:04x}"),
                }
            }
            text + "\""
        }
        Const::Bytes(b) => format!("b\"{}\"", b.escape_ascii()),
        Const::Tuple(items) => {
            let inner: Vec<String> = items.iter().map(show).collect();
            format!("({}{})", inner.join(", "), if items.len() == 1 { "," } else { "" })
        }
        Const::FrozenSet(items) => {
            let inner: Vec<String> = items.iter().map(show).collect();
            format!("frozenset({{{}}})", inner.join(", "))
        }
        Const::Code(code) => format!("<code {}>", code.qualname),
    }
}

fn list(unit: &CodeUnit, out: &mut String) {
    let _ = writeln!(
        out,
        "{} (line {}, flags {:#x}, {} args, {} locals, {} registers)",
        unit.qualname, unit.first_line, unit.flags, unit.argcount, unit.nlocals, unit.nregs
    );
    if !unit.varnames.is_empty() {
        let names: Vec<String> = unit
            .varnames
            .iter()
            .enumerate()
            .map(|(i, name)| {
                let cell = if unit.cells.contains(&(i as u32)) { " cell" } else { "" };
                format!("r{i}={name}{cell}")
            })
            .collect();
        let _ = writeln!(out, "  variables: {}", names.join(", "));
    }
    if !unit.freevars.is_empty() {
        let _ = writeln!(out, "  free: {}", unit.freevars.join(", "));
    }
    let targets = targets(unit);
    let mut at = 0usize;
    let mut line = 0;
    while at < unit.words.len() {
        let word = unit.words[at];
        let shown = line_at(unit, at as u32);
        let number = if shown != line { shown.to_string() } else { String::new() };
        line = shown;
        let mark = if targets.contains(&at) { ">>" } else { "" };
        let _ = write!(out, "{number:>6} {mark:>2} {at:>5}  ");
        let Some(op) = Op::from_u8(word as u8) else {
            let _ = writeln!(out, "?{word:#x}");
            at += 1;
            continue;
        };
        instruction(unit, op, at, out);
        at += op.width();
    }
    for row in &unit.exceptions {
        let _ = writeln!(
            out,
            "  exceptions in {}..{} go to {} with r{}",
            row.start, row.end, row.handler, row.depth
        );
    }
}

fn line_at(unit: &CodeUnit, pc: u32) -> u32 {
    let index = unit.lines.partition_point(|(start, _)| *start <= pc);
    let rows = unit.lines.get(..index).unwrap_or(&[]);
    rows.iter().rev().find(|(_, span)| span.line != 0).map_or(0, |(_, span)| span.line)
}

fn targets(unit: &CodeUnit) -> Vec<usize> {
    let mut found: Vec<usize> = unit.exceptions.iter().map(|r| r.handler as usize).collect();
    let mut at = 0;
    while at < unit.words.len() {
        let Some(op) = Op::from_u8(unit.words[at] as u8) else { break };
        for (i, word) in op.info().words.iter().enumerate() {
            if *word == Word::Jump
                && let Some(distance) = unit.words.get(at + 1 + i)
            {
                found.push((at + 1 + i).wrapping_add_signed(*distance as i32 as isize));
            }
        }
        at += op.width();
    }
    found
}

fn register(unit: &CodeUnit, reg: u32) -> String {
    match unit.varnames.get(reg as usize) {
        Some(name) if !name.is_empty() && reg < unit.nlocals => format!("r{reg}:{name}"),
        _ => format!("r{reg}"),
    }
}

fn instruction(unit: &CodeUnit, op: Op, at: usize, out: &mut String) {
    let word = unit.words[at];
    let fields = [word >> 8 & 255, word >> 16 & 255, word >> 24];
    let mut parts = Vec::new();
    let constant = |index: usize| unit.consts.get(index).map_or("?".into(), show);
    for (operand, value) in op.info().operands.iter().zip(fields) {
        parts.push(match operand {
            Operand::None | Operand::ConstHi => continue,
            Operand::Dst | Operand::Reg | Operand::Base => register(unit, value),
            Operand::Imm => format!("{value}"),
            Operand::SImm => format!("{}", value as u8 as i8),
            Operand::Const => constant(value as usize),
            Operand::ConstLo => constant((fields[1] | fields[2] << 8) as usize),
        });
    }
    for (i, kind) in op.info().words.iter().enumerate() {
        let Some(value) = unit.words.get(at + 1 + i) else { break };
        parts.push(match kind {
            Word::Name => unit.names.get(*value as usize).cloned().unwrap_or_default(),
            Word::Const => constant(*value as usize),
            Word::Jump => {
                format!("to {}", (at + 1 + i).wrapping_add_signed(*value as i32 as isize))
            }
            Word::Num => value.to_string(),
            Word::Cache => continue,
        });
    }
    let _ = writeln!(out, "{:<18} {}", op.info().name, parts.join(", "));
}
