//! The markers below a source line: `~~~~^^~~~~`.
//!
//! As 3.11 has it: the failing expression is marked with `^`; where it is a binary operation or a subscript,
//! the operator or the brackets are marked so and the operands with `~`. Where these lie is found by parsing
//! the marked part of the line once more.

use crate::bytecode::code::Span;
use crate::syntax::ast::{self, Ranged};
use crate::syntax::{Start, Tree, parse, scanner};

/// The marker line for `line`, as it stands below the line shown with an indentation of four. None: nothing to
/// mark, or all of the line would be.
pub(crate) fn markers(line: &str, span: Span) -> Option<String> {
    if span.col == 0 && span.end_col == 0 {
        return None;
    }
    let chars: Vec<char> = line.chars().collect();
    let blank = chars.iter().take_while(|c| is_blank(**c)).count();
    let start = chars_before(line, span.col as usize);
    let mut end = chars_before(line, span.end_col as usize);
    let mut operator = None;
    if span.line == span.end_line {
        let from = line.char_indices().nth(start).map_or(line.len(), |(i, _)| i);
        let to = line.char_indices().nth(end).map_or(line.len(), |(i, _)| i);
        let segment = line.get(from..to.max(from)).unwrap_or("");
        operator = anchors(segment)
            .map(|(l, r)| (start + chars_before(segment, l), start + chars_before(segment, r)));
    } else {
        end = chars.iter().rposition(|c| !is_blank(*c)).map_or(0, |i| i + 1);
    }
    if operator.is_none() && end.saturating_sub(start) == chars.len() - blank && end >= start {
        return None;
    }
    let mut out = String::from("    ");
    // Columns count from the first shown character; one mark for each character.
    for column in blank..end {
        out.push(match operator {
            _ if column < start => ' ',
            None => '^',
            Some((l, r)) if column >= l && column < r => '^',
            Some(_) => '~',
        });
    }
    Some(out)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\x0c')
}

/// Characters in the first `bytes` bytes.
fn chars_before(text: &str, bytes: usize) -> usize {
    text.char_indices().take_while(|(i, _)| *i < bytes).count()
}

/// Byte range of the operator of a binary operation, or of the brackets of a subscript.
pub(crate) fn anchors(segment: &str) -> Option<(usize, usize)> {
    let scan = scanner::scan(segment);
    let Ok(Tree::Module(body)) = parse(segment, &scan, Start::Module, &mut Vec::new()) else {
        return None;
    };
    let [ast::Stmt::Expr(statement)] = body.as_slice() else { return None };
    let bytes = segment.as_bytes();
    let blank = |i: usize| bytes.get(i).is_none_or(|b| is_blank(*b as char));
    match &*statement.value {
        ast::Expr::BinOp(op) => {
            let from = usize::from(op.left.range().end());
            let to = usize::from(op.right.range().start());
            let left = (from..to).find(|i| !blank(*i))?;
            let right = if left + 1 < to && !blank(left + 1) { left + 2 } else { left + 1 };
            Some((left, right))
        }
        ast::Expr::Subscript(s) => {
            Some((usize::from(s.value.range().end()), usize::from(s.slice.range().end()) + 1))
        }
        _ => None,
    }
}
