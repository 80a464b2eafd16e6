//! Rules for the time after the last moment of a file, as POSIX writes them in the variable TZ:
//! `CET-1CEST,M3.5.0,M10.5.0/3`. Knows no Python.

use crate::datetime::calendar::{Day, EPOCH_ORDINAL, days_in_month, is_leap};

/// The name of a kind of time and its offset, in seconds ahead of UTC.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) offset: i64,
}

/// What a rule says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Fixed(Named),
    Yearly { std: Named, dst: Named, turns: Turns },
}

/// When daylight saving time begins and ends, every year.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Turns {
    start: Turn,
    end: Turn,
    /// Seconds ahead of UTC in standard time.
    std: i64,
    /// How much daylight saving time is ahead of standard time; below 0 where winter is the exception.
    ahead: i64,
}

/// A time of the year, by the clock that is then set.
#[derive(Debug, PartialEq, Eq)]
struct Turn {
    date: Date,
    time: i64,
}

#[derive(Debug, PartialEq, Eq)]
enum Date {
    /// The n-th such day of the week (Sunday is 0) of a month; 5 is the last one.
    Weekday { month: i64, week: i64, day: i64 },
    /// The number of a day, from 1 on, without the 29th of February.
    Julian(i64),
    /// The number of a day, from 0 on.
    Number(i64),
}

/// The part of a rule that has not been read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    fn skip(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.0 = self.0.get(1..).unwrap_or_default();
        }
        found
    }

    fn take_while(&mut self, wanted: impl Fn(&u8) -> bool) -> &'a [u8] {
        let end = self.0.iter().position(|byte| !wanted(byte)).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken
    }

    fn name(&mut self) -> Option<String> {
        let name = if self.skip(b'<') {
            let name =
                self.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-'));
            self.skip(b'>').then_some(name)?
        } else {
            self.take_while(u8::is_ascii_alphabetic)
        };
        (!name.is_empty()).then(|| String::from_utf8_lossy(name).into_owned())
    }

    /// A number of `least` to `most` digits.
    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let len = self.0.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at_checked(len).filter(|_| len >= least)?;
        self.0 = rest;
        Some(digits.iter().fold(0, |n, digit| n * 10 + i64::from(digit - b'0')))
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    fn time(&mut self, most_hours: i64) -> Option<i64> {
        let sign = if self.skip(b'-') {
            -1
        } else {
            self.skip(b'+');
            1
        };
        let mut seconds = self.digits(1, 3).filter(|hours| *hours <= most_hours)? * 3600;
        if self.skip(b':') {
            seconds += self.digits(2, 2)? * 60;
            if self.skip(b':') {
                seconds += self.digits(2, 2)?;
            }
        }
        Some(sign * seconds)
    }

    /// The time by which UTC is ahead, so with the other sign.
    fn offset(&mut self) -> Option<i64> {
        self.time(24).map(|behind| -behind)
    }

    fn turn(&mut self) -> Option<Turn> {
        let date = if self.skip(b'M') {
            let month = self.digits(1, 2)?;
            let week = self.skip(b'.').then(|| self.digits(1, 1))??;
            let day = self.skip(b'.').then(|| self.digits(1, 1))??;
            let holds = (1..=12).contains(&month) && (1..=5).contains(&week) && day <= 6;
            holds.then_some(Date::Weekday { month, week, day })?
        } else if self.skip(b'J') {
            Date::Julian(self.digits(1, 3).filter(|number| (1..=365).contains(number))?)
        } else {
            Date::Number(self.digits(1, 3).filter(|number| *number <= 365)?)
        };
        let time = if self.skip(b'/') { self.time(167)? } else { 2 * 3600 };
        Some(Turn { date, time })
    }
}

impl Rule {
    /// The rule of a text; else what is wrong with it.
    pub(super) fn parse(text: &[u8]) -> Result<Rule, &'static str> {
        let mut rest = Rest(text);
        let name = rest.name().ok_or("Invalid STD format in")?;
        let offset = rest.offset().ok_or("Invalid STD offset in")?;
        let std = Named { name, offset };
        if rest.peek().is_none() {
            return Ok(Rule::Fixed(std));
        }
        let name = rest.name().ok_or("Invalid DST format in")?;
        let offset = match rest.peek() {
            Some(b',') => offset + 3600,
            _ => rest.offset().ok_or("Invalid DST offset in")?,
        };
        let turns = Turns {
            start: following(&mut rest)?,
            end: following(&mut rest)?,
            std: std.offset,
            ahead: offset - std.offset,
        };
        match rest.peek() {
            None => Ok(Rule::Yearly { std, dst: Named { name, offset }, turns }),
            Some(_) => Err("Extraneous characters at end of TZ string:"),
        }
    }
}

fn following(rest: &mut Rest) -> Result<Turn, &'static str> {
    if !rest.skip(b',') {
        return Err("Missing transition rules in TZ string:");
    }
    rest.turn().ok_or("Malformed transition rule in TZ string:")
}

impl Turns {
    /// Whether it is daylight saving time when clocks show this.
    pub(super) fn is_dst_at_wall(&self, seconds: i64, year: i64, fold: bool) -> bool {
        let (mut start, mut end) = (self.start.of(year), self.end.of(year));
        // Both are told by the clock that is about to be set: one of them leaves a gap, the other repeats.
        if fold == (self.ahead >= 0) {
            end -= self.ahead;
        } else {
            start += self.ahead;
        }
        is_within(seconds, start, end)
    }

    /// Whether it is daylight saving time at a moment, and whether clocks show the time for the second time.
    pub(super) fn at_moment(&self, seconds: i64, year: i64) -> (bool, bool) {
        let start = self.start.of(year) - self.std;
        let end = self.end.of(year) - self.std - self.ahead;
        let repeats = if self.ahead > 0 { end } else { start };
        let fold = (repeats..repeats + self.ahead.abs()).contains(&seconds);
        (is_within(seconds, start, end), fold)
    }
}

fn is_within(seconds: i64, start: i64, end: i64) -> bool {
    match start < end {
        true => (start..end).contains(&seconds),
        false => !(end..start).contains(&seconds),
    }
}

impl Turn {
    /// Seconds since 1970, of the clock that is set.
    fn of(&self, year: i64) -> i64 {
        // (A day that there is not: only of a year that there is not.)
        let first = |month| Day::new(year, month, 1).map_or(0, Day::ordinal);
        let ordinal = match self.date {
            Date::Weekday { month, week, day } => {
                let first = first(month);
                // Of ordinals, Sundays are the multiples of 7.
                let found = (day - first).rem_euclid(7) + (week - 1) * 7;
                first + if found < days_in_month(year, month) { found } else { found - 7 }
            }
            // A day late from the 28th of February of a leap year on, and below a day early: as CPython's.
            Date::Julian(number) => {
                first(1) + number - 1 + i64::from(number >= 59 && is_leap(year))
            }
            Date::Number(number) => first(1) + number - 1,
        };
        (ordinal - EPOCH_ORDINAL) * 86_400 + self.time
    }
}
