//! Document types: what they declare, and how declarations are read.

use super::chars::{self, Reference, Scan};
use super::fault::*;
use super::machine::{Arg, Handler, Machine, unix, utf8};
use std::collections::HashMap;
use std::rc::Rc;

/// An entity.
#[derive(Clone, Debug, Default)]
pub(super) struct Entity {
    /// None: it is somewhere else.
    pub(super) value: Option<Rc<[u8]>>,
    pub(super) base: Option<String>,
    pub(super) system: Option<String>,
    pub(super) public: Option<String>,
    pub(super) notation: Option<String>,
    /// Declared inside the document itself.
    is_internal: bool,
}

/// An attribute of an element.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) is_cdata: bool,
    pub(super) default: Option<String>,
}

/// What is declared; a document and its external entities share one.
#[derive(Debug, Default)]
pub(super) struct Dtd {
    entities: HashMap<String, Rc<Entity>>,
    pub(super) parameters: HashMap<String, Rc<Entity>>,
    pub(super) attributes: HashMap<String, Rc<Vec<Declared>>>,
    /// There are parameter references or an external part.
    pub(super) has_parameters: bool,
    pub(super) standalone: bool,
    /// A part was not read: what follows it is not to be believed.
    pub(super) is_partial: bool,
    /// Conditional sections that are open.
    pub(super) included: usize,
}

/// What an element may hold.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) kind: i64,
    pub(super) count: i64,
    pub(super) name: Option<String>,
    pub(super) parts: Vec<Model>,
}

/// As the place of a fault: that of the whole token.
pub(super) const TOKEN: usize = usize::MAX;

/// How deep a model may be.
const DEEPEST_MODEL: usize = 500;

fn syntax(at: usize) -> Fault {
    Fault { code: SYNTAX, at }
}

/// Where a declaration's `>` is; quotes are looked into.
pub(super) fn declaration_end(text: &[u8]) -> Scan<usize> {
    end_of(text, |b| b == b'>')
}

/// Where the head of the document type ends: at its `[` or `>`.
pub(super) fn doctype_end(text: &[u8]) -> Scan<usize> {
    end_of(text, |b| matches!(b, b'>' | b'['))
}

fn end_of(text: &[u8], last: fn(u8) -> bool) -> Scan<usize> {
    let mut at = 2;
    let end = loop {
        match text.get(at) {
            None => break None,
            Some(b @ (b'"' | b'\'')) => match memchr::memchr(*b, &text[at + 1..]) {
                Some(n) => at += n + 1,
                None => break None,
            },
            Some(b) if last(*b) => break Some(at),
            Some(_) => {}
        }
        at += 1;
    };
    chars::clean(text, 0, end, end.unwrap_or(0))
}

/// The end of the piece of a declaration that starts at `at`: blanks, a literal, a word, a sign.
pub(super) fn piece(raw: &[u8], at: usize) -> usize {
    match raw.get(at) {
        None => at,
        Some(b) if chars::is_space(*b) => at + chars::spaces(raw, at),
        Some(b @ (b'"' | b'\'')) => {
            memchr::memchr(*b, &raw[at + 1..]).map_or(raw.len(), |n| at + n + 2)
        }
        Some(b'<') => chars::name_rest(raw, (at + 2).min(raw.len())).unwrap_or(raw.len()),
        Some(b'#' | b'%') => {
            let end = chars::name_rest(raw, at + 1).unwrap_or(raw.len());
            if raw.get(end) == Some(&b';') { end + 1 } else { end }
        }
        Some(_) => chars::name_rest(raw, at).unwrap_or(raw.len()).max(at + 1),
    }
}

/// A declaration that is being read.
struct Cursor<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Cursor<'t> {
    fn skip(&mut self) -> bool {
        let n = chars::spaces(self.text, self.at);
        self.at += n;
        n > 0
    }

    fn blank(&mut self) -> Result<(), Fault> {
        if self.skip() { Ok(()) } else { Err(syntax(self.at)) }
    }

    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn eat(&mut self, word: &[u8]) -> bool {
        let found = self.text[self.at..].starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn name(&mut self) -> Result<String, Fault> {
        let start = self.at;
        match chars::name(self.text, start) {
            Ok(Some(end)) => {
                self.at = end;
                utf8(&self.text[start..end])
            }
            Ok(None) => Err(syntax(start)),
            Err(fault) if self.peek().is_ascii_graphic() => Err(syntax(fault.at)),
            Err(fault) => Err(fault),
        }
    }

    /// A name that may start with a digit.
    fn token(&mut self) -> Result<String, Fault> {
        let start = self.at;
        match chars::name_rest(self.text, start) {
            Some(end) if end > start => {
                self.at = end;
                utf8(&self.text[start..end])
            }
            _ => Err(syntax(start)),
        }
    }

    fn literal(&mut self) -> Result<&'t [u8], Fault> {
        match chars::quoted(self.text, self.at, false) {
            Ok(Some((start, end))) => {
                self.at = end + 1;
                Ok(&self.text[start..end])
            }
            _ => Err(syntax(self.at)),
        }
    }

    fn close(&mut self) -> Result<(), Fault> {
        self.skip();
        if self.peek() == b'>' { Ok(()) } else { Err(syntax(self.at)) }
    }

    /// `SYSTEM "..."` or `PUBLIC "..." "..."`, the last of which a notation may lack.
    fn external(&mut self, is_notation: bool) -> Result<Option<Ids>, Fault> {
        if self.eat(b"SYSTEM") {
            self.blank()?;
            return Ok(Some((Some(utf8(self.literal()?)?), None)));
        }
        if !self.eat(b"PUBLIC") {
            return Ok(None);
        }
        self.blank()?;
        let start = self.at;
        let literal = self.literal()?;
        let known = |b: &u8| b.is_ascii_alphanumeric() || b" \r\n-'()+,./:=?;!*#@$_%".contains(b);
        if let Some(bad) = literal.iter().position(|b| !known(b)) {
            return Err(Fault { code: PUBLICID, at: start + 1 + bad });
        }
        let words = utf8(literal)?;
        let public = words.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let gap = self.skip();
        if is_notation && !matches!(self.peek(), b'"' | b'\'') {
            return Ok(Some((None, Some(public))));
        }
        if !gap {
            return Err(syntax(self.at));
        }
        Ok(Some((Some(utf8(self.literal()?)?), Some(public))))
    }
}

/// System and public id.
type Ids = (Option<String>, Option<String>);

/// What was read of a declaration, if its pieces are such: expat looks at these first, one by one.
pub(super) fn checked<T>(raw: &[u8], read: Result<T, Fault>) -> Result<T, Fault> {
    let bad = odd_piece(raw);
    match (read, bad) {
        (Err(fault), Some(at)) if fault.at < at => Err(fault),
        (_, Some(at)) => Err(invalid(at)),
        (read, None) => read,
    }
}

/// The first place where no piece of a declaration can be.
fn odd_piece(raw: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < raw.len() {
        let end = piece(raw, at).max(at + 1);
        let next = raw.get(end);
        let ends = |signs: &[u8]| next.is_none_or(|b| chars::is_space(*b) || signs.contains(b));
        let fits = match raw[at] {
            b if chars::is_space(b) => true,
            b'"' | b'\'' => ends(b">%["),
            b'<' => {
                let word = raw.get(at + 2..end).unwrap_or(&[]);
                let bad = word.iter().position(|b| !b.is_ascii_alphabetic());
                if let Some(bad) = bad {
                    return Some(at + 2 + bad);
                }
                ends(b"%")
            }
            b'(' | b')' | b'|' | b',' | b'[' | b']' | b'>' | b'%' | b'#' | b';' | b'?' | b'*'
            | b'+' => true,
            _ if chars::name_rest(raw, at) == Some(at) => return Some(at),
            _ => ends(b">),|[%?*+"),
        };
        if !fits {
            return Some(end);
        }
        at = end;
    }
    None
}

/// The head of a document type.
pub(super) struct Head {
    /// Where the system id is.
    pub(super) at: usize,
    pub(super) name: String,
    pub(super) system: Option<String>,
    pub(super) public: Option<String>,
}

pub(super) fn parse_doctype(text: &[u8]) -> Result<Head, Fault> {
    let mut cursor = Cursor { text, at: 9 };
    cursor.blank()?;
    let name = cursor.name()?;
    let gap = cursor.skip();
    let ids = if gap { cursor.external(false)? } else { None };
    let after = cursor.at;
    cursor.skip();
    if cursor.at + 1 != text.len() {
        return Err(syntax(cursor.at));
    }
    let (system, public) = ids.unwrap_or_default();
    let at = after - system.as_ref().map_or(0, |s| s.len() + 2).min(after);
    Ok(Head { at, name, system, public })
}

fn count(cursor: &mut Cursor<'_>) -> i64 {
    let n = match cursor.peek() {
        b'?' => 1,
        b'*' => 2,
        b'+' => 3,
        _ => return 0,
    };
    cursor.at += 1;
    n
}

fn model(cursor: &mut Cursor<'_>) -> Result<Model, Fault> {
    let plain = |kind| Model { kind, count: 0, name: None, parts: Vec::new() };
    if cursor.eat(b"EMPTY") {
        return Ok(plain(1));
    }
    if cursor.eat(b"ANY") {
        return Ok(plain(2));
    }
    if !cursor.eat(b"(") {
        return Err(syntax(cursor.at));
    }
    cursor.skip();
    if cursor.eat(b"#PCDATA") {
        return mixed(cursor);
    }
    let mut open = vec![plain(0)];
    loop {
        cursor.skip();
        if cursor.eat(b"(") {
            if open.len() >= DEEPEST_MODEL {
                return Err(fault(NO_MEMORY));
            }
            open.push(plain(0));
            continue;
        }
        let name = cursor.name()?;
        let count = count(cursor);
        let mut done = Model { kind: 4, count, name: Some(name), parts: Vec::new() };
        // Closes as many groups as end here.
        loop {
            cursor.skip();
            let Some(group) = open.last_mut() else { return Err(syntax(cursor.at)) };
            group.parts.push(done);
            let sign = match cursor.peek() {
                b'|' => 5,
                b',' => 6,
                b')' => 0,
                _ => return Err(syntax(cursor.at)),
            };
            if sign != 0 {
                if group.kind != 0 && group.kind != sign {
                    return Err(syntax(cursor.at));
                }
                group.kind = sign;
                cursor.at += 1;
                break;
            }
            cursor.at += 1;
            let Some(mut group) = open.pop() else { return Err(syntax(cursor.at)) };
            group.kind = if group.kind == 0 { 6 } else { group.kind };
            group.count = self::count(cursor);
            if open.is_empty() {
                return Ok(group);
            }
            done = group;
        }
    }
}

/// `(#PCDATA | a | b)*`, from behind the first word.
fn mixed(cursor: &mut Cursor<'_>) -> Result<Model, Fault> {
    let mut parts = Vec::new();
    loop {
        cursor.skip();
        if cursor.eat(b")") {
            break;
        }
        if !cursor.eat(b"|") {
            return Err(syntax(cursor.at));
        }
        cursor.skip();
        parts.push(Model { kind: 4, count: 0, name: Some(cursor.name()?), parts: Vec::new() });
    }
    let starred = cursor.eat(b"*");
    if !starred && !parts.is_empty() {
        return Err(syntax(cursor.at));
    }
    Ok(Model { kind: 3, count: if starred { 2 } else { 0 }, name: None, parts })
}

/// `(a|b)`, as expat tells it.
fn choices(cursor: &mut Cursor<'_>) -> Result<String, Fault> {
    if !cursor.eat(b"(") {
        return Err(syntax(cursor.at));
    }
    let mut out = String::from("(");
    loop {
        cursor.skip();
        out.push_str(&cursor.token()?);
        cursor.skip();
        if cursor.eat(b")") {
            out.push(')');
            return Ok(out);
        }
        if !cursor.eat(b"|") {
            return Err(syntax(cursor.at));
        }
        out.push('|');
    }
}

impl Machine {
    /// The entity of a reference; None: it may be in a part that was not read.
    pub(super) fn entity(&self, name: &str) -> Result<Option<Rc<Entity>>, Fault> {
        let dtd = self.dtd.borrow();
        let found = dtd.entities.get(name).cloned();
        if !dtd.has_parameters || dtd.standalone {
            return match found {
                None => Err(fault(UNDEFINED_ENTITY)),
                Some(entity) if !entity.is_internal => Err(fault(ENTITY_DECLARED_IN_PE)),
                found => Ok(found),
            };
        }
        Ok(found)
    }

    /// One whole declaration, from `<!` to `>`.
    pub(super) fn declare(&mut self, raw: &[u8]) -> Result<(), Fault> {
        let replaced;
        let text = if self.is_internal() || memchr::memchr(b'%', raw).is_none() {
            raw
        } else {
            replaced = self.with_parameters(raw)?;
            replaced.as_slice()
        };
        let mut cursor = Cursor { text, at: 2 };
        let keyword = checked(text, cursor.name())?;
        checked(text, cursor.blank())?;
        let told = match keyword.as_str() {
            "ENTITY" => self.declare_entity(cursor),
            "ATTLIST" => self.declare_attributes(cursor),
            "ELEMENT" => self.declare_element(cursor),
            "NOTATION" => self.declare_notation(cursor),
            _ => Err(syntax(0)),
        };
        if checked(text, told)? { Ok(()) } else { self.default_tokens(raw) }
    }

    /// A declaration with the parameter entities outside of its literals replaced.
    fn with_parameters(&mut self, raw: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut out = Vec::new();
        let mut at = 0;
        while at < raw.len() {
            let end = piece(raw, at).max(at + 1);
            let word = &raw[at..end];
            at = end;
            let [b'%', name @ .., b';'] = word else {
                out.extend_from_slice(word);
                continue;
            };
            let known = self.dtd.borrow().parameters.get(&utf8(name)?).cloned();
            let value = known.and_then(|entity| entity.value.clone());
            let Some(value) = value else { return Err(fault(UNDEFINED_ENTITY)) };
            self.expands(value.len())?;
            out.push(b' ');
            out.extend_from_slice(&value);
            out.push(b' ');
        }
        Ok(out)
    }

    fn optional(text: &Option<String>) -> Arg {
        text.clone().map_or(Arg::None, Arg::Text)
    }

    fn declare_entity(&mut self, mut cursor: Cursor<'_>) -> Result<bool, Fault> {
        let is_parameter = cursor.eat(b"%");
        if is_parameter {
            cursor.blank()?;
        }
        let name = cursor.name()?;
        cursor.blank()?;
        let mut entity = Entity {
            is_internal: self.is_internal(),
            base: self.options.base.clone(),
            ..Entity::default()
        };
        let mut place = cursor.at;
        match cursor.external(false)? {
            Some((system, public)) => {
                (entity.system, entity.public) = (system, public);
                let gap = cursor.skip();
                place = cursor.at;
                if gap && !is_parameter && cursor.eat(b"NDATA") {
                    cursor.blank()?;
                    place = cursor.at;
                    entity.notation = Some(cursor.name()?);
                }
            }
            None => {
                let start = cursor.at + 1;
                let value = self.entity_value(cursor.literal()?).map_err(|f| f.moved(start))?;
                entity.value = Some(Rc::from(value.into_bytes()));
                entity.base = None;
            }
        }
        cursor.close()?;
        let mut dtd = self.dtd.borrow_mut();
        if dtd.is_partial && !dtd.standalone {
            return Ok(false);
        }
        let table = if is_parameter { &mut dtd.parameters } else { &mut dtd.entities };
        if table.contains_key(&name) {
            return Ok(false);
        }
        let entity = Rc::new(entity);
        table.insert(name.clone(), entity.clone());
        drop(dtd);
        self.at(place);
        self.tell_entity(name, is_parameter, &entity)
    }

    fn tell_entity(
        &mut self,
        name: String,
        is_parameter: bool,
        entity: &Entity,
    ) -> Result<bool, Fault> {
        if entity.notation.is_some() && self.wants(Handler::UnparsedEntityDecl) {
            let args = vec![
                Arg::Name(name),
                Self::optional(&entity.base),
                Self::optional(&entity.system),
                Self::optional(&entity.public),
                Self::optional(&entity.notation),
            ];
            self.call(Handler::UnparsedEntityDecl, args);
            return Ok(true);
        }
        if !self.wants(Handler::EntityDecl) {
            return Ok(false);
        }
        let value = match &entity.value {
            Some(value) => Arg::Text(utf8(value)?),
            None => Arg::None,
        };
        let base = if entity.value.is_some() { &self.options.base } else { &entity.base };
        let args = vec![
            Arg::Name(name),
            Arg::Int(i64::from(is_parameter)),
            value,
            Self::optional(base),
            Self::optional(&entity.system),
            Self::optional(&entity.public),
            Self::optional(&entity.notation),
        ];
        self.call(Handler::EntityDecl, args);
        Ok(true)
    }

    /// The literal of an entity: characters by number and parameters are replaced, other references stay.
    fn entity_value(&mut self, literal: &[u8]) -> Result<String, Fault> {
        let mut out = String::new();
        let mut at = 0;
        while let Some(n) = literal.get(at..).and_then(|l| memchr::memchr2(b'&', b'%', l)) {
            out.push_str(&unix(&literal[at..at + n])?);
            at += n;
            if literal[at] == b'&' {
                let Some((what, len)) = chars::reference(literal, at)? else {
                    return Err(invalid(at));
                };
                match what {
                    Reference::Char(c) => out.push(c),
                    Reference::Name(_) => out.push_str(&utf8(&literal[at..len])?),
                }
                at = len;
                continue;
            }
            if self.is_internal() {
                return Err(Fault { code: PARAM_ENTITY_REF, at });
            }
            let end = chars::name(literal, at + 1)?.filter(|e| literal.get(*e) == Some(&b';'));
            let Some(end) = end else { return Err(invalid(at)) };
            let known = self.dtd.borrow().parameters.get(&utf8(&literal[at + 1..end])?).cloned();
            if let Some(value) = known.and_then(|entity| entity.value.clone()) {
                self.expands(value.len())?;
                out.push_str(&utf8(&value)?);
            }
            at = end + 1;
        }
        out.push_str(&unix(&literal[at..])?);
        Ok(out)
    }

    /// The value of an attribute: blanks are spaces, references are replaced; `words` of them are single.
    pub(super) fn value(&mut self, literal: &[u8], words: bool) -> Result<String, Fault> {
        let mut out = String::new();
        out.try_reserve(literal.len()).map_err(|_| fault(NO_MEMORY))?;
        // The texts of entities inside of each other, with their names.
        let mut open: Vec<(String, Rc<[u8]>, usize)> = Vec::new();
        let mut at = 0;
        loop {
            let entity = open.last().map(|(_, text, _)| text.clone());
            let text = entity.as_deref().unwrap_or(literal);
            let plain = |b: &u8| matches!(b, b'&' | b'<' | b'\t' | b'\n' | b'\r');
            let rest = text.get(at..).unwrap_or(&[]);
            let n = rest.iter().position(plain).unwrap_or(rest.len());
            out.push_str(&utf8(&rest[..n])?);
            at += n;
            let here = if open.is_empty() { at } else { TOKEN };
            match text.get(at) {
                None => match open.pop() {
                    Some((_, _, back)) => at = back,
                    None => break,
                },
                Some(b'&') => {
                    let found = chars::reference(text, at)
                        .map_err(|f| if open.is_empty() { f } else { fault(f.code) })?;
                    let Some((what, end)) = found else {
                        return Err(invalid(if open.is_empty() { text.len() } else { 0 }));
                    };
                    let name = match what {
                        Reference::Char(c) => Err(c),
                        Reference::Name(name) => chars::predefined(name).map_or(Ok(name), Err),
                    };
                    at = end;
                    match name {
                        Err(c) => out.push(c),
                        Ok(name) => {
                            let name = utf8(name)?;
                            let is_open = open.iter().any(|(n, ..)| *n == name);
                            if let Some(text) = self.in_attribute(&name, is_open, here)? {
                                open.push((name, text, at));
                                at = 0;
                            }
                        }
                    }
                }
                Some(b'<') => return Err(invalid(here)),
                Some(b'\r') if text.get(at + 1) == Some(&b'\n') => {
                    out.push(' ');
                    at += 2;
                }
                Some(_) => {
                    out.push(' ');
                    at += 1;
                }
            }
        }
        if words {
            return Ok(out.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "));
        }
        Ok(out)
    }

    /// The text of an entity that an attribute refers to.
    fn in_attribute(
        &mut self,
        name: &str,
        is_open: bool,
        at: usize,
    ) -> Result<Option<Rc<[u8]>>, Fault> {
        let here = |f: Fault| Fault { code: f.code, at };
        let Some(entity) = self.entity(name).map_err(here)? else { return Ok(None) };
        if is_open || self.frames.iter().any(|f| !f.is_parameter && f.name == name) {
            return Err(here(fault(RECURSIVE_ENTITY_REF)));
        }
        if entity.notation.is_some() {
            return Err(here(fault(BINARY_ENTITY_REF)));
        }
        let Some(text) = entity.value.clone() else {
            return Err(here(fault(ATTRIBUTE_EXTERNAL_ENTITY_REF)));
        };
        self.expands(text.len() + 1).map_err(here)?;
        Ok(Some(text))
    }

    fn declare_attributes(&mut self, mut cursor: Cursor<'_>) -> Result<bool, Fault> {
        const TYPES: [&str; 8] =
            ["CDATA", "IDREFS", "IDREF", "ID", "ENTITIES", "ENTITY", "NMTOKENS", "NMTOKEN"];
        let element = cursor.name()?;
        let mut told = false;
        loop {
            let gap = cursor.skip();
            if cursor.peek() == b'>' {
                return Ok(told);
            }
            if !gap {
                return Err(syntax(cursor.at));
            }
            let name = cursor.name()?;
            cursor.blank()?;
            let plain = TYPES.iter().find(|t| cursor.eat(t.as_bytes()));
            let kind = match plain {
                Some(kind) => (*kind).to_owned(),
                None if cursor.eat(b"NOTATION") => {
                    cursor.blank()?;
                    format!("NOTATION{}", choices(&mut cursor)?)
                }
                None => choices(&mut cursor)?,
            };
            cursor.blank()?;
            let is_cdata = kind == "CDATA";
            let mut place = cursor.at;
            let (mut default, mut required) = (None, false);
            if cursor.eat(b"#REQUIRED") {
                required = true;
            } else if !cursor.eat(b"#IMPLIED") {
                if cursor.eat(b"#FIXED") {
                    required = true;
                    cursor.blank()?;
                }
                place = cursor.at;
                let start = cursor.at + 1;
                let value = self.value(cursor.literal()?, !is_cdata).map_err(|f| f.moved(start))?;
                default = Some(value);
            }
            self.at(place);
            told |= self.add_attribute(&element, name, kind, default, required);
        }
    }

    fn add_attribute(
        &mut self,
        element: &str,
        name: String,
        kind: String,
        default: Option<String>,
        required: bool,
    ) -> bool {
        let mut dtd = self.dtd.borrow_mut();
        if dtd.is_partial && !dtd.standalone {
            return false;
        }
        let list = Rc::make_mut(dtd.attributes.entry(element.to_owned()).or_default());
        if !list.iter().any(|d| d.name == name) {
            let is_cdata = kind == "CDATA";
            list.push(Declared { name: name.clone(), is_cdata, default: default.clone() });
        }
        drop(dtd);
        if !self.wants(Handler::AttlistDecl) {
            return false;
        }
        let args = vec![
            Arg::Name(element.to_owned()),
            Arg::Name(name),
            Arg::Text(kind),
            default.map_or(Arg::None, Arg::Text),
            Arg::Int(i64::from(required)),
        ];
        self.call(Handler::AttlistDecl, args);
        true
    }

    fn declare_element(&mut self, mut cursor: Cursor<'_>) -> Result<bool, Fault> {
        let name = cursor.name()?;
        cursor.blank()?;
        let place = cursor.at;
        let model = model(&mut cursor)?;
        // The last sign of the model, or its only word.
        let place =
            if model.kind < 3 { place } else { cursor.at - 1 - usize::from(model.count > 0) };
        cursor.close()?;
        self.at(place);
        if !self.wants(Handler::ElementDecl) {
            return Ok(false);
        }
        self.call(Handler::ElementDecl, vec![Arg::Name(name), Arg::Model(model)]);
        Ok(true)
    }

    fn declare_notation(&mut self, mut cursor: Cursor<'_>) -> Result<bool, Fault> {
        let name = cursor.name()?;
        cursor.blank()?;
        let Some((system, public)) = cursor.external(true)? else { return Err(syntax(cursor.at)) };
        let last = system.as_ref().or(public.as_ref()).map_or(0, |id| id.len() + 2);
        let place = cursor.at - last.min(cursor.at);
        cursor.close()?;
        self.at(place);
        if !self.wants(Handler::NotationDecl) {
            return Ok(false);
        }
        let args = vec![
            Arg::Name(name),
            Self::optional(&self.options.base),
            Self::optional(&system),
            Self::optional(&public),
        ];
        self.call(Handler::NotationDecl, args);
        Ok(true)
    }

    /// `<![INCLUDE[` or all of an ignored section; how much was taken.
    pub(super) fn conditional(&mut self, rest: &[u8]) -> Scan<usize> {
        let Some(bracket) = memchr::memchr(b'[', rest.get(3..).unwrap_or(&[])).map(|n| n + 3)
        else {
            return Ok(None);
        };
        let words = self.with_parameters(&rest[3..bracket])?;
        match utf8(&words)?.trim() {
            "INCLUDE" => {
                self.dtd.borrow_mut().included += 1;
                Ok(Some(bracket + 1))
            }
            "IGNORE" => {
                let (mut depth, mut at) = (1usize, bracket + 1);
                while depth > 0 {
                    let opens = chars::find(rest, at, b"<![");
                    let Some(closes) = chars::find(rest, at, b"]]>") else { return Ok(None) };
                    match opens {
                        Some(open) if open < closes => {
                            depth += 1;
                            at = open + 3;
                        }
                        _ => {
                            depth -= 1;
                            at = closes + 3;
                        }
                    }
                }
                Ok(Some(at))
            }
            _ => Err(syntax(3)),
        }
    }
}
