//! The builtins that CPython's `site` adds: exit, quit, copyright, credits, license, help.
//!
//! They are written in Python and made when somebody first asks for one of them.

use taipan_core::compile::{CompileOptions, compile_str};
use taipan_core::object::{Dict, Module, Object};
use taipan_core::vm::{Res, Vm};

const SOURCE: &str = include_str!("site.py");
const FILE: &str = "<frozen _sitebuiltins>";

/// Have them made on first use.
pub(super) fn install(vm: &Vm) {
    let modules = vm.interp().modules.get_as::<Dict>();
    let Some(builtins) = modules.and_then(|m| m.get_named(vm, "builtins")) else { return };
    let Ok(builtins) = builtins.downcast_into::<Module>() else { return };
    builtins.add_lazy("exit", |vm| make(vm, "exit"));
    builtins.add_lazy("quit", |vm| make(vm, "quit"));
    builtins.add_lazy("copyright", |vm| make(vm, "copyright"));
    builtins.add_lazy("credits", |vm| make(vm, "credits"));
    builtins.add_lazy("license", |vm| make(vm, "license"));
    builtins.add_lazy("help", |vm| make(vm, "help"));
}

/// The namespace of the Python text, once it has run.
#[derive(Default)]
struct Made(std::cell::OnceCell<taipan_core::object::Obj<Dict>>);

fn make(vm: &Vm, name: &str) -> Res {
    let made = vm.interp().state::<Made>();
    let namespace = match made.0.get() {
        Some(namespace) => namespace.clone(),
        None => {
            let namespace = vm.new_dict()?;
            namespace.set_named(vm, "__name__", vm.str("_sitebuiltins")?)?;
            let compiled = compile_str(SOURCE, FILE, &CompileOptions::default())
                .map_err(|e| taipan_core::builtins::source::raise(vm, &e, FILE, false))?;
            taipan_core::vm::code::run_module(vm, std::rc::Rc::new(compiled.unit), &namespace)?;
            made.0.get_or_init(|| namespace).clone()
        }
    };
    Ok(namespace.get_named(vm, name).unwrap_or_else(Object::none))
}
