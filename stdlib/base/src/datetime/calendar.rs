//! Days, times of the day, and both together, as numbers that order as they do; and the spans between them.
//! The calendar is the Gregorian one, also for the time before it was in force. Knows no Python.

/// The years that there are.
pub(super) const YEARS: std::ops::RangeInclusive<i64> = 1..=9999;

/// The number of 9999-12-31; that of 0001-01-01 is 1.
pub(super) const LAST_ORDINAL: i64 = 3_652_059;

/// The number of 1970-01-01.
pub(super) const EPOCH_ORDINAL: i64 = 719_163;

const SECONDS_OF_DAY: i64 = 86_400;
const MILLION: i64 = 1_000_000;
const MICROS_OF_DAY: i64 = SECONDS_OF_DAY * MILLION;

/// Days of a common year before the month, by its number (of four bits).
const BEFORE_MONTH: [u16; 16] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 0, 0, 0];

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of the year before the month.
#[inline]
fn days_before(year: u32, month: u32) -> u32 {
    // (A year of a whole century is a multiple of 25, too, and one of four of them of 16.)
    let leap = year % 4 == 0 && (year % 25 != 0 || year % 16 == 0);
    u32::from(BEFORE_MONTH[month as usize % 16]) + u32::from(leap && month > 2)
}

/// The number of the first of January of a year, which is at least 1.
fn first_of(year: i64) -> i64 {
    let past = year - 1;
    past * 365 + past / 4 - past / 100 + past / 400 + 1
}

/// A number that is no part of a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    Year(i64),
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Microsecond,
    Fold,
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Misfit::Year(year) => return write!(f, "year {year} is out of range"),
            Misfit::Month => "month must be in 1..12",
            Misfit::Day => "day is out of range for month",
            Misfit::Hour => "hour must be in 0..23",
            Misfit::Minute => "minute must be in 0..59",
            Misfit::Second => "second must be in 0..59",
            Misfit::Microsecond => "microsecond must be in 0..999999",
            Misfit::Fold => "fold must be either 0 or 1",
        })
    }
}

/// A day: the year, then 4 bits of month, then 5 of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(u32);

impl Day {
    pub(super) const FIRST: Day = Day::packed(1, 1, 1);
    pub(super) const LAST: Day = Day::packed(9999, 12, 31);

    const fn packed(year: u32, month: u32, day: u32) -> Day {
        Day(year << 9 | month << 5 | day)
    }

    #[inline]
    pub(super) fn new(year: i64, month: i64, day: i64) -> Result<Day, Misfit> {
        if !YEARS.contains(&year) {
            return Err(Misfit::Year(year));
        }
        if !(1..=12).contains(&month) {
            return Err(Misfit::Month);
        }
        if day < 1 || day > 28 && day > days_in_month(year, month) {
            return Err(Misfit::Day);
        }
        Ok(Day::packed(year as u32, month as u32, day as u32))
    }

    #[inline]
    pub(super) fn year(self) -> i64 {
        i64::from(self.0 >> 9)
    }

    #[inline]
    pub(super) fn month(self) -> i64 {
        i64::from(self.0 >> 5 & 15)
    }

    #[inline]
    pub(super) fn day(self) -> i64 {
        i64::from(self.0 & 31)
    }

    #[inline]
    pub(super) fn ordinal(self) -> i64 {
        let (year, month, day) = (self.0 >> 9, self.0 >> 5 & 15, self.0 & 31);
        let past = year.wrapping_sub(1);
        let centuries = past / 100;
        let days = past * 365 + past / 4 - centuries + centuries / 4;
        i64::from(days + days_before(year, month) + day)
    }

    /// The day with this number, if there is one.
    pub(super) fn from_ordinal(number: i64) -> Option<Day> {
        if !(1..=LAST_ORDINAL).contains(&number) {
            return None;
        }
        // Years that begin in March have the leap day at their end, and months of a regular length.
        let days = number as u32 + 305;
        let (cycle, of_cycle) = (days / 146_097, days % 146_097);
        let year = (of_cycle - of_cycle / 1460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
        let of_year = of_cycle - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, turn) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Some(Day::packed(cycle * 400 + year + turn, month, day))
    }

    /// The year that an ordinal beyond the last day would have.
    pub(super) fn year_beyond(number: i64) -> i64 {
        let (cycles, rest) = ((number - 1).div_euclid(146_097), (number - 1).rem_euclid(146_097));
        let within = Day::from_ordinal(rest + 1).map_or(1, Day::year);
        cycles * 400 + within
    }

    /// The day so many days later.
    #[inline]
    pub(super) fn plus(self, days: i64) -> Option<Day> {
        let day = self.day() + days;
        if (1..=28).contains(&day) {
            return Some(Day(self.0 & !31 | day as u32));
        }
        Day::from_ordinal(self.ordinal() + days)
    }

    /// Monday is 0.
    pub(super) fn weekday(self) -> i64 {
        (self.ordinal() + 6) % 7
    }

    /// Which day of its year it is, from 1.
    pub(super) fn of_year(self) -> i64 {
        i64::from(days_before(self.0 >> 9, self.0 >> 5 & 15)) + self.day()
    }

    /// Year, week and day of the week (Monday is 1) of the calendar of ISO 8601.
    pub(super) fn iso(self) -> (i64, i64, i64) {
        let (mut year, number) = (self.year(), self.ordinal());
        let mut since = number - first_monday(year);
        if since < 0 {
            year -= 1;
            since = number - first_monday(year);
        } else if since >= 52 * 7 && number >= first_monday(year + 1) {
            return (year + 1, 1, since % 7 + 1);
        }
        (year, since / 7 + 1, since % 7 + 1)
    }

    /// The four bytes that a pickle holds.
    pub(super) fn to_bytes(self) -> [u8; 4] {
        let [high, low] = (self.year() as u16).to_be_bytes();
        [high, low, self.month() as u8, self.day() as u8]
    }

    /// The nearest day to what the bytes say.
    pub(super) fn from_bytes([high, low, month, day]: [u8; 4]) -> Day {
        let year = i64::from(u16::from_be_bytes([high, low])).clamp(*YEARS.start(), *YEARS.end());
        let month = i64::from(month).clamp(1, 12);
        let day = i64::from(day).clamp(1, days_in_month(year, month));
        Day::packed(year as u32, month as u32, day as u32)
    }
}

/// The number of the Monday of a year's first ISO week, the one with the first Thursday.
fn first_monday(year: i64) -> i64 {
    let first = first_of(year);
    let weekday = (first + 6).rem_euclid(7);
    first - weekday + if weekday > 3 { 7 } else { 0 }
}

/// What is wrong with a date of the ISO calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IsoMisfit {
    Year,
    Week,
    Day,
    /// The year of the day, which is outside of the calendar.
    Outside(i64),
}

/// The day of a date of the ISO calendar.
pub(super) fn from_iso(year: i64, week: i64, day: i64) -> Result<Day, IsoMisfit> {
    if !YEARS.contains(&year) {
        return Err(IsoMisfit::Year);
    }
    // A year has a 53rd week if it begins on a Thursday, or on a Wednesday and is a leap year.
    let begins = (first_of(year) + 6) % 7;
    let long = begins == 3 || begins == 2 && is_leap(year);
    if !(1..=52 + i64::from(long)).contains(&week) {
        return Err(IsoMisfit::Week);
    }
    if !(1..=7).contains(&day) {
        return Err(IsoMisfit::Day);
    }
    let number = first_monday(year) + (week - 1) * 7 + day - 1;
    Day::from_ordinal(number).ok_or_else(|| IsoMisfit::Outside(Day::year_beyond(number)))
}

/// A time of the day: 5 bits of hour, 6 of minute, 6 of second, 20 of microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Clock(u64);

const CLOCK_BITS: u32 = 37;

impl Clock {
    pub(super) const MIDNIGHT: Clock = Clock(0);
    pub(super) const LAST: Clock = Clock::packed(23, 59, 59, 999_999);

    const fn packed(hour: u64, minute: u64, second: u64, micros: u64) -> Clock {
        Clock(hour << 32 | minute << 26 | second << 20 | micros)
    }

    #[inline]
    pub(super) fn new(hour: i64, minute: i64, second: i64, micros: i64) -> Result<Clock, Misfit> {
        if !(0..=23).contains(&hour) {
            return Err(Misfit::Hour);
        }
        if !(0..=59).contains(&minute) {
            return Err(Misfit::Minute);
        }
        if !(0..=59).contains(&second) {
            return Err(Misfit::Second);
        }
        if !(0..MILLION).contains(&micros) {
            return Err(Misfit::Microsecond);
        }
        Ok(Clock::packed(hour as u64, minute as u64, second as u64, micros as u64))
    }

    /// From seconds since midnight and microseconds, both within their bounds.
    #[inline]
    fn of_seconds(seconds: i64, micros: i64) -> Clock {
        let seconds = seconds as u32;
        let (hour, rest) = (seconds / 3600, seconds % 3600);
        Clock::packed(hour.into(), (rest / 60).into(), (rest % 60).into(), micros as u64)
    }

    #[inline]
    pub(super) fn hour(self) -> i64 {
        (self.0 >> 32 & 31) as i64
    }

    #[inline]
    pub(super) fn minute(self) -> i64 {
        (self.0 >> 26 & 63) as i64
    }

    #[inline]
    pub(super) fn second(self) -> i64 {
        (self.0 >> 20 & 63) as i64
    }

    #[inline]
    pub(super) fn micros(self) -> i64 {
        (self.0 & 0xF_FFFF) as i64
    }

    /// Seconds since midnight.
    #[inline]
    pub(super) fn seconds(self) -> i64 {
        self.hour() * 3600 + self.minute() * 60 + self.second()
    }

    /// The six bytes that a pickle holds.
    pub(super) fn to_bytes(self) -> [u8; 6] {
        let [.., a, b, c] = (self.micros() as u32).to_be_bytes();
        [self.hour() as u8, self.minute() as u8, self.second() as u8, a, b, c]
    }

    /// The nearest time to what the bytes say.
    pub(super) fn from_bytes([hour, minute, second, a, b, c]: [u8; 6]) -> Clock {
        let micros = u64::from(u32::from_be_bytes([0, a, b, c])).min(999_999);
        let [hour, minute, second] = [hour.min(23), minute.min(59), second.min(59)].map(u64::from);
        Clock::packed(hour, minute, second, micros)
    }
}

/// A day with a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp(u64);

impl Stamp {
    #[inline]
    pub(super) const fn new(day: Day, clock: Clock) -> Stamp {
        Stamp((day.0 as u64) << CLOCK_BITS | clock.0)
    }

    #[inline]
    pub(super) fn day(self) -> Day {
        Day((self.0 >> CLOCK_BITS) as u32)
    }

    #[inline]
    pub(super) fn clock(self) -> Clock {
        Clock(self.0 & ((1 << CLOCK_BITS) - 1))
    }

    /// Seconds since the beginning of the day 0, the one before the first.
    pub(super) fn seconds(self) -> i64 {
        self.day().ordinal() * SECONDS_OF_DAY + self.clock().seconds()
    }

    /// The moment so many seconds after the beginning of day 0.
    pub(super) fn from_seconds(seconds: i64, micros: i64) -> Option<Stamp> {
        let day = Day::from_ordinal(seconds.div_euclid(SECONDS_OF_DAY))?;
        Some(Stamp::new(day, Clock::of_seconds(seconds.rem_euclid(SECONDS_OF_DAY), micros)))
    }

    #[inline]
    pub(super) fn plus(self, span: Span) -> Option<Stamp> {
        let (day, clock) = (self.day(), self.clock());
        let micros = clock.micros() + span.micros();
        let (carry, micros) = carried(micros, MILLION);
        let seconds = clock.seconds() + span.seconds() + carry;
        let (carry, seconds) = carried(seconds, SECONDS_OF_DAY);
        let days = span.days() + carry;
        let day = if days == 0 { day } else { day.plus(days)? };
        Some(Stamp::new(day, Clock::of_seconds(seconds, micros)))
    }

    pub(super) fn minus(self, span: Span) -> Option<Stamp> {
        let (day, clock) = (self.day(), self.clock());
        let (carry, micros) = carried(clock.micros() - span.micros(), MILLION);
        let (carry, seconds) = carried(clock.seconds() - span.seconds() + carry, SECONDS_OF_DAY);
        let days = carry - span.days();
        let day = if days == 0 { day } else { day.plus(days)? };
        Some(Stamp::new(day, Clock::of_seconds(seconds, micros)))
    }

    /// How much later it is than another.
    pub(super) fn since(self, other: Stamp) -> Span {
        let days = match self.day() == other.day() {
            true => 0,
            false => self.day().ordinal() - other.day().ordinal(),
        };
        let (a, b) = (self.clock(), other.clock());
        Span::carried(days, a.seconds() - b.seconds(), a.micros() - b.micros())
    }

    /// The ten bytes that a pickle holds.
    pub(super) fn to_bytes(self) -> [u8; 10] {
        let ([a, b, c, d], [e, f, g, h, i, j]) = (self.day().to_bytes(), self.clock().to_bytes());
        [a, b, c, d, e, f, g, h, i, j]
    }
}

/// What goes beyond `unit`, in units, and the rest; for numbers that are a few units at most.
#[inline]
fn carried(n: i64, unit: i64) -> (i64, i64) {
    if (0..unit).contains(&n) { (0, n) } else { (n.div_euclid(unit), n.rem_euclid(unit)) }
}

/// A length of time: whole days (which may be negative), and seconds and microseconds that are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    days: i32,
    seconds: i32,
    micros: i32,
}

/// More days than this no span has.
pub(super) const MOST_DAYS: i64 = 999_999_999;

impl Span {
    pub(super) const ZERO: Span = Span { days: 0, seconds: 0, micros: 0 };
    pub(super) const DAY: Span = Span { days: 1, seconds: 0, micros: 0 };
    pub(super) const MICROSECOND: Span = Span { days: 0, seconds: 0, micros: 1 };
    pub(super) const MOST: Span = Span { days: MOST_DAYS as i32, seconds: 86_399, micros: 999_999 };
    pub(super) const LEAST: Span = Span { days: -(MOST_DAYS as i32), seconds: 0, micros: 0 };

    #[inline]
    pub(super) fn days(self) -> i64 {
        self.days.into()
    }

    #[inline]
    pub(super) fn seconds(self) -> i64 {
        self.seconds.into()
    }

    #[inline]
    pub(super) fn micros(self) -> i64 {
        self.micros.into()
    }

    /// From parts that may be beyond their bounds a bit; the number of days stays within 32 bits.
    #[inline]
    pub(super) fn carried(days: i64, seconds: i64, micros: i64) -> Span {
        let (carry, micros) = carried(micros, MILLION);
        let (carry, seconds) = carried(seconds + carry, SECONDS_OF_DAY);
        Span { days: (days + carry) as i32, seconds: seconds as i32, micros: micros as i32 }
    }

    /// So many seconds, less than a lifetime's.
    pub(super) fn of_seconds(seconds: i64) -> Span {
        let days = seconds.div_euclid(SECONDS_OF_DAY);
        Span::carried(days, seconds.rem_euclid(SECONDS_OF_DAY), 0)
    }

    /// So many microseconds; the number of days if that is beyond 32 bits (None) or beyond what spans have.
    #[inline]
    pub(super) fn of_micros(micros: i128) -> Result<Span, Option<i64>> {
        let (days, rest) = match i64::try_from(micros) {
            Ok(n) => (n.div_euclid(MICROS_OF_DAY), n.rem_euclid(MICROS_OF_DAY)),
            Err(_) => {
                let unit = i128::from(MICROS_OF_DAY);
                let days = i32::try_from(micros.div_euclid(unit)).map_err(|_| None)?;
                (days.into(), micros.rem_euclid(unit) as i64)
            }
        };
        if !(-MOST_DAYS..=MOST_DAYS).contains(&days) {
            return Err(Some(days));
        }
        let (seconds, micros) = (rest / MILLION, rest % MILLION);
        Ok(Span { days: days as i32, seconds: seconds as i32, micros: micros as i32 })
    }

    /// All of it in microseconds.
    pub(super) fn total(self) -> i128 {
        i128::from(self.days()) * i128::from(MICROS_OF_DAY)
            + i128::from(self.seconds() * MILLION + self.micros())
    }

    /// The same where 64 bits will do: for 292,000 years.
    #[inline]
    pub(super) fn short_total(self) -> Option<i64> {
        let days = self.days().checked_mul(MICROS_OF_DAY)?;
        days.checked_add(self.seconds() * MILLION + self.micros())
    }

    /// The sum, which may have too many days.
    #[inline]
    pub(super) fn plus(self, other: Span) -> Span {
        Span::carried(
            self.days() + other.days(),
            self.seconds() + other.seconds(),
            self.micros() + other.micros(),
        )
    }

    #[inline]
    pub(super) fn minus(self, other: Span) -> Span {
        Span::carried(
            self.days() - other.days(),
            self.seconds() - other.seconds(),
            self.micros() - other.micros(),
        )
    }

    pub(super) fn negated(self) -> Span {
        Span::ZERO.minus(self)
    }

    /// Shorter than a day, in either direction: fit for an offset from UTC.
    pub(super) fn is_offset(self) -> bool {
        match self.days {
            0 => true,
            -1 => self.seconds > 0 || self.micros > 0,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals() {
        let mut year = 0;
        for number in 1..=LAST_ORDINAL {
            let day = Day::from_ordinal(number).unwrap();
            assert_eq!(day.ordinal(), number);
            assert_eq!(Day::new(day.year(), day.month(), day.day()), Ok(day));
            if day.year() != year {
                year = day.year();
                assert_eq!((day.month(), day.day(), day.of_year()), (1, 1, 1));
            }
        }
        assert_eq!(Day::from_ordinal(1), Some(Day::FIRST));
        assert_eq!(Day::from_ordinal(LAST_ORDINAL), Some(Day::LAST));
        assert_eq!(Day::from_ordinal(0), None);
        assert_eq!(Day::from_ordinal(LAST_ORDINAL + 1), None);
        assert_eq!(Day::new(1970, 1, 1).unwrap().ordinal(), EPOCH_ORDINAL);
    }

    #[test]
    fn weeks() {
        for number in 1..=LAST_ORDINAL {
            let day = Day::from_ordinal(number).unwrap();
            let (year, week, weekday) = day.iso();
            assert_eq!(weekday, day.weekday() + 1);
            assert_eq!(from_iso(year, week, weekday), Ok(day));
        }
        assert_eq!(from_iso(9999, 52, 6), Err(IsoMisfit::Outside(10_000)));
        assert_eq!(from_iso(2021, 53, 1), Err(IsoMisfit::Week));
    }

    #[test]
    fn stamps() {
        let noon = Stamp::new(Day::LAST, Clock::new(12, 0, 0, 1).unwrap());
        assert_eq!(noon.plus(Span::DAY), None);
        assert_eq!(noon.minus(Span::MICROSECOND).unwrap().clock().micros(), 0);
        assert_eq!(noon.plus(Span::of_seconds(43_199)).unwrap().clock().second(), 59);
        assert_eq!(Stamp::from_seconds(noon.seconds(), 1), Some(noon));
        let first = Stamp::new(Day::FIRST, Clock::MIDNIGHT);
        assert_eq!(first.minus(Span::MICROSECOND), None);
        assert_eq!(first.plus(noon.since(first)), Some(noon));
    }

    #[test]
    fn spans() {
        for span in [Span::MOST, Span::LEAST, Span::ZERO, Span::MICROSECOND.negated()] {
            assert_eq!(Span::of_micros(span.total()), Ok(span));
        }
        assert_eq!(Span::of_micros(Span::MOST.total() + 1), Err(Some(MOST_DAYS + 1)));
        assert_eq!(Span::of_micros(i128::MAX), Err(None));
        assert!(Span::MICROSECOND.negated().is_offset() && !Span::DAY.negated().is_offset());
    }
}
