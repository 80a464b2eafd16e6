//! PEM: DER in letters between two lines, and base64 itself.
//!
//! Text around the blocks is skipped, as OpenSSL does. **Invariant:** total over any bytes; what is decoded is not
//! longer than what was given.

/// A block.
#[derive(Debug)]
pub struct Block {
    /// What stands after BEGIN.
    pub label: String,
    /// The lines `Name: value` of old encrypted keys.
    pub headers: Vec<(String, String)>,
    pub der: Vec<u8>,
}

/// A block that is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PemError {
    BadBase64,
    NoEndLine,
}

/// The blocks of a text one after the other, until the first that is broken.
pub fn blocks(text: &[u8]) -> impl Iterator<Item = Result<Block, PemError>> + '_ {
    let mut lines = text.split(|&b| b == b'\n').map(<[u8]>::trim_ascii_end);
    let mut broken = false;
    std::iter::from_fn(move || {
        if broken {
            return None;
        }
        let label = loop {
            let line = lines.next()?;
            if let Some(label) = line.strip_prefix(b"-----BEGIN ")
                && let Some(label) = label.strip_suffix(b"-----")
            {
                break String::from_utf8_lossy(label).into_owned();
            }
        };
        let (mut headers, mut letters) = (Vec::<(String, String)>::new(), Vec::new());
        loop {
            let Some(line) = lines.next() else {
                broken = true;
                return Some(Err(PemError::NoEndLine));
            };
            if line.starts_with(b"-----END ") {
                break;
            }
            if let Some(colon) = line.iter().position(|&b| b == b':') {
                let (name, value) = line.split_at(colon);
                let value = value.get(1..).unwrap_or(&[]).trim_ascii();
                let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
                headers.push((text(name.trim_ascii()), text(value)));
            } else {
                letters.extend_from_slice(line);
            }
        }
        match decode(&letters) {
            Some(der) => Some(Ok(Block { label, headers, der })),
            None => {
                broken = true;
                Some(Err(PemError::BadBase64))
            }
        }
    })
}

/// Base64 to bytes; blanks do not count.
pub fn decode(letters: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(letters.len() / 4 * 3 + 3);
    let (mut bits, mut count, mut padding) = (0u32, 0u32, 0u32);
    for &letter in letters {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                padding += 1;
                continue;
            }
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    match (count, padding) {
        (0, 0) => {}
        (2, 2) => out.push((bits >> 4) as u8),
        (3, 1) => out.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => return None,
    }
    Some(out)
}

/// Bytes as base64 in lines of 64 letters.
pub fn encode(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len() / 3 * 4 + bytes.len() / 48 + 5);
    for (i, three) in bytes.chunks(3).enumerate() {
        if i > 0 && i % 16 == 0 {
            out.push('\n');
        }
        let at = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4usize {
            if place <= three.len() {
                let index = bits >> (18 - 6 * place) & 63;
                out.push(char::from(LETTERS[index as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

/// A certificate's DER as PEM.
pub fn certificate(der: &[u8]) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", encode(der))
}
