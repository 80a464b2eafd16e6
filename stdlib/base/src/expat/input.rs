//! The bytes of a document as text, and where in them we are.
//!
//! **Invariant:** `text` is UTF-8 and ends with a whole character; what of the bytes cannot be decoded yet waits
//! in `raw`.

use super::fault::{Fault, NO_MEMORY, PARTIAL_CHAR, UNCLOSED_TOKEN, fault, invalid};

/// How bytes are text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Not decided: nothing or too little has come.
    #[default]
    Open,
    Utf8,
    Ascii,
    Latin1,
    Utf16 {
        big: bool,
    },
    /// One character for each byte; None: the byte stands for nothing.
    Table(Box<[Option<char>]>),
}

impl Encoding {
    /// Those that are known by name.
    fn named(name: &str) -> Option<Encoding> {
        const LONGEST: usize = 64;
        let known = name.get(..LONGEST).unwrap_or(name);
        Some(match known.to_ascii_uppercase().as_str() {
            "UTF-8" => Encoding::Utf8,
            "US-ASCII" => Encoding::Ascii,
            "ISO-8859-1" => Encoding::Latin1,
            "UTF-16" | "UTF-16BE" => Encoding::Utf16 { big: true },
            "UTF-16LE" => Encoding::Utf16 { big: false },
            _ => return None,
        })
    }

    /// Bytes of the document for a character.
    fn width(&self, c: char) -> u64 {
        match self {
            Encoding::Utf16 { .. } => 2 * c.len_utf16() as u64,
            Encoding::Latin1 | Encoding::Table(_) => 1,
            _ => c.len_utf8() as u64,
        }
    }
}

/// A place in the document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) byte: u64,
}

#[derive(Debug)]
pub(super) struct Input {
    raw: Vec<u8>,
    pub(super) text: Vec<u8>,
    /// Where in `text` the next token starts.
    pub(super) at: usize,
    pub(super) place: Place,
    pub(super) encoding: Encoding,
    /// What the caller said the encoding is; the declaration is not asked then.
    pub(super) forced: bool,
    pub(super) is_final: bool,
    /// Nothing has been decoded yet.
    fresh: bool,
    /// The bytes after `text` are not of the encoding.
    broken: bool,
    /// The declaration has not been looked at: no more than it is decoded.
    before_declaration: bool,
    /// An encoding was asked for by a name that the machine does not know.
    pub(super) unknown: Option<String>,
    after_cr: bool,
    pub(super) total: u64,
    /// Behind the byte order mark.
    pub(super) start: u64,
}

impl Input {
    pub(super) fn new(encoding: Option<&str>) -> Input {
        let mut input = Input {
            raw: Vec::new(),
            text: Vec::new(),
            at: 0,
            place: Place { line: 1, column: 0, byte: 0 },
            encoding: Encoding::Open,
            forced: false,
            is_final: false,
            fresh: true,
            broken: false,
            before_declaration: false,
            unknown: None,
            after_cr: false,
            total: 0,
            start: 0,
        };
        if let Some(name) = encoding {
            input.force(name);
        }
        input
    }

    /// The encoding is this one whatever the document says.
    pub(super) fn force(&mut self, name: &str) {
        self.forced = true;
        match Encoding::named(name) {
            Some(encoding) => self.encoding = encoding,
            None => self.unknown = Some(name.to_owned()),
        }
    }

    /// The document says what its encoding is.
    pub(super) fn declared(&mut self, name: &str) -> Result<(), Fault> {
        self.before_declaration = false;
        if self.forced {
            return Ok(());
        }
        match (&self.encoding, Encoding::named(name)) {
            (Encoding::Utf16 { .. }, Some(Encoding::Utf16 { .. })) => {}
            (Encoding::Utf16 { .. }, Some(_)) | (_, Some(Encoding::Utf16 { .. })) => {
                return Err(fault(super::fault::INCORRECT_ENCODING));
            }
            (_, Some(encoding)) => self.encoding = encoding,
            (_, None) => self.unknown = Some(name.to_owned()),
        }
        Ok(())
    }

    /// What the unknown encoding is.
    pub(super) fn settle(&mut self, table: Box<[Option<char>]>) {
        self.unknown = None;
        self.encoding = Encoding::Table(table);
    }

    /// There is no declaration, or it names no encoding.
    pub(super) fn undeclared(&mut self) {
        self.before_declaration = false;
    }

    pub(super) fn feed(&mut self, data: &[u8], is_final: bool) -> Result<(), Fault> {
        self.text.drain(..self.at.min(self.text.len()));
        self.at = 0;
        self.is_final = is_final;
        self.total += data.len() as u64;
        self.raw.try_reserve(data.len()).map_err(|_| fault(NO_MEMORY))?;
        self.raw.extend_from_slice(data);
        Ok(())
    }

    /// Decodes what can be decoded; false: too little has come to begin.
    pub(super) fn decode(&mut self) -> Result<bool, Fault> {
        if self.fresh && !self.begin() {
            return Ok(false);
        }
        if self.raw.is_empty() || self.broken || self.unknown.is_some() {
            return Ok(true);
        }
        let mut len = self.raw.len();
        if self.before_declaration && matches!(self.encoding, Encoding::Utf8) {
            match memchr::memmem::find(&self.raw, b"?>") {
                Some(end) => len = end + 2,
                None if self.is_final => {}
                None => return Ok(!self.text.is_empty()),
            }
            if !self.text.is_empty() {
                return Ok(true);
            }
        }
        self.text.try_reserve(len * 2).map_err(|_| fault(NO_MEMORY))?;
        let taken = self.convert(len);
        self.raw.drain(..taken);
        Ok(true)
    }

    /// Looks at the first bytes.
    fn begin(&mut self) -> bool {
        if self.unknown.is_some() {
            self.fresh = false;
            return true;
        }
        let raw = self.raw.as_slice();
        if raw.len() < 4 && !self.is_final {
            return false;
        }
        let (skip, found) = match raw {
            [0xEF, 0xBB, 0xBF, ..] => (3, Encoding::Utf8),
            [0xFE, 0xFF, ..] => (2, Encoding::Utf16 { big: true }),
            [0xFF, 0xFE, ..] => (2, Encoding::Utf16 { big: false }),
            // No document starts with a NUL.
            [0, _, ..] => (0, Encoding::Utf16 { big: true }),
            [_, 0, ..] => (0, Encoding::Utf16 { big: false }),
            _ => (0, Encoding::Utf8),
        };
        let wide = |e: &Encoding| matches!(e, Encoding::Utf16 { .. });
        let fits = !self.forced
            || self.encoding == found
            || wide(&self.encoding) && wide(&found) && skip == 2;
        if fits {
            self.encoding = found;
            self.raw.drain(..skip);
            self.place.byte += skip as u64;
            self.place.column += u64::from(skip > 0);
            self.start = self.place.byte;
        }
        self.before_declaration = !self.forced && self.raw.starts_with(b"<?xml");
        self.fresh = false;
        true
    }

    fn push(&mut self, c: char) {
        self.text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// Decodes of the first `len` bytes what is whole; how many were taken.
    fn convert(&mut self, len: usize) -> usize {
        let raw = std::mem::take(&mut self.raw);
        let taken = match self.encoding.clone() {
            Encoding::Open => 0,
            Encoding::Utf8 => self.convert_utf8(&raw[..len]),
            Encoding::Ascii => {
                let end = raw[..len].iter().position(|b| *b >= 0x80);
                self.broken = end.is_some();
                let end = end.unwrap_or(len);
                self.text.extend_from_slice(&raw[..end]);
                end
            }
            Encoding::Latin1 => {
                raw[..len].iter().for_each(|b| self.push(char::from(*b)));
                len
            }
            Encoding::Utf16 { big } => self.convert_utf16(&raw[..len], big),
            Encoding::Table(table) => {
                let mut taken = 0;
                for b in &raw[..len] {
                    let Some(c) = table.get(usize::from(*b)).copied().flatten() else {
                        self.broken = true;
                        break;
                    };
                    self.push(c);
                    taken += 1;
                }
                taken
            }
        };
        self.raw = raw;
        taken
    }

    fn convert_utf8(&mut self, raw: &[u8]) -> usize {
        let end = match std::str::from_utf8(raw) {
            Ok(_) => raw.len(),
            Err(error) => {
                self.broken = error.error_len().is_some();
                error.valid_up_to()
            }
        };
        self.text.extend_from_slice(&raw[..end]);
        end
    }

    fn convert_utf16(&mut self, raw: &[u8], big: bool) -> usize {
        let unit = |pair: &[u8]| {
            let pair = [pair[0], pair[1]];
            if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
        };
        let mut at = 0;
        while let Some(pair) = raw.get(at..at + 2) {
            let first = unit(pair);
            let units = match first {
                0xD800..=0xDBFF => match raw.get(at + 2..at + 4) {
                    Some(pair) => vec![first, unit(pair)],
                    None => break,
                },
                _ => vec![first],
            };
            match char::decode_utf16(units.iter().copied()).next() {
                Some(Ok(c)) => self.push(c),
                _ => {
                    self.broken = true;
                    break;
                }
            }
            at += 2 * units.len();
        }
        at
    }

    /// The input has come to the end of `text`: an error if more bytes are there and make no character.
    pub(super) fn end_fault(&self) -> Option<Fault> {
        if self.broken {
            return Some(invalid(0));
        }
        let half = matches!(self.encoding, Encoding::Utf16 { .. }) && self.raw.len() == 1;
        let code = if half { UNCLOSED_TOKEN } else { PARTIAL_CHAR };
        (self.is_final && !self.raw.is_empty() && self.unknown.is_none()).then(|| fault(code))
    }

    /// Whether more text may follow than is there (what of the last bytes makes no character stays as it is).
    pub(super) fn may_grow(&self) -> bool {
        !self.is_final
    }

    /// Whether the text ends at bytes that are none of the encoding.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// How much of a run of text is told at once: what has to be converted comes in pieces.
    pub(super) fn piece(&self, text: &[u8], end: usize) -> usize {
        const PIECE: usize = 1024;
        if end <= PIECE || matches!(self.encoding, Encoding::Utf8 | Encoding::Ascii) {
            return end;
        }
        (1..=PIECE).rev().find(|n| text.get(*n).is_none_or(|b| b & 0xC0 != 0x80)).unwrap_or(end)
    }

    /// Goes over `text`, which starts at `at`.
    pub(super) fn pass(&mut self, text: &[u8]) {
        self.at += text.len();
        let place = &mut self.place;
        if text.is_ascii() && !matches!(self.encoding, Encoding::Utf16 { .. }) {
            place.byte += text.len() as u64;
        } else {
            let text = std::str::from_utf8(text).unwrap_or("");
            place.byte += text.chars().map(|c| self.encoding.width(c)).sum::<u64>();
        }
        for &b in text {
            match b {
                b'\n' if self.after_cr => {}
                b'\n' | b'\r' => {
                    place.line += 1;
                    place.column = 0;
                }
                0x80..=0xBF => {}
                _ => place.column += 1,
            }
            self.after_cr = b == b'\r';
        }
    }
}
