//! The two inputs of an attribute: its arguments, and as much of the function as the row needs
//! (name, doc comment, visibility, `cfg`s, parameters with their types). The body is never looked at.

use crate::{Complaint, Parsed, complain};
use proc_macro::{Delimiter, Ident, Span, TokenStream, TokenTree};
use std::iter::Peekable;

type Tokens = Peekable<proc_macro::token_stream::IntoIter>;

/// The attribute's arguments.
pub struct Options {
    pub signature: String,
    /// Where the signature is written.
    pub at: Span,
    pub name: Option<String>,
    pub class_method: bool,
    pub static_method: bool,
    pub constructor: bool,
    pub parse_tuple: bool,
    /// Worded as a function of Python of this qualified name; empty: of the name it has.
    pub python: Option<String>,
    pub coroutine: bool,
    pub no_signature: bool,
    /// The signature to show, where it is not the one that binds.
    pub shown: Option<String>,
    /// The path given by `krate = ...`.
    pub home: Option<String>,
}

impl Options {
    pub fn parse(tokens: TokenStream) -> Parsed<Options> {
        let mut tokens = tokens.into_iter().peekable();
        let Some(TokenTree::Literal(literal)) = tokens.next() else {
            return complain(
                Span::call_site(),
                "write the Python signature: #[native(\"(self, backlog=128, /)\")]",
            );
        };
        let at = literal.span();
        let signature = text_of(&literal.to_string())
            .ok_or_else(|| Complaint { at, text: "the signature is a plain string".to_owned() })?;
        let mut options = Options::empty(signature, at);
        options.flags(tokens)?;
        Ok(options)
    }

    pub fn parse_without_signature(tokens: TokenStream) -> Parsed<Options> {
        let mut options = Options::empty(String::new(), Span::call_site());
        let mut with_comma: TokenStream = TokenStream::new();
        if !tokens.is_empty() {
            with_comma
                .extend([TokenTree::from(proc_macro::Punct::new(',', proc_macro::Spacing::Alone))]);
            with_comma.extend(tokens);
        }
        options.flags(with_comma.into_iter().peekable())?;
        Ok(options)
    }

    fn empty(signature: String, at: Span) -> Options {
        Options {
            signature,
            at,
            name: None,
            class_method: false,
            static_method: false,
            constructor: false,
            parse_tuple: false,
            python: None,
            coroutine: false,
            no_signature: false,
            shown: None,
            home: None,
        }
    }

    /// `, flag, key = value ...`
    fn flags(&mut self, mut tokens: Tokens) -> Parsed<()> {
        while let Some(comma) = tokens.next() {
            if !is_punct(&comma, ',') {
                return complain(comma.span(), "a comma goes between the options");
            }
            let Some(option) = tokens.next() else { return Ok(()) };
            match option.to_string().as_str() {
                "classmethod" => self.class_method = true,
                "staticmethod" => self.static_method = true,
                "constructor" => self.constructor = true,
                "parse_tuple" => self.parse_tuple = true,
                "python" => {
                    self.python = Some(text_of(&value(&mut tokens)).unwrap_or_default());
                }
                "coroutine" => self.coroutine = true,
                "no_signature" => self.no_signature = true,
                "shown" => self.shown = Some(text_of(&value(&mut tokens)).unwrap_or_default()),
                "name" => self.name = Some(text_of(&value(&mut tokens)).unwrap_or_default()),
                "krate" => self.home = Some(value(&mut tokens)),
                other => {
                    return complain(
                        option.span(),
                        format!(
                            "`{other}` is no option; there are classmethod, staticmethod, \
                             constructor, parse_tuple, python, coroutine, no_signature, shown = \"...\", name = \"...\", krate = path"
                        ),
                    );
                }
            }
        }
        Ok(())
    }
}

/// What follows `=`, up to the next comma, as text.
fn value(tokens: &mut Tokens) -> String {
    let mut text = String::new();
    tokens.next_if(|t| is_punct(t, '='));
    while let Some(token) = tokens.next_if(|t| !is_punct(t, ',')) {
        text.push_str(&token.to_string());
    }
    text
}

pub fn is_punct(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(p) if p.as_char() == c)
}

/// The text of a string literal as it is written in Rust; None if it is none.
fn text_of(literal: &str) -> Option<String> {
    if let Some(raw) = literal.strip_prefix('r') {
        let hashes = raw.bytes().take_while(|&b| b == b'#').count();
        return raw[hashes..]
            .strip_prefix('"')?
            .strip_suffix(&format!("\"{}", "#".repeat(hashes)))
            .map(str::to_owned);
    }
    let inside = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = String::new();
    let mut chars = inside.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next()? {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            '0' => out.push('\0'),
            '\n' => while chars.next_if(|c| c.is_whitespace()).is_some() {},
            'u' => {
                let code: String = chars.by_ref().skip(1).take_while(|&c| c != '}').collect();
                out.push(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32)?);
            }
            'x' => {
                let code: String = chars.by_ref().take(2).collect();
                out.push(u8::from_str_radix(&code, 16).ok()? as char);
            }
            c => out.push(c),
        }
    }
    Some(out)
}

/// One Rust parameter.
pub struct Parameter {
    pub ty: Vec<TokenTree>,
}

impl Parameter {
    /// The type without spaces, for comparisons: `Option<&str>`, `&[Object]`.
    pub fn text(&self) -> String {
        self.ty.iter().map(|t| t.to_string().replace(' ', "")).collect()
    }

    /// The last name of the type's path, references and arguments taken off: `Option` of
    /// `std::option::Option<T>`, `str` of `&str`.
    pub fn head(&self) -> String {
        let text = self.text();
        let text = text.trim_start_matches('&');
        let path = text.split('<').next().unwrap_or(text);
        path.rsplit("::").next().unwrap_or(path).to_owned()
    }

    pub fn is_reference(&self) -> bool {
        self.ty.first().is_some_and(|t| is_punct(t, '&'))
    }
}

/// The annotated function.
pub struct Function {
    pub name: Ident,
    pub doc: String,
    /// `pub`, `pub(crate)` or nothing.
    pub visibility: TokenStream,
    /// The `#[cfg(...)]` attributes, which the added items repeat.
    pub cfgs: TokenStream,
    pub takes_vm: bool,
    /// Without `vm`.
    pub params: Vec<Parameter>,
}

impl Function {
    pub fn parse(tokens: TokenStream) -> Parsed<Function> {
        let mut tokens = tokens.into_iter().peekable();
        let (mut doc, mut cfgs) = (Vec::new(), TokenStream::new());
        while let Some(hash) = tokens.next_if(|t| is_punct(t, '#')) {
            let Some(TokenTree::Group(body)) = tokens.next() else { break };
            let mut inside = body.stream().into_iter();
            match inside.next().map(|t| t.to_string()).as_deref() {
                Some("doc") => {
                    let line = inside.nth(1).and_then(|t| text_of(&t.to_string()));
                    doc.push(line.unwrap_or_default());
                }
                Some("cfg") => cfgs.extend([hash, TokenTree::from(body)]),
                _ => {}
            }
        }
        let mut visibility = TokenStream::new();
        while let Some(token) = tokens.next_if(|t| t.to_string() != "fn") {
            match &token {
                TokenTree::Ident(word) if word.to_string() == "pub" => {
                    visibility.extend([token]);
                    if let Some(scope) = tokens.next_if(|t| matches!(t, TokenTree::Group(_))) {
                        visibility.extend([scope]);
                    }
                }
                TokenTree::Ident(word) if word.to_string() == "const" => {}
                other => return complain(other.span(), "this attribute goes on a plain `fn`"),
            }
        }
        tokens.next();
        let Some(TokenTree::Ident(name)) = tokens.next() else {
            return complain(Span::call_site(), "this attribute goes on a plain `fn`");
        };
        let Some(TokenTree::Group(list)) = tokens.next() else {
            return complain(name.span(), "a native function has no type parameters");
        };
        if list.delimiter() != Delimiter::Parenthesis {
            return complain(name.span(), "a native function has no type parameters");
        }
        let mut params = parameters(list.stream())?;
        let takes_vm = params.first().is_some_and(|p| p.is_reference() && p.head() == "Vm");
        if takes_vm {
            params.remove(0);
        }
        Ok(Function { name, doc: join_doc(&doc), visibility, cfgs, takes_vm, params })
    }
}

/// Split `a: A, b: B<C, D>` and keep the types.
fn parameters(tokens: TokenStream) -> Parsed<Vec<Parameter>> {
    let mut params = Vec::new();
    let (mut current, mut in_type, mut depth, mut dash) = (Vec::new(), false, 0i32, false);
    for token in tokens {
        let c = match &token {
            TokenTree::Punct(p) => p.as_char(),
            _ => ' ',
        };
        match c {
            '<' => depth += 1,
            '>' if !dash => depth -= 1,
            ',' if depth == 0 => {
                if in_type {
                    params.push(Parameter { ty: std::mem::take(&mut current) });
                }
                in_type = false;
                continue;
            }
            // A `::` cannot occur before the type, as patterns other than names are refused.
            ':' if !in_type => {
                in_type = true;
                continue;
            }
            _ => {}
        }
        dash = c == '-';
        if in_type {
            current.push(token);
        } else if !matches!(token, TokenTree::Ident(_)) && c != '#' {
            if let TokenTree::Group(g) = &token
                && g.delimiter() == Delimiter::Bracket
            {
                continue; // the body of an attribute
            }
            return complain(token.span(), "a native function's parameters are plain names");
        }
    }
    if in_type {
        params.push(Parameter { ty: current });
    }
    Ok(params)
}

/// Doc lines as one text: the space after `///` and empty ends taken off.
fn join_doc(lines: &[String]) -> String {
    let lines: Vec<&str> = lines
        .iter()
        .flat_map(|l| l.split('\n'))
        .map(|l| l.strip_prefix(' ').unwrap_or(l))
        .collect();
    lines.join("\n").trim().to_owned()
}
