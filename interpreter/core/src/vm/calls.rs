//! What the loop calls out of line for frequent instructions: calls of all kinds, generators, iteration,
//! subscripts.
//!
//! **Invariant:** every function here takes the loop's state with `pc` behind the instruction's first word,
//! does the whole instruction and gives back the state to go on with. Natives get their arguments as a view
//! of the caller's registers: nothing is copied and nothing is allocated to call one.
#![expect(unsafe_code, reason = "register access")]

use super::execute::execute;
use super::frame::{Frame, FrameKind, InPlace, Vm, clear_registers};
use super::next::{Next, raise};
use super::{Res, attribute_cache, function_call, generator, run_ops, special, switch, trace};
use crate::bytecode::ops::Op;
use crate::native::NativeKind;
use crate::object::object::{Boxed, decref, incref, take_items};
use crate::object::table::{Entry, Table};
use crate::object::*;
use crate::types::dict::iter::{DictIter, ITEMS, KEYS, VALUES};
use crate::types::iterators::{next_pair, pairs_of};
use crate::types::set::SetIter;
use std::cell::Cell;

#[inline(always)]
fn a(ins: u32) -> usize {
    (ins >> 8 & 0xff) as usize
}

#[inline(always)]
fn b(ins: u32) -> usize {
    (ins >> 16 & 0xff) as usize
}

#[inline(always)]
fn c(ins: u32) -> usize {
    (ins >> 24) as usize
}

/// The running code's constants.
#[inline(always)]
pub(crate) unsafe fn constants(vm: &Vm) -> *const Value {
    (*vm.frame.get()).consts
}

/// Variables of the running code that live in near registers; temporaries come behind.
#[inline(always)]
pub(crate) unsafe fn local_count(vm: &Vm) -> usize {
    (*(*vm.frame.get()).code).payload.nlocals as usize
}

/// Drop register `i` if it is a temporary.
#[inline(always)]
pub(crate) unsafe fn consume(vm: &Vm, fp: *mut Value, i: usize) {
    let p = fp.add(i);
    if (*p).is_ptr() && i >= local_count(vm) {
        let v = std::mem::replace(&mut *p, Value::NULL);
        decref(v);
    }
}

#[inline(always)]
unsafe fn save(vm: &Vm, pc: *const u32) {
    (*vm.frame.get()).pc.set(pc);
}

/// Put an owned word into a register.
#[inline(always)]
unsafe fn put(p: *mut Value, v: Value) {
    let old = std::mem::replace(&mut *p, v);
    decref(old);
}

macro_rules! check {
    ($vm:expr, $e:expr) => {
        match $e {
            Ok(v) => v,
            Err(e) => return raise($vm, e),
        }
    };
}

/// A back-edge whose eval flags are set; `distance` is the jump's.
#[cold]
#[inline(never)]
pub(crate) unsafe fn interrupted(vm: &Vm, pc: *const u32, fp: *mut Value, distance: isize) -> Next {
    save(vm, pc);
    check!(vm, super::call::handle_flags(vm));
    if trace::is_active(vm) {
        save(vm, pc.offset(distance));
        return trace::go_on(vm);
    }
    Next { pc: pc.offset(distance), fp }
}

/// ForIter with eval flags set.
#[cold]
#[inline(never)]
pub(crate) unsafe fn for_interrupted(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    if trace::is_active(vm) {
        save(vm, pc.sub(1));
        return trace::go_on(vm);
    }
    execute(vm, pc, fp, ins)
}

/// The innermost frame returns an owned word: any kind of frame.
#[inline(never)]
pub(crate) unsafe fn leave(vm: &Vm, pc: *const u32, value: Value) -> Next {
    let frame = vm.frame.get();
    (*frame).pc.set(pc);
    if (*frame).marks.get() != 0 {
        return trace::leave_marked(vm, Object::from_owned(value));
    }
    clear_registers((*frame).fp, (*(*frame).code).payload.nlocals as usize);
    if (*frame).kind == FrameKind::Send
        && let Some(next) = switch::returned(vm, frame, value)
    {
        return next;
    }
    left(vm, function_call::leave(vm, frame, Object::from_owned(value)))
}

/// Go on with what leaving a frame came to.
#[inline(always)]
pub(crate) unsafe fn left(vm: &Vm, left: function_call::Left) -> Next {
    match left {
        function_call::Left::Continue => Next::resume(vm),
        function_call::Left::Done(o) => Next::leave(vm, o),
        function_call::Left::Raise(e) => raise(vm, e),
    }
}

// ---- calls

/// Enter the function in `base[0]` with `n` arguments that need no binding, where the fast path found no
/// room or eval flags set. `pc` is behind all words of the call.
#[cold]
#[inline(never)]
pub(crate) unsafe fn enter_carefully(vm: &Vm, pc: *const u32, base: *mut Value, n: usize) -> Next {
    save(vm, pc);
    check!(vm, function_call::enter_bound(vm, base, n, None, FrameKind::Call));
    entered(vm)
}

/// A frame was pushed: the flags are looked at inside it.
#[inline(always)]
pub(crate) unsafe fn entered(vm: &Vm) -> Next {
    if vm.flags_set() { entered_with_flags(vm) } else { Next::resume(vm) }
}

#[cold]
#[inline(never)]
unsafe fn entered_with_flags(vm: &Vm) -> Next {
    check!(vm, super::call::handle_flags(vm));
    trace::go_on(vm)
}

/// The result of a call out of line goes to `base[0]`; its `n` arguments are dropped.
#[inline(always)]
pub(crate) unsafe fn finish_call(
    vm: &Vm,
    pc: *const u32,
    fp: *mut Value,
    base: *mut Value,
    n: usize,
    result: Res,
) -> Next {
    clear_registers(base.add(1), n);
    let o = check!(vm, result);
    put(base, o.into_value());
    Next { pc, fp }
}

/// Call.
#[inline(never)]
pub(crate) unsafe fn call(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let pc = pc.add(2);
    save(vm, pc);
    let (base, n) = (fp.add(a(ins)), b(ins));
    if (*base).is_kind(Kind::Builtin) {
        let native = &(*((*base).ptr() as *const Boxed<Builtin>)).payload;
        if native.receiver.peek().is_null() && !native.owner.is_set() {
            let result = (native.def.call)(vm, Object::view_slice(base.add(1), n), None);
            return finish_call(vm, pc, fp, base, n, result);
        }
    }
    call_ready(vm, pc, fp, base, n)
}

/// `call_in_place` out of line.
#[inline(never)]
pub(crate) unsafe fn call_ready(
    vm: &Vm,
    pc: *const u32,
    fp: *mut Value,
    base: *mut Value,
    n: usize,
) -> Next {
    call_in_place(vm, pc, fp, base, n)
}

/// Call whatever lies in `base[0]` with `n` positional arguments; `pc` is saved.
#[inline(always)]
unsafe fn call_in_place(
    vm: &Vm,
    pc: *const u32,
    fp: *mut Value,
    base: *mut Value,
    n: usize,
) -> Next {
    let f = *base;
    if f.is_ptr() {
        match (*f.ptr()).kind() {
            Kind::Function => {
                let code = (*(f.ptr() as *const Boxed<Function>)).payload.code();
                if code.simple_args as usize == n && code.direct_args == u32::MAX {
                    let o = check!(vm, generator::from_call(vm, base, n));
                    put(base, o.into_value());
                    return Next { pc, fp };
                }
                check!(vm, function_call::enter_bound(vm, base, n, None, FrameKind::Call));
                return entered(vm);
            }
            Kind::Builtin => {
                let native = &(*(f.ptr() as *const Boxed<Builtin>)).payload;
                let receiver = native.receiver.peek();
                if !receiver.is_null() {
                    return call_with_receiver(vm, pc, fp, base, n, receiver);
                }
                let args = Object::view_slice(base.add(1), n);
                let result = if native.owner.is_set() {
                    function_call::call_builtin(vm, Object::view(base), args, None)
                } else {
                    (native.def.call)(vm, args, None)
                };
                return finish_call(vm, pc, fp, base, n, result);
            }
            Kind::BoundMethod => {
                let m = &(*(f.ptr() as *const Boxed<BoundMethod>)).payload;
                if m.function.is_kind(Kind::Function) {
                    check!(vm, function_call::enter_method(vm, base, n));
                    return entered(vm);
                }
            }
            Kind::Type => {
                if n == 1 && Object::view(base).is(vm.types().type_.as_object()) {
                    let class = vm.class_of(Object::view(base.add(1))).clone();
                    clear_registers(base.add(1), n);
                    put(base, class.into_object().into_value());
                    return Next { pc, fp };
                }
                if let Some(next) = special::construct(vm, base, n) {
                    return if vm.flags_set() { entered(vm) } else { next };
                }
                if check!(vm, function_call::enter_class(vm, base, n)) {
                    return entered(vm);
                }
            }
            _ => {}
        }
    }
    let result = vm.call(Object::view(base), Object::view_slice(base.add(1), n));
    finish_call(vm, pc, fp, base, n, result)
}

/// A native bound to `receiver`, which stands in for it in `base[0]` while it runs.
#[inline(always)]
unsafe fn call_with_receiver(
    vm: &Vm,
    pc: *const u32,
    fp: *mut Value,
    base: *mut Value,
    n: usize,
    receiver: Value,
) -> Next {
    let callable = *base;
    incref(receiver);
    *base = receiver;
    let native = &(*(callable.ptr() as *const Boxed<Builtin>)).payload;
    let result = (native.def.call)(vm, Object::view_slice(base, n + 1), None);
    decref(callable);
    finish_call(vm, pc, fp, base, n, result)
}

/// CallMethod of a native that the cache knows.
#[inline(never)]
pub(crate) unsafe fn call_method_native(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let f = attribute_cache::cached_object(pc);
    let native = &(*(f.ptr() as *const Boxed<Builtin>)).payload;
    let (base, n) = (fp.add(a(ins)), b(ins) + 1);
    let receiver = *base.add(1);
    if (*receiver.ptr()).kind() == Kind::Native
        && attribute_cache::hides_method(vm.frame.get(), vm, receiver, *pc)
    {
        return call_method(vm, pc, fp, ins);
    }
    let pc = pc.add(5);
    save(vm, pc);
    if n == 2
        && (*receiver.ptr()).kind() == Kind::Generator
        && native.def.name == "send"
        && generator::can_enter(receiver)
    {
        return send_in_place(vm, base, a(ins) as u8);
    }
    if native.def.coroutine {
        return call_coroutine(vm, pc, fp, base, n, native);
    }
    let result = (native.def.call)(vm, Object::view_slice(base.add(1), n), None);
    finish_call(vm, pc, fp, base, n, result)
}

/// A call of what gives a native coroutine. Is it awaited at once, it may run here to its end: then `base[0]` is its
/// result, and what drives a coroutine is skipped.
unsafe fn call_coroutine(
    vm: &Vm,
    pc: *const u32,
    fp: *mut Value,
    base: *mut Value,
    n: usize,
    native: &Builtin,
) -> Next {
    let behind = behind_await(pc, base.offset_from(fp));
    vm.in_place.set(if behind.is_some() { InPlace::Asked } else { InPlace::No });
    let result = (native.def.call)(vm, Object::view_slice(base.add(1), n), None);
    let ended = vm.in_place.replace(InPlace::No) == InPlace::Ended;
    let pc = match behind {
        Some(behind) if ended && result.is_ok() => {
            save(vm, behind);
            behind
        }
        _ => pc,
    };
    finish_call(vm, pc, fp, base, n, result)
}

/// The end of what awaits register `reg` and leaves the result there, if that is what comes at `pc`
/// (`Compiler::await_in` writes it).
unsafe fn behind_await(pc: *const u32, reg: isize) -> Option<*const u32> {
    const LOAD: usize = Op::GetAwaitable.width();
    const SEND: usize = LOAD + Op::LoadNone.width();
    let is = |word: u32, op: Op, a_: isize| word as u8 == op as u8 && a(word) as isize == a_;
    let get = *pc;
    if !is(get, Op::GetAwaitable, reg) || b(get) as isize != reg || c(get) != 0 {
        return None;
    }
    let (load, send) = (*pc.add(LOAD), *pc.add(SEND));
    let value = b(send) as isize;
    if !is(load, Op::LoadNone, value) || !is(send, Op::Send, reg) {
        return None;
    }
    let jump = pc.add(SEND + 1);
    let take = jump.offset(*jump as i32 as isize);
    (is(*take, Op::Take, reg) && b(*take) as isize == value).then(|| take.add(Op::Take.width()))
}

/// CallMethod of a class method that the cache knows for the class in `base[1]`.
#[inline(never)]
pub(crate) unsafe fn call_method_class(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let (base, n) = (fp.add(a(ins)), b(ins) + 1);
    let class = *base.add(1);
    if !class.is_kind(Kind::Type)
        || (*(class.ptr() as *const Boxed<Type>)).payload.version.get() != *pc.add(1)
    {
        return call_method(vm, pc, fp, ins);
    }
    let f = attribute_cache::cached_object(pc);
    let pc = pc.add(5);
    save(vm, pc);
    if (*f.ptr()).kind() == Kind::Builtin {
        let native = &(*(f.ptr() as *const Boxed<Builtin>)).payload;
        let result = (native.def.call)(vm, Object::view_slice(base.add(1), n), None);
        return finish_call(vm, pc, fp, base, n, result);
    }
    // The attribute is a `classmethod`; what it wraps may have been replaced.
    let wrapped = crate::types::class_methods::function_of_classmethod(vm, Object::view(&f));
    let Some(function) = wrapped else { return call_method(vm, pc.sub(5), fp, ins) };
    *base = function.into_value();
    check!(vm, function_call::enter_bound(vm, base, n, None, FrameKind::Call));
    entered(vm)
}

/// `generator.send(value)`: the receiver in `base[1]`, the value in `base[2]`.
unsafe fn send_in_place(vm: &Vm, base: *mut Value, dst: u8) -> Next {
    let receiver = std::mem::replace(&mut *base.add(1), Value::NULL);
    let value = std::mem::replace(&mut *base.add(2), Value::NULL);
    if let Some(next) = switch::enter(vm, receiver, FrameKind::SendCall, dst, value) {
        decref(receiver);
        return next;
    }
    let entered = generator::enter(vm, receiver, FrameKind::SendCall, dst, value);
    // The frame holds it now.
    decref(receiver);
    check!(vm, entered);
    Next::resume(vm)
}

/// CallMethod, any.
#[inline(never)]
pub(crate) unsafe fn call_method(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let (base, n) = (fp.add(a(ins)), b(ins));
    save(vm, pc);
    let with_self =
        check!(vm, attribute_cache::method(vm, vm.frame.get(), base, n, pc as *mut u32));
    let pc = pc.add(5);
    save(vm, pc);
    // base[0] is what to call now.
    call_in_place(vm, pc, fp, base, n + with_self as usize)
}

/// CallLoaded.
#[inline(never)]
pub(crate) unsafe fn call_loaded(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let (base, n) = (fp.add(a(ins)), b(ins));
    let pc = pc.add(2);
    save(vm, pc);
    if (*base.add(1)).is_null() {
        // A plain value: the arguments move down.
        std::ptr::copy(base.add(2), base.add(1), n);
        *base.add(1 + n) = Value::NULL;
        return call_in_place(vm, pc, fp, base, n);
    }
    let f = *base;
    if f.is_kind(Kind::Builtin) {
        // Found in the receiver's class: the first argument needs no check.
        let native = &(*(f.ptr() as *const Boxed<Builtin>)).payload;
        if native.def.kind == NativeKind::Method && !native.receiver.is_set() {
            let result = (native.def.call)(vm, Object::view_slice(base.add(1), n + 1), None);
            return finish_call(vm, pc, fp, base, n + 1, result);
        }
    }
    call_in_place(vm, pc, fp, base, n + 1)
}

/// Call `base[0]` with `n` arguments, the last ones named by `names`; `pc` is saved.
pub(crate) unsafe fn call_named(
    vm: &Vm,
    pc: *const u32,
    fp: *mut Value,
    base: *mut Value,
    n: usize,
    names: Option<&Obj<Tuple>>,
) -> Next {
    if (*base).is_kind(Kind::Function) {
        check!(vm, function_call::enter_bound(vm, base, n, names, FrameKind::Call));
        return entered(vm);
    }
    let result = vm.call_with(Object::view(base), Object::view_slice(base.add(1), n), names);
    finish_call(vm, pc, fp, base, n, result)
}

/// CallEx.
#[inline(never)]
pub(crate) unsafe fn call_ex(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let base = fp.add(a(ins));
    save(vm, pc);
    if (*base).is_kind(Kind::Function) && check!(vm, function_call::enter_ex(vm, base, b(ins) == 1))
    {
        return entered(vm);
    }
    let result = run_ops::call_ex(vm, base, b(ins) == 1);
    finish_call(vm, pc, fp, base, 2, result)
}

// ---- generators

/// MakeGenerator: the window moves into the object, which is what the frame returns.
#[inline(never)]
pub(crate) unsafe fn make_generator(vm: &Vm, pc: *const u32) -> Next {
    save(vm, pc);
    let frame: *mut Frame = vm.frame.get();
    let o = check!(vm, generator::make(vm, frame));
    left(vm, function_call::leave(vm, frame, o))
}

/// Yield.
#[inline(never)]
pub(crate) unsafe fn yield_value(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    save(vm, pc);
    let place = fp.add(a(ins));
    let v = std::mem::replace(&mut *place, Value::NULL);
    let frame = vm.frame.get();
    if let Some(next) = switch::suspend(vm, frame, pc, v) {
        return next;
    }
    let mut v = Object::from_owned(v);
    if (*frame).kind == FrameKind::Driven {
        match generator::offer(vm, v) {
            None => {
                *place = Value::NONE;
                return Next { pc, fp };
            }
            Some(given_back) => v = given_back,
        }
    }
    left(vm, generator::suspend(vm, frame, v))
}

/// AsyncYield.
#[inline(never)]
pub(crate) unsafe fn async_yield(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    save(vm, pc);
    let v = std::mem::replace(&mut *fp.add(a(ins)), Value::NULL);
    let o = check!(vm, generator::wrap_async(vm, Object::from_owned(v)));
    left(vm, generator::suspend(vm, vm.frame.get(), o))
}

/// Send.
#[inline(never)]
pub(crate) unsafe fn send(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let (a, b) = (a(ins), b(ins));
    let it = *fp.add(a);
    let behind = pc.add(1);
    save(vm, behind);
    if it.is_kind(Kind::Generator) && generator::can_enter(it) {
        let sent = std::mem::replace(&mut *fp.add(b), Value::NULL);
        if let Some(next) = switch::enter(vm, it, FrameKind::Send, b as u8, sent) {
            return next;
        }
        check!(vm, generator::enter(vm, it, FrameKind::Send, b as u8, sent));
        return Next::resume(vm);
    }
    match check!(vm, generator::send(vm, Object::view(fp.add(a)), Object::view(fp.add(b)))) {
        generator::Resumed::Yield(o) => {
            put(fp.add(b), o.into_value());
            Next { pc: behind, fp }
        }
        generator::Resumed::Return(o) => {
            put(fp.add(b), o.into_value());
            put(fp.add(a), Value::NULL);
            Next { pc: pc.offset(*pc as i32 as isize), fp }
        }
    }
}

/// GetAwaitable.
#[inline(never)]
pub(crate) unsafe fn get_awaitable(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let (a, b) = (a(ins), b(ins));
    let behind = pc.add(3);
    let v = *fp.add(b);
    if a == b && v.is_ptr() {
        if generator::is_new_coroutine(v) {
            return Next { pc: behind, fp };
        }
        let version = (*(*v.ptr()).ty.get()).payload.version.get();
        if version != 0 && version == *pc {
            let function = Value::from_bits((pc.add(1) as *const u64).read_unaligned());
            if generator::awaits_in_place(function) {
                save(vm, pc);
                // The object moves into the generator, or stays here if there is no memory.
                let mut base = [function, std::mem::replace(&mut *fp.add(b), Value::NULL)];
                let made = generator::from_call(vm, base.as_mut_ptr(), 1);
                *fp.add(a) = base[1];
                put(fp.add(a), check!(vm, made).into_value());
                return Next { pc: behind, fp };
            }
        }
    }
    save(vm, pc);
    let x = Object::view(fp.add(b));
    if let Some(function) = generator::python_await(vm, x) {
        *(pc as *mut u32) = (*(*v.ptr()).ty.get()).payload.version.get();
        (pc.add(1) as *mut u64).write_unaligned(function.value().bits());
    }
    let o = check!(vm, generator::get_awaitable(vm, x, c(ins)));
    put(fp.add(a), o.into_value());
    if a != b {
        consume(vm, fp, b);
    }
    Next { pc: behind, fp }
}

/// ForIter over a generator: it is resumed in a frame above this one.
#[inline(never)]
pub(crate) unsafe fn for_generator(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let it = *fp.add(b(ins));
    if !generator::can_enter(it) {
        return for_next(vm, pc, fp, ins);
    }
    save(vm, pc.add(2));
    if let Some(next) = switch::enter(vm, it, FrameKind::For, a(ins) as u8, Value::NONE) {
        return next;
    }
    check!(vm, generator::enter(vm, it, FrameKind::For, a(ins) as u8, Value::NONE));
    Next::resume(vm)
}

// ---- iteration

/// ForIter, any iterator.
#[inline(never)]
pub(crate) unsafe fn for_next(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    save(vm, pc);
    let it = *fp.add(b(ins));
    let ty = (*it.ptr()).ty.get();
    let types = vm.types();
    let body = pc.offset(*pc as i32 as isize);
    if std::ptr::eq(ty, types.dict_item_iter.as_ptr()) {
        if let Some(base) = pair_target(body, ins) {
            if let Some(e) = next_entry::<ITEMS>(it) {
                return take_pair(fp.add(base), e.key, e.value, body, fp);
            }
        }
    } else if std::ptr::eq(ty, types.dict_key_iter.as_ptr()) {
        if let Some(e) = next_entry::<KEYS>(it) {
            return take_item(fp.add(a(ins)), e.key, body, fp);
        }
    } else if std::ptr::eq(ty, types.dict_value_iter.as_ptr()) {
        if let Some(e) = next_entry::<VALUES>(it) {
            return take_item(fp.add(a(ins)), e.value, body, fp);
        }
    } else if std::ptr::eq(ty, types.set_iter.as_ptr()) {
        if let Some(e) = next_element(it) {
            return take_item(fp.add(a(ins)), e.key, body, fp);
        }
    } else if let Some(base) = pair_target(body, ins) {
        if let Some(pairs) = pairs_of(vm, Object::view(fp.add(b(ins)))) {
            check!(vm, vm.check_native_stack());
            return match check!(vm, next_pair(vm, pairs, Object::view(fp.add(b(ins))))) {
                Some((x, y)) => {
                    let base = fp.add(base);
                    put(base, x.into_value());
                    put(base.add(1), y.into_value());
                    Next { pc: body.add(2), fp }
                }
                None => exhausted(vm, pc, fp, ins),
            };
        }
    }
    if let Some(o) = check!(vm, vm.next(Object::view(fp.add(b(ins))))) {
        put(fp.add(a(ins)), o.into_value());
        return Next { pc: body, fp };
    }
    exhausted(vm, pc, fp, ins)
}

/// The iterator of a ForIter is at its end.
unsafe fn exhausted(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let pc = pc.add(2);
    save(vm, pc);
    put(fp.add(b(ins)), Value::NULL);
    Next { pc, fp }
}

/// If the loop's body begins with taking the item apart into two temporaries (Take, Unpack): the first of
/// these. The pair itself, which nobody else could see, is then not made.
#[inline(always)]
unsafe fn pair_target(body: *const u32, ins: u32) -> Option<usize> {
    let take = *body;
    let base = a(take);
    let unpack = Op::Unpack as u32 | (base as u32) << 8 | (base as u32) << 16 | 2 << 24;
    let taken = take as u8 == Op::Take as u8 && b(take) == a(ins) && *body.add(1) == unpack;
    taken.then_some(base)
}

#[inline(always)]
unsafe fn take_item(place: *mut Value, item: Value, body: *const u32, fp: *mut Value) -> Next {
    incref(item);
    put(place, item);
    Next { pc: body, fp }
}

/// The words behind `body`'s first two go on with `x` and `y` in two temporaries.
#[inline(always)]
unsafe fn take_pair(
    base: *mut Value,
    x: Value,
    y: Value,
    body: *const u32,
    fp: *mut Value,
) -> Next {
    incref(x);
    incref(y);
    put(base, x);
    put(base.add(1), y);
    Next { pc: body.add(2), fp }
}

/// The next entry of an iterator over a dict that has not changed; None says nothing.
#[inline(always)]
unsafe fn next_entry<const WHAT: u8>(it: Value) -> Option<Entry> {
    let it = &(*(it.ptr() as *const Boxed<DictIter<WHAT, false>>)).payload;
    let dict = it.dict.peek();
    if dict.is_null() {
        return None;
    }
    let table = &(*(dict.ptr() as *const Boxed<Dict>)).payload.table;
    entry_of(table, &it.at, &it.left, it.size.get())
}

/// The same for a set.
#[inline(always)]
unsafe fn next_element(it: Value) -> Option<Entry> {
    let it = &(*(it.ptr() as *const Boxed<SetIter>)).payload;
    let set = it.set.peek();
    if set.is_null() {
        return None;
    }
    let table = &(*(set.ptr() as *const Boxed<Set>)).payload.table;
    entry_of(table, &it.at, &it.left, it.size.get())
}

#[inline(always)]
unsafe fn entry_of(
    table: &Table,
    at: &Cell<u32>,
    left: &Cell<usize>,
    size: usize,
) -> Option<Entry> {
    let (i, more) = (at.get(), left.get());
    if table.len() != size || more == 0 || i >= table.end() {
        return None;
    }
    let e = *table.entries.get().add(i as usize);
    if e.key.is_null() {
        return None;
    }
    at.set(i + 1);
    left.set(more - 1);
    Some(e)
}

/// GetIter.
#[inline(never)]
pub(crate) unsafe fn get_iter(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    save(vm, pc);
    let o = check!(vm, run_ops::get_iter(vm, Object::view(fp.add(b(ins)))));
    put(fp.add(a(ins)), o.into_value());
    if a(ins) != b(ins) {
        consume(vm, fp, b(ins));
    }
    Next { pc, fp }
}

// ---- containers

/// SetAdd.
#[inline(never)]
pub(crate) unsafe fn set_add(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    save(vm, pc);
    let element = Object::view(fp.add(b(ins)));
    // The compiler makes the set in register a.
    let set = &(*((*fp.add(a(ins))).ptr() as *const Boxed<Set>)).payload;
    let hash = check!(vm, vm.hash(element));
    check!(vm, set.add_hashed(vm, element, hash));
    consume(vm, fp, b(ins));
    Next { pc, fp }
}

/// DictSet.
#[inline(never)]
pub(crate) unsafe fn dict_set(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    save(vm, pc);
    let key = Object::view(fp.add(b(ins)));
    let dict = &(*((*fp.add(a(ins))).ptr() as *const Boxed<Dict>)).payload;
    let hash = check!(vm, vm.hash(key));
    check!(vm, dict.set_hashed(vm, key, hash, Object::view(fp.add(c(ins))).clone()));
    Next { pc, fp }
}

/// BuildTuple.
#[inline(never)]
pub(crate) unsafe fn build_tuple(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    save(vm, pc);
    let o = check!(vm, run_ops::build_tuple(vm, fp.add(b(ins)), c(ins)));
    put(fp.add(a(ins)), o.into_value());
    Next { pc, fp }
}

/// Add of two exact strs or two exact bytes; of anything else as `execute` does.
#[inline(never)]
pub(crate) unsafe fn add(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let (x, y) = (fp.add(b(ins)), fp.add(c(ins)));
    let joined = if (*x).is_kind(Kind::Str) && (*y).is_kind(Kind::Str) {
        save(vm, pc);
        crate::types::str::concat(vm, Object::view(x), Object::view(y))
    } else if (*x).is_kind(Kind::Bytes) && (*y).is_kind(Kind::Bytes) {
        save(vm, pc);
        let (x, y) = ((*x).ptr() as *const Boxed<Bytes>, (*y).ptr() as *const Boxed<Bytes>);
        vm.bytes_of_two((*x).payload.as_slice(), (*y).payload.as_slice()).map(Obj::into_object)
    } else {
        return execute(vm, pc, fp, ins);
    };
    let joined = check!(vm, joined);
    put_and_consume(vm, fp, ins, joined.into_value());
    Next { pc, fp }
}

/// JumpIn.
#[inline(never)]
pub(crate) unsafe fn jump_in(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    save(vm, pc);
    let (container, element) = (Object::view(fp.add(b(ins))), Object::view(fp.add(a(ins))));
    let hit = check!(
        vm,
        match container.downcast_exact::<Tuple>() {
            Some(tuple) => crate::types::tuple::holds(vm, tuple, element),
            None => vm.contains(container, element),
        }
    );
    consume(vm, fp, a(ins));
    consume(vm, fp, b(ins));
    if hit as usize == c(ins) { jump(vm, pc, fp) } else { Next { pc: pc.add(1), fp } }
}

/// Mod of a template: an exact str or bytes, with something on the right that has no say; of anything else as
/// `execute` does.
#[inline(never)]
pub(crate) unsafe fn modulo(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let (x, y) = (fp.add(b(ins)), fp.add(c(ins)));
    let plain = !(*y).is_ptr()
        || matches!((*(*y).ptr()).kind(), Kind::Str | Kind::Tuple | Kind::Bytes | Kind::Dict);
    let args = Object::view(y);
    let result = if plain && (*x).is_kind(Kind::Str) {
        save(vm, pc);
        let template = (*x).ptr() as *const Boxed<Str>;
        crate::types::str::percent::format_text(vm, &(*template).payload, args)
    } else if plain && (*x).is_kind(Kind::Bytes) {
        save(vm, pc);
        let template = (*x).ptr() as *const Boxed<Bytes>;
        crate::types::str::percent::format_bytes(vm, (*template).payload.as_slice(), args)
    } else {
        return execute(vm, pc, fp, ins);
    };
    let result = check!(vm, result);
    put_and_consume(vm, fp, ins, result.into_value());
    Next { pc, fp }
}

/// The result of an operator to register a, its operands in b and c dropped if they are temporaries.
#[inline(always)]
unsafe fn put_and_consume(vm: &Vm, fp: *mut Value, ins: u32, result: Value) {
    put(fp.add(a(ins)), result);
    for i in [b(ins), c(ins)] {
        if i != a(ins) {
            consume(vm, fp, i);
        }
    }
}

/// Eq (`wanted`) or Ne of two exact strs; of anything else as `execute` does.
#[inline(never)]
pub(crate) unsafe fn equal(
    vm: &Vm,
    pc: *const u32,
    fp: *mut Value,
    ins: u32,
    wanted: bool,
) -> Next {
    let Some(equal) = equal_strs(*fp.add(b(ins)), *fp.add(c(ins))) else {
        return execute(vm, pc, fp, ins);
    };
    put_and_consume(vm, fp, ins, Value::from_bool(equal == wanted));
    Next { pc, fp }
}

/// JumpEq and its kin on the exact strs in register a and `y` (in register b if `REGISTER`): the jump is taken if
/// their being equal is `wanted`. Of anything else as `execute` does.
#[inline(never)]
pub(crate) unsafe fn jump_equal<const REGISTER: bool>(
    vm: &Vm,
    pc: *const u32,
    fp: *mut Value,
    ins: u32,
    y: Value,
    wanted: bool,
) -> Next {
    let Some(equal) = equal_strs(*fp.add(a(ins)), y) else { return execute(vm, pc, fp, ins) };
    save(vm, pc);
    consume(vm, fp, a(ins));
    if REGISTER {
        consume(vm, fp, b(ins));
    }
    if equal == wanted { jump(vm, pc, fp) } else { Next { pc: pc.add(1), fp } }
}

/// JumpIf (`wanted`) or JumpIfNot of a builtin container, which is true if it is not empty; of anything else as
/// `execute` does.
#[inline(never)]
pub(crate) unsafe fn jump_if(
    vm: &Vm,
    pc: *const u32,
    fp: *mut Value,
    ins: u32,
    wanted: bool,
) -> Next {
    let x = *fp.add(a(ins));
    if !x.is_ptr() {
        return execute(vm, pc, fp, ins);
    }
    let p = x.ptr();
    let empty = match (*p).kind() {
        Kind::Str => (*(p as *const Boxed<Str>)).payload.is_empty(),
        Kind::Bytes => (*(p as *const Boxed<Bytes>)).payload.as_slice().is_empty(),
        Kind::List => (*(p as *const Boxed<List>)).payload.is_empty(),
        Kind::Tuple => (*(p as *const Boxed<Tuple>)).payload.len() == 0,
        Kind::Dict => (*(p as *const Boxed<Dict>)).payload.len() == 0,
        _ => return execute(vm, pc, fp, ins),
    };
    save(vm, pc);
    consume(vm, fp, a(ins));
    if empty != wanted { jump(vm, pc, fp) } else { Next { pc: pc.add(1), fp } }
}

/// Whether two exact strs are equal; None for anything else.
#[inline(always)]
unsafe fn equal_strs(x: Value, y: Value) -> Option<bool> {
    if !x.is_kind(Kind::Str) || !y.is_kind(Kind::Str) {
        return None;
    }
    let (s, t) = (x.ptr() as *const Boxed<Str>, y.ptr() as *const Boxed<Str>);
    Some(x == y || (*s).payload.same_text(&(*t).payload))
}

/// The jump whose distance is the word at `pc`; the eval flags are looked at before one backwards.
#[inline(always)]
unsafe fn jump(vm: &Vm, pc: *const u32, fp: *mut Value) -> Next {
    let distance = *pc as i32 as isize;
    if distance < 0 && vm.flags_set() {
        return interrupted(vm, pc, fp, distance);
    }
    Next { pc: pc.offset(distance), fp }
}

/// BuildList.
#[inline(never)]
pub(crate) unsafe fn build_list(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    save(vm, pc);
    let o = check!(vm, run_ops::build_list(vm, fp.add(b(ins)), c(ins)));
    put(fp.add(a(ins)), o.into_value());
    Next { pc, fp }
}

/// Unpack of a tuple with as many items as asked for, in register b.
#[inline(never)]
pub(crate) unsafe fn unpack_tuple(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let source = *fp.add(b(ins));
    let to = fp.add(a(ins));
    // A temporary that nobody else has stands where its first item goes.
    if a(ins) == b(ins)
        && (1..c(ins)).all(|i| !(*to.add(i)).is_ptr())
        && take_items(source, to, vm.interp())
    {
        return Next { pc, fp };
    }
    incref(source);
    let tuple = &(*(source.ptr() as *const Boxed<Tuple>)).payload;
    for i in 0..c(ins) {
        let v = *tuple.items.add(i);
        incref(v);
        put(to.add(i), v);
    }
    decref(source);
    Next { pc, fp }
}

/// Subscr.
#[inline(never)]
pub(crate) unsafe fn subscript(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let pc = pc.add(1);
    save(vm, pc);
    let (x, key) = (*fp.add(b(ins)), *fp.add(c(ins)));
    let found = match dict_item(x, key) {
        None if x.is_ptr() && key.is_int() => {
            let i = key.int_unchecked();
            if x.is_kind(Kind::Bytes) { run_ops::byte_fast(x, i) } else { run_ops::item_fast(x, i) }
        }
        found => found,
    };
    match found {
        Some(v) => {
            incref(v);
            put(fp.add(a(ins)), v);
        }
        None => {
            let (x, key) = (Object::view(fp.add(b(ins))), Object::view(fp.add(c(ins))));
            let o = check!(vm, run_ops::subscript(vm, x, key));
            put(fp.add(a(ins)), o.into_value());
        }
    }
    if a(ins) != b(ins) {
        consume(vm, fp, b(ins));
    }
    if a(ins) != c(ins) {
        consume(vm, fp, c(ins));
    }
    Next { pc, fp }
}

/// The entry of an exact dict whose key is the very word `key`, a small int or a str: what most look-ups find.
#[inline(always)]
unsafe fn dict_entry<'a>(x: Value, key: Value) -> Option<(&'a Table, u32)> {
    if !x.is_kind(Kind::Dict) {
        return None;
    }
    let table = &(*(x.ptr() as *const Boxed<Dict>)).payload.table;
    let hash = if key.is_int() {
        crate::text::numhash::hash_i64(key.int_unchecked())
    } else if key.is_kind(Kind::Str) {
        (*(key.ptr() as *const Boxed<Str>)).payload.known_hash()?
    } else {
        return None;
    };
    table.find_same(key, hash).map(|i| (table, i))
}

/// The value that `dict_entry` finds, borrowed.
#[inline(always)]
pub(crate) unsafe fn dict_item(x: Value, key: Value) -> Option<Value> {
    dict_entry(x, key).map(|(table, i)| table.value_unchecked(i))
}

/// SubscrSlice.
#[inline(never)]
pub(crate) unsafe fn subscript_slice(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    save(vm, pc);
    let x = Object::view(fp.add(b(ins)));
    let parts = fp.add(c(ins));
    let (start, stop) = (*parts, *parts.add(1));
    let number = |v: Value| if v.is_none() { Some(None) } else { v.as_int().map(Some) };
    let plain = match (number(start), number(stop)) {
        (Some(start), Some(stop)) => run_ops::slice_plain(vm, x, start, stop),
        _ => None,
    };
    let result = match plain {
        Some(r) => r,
        None => {
            run_ops::build_slice(vm, parts, 2).and_then(|slice| run_ops::subscript(vm, x, &slice))
        }
    };
    let o = check!(vm, result);
    put(parts, Value::NULL);
    put(parts.add(1), Value::NULL);
    put(fp.add(a(ins)), o.into_value());
    if a(ins) != b(ins) {
        consume(vm, fp, b(ins));
    }
    Next { pc, fp }
}

/// StoreSubscr.
#[inline(never)]
pub(crate) unsafe fn store_subscript(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let pc = pc.add(1);
    save(vm, pc);
    let view = |i: usize| Object::view(fp.add(i));
    let (x, key, value) = (*fp.add(a(ins)), *fp.add(b(ins)), *fp.add(c(ins)));
    if let Some((table, i)) = dict_entry(x, key) {
        incref(value);
        let old = table.swap_value_unchecked(i, value);
        decref(old);
    } else if x.is_kind(Kind::Dict) {
        let dict = &(*(x.ptr() as *const Boxed<Dict>)).payload;
        let hash = check!(vm, vm.hash(view(b(ins))));
        check!(vm, dict.set_hashed(vm, view(b(ins)), hash, view(c(ins)).clone()));
    } else {
        check!(vm, run_ops::store_subscript(vm, view(a(ins)), view(b(ins)), view(c(ins))));
    }
    if ins as u8 == Op::StoreSubscrTake as u8 {
        put(fp.add(c(ins)), Value::NULL);
    }
    Next { pc, fp }
}
