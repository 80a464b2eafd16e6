//! SyntaxError and its place in the source.

use super::attributes::field;
use super::text::Message;
use super::{Family, base, fields, payload};
use crate::object::*;
use crate::vm::{Res, Vm};

pub(super) const FAMILY: Family = Family {
    slots: Slots { init: Some(init), str: Some(str), ..Slots::NONE },
    methods: &[],
    getsets: &[
        field::<{ fields::MSG }>("msg", "what is wrong"),
        field::<{ fields::FILENAME }>("filename", "the file of the source"),
        field::<{ fields::LINENO }>("lineno", "the line where it starts, from 1"),
        field::<{ fields::OFFSET }>("offset", "the column where it starts, from 1"),
        field::<{ fields::TEXT }>("text", "the source of the line"),
        field::<{ fields::END_LINENO }>("end_lineno", "the line where it ends"),
        field::<{ fields::END_OFFSET }>("end_offset", "the column behind its end"),
        field::<{ fields::PRINT_FILE_AND_LINE }>(
            "print_file_and_line",
            "accepted, and without effect",
        ),
    ],
};

/// The second argument is (filename, lineno, offset, text[, end_lineno, end_offset]).
fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    base::init(vm, this, args, names)?;
    let e = payload(vm, this)?;
    if let Some(msg) = args.first() {
        e.set_field(fields::MSG, Some(msg.clone()));
    }
    let [_, place] = args else { return Ok(()) };
    let place = vm.collect(place)?;
    if place.len() < 4 {
        return Err(vm.type_error(format_args!(
            "function takes at least 4 arguments ({} given)",
            place.len()
        )));
    }
    if place.len() > 6 {
        return Err(vm.type_error(format_args!(
            "function takes at most 6 arguments ({} given)",
            place.len()
        )));
    }
    const ORDER: [usize; 6] = [
        fields::FILENAME,
        fields::LINENO,
        fields::OFFSET,
        fields::TEXT,
        fields::END_LINENO,
        fields::END_OFFSET,
    ];
    for (i, f) in ORDER.iter().enumerate() {
        e.set_field(*f, place.get(i).cloned());
    }
    if place.len() == 5 {
        return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}

fn str(vm: &Vm, this: &Object) -> Res {
    let e = payload(vm, this)?;
    let filename = e.field(fields::FILENAME).and_then(|f| f.downcast_into::<Str>().ok());
    let line =
        e.field(fields::LINENO).filter(|l| l.as_small_int().is_some() || l.is_kind(Kind::Int));
    let msg = e.field(fields::MSG).unwrap_or_else(Object::none);
    let mut m = Message::new(vm);
    m.str(&msg)?;
    let Some(place) = place(vm, filename.as_ref(), line.as_ref())? else { return m.finish() };
    m.raw(" (")?;
    m.raw(&place)?;
    m.raw(")")?;
    m.finish()
}

/// "f.py, line 3", as far as known.
fn place(vm: &Vm, filename: Option<&Obj<Str>>, line: Option<&Object>) -> Res<Option<String>> {
    let name = filename.map(|f| {
        let f = f.to_string_lossy();
        f.rsplit('/').next().unwrap_or_default().to_owned()
    });
    let line = match line {
        // A number beyond C's long is shown as what the conversion gives.
        Some(l) => Some(format!("line {}", vm.as_i64(l).unwrap_or(-1))),
        None => None,
    };
    Ok(match (name, line) {
        (Some(n), Some(l)) => Some(format!("{n}, {l}")),
        (Some(n), None) => Some(n),
        (None, Some(l)) => Some(l),
        (None, None) => None,
    })
}
