//! Which methods of an object are native: those may be run without looking them up and binding them each time.
//!
//! What is found for a class is kept under the class's version, which changes with everything that could change it: a
//! method put into the class or one of its bases, and also the first attribute of an instance that hides one.
//!
//! **Invariant:** what is kept holds for instances whose attributes lie where the class says, and for those that have none;
//! of one with a `__dict__` that is looked at too.

use std::cell::{Cell, OnceCell, RefCell};

use super::state::State;
use crate::support::*;

macro_rules! methods {
    ($($name:ident)*) => {
        /// A method that our code calls on an object.
        #[derive(Clone, Copy)]
        #[expect(non_camel_case_types, reason = "named as the methods")]
        pub(crate) enum Method { $($name,)* }

        const NAMES: [&str; COUNT] = [$(stringify!($name)),*];
        const COUNT: usize = [$(stringify!($name)),*].len();
    };
}

methods! {
    readable writable accept handle_read_event handle_write_event handle_expt_event handle_connect_event
    handle_read handle_write handle_expt handle_close handle_error handle_connect handle_accept handle_accepted
    recv send close initiate_send log_info add_channel del_channel set_socket set_file
    collect_incoming_data found_terminator get_terminator __init__ append appendleft
}

/// How a method of the instances of a class is reached.
#[derive(Clone, Copy)]
enum Reach {
    /// As any attribute.
    LookUp,
    Native(&'static NativeDef),
    /// A function that is written in Python: in the class, and hidden by no attribute.
    Function,
}

type Reaches = [Reach; COUNT];

/// What is known of so many classes at most.
const KNOWN: usize = 32;

/// What is known of classes, by their versions.
#[derive(Default)]
pub(crate) struct Methods {
    versions: RefCell<Vec<u32>>,
    reaches: RefCell<Vec<Reaches>>,
    /// Whose place is taken next.
    next: Cell<usize>,
    names: OnceCell<[Obj<Str>; COUNT]>,
}

impl Methods {
    fn names(&self, vm: &Vm) -> &[Obj<Str>; COUNT] {
        self.names.get_or_init(|| NAMES.map(|name| vm.intern(name)))
    }

    fn name(&self, vm: &Vm, method: Method) -> &Obj<Str> {
        &self.names(vm)[method as usize]
    }

    fn reach(&self, vm: &Vm, object: &Object, method: Method) -> Reach {
        let class = vm.class_of(object);
        let version = class.version();
        let has_dict = object.is_kind(Kind::DictInstance);
        let is_plain = has_dict || object.is_kind(Kind::Instance) || !class.has(type_flags::DICT);
        if version == 0 || !is_plain {
            return Reach::LookUp;
        }
        let reach = self.of_class(vm, class, method);
        match has_dict && vm.own_attribute(object, self.name(vm, method)).is_some() {
            true => Reach::LookUp,
            false => reach,
        }
    }

    fn of_class(&self, vm: &Vm, class: &Obj<Type>, method: Method) -> Reach {
        let version = class.version();
        let place = self.versions.borrow().iter().position(|&known| known == version);
        let place = place.unwrap_or_else(|| self.learn(vm, class));
        self.reaches.borrow().get(place).map_or(Reach::LookUp, |known| known[method as usize])
    }

    /// Look at a class, and say where what is found lies.
    #[cold]
    fn learn(&self, vm: &Vm, class: &Obj<Type>) -> usize {
        let known = self.look(vm, class);
        let (mut versions, mut reaches) = (self.versions.borrow_mut(), self.reaches.borrow_mut());
        if versions.len() < KNOWN {
            versions.push(class.version());
            reaches.push(known);
            return versions.len() - 1;
        }
        let place = self.next.get();
        self.next.set((place + 1) % KNOWN);
        versions[place] = class.version();
        reaches[place] = known;
        place
    }

    /// How all methods of a class are reached. Runs no Python.
    fn look(&self, vm: &Vm, class: &Obj<Type>) -> Reaches {
        let mut reaches = [Reach::LookUp; COUNT];
        if class.slots().getattr.is_some() {
            return reaches;
        }
        let hidden = class.instance_names();
        for (reach, name) in reaches.iter_mut().zip(self.names(vm)) {
            let is_hidden = hidden.iter().any(|hidden| hidden.is(name));
            if let Some(found) = class.lookup(vm, name).filter(|_| !is_hidden) {
                *reach = reach_of(class, &found);
            }
        }
        reaches
    }

    /// The native function that a call of a method comes to, if it is one.
    pub(crate) fn native(
        &self,
        vm: &Vm,
        object: &Object,
        method: Method,
    ) -> Option<&'static NativeDef> {
        match self.reach(vm, object, method) {
            Reach::Native(def) => Some(def),
            _ => None,
        }
    }

    /// Whether a call of a method comes to the function of a row.
    pub(crate) fn is<F: NativeFunction>(&self, vm: &Vm, object: &Object, method: Method) -> bool {
        let own = F::DEF.call;
        self.native(vm, object, method).is_some_and(|def| std::ptr::fn_addr_eq(def.call, own))
    }

    /// Whether a class has the function of a row for a method.
    pub(crate) fn is_of<F: NativeFunction>(
        &self,
        vm: &Vm,
        class: &Obj<Type>,
        method: Method,
    ) -> bool {
        let own = F::DEF.call;
        class.version() != 0
            && matches!(self.of_class(vm, class, method), Reach::Native(def) if std::ptr::fn_addr_eq(def.call, own))
    }

    /// Call a method as a class has it.
    pub(crate) fn run_of(
        &self,
        vm: &Vm,
        class: &Obj<Type>,
        method: Method,
        object: &Object,
        args: &[Object],
    ) -> Res {
        match if class.version() == 0 { Reach::LookUp } else { self.of_class(vm, class, method) } {
            Reach::Native(def) if vm.class_of(object).is_subtype(class) => {
                with_self(vm, object, args, |all| (def.call)(vm, all, None))
            }
            _ => {
                let function = vm.getattr(class.as_object(), self.name(vm, method))?;
                with_self(vm, object, args, |all| vm.call(&function, all))
            }
        }
    }
}

fn reach_of(class: &Obj<Type>, found: &Object) -> Reach {
    if found.is_kind(Kind::Function) {
        return Reach::Function;
    }
    let Some(method) = found.downcast::<Builtin>() else { return Reach::LookUp };
    let owner = method.owner.get_as::<Type>();
    let takes_self = method.def.kind == NativeKind::Method && !method.receiver.is_set();
    match owner {
        Some(owner) if takes_self && class.is_subtype(&owner) => Reach::Native(method.def),
        _ => Reach::LookUp,
    }
}

/// `object.method(*args)`.
pub(crate) fn run(vm: &Vm, state: &State, object: &Object, method: Method, args: &[Object]) -> Res {
    let name = state.methods.name(vm, method);
    match state.methods.reach(vm, object, method) {
        Reach::Native(def) => with_self(vm, object, args, |all| (def.call)(vm, all, None)),
        Reach::Function if let Some(function) = vm.class_of(object).lookup(vm, name) => {
            with_self(vm, object, args, |all| vm.call(&function, all))
        }
        _ => vm.call(&vm.getattr(object, name)?, args),
    }
}

/// Call `f` with the object in front of the arguments.
fn with_self(vm: &Vm, object: &Object, args: &[Object], f: impl FnOnce(&[Object]) -> Res) -> Res {
    match args {
        [] => f(std::slice::from_ref(object)),
        [a] => f(&[object.clone(), a.clone()]),
        [a, b] => f(&[object.clone(), a.clone(), b.clone()]),
        _ => {
            let mut all = Vec::new();
            reserve(vm, &mut all, args.len() + 1)?;
            all.push(object.clone());
            all.extend_from_slice(args);
            f(&all)
        }
    }
}
