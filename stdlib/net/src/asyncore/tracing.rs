//! Tools of the module: a traceback in one line, closing of all channels, texts of errors.

use taipan_sys::errno;

use super::state::{number_of, state};
use crate::support::*;

/// The text of an error number.
#[native("(err)", python, name = "_strerror")]
pub(super) fn strerror(vm: &Vm, err: &Object) -> Res {
    let state = state(vm);
    let text = state
        .global_of(vm, "os", "strerror")
        .and_then(|strerror| vm.call(&strerror, std::slice::from_ref(err)));
    let raised = match text {
        Ok(text) => return Ok(text),
        Err(raised) => raised,
    };
    vm.caught(raised, Exc::ValueError)
        .or_else(|raised| vm.caught(raised, Exc::OverflowError))
        .or_else(|raised| vm.caught(raised, Exc::NameError))?;
    let names = state.global(vm, "errorcode")?;
    if vm.contains(&names, err)? {
        return vm.getitem(&names, err);
    }
    let text = format!("Unknown error {}", vm.to_str(err)?.to_string_lossy());
    Ok(vm.str(&text)?.into_object())
}

/// File, function and line of one entry of a traceback.
fn place(vm: &Vm, entry: &Object) -> Res<[Object; 3]> {
    let code = vm.getattr_named(&vm.getattr_named(entry, "tb_frame")?, "f_code")?;
    let line = vm.to_str(&vm.getattr_named(entry, "tb_lineno")?)?.into_object();
    Ok([vm.getattr_named(&code, "co_filename")?, vm.getattr_named(&code, "co_name")?, line])
}

/// Return what is known of the exception being handled: (file, function, line) of where it was raised, its class,
/// itself, and all its traceback in one line.
#[native("()", python)]
pub(super) fn compact_traceback(vm: &Vm) -> Res {
    let about = vm.call(&state(vm).global_of(vm, "sys", "exc_info")?, &[])?;
    let about = vm.collect(&about)?;
    let [class, exception, traceback] = about.as_slice() else {
        return Err(vm.value_error("exc_info() gives three things"));
    };
    let (mut entry, mut words, mut last) = (traceback.clone(), Vec::new(), None);
    while !entry.is_none() {
        vm.poll()?;
        let place = place(vm, &entry)?;
        let word = vm.tuple_from(&place)?.into_object();
        reserve(vm, &mut words, 1)?;
        words.push(vm.binary(BinOp::Mod, vm.str("[%s|%s|%s]")?.as_object(), &word)?);
        last = Some(word);
        entry = vm.getattr_named(&entry, "tb_next")?;
    }
    let Some(last) = last else { return Err(vm.assertion_error("traceback does not exist")) };
    let words = vm.list(words)?.into_object();
    let info = vm.call_method(vm.str(" ")?.as_object(), "join", &[words])?;
    Ok(vm.tuple(vec![last, class.clone(), exception.clone(), info])?.into_object())
}

/// Close all channels of a map, and empty it. With ignore_all, what they raise is lost.
#[native("(map=None, ignore_all=False)", python)]
pub(super) fn close_all(vm: &Vm, map: Option<&Object>, ignore_all: Maybe<&Object>) -> Res<()> {
    let map = state(vm).map(vm, map)?;
    let ignores = ignore_all.given().map_or(Ok(false), |ignores| vm.truth(ignores))?;
    for channel in vm.collect(&vm.call_method(&map, "values", &[])?)? {
        if let Err(raised) = vm.call_method(&channel, "close", &[]) {
            not_closed(vm, raised, ignores)?;
        }
    }
    vm.call_method(&map, "clear", &[]).map(drop)
}

#[cold]
fn not_closed(vm: &Vm, raised: Raised, ignores: bool) -> Res<()> {
    let state = state(vm);
    let raised = match vm.caught(raised, Exc::OSError) {
        Ok(failure) => {
            let number = number_of(vm, &state, &failure)?;
            if ignores || number.as_small_int() == Some(errno::EBADF.into()) {
                return Ok(());
            }
            return Err(vm.raise(failure));
        }
        Err(raised) => raised,
    };
    vm.except(raised, |exception| {
        let passes = vm.exception_matches(exception, &state.global(vm, "_reraised_exceptions")?)?;
        if ignores && !passes { Ok(()) } else { Err(vm.raise(exception.clone())) }
    })
}
