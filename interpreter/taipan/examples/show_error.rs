//! An error shown with its source: as Python does it, and from its parts.

use taipan::{Error, Interpreter};

const SCRIPT: &str = "\
def ratio(row):
    return row['hits'] / row['tries']

def report(rows):
    try:
        return [ratio(row) for row in rows]
    except ZeroDivisionError as e:
        raise ValueError('bad row') from e

report([{'hits': 1, 'tries': 0}])
";

/// `file:line: message`, and the line with the culprit marked.
fn shown(error: &Error, source: &str) -> String {
    let Some(frame) = error.frames().last() else { return error.to_string() };
    let line = source.lines().nth(frame.line as usize - 1).unwrap_or("");
    let mut text = format!("{}:{}: {error}\n  {line}\n", frame.file, frame.line);
    if let Some(span) = frame.span {
        let width = (span.end_column - span.column) as usize;
        text += &format!("  {}{}\n", " ".repeat(span.column as usize), "^".repeat(width));
    }
    text
}

pub fn main() -> Result<(), Error> {
    let python = Interpreter::new()?;
    let error = python.exec_named("report.py", SCRIPT).unwrap_err();
    print!("{}", error.traceback());
    assert!(error.traceback().contains("    return row['hits'] / row['tries']\n"));

    assert_eq!((error.type_name(), error.message()), ("ValueError", "bad row"));
    let functions: Vec<&str> = error.frames().iter().map(|f| f.function.as_str()).collect();
    assert_eq!(functions, ["<module>", "report"]);
    let cause = error.cause().expect("raised from another");
    let shown = shown(cause, SCRIPT);
    print!("{shown}");
    assert_eq!(
        shown,
        "report.py:2: ZeroDivisionError: division by zero\n      return row['hits'] / row['tries']\n             \
         ^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
    );

    // A prompt reads on when more text could help.
    assert!(python.exec("rows = [1,").unwrap_err().is_incomplete());
    assert!(!python.exec("rows = 1]").unwrap_err().is_incomplete());
    Ok(())
}
