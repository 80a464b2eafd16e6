//! The type `mmap`: making one, closing it, views of its bytes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use taipan_core::native::buffer::{BufferSource, BufferView, Dims, Format, request};
use taipan_sys::errno;
use taipan_sys::fs::{self, Fd};
use taipan_sys::memory::{
    MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, Mapping, MappingKind, PROT_READ, PROT_WRITE,
};

use super::{items, methods};
use crate::support::*;

/// What may be done with the memory: `ACCESS_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Default = 0,
    Read = 1,
    Write = 2,
    Copy = 3,
}

impl Access {
    pub(super) const ALL: [Access; 4] =
        [Access::Default, Access::Read, Access::Write, Access::Copy];

    pub(super) fn name(self) -> &'static str {
        match self {
            Access::Default => "ACCESS_DEFAULT",
            Access::Read => "ACCESS_READ",
            Access::Write => "ACCESS_WRITE",
            Access::Copy => "ACCESS_COPY",
        }
    }
}

/// The memory, where views can reach it.
pub(super) struct Source {
    /// None once it is closed.
    pub(super) mapping: RefCell<Option<Mapping>>,
    /// Memory that is not a file's counts for the interpreter's limit.
    charge: Charge,
    /// Our own descriptor of the file; -1 for none.
    fd: Cell<Fd>,
}

impl Source {
    fn close(&self) {
        drop(self.mapping.take());
        let fd = self.fd.replace(-1);
        if fd >= 0 {
            let _ = fs::close(fd);
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.close();
    }
}

// (While the bytes are written nobody else sees them, and while they are read nobody writes: who finds it otherwise is
// called with nothing, and copies before.)
impl BufferSource for Source {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        if let Ok(mapping) = self.mapping.try_borrow()
            && let Some(mapping) = &*mapping
        {
            f(mapping.bytes());
        }
    }
    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool {
        if let Ok(mut mapping) = self.mapping.try_borrow_mut()
            && let Some(bytes) = mapping.as_mut().and_then(Mapping::bytes_mut)
        {
            f(bytes);
            return true;
        }
        false
    }
    fn released(&self) {}
}

/// The payload of `mmap.mmap`.
pub(super) struct Mmap {
    pub(super) source: Rc<Source>,
    pub(super) access: Access,
    /// Where in the file it starts.
    pub(super) offset: i64,
    /// Where the methods of files are; may lie behind the end after `resize()`.
    pub(super) position: Cell<usize>,
}

impl Payload for Mmap {
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "mmap(fileno, length[, flags[, prot[, access[, offset]]]])\n\n\
          The memory that a file's bytes are mapped to; length 0 is all of the file from offset on.\n\
          With -1 as fileno it is memory without a file.\n\n\
          flags says whether others see what is written: MAP_SHARED, or MAP_PRIVATE. prot is made of\n\
          PROT_READ and PROT_WRITE. access stands for both: ACCESS_READ, ACCESS_WRITE (which goes to the\n\
          file) or ACCESS_COPY (which does not). offset is a multiple of ALLOCATIONGRANULARITY.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF,
    slots: Slots {
        new: Some(<mmap as NativeConstructor>::new),
        repr: Some(repr),
        len: Some(|vm, this| of(vm, this)?.len(vm)),
        getitem: Some(items::getitem),
        setitem: Some(items::setitem),
        contains: Some(items::contains),
        iter: Some(items::iter),
        buffer: Some(export),
        ..Slots::NONE
    },
    methods: methods::TABLE,
    getsets: getsets![closed],
    // CPython's has neither: it is iterated as a sequence.
    fill: Some(|vm, class| {
        for name in ["__iter__", "__contains__"] {
            drop(class.dict.remove_str(vm, &vm.intern(name)));
        }
        Ok(())
    }),
    ..TypeSpec::new::<Mmap>("mmap.mmap")
};

pub(super) fn of<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Mmap>> {
    object.downcast::<Mmap>().ok_or_else(|| vm.system_error("an mmap was expected"))
}

#[cold]
fn closed_error(vm: &Vm) -> Raised {
    vm.value_error("mmap closed or invalid")
}

/// OSError of bytes that cannot be had.
#[cold]
pub(super) fn lost_error(vm: &Vm) -> Raised {
    errors::os_error_parts(
        vm,
        errno::EFAULT,
        "Bad address: the file does not reach so far",
        None,
        None,
    )
}

#[cold]
fn unreadable_error(vm: &Vm) -> Raised {
    raise_io(vm, std::io::Error::from_raw_os_error(errno::EACCES))
}

impl Mmap {
    /// Asks the mapping; ValueError once it is closed. No Python may run inside of `f`.
    #[inline]
    pub(super) fn with<R>(&self, vm: &Vm, f: impl FnOnce(&Mapping) -> R) -> Res<R> {
        match self.source.mapping.borrow().as_ref() {
            Some(mapping) => Ok(f(mapping)),
            None => Err(closed_error(vm)),
        }
    }

    /// The same, to change it.
    pub(super) fn with_mut<R>(&self, vm: &Vm, f: impl FnOnce(&mut Mapping) -> R) -> Res<R> {
        let Ok(mut mapping) = self.source.mapping.try_borrow_mut() else {
            return Err(vm.buffer_error("the mmap is being read"));
        };
        match mapping.as_mut() {
            Some(mapping) => Ok(f(mapping)),
            None => Err(closed_error(vm)),
        }
    }

    #[inline]
    pub(super) fn check_open(&self, vm: &Vm) -> Res<()> {
        self.with(vm, |_| ())
    }

    pub(super) fn len(&self, vm: &Vm) -> Res<usize> {
        self.with(vm, Mapping::len)
    }

    /// What `f` makes of the bytes `from..to`, which are within; OSError if some of them cannot be had.
    #[inline]
    pub(super) fn look<R>(
        &self,
        vm: &Vm,
        (from, to): (usize, usize),
        f: impl FnOnce(&[u8]) -> R,
    ) -> Res<R> {
        let looked = self.with(vm, |mapping| {
            if !mapping.is_readable() {
                return Err(unreadable_error(vm));
            }
            let result = f(mapping.bytes().get(from..to).unwrap_or(&[]));
            if mapping.is_lost(from, to) { Err(lost_error(vm)) } else { Ok(result) }
        })?;
        looked
    }

    /// What `f` makes of the bytes behind a place, and how many of them it has looked at; OSError if some of these
    /// cannot be had.
    pub(super) fn look_ahead<R>(
        &self,
        vm: &Vm,
        from: usize,
        f: impl FnOnce(&[u8]) -> (R, usize),
    ) -> Res<(R, usize)> {
        let looked = self.with(vm, |mapping| {
            if !mapping.is_readable() {
                return Err(unreadable_error(vm));
            }
            let (result, len) = f(mapping.bytes().get(from..).unwrap_or(&[]));
            if mapping.is_lost(from, from + len) { Err(lost_error(vm)) } else { Ok((result, len)) }
        })?;
        looked
    }

    /// A copy of the bytes `from..to`, which are within.
    pub(super) fn part(&self, vm: &Vm, from: usize, to: usize) -> Res {
        Ok(self.look(vm, (from, to), |bytes| vm.bytes(bytes))??.into_object())
    }

    /// Lets `f` write to the bytes `from..to`, which are within; OSError if some of them have gone.
    pub(super) fn change<R>(
        &self,
        vm: &Vm,
        (from, to): (usize, usize),
        f: impl FnOnce(&mut [u8]) -> R,
    ) -> Res<R> {
        let changed = self.with_mut(vm, |mapping| {
            let result =
                f(mapping.bytes_mut().and_then(|b| b.get_mut(from..to)).unwrap_or(&mut []));
            if mapping.is_lost(from, to) { Err(lost_error(vm)) } else { Ok(result) }
        })?;
        changed
    }

    /// Copies bytes in, from wherever they are: perhaps from here.
    pub(super) fn put(&self, vm: &Vm, at: usize, data: &Buffer) -> Res<()> {
        let range = (at, at + data.len());
        let copy = |from: &[u8]| {
            self.change(vm, range, |to| {
                let len = to.len().min(from.len());
                to[..len].copy_from_slice(&from[..len]);
            })
        };
        let own = |from: &[u8]| {
            let is_free = self.source.mapping.try_borrow_mut().is_ok();
            is_free.then(|| copy(from))
        };
        if let Some(done) = data.with(own) {
            return done;
        }
        let mut apart = zeros(vm, data.len())?;
        data.with(|bytes| apart[..bytes.len()].copy_from_slice(bytes));
        copy(&apart)
    }

    /// TypeError if it is for reading only.
    #[inline]
    pub(super) fn check_writable(&self, vm: &Vm) -> Res<()> {
        match self.access {
            Access::Read => Err(vm.type_error("mmap can't modify a readonly memory map.")),
            _ => Ok(()),
        }
    }

    pub(super) fn is_exported(&self) -> bool {
        Rc::strong_count(&self.source) > 1
    }

    /// Our descriptor of the file; -1 for none.
    pub(super) fn fd(&self) -> Fd {
        self.source.fd.get()
    }

    /// Makes it larger or smaller: file, memory, and what is accounted for.
    pub(super) fn resize(&self, vm: &Vm, len: usize) -> Res<()> {
        let resized = self.with_mut(vm, |mapping| {
            if counts(mapping.kind()) {
                charge(vm, &self.source.charge, len)?;
            }
            mapping.resize(len).map_err(|failure| {
                let _ = charge(vm, &self.source.charge, mapping.len());
                raise_io(vm, failure)
            })
        })?;
        resized
    }

    /// Gives memory and file back: BufferError while there are views.
    pub(super) fn close(&self, vm: &Vm) -> Res<()> {
        if self.is_exported() {
            return Err(vm.buffer_error("cannot close exported pointers exist"));
        }
        self.source.close();
        let _ = self.source.charge.set(&vm.interp().heap, 0);
        Ok(())
    }
}

/// Whether the memory is the process's own.
fn counts(kind: MappingKind) -> bool {
    kind.file.is_none() || (kind.flags & MAP_PRIVATE != 0 && kind.protection & PROT_WRITE != 0)
}

/// MemoryError beyond the interpreter's limit. (Without one, memory that is only reserved should not look used to the
/// collector.)
fn charge(vm: &Vm, charge: &Charge, len: usize) -> Res<()> {
    let heap = &vm.interp().heap;
    let len = if heap.limit() == usize::MAX { 0 } else { len };
    charge.set(heap, len).map_err(|e| vm.no_memory(e))
}

/// An argument's bytes.
pub(super) fn bytes_like<'a>(vm: &Vm, object: &'a Object) -> Res<Buffer<'a>> {
    match object.downcast::<Bytes>() {
        Some(bytes) => Ok(Buffer::Bytes(bytes.as_slice())),
        None => buffer::view(vm, object, request::SIMPLE).map(Buffer::View),
    }
}

/// An argument as a C int.
pub(super) fn c_int(vm: &Vm, object: &Object) -> Res<i32> {
    let wide = i64::from_arg(vm, object, &mut (), &ArgInfo::default())?;
    i32::try_from(wide).map_err(|_| {
        let (end, sign) = if wide < 0 { ("less", "min") } else { ("greater", "max") };
        vm.overflow_error(format_args!("signed integer is {end} than {sign}imum"))
    })
}

/// An argument as a C ssize_t.
pub(super) fn c_size(vm: &Vm, object: &Object) -> Res<isize> {
    isize::from_arg(vm, object, &mut (), &ArgInfo::default())
}

/// How to map, from flags, prot and access.
fn modes(vm: &Vm, flags: i32, protection: i32, access: i32) -> Res<(i32, i32, Access)> {
    let both = PROT_READ | PROT_WRITE;
    if access != 0 && (flags != MAP_SHARED || protection != both) {
        return Err(vm.value_error("mmap can't specify both access and flags, prot."));
    }
    Ok(match access {
        0 => {
            let access = match (protection & PROT_READ != 0, protection & PROT_WRITE != 0) {
                (true, true) => Access::Default,
                (false, true) => Access::Write,
                (_, false) => Access::Read,
            };
            (flags, protection, access)
        }
        1 => (MAP_SHARED, PROT_READ, Access::Read),
        2 => (MAP_SHARED, both, Access::Write),
        3 => (MAP_PRIVATE, both, Access::Copy),
        _ => return Err(vm.value_error("mmap invalid access parameter.")),
    })
}

/// How much to map of a file.
fn file_length(vm: &Vm, fd: Fd, length: usize, offset: i64) -> Res<usize> {
    let Some(status) = fs::fstat(fd).ok().filter(fs::Stat::is_file) else { return Ok(length) };
    let rest = status.size.checked_sub(offset).and_then(|rest| usize::try_from(rest).ok());
    match (length, rest) {
        (0, _) if status.size == 0 => Err(vm.value_error("cannot mmap an empty file")),
        (0, None | Some(0)) => Err(vm.value_error("mmap offset is greater than file size")),
        (0, Some(rest)) => Ok(rest),
        (length, Some(rest)) if length <= rest => Ok(length),
        _ => Err(vm.value_error("mmap length is greater than file size")),
    }
}

#[native(
    "(cls, fileno, length, flags=<unrepresentable>, prot=<unrepresentable>, access=<unrepresentable>, offset=<unrepresentable>)",
    constructor,
    name = ""
)]
fn mmap(
    vm: &Vm,
    cls: &Obj<Type>,
    fileno: &Object,
    length: &Object,
    flags: Maybe<&Object>,
    prot: Maybe<&Object>,
    access: Maybe<&Object>,
    offset: Maybe<&Object>,
) -> Res<Obj<Mmap>> {
    let number = |given: Maybe<&Object>, usual: i32| match given {
        Maybe::Given(object) => c_int(vm, object),
        Maybe::Absent => Ok(usual),
    };
    let fd = c_int(vm, fileno)?;
    let length = c_size(vm, length)?;
    let flags = number(flags, MAP_SHARED)?;
    let prot = number(prot, PROT_READ | PROT_WRITE)?;
    let access = number(access, 0)?;
    let offset = match offset {
        Maybe::Given(object) => i64::from_arg(vm, object, &mut (), &ArgInfo::default())?,
        Maybe::Absent => 0,
    };
    let event = [fd.into(), length as i64, access.into(), offset];
    let event = event.iter().map(|&number| vm.int(number)).collect::<Res<Vec<_>>>()?;
    vm.audit("mmap.__new__", event)?;
    let Ok(length) = usize::try_from(length) else {
        return Err(vm.overflow_error("memory mapped length must be positive"));
    };
    if offset < 0 {
        return Err(vm.overflow_error("memory mapped offset must be positive"));
    }
    let (flags, protection, access) = modes(vm, flags, prot, access)?;
    make(vm, cls, fd, length, MappingKind { file: None, offset, protection, flags }, access)
}

fn make(
    vm: &Vm,
    cls: &Obj<Type>,
    fd: Fd,
    length: usize,
    mut kind: MappingKind,
    access: Access,
) -> Res<Obj<Mmap>> {
    let raise = |failure| raise_io(vm, failure);
    let length = if fd == -1 { length } else { file_length(vm, fd, length, kind.offset)? };
    let fd = if fd == -1 { -1 } else { fs::dup(fd).map_err(raise)? };
    let source =
        Source { mapping: RefCell::default(), charge: Charge::default(), fd: Cell::new(fd) };
    if fd == -1 {
        kind.flags |= MAP_ANONYMOUS;
    } else {
        kind.file = Some(fd);
    }
    if counts(kind) {
        charge(vm, &source.charge, length)?;
    }
    source.mapping.replace(Some(Mapping::new(length, kind).map_err(raise)?));
    let (source, position) = (Rc::new(source), Cell::new(0));
    vm.alloc_of(cls, Mmap { source, access, offset: kind.offset, position })
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let mmap = of(vm, this)?;
    let class = vm.type_name(this);
    let len = mmap.source.mapping.borrow().as_ref().map(Mapping::len);
    let text = match len {
        None => format!("<{class} closed=True>"),
        Some(len) => format!(
            "<{class} closed=False, access={}, length={len}, pos={}, offset={}>",
            mmap.access.name(),
            mmap.position.get(),
            mmap.offset
        ),
    };
    Ok(vm.str(&text)?.into_object())
}

fn export(vm: &Vm, this: &Object, flags: u32) -> Res<BufferView> {
    let mmap = of(vm, this)?;
    let readonly = mmap.access == Access::Read;
    if readonly && flags & request::WRITABLE != 0 {
        return Err(vm.buffer_error("Object is not writable."));
    }
    let (len, readable) = mmap.with(vm, |mapping| (mapping.len(), mapping.is_readable()))?;
    if !readable {
        return Err(unreadable_error(vm));
    }
    Ok(BufferView {
        owner: this.clone(),
        source: mmap.source.clone(),
        readonly,
        format: Format::Known("B"),
        itemsize: 1,
        shape: Dims::one(len),
        strides: Dims::one(1),
        offset: 0,
    })
}

#[getter]
fn closed(this: &Obj<Mmap>) -> bool {
    this.source.mapping.borrow().is_none()
}
