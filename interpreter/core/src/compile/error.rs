//! What the compiler reports: errors and warnings, with places.

use crate::syntax::TextRange;

/// Which Python exception a failure becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    RecursionError,
    MemoryError,
    ValueError,
    TypeError,
    SystemError,
}

/// A text that could not be compiled.
#[derive(Clone, Debug)]
pub struct CompileError {
    pub kind: ErrorKind,
    pub message: String,
    /// From 1.
    pub line: Option<u32>,
    /// From 1, in characters.
    pub col: Option<u32>,
    pub end_line: Option<u32>,
    /// 0 or -1 where the end is not known.
    pub end_col: Option<i32>,
    /// The line of the error, with its newline.
    pub text: Option<String>,
    /// The text is one that parses: its line is shown only if a file has it.
    pub parsed: bool,
    /// More input could complete the text (for a prompt).
    pub incomplete: bool,
}

impl CompileError {
    /// An error with a message alone.
    pub fn unplaced(kind: ErrorKind, message: impl Into<String>) -> CompileError {
        CompileError {
            kind,
            message: message.into(),
            line: None,
            col: None,
            end_line: None,
            end_col: None,
            text: None,
            parsed: false,
            incomplete: false,
        }
    }
}

/// A warning's category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningKind {
    SyntaxWarning,
    DeprecationWarning,
}

/// Something doubtful in a text that compiles.
#[derive(Clone, Debug)]
pub struct CompileWarning {
    pub category: WarningKind,
    pub message: String,
    pub line: u32,
    /// What it becomes where warnings are errors.
    pub error: Box<CompileError>,
}

/// An error by offsets, before it gets lines and columns.
#[derive(Clone, Debug)]
pub struct Failure {
    pub kind: ErrorKind,
    pub message: String,
    pub range: Option<TextRange>,
}

pub type Outcome<T> = Result<T, Box<Failure>>;

impl Failure {
    pub fn syntax(message: impl Into<String>, range: Option<TextRange>) -> Box<Failure> {
        Box::new(Failure { kind: ErrorKind::SyntaxError, message: message.into(), range })
    }
}

/// A complaint about a tree that no text gives: not a SyntaxError.
pub fn refuse<T>(kind: ErrorKind, message: impl Into<String>) -> Outcome<T> {
    Err(Box::new(Failure { kind, message: message.into(), range: None }))
}

/// A SyntaxError at a range.
pub fn fail<T>(message: impl Into<String>, range: TextRange) -> Outcome<T> {
    Err(Failure::syntax(message, Some(range)))
}
