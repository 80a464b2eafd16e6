//! The mini-languages of formatting: `format(x, spec)`, `str.format` and `%`.
//!
//! **Invariant:** a width or precision from a script is checked before memory is asked for, and memory
//! that is refused is an error. Nothing here looks up attributes, keys or `__format__`: `fields` and
//! `percent` cut the template into pieces, and the caller finds the values.

pub mod fields;
pub mod number;
pub mod percent;
pub mod spec;

pub use number::{
    format_complex, format_float, format_int, format_str, push_float, push_int, push_str,
};
pub use spec::{Align, Spec};
