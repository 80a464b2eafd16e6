//! The parser's door: everything that names `rustpython_parser` lives here and below.
//!
//! Text is scanned by our own [`scanner`], then the tokens go through the LALRPOP grammar. It builds the tree with
//! byte offsets; the compiler sees the tree through the re-exported [`ast`] types. Three things travel through the
//! grammar in disguise and are undone by the compiler:
//! - formatted strings: a call of a name that starts with NUL (see [`FSTRING`]);
//! - strings with lone surrogates: a str constant of kind "u" that holds hexadecimal code points;
//! - the parser does not see the difference between a name and `match`/`case`: the scanner decides.

pub mod literals;
pub mod scanner;
pub mod tokens;

use std::borrow::Cow;

pub use rustpython_parser::ast;
use rustpython_parser::lexer::{LexicalError, LexicalErrorType};
pub use rustpython_parser::text_size::{TextRange, TextSize};
use rustpython_parser::{Mode as ParserMode, ParseErrorType, StringKind, Tok};

use literals::{BadEscape, Text};
use scanner::{Scan, SyntaxIssue};
use tokens::{Kind, Token};

/// Name of the marker function of a formatted string: its arguments are str constants and values.
pub const FSTRING: &str = "\0f";
/// Name of the marker of one replacement: expression, conversion number, optional specification.
pub const FVALUE: &str = "\0v";

/// What kind of text is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Module,
    Expression,
}

/// The tree of a text.
pub enum Tree {
    Module(Vec<ast::Stmt>),
    Expression(ast::Expr),
}

/// A warning of the scanner: where it starts and ends, what it says.
pub struct Caution {
    pub at: u32,
    pub end: u32,
    pub message: String,
}

/// Parse scanned tokens.
pub fn parse(
    text: &str,
    scan: &Scan,
    start: Start,
    cautions: &mut Vec<Caution>,
) -> Result<Tree, SyntaxIssue> {
    if let Some(issue) = impossible(scan) {
        return Err(issue);
    }
    let mut escapes = Vec::new();
    let mode = match start {
        Start::Module => ParserMode::Module,
        Start::Expression => ParserMode::Expression,
    };
    let mut failed = None;
    let feed =
        Feed { text, tokens: scan.tokens.iter(), escapes: &mut escapes, scan, failed: &mut failed };
    let result = rustpython_parser::parse_tokens(feed, mode, "");
    for (at, message) in &scan.warnings {
        cautions.push(Caution { at: *at, end: *at, message: message.clone() });
    }
    let place = |at: u32| {
        let holds = |t: &&Token| t.kind == Kind::Str && t.start <= at && at < t.end;
        scan.tokens.iter().find(holds).map_or((at, at + 1), |t| (t.start, t.end))
    };
    cautions.extend(escapes.into_iter().map(|e| {
        let (at, end) = place(e.at);
        Caution { at, end, message: e.message }
    }));
    match result {
        Ok(ast::Mod::Expression(e)) => Ok(Tree::Expression(*e.body)),
        Ok(ast::Mod::Module(m)) => Ok(Tree::Module(m.body)),
        Ok(_) => Ok(Tree::Module(Vec::new())),
        Err(error) => {
            if let Some(issue) = failed {
                return Err(issue);
            }
            let at = u32::from(error.offset);
            // More text behind the end of a line is another line.
            let line_ends =
                matches!(error.error, ParseErrorType::UnrecognizedToken(Tok::Newline, _));
            let (message, lexical) = match error.error {
                ParseErrorType::Lexical(LexicalErrorType::OtherError(message)) => (message, true),
                ParseErrorType::Lexical(other) => (other.to_string(), true),
                ParseErrorType::Eof => ("unexpected EOF".to_owned(), false),
                _ => (String::new(), false),
            };
            let mut issue = explain(text, scan, at, message, lexical);
            issue.incomplete &= !line_ends || has_open_bracket(scan);
            Err(issue)
        }
    }
}

/// Whether a bracket is open at the end.
fn has_open_bracket(scan: &Scan) -> bool {
    let mut depth = 0i64;
    for token in &scan.tokens {
        match token.kind {
            Kind::LParen | Kind::LSquare | Kind::LBrace => depth += 1,
            Kind::RParen | Kind::RSquare | Kind::RBrace => depth -= 1,
            _ => {}
        }
    }
    depth > 0
}

/// The expression that a run of tokens is, if it is one.
pub fn trial(text: &str, scan: &Scan, tokens: &[Token]) -> Option<ast::Expr> {
    let mut escapes = Vec::new();
    let mut failed = None;
    let clean = Scan { fstring_parts: scan.fstring_parts.clone(), ..Scan::default() };
    let feed = Feed {
        text,
        tokens: tokens.iter(),
        escapes: &mut escapes,
        scan: &clean,
        failed: &mut failed,
    };
    match rustpython_parser::parse_tokens(feed, ParserMode::Expression, "") {
        Ok(ast::Mod::Expression(e)) => Some(*e.body),
        _ => None,
    }
}

fn explain(text: &str, scan: &Scan, at: u32, message: String, lexical: bool) -> SyntaxIssue {
    if let Some(issue) = &scan.error {
        return issue.clone();
    }
    let token = scan.tokens.iter().find(|t| t.start >= at);
    let mut end = token.map(|t| t.end).unwrap_or(text.len() as u32);
    if message.starts_with("keyword argument repeated") {
        end = argument_end(scan, at).unwrap_or(end);
    }
    let mut issue =
        SyntaxIssue::new(if lexical { message } else { "invalid syntax".into() }, at, Some(end));
    issue.incomplete = at as usize >= text.trim_end().len();
    issue
}

/// What the grammar lets through and Python does not: `(*, **k)` and a `**` without operand.
fn impossible(scan: &Scan) -> Option<SyntaxIssue> {
    for (at, window) in scan.tokens.windows(3).enumerate() {
        match (window[0].kind, window[1].kind, window[2].kind) {
            (Kind::Star, Kind::Comma, Kind::DoubleStar) => {
                let message = match at.checked_sub(1).map(|before| scan.tokens[before].kind) {
                    Some(Kind::LParen | Kind::Comma | Kind::Lambda) => {
                        "named arguments must follow bare *"
                    }
                    _ => "invalid syntax",
                };
                return Some(SyntaxIssue::new(message, window[0].start, Some(window[0].end)));
            }
            (_, Kind::DoubleStar, Kind::RParen | Kind::Comma | Kind::Colon) => {
                let (start, end) = (window[2].start, window[2].end);
                return Some(SyntaxIssue::new("invalid syntax", start, Some(end)));
            }
            _ => {}
        }
    }
    None
}

/// Where the argument that starts at an offset ends.
fn argument_end(scan: &Scan, at: u32) -> Option<u32> {
    let mut depth = 0u32;
    let mut end = None;
    for token in scan.tokens.iter().skip_while(|t| t.start < at) {
        match token.kind {
            Kind::LParen | Kind::LSquare | Kind::LBrace => depth += 1,
            Kind::RParen | Kind::RSquare | Kind::RBrace if depth == 0 => break,
            Kind::RParen | Kind::RSquare | Kind::RBrace => depth -= 1,
            Kind::Comma if depth == 0 => break,
            _ => {}
        }
        end = Some(token.end);
    }
    end
}

/// Feeds our tokens to the parser, making values on the way.
struct Feed<'a> {
    text: &'a str,
    tokens: std::slice::Iter<'a, Token>,
    escapes: &'a mut Vec<BadEscape>,
    scan: &'a Scan,
    failed: &'a mut Option<SyntaxIssue>,
}

impl Feed<'_> {
    fn stop(&mut self, issue: SyntaxIssue) -> Result<(Tok, TextRange), LexicalError> {
        let location = TextSize::from(issue.start);
        *self.failed = Some(issue);
        self.tokens = [].iter();
        Err(LexicalError { error: LexicalErrorType::OtherError(String::new()), location })
    }

    fn value(&mut self, token: Token) -> Result<Tok, String> {
        let text = self.text.get(token.start as usize..token.end as usize).unwrap_or("");
        Ok(match token.kind {
            Kind::Name if text.is_ascii() => Tok::Name { name: text.to_owned() },
            Kind::Name => Tok::Name {
                name: crate::text::normal::nfkc(text).map_err(|_| "out of memory".to_owned())?,
            },
            Kind::FString => Tok::Name { name: FSTRING.into() },
            Kind::FValue => Tok::Name { name: FVALUE.into() },
            Kind::FConv0 => Tok::Int { value: 0.into() },
            Kind::FConv1 => Tok::Int { value: 1.into() },
            Kind::FConv2 => Tok::Int { value: 2.into() },
            Kind::FConv3 => Tok::Int { value: 3.into() },
            Kind::Int => Tok::Int { value: literals::integer(text)? },
            Kind::Float => Tok::Float { value: literals::float(text) },
            Kind::Imaginary => {
                let digits = text.trim_end_matches(['j', 'J']);
                Tok::Complex { real: 0.0, imag: literals::float(digits) }
            }
            Kind::Str => {
                string_token(literals::string(self.text, token.start, token.end, self.escapes)?)
            }
            Kind::FText => {
                let text: Cow<str> = if text.contains("{{") || text.contains("}}") {
                    Cow::Owned(undouble(text))
                } else {
                    Cow::Borrowed(text)
                };
                string_token(literals::decode(&text, token.start, self.escapes)?)
            }
            Kind::FTextRaw => string_token(Text::Str(undouble(text))),
            Kind::FVerbatim => string_token(Text::Str(text.to_owned())),
            kind => kind.fixed().unwrap_or(Tok::EndOfFile),
        })
    }
}

/// `{{` and `}}` to single braces, save in `\N{...}`.
fn undouble(text: &str) -> String {
    text.replace("{{", "{").replace("}}", "}")
}

fn string_token(text: Text) -> Tok {
    let (value, kind) = match text {
        Text::Str(value) => (value, StringKind::RawString),
        Text::Wide(points) => {
            let hex: Vec<String> = points.iter().map(|p| format!("{p:x}")).collect();
            (hex.join(","), StringKind::Unicode)
        }
        Text::Bytes(bytes) => {
            let mut value = String::with_capacity(bytes.len());
            for b in bytes {
                match b {
                    b'\\' => value.push_str("\\\\"),
                    0..0x80 => value.push(b as char),
                    _ => value.push_str(&format!("\\x{b:02x}")),
                }
            }
            (value, StringKind::Bytes)
        }
    };
    Tok::String { value, kind, triple_quoted: true }
}

/// Code points of a str constant of kind "u".
pub fn wide_points(hex: &str) -> Vec<u32> {
    hex.split(',').filter_map(|p| u32::from_str_radix(p, 16).ok()).collect()
}

impl Iterator for Feed<'_> {
    type Item = Result<(Tok, TextRange), LexicalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Some(&token) = self.tokens.next() else {
            // The parser asks once more at the end: now is the time for the scanner's error.
            if self.failed.is_none()
                && let Some(issue) = &self.scan.error
            {
                let issue = issue.clone();
                return Some(self.stop(issue));
            }
            return None;
        };
        let range = TextRange::new(token.start.into(), token.end.into());
        if let Some(tok) = token.kind.fixed() {
            return Some(Ok((tok, range)));
        }
        Some(match self.value(token) {
            Ok(tok) => Ok((tok, range)),
            Err(message) => {
                // CPython notices what is wrong with a string when it has seen the token behind.
                let place = match self.tokens.as_slice().first() {
                    Some(next) if token.kind == Kind::Str && message != literals::NOT_ASCII => next,
                    _ => &token,
                };
                let empty = place.kind == Kind::Newline;
                let end = if empty { place.start } else { place.end };
                let issue = SyntaxIssue::new(message, place.start, Some(end));
                self.stop(issue)
            }
        })
    }
}
