//! Integers to text and back, in every base from 2 to 36.
//!
//! **Invariant:** what fits 64 bits never touches `BigInt`. Conversions in bases that are no power of two
//! take quadratic time, so they are refused past a limit of digits, which the caller passes (0: none).
//! Messages quote the argument, so the caller writes them; [`IntParseError`] says which.

use std::borrow::Cow;

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::ToPrimitive;

use super::bigwork::{self, Watch};
use super::{TextError, TextResult};

/// Python's default for `sys.get_int_max_str_digits()`.
pub const DEFAULT_MAX_DIGITS: usize = 4300;
/// No limit refuses numbers of fewer digits than this.
pub const DIGITS_THRESHOLD: usize = 640;
/// The watch is asked when so many digits have been looked at.
const CHECKED: usize = 1 << 20;

/// How much may be converted, and whom to ask while it is.
#[derive(Clone, Copy)]
pub struct Limit<'a> {
    /// The most digits in bases that are no power of two; 0 if there is no limit.
    pub digits: usize,
    /// Asked between pieces of long work.
    pub watch: &'a dyn Watch,
}

impl Limit<'_> {
    /// No limit, and nobody to ask.
    pub const NONE: Limit<'static> = Limit { digits: 0, watch: &bigwork::Unwatched };

    fn refuses(self, digits: usize) -> bool {
        self.digits > 0 && digits > self.digits.max(DIGITS_THRESHOLD)
    }
}

/// An integer, small when it fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntValue {
    /// 64 bits.
    Small(i64),
    /// More than that.
    Big(BigInt),
}

impl From<BigInt> for IntValue {
    fn from(n: BigInt) -> Self {
        n.to_i64().map_or_else(|| Self::Big(n), Self::Small)
    }
}

impl IntValue {
    /// As a big integer.
    pub fn to_bigint(&self) -> BigInt {
        match self {
            Self::Small(n) => BigInt::from(*n),
            Self::Big(n) => n.clone(),
        }
    }

    /// Borrowed.
    pub fn as_ref(&self) -> IntRef<'_> {
        match self {
            Self::Small(n) => IntRef::Small(*n),
            Self::Big(n) => IntRef::Big(n),
        }
    }
}

/// A borrowed integer.
#[derive(Clone, Copy, Debug)]
pub enum IntRef<'a> {
    /// 64 bits.
    Small(i64),
    /// Any number of bits.
    Big(&'a BigInt),
}

impl IntRef<'_> {
    /// Below zero?
    pub fn is_negative(self) -> bool {
        match self {
            Self::Small(n) => n < 0,
            Self::Big(n) => n.sign() == Sign::Minus,
        }
    }
}

/// Why text is no integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntParseError {
    /// `ValueError: invalid literal for int() with base B: R`.
    Invalid,
    /// More digits than the limit; see [`too_many_digits`].
    TooLong {
        /// How many there are.
        digits: usize,
    },
    /// There is no memory, or the watch said stop.
    Failed(TextError),
}

impl From<TextError> for IntParseError {
    fn from(error: TextError) -> Self {
        Self::Failed(error)
    }
}

/// The `ValueError` for text with more digits than the limit.
pub fn too_many_digits(limit: usize, digits: usize) -> TextError {
    TextError::value(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
         use sys.set_int_max_str_digits() to increase the limit"
    ))
}

/// The `ValueError` for an integer whose text would have more digits than the limit.
pub fn too_large_to_print(limit: usize) -> TextError {
    TextError::value(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    ))
}

/// `int(text, base)` of ASCII text ([`super::floatparse::ascii_number`] makes it of any). `base` is 0 or
/// 2 to 36.
pub fn parse(text: &[u8], base: u32, limit: Limit<'_>) -> Result<IntValue, IntParseError> {
    let s = super::floatparse::trim(text);
    let (negative, body) = match s {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, s),
    };
    if base == 10
        && body.len() <= 18
        && let Some(n) = plain_decimal(body)
    {
        return Ok(IntValue::Small(if negative { -n } else { n }));
    }
    let (base, digits) = split_prefix(body, base)?;
    let digits = checked_digits(digits, base, limit.watch)?;
    if !base.is_power_of_two() && limit.refuses(digits.len()) {
        return Err(IntParseError::TooLong { digits: digits.len() });
    }
    digits_to_int(&digits, base, negative, limit.watch)
}

/// Up to 18 digits and nothing else.
fn plain_decimal(s: &[u8]) -> Option<i64> {
    if s.is_empty() {
        return None;
    }
    let mut n = 0;
    for &b in s {
        let d = b.wrapping_sub(b'0');
        if d > 9 {
            return None;
        }
        n = n * 10 + i64::from(d);
    }
    Some(n)
}

/// Take off `0x` and its kin where the base allows it; find the base when it is 0.
fn split_prefix(s: &[u8], base: u32) -> Result<(u32, &[u8]), IntParseError> {
    let marked = match s {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if marked != 0 && (base == 0 || base == marked) {
        let rest = &s[2..];
        return Ok((marked, rest.strip_prefix(b"_").unwrap_or(rest)));
    }
    if base == 0 {
        // A leading zero was octal once; now only zero itself may have it.
        let nonzero = s.first() == Some(&b'0') && s.iter().any(|b| !matches!(b, b'0' | b'_'));
        return if nonzero { Err(IntParseError::Invalid) } else { Ok((10, s)) };
    }
    Ok((base, s))
}

/// The digits without underscores, if they are digits of the base and underscores stand between them.
fn checked_digits<'s>(
    s: &'s [u8],
    base: u32,
    watch: &dyn Watch,
) -> Result<Cow<'s, [u8]>, IntParseError> {
    let mut previous = b'_';
    let mut underscores = 0;
    for chunk in s.chunks(CHECKED) {
        if s.len() > CHECKED {
            watch.poll()?;
        }
        for &b in chunk {
            match b {
                b'_' if previous == b'_' => return Err(IntParseError::Invalid),
                b'_' => underscores += 1,
                _ if !(b as char).is_digit(base) => return Err(IntParseError::Invalid),
                _ => {}
            }
            previous = b;
        }
    }
    if previous == b'_' {
        return Err(IntParseError::Invalid);
    }
    if underscores == 0 {
        return Ok(s.into());
    }
    let mut digits = super::vec_with(s.len() - underscores)?;
    digits.extend(s.iter().copied().filter(|&b| b != b'_'));
    Ok(digits.into())
}

fn digits_to_int(
    digits: &[u8],
    base: u32,
    negative: bool,
    watch: &dyn Watch,
) -> Result<IntValue, IntParseError> {
    // 12 digits fit 64 bits in every base.
    if digits.len() <= 12 || (base <= 10 && digits.len() <= 18) {
        let text = std::str::from_utf8(digits).unwrap_or_default();
        let n = i64::from_str_radix(text, base).map_err(|_| IntParseError::Invalid)?;
        return Ok(IntValue::Small(if negative { -n } else { n }));
    }
    let n = bigwork::from_digits(watch, digits, base)?;
    Ok(BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, n).into())
}

const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819\
2021222324252627282930313233343536373839\
4041424344454647484950515253545556575859\
6061626364656667686970717273747576777879\
8081828384858687888990919293949596979899";

/// Write the decimal digits of `n` at the end of `buf`; answer where they start.
#[inline]
pub fn decimal_digits(mut n: u64, buf: &mut [u8; 20]) -> usize {
    let mut at = buf.len();
    while n >= 100 {
        let pair = (n % 100) as usize * 2;
        n /= 100;
        at -= 2;
        buf[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    if n >= 10 {
        let pair = n as usize * 2;
        at -= 2;
        buf[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    } else {
        at -= 1;
        buf[at] = b'0' + n as u8;
    }
    at
}

/// Append the decimal digits of `n`.
pub fn push_decimal_u64(out: &mut String, n: u64) {
    let mut buf = [0; 20];
    let at = decimal_digits(n, &mut buf);
    out.push_str(std::str::from_utf8(&buf[at..]).unwrap_or_default());
}

/// `str(n)` of a machine integer, in a buffer on the caller's stack.
#[inline]
pub fn decimal_i64(n: i64, buf: &mut [u8; 21]) -> &[u8] {
    let mut digits = [0; 20];
    let at = decimal_digits(n.unsigned_abs(), &mut digits);
    let mut from = at + 1;
    buf[from..].copy_from_slice(&digits[at..]);
    if n < 0 {
        from -= 1;
        buf[from] = b'-';
    }
    &buf[from..]
}

/// `str(n)`; `limit` as in [`parse`].
pub fn to_decimal(n: IntRef<'_>, limit: Limit<'_>) -> TextResult<String> {
    match n {
        IntRef::Small(n) => {
            let mut buf = [0; 21];
            string_of_ascii(decimal_i64(n, &mut buf))
        }
        IntRef::Big(n) => {
            let mut text = String::new();
            if n.sign() == Sign::Minus {
                text.push('-');
            }
            push_decimal(&mut text, n.magnitude(), limit)?;
            Ok(text)
        }
    }
}

fn string_of_ascii(s: &[u8]) -> TextResult<String> {
    super::string_of(std::str::from_utf8(s).unwrap_or_default())
}

fn push_decimal(out: &mut String, n: &BigUint, limit: Limit<'_>) -> TextResult<()> {
    // 2^3.3219 < 10: never more than the true number of digits.
    let at_least = (n.bits().saturating_sub(1) as f64 * 0.301_029_995) as usize;
    if limit.refuses(at_least) {
        return Err(too_large_to_print(limit.digits));
    }
    let sign = out.len();
    bigwork::push_digits(limit.watch, n, 10, out)?;
    if limit.refuses(out.len() - sign) { Err(too_large_to_print(limit.digits)) } else { Ok(()) }
}

/// The digits of a machine integer in a base of 2, 8, 10 or 16, in a buffer on the caller's stack.
pub fn small_digits(mut n: u64, base: u32, upper: bool, buf: &mut [u8; 64]) -> &str {
    let mut at = buf.len();
    if base == 10 {
        let mut digits = [0; 20];
        let from = decimal_digits(n, &mut digits);
        at -= digits.len() - from;
        buf[at..].copy_from_slice(&digits[from..]);
    } else {
        let letters = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
        let bits = base.trailing_zeros();
        loop {
            at -= 1;
            buf[at] = letters[n as usize & (base as usize - 1) & 15];
            n >>= bits;
            if n == 0 {
                break;
            }
        }
    }
    std::str::from_utf8(&buf[at..]).unwrap_or_default()
}

/// The digits of `|n|` in a base of 2, 8, 10 or 16 (lower case), without sign or prefix.
pub fn magnitude_text(n: IntRef<'_>, base: u32, limit: Limit<'_>) -> TextResult<String> {
    let small = match n {
        IntRef::Small(n) => n.unsigned_abs(),
        IntRef::Big(n) => {
            let mut text = String::new();
            match base {
                10 => push_decimal(&mut text, n.magnitude(), limit)?,
                _ => bigwork::push_digits(limit.watch, n.magnitude(), base, &mut text)?,
            }
            return Ok(text);
        }
    };
    super::string_of(small_digits(small, base, false, &mut [0; 64]))
}

/// `bin(n)`, `oct(n)`, `hex(n)`: with the prefix of base 2, 8 or 16.
pub fn to_prefixed(n: IntRef<'_>, base: u32, watch: &dyn Watch) -> TextResult<String> {
    let mut text = magnitude_text(n, base, Limit { digits: 0, watch })?;
    text.try_reserve(3)?;
    text.insert_str(0, prefix(base));
    if n.is_negative() {
        text.insert(0, '-');
    }
    Ok(text)
}

/// `0b`, `0o` or `0x`.
pub fn prefix(base: u32) -> &'static str {
    match base {
        2 => "0b",
        8 => "0o",
        16 => "0x",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(digits: usize) -> Limit<'static> {
        Limit { digits, ..Limit::NONE }
    }

    fn small(s: &str, base: u32) -> Option<i64> {
        match parse(s.as_bytes(), base, limit(DEFAULT_MAX_DIGITS)) {
            Ok(IntValue::Small(n)) => Some(n),
            _ => None,
        }
    }

    #[test]
    fn parses() {
        for (s, base, n) in [
            ("12", 10, 12),
            (" -1_000\n", 10, -1000),
            ("0x_fF", 0, 255),
            ("0b101", 0, 5),
            ("-0o17", 8, -15),
            ("00_0", 0, 0),
            ("0b1", 16, 0xb1),
            ("zz", 36, 35 * 37),
            ("9223372036854775807", 10, i64::MAX),
            ("-9223372036854775808", 10, i64::MIN),
        ] {
            assert_eq!(small(s, base), Some(n), "{s}");
        }
        for (s, base) in [
            ("", 10),
            ("_1", 10),
            ("1_", 10),
            ("1__2", 10),
            ("0x", 16),
            ("012", 0),
            ("+-1", 10),
            ("9", 8),
            ("0x__1", 16),
        ] {
            assert_eq!(parse(s.as_bytes(), base, Limit::NONE), Err(IntParseError::Invalid), "{s}");
        }
    }

    #[test]
    fn limits() {
        let long = "1".repeat(4301);
        assert_eq!(
            parse(long.as_bytes(), 10, limit(4300)),
            Err(IntParseError::TooLong { digits: 4301 })
        );
        let Ok(IntValue::Big(n)) = parse(long.as_bytes(), 10, Limit::NONE) else { panic!() };
        assert_eq!(to_decimal(IntRef::Big(&n), Limit::NONE).unwrap(), long);
        assert!(to_decimal(IntRef::Big(&n), limit(4300)).is_err());
        assert!(to_decimal(IntRef::Big(&(n / 10)), limit(4300)).is_ok());
    }

    #[test]
    fn prints() {
        for n in [0, 1, -1, 9, 10, 99, 100, 12345, i64::MAX, i64::MIN] {
            assert_eq!(to_decimal(IntRef::Small(n), Limit::NONE).unwrap(), n.to_string());
        }
        assert_eq!(to_prefixed(IntRef::Small(-255), 16, Limit::NONE.watch).unwrap(), "-0xff");
        assert_eq!(to_prefixed(IntRef::Small(0), 2, Limit::NONE.watch).unwrap(), "0b0");
    }
}
