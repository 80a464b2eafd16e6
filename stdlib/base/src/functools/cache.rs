//! The function that lru_cache puts in the place of another.
//!
//! A bounded cache is a dict from keys to numbers of nodes; the nodes lie in a vector and are linked by
//! number in the order of their last use. **Invariant:** no borrow of the nodes is held while Python runs
//! (hash, comparison, the function itself) or an object is dropped; after Python ran, what was looked up
//! before is looked up again.

use crate::support::{
    Dict, Kwargs, NativeConstructor, NoMemory, Obj, Object, Payload, Res, Slot, Slots, Tuple, Type,
    TypeSpec, Visitor, Vm, native, natives, reserve, type_flags,
};
use std::cell::{Cell, RefCell};
use taipan_core::object::Kind;

/// The payload of `functools._lru_cache_wrapper`.
pub(super) struct Cached {
    function: Slot,
    info_type: Slot,
    /// Stands between positional arguments and keywords in keys.
    mark: Slot,
    cache: Obj<Dict>,
    limit: Limit,
    typed: bool,
    hits: Cell<u64>,
    misses: Cell<u64>,
    /// Calls of `cache_clear()`: numbers of nodes from before mean nothing.
    clears: Cell<u64>,
    nodes: RefCell<Nodes>,
}

#[derive(Clone, Copy)]
enum Limit {
    /// Nothing is kept.
    None,
    Endless,
    At(usize),
}

/// Node 0 is the ring's anchor: its `next` is the oldest, its `prev` the newest.
#[derive(Default)]
struct Nodes(Vec<Node>);

struct Node {
    prev: u32,
    next: u32,
    hash: i64,
    key: Object,
    result: Object,
}

impl Nodes {
    /// No node is linked.
    fn is_empty(&self) -> bool {
        self.0.first().is_none_or(|anchor| anchor.next == 0)
    }

    fn unlink(&mut self, i: usize) {
        let (prev, next) = (self.0[i].prev, self.0[i].next);
        self.0[prev as usize].next = next;
        self.0[next as usize].prev = prev;
    }

    /// Link a node as the newest.
    fn append(&mut self, i: usize) {
        let last = self.0[0].prev;
        self.0[last as usize].next = i as u32;
        (self.0[i].prev, self.0[i].next) = (last, 0);
        self.0[0].prev = i as u32;
    }

    /// The result of a node, which becomes the newest.
    #[inline]
    fn touch(&mut self, i: usize) -> Option<Object> {
        let node = self.0.get(i)?;
        let result = node.result.clone();
        if self.0[0].prev != i as u32 {
            self.unlink(i);
            self.append(i);
        }
        Some(result)
    }
}

impl Payload for Cached {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&WRAPPER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.function);
        visitor.slot(&self.info_type);
        visitor.slot(&self.mark);
        visitor.visit(self.cache.as_object());
        for node in &self.nodes.borrow().0 {
            visitor.visit(&node.key);
            visitor.visit(&node.result);
        }
    }
    fn clear(&self) {
        drop(self.nodes.take());
        self.cache.clear();
        drop(self.function.take());
        drop(self.info_type.take());
        drop(self.mark.take());
    }
}

pub(super) static WRAPPER: TypeSpec = TypeSpec {
    doc: "A function that remembers its results.\n\n\
          user_function: what is called for results that are not known\n\n\
          maxsize: how many results are kept; None: all of them, 0: none\n\n\
          typed: whether 1 and 1.0 are two arguments\n\n\
          cache_info_type: called by cache_info() with hits, misses, maxsize, currsize",
    flags: type_flags::BASETYPE | type_flags::DICT | type_flags::WEAKREF,
    slots: Slots {
        new: Some(<wrapper_new as NativeConstructor>::new),
        call: Some(call),
        descr_get: Some(bind),
        ..Slots::NONE
    },
    methods: natives![cache_info, cache_clear, reduce, copy, deepcopy],
    ..TypeSpec::new::<Cached>("functools._lru_cache_wrapper")
};

#[native(
    "(cls, user_function, maxsize, typed, cache_info_type)",
    constructor,
    name = "_lru_cache_wrapper"
)]
fn wrapper_new(
    vm: &Vm,
    cls: &Obj<Type>,
    user_function: &Object,
    maxsize: &Object,
    typed: bool,
    cache_info_type: &Object,
) -> Res<Obj<Cached>> {
    if !vm.is_callable(user_function) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let limit = if maxsize.is_none() {
        Limit::Endless
    } else if vm.class_of(maxsize).slots().index.is_some() || vm.as_i64(maxsize).is_some() {
        let size = vm.index(maxsize)?;
        let Some(size) = vm.as_i64(&size) else {
            return Err(vm.overflow_error("cannot fit 'int' into an index-sized integer"));
        };
        match usize::try_from(size) {
            Ok(0) | Err(_) => Limit::None,
            Ok(size) => Limit::At(size),
        }
    } else {
        return Err(vm.type_error("maxsize should be integer or None"));
    };
    let cached = Cached {
        function: Slot::new(user_function.clone()),
        info_type: Slot::new(cache_info_type.clone()),
        mark: Slot::new(vm.instance_of(&vm.types().object)?),
        cache: vm.new_dict()?,
        limit,
        typed,
        hits: Cell::new(0),
        misses: Cell::new(0),
        clears: Cell::new(0),
        nodes: RefCell::default(),
    };
    vm.alloc_of(cls, cached)
}

fn call(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let Some(cached) = this.downcast::<Cached>() else {
        return Err(vm.system_error("a cached function was expected"));
    };
    match cached.limit {
        Limit::None => {
            cached.misses.set(cached.misses.get() + 1);
            cached.compute(vm, args, names)
        }
        Limit::Endless => call_endless(vm, cached, args, names),
        Limit::At(size) => call_bounded(vm, cached, size, args, names),
    }
}

impl Cached {
    fn compute(&self, vm: &Vm, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
        match self.function.get() {
            Some(function) => vm.call_with(&function, args, names),
            None => Err(vm.type_error("a cached function that was cleared by the collector")),
        }
    }

    /// What tells this call from others: the argument itself if it is one int or str, else a tuple.
    #[inline]
    fn key(&self, vm: &Vm, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
        if let ([one], None, false) = (args, names, self.typed)
            && (one.as_small_int().is_some() || matches!(one.kind(), Some(Kind::Str | Kind::Int)))
        {
            return Ok(one.clone());
        }
        self.long_key(vm, args, names)
    }

    #[inline(never)]
    fn long_key(&self, vm: &Vm, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
        let named = names.map_or(0, |n| n.len()).min(args.len());
        if named == 0 && !self.typed {
            return Ok(vm.tuple_from(args)?.into_object());
        }
        let positional = &args[..args.len() - named];
        let mut parts = Vec::new();
        reserve(vm, &mut parts, args.len() * 2 + named + 1)?;
        parts.extend_from_slice(positional);
        if named > 0 {
            parts.extend(self.mark.get());
            for (name, value) in Kwargs::all(args, names).iter() {
                parts.push(name.as_object().clone());
                parts.push(value.clone());
            }
        }
        if self.typed {
            parts.extend(args.iter().map(|arg| vm.class_of(arg).clone().into_object()));
        }
        Ok(vm.tuple(parts)?.into_object())
    }

    /// The value that the dict has for a key.
    #[inline]
    fn find(&self, vm: &Vm, key: &Object, hash: i64) -> Res<Option<Object>> {
        let table = &self.cache.table;
        Ok(table.find(vm, key, hash)?.and_then(|i| table.value_at(i)))
    }
}

fn call_endless(vm: &Vm, this: &Cached, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let key = this.key(vm, args, names)?;
    let hash = vm.hash(&key)?;
    if let Some(result) = this.find(vm, &key, hash)? {
        this.hits.set(this.hits.get() + 1);
        return Ok(result);
    }
    this.misses.set(this.misses.get() + 1);
    let result = this.compute(vm, args, names)?;
    this.cache.set_hashed(vm, &key, hash, result.clone())?;
    Ok(result)
}

fn call_bounded(
    vm: &Vm,
    this: &Cached,
    limit: usize,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res {
    let key = this.key(vm, args, names)?;
    let hash = vm.hash(&key)?;
    if let Some(found) = this.find(vm, &key, hash)?
        && let Some(i) = found.as_small_int()
        && let Some(result) = this.nodes.borrow_mut().touch(i as usize)
    {
        this.hits.set(this.hits.get() + 1);
        return Ok(result);
    }
    this.misses.set(this.misses.get() + 1);
    let result = this.compute(vm, args, names)?;
    if this.find(vm, &key, hash)?.is_some() {
        // The function called itself with the same arguments, or another thread came first.
        return Ok(result);
    }
    if this.cache.len() < limit || this.nodes.borrow().is_empty() {
        let i = add_node(vm, this, hash, &key, &result)?;
        this.cache.set_hashed(vm, &key, hash, Object::small(i as i32))?;
        return Ok(result);
    }
    replace_oldest(vm, this, hash, key, &result)?;
    Ok(result)
}

/// A new node at the newest end.
fn add_node(vm: &Vm, this: &Cached, hash: i64, key: &Object, result: &Object) -> Res<usize> {
    let mut nodes = this.nodes.borrow_mut();
    let list = &mut nodes.0;
    if list.try_reserve(2).is_err() || list.len() >= i32::MAX as usize {
        drop(nodes);
        return Err(vm.no_memory(NoMemory));
    }
    if list.is_empty() {
        let none = Object::none();
        list.push(Node { prev: 0, next: 0, hash: 0, key: none.clone(), result: none });
    }
    let i = list.len();
    list.push(Node { prev: 0, next: 0, hash, key: key.clone(), result: result.clone() });
    nodes.append(i);
    Ok(i)
}

/// Give the node that was not used for longest to another call.
fn replace_oldest(vm: &Vm, this: &Cached, hash: i64, key: Object, result: &Object) -> Res<()> {
    let oldest = {
        let mut nodes = this.nodes.borrow_mut();
        let i = nodes.0[0].next as usize;
        let node = &nodes.0[i];
        let oldest = (i, node.key.clone(), node.hash);
        nodes.unlink(i);
        oldest
    };
    let (i, old_key, old_hash) = oldest;
    let clears = this.clears.get();
    let place = match this.cache.table.find(vm, &old_key, old_hash) {
        Ok(place) => place,
        Err(raised) => {
            // The node goes back where it was.
            let mut nodes = this.nodes.borrow_mut();
            if clears == this.clears.get() {
                let first = nodes.0[0].next;
                (nodes.0[i].prev, nodes.0[i].next) = (0, first);
                nodes.0[first as usize].prev = i as u32;
                nodes.0[0].next = i as u32;
            }
            return Err(raised);
        }
    };
    if clears != this.clears.get() {
        return Ok(());
    }
    let Some(place) = place else {
        // Somebody took the key out of the dict: the node is nobody's any more.
        let none = Object::none();
        let orphan = Node { prev: 0, next: 0, hash: 0, key: none.clone(), result: none };
        let old = std::mem::replace(&mut this.nodes.borrow_mut().0[i], orphan);
        drop(old);
        return Ok(());
    };
    let gone = this.cache.table.remove_at(place);
    let old = {
        let mut nodes = this.nodes.borrow_mut();
        let new = Node { prev: 0, next: 0, hash, key: key.clone(), result: result.clone() };
        let old = std::mem::replace(&mut nodes.0[i], new);
        nodes.append(i);
        old
    };
    this.cache.set_hashed(vm, &key, hash, Object::small(i as i32))?;
    drop((gone, old));
    Ok(())
}

fn bind(vm: &Vm, this: &Object, object: Option<&Object>, _: Option<&Object>) -> Res {
    match object.filter(|o| !o.is_none()) {
        None => Ok(this.clone()),
        Some(object) => vm.bound_method(this.clone(), object.clone()),
    }
}

/// How often results were known and not known, how many are kept.
#[native("(self, /)", no_signature)]
fn cache_info(vm: &Vm, this: &Obj<Cached>) -> Res {
    let limit = match this.limit {
        Limit::None => Object::small(0),
        Limit::Endless => Object::none(),
        Limit::At(size) => vm.int_usize(size)?,
    };
    let class = this.info_type.get().unwrap_or_else(Object::none);
    let (hits, misses) = (vm.int_u64(this.hits.get())?, vm.int_u64(this.misses.get())?);
    vm.call(&class, &[hits, misses, limit, vm.int_usize(this.cache.len())?])
}

/// Forget all results and the statistics.
#[native("(self, /)", no_signature)]
fn cache_clear(this: &Obj<Cached>) {
    let old = this.nodes.take();
    this.clears.set(this.clears.get() + 1);
    this.hits.set(0);
    this.misses.set(0);
    this.cache.clear();
    drop(old);
}

/// Pickled by name.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Obj<Cached>) -> Res {
    vm.getattr(this.as_object(), &vm.names().__qualname__)
}

/// The function itself.
#[native("(self, /)", name = "__copy__", no_signature)]
fn copy(this: &Obj<Cached>) -> Object {
    this.as_object().clone()
}

/// The function itself.
#[native("(self, memo, /)", name = "__deepcopy__", no_signature)]
fn deepcopy(this: &Obj<Cached>, _memo: &Object) -> Object {
    this.as_object().clone()
}
