//! Code objects straight from an image, without a unit in between.
//!
//! Does not check what the code does: an image from anywhere but our own compiler goes through
//! `bytecode::verify` as a unit instead.

use super::code::{as_cells, makes_generator, quick_args};
use super::{Raised, Res, Vm};
use crate::bytecode::code::CodeUnit;
use crate::bytecode::ops::Op;
use crate::bytecode::stored::{
    CodeRecord, ConstRecord, DEEPEST, Damaged, Image, Indices, Reader, StringRecord,
};
use crate::object::function::Origin;
use crate::object::*;
use std::cell::RefCell;
use std::rc::Rc;

/// An image that lies in the program, and the name of its file.
#[derive(Clone)]
pub struct Stored {
    image: &'static [u8],
    filename: Rc<str>,
}

/// Which code of an image: how many code records begin before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(u32);

impl Stored {
    /// The image must be from our own compiler: what it does is not checked.
    pub fn new(image: &'static [u8], filename: &str) -> Stored {
        Stored { image, filename: filename.into() }
    }

    /// What is executed, as a unit, with the filename that it is loaded with.
    pub(crate) fn unit(&self, vm: &Vm, place: Place) -> Res<CodeUnit> {
        let unit = Image::open(self.image).and_then(|image| image.unit());
        let mut unit = unit.map_err(|e| damaged(vm, e))?;
        rename(&mut unit, &self.filename);
        let mut at = 0;
        nth(&unit, place.0, &mut at).cloned().ok_or_else(|| damaged(vm, Damaged))
    }
}

/// The unit with so many others in front of it, in the order in which they are written.
fn nth<'a>(unit: &'a CodeUnit, wanted: u32, at: &mut u32) -> Option<&'a CodeUnit> {
    use crate::bytecode::code::Const;
    if *at == wanted {
        return Some(unit);
    }
    *at += 1;
    unit.consts.iter().find_map(|c| match c {
        Const::Code(inner) => nth(inner, wanted, at),
        _ => None,
    })
}

fn rename(unit: &mut CodeUnit, filename: &str) {
    unit.filename = filename.to_owned();
    for c in &mut unit.consts {
        if let crate::bytecode::code::Const::Code(inner) = c {
            rename(inner, filename);
        }
    }
}

#[cold]
fn damaged(vm: &Vm, _: Damaged) -> Raised {
    vm.import_error("the embedded code is damaged")
}

/// The code object of an image.
pub(super) fn load(vm: &Vm, stored: &Stored) -> Res<Obj<Code>> {
    let image = Image::open(stored.image).map_err(|e| damaged(vm, e))?;
    let mut names = Vec::new();
    names.try_reserve_exact(image.strings()).map_err(|_| vm.no_memory(NoMemory))?;
    names.resize(image.strings(), None);
    let filename = vm.str(&stored.filename)?;
    let loader = Loader { vm, stored, image, filename, names: RefCell::new(names), met: 0.into() };
    let root = image.code().map_err(|e| damaged(vm, e))?;
    loader.code(&root, 0)
}

struct Loader<'a> {
    vm: &'a Vm,
    stored: &'a Stored,
    image: Image<'static>,
    filename: Obj<Str>,
    /// The names met so far, by index.
    names: RefCell<Vec<Option<Obj<Str>>>>,
    /// How many code records were met so far.
    met: std::cell::Cell<u32>,
}

impl Loader<'_> {
    fn damaged(&self, e: Damaged) -> Raised {
        damaged(self.vm, e)
    }

    /// A name: interned.
    fn name(&self, index: u32) -> Res<Obj<Str>> {
        let known = self.names.borrow().get(index as usize).cloned().flatten();
        if let Some(name) = known {
            return Ok(name);
        }
        let name = match self.image.string(index).map_err(|e| self.damaged(e))? {
            StringRecord::Plain(s) | StringRecord::Name(s) => self.vm.intern(s),
            StringRecord::Wide(_) => return Err(self.damaged(Damaged)),
        };
        self.remember(index, &name);
        Ok(name)
    }

    fn remember(&self, index: u32, name: &Obj<Str>) {
        if let Some(place) = self.names.borrow_mut().get_mut(index as usize) {
            *place = Some(name.clone());
        }
    }

    /// A str constant: interned if it looks like a name.
    fn text(&self, index: u32) -> Res<Obj<Str>> {
        let known = self.names.borrow().get(index as usize).cloned().flatten();
        if let Some(name) = known {
            return Ok(name);
        }
        match self.image.string(index).map_err(|e| self.damaged(e))? {
            StringRecord::Plain(s) => self.vm.str(s),
            StringRecord::Name(s) => {
                let name = self.vm.intern(s);
                self.remember(index, &name);
                Ok(name)
            }
            StringRecord::Wide(points) => wide(self.vm, &points),
        }
    }

    fn names(&self, list: Indices) -> Res<Box<[Obj<Str>]>> {
        let mut names = Vec::with_capacity(list.len());
        for index in list {
            names.push(self.name(index.map_err(|e| self.damaged(e))?)?);
        }
        Ok(names.into_boxed_slice())
    }

    fn code(&self, r: &CodeRecord<'static>, depth: u32) -> Res<Obj<Code>> {
        let vm = self.vm;
        let place = Place(self.met.replace(self.met.get() + 1));
        let words = r.words(|word| Op::specialised(word, r.nlocals));
        let words = words.map_err(|e| self.damaged(e))?;
        let (simple_args, direct_args) =
            quick_args(r.flags, r.argcount, r.kwonlyargcount, r.nregs, makes_generator(&words));
        let mut rest = r.rest;
        let consts = self.constants(&mut rest, r.constants, depth)?.into_boxed_slice();
        let doc = match r.doc {
            Some(index) => Some(self.text(index)?.into_object()),
            None => None,
        };
        let code = Code {
            words: as_cells(words.into_boxed_slice()),
            consts,
            names: self.names(r.names)?,
            nlocals: r.nlocals,
            nregs: r.nregs,
            simple_args,
            direct_args,
            flags: r.flags,
            argcount: r.argcount,
            posonlyargcount: r.posonlyargcount,
            kwonlyargcount: r.kwonlyargcount,
            varnames: self.names(r.varnames)?,
            cells: r.cells.clone().into_boxed_slice(),
            freevars: self.names(r.freevars)?,
            name: self.name(r.name)?,
            qualname: self.name(r.qualname)?,
            filename: self.filename.clone(),
            first_line: r.first_line,
            exceptions: r.exceptions.clone().into_boxed_slice(),
            lines: r.lines().map_err(|e| self.damaged(e))?.into_boxed_slice(),
            doc,
            self_attributes: self.names(r.self_attributes)?,
            origin: Origin::Stored(self.stored.clone(), place),
        };
        vm.alloc_typed(&vm.types().code, code, 0)
    }

    fn constants(&self, r: &mut Reader<'static>, count: usize, depth: u32) -> Res<Vec<Object>> {
        (0..count).map(|_| self.constant(r, depth)).collect()
    }

    fn constant(&self, r: &mut Reader<'static>, depth: u32) -> Res {
        let vm = self.vm;
        if depth >= DEEPEST {
            return Err(self.damaged(Damaged));
        }
        Ok(match r.constant().map_err(|e| self.damaged(e))? {
            ConstRecord::None => Object::none(),
            ConstRecord::True => Object::bool(true),
            ConstRecord::False => Object::bool(false),
            ConstRecord::Ellipsis => Object::ellipsis(),
            ConstRecord::Int(i) => vm.int(i)?,
            ConstRecord::Big(b) => vm.bigint(b)?,
            ConstRecord::Float(f) => vm.float(f)?,
            ConstRecord::Complex(re, im) => vm.complex(re, im)?,
            ConstRecord::Str(index) => self.text(index)?.into_object(),
            ConstRecord::Bytes(b) => vm.bytes(b)?.into_object(),
            ConstRecord::Tuple(n) => vm.tuple(self.constants(r, n, depth + 1)?)?.into_object(),
            ConstRecord::FrozenSet(n) => {
                let set = vm.new_frozenset()?;
                for item in self.constants(r, n, depth + 1)? {
                    set.add(vm, &item)?;
                }
                set.into_object()
            }
            ConstRecord::Code(record) => {
                vm.recurse(" during compilation", || self.code(&record, depth + 1))?.into_object()
            }
        })
    }
}

/// A str of code points.
pub(super) fn wide(vm: &Vm, points: &[u32]) -> Res<Obj<Str>> {
    let mut text =
        crate::text::TextBuf::with_capacity(points.len()).map_err(|e| vm.text_error(e))?;
    for p in points {
        text.push(*p).map_err(|e| vm.text_error(e))?;
    }
    vm.text_owned(text.finish())
}
