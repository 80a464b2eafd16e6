//! Trees that come without text (see [`tree`](super::tree)) to the parser's tree, which is what the compiler takes.
//!
//! Refuses what no text gives and the compiler does not expect, in CPython's order and words: what a reader of the
//! tree saw (fields that are missing or of another type) is its business. Ranges are numbers of places, see
//! [`Lines::of_places`](super::places::Lines::of_places).

mod expressions;
mod patterns;

use std::collections::{HashMap, HashSet};
use std::vec::IntoIter;

use super::error::{ErrorKind, Outcome, fail, refuse};
use super::tree::{Node, Place, Value};
use crate::bytecode::code::Span;
use crate::syntax::ast::{self, ExprContext, Identifier, Stmt};
use crate::syntax::{TextRange, Tree};

/// The places met so far.
#[derive(Default)]
pub struct Lowering {
    pub places: Vec<Span>,
    known: HashMap<Place, u32>,
}

/// The fields of a node, one after the other.
struct Fields {
    kind: &'static str,
    values: IntoIter<Value>,
}

/// A value that the reader of the tree does not let through.
fn malformed<T>(kind: &str) -> Outcome<T> {
    refuse(ErrorKind::SystemError, format!("unexpected field of {kind}"))
}

fn value_error<T>(message: impl Into<String>) -> Outcome<T> {
    refuse(ErrorKind::ValueError, message)
}

impl Fields {
    fn of(node: Node) -> Fields {
        Fields { kind: node.kind, values: node.fields.into_iter() }
    }

    fn next(&mut self) -> Value {
        self.values.next().unwrap_or(Value::None)
    }

    fn node(&mut self) -> Outcome<Node> {
        match self.next() {
            Value::Node(node) => Ok(*node),
            _ => malformed(self.kind),
        }
    }

    fn opt(&mut self) -> Option<Node> {
        match self.next() {
            Value::Node(node) => Some(*node),
            _ => None,
        }
    }

    fn list(&mut self) -> Outcome<Vec<Value>> {
        match self.next() {
            Value::List(items) => Ok(items),
            _ => malformed(self.kind),
        }
    }

    fn name(&mut self) -> Outcome<Identifier> {
        match self.next() {
            Value::Name(name) => Ok(Identifier::new(name)),
            _ => malformed(self.kind),
        }
    }

    fn opt_name(&mut self) -> Option<Identifier> {
        match self.next() {
            Value::Name(name) => Some(Identifier::new(name)),
            _ => None,
        }
    }

    fn int(&mut self) -> i64 {
        match self.next() {
            Value::Int(n) => n,
            _ => 0,
        }
    }
}

/// The nodes of a list that may hold no None.
fn nodes(items: Vec<Value>, what: &str) -> Outcome<Vec<Node>> {
    let node = |item| match item {
        Value::Node(node) => Ok(*node),
        _ => value_error(format!("None disallowed in {what} list")),
    };
    items.into_iter().map(node).collect()
}

fn names(items: Vec<Value>) -> Outcome<Vec<Identifier>> {
    let name = |item| match item {
        Value::Name(name) => Ok(Identifier::new(name)),
        _ => value_error("None disallowed in identifier list"),
    };
    items.into_iter().map(name).collect()
}

fn not_empty(items: &[Value], what: &str, owner: &str) -> Outcome<()> {
    if items.is_empty() { value_error(format!("empty {what} on {owner}")) } else { Ok(()) }
}

/// Names that are keywords cannot be looked up.
fn check_name(name: &Identifier) -> Outcome<()> {
    match name.as_str() {
        word @ ("None" | "True" | "False") => {
            value_error(format!("identifier field can't represent '{word}' constant"))
        }
        // How the tree marks formatted strings.
        name if name.starts_with('\0') => {
            value_error("identifier field can't start with a null character")
        }
        _ => Ok(()),
    }
}

impl Lowering {
    /// The tree of a Module, an Interactive or an Expression.
    pub fn root(&mut self, root: Node) -> Outcome<Tree> {
        let mut fields = Fields::of(root);
        Ok(match fields.kind {
            "Module" | "Interactive" => Tree::Module(self.stmts(fields.list()?)?),
            "Expression" => {
                let body = fields.node()?;
                Tree::Expression(self.expr(body, ExprContext::Load)?)
            }
            kind => return malformed(kind),
        })
    }

    /// The range that stands for a place, if it is one.
    fn range(&mut self, place: Option<Place>) -> Outcome<TextRange> {
        let Some(place) = place else { return Ok(TextRange::default()) };
        check_place(place)?;
        Ok(self.unchecked_range(place))
    }

    /// The range of a node whose place nobody checks.
    fn place_of(&mut self, node: &Node) -> TextRange {
        node.place.map_or(TextRange::default(), |place| self.unchecked_range(place))
    }

    fn unchecked_range(&mut self, place: Place) -> TextRange {
        let places = &mut self.places;
        let number = *self.known.entry(place).or_insert_with(|| {
            let [line, col, end_line, end_col] =
                [place.line, place.col, place.end_line, place.end_col]
                    .map(|n| u32::try_from(n).unwrap_or(0));
            // Line 0 and less is no line.
            let shown = if line == 0 || end_line == 0 {
                Span::default()
            } else {
                Span { line, end_line, col, end_col }
            };
            places.push(shown);
            places.len() as u32 - 1
        });
        TextRange::new((number * 2).into(), (number * 2 + 1).into())
    }

    fn stmts(&mut self, items: Vec<Value>) -> Outcome<Vec<Stmt>> {
        nodes(items, "statement")?.into_iter().map(|node| self.stmt(node)).collect()
    }

    fn body(&mut self, items: Vec<Value>, owner: &str) -> Outcome<Vec<Stmt>> {
        not_empty(&items, "body", owner)?;
        self.stmts(items)
    }

    fn stmt(&mut self, node: Node) -> Outcome<Stmt> {
        let range = self.range(node.place)?;
        let kind = node.kind;
        let mut f = Fields::of(node);
        Ok(match kind {
            "FunctionDef" | "AsyncFunctionDef" => self.function(range, f)?,
            "ClassDef" => self.class(range, f)?,
            "Return" => Stmt::Return(ast::StmtReturn { range, value: self.opt(f.opt())? }),
            "Delete" => {
                let targets = f.list()?;
                not_empty(&targets, "targets", "Delete")?;
                let targets = self.exprs(targets, ExprContext::Del)?;
                Stmt::Delete(ast::StmtDelete { range, targets })
            }
            "Assign" => {
                let (targets, value) = (f.list()?, f.node()?);
                not_empty(&targets, "targets", "Assign")?;
                let targets = self.exprs(targets, ExprContext::Store)?;
                let value = self.boxed(value)?;
                Stmt::Assign(ast::StmtAssign { range, targets, value, type_comment: None })
            }
            "AugAssign" => self.aug_assign(range, f)?,
            "AnnAssign" => self.ann_assign(range, f)?,
            "For" | "AsyncFor" => self.for_loop(range, f)?,
            "While" => {
                let (test, body, orelse) = (f.node()?, f.list()?, f.list()?);
                let test = self.boxed(test)?;
                let body = self.body(body, kind)?;
                Stmt::While(ast::StmtWhile { range, test, body, orelse: self.stmts(orelse)? })
            }
            "If" => {
                let (test, body, orelse) = (f.node()?, f.list()?, f.list()?);
                let test = self.boxed(test)?;
                let body = self.body(body, kind)?;
                Stmt::If(ast::StmtIf { range, test, body, orelse: self.stmts(orelse)? })
            }
            "With" | "AsyncWith" => self.with(range, f)?,
            "Match" => {
                let (subject, cases) = (f.node()?, f.list()?);
                let subject = self.boxed(subject)?;
                not_empty(&cases, "cases", "Match")?;
                let cases = nodes(cases, "case")?;
                let cases = cases.into_iter().map(|c| self.case(c)).collect::<Outcome<_>>()?;
                Stmt::Match(ast::StmtMatch { range, subject, cases })
            }
            "Raise" => {
                let (exc, cause) = (f.opt(), f.opt());
                if exc.is_none() && cause.is_some() {
                    return value_error("Raise with cause but no exception");
                }
                Stmt::Raise(ast::StmtRaise { range, exc: self.opt(exc)?, cause: self.opt(cause)? })
            }
            "Try" | "TryStar" => self.try_statement(range, f)?,
            "Assert" => {
                let (test, msg) = (f.node()?, f.opt());
                Stmt::Assert(ast::StmtAssert {
                    range,
                    test: self.boxed(test)?,
                    msg: self.opt(msg)?,
                })
            }
            "Import" => {
                let names = f.list()?;
                not_empty(&names, "names", kind)?;
                Stmt::Import(ast::StmtImport { range, names: self.aliases(names)? })
            }
            "ImportFrom" => {
                let (module, names, level) = (f.opt_name(), f.list()?, f.int());
                let Ok(level) = u32::try_from(level) else {
                    return value_error("Negative ImportFrom level");
                };
                not_empty(&names, "names", kind)?;
                let names = self.aliases(names)?;
                let level = Some(ast::Int::new(level));
                Stmt::ImportFrom(ast::StmtImportFrom { range, module, names, level })
            }
            "Global" => {
                let list = f.list()?;
                not_empty(&list, "names", kind)?;
                Stmt::Global(ast::StmtGlobal { range, names: names(list)? })
            }
            "Nonlocal" => {
                let list = f.list()?;
                not_empty(&list, "names", kind)?;
                Stmt::Nonlocal(ast::StmtNonlocal { range, names: names(list)? })
            }
            "Expr" => {
                let value = f.node()?;
                Stmt::Expr(ast::StmtExpr { range, value: self.boxed(value)? })
            }
            "Pass" => Stmt::Pass(ast::StmtPass { range }),
            "Break" => Stmt::Break(ast::StmtBreak { range }),
            "Continue" => Stmt::Continue(ast::StmtContinue { range }),
            kind => return malformed(kind),
        })
    }

    fn function(&mut self, range: TextRange, mut f: Fields) -> Outcome<Stmt> {
        let (name, args, body) = (f.name()?, f.node()?, f.list()?);
        let (decorators, returns) = (f.list()?, f.opt());
        let body = self.body(body, f.kind)?;
        let args = Box::new(self.arguments(args)?);
        let decorator_list = self.exprs(decorators, ExprContext::Load)?;
        let returns = self.opt(returns)?;
        let (type_comment, type_params) = (None, Vec::new());
        macro_rules! definition {
            ($variant:ident, $node:ident) => {
                Stmt::$variant(ast::$node {
                    range,
                    name,
                    args,
                    body,
                    decorator_list,
                    returns,
                    type_comment,
                    type_params,
                })
            };
        }
        Ok(match f.kind {
            "FunctionDef" => definition!(FunctionDef, StmtFunctionDef),
            _ => definition!(AsyncFunctionDef, StmtAsyncFunctionDef),
        })
    }

    fn class(&mut self, range: TextRange, mut f: Fields) -> Outcome<Stmt> {
        let (name, bases, keywords) = (f.name()?, f.list()?, f.list()?);
        let (body, decorators) = (f.list()?, f.list()?);
        let body = self.body(body, "ClassDef")?;
        let bases = self.exprs(bases, ExprContext::Load)?;
        let keywords = self.keywords(keywords)?;
        let decorator_list = self.exprs(decorators, ExprContext::Load)?;
        Ok(Stmt::ClassDef(ast::StmtClassDef {
            range,
            name,
            bases,
            keywords,
            body,
            decorator_list,
            type_params: Vec::new(),
        }))
    }

    fn aug_assign(&mut self, range: TextRange, mut f: Fields) -> Outcome<Stmt> {
        let (target, op, value) = (f.node()?, f.node()?, f.node()?);
        let number = unassignable(target.kind);
        let target = Box::new(self.expr(target, ExprContext::Store)?);
        let value = self.boxed(value)?;
        if let Some(number) = number {
            let message = format!("invalid node type ({number}) for augmented assignment");
            return refuse(ErrorKind::SystemError, message);
        }
        let op = expressions::operator(op.kind)?;
        Ok(Stmt::AugAssign(ast::StmtAugAssign { range, target, op, value }))
    }

    fn ann_assign(&mut self, range: TextRange, mut f: Fields) -> Outcome<Stmt> {
        let (target, annotation, value) = (f.node()?, f.node()?, f.opt());
        let simple = f.int() != 0;
        if simple && target.kind != "Name" {
            return refuse(ErrorKind::TypeError, "AnnAssign with simple non-Name target");
        }
        let number = unassignable(target.kind);
        let mut target = self.expr(target, ExprContext::Store)?;
        let value = self.opt(value)?;
        let annotation = self.boxed(annotation)?;
        if let Some(number) = number {
            let message = format!("invalid node type ({number}) for annotated assignment");
            return refuse(ErrorKind::SystemError, message);
        }
        // The compiler knows a target without brackets by its being where the statement is.
        if let ast::Expr::Name(name) = &mut target {
            if simple {
                name.range = range;
            } else if name.range == range {
                name.range = TextRange::empty(range.end());
            }
        }
        let target = Box::new(target);
        Ok(Stmt::AnnAssign(ast::StmtAnnAssign { range, target, annotation, value, simple }))
    }

    fn for_loop(&mut self, range: TextRange, mut f: Fields) -> Outcome<Stmt> {
        let (target, iter, body, orelse) = (f.node()?, f.node()?, f.list()?, f.list()?);
        let target = Box::new(self.expr(target, ExprContext::Store)?);
        let iter = self.boxed(iter)?;
        let body = self.body(body, f.kind)?;
        let orelse = self.stmts(orelse)?;
        let type_comment = None;
        Ok(if f.kind == "For" {
            Stmt::For(ast::StmtFor { range, target, iter, body, orelse, type_comment })
        } else {
            Stmt::AsyncFor(ast::StmtAsyncFor { range, target, iter, body, orelse, type_comment })
        })
    }

    fn with(&mut self, range: TextRange, mut f: Fields) -> Outcome<Stmt> {
        let (items, body) = (f.list()?, f.list()?);
        not_empty(&items, "items", f.kind)?;
        let mut lowered = Vec::with_capacity(items.len());
        for item in nodes(items, "item")? {
            let mut item = Fields::of(item);
            let (context, vars) = (item.node()?, item.opt());
            let context_expr = self.expr(context, ExprContext::Load)?;
            let optional_vars = match vars {
                Some(vars) => Some(Box::new(self.expr(vars, ExprContext::Store)?)),
                None => None,
            };
            lowered.push(ast::WithItem { range: Default::default(), context_expr, optional_vars });
        }
        let (items, body) = (lowered, self.body(body, f.kind)?);
        let type_comment = None;
        Ok(if f.kind == "With" {
            Stmt::With(ast::StmtWith { range, items, body, type_comment })
        } else {
            Stmt::AsyncWith(ast::StmtAsyncWith { range, items, body, type_comment })
        })
    }

    fn case(&mut self, case: Node) -> Outcome<ast::MatchCase> {
        let mut f = Fields::of(case);
        let (pattern, guard, body) = (f.node()?, f.opt(), f.list()?);
        Ok(ast::MatchCase {
            range: Default::default(),
            pattern: self.pattern(pattern, false)?,
            guard: self.opt(guard)?,
            body: self.body(body, "match_case")?,
        })
    }

    fn try_statement(&mut self, range: TextRange, mut f: Fields) -> Outcome<Stmt> {
        let (body, handlers, orelse, finalbody) = (f.list()?, f.list()?, f.list()?, f.list()?);
        let kind = f.kind;
        let body = self.body(body, kind)?;
        if handlers.is_empty() && finalbody.is_empty() {
            return value_error(format!("{kind} has neither except handlers nor finalbody"));
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return value_error(format!("{kind} has orelse but no except handlers"));
        }
        let handlers = nodes(handlers, "handler")?
            .into_iter()
            .map(|handler| self.handler(handler))
            .collect::<Outcome<Vec<_>>>()?;
        let finalbody = self.stmts(finalbody)?;
        let orelse = self.stmts(orelse)?;
        Ok(if kind == "Try" {
            Stmt::Try(ast::StmtTry { range, body, handlers, orelse, finalbody })
        } else {
            Stmt::TryStar(ast::StmtTryStar { range, body, handlers, orelse, finalbody })
        })
    }

    fn handler(&mut self, handler: Node) -> Outcome<ast::ExceptHandler> {
        let range = self.place_of(&handler);
        let mut f = Fields::of(handler);
        let (type_, name, body) = (f.opt(), f.opt_name(), f.list()?);
        let type_ = self.opt(type_)?;
        let body = self.body(body, "ExceptHandler")?;
        let handler = ast::ExceptHandlerExceptHandler { range, type_, name, body };
        Ok(ast::ExceptHandler::ExceptHandler(handler))
    }

    fn aliases(&mut self, items: Vec<Value>) -> Outcome<Vec<ast::Alias>> {
        let mut aliases = Vec::with_capacity(items.len());
        for alias in nodes(items, "alias")? {
            let range = self.place_of(&alias);
            let mut f = Fields::of(alias);
            aliases.push(ast::Alias { range, name: f.name()?, asname: f.opt_name() });
        }
        Ok(aliases)
    }

    fn keywords(&mut self, items: Vec<Value>) -> Outcome<Vec<ast::Keyword>> {
        let mut keywords: Vec<ast::Keyword> = Vec::with_capacity(items.len());
        for keyword in nodes(items, "keyword")? {
            let range = self.place_of(&keyword);
            let mut f = Fields::of(keyword);
            let (arg, value) = (f.opt_name(), f.node()?);
            let value = self.expr(value, ExprContext::Load)?;
            keywords.push(ast::Keyword { range, arg, value });
        }
        let mut seen = HashSet::new();
        for keyword in &keywords {
            if let Some(name) = &keyword.arg
                && !seen.insert(name.as_str())
            {
                return fail(format!("keyword argument repeated: {name}"), keyword.range);
            }
        }
        Ok(keywords)
    }

    fn arguments(&mut self, arguments: Node) -> Outcome<ast::Arguments> {
        let mut f = Fields::of(arguments);
        let (posonly, args, vararg) = (f.list()?, f.list()?, f.opt());
        let (kwonly, kw_defaults, kwarg, defaults) = (f.list()?, f.list()?, f.opt(), f.list()?);
        let posonlyargs = self.args(posonly)?;
        let args = self.args(args)?;
        let vararg = self.opt_arg(vararg)?;
        let kwonlyargs = self.args(kwonly)?;
        let kwarg = self.opt_arg(kwarg)?;
        let Some(required) = (posonlyargs.len() + args.len()).checked_sub(defaults.len()) else {
            return value_error("more positional defaults than args on arguments");
        };
        if kw_defaults.len() != kwonlyargs.len() {
            return value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        let defaults = self.exprs(defaults, ExprContext::Load)?;
        let mut defaults = defaults.into_iter().map(Box::new);
        let kw_defaults = self.opt_exprs(kw_defaults)?;
        let split = posonlyargs.len();
        let mut positional: Vec<ast::ArgWithDefault> = posonlyargs
            .into_iter()
            .chain(args)
            .enumerate()
            .map(|(i, def)| {
                let default = if i < required { None } else { defaults.next() };
                ast::ArgWithDefault { range: Default::default(), def, default }
            })
            .collect();
        let args = positional.split_off(split);
        let kwonlyargs = kwonlyargs
            .into_iter()
            .zip(kw_defaults)
            .map(|(def, default)| {
                let default = default.map(Box::new);
                ast::ArgWithDefault { range: Default::default(), def, default }
            })
            .collect();
        Ok(ast::Arguments {
            range: Default::default(),
            posonlyargs: positional,
            args,
            vararg,
            kwonlyargs,
            kwarg,
        })
    }

    fn args(&mut self, items: Vec<Value>) -> Outcome<Vec<ast::Arg>> {
        let mut args = Vec::with_capacity(items.len());
        for arg in nodes(items, "argument")? {
            if let Some(place) = arg.place {
                check_place(place)?;
            }
            args.push(self.arg(arg)?);
        }
        Ok(args)
    }

    fn opt_arg(&mut self, arg: Option<Node>) -> Outcome<Option<Box<ast::Arg>>> {
        match arg {
            Some(arg) => Ok(Some(Box::new(self.arg(arg)?))),
            None => Ok(None),
        }
    }

    fn arg(&mut self, arg: Node) -> Outcome<ast::Arg> {
        let range = self.place_of(&arg);
        let mut f = Fields::of(arg);
        let (name, annotation) = (f.name()?, f.opt());
        let annotation = self.opt(annotation)?;
        Ok(ast::Arg { range, arg: name, annotation, type_comment: None })
    }
}

/// CPython's number of what can be stored to, but not by an augmented or an annotated assignment.
fn unassignable(kind: &str) -> Option<u32> {
    match kind {
        "Starred" => Some(23),
        "List" => Some(25),
        "Tuple" => Some(26),
        _ => None,
    }
}

fn check_place(place: Place) -> Outcome<()> {
    let Place { line, col, end_line, end_col } = place;
    if line > end_line {
        return value_error(format!("AST node line range ({line}, {end_line}) is not valid"));
    }
    if (line < 0 && end_line != line) || (col < 0 && col != end_col) {
        return value_error(format!(
            "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not \
             valid"
        ));
    }
    if line == end_line && col > end_col {
        return value_error(format!("line {line}, column {col}-{end_col} is not a valid range"));
    }
    Ok(())
}
