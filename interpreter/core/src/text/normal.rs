//! The normal forms of text (UAX #15), by Unicode 14.0.
//!
//! Characters come one by one and are taken apart; what belongs together, a character that starts and the marks behind
//! it, is put in order, composed where the form is a composed one, and goes out when the next one starts.

use super::TextResult;
use super::normal_tables as table;

/// How text is brought into one form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Composed.
    Nfc,
    /// Decomposed.
    Nfd,
    /// Composed, after what is only alike has become the same.
    Nfkc,
    /// Decomposed, what is only alike too.
    Nfkd,
}

impl Form {
    fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }

    fn is_compatible(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }
}

/// A code point takes 21 bits in the tables.
const POINT: u32 = (1 << 21) - 1;

/// The first code points and the numbers of Hangul syllables and their parts.
const SYLLABLES: u32 = 0xAC00;
const LEADS: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
const TRAILS: u32 = 0x11A7;
const LEAD_COUNT: u32 = 19;
const VOWEL_COUNT: u32 = 21;
const TRAIL_COUNT: u32 = 28;

/// The characters of one row of the table.
fn points(row: usize) -> impl Iterator<Item = u32> {
    let len = table::ENTRIES.get(row).map_or(0, |entry| (entry >> 26) as usize);
    let start = table::STARTS.get(row).map_or(0, |start| usize::from(*start));
    let units = table::UNITS.get(start..start + len).unwrap_or_default();
    char::decode_utf16(units.iter().copied()).flatten().map(u32::from)
}

/// Ideographs and others in one stretch that stand alone: never taken apart, and no marks.
fn stands_alone(c: u32) -> bool {
    matches!(c, 0x3400..=0xA66E)
}

/// Whether the form leaves a text as it is that has such characters only.
pub fn is_plain(form: Form, c: u32) -> bool {
    let limit = match form {
        Form::Nfc => 0x300,
        Form::Nfd => 0xC0,
        Form::Nfkc | Form::Nfkd => 0xA0,
    };
    c < limit || stands_alone(c) || form.composes() && (SYLLABLES..=0xD7A3).contains(&c)
}

fn row_of(c: u32) -> Option<usize> {
    if c < 0xA0 || stands_alone(c) {
        return None;
    }
    table::ENTRIES.binary_search_by_key(&c, |entry| entry & POINT).ok()
}

fn tag(row: usize) -> &'static str {
    let number = table::ENTRIES.get(row).map_or(0, |entry| entry >> 21 & 31);
    table::TAGS.get(number as usize).copied().unwrap_or_default()
}

/// The kind of a character's decomposition, empty if it is canonical, and its characters. (None of Hangul.)
pub fn decomposition(c: u32) -> Option<(&'static str, impl Iterator<Item = u32>)> {
    row_of(c).map(|row| (tag(row), points(row)))
}

/// The canonical combining class.
pub fn combining_class(c: u32) -> u8 {
    if c < 0x300 || stands_alone(c) || (SYLLABLES..=0xD7A3).contains(&c) {
        return 0;
    }
    // The first change is at 0x300.
    let changes = table::CLASSES.partition_point(|change| change & POINT <= c);
    table::CLASSES.get(changes.saturating_sub(1)).map_or(0, |change| (change >> 21) as u8)
}

/// Gives the characters of which one consists. (Tables nest a few levels deep, not more.)
fn take_apart<F: FnMut(u32) -> TextResult<()>>(
    c: u32,
    compatible: bool,
    put: &mut F,
) -> TextResult<()> {
    if let Some(number) = c.checked_sub(SYLLABLES) {
        if number < LEAD_COUNT * VOWEL_COUNT * TRAIL_COUNT {
            put(LEADS + number / (VOWEL_COUNT * TRAIL_COUNT))?;
            put(VOWELS + number / TRAIL_COUNT % VOWEL_COUNT)?;
            let trail = number % TRAIL_COUNT;
            return if trail == 0 { Ok(()) } else { put(TRAILS + trail) };
        }
    }
    match row_of(c).filter(|row| compatible || tag(*row).is_empty()) {
        Some(row) => {
            for part in points(row) {
                take_apart(part, compatible, put)?;
            }
            Ok(())
        }
        None => put(c),
    }
}

/// The one character that two are together.
fn compose(first: u32, second: u32) -> Option<u32> {
    let [from, to, high] = table::SECONDS;
    if second >= VOWELS && second < TRAILS + TRAIL_COUNT {
        let lead = first.wrapping_sub(LEADS);
        let vowel = second - VOWELS;
        if lead < LEAD_COUNT && vowel < VOWEL_COUNT {
            return Some(SYLLABLES + (lead * VOWEL_COUNT + vowel) * TRAIL_COUNT);
        }
        let syllable = first.wrapping_sub(SYLLABLES);
        let trail = second.wrapping_sub(TRAILS);
        let is_open = syllable < LEAD_COUNT * VOWEL_COUNT * TRAIL_COUNT
            && syllable.is_multiple_of(TRAIL_COUNT);
        return (is_open && trail > 0 && trail < TRAIL_COUNT).then(|| first + trail);
    }
    // (Of what is no mark only some vowels of India and its neighbours are seconds.)
    let is_letter = (0x1B36..0x3099).contains(&second);
    if second < from || is_letter || second > to && second < high {
        return None;
    }
    let at =
        table::PAIRS.binary_search_by(|row| points(usize::from(*row)).cmp([first, second])).ok()?;
    table::ENTRIES.get(usize::from(*table::PAIRS.get(at)?)).map(|entry| entry & POINT)
}

/// What belongs together: a character and its marks, each as its class, its place, and itself, which is the order in
/// which they are to be.
struct Cluster {
    marks: Vec<u64>,
    composes: bool,
}

impl Cluster {
    fn point(mark: u64) -> u32 {
        mark as u32 & POINT
    }

    fn class(mark: u64) -> u64 {
        mark >> 56
    }

    /// Takes one more; if it starts, what was there goes out.
    fn add(&mut self, c: u32, put: &mut impl FnMut(u32) -> TextResult<()>) -> TextResult<()> {
        let class = combining_class(c);
        if class == 0 {
            self.settle();
            if let [start] = self.marks.as_mut_slice() {
                let whole = match self.composes && Self::class(*start) == 0 {
                    true => compose(Self::point(*start), c),
                    false => None,
                };
                if whole.is_none() {
                    put(Self::point(*start))?;
                }
                *start = u64::from(whole.unwrap_or(c));
                return Ok(());
            }
            self.put_out(put)?;
        }
        self.marks.try_reserve(1)?;
        let place = (self.marks.len() as u64) << 21;
        self.marks.push(u64::from(class) << 56 | place | u64::from(c));
        Ok(())
    }

    /// Puts the marks in order and composes what can be.
    fn settle(&mut self) {
        if self.marks.len() < 2 {
            return;
        }
        self.marks.sort_unstable();
        let Some(first) = self.marks.first().copied().filter(|m| self.composes && *m >> 56 == 0)
        else {
            return;
        };
        let (mut start, mut between, mut is_first) = (Self::point(first), 0, true);
        self.marks.retain(|mark| {
            if std::mem::take(&mut is_first) {
                return true;
            }
            // One of the same class that stays stands between.
            let whole = (between != Self::class(*mark))
                .then(|| compose(start, Self::point(*mark)))
                .flatten();
            if let Some(whole) = whole {
                start = whole;
                return false;
            }
            between = Self::class(*mark);
            true
        });
        if let Some(first) = self.marks.first_mut() {
            *first = u64::from(start);
        }
    }

    fn put_out(&mut self, put: &mut impl FnMut(u32) -> TextResult<()>) -> TextResult<()> {
        self.marks.drain(..).try_for_each(|mark| put(Self::point(mark)))
    }
}

/// Gives the normal form of a text, character by character. Lone surrogates are as any other.
pub fn normalize(
    form: Form,
    text: impl Iterator<Item = u32>,
    mut put: impl FnMut(u32) -> TextResult<()>,
) -> TextResult<()> {
    let mut cluster = Cluster { marks: Vec::new(), composes: form.composes() };
    for c in text {
        take_apart(c, form.is_compatible(), &mut |part| cluster.add(part, &mut put))?;
    }
    cluster.settle();
    cluster.put_out(&mut put)
}

/// The text in normal form KC, as identifiers are compared.
pub fn nfkc(text: &str) -> TextResult<String> {
    let mut out = String::new();
    normalize(Form::Nfkc, text.chars().map(u32::from), |c| {
        out.try_reserve(4)?;
        // (No lone surrogate comes of characters.)
        out.extend(char::from_u32(c));
        Ok(())
    })?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(form: Form, text: &str) -> String {
        let mut out = String::new();
        normalize(form, text.chars().map(u32::from), |c| {
            out.extend(char::from_u32(c));
            Ok(())
        })
        .unwrap();
        out
    }

    #[test]
    fn forms() {
        assert_eq!(form(Form::Nfd, "é한"), "e\u{301}\u{1112}\u{1161}\u{11AB}");
        assert_eq!(form(Form::Nfc, "e\u{301}\u{1112}\u{1161}\u{11AB}"), "é한");
        assert_eq!(form(Form::Nfkc, "ﬁ①"), "fi1");
        // Marks in their order; one of the same class stands between.
        assert_eq!(form(Form::Nfc, "a\u{301}\u{323}"), "\u{1EA1}\u{301}");
        assert_eq!(form(Form::Nfc, "a\u{305}\u{301}"), "a\u{305}\u{301}");
        assert_eq!(nfkc("\u{2460}x").unwrap(), "1x");
    }
}
