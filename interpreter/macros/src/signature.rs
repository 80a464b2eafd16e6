//! Python signatures as the manual prints them: `(self, a, /, b=1, *args, c=None, **kwargs)`.
//! Knows text only; whether a default fits a Rust type is decided in `emit`.

/// How a parameter takes its argument. The names are those of `native::ParamKind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    PositionalOnly,
    PositionalOrKeyword,
    VarArgs,
    KeywordOnly,
    VarKeywords,
}

#[derive(Debug)]
pub struct Param {
    pub name: String,
    pub kind: Kind,
    /// The default as written.
    pub default: Option<String>,
}

#[derive(Debug)]
pub struct Signature {
    pub params: Vec<Param>,
}

impl Signature {
    pub fn parse(text: &str) -> Result<Signature, String> {
        let inside = text
            .trim()
            .strip_prefix('(')
            .and_then(|t| t.strip_suffix(')'))
            .ok_or("a signature is written in parentheses: \"(self, backlog=128, /)\"")?;
        let mut params: Vec<Param> = Vec::new();
        let mut state = Kind::PositionalOrKeyword;
        let pieces = split_at_commas(inside);
        for piece in &pieces {
            let piece = piece.trim();
            match piece {
                "/" => {
                    if state != Kind::PositionalOrKeyword || params.is_empty() {
                        return Err("`/` is in the wrong place".to_owned());
                    }
                    params.iter_mut().for_each(|p| p.kind = Kind::PositionalOnly);
                }
                "*" => {
                    if state != Kind::PositionalOrKeyword {
                        return Err("`*` is in the wrong place".to_owned());
                    }
                    state = Kind::KeywordOnly;
                }
                _ => {
                    if state == Kind::VarKeywords {
                        return Err("nothing can follow `**`".to_owned());
                    }
                    let param = if let Some(name) = piece.strip_prefix("**") {
                        state = Kind::VarKeywords;
                        Param { name: identifier(name)?, kind: Kind::VarKeywords, default: None }
                    } else if let Some(name) = piece.strip_prefix('*') {
                        if state != Kind::PositionalOrKeyword {
                            return Err("a second `*`".to_owned());
                        }
                        state = Kind::KeywordOnly;
                        Param { name: identifier(name)?, kind: Kind::VarArgs, default: None }
                    } else {
                        plain(piece, state)?
                    };
                    if let Some(last) = params.last()
                        && last.kind == Kind::PositionalOrKeyword
                        && param.kind == Kind::PositionalOrKeyword
                        && last.default.is_some()
                        && param.default.is_none()
                    {
                        return Err(format!("`{}` without default follows a default", param.name));
                    }
                    if params.iter().any(|p| p.name == param.name) {
                        return Err(format!("`{}` occurs twice", param.name));
                    }
                    params.push(param);
                }
            }
        }
        // `self` and `cls` cannot be given by name, with or without a `/`.
        if let Some(first) = params.first_mut()
            && matches!(first.name.as_str(), "self" | "cls")
            && first.kind == Kind::PositionalOrKeyword
        {
            first.kind = Kind::PositionalOnly;
        }
        Ok(Signature { params })
    }
}

fn plain(piece: &str, kind: Kind) -> Result<Param, String> {
    let (name, default) = match piece.split_once('=') {
        Some((name, default)) => (name, Some(default.trim().to_owned())),
        None => (piece, None),
    };
    Ok(Param { name: identifier(name)?, kind, default })
}

fn identifier(text: &str) -> Result<String, String> {
    let text = text.trim();
    let starts = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if starts && text.chars().all(|c| c.is_alphanumeric() || c == '_') {
        Ok(text.to_owned())
    } else {
        Err(format!("`{text}` is not a parameter name"))
    }
}

/// Split at commas outside of quotes and brackets; empty text gives nothing.
fn split_at_commas(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut depth, mut quote) = (0, 0, None);
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(q), _) if q == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                pieces.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    if !text[start..].trim().is_empty() {
        pieces.push(&text[start..]);
    }
    pieces
}

/// A default that is a literal of Python, as far as a Rust parameter can hold it.
#[derive(Debug, PartialEq)]
pub enum Literal {
    None,
    Bool(bool),
    /// Digits as Rust writes them too, sign kept.
    Int(String),
    Float(String),
    Str(String),
    Bytes(String),
    /// Anything else: a name, an expression, `<unrepresentable>`.
    Other,
}

impl Literal {
    pub fn of(text: &str) -> Literal {
        let quoted = |t: &str| -> Option<String> {
            let inner = t
                .strip_prefix('\'')
                .and_then(|t| t.strip_suffix('\''))
                .or_else(|| t.strip_prefix('"').and_then(|t| t.strip_suffix('"')))?;
            unescape(inner)
        };
        let digits = text.strip_prefix('-').unwrap_or(text);
        match text {
            "None" => Literal::None,
            "True" => Literal::Bool(true),
            "False" => Literal::Bool(false),
            _ if text.starts_with('b') && quoted(&text[1..]).is_some() => {
                Literal::Bytes(quoted(&text[1..]).unwrap_or_default())
            }
            _ if quoted(text).is_some() => Literal::Str(quoted(text).unwrap_or_default()),
            _ if is_int(digits) => Literal::Int(text.to_owned()),
            _ if digits.starts_with(|c: char| c.is_ascii_digit())
                && text.parse::<f64>().is_ok() =>
            {
                Literal::Float(text.to_owned())
            }
            _ => Literal::Other,
        }
    }
}

fn is_int(text: &str) -> bool {
    if let Some(hex) = text.strip_prefix("0x") {
        return !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit() || b == b'_');
    }
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'_')
}

/// The escapes that defaults use; None for any other.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match chars.next()? {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            c @ ('\\' | '\'' | '"') => c,
            _ => return None,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<(String, Kind, Option<String>)> {
        let signature = Signature::parse(text).expect("a signature");
        signature.params.into_iter().map(|p| (p.name, p.kind, p.default)).collect()
    }

    #[test]
    fn every_kind_in_order() {
        let params = shape("(self, a, /, b=',', *args, c=(1, 2), **rest)");
        let kinds: Vec<Kind> = params.iter().map(|p| p.1).collect();
        use Kind::*;
        assert_eq!(
            kinds,
            [
                PositionalOnly,
                PositionalOnly,
                PositionalOrKeyword,
                VarArgs,
                KeywordOnly,
                VarKeywords
            ]
        );
        assert_eq!(params[2].2.as_deref(), Some("','"));
        assert_eq!(params[4].2.as_deref(), Some("(1, 2)"));
    }

    #[test]
    fn wrong_ones_are_refused() {
        for text in ["self", "(a=1, b)", "(/, a)", "(*, *)", "(**k, a)", "(a, a)", "(a b)"] {
            assert!(Signature::parse(text).is_err(), "{text}");
        }
        assert!(shape("()").is_empty());
    }

    #[test]
    fn literals() {
        assert_eq!(Literal::of("-1"), Literal::Int("-1".into()));
        assert_eq!(Literal::of("0.5"), Literal::Float("0.5".into()));
        assert_eq!(Literal::of("'\\n'"), Literal::Str("\n".into()));
        assert_eq!(Literal::of("b''"), Literal::Bytes(String::new()));
        assert_eq!(Literal::of("sys.maxsize"), Literal::Other);
        assert_eq!(Literal::of("None"), Literal::None);
    }
}
