//! The table that ties special methods to slots: which name fills which slot, how a native slot looks
//! as a method, and how the slots of a class follow from its method resolution order.
//!
//! **Invariant:** after [`fix_all`] (or [`fix_names`] for single inheritance) each slot of a class does
//! what a look-up of its names along the order gives: the native function itself where all its names
//! lead to one native owner's wrappers, a trampoline (see `trampolines`) where one of them is Python's.

use super::trampolines as t;
use super::wrappers::{self as w, Wrapper};
use crate::object::*;
use crate::types::descriptors::SlotWrapper;
use crate::vm::{Interp, Res, Vm};
use std::collections::HashMap;
use std::rc::Rc;

/// One special method that a slot has.
pub(crate) struct SlotMethod {
    pub name: &'static str,
    /// None: a name that no native type shows (`__getattr__`).
    pub wrapper: Option<Wrapper>,
    /// As `__text_signature__` shows it.
    pub signature: &'static str,
    pub doc: &'static str,
}

/// One slot: its methods and how to copy, clear and trampoline it.
pub(crate) struct SlotRow {
    pub methods: &'static [SlotMethod],
    is_set: fn(&Slots) -> bool,
    copy: fn(&mut Slots, &Slots),
    /// Put the trampoline in (or nothing, for slots that Python classes do not have).
    install: fn(&mut Slots),
}

macro_rules! method {
    ($field:ident, $name:literal, -, $sig:literal, $doc:literal) => {
        SlotMethod { name: $name, wrapper: None, signature: $sig, doc: $doc }
    };
    ($field:ident, $name:literal, $wrap:ident, $sig:literal, $doc:literal) => {
        SlotMethod {
            name: $name,
            wrapper: Some(|vm, slots, this, args, names| {
                w::$wrap(vm, $name, slots.$field, this, args, names)
            }),
            signature: $sig,
            doc: $doc,
        }
    };
}

macro_rules! install {
    ($field:ident, -) => {
        |slots| slots.$field = None
    };
    ($field:ident, $tramp:ident) => {
        |slots| slots.$field = Some(t::$tramp)
    };
}

macro_rules! rows {
    ($($field:ident $tramp:tt { $($name:literal $wrap:tt $sig:literal $doc:literal;)* })*) => {
        /// All slots but `new` and `buffer`, which have rules of their own.
        pub(crate) static ROWS: &[SlotRow] = &[$(SlotRow {
            methods: &[$(method!($field, $name, $wrap, $sig, $doc)),*],
            is_set: |slots| slots.$field.is_some(),
            copy: |to, from| to.$field = from.$field,
            install: install!($field, $tramp),
        }),*];
    };
}

rows! {
    repr repr { "__repr__" unary "($self, /)" "The object as repr() shows it."; }
    hash hash { "__hash__" hash "($self, /)" "What hash() gives for the object."; }
    call call { "__call__" call "($self, /, *args, **kwargs)" "What happens when the object is called."; }
    str str { "__str__" unary "($self, /)" "The object as text, for str() and print()."; }
    getattr getattr {
        "__getattribute__" getattr "($self, name, /)" "Look an attribute up.";
        "__getattr__" - "" "";
    }
    setattr setattr {
        "__setattr__" setattr "($self, name, value, /)" "Assign to an attribute.";
        "__delattr__" delattr "($self, name, /)" "Remove an attribute.";
    }
    richcmp richcmp {
        "__lt__" lt "($self, value, /)" "The comparison <.";
        "__le__" le "($self, value, /)" "The comparison <=.";
        "__eq__" eq "($self, value, /)" "The comparison ==.";
        "__ne__" ne "($self, value, /)" "The comparison !=.";
        "__gt__" gt "($self, value, /)" "The comparison >.";
        "__ge__" ge "($self, value, /)" "The comparison >=.";
    }
    iter iter { "__iter__" unary "($self, /)" "What a loop over the object steps through."; }
    next next { "__next__" next "($self, /)" "Implement next(self)."; }
    descr_get descr_get {
        "__get__" descr_get "($self, instance, owner=None, /)" "What a look-up that found this in a class gives: on an object, or with None on owner itself.";
    }
    descr_set descr_set {
        "__set__" descr_set "($self, instance, value, /)" "What an assignment does to an object whose class has this under the name.";
        "__delete__" descr_delete "($self, instance, /)" "What `del` does to an object whose class has this under the name.";
    }
    init init { "__init__" init "($self, /, *args, **kwargs)" "Prepare the new object; what the arguments are is in the documentation of its class."; }
    del del { "__del__" del "" "What the object does before it goes."; }
    await_ await_ { "__await__" unary "($self, /)" "The iterator that `await` runs."; }
    aiter aiter { "__aiter__" unary "($self, /)" "The asynchronous iterator that `async for` steps through."; }
    anext anext { "__anext__" unary "($self, /)" "An awaitable for the next item; it raises StopAsyncIteration when there are no more."; }
    add add {
        "__add__" binary_left "($self, value, /)" "The operator + with the object on its left.";
        "__radd__" binary_right "($self, value, /)" "The operator + with the object on its right.";
    }
    sub sub {
        "__sub__" binary_left "($self, value, /)" "The operator - with the object on its left.";
        "__rsub__" binary_right "($self, value, /)" "The operator - with the object on its right.";
    }
    mul mul {
        "__mul__" binary_left "($self, value, /)" "The operator * with the object on its left.";
        "__rmul__" binary_right "($self, value, /)" "The operator * with the object on its right.";
    }
    rem rem {
        "__mod__" binary_left "($self, value, /)" "The operator % with the object on its left.";
        "__rmod__" binary_right "($self, value, /)" "The operator % with the object on its right.";
    }
    divmod divmod {
        "__divmod__" binary_left "($self, value, /)" "Quotient and remainder, for divmod().";
        "__rdivmod__" binary_right "($self, value, /)" "Quotient and remainder, for divmod() with the object in second place.";
    }
    pow pow {
        "__pow__" power_left "($self, value, mod=None, /)" "The operator **, and pow().";
        "__rpow__" power_right "($self, value, mod=None, /)" "The operator ** with the object on its right.";
    }
    neg neg { "__neg__" unary "($self, /)" "The operator - before one operand."; }
    pos pos { "__pos__" unary "($self, /)" "The operator + before one operand."; }
    abs abs { "__abs__" unary "($self, /)" "What abs() gives for the object."; }
    bool bool { "__bool__" truth "($self, /)" "Whether the object counts as true."; }
    invert invert { "__invert__" unary "($self, /)" "The operator ~."; }
    lshift lshift {
        "__lshift__" binary_left "($self, value, /)" "The operator << with the object on its left.";
        "__rlshift__" binary_right "($self, value, /)" "The operator << with the object on its right.";
    }
    rshift rshift {
        "__rshift__" binary_left "($self, value, /)" "The operator >> with the object on its left.";
        "__rrshift__" binary_right "($self, value, /)" "The operator >> with the object on its right.";
    }
    and and {
        "__and__" binary_left "($self, value, /)" "The operator & with the object on its left.";
        "__rand__" binary_right "($self, value, /)" "The operator & with the object on its right.";
    }
    xor xor {
        "__xor__" binary_left "($self, value, /)" "The operator ^ with the object on its left.";
        "__rxor__" binary_right "($self, value, /)" "The operator ^ with the object on its right.";
    }
    or or {
        "__or__" binary_left "($self, value, /)" "The operator | with the object on its left.";
        "__ror__" binary_right "($self, value, /)" "The operator | with the object on its right.";
    }
    int int { "__int__" unary "($self, /)" "The object as an int, cut off at the point."; }
    float float { "__float__" unary "($self, /)" "The object as a float."; }
    iadd iadd { "__iadd__" binary_left "($self, value, /)" "The assignment += to the object."; }
    isub isub { "__isub__" binary_left "($self, value, /)" "The assignment -= to the object."; }
    imul imul { "__imul__" binary_left "($self, value, /)" "The assignment *= to the object."; }
    irem irem { "__imod__" binary_left "($self, value, /)" "The assignment %= to the object."; }
    ipow ipow { "__ipow__" binary_left "($self, value, /)" "The assignment **= to the object."; }
    ilshift ilshift { "__ilshift__" binary_left "($self, value, /)" "The assignment <<= to the object."; }
    irshift irshift { "__irshift__" binary_left "($self, value, /)" "The assignment >>= to the object."; }
    iand iand { "__iand__" binary_left "($self, value, /)" "The assignment &= to the object."; }
    ixor ixor { "__ixor__" binary_left "($self, value, /)" "The assignment ^= to the object."; }
    ior ior { "__ior__" binary_left "($self, value, /)" "The assignment |= to the object."; }
    floor_div floor_div {
        "__floordiv__" binary_left "($self, value, /)" "The operator // with the object on its left.";
        "__rfloordiv__" binary_right "($self, value, /)" "The operator // with the object on its right.";
    }
    true_div true_div {
        "__truediv__" binary_left "($self, value, /)" "The operator / with the object on its left.";
        "__rtruediv__" binary_right "($self, value, /)" "The operator / with the object on its right.";
    }
    ifloor_div ifloor_div { "__ifloordiv__" binary_left "($self, value, /)" "The assignment //= to the object."; }
    itrue_div itrue_div { "__itruediv__" binary_left "($self, value, /)" "The assignment /= to the object."; }
    index index { "__index__" unary "($self, /)" "The object as an int without loss, wherever an index or a count is wanted."; }
    matmul matmul {
        "__matmul__" binary_left "($self, value, /)" "The operator @ with the object on its left.";
        "__rmatmul__" binary_right "($self, value, /)" "The operator @ with the object on its right.";
    }
    imatmul imatmul { "__imatmul__" binary_left "($self, value, /)" "The assignment @= to the object."; }
    len len { "__len__" len "($self, /)" "How many items there are."; }
    getitem getitem { "__getitem__" binary_left "($self, key, /)" "The item of a key or an index."; }
    setitem setitem {
        "__setitem__" setitem "($self, key, value, /)" "Put an item in at a key or an index.";
        "__delitem__" delitem "($self, key, /)" "Take the item of a key or an index out.";
    }
    concat - { "__add__" binary_left "($self, value, /)" "The operator + with the object on its left."; }
    repeat - {
        "__mul__" repeat "($self, value, /)" "The operator * with the object on its left.";
        "__rmul__" repeat "($self, value, /)" "The operator * with the object on its right.";
    }
    contains contains { "__contains__" contains "($self, key, /)" "Whether something is among the items."; }
    iconcat - { "__iadd__" binary_left "($self, value, /)" "The assignment += to the object."; }
    irepeat - { "__imul__" repeat "($self, value, /)" "The assignment *= to the object."; }
}

/// The rows that a name belongs to. Made once for each interpreter.
struct ByName(HashMap<&'static str, Vec<usize>>);

impl Default for ByName {
    fn default() -> ByName {
        let mut map: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (i, row) in ROWS.iter().enumerate() {
            for m in row.methods {
                map.entry(m.name).or_default().push(i);
            }
        }
        ByName(map)
    }
}

fn by_name(interp: &Interp) -> Rc<ByName> {
    interp.state::<ByName>()
}

/// Whether the name has the form of a special method.
pub(crate) fn is_special(name: &Str) -> bool {
    name.as_ascii().is_some_and(|n| n.len() > 4 && n.starts_with("__") && n.ends_with("__"))
}

/// Compute one slot of a class anew, from the look-ups of its names.
fn fix_row(vm: &Vm, class: &Obj<Type>, row: &SlotRow, slots: &mut Slots) {
    let mut owner: Option<Obj<Type>> = None;
    let mut python = false;
    let mut found = false;
    for m in row.methods {
        let Some(attribute) = class.lookup(vm, &vm.intern(m.name)) else { continue };
        if let Some(wrapper) = attribute.downcast::<SlotWrapper>() {
            if !std::ptr::eq(wrapper.row, row) {
                // `__add__` of a sequence, seen from the numeric slot: not this slot's affair, unless
                // the wrapper was put under another name.
                python |= wrapper.method.name != m.name;
                found |= wrapper.method.name != m.name;
                continue;
            }
            found = true;
            let same = owner.as_ref().is_none_or(|o| o.is(&wrapper.owner));
            if same && wrapper.method.name == m.name && class.is_subtype(&wrapper.owner) {
                owner = Some(wrapper.owner.clone());
            } else {
                python = true;
            }
            continue;
        }
        found = true;
        // A native method beside the slot of the same name (`dict.__contains__`) does what the slot does. (An open
        // class has no slots of its own, see `native::ClassDef`.)
        if let Some(native) = attribute.downcast::<Builtin>() {
            if let Some(o) = native.owner.get_as::<Type>() {
                let same = owner.as_ref().is_none_or(|known| known.is(&o));
                let own =
                    native.def.name == m.name && !native.receiver.is_set() && !o.is_heap_type();
                if same && own && class.is_subtype(&o) && (row.is_set)(o.slots()) {
                    owner = Some(o);
                    continue;
                }
            }
        }
        if attribute.is_none() && m.name == "__hash__" {
            slots.hash = None;
            return;
        }
        python = true;
    }
    match owner {
        Some(o) if !python => (row.copy)(slots, o.slots()),
        _ if python && found => (row.install)(slots),
        _ => (row.copy)(slots, &Slots::NONE),
    }
}

/// The `new` slot: that of the native type whose `__new__` is found, else the trampoline.
fn fix_new(vm: &Vm, class: &Obj<Type>, slots: &mut Slots) {
    slots.new = match class.lookup(vm, &vm.names().__new__) {
        Some(attribute) => match crate::types::builtin::constructor_owner(&attribute) {
            Some(owner) => owner.slots().new,
            None => Some(t::new),
        },
        None => None,
    };
}

fn finish(vm: &Vm, class: &Obj<Type>, slots: Slots) {
    if slots.del.is_some() {
        vm.interp().has_finalizers.set(true);
    }
    class.set_slots(slots);
    let mut flags = class.flags() & !(type_flags::CUSTOM_GETATTR | type_flags::CUSTOM_SETATTR);
    if slots.getattr.is_some() {
        flags |= type_flags::CUSTOM_GETATTR;
    }
    if slots.setattr.is_some() {
        flags |= type_flags::CUSTOM_SETATTR;
    }
    class.flags.set(flags);
}

/// All slots of a fresh class, or of one whose bases changed.
pub(crate) fn fix_all(vm: &Vm, class: &Obj<Type>) {
    let mut slots = Slots::NONE;
    if let Some(base) = class.base.get_as::<Type>() {
        slots.buffer = base.slots().buffer;
    }
    for row in ROWS {
        fix_row(vm, class, row, &mut slots);
    }
    fix_new(vm, class, &mut slots);
    finish(vm, class, slots);
}

/// The slots of a fresh class with one base and the usual order: the base's, but for names in its dict.
pub(crate) fn fix_single(vm: &Vm, class: &Obj<Type>, base: &Obj<Type>) {
    let mut slots = *base.slots();
    let index = by_name(vm.interp());
    let mut new = false;
    for (key, _) in class.dict.snapshot() {
        let Some(name) = key.downcast::<Str>().filter(|n| is_special(n)) else { continue };
        let Some(ascii) = name.as_ascii() else { continue };
        new |= ascii == "__new__";
        for i in index.0.get(ascii).into_iter().flatten() {
            if let Some(row) = ROWS.get(*i) {
                fix_row(vm, class, row, &mut slots);
            }
        }
    }
    if new {
        fix_new(vm, class, &mut slots);
    }
    finish(vm, class, slots);
}

/// A special method of a class was set or deleted: correct its slots and those of all subclasses.
pub(crate) fn name_changed(vm: &Vm, class: &Obj<Type>, name: &Obj<Str>) {
    let index = by_name(vm.interp());
    let Some(ascii) = name.as_ascii() else { return };
    let rows = index.0.get(ascii);
    let new = ascii == "__new__";
    if rows.is_none() && !new {
        return;
    }
    for class in class.descendants() {
        let mut slots = *class.slots();
        for i in rows.into_iter().flatten() {
            if let Some(row) = ROWS.get(*i) {
                fix_row(vm, &class, row, &mut slots);
            }
        }
        if new {
            fix_new(vm, &class, &mut slots);
        }
        finish(vm, &class, slots);
    }
}

/// The wrappers of a native type's own slots, for its dict.
pub(crate) fn fill_wrappers(vm: &Vm, class: &Obj<Type>, own: &Slots) -> Res<()> {
    for row in ROWS.iter().filter(|row| (row.is_set)(own)) {
        add_wrappers(vm, class, row)?;
    }
    if own.hash.is_none() && own.richcmp.is_some() {
        let name = vm.names().__hash__.clone();
        if class.dict.get_str(vm, &name).is_none() {
            class.dict.set_str(vm, &name, Object::none())?;
        }
    }
    Ok(())
}

fn add_wrappers(vm: &Vm, class: &Obj<Type>, row: &'static SlotRow) -> Res<()> {
    for method in row.methods.iter().filter(|m| m.wrapper.is_some()) {
        let name = vm.intern(method.name);
        if class.dict.get_str(vm, &name).is_none() {
            let wrapper = vm.alloc(SlotWrapper { owner: class.clone(), row, method })?;
            class.dict.set_str(vm, &name, wrapper.into_object())?;
        }
    }
    Ok(())
}

/// `object` shows the attribute hooks though its slots are empty (that is how the default is said).
pub(crate) fn fill_object(vm: &Vm, object: &Obj<Type>) -> Res<()> {
    for row in ROWS
        .iter()
        .filter(|r| r.methods.iter().any(|m| matches!(m.name, "__getattribute__" | "__setattr__")))
    {
        add_wrappers(vm, object, row)?;
    }
    Ok(())
}
