//! Names that many images share: a library's images hold numbers in their place, so that each name is in the
//! program once and an interpreter interns it once, whatever number of modules has it.
//!
//! A *pool* is: where each name begins (`u32`, little endian, and where the last one ends); the names. It holds
//! only what [`text::NAME`] may hold.
//!
//! **Invariant:** an image with shared names is read with the pool that it was made with. With another one it is
//! [`Damaged`] or has other names; nothing worse.

use super::read::{Damaged, Image, start_at, utf8};
use super::text;
use super::write::number;
use indexmap::IndexMap;

/// The names of a library, for reading.
#[derive(Clone, Copy)]
pub struct NamePool<'a> {
    starts: &'a [u8],
    names: &'a [u8],
}

impl<'a> NamePool<'a> {
    /// Without any name.
    pub const EMPTY: NamePool<'static> = NamePool { starts: &[], names: &[] };

    /// The two parts that [`PoolBuilder::finish`] gives.
    pub const fn new(starts: &'a [u8], names: &'a [u8]) -> NamePool<'a> {
        NamePool { starts, names }
    }

    /// Number of names.
    pub fn len(&self) -> usize {
        (self.starts.len() / 4).saturating_sub(1)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of the names.
    pub fn name(&self, index: u32) -> Result<&'a str, Damaged> {
        let index = index as usize;
        let (start, end) = (start_at(self.starts, index)?, start_at(self.starts, index + 1)?);
        utf8(self.names.get(start..end).ok_or(Damaged)?)
    }
}

/// Collects the names of images, and puts numbers in their place.
#[derive(Default)]
pub struct PoolBuilder {
    /// How many images have it.
    names: IndexMap<String, u32>,
}

impl PoolBuilder {
    /// Count the names of an image that shares none yet.
    pub fn add(&mut self, image: &[u8]) -> Result<(), Damaged> {
        let image = Image::open(image, NamePool::EMPTY)?;
        for string in image.raw_strings() {
            let (kind, _, bytes) = string?;
            if kind == text::NAME {
                *self.names.entry(utf8(bytes)?.to_owned()).or_default() += 1;
            }
        }
        Ok(())
    }

    /// The names in the order of their numbers: those that many images have first, so that what is in use lies
    /// together; then as the images came.
    pub fn order(mut self) -> NameNumbers {
        self.names.sort_by(|_, a, _, b| b.cmp(a));
        NameNumbers(self.names)
    }
}

/// What number each name has.
pub struct NameNumbers(IndexMap<String, u32>);

impl NameNumbers {
    /// An image whose names are numbers.
    pub fn share(&self, image: &[u8]) -> Result<Vec<u8>, Damaged> {
        let opened = Image::open(image, NamePool::EMPTY)?;
        let (mut starts, mut strings) = (Vec::new(), Vec::new());
        for string in opened.raw_strings() {
            let (kind, whole, bytes) = string?;
            starts.extend((strings.len() as u32).to_le_bytes());
            let name = if kind == text::NAME { Some(utf8(bytes)?) } else { None };
            match name.and_then(|name| self.0.get_index_of(name)) {
                Some(index) => {
                    strings.push(text::SHARED);
                    number(&mut strings, index as u64);
                }
                None => strings.extend(whole),
            }
        }
        Ok(opened.with_strings(&starts, &strings))
    }

    /// The two parts of the pool: where names begin, and the names.
    pub fn finish(&self) -> (Vec<u8>, Vec<u8>) {
        let (mut starts, mut names) = (Vec::new(), Vec::new());
        for name in self.0.keys() {
            starts.extend((names.len() as u32).to_le_bytes());
            names.extend(name.as_bytes());
        }
        starts.extend((names.len() as u32).to_le_bytes());
        (starts, names)
    }
}
