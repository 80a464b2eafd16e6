//! Files in the format TZif (RFC 8536): the moments at which a zone's clock or its name changed. Knows no Python.
//!
//! A zone is a list of moments (seconds since 1970, UTC) at which another kind of time begins. For what clocks
//! show there are two more lists, one for each value of fold: where the clock is set back, a time belongs to
//! the old kind if fold is 0 and to the new one if it is 1; in a gap it is the same.

/// A kind of local time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// Seconds ahead of UTC.
    pub(super) offset: i64,
    pub(super) is_dst: bool,
    /// How much of the offset is daylight saving time.
    pub(super) saved: i64,
    pub(super) name: String,
}

/// What a file says.
#[derive(Debug)]
pub(super) struct File {
    pub(super) moments: Vec<i64>,
    /// For each moment, the kind of time that it begins.
    pub(super) begins: Vec<u8>,
    pub(super) kinds: Vec<Kind>,
    /// The rule for the time after the last moment, as POSIX writes it.
    pub(super) footer: Vec<u8>,
}

/// What can be wrong with a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Magic,
    Truncated,
    /// A moment begins a kind of time that there is not.
    Index(u8),
    Name,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Fault::Magic => "Invalid TZif file: magic not found",
            Fault::Truncated => "Invalid TZif file: it ends too early",
            Fault::Name => "Invalid TZif file: a name is no text",
            Fault::Index(index) => {
                return write!(f, "Invalid transition index found while reading TZif: {index}");
            }
        })
    }
}

pub(super) const MAGIC: &[u8] = b"TZif";

/// The part of a file that has not been read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(Fault::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    fn count(&mut self) -> Result<usize, Fault> {
        let bytes = self.take(4)?.first_chunk().ok_or(Fault::Truncated)?;
        usize::try_from(i32::from_be_bytes(*bytes)).map_err(|_| Fault::Truncated)
    }
}

struct Header {
    version: u8,
    utc: usize,
    standard: usize,
    leaps: usize,
    moments: usize,
    kinds: usize,
    names: usize,
}

impl Header {
    fn read(rest: &mut Rest) -> Result<Header, Fault> {
        if rest.take(MAGIC.len()).ok() != Some(MAGIC) {
            return Err(Fault::Magic);
        }
        let version = rest.take(1)?.first().map_or(0, |digit| digit.saturating_sub(b'0'));
        rest.take(15)?;
        Ok(Header {
            version: version.max(1),
            utc: rest.count()?,
            standard: rest.count()?,
            leaps: rest.count()?,
            moments: rest.count()?,
            kinds: rest.count()?,
            names: rest.count()?,
        })
    }

    /// How many bytes follow, with moments of so many bytes.
    fn len(&self, width: usize) -> usize {
        // (Each count is below 2**31.)
        self.moments * (width + 1) + self.kinds * 6 + self.names + self.tail(width)
    }

    fn tail(&self, width: usize) -> usize {
        self.leaps * (width + 4) + self.standard + self.utc
    }
}

impl File {
    pub(super) fn read(data: &[u8]) -> Result<File, Fault> {
        let mut rest = Rest(data);
        let mut header = Header::read(&mut rest)?;
        let is_wide = header.version > 1;
        if is_wide {
            // The first part is for readers of 32 bits.
            rest.take(header.len(4))?;
            header = Header::read(&mut rest)?;
        }
        let width = if is_wide { 8 } else { 4 };
        let moments = rest.take(header.moments * width)?.chunks_exact(width).map(signed).collect();
        let begins = rest.take(header.moments)?.to_vec();
        let kinds = rest.take(header.kinds * 6)?;
        let names = rest.take(header.names)?;
        rest.take(header.tail(width))?;
        let mut kinds = kinds
            .chunks_exact(6)
            .map(|kind| kind_of(kind, names))
            .collect::<Result<Vec<Kind>, Fault>>()?;
        if let Some(index) = begins.iter().find(|begun| usize::from(**begun) >= kinds.len()) {
            return Err(Fault::Index(*index));
        }
        infer_savings(&begins, &mut kinds);
        let footer = if is_wide { footer(rest.0)? } else { Vec::new() };
        Ok(File { moments, begins, kinds, footer })
    }

    /// What clocks show at the moments, for fold 0 and 1.
    pub(super) fn walls(&self) -> [Vec<i64>; 2] {
        let offset = |index: u8| self.kinds.get(usize::from(index)).map_or(0, |kind| kind.offset);
        // Before the first moment the first kind counts.
        let mut old = offset(0);
        let mut walls = [Vec::new(), Vec::new()];
        for (moment, begun) in self.moments.iter().zip(&self.begins) {
            let new = offset(*begun);
            walls[0].push(moment.saturating_add(old.max(new)));
            walls[1].push(moment.saturating_add(old.min(new)));
            old = new;
        }
        walls
    }
}

/// A number of four or eight bytes.
fn signed(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|byte| *byte > 127);
    bytes.iter().fold(if negative { -1 } else { 0 }, |n, byte| n << 8 | i64::from(*byte))
}

fn kind_of(kind: &[u8], names: &[u8]) -> Result<Kind, Fault> {
    let (offset, rest) = kind.split_at_checked(4).ok_or(Fault::Truncated)?;
    let [is_dst, start] = *rest else { return Err(Fault::Truncated) };
    // Names may be the ends of others, so each is looked up by its place.
    let name = names.get(usize::from(start)..).unwrap_or_default();
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    let name = std::str::from_utf8(name).map_err(|_| Fault::Name)?.to_owned();
    Ok(Kind { offset: signed(offset), is_dst: is_dst != 0, saved: 0, name })
}

/// The last line, which stands between two line feeds.
fn footer(rest: &[u8]) -> Result<Vec<u8>, Fault> {
    let Some((b'\n', rest)) = rest.split_first() else { return Err(Fault::Truncated) };
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or(Fault::Truncated)?;
    Ok(rest.get(..end).unwrap_or_default().to_vec())
}

/// How much each kind of time is ahead of standard time, which the file does not say: as its neighbours tell.
fn infer_savings(begins: &[u8], kinds: &mut [Kind]) {
    let kind_at = |kinds: &[Kind], place: usize| {
        let kind = kinds.get(usize::from(*begins.get(place)?))?;
        (!kind.is_dst).then_some(kind.offset)
    };
    for (place, index) in begins.iter().enumerate().skip(1) {
        let index = usize::from(*index);
        let Some(Kind { offset, is_dst: true, saved: 0, .. }) = kinds.get(index) else { continue };
        let since = |standard: i64| offset - standard;
        let mut found = kind_at(kinds, place - 1).map_or(0, since);
        if found == 0 && index + 1 < kinds.len() {
            found = kind_at(kinds, place + 1).map_or(0, since);
        }
        if let Some(kind) = kinds.get_mut(index) {
            kind.saved = found;
        }
    }
    // An hour is a better guess than nothing.
    for kind in kinds.iter_mut().filter(|kind| kind.is_dst && kind.saved == 0) {
        kind.saved = 3600;
    }
}
