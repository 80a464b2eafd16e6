//! What Enter, Tab, Backspace and Ctrl-D do in a block. Decided by the text alone.

use rustyline::{
    Cmd, ConditionalEventHandler, Event, EventContext, EventHandler, KeyCode, KeyEvent, Modifiers,
    Movement, RepeatCount,
};
use taipan_core::compile::interactive::{Reading, read};

pub(super) const STEP: usize = 4;

/// All of them, to be bound.
pub(super) fn bindings() -> [(KeyEvent, EventHandler); 5] {
    let handler = |key: Key| EventHandler::Conditional(Box::new(key));
    let plain = |code| KeyEvent(code, Modifiers::NONE);
    [
        (plain(KeyCode::Enter), handler(Key(enter))),
        (KeyEvent::ctrl('J'), handler(Key(enter))),
        (plain(KeyCode::Tab), handler(Key(tab))),
        (plain(KeyCode::Backspace), handler(Key(backspace))),
        (KeyEvent::ctrl('D'), handler(Key(end))),
    ]
}

/// A decision by text and place; None: as the editor does.
struct Key(fn(&str, usize) -> Option<Cmd>);

impl ConditionalEventHandler for Key {
    fn handle(&self, _: &Event, n: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        if n == 1 { (self.0)(ctx.line(), ctx.pos()) } else { None }
    }
}

/// The part of the cursor's line that lies before it.
fn line_before(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or("");
    before.rsplit('\n').next().unwrap_or("")
}

fn enter(text: &str, at: usize) -> Option<Cmd> {
    let is_last_line = !text.get(at..).unwrap_or("").contains('\n');
    if is_last_line && is_done(text) {
        return Some(Cmd::AcceptLine);
    }
    Some(Cmd::Insert(1, format!("\n{}", indent(line_before(text, at)))))
}

/// Whether Enter at the end of this text runs it.
pub(super) fn is_done(text: &str) -> bool {
    let last = text.rsplit('\n').next().unwrap_or("");
    let more = last.starts_with([' ', '\t']) && !last.trim().is_empty();
    match read(&format!("{text}\n")) {
        Reading::Blank | Reading::Complete => true,
        Reading::Block => last.trim().is_empty(),
        // Inside a block the line may still be corrected.
        Reading::Wrong => !(text.contains('\n') && more),
        Reading::Incomplete => false,
    }
}

/// The blanks that the line after this one begins with.
fn indent(line: &str) -> String {
    let code = line.split('#').next().unwrap_or("").trim_end();
    let body = line.trim_start();
    let blanks = line.get(..line.len() - body.len()).unwrap_or("");
    let first = body.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    if code.ends_with([':', '(', '[', '{']) {
        return if blanks.contains('\t') { format!("{blanks}\t") } else { format!("{blanks}    ") };
    }
    if ["return", "pass", "break", "continue", "raise"].contains(&first) {
        let shorter = blanks.len().saturating_sub(if blanks.ends_with('\t') { 1 } else { STEP });
        return blanks.get(..shorter).unwrap_or("").to_owned();
    }
    blanks.to_owned()
}

fn tab(text: &str, at: usize) -> Option<Cmd> {
    let before = line_before(text, at);
    let blank = before.chars().all(|c| c == ' ');
    blank.then(|| Cmd::Insert(1, " ".repeat(STEP - before.len() % STEP)))
}

/// One step of a line's blanks; elsewhere one character. (The editor would put its own count into a Kill of
/// characters, and its Dedent goes on to the last line, so it is used there only.)
fn backspace(text: &str, at: usize) -> Option<Cmd> {
    let before = line_before(text, at);
    let is_last = !text.get(at..).unwrap_or("").contains('\n');
    let steps = !before.is_empty() && before.len() % STEP == 0;
    let blank = before.chars().all(|c| c == ' ');
    (is_last && steps && blank).then_some(Cmd::Dedent(Movement::WholeLine))
}

/// As at Python's second prompt: the block is given as it is.
fn end(text: &str, at: usize) -> Option<Cmd> {
    (text.contains('\n') && at == text.len()).then_some(Cmd::AcceptLine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_end() {
        assert!(is_done("x = 1"));
        assert!(!is_done("if x:"));
        assert!(!is_done("if x:\n    y"));
        assert!(is_done("if x:\n    y\n    "));
        assert!(!is_done("if x:\n    y ="));
        assert!(is_done("x ="));
        assert!(!is_done("f(1,"));
        assert!(is_done(""));
    }

    #[test]
    fn indents() {
        assert_eq!(indent("if x:"), "    ");
        assert_eq!(indent("    if x: # y"), "        ");
        assert_eq!(indent("    return 1"), "");
        assert_eq!(indent("    x = 1"), "    ");
        assert_eq!(indent("f("), "    ");
        assert_eq!(indent("\tif x:"), "\t\t");
    }
}
