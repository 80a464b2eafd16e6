//! Compile files and folders, verify the code, report failures and speed.
//!
//! `frontend PATH...` compiles; `frontend --dis FILE` prints the listing; `frontend --error FILE` prints how the
//! compiler refuses it, in a form to compare with other implementations.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use taipan_core::compile::{CompileOptions, compile_source, disassemble, verify};

fn gather(path: &Path, out: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let Ok(entries) = std::fs::read_dir(path) else { return };
        let mut entries: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        entries.sort();
        entries.iter().for_each(|e| gather(e, out));
    } else if path.extension().is_some_and(|e| e == "py") {
        out.push(path.to_owned());
    }
}

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mode = args.first().filter(|a| a.starts_with("--")).cloned().unwrap_or_default();
    if !mode.is_empty() {
        args.remove(0);
    }
    if !mode.is_empty() {
        for path in &args {
            one(&mode, path);
        }
        return;
    }
    let mut files = Vec::new();
    args.iter().for_each(|a| gather(Path::new(a), &mut files));
    let (mut bytes, mut spent, mut words) = (0usize, Duration::ZERO, 0usize);
    for path in &files {
        let Ok(source) = std::fs::read(path) else { continue };
        bytes += source.len();
        let begin = Instant::now();
        let result = compile_source(&source, &path.to_string_lossy(), &CompileOptions::default());
        spent += begin.elapsed();
        match result {
            Ok(compiled) => {
                words += compiled.unit.words.len();
                if let Err(problem) = verify(&compiled.unit) {
                    println!("{}: VERIFY {problem}", path.display());
                }
            }
            Err(e) => println!(
                "{}:{}:{}: {:?}: {}",
                path.display(),
                e.line.unwrap_or(0),
                e.col.unwrap_or(0),
                e.kind,
                e.message
            ),
        }
    }
    let seconds = spent.as_secs_f64();
    eprintln!(
        "{} files, {bytes} bytes, {words} words at module level, {seconds:.3} s, {:.2} MB/s",
        files.len(),
        bytes as f64 / 1e6 / seconds.max(1e-9)
    );
}

fn one(mode: &str, path: &str) {
    let Ok(source) = std::fs::read(path) else { return };
    let result = compile_source(&source, path, &CompileOptions::default());
    match (mode, result) {
        ("--dis", Ok(compiled)) => {
            print!("{}", disassemble(&compiled.unit));
            if let Err(problem) = verify(&compiled.unit) {
                println!("VERIFY {problem}");
            }
        }
        (_, Ok(compiled)) => {
            for w in compiled.warnings {
                println!("{:?} {} {}", w.category, w.line, w.message);
            }
        }
        (_, Err(e)) => println!(
            "{:?}: {} @ {:?}:{:?}-{:?}:{:?}",
            e.kind, e.message, e.line, e.col, e.end_line, e.end_col
        ),
    }
}
