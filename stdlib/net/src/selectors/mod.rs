//! The modules `_selectors` and `selectors`.
//!
//! | file           | holds                                                               |
//! |----------------|---------------------------------------------------------------------|
//! | `base`         | what all selectors share: keys by descriptor, the view of them      |
//! | `lists`        | the selector over `select()`                                        |
//! | `pollers`      | the selectors over `poll` and `epoll` objects                       |
//! | `selectors.py` | the module `selectors`: classes over those types, documentation     |
//!
//! A class of `selectors` has two bases: a type of `_selectors` with the methods, and the class above it in
//! Python. So classes derived in Python override what they like and reach the rest by `super()`.
//!
//! **Invariant:** what scripts may look at and change (`_fd_to_key`, `_selector`, ...) are the objects that the
//! methods work on. One that is not what the constructor made (a mock for the poller) is used by its methods.

mod base;
mod lists;
mod pollers;

use std::cell::RefCell;
use std::rc::Rc;

use crate::support::*;

/// The module `_selectors`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_selectors",
    doc: "The insides of the module selectors.",
    functions: natives![setup, base::fileobj_to_fd],
    types: &[
        &base::SPEC,
        &base::MAPPING,
        &lists::SPEC,
        &pollers::POLL_LIKE,
        &pollers::POLL,
        &pollers::EPOLL,
    ],
    ..ModuleDef::EMPTY
};

/// The module `selectors`.
pub static SELECTORS_MODULE: ModuleDef = ModuleDef {
    name: "selectors",
    fill: Some(|vm, module| run_python_part(vm, module, "selectors", include_str!("selectors.py"))),
    ..ModuleDef::EMPTY
};

/// Waiting till something can be read.
const READ: i64 = 1;
/// Waiting till something can be written.
const WRITE: i64 = 2;

/// What the methods need of the Python part.
struct Parts {
    /// The class `SelectorKey`.
    key: Obj<Type>,
    /// The class `_SelectorMapping`.
    mapping: Object,
    /// Methods that classes may override, by name and as we have them.
    lookup: (Obj<Str>, Option<Object>),
    key_from_fd: (Obj<Str>, Option<Object>),
    get_map: (Obj<Str>, Option<Object>),
    /// Names that are looked up often.
    fileno: Obj<Str>,
    event_read: Obj<Str>,
    event_write: Obj<Str>,
}

#[derive(Default)]
struct State(RefCell<Option<Rc<Parts>>>);

fn parts(vm: &Vm) -> Res<Rc<Parts>> {
    let state = vm.interp().state::<State>();
    let parts = state.0.borrow().clone();
    parts.ok_or_else(|| vm.runtime_error("the module selectors has not been imported"))
}

/// Tell the classes SelectorKey and _SelectorMapping.
#[native("(key, mapping, /)", name = "_setup")]
fn setup(vm: &Vm, key: &Obj<Type>, mapping: &Object) -> Res<()> {
    if !key.has(type_flags::TUPLE) || !key.is_heap_type() {
        return Err(vm.type_error("keys are of a class derived from tuple"));
    }
    let base = vm.type_of_spec(&base::SPEC)?;
    let method = |name: &str| {
        let name = vm.intern(name);
        let own = base.lookup(vm, &name);
        (name, own)
    };
    let parts = Rc::new(Parts {
        key: key.clone(),
        mapping: mapping.clone(),
        lookup: method("_fileobj_lookup"),
        key_from_fd: method("_key_from_fd"),
        get_map: method("get_map"),
        fileno: vm.intern("fileno"),
        event_read: vm.intern("_EVENT_READ"),
        event_write: vm.intern("_EVENT_WRITE"),
    });
    let state = vm.interp().state::<State>();
    let before = state.0.replace(Some(parts));
    drop(before); // outside of the borrow: classes may end here
    Ok(())
}

/// Whether an object's class has a method of its own in place of ours.
fn overrides(vm: &Vm, object: &Object, (name, own): &(Obj<Str>, Option<Object>)) -> bool {
    match (vm.class_of(object).lookup(vm, name), own) {
        (Some(found), Some(own)) => !found.is(own),
        _ => true,
    }
}
