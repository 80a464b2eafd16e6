//! Tuples with named items: `sys.version_info`, `os.stat_result`, `time.struct_time`.
//!
//! **Invariant:** instances are tuples of the visible fields; fields beyond these lie in member words, as
//! `__slots__` do. A type is made once for each interpreter, from its static description.

use crate::native::{GetSetDef, NativeDef, NativeKind};
use crate::object::*;
use crate::vm::{Res, Vm};
use std::cell::RefCell;
use std::collections::HashMap;

/// A type of named tuples as static data. Made by [`structseq!`](crate::structseq).
pub struct StructSeq {
    pub spec: TypeSpec,
    /// How many of the fields belong to the tuple.
    pub visible: usize,
}

/// A static [`StructSeq`]: `structseq! { pub static STAT_RESULT = "os.stat_result", "doc", 10, ["st_mode": "doc", ...] }`.
/// The number is that of the visible fields; a third word `sealed` forbids making instances from Python.
#[macro_export]
macro_rules! structseq {
    ($(#[$meta:meta])* $vis:vis static $id:ident = $name:literal, $doc:literal, $visible:expr, [$($field:literal: $about:literal),* $(,)?] $($sealed:ident)?) => {
        $(#[$meta])*
        $vis static $id: $crate::types::structseq::StructSeq = {
            const N: usize = [$($field),*].len();
            static FIELDS: [$crate::native::GetSetDef; N] =
                $crate::types::structseq::fields([$(($field, $about)),*]);
            $crate::types::structseq::description($name, $doc, $visible, &FIELDS, $crate::structseq!(@sealed $($sealed)?))
        };
    };
    (@sealed) => { false };
    (@sealed sealed) => { true };
}

type Getter = fn(&Vm, &Object) -> Res;

macro_rules! getters {
    ($($i:literal)*) => { [$(item::<$i> as Getter),*] };
}

const GETTERS: [Getter; 32] =
    getters!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31);

fn item<const I: usize>(vm: &Vm, this: &Object) -> Res {
    Ok(field_at(vm, this, I).unwrap_or_else(Object::none))
}

fn field_at(vm: &Vm, this: &Object, i: usize) -> Option<Object> {
    let t = this.downcast::<Tuple>()?;
    if let Some(o) = t.get(i) {
        return Some(o);
    }
    let class = vm.class_of(this);
    let word = u32::try_from(i - t.len()).ok().filter(|w| *w < class.member_count.get())?;
    instance::get_member(this, class.member_offset.get() + word * 8)
}

/// Attributes for the fields.
pub const fn fields<const N: usize>(names: [(&'static str, &'static str); N]) -> [GetSetDef; N] {
    const EMPTY: GetSetDef =
        GetSetDef { name: "", doc: "", get: GETTERS[0], set: Some(super::descriptors::readonly) };
    let mut out = [EMPTY; N];
    let mut i = 0;
    while i < N {
        out[i] = GetSetDef {
            name: names[i].0,
            doc: names[i].1,
            get: GETTERS[i],
            set: Some(super::descriptors::readonly),
        };
        i += 1;
    }
    out
}

pub const fn description(
    name: &'static str,
    doc: &'static str,
    visible: usize,
    getsets: &'static [GetSetDef],
    sealed: bool,
) -> StructSeq {
    const SLOTS: Slots = Slots { new: Some(new), repr: Some(repr), ..Slots::NONE };
    const SEALED: Slots = Slots { new: Some(refuse), ..SLOTS };
    const METHODS: &[NativeDef] = &[NativeDef {
        name: "__reduce__",
        signature: "",
        doc: "",
        params: &[],
        call: reduce,
        kind: NativeKind::Method,
        wording: crate::native::Wording::Native,
        coroutine: false,
    }];
    StructSeq {
        spec: TypeSpec {
            doc,
            flags: type_flags::TUPLE
                | type_flags::SEQUENCE
                | if sealed { type_flags::NO_NEW } else { 0 },
            base: Some(|vm| vm.types().tuple.clone()),
            slots: if sealed { SEALED } else { SLOTS },
            methods: METHODS,
            getsets,
            fill: Some(fill),
            ..TypeSpec::new::<Tuple>(name)
        },
        visible,
    }
}

/// The types made so far, by the address of their description.
#[derive(Default)]
struct Made(RefCell<HashMap<usize, (Obj<Type>, &'static StructSeq)>>);

impl StructSeq {
    /// The type in this interpreter.
    pub fn class(&'static self, vm: &Vm) -> Res<Obj<Type>> {
        let made = vm.interp().state::<Made>();
        let key = &raw const self.spec as usize;
        if let Some((t, _)) = made.0.borrow().get(&key) {
            return Ok(t.clone());
        }
        let t = vm.native_type_of(&self.spec)?;
        let hidden = self.spec.getsets.len().saturating_sub(self.visible) as u32;
        if hidden > 0 {
            t.member_offset.set(t.basicsize.get());
            t.member_count.set(hidden);
            t.basicsize.set(t.basicsize.get() + hidden * 8);
        }
        made.0.borrow_mut().insert(key, (t.clone(), self));
        Ok(t)
    }

    /// An instance with these fields (visible ones first; missing hidden ones are None).
    pub fn make(&'static self, vm: &Vm, fields: Vec<Object>) -> Res {
        let class = self.class(vm)?;
        make_of(vm, &class, self.visible, fields)
    }
}

fn make_of(vm: &Vm, class: &Obj<Type>, visible: usize, mut fields: Vec<Object>) -> Res {
    let hidden = fields.split_off(visible.min(fields.len()));
    let this = vm.tuple_of(class, fields)?.into_object();
    for (word, value) in (0..class.member_count.get()).zip(hidden) {
        drop(instance::set_member(&this, class.member_offset.get() + word * 8, Some(value)));
    }
    Ok(this)
}

/// The description of an instance's class (or of its nearest base that has one).
fn description_of(vm: &Vm, class: &Obj<Type>) -> Option<&'static StructSeq> {
    let made = vm.interp().state::<Made>();
    let mut at = Some(class.clone());
    while let Some(t) = at {
        if let Some(spec) = t.spec() {
            let key = std::ptr::from_ref(spec) as usize;
            return made.0.borrow().get(&key).map(|m| m.1);
        }
        at = t.base.get_as::<Type>();
    }
    None
}

fn refuse(vm: &Vm, class: &Obj<Type>, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    Err(vm.type_error(format_args!("cannot create '{}' instances", class.full_name())))
}

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let name = class.full_name();
    let Some(description) = description_of(vm, class) else {
        return Err(vm.system_error("struct sequence without fields"));
    };
    if names.is_some_and(|n| !n.is_empty()) && args.len() > 2 || args.is_empty() || args.len() > 2 {
        return Err(vm.type_error(format_args!(
            "structseq() takes at most 2 arguments ({} given)",
            args.len()
        )));
    }
    let Some(sequence) = args.first() else {
        return Err(vm.type_error("constructor requires a sequence"));
    };
    if description.spec.getsets.len() == 1 && args.len() == 1 {
        // `sched_param(0)`: the field itself.
        return make_of(vm, class, 1, vec![sequence.clone()]);
    }
    if vm.class_of(sequence).slots().iter.is_none()
        && vm.class_of(sequence).slots().getitem.is_none()
    {
        return Err(vm.type_error("constructor requires a sequence"));
    }
    let mut items = vm.collect(sequence)?;
    let (least, most) = (description.visible, description.spec.getsets.len());
    let wrong = |what: &str, n: usize| {
        vm.type_error(format_args!(
            "{name}() takes {what} {n}-sequence ({}-sequence given)",
            items.len()
        ))
    };
    if least != most && items.len() < least {
        return Err(wrong("an at least", least));
    }
    if least != most && items.len() > most {
        return Err(wrong("an at most", most));
    }
    if least == most && items.len() != least {
        return Err(wrong("a", least));
    }
    if let Some(more) = args.get(1).and_then(|d| d.downcast::<Dict>()) {
        for field in description.spec.getsets.iter().skip(items.len()) {
            items.push(more.get_named(vm, field.name).unwrap_or_else(Object::none));
        }
    }
    make_of(vm, class, least, items)
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let class = vm.class_of(this).clone();
    let name =
        description_of(vm, &class).map_or_else(|| class.full_name(), |d| d.spec.name.to_owned());
    let mut out = format!("{name}(");
    let fields = description_of(vm, &class).map_or(&[] as &[GetSetDef], |d| d.spec.getsets);
    let items = this.downcast::<Tuple>().map(|t| t.as_slice().to_vec()).unwrap_or_default();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        if let Some(f) = fields.get(i) {
            out.push_str(f.name);
            out.push('=');
        }
        out.push_str(&vm.repr_string(item)?);
    }
    out.push(')');
    Ok(vm.str(&out)?.into_object())
}

fn reduce(vm: &Vm, args: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    let Some(this) = args.first() else {
        return Err(vm.type_error("__reduce__() needs an argument"));
    };
    let items = this.downcast::<Tuple>().map(|t| t.as_slice().to_vec()).unwrap_or_default();
    let more = vm.new_dict()?;
    if let Some(d) = description_of(vm, vm.class_of(this)) {
        for (i, f) in d.spec.getsets.iter().enumerate().skip(items.len()) {
            more.set_named(vm, f.name, field_at(vm, this, i).unwrap_or_else(Object::none))?;
        }
    }
    let state = vm.tuple(vec![vm.tuple(items)?.into_object(), more.into_object()])?;
    Ok(vm.tuple(vec![vm.class_of(this).clone().into_object(), state.into_object()])?.into_object())
}

fn fill(vm: &Vm, class: &Obj<Type>) -> Res<()> {
    let Some(spec) = class.spec() else { return Ok(()) };
    let visible = description_of(vm, class).map_or(spec.getsets.len(), |d| d.visible);
    class.dict.set_named(vm, "n_sequence_fields", vm.int_usize(visible)?)?;
    class.dict.set_named(vm, "n_fields", vm.int_usize(spec.getsets.len())?)?;
    class.dict.set_named(vm, "n_unnamed_fields", Object::small(0))?;
    let names: Vec<Object> =
        spec.getsets.iter().take(visible).map(|f| vm.intern(f.name).into_object()).collect();
    class.dict.set_named(vm, "__match_args__", vm.tuple(names)?)
}
