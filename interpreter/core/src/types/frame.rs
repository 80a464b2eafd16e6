//! The type frame: what vm/frame_object knows, as Python sees it.
//!
//! `f_locals` of a function is a dict that is brought up to date each time it is asked for; writing to it does
//! not reach the variables, except from within a trace or profile function.

use crate::bytecode::landing::Landings;
use crate::native::{getsets, natives};
use crate::object::*;
use crate::vm::frame_object::{FrameObject, Jump};
use crate::vm::{Res, Vm};
use taipan_macros::{getter, native, setter};

/// The type `frame`.
pub static SPEC: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    methods: natives![clear],
    getsets: getsets![
        f_back, f_code, f_builtins, f_globals, f_locals, f_lasti, f_lineno: set_f_lineno, f_trace: set_f_trace,
        f_trace_lines: set_f_trace_lines, f_trace_opcodes: set_f_trace_opcodes
    ],
    ..TypeSpec::new::<FrameObject>("frame")
};

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(f) = this.downcast::<FrameObject>() else { return Err(vm.type_error("not a frame")) };
    let file = vm.repr_string(f.code.filename.as_object())?;
    let text = format!(
        "<frame at {:#x}, file {file}, line {}, code {}>",
        this.id(),
        f.line(),
        f.code.name.to_str_lossy()
    );
    Ok(vm.str(&text)?.into_object())
}

/// F.clear(): drop the variables, so that what only they hold can go
#[native("(self)")]
fn clear(vm: &Vm, this: &Obj<FrameObject>) -> Res<()> {
    if this.is_live() {
        return Err(vm.runtime_error("cannot clear an executing frame"));
    }
    if let Some(generator) = this.generator() {
        let object = generator.as_object();
        if let Some(finalize) = vm.class_of(object).slots().del {
            finalize(vm, object)?;
        }
        // One that would not end stays as it is.
        if generator.state.get() == GeneratorState::Suspended
            && !generator.code.exceptions().is_empty()
        {
            return Ok(());
        }
        generator.clear_window();
        drop(generator.frame.take());
    }
    this.clear_variables();
    Ok(())
}

#[getter]
fn f_back(vm: &Vm, this: &Obj<FrameObject>) -> Res<Option<Obj<FrameObject>>> {
    this.back(vm)
}

#[getter]
fn f_code(this: &Obj<FrameObject>) -> Obj<Code> {
    this.code.clone()
}

#[getter]
fn f_builtins(this: &Obj<FrameObject>) -> Obj<Dict> {
    this.function.builtins().clone()
}

#[getter]
fn f_globals(this: &Obj<FrameObject>) -> Obj<Dict> {
    this.function.globals().clone()
}

/// In halves of words, so that `co_positions` has the entry `f_lasti // 2`.
#[getter]
fn f_lasti(this: &Obj<FrameObject>) -> i64 {
    i64::from(this.lasti()) * 2
}

#[getter]
fn f_lineno(this: &Obj<FrameObject>) -> i64 {
    i64::from(this.line())
}

#[setter]
fn set_f_lineno(vm: &Vm, this: &Obj<FrameObject>, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else { return Err(vm.attribute_error("cannot delete attribute")) };
    if !vm.class_of(value).is(&vm.types().int) {
        return Err(vm.value_error("lineno must be an integer"));
    }
    vm.may_jump(this)?;
    let line = match value.as_small_int().map(i32::try_from) {
        Some(Ok(line)) => line,
        _ => return Err(vm.value_error("lineno out of range")),
    };
    let refused = |what: &str| {
        Err(vm.value_error(format_args!("line {line} comes {what} the current code block")))
    };
    let wanted = match u32::try_from(line) {
        Ok(wanted) if wanted >= this.code.first_line => wanted,
        _ => return refused("before"),
    };
    let unit = this.code.unit(vm)?;
    let Some(landings) = Landings::of(&unit) else {
        return Err(vm.value_error("stack is too deep to analyze"));
    };
    let Some(line) = landings.line_from(wanted) else { return refused("after") };
    let from = this.jump.get().map_or(this.lasti(), |jump| jump.to);
    let to = landings.find(from, line).map_err(|why| vm.value_error(why))?;
    let unbound = landings.bound(to).filter(|r| this.is_unset(*r)).count();
    if unbound > 0 {
        let plural = if unbound == 1 { "" } else { "s" };
        let text = format!("assigning None to {unbound} unbound local{plural}");
        vm.warn(Exc::RuntimeWarning, &text, 1)?;
    }
    this.jump.set(Some(Jump { to, line }));
    Ok(())
}

#[getter]
fn f_trace(this: &Obj<FrameObject>) -> Option<Object> {
    this.trace.get()
}

#[setter]
fn set_f_trace(_vm: &Vm, this: &Obj<FrameObject>, value: Option<&Object>) -> Res<()> {
    this.trace.assign(value.filter(|v| !v.is_none()).cloned());
    Ok(())
}

#[getter]
fn f_trace_lines(this: &Obj<FrameObject>) -> bool {
    this.trace_lines.get()
}

#[setter]
fn set_f_trace_lines(vm: &Vm, this: &Obj<FrameObject>, value: Option<&Object>) -> Res<()> {
    this.trace_lines.set(only_bool(vm, value)?);
    Ok(())
}

#[getter]
fn f_trace_opcodes(this: &Obj<FrameObject>) -> bool {
    this.trace_opcodes.get()
}

#[setter]
fn set_f_trace_opcodes(vm: &Vm, this: &Obj<FrameObject>, value: Option<&Object>) -> Res<()> {
    this.trace_opcodes.set(only_bool(vm, value)?);
    Ok(())
}

fn only_bool(vm: &Vm, value: Option<&Object>) -> Res<bool> {
    match value {
        Some(v) if v.is_bool() => vm.truth(v),
        Some(_) => Err(vm.type_error("attribute value type must be bool")),
        None => Err(vm.type_error("can't delete numeric/char attribute")),
    }
}

#[getter]
fn f_locals(vm: &Vm, this: &Obj<FrameObject>) -> Res {
    locals(vm, this)
}

/// The variables as a dict, brought up to date.
pub(crate) fn locals(vm: &Vm, this: &Obj<FrameObject>) -> Res {
    let code = &this.code;
    // Modules and class bodies keep their names in a namespace, in a variable without a name.
    if code.varnames.first().is_some_and(|n| n.is_empty()) {
        return Ok(this.variable(0).unwrap_or_else(Object::none));
    }
    let dict = match this.snapshot.get_as::<Dict>() {
        Some(d) => d,
        None => {
            let d = vm.new_dict()?;
            this.snapshot.set(d.clone().into_object());
            d
        }
    };
    let update = |name: &Obj<Str>, value: Option<Object>| match value {
        Some(v) => dict.set_str(vm, name, v),
        None => {
            drop(dict.remove_str(vm, name));
            Ok(())
        }
    };
    for (i, name) in code.varnames.iter().enumerate() {
        // Compiler's variables have names that no program can write.
        if !name.to_str_lossy().starts_with('.') || name.equals(".0") {
            update(name, this.variable(i))?;
        }
    }
    for (i, name) in code.freevars.iter().enumerate() {
        update(name, this.free_variable(i))?;
    }
    Ok(dict.into_object())
}
