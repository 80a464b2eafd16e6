//! Annotations as text (`from __future__ import annotations`).

use crate::bytecode::code::Const;
use crate::syntax::ast::{Expr, Ranged};

/// The text of an annotation.
pub fn annotation(source: &str, e: &Expr) -> Const {
    let range = e.range();
    let text = source
        .get(u32::from(range.start()) as usize..u32::from(range.end()) as usize)
        .unwrap_or("");
    Const::Str(text.to_owned())
}
