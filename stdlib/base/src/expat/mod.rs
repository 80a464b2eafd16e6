//! The module pyexpat: a parser of XML that calls handlers, with expat's events, errors and limits.
//!
//! The parser is ours (`machine.rs`, `dtd.rs` over `chars.rs` and `input.rs`), as no crate has expat's model: documents in
//! pieces, declarations as events, entities that a handler reads, errors by code and place. `object.rs` is what
//! Python sees of it.
//!
//! Not kept of expat's: the letters of names are those of the fifth edition, conditional sections and parameter
//! entities are read by replacement of text.

mod chars;
mod dtd;
mod fault;
mod input;
mod machine;
mod object;

use crate::support::*;
use std::cell::RefCell;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "pyexpat",
    doc: "Python wrapper for Expat parser.",
    functions: natives![object::ParserCreate, ErrorString],
    fill: Some(fill),
    ..ModuleDef::EMPTY
};

static ERRORS: ModuleDef = ModuleDef {
    name: "pyexpat.errors",
    doc: "Constants used to describe error conditions.",
    fill: Some(|vm, module| {
        let (codes, messages) = (vm.new_dict()?, vm.new_dict()?);
        for (name, code, words) in fault::TABLE {
            let (words, code) = (vm.str(words)?.into_object(), vm.int(i64::from(*code))?);
            module.set(vm, &format!("XML_ERROR_{name}"), &words)?;
            messages.set(vm, &code, words.clone())?;
            codes.set(vm, &words, code)?;
        }
        module.set(vm, "codes", codes)?;
        module.set(vm, "messages", messages)
    }),
    ..ModuleDef::EMPTY
};

static MODEL: ModuleDef = ModuleDef {
    name: "pyexpat.model",
    doc: "Constants used to interpret content model information.",
    fill: Some(|vm, module| {
        for (number, name) in (1..).zip(["EMPTY", "ANY", "MIXED", "NAME", "CHOICE", "SEQ"]) {
            module.set(vm, &format!("XML_CTYPE_{name}"), number)?;
        }
        for (number, name) in (0..).zip(["NONE", "OPT", "REP", "PLUS"]) {
            module.set(vm, &format!("XML_CQUANT_{name}"), number)?;
        }
        Ok(())
    }),
    ..ModuleDef::EMPTY
};

/// The exception, once the module was made.
#[derive(Default)]
struct ErrorClass(RefCell<Option<Object>>);

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    let error = exception_class(vm, "xml.parsers.expat", "ExpatError", Exc::Exception)?;
    module.set(vm, "ExpatError", &error)?;
    module.set(vm, "error", &error)?;
    vm.interp().state::<ErrorClass>().0.replace(Some(error));
    module.set(vm, "XMLParserType", type_for::<object::Parser>(vm))?;
    let modules = vm.getattr_named(&vm.import("sys")?, "modules")?;
    for (name, def) in [("errors", &ERRORS), ("model", &MODEL)] {
        let part = def.build(vm)?.into_object();
        module.set(vm, name, &part)?;
        vm.setitem(&modules, vm.str(def.name)?.as_object(), &part)?;
    }
    for (number, name) in (0..).zip(["NEVER", "UNLESS_STANDALONE", "ALWAYS"]) {
        module.set(vm, &format!("XML_PARAM_ENTITY_PARSING_{name}"), number)?;
    }
    // The level of expat whose behaviour this is.
    module.set(vm, "EXPAT_VERSION", "expat_2.5.0")?;
    module.set(vm, "version_info", (2, 5, 0))?;
    module.set(vm, "native_encoding", "UTF-8")?;
    let features = [
        ("sizeof(XML_Char)", 1),
        ("sizeof(XML_LChar)", 1),
        ("XML_DTD", 0),
        ("XML_CONTEXT_BYTES", 1024),
        ("XML_NS", 0),
        ("XML_BLAP_MAX_AMP", 100),
        ("XML_BLAP_ACT_THRES", 8 << 20),
    ];
    let list = vm.new_list()?;
    for (name, value) in features {
        let pair = vm.pair(vm.str(name)?.into_object(), vm.int(value)?)?;
        list.push(pair.into_object()).map_err(|e| vm.no_memory(e))?;
    }
    module.set(vm, "features", list)
}

/// Returns string error for given number.
#[native("(code, /)")]
#[expect(non_snake_case, reason = "Python's name")]
fn ErrorString(code: i64) -> Option<&'static str> {
    i32::try_from(code).ok().and_then(fault::words)
}

/// The exception for a code, at a place.
fn expat_error(vm: &Vm, code: i32, place: input::Place) -> Raised {
    match make_error(vm, code, place) {
        Ok(error) => vm.raise(error),
        Err(raised) => raised,
    }
}

fn make_error(vm: &Vm, code: i32, place: input::Place) -> Res {
    let words = fault::words(code).unwrap_or("unknown error");
    let text = format!("{words}: line {}, column {}", place.line, place.column);
    let class = vm.interp().state::<ErrorClass>().0.borrow().clone();
    let Some(class) = class else { return Err(vm.runtime_error(text)) };
    let error = vm.call(&class, &[vm.str(&text)?.into_object()])?;
    set_attr(vm, &error, "code", &vm.int(i64::from(code))?)?;
    set_attr(vm, &error, "offset", &vm.int_u64(place.column)?)?;
    set_attr(vm, &error, "lineno", &vm.int_u64(place.line)?)?;
    Ok(error)
}
