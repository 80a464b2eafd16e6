//! The editor of blocks (rustyline), on a thread of its own: while it waits for keys the interpreter's other
//! threads run. It asks for completions through a channel, as it cannot touch objects.

use super::{Input, Prompt, Reader, colour, history, keys};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, Helper};
use std::borrow::Cow;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;
use taipan_core::compile::{CompileOptions, compile_str};
use taipan_core::object::{Dict, List, Obj, Object, Str, Tuple};
use taipan_core::vm::{Res, Vm};

/// How often signals are looked at while the editor waits for keys.
const SIGNALS: Duration = Duration::from_millis(100);

/// To the editor.
enum Order {
    /// Read a block, with this prompt.
    Read(String),
    /// The answer to [`Report::Complete`].
    Candidates(Candidates),
}

type Candidates = (usize, Vec<String>);

/// From the editor.
enum Report {
    Read(Result<String, ReadlineError>),
    /// How could the text before the cursor go on?
    Complete(String),
}

/// The interpreter's end of the editor.
pub(super) struct Blocks {
    orders: Sender<Order>,
    reports: Receiver<Report>,
    colours: bool,
    /// Blocks read so far, for their names.
    count: usize,
    complete: Option<Object>,
}

impl Blocks {
    /// None: the terminal cannot be edited on.
    pub fn new() -> Option<Blocks> {
        let term = std::env::var("TERM").unwrap_or_default();
        let basic = std::env::var_os("PYTHONBASICREPL").is_some_and(|v| !v.is_empty());
        let terminal = taipan_sys::fs::isatty(0) && taipan_sys::fs::isatty(1);
        if basic || !terminal || ["", "dumb", "cons25", "emacs"].contains(&term.as_str()) {
            return None;
        }
        let colours = colour::wanted();
        let (orders, their_orders) = channel();
        let (their_reports, reports) = channel();
        std::thread::Builder::new()
            .name("prompt".to_owned())
            .spawn(move || edit(&their_orders, &their_reports, colours))
            .ok()?;
        Some(Blocks { orders, reports, colours, count: 0, complete: None })
    }

    /// The editor's next report. While it waits others may run, and signals are seen to.
    fn report(&mut self, vm: &Vm) -> Option<Report> {
        let reports = &mut self.reports;
        loop {
            let got = vm.blocking(|| wait(reports));
            match got {
                Ok(report) => return report,
                // Such as an interrupt from outside: there is nothing that it could stop.
                Err(r) => drop(vm.take_raised(r)),
            }
        }
    }

    fn candidates(&mut self, prompt: &Prompt, text: &str) -> Res<Candidates> {
        let vm = prompt.vm;
        let complete = match &self.complete {
            Some(complete) => complete.clone(),
            None => {
                let made = completer(vm)?;
                self.complete.insert(made).clone()
            }
        };
        let globals = prompt.globals.clone().into_object();
        let found = vm.call(&complete, &[vm.str(text)?.into_object(), globals])?;
        let pair = found.downcast::<Tuple>();
        let (Some(back), Some(names)) = (pair.and_then(|p| p.get(0)), pair.and_then(|p| p.get(1)))
        else {
            return Ok((0, Vec::new()));
        };
        let back = vm.as_i64(&back).unwrap_or(0).max(0) as usize;
        let names = names.downcast::<List>().and_then(|l| l.to_vec().ok()).unwrap_or_default();
        let names = names.iter().filter_map(|n| Some(n.downcast::<Str>()?.to_string_lossy()));
        let start = text.char_indices().rev().take(back).last().map_or(text.len(), |(i, _)| i);
        Ok((start, names.collect()))
    }
}

impl Reader for Blocks {
    fn read(&mut self, prompt: &Prompt) -> Res<Input> {
        let vm = prompt.vm;
        if self.orders.send(Order::Read(prompt.prompt_text("ps1"))).is_err() {
            return Ok(Input::End);
        }
        loop {
            match self.report(vm) {
                Some(Report::Complete(text)) => {
                    let found = self.candidates(prompt, &text).unwrap_or_else(|r| {
                        drop(vm.take_raised(r));
                        (0, Vec::new())
                    });
                    let _ = self.orders.send(Order::Candidates(found));
                }
                Some(Report::Read(Ok(text))) => {
                    self.count += usize::from(!text.trim().is_empty());
                    return Ok(Input::Text(text));
                }
                Some(Report::Read(Err(ReadlineError::Interrupted))) => {
                    return Ok(Input::Interrupted);
                }
                Some(Report::Read(Err(_))) | None => return Ok(Input::End),
            }
        }
    }

    fn file_name(&self) -> String {
        format!("<python-input-{}>", self.count.saturating_sub(1))
    }

    fn has_colours(&self) -> bool {
        self.colours
    }

    fn takes_commands(&self) -> bool {
        true
    }
}

/// A report, None when the editor is gone. Time without one looks like a signal, so that they are looked at.
fn wait(reports: &mut Receiver<Report>) -> io::Result<Option<Report>> {
    match reports.recv_timeout(SIGNALS) {
        Ok(report) => Ok(Some(report)),
        Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::Interrupted.into()),
        Err(RecvTimeoutError::Disconnected) => Ok(None),
    }
}

/// The function that finds completions, which is written in Python.
fn completer(vm: &Vm) -> Res {
    const FILE: &str = "<frozen taipan.complete>";
    let namespace: Obj<Dict> = vm.new_dict()?;
    namespace.set_named(vm, "__name__", vm.str("taipan.complete")?)?;
    let text = include_str!("complete.py");
    let compiled = compile_str(text, FILE, &CompileOptions::default())
        .map_err(|e| taipan_core::builtins::source::raise(vm, &e, FILE, false))?;
    taipan_core::vm::code::run_module(vm, std::rc::Rc::new(compiled.unit), &namespace)?;
    Ok(namespace.get_named(vm, "complete").unwrap_or_else(Object::none))
}

/// The editor's thread, until nobody gives orders any more.
fn edit(orders: &Receiver<Order>, reports: &Sender<Report>, colours: bool) {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .indent_size(keys::STEP as u8)
        .build();
    let editor = Editor::<Assistant, MemHistory>::with_history(config, MemHistory::new());
    let mut editor = match editor {
        Ok(editor) => editor,
        Err(e) => {
            let _ = reports.send(Report::Read(Err(e)));
            return;
        }
    };
    let store = history::Store::new();
    for block in store.load() {
        let _ = editor.add_history_entry(block);
    }
    for (key, handler) in keys::bindings() {
        editor.bind_sequence(key, handler);
    }
    editor.set_helper(Some(Assistant { orders, reports, colours }));
    while let Ok(order) = orders.recv() {
        let Order::Read(prompt) = order else { continue };
        let read = editor.readline(&prompt);
        if let Ok(block) = &read {
            let block = history::entry(block);
            if !block.is_empty() && editor.add_history_entry(&block).unwrap_or(false) {
                store.add(&block);
            }
        }
        if reports.send(Report::Read(read)).is_err() {
            return;
        }
    }
}

/// What the editor asks while a block is typed.
struct Assistant<'a> {
    orders: &'a Receiver<Order>,
    reports: &'a Sender<Report>,
    colours: bool,
}

impl Helper for Assistant<'_> {}
impl Validator for Assistant<'_> {}

impl Hinter for Assistant<'_> {
    type Hint = String;
}

impl Completer for Assistant<'_> {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let text = line.get(..at).unwrap_or("").to_owned();
        if self.reports.send(Report::Complete(text)).is_ok() {
            if let Ok(Order::Candidates(found)) = self.orders.recv() {
                return Ok(found);
            }
        }
        Ok((at, Vec::new()))
    }
}

impl Highlighter for Assistant<'_> {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.colours { Cow::Owned(colour::source(line)) } else { Cow::Borrowed(line) }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(
        &'s self,
        prompt: &'p str,
        is_default: bool,
    ) -> Cow<'b, str> {
        match self.colours && is_default {
            true => Cow::Owned(colour::prompt(prompt)),
            false => Cow::Borrowed(prompt),
        }
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.colours
    }
}
