//! Characters as the engine sees them: units of text, categories, sets.
//!
//! A set answers for the first 256 characters from a table that is filled when the pattern is compiled;
//! for the others it goes through its rules.

use memchr::memmem::Finder;
use taipan_core::text::unicode;

/// A unit of the searched text.
pub(super) trait Unit: Copy + Eq + Into<u32> + 'static {
    /// The first place of a character.
    fn find(hay: &[Self], c: u32) -> Option<usize>;
    /// The first place of a longer text.
    fn find_text(hay: &[Self], needle: &Needle) -> Option<usize>;
}

/// A literal that matches start with.
pub(super) struct Needle {
    pub(super) text: Box<[u32]>,
    /// For text of bytes, if it fits in there.
    finder: Option<Finder<'static>>,
}

impl Needle {
    pub(super) fn new(text: Box<[u32]>) -> Needle {
        let bytes: Option<Vec<u8>> = text.iter().map(|&c| u8::try_from(c).ok()).collect();
        let finder = bytes.map(|bytes| Finder::new(&bytes).into_owned());
        Needle { text, finder }
    }
}

impl Unit for u8 {
    fn find(hay: &[u8], c: u32) -> Option<usize> {
        memchr::memchr(u8::try_from(c).ok()?, hay)
    }
    fn find_text(hay: &[u8], needle: &Needle) -> Option<usize> {
        needle.finder.as_ref()?.find(hay)
    }
}

impl Unit for u16 {
    fn find(hay: &[u16], c: u32) -> Option<usize> {
        let c = u16::try_from(c).ok()?;
        hay.iter().position(|&u| u == c)
    }
    fn find_text(hay: &[u16], needle: &Needle) -> Option<usize> {
        find_wide(hay, &needle.text)
    }
}

impl Unit for u32 {
    fn find(hay: &[u32], c: u32) -> Option<usize> {
        hay.iter().position(|&u| u == c)
    }
    fn find_text(hay: &[u32], needle: &Needle) -> Option<usize> {
        find_wide(hay, &needle.text)
    }
}

fn find_wide<U: Unit>(hay: &[U], needle: &[u32]) -> Option<usize> {
    let first = *needle.first()?;
    let last = hay.len().checked_sub(needle.len())?;
    let mut at = 0;
    while at <= last {
        at += U::find(&hay[at..=last], first)?;
        let here = &hay[at..at + needle.len()];
        if here.iter().zip(needle).all(|(&a, &b)| a.into() == b) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The capital of a character; of several, the first.
pub(super) fn upper(c: u32) -> u32 {
    if c < 0x80 {
        return upper_ascii(c);
    }
    let mut out = taipan_core::text::TextBuf::new();
    match unicode::push_case(&mut out, c, unicode::Case::Upper) {
        Ok(()) => out.as_ref().char_at(0).unwrap_or(c),
        Err(_) => c,
    }
}

/// Which characters count as equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fold {
    No,
    Ascii,
    /// As the locale says: this interpreter's is always C or UTF-8, where only ASCII has case.
    Locale,
    Unicode,
}

pub(super) fn lower_ascii(c: u32) -> u32 {
    if matches!(c, 0x41..=0x5A) { c + 32 } else { c }
}

pub(super) fn upper_ascii(c: u32) -> u32 {
    if matches!(c, 0x61..=0x7A) { c - 32 } else { c }
}

impl Fold {
    pub(super) fn lower(self, c: u32) -> u32 {
        match self {
            Fold::No => c,
            Fold::Ascii | Fold::Locale => lower_ascii(c),
            Fold::Unicode => unicode::simple_lower(c),
        }
    }
}

fn is_word_ascii(c: u32) -> bool {
    matches!(c, 0x30..=0x39 | 0x41..=0x5A | 0x5F | 0x61..=0x7A)
}

/// Whether a character belongs to a category of the compiled code; None: no such category.
pub(super) fn category(number: u32, c: u32) -> Option<bool> {
    let holds = match number >> 1 {
        0 => matches!(c, 0x30..=0x39),
        1 => matches!(c, 9..=13 | 32),
        2 | 4 => is_word_ascii(c),
        3 => c == 10,
        5 => unicode::is_decimal(c),
        6 => unicode::is_space(c),
        7 => is_word(c),
        8 => unicode::is_line_break(c),
        _ => return None,
    };
    Some(holds ^ (number & 1 == 1))
}

/// `\w` of str patterns.
pub(super) fn is_word(c: u32) -> bool {
    if c < 0x80 { is_word_ascii(c) } else { unicode::is_alnum(c) }
}

/// One rule of a set.
pub(super) enum Rule {
    Negate,
    Literal(u32),
    Range(u32, u32),
    /// A range that also takes what is in it as a capital.
    RangeFold(u32, u32),
    Category(u32),
    /// A bitmap of 256 characters.
    Bits(Box<[u32]>),
    /// For each block of 256 characters the number of its bitmap.
    Blocks(Box<[u8]>, Box<[u32]>),
}

fn bit(bits: &[u32], c: u32) -> bool {
    bits.get((c >> 5) as usize).is_some_and(|word| word >> (c & 31) & 1 == 1)
}

fn rules_have(rules: &[Rule], c: u32) -> bool {
    let mut hit = true;
    for rule in rules {
        let holds = match rule {
            Rule::Negate => {
                hit = !hit;
                continue;
            }
            Rule::Literal(l) => c == *l,
            Rule::Range(low, high) => (*low..=*high).contains(&c),
            Rule::RangeFold(low, high) => {
                (*low..=*high).contains(&c) || (*low..=*high).contains(&upper(c))
            }
            Rule::Category(number) => category(*number, c).unwrap_or(false),
            Rule::Bits(bits) => c < 256 && bit(bits, c),
            Rule::Blocks(blocks, bits) => {
                let block = blocks.get((c >> 8) as usize).filter(|_| c < 0x10000);
                block.is_some_and(|&b| bit(bits, u32::from(b) << 8 | c & 255))
            }
        };
        if holds {
            return hit;
        }
    }
    !hit
}

/// What is known about characters from 256 on.
enum Wide {
    None,
    /// All of them, or nobody looked.
    All,
    Rules(Vec<Rule>, Fold),
}

/// A set of characters.
pub(super) struct Set {
    low: [bool; 256],
    wide: Wide,
}

impl Set {
    pub(super) fn new(rules: Vec<Rule>, fold: Fold) -> Set {
        let mut low = [false; 256];
        for (c, entry) in low.iter_mut().enumerate() {
            *entry = folded_have(&rules, fold, c as u32);
        }
        let narrow = fold != Fold::Unicode
            && rules.iter().all(|rule| match rule {
                Rule::Literal(c) => *c < 256,
                Rule::Range(_, high) => *high < 256,
                Rule::Category(n) => *n < 10 && *n & 1 == 0,
                Rule::Bits(_) => true,
                Rule::Negate | Rule::RangeFold(..) | Rule::Blocks(..) => false,
            });
        let wide = if narrow { Wide::None } else { Wide::Rules(rules, fold) };
        Set { low, wide }
    }

    /// The set of nothing.
    pub(super) fn empty() -> Set {
        Set { low: [false; 256], wide: Wide::None }
    }

    pub(super) fn add_literal(&mut self, c: u32) {
        match self.low.get_mut(c as usize) {
            Some(entry) => *entry = true,
            None => self.wide = Wide::All,
        }
    }

    /// Adds all but one character.
    pub(super) fn add_all_but(&mut self, c: Option<u32>) {
        for (i, entry) in self.low.iter_mut().enumerate() {
            *entry |= Some(i as u32) != c;
        }
        self.wide = Wide::All;
    }

    /// Adds a set; of wide characters it may become too large.
    pub(super) fn add(&mut self, other: &Set) {
        for (entry, more) in self.low.iter_mut().zip(&other.low) {
            *entry |= more;
        }
        if !matches!(other.wide, Wide::None) {
            self.wide = Wide::All;
        }
    }

    /// Whether surely no character is in both.
    pub(super) fn is_disjoint(&self, other: &Set) -> bool {
        let both_wide = !matches!(self.wide, Wide::None) && !matches!(other.wide, Wide::None);
        !both_wide && !self.low.iter().zip(&other.low).any(|(a, b)| a & b)
    }

    /// Whether everything is in it.
    pub(super) fn is_full(&self) -> bool {
        matches!(self.wide, Wide::All) && self.low.iter().all(|b| *b)
    }

    #[inline(always)]
    pub(super) fn has<U: Unit>(&self, c: U) -> bool {
        let c: u32 = c.into();
        match u8::try_from(c) {
            Ok(c) => self.low[usize::from(c)],
            Err(_) => self.has_wide(c),
        }
    }

    #[inline(never)]
    fn has_wide(&self, c: u32) -> bool {
        match &self.wide {
            Wide::None => false,
            Wide::All => true,
            Wide::Rules(rules, fold) => folded_have(rules, *fold, c),
        }
    }
}

fn folded_have(rules: &[Rule], fold: Fold, c: u32) -> bool {
    match fold {
        Fold::No => rules_have(rules, c),
        Fold::Ascii => rules_have(rules, lower_ascii(c)),
        Fold::Unicode => rules_have(rules, unicode::simple_lower(c)),
        Fold::Locale => {
            rules_have(rules, lower_ascii(c)) || {
                let upper = upper_ascii(c);
                upper != c && rules_have(rules, upper)
            }
        }
    }
}
