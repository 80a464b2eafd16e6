//! Source text to tokens, with CPython's tokenizer errors.
//!
//! The parser is fed from the tokens made here: its own scanner is not used, since it neither bounds nesting nor
//! words its errors as Python does. A formatted string becomes a call of a marker function whose arguments are its
//! parts, so that the grammar parses the expressions inside in place, with their true positions.
//!
//! **Invariant:** `depth` of the result bounds the depth of the tree the parser can build from these tokens.

use super::tokens::{Kind, Token, keyword};

/// Bracket nesting allowed.
pub const MAX_BRACKETS: usize = 200;
/// Indentation levels allowed.
pub const MAX_INDENTS: usize = 100;

/// Which exception a scanning error becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    Syntax,
    Indentation,
    Tab,
}

/// An error found by the scanner or the parser.
#[derive(Clone, Debug)]
pub struct SyntaxIssue {
    pub kind: ErrorKind,
    pub message: String,
    pub start: u32,
    /// Exclusive; `None` when CPython gives no end.
    pub end: Option<u32>,
    /// More input might complete the text.
    pub incomplete: bool,
    /// The expression of a formatted string that the issue lies in: CPython shows it alone.
    pub inside: Option<(u32, u32)>,
}

impl SyntaxIssue {
    pub fn new(message: impl Into<String>, start: u32, end: Option<u32>) -> Self {
        SyntaxIssue {
            kind: ErrorKind::Syntax,
            message: message.into(),
            start,
            end,
            incomplete: false,
            inside: None,
        }
    }
}

/// What scanning gives: tokens up to the first error.
#[derive(Default)]
pub struct Scan {
    pub tokens: Vec<Token>,
    pub error: Option<SyntaxIssue>,
    /// Brackets open at the end: character and offset.
    pub open: Vec<(u8, u32)>,
    pub depth: u32,
    /// (offset, message) of deprecations: numbers glued to keywords.
    pub warnings: Vec<(u32, String)>,
    /// Source ranges of the expressions in formatted strings.
    pub fstring_parts: Vec<(u32, u32)>,
}

/// One string literal: `quote..end` without prefix.
#[derive(Clone, Copy)]
pub struct Literal {
    pub start: u32,
    /// First byte of the content.
    pub body: u32,
    /// End of the content.
    pub body_end: u32,
    pub end: u32,
    pub raw: bool,
    pub bytes: bool,
    pub formatted: bool,
}

type Outcome<T> = Result<T, Box<SyntaxIssue>>;

fn fail<T>(message: impl Into<String>, start: usize, end: Option<usize>) -> Outcome<T> {
    Err(Box::new(SyntaxIssue::new(message, start as u32, end.map(|e| e as u32))))
}

/// The tokenizer's own errors end where they start.
fn point<T>(message: impl Into<String>, at: usize) -> Outcome<T> {
    fail(message, at, Some(at))
}

struct Level {
    bracket: u8,
    at: u32,
    chain: u32,
}

/// The scanner.
pub struct Scanner<'a> {
    text: &'a str,
    src: &'a [u8],
    pos: usize,
    out: Scan,
    levels: Vec<Level>,
    chain: u32,
    depth_below: u32,
    indents: Vec<(u32, u32)>,
    /// Per indentation level: consecutive `elif`.
    elifs: Vec<u32>,
    pending: Vec<Literal>,
    inside: Option<usize>,
}

/// Scan a whole text.
pub fn scan(text: &str) -> Scan {
    let mut scanner = Scanner::new(text);
    scanner.out.tokens.reserve(text.len() / 4);
    if let Err(issue) = scanner.run() {
        scanner.flush_quietly();
        scanner.out.error = Some(*issue);
    }
    scanner.out.open = scanner.levels.iter().map(|l| (l.bracket, l.at)).collect();
    scanner.out
}

/// Byte length of the char that starts with this byte.
fn char_len(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Scanner {
            text,
            src: text.as_bytes(),
            pos: 0,
            out: Scan::default(),
            levels: Vec::new(),
            chain: 0,
            depth_below: 0,
            indents: vec![(0, 0)],
            elifs: vec![0],
            pending: Vec::new(),
            inside: None,
        }
    }

    #[inline]
    fn end(&self) -> usize {
        self.inside.unwrap_or(self.src.len())
    }

    #[inline]
    fn peek(&self, ahead: usize) -> u8 {
        let at = self.pos + ahead;
        if at < self.end() { self.src[at] } else { 0 }
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..).and_then(|rest| rest.chars().next())
    }

    #[inline]
    fn push(&mut self, kind: Kind, start: usize, end: usize) -> Outcome<()> {
        if !self.pending.is_empty() {
            self.flush()?;
        }
        self.raw_push(kind, start, end);
        Ok(())
    }

    #[inline]
    fn raw_push(&mut self, kind: Kind, start: usize, end: usize) {
        self.out.tokens.push(Token { kind, start: start as u32, end: end as u32 });
    }

    /// Count one more tree level in the current run of operators.
    #[inline]
    fn deepen(&mut self) {
        self.chain += 1;
        let total = self.depth_below + self.chain + self.indents.len() as u32;
        if total > self.out.depth {
            self.out.depth = total;
        }
    }

    fn run(&mut self) -> Outcome<()> {
        if self.text.len() >= u32::MAX as usize / 2 {
            return fail("source too large", 0, None);
        }
        loop {
            self.indentation()?;
            if self.pos >= self.src.len() {
                break;
            }
            self.logical_line()?;
        }
        let end = self.src.len();
        if let Some(last) = self.out.tokens.last().map(|t| t.kind)
            && !matches!(last, Kind::Newline | Kind::Dedent | Kind::Indent)
        {
            self.push(Kind::Newline, end, end)?;
        }
        while self.indents.len() > 1 {
            self.indents.pop();
            self.raw_push(Kind::Dedent, end, end);
        }
        Ok(())
    }

    /// Blank lines and comments up to the next logical line, then its Indent or Dedents.
    fn indentation(&mut self) -> Outcome<()> {
        loop {
            let line = self.pos;
            let (mut column, mut alternative) = (0u32, 0u32);
            let mut kept = 0;
            loop {
                match self.peek(0) {
                    b' ' => {
                        column += 1;
                        alternative += 1;
                    }
                    b'\t' => {
                        column = (column / 8 + 1) * 8;
                        alternative += 1;
                    }
                    0x0c => {
                        column = 0;
                        alternative = 0;
                    }
                    // The first continuation behind space decides, whatever comes next.
                    b'\\' if self.peek(1) == b'\n' => {
                        self.pos += 1;
                        kept = if kept == 0 { column } else { kept };
                        if self.pos + 1 >= self.src.len() {
                            return self.end_of_file();
                        }
                    }
                    _ => break,
                }
                self.pos += 1;
            }
            if kept != 0 {
                (column, alternative) = (kept, kept);
            }
            if self.pos >= self.src.len() {
                return Ok(());
            }
            match self.src[self.pos] {
                b'\n' => {
                    self.pos += 1;
                    continue;
                }
                b'#' => {
                    self.comment();
                    if self.pos < self.src.len() {
                        self.pos += 1;
                    }
                    continue;
                }
                _ => {}
            }
            return self.indent_to(line, column, alternative);
        }
    }

    fn indent_to(&mut self, line: usize, column: u32, alternative: u32) -> Outcome<()> {
        let inconsistent = || {
            let mut issue = SyntaxIssue::new(
                "inconsistent use of tabs and spaces in indentation",
                line as u32,
                None,
            );
            issue.kind = ErrorKind::Tab;
            Err(Box::new(issue))
        };
        let (top, alt_top) = *self.indents.last().unwrap_or(&(0, 0));
        if column == top {
            if alternative != alt_top {
                return inconsistent();
            }
        } else if column > top {
            if self.indents.len() >= MAX_INDENTS {
                let mut issue =
                    SyntaxIssue::new("too many levels of indentation", self.pos as u32, None);
                issue.kind = ErrorKind::Indentation;
                return Err(Box::new(issue));
            }
            if alternative <= alt_top {
                return inconsistent();
            }
            self.indents.push((column, alternative));
            self.elifs.push(0);
            self.push(Kind::Indent, line, self.pos)?;
        } else {
            while self.indents.len() > 1 && column < self.indents[self.indents.len() - 1].0 {
                self.indents.pop();
                self.elifs.pop();
                self.push(Kind::Dedent, self.pos, self.pos)?;
            }
            let (top, alt_top) = *self.indents.last().unwrap_or(&(0, 0));
            if column != top {
                let mut issue = SyntaxIssue::new(
                    "unindent does not match any outer indentation level",
                    memchr::memchr(b'\n', &self.src[self.pos..])
                        .map_or(self.src.len(), |n| self.pos + n) as u32,
                    None,
                );
                issue.kind = ErrorKind::Indentation;
                return Err(Box::new(issue));
            }
            if alternative != alt_top {
                return inconsistent();
            }
        }
        let level = self.elifs.len() - 1;
        let rest = &self.src[self.pos..];
        if rest.starts_with(b"elif") {
            self.elifs[level] += 1;
            let total: u32 = self.elifs.iter().sum();
            self.out.depth = self.out.depth.max(total + self.indents.len() as u32);
        } else if !rest.starts_with(b"else") {
            self.elifs[level] = 0;
        }
        self.chain = 0;
        self.depth_below = self.elifs.iter().sum();
        Ok(())
    }

    fn comment(&mut self) {
        let end = self.end();
        self.pos = memchr::memchr(b'\n', &self.src[self.pos..end]).map_or(end, |n| self.pos + n);
    }

    fn end_of_file<T>(&mut self) -> Outcome<T> {
        // The end of the last line, behind the backslash.
        let at = self.src.len() - usize::from(self.src.ends_with(b"\n"));
        let mut issue = SyntaxIssue::new("unexpected EOF while parsing", at as u32, None);
        issue.incomplete = true;
        Err(Box::new(issue))
    }

    /// Tokens up to and including Newline.
    fn logical_line(&mut self) -> Outcome<()> {
        let first = self.out.tokens.len();
        while self.pos < self.src.len() {
            let c = self.src[self.pos];
            match c {
                b' ' | b'\t' | 0x0c => self.pos += 1,
                b'\n' => {
                    self.pos += 1;
                    if self.levels.is_empty() {
                        self.push(Kind::Newline, self.pos - 1, self.pos)?;
                        self.soft_keywords(first);
                        return Ok(());
                    }
                }
                _ => self.token(c)?,
            }
        }
        if !self.pending.is_empty() {
            self.flush()?;
        }
        self.soft_keywords(first);
        Ok(())
    }

    /// `match` and `case` are keywords when they open a line that has a colon of its own and could not be an
    /// expression or an annotation. (After a decorator-less Indent or Dedent the first token may be one of those.)
    fn soft_keywords(&mut self, first: usize) {
        let tokens = &mut self.out.tokens;
        let mut at = first;
        while at < tokens.len() && matches!(tokens[at].kind, Kind::Indent | Kind::Dedent) {
            at += 1;
        }
        let Some(head) = tokens.get(at) else { return };
        if head.kind != Kind::Name {
            return;
        }
        let word = &self.src[head.start as usize..head.end as usize];
        let kind = match word {
            b"match" => Kind::Match,
            b"case" => Kind::Case,
            _ => return,
        };
        use Kind::*;
        // What may follow the keyword: the start of an expression that is not the continuation of one.
        let Some(next) = tokens.get(at + 1) else { return };
        let next_start = next.start;
        let starts = match next.kind {
            Name | Int | Float | Imaginary | Str | FString | LBrace | Tilde | None | True
            | False | Not | Lambda | Await | Ellipsis | LParen | LSquare | Minus | Plus | Star => {
                true
            }
            _ => false,
        };
        if !starts {
            return;
        }
        let (mut nesting, mut lambdas) = (0i32, 0i32);
        let mut colon = Option::None;
        for (i, token) in tokens.iter().enumerate().skip(at + 1) {
            match token.kind {
                LParen | LSquare | LBrace => nesting += 1,
                RParen | RSquare | RBrace => nesting -= 1,
                Lambda if nesting == 0 => lambdas += 1,
                Equal if nesting == 0 && lambdas == 0 => return,
                Colon if nesting == 0 => {
                    if lambdas > 0 {
                        lambdas -= 1;
                    } else {
                        colon = Some(i);
                        break;
                    }
                }
                _ => {}
            }
        }
        let Some(colon) = colon else { return };
        if kind == Match && tokens.get(colon + 1).is_some_and(|t| t.kind != Newline) {
            return;
        }
        tokens[at].kind = kind;
        if kind == Match && tokens[colon - 1].kind == Comma {
            // The grammar drops a comma at the subject's end; in brackets it does not.
            let (start, end) = (next_start, tokens[colon - 1].end);
            tokens.insert(colon, Token { kind: RParen, start: end, end });
            tokens.insert(at + 1, Token { kind: LParen, start, end: start });
        }
    }

    fn token(&mut self, c: u8) -> Outcome<()> {
        use Kind::*;
        let start = self.pos;
        macro_rules! one {
            ($kind:expr, $len:expr) => {{
                self.pos += $len;
                return self.push($kind, start, self.pos);
            }};
        }
        macro_rules! operator {
            ($kind:expr, $len:expr) => {{
                self.deepen();
                one!($kind, $len)
            }};
        }
        let (n1, n2) = (self.peek(1), self.peek(2));
        match c {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(),
            b'0'..=b'9' => self.number(),
            b'"' | b'\'' => self.string(start),
            b'#' => {
                self.comment();
                Ok(())
            }
            b'(' | b'[' | b'{' => self.open(c),
            b')' | b']' | b'}' => self.close(c),
            b',' => {
                self.chain = 0;
                one!(Comma, 1)
            }
            b';' => {
                self.chain = 0;
                one!(Semi, 1)
            }
            b':' if n1 == b'=' => operator!(ColonEqual, 2),
            b':' => one!(Colon, 1),
            b'=' if n1 == b'=' => operator!(EqEqual, 2),
            b'=' => {
                self.chain = 0;
                one!(Equal, 1)
            }
            b'.' if n1.is_ascii_digit() => self.number(),
            b'.' if n1 == b'.' && n2 == b'.' => one!(Ellipsis, 3),
            b'.' => operator!(Dot, 1),
            b'+' if n1 == b'=' => operator!(PlusEqual, 2),
            b'+' => operator!(Plus, 1),
            b'-' if n1 == b'=' => operator!(MinusEqual, 2),
            b'-' if n1 == b'>' => one!(Arrow, 2),
            b'-' => operator!(Minus, 1),
            b'*' if n1 == b'*' && n2 == b'=' => operator!(DoubleStarEqual, 3),
            b'*' if n1 == b'*' => operator!(DoubleStar, 2),
            b'*' if n1 == b'=' => operator!(StarEqual, 2),
            b'*' => operator!(Star, 1),
            b'/' if n1 == b'/' && n2 == b'=' => operator!(DoubleSlashEqual, 3),
            b'/' if n1 == b'/' => operator!(DoubleSlash, 2),
            b'/' if n1 == b'=' => operator!(SlashEqual, 2),
            b'/' => operator!(Slash, 1),
            b'%' if n1 == b'=' => operator!(PercentEqual, 2),
            b'%' => operator!(Percent, 1),
            b'&' if n1 == b'=' => operator!(AmperEqual, 2),
            b'&' => operator!(Amper, 1),
            b'|' if n1 == b'=' => operator!(VBarEqual, 2),
            b'|' => operator!(VBar, 1),
            b'^' if n1 == b'=' => operator!(CaretEqual, 2),
            b'^' => operator!(Caret, 1),
            b'<' if n1 == b'<' && n2 == b'=' => operator!(LeftShiftEqual, 3),
            b'<' if n1 == b'<' => operator!(LeftShift, 2),
            b'<' if n1 == b'=' => operator!(LessEqual, 2),
            b'<' => operator!(Less, 1),
            b'>' if n1 == b'>' && n2 == b'=' => operator!(RightShiftEqual, 3),
            b'>' if n1 == b'>' => operator!(RightShift, 2),
            b'>' if n1 == b'=' => operator!(GreaterEqual, 2),
            b'>' => operator!(Greater, 1),
            b'!' if n1 == b'=' => operator!(NotEqual, 2),
            b'~' => operator!(Tilde, 1),
            b'@' if n1 == b'=' => operator!(AtEqual, 2),
            b'@' => operator!(At, 1),
            b'\\' => self.continuation(),
            _ => {
                let shown = c as char;
                if c == 0 || c.is_ascii_control() {
                    return fail(
                        format!("invalid non-printable character U+{:04X}", c as u32),
                        start,
                        Some(start + 1),
                    );
                }
                let _ = shown;
                fail("invalid syntax", start, Some(start + 1))
            }
        }
    }

    fn continuation(&mut self) -> Outcome<()> {
        if self.peek(1) != b'\n' {
            let at = self.pos + 1;
            return if at >= self.src.len() {
                self.end_of_file()
            } else {
                fail("unexpected character after line continuation character", at, None)
            };
        }
        self.pos += 2;
        if self.pos >= self.src.len() {
            return self.end_of_file();
        }
        Ok(())
    }

    fn open(&mut self, c: u8) -> Outcome<()> {
        if self.levels.len() >= MAX_BRACKETS {
            return fail("too many nested parentheses", self.pos, None);
        }
        self.deepen();
        self.levels.push(Level { bracket: c, at: self.pos as u32, chain: self.chain });
        self.depth_below += self.chain;
        self.chain = 0;
        let kind = match c {
            b'(' => Kind::LParen,
            b'[' => Kind::LSquare,
            _ => Kind::LBrace,
        };
        self.pos += 1;
        self.push(kind, self.pos - 1, self.pos)
    }

    fn close(&mut self, c: u8) -> Outcome<()> {
        let Some(level) = self.levels.pop() else {
            return fail(format!("unmatched '{}'", c as char), self.pos, Some(self.pos));
        };
        let expected = match level.bracket {
            b'(' => b')',
            b'[' => b']',
            _ => b'}',
        };
        if c != expected {
            let (open_line, line) = (self.line_of(level.at as usize), self.line_of(self.pos));
            let place =
                if open_line != line { format!(" on line {open_line}") } else { String::new() };
            let message = format!(
                "closing parenthesis '{}' does not match opening parenthesis '{}'{place}",
                c as char, level.bracket as char
            );
            self.levels.push(level);
            return fail(message, self.pos, Some(self.pos));
        }
        self.depth_below -= level.chain;
        self.chain = level.chain;
        let kind = match c {
            b')' => Kind::RParen,
            b']' => Kind::RSquare,
            _ => Kind::RBrace,
        };
        self.pos += 1;
        self.push(kind, self.pos - 1, self.pos)
    }

    fn line_of(&self, at: usize) -> usize {
        memchr::memchr_iter(b'\n', &self.src[..at]).count() + 1
    }

    fn word(&mut self) -> Outcome<()> {
        let start = self.pos;
        let end = self.end();
        let mut at = start;
        let mut ascii = true;
        while at < end {
            match self.src[at] {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => at += 1,
                0x80.. => {
                    ascii = false;
                    at += char_len(self.src[at]);
                }
                _ => break,
            }
        }
        let at = at.min(end);
        let word = &self.src[start..at];
        if ascii {
            if word.len() <= 2
                && at < end
                && matches!(self.src[at], b'"' | b'\'')
                && is_prefix(word)
            {
                return self.string(start);
            }
            self.pos = at;
            let kind = keyword(word).unwrap_or(Kind::Name);
            if matches!(
                kind,
                Kind::Lambda
                    | Kind::Not
                    | Kind::If
                    | Kind::Await
                    | Kind::And
                    | Kind::Or
                    | Kind::In
                    | Kind::Is
                    | Kind::Yield
                    | Kind::For
            ) {
                self.deepen();
            }
            return self.push(kind, start, at);
        }
        self.check_identifier(start, at)?;
        self.pos = at;
        self.push(Kind::Name, start, at)
    }

    fn check_identifier(&self, start: usize, end: usize) -> Outcome<()> {
        let word = self.text.get(start..end).unwrap_or("");
        for (i, c) in word.char_indices() {
            let fine = c == '_'
                || if i == 0 {
                    unicode_ident::is_xid_start(c)
                } else {
                    unicode_ident::is_xid_continue(c)
                };
            if !fine {
                let at = start + i;
                let code = format!("U+{:04X}", c as u32);
                let message = if super::literals::is_printable(c) {
                    format!("invalid character '{c}' ({code})")
                } else {
                    format!("invalid non-printable character {code}")
                };
                return point(message, at);
            }
        }
        Ok(())
    }

    /// Digits of a radix with single underscores between; false at a misplaced underscore.
    fn digits(&mut self, digit: fn(u8) -> bool) -> bool {
        loop {
            while digit(self.peek(0)) {
                self.pos += 1;
            }
            if self.peek(0) != b'_' {
                return true;
            }
            if !digit(self.peek(1)) {
                self.pos += 1;
                return false;
            }
            self.pos += 1;
        }
    }

    fn number(&mut self) -> Outcome<()> {
        let start = self.pos;
        let decimal = |c: u8| c.is_ascii_digit();
        if self.peek(0) == b'0' {
            let (name, digit): (&str, fn(u8) -> bool) = match self.peek(1) {
                b'x' | b'X' => ("hexadecimal", |c| c.is_ascii_hexdigit()),
                b'o' | b'O' => ("octal", |c| matches!(c, b'0'..=b'7')),
                b'b' | b'B' => ("binary", |c| matches!(c, b'0' | b'1')),
                _ => return self.decimal(start, decimal),
            };
            self.pos += 2;
            if self.peek(0) == b'_' {
                self.pos += 1;
            }
            if !digit(self.peek(0)) {
                return self.bad_digit(name);
            }
            if !self.digits(digit) {
                return self.bad_digit(name);
            }
            if self.peek(0).is_ascii_digit() {
                return self.bad_digit(name);
            }
            self.check_number_end(name)?;
            return self.push(Kind::Int, start, self.pos);
        }
        self.decimal(start, decimal)
    }

    fn bad_digit<T>(&mut self, name: &str) -> Outcome<T> {
        let c = self.peek(0);
        if c.is_ascii_digit() && name != "hexadecimal" {
            let message = format!("invalid digit '{}' in {name} literal", c as char);
            return fail(message, self.pos, Some(self.pos));
        }
        self.bad_literal(name)
    }

    fn bad_literal<T>(&mut self, name: &str) -> Outcome<T> {
        let at = self.pos.saturating_sub(1);
        fail(format!("invalid {name} literal"), at, Some(at))
    }

    fn decimal(&mut self, start: usize, decimal: fn(u8) -> bool) -> Outcome<()> {
        let mut kind = Kind::Int;
        let leading_zero = self.peek(0) == b'0';
        if self.peek(0) != b'.' && !self.digits(decimal) {
            return self.bad_literal("decimal");
        }
        let integer_end = self.pos;
        if self.peek(0) == b'.' {
            kind = Kind::Float;
            self.pos += 1;
            if decimal(self.peek(0)) && !self.digits(decimal) {
                return self.bad_literal("decimal");
            }
        }
        if matches!(self.peek(0), b'e' | b'E') {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if decimal(self.peek(1 + sign)) {
                kind = Kind::Float;
                self.pos += 1 + sign;
                if !self.digits(decimal) {
                    return self.bad_literal("decimal");
                }
            } else if sign == 1 {
                self.pos += 2;
                return self.bad_literal("decimal");
            }
        }
        if matches!(self.peek(0), b'j' | b'J') {
            kind = Kind::Imaginary;
            self.pos += 1;
            self.check_number_end("imaginary")?;
        } else {
            self.check_number_end("decimal")?;
        }
        if kind == Kind::Int
            && leading_zero
            && self.src[start..integer_end].iter().any(|c| !matches!(c, b'0' | b'_'))
        {
            let zeros = self.src[start..].iter().take_while(|c| matches!(c, b'0' | b'_')).count();
            return fail(
                "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
                start,
                Some(start + zeros),
            );
        }
        self.push(kind, start, self.pos)
    }

    /// A number may touch a keyword (with a warning) but no other word.
    fn check_number_end(&mut self, name: &str) -> Outcome<()> {
        let c = self.peek(0);
        if !(c.is_ascii_alphabetic() || c == b'_' || c >= 0x80) {
            return Ok(());
        }
        let rest = &self.src[self.pos..self.end()];
        let glued = [&b"and"[..], b"else", b"for", b"if", b"in", b"is", b"or", b"not"]
            .iter()
            .any(|word| rest.starts_with(word));
        if glued {
            self.out.warnings.push((self.pos as u32 - 1, format!("invalid {name} literal")));
            return Ok(());
        }
        if c >= 0x80 {
            let len = char_len(c);
            let ok = self.char_at(self.pos).is_some_and(unicode_ident::is_xid_continue);
            if !ok {
                return self.check_identifier(self.pos, self.pos + len);
            }
        }
        self.bad_literal(name)
    }

    /// A string literal; `self.pos` is at its prefix or quote.
    fn string(&mut self, start: usize) -> Outcome<()> {
        let literal = self.literal(start)?;
        self.pos = literal.end as usize;
        self.pending.push(literal);
        Ok(())
    }

    /// Find a literal's end. The token's start is `start`.
    fn literal(&self, start: usize) -> Outcome<Literal> {
        let end = self.end();
        let (mut raw, mut bytes, mut formatted) = (false, false, false);
        let mut at = start;
        while at < end && !matches!(self.src[at], b'"' | b'\'') {
            match self.src[at] | 0x20 {
                b'r' => raw = true,
                b'b' => bytes = true,
                b'f' => formatted = true,
                _ => {}
            }
            at += 1;
        }
        let quote = self.src.get(at).copied().unwrap_or(b'"');
        let triple = at + 2 < end && self.src[at + 1] == quote && self.src[at + 2] == quote;
        let width = if triple { 3 } else { 1 };
        let body = at + width;
        let mut at = body;
        loop {
            let found = if triple {
                memchr::memchr2(quote, b'\\', self.src.get(at..end).unwrap_or(&[]))
            } else {
                memchr::memchr3(quote, b'\\', b'\n', self.src.get(at..end).unwrap_or(&[]))
            };
            let Some(found) = found else { return self.unterminated(start, triple, end) };
            at += found;
            match self.src[at] {
                b'\\' => at += 2,
                b'\n' => return self.unterminated(start, triple, at),
                _ if !triple => break,
                _ if self.src[at..end].starts_with(&[quote; 3]) => break,
                _ => at += 1,
            }
        }
        Ok(Literal {
            start: start as u32,
            body: body as u32,
            body_end: at as u32,
            end: (at + width) as u32,
            raw,
            bytes,
            formatted,
        })
    }

    fn unterminated<T>(&self, start: usize, triple: bool, at: usize) -> Outcome<T> {
        let line = self.line_of(at.min(self.src.len()));
        if triple {
            // The text ends in the line after the last newline only if that line has something.
            let line =
                if self.src.ends_with(b"\n") && at >= self.src.len() { line - 1 } else { line };
            let mut issue = SyntaxIssue::new(
                format!("unterminated triple-quoted string literal (detected at line {line})"),
                start as u32,
                Some(start as u32),
            );
            issue.incomplete = true;
            return Err(Box::new(issue));
        }
        let message = format!("unterminated string literal (detected at line {line})");
        fail(message, start, Some(start))
    }

    fn flush_quietly(&mut self) {
        if !self.pending.is_empty() {
            let _ = self.flush();
        }
    }

    /// Emit the adjacent literals gathered so far as one operand. CPython notices what is wrong with
    /// them when it has seen the token behind.
    fn flush(&mut self) -> Outcome<()> {
        let first = self.pending.first().map(|p| p.start);
        let end = self.pending.last().map_or(0, |p| p.end as usize);
        self.flush_literals().map_err(|mut issue| {
            if Some(issue.start) == first {
                let rest = &self.src[end.min(self.src.len())..];
                let space = rest.iter().take_while(|c| matches!(c, b' ' | b'\t')).count();
                let next = end + space;
                let empty = matches!(self.src.get(next), None | Some(b'\n' | b'#'));
                issue.start = next as u32;
                issue.end = Some((next + usize::from(!empty)) as u32);
            }
            issue
        })
    }

    fn flush_literals(&mut self) -> Outcome<()> {
        let parts = std::mem::take(&mut self.pending);
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return Ok(()) };
        let (start, end) = (first.start as usize, last.end as usize);
        let bytes = parts.iter().filter(|p| p.bytes).count();
        if bytes != 0 && bytes != parts.len() {
            return fail("cannot mix bytes and nonbytes literals", start, Some(end));
        }
        if !parts.iter().any(|p| p.formatted) {
            self.raw_push(Kind::Str, start, end);
            return Ok(());
        }
        let saved = self.pos;
        self.marker(Kind::FString, start, end);
        for part in &parts {
            if part.formatted {
                self.formatted(
                    part.body as usize,
                    part.body_end as usize,
                    part.raw,
                    0,
                    (start, end),
                )?;
            } else {
                self.raw_push(Kind::Str, part.start as usize, part.end as usize);
                self.raw_push(Kind::Comma, start, start);
            }
        }
        self.raw_push(Kind::RParen, end, end);
        self.raw_push(Kind::RParen, end, end);
        self.pos = saved;
        Ok(())
    }

    fn marker(&mut self, kind: Kind, start: usize, _end: usize) {
        // Right behind an operand it must not look like a call: without the bracket the parser refuses it.
        if !self.behind_operand() {
            self.raw_push(Kind::LParen, start, start);
        }
        self.raw_push(kind, start, start);
        self.raw_push(Kind::LParen, start, start);
    }

    /// Whether the last token is an operand, so that a formatted string cannot follow.
    fn behind_operand(&self) -> bool {
        let Some(last) = self.out.tokens.last() else { return false };
        match last.kind {
            Kind::Name => {
                let word = &self.src[last.start as usize..last.end as usize];
                // These may turn out to be keywords.
                word != b"match" && word != b"case"
            }
            Kind::Int | Kind::Float | Kind::Imaginary | Kind::Str | Kind::RParen => true,
            Kind::RSquare | Kind::RBrace | Kind::True | Kind::False | Kind::None => true,
            Kind::Ellipsis => true,
            _ => false,
        }
    }

    /// The parts of one formatted literal (or specification) between two offsets.
    fn formatted(
        &mut self,
        mut at: usize,
        end: usize,
        raw: bool,
        nesting: u32,
        whole: (usize, usize),
    ) -> Outcome<()> {
        let mut text = at;
        let text_kind = if raw { Kind::FTextRaw } else { Kind::FText };
        while at < end {
            match self.src[at] {
                b'\\' if !raw => {
                    if self.src[at..end].starts_with(b"\\N{") {
                        at += 3;
                        while at < end && self.src[at] != b'}' {
                            at += 1;
                        }
                        at += 1;
                    } else if at + 1 < end && matches!(self.src[at + 1], b'{' | b'}') {
                        at += 1;
                    } else {
                        at += 2;
                    }
                }
                c @ (b'{' | b'}') if nesting == 0 && at + 1 < end && self.src[at + 1] == c => {
                    at += 2
                }
                b'{' => {
                    if nesting >= 2 {
                        return fail(
                            "f-string: expressions nested too deeply",
                            whole.0,
                            Some(whole.1),
                        );
                    }
                    if text < at {
                        self.raw_push(text_kind, text, at);
                        self.raw_push(Kind::Comma, whole.0, whole.0);
                    }
                    at = self.replacement(at + 1, end, raw, nesting, whole)?;
                    text = at;
                }
                b'}' => {
                    return fail("f-string: single '}' is not allowed", whole.0, Some(whole.1));
                }
                _ => at += 1,
            }
        }
        let at = at.min(end);
        if text < at {
            self.raw_push(text_kind, text, at);
            self.raw_push(Kind::Comma, whole.0, whole.0);
        }
        Ok(())
    }

    /// One `{expression!r:spec}`; `at` is after the brace. Returns the offset after the closing brace.
    fn replacement(
        &mut self,
        start: usize,
        end: usize,
        raw: bool,
        nesting: u32,
        whole: (usize, usize),
    ) -> Outcome<usize> {
        let err = |message: String| fail(format!("f-string: {message}"), whole.0, Some(whole.1));
        let mut stack: Vec<u8> = Vec::new();
        let mut quote: Option<(u8, bool)> = None;
        let mut at = start;
        while at < end {
            let c = self.src[at];
            if c == b'\\' {
                return fail(
                    "f-string expression part cannot include a backslash",
                    whole.0,
                    Some(whole.1),
                );
            }
            if let Some((q, triple)) = quote {
                if c == q {
                    if !triple {
                        quote = None;
                    } else if self.src[at..end].starts_with(&[q; 3]) {
                        quote = None;
                        at += 2;
                    }
                }
                at += 1;
                continue;
            }
            match c {
                b'\'' | b'"' => {
                    if self.src[at..end].starts_with(&[c; 3]) {
                        quote = Some((c, true));
                        at += 2;
                    } else {
                        quote = Some((c, false));
                    }
                }
                b'(' | b'[' | b'{' => {
                    if stack.len() >= MAX_BRACKETS {
                        return err("too many nested parenthesis".into());
                    }
                    stack.push(c);
                }
                b'#' => {
                    return fail(
                        "f-string expression part cannot include '#'",
                        whole.0,
                        Some(whole.1),
                    );
                }
                b'!' | b'=' | b'<' | b'>' if stack.is_empty() => {
                    if at + 1 < end {
                        let next = self.src[at + 1];
                        if next == b'=' {
                            at += 2;
                            continue;
                        }
                        if matches!(c, b'<' | b'>') {
                            at += 1;
                            continue;
                        }
                    }
                    if matches!(c, b'<' | b'>') {
                        at += 1;
                        continue;
                    }
                    break;
                }
                b':' | b'}' if stack.is_empty() => break,
                b')' | b']' | b'}' => {
                    let Some(open) = stack.pop() else {
                        return err(format!("unmatched '{}'", c as char));
                    };
                    if !matches!((open, c), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
                        return err(format!(
                            "closing parenthesis '{}' does not match opening parenthesis '{}'",
                            c as char, open as char
                        ));
                    }
                }
                _ => {}
            }
            at += 1;
        }
        if quote.is_some() {
            return err("unterminated string".into());
        }
        if let Some(open) = stack.last() {
            return err(format!("unmatched '{}'", *open as char));
        }
        let expression_end = at.min(end);
        if at >= end {
            return err("expecting '}'".into());
        }
        let is_blank = self.src[start..expression_end]
            .iter()
            .all(|c| matches!(c, b' ' | b'\t' | b'\n' | 0x0c | b'\r'));
        if is_blank {
            if matches!(self.src[at], b'!' | b':' | b'=') {
                return err(format!("expression required before '{}'", self.src[at] as char));
            }
            return err("empty expression not allowed".into());
        }
        let mut shown = None;
        if self.src[at] == b'=' {
            at += 1;
            while at < end && matches!(self.src[at], b' ' | b'\t' | b'\n' | 0x0c | b'\r' | 0x0b) {
                at += 1;
            }
            shown = Some(at);
        }
        let mut conversion = Kind::FConv0;
        if at < end && self.src[at] == b'!' {
            at += 1;
            if at >= end {
                return err("expecting '}'".into());
            }
            conversion = match self.src[at] {
                b's' => Kind::FConv1,
                b'r' => Kind::FConv2,
                b'a' => Kind::FConv3,
                _ => {
                    return err("invalid conversion character: expected 's', 'r', or 'a'".into());
                }
            };
            at += 1;
        }
        let has_spec = at < end && self.src[at] == b':';
        if let Some(shown) = shown {
            self.raw_push(Kind::FVerbatim, start, shown);
            self.raw_push(Kind::Comma, whole.0, whole.0);
            if conversion == Kind::FConv0 && !has_spec {
                conversion = Kind::FConv2;
            }
        }
        self.raw_push(Kind::FValue, whole.0, whole.0);
        self.raw_push(Kind::LParen, whole.0, whole.0);
        self.expression(start, expression_end)?;
        self.raw_push(Kind::Comma, whole.0, whole.0);
        self.raw_push(conversion, whole.0, whole.0);
        self.raw_push(Kind::Comma, whole.0, whole.0);
        if has_spec {
            let spec = at + 1;
            let close = self.spec_end(spec, end, nesting);
            let Some(close) = close else { return err("expecting '}'".into()) };
            self.marker(Kind::FString, whole.0, whole.1);
            self.formatted(spec, close, raw, nesting + 1, whole)?;
            self.raw_push(Kind::RParen, whole.1, whole.1);
            self.raw_push(Kind::RParen, whole.1, whole.1);
            at = close;
        }
        if at >= end || self.src[at] != b'}' {
            return err("expecting '}'".into());
        }
        self.raw_push(Kind::RParen, whole.1, whole.1);
        self.raw_push(Kind::Comma, whole.0, whole.0);
        Ok(at + 1)
    }

    /// Where a specification ends: the brace that closes the replacement it belongs to.
    fn spec_end(&self, mut at: usize, end: usize, _nesting: u32) -> Option<usize> {
        let mut depth = 0usize;
        let mut quote: Option<u8> = None;
        while at < end {
            let c = self.src[at];
            match (quote, c) {
                (Some(q), _) if c == q => quote = None,
                (Some(_), _) => {}
                (None, b'\'' | b'"') if depth > 0 => quote = Some(c),
                (None, b'{') => depth += 1,
                (None, b'}') if depth == 0 => return Some(at),
                (None, b'}') => depth -= 1,
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// Tokens of an expression inside a formatted string, in parentheses.
    fn expression(&mut self, start: usize, end: usize) -> Outcome<()> {
        self.out.fstring_parts.push((start as u32, end as u32));
        let saved = (self.pos, self.inside.replace(end));
        let pending = std::mem::take(&mut self.pending);
        let levels = self.levels.len();
        let chain = std::mem::replace(&mut self.chain, 0);
        self.depth_below += chain;
        self.deepen();
        self.raw_push(Kind::LParen, start, start);
        self.pos = start;
        let mut result = Ok(());
        while self.pos < end {
            let c = self.src[self.pos];
            match c {
                b' ' | b'\t' | 0x0c | b'\n' | b'\r' => self.pos += 1,
                _ => {
                    result = self.token(c);
                    if result.is_err() {
                        break;
                    }
                }
            }
        }
        if result.is_ok() && !self.pending.is_empty() {
            result = self.flush();
        }
        self.levels.truncate(levels);
        self.raw_push(Kind::RParen, end, end);
        self.depth_below -= chain;
        self.chain = chain;
        (self.pos, self.inside) = saved;
        self.pending = pending;
        result.map_err(|mut issue| {
            if issue.message == "invalid syntax" {
                issue.message.insert_str(0, "f-string: ");
            }
            issue
        })
    }
}

/// The literals that make up a `Str` token.
pub fn literals(text: &str, start: u32, end: u32) -> Vec<Literal> {
    let mut scanner = Scanner::new(text);
    scanner.inside = Some(end as usize);
    let mut found = Vec::with_capacity(1);
    let mut at = start as usize;
    while at < end as usize {
        match scanner.src[at] {
            b'#' => {
                scanner.pos = at;
                scanner.comment();
                at = scanner.pos;
            }
            c if c.is_ascii_alphabetic() || matches!(c, b'"' | b'\'') => {
                let Ok(literal) = scanner.literal(at) else { break };
                at = literal.end as usize;
                found.push(literal);
            }
            _ => at += 1,
        }
    }
    found
}

fn is_prefix(word: &[u8]) -> bool {
    match word {
        [a] => matches!(a | 0x20, b'r' | b'b' | b'f' | b'u'),
        [a, b] => matches!((a | 0x20, b | 0x20), (b'r', b'b' | b'f') | (b'b' | b'f', b'r')),
        _ => false,
    }
}
