//! `str.format`, `format_map` and `__format__`, and the formatting of builtin values without a call.

use super::text_of;
use crate::native::Kwargs;
use crate::object::*;
use crate::text::format as kernel;
use crate::text::format::fields::{self, Field, First, Numbering, Step, Template};
use crate::text::intconv::IntRef;
use crate::text::{TextBuf, TextError, TextRef};
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// Append `format(object, spec)` of an exact str, int, bool or float; `None` for anything else, whose
/// class has to be asked.
pub(crate) fn push_exact(
    vm: &Vm,
    out: &mut TextBuf,
    object: &Object,
    spec: TextRef<'_>,
) -> Option<Result<(), TextError>> {
    let limit = || vm.digits();
    if let Some(n) = object.as_small_int() {
        return Some(kernel::push_int(out, IntRef::Small(n), spec, "int", limit()));
    }
    if let Some(x) = object.as_exact_float() {
        return Some(kernel::push_float(out, x, spec, "float"));
    }
    if let Some(s) = object.downcast_exact::<Str>() {
        return Some(kernel::push_str(out, s.as_text(), spec, "str"));
    }
    if object.is_bool() {
        if spec.is_empty() {
            return None;
        }
        let n = i64::from(object.is_true_singleton());
        return Some(kernel::push_int(out, IntRef::Small(n), spec, "bool", limit()));
    }
    let n = object.downcast_exact::<Int>()?;
    Some(kernel::push_int(out, IntRef::Big(&n.0), spec, "int", limit()))
}

/// Append `format(object, spec)`. May run Python.
pub(crate) fn push_formatted(
    vm: &Vm,
    out: &mut TextBuf,
    object: &Object,
    spec: TextRef<'_>,
) -> Res<()> {
    let pushed = match push_exact(vm, out, object, spec) {
        Some(pushed) => pushed,
        None => {
            let spec = vm.text_slice(spec)?;
            let text = vm.format(object, &spec)?;
            out.push_text(text.as_text())
        }
    };
    pushed.map_err(|e| vm.text_error(e))
}

/// Where fields find their values.
#[derive(Clone, Copy)]
enum Values<'a> {
    Call { args: &'a [Object], named: &'a Kwargs<'a> },
    Mapping(&'a Object),
}

impl Values<'_> {
    fn indexed(&self, vm: &Vm, i: usize) -> Res {
        match self {
            Values::Mapping(_) => Err(vm.value_error("Format string contains positional fields")),
            Values::Call { args, .. } => args.get(i).cloned().ok_or_else(|| {
                vm.index_error(format_args!(
                    "Replacement index {i} out of range for positional args tuple"
                ))
            }),
        }
    }

    fn named(&self, vm: &Vm, name: TextRef<'_>) -> Res {
        match self {
            Values::Mapping(mapping) => vm.getitem(mapping, vm.text_slice(name)?.as_object()),
            Values::Call { named, .. } => {
                let found = named.iter().find(|(n, _)| n.as_text() == name).map(|(_, o)| o.clone());
                match found {
                    Some(o) => Ok(o),
                    None => Err(vm.key_error(vm.text_slice(name)?.as_object())),
                }
            }
        }
    }
}

/// The value of a field's name.
fn value(vm: &Vm, field: &Field<'_>, values: Values<'_>, numbering: &mut Numbering) -> Res {
    let text = |e| vm.text_error(e);
    let (first, mut steps) = fields::split_name(field.name).map_err(text)?;
    let mut object = match (numbering.resolve(first).map_err(text)?, first) {
        (Some(i), _) => values.indexed(vm, i)?,
        (None, First::Name(name)) => values.named(vm, name)?,
        (None, _) => Object::none(),
    };
    while let Some(step) = steps.next_step().map_err(text)? {
        object = match step {
            Step::Attribute(name) => vm.getattr(&object, &vm.text_slice(name)?)?,
            Step::Index(i) => vm.getitem(&object, &vm.int_usize(i)?)?,
            Step::Key(key) => vm.getitem(&object, vm.text_slice(key)?.as_object())?,
        };
    }
    Ok(object)
}

fn converted(vm: &Vm, object: Object, conversion: Option<u32>) -> Res {
    Ok(match conversion.map(char::from_u32) {
        None => object,
        Some(Some('r')) => vm.repr(&object)?.into_object(),
        Some(Some('s')) => vm.to_str(&object)?.into_object(),
        Some(Some('a')) => ascii(vm, &object)?.into_object(),
        Some(_) => return Err(vm.text_error(fields::unknown_conversion(conversion.unwrap_or(0)))),
    })
}

/// `ascii(object)`.
pub(crate) fn ascii(vm: &Vm, object: &Object) -> Res<Obj<Str>> {
    let shown = vm.repr(object)?;
    if shown.is_ascii() {
        return Ok(shown);
    }
    let mut out = TextBuf::new();
    for c in shown.as_text().iter() {
        let pushed = match c {
            0..0x80 => out.push(c),
            _ => crate::text::repr::push_escape(&mut out, c),
        };
        pushed.map_err(|e| vm.text_error(e))?;
    }
    vm.text_owned(out.finish())
}

/// How deep specifications may hold fields: `{:{}}`, but not `{:{:{}}}`.
const DEPTH: u32 = 2;

fn run(
    vm: &Vm,
    template: TextRef<'_>,
    values: Values<'_>,
    numbering: &mut Numbering,
    depth: u32,
    out: &mut TextBuf,
) -> Res<()> {
    if depth == 0 {
        return Err(vm.value_error("Max string recursion exceeded"));
    }
    let text = |e| vm.text_error(e);
    let mut template = Template::new(template);
    while let Some(piece) = template.next_piece().map_err(text)? {
        out.push_text(piece.literal).map_err(text)?;
        let Some(field) = piece.field else { continue };
        let object = value(vm, &field, values, numbering)?;
        let object = converted(vm, object, field.conversion)?;
        if field.nested {
            let mut spec = TextBuf::new();
            run(vm, field.spec, values, numbering, depth - 1, &mut spec)?;
            push_formatted(vm, out, &object, spec.finish().as_ref())?;
        } else {
            push_formatted(vm, out, &object, field.spec)?;
        }
        vm.poll()?;
    }
    Ok(())
}

fn formatted(vm: &Vm, this: &Obj<Str>, values: Values<'_>) -> Res {
    let mut out = vm.text_buf();
    out.reserve(this.len()).map_err(|e| vm.text_error(e))?;
    run(vm, this.as_text(), values, &mut Numbering::default(), DEPTH, &mut out)?;
    Ok(vm.text_built(out)?.into_object())
}

/// Return self with its replacement fields ({...}) filled in from the arguments.
#[native("(self, *args, **kwargs)", no_signature)]
pub(super) fn format(vm: &Vm, this: &Obj<Str>, args: &[Object], kwargs: Kwargs) -> Res {
    formatted(vm, this, Values::Call { args, named: &kwargs })
}

/// Return self with its replacement fields ({...}) filled in from a mapping.
#[native("(self, mapping, /)", no_signature)]
pub(super) fn format_map(vm: &Vm, this: &Obj<Str>, mapping: &Object) -> Res {
    formatted(vm, this, Values::Mapping(mapping))
}

/// Return self laid out as the specification says.
#[native("(self, format_spec, /)")]
pub(super) fn __format__(vm: &Vm, this: &Obj<Str>, format_spec: &Obj<Str>) -> Res {
    if format_spec.is_empty() {
        // A subclass may have its own `__str__`.
        return Ok(vm.to_str(this.as_object())?.into_object());
    }
    let name = vm.type_name(this.as_object());
    super::made(vm, kernel::format_str(text_of(this.as_object()), format_spec.as_text(), &name))
}
