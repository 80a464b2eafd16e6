//! Long work asks somebody, between its pieces, whether to go on.

use super::TextResult;

/// Whom long work asks.
pub trait Watch {
    /// May it go on? [`TextError::Raised`](super::TextError) says no, and that an exception is in flight.
    fn poll(&self) -> TextResult<()>;
    /// Is there room for so many bytes?
    fn room(&self, bytes: usize) -> TextResult<()>;
}

/// Nobody asks to stop, and there is room.
pub struct Unwatched;

impl Watch for Unwatched {
    fn poll(&self) -> TextResult<()> {
        Ok(())
    }

    fn room(&self, _: usize) -> TextResult<()> {
        Ok(())
    }
}

/// Units of text between two questions, about: a millisecond of work.
pub const PIECE: usize = 1 << 19;
