//! Code objects straight from an image, without a unit in between; their bodies when they first run.
//!
//! Does not check what the code does: an image from anywhere but our own compiler goes through
//! `bytecode::verify` as a unit instead.
#![expect(unsafe_code, reason = "the innermost frame")]

use super::code::{as_cells, quick_args};
use super::next::{Next, raise};
use super::{Raised, Res, Vm};
use crate::bytecode::code::CodeUnit;
use crate::bytecode::ops::Op;
use crate::bytecode::stored::{
    CodeRecord, ConstRecord, DEEPEST, Damaged, Image, Indices, NamePool, Reader, StringRecord, utf8,
};
use crate::object::function::{Body, LateBody, Origin};
use crate::object::*;
use crate::text::TextRef;
use std::cell::RefCell;
use std::rc::Rc;

/// Names of a pool to a page of [`SharedNames`].
const PAGE: usize = 128;

type Page = Box<[Option<Obj<Str>>; PAGE]>;

/// The names of a library's pool as one interpreter has them: interned when they are first asked for, and kept.
pub struct SharedNames {
    pool: NamePool<'static>,
    known: RefCell<Box<[Option<Page>]>>,
}

impl SharedNames {
    /// None is known yet.
    pub fn new(pool: NamePool<'static>) -> SharedNames {
        let pages = (0..pool.len().div_ceil(PAGE)).map(|_| None).collect();
        SharedNames { pool, known: RefCell::new(pages) }
    }

    #[inline]
    fn name(&self, vm: &Vm, index: u32) -> Result<Obj<Str>, Damaged> {
        let (page, place) = (index as usize / PAGE, index as usize % PAGE);
        if let Some(Some(names)) = self.known.borrow().get(page)
            && let Some(Some(name)) = names.get(place)
        {
            return Ok(name.clone());
        }
        self.first(vm, index)
    }

    #[inline(never)]
    fn first(&self, vm: &Vm, index: u32) -> Result<Obj<Str>, Damaged> {
        let name = vm.intern(self.pool.name(index)?);
        let mut known = self.known.borrow_mut();
        let page = known.get_mut(index as usize / PAGE).ok_or(Damaged)?;
        let names = page.get_or_insert_with(|| Box::new([const { None }; PAGE]));
        if let Some(place) = names.get_mut(index as usize % PAGE) {
            *place = Some(name.clone());
        }
        Ok(name)
    }
}

/// An image that lies in the program, the name of its file, and the library's names.
#[derive(Clone)]
pub struct Stored(Rc<Inner>);

struct Inner {
    image: &'static [u8],
    filename: Box<str>,
    names: Rc<SharedNames>,
}

impl Stored {
    /// The image must be from our own compiler: what it does is not checked.
    pub fn new(image: &'static [u8], filename: &str, names: Rc<SharedNames>) -> Stored {
        Stored(Rc::new(Inner { image, filename: filename.into(), names }))
    }

    fn open(&self, vm: &Vm) -> Res<Image<'static>> {
        Image::open(self.0.image, self.0.names.pool).map_err(|e| damaged(vm, e))
    }

    /// The code of a record of the image as a unit, with the filename that it is loaded with.
    pub(crate) fn unit(&self, vm: &Vm, record: &'static [u8]) -> Res<CodeUnit> {
        let mut unit = self.open(vm)?.unit_at(record).map_err(|e| damaged(vm, e))?;
        rename(&mut unit, &self.0.filename);
        Ok(unit)
    }
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
    let image = stored.open(vm)?;
    let loader = Loader { vm, stored, image, filename: vm.str(&stored.0.filename)? };
    let root = image.code().map_err(|e| damaged(vm, e))?;
    loader.code(&root)
}

impl Vm {
    /// Get the body of a code object that has none yet.
    #[inline(always)]
    pub(crate) fn load_body(&self, code: &Obj<Code>) -> Res<()> {
        if !code.lacks_body() {
            return Ok(());
        }
        self.load_stored_body(code)
    }

    #[cold]
    #[inline(never)]
    fn load_stored_body(&self, code: &Obj<Code>) -> Res<()> {
        let Origin::Stored(stored, record) = &code.origin else { return Ok(()) };
        let image = stored.open(self)?;
        let loader = Loader { vm: self, stored, image, filename: code.filename.clone() };
        let body = self.recurse(" during compilation", || {
            let record = CodeRecord::again(record).map_err(|e| loader.damaged(e))?;
            loader.body(&record)
        })?;
        code.body.set(body);
        Ok(())
    }
}

/// LoadBody: the innermost frame's code gets its body, and the frame begins there.
///
/// # Safety
/// The innermost frame is about to run its first instruction.
#[cold]
#[inline(never)]
pub(super) unsafe fn enter_body(vm: &Vm) -> Next {
    let frame = vm.frame.get();
    let code = Obj::<Code>::borrow_ptr((*frame).code);
    if let Err(raised) = vm.load_body(&code) {
        return raise(vm, raised);
    }
    (*frame).consts = code.consts_start();
    (*frame).pc.set(code.start());
    Next::resume(vm)
}

struct Loader<'a> {
    vm: &'a Vm,
    stored: &'a Stored,
    image: Image<'static>,
    filename: Obj<Str>,
}

impl Loader<'_> {
    fn damaged(&self, e: Damaged) -> Raised {
        damaged(self.vm, e)
    }

    fn utf8<'s>(&self, bytes: &'s [u8]) -> Res<&'s str> {
        utf8(bytes).map_err(|e| self.damaged(e))
    }

    fn shared(&self, number: u32) -> Res<Obj<Str>> {
        self.stored.0.names.name(self.vm, number).map_err(|e| self.damaged(e))
    }

    /// A name: interned.
    fn name(&self, index: u32) -> Res<Obj<Str>> {
        match self.image.string(index).map_err(|e| self.damaged(e))? {
            StringRecord::Shared(number) => self.shared(number),
            StringRecord::Plain(s) => Ok(self.vm.intern(self.utf8(s)?)),
            StringRecord::Name(s) => Ok(self.vm.intern(s)),
            StringRecord::Wide(_) => Err(self.damaged(Damaged)),
        }
    }

    /// A str constant: interned if it looks like a name.
    fn text(&self, index: u32) -> Res<Obj<Str>> {
        match self.image.string(index).map_err(|e| self.damaged(e))? {
            StringRecord::Shared(number) => self.shared(number),
            StringRecord::Name(s) => Ok(self.vm.intern(s)),
            // (Long texts mostly: ASCII is looked at once.)
            StringRecord::Plain(s) if s.is_ascii() => self.vm.text(TextRef::Ascii(s)),
            StringRecord::Plain(s) => self.vm.str(self.utf8(s)?),
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

    fn code(&self, r: &CodeRecord<'static>) -> Res<Obj<Code>> {
        let vm = self.vm;
        let (simple_args, direct_args) =
            quick_args(r.flags, r.argcount, r.kwonlyargcount, r.nregs, r.makes_generator);
        let doc = match r.doc {
            Some(index) => Some(self.text(index)?.into_object()),
            None => None,
        };
        let cells = r.cells.collect::<Result<Box<[u32]>, Damaged>>();
        let code = Code {
            body: LateBody::missing(),
            nlocals: r.nlocals,
            nregs: r.nregs,
            simple_args,
            direct_args,
            flags: r.flags,
            argcount: r.argcount,
            posonlyargcount: r.posonlyargcount,
            kwonlyargcount: r.kwonlyargcount,
            varnames: self.names(r.varnames)?,
            cells: cells.map_err(|e| self.damaged(e))?,
            freevars: self.names(r.freevars)?,
            name: self.name(r.name)?,
            qualname: self.text(r.qualname)?,
            filename: self.filename.clone(),
            first_line: r.first_line,
            doc,
            origin: Origin::Stored(self.stored.clone(), r.bytes),
        };
        vm.alloc_typed(&vm.types().code, code, 0)
    }

    fn body(&self, record: &CodeRecord<'static>) -> Res<Body> {
        let r = record.body().map_err(|e| self.damaged(e))?;
        let words = r.words(|word| Op::specialised(word, record.nlocals));
        let mut rest = r.rest;
        Ok(Body {
            words: as_cells(words.map_err(|e| self.damaged(e))?.into_boxed_slice()),
            consts: self.constants(&mut rest, r.constants, 0)?.into_boxed_slice(),
            names: self.names(r.names)?,
            exceptions: r.exceptions.into_boxed_slice(),
            self_attributes: self.names(r.self_attributes)?,
        })
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
            ConstRecord::Code(record) => self.code(&record)?.into_object(),
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
