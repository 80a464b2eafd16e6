//! Every native that reaches outside asks the host's policy first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use taipan::{Access, Handle, Interpreter};

/// One expression each, which a policy that allows nothing must refuse with PermissionError.
const REACHES_OUTSIDE: &str = include_str!("policy.txt");

const ATTEMPT: &str = r#"
import sys
known = {}
def attempt(line, learn):
    names = known
    for module in line.replace("(", " ").replace(",", " ").split():
        module = module.partition(".")[0]
        if module.isidentifier():
            try: names[module] = __import__(module)
            except ImportError: pass
    if learn: return ""
    try:
        result = eval(line, names)
    except PermissionError as e:
        return "" if "the host does not permit" in str(e) else f"the system said {e}"
    except BaseException as e:
        return f"{type(e).__name__}: {e}"
    return f"went through: {result!r}"
"#;

#[test]
fn all_that_reaches_outside_asks() {
    let closed = Arc::new(AtomicBool::new(false));
    let seen = closed.clone();
    let python = Interpreter::builder()
        .policy(move |_: &Access<'_>| !seen.load(Ordering::Relaxed))
        .build()
        .expect("an interpreter");
    python.exec(ATTEMPT).expect("the helper");
    let attempt: Handle = python.get("attempt").expect("the helper");
    let try_it = |line: &str, learn: bool| -> String {
        python.call(&attempt, (line, learn)).expect("a text")
    };
    let lines = REACHES_OUTSIDE.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    // Modules are imported before the door closes: importing asks too.
    for line in lines.clone() {
        try_it(line, true);
    }
    closed.store(true, Ordering::Relaxed);
    let wrong: Vec<String> = lines
        .map(|line| (line, try_it(line, false)))
        .filter(|(_, said)| !said.is_empty())
        .map(|(line, said)| format!("{line}: {said}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
