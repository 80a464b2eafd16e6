//! Raising from Rust.

use super::{Res, Vm};
use crate::object::{Exc, Exception, NoMemory, Obj, Object, Type};
use std::fmt::{Display, Write};

/// An exception is in flight (in the `Vm`). Carries nothing, so that results stay small.
#[derive(Debug)]
#[must_use]
pub struct Raised(());

macro_rules! raisers {
    ($($method:ident => $exc:ident,)*) => {
        $(
            #[doc = concat!("Raise ", stringify!($exc), " with a message.")]
            #[cold]
            pub fn $method(&self, message: impl Display) -> Raised {
                self.raise_kind(Exc::$exc, message)
            }
        )*
    };
}

impl Vm {
    /// The token of the exception that is in flight already.
    pub(crate) fn in_flight(&self) -> Raised {
        Raised(())
    }

    /// Put an exception object in flight (no context or traceback is touched: the unwinder adds its
    /// entries, `raise_with_context` the context).
    #[cold]
    pub fn raise(&self, exception: Object) -> Raised {
        self.raised.set(exception);
        Raised(())
    }

    /// Raise a builtin class with a message. The exception being handled becomes the context.
    #[cold]
    #[inline(never)]
    pub fn raise_kind(&self, kind: Exc, message: impl Display) -> Raised {
        let text = match MessageBuf::of(&message) {
            Ok(text) => text,
            Err(no) => return self.no_memory(no),
        };
        let args = match self.str(&text) {
            Ok(s) => vec![s.into_object()],
            Err(r) => return r,
        };
        self.raise_args(kind, args)
    }

    /// Raise a builtin class with arguments.
    #[cold]
    pub fn raise_args(&self, kind: Exc, args: Vec<Object>) -> Raised {
        let class = self.types().exception(kind);
        match self.new_exception(&class, args) {
            Ok(e) => self.raise_with_context(e),
            Err(r) => r,
        }
    }

    /// Raise, with the exception being handled as context (unless it is the same one).
    #[cold]
    pub fn raise_with_context(&self, exception: Object) -> Raised {
        if let Some(handled) = self.handled.get() {
            if !handled.is(&exception) {
                if let Some(e) = exception.downcast::<Exception>() {
                    // Break a cycle: somewhere down the chain may be `exception` itself.
                    let mut at = handled.clone();
                    let mut slow = handled.clone();
                    let mut step = false;
                    while let Some(next) = at.downcast::<Exception>().and_then(|x| x.context.get())
                    {
                        if next.is(&exception) {
                            if let Some(x) = at.downcast::<Exception>() {
                                drop(x.context.take());
                            }
                            break;
                        }
                        at = next;
                        if step {
                            if let Some(n) =
                                slow.downcast::<Exception>().and_then(|x| x.context.get())
                            {
                                slow = n;
                            }
                            if slow.is(&at) {
                                break;
                            }
                        }
                        step = !step;
                    }
                    e.context.set(handled);
                }
            }
        }
        self.raise(exception)
    }

    /// An instance of a builtin exception class, made without running Python. For user-defined classes
    /// call the class.
    pub fn new_exception(&self, class: &Obj<Type>, args: Vec<Object>) -> Res {
        if !crate::types::exceptions::is_plain(class) {
            return crate::types::exceptions::construct(self, class, &args);
        }
        let args = self.tuple(args)?.into_object();
        Ok(self.alloc_typed(class, Exception::new(args), 0)?.into_object())
    }

    /// MemoryError.
    #[cold]
    pub fn no_memory(&self, _: NoMemory) -> Raised {
        // Room beyond the interpreter's limit for the exception itself.
        const RESERVE: usize = 64 << 10;
        let interp = self.interp();
        if interp.out_of_memory.replace(true) {
            return self.raise_spare();
        }
        let limit = interp.heap.limit();
        interp.heap.set_limit(limit.saturating_add(RESERVE));
        let made = self.new_exception(&self.types().exception(Exc::MemoryError), Vec::new());
        interp.heap.set_limit(limit);
        interp.out_of_memory.set(false);
        match made {
            Ok(e) => self.raise_with_context(e),
            Err(r) => r,
        }
    }

    /// The MemoryError that was made ahead: there is no room to make one.
    fn raise_spare(&self) -> Raised {
        let spare = self.interp().spare_memory_error.get().unwrap_or_else(Object::none);
        if let Some(e) = spare.downcast::<Exception>() {
            drop((e.traceback.take(), e.context.take()));
        }
        self.raise(spare)
    }

    /// The exception in flight, taken out of flight.
    pub fn take_raised(&self, _: Raised) -> Object {
        self.raised.take().unwrap_or_else(Object::none)
    }

    /// If the exception in flight is an instance of `kind`, take it out of flight.
    pub fn caught(&self, raised: Raised, kind: Exc) -> Result<Object, Raised> {
        let class = self.types().exception(kind);
        let hit = self.raised.get().is_some_and(|e| self.class_of(&e).is_subtype(&class));
        if hit { Ok(self.take_raised(raised)) } else { Err(raised) }
    }

    raisers! {
        type_error => TypeError,
        value_error => ValueError,
        attribute_error => AttributeError,
        index_error => IndexError,
        overflow_error => OverflowError,
        zero_division_error => ZeroDivisionError,
        runtime_error => RuntimeError,
        recursion_error => RecursionError,
        system_error => SystemError,
        not_implemented_error => NotImplementedError,
        buffer_error => BufferError,
        name_error => NameError,
        unbound_local_error => UnboundLocalError,
        import_error => ImportError,
        lookup_error => LookupError,
        eof_error => EOFError,
        reference_error => ReferenceError,
        assertion_error => AssertionError,
    }

    /// KeyError with the key itself as argument.
    #[cold]
    pub fn key_error(&self, key: &Object) -> Raised {
        self.raise_args(Exc::KeyError, vec![key.clone()])
    }

    /// StopIteration with a value.
    #[cold]
    pub fn stop_iteration(&self, value: Object) -> Raised {
        let args = if value.is_none() { Vec::new() } else { vec![value] };
        self.raise_args(Exc::StopIteration, args)
    }

    /// What a kernel could not do, as the exception it stands for.
    #[cold]
    pub fn text_error(&self, error: crate::text::TextError) -> Raised {
        use crate::text::TextError as E;
        match error {
            E::NoMemory => self.no_memory(NoMemory),
            E::Overflow(m) => self.overflow_error(m),
            E::Value(m) => self.value_error(m),
            E::Type(m) => self.type_error(m),
            E::ZeroDivision(m) => self.zero_division_error(m),
            E::Index(m) => self.index_error(m),
            E::Raised => self.in_flight(),
        }
    }

    /// How integers are written and read now: the limit of digits, and whom to ask in between.
    pub fn digits(&self) -> crate::text::intconv::Limit<'_> {
        crate::text::intconv::Limit { digits: self.interp().int_max_str_digits.get(), watch: self }
    }
}

/// Long kernels look at the eval flags, and their memory is the interpreter's.
impl crate::text::watch::Watch for Vm {
    fn poll(&self) -> crate::text::TextResult<()> {
        Vm::poll(self).map_err(|_| crate::text::TextError::Raised)
    }

    fn room(&self, bytes: usize) -> crate::text::TextResult<()> {
        match self.has_room(bytes) {
            true => Ok(()),
            false => Err(crate::text::TextError::NoMemory),
        }
    }
}

/// The eval flags alone as far as the host stops with them: for work that holds a borrow.
pub struct Stops<'a>(pub &'a Vm);

impl crate::text::watch::Watch for Stops<'_> {
    fn poll(&self) -> crate::text::TextResult<()> {
        self.0.poll_stop().map_err(|_| crate::text::TextError::Raised)
    }

    fn room(&self, bytes: usize) -> crate::text::TextResult<()> {
        crate::text::watch::Watch::room(self.0, bytes)
    }
}

/// The text of a message, which may show what a program has made as long as it likes.
struct MessageBuf {
    text: String,
    starved: bool,
}

impl MessageBuf {
    fn of(message: &dyn Display) -> Result<String, NoMemory> {
        let mut buf = MessageBuf { text: String::new(), starved: false };
        let written = write!(buf, "{message}");
        if written.is_err() && buf.starved { Err(NoMemory) } else { Ok(buf.text) }
    }
}

impl std::fmt::Write for MessageBuf {
    fn write_str(&mut self, part: &str) -> std::fmt::Result {
        if self.text.try_reserve(part.len()).is_err() {
            self.starved = true;
            return Err(std::fmt::Error);
        }
        self.text.push_str(part);
        Ok(())
    }
}

impl Vm {
    /// MemoryError unless so many bytes could be had now: for work that cannot say so itself. A little is not asked for.
    #[inline]
    pub fn need_room(&self, bytes: usize) -> Res<()> {
        const LITTLE: usize = 1 << 20;
        if bytes <= LITTLE || self.has_room(bytes) { Ok(()) } else { Err(self.no_memory(NoMemory)) }
    }

    /// Whether so many bytes could be had now, of the system too. (They are asked for and given back.)
    pub fn has_room(&self, bytes: usize) -> bool {
        const SMALL: usize = 1 << 20;
        let heap = &self.interp().heap;
        heap.has_room(bytes)
            && (bytes <= SMALL || Vec::<u8>::new().try_reserve_exact(bytes).is_ok())
    }
}
