//! The syllables of Hangul, whose names are made of those of their letters.

use std::fmt;
use std::ops::RangeInclusive;

pub(super) const SYLLABLES: RangeInclusive<u32> = 0xAC00..=0xD7A3;
pub(super) const PREFIX: &str = "HANGUL SYLLABLE ";

const LEADING: [&str; 19] = [
    "G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P",
    "H",
];
const VOWELS: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE",
    "WI", "YU", "EU", "YI", "I",
];
const TRAILING: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M",
    "B", "BS", "S", "SS", "NG", "J", "C", "K", "T", "P", "H",
];

/// The name of a syllable.
pub(super) fn write(f: &mut fmt::Formatter<'_>, c: u32) -> fmt::Result {
    let index = c.saturating_sub(*SYLLABLES.start()) as usize;
    let (rest, trailing) = (index / TRAILING.len(), index % TRAILING.len());
    let (leading, vowel) = (rest / VOWELS.len(), rest % VOWELS.len());
    let of = |letters: &[&'static str], at: usize| letters.get(at).copied().unwrap_or_default();
    let letters = [of(&LEADING, leading), of(&VOWELS, vowel), of(&TRAILING, trailing)];
    write!(f, "{PREFIX}{}", letters.concat())
}

/// The syllable of such a name, without the prefix.
pub(super) fn syllable(name: &str) -> Option<u32> {
    let split = name.find(['A', 'E', 'I', 'O', 'U', 'W', 'Y'])?;
    let (leading, rest) = name.split_at(split);
    // (No vowel is the beginning of another one and a consonant.)
    let end = rest.find(|c| !"AEIOUWY".contains(c)).unwrap_or(rest.len());
    let (vowel, trailing) = rest.split_at(end);
    let place = |letters: &[&str], wanted: &str| letters.iter().position(|l| *l == wanted);
    let number = place(&LEADING, leading)? * VOWELS.len() + place(&VOWELS, vowel)?;
    let number = number * TRAILING.len() + place(&TRAILING, trailing)?;
    Some(SYLLABLES.start() + number as u32)
}
