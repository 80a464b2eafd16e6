//! The type Pattern.

use super::engine::{Mode, Scratch};
use super::matches::Match;
use super::program::Program;
use super::scanner::{MatchIter, Scanner};
use super::subject::Subject;
use super::template::{Replacement, wrong_item};
use crate::support::{
    CmpOp, Dict, List, Obj, Object, Payload, Res, Slots, Tuple, TypeSpec, Visitor, Vm,
    class_getitem, getsets, getter, native, natives, type_flags,
};
use std::cell::RefCell;

/// A compiled regular expression.
pub(super) struct Pattern {
    pub(super) pattern: Object,
    pub(super) flags: i32,
    pub(super) groups: usize,
    pub(super) group_index: Obj<Dict>,
    pub(super) index_group: Obj<Tuple>,
    pub(super) code: Box<[u32]>,
    pub(super) program: Program,
    /// None: of neither kind (there was no pattern text).
    pub(super) is_text: Option<bool>,
    /// Kept from match to match.
    pub(super) scratch: RefCell<Option<Box<Scratch>>>,
}

impl Payload for Pattern {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&PATTERN);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.pattern);
        visitor.visit(self.group_index.as_object());
        visitor.visit(self.index_group.as_object());
    }
}

pub(super) static PATTERN: TypeSpec = TypeSpec {
    doc: "A regular expression, ready for use.",
    flags: type_flags::NO_NEW | type_flags::WEAKREF,
    slots: Slots { repr: Some(repr), hash: Some(hash), richcmp: Some(compare), ..Slots::NONE },
    methods: natives![
        match_,
        fullmatch,
        search,
        sub,
        subn,
        findall,
        split,
        finditer,
        scanner,
        copy,
        deepcopy,
        class_getitem
    ],
    getsets: getsets![pattern, flags, groups, groupindex],
    ..TypeSpec::new::<Pattern>("re.Pattern")
};

/// A subject being searched by a pattern from `start` to `end`.
pub(super) struct Search<'a> {
    vm: &'a Vm,
    pattern: &'a Obj<Pattern>,
    whole: &'a Object,
    pub(super) subject: Subject<'a>,
    pub(super) start: usize,
    end: usize,
    /// Where it began.
    pos: usize,
    pub(super) not_empty: bool,
    scratch: Option<Box<Scratch>>,
}

impl Drop for Search<'_> {
    fn drop(&mut self) {
        if let Ok(mut kept) = self.pattern.scratch.try_borrow_mut() {
            *kept = self.scratch.take();
        }
    }
}

impl<'a> Search<'a> {
    pub(super) fn new(
        vm: &'a Vm,
        pattern: &'a Obj<Pattern>,
        whole: &'a Object,
        pos: isize,
        endpos: isize,
    ) -> Res<Search<'a>> {
        let subject = Subject::new(vm, whole)?;
        match (pattern.is_text, subject.is_text()) {
            (Some(true), false) => {
                return Err(vm.type_error("cannot use a string pattern on a bytes-like object"));
            }
            (Some(false), true) => {
                return Err(vm.type_error("cannot use a bytes pattern on a string-like object"));
            }
            _ => {}
        }
        let length = subject.len();
        let start = usize::try_from(pos).unwrap_or(0).min(length);
        let end = usize::try_from(endpos).unwrap_or(0).min(length);
        let mut scratch = match pattern.scratch.try_borrow_mut() {
            Ok(mut kept) => kept.take().unwrap_or_default(),
            Err(_) => Box::default(),
        };
        scratch.prepare(vm, &pattern.program)?;
        let scratch = Some(scratch);
        Ok(Search {
            vm,
            pattern,
            whole,
            subject,
            start,
            end,
            pos: start,
            not_empty: false,
            scratch,
        })
    }

    pub(super) fn all(vm: &'a Vm, pattern: &'a Obj<Pattern>, whole: &'a Object) -> Res<Search<'a>> {
        Search::new(vm, pattern, whole, 0, isize::MAX)
    }

    /// Whether there is a match.
    #[inline]
    pub(super) fn find(&mut self, mode: Mode) -> Res<bool> {
        let Some(scratch) = &mut self.scratch else { return Ok(false) };
        let (place, not_empty) = ((self.start, self.end), self.not_empty);
        self.subject.find(self.vm, &self.pattern.program, scratch, mode, place, not_empty)
    }

    /// The place of the match that was found.
    pub(super) fn place(&self) -> (usize, usize) {
        self.scratch.as_ref().map_or((0, 0), |s| (s.start, s.end))
    }

    /// The next match is to come behind the one that was found.
    pub(super) fn advance(&mut self) {
        let (from, to) = self.place();
        self.not_empty = from == to;
        self.start = to;
    }

    fn span(&self, group: usize) -> Option<(usize, usize)> {
        let scratch = self.scratch.as_ref()?;
        if group == 0 {
            return Some((scratch.start, scratch.end));
        }
        let (from, to) = (*scratch.marks.get(group * 2 - 2)?, *scratch.marks.get(group * 2 - 1)?);
        (from != super::engine::UNSET && to != super::engine::UNSET && from <= to)
            .then_some((from, to))
    }

    fn piece(&self, from: usize, to: usize) -> Res {
        self.subject.piece(self.vm, self.whole, from, to)
    }

    /// The match object of the match that was found.
    pub(super) fn to_match(&self) -> Res<Obj<Match>> {
        let (start, end) = self.place();
        let (marks, last_group) = match &self.scratch {
            Some(s) => (s.marks.clone().into_boxed_slice(), s.last_group),
            None => (Box::default(), 0),
        };
        self.vm.alloc(Match {
            string: self.whole.clone(),
            pattern: self.pattern.clone(),
            start,
            end,
            marks,
            pos: self.pos,
            endpos: self.end,
            last_group,
        })
    }
}

impl Pattern {
    /// The group that has a name.
    pub(super) fn group_of_name(&self, vm: &Vm, name: &Object) -> Res<Option<usize>> {
        let number = self.group_index.get(vm, name)?;
        Ok(number.and_then(|n| n.as_small_int()).and_then(|n| usize::try_from(n).ok()))
    }
}

fn once(
    vm: &Vm,
    this: &Obj<Pattern>,
    string: &Object,
    (pos, endpos): (isize, Option<isize>),
    mode: Mode,
) -> Res {
    let mut search = Search::new(vm, this, string, pos, endpos.unwrap_or(isize::MAX))?;
    if search.start > search.end || !search.find(mode)? {
        return Ok(Object::none());
    }
    Ok(search.to_match()?.into_object())
}

/// Try the pattern at one place: index pos. Gives a Match or None.
#[native("(self, /, string, pos=0, endpos=sys.maxsize)", name = "match")]
fn match_(vm: &Vm, this: &Obj<Pattern>, string: &Object, pos: isize, endpos: Option<isize>) -> Res {
    once(vm, this, string, (pos, endpos), Mode::Match)
}

/// Try the pattern on everything from pos to endpos. Gives a Match or None.
#[native("(self, /, string, pos=0, endpos=sys.maxsize)")]
fn fullmatch(
    vm: &Vm,
    this: &Obj<Pattern>,
    string: &Object,
    pos: isize,
    endpos: Option<isize>,
) -> Res {
    once(vm, this, string, (pos, endpos), Mode::Full)
}

/// Look for the first match anywhere in the string; None if there is none.
#[native("(self, /, string, pos=0, endpos=sys.maxsize)")]
fn search(vm: &Vm, this: &Obj<Pattern>, string: &Object, pos: isize, endpos: Option<isize>) -> Res {
    once(vm, this, string, (pos, endpos), Mode::Search)
}

/// Give a list of all matches that do not overlap: the text, the group, or a tuple of the groups.
#[native("(self, /, string, pos=0, endpos=sys.maxsize)")]
fn findall(
    vm: &Vm,
    this: &Obj<Pattern>,
    string: &Object,
    pos: isize,
    endpos: Option<isize>,
) -> Res<Obj<List>> {
    let mut search = Search::new(vm, this, string, pos, endpos.unwrap_or(isize::MAX))?;
    let found = vm.new_list()?;
    while search.start <= search.end && search.find(Mode::Search)? {
        let piece = |group: usize| match search.span(group) {
            Some((from, to)) => search.piece(from, to),
            None => search.piece(0, 0),
        };
        let item = match this.groups {
            n @ (0 | 1) => piece(n)?,
            n => {
                let mut items = Vec::new();
                crate::support::reserve(vm, &mut items, n)?;
                for group in 1..=n {
                    items.push(piece(group)?);
                }
                vm.tuple(items)?.into_object()
            }
        };
        found.push(item).map_err(|e| vm.no_memory(e))?;
        search.advance();
        vm.poll()?;
    }
    Ok(found)
}

/// Give an iterator of the match objects of all matches that do not overlap.
#[native("(self, /, string, pos=0, endpos=sys.maxsize)")]
fn finditer(
    vm: &Vm,
    this: &Obj<Pattern>,
    string: &Object,
    pos: isize,
    endpos: Option<isize>,
) -> Res<Obj<MatchIter>> {
    let scanner = Scanner::new(vm, this, string, pos, endpos.unwrap_or(isize::MAX))?;
    vm.alloc(MatchIter(scanner))
}

#[native("(self, /, string, pos=0, endpos=sys.maxsize)")]
fn scanner(
    vm: &Vm,
    this: &Obj<Pattern>,
    string: &Object,
    pos: isize,
    endpos: Option<isize>,
) -> Res<Obj<Scanner>> {
    let scanner = Scanner::new(vm, this, string, pos, endpos.unwrap_or(isize::MAX))?;
    vm.alloc(scanner)
}

/// Split the string at the matches.
#[native("(self, /, string, maxsplit=0)")]
fn split(vm: &Vm, this: &Obj<Pattern>, string: &Object, maxsplit: isize) -> Res<Obj<List>> {
    let mut search = Search::all(vm, this, string)?;
    let parts = vm.new_list()?;
    let add = |part: Object| parts.push(part).map_err(|e| vm.no_memory(e));
    let (mut last, mut count) = (0, 0);
    while (maxsplit == 0 || count < maxsplit) && search.find(Mode::Search)? {
        let (from, to) = search.place();
        add(search.piece(last, from)?)?;
        for group in 1..=this.groups {
            add(match search.span(group) {
                Some((from, to)) => search.piece(from, to)?,
                None => Object::none(),
            })?;
        }
        count += 1;
        last = to;
        search.advance();
        vm.poll()?;
    }
    add(search.piece(last, search.subject.len())?)?;
    Ok(parts)
}

/// The string with matches replaced, and how many.
fn replace(
    vm: &Vm,
    this: &Obj<Pattern>,
    repl: &Object,
    string: &Object,
    count: isize,
) -> Res<(Object, isize)> {
    let replacement = Replacement::new(vm, this, repl)?;
    let mut search = Search::all(vm, this, string)?;
    let mut out = search.subject.output();
    // The first replacement of a wrong type: complained about when all is done.
    let mut wrong: Option<(usize, String)> = None;
    let (mut last, mut n, mut items) = (0, 0, 0);
    while (count == 0 || n < count) && search.find(Mode::Search)? {
        let (from, to) = search.place();
        if last < from {
            out.piece(vm, &search.subject, last, from)?;
            items += 1;
        }
        let mut fits = true;
        let mut item = Object::none();
        match &replacement {
            Replacement::Literal(literal) => {
                fits = out.object(vm, literal)?;
                if !fits {
                    item = literal.clone();
                }
            }
            Replacement::Template(template) => {
                fits = template.write(vm, &mut out, &search.subject, |g| search.span(g))?;
            }
            Replacement::Made(template) => {
                fits = template.write(vm, &mut out, &search.subject, |g| search.span(g))?;
            }
            Replacement::Call(function) => {
                item = vm.call(function, &[search.to_match()?.into_object()])?;
                if !item.is_none() {
                    fits = out.object(vm, &item)?;
                }
            }
        }
        if !fits && wrong.is_none() {
            let name = match &replacement {
                Replacement::Literal(_) | Replacement::Call(_) => vm.type_name(&item),
                _ if search.subject.is_text() => "bytes".to_owned(),
                _ => "str".to_owned(),
            };
            wrong = Some((items, name));
        }
        items += 1;
        n += 1;
        last = to;
        search.advance();
        vm.poll()?;
    }
    if let Some((index, name)) = wrong {
        return Err(wrong_item(vm, index, &name, search.subject.is_text()));
    }
    let length = search.subject.len();
    if n == 0 {
        return Ok((search.piece(0, length)?, 0));
    }
    out.piece(vm, &search.subject, last, length)?;
    Ok((out.finish(vm)?, n))
}

/// Give the string with the matches replaced by repl.
#[native("(self, /, repl, string, count=0)")]
fn sub(vm: &Vm, this: &Obj<Pattern>, repl: &Object, string: &Object, count: isize) -> Res {
    Ok(replace(vm, this, repl, string, count)?.0)
}

/// Give (new string, number of replacements).
#[native("(self, /, repl, string, count=0)")]
fn subn(
    vm: &Vm,
    this: &Obj<Pattern>,
    repl: &Object,
    string: &Object,
    count: isize,
) -> Res<(Object, isize)> {
    replace(vm, this, repl, string, count)
}

/// A pattern never changes: itself.
#[native("(self, /)", name = "__copy__")]
fn copy(this: &Obj<Pattern>) -> Object {
    this.as_object().clone()
}

/// A pattern never changes: itself.
#[native("(self, memo, /)", name = "__deepcopy__")]
fn deepcopy(this: &Obj<Pattern>, _memo: &Object) -> Object {
    this.as_object().clone()
}

/// the source of the expression
#[getter]
fn pattern(this: &Obj<Pattern>) -> Object {
    this.pattern.clone()
}

/// how it was compiled: the flags given, those in the pattern, and re.UNICODE for text
#[getter]
fn flags(this: &Obj<Pattern>) -> i32 {
    this.flags
}

/// how many groups there are, the whole match aside
#[getter]
fn groups(this: &Obj<Pattern>) -> usize {
    this.groups
}

/// the groups that have names, with their numbers, read only
#[getter]
fn groupindex(vm: &Vm, this: &Obj<Pattern>) -> Res {
    let class = vm.type_of_payload::<taipan_core::types::mappingproxy::MappingProxy>()?;
    vm.call(class.as_object(), &[this.group_index.as_object().clone()])
}

const UNICODE: i32 = 32;
/// The flags that say what kind of characters a pattern is about: LOCALE, UNICODE, ASCII.
const KINDS: i32 = 4 | UNICODE | 256;

const FLAG_NAMES: [(&str, i32); 9] = [
    ("re.TEMPLATE", 1),
    ("re.IGNORECASE", 2),
    ("re.LOCALE", 4),
    ("re.MULTILINE", 8),
    ("re.DOTALL", 16),
    ("re.UNICODE", UNICODE),
    ("re.VERBOSE", 64),
    ("re.DEBUG", 128),
    ("re.ASCII", 256),
];

fn of(vm: &Vm, this: &Object) -> Res<Obj<Pattern>> {
    match this.downcast::<Pattern>() {
        Some(p) => Ok(p.clone()),
        None => Err(vm.type_error("not a pattern")),
    }
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let this = of(vm, this)?;
    let mut flags = this.flags;
    // Of a str pattern it goes without saying.
    if this.is_text == Some(true) && flags & KINDS == UNICODE {
        flags &= !UNICODE;
    }
    let mut names = Vec::new();
    for (name, flag) in FLAG_NAMES {
        if flags & flag != 0 {
            names.push(name.to_owned());
            flags &= !flag;
        }
    }
    if flags != 0 {
        names.push(format!("{flags:#x}"));
    }
    let tail = if names.is_empty() { ")".to_owned() } else { format!(", {})", names.join("|")) };
    let shown = vm.repr(&this.pattern)?;
    let (head, tail) = (vm.str("re.compile(")?, vm.str(&tail)?);
    let parts = [head.as_text(), shown.as_text().slice(0, 200), tail.as_text()];
    Ok(vm.text_parts(parts.iter().copied())?.into_object())
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    let this = of(vm, this)?;
    let mut all = taipan_core::text::numhash::TupleHash::new();
    all.add(vm.hash(&this.pattern)?);
    all.add(i64::from(this.flags));
    all.add(this.code.len() as i64);
    Ok(all.finish())
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (CmpOp::Eq | CmpOp::Ne, Some(x), Some(y)) =
        (op, a.downcast::<Pattern>(), b.downcast::<Pattern>())
    else {
        return Ok(Object::not_implemented());
    };
    let same = a.is(b)
        || x.flags == y.flags
            && x.is_text == y.is_text
            && x.code == y.code
            && vm.eq(&x.pattern, &y.pattern)?;
    Ok(Object::bool(same == (op == CmpOp::Eq)))
}
