//! Lines of source files, for display.

use crate::vm::Vm;
use std::collections::HashMap;
use std::rc::Rc;

/// The files read while one exception is displayed.
#[derive(Default)]
pub(crate) struct Sources {
    files: HashMap<String, Option<Rc<Vec<String>>>>,
}

impl Sources {
    /// Line `line` (from 1) of a file, without its newline.
    pub(crate) fn line(&mut self, vm: &Vm, filename: &str, line: u32) -> Option<String> {
        let typed = filename.starts_with("<python-input-");
        if filename.starts_with('<') && filename.ends_with('>') && !typed {
            return None;
        }
        let lines = match self.files.get(filename) {
            Some(known) => known.clone(),
            None => {
                let read = read(vm, filename).map(Rc::new);
                self.files.insert(filename.to_owned(), read.clone());
                read
            }
        }?;
        lines.get(line.checked_sub(1)? as usize).cloned()
    }
}

/// The lines of a file; where it does not lie at its name, its base name is looked for along `sys.path`.
fn read(vm: &Vm, filename: &str) -> Option<Vec<String>> {
    if let Some(source) = vm.library_source(filename) {
        return Some(lines_of(&source));
    }
    let host = vm.host()?;
    let bytes = host.read_file(filename).ok().or_else(|| {
        if filename.starts_with('<') {
            return None;
        }
        let tail = filename.rsplit('/').next()?;
        super::uncaught::sys_path(vm)
            .into_iter()
            .find_map(|folder| host.read_file(&format!("{folder}/{tail}")).ok())
    })?;
    Some(lines_of(&bytes))
}

/// Decode as far as is needed for display (a declared Latin-1 is honoured) and split into lines.
pub(crate) fn lines_of(bytes: &[u8]) -> Vec<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(s) => s.to_owned(),
        Err(_) if declares_latin1(bytes) => bytes.iter().map(|b| *b as char).collect(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    };
    let mut out = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let end = rest.find(['\n', '\r']);
        let (line, next) = match end {
            Some(i) => {
                let width = if rest[i..].starts_with("\r\n") { 2 } else { 1 };
                (&rest[..i], &rest[i + width..])
            }
            None => (rest, ""),
        };
        out.push(line.to_owned());
        rest = next;
    }
    out
}

fn declares_latin1(bytes: &[u8]) -> bool {
    bytes.split(|b| *b == b'\n').take(2).any(|l| {
        let l = String::from_utf8_lossy(l).to_ascii_lowercase();
        l.starts_with('#')
            && l.contains("coding")
            && (l.contains("latin") || l.contains("8859-1") || l.contains("cp1252"))
    })
}
