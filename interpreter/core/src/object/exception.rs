//! The exception object: arguments, chain, traceback, and the fields of the classes that have more.

use super::header::Kind;
use super::object::{Object, Payload, Slot, Visitor};
use std::cell::{Cell, RefCell};

/// State of every BaseException.
pub struct Exception {
    /// Tuple.
    pub args: Slot,
    /// `Traceback`, or unset.
    pub traceback: Slot,
    pub context: Slot,
    pub cause: Slot,
    pub suppress_context: Cell<bool>,
    /// Fields of OSError, SyntaxError, UnicodeError, ImportError, StopIteration, SystemExit, groups...
    /// by position; which is which is types/exceptions' affair.
    fields: RefCell<Vec<Option<Object>>>,
}

impl Payload for Exception {
    const KIND: Kind = Kind::Exception;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        for s in [&self.args, &self.traceback, &self.context, &self.cause] {
            v.slot(s);
        }
        for f in self.fields.borrow().iter().flatten() {
            v.visit(f);
        }
    }
    fn clear(&self) {
        for s in [&self.traceback, &self.context, &self.cause] {
            drop(s.take());
        }
        drop(self.fields.take());
    }
}

impl Exception {
    pub(crate) fn new(args: Object) -> Exception {
        Exception {
            args: Slot::new(args),
            traceback: Slot::empty(),
            context: Slot::empty(),
            cause: Slot::empty(),
            suppress_context: Cell::new(false),
            fields: RefCell::new(Vec::new()),
        }
    }

    /// Field `i` of the class's own fields.
    pub fn field(&self, i: usize) -> Option<Object> {
        self.fields.borrow().get(i).cloned().flatten()
    }

    /// Set field `i` (the old one is dropped after the store).
    pub fn set_field(&self, i: usize, value: Option<Object>) {
        let mut fields = self.fields.borrow_mut();
        if fields.len() <= i {
            fields.resize(i + 1, None);
        }
        let old = std::mem::replace(&mut fields[i], value);
        drop(fields);
        drop(old);
    }
}

/// One entry of a traceback.
pub struct Traceback {
    /// The next entry, nearer to where the exception was raised.
    pub next: Slot,
    pub frame: Slot,
    /// Instruction, in words.
    pub lasti: Cell<i32>,
    pub line: Cell<u32>,
}

impl Payload for Traceback {
    const GC: bool = true;
    const SPEC: Option<&'static super::types::TypeSpec> = Some(&crate::types::traceback::SPEC);
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.next);
        v.slot(&self.frame);
    }
    fn clear(&self) {
        drop(self.next.take());
        drop(self.frame.take());
    }
}

macro_rules! exceptions {
    ($($name:ident : $base:ident,)*) => {
        /// The builtin exception classes.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Exc { $($name,)* }
        impl Exc {
            /// All, bases before what derives from them, with name and base.
            pub const ALL: &'static [(Exc, &'static str, Exc)] = &[$((Exc::$name, stringify!($name), Exc::$base),)*];
            /// The class's name.
            pub fn name(self) -> &'static str { Exc::ALL[self as usize].1 }
        }
    };
}

// BaseException is named as its own base; its base is object.
exceptions! {
    BaseException: BaseException,
    Exception: BaseException,
    GeneratorExit: BaseException,
    KeyboardInterrupt: BaseException,
    SystemExit: BaseException,
    BaseExceptionGroup: BaseException,
    ExceptionGroup: BaseExceptionGroup,
    ArithmeticError: Exception,
    AssertionError: Exception,
    AttributeError: Exception,
    BufferError: Exception,
    EOFError: Exception,
    ImportError: Exception,
    LookupError: Exception,
    MemoryError: Exception,
    NameError: Exception,
    OSError: Exception,
    ReferenceError: Exception,
    RuntimeError: Exception,
    StopAsyncIteration: Exception,
    StopIteration: Exception,
    SyntaxError: Exception,
    SystemError: Exception,
    TypeError: Exception,
    ValueError: Exception,
    Warning: Exception,
    FloatingPointError: ArithmeticError,
    OverflowError: ArithmeticError,
    ZeroDivisionError: ArithmeticError,
    ModuleNotFoundError: ImportError,
    IndexError: LookupError,
    KeyError: LookupError,
    UnboundLocalError: NameError,
    BlockingIOError: OSError,
    ChildProcessError: OSError,
    ConnectionError: OSError,
    BrokenPipeError: ConnectionError,
    ConnectionAbortedError: ConnectionError,
    ConnectionRefusedError: ConnectionError,
    ConnectionResetError: ConnectionError,
    FileExistsError: OSError,
    FileNotFoundError: OSError,
    InterruptedError: OSError,
    IsADirectoryError: OSError,
    NotADirectoryError: OSError,
    PermissionError: OSError,
    ProcessLookupError: OSError,
    TimeoutError: OSError,
    NotImplementedError: RuntimeError,
    RecursionError: RuntimeError,
    IndentationError: SyntaxError,
    TabError: IndentationError,
    UnicodeError: ValueError,
    UnicodeDecodeError: UnicodeError,
    UnicodeEncodeError: UnicodeError,
    UnicodeTranslateError: UnicodeError,
    BytesWarning: Warning,
    DeprecationWarning: Warning,
    EncodingWarning: Warning,
    FutureWarning: Warning,
    ImportWarning: Warning,
    PendingDeprecationWarning: Warning,
    ResourceWarning: Warning,
    RuntimeWarning: Warning,
    SyntaxWarning: Warning,
    UnicodeWarning: Warning,
    UserWarning: Warning,
}
