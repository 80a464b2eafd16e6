//! The names of Unicode's characters, in little space: 230 kB in place of the 880 of the crate `unicode_names2`, for
//! which it stands in. A character's name takes a microsecond, a name's character ten.
//!
//! How the tables are made and laid out is said in `scripts/dev/unicode_names.py`. They are of Unicode 14.0.
//! Not here: sequences of characters that have a name.

mod hangul;
#[rustfmt::skip]
mod tables;

use std::fmt;
use tables::{ALIASED, FREQUENT, NAME_BLOCKS, NAMED, NUMBERED, RARE, RUNS, WORD_BLOCKS};

static WORDS: &[u8] = include_bytes!("words.bin");
static NAMES: &[u8] = include_bytes!("names.bin");
static HASHES: &[u8] = include_bytes!("hashes.bin");

/// Words and names in a block.
const WORDS_IN_BLOCK: usize = 16;
const NAMES_IN_BLOCK: usize = 32;

/// Longer ones are no names.
const LONGEST: usize = 100;

/// The name of a character.
#[derive(Clone)]
pub struct Name(Kind);

#[derive(Clone)]
enum Kind {
    Words(Numbers),
    /// Ends with the character's number.
    Numbered(&'static str, u32),
    Hangul(u32),
}

/// The numbers of a name's words.
#[derive(Clone, Default)]
struct Numbers {
    words: [u16; 30],
    len: usize,
}

impl Numbers {
    fn as_slice(&self) -> &[u16] {
        self.words.get(..self.len).unwrap_or_default()
    }

    fn push(&mut self, word: u16) -> Option<()> {
        *self.words.get_mut(self.len)? = word;
        self.len += 1;
        Some(())
    }
}

/// The name of the character, if it has one that is not an alias.
pub fn name(c: char) -> Option<Name> {
    let c = u32::from(c);
    if hangul::SYLLABLES.contains(&c) {
        return Some(Name(Kind::Hangul(c)));
    }
    if let Some(row) = NUMBERED.iter().find(|row| (row.0..=row.1).contains(&c)) {
        return Some(Name(Kind::Numbered(row.2, c)));
    }
    let run = RUNS.partition_point(|run| run.0 <= c).checked_sub(1)?;
    let (first, number) = *RUNS.get(run)?;
    let end = RUNS.get(run + 1).map_or(NAMED, |next| usize::from(next.1));
    let number = usize::from(number) + (c - first) as usize;
    (number < end).then(|| numbers_of(number)).flatten().map(|words| Name(Kind::Words(words)))
}

/// The character of the name or alias, in letters of either case.
pub fn character(name: &str) -> Option<char> {
    if name.len() > LONGEST || !name.is_ascii() {
        return None;
    }
    let name = name.to_ascii_uppercase();
    if let Some(syllable) = name.strip_prefix(hangul::PREFIX) {
        return char::from_u32(hangul::syllable(syllable)?);
    }
    let is_of = |row: &(u32, u32, &str)| {
        let digits = name.strip_prefix(row.2)?;
        let c = u32::from_str_radix(digits, 16).ok()?;
        ((row.0..=row.1).contains(&c) && format!("{c:04X}") == digits).then_some(c)
    };
    if let Some(c) = NUMBERED.iter().find_map(is_of) {
        return char::from_u32(c);
    }
    let wanted = numbers_in(&name)?;
    let number = memchr::memchr_iter(hash_of(&name), HASHES).find(|number| {
        numbers_of(*number).is_some_and(|found| found.as_slice() == wanted.as_slice())
    })?;
    char::from_u32(character_number(number)?)
}

/// The character of a name by its number.
fn character_number(number: usize) -> Option<u32> {
    if let Some(alias) = number.checked_sub(NAMED) {
        return ALIASED.get(alias).copied();
    }
    let run = RUNS.partition_point(|run| usize::from(run.1) <= number).checked_sub(1)?;
    let (first, start) = *RUNS.get(run)?;
    Some(first + (number - usize::from(start)) as u32)
}

fn hash_of(name: &str) -> u8 {
    let hash = name.bytes().fold(0_u32, |hash, b| hash.wrapping_mul(31).wrapping_add(u32::from(b)));
    (hash ^ hash >> 8 ^ hash >> 16) as u8
}

/// The words of the name with this number.
fn numbers_of(number: usize) -> Option<Numbers> {
    let start = *NAME_BLOCKS.get(number / NAMES_IN_BLOCK)? as usize;
    let mut bytes = NAMES.get(start..)?.iter().copied();
    let mut numbers = Numbers::default();
    for _ in 0..=number % NAMES_IN_BLOCK {
        let head = bytes.next()?;
        numbers.len = usize::from(head >> 4);
        for _ in 0..head & 15 {
            let byte = usize::from(bytes.next()?);
            let word = match byte.checked_sub(FREQUENT) {
                None => byte,
                Some(high) => FREQUENT + (high << 8 | usize::from(bytes.next()?)),
            };
            numbers.push(word as u16)?;
        }
    }
    Some(numbers)
}

/// The words of a text; None if one is in no name.
fn numbers_in(name: &str) -> Option<Numbers> {
    let mut numbers = Numbers::default();
    for between in name.split(' ') {
        // A word behind a hyphen has it with it.
        let (word, mut rest) = between.split_at(between.find('-').unwrap_or(between.len()));
        numbers.push(number_of(word)?)?;
        while let Some(tail) = rest.get(1..) {
            let (word, after) = rest.split_at(tail.find('-').map_or(rest.len(), |n| n + 1));
            numbers.push(number_of(word)?)?;
            rest = after;
        }
    }
    Some(numbers)
}

/// The number of a word: among the frequent ones or the others.
fn number_of(word: &str) -> Option<u16> {
    let blocks = FREQUENT.div_ceil(WORDS_IN_BLOCK);
    let found = find_word(word, 0, blocks, FREQUENT)
        .or_else(|| Some(find_word(word, blocks, WORD_BLOCKS.len(), RARE)? + FREQUENT))?;
    u16::try_from(found).ok()
}

/// The place of a word in a sorted list of `count`, which is in these blocks.
fn find_word(word: &str, start: usize, end: usize, count: usize) -> Option<usize> {
    let mut found = String::new();
    // The last block that begins with a word that is not behind it.
    let (mut low, mut high) = (start, end);
    while high - low > 1 {
        let middle = (low + high) / 2;
        word_of(middle, 0, &mut found)?;
        if found.as_str() <= word { low = middle } else { high = middle }
    }
    (0..WORDS_IN_BLOCK)
        .map_while(|at| {
            let place = (low - start) * WORDS_IN_BLOCK + at;
            (place < count)
                .then(|| word_of(low, at, &mut found).filter(|()| found == word).map(|()| place))
        })
        .flatten()
        .next()
}

/// A word by its block and its place there.
fn word_of(block: usize, at: usize, word: &mut String) -> Option<()> {
    let start = usize::from(*WORD_BLOCKS.get(block)?);
    let mut rest = WORDS.get(start..)?;
    word.clear();
    for _ in 0..=at {
        let (head, tail) = rest.split_first()?;
        let (mut len, mut tail) = (head & 15, tail);
        if len == 15 {
            (len, tail) = tail.split_first().map(|(len, tail)| (*len, tail))?;
        }
        let (letters, tail) = tail.split_at_checked(usize::from(len))?;
        word.truncate(usize::from(head >> 4));
        word.push_str(std::str::from_utf8(letters).ok()?);
        rest = tail;
    }
    Some(())
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match &self.0 {
            Kind::Words(words) => words,
            Kind::Numbered(prefix, c) => return write!(f, "{prefix}{c:04X}"),
            Kind::Hangul(c) => return hangul::write(f, *c),
        };
        let blocks = FREQUENT.div_ceil(WORDS_IN_BLOCK);
        let mut word = String::new();
        for (at, number) in words.as_slice().iter().map(|n| usize::from(*n)).enumerate() {
            let (first, number) = match number.checked_sub(FREQUENT) {
                None => (0, number),
                Some(number) => (blocks, number),
            };
            let found =
                word_of(first + number / WORDS_IN_BLOCK, number % WORDS_IN_BLOCK, &mut word);
            found.ok_or(fmt::Error)?;
            if at > 0 && !word.starts_with('-') {
                f.write_str(" ")?;
            }
            f.write_str(&word)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let mut count = 0;
        for c in '\0'..=char::MAX {
            if let Some(name) = name(c) {
                let name = name.to_string();
                assert_eq!(character(&name), Some(c), "{name}");
                count += 1;
            }
        }
        assert_eq!(count, 138_552);
    }

    #[test]
    fn names() {
        let shown = |c| name(c).map(|name| name.to_string());
        assert_eq!(shown('a').as_deref(), Some("LATIN SMALL LETTER A"));
        assert_eq!(shown('\u{4E00}').as_deref(), Some("CJK UNIFIED IDEOGRAPH-4E00"));
        assert_eq!(shown('\u{D55C}').as_deref(), Some("HANGUL SYLLABLE HAN"));
        assert_eq!(shown('\u{1F63C}').as_deref(), Some("CAT FACE WITH WRY SMILE"));
        assert_eq!(shown('\n'), None);
        assert_eq!(shown('\u{378}'), None);
    }

    #[test]
    fn characters() {
        assert_eq!(character("bullet"), Some('\u{2022}'));
        assert_eq!(character("LINE FEED"), Some('\n'));
        assert_eq!(character("TIBETAN LETTER -A"), Some('\u{F60}'));
        for none in ["", " ", "-", "BULLE", "BULLET ", "BULL ET", "LATIN  SMALL LETTER A", "é"] {
            assert_eq!(character(none), None, "{none}");
        }
        assert_eq!(character("CJK UNIFIED IDEOGRAPH-04E00"), None);
        assert_eq!(character(&"A".repeat(1000)), None);
    }
}
