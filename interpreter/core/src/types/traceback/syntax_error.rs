//! The place of a SyntaxError: file, line, text and markers.

use super::print::Printer;
use crate::object::*;
use crate::vm::Vm;

/// What a SyntaxError's attributes say.
struct Place {
    message: Object,
    filename: Obj<Str>,
    line: i64,
    offset: i64,
    end_line: i64,
    end_offset: i64,
    text: Option<String>,
}

/// Show the place if the exception has one; gives the message that then stands for the exception's str.
pub(super) fn show_place(p: &mut Printer, exception: &Object) -> Option<Object> {
    let vm = p.vm;
    attribute(vm, exception, "print_file_and_line")?;
    let place = read(vm, exception)?;
    p.margin();
    p.out.push_str("  File \"");
    p.text(&place.filename);
    p.out.push_str(&format!("\", line {}\n", place.line));
    if let Some(text) = &place.text {
        show_text(p, text, &place);
    }
    Some(place.message)
}

fn attribute(vm: &Vm, exception: &Object, name: &str) -> Option<Object> {
    match vm.getattr_opt(exception, &vm.intern(name)) {
        Ok(o) => o,
        Err(r) => {
            drop(vm.take_raised(r));
            None
        }
    }
}

fn read(vm: &Vm, exception: &Object) -> Option<Place> {
    let get = |name: &str| attribute(vm, exception, name);
    let number = |name: &str| -> Option<Option<i64>> {
        let o = get(name)?;
        if o.is_none() { Some(None) } else { vm.as_i64(&o).map(Some) }
    };
    let message = get("msg")?;
    let filename = get("filename")?;
    let filename = match filename.is_none() {
        true => vm.intern("<string>"),
        false => match vm.to_str(&filename) {
            Ok(s) => s,
            Err(r) => {
                drop(vm.take_raised(r));
                return None;
            }
        },
    };
    let line = number("lineno")??;
    let offset = number("offset")?.unwrap_or(-1);
    let end_line = number("end_lineno").flatten().unwrap_or(line);
    let end_offset = number("end_offset").flatten().unwrap_or(-1);
    let text = get("text")?;
    let text = text.downcast::<Str>().map(|s| {
        let mut out = String::new();
        super::print::push_text(&mut out, s);
        out
    });
    Some(Place { message, filename, line, offset, end_line, end_offset, text })
}

fn show_text(p: &mut Printer, text: &str, place: &Place) {
    let size = text.len() as i64;
    // Only the first line of a fault that goes over several is shown.
    let mut end_offset = if place.end_line > place.line { size } else { place.end_offset };
    end_offset = end_offset.min(size + 1);
    let mut offset = place.offset;
    let repetitions = if end_offset > 0 && end_offset > offset { end_offset - offset } else { 1 };
    offset -= 1;
    let stripped = text.trim_start_matches([' ', '\t', '\x0c']);
    offset -= (text.len() - stripped.len()) as i64;
    let mut text = stripped;
    let shown = text.strip_suffix('\n').unwrap_or(text).len() as i64;
    offset = offset.min(shown);
    while let Some(at) = text.find('\n') {
        let at = at as i64;
        if at >= offset {
            break;
        }
        text = text.get(at as usize + 1..).unwrap_or("");
        offset -= at + 1;
    }
    p.margin();
    p.out.push_str("    ");
    p.out.push_str(text);
    if !text.ends_with('\n') {
        p.out.push('\n');
    }
    if place.offset < 0 || offset < 0 {
        return;
    }
    p.margin();
    p.out.push_str("    ");
    for _ in 0..offset {
        p.out.push(' ');
    }
    for _ in 0..repetitions {
        p.out.push('^');
    }
    p.out.push('\n');
}
