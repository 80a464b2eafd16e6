//! The algorithms under Python's text and number types, as plain Rust.
//!
//! **Invariant:** nothing in this folder knows the VM, its objects or its errors: every function takes
//! slices and numbers and answers with them. The types (`str`, `bytes`, `int`, `float`, ...) are thin
//! layers over it. Every allocation whose size a script chooses is fallible.
//!
//! It does not look anything up by Python means (no `__index__`, no error-handler callbacks): codecs stop
//! at the first error and say where, and the caller decides how to go on.

pub mod bigops;
pub mod bigwork;
pub mod find;
pub mod floatparse;
pub mod floatrepr;
pub mod format;
pub mod intconv;
pub mod normal;
mod normal_tables;
pub mod numhash;
pub mod numops;
pub mod order;
pub mod repr;
pub mod shape;
pub mod siphash;
pub mod slices;
#[allow(clippy::module_inception)] // the type `TextRef` is what this folder is named for
pub mod text;
pub mod unicode;
mod unicode_tables;
pub mod watch;

pub mod codecs;
#[cfg(test)]
mod oracle;

use std::borrow::Cow;

pub use text::{Text, TextBuf, TextRef};

/// Why a kernel could not answer. Each variant is one Python exception with its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextError {
    /// `MemoryError`, without a message.
    NoMemory,
    /// `OverflowError`.
    Overflow(Cow<'static, str>),
    /// `ValueError`.
    Value(Cow<'static, str>),
    /// `TypeError`.
    Type(Cow<'static, str>),
    /// `ZeroDivisionError`.
    ZeroDivision(Cow<'static, str>),
    /// `IndexError`.
    Index(Cow<'static, str>),
    /// A [`watch::Watch`] said stop: its exception is in flight already.
    Raised,
}

impl TextError {
    /// A `ValueError` with this message.
    pub fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Value(message.into())
    }

    /// An `OverflowError` with this message.
    pub fn overflow(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Overflow(message.into())
    }

    /// A `TypeError` with this message.
    pub fn type_error(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Type(message.into())
    }
}

impl From<std::collections::TryReserveError> for TextError {
    fn from(_: std::collections::TryReserveError) -> Self {
        Self::NoMemory
    }
}

/// What most kernels answer.
pub type TextResult<T> = Result<T, TextError>;

/// An empty vector with room for `n` items, or `NoMemory`.
pub fn vec_with<T>(n: usize) -> TextResult<Vec<T>> {
    let mut v = Vec::new();
    v.try_reserve_exact(n)?;
    Ok(v)
}

/// A copy of a slice, or `NoMemory`.
pub fn vec_of<T: Copy>(items: &[T]) -> TextResult<Vec<T>> {
    let mut v = vec_with(items.len())?;
    v.extend_from_slice(items);
    Ok(v)
}

/// A copy of a string, or `NoMemory`.
pub fn string_of(s: &str) -> TextResult<String> {
    let mut out = String::new();
    out.try_reserve_exact(s.len())?;
    out.push_str(s);
    Ok(out)
}

/// Append `n` times the ASCII character `c`, or `NoMemory`.
pub fn push_repeat(out: &mut String, c: char, n: usize) -> TextResult<()> {
    out.try_reserve(n.checked_mul(c.len_utf8()).ok_or(TextError::NoMemory)?)?;
    out.extend(std::iter::repeat_n(c, n));
    Ok(())
}
