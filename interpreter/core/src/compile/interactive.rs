//! What a prompt asks of a text before it runs it: is it whole, how many statements are in it, what are
//! its tokens. Nothing is compiled here.

use super::decode;
use super::future::is_compound;
use crate::syntax::scanner::{self, Scan};
use crate::syntax::tokens::{self, Kind};
use crate::syntax::{self, Start, Tree, ast::Ranged};
use std::ops::Range;

/// What a text is, as far as it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Nothing but blanks and comments.
    Blank,
    /// Statements that can be run.
    Complete,
    /// It can be run, but ends in a block that could go on.
    Block,
    /// More input may complete it.
    Incomplete,
    /// No more input would help.
    Wrong,
}

/// Deeper trees are not looked at here: the compiler gives them a stack of their own.
const SHALLOW: u32 = 60;

/// Read a text that ends with a newline.
pub fn read(text: &str) -> Reading {
    let Ok(text) = decode::normalise(text) else { return Reading::Wrong };
    let scan = scanner::scan(&text);
    if let Some(issue) = &scan.error {
        return if issue.incomplete { Reading::Incomplete } else { Reading::Wrong };
    }
    if scan.depth > SHALLOW {
        return if scan.open.is_empty() { Reading::Complete } else { Reading::Incomplete };
    }
    match syntax::parse(&text, &scan, Start::Module, &mut Vec::new()) {
        Ok(Tree::Module(body)) => match body.last() {
            None => Reading::Blank,
            Some(last) if is_compound(last) => Reading::Block,
            Some(_) => Reading::Complete,
        },
        Ok(Tree::Expression(_)) => Reading::Complete,
        Err(issue) if issue.incomplete && is_open(&scan, issue.start) => Reading::Incomplete,
        Err(_) => Reading::Wrong,
    }
}

/// Whether what went wrong at an offset is that the text ends: in a bracket, or behind a whole line that
/// wants another one (`if x:`, `@decorator`, `try:` with its block).
fn is_open(scan: &Scan, at: u32) -> bool {
    if !scan.open.is_empty() {
        return true;
    }
    let lines =
        |k: Kind| matches!(k, Kind::Newline | Kind::Indent | Kind::Dedent | Kind::EndMarker);
    let last = scan.tokens.iter().rev().find(|t| !lines(t.kind));
    let newline = scan.tokens.iter().rev().find(|t| t.kind == Kind::Newline);
    last.is_some_and(|t| t.kind == Kind::Colon) || newline.is_none_or(|t| at > t.start)
}

/// The top-level statements of a text, those on one line together, as ranges of whole lines; comments and
/// decorators belong to what follows. None: it is not well formed.
pub fn statements(text: &str) -> Option<Vec<Range<usize>>> {
    let scan = scanner::scan(text);
    if scan.error.is_some() || scan.depth > SHALLOW {
        return None;
    }
    let Ok(Tree::Module(body)) = syntax::parse(text, &scan, Start::Module, &mut Vec::new()) else {
        return None;
    };
    let mut out: Vec<Range<usize>> = Vec::new();
    for statement in &body {
        let end = usize::from(statement.range().end());
        let rest = text.get(end..)?;
        let end = rest.find('\n').map_or(text.len(), |n| end + n + 1);
        let start = out.last().map_or(0, |r| r.end);
        match out.last_mut() {
            Some(last) if usize::from(statement.range().start()) < last.end => last.end = end,
            _ => out.push(start..end),
        }
    }
    Some(out)
}

/// What a piece of text is, for showing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Keyword,
    /// `None`, `True`, `False`.
    Constant,
    Number,
    Text,
    Comment,
    /// The name behind `def` or `class`.
    Definition,
    Name,
}

/// The pieces of a text that are of a class, in order; what went wrong is left out.
pub fn classes(text: &str) -> Vec<(Range<usize>, Class)> {
    let scan = scanner::scan(text);
    let mut out: Vec<(Range<usize>, Class)> = Vec::new();
    let mut done = 0;
    let mut defines = false;
    for token in &scan.tokens {
        let (start, end) = (token.start as usize, token.end as usize);
        let Some(shown) = text.get(start..end) else { continue };
        if start < done {
            continue;
        }
        comment(text, done..start, &mut out);
        let class = match token.kind {
            Kind::Int | Kind::Float | Kind::Imaginary => Some(Class::Number),
            Kind::Str | Kind::FText | Kind::FTextRaw | Kind::FVerbatim => Some(Class::Text),
            Kind::None | Kind::True | Kind::False => Some(Class::Constant),
            Kind::Match | Kind::Case => Some(Class::Keyword),
            Kind::Name if defines => Some(Class::Definition),
            Kind::Name => Some(Class::Name),
            _ if tokens::keyword(shown.as_bytes()).is_some() => Some(Class::Keyword),
            _ => None,
        };
        defines = matches!(token.kind, Kind::Def | Kind::Class);
        if let (Some(class), false) = (class, shown.is_empty()) {
            out.push((start..end, class));
        }
        done = done.max(end);
    }
    comment(text, done..text.len(), &mut out);
    out
}

/// A comment between two tokens.
fn comment(text: &str, gap: Range<usize>, out: &mut Vec<(Range<usize>, Class)>) {
    let mut at = gap.start;
    for line in text.get(gap).unwrap_or("").split_inclusive('\n') {
        if line.trim_start().starts_with('#') {
            let start = at + line.len() - line.trim_start().len();
            out.push((start..at + line.trim_end().len(), Class::Comment));
        }
        at += line.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings() {
        let cases = [
            ("\n", Reading::Blank),
            ("# only\n", Reading::Blank),
            ("x = 1\n", Reading::Complete),
            ("1; 2\n", Reading::Complete),
            ("if 1:\n", Reading::Incomplete),
            ("if 1: pass\n", Reading::Block),
            ("if 1:\n    x\n", Reading::Block),
            ("if 1:\n    x =\n", Reading::Wrong),
            ("x =\n", Reading::Wrong),
            ("x = = 1\n", Reading::Wrong),
            ("f(\n", Reading::Incomplete),
            ("f(1,\n  [2,\n", Reading::Incomplete),
            ("s = '''a\n", Reading::Incomplete),
            ("s = 'a\n", Reading::Wrong),
            ("1 + \\\n", Reading::Incomplete),
            ("@d\n", Reading::Incomplete),
            ("try:\n    1\n", Reading::Incomplete),
            ("try:\n    1\nexcept E:\n", Reading::Incomplete),
            ("class A:\n    @d\n", Reading::Incomplete),
            ("def f():\n    if x:\n", Reading::Incomplete),
            ("def f(a,\n", Reading::Incomplete),
            ("f)\n", Reading::Wrong),
            ("  x\n", Reading::Wrong),
        ];
        for (text, want) in cases {
            assert_eq!(read(text), want, "{text:?}");
        }
    }

    #[test]
    fn splitting() {
        let text = "x = 1; y = 2\n# about f\n@d\ndef f():\n    pass\n\nf()";
        let parts: Vec<&str> =
            statements(text).unwrap_or_default().into_iter().map(|r| &text[r]).collect();
        assert_eq!(parts, ["x = 1; y = 2\n", "# about f\n@d\ndef f():\n    pass\n", "\nf()"]);
    }

    #[test]
    fn colours() {
        let text = "def f(): # c\n    return None, 1, 's', g";
        let shown: Vec<(&str, Class)> =
            classes(text).into_iter().map(|(r, c)| (&text[r], c)).collect();
        let want = [
            ("def", Class::Keyword),
            ("f", Class::Definition),
            ("# c", Class::Comment),
            ("return", Class::Keyword),
            ("None", Class::Constant),
            ("1", Class::Number),
            ("'s'", Class::Text),
            ("g", Class::Name),
        ];
        assert_eq!(shown, want);
    }
}
