//! Going from match to match: the type SRE_Scanner, and what finditer() gives.

use super::engine::Mode;
use super::pattern::{Pattern, Search};
use crate::support::{
    Bytes, Obj, Object, Payload, Res, Slots, Str, TypeSpec, Visitor, Vm, getsets, getter, native,
    natives, type_flags,
};
use std::cell::{Cell, RefCell};
use taipan_core::native::buffer::{self, BufferView};

/// Where a search stands.
pub(super) struct Scanner {
    pattern: Obj<Pattern>,
    string: Object,
    pos: usize,
    endpos: isize,
    /// None: at the end.
    next: Cell<Option<usize>>,
    not_empty: Cell<bool>,
    /// Keeps the searched bytes from being resized until the end.
    view: RefCell<Option<BufferView>>,
}

impl Payload for Scanner {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SCANNER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.string);
        visitor.visit(self.pattern.as_object());
    }
}

pub(super) static SCANNER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    methods: natives![match_, search],
    getsets: getsets![pattern],
    ..TypeSpec::new::<Scanner>("_sre.SRE_Scanner")
};

impl Scanner {
    pub(super) fn new(
        vm: &Vm,
        pattern: &Obj<Pattern>,
        string: &Object,
        pos: isize,
        endpos: isize,
    ) -> Res<Scanner> {
        let start = Search::new(vm, pattern, string, pos, endpos)?.start;
        let lent = string.downcast::<Str>().is_some() || string.downcast::<Bytes>().is_some();
        let view =
            if lent { None } else { Some(buffer::view(vm, string, buffer::request::SIMPLE)?) };
        Ok(Scanner {
            pattern: pattern.clone(),
            string: string.clone(),
            pos: start,
            endpos,
            next: Cell::new(Some(start)),
            not_empty: Cell::new(false),
            view: RefCell::new(view),
        })
    }

    fn step(&self, vm: &Vm, mode: Mode) -> Res<Option<Object>> {
        let Some(next) = self.next.get() else { return Ok(None) };
        let pos = self.pos as isize;
        let mut search = Search::new(vm, &self.pattern, &self.string, pos, self.endpos)?;
        (search.start, search.not_empty) = (next, self.not_empty.get());
        if !search.find(mode)? {
            self.next.set(None);
            drop(self.view.take());
            return Ok(None);
        }
        let found = search.to_match()?.into_object();
        search.advance();
        self.next.set(Some(search.start));
        self.not_empty.set(search.not_empty);
        Ok(Some(found))
    }
}

#[native("(self, /)", name = "match")]
fn match_(vm: &Vm, this: &Obj<Scanner>) -> Res<Option<Object>> {
    this.step(vm, Mode::Match)
}

#[native("(self, /)")]
fn search(vm: &Vm, this: &Obj<Scanner>) -> Res<Option<Object>> {
    this.step(vm, Mode::Search)
}

#[getter]
fn pattern(this: &Obj<Scanner>) -> Object {
    this.pattern.as_object().clone()
}

/// The iterator of finditer().
pub(super) struct MatchIter(pub(super) Scanner);

impl Payload for MatchIter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&ITERATOR);
    fn traverse(&self, visitor: &mut Visitor) {
        self.0.traverse(visitor);
    }
}

static ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots {
        iter: Some(|_, this| Ok(this.clone())),
        next: Some(|vm, this| match this.downcast::<MatchIter>() {
            Some(iterator) => iterator.0.step(vm, Mode::Search),
            None => Ok(None),
        }),
        ..Slots::NONE
    },
    ..TypeSpec::new::<MatchIter>("callable_iterator")
};
