//! What every instruction does, one at a time: the complete semantics. The loop (`dispatch`) has the fast
//! paths of the frequent instructions and comes here with everything else.
//!
//! **Rules** are those of the loop's head. Here `pc` is behind the instruction's first word. An exception is
//! unwound before returning: the caller just goes on where [`Next`] says.
#![expect(unsafe_code, reason = "register access")]

use super::frame::Vm;
use super::next::{Next, raise, raise_again};
use super::{attribute_cache, calls, function_call, generator, run_ops, special, unwind};
use crate::bytecode::ops::{FAR_BASE, Op};
use crate::object::object::{Boxed, decref, incref};
use crate::object::*;

/// Run the instruction `ins`, whose further words start at `pc`, in the innermost frame.
///
/// # Safety
/// `(pc, fp)` is the state of the innermost frame; its code went through the verifier or came from our
/// compiler, so that operands lie within its window, constants and words.
#[inline(never)]
pub(crate) unsafe fn execute(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let mut pc = pc;
    macro_rules! frame {
        () => {
            vm.frame.get()
        };
    }
    let consts = (*(*frame!()).code).payload.consts_start();
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
                    return raise(vm, e);
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
    macro_rules! binary {
        ($op:expr) => {{
            if check!(special::enter_binary(vm, pc, $op, false, r!(b!()), r!(c!()))) {
                return calls::entered(vm);
            }
            operate!(run_ops::binary(vm, $op, view!(b!()), view!(c!())), Some(c!()))
        }};
    }
    macro_rules! binary_k {
        ($op:expr) => {
            operate!(run_ops::binary(vm, $op, view!(b!()), kview!(c!())), None::<usize>)
        };
    }
    macro_rules! inplace {
        ($op:expr) => {{
            if check!(special::enter_binary(vm, pc, $op, true, r!(b!()), r!(c!()))) {
                return calls::entered(vm);
            }
            operate!(run_ops::inplace(vm, $op, fp, a!(), b!(), c!()), Some(c!()))
        }};
    }
    macro_rules! inplace_k {
        ($op:expr) => {
            operate!(vm.inplace($op, view!(b!()), kview!(c!())), None::<usize>)
        };
    }
    macro_rules! compare {
        ($op:expr) => {{
            if check!(special::enter_compare(vm, pc, $op, r!(b!()), r!(c!()))) {
                return calls::entered(vm);
            }
            operate!(run_ops::compare(vm, view!(b!()), view!(c!()), $op), Some(c!()))
        }};
    }
    // Compare-branch: jump when the result is the sense in c.
    macro_rules! compare_jump {
        ($op:expr, $yobj:expr, $creg:expr) => {{
            save!();
            let hit = check!(run_ops::compare_bool(vm, view!(a!()), $yobj, $op));
            consume!(a!(), usize::MAX);
            if let Some(i) = $creg {
                consume!(i, usize::MAX);
            }
            if hit as usize == c!() { jump_polled!() } else { pc = pc.add(1) }
        }};
    }
    macro_rules! cj_rr {
        ($op:expr) => {{
            if check!(special::enter_compare(vm, pc, $op, r!(a!()), r!(b!()))) {
                return calls::entered(vm);
            }
            compare_jump!($op, view!(b!()), Some(b!()))
        }};
    }
    macro_rules! cj_rk {
        ($op:expr) => {
            compare_jump!($op, kview!(b!()), None::<usize>)
        };
    }
    // Truth of register a.
    macro_rules! truth {
        () => {{
            save!();
            let t = check!(vm.truth(view!(a!())));
            consume!(a!(), usize::MAX);
            t
        }};
    }
    // SAFETY: the word was emitted by our compiler.
    let op = std::mem::transmute::<u8, Op>(ins as u8);
    match op {
        // `run` itself looks at Exit.
        Op::Nop | Op::Exit => {}
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
                return raise(vm, run_ops::unbound_far(vm, *pc.sub(1)));
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
                return raise(vm, run_ops::unbound_far(vm, n));
            }
            set!(FAR_BASE + n as usize, Value::NULL);
        }
        Op::CheckLocal => {
            if r!(a!()).is_null() {
                save!();
                return raise(vm, run_ops::unbound_local(vm, a!()));
            }
        }
        Op::DelLocal => {
            save!();
            if r!(a!()).is_null() {
                return raise(vm, run_ops::unbound_local(vm, a!()));
            }
            set!(a!(), Value::NULL);
        }

        Op::MakeCell => {
            save!();
            let held = std::mem::replace(&mut *fp.add(a!()), Value::NULL);
            let held = if held.is_null() { None } else { Some(Object::from_owned(held)) };
            let cell = check!(vm.cell(held));
            r!(a!()) = cell.into_object().into_value();
        }
        Op::LoadCell => {
            let v = (*(r!(b!()).ptr() as *const Boxed<CellObject>)).payload.value.peek();
            if v.is_null() {
                save!();
                return raise(vm, run_ops::unbound_local(vm, b!()));
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
                None => return raise(vm, run_ops::unbound_local(vm, a!())),
            }
        }
        Op::LoadFree => {
            let v = (*run_ops::free_cell(fp, b!())).payload.value.peek();
            if v.is_null() {
                save!();
                return raise(vm, run_ops::unbound_free(vm, b!()));
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
                None => return raise(vm, run_ops::unbound_free(vm, a!())),
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

        Op::LoadGlobal | Op::LoadGlobalOwn | Op::LoadGlobalBuiltin => {
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
            let o = check!(run_ops::load_name(vm, frame!(), view!(b!()), pc as *mut u32));
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

        Op::Add => binary!(BinOp::Add),
        Op::Sub => binary!(BinOp::Sub),
        Op::Mul => binary!(BinOp::Mul),
        Op::TrueDiv => binary!(BinOp::TrueDiv),
        Op::FloorDiv => binary!(BinOp::FloorDiv),
        Op::Mod => binary!(BinOp::Mod),
        Op::Pow => binary!(BinOp::Pow),
        Op::LShift => binary!(BinOp::LShift),
        Op::RShift => binary!(BinOp::RShift),
        Op::BitAnd => binary!(BinOp::And),
        Op::BitOr => binary!(BinOp::Or),
        Op::BitXor => binary!(BinOp::Xor),
        Op::AddK => binary_k!(BinOp::Add),
        Op::SubK => binary_k!(BinOp::Sub),
        Op::MulK => binary_k!(BinOp::Mul),
        Op::TrueDivK => binary_k!(BinOp::TrueDiv),
        Op::FloorDivK => binary_k!(BinOp::FloorDiv),
        Op::ModK => binary_k!(BinOp::Mod),
        Op::PowK => binary_k!(BinOp::Pow),
        Op::LShiftK => binary_k!(BinOp::LShift),
        Op::RShiftK => binary_k!(BinOp::RShift),
        Op::BitAndK => binary_k!(BinOp::And),
        Op::BitOrK => binary_k!(BinOp::Or),
        Op::BitXorK => binary_k!(BinOp::Xor),
        Op::MatMul => binary!(BinOp::MatMul),
        Op::IAdd => inplace!(BinOp::Add),
        Op::ISub => inplace!(BinOp::Sub),
        Op::IMul => inplace!(BinOp::Mul),
        Op::ITrueDiv => inplace!(BinOp::TrueDiv),
        Op::IFloorDiv => inplace!(BinOp::FloorDiv),
        Op::IMod => inplace!(BinOp::Mod),
        Op::IPow => inplace!(BinOp::Pow),
        Op::ILShift => inplace!(BinOp::LShift),
        Op::IRShift => inplace!(BinOp::RShift),
        Op::IBitAnd => inplace!(BinOp::And),
        Op::IBitOr => inplace!(BinOp::Or),
        Op::IBitXor => inplace!(BinOp::Xor),
        Op::IMatMul => inplace!(BinOp::MatMul),
        Op::IAddK => inplace_k!(BinOp::Add),
        Op::ISubK => inplace_k!(BinOp::Sub),
        Op::IMulK => inplace_k!(BinOp::Mul),
        Op::Neg => {
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
                    return Next { pc, fp };
                }
            }
            save!();
            let o = check!(vm.invert(view!(b!())));
            set!(a!(), o.into_value());
            consume!(b!(), a!());
        }
        Op::Not => {
            save!();
            let t = check!(vm.truth(view!(b!())));
            set!(a!(), Value::from_bool(!t));
            consume!(b!(), a!());
        }

        Op::Lt => compare!(CmpOp::Lt),
        Op::Le => compare!(CmpOp::Le),
        Op::Eq => compare!(CmpOp::Eq),
        Op::Ne => compare!(CmpOp::Ne),
        Op::Gt => compare!(CmpOp::Gt),
        Op::Ge => compare!(CmpOp::Ge),
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
        Op::JumpLt | Op::JumpNotLt => cj_rr!(CmpOp::Lt),
        Op::JumpLe | Op::JumpNotLe => cj_rr!(CmpOp::Le),
        Op::JumpEq | Op::JumpNotEq => cj_rr!(CmpOp::Eq),
        Op::JumpNe | Op::JumpNotNe => cj_rr!(CmpOp::Ne),
        Op::JumpGt | Op::JumpNotGt => cj_rr!(CmpOp::Gt),
        Op::JumpGe | Op::JumpNotGe => cj_rr!(CmpOp::Ge),
        Op::JumpLtK | Op::JumpNotLtK => cj_rk!(CmpOp::Lt),
        Op::JumpLeK | Op::JumpNotLeK => cj_rk!(CmpOp::Le),
        Op::JumpEqK | Op::JumpNotEqK => cj_rk!(CmpOp::Eq),
        Op::JumpNeK | Op::JumpNotNeK => cj_rk!(CmpOp::Ne),
        Op::JumpGtK | Op::JumpNotGtK => cj_rk!(CmpOp::Gt),
        Op::JumpGeK | Op::JumpNotGeK => cj_rk!(CmpOp::Ge),
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
        Op::JumpIn => return calls::jump_in(vm, pc, fp, ins),

        Op::LoadAttr | Op::LoadAttrSlot | Op::LoadAttrClass | Op::LoadAttrProperty => {
            if op == Op::LoadAttrProperty
                && let Some(getter) = attribute_cache::cached_getter(r!(b!()), pc)
            {
                pc = pc.add(5);
                save!();
                let receiver = r!(b!());
                check!(function_call::enter_getter(vm, getter, receiver, a!() as u8));
                return Next::resume(vm);
            }
            save!();
            let o = check!(attribute_cache::load(vm, frame!(), view!(b!()), pc as *mut u32));
            pc = pc.add(5);
            set!(a!(), o.into_value());
        }
        Op::StoreAttr | Op::StoreAttrSlot | Op::StoreAttrTake | Op::StoreAttrSlotTake => {
            save!();
            check!(attribute_cache::store(vm, frame!(), view!(a!()), view!(b!()), pc as *mut u32));
            pc = pc.add(3);
            if op == Op::StoreAttrTake || op == Op::StoreAttrSlotTake {
                set!(b!(), Value::NULL);
            }
        }
        Op::DelAttr => {
            let name = *pc;
            pc = pc.add(1);
            save!();
            check!(vm.delattr(view!(a!()), run_ops::name(frame!(), name)));
        }
        Op::SubscrSlice => return calls::subscript_slice(vm, pc, fp, ins),
        Op::Subscr | Op::SubscrKept => return calls::subscript(vm, pc, fp, ins),
        Op::SubscrK | Op::SubscrKKept => {
            if let Some(v) = calls::dict_item(r!(b!()), k!(c!())) {
                incref(v);
                set!(a!(), v);
                consume!(b!(), a!());
                return Next { pc: pc.add(1), fp };
            }
            pc = pc.add(1);
            save!();
            let o = check!(run_ops::subscript(vm, view!(b!()), kview!(c!())));
            set!(a!(), o.into_value());
            consume!(b!(), a!());
        }
        Op::StoreSubscr | Op::StoreSubscrTake => {
            return calls::store_subscript(vm, pc, fp, ins);
        }
        Op::StoreSubscrK | Op::StoreSubscrKTake => {
            pc = pc.add(1);
            save!();
            check!(run_ops::store_subscript(vm, view!(a!()), kview!(b!()), view!(c!())));
            if op == Op::StoreSubscrKTake {
                set!(c!(), Value::NULL);
            }
        }
        Op::DelSubscr => {
            save!();
            check!(vm.delitem(view!(a!()), view!(b!())));
        }
        Op::LoadSuperMethod => {
            let name = run_ops::name(frame!(), *pc);
            check!(special::load_super_method(vm, pc, fp.add(a!()), name));
            pc = pc.add(1);
        }

        Op::BuildTuple => return calls::build_tuple(vm, pc, fp, ins),
        Op::BuildList => return calls::build_list(vm, pc, fp, ins),
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
            let o = check!(run_ops::build_const_key_dict(vm, kview!(keys), fp.add(b!()), c!()));
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
        Op::ListAppend | Op::ListAppendTake => {
            save!();
            let v = r!(b!());
            if b!() >= nlocals!() {
                r!(b!()) = Value::NULL
            } else {
                incref(v)
            }
            let list = &(*(r!(a!()).ptr() as *const Boxed<List>)).payload;
            if let Err(e) = list.push(Object::from_owned(v)) {
                return raise(vm, vm.no_memory(e));
            }
        }
        Op::SetAdd => return calls::set_add(vm, pc, fp, ins),
        Op::DictSet => return calls::dict_set(vm, pc, fp, ins),
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

        Op::GetIter => return calls::get_iter(vm, pc, fp, ins),
        Op::ForIter => {
            if vm.flags_set() {
                save!();
                check!(super::call::handle_flags(vm));
            }
            if r!(b!()).is_kind(Kind::Generator) {
                return calls::for_generator(vm, pc, fp, ins);
            }
            return calls::for_next(vm, pc, fp, ins);
        }
        Op::ForTuple => {
            if vm.flags_set() {
                save!();
                check!(super::call::handle_flags(vm));
            }
            let i = r!(b!()).as_int().unwrap_or(i64::MAX);
            let tuple = kview!(*pc.add(1) as usize).downcast_exact::<Tuple>();
            match tuple.and_then(|t| t.as_slice().get(i as usize)) {
                Some(item) => {
                    set!(b!(), Value::from_bits((i as u64 + 1) << 1 | 1));
                    set!(a!(), item.clone().into_value());
                    jump!();
                }
                None => {
                    set!(b!(), Value::NULL);
                    pc = pc.add(2);
                }
            }
        }
        Op::GetYieldFromIter => {
            save!();
            let o = check!(generator::yield_from_iter(vm, frame!(), view!(a!())));
            set!(a!(), o.into_value());
        }

        Op::Call => return calls::call(vm, pc, fp, ins),
        Op::CallMethod | Op::CallMethodOwn | Op::CallMethodNative | Op::CallMethodClass => {
            return calls::call_method(vm, pc, fp, ins);
        }
        Op::LoadMethod | Op::LoadMethodOwn => {
            save!();
            check!(attribute_cache::method(vm, frame!(), fp.add(a!()), 0, pc as *mut u32));
            pc = pc.add(5);
        }
        Op::CallLoaded => return calls::call_loaded(vm, pc, fp, ins),
        Op::CallKw => {
            let names = kview!(*pc as usize).downcast_exact::<Tuple>();
            pc = pc.add(1);
            save!();
            return calls::call_named(vm, pc, fp, fp.add(a!()), b!(), names);
        }
        Op::CallMethodKw => {
            let (base, n) = (fp.add(a!()), b!());
            let names = kview!(*pc.add(1) as usize).downcast_exact::<Tuple>();
            save!();
            let with_self = check!(attribute_cache::method_uncached(vm, frame!(), base, n, *pc));
            pc = pc.add(2);
            save!();
            return calls::call_named(vm, pc, fp, base, n + with_self as usize, names);
        }
        Op::CallEx => return calls::call_ex(vm, pc, fp, ins),
        Op::Return => {
            let v = std::mem::replace(&mut *fp.add(a!()), Value::NULL);
            return calls::leave(vm, pc, v);
        }
        Op::ReturnNone => return calls::leave(vm, pc, Value::NONE),

        Op::LoadBody => return super::stored::enter_body(vm),
        Op::MakeGenerator => return calls::make_generator(vm, pc),
        Op::Yield => return calls::yield_value(vm, pc, fp, ins),
        Op::AsyncYield => return calls::async_yield(vm, pc, fp, ins),
        Op::Send => return calls::send(vm, pc, fp, ins),
        Op::GetAwaitable => return calls::get_awaitable(vm, pc, fp, ins),
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
                return raise(vm, unwind::reraise(vm, fp, a!(), a!()));
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
            return raise_again(vm, e);
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
                return raise(vm, raised);
            }
            // Bare `raise`: the entry of this frame is there already.
            return raise_again(vm, raised);
        }
        Op::RaiseAssert => {
            save!();
            let argument = if b!() == 1 { Some(view!(a!()).clone()) } else { None };
            return raise(vm, vm.raise_args(Exc::AssertionError, argument.into_iter().collect()));
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
            let o = check!(run_ops::make_function(vm, frame!(), kview!(code), fp.add(a!()), b!()));
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
            let o = check!(run_ops::import_name(vm, frame!(), name, view!(a!()), view!(a!() + 1)));
            set!(a!(), o.into_value());
            set!(a!() + 1, Value::NULL);
        }
        Op::ImportFrom => {
            let name = *pc;
            pc = pc.add(1);
            save!();
            let o = check!(run_ops::import_from(vm, view!(b!()), run_ops::name(frame!(), name)));
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
            let o =
                check!(run_ops::match_class(vm, view!(b!()), view!(a!()), positional, view!(c!())));
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
    Next { pc, fp }
}
