//! What replaces a match: text with group references.
//!
//! Plain templates are read here, at each call (which is quicker than any look-up in a cache); whatever
//! is odd goes to the `re` package, which knows how to complain.

use super::matches::Match;
use super::pattern::Pattern;
use super::subject::{Output, Subject};
use crate::support::{
    Bytes, List, Obj, Object, Payload, Res, Str, TextRef, TypeSpec, Visitor, Vm, native, type_flags,
};

/// Literals and groups by turns: the first literal, then (group, literal) pairs.
pub(super) struct Template {
    head: Object,
    pairs: Vec<(usize, Object)>,
}

impl Payload for Template {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&TEMPLATE);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.head);
        self.pairs.iter().for_each(|(_, literal)| visitor.visit(literal));
    }
}

pub(super) static TEMPLATE: TypeSpec =
    TypeSpec { flags: type_flags::NO_NEW, ..TypeSpec::new::<Template>("_sre.SRE_Template") };

/// Make a template of a list of literals and group numbers by turns.
#[native("(pattern, template, /)", name = "template")]
pub(super) fn make(vm: &Vm, pattern: &Obj<Pattern>, template: &Obj<List>) -> Res<Obj<Template>> {
    let items = template.to_vec().map_err(|e| vm.no_memory(e))?;
    let invalid = || vm.type_error("invalid template");
    let Some((head, rest)) = items.split_first().filter(|(_, rest)| rest.len() % 2 == 0) else {
        return Err(invalid());
    };
    let mut pairs = Vec::new();
    crate::support::reserve(vm, &mut pairs, rest.len() / 2)?;
    for pair in rest.chunks_exact(2) {
        let group = pair[0].as_small_int().and_then(|n| usize::try_from(n).ok());
        match group {
            Some(group) if group <= pattern.groups => pairs.push((group, pair[1].clone())),
            _ => return Err(invalid()),
        }
    }
    vm.alloc(Template { head: head.clone(), pairs })
}

impl Template {
    /// A template read from its text, if there is nothing odd in it.
    pub(super) fn parse(vm: &Vm, pattern: &Pattern, text: &Object) -> Res<Option<Template>> {
        let mut parts = Parts { pieces: Vec::new(), current: Vec::new() };
        let plain = if let Some(text) = text.downcast_exact::<Str>() {
            let units: Vec<u32> = text.as_text().iter().collect();
            parts.read(vm, pattern, &units)?
        } else if let Some(bytes) = text.downcast_exact::<Bytes>() {
            let units: Vec<u32> = bytes.as_slice().iter().map(|&b| u32::from(b)).collect();
            parts.read(vm, pattern, &units)?
        } else {
            None
        };
        if plain.is_none() {
            return Ok(None);
        }
        let is_text = text.downcast::<Str>().is_some();
        let make = |units: &[u32]| -> Res {
            if is_text {
                return Ok(vm.text_slice(TextRef::Ucs4(units))?.into_object());
            }
            let bytes: Vec<u8> = units.iter().map(|&c| c as u8).collect();
            Ok(vm.bytes(&bytes)?.into_object())
        };
        let mut pieces = parts.pieces.into_iter();
        let (mut literal, mut group) = match pieces.next() {
            Some((literal, group)) => (literal, Some(group)),
            None => (std::mem::take(&mut parts.current), None),
        };
        let head = make(&literal)?;
        let mut pairs = Vec::new();
        while let Some(number) = group {
            (literal, group) = match pieces.next() {
                Some((literal, group)) => (literal, Some(group)),
                None => (std::mem::take(&mut parts.current), None),
            };
            pairs.push((number, make(&literal)?));
        }
        Ok(Some(Template { head, pairs }))
    }

    /// The literal, if it is nothing else.
    pub(super) fn literal(&self) -> Option<&Object> {
        self.pairs.is_empty().then_some(&self.head)
    }

    /// Appends what it stands for in a match. False: a literal's type does not fit.
    pub(super) fn write(
        &self,
        vm: &Vm,
        out: &mut Output,
        subject: &Subject,
        group: impl Fn(usize) -> Option<(usize, usize)>,
    ) -> Res<bool> {
        let mut fits = out.object(vm, &self.head)?;
        for (number, literal) in &self.pairs {
            if let Some((from, to)) = group(*number) {
                out.piece(vm, subject, from, to)?;
            }
            fits &= out.object(vm, literal)?;
        }
        Ok(fits)
    }

    /// What it stands for in a match.
    pub(super) fn expand(&self, vm: &Vm, m: &Match) -> Res {
        if let Some(literal) = self.literal() {
            return Ok(literal.clone());
        }
        let subject = Subject::new(vm, &m.string)?;
        let mut out = subject.output();
        self.write(vm, &mut out, &subject, |group| m.span(group))?;
        out.finish(vm)
    }
}

/// A template being read.
struct Parts {
    pieces: Vec<(Vec<u32>, usize)>,
    current: Vec<u32>,
}

fn is_octal(c: u32) -> bool {
    matches!(c, 0x30..=0x37)
}

fn digit(c: u32) -> Option<u32> {
    matches!(c, 0x30..=0x39).then(|| c - 0x30)
}

impl Parts {
    /// None: not for us.
    fn read(&mut self, vm: &Vm, pattern: &Pattern, units: &[u32]) -> Res<Option<()>> {
        let mut at = 0;
        while at < units.len() {
            let c = units[at];
            at += 1;
            if c != u32::from(b'\\') {
                self.current.push(c);
                continue;
            }
            let Some(&escape) = units.get(at) else { return Ok(None) };
            at += 1;
            let plain = match u8::try_from(escape).unwrap_or(0) {
                b'n' => Some(10),
                b't' => Some(9),
                b'r' => Some(13),
                b'f' => Some(12),
                b'v' => Some(11),
                b'a' => Some(7),
                b'b' => Some(8),
                b'\\' => Some(u32::from(b'\\')),
                _ => None,
            };
            if let Some(plain) = plain {
                self.current.push(plain);
                continue;
            }
            let next = match digit(escape) {
                Some(first @ 1..) => self.number(pattern, units, at, first),
                _ if escape == u32::from(b'g') => self.named(vm, pattern, units, at)?,
                _ => None,
            };
            match next {
                Some(next) => at = next,
                None => return Ok(None),
            }
        }
        Ok(Some(()))
    }

    fn group(&mut self, pattern: &Pattern, number: usize) -> Option<()> {
        if number > pattern.groups {
            return None;
        }
        self.pieces.push((std::mem::take(&mut self.current), number));
        Some(())
    }

    /// `\1`, `\12`, but `\123` is an octal number.
    fn number(&mut self, pattern: &Pattern, units: &[u32], at: usize, first: u32) -> Option<usize> {
        let Some(second) = units.get(at).copied().and_then(digit) else {
            self.group(pattern, first as usize)?;
            return Some(at);
        };
        if first < 8 && second < 8 && units.get(at + 1).copied().is_some_and(is_octal) {
            return None;
        }
        self.group(pattern, (first * 10 + second) as usize)?;
        Some(at + 1)
    }

    /// `\g<name>`, `\g<1>`.
    fn named(
        &mut self,
        vm: &Vm,
        pattern: &Pattern,
        units: &[u32],
        at: usize,
    ) -> Res<Option<usize>> {
        let rest = units.get(at..).unwrap_or(&[]);
        let Some(length) = rest.iter().position(|&c| c == u32::from(b'>')) else { return Ok(None) };
        let Some((&open, name)) = rest[..length].split_first() else { return Ok(None) };
        if open != u32::from(b'<') || name.is_empty() || name.iter().any(|c| *c >= 128) {
            return Ok(None);
        }
        let number = if name.iter().all(|c| digit(*c).is_some()) {
            if name.len() > 6 {
                return Ok(None);
            }
            name.iter().fold(0, |n, c| n * 10 + (c - 0x30) as usize)
        } else {
            let name = vm.text_slice(TextRef::Ucs4(name))?;
            match pattern.group_of_name(vm, name.as_object())? {
                Some(number) => number,
                None => return Ok(None),
            }
        };
        Ok(self.group(pattern, number).map(|()| at + length + 1))
    }
}

/// What to put in the place of matches: `repl` of `sub`.
pub(super) enum Replacement {
    Literal(Object),
    Template(Template),
    /// One made by the `re` package.
    Made(Obj<Template>),
    Call(Object),
}

impl Replacement {
    pub(super) fn new(vm: &Vm, pattern: &Obj<Pattern>, repl: &Object) -> Res<Replacement> {
        if vm.is_callable(repl) {
            return Ok(Replacement::Call(repl.clone()));
        }
        let literal = match Subject::new(vm, repl) {
            Ok(Subject::Text(text)) => text.iter().all(|c| c != u32::from(b'\\')),
            Ok(Subject::Bytes(bytes)) => !bytes.contains(&b'\\'),
            Ok(Subject::Copy(bytes, _)) => !bytes.contains(&b'\\'),
            Err(raised) => {
                // The `re` package says what is wrong with it.
                drop(vm.take_raised(raised));
                false
            }
        };
        if literal {
            return Ok(Replacement::Literal(repl.clone()));
        }
        if let Some(template) = Template::parse(vm, pattern, repl)? {
            return Ok(match template.literal() {
                Some(literal) => Replacement::Literal(literal.clone()),
                None => Replacement::Template(template),
            });
        }
        let made = compile(vm, pattern, repl)?;
        if let Some(template) = made.downcast::<Template>() {
            return Ok(Replacement::Made(template.clone()));
        }
        Ok(if vm.is_callable(&made) { Replacement::Call(made) } else { Replacement::Literal(made) })
    }
}

/// The `re` package's own way: a template, a literal or a function of the match.
fn compile(vm: &Vm, pattern: &Obj<Pattern>, repl: &Object) -> Res {
    let re = import_re(vm)?;
    let args = [pattern.as_object().clone(), repl.clone()];
    match vm.getattr_opt(&re, &vm.intern("_compile_template"))? {
        Some(compile) => vm.call(&compile, &args),
        None => vm.call_method(&re, "_subx", &args),
    }
}

fn import_re(vm: &Vm) -> Res {
    vm.import("re")
}

/// `Match.expand`.
pub(super) fn expand(vm: &Vm, m: &Obj<Match>, template: &Object) -> Res {
    if let Some(plain) = Template::parse(vm, &m.pattern, template)? {
        return plain.expand(vm, m);
    }
    let re = import_re(vm)?;
    let pattern = m.pattern.as_object().clone();
    if let Some(compile) = vm.getattr_opt(&re, &vm.intern("_compile_template"))? {
        let made = vm.call(&compile, &[pattern, template.clone()])?;
        return match made.downcast::<Template>() {
            Some(made) => made.expand(vm, m),
            None => Ok(made),
        };
    }
    vm.call_method(&re, "_expand", &[pattern, m.as_object().clone(), template.clone()])
}

/// Says which item of a result does not fit.
pub(super) fn wrong_item(vm: &Vm, index: usize, name: &str, text: bool) -> crate::support::Raised {
    let expected = if text { "str instance" } else { "a bytes-like object" };
    vm.type_error(format_args!("sequence item {index}: expected {expected}, {name} found"))
}
