//! The `raise` statement and the matching of `except` clauses.
//!
//! Does not unwind: it makes what is raised, and answers whether a clause catches it.

use super::{Raised, Res, Vm};
use crate::object::*;
use crate::types::exceptions::group::is_exception_class;

impl Vm {
    /// `raise what` and `raise what from cause`.
    #[cold]
    pub fn raise_object(&self, what: &Object, cause: Option<&Object>) -> Raised {
        match self.exception_to_raise(what, cause) {
            Ok(e) => self.raise_with_context(e),
            Err(r) => r,
        }
    }

    /// Bare `raise`: the exception being handled again, its traceback as it is.
    #[cold]
    pub fn raise_again(&self) -> Raised {
        match self.handled.get() {
            Some(e) if !e.is_none() => self.raise(e),
            _ => self.runtime_error("No active exception to reraise"),
        }
    }

    fn exception_to_raise(&self, what: &Object, cause: Option<&Object>) -> Res {
        let exception = if is_exception_class(what) {
            let e = self.call(what, &[])?;
            if e.downcast::<Exception>().is_none() {
                return Err(self.type_error(format_args!(
                    "calling {} should have returned an instance of BaseException, not {}",
                    self.repr_string(what)?,
                    self.repr_string(self.class_of(&e).as_object())?
                )));
            }
            e
        } else if what.downcast::<Exception>().is_some() {
            what.clone()
        } else {
            return Err(self.type_error("exceptions must derive from BaseException"));
        };
        if let (Some(cause), Some(e)) = (cause, exception.downcast::<Exception>()) {
            let cause = if is_exception_class(cause) {
                Some(self.call(cause, &[])?)
            } else if cause.downcast::<Exception>().is_some() {
                Some(cause.clone())
            } else if cause.is_none() {
                None
            } else {
                return Err(self.type_error("exception causes must derive from BaseException"));
            };
            e.suppress_context.set(true);
            e.cause.assign(cause);
        }
        Ok(exception)
    }

    /// What an `except` clause of native code does: the exception is taken out of flight and is, while `clause`
    /// runs, the one that is being handled: for `sys.exc_info()`, a bare `raise`, and as the context of what is
    /// raised. `Err(vm.raise(exception))` raises it again. What stops the interpreter is not caught.
    pub fn except<T>(&self, raised: Raised, clause: impl FnOnce(&Object) -> Res<T>) -> Res<T> {
        if self.is_stopping() {
            return Err(raised);
        }
        super::unwind::place_untraced(self);
        let exception = self.take_raised(raised);
        let before = self.handled.replace(exception.clone());
        let result = clause(&exception);
        self.handled.assign(before);
        result
    }

    /// Whether an `except` clause with this type (or tuple of types) catches an exception; TypeError for
    /// what is no type of exceptions.
    pub fn exception_matches(&self, exception: &Object, class: &Object) -> Res<bool> {
        if let Some(t) = class.downcast::<Type>() {
            if t.has(type_flags::EXCEPTION) {
                return Ok(self.class_of(exception).is_subtype(t));
            }
        } else if let Some(classes) = class.downcast::<Tuple>() {
            if classes.as_slice().iter().all(is_exception_class) {
                return Ok(self.given_exception_matches(exception, class));
            }
        }
        Err(self
            .type_error("catching classes that do not inherit from BaseException is not allowed"))
    }

    /// The same for what is known to be (nested tuples of) exception classes.
    pub fn given_exception_matches(&self, exception: &Object, class: &Object) -> bool {
        if let Some(classes) = class.downcast::<Tuple>() {
            return classes.as_slice().iter().any(|c| self.given_exception_matches(exception, c));
        }
        class.downcast::<Type>().is_some_and(|t| self.class_of(exception).is_subtype(t))
    }
}
