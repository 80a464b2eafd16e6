//! `format` of ints, floats, complex numbers and text by a specification.
//!
//! **Invariant:** a number's text is made of parts in this order: padding, sign, prefix, padding (with
//! `=`), digits grouped from the right, the rest (point, fraction, exponent, `%`), padding. Only the
//! digits before the point are grouped; zeros that fill the width are grouped with them.

use std::borrow::Cow;

use super::super::floatrepr::{self, Layout, Style};
use super::super::intconv::{self, IntRef, Limit};
use super::super::{Text, TextBuf, TextError, TextRef, TextResult, numops};
use super::spec::{Align, Spec, unknown_kind};

/// The parts of a number's text.
struct Parts<'a> {
    sign: Option<u8>,
    prefix: &'a str,
    /// Before the point.
    digits: &'a str,
    /// From the point on.
    rest: &'a str,
    /// How many digits between separators.
    group: usize,
    separator: Option<u8>,
}

/// The sign to write.
fn sign_of(negative: bool, wanted: Option<u8>) -> Option<u8> {
    match (negative, wanted) {
        (true, _) => Some(b'-'),
        (_, Some(b'+')) => Some(b'+'),
        (_, Some(b' ')) => Some(b' '),
        _ => None,
    }
}

impl Parts<'_> {
    /// How many characters, with zeros filling the digits up to `min` characters.
    fn digits_len(&self, min: usize) -> usize {
        let n = self.digits.len();
        if n == 0 {
            return 0;
        }
        let Some(_) = self.separator else { return n.max(min) };
        let grouped = n + (n - 1) / self.group;
        if grouped >= min {
            return grouped;
        }
        // The width may end where a separator would have to stand; then one more zero goes before it.
        if min % (self.group + 1) == 0 { min + 1 } else { min }
    }

    fn push_digits(&self, out: &mut TextBuf, len: usize) -> TextResult<()> {
        let Some(separator) = self.separator else {
            out.push_n(u32::from(b'0'), len - self.digits.len())?;
            return out.push_ascii(self.digits.as_bytes());
        };
        let width = self.group + 1;
        let total = len - len / width; // digits and zeros
        let mut zeros = total.saturating_sub(self.digits.len());
        let mut digits = self.digits.bytes();
        for place in (1..=len).rev() {
            if place % width == 0 {
                out.push(u32::from(separator))?;
            } else if zeros > 0 {
                zeros -= 1;
                out.push(u32::from(b'0'))?;
            } else if let Some(d) = digits.next() {
                out.push(u32::from(d))?;
            }
        }
        Ok(())
    }

    /// Append everything, padded as the specification wants.
    fn write(&self, out: &mut TextBuf, spec: &Spec) -> TextResult<()> {
        let fixed = usize::from(self.sign.is_some()) + self.prefix.len() + self.rest.len();
        let width = spec.width.unwrap_or(0);
        let zero_fill = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
        let min = if zero_fill { width.saturating_sub(fixed) } else { 0 };
        let digits = self.digits_len(min);
        let padding = width.saturating_sub(fixed + digits);
        let (left, inner, right) = match spec.align {
            Align::Left => (0, 0, padding),
            Align::Right => (padding, 0, 0),
            Align::Center => (padding / 2, 0, padding - padding / 2),
            Align::AfterSign => (0, padding, 0),
        };
        out.reserve(
            fixed
                .checked_add(digits)
                .and_then(|n| n.checked_add(padding))
                .ok_or(TextError::NoMemory)?,
        )?;
        out.push_n(spec.fill, left)?;
        if let Some(s) = self.sign {
            out.push(u32::from(s))?;
        }
        out.push_ascii(self.prefix.as_bytes())?;
        out.push_n(spec.fill, inner)?;
        self.push_digits(out, digits)?;
        out.push_ascii(self.rest.as_bytes())?;
        out.push_n(spec.fill, right)
    }
}

/// `format(n, spec)` of an int (or bool). `limit` as in [`intconv::parse`].
pub fn format_int(
    n: IntRef<'_>,
    text: TextRef<'_>,
    type_name: &str,
    limit: Limit<'_>,
) -> TextResult<Text> {
    let mut out = TextBuf::new();
    push_int(&mut out, n, text, type_name, limit)?;
    Ok(out.finish())
}

/// Append the same.
pub fn push_int(
    out: &mut TextBuf,
    n: IntRef<'_>,
    text: TextRef<'_>,
    type_name: &str,
    limit: Limit<'_>,
) -> TextResult<()> {
    if let (IntRef::Small(n), true) = (n, text.is_empty()) {
        return out.push_ascii(intconv::decimal_i64(n, &mut [0; 21]));
    }
    let spec = Spec::parse(text, Align::Right, type_name)?;
    spec.check_grouping(b'd')?;
    let kind = spec.kind_or(b'd');
    let base = match u8::try_from(kind).unwrap_or(0) {
        b'd' | b'n' => 10,
        b'b' => 2,
        b'o' => 8,
        b'x' | b'X' => 16,
        b'c' => return push_char(out, n, &spec),
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => {
            let x = match n {
                IntRef::Small(n) => n as f64,
                IntRef::Big(n) => numops::bigint_to_f64(n)?,
            };
            return push_by_spec(out, x, &spec, type_name);
        }
        _ => return Err(unknown_kind(kind, type_name)),
    };
    check_int_spec(&spec)?;
    let upper = kind == u32::from(b'X');
    let (mut small, mut large);
    let digits = match n {
        IntRef::Small(n) => {
            small = [0; 64];
            intconv::small_digits(n.unsigned_abs(), base, upper, &mut small)
        }
        IntRef::Big(_) => {
            large = intconv::magnitude_text(n, base, limit)?;
            if upper {
                large.make_ascii_uppercase();
            }
            &large
        }
    };
    let prefix = match spec.alternate {
        true if upper => "0X",
        true => intconv::prefix(base),
        false => "",
    };
    let parts = Parts {
        sign: sign_of(n.is_negative(), spec.sign),
        prefix,
        digits,
        rest: "",
        group: if base == 10 { 3 } else { 4 },
        separator: spec.grouping,
    };
    parts.write(out, &spec)
}

fn check_int_spec(spec: &Spec) -> TextResult<()> {
    if spec.precision.is_some() {
        return Err(TextError::value("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(TextError::value(
            "Negative zero coercion (z) not allowed in integer format specifier",
        ));
    }
    Ok(())
}

fn push_char(out: &mut TextBuf, n: IntRef<'_>, spec: &Spec) -> TextResult<()> {
    check_int_spec(spec)?;
    if spec.sign.is_some() {
        return Err(TextError::value("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(TextError::value(
            "Alternate form (#) not allowed with integer format specifier 'c'",
        ));
    }
    let IntRef::Small(n) = n else {
        return Err(TextError::overflow("Python int too large to convert to C long"));
    };
    let range = || TextError::overflow("%c arg not in range(0x110000)");
    let c =
        u32::try_from(n).ok().filter(|&c| c <= super::super::text::MAX_CHAR).ok_or_else(range)?;
    let padding = spec.width.unwrap_or(0).saturating_sub(1);
    let left = match spec.align {
        Align::Left => 0,
        Align::Right | Align::AfterSign => padding,
        Align::Center => padding / 2,
    };
    out.push_n(spec.fill, left)?;
    out.push(c)?;
    out.push_n(spec.fill, padding - left)
}

/// `format(x, spec)` of a float.
pub fn format_float(x: f64, text: TextRef<'_>, type_name: &str) -> TextResult<Text> {
    let mut out = TextBuf::new();
    push_float(&mut out, x, text, type_name)?;
    Ok(out.finish())
}

/// Append the same.
pub fn push_float(out: &mut TextBuf, x: f64, text: TextRef<'_>, type_name: &str) -> TextResult<()> {
    let spec = Spec::parse(text, Align::Right, type_name)?;
    spec.check_grouping(0)?;
    push_by_spec(out, x, &spec, type_name)
}

fn push_by_spec(out: &mut TextBuf, x: f64, spec: &Spec, type_name: &str) -> TextResult<()> {
    let kind = spec.kind_or(0);
    if !matches!(u8::try_from(kind), Ok(0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%'))
    {
        return Err(unknown_kind(kind, type_name));
    }
    let percent = kind == u32::from(b'%');
    let x = if percent { x * 100.0 } else { x };
    let mut digits = magnitude(x, kind as u8, spec, 6, kind == 0)?;
    let negative = is_negative(x, &digits, spec.no_negative_zero);
    if percent {
        digits.push('%');
    }
    float_parts(&digits, negative, spec.sign, spec.grouping).write(out, spec)
}

/// Whether to write a minus; `z` drops it from what rounds to zero.
fn is_negative(x: f64, digits: &str, no_negative_zero: bool) -> bool {
    let mantissa = digits.split(['e', 'E']).next().unwrap_or_default();
    let zero = || x.is_finite() && mantissa.bytes().all(|b| matches!(b, b'0' | b'.'));
    x.is_sign_negative() && !x.is_nan() && !(no_negative_zero && zero())
}

/// The text of `|x|` for a type character (0: as `repr`, or like `g` when there is a precision).
fn magnitude(
    x: f64,
    kind: u8,
    spec: &Spec,
    default: usize,
    point_zero: bool,
) -> TextResult<String> {
    if let Some(p) = spec.precision {
        floatrepr::check_precision(p)?;
    }
    let style = match kind {
        0 if spec.precision.is_none() => {
            return Ok(floatrepr::format_repr(x, false, spec.alternate, point_zero));
        }
        b'e' | b'E' => Style::Exponent,
        b'f' | b'F' | b'%' => Style::Fixed,
        _ => Style::General,
    };
    let layout = Layout {
        style,
        precision: spec.precision.unwrap_or(default),
        alternate: spec.alternate,
        upper: matches!(kind, b'E' | b'F' | b'G'),
        point_zero,
    };
    floatrepr::format(x, layout)
}

fn float_parts(text: &str, negative: bool, sign: Option<u8>, grouping: Option<u8>) -> Parts<'_> {
    let whole = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(whole);
    Parts { sign: sign_of(negative, sign), prefix: "", digits, rest, group: 3, separator: grouping }
}

/// `format(z, spec)` of a complex number.
pub fn format_complex(re: f64, im: f64, text: TextRef<'_>, type_name: &str) -> TextResult<Text> {
    let spec = Spec::parse(text, Align::Right, type_name)?;
    spec.check_grouping(0)?;
    let kind = spec.kind_or(0);
    if !matches!(u8::try_from(kind), Ok(0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n')) {
        return Err(unknown_kind(kind, type_name));
    }
    if spec.fill == u32::from(b'0') {
        return Err(TextError::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(TextError::value(
            "'=' alignment flag is not allowed in complex format specifier",
        ));
    }
    let bare = kind == 0 && re == 0.0 && re.is_sign_positive();
    let parens = kind == 0 && !bare;
    let inner = Spec { width: None, align: Align::Left, ..spec };
    let mut body = TextBuf::new();
    if parens {
        body.push(u32::from(b'('))?;
    }
    let default = if kind == 0 { 0 } else { 6 };
    if !bare {
        let digits = magnitude(re, kind as u8, &spec, default, false)?;
        let negative = is_negative(re, &digits, spec.no_negative_zero);
        float_parts(&digits, negative, spec.sign, spec.grouping).write(&mut body, &inner)?;
    }
    let digits = magnitude(im, kind as u8, &spec, default, false)?;
    let negative = is_negative(im, &digits, spec.no_negative_zero);
    let sign = if bare { spec.sign } else { Some(b'+') };
    float_parts(&digits, negative, sign, spec.grouping).write(&mut body, &inner)?;
    body.push_str(if parens { "j)" } else { "j" })?;
    let mut out = TextBuf::new();
    push_padded(&mut out, body.as_ref(), &spec)?;
    Ok(out.finish())
}

/// `format(text, spec)` of a str.
pub fn format_str(text: TextRef<'_>, spec: TextRef<'_>, type_name: &str) -> TextResult<Text> {
    let mut out = TextBuf::new();
    push_str(&mut out, text, spec, type_name)?;
    Ok(out.finish())
}

/// Append the same.
pub fn push_str(
    out: &mut TextBuf,
    text: TextRef<'_>,
    spec: TextRef<'_>,
    type_name: &str,
) -> TextResult<()> {
    if spec.is_empty() {
        return out.push_text(text);
    }
    let spec = Spec::parse(spec, Align::Left, type_name)?;
    spec.check_grouping(b's')?;
    let refuse = |what: &'static str| Err(TextError::Value(Cow::Borrowed(what)));
    if spec.kind_or(b's') != u32::from(b's') {
        return Err(unknown_kind(spec.kind_or(b's'), type_name));
    }
    match spec.sign {
        Some(b' ') => return refuse("Space not allowed in string format specifier"),
        Some(_) => return refuse("Sign not allowed in string format specifier"),
        None => {}
    }
    if spec.no_negative_zero {
        return refuse("Negative zero coercion (z) not allowed in string format specifier");
    }
    if spec.alternate {
        return refuse("Alternate form (#) not allowed in string format specifier");
    }
    if spec.align == Align::AfterSign {
        return refuse("'=' alignment not allowed in string format specifier");
    }
    push_padded(out, text.slice(0, spec.precision.unwrap_or(usize::MAX)), &spec)
}

fn push_padded(out: &mut TextBuf, text: TextRef<'_>, spec: &Spec) -> TextResult<()> {
    let padding = spec.width.unwrap_or(0).saturating_sub(text.len());
    let left = match spec.align {
        Align::Left => 0,
        Align::Right | Align::AfterSign => padding,
        Align::Center => padding / 2,
    };
    let size = text.len().checked_add(padding).filter(|&n| n <= isize::MAX as usize);
    out.reserve(size.ok_or(TextError::Overflow("padded string is too long".into()))?)?;
    out.push_n(spec.fill, left)?;
    out.push_text(text)?;
    out.push_n(spec.fill, padding - left)
}
