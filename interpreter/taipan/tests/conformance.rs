//! Runs the golden scripts: each must print, byte for byte, what CPython 3.11 prints.
//!
//! In the output the script's folder reads `<dir>` (a main script's file name is absolute) and the
//! interpreter's path `<exe>`.
//!
//! A test is `conformance/golden/<area>/<name>.py` or `scripts/<name>.py`; deeper folders hold the
//! packages that tests import. A script runs in its own folder under its bare name, so that
//! tracebacks read alike everywhere. Kept beside it (for `scripts/`: in `scripts/expected/`):
//! `<name>.out` (standard output), `<name>.err` (standard error, absent when empty) and
//! `<name>.exit` (the exit code, absent when 0), all written by `scripts/dev/bless.py` from
//! CPython. Comment lines at a script's head may direct the run:
//!
//! - `# run: ARGS` the command line after the interpreter (default: the script's name);
//! - `# stdin: TEXT` standard input (`\n` and `\\` are escapes; default: empty);
//! - `# env: NAME=VALUE` one more environment variable.
//!
//! **Invariant:** `conformance/known_failures.txt` lists exactly the tests that fail. A listed test
//! that passes fails the run: `scripts/dev/ratchet.py` takes it off the list.
//!
//! With `TAIPAN_ORACLE=/path/to/python3.11` set, the oracle must print the kept text as well.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};

const TIMEOUT: Duration = Duration::from_secs(60);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let known = known_failures(&root.join("conformance/known_failures.txt"));
    let oracle = std::env::var_os("TAIPAN_ORACLE").map(PathBuf::from);
    let golden = find_golden(&root);
    let mut trials: Vec<Trial> = Vec::new();
    for name in known.iter().filter(|name| !golden.iter().any(|g| g.name == **name)) {
        let name = name.clone();
        trials.push(Trial::test(format!("{name}: listed in known_failures.txt"), || {
            Err("there is no such test".into())
        }));
    }
    for golden in golden {
        let listed = known.contains(&golden.name);
        let oracle = oracle.clone();
        let kind = if listed { "known failure" } else { "" };
        let name = golden.name.clone();
        trials.push(Trial::test(name, move || check(&golden, listed, oracle)).with_kind(kind));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// One script and what it must do.
struct Golden {
    name: String,
    script: PathBuf,
    /// Where the expected files are, without an extension.
    expected: PathBuf,
}

/// What a run did, or must do.
#[derive(PartialEq)]
struct Outcome {
    out: Vec<u8>,
    err: Vec<u8>,
    /// `None`: ended by a signal or by the time limit.
    code: Option<i32>,
}

fn check(golden: &Golden, listed: bool, oracle: Option<PathBuf>) -> Result<(), Failed> {
    let expected = golden.read_expected()?;
    if let Some(oracle) = oracle {
        let got = golden.run(&oracle)?;
        expected.compare(&got).map_err(|why| format!("the oracle differs: {why}"))?;
    }
    let got = golden.run(Path::new(env!("CARGO_BIN_EXE_taipan")))?;
    match (expected.compare(&got), listed) {
        (Ok(()), false) | (Err(_), true) => Ok(()),
        (Err(why), false) => Err(why.into()),
        (Ok(()), true) => Err("passes, but known_failures.txt lists it; remove it there \
             (scripts/dev/ratchet.py)"
            .into()),
    }
}

impl Golden {
    fn read_expected(&self) -> io::Result<Outcome> {
        let read = |extension: &str| match fs::read(self.expected.with_extension(extension)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            other => other,
        };
        let code = String::from_utf8_lossy(&read("exit")?).trim().parse().unwrap_or(0);
        let out = fs::read(self.expected.with_extension("out"))?;
        Ok(Outcome { out, err: read("err")?, code: Some(code) })
    }

    fn run(&self, interpreter: &Path) -> io::Result<Outcome> {
        let source = fs::read(&self.script)?;
        let folder = self.script.parent().unwrap_or(Path::new(".")).canonicalize()?;
        let head = Directives::parse(&source);
        let mut command = Command::new(interpreter);
        command
            .current_dir(&folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C.UTF-8")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .envs(head.env);
        if head.args.is_empty() {
            command.arg(self.script.file_name().unwrap_or_default());
        } else {
            command.args(head.args);
        }
        let mut outcome = run_with_limit(command, head.stdin)?;
        let folder = folder.as_os_str().as_encoded_bytes();
        let exe = interpreter.as_os_str().as_encoded_bytes();
        for text in [&mut outcome.out, &mut outcome.err] {
            *text = replace(&replace(text, folder, b"<dir>"), exe, b"<exe>");
        }
        Ok(outcome)
    }
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        result.extend_from_slice(&rest[..at]);
        result.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    result.extend_from_slice(rest);
    result
}

impl Outcome {
    fn compare(&self, got: &Outcome) -> Result<(), String> {
        if self == got {
            return Ok(());
        }
        let mut why = String::new();
        if self.code != got.code {
            match got.code {
                Some(code) => {
                    why += &format!("exit code {code}, expected {}\n", self.code.unwrap_or(0))
                }
                None => why += "ended by a signal or by the time limit\n",
            }
        }
        why += &difference("standard output", &self.out, &got.out);
        why += &difference("standard error", &self.err, &got.err);
        Err(why)
    }
}

/// The first lines that differ.
fn difference(what: &str, expected: &[u8], got: &[u8]) -> String {
    const SHOWN: usize = 6;
    if expected == got {
        return String::new();
    }
    let (expected, got) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(got));
    let same = expected.lines().zip(got.lines()).take_while(|(a, b)| a == b).count();
    let mut text = format!("{what} differs from line {}:\n", same + 1);
    for (sign, lines) in [('-', &expected), ('+', &got)] {
        for line in lines.lines().skip(same).take(SHOWN) {
            text += &format!("  {sign} {line}\n");
        }
    }
    text
}

/// The comment lines at a script's head that direct its run.
#[derive(Default)]
struct Directives {
    args: Vec<String>,
    stdin: Vec<u8>,
    env: Vec<(String, String)>,
}

impl Directives {
    fn parse(source: &[u8]) -> Directives {
        let mut found = Directives::default();
        for line in source.split(|b| *b == b'\n') {
            let Some(comment) = line.strip_prefix(b"# ") else { break };
            let comment = String::from_utf8_lossy(comment);
            if let Some(args) = comment.strip_prefix("run: ") {
                found.args = args.split_whitespace().map(str::to_owned).collect();
            } else if let Some(text) = comment.strip_prefix("stdin: ") {
                found.stdin = text.replace("\\n", "\n").replace("\\\\", "\\").into_bytes();
            } else if let Some((name, value)) =
                comment.strip_prefix("env: ").and_then(|setting| setting.split_once('='))
            {
                found.env.push((name.to_owned(), value.to_owned()));
            }
        }
        found
    }
}

fn run_with_limit(mut command: Command, stdin: Vec<u8>) -> io::Result<Outcome> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| io::Error::new(e.kind(), format!("{command:?}: {e}")))?;
    let input = child.stdin.take();
    let writer = thread::spawn(move || input.map(|mut pipe| pipe.write_all(&stdin)));
    let out = read_in_background(child.stdout.take());
    let err = read_in_background(child.stderr.take());
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    let code = loop {
        if let Some(status) = child.try_wait()? {
            break status.code();
        }
        if start.elapsed() > TIMEOUT {
            child.kill()?;
            child.wait()?;
            break None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    let _ = writer.join();
    let gone = |_| io::Error::other("the reader of a pipe panicked");
    Ok(Outcome { out: out.join().map_err(gone)??, err: err.join().map_err(gone)??, code })
}

fn read_in_background(
    pipe: Option<impl Read + Send + 'static>,
) -> thread::JoinHandle<io::Result<Vec<u8>>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            pipe.read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    })
}

fn find_golden(root: &Path) -> Vec<Golden> {
    let mut found = Vec::new();
    let golden = root.join("conformance/golden");
    for area in sorted_entries(&golden).into_iter().filter(|path| path.is_dir()) {
        for script in scripts_in(&area) {
            found.push(Golden {
                name: format!("{}/{}", file_stem(&area), file_stem(&script)),
                expected: script.with_extension(""),
                script,
            });
        }
    }
    let gallery = root.join("scripts");
    for script in scripts_in(&gallery) {
        let stem = file_stem(&script);
        let expected = gallery.join("expected").join(&stem);
        found.push(Golden { name: format!("scripts/{stem}"), script, expected });
    }
    found
}

/// The scripts directly in `folder`; a leading underscore marks a module that tests import.
fn scripts_in(folder: &Path) -> Vec<PathBuf> {
    let mut entries = sorted_entries(folder);
    entries.retain(|path| {
        path.extension() == Some(OsStr::new("py")) && !file_stem(path).starts_with('_')
    });
    entries
}

fn sorted_entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn file_stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn known_failures(path: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}
