//! The serialised form of a unit: what the embedded library and marshal hold code as.
//!
//! An *image* is: eight bytes of [`FORMAT_ID`]; the number of strings and where each begins (`u32`, little
//! endian, from the first string on); the strings; one code record. All other numbers are varints, signed ones
//! zigzag. A code record begins with its length, so that a reader may skip it, and so do lists: what a function
//! is made of comes first, what runs, its *body*, is behind that and is read when it first runs (most functions
//! of most modules never do). Instructions are stored without their cache words and unused operands: a third of
//! their size in memory.
//!
//! **Invariant:** reading never panics and never allocates more than a small multiple of what is read, whatever
//! the bytes are; it does *not* check what the code does. Only images that our compiler made may be loaded as
//! they are, all others go through `verify`.

mod pool;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use pool::{NameNumbers, NamePool, PoolBuilder};
pub use read::{
    BodyRecord, CodeRecord, ConstRecord, Damaged, Image, Indices, Reader, StringRecord, utf8,
};
pub use write::{TooDeep, write};

use super::ops::OPS;

/// Constants nested deeper than this are refused, in writing and in reading.
pub const DEEPEST: u32 = 1000;

/// Kinds of strings.
mod text {
    /// UTF-8.
    pub const PLAIN: u8 = 0;
    /// ASCII, and only letters, digits and underscores: interned.
    pub const NAME: u8 = 1;
    /// Code points, as varints: there are lone surrogates among them.
    pub const WIDE: u8 = 2;
    /// The number of a name of the library's pool.
    pub const SHARED: u8 = 3;
}

/// Kinds of constants.
mod tag {
    pub const NONE: u8 = 0;
    pub const TRUE: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const ELLIPSIS: u8 = 3;
    pub const INT: u8 = 4;
    pub const BIG: u8 = 5;
    pub const FLOAT: u8 = 6;
    pub const COMPLEX: u8 = 7;
    pub const STR: u8 = 8;
    pub const BYTES: u8 = 9;
    pub const TUPLE: u8 = 10;
    pub const FROZEN_SET: u8 = 11;
    pub const CODE: u8 = 12;
}

/// Changes with the layout above.
const LAYOUT: u64 = 3;

/// Names the layout and the instruction set: images of another build are refused.
pub const FORMAT_ID: u64 = format_id();

const fn format_id() -> u64 {
    // FNV-1a over the rows of the opcode table.
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ LAYOUT;
    let mut row = 0;
    while row < OPS.len() {
        let name = OPS[row].name.as_bytes();
        let mut i = 0;
        while i < name.len() {
            hash = (hash ^ name[i] as u64).wrapping_mul(0x100_0000_01b3);
            i += 1;
        }
        let operands = OPS[row].operands;
        let mut i = 0;
        while i < operands.len() {
            hash = (hash ^ operands[i] as u64).wrapping_mul(0x100_0000_01b3);
            i += 1;
        }
        let words = OPS[row].words;
        let mut i = 0;
        while i < words.len() {
            hash = (hash ^ (words[i] as u64 + 16)).wrapping_mul(0x100_0000_01b3);
            i += 1;
        }
        row += 1;
    }
    hash
}
