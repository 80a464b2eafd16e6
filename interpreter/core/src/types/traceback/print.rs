//! The display of an exception: traceback, message, chain, notes and groups, to the letter of CPython 3.11.
//!
//! **Invariant:** display never raises; whatever fails inside (a `__str__`, a `__notes__`) is shown as failed
//! or left out. All of the text is made first and written as one.

use super::super::exceptions::group;
use super::source::Sources;
use super::{carets, suggest, syntax_error};
use crate::object::*;
use crate::vm::frame_object::FrameObject;
use crate::vm::{Res, Vm};

const CAUSE: &str = "The above exception was the direct cause of the following exception:\n";
const CONTEXT: &str = "During handling of the above exception, another exception occurred:\n";
/// Equal entries in a row that are shown one by one.
const REPEATS: usize = 3;
const GROUP_WIDTH: usize = 15;
const GROUP_DEPTH: usize = 10;

/// The whole text of an exception, as `sys.excepthook` writes it.
pub fn format_exception(vm: &Vm, exception: &Object) -> String {
    let mut p = Printer {
        vm,
        out: String::new(),
        seen: Vec::new(),
        sources: Sources::default(),
        depth: 0,
        need_close: false,
    };
    p.recursive(exception);
    p.out
}

/// Only the entries of a traceback, with the header before them.
pub fn format_traceback(vm: &Vm, traceback: &Object) -> String {
    let mut p = Printer {
        vm,
        out: String::new(),
        seen: Vec::new(),
        sources: Sources::default(),
        depth: 0,
        need_close: false,
    };
    if let Some(tb) = traceback.downcast::<Traceback>() {
        p.entries(tb, "", "Traceback (most recent call last):\n");
    }
    p.out
}

/// The source line below an entry of `file`, indented as in tracebacks, with its newline.
pub(crate) fn source_line(vm: &Vm, filename: &str, line: u32) -> Option<String> {
    let text = Sources::default().line(vm, filename, line)?;
    Some(format!("    {}\n", text.trim_start_matches([' ', '\t', '\x0c'])))
}

pub(super) struct Printer<'a> {
    pub(super) vm: &'a Vm,
    pub(super) out: String,
    /// Exceptions shown already, kept alive so that their identity means something.
    seen: Vec<Object>,
    sources: Sources,
    /// Depth in groups.
    depth: usize,
    need_close: bool,
}

impl Printer<'_> {
    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    /// What stands in front of each line inside a group.
    pub(super) fn margin(&mut self) {
        self.indent();
        if self.depth > 0 {
            self.out.push_str("| ");
        }
    }

    fn is_seen(&self, e: &Object) -> bool {
        self.seen.iter().any(|s| s.is(e))
    }

    fn recursive(&mut self, exception: &Object) {
        self.seen.push(exception.clone());
        self.chain(exception);
        if group::is_group(self.vm, exception) {
            self.group(exception);
        } else {
            self.one(exception);
        }
    }

    /// Cause or context first.
    fn chain(&mut self, exception: &Object) {
        let Some(e) = exception.downcast::<Exception>() else { return };
        if let Some(cause) = e.cause.get() {
            if !self.is_seen(&cause) {
                self.chained(&cause, CAUSE);
            }
            return;
        }
        if e.suppress_context.get() {
            return;
        }
        if let Some(context) = e.context.get() {
            if !self.is_seen(&context) {
                self.chained(&context, CONTEXT);
            }
        }
    }

    fn chained(&mut self, exception: &Object, message: &str) {
        let need_close = self.need_close;
        let vm = self.vm;
        let room = vm.recurse(" in print_chained", || {
            self.recursive(exception);
            Ok(())
        });
        if let Err(r) = room {
            drop(vm.take_raised(r));
        }
        self.need_close = need_close;
        self.margin();
        self.out.push('\n');
        self.margin();
        self.out.push_str(message);
        self.margin();
        self.out.push('\n');
    }

    fn one(&mut self, exception: &Object) {
        let Some(e) = exception.downcast::<Exception>() else {
            self.margin();
            let name = self.vm.type_name(exception);
            self.out.push_str(&format!(
                "TypeError: print_exception(): Exception expected for value, {name} found\n"
            ));
            return;
        };
        if let Some(tb) = e.traceback.get_as::<Traceback>() {
            let grouped = group::is_group(self.vm, exception);
            let header = if grouped {
                "Exception Group Traceback (most recent call last):\n"
            } else {
                "Traceback (most recent call last):\n"
            };
            let margin = match self.depth {
                0 => "",
                1 if grouped => "+ ",
                _ => "| ",
            };
            self.entries(&tb, margin, header);
        }
        let message = syntax_error::show_place(self, exception);
        self.message(exception, message.as_ref());
        if let Some(s) = suggest::for_exception(self.vm, exception) {
            self.out.push_str(&format!(". Did you mean: '{s}'?"));
        }
        self.out.push('\n');
        self.notes(exception);
    }

    /// "module.Class: text".
    fn message(&mut self, exception: &Object, instead: Option<&Object>) {
        self.margin();
        self.class_name(self.vm.class_of(exception));
        let shown = instead.unwrap_or(exception);
        if shown.is_none() {
            return;
        }
        match self.vm.to_str(shown) {
            Ok(s) => {
                if !s.is_empty() {
                    self.out.push_str(": ");
                    self.text(&s);
                }
            }
            Err(r) => {
                drop(self.vm.take_raised(r));
                self.out.push_str(": <exception str() failed>");
            }
        }
    }

    /// Qualified by the module, but for the builtins' and the main program's.
    pub(super) fn class_name(&mut self, class: &Obj<Type>) {
        let name = class_name(self.vm, class);
        self.out.push_str(&name);
    }

    /// A str as the error stream shows it: lone surrogates escaped.
    pub(super) fn text(&mut self, s: &Obj<Str>) {
        push_text(&mut self.out, s);
    }

    /// All entries below their header; `sys.tracebacklimit` keeps the last ones.
    fn entries(&mut self, tb: &Obj<Traceback>, header_margin: &str, header: &str) {
        let Some(limit) = limit(self.vm) else { return };
        self.indent();
        self.out.push_str(header_margin);
        self.out.push_str(header);
        let mut count = 0usize;
        let mut at = Some(tb.clone());
        while let Some(t) = at {
            count += 1;
            at = t.next.get_as::<Traceback>();
        }
        let mut at = Some(tb.clone());
        while count > limit {
            at = at.and_then(|t| t.next.get_as::<Traceback>());
            count -= 1;
        }
        let mut last: Option<(Obj<Str>, u32, Obj<Str>)> = None;
        let mut same = 0usize;
        while let Some(t) = at {
            at = t.next.get_as::<Traceback>();
            let Some(frame) = t.frame.get_as::<FrameObject>() else { continue };
            let code = frame.code.clone();
            let line = t.line.get();
            let repeated = last.as_ref().is_some_and(|(file, l, name)| {
                file.eq_str(&code.filename) && *l == line && name.eq_str(&code.name)
            });
            if !repeated {
                self.repeats(same);
                last = Some((code.filename.clone(), line, code.name.clone()));
                same = 0;
            }
            same += 1;
            if same <= REPEATS {
                self.entry(&code, line, t.lasti.get());
            }
        }
        self.repeats(same);
    }

    fn repeats(&mut self, same: usize) {
        if let Some(more) = same.checked_sub(REPEATS).filter(|n| *n > 0) {
            let plural = if more > 1 { "s" } else { "" };
            self.out.push_str(&format!("  [Previous line repeated {more} more time{plural}]\n"));
        }
    }

    fn entry(&mut self, code: &Code, line: u32, lasti: i32) {
        self.margin();
        self.out.push_str("  File \"");
        self.text(&code.filename);
        self.out.push_str(&format!("\", line {line}, in "));
        self.text(&code.name);
        self.out.push('\n');
        let Some(text) = self.sources.line(self.vm, &code.filename.to_str_lossy(), line) else {
            return;
        };
        self.margin();
        self.out.push_str("    ");
        self.out.push_str(text.trim_start_matches([' ', '\t', '\x0c']));
        self.out.push('\n');
        if lasti < 0 || crate::builtins::sys::hides_columns(self.vm) {
            return;
        }
        let span = code.span_at(lasti as u32);
        if span.line != line {
            return;
        }
        if let Some(marks) = carets::markers(&text, span) {
            self.margin();
            self.out.push_str(&marks);
            self.out.push('\n');
        }
    }

    fn notes(&mut self, exception: &Object) {
        let vm = self.vm;
        let notes = match vm.getattr_opt(exception, &vm.names().__notes__) {
            Ok(Some(n)) => n,
            Ok(None) => return,
            Err(r) => return drop(vm.take_raised(r)),
        };
        let class = vm.class_of(&notes);
        if class.slots().getitem.is_none() || class.has(type_flags::DICTIONARY) {
            self.margin();
            match vm.repr(&notes) {
                Ok(s) => self.text(&s),
                Err(r) => {
                    drop(vm.take_raised(r));
                    self.out.push_str("<__notes__ repr() failed>");
                }
            }
            return;
        }
        let notes = match vm.collect(&notes) {
            Ok(n) => n,
            Err(r) => return drop(vm.take_raised(r)),
        };
        for note in notes {
            match vm.to_str(&note) {
                Ok(s) => {
                    let mut text = String::new();
                    push_text(&mut text, &s);
                    for line in split_lines(&text) {
                        self.margin();
                        self.out.push_str(line);
                    }
                }
                Err(r) => {
                    drop(vm.take_raised(r));
                    self.margin();
                    self.out.push_str("<note str() failed>");
                }
            }
            self.out.push('\n');
        }
    }

    fn group(&mut self, exception: &Object) {
        if self.depth > GROUP_DEPTH {
            self.margin();
            self.out.push_str(&format!("... (max_group_depth is {GROUP_DEPTH})\n"));
            return;
        }
        if self.depth == 0 {
            self.depth = 1;
        }
        self.one(exception);
        let members = group::members(exception);
        let shown = if members.len() <= GROUP_WIDTH { members.len() } else { GROUP_WIDTH + 1 };
        self.need_close = false;
        for (i, member) in members.iter().take(shown).enumerate() {
            let last = i + 1 == shown;
            if last {
                // The closing line may be written further inside.
                self.need_close = true;
            }
            let truncated = i >= GROUP_WIDTH;
            let label = if truncated { "...".to_owned() } else { (i + 1).to_string() };
            self.indent();
            let corner = if i == 0 { "+-" } else { "  " };
            self.out.push_str(&format!("{corner}+---------------- {label} ----------------\n"));
            self.depth += 1;
            if truncated {
                let more = members.len() - GROUP_WIDTH;
                self.margin();
                self.out.push_str(&format!(
                    "and {more} more exception{}\n",
                    if more > 1 { "s" } else { "" }
                ));
            } else {
                let vm = self.vm;
                let room = vm.recurse(" in print_exception_group", || {
                    self.recursive(member);
                    Ok(())
                });
                if let Err(r) = room {
                    drop(vm.take_raised(r));
                }
            }
            if last && self.need_close {
                self.indent();
                self.out.push_str("+------------------------------------\n");
                self.need_close = false;
            }
            self.depth -= 1;
        }
        if self.depth == 1 {
            self.depth = 0;
        }
    }
}

/// The number of entries to show; None: not even the header.
fn limit(vm: &Vm) -> Option<usize> {
    let set = vm.interp().sys.get_as::<Dict>().and_then(|d| d.get_named(vm, "tracebacklimit"));
    match set {
        Some(n) if vm.class_of(&n).has(type_flags::INT) => match vm.as_i64(&n) {
            Some(n) if n <= 0 => None,
            Some(n) => Some(n as usize),
            None => Some(usize::MAX),
        },
        _ => Some(1000),
    }
}

/// Module and qualified name of an exception's class.
pub(crate) fn class_name(vm: &Vm, class: &Obj<Type>) -> String {
    let text = |name: &Obj<Str>| -> Option<String> {
        match vm.getattr_opt(class.as_object(), name) {
            Ok(o) => Some(o?.downcast::<Str>()?.to_string_lossy()),
            Err(r) => {
                drop(vm.take_raised(r));
                None
            }
        }
    };
    let mut out = String::new();
    match text(&vm.names().__module__).as_deref() {
        Some("builtins" | "__main__") => {}
        Some(m) => out = format!("{m}."),
        None => out.push_str("<unknown>."),
    }
    out.push_str(text(&vm.names().__qualname__).as_deref().unwrap_or("<unknown>"));
    out
}

pub(crate) fn push_text(out: &mut String, s: &Str) {
    if let Some(a) = s.as_ascii() {
        return out.push_str(a);
    }
    for c in s.as_text().iter() {
        match char::from_u32(c) {
            Some(c) => out.push(c),
            None => out.push_str(&format!("\\u{c:04x}")),
        }
    }
}

/// As `str.splitlines(keepends=True)`.
fn split_lines(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let breaks = matches!(
            c,
            '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
        );
        if !breaks {
            continue;
        }
        let mut end = i + c.len_utf8();
        if c == '\r' && chars.peek().is_some_and(|(_, n)| *n == '\n') {
            chars.next();
            end += 1;
        }
        out.extend(text.get(from..end));
        from = end;
    }
    if from < text.len() {
        out.extend(text.get(from..));
    }
    out
}

impl Vm {
    /// Write an exception's display to `sys.stderr`.
    pub fn display_exception(&self, exception: &Object) -> Res<()> {
        let text = format_exception(self, exception);
        super::uncaught::write_error(self, &text);
        Ok(())
    }
}
