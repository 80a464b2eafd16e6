//! Annotations as text (`from __future__ import annotations`): expressions written the way CPython writes them.

use crate::bytecode::code::Const;
use crate::syntax::ast::{self, BoolOp, CmpOp, Constant, Expr, Operator, UnaryOp};
use crate::syntax::{FSTRING, wide_points};
use crate::text::floatrepr;

use super::fold;
use super::scope::marker;

/// Binding strength, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    fn tighter(self) -> Level {
        use Level::*;
        match self {
            Tuple => Test,
            Test => Or,
            Or => And,
            And => Not,
            Not => Compare,
            Compare => BitOr,
            BitOr => BitXor,
            BitXor => BitAnd,
            BitAnd => Shift,
            Shift => Sum,
            Sum => Term,
            Term => Factor,
            Factor => Power,
            Power => Await,
            Await | Atom => Atom,
        }
    }
}

/// The text of an annotation.
pub fn annotation(e: &Expr) -> Const {
    let mut out = Writer(String::new());
    out.expr(e, Level::Test);
    Const::Str(out.0)
}

/// `repr` of a constant.
pub fn constant(value: &Const) -> String {
    let mut out = Writer(String::new());
    out.value(value);
    out.0
}

struct Writer(String);

impl Writer {
    fn put(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn wrapped(&mut self, needed: bool, write: impl FnOnce(&mut Self)) {
        if needed {
            self.put("(");
        }
        write(self);
        if needed {
            self.put(")");
        }
    }

    fn list(&mut self, items: &[Expr]) {
        for (i, e) in items.iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            self.expr(e, Level::Test);
        }
    }

    fn expr(&mut self, e: &Expr, level: Level) {
        match e {
            Expr::BoolOp(b) => {
                let (own, word) = match b.op {
                    BoolOp::And => (Level::And, " and "),
                    BoolOp::Or => (Level::Or, " or "),
                };
                self.wrapped(level > own, |w| {
                    for (i, value) in b.values.iter().enumerate() {
                        if i > 0 {
                            w.put(word);
                        }
                        w.expr(value, own.tighter());
                    }
                });
            }
            Expr::NamedExpr(n) => self.wrapped(level > Level::Tuple, |w| {
                w.expr(&n.target, Level::Atom);
                w.put(" := ");
                w.expr(&n.value, Level::Atom);
            }),
            Expr::BinOp(b) => {
                let (own, sign, right_first) = operator(b.op);
                self.wrapped(level > own, |w| {
                    w.expr(&b.left, if right_first { own.tighter() } else { own });
                    w.put(sign);
                    w.expr(&b.right, if right_first { own } else { own.tighter() });
                });
            }
            Expr::UnaryOp(u) => {
                let (own, sign) = match u.op {
                    UnaryOp::Invert => (Level::Factor, "~"),
                    UnaryOp::Not => (Level::Not, "not "),
                    UnaryOp::UAdd => (Level::Factor, "+"),
                    UnaryOp::USub => (Level::Factor, "-"),
                };
                self.wrapped(level > own, |w| {
                    w.put(sign);
                    w.expr(&u.operand, own);
                });
            }
            Expr::Lambda(l) => self.wrapped(level > Level::Test, |w| {
                w.put("lambda");
                w.arguments(&l.args);
                w.put(": ");
                w.expr(&l.body, Level::Test);
            }),
            Expr::IfExp(i) => self.wrapped(level > Level::Test, |w| {
                w.expr(&i.body, Level::Or);
                w.put(" if ");
                w.expr(&i.test, Level::Or);
                w.put(" else ");
                w.expr(&i.orelse, Level::Test);
            }),
            Expr::Dict(d) => {
                self.put("{");
                for (i, (key, value)) in d.keys.iter().zip(&d.values).enumerate() {
                    if i > 0 {
                        self.put(", ");
                    }
                    match key {
                        Some(key) => {
                            self.expr(key, Level::Test);
                            self.put(": ");
                            self.expr(value, Level::Test);
                        }
                        None => {
                            self.put("**");
                            self.expr(value, Level::BitOr);
                        }
                    }
                }
                self.put("}");
            }
            Expr::Set(s) => {
                self.put("{");
                self.list(&s.elts);
                self.put("}");
            }
            Expr::List(l) => {
                self.put("[");
                self.list(&l.elts);
                self.put("]");
            }
            Expr::Tuple(t) if t.elts.is_empty() => self.put("()"),
            Expr::Tuple(t) => self.wrapped(level > Level::Tuple, |w| {
                w.list(&t.elts);
                if t.elts.len() == 1 {
                    w.put(",");
                }
            }),
            Expr::ListComp(c) => self.comprehension("[", &c.elt, None, &c.generators, "]"),
            Expr::SetComp(c) => self.comprehension("{", &c.elt, None, &c.generators, "}"),
            Expr::DictComp(c) => {
                self.comprehension("{", &c.key, Some(&c.value), &c.generators, "}");
            }
            Expr::GeneratorExp(c) => self.comprehension("(", &c.elt, None, &c.generators, ")"),
            Expr::Yield(y) => {
                self.put("(yield");
                if let Some(value) = &y.value {
                    self.put(" ");
                    self.expr(value, Level::Test);
                }
                self.put(")");
            }
            Expr::YieldFrom(y) => {
                self.put("(yield from ");
                self.expr(&y.value, Level::Test);
                self.put(")");
            }
            Expr::Await(a) => self.wrapped(level > Level::Await, |w| {
                w.put("await ");
                w.expr(&a.value, Level::Atom);
            }),
            Expr::Compare(c) => self.wrapped(level > Level::Compare, |w| {
                w.expr(&c.left, Level::BitOr);
                for (op, right) in c.ops.iter().zip(&c.comparators) {
                    w.put(match op {
                        CmpOp::Eq => " == ",
                        CmpOp::NotEq => " != ",
                        CmpOp::Lt => " < ",
                        CmpOp::LtE => " <= ",
                        CmpOp::Gt => " > ",
                        CmpOp::GtE => " >= ",
                        CmpOp::Is => " is ",
                        CmpOp::IsNot => " is not ",
                        CmpOp::In => " in ",
                        CmpOp::NotIn => " not in ",
                    });
                    w.expr(right, Level::BitOr);
                }
            }),
            Expr::Call(c) if marker(c) == Some(FSTRING) => self.formatted(c),
            Expr::Call(c) => self.call(c),
            Expr::Constant(c) => match &c.value {
                Constant::Tuple(_) if c.kind.is_some() => self.value(&fold::to_const(c)),
                value => self.constant(value, c.kind.is_some()),
            },
            Expr::Attribute(a) => {
                self.expr(&a.value, Level::Atom);
                let is_int = matches!(
                    &*a.value,
                    Expr::Constant(c) if matches!(c.value, Constant::Int(_))
                );
                self.put(if is_int { " ." } else { "." });
                self.put(&a.attr);
            }
            Expr::Subscript(s) => {
                self.expr(&s.value, Level::Atom);
                self.put("[");
                self.expr(&s.slice, Level::Tuple);
                self.put("]");
            }
            Expr::Starred(s) => {
                self.put("*");
                self.expr(&s.value, Level::BitOr);
            }
            Expr::Name(n) => self.put(&n.id),
            Expr::Slice(s) => {
                if let Some(lower) = &s.lower {
                    self.expr(lower, Level::Test);
                }
                self.put(":");
                if let Some(upper) = &s.upper {
                    self.expr(upper, Level::Test);
                }
                if let Some(step) = &s.step {
                    self.put(":");
                    self.expr(step, Level::Test);
                }
            }
            Expr::FormattedValue(_) | Expr::JoinedStr(_) => {}
        }
    }

    fn call(&mut self, c: &ast::ExprCall) {
        self.expr(&c.func, Level::Atom);
        if let ([Expr::GeneratorExp(_)], []) = (c.args.as_slice(), c.keywords.as_slice()) {
            return self.expr(&c.args[0], Level::Atom);
        }
        self.put("(");
        self.list(&c.args);
        for (i, k) in c.keywords.iter().enumerate() {
            if i > 0 || !c.args.is_empty() {
                self.put(", ");
            }
            match &k.arg {
                Some(name) => {
                    self.put(name);
                    self.put("=");
                }
                None => self.put("**"),
            }
            self.expr(&k.value, Level::Test);
        }
        self.put(")");
    }

    fn comprehension(
        &mut self,
        open: &str,
        element: &Expr,
        value: Option<&Expr>,
        generators: &[ast::Comprehension],
        close: &str,
    ) {
        self.put(open);
        self.expr(element, Level::Test);
        if let Some(value) = value {
            self.put(": ");
            self.expr(value, Level::Test);
        }
        for g in generators {
            self.put(if g.is_async { " async for " } else { " for " });
            self.expr(&g.target, Level::Tuple);
            self.put(" in ");
            self.expr(&g.iter, Level::Test.tighter());
            for condition in &g.ifs {
                self.put(" if ");
                self.expr(condition, Level::Test.tighter());
            }
        }
        self.put(close);
    }

    fn arguments(&mut self, args: &ast::Arguments) {
        let mut first = true;
        let mut next = |w: &mut Self| {
            w.put(if std::mem::take(&mut first) { " " } else { ", " });
        };
        let one = |w: &mut Self, a: &ast::ArgWithDefault| {
            w.put(&a.def.arg);
            if let Some(default) = &a.default {
                w.put("=");
                w.expr(default, Level::Test);
            }
        };
        for a in &args.posonlyargs {
            next(self);
            one(self, a);
        }
        if !args.posonlyargs.is_empty() {
            next(self);
            self.put("/");
        }
        for a in &args.args {
            next(self);
            one(self, a);
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            next(self);
            self.put("*");
            if let Some(rest) = &args.vararg {
                self.put(&rest.arg);
            }
        }
        for a in &args.kwonlyargs {
            next(self);
            one(self, a);
        }
        if let Some(rest) = &args.kwarg {
            next(self);
            self.put("**");
            self.put(&rest.arg);
        }
    }

    fn constant(&mut self, value: &Constant, wide: bool) {
        match value {
            Constant::None => self.put("None"),
            Constant::Bool(true) => self.put("True"),
            Constant::Bool(false) => self.put("False"),
            Constant::Ellipsis => self.put("..."),
            Constant::Int(i) => self.put(&i.to_string()),
            Constant::Float(f) => self.float(*f),
            Constant::Complex { real, imag } if *real != 0.0 => {
                self.put("(");
                floatrepr::push_repr(&mut self.0, *real, false);
                self.put(if imag.is_sign_negative() { "" } else { "+" });
                floatrepr::push_repr(&mut self.0, *imag, false);
                self.put("j)");
            }
            Constant::Complex { imag, .. } => {
                if imag.is_infinite() {
                    self.put("1e309");
                } else {
                    floatrepr::push_repr(&mut self.0, *imag, false);
                }
                self.put("j");
            }
            Constant::Str(hex) if wide => self.quoted(wide_points(hex).into_iter()),
            Constant::Str(s) => self.quoted(s.chars().map(u32::from)),
            Constant::Bytes(b) => {
                let quote = if b.contains(&b'\'') && !b.contains(&b'"') { '"' } else { '\'' };
                self.put("b");
                self.0.push(quote);
                for byte in b {
                    match byte {
                        b'\\' => self.put("\\\\"),
                        b'\n' => self.put("\\n"),
                        b'\r' => self.put("\\r"),
                        b'\t' => self.put("\\t"),
                        c if *c as char == quote => {
                            self.put("\\");
                            self.0.push(quote);
                        }
                        0x20..0x7f => self.0.push(*byte as char),
                        _ => self.put(&format!("\\x{byte:02x}")),
                    }
                }
                self.0.push(quote);
            }
            Constant::Tuple(items) => {
                self.put("(");
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        self.put(", ");
                    }
                    self.constant(item, false);
                }
                self.put(if items.len() == 1 { ",)" } else { ")" });
            }
        }
    }

    fn value(&mut self, value: &Const) {
        let (open, items, close) = match value {
            Const::Tuple(items) if items.len() == 1 => ("(", items, ",)"),
            Const::Tuple(items) => ("(", items, ")"),
            Const::FrozenSet(items) if items.is_empty() => ("frozenset(", items, ")"),
            Const::FrozenSet(items) => ("frozenset({", items, "})"),
            other => {
                let (value, kind) = fold::literal(other.clone());
                return self.constant(&value, kind.is_some());
            }
        };
        self.put(open);
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.put(", ");
            }
            self.value(item);
        }
        self.put(close);
    }

    fn float(&mut self, f: f64) {
        if f.is_infinite() {
            self.put("1e309");
        } else {
            floatrepr::push_repr(&mut self.0, f, true);
        }
    }

    /// `repr` of a str.
    fn quoted(&mut self, points: impl Iterator<Item = u32> + Clone) {
        let has = |c: char| points.clone().any(|p| p == c as u32);
        let quote = if has('\'') && !has('"') { '"' } else { '\'' };
        self.0.push(quote);
        for p in points {
            match char::from_u32(p) {
                Some('\\') => self.put("\\\\"),
                Some('\n') => self.put("\\n"),
                Some('\r') => self.put("\\r"),
                Some('\t') => self.put("\\t"),
                Some(c) if c == quote => {
                    self.put("\\");
                    self.0.push(c);
                }
                Some(c) if crate::syntax::literals::is_printable(c) => self.0.push(c),
                _ if p < 0x100 => self.put(&format!("\\x{p:02x}")),
                _ if p < 0x10000 => self.put(&format!("\\u{p:04x}")),
                _ => self.put(&format!("\\U{p:08x}")),
            }
        }
        self.0.push(quote);
    }

    /// A formatted string, its text and replacements between quotes.
    fn formatted(&mut self, c: &ast::ExprCall) {
        let mut body = Writer(String::new());
        body.pieces(&c.args);
        self.put("f");
        let text = body.0;
        self.quoted(text.chars().map(u32::from));
    }

    fn pieces(&mut self, parts: &[Expr]) {
        for part in parts {
            match part {
                Expr::Constant(k) => {
                    if let Constant::Str(s) = &k.value {
                        let doubled = s.replace('{', "{{").replace('}', "}}");
                        self.put(&doubled);
                    }
                }
                Expr::Call(value) => {
                    let mut inner = Writer(String::new());
                    if let Some(e) = value.args.first() {
                        inner.expr(e, Level::Test.tighter());
                    }
                    self.put(if inner.0.starts_with('{') { "{ " } else { "{" });
                    self.put(&inner.0);
                    if let Some(Expr::Constant(k)) = value.args.get(1)
                        && let Constant::Int(n) = &k.value
                    {
                        self.put(match u8::try_from(n) {
                            Ok(1) => "!s",
                            Ok(2) => "!r",
                            Ok(3) => "!a",
                            _ => "",
                        });
                    }
                    if let Some(Expr::Call(spec)) = value.args.get(2) {
                        self.put(":");
                        self.pieces(&spec.args);
                    }
                    self.put("}");
                }
                _ => {}
            }
        }
    }
}

fn operator(op: Operator) -> (Level, &'static str, bool) {
    match op {
        Operator::Add => (Level::Sum, " + ", false),
        Operator::Sub => (Level::Sum, " - ", false),
        Operator::Mult => (Level::Term, " * ", false),
        Operator::MatMult => (Level::Term, " @ ", false),
        Operator::Div => (Level::Term, " / ", false),
        Operator::Mod => (Level::Term, " % ", false),
        Operator::FloorDiv => (Level::Term, " // ", false),
        Operator::LShift => (Level::Shift, " << ", false),
        Operator::RShift => (Level::Shift, " >> ", false),
        Operator::BitOr => (Level::BitOr, " | ", false),
        Operator::BitXor => (Level::BitXor, " ^ ", false),
        Operator::BitAnd => (Level::BitAnd, " & ", false),
        Operator::Pow => (Level::Power, " ** ", true),
    }
}
