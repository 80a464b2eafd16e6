//! `_dis`, of which the library's module `dis` consists: listings of our own bytecode.

use crate::bytecode::disassemble::disassemble;
use crate::native::{ModuleDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_dis",
    doc: "Listings of bytecode.",
    functions: natives![dis],
    fill: Some(|vm, module| {
        let names = vm.new_dict()?;
        for (bit, name) in FLAG_NAMES.iter().enumerate() {
            names.set(vm, &vm.int(1 << bit)?, vm.intern(name).into_object())?;
        }
        module.dict.set_named(vm, "COMPILER_FLAG_NAMES", names)?;
        let dis = module.dict.get_named(vm, "dis").unwrap_or_else(Object::none);
        module.dict.set_named(vm, "disassemble", dis)
    }),
    ..ModuleDef::EMPTY
};

/// What the bits of `co_flags` say.
const FLAG_NAMES: &[&str] = &[
    "OPTIMIZED",
    "NEWLOCALS",
    "VARARGS",
    "VARKEYWORDS",
    "NESTED",
    "GENERATOR",
    "NOFREE",
    "COROUTINE",
    "ITERABLE_COROUTINE",
    "ASYNC_GENERATOR",
];

/// Print the listing of a function, method, code object or source text.
#[native("(x, /)")]
fn dis(vm: &Vm, x: &Object) -> Res<()> {
    let function = match x.downcast::<BoundMethod>() {
        Some(method) => method.function.clone(),
        None => x.clone(),
    };
    let code = match (function.downcast::<Function>(), function.downcast::<Str>()) {
        (Some(function), _) => function.code().clone().into_object(),
        (None, Some(_)) => {
            let compile = crate::types::iterators::builtin(vm, "compile")?;
            let arguments = ["<dis>", "exec"].map(|a| vm.intern(a).into_object());
            let [file, mode] = arguments;
            vm.call(&compile, &[function.clone(), file, mode])?
        }
        (None, None) => function.clone(),
    };
    let Some(code) = code.downcast::<Code>() else {
        let class = vm.type_name(x);
        return Err(vm.type_error(format_args!("don't know how to disassemble {class} objects")));
    };
    let listing = vm.str(disassemble(&*code.unit(vm)?).trim_end())?.into_object();
    let print = crate::types::iterators::builtin(vm, "print")?;
    vm.call(&print, &[listing]).map(drop)
}
