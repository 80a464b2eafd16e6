//! Arguments with the words of `PyArg_Parse`, where these are not the ones of the binder.

use super::calendar::Day;
use super::date::Date;
use super::datetime::DateTime;
use super::text::Precision;
use crate::support::{
    ArgInfo, Exc, FromArg, IntoRaised, Obj, Object, Raised, Res, Str, Tuple, Type, Vm,
};

impl IntoRaised for super::calendar::Misfit {
    #[cold]
    fn into_raised(self, vm: &Vm) -> Raised {
        vm.value_error(self)
    }
}

/// A C int, as the format `i` has it.
#[derive(Clone, Copy)]
pub(super) struct CInt(pub(super) i64);

impl CInt {
    #[inline]
    pub(super) fn of(vm: &Vm, object: &Object) -> Res<CInt> {
        match object.as_small_int() {
            Some(n) if i32::try_from(n).is_ok() => Ok(CInt(n)),
            _ => CInt::checked(vm, object),
        }
    }

    #[cold]
    fn checked(vm: &Vm, object: &Object) -> Res<CInt> {
        let index = vm.index(object)?;
        let Some(n) = vm.as_i64(&index) else {
            return Err(vm.overflow_error("Python int too large to convert to C long"));
        };
        match i32::try_from(n) {
            Ok(_) => Ok(CInt(n)),
            Err(_) if n < 0 => Err(vm.overflow_error("signed integer is less than minimum")),
            Err(_) => Err(vm.overflow_error("signed integer is greater than maximum")),
        }
    }
}

impl<'a> FromArg<'a> for CInt {
    type Holder = ();
    #[inline]
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        CInt::of(vm, object)
    }
}

/// What is wrong with a call of a constructor that has `least` to `most` parameters, the first of them ints:
/// CPython converts the arguments one after the other, so that the first that is no int is complained of even
/// if another is missing or not known.
#[cold]
pub(super) fn first_fault(
    vm: &Vm,
    raised: Raised,
    ints: &[&str],
    (least, most): (usize, usize),
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res {
    let exception = vm.caught(raised, Exc::TypeError)?;
    let named = names.map_or(0, |names| names.len());
    let (positional, values) = args.split_at(args.len().saturating_sub(named));
    if args.len() <= most {
        for (i, name) in ints.iter().enumerate() {
            let by_name = names.and_then(|names| {
                let is_name = |n: &Object| n.downcast::<Str>().is_some_and(|n| n.equals(name));
                values.get(names.as_slice().iter().position(is_name)?)
            });
            match (positional.get(i), by_name) {
                (Some(arg), _) | (None, Some(arg)) => drop(CInt::of(vm, arg)?),
                (None, None) if i >= least => {}
                _ => break,
            }
        }
    }
    Err(vm.raise(exception))
}

/// A date or a datetime, of which the day is wanted.
pub(super) struct Dated<'a> {
    pub(super) day: Day,
    pub(super) object: &'a Object,
}

impl<'a> Dated<'a> {
    #[inline]
    pub(super) fn of(object: &'a Object) -> Option<Dated<'a>> {
        let day = match object.downcast::<Date>() {
            Some(date) => date.day,
            None => object.downcast::<DateTime>()?.stamp().day(),
        };
        Some(Dated { day, object })
    }

    pub(super) fn class(&self, vm: &'a Vm) -> &'a Obj<Type> {
        vm.class_of(self.object)
    }
}

impl<'a> FromArg<'a> for Dated<'a> {
    type Holder = ();
    #[inline]
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        Dated::of(object).ok_or_else(|| info.must_be(vm, "datetime.date", object))
    }
}

/// `name() argument 1 must be str, not int`
#[cold]
pub(super) fn must_be(vm: &Vm, info: &ArgInfo, expected: &str, got: &Object) -> Raised {
    ArgInfo { name: "", ..*info }.must_be(vm, expected, got)
}

/// A str.
pub(super) struct Text<'a>(pub(super) &'a Obj<Str>);

impl<'a> FromArg<'a> for Text<'a> {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        object.downcast::<Str>().map(Text).ok_or_else(|| must_be(vm, info, "str", object))
    }
}

/// One character.
pub(super) struct Character(pub(super) u32);

impl<'a> FromArg<'a> for Character {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        let text = object.downcast::<Str>().filter(|text| text.len() == 1);
        let character = text.and_then(|text| text.char_at(0)).map(Character);
        character.ok_or_else(|| must_be(vm, info, "a unicode character", object))
    }
}

impl<'a> FromArg<'a> for Precision {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        let Some(text) = object.downcast::<Str>() else {
            return Err(must_be(vm, info, "str", object));
        };
        let name = vm.utf8(text)?;
        if name.contains('\0') {
            return Err(vm.raise_kind(Exc::ValueError, "embedded null character"));
        }
        Precision::named(&name).ok_or_else(|| vm.value_error("Unknown timespec value"))
    }
}
