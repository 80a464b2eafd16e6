//! Names of hosts beyond ASCII: Punycode (RFC 3492), nameprep (RFC 3491) and IDNA 2003 (RFC 3490).
//!
//! **Invariant:** the results and the words of the errors are those of CPython's codecs `idna` and
//! `punycode`, with errors='strict'; other handlers are for the Python-level codecs.

use crate::text::normal::{Form, normalize};

use super::idna_tables as table;
use crate::text::{Text, TextBuf, TextError, TextRef};

/// Why a name could not be converted: a `UnicodeError` with this message, or no memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdnaError {
    /// `UnicodeError`.
    Refused(String),
    /// No memory and the like.
    Other(TextError),
}

impl From<TextError> for IdnaError {
    fn from(e: TextError) -> Self {
        Self::Other(e)
    }
}

fn refuse<T>(message: impl Into<String>) -> Result<T, IdnaError> {
    Err(IdnaError::Refused(message.into()))
}

const BASE: u32 = 36;
const PREFIX: &[u8] = b"xn--";

/// The threshold of digit `j` under a bias.
fn threshold(j: u32, bias: u32) -> u32 {
    (BASE * (j + 1)).saturating_sub(bias).clamp(1, 26)
}

fn adapt(delta: u32, first: bool, points: u32) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points.max(1);
    let mut turns = 0;
    while delta > 455 {
        delta /= 35;
        turns += BASE;
    }
    turns + 36 * delta / (delta + 38)
}

/// The Punycode of text.
pub fn punycode_encode(text: &[u32]) -> Result<Vec<u8>, IdnaError> {
    let mut out: Vec<u8> = text.iter().filter(|&&c| c < 0x80).map(|&c| c as u8).collect();
    let basic = out.len() as u32;
    if basic > 0 {
        out.push(b'-');
    }
    let mut extended: Vec<u32> = text.iter().copied().filter(|&c| c >= 0x80).collect();
    crate::text::order::sort_seldom(&mut extended);
    extended.dedup();
    let too_large = || IdnaError::Other(TextError::NoMemory);
    let (mut n, mut delta, mut bias, mut handled) = (0x80u32, 0u32, 72, basic);
    for c in extended {
        let step = (c - n).checked_mul(handled + 1).and_then(|s| delta.checked_add(s));
        delta = step.ok_or_else(too_large)?;
        n = c;
        for &t in text {
            if t < n {
                delta = delta.checked_add(1).ok_or_else(too_large)?;
            } else if t == n {
                push_integer(&mut out, delta, bias);
                bias = adapt(delta, handled == basic, handled + 1);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1).ok_or_else(too_large)?;
        n += 1;
    }
    Ok(out)
}

fn push_integer(out: &mut Vec<u8>, mut n: u32, bias: u32) {
    for j in 0.. {
        let t = threshold(j, bias);
        let digit = if n < t { n } else { t + (n - t) % (BASE - t) };
        out.push(b"abcdefghijklmnopqrstuvwxyz0123456789"[digit as usize]);
        if n < t {
            return;
        }
        n = (n - t) / (BASE - t);
    }
}

/// The text that Punycode stands for.
pub fn punycode_decode(input: &[u8]) -> Result<Vec<u32>, IdnaError> {
    let (base, extended) = match input.iter().rposition(|&b| b == b'-') {
        Some(at) => (&input[..at], &input[at + 1..]),
        None => (&input[..0], input),
    };
    if let Some(at) = base.iter().position(|&b| b >= 0x80) {
        return refuse(format!(
            "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
            base[at]
        ));
    }
    let mut out: Vec<u32> = base.iter().map(|&b| u32::from(b)).collect();
    let (mut c, mut position, mut bias, mut first) = (0x80u32, -1i64, 72, true);
    let mut rest = extended.iter();
    while !rest.as_slice().is_empty() {
        let delta = next_integer(&mut rest, bias)?;
        position += i64::from(delta) + 1;
        let len = out.len() as i64 + 1;
        c = u32::try_from(position / len).ok().and_then(|n| c.checked_add(n)).unwrap_or(u32::MAX);
        if c > crate::text::text::MAX_CHAR {
            return refuse(format!("Invalid character U+{c:x}"));
        }
        position %= len;
        out.insert(position as usize, c);
        bias = adapt(delta, first, out.len() as u32);
        first = false;
    }
    Ok(out)
}

fn next_integer(rest: &mut std::slice::Iter<'_, u8>, bias: u32) -> Result<u32, IdnaError> {
    let (mut result, mut weight) = (0u32, 1u32);
    for j in 0.. {
        let Some(&b) = rest.next() else { return refuse("incomplete punicode string") };
        let digit = match b.to_ascii_uppercase() {
            upper @ b'A'..=b'Z' => u32::from(upper - b'A'),
            digit @ b'0'..=b'9' => u32::from(digit - 22),
            _ => return refuse(format!("Invalid extended code point '{}'", char::from(b))),
        };
        let t = threshold(j, bias);
        // Beyond any code point the exact number no longer matters.
        result = result.saturating_add(digit.saturating_mul(weight)).min(1 << 30);
        if digit < t {
            break;
        }
        weight = weight.saturating_mul(BASE - t);
    }
    Ok(result)
}

fn in_ranges(ranges: &[(u32, u32)], c: u32) -> bool {
    let at = ranges.partition_point(|r| r.1 < c);
    ranges.get(at).is_some_and(|r| r.0 <= c)
}

/// Map, normalise and check a label.
pub fn nameprep(label: &[u32]) -> Result<Vec<u32>, IdnaError> {
    let mut mapped: Vec<u32> = Vec::new();
    for &c in label.iter().filter(|&&c| !in_ranges(&table::NOTHING, c)) {
        match table::FOLDED.binary_search_by_key(&c, |f| f.0) {
            Ok(at) => mapped.extend(table::FOLDED[at].1),
            Err(_) => mapped.push(c),
        }
    }
    let mut normal: Vec<u32> = Vec::new();
    normalize(Form::Nfkc, mapped.into_iter(), |c| {
        normal.try_reserve(1)?;
        normal.push(c);
        Ok(())
    })?;
    if let Some(&c) = normal.iter().find(|&&c| in_ranges(&table::PROHIBITED, c)) {
        let mut one = TextBuf::new();
        one.push(c)?;
        let shown = crate::text::repr::text(one.finish().as_ref())?;
        return refuse(format!("Invalid character {}", shown.as_ref().to_string_lossy()));
    }
    let right_to_left = |c: Option<&u32>| c.is_some_and(|&c| in_ranges(&table::RIGHT_TO_LEFT, c));
    if normal.iter().any(|c| right_to_left(Some(c))) {
        if normal.iter().any(|&c| in_ranges(&table::LEFT_TO_RIGHT, c)) {
            return refuse("Violation of BIDI requirement 2");
        }
        if !right_to_left(normal.first()) || !right_to_left(normal.last()) {
            return refuse("Violation of BIDI requirement 3");
        }
    }
    Ok(normal)
}

/// The bytes of text that is all ASCII.
fn ascii_of(label: &[u32]) -> Option<Vec<u8>> {
    label.iter().map(|&c| u8::try_from(c).ok().filter(u8::is_ascii)).collect()
}

fn fitting(label: Vec<u8>) -> Result<Vec<u8>, IdnaError> {
    if (1..64).contains(&label.len()) { Ok(label) } else { refuse("label empty or too long") }
}

/// RFC 3490's ToASCII.
pub fn to_ascii(label: &[u32]) -> Result<Vec<u8>, IdnaError> {
    if let Some(plain) = ascii_of(label) {
        return fitting(plain);
    }
    let label = nameprep(label)?;
    if let Some(plain) = ascii_of(&label) {
        return fitting(plain);
    }
    if label.iter().take(4).eq(b"xn--".map(u32::from).iter()) {
        return refuse("Label starts with ACE prefix");
    }
    let mut out = PREFIX.to_vec();
    out.extend(punycode_encode(&label)?);
    fitting(out)
}

/// RFC 3490's ToUnicode, of an ASCII label.
fn to_unicode(label: &[u8]) -> Result<Vec<u32>, IdnaError> {
    if let Some(at) = label.iter().position(|&b| b >= 0x80) {
        return refuse(format!(
            "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
            label[at]
        ));
    }
    let Some(code) = label.strip_prefix(PREFIX) else {
        return Ok(label.iter().map(|&b| u32::from(b)).collect());
    };
    let decoded = punycode_decode(code).map_err(|e| match e {
        // The other codec is a call of its own.
        IdnaError::Refused(m) => {
            IdnaError::Refused(format!("decoding with 'punycode' codec failed (UnicodeError: {m})"))
        }
        other => other,
    })?;
    let back = to_ascii(&decoded)?;
    if !back.eq_ignore_ascii_case(label) {
        return refuse("IDNA does not round-trip");
    }
    Ok(decoded)
}

/// `name.encode('idna')`.
pub fn encode(name: TextRef<'_>) -> Result<Vec<u8>, IdnaError> {
    if let Some(plain) = name.as_ascii_str() {
        let labels: Vec<&[u8]> = plain.as_bytes().split(|&b| b == b'.').collect();
        let (last, others) = labels.split_last().map_or((&[][..], &[][..]), |(l, o)| (*l, o));
        if plain.is_empty() {
            return Ok(Vec::new());
        }
        if others.iter().any(|l| !(1..64).contains(&l.len())) {
            return refuse("label empty or too long");
        }
        if last.len() >= 64 {
            return refuse("label too long");
        }
        return Ok(crate::text::vec_of(plain.as_bytes())?);
    }
    let name: Vec<u32> = name.iter().collect();
    let is_dot = |c: &u32| matches!(c, 0x2E | 0x3002 | 0xFF0E | 0xFF61);
    let mut labels: Vec<&[u32]> = name.split(is_dot).collect();
    let trailing = labels.last().is_some_and(|l| l.is_empty());
    if trailing {
        labels.pop();
    }
    let mut out = Vec::new();
    for (i, label) in labels.into_iter().enumerate() {
        if i > 0 {
            out.push(b'.');
        }
        out.extend(to_ascii(label)?);
    }
    if trailing {
        out.push(b'.');
    }
    Ok(out)
}

/// `name.decode('idna')`.
pub fn decode(name: &[u8]) -> Result<Text, IdnaError> {
    let mut labels: Vec<&[u8]> = name.split(|&b| b == b'.').collect();
    let trailing = !name.is_empty() && labels.last().is_some_and(|l| l.is_empty());
    if trailing {
        labels.pop();
    }
    let mut out = TextBuf::new();
    for (i, label) in labels.into_iter().enumerate() {
        if i > 0 {
            out.push(0x2E)?;
        }
        to_unicode(label)?.into_iter().try_for_each(|c| out.push(c))?;
    }
    if trailing {
        out.push(0x2E)?;
    }
    Ok(out.finish())
}
