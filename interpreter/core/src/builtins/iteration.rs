//! Functions over iterables: len, iter, next, all, any, sum, min, max, sorted, aiter.

use crate::native::{Kwargs, Maybe, NativeDef, natives};
use crate::object::*;
use crate::vm::generator::{Consumer, Resumed, Sent, resume};
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] =
    natives![aiter, all, anext, any, iter, len, max, min, next, sorted, sum];

/// How many items the object says it has, by `__len__()`.
#[native("(obj, /)")]
fn len(vm: &Vm, obj: &Object) -> Res<usize> {
    if let Some(s) = obj.downcast_exact::<Str>() {
        return Ok(s.len());
    }
    if let Some(l) = obj.downcast_exact::<List>() {
        return Ok(l.len());
    }
    vm.len(obj)
}

/// iter(iterable) -> iterator
/// iter(callable, sentinel) -> iterator
///
/// With one argument, what a for loop would step through: from `__iter__()`, or by index from 0 on.
/// With two, the results of calling the first without arguments, up to one that equals the sentinel.
#[native("(object, sentinel=<unrepresentable>, /)", no_signature)]
fn iter(vm: &Vm, object: &Object, sentinel: Maybe<&Object>) -> Res {
    let Maybe::Given(sentinel) = sentinel else { return vm.iter(object) };
    if vm.class_of(object).slots().call.is_none() {
        return Err(vm.type_error("iter(v, w): v must be callable"));
    }
    crate::types::iterators::callable_iter(vm, object, sentinel)
}

/// next(iterator[, default])
///
/// Take one item from an iterator. At its end the default is the result, or StopIteration is raised.
#[native("(iterator, default=<unrepresentable>, /)", no_signature)]
fn next(vm: &Vm, iterator: &Object, default: Maybe<&Object>) -> Res {
    // The slot has no place for what a generator returns.
    if let (Maybe::Absent, Some(generator)) = (default, iterator.downcast_exact::<Generator>())
        && vm.class_of(iterator).slots().next.is_some()
    {
        return match resume(vm, generator, Sent::Next)? {
            Resumed::Yield(item) => Ok(item),
            Resumed::Return(value) => Err(vm.stop_iteration(value)),
        };
    }
    let Some(step) = vm.class_of(iterator).slots().next else {
        let got = vm.type_name(iterator);
        return Err(vm.type_error(format_args!("'{got}' object is not an iterator")));
    };
    match (step(vm, iterator), default) {
        (Ok(Some(item)), _) => Ok(item),
        (Ok(None), Maybe::Given(default)) => Ok(default.clone()),
        (Ok(None), Maybe::Absent) => Err(vm.stop_iteration(Object::none())),
        (Err(raised), Maybe::Given(default)) => {
            vm.caught(raised, Exc::StopIteration).map(|_| default.clone())
        }
        (Err(raised), Maybe::Absent) => Err(raised),
    }
}

/// What `async for` would step through: the result of the object's `__aiter__()`.
#[native("(async_iterable, /)")]
fn aiter(vm: &Vm, async_iterable: &Object) -> Res {
    let Some(f) = vm.class_of(async_iterable).slots().aiter else {
        return Err(vm.type_error(format_args!(
            "'{}' object is not an async iterable",
            vm.type_name(async_iterable)
        )));
    };
    let iterator = f(vm, async_iterable)?;
    if vm.class_of(&iterator).slots().anext.is_none() {
        return Err(vm.type_error(format_args!(
            "aiter() returned not an async iterator of type '{}'",
            vm.type_name(&iterator)
        )));
    }
    Ok(iterator)
}

/// An awaitable for the next item of an asynchronous iterator.
///
/// At the end it gives the default if there is one, and raises StopAsyncIteration if not.
#[native("(aiterator, default=<unrepresentable>, /)")]
fn anext(vm: &Vm, aiterator: &Object, default: Maybe<&Object>) -> Res {
    let Some(f) = vm.class_of(aiterator).slots().anext else {
        return Err(vm.type_error(format_args!(
            "'{}' object is not an async iterator",
            vm.type_name(aiterator)
        )));
    };
    let awaitable = f(vm, aiterator)?;
    match default {
        Maybe::Absent => Ok(awaitable),
        Maybe::Given(default) => crate::types::anext::make(vm, awaitable, default),
    }
}

/// Whether no item of the iterable is false; stops at the first one that is. True if there are no items.
#[native("(iterable, /)")]
fn all(vm: &Vm, iterable: &Object) -> Res<bool> {
    Ok(!find(vm, iterable, false)?)
}

/// Whether some item of the iterable is true; stops at the first one that is. False if there are no items.
#[native("(iterable, /)")]
fn any(vm: &Vm, iterable: &Object) -> Res<bool> {
    find(vm, iterable, true)
}

/// Whether an item has this truth value; stops at the first.
fn find(vm: &Vm, iterable: &Object, wanted: bool) -> Res<bool> {
    struct Find {
        wanted: bool,
        found: bool,
    }
    impl Consumer for Find {
        fn take_in_place(&mut self, _: &Vm, item: Object) -> Option<Object> {
            (item.immediate_truth() != Some(!self.wanted)).then_some(item)
        }
        fn take(&mut self, vm: &Vm, item: Object) -> Res<bool> {
            self.found = vm.truth(&item)? == self.wanted;
            Ok(!self.found)
        }
    }
    let mut find = Find { wanted, found: false };
    vm.consume(iterable, &mut find)?;
    Ok(find.found)
}

/// Add the items of an iterable to start, from left to right.
///
/// Meant for numbers; strings and bytes are refused, ''.join() is the way for those.
#[native("(iterable, /, start=0)")]
fn sum(vm: &Vm, iterable: &Object, start: Maybe<&Object>) -> Res {
    let plain = matches!(iterable.kind(), Some(Kind::List | Kind::Tuple));
    let iterable = if plain { iterable.clone() } else { vm.iter(iterable)? };
    let total = start.given().cloned().unwrap_or(Object::small(0));
    let refused = if total.downcast::<Str>().is_some() {
        Some("sum() can't sum strings [use ''.join(seq) instead]")
    } else if total.downcast::<Bytes>().is_some() {
        Some("sum() can't sum bytes [use b''.join(seq) instead]")
    } else if total.is_kind(Kind::ByteArray) {
        Some("sum() can't sum bytearray [use b''.join(seq) instead]")
    } else {
        None
    };
    if let Some(refused) = refused {
        return Err(vm.type_error(refused));
    }
    let mut sum = Sum(total);
    if plain {
        vm.consume(&iterable, &mut sum)?;
    } else {
        vm.consume_iterator(&iterable, &mut sum)?;
    }
    Ok(sum.0)
}

struct Sum(Object);

impl Consumer for Sum {
    fn take_in_place(&mut self, _: &Vm, item: Object) -> Option<Object> {
        let total = match (self.0.as_small_int(), item.as_small_int()) {
            (Some(a), Some(b)) => Object::immediate_int(a + b),
            _ => match (self.0.value().as_flonum(), item.value().as_flonum()) {
                (Some(a), Some(b)) => Object::immediate_float(a + b),
                _ => None,
            },
        };
        match total {
            Some(total) => {
                self.0 = total;
                None
            }
            None => Some(item),
        }
    }

    fn take(&mut self, vm: &Vm, item: Object) -> Res<bool> {
        self.0 = vm.binary(BinOp::Add, &self.0, &item)?;
        Ok(true)
    }
}

/// min(iterable, *[, default=obj, key=func]) -> value
/// min(arg1, arg2, *args, *[, key=func]) -> value
///
/// The least item of one iterable, or of several arguments; the first of equals.
///
/// key is called with each item for what to compare instead. An iterable without items gives the
/// default, or ValueError if there is none.
#[native("(*args, **kwargs)", no_signature)]
fn min(vm: &Vm, args: &[Object], kwargs: Kwargs) -> Res {
    extreme(vm, "min", CmpOp::Lt, args, kwargs)
}

/// max(iterable, *[, default=obj, key=func]) -> value
/// max(arg1, arg2, *args, *[, key=func]) -> value
///
/// The greatest item of one iterable, or of several arguments; the first of equals.
///
/// key is called with each item for what to compare instead. An iterable without items gives the
/// default, or ValueError if there is none.
#[native("(*args, **kwargs)", no_signature)]
fn max(vm: &Vm, args: &[Object], kwargs: Kwargs) -> Res {
    extreme(vm, "max", CmpOp::Gt, args, kwargs)
}

/// The first item that none of the others beats, None if there is no item.
fn extreme_item(vm: &Vm, op: CmpOp, iterable: &Object) -> Res<Option<Object>> {
    let mut extreme = Extreme { op, best: None };
    vm.consume(iterable, &mut extreme)?;
    Ok(extreme.best)
}

struct Extreme {
    op: CmpOp,
    best: Option<Object>,
}

impl Consumer for Extreme {
    fn take_in_place(&mut self, _: &Vm, item: Object) -> Option<Object> {
        let numbers = |so_far: &Object| Some((item.as_small_int()?, so_far.as_small_int()?));
        let better = match self.best.as_ref().map(numbers) {
            None => true,
            Some(Some((a, b))) => self.op.holds(a.cmp(&b)),
            Some(None) => return Some(item),
        };
        if better {
            self.best = Some(item);
        }
        None
    }

    fn take(&mut self, vm: &Vm, item: Object) -> Res<bool> {
        if match &self.best {
            Some(so_far) => vm.compare_bool(&item, so_far, self.op)?,
            None => true,
        } {
            self.best = Some(item);
        }
        Ok(true)
    }
}

fn extreme(vm: &Vm, name: &str, op: CmpOp, args: &[Object], kwargs: Kwargs) -> Res {
    if args.is_empty() {
        return Err(vm.type_error(format_args!("{name} expected at least 1 argument, got 0")));
    }
    let (mut key, mut default) = (None, None);
    for (word, value) in kwargs.iter() {
        if word.equals("key") {
            key = Some(value).filter(|key| !key.is_none());
        } else if word.equals("default") {
            default = Some(value);
        } else {
            return Err(vm.type_error(format_args!(
                "'{}' is an invalid keyword argument for {name}()",
                word.to_str_lossy()
            )));
        }
    }
    if let ([iterable], None) = (args, key) {
        return match (extreme_item(vm, op, iterable)?, default) {
            (Some(best), _) => Ok(best),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(vm.value_error(format_args!("{name}() arg is an empty sequence"))),
        };
    }
    let mut best: Option<(Object, Object)> = None;
    let mut look = |item: Object| {
        let value = match key {
            Some(key) => vm.call(key, std::slice::from_ref(&item))?,
            None => item.clone(),
        };
        let better = match &best {
            Some((_, so_far)) => match (value.as_small_int(), so_far.as_small_int()) {
                (Some(a), Some(b)) => op.holds(a.cmp(&b)),
                _ => vm.compare_bool(&value, so_far, op)?,
            },
            None => true,
        };
        if better {
            best = Some((item, value));
        }
        Ok(())
    };
    if let [iterable] = args {
        vm.for_each(iterable, look)?;
    } else {
        if default.is_some() {
            return Err(vm.type_error(format_args!(
                "Cannot specify a default for {name}() with multiple positional arguments"
            )));
        }
        for item in args {
            look(item.clone())?;
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(vm.value_error(format_args!("{name}() arg is an empty sequence"))),
    }
}

/// The items of an iterable as a list, least first; equal items keep their order.
///
/// key is called once with each item for what to compare instead; with reverse the greatest comes first.
#[native("(*args, **kwargs)", shown = "(iterable, /, *, key=None, reverse=False)")]
fn sorted(vm: &Vm, args: &[Object], kwargs: Kwargs) -> Res {
    let [iterable] = args else {
        let given = args.len();
        return Err(vm.type_error(format_args!("sorted expected 1 argument, got {given}")));
    };
    let list = vm.list(vm.collect(iterable)?)?;
    if kwargs.is_empty() {
        crate::types::list::sort::sort(vm, &list, None, false)?;
        return Ok(list.into_object());
    }
    let list = list.into_object();
    let sort = vm.getattr(&list, &vm.intern("sort"))?;
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (name, value) in kwargs.iter() {
        names.push(name.as_object().clone());
        values.push(value.clone());
    }
    let names = vm.tuple(names)?;
    vm.call_with(&sort, &values, Some(&names).filter(|n| !n.is_empty()))?;
    Ok(list)
}
