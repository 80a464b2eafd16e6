//! The type Match.

use super::pattern::Pattern;
use super::subject::Subject;
use super::template;
use crate::support::{
    Dict, Obj, Object, Payload, Res, Slots, Tuple, TypeSpec, Visitor, Vm, class_getitem, getsets,
    getter, native, natives, type_flags,
};
use taipan_core::object::Exc;

/// A match. Groups are places in `string`.
pub(super) struct Match {
    pub(super) string: Object,
    pub(super) pattern: Obj<Pattern>,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Start and end of each group, UNSET where it has no part in the match.
    pub(super) marks: Box<[usize]>,
    pub(super) pos: usize,
    pub(super) endpos: usize,
    /// 0: none.
    pub(super) last_group: u32,
}

impl Payload for Match {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&MATCH);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.string);
        visitor.visit(self.pattern.as_object());
    }
}

pub(super) static MATCH: TypeSpec = TypeSpec {
    doc: "What was found by a regular expression, and where. It counts as true.",
    flags: type_flags::NO_NEW,
    slots: Slots { repr: Some(repr), getitem: Some(getitem), ..Slots::NONE },
    methods: natives![
        group,
        start,
        end,
        span,
        groups,
        groupdict,
        expand,
        copy,
        deepcopy,
        class_getitem
    ],
    getsets: getsets![string, re, pos, endpos, lastindex, lastgroup, regs],
    ..TypeSpec::new::<Match>("re.Match")
};

impl Match {
    /// Where a group lies; None: it has no part in the match.
    pub(super) fn span(&self, group: usize) -> Option<(usize, usize)> {
        if group == 0 {
            return Some((self.start, self.end));
        }
        let at = group.checked_sub(1)?.checked_mul(2)?;
        let (start, end) = (*self.marks.get(at)?, *self.marks.get(at + 1)?);
        (start != super::engine::UNSET && end != super::engine::UNSET && start <= end)
            .then_some((start, end))
    }

    /// A group's text, or the default.
    fn text(&self, vm: &Vm, subject: &Subject, group: usize, default: &Object) -> Res {
        match self.span(group) {
            Some((from, to)) => subject.piece(vm, &self.string, from, to),
            None => Ok(default.clone()),
        }
    }

    /// The number of a group given by number or name.
    fn number(&self, vm: &Vm, key: &Object) -> Res<usize> {
        let number = match key.as_small_int() {
            Some(n) => usize::try_from(n).ok(),
            None if is_index(vm, key) => usize::try_from(vm.index_size(key)?).ok(),
            None => self.pattern.group_of_name(vm, key)?,
        };
        match number {
            Some(n) if n <= self.pattern.groups => Ok(n),
            _ => Err(vm.index_error("no such group")),
        }
    }
}

fn is_index(vm: &Vm, key: &Object) -> bool {
    let class = vm.class_of(key);
    class.slots().index.is_some() || class.has(type_flags::INT)
}

fn of(vm: &Vm, this: &Object) -> Res<Obj<Match>> {
    match this.downcast::<Match>() {
        Some(m) => Ok(m.clone()),
        None => Err(vm.raise_kind(Exc::TypeError, "not a match")),
    }
}

fn getitem(vm: &Vm, this: &Object, key: &Object) -> Res {
    let this = of(vm, this)?;
    let number = this.number(vm, key)?;
    this.text(vm, &Subject::new(vm, &this.string)?, number, &Object::none())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let m = of(vm, this)?;
    let text = m.text(vm, &Subject::new(vm, &m.string)?, 0, &Object::none())?;
    let shown = vm.repr(&text)?;
    let head = format!("<{} object; span=({}, {}), match=", m.class().full_name(), m.start, m.end);
    let head = vm.str(&head)?;
    let tail = vm.str(">")?;
    let parts = [head.as_text(), shown.as_text(), tail.as_text()];
    Ok(vm.text_parts(parts.iter().copied())?.into_object())
}

/// Give one or more groups of the match, by number or name; without arguments the whole match.
#[native("(self, *groups)", no_signature)]
fn group(vm: &Vm, this: &Obj<Match>, groups: &[Object]) -> Res {
    let subject = Subject::new(vm, &this.string)?;
    match groups {
        [] => this.text(vm, &subject, 0, &Object::none()),
        [one] => this.text(vm, &subject, this.number(vm, one)?, &Object::none()),
        many => {
            let mut texts = Vec::new();
            crate::support::reserve(vm, &mut texts, many.len())?;
            for key in many {
                texts.push(this.text(vm, &subject, this.number(vm, key)?, &Object::none())?);
            }
            Ok(vm.tuple(texts)?.into_object())
        }
    }
}

/// Give a tuple of all groups; those without a part in the match are the default.
#[native("(self, /, default=None)")]
fn groups(vm: &Vm, this: &Obj<Match>, default: Option<&Object>) -> Res<Obj<Tuple>> {
    let none = Object::none();
    let default = default.unwrap_or(&none);
    let subject = Subject::new(vm, &this.string)?;
    let mut texts = Vec::new();
    crate::support::reserve(vm, &mut texts, this.pattern.groups)?;
    for group in 1..=this.pattern.groups {
        texts.push(this.text(vm, &subject, group, default)?);
    }
    vm.tuple(texts)
}

/// Give a dict of the named groups; those without a part in the match are the default.
#[native("(self, /, default=None)")]
fn groupdict(vm: &Vm, this: &Obj<Match>, default: Option<&Object>) -> Res<Obj<Dict>> {
    let subject = Subject::new(vm, &this.string)?;
    let none = Object::none();
    let default = default.unwrap_or(&none);
    let dict = vm.new_dict()?;
    for (name, number) in this.pattern.group_index.snapshot() {
        let Some(number) = number.as_small_int() else { continue };
        let text = this.text(vm, &subject, usize::try_from(number).unwrap_or(0), default)?;
        dict.set(vm, &name, text)?;
    }
    Ok(dict)
}

fn place(vm: &Vm, this: &Match, group: Option<&Object>) -> Res<(i64, i64)> {
    let number = match group {
        Some(group) => this.number(vm, group)?,
        None => 0,
    };
    Ok(this.span(number).map_or((-1, -1), |(from, to)| (from as i64, to as i64)))
}

/// Give the place where a group starts, -1 if it has no part in the match.
#[native("(self, group=0, /)")]
fn start(vm: &Vm, this: &Obj<Match>, group: crate::support::Maybe<&Object>) -> Res<i64> {
    Ok(place(vm, this, group.given())?.0)
}

/// Give the place where a group ends, -1 if it has no part in the match.
#[native("(self, group=0, /)")]
fn end(vm: &Vm, this: &Obj<Match>, group: crate::support::Maybe<&Object>) -> Res<i64> {
    Ok(place(vm, this, group.given())?.1)
}

/// Give (start, end) of a group.
#[native("(self, group=0, /)")]
fn span(vm: &Vm, this: &Obj<Match>, group: crate::support::Maybe<&Object>) -> Res<(i64, i64)> {
    place(vm, this, group.given())
}

/// Give the template with the groups of the match filled in, as sub() does.
#[native("(self, /, template)")]
fn expand(vm: &Vm, this: &Obj<Match>, template: &Object) -> Res {
    template::expand(vm, this, template)
}

/// A match never changes: itself.
#[native("(self, /)", name = "__copy__")]
fn copy(this: &Obj<Match>) -> Object {
    this.as_object().clone()
}

/// A match never changes: itself.
#[native("(self, memo, /)", name = "__deepcopy__")]
fn deepcopy(this: &Obj<Match>, _memo: &Object) -> Object {
    this.as_object().clone()
}

/// the text in which it was found
#[getter]
fn string(this: &Obj<Match>) -> Object {
    this.string.clone()
}

/// the pattern that found it
#[getter]
fn re(this: &Obj<Match>) -> Object {
    this.pattern.as_object().clone()
}

/// the index from which the search began, as it was asked to
#[getter]
fn pos(this: &Obj<Match>) -> usize {
    this.pos
}

/// the index where the search stopped, as it was asked to
#[getter]
fn endpos(this: &Obj<Match>) -> usize {
    this.endpos
}

/// The number of the group that was closed last.
#[getter]
fn lastindex(this: &Obj<Match>) -> Option<u32> {
    (this.last_group > 0).then_some(this.last_group)
}

/// the last group that ended, if it has a name
#[getter]
fn lastgroup(this: &Obj<Match>) -> Object {
    let names = &this.pattern.index_group;
    if this.last_group == 0 {
        return Object::none();
    }
    names.get(this.last_group as usize).unwrap_or_else(Object::none)
}

/// The places of all groups.
#[getter]
fn regs(vm: &Vm, this: &Obj<Match>) -> Res<Obj<Tuple>> {
    let mut places = Vec::new();
    crate::support::reserve(vm, &mut places, this.pattern.groups + 1)?;
    for group in 0..=this.pattern.groups {
        let (from, to) = this.span(group).map_or((-1, -1), |(a, b)| (a as i64, b as i64));
        places.push(vm.pair(vm.int(from)?, vm.int(to)?)?.into_object());
    }
    vm.tuple(places)
}
