//! Entering and leaving frames of Python functions: argument binding, class instantiation, calls from
//! natives.
//!
//! **Invariant:** on entry `base[0]` holds the callable and `base[1..=n]` the arguments (owned). When a
//! function here fails, whatever arguments are left lie in the caller's temporaries, where the unwinder
//! drops them.
#![expect(unsafe_code, reason = "the value stack")]

use super::frame::{FAR, Frame, FrameKind, clear_registers};
use super::{Raised, Res, Vm, dispatch, frame_object, generator, special};
use crate::bytecode::code::flags;
use crate::bytecode::ops::{FAR_BASE, NEAR_LOCALS};
use crate::native::wording;
use crate::object::object::{Boxed, decref, incref};
use crate::object::*;

/// What leaving a frame comes to.
pub(crate) enum Left {
    /// Go on in the frame that is innermost now.
    Continue,
    /// The native that called gets this.
    Done(Object),
    /// Raise in the frame that is innermost now.
    Raise(Raised),
}

/// Make registers `new_fp..new_fp + nregs` valid words, and check the limits.
#[cold]
#[inline(never)]
pub(crate) unsafe fn make_room(vm: &Vm, new_fp: *mut Value, nregs: usize) -> Res<()> {
    if vm.frame.get().add(1) >= vm.frame_limit.get() {
        return Err(vm.recursion_error("maximum recursion depth exceeded"));
    }
    let need = new_fp.add(nregs);
    if need > vm.stack_end {
        return Err(vm.recursion_error("maximum recursion depth exceeded"));
    }
    let mut at = vm.high.get();
    if need.max(new_fp.add(FAR_BASE)) > at {
        let to = need.add(2048).min(vm.stack_end.add(1));
        while at < to {
            *at = Value::NULL;
            at = at.add(1);
        }
        vm.high.set(to);
        vm.near_limit.set(to.sub(FAR_BASE));
    }
    Ok(())
}

/// Push a frame for the function in `base[0]` whose parameters are in place.
pub(crate) unsafe fn push_frame(
    vm: &Vm,
    base: *mut Value,
    code: *const Boxed<Code>,
    kind: FrameKind,
) -> Res<()> {
    let fp = base.add(1);
    ensure_room(vm, fp, (*code).payload.nregs as usize)?;
    let frame = vm.frame.get().add(1);
    Frame::push(frame, code, fp, (*code).payload.start(), kind, 0);
    if (*code).payload.nregs >= FAR_BASE as u32 {
        (*frame).marks.set(FAR);
    }
    vm.frame.set(frame);
    Ok(())
}

/// Register of variable `i`.
#[inline(always)]
fn register(i: usize) -> usize {
    if i < NEAR_LOCALS { i } else { FAR_BASE + i - NEAR_LOCALS }
}

/// Bind `n` arguments (the last ones named by `names`) of the function in `base[0]` and push its frame.
pub(crate) unsafe fn enter_bound(
    vm: &Vm,
    base: *mut Value,
    n: usize,
    names: Option<&Obj<Tuple>>,
    kind: FrameKind,
) -> Res<()> {
    let function = &(*((*base).ptr() as *const Boxed<Function>)).payload;
    let code = function.code().as_ptr();
    let c = &(*code).payload;
    let fp = base.add(1);
    ensure_room(vm, fp, (c.nregs as usize).max(n) + 2)?;
    if names.is_none() && c.simple_args != u32::MAX {
        let argc = c.simple_args as usize;
        if n == argc {
            for i in n..c.nlocals as usize {
                *fp.add(i) = Value::NULL;
            }
            return push_frame(vm, base, code, kind);
        }
        if n < argc {
            if let Some(d) =
                Object::view_opt(&function.defaults.peek()).and_then(|d| d.downcast::<Tuple>())
            {
                let d = d.as_slice();
                if argc - n <= d.len() {
                    for i in n..argc {
                        let v = d[d.len() - (argc - i)].value();
                        incref(v);
                        *fp.add(i) = v;
                    }
                    for i in argc..c.nlocals as usize {
                        *fp.add(i) = Value::NULL;
                    }
                    return push_frame(vm, base, code, kind);
                }
            }
        }
    }
    let keys: &[Object] = names.map_or(&[], |t| t.as_slice());
    if c.nregs < FAR_BASE as u32 && bind_in_place(vm, function, c, fp, n, keys)? {
        return push_frame(vm, base, code, kind);
    }
    bind_slow(vm, function, c, fp, n, names)?;
    if c.flags & flags::OPTIMIZED == 0 {
        // A function made of a module's code: the namespace is its globals.
        *fp = function.globals().clone().into_object().into_value();
    }
    push_frame(vm, base, code, kind)
}

/// `make_room` behind a comparison.
#[inline(always)]
pub(crate) unsafe fn ensure_room(vm: &Vm, fp: *mut Value, n: usize) -> Res<()> {
    if fp > vm.near_limit.get() || n > FAR_BASE || vm.frame.get().add(1) >= vm.frame_limit.get() {
        return make_room(vm, fp, n);
    }
    Ok(())
}

/// Named arguments that are bound in place.
const NAMED: usize = 12;

/// The lowest `n` bits, all at most.
fn first(n: usize) -> u64 {
    if n >= 64 { u64::MAX } else { (1 << n) - 1 }
}

/// Bind without moving the positional arguments. False, with nothing touched, when that is not possible or
/// when there is an error to be worded.
unsafe fn bind_in_place(
    vm: &Vm,
    function: &Function,
    code: &Code,
    fp: *mut Value,
    n: usize,
    names: &[Object],
) -> Res<bool> {
    let named = names.len();
    let positional = n - named;
    let argcount = code.argcount as usize;
    let kwonly = code.kwonlyargcount as usize;
    let total = argcount + kwonly;
    let varargs = code.flags & flags::VARARGS != 0;
    let varkw = code.flags & flags::VARKEYWORDS != 0;
    let of_module = code.flags & flags::OPTIMIZED == 0;
    if named > NAMED || total > 64 || (positional > argcount && !varargs) || of_module {
        return Ok(false);
    }
    // Where each named value goes: a parameter, or `u8::MAX` for the dict.
    let mut places = [u8::MAX; NAMED];
    let mut filled = first(positional.min(argcount));
    let from = code.posonlyargcount as usize;
    let parameters = code.varnames.get(from..total).unwrap_or(&[]);
    for (place, name) in places.iter_mut().zip(names) {
        let key = name.value();
        match parameters.iter().position(|p| p.value() == key) {
            Some(j) => {
                let j = j + from;
                if filled & 1 << j != 0 {
                    return Ok(false);
                }
                filled |= 1 << j;
                *place = j as u8;
            }
            // Not an interned name, an unknown one, or one for the dict.
            None if varkw && name.downcast_str().is_some_and(|s| s.is_interned()) => {}
            None => return Ok(false),
        }
    }
    let defaults =
        Object::view_opt(&*function.defaults.0.as_ptr()).and_then(|d| d.downcast::<Tuple>());
    let ndefaults = defaults.map_or(0, |d| d.len());
    if ndefaults > argcount {
        return Ok(false);
    }
    let required = first(argcount - ndefaults);
    if filled & required != required {
        return Ok(false);
    }
    let kwdefaults =
        Object::view_opt(&*function.kwdefaults.0.as_ptr()).and_then(|d| d.downcast_exact::<Dict>());
    for j in argcount..total {
        if filled & 1 << j == 0
            && kwdefaults.is_none_or(|d| d.get_str(vm, &code.varnames[j]).is_none())
        {
            return Ok(false);
        }
    }
    // Nothing can be missing now. What may fail below is only memory.
    let extra = if varargs {
        let k = positional.saturating_sub(argcount);
        let t = vm.raw_tuple(&vm.types().tuple, k)?;
        if k > 0 {
            std::ptr::copy_nonoverlapping(fp.add(argcount), t.items, k);
            t.len.set(k);
            for i in argcount..positional {
                *fp.add(i) = Value::NULL;
            }
        }
        Some(t)
    } else {
        None
    };
    let mut values = [std::mem::MaybeUninit::<Value>::uninit(); NAMED];
    for (i, v) in values.iter_mut().enumerate().take(named) {
        v.write(*fp.add(positional + i));
    }
    for i in positional.min(argcount)..(code.nlocals as usize).max(n) {
        *fp.add(i) = Value::NULL;
    }
    let kwargs = if varkw { Some(vm.new_dict()?) } else { None };
    for ((place, value), name) in places.iter().zip(values).zip(names) {
        let value = value.assume_init();
        if *place != u8::MAX {
            *fp.add(*place as usize) = value;
        } else if let Some(d) = &kwargs {
            d.set(vm, name, Object::from_owned(value))?;
        }
    }
    let with_defaults =
        if filled.count_ones() as usize >= total { argcount } else { argcount - ndefaults };
    for j in with_defaults..argcount {
        if filled & 1 << j == 0 {
            if let Some(d) = defaults {
                let v = d.as_slice()[j + ndefaults - argcount].value();
                incref(v);
                *fp.add(j) = v;
            }
        }
    }
    for j in argcount..total {
        if filled & 1 << j == 0 {
            if let Some(o) = kwdefaults.and_then(|d| d.get_str(vm, &code.varnames[j])) {
                *fp.add(j) = o.into_value();
            }
        }
    }
    if let Some(t) = extra {
        *fp.add(total) = t.into_object().into_value();
    }
    if let Some(d) = kwargs {
        *fp.add(total + varargs as usize) = d.into_object().into_value();
    }
    Ok(true)
}

/// CallEx of the function in `base[0]`: the tuple in `base[1]` and, if `with_dict`, the dict in `base[2]`
/// become arguments. False: not a case for here, nothing touched.
pub(crate) unsafe fn enter_ex(vm: &Vm, base: *mut Value, with_dict: bool) -> Res<bool> {
    let Some(tuple) = Object::view(base.add(1)).downcast_exact::<Tuple>() else { return Ok(false) };
    let mut keys = [std::mem::MaybeUninit::<Value>::uninit(); NAMED];
    let mut named = 0;
    if with_dict {
        let Some(d) = Object::view(base.add(2)).downcast_exact::<Dict>() else { return Ok(false) };
        if d.len() > NAMED {
            return Ok(false);
        }
        for i in 0..d.table.end() {
            let Some((key, _)) = d.table.entry_at(i) else { continue };
            if !key.downcast_str().is_some_and(|s| s.is_interned()) {
                return Ok(false);
            }
            // Borrowed: the dict holds it until the function is bound.
            keys[named].write(key.value());
            named += 1;
        }
    }
    let positional = tuple.len();
    let function = &(*((*base).ptr() as *const Boxed<Function>)).payload;
    let code = function.code();
    if code.nregs >= FAR_BASE as u32 || positional > 128 {
        return Ok(false);
    }
    let n = positional + named;
    ensure_room(vm, base, (code.nregs as usize).max(n) + 3)?;
    let args = Object::from_owned(std::mem::replace(&mut *base.add(1), Value::NULL));
    let mapping = std::mem::replace(&mut *base.add(2), Value::NULL);
    let mapping = if with_dict { Some(Object::from_owned(mapping)) } else { None };
    let fp = base.add(1);
    if let Some(tuple) = args.downcast_exact::<Tuple>() {
        for (i, o) in tuple.as_slice().iter().enumerate() {
            *fp.add(i) = o.clone().into_value();
        }
    }
    if let Some(d) = mapping.as_ref().and_then(|m| m.downcast_exact::<Dict>()) {
        let mut at = fp.add(positional);
        for i in 0..d.table.end() {
            if let Some((_, value)) = d.table.entry_at(i) {
                *at = value.into_value();
                at = at.add(1);
            }
        }
    }
    let names = Object::view_slice(keys.as_ptr() as *const Value, named);
    let r = if named == 0 {
        enter_bound(vm, base, n, None, FrameKind::Call)
    } else {
        match bind_in_place(vm, function, code, fp, n, names) {
            Ok(true) => push_frame(vm, base, code.as_ptr(), FrameKind::Call),
            // There is an error to be worded, or a default to be looked for.
            Ok(false) => vm
                .tuple(names.to_vec())
                .and_then(|names| enter_bound(vm, base, n, Some(&names), FrameKind::Call)),
            Err(e) => Err(e),
        }
    };
    if r.is_err() {
        clear_registers(fp, n);
    }
    drop(args);
    drop(mapping);
    r.map(|()| true)
}

/// Call the getter of a property: a frame above the window whose result goes to register `dst`.
pub(crate) unsafe fn enter_getter(vm: &Vm, getter: Object, receiver: Value, dst: u8) -> Res<()> {
    let base = vm.top();
    ensure_room(vm, base, 4)?;
    incref(receiver);
    *base = getter.into_value();
    *base.add(1) = receiver;
    if let Err(e) = enter_bound(vm, base, 1, None, FrameKind::Getter) {
        clear_registers(base, 2);
        return Err(e);
    }
    (*vm.frame.get()).dst = dst;
    Ok(())
}

/// The general binder. Takes the arguments off `fp`, then puts the parameters there.
unsafe fn bind_slow(
    vm: &Vm,
    function: &Function,
    code: &Code,
    fp: *mut Value,
    n: usize,
    names: Option<&Obj<Tuple>>,
) -> Res<()> {
    let named = names.map_or(0, |t| t.len());
    let positional = n - named;
    let mut args: Vec<Object> = Vec::with_capacity(n);
    for i in 0..n {
        args.push(Object::from_owned(std::mem::replace(&mut *fp.add(i), Value::NULL)));
    }
    let argcount = code.argcount as usize;
    let kwonly = code.kwonlyargcount as usize;
    let total = argcount + kwonly;
    let varargs = code.flags & flags::VARARGS != 0;
    let varkw = code.flags & flags::VARKEYWORDS != 0;
    let mut slots: Vec<Option<Object>> = Vec::new();
    slots.resize(total + varargs as usize + varkw as usize, None);
    let mut rest = args.split_off(positional.min(args.len()));
    let extra = if positional > argcount { args.split_off(argcount) } else { Vec::new() };
    let too_many = !extra.is_empty() && !varargs;
    let given = positional;
    for (i, a) in args.into_iter().enumerate() {
        slots[i] = Some(a);
    }
    if varargs {
        slots[total] = Some(vm.tuple(extra)?.into_object());
    }
    let kwargs = if varkw { Some(vm.new_dict()?) } else { None };
    if let Some(names) = names {
        let mut positional_only: Vec<String> = Vec::new();
        for (i, name) in names.as_slice().iter().enumerate() {
            let value = std::mem::replace(&mut rest[i], Object::none());
            let Some(key) = name.downcast::<Str>() else {
                return Err(vm.type_error("keywords must be strings"));
            };
            let posonly = code.posonlyargcount as usize;
            let find = |from: usize, to: usize| {
                (from..to)
                    .find(|&j| code.varnames[j].is(key))
                    .or_else(|| (from..to).find(|&j| code.varnames[j].same_text(key)))
            };
            match find(posonly, total) {
                Some(j) => {
                    if slots[j].is_some() {
                        let text =
                            wording::multiple_values(&qualname(function), &key.to_str_lossy());
                        return Err(vm.type_error(text));
                    }
                    slots[j] = Some(value);
                }
                None => match &kwargs {
                    Some(d) => d.set(vm, name, value)?,
                    None => {
                        if find(0, posonly).is_some() {
                            positional_only.push(key.to_string_lossy());
                        } else {
                            let text =
                                wording::unexpected(&qualname(function), &key.to_str_lossy());
                            return Err(vm.type_error(text));
                        }
                    }
                },
            }
        }
        if !positional_only.is_empty() {
            let text = wording::positional_only(&qualname(function), &positional_only.join(", "));
            return Err(vm.type_error(text));
        }
    }
    if too_many {
        return Err(too_many_positional(vm, function, code, &slots, given));
    }
    let defaults = function.defaults.get_as::<Tuple>();
    let ndefaults = defaults.as_ref().map_or(0, |d| d.len());
    let required = argcount.saturating_sub(ndefaults);
    let missing: Vec<usize> = (0..required).filter(|&i| slots[i].is_none()).collect();
    if !missing.is_empty() {
        return Err(missing_arguments(vm, function, code, &missing, "positional"));
    }
    if let Some(d) = &defaults {
        for i in required..argcount {
            if slots[i].is_none() {
                // More defaults than parameters: the last ones count.
                slots[i] = d.get(i + ndefaults - argcount);
            }
        }
    }
    if kwonly > 0 {
        let defaults = function.kwdefaults.get_as::<Dict>();
        let mut missing = Vec::new();
        for i in argcount..total {
            if slots[i].is_none() {
                slots[i] = match &defaults {
                    Some(d) => d.get_str(vm, &code.varnames[i]),
                    None => None,
                };
                if slots[i].is_none() {
                    missing.push(i);
                }
            }
        }
        if !missing.is_empty() {
            return Err(missing_arguments(vm, function, code, &missing, "keyword-only"));
        }
    }
    if let Some(d) = kwargs {
        slots[total + varargs as usize] = Some(d.into_object());
    }
    for i in 0..(code.nlocals as usize).max(n) {
        *fp.add(i) = Value::NULL;
    }
    for i in FAR_BASE..code.nregs as usize {
        *fp.add(i) = Value::NULL;
    }
    for (i, o) in slots.into_iter().enumerate() {
        *fp.add(register(i)) = o.map_or(Value::NULL, Object::into_value);
    }
    Ok(())
}

fn qualname(function: &Function) -> String {
    function.qualname.get_as::<Str>().map_or_else(String::new, |s| s.to_string_lossy())
}

#[cold]
fn too_many_positional(
    vm: &Vm,
    function: &Function,
    code: &Code,
    slots: &[Option<Object>],
    given: usize,
) -> Raised {
    let argcount = code.argcount as usize;
    let defaults = function.defaults.get_as::<Tuple>().map_or(0, |d| d.len());
    let keyword_only =
        (argcount..argcount + code.kwonlyargcount as usize).filter(|&i| slots[i].is_some()).count();
    let counts = (argcount.saturating_sub(defaults), argcount);
    vm.type_error(wording::too_many(&qualname(function), counts, given, keyword_only))
}

#[cold]
fn missing_arguments(
    vm: &Vm,
    function: &Function,
    code: &Code,
    missing: &[usize],
    kind: &str,
) -> Raised {
    let names: Vec<String> = missing.iter().map(|&i| code.varnames[i].to_string_lossy()).collect();
    vm.type_error(wording::missing(&qualname(function), kind, &names))
}

/// A bound method in `base[0]`: its receiver goes in front of the `n` arguments.
pub(crate) unsafe fn enter_method(vm: &Vm, base: *mut Value, n: usize) -> Res<()> {
    ensure_room(vm, base, n + 3)?;
    let method = Object::from_owned(*base);
    *base = Value::NULL;
    if let Some(m) = method.downcast::<BoundMethod>() {
        shift_up(base, n);
        *base = m.function.clone().into_value();
        *base.add(1) = m.receiver.clone().into_value();
    }
    drop(method);
    let r = enter_bound(vm, base, n + 1, None, FrameKind::Call);
    if r.is_err() {
        // One argument may lie above the caller's window.
        clear_registers(base.add(1), n + 1);
    }
    r
}

/// Move `n` arguments behind `base[0]` one register up.
unsafe fn shift_up(base: *mut Value, n: usize) {
    std::ptr::copy(base.add(1), base.add(2), n);
    *base.add(1) = Value::NULL;
}

/// The class in `base[0]` called with `n` positional arguments: the plain case (instances made by
/// object, `__init__` a Python function or none) without recursion.
pub(crate) unsafe fn enter_class(vm: &Vm, base: *mut Value, n: usize) -> Res<bool> {
    let class = Object::view(base);
    let Some(t) = class.downcast::<Type>() else { return Ok(false) };
    let types = vm.types();
    if !t.is_heap_type()
        || !t.has_layout::<Empty>()
        || t.has(type_flags::ABSTRACT)
        || !t.class().is(&types.type_)
    {
        return Ok(false);
    }
    let (slots, object) = (t.slots(), types.object.slots());
    let same = |a: Option<fn(&Vm, &Obj<Type>, &[Object], Option<&Obj<Tuple>>) -> Res>| match (
        a, object.new,
    ) {
        (Some(x), Some(y)) => std::ptr::fn_addr_eq(x, y),
        (None, None) => true,
        _ => false,
    };
    if !same(slots.new) {
        return Ok(false);
    }
    let Some(init) = t.lookup(vm, &vm.names().__init__) else { return Ok(false) };
    if !init.is_kind(Kind::Function) {
        if n == 0
            && matches!((slots.init, object.init), (Some(x), Some(y)) if std::ptr::fn_addr_eq(x, y))
        {
            let o = vm.instance_of(t)?;
            let old = std::mem::replace(&mut *base, o.into_value());
            decref(old);
            return Ok(true);
        }
        return Ok(false);
    }
    t.init.set(init.value());
    t.init_version.set(t.version());
    let instance = vm.instance_of(t)?;
    ensure_room(vm, base, n + 3)?;
    shift_up(base, n);
    *base.add(1) = instance.clone().into_value();
    let class = std::mem::replace(&mut *base, init.into_value());
    let r = enter_bound(vm, base, n + 1, None, FrameKind::Init);
    decref(class);
    if r.is_err() {
        clear_registers(base.add(1), n + 1);
        return r.map(|()| true);
    }
    (*vm.frame.get()).extra.set(instance.into_value());
    Ok(true)
}

/// Drop or hand over what a frame's window holds.
#[inline(never)]
pub(crate) unsafe fn leave_window(vm: &Vm, frame: *mut Frame) {
    let nregs = (*(*frame).code).payload.nregs as usize;
    if !(*frame).object().is_null() {
        frame_object::detach(vm, frame);
    }
    clear_registers((*frame).fp, nregs);
}

/// A frame returned `value` (its window is clean).
#[inline]
pub(crate) unsafe fn leave(vm: &Vm, frame: *mut Frame, value: Object) -> Left {
    vm.frame.set(frame.sub(1));
    let place = (*frame).fp.sub(1);
    match (*frame).kind {
        FrameKind::Call => {
            let old = std::mem::replace(&mut *place, value.into_value());
            decref(old);
            Left::Continue
        }
        FrameKind::Entry => {
            let old = std::mem::replace(&mut *place, Value::NULL);
            decref(old);
            Left::Done(value)
        }
        FrameKind::Getter => {
            let function = std::mem::replace(&mut *place, Value::NULL);
            let resumer = vm.frame.get();
            let p = (*resumer).fp.add((*frame).dst as usize);
            let old = std::mem::replace(&mut *p, value.into_value());
            decref(function);
            decref(old);
            Left::Continue
        }
        FrameKind::Init => {
            let instance = std::mem::replace(&mut *(*frame).extra.as_ptr(), Value::NULL);
            let old = std::mem::replace(&mut *place, instance);
            decref(old);
            if !value.is_none() {
                return Left::Raise(vm.type_error(format_args!(
                    "__init__() should return None, not '{}'",
                    vm.type_name(&value)
                )));
            }
            Left::Continue
        }
        FrameKind::Operator => special::operator_returned(vm, frame, value),
        FrameKind::For
        | FrameKind::Send
        | FrameKind::SendCall
        | FrameKind::EntryGenerator
        | FrameKind::Driven => generator::returned(vm, frame, value),
    }
}

/// Call a Python function from Rust.
pub fn call_function(
    vm: &Vm,
    function: &Obj<Function>,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res {
    call_bound(vm, function, None, args, names)
}

/// The same, with a receiver before the arguments.
pub(crate) fn call_bound(
    vm: &Vm,
    function: &Obj<Function>,
    receiver: Option<&Object>,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res {
    // SAFETY: room is made before registers are written; the window is above all frames'.
    unsafe {
        let base = vm.top().add(1);
        make_room(vm, base, args.len() + 4)?;
        *base = function.clone().into_object().into_value();
        let mut n = 0;
        for given in receiver.into_iter().chain(args) {
            n += 1;
            *base.add(n) = given.clone().into_value();
        }
        if let Err(e) = enter_bound(vm, base, n, names, FrameKind::Entry) {
            clear_registers(base, n + 1);
            return Err(e);
        }
        if vm.flags_set() {
            if let Err(e) = super::call::handle_flags(vm) {
                return super::unwind::unwind(vm, e, false).and_then(|()| dispatch::run(vm));
            }
        }
        dispatch::run(vm)
    }
}

/// Run code with the given globals and, for modules and class bodies, the namespace for register 0.
pub fn run_code(vm: &Vm, function: &Obj<Function>, namespace: Option<&Object>) -> Res {
    vm.recurse(" while calling a Python object", || {
        // SAFETY: as `call_function`.
        unsafe {
            let base = vm.top().add(1);
            let code = function.code().as_ptr();
            make_room(vm, base, (*code).payload.nregs as usize + 3)?;
            *base = function.clone().into_object().into_value();
            for i in 0..((*code).payload.nlocals as usize).max(1) {
                *base.add(1 + i) = Value::NULL;
            }
            if let Some(ns) = namespace {
                *base.add(1) = ns.clone().into_value();
            }
            if let Err(e) = push_frame(vm, base, code, FrameKind::Entry) {
                clear_registers(base, 2);
                return Err(e);
            }
            dispatch::run(vm)
        }
    })
}

/// Call a native function object: binds a receiver, checks a method descriptor's first argument.
pub(crate) fn call_builtin(
    vm: &Vm,
    callable: &Object,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res {
    let Some(f) = callable.downcast::<Builtin>() else {
        return vm.call_with(callable, args, names);
    };
    if let Some(receiver) = f.receiver.get() {
        let mut all = Vec::with_capacity(args.len() + 1);
        all.push(receiver);
        all.extend_from_slice(args);
        return (f.def.call)(vm, &all, names);
    }
    if let (Some(owner), crate::native::NativeKind::Method) = (f.owner.get_as::<Type>(), f.def.kind)
    {
        let Some(first) = args.first().filter(|_| args.len() > names.map_or(0, |t| t.len())) else {
            return Err(crate::native::no_receiver(vm, &owner.full_name(), &owner, f.def));
        };
        if !vm.class_of(first).is_subtype(&owner) {
            return Err(vm.type_error(format_args!(
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                f.def.name,
                owner.full_name(),
                vm.type_name(first)
            )));
        }
    }
    (f.def.call)(vm, args, names)
}
