//! Bodies of instructions that take more than a few lines.
//!
//! Operands come as views of registers, which stay in place (nothing here pushes a frame of the running
//! window). What is said to be moved is left NULL.
#![expect(unsafe_code, reason = "registers and cache words")]

use super::frame::{Frame, Vm};
use super::{Raised, Res};
use crate::bytecode::ops::Op;
use crate::object::object::{Boxed, decref};
use crate::object::*;
use crate::types::bytes::ByteArray;

/// Name `i` of a frame's code.
#[inline(always)]
pub(crate) unsafe fn name<'a>(frame: *mut Frame, i: u32) -> &'a Obj<Str> {
    &(*(*frame).code).payload.names()[i as usize]
}

unsafe fn function<'a>(frame: *mut Frame) -> &'a Function {
    &(*((*(*frame).fp.sub(1)).ptr() as *const Boxed<Function>)).payload
}

/// Cell of free variable `i` of the function in `fp[-1]`.
#[inline(always)]
pub(crate) unsafe fn free_cell(fp: *mut Value, i: usize) -> *const Boxed<CellObject> {
    let f = &(*((*fp.sub(1)).ptr() as *const Boxed<Function>)).payload;
    let closure = &(*(f.closure.peek().ptr() as *const Boxed<Tuple>)).payload;
    (*closure.items.add(i)).ptr() as *const Boxed<CellObject>
}

// ---- integer fast paths: None means "take the slow path"

#[inline(always)]
pub(crate) fn div_ints(a: Value, b: Value) -> Option<Value> {
    let (x, y) = (a.int_unchecked(), b.int_unchecked());
    const EXACT: i64 = 1 << 53;
    if y == 0 || x.abs() > EXACT || y.abs() > EXACT {
        return None;
    }
    Value::from_flonum(x as f64 / y as f64)
}

#[inline(always)]
pub(crate) fn floor_div(x: i64, y: i64) -> Option<Value> {
    if y == 0 {
        return None;
    }
    let (q, r) = (x.wrapping_div(y), x.wrapping_rem(y));
    Value::from_int(if r != 0 && (r ^ y) < 0 { q - 1 } else { q })
}

#[inline(always)]
pub(crate) fn modulo(x: i64, y: i64) -> Option<Value> {
    if y == 0 {
        return None;
    }
    let r = x.wrapping_rem(y);
    Value::from_int(if r != 0 && (r ^ y) < 0 { r + y } else { r })
}

/// Only squares: the one frequent case of a constant exponent.
#[inline(always)]
pub(crate) fn power_values(a: Value, b: Value) -> Option<Value> {
    if b == Value::small(2) { Value::mul_ints(a, a) } else { None }
}

#[inline(always)]
pub(crate) fn square(x: f64, y: f64) -> f64 {
    if y == 2.0 { x * x } else { f64::NAN }
}

/// NaN, which no immediate float is, sends a division by zero to the slow path.
#[inline(always)]
pub(crate) fn div_floats(x: f64, y: f64) -> f64 {
    if y == 0.0 { f64::NAN } else { x / y }
}

#[inline(always)]
pub(crate) fn shift_left(x: i64, y: i64) -> Option<Value> {
    if !(0..62).contains(&y) {
        return None;
    }
    let r = x << y;
    if r >> y == x { Value::from_int(r) } else { None }
}

#[inline(always)]
pub(crate) fn shift_right(x: i64, y: i64) -> Option<Value> {
    if y < 0 {
        return None;
    }
    Value::from_int(x >> y.min(63))
}

// ---- operators

#[inline(never)]
pub(crate) fn binary(vm: &Vm, op: BinOp, a: &Object, b: &Object) -> Res {
    // Floats whose result or operand does not fit the word, and float with int.
    if let (Some(x), Some(y)) = (a.as_exact_float(), b.as_exact_float()) {
        match op {
            BinOp::Add => return vm.float(x + y),
            BinOp::Sub => return vm.float(x - y),
            BinOp::Mul => return vm.float(x * y),
            BinOp::TrueDiv if y != 0.0 => return vm.float(x / y),
            _ => {}
        }
    } else if let (Some(x), Some(i)) = (a.as_exact_float(), b.as_small_int()) {
        if i.unsigned_abs() <= 1 << 53 {
            let y = i as f64;
            match op {
                BinOp::Add => return vm.float(x + y),
                BinOp::Sub => return vm.float(x - y),
                BinOp::Mul => return vm.float(x * y),
                BinOp::TrueDiv if i != 0 => return vm.float(x / y),
                _ => {}
            }
        }
    } else if let (Some(i), Some(y)) = (a.as_small_int(), b.as_exact_float()) {
        if i.unsigned_abs() <= 1 << 53 {
            let x = i as f64;
            match op {
                BinOp::Add => return vm.float(x + y),
                BinOp::Sub => return vm.float(x - y),
                BinOp::Mul => return vm.float(x * y),
                BinOp::TrueDiv if y != 0.0 => return vm.float(x / y),
                _ => {}
            }
        }
    }
    vm.binary(op, a, b)
}

/// In-place operators. `s += t` on a str that nobody else holds grows it without a copy where it can.
#[inline(never)]
pub(crate) unsafe fn inplace(
    vm: &Vm,
    op: BinOp,
    fp: *mut Value,
    a: usize,
    b: usize,
    c: usize,
) -> Res {
    if op == BinOp::Add && a == b && b != c && (*fp.add(b)).is_kind(Kind::Str) {
        if let Some(more) = Object::view(fp.add(c)).downcast_str() {
            let target = Object::from_owned(std::mem::replace(&mut *fp.add(b), Value::NULL));
            match vm.append_str(target, more)? {
                Ok(s) => return Ok(s),
                Err(target) => *fp.add(b) = target.into_value(),
            }
        }
    }
    vm.inplace(op, Object::view(fp.add(b)), Object::view(fp.add(c)))
}

#[inline(never)]
pub(crate) fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    if let Some(hit) = compare_floats(a, b, op) {
        return Ok(Object::bool(hit));
    }
    vm.compare(a, b, op)
}

#[inline(never)]
pub(crate) fn compare_bool(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res<bool> {
    if let (Some(x), Some(y)) = (a.downcast_str(), b.downcast_str()) {
        match op {
            CmpOp::Eq => return Ok(x.eq_str(y)),
            CmpOp::Ne => return Ok(!x.eq_str(y)),
            _ => {}
        }
    }
    if let Some(hit) = compare_floats(a, b, op) {
        return Ok(hit);
    }
    let r = vm.compare(a, b, op)?;
    vm.truth(&r)
}

fn compare_floats(a: &Object, b: &Object, op: CmpOp) -> Option<bool> {
    let number = |o: &Object| {
        o.as_exact_float()
            .or_else(|| o.as_small_int().filter(|i| i.unsigned_abs() <= 1 << 53).map(|i| i as f64))
    };
    let (x, y) = (number(a)?, number(b)?);
    Some(match op {
        CmpOp::Lt => x < y,
        CmpOp::Le => x <= y,
        CmpOp::Eq => x == y,
        CmpOp::Ne => x != y,
        CmpOp::Gt => x > y,
        CmpOp::Ge => x >= y,
    })
}

// ---- names

#[cold]
pub(crate) fn unbound_local(vm: &Vm, i: usize) -> Raised {
    // SAFETY: the innermost frame has code.
    let name = unsafe {
        let code = &(*(*vm.frame.get()).code).payload;
        code.varnames.get(i).map_or_else(String::new, |n| n.to_string_lossy())
    };
    vm.unbound_local_error(format_args!(
        "cannot access local variable '{name}' where it is not associated with a value"
    ))
}

#[cold]
pub(crate) fn unbound_far(vm: &Vm, k: u32) -> Raised {
    unbound_local(vm, crate::bytecode::ops::NEAR_LOCALS + k as usize)
}

#[cold]
pub(crate) fn unbound_free(vm: &Vm, i: usize) -> Raised {
    // SAFETY: the innermost frame has code.
    let name = unsafe {
        let code = &(*(*vm.frame.get()).code).payload;
        code.freevars.get(i).map_or_else(String::new, |n| n.to_string_lossy())
    };
    let raised = vm.name_error(format_args!(
        "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
    ));
    crate::types::exceptions::set_name_context(vm, &vm.intern(&name));
    raised
}

/// NameError with its `name`.
#[cold]
pub(crate) fn undefined(vm: &Vm, name: &Obj<Str>) -> Raised {
    let r = vm.name_error(format_args!("name '{}' is not defined", name.to_str_lossy()));
    crate::types::exceptions::set_name_context(vm, name);
    r
}

/// Quicken (or not) the instruction whose second word is at `words`.
pub(crate) unsafe fn quicken(words: *mut u32, op: Op) {
    let word = words.sub(1);
    *word = *word & !0xff | op as u32;
}

/// LoadGlobal, missed; fills the cache words.
#[inline(never)]
pub(crate) unsafe fn load_global(vm: &Vm, frame: *mut Frame, words: *mut u32) -> Res {
    let f = function(frame);
    let key = name(frame, *words);
    *words.add(1) = 0;
    let r = lookup_global(vm, f, key, words);
    quicken(
        words,
        match (*words.add(1), *words.add(2)) {
            (0, _) => Op::LoadGlobal,
            (_, 0) => {
                // The place itself: it does not move while the version stands.
                let place = f.globals.table.place(*words.add(3));
                (words.add(2) as *mut *const Value).write_unaligned(place);
                Op::LoadGlobalOwn
            }
            _ => Op::LoadGlobalBuiltin,
        },
    );
    r
}

unsafe fn lookup_global(vm: &Vm, f: &Function, key: &Obj<Str>, words: *mut u32) -> Res {
    let hash = vm.str_hash(key);
    if let Some(i) = f.globals.table.find_str(key, hash) {
        *words.add(1) = f.globals.table.cache_version(vm);
        *words.add(2) = 0;
        *words.add(3) = i;
        if let Some(o) = f.globals.table.value_at(i) {
            return Ok(o);
        }
    }
    if let Some(i) = f.builtins.table.find_str(key, hash) {
        *words.add(1) = f.globals.table.cache_version(vm);
        *words.add(2) = f.builtins.table.cache_version(vm);
        *words.add(3) = i;
        if *words.add(2) == 0 {
            *words.add(1) = 0;
        }
        if let Some(o) = f.builtins.table.value_at(i) {
            return Ok(o);
        }
    }
    late_builtin(vm, key)
}

/// A name that no table has: builtins that wait to be made, else NameError.
#[cold]
fn late_builtin(vm: &Vm, name: &Obj<Str>) -> Res {
    let modules = vm.interp().modules.get_as::<Dict>();
    let builtins = modules.and_then(|m| m.get_named(vm, "builtins"));
    match builtins.as_ref().and_then(|m| m.downcast::<Module>()) {
        Some(module) => match crate::types::module::lazy_attribute(vm, module, name)? {
            Some(made) => Ok(made),
            None => Err(undefined(vm, name)),
        },
        None => Err(undefined(vm, name)),
    }
}

pub(crate) unsafe fn store_global(vm: &Vm, frame: *mut Frame, n: u32, value: &Object) -> Res<()> {
    function(frame).globals.set_str(vm, name(frame, n), value.clone())
}

pub(crate) unsafe fn delete_global(vm: &Vm, frame: *mut Frame, n: u32) -> Res<()> {
    let key = name(frame, n);
    match function(frame).globals.remove_str(vm, key) {
        Some(_) => Ok(()),
        None => Err(undefined(vm, key)),
    }
}

/// LoadName.
#[inline(never)]
pub(crate) unsafe fn load_name(
    vm: &Vm,
    frame: *mut Frame,
    namespace: &Object,
    words: *mut u32,
) -> Res {
    let f = function(frame);
    let key = name(frame, *words);
    if namespace.value() == f.globals.value() {
        let version = f.globals.table.version.get();
        let second = *words.add(2);
        if version != 0 && *words.add(1) == version {
            let table = if second == 0 { &f.globals.table } else { &f.builtins.table };
            if second == 0 || second == table.version.get() {
                if let Some(o) = table.value_at(*words.add(3)) {
                    return Ok(o);
                }
            }
        }
        return lookup_global(vm, f, key, words);
    }
    if let Some(o) = namespace_get(vm, namespace, key)? {
        return Ok(o);
    }
    match f.globals.get_str(vm, key).or_else(|| f.builtins.get_str(vm, key)) {
        Some(o) => Ok(o),
        None => late_builtin(vm, key),
    }
}

fn namespace_get(vm: &Vm, namespace: &Object, key: &Obj<Str>) -> Res<Option<Object>> {
    if let Some(d) = namespace.downcast_exact::<Dict>() {
        return Ok(d.get_str(vm, key));
    }
    match vm.getitem(namespace, key.as_object()) {
        Ok(o) => Ok(Some(o)),
        Err(r) => vm.caught(r, Exc::KeyError).map(|_| None),
    }
}

pub(crate) unsafe fn store_name(
    vm: &Vm,
    frame: *mut Frame,
    namespace: &Object,
    n: u32,
    value: &Object,
) -> Res<()> {
    let key = name(frame, n);
    match namespace.downcast_exact::<Dict>() {
        Some(d) => d.set_str(vm, key, value.clone()),
        None => vm.setitem(namespace, key.as_object(), value),
    }
}

pub(crate) unsafe fn delete_name(
    vm: &Vm,
    frame: *mut Frame,
    namespace: &Object,
    n: u32,
) -> Res<()> {
    let key = name(frame, n);
    if let Some(d) = namespace.downcast_exact::<Dict>() {
        return match d.remove_str(vm, key) {
            Some(_) => Ok(()),
            None => Err(undefined(vm, key)),
        };
    }
    match vm.delitem(namespace, key.as_object()) {
        Ok(()) => Ok(()),
        Err(r) => {
            drop(vm.caught(r, Exc::KeyError)?);
            Err(undefined(vm, key))
        }
    }
}

/// LoadClassFree.
pub(crate) unsafe fn load_class_free(
    vm: &Vm,
    fp: *mut Value,
    namespace: usize,
    free: usize,
    n: u32,
) -> Res {
    let key = name(vm.frame.get(), n);
    if let Some(o) = namespace_get(vm, Object::view(fp.add(namespace)), key)? {
        return Ok(o);
    }
    match (*free_cell(fp, free)).payload.value.get() {
        Some(o) => Ok(o),
        None => Err(unbound_free(vm, free)),
    }
}

// ---- subscripts

/// Item `i` of an exact list or tuple, borrowed.
#[inline(always)]
pub(crate) unsafe fn item_fast(x: Value, i: i64) -> Option<Value> {
    match (*x.ptr()).kind() {
        Kind::List => {
            let l = &(*(x.ptr() as *const Boxed<List>)).payload;
            let n = l.len.get() as i64;
            let at = if i < 0 { i + n } else { i };
            if at >= 0 && at < n { Some(*l.items.get().add(at as usize)) } else { None }
        }
        Kind::Tuple => {
            let t = &(*(x.ptr() as *const Boxed<Tuple>)).payload;
            let n = t.len.get() as i64;
            let at = if i < 0 { i + n } else { i };
            if at >= 0 && at < n { Some(*t.items.add(at as usize)) } else { None }
        }
        _ => None,
    }
}

/// `x[start:stop]` of the exact builtin sequences, bounds being small integers or left out.
pub(crate) fn slice_plain(
    vm: &Vm,
    x: &Object,
    start: Option<i64>,
    stop: Option<i64>,
) -> Option<Res> {
    let fit = |len: usize| {
        let s = crate::text::slices::adjust(start, stop, None, len);
        let from = s.start.max(0) as usize;
        (from, from + s.count)
    };
    Some(match x.kind()? {
        Kind::Bytes => {
            let b = x.downcast_exact::<Bytes>()?;
            let (from, to) = fit(b.as_slice().len());
            if to - from == b.as_slice().len() {
                return Some(Ok(x.clone()));
            }
            vm.bytes(b.as_slice().get(from..to)?).map(Obj::into_object)
        }
        Kind::Str => {
            let s = x.downcast_str()?;
            let (from, to) = fit(s.len());
            if to - from == s.len() {
                return Some(Ok(x.clone()));
            }
            vm.text_slice(s.as_text().slice(from, to)).map(Obj::into_object)
        }
        Kind::List => {
            let l = x.downcast_exact::<List>()?;
            let (from, to) = fit(l.len());
            crate::types::list::slice_of(vm, l, from, to).map(Obj::into_object)
        }
        Kind::ByteArray => {
            let array = x.downcast_exact::<ByteArray>()?.bytes();
            let (from, to) = fit(array.len());
            crate::types::bytes::array::from_slice(vm, array.get(from..to)?)
        }
        _ => return None,
    })
}

/// Byte `i` of an exact bytes object.
///
/// # Safety
/// The word names one.
#[inline(always)]
pub(crate) unsafe fn byte_fast(x: Value, i: i64) -> Option<Value> {
    let bytes = (*(x.ptr() as *const Boxed<Bytes>)).payload.as_slice();
    let at = if i < 0 { i + bytes.len() as i64 } else { i };
    bytes.get(usize::try_from(at).ok()?).map(|b| Value::small(*b as i32))
}

/// Where item `i` of an exact list lies.
#[inline(always)]
pub(crate) unsafe fn list_place(x: Value, i: Value) -> Option<*mut Value> {
    if !i.is_int() || !x.is_kind(Kind::List) {
        return None;
    }
    let list = &(*(x.ptr() as *const Boxed<List>)).payload;
    let (n, i) = (list.len.get() as i64, i.int_unchecked());
    let at = if i < 0 { i + n } else { i };
    if at >= 0 && at < n { Some(list.items.get().add(at as usize)) } else { None }
}

#[inline(never)]
pub(crate) fn subscript(vm: &Vm, x: &Object, key: &Object) -> Res {
    if let Some(d) = x.downcast_exact::<Dict>() {
        if let Some(o) = d.get(vm, key)? {
            return Ok(o);
        }
        return Err(vm.key_error(key));
    }
    if let (Some(b), Some(i)) = (x.downcast_exact::<ByteArray>(), key.as_small_int()) {
        let bytes = b.bytes();
        let at = if i < 0 { i + bytes.len() as i64 } else { i };
        if let Some(byte) = usize::try_from(at).ok().and_then(|at| bytes.get(at)) {
            return Ok(Object::small(*byte as i32));
        }
    }
    if let (true, Some(i)) = (x.is_kind(Kind::Bytes), key.as_small_int()) {
        // SAFETY: the kind was checked.
        if let Some(byte) = unsafe { byte_fast(x.value(), i) } {
            return Ok(Object::small(byte.int_unchecked() as i32));
        }
    }
    if let (Some(s), Some(i)) = (x.downcast_str(), key.as_small_int()) {
        let n = s.len() as i64;
        let at = if i < 0 { i + n } else { i };
        if at >= 0 && at < n {
            return match s.as_text().slice(at as usize, at as usize + 1) {
                t if t.char_at(0).is_some_and(|c| c < 256) => match vm.interp().short_str(t) {
                    Some(o) => Ok(o.into_object()),
                    None => vm.getitem(x, key),
                },
                _ => vm.getitem(x, key),
            };
        }
    }
    vm.getitem(x, key)
}

#[inline(never)]
pub(crate) fn store_subscript(vm: &Vm, x: &Object, key: &Object, value: &Object) -> Res<()> {
    if let Some(d) = x.downcast_exact::<Dict>() {
        return d.set(vm, key, value.clone());
    }
    if let (Some(b), Some(i), Some(v)) =
        (x.downcast_exact::<ByteArray>(), key.as_small_int(), value.as_small_int())
    {
        let mut bytes = b.bytes_mut();
        let at = if i < 0 { i + bytes.len() as i64 } else { i };
        if let (Some(place), Ok(v)) =
            (usize::try_from(at).ok().and_then(|at| bytes.get_mut(at)), u8::try_from(v))
        {
            *place = v;
            return Ok(());
        }
    }
    vm.setitem(x, key, value)
}

// ---- building

/// Take `n` registers.
unsafe fn take(p: *mut Value, n: usize) -> Vec<Object> {
    (0..n).map(|i| Object::from_owned(std::mem::replace(&mut *p.add(i), Value::NULL))).collect()
}

#[inline]
pub(crate) unsafe fn build_tuple(vm: &Vm, p: *mut Value, n: usize) -> Res {
    let t = vm.raw_tuple(&vm.types().tuple, n)?;
    // (A loop: there are few of them.)
    for i in 0..n {
        *t.items.add(i) = std::mem::replace(&mut *p.add(i), Value::NULL);
    }
    if n > 0 {
        t.len.set(n);
    }
    Ok(t.into_object())
}

#[inline]
pub(crate) unsafe fn build_list(vm: &Vm, p: *mut Value, n: usize) -> Res {
    let l = vm.new_list()?;
    if n > 0 {
        l.reserve(n).map_err(|e| vm.no_memory(e))?;
        // (A loop, as for tuples.)
        let items = l.items.get();
        for i in 0..n {
            *items.add(i) = std::mem::replace(&mut *p.add(i), Value::NULL);
        }
        l.len.set(n);
    }
    Ok(l.into_object())
}

pub(crate) unsafe fn build_set(vm: &Vm, p: *mut Value, n: usize) -> Res {
    let s = vm.new_set()?;
    for o in take(p, n) {
        s.add(vm, &o)?;
    }
    Ok(s.into_object())
}

pub(crate) unsafe fn build_dict(vm: &Vm, p: *mut Value, n: usize) -> Res {
    let d = vm.new_dict()?;
    for i in 0..n {
        let key = Object::from_owned(std::mem::replace(&mut *p.add(2 * i), Value::NULL));
        let value = Object::from_owned(std::mem::replace(&mut *p.add(2 * i + 1), Value::NULL));
        d.set(vm, &key, value)?;
    }
    Ok(d.into_object())
}

pub(crate) unsafe fn build_const_key_dict(vm: &Vm, keys: &Object, p: *mut Value, n: usize) -> Res {
    let d = vm.new_dict()?;
    let Some(keys) = keys.downcast::<Tuple>() else {
        return Err(vm.system_error("keys are not a tuple"));
    };
    d.table.reserve(n).map_err(|e| vm.no_memory(e))?;
    for (i, key) in keys.as_slice().iter().enumerate().take(n) {
        let value = Object::from_owned(std::mem::replace(&mut *p.add(i), Value::NULL));
        match key.downcast_exact::<Str>() {
            Some(key) => d.set_str(vm, key, value)?,
            None => d.set(vm, key, value)?,
        }
    }
    Ok(d.into_object())
}

pub(crate) unsafe fn build_string(vm: &Vm, p: *mut Value, n: usize) -> Res {
    let s = crate::types::str::build::joined(vm, Object::view_slice(p, n))?;
    for i in 0..n {
        decref(std::mem::replace(&mut *p.add(i), Value::NULL));
    }
    Ok(s)
}

pub(crate) unsafe fn build_slice(vm: &Vm, p: *mut Value, n: usize) -> Res {
    // Two or three words that move into the slice.
    let part = |i: usize| match i < n {
        true => Object::from_owned(std::mem::replace(&mut *p.add(i), Value::NULL)),
        false => Object::none(),
    };
    let (a, b, c) = (part(0), part(1), part(2));
    Ok(vm.slice(a, b, c)?.into_object())
}

pub(crate) fn list_extend(vm: &Vm, list: &Object, iterable: &Object) -> Res<()> {
    let Some(l) = list.downcast::<List>() else { return Err(vm.system_error("not a list")) };
    if vm.class_of(iterable).slots().iter.is_none()
        && vm.class_of(iterable).slots().getitem.is_none()
    {
        return Err(vm.type_error(format_args!(
            "Value after * must be an iterable, not {}",
            vm.type_name(iterable)
        )));
    }
    if let Some(t) = iterable.downcast_exact::<Tuple>() {
        return l.extend_from_slice(t.as_slice()).map_err(|e| vm.no_memory(e));
    }
    vm.for_each(iterable, |o| l.push(o).map_err(|e| vm.no_memory(e)))
}

pub(crate) fn set_update(vm: &Vm, set: &Object, iterable: &Object) -> Res<()> {
    let Some(s) = set.downcast::<Set>() else { return Err(vm.system_error("not a set")) };
    vm.for_each(iterable, |o| s.add(vm, &o).map(|_| ()))
}

/// Keys and values of a mapping.
fn mapping_items(vm: &Vm, mapping: &Object) -> Res<Option<Vec<(Object, Object)>>> {
    if let Some(d) = mapping.downcast_exact::<Dict>() {
        vm.need_room(d.len().saturating_mul(16))?;
        return Ok(Some(d.snapshot()));
    }
    let Some(keys) = vm.getattr_opt(mapping, &vm.names().keys)? else { return Ok(None) };
    let keys = vm.call(&keys, &[])?;
    let mut out = Vec::new();
    vm.for_each(&keys, |k| {
        let v = vm.getitem(mapping, &k)?;
        out.push((k, v));
        Ok(())
    })?;
    Ok(Some(out))
}

pub(crate) fn dict_update(vm: &Vm, dict: &Object, mapping: &Object) -> Res<()> {
    let Some(d) = dict.downcast::<Dict>() else { return Err(vm.system_error("not a dict")) };
    match mapping_items(vm, mapping)? {
        Some(items) => {
            for (k, v) in items {
                d.set(vm, &k, v)?;
            }
            Ok(())
        }
        None => {
            Err(vm.type_error(format_args!("'{}' object is not a mapping", vm.type_name(mapping))))
        }
    }
}

/// What messages call the function: `module.name()`.
fn function_label(vm: &Vm, f: &Object) -> String {
    if let Some(b) = f.downcast::<Function>() {
        let module =
            b.globals.get_str(vm, &vm.names().__name__).and_then(|m| m.downcast_into::<Str>().ok());
        let q = b.qualname.get_as::<Str>().map_or_else(String::new, |s| s.to_string_lossy());
        return match module {
            Some(m) if !m.equals("builtins") => format!("{}.{q}()", m.to_str_lossy()),
            _ => format!("{q}()"),
        };
    }
    if let Some(t) = f.downcast::<Type>() {
        if t.is_heap_type() {
            if let Some(m) = t
                .dict
                .get_str(vm, &vm.names().__module__)
                .and_then(|m| m.downcast_into::<Str>().ok())
            {
                return format!("{}.{}()", m.to_str_lossy(), t.short_name());
            }
        }
        return format!("{}()", t.short_name());
    }
    if let Some(b) = f.downcast::<Builtin>() {
        return match b.owner.get_as::<Type>() {
            Some(t) => format!("{}.{}()", t.short_name(), b.def.name),
            None => format!("{}()", b.def.name),
        };
    }
    match vm.to_str(f) {
        Ok(s) => s.to_string_lossy(),
        Err(r) => {
            drop(vm.take_raised(r));
            vm.type_name(f)
        }
    }
}

fn all_strings(d: &Dict) -> bool {
    (0..d.table.end()).all(|i| d.table.entry_at(i).is_none_or(|(k, _)| k.is_kind(Kind::Str)))
}

pub(crate) fn dict_merge(vm: &Vm, dict: &Object, mapping: &Object, f: &Object) -> Res<()> {
    let Some(d) = dict.downcast::<Dict>() else { return Err(vm.system_error("not a dict")) };
    if let (true, Some(source)) = (d.is_empty(), mapping.downcast_exact::<Dict>()) {
        if all_strings(source) {
            // Hashing and comparing strings runs no Python: the source stays as it is.
            for i in 0..source.table.end() {
                if let Some((k, v)) = source.table.entry_at(i) {
                    d.set(vm, &k, v)?;
                }
            }
            return Ok(());
        }
    }
    let Some(items) = mapping_items(vm, mapping)? else {
        return Err(vm.type_error(format_args!(
            "{} argument after ** must be a mapping, not {}",
            function_label(vm, f),
            vm.type_name(mapping)
        )));
    };
    for (k, v) in items {
        let Some(key) = k.downcast::<Str>() else {
            return Err(vm.type_error("keywords must be strings"));
        };
        if d.contains(vm, &k)? {
            return Err(vm.type_error(format_args!(
                "{} got multiple values for keyword argument '{}'",
                function_label(vm, f),
                key.to_str_lossy()
            )));
        }
        d.set(vm, &k, v)?;
    }
    Ok(())
}

pub(crate) fn list_to_tuple(vm: &Vm, list: &Object) -> Res {
    match list.downcast::<List>() {
        Some(l) => Ok(vm.tuple(l.take_all())?.into_object()),
        None => Err(vm.system_error("not a list")),
    }
}

/// CallEx: `base[0](*base[1], **base[2])`.
pub(crate) unsafe fn call_ex(vm: &Vm, base: *mut Value, with_dict: bool) -> Res {
    let f = Object::view(base);
    let args = Object::view(base.add(1)).clone();
    let tuple = match args.downcast_exact::<Tuple>() {
        Some(t) => t.clone(),
        None => {
            let class = vm.class_of(&args);
            if class.slots().iter.is_none() && class.slots().getitem.is_none() {
                return Err(vm.type_error(format_args!(
                    "{} argument after * must be an iterable, not {}",
                    function_label(vm, f),
                    vm.type_name(&args)
                )));
            }
            vm.tuple(vm.collect(&args)?)?
        }
    };
    if !with_dict {
        return vm.call(f, tuple.as_slice());
    }
    let mapping = Object::view(base.add(2)).clone();
    match mapping.downcast_exact::<Dict>() {
        Some(d) => vm.call_tuple_dict(f, &tuple, Some(d)),
        None => {
            let d = vm.new_dict()?;
            dict_merge(vm, d.as_object(), &mapping, f)?;
            vm.call_tuple_dict(f, &tuple, Some(&d))
        }
    }
}

// ---- unpacking

/// Unpack: register `b` into `n` registers from `a`.
pub(crate) unsafe fn unpack(vm: &Vm, fp: *mut Value, a: usize, b: usize, n: usize) -> Res<()> {
    let source = Object::view(fp.add(b)).clone();
    let put = |i: usize, o: Object| {
        let old = std::mem::replace(&mut *fp.add(a + i), o.into_value());
        decref(old);
    };
    if let Some(t) = source.downcast_exact::<Tuple>() {
        if t.len() == n {
            for (i, o) in t.as_slice().iter().enumerate() {
                put(i, o.clone());
            }
            return Ok(());
        }
    } else if let Some(l) = source.downcast_exact::<List>() {
        if l.len() == n {
            let mut items: [Option<Object>; 8] = Default::default();
            if n <= 8 {
                for (i, place) in items.iter_mut().enumerate().take(n) {
                    *place = l.get(i);
                }
                for (i, o) in items.into_iter().enumerate().take(n) {
                    put(i, o.unwrap_or_else(Object::none));
                }
                return Ok(());
            }
        }
    }
    let items = unpack_items(vm, &source, n, None)?;
    for (i, o) in items.into_iter().enumerate() {
        put(i, o);
    }
    Ok(())
}

/// Exactly `n` items (or at least, when `after` is given: then all of them).
fn unpack_items(vm: &Vm, source: &Object, n: usize, after: Option<usize>) -> Res<Vec<Object>> {
    let class = vm.class_of(source);
    if class.slots().iter.is_none()
        && (class.slots().getitem.is_none() || class.has(type_flags::DICTIONARY))
    {
        return Err(
            vm.type_error(format_args!("cannot unpack non-iterable {} object", class.full_name()))
        );
    }
    let it = vm.iter(source)?;
    let mut items = Vec::new();
    while items.len() < n {
        match vm.next(&it)? {
            Some(o) => items.push(o),
            None => {
                return Err(match after {
                    None => vm.value_error(format_args!(
                        "not enough values to unpack (expected {n}, got {})",
                        items.len()
                    )),
                    Some(m) => vm.value_error(format_args!(
                        "not enough values to unpack (expected at least {}, got {})",
                        n + m,
                        items.len()
                    )),
                });
            }
        }
    }
    match after {
        None => {
            if vm.next(&it)?.is_some() {
                return Err(
                    vm.value_error(format_args!("too many values to unpack (expected {n})"))
                );
            }
        }
        Some(m) => {
            while let Some(o) = vm.next(&it)? {
                items.try_reserve(1).map_err(|e| vm.no_memory(e.into()))?;
                items.push(o);
                vm.poll()?;
            }
            if items.len() < n + m {
                return Err(vm.value_error(format_args!(
                    "not enough values to unpack (expected at least {}, got {})",
                    n + m,
                    items.len()
                )));
            }
        }
    }
    Ok(items)
}

/// UnpackEx.
pub(crate) unsafe fn unpack_ex(
    vm: &Vm,
    fp: *mut Value,
    a: usize,
    b: usize,
    n: usize,
    after: usize,
) -> Res<()> {
    let source = Object::view(fp.add(b)).clone();
    let mut items = unpack_items(vm, &source, n, Some(after))?;
    let tail = items.split_off(items.len() - after);
    let middle = items.split_off(n);
    items.push(vm.list(middle)?.into_object());
    items.extend(tail);
    for (i, o) in items.into_iter().enumerate() {
        let old = std::mem::replace(&mut *fp.add(a + i), o.into_value());
        decref(old);
    }
    Ok(())
}

// ---- formatting, iteration

pub(crate) fn format_value(
    vm: &Vm,
    value: &Object,
    conversion: usize,
    spec: Option<&Object>,
) -> Res {
    let converted = match conversion {
        1 => vm.to_str(value)?.into_object(),
        2 => vm.repr(value)?.into_object(),
        3 => crate::builtins::objects::ascii(vm, value)?.into_object(),
        _ => value.clone(),
    };
    match spec.and_then(|s| s.downcast::<Str>()) {
        Some(spec) => Ok(vm.format(&converted, spec)?.into_object()),
        None if converted.is_kind(Kind::Str) => Ok(converted),
        None => Ok(vm.format_plain(&converted)?.into_object()),
    }
}

pub(crate) fn get_iter(vm: &Vm, x: &Object) -> Res {
    match x.kind() {
        Some(Kind::List) => Ok(vm
            .alloc_typed(
                &vm.types().list_iter,
                ListIter { list: Slot::new(x.clone()), index: Default::default() },
                0,
            )?
            .into_object()),
        Some(Kind::Tuple) => Ok(vm
            .alloc_typed(
                &vm.types().tuple_iter,
                TupleIter { tuple: Slot::new(x.clone()), index: Default::default() },
                0,
            )?
            .into_object()),
        Some(Kind::Generator)
            if x.downcast::<Generator>()
                .is_some_and(|g| g.code.flags & crate::bytecode::code::flags::GENERATOR != 0) =>
        {
            Ok(x.clone())
        }
        _ => vm.iter(x),
    }
}

// ---- with

/// BeforeWith, BeforeAsyncWith.
pub(crate) unsafe fn before_with(vm: &Vm, p: *mut Value, is_async: bool) -> Res<()> {
    let manager = Object::view(p).clone();
    let n = vm.names();
    let (enter, exit) =
        if is_async { (&n.__aenter__, &n.__aexit__) } else { (&n.__enter__, &n.__exit__) };
    let protocol = if is_async { "asynchronous context manager" } else { "context manager" };
    let Some(enter) = vm.lookup_special(&manager, enter)? else {
        return Err(vm.type_error(format_args!(
            "'{}' object does not support the {protocol} protocol",
            vm.type_name(&manager)
        )));
    };
    let Some(exit) = vm.lookup_special(&manager, exit)? else {
        return Err(vm.type_error(format_args!(
            "'{}' object does not support the {protocol} protocol (missed {} method)",
            vm.type_name(&manager),
            if is_async { "__aexit__" } else { "__exit__" }
        )));
    };
    let old = [
        std::mem::replace(&mut *p, exit.into_value()),
        std::mem::replace(&mut *p.add(1), enter.into_value()),
    ];
    decref(old[0]);
    decref(old[1]);
    Ok(())
}

/// WithExceptStart.
pub(crate) unsafe fn with_except_start(vm: &Vm, fp: *mut Value, a: usize, b: usize, c: usize) {
    let exception = Object::view(fp.add(c)).clone();
    let traceback = exception
        .downcast::<Exception>()
        .and_then(|e| e.traceback.get())
        .unwrap_or_else(Object::none);
    let class = vm.class_of(&exception).clone().into_object();
    let exit = Object::view(fp.add(b)).clone();
    for (i, o) in [exit, class, exception, traceback].into_iter().enumerate() {
        let old = std::mem::replace(&mut *fp.add(a + i), o.into_value());
        decref(old);
    }
}

// ---- functions and classes

/// MakeFunction.
pub(crate) unsafe fn make_function(
    vm: &Vm,
    frame: *mut Frame,
    code: &Object,
    p: *mut Value,
    parts: usize,
) -> Res {
    let outer = function(frame);
    let Some(code) = code.downcast::<Code>() else { return Err(vm.system_error("not code")) };
    let f = Function::new(code.clone(), outer.globals.clone(), outer.builtins.clone());
    let part = |bit: usize, i: usize| {
        if parts & bit == 0 {
            return None;
        }
        let v = std::mem::replace(&mut *p.add(i), Value::NULL);
        if v.is_null() { None } else { Some(Object::from_owned(v)) }
    };
    f.defaults.assign(part(1, 1));
    f.kwdefaults.assign(part(2, 2));
    f.annotations.assign(part(4, 3));
    f.closure.assign(part(8, 4));
    f.module.assign(outer.globals.get_str(vm, &vm.names().__name__));
    Ok(vm.alloc_typed(&vm.types().function, f, 0)?.into_object())
}

pub(crate) unsafe fn load_build_class(vm: &Vm, frame: *mut Frame) -> Res {
    match function(frame).builtins.get_str(vm, &vm.names().__build_class__) {
        Some(o) => Ok(o),
        None => Err(vm.name_error("__build_class__ not found")),
    }
}

pub(crate) fn setup_annotations(vm: &Vm, namespace: &Object) -> Res<()> {
    let key = &vm.names().__annotations__;
    if namespace_get(vm, namespace, key)?.is_none() {
        let d = vm.new_dict()?.into_object();
        return vm.setitem(namespace, key.as_object(), &d);
    }
    Ok(())
}

// ---- import

pub(crate) unsafe fn import_name(
    vm: &Vm,
    frame: *mut Frame,
    n: u32,
    level: &Object,
    fromlist: &Object,
) -> Res {
    let f = function(frame);
    let key = name(frame, n);
    let namespace = if (*(*frame).code).payload.flags & crate::bytecode::code::flags::OPTIMIZED == 0
    {
        Object::view((*frame).fp).clone()
    } else {
        Object::none()
    };
    let Some(import) = f.builtins.get_str(vm, &vm.names().__import__) else {
        return Err(vm.import_error("__import__ not found"));
    };
    let args = [
        key.as_object().clone(),
        f.globals.as_object().clone(),
        namespace,
        fromlist.clone(),
        level.clone(),
    ];
    vm.call(&import, &args)
}

pub(crate) fn import_from(vm: &Vm, module: &Object, name: &Obj<Str>) -> Res {
    crate::builtins::import::import_from(vm, module, name)
}

pub(crate) fn import_star(vm: &Vm, module: &Object, namespace: &Object) -> Res<()> {
    crate::builtins::import::import_star(vm, module, namespace)
}

// ---- match

pub(crate) fn is_pattern(vm: &Vm, subject: &Object, flag: u32) -> bool {
    vm.class_of(subject).has(flag)
}

pub(crate) fn match_keys(vm: &Vm, mapping: &Object, keys: &Object) -> Res {
    let Some(keys) = keys.downcast::<Tuple>() else {
        return Err(vm.system_error("keys are not a tuple"));
    };
    let seen = vm.new_set()?;
    let missing = vm.new_dict()?.into_object();
    let get = if mapping.is_kind(Kind::Dict) {
        None
    } else {
        Some(vm.getattr(mapping, &vm.names().get)?)
    };
    let mut out = Vec::with_capacity(keys.len());
    for k in keys.as_slice() {
        if !seen.add(vm, k)? {
            return Err(vm.value_error(format_args!(
                "mapping pattern checks duplicate key ({})",
                vm.repr_string(k)?
            )));
        }
        let found = match (&get, mapping.downcast_exact::<Dict>()) {
            (None, Some(d)) => d.get(vm, k)?,
            (Some(get), _) => {
                let o = vm.call(get, &[k.clone(), missing.clone()])?;
                if o.is(&missing) { None } else { Some(o) }
            }
            _ => None,
        };
        match found {
            Some(o) => out.push(o),
            None => return Ok(Object::none()),
        }
    }
    Ok(vm.tuple(out)?.into_object())
}

pub(crate) fn match_class(
    vm: &Vm,
    subject: &Object,
    class: &Object,
    positional: usize,
    names: &Object,
) -> Res {
    let Some(t) = class.downcast::<Type>() else {
        return Err(vm.type_error(format_args!("called match pattern must be a type")));
    };
    if !vm.is_instance(subject, class)? {
        return Ok(Object::none());
    }
    let mut seen: Vec<Obj<Str>> = Vec::new();
    let mut out = Vec::new();
    let mut fetch = |name: Obj<Str>| -> Res<Option<Object>> {
        if seen.iter().any(|s| s.same_text(&name)) {
            return Err(vm.type_error(format_args!(
                "{}() got multiple sub-patterns for attribute {}",
                t.short_name(),
                vm.repr_string(name.as_object())?
            )));
        }
        seen.push(name.clone());
        vm.getattr_opt(subject, &name)
    };
    if positional > 0 {
        let (match_self, args) = match vm.getattr_opt(class, &vm.names().__match_args__)? {
            Some(o) => match o.downcast_into::<Tuple>() {
                Ok(t) => (false, t.as_slice().to_vec()),
                Err(o) => {
                    return Err(vm.type_error(format_args!(
                        "{}.__match_args__ must be a tuple (got {})",
                        t.short_name(),
                        vm.type_name(&o)
                    )));
                }
            },
            None => (t.has(type_flags::MATCH_SELF), Vec::new()),
        };
        let allowed = if match_self { 1 } else { args.len() };
        if positional > allowed {
            return Err(vm.type_error(format_args!(
                "{}() accepts {allowed} positional sub-pattern{} ({positional} given)",
                t.short_name(),
                if allowed == 1 { "" } else { "s" }
            )));
        }
        if match_self {
            out.push(subject.clone());
        } else {
            for a in args.into_iter().take(positional) {
                let a = match a.downcast_into::<Str>() {
                    Ok(s) => s,
                    Err(o) => {
                        return Err(vm.type_error(format_args!(
                            "__match_args__ elements must be strings (got {})",
                            vm.type_name(&o)
                        )));
                    }
                };
                match fetch(a)? {
                    Some(o) => out.push(o),
                    None => return Ok(Object::none()),
                }
            }
        }
    }
    if let Some(names) = names.downcast::<Tuple>() {
        for n in names.as_slice() {
            let Some(n) = n.downcast::<Str>() else { continue };
            match fetch(n.clone())? {
                Some(o) => out.push(o),
                None => return Ok(Object::none()),
            }
        }
    }
    Ok(vm.tuple(out)?.into_object())
}

pub(crate) fn copy_dict_without(vm: &Vm, mapping: &Object, keys: &Object) -> Res {
    let d = vm.new_dict()?;
    dict_update(vm, d.as_object(), mapping)?;
    if let Some(keys) = keys.downcast::<Tuple>() {
        for k in keys.as_slice() {
            drop(d.remove(vm, k)?);
        }
    }
    Ok(d.into_object())
}

pub(crate) fn print_expr(vm: &Vm, value: &Object) -> Res<()> {
    let hook =
        vm.interp().sys.get_as::<Dict>().and_then(|d| d.get_str(vm, &vm.names().displayhook));
    match hook {
        Some(h) => vm.call(&h, &[value.clone()]).map(|_| ()),
        None => Err(vm.runtime_error("lost sys.displayhook")),
    }
}
