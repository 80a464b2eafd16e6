//! Calls from Rust into Python, finalisers, and what happens at an eval-flags check.

use super::interp::eval_flags;
use super::{Raised, Res, Vm};
use crate::object::*;
use std::sync::atomic::Ordering;

impl Vm {
    /// `callable(object)`.
    pub fn is_callable(&self, object: &Object) -> bool {
        self.class_of(object).slots().call.is_some()
    }

    /// `callable(*args)`.
    #[inline]
    pub fn call(&self, callable: &Object, args: &[Object]) -> Res {
        self.call_with(callable, args, None)
    }

    /// Call with positional arguments followed by the values of `names`.
    pub fn call_with(&self, callable: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
        match self.class_of(callable).slots().call {
            Some(f) => {
                self.recurse(" while calling a Python object", || f(self, callable, args, names))
            }
            None => Err(self
                .type_error(format_args!("'{}' object is not callable", self.type_name(callable)))),
        }
    }

    /// Call a function as a method of `receiver`, without a bound method.
    pub(crate) fn call_unbound(
        &self,
        function: &Obj<Function>,
        receiver: &Object,
        args: &[Object],
        names: Option<&Obj<Tuple>>,
    ) -> Res {
        self.recurse(" while calling a Python object", || {
            super::function_call::call_bound(self, function, Some(receiver), args, names)
        })
    }

    /// Call with keyword arguments by Rust names.
    pub fn call_named(&self, callable: &Object, args: &[Object], named: &[(&str, Object)]) -> Res {
        let mut all = args.to_vec();
        let mut names = Vec::new();
        for (n, o) in named {
            names.push(self.intern(n).into_object());
            all.push(o.clone());
        }
        let names = self.tuple(names)?;
        self.call_with(callable, &all, if named.is_empty() { None } else { Some(&names) })
    }

    /// `object.name(*args)`.
    #[inline(never)]
    pub fn call_method(&self, object: &Object, name: &str, args: &[Object]) -> Res {
        let name = self.intern(name);
        let class = self.class_of(object);
        if class.slots().getattr.is_none() {
            let has_attributes = instance::has_attributes(object);
            // A plain function of the class needs no bound method.
            if has_attributes
                && let Some(attribute) = class.lookup(self, &name)
                && let Some(function) = attribute.downcast_exact::<Function>()
                && instance::get_attribute(self, object, &name).is_none()
            {
                return self.call_unbound(function, object, args, None);
            }
            if !has_attributes && let Some(r) = self.call_special(object, &name, args)? {
                return Ok(r);
            }
        }
        let m = self.getattr(object, &name)?;
        self.call(&m, args)
    }

    /// Call with a tuple and a dict, as `f(*args, **kwargs)`.
    pub fn call_tuple_dict(
        &self,
        callable: &Object,
        args: &Obj<Tuple>,
        kwargs: Option<&Obj<Dict>>,
    ) -> Res {
        let Some(kwargs) = kwargs.filter(|d| !d.is_empty()) else {
            return self.call(callable, args.as_slice());
        };
        self.need_room((args.len() + kwargs.len()).saturating_mul(48))?;
        let mut all = args.as_slice().to_vec();
        let mut names = Vec::new();
        for (k, v) in kwargs.snapshot() {
            if k.downcast::<Str>().is_none() {
                return Err(self.type_error("keywords must be strings"));
            }
            names.push(k);
            all.push(v);
        }
        let names = self.tuple(names)?;
        self.call_with(callable, &all, Some(&names))
    }

    /// Run `__del__`.
    pub(crate) fn finalize(&self, object: &Object) {
        let Some(f) = self.class_of(object).slots().del else { return };
        let in_flight = self.raised.take();
        if let Err(r) = f(self, object) {
            let method = self.class_of(object).lookup(self, &self.names().__del__);
            self.unraisable(r, method.as_ref());
        }
        self.raised.assign(in_flight);
    }

    /// Report an exception that cannot be raised (finalisers, callbacks) through `sys.unraisablehook`.
    pub fn unraisable(&self, raised: Raised, object: Option<&Object>) {
        // What a native raised of itself shows at least where the program was.
        super::unwind::place_untraced(self);
        let exception = self.take_raised(raised);
        crate::types::traceback::report_unraisable(self, &exception, object);
    }

    /// The same with other words in place of "Exception ignored in".
    pub fn unraisable_in(&self, raised: Raised, message: &str, object: &Object) {
        let exception = self.take_raised(raised);
        let report = crate::types::traceback::uncaught::report_unraisable_with;
        report(self, &exception, Some(object), Some(message));
    }
}

/// At a check of the eval flags: see to what they ask for.
#[cold]
#[inline(never)]
pub(crate) fn handle_flags(vm: &Vm) -> Res<()> {
    let flags = &vm.interp().eval_flags;
    let now = flags.load(Ordering::Relaxed);
    if now & eval_flags::GC != 0 {
        flags.fetch_and(!eval_flags::GC, Ordering::Relaxed);
        crate::vm::gc::collect_automatically(vm)?;
    }
    if now & eval_flags::GIL != 0 {
        crate::vm::gil::yield_lock(vm);
    }
    if now & (eval_flags::SIGNAL | eval_flags::PENDING) != 0 {
        crate::vm::gil::run_pending(vm)?;
    }
    handle_stop(vm)
}

/// What of it the host asks for.
pub(crate) fn handle_stop(vm: &Vm) -> Res<()> {
    let stops = eval_flags::CANCEL | eval_flags::FUEL | eval_flags::DEADLINE;
    if vm.interp().eval_flags.load(Ordering::Relaxed) & stops != 0 {
        crate::vm::gil::stop_requested(vm)?;
    }
    Ok(())
}
