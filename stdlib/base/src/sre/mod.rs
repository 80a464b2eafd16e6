//! The module _sre: the engine behind the `re` package, which compiles patterns to the code that
//! [`program`] reads.
//!
//! Kept: CPython 3.11's operation codes. Not kept: its matcher. [`engine`] never recurses for a text's
//! length, looks at the eval flags, and knows for each choice what can follow it.

mod chars;
mod engine;
mod matches;
mod pattern;
mod program;
mod scanner;
mod subject;
mod template;

use crate::support::{Dict, List, Obj, Object, Res, Tuple, Vm, native, natives};
use chars::{lower_ascii, upper_ascii};
use pattern::Pattern;
use program::Program;
use taipan_core::native::ModuleDef;
use taipan_core::text::unicode;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_sre",
    functions: natives![
        compile,
        template::make,
        getcodesize,
        ascii_iscased,
        unicode_iscased,
        ascii_tolower,
        unicode_tolower
    ],
    fill: Some(|vm, module| {
        module.dict.set_named(vm, "MAGIC", vm.int(20_220_615)?)?;
        module.dict.set_named(vm, "CODESIZE", vm.int(4)?)?;
        module.dict.set_named(vm, "MAXREPEAT", vm.int(i64::from(program::MAXREPEAT))?)?;
        module.dict.set_named(vm, "MAXGROUPS", vm.int(i64::from(i32::MAX / 2))?)?;
        Ok(())
    }),
    ..ModuleDef::EMPTY
};

#[native("(pattern, flags, code, groups, groupindex, indexgroup)")]
fn compile(
    vm: &Vm,
    pattern: &Object,
    flags: i32,
    code: &Obj<List>,
    groups: isize,
    groupindex: &Obj<Dict>,
    indexgroup: &Obj<Tuple>,
) -> Res<Obj<Pattern>> {
    let items = code.to_vec().map_err(|e| vm.no_memory(e))?;
    let mut words = Vec::new();
    crate::support::reserve(vm, &mut words, items.len())?;
    for item in &items {
        let word = vm.as_i64(item).and_then(|n| u32::try_from(n).ok());
        words.push(
            word.ok_or_else(|| vm.overflow_error("regular expression code size limit exceeded"))?,
        );
    }
    let is_text =
        if pattern.is_none() { None } else { Some(subject::Subject::new(vm, pattern)?.is_text()) };
    let invalid = || vm.runtime_error("invalid SRE code");
    let groups = usize::try_from(groups).map_err(|_| invalid())?;
    if groups > i32::MAX as usize / 2 || items.len() > i32::MAX as usize {
        return Err(invalid());
    }
    let program = vm.recurse(" in regular expression", || {
        Program::new(&words, groups).map_err(|_| invalid())
    })?;
    vm.alloc(Pattern {
        pattern: pattern.clone(),
        flags,
        groups,
        group_index: groupindex.clone(),
        index_group: indexgroup.clone(),
        code: words.into(),
        program,
        is_text,
        scratch: Default::default(),
    })
}

#[native("()")]
fn getcodesize() -> i32 {
    4
}

#[native("(character, /)")]
fn ascii_iscased(character: i32) -> bool {
    let c = character as u32;
    lower_ascii(c) != upper_ascii(c)
}

#[native("(character, /)")]
fn unicode_iscased(character: i32) -> bool {
    let c = character as u32;
    unicode::simple_lower(c) != c || chars::upper(c) != c
}

#[native("(character, /)")]
fn ascii_tolower(character: i32) -> i32 {
    lower_ascii(character as u32) as i32
}

#[native("(character, /)")]
fn unicode_tolower(character: i32) -> i32 {
    unicode::simple_lower(character as u32) as i32
}
