//! What natives may do with any object: the operations of Python's data model as methods of `Vm`.
//!
//! Each may run Python, unless it says otherwise.

use super::generator::Consumer;
use super::{Res, Vm, generator};
use crate::object::*;
use std::borrow::Cow;

/// Of the items of lists and tuples the eval flags are looked at after so many.
const POLLED: usize = 1 << 12;

impl Vm {
    /// The exact class of an object.
    #[inline]
    pub fn class_of<'a>(&'a self, object: &'a Object) -> &'a Obj<Type> {
        if let Some(t) = object.header_class() {
            return t;
        }
        let v = object.value();
        let t = self.types();
        if v.is_int() {
            &t.int
        } else if v.is_flonum() {
            &t.float
        } else if v.is_bool() {
            &t.bool_
        } else if v.is_none() {
            &t.none
        } else if v == Value::NOT_IMPLEMENTED {
            &t.not_implemented
        } else {
            &t.ellipsis
        }
    }

    /// Name of the class of an object, as messages show it.
    pub fn type_name(&self, object: &Object) -> String {
        self.class_of(object).full_name()
    }

    /// Whether the object's class is `class` or derives from it (no Python is run; for `isinstance`
    /// with hooks see `is_instance`).
    #[inline]
    pub fn is_exact_instance(&self, object: &Object, class: &Obj<Type>) -> bool {
        self.class_of(object).is_subtype(class)
    }

    /// Hash of a str; computed once.
    #[inline(always)]
    pub fn str_hash(&self, s: &Obj<Str>) -> i64 {
        match s.known_hash() {
            Some(h) => h,
            None => {
                let h = self.interp().hash_key.hash_text(s.as_text());
                let h = if h == -1 { -2 } else { h };
                s.hash.set(h);
                h
            }
        }
    }

    /// `hash(object)`.
    #[inline]
    pub fn hash(&self, object: &Object) -> Res<i64> {
        match object.downcast_str().and_then(|s| s.known_hash()) {
            Some(hash) => Ok(hash),
            None => self.hash_any(object),
        }
    }

    /// What has no hash yet. (Out of line: it is asked for in many places.)
    #[inline(never)]
    fn hash_any(&self, object: &Object) -> Res<i64> {
        if let Some(s) = object.downcast_str() {
            return Ok(self.new_hash(s));
        }
        if let Some(i) = object.as_small_int() {
            return Ok(crate::text::numhash::hash_i64(i));
        }
        if let Some(t) = object.downcast_exact::<Tuple>() {
            return crate::types::tuple::hash_of(self, t);
        }
        self.hash_slow(object)
    }

    #[inline(never)]
    fn new_hash(&self, s: &Obj<Str>) -> i64 {
        self.str_hash(s)
    }

    #[inline(never)]
    fn hash_slow(&self, object: &Object) -> Res<i64> {
        let class = self.class_of(object);
        match class.slots().hash {
            Some(h) => h(self, object),
            None => Err(self.type_error(format_args!("unhashable type: '{}'", class.full_name()))),
        }
    }

    /// `a == b` as a truth value, identity first (as containers compare).
    #[inline]
    pub fn eq(&self, a: &Object, b: &Object) -> Res<bool> {
        if a.is(b) {
            return Ok(true);
        }
        if let (Some(x), Some(y)) = (a.downcast_exact::<Bytes>(), b.downcast_exact::<Bytes>()) {
            return Ok(x.as_slice() == y.as_slice());
        }
        if let (Some(x), Some(y)) = (a.downcast_exact::<Str>(), b.downcast_exact::<Str>()) {
            return Ok(x.same_text(y));
        }
        let r = self.compare(a, b, CmpOp::Eq)?;
        self.truth(&r)
    }

    /// `bool(object)`.
    #[inline]
    pub fn truth(&self, object: &Object) -> Res<bool> {
        match object.immediate_truth() {
            Some(truth) => Ok(truth),
            None => self.truth_slow(object),
        }
    }

    #[inline(never)]
    fn truth_slow(&self, object: &Object) -> Res<bool> {
        if object.is_not_implemented() {
            self.warn(
                Exc::DeprecationWarning,
                "NotImplemented should not be used in a boolean context",
                1,
            )?;
            return Ok(true);
        }
        let slots = self.class_of(object).slots();
        if let Some(f) = slots.bool {
            return f(self, object);
        }
        if let Some(f) = slots.len {
            return Ok(f(self, object)? != 0);
        }
        Ok(true)
    }

    /// `repr(object)`.
    pub fn repr(&self, object: &Object) -> Res<Obj<Str>> {
        if let Some(n) = object.as_small_int() {
            return crate::types::int::small_decimal(self, n);
        }
        self.recurse(" while getting the repr of an object", || {
            let class = self.class_of(object).clone();
            let r = match class.slots().repr {
                Some(f) => f(self, object)?,
                None => {
                    return self.str(&format!(
                        "<{} object at {:#x}>",
                        class.full_name(),
                        object.id()
                    ));
                }
            };
            match r.downcast_into::<Str>() {
                Ok(s) => Ok(s),
                Err(o) => Err(self.type_error(format_args!(
                    "__repr__ returned non-string (type {})",
                    self.type_name(&o)
                ))),
            }
        })
    }

    /// `str(object)`.
    pub fn to_str(&self, object: &Object) -> Res<Obj<Str>> {
        if let Some(s) = object.downcast_exact::<Str>() {
            return Ok(s.clone());
        }
        if let Some(n) = object.as_small_int() {
            return crate::types::int::small_decimal(self, n);
        }
        let class = self.class_of(object).clone();
        let Some(f) = class.slots().str else { return self.repr(object) };
        self.recurse(" while getting the str of an object", || {
            match f(self, object)?.downcast_into::<Str>() {
                Ok(s) => Ok(s),
                Err(o) => Err(self.type_error(format_args!(
                    "__str__ returned non-string (type {})",
                    self.type_name(&o)
                ))),
            }
        })
    }

    /// `repr(object)` as a Rust string (lossy for lone surrogates).
    pub fn repr_string(&self, object: &Object) -> Res<String> {
        let shown = self.repr(object)?;
        self.need_room(shown.len().saturating_mul(4))?;
        Ok(shown.to_string_lossy())
    }

    /// `len(object)`.
    pub fn len(&self, object: &Object) -> Res<usize> {
        match self.class_of(object).slots().len {
            Some(f) => f(self, object),
            None => Err(self.type_error(format_args!(
                "object of type '{}' has no len()",
                self.type_name(object)
            ))),
        }
    }

    /// `operator.length_hint(object)`, `default` if there is none.
    pub fn length_hint(&self, object: &Object, default: usize) -> Res<usize> {
        if let Some(f) = self.class_of(object).slots().len {
            return match f(self, object) {
                Ok(n) => Ok(n),
                Err(r) => self.caught(r, Exc::TypeError).map(|_| default),
            };
        }
        let Some(m) = self.lookup_special(object, &self.names().__length_hint__)? else {
            return Ok(default);
        };
        match self.call(&m, &[]) {
            Ok(n) if n.is_not_implemented() => Ok(default),
            Ok(n) => match self.as_i64(&n) {
                Some(i) if i >= 0 => Ok(i as usize),
                Some(_) => Err(self.value_error("__length_hint__() should return >= 0")),
                None if self.class_of(&n).is_subtype(&self.types().int) => {
                    Err(self.overflow_error("Python int too large to convert to C ssize_t"))
                }
                None => Err(self.type_error(format_args!(
                    "__length_hint__ must be an integer, not {}",
                    self.type_name(&n)
                ))),
            },
            Err(r) => self.caught(r, Exc::TypeError).map(|_| default),
        }
    }

    /// `iter(object)`.
    pub fn iter(&self, object: &Object) -> Res {
        let class = self.class_of(object);
        if let Some(f) = class.slots().iter {
            let it = f(self, object)?;
            if self.class_of(&it).slots().next.is_none() {
                return Err(self.type_error(format_args!(
                    "iter() returned non-iterator of type '{}'",
                    self.type_name(&it)
                )));
            }
            return Ok(it);
        }
        if class.slots().getitem.is_some() && !class.has(type_flags::DICTIONARY) {
            return crate::types::iterators::sequence_iter(self, object);
        }
        Err(self.type_error(format_args!("'{}' object is not iterable", class.full_name())))
    }

    /// The next item, None when exhausted. A StopIteration that comes from inside (a function given
    /// to `map`, say) is the end too.
    #[inline]
    pub fn next(&self, iterator: &Object) -> Res<Option<Object>> {
        if let Some(it) = iterator.downcast_exact::<ListIter>() {
            return Ok(it.advance());
        }
        self.check_native_stack()?;
        match self.class_of(iterator).slots().next {
            Some(f) => f(self, iterator)
                .or_else(|raised| self.caught(raised, Exc::StopIteration).map(|_| None)),
            None => Err(self.type_error(format_args!(
                "'{}' object is not an iterator",
                self.type_name(iterator)
            ))),
        }
    }

    /// Call `f` with each item of an iterable (exact lists and tuples without an iterator); polls.
    pub fn for_each(&self, iterable: &Object, mut f: impl FnMut(Object) -> Res<()>) -> Res<()> {
        self.take_each(iterable, |item| f(item).map(|()| true))
    }

    /// Give a consumer the items of an iterable until it has enough; see [`Vm::for_each`].
    pub fn consume<C: Consumer>(&self, iterable: &Object, consumer: &mut C) -> Res<()> {
        if matches!(iterable.kind(), Some(Kind::List | Kind::Tuple)) {
            return self.take_each(iterable, |item| consumer.offer(self, item));
        }
        self.consume_iterator(&self.iter(iterable)?, consumer)
    }

    /// The same for the items that an iterator has left.
    pub fn consume_iterator<C: Consumer>(&self, it: &Object, consumer: &mut C) -> Res<()> {
        let Some(g) = it.downcast_exact::<Generator>() else {
            return self.take_rest(it, |item| consumer.offer(self, item));
        };
        while let Some(item) = generator::drive(self, g, consumer)? {
            if !consumer.take(self, item)? {
                break;
            }
            self.poll()?;
        }
        Ok(())
    }

    /// The items of an iterable, until `take` has enough (false).
    fn take_each(&self, iterable: &Object, mut take: impl FnMut(Object) -> Res<bool>) -> Res<()> {
        if let Some(l) = iterable.downcast_exact::<List>() {
            let mut i = 0;
            while let Some(item) = l.get(i) {
                if !take(item)? {
                    break;
                }
                i += 1;
                if i % POLLED == 0 {
                    self.poll()?;
                }
            }
            return Ok(());
        }
        if let Some(t) = iterable.downcast_exact::<Tuple>() {
            for (i, item) in t.as_slice().iter().enumerate() {
                if !take(item.clone())? {
                    break;
                }
                if i % POLLED == POLLED - 1 {
                    self.poll()?;
                }
            }
            return Ok(());
        }
        self.take_rest(&self.iter(iterable)?, take)
    }

    /// The same for the items that an iterator has left.
    fn take_rest(&self, it: &Object, mut take: impl FnMut(Object) -> Res<bool>) -> Res<()> {
        while let Some(item) = self.next(it)? {
            if !take(item)? {
                break;
            }
            self.poll()?;
        }
        Ok(())
    }

    /// All items of an iterable.
    pub fn collect(&self, iterable: &Object) -> Res<Vec<Object>> {
        let mut out = Vec::new();
        let hint = match iterable.kind() {
            Some(Kind::List | Kind::Tuple) => 0,
            _ => self.length_hint(iterable, 0)?,
        };
        // (As CPython: a length that cannot be had fails at once, not when memory is full.)
        let heap = &self.interp().heap;
        if hint > 1 << 16 && hint > heap.limit().saturating_sub(heap.used()) / 8 {
            return Err(self.no_memory(NoMemory));
        }
        out.try_reserve(hint).map_err(|e| self.no_memory(e.into()))?;
        let mut all = Collected(out);
        self.consume(iterable, &mut all)?;
        Ok(all.0)
    }

    /// `object[key]`.
    #[inline]
    pub fn getitem(&self, object: &Object, key: &Object) -> Res {
        let class = self.class_of(object);
        match class.slots().getitem {
            Some(f) => f(self, object, key),
            None => self.class_getitem(object, key),
        }
    }

    #[cold]
    fn class_getitem(&self, object: &Object, key: &Object) -> Res {
        if let Some(t) = object.downcast::<Type>() {
            if t.is(&self.types().type_) {
                return crate::types::generic_alias::of(self, object, key);
            }
            if let Some(f) = self.getattr_opt(object, &self.names().__class_getitem__)? {
                return self.call(&f, &[key.clone()]);
            }
            return Err(
                self.type_error(format_args!("type '{}' is not subscriptable", t.full_name()))
            );
        }
        Err(self
            .type_error(format_args!("'{}' object is not subscriptable", self.type_name(object))))
    }

    /// `object[key] = value`.
    pub fn setitem(&self, object: &Object, key: &Object, value: &Object) -> Res<()> {
        match self.class_of(object).slots().setitem {
            Some(f) => f(self, object, key, Some(value)),
            None => Err(self.type_error(format_args!(
                "'{}' object does not support item assignment",
                self.type_name(object)
            ))),
        }
    }

    /// `del object[key]`.
    pub fn delitem(&self, object: &Object, key: &Object) -> Res<()> {
        match self.class_of(object).slots().setitem {
            Some(f) => f(self, object, key, None),
            None => {
                // CPython asks sequences (as classes may be) in other words.
                let class = self.class_of(object);
                let sequence = class.is_heap_type() || class.slots().len.is_some();
                let index =
                    self.class_of(key).slots().index.is_some() || key.as_small_int().is_some();
                let not = if sequence && index { "doesn't" } else { "does not" };
                let class = class.full_name();
                Err(self.type_error(format_args!("'{class}' object {not} support item deletion")))
            }
        }
    }

    /// `element in container`.
    pub fn contains(&self, container: &Object, element: &Object) -> Res<bool> {
        let slots = self.class_of(container).slots();
        if let Some(f) = slots.contains {
            return f(self, container, element);
        }
        if slots.iter.is_none() && slots.getitem.is_none() {
            return Err(self.type_error(format_args!(
                "argument of type '{}' is not iterable",
                self.type_name(container)
            )));
        }
        self.search(container, element)
    }

    /// `element in container` by iteration.
    pub(crate) fn search(&self, container: &Object, element: &Object) -> Res<bool> {
        let it = match self.iter(container) {
            Ok(it) => it,
            Err(raised) => {
                drop(self.caught(raised, Exc::TypeError)?);
                return Err(self.type_error(format_args!(
                    "argument of type '{}' is not iterable",
                    self.type_name(container)
                )));
            }
        };
        while let Some(o) = self.next(&it)? {
            if self.eq(&o, element)? {
                return Ok(true);
            }
            self.poll()?;
        }
        Ok(false)
    }

    /// The int of an object with `__index__` (ints themselves included).
    pub fn index(&self, object: &Object) -> Res {
        if object.as_small_int().is_some() || object.is_kind(Kind::Int) {
            return Ok(object.clone());
        }
        if object.is_bool() {
            return Ok(Object::small(object.is_true_singleton() as i32));
        }
        let class = self.class_of(object).clone();
        if class.has(type_flags::INT) {
            return crate::types::int::exact(self, object);
        }
        let Some(f) = class.slots().index else {
            return Err(self.type_error(format_args!(
                "'{}' object cannot be interpreted as an integer",
                class.full_name()
            )));
        };
        let r = f(self, object)?;
        if r.as_small_int().is_some() || r.is_kind(Kind::Int) {
            return Ok(r);
        }
        if self.class_of(&r).has(type_flags::INT) {
            crate::types::int::make::strict_subclass(self, "__index__", "int", &r)?;
            return crate::types::int::exact(self, &r);
        }
        Err(self
            .type_error(format_args!("__index__ returned non-int (type {})", self.type_name(&r))))
    }

    /// The value of an exact int object, if it fits.
    pub fn as_i64(&self, object: &Object) -> Option<i64> {
        use num_traits::ToPrimitive;
        if let Some(i) = object.as_small_int() {
            return Some(i);
        }
        if object.is_bool() {
            return Some(object.is_true_singleton() as i64);
        }
        object.downcast::<Int>().and_then(|b| b.0.to_i64())
    }

    /// `__index__` clamped to i64 (as slices want it).
    pub fn index_clamped(&self, object: &Object) -> Res<i64> {
        let i = self.index(object)?;
        Ok(self.as_i64(&i).unwrap_or_else(|| {
            let negative =
                i.downcast::<Int>().is_some_and(|b| b.0.sign() == num_bigint::Sign::Minus);
            if negative { i64::MIN } else { i64::MAX }
        }))
    }

    /// `__index__` as an index; IndexError if it does not fit ("cannot fit 'int' into an index-sized integer").
    pub fn index_size(&self, object: &Object) -> Res<i64> {
        let i = self.index(object)?;
        self.as_i64(&i).ok_or_else(|| {
            self.index_error(format_args!(
                "cannot fit '{}' into an index-sized integer",
                self.type_name(object)
            ))
        })
    }

    /// `isinstance(object, class_or_tuple)` with hooks.
    pub fn is_instance(&self, object: &Object, class: &Object) -> Res<bool> {
        crate::builtins::classes::is_instance(self, object, class)
    }

    /// `issubclass(derived, class_or_tuple)` with hooks.
    pub fn is_subclass(&self, derived: &Object, class: &Object) -> Res<bool> {
        crate::builtins::classes::is_subclass(self, derived, class)
    }

    /// `format(object)`, without a specification.
    #[inline]
    pub fn format_plain(&self, object: &Object) -> Res<Obj<Str>> {
        if let Some(n) = object.as_small_int() {
            return crate::types::int::small_decimal(self, n);
        }
        self.format(object, &self.text(crate::text::TextRef::EMPTY)?)
    }

    /// `format(object, spec)`.
    pub fn format(&self, object: &Object, spec: &Obj<Str>) -> Res<Obj<Str>> {
        if spec.is_empty() && (object.is_kind(Kind::Str) || object.as_small_int().is_some()) {
            return self.to_str(object);
        }
        let mut out = self.text_buf();
        match crate::types::str::format::push_exact(self, &mut out, object, spec.as_text()) {
            Some(Ok(())) => return self.text_built(out),
            Some(Err(e)) => return Err(self.text_error(e)),
            None => self.text_buf_back(out),
        }
        let Some(m) = self.lookup_special(object, &self.names().__format__)? else {
            return Err(self.type_error(format_args!(
                "Type {} doesn't define __format__",
                self.type_name(object)
            )));
        };
        match self.call(&m, &[spec.as_object().clone()])?.downcast_into::<Str>() {
            Ok(s) => Ok(s),
            Err(o) => Err(self.type_error(format_args!(
                "__format__ must return a str, not {}",
                self.type_name(&o)
            ))),
        }
    }

    /// A str's text as UTF-8; UnicodeEncodeError for lone surrogates.
    pub fn utf8<'a>(&self, s: &'a Obj<Str>) -> Res<Cow<'a, str>> {
        if s.as_ascii().is_none() {
            self.need_room(s.len().saturating_mul(8))?;
        }
        match s.to_utf8() {
            Some(t) => Ok(t),
            None => Err(crate::types::str::surrogates_not_allowed(self, s)),
        }
    }
}

impl Object {
    /// Exact str.
    #[inline(always)]
    pub fn downcast_str(&self) -> Option<&Obj<Str>> {
        self.downcast_exact::<Str>()
    }
}

/// The items of an iterable in a vector.
struct Collected(Vec<Object>);

impl Consumer for Collected {
    fn take_in_place(&mut self, _: &Vm, item: Object) -> Option<Object> {
        if self.0.len() == self.0.capacity() {
            return Some(item);
        }
        self.0.push(item);
        None
    }

    fn take(&mut self, vm: &Vm, item: Object) -> Res<bool> {
        // Vec's memory is not the heap's: keep an endless iterator within the limit all the same.
        let heap = &vm.interp().heap;
        if self.0.len() > 1 << 16 && self.0.len() * 16 > heap.limit().saturating_sub(heap.used()) {
            return Err(vm.no_memory(NoMemory));
        }
        self.0.try_reserve(1).map_err(|e| vm.no_memory(e.into()))?;
        self.0.push(item);
        Ok(true)
    }
}
