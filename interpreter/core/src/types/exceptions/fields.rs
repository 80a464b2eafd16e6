//! Positions of the families' own fields in `Exception::field`.
//!
//! Families whose members CPython allows to be mixed by inheritance (NameError with OSError, say) do not
//! overlap; the larger layouts exclude each other there, and reuse positions here.

pub(crate) const VALUE: usize = 0; // StopIteration.value, SystemExit.code
pub(crate) const NAME: usize = 1; // AttributeError, NameError, ImportError
pub(crate) const OBJ: usize = 2;
pub(crate) const MSG: usize = 3; // ImportError, SyntaxError
pub(crate) const PATH: usize = 4;
pub(crate) const ERRNO: usize = 5;
pub(crate) const STRERROR: usize = 6;
pub(crate) const FILENAME: usize = 7; // OSError, SyntaxError
pub(crate) const FILENAME2: usize = 8;
pub(crate) const WRITTEN: usize = 9;
pub(crate) const LINENO: usize = 5;
pub(crate) const OFFSET: usize = 6;
pub(crate) const TEXT: usize = 8;
pub(crate) const END_LINENO: usize = 9;
pub(crate) const END_OFFSET: usize = 10;
pub(crate) const PRINT_FILE_AND_LINE: usize = 11;
pub(crate) const ENCODING: usize = 5;
pub(crate) const OBJECT: usize = 6;
pub(crate) const START: usize = 7;
pub(crate) const END: usize = 8;
pub(crate) const REASON: usize = 9;
pub(crate) const MESSAGE: usize = 5; // groups
pub(crate) const EXCEPTIONS: usize = 6;
