//! From an image to a unit, or, record by record, to whatever the caller makes of it.

use super::pool::NamePool;
use super::write::{frame, number};
use super::{DEEPEST, FORMAT_ID, tag, text};
use crate::bytecode::code::{CodeUnit, Const, ExceptionRow, Span};
use crate::bytecode::ops::{Op, Operand, Word};
use num_bigint::{BigInt, Sign};

/// These bytes are no image of this build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

type Read<T> = Result<T, Damaged>;

/// A place in an image.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Read<u8> {
        let (first, rest) = self.rest.split_first().ok_or(Damaged)?;
        self.rest = rest;
        Ok(*first)
    }

    #[inline]
    fn number(&mut self) -> Read<u64> {
        let first = self.byte()?;
        if first < 0x80 { Ok(u64::from(first)) } else { self.long_number(first) }
    }

    fn long_number(&mut self, first: u8) -> Read<u64> {
        let mut n = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(Damaged)
    }

    fn small(&mut self) -> Read<u32> {
        u32::try_from(self.number()?).map_err(|_| Damaged)
    }

    fn signed(&mut self) -> Read<i64> {
        let n = self.number()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    fn take(&mut self, len: usize) -> Read<&'a [u8]> {
        let (front, rest) = self.rest.split_at_checked(len).ok_or(Damaged)?;
        self.rest = rest;
        Ok(front)
    }

    /// Bytes with their length in front.
    fn block(&mut self) -> Read<Reader<'a>> {
        let len = usize::try_from(self.number()?).map_err(|_| Damaged)?;
        Ok(Reader { rest: self.take(len)? })
    }

    /// A number of things of which each takes a byte at least.
    fn count(&mut self) -> Read<usize> {
        let n = usize::try_from(self.number()?).map_err(|_| Damaged)?;
        if n > self.rest.len() { Err(Damaged) } else { Ok(n) }
    }

    fn float(&mut self) -> Read<f64> {
        let bytes = self.take(8)?.try_into().map_err(|_| Damaged)?;
        Ok(f64::from_bits(u64::from_le_bytes(bytes)))
    }

    /// A list of indices or other numbers.
    fn indices(&mut self) -> Read<Indices<'a>> {
        let count = self.count()?;
        let rest = if count == 0 { Reader { rest: &[] } } else { self.block()? };
        if count > rest.rest.len() {
            return Err(Damaged);
        }
        Ok(Indices { count, rest })
    }

    /// The next constant; of tuples and sets, their length: their items follow.
    pub fn constant(&mut self) -> Read<ConstRecord<'a>> {
        Ok(match self.byte()? {
            tag::NONE => ConstRecord::None,
            tag::TRUE => ConstRecord::True,
            tag::FALSE => ConstRecord::False,
            tag::ELLIPSIS => ConstRecord::Ellipsis,
            tag::INT => ConstRecord::Int(self.signed()?),
            tag::BIG => {
                let sign = if self.byte()? == 0 { Sign::Plus } else { Sign::Minus };
                ConstRecord::Big(BigInt::from_bytes_le(sign, self.block()?.rest))
            }
            tag::FLOAT => ConstRecord::Float(self.float()?),
            tag::COMPLEX => ConstRecord::Complex(self.float()?, self.float()?),
            tag::STR => ConstRecord::Str(self.small()?),
            tag::BYTES => ConstRecord::Bytes(self.block()?.rest),
            tag::TUPLE => ConstRecord::Tuple(self.count()?),
            tag::FROZEN_SET => ConstRecord::FrozenSet(self.count()?),
            tag::CODE => ConstRecord::Code(CodeRecord::read(self.block()?)?),
            _ => return Err(Damaged),
        })
    }
}

/// Indices of strings or other numbers, counted.
#[derive(Clone, Copy)]
pub struct Indices<'a> {
    count: usize,
    rest: Reader<'a>,
}

impl Indices<'_> {
    /// How many.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl Iterator for Indices<'_> {
    type Item = Read<u32>;

    fn next(&mut self) -> Option<Read<u32>> {
        self.count = self.count.checked_sub(1)?;
        Some(self.rest.small())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.count, Some(self.count))
    }
}

/// A constant; strings are indices.
pub enum ConstRecord<'a> {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    Big(BigInt),
    Float(f64),
    Complex(f64, f64),
    Str(u32),
    Bytes(&'a [u8]),
    Tuple(usize),
    FrozenSet(usize),
    Code(CodeRecord<'a>),
}

/// A string of an image.
pub enum StringRecord<'a> {
    /// UTF-8, which is not checked yet.
    Plain(&'a [u8]),
    /// To be interned.
    Name(&'a str),
    /// The same, of the library's pool.
    Shared(u32),
    Wide(Vec<u32>),
}

/// The parts of a code record that a function is made of. Names are indices of strings.
#[derive(Clone, Copy)]
pub struct CodeRecord<'a> {
    pub name: u32,
    pub qualname: u32,
    pub filename: u32,
    pub first_line: u32,
    pub flags: u32,
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub nlocals: u32,
    pub nregs: u32,
    pub doc: Option<u32>,
    pub varnames: Indices<'a>,
    pub cells: Indices<'a>,
    pub freevars: Indices<'a>,
    /// The first instruction is MakeGenerator.
    pub makes_generator: bool,
    body: Reader<'a>,
    /// All of the record.
    pub bytes: &'a [u8],
}

/// The parts that are needed to run it.
pub struct BodyRecord<'a> {
    first_line: u32,
    pub self_attributes: Indices<'a>,
    pub names: Indices<'a>,
    words: usize,
    instructions: Reader<'a>,
    pub exceptions: Vec<ExceptionRow>,
    rows: usize,
    lines: Reader<'a>,
    /// The constants follow here.
    pub constants: usize,
    pub rest: Reader<'a>,
}

impl<'a> CodeRecord<'a> {
    /// From the [`CodeRecord::bytes`] of a record that was read before.
    pub fn again(bytes: &'a [u8]) -> Read<CodeRecord<'a>> {
        CodeRecord::read(Reader { rest: bytes })
    }

    fn read(mut r: Reader<'a>) -> Read<CodeRecord<'a>> {
        let bytes = r.rest;
        let r = &mut r;
        let (name, qualname, filename) = (r.small()?, r.small()?, r.small()?);
        let (first_line, flags) = (r.small()?, r.small()?);
        let (argcount, posonlyargcount, kwonlyargcount) = (r.small()?, r.small()?, r.small()?);
        let (nlocals, nregs) = (r.small()?, r.small()?);
        let doc = match r.byte()? {
            0 => None,
            _ => Some(r.small()?),
        };
        let (varnames, cells, freevars) = (r.indices()?, r.indices()?, r.indices()?);
        let makes_generator = r.byte()? != 0;
        Ok(CodeRecord {
            name,
            qualname,
            filename,
            first_line,
            flags,
            argcount,
            posonlyargcount,
            kwonlyargcount,
            nlocals,
            nregs,
            doc,
            varnames,
            cells,
            freevars,
            makes_generator,
            body: *r,
            bytes,
        })
    }

    /// What is behind that.
    pub fn body(&self) -> Read<BodyRecord<'a>> {
        let r = &mut { self.body };
        let (self_attributes, names) = (r.indices()?, r.indices()?);
        let words = usize::try_from(r.number()?).map_err(|_| Damaged)?;
        let instructions = r.block()?;
        let exceptions = (0..r.count()?).map(|_| exception_row(r)).collect::<Read<_>>()?;
        let rows = r.count()?;
        let lines = r.block()?;
        let constants = r.count()?;
        Ok(BodyRecord {
            first_line: self.first_line,
            self_attributes,
            names,
            words,
            instructions,
            exceptions,
            rows,
            lines,
            constants,
            rest: *r,
        })
    }
}

impl<'a> BodyRecord<'a> {
    /// The instructions as words, caches empty; each first word goes through `map`.
    pub fn words(&self, map: impl Fn(u32) -> u32) -> Read<Vec<u32>> {
        let mut r = self.instructions;
        // No instruction has more cache words than this for each byte of it.
        if self.words > r.rest.len().saturating_mul(8) {
            return Err(Damaged);
        }
        let mut out = Vec::new();
        out.try_reserve_exact(self.words).map_err(|_| Damaged)?;
        while !r.rest.is_empty() {
            let op = Op::from_u8(r.byte()?).ok_or(Damaged)?;
            let info = op.info();
            let mut word = op as u32;
            for (i, operand) in info.operands.iter().enumerate() {
                if *operand != Operand::None {
                    word |= u32::from(r.byte()?) << (8 * (i + 1));
                }
            }
            out.push(map(word));
            for kind in info.words {
                out.push(match kind {
                    Word::Cache => 0,
                    Word::Jump => r.signed()? as u32,
                    Word::Name | Word::Const | Word::Num => r.small()?,
                });
            }
        }
        if out.len() == self.words { Ok(out) } else { Err(Damaged) }
    }

    /// The line table.
    pub fn lines(&self) -> Read<Vec<(u32, Span)>> {
        let mut r = self.lines;
        if self.rows > r.rest.len() {
            return Err(Damaged);
        }
        let mut out = Vec::new();
        out.try_reserve_exact(self.rows).map_err(|_| Damaged)?;
        let (mut pc, mut line) = (0u32, i64::from(self.first_line));
        let fits = |n: i64| u32::try_from(n).map_err(|_| Damaged);
        for _ in 0..self.rows {
            pc = pc.checked_add(r.small()?).ok_or(Damaged)?;
            line = line.checked_add(r.signed()?).ok_or(Damaged)?;
            let end_line = line.checked_add(r.signed()?).ok_or(Damaged)?;
            let col = r.small()?;
            let end_col = i64::from(col).checked_add(r.signed()?).ok_or(Damaged)?;
            let span =
                Span { line: fits(line)?, end_line: fits(end_line)?, col, end_col: fits(end_col)? };
            out.push((pc, span));
        }
        Ok(out)
    }
}

/// Where the entry `index` of a list of `u32`s (little endian) says that something begins.
pub(super) fn start_at(starts: &[u8], index: usize) -> Read<usize> {
    let at = index.checked_mul(4).ok_or(Damaged)?;
    let start = starts.get(at..).and_then(|rest| rest.first_chunk::<4>()).ok_or(Damaged)?;
    Ok(u32::from_le_bytes(*start) as usize)
}

/// The text of a record.
pub fn utf8(bytes: &[u8]) -> Read<&str> {
    std::str::from_utf8(bytes).map_err(|_| Damaged)
}

fn exception_row(r: &mut Reader) -> Read<ExceptionRow> {
    let (start, len, handler, depth) = (r.small()?, r.small()?, r.small()?, r.small()?);
    let end = start.checked_add(len).ok_or(Damaged)?;
    Ok(ExceptionRow { start, end, handler, depth })
}

/// An image whose frame is in order.
#[derive(Clone, Copy)]
pub struct Image<'a> {
    count: usize,
    starts: &'a [u8],
    strings: &'a [u8],
    root: Reader<'a>,
    pool: NamePool<'a>,
}

impl<'a> Image<'a> {
    /// Look at the frame of an image; `pool` is the one that it was made with.
    pub fn open(bytes: &'a [u8], pool: NamePool<'a>) -> Read<Image<'a>> {
        let mut r = Reader { rest: bytes };
        if r.take(8)? != FORMAT_ID.to_le_bytes() {
            return Err(Damaged);
        }
        let count = r.count()?;
        let starts = r.take(count.checked_mul(4).ok_or(Damaged)?)?;
        let strings = r.block()?.rest;
        Ok(Image { count, starts, strings, root: r.block()?, pool })
    }

    /// The same image with other strings.
    pub(super) fn with_strings(&self, starts: &[u8], strings: &[u8]) -> Vec<u8> {
        let mut record = Vec::new();
        number(&mut record, self.root.rest.len() as u64);
        record.extend(self.root.rest);
        frame(starts, strings, &record)
    }

    /// Where a string lies.
    fn place(&self, index: u32) -> Read<Reader<'a>> {
        let start = start_at(self.starts, index as usize)?;
        Ok(Reader { rest: self.strings.get(start..).ok_or(Damaged)? })
    }

    /// One of the strings; of one that is shared, its number.
    #[inline]
    pub fn string(&self, index: u32) -> Read<StringRecord<'a>> {
        let mut r = self.place(index)?;
        match r.byte()? {
            text::SHARED => Ok(StringRecord::Shared(r.small()?)),
            text::NAME => Ok(StringRecord::Name(utf8(r.block()?.rest)?)),
            text::PLAIN => Ok(StringRecord::Plain(r.block()?.rest)),
            text::WIDE => {
                let points = (0..r.count()?).map(|_| r.small()).collect::<Read<Vec<u32>>>()?;
                let fit = points.iter().all(|p| *p <= 0x10ffff);
                if fit { Ok(StringRecord::Wide(points)) } else { Err(Damaged) }
            }
            _ => Err(Damaged),
        }
    }

    /// All strings as they lie there: the kind, all of it, and of texts the bytes.
    pub(super) fn raw_strings(&self) -> impl Iterator<Item = Read<(u8, &'a [u8], &'a [u8])>> {
        (0..self.count as u32).map(|index| {
            let place = self.place(index)?;
            let mut r = place;
            let kind = r.byte()?;
            let mut bytes: &[u8] = &[];
            match kind {
                text::WIDE => (0..r.count()?).try_for_each(|_| r.small().map(drop))?,
                text::SHARED => drop(r.small()?),
                _ => bytes = r.block()?.rest,
            }
            let whole = place.rest.len() - r.rest.len();
            Ok((kind, place.rest.get(..whole).ok_or(Damaged)?, bytes))
        })
    }

    /// The outermost code.
    pub fn code(&self) -> Read<CodeRecord<'a>> {
        CodeRecord::read(self.root)
    }

    /// All of it as a unit, as it was before it was written.
    pub fn unit(&self) -> Read<CodeUnit> {
        self.unit_of(&self.code()?, 0)
    }

    fn name(&self, index: u32) -> Read<String> {
        match self.string(index)? {
            StringRecord::Plain(s) => utf8(s).map(str::to_owned),
            StringRecord::Name(s) => Ok(s.to_owned()),
            StringRecord::Shared(number) => self.pool.name(number).map(str::to_owned),
            StringRecord::Wide(_) => Err(Damaged),
        }
    }

    /// One code of the image as a unit, from [`CodeRecord::bytes`].
    pub fn unit_at(&self, bytes: &'a [u8]) -> Read<CodeUnit> {
        self.unit_of(&CodeRecord::again(bytes)?, 0)
    }

    fn unit_of(&self, record: &CodeRecord<'a>, depth: u32) -> Read<CodeUnit> {
        let names = |list: Indices| list.map(|i| self.name(i?)).collect::<Read<Vec<String>>>();
        let body = record.body()?;
        let mut rest = body.rest;
        Ok(CodeUnit {
            name: self.name(record.name)?,
            qualname: self.name(record.qualname)?,
            filename: self.name(record.filename)?,
            first_line: record.first_line,
            flags: record.flags,
            argcount: record.argcount,
            posonlyargcount: record.posonlyargcount,
            kwonlyargcount: record.kwonlyargcount,
            varnames: names(record.varnames)?,
            cells: record.cells.collect::<Read<_>>()?,
            freevars: names(record.freevars)?,
            nlocals: record.nlocals,
            nregs: record.nregs,
            words: body.words(|word| word)?,
            consts: self.constants(&mut rest, body.constants, depth)?,
            names: names(body.names)?,
            exceptions: body.exceptions.clone(),
            lines: body.lines()?,
            doc: record.doc.map(|doc| self.name(doc)).transpose()?,
            self_attributes: names(body.self_attributes)?,
        })
    }

    fn constants(&self, r: &mut Reader<'a>, count: usize, depth: u32) -> Read<Vec<Const>> {
        (0..count).map(|_| self.constant(r, depth)).collect()
    }

    fn constant(&self, r: &mut Reader<'a>, depth: u32) -> Read<Const> {
        if depth >= DEEPEST {
            return Err(Damaged);
        }
        Ok(match r.constant()? {
            ConstRecord::None => Const::None,
            ConstRecord::True => Const::True,
            ConstRecord::False => Const::False,
            ConstRecord::Ellipsis => Const::Ellipsis,
            ConstRecord::Int(i) => Const::Int(i),
            ConstRecord::Big(b) => Const::Big(b),
            ConstRecord::Float(f) => Const::Float(f),
            ConstRecord::Complex(re, im) => Const::Complex(re, im),
            ConstRecord::Str(index) => match self.string(index)? {
                StringRecord::Wide(points) => Const::Wide(points),
                _ => Const::Str(self.name(index)?),
            },
            ConstRecord::Bytes(b) => Const::Bytes(b.to_vec()),
            ConstRecord::Tuple(n) => Const::Tuple(self.constants(r, n, depth + 1)?),
            ConstRecord::FrozenSet(n) => Const::FrozenSet(self.constants(r, n, depth + 1)?),
            ConstRecord::Code(record) => Const::Code(Box::new(self.unit_of(&record, depth + 1)?)),
        })
    }
}
