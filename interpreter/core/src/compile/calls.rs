//! Calls.

use super::emit::Reg;
use super::error::{Outcome, fail};
use super::expressions::is_quiet;
use super::unit::Compiler;
use crate::bytecode::code::Const;
use crate::bytecode::ops::Op;
use crate::syntax::TextRange;
use crate::syntax::ast::{self, Expr};

/// Arguments passed in registers; more go through a tuple and a dict.
const MAX_DIRECT: usize = 24;

impl<'a> Compiler<'a> {
    pub fn call_into(&mut self, c: &'a ast::ExprCall, dst: Reg) -> Outcome<()> {
        self.check_call(c)?;
        let base = self.temp_for(dst)?;
        let direct = is_direct(&c.args, &c.keywords);
        match &*c.func {
            Expr::Attribute(a) if direct => self.method_call(c, a, base)?,
            func => {
                self.expr_into(func, base)?;
                self.arguments(base, 0, &c.args, &c.keywords, c.range)?;
            }
        }
        self.u.em.top = u32::from(base) + 1;
        self.settle(base, dst);
        Ok(())
    }

    /// `object.name(...)`. The method is looked up after the arguments if nobody can tell the difference.
    fn method_call(
        &mut self,
        c: &'a ast::ExprCall,
        a: &'a ast::ExprAttribute,
        base: Reg,
    ) -> Outcome<()> {
        let object = self.u.em.alloc()?;
        let name = |this: &mut Self| this.name_index(&a.attr);
        let quiet = c.args.iter().all(is_quiet) && c.keywords.iter().all(|k| is_quiet(&k.value));
        let count = (c.args.len() + c.keywords.len()) as Reg;
        if !quiet && !c.keywords.is_empty() {
            self.u.em.top -= 1;
            self.expr_into(&c.func, base)?;
            return self.arguments(base, 0, &c.args, &c.keywords, c.range);
        }
        if c.keywords.is_empty() && self.is_plain_super(&a.value) {
            return self.super_call(c, a, base);
        }
        self.expr_into(&a.value, object)?;
        if !quiet {
            self.at(a.range);
            let name = name(self);
            self.u.em.emit_words(Op::LoadMethod, base, 0, 0, &[name]);
        }
        for arg in &c.args {
            let reg = self.u.em.alloc()?;
            self.expr_into(arg, reg)?;
        }
        let keywords = self.keyword_values(&c.keywords)?;
        self.at(c.range);
        if !quiet {
            self.emit(Op::CallLoaded, base, count, 0);
            return Ok(());
        }
        let name = name(self);
        // The first word stands for the look-up of the method, the rest for the call: what fails is marked.
        self.at(a.range);
        match keywords {
            Some(keys) => {
                self.u.em.emit_parts(Op::CallMethodKw, [base, count, 0], &[name, keys], c.range);
            }
            None => self.u.em.emit_parts(Op::CallMethod, [base, count, 0], &[name], c.range),
        }
        Ok(())
    }

    /// `super()`, in a function that has `__class__`.
    fn is_plain_super(&self, value: &Expr) -> bool {
        let Expr::Call(call) = value else { return false };
        call.args.is_empty()
            && call.keywords.is_empty()
            && matches!(&*call.func, Expr::Name(n) if n.id.as_str() == "super")
            && self.u.freevars.iter().any(|n| n == "__class__")
    }

    /// `super().name(...)` without keywords: no `super` object and no bound method is made for a Python function.
    fn super_call(
        &mut self,
        c: &'a ast::ExprCall,
        a: &'a ast::ExprAttribute,
        base: Reg,
    ) -> Outcome<()> {
        let Expr::Call(inner) = &*a.value else { return fail("super", c.range) };
        self.expr_into(&inner.func, base)?;
        let name = self.name_index(&a.attr);
        // What `super()` raises is marked as that call, the rest as the attribute.
        self.at(inner.range);
        self.u.em.emit_parts(Op::LoadSuperMethod, [base, 0, 0], &[name], a.range);
        for arg in &c.args {
            let reg = self.u.em.alloc()?;
            self.expr_into(arg, reg)?;
        }
        self.at(c.range);
        self.emit(Op::CallLoaded, base, c.args.len() as Reg, 0);
        Ok(())
    }

    /// Evaluate keyword values into the next registers; the constant tuple of their names.
    fn keyword_values(&mut self, keywords: &'a [ast::Keyword]) -> Outcome<Option<u32>> {
        if keywords.is_empty() {
            return Ok(None);
        }
        let mut names = Vec::with_capacity(keywords.len());
        for k in keywords {
            let reg = self.u.em.alloc()?;
            self.expr_into(&k.value, reg)?;
            let name = k.arg.as_ref().map_or("", |n| n.as_str());
            names.push(Const::Str(name.to_owned()));
        }
        Ok(Some(self.u.em.constant(Const::Tuple(names))))
    }

    /// Evaluate arguments and call the function in `base`; `given` arguments are already in place after it.
    pub fn arguments(
        &mut self,
        base: Reg,
        given: usize,
        args: &'a [Expr],
        keywords: &'a [ast::Keyword],
        range: TextRange,
    ) -> Outcome<()> {
        check_keywords(keywords, range)?;
        if !is_direct(args, keywords) {
            return self.unpacked_call(base, given, args, keywords, range);
        }
        for arg in args {
            let reg = self.u.em.alloc()?;
            self.expr_into(arg, reg)?;
        }
        let count = (given + args.len() + keywords.len()) as Reg;
        match self.keyword_values(keywords)? {
            Some(keys) => {
                self.at(range);
                self.u.em.emit_words(Op::CallKw, base, count, 0, &[keys]);
            }
            None => {
                self.at(range);
                self.emit(Op::Call, base, count, 0);
            }
        }
        Ok(())
    }

    /// A call with `*` or `**`, or with very many arguments.
    fn unpacked_call(
        &mut self,
        base: Reg,
        given: usize,
        args: &'a [Expr],
        keywords: &'a [ast::Keyword],
        range: TextRange,
    ) -> Outcome<()> {
        let tuple = base + 1;
        match args {
            // The VM makes the tuple, and names the function if it is not iterable.
            [Expr::Starred(s)] if given == 0 => {
                self.u.em.alloc()?;
                self.expr_into(&s.value, tuple)?;
            }
            _ => {
                if given == 0
                    && args.len() <= MAX_DIRECT
                    && !args.iter().any(|a| matches!(a, Expr::Starred(_)))
                {
                    let mark = self.u.em.top;
                    for arg in args {
                        let reg = self.u.em.alloc()?;
                        self.expr_into(arg, reg)?;
                    }
                    self.at(range);
                    if args.is_empty() {
                        self.u.em.alloc()?;
                    }
                    self.emit(Op::BuildTuple, tuple, tuple, args.len() as Reg);
                    self.u.em.top = mark + 1;
                    return self.call_with_mapping(base, keywords, range);
                }
                if given == 0 {
                    self.u.em.alloc()?;
                    self.gather(args, tuple, false, range)?;
                } else {
                    self.at(range);
                    self.emit(Op::BuildList, tuple, tuple, given as Reg);
                    self.u.em.top = u32::from(tuple) + 1;
                    let mark = self.u.em.top;
                    for arg in args {
                        let (e, op) = match arg {
                            Expr::Starred(s) => (&*s.value, Op::ListExtend),
                            e => (e, Op::ListAppend),
                        };
                        let item = self.operand(e)?;
                        self.at(range);
                        self.emit(op, tuple, item, 0);
                        if op == Op::ListExtend {
                            self.drop_temp(item);
                        }
                        self.u.em.top = mark;
                    }
                }
                self.at(range);
                self.emit(Op::ListToTuple, tuple, 0, 0);
            }
        }
        self.call_with_mapping(base, keywords, range)
    }

    /// The end of an unpacked call: the tuple lies behind `base`, the mapping comes next.
    fn call_with_mapping(
        &mut self,
        base: Reg,
        keywords: &'a [ast::Keyword],
        range: TextRange,
    ) -> Outcome<()> {
        match keywords {
            [] => {}
            // The VM takes any mapping.
            [ast::Keyword { arg: None, value, .. }] => {
                let dict = self.u.em.alloc()?;
                self.expr_into(value, dict)?;
            }
            _ => {
                let dict = self.u.em.alloc()?;
                self.keyword_dict(base, dict, keywords, range)?;
            }
        }
        self.at(range);
        self.emit(Op::CallEx, base, Reg::from(!keywords.is_empty()), 0);
        Ok(())
    }

    fn keyword_dict(
        &mut self,
        base: Reg,
        dict: Reg,
        keywords: &'a [ast::Keyword],
        range: TextRange,
    ) -> Outcome<()> {
        self.at(range);
        self.emit(Op::BuildDict, dict, dict, 0);
        let mark = self.u.em.top;
        let mut merged = false;
        let mut at = 0;
        while at < keywords.len() {
            let k = &keywords[at];
            let Some(_) = &k.arg else {
                let item = self.operand(&k.value)?;
                self.at(range);
                self.emit(Op::DictMerge, dict, item, base);
                self.drop_temp(item);
                self.u.em.top = mark;
                merged = true;
                at += 1;
                continue;
            };
            // Named ones after a `**` are gathered apart, so that duplicates are found.
            let target = if merged { self.u.em.alloc()? } else { dict };
            if merged {
                self.emit(Op::BuildDict, target, target, 0);
            }
            while let Some(k) = keywords.get(at)
                && let Some(name) = &k.arg
            {
                let inner = self.u.em.top;
                let key = self.u.em.alloc()?;
                self.at(k.range);
                self.u.em.load_const(key, Const::Str(name.to_string()));
                let value = self.operand(&k.value)?;
                self.at(range);
                self.emit(Op::DictSet, target, key, value);
                self.drop_temp(value);
                self.drop_temp(key);
                self.u.em.top = inner;
                at += 1;
            }
            if merged {
                self.at(range);
                self.emit(Op::DictMerge, dict, target, base);
                self.emit(Op::Drop, target, 0, 0);
            }
            self.u.em.top = mark;
        }
        Ok(())
    }

    /// Warn about calls of things that cannot be called.
    fn check_call(&mut self, c: &'a ast::ExprCall) -> Outcome<()> {
        self.check_generators(c)?;
        if let Some(kind) = uncallable(&c.func) {
            self.warn(
                format!("'{kind}' object is not callable; perhaps you missed a comma?"),
                c.range,
            );
        }
        Ok(())
    }

    /// In a text a generator needs brackets of its own, unless it is the only argument.
    fn check_generators(&self, c: &'a ast::ExprCall) -> Outcome<()> {
        if !self.lines.has_text() {
            return Ok(());
        }
        let total = c.args.len() + c.keywords.len();
        if let ([Expr::GeneratorExp(g)], []) = (c.args.as_slice(), c.keywords.as_slice())
            && !self.is_parenthesised(g.range)
        {
            let rest = self.source.get(u32::from(g.range.end()) as usize..).unwrap_or("");
            if rest.trim_start().starts_with(',') {
                return fail("Generator expression must be parenthesized", g.range);
            }
        }
        if total > 1 {
            for arg in &c.args {
                if let Expr::GeneratorExp(g) = arg
                    && !self.is_parenthesised(g.range)
                {
                    return fail("Generator expression must be parenthesized", g.range);
                }
            }
        }
        Ok(())
    }

    /// Whether the text of a node starts with a bracket of its own.
    pub fn is_parenthesised(&self, range: TextRange) -> bool {
        let source = self.source.as_bytes();
        source.get(u32::from(range.start()) as usize) == Some(&b'(')
            && source.get((u32::from(range.end()) as usize).saturating_sub(1)) == Some(&b')')
    }

    /// Warn about subscripts that cannot work.
    pub fn check_subscript(&mut self, s: &'a ast::ExprSubscript) {
        let unsubscriptable = match &*s.value {
            Expr::Constant(c) => match c.value {
                ast::Constant::None => Some("NoneType"),
                ast::Constant::Bool(_) => Some("bool"),
                ast::Constant::Ellipsis => Some("ellipsis"),
                ast::Constant::Int(_) => Some("int"),
                ast::Constant::Float(_) => Some("float"),
                ast::Constant::Complex { .. } => Some("complex"),
                _ => None,
            },
            Expr::Set(_) | Expr::SetComp(_) => Some("set"),
            Expr::GeneratorExp(_) => Some("generator"),
            Expr::Lambda(_) => Some("function"),
            _ => None,
        };
        if let Some(kind) = unsubscriptable {
            self.warn(
                format!("'{kind}' object is not subscriptable; perhaps you missed a comma?"),
                s.range,
            );
            return;
        }
        let container = match &*s.value {
            Expr::Constant(c) => match c.value {
                ast::Constant::Str(_) => "str",
                ast::Constant::Bytes(_) => "bytes",
                _ => return,
            },
            Expr::Tuple(_) => "tuple",
            Expr::List(_) | Expr::ListComp(_) => "list",
            Expr::Call(c) if super::scope::marker(c).is_some() => "str",
            _ => return,
        };
        let index = match &*s.slice {
            Expr::Constant(c) => match c.value {
                ast::Constant::Int(_) | ast::Constant::Bool(_) => return,
                ast::Constant::None => "NoneType",
                ast::Constant::Ellipsis => "ellipsis",
                ast::Constant::Str(_) => "str",
                ast::Constant::Bytes(_) => "bytes",
                ast::Constant::Float(_) => "float",
                ast::Constant::Complex { .. } => "complex",
                _ => return,
            },
            e => match kind_of(e) {
                Some(kind) => kind,
                None => return,
            },
        };
        self.warn(
            format!(
                "{container} indices must be integers or slices, not {index}; perhaps you missed a comma?"
            ),
            s.range,
        );
    }
}

/// Whether all arguments can be passed in registers.
fn is_direct(args: &[Expr], keywords: &[ast::Keyword]) -> bool {
    args.len() + keywords.len() <= MAX_DIRECT
        && !args.iter().any(|a| matches!(a, Expr::Starred(_)))
        && keywords.iter().all(|k| k.arg.is_some())
}

fn check_keywords(keywords: &[ast::Keyword], range: TextRange) -> Outcome<()> {
    for k in keywords {
        if k.arg.as_ref().is_some_and(|n| n.as_str() == "__debug__") {
            return fail("cannot assign to __debug__", range);
        }
    }
    Ok(())
}

/// Type of a display or function expression.
fn kind_of(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::GeneratorExp(_) => "generator",
        Expr::Lambda(_) => "function",
        Expr::Call(c) if super::scope::marker(c).is_some() => "str",
        _ => return None,
    })
}

fn uncallable(e: &Expr) -> Option<&'static str> {
    match e {
        Expr::Constant(c) => Some(match c.value {
            ast::Constant::None => "NoneType",
            ast::Constant::Bool(_) => "bool",
            ast::Constant::Ellipsis => "ellipsis",
            ast::Constant::Str(_) => "str",
            ast::Constant::Bytes(_) => "bytes",
            ast::Constant::Int(_) => "int",
            ast::Constant::Float(_) => "float",
            ast::Constant::Complex { .. } => "complex",
            ast::Constant::Tuple(_) => "tuple",
        }),
        Expr::Lambda(_) => None,
        e => kind_of(e),
    }
}
