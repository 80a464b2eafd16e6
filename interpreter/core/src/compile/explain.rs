//! What to say of a text that does not parse.
//!
//! The grammar knows only the first token that fits nowhere. From it, the tokens before it, and
//! trial parses of short runs of tokens, this file finds CPython's words for the mistake and the
//! range they point at.
//!
//! **Invariant:** every answer is a refusal; the work is bounded by `MAX_RUN` tokens for each of at
//! most `MAX_RUN` trial parses, whatever the length of the text.

use super::assign::describe;
use crate::syntax::ast::{Expr, Ranged};
use crate::syntax::scanner::{ErrorKind, Scan, SyntaxIssue};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::trial;

/// Longest run of tokens that is tried as an expression.
const MAX_RUN: usize = 120;

/// The issue as CPython would word and place it.
pub fn explain(text: &str, scan: &Scan, issue: SyntaxIssue) -> SyntaxIssue {
    let tokens = &scan.tokens;
    let mut bad = tokens.iter().position(|t| t.start >= issue.start).unwrap_or(tokens.len());
    // The ends of blocks stand where the next line starts.
    let header = bad >= 2 && tokens[bad - 2].kind == Kind::Colon;
    while !header && tokens.get(bad).is_some_and(|t| t.kind == Kind::Dedent) {
        bad += 1;
    }
    let mut e = Explainer::new(text, scan, bad);
    if e.kind(bad) == Kind::Newline && bad > 0 && e.colon == Some(bad - 1) {
        // The end of the text: the Newline after a header's colon fits.
        e = Explainer::new(text, scan, bad + 1);
    }
    let vague = ["invalid syntax", "unexpected EOF", "unindent does not match"];
    let mut better = if vague.iter().any(|v| issue.message.starts_with(v)) {
        e.find().unwrap_or_else(|| e.generic())
    } else {
        e.place(issue.clone()).unwrap_or_else(|| issue.clone())
    };
    better.incomplete = issue.incomplete;
    let holds = |part: &&(u32, u32)| part.0 <= better.start && better.start <= part.1;
    if let Some(part) = scan.fstring_parts.iter().filter(holds).min_by_key(|p| p.1 - p.0) {
        better.inside = Some(*part);
        better.message.insert_str(0, "f-string: ");
        return better;
    }
    // A bracket that is never closed, opened on an earlier line, matters more; so does one if CPython
    // had to read to the end to find its words.
    let behind = if better.message.ends_with("forgot a comma?") { better.end } else { None };
    if let Some((bracket, at)) = scan.open.last()
        && (behind.unwrap_or(better.start) as usize >= text.trim_end().len()
            || text.get(*at as usize..e.start(e.bad) as usize).is_some_and(|s| s.contains('\n')))
    {
        let message = format!("'{}' was never closed", *bracket as char);
        let incomplete = better.incomplete;
        better = SyntaxIssue::new(message, *at, None);
        better.incomplete = incomplete;
    }
    better
}

struct Explainer<'a> {
    text: &'a str,
    scan: &'a Scan,
    tokens: &'a [Token],
    bad: usize,
    /// First token of the logical line.
    line: usize,
    /// First token of the statement.
    statement: usize,
    /// The colon that ends the header on this line.
    colon: Option<usize>,
    /// Brackets open at `bad`.
    open: Vec<usize>,
}

impl<'a> Explainer<'a> {
    fn new(text: &'a str, scan: &'a Scan, bad: usize) -> Self {
        let tokens = scan.tokens.as_slice();
        let breaks = |t: &Token| matches!(t.kind, Kind::Newline | Kind::Indent | Kind::Dedent);
        let line = tokens[..bad].iter().rposition(breaks).map_or(0, |at| at + 1);
        let mut e = Explainer {
            text,
            scan,
            tokens,
            bad,
            line,
            statement: line,
            colon: None,
            open: Vec::new(),
        };
        e.walk();
        e
    }

    /// Find the brackets that are open, and where the statement starts.
    fn walk(&mut self) {
        let header = is_header(self.kind(self.line));
        let mut lambdas = 0;
        for at in self.line..self.bad {
            match self.kind(at) {
                Kind::LParen | Kind::LSquare | Kind::LBrace => self.open.push(at),
                Kind::RParen | Kind::RSquare | Kind::RBrace => {
                    self.open.pop();
                }
                Kind::Lambda if self.open.is_empty() => lambdas += 1,
                Kind::Colon if self.open.is_empty() && lambdas > 0 => lambdas -= 1,
                Kind::Colon if self.open.is_empty() && header && self.colon.is_none() => {
                    self.colon = Some(at);
                    self.statement = at + 1;
                }
                Kind::Semi if self.open.is_empty() => self.statement = at + 1,
                _ => {}
            }
        }
    }

    fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::EndMarker, |t| t.kind)
    }

    fn before(&self, at: usize) -> Kind {
        at.checked_sub(1).map_or(Kind::EndMarker, |at| self.kind(at))
    }

    fn word(&self, at: usize) -> &'a str {
        self.tokens
            .get(at)
            .and_then(|t| self.text.get(t.start as usize..t.end as usize))
            .unwrap_or("")
    }

    fn start(&self, at: usize) -> u32 {
        self.tokens.get(at).map_or(self.text.len() as u32, |t| t.start)
    }

    fn end(&self, at: usize) -> u32 {
        match self.kind(at) {
            Kind::Newline | Kind::EndMarker | Kind::Dedent => self.start(at),
            _ => self.tokens.get(at).map_or(self.text.len() as u32, |t| t.end),
        }
    }

    fn issue(&self, message: impl Into<String>, first: usize, last: usize) -> Option<SyntaxIssue> {
        Some(SyntaxIssue::new(message, self.start(first), Some(self.end(last))))
    }

    fn here(&self, message: impl Into<String>) -> Option<SyntaxIssue> {
        self.issue(message, self.bad, self.bad)
    }

    fn generic(&self) -> SyntaxIssue {
        if self.before(self.bad) == Kind::Colon && self.open.is_empty() && self.colon.is_none() {
            // `f():` is no annotation, so that the colon is what is wrong.
            let left = self.expression(self.statement, self.bad - 1);
            if left.is_some_and(|l| {
                !matches!(l, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_))
            }) {
                let colon = self.bad - 1;
                let start = self.start(colon);
                return SyntaxIssue::new("invalid syntax", start, Some(self.end(colon)));
            }
        }
        let start = self.start(self.bad);
        SyntaxIssue::new("invalid syntax", start, Some(self.end(self.bad)))
    }

    /// The expression that a run of tokens is, if it is one (no tuple without parentheses).
    fn expression(&self, first: usize, end: usize) -> Option<Expr> {
        if first >= end || end > self.tokens.len() || end - first > MAX_RUN {
            return None;
        }
        let mut depth = 0;
        for token in &self.tokens[first..end] {
            match token.kind {
                Kind::LParen | Kind::LSquare | Kind::LBrace => depth += 1,
                Kind::RParen | Kind::RSquare | Kind::RBrace => depth -= 1,
                Kind::Comma | Kind::ColonEqual if depth == 0 => return None,
                Kind::Newline | Kind::Indent | Kind::Dedent => return None,
                _ => {}
            }
        }
        trial(self.text, self.scan, &self.tokens[first..end])
    }

    /// The end (exclusive) of the longest expression that starts at a token.
    fn expression_end(&self, first: usize) -> Option<usize> {
        let mut depth = 0i32;
        let mut limit = first;
        while limit < self.tokens.len() && limit - first < MAX_RUN {
            match self.kind(limit) {
                Kind::LParen | Kind::LSquare | Kind::LBrace => depth += 1,
                Kind::RParen | Kind::RSquare | Kind::RBrace if depth == 0 => break,
                Kind::RParen | Kind::RSquare | Kind::RBrace => depth -= 1,
                Kind::Comma | Kind::Equal | Kind::Semi if depth == 0 => break,
                Kind::Newline => break,
                _ => {}
            }
            limit += 1;
        }
        (first + 1..=limit).rev().find(|end| self.expression(first, *end).is_some())
    }

    fn find(&self) -> Option<SyntaxIssue> {
        self.blocks()
            .or_else(|| self.exception_clauses())
            .or_else(|| self.parameters())
            .or_else(|| self.old_statement())
            .or_else(|| self.half_conditional())
            .or_else(|| self.equal_sign())
            .or_else(|| self.walrus())
            .or_else(|| self.displays())
            .or_else(|| self.missing_comma())
            .or_else(|| self.annotated_tuple())
            .or_else(|| self.pattern())
            .or_else(|| self.missing_colon())
            .or_else(|| self.trailing_import_comma())
    }

    // ---- lines and blocks

    fn blocks(&self) -> Option<SyntaxIssue> {
        let bad = self.bad;
        if bad >= 2 && self.kind(bad - 1) == Kind::Newline && self.kind(bad - 2) == Kind::Colon {
            let breaks = |t: &Token| matches!(t.kind, Kind::Newline | Kind::Indent | Kind::Dedent);
            let first = self.tokens[..bad - 1].iter().rposition(breaks).map_or(0, |at| at + 1);
            if let Some(what) = self.header_name(first) {
                let line = self.text[..self.start(first) as usize].matches('\n').count() + 1;
                return self.indentation(format!(
                    "expected an indented block after {what} on line {line}"
                ));
            }
        }
        if self.kind(bad) == Kind::Indent {
            let end = self.tokens[bad].end;
            let mut issue = SyntaxIssue::new("unexpected indent", end.saturating_sub(1), None);
            issue.kind = ErrorKind::Indentation;
            return Some(issue);
        }
        if self.kind(bad) == Kind::Newline
            && self.kind(self.line) == Kind::Try
            && self.colon.is_some()
        {
            let at = self.start(bad);
            return Some(SyntaxIssue::new("expected 'except' or 'finally' block", at, None));
        }
        if self.after_try() && !matches!(self.kind(bad), Kind::Except | Kind::Finally) {
            let message = "expected 'except' or 'finally' block";
            return match self.last_line_end() {
                Some(at) if self.at_end() => Some(SyntaxIssue::new(message, at, None)),
                _ => self.here(message),
            };
        }
        None
    }

    fn indentation(&self, message: String) -> Option<SyntaxIssue> {
        let mut issue = match self.last_line_end() {
            Some(at) if self.at_end() => SyntaxIssue::new(message, at, None),
            _ => self.here(message)?,
        };
        issue.kind = ErrorKind::Indentation;
        Some(issue)
    }

    /// Nothing but the ends of blocks follows.
    fn at_end(&self) -> bool {
        (self.bad..self.tokens.len())
            .all(|at| matches!(self.kind(at), Kind::Newline | Kind::Dedent | Kind::EndMarker))
    }

    /// Where the last line ends, be it blank or a comment.
    fn last_line_end(&self) -> Option<u32> {
        u32::try_from(self.text.strip_suffix('\n').unwrap_or(self.text).len()).ok()
    }

    /// How CPython calls the statement whose header starts at a token.
    fn header_name(&self, first: usize) -> Option<&'static str> {
        Some(match self.kind(first) {
            Kind::Async => return self.header_name(first + 1),
            Kind::If => "'if' statement",
            Kind::Elif => "'elif' statement",
            Kind::Else => "'else' statement",
            Kind::While => "'while' statement",
            Kind::For => "'for' statement",
            Kind::With => "'with' statement",
            Kind::Try => "'try' statement",
            Kind::Finally => "'finally' statement",
            Kind::Except if self.kind(first + 1) == Kind::Star => "'except*' statement",
            Kind::Except => "'except' statement",
            Kind::Def => "function definition",
            Kind::Class => "class definition",
            Kind::Match => "'match' statement",
            Kind::Case => "'case' statement",
            _ => return None,
        })
    }

    /// The first token of the compound statement's clause that ends right before `bad`, if one does.
    fn clause_before(&self) -> Option<usize> {
        if self.bad != self.line || self.bad == 0 {
            return None;
        }
        let breaks = |t: &Token| matches!(t.kind, Kind::Newline | Kind::Indent | Kind::Dedent);
        let mut at = self.bad - 1;
        if self.kind(at) == Kind::Dedent {
            let mut depth = 0;
            loop {
                match self.kind(at) {
                    Kind::Dedent => depth += 1,
                    Kind::Indent => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                at = at.checked_sub(1)?;
            }
            // `at` is the Indent: the header's Newline stands before it.
            at = at.checked_sub(1)?;
        }
        Some(self.tokens[..at].iter().rposition(breaks).map_or(0, |at| at + 1))
    }

    fn after_try(&self) -> bool {
        let at_end = self.kind(self.bad) == Kind::EndMarker;
        if at_end || self.kind(self.bad) == Kind::Dedent {
            // The end closes all blocks: was the innermost one a `try`?
            let inner = Explainer::new(self.text, self.scan, self.tokens.len());
            return self.at_end()
                && inner.clause_before().is_some_and(|first| inner.kind(first) == Kind::Try);
        }
        self.clause_before().is_some_and(|first| self.kind(first) == Kind::Try)
    }

    fn exception_clauses(&self) -> Option<SyntaxIssue> {
        if self.kind(self.line) != Kind::Except {
            return None;
        }
        let (line, bad) = (self.line, self.bad);
        match self.kind(bad) {
            Kind::Star if bad == line + 1 => {
                self.issue("cannot have both 'except' and 'except*' on the same 'try'", line, bad)
            }
            Kind::Colon if self.before(bad) == Kind::Star => {
                self.here("expected one or more exception types")
            }
            _ if bad == line + 1 && self.follows_star_clause() => {
                let message = "cannot have both 'except' and 'except*' on the same 'try'";
                self.issue(message, line, line)
            }
            Kind::Comma if self.open.is_empty() && self.colon.is_none() => {
                let first = line + 1 + usize::from(self.kind(line + 1) == Kind::Star);
                let mut last = bad;
                while self.kind(last) == Kind::Comma {
                    last = self.expression_end(last + 1)?;
                }
                let named = self.kind(last) == Kind::As && self.kind(last + 1) == Kind::Name;
                let colon = if named { last + 2 } else { last };
                if self.kind(colon) != Kind::Colon {
                    return None;
                }
                self.issue("multiple exception types must be parenthesized", first, last - 1)
            }
            _ => None,
        }
    }

    /// Whether the clause before this line is an `except*`.
    fn follows_star_clause(&self) -> bool {
        let before = Explainer::new(self.text, self.scan, self.line);
        let star = |first: usize| {
            before.kind(first) == Kind::Except && before.kind(first + 1) == Kind::Star
        };
        before.clause_before().is_some_and(star)
    }

    /// What a `case` does not take.
    fn pattern(&self) -> Option<SyntaxIssue> {
        let bad = self.bad;
        if self.kind(self.line) != Kind::Case {
            return None;
        }
        if self.before(bad) == Kind::As && self.kind(bad) != Kind::Name {
            let end = self.expression_end(bad)?;
            return self.issue("invalid pattern target", bad, end - 1);
        }
        let open = *self.open.last()?;
        if !matches!(self.kind(bad), Kind::Comma | Kind::RParen) || !self.is_call(open) {
            return None;
        }
        let mut last = None;
        let mut from = open + 1;
        while let Some(comma) = self.level_find(from, bad, &[Kind::Comma]) {
            last = Some(comma);
            from = comma + 1;
        }
        self.level_find(open + 1, last?, &[Kind::Equal])?;
        match self.level_find(from, bad, &[Kind::Equal]) {
            None if from < bad => {
                self.issue("positional patterns follow keyword patterns", from, bad - 1)
            }
            _ => None,
        }
    }

    /// `a, b: int`
    fn annotated_tuple(&self) -> Option<SyntaxIssue> {
        let (first, bad) = (self.statement, self.bad);
        if self.kind(bad) != Kind::Colon || !self.open.is_empty() || self.colon.is_some() {
            return None;
        }
        let comma = self.level_find(first, bad, &[Kind::Comma])?;
        self.expression(first, comma)?;
        self.expression_end(bad + 1)?;
        self.issue("only single target (not tuple) can be annotated", first, comma - 1)
    }

    fn missing_colon(&self) -> Option<SyntaxIssue> {
        if !self.open.is_empty() || self.colon.is_some() {
            return None;
        }
        let (bad, first) = (self.bad, self.line + usize::from(self.kind(self.line) == Kind::Async));
        let at_newline = matches!(self.kind(bad), Kind::Newline | Kind::EndMarker);
        let inner = first + 1..bad;
        let colon = match self.kind(first) {
            Kind::Def if bad == first + 2 => return self.here("expected '('"),
            Kind::Def => bad > first + 2 && self.before(bad) != Kind::Arrow,
            Kind::Try | Kind::Else | Kind::Finally => bad == first + 1,
            Kind::Except => at_newline,
            Kind::For => at_newline && inner.clone().any(|at| self.kind(at) == Kind::In),
            Kind::If | Kind::Elif | Kind::While | Kind::With | Kind::Class => {
                at_newline && !inner.is_empty()
            }
            Kind::Match | Kind::Case => at_newline,
            Kind::Name if matches!(self.word(first), "match" | "case") => {
                // Without its colon the word was no keyword to the scanner.
                let end = self.tokens[first..].iter().position(|t| t.kind == Kind::Newline)?;
                let newline = first + end;
                let case = self.word(first) == "case" && bad == first;
                if !case && (bad != first + 1 || self.expression_end(bad) != Some(newline)) {
                    return None;
                }
                return self.issue("expected ':'", newline, newline);
            }
            _ => false,
        };
        let complete = ends_expression(self.before(bad)) || bad == first + 1;
        if colon && complete { self.here("expected ':'") } else { None }
    }

    fn trailing_import_comma(&self) -> Option<SyntaxIssue> {
        let import = self.kind(self.statement) == Kind::From;
        if import
            && self.open.is_empty()
            && self.before(self.bad) == Kind::Comma
            && self.kind(self.bad) == Kind::Newline
        {
            return self.here("trailing comma not allowed without surrounding parentheses");
        }
        None
    }

    // ---- parameters

    /// The bracket of the definition whose parameters `bad` stands among.
    fn parameter_list(&self) -> Option<usize> {
        let open = *self.open.last()?;
        let def = open >= 2 && self.kind(open - 2) == Kind::Def && self.kind(open) == Kind::LParen;
        if def && self.open.len() == 1 { Some(open) } else { None }
    }

    /// The `lambda` whose parameters `bad` stands among.
    fn lambda_list(&self) -> Option<usize> {
        let from = self.open.last().map_or(self.statement, |at| at + 1);
        let lambda = (from..self.bad).rev().find(|at| self.kind(*at) == Kind::Lambda)?;
        let closed = (lambda..self.bad).any(|at| self.kind(at) == Kind::Colon);
        if closed { None } else { Some(lambda) }
    }

    fn parameters(&self) -> Option<SyntaxIssue> {
        let def = self.parameter_list();
        let open = def.or_else(|| self.lambda_list())?;
        let bad = self.bad;
        // A parameter's default is an expression, no parameter.
        let comma = (open + 1..bad).rev().find(|at| self.kind(*at) == Kind::Comma).unwrap_or(open);
        let seen = |kind| {
            (open + 1..bad).any(|at| {
                self.kind(at) == kind && (at == open + 1 || self.kind(at - 1) == Kind::Comma)
            })
        };
        let starts = comma + 1 == bad;
        match self.kind(bad) {
            _ if starts
                && seen(Kind::DoubleStar)
                && !matches!(self.kind(bad), Kind::RParen | Kind::Colon) =>
            {
                self.here("arguments cannot follow var-keyword argument")
            }
            Kind::Slash if bad == open + 1 => self.here("at least one argument must precede /"),
            Kind::Slash if starts && seen(Kind::Slash) && !seen(Kind::Star) => {
                self.here("/ may appear only once")
            }
            Kind::Slash if starts && seen(Kind::Star) => self.here("/ must be ahead of *"),
            Kind::Star if starts && seen(Kind::Star) => {
                self.here("* argument may appear only once")
            }
            Kind::Star if self.before(bad) == Kind::Slash && bad >= open + 2 => {
                self.here("expected comma between / and *")
            }
            Kind::Equal
                if self.kind(comma + 1) == Kind::Star
                    && (bad == comma + 3 || self.kind(comma + 3) == Kind::Colon) =>
            {
                self.here("var-positional argument cannot have default value")
            }
            Kind::Equal
                if self.kind(comma + 1) == Kind::DoubleStar
                    && (bad == comma + 3 || self.kind(comma + 3) == Kind::Colon) =>
            {
                self.here("var-keyword argument cannot have default value")
            }
            Kind::RParen | Kind::Comma if self.before(bad) == Kind::Equal => {
                self.issue("expected default value expression", bad - 1, bad - 1)
            }
            Kind::LParen if starts => {
                let close = (bad..self.tokens.len()).find(|at| self.kind(*at) == Kind::RParen)?;
                let plain =
                    (bad + 1..close).all(|at| matches!(self.kind(at), Kind::Name | Kind::Comma));
                let message = if def.is_some() {
                    "Function parameters cannot be parenthesized"
                } else {
                    "Lambda expression parameters cannot be parenthesized"
                };
                if plain && close > bad + 1 { self.issue(message, bad, close) } else { None }
            }
            _ => None,
        }
    }

    // ---- expressions

    /// `print x` and `exec x`.
    fn old_statement(&self) -> Option<SyntaxIssue> {
        let at = self.bad.checked_sub(1)?;
        let name = self.word(at);
        if self.kind(at) != Kind::Name || !matches!(name, "print" | "exec") {
            return None;
        }
        let free = at == self.statement || matches!(self.before(at), Kind::Equal | Kind::Comma);
        if !free || !starts_expression(self.kind(self.bad)) {
            return None;
        }
        let mut end = self.expression_end(self.bad)?;
        while self.kind(end) == Kind::Comma {
            end = match self.expression_end(end + 1) {
                Some(next) => next,
                None => {
                    end += 1;
                    break;
                }
            };
        }
        let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
        self.issue(message, at, end - 1)
    }

    /// Where the element of the innermost bracket (or the statement's expression) starts.
    fn element(&self) -> usize {
        let from = self.open.last().map_or(self.statement, |at| at + 1);
        let mut depth = 0;
        for at in (from..self.bad).rev() {
            match self.kind(at) {
                Kind::RParen | Kind::RSquare | Kind::RBrace => depth += 1,
                Kind::LParen | Kind::LSquare | Kind::LBrace => depth -= 1,
                Kind::Comma
                | Kind::Colon
                | Kind::Equal
                | Kind::ColonEqual
                | Kind::Else
                | Kind::Yield
                | Kind::Return
                    if depth == 0 =>
                {
                    return at + 1;
                }
                Kind::Star | Kind::DoubleStar
                    if depth == 0 && !ends_expression(self.before(at)) =>
                {
                    return at + 1;
                }
                _ => {}
            }
        }
        match self.kind(from) {
            kind if self.open.is_empty() && is_header(kind) => from + 1,
            Kind::Assert | Kind::Del | Kind::Raise if self.open.is_empty() => from + 1,
            _ => from,
        }
    }

    /// A token of a kind between two others, outside brackets opened after the first.
    fn level_find(&self, from: usize, end: usize, kinds: &[Kind]) -> Option<usize> {
        let mut depth = 0;
        for at in from..end {
            match self.kind(at) {
                Kind::LParen | Kind::LSquare | Kind::LBrace => depth += 1,
                Kind::RParen | Kind::RSquare | Kind::RBrace => depth -= 1,
                kind if depth == 0 && kinds.contains(&kind) => return Some(at),
                _ => {}
            }
        }
        None
    }

    /// `a if b` without `else`.
    fn half_conditional(&self) -> Option<SyntaxIssue> {
        let first = self.element();
        let at = self.level_find(first, self.bad, &[Kind::If, Kind::For])?;
        if self.kind(at) != Kind::If || matches!(self.kind(self.bad), Kind::Else | Kind::Colon) {
            return None;
        }
        self.expression(first, at)?;
        self.expression(at + 1, self.bad)?;
        self.issue("expected 'else' after 'if' expression", first, self.bad - 1)
    }

    fn is_call(&self, open: usize) -> bool {
        self.kind(open) == Kind::LParen
            && matches!(
                self.before(open),
                Kind::Name | Kind::RParen | Kind::RSquare | Kind::RBrace | Kind::Str
            )
    }

    /// `=` where a comparison, a `:=` or a keyword was meant.
    fn equal_sign(&self) -> Option<SyntaxIssue> {
        let first = self.element();
        let bad = self.bad;
        let call = self.open.last().is_some_and(|open| self.is_call(*open));
        if call && matches!(self.kind(bad), Kind::For | Kind::Async) {
            // f(a=b for c in d)
            let name = first.checked_sub(2)?;
            if self.kind(name) == Kind::Name && self.before(first) == Kind::Equal {
                self.expression(first, bad)?;
                let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                return self.issue(message, name, bad - 1);
            }
        }
        if self.kind(bad) != Kind::Equal {
            return None;
        }
        if self.before(bad) == Kind::Yield && bad == self.statement + 1 {
            let message = "assignment to yield expression not possible";
            return self.issue(message, bad - 1, bad - 1);
        }
        if call {
            if bad == first + 1 && matches!(self.kind(first), Kind::True | Kind::False | Kind::None)
            {
                return self.issue(format!("cannot assign to {}", self.word(first)), first, bad);
            }
            let left = self.expression(first, bad)?;
            let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
            let start = u32::from(left.range().start());
            return Some(SyntaxIssue::new(message, start, Some(self.end(bad))));
        }
        let named = match self.open.last() {
            Some(_) => !matches!(self.before(first), Kind::Colon | Kind::Equal | Kind::ColonEqual),
            None => {
                self.colon.is_none()
                    && matches!(self.kind(self.line), Kind::If | Kind::Elif | Kind::While)
            }
        };
        if !named {
            return None;
        }
        let end = self.expression_end(bad + 1)?;
        if matches!(self.kind(end), Kind::Equal | Kind::ColonEqual) {
            return None;
        }
        if bad == first + 1 && self.kind(first) == Kind::Name {
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return self.issue(message, first, end - 1);
        }
        let left = self.expression(first, bad)?;
        let refused = match &left {
            Expr::Constant(c) => c.value.is_none() || c.value.is_bool(),
            Expr::List(_) | Expr::Tuple(_) | Expr::GeneratorExp(_) => true,
            Expr::Compare(_) | Expr::BoolOp(_) | Expr::Lambda(_) | Expr::IfExp(_) => true,
            _ => false,
        };
        if refused {
            return None;
        }
        let message = format!(
            "cannot assign to {} here. Maybe you meant '==' instead of '='?",
            describe(&left)
        );
        let range = left.range();
        Some(SyntaxIssue::new(message, range.start().into(), Some(range.end().into())))
    }

    /// `:=` after what is no name.
    fn walrus(&self) -> Option<SyntaxIssue> {
        if self.kind(self.bad) != Kind::ColonEqual || self.open.is_empty() {
            return None;
        }
        let mut first = self.element();
        match self.before(first) {
            Kind::Equal => return None,
            Kind::Colon => {
                // `(lambda: x := 1)`; all other colons end what may be named.
                first = self.open.last()? + 1;
                if self.kind(first) != Kind::Lambda || self.is_call(first - 1) {
                    return None;
                }
            }
            _ => {}
        }
        let left = self.expression(first, self.bad)?;
        self.expression_end(self.bad + 1)?;
        let message = format!("cannot use assignment expressions with {}", describe(&left));
        let range = left.range();
        Some(SyntaxIssue::new(message, range.start().into(), Some(range.end().into())))
    }

    /// Mistakes in lists, sets, dicts and comprehensions.
    fn displays(&self) -> Option<SyntaxIssue> {
        let open = *self.open.last()?;
        let bad = self.bad;
        let brace = self.kind(open) == Kind::LBrace;
        let for_ = self.kind(bad) == Kind::For
            || self.kind(bad) == Kind::Async && self.kind(bad + 1) == Kind::For;
        if for_ && self.kind(open + 1) == Kind::Star && !self.is_call(open) {
            let message = "iterable unpacking cannot be used in comprehension";
            return self.issue(message, open + 1, bad - 1);
        }
        if self.kind(open) == Kind::LParen {
            return None;
        }
        if brace && for_ && self.kind(open + 1) == Kind::DoubleStar {
            let message = "dict unpacking cannot be used in dict comprehension";
            return self.issue(message, open + 1, open + 1);
        }
        let colon = self.level_find(open + 1, bad, &[Kind::Colon]);
        if brace && colon.is_some() {
            if self.before(bad) == Kind::Colon {
                return match self.kind(bad) {
                    Kind::RBrace | Kind::Comma => self.issue(
                        "expression expected after dictionary key and ':'",
                        bad - 1,
                        bad - 1,
                    ),
                    Kind::Star => {
                        let end = self.expression_end(bad + 1)?;
                        let message = "cannot use a starred expression in a dictionary value";
                        self.issue(message, bad, end - 1)
                    }
                    _ => None,
                };
            }
            let first = self.element();
            if self.before(first) == Kind::Comma
                && !starts_expression(self.kind(bad))
                && self.expression(first, bad).is_some()
            {
                let at = self.end(bad - 1).saturating_sub(1);
                return Some(SyntaxIssue::new("':' expected after dictionary key", at, None));
            }
            return None;
        }
        if for_ && self.level_find(open + 1, bad, &[Kind::Comma]).is_some() {
            let starred = self.level_find(open + 1, bad, &[Kind::For, Kind::Colon, Kind::Equal]);
            if starred.is_none() && self.before(bad) != Kind::Comma {
                let message = "did you forget parentheses around the comprehension target?";
                return self.issue(message, open + 1, bad - 1);
            }
        }
        None
    }

    /// Two expressions side by side in brackets.
    fn missing_comma(&self) -> Option<SyntaxIssue> {
        if self.open.is_empty() || self.parameter_list().is_some() || self.lambda_list().is_some() {
            return None;
        }
        if !starts_expression(self.kind(self.bad)) || !ends_expression(self.before(self.bad)) {
            return None;
        }
        if matches!(self.kind(self.statement), Kind::From | Kind::Import) {
            return None;
        }
        let first = self.element();
        if self.level_find(first, self.bad, &[Kind::For]).is_some() {
            return None;
        }
        // CPython takes the beginning of a soft keyword for one.
        let soft = ["match", "case", "_"].iter().any(|k| k.starts_with(self.word(first)));
        if self.kind(first) == Kind::Name && (soft || self.kind(first + 1) == Kind::Str) {
            return None;
        }
        match self.expression(first, self.bad)? {
            Expr::Lambda(_) | Expr::IfExp(_) => return None,
            _ => {}
        }
        let end = self.expression_end(self.bad)?;
        self.issue("invalid syntax. Perhaps you forgot a comma?", first, end - 1)
    }

    // ---- messages of the parser

    /// Put a message of the parser where CPython puts it.
    fn place(&self, mut issue: SyntaxIssue) -> Option<SyntaxIssue> {
        let message = issue.message.as_str();
        if message.starts_with("positional argument follows keyword argument") {
            let close = self.closing(self.bad)?;
            issue.start = self.start(close);
            issue.end = Some(self.end(close));
            if self.has_double_star() {
                issue.message = "positional argument follows keyword argument unpacking".into();
            }
            return Some(issue);
        }
        if message.starts_with("iterable argument unpacking follows") {
            let open = *self.open.last()?;
            let comma = (open..self.bad).rev().find(|at| self.kind(*at) == Kind::Comma)?;
            return self.issue(message, open + 1, comma - 1);
        }
        if message.starts_with("keyword argument repeated") {
            let end = self.expression_end(self.bad + 2)?;
            return self.issue(message, self.bad, end - 1);
        }
        None
    }

    /// Whether the arguments before the bad token have a `**mapping` among them.
    fn has_double_star(&self) -> bool {
        let Some(open) = self.open.last() else { return false };
        let mut depth = 0;
        (open + 1..self.bad).any(|at| {
            match self.kind(at) {
                Kind::LParen | Kind::LSquare | Kind::LBrace => depth += 1,
                Kind::RParen | Kind::RSquare | Kind::RBrace => depth -= 1,
                _ => {}
            }
            let before = self.kind(at - 1);
            depth == 0
                && self.kind(at) == Kind::DoubleStar
                && (before == Kind::Comma || at == open + 1)
        })
    }

    /// The bracket that closes the innermost one open at a token.
    fn closing(&self, from: usize) -> Option<usize> {
        let mut depth = 0;
        for at in from..self.tokens.len() {
            match self.kind(at) {
                Kind::LParen | Kind::LSquare | Kind::LBrace => depth += 1,
                Kind::RParen | Kind::RSquare | Kind::RBrace if depth == 0 => return Some(at),
                Kind::RParen | Kind::RSquare | Kind::RBrace => depth -= 1,
                _ => {}
            }
        }
        None
    }
}

fn is_header(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::If
            | Kind::Elif
            | Kind::Else
            | Kind::While
            | Kind::For
            | Kind::With
            | Kind::Try
            | Kind::Finally
            | Kind::Except
            | Kind::Def
            | Kind::Class
            | Kind::Match
            | Kind::Case
            | Kind::Async
    )
}

/// Whether a token can begin an expression but not continue one.
fn starts_expression(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Name
            | Kind::Int
            | Kind::Float
            | Kind::Imaginary
            | Kind::Str
            | Kind::True
            | Kind::False
            | Kind::None
            | Kind::Ellipsis
            | Kind::LBrace
            | Kind::LParen
            | Kind::LSquare
            | Kind::Lambda
            | Kind::Await
            | Kind::Tilde
    )
}

fn ends_expression(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Name
            | Kind::Int
            | Kind::Float
            | Kind::Imaginary
            | Kind::Str
            | Kind::True
            | Kind::False
            | Kind::None
            | Kind::Ellipsis
            | Kind::RBrace
            | Kind::RParen
            | Kind::RSquare
    )
}
