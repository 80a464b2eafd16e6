//! Tests against CPython 3.11, where one is installed: the kernels' answers on many generated inputs must
//! be its answers. Without it they pass without looking.

use std::io::Write;
use std::process::{Command, Stdio};

/// Of digits, as Python has it.
const LIMIT: super::intconv::Limit<'static> =
    super::intconv::Limit { digits: 4300, ..super::intconv::Limit::NONE };

/// Run a Python program that reads `input` line by line; its output's lines, or `None` without a Python.
pub(super) fn python(program: &str, input: &str) -> Option<Vec<String>> {
    let mut child = ["/usr/bin/python3.11", "python3.11"].iter().find_map(|exe| {
        let mut command = Command::new(exe);
        command.args(["-X", "utf8", "-c", program]).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.spawn().ok()
    })?;
    let mut stdin = child.stdin.take()?;
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().ok()?;
    writer.join().ok()?.ok()?;
    Some(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// Give every input to Python and to `ours`; both must answer the same.
pub(super) fn compare(program: &str, inputs: &[String], ours: impl Fn(&str) -> String) {
    let Some(lines) = python(program, &(inputs.join("\n") + "\n")) else { return };
    assert_eq!(lines.len(), inputs.len(), "Python stopped early");
    let wrong: Vec<_> = inputs
        .iter()
        .zip(&lines)
        .map(|(i, theirs)| (i, theirs.clone(), ours(i)))
        .filter(|(_, a, b)| a != b)
        .collect();
    let shown: Vec<_> = wrong.iter().take(12).collect();
    assert!(wrong.is_empty(), "{} of {} differ: {shown:#?}", wrong.len(), inputs.len());
}

/// Reproducible random numbers.
pub(super) struct Random(pub u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    /// Floats of every kind that behaves differently.
    pub(super) fn float(&mut self) -> f64 {
        match self.below(6) {
            0 => f64::from_bits(self.next()),
            1 => self.below(100_000) as f64 / 1000.0,
            2 => self.below(1 << 40) as f64 / 16.0,
            3 => self.pick(&[
                0.0,
                -0.0,
                1e16,
                1e15,
                1e22,
                0.5,
                2.5,
                1e-5,
                9.5,
                99.5,
                5e-324,
                f64::MAX,
            ]),
            4 => (self.below(1 << 53) as f64) * 10f64.powi(self.below(40) as i32 - 30),
            _ => -(self.below(2000) as f64) / 8.0,
        }
    }
}

mod numbers {
    use super::super::{floatparse, floatrepr, intconv, numops};
    use super::*;

    fn bits(x: f64) -> String {
        if x.is_nan() { "nan".into() } else { format!("{:016x}", x.to_bits()) }
    }

    const PRELUDE: &str = "
import sys, struct
def bits(x): return 'nan' if x != x else struct.pack('>d', x).hex()
def unbits(s): return struct.unpack('>d', bytes.fromhex(s))[0]
";

    fn floats(n: usize) -> Vec<String> {
        let mut r = Random(0x1234_5678_9ABC_DEF1);
        (0..n).map(|_| format!("{:016x}", r.float().to_bits())).collect()
    }

    fn unbits(s: &str) -> f64 {
        f64::from_bits(u64::from_str_radix(s, 16).unwrap())
    }

    #[test]
    fn repr_and_hex() {
        let program = format!(
            "{PRELUDE}\nfor l in sys.stdin:\n x = unbits(l.strip()); print(repr(x), x.hex())"
        );
        compare(&program, &floats(4000), |s| {
            let x = unbits(s);
            format!("{} {}", floatrepr::repr(x), floatrepr::hex(x))
        });
    }

    #[test]
    fn rounding() {
        let program = format!(
            "{PRELUDE}\nfor l in sys.stdin:\n b, n = l.split(); x = unbits(b)\n try: print(bits(round(x, int(n))))\n except OverflowError as e: print(e)"
        );
        let mut r = Random(77);
        let inputs: Vec<_> =
            floats(3000).iter().map(|b| format!("{b} {}", r.below(12) as i64 - 4)).collect();
        compare(&program, &inputs, |s| {
            let (b, n) = s.split_once(' ').unwrap();
            match numops::round_digits(unbits(b), n.parse().unwrap()) {
                Ok(x) => bits(x),
                Err(super::super::TextError::Overflow(e)) => e.into_owned(),
                Err(e) => format!("{e:?}"),
            }
        });
    }

    #[test]
    fn divmod_and_power() {
        let program = format!(
            "{PRELUDE}
for l in sys.stdin:
 x, y = map(unbits, l.split())
 try: a = ' '.join(map(bits, divmod(x, y)))
 except ZeroDivisionError as e: a = str(e)
 try: p = x ** y; p = 'complex' if isinstance(p, complex) else bits(p)
 except (ZeroDivisionError, OverflowError) as e: p = 'complex' if 'complex' in str(e) else str(e)
 print(a, p)"
        );
        let mut r = Random(99);
        let mut pick = || {
            format!(
                "{:016x}",
                if r.below(3) == 0 {
                    r.pick(&[
                        0.0,
                        -0.0,
                        1.0,
                        -1.0,
                        2.0,
                        -3.0,
                        0.5,
                        f64::INFINITY,
                        f64::NEG_INFINITY,
                        f64::NAN,
                    ])
                } else {
                    r.float()
                }
                .to_bits()
            )
        };
        let inputs: Vec<_> = (0..4000).map(|_| format!("{} {}", pick(), pick())).collect();
        let text = |e| match e {
            super::super::TextError::Overflow(e) | super::super::TextError::ZeroDivision(e) => {
                e.into_owned()
            }
            e => format!("{e:?}"),
        };
        compare(&program, &inputs, |s| {
            let (x, y) = s.split_once(' ').unwrap();
            let (x, y) = (unbits(x), unbits(y));
            let a =
                numops::divmod(x, y).map_or_else(text, |(a, b)| format!("{} {}", bits(a), bits(b)));
            let p = match numops::power(x, y) {
                Ok(numops::Power::Float(x)) => bits(x),
                Ok(numops::Power::Complex) => "complex".into(),
                Err(e) => text(e),
            };
            format!("{a} {p}")
        });
    }

    #[test]
    fn parsing() {
        let program = format!(
            "{PRELUDE}
for l in sys.stdin:
 l = l[:-1]
 out = []
 for f in (float, complex, float.fromhex, int, lambda s: int(s, 0), lambda s: int(s, 16), lambda s: int(s, 36)):
  try: v = f(l)
  except ValueError: out.append('-'); continue
  except OverflowError: out.append('big'); continue
  out.append(bits(v) if isinstance(v, float) else bits(v.real) + bits(v.imag) if isinstance(v, complex) else str(v))
 print(*out)"
        );
        let mut r = Random(5);
        let mut inputs: Vec<String> = Vec::new();
        for _ in 0..6000 {
            let n = r.below(9) + 1;
            let alphabet: &[u8] =
                if r.below(2) == 0 { b"0123456789.eE+-_" } else { b"01_ .xX+-jJ()enaif_p8" };
            inputs.push((0..n).map(|_| char::from(r.pick(alphabet))).collect());
        }
        for _ in 0..1000 {
            let digits: String =
                (0..r.below(60) + 1).map(|_| char::from(b'0' + r.below(10) as u8)).collect();
            inputs.push(digits.clone());
            inputs.push(format!("{digits}e{}", r.below(700) as i64 - 350));
            inputs.push(format!("{digits}.{digits}"));
            inputs.push(format!("0x{digits}p{}", r.below(2400) as i64 - 1300));
        }
        let int = |s: &str, base| match intconv::parse(s.as_bytes(), base, LIMIT) {
            Ok(n) => intconv::to_decimal(n.as_ref(), intconv::Limit::NONE).unwrap(),
            Err(_) => "-".to_owned(),
        };
        compare(&program, &inputs, |s| {
            let hex = match floatparse::from_hex(s.as_bytes()) {
                Ok(x) => bits(x),
                Err(super::super::TextError::Overflow(_)) => "big".into(),
                Err(_) => "-".into(),
            };
            [
                floatparse::parse(s.as_bytes()).map_or("-".into(), bits),
                floatparse::parse_complex(s.as_bytes())
                    .map_or("-".into(), |(a, b)| bits(a) + &bits(b)),
                hex,
                int(s, 10),
                int(s, 0),
                int(s, 16),
                int(s, 36),
            ]
            .join(" ")
        });
    }

    #[test]
    fn big_division() {
        let program = format!(
            "{PRELUDE}
for l in sys.stdin:
 a, b = map(int, l.split())
 try: q = bits(a / b)
 except (OverflowError, ZeroDivisionError) as e: q = str(e)
 try: f = bits(float(a))
 except OverflowError as e: f = str(e)
 print(q, f, hash(a))"
        );
        let mut r = Random(31);
        let mut number = |zero: bool| {
            let n = r.below(40) * r.below(10) + u64::from(!zero);
            let s: String = (0..n).map(|_| char::from(b'0' + r.below(10) as u8)).collect();
            let s = if r.below(4) == 0 { format!("1{}", "0".repeat(n as usize)) } else { s };
            if s.is_empty() {
                "0".to_owned()
            } else if r.below(3) == 0 {
                format!("-{s}")
            } else {
                s
            }
        };
        let inputs: Vec<_> =
            (0..3000).map(|_| format!("{} {}", number(true), number(false))).collect();
        compare(&program, &inputs, |s| {
            let (a, b) = s.split_once(' ').unwrap();
            let (a, b): (num_bigint::BigInt, num_bigint::BigInt) =
                (a.parse().unwrap(), b.parse().unwrap());
            let text = |e| match e {
                super::super::TextError::Overflow(e) | super::super::TextError::ZeroDivision(e) => {
                    e.into_owned()
                }
                e => format!("{e:?}"),
            };
            let q = numops::true_divide(&a, &b).map_or_else(text, bits);
            let f = numops::bigint_to_f64(&a).map_or_else(text, bits);
            format!("{q} {f} {}", super::super::numhash::hash_bigint(&a))
        });
    }
}

mod characters {
    use super::super::{Text, TextBuf, repr, unicode};
    use super::*;

    fn one(c: u32) -> Text {
        let mut b = TextBuf::new();
        b.push(c).unwrap();
        b.finish()
    }

    #[test]
    fn every_code_point() {
        let program = "
import sys
for l in sys.stdin:
 c = chr(int(l))
 flags = ''.join('01'[f()] for f in (c.isalpha, c.isdecimal, c.isdigit, c.isnumeric, c.isspace, c.isprintable, c.isupper, c.islower, c.istitle, c.isalnum, c.isidentifier, ('a'+c).isidentifier))
 print(flags, *[ascii(x) for x in (c, c.lower(), c.upper(), c.title(), c.casefold(), c.swapcase(), c.capitalize(), ('A' + c + '\\u03a3').lower(), (c + '\\u03a3').lower())], len(('a'+c+'b').splitlines()), ascii(repr(c)))
";
        let inputs: Vec<_> = (0..0x11_0000u32)
            .filter(|c| *c < 0x3_2000 || c % 97 == 0)
            .map(|c| c.to_string())
            .collect();
        compare(program, &inputs, |s| {
            let c: u32 = s.parse().unwrap();
            let (t, mut a) = (one(c), TextBuf::new());
            a.push(97).unwrap();
            a.push(c).unwrap();
            let a = a.finish();
            let flags = [
                unicode::is_alpha(c),
                unicode::is_decimal(c),
                unicode::is_digit(c),
                unicode::is_numeric(c),
                unicode::is_space(c),
                unicode::is_printable(c),
                unicode::is_upper_text(t.as_ref()),
                unicode::is_lower_text(t.as_ref()),
                unicode::is_title_text(t.as_ref()),
                unicode::is_alnum(c),
                unicode::is_identifier(t.as_ref()),
                unicode::is_identifier(a.as_ref()),
            ];
            let flags: String = flags.iter().map(|&f| if f { '1' } else { '0' }).collect();
            let sigma = |before: Option<u32>| {
                let mut b = TextBuf::new();
                before.into_iter().chain([c, 0x3A3]).for_each(|c| b.push(c).unwrap());
                unicode::lower(b.finish().as_ref()).unwrap()
            };
            let texts = [
                one(c),
                unicode::lower(t.as_ref()).unwrap(),
                unicode::upper(t.as_ref()).unwrap(),
                unicode::title(t.as_ref()).unwrap(),
                unicode::casefold(t.as_ref()).unwrap(),
                unicode::swapcase(t.as_ref()).unwrap(),
                unicode::capitalize(t.as_ref()).unwrap(),
                sigma(Some(65)),
                sigma(None),
            ];
            let texts: Vec<_> = texts
                .iter()
                .map(|t| repr::ascii(t.as_ref()).unwrap().as_ref().to_string_lossy())
                .collect();
            let lines = 1 + usize::from(unicode::is_line_break(c));
            let shown = repr::text(t.as_ref()).unwrap();
            let shown = repr::ascii(shown.as_ref()).unwrap().as_ref().to_string_lossy();
            format!("{flags} {} {lines} {shown}", texts.join(" "))
        });
    }
}

mod formatting {
    use super::super::format::{self, fields, percent};
    use super::super::intconv::IntRef;
    use super::super::{Text, TextError, TextRef, TextResult, repr};
    use super::*;

    fn shown(r: TextResult<Text>) -> String {
        match r {
            Ok(t) => repr::ascii(t.as_ref()).unwrap().as_ref().to_string_lossy(),
            Err(TextError::Value(e) | TextError::Overflow(e) | TextError::Type(e)) => {
                e.into_owned()
            }
            Err(e) => format!("{e:?}"),
        }
    }

    fn specs(r: &mut Random) -> String {
        let mut s = String::new();
        let mut maybe = |one_in: u64, options: &[&str]| {
            if r.below(one_in) == 0 {
                s.push_str(r.pick(options));
            }
        };
        maybe(3, &["<", ">", "^", "=", "*<", "0=", "é^", "x>", "€="]);
        maybe(4, &["+", "-", " "]);
        maybe(8, &["z"]);
        maybe(6, &["#"]);
        maybe(3, &["0"]);
        maybe(2, &["1", "5", "8", "9", "10", "11", "12", "13", "20", "25"]);
        maybe(4, &[",", "_", ",_", "_,"]);
        maybe(2, &[".0", ".1", ".2", ".3", ".6", ".10", ".17", ".25", "."]);
        maybe(
            1,
            &[
                "", "", "d", "b", "o", "x", "X", "c", "n", "e", "E", "f", "F", "g", "G", "%", "s",
                "q", "dd",
            ],
        );
        s
    }

    #[test]
    fn by_specification() {
        let program = "
import sys, struct
for l in sys.stdin:
 kind, value, spec = l[:-1].split('|', 2)
 if kind == 'i': v = int(value)
 elif kind == 's': v = value
 else:
  v = struct.unpack('>d', bytes.fromhex(value))[0]
  if kind == 'c': v = complex(v, -v if v != 3.5 else 1e20)
  elif kind == 'j': v = complex(0.0, v)
 try: print(ascii(format(v, spec)))
 except Exception as e: print(e)
";
        let mut r = Random(4711);
        let mut inputs = Vec::new();
        for _ in 0..12_000 {
            let spec = specs(&mut r);
            inputs.push(match r.below(5) {
                0 => format!("i|{}|{spec}", r.next() as i64 >> r.below(64)),
                1 => format!("s|{}|{spec}", r.pick(&["", "a", "hello", "żółć"])),
                2 => format!("{}|{:016x}|{spec}", r.pick(&["c", "j"]), r.float().to_bits()),
                _ => {
                    let special = [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 3.5, -0.0];
                    let x = if r.below(8) == 0 { r.pick(&special) } else { r.float() };
                    format!("f|{:016x}|{spec}", x.to_bits())
                }
            });
        }
        compare(program, &inputs, |s| {
            let mut parts = s.splitn(3, '|');
            let (kind, value) = (parts.next().unwrap(), parts.next().unwrap());
            let spec = Text::from_utf8_str(parts.next().unwrap()).unwrap();
            let x = || f64::from_bits(u64::from_str_radix(value, 16).unwrap());
            if spec.as_ref().is_empty() && matches!(kind, "f" | "c" | "j" | "i") {
                // The types answer str(x) here; the kernels agree with that.
            }
            shown(match kind {
                "i" => format::format_int(
                    IntRef::Small(value.parse().unwrap()),
                    spec.as_ref(),
                    "int",
                    LIMIT,
                ),
                "s" => format::format_str(
                    Text::from_utf8_str(value).unwrap().as_ref(),
                    spec.as_ref(),
                    "str",
                ),
                "c" => {
                    let x = x();
                    format::format_complex(
                        x,
                        if x != 3.5 { -x } else { 1e20 },
                        spec.as_ref(),
                        "complex",
                    )
                }
                "j" => format::format_complex(0.0, x(), spec.as_ref(), "complex"),
                _ => format::format_float(x(), spec.as_ref(), "float"),
            })
        });
    }

    #[test]
    fn by_percent() {
        let program = "
import sys, struct
for l in sys.stdin:
 value, spec = l[:-1].split('|', 1)
 v = int(value[1:]) if value[0] == 'i' else struct.unpack('>d', bytes.fromhex(value[1:]))[0]
 try: print(ascii(spec % v))
 except Exception as e: print(e)
";
        let mut r = Random(815);
        let mut inputs = Vec::new();
        for _ in 0..5000 {
            let mut s = "%".to_owned();
            for _ in 0..r.below(4) {
                s.push_str(r.pick(&["-", "+", " ", "#", "0"]));
            }
            s.push_str(r.pick(&["", "", "3", "8", "15"]));
            s.push_str(r.pick(&["", "", ".", ".0", ".2", ".8", ".20"]));
            let int = r.below(2) == 0;
            s.push_str(r.pick(if int {
                &["d", "i", "u", "o", "x", "X", "ld"]
            } else {
                &["e", "E", "f", "F", "g", "G", "hf"]
            }));
            s.push_str(r.pick(&["", "", "", "%%", "%", "%5"]));
            inputs.push(if int {
                format!("i{}|{s}", r.next() as i64 >> r.below(64))
            } else {
                format!("f{:016x}|{s}", r.float().to_bits())
            });
        }
        compare(program, &inputs, |s| {
            let (value, spec) = s.split_once('|').unwrap();
            shown(percent_one(value, spec))
        });
    }

    fn percent_one(value: &str, spec: &str) -> TextResult<Text> {
        let spec = Text::from_utf8_str(spec)?;
        let mut template = percent::Template::new(spec.as_ref());
        let mut out = super::super::TextBuf::new();
        while let Some(piece) = template.next_piece(false)? {
            let d = match piece {
                percent::Piece::Literal(t) => {
                    out.push_text(t)?;
                    continue;
                }
                percent::Piece::Directive(d) => d,
            };
            let number = |c| match c {
                Some(percent::Count::Number(n)) => Some(n),
                _ => None,
            };
            let resolved = percent::Resolved {
                flags: d.flags,
                width: number(d.width).unwrap_or(0),
                precision: number(d.precision),
            };
            let kind = char::from_u32(d.kind).unwrap();
            let text = match kind {
                'd' | 'i' | 'u' | 'o' | 'x' | 'X' => percent::format_int(
                    IntRef::Small(value[1..].parse().unwrap()),
                    kind as u8,
                    resolved,
                    LIMIT,
                )?,
                'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                    let x = f64::from_bits(u64::from_str_radix(&value[1..], 16).unwrap());
                    percent::push_float(&mut out, x, kind as u8, resolved)?;
                    continue;
                }
                _ => return Err(percent::unsupported(d.kind, d.at)),
            };
            out.push_str(&text)?;
        }
        Ok(out.finish())
    }

    #[test]
    fn templates() {
        let program = "
import sys, _string
for l in sys.stdin:
 out = []
 try:
  for lit, name, spec, conv in _string.formatter_parser(l[:-1]):
   out.append(ascii((lit, name, spec, conv)))
   if name is not None:
    first, rest = _string.formatter_field_name_split(name)
    out.append(ascii(first)); out.extend(ascii(r) for r in rest)
 except ValueError as e: out.append(str(e))
 print(*out)
";
        let mut r = Random(2024);
        let inputs: Vec<String> = (0..6000)
            .map(|_| {
                let n = r.below(14);
                (0..n)
                    .map(|_| {
                        r.pick(&[
                            "{", "}", "{", "}", "a", "0", "12", ".", "[", "]", "!", "r", ":", "é",
                        ])
                    })
                    .collect()
            })
            .collect();
        compare(program, &inputs, |s| {
            let text = Text::from_utf8_str(s).unwrap();
            let mut out = Vec::new();
            if let Err(TextError::Value(e)) = describe(text.as_ref(), &mut out) {
                out.push(e.into_owned());
            }
            out.join(" ")
        });
    }

    fn describe(text: TextRef<'_>, out: &mut Vec<String>) -> TextResult<()> {
        let q = |t: TextRef<'_>| repr::ascii(t).unwrap().as_ref().to_string_lossy();
        let mut template = fields::Template::new(text);
        while let Some(piece) = template.next_piece()? {
            let Some(f) = piece.field else {
                out.push(format!("({}, None, None, None)", q(piece.literal)));
                continue;
            };
            let conversion = f.conversion.map_or("None".into(), |c| {
                let mut b = super::super::TextBuf::new();
                b.push(c).unwrap();
                q(b.finish().as_ref())
            });
            out.push(format!("({}, {}, {}, {conversion})", q(piece.literal), q(f.name), q(f.spec)));
            let (first, mut steps) = fields::split_name(f.name)?;
            out.push(match first {
                fields::First::Auto => "''".into(),
                fields::First::Index(i) => i.to_string(),
                fields::First::Name(t) => q(t),
            });
            while let Some(step) = steps.next_step()? {
                out.push(match step {
                    fields::Step::Attribute(t) => format!("(True, {})", q(t)),
                    fields::Step::Index(i) => format!("(False, {i})"),
                    fields::Step::Key(t) => format!("(False, {})", q(t)),
                });
            }
        }
        Ok(())
    }
}

mod codecs {
    use super::super::codecs::handlers::Handler;
    use super::super::codecs::{self, Bad, Codec, Endian, charmap};
    use super::super::{Text, TextBuf, TextError, repr};
    use super::*;

    fn codec(name: &str) -> Codec {
        match name {
            "utf-8" => Codec::Utf8,
            "utf-16-le" => Codec::Utf16(Endian::Little),
            "utf-16-be" => Codec::Utf16(Endian::Big),
            "utf-32-le" => Codec::Utf32(Endian::Little),
            "utf-32-be" => Codec::Utf32(Endian::Big),
            "utf-7" => Codec::Utf7,
            "ascii" => Codec::Ascii,
            "latin-1" => Codec::Latin1,
            "unicode_escape" => Codec::UnicodeEscape,
            "raw_unicode_escape" => Codec::RawUnicodeEscape,
            other => Codec::Charmap(charmap::find(other).unwrap()),
        }
    }

    const NAMES: [&str; 14] = [
        "utf-8",
        "utf-16-le",
        "utf-16-be",
        "utf-32-le",
        "utf-32-be",
        "utf-7",
        "ascii",
        "latin-1",
        "unicode_escape",
        "raw_unicode_escape",
        "cp1252",
        "koi8_r",
        "cp037",
        "iso8859_7",
    ];
    const HANDLERS: [&str; 8] = [
        "strict",
        "ignore",
        "replace",
        "backslashreplace",
        "surrogateescape",
        "surrogatepass",
        "xmlcharrefreplace",
        "namereplace",
    ];

    fn error(b: Bad) -> TextError {
        TextError::value(format!("{} {} {}", b.start, b.end, b.reason))
    }

    fn hex(b: &[u8]) -> String {
        b.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn decoding() {
        let program = "
import sys, warnings
warnings.simplefilter('ignore')
for l in sys.stdin:
 name, handler, data = l[:-1].split('|')
 try: print(ascii(bytes.fromhex(data).decode(name, handler)))
 except UnicodeDecodeError as e: print(e.start, e.end, e.reason)
 except TypeError: print('TypeError')
";
        let mut r = Random(11);
        let mut inputs = Vec::new();
        for _ in 0..12_000 {
            let name = r.pick(&NAMES);
            let data: Vec<u8> = (0..r.below(12))
                .map(|_| match r.below(4) {
                    0 => r.below(256) as u8,
                    1 => r.pick(b"+-\\uUxN{}0123AQab/ \n'"),
                    2 => r.pick(&[
                        0xD8, 0xDC, 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x98, 0x80, 0xED, 0xA0, 0xC3, 0,
                        0, 0,
                    ]),
                    _ => b'a',
                })
                .collect();
            inputs.push(format!("{name}|{}|{}", r.pick(&HANDLERS[..6]), hex(&data)));
        }
        compare(program, &inputs, |s| {
            let parts: Vec<_> = s.split('|').collect();
            let data: Vec<u8> = (0..parts[2].len() / 2)
                .map(|i| u8::from_str_radix(&parts[2][i * 2..i * 2 + 2], 16).unwrap())
                .collect();
            let (codec, handler) = (codec(parts[0]), Handler::by_name(parts[1]).unwrap());
            let mut out = TextBuf::new();
            let done = codecs::decode(
                &crate::text::watch::Unwatched,
                codec,
                &data,
                0,
                &mut out,
                true,
                |b, out| handler.decode(Some(codec), &data, b, out)?.ok_or_else(|| error(b)),
            );
            match done {
                Ok(_) => repr::ascii(out.finish().as_ref()).unwrap().as_ref().to_string_lossy(),
                Err(TextError::Value(e)) => e.into_owned(),
                Err(e) => format!("{e:?}"),
            }
        });
    }

    #[test]
    fn encoding() {
        let program = "
import sys
for l in sys.stdin:
 name, handler, data = l[:-1].split('|')
 s = ''.join(chr(int(c, 16)) for c in data.split())
 try: print(s.encode(name, handler).hex())
 except UnicodeEncodeError as e: print(e.start, e.end, e.reason)
";
        let mut r = Random(12);
        let mut inputs = Vec::new();
        for _ in 0..12_000 {
            let name = r.pick(&NAMES);
            let data: Vec<String> = (0..r.below(8))
                .map(|_| {
                    let c = match r.below(6) {
                        0 => 0xD800 + r.below(0x800),
                        1 => 0xDC80 + r.below(0x80),
                        2 => r.below(0x250),
                        3 => r.below(0xF_0000), // CPython names private characters of plane 15
                        4 => u64::from(r.pick(b"+-\\~\n\t/Az ")),
                        _ => r.below(0x1_0000),
                    };
                    format!("{c:x}")
                })
                .collect();
            inputs.push(format!("{name}|{}|{}", r.pick(&HANDLERS), data.join(" ")));
        }
        compare(program, &inputs, |s| {
            let parts: Vec<_> = s.split('|').collect();
            let mut text = TextBuf::new();
            for c in parts[2].split_whitespace() {
                text.push(u32::from_str_radix(c, 16).unwrap()).unwrap();
            }
            let text: Text = text.finish();
            let (codec, handler) = (codec(parts[0]), Handler::by_name(parts[1]).unwrap());
            let mut out = Vec::new();
            let replace = |b: Bad| {
                let found = handler.encode(Some(codec), text.as_ref(), b)?;
                found.ok_or_else(|| error(b))
            };
            match codecs::encode(
                &crate::text::watch::Unwatched,
                codec,
                text.as_ref(),
                &mut out,
                replace,
                error,
            ) {
                Ok(()) => hex(&out),
                Err(TextError::Value(e)) => e.into_owned(),
                Err(e) => format!("{e:?}"),
            }
        });
    }

    #[test]
    fn host_names() {
        let program = "
import sys
for l in sys.stdin:
 kind, data = l[:-1].split('|')
 try:
  if kind == 'e':
   s = ''.join(chr(int(c, 16)) for c in data.split())
   out = [s.encode('punycode').hex()]
   print(s.encode('idna').hex(), *out)
  else: print(ascii(bytes.fromhex(data).decode('idna')))
 except UnicodeDecodeError as e: print('decode error')
 except UnicodeError as e:
  m = str(e.args[0])
  if m.startswith(('encoding with', 'decoding with')): m = m[m.index('UnicodeError: ') + 14:-1]
  print(m)
";
        let mut r = Random(13);
        let mut inputs = Vec::new();
        for _ in 0..4000 {
            let n = r.below(9);
            let c = |r: &mut Random| match r.below(8) {
                0 => 0x2E,
                1 => r.pick(&[
                    0x3002, 0xDF, 0x3C2, 0x130, 0xAD, 0x200D, 0x5D0, 0x627, 0x1E9E, 0x2460, 0xFF21,
                ]),
                2 => 0xC0 + r.below(0x150),
                // Nothing younger than Unicode 3.2, which nameprep leaves as it is.
                3 => 0x4E00 + r.below(0x500),
                4 => 0x400 + r.below(0x60),
                5 => r.below(0xC0),
                _ => 0x61 + r.below(26),
            };
            if r.below(3) > 0 {
                let text: Vec<_> = (0..n).map(|_| format!("{:x}", c(&mut r))).collect();
                inputs.push(format!("e|{}", text.join(" ")));
            } else {
                let text: Vec<u32> =
                    (0..n).map(|_| c(&mut r) as u32).filter(|&c| c != 0x2E).collect();
                let mut b = b"xn--".to_vec();
                b.extend(codecs::idna::punycode_encode(&text).unwrap());
                if r.below(4) == 0 {
                    b.truncate(b.len() - 1);
                }
                inputs.push(format!("d|{}", hex(&b)));
            }
        }
        compare(program, &inputs, |s| {
            let (kind, data) = s.split_once('|').unwrap();
            let shown = |e| match e {
                codecs::idna::IdnaError::Refused(m) if m.starts_with("'ascii'") => {
                    "decode error".into()
                }
                codecs::idna::IdnaError::Refused(m) => m,
                codecs::idna::IdnaError::Other(e) => format!("{e:?}"),
            };
            if kind == "d" {
                let data: Vec<u8> = (0..data.len() / 2)
                    .map(|i| u8::from_str_radix(&data[i * 2..i * 2 + 2], 16).unwrap())
                    .collect();
                return codecs::idna::decode(&data).map_or_else(shown, |t| {
                    repr::ascii(t.as_ref()).unwrap().as_ref().to_string_lossy()
                });
            }
            let points: Vec<u32> =
                data.split_whitespace().map(|c| u32::from_str_radix(c, 16).unwrap()).collect();
            let mut text = TextBuf::new();
            points.iter().for_each(|&c| text.push(c).unwrap());
            let plain = codecs::idna::punycode_encode(&points).unwrap();
            codecs::idna::encode(text.finish().as_ref())
                .map_or_else(shown, |b| format!("{} {}", hex(&b), hex(&plain)))
        });
    }
}
