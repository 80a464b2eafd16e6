//! Dates, times and spans as text of ASCII, in a buffer on the stack.

use super::calendar::{Clock, Day, Span};
use crate::support::{Obj, Res, Str, TextRef, Vm};

/// The longest text is the representation of a datetime with its class's name left out: 60 characters.
const ROOM: usize = 80;

/// ASCII that grows up to a fixed length; what is beyond it is left out.
pub(super) struct Line {
    bytes: [u8; ROOM],
    len: usize,
}

impl Line {
    pub(super) fn new() -> Line {
        Line { bytes: [0; ROOM], len: 0 }
    }

    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }

    pub(super) fn push_str(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.push(byte));
    }

    /// A number of at most `width` digits, with zeros in front.
    #[inline]
    pub(super) fn padded(&mut self, mut number: i64, width: usize) {
        let Some(place) = self.bytes.get_mut(self.len..self.len + width) else { return };
        for byte in place.iter_mut().rev() {
            *byte = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self.len += width;
    }

    #[inline]
    pub(super) fn two(&mut self, number: i64) {
        self.push(b'0' + (number / 10 % 10) as u8);
        self.push(b'0' + (number % 10) as u8);
    }

    /// A number as it is.
    pub(super) fn number(&mut self, number: i64) {
        let mut size = number.unsigned_abs();
        if number < 0 {
            self.push(b'-');
        }
        let (mut digits, mut at) = ([0; 20], 20usize);
        while let Some(i) = at.checked_sub(1) {
            at = i;
            if let Some(place) = digits.get_mut(i) {
                *place = b'0' + (size % 10) as u8;
            }
            size /= 10;
            if size == 0 {
                break;
            }
        }
        digits.get(at..).unwrap_or(&[]).iter().for_each(|byte| self.push(*byte));
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or("")
    }

    pub(super) fn make(&self, vm: &Vm) -> Res<Obj<Str>> {
        vm.text(TextRef::Ascii(self.as_bytes()))
    }

    /// `YYYY-MM-DD`
    #[inline]
    pub(super) fn day(&mut self, day: Day) {
        self.padded(day.year(), 4);
        self.push(b'-');
        self.two(day.month());
        self.push(b'-');
        self.two(day.day());
    }

    #[inline]
    pub(super) fn clock(&mut self, clock: Clock, precision: Precision) {
        self.two(clock.hour());
        if precision == Precision::Hours {
            return;
        }
        self.push(b':');
        self.two(clock.minute());
        if precision == Precision::Minutes {
            return;
        }
        self.push(b':');
        self.two(clock.second());
        match precision {
            Precision::Milliseconds => {
                self.push(b'.');
                self.padded(clock.micros() / 1000, 3);
            }
            Precision::Microseconds => self.fraction(clock.micros()),
            Precision::Auto if clock.micros() != 0 => self.fraction(clock.micros()),
            _ => {}
        }
    }

    fn fraction(&mut self, micros: i64) {
        self.push(b'.');
        self.padded(micros, 6);
    }

    /// An offset from UTC: `+HH:MM`, with seconds and their fraction if there are any.
    pub(super) fn offset(&mut self, offset: Span, separator: &str) {
        let (sign, size) = match offset.days() {
            0.. => (b'+', offset),
            _ => (b'-', offset.negated()),
        };
        self.push(sign);
        let seconds = size.seconds();
        self.two(seconds / 3600);
        self.push_str(separator);
        self.two(seconds / 60 % 60);
        if seconds % 60 != 0 || size.micros() != 0 {
            self.push_str(separator);
            self.two(seconds % 60);
        }
        if size.micros() != 0 {
            self.fraction(size.micros());
        }
    }

    /// `Mon Jan  2 15:04:05 2006`
    pub(super) fn ctime(&mut self, day: Day, clock: Clock) {
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let name = |names: &[&'static str], at: i64| names.get(at as usize).copied().unwrap_or("");
        self.push_str(name(&DAYS, day.weekday()));
        self.push(b' ');
        self.push_str(name(&MONTHS, day.month() - 1));
        self.push(b' ');
        if day.day() < 10 {
            self.push(b' ');
        }
        self.number(day.day());
        self.push(b' ');
        self.clock(clock, Precision::Seconds);
        self.push(b' ');
        self.padded(day.year(), 4);
    }

    /// `-1 day, 23:59:59.999999`
    pub(super) fn span(&mut self, span: Span) {
        if span.days() != 0 {
            self.number(span.days());
            self.push_str(if span.days().abs() == 1 { " day, " } else { " days, " });
        }
        let seconds = span.seconds();
        self.number(seconds / 3600);
        self.push(b':');
        self.two(seconds / 60 % 60);
        self.push(b':');
        self.two(seconds % 60);
        if span.micros() != 0 {
            self.fraction(span.micros());
        }
    }

    /// Numbers with commas between.
    pub(super) fn list(&mut self, numbers: &[i64]) {
        for (i, number) in numbers.iter().enumerate() {
            if i > 0 {
                self.push_str(", ");
            }
            self.number(*number);
        }
    }
}

/// How much of a time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    /// Microseconds, if there are any.
    Auto,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
}

impl Precision {
    pub(super) fn named(name: &str) -> Option<Precision> {
        Some(match name {
            "auto" => Precision::Auto,
            "hours" => Precision::Hours,
            "minutes" => Precision::Minutes,
            "seconds" => Precision::Seconds,
            "milliseconds" => Precision::Milliseconds,
            "microseconds" => Precision::Microseconds,
            _ => return None,
        })
    }
}
