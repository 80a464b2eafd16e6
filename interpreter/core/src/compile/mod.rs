//! Source text to [`CodeUnit`]: the compiler's entry points.
//!
//! Text is decoded, scanned and parsed by `syntax`, names are resolved in [`scope`], and [`unit`] and its neighbours
//! write instructions through [`emit`]. Knows no runtime object: constants are plain data.

mod assign;
mod calls;
mod comprehension;
mod control;
mod decode;
pub mod emit;
mod error;
mod explain;
mod expressions;
mod fold;
mod future;
pub mod interactive;
mod lower;
mod patterns;
mod places;
mod scope;
mod statements;
pub mod symbols;
pub mod tree;
mod unit;
mod unparse;

pub use error::{CompileError, CompileWarning, ErrorKind, WarningKind};

use crate::bytecode::code::{CodeUnit, flags};
use crate::bytecode::ops::Op;
use crate::syntax::scanner::{self, SyntaxIssue};
use crate::syntax::tokens::Kind;
use crate::syntax::{self, Start, Tree};
use error::Failure;
use places::Lines;
use unit::Compiler;

pub use crate::bytecode::disassemble::disassemble;
pub use crate::bytecode::verify::verify;

/// What kind of code is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A module.
    Exec,
    /// One expression.
    Eval,
    /// One interactive statement: values of expression statements are printed.
    Single,
}

/// How to compile.
#[derive(Clone, Debug)]
pub struct CompileOptions {
    pub mode: Mode,
    /// 1 drops assertions and `__debug__`, 2 docstrings too.
    pub optimize: u8,
    /// Future flags of the code that asks.
    pub inherited_flags: u32,
    pub allow_top_level_await: bool,
}

impl Default for CompileOptions {
    fn default() -> Self {
        CompileOptions {
            mode: Mode::Exec,
            optimize: 0,
            inherited_flags: 0,
            allow_top_level_await: false,
        }
    }
}

/// Code and what was doubtful about its text.
#[derive(Debug)]
pub struct Compiled {
    pub unit: CodeUnit,
    pub warnings: Vec<CompileWarning>,
}

/// Compile the bytes of a file: byte order mark, PEP 263 cookie, else UTF-8.
pub fn compile_source(
    source: &[u8],
    filename: &str,
    options: &CompileOptions,
) -> Result<Compiled, CompileError> {
    let text = decode::decode(source)?;
    compile_text(&text, filename, options)
}

/// Compile a text.
pub fn compile_str(
    source: &str,
    filename: &str,
    options: &CompileOptions,
) -> Result<Compiled, CompileError> {
    let text = decode::normalise(source)?;
    compile_text(&text, filename, options)
}

fn opens_block(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, If | While | For | Try | With | Def | Class | At | Async | Match)
}

/// What is wrong with a text that would be complete if its end ended its block too.
pub fn unfinished_block(text: &str) -> Option<CompileError> {
    let scan = scanner::scan(text);
    let compound = scan.tokens.first().is_some_and(|t| opens_block(t.kind));
    if scan.error.is_some() || !compound || text.ends_with('\n') {
        return None;
    }
    let lines = Lines::new(text);
    let end = text.len() as u32;
    let message = "unexpected EOF while parsing".to_owned();
    Some(located(ErrorKind::SyntaxError, message, text, &lines, end, Some(end)))
}

/// Trees up to this depth are compiled on the caller's stack.
const SHALLOW: u32 = 60;
/// Trees above this depth are refused.
const DEEPEST: u32 = 12_000;
/// Stack for one level of the tree, with a wide margin (measured: under 2 KiB optimised, 6 KiB in debug builds).
const STACK_PER_LEVEL: usize = 16 * 1024;

fn compile_text(
    text: &str,
    filename: &str,
    options: &CompileOptions,
) -> Result<Compiled, CompileError> {
    let scan = scanner::scan(text);
    with_stack(scan.depth, || compile_scanned(text, &scan, filename, options))
}

/// Trees above this depth are not handed to Python: what walks them there recurses.
const DEEPEST_SHOWN: u32 = 1_500;

/// The tree of a text as data, and what was doubtful about the text.
pub fn tree_of(
    source: &[u8],
    is_text: bool,
    mode: Mode,
) -> Result<(tree::Node, Vec<CompileWarning>), CompileError> {
    let text = match std::str::from_utf8(source) {
        Ok(text) if is_text => decode::normalise(text)?,
        _ => decode::decode(source)?,
    };
    let text = text.as_str();
    let scan = scanner::scan(text);
    if scan.depth > DEEPEST_SHOWN {
        return Err(CompileError::unplaced(
            ErrorKind::RecursionError,
            "maximum recursion depth exceeded during ast construction",
        ));
    }
    with_stack(scan.depth, || {
        let lines = Lines::new(text);
        let (tree, warnings) = parse_scanned(text, &scan, &lines, mode)?;
        // What CPython's grammar refuses and only our compiler notices.
        let options = CompileOptions { mode, ..CompileOptions::default() };
        if let Err(failure) = generate(text, "", &lines, &options, &tree) {
            let error = failure_error(text, &lines, mode, &failure);
            if !error.parsed {
                return Err(error);
            }
        }
        let converter = tree::Converter { text, lines: &lines };
        let node = match &tree {
            Tree::Expression(e) => converter.expression(e),
            Tree::Module(body) if mode == Mode::Single => {
                if body.len() > 1 {
                    future::check_single(text, &lines, body)
                        .map_err(|failure| failure_error(text, &lines, mode, &failure))?;
                }
                converter.interactive(body)
            }
            Tree::Module(body) => converter.module(body),
        };
        Ok((node, warnings))
    })
}

/// Compile a tree that is `depth` levels deep.
pub fn compile_tree(
    root: tree::Node,
    depth: u32,
    filename: &str,
    options: &CompileOptions,
) -> Result<Compiled, CompileError> {
    with_stack(depth, || {
        let mut lowering = lower::Lowering::default();
        let tree = lowering.root(root);
        let lines = Lines::of_places(lowering.places);
        let made = tree.and_then(|tree| generate("", filename, &lines, options, &tree));
        match made {
            Ok((unit, warnings)) => Ok(Compiled { unit, warnings }),
            Err(failure) => Err(failure_error("", &lines, options.mode, &failure)),
        }
    })
}

/// The symbol tables of a text, outermost first, and what was doubtful about the text.
pub fn symbols_of(
    source: &[u8],
    is_text: bool,
    mode: Mode,
) -> Result<(Vec<symbols::Table>, Vec<CompileWarning>), CompileError> {
    let text = match std::str::from_utf8(source) {
        Ok(text) if is_text => decode::normalise(text)?,
        _ => decode::decode(source)?,
    };
    let text = text.as_str();
    let scan = scanner::scan(text);
    with_stack(scan.depth, || {
        let lines = Lines::new(text);
        let (tree, warnings) = parse_scanned(text, &scan, &lines, mode)?;
        let (body, expression) = match &tree {
            Tree::Module(body) => (body.as_slice(), None),
            Tree::Expression(e) => (&[][..], Some(e)),
        };
        let tables = future::flags(body).and_then(|future| {
            let lazy = future & flags::FUTURE_ANNOTATIONS != 0;
            Ok(symbols::tables(&scope::analyse(body, expression, lazy)?, &lines))
        });
        let tables = tables.map_err(|failure| failure_error(text, &lines, mode, &failure))?;
        Ok((tables, warnings))
    })
}

/// Runs what recurses over a tree on a stack of the right size.
fn with_stack<T: Send>(
    depth: u32,
    work: impl FnOnce() -> Result<T, CompileError> + Send,
) -> Result<T, CompileError> {
    if depth <= SHALLOW {
        return work();
    }
    if depth > DEEPEST {
        return Err(CompileError::unplaced(
            ErrorKind::RecursionError,
            "maximum recursion depth exceeded during compilation",
        ));
    }
    // Parser, compiler and the release of the tree recurse: give them a stack of the right size.
    let size = (depth as usize + 64) * STACK_PER_LEVEL;
    let result = std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(size)
            .spawn_scoped(scope, work)
            .map(|thread| thread.join())
    });
    match result {
        Ok(Ok(result)) => result,
        _ => Err(CompileError::unplaced(ErrorKind::MemoryError, "")),
    }
}

fn compile_scanned(
    text: &str,
    scan: &scanner::Scan,
    filename: &str,
    options: &CompileOptions,
) -> Result<Compiled, CompileError> {
    let lines = Lines::new(text);
    let (tree, mut warnings) = parse_scanned(text, scan, &lines, options.mode)?;
    let (unit, more) = generate(text, filename, &lines, options, &tree)
        .map_err(|failure| failure_error(text, &lines, options.mode, &failure))?;
    warnings.extend(more);
    Ok(Compiled { unit, warnings })
}

fn parse_scanned(
    text: &str,
    scan: &scanner::Scan,
    lines: &Lines,
    mode: Mode,
) -> Result<(Tree, Vec<CompileWarning>), CompileError> {
    let start = if mode == Mode::Eval { Start::Expression } else { Start::Module };
    let mut cautions = Vec::new();
    let tree = syntax::parse(text, scan, start, &mut cautions).map_err(|issue| {
        let issue = if scan.error.is_some() { issue } else { explain::explain(text, scan, issue) };
        let in_token = scan.error.is_some() && cuts_line(text, &issue);
        issue_error(text, lines, mode, in_token, issue)
    })?;
    let warning = |c: syntax::Caution| {
        let escape = c.message.starts_with("invalid escape");
        let error =
            located(ErrorKind::SyntaxError, c.message.clone(), text, lines, c.at, Some(c.end));
        CompileWarning {
            category: if escape {
                WarningKind::DeprecationWarning
            } else {
                WarningKind::SyntaxWarning
            },
            message: c.message,
            line: lines.line(c.at),
            error: Box::new(error),
        }
    };
    Ok((tree, cautions.into_iter().map(warning).collect()))
}

fn generate(
    text: &str,
    filename: &str,
    lines: &Lines,
    options: &CompileOptions,
    tree: &Tree,
) -> error::Outcome<(CodeUnit, Vec<CompileWarning>)> {
    let (body, expression) = match tree {
        Tree::Module(body) => (body.as_slice(), None),
        Tree::Expression(e) => (&[][..], Some(e)),
    };
    let future = future::flags(body)? | (options.inherited_flags & future::MASK);
    if options.mode == Mode::Single && body.len() > 1 && lines.has_text() {
        future::check_single(text, lines, body)?;
    }
    let scopes = scope::analyse(body, expression, future & flags::FUTURE_ANNOTATIONS != 0)?;
    let mut unit = Compiler::new_unit(&scopes, 0, "<module>")?;
    unit.flags = future;
    let mut compiler = Compiler {
        source: text,
        filename,
        lines,
        scopes: &scopes,
        options,
        future,
        warnings: Vec::new(),
        u: unit,
        outer: Vec::new(),
        interactive: options.mode == Mode::Single,
        break_state: None,
        dirty: Vec::new(),
    };
    if options.allow_top_level_await && scopes.list[0].is_coroutine {
        compiler.u.flags |= flags::COROUTINE;
    }
    compiler.prologue()?;
    match expression {
        Some(e) => {
            let reg = compiler.operand(e)?;
            compiler.emit(Op::Return, reg, 0, 0);
        }
        None => {
            if options.mode == Mode::Single {
                compiler.body(body)?;
            } else {
                compiler.class_body(body)?;
            }
            compiler.at_no_line();
            compiler.emit(Op::ReturnNone, 0, 0, 0);
        }
    }
    let warnings = std::mem::take(&mut compiler.warnings);
    let unit = unit::assemble(compiler.u, lines, filename, &scopes);
    Ok((unit, warnings))
}

/// Position of an offset: line from 1, column from 1 in characters.
fn position(text: &str, lines: &Lines, offset: u32) -> (u32, u32) {
    if !lines.has_text() {
        let (line, column) = lines.place(offset);
        return (line, column + 1);
    }
    let index = lines.index(offset);
    let start = lines.start(index) as usize;
    let column = text.get(start..offset as usize).map_or(0, |s| s.chars().count());
    (index as u32 + 1, column as u32 + 1)
}

fn line_text(text: &str, lines: &Lines, offset: u32) -> String {
    let index = lines.index(offset);
    let start = lines.start(index) as usize;
    let end = memchr::memchr(b'\n', &text.as_bytes()[start.min(text.len())..])
        .map_or(text.len(), |n| start + n + 1);
    text.get(start..end).unwrap_or("").to_owned()
}

fn located(
    kind: ErrorKind,
    message: String,
    text: &str,
    lines: &Lines,
    start: u32,
    end: Option<u32>,
) -> CompileError {
    let (line, col) = position(text, lines, start);
    let end = end.map(|e| position(text, lines, e));
    CompileError {
        kind,
        message,
        line: Some(line),
        col: Some(col),
        end_line: end.map(|e| e.0),
        end_col: end.map(|e| e.1 as i32),
        text: lines.has_text().then(|| line_text(text, lines, start)),
        parsed: false,
        incomplete: false,
    }
}

fn failure_error(text: &str, lines: &Lines, mode: Mode, failure: &Failure) -> CompileError {
    let mut error = match failure.range {
        Some(range) => located(
            failure.kind,
            failure.message.clone(),
            text,
            lines,
            range.start().into(),
            Some(range.end().into()),
        ),
        None => CompileError {
            kind: failure.kind,
            message: failure.message.clone(),
            line: None,
            col: None,
            end_line: None,
            end_col: None,
            text: None,
            parsed: true,
            incomplete: false,
        },
    };
    // CPython's parser sees these, its compiler the others.
    let by_parser = ["cannot assign to", "cannot delete", "multiple statements", "invalid syntax"];
    error.parsed = !by_parser.iter().any(|start| error.message.starts_with(start))
        || error.message.ends_with("__debug__");
    let line_ends = error.text.as_ref().is_some_and(|line| line.ends_with('\n'));
    if !error.parsed && !line_ends && mode == Mode::Exec && lines.has_text() {
        error.text.get_or_insert_default().push('\n');
    }
    error
}

/// Whether CPython shows the line of an error without its newline: it does where a token went wrong.
fn cuts_line(text: &str, issue: &SyntaxIssue) -> bool {
    if issue.kind != scanner::ErrorKind::Syntax {
        return false;
    }
    if issue.message.ends_with("was never closed") {
        let rest = text.get(issue.start as usize..).unwrap_or("");
        return rest.trim_end().contains('\n');
    }
    !issue.message.starts_with("unexpected")
}

fn issue_error(
    text: &str,
    lines: &Lines,
    mode: Mode,
    in_token: bool,
    issue: SyntaxIssue,
) -> CompileError {
    let kind = match issue.kind {
        scanner::ErrorKind::Syntax => ErrorKind::SyntaxError,
        scanner::ErrorKind::Indentation => ErrorKind::IndentationError,
        scanner::ErrorKind::Tab => ErrorKind::TabError,
    };
    let mut error = located(kind, issue.message, text, lines, issue.start, issue.end);
    if issue.end.is_none() {
        // What CPython has where it knows no end.
        error.end_line = error.line;
        error.end_col = Some(if kind == ErrorKind::IndentationError { -1 } else { 0 });
    }
    let line_ends = error.text.as_ref().is_some_and(|line| line.ends_with('\n'));
    if in_token {
        error.text = error.text.map(|line| line.trim_end_matches('\n').to_owned());
    } else if mode == Mode::Exec && !line_ends {
        // The scanner's input ends with a newline.
        error.text.get_or_insert_default().push('\n');
    } else if mode == Mode::Eval && !line_ends && issue.start as usize >= text.len() {
        // There is no end of line to point at.
        (error.col, error.end_col) = (Some(0), Some(0));
        if text.is_empty() {
            (error.line, error.end_line) = (Some(0), Some(0));
        }
    }
    error.incomplete = issue.incomplete;
    if let Some((from, to)) = issue.inside {
        let column = |at: u32| {
            let shown = text.get(from as usize..at.clamp(from, to) as usize).unwrap_or("");
            shown.chars().count() as u32 + 2
        };
        error.col = Some(column(issue.start));
        error.end_col = issue.end.map(|at| column(at) as i32);
        let expression = text.get(from as usize..to as usize).unwrap_or("");
        error.text = Some(format!("({expression})\n"));
    }
    error
}
