//! The loop: fetches instructions and runs them. Nothing else lives here; what takes more than a few
//! lines is called out of line.
//!
//! **Rules.**
//! 1. `(pc, fp, frame)` is the whole state of the running frame; every Python value is in a register at
//!    every instruction boundary. `consts` is derived from the frame's code.
//! 2. `save!()` stores `pc` in the frame before anything that may raise, run Python or look at frames. In
//!    a frame `pc` points behind the instruction's words (or at one of them): any word of an instruction
//!    maps to its source span.
//! 3. `set!` writes the register first and drops the old occupant after: the drop may run Python, which
//!    sees a consistent window.
//! 4. A pointer operand popped by a consuming instruction is dropped by it (`consume!`), after the result
//!    is written.
//! 5. Eval flags are looked at on calls and back-edges, nowhere else. Fuel is counted there too.
//! 6. Windows never move; a callee's window starts in the caller's temporaries, so arguments are not
//!    copied.
#![expect(unsafe_code, reason = "register access")]

use super::frame::{Frame, FrameKind, Vm, clear_registers};
use super::{Raised, Res, attribute_cache, function_call, generator, run_ops, unwind};
use crate::bytecode::ops::{FAR_BASE, Op};
use crate::object::object::{Boxed, decref, incref};
use crate::object::*;

/// Run the innermost frame (kind `Entry` or `EntryGenerator`) until it returns (or yields).
#[inline(never)]
pub(crate) fn run(vm: &Vm) -> Res {
    // SAFETY: the frame was set up by `function_call` or `generator`; the code's operands are within its
    // window, constants and words (verified or made by our compiler).
    unsafe {
        macro_rules! frame {
            () => {
                vm.frame.get()
            };
        }
        let mut fp: *mut Value = (*frame!()).fp;
        let mut pc: *const u32 = (*frame!()).pc.get();
        let mut consts: *const Value = (*(*frame!()).code).payload.consts.as_ptr() as *const Value;

        macro_rules! reload {
            () => {{
                let frame: *mut Frame = vm.frame.get();
                fp = (*frame).fp;
                pc = (*frame).pc.get();
                consts = (*(*frame).code).payload.consts.as_ptr() as *const Value;
            }};
        }

        'raise: loop {
            let raised: Raised = 'run: loop {
                let ins = *pc;
                pc = pc.add(1);
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
                macro_rules! save {
                    () => {
                        (*frame!()).pc.set(pc)
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
                macro_rules! nlocals {
                    () => {
                        (*(*frame!()).code).payload.nlocals as usize
                    };
                }
                macro_rules! consume {
                    ($i:expr, $dst:expr) => {{
                        let i = $i;
                        if i != $dst && i >= nlocals!() {
                            let v = std::mem::replace(&mut *fp.add(i), Value::NULL);
                            decref(v);
                        }
                    }};
                }
                macro_rules! view {
                    ($i:expr) => {
                        Object::view(fp.add($i))
                    };
                }
                macro_rules! kview {
                    ($i:expr) => {
                        Object::view(consts.add($i))
                    };
                }
                macro_rules! check {
                    ($e:expr) => {
                        match $e {
                            Ok(v) => v,
                            Err(e) => {
                                std::hint::cold_path();
                                break 'run e;
                            }
                        }
                    };
                }
                // The word at `pc` as a jump distance.
                macro_rules! jump {
                    () => {
                        pc = pc.offset(*pc as i32 as isize)
                    };
                }
                macro_rules! back_edge {
                    () => {
                        if vm.flags_set() {
                            save!();
                            check!(super::call::handle_flags(vm));
                        }
                    };
                }
                macro_rules! jump_polled {
                    () => {{
                        let distance = *pc as i32;
                        // Before the jump: an interrupt belongs to this instruction and its handlers.
                        if distance < 0 {
                            back_edge!();
                        }
                        pc = pc.offset(distance as isize);
                    }};
                }
                // Both operands small ints or both immediate floats: the whole instruction.
                macro_rules! numbers {
                    ($x:expr, $y:expr, $ints:expr, $floats:expr) => {{
                        let (x, y): (Value, Value) = ($x, $y);
                        if Value::both_ints(x, y) {
                            let f: fn(Value, Value) -> Option<Value> = $ints;
                            if let Some(v) = f(x, y) {
                                set!(a!(), v);
                                continue 'run;
                            }
                        } else if x.is_flonum() && y.is_flonum() {
                            let f: fn(f64, f64) -> f64 = $floats;
                            if let Some(v) =
                                Value::from_flonum(f(x.flonum_unchecked(), y.flonum_unchecked()))
                            {
                                set!(a!(), v);
                                continue 'run;
                            }
                        }
                    }};
                }
                // The same for operators with only an integer fast path.
                macro_rules! integers {
                    ($x:expr, $y:expr, $ints:expr) => {{
                        let (x, y): (Value, Value) = ($x, $y);
                        if Value::both_ints(x, y) {
                            let f: fn(i64, i64) -> Option<Value> = $ints;
                            if let Some(v) = f(x.int_unchecked(), y.int_unchecked()) {
                                set!(a!(), v);
                                continue 'run;
                            }
                        }
                    }};
                }
                // Any operands: the result to a, the register operands consumed ($creg: None for a constant).
                macro_rules! operate {
                    ($result:expr, $creg:expr) => {{
                        save!();
                        let o = check!($result);
                        set!(a!(), o.into_value());
                        consume!(b!(), a!());
                        if let Some(i) = $creg {
                            consume!(i, a!());
                        }
                    }};
                }
                macro_rules! arith {
                    ($op:expr, $ints:expr, $floats:expr, $y:expr, $yobj:expr, $creg:expr) => {{
                        numbers!(r!(b!()), $y, $ints, $floats);
                        operate!(run_ops::binary(vm, $op, view!(b!()), $yobj), $creg)
                    }};
                }
                macro_rules! arith_rr {
                    ($op:expr, $ints:expr, $floats:expr) => {
                        arith!($op, $ints, $floats, r!(c!()), view!(c!()), Some(c!()))
                    };
                }
                macro_rules! arith_rk {
                    ($op:expr, $ints:expr, $floats:expr) => {
                        arith!($op, $ints, $floats, k!(c!()), kview!(c!()), None::<usize>)
                    };
                }
                macro_rules! int_op {
                    ($op:expr, $ints:expr, $y:expr, $yobj:expr, $creg:expr) => {{
                        integers!(r!(b!()), $y, $ints);
                        operate!(run_ops::binary(vm, $op, view!(b!()), $yobj), $creg)
                    }};
                }
                macro_rules! int_rr {
                    ($op:expr, $ints:expr) => {
                        int_op!($op, $ints, r!(c!()), view!(c!()), Some(c!()))
                    };
                }
                macro_rules! int_rk {
                    ($op:expr, $ints:expr) => {
                        int_op!($op, $ints, k!(c!()), kview!(c!()), None::<usize>)
                    };
                }
                macro_rules! inplace {
                    ($op:expr) => {
                        operate!(run_ops::inplace(vm, $op, fp, a!(), b!(), c!()), Some(c!()))
                    };
                }
                macro_rules! arith_inplace {
                    ($op:expr, $ints:expr, $floats:expr) => {{
                        numbers!(r!(b!()), r!(c!()), $ints, $floats);
                        inplace!($op)
                    }};
                }
                macro_rules! arith_inplace_k {
                    ($op:expr, $ints:expr, $floats:expr) => {{
                        numbers!(r!(b!()), k!(c!()), $ints, $floats);
                        operate!(vm.inplace($op, view!(b!()), kview!(c!())), None::<usize>)
                    }};
                }
                macro_rules! int_inplace {
                    ($op:expr, $ints:expr) => {{
                        integers!(r!(b!()), r!(c!()), $ints);
                        inplace!($op)
                    }};
                }
                macro_rules! compare {
                    ($op:expr, $int:tt) => {{
                        let (x, y) = (r!(b!()), r!(c!()));
                        if Value::both_ints(x, y) {
                            set!(a!(), Value::from_bool((x.bits() as i64) $int (y.bits() as i64)));
                        } else if x.is_flonum() && y.is_flonum() {
                            set!(a!(), Value::from_bool(x.flonum_unchecked() $int y.flonum_unchecked()));
                        } else {
                            save!();
                            let o = check!(run_ops::compare(vm, view!(b!()), view!(c!()), $op));
                            set!(a!(), o.into_value());
                            consume!(b!(), a!());
                            consume!(c!(), a!());
                        }
                    }};
                }
                // Compare-branch: jump when the result is the sense in c.
                macro_rules! compare_jump {
                    ($op:expr, $int:tt, $y:expr, $yobj:expr, $creg:expr) => {{
                        let (x, y) = (r!(a!()), $y);
                        let hit = if Value::both_ints(x, y) {
                            (x.bits() as i64) $int (y.bits() as i64)
                        } else if x.is_flonum() && y.is_flonum() {
                            x.flonum_unchecked() $int y.flonum_unchecked()
                        } else {
                            save!();
                            let hit = check!(run_ops::compare_bool(vm, view!(a!()), $yobj, $op));
                            consume!(a!(), usize::MAX);
                            if let Some(i) = $creg {
                                consume!(i, usize::MAX);
                            }
                            hit
                        };
                        if hit as usize == c!() { jump_polled!() } else { pc = pc.add(1) }
                    }};
                }
                macro_rules! cj_rr {
                    ($op:expr, $int:tt) => {
                        compare_jump!($op, $int, r!(b!()), view!(b!()), Some(b!()))
                    };
                }
                macro_rules! cj_rk {
                    ($op:expr, $int:tt) => {
                        compare_jump!($op, $int, k!(b!()), kview!(b!()), None::<usize>)
                    };
                }
                // Truth of register a.
                macro_rules! truth {
                    () => {{
                        let v = r!(a!());
                        if v.is_true() {
                            true
                        } else if v.is_false() || v.is_none() {
                            false
                        } else if v.is_int() {
                            v.int_unchecked() != 0
                        } else {
                            save!();
                            let t = check!(vm.truth(view!(a!())));
                            consume!(a!(), usize::MAX);
                            t
                        }
                    }};
                }
                // Enter a Python function whose arguments lie ready: callee in fp[$base], `$n` arguments behind.
                macro_rules! enter {
                    ($base:expr, $code:expr, $n:expr) => {{
                        let code: *const Boxed<Code> = $code;
                        let n: usize = $n;
                        let new_fp = fp.add($base + 1);
                        let frame: *mut Frame = vm.frame.get();
                        (*frame).pc.set(pc);
                        let new_frame = frame.add(1);
                        if new_fp.add((*code).payload.nregs as usize) > vm.high.get()
                            || new_frame >= vm.frame_limit.get()
                        {
                            std::hint::cold_path();
                            check!(function_call::make_room(
                                vm,
                                new_fp,
                                (*code).payload.nregs as usize
                            ));
                        }
                        let mut i = n;
                        while i < (*code).payload.nlocals as usize {
                            *new_fp.add(i) = Value::NULL;
                            i += 1;
                        }
                        new_frame.write(Frame::new(code, new_fp, FrameKind::Call, 0));
                        vm.frame.set(new_frame);
                        fp = new_fp;
                        pc = (*code).payload.start();
                        consts = (*code).payload.consts.as_ptr() as *const Value;
                        if vm.flags_set() {
                            std::hint::cold_path();
                            save!();
                            check!(super::call::handle_flags(vm));
                        }
                        continue 'run;
                    }};
                }
                // What leaving the innermost frame comes to.
                macro_rules! left {
                    ($left:expr) => {
                        match $left {
                            function_call::Left::Continue => {
                                reload!();
                                continue 'run;
                            }
                            function_call::Left::Done(o) => return Ok(o),
                            function_call::Left::Raise(e) => break 'run e,
                        }
                    };
                }
                // The innermost frame, its window clean, gives an owned word to its caller.
                macro_rules! give_back {
                    ($frame:expr, $value:expr) => {{
                        let (frame, value): (*mut Frame, Value) = ($frame, $value);
                        if (*frame).kind == FrameKind::Call {
                            let caller = frame.sub(1);
                            vm.frame.set(caller);
                            let place = fp.sub(1);
                            let function = *place;
                            *place = value;
                            fp = (*caller).fp;
                            pc = (*caller).pc.get();
                            consts = (*(*caller).code).payload.consts.as_ptr() as *const Value;
                            decref(function);
                            continue 'run;
                        }
                        left!(function_call::leave(vm, frame, Object::from_owned(value)))
                    }};
                }
                // A call out of line: `n` arguments behind fp[$base]; the result goes there.
                macro_rules! native_result {
                    ($base:expr, $n:expr, $r:expr) => {{
                        let result: Res = $r;
                        clear_registers(fp.add($base + 1), $n);
                        let o = check!(result);
                        set!($base, o.into_value());
                    }};
                }

                // SAFETY: the word was emitted by our compiler.
                match std::mem::transmute::<u8, Op>(ins as u8) {
                    Op::Nop => {}
                    Op::Move => {
                        let v = r!(b!());
                        incref(v);
                        set!(a!(), v);
                    }
                    Op::Take => {
                        let v = std::mem::replace(&mut *fp.add(b!()), Value::NULL);
                        set!(a!(), v);
                    }
                    Op::Drop => {
                        let v = std::mem::replace(&mut *fp.add(a!()), Value::NULL);
                        decref(v);
                    }
                    Op::LoadK => {
                        let v = k!((ins >> 16) as usize);
                        incref(v);
                        set!(a!(), v);
                    }
                    Op::LoadKFar => {
                        let v = k!(*pc as usize);
                        pc = pc.add(1);
                        incref(v);
                        set!(a!(), v);
                    }
                    Op::LoadInt => set!(a!(), Value::small((ins >> 16) as u8 as i8 as i32)),
                    Op::LoadNone => set!(a!(), Value::NONE),
                    Op::LoadNull => set!(a!(), Value::NULL),
                    Op::LoadFar => {
                        let v = r!(FAR_BASE + *pc as usize);
                        pc = pc.add(1);
                        if v.is_null() {
                            save!();
                            break 'run run_ops::unbound_far(vm, *pc.sub(1));
                        }
                        incref(v);
                        set!(a!(), v);
                    }
                    Op::StoreFar => {
                        let v = r!(a!());
                        let at = FAR_BASE + *pc as usize;
                        pc = pc.add(1);
                        if a!() >= nlocals!() {
                            r!(a!()) = Value::NULL
                        } else {
                            incref(v)
                        }
                        set!(at, v);
                    }
                    Op::TakeFar => {
                        let at = FAR_BASE + *pc as usize;
                        pc = pc.add(1);
                        let v = std::mem::replace(&mut *fp.add(at), Value::NULL);
                        set!(a!(), v);
                    }
                    Op::DelFar => {
                        let n = *pc;
                        pc = pc.add(1);
                        save!();
                        if r!(FAR_BASE + n as usize).is_null() {
                            break 'run run_ops::unbound_far(vm, n);
                        }
                        set!(FAR_BASE + n as usize, Value::NULL);
                    }
                    Op::CheckLocal => {
                        if r!(a!()).is_null() {
                            save!();
                            break 'run run_ops::unbound_local(vm, a!());
                        }
                    }
                    Op::DelLocal => {
                        save!();
                        if r!(a!()).is_null() {
                            break 'run run_ops::unbound_local(vm, a!());
                        }
                        set!(a!(), Value::NULL);
                    }

                    Op::MakeCell => {
                        save!();
                        let held = std::mem::replace(&mut *fp.add(a!()), Value::NULL);
                        let held =
                            if held.is_null() { None } else { Some(Object::from_owned(held)) };
                        let cell = check!(vm.cell(held));
                        r!(a!()) = cell.into_object().into_value();
                    }
                    Op::LoadCell => {
                        let v =
                            (*(r!(b!()).ptr() as *const Boxed<CellObject>)).payload.value.peek();
                        if v.is_null() {
                            save!();
                            break 'run run_ops::unbound_local(vm, b!());
                        }
                        incref(v);
                        set!(a!(), v);
                    }
                    Op::StoreCell => {
                        let v = r!(b!());
                        incref(v);
                        let cell = &(*(r!(a!()).ptr() as *const Boxed<CellObject>)).payload;
                        let old = cell.value.0.replace(v);
                        decref(old);
                    }
                    Op::DelCell => {
                        save!();
                        let cell = &(*(r!(a!()).ptr() as *const Boxed<CellObject>)).payload;
                        match cell.value.take() {
                            Some(o) => drop(o),
                            None => break 'run run_ops::unbound_local(vm, a!()),
                        }
                    }
                    Op::LoadFree => {
                        let v = (*run_ops::free_cell(fp, b!())).payload.value.peek();
                        if v.is_null() {
                            save!();
                            break 'run run_ops::unbound_free(vm, b!());
                        }
                        incref(v);
                        set!(a!(), v);
                    }
                    Op::StoreFree => {
                        let v = r!(b!());
                        incref(v);
                        let old = (*run_ops::free_cell(fp, a!())).payload.value.0.replace(v);
                        decref(old);
                    }
                    Op::DelFree => {
                        save!();
                        match (*run_ops::free_cell(fp, a!())).payload.value.take() {
                            Some(o) => drop(o),
                            None => break 'run run_ops::unbound_free(vm, a!()),
                        }
                    }
                    Op::LoadClosure => {
                        let v = Value::from_ptr(run_ops::free_cell(fp, b!()) as *const _);
                        incref(v);
                        set!(a!(), v);
                    }
                    Op::LoadClassFree => {
                        let name = *pc;
                        pc = pc.add(1);
                        save!();
                        let o = check!(run_ops::load_class_free(vm, fp, b!(), c!(), name));
                        set!(a!(), o.into_value());
                    }

                    Op::LoadGlobal => {
                        let function = &(*((*fp.sub(1)).ptr() as *const Boxed<Function>)).payload;
                        let version = function.globals.table.version.get();
                        let cached = *pc.add(1);
                        if cached != 0 && cached == version {
                            let second = *pc.add(2);
                            let table = if second == 0 {
                                &function.globals.table
                            } else {
                                &function.builtins.table
                            };
                            if second == 0 || second == table.version.get() {
                                let v = (*table.entries.get().add(*pc.add(3) as usize)).value;
                                pc = pc.add(4);
                                incref(v);
                                set!(a!(), v);
                                continue 'run;
                            }
                        }
                        save!();
                        let o = check!(run_ops::load_global(vm, frame!(), pc as *mut u32));
                        pc = pc.add(4);
                        set!(a!(), o.into_value());
                    }
                    Op::StoreGlobal => {
                        save!();
                        check!(run_ops::store_global(vm, frame!(), *pc, view!(a!())));
                        pc = pc.add(3);
                    }
                    Op::DelGlobal => {
                        let name = *pc;
                        pc = pc.add(1);
                        save!();
                        check!(run_ops::delete_global(vm, frame!(), name));
                    }
                    Op::LoadName => {
                        save!();
                        let o =
                            check!(run_ops::load_name(vm, frame!(), view!(b!()), pc as *mut u32));
                        pc = pc.add(4);
                        set!(a!(), o.into_value());
                    }
                    Op::StoreName => {
                        save!();
                        check!(run_ops::store_name(vm, frame!(), view!(b!()), *pc, view!(a!())));
                        pc = pc.add(3);
                    }
                    Op::DelName => {
                        let name = *pc;
                        pc = pc.add(1);
                        save!();
                        check!(run_ops::delete_name(vm, frame!(), view!(b!()), name));
                    }

                    Op::Add => arith_rr!(BinOp::Add, Value::add_ints, |x, y| x + y),
                    Op::Sub => arith_rr!(BinOp::Sub, Value::sub_ints, |x, y| x - y),
                    Op::Mul => arith_rr!(BinOp::Mul, Value::mul_ints, |x, y| x * y),
                    Op::AddK => arith_rk!(BinOp::Add, Value::add_ints, |x, y| x + y),
                    Op::SubK => arith_rk!(BinOp::Sub, Value::sub_ints, |x, y| x - y),
                    Op::MulK => arith_rk!(BinOp::Mul, Value::mul_ints, |x, y| x * y),
                    Op::TrueDiv => {
                        arith_rr!(BinOp::TrueDiv, run_ops::div_ints, |x, y| if y == 0.0 {
                            f64::NAN
                        } else {
                            x / y
                        })
                    }
                    Op::TrueDivK => {
                        arith_rk!(BinOp::TrueDiv, run_ops::div_ints, |x, y| if y == 0.0 {
                            f64::NAN
                        } else {
                            x / y
                        })
                    }
                    Op::FloorDiv => int_rr!(BinOp::FloorDiv, run_ops::floor_div),
                    Op::FloorDivK => int_rk!(BinOp::FloorDiv, run_ops::floor_div),
                    Op::Mod => int_rr!(BinOp::Mod, run_ops::modulo),
                    Op::ModK => int_rk!(BinOp::Mod, run_ops::modulo),
                    Op::Pow => int_rr!(BinOp::Pow, run_ops::power),
                    Op::PowK => arith_rk!(BinOp::Pow, run_ops::power_values, |x, y| if y == 2.0 {
                        x * x
                    } else {
                        f64::NAN
                    }),
                    Op::LShift => int_rr!(BinOp::LShift, run_ops::shift_left),
                    Op::LShiftK => int_rk!(BinOp::LShift, run_ops::shift_left),
                    Op::RShift => int_rr!(BinOp::RShift, run_ops::shift_right),
                    Op::RShiftK => int_rk!(BinOp::RShift, run_ops::shift_right),
                    Op::BitAnd => int_rr!(BinOp::And, |x, y| Value::from_int(x & y)),
                    Op::BitAndK => int_rk!(BinOp::And, |x, y| Value::from_int(x & y)),
                    Op::BitOr => int_rr!(BinOp::Or, |x, y| Value::from_int(x | y)),
                    Op::BitOrK => int_rk!(BinOp::Or, |x, y| Value::from_int(x | y)),
                    Op::BitXor => int_rr!(BinOp::Xor, |x, y| Value::from_int(x ^ y)),
                    Op::BitXorK => int_rk!(BinOp::Xor, |x, y| Value::from_int(x ^ y)),
                    Op::MatMul => {
                        save!();
                        let o = check!(vm.binary(BinOp::MatMul, view!(b!()), view!(c!())));
                        set!(a!(), o.into_value());
                        consume!(b!(), a!());
                        consume!(c!(), a!());
                    }
                    Op::IAdd => arith_inplace!(BinOp::Add, Value::add_ints, |x, y| x + y),
                    Op::ISub => arith_inplace!(BinOp::Sub, Value::sub_ints, |x, y| x - y),
                    Op::IMul => arith_inplace!(BinOp::Mul, Value::mul_ints, |x, y| x * y),
                    Op::ITrueDiv => {
                        arith_inplace!(BinOp::TrueDiv, run_ops::div_ints, |x, y| if y == 0.0 {
                            f64::NAN
                        } else {
                            x / y
                        })
                    }
                    Op::IFloorDiv => int_inplace!(BinOp::FloorDiv, run_ops::floor_div),
                    Op::IMod => int_inplace!(BinOp::Mod, run_ops::modulo),
                    Op::IPow => int_inplace!(BinOp::Pow, run_ops::power),
                    Op::ILShift => int_inplace!(BinOp::LShift, run_ops::shift_left),
                    Op::IRShift => int_inplace!(BinOp::RShift, run_ops::shift_right),
                    Op::IBitAnd => int_inplace!(BinOp::And, |x, y| Value::from_int(x & y)),
                    Op::IBitOr => int_inplace!(BinOp::Or, |x, y| Value::from_int(x | y)),
                    Op::IBitXor => int_inplace!(BinOp::Xor, |x, y| Value::from_int(x ^ y)),
                    Op::IMatMul => inplace!(BinOp::MatMul),
                    Op::IAddK => arith_inplace_k!(BinOp::Add, Value::add_ints, |x, y| x + y),
                    Op::ISubK => arith_inplace_k!(BinOp::Sub, Value::sub_ints, |x, y| x - y),
                    Op::IMulK => arith_inplace_k!(BinOp::Mul, Value::mul_ints, |x, y| x * y),
                    Op::Neg => {
                        let v = r!(b!());
                        if v.is_int() {
                            if let Some(n) = Value::sub_ints(Value::small(0), v) {
                                set!(a!(), n);
                                continue 'run;
                            }
                        } else if let Some(f) = v.as_flonum() {
                            if let Some(n) = Value::from_flonum(-f) {
                                set!(a!(), n);
                                continue 'run;
                            }
                        }
                        save!();
                        let o = check!(vm.negative(view!(b!())));
                        set!(a!(), o.into_value());
                        consume!(b!(), a!());
                    }
                    Op::Pos => {
                        save!();
                        let o = check!(vm.positive(view!(b!())));
                        set!(a!(), o.into_value());
                        consume!(b!(), a!());
                    }
                    Op::Invert => {
                        if let Some(i) = r!(b!()).as_int() {
                            if let Some(n) = Value::from_int(!i) {
                                set!(a!(), n);
                                continue 'run;
                            }
                        }
                        save!();
                        let o = check!(vm.invert(view!(b!())));
                        set!(a!(), o.into_value());
                        consume!(b!(), a!());
                    }
                    Op::Not => {
                        let v = r!(b!());
                        if v.is_bool() {
                            set!(a!(), Value::from_bool(v.is_false()));
                        } else {
                            save!();
                            let t = check!(vm.truth(view!(b!())));
                            set!(a!(), Value::from_bool(!t));
                            consume!(b!(), a!());
                        }
                    }

                    Op::Lt => compare!(CmpOp::Lt, <),
                    Op::Le => compare!(CmpOp::Le, <=),
                    Op::Eq => compare!(CmpOp::Eq, ==),
                    Op::Ne => compare!(CmpOp::Ne, !=),
                    Op::Gt => compare!(CmpOp::Gt, >),
                    Op::Ge => compare!(CmpOp::Ge, >=),
                    Op::Is => {
                        let hit = r!(b!()) == r!(c!());
                        set!(a!(), Value::from_bool(hit));
                        consume!(b!(), a!());
                        consume!(c!(), a!());
                    }
                    Op::IsNot => {
                        let hit = r!(b!()) != r!(c!());
                        set!(a!(), Value::from_bool(hit));
                        consume!(b!(), a!());
                        consume!(c!(), a!());
                    }
                    Op::In => {
                        save!();
                        let hit = check!(vm.contains(view!(c!()), view!(b!())));
                        set!(a!(), Value::from_bool(hit));
                        consume!(b!(), a!());
                        consume!(c!(), a!());
                    }
                    Op::NotIn => {
                        save!();
                        let hit = check!(vm.contains(view!(c!()), view!(b!())));
                        set!(a!(), Value::from_bool(!hit));
                        consume!(b!(), a!());
                        consume!(c!(), a!());
                    }

                    Op::Jump => jump_polled!(),
                    Op::JumpIf => {
                        if truth!() {
                            jump_polled!()
                        } else {
                            pc = pc.add(1)
                        }
                    }
                    Op::JumpIfNot => {
                        if truth!() {
                            pc = pc.add(1)
                        } else {
                            jump_polled!()
                        }
                    }
                    Op::JumpIfNone => {
                        let hit = r!(a!()).is_none();
                        if hit {
                            jump_polled!()
                        } else {
                            pc = pc.add(1)
                        }
                        consume!(a!(), usize::MAX);
                    }
                    Op::JumpIfNotNone => {
                        let hit = !r!(a!()).is_none();
                        if hit {
                            jump_polled!()
                        } else {
                            pc = pc.add(1)
                        }
                        consume!(a!(), usize::MAX);
                    }
                    Op::JumpIfKeep => {
                        save!();
                        if check!(vm.truth(view!(a!()))) { jump!() } else { pc = pc.add(1) }
                    }
                    Op::JumpIfNotKeep => {
                        save!();
                        if check!(vm.truth(view!(a!()))) { pc = pc.add(1) } else { jump!() }
                    }
                    Op::JumpLt => cj_rr!(CmpOp::Lt, <),
                    Op::JumpLe => cj_rr!(CmpOp::Le, <=),
                    Op::JumpEq => cj_rr!(CmpOp::Eq, ==),
                    Op::JumpNe => cj_rr!(CmpOp::Ne, !=),
                    Op::JumpGt => cj_rr!(CmpOp::Gt, >),
                    Op::JumpGe => cj_rr!(CmpOp::Ge, >=),
                    Op::JumpLtK => cj_rk!(CmpOp::Lt, <),
                    Op::JumpLeK => cj_rk!(CmpOp::Le, <=),
                    Op::JumpEqK => cj_rk!(CmpOp::Eq, ==),
                    Op::JumpNeK => cj_rk!(CmpOp::Ne, !=),
                    Op::JumpGtK => cj_rk!(CmpOp::Gt, >),
                    Op::JumpGeK => cj_rk!(CmpOp::Ge, >=),
                    Op::JumpIs => {
                        let hit = r!(a!()) == r!(b!());
                        if hit as usize == c!() {
                            jump_polled!()
                        } else {
                            pc = pc.add(1)
                        }
                        consume!(a!(), usize::MAX);
                        consume!(b!(), usize::MAX);
                    }
                    Op::JumpIn => {
                        save!();
                        let hit = check!(vm.contains(view!(b!()), view!(a!())));
                        if hit as usize == c!() {
                            jump_polled!()
                        } else {
                            pc = pc.add(1)
                        }
                        consume!(a!(), usize::MAX);
                        consume!(b!(), usize::MAX);
                    }

                    Op::LoadAttr => {
                        let v = r!(b!());
                        if v.is_ptr() {
                            let p = v.ptr();
                            let cached = *pc.add(1);
                            if cached != 0 && (*(*p).ty.get()).payload.version.get() == cached {
                                let at = *pc.add(2);
                                if at & attribute_cache::SLOT != 0 {
                                    let w = *((p as *const u8).add((at & 0xffff) as usize)
                                        as *const Value);
                                    if !w.is_null() {
                                        incref(w);
                                        pc = pc.add(5);
                                        set!(a!(), w);
                                        continue 'run;
                                    }
                                } else if at & attribute_cache::CLASS != 0
                                    && (*p).kind() != Kind::DictInstance
                                {
                                    let w = Value::from_bits(
                                        *pc.add(3) as u64 | (*pc.add(4) as u64) << 32,
                                    );
                                    incref(w);
                                    pc = pc.add(5);
                                    set!(a!(), w);
                                    continue 'run;
                                } else if at & attribute_cache::GETTER != 0 {
                                    let f = Value::from_bits(
                                        *pc.add(3) as u64 | (*pc.add(4) as u64) << 32,
                                    );
                                    if let Some(getter) =
                                        crate::types::property::python_getter(Object::view(&f))
                                    {
                                        pc = pc.add(5);
                                        save!();
                                        check!(function_call::enter_getter(
                                            vm,
                                            getter,
                                            v,
                                            a!() as u8
                                        ));
                                        reload!();
                                        continue 'run;
                                    }
                                }
                            }
                        }
                        save!();
                        let o = check!(attribute_cache::load(
                            vm,
                            frame!(),
                            view!(b!()),
                            pc as *mut u32
                        ));
                        pc = pc.add(5);
                        set!(a!(), o.into_value());
                    }
                    Op::StoreAttr => {
                        let v = r!(a!());
                        if v.is_ptr() {
                            let p = v.ptr();
                            let cached = *pc.add(1);
                            if cached != 0 && (*(*p).ty.get()).payload.version.get() == cached {
                                let at = *pc.add(2);
                                let place =
                                    (p as *mut u8).add((at & 0xffff) as usize) as *mut Value;
                                let old = *place;
                                if at & attribute_cache::SLOT != 0 {
                                    // A word of `__slots__`.
                                    let new = r!(b!());
                                    incref(new);
                                    *place = new;
                                    pc = pc.add(3);
                                    decref(old);
                                    continue 'run;
                                }
                                // A set slot, or the next one in order of a fresh instance.
                                if !old.is_null()
                                    || (*p).aux.get() as u32 == at >> 16
                                        && (*p).kind() == Kind::Instance
                                {
                                    let new = r!(b!());
                                    incref(new);
                                    if old.is_null() {
                                        (*p).aux.set((at >> 16) as u16 + 1);
                                    }
                                    *place = new;
                                    pc = pc.add(3);
                                    decref(old);
                                    continue 'run;
                                }
                            }
                        }
                        save!();
                        check!(attribute_cache::store(
                            vm,
                            frame!(),
                            view!(a!()),
                            view!(b!()),
                            pc as *mut u32
                        ));
                        pc = pc.add(3);
                    }
                    Op::DelAttr => {
                        let name = *pc;
                        pc = pc.add(1);
                        save!();
                        check!(vm.delattr(view!(a!()), run_ops::name(frame!(), name)));
                    }
                    Op::Subscr => {
                        let (x, i) = (r!(b!()), r!(c!()));
                        pc = pc.add(1);
                        if i.is_int() && x.is_ptr() {
                            let i = i.int_unchecked();
                            if let Some(v) = run_ops::item_fast(x, i) {
                                incref(v);
                                set!(a!(), v);
                                if b!() != a!() {
                                    consume!(b!(), a!());
                                }
                                continue 'run;
                            }
                        }
                        save!();
                        let o = check!(run_ops::subscript(vm, view!(b!()), view!(c!())));
                        set!(a!(), o.into_value());
                        consume!(b!(), a!());
                        consume!(c!(), a!());
                    }
                    Op::SubscrK => {
                        let (x, i) = (r!(b!()), k!(c!()));
                        pc = pc.add(1);
                        if i.is_int() && x.is_ptr() {
                            let i = i.int_unchecked();
                            if let Some(v) = run_ops::item_fast(x, i) {
                                incref(v);
                                set!(a!(), v);
                                if b!() != a!() {
                                    consume!(b!(), a!());
                                }
                                continue 'run;
                            }
                        }
                        save!();
                        let o = check!(run_ops::subscript(vm, view!(b!()), kview!(c!())));
                        set!(a!(), o.into_value());
                        consume!(b!(), a!());
                    }
                    Op::StoreSubscr => {
                        let (x, i) = (r!(a!()), r!(b!()));
                        pc = pc.add(1);
                        if i.is_int() && x.is_kind(Kind::List) {
                            let list = &(*(x.ptr() as *const Boxed<List>)).payload;
                            let n = list.len.get() as i64;
                            let mut at = i.int_unchecked();
                            if at < 0 {
                                at += n;
                            }
                            if at >= 0 && at < n {
                                let v = r!(c!());
                                incref(v);
                                let place = list.items.get().add(at as usize);
                                let old = *place;
                                *place = v;
                                decref(old);
                                continue 'run;
                            }
                        }
                        save!();
                        check!(run_ops::store_subscript(vm, view!(a!()), view!(b!()), view!(c!())));
                    }
                    Op::DelSubscr => {
                        save!();
                        check!(vm.delitem(view!(a!()), view!(b!())));
                    }
                    Op::LoadSuperAttr => {
                        let name = *pc;
                        pc = pc.add(3);
                        save!();
                        let o = check!(run_ops::load_super_attr(
                            vm,
                            frame!(),
                            view!(b!()),
                            view!(b!() + 1),
                            name
                        ));
                        set!(a!(), o.into_value());
                    }

                    Op::BuildTuple => {
                        save!();
                        let o = check!(run_ops::build_tuple(vm, fp.add(b!()), c!()));
                        set!(a!(), o.into_value());
                    }
                    Op::BuildList => {
                        save!();
                        let o = check!(run_ops::build_list(vm, fp.add(b!()), c!()));
                        set!(a!(), o.into_value());
                    }
                    Op::BuildSet => {
                        save!();
                        let o = check!(run_ops::build_set(vm, fp.add(b!()), c!()));
                        set!(a!(), o.into_value());
                    }
                    Op::BuildDict => {
                        save!();
                        let o = check!(run_ops::build_dict(vm, fp.add(b!()), c!()));
                        set!(a!(), o.into_value());
                    }
                    Op::BuildConstKeyDict => {
                        let keys = *pc as usize;
                        pc = pc.add(1);
                        save!();
                        let o = check!(run_ops::build_const_key_dict(
                            vm,
                            kview!(keys),
                            fp.add(b!()),
                            c!()
                        ));
                        set!(a!(), o.into_value());
                    }
                    Op::BuildString => {
                        save!();
                        let o = check!(run_ops::build_string(vm, fp.add(b!()), c!()));
                        set!(a!(), o.into_value());
                    }
                    Op::BuildSlice => {
                        save!();
                        let o = check!(run_ops::build_slice(vm, fp.add(b!()), c!()));
                        set!(a!(), o.into_value());
                    }
                    Op::ListAppend => {
                        save!();
                        let v = r!(b!());
                        if b!() >= nlocals!() {
                            r!(b!()) = Value::NULL
                        } else {
                            incref(v)
                        }
                        let list = &(*(r!(a!()).ptr() as *const Boxed<List>)).payload;
                        if let Err(e) = list.push(Object::from_owned(v)) {
                            break 'run vm.no_memory(e);
                        }
                    }
                    Op::SetAdd => {
                        save!();
                        check!(run_ops::set_add(vm, view!(a!()), view!(b!())));
                        consume!(b!(), usize::MAX);
                    }
                    Op::DictSet => {
                        save!();
                        check!(run_ops::store_subscript(vm, view!(a!()), view!(b!()), view!(c!())));
                    }
                    Op::ListExtend => {
                        save!();
                        check!(run_ops::list_extend(vm, view!(a!()), view!(b!())));
                    }
                    Op::SetUpdate => {
                        save!();
                        check!(run_ops::set_update(vm, view!(a!()), view!(b!())));
                    }
                    Op::DictUpdate => {
                        save!();
                        check!(run_ops::dict_update(vm, view!(a!()), view!(b!())));
                    }
                    Op::DictMerge => {
                        save!();
                        check!(run_ops::dict_merge(vm, view!(a!()), view!(b!()), view!(c!())));
                    }
                    Op::ListToTuple => {
                        save!();
                        let o = check!(run_ops::list_to_tuple(vm, view!(a!())));
                        set!(a!(), o.into_value());
                    }
                    Op::Unpack => {
                        save!();
                        check!(run_ops::unpack(vm, fp, a!(), b!(), c!()));
                    }
                    Op::UnpackEx => {
                        let after = *pc as usize;
                        pc = pc.add(1);
                        save!();
                        check!(run_ops::unpack_ex(vm, fp, a!(), b!(), c!(), after));
                    }
                    Op::Format => {
                        save!();
                        let spec = if c!() & 4 != 0 { Some(view!(a!())) } else { None };
                        let o = check!(run_ops::format_value(vm, view!(b!()), c!() & 3, spec));
                        set!(a!(), o.into_value());
                    }

                    Op::GetIter => {
                        save!();
                        let o = check!(run_ops::get_iter(vm, view!(b!())));
                        set!(a!(), o.into_value());
                        consume!(b!(), a!());
                    }
                    Op::ForIter => {
                        if vm.flags_set() {
                            save!();
                            check!(super::call::handle_flags(vm));
                        }
                        let it = r!(b!());
                        if it.is_ptr() {
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
                                        drop(li.list.take());
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
                                        drop(ti.tuple.take());
                                    }
                                }
                                Kind::Generator if generator::can_enter(it) => {
                                    pc = pc.add(2);
                                    save!();
                                    check!(generator::enter(
                                        vm,
                                        it,
                                        FrameKind::For,
                                        a!() as u8,
                                        Value::NONE
                                    ));
                                    reload!();
                                    continue 'run;
                                }
                                _ => {
                                    save!();
                                    if let Some(o) = check!(vm.next(view!(b!()))) {
                                        jump!();
                                        set!(a!(), o.into_value());
                                        continue 'run;
                                    }
                                }
                            }
                        } else {
                            save!();
                            break 'run vm.type_error("iterator expected");
                        }
                        pc = pc.add(2);
                        save!();
                        set!(b!(), Value::NULL);
                    }
                    Op::GetYieldFromIter => {
                        save!();
                        let o = check!(generator::yield_from_iter(vm, frame!(), view!(a!())));
                        set!(a!(), o.into_value());
                    }

                    Op::Call => {
                        let (base, n) = (a!(), b!());
                        let f = r!(base);
                        pc = pc.add(2);
                        if f.is_ptr() {
                            match (*f.ptr()).kind() {
                                Kind::Function => {
                                    let function = &(*(f.ptr() as *const Boxed<Function>)).payload;
                                    let code = function.code().as_ptr();
                                    if (*code).payload.simple_args as usize == n {
                                        enter!(base, code, n);
                                    }
                                    save!();
                                    check!(function_call::enter_bound(
                                        vm,
                                        fp.add(base),
                                        n,
                                        None,
                                        FrameKind::Call
                                    ));
                                    reload!();
                                    continue 'run;
                                }
                                Kind::Builtin => {
                                    let native = &(*(f.ptr() as *const Boxed<Builtin>)).payload;
                                    if !native.receiver.is_set() {
                                        save!();
                                        let args = Object::view_slice(fp.add(base + 1), n);
                                        let result = if native.owner.is_set() {
                                            function_call::call_builtin(vm, view!(base), args, None)
                                        } else {
                                            (native.def.call)(vm, args, None)
                                        };
                                        native_result!(base, n, result);
                                        continue 'run;
                                    }
                                }
                                Kind::BoundMethod => {
                                    // Put the receiver in front of the arguments; there is always room for one more.
                                    let m = &(*(f.ptr() as *const Boxed<BoundMethod>)).payload;
                                    if m.function.is_kind(Kind::Function) {
                                        save!();
                                        check!(function_call::enter_method(vm, fp.add(base), n));
                                        reload!();
                                        continue 'run;
                                    }
                                }
                                Kind::Type => {
                                    save!();
                                    if check!(function_call::enter_class(vm, fp.add(base), n)) {
                                        reload!();
                                        continue 'run;
                                    }
                                }
                                _ => {}
                            }
                        }
                        save!();
                        let result = vm.call(view!(base), Object::view_slice(fp.add(base + 1), n));
                        native_result!(base, n, result);
                    }
                    Op::CallMethod => {
                        let (base, n) = (a!(), b!());
                        let receiver = r!(base + 1);
                        if receiver.is_ptr() {
                            let p = receiver.ptr();
                            let cached = *pc.add(1);
                            if cached != 0
                                && (*(*p).ty.get()).payload.version.get() == cached
                                && (*p).kind() != Kind::DictInstance
                            {
                                let f =
                                    Value::from_bits(*pc.add(3) as u64 | (*pc.add(4) as u64) << 32);
                                if *pc.add(2) == attribute_cache::FUNCTION {
                                    let code = (*(f.ptr() as *const Boxed<Function>))
                                        .payload
                                        .code()
                                        .as_ptr();
                                    pc = pc.add(5);
                                    incref(f);
                                    set!(base, f);
                                    if (*code).payload.simple_args as usize == n + 1 {
                                        enter!(base, code, n + 1);
                                    }
                                    save!();
                                    check!(function_call::enter_bound(
                                        vm,
                                        fp.add(base),
                                        n + 1,
                                        None,
                                        FrameKind::Call
                                    ));
                                    reload!();
                                    continue 'run;
                                }
                                if *pc.add(2) == attribute_cache::NATIVE {
                                    let native = &(*(f.ptr() as *const Boxed<Builtin>)).payload;
                                    pc = pc.add(5);
                                    save!();
                                    let result = (native.def.call)(
                                        vm,
                                        Object::view_slice(fp.add(base + 1), n + 1),
                                        None,
                                    );
                                    native_result!(base, n + 1, result);
                                    continue 'run;
                                }
                            }
                        }
                        save!();
                        let with_self = check!(attribute_cache::method(
                            vm,
                            frame!(),
                            fp.add(base),
                            n,
                            pc as *mut u32
                        ));
                        pc = pc.add(5);
                        save!();
                        // fp[base] is what to call now.
                        let n = n + with_self as usize;
                        if r!(base).is_kind(Kind::Function) {
                            check!(function_call::enter_bound(
                                vm,
                                fp.add(base),
                                n,
                                None,
                                FrameKind::Call
                            ));
                            reload!();
                            continue 'run;
                        }
                        let result = vm.call(view!(base), Object::view_slice(fp.add(base + 1), n));
                        native_result!(base, n, result);
                    }
                    Op::LoadMethod => {
                        let base = a!();
                        let receiver = r!(base + 1);
                        if receiver.is_ptr() {
                            let p = receiver.ptr();
                            let cached = *pc.add(1);
                            if cached != 0
                                && (*(*p).ty.get()).payload.version.get() == cached
                                && (*p).kind() != Kind::DictInstance
                            {
                                let f =
                                    Value::from_bits(*pc.add(3) as u64 | (*pc.add(4) as u64) << 32);
                                pc = pc.add(5);
                                incref(f);
                                set!(base, f);
                                continue 'run;
                            }
                        }
                        save!();
                        check!(attribute_cache::method(
                            vm,
                            frame!(),
                            fp.add(base),
                            0,
                            pc as *mut u32
                        ));
                        pc = pc.add(5);
                    }
                    Op::CallLoaded => {
                        let (base, n) = (a!(), b!());
                        pc = pc.add(2);
                        let f = r!(base);
                        if r!(base + 1).is_null() {
                            // A plain value: the arguments move down.
                            std::ptr::copy(fp.add(base + 2), fp.add(base + 1), n);
                            r!(base + 1 + n) = Value::NULL;
                            save!();
                            if f.is_kind(Kind::Function) {
                                check!(function_call::enter_bound(
                                    vm,
                                    fp.add(base),
                                    n,
                                    None,
                                    FrameKind::Call
                                ));
                                reload!();
                                continue 'run;
                            }
                            if f.is_kind(Kind::Type)
                                && check!(function_call::enter_class(vm, fp.add(base), n))
                            {
                                reload!();
                                continue 'run;
                            }
                            let result =
                                vm.call(view!(base), Object::view_slice(fp.add(base + 1), n));
                            native_result!(base, n, result);
                            continue 'run;
                        }
                        if f.is_kind(Kind::Function) {
                            let code =
                                (*(f.ptr() as *const Boxed<Function>)).payload.code().as_ptr();
                            if (*code).payload.simple_args as usize == n + 1 {
                                enter!(base, code, n + 1);
                            }
                            save!();
                            check!(function_call::enter_bound(
                                vm,
                                fp.add(base),
                                n + 1,
                                None,
                                FrameKind::Call
                            ));
                            reload!();
                            continue 'run;
                        }
                        save!();
                        let args = Object::view_slice(fp.add(base + 1), n + 1);
                        let result = if f.is_kind(Kind::Builtin) {
                            ((*(f.ptr() as *const Boxed<Builtin>)).payload.def.call)(vm, args, None)
                        } else {
                            vm.call(view!(base), args)
                        };
                        native_result!(base, n + 1, result);
                    }
                    Op::CallKw => {
                        let (base, n) = (a!(), b!());
                        let names = *pc as usize;
                        pc = pc.add(1);
                        save!();
                        let names = kview!(names).downcast_exact::<Tuple>();
                        if r!(base).is_kind(Kind::Function) {
                            check!(function_call::enter_bound(
                                vm,
                                fp.add(base),
                                n,
                                names,
                                FrameKind::Call
                            ));
                            reload!();
                            continue 'run;
                        }
                        let result = vm.call_with(
                            view!(base),
                            Object::view_slice(fp.add(base + 1), n),
                            names,
                        );
                        native_result!(base, n, result);
                    }
                    Op::CallMethodKw => {
                        let (base, n) = (a!(), b!());
                        let (name, names) = (*pc, *pc.add(1) as usize);
                        save!();
                        let with_self = check!(attribute_cache::method_uncached(
                            vm,
                            frame!(),
                            fp.add(base),
                            n,
                            name
                        ));
                        pc = pc.add(2);
                        save!();
                        let n = n + with_self as usize;
                        let names = kview!(names).downcast_exact::<Tuple>();
                        if r!(base).is_kind(Kind::Function) {
                            check!(function_call::enter_bound(
                                vm,
                                fp.add(base),
                                n,
                                names,
                                FrameKind::Call
                            ));
                            reload!();
                            continue 'run;
                        }
                        let result = vm.call_with(
                            view!(base),
                            Object::view_slice(fp.add(base + 1), n),
                            names,
                        );
                        native_result!(base, n, result);
                    }
                    Op::CallEx => {
                        let base = a!();
                        save!();
                        if r!(base).is_kind(Kind::Function)
                            && check!(function_call::enter_ex(vm, fp.add(base), b!() == 1))
                        {
                            reload!();
                            continue 'run;
                        }
                        let result = run_ops::call_ex(vm, fp.add(base), b!() == 1);
                        native_result!(base, 2, result);
                    }
                    Op::Return | Op::ReturnNone => {
                        let v = if ins as u8 == Op::Return as u8 {
                            std::mem::replace(&mut *fp.add(a!()), Value::NULL)
                        } else {
                            Value::NONE
                        };
                        let frame: *mut Frame = vm.frame.get();
                        (*frame).pc.set(pc);
                        let code = &(*(*frame).code).payload;
                        if (*frame).object.get().is_null() && code.nregs < FAR_BASE as u32 {
                            clear_registers(fp, code.nlocals as usize);
                        } else {
                            function_call::leave_window(vm, frame);
                        }
                        give_back!(frame, v)
                    }

                    Op::MakeGenerator => {
                        save!();
                        let frame: *mut Frame = vm.frame.get();
                        let o = check!(generator::make(vm, frame));
                        // The window was moved away; what is left is to return the object.
                        give_back!(frame, o.into_value())
                    }
                    Op::Yield | Op::AsyncYield => {
                        save!();
                        let v = std::mem::replace(&mut *fp.add(a!()), Value::NULL);
                        let v = if ins as u8 == Op::AsyncYield as u8 {
                            check!(generator::wrap_async(vm, Object::from_owned(v)))
                        } else {
                            Object::from_owned(v)
                        };
                        left!(generator::suspend(vm, frame!(), v))
                    }
                    Op::Send => {
                        let it = r!(a!());
                        pc = pc.add(1);
                        save!();
                        if it.is_kind(Kind::Generator) && generator::can_enter(it) {
                            let sent = std::mem::replace(&mut *fp.add(b!()), Value::NULL);
                            check!(generator::enter(vm, it, FrameKind::Send, b!() as u8, sent));
                            reload!();
                            continue 'run;
                        }
                        match check!(generator::send(vm, view!(a!()), view!(b!()))) {
                            generator::Resumed::Yield(o) => set!(b!(), o.into_value()),
                            generator::Resumed::Return(o) => {
                                set!(b!(), o.into_value());
                                set!(a!(), Value::NULL);
                                pc = pc.sub(1);
                                jump!();
                            }
                        }
                    }
                    Op::GetAwaitable => {
                        save!();
                        let o = check!(generator::get_awaitable(vm, view!(b!()), c!()));
                        set!(a!(), o.into_value());
                        consume!(b!(), a!());
                    }
                    Op::GetAiter => {
                        save!();
                        let o = check!(generator::get_aiter(vm, view!(b!())));
                        set!(a!(), o.into_value());
                        consume!(b!(), a!());
                    }
                    Op::GetAnext => {
                        save!();
                        let o = check!(generator::get_anext(vm, view!(b!())));
                        set!(a!(), o.into_value());
                    }
                    Op::EndAsyncFor => {
                        save!();
                        if unwind::matches_stop_async(vm, view!(a!())) {
                            unwind::pop_exc(vm, fp, a!());
                            jump!();
                        } else {
                            pc = pc.add(1);
                            save!();
                            break 'run unwind::reraise(vm, fp, a!(), a!());
                        }
                    }

                    Op::PushExc => unwind::push_exc(vm, fp, a!()),
                    Op::PopExc => {
                        save!();
                        unwind::pop_exc(vm, fp, a!());
                    }
                    Op::Reraise => {
                        save!();
                        let e = unwind::reraise(vm, fp, a!(), b!());
                        match unwind::unwind(vm, e, true) {
                            Ok(()) => {
                                reload!();
                                continue 'run;
                            }
                            Err(e) => return Err(e),
                        }
                    }
                    Op::SetHandled => {
                        save!();
                        vm.handled.set(view!(a!()).clone());
                    }
                    Op::JumpIfNotExc => {
                        save!();
                        if check!(vm.exception_matches(view!(a!()), view!(b!()))) {
                            pc = pc.add(1);
                        } else {
                            jump!();
                        }
                    }
                    Op::MatchExcGroup => {
                        save!();
                        let (rest, matched) =
                            check!(super::unwind_groups::match_group(vm, view!(a!()), view!(b!())));
                        set!(a!(), rest.into_value());
                        set!(a!() + 1, matched.into_value());
                    }
                    Op::PrepReraiseStar => {
                        save!();
                        let o = check!(unwind::prep_reraise_star(vm, view!(b!()), view!(c!())));
                        set!(a!(), o.into_value());
                    }
                    Op::Raise => {
                        save!();
                        let exception = if c!() >= 1 { Some(view!(a!())) } else { None };
                        let cause = if c!() == 2 { Some(view!(b!())) } else { None };
                        let again = c!() == 0 && vm.handled.get().is_some_and(|e| !e.is_none());
                        let raised = unwind::raise(vm, exception, cause);
                        if !again {
                            break 'run raised;
                        }
                        // Bare `raise`: the entry of this frame is there already.
                        match unwind::unwind(vm, raised, true) {
                            Ok(()) => {
                                reload!();
                                continue 'run;
                            }
                            Err(e) => return Err(e),
                        }
                    }
                    Op::RaiseAssert => {
                        save!();
                        let argument = if b!() == 1 { Some(view!(a!()).clone()) } else { None };
                        break 'run vm
                            .raise_args(Exc::AssertionError, argument.into_iter().collect());
                    }

                    Op::BeforeWith => {
                        save!();
                        check!(run_ops::before_with(vm, fp.add(a!()), false));
                    }
                    Op::BeforeAsyncWith => {
                        save!();
                        check!(run_ops::before_with(vm, fp.add(a!()), true));
                    }
                    Op::WithExceptStart => {
                        save!();
                        run_ops::with_except_start(vm, fp, a!(), b!(), c!());
                    }

                    Op::MakeFunction => {
                        let code = *pc as usize;
                        pc = pc.add(1);
                        save!();
                        let o = check!(run_ops::make_function(
                            vm,
                            frame!(),
                            kview!(code),
                            fp.add(a!()),
                            b!()
                        ));
                        set!(a!(), o.into_value());
                    }
                    Op::LoadBuildClass => {
                        save!();
                        let o = check!(run_ops::load_build_class(vm, frame!()));
                        set!(a!(), o.into_value());
                    }
                    Op::SetupAnnotations => {
                        save!();
                        check!(run_ops::setup_annotations(vm, view!(a!())));
                    }

                    Op::ImportName => {
                        let name = *pc;
                        pc = pc.add(1);
                        save!();
                        let o = check!(run_ops::import_name(
                            vm,
                            frame!(),
                            name,
                            view!(a!()),
                            view!(a!() + 1)
                        ));
                        set!(a!(), o.into_value());
                        set!(a!() + 1, Value::NULL);
                    }
                    Op::ImportFrom => {
                        let name = *pc;
                        pc = pc.add(1);
                        save!();
                        let o = check!(run_ops::import_from(
                            vm,
                            view!(b!()),
                            run_ops::name(frame!(), name)
                        ));
                        set!(a!(), o.into_value());
                    }
                    Op::ImportStar => {
                        save!();
                        check!(run_ops::import_star(vm, view!(a!()), view!(b!())));
                    }

                    Op::JumpIfNotSequence => {
                        if run_ops::is_pattern(vm, view!(a!()), type_flags::SEQUENCE) {
                            pc = pc.add(1)
                        } else {
                            jump!()
                        }
                    }
                    Op::JumpIfNotMapping => {
                        if run_ops::is_pattern(vm, view!(a!()), type_flags::MAPPING) {
                            pc = pc.add(1)
                        } else {
                            jump!()
                        }
                    }
                    Op::GetLen => {
                        save!();
                        let n = check!(vm.len(view!(b!())));
                        let o = check!(vm.int_usize(n));
                        set!(a!(), o.into_value());
                    }
                    Op::MatchKeys => {
                        save!();
                        let o = check!(run_ops::match_keys(vm, view!(b!()), view!(c!())));
                        set!(a!(), o.into_value());
                    }
                    Op::MatchClass => {
                        let positional = *pc as usize;
                        pc = pc.add(1);
                        save!();
                        let o = check!(run_ops::match_class(
                            vm,
                            view!(b!()),
                            view!(a!()),
                            positional,
                            view!(c!())
                        ));
                        set!(a!(), o.into_value());
                    }
                    Op::CopyDictWithoutKeys => {
                        save!();
                        let o = check!(run_ops::copy_dict_without(vm, view!(b!()), view!(c!())));
                        set!(a!(), o.into_value());
                    }
                    Op::PrintExpr => {
                        save!();
                        check!(run_ops::print_expr(vm, view!(a!())));
                        consume!(a!(), usize::MAX);
                    }
                }
            };
            match unwind::unwind(vm, raised, false) {
                Ok(()) => {
                    reload!();
                    continue 'raise;
                }
                Err(e) => return Err(e),
            }
        }
    }
}
