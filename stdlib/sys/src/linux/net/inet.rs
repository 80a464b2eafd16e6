//! Internet addresses as text. Pure: no system call, no locale. inet(3), inet_pton(3).

use std::net::{Ipv4Addr, Ipv6Addr};

/// Reads the old, lenient forms: one to four parts, each decimal, octal or hexadecimal, the last
/// one filling the rest; white space ends the address. inet_aton(3).
pub fn inet_aton(text: &[u8]) -> Option<[u8; 4]> {
    let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
    let parts: Vec<&[u8]> = text[..end].split(|&c| c == b'.').collect();
    let (last, heads) = parts.split_last()?;
    if heads.len() > 3 {
        return None;
    }
    let mut value = 0u64;
    for head in heads {
        value = value << 8 | aton_part(head).filter(|&part| part <= 255)?;
    }
    let room = 8 * (4 - heads.len());
    let last = aton_part(last).filter(|&part| part < 1 << room)?;
    Some(((value << room | last) as u32).to_be_bytes())
}

fn aton_part(part: &[u8]) -> Option<u64> {
    let (digits, radix) = match part {
        [b'0', b'x' | b'X', digits @ ..] => (digits, 16),
        [b'0', digits @ ..] if !digits.is_empty() => (digits, 8),
        digits => (digits, 10),
    };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0u64, |value, &c| {
        let digit = (c as char).to_digit(radix)?;
        Some(value * u64::from(radix) + u64::from(digit)).filter(|&value| value <= u32::MAX.into())
    })
}

/// The dotted form. inet_ntoa(3).
pub fn inet_ntoa(host: [u8; 4]) -> String {
    Ipv4Addr::from(host).to_string()
}

/// Reads four decimal parts, nothing else. inet_pton(3).
pub fn pton_v4(text: &str) -> Option<[u8; 4]> {
    text.parse::<Ipv4Addr>().ok().map(|host| host.octets())
}

/// Reads the forms of RFC 4291. inet_pton(3).
pub fn pton_v6(text: &str) -> Option<[u8; 16]> {
    text.parse::<Ipv6Addr>().ok().map(|host| host.octets())
}

/// The shortest form; the last 32 bits are dotted for addresses that hold an IPv4 one.
/// inet_ntop(3).
pub fn ntop_v6(host: [u8; 16]) -> String {
    let compatible = host[..12] == [0; 12] && host[12..14] != [0, 0];
    if compatible {
        let tail = [host[12], host[13], host[14], host[15]];
        return format!("::{}", Ipv4Addr::from(tail));
    }
    Ipv6Addr::from(host).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lenient_forms() {
        assert_eq!(inet_aton(b"127.0.0.1"), Some([127, 0, 0, 1]));
        assert_eq!(inet_aton(b"127.1"), Some([127, 0, 0, 1]));
        assert_eq!(inet_aton(b"0x7f.1"), Some([127, 0, 0, 1]));
        assert_eq!(inet_aton(b"017.0.0.1 trailing"), Some([15, 0, 0, 1]));
        assert_eq!(inet_aton(b"4294967295"), Some([255; 4]));
        for bad in ["", "1.2.3.4.5", "256.1.1.1", "1.2.3.", "08", "0x", "4294967296", "a"] {
            assert_eq!(inet_aton(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn version_6() {
        for text in ["::", "::1", "2001:db8::1", "::ffff:1.2.3.4", "1:0:0:2::3", "fe80::1:0:0"] {
            assert_eq!(ntop_v6(pton_v6(text).unwrap()), text);
        }
        assert_eq!(ntop_v6(pton_v6("::102:304").unwrap()), "::1.2.3.4");
        assert_eq!(ntop_v6(pton_v6("::304").unwrap()), "::304");
        assert_eq!(pton_v6("1::2::3"), None);
    }
}
