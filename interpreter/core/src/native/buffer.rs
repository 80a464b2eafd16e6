//! The buffer protocol: a view of an object's bytes that keeps it from being resized.
//!
//! **Invariant:** whoever exports a buffer counts its views and refuses to move or free the bytes while
//! one is alive.
#![allow(dead_code)]

use crate::object::Object;
use std::rc::Rc;

/// Flags of a request.
pub mod request {
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

/// A view: owner, shape and format. See PEP 3118.
#[derive(Clone)]
pub struct BufferView {
    /// Keeps the exporter alive.
    pub owner: Object,
    pub source: Rc<dyn BufferSource>,
    pub readonly: bool,
    /// Struct format, "B" for plain bytes.
    pub format: Rc<str>,
    pub itemsize: usize,
    pub shape: Vec<usize>,
    /// In bytes.
    pub strides: Vec<isize>,
    /// Offset of the first item in the source's bytes.
    pub offset: usize,
}
