//! The type object: names, bases, slots, attribute dictionary, shape of its instances.
//!
//! **Invariants.** `version` is unique among all types of the interpreter and changes whenever a
//! lookup on the type could give another result (0 = not cacheable). `mro` starts with the type
//! itself. `slots` is what the VM calls; Python-level dunders install trampolines in it (types/
//! type_/slots). A builtin type's dict is filled from its static tables on first use.
#![expect(unsafe_code, reason = "the type object is reached by raw pointer from every header")]

use super::dict::Dict;
use super::header::Kind;
use super::object::{Layout, Obj, Object, Payload, Slot, Visitor};
use super::str::Str;
use super::tuple::Tuple;
use crate::native::{GetSetDef, NativeDef};
use crate::vm::{Interp, Res, Vm};
use std::cell::{Cell, RefCell, UnsafeCell};

/// A comparison operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CmpOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl CmpOp {
    /// The operator with the operands swapped.
    pub fn swapped(self) -> CmpOp {
        match self {
            CmpOp::Lt => CmpOp::Gt,
            CmpOp::Le => CmpOp::Ge,
            CmpOp::Gt => CmpOp::Lt,
            CmpOp::Ge => CmpOp::Le,
            op => op,
        }
    }

    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    pub fn method(self) -> &'static str {
        ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"][self as usize]
    }

    /// The result for an ordering of the operands.
    #[inline(always)]
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            CmpOp::Lt => ordering.is_lt(),
            CmpOp::Le => ordering.is_le(),
            CmpOp::Eq => ordering.is_eq(),
            CmpOp::Ne => ordering.is_ne(),
            CmpOp::Gt => ordering.is_gt(),
            CmpOp::Ge => ordering.is_ge(),
        }
    }
}

/// A binary arithmetic operator, in the order of the opcode table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    TrueDiv,
    FloorDiv,
    Mod,
    Pow,
    LShift,
    RShift,
    And,
    Or,
    Xor,
    MatMul,
    /// Only from the builtin `divmod`.
    DivMod,
}

pub type UnarySlot = fn(&Vm, &Object) -> Res;
/// Called with the operands in source order, whichever of them has the slot; gives
/// `NotImplemented` (as an object) when it does not know the other operand.
pub type BinarySlot = fn(&Vm, &Object, &Object) -> Res;

macro_rules! slots {
    ($($(#[doc = $doc:literal])* $name:ident : $ty:ty,)*) => {
        /// What the VM can do with instances of a type. All slots optional, `Slots::NONE` has none.
        #[derive(Clone, Copy)]
        pub struct Slots { $($(#[doc = $doc])* pub $name: Option<$ty>,)* }
        impl Slots {
            pub const NONE: Slots = Slots { $($name: None,)* };
            /// Fill what is missing here from a base (only slots that are inherited one by one).
            pub fn inherit(&mut self, base: &Slots) { $( if self.$name.is_none() { self.$name = base.$name; } )* }
        }
    };
}

slots! {
    add: BinarySlot,
    sub: BinarySlot,
    mul: BinarySlot,
    true_div: BinarySlot,
    floor_div: BinarySlot,
    rem: BinarySlot,
    divmod: BinarySlot,
    /// `pow(a, b)` and `pow(a, b, m)`; the third operand is None for the operator.
    pow: fn(&Vm, &Object, &Object, &Object) -> Res,
    lshift: BinarySlot,
    rshift: BinarySlot,
    and: BinarySlot,
    or: BinarySlot,
    xor: BinarySlot,
    matmul: BinarySlot,
    iadd: BinarySlot,
    isub: BinarySlot,
    imul: BinarySlot,
    itrue_div: BinarySlot,
    ifloor_div: BinarySlot,
    irem: BinarySlot,
    ipow: BinarySlot,
    ilshift: BinarySlot,
    irshift: BinarySlot,
    iand: BinarySlot,
    ior: BinarySlot,
    ixor: BinarySlot,
    imatmul: BinarySlot,
    neg: UnarySlot,
    pos: UnarySlot,
    abs: UnarySlot,
    invert: UnarySlot,
    bool: fn(&Vm, &Object) -> Res<bool>,
    int: UnarySlot,
    float: UnarySlot,
    index: UnarySlot,
    /// Sequence concatenation and repetition, tried after add and mul.
    concat: BinarySlot,
    iconcat: BinarySlot,
    repeat: fn(&Vm, &Object, i64) -> Res,
    irepeat: fn(&Vm, &Object, i64) -> Res,
    len: fn(&Vm, &Object) -> Res<usize>,
    getitem: BinarySlot,
    /// None deletes.
    setitem: fn(&Vm, &Object, &Object, Option<&Object>) -> Res<()>,
    contains: fn(&Vm, &Object, &Object) -> Res<bool>,
    iter: UnarySlot,
    /// None: exhausted (no StopIteration is made).
    next: fn(&Vm, &Object) -> Res<Option<Object>>,
    /// Positional arguments followed by the values of the names.
    call: fn(&Vm, &Object, &[Object], Option<&Obj<Tuple>>) -> Res,
    repr: UnarySlot,
    str: UnarySlot,
    hash: fn(&Vm, &Object) -> Res<i64>,
    richcmp: fn(&Vm, &Object, &Object, CmpOp) -> Res,
    getattr: fn(&Vm, &Object, &Obj<Str>) -> Res,
    /// None deletes.
    setattr: fn(&Vm, &Object, &Obj<Str>, Option<&Object>) -> Res<()>,
    /// (descriptor, instance or None for access through the class, class)
    descr_get: fn(&Vm, &Object, Option<&Object>, Option<&Object>) -> Res,
    descr_set: fn(&Vm, &Object, &Object, Option<&Object>) -> Res<()>,
    new: fn(&Vm, &Obj<Type>, &[Object], Option<&Obj<Tuple>>) -> Res,
    init: fn(&Vm, &Object, &[Object], Option<&Obj<Tuple>>) -> Res<()>,
    /// `__del__`.
    del: fn(&Vm, &Object) -> Res<()>,
    await_: UnarySlot,
    /// Go on with a value, for what `await` and `yield from` drive: the result comes without a StopIteration.
    send: fn(&Vm, &Object, &Object) -> Res<crate::vm::generator::Resumed>,
    aiter: UnarySlot,
    anext: UnarySlot,
    /// Bytes of the object, see `native::buffer`.
    buffer: fn(&Vm, &Object, u32) -> Res<crate::native::buffer::BufferView>,
}

impl Slots {
    pub fn binary(&self, op: BinOp) -> Option<BinarySlot> {
        match op {
            BinOp::Add => self.add,
            BinOp::Sub => self.sub,
            BinOp::Mul => self.mul,
            BinOp::TrueDiv => self.true_div,
            BinOp::FloorDiv => self.floor_div,
            BinOp::Mod => self.rem,
            BinOp::LShift => self.lshift,
            BinOp::RShift => self.rshift,
            BinOp::And => self.and,
            BinOp::Or => self.or,
            BinOp::Xor => self.xor,
            BinOp::MatMul => self.matmul,
            BinOp::DivMod => self.divmod,
            BinOp::Pow => None,
        }
    }

    pub fn inplace(&self, op: BinOp) -> Option<BinarySlot> {
        match op {
            BinOp::Add => self.iadd,
            BinOp::Sub => self.isub,
            BinOp::Mul => self.imul,
            BinOp::TrueDiv => self.itrue_div,
            BinOp::FloorDiv => self.ifloor_div,
            BinOp::Mod => self.irem,
            BinOp::Pow => self.ipow,
            BinOp::LShift => self.ilshift,
            BinOp::RShift => self.irshift,
            BinOp::And => self.iand,
            BinOp::Or => self.ior,
            BinOp::Xor => self.ixor,
            BinOp::MatMul => self.imatmul,
            BinOp::DivMod => None,
        }
    }
}

/// Bits of [`Type::flags`].
pub mod type_flags {
    /// May be a base class.
    pub const BASETYPE: u32 = 1;
    /// Instances have a `__dict__`.
    pub const DICT: u32 = 2;
    /// Instances can be weakly referenced.
    pub const WEAKREF: u32 = 4;
    /// Made by a class statement or `type()`; instances own a count of it.
    pub const HEAP: u32 = 8;
    /// Attributes of the type cannot be set.
    pub const IMMUTABLE: u32 = 16;
    /// Patterns: matches sequence / mapping patterns; inherited.
    pub const SEQUENCE: u32 = 32;
    pub const MAPPING: u32 = 64;
    /// A single positional class pattern matches the subject itself (int, str, ...).
    pub const MATCH_SELF: u32 = 128;
    /// `T()` is refused ("cannot create 'T' instances").
    pub const NO_NEW: u32 = 256;
    /// `__getattribute__`, `__getattr__` or `__setattr__` are Python's: attribute caches must not be used.
    pub const CUSTOM_GETATTR: u32 = 512;
    pub const CUSTOM_SETATTR: u32 = 1024;
    /// Has abstract methods.
    pub const ABSTRACT: u32 = 2048;
    /// Has instances in smaller blocks than its own (`__class__` was assigned): no attribute caches, ever.
    pub const UNCACHED: u32 = 4096;
    /// Messages name it without its module, as they do classes that are written in Python.
    pub const PLAIN_NAME: u32 = 8192;
    /// Its methods complain of arguments as functions that are written in Python do.
    pub const PYTHON_WORDS: u32 = 1 << 14;
    /// Subclass of int/str/tuple/list/dict/bytes/BaseException/type, for quick checks.
    pub const INT: u32 = 1 << 16;
    pub const STR: u32 = 1 << 17;
    pub const TUPLE: u32 = 1 << 18;
    pub const LIST: u32 = 1 << 19;
    pub const DICTIONARY: u32 = 1 << 20;
    pub const BYTES: u32 = 1 << 21;
    pub const EXCEPTION: u32 = 1 << 22;
    pub const TYPE: u32 = 1 << 23;
    pub const FLOAT: u32 = 1 << 24;
    /// Inherited by subclasses.
    pub const INHERITED: u32 = SEQUENCE
        | MAPPING
        | MATCH_SELF
        | CUSTOM_GETATTR
        | CUSTOM_SETATTR
        | DICT
        | WEAKREF
        | 0x1ff0000;
}

/// Static description of a native type.
pub struct TypeSpec {
    /// Qualified as `module.Name`; without a dot the module is builtins.
    pub name: &'static str,
    pub doc: &'static str,
    /// See [`type_flags`].
    pub flags: u32,
    /// The base class; None: object.
    pub base: Option<fn(&Vm) -> Obj<Type>>,
    pub slots: Slots,
    pub methods: &'static [NativeDef],
    pub getsets: &'static [GetSetDef],
    /// More for the type's dict (constants, class attributes), run when it is filled.
    pub fill: Option<fn(&Vm, &Obj<Type>) -> Res<()>>,
    pub layout: Layout,
    /// Words of references that instances have behind the payload: for types that extend another
    /// native type (see `native::word`).
    pub words: u32,
}

impl TypeSpec {
    /// As `new`, for a type that extends the native type of `T` (its `base`) without a payload of its own.
    pub const fn extending<T: Payload>(name: &'static str) -> TypeSpec {
        let mut spec = TypeSpec::new::<T>(name);
        spec.layout.kind = Kind::Native;
        spec
    }

    /// A description with nothing but a name, for `..TypeSpec::new::<T>("x.Y")`.
    pub const fn new<T: Payload>(name: &'static str) -> TypeSpec {
        TypeSpec {
            name,
            doc: "",
            flags: 0,
            base: None,
            slots: Slots::NONE,
            methods: &[],
            getsets: &[],
            fill: None,
            layout: Layout::of::<T>(),
            words: 0,
        }
    }
}

/// The names that instances keep in inline slots, in slot order.
#[derive(Default)]
pub struct Shape {
    pub(crate) keys: Vec<Obj<Str>>,
}

/// See the file's head.
pub struct Type {
    pub(crate) interp: *const Interp,
    pub(crate) version: Cell<u32>,
    pub(crate) flags: Cell<u32>,
    pub(crate) layout: &'static Layout,
    /// Fixed bytes of an instance: header, payload, attribute area.
    pub(crate) basicsize: Cell<u32>,
    /// Offset of the attribute area (0: none): one word for the dict, then `attr_cap` slots.
    pub(crate) attr_offset: Cell<u32>,
    pub(crate) attr_cap: Cell<u32>,
    /// How many attributes of instances the methods of this class alone name.
    pub(crate) attr_named: Cell<u32>,
    /// Offset and number of `__slots__` words, those of bases included.
    pub(crate) member_offset: Cell<u32>,
    pub(crate) member_count: Cell<u32>,
    pub(crate) slots: UnsafeCell<Slots>,
    /// At this version of the class its instances are made by `object` and `__init__` is `init`.
    pub(crate) init_version: Cell<u32>,
    /// A Python function, borrowed from the class that defines it.
    pub(crate) init: Cell<super::value::Value>,
    pub(crate) spec: Option<&'static TypeSpec>,
    pub(crate) filled: Cell<bool>,
    pub name: RefCell<Obj<Str>>,
    pub qualname: RefCell<Obj<Str>>,
    pub base: Slot,
    /// tuple
    pub bases: Slot,
    /// tuple
    pub mro: Slot,
    pub dict: Obj<Dict>,
    pub(crate) shape: RefCell<Shape>,
    /// Direct subclasses, by address; a type takes itself out when it dies.
    pub(crate) subclasses: RefCell<Vec<super::value::Value>>,
}

impl Payload for Type {
    const KIND: Kind = Kind::Type;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        v.visit(self.name.borrow().as_object());
        v.visit(self.qualname.borrow().as_object());
        v.slot(&self.base);
        v.slot(&self.bases);
        v.slot(&self.mro);
        v.visit(self.dict.as_object());
        for k in &self.shape.borrow().keys {
            v.visit(k.as_object());
        }
    }
    fn clear(&self) {
        // The mro holds the type itself, the dict its functions; bases stay usable until the end.
        self.mro.take();
        self.dict.clear();
    }
}

impl Drop for Type {
    fn drop(&mut self) {
        // SAFETY: `interp` outlives its types; bases are alive while the slot holds them.
        let interp = unsafe { &*self.interp };
        if let Some(bases) = self.bases.get_as::<Tuple>() {
            for b in bases.as_slice() {
                if let Some(b) = b.downcast::<Type>() {
                    // The version names this type: two types never share one.
                    let me = self.dict.value();
                    b.subclasses.borrow_mut().retain(|s| {
                        // SAFETY: the list holds live types and, just now, this dying one.
                        unsafe {
                            (*(s.ptr() as *const super::object::Boxed<Type>)).payload.dict.value()
                                != me
                        }
                    });
                }
            }
        }
        interp.type_died(self.version.get());
    }
}

impl Type {
    #[inline(always)]
    pub fn flags(&self) -> u32 {
        self.flags.get()
    }

    #[inline(always)]
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    pub fn add_flags(&self, flags: u32) {
        self.flags.set(self.flags.get() | flags);
    }

    pub fn remove_flags(&self, flags: u32) {
        self.flags.set(self.flags.get() & !flags);
    }

    #[inline(always)]
    pub fn is_heap_type(&self) -> bool {
        self.has(type_flags::HEAP)
    }

    /// The cache version, 0 if results must not be cached.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        self.version.get()
    }

    pub(crate) fn has_finalizer(&self) -> bool {
        self.slots().del.is_some()
    }

    /// The slots now in force.
    #[inline(always)]
    pub fn slots(&self) -> &Slots {
        // SAFETY: replaced as a whole by `set_slots`, which no reader holds across (slots are
        // `fn` pointers that callers copy out before they call).
        unsafe { &*self.slots.get() }
    }

    /// Replace the slots.
    pub fn set_slots(&self, slots: Slots) {
        // SAFETY: see `slots`.
        unsafe { *self.slots.get() = slots }
    }

    /// `tp_name` as messages show it: "int", "collections.deque" for native types, the bare name
    /// for classes.
    pub fn full_name(&self) -> String {
        match self.spec {
            // Exceptions share one description under many names.
            Some(spec) if spec.flags & type_flags::PLAIN_NAME != 0 => self.short_name(),
            Some(spec) if spec.name.ends_with(&*self.name.borrow().to_str_lossy()) => {
                spec.name.to_string()
            }
            _ => self.name.borrow().to_string_lossy(),
        }
    }

    /// `__name__`.
    pub fn short_name(&self) -> String {
        self.name.borrow().to_string_lossy()
    }

    /// The layout id is that of `T`.
    pub fn has_layout<T: Payload>(&self) -> bool {
        self.layout.id == std::any::TypeId::of::<T>()
    }

    /// The classes of the method resolution order.
    pub fn mro_tuple(&self) -> Option<Obj<Tuple>> {
        self.mro.get_as::<Tuple>()
    }
}

impl Obj<Type> {
    /// Whether this class is `other` or has it in its method resolution order (no Python is run).
    pub fn is_subtype(&self, other: &Obj<Type>) -> bool {
        if self.is(other) {
            return true;
        }
        match self.mro_tuple() {
            Some(mro) => mro.as_slice().iter().any(|t| t.is(other.as_object())),
            None => {
                let mut base = self.base.get_as::<Type>();
                while let Some(b) = base {
                    if b.is(other) {
                        return true;
                    }
                    base = b.base.get_as::<Type>();
                }
                false
            }
        }
    }

    /// Look `name` up along the method resolution order (the raw attribute, no descriptor call).
    #[inline]
    pub fn lookup(&self, vm: &Vm, name: &Obj<Str>) -> Option<Object> {
        vm.interp().type_lookup(vm, self, name)
    }

    /// Something visible changed: forget caches of this type and its subclasses.
    pub fn modified(&self, vm: &Vm) {
        self.new_version(vm);
        if self.subclasses.borrow().is_empty() {
            return;
        }
        for t in self.descendants().iter().skip(1) {
            t.new_version(vm);
        }
    }

    fn new_version(&self, vm: &Vm) {
        let cached = !self.has(type_flags::UNCACHED);
        self.version.set(if cached { vm.interp().next_type_version() } else { 0 });
    }

    /// An instance attribute now shadows an attribute of the class.
    pub(super) fn new_key_shadows(&self, vm: &Vm) {
        self.new_version(vm);
    }

    /// Stop all attribute caches of this class.
    pub(crate) fn stop_caching(&self) {
        self.add_flags(type_flags::UNCACHED);
        self.version.set(0);
    }

    /// This class and all below it, each once and after all of its bases among them.
    pub(crate) fn descendants(&self) -> Vec<Obj<Type>> {
        let mut seen = std::collections::HashSet::new();
        let mut out = Vec::new();
        // A class is put out when its subclasses are done; reversed, that is bases first.
        let mut stack = vec![(self.clone(), false)];
        while let Some((class, done)) = stack.pop() {
            if done {
                out.push(class);
                continue;
            }
            if !seen.insert(class.value().bits()) {
                continue;
            }
            let subclasses = class.direct_subclasses();
            stack.push((class, true));
            stack.extend(subclasses.into_iter().map(|s| (s, false)));
        }
        out.reverse();
        out
    }
}

impl Type {
    /// The record of a native type before bases and slots are finished.
    pub(crate) fn new_native(
        interp: &Interp,
        spec: &'static TypeSpec,
        name: Obj<Str>,
        base: Option<&Obj<Type>>,
        dict: Obj<Dict>,
    ) -> Type {
        Type {
            interp,
            version: Cell::new(interp.next_type_version()),
            flags: Cell::new(spec.flags | base.map_or(0, |b| b.flags() & type_flags::INHERITED)),
            layout: &spec.layout,
            basicsize: Cell::new(spec.layout.size.div_ceil(8) * 8 + spec.words * 8),
            attr_offset: Cell::new(0),
            attr_cap: Cell::new(0),
            attr_named: Cell::new(0),
            member_offset: Cell::new(spec.layout.size.div_ceil(8) * 8),
            member_count: Cell::new(spec.words),
            slots: UnsafeCell::new(spec.slots),
            init_version: Cell::new(0),
            init: Cell::new(super::value::Value::NULL),
            spec: Some(spec),
            filled: Cell::new(false),
            name: RefCell::new(name.clone()),
            qualname: RefCell::new(name),
            base: Slot::from(base.map(|b| b.as_object().clone())),
            bases: Slot::empty(),
            mro: Slot::empty(),
            dict,
            shape: RefCell::default(),
            subclasses: RefCell::default(),
        }
    }

    /// The record of a class made by a class statement, before bases, slots and order are finished.
    /// `members` `__slots__` words and, if `attributes` is given, room for that many inline attributes
    /// come behind the base's instance.
    pub(crate) fn new_heap(
        vm: &Vm,
        name: Obj<Str>,
        qualname: Obj<Str>,
        base: &Obj<Type>,
        dict: Obj<Dict>,
        members: u32,
        attributes: Option<u32>,
    ) -> Type {
        // A base's attribute area is not reused: its members come first, the area is always last.
        let fixed =
            if base.attr_offset.get() != 0 { base.attr_offset.get() } else { base.basicsize.get() };
        let fixed = fixed.div_ceil(8) * 8;
        let member_offset =
            if base.member_count.get() > 0 { base.member_offset.get() } else { fixed };
        let member_count = base.member_count.get() + members;
        let end = member_offset + member_count * 8;
        let (attr_offset, attr_cap, size) = match attributes {
            Some(cap) => (end, cap, end + 8 + cap * 8),
            None => (0, 0, end),
        };
        Type {
            interp: vm.interp(),
            version: Cell::new(vm.interp().next_type_version()),
            flags: Cell::new(
                type_flags::HEAP | type_flags::BASETYPE | base.flags() & type_flags::INHERITED,
            ),
            layout: base.layout,
            basicsize: Cell::new(size),
            attr_offset: Cell::new(attr_offset),
            attr_cap: Cell::new(attr_cap),
            attr_named: Cell::new(0),
            member_offset: Cell::new(member_offset),
            member_count: Cell::new(member_count),
            slots: UnsafeCell::new(Slots::NONE),
            init_version: Cell::new(0),
            init: Cell::new(super::value::Value::NULL),
            spec: None,
            filled: Cell::new(true),
            name: RefCell::new(name),
            qualname: RefCell::new(qualname),
            base: Slot::new(base.clone().into_object()),
            bases: Slot::empty(),
            mro: Slot::empty(),
            dict,
            shape: RefCell::default(),
            subclasses: RefCell::default(),
        }
    }

    /// Bytes of an instance without what lies behind or beside it.
    pub fn instance_size(&self) -> usize {
        self.basicsize.get() as usize
    }

    /// Offset of `__slots__` word `i` of those this class adds.
    pub(crate) fn new_member_offset(&self, base: &Type, i: u32) -> u32 {
        self.member_offset.get() + (base.member_count.get() + i) * 8
    }

    pub(crate) fn layout_id(&self) -> std::any::TypeId {
        self.layout.id
    }

    pub(crate) fn spec(&self) -> Option<&'static TypeSpec> {
        self.spec
    }

    /// True the first time: the caller fills the dict.
    pub(crate) fn begin_fill(&self) -> bool {
        !self.filled.replace(true)
    }

    /// List a direct subclass.
    pub(crate) fn add_subclass(&self, subclass: &Obj<Type>) {
        self.subclasses.borrow_mut().push(subclass.value());
    }

    /// The direct subclasses alive (one that is being destroyed is alive no more).
    pub fn direct_subclasses(&self) -> Vec<Obj<Type>> {
        let all = self.subclasses.borrow();
        // SAFETY: dying types take themselves out of the list; their blocks are there until then.
        unsafe {
            all.iter()
                .filter(|v| !(*v.ptr()).has_flag(super::header::header_flags::DYING))
                .map(|v| Obj::from_object(Object::from_borrowed(*v)))
                .collect()
        }
    }

    /// Names in the shape of the instances, for the collector and introspection.
    pub fn instance_names(&self) -> Vec<Obj<Str>> {
        self.shape.borrow().keys.clone()
    }
}
