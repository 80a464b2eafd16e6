//! Dates and times written as ISO 8601 has it. Knows no Python.
//!
//! What is taken is what CPython takes, which is a bit more than the standard (`12:Z`, digits of a fraction
//! without a point before them): bytes are looked at as if a NUL followed the text.

use super::calendar::{Clock, Day, IsoMisfit, Misfit, Span, from_iso};

/// The text is not written as a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

type Parsed<T> = Result<T, Malformed>;

/// A day that is written well, but may not be in the calendar.
type Written = Result<Day, Misfit>;

/// A place in a text.
#[derive(Clone, Copy)]
struct Reader<'t> {
    text: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn next(&mut self) -> u8 {
        let byte = self.peek();
        self.at += 1;
        byte
    }

    fn digits(&mut self, count: usize) -> Parsed<i64> {
        let mut number = 0;
        for _ in 0..count {
            let digit = self.next().wrapping_sub(b'0');
            if digit > 9 {
                return Err(Malformed);
            }
            number = number * 10 + i64::from(digit);
        }
        Ok(number)
    }
}

/// A date, or the first `len` bytes of a text as one. What follows the day is not looked at.
fn day_of(text: &[u8], len: usize) -> Parsed<Written> {
    let mut reader = Reader { text, at: 0 };
    let year = reader.digits(4)?;
    let separated = reader.peek() == b'-';
    reader.at += usize::from(separated);
    if reader.peek() == b'W' {
        reader.at += 1;
        let week = reader.digits(2)?;
        let mut weekday = 1;
        if reader.at < len {
            if separated && reader.next() != b'-' {
                return Err(Malformed);
            }
            weekday = reader.digits(1)?;
        }
        return match from_iso(year, week, weekday) {
            Ok(day) => Ok(Ok(day)),
            Err(IsoMisfit::Outside(year)) => Ok(Err(Misfit::Year(year))),
            Err(_) => Err(Malformed),
        };
    }
    let month = reader.digits(2)?;
    if separated && reader.next() != b'-' {
        return Err(Malformed);
    }
    let day = reader.digits(2)?;
    Ok(Day::new(year, month, day))
}

/// A date.
pub(super) fn date(text: &[u8]) -> Parsed<Written> {
    if !matches!(text.len(), 7 | 8 | 10) {
        return Err(Malformed);
    }
    day_of(text, text.len())
}

/// Hours, minutes, seconds and microseconds up to `end`, and whether the text goes on behind them.
fn fields(text: &[u8], from: usize, end: usize) -> Parsed<([i64; 4], bool)> {
    let mut reader = Reader { text, at: from };
    let (mut values, mut separated) = ([0; 4], true);
    for (i, value) in values.iter_mut().take(3).enumerate() {
        *value = reader.digits(2)?;
        let byte = reader.next();
        if i == 0 {
            separated = byte == b':';
        }
        if reader.at >= end {
            return Ok((values, byte != 0));
        }
        match byte {
            b':' if separated => {}
            b'.' | b',' => break,
            _ if !separated => reader.at -= 1,
            _ => return Err(Malformed),
        }
    }
    let count = end.saturating_sub(reader.at).min(6);
    let mut micros = reader.digits(count)?;
    (count..6).for_each(|_| micros *= 10);
    while reader.peek().is_ascii_digit() {
        reader.at += 1;
    }
    let [hour, minute, second, _] = values;
    Ok(([hour, minute, second, micros], reader.peek() != 0))
}

/// A time before its numbers are looked at, with its offset from UTC.
pub(super) struct Time {
    pub(super) fields: [i64; 4],
    pub(super) offset: Option<Span>,
}

impl Time {
    pub(super) const MIDNIGHT: Time = Time { fields: [0; 4], offset: None };

    pub(super) fn clock(&self) -> Result<Clock, Misfit> {
        let [hour, minute, second, micros] = self.fields;
        Clock::new(hour, minute, second, micros)
    }
}

/// A time.
pub(super) fn time(text: &[u8]) -> Parsed<Time> {
    // (A zone at the very beginning is found, an empty text has none.)
    let zone = text.iter().position(|byte| matches!(byte, b'Z' | b'+' | b'-'));
    let end = zone.unwrap_or(text.len());
    let (fields_of_time, goes_on) = fields(text, 0, end)?;
    let Some(zone) = zone else {
        return match goes_on {
            true => Err(Malformed),
            false => Ok(Time { fields: fields_of_time, offset: None }),
        };
    };
    if text.get(zone) == Some(&b'Z') {
        if text.get(zone + 1).is_some_and(|byte| *byte != 0) {
            return Err(Malformed);
        }
        return Ok(Time { fields: fields_of_time, offset: Some(Span::ZERO) });
    }
    let ([hours, minutes, seconds, micros], goes_on) = fields(text, zone + 1, text.len())?;
    if goes_on {
        return Err(Malformed);
    }
    let sign = if text.get(zone) == Some(&b'-') { -1 } else { 1 };
    let seconds = sign * (hours * 3600 + minutes * 60 + seconds);
    let offset = match seconds {
        // (As CPython: a fraction of a second alone is UTC.)
        0 => Span::ZERO,
        _ => Span::of_seconds(seconds).plus(Span::carried(0, 0, sign * micros)),
    };
    Ok(Time { fields: fields_of_time, offset: Some(offset) })
}

/// Where the date ends in a text of at least 7 bytes that holds a date, one character and a time.
fn date_end(text: &[u8]) -> Option<usize> {
    let at = |i: usize| text.get(i).copied().unwrap_or(0);
    let len = text.len();
    if len == 7 {
        return Some(7);
    }
    if at(4) == b'-' {
        if at(5) != b'W' {
            return Some(10);
        }
        if at(8) != b'-' {
            return Some(8);
        }
        // The hyphen is before a weekday or before an hour of two digits.
        return match len {
            9 => None,
            _ if len > 10 && at(10).is_ascii_digit() => Some(8),
            _ => Some(10),
        };
    }
    if at(4) != b'W' {
        return Some(8);
    }
    // Digits of times come in pairs: an odd one is the day of the week.
    let digits = (7..len).find(|i| !at(*i).is_ascii_digit()).unwrap_or(len);
    Some(match digits {
        0..9 => digits,
        _ if digits % 2 == 0 => 7,
        _ => 8,
    })
}

/// A date, and perhaps a time after any one character (UTF-8).
pub(super) fn datetime(text: &[u8]) -> Parsed<(Written, Time)> {
    let end = date_end(text).ok_or(Malformed)?;
    let day = day_of(text, end)?;
    let mut time = Time::MIDNIGHT;
    if text.len() > end {
        let width = match text.get(end).copied().unwrap_or(0) {
            0..0x80 => 1,
            0xE0..0xF0 => 3,
            0xF0.. => 4,
            _ => 2,
        };
        time = self::time(text.get(end + width..).unwrap_or(&[]))?;
    }
    Ok((day, time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let day = Day::new(2020, 2, 29).unwrap();
        for text in ["2020-02-29", "20200229", "2020W096", "2020-W09-6"] {
            assert_eq!(date(text.as_bytes()), Ok(Ok(day)), "{text}");
        }
        assert_eq!(date(b"2020-02-30"), Ok(Err(Misfit::Day)));
        assert_eq!(date(b"2020-0229"), Err(Malformed));
    }

    #[test]
    fn datetimes() {
        let (day, time) = datetime("2020-02-29\u{e9}12:30:01,5-01:30".as_bytes()).unwrap();
        assert_eq!(day, Day::new(2020, 2, 29));
        assert_eq!(time.clock(), Clock::new(12, 30, 1, 500_000));
        assert_eq!(time.offset, Some(Span::of_seconds(-5400)));
        for text in ["2020-02-29T", "2020-02-29T12:", "2020-02-29T1", "2020-02-29T12:30+"] {
            assert!(datetime(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn nothing_panics() {
        const BYTES: &[u8] = b"0129W-:.+Z\0\xe9\xf0";
        let mut state = 1u64;
        for _ in 0..200_000 {
            let mut text = Vec::new();
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) as usize
            };
            for _ in 0..next() % 30 {
                text.push(BYTES[next() % BYTES.len()]);
            }
            let _ = (date(&text), time(&text), datetime(&text));
        }
    }
}
