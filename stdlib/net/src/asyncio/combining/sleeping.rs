//! `asyncio.sleep()`.

use crate::asyncio::awaiting::{self, Awaiting, Came, Kind, Step};
use crate::asyncio::handle::cancel_any_handle;
use crate::asyncio::looping::{call_after, new_future};
use crate::asyncio::running::get_running_loop_object;
use crate::asyncio::state::state;
use crate::support::*;

static SLEEP: Kind = Kind { name: "sleep", step };

/// Wait for so many seconds; 0 lets the loop make one turn. The result is the second argument.
#[native("(delay, result=None, *, loop=None)", python, shown = "(delay, result=None)")]
pub(in crate::asyncio) fn sleep(
    vm: &Vm,
    delay: &Object,
    result: Option<&Object>,
    _loop: Option<&Object>,
) -> Res {
    Ok(awaiting::start_with(vm, &SLEEP, delay, result)?.into_object())
}

fn step(vm: &Vm, coroutine: &Obj<Awaiting>, came: Came) -> Res<Step> {
    match came {
        Came::Start => begin(vm, coroutine),
        Came::Value(value) => {
            let result = match coroutine.other.take() {
                Some(timer) => {
                    cancel_any_handle(vm, &timer)?;
                    value
                }
                None => coroutine.item.take().unwrap_or_else(Object::none),
            };
            Ok(Step::Done(result))
        }
        Came::Raised(exception) => {
            if let Some(timer) = coroutine.other.take() {
                cancel_any_handle(vm, &timer)?;
            }
            Err(vm.raise(exception))
        }
    }
}

fn begin(vm: &Vm, coroutine: &Awaiting) -> Res<Step> {
    let delay = coroutine.target.get().unwrap_or_else(Object::none);
    let is_short = match delay.as_small_int() {
        Some(seconds) => seconds <= 0,
        None => vm.truth(&vm.compare(&delay, &Object::small(0), CmpOp::Le)?)?,
    };
    if is_short {
        return Ok(Step::Turn);
    }
    let looop = get_running_loop_object(vm)?;
    let future = new_future(vm, &looop)?;
    let result = coroutine.item.take().unwrap_or_else(Object::none);
    let wake = state(vm).set_result_unless_cancelled(vm)?;
    let timer = call_after(vm, &looop, &delay, &wake, &[future.clone(), result])?;
    coroutine.other.set(timer);
    Ok(Step::on(vm, future))
}
