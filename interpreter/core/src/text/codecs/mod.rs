//! Codecs as kernels: each turns bytes into text or text into bytes until it is done or meets an error.
//!
//! **Invariant:** a codec never calls anybody. On an error it returns where and why; what it produced so
//! far is in the output. The caller asks the error handler (see [`handlers`]), appends its replacement and
//! calls again from the position that the handler named. Reasons are CPython's words.

pub mod utf8;

use super::TextError;

/// Why a codec stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodecError {
    /// Input that means nothing in this encoding: `input[start..end]`, with CPython's reason.
    Bad {
        /// Where the offending input starts.
        start: usize,
        /// Where it ends.
        end: usize,
        /// Why, as `UnicodeError.reason`.
        reason: &'static str,
    },
    /// No memory for the output.
    Other(TextError),
}

impl From<TextError> for CodecError {
    fn from(e: TextError) -> Self {
        Self::Other(e)
    }
}

impl From<std::collections::TryReserveError> for CodecError {
    fn from(e: std::collections::TryReserveError) -> Self {
        Self::Other(e.into())
    }
}

/// Shorthand for [`CodecError::Bad`].
pub(crate) fn bad<T>(start: usize, end: usize, reason: &'static str) -> Result<T, CodecError> {
    Err(CodecError::Bad { start, end, reason })
}

/// How far a codec came, or why it stopped.
pub type CodecResult = Result<usize, CodecError>;
