//! A reader of lines, for pipes and for terminals that cannot move their cursor. The prompts go to standard
//! error, as CPython's do.

use super::{Input, Prompt, Reader};
use std::collections::VecDeque;
use std::io::{self, Write};
use taipan_core::compile::interactive::{self, Reading};
use taipan_core::object::Exc;
use taipan_core::vm::Res;

/// See the file's head. Reads descriptor 0 past `sys.stdin`.
#[derive(Default)]
pub(super) struct Lines {
    ahead: VecDeque<u8>,
}

impl Lines {
    /// A line with its newline; empty at the end. Err: an interrupt.
    fn line(&mut self, prompt: &Prompt, shown: &str) -> Res<Vec<u8>> {
        let text = prompt.prompt_text(shown);
        let _ = io::stderr().write_all(text.as_bytes());
        let mut line = Vec::new();
        loop {
            while let Some(byte) = self.ahead.pop_front() {
                line.push(byte);
                if byte == b'\n' {
                    return Ok(line);
                }
            }
            let mut buffer = [0; 4096];
            let read = prompt.vm.blocking(|| taipan_sys::fs::read(0, &mut buffer));
            match read {
                Ok(0) => return Ok(line),
                Ok(n) => self.ahead.extend(buffer.iter().take(n)),
                Err(r) => {
                    // What else goes wrong than an interrupt is an end.
                    drop(prompt.vm.caught(r, Exc::OSError)?);
                    return Ok(line);
                }
            }
        }
    }
}

impl Reader for Lines {
    fn read(&mut self, prompt: &Prompt) -> Res<Input> {
        let mut text = String::new();
        loop {
            let shown = if text.is_empty() { "ps1" } else { "ps2" };
            let line = match self.line(prompt, shown) {
                Ok(line) => String::from_utf8_lossy(&line).into_owned(),
                Err(r) => {
                    drop(prompt.vm.caught(r, Exc::KeyboardInterrupt)?);
                    return Ok(Input::Interrupted);
                }
            };
            if line.is_empty() {
                if text.is_empty() {
                    return Ok(Input::End);
                }
                let _ = io::stderr().write_all(b"\n");
                return Ok(Input::Text(text));
            }
            let is_blank = line.trim().is_empty();
            text.push_str(&line);
            match interactive::read(&text) {
                Reading::Blank => text.clear(),
                Reading::Incomplete => {}
                Reading::Block if !is_blank => {}
                Reading::Block | Reading::Complete | Reading::Wrong => {
                    return Ok(Input::Text(text));
                }
            }
        }
    }
}
