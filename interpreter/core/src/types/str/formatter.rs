//! The module `_string`: the parser of format templates, for `string.Formatter`.

use crate::native::{ModuleDef, natives};
use crate::object::*;
use crate::text::TextRef;
use crate::text::format::fields::{self, First, Step, Template};
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_string",
    doc: "What string.Formatter takes templates apart with.",
    functions: natives![formatter_parser, formatter_field_name_split],
    ..ModuleDef::EMPTY
};

/// Iterate over the pieces of a template: literal text, field name, specification, conversion.
#[native("(template, /)")]
fn formatter_parser(vm: &Vm, template: &Obj<Str>) -> Res {
    vm.iter(vm.list(parser_items(vm, template)?)?.as_object())
}

/// The pieces of a template, as tuples.
fn parser_items(vm: &Vm, template: &Obj<Str>) -> Res<Vec<Object>> {
    let mut out = Vec::new();
    let mut pieces = Template::new(template.as_text());
    while let Some(piece) = pieces.next_piece().map_err(|e| vm.text_error(e))? {
        let literal = vm.text_slice(piece.literal)?.into_object();
        let none = Object::none;
        let items = match piece.field {
            None => vec![literal, none(), none(), none()],
            Some(f) => {
                let conversion = match f.conversion {
                    None => none(),
                    Some(c) => vm.text_slice(TextRef::Ucs4(&[c]))?.into_object(),
                };
                let name = vm.text_slice(f.name)?.into_object();
                vec![literal, name, vm.text_slice(f.spec)?.into_object(), conversion]
            }
        };
        out.push(vm.tuple(items)?.into_object());
    }
    Ok(out)
}

/// Take a field's name apart: the first part, and an iterator of the steps behind it.
#[native("(name, /)")]
fn formatter_field_name_split(vm: &Vm, name: &Obj<Str>) -> Res {
    let text = |e| vm.text_error(e);
    let (first, mut steps) = fields::split_name(name.as_text()).map_err(text)?;
    let first = match first {
        First::Auto => vm.str("")?.into_object(),
        First::Index(i) => vm.int_usize(i)?,
        First::Name(n) => vm.text_slice(n)?.into_object(),
    };
    let list = vm.new_list()?;
    while let Some(step) = steps.next_step().map_err(text)? {
        let (attribute, key) = match step {
            Step::Attribute(n) => (true, vm.text_slice(n)?.into_object()),
            Step::Index(i) => (false, vm.int_usize(i)?),
            Step::Key(k) => (false, vm.text_slice(k)?.into_object()),
        };
        let pair = vm.tuple(vec![Object::bool(attribute), key])?.into_object();
        list.push(pair).map_err(|e| vm.no_memory(e))?;
    }
    let steps = vm.iter(list.as_object())?;
    Ok(vm.tuple(vec![first, steps])?.into_object())
}
