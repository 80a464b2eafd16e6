//! Patterns of trees without text.

use super::{Fields, Lowering, check_name, malformed, names, nodes, value_error};
use crate::bytecode::code::Const;
use crate::compile::error::Outcome;
use crate::compile::tree::{Node, Value};
use crate::syntax::ast::{self, Constant, Expr, ExprContext, Identifier, Pattern};

impl Lowering {
    /// A pattern; `star` says whether it may be `*name`.
    pub(super) fn pattern(&mut self, node: Node, star: bool) -> Outcome<Pattern> {
        let range = self.range(node.place)?;
        let kind = node.kind;
        let mut f = Fields::of(node);
        Ok(match kind {
            "MatchValue" => {
                let value = f.node()?;
                let value = Box::new(self.pattern_value(value)?);
                Pattern::MatchValue(ast::PatternMatchValue { range, value })
            }
            "MatchSingleton" => {
                let value = match f.next() {
                    Value::Constant(Const::None) => Constant::None,
                    Value::Constant(Const::True) => Constant::Bool(true),
                    Value::Constant(Const::False) => Constant::Bool(false),
                    _ => {
                        return value_error("MatchSingleton can only contain True, False and None");
                    }
                };
                Pattern::MatchSingleton(ast::PatternMatchSingleton { range, value })
            }
            "MatchSequence" => {
                let patterns = self.patterns(f.list()?, true)?;
                Pattern::MatchSequence(ast::PatternMatchSequence { range, patterns })
            }
            "MatchMapping" => {
                let (keys, patterns, rest) = (f.list()?, f.list()?, f.opt_name());
                if keys.len() != patterns.len() {
                    return value_error(
                        "MatchMapping doesn't have the same number of keys as patterns",
                    );
                }
                check_capture(rest.as_ref())?;
                let keys = nodes(keys, "expression")?;
                let keys = keys.into_iter().map(|k| self.key(k)).collect::<Outcome<_>>()?;
                let patterns = self.patterns(patterns, false)?;
                Pattern::MatchMapping(ast::PatternMatchMapping { range, keys, patterns, rest })
            }
            "MatchClass" => {
                let (cls, patterns) = (f.node()?, f.list()?);
                let (kwd_attrs, kwd_patterns) = (f.list()?, f.list()?);
                if kwd_attrs.len() != kwd_patterns.len() {
                    return value_error(
                        "MatchClass doesn't have the same number of keyword attributes as \
                         patterns",
                    );
                }
                let cls = self.boxed(cls)?;
                if !is_dotted_name(&cls) {
                    return value_error(
                        "MatchClass cls field can only contain Name or Attribute nodes.",
                    );
                }
                let kwd_attrs = names(kwd_attrs)?;
                kwd_attrs.iter().try_for_each(check_name)?;
                let patterns = self.patterns(patterns, false)?;
                let kwd_patterns = self.patterns(kwd_patterns, false)?;
                Pattern::MatchClass(ast::PatternMatchClass {
                    range,
                    cls,
                    patterns,
                    kwd_attrs,
                    kwd_patterns,
                })
            }
            "MatchStar" => {
                if !star {
                    return value_error("can't use MatchStar here");
                }
                let name = f.opt_name();
                check_capture(name.as_ref())?;
                Pattern::MatchStar(ast::PatternMatchStar { range, name })
            }
            "MatchAs" => {
                let (pattern, name) = (f.opt(), f.opt_name());
                check_capture(name.as_ref())?;
                let pattern = match pattern {
                    Some(_) if name.is_none() => {
                        return value_error(
                            "MatchAs must specify a target name if a pattern is given",
                        );
                    }
                    Some(pattern) => Some(Box::new(self.pattern(pattern, false)?)),
                    None => None,
                };
                Pattern::MatchAs(ast::PatternMatchAs { range, pattern, name })
            }
            "MatchOr" => {
                let patterns = f.list()?;
                if patterns.len() < 2 {
                    return value_error("MatchOr requires at least 2 patterns");
                }
                let patterns = self.patterns(patterns, false)?;
                Pattern::MatchOr(ast::PatternMatchOr { range, patterns })
            }
            kind => return malformed(kind),
        })
    }

    fn patterns(&mut self, items: Vec<Value>, star: bool) -> Outcome<Vec<Pattern>> {
        nodes(items, "pattern")?.into_iter().map(|p| self.pattern(p, star)).collect()
    }

    /// A value to compare with: a literal or an attribute.
    fn pattern_value(&mut self, node: Node) -> Outcome<Expr> {
        let is_string = node.kind == "JoinedStr";
        let value = self.expr(node, ExprContext::Load)?;
        match &value {
            Expr::Constant(c) => match c.value {
                Constant::Str(_)
                | Constant::Bytes(_)
                | Constant::Int(_)
                | Constant::Float(_)
                | Constant::Complex { .. } => Ok(value),
                _ => value_error("unexpected constant inside of a literal pattern"),
            },
            Expr::Attribute(_) => Ok(value),
            e if is_string || is_negative(e, true) || is_complex(e) => Ok(value),
            _ => value_error("patterns may only match literals and attribute lookups"),
        }
    }

    fn key(&mut self, node: Node) -> Outcome<Expr> {
        let is_singleton = node.kind == "Constant"
            && matches!(
                node.fields.first(),
                Some(Value::Constant(Const::None | Const::True | Const::False))
            );
        if is_singleton { self.expr(node, ExprContext::Load) } else { self.pattern_value(node) }
    }
}

fn check_capture(name: Option<&Identifier>) -> Outcome<()> {
    match name {
        Some(name) if name.as_str() == "_" => value_error("can't capture name '_' in patterns"),
        Some(name) => check_name(name),
        None => Ok(()),
    }
}

fn is_dotted_name(e: &Expr) -> bool {
    let mut at = e;
    loop {
        match at {
            Expr::Name(_) => return true,
            Expr::Attribute(a) => at = &a.value,
            _ => return false,
        }
    }
}

fn is_number(e: &Expr, real: bool, imaginary: bool) -> bool {
    match e {
        Expr::Constant(c) => match c.value {
            Constant::Int(_) | Constant::Float(_) => real,
            Constant::Complex { .. } => imaginary,
            _ => false,
        },
        _ => false,
    }
}

/// `-number`
fn is_negative(e: &Expr, imaginary: bool) -> bool {
    match e {
        Expr::UnaryOp(u) => u.op == ast::UnaryOp::USub && is_number(&u.operand, true, imaginary),
        _ => false,
    }
}

/// `real + imaginary`, `-real - imaginary`
fn is_complex(e: &Expr) -> bool {
    match e {
        Expr::BinOp(b) => {
            matches!(b.op, ast::Operator::Add | ast::Operator::Sub)
                && (is_number(&b.left, true, false) || is_negative(&b.left, false))
                && is_number(&b.right, false, true)
        }
        _ => false,
    }
}
