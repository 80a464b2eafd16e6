//! What the compiler produces: plain data, no runtime object.
//!
//! **Invariant:** every index in `words` is within its table, every jump lands on an instruction,
//! every register is below `nregs`: `verify.rs` checks it.

use num_bigint::BigInt;

/// A compile-time constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    Big(BigInt),
    Float(f64),
    Complex(f64, f64),
    Str(String),
    /// A str that holds lone surrogates, as code points.
    Wide(Vec<u32>),
    Bytes(Vec<u8>),
    Tuple(Vec<Const>),
    FrozenSet(Vec<Const>),
    Code(Box<CodeUnit>),
}

/// `co_flags`, with CPython's values.
pub mod flags {
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    pub const FUTURE_ANNOTATIONS: u32 = 0x1000000;
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x400000;
    pub const FUTURE_GENERATOR_STOP: u32 = 0x800000;
}

/// A source range: lines from 1, columns from 0 in UTF-8 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub line: u32,
    pub end_line: u32,
    pub col: u32,
    pub end_col: u32,
}

/// One row of the exception table: an exception raised by an instruction at `start <= pc < end`
/// (in words) goes to `handler` after the temporaries from `depth` on are dropped. Inner rows come
/// first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionRow {
    pub start: u32,
    pub end: u32,
    pub handler: u32,
    /// Register: the first temporary to drop.
    pub depth: u32,
}

/// Code of a module, class body, function or comprehension.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CodeUnit {
    pub name: String,
    pub qualname: String,
    pub filename: String,
    pub first_line: u32,
    /// See [`flags`].
    pub flags: u32,
    /// Positional parameters, those before `/` included.
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    /// Variables in register order: parameters (positional, keyword-only, `*args`, `**kwargs`), then the
    /// other locals, cell variables included. Index k >= NEAR_LOCALS lives at FAR_BASE + k - NEAR_LOCALS.
    pub varnames: Vec<String>,
    /// Those of `varnames` (by index) that are cells; each has had its `MakeCell` in the prologue.
    pub cells: Vec<u32>,
    /// Names of the free variables, in closure order.
    pub freevars: Vec<String>,
    /// Registers of the variables that are near (`min(varnames.len(), NEAR_LOCALS)`); temporaries start here.
    /// Code of modules and class bodies has one: register 0 is the namespace (its name is "").
    pub nlocals: u32,
    /// Registers in all, far ones included (then >= FAR_BASE).
    pub nregs: u32,
    pub words: Vec<u32>,
    pub consts: Vec<Const>,
    pub names: Vec<String>,
    pub exceptions: Vec<ExceptionRow>,
    /// (pc in words, span), ascending: an entry holds until the next. Line 0: no line of its own. An entry that
    /// the next one overtakes at once is a statement without instructions; `end_line` 0: not seen by what jumps
    /// back there and, `col` being 1, by no jump at all.
    pub lines: Vec<(u32, Span)>,
    /// Docstring of a function, class or module, if the first statement is one (also consts[0] of a function).
    pub doc: Option<String>,
    /// Class bodies: names of attributes that methods store on their first parameter (`self.x = ...`), in order
    /// of appearance; the capacity of the instances' inline slots comes from it.
    pub self_attributes: Vec<String>,
}

impl CodeUnit {
    /// Whether a call only makes an object: the first instruction is MakeGenerator.
    pub fn makes_generator(&self) -> bool {
        self.words.first().is_some_and(|w| *w as u8 == super::ops::Op::MakeGenerator as u8)
    }
}
