//! What all selectors share: the keys by descriptor, and the view of them.

use super::{Parts, READ, WRITE, overrides, parts};
use crate::support::*;
use taipan_core::text::order::sort_seldom;
use taipan_macros::setter;

/// Payload of the selectors.
pub(super) struct Selector {
    /// `_fd_to_key`.
    pub(super) keys: Slot,
    /// `_map`, None when closed.
    pub(super) map: Slot,
    /// `_selector`: what waits.
    pub(super) poller: Slot,
    pub(super) readers: Slot,
    pub(super) writers: Slot,
}

impl Payload for Selector {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);

    fn traverse(&self, visitor: &mut Visitor) {
        for slot in [&self.keys, &self.map, &self.poller, &self.readers, &self.writers] {
            visitor.slot(slot);
        }
    }

    fn clear(&self) {
        for slot in [&self.keys, &self.map, &self.poller, &self.readers, &self.writers] {
            drop(slot.take());
        }
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "Keys by descriptor: what all selectors share.",
    flags: type_flags::BASETYPE | type_flags::PYTHON_WORDS,
    slots: Slots {
        new: Some(new),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        ..Slots::NONE
    },
    methods: natives![
        init,
        register,
        unregister,
        modify,
        close,
        get_key,
        get_map,
        lookup,
        key_from_fd
    ],
    getsets: getsets![keys: set_keys, map: set_map, poller: set_poller, readers: set_readers, writers: set_writers],
    ..TypeSpec::new::<Selector>("_selectors.Base")
};

fn new(vm: &Vm, class: &Obj<Type>, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    if class.has(type_flags::ABSTRACT) {
        return Err(abstract_class(vm, class)?);
    }
    let payload = Selector {
        keys: Slot::empty(),
        map: Slot::empty(),
        poller: Slot::empty(),
        readers: Slot::empty(),
        writers: Slot::empty(),
    };
    Ok(vm.alloc_of(class, payload)?.into_object())
}

#[cold]
fn abstract_class(vm: &Vm, class: &Obj<Type>) -> Res<Raised> {
    let mut names = Vec::new();
    let missing = vm.getattr_named(class.as_object(), "__abstractmethods__")?;
    vm.for_each(&missing, |name| {
        reserve(vm, &mut names, 1)?;
        names.push(vm.to_str(&name)?.to_string_lossy());
        Ok(())
    })?;
    sort_seldom(&mut names);
    let s = if names.len() > 1 { "s" } else { "" };
    let (class, names) = (class.short_name(), names.join(", "));
    Ok(vm.type_error(format_args!(
        "Can't instantiate abstract class {class} with abstract method{s} {names}"
    )))
}

/// Attributes that are what the methods work on.
macro_rules! attributes {
    ($($get:ident $set:ident $name:literal)*) => { $(
        #[getter(name = $name)]
        fn $get(vm: &Vm, this: &Obj<Selector>) -> Res {
            this.$get.get().ok_or_else(|| no_attribute(vm, this, $name))
        }

        #[setter]
        fn $set(_vm: &Vm, this: &Obj<Selector>, value: Option<&Object>) -> Res<()> {
            match value {
                Some(value) => this.$get.set(value.clone()),
                None => drop(this.$get.take()),
            }
            Ok(())
        }
    )* };
}

attributes! {
    keys set_keys "_fd_to_key"
    map set_map "_map"
    poller set_poller "_selector"
    readers set_readers "_readers"
    writers set_writers "_writers"
}

#[cold]
fn no_attribute(vm: &Vm, this: &Obj<Selector>, name: &str) -> Raised {
    let class = vm.type_name(this.as_object());
    vm.attribute_error(format_args!("'{class}' object has no attribute '{name}'"))
}

impl Selector {
    /// The keys by descriptor.
    pub(super) fn dict(&self, vm: &Vm) -> Res<Obj<Dict>> {
        self.keys
            .get_as::<Dict>()
            .ok_or_else(|| vm.attribute_error("the selector has no dict '_fd_to_key'"))
    }
}

#[native("(self)", name = "__init__")]
pub(super) fn init(vm: &Vm, this: &Obj<Selector>) -> Res<()> {
    this.keys.set(vm.new_dict()?.into_object());
    let map = vm.call(&parts(vm)?.mapping, &[this.as_object().clone()])?;
    this.map.set(map);
    Ok(())
}

/// Why an object is no file.
enum Invalid {
    /// It has no usable fileno().
    NoFile,
    Negative(Object),
}

impl Invalid {
    #[cold]
    fn raise(self, vm: &Vm, fileobj: &Object) -> Raised {
        let raised = match self {
            Invalid::NoFile => vm.repr_string(fileobj).map(|shown| {
                from_none(vm, vm.value_error(format_args!("Invalid file object: {shown}")))
            }),
            Invalid::Negative(fd) => vm.to_str(&fd).map(|shown| {
                let shown = shown.to_string_lossy();
                vm.value_error(format_args!("Invalid file descriptor: {shown}"))
            }),
        };
        raised.unwrap_or_else(|other| other)
    }
}

/// As `raise ... from None` does: what was handled before is not shown.
#[cold]
pub(super) fn from_none(vm: &Vm, raised: Raised) -> Raised {
    let exception = vm.take_raised(raised);
    match vm.setattr(&exception, &vm.intern("__suppress_context__"), &Object::bool(true)) {
        Ok(()) => vm.raise(exception),
        Err(other) => other,
    }
}

/// The number that `fileno()` gives, None if that is none.
fn fileno(vm: &Vm, fileobj: &Object, name: &Obj<Str>) -> Res<Option<Object>> {
    let ask = || {
        let number = vm.call(&vm.getattr(fileobj, name)?, &[])?;
        if number.as_small_int().is_some() {
            return Ok(number);
        }
        vm.call(vm.types().int.as_object(), &[number])
    };
    match ask() {
        Ok(number) => Ok(Some(number)),
        Err(raised) => vm
            .caught(raised, Exc::AttributeError)
            .or_else(|raised| vm.caught(raised, Exc::TypeError))
            .or_else(|raised| vm.caught(raised, Exc::ValueError))
            .map(|_| None),
    }
}

fn descriptor(vm: &Vm, fileobj: &Object, name: &Obj<Str>) -> Res<Result<Object, Invalid>> {
    let fd = if vm.class_of(fileobj).has(type_flags::INT) {
        fileobj.clone()
    } else {
        match fileno(vm, fileobj, name)? {
            Some(fd) => fd,
            None => return Ok(Err(Invalid::NoFile)),
        }
    };
    let negative = match fd.as_small_int() {
        Some(number) => number < 0,
        None => vm.compare_bool(&fd, &vm.int(0)?, CmpOp::Lt)?,
    };
    Ok(if negative { Err(Invalid::Negative(fd)) } else { Ok(fd) })
}

/// Return the descriptor of a file: an integer, or an object with fileno().
///
/// ValueError is raised for what is neither, and for negative descriptors.
#[native("(fileobj)", name = "_fileobj_to_fd", python)]
pub(super) fn fileobj_to_fd(vm: &Vm, fileobj: &Object) -> Res {
    descriptor(vm, fileobj, &vm.intern("fileno"))?.map_err(|invalid| invalid.raise(vm, fileobj))
}

/// The same for `selector`, which finds also what it has registered and was closed since.
fn own_lookup(vm: &Vm, selector: &Selector, parts: &Parts, fileobj: &Object) -> Res {
    let invalid = match descriptor(vm, fileobj, &parts.fileno)? {
        Ok(fd) => return Ok(fd),
        Err(invalid) => invalid,
    };
    for (fd, key) in selector.dict(vm)?.snapshot() {
        let Some(key) = key.downcast::<Tuple>() else { continue };
        if key.as_slice().first().is_some_and(|known| known.is(fileobj)) {
            return Ok(key.as_slice().get(1).cloned().unwrap_or(fd));
        }
    }
    Err(invalid.raise(vm, fileobj))
}

/// Return the descriptor of a file. One that was registered is found even if it has been closed.
#[native("(self, fileobj)", name = "_fileobj_lookup")]
fn lookup(vm: &Vm, this: &Obj<Selector>, fileobj: &Object) -> Res {
    own_lookup(vm, this, &*parts(vm)?, fileobj)
}

/// The same by whatever the selector's class has for it.
pub(super) fn descriptor_for(
    vm: &Vm,
    this: &Obj<Selector>,
    parts: &Parts,
    fileobj: &Object,
) -> Res {
    if overrides(vm, this.as_object(), &parts.lookup) {
        return vm.call_method(this.as_object(), "_fileobj_lookup", &[fileobj.clone()]);
    }
    own_lookup(vm, this, parts, fileobj)
}

#[cold]
fn unknown(vm: &Vm, fileobj: &Object) -> Raised {
    match vm.repr_string(fileobj).and_then(|text| vm.str(&format!("{text} is not registered"))) {
        Ok(text) => from_none(vm, vm.key_error(text.as_object())),
        Err(raised) => raised,
    }
}

/// A key.
pub(super) fn make_key(
    vm: &Vm,
    parts: &Parts,
    fileobj: &Object,
    fd: &Object,
    events: &Object,
    data: Object,
) -> Res<Obj<Tuple>> {
    let fields = [fileobj.clone(), fd.clone(), events.clone(), data];
    vm.tuple_fill(&parts.key, fields.len(), fields.into_iter())
}

/// One of the fields of a key, by place and name.
pub(super) fn field(vm: &Vm, parts: &Parts, key: &Object, place: usize, name: &str) -> Res {
    if let Some(fields) = key.downcast::<Tuple>().filter(|_| vm.class_of(key).is(&parts.key))
        && let Some(field) = fields.as_slice().get(place)
    {
        return Ok(field.clone());
    }
    vm.getattr_named(key, name)
}

/// The events of a key.
pub(super) fn events_of(vm: &Vm, parts: &Parts, key: &Object) -> Res {
    field(vm, parts, key, 2, "events")
}

/// `b & a`.
pub(super) fn both(vm: &Vm, a: i64, b: &Object) -> Res {
    match b.as_small_int() {
        Some(b) => vm.int(a & b),
        None => vm.binary(BinOp::And, b, &vm.int(a)?),
    }
}

/// ValueError unless `events` is some of our two.
fn check_events(vm: &Vm, events: &Object) -> Res<()> {
    let valid = match events.as_small_int() {
        Some(bits) => bits != 0 && bits & !(READ | WRITE) == 0,
        None => vm.truth(events)? && !vm.truth(&both(vm, !(READ | WRITE), events)?)?,
    };
    if valid {
        return Ok(());
    }
    let shown = vm.repr_string(events)?;
    Err(vm.value_error(format_args!("Invalid events: {shown}")))
}

/// What `register` does with the keys.
pub(super) fn add_key(
    vm: &Vm,
    this: &Obj<Selector>,
    parts: &Parts,
    fileobj: &Object,
    events: &Object,
    data: Option<&Object>,
) -> Res<Obj<Tuple>> {
    check_events(vm, events)?;
    let fd = descriptor_for(vm, this, parts, fileobj)?;
    let data = data.cloned().unwrap_or_else(Object::none);
    let key = make_key(vm, parts, fileobj, &fd, events, data)?;
    let keys = this.dict(vm)?;
    if keys.contains(vm, &fd)? {
        let (file, fd) = (vm.repr_string(fileobj)?, vm.to_str(&fd)?.to_string_lossy());
        let text = vm.str(&format!("{file} (FD {fd}) is already registered"))?;
        return Err(vm.key_error(text.as_object()));
    }
    keys.set(vm, &fd, key.as_object().clone())?;
    Ok(key)
}

/// What `unregister` does with the keys.
pub(super) fn remove_key(
    vm: &Vm,
    this: &Obj<Selector>,
    parts: &Parts,
    fileobj: &Object,
) -> Res<Object> {
    let fd = descriptor_for(vm, this, parts, fileobj)?;
    let removed = this.dict(vm)?.remove(vm, &fd)?;
    removed.ok_or_else(|| unknown(vm, fileobj))
}

/// The key of a file that is registered.
pub(super) fn known_key(
    vm: &Vm,
    this: &Obj<Selector>,
    parts: &Parts,
    fileobj: &Object,
) -> Res<Object> {
    let fd = descriptor_for(vm, this, parts, fileobj)?;
    let known = this.dict(vm)?.get(vm, &fd)?;
    known.ok_or_else(|| unknown(vm, fileobj))
}

/// `key` with other events and data, put in its place.
pub(super) fn change_key(
    vm: &Vm,
    this: &Obj<Selector>,
    parts: &Parts,
    key: &Object,
    events: &Object,
    data: &Object,
) -> Res {
    let fileobj = field(vm, parts, key, 0, "fileobj")?;
    let fd = field(vm, parts, key, 1, "fd")?;
    let changed = make_key(vm, parts, &fileobj, &fd, events, data.clone())?.into_object();
    this.dict(vm)?.set(vm, &fd, changed.clone())?;
    Ok(changed)
}

/// Whether two objects differ.
pub(super) fn differ(vm: &Vm, a: &Object, b: &Object) -> Res<bool> {
    match (a.as_small_int(), b.as_small_int()) {
        (Some(a), Some(b)) => Ok(a != b),
        _ => vm.compare_bool(a, b, CmpOp::Ne),
    }
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
    add_key(vm, this, &*parts(vm)?, fileobj, events, data)
}

/// Forget a file and return the key that it had. It may have been closed.
#[native("(self, fileobj)")]
fn unregister(vm: &Vm, this: &Obj<Selector>, fileobj: &Object) -> Res {
    remove_key(vm, this, &*parts(vm)?, fileobj)
}

/// Change a file's events or data; return its new key.
#[native("(self, fileobj, events, data=None)")]
fn modify(
    vm: &Vm,
    this: &Obj<Selector>,
    fileobj: &Object,
    events: &Object,
    data: Option<&Object>,
) -> Res {
    let parts = parts(vm)?;
    let key = known_key(vm, this, &parts, fileobj)?;
    let none = Object::none();
    let data = data.unwrap_or(&none);
    if differ(vm, events, &events_of(vm, &parts, &key)?)? {
        vm.call_method(this.as_object(), "unregister", &[fileobj.clone()])?;
        let arguments = [fileobj.clone(), events.clone(), data.clone()];
        return vm.call_method(this.as_object(), "register", &arguments);
    }
    if differ(vm, data, &field(vm, &parts, &key, 3, "data")?)? {
        return change_key(vm, this, &parts, &key, events, data);
    }
    Ok(key)
}

/// Forget all files. The selector is of no use any more.
#[native("(self)")]
pub(super) fn close(vm: &Vm, this: &Obj<Selector>) -> Res<()> {
    this.dict(vm)?.clear();
    this.map.set(Object::none());
    Ok(())
}

/// Return the key of a registered file.
#[native("(self, fileobj)", python = "BaseSelector.get_key")]
fn get_key(vm: &Vm, this: &Obj<Selector>, fileobj: &Object) -> Res {
    let parts = parts(vm)?;
    let own = !overrides(vm, this.as_object(), &parts.get_map);
    let map = if own { map(vm, this)? } else { vm.call_method(this.as_object(), "get_map", &[])? };
    if map.is_none() {
        return Err(vm.runtime_error("Selector is closed"));
    }
    if own && vm.class_of(&map).as_object().is(&parts.mapping) {
        return known_key(vm, this, &parts, fileobj);
    }
    match vm.getitem(&map, fileobj) {
        Ok(key) => Ok(key),
        Err(raised) => {
            vm.caught(raised, Exc::KeyError)?;
            Err(unknown(vm, fileobj))
        }
    }
}

/// Return a view of the keys by file; None when closed.
#[native("(self)")]
fn get_map(vm: &Vm, this: &Obj<Selector>) -> Res {
    map(vm, this)
}

/// Return the key of a descriptor, None if it has none.
#[native("(self, fd)", name = "_key_from_fd")]
fn key_from_fd(vm: &Vm, this: &Obj<Selector>, fd: &Object) -> Res<Option<Object>> {
    this.dict(vm)?.get(vm, fd)
}

/// Payload of the view of a selector's keys.
pub(super) struct View {
    selector: Slot,
}

impl Payload for View {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&MAPPING);

    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.selector);
    }

    fn clear(&self) {
        drop(self.selector.take());
    }
}

pub(super) static MAPPING: TypeSpec = TypeSpec {
    doc: "A view of a selector's keys by file.",
    flags: type_flags::BASETYPE | type_flags::PYTHON_WORDS,
    slots: Slots {
        new: Some(|vm, class, _, _| {
            Ok(vm.alloc_of(class, View { selector: Slot::empty() })?.into_object())
        }),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<view_init as NativeFunction>::DEF, this, args, names)
        }),
        len: Some(|vm, this| vm.len(&keys_of(vm, this)?)),
        getitem: Some(view_item),
        iter: Some(|vm, this| vm.iter(&keys_of(vm, this)?)),
        ..Slots::NONE
    },
    methods: natives![view_init],
    getsets: getsets![selector: set_selector],
    ..TypeSpec::new::<View>("_selectors.Mapping")
};

#[native("(self, selector)", name = "__init__")]
fn view_init(_vm: &Vm, this: &Obj<View>, selector: &Object) -> Res<()> {
    this.selector.set(selector.clone());
    Ok(())
}

#[getter(name = "_selector")]
fn selector(vm: &Vm, this: &Obj<View>) -> Res {
    this.selector.get().ok_or_else(|| vm.attribute_error("no attribute '_selector'"))
}

#[setter]
fn set_selector(_vm: &Vm, this: &Obj<View>, value: &Object) -> Res<()> {
    this.selector.set(value.clone());
    Ok(())
}

fn view(vm: &Vm, this: &Object) -> Res {
    match this.downcast::<View>() {
        Some(view) => selector(vm, view),
        None => Err(vm.system_error("not a view of keys")),
    }
}

/// The keys that a view shows, also those of a selector that is none of ours.
fn keys_of(vm: &Vm, this: &Object) -> Res {
    let selector = view(vm, this)?;
    match selector.downcast::<Selector>() {
        Some(selector) => keys(vm, selector),
        None => vm.getattr_named(&selector, "_fd_to_key"),
    }
}

fn view_item(vm: &Vm, this: &Object, fileobj: &Object) -> Res {
    let selector = view(vm, this)?;
    if let Some(selector) = selector.downcast::<Selector>() {
        return known_key(vm, selector, &*parts(vm)?, fileobj);
    }
    let found = vm
        .call_method(&selector, "_fileobj_lookup", &[fileobj.clone()])
        .and_then(|fd| vm.getitem(&keys_of(vm, this)?, &fd));
    found.or_else(|raised| {
        vm.caught(raised, Exc::KeyError)?;
        Err(unknown(vm, fileobj))
    })
}
