//! `listdir` and `scandir`.

use std::cell::{Cell, OnceCell, RefCell};

use taipan_sys::fs::{self, FileKind};

use super::arguments::{Directory, Path, PathOrFd};
use super::{attempt, path_result, structs};
use crate::support::*;

fn open_directory(vm: &Vm, path: &PathOrFd) -> Res<fs::Directory> {
    let opened = match path {
        PathOrFd::Path(path) => {
            crate::policy::path(vm, &path.bytes)?;
            let bytes = path.bytes.as_slice();
            attempt(vm, || fs::Directory::open(bytes))?
        }
        PathOrFd::Fd(fd) => attempt(vm, || fs::Directory::from_fd(*fd))?,
    };
    match opened {
        Ok(directory) => Ok(directory),
        Err(failure) => Err(raise_io_at(vm, failure, &path.object(vm)?)),
    }
}

fn or_current(vm: &Vm, path: Option<Directory>) -> Res<PathOrFd> {
    match path {
        Some(path) => Ok(path.0),
        None => Ok(Directory::current(vm)?.0),
    }
}

/// The names in a directory, in no particular order, without '.' and '..'.
///
/// path may be an open descriptor; None is the current directory. Names are bytes if the path is.
#[native("(path=None)")]
pub(super) fn listdir(vm: &Vm, path: Option<Directory>) -> Res {
    let path = or_current(vm, path)?;
    let as_bytes = path.path().is_some_and(|path| path.is_bytes);
    let mut directory = open_directory(vm, &path)?;
    let names = vm.new_list()?;
    loop {
        match attempt(vm, || directory.next())? {
            Ok(Some(entry)) => {
                let name = path_result(vm, &entry.name, as_bytes)?;
                names.push(name).map_err(|e| vm.no_memory(e))?;
            }
            Ok(None) => return Ok(names.into_object()),
            Err(failure) => return Err(raise_io_at(vm, failure, &path.object(vm)?)),
        }
    }
}

/// Payload of `posix.ScandirIterator`.
pub struct Scandir {
    directory: RefCell<Option<fs::Directory>>,
    path: PathOrFd,
}

impl Payload for Scandir {
    const SPEC: Option<&'static TypeSpec> = Some(&SCANDIR);
}

static SCANDIR: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(|_, this| Ok(this.clone())), next: Some(next_entry), ..Slots::NONE },
    methods: natives![scandir_close, scandir_enter, scandir_exit],
    ..TypeSpec::new::<Scandir>("posix.ScandirIterator")
};

/// The names in a directory, one by one, as objects DirEntry; close() or `with` ends it early.
///
/// path may be an open descriptor; None is the current directory.
#[native("(path=None)")]
pub(super) fn scandir(vm: &Vm, path: Option<Directory>) -> Res {
    let path = or_current(vm, path)?;
    let directory = open_directory(vm, &path)?;
    let scan = Scandir { directory: RefCell::new(Some(directory)), path };
    Ok(vm.alloc(scan)?.into_object())
}

fn next_entry(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(scan) = this.downcast::<Scandir>() else { return Ok(None) };
    // Taken out while another thread may run.
    let Some(mut directory) = scan.directory.take() else { return Ok(None) };
    let next = attempt(vm, || directory.next())?;
    match next {
        Ok(None) => Ok(None),
        Err(failure) => Err(raise_io_at(vm, failure, &scan.path.object(vm)?)),
        Ok(Some(entry)) => {
            scan.directory.replace(Some(directory));
            let (as_bytes, whole, fd) = match &scan.path {
                PathOrFd::Path(path) => (path.is_bytes, join(path, &entry.name), None),
                PathOrFd::Fd(fd) => (false, entry.name.clone(), Some(*fd)),
            };
            let entry = DirEntry {
                name: path_result(vm, &entry.name, as_bytes)?,
                path: path_result(vm, &whole, as_bytes)?,
                bytes: if fd.is_some() { entry.name } else { whole },
                dir: fd,
                ino: entry.ino,
                kind: Cell::new(entry.kind),
                stat: OnceCell::new(),
                lstat: OnceCell::new(),
            };
            Ok(Some(vm.alloc(entry)?.into_object()))
        }
    }
}

fn join(path: &Path, name: &[u8]) -> Vec<u8> {
    let mut whole = path.bytes.clone();
    if !whole.is_empty() && whole.last() != Some(&b'/') {
        whole.push(b'/');
    }
    whole.extend_from_slice(name);
    whole
}

#[native("(self, /)", name = "close")]
fn scandir_close(this: &Obj<Scandir>) {
    drop(this.directory.take());
}

#[native("(self, /)", name = "__enter__")]
fn scandir_enter(this: &Obj<Scandir>) -> Object {
    this.as_object().clone()
}

#[native("(self, /, *args)", name = "__exit__")]
fn scandir_exit(this: &Obj<Scandir>, _args: &[Object]) {
    drop(this.directory.take());
}

/// Payload of `os.DirEntry`.
pub struct DirEntry {
    name: Object,
    path: Object,
    /// What to ask the system for, relative to `dir`.
    bytes: Vec<u8>,
    dir: Option<i32>,
    ino: u64,
    kind: Cell<FileKind>,
    stat: OnceCell<fs::Stat>,
    lstat: OnceCell<fs::Stat>,
}

impl Payload for DirEntry {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&DIR_ENTRY);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(&self.name);
        visitor.visit(&self.path);
    }
}

pub(super) static DIR_ENTRY: TypeSpec = TypeSpec {
    doc: "A name in a directory, with what the system tells of it for free.",
    flags: type_flags::NO_NEW,
    slots: Slots { repr: Some(entry_repr), ..Slots::NONE },
    methods: natives![class_getitem, is_dir, is_file, is_symlink, entry_stat, inode, entry_fspath],
    getsets: getsets![entry_name, entry_path],
    ..TypeSpec::new::<DirEntry>("posix.DirEntry")
};

impl DirEntry {
    fn status(&self, vm: &Vm, follow: bool) -> Res<std::io::Result<fs::Stat>> {
        let is_link = matches!(self.kind.get(), FileKind::Symlink | FileKind::Unknown);
        let cell = if follow && is_link { &self.stat } else { &self.lstat };
        if let Some(status) = cell.get() {
            return Ok(Ok(*status));
        }
        let (bytes, dir) = (self.bytes.as_slice(), self.dir);
        let follow = follow && is_link;
        let status = attempt(vm, || fs::stat_at(bytes, dir, follow))?;
        if let Ok(status) = &status {
            let _ = cell.set(*status);
        }
        Ok(status)
    }

    /// Whether it is of a kind that a status shows; what does not exist is of none.
    fn has_status(&self, vm: &Vm, follow: bool, test: fn(&fs::Stat) -> bool) -> Res<bool> {
        match self.status(vm, follow)? {
            Ok(status) => Ok(test(&status)),
            Err(failure) if failure.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(failure) => Err(raise_io_at(vm, failure, &self.path)),
        }
    }
}

/// Does the name lead to a directory? What is behind a symlink counts, unless follow_symlinks is false.
#[native("(self, /, *, follow_symlinks=True)")]
fn is_dir(vm: &Vm, this: &Obj<DirEntry>, follow_symlinks: bool) -> Res<bool> {
    match this.kind.get() {
        FileKind::Dir => Ok(true),
        FileKind::File | FileKind::Other => Ok(false),
        FileKind::Symlink if !follow_symlinks => Ok(false),
        _ => this.has_status(vm, follow_symlinks, fs::Stat::is_dir),
    }
}

/// Does the name lead to an ordinary file? What is behind a symlink counts, unless follow_symlinks is false.
#[native("(self, /, *, follow_symlinks=True)")]
fn is_file(vm: &Vm, this: &Obj<DirEntry>, follow_symlinks: bool) -> Res<bool> {
    match this.kind.get() {
        FileKind::File => Ok(true),
        FileKind::Dir | FileKind::Other => Ok(false),
        FileKind::Symlink if !follow_symlinks => Ok(false),
        _ => this.has_status(vm, follow_symlinks, fs::Stat::is_file),
    }
}

/// Is it a symlink itself, wherever that leads?
#[native("(self, /)")]
fn is_symlink(vm: &Vm, this: &Obj<DirEntry>) -> Res<bool> {
    match this.kind.get() {
        FileKind::Symlink => Ok(true),
        FileKind::Unknown => this.has_status(vm, false, fs::Stat::is_symlink),
        _ => Ok(false),
    }
}

/// The status of the entry; asked for once.
#[native("(self, /, *, follow_symlinks=True)", name = "stat")]
fn entry_stat(vm: &Vm, this: &Obj<DirEntry>, follow_symlinks: bool) -> Res {
    match this.status(vm, follow_symlinks)? {
        Ok(status) => structs::stat_result(vm, &status),
        Err(failure) => Err(raise_io_at(vm, failure, &this.path)),
    }
}

/// The number of the file within its device, without asking the system.
#[native("(self, /)")]
fn inode(this: &Obj<DirEntry>) -> u64 {
    this.ino
}

/// The attribute `path`: what os.fspath() makes of it.
#[native("(self, /)", name = "__fspath__")]
fn entry_fspath(this: &Obj<DirEntry>) -> Object {
    this.path.clone()
}

/// The name, relative to the directory.
#[getter(name = "name")]
fn entry_name(this: &Obj<DirEntry>) -> Object {
    this.name.clone()
}

/// what open() takes: the directory as scandir() got it, and the name
#[getter(name = "path")]
fn entry_path(this: &Obj<DirEntry>) -> Object {
    this.path.clone()
}

fn entry_repr(vm: &Vm, this: &Object) -> Res {
    let Some(entry) = this.downcast::<DirEntry>() else { return Ok(Object::not_implemented()) };
    let name = vm.repr_string(&entry.name)?;
    Ok(vm.str(&format!("<DirEntry {name}>"))?.into_object())
}
