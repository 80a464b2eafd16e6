//! The selector over `select()`.

use super::base::{Selector, add_key, both, events_of, init, remove_key};
use super::pollers::found_key;
use super::{READ, WRITE, parts};
use crate::support::*;

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "The methods of SelectSelector.",
    flags: type_flags::BASETYPE | type_flags::PYTHON_WORDS,
    base: Some(|vm| type_for::<Selector>(vm)),
    slots: Slots {
        init: Some(|vm, this, args, names| {
            call_init(vm, &<select_init as NativeFunction>::DEF, this, args, names)
        }),
        ..Slots::NONE
    },
    methods: natives![select_init, register, unregister, select],
    ..TypeSpec::extending::<Selector>("_selectors.Select")
};

#[native("(self)", name = "__init__")]
fn select_init(vm: &Vm, this: &Obj<Selector>) -> Res<()> {
    init(vm, this)?;
    this.readers.set(vm.new_set()?.into_object());
    this.writers.set(vm.new_set()?.into_object());
    Ok(())
}

/// One of the two sets.
fn set_in(vm: &Vm, slot: &Slot) -> Res<Obj<Set>> {
    slot.get_as::<Set>().ok_or_else(|| vm.attribute_error("the selector has no sets"))
}

/// Register a file for events, with data of any kind; return its key.
///
/// ValueError is raised for events or files that are none, KeyError for a file that is registered.
#[native("(self, fileobj, events, data=None)")]
fn register(
    vm: &Vm,
    this: &Obj<Selector>,
    fileobj: &Object,
    events: &Object,
    data: Option<&Object>,
) -> Res<Obj<Tuple>> {
    let key = add_key(vm, this, &*parts(vm)?, fileobj, events, data)?;
    if let Some(fd) = key.as_slice().get(1) {
        for (bit, slot) in [(READ, &this.readers), (WRITE, &this.writers)] {
            if vm.truth(&both(vm, bit, events)?)? {
                set_in(vm, slot)?.add(vm, fd)?;
            }
        }
    }
    Ok(key)
}

/// Forget a file and return the key that it had. It may have been closed.
#[native("(self, fileobj)")]
fn unregister(vm: &Vm, this: &Obj<Selector>, fileobj: &Object) -> Res {
    let parts = parts(vm)?;
    let key = remove_key(vm, this, &parts, fileobj)?;
    let fd = super::base::field(vm, &parts, &key, 1, "fd")?;
    for slot in [&this.readers, &this.writers] {
        set_in(vm, slot)?.remove(vm, &fd)?;
    }
    Ok(key)
}

/// Wait for events: at most timeout seconds, without end if that is None, not at all if it is 0 or less.
///
/// Returns a list of pairs: the key of a file, and its events that have come.
#[native("(self, timeout=None)")]
fn select(vm: &Vm, this: &Obj<Selector>, timeout: Option<&Object>) -> Res {
    let zero = vm.int(0)?;
    let timeout = match timeout {
        None => Object::none(),
        Some(timeout) if vm.compare_bool(&zero, timeout, CmpOp::Gt)? => zero,
        Some(timeout) => timeout.clone(),
    };
    let (readers, writers) = (set_in(vm, &this.readers)?, set_in(vm, &this.writers)?);
    let none = vm.new_list()?.into_object();
    let wait = vm.getattr_named(this.as_object(), "_select")?;
    let arguments = [readers.into_object(), writers.into_object(), none, timeout];
    let came = match vm.call(&wait, &arguments) {
        Ok(came) => vm.collect(&came)?,
        Err(raised) => {
            vm.caught(raised, Exc::InterruptedError)?;
            Vec::new()
        }
    };
    let mut ready: Vec<(Object, i64)> = Vec::new();
    for (bit, list) in [(READ, came.first()), (WRITE, came.get(1))] {
        let Some(list) = list else { continue };
        for fd in vm.collect(list)? {
            reserve(vm, &mut ready, 1)?;
            ready.push((fd, bit));
        }
    }
    answer(vm, this, ready)
}

/// What came, each descriptor once.
fn answer(vm: &Vm, this: &Obj<Selector>, mut ready: Vec<(Object, i64)>) -> Res {
    ready.sort_by_key(|(fd, _)| fd.as_small_int());
    let parts = parts(vm)?;
    let mut list = Vec::new();
    reserve(vm, &mut list, ready.len())?;
    let mut ready = ready.into_iter().peekable();
    while let Some((fd, mut events)) = ready.next() {
        while let Some((_, more)) = ready.next_if(|(next, _)| next.is(&fd)) {
            events |= more;
        }
        if let Some(key) = found_key(vm, this, &parts, &fd)? {
            let events = both(vm, events, &events_of(vm, &parts, &key)?)?;
            list.push(vm.pair(key, events)?.into_object());
        }
    }
    Ok(vm.list(list)?.into_object())
}
