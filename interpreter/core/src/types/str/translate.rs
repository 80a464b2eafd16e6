//! `str.translate` and `str.maketrans`.

use crate::native::Maybe;
use crate::object::*;
use crate::text::{TextBuf, TextRef};
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// What a table says of a character.
enum Entry {
    Same,
    Gone,
    Char(u32),
    Text(Obj<Str>),
}

fn look_up(vm: &Vm, table: &Object, c: u32) -> Res<Entry> {
    let key = vm.int(i64::from(c))?;
    let found = match table.downcast_exact::<Dict>() {
        Some(d) => match d.get(vm, &key)? {
            Some(o) => o,
            None => return Ok(Entry::Same),
        },
        None => match vm.getitem(table, &key) {
            Ok(o) => o,
            Err(r) => {
                drop(vm.caught(r, Exc::LookupError)?);
                return Ok(Entry::Same);
            }
        },
    };
    if found.is_none() {
        return Ok(Entry::Gone);
    }
    if let Ok(s) = found.clone().downcast_into::<Str>() {
        return Ok(Entry::Text(s));
    }
    if !vm.class_of(&found).has(type_flags::INT) {
        return Err(vm.type_error("character mapping must return integer, None or str"));
    }
    let n = vm.as_i64(&found).and_then(|n| u32::try_from(n).ok());
    match n.filter(|&n| n <= crate::text::text::MAX_CHAR) {
        Some(n) => Ok(Entry::Char(n)),
        None => Err(vm.value_error("character mapping must be in range(0x110000)")),
    }
}

/// Replace each character by what the table holds for its ordinal.
///
/// The table is asked by index: None deletes the character, a str or an ordinal takes its place, a
/// LookupError leaves it as it is. See str.maketrans().
#[native("(self, table, /)")]
pub(super) fn translate(vm: &Vm, this: &Obj<Str>, table: &Object) -> Res {
    let mut out = TextBuf::with_capacity(this.len()).map_err(|e| vm.text_error(e))?;
    // ASCII characters are looked up once each: their entries rarely run to more than characters.
    let mut known: [Option<Option<u32>>; 128] = [None; 128];
    let exact = table.is_kind(Kind::Dict);
    let mut quick = 0u32;
    for c in this.as_text().iter() {
        if let Some(Some(entry)) = known.get(c as usize) {
            quick += 1;
            if quick % (1 << 16) == 0 {
                vm.poll()?;
            }
            if let Some(to) = *entry {
                out.push(to).map_err(|e| vm.text_error(e))?;
            }
            continue;
        }
        let entry = look_up(vm, table, c)?;
        let simple = match &entry {
            Entry::Same => Some(Some(c)),
            Entry::Gone => Some(None),
            Entry::Char(to) => Some(Some(*to)),
            Entry::Text(_) => None,
        };
        let pushed = match entry {
            Entry::Same => out.push(c),
            Entry::Gone => Ok(()),
            Entry::Char(to) => out.push(to),
            Entry::Text(s) => out.push_text(s.as_text()),
        };
        pushed.map_err(|e| vm.text_error(e))?;
        if let (true, Some(slot)) = (exact, known.get_mut(c as usize)) {
            *slot = simple;
        }
        vm.poll()?;
    }
    Ok(vm.text_owned(out.finish())?.into_object())
}

/// What translate() takes, made of something handier.
///
/// One argument is a dict from ordinals or characters to ordinals, strings or None. Two are strings of
/// equal length: each character of x becomes the one of y at the same place. The characters of a
/// third string are deleted.
#[native("(x, y=None, z=None, /)", staticmethod, no_signature)]
pub(super) fn maketrans(vm: &Vm, x: &Object, y: Maybe<&Obj<Str>>, z: Maybe<&Obj<Str>>) -> Res {
    let table = vm.new_dict()?;
    let Maybe::Given(y) = y else {
        let Some(from) = x.downcast::<Dict>().filter(|_| x.is_kind(Kind::Dict)) else {
            return Err(
                vm.type_error("if you give only one argument to maketrans it must be a dict")
            );
        };
        for (key, value) in from.snapshot() {
            let key = match key.downcast::<Str>() {
                Some(s) => match (s.len(), s.char_at(0)) {
                    (1, Some(c)) => vm.int(i64::from(c))?,
                    _ => {
                        return Err(
                            vm.value_error("string keys in translate table must be of length 1")
                        );
                    }
                },
                None if vm.class_of(&key).has(type_flags::INT) => key,
                None => {
                    return Err(
                        vm.type_error("keys in translate table must be strings or integers")
                    );
                }
            };
            table.set(vm, &key, value)?;
        }
        return Ok(table.into_object());
    };
    let Some(x) = x.downcast::<Str>() else {
        return Err(vm.type_error(
            "first maketrans argument must be a string if there is a second argument",
        ));
    };
    if x.len() != y.len() {
        return Err(vm.value_error("the first two maketrans arguments must have equal length"));
    }
    for (from, to) in x.as_text().iter().zip(y.as_text().iter()) {
        table.set(vm, &vm.int(i64::from(from))?, vm.int(i64::from(to))?)?;
    }
    for c in z.given().map_or(TextRef::EMPTY, |z| z.as_text()).iter() {
        table.set(vm, &vm.int(i64::from(c))?, Object::none())?;
    }
    Ok(table.into_object())
}
