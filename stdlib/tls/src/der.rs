//! Reading DER: values with a tag and a length, one after the other.
//!
//! **Invariant:** every function is total. Whatever the bytes are, nothing panics and nothing is allocated by a
//! length that the bytes only claim.

/// Tags that certificates use.
pub mod tag {
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const OID: u8 = 0x06;
    pub const ENUMERATED: u8 = 0x0a;
    pub const UTF8: u8 = 0x0c;
    pub const NUMERIC: u8 = 0x12;
    pub const PRINTABLE: u8 = 0x13;
    pub const IA5: u8 = 0x16;
    pub const VISIBLE: u8 = 0x1a;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;
    pub const T61: u8 = 0x14;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
    pub const UNIVERSAL: u8 = 0x1c;
    pub const BMP: u8 = 0x1e;

    /// Constructed, of the context: `[n]`.
    pub const fn explicit(n: u8) -> u8 {
        0xa0 | n
    }
    /// Primitive, of the context: `[n] IMPLICIT`.
    pub const fn implicit(n: u8) -> u8 {
        0x80 | n
    }
}

/// What is not DER, or not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// One value.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    pub tag: u8,
    /// What is inside.
    pub body: &'a [u8],
    /// With the tag and the length.
    pub whole: &'a [u8],
}

impl<'a> Item<'a> {
    pub fn inner(&self) -> Reader<'a> {
        Reader(self.body)
    }
}

/// Values that follow each other.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tag of the next value.
    pub fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next value. Tags of more than one byte do not occur in what we read.
    pub fn any(&mut self) -> Result<Item<'a>, Malformed> {
        let all = self.0;
        let (&tag, rest) = all.split_first().ok_or(Malformed)?;
        if tag & 0x1f == 0x1f {
            return Err(Malformed);
        }
        let (&first, rest) = rest.split_first().ok_or(Malformed)?;
        let (len, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let count = usize::from(first & 0x7f);
            if !(1..=4).contains(&count) {
                return Err(Malformed);
            }
            let (digits, rest) = rest.split_at_checked(count).ok_or(Malformed)?;
            let len = digits.iter().fold(0usize, |len, &d| (len << 8) | usize::from(d));
            if len < 0x80 || digits.first() == Some(&0) {
                return Err(Malformed);
            }
            (len, rest)
        };
        let (body, rest) = rest.split_at_checked(len).ok_or(Malformed)?;
        let whole = all.get(..all.len() - rest.len()).ok_or(Malformed)?;
        self.0 = rest;
        Ok(Item { tag, body, whole })
    }

    /// The next value, which must be of this kind.
    pub fn expect(&mut self, tag: u8) -> Result<Item<'a>, Malformed> {
        let item = self.any()?;
        if item.tag == tag { Ok(item) } else { Err(Malformed) }
    }

    /// The next value if it is of this kind.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Item<'a>>, Malformed> {
        if self.peek() == Some(tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// The one value that there is, of this kind.
    pub fn only(&mut self, tag: u8) -> Result<Item<'a>, Malformed> {
        let item = self.expect(tag)?;
        self.finish().map(|()| item)
    }

    pub fn sequence(&mut self) -> Result<Reader<'a>, Malformed> {
        self.expect(tag::SEQUENCE).map(|item| item.inner())
    }

    /// An integer that is not negative and below 2^32.
    pub fn small(&mut self) -> Result<u32, Malformed> {
        small(self.expect(tag::INTEGER)?.body)
    }

    pub fn finish(&self) -> Result<(), Malformed> {
        if self.is_empty() { Ok(()) } else { Err(Malformed) }
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Item<'a>, Malformed>;
    fn next(&mut self) -> Option<Self::Item> {
        if self.is_empty() {
            return None;
        }
        let item = self.any();
        if item.is_err() {
            self.0 = &[];
        }
        Some(item)
    }
}

/// The body of an INTEGER that is as short as it can be.
pub fn integer(body: &[u8]) -> Result<&[u8], Malformed> {
    match body {
        [] | [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..] => Err(Malformed),
        _ => Ok(body),
    }
}

/// The body of an INTEGER as a number.
pub fn small(body: &[u8]) -> Result<u32, Malformed> {
    let body = integer(body)?;
    if body.len() > 5 || body.first().is_some_and(|first| first & 0x80 != 0) {
        return Err(Malformed);
    }
    let n = body.iter().fold(0u64, |n, &b| (n << 8) | u64::from(b));
    u32::try_from(n).map_err(|_| Malformed)
}

/// The body of a BOOLEAN. Whatever is not 0 is true, as for OpenSSL.
pub fn boolean(body: &[u8]) -> Result<bool, Malformed> {
    match body {
        [value] => Ok(*value != 0),
        _ => Err(Malformed),
    }
}

/// The bits of a BIT STRING that has no odd ones.
pub fn bits(body: &[u8]) -> Result<&[u8], Malformed> {
    match body.split_first() {
        Some((0, bits)) => Ok(bits),
        _ => Err(Malformed),
    }
}

/// An object identifier in figures and dots.
pub fn oid_text(body: &[u8]) -> String {
    let mut parts = Vec::new();
    let mut value = 0u64;
    for &byte in body.iter().take(128) {
        value = (value << 7 | u64::from(byte & 0x7f)) & (u64::MAX >> 7);
        if byte & 0x80 == 0 {
            if parts.is_empty() {
                let first = (value / 40).min(2);
                parts.push(first.to_string());
                value -= first * 40;
            }
            parts.push(value.to_string());
            value = 0;
        }
    }
    parts.join(".")
}

/// Seconds since 1970 of a time.
pub fn time(item: Item<'_>) -> Result<i64, Malformed> {
    let text = item.body.strip_suffix(b"Z").ok_or(Malformed)?;
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(Malformed);
    }
    let number = |from: usize, to: usize| -> Result<i64, Malformed> {
        let digits = text.get(from..to).ok_or(Malformed)?;
        Ok(digits.iter().fold(0, |n, d| n * 10 + i64::from(d - b'0')))
    };
    let (year, at) = match item.tag {
        tag::UTC_TIME if text.len() == 12 => {
            let year = number(0, 2)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, 2)
        }
        tag::GENERALIZED_TIME if text.len() == 14 => (number(0, 4)?, 4),
        _ => return Err(Malformed),
    };
    let (month, day) = (number(at, at + 2)?, number(at + 2, at + 4)?);
    let (hour, minute) = (number(at + 4, at + 6)?, number(at + 6, at + 8)?);
    let second = number(at + 8, at + 10)?;
    if !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 59 {
        return Err(Malformed);
    }
    let (today, next) = (days(year, month, day), days(year + month / 12, month % 12 + 1, 1));
    if day < 1 || today >= next {
        return Err(Malformed);
    }
    Ok(today * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// Days from 1970-01-01 to a date of the calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the odd day is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date and time of seconds since 1970 as OpenSSL prints it: `Nov 23 08:40:06 2026 GMT`.
pub fn time_text(seconds: i64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, of_day) = (seconds.div_euclid(86_400) + 719_468, seconds.rem_euclid(86_400));
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 2 } else { month - 10 };
    let year = year + era * 400 + i64::from(month < 2);
    let name = usize::try_from(month).ok().and_then(|m| MONTHS.get(m)).unwrap_or(&"???");
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{name} {day:2} {hour:02}:{minute:02}:{second:02} {year} GMT")
}
