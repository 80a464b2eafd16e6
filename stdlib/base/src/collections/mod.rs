//! The module _collections: deque as a native type, defaultdict as a class of a few lines of Python.
//! What else CPython has there (OrderedDict, _tuplegetter, _count_elements) the pure-Python collections
//! does by itself.

mod deque;
mod iter;
mod methods;

use taipan_core::native::ModuleDef;

const DEFAULTDICT: &str = include_str!("defaultdict.py");

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_collections",
    doc: "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory\n",
    types: &[&deque::DEQUE, &iter::DEQUE_ITER, &iter::DEQUE_REVERSE_ITER],
    fill: Some(|vm, module| {
        let options = taipan_core::compile::CompileOptions::default();
        let name = "<defaultdict>";
        let compiled = match taipan_core::compile::compile_str(DEFAULTDICT, name, &options) {
            Ok(compiled) => compiled,
            Err(error) => {
                return Err(taipan_core::builtins::source::raise(vm, &error, name, false));
            }
        };
        taipan_core::vm::code::run_module(vm, std::rc::Rc::new(compiled.unit), &module.dict)?;
        Ok(())
    }),
    ..ModuleDef::EMPTY
};
