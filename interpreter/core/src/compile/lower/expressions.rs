//! Expressions of trees without text.

use super::super::fold;
use super::{Fields, Lowering, check_name, malformed, nodes, value_error};
use crate::compile::error::{ErrorKind, Outcome, refuse};
use crate::compile::tree::{Node, Value};
use crate::syntax::ast::{self, Constant, Expr, ExprContext, Identifier};
use crate::syntax::{FSTRING, FVALUE, TextRange};

impl Lowering {
    pub(super) fn boxed(&mut self, node: Node) -> Outcome<Box<Expr>> {
        Ok(Box::new(self.expr(node, ExprContext::Load)?))
    }

    pub(super) fn opt(&mut self, node: Option<Node>) -> Outcome<Option<Box<Expr>>> {
        node.map(|node| self.boxed(node)).transpose()
    }

    pub(super) fn exprs(&mut self, items: Vec<Value>, ctx: ExprContext) -> Outcome<Vec<Expr>> {
        let mut exprs = Vec::with_capacity(items.len());
        for item in items {
            let Value::Node(node) = item else {
                return value_error("None disallowed in expression list");
            };
            exprs.push(self.expr(*node, ctx)?);
        }
        Ok(exprs)
    }

    /// Expressions or None.
    pub(super) fn opt_exprs(&mut self, items: Vec<Value>) -> Outcome<Vec<Option<Expr>>> {
        let expr = |item| match item {
            Value::Node(node) => self.expr(*node, ExprContext::Load).map(Some),
            _ => Ok(None),
        };
        items.into_iter().map(expr).collect()
    }

    /// An expression that is used as `wanted` says.
    pub(super) fn expr(&mut self, node: Node, wanted: ExprContext) -> Outcome<Expr> {
        let range = self.range(node.place)?;
        if node.kind == "Name"
            && let Some(Value::Name(name)) = node.fields.first()
        {
            check_name(&Identifier::new(name.as_str()))?;
        }
        check_context(&node, wanted)?;
        self.checked(node, range, wanted)
    }

    /// An expression whose place and use are known to be right.
    fn checked(&mut self, node: Node, range: TextRange, ctx: ExprContext) -> Outcome<Expr> {
        use ExprContext::{Load, Store};
        let kind = node.kind;
        let mut f = Fields::of(node);
        Ok(match kind {
            "Constant" => self.constant(range, f)?,
            "Name" => Expr::Name(ast::ExprName { range, id: f.name()?, ctx }),
            "Attribute" => {
                let (value, attr) = (f.node()?, f.name()?);
                Expr::Attribute(ast::ExprAttribute { range, value: self.boxed(value)?, attr, ctx })
            }
            "Subscript" => {
                let (value, slice) = (f.node()?, f.node()?);
                let slice = self.boxed(slice)?;
                let value = self.boxed(value)?;
                Expr::Subscript(ast::ExprSubscript { range, value, slice, ctx })
            }
            "Starred" => {
                let value = f.node()?;
                let value = Box::new(self.expr(value, ctx)?);
                Expr::Starred(ast::ExprStarred { range, value, ctx })
            }
            "List" => {
                let elts = self.exprs(f.list()?, ctx)?;
                Expr::List(ast::ExprList { range, elts, ctx })
            }
            "Tuple" => {
                let elts = self.exprs(f.list()?, ctx)?;
                Expr::Tuple(ast::ExprTuple { range, elts, ctx })
            }
            "BoolOp" => {
                let (op, values) = (f.node()?, f.list()?);
                if values.len() < 2 {
                    return value_error("BoolOp with less than 2 values");
                }
                let op = if op.kind == "And" { ast::BoolOp::And } else { ast::BoolOp::Or };
                Expr::BoolOp(ast::ExprBoolOp { range, op, values: self.exprs(values, Load)? })
            }
            "NamedExpr" => {
                let (target, value) = (f.node()?, f.node()?);
                let value = self.boxed(value)?;
                // A target is a target, whatever its context says.
                let at = self.place_of(&target);
                let target = Box::new(self.checked(target, at, Store)?);
                Expr::NamedExpr(ast::ExprNamedExpr { range, target, value })
            }
            "BinOp" => {
                let (left, op, right) = (f.node()?, f.node()?, f.node()?);
                let left = self.boxed(left)?;
                let right = self.boxed(right)?;
                Expr::BinOp(ast::ExprBinOp { range, left, op: operator(op.kind)?, right })
            }
            "UnaryOp" => {
                let (op, operand) = (f.node()?, f.node()?);
                let op = match op.kind {
                    "Invert" => ast::UnaryOp::Invert,
                    "Not" => ast::UnaryOp::Not,
                    "UAdd" => ast::UnaryOp::UAdd,
                    _ => ast::UnaryOp::USub,
                };
                Expr::UnaryOp(ast::ExprUnaryOp { range, op, operand: self.boxed(operand)? })
            }
            "Lambda" => {
                let (args, body) = (f.node()?, f.node()?);
                let mut args = Box::new(self.arguments(args)?);
                drop_annotations(&mut args);
                Expr::Lambda(ast::ExprLambda { range, args, body: self.boxed(body)? })
            }
            "IfExp" => {
                let (test, body, orelse) = (f.node()?, f.node()?, f.node()?);
                let test = self.boxed(test)?;
                let body = self.boxed(body)?;
                Expr::IfExp(ast::ExprIfExp { range, test, body, orelse: self.boxed(orelse)? })
            }
            "Dict" => {
                let (keys, values) = (f.list()?, f.list()?);
                if keys.len() != values.len() {
                    return value_error("Dict doesn't have the same number of keys as values");
                }
                let keys = self.opt_exprs(keys)?;
                Expr::Dict(ast::ExprDict { range, keys, values: self.exprs(values, Load)? })
            }
            "Set" => Expr::Set(ast::ExprSet { range, elts: self.exprs(f.list()?, Load)? }),
            "ListComp" | "SetComp" | "GeneratorExp" | "DictComp" => self.comprehension(range, f)?,
            "Await" => {
                let value = f.node()?;
                Expr::Await(ast::ExprAwait { range, value: self.boxed(value)? })
            }
            "Yield" => Expr::Yield(ast::ExprYield { range, value: self.opt(f.opt())? }),
            "YieldFrom" => {
                let value = f.node()?;
                Expr::YieldFrom(ast::ExprYieldFrom { range, value: self.boxed(value)? })
            }
            "Compare" => self.compare(range, f)?,
            "Call" => {
                let (func, args, keywords) = (f.node()?, f.list()?, f.list()?);
                let func = self.boxed(func)?;
                let args = self.exprs(args, Load)?;
                Expr::Call(ast::ExprCall { range, func, args, keywords: self.keywords(keywords)? })
            }
            "FormattedValue" => {
                let value = self.formatted(range, f)?;
                marked(range, FSTRING, vec![value])
            }
            "JoinedStr" => self.joined(range, f.list()?)?,
            "Slice" => {
                let (lower, upper, step) = (f.opt(), f.opt(), f.opt());
                Expr::Slice(ast::ExprSlice {
                    range,
                    lower: self.opt(lower)?,
                    upper: self.opt(upper)?,
                    step: self.opt(step)?,
                })
            }
            kind => return malformed(kind),
        })
    }

    fn constant(&mut self, range: TextRange, mut f: Fields) -> Outcome<Expr> {
        match f.next() {
            Value::Constant(value) => {
                let (value, kind) = fold::literal(value);
                Ok(Expr::Constant(ast::ExprConstant { range, value, kind }))
            }
            Value::Odd(class) => {
                let message = format!("got an invalid type in Constant: {class}");
                refuse(ErrorKind::TypeError, message)
            }
            _ => malformed("Constant"),
        }
    }

    fn comprehension(&mut self, range: TextRange, mut f: Fields) -> Outcome<Expr> {
        let kind = f.kind;
        let first = f.node()?;
        let second = if kind == "DictComp" { Some(f.node()?) } else { None };
        let generators = f.list()?;
        if generators.is_empty() {
            return value_error("comprehension with no generators");
        }
        let generators = nodes(generators, "comprehension")?
            .into_iter()
            .map(|generator| self.generator(generator))
            .collect::<Outcome<Vec<_>>>()?;
        let elt = self.boxed(first)?;
        Ok(match (kind, second) {
            (_, Some(value)) => {
                let value = self.boxed(value)?;
                Expr::DictComp(ast::ExprDictComp { range, key: elt, value, generators })
            }
            ("ListComp", _) => Expr::ListComp(ast::ExprListComp { range, elt, generators }),
            ("SetComp", _) => Expr::SetComp(ast::ExprSetComp { range, elt, generators }),
            _ => Expr::GeneratorExp(ast::ExprGeneratorExp { range, elt, generators }),
        })
    }

    fn generator(&mut self, generator: Node) -> Outcome<ast::Comprehension> {
        let mut f = Fields::of(generator);
        let (target, iter, ifs) = (f.node()?, f.node()?, f.list()?);
        let is_async = f.int() != 0;
        let target = self.expr(target, ExprContext::Store)?;
        let iter = self.expr(iter, ExprContext::Load)?;
        let ifs = self.exprs(ifs, ExprContext::Load)?;
        Ok(ast::Comprehension { range: Default::default(), target, iter, ifs, is_async })
    }

    fn compare(&mut self, range: TextRange, mut f: Fields) -> Outcome<Expr> {
        let (left, ops, comparators) = (f.node()?, f.list()?, f.list()?);
        if comparators.is_empty() {
            return value_error("Compare with no comparators");
        }
        if comparators.len() != ops.len() {
            return value_error("Compare has a different number of comparators and operands");
        }
        let comparators = self.exprs(comparators, ExprContext::Load)?;
        let left = self.boxed(left)?;
        let ops = nodes(ops, "operator")?.iter().map(|op| comparison(op.kind)).collect();
        Ok(Expr::Compare(ast::ExprCompare { range, left, ops, comparators }))
    }

    /// A formatted string as the call of markers that the parser makes of it.
    fn joined(&mut self, range: TextRange, items: Vec<Value>) -> Outcome<Expr> {
        let mut parts = Vec::with_capacity(items.len());
        for item in nodes(items, "expression")? {
            let part = self.expr(item, ExprContext::Load)?;
            parts.push(match part {
                Expr::Constant(c) if matches!(c.value, Constant::Str(_)) => Expr::Constant(c),
                // A replacement of its own.
                Expr::Call(mut c) if super::super::scope::marker(&c) == Some(FSTRING) => {
                    match c.args.pop() {
                        Some(only) if c.args.is_empty() && is_replacement(&only) => only,
                        last => {
                            c.args.extend(last);
                            replacement(c.range, Expr::Call(c), 0, None)
                        }
                    }
                }
                other => replacement(ast::Ranged::range(&other), other, 0, None),
            });
        }
        Ok(marked(range, FSTRING, parts))
    }

    /// One replacement.
    fn formatted(&mut self, range: TextRange, mut f: Fields) -> Outcome<Expr> {
        let (value, conversion, spec) = (f.node()?, f.int(), f.opt());
        let value = self.expr(value, ExprContext::Load)?;
        let spec = self.opt(spec)?;
        let number = match conversion {
            -1 => 0,
            115 => 1,
            114 => 2,
            97 => 3,
            other => {
                let message = format!("Unrecognized conversion character {other}");
                return refuse(ErrorKind::SystemError, message);
            }
        };
        Ok(replacement(range, value, number, spec.map(|spec| *spec)))
    }
}

/// Nobody looks at the annotations of a lambda's parameters.
fn drop_annotations(args: &mut ast::Arguments) {
    let listed = args.posonlyargs.iter_mut().chain(&mut args.args).chain(&mut args.kwonlyargs);
    let listed = listed.map(|arg| &mut arg.def);
    let collecting = args.vararg.iter_mut().chain(&mut args.kwarg).map(|arg| &mut **arg);
    for arg in listed.chain(collecting) {
        arg.annotation = None;
    }
}

fn marked(range: TextRange, marker: &str, args: Vec<Expr>) -> Expr {
    let id = Identifier::new(marker);
    let func = Box::new(Expr::Name(ast::ExprName { range, id, ctx: ExprContext::Load }));
    Expr::Call(ast::ExprCall { range, func, args, keywords: Vec::new() })
}

fn replacement(range: TextRange, value: Expr, conversion: u8, spec: Option<Expr>) -> Expr {
    let number = Constant::Int(conversion.into());
    let number = Expr::Constant(ast::ExprConstant { range, value: number, kind: None });
    let mut args = vec![value, number];
    args.extend(spec);
    marked(range, FVALUE, args)
}

fn is_replacement(e: &Expr) -> bool {
    matches!(e, Expr::Call(c) if super::super::scope::marker(c) == Some(FVALUE))
}

fn check_context(node: &Node, wanted: ExprContext) -> Outcome<()> {
    let name = |ctx| match ctx {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
    };
    let wanted_name = name(wanted);
    let has_context =
        ["Attribute", "Subscript", "Starred", "Name", "List", "Tuple"].contains(&node.kind);
    if !has_context {
        return match wanted {
            ExprContext::Load => Ok(()),
            _ => value_error(format!(
                "expression which can't be assigned to in {wanted_name} context"
            )),
        };
    }
    match node.fields.last() {
        Some(Value::Node(ctx)) if ctx.kind == wanted_name => Ok(()),
        Some(Value::Node(ctx)) => value_error(format!(
            "expression must have {wanted_name} context but has {} instead",
            ctx.kind
        )),
        _ => malformed(node.kind),
    }
}

pub(super) fn operator(kind: &str) -> Outcome<ast::Operator> {
    use ast::Operator;
    Ok(match kind {
        "Add" => Operator::Add,
        "Sub" => Operator::Sub,
        "Mult" => Operator::Mult,
        "MatMult" => Operator::MatMult,
        "Div" => Operator::Div,
        "Mod" => Operator::Mod,
        "Pow" => Operator::Pow,
        "LShift" => Operator::LShift,
        "RShift" => Operator::RShift,
        "BitOr" => Operator::BitOr,
        "BitXor" => Operator::BitXor,
        "BitAnd" => Operator::BitAnd,
        "FloorDiv" => Operator::FloorDiv,
        kind => return malformed(kind),
    })
}

fn comparison(kind: &str) -> ast::CmpOp {
    use ast::CmpOp;
    match kind {
        "Eq" => CmpOp::Eq,
        "NotEq" => CmpOp::NotEq,
        "Lt" => CmpOp::Lt,
        "LtE" => CmpOp::LtE,
        "Gt" => CmpOp::Gt,
        "GtE" => CmpOp::GtE,
        "Is" => CmpOp::Is,
        "IsNot" => CmpOp::IsNot,
        "In" => CmpOp::In,
        _ => CmpOp::NotIn,
    }
}
