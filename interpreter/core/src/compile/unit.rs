//! One unit of code under construction, and the units that are made inside it: functions, classes, lambdas.

use std::collections::HashMap;

use super::emit::{Emitter, Label, Reg};
use super::error::{CompileError, CompileWarning, ErrorKind, Failure, Outcome, WarningKind, fail};
use super::scope::{Build, Name, ScopeKind, Scopes, all_args, fact, mangle};
use super::{CompileOptions, places::Lines};
use crate::bytecode::code::{CodeUnit, Const, Span, flags};
use crate::bytecode::ops::{FAR_BASE, NEAR_LOCALS, Op};
use crate::syntax::TextRange;
use crate::syntax::ast::{self, Expr, Ranged, Stmt};

/// Units inside each other: everything that walks nested code may recurse.
const MAX_NESTED: usize = 200;

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Near(Reg),
    Far(u32),
    NearCell(Reg),
    FarCell(u32),
    Free(Reg),
    /// Free variable of a class body that may be shadowed by its namespace.
    ClassFree(Reg),
    Global,
    /// By name in the namespace in register 0.
    Named,
}

/// A set of near variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bits([u64; 3]);

impl Bits {
    pub fn insert(&mut self, reg: Reg) {
        if let Some(word) = self.0.get_mut(usize::from(reg) / 64) {
            *word |= 1 << (reg % 64);
        }
    }
    pub fn remove(&mut self, reg: Reg) {
        if let Some(word) = self.0.get_mut(usize::from(reg) / 64) {
            *word &= !(1 << (reg % 64));
        }
    }
    pub fn contains(&self, reg: Reg) -> bool {
        self.0.get(usize::from(reg) / 64).is_some_and(|word| word & (1 << (reg % 64)) != 0)
    }
    pub fn and(self, other: Bits) -> Bits {
        Bits(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }
    pub fn without(self, other: Bits) -> Bits {
        Bits(std::array::from_fn(|i| self.0[i] & !other.0[i]))
    }
}

/// Union of what is bound on two paths, `None` being a path that cannot be taken.
pub fn meet(a: Option<Bits>, b: Option<Bits>) -> Option<Bits> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.and(b)),
        (a, b) => a.or(b),
    }
}

/// A statement that encloses the one being compiled and must be left in order.
#[derive(Clone, Copy)]
pub enum BlockKind<'a> {
    Loop {
        stop: Label,
        next: Label,
        iterator: Option<Reg>,
        breaks: Option<Bits>,
    },
    /// Body of a `try` whose handler region must be left.
    Try,
    /// Body or handlers of a `try` with this `finally`.
    Finally(&'a [Stmt]),
    /// Body of an `except`: registers of the exception, name bound to it.
    Handler {
        base: Reg,
        name: Option<&'a str>,
    },
    /// A finally body run because of an exception.
    FinallyHandler {
        base: Reg,
    },
    With {
        exit: Reg,
        is_async: bool,
        range: TextRange,
    },
    /// Body of `except*`.
    StarHandler {
        name: Option<&'a str>,
    },
}

#[derive(Clone, Copy)]
pub struct Block<'a> {
    pub kind: BlockKind<'a>,
    /// Handler in force outside.
    pub outer: Option<(Label, u32)>,
}

/// A unit under construction.
pub struct Unit<'a> {
    pub em: Emitter<'a>,
    pub scope: usize,
    pub kind: ScopeKind,
    pub vars: HashMap<Name<'a>, Place, Build>,
    pub varnames: Vec<String>,
    pub cells: Vec<u32>,
    pub freevars: Vec<Name<'a>>,
    pub bound: Bits,
    pub deleted: Bits,
    /// Variables assigned by `:=`.
    pub volatile: Bits,
    pub blocks: Vec<Block<'a>>,
    pub name: String,
    pub qualname: String,
    pub flags: u32,
    pub first_line: u32,
    pub private: Option<&'a str>,
    pub doc: Option<String>,
    pub counts: [u32; 3],
    /// The `__class__` cell of a class body.
    pub class_cell: Option<Reg>,
    /// The body of an `async def`.
    pub is_async_def: bool,
    /// First temporary of the statement being compiled.
    pub base: u32,
}

/// The code generator.
pub struct Compiler<'a> {
    pub source: &'a str,
    pub filename: &'a str,
    pub lines: &'a Lines,
    pub scopes: &'a Scopes<'a>,
    pub options: &'a CompileOptions,
    pub future: u32,
    pub warnings: Vec<CompileWarning>,
    pub u: Unit<'a>,
    pub outer: Vec<Unit<'a>>,
    pub interactive: bool,
    /// Bindings at a `break`, on their way to its loop.
    pub break_state: Option<Bits>,
    /// Registers to drop where an alternative of a pattern fails.
    pub dirty: Vec<Reg>,
}

impl<'a> Compiler<'a> {
    pub fn warn(&mut self, message: impl Into<String>, range: TextRange) {
        let line = self.lines.line(range.start().into());
        let message = message.into();
        let twice = self.warnings.iter().any(|w| w.line == line && w.message == message);
        if !twice {
            let (start, end) = (range.start().into(), range.end().into());
            let kind = ErrorKind::SyntaxError;
            let error =
                super::located(kind, message.clone(), self.source, self.lines, start, Some(end));
            self.warnings.push(CompileWarning {
                category: WarningKind::SyntaxWarning,
                message,
                line,
                error: Box::new(CompileError { parsed: true, ..error }),
            });
        }
    }

    pub fn at(&mut self, range: TextRange) {
        self.u.em.span = range;
    }

    /// What is emitted next belongs to no line: it counts as part of what ran before it.
    pub fn at_no_line(&mut self) {
        self.u.em.span = no_line();
    }

    /// A statement without instructions stands here.
    pub fn mark(&mut self, range: TextRange) {
        self.at(range);
        self.u.em.mark();
    }

    pub fn emit(&mut self, op: Op, a: Reg, b: Reg, c: Reg) {
        self.u.em.emit(op, a, b, c);
    }

    pub fn mangled(&self, name: &'a str) -> Name<'a> {
        mangle(self.u.private, name)
    }

    /// Index of a (mangled) name.
    pub fn name_index(&mut self, name: &'a str) -> u32 {
        let name = self.mangled(name);
        self.u.em.name(name)
    }

    /// Drop a register if it is a temporary.
    pub fn drop_temp(&mut self, reg: Reg) {
        if self.u.em.is_temp(reg) {
            self.emit(Op::Drop, reg, 0, 0);
        }
    }

    pub fn reachable(&self) -> bool {
        self.u.em.reachable
    }

    /// A fresh unit for a scope.
    pub fn new_unit(scopes: &'a Scopes<'a>, scope: usize, name: &str) -> Outcome<Unit<'a>> {
        let table = &scopes.list[scope];
        let mut unit = Unit {
            em: Emitter::new(),
            scope,
            kind: table.kind,
            vars: HashMap::default(),
            varnames: Vec::new(),
            cells: Vec::new(),
            freevars: table.free.clone(),
            bound: Bits::default(),
            deleted: Bits::default(),
            volatile: Bits::default(),
            blocks: Vec::new(),
            name: name.to_owned(),
            qualname: name.to_owned(),
            flags: 0,
            first_line: 1,
            private: table.private,
            doc: None,
            counts: [0; 3],
            class_cell: None,
            is_async_def: false,
            base: 0,
        };
        unit.lay_out(table)?;
        Ok(unit)
    }

    /// Start a unit inside the current one.
    pub fn enter(&mut self, scope: usize, name: &'a str, first: TextRange) -> Outcome<()> {
        if self.outer.len() >= MAX_NESTED {
            return Err(Box::new(Failure {
                kind: ErrorKind::RecursionError,
                message: "maximum recursion depth exceeded during compilation".into(),
                range: None,
            }));
        }
        let mut unit = Self::new_unit(self.scopes, scope, name)?;
        unit.qualname = self.qualified(name, &unit);
        unit.first_line = self.lines.line(first.start().into());
        unit.em.span = first;
        unit.flags = self.future;
        let table = &self.scopes.list[scope];
        if table.kind.is_function() {
            unit.flags |= flags::OPTIMIZED | flags::NEWLOCALS;
            let mut at = table.parent;
            while let Some(parent) = at {
                if self.scopes.list[parent].kind.is_function() {
                    unit.flags |= flags::NESTED;
                }
                at = self.scopes.list[parent].parent;
            }
            unit.flags |= match (table.is_generator, table.is_coroutine) {
                (true, true) => flags::ASYNC_GENERATOR,
                (true, false) => flags::GENERATOR,
                (false, true) => flags::COROUTINE,
                _ => 0,
            };
        }
        self.outer.push(std::mem::replace(&mut self.u, unit));
        Ok(())
    }

    fn qualified(&self, name: &str, unit: &Unit) -> String {
        match self.u.kind {
            ScopeKind::Module => name.to_owned(),
            kind => {
                let own = !matches!(unit.kind, ScopeKind::Function | ScopeKind::Class);
                let stored = mangle(self.u.private, name);
                let facts = self.scopes.list[self.u.scope].names.get(&stored).copied().unwrap_or(0);
                if !own && facts & fact::GLOBAL != 0 {
                    return name.to_owned();
                }
                if kind == ScopeKind::Class {
                    format!("{}.{name}", self.u.qualname)
                } else {
                    format!("{}.<locals>.{name}", self.u.qualname)
                }
            }
        }
    }

    /// End the current unit.
    pub fn leave(&mut self) -> CodeUnit {
        let unit = match self.outer.pop() {
            Some(outer) => std::mem::replace(&mut self.u, outer),
            None => return CodeUnit::default(),
        };
        assemble(unit, self.lines, self.filename, self.scopes)
    }

    /// First instructions: the generator object, then the cells.
    pub fn prologue(&mut self) -> Outcome<()> {
        let kinds = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
        if self.u.flags & kinds != 0 {
            self.emit(Op::MakeGenerator, 0, 0, 0);
        }
        for index in self.u.cells.clone() {
            if (index as usize) < NEAR_LOCALS {
                self.emit(Op::MakeCell, index as Reg, 0, 0);
                continue;
            }
            let far = index - NEAR_LOCALS as u32;
            let reg = self.u.em.alloc()?;
            self.u.em.emit_words(Op::TakeFar, reg, 0, 0, &[far]);
            self.emit(Op::MakeCell, reg, 0, 0);
            self.u.em.emit_words(Op::StoreFar, reg, 0, 0, &[far]);
            self.u.em.top -= 1;
        }
        Ok(())
    }

    // ---- functions

    /// `def` and `async def`.
    #[allow(clippy::too_many_arguments)]
    pub fn function<T>(
        &mut self,
        node: &'a T,
        range: TextRange,
        name: &'a str,
        args: &'a ast::Arguments,
        decorators: &'a [Expr],
        returns: &'a Option<Box<Expr>>,
        body: &'a [Stmt],
        type_params: &'a [ast::TypeParam],
        is_async: bool,
    ) -> Outcome<()> {
        if let Some(first) = type_params.first() {
            let at = first.range();
            return fail("expected '('", at);
        }
        let mark = self.u.em.top;
        let decorator_base = self.decorators(decorators)?;
        let target = match self.place(name) {
            Place::Near(reg) if decorators.is_empty() => Some(reg),
            _ => None,
        };
        self.at(range);
        let first = decorators.first().map_or(range, Ranged::range);
        let (base, flags) = self.function_extras(args, Some(returns))?;
        let scope = self.scopes.of(node);
        self.enter(scope, name, first)?;
        self.u.is_async_def = is_async;
        self.count_args(args);
        let doc = self.docstring(body);
        let doc_const = doc.clone().map_or(Const::None, Const::Str);
        self.u.doc = doc;
        self.u.em.constant(doc_const);
        self.prologue()?;
        // A docstring is no statement that runs.
        let statements = if self.u.doc.is_some() { body.get(1..).unwrap_or(&[]) } else { body };
        self.body(statements)?;
        self.end_function();
        let code = self.leave();
        self.at(range);
        let dst = self.closure_and_make(base, flags, code, target)?;
        let result = self.call_decorators(decorators, decorator_base, dst)?;
        self.at(range);
        self.store_name(name, result, range)?;
        self.u.em.top = mark;
        Ok(())
    }

    /// Evaluate decorators into call positions; the register of the first.
    pub fn decorators(&mut self, decorators: &'a [Expr]) -> Outcome<u32> {
        let base = self.u.em.top;
        if decorators.len() > 32 {
            return self.many_decorators(decorators);
        }
        for decorator in decorators {
            let reg = self.u.em.alloc()?;
            self.expr_into(decorator, reg)?;
        }
        Ok(base)
    }

    /// More decorators than registers: they wait in a list.
    fn many_decorators(&mut self, decorators: &'a [Expr]) -> Outcome<u32> {
        let base = self.u.em.top;
        let list = self.u.em.alloc()?;
        self.emit(Op::BuildList, list, list, 0);
        for decorator in decorators {
            let reg = self.u.em.alloc()?;
            self.expr_into(decorator, reg)?;
            self.emit(Op::ListAppend, list, reg, 0);
            self.u.em.top -= 1;
        }
        Ok(base)
    }

    /// Apply decorators, innermost (last) first, to what is in `value`.
    pub fn call_decorators(
        &mut self,
        decorators: &'a [Expr],
        base: u32,
        value: Reg,
    ) -> Outcome<Reg> {
        if decorators.is_empty() {
            return Ok(value);
        }
        let many = decorators.len() > 32;
        let mut value = value;
        for (i, decorator) in decorators.iter().enumerate().rev() {
            self.at(decorator.range());
            if many {
                let call = self.u.em.alloc()?;
                let arg = self.u.em.alloc()?;
                // list.pop() gives the decorators back in order.
                self.emit(Op::Move, arg, base as Reg, 0);
                let pop = self.u.em.own_name("pop");
                self.u.em.emit_words(Op::CallMethod, call, 0, 0, &[pop]);
                self.emit(Op::Take, arg, value, 0);
                self.emit(Op::Call, call, 1, 0);
                self.emit(Op::Take, value, call, 0);
                self.u.em.top -= 2;
                continue;
            }
            let call = (base as usize + i) as Reg;
            if value != call + 1 {
                self.emit(Op::Take, call + 1, value, 0);
            }
            self.emit(Op::Call, call, 1, 0);
            value = call;
        }
        if many {
            self.emit(Op::Take, base as Reg, value, 0);
            value = base as Reg;
        }
        self.u.em.top = u32::from(value) + 1;
        Ok(value)
    }

    pub fn count_args(&mut self, args: &'a ast::Arguments) {
        self.u.counts = [
            (args.posonlyargs.len() + args.args.len()) as u32,
            args.posonlyargs.len() as u32,
            args.kwonlyargs.len() as u32,
        ];
        if args.vararg.is_some() {
            self.u.flags |= flags::VARARGS;
        }
        if args.kwarg.is_some() {
            self.u.flags |= flags::VARKEYWORDS;
        }
    }

    /// Defaults and annotations; the base register (allocated) and MakeFunction's flags so far.
    pub fn function_extras(
        &mut self,
        args: &'a ast::Arguments,
        returns: Option<&'a Option<Box<Expr>>>,
    ) -> Outcome<(Option<Reg>, Reg)> {
        let positional = args.posonlyargs.iter().chain(&args.args);
        let defaults: Vec<&Expr> = positional.filter_map(|a| a.default.as_deref()).collect();
        let keyword: Vec<(&ast::Arg, &Expr)> = args
            .kwonlyargs
            .iter()
            .filter_map(|a| a.default.as_deref().map(|d| (&a.def, d)))
            .collect();
        let annotated =
            all_args(args).any(|a| a.annotation.is_some()) || returns.is_some_and(|r| r.is_some());
        if defaults.is_empty() && keyword.is_empty() && !annotated {
            return Ok((None, 0));
        }
        let base = self.u.em.alloc()?;
        let mut flags = 0;
        let slot = self.u.em.alloc()?;
        if !defaults.is_empty() {
            flags |= 1;
            self.tuple_of(&defaults, slot)?;
        }
        if !keyword.is_empty() || annotated {
            let slot = self.u.em.alloc()?;
            if !keyword.is_empty() {
                flags |= 2;
                self.keyword_defaults(&keyword, slot)?;
            }
        }
        if annotated {
            flags |= 4;
            let slot = self.u.em.alloc()?;
            self.annotations(args, returns.and_then(|r| r.as_deref()), slot)?;
        }
        Ok((Some(base), flags))
    }

    fn keyword_defaults(&mut self, keyword: &[(&'a ast::Arg, &'a Expr)], dst: Reg) -> Outcome<()> {
        let mark = self.u.em.top;
        let range = self.u.em.span;
        let many = keyword.len() > 16;
        if many {
            self.emit(Op::BuildDict, dst, dst, 0);
        }
        let mut names = Vec::new();
        for (arg, default) in keyword {
            let name = Const::Str(self.mangled(&arg.arg).into_owned());
            if many {
                let key = self.u.em.alloc()?;
                self.u.em.load_const(key, name);
                let value = self.operand(default)?;
                self.emit(Op::DictSet, dst, key, value);
                self.drop_temp(value);
                self.drop_temp(key);
                self.u.em.top = mark;
                continue;
            }
            names.push(name);
            let reg = self.u.em.alloc()?;
            self.expr_into(default, reg)?;
        }
        if !many {
            let keys = self.u.em.constant(Const::Tuple(names));
            let count = keyword.len() as Reg;
            self.at(range);
            self.u.em.emit_words(Op::BuildConstKeyDict, dst, mark as Reg, count, &[keys]);
        }
        self.u.em.top = mark;
        Ok(())
    }

    fn annotations(
        &mut self,
        args: &'a ast::Arguments,
        returns: Option<&'a Expr>,
        dst: Reg,
    ) -> Outcome<()> {
        // CPython's order: positional, positional-only, *args, keyword-only, **kwargs.
        let ordered = args
            .args
            .iter()
            .chain(&args.posonlyargs)
            .map(|a| &a.def)
            .chain(args.vararg.as_deref())
            .chain(args.kwonlyargs.iter().map(|a| &a.def))
            .chain(args.kwarg.as_deref());
        let mut pairs: Vec<(&'a str, &'a Expr)> =
            ordered.filter_map(|a| Some((a.arg.as_str(), a.annotation.as_deref()?))).collect();
        if let Some(returns) = returns {
            pairs.push(("return", returns));
        }
        let mark = self.u.em.top;
        let many = pairs.len() > 12;
        if many {
            self.emit(Op::BuildList, dst, dst, 0);
        }
        for (name, annotation) in &pairs {
            let key = self.u.em.alloc()?;
            let name = self.mangled(name).into_owned();
            self.u.em.load_const(key, Const::Str(name));
            let value = self.u.em.alloc()?;
            self.annotation_into(annotation, value)?;
            if many {
                self.emit(Op::ListAppend, dst, key, 0);
                self.emit(Op::ListAppend, dst, value, 0);
                self.u.em.top = mark;
            }
        }
        if many {
            self.emit(Op::ListToTuple, dst, 0, 0);
        } else {
            self.emit(Op::BuildTuple, dst, mark as Reg, (pairs.len() * 2) as Reg);
        }
        self.u.em.top = mark;
        Ok(())
    }

    /// An annotation's value, or its text under `from __future__ import annotations`.
    pub fn annotation_into(&mut self, e: &'a Expr, dst: Reg) -> Outcome<()> {
        if self.future & flags::FUTURE_ANNOTATIONS != 0 {
            let text = super::unparse::annotation(e);
            self.at(e.range());
            self.u.em.load_const(dst, text);
            return Ok(());
        }
        if let Expr::Starred(s) = e {
            // `*args: *Ts`: the one element of the unpacked iterable.
            self.expr_into(&s.value, dst)?;
            self.at(e.range());
            self.emit(Op::Unpack, dst, dst, 1);
            return Ok(());
        }
        self.expr_into(e, dst)
    }

    /// Make the function of `code`; the register that holds it.
    pub fn closure_and_make(
        &mut self,
        base: Option<Reg>,
        flags: Reg,
        code: CodeUnit,
        target: Option<Reg>,
    ) -> Outcome<Reg> {
        let frees = code.freevars.clone();
        let index = self.u.em.constant(Const::Code(Box::new(code)));
        if flags == 0 && frees.is_empty() {
            let dst = match (target, base) {
                (Some(target), _) => target,
                (None, Some(base)) => base,
                (None, None) => self.u.em.alloc()?,
            };
            self.u.em.emit_words(Op::MakeFunction, dst, 0, 0, &[index]);
            return Ok(dst);
        }
        let base = match base {
            Some(base) => base,
            None => self.u.em.alloc()?,
        };
        let mut flags = flags;
        if !frees.is_empty() {
            flags |= 8;
            self.u.em.top = u32::from(base) + 1;
            for _ in 0..4 {
                self.u.em.alloc()?;
            }
            self.closure(&frees, base + 4)?;
        }
        self.u.em.emit_words(Op::MakeFunction, base, flags, 0, &[index]);
        self.u.em.top = u32::from(base) + 1;
        Ok(base)
    }

    /// The tuple of cells for free variables.
    fn closure(&mut self, frees: &[String], dst: Reg) -> Outcome<()> {
        let mark = self.u.em.top;
        let many = frees.len() > 20;
        if many {
            self.emit(Op::BuildList, dst, dst, 0);
        }
        for name in frees {
            let reg = self.u.em.alloc()?;
            let own = self.u.class_cell.filter(|_| name == "__class__").map(Place::NearCell);
            match own.or_else(|| self.u.vars.get(name.as_str()).copied()) {
                Some(Place::NearCell(cell)) => self.emit(Op::Move, reg, cell, 0),
                Some(Place::FarCell(far)) => {
                    self.u.em.emit_words(Op::LoadFar, reg, 0, 0, &[far]);
                }
                Some(Place::Free(i) | Place::ClassFree(i)) => {
                    self.emit(Op::LoadClosure, reg, i, 0);
                }
                _ => {
                    let free = self.u.freevars.iter().position(|f| f == name.as_str());
                    self.emit(Op::LoadClosure, reg, free.unwrap_or(0) as Reg, 0);
                }
            }
            if many {
                self.emit(Op::ListAppend, dst, reg, 0);
                self.u.em.top = mark;
            }
        }
        if many {
            self.emit(Op::ListToTuple, dst, 0, 0);
        } else {
            self.emit(Op::BuildTuple, dst, mark as Reg, frees.len() as Reg);
        }
        self.u.em.top = mark;
        Ok(())
    }

    /// The docstring a body starts with, unless left out by the optimisation level.
    pub fn docstring(&self, body: &'a [Stmt]) -> Option<String> {
        if self.options.optimize >= 2 {
            return None;
        }
        docstring(body)
    }

    /// Implicit return.
    pub fn end_function(&mut self) {
        self.at_no_line();
        self.emit(Op::ReturnNone, 0, 0, 0);
    }

    pub fn lambda_into(&mut self, e: &'a ast::ExprLambda, dst: Reg) -> Outcome<()> {
        let mark = self.u.em.top;
        self.at(e.range);
        let (base, flags) = self.function_extras(&e.args, None)?;
        let scope = self.scopes.of(e);
        self.enter(scope, "<lambda>", e.range)?;
        self.count_args(&e.args);
        self.u.em.constant(Const::None);
        self.prologue()?;
        let reg = self.operand(&e.body)?;
        self.at(e.body.range());
        if self.u.flags & flags::ASYNC_GENERATOR != 0 {
            self.drop_temp(reg);
            self.emit(Op::ReturnNone, 0, 0, 0);
        } else {
            self.emit(Op::Return, reg, 0, 0);
        }
        let code = self.leave();
        self.at(e.range);
        let made = self.closure_and_make(base, flags, code, Some(dst))?;
        if made != dst {
            self.emit(Op::Take, dst, made, 0);
        }
        self.u.em.top = mark;
        Ok(())
    }

    // ---- classes

    pub fn class(&mut self, c: &'a ast::StmtClassDef) -> Outcome<()> {
        if let Some(first) = c.type_params.first() {
            return fail("invalid syntax", first.range());
        }
        for base in &c.bases {
            if let Expr::GeneratorExp(g) = base
                && self.lines.has_text()
                && !self.is_parenthesised(g.range)
            {
                return fail("invalid syntax", g.range);
            }
        }
        let mark = self.u.em.top;
        let decorator_base = self.decorators(&c.decorator_list)?;
        let first = c.decorator_list.first().map_or(c.range, Ranged::range);
        let call = self.u.em.alloc()?;
        self.at(c.range);
        self.emit(Op::LoadBuildClass, call, 0, 0);
        let function = self.u.em.alloc()?;
        let code = self.class_code(c, first)?;
        self.at(c.range);
        let made = self.closure_and_make(Some(function), 0, code, Some(function))?;
        if made != function {
            self.emit(Op::Take, function, made, 0);
        }
        self.u.em.top = u32::from(function) + 1;
        let name = self.u.em.alloc()?;
        self.u.em.load_const(name, Const::Str(c.name.to_string()));
        self.arguments(call, 2, &c.bases, &c.keywords, c.range)?;
        self.u.em.top = u32::from(call) + 1;
        let result = self.call_decorators(&c.decorator_list, decorator_base, call)?;
        self.at(c.range);
        self.store_name(&c.name, result, c.range)?;
        self.u.em.top = mark;
        Ok(())
    }

    fn class_code(&mut self, c: &'a ast::StmtClassDef, first: TextRange) -> Outcome<CodeUnit> {
        let scope = self.scopes.of(c);
        self.enter(scope, &c.name, first)?;
        self.u.private = Some(&c.name);
        self.prologue()?;
        self.at(c.range);
        let reg = self.u.em.alloc()?;
        self.load_by_name(reg, "__name__");
        self.store_by_name(reg, "__module__");
        let qualname = self.u.qualname.clone();
        self.u.em.load_const(reg, Const::Str(qualname));
        self.store_by_name(reg, "__qualname__");
        self.u.em.top -= 1;
        self.class_body(&c.body)?;
        self.at_no_line();
        if let Some(cell) = self.u.class_cell {
            let reg = self.u.em.alloc()?;
            self.emit(Op::Move, reg, cell, 0);
            let name = self.u.em.own_name("__classcell__");
            self.u.em.emit_words(Op::StoreName, reg, 0, 0, &[name]);
            self.emit(Op::Return, reg, 0, 0);
        } else {
            self.emit(Op::ReturnNone, 0, 0, 0);
        }
        Ok(self.leave())
    }

    fn load_by_name(&mut self, reg: Reg, name: &'static str) {
        let name = self.u.em.own_name(name);
        self.u.em.emit_words(Op::LoadName, reg, 0, 0, &[name]);
    }

    pub fn store_by_name(&mut self, reg: Reg, name: &'static str) {
        let name = self.u.em.own_name(name);
        self.u.em.emit_words(Op::StoreName, reg, 0, 0, &[name]);
        self.drop_temp(reg);
    }

    /// Body of a module or class: annotations dict, docstring, statements.
    pub fn class_body(&mut self, body: &'a [Stmt]) -> Outcome<()> {
        if has_annotations(body) {
            self.emit(Op::SetupAnnotations, 0, 0, 0);
        }
        if let Some(doc) = self.docstring(body) {
            if let Some(first) = body.first() {
                self.at(first.range());
            }
            let reg = self.u.em.alloc()?;
            self.u.doc = Some(doc.clone());
            self.u.em.load_const(reg, Const::Str(doc));
            self.store_by_name(reg, "__doc__");
            self.u.em.top -= 1;
            return self.body(body.get(1..).unwrap_or(&[]));
        }
        self.body(body)
    }
}

/// The range of what belongs to no line.
fn no_line() -> TextRange {
    TextRange::empty(u32::MAX.into())
}

/// A finished unit as plain data.
pub fn assemble<'a>(
    mut unit: Unit<'a>,
    lines: &Lines,
    filename: &str,
    scopes: &Scopes<'a>,
) -> CodeUnit {
    let exceptions = unit.em.finish();
    let mut place = lines.cursor();
    let mut spans: Vec<(u32, Span)> = Vec::with_capacity(unit.em.lines.len());
    for (pc, range) in &unit.em.lines {
        spans.push((*pc, if *range == no_line() { Span::default() } else { place.span(*range) }));
    }
    for (i, ahead) in &unit.em.passed {
        let pc = spans.get(i + 1).map_or(unit.em.pc(), |next| next.0);
        if let Some(row) = spans.get_mut(*i).filter(|row| row.0 == pc) {
            row.1.end_line = 0;
            row.1.col = u32::from(*ahead);
        }
    }
    let nregs = if unit.em.max_far > 0 {
        FAR_BASE as u32 + unit.em.max_far
    } else {
        unit.em.max_top.max(1)
    };
    let table = &scopes.list[unit.scope];
    CodeUnit {
        name: unit.name,
        qualname: unit.qualname,
        filename: filename.to_owned(),
        first_line: unit.first_line,
        flags: unit.flags,
        argcount: unit.counts[0],
        posonlyargcount: unit.counts[1],
        kwonlyargcount: unit.counts[2],
        varnames: unit.varnames,
        cells: unit.cells,
        freevars: unit.freevars.into_iter().map(Name::into_owned).collect(),
        nlocals: unit.em.nlocals,
        nregs,
        words: unit.em.words,
        consts: unit.em.consts,
        names: unit.em.names,
        exceptions,
        lines: spans,
        doc: unit.doc,
        self_attributes: if unit.kind == ScopeKind::Class {
            table.self_attributes.iter().map(|n| n.to_string()).collect()
        } else {
            Vec::new()
        },
    }
}

/// The docstring a body starts with.
pub fn docstring(body: &[Stmt]) -> Option<String> {
    match body.first() {
        Some(Stmt::Expr(s)) => match &*s.value {
            Expr::Constant(c) if c.kind.is_none() => match &c.value {
                ast::Constant::Str(text) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Whether a body annotates variables, nested statements included.
fn has_annotations(body: &[Stmt]) -> bool {
    body.iter().any(|s| match s {
        Stmt::AnnAssign(_) => true,
        Stmt::For(s) => has_annotations(&s.body) || has_annotations(&s.orelse),
        Stmt::AsyncFor(s) => has_annotations(&s.body) || has_annotations(&s.orelse),
        Stmt::While(s) => has_annotations(&s.body) || has_annotations(&s.orelse),
        Stmt::If(s) => {
            let mut s = s;
            loop {
                if has_annotations(&s.body) {
                    return true;
                }
                match s.orelse.as_slice() {
                    [Stmt::If(next)] => s = next,
                    rest => return has_annotations(rest),
                }
            }
        }
        Stmt::With(s) => has_annotations(&s.body),
        Stmt::AsyncWith(s) => has_annotations(&s.body),
        Stmt::Match(s) => s.cases.iter().any(|c| has_annotations(&c.body)),
        Stmt::Try(s) => try_has(&s.body, &s.handlers, &s.orelse, &s.finalbody),
        Stmt::TryStar(s) => try_has(&s.body, &s.handlers, &s.orelse, &s.finalbody),
        _ => false,
    })
}

fn try_has(
    body: &[Stmt],
    handlers: &[ast::ExceptHandler],
    orelse: &[Stmt],
    finalbody: &[Stmt],
) -> bool {
    has_annotations(body)
        || has_annotations(orelse)
        || has_annotations(finalbody)
        || handlers.iter().any(|ast::ExceptHandler::ExceptHandler(h)| has_annotations(&h.body))
}

impl<'a> Unit<'a> {
    /// Give every name of the scope its place.
    fn lay_out(&mut self, table: &super::scope::Scope<'a>) -> Outcome<()> {
        for (i, name) in table.free.iter().enumerate() {
            let index = u8::try_from(i).map_err(|_| too_many("free variables"))?;
            let place = if table.kind == ScopeKind::Class {
                Place::ClassFree(index)
            } else {
                Place::Free(index)
            };
            self.vars.insert(name.clone(), place);
        }
        if !table.kind.is_function() {
            self.varnames.push(String::new());
            if table.kind == ScopeKind::Class && table.needs_class {
                self.varnames.push("__class__".into());
                self.cells.push(1);
                self.class_cell = Some(1);
            }
            for (name, facts) in &table.names {
                let place = if facts & fact::GLOBAL != 0 && table.kind == ScopeKind::Class {
                    Place::Global
                } else if facts & fact::GLOBAL != 0 && facts & (fact::USED | fact::BOUND) != 0 {
                    Place::Global
                } else if facts & (fact::BOUND | fact::NONLOCAL) == fact::BOUND {
                    Place::Named
                } else if facts & fact::NONLOCAL != 0 {
                    match self.vars.get(name) {
                        Some(Place::ClassFree(i)) => Place::Free(*i),
                        _ => Place::Named,
                    }
                } else if facts & fact::FREE != 0 {
                    continue;
                } else {
                    Place::Named
                };
                self.vars.insert(name.clone(), place);
            }
            self.em.nlocals = self.varnames.len() as u32;
            self.em.top = self.em.nlocals;
            self.em.max_top = self.em.top;
            return Ok(());
        }
        let is_local = |facts: u16| {
            facts & (fact::BOUND | fact::PARAM | fact::ITERATION) != 0
                && facts & (fact::GLOBAL | fact::NONLOCAL) == 0
        };
        let params = table.params.iter().filter_map(|p| Some((p, *table.names.get(p)?)));
        let others = || {
            table
                .names
                .iter()
                .filter(|(_, facts)| is_local(**facts) && **facts & fact::PARAM == 0)
                .map(|(name, facts)| (name, *facts))
        };
        // With more variables than registers the captured ones come first.
        let crowded = table.names.len() > NEAR_LOCALS;
        let order: Vec<(&Name<'a>, u16)> = if crowded {
            params
                .chain(others().filter(|(_, f)| f & fact::CELL != 0))
                .chain(others().filter(|(_, f)| f & fact::CELL == 0))
                .collect()
        } else {
            params.chain(others()).collect()
        };
        for (i, (name, facts)) in order.into_iter().enumerate() {
            self.varnames.push(name.to_string());
            let cell = facts & fact::CELL != 0;
            if cell {
                self.cells.push(i as u32);
            }
            let place = match (u8::try_from(i).ok().filter(|_| i < NEAR_LOCALS), cell) {
                (Some(reg), true) => Place::NearCell(reg),
                (Some(reg), false) => Place::Near(reg),
                (None, true) => Place::FarCell((i - NEAR_LOCALS) as u32),
                (None, false) => Place::Far((i - NEAR_LOCALS) as u32),
            };
            if let Place::Near(reg) = place {
                if facts & fact::PARAM != 0 {
                    self.bound.insert(reg);
                }
                if facts & fact::DELETED != 0 {
                    self.deleted.insert(reg);
                }
                if facts & fact::WALRUS != 0 {
                    self.volatile.insert(reg);
                }
            }
            self.vars.insert(name.clone(), place);
        }
        for (name, facts) in &table.names {
            if !self.vars.contains_key(name) && facts & fact::FREE == 0 {
                self.vars.insert(name.clone(), Place::Global);
            }
        }
        let near = self.varnames.len().min(NEAR_LOCALS) as u32;
        self.em.nlocals = near;
        self.em.top = near;
        self.em.max_top = near;
        self.em.far = (self.varnames.len() - near as usize) as u32;
        self.em.max_far = self.em.far;
        Ok(())
    }
}

fn too_many(what: &str) -> Box<super::error::Failure> {
    super::error::Failure::syntax(format!("too many {what}"), None)
}
