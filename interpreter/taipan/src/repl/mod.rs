//! The prompt: read a block, run it, again.
//!
//! Who reads is a [`Reader`]: the editor at a terminal that can do it (feature `prompt`), else a plain reader
//! of lines. This file does what both have in common: the texts of `sys.ps1` and `sys.ps2`, running, hooks,
//! what happens to exceptions.
//!
//! Top-level `await` will hook in at [`Prompt::execute`]: it gets a block's code object, which is a
//! coroutine's if `CompileOptions::allow_top_level_await` was set, and may run it in an event loop.

#[cfg(feature = "prompt")]
mod colour;
#[cfg(feature = "prompt")]
mod editor;
#[cfg(feature = "prompt")]
mod history;
#[cfg(feature = "prompt")]
mod keys;
mod plain;
mod texts;

use crate::cli::is_a;
use std::rc::Rc;
use taipan_core::builtins::{source, sys};
use taipan_core::bytecode::code::CodeUnit;
use taipan_core::compile::{
    CompileError, CompileOptions, Mode, compile_source, compile_str, interactive,
};
use taipan_core::object::{Dict, Exc, Exception, Obj, Object};
use taipan_core::types::traceback::{print, uncaught};
use taipan_core::vm::{Raised, Res, Vm};

/// What a reader came back with.
enum Input {
    /// A text to run, of one statement or (pasted) of several.
    Text(String),
    /// Ctrl-C: what was typed is dropped.
    Interrupted,
    End,
}

/// Where blocks come from.
trait Reader {
    fn read(&mut self, prompt: &Prompt) -> Res<Input>;

    /// The name of a text that was read, as tracebacks show it.
    fn file_name(&self) -> String {
        "<stdin>".to_owned()
    }

    /// Whether a text may be a bare `exit` or `help`, which are done without brackets.
    fn takes_commands(&self) -> bool {
        false
    }

    /// Whether tracebacks are shown in colours.
    fn has_colours(&self) -> bool {
        false
    }
}

/// The best that the terminal allows.
fn reader() -> Box<dyn Reader> {
    #[cfg(feature = "prompt")]
    if let Some(blocks) = editor::Blocks::new() {
        return Box::new(blocks);
    }
    Box::new(plain::Lines::default())
}

/// The prompt of one interpreter.
pub(crate) struct Prompt<'a> {
    vm: &'a Vm,
    compile: CompileOptions,
    globals: &'a Obj<Dict>,
    texts: Rc<texts::Texts>,
}

impl<'a> Prompt<'a> {
    pub fn new(vm: &'a Vm, compile: &CompileOptions, globals: &'a Obj<Dict>) -> Prompt<'a> {
        let compile = CompileOptions { mode: Mode::Single, ..compile.clone() };
        let texts = texts::install(vm);
        Prompt { vm, compile, globals, texts }
    }

    /// At the start of the program: the startup file, the hook, then the prompt.
    pub fn from_start(&self, startup: Option<String>) -> Res<()> {
        if let Some(file) = startup {
            self.run_startup(&file)?;
        }
        self.after_program()
    }

    /// The prompt behind a program that has ended.
    pub fn after_program(&self) -> Res<()> {
        self.call_hook()?;
        for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
            if self.sys(name).is_none() {
                if let Some(dict) = self.vm.interp().sys.get_as::<Dict>() {
                    dict.set_named(self.vm, name, self.vm.str(text)?)?;
                }
            }
        }
        self.run(&mut *reader())
    }

    fn run(&self, reader: &mut dyn Reader) -> Res<()> {
        loop {
            let done = match reader.read(self) {
                Ok(Input::Text(text)) => self.run_text(&text, reader),
                Ok(Input::Interrupted) => {
                    uncaught::write_error(self.vm, "\nKeyboardInterrupt\n");
                    Ok(())
                }
                Ok(Input::End) => {
                    uncaught::write_error(self.vm, "\n");
                    return Ok(());
                }
                Err(r) => Err(r),
            };
            if let Err(r) = done {
                self.report(r, reader.has_colours())?;
            }
            self.flush();
        }
    }

    fn sys(&self, name: &str) -> Option<Object> {
        sys::attribute(self.vm, &self.vm.intern(name)).unwrap_or_else(|r| {
            drop(self.vm.take_raised(r));
            None
        })
    }

    /// The text of `sys.ps1` or `sys.ps2`, made anew each time; what fails is empty.
    fn prompt_text(&self, name: &str) -> String {
        match self.sys(name).map(|p| self.vm.to_str(&p)) {
            Some(Ok(text)) => text.to_string_lossy(),
            Some(Err(r)) => {
                drop(self.vm.take_raised(r));
                String::new()
            }
            None => String::new(),
        }
    }

    fn flush(&self) {
        for name in ["stderr", "stdout"] {
            let Some(stream) = self.sys(name).filter(|s| !s.is_none()) else { continue };
            if let Err(r) = self.vm.call_method(&stream, "flush", &[]) {
                drop(self.vm.take_raised(r));
            }
        }
    }

    /// Run what was read, statement by statement.
    fn run_text(&self, text: &str, reader: &dyn Reader) -> Res<()> {
        let mut command = None;
        if reader.takes_commands() {
            let trimmed = text.trim_end();
            if trimmed.is_empty() {
                return Ok(());
            }
            command = self.command(trimmed.trim());
            self.texts.add(&reader.file_name(), trimmed);
        }
        let text = match (&command, reader.takes_commands()) {
            (Some(call), _) => call.clone(),
            (None, true) => format!("{}\n", text.trim_end()),
            (None, false) => text.to_owned(),
        };
        let parts = match reader.takes_commands() {
            true => interactive::statements(&text).filter(|parts| parts.len() > 1),
            false => None,
        };
        let Some(parts) = parts else { return self.run_block(&text, &reader.file_name()) };
        for part in parts {
            // Each at its own line.
            let Some(before) = text.get(..part.start) else { continue };
            let blank = "\n".repeat(before.matches('\n').count());
            let part = format!("{blank}{}", text.get(part).unwrap_or(""));
            self.run_block(&part, &reader.file_name())?;
            self.flush();
        }
        Ok(())
    }

    /// What a bare word does that is no name of the user's.
    fn command(&self, word: &str) -> Option<String> {
        let words = ["exit", "quit", "help", "copyright", "credits", "license"];
        let is_ours = words.contains(&word) && self.globals.get_named(self.vm, word).is_none();
        match word {
            "clear" if self.globals.get_named(self.vm, word).is_none() => {
                use std::io::Write;
                let _ = std::io::stdout().write_all(b"\x1b[H\x1b[2J");
                Some("pass\n".to_owned())
            }
            _ => is_ours.then(|| format!("{word}()\n")),
        }
    }

    fn run_block(&self, text: &str, name: &str) -> Res<()> {
        match compile_str(text, name, &self.compile) {
            Ok(compiled) => {
                for warning in &compiled.warnings {
                    source::warn(self.vm, warning, name)?;
                }
                self.execute(compiled.unit)
            }
            Err(e) => Err(self.wrong(&e, name)),
        }
    }

    /// Run the code of one block. See the file's head on `await`.
    fn execute(&self, unit: CodeUnit) -> Res<()> {
        taipan_core::vm::code::run_module(self.vm, Rc::new(unit), self.globals).map(drop)
    }

    fn wrong(&self, error: &CompileError, name: &str) -> Raised {
        source::raise(self.vm, error, name, false)
    }

    /// Show an exception; SystemExit ends the prompt.
    fn report(&self, raised: Raised, colours: bool) -> Res<()> {
        let vm = self.vm;
        let exception = vm.take_raised(raised);
        if is_a(vm, &exception, Exc::SystemExit) {
            return Err(vm.raise(exception));
        }
        let own_hook = || Some(self.sys("excepthook")?.is(&self.sys("__excepthook__")?));
        if colours && own_hook() == Some(true) {
            self.remember(&exception);
            let text = print::format_exception(vm, &exception);
            #[cfg(feature = "prompt")]
            let text = colour::traceback(&text);
            uncaught::write_error(vm, &text);
            return Ok(());
        }
        match vm.report_uncaught(&exception) {
            Ok(()) => Ok(()),
            Err(exit) => Err(vm.raise(exit)),
        }
    }

    /// `sys.last_value` and its kin, for debuggers.
    fn remember(&self, exception: &Object) {
        let vm = self.vm;
        let Some(sys) = vm.interp().sys.get_as::<Dict>() else { return };
        let traceback = exception.downcast::<Exception>().and_then(|e| e.traceback.get());
        let values = [
            ("last_type", vm.class_of(exception).clone().into_object()),
            ("last_value", exception.clone()),
            ("last_traceback", traceback.unwrap_or_else(Object::none)),
        ];
        for (name, value) in values {
            if let Err(r) = sys.set_named(vm, name, value) {
                drop(vm.take_raised(r));
            }
        }
    }

    /// `sys.__interactivehook__`.
    fn call_hook(&self) -> Res<()> {
        let vm = self.vm;
        let Some(hook) = self.sys("__interactivehook__") else { return Ok(()) };
        if let Err(r) = vm.call(&hook, &[]) {
            let exception = vm.take_raised(r);
            uncaught::write_error(vm, "Failed calling sys.__interactivehook__\n");
            self.report(vm.raise(exception), false)?;
        }
        Ok(())
    }

    /// The file that PYTHONSTARTUP names, in `__main__`.
    fn run_startup(&self, file: &str) -> Res<()> {
        let vm = self.vm;
        let read = match std::fs::read(file) {
            Ok(bytes) => Ok(bytes),
            Err(e) => {
                uncaught::write_error(vm, "Could not open PYTHONSTARTUP\n");
                let name = vm.str(file)?.into_object();
                Err(taipan_core::native::errors::os_error_with(vm, &e, Some(&name), None))
            }
        };
        let result = read.and_then(|bytes| {
            self.globals.set_named(vm, "__file__", vm.str(file)?)?;
            let options = CompileOptions { mode: Mode::Exec, ..self.compile.clone() };
            let compiled =
                compile_source(&bytes, file, &options).map_err(|e| self.wrong(&e, file))?;
            self.execute(compiled.unit)
        });
        let result = result.map_err(|r| vm.take_raised(r));
        self.globals.remove_str(vm, &vm.intern("__file__"));
        if let Err(exception) = result {
            let r = vm.raise(exception);
            self.report(r, false)?;
        }
        self.flush();
        Ok(())
    }
}
