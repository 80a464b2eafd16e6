//! `_dis`, of which the library's module `dis` consists: listings of our own bytecode.

use crate::bytecode::code::Const;
use crate::bytecode::disassemble::disassemble;
use crate::bytecode::ops::Op;
use crate::native::{ModuleDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_dis",
    doc: "Listings of bytecode.",
    functions: natives![dis, imports],
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

/// What a code object imports and which names it binds, as modulefinder wants it: a list of ("store", name) and
/// ("import", level, names or None, module), in order. Code inside of it is not looked at.
#[native("(code, /)")]
fn imports(vm: &Vm, code: &Obj<Code>) -> Res<Vec<Object>> {
    let unit = code.unit(vm)?;
    let mut found = Vec::new();
    let (mut at, mut level, mut names) = (0, 0, None);
    while let Some(&word) = unit.words.get(at) {
        vm.poll()?;
        let Some(op) = Op::from_u8(word as u8) else { break };
        let name = || unit.words.get(at + 1).and_then(|name| unit.names.get(*name as usize));
        match op {
            // (The compiler puts level and names right in front of an import.)
            Op::LoadInt => (level, names) = (i64::from((word >> 16) as i8), None),
            Op::LoadK => names = unit.consts.get((word >> 16) as usize),
            Op::LoadKFar => {
                names = unit.words.get(at + 1).and_then(|k| unit.consts.get(*k as usize))
            }
            Op::StoreName | Op::StoreGlobal => {
                if let Some(name) = name() {
                    let row = vec![vm.intern("store").into_object(), vm.str(name)?.into_object()];
                    found.push(vm.tuple(row)?.into_object());
                }
            }
            Op::ImportName => {
                let module = vm.str(name().map_or("", |name| name))?.into_object();
                let names = match names.take() {
                    Some(Const::Tuple(items)) => {
                        let texts = items.iter().map(|item| match item {
                            Const::Str(text) => Ok(vm.str(text)?.into_object()),
                            _ => Ok(Object::none()),
                        });
                        vm.tuple(texts.collect::<Res<_>>()?)?.into_object()
                    }
                    _ => Object::none(),
                };
                let word = vm.intern("import").into_object();
                found.push(vm.tuple(vec![word, vm.int(level)?, names, module])?.into_object());
            }
            _ => {}
        }
        at += op.width();
    }
    Ok(found)
}
