//! Blocks typed before, in a file: one block on each line, its newlines as `\n`.

use std::io::Write;
use std::path::PathBuf;
use taipan_core::compile::interactive::{Reading, read};

/// How many blocks are kept.
const KEPT: usize = 1000;

/// The file, if there is to be one.
pub(super) struct Store {
    path: Option<PathBuf>,
}

impl Store {
    /// `TAIPAN_HISTORY` names the file (empty: none), else it is in the home folder.
    pub fn new() -> Store {
        let path = match std::env::var_os("TAIPAN_HISTORY") {
            Some(path) if path.is_empty() => None,
            Some(path) => Some(PathBuf::from(path)),
            None => {
                std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".taipan_history"))
            }
        };
        Store { path }
    }

    /// All blocks, oldest first. A file that has grown long is cut.
    pub fn load(&self) -> Vec<String> {
        let Some(path) = &self.path else { return Vec::new() };
        let text = String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        let newest = lines.get(lines.len().saturating_sub(KEPT)..).unwrap_or_default();
        if lines.len() > 2 * KEPT {
            let _ = std::fs::write(path, newest.join("\n") + "\n");
        }
        newest.iter().map(|line| unescape(line)).collect()
    }

    /// Add one block. What cannot be written is not kept.
    pub fn add(&self, block: &str) {
        let Some(path) = &self.path else { return };
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        if let Ok(mut file) = file {
            let _ = file.write_all(format!("{}\n", escape(block)).as_bytes());
        }
    }
}

/// What is kept of a block: what could go on keeps its empty line, so that Enter runs it at once when it is
/// recalled.
pub(super) fn entry(block: &str) -> String {
    let block = block.trim_end();
    let text = format!("{block}\n");
    if block.contains('\n') && read(&text) == Reading::Block { text } else { block.to_owned() }
}

fn escape(block: &str) -> String {
    block.replace('\\', "\\\\").replace('\n', "\\n")
}

fn unescape(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back() {
        for block in ["x", "if x:\n    y\n", "'\\n'\n\\", "ä\\\\n"] {
            assert_eq!(unescape(&escape(block)), block);
            assert!(!escape(block).contains('\n'));
        }
    }
}
