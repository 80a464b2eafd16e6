//! The loop: fetches instructions and runs the fast paths of the frequent ones. Nothing else lives here;
//! everything else that an instruction does is in `execute`, calls are in `calls`.
//!
//! **Rules.**
//! 1. `(at, fp)` is the whole state of the running frame; every Python value is in a register at every
//!    instruction boundary. `consts` is derived from the frame's code.
//! 2. A fast path either does the whole instruction and continues, or touches nothing and breaks to
//!    `'slow`, where `execute` runs the instruction from its beginning. Nothing here raises.
//! 3. What is called out of line takes `(vm, pc, fp, ins)` with `pc` behind the first word and gives back
//!    the [`Next`] state: no local of the loop lives across such a call, so that all four stay in machine
//!    registers. Only drops of overwritten values are plain calls. `at` stays on the instruction until
//!    the arm is done and is then moved once: a second, advanced pointer would cost moves in every arm.
//! 4. `set!` writes the register first and drops the old occupant after: the drop may run Python, which
//!    sees a consistent window. `at` need not be saved for it: a finaliser's frames do not look below.
//! 5. Eval flags are looked at on calls and back-edges, nowhere else. Fuel is counted there too.
//! 6. Windows never move; a callee's window starts in the caller's temporaries, so arguments are not
//!    copied.
#![expect(unsafe_code, reason = "register access")]

use super::execute::execute;
use super::frame::{Frame, Vm};
use super::next::Next;
use super::{Res, attribute_cache, calls, run_ops, trace};
use crate::bytecode::ops::Op;
use crate::object::header::Header;
use crate::object::object::{Boxed, decref, incref};
use crate::object::*;
use std::hint::cold_path;

/// Run the innermost frame (kind `Entry`, `EntryGenerator` or `Driven`) until it returns (or yields).
#[inline(never)]
pub(crate) fn run(vm: &Vm) -> Res {
    // SAFETY: the frame was set up by `function_call` or `generator`; the code's operands are within its
    // window, constants and words (verified or made by our compiler).
    unsafe {
        let Next { pc: mut at, mut fp } =
            if vm.flags_set() || cfg!(traced_loop) { trace::go_on(vm) } else { Next::resume(vm) };
        let mut consts: *const Value = calls::constants(vm);

        'run: loop {
            let ins = *at;
            // Behind the first word: what is called out of line takes this.
            macro_rules! pc {
                () => {
                    at.add(1)
                };
            }
            // On to the next instruction, `$n` words further.
            macro_rules! next {
                () => {
                    next!(1)
                };
                ($n:expr) => {{
                    at = at.add($n);
                    continue 'run;
                }};
            }
            macro_rules! a {
                () => {
                    (ins >> 8 & 0xff) as usize
                };
            }
            macro_rules! b {
                () => {
                    (ins >> 16 & 0xff) as usize
                };
            }
            macro_rules! c {
                () => {
                    (ins >> 24) as usize
                };
            }
            macro_rules! r {
                ($i:expr) => {
                    *fp.add($i)
                };
            }
            macro_rules! k {
                ($i:expr) => {
                    *consts.add($i)
                };
            }
            macro_rules! set {
                ($i:expr, $v:expr) => {{
                    let v: Value = $v;
                    let p = fp.add($i);
                    let old = *p;
                    *p = v;
                    decref(old);
                }};
            }
            macro_rules! go_on {
                ($next:expr) => {{
                    Next { pc: at, fp } = $next;
                    consts = calls::constants(vm);
                    continue 'run;
                }};
            }
            // The second word as a jump distance.
            macro_rules! jump {
                () => {
                    at = pc!().offset(*pc!() as i32 as isize)
                };
            }
            // The eval flags are looked at before the jump: an interrupt belongs to this instruction and
            // its handlers.
            macro_rules! jump_polled {
                () => {{
                    let distance = *pc!() as i32 as isize;
                    if distance < 0 && vm.flags_set() {
                        cold_path();
                        go_on!(calls::interrupted(vm, pc!(), fp, distance));
                    }
                    at = pc!().offset(distance);
                    continue 'run;
                }};
            }
            macro_rules! branch {
                ($hit:expr) => {{
                    if $hit {
                        jump_polled!();
                    }
                    at = at.add(2);
                    continue 'run;
                }};
            }
            // Both operands small ints or both immediate floats.
            macro_rules! numbers {
                ($y:expr, $ints:expr, $floats:expr) => {{
                    let (x, y): (Value, Value) = (r!(b!()), $y);
                    if Value::both_ints(x, y) {
                        let f: fn(Value, Value) -> Option<Value> = $ints;
                        if let Some(v) = f(x, y) {
                            set!(a!(), v);
                            next!();
                        }
                    } else if Value::both_flonums(x, y) {
                        let f: fn(f64, f64) -> f64 = $floats;
                        if let Some(v) =
                            Value::from_flonum(f(x.flonum_unchecked(), y.flonum_unchecked()))
                        {
                            set!(a!(), v);
                            next!();
                        }
                    }
                }};
            }
            // The same for operators with only an integer fast path.
            macro_rules! integers {
                ($y:expr, $ints:expr) => {{
                    let (x, y): (Value, Value) = (r!(b!()), $y);
                    if Value::both_ints(x, y) {
                        let f: fn(i64, i64) -> Option<Value> = $ints;
                        if let Some(v) = f(x.int_unchecked(), y.int_unchecked()) {
                            set!(a!(), v);
                            next!();
                        }
                    }
                }};
            }
            macro_rules! compare {
                ($int:tt) => {{
                    let (x, y) = (r!(b!()), r!(c!()));
                    if Value::both_ints(x, y) {
                        set!(a!(), Value::from_bool((x.bits() as i64) $int (y.bits() as i64)));
                        next!();
                    }
                    if Value::both_flonums(x, y) {
                        set!(a!(), Value::from_bool(x.flonum_unchecked() $int y.flonum_unchecked()));
                        next!();
                    }
                }};
            }
            // Compare-branch.
            macro_rules! compare_jump {
                ($sense:literal, $int:tt, $y:expr) => {{
                    let (x, y) = (r!(a!()), $y);
                    if Value::both_ints(x, y) {
                        branch!(((x.bits() as i64) $int (y.bits() as i64)) == $sense);
                    }
                    if Value::both_flonums(x, y) {
                        branch!((x.flonum_unchecked() $int y.flonum_unchecked()) == $sense);
                    }
                }};
            }
            // The truth of register a decides a branch.
            macro_rules! branch_on_truth {
                ($sense:expr) => {{
                    let v = r!(a!());
                    if v.is_true() {
                        branch!($sense);
                    } else if v.is_false() || v.is_none() {
                        branch!(!$sense);
                    } else if v.is_int() {
                        branch!((v.int_unchecked() != 0) == $sense);
                    }
                }};
            }
            // Enter a Python function whose arguments lie ready: callee in fp[$base], `$n` arguments behind.
            macro_rules! enter {
                ($base:expr, $code:expr, $n:expr) => {{
                    let code: *const Boxed<Code> = $code;
                    let new_fp = fp.add($base + 1);
                    let frame: *mut Frame = vm.frame.get().add(1);
                    let room = new_fp <= vm.near_limit.get()
                        && frame < vm.frame_limit.get()
                        && !vm.flags_set();
                    if !room {
                        cold_path();
                        go_on!(calls::enter_carefully(vm, at, fp.add($base), $n));
                    }
                    (*frame.sub(1)).pc.set(at);
                    let mut i: usize = $n;
                    while i < (*code).payload.nlocals as usize {
                        *new_fp.add(i) = Value::NULL;
                        i += 1;
                    }
                    fp = new_fp;
                    at = (*code).payload.start();
                    consts = (*code).payload.consts_start();
                    Frame::push_call(frame, code, fp, at, consts);
                    vm.frame.set(frame);
                    continue 'run;
                }};
            }
            // Leave the innermost frame with an owned word.
            macro_rules! leave {
                ($value:expr) => {{
                    let value: Value = $value;
                    let frame: *mut Frame = vm.frame.get();
                    if !(*frame).is_plain_call() {
                        go_on!(calls::leave(vm, pc!(), value));
                    }
                    let n = (*(*frame).code).payload.nlocals as usize;
                    let mut p = fp;
                    let end = fp.add(n);
                    while p < end {
                        let v = *p;
                        if v.is_ptr() {
                            *p = Value::NULL;
                            decref(v);
                        }
                        p = p.add(1);
                    }
                    let caller = frame.sub(1);
                    vm.frame.set(caller);
                    let place = fp.sub(1);
                    let function = *place;
                    *place = value;
                    fp = (*caller).fp;
                    at = (*caller).pc.get();
                    consts = (*caller).consts;
                    decref(function);
                    continue 'run;
                }};
            }
            // The object in a register, if its class has the version in the first cache word.
            macro_rules! cached_class {
                ($slow:lifetime, $v:expr) => {{
                    let v: Value = $v;
                    if !v.is_ptr() || (*(*v.ptr()).ty.get()).payload.version.get() != *at.add(2) {
                        break $slow;
                    }
                    v.ptr()
                }};
            }
            // The item of an exact list or tuple, if the index is one of its.
            macro_rules! item {
                ($index:expr) => {{
                    let (x, i): (Value, Value) = (r!(b!()), $index);
                    if i.is_int() && x.is_ptr() {
                        if let Some(v) = run_ops::item_fast(x, i.int_unchecked()) {
                            incref(v);
                            at = at.add(2);
                            set!(a!(), v);
                            continue 'run;
                        }
                    }
                }};
            }
            // Where StoreAttr writes: a set slot, the next one in order of a fresh instance, or a word of
            // `__slots__`.
            macro_rules! attribute_place {
                ($slow:lifetime, $p:expr) => {{
                    let p: *mut Header = $p;
                    let word = *at.add(3);
                    let place = (p as *mut u8).add((word & 0xffff) as usize) as *mut Value;
                    if (*place).is_null() && word & attribute_cache::MEMBER == 0 {
                        if (*p).aux.get() as u32 != word >> 16 || (*p).kind() != Kind::Instance {
                            break $slow;
                        }
                        (*p).aux.set((word >> 16) as u16 + 1);
                    }
                    place
                }};
            }
            // The object in the last two cache words, borrowed from the class.
            macro_rules! cached_object {
                () => {
                    attribute_cache::cached_object(pc!())
                };
            }

            'slow: {
                // SAFETY: the word was emitted by our compiler.
                match std::mem::transmute::<u8, Op>(ins as u8) {
                    Op::Nop => next!(),
                    Op::Move => {
                        let v = r!(b!());
                        incref(v);
                        set!(a!(), v);
                        next!();
                    }
                    Op::Take => {
                        let v = std::mem::replace(&mut *fp.add(b!()), Value::NULL);
                        set!(a!(), v);
                        next!();
                    }
                    Op::Drop => {
                        let v = std::mem::replace(&mut *fp.add(a!()), Value::NULL);
                        decref(v);
                        next!();
                    }
                    Op::LoadK => {
                        let v = k!((ins >> 16) as usize);
                        incref(v);
                        set!(a!(), v);
                        next!();
                    }
                    Op::LoadInt => {
                        set!(a!(), Value::small((ins >> 16) as u8 as i8 as i32));
                        next!();
                    }
                    Op::LoadNone => {
                        set!(a!(), Value::NONE);
                        next!();
                    }
                    Op::LoadNull => {
                        set!(a!(), Value::NULL);
                        next!();
                    }
                    Op::CheckLocal => {
                        if r!(a!()).is_null() {
                            break 'slow;
                        }
                        next!();
                    }

                    Op::LoadCell => {
                        let v =
                            (*(r!(b!()).ptr() as *const Boxed<CellObject>)).payload.value.peek();
                        if v.is_null() {
                            break 'slow;
                        }
                        incref(v);
                        set!(a!(), v);
                        next!();
                    }
                    Op::StoreCell => {
                        let v = r!(b!());
                        incref(v);
                        let cell = &(*(r!(a!()).ptr() as *const Boxed<CellObject>)).payload;
                        let old = cell.value.0.replace(v);
                        decref(old);
                        next!();
                    }
                    Op::LoadFree => {
                        let v = (*run_ops::free_cell(fp, b!())).payload.value.peek();
                        if v.is_null() {
                            break 'slow;
                        }
                        incref(v);
                        set!(a!(), v);
                        next!();
                    }
                    Op::StoreFree => {
                        let v = r!(b!());
                        incref(v);
                        let old = (*run_ops::free_cell(fp, a!())).payload.value.0.replace(v);
                        decref(old);
                        next!();
                    }

                    Op::LoadGlobalOwn => {
                        let function = &(*((*fp.sub(1)).ptr() as *const Boxed<Function>)).payload;
                        let table = &function.globals.table;
                        if table.version.get() != *at.add(2) {
                            break 'slow;
                        }
                        let v = *(at.add(3) as *const *const Value).read_unaligned();
                        at = at.add(5);
                        incref(v);
                        set!(a!(), v);
                        continue 'run;
                    }
                    Op::LoadGlobalBuiltin => {
                        let function = &(*((*fp.sub(1)).ptr() as *const Boxed<Function>)).payload;
                        let table = &function.builtins.table;
                        if function.globals.table.version.get() != *at.add(2)
                            || table.version.get() != *at.add(3)
                        {
                            break 'slow;
                        }
                        let v = table.value_unchecked(*at.add(4));
                        at = at.add(5);
                        incref(v);
                        set!(a!(), v);
                        continue 'run;
                    }

                    Op::Add => {
                        numbers!(r!(c!()), Value::add_ints, |x, y| x + y);
                        go_on!(calls::add(vm, pc!(), fp, ins));
                    }
                    Op::JumpIn => go_on!(calls::jump_in(vm, pc!(), fp, ins)),
                    Op::Sub => numbers!(r!(c!()), Value::sub_ints, |x, y| x - y),
                    Op::Mul => numbers!(r!(c!()), Value::mul_ints, |x, y| x * y),
                    Op::AddK => numbers!(k!(c!()), Value::add_ints, |x, y| x + y),
                    Op::SubK => numbers!(k!(c!()), Value::sub_ints, |x, y| x - y),
                    Op::MulK => numbers!(k!(c!()), Value::mul_ints, |x, y| x * y),
                    Op::TrueDiv => numbers!(r!(c!()), run_ops::div_ints, run_ops::div_floats),
                    Op::TrueDivK => numbers!(k!(c!()), run_ops::div_ints, run_ops::div_floats),
                    Op::FloorDiv => integers!(r!(c!()), run_ops::floor_div),
                    Op::FloorDivK => integers!(k!(c!()), run_ops::floor_div),
                    Op::Mod => {
                        integers!(r!(c!()), run_ops::modulo);
                        go_on!(calls::modulo(vm, pc!(), fp, ins));
                    }
                    Op::ModK => integers!(k!(c!()), run_ops::modulo),
                    Op::PowK => numbers!(k!(c!()), run_ops::power_values, run_ops::square),
                    Op::LShift => integers!(r!(c!()), run_ops::shift_left),
                    Op::LShiftK => integers!(k!(c!()), run_ops::shift_left),
                    Op::RShift => integers!(r!(c!()), run_ops::shift_right),
                    Op::RShiftK => integers!(k!(c!()), run_ops::shift_right),
                    Op::BitAnd => integers!(r!(c!()), |x, y| Value::from_int(x & y)),
                    Op::BitAndK => integers!(k!(c!()), |x, y| Value::from_int(x & y)),
                    Op::BitOr => integers!(r!(c!()), |x, y| Value::from_int(x | y)),
                    Op::BitOrK => integers!(k!(c!()), |x, y| Value::from_int(x | y)),
                    Op::BitXor => integers!(r!(c!()), |x, y| Value::from_int(x ^ y)),
                    Op::BitXorK => integers!(k!(c!()), |x, y| Value::from_int(x ^ y)),
                    Op::IAdd => numbers!(r!(c!()), Value::add_ints, |x, y| x + y),
                    Op::ISub => numbers!(r!(c!()), Value::sub_ints, |x, y| x - y),
                    Op::IMul => numbers!(r!(c!()), Value::mul_ints, |x, y| x * y),
                    Op::IAddK => numbers!(k!(c!()), Value::add_ints, |x, y| x + y),
                    Op::ISubK => numbers!(k!(c!()), Value::sub_ints, |x, y| x - y),
                    Op::IMulK => numbers!(k!(c!()), Value::mul_ints, |x, y| x * y),
                    Op::ITrueDiv => numbers!(r!(c!()), run_ops::div_ints, run_ops::div_floats),
                    Op::IFloorDiv => integers!(r!(c!()), run_ops::floor_div),
                    Op::IMod => integers!(r!(c!()), run_ops::modulo),
                    Op::ILShift => integers!(r!(c!()), run_ops::shift_left),
                    Op::IRShift => integers!(r!(c!()), run_ops::shift_right),
                    Op::IBitAnd => integers!(r!(c!()), |x, y| Value::from_int(x & y)),
                    Op::IBitOr => integers!(r!(c!()), |x, y| Value::from_int(x | y)),
                    Op::IBitXor => integers!(r!(c!()), |x, y| Value::from_int(x ^ y)),
                    Op::Neg => {
                        let v = r!(b!());
                        if v.is_int() {
                            if let Some(n) = Value::sub_ints(Value::small(0), v) {
                                set!(a!(), n);
                                next!();
                            }
                        } else if v.is_flonum() {
                            if let Some(n) = Value::from_flonum(-v.flonum_unchecked()) {
                                set!(a!(), n);
                                next!();
                            }
                        }
                    }
                    Op::Not => {
                        let v = r!(b!());
                        if v.is_bool() {
                            set!(a!(), Value::from_bool(v.is_false()));
                            next!();
                        }
                    }

                    Op::Lt => compare!(<),
                    Op::Le => compare!(<=),
                    Op::Eq => {
                        compare!(==);
                        go_on!(calls::equal(vm, pc!(), fp, ins, true));
                    }
                    Op::Ne => {
                        compare!(!=);
                        go_on!(calls::equal(vm, pc!(), fp, ins, false));
                    }
                    Op::Gt => compare!(>),
                    Op::Ge => compare!(>=),

                    Op::Jump => jump_polled!(),
                    Op::JumpIf => {
                        branch_on_truth!(true);
                        go_on!(calls::jump_if(vm, pc!(), fp, ins, true));
                    }
                    Op::JumpIfNot => {
                        branch_on_truth!(false);
                        go_on!(calls::jump_if(vm, pc!(), fp, ins, false));
                    }
                    Op::JumpLt => compare_jump!(true, <, r!(b!())),
                    Op::JumpNotLt => compare_jump!(false, <, r!(b!())),
                    Op::JumpLe => compare_jump!(true, <=, r!(b!())),
                    Op::JumpNotLe => compare_jump!(false, <=, r!(b!())),
                    Op::JumpEq => {
                        compare_jump!(true, ==, r!(b!()));
                        let y = r!(b!());
                        go_on!(calls::jump_equal::<true>(vm, pc!(), fp, ins, y, true));
                    }
                    Op::JumpNotEq => {
                        compare_jump!(false, ==, r!(b!()));
                        let y = r!(b!());
                        go_on!(calls::jump_equal::<true>(vm, pc!(), fp, ins, y, false));
                    }
                    Op::JumpNe => {
                        compare_jump!(true, !=, r!(b!()));
                        let y = r!(b!());
                        go_on!(calls::jump_equal::<true>(vm, pc!(), fp, ins, y, false));
                    }
                    Op::JumpNotNe => compare_jump!(false, !=, r!(b!())),
                    Op::JumpGt => compare_jump!(true, >, r!(b!())),
                    Op::JumpNotGt => compare_jump!(false, >, r!(b!())),
                    Op::JumpGe => compare_jump!(true, >=, r!(b!())),
                    Op::JumpNotGe => compare_jump!(false, >=, r!(b!())),
                    Op::JumpLtK => compare_jump!(true, <, k!(b!())),
                    Op::JumpNotLtK => compare_jump!(false, <, k!(b!())),
                    Op::JumpLeK => compare_jump!(true, <=, k!(b!())),
                    Op::JumpNotLeK => compare_jump!(false, <=, k!(b!())),
                    Op::JumpEqK => {
                        compare_jump!(true, ==, k!(b!()));
                        let y = k!(b!());
                        go_on!(calls::jump_equal::<false>(vm, pc!(), fp, ins, y, true));
                    }
                    Op::JumpNotEqK => {
                        compare_jump!(false, ==, k!(b!()));
                        let y = k!(b!());
                        go_on!(calls::jump_equal::<false>(vm, pc!(), fp, ins, y, false));
                    }
                    Op::JumpNeK => {
                        compare_jump!(true, !=, k!(b!()));
                        let y = k!(b!());
                        go_on!(calls::jump_equal::<false>(vm, pc!(), fp, ins, y, false));
                    }
                    Op::JumpNotNeK => compare_jump!(false, !=, k!(b!())),
                    Op::JumpGtK => compare_jump!(true, >, k!(b!())),
                    Op::JumpNotGtK => compare_jump!(false, >, k!(b!())),
                    Op::JumpGeK => compare_jump!(true, >=, k!(b!())),
                    Op::JumpNotGeK => compare_jump!(false, >=, k!(b!())),

                    Op::LoadAttrSlot => {
                        let p = cached_class!('slow, r!(b!()));
                        let v = *((p as *const u8).add(*at.add(3) as usize) as *const Value);
                        // (The null test last: objects, which need the count, are known not to be null.)
                        if !v.is_ptr() {
                            if v.is_null() {
                                cold_path();
                                break 'slow;
                            }
                            set!(a!(), v);
                            next!(6);
                        }
                        incref(v);
                        set!(a!(), v);
                        next!(6);
                    }
                    Op::LoadAttrClass => {
                        let p = cached_class!('slow, r!(b!()));
                        if (*p).kind() == Kind::DictInstance {
                            break 'slow;
                        }
                        let v = *(at.add(4) as *const *const Value).read_unaligned();
                        at = at.add(6);
                        incref(v);
                        set!(a!(), v);
                        continue 'run;
                    }
                    Op::StoreAttrSlot => {
                        let p = cached_class!('slow, r!(a!()));
                        let place = attribute_place!('slow, p);
                        let old = *place;
                        let new = r!(b!());
                        incref(new);
                        *place = new;
                        at = at.add(4);
                        decref(old);
                        continue 'run;
                    }
                    Op::StoreAttrSlotTake => {
                        let p = cached_class!('slow, r!(a!()));
                        let place = attribute_place!('slow, p);
                        let old = *place;
                        *place = std::mem::replace(&mut *fp.add(b!()), Value::NULL);
                        at = at.add(4);
                        decref(old);
                        continue 'run;
                    }

                    Op::SubscrKept => {
                        item!(r!(c!()));
                        go_on!(calls::subscript(vm, pc!(), fp, ins));
                    }
                    Op::SubscrKKept => item!(k!(c!())),
                    Op::SubscrSlice => go_on!(calls::subscript_slice(vm, pc!(), fp, ins)),
                    Op::Subscr => go_on!(calls::subscript(vm, pc!(), fp, ins)),
                    Op::StoreSubscr => {
                        if let Some(place) = run_ops::list_place(r!(a!()), r!(b!())) {
                            let v = r!(c!());
                            incref(v);
                            let old = std::mem::replace(&mut *place, v);
                            at = at.add(2);
                            decref(old);
                            continue 'run;
                        }
                        go_on!(calls::store_subscript(vm, pc!(), fp, ins));
                    }
                    Op::StoreSubscrTake => {
                        if let Some(place) = run_ops::list_place(r!(a!()), r!(b!())) {
                            let v = std::mem::replace(&mut *fp.add(c!()), Value::NULL);
                            let old = std::mem::replace(&mut *place, v);
                            at = at.add(2);
                            decref(old);
                            continue 'run;
                        }
                        go_on!(calls::store_subscript(vm, pc!(), fp, ins));
                    }
                    Op::StoreSubscrKTake => {
                        if let Some(place) = run_ops::list_place(r!(a!()), k!(b!())) {
                            let v = std::mem::replace(&mut *fp.add(c!()), Value::NULL);
                            let old = std::mem::replace(&mut *place, v);
                            at = at.add(2);
                            decref(old);
                            continue 'run;
                        }
                    }
                    Op::ListAppendTake => {
                        let list = &(*(r!(a!()).ptr() as *const Boxed<List>)).payload;
                        let v = r!(b!());
                        if !list.has_room() {
                            break 'slow;
                        }
                        r!(b!()) = Value::NULL;
                        list.push_unchecked(v);
                        next!();
                    }

                    Op::SetAdd => go_on!(calls::set_add(vm, pc!(), fp, ins)),
                    Op::DictSet => go_on!(calls::dict_set(vm, pc!(), fp, ins)),

                    Op::ForIter => {
                        if vm.flags_set() {
                            cold_path();
                            go_on!(calls::for_interrupted(vm, pc!(), fp, ins));
                        }
                        let it = r!(b!());
                        // Only iterators of the three kinds below, and others, get here: never an immediate.
                        match (*it.ptr()).kind() {
                            Kind::RangeIter => {
                                let range = &(*(it.ptr() as *const Boxed<RangeIter>)).payload;
                                let left = range.left.get();
                                if left != 0 {
                                    let now = range.next.get();
                                    range.left.set(left - 1);
                                    range.next.set(now.wrapping_add(range.step));
                                    jump!();
                                    set!(a!(), Value::from_bits((now << 1) as u64 | 1));
                                    continue 'run;
                                }
                            }
                            Kind::ListIter => {
                                let li = &(*(it.ptr() as *const Boxed<ListIter>)).payload;
                                let list = li.list.peek();
                                if !list.is_null() {
                                    let l = &(*(list.ptr() as *const Boxed<List>)).payload;
                                    let i = li.index.get();
                                    if i < l.len.get() {
                                        let v = *l.items.get().add(i);
                                        li.index.set(i + 1);
                                        incref(v);
                                        jump!();
                                        set!(a!(), v);
                                        continue 'run;
                                    }
                                }
                            }
                            Kind::TupleIter => {
                                let ti = &(*(it.ptr() as *const Boxed<TupleIter>)).payload;
                                let tuple = ti.tuple.peek();
                                if !tuple.is_null() {
                                    let t = &(*(tuple.ptr() as *const Boxed<Tuple>)).payload;
                                    let i = ti.index.get();
                                    if i < t.len.get() {
                                        let v = *t.items.add(i);
                                        ti.index.set(i + 1);
                                        incref(v);
                                        jump!();
                                        set!(a!(), v);
                                        continue 'run;
                                    }
                                }
                            }
                            Kind::Generator => go_on!(calls::for_generator(vm, pc!(), fp, ins)),
                            _ => {}
                        }
                        go_on!(calls::for_next(vm, pc!(), fp, ins));
                    }
                    Op::ForTuple => {
                        if vm.flags_set() {
                            cold_path();
                            go_on!(calls::for_interrupted(vm, pc!(), fp, ins));
                        }
                        let tuple = k!(*at.add(2) as usize);
                        let t = &(*(tuple.ptr() as *const Boxed<Tuple>)).payload;
                        // (Anything but a positive int is beyond all lengths, or an index all the same.)
                        let i = (r!(b!()).bits() >> 1) as usize;
                        if i >= t.len.get() {
                            break 'slow;
                        }
                        let v = *t.items.add(i);
                        r!(b!()) = Value::from_bits((i as u64 + 1) << 1 | 1);
                        incref(v);
                        jump!();
                        set!(a!(), v);
                        continue 'run;
                    }
                    Op::GetIter => go_on!(calls::get_iter(vm, pc!(), fp, ins)),
                    Op::BuildTuple => go_on!(calls::build_tuple(vm, pc!(), fp, ins)),
                    Op::BuildList => go_on!(calls::build_list(vm, pc!(), fp, ins)),
                    Op::Unpack => {
                        let v = r!(b!());
                        if !v.is_kind(Kind::Tuple) {
                            break 'slow;
                        }
                        let tuple = &(*(v.ptr() as *const Boxed<Tuple>)).payload;
                        let n = c!();
                        if tuple.len.get() != n {
                            break 'slow;
                        }
                        go_on!(calls::unpack_tuple(vm, pc!(), fp, ins));
                    }

                    Op::Call => {
                        let f = r!(a!());
                        if f.is_kind(Kind::Function) {
                            let code =
                                (*(f.ptr() as *const Boxed<Function>)).payload.code().as_ptr();
                            if (*code).payload.direct_args as usize == b!() {
                                at = at.add(3);
                                enter!(a!(), code, b!());
                            }
                        }
                        go_on!(calls::call(vm, pc!(), fp, ins));
                    }
                    Op::CallMethodOwn => {
                        let p = cached_class!('slow, r!(a!() + 1));
                        if (*p).kind() == Kind::DictInstance {
                            break 'slow;
                        }
                        let f = cached_object!();
                        let code = (*(f.ptr() as *const Boxed<Function>)).payload.code().as_ptr();
                        if (*code).payload.direct_args as usize != b!() + 1 {
                            break 'slow;
                        }
                        at = at.add(6);
                        // Free of pointers: the compiler keeps the callee's place of a method call empty.
                        incref(f);
                        r!(a!()) = f;
                        enter!(a!(), code, b!() + 1);
                    }
                    Op::CallMethodNative => {
                        let p = cached_class!('slow, r!(a!() + 1));
                        if (*p).kind() == Kind::DictInstance {
                            break 'slow;
                        }
                        go_on!(calls::call_method_native(vm, pc!(), fp, ins));
                    }
                    Op::CallMethodClass => go_on!(calls::call_method_class(vm, pc!(), fp, ins)),
                    Op::LoadMethodOwn => {
                        let p = cached_class!('slow, r!(a!() + 1));
                        if (*p).kind() == Kind::DictInstance {
                            break 'slow;
                        }
                        let f = cached_object!();
                        at = at.add(6);
                        incref(f);
                        set!(a!(), f);
                        continue 'run;
                    }
                    Op::CallLoaded => {
                        let f = r!(a!());
                        if f.is_kind(Kind::Function) && !r!(a!() + 1).is_null() {
                            let code =
                                (*(f.ptr() as *const Boxed<Function>)).payload.code().as_ptr();
                            if (*code).payload.direct_args as usize == b!() + 1 {
                                at = at.add(3);
                                enter!(a!(), code, b!() + 1);
                            }
                        }
                        go_on!(calls::call_loaded(vm, pc!(), fp, ins));
                    }
                    Op::Return => {
                        leave!(std::mem::replace(&mut *fp.add(a!()), Value::NULL));
                    }
                    Op::ReturnNone => leave!(Value::NONE),
                    Op::MakeGenerator => go_on!(calls::make_generator(vm, pc!())),
                    Op::Yield => go_on!(calls::yield_value(vm, pc!(), fp, ins)),
                    Op::GetAwaitable => go_on!(calls::get_awaitable(vm, pc!(), fp, ins)),
                    Op::Send => go_on!(calls::send(vm, pc!(), fp, ins)),

                    Op::Exit => {
                        if a!() == 1 {
                            go_on!(trace::run(vm));
                        }
                        return match vm.outcome.take() {
                            Some(o) => Ok(o),
                            None => Err(vm.in_flight()),
                        };
                    }
                    // The rest is in `execute`. Named one by one: a wildcard would cost a range check at every
                    // instruction.
                    Op::LoadKFar
                    | Op::LoadFar
                    | Op::StoreFar
                    | Op::TakeFar
                    | Op::DelFar
                    | Op::DelLocal
                    | Op::MakeCell
                    | Op::DelCell
                    | Op::DelFree
                    | Op::LoadClosure
                    | Op::LoadClassFree
                    | Op::LoadGlobal
                    | Op::StoreGlobal
                    | Op::DelGlobal
                    | Op::LoadName
                    | Op::StoreName
                    | Op::DelName
                    | Op::Pow
                    | Op::MatMul
                    | Op::IPow
                    | Op::IMatMul
                    | Op::Pos
                    | Op::Invert
                    | Op::Is
                    | Op::IsNot
                    | Op::In
                    | Op::NotIn
                    | Op::JumpIfNone
                    | Op::JumpIfNotNone
                    | Op::JumpIfKeep
                    | Op::JumpIfNotKeep
                    | Op::JumpIs
                    | Op::LoadAttr
                    | Op::LoadAttrProperty
                    | Op::StoreAttr
                    | Op::StoreAttrTake
                    | Op::DelAttr
                    | Op::SubscrK
                    | Op::StoreSubscrK
                    | Op::DelSubscr
                    | Op::LoadSuperMethod
                    | Op::BuildSet
                    | Op::BuildDict
                    | Op::BuildConstKeyDict
                    | Op::BuildString
                    | Op::BuildSlice
                    | Op::ListAppend
                    | Op::ListExtend
                    | Op::SetUpdate
                    | Op::DictUpdate
                    | Op::DictMerge
                    | Op::ListToTuple
                    | Op::UnpackEx
                    | Op::Format
                    | Op::GetYieldFromIter
                    | Op::CallMethod
                    | Op::LoadMethod
                    | Op::CallKw
                    | Op::CallMethodKw
                    | Op::CallEx
                    | Op::AsyncYield
                    | Op::GetAiter
                    | Op::GetAnext
                    | Op::EndAsyncFor
                    | Op::PushExc
                    | Op::PopExc
                    | Op::SetHandled
                    | Op::Reraise
                    | Op::JumpIfNotExc
                    | Op::MatchExcGroup
                    | Op::PrepReraiseStar
                    | Op::Raise
                    | Op::RaiseAssert
                    | Op::BeforeWith
                    | Op::BeforeAsyncWith
                    | Op::WithExceptStart
                    | Op::MakeFunction
                    | Op::LoadBuildClass
                    | Op::SetupAnnotations
                    | Op::ImportName
                    | Op::ImportFrom
                    | Op::ImportStar
                    | Op::JumpIfNotSequence
                    | Op::JumpIfNotMapping
                    | Op::GetLen
                    | Op::MatchKeys
                    | Op::MatchClass
                    | Op::CopyDictWithoutKeys
                    | Op::PrintExpr
                    | Op::LoadBody => {}
                }
            }
            go_on!(execute(vm, pc!(), fp, ins));
        }
    }
}
