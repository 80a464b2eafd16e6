//! Names of subjects and issuers, and the strings that they are made of.

use crate::der::{Item, Malformed, Reader, tag};

/// A name in the form that OpenSSL compares and hashes: texts in UTF-8, lower case, single spaces.
pub fn canonical_name(name: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(name.len());
    for set in Reader(name).sequence().ok()? {
        let set = set.ok()?;
        if set.tag != tag::SET {
            return None;
        }
        let mut parts = Vec::with_capacity(set.body.len());
        for pair in set.inner() {
            let mut pair = pair.ok()?.inner();
            let (id, value) = (pair.expect(tag::OID).ok()?, pair.any().ok()?);
            pair.finish().ok()?;
            let mut content = id.whole.to_vec();
            match strict_text(value) {
                // Figures are left alone, as by OpenSSL.
                Ok(Some(text)) if value.tag != tag::NUMERIC => {
                    put(&mut content, tag::UTF8, &squeeze(&text));
                }
                Ok(_) => content.extend_from_slice(value.whole),
                Err(Malformed) => return None,
            }
            put(&mut parts, tag::SEQUENCE, &content);
        }
        put(&mut out, tag::SET, &parts);
    }
    Some(out)
}

/// The text in lower case, without spaces at its ends, and single ones inside.
fn squeeze(text: &str) -> Vec<u8> {
    let is_space = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
    let mut out = Vec::with_capacity(text.len());
    for word in text.as_bytes().split(is_space).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(b' ');
        }
        out.extend(word.iter().map(u8::to_ascii_lowercase));
    }
    out
}

/// Writes a value.
pub fn put(out: &mut Vec<u8>, tag: u8, body: &[u8]) {
    out.push(tag);
    let len = body.len();
    if len < 0x80 {
        out.push(len as u8);
    } else {
        let bytes = len.to_be_bytes();
        let skip = bytes.iter().position(|&b| b != 0).unwrap_or(7);
        let digits = bytes.get(skip..).unwrap_or(&[]);
        out.push(0x80 | digits.len() as u8);
        out.extend_from_slice(digits);
    }
    out.extend_from_slice(body);
}

/// The text of a string of whatever kind, with marks where it is broken; None if it is none.
pub fn text(item: Item<'_>) -> Option<String> {
    Some(match item.tag {
        tag::UTF8 => String::from_utf8_lossy(item.body).into_owned(),
        tag::BMP => {
            let units = item.body.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
        }
        tag::UNIVERSAL => item
            .body
            .chunks_exact(4)
            .map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
            .map(|c| char::from_u32(c).unwrap_or('\u{fffd}'))
            .collect(),
        // T61String, IA5String and their like: one byte, one character.
        tag::NUMERIC | tag::PRINTABLE | tag::T61 | tag::IA5 | tag::VISIBLE => {
            item.body.iter().map(|&b| char::from(b)).collect()
        }
        _ => return None,
    })
}

/// The same, and an error where it is broken: two broken names must not be the same.
fn strict_text(item: Item<'_>) -> Result<Option<String>, Malformed> {
    let is_whole = match item.tag {
        tag::UTF8 => str::from_utf8(item.body).is_ok(),
        tag::BMP => item.body.len() % 2 == 0,
        tag::UNIVERSAL => item.body.len() % 4 == 0,
        _ => true,
    };
    match text(item) {
        Some(found) if is_whole && (item.tag == tag::UTF8 || !found.contains('\u{fffd}')) => {
            Ok(Some(found))
        }
        Some(_) => Err(Malformed),
        None => Ok(None),
    }
}
