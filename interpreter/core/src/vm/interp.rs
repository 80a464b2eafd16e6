//! One interpreter: heap, types, interned strings, modules, caches, the eval flags.
//!
//! **Invariant:** nothing here is shared with another interpreter. `types` is set once, by `boot`.
#![expect(
    unsafe_code,
    reason = "bootstrap of the first types; the method cache holds borrowed words"
)]

use super::{Res, Vm};
use crate::object::header::{Header, header_flags};
use crate::object::intern::Interned;
use crate::object::object::Boxed;
use crate::object::*;
use crate::text::TextRef;
use crate::text::siphash::HashKey;
use std::any::{Any, TypeId};
use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Bits of the eval flags: reasons to leave the fast path at the next check.
pub mod eval_flags {
    /// A signal handler wants to run (main thread).
    pub const SIGNAL: u32 = 1;
    /// Another thread wants the lock.
    pub const GIL: u32 = 2;
    /// The host cancelled the run.
    pub const CANCEL: u32 = 4;
    /// The collector wants to run.
    pub const GC: u32 = 8;
    /// Fuel has run out.
    pub const FUEL: u32 = 16;
    /// A call was queued for the main thread (`Py_AddPendingCall`'s like) or an asynchronous exception.
    pub const PENDING: u32 = 32;
    /// Tracing or profiling is on.
    pub const TRACE: u32 = 64;
    /// The time that the host allows is over.
    pub const DEADLINE: u32 = 128;
}

/// A Rust name as Python spells it.
const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

macro_rules! names {
    ($($name:ident)*) => {
        /// Interned names that the VM and natives use.
        #[allow(non_snake_case)]
        pub struct Names { $(pub $name: Obj<Str>,)* }
        impl Names {
            fn new(vm: &Vm) -> Names {
                // One loop in place of a call for each: a hundredth of the code.
                let [$($name),*] = [$(stringify!($name)),*].map(|name| vm.intern(plain(name)));
                Names { $($name),* }
            }
        }
    };
}

names! {
    __init__ __new__ __del__ __call__ __repr__ __str__ __hash__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__
    __bool__ __len__ __getitem__ __setitem__ __delitem__ __contains__ __iter__ __next__ __reversed__
    __getattr__ __getattribute__ __setattr__ __delattr__ __get__ __set__ __delete__ __set_name__
    __add__ __radd__ __iadd__ __sub__ __rsub__ __isub__ __mul__ __rmul__ __imul__ __truediv__ __rtruediv__
    __itruediv__ __floordiv__ __rfloordiv__ __ifloordiv__ __mod__ __rmod__ __imod__ __pow__ __rpow__ __ipow__
    __lshift__ __rlshift__ __ilshift__ __rshift__ __rrshift__ __irshift__ __and__ __rand__ __iand__
    __or__ __ror__ __ior__ __xor__ __rxor__ __ixor__ __matmul__ __rmatmul__ __imatmul__ __divmod__ __rdivmod__
    __neg__ __pos__ __abs__ __invert__ __int__ __float__ __complex__ __index__ __round__ __trunc__ __floor__ __ceil__
    __enter__ __exit__ __aenter__ __aexit__ __await__ __aiter__ __anext__ __length_hint__ __missing__
    __name__ __qualname__ __module__ __doc__ __dict__ __class__ __slots__ __weakref__ __bases__ __base__ __mro__
    __annotations__ __defaults__ __kwdefaults__ __code__ __globals__ __builtins__ __closure__ __wrapped__
    __init_subclass__ __class_getitem__ __prepare__ __classcell__ __mro_entries__ __instancecheck__
    __subclasscheck__ __subclasshook__ __abstractmethods__ __isabstractmethod__ __match_args__ __format__ __bytes__
    __dir__ __sizeof__ __reduce__ __reduce_ex__ __getstate__ __setstate__ __getnewargs__ __getnewargs_ex__ __copy__
    __deepcopy__ __fspath__ __set_owner__ __objclass__ __self__ __func__ __text_signature__ __signature__
    __file__ __path__ __package__ __loader__ __spec__ __cached__ __all__ __main__ __import__ __build_class__
    __debug__ __cause__ __context__ __traceback__ __suppress_context__ __notes__ __orig_class__ __origin__ __args__ __parameters__
    __mro_cache__ __instance__ mro append extend keys items values get update send throw close read write flush
    name path obj value code args builtins sys modules excepthook displayhook stdout stderr stdin
    print_file_and_line msg filename lineno offset text end_lineno end_offset errno strerror filename2
    object encoding reason start end message exceptions key file line sep
    __lambda__ __super__ __annotations_cache__ fromlist __path_hooks__ path_hooks meta_path path_importer_cache
    warn _warnings warnings __warningregistry__ __thisclass__ __self_class__ __typing_subst__ __typing_unpacked_tuple_args__ __typing_is_unpacked_typevartuple__ __unpacked__
    __aborted__ __getinitargs__ __rmod_name__ __subclasses__ sort pop copy
}

macro_rules! types {
    ($($field:ident : $spec:path $(=> $base:ident)?;)*) => {
        /// The builtin types.
        pub struct Types { $(pub $field: Obj<Type>,)* exceptions: OnceCell<Vec<Obj<Type>>> }
        impl Types {
            /// All but the exceptions.
            pub(crate) fn all(&self) -> Vec<&Obj<Type>> { vec![$(&self.$field),*] }
        }
        impl Interp {
            fn make_types(&self, boot: &Boot) -> Types {
                $(let $field = boot.make(self, &$spec, types!(@base $($base)?));)*
                Types { $($field,)* exceptions: OnceCell::new() }
            }
        }
    };
    (@base) => { None };
    (@base $base:ident) => { Some(&$base) };
}

types! {
    object: crate::types::object::SPEC;
    type_: crate::types::type_::SPEC;
    str: crate::types::str::SPEC;
    dict: crate::types::dict::SPEC;
    tuple: crate::types::tuple::SPEC;
    none: crate::types::singletons::NONE;
    not_implemented: crate::types::singletons::NOT_IMPLEMENTED;
    ellipsis: crate::types::singletons::ELLIPSIS;
    int: crate::types::int::SPEC;
    bool_: crate::types::bool::SPEC => int;
    float: crate::types::float::SPEC;
    complex: crate::types::complex::SPEC;
    bytes: crate::types::bytes::SPEC;
    list: crate::types::list::SPEC;
    set: crate::types::set::SPEC;
    frozenset: crate::types::set::FROZENSET;
    slice: crate::types::slice::SPEC;
    function: crate::types::function::SPEC;
    builtin: crate::types::builtin::SPEC;
    method_descriptor: crate::types::builtin::METHOD_DESCRIPTOR;
    classmethod_descriptor: crate::types::builtin::CLASSMETHOD_DESCRIPTOR;
    method: crate::types::method::SPEC;
    property: crate::types::property::SPEC;
    staticmethod: crate::types::class_methods::STATIC;
    classmethod: crate::types::class_methods::CLASS;
    super_: crate::types::super_::SPEC;
    code: crate::types::code::SPEC;
    cell: crate::types::cell::SPEC;
    module: crate::types::module::SPEC;
    generator: crate::types::generator::SPEC;
    coroutine: crate::types::generator::COROUTINE;
    async_generator: crate::types::generator::ASYNC_GENERATOR;
    range_iter: crate::types::range::ITER;
    list_iter: crate::types::list::ITER;
    tuple_iter: crate::types::tuple::ITER;
    dict_key_iter: crate::types::dict::iter::KEY_ITER;
    dict_value_iter: crate::types::dict::iter::VALUE_ITER;
    dict_item_iter: crate::types::dict::iter::ITEM_ITER;
    set_iter: crate::types::set::ITER;
    dict_keys: crate::types::dict::views::KEYS_VIEW;
    dict_values: crate::types::dict::views::VALUES_VIEW;
    dict_items: crate::types::dict::views::ITEMS_VIEW;
}

impl Types {
    /// The class of a builtin exception.
    pub fn exception(&self, kind: Exc) -> Obj<Type> {
        match self.exceptions.get().and_then(|e| e.get(kind as usize)) {
            Some(t) => t.clone(),
            None => self.object.clone(), // only while booting
        }
    }
}

/// One entry of the method cache: borrowed words, right while `version` is the type's.
#[derive(Clone, Copy)]
struct MethodEntry {
    version: u32,
    name: Value,
    value: Value,
}

/// 24 KiB: each page of it is touched at the start of most programs.
const METHOD_CACHE: usize = 1024;
/// Native types that are found without a search.
const RECENT_TYPES: usize = 32;
/// Interned strings that are found by where their text is.
const RECENT_NAMES: usize = 512;

/// A map by Rust types, whose ids are hashes already.
type ByType<V> = HashMap<TypeId, V, BuildHasherDefault<Taken>>;

/// Takes the last number written for the hash.
#[derive(Default)]
struct Taken(u64);

impl Hasher for Taken {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*b);
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

/// See the file's head.
pub struct Interp {
    pub(crate) drop_depth: Cell<u32>,
    pub(crate) drop_queue: RefCell<Vec<*mut Header>>,
    /// Whether there is something in it.
    pub(crate) drop_queued: Cell<bool>,
    types: OnceCell<Types>,
    names: OnceCell<Names>,
    native_types: RefCell<ByType<Obj<Type>>>,
    /// Those of them that were asked for last, by a place that the payload gives.
    recent_types: [RefCell<Option<(TypeId, Obj<Type>)>>; RECENT_TYPES],
    interned: RefCell<Interned>,
    /// Interned strings that natives asked for by their text, by where the text is.
    recent_names: Box<[Slot; RECENT_NAMES]>,
    short: RefCell<Vec<Option<Obj<Str>>>>,
    /// Memory of the text built last, for the next one.
    pub(crate) scratch: Cell<Vec<u8>>,
    pub(crate) empty_tuple: Slot,
    pub(crate) zero: Slot,
    pub(crate) minus_zero: Slot,
    next_type_version: Cell<u32>,
    next_keys_version: Cell<u32>,
    method_cache: Box<[UnsafeCell<MethodEntry>]>,
    pub hash_key: HashKey,
    pub eval_flags: Arc<AtomicU32>,
    states: RefCell<ByType<Rc<dyn Any>>>,
    /// `sys.modules`.
    pub modules: Slot,
    /// The dict of the module builtins.
    pub builtins: Slot,
    /// The dict of the module sys.
    pub sys: Slot,
    pub(crate) current: Cell<*const Vm>,
    /// Weak-reference objects (not owned) by the address of what they refer to.
    pub(crate) weakrefs: RefCell<HashMap<usize, Vec<Value>>>,
    pub(crate) gil: super::gil::Gil,
    /// The host stopped the run: the exception in flight is not to be caught.
    pub(crate) stopping: Cell<bool>,
    /// Fixed bytes of the objects (by address) whose class is not the one that sized their block.
    pub(crate) odd_sizes: RefCell<HashMap<usize, u32>>,
    /// Number of attributes that the class body now being made into a class names (taken by its class).
    pub(crate) attribute_hint: Cell<Option<u32>>,
    pub(crate) gc_running: Cell<bool>,
    /// A class with `__del__` was made: cycles are looked for once more at the end.
    pub(crate) has_finalizers: Cell<bool>,
    /// A MemoryError is being made.
    pub(crate) out_of_memory: Cell<bool>,
    /// One that was made ahead, for when there is no room to make one.
    pub(crate) spare_memory_error: Slot,
    /// The interpreter is being taken down: counts are kept, nothing is destroyed.
    pub(crate) dying: Cell<bool>,
    pub recursion_limit: Cell<u32>,
    /// Threads that have a trace or profile function.
    pub(crate) traced_threads: Cell<u32>,
    /// Files and streams of the program around; see vm/host.rs.
    pub host: RefCell<Option<Rc<dyn super::host::Host>>>,
    /// What the host lets scripts do; see vm/policy.rs. The flag says whether there is one.
    pub(crate) policy: RefCell<Option<Rc<dyn super::policy::Policy>>>,
    pub(crate) has_policy: Cell<bool>,
    /// Threads have been started besides the first.
    pub(crate) has_threads: Cell<bool>,
    /// Limit of digits in int <-> str conversion, 0 for none.
    pub int_max_str_digits: Cell<usize>,
    /// Last: everything above may name objects.
    pub heap: Heap,
}

/// The first types' records, whose addresses are known before they are complete.
struct Boot {
    type_: *mut Boxed<Type>,
    object: *mut Boxed<Type>,
    str_: *mut Boxed<Type>,
    dict: *mut Boxed<Type>,
    tuple: *mut Boxed<Type>,
}

impl Boot {
    fn new(interp: &Interp) -> Boot {
        let space = || Boot::space(interp);
        Boot { type_: space(), object: space(), str_: space(), dict: space(), tuple: space() }
    }

    /// Space for a type object.
    fn space(interp: &Interp) -> *mut Boxed<Type> {
        interp.heap.alloc_object(size_of::<Boxed<Type>>()).0 as *mut Boxed<Type>
    }

    /// Complete the record of one builtin type; `object`'s comes first, and is the base of those without
    /// one of their own.
    fn make(
        &self,
        interp: &Interp,
        spec: &'static TypeSpec,
        base: Option<&Obj<Type>>,
    ) -> Obj<Type> {
        let place = match spec.name {
            "object" => self.object,
            "type" => self.type_,
            "str" => self.str_,
            "dict" => self.dict,
            "tuple" => self.tuple,
            _ => Boot::space(interp),
        };
        // SAFETY: fresh space; all five first records exist as addresses, and `object`'s is complete before
        // any other is made.
        unsafe {
            let root = (place != self.object).then(|| Obj::borrow_ptr(self.object));
            self.write(interp, place, spec, base.or(root.as_ref()));
            Obj::from_ptr(place)
        }
    }

    unsafe fn write(
        &self,
        interp: &Interp,
        p: *mut Boxed<Type>,
        spec: &'static TypeSpec,
        base: Option<&Obj<Type>>,
    ) {
        let name = self.boot_str(interp, spec.name.rsplit('.').next().unwrap_or(spec.name));
        let dict = self.boot_alloc(interp, self.dict, Dict::new(&interp.heap));
        let large = if size_of::<Boxed<Type>>() > 512 { header_flags::LARGE } else { 0 };
        (&raw mut (*p).header).write(Header::new(Kind::Type, header_flags::GC | large, self.type_));
        (&raw mut (*p).payload).write(Type::new_native(interp, spec, name, base, dict));
    }

    unsafe fn boot_alloc<T: Payload>(
        &self,
        interp: &Interp,
        ty: *mut Boxed<Type>,
        payload: T,
    ) -> Obj<T> {
        let p = interp.heap.alloc_object(size_of::<Boxed<T>>()).0 as *mut Boxed<T>;
        let flags = if T::GC { header_flags::GC } else { 0 };
        p.write(Boxed { header: Header::new(T::KIND, flags, ty), payload });
        Obj::from_ptr(p)
    }

    unsafe fn boot_str(&self, interp: &Interp, s: &str) -> Obj<Str> {
        let (p, large) = interp.heap.alloc_object(size_of::<Boxed<Str>>() + s.len());
        debug_assert!(!large);
        let p = p as *mut Boxed<Str>;
        let data = p.add(1) as *mut u8;
        std::ptr::copy_nonoverlapping(s.as_ptr(), data, s.len());
        p.write(Boxed {
            header: Header::new(Kind::Str, 0, self.str_),
            payload: Str::new_raw(crate::object::str::ASCII, s.len(), data),
        });
        Obj::from_ptr(p)
    }
}

impl Interp {
    /// An interpreter without its types; `boot` completes it.
    pub(crate) fn new(hash_key: HashKey) -> Arc<Interp> {
        // SAFETY: zeros are an entry: version 0 is no type's, so that its words are never looked at.
        let method_cache = unsafe { Box::new_zeroed_slice(METHOD_CACHE).assume_init() };
        Arc::new(Interp {
            heap: Heap::new(),
            drop_depth: Cell::new(0),
            drop_queue: RefCell::default(),
            drop_queued: Cell::default(),
            types: OnceCell::new(),
            names: OnceCell::new(),
            native_types: RefCell::default(),
            recent_types: Default::default(),
            interned: RefCell::default(),
            recent_names: Box::new([const { Slot::empty() }; RECENT_NAMES]),
            short: RefCell::new(vec![None; 257]),
            scratch: Cell::default(),
            empty_tuple: Slot::empty(),
            zero: Slot::empty(),
            minus_zero: Slot::empty(),
            next_type_version: Cell::new(1),
            next_keys_version: Cell::new(1),
            method_cache,
            hash_key,
            eval_flags: Arc::new(AtomicU32::new(0)),
            states: RefCell::default(),
            modules: Slot::empty(),
            builtins: Slot::empty(),
            sys: Slot::empty(),
            current: Cell::new(std::ptr::null()),
            weakrefs: RefCell::default(),
            gil: super::gil::Gil::default(),
            stopping: Cell::new(false),
            odd_sizes: RefCell::default(),
            attribute_hint: Cell::new(None),
            gc_running: Cell::new(false),
            has_finalizers: Cell::new(false),
            out_of_memory: Cell::new(false),
            spare_memory_error: Slot::empty(),
            dying: Cell::new(false),
            recursion_limit: Cell::new(1000),
            traced_threads: Cell::new(0),
            host: RefCell::default(),
            policy: RefCell::default(),
            has_policy: Cell::new(false),
            has_threads: Cell::new(false),
            int_max_str_digits: Cell::new(4300),
        })
    }

    /// Make the builtin types and all that natives take for granted.
    pub(crate) fn boot(&self, vm: &Vm) -> Res<()> {
        self.current.set(vm);
        let _ = self.types.set(self.make_types(&Boot::new(self)));
        let types = self.types();
        self.empty_tuple.set({
            // SAFETY: a fresh tuple without items.
            unsafe {
                let p = super::alloc::raw_object(self, types.tuple.as_ptr(), Kind::Tuple, 0);
                (&raw mut (*(p as *mut Boxed<Tuple>)).payload).write(Tuple {
                    len: Cell::new(0),
                    items: std::ptr::dangling_mut::<Value>(),
                    capacity: 0,
                });
                Object::from_owned(Value::from_ptr(p))
            }
        });
        self.zero.set(vm.alloc_typed(&types.float, Float(0.0), 0)?.into_object());
        self.minus_zero.set(vm.alloc_typed(&types.float, Float(-0.0), 0)?.into_object());
        vm.intern("");
        let _ = self.names.set(Names::new(vm));
        self.modules.set(vm.new_dict()?.into_object());
        crate::types::finish_boot(vm)?;
        let spare = vm.new_exception(&types.exception(Exc::MemoryError), Vec::new())?;
        self.spare_memory_error.set(spare);
        Ok(())
    }

    /// For `finish_boot`: record the exception classes, in the order of `Exc`.
    pub(crate) fn set_exceptions(&self, classes: Vec<Obj<Type>>) {
        let _ = self.types().exceptions.set(classes);
    }

    #[inline(always)]
    pub fn types(&self) -> &Types {
        // SAFETY: set by `boot` before anybody else sees the interpreter.
        unsafe { self.types.get().unwrap_unchecked() }
    }

    #[inline(always)]
    pub fn names(&self) -> &Names {
        // SAFETY: as `types`.
        unsafe { self.names.get().unwrap_unchecked() }
    }

    /// A native type made on first use, by its payload; `place` is any number that goes with that.
    #[inline(always)]
    pub(crate) fn native_type(&self, id: TypeId, place: usize) -> Option<Obj<Type>> {
        let recent = &self.recent_types[place % RECENT_TYPES];
        if let Some((known, ty)) = &*recent.borrow()
            && *known == id
        {
            return Some(ty.clone());
        }
        self.native_type_of(id, recent)
    }

    #[inline(never)]
    fn native_type_of(
        &self,
        id: TypeId,
        recent: &RefCell<Option<(TypeId, Obj<Type>)>>,
    ) -> Option<Obj<Type>> {
        let ty = self.native_types.borrow().get(&id).cloned()?;
        if let Ok(mut recent) = recent.try_borrow_mut() {
            *recent = Some((id, ty.clone()));
        }
        Some(ty)
    }

    pub(crate) fn add_native_type(&self, id: TypeId, ty: Obj<Type>) {
        self.native_types.borrow_mut().insert(id, ty);
        for recent in &self.recent_types {
            if let Ok(mut recent) = recent.try_borrow_mut() {
                *recent = None;
            }
        }
    }

    /// This interpreter's state of some module or part, made on first use.
    pub fn state<T: Any + Default>(&self) -> Rc<T> {
        if let Some(s) = self.states.borrow().get(&TypeId::of::<T>()) {
            if let Ok(s) = s.clone().downcast::<T>() {
                return s;
            }
        }
        let s = Rc::new(T::default());
        self.states.borrow_mut().insert(TypeId::of::<T>(), s.clone());
        s
    }

    pub(crate) fn next_type_version(&self) -> u32 {
        let v = self.next_type_version.get();
        if v == u32::MAX {
            return 0;
        }
        self.next_type_version.set(v + 1);
        v
    }

    pub(crate) fn next_keys_version(&self) -> u32 {
        let v = self.next_keys_version.get();
        if v == u32::MAX {
            return 0;
        }
        self.next_keys_version.set(v + 1);
        v
    }

    pub(crate) fn type_died(&self, _version: u32) {}

    pub(crate) fn request_collection(&self) {
        if !self.gc_running.get() {
            self.eval_flags.fetch_or(eval_flags::GC, Ordering::Relaxed);
        }
    }

    /// Strs of one character below 256 and the empty one are made once.
    pub(crate) fn short_str(&self, text: TextRef) -> Option<Obj<Str>> {
        let i = match text.char_at(0) {
            None => 256,
            Some(c) if c < 256 => c as usize,
            _ => return None,
        };
        if let Some(s) = self.short.borrow().get(i).and_then(|s| s.clone()) {
            return Some(s);
        }
        let mut utf8 = [0u8; 4];
        let s = match char::from_u32(text.char_at(0).unwrap_or(0)) {
            Some(c) if i < 256 => &*c.encode_utf8(&mut utf8),
            _ => "",
        };
        // SAFETY: `current` is the thread that is allocating now.
        let vm = unsafe { &*self.current.get() };
        let o = self.intern(vm, s);
        self.short.borrow_mut()[i] = Some(o.clone());
        Some(o)
    }

    /// See `Vm::intern`.
    pub(crate) fn intern(&self, vm: &Vm, s: &str) -> Obj<Str> {
        // Most are literals of natives, which are where they were the last time.
        let recent = &self.recent_names[(s.as_ptr().addr() + s.len()) % RECENT_NAMES];
        if let Some(name) = recent.get_as::<Str>()
            && matches!(name.as_text(), TextRef::Ascii(text) if text == s.as_bytes())
        {
            return name;
        }
        if s.is_ascii() {
            let name = self.intern_text(vm, TextRef::Ascii(s.as_bytes()));
            recent.set(name.as_object().clone());
            return name;
        }
        match crate::text::Text::from_utf8_str(s) {
            Ok(t) => self.intern_text(vm, t.as_ref()),
            Err(_) => self.no_name(),
        }
    }

    fn intern_text(&self, vm: &Vm, text: TextRef) -> Obj<Str> {
        let hash = self.hash_key.hash_text(text);
        if let Some(o) = self.interned.borrow().find(hash, text) {
            return o;
        }
        match vm.text_of(&self.types().str, text) {
            Ok(o) => {
                o.hash.set(hash);
                match self.interned.borrow_mut().insert(&o) {
                    Ok(()) => o,
                    Err(NoMemory) => self.no_name(),
                }
            }
            Err(r) => {
                drop(vm.take_raised(r));
                self.no_name()
            }
        }
    }

    /// The interned str that stands for one that there was no memory for.
    #[cold]
    fn no_name(&self) -> Obj<Str> {
        match self.interned.borrow().find(0, TextRef::Ascii(&[])) {
            Some(o) => o,
            None => std::process::abort(), // no memory for the first string of all
        }
    }

    /// See `Vm::intern_str`.
    pub(crate) fn intern_object(&self, vm: &Vm, s: &Obj<Str>) -> Obj<Str> {
        if s.is_interned() {
            return s.clone();
        }
        let hash = vm.str_hash(s);
        if let Some(o) = self.interned.borrow().find(hash, s.as_text()) {
            return o;
        }
        if s.as_object().is_kind(Kind::Str) {
            // Without memory it stays what it is: equal, if not identical, to others.
            let _ = self.interned.borrow_mut().insert(s);
            return s.clone();
        }
        self.intern_text(vm, s.as_text())
    }

    /// Look a name up along a type's method resolution order, through the cache. `name` is interned.
    #[inline]
    pub(crate) fn type_lookup(&self, vm: &Vm, ty: &Obj<Type>, name: &Obj<Str>) -> Option<Object> {
        let version = ty.version();
        let slot = method_cache_slot(version, name);
        // SAFETY: under the lock; the words are right while the version is the type's (its dicts hold them).
        unsafe {
            let e = *self.method_cache[slot].get();
            if e.version == version && e.name == name.value() && version != 0 {
                return if e.value.is_null() { None } else { Some(Object::from_borrowed(e.value)) };
            }
            let found = self.type_lookup_slow(vm, ty, name);
            if name.is_interned() && ty.version() == version && version != 0 {
                let value = found.as_ref().map_or(Value::NULL, Object::value);
                *self.method_cache[slot].get() = MethodEntry { version, name: name.value(), value };
            }
            found
        }
    }

    /// Forget what `name` is in a class and its subclasses.
    pub(crate) fn forget_lookups(&self, ty: &Obj<Type>, name: &Obj<Str>) {
        let forget = |t: &Obj<Type>| {
            let slot = method_cache_slot(t.version(), name);
            // SAFETY: under the lock.
            unsafe {
                let e = self.method_cache[slot].get();
                if (*e).version == t.version() && (*e).name == name.value() {
                    (*e).version = 0;
                }
            }
        };
        if ty.subclasses.borrow().is_empty() {
            return forget(ty);
        }
        ty.descendants().iter().for_each(forget);
    }

    #[cold]
    fn type_lookup_slow(&self, vm: &Vm, ty: &Obj<Type>, name: &Obj<Str>) -> Option<Object> {
        if let Some(mro) = ty.mro_tuple() {
            for t in mro.as_slice() {
                if let Some(t) = t.downcast::<Type>() {
                    crate::types::ensure_filled(vm, t);
                    if let Some(o) = t.dict.get_str(vm, name) {
                        return Some(o);
                    }
                }
            }
            return None;
        }
        let mut at = Some(ty.clone());
        while let Some(t) = at {
            crate::types::ensure_filled(vm, &t);
            if let Some(o) = t.dict.get_str(vm, name) {
                return Some(o);
            }
            at = t.base.get_as::<Type>();
        }
        None
    }

    /// Run `__del__` of an object that is about to die; errors are reported, not raised.
    pub(crate) fn run_finalizer(&self, object: &Object) {
        // SAFETY: `current` is the thread that drops.
        let vm = unsafe { &*self.current.get() };
        vm.finalize(object);
    }

    /// The object at `p` dies: clear its weak references and call their callbacks.
    pub(crate) fn weakrefs_cleared(&self, p: *mut Header) {
        let refs = self.weakrefs.borrow_mut().remove(&(p as usize));
        // SAFETY: alive until the destructor goes on.
        unsafe { (*p).clear_flag(header_flags::WEAKREFS) };
        if let Some(refs) = refs {
            // SAFETY: as `run_finalizer`.
            let vm = unsafe { &*self.current.get() };
            crate::object::weakref::referent_died(vm, refs);
        }
    }
}

/// Where the method cache keeps a name of a class at a version.
#[inline(always)]
fn method_cache_slot(version: u32, name: &Obj<Str>) -> usize {
    (version.wrapping_mul(0x9E37_79B1) ^ (name.value().bits() >> 4) as u32) as usize % METHOD_CACHE
}

impl Drop for Interp {
    fn drop(&mut self) {
        self.dying.set(true);
        self.states.get_mut().clear();
        // SAFETY: nobody else is left; all memory stays valid until the heap goes, after this.
        unsafe { crate::object::object::drop_all_payloads(self) };
    }
}
