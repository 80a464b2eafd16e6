//! The 16 bytes in front of every heap object.
//!
//! **Invariant:** `rc` counts the owned words that name the object; the object is destroyed in the
//! instant it becomes 0. A block with `rc == 0` is a free block (the heap's walk relies on it).

use super::types::Type;
use std::cell::Cell;

/// Layout of exact builtin objects, for checks with one load. Instances of classes defined in
/// Python have `Instance` (or `DictInstance`), whatever their base.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Any native payload without a kind of its own.
    Native,
    /// Integer beyond the immediate range.
    Int,
    /// Boxed float.
    Float,
    Str,
    Bytes,
    ByteArray,
    Tuple,
    List,
    Dict,
    Set,
    FrozenSet,
    Function,
    Builtin,
    BoundMethod,
    Type,
    Cell,
    Code,
    Generator,
    Slice,
    Range,
    RangeIter,
    ListIter,
    TupleIter,
    Module,
    Exception,
    /// Instance of a class written in Python, attributes in inline slots.
    Instance,
    /// The same after its attributes moved to a dict.
    DictInstance,
}

/// Bits of `Header::flags`.
pub mod header_flags {
    /// The collector looks at it.
    pub const GC: u8 = 1;
    /// `__del__` has run.
    pub const FINALIZED: u8 = 2;
    /// The interpreter's weak-reference table has an entry for it.
    pub const WEAKREFS: u8 = 4;
    /// An interned string.
    pub const INTERNED: u8 = 8;
    /// The block came from the system allocator.
    pub const LARGE: u8 = 16;
    /// Being destroyed.
    pub const DYING: u8 = 32;
    /// A frozen (gc.freeze) object.
    pub const FROZEN: u8 = 64;
    /// The block was sized by another class (`__class__` was assigned): see `Interp::odd_sizes`.
    pub const ODD_SIZE: u8 = 128;
}

/// The header. `aux` belongs to the layout (strings: text kind; instances: highest used slot + 1).
#[repr(C)]
pub struct Header {
    pub(crate) rc: Cell<u32>,
    kind: Cell<Kind>,
    pub(crate) flags: Cell<u8>,
    pub(crate) aux: Cell<u16>,
    pub(crate) ty: Cell<*const super::object::Boxed<Type>>,
}

impl Header {
    pub(crate) fn new(kind: Kind, flags: u8, ty: *const super::object::Boxed<Type>) -> Header {
        Header {
            rc: Cell::new(1),
            kind: Cell::new(kind),
            flags: Cell::new(flags),
            aux: Cell::new(0),
            ty: Cell::new(ty),
        }
    }

    #[inline(always)]
    pub fn kind(&self) -> Kind {
        self.kind.get()
    }

    pub(crate) fn set_kind(&self, kind: Kind) {
        self.kind.set(kind);
    }

    #[inline(always)]
    pub fn has_flag(&self, flag: u8) -> bool {
        self.flags.get() & flag != 0
    }

    pub(crate) fn set_flag(&self, flag: u8) {
        self.flags.set(self.flags.get() | flag);
    }

    pub(crate) fn clear_flag(&self, flag: u8) {
        self.flags.set(self.flags.get() & !flag);
    }

    /// References to the object.
    pub fn refcount(&self) -> u32 {
        self.rc.get()
    }
}
