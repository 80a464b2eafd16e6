//! The buffer protocol: a view of an object's bytes that keeps it from being resized.
//!
//! **Invariant:** whoever exports a buffer counts its views and refuses to move or free the bytes while
//! one is alive.

use crate::object::{Bytes, NoMemory, Object};
use crate::vm::{Res, Vm};
use std::rc::Rc;

/// Flags of a request.
pub mod request {
    pub const SIMPLE: u32 = 0;
    pub const WRITABLE: u32 = 1;
    pub const FORMAT: u32 = 4;
    pub const ND: u32 = 8;
    pub const STRIDES: u32 = 16;
    pub const CONTIGUOUS: u32 = 32;
}

/// Where the bytes are; implemented by the payloads that export them.
pub trait BufferSource {
    /// The bytes now (short borrow; no Python may run while it lives).
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8]));
    /// The same, writable; false if read-only.
    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool;
    /// A view goes away.
    fn released(&self);
}

/// A number for each dimension; one of them, the usual case, takes no block of its own.
#[derive(Clone, Debug)]
pub enum Dims<T> {
    One([T; 1]),
    Many(Vec<T>),
}

impl<T> Dims<T> {
    pub fn one(number: T) -> Dims<T> {
        Dims::One([number])
    }
}

impl<T> From<Vec<T>> for Dims<T> {
    fn from(numbers: Vec<T>) -> Dims<T> {
        Dims::Many(numbers)
    }
}

impl<T> std::ops::Deref for Dims<T> {
    type Target = [T];
    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Dims::One(one) => one,
            Dims::Many(many) => many,
        }
    }
}

impl<T> std::ops::DerefMut for Dims<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Dims::One(one) => one,
            Dims::Many(many) => many,
        }
    }
}

/// A format of the struct module.
#[derive(Clone, Debug)]
pub enum Format {
    Known(&'static str),
    Other(Rc<str>),
}

impl std::ops::Deref for Format {
    type Target = str;
    #[inline]
    fn deref(&self) -> &str {
        match self {
            Format::Known(text) => text,
            Format::Other(text) => text,
        }
    }
}

/// A view: owner, shape and format. See PEP 3118.
#[derive(Clone)]
pub struct BufferView {
    /// Keeps the exporter alive.
    pub owner: Object,
    pub source: Rc<dyn BufferSource>,
    pub readonly: bool,
    /// Struct format, "B" for plain bytes.
    pub format: Format,
    pub itemsize: usize,
    pub shape: Dims<usize>,
    /// In bytes.
    pub strides: Dims<isize>,
    /// Offset of the first item in the source's bytes.
    pub offset: usize,
}

impl BufferView {
    pub fn byte_len(&self) -> usize {
        self.shape.iter().product::<usize>() * self.itemsize
    }

    /// Whether the items lie one behind the other in the order of the indices.
    pub fn is_contiguous(&self) -> bool {
        if let (Dims::One([length]), Dims::One([stride])) = (&self.shape, &self.strides) {
            return *length <= 1 || *stride == self.itemsize as isize;
        }
        let mut expected = self.itemsize as isize;
        for (&length, &stride) in self.shape.iter().zip(self.strides.iter()).rev() {
            if length > 1 && stride != expected {
                return false;
            }
            expected = expected.saturating_mul(length as isize);
        }
        true
    }

    /// Look at the bytes of a contiguous view (of others: nothing). No Python may run inside of `f`.
    pub fn with<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        let range = self.offset..self.offset.saturating_add(self.byte_len());
        let (mut f, mut result) = (Some(f), None);
        self.source.with_bytes(&mut |bytes| {
            if let Some(f) = f.take() {
                result = Some(f(bytes.get(range.clone()).unwrap_or(&[])));
            }
        });
        match (result, f) {
            (Some(result), _) => result,
            (None, Some(f)) => f(&[]),
            (None, None) => unreachable!("`f` is taken only where the result is stored"),
        }
    }

    /// The same, writable; the slice is empty if the view is read-only.
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut [u8]) -> R) -> R {
        let range = self.offset..self.offset.saturating_add(self.byte_len());
        let (mut f, mut result) = (Some(f), None);
        self.source.with_bytes_mut(&mut |bytes| {
            if let Some(f) = f.take() {
                result = Some(match bytes.get_mut(range.clone()) {
                    Some(bytes) => f(bytes),
                    None => f(&mut []),
                });
            }
        });
        match (result, f) {
            (Some(result), _) => result,
            (None, Some(f)) => f(&mut []),
            (None, None) => unreachable!("`f` is taken only where the result is stored"),
        }
    }
}

/// A contiguous view of any bytes-like object.
pub fn view(vm: &Vm, object: &Object, flags: u32) -> Res<BufferView> {
    let Some(export) = vm.class_of(object).slots().buffer else {
        return Err(vm.type_error(format_args!(
            "a bytes-like object is required, not '{}'",
            vm.type_name(object)
        )));
    };
    let view = export(vm, object, flags)?;
    if !view.is_contiguous() {
        return Err(vm.buffer_error("memoryview: underlying buffer is not C-contiguous"));
    }
    Ok(view)
}

/// A copy of a contiguous view's bytes.
pub fn to_vec(vm: &Vm, view: &BufferView) -> Res<Vec<u8>> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(view.byte_len()).map_err(|_| vm.no_memory(NoMemory))?;
    view.with(|bytes| copy.extend_from_slice(bytes));
    Ok(copy)
}

/// The bytes of any bytes-like object, copied.
pub fn bytes_of(vm: &Vm, object: &Object) -> Res<Vec<u8>> {
    if let Some(bytes) = object.downcast::<Bytes>() {
        let mut copy = Vec::new();
        copy.try_reserve_exact(bytes.len()).map_err(|_| vm.no_memory(NoMemory))?;
        copy.extend_from_slice(bytes.as_slice());
        return Ok(copy);
    }
    to_vec(vm, &view(vm, object, request::SIMPLE)?)
}
