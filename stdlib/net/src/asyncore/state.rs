//! What an interpreter keeps of this module, and a channel as the methods see it.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use super::methods::{Method, Methods, run};
use crate::support::*;

/// Interned names of attributes.
macro_rules! attribute_names {
    ($($name:ident)*) => {
        pub(crate) struct Names { $(pub(crate) $name: Obj<Str>,)* }

        impl Names {
            fn new(vm: &Vm) -> Names {
                Names { $($name: vm.intern(stringify!($name)),)* }
            }
        }
    };
}

attribute_names! {
    _map _fileno socket connected accepting connecting addr debug out_buffer fd family_and_type
    ignore_log_types errno
    ac_in_buffer ac_in_buffer_size ac_out_buffer_size incoming producer_fifo terminator use_encoding encoding
    data buffer_size
}

/// See the file's head.
#[derive(Default)]
pub(crate) struct State {
    /// The dict of the module.
    pub(crate) globals: Slot,
    pub(crate) dispatcher: Slot,
    /// The file of the module that is importing this one, if that is a native one too.
    pub(crate) importer: Cell<Option<&'static str>>,
    pub(crate) methods: Methods,
    nothing: OnceCell<Object>,
    names: OnceCell<Names>,
}

/// The state of this interpreter.
pub(crate) fn state(vm: &Vm) -> Rc<State> {
    vm.interp().state::<State>()
}

impl State {
    pub(crate) fn names(&self, vm: &Vm) -> &Names {
        self.names.get_or_init(|| Names::new(vm))
    }

    /// A name of the module, as programs have left it.
    pub(super) fn global(&self, vm: &Vm, name: &str) -> Res {
        let globals = self.globals.get_as::<Dict>();
        match globals.and_then(|globals| globals.get_named(vm, name)) {
            Some(found) => Ok(found),
            None => Err(vm.name_error(format_args!("name '{name}' is not defined"))),
        }
    }

    /// A name of a module that this one has imported.
    pub(super) fn global_of(&self, vm: &Vm, module: &str, name: &str) -> Res {
        vm.getattr_named(&self.global(vm, module)?, name)
    }

    /// The map that is meant.
    pub(super) fn map(&self, vm: &Vm, given: Option<&Object>) -> Res {
        match given {
            Some(map) => Ok(map.clone()),
            None => self.global(vm, "socket_map"),
        }
    }

    /// Whether an error number is one of those of a connection that is gone.
    pub(super) fn is_disconnected(&self, vm: &Vm, number: &Object) -> Res<bool> {
        vm.contains(&self.global(vm, "_DISCONNECTED")?, number)
    }

    /// Call a method as `dispatcher` has it, for classes that extend that.
    pub(crate) fn run_dispatchers(
        &self,
        vm: &Vm,
        method: Method,
        this: &Object,
        args: &[Object],
    ) -> Res {
        match self.dispatcher.get_as::<Type>() {
            Some(class) => self.methods.run_of(vm, &class, method, this, args),
            None => Err(vm.runtime_error("asyncore has not been imported")),
        }
    }

    /// `b''`.
    pub(crate) fn nothing(&self, vm: &Vm) -> Res<&Object> {
        if self.nothing.get().is_none() {
            let _ = self.nothing.set(vm.bytes(b"")?.into_object());
        }
        self.nothing.get().ok_or_else(|| vm.no_memory(NoMemory))
    }
}

/// A channel, or whatever a program uses as one: attributes and methods by name.
pub(crate) struct Channel<'a> {
    pub(crate) vm: &'a Vm,
    pub(crate) state: Rc<State>,
    pub(crate) this: &'a Object,
}

impl<'a> Channel<'a> {
    pub(crate) fn of(vm: &'a Vm, this: &'a Object) -> Channel<'a> {
        Channel { vm, state: state(vm), this }
    }

    pub(crate) fn names(&self) -> &Names {
        self.state.names(self.vm)
    }

    pub(crate) fn get(&self, name: &Obj<Str>) -> Res {
        self.vm.getattr(self.this, name)
    }

    pub(crate) fn is(&self, name: &Obj<Str>) -> Res<bool> {
        let value = self.get(name)?;
        match value.immediate_truth() {
            Some(truth) => Ok(truth),
            None => self.vm.truth(&value),
        }
    }

    pub(crate) fn set(&self, name: &Obj<Str>, value: &Object) -> Res<()> {
        self.vm.setattr(self.this, name, value)
    }

    pub(crate) fn set_flag(&self, name: &Obj<Str>, value: bool) -> Res<()> {
        self.set(name, &Object::bool(value))
    }

    pub(crate) fn call(&self, method: Method, args: &[Object]) -> Res {
        run(self.vm, &self.state, self.this, method, args)
    }

    /// The channel's socket.
    pub(crate) fn socket(&self) -> Res {
        self.get(&self.names().socket)
    }

    /// `self.log_info(message, type)`.
    pub(super) fn log_info(&self, message: Object, kind: &str) -> Res {
        let kind = self.vm.intern(kind).into_object();
        self.call(Method::log_info, &[message, kind])
    }

    /// `%`, as the texts of the log are made.
    pub(super) fn format(&self, format: &str, with: Object) -> Res {
        self.vm.binary(BinOp::Mod, self.vm.str(format)?.as_object(), &with)
    }
}

/// The error number of an OSError.
pub(crate) fn number_of(vm: &Vm, state: &State, exception: &Object) -> Res {
    vm.getattr(exception, &state.names(vm).errno)
}

/// OSError with a number and a text, as the class that stands for the number.
pub(super) fn os_error_of(vm: &Vm, number: Object, text: Object) -> Raised {
    let class = vm.types().exception(Exc::OSError);
    match vm.call(class.as_object(), &[number, text]) {
        Ok(exception) => vm.raise_object(&exception, None),
        Err(raised) => raised,
    }
}
