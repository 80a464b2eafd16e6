//! `from __future__ import ...` and the one-statement rule of the prompt.

use super::error::{Outcome, fail};
use super::places::Lines;
use crate::bytecode::code::flags as code_flags;
use crate::syntax::ast::{Expr, Ranged, Stmt};
use crate::syntax::{TextRange, TextSize};

/// Flags that code inherits from code that compiles it.
pub const MASK: u32 = code_flags::FUTURE_ANNOTATIONS
    | code_flags::FUTURE_BARRY_AS_BDFL
    | code_flags::FUTURE_GENERATOR_STOP
    | 0xE0000
    | 0x100000
    | 0x200000;

/// Flags of the future statements at the head of a module.
pub fn flags(body: &[Stmt]) -> Outcome<u32> {
    let mut found = 0;
    let mut open = true;
    for (i, statement) in body.iter().enumerate() {
        match statement {
            Stmt::ImportFrom(s)
                if s.module.as_ref().is_some_and(|m| m.as_str() == "__future__")
                    && s.level.is_none_or(|l| l.to_u32() == 0) =>
            {
                if !open {
                    return fail(
                        "from __future__ imports must occur at the beginning of the file",
                        s.range,
                    );
                }
                let at = TextRange::empty(s.range.start());
                for alias in &s.names {
                    found |= match alias.name.as_str() {
                        "nested_scopes" | "generators" | "division" | "absolute_import"
                        | "with_statement" | "print_function" | "unicode_literals" => 0,
                        "generator_stop" => 0,
                        "barry_as_FLUFL" => code_flags::FUTURE_BARRY_AS_BDFL,
                        "annotations" => code_flags::FUTURE_ANNOTATIONS,
                        "braces" => return fail("not a chance", at),
                        other => {
                            return fail(format!("future feature {other} is not defined"), at);
                        }
                    };
                }
            }
            Stmt::Expr(s) if i == 0 && matches!(&*s.value, Expr::Constant(_)) => {}
            _ => open = false,
        }
    }
    Ok(found)
}

pub(super) fn is_compound(statement: &Stmt) -> bool {
    matches!(
        statement,
        Stmt::If(_)
            | Stmt::For(_)
            | Stmt::AsyncFor(_)
            | Stmt::While(_)
            | Stmt::With(_)
            | Stmt::AsyncWith(_)
            | Stmt::Try(_)
            | Stmt::TryStar(_)
            | Stmt::FunctionDef(_)
            | Stmt::AsyncFunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::Match(_)
    )
}

/// The first word of a statement, which is where CPython sees it go wrong.
fn first_word(text: &str, range: TextRange) -> TextRange {
    let shown = text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or("");
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    match shown.find(|c| !is_word(c)) {
        Some(end) if end > 0 => TextRange::at(range.start(), TextSize::new(end as u32)),
        _ => range,
    }
}

/// At the prompt, only one statement may be given (simple statements on one line count as one).
pub fn check_single(text: &str, lines: &Lines, body: &[Stmt]) -> Outcome<()> {
    let [first, rest @ ..] = body else { return Ok(()) };
    let line = lines.line(first.range().start().into());
    for statement in rest {
        if lines.line(statement.range().start().into()) != line {
            if is_compound(first) {
                return fail("invalid syntax", first_word(text, statement.range()));
            }
            return fail(
                "multiple statements found while compiling a single statement",
                TextRange::empty(first.range().end()),
            );
        }
    }
    Ok(())
}
