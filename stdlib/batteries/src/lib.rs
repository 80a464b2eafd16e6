//! The pure-Python library as embedded bytecode: images that lie in the program's read-only data and are looked
//! at when a module is imported, so that a start pays nothing for them. The sources are there too, compressed,
//! for tracebacks and `inspect`; so are the images of a few large modules that are seldom asked for.

use std::borrow::Cow;
use std::io::Read;
use std::sync::{Mutex, PoisonError};
use taipan_core::builtins::library::{Entry, Library};
use taipan_core::bytecode::stored::NamePool;

struct Row {
    name: &'static str,
    is_package: bool,
    /// Where the image begins in [`DATA`]; it ends where the source begins.
    image: u32,
    source: u32,
    end: u32,
    source_len: u32,
    /// Length of the image if it lies compressed in [`DATA`], as few ask for it; else 0.
    image_len: u32,
}

// `MODULES`, sorted by name.
include!(concat!(env!("OUT_DIR"), "/modules.rs"));

/// Where each of the names that images share begins, and the names.
static NAME_STARTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/name_starts.bin"));
static NAMES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/names.bin"));

static DATA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"));

/// The library; all of it is static.
pub struct Batteries;

fn row(name: &str) -> Option<&'static Row> {
    let index = MODULES.binary_search_by(|row| row.name.cmp(name)).ok()?;
    MODULES.get(index)
}

fn unpack(packed: &[u8], len: u32) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(len as usize);
    flate2::read::DeflateDecoder::new(packed).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The image of a module that lies compressed in the program: unpacked once, and kept for all interpreters.
fn unpacked_image(row: &'static Row, packed: &[u8]) -> Option<&'static [u8]> {
    static IMAGES: Mutex<Vec<(&str, &[u8])>> = Mutex::new(Vec::new());
    let mut images = IMAGES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, image)) = images.iter().find(|(name, _)| *name == row.name) {
        return Some(image);
    }
    let image: &'static [u8] = unpack(packed, row.image_len)?.leak();
    images.push((row.name, image));
    Some(image)
}

impl Library for Batteries {
    fn find(&self, name: &str) -> Option<Entry> {
        let row = row(name)?;
        let mut image = DATA.get(row.image as usize..row.source as usize)?;
        if row.image_len != 0 {
            image = unpacked_image(row, image)?;
        }
        Some(Entry { image, is_package: row.is_package })
    }

    fn source(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        let row = row(name)?;
        let packed = DATA.get(row.source as usize..row.end as usize)?;
        unpack(packed, row.source_len).map(Cow::Owned)
    }

    fn names(&self, prefix: &str) -> Vec<&'static str> {
        let start = MODULES.partition_point(|row| row.name < prefix);
        let rows = MODULES.get(start..).unwrap_or_default();
        rows.iter().map(|row| row.name).take_while(|name| name.starts_with(prefix)).collect()
    }

    fn name_pool(&self) -> NamePool<'static> {
        NamePool::new(NAME_STARTS, NAMES)
    }
}
