//! What went wrong in Python, as a Rust value that needs no interpreter.

use crate::handle::Handle;
use std::fmt;
use taipan_core::object::{Exc, Exception, Object, Str, Traceback, Tuple};
use taipan_core::vm::frame_object::FrameObject;
use taipan_core::vm::{Raised, Vm};

/// Which bound ended a host's call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stop {
    /// [`CancelHandle::cancel`](crate::CancelHandle::cancel) was called.
    Cancelled,
    /// The time was over; see [`Interpreter::set_timeout`](crate::Interpreter::set_timeout).
    Deadline,
    /// There was no fuel left; see [`Interpreter::set_fuel`](crate::Interpreter::set_fuel).
    OutOfFuel,
    /// The memory limit was reached, and the script did not handle the MemoryError.
    OutOfMemory,
    /// Calls were nested too deeply, and the script did not handle the RecursionError.
    Recursion,
}

/// The part of a source text that an instruction stands for: lines from 1, columns in bytes from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

/// One entry of a traceback, the outermost call first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub file: String,
    pub line: u32,
    pub function: String,
    /// Unknown for code without positions.
    pub span: Option<Span>,
}

#[derive(Debug, Default)]
struct Inner {
    stop: Option<Stop>,
    type_name: String,
    message: String,
    frames: Vec<Frame>,
    traceback: String,
    cause: Option<Error>,
    incomplete: bool,
    exit_status: Option<i32>,
    exception: Option<Handle>,
}

/// Why Python code did not come to its end: an exception, or a bound that the host has set.
///
/// `{}` displays it as the last line of a traceback, [`Error::traceback`] is all of it.
#[derive(Debug)]
pub struct Error(Box<Inner>);

impl Error {
    /// The bound that stopped it. After Cancelled, Deadline and OutOfFuel no exception handler and no
    /// `finally` of the script has run.
    pub fn stop(&self) -> Option<Stop> {
        self.0.stop
    }

    /// The class of the exception: "KeyError", "package.module.Problem".
    pub fn type_name(&self) -> &str {
        &self.0.type_name
    }

    /// `str(exception)`.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where it was raised, the outermost call first.
    pub fn frames(&self) -> &[Frame] {
        &self.0.frames
    }

    /// The exception that this one was raised from or while handling.
    pub fn cause(&self) -> Option<&Error> {
        self.0.cause.as_ref()
    }

    /// More source text could make it valid: what a prompt asks before it reads on.
    pub fn is_incomplete(&self) -> bool {
        self.0.incomplete
    }

    /// The status with which the script asked the program to end (`sys.exit`), if it did.
    pub fn exit_status(&self) -> Option<i32> {
        self.0.exit_status
    }

    /// All of it as Python displays it, source lines and causes included; ends with a newline.
    pub fn traceback(&self) -> &str {
        &self.0.traceback
    }

    /// The exception object, to look at more of it.
    pub fn exception(&self) -> Option<&Handle> {
        self.0.exception.as_ref()
    }

    pub(crate) fn at_start(message: String) -> Error {
        let traceback = format!("{message}\n");
        let type_name = "SystemError".to_owned();
        Error(Box::new(Inner { type_name, message, traceback, ..Inner::default() }))
    }

    pub(crate) fn mark_incomplete(&mut self) {
        self.0.incomplete = true;
    }

    /// Of code that the host stopped: nothing of Python runs to make it.
    pub(crate) fn stopped(vm: &Vm, raised: Option<Raised>, stop: Stop) -> Error {
        let exception = raised.map(|raised| vm.take_raised(raised));
        let message = match stop {
            Stop::Cancelled => "the host cancelled the script",
            Stop::Deadline => "the script's time is over",
            _ => "the script's fuel is used up",
        };
        let frames = exception.as_ref().map(frames_of).unwrap_or_default();
        let mut traceback = String::new();
        for frame in &frames {
            let Frame { file, line, function, .. } = frame;
            traceback.push_str(&format!("  File \"{file}\", line {line}, in {function}\n"));
        }
        traceback.push_str(&format!("Stopped: {message}\n"));
        Error(Box::new(Inner {
            stop: Some(stop),
            type_name: "Stopped".to_owned(),
            message: message.to_owned(),
            frames,
            traceback,
            ..Inner::default()
        }))
    }

    /// Of an exception. May run Python (`__str__`).
    pub(crate) fn raised(vm: &Vm, raised: Raised) -> Error {
        let exception = vm.take_raised(raised);
        let heap = &vm.interp().heap;
        let limit = heap.limit();
        heap.set_limit(limit.saturating_add(crate::REPORT_ROOM));
        let mut error = described(vm, &exception, CHAIN);
        error.0.traceback = taipan_core::types::traceback::print::format_exception(vm, &exception);
        let is = |kind| vm.class_of(&exception).is_subtype(&vm.types().exception(kind));
        if is(Exc::MemoryError) && limit != usize::MAX {
            error.0.stop = Some(Stop::OutOfMemory);
        } else if is(Exc::RecursionError) {
            error.0.stop = Some(Stop::Recursion);
        } else if is(Exc::SystemExit) {
            error.0.exit_status = Some(exit_status(vm, &exception));
        }
        error.0.exception = Some(Handle::new(vm, exception));
        heap.set_limit(limit);
        error
    }
}

/// Exceptions of a chain that are described; longer ones are cut.
const CHAIN: usize = 16;

fn described(vm: &Vm, exception: &Object, depth: usize) -> Error {
    let message = match vm.to_str(exception) {
        Ok(text) => text.to_string_lossy(),
        Err(raised) => {
            drop(vm.take_raised(raised));
            "<exception str() failed>".to_owned()
        }
    };
    let cause = exception.downcast::<Exception>().and_then(|e| {
        let context = || if e.suppress_context.get() { None } else { e.context.get() };
        e.cause.get().or_else(context)
    });
    Error(Box::new(Inner {
        type_name: name_of(vm, exception),
        message,
        frames: frames_of(exception),
        cause: cause.filter(|_| depth > 0).map(|cause| described(vm, &cause, depth - 1)),
        ..Inner::default()
    }))
}

/// As tracebacks name it: with its module, unless that is builtins or `__main__`.
fn name_of(vm: &Vm, exception: &Object) -> String {
    let class = vm.class_of(exception);
    let text = |name| match vm.getattr_opt(class.as_object(), name) {
        Ok(value) => Some(value?.downcast::<Str>()?.to_string_lossy()),
        Err(raised) => {
            drop(vm.take_raised(raised));
            None
        }
    };
    let name = text(&vm.names().__qualname__).unwrap_or_else(|| class.short_name());
    match text(&vm.names().__module__) {
        Some(module) if module != "builtins" && module != "__main__" => format!("{module}.{name}"),
        _ => name,
    }
}

fn frames_of(exception: &Object) -> Vec<Frame> {
    let mut frames = Vec::new();
    let Some(e) = exception.downcast::<Exception>() else { return frames };
    let mut at = e.traceback.get_as::<Traceback>();
    while let Some(entry) = at {
        at = entry.next.get_as::<Traceback>();
        let Some(frame) = entry.frame.get_as::<FrameObject>() else { continue };
        let code = &frame.code;
        let span = u32::try_from(entry.lasti.get()).ok().map(|lasti| code.span_at(lasti));
        frames.push(Frame {
            file: code.filename.to_string_lossy(),
            line: entry.line.get(),
            function: code.qualname.to_string_lossy(),
            span: span.filter(|span| (span.col, span.end_col) != (0, 0)).map(|span| Span {
                line: span.line,
                column: span.col,
                end_line: span.end_line,
                end_column: span.end_col,
            }),
        });
    }
    frames
}

/// As the program would end: 0 for none, the number itself, 1 for any other object.
fn exit_status(vm: &Vm, exception: &Object) -> i32 {
    let args = exception.downcast::<Exception>().and_then(|e| e.args.get_as::<Tuple>());
    match args.as_ref().map(|args| args.as_slice()) {
        None | Some([]) => 0,
        Some([code]) if code.is_none() => 0,
        Some([code]) => vm.as_i64(code).map_or(1, |n| n as i32),
        Some(_) => 1,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message() {
            "" => f.write_str(self.type_name()),
            message => write!(f, "{}: {message}", self.type_name()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause().map(|cause| cause as _)
    }
}
