//! From Python arguments to Rust values.
//!
//! [`FromArg`] is what a parameter's type must implement; the errors are worded as CPython's argument
//! parser words them. Conversions may run Python (`__index__`, `__float__`, `__fspath__`), which is
//! why all of them come before the function's own work. Text and buffers that cannot be borrowed from
//! the object itself lie in the wrapper's `Holder` for the length of the call.

use super::buffer::{self, BufferView, request};
use crate::object::{Bytes, Float, Int, NoMemory, Obj, Object, Payload, Str, Tuple};
use crate::text::numops;
use crate::vm::{Raised, Res, Vm};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::borrow::Cow;
use std::time::Duration;

/// Which argument of which function is converted, for the words of an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArgInfo {
    /// The Python name; empty: not known.
    pub function: &'static str,
    /// The parameter if it can be given by name, else empty.
    pub name: &'static str,
    /// From 1; 0 for a parameter that is the only one, and for `self`.
    pub index: usize,
}

impl ArgInfo {
    /// "listen() argument 1 must be str, not int".
    #[cold]
    pub fn must_be(&self, vm: &Vm, expected: &str, got: &Object) -> Raised {
        let ArgInfo { function, name, index } = self;
        let call = if function.is_empty() { String::new() } else { format!("{function}() ") };
        let got = if got.is_none() { "None".to_owned() } else { vm.type_name(got) };
        vm.type_error(match (name.is_empty(), index) {
            (false, _) => format!("{call}argument '{name}' must be {expected}, not {got}"),
            (true, 0) => format!("{call}argument must be {expected}, not {got}"),
            (true, _) => format!("{call}argument {index} must be {expected}, not {got}"),
        })
    }
}

/// A Rust type that a Python argument can be converted to.
pub trait FromArg<'a>: Sized {
    /// Owns what the converted value borrows where the object itself cannot lend it.
    type Holder: Default;

    fn from_arg(
        vm: &'a Vm,
        object: &'a Object,
        holder: &'a mut Self::Holder,
        info: &ArgInfo,
    ) -> Res<Self>;
}

/// A parameter whose absence is not the same as None.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maybe<T> {
    Absent,
    Given(T),
}

impl<T> Maybe<T> {
    pub fn given(self) -> Option<T> {
        match self {
            Maybe::Absent => None,
            Maybe::Given(value) => Some(value),
        }
    }

    pub fn is_absent(&self) -> bool {
        matches!(self, Maybe::Absent)
    }
}

impl<'a, T: FromArg<'a>> FromArg<'a> for Maybe<T> {
    type Holder = T::Holder;
    #[inline]
    fn from_arg(
        vm: &'a Vm,
        object: &'a Object,
        holder: &'a mut T::Holder,
        info: &ArgInfo,
    ) -> Res<Self> {
        T::from_arg(vm, object, holder, info).map(Maybe::Given)
    }
}

impl<'a, T: FromArg<'a>> FromArg<'a> for Option<T> {
    type Holder = T::Holder;
    #[inline]
    fn from_arg(
        vm: &'a Vm,
        object: &'a Object,
        holder: &'a mut T::Holder,
        info: &ArgInfo,
    ) -> Res<Self> {
        if object.is_none() {
            return Ok(None);
        }
        T::from_arg(vm, object, holder, info).map(Some)
    }
}

impl<'a> FromArg<'a> for &'a Object {
    type Holder = ();
    #[inline(always)]
    fn from_arg(_: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        Ok(object)
    }
}

impl<'a> FromArg<'a> for Object {
    type Holder = ();
    #[inline(always)]
    fn from_arg(_: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        Ok(object.clone())
    }
}

impl<'a, T: Payload> FromArg<'a> for &'a Obj<T> {
    type Holder = ();
    #[inline(always)]
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        match object.downcast::<T>() {
            Some(typed) => Ok(typed),
            None => Err(wrong_type::<T>(vm, object, info)),
        }
    }
}

impl<'a, T: Payload> FromArg<'a> for Obj<T> {
    type Holder = ();
    #[inline(always)]
    fn from_arg(vm: &'a Vm, object: &'a Object, holder: &'a mut (), info: &ArgInfo) -> Res<Self> {
        <&Obj<T>>::from_arg(vm, object, holder, info).cloned()
    }
}

#[cold]
#[inline(never)]
fn wrong_type<T: Payload>(vm: &Vm, object: &Object, info: &ArgInfo) -> Raised {
    let expected = match vm.type_of_payload::<T>() {
        Ok(ty) => ty.full_name(),
        Err(raised) => return raised,
    };
    if info.name == "self" && info.index == 0 {
        return vm.type_error(format!(
            "descriptor '{}' for '{expected}' objects doesn't apply to a '{}' object",
            info.function,
            vm.type_name(object)
        ));
    }
    info.must_be(vm, &expected, object)
}

/// An integer of the C size that the errors name.
macro_rules! integers {
    ($($ty:ty: $convert:ident, $below:expr, $above:expr;)*) => {$(
        impl<'a> FromArg<'a> for $ty {
            type Holder = ();
            #[inline]
            fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
                if let Some(n) = object.as_small_int()
                    && let Ok(n) = <$ty>::try_from(n)
                {
                    return Ok(n);
                }
                wide_integer(vm, object, $below, $above, |n| n.$convert())
            }
        }
    )*};
}

integers! {
    i8: to_i8, "signed char is less than minimum", "signed char is greater than maximum";
    u8: to_u8, "unsigned byte integer is less than minimum",
        "unsigned byte integer is greater than maximum";
    i16: to_i16, "signed short integer is less than minimum",
        "signed short integer is greater than maximum";
    u16: to_u16, "can't convert negative value to unsigned short",
        "Python int too large to convert to C unsigned short";
    i32: to_i32, "Python int too large to convert to C int",
        "Python int too large to convert to C int";
    u32: to_u32, "can't convert negative value to unsigned int",
        "Python int too large to convert to C unsigned int";
    i64: to_i64, "Python int too large to convert to C long",
        "Python int too large to convert to C long";
    u64: to_u64, "can't convert negative int to unsigned",
        "Python int too large to convert to C unsigned long";
    isize: to_isize, "Python int too large to convert to C ssize_t",
        "Python int too large to convert to C ssize_t";
    usize: to_usize, "can't convert negative value to size_t",
        "Python int too large to convert to C size_t";
}

/// Whatever the quick way does not take: bool, big integers, subclasses, `__index__`, misfits.
#[inline(never)]
fn wide_integer<T>(
    vm: &Vm,
    object: &Object,
    below: &'static str,
    above: &'static str,
    convert: fn(&BigInt) -> Option<T>,
) -> Res<T> {
    let n = big_integer(vm, object)?;
    convert(&n).ok_or_else(|| {
        let negative = n.sign() == num_bigint::Sign::Minus;
        vm.overflow_error(if negative { below } else { above })
    })
}

/// The integer an object stands for, by value or by `__index__`.
pub fn big_integer<'o>(vm: &Vm, object: &'o Object) -> Res<Cow<'o, BigInt>> {
    if let Some(n) = object.as_small_int() {
        return Ok(Cow::Owned(BigInt::from(n)));
    }
    if object.is_bool() {
        return Ok(Cow::Owned(BigInt::from(u8::from(object.is_true_singleton()))));
    }
    if let Some(n) = object.downcast::<Int>() {
        return Ok(Cow::Borrowed(&n.0));
    }
    let index = vm.index(object)?;
    match (index.as_small_int(), index.downcast::<Int>()) {
        (Some(n), _) => Ok(Cow::Owned(BigInt::from(n))),
        (None, Some(n)) => Ok(Cow::Owned(n.0.clone())),
        (None, None) => Err(vm.system_error("__index__ gave no int")),
    }
}

impl<'a> FromArg<'a> for BigInt {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        big_integer(vm, object).map(Cow::into_owned)
    }
}

impl<'a> FromArg<'a> for f64 {
    type Holder = ();
    #[inline]
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        match object.as_exact_float() {
            Some(x) => Ok(x),
            None => to_f64(vm, object),
        }
    }
}

/// A real number by value, `__float__` or `__index__`. May run Python.
#[inline(never)]
pub fn to_f64(vm: &Vm, object: &Object) -> Res<f64> {
    if let Some(x) = object.as_exact_float() {
        return Ok(x);
    }
    if let Some(n) = object.as_small_int() {
        return Ok(n as f64);
    }
    if let Some(x) = object.downcast::<Float>() {
        return Ok(x.0);
    }
    let slots = *vm.class_of(object).slots();
    if object.downcast::<Int>().is_none()
        && let Some(float) = slots.float
    {
        let x = float(vm, object)?;
        return match (x.as_exact_float(), x.downcast::<Float>()) {
            (Some(x), _) => Ok(x),
            (None, Some(x)) => Ok(x.0),
            (None, None) => Err(vm.type_error(format!(
                "{}.__float__ returned non-float (type {})",
                vm.type_name(object),
                vm.type_name(&x)
            ))),
        };
    }
    if slots.index.is_none() && object.downcast::<Int>().is_none() && !object.is_bool() {
        return Err(
            vm.type_error(format_args!("must be real number, not {}", vm.type_name(object)))
        );
    }
    let n = big_integer(vm, object)?;
    numops::bigint_to_f64(&n).map_err(|error| vm.text_error(error))
}

/// Truth, as `bool(x)`: any object will do.
impl<'a> FromArg<'a> for bool {
    type Holder = ();
    #[inline]
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        if object.is_bool() {
            return Ok(object.is_true_singleton());
        }
        vm.truth(object)
    }
}

impl<'a> FromArg<'a> for &'a str {
    /// The UTF-8 of text that is not ASCII.
    type Holder = String;
    #[inline]
    fn from_arg(
        vm: &'a Vm,
        object: &'a Object,
        holder: &'a mut String,
        info: &ArgInfo,
    ) -> Res<Self> {
        let Some(text) = object.downcast::<Str>() else {
            return Err(info.must_be(vm, "str", object));
        };
        match text.as_ascii() {
            Some(ascii) => Ok(ascii),
            None => {
                *holder = vm.utf8(text)?.into_owned();
                Ok(holder)
            }
        }
    }
}

impl<'a> FromArg<'a> for String {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        match object.downcast::<Str>() {
            Some(text) => Ok(vm.utf8(text)?.into_owned()),
            None => Err(info.must_be(vm, "str", object)),
        }
    }
}

/// Any bytes-like object; what is not `bytes` is copied (see [`Buffer`] for large ones).
impl<'a> FromArg<'a> for &'a [u8] {
    type Holder = Vec<u8>;
    #[inline]
    fn from_arg(vm: &'a Vm, object: &'a Object, holder: &'a mut Vec<u8>, _: &ArgInfo) -> Res<Self> {
        if let Some(bytes) = object.downcast::<Bytes>() {
            return Ok(bytes.as_slice());
        }
        *holder = buffer::to_vec(vm, &buffer::view(vm, object, request::SIMPLE)?)?;
        Ok(holder)
    }
}

/// A bytes-like object, lent without a copy.
pub enum Buffer<'a> {
    Bytes(&'a [u8]),
    View(BufferView),
}

impl Buffer<'_> {
    /// Look at the bytes. No Python may run inside of `f`.
    pub fn with<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Buffer::Bytes(bytes) => f(bytes),
            Buffer::View(view) => view.with(f),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Buffer::Bytes(bytes) => bytes.len(),
            Buffer::View(view) => view.byte_len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> FromArg<'a> for Buffer<'a> {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        match object.downcast::<Bytes>() {
            Some(bytes) => Ok(Buffer::Bytes(bytes.as_slice())),
            None => Ok(Buffer::View(buffer::view(vm, object, request::SIMPLE)?)),
        }
    }
}

/// A bytes-like object that can be written to.
pub struct BufferMut(pub BufferView);

impl<'a> FromArg<'a> for BufferMut {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        match buffer::view(vm, object, request::WRITABLE) {
            Ok(view) if !view.readonly => Ok(BufferMut(view)),
            Ok(_) => Err(info.must_be(vm, "read-write bytes-like object", object)),
            Err(raised) => {
                drop(vm.take_raised(raised));
                Err(info.must_be(vm, "read-write bytes-like object", object))
            }
        }
    }
}

/// A path of the file system: str (encoded with `surrogateescape`), bytes or `os.PathLike`.
pub struct FsPath {
    /// Without NUL.
    pub bytes: Vec<u8>,
    /// What was given, for the `filename` of an OSError.
    pub object: Object,
    /// Whether results should be bytes too.
    pub is_bytes: bool,
}

impl<'a> FromArg<'a> for FsPath {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        let path = fs_path(vm, object)?;
        let (bytes, is_bytes) = match path.downcast::<Bytes>() {
            Some(bytes) => {
                let copied = crate::text::vec_of(bytes.as_slice());
                (copied.map_err(|e| vm.text_error(e))?, true)
            }
            None => (fs_encode(vm, &path)?, false),
        };
        if bytes.contains(&0) {
            return Err(vm.value_error("embedded null byte"));
        }
        Ok(FsPath { bytes, object: object.clone(), is_bytes })
    }
}

/// `os.fspath`: the str or bytes of a path. May run Python.
pub fn fs_path(vm: &Vm, object: &Object) -> Res {
    let fits = |o: &Object| o.downcast::<Str>().is_some() || o.downcast::<Bytes>().is_some();
    if fits(object) {
        return Ok(object.clone());
    }
    let Some(path) = vm.call_special(object, &vm.names().__fspath__, &[])? else {
        return Err(vm.type_error(format_args!(
            "expected str, bytes or os.PathLike object, not {}",
            vm.type_name(object)
        )));
    };
    if fits(&path) {
        return Ok(path);
    }
    Err(vm.type_error(format_args!(
        "expected {}.__fspath__() to return str or bytes, not {}",
        vm.type_name(object),
        vm.type_name(&path)
    )))
}

/// The bytes of a str in the file system's encoding: UTF-8, lone surrogates U+DC80..U+DCFF as the byte
/// they stand for.
fn fs_encode(vm: &Vm, path: &Object) -> Res<Vec<u8>> {
    let Some(text) = path.downcast::<Str>() else { return Ok(Vec::new()) };
    let mut bytes = Vec::new();
    let most = if text.as_ascii().is_some() { text.len() } else { text.len().saturating_mul(4) };
    bytes.try_reserve(most).map_err(|_| vm.no_memory(NoMemory))?;
    let mut utf8 = [0; 4];
    for c in text.as_text().iter() {
        match char::from_u32(c) {
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes()),
            None if (0xdc80..=0xdcff).contains(&c) => bytes.push(c as u8),
            None => {
                vm.utf8(text)?; // raises
            }
        }
    }
    Ok(bytes)
}

/// The items of any iterable.
impl<'a, T: for<'i> FromArg<'i, Holder = ()>> FromArg<'a> for Vec<T> {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        let objects = vm.collect(object)?;
        let mut items = Vec::new();
        items.try_reserve_exact(objects.len()).map_err(|_| vm.no_memory(NoMemory))?;
        for object in &objects {
            items.push(T::from_arg(vm, object, &mut (), info)?);
        }
        Ok(items)
    }
}

/// The items of a tuple that must have so many.
pub(super) fn tuple_items<'a, const N: usize>(
    vm: &Vm,
    object: &'a Object,
    expected: &'static str,
    info: &ArgInfo,
) -> Res<&'a [Object; N]> {
    let Some(tuple) = object.downcast::<Tuple>() else {
        return Err(info.must_be(vm, expected, object));
    };
    let items = tuple.as_slice();
    items.try_into().map_err(|_| {
        vm.type_error(format_args!("a tuple of length {N} is required, not {}", items.len()))
    })
}

macro_rules! tuples {
    ($($count:literal: $($T:ident $h:ident $i:tt)*;)*) => {$(
        impl<'a, $($T: FromArg<'a>),*> FromArg<'a> for ($($T,)*) {
            type Holder = ($($T::Holder,)*);
            fn from_arg(
                vm: &'a Vm,
                object: &'a Object,
                holder: &'a mut Self::Holder,
                info: &ArgInfo,
            ) -> Res<Self> {
                let expected = concat!($count, "-item tuple");
                let items: &[Object; $count] = tuple_items(vm, object, expected, info)?;
                let ($($h,)*) = holder;
                Ok(($($T::from_arg(vm, &items[$i], $h, info)?,)*))
            }
        }
    )*};
}
tuples! {
    2: A a 0 B b 1;
    3: A a 0 B b 1 C c 2;
    4: A a 0 B b 1 C c 2 D d 3;
    5: A a 0 B b 1 C c 2 D d 3 E e 4;
}

/// Seconds as int or float; negative and NaN are refused.
impl<'a> FromArg<'a> for Duration {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        let seconds = match object.as_exact_float() {
            Some(x) => x,
            None if object.downcast::<Float>().is_some() => to_f64(vm, object)?,
            None => match big_integer(vm, object)?.to_i64() {
                Some(n) => n as f64,
                None => return Err(too_long(vm)),
            },
        };
        if seconds.is_nan() {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        if seconds < 0.0 {
            return Err(vm.value_error("timeout must be non-negative"));
        }
        // The limit is that of 63 bits of nanoseconds.
        if seconds >= 9_223_372_036.854_775 {
            return Err(too_long(vm));
        }
        Duration::try_from_secs_f64(seconds).map_err(|_| too_long(vm))
    }
}

fn too_long(vm: &Vm) -> Raised {
    vm.overflow_error("timestamp too large to convert to C _PyTime_t")
}
