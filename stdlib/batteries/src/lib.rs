//! The pure-Python library as embedded bytecode: images that lie in the program's read-only data and are looked
//! at when a module is imported, so that a start pays nothing for them. The sources are there too, compressed,
//! for tracebacks and `inspect`.

use std::borrow::Cow;
use std::io::Read;
use taipan_core::builtins::library::{Entry, Library};

struct Row {
    name: &'static str,
    is_package: bool,
    /// Where the image begins in [`DATA`]; it ends where the source begins.
    image: u32,
    source: u32,
    end: u32,
    source_len: u32,
}

// `MODULES`, sorted by name.
include!(concat!(env!("OUT_DIR"), "/modules.rs"));

static DATA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"));

/// The library; all of it is static.
pub struct Batteries;

fn row(name: &str) -> Option<&'static Row> {
    let index = MODULES.binary_search_by(|row| row.name.cmp(name)).ok()?;
    MODULES.get(index)
}

impl Library for Batteries {
    fn find(&self, name: &str) -> Option<Entry> {
        let row = row(name)?;
        let image = DATA.get(row.image as usize..row.source as usize)?;
        Some(Entry { image, is_package: row.is_package })
    }

    fn source(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        let row = row(name)?;
        let packed = DATA.get(row.source as usize..row.end as usize)?;
        let mut text = Vec::with_capacity(row.source_len as usize);
        flate2::read::DeflateDecoder::new(packed).read_to_end(&mut text).ok()?;
        Some(Cow::Owned(text))
    }

    fn names(&self, prefix: &str) -> Vec<&'static str> {
        let start = MODULES.partition_point(|row| row.name < prefix);
        let rows = MODULES.get(start..).unwrap_or_default();
        rows.iter().map(|row| row.name).take_while(|name| name.starts_with(prefix)).collect()
    }
}
