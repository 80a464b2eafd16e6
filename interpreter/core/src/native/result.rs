//! From Rust results to Python objects and exceptions.

use crate::object::{NoMemory, Obj, Object, Payload};
use crate::vm::{Raised, Res, Vm};
use num_bigint::BigInt;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

/// A Rust value that becomes a Python object.
pub trait IntoObject {
    fn into_object(self, vm: &Vm) -> Res;
}

/// What a native function may return: a value, or `Result` of one with any error that can be raised.
pub trait IntoResult {
    fn into_result(self, vm: &Vm) -> Res;
}

/// An error that becomes a Python exception; embedders implement it for their own.
pub trait IntoRaised {
    fn into_raised(self, vm: &Vm) -> Raised;
}

impl<T: IntoObject> IntoResult for T {
    #[inline(always)]
    fn into_result(self, vm: &Vm) -> Res {
        self.into_object(vm)
    }
}

impl<T: IntoObject, E: IntoRaised> IntoResult for Result<T, E> {
    #[inline(always)]
    fn into_result(self, vm: &Vm) -> Res {
        match self {
            Ok(value) => value.into_object(vm),
            Err(error) => Err(error.into_raised(vm)),
        }
    }
}

impl IntoRaised for Raised {
    #[inline(always)]
    fn into_raised(self, _: &Vm) -> Raised {
        self
    }
}

impl IntoRaised for NoMemory {
    fn into_raised(self, vm: &Vm) -> Raised {
        vm.no_memory(NoMemory)
    }
}

impl IntoRaised for std::collections::TryReserveError {
    fn into_raised(self, vm: &Vm) -> Raised {
        vm.no_memory(NoMemory)
    }
}

/// The subclass of OSError that the number asks for.
impl IntoRaised for std::io::Error {
    fn into_raised(self, vm: &Vm) -> Raised {
        super::errors::os_error(vm, &self)
    }
}

impl IntoObject for Object {
    #[inline(always)]
    fn into_object(self, _: &Vm) -> Res {
        Ok(self)
    }
}

impl IntoObject for &Object {
    #[inline(always)]
    fn into_object(self, _: &Vm) -> Res {
        Ok(self.clone())
    }
}

impl<T: Payload> IntoObject for Obj<T> {
    #[inline(always)]
    fn into_object(self, _: &Vm) -> Res {
        Ok(Obj::into_object(self))
    }
}

impl<T: Payload> IntoObject for &Obj<T> {
    #[inline(always)]
    fn into_object(self, _: &Vm) -> Res {
        Ok(self.as_object().clone())
    }
}

impl IntoObject for () {
    #[inline(always)]
    fn into_object(self, _: &Vm) -> Res {
        Ok(Object::none())
    }
}

impl IntoObject for bool {
    #[inline(always)]
    fn into_object(self, _: &Vm) -> Res {
        Ok(Object::bool(self))
    }
}

impl<T: IntoObject> IntoObject for Option<T> {
    #[inline]
    fn into_object(self, vm: &Vm) -> Res {
        self.map_or(Ok(Object::none()), |value| value.into_object(vm))
    }
}

macro_rules! numbers {
    ($($ty:ty => |$vm:ident, $n:ident| $make:expr;)*) => {$(
        impl IntoObject for $ty {
            #[inline]
            fn into_object(self, $vm: &Vm) -> Res {
                let $n = self;
                $make
            }
        }
    )*};
}
numbers! {
    i8 => |vm, n| vm.int(i64::from(n));
    u8 => |vm, n| vm.int(i64::from(n));
    i16 => |vm, n| vm.int(i64::from(n));
    u16 => |vm, n| vm.int(i64::from(n));
    i32 => |vm, n| vm.int(i64::from(n));
    u32 => |vm, n| vm.int(i64::from(n));
    i64 => |vm, n| vm.int(n);
    isize => |vm, n| vm.int(n as i64);
    u64 => |vm, n| vm.int_u64(n);
    usize => |vm, n| vm.int_usize(n);
    i128 => |vm, n| vm.bigint(BigInt::from(n));
    u128 => |vm, n| vm.bigint(BigInt::from(n));
    f32 => |vm, x| vm.float(f64::from(x));
    f64 => |vm, x| vm.float(x);
    BigInt => |vm, n| vm.bigint(n);
    num_bigint::BigUint => |vm, n| vm.bigint(BigInt::from(n));
    std::time::Duration => |vm, time| vm.float(time.as_secs_f64());
}

impl IntoObject for &str {
    fn into_object(self, vm: &Vm) -> Res {
        Ok(vm.str(self)?.into_object())
    }
}

impl IntoObject for String {
    fn into_object(self, vm: &Vm) -> Res {
        Ok(vm.str(&self)?.into_object())
    }
}

impl IntoObject for Cow<'_, str> {
    fn into_object(self, vm: &Vm) -> Res {
        Ok(vm.str(&self)?.into_object())
    }
}

impl IntoObject for char {
    fn into_object(self, vm: &Vm) -> Res {
        Ok(vm.str(self.encode_utf8(&mut [0; 4]))?.into_object())
    }
}

/// Becomes `bytes`.
impl IntoObject for &[u8] {
    fn into_object(self, vm: &Vm) -> Res {
        Ok(vm.bytes(self)?.into_object())
    }
}

impl<const N: usize> IntoObject for [u8; N] {
    fn into_object(self, vm: &Vm) -> Res {
        Ok(vm.bytes(&self)?.into_object())
    }
}

/// A list. (For `bytes` return a slice, or [`PyBytes`].)
impl<T: IntoObject> IntoObject for Vec<T> {
    fn into_object(self, vm: &Vm) -> Res {
        let mut items = Vec::new();
        items.try_reserve_exact(self.len()).map_err(|_| vm.no_memory(NoMemory))?;
        for item in self {
            items.push(item.into_object(vm)?);
        }
        Ok(vm.list(items)?.into_object())
    }
}

/// Owned bytes that become `bytes`.
pub struct PyBytes(pub Vec<u8>);

impl IntoObject for PyBytes {
    fn into_object(self, vm: &Vm) -> Res {
        Ok(vm.bytes(&self.0)?.into_object())
    }
}

impl<K: IntoObject, V: IntoObject, S> IntoObject for HashMap<K, V, S> {
    fn into_object(self, vm: &Vm) -> Res {
        pairs(vm, self)
    }
}

impl<K: IntoObject, V: IntoObject> IntoObject for BTreeMap<K, V> {
    fn into_object(self, vm: &Vm) -> Res {
        pairs(vm, self)
    }
}

fn pairs<K: IntoObject, V: IntoObject>(vm: &Vm, map: impl IntoIterator<Item = (K, V)>) -> Res {
    let dict = vm.new_dict()?;
    for (key, value) in map {
        dict.set(vm, &key.into_object(vm)?, value.into_object(vm)?)?;
    }
    Ok(dict.into_object())
}

macro_rules! tuples {
    ($($($T:ident $i:tt)*;)*) => {$(
        impl<$($T: IntoObject),*> IntoObject for ($($T,)*) {
            fn into_object(self, vm: &Vm) -> Res {
                Ok(vm.tuple(vec![$(self.$i.into_object(vm)?),*])?.into_object())
            }
        }
    )*};
}
tuples! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
}
