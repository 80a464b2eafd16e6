//! The type Pickler, dump() and dumps().

use super::memo::Memo;
use super::ops::{DEFAULT, HIGHEST};
use super::output::Output;
use super::pickling_error;
use super::save::Saver;
use crate::support::{
    Bytes, Dict, NativeConstructor, NativeDef, NativeFunction, Obj, Object, Payload, Res, Slot,
    Slots, Tuple, Type, TypeSpec, Visitor, Vm, call_init, getsets, getter, native, natives,
    optional_attr, setter, type_flags,
};
use std::cell::{Cell, RefCell};

/// The payload of a Pickler.
#[derive(Default)]
pub(super) struct Pickler {
    /// The file's `write`; unset before `__init__` and in dumps().
    pub(super) write: Slot,
    pub(super) out: RefCell<Output>,
    pub(super) memo: RefCell<Memo>,
    pub(super) protocol: Cell<u8>,
    /// No memo: what is shared is written again.
    pub(super) fast: Cell<bool>,
    pub(super) fix_imports: Cell<bool>,
    pub(super) buffer_callback: Slot,
    /// `persistent_id` and `dispatch_table`, if set on the object.
    persistent_id: Slot,
    dispatch_table: Slot,
    ready: Cell<bool>,
}

impl Payload for Pickler {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        let slots = [&self.write, &self.buffer_callback, &self.persistent_id, &self.dispatch_table];
        slots.iter().for_each(|slot| visitor.slot(slot));
        if let Ok(memo) = self.memo.try_borrow() {
            memo.traverse(visitor);
        }
    }
    fn clear(&self) {
        let slots = [&self.write, &self.buffer_callback, &self.persistent_id, &self.dispatch_table];
        slots.iter().for_each(|slot| drop(slot.take()));
        let memo = self.memo.take();
        drop(memo);
    }
}

/// The type.
pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)\n--\n\n\
          Writes objects to a file, whose method write() takes bytes.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(<pickler_new as NativeConstructor>::new),
        init: Some(|vm, this, args, names| {
            static DEF: NativeDef = <init as NativeFunction>::DEF;
            call_init(vm, &DEF, this, args, names)
        }),
        ..Slots::NONE
    },
    methods: natives![dump_method, clear_memo],
    getsets: getsets![
        memo: set_memo,
        persistent_id: set_persistent_id,
        dispatch_table: set_dispatch_table,
        fast: set_fast,
        bin
    ],
    ..TypeSpec::new::<Pickler>("_pickle.Pickler")
};

#[native("(cls, *args, **kwargs)", constructor, name = "Pickler", no_signature)]
fn pickler_new(
    vm: &Vm,
    cls: &Obj<Type>,
    _args: &[Object],
    _kwargs: crate::support::Kwargs,
) -> Res<Obj<Pickler>> {
    vm.alloc_of(cls, Pickler::default())
}

#[native("(self, file, protocol=None, fix_imports=True, buffer_callback=None)", name = "Pickler")]
fn init(
    vm: &Vm,
    this: &Obj<Pickler>,
    file: &Object,
    protocol: Option<&Object>,
    fix_imports: bool,
    buffer_callback: Option<&Object>,
) -> Res<()> {
    this.set_up(vm, protocol, fix_imports, buffer_callback)?;
    let Some(write) = optional_attr(vm, file, "write")? else {
        return Err(vm.type_error("file must have a 'write' attribute"));
    };
    this.write.set(write);
    let old = this.memo.take();
    drop(old);
    this.ready.set(true);
    Ok(())
}

impl Pickler {
    fn set_up(
        &self,
        vm: &Vm,
        protocol: Option<&Object>,
        fix_imports: bool,
        buffer_callback: Option<&Object>,
    ) -> Res<()> {
        let protocol = match protocol {
            None => DEFAULT,
            Some(given) => match vm.index_clamped(given)? {
                n if n < 0 => HIGHEST,
                n if n <= HIGHEST => n,
                _ => {
                    return Err(
                        vm.value_error(format_args!("pickle protocol must be <= {HIGHEST}"))
                    );
                }
            },
        };
        if buffer_callback.is_some() && protocol < 5 {
            return Err(vm.value_error("buffer_callback needs protocol >= 5"));
        }
        self.protocol.set(protocol as u8);
        self.fix_imports.set(fix_imports && protocol < 3);
        self.buffer_callback.assign(buffer_callback.cloned());
        Ok(())
    }
}

/// Write an object.
#[native("(self, obj, /)", name = "dump")]
fn dump_method(vm: &Vm, this: &Obj<Pickler>, obj: &Object) -> Res<()> {
    if !this.ready.get() {
        let class = vm.type_name(this.as_object());
        return Err(pickling_error(
            vm,
            format!("Pickler.__init__() was not called by {class}.__init__()"),
        ));
    }
    let persistent = match this.persistent_id.get() {
        Some(function) => Some(function),
        None => hook(vm, this, "persistent_id")?,
    };
    let reducer = hook(vm, this, "reducer_override")?;
    let table = match this.dispatch_table.get() {
        Some(table) => Some(table),
        None => hook(vm, this, "dispatch_table")?,
    };
    let mut saver = Saver::new(vm, this, persistent, reducer, table)?;
    let written = saver.dump(obj);
    if written.is_err() {
        let out = this.out.take();
        drop(out);
    }
    written
}

/// What a subclass defines, or the object has.
fn hook(vm: &Vm, this: &Obj<Pickler>, name: &str) -> Res<Option<Object>> {
    if this.class().is(&crate::support::type_for::<Pickler>(vm)) {
        return Ok(None);
    }
    optional_attr(vm, this.as_object(), name)
}

/// Forget the objects written so far: those to come are written in full.
#[native("(self, /)")]
fn clear_memo(this: &Obj<Pickler>) {
    let memo = this.memo.take();
    drop(memo);
}

/// What was written, by identity: a copy.
#[getter]
fn memo(vm: &Vm, this: &Obj<Pickler>) -> Res<Obj<Dict>> {
    let dict = vm.new_dict()?;
    let rows = this.memo.borrow().rows();
    for (id, number, object) in rows {
        let row = vm.pair(vm.int(i64::from(number))?, object)?.into_object();
        dict.set(vm, &vm.int_u64(id)?, row)?;
    }
    Ok(dict)
}

#[setter(name = "memo")]
fn set_memo(vm: &Vm, this: &Obj<Pickler>, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else {
        return Err(vm.type_error("attribute deletion is not supported"));
    };
    let Some(dict) = value.downcast::<Dict>() else {
        return Err(vm.type_error(format_args!(
            "'memo' attribute must be a PicklerMemoProxy object or dict, not {}",
            vm.type_name(value)
        )));
    };
    let mut new = Memo::default();
    for (_, row) in dict.snapshot() {
        let parts = row.downcast::<Tuple>().map(|t| t.as_slice());
        let number = match parts {
            Some([number, _]) => vm.as_i64(number).and_then(|n| u32::try_from(n).ok()),
            _ => None,
        };
        match (number, parts) {
            (Some(number), Some([_, object])) => new.put(vm, object, number)?,
            _ => return Err(vm.type_error("'memo' values must be 2-item tuples")),
        }
    }
    let old = this.memo.replace(new);
    drop(old);
    Ok(())
}

#[getter]
fn persistent_id(vm: &Vm, this: &Obj<Pickler>) -> Res {
    this.persistent_id.get().ok_or_else(|| vm.attribute_error("persistent_id"))
}

#[setter(name = "persistent_id")]
fn set_persistent_id(vm: &Vm, this: &Obj<Pickler>, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else {
        return Err(vm.type_error("attribute deletion is not supported"));
    };
    if !vm.is_callable(value) {
        return Err(vm.type_error("persistent_id must be a callable taking one argument"));
    }
    this.persistent_id.set(value.clone());
    Ok(())
}

#[getter]
fn dispatch_table(vm: &Vm, this: &Obj<Pickler>) -> Res {
    this.dispatch_table.get().ok_or_else(|| vm.attribute_error("dispatch_table"))
}

#[setter(name = "dispatch_table")]
fn set_dispatch_table(vm: &Vm, this: &Obj<Pickler>, value: Option<&Object>) -> Res<()> {
    if value.is_none() && !this.dispatch_table.is_set() {
        return Err(vm.attribute_error("dispatch_table"));
    }
    this.dispatch_table.assign(value.cloned());
    Ok(())
}

/// Whether what is shared is written again each time.
#[getter]
fn fast(this: &Obj<Pickler>) -> i64 {
    i64::from(this.fast.get())
}

#[setter(name = "fast")]
fn set_fast(vm: &Vm, this: &Obj<Pickler>, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else {
        return Err(vm.type_error("can't delete numeric/char attribute"));
    };
    this.fast.set(vm.index_clamped(value)? != 0);
    Ok(())
}

/// Whether the protocol is a binary one.
#[getter]
fn bin(this: &Obj<Pickler>) -> i64 {
    i64::from(this.protocol.get() > 0)
}

/// Write an object to a file, as Pickler(file, ...).dump(obj) does.
#[native("(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)")]
pub(super) fn dump(
    vm: &Vm,
    obj: &Object,
    file: &Object,
    protocol: Option<&Object>,
    fix_imports: bool,
    buffer_callback: Option<&Object>,
) -> Res<()> {
    let pickler = vm.alloc(Pickler::default())?;
    init(vm, &pickler, file, protocol, fix_imports, buffer_callback)?;
    dump_method(vm, &pickler, obj)
}

/// The pickle of an object, as bytes.
#[native("(obj, protocol=None, *, fix_imports=True, buffer_callback=None)")]
pub(super) fn dumps(
    vm: &Vm,
    obj: &Object,
    protocol: Option<&Object>,
    fix_imports: bool,
    buffer_callback: Option<&Object>,
) -> Res<Obj<Bytes>> {
    let pickler = vm.alloc(Pickler::default())?;
    pickler.set_up(vm, protocol, fix_imports, buffer_callback)?;
    pickler.ready.set(true);
    dump_method(vm, &pickler, obj)?;
    let bytes = pickler.out.take().take();
    vm.bytes(&bytes)
}
