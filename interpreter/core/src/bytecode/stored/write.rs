//! From a unit to an image.

use super::{DEEPEST, FORMAT_ID, tag, text};
use crate::bytecode::code::{CodeUnit, Const};
use crate::bytecode::ops::{Op, Operand, Word};
use indexmap::IndexSet;
use num_bigint::Sign;

/// A constant is nested deeper than a reader would follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDeep;

/// The image of a unit.
pub fn write(unit: &CodeUnit) -> Result<Vec<u8>, TooDeep> {
    let mut writer = Writer::default();
    let mut record = Vec::new();
    writer.code(&mut record, unit, 0)?;
    let (mut starts, mut strings) = (Vec::new(), Vec::new());
    for string in &writer.strings {
        starts.extend((strings.len() as u32).to_le_bytes());
        string.put(&mut strings);
    }
    Ok(frame(&starts, &strings, &record))
}

/// An image of where strings begin, the strings, and a code record with its length.
pub(super) fn frame(starts: &[u8], strings: &[u8], record: &[u8]) -> Vec<u8> {
    let mut out = FORMAT_ID.to_le_bytes().to_vec();
    number(&mut out, starts.len() as u64 / 4);
    out.extend(starts);
    number(&mut out, strings.len() as u64);
    out.extend(strings);
    out.extend(record);
    out
}

#[derive(PartialEq, Eq, Hash)]
enum Text {
    Narrow(String),
    Wide(Vec<u32>),
}

impl Text {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Text::Narrow(s) => {
                let is_name = s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                out.push(if is_name { text::NAME } else { text::PLAIN });
                number(out, s.len() as u64);
                out.extend(s.as_bytes());
            }
            Text::Wide(points) => {
                out.push(text::WIDE);
                number(out, points.len() as u64);
                points.iter().for_each(|p| number(out, u64::from(*p)));
            }
        }
    }
}

#[derive(Default)]
struct Writer {
    strings: IndexSet<Text>,
}

impl Writer {
    fn string(&mut self, out: &mut Vec<u8>, s: &str) {
        let index = match self.strings.get_index_of(&Text::Narrow(s.to_owned())) {
            Some(index) => index,
            None => self.strings.insert_full(Text::Narrow(s.to_owned())).0,
        };
        number(out, index as u64);
    }

    fn strings(&mut self, out: &mut Vec<u8>, strings: &[String]) {
        let mut bytes = Vec::new();
        strings.iter().for_each(|s| self.string(&mut bytes, s));
        counted(out, strings.len(), &mut bytes);
    }

    fn code(&mut self, out: &mut Vec<u8>, unit: &CodeUnit, depth: u32) -> Result<(), TooDeep> {
        let mut body = Vec::new();
        for s in [&unit.name, &unit.qualname, &unit.filename] {
            self.string(&mut body, s);
        }
        for n in [
            unit.first_line,
            unit.flags,
            unit.argcount,
            unit.posonlyargcount,
            unit.kwonlyargcount,
            unit.nlocals,
            unit.nregs,
        ] {
            number(&mut body, u64::from(n));
        }
        match &unit.doc {
            None => body.push(0),
            Some(doc) => {
                body.push(1);
                self.string(&mut body, doc);
            }
        }
        self.strings(&mut body, &unit.varnames);
        list(&mut body, unit.cells.iter().copied());
        self.strings(&mut body, &unit.freevars);
        body.push(u8::from(unit.makes_generator()));
        self.body(&mut body, unit, depth)?;
        number(out, body.len() as u64);
        out.append(&mut body);
        Ok(())
    }

    /// What is read when the code first runs.
    fn body(&mut self, out: &mut Vec<u8>, unit: &CodeUnit, depth: u32) -> Result<(), TooDeep> {
        self.strings(out, &unit.self_attributes);
        self.strings(out, &unit.names);
        words(out, unit);
        number(out, unit.exceptions.len() as u64);
        for row in &unit.exceptions {
            for n in [row.start, row.end.wrapping_sub(row.start), row.handler, row.depth] {
                number(out, u64::from(n));
            }
        }
        lines(out, unit);
        number(out, unit.consts.len() as u64);
        unit.consts.iter().try_for_each(|c| self.constant(out, c, depth))
    }

    fn constant(&mut self, out: &mut Vec<u8>, c: &Const, depth: u32) -> Result<(), TooDeep> {
        if depth >= DEEPEST {
            return Err(TooDeep);
        }
        match c {
            Const::None => out.push(tag::NONE),
            Const::True => out.push(tag::TRUE),
            Const::False => out.push(tag::FALSE),
            Const::Ellipsis => out.push(tag::ELLIPSIS),
            Const::Int(i) => {
                out.push(tag::INT);
                signed(out, *i);
            }
            Const::Big(big) => {
                let (sign, bytes) = big.to_bytes_le();
                out.push(tag::BIG);
                out.push(u8::from(sign == Sign::Minus));
                number(out, bytes.len() as u64);
                out.extend(bytes);
            }
            Const::Float(f) => {
                out.push(tag::FLOAT);
                out.extend(f.to_bits().to_le_bytes());
            }
            Const::Complex(re, im) => {
                out.push(tag::COMPLEX);
                out.extend(re.to_bits().to_le_bytes());
                out.extend(im.to_bits().to_le_bytes());
            }
            Const::Str(s) => {
                out.push(tag::STR);
                self.string(out, s);
            }
            Const::Wide(points) => {
                out.push(tag::STR);
                let index = self.strings.insert_full(Text::Wide(points.clone())).0;
                number(out, index as u64);
            }
            Const::Bytes(bytes) => {
                out.push(tag::BYTES);
                number(out, bytes.len() as u64);
                out.extend(bytes);
            }
            Const::Tuple(items) | Const::FrozenSet(items) => {
                out.push(match c {
                    Const::Tuple(_) => tag::TUPLE,
                    _ => tag::FROZEN_SET,
                });
                number(out, items.len() as u64);
                for item in items {
                    self.constant(out, item, depth + 1)?;
                }
            }
            Const::Code(unit) => {
                out.push(tag::CODE);
                self.code(out, unit, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// How many, the number of bytes unless there are none, and the bytes.
fn counted(out: &mut Vec<u8>, count: usize, bytes: &mut Vec<u8>) {
    number(out, count as u64);
    if count > 0 {
        number(out, bytes.len() as u64);
        out.append(bytes);
    }
}

fn list(out: &mut Vec<u8>, numbers: impl ExactSizeIterator<Item = u32>) {
    let (count, mut bytes) = (numbers.len(), Vec::new());
    numbers.for_each(|n| number(&mut bytes, u64::from(n)));
    counted(out, count, &mut bytes);
}

/// The number of words, then the instructions.
fn words(out: &mut Vec<u8>, unit: &CodeUnit) {
    let mut code = Vec::with_capacity(unit.words.len() * 3);
    let mut at = 0;
    while let Some(word) = unit.words.get(at) {
        let [number_, a, b, c] = word.to_le_bytes();
        code.push(number_);
        let Some(op) = Op::from_u8(number_) else { break };
        for (operand, value) in op.info().operands.iter().zip([a, b, c]) {
            if *operand != Operand::None {
                code.push(value);
            }
        }
        for (kind, value) in op.info().words.iter().zip(unit.words.iter().skip(at + 1)) {
            match kind {
                Word::Cache => {}
                Word::Jump => signed(&mut code, i64::from(*value as i32)),
                Word::Name | Word::Const | Word::Num => number(&mut code, u64::from(*value)),
            }
        }
        at += op.width();
    }
    number(out, unit.words.len() as u64);
    number(out, code.len() as u64);
    out.append(&mut code);
}

/// The number of rows and of bytes, then the rows as differences.
fn lines(out: &mut Vec<u8>, unit: &CodeUnit) {
    let mut rows = Vec::with_capacity(unit.lines.len() * 6);
    let (mut pc, mut line) = (0, unit.first_line);
    for (at, span) in &unit.lines {
        number(&mut rows, u64::from(at.wrapping_sub(pc)));
        signed(&mut rows, i64::from(span.line) - i64::from(line));
        signed(&mut rows, i64::from(span.end_line) - i64::from(span.line));
        number(&mut rows, u64::from(span.col));
        signed(&mut rows, i64::from(span.end_col) - i64::from(span.col));
        (pc, line) = (*at, span.line);
    }
    number(out, unit.lines.len() as u64);
    number(out, rows.len() as u64);
    out.append(&mut rows);
}

pub(super) fn number(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn signed(out: &mut Vec<u8>, n: i64) {
    number(out, (n << 1 ^ n >> 63) as u64);
}
