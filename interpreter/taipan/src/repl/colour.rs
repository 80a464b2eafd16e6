//! Colours of source text and tracebacks: the four-bit ones, as CPython uses them from 3.13 on.

use taipan_core::compile::interactive::{Class, classes};

const RESET: &str = "\x1b[0m";
const MAGENTA: &str = "\x1b[35m";
const BOLD_MAGENTA: &str = "\x1b[1;35m";
const BOLD_RED: &str = "\x1b[1;31m";

/// Whether the terminal wants colours at all.
pub(super) fn wanted() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    !set("NO_COLOR") && !dumb && taipan_sys::fs::isatty(2)
}

/// The prompt itself.
pub(super) fn prompt(text: &str) -> String {
    format!("{BOLD_MAGENTA}{text}{RESET}")
}

/// Source text.
pub(super) fn source(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut done = 0;
    for (range, class) in classes(text) {
        let code = match class {
            Class::Keyword => "\x1b[1;34m",
            Class::Constant | Class::Number => "\x1b[33m",
            Class::Text => "\x1b[32m",
            Class::Comment => "\x1b[31m",
            Class::Definition => "\x1b[1m",
            Class::Name => continue,
        };
        let (Some(before), Some(shown)) = (text.get(done..range.start), text.get(range.clone()))
        else {
            continue;
        };
        out.push_str(before);
        // A line of its own for each line: a terminal's colour ends with it.
        for (i, line) in shown.split('\n').enumerate() {
            if i > 0 {
                out.push('\n');
            }
            out.push_str(&format!("{code}{line}{RESET}"));
        }
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or(""));
    out
}

/// A displayed exception.
pub(super) fn traceback(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.split_inclusive('\n') {
        out.push_str(&traceback_line(line.trim_end_matches('\n')));
        if line.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

fn traceback_line(line: &str) -> String {
    let marks = |c: char| matches!(c, '^' | '~' | ' ');
    if let Some((file, rest)) = line.strip_prefix("  File \"").and_then(|rest| rest.split_once('"'))
    {
        let rest = rest.split(", ").map(|part| match part.split_once(' ') {
            Some((word @ ("line" | "in"), what)) => format!("{word} {MAGENTA}{what}{RESET}"),
            _ => part.to_owned(),
        });
        return format!("  File {MAGENTA}\"{file}\"{RESET}{}", rest.collect::<Vec<_>>().join(", "));
    }
    if line.contains('^') && line.chars().all(marks) {
        let start = line.len() - line.trim_start().len();
        let (blank, shown) = line.split_at(start);
        return format!("{blank}{BOLD_RED}{shown}{RESET}");
    }
    // `ValueError: text`, `package.Error`
    let (class, message) = line.split_once(": ").unwrap_or((line, ""));
    let named = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let known = ["Error", "Exception", "Interrupt", "Exit", "Warning", "Iteration", "Group"];
    if class.chars().all(named) && known.iter().any(|end| class.ends_with(end)) {
        let class = format!("{BOLD_MAGENTA}{class}{RESET}");
        return match line.contains(": ") {
            true => format!("{class}: {MAGENTA}{message}{RESET}"),
            false => class,
        };
    }
    line.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays() {
        let texts = ["def f():\n    return 'a' # b\n", "s = '''a\nb'''\n", "x = (", "'ä€😀' + é"];
        for text in texts {
            let mut plain = source(text);
            while let Some(start) = plain.find('\x1b') {
                let end = start + plain[start..].find('m').unwrap_or(0);
                plain.replace_range(start..=end, "");
            }
            assert_eq!(plain, text);
        }
    }

    #[test]
    fn lines_of_tracebacks() {
        assert_eq!(
            traceback_line("KeyError: 'k'"),
            "\x1b[1;35mKeyError\x1b[0m: \x1b[35m'k'\x1b[0m"
        );
        assert_eq!(traceback_line("    x = 1"), "    x = 1");
        assert_eq!(
            traceback_line("  File \"a\", line 2, in f"),
            "  File \x1b[35m\"a\"\x1b[0m, line \x1b[35m2\x1b[0m, in \x1b[35mf\x1b[0m"
        );
    }
}
