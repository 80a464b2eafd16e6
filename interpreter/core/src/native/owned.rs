//! From Python objects to Rust values that own all they hold: parameters of closures, results of calls.
//!
//! What a `#[native]` function may take beyond this (borrowed text, buffers) is in `convert.rs`; what is
//! here beyond that (maps, addresses) can be a parameter there too.

use super::convert::{ArgInfo, FromArg, Maybe};
use super::{IntoObject, IntoRaised, PyBytes};
use crate::native::buffer;
use crate::object::{Dict, Exc, NoMemory, Obj, Object, Payload, Set, Str, Tuple};
use crate::vm::{Raised, Res, Vm};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Display;
use std::hash::{BuildHasher, Hash};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// A Rust type that a Python object can be converted to; embedders implement it for their own.
pub trait FromObject: Sized + 'static {
    fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self>;

    /// What a parameter is that no argument was given for; None: it must be given.
    fn absent() -> Option<Self> {
        None
    }
}

/// As a parameter of a native function.
macro_rules! as_arg {
    ($([$($generics:tt)*] $ty:ty;)*) => {$(
        impl<'a, $($generics)*> FromArg<'a> for $ty {
            type Holder = ();
            fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
                <$ty as FromObject>::from_object(vm, object, info)
            }
        }
    )*};
}

as_arg! {
    [] char; [] f32; [] i128; [] u128; [] PyBytes; [] PathBuf;
    [] IpAddr; [] Ipv4Addr; [] Ipv6Addr; [] SocketAddr;
    [K: FromObject + Eq + Hash, V: FromObject, S: BuildHasher + Default + 'static] HashMap<K, V, S>;
    [K: FromObject + Ord, V: FromObject] BTreeMap<K, V>;
    [T: FromObject + Eq + Hash, S: BuildHasher + Default + 'static] HashSet<T, S>;
    [T: FromObject + Ord] BTreeSet<T>;
}

/// What converts without a holder already.
macro_rules! from_arg {
    ($($ty:ty),*) => {$(
        impl FromObject for $ty {
            #[inline]
            fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
                <$ty>::from_arg(vm, object, &mut (), info)
            }
        }
    )*};
}
from_arg!(
    i8, u8, i16, u16, i32, u32, i64, u64, isize, usize, f64, bool, BigInt, String, Duration, Object
);

impl<T: Payload> FromObject for Obj<T> {
    fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
        <Obj<T>>::from_arg(vm, object, &mut (), info)
    }
}

/// Any object: for calls whose result does not matter.
impl FromObject for () {
    #[inline]
    fn from_object(_: &Vm, _: &Object, _: &ArgInfo) -> Res<Self> {
        Ok(())
    }
}

impl<T: FromObject> FromObject for Option<T> {
    #[inline]
    fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
        if object.is_none() { Ok(None) } else { T::from_object(vm, object, info).map(Some) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: FromObject> FromObject for Maybe<T> {
    fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
        T::from_object(vm, object, info).map(Maybe::Given)
    }

    fn absent() -> Option<Self> {
        Some(Maybe::Absent)
    }
}

/// The items of any iterable.
impl<T: FromObject> FromObject for Vec<T> {
    fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
        let objects = vm.collect(object)?;
        let mut items = Vec::new();
        items.try_reserve_exact(objects.len()).map_err(|_| vm.no_memory(NoMemory))?;
        for object in &objects {
            items.push(T::from_object(vm, object, info)?);
        }
        Ok(items)
    }
}

impl FromObject for char {
    fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
        let text = object.downcast::<Str>().filter(|text| text.len() == 1);
        let c = text.and_then(|text| char::from_u32(text.as_text().char_at(0)?));
        c.ok_or_else(|| info.must_be(vm, "a character", object))
    }
}

impl FromObject for f32 {
    fn from_object(vm: &Vm, object: &Object, _: &ArgInfo) -> Res<Self> {
        super::to_f64(vm, object).map(|x| x as f32)
    }
}

macro_rules! wide {
    ($($ty:ty: $convert:ident;)*) => {$(
        impl FromObject for $ty {
            fn from_object(vm: &Vm, object: &Object, _: &ArgInfo) -> Res<Self> {
                let n = super::big_integer(vm, object)?;
                n.$convert().ok_or_else(|| {
                    vm.overflow_error(concat!("Python int too large to convert to ", stringify!($ty)))
                })
            }
        }
    )*};
}
wide! { i128: to_i128; u128: to_u128; }

/// Any bytes-like object.
impl FromObject for PyBytes {
    fn from_object(vm: &Vm, object: &Object, _: &ArgInfo) -> Res<Self> {
        buffer::bytes_of(vm, object).map(PyBytes)
    }
}

/// A str, bytes or os.PathLike.
impl FromObject for PathBuf {
    fn from_object(vm: &Vm, object: &Object, _: &ArgInfo) -> Res<Self> {
        let path = super::fs_path(vm, object)?;
        match path.downcast::<Str>() {
            Some(text) => Ok(PathBuf::from(&*vm.utf8(text)?)),
            None => match String::from_utf8(buffer::bytes_of(vm, &path)?) {
                Ok(text) => Ok(PathBuf::from(text)),
                Err(_) => Err(vm.value_error("the path is not UTF-8")),
            },
        }
    }
}

/// The text of an address, or of an object that displays as one (`ipaddress.ip_address`).
macro_rules! addresses {
    ($($ty:ty: $what:literal;)*) => {$(
        impl FromObject for $ty {
            fn from_object(vm: &Vm, object: &Object, _: &ArgInfo) -> Res<Self> {
                let text = vm.to_str(object)?.to_string_lossy();
                text.parse().map_err(|_| {
                    vm.value_error(format_args!(concat!("'{}' is not ", $what), text))
                })
            }
        }

        impl IntoObject for $ty {
            fn into_object(self, vm: &Vm) -> Res {
                self.to_string().into_object(vm)
            }
        }
    )*};
}
addresses! {
    IpAddr: "an IP address";
    Ipv4Addr: "an IPv4 address";
    Ipv6Addr: "an IPv6 address";
}

/// `(host, port)` as sockets have it (with flow and scope for IPv6), or text: "127.0.0.1:80".
impl FromObject for SocketAddr {
    fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
        match object.downcast::<Tuple>().map(|pair| pair.as_slice()) {
            Some([host, port, ..]) => {
                let host = IpAddr::from_object(vm, host, info)?;
                Ok(SocketAddr::new(host, u16::from_object(vm, port, info)?))
            }
            _ if object.downcast::<Str>().is_some() => {
                let text = vm.to_str(object)?.to_string_lossy();
                text.parse().map_err(|_| {
                    vm.value_error(format_args!("'{text}' is not an address with a port"))
                })
            }
            _ => Err(info.must_be(vm, "(host, port)", object)),
        }
    }
}

impl IntoObject for SocketAddr {
    fn into_object(self, vm: &Vm) -> Res {
        match self {
            SocketAddr::V4(_) => (self.ip(), self.port()).into_object(vm),
            SocketAddr::V6(a) => (self.ip(), a.port(), a.flowinfo(), a.scope_id()).into_object(vm),
        }
    }
}

impl IntoObject for PathBuf {
    fn into_object(self, vm: &Vm) -> Res {
        self.to_string_lossy().into_object(vm)
    }
}

/// The items of a mapping: a dict's own, or those that `items()` gives.
fn items(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Vec<(Object, Object)>> {
    if let Some(dict) = object.downcast_exact::<Dict>() {
        vm.need_room(dict.len().saturating_mul(16))?;
        return Ok(dict.snapshot());
    }
    let Some(method) = vm.getattr_opt(object, &vm.names().items)? else {
        return Err(info.must_be(vm, "dict", object));
    };
    Vec::from_object(vm, &vm.call(&method, &[])?, info)
}

impl<K, V, S> FromObject for HashMap<K, V, S>
where
    K: FromObject + Eq + Hash,
    V: FromObject,
    S: BuildHasher + Default + 'static,
{
    fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
        let pairs = items(vm, object, info)?.into_iter();
        let convert = |(k, v): (Object, Object)| {
            Ok((K::from_object(vm, &k, info)?, V::from_object(vm, &v, info)?))
        };
        pairs.map(convert).collect()
    }
}

impl<K: FromObject + Ord, V: FromObject> FromObject for BTreeMap<K, V> {
    fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
        let pairs = items(vm, object, info)?.into_iter();
        let convert = |(k, v): (Object, Object)| {
            Ok((K::from_object(vm, &k, info)?, V::from_object(vm, &v, info)?))
        };
        pairs.map(convert).collect()
    }
}

impl<T: FromObject + Eq + Hash, S: BuildHasher + Default + 'static> FromObject for HashSet<T, S> {
    fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
        Ok(Vec::<T>::from_object(vm, object, info)?.into_iter().collect())
    }
}

impl<T: FromObject + Ord> FromObject for BTreeSet<T> {
    fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
        Ok(Vec::<T>::from_object(vm, object, info)?.into_iter().collect())
    }
}

fn set<T: IntoObject>(vm: &Vm, items: impl IntoIterator<Item = T>) -> Res {
    let set: Obj<Set> = vm.new_set()?;
    for item in items {
        set.add(vm, &item.into_object(vm)?)?;
    }
    Ok(set.into_object())
}

impl<T: IntoObject, S> IntoObject for HashSet<T, S> {
    fn into_object(self, vm: &Vm) -> Res {
        set(vm, self)
    }
}

impl<T: IntoObject> IntoObject for BTreeSet<T> {
    fn into_object(self, vm: &Vm) -> Res {
        set(vm, self)
    }
}

macro_rules! tuples {
    ($($count:literal: $($T:ident $i:tt)*;)*) => {$(
        impl<$($T: FromObject),*> FromObject for ($($T,)*) {
            fn from_object(vm: &Vm, object: &Object, info: &ArgInfo) -> Res<Self> {
                let expected = concat!($count, "-item tuple");
                let items: &[Object; $count] = super::convert::tuple_items(vm, object, expected, info)?;
                Ok(($($T::from_object(vm, &items[$i], info)?,)*))
            }
        }
    )*};
}
tuples! {
    1: A 0;
    2: A 0 B 1;
    3: A 0 B 1 C 2;
    4: A 0 B 1 C 2 D 3;
    5: A 0 B 1 C 2 D 3 E 4;
    6: A 0 B 1 C 2 D 3 E 4 F 5;
}

/// An exception of this class with this message.
impl<M: Display> IntoRaised for (Exc, M) {
    fn into_raised(self, vm: &Vm) -> Raised {
        vm.raise_kind(self.0, self.1)
    }
}

/// RuntimeError with the message.
impl IntoRaised for String {
    fn into_raised(self, vm: &Vm) -> Raised {
        vm.runtime_error(self)
    }
}

/// RuntimeError with the message.
impl IntoRaised for &str {
    fn into_raised(self, vm: &Vm) -> Raised {
        vm.runtime_error(self)
    }
}

/// RuntimeError with the message.
impl IntoRaised for Box<dyn std::error::Error + Send + Sync> {
    fn into_raised(self, vm: &Vm) -> Raised {
        vm.runtime_error(self)
    }
}
