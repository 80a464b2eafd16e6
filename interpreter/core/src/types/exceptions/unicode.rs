//! UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError: the place of the fault in its text or bytes.

use super::attributes::{field, get, set_size};
use super::text::Message;
use super::{Family, base, fields, payload};
use crate::native::GetSetDef;
use crate::object::*;
use crate::vm::{Raised, Res, Vm};

const OBJECT: GetSetDef = field::<{ fields::OBJECT }>("object", "what was to be converted");
const START: GetSetDef = GetSetDef {
    name: "start",
    doc: "the index of what could not be converted",
    get: get::<{ fields::START }>,
    set: Some(set_size::<{ fields::START }>),
};
const END: GetSetDef = GetSetDef {
    name: "end",
    doc: "the index behind what could not be converted",
    get: get::<{ fields::END }>,
    set: Some(set_size::<{ fields::END }>),
};
const REASON: GetSetDef = field::<{ fields::REASON }>("reason", "why not");
const ENCODING: GetSetDef = field::<{ fields::ENCODING }>("encoding", "the name of the codec");

pub(super) const ENCODE: Family = Family {
    slots: Slots { init: Some(init_encode), str: Some(str_encode), ..Slots::NONE },
    methods: &[],
    getsets: &[ENCODING, OBJECT, START, END, REASON],
};
pub(super) const DECODE: Family = Family {
    slots: Slots { init: Some(init_decode), str: Some(str_decode), ..Slots::NONE },
    methods: &[],
    getsets: &[ENCODING, OBJECT, START, END, REASON],
};
pub(super) const TRANSLATE: Family = Family {
    slots: Slots { init: Some(init_translate), str: Some(str_translate), ..Slots::NONE },
    methods: &[],
    getsets: &[OBJECT, START, END, REASON],
};

type Names<'a> = Option<&'a Obj<Tuple>>;

fn expect_count(vm: &Vm, args: &[Object], n: usize) -> Res<()> {
    if args.len() == n {
        return Ok(());
    }
    Err(vm.type_error(format_args!("function takes exactly {n} arguments ({} given)", args.len())))
}

fn expect_str(vm: &Vm, args: &[Object], i: usize) -> Res<()> {
    match args.get(i) {
        Some(a) if a.downcast::<Str>().is_none() => Err(vm.type_error(format_args!(
            "argument {} must be str, not {}",
            i + 1,
            vm.type_name(a)
        ))),
        _ => Ok(()),
    }
}

fn store(vm: &Vm, this: &Object, args: &[Object], places: &[usize]) -> Res<()> {
    let e = payload(vm, this)?;
    for (a, f) in args.iter().zip(places) {
        let value = match *f {
            fields::START | fields::END => vm.int(vm.index_size(a)?)?,
            _ => a.clone(),
        };
        e.set_field(*f, Some(value));
    }
    Ok(())
}

const PLACES: [usize; 5] =
    [fields::ENCODING, fields::OBJECT, fields::START, fields::END, fields::REASON];

fn init_encode(vm: &Vm, this: &Object, args: &[Object], names: Names) -> Res<()> {
    base::init(vm, this, args, names)?;
    expect_count(vm, args, 5)?;
    expect_str(vm, args, 0)?;
    expect_str(vm, args, 1)?;
    check_sizes(vm, args, 2)?;
    expect_str(vm, args, 4)?;
    store(vm, this, args, &PLACES)
}

fn init_decode(vm: &Vm, this: &Object, args: &[Object], names: Names) -> Res<()> {
    base::init(vm, this, args, names)?;
    expect_count(vm, args, 5)?;
    expect_str(vm, args, 0)?;
    check_sizes(vm, args, 2)?;
    expect_str(vm, args, 4)?;
    store(vm, this, args, &PLACES)?;
    let Some(object) = args.get(1) else { return Ok(()) };
    if object.downcast::<Bytes>().is_none() {
        let Some(view) = vm.class_of(object).slots().buffer else {
            return Err(vm.type_error(format_args!(
                "a bytes-like object is required, not '{}'",
                vm.type_name(object)
            )));
        };
        let view = view(vm, object, 0)?;
        let copy = crate::native::buffer::to_vec(vm, &view)?;
        payload(vm, this)?.set_field(fields::OBJECT, Some(vm.bytes(&copy)?.into_object()));
    }
    Ok(())
}

fn init_translate(vm: &Vm, this: &Object, args: &[Object], names: Names) -> Res<()> {
    base::init(vm, this, args, names)?;
    expect_count(vm, args, 4)?;
    expect_str(vm, args, 0)?;
    check_sizes(vm, args, 1)?;
    expect_str(vm, args, 3)?;
    store(vm, this, args, PLACES.get(1..).unwrap_or_default())
}

/// Two arguments from `i` on must be integers.
fn check_sizes(vm: &Vm, args: &[Object], i: usize) -> Res<()> {
    for a in args.iter().skip(i).take(2) {
        vm.index_size(a)?;
    }
    Ok(())
}

/// start, end and whether exactly the item at start is meant.
fn range(vm: &Vm, e: &Exception, len: usize) -> (i64, i64, bool) {
    let number = |f: usize| e.field(f).and_then(|n| vm.as_i64(&n)).unwrap_or(0);
    let (start, end) = (number(fields::START), number(fields::END));
    (start, end, start >= 0 && start < len as i64 && end == start.wrapping_add(1))
}

fn escape(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

fn prefix(m: &mut Message, e: &Exception) -> Res<()> {
    m.raw("'")?;
    m.str(&e.field(fields::ENCODING).unwrap_or_else(Object::none))?;
    m.raw("' codec ")
}

fn suffix(m: &mut Message, e: &Exception) -> Res<()> {
    m.str(&e.field(fields::REASON).unwrap_or_else(Object::none))
}

/// Text of an error about characters; `verb` is "encode" or "translate".
fn characters(vm: &Vm, this: &Object, verb: &str, coded: bool) -> Res {
    let e = payload(vm, this)?;
    let Some(object) = e.field(fields::OBJECT) else { return Ok(vm.str("")?.into_object()) };
    let text = object.downcast::<Str>();
    let (start, end, one) = range(vm, e, text.map_or(0, |t| t.len()));
    let mut m = Message::new(vm);
    if coded {
        prefix(&mut m, e)?;
    }
    match text.and_then(|t| t.char_at(start as usize)).filter(|_| one) {
        Some(c) => {
            m.raw(&format!("can't {verb} character '{}' in position {start}: ", escape(c)))?
        }
        None => m.raw(&format!(
            "can't {verb} characters in position {start}-{}: ",
            end.wrapping_sub(1)
        ))?,
    }
    suffix(&mut m, e)?;
    m.finish()
}

fn str_encode(vm: &Vm, this: &Object) -> Res {
    characters(vm, this, "encode", true)
}

fn str_translate(vm: &Vm, this: &Object) -> Res {
    characters(vm, this, "translate", false)
}

fn str_decode(vm: &Vm, this: &Object) -> Res {
    let e = payload(vm, this)?;
    let Some(object) = e.field(fields::OBJECT) else { return Ok(vm.str("")?.into_object()) };
    let bytes = object.downcast::<Bytes>();
    let (start, end, one) = range(vm, e, bytes.map_or(0, |b| b.as_slice().len()));
    let mut m = Message::new(vm);
    prefix(&mut m, e)?;
    match bytes.and_then(|b| b.as_slice().get(start as usize).copied()).filter(|_| one) {
        Some(b) => m.raw(&format!("can't decode byte 0x{b:02x} in position {start}: "))?,
        None => {
            m.raw(&format!("can't decode bytes in position {start}-{}: ", end.wrapping_sub(1)))?
        }
    }
    suffix(&mut m, e)?;
    m.finish()
}

impl Vm {
    /// UnicodeEncodeError for `object[start..end]`.
    #[cold]
    pub fn unicode_encode_error(
        &self,
        encoding: &str,
        object: &Obj<Str>,
        start: usize,
        end: usize,
        reason: &str,
    ) -> Raised {
        self.unicode_error(
            Exc::UnicodeEncodeError,
            encoding,
            object.clone().into_object(),
            start,
            end,
            reason,
        )
    }

    /// UnicodeDecodeError for `object[start..end]`.
    #[cold]
    pub fn unicode_decode_error(
        &self,
        encoding: &str,
        object: &Obj<Bytes>,
        start: usize,
        end: usize,
        reason: &str,
    ) -> Raised {
        self.unicode_error(
            Exc::UnicodeDecodeError,
            encoding,
            object.clone().into_object(),
            start,
            end,
            reason,
        )
    }

    fn unicode_error(
        &self,
        kind: Exc,
        encoding: &str,
        object: Object,
        start: usize,
        end: usize,
        reason: &str,
    ) -> Raised {
        let args = || -> Res<Vec<Object>> {
            Ok(vec![
                self.str(encoding)?.into_object(),
                object.clone(),
                self.int_usize(start)?,
                self.int_usize(end)?,
                self.str(reason)?.into_object(),
            ])
        };
        match args() {
            Ok(args) => self.raise_args(kind, args),
            Err(r) => r,
        }
    }
}
