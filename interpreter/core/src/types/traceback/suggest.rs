//! "Did you mean: 'x'?"

use super::super::exceptions::fields;
use crate::object::*;
use crate::vm::frame_object::FrameObject;
use crate::vm::{Res, Vm};

const MOVE: usize = 2;
const CASE: usize = 1;
const LONGEST: usize = 40;
const MOST_CANDIDATES: usize = 750;

/// What the programmer may have meant, for an AttributeError or NameError.
pub(crate) fn for_exception(vm: &Vm, exception: &Object) -> Option<String> {
    let e = exception.downcast::<Exception>()?;
    let name = e.field(fields::NAME)?.downcast_into::<Str>().ok()?;
    let class = vm.class_of(exception);
    if class.is(&vm.types().exception(Exc::AttributeError)) {
        let object = e.field(fields::OBJ)?;
        return best(directory(vm, &object)?, &name);
    }
    if class.is(&vm.types().exception(Exc::NameError)) {
        let mut last = e.traceback.get_as::<Traceback>()?;
        while let Some(next) = last.next.get_as::<Traceback>() {
            last = next;
        }
        let frame = last.frame.get_as::<FrameObject>()?;
        let code = &frame.code;
        let locals = code.varnames.iter().enumerate().filter(|(i, _)| {
            let argument = *i < (code.argcount + code.kwonlyargcount) as usize;
            argument || !code.cells.contains(&(*i as u32))
        });
        let locals = locals.map(|(_, n)| n.to_string_lossy()).collect();
        return best(locals, &name)
            .or_else(|| best(keys(frame.function.globals()), &name))
            .or_else(|| best(keys(frame.function.builtins()), &name));
    }
    None
}

fn keys(dict: &Dict) -> Vec<String> {
    dict.snapshot()
        .iter()
        .filter_map(|(k, _)| Some(k.downcast::<Str>()?.to_string_lossy()))
        .collect()
}

/// `dir(object)`; None if it fails.
fn directory(vm: &Vm, object: &Object) -> Option<Vec<String>> {
    let names = |vm: &Vm| -> Res<Vec<String>> {
        let Some(list) = vm.call_special(object, &vm.names().__dir__, &[])? else {
            return Ok(Vec::new());
        };
        let names = vm.collect(&list)?;
        Ok(names.iter().filter_map(|n| Some(n.downcast::<Str>()?.to_string_lossy())).collect())
    };
    match names(vm) {
        Ok(mut n) => {
            crate::text::order::sort_seldom(&mut n);
            Some(n)
        }
        Err(r) => {
            drop(vm.take_raised(r));
            None
        }
    }
}

/// The candidate nearest to `name`, if one is near enough.
pub(crate) fn best(candidates: Vec<String>, name: &Str) -> Option<String> {
    if candidates.len() >= MOST_CANDIDATES {
        return None;
    }
    let name = name.to_string_lossy();
    let mut found: Option<(usize, String)> = None;
    for item in candidates {
        if item == name {
            continue;
        }
        // No more than a third of the characters may need a change.
        let limit = (name.len() + item.len() + 3) * MOVE / 6;
        let limit = match &found {
            Some((0, _)) => continue,
            Some((d, _)) => limit.min(d - 1),
            None => limit,
        };
        let d = distance(name.as_bytes(), item.as_bytes(), limit);
        if d <= limit {
            found = Some((d, item));
        }
    }
    found.map(|(_, s)| s)
}

fn substitution(a: u8, b: u8) -> usize {
    if a & 31 != b & 31 {
        return MOVE;
    }
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// Levenshtein's distance in which a change of case costs half; anything above `limit` may be given as
/// `limit + 1`.
fn distance<'t>(mut a: &'t [u8], mut b: &'t [u8], limit: usize) -> usize {
    while let ([x, a1 @ ..], [y, b1 @ ..]) = (a, b) {
        if x != y {
            break;
        }
        (a, b) = (a1, b1);
    }
    while let ([a1 @ .., x], [b1 @ .., y]) = (a, b) {
        if x != y {
            break;
        }
        (a, b) = (a1, b1);
    }
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE;
    }
    if a.len() > LONGEST || b.len() > LONGEST {
        return limit + 1;
    }
    if b.len() < a.len() {
        std::mem::swap(&mut a, &mut b);
    }
    if (b.len() - a.len()) * MOVE > limit {
        return limit + 1;
    }
    // One row of the matrix, updated in place.
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE).collect();
    let mut result = 0;
    for (j, y) in b.iter().enumerate() {
        let mut diagonal = j * MOVE;
        result = diagonal;
        let mut least = usize::MAX;
        for (place, x) in row.iter_mut().zip(a) {
            let substitute = diagonal + substitution(*y, *x);
            diagonal = *place;
            let insert_or_delete = result.min(diagonal) + MOVE;
            result = insert_or_delete.min(substitute);
            *place = result;
            least = least.min(result);
        }
        if least > limit {
            return limit + 1;
        }
    }
    result
}
