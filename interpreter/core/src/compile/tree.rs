//! The parser's tree as plain data in the shape of Python's module `ast`: what compile() gives with
//! PyCF_ONLY_AST is made of it, and trees of Python's come this way too (`lower` makes the parser's of them).
//!
//! Undoes the disguises of `syntax` (formatted strings, strings with surrogates). Adjacent texts of a
//! formatted string become one constant, as CPython's parser has it.

use super::fold;
use super::places::Lines;
use super::scope::marker;
use crate::bytecode::code::Const;
use crate::syntax::ast::{self, Expr, Pattern, Ranged, Stmt};
use crate::syntax::{FSTRING, FVALUE, TextRange};

/// A node: the name of its class, its fields in order, its place if it has one.
pub struct Node {
    pub kind: &'static str,
    pub fields: Vec<Value>,
    pub place: Option<Place>,
}

/// Where a node is: lines from 1, columns from 0 in bytes. Programs may put anything there.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    pub line: i32,
    pub col: i32,
    pub end_line: i32,
    pub end_col: i32,
}

/// What a field holds.
pub enum Value {
    None,
    Int(i64),
    Name(String),
    Constant(Const),
    /// An object that is no constant, by the name of its type.
    Odd(String),
    Node(Box<Node>),
    List(Vec<Value>),
}

/// Converts one text's tree.
pub(super) struct Converter<'a> {
    pub(super) text: &'a str,
    pub(super) lines: &'a Lines,
}

fn name(name: &ast::Identifier) -> Value {
    Value::Name(name.as_str().to_owned())
}

fn opt_name(given: &Option<ast::Identifier>) -> Value {
    given.as_ref().map_or(Value::None, name)
}

fn names(all: &[ast::Identifier]) -> Value {
    Value::List(all.iter().map(name).collect())
}

fn plain(kind: &'static str) -> Value {
    Value::Node(Box::new(Node { kind, fields: Vec::new(), place: None }))
}

fn placeless(kind: &'static str, fields: Vec<Value>) -> Value {
    Value::Node(Box::new(Node { kind, fields, place: None }))
}

fn context(ctx: &ast::ExprContext) -> Value {
    plain(match ctx {
        ast::ExprContext::Load => "Load",
        ast::ExprContext::Store => "Store",
        ast::ExprContext::Del => "Del",
    })
}

fn operator(op: &ast::Operator) -> Value {
    use ast::Operator;
    plain(match op {
        Operator::Add => "Add",
        Operator::Sub => "Sub",
        Operator::Mult => "Mult",
        Operator::MatMult => "MatMult",
        Operator::Div => "Div",
        Operator::Mod => "Mod",
        Operator::Pow => "Pow",
        Operator::LShift => "LShift",
        Operator::RShift => "RShift",
        Operator::BitOr => "BitOr",
        Operator::BitXor => "BitXor",
        Operator::BitAnd => "BitAnd",
        Operator::FloorDiv => "FloorDiv",
    })
}

fn comparison(op: &ast::CmpOp) -> Value {
    use ast::CmpOp;
    plain(match op {
        CmpOp::Eq => "Eq",
        CmpOp::NotEq => "NotEq",
        CmpOp::Lt => "Lt",
        CmpOp::LtE => "LtE",
        CmpOp::Gt => "Gt",
        CmpOp::GtE => "GtE",
        CmpOp::Is => "Is",
        CmpOp::IsNot => "IsNot",
        CmpOp::In => "In",
        CmpOp::NotIn => "NotIn",
    })
}

impl Converter<'_> {
    pub(super) fn module(&self, body: &[Stmt]) -> Node {
        Node { kind: "Module", fields: vec![self.body(body), Value::List(Vec::new())], place: None }
    }

    pub(super) fn interactive(&self, body: &[Stmt]) -> Node {
        Node { kind: "Interactive", fields: vec![self.body(body)], place: None }
    }

    pub(super) fn expression(&self, e: &Expr) -> Node {
        Node { kind: "Expression", fields: vec![self.expr(e)], place: None }
    }

    fn at(&self, range: TextRange, kind: &'static str, fields: Vec<Value>) -> Value {
        let span = self.lines.cursor().span(range);
        let [line, col, end_line, end_col] =
            [span.line, span.col, span.end_line, span.end_col].map(u32::cast_signed);
        let place = Some(Place { line, col, end_line, end_col });
        Value::Node(Box::new(Node { kind, fields, place }))
    }

    fn body(&self, body: &[Stmt]) -> Value {
        Value::List(body.iter().map(|s| self.stmt(s)).collect())
    }

    fn exprs(&self, all: &[Expr]) -> Value {
        Value::List(all.iter().map(|e| self.expr(e)).collect())
    }

    fn opt(&self, e: &Option<Box<Expr>>) -> Value {
        e.as_ref().map_or(Value::None, |e| self.expr(e))
    }

    fn patterns(&self, all: &[Pattern]) -> Value {
        Value::List(all.iter().map(|p| self.pattern(p)).collect())
    }

    /// Where the keyword of a definition is, behind its decorators.
    fn definition(&self, range: TextRange, decorators: &[Expr]) -> TextRange {
        let Some(last) = decorators.last() else { return range };
        let mut at = u32::from(last.range().end());
        if at < u32::from(range.start()) {
            return range;
        }
        // Behind the decorator there is nothing but brackets, space and comments.
        let rest = self.text.get(at as usize..).unwrap_or("");
        let mut lines = rest.split_inclusive('\n');
        at += lines.next().map_or(0, str::len) as u32;
        for line in lines {
            let word = line.trim_start_matches([' ', '\t', '\x0c']);
            if ["def", "class", "async"].iter().any(|w| word.starts_with(w)) {
                at += (line.len() - word.len()) as u32;
                break;
            }
            at += line.len() as u32;
        }
        if at < u32::from(range.end()) { TextRange::new(at.into(), range.end()) } else { range }
    }

    fn stmt(&self, s: &Stmt) -> Value {
        let (kind, fields) = match s {
            Stmt::FunctionDef(f) => {
                let fields = vec![
                    name(&f.name),
                    self.arguments(&f.args),
                    self.body(&f.body),
                    self.exprs(&f.decorator_list),
                    self.opt(&f.returns),
                    Value::None,
                ];
                return self.at(self.definition(f.range, &f.decorator_list), "FunctionDef", fields);
            }
            Stmt::AsyncFunctionDef(f) => {
                let fields = vec![
                    name(&f.name),
                    self.arguments(&f.args),
                    self.body(&f.body),
                    self.exprs(&f.decorator_list),
                    self.opt(&f.returns),
                    Value::None,
                ];
                let range = self.definition(f.range, &f.decorator_list);
                return self.at(range, "AsyncFunctionDef", fields);
            }
            Stmt::ClassDef(c) => {
                let fields = vec![
                    name(&c.name),
                    self.exprs(&c.bases),
                    self.keywords(&c.keywords),
                    self.body(&c.body),
                    self.exprs(&c.decorator_list),
                ];
                return self.at(self.definition(c.range, &c.decorator_list), "ClassDef", fields);
            }
            Stmt::Return(r) => ("Return", vec![self.opt(&r.value)]),
            Stmt::Delete(d) => ("Delete", vec![self.exprs(&d.targets)]),
            Stmt::Assign(a) => {
                ("Assign", vec![self.exprs(&a.targets), self.expr(&a.value), Value::None])
            }
            // Not of this version of the language: the scanner lets none through.
            Stmt::TypeAlias(_) => ("Pass", Vec::new()),
            Stmt::AugAssign(a) => {
                ("AugAssign", vec![self.expr(&a.target), operator(&a.op), self.expr(&a.value)])
            }
            Stmt::AnnAssign(a) => (
                "AnnAssign",
                vec![
                    self.expr(&a.target),
                    self.expr(&a.annotation),
                    self.opt(&a.value),
                    Value::Int(self.is_simple(a).into()),
                ],
            ),
            Stmt::For(f) => (
                "For",
                vec![
                    self.expr(&f.target),
                    self.expr(&f.iter),
                    self.body(&f.body),
                    self.body(&f.orelse),
                    Value::None,
                ],
            ),
            Stmt::AsyncFor(f) => (
                "AsyncFor",
                vec![
                    self.expr(&f.target),
                    self.expr(&f.iter),
                    self.body(&f.body),
                    self.body(&f.orelse),
                    Value::None,
                ],
            ),
            Stmt::While(w) => {
                ("While", vec![self.expr(&w.test), self.body(&w.body), self.body(&w.orelse)])
            }
            Stmt::If(i) => {
                ("If", vec![self.expr(&i.test), self.body(&i.body), self.body(&i.orelse)])
            }
            Stmt::With(w) => ("With", vec![self.items(&w.items), self.body(&w.body), Value::None]),
            Stmt::AsyncWith(w) => {
                ("AsyncWith", vec![self.items(&w.items), self.body(&w.body), Value::None])
            }
            Stmt::Match(m) => ("Match", vec![self.expr(&m.subject), self.cases(&m.cases)]),
            Stmt::Raise(r) => ("Raise", vec![self.opt(&r.exc), self.opt(&r.cause)]),
            Stmt::Try(t) => (
                "Try",
                vec![
                    self.body(&t.body),
                    self.handlers(&t.handlers),
                    self.body(&t.orelse),
                    self.body(&t.finalbody),
                ],
            ),
            Stmt::TryStar(t) => (
                "TryStar",
                vec![
                    self.body(&t.body),
                    self.handlers(&t.handlers),
                    self.body(&t.orelse),
                    self.body(&t.finalbody),
                ],
            ),
            Stmt::Assert(a) => ("Assert", vec![self.expr(&a.test), self.opt(&a.msg)]),
            Stmt::Import(i) => ("Import", vec![self.aliases(&i.names)]),
            Stmt::ImportFrom(i) => {
                let level = i.level.as_ref().map_or(0, |level| i64::from(level.to_u32()));
                let fields = vec![opt_name(&i.module), self.aliases(&i.names), Value::Int(level)];
                ("ImportFrom", fields)
            }
            Stmt::Global(g) => ("Global", vec![names(&g.names)]),
            Stmt::Nonlocal(n) => ("Nonlocal", vec![names(&n.names)]),
            Stmt::Expr(e) => ("Expr", vec![self.expr(&e.value)]),
            Stmt::Pass(_) => ("Pass", Vec::new()),
            Stmt::Break(_) => ("Break", Vec::new()),
            Stmt::Continue(_) => ("Continue", Vec::new()),
        };
        self.at(s.range(), kind, fields)
    }

    /// Whether an annotation's target is a name without brackets.
    fn is_simple(&self, a: &ast::StmtAnnAssign) -> bool {
        let start = u32::from(a.range.start()) as usize;
        matches!(&*a.target, Expr::Name(_))
            && !self.text.get(start..).is_some_and(|rest| rest.starts_with('('))
    }

    fn items(&self, items: &[ast::WithItem]) -> Value {
        let item = |i: &ast::WithItem| {
            let fields = vec![self.expr(&i.context_expr), self.opt(&i.optional_vars)];
            placeless("withitem", fields)
        };
        Value::List(items.iter().map(item).collect())
    }

    fn cases(&self, cases: &[ast::MatchCase]) -> Value {
        let case = |c: &ast::MatchCase| {
            let fields = vec![self.pattern(&c.pattern), self.opt(&c.guard), self.body(&c.body)];
            placeless("match_case", fields)
        };
        Value::List(cases.iter().map(case).collect())
    }

    fn handlers(&self, handlers: &[ast::ExceptHandler]) -> Value {
        let handler = |h: &ast::ExceptHandler| {
            let ast::ExceptHandler::ExceptHandler(h) = h;
            let fields = vec![self.opt(&h.type_), opt_name(&h.name), self.body(&h.body)];
            self.at(h.range, "ExceptHandler", fields)
        };
        Value::List(handlers.iter().map(handler).collect())
    }

    fn aliases(&self, aliases: &[ast::Alias]) -> Value {
        let alias =
            |a: &ast::Alias| self.at(a.range, "alias", vec![name(&a.name), opt_name(&a.asname)]);
        Value::List(aliases.iter().map(alias).collect())
    }

    fn keywords(&self, keywords: &[ast::Keyword]) -> Value {
        let keyword = |k: &ast::Keyword| {
            self.at(k.range, "keyword", vec![opt_name(&k.arg), self.expr(&k.value)])
        };
        Value::List(keywords.iter().map(keyword).collect())
    }

    fn arg(&self, a: &ast::Arg) -> Value {
        self.at(a.range, "arg", vec![name(&a.arg), self.opt(&a.annotation), Value::None])
    }

    fn arguments(&self, a: &ast::Arguments) -> Value {
        let args = |all: &[ast::ArgWithDefault]| {
            Value::List(all.iter().map(|a| self.arg(&a.def)).collect())
        };
        let opt_arg = |a: &Option<Box<ast::Arg>>| a.as_ref().map_or(Value::None, |a| self.arg(a));
        let positional = a.posonlyargs.iter().chain(&a.args);
        let defaults = positional.filter_map(|a| a.default.as_ref()).map(|e| self.expr(e));
        let fields = vec![
            args(&a.posonlyargs),
            args(&a.args),
            opt_arg(&a.vararg),
            args(&a.kwonlyargs),
            Value::List(a.kwonlyargs.iter().map(|a| self.opt(&a.default)).collect()),
            opt_arg(&a.kwarg),
            Value::List(defaults.collect()),
        ];
        placeless("arguments", fields)
    }

    fn generators(&self, all: &[ast::Comprehension]) -> Value {
        let one = |c: &ast::Comprehension| {
            let fields = vec![
                self.expr(&c.target),
                self.expr(&c.iter),
                self.exprs(&c.ifs),
                Value::Int(c.is_async.into()),
            ];
            placeless("comprehension", fields)
        };
        Value::List(all.iter().map(one).collect())
    }

    fn expr(&self, e: &Expr) -> Value {
        let (kind, fields) = match e {
            Expr::BoolOp(b) => {
                let op = if matches!(b.op, ast::BoolOp::And) { "And" } else { "Or" };
                ("BoolOp", vec![plain(op), self.exprs(&b.values)])
            }
            Expr::NamedExpr(n) => ("NamedExpr", vec![self.expr(&n.target), self.expr(&n.value)]),
            Expr::BinOp(b) => {
                ("BinOp", vec![self.expr(&b.left), operator(&b.op), self.expr(&b.right)])
            }
            Expr::UnaryOp(u) => {
                let op = match u.op {
                    ast::UnaryOp::Invert => "Invert",
                    ast::UnaryOp::Not => "Not",
                    ast::UnaryOp::UAdd => "UAdd",
                    ast::UnaryOp::USub => "USub",
                };
                ("UnaryOp", vec![plain(op), self.expr(&u.operand)])
            }
            Expr::Lambda(l) => ("Lambda", vec![self.arguments(&l.args), self.expr(&l.body)]),
            Expr::IfExp(i) => {
                ("IfExp", vec![self.expr(&i.test), self.expr(&i.body), self.expr(&i.orelse)])
            }
            Expr::Dict(d) => {
                let key = |k: &Option<Expr>| k.as_ref().map_or(Value::None, |k| self.expr(k));
                let keys = Value::List(d.keys.iter().map(key).collect());
                ("Dict", vec![keys, self.exprs(&d.values)])
            }
            Expr::Set(s) => ("Set", vec![self.exprs(&s.elts)]),
            Expr::ListComp(c) => {
                ("ListComp", vec![self.expr(&c.elt), self.generators(&c.generators)])
            }
            Expr::SetComp(c) => {
                ("SetComp", vec![self.expr(&c.elt), self.generators(&c.generators)])
            }
            Expr::DictComp(c) => {
                let generators = self.generators(&c.generators);
                ("DictComp", vec![self.expr(&c.key), self.expr(&c.value), generators])
            }
            Expr::GeneratorExp(c) => {
                ("GeneratorExp", vec![self.expr(&c.elt), self.generators(&c.generators)])
            }
            Expr::Await(a) => ("Await", vec![self.expr(&a.value)]),
            Expr::Yield(y) => ("Yield", vec![self.opt(&y.value)]),
            Expr::YieldFrom(y) => ("YieldFrom", vec![self.expr(&y.value)]),
            Expr::Compare(c) => {
                let ops = Value::List(c.ops.iter().map(comparison).collect());
                ("Compare", vec![self.expr(&c.left), ops, self.exprs(&c.comparators)])
            }
            Expr::Call(c) if marker(c) == Some(FSTRING) => return self.joined(c, c.range),
            Expr::Call(c) => {
                let args = match c.args.as_slice() {
                    [Expr::GeneratorExp(g)] if c.keywords.is_empty() => {
                        Value::List(vec![self.sole_generator(c, g)])
                    }
                    args => self.exprs(args),
                };
                ("Call", vec![self.expr(&c.func), args, self.keywords(&c.keywords)])
            }
            Expr::Constant(c) => return self.constant(c),
            Expr::Attribute(a) => {
                ("Attribute", vec![self.expr(&a.value), name(&a.attr), context(&a.ctx)])
            }
            Expr::Subscript(s) => {
                let slice = match &*s.slice {
                    Expr::Starred(star) => {
                        let elements = Value::List(vec![self.expr(&s.slice)]);
                        self.at(star.range, "Tuple", vec![elements, plain("Load")])
                    }
                    slice => self.expr(slice),
                };
                ("Subscript", vec![self.expr(&s.value), slice, context(&s.ctx)])
            }
            Expr::Starred(s) => ("Starred", vec![self.expr(&s.value), context(&s.ctx)]),
            Expr::Name(n) => ("Name", vec![name(&n.id), context(&n.ctx)]),
            Expr::List(l) => ("List", vec![self.exprs(&l.elts), context(&l.ctx)]),
            Expr::Tuple(t) => ("Tuple", vec![self.exprs(&t.elts), context(&t.ctx)]),
            Expr::Slice(s) => {
                ("Slice", vec![self.opt(&s.lower), self.opt(&s.upper), self.opt(&s.step)])
            }
            // The grammar makes calls of markers instead.
            Expr::FormattedValue(_) | Expr::JoinedStr(_) => {
                ("JoinedStr", vec![Value::List(vec![])])
            }
        };
        self.at(e.range(), kind, fields)
    }

    /// A generator that is a call's only argument: without brackets of its own it has those of the call.
    fn sole_generator(&self, call: &ast::ExprCall, g: &ast::ExprGeneratorExp) -> Value {
        let between = |from: TextRange, start: bool, to: u32| {
            let from = u32::from(if start { from.start() } else { from.end() });
            self.text.get(from as usize..to as usize).unwrap_or("")
        };
        let (elt, target) = (g.elt.range(), g.generators.first().map(|c| c.target.range()));
        let opened = between(g.range, true, elt.start().into()).matches('(').count();
        let behind = target.map_or("", |target| between(elt, false, target.start().into()));
        let mut range = g.range;
        if opened <= behind.matches(')').count() {
            let callee = call.func.range();
            let before = between(callee, false, g.range.start().into());
            if let Some(at) = before.rfind('(') {
                let start = u32::from(callee.end()) + at as u32;
                range = TextRange::new(start.into(), call.range.end());
            }
        }
        let fields = vec![self.expr(&g.elt), self.generators(&g.generators)];
        self.at(range, "GeneratorExp", fields)
    }

    fn constant(&self, c: &ast::ExprConstant) -> Value {
        let start = u32::from(c.range.start()) as usize;
        let is_str = matches!(c.value, ast::Constant::Str(_));
        let marked = is_str && self.text.get(start..).is_some_and(|t| t.starts_with(['u', 'U']));
        let kind = if marked { Value::Name("u".to_owned()) } else { Value::None };
        self.at(c.range, "Constant", vec![Value::Constant(fold::to_const(c)), kind])
    }

    /// A formatted string; `whole` is the place of the literal that all its pieces have.
    fn joined(&self, c: &ast::ExprCall, whole: TextRange) -> Value {
        let mut values = Vec::new();
        let mut rest = c.args.as_slice();
        while let Some(first) = rest.first() {
            let run = rest.iter().take_while(|e| matches!(e, Expr::Constant(_))).count();
            if run > 0 {
                let text = fold::joined(&rest[..run]);
                if !matches!(&text, Const::Str(s) if s.is_empty()) {
                    let fields = vec![Value::Constant(text), Value::None];
                    values.push(self.at(whole, "Constant", fields));
                }
                rest = &rest[run..];
                continue;
            }
            rest = &rest[1..];
            match first {
                Expr::Call(value) if marker(value) == Some(FVALUE) => {
                    values.push(self.formatted(value, whole));
                }
                Expr::Call(inner) if marker(inner) == Some(FSTRING) => {
                    values.push(self.joined(inner, whole));
                }
                other => values.push(self.expr(other)),
            }
        }
        self.at(whole, "JoinedStr", vec![Value::List(values)])
    }

    fn formatted(&self, c: &ast::ExprCall, whole: TextRange) -> Value {
        let value = c.args.first().map_or(Value::None, |value| self.expr(value));
        let conversion = match c.args.get(1) {
            Some(Expr::Constant(ast::ExprConstant { value: ast::Constant::Int(n), .. })) => {
                match u8::try_from(n) {
                    Ok(1) => i64::from(b's'),
                    Ok(2) => i64::from(b'r'),
                    Ok(3) => i64::from(b'a'),
                    _ => -1,
                }
            }
            _ => -1,
        };
        let spec = match c.args.get(2) {
            Some(Expr::Call(spec)) if marker(spec) == Some(FSTRING) => self.joined(spec, whole),
            Some(spec) => self.expr(spec),
            None => Value::None,
        };
        self.at(whole, "FormattedValue", vec![value, Value::Int(conversion), spec])
    }

    fn pattern(&self, p: &Pattern) -> Value {
        let (kind, fields) = match p {
            Pattern::MatchValue(v) => ("MatchValue", vec![self.expr(&v.value)]),
            Pattern::MatchSingleton(s) => {
                ("MatchSingleton", vec![Value::Constant(fold::from_value(&s.value))])
            }
            Pattern::MatchSequence(s) => ("MatchSequence", vec![self.patterns(&s.patterns)]),
            Pattern::MatchMapping(m) => {
                let keys = self.exprs(&m.keys);
                ("MatchMapping", vec![keys, self.patterns(&m.patterns), opt_name(&m.rest)])
            }
            Pattern::MatchClass(c) => (
                "MatchClass",
                vec![
                    self.expr(&c.cls),
                    self.patterns(&c.patterns),
                    names(&c.kwd_attrs),
                    self.patterns(&c.kwd_patterns),
                ],
            ),
            Pattern::MatchStar(s) => ("MatchStar", vec![opt_name(&s.name)]),
            Pattern::MatchAs(a) => {
                let pattern = a.pattern.as_ref().map_or(Value::None, |p| self.pattern(p));
                ("MatchAs", vec![pattern, opt_name(&a.name)])
            }
            Pattern::MatchOr(o) => ("MatchOr", vec![self.patterns(&o.patterns)]),
        };
        self.at(p.range(), kind, fields)
    }
}
