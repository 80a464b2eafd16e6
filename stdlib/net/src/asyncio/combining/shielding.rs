//! `asyncio.shield()`.

use super::{ensure_future, exception_of, given_loop, tell};
use crate::asyncio::awaiting::plain_future;
use crate::asyncio::looping::new_future;
use crate::asyncio::state::state;
use crate::asyncio::sync::{is_cancelled, is_done, set_result};
use crate::asyncio::task::cancel_any;
use crate::support::*;

/// Payload of what both futures call: the outer one follows the inner one, until somebody cancels it.
struct Shield {
    inner: Object,
    outer: Object,
}

impl Payload for Shield {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SHIELD);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.inner);
        visitor.visit(&self.outer);
    }
}

static SHIELD: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        call: Some(|vm, this, args, _| match (this.downcast::<Shield>(), args) {
            (Some(shield), [future]) if future.is(&shield.inner) => inner_done(vm, shield),
            (Some(shield), [_]) => outer_done(vm, shield),
            _ => Err(vm.type_error("a future was expected")),
        }),
        ..Slots::NONE
    },
    ..TypeSpec::new::<Shield>("_asyncio.Shield")
};

/// A future that ends as the given one does (a coroutine becomes a task). Who cancels it, or what waits for it, does not
/// cancel what was given.
///
/// Keep a task that nobody else keeps: the loop holds it only weakly.
#[native("(arg, *, loop=None)", python, shown = "(arg)")]
pub(in crate::asyncio) fn shield(vm: &Vm, arg: &Object, r#loop: Option<&Object>) -> Res {
    let inner = ensure_future(vm, arg, given_loop(vm, r#loop).as_ref())?;
    if is_done(vm, &inner)? {
        return Ok(inner);
    }
    let looop = match plain_future(vm, &inner) {
        Some(native) => native.its_loop(vm)?,
        None => vm.call(&state(vm).loop_of_future(vm)?, std::slice::from_ref(&inner))?,
    };
    let outer = new_future(vm, &looop)?;
    let shield = vm.alloc(Shield { inner: inner.clone(), outer: outer.clone() })?.into_object();
    let context = contexts::copy_current(vm)?.into_object();
    tell(vm, &inner, &shield, &context)?;
    tell(vm, &outer, &shield, &context)?;
    Ok(outer)
}

fn inner_done(vm: &Vm, shield: &Shield) -> Res {
    let (inner, outer) = (&shield.inner, &shield.outer);
    let was_cancelled = is_cancelled(vm, inner)?;
    if is_cancelled(vm, outer)? {
        if !was_cancelled {
            exception_of(vm, inner)?; // counts as seen
        }
    } else if was_cancelled {
        cancel_any(vm, outer, None)?;
    } else if let Some(exception) = exception_of(vm, inner)? {
        match plain_future(vm, outer) {
            Some(native) => native.fail(vm, native, exception)?,
            None => vm.call_method(outer, "set_exception", &[exception]).map(drop)?,
        }
    } else {
        let result = match plain_future(vm, inner) {
            Some(native) => native.outcome(vm)?,
            None => vm.call_method(inner, "result", &[])?,
        };
        set_result(vm, outer, result)?;
    }
    Ok(Object::none())
}

fn outer_done(vm: &Vm, shield: &Obj<Shield>) -> Res {
    if !is_done(vm, &shield.inner)? {
        vm.call_method(&shield.inner, "remove_done_callback", &[shield.as_object().clone()])?;
    }
    Ok(Object::none())
}
