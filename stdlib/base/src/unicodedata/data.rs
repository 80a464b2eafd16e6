//! Lookups in the generated tables. Both versions of the data are asked the same way: [`Version`].

use super::tables;
use taipan_core::text::{normal, unicode};

/// A version of the Unicode data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// 14.0
    Current,
    /// 3.2, what internationalised domain names are defined by.
    Old,
}

/// A short name, padded with zeros. (References would each cost a relocation at start-up.)
#[derive(Clone, Copy)]
pub(super) struct Tag([u8; 3]);

impl Tag {
    const fn new(name: &str) -> Tag {
        let (mut tag, name, mut i) = ([0; 3], name.as_bytes(), 0);
        while i < name.len() {
            tag[i] = name[i];
            i += 1;
        }
        Tag(tag)
    }

    pub(super) fn as_str(&self) -> &str {
        let len = self.0.iter().position(|b| *b == 0).unwrap_or(3);
        std::str::from_utf8(&self.0[..len]).unwrap_or("")
    }
}

/// What a version says about a character.
pub(super) struct Properties {
    pub(super) category: Tag,
    pub(super) bidirectional: Tag,
    pub(super) width: Tag,
    pub(super) combining: u8,
    pub(super) mirrored: u8,
}

pub(super) const fn properties(
    category: &str,
    bidirectional: &str,
    width: &str,
    combining: u8,
    mirrored: u8,
) -> Properties {
    Properties {
        category: Tag::new(category),
        bidirectional: Tag::new(bidirectional),
        width: Tag::new(width),
        combining,
        mirrored,
    }
}

impl Version {
    pub(super) fn properties(self, c: u32) -> &'static Properties {
        // The first run starts at 0.
        let run = tables::STARTS.partition_point(|start| *start <= c).saturating_sub(1);
        let number = tables::NUMBERS.get(run).copied().unwrap_or_default();
        let [current, old] = &tables::RECORDS[usize::from(number).min(tables::RECORDS.len() - 1)];
        if self == Version::Old { old } else { current }
    }

    /// Whether the version has the character.
    pub(super) fn has(self, c: u32) -> bool {
        self.properties(c).category.0 != *b"Cn\0"
    }

    pub(super) fn decimal(self, c: u32) -> Option<u8> {
        if self == Version::Old {
            if let Some((_, digit)) = tables::OLD_DECIMALS.iter().find(|(known, _)| *known == c) {
                return Some(*digit);
            }
            if !self.has(c) {
                return None;
            }
        }
        unicode::decimal_value(c)
    }

    pub(super) fn digit(self, c: u32) -> Option<u8> {
        // CPython does not ask here whether 3.2 has the character.
        unicode::digit_value(c)
    }

    pub(super) fn numeric(self, c: u32) -> Option<f64> {
        let run = tables::NUMERIC.partition_point(|row| row.0 <= c).checked_sub(1)?;
        let (start, count, over, under) = *tables::NUMERIC.get(run)?;
        if c - start >= count || !self.has(c) {
            return None;
        }
        Some((over + i64::from(c - start)) as f64 / f64::from(under))
    }

    /// The kind and the characters of a decomposition.
    pub(super) fn decomposition(self, c: u32) -> Option<(&'static str, impl Iterator<Item = u32>)> {
        normal::decomposition(c).filter(|_| self.has(c))
    }

    pub(super) fn name(self, c: u32) -> Option<unicode_names2::Name> {
        let known = self.has(c) && !is_tangut(c);
        char::from_u32(c).filter(|_| known).and_then(unicode_names2::name)
    }

    pub(super) fn character(self, name: &str) -> Option<u32> {
        let c = u32::from(unicode_names2::character(name)?);
        // Numbers in the names of ideographs are written with capitals.
        let lower =
            name.rsplit_once('-').is_some_and(|(_, n)| n.contains(|c| matches!(c, 'a'..='f')));
        let ideograph = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("CJK"));
        // Of 3.2 CPython knows no aliases.
        let is_alias = || {
            !unicode_names2::name(char::from_u32(c).unwrap_or_default())
                .is_some_and(|own| own.to_string().eq_ignore_ascii_case(name))
        };
        let refused = ideograph && lower || self == Version::Old && is_alias();
        (self.has(c) && !is_tangut(c) && !refused).then_some(c)
    }
}

/// Ideographs that CPython has no names of.
fn is_tangut(c: u32) -> bool {
    matches!(c, 0x17000..=0x187F7 | 0x18D00..=0x18D08)
}

/// The characters that a name of several stands for.
pub(super) fn sequence(name: &str) -> Option<impl Iterator<Item = u32>> {
    let mut rows = tables::SEQUENCES.lines().filter_map(|row| row.split_once(';'));
    let (_, points) = rows.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some(points.split(' ').filter_map(|p| u32::from_str_radix(p, 16).ok()))
}

/// Five ideographs whose decompositions Unicode 3.2 had wrong.
pub(super) fn old_decomposition(c: u32) -> u32 {
    match c {
        0x2F868 => 0x2136A,
        0x2F874 => 0x5F33,
        0x2F91F => 0x43AB,
        0x2F95F => 0x7AAE,
        0x2F9BF => 0x4D57,
        c => c,
    }
}
