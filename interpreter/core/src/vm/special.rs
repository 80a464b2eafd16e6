//! Special methods written in Python, entered in place: operators of two instances of one class, the
//! construction of instances, `super().method`. What is not the plain case here goes the general way
//! through the slots of the classes, which is always right.
//!
//! **Invariant:** a frame of kind `Operator` belongs to the instruction in front of its resumer's `pc`, one
//! word long up to there, whose operands still lie in the resumer's registers.
#![expect(unsafe_code, reason = "the value stack")]

use super::frame::{Frame, FrameKind, Vm};
use super::function_call::{Left, ensure_room};
use super::next::Next;
use super::{Raised, Res, calls};
use crate::bytecode::ops::Op;
use crate::object::object::{Boxed, decref, incref};
use crate::object::*;

/// The class of two words, if they are instances of one class made by a class statement, whose state is
/// only attributes.
#[inline(always)]
unsafe fn common_class<'a>(x: Value, y: Value) -> Option<&'a Obj<Type>> {
    if !x.is_ptr() || !y.is_ptr() {
        return None;
    }
    let (p, q) = (x.ptr(), y.ptr());
    if !matches!((*p).kind(), Kind::Instance | Kind::DictInstance) || (*p).ty.get() != (*q).ty.get()
    {
        return None;
    }
    Some(&*((*p).ty.as_ptr() as *const Obj<Type>)).filter(|t| t.has_layout::<Empty>())
}

/// The function that `name` is in the class, if it takes just the operands.
fn plain_function(vm: &Vm, class: &Obj<Type>, name: &Obj<Str>) -> Option<Object> {
    let found = class.lookup(vm, name)?;
    let function = found.downcast_exact::<Function>()?;
    (function.code().direct_args == 2).then_some(found)
}

/// Push the frame of `method(x, y)` for the running instruction; `pc` is behind its first word.
unsafe fn enter(vm: &Vm, pc: *const u32, method: Object, x: Value, y: Value) -> Res<()> {
    (*vm.frame.get()).pc.set(pc);
    let base = vm.top();
    let fp = base.add(1);
    ensure_room(vm, fp, 4)?;
    let Some(function) = method.downcast_exact::<Function>() else { return Ok(()) };
    let code = function.code().as_ptr();
    incref(x);
    incref(y);
    *base = method.into_value();
    *fp = x;
    *fp.add(1) = y;
    for i in 2..(*code).payload.nlocals as usize {
        *fp.add(i) = Value::NULL;
    }
    let frame = vm.frame.get().add(1);
    Frame::push(frame, code, fp, (*code).payload.start(), FrameKind::Operator, 0);
    vm.frame.set(frame);
    Ok(())
}

/// `x op y`, or `x op= y` if `inplace`: entered if both are instances of one class with such a method.
#[inline]
pub(crate) unsafe fn enter_binary(
    vm: &Vm,
    pc: *const u32,
    op: BinOp,
    inplace: bool,
    x: Value,
    y: Value,
) -> Res<bool> {
    let Some(class) = common_class(x, y) else { return Ok(false) };
    if class.slots().binary(op).is_none() || inplace && class.slots().inplace(op).is_some() {
        return Ok(false);
    }
    let n = vm.names();
    let name = match op {
        BinOp::Add => &n.__add__,
        BinOp::Sub => &n.__sub__,
        BinOp::Mul => &n.__mul__,
        BinOp::TrueDiv => &n.__truediv__,
        BinOp::FloorDiv => &n.__floordiv__,
        BinOp::Mod => &n.__mod__,
        BinOp::LShift => &n.__lshift__,
        BinOp::RShift => &n.__rshift__,
        BinOp::And => &n.__and__,
        BinOp::Or => &n.__or__,
        BinOp::Xor => &n.__xor__,
        BinOp::MatMul => &n.__matmul__,
        BinOp::Pow | BinOp::DivMod => return Ok(false),
    };
    match plain_function(vm, class, name) {
        Some(f) => enter(vm, pc, f, x, y).map(|()| true),
        None => Ok(false),
    }
}

/// `x op y`: entered if both are instances of one class with such a method.
#[inline]
pub(crate) unsafe fn enter_compare(
    vm: &Vm,
    pc: *const u32,
    op: CmpOp,
    x: Value,
    y: Value,
) -> Res<bool> {
    let Some(class) = common_class(x, y) else { return Ok(false) };
    let n = vm.names();
    let name = match op {
        CmpOp::Lt => &n.__lt__,
        CmpOp::Le => &n.__le__,
        CmpOp::Eq => &n.__eq__,
        CmpOp::Ne => &n.__ne__,
        CmpOp::Gt => &n.__gt__,
        CmpOp::Ge => &n.__ge__,
    };
    match plain_function(vm, class, name) {
        Some(f) => enter(vm, pc, f, x, y).map(|()| true),
        None => Ok(false),
    }
}

/// The operator of an arithmetic instruction on registers, and whether it is an in-place one.
fn arithmetic(op: Op) -> Option<(BinOp, bool)> {
    Some(match op {
        Op::Add => (BinOp::Add, false),
        Op::Sub => (BinOp::Sub, false),
        Op::Mul => (BinOp::Mul, false),
        Op::TrueDiv => (BinOp::TrueDiv, false),
        Op::FloorDiv => (BinOp::FloorDiv, false),
        Op::Mod => (BinOp::Mod, false),
        Op::LShift => (BinOp::LShift, false),
        Op::RShift => (BinOp::RShift, false),
        Op::BitAnd => (BinOp::And, false),
        Op::BitOr => (BinOp::Or, false),
        Op::BitXor => (BinOp::Xor, false),
        Op::MatMul => (BinOp::MatMul, false),
        Op::IAdd => (BinOp::Add, true),
        Op::ISub => (BinOp::Sub, true),
        Op::IMul => (BinOp::Mul, true),
        Op::ITrueDiv => (BinOp::TrueDiv, true),
        Op::IFloorDiv => (BinOp::FloorDiv, true),
        Op::IMod => (BinOp::Mod, true),
        Op::ILShift => (BinOp::LShift, true),
        Op::IRShift => (BinOp::RShift, true),
        Op::IBitAnd => (BinOp::And, true),
        Op::IBitOr => (BinOp::Or, true),
        Op::IBitXor => (BinOp::Xor, true),
        Op::IMatMul => (BinOp::MatMul, true),
        _ => return None,
    })
}

/// The operator of a comparing instruction.
fn comparison(op: Op) -> Option<CmpOp> {
    Some(match op {
        Op::Lt | Op::JumpLt | Op::JumpNotLt => CmpOp::Lt,
        Op::Le | Op::JumpLe | Op::JumpNotLe => CmpOp::Le,
        Op::Eq | Op::JumpEq | Op::JumpNotEq => CmpOp::Eq,
        Op::Ne | Op::JumpNe | Op::JumpNotNe => CmpOp::Ne,
        Op::Gt | Op::JumpGt | Op::JumpNotGt => CmpOp::Gt,
        Op::Ge | Op::JumpGe | Op::JumpNotGe => CmpOp::Ge,
        _ => return None,
    })
}

/// What an operator comes to whose left operand's method gave NotImplemented, both operands being of one
/// class.
#[cold]
fn rest_of_protocol(vm: &Vm, op: Op, x: &Object, y: &Object) -> Res {
    if let Some(op) = comparison(op) {
        return vm.compare_reflected(x, y, op);
    }
    match arithmetic(op) {
        Some((op, inplace)) => Err(vm.unsupported_operands(op, inplace, x, y)),
        None => Err(vm.system_error("operator frame of another instruction")),
    }
}

/// A frame of kind `Operator` (already popped, window clean) returned `value`: finish the instruction.
pub(crate) unsafe fn operator_returned(vm: &Vm, frame: *mut Frame, value: Object) -> Left {
    let function = std::mem::replace(&mut *(*frame).fp.sub(1), Value::NULL);
    decref(function);
    let resumer = vm.frame.get();
    let (pc, fp) = ((*resumer).pc.get(), (*resumer).fp);
    let ins = *pc.sub(1);
    let (a, b, c) = ((ins >> 8 & 0xff) as usize, (ins >> 16 & 0xff) as usize, (ins >> 24) as usize);
    let Some(op) = Op::from_u8(ins as u8) else {
        return Left::Raise(vm.system_error("operator frame of another instruction"));
    };
    let branches = op >= Op::JumpLt && op <= Op::JumpNotGeK;
    let value = if value.is_not_implemented() {
        let (x, y) = if branches { (a, b) } else { (b, c) };
        match rest_of_protocol(vm, op, Object::view(fp.add(x)), Object::view(fp.add(y))) {
            Ok(o) => o,
            Err(e) => return Left::Raise(e),
        }
    } else {
        value
    };
    if branches {
        let hit = match vm.truth(&value) {
            Ok(t) => t,
            Err(e) => return Left::Raise(e),
        };
        drop(value);
        let distance = if hit as usize == c { *pc as i32 as isize } else { 1 };
        (*resumer).pc.set(pc.offset(distance));
        calls::consume(vm, fp, a);
        calls::consume(vm, fp, b);
    } else {
        let old = std::mem::replace(&mut *fp.add(a), value.into_value());
        decref(old);
        if b != a {
            calls::consume(vm, fp, b);
        }
        if c != a {
            calls::consume(vm, fp, c);
        }
    }
    Left::Continue
}

/// The class in `base[0]` called with `n` positional arguments, when the class remembers that its
/// instances are made by `object` and that `__init__` is a Python function. `pc` is saved.
#[inline(always)]
pub(crate) unsafe fn construct(vm: &Vm, base: *mut Value, n: usize) -> Option<Next> {
    let class = *base;
    let t = &(*(class.ptr() as *const Boxed<Type>)).payload;
    if (*class.ptr()).ty.get() != vm.types().type_.as_ptr()
        || t.init_version.get() == 0
        || t.init_version.get() != t.version.get()
    {
        return None;
    }
    let init = t.init.get();
    let code = (*(init.ptr() as *const Boxed<Function>)).payload.code().as_ptr();
    if (*code).payload.direct_args as usize != n + 1 || ensure_room(vm, base.add(1), n + 3).is_err()
    {
        return None;
    }
    let instance = vm.plain_instance(class.ptr() as *const Boxed<Type>)?;
    let fp = base.add(1);
    for i in (0..n).rev() {
        *fp.add(i + 1) = *fp.add(i);
    }
    incref(instance);
    *fp = instance;
    incref(init);
    *base = init;
    for i in n + 1..(*code).payload.nlocals as usize {
        *fp.add(i) = Value::NULL;
    }
    let frame = vm.frame.get().add(1);
    Frame::push(frame, code, fp, (*code).payload.start(), FrameKind::Init, 0);
    (*frame).extra.set(instance);
    vm.frame.set(frame);
    decref(class);
    Some(Next { pc: (*code).payload.start(), fp })
}

/// LoadSuperMethod: `super().name` where register a holds what `super` names.
pub(crate) unsafe fn load_super_method(
    vm: &Vm,
    pc: *const u32,
    base: *mut Value,
    name: &Obj<Str>,
) -> Result<(), Raised> {
    let callee = Object::view(base);
    let frame = vm.frame.get();
    (*frame).pc.set(pc);
    if crate::types::super_::is_super_type(callee) {
        let (class, object) = vm.super_arguments()?;
        if let Some(function) = crate::types::super_::plain_method(vm, &class, &object, name) {
            let old = std::mem::replace(&mut *base, function.into_value());
            decref(old);
            let old = std::mem::replace(&mut *base.add(1), object.into_value());
            decref(old);
            return Ok(());
        }
    }
    let bound = vm.call(callee, &[])?;
    (*frame).pc.set(pc.add(1));
    let attribute = vm.getattr(&bound, name)?;
    let old = std::mem::replace(&mut *base, attribute.into_value());
    decref(old);
    let old = std::mem::replace(&mut *base.add(1), Value::NULL);
    decref(old);
    Ok(())
}
