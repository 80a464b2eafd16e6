//! The parser itself: bytes in, calls of handlers out. Knows no Python.
//!
//! Whoever drives it feeds bytes and asks for the next call until there is none; so a handler may do what it likes,
//! the machine is at rest meanwhile. What no handler is set for is not even made ([`Machine::wants`]).
//!
//! **Invariants.** Internal entities are a stack of texts, not recursion. What expanding them makes is counted
//! against what came in, and refused beyond expat's limits.

use super::chars::{self, Reference};
use super::dtd::{Dtd, Model};
use super::fault::*;
use super::input::{Input, Place};
use std::cell::RefCell;
use std::collections::{HashSet, VecDeque};
use std::rc::Rc;

/// The handlers, in the order of their slots; a bit for each says whether it is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Handler {
    StartElement,
    EndElement,
    ProcessingInstruction,
    CharacterData,
    UnparsedEntityDecl,
    NotationDecl,
    StartNamespaceDecl,
    EndNamespaceDecl,
    Comment,
    StartCdataSection,
    EndCdataSection,
    Default,
    DefaultExpand,
    NotStandalone,
    ExternalEntityRef,
    StartDoctypeDecl,
    EndDoctypeDecl,
    EntityDecl,
    XmlDecl,
    ElementDecl,
    AttlistDecl,
    SkippedEntity,
}

/// How many there are.
pub(super) const HANDLERS: usize = Handler::SkippedEntity as usize + 1;

/// An argument of a handler.
pub(super) enum Arg {
    None,
    Int(i64),
    Text(String),
    /// Text that is likely to come again.
    Name(String),
    /// How many were in the document, and those and the ones from declarations.
    Attributes(usize, Vec<(String, String)>),
    Model(Model),
}

/// What is to be done next.
pub(super) enum Event {
    Call(Handler, Vec<Arg>),
    /// The table of an encoding is needed.
    Encoding(String),
    /// Nothing yet: look at signals.
    Rest,
    /// What comes next is at this place of the token.
    Pass(usize),
}

/// An entity that is being read.
pub(super) struct Frame {
    pub(super) name: String,
    text: Rc<[u8]>,
    at: usize,
    depth: usize,
    pub(super) is_parameter: bool,
}

struct Open {
    /// As it stands in the document, and as handlers get it.
    raw: Vec<u8>,
    name: String,
    bindings: usize,
}

struct Binding {
    prefix: Vec<u8>,
    uri: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Prolog,
    /// In the brackets of the document type.
    Subset,
    /// After them.
    SubsetEnd,
    Content,
    Epilog,
    /// A document type of its own.
    ExternalSubset,
}

/// Settings of the caller.
#[derive(Clone, Default)]
pub(super) struct Options {
    /// Some: names are expanded; a NUL stands for no separator.
    pub(super) separator: Option<char>,
    pub(super) triplets: bool,
    /// 0 never, 1 unless standalone, 2 always.
    pub(super) parameters: i64,
    pub(super) foreign_dtd: bool,
    pub(super) base: Option<String>,
}

pub(super) struct Machine {
    pub(super) input: Input,
    pub(super) options: Options,
    /// A bit for each handler that is set.
    pub(super) wanted: u32,
    pub(super) dtd: Rc<RefCell<Dtd>>,
    pub(super) frames: Vec<Frame>,
    pub(super) started: bool,
    queue: VecDeque<Event>,
    /// Bytes of the token that is being reported.
    pending: usize,
    /// How many of them the place is behind already.
    passed: usize,
    state: State,
    open: Vec<Open>,
    bindings: Vec<Binding>,
    in_cdata: bool,
    is_external: bool,
    /// System and public id of the document type.
    doctype: Option<(Option<String>, Option<String>)>,
    indirect: u64,
    pub(super) error: i32,
    finished: bool,
    tokens: u32,
}

enum Taken {
    Used(usize),
    Partial,
}

type Step = Result<Taken, Fault>;

pub(super) fn utf8(bytes: &[u8]) -> Result<String, Fault> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len()).map_err(|_| fault(NO_MEMORY))?;
    copy.extend_from_slice(bytes);
    String::from_utf8(copy).map_err(|_| invalid(0))
}

/// Line ends as one newline each.
pub(super) fn unix(bytes: &[u8]) -> Result<String, Fault> {
    let text = utf8(bytes)?;
    if memchr::memchr(b'\r', bytes).is_none() {
        return Ok(text);
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

impl Machine {
    pub(super) fn new(encoding: Option<&str>, options: Options) -> Machine {
        Machine {
            input: Input::new(encoding),
            options,
            wanted: 0,
            dtd: Rc::default(),
            frames: Vec::new(),
            started: false,
            queue: VecDeque::new(),
            pending: 0,
            passed: 0,
            state: State::Prolog,
            open: Vec::new(),
            bindings: Vec::new(),
            in_cdata: false,
            is_external: false,
            doctype: None,
            indirect: 0,
            error: 0,
            finished: false,
            tokens: 0,
        }
    }

    /// A parser for an external entity of this document; without context it is a document type.
    pub(super) fn child(&self, encoding: Option<&str>, context: Option<&str>) -> Machine {
        let mut child = Machine::new(encoding, self.options.clone());
        child.dtd = self.dtd.clone();
        child.is_external = true;
        child.state = if context.is_some() { State::Content } else { State::ExternalSubset };
        child.wanted = self.wanted;
        child.bindings = self
            .bindings
            .iter()
            .map(|b| Binding { prefix: b.prefix.clone(), uri: b.uri.clone() })
            .collect();
        // Those whose text is being read may not be read again inside.
        for name in
            context.unwrap_or("").split('\x0C').filter(|n| !n.is_empty() && !n.contains('='))
        {
            child.frames.push(Frame {
                name: name.to_owned(),
                text: Rc::from(&[][..]),
                at: 0,
                depth: usize::MAX,
                is_parameter: false,
            });
        }
        child
    }

    pub(super) fn wants(&self, handler: Handler) -> bool {
        self.wanted & 1 << handler as u32 != 0
    }

    pub(super) fn call(&mut self, handler: Handler, args: Vec<Arg>) {
        self.queue.push_back(Event::Call(handler, args));
    }

    /// Text that no handler of its own is set for.
    pub(super) fn default(&mut self, raw: &[u8]) -> Result<(), Fault> {
        let handler = if self.wants(Handler::DefaultExpand) {
            Handler::DefaultExpand
        } else if self.wants(Handler::Default) {
            Handler::Default
        } else {
            return Ok(());
        };
        self.call(handler, vec![Arg::Text(unix(raw)?)]);
        Ok(())
    }

    pub(super) fn place(&self) -> Place {
        self.input.place
    }

    /// What has come of the document, from the token on that is being reported.
    pub(super) fn context(&self) -> &[u8] {
        self.input.text.get(self.input.at..).unwrap_or(&[])
    }

    pub(super) fn is_internal(&self) -> bool {
        !self.is_external && !self.frames.iter().any(|f| f.is_parameter)
    }

    /// Takes bytes; an error has come before or the document is over.
    pub(super) fn feed(&mut self, data: &[u8], is_final: bool) -> Result<(), Fault> {
        if self.error != 0 {
            return Err(fault(self.error));
        }
        if self.finished {
            self.error = FINISHED;
            return Err(fault(FINISHED));
        }
        self.started = true;
        if self.reading().is_none() {
            self.settle();
        }
        self.input.feed(data, is_final)
    }

    /// The reported token is done with.
    fn settle(&mut self) {
        self.go_to(self.pending);
        (self.pending, self.passed) = (0, 0);
    }

    /// Goes to a place in the token.
    fn go_to(&mut self, at: usize) {
        if at > self.passed {
            let text = std::mem::take(&mut self.input.text);
            let start = self.input.at.min(text.len());
            let end = start.saturating_add(at - self.passed).min(text.len());
            self.input.pass(&text[start..end]);
            self.input.text = text;
            self.passed = at;
        }
    }

    /// The calls that follow belong to this place of the token.
    pub(super) fn at(&mut self, at: usize) {
        self.queue.push_back(Event::Pass(at));
    }

    /// The next thing to do; None: more bytes are needed, or all is done.
    pub(super) fn next(&mut self) -> Result<Option<Event>, Fault> {
        loop {
            match self.queue.pop_front() {
                Some(Event::Pass(at)) => {
                    if self.reading().is_none() {
                        self.go_to(at);
                    }
                    continue;
                }
                Some(event) => return Ok(Some(event)),
                None => {}
            }
            if self.finished {
                return Ok(None);
            }
            self.tokens = self.tokens.wrapping_add(1);
            if self.tokens % 4096 == 0 {
                self.queue.push_back(Event::Rest);
            }
            match self.step() {
                Ok(true) => {}
                Ok(false) => return Ok(self.queue.pop_front()),
                Err(fault) => {
                    self.error = fault.code;
                    self.queue.clear();
                    if self.reading().is_none() {
                        self.pending = fault.at;
                        self.settle();
                    }
                    return Err(fault);
                }
            }
        }
    }

    /// The entity whose text is being read.
    fn reading(&self) -> Option<usize> {
        self.frames.iter().rposition(|f| f.depth != usize::MAX)
    }

    fn step(&mut self) -> Result<bool, Fault> {
        // While an entity is read, the place is that of the reference to it.
        if let Some(index) = self.reading() {
            return self.step_in_entity(index).map(|()| true);
        }
        self.settle();
        if !self.input.decode()? {
            return Ok(false);
        }
        if let Some(name) = &self.input.unknown {
            self.queue.push_back(Event::Encoding(name.clone()));
            return Ok(true);
        }
        let text = std::mem::take(&mut self.input.text);
        let complete = !self.input.may_grow();
        let rest = text.get(self.input.at..).unwrap_or(&[]);
        let taken = if rest.is_empty() { Ok(Taken::Partial) } else { self.token(rest, complete) };
        let is_empty = rest.is_empty();
        self.input.text = text;
        match taken? {
            Taken::Used(n) => {
                self.pending = n;
                Ok(true)
            }
            Taken::Partial if is_empty => match self.input.end_fault() {
                Some(fault) => Err(fault),
                None if self.input.is_final => self.end().map(|()| false),
                None => Ok(false),
            },
            Taken::Partial if self.input.is_broken() => {
                Err(invalid(self.input.text.len() - self.input.at))
            }
            Taken::Partial if self.input.is_final => match self.input.end_fault() {
                Some(fault) => Err(fault),
                None => Err(fault(UNCLOSED_TOKEN)),
            },
            Taken::Partial => Ok(false),
        }
    }

    fn step_in_entity(&mut self, index: usize) -> Result<(), Fault> {
        let Frame { text, at, depth, .. } = &self.frames[index];
        let (text, at, depth) = (text.clone(), *at, *depth);
        let rest = text.get(at..).unwrap_or(&[]);
        if rest.is_empty() {
            if self.in_cdata {
                return Err(fault(UNCLOSED_CDATA_SECTION));
            }
            if self.open.len() != depth {
                return Err(fault(ASYNC_ENTITY));
            }
            self.frames.truncate(index);
            return Ok(());
        }
        match self.token(rest, true)? {
            Taken::Used(n) => {
                if let Some(frame) = self.frames.get_mut(index) {
                    frame.at += n;
                }
                Ok(())
            }
            Taken::Partial if self.frames[index].is_parameter => Err(fault(INCOMPLETE_PE)),
            Taken::Partial => Err(fault(UNCLOSED_TOKEN)),
        }
    }

    /// The document is over: is it whole?
    fn end(&mut self) -> Result<(), Fault> {
        let whole = match self.state {
            State::Epilog | State::ExternalSubset => true,
            State::Content => self.is_external && self.open.is_empty(),
            _ => false,
        };
        if self.in_cdata {
            return Err(fault(UNCLOSED_CDATA_SECTION));
        }
        if !whole {
            return Err(fault(if self.is_external { ASYNC_ENTITY } else { NO_ELEMENTS }));
        }
        self.finished = true;
        Ok(())
    }

    fn token(&mut self, rest: &[u8], complete: bool) -> Step {
        if rest.starts_with(b"<?") {
            return self.instruction(rest);
        }
        let at_start = self.input.place.byte < 4 && self.reading().is_none();
        if at_start && !complete && b"<?".starts_with(rest) {
            return Ok(Taken::Partial);
        }
        self.input.undeclared();
        match self.state {
            State::Content if self.in_cdata => self.cdata(rest, complete),
            State::Content => self.content(rest, complete),
            State::Prolog | State::Epilog => self.outside(rest, complete),
            State::Subset | State::ExternalSubset => self.subset(rest, complete),
            State::SubsetEnd => self.subset_end(rest),
        }
    }

    fn at_start(&self) -> bool {
        self.input.place.byte == self.input.start && self.reading().is_none()
    }

    fn instruction(&mut self, rest: &[u8]) -> Step {
        if self.in_cdata {
            return self.cdata(rest, true);
        }
        let Some((target, data, len)) = chars::instruction(rest)? else {
            return Ok(Taken::Partial);
        };
        if target.eq_ignore_ascii_case(b"xml") {
            if target != b"xml" {
                return Err(invalid(2));
            }
            if !self.at_start() {
                return Err(fault(MISPLACED_XML_PI));
            }
            // In the data; where that starts in the token.
            let start = data.as_ptr().addr().saturating_sub(rest.as_ptr().addr());
            self.declaration(data, &rest[..len]).map_err(|f| f.moved(start))?;
            return Ok(Taken::Used(len));
        }
        self.input.undeclared();
        if self.wants(Handler::ProcessingInstruction) {
            let args = vec![Arg::Name(utf8(target)?), Arg::Text(unix(data)?)];
            self.call(Handler::ProcessingInstruction, args);
        } else {
            self.default(&rest[..len])?;
        }
        Ok(Taken::Used(len))
    }

    /// `version="1.0" encoding="x" standalone="yes"`, in this order.
    fn declaration(&mut self, data: &[u8], raw: &[u8]) -> Result<(), Fault> {
        let code = if self.is_external { TEXT_DECL } else { XML_DECL };
        let malformed = |at: usize| Fault { code, at };
        let mut found: [Option<&[u8]>; 3] = [None; 3];
        let mut values = [0; 3];
        let (mut at, mut next) = (0, 0);
        while at < data.len() {
            let end = chars::name_rest(data, at).unwrap_or(data.len());
            let known = [&b"version"[..], b"encoding", b"standalone"];
            let which = known.iter().position(|n| *n == &data[at..end]);
            let which = which.filter(|n| *n >= next).ok_or(malformed(at))?;
            next = which + 1;
            at = end + chars::spaces(data, end);
            if data.get(at) != Some(&b'=') {
                return Err(malformed(at));
            }
            at += 1 + chars::spaces(data, at + 1);
            let value = chars::quoted(data, at, false).ok().flatten();
            let plain = |b: &u8| b.is_ascii_alphanumeric() || b"._-".contains(b);
            let Some((start, close)) = value else {
                let rest = data.get(at + 1..).unwrap_or(&[]);
                let is_open = matches!(data.get(at), Some(b'"' | b'\''));
                let more = rest.iter().take_while(|b| plain(b)).count() + 1;
                return Err(malformed(if is_open { at + more } else { at }));
            };
            if let Some(n) = data[start..close].iter().position(|b| !plain(b)) {
                return Err(malformed(start + n));
            }
            found[which] = Some(&data[start..close]);
            values[which] = start;
            at = close + 1;
            let gap = chars::spaces(data, at);
            if gap == 0 && at < data.len() {
                return Err(malformed(at));
            }
            at += gap;
        }
        let [version, encoding, standalone] = found;
        let alone = match standalone {
            None => -1,
            Some(b"yes") => 1,
            Some(b"no") => 0,
            Some(_) => return Err(malformed(values[2])),
        };
        let plain = |name: &[u8]| name.first().is_some_and(u8::is_ascii_alphabetic);
        let missing = if self.is_external { encoding.is_none() } else { version.is_none() };
        if encoding.is_some_and(|e| !plain(e)) {
            return Err(malformed(values[1]));
        }
        if missing || self.is_external && alone != -1 {
            return Err(malformed(if data.is_empty() { 0 } else { data.len() }));
        }
        self.dtd.borrow_mut().standalone |= alone == 1;
        if self.wants(Handler::XmlDecl) {
            let optional =
                |text: Option<&[u8]>| text.map_or(Ok(Arg::None), |text| utf8(text).map(Arg::Text));
            let args = vec![optional(version)?, optional(encoding)?, Arg::Int(alone)];
            self.call(Handler::XmlDecl, args);
        } else {
            self.default(raw)?;
        }
        match encoding {
            Some(encoding) => self.input.declared(&utf8(encoding)?),
            None => {
                self.input.undeclared();
                Ok(())
            }
        }
    }

    /// A comment, wherever it stands.
    fn comment(&mut self, rest: &[u8]) -> Step {
        let Some(len) = chars::comment(rest)? else { return Ok(Taken::Partial) };
        if self.wants(Handler::Comment) {
            let text = unix(&rest[4..len - 3])?;
            self.call(Handler::Comment, vec![Arg::Text(text)]);
        } else {
            self.default(&rest[..len])?;
        }
        Ok(Taken::Used(len))
    }

    /// Before and after the element that is the document.
    fn outside(&mut self, rest: &[u8], complete: bool) -> Step {
        let blank = chars::spaces(rest, 0);
        if blank > 0 {
            if rest.len() == blank && !complete && rest.ends_with(b"\r") && blank == 1 {
                return Ok(Taken::Partial);
            }
            self.default(&rest[..blank])?;
            return Ok(Taken::Used(blank));
        }
        let refused =
            fault(if self.state == State::Epilog { JUNK_AFTER_DOC_ELEMENT } else { SYNTAX });
        let [first, tail @ ..] = rest else { return Ok(Taken::Partial) };
        if *first != b'<' {
            if matches!(first, b'"' | b'\'') && memchr::memchr(*first, tail).is_none() {
                return Ok(Taken::Partial);
            }
            let word = chars::name_rest(rest, 0).unwrap_or(rest.len());
            let known = word > 0 || b"()|,[]>\"'%#;+*?".contains(first);
            if !known {
                return Err(invalid(0));
            }
            // Words end at blanks or at signs of declarations.
            let ends = |b: &u8| chars::is_space(*b) || b">),|[%+*?".contains(b);
            if word > 0 && !rest.get(word).is_none_or(ends) {
                return Err(invalid(word));
            }
            return Err(refused);
        }
        match tail.first() {
            None => Ok(Taken::Partial),
            Some(b'!') if rest.starts_with(b"<!--") => self.comment(rest),
            Some(b'!')
                if !complete && (b"<!--".starts_with(rest) || b"<!DOCTYPE".starts_with(rest)) =>
            {
                Ok(Taken::Partial)
            }
            Some(b'!') if rest.starts_with(b"<!DOCTYPE") => {
                if self.state == State::Epilog || self.doctype.is_some() {
                    return Err(refused);
                }
                self.doctype(rest)
            }
            Some(b'!') if matches!(rest.get(2), Some(b'a'..=b'z' | b'A'..=b'Z')) => Err(refused),
            Some(b'!') => Err(invalid(2)),
            Some(_) => {
                match chars::name(rest, 1)? {
                    None if !complete => return Ok(Taken::Partial),
                    _ if self.state == State::Epilog => return Err(refused),
                    _ => {}
                }
                self.state = State::Content;
                if self.doctype.is_none() && self.options.foreign_dtd {
                    self.dtd.borrow_mut().has_parameters = true;
                    self.read_external(None, None)?;
                }
                Ok(Taken::Used(0))
            }
        }
    }

    /// `<!DOCTYPE name SYSTEM "..." [` or `>`.
    fn doctype(&mut self, rest: &[u8]) -> Step {
        let Some(end) = super::dtd::doctype_end(rest)? else { return Ok(Taken::Partial) };
        let head = super::dtd::checked(&rest[..=end], super::dtd::parse_doctype(&rest[..=end]))?;
        let has_subset = rest[end] == b'[';
        if head.system.is_some() {
            let alone = {
                let mut dtd = self.dtd.borrow_mut();
                dtd.has_parameters = true;
                dtd.standalone
            };
            if !alone && self.options.parameters == 0 {
                self.at(head.at);
                self.not_standalone();
            }
        }
        self.at(end);
        if self.wants(Handler::StartDoctypeDecl) {
            let args = vec![
                Arg::Name(head.name),
                head.system.clone().map_or(Arg::None, Arg::Text),
                head.public.clone().map_or(Arg::None, Arg::Text),
                Arg::Int(i64::from(has_subset)),
            ];
            self.call(Handler::StartDoctypeDecl, args);
        } else {
            self.default_tokens(&rest[..end + usize::from(has_subset)])?;
        }
        self.doctype = Some((head.system, head.public));
        if has_subset {
            self.state = State::Subset;
        } else {
            self.doctype_done()?;
        }
        Ok(Taken::Used(end + 1))
    }

    /// The closing `>` has been read.
    fn doctype_done(&mut self) -> Result<(), Fault> {
        self.state = State::Prolog;
        let (system, public) = self.doctype.clone().unwrap_or_default();
        if system.is_some() || self.options.foreign_dtd {
            self.dtd.borrow_mut().has_parameters = true;
            self.read_external(system, public)?;
        }
        if self.wants(Handler::EndDoctypeDecl) {
            self.call(Handler::EndDoctypeDecl, Vec::new());
        } else {
            self.default(b">")?;
        }
        Ok(())
    }

    /// What belongs to the head of the document type, which may have a handler of its own.
    fn default_in_doctype(&mut self, raw: &[u8]) -> Result<(), Fault> {
        if self.wants(Handler::StartDoctypeDecl) { Ok(()) } else { self.default(raw) }
    }

    fn not_standalone(&mut self) {
        if self.wants(Handler::NotStandalone) {
            self.call(Handler::NotStandalone, Vec::new());
        }
    }

    /// Lets the caller read an external document type, if it wants to.
    pub(super) fn read_external(
        &mut self,
        system: Option<String>,
        public: Option<String>,
    ) -> Result<bool, Fault> {
        let wanted = match self.options.parameters {
            0 => false,
            1 => !self.dtd.borrow().standalone,
            _ => true,
        };
        if !wanted || !self.wants(Handler::ExternalEntityRef) {
            return Ok(false);
        }
        let base = self.options.base.clone().map_or(Arg::None, Arg::Text);
        let text = |t: Option<String>| t.map_or(Arg::None, Arg::Text);
        self.call(Handler::ExternalEntityRef, vec![Arg::None, base, text(system), text(public)]);
        Ok(true)
    }

    /// The pieces of a declaration, one by one.
    pub(super) fn default_tokens(&mut self, raw: &[u8]) -> Result<(), Fault> {
        if !self.wants(Handler::Default) && !self.wants(Handler::DefaultExpand) {
            return Ok(());
        }
        let mut at = 0;
        while at < raw.len() {
            let end = super::dtd::piece(raw, at).max(at + 1);
            self.default(&raw[at..end])?;
            at = end;
        }
        Ok(())
    }

    /// Declarations.
    fn subset(&mut self, rest: &[u8], complete: bool) -> Step {
        let blank = chars::spaces(rest, 0);
        if blank > 0 {
            self.default(&rest[..blank])?;
            return Ok(Taken::Used(blank));
        }
        match rest {
            [b']', ..] if self.state == State::Subset && self.reading().is_none() => {
                self.state = State::SubsetEnd;
                self.default_in_doctype(b"]")?;
                Ok(Taken::Used(1))
            }
            [b'%', ..] => self.parameter(rest),
            [b'<', b'!', b'-', b'-', ..] => self.comment(rest),
            [b'<', b'!', b'[', ..] if !self.is_internal() => {
                let Some(taken) = self.conditional(rest)? else { return Ok(Taken::Partial) };
                Ok(Taken::Used(taken))
            }
            [b']', b']', b'>', ..] if self.dtd.borrow().included > 0 => {
                self.dtd.borrow_mut().included -= 1;
                Ok(Taken::Used(3))
            }
            [b'<', b'!', b'a'..=b'z' | b'A'..=b'Z', ..] => {
                let Some(end) = super::dtd::declaration_end(rest)? else {
                    return Ok(Taken::Partial);
                };
                self.declare(&rest[..=end])?;
                Ok(Taken::Used(end + 1))
            }
            [b'<'] | [b'<', b'!'] | [b'<', b'!', b'-'] if !complete => Ok(Taken::Partial),
            [b'<', b'!', ..] => Err(invalid(2)),
            [b'<', ..] => chars::name(rest, 1).and(Err(fault(SYNTAX))),
            _ => {
                let known =
                    chars::name_rest(rest, 0) != Some(0) || b"()|,[]>\"'#;+*?".contains(&rest[0]);
                Err(if known { fault(SYNTAX) } else { invalid(0) })
            }
        }
    }

    fn subset_end(&mut self, rest: &[u8]) -> Step {
        let blank = chars::spaces(rest, 0);
        if blank > 0 {
            self.default_in_doctype(&rest[..blank])?;
            return Ok(Taken::Used(blank));
        }
        if rest.first() != Some(&b'>') {
            return Err(fault(SYNTAX));
        }
        self.doctype_done()?;
        Ok(Taken::Used(1))
    }

    /// `%name;` between declarations.
    fn parameter(&mut self, rest: &[u8]) -> Step {
        let Some(end) = chars::name(rest, 1)? else { return Ok(Taken::Partial) };
        match rest.get(end) {
            None => return Ok(Taken::Partial),
            Some(b';') => {}
            Some(_) => return Err(invalid(end)),
        }
        let name = utf8(&rest[1..end])?;
        let raw = &rest[..=end];
        let alone = {
            let mut dtd = self.dtd.borrow_mut();
            dtd.has_parameters = true;
            dtd.standalone
        };
        if self.options.parameters == 0 {
            self.dtd.borrow_mut().is_partial |= !alone;
            self.default(raw)?;
        } else {
            self.read_parameter(name, raw, alone)?;
        }
        if !alone {
            self.not_standalone();
        }
        Ok(Taken::Used(end + 1))
    }

    fn read_parameter(&mut self, name: String, raw: &[u8], alone: bool) -> Result<(), Fault> {
        if self.frames.iter().any(|f| f.is_parameter && f.name == name) {
            return Err(fault(RECURSIVE_ENTITY_REF));
        }
        let entity = self.dtd.borrow().parameters.get(&name).cloned();
        let Some(entity) = entity else {
            self.dtd.borrow_mut().is_partial |= !alone;
            if self.wants(Handler::SkippedEntity) {
                self.call(Handler::SkippedEntity, vec![Arg::Name(name), Arg::Int(1)]);
                return Ok(());
            }
            return self.default(raw);
        };
        if let Some(text) = &entity.value {
            return self.enter(name, text.clone(), true);
        }
        if !self.read_external(entity.system.clone(), entity.public.clone())? {
            self.dtd.borrow_mut().is_partial |= !alone;
            self.default(raw)?;
        }
        Ok(())
    }

    /// Counts what expanding makes.
    pub(super) fn expands(&mut self, len: usize) -> Result<(), Fault> {
        const FREE: u64 = 8 << 20;
        const FACTOR: u64 = 100;
        self.indirect += len as u64;
        let (direct, all) = (self.input.total.max(1), self.indirect + self.input.total);
        if all > FREE && all / direct > FACTOR {
            return Err(fault(AMPLIFICATION_LIMIT_BREACH));
        }
        Ok(())
    }

    /// Reads an entity's text next.
    fn enter(&mut self, name: String, text: Rc<[u8]>, is_parameter: bool) -> Result<(), Fault> {
        self.expands(text.len() + 1)?;
        let depth = self.open.len();
        self.frames.push(Frame { name, text, at: 0, depth, is_parameter });
        Ok(())
    }

    fn cdata(&mut self, rest: &[u8], complete: bool) -> Step {
        if rest.starts_with(b"]]>") {
            self.in_cdata = false;
            if self.wants(Handler::EndCdataSection) {
                self.call(Handler::EndCdataSection, Vec::new());
            } else {
                self.default(b"]]>")?;
            }
            return Ok(Taken::Used(3));
        }
        if !complete && b"]]>".starts_with(rest) {
            return Ok(Taken::Partial);
        }
        let stop = |b: u8| matches!(b, b']' | b'\n' | b'\r');
        self.text(rest, complete, stop)
    }

    /// A run of text, which ends before what `stop` says; or a line end alone.
    fn text(&mut self, rest: &[u8], complete: bool, stop: fn(u8) -> bool) -> Step {
        match rest {
            [b'\r', b'\n', ..] => return self.characters("\n", &rest[..2]),
            [b'\r'] if !complete => return Ok(Taken::Partial),
            [b'\r' | b'\n', ..] => return self.characters("\n", &rest[..1]),
            _ => {}
        }
        let end = rest[1..].iter().position(|b| stop(*b)).map_or(rest.len(), |n| n + 1);
        let end = match chars::bad_char(rest, 0, end) {
            Some(0) => return Err(invalid(0)),
            Some(bad) => bad,
            None => self.input.piece(rest, end),
        };
        if self.wants(Handler::CharacterData) {
            let text = utf8(&rest[..end])?;
            self.call(Handler::CharacterData, vec![Arg::Text(text)]);
        } else {
            self.default(&rest[..end])?;
        }
        Ok(Taken::Used(end))
    }

    /// Text that stands for `raw`.
    fn characters(&mut self, text: &str, raw: &[u8]) -> Step {
        if self.wants(Handler::CharacterData) {
            self.call(Handler::CharacterData, vec![Arg::Text(text.to_owned())]);
        } else {
            self.default(raw)?;
        }
        Ok(Taken::Used(raw.len()))
    }

    fn content(&mut self, rest: &[u8], complete: bool) -> Step {
        match rest {
            [b'<', b'/', ..] => self.end_tag(rest),
            [b'<', b'!', ..] => self.marked(rest),
            [b'<'] => Ok(Taken::Partial),
            [b'<', ..] => self.start_tag(rest),
            [b'&', ..] => self.reference(rest),
            [b']', b']', b'>', ..] => Err(invalid(2)),
            [b']'] | [b']', b']'] if !complete => Ok(Taken::Partial),
            _ => self.text(rest, complete, |b| matches!(b, b'<' | b'&' | b']' | b'\n' | b'\r')),
        }
    }

    fn marked(&mut self, rest: &[u8]) -> Step {
        const CDATA: &[u8] = b"<![CDATA[";
        if rest.starts_with(b"<!--") {
            return self.comment(rest);
        }
        if rest.starts_with(CDATA) {
            self.in_cdata = true;
            if self.wants(Handler::StartCdataSection) {
                self.call(Handler::StartCdataSection, Vec::new());
            } else {
                self.default(CDATA)?;
            }
            return Ok(Taken::Used(CDATA.len()));
        }
        if b"<!--".starts_with(rest) || CDATA.starts_with(rest) {
            return Ok(Taken::Partial);
        }
        let same = |other: &[u8]| rest.iter().zip(other).take_while(|(a, b)| a == b).count();
        Err(invalid(same(CDATA).max(same(b"<!--"))))
    }

    fn start_tag(&mut self, rest: &[u8]) -> Step {
        let Some(tag) = chars::start_tag(rest)? else { return Ok(Taken::Partial) };
        if self.options.separator.is_some() {
            let names = tag.attributes.iter().map(|(name, _)| *name).chain([tag.name]);
            if let Some(at) = names.filter_map(|name| odd_colon(rest, name)).min() {
                return Err(invalid(at));
            }
        }
        let raw = &rest[tag.name.0..tag.name.1];
        let wants_start = self.wants(Handler::StartElement);
        let wants_end = self.wants(Handler::EndElement);
        let (specified, attributes) = self.attributes(rest, &tag, raw)?;
        let before = self.bindings.len();
        let mut attributes = attributes;
        if self.options.separator.is_some() {
            self.bind(&mut attributes)?;
        }
        let specified = specified - attributes.removed;
        let name = self.expanded(raw, true)?;
        let pairs = self.expand_attributes(attributes.pairs)?;
        if wants_start {
            let args = vec![Arg::Name(name.clone()), Arg::Attributes(specified, pairs)];
            self.call(Handler::StartElement, args);
        } else {
            self.default(&rest[..tag.len])?;
        }
        let bindings = self.bindings.len() - before;
        if tag.is_empty {
            if wants_end {
                self.at(tag.len);
                self.call(Handler::EndElement, vec![Arg::Name(name)]);
            }
            self.unbind(bindings);
            self.closed();
        } else {
            self.open.push(Open { raw: raw.to_vec(), name, bindings });
        }
        Ok(Taken::Used(tag.len))
    }

    /// The values of a tag's attributes, and those that declarations add.
    fn attributes(
        &mut self,
        rest: &[u8],
        tag: &chars::Tag,
        element: &[u8],
    ) -> Result<(usize, Attributes), Fault> {
        let element = utf8(element)?;
        let declared = self.dtd.borrow().attributes.get(&element).cloned();
        let mut pairs: Vec<(String, String)> = Vec::with_capacity(tag.attributes.len());
        let mut seen = HashSet::new();
        for (name, value) in &tag.attributes {
            let raw = &rest[name.0..name.1];
            let is_known = match tag.attributes.len() {
                0..=8 => pairs.iter().any(|(n, _)| n.as_bytes() == raw),
                _ => !seen.insert(raw),
            };
            if is_known {
                return Err(Fault { code: DUPLICATE_ATTRIBUTE, at: name.0 });
            }
            let name = utf8(raw)?;
            let words = declared.as_ref().and_then(|d| d.iter().find(|d| d.name == name));
            let is_words = words.is_some_and(|d| !d.is_cdata);
            let value =
                self.value(&rest[value.0..value.1], is_words).map_err(|f| f.moved(value.0))?;
            pairs.push((name, value));
        }
        let specified = pairs.len();
        for declared in declared.iter().flat_map(|d| d.iter()) {
            if let Some(default) = &declared.default
                && !pairs[..specified].iter().any(|(n, _)| *n == declared.name)
            {
                pairs.push((declared.name.clone(), default.clone()));
            }
        }
        Ok((specified, Attributes { pairs, specified, removed: 0 }))
    }

    /// Takes the attributes that bind prefixes out.
    fn bind(&mut self, attributes: &mut Attributes) -> Result<(), Fault> {
        let mut index = 0;
        let mut kept = Vec::with_capacity(attributes.pairs.len());
        for (name, value) in attributes.pairs.drain(..) {
            let prefix = match name.strip_prefix("xmlns") {
                Some("") => Some(""),
                Some(rest) => rest.strip_prefix(':'),
                None => None,
            };
            match prefix {
                Some(prefix) => {
                    check_binding(prefix, &value)?;
                    // Else a name could be taken for another one.
                    if let Some(separator) = self.options.separator
                        && value.contains(separator)
                        && !is_uri_char(separator)
                    {
                        return Err(fault(SYNTAX));
                    }
                    if self.wanted & 1 << Handler::StartNamespaceDecl as u32 != 0 {
                        let optional = |t: &str| match t {
                            "" => Arg::None,
                            _ => Arg::Name(t.to_owned()),
                        };
                        let args = vec![optional(prefix), optional(&value)];
                        self.queue.push_back(Event::Call(Handler::StartNamespaceDecl, args));
                    }
                    self.bindings.push(Binding { prefix: prefix.into(), uri: value });
                    attributes.removed += usize::from(index < attributes.specified);
                }
                None => kept.push((name, value)),
            }
            index += 1;
        }
        attributes.pairs = kept;
        Ok(())
    }

    fn unbind(&mut self, count: usize) {
        for _ in 0..count {
            let Some(binding) = self.bindings.pop() else { break };
            if self.wants(Handler::EndNamespaceDecl) {
                let prefix = String::from_utf8_lossy(&binding.prefix).into_owned();
                let arg = if prefix.is_empty() { Arg::None } else { Arg::Name(prefix) };
                self.call(Handler::EndNamespaceDecl, vec![arg]);
            }
        }
    }

    /// A name with the address that its prefix stands for.
    fn expanded(&self, raw: &[u8], is_element: bool) -> Result<String, Fault> {
        let Some(separator) = self.options.separator else { return utf8(raw) };
        let colon = memchr::memchr(b':', raw);
        let (prefix, local) = match colon {
            Some(colon) => (&raw[..colon], &raw[colon + 1..]),
            None if is_element => (&[][..], raw),
            None => return utf8(raw),
        };
        let bound = self.bindings.iter().rev().find(|b| b.prefix == prefix).map(|b| b.uri.as_str());
        let uri = match bound {
            Some("") => return utf8(raw),
            Some(uri) => uri,
            None if prefix.is_empty() && colon.is_none() => return utf8(raw),
            None if prefix == b"xml" => XML,
            None => return Err(fault(UNBOUND_PREFIX)),
        };
        let mut name = String::from(uri);
        let part = |name: &mut String, text: &[u8]| -> Result<(), Fault> {
            if separator != '\0' {
                name.push(separator);
            }
            name.push_str(&utf8(text)?);
            Ok(())
        };
        part(&mut name, local)?;
        if self.options.triplets && !prefix.is_empty() {
            part(&mut name, prefix)?;
        }
        Ok(name)
    }

    fn expand_attributes(
        &self,
        pairs: Vec<(String, String)>,
    ) -> Result<Vec<(String, String)>, Fault> {
        if self.options.separator.is_none() || !pairs.iter().any(|(n, _)| n.contains(':')) {
            return Ok(pairs);
        }
        let mut seen = HashSet::new();
        let mut out = Vec::with_capacity(pairs.len());
        for (name, value) in pairs {
            let expanded = self.expanded(name.as_bytes(), false)?;
            if expanded != name && !seen.insert(self.identity(&name)?) {
                return Err(fault(DUPLICATE_ATTRIBUTE));
            }
            out.push((expanded, value));
        }
        Ok(out)
    }

    /// What an attribute is, whichever prefix it was written with.
    fn identity(&self, name: &str) -> Result<(String, String), Fault> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let bound = self.bindings.iter().rev().find(|b| b.prefix == prefix.as_bytes());
        Ok((bound.map_or(XML, |b| b.uri.as_str()).to_owned(), local.to_owned()))
    }

    fn end_tag(&mut self, rest: &[u8]) -> Step {
        let end = match rest.get(2) {
            None => None,
            Some(_) => chars::name(rest, 2)?,
        };
        let Some(end) = end else { return Ok(Taken::Partial) };
        let close = end + chars::spaces(rest, end);
        match rest.get(close) {
            None => return Ok(Taken::Partial),
            Some(b'>') => {}
            Some(_) => return Err(invalid(close)),
        }
        let limit = self.reading().map_or(0, |i| self.frames[i].depth);
        if self.open.len() <= limit {
            return Err(fault(ASYNC_ENTITY));
        }
        let Some(open) = self.open.pop() else { return Err(fault(ASYNC_ENTITY)) };
        if open.raw != rest[2..end] {
            return Err(Fault { code: TAG_MISMATCH, at: 2 });
        }
        if self.wants(Handler::EndElement) {
            self.call(Handler::EndElement, vec![Arg::Name(open.name)]);
        } else {
            self.default(&rest[..=close])?;
        }
        self.unbind(open.bindings);
        self.closed();
        Ok(Taken::Used(close + 1))
    }

    /// An element was closed; the last one is the end of the content.
    fn closed(&mut self) {
        if self.open.is_empty() && !self.is_external {
            self.state = State::Epilog;
        }
    }

    fn reference(&mut self, rest: &[u8]) -> Step {
        let Some((what, len)) = chars::reference(rest, 0)? else { return Ok(Taken::Partial) };
        let raw = &rest[..len];
        let name = match what {
            Reference::Char(c) => return self.characters(c.encode_utf8(&mut [0; 4]), raw),
            Reference::Name(name) => match chars::predefined(name) {
                Some(c) => return self.characters(c.encode_utf8(&mut [0; 4]), raw),
                None => utf8(name)?,
            },
        };
        let Some(entity) = self.entity(&name)? else {
            self.skip(name, raw)?;
            return Ok(Taken::Used(len));
        };
        if self.frames.iter().any(|f| !f.is_parameter && f.name == name) {
            return Err(fault(RECURSIVE_ENTITY_REF));
        }
        if entity.notation.is_some() {
            return Err(fault(BINARY_ENTITY_REF));
        }
        if let Some(text) = &entity.value {
            if self.wants(Handler::Default) && !self.wants(Handler::DefaultExpand) {
                self.skip(name, raw)?;
            } else {
                self.enter(name, text.clone(), false)?;
            }
        } else if self.wants(Handler::ExternalEntityRef) {
            let text = |t: &Option<String>| t.clone().map_or(Arg::None, Arg::Text);
            let args = vec![
                Arg::Text(self.entity_context(&name)),
                text(&entity.base),
                text(&entity.system),
                text(&entity.public),
            ];
            self.call(Handler::ExternalEntityRef, args);
        } else {
            self.default(raw)?;
        }
        Ok(Taken::Used(len))
    }

    fn skip(&mut self, name: String, raw: &[u8]) -> Result<(), Fault> {
        if self.wants(Handler::SkippedEntity) {
            self.call(Handler::SkippedEntity, vec![Arg::Name(name), Arg::Int(0)]);
            return Ok(());
        }
        self.default(raw)
    }

    /// The names of the entities that are open, and the prefixes, as expat writes them.
    fn entity_context(&self, name: &str) -> String {
        let bindings = self
            .bindings
            .iter()
            .map(|b| format!("{}={}", String::from_utf8_lossy(&b.prefix), b.uri));
        let open = self.frames.iter().filter(|f| !f.is_parameter).map(|f| f.name.clone());
        let all: Vec<String> = bindings.chain(open).chain([name.to_owned()]).collect();
        all.join("\x0C")
    }
}

/// The place of a colon that does not stand between a prefix and the rest of a name.
fn odd_colon(text: &[u8], (start, end): (usize, usize)) -> Option<usize> {
    let colons = || (start..end).filter(|at| text[*at] == b':');
    let first = colons().next()?;
    if first == start {
        return Some(first);
    }
    if first + 1 == end { Some(end) } else { colons().nth(1) }
}

/// Attributes of a start tag.
struct Attributes {
    pairs: Vec<(String, String)>,
    specified: usize,
    /// Of those in the document.
    removed: usize,
}

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// Whether addresses may have this character.
fn is_uri_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "%-._~:/?#[]@!$&'()*+,;=".contains(c)
}

fn check_binding(prefix: &str, uri: &str) -> Result<(), Fault> {
    let code = match (prefix, uri) {
        ("xml", XML) => return Ok(()),
        ("xml", _) => RESERVED_PREFIX_XML,
        ("xmlns", _) => RESERVED_PREFIX_XMLNS,
        (_, XML | XMLNS) => RESERVED_NAMESPACE_URI,
        ("", "") => return Ok(()),
        (_, "") => UNDECLARING_PREFIX,
        _ => return Ok(()),
    };
    Err(fault(code))
}
