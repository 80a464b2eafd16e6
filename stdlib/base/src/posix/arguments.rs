//! Arguments that name files: paths, descriptors, and what may be either.

use taipan_sys::fs;

use crate::support::*;

/// A path.
pub(super) struct Path {
    pub(super) bytes: Vec<u8>,
    /// The text or bytes, for error messages.
    pub(super) object: Object,
    /// Results that are paths are bytes too.
    pub(super) is_bytes: bool,
}

/// A path or an open descriptor.
pub(super) enum PathOrFd {
    Path(Path),
    Fd(i32),
}

/// A path or an open descriptor; None is the current directory.
pub(super) struct Directory(pub(super) PathOrFd);

/// "stat: path should be string, bytes, os.PathLike or integer, not float"
fn wrong(vm: &Vm, info: &ArgInfo, expected: &str, got: &Object) -> Raised {
    let name = if info.name.is_empty() { "path" } else { info.name };
    vm.type_error(format_args!(
        "{}: {name} should be {expected}, not {}",
        info.function,
        vm.type_name(got)
    ))
}

fn convert(vm: &Vm, object: &Object, info: &ArgInfo, expected: &str) -> Res<Path> {
    let is_text = |o: &Object| o.downcast::<Str>().is_some() || o.downcast::<Bytes>().is_some();
    let path = if is_text(object) {
        object.clone()
    } else {
        match vm.lookup_special(object, &vm.names().__fspath__)? {
            Some(method) => {
                let path = vm.call(&method, &[])?;
                if !is_text(&path) {
                    return Err(vm.type_error(format_args!(
                        "expected {}.__fspath__() to return str or bytes, not {}",
                        vm.type_name(object),
                        vm.type_name(&path)
                    )));
                }
                path
            }
            None => return Err(wrong(vm, info, expected, object)),
        }
    };
    let has_nul = match (path.downcast::<Str>(), path.downcast::<Bytes>()) {
        (Some(text), _) => crate::io::has_nul(text),
        (_, Some(bytes)) => bytes.as_slice().contains(&0),
        _ => false,
    };
    if has_nul && path.downcast::<Str>().is_some() {
        return Err(vm.value_error("embedded null byte"));
    }
    if has_nul {
        let name = if info.name.is_empty() { "path" } else { info.name };
        return Err(
            vm.value_error(format_args!("{}: embedded null character in {name}", info.function))
        );
    }
    let FsPath { bytes, is_bytes, .. } = FsPath::from_arg(vm, &path, &mut (), info)?;
    Ok(Path { bytes, object: path, is_bytes })
}

impl<'a> FromArg<'a> for Path {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        convert(vm, object, info, "string, bytes or os.PathLike")
    }
}

/// A descriptor if the object is an integer.
fn descriptor(vm: &Vm, object: &Object) -> Res<Option<i32>> {
    if vm.class_of(object).slots().index.is_none() {
        return Ok(None);
    }
    let number = vm.index(object)?;
    let number =
        vm.as_i64(&number).ok_or_else(|| vm.overflow_error("fd is greater than maximum"))?;
    match i32::try_from(number) {
        Ok(fd) => Ok(Some(fd)),
        Err(_) if number < 0 => Err(vm.overflow_error("fd is less than minimum")),
        Err(_) => Err(vm.overflow_error("fd is greater than maximum")),
    }
}

impl<'a> FromArg<'a> for PathOrFd {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        if let Some(fd) = descriptor(vm, object)? {
            return Ok(PathOrFd::Fd(fd));
        }
        convert(vm, object, info, "string, bytes, os.PathLike or integer").map(PathOrFd::Path)
    }
}

impl<'a> FromArg<'a> for Directory {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        if object.is_none() {
            return Directory::current(vm);
        }
        if let Some(fd) = descriptor(vm, object)? {
            return Ok(Directory(PathOrFd::Fd(fd)));
        }
        let expected = "string, bytes, os.PathLike, integer or None";
        convert(vm, object, info, expected).map(|path| Directory(PathOrFd::Path(path)))
    }
}

impl Directory {
    /// What None stands for.
    pub(super) fn current(vm: &Vm) -> Res<Directory> {
        let object = vm.str(".")?.into_object();
        Ok(Directory(PathOrFd::Path(Path { bytes: b".".to_vec(), object, is_bytes: false })))
    }
}

impl PathOrFd {
    /// The path; ValueError of `complaint` for a descriptor.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            PathOrFd::Path(path) => Some(path),
            PathOrFd::Fd(_) => None,
        }
    }

    /// As the system's functions for attributes want it.
    pub(super) fn target(&self, follow: bool) -> fs::Target<'_> {
        match self {
            PathOrFd::Path(path) if follow => fs::Target::Path(&path.bytes),
            PathOrFd::Path(path) => fs::Target::Link(&path.bytes),
            PathOrFd::Fd(fd) => fs::Target::Fd(*fd),
        }
    }

    /// What error messages name.
    pub(super) fn object(&self, vm: &Vm) -> Res {
        match self {
            PathOrFd::Path(path) => Ok(path.object.clone()),
            PathOrFd::Fd(fd) => vm.int(i64::from(*fd)),
        }
    }
}

/// `dir_fd`: a descriptor, or None.
#[derive(Clone, Copy)]
pub(super) struct DirFd(pub(super) Option<i32>);

impl<'a> FromArg<'a> for DirFd {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        if object.is_none() {
            return Ok(DirFd(None));
        }
        match descriptor(vm, object)? {
            Some(fd) => Ok(DirFd(Some(fd))),
            None => Err(vm.type_error(format_args!(
                "argument should be integer or None, not {}",
                vm.type_name(object)
            ))),
        }
    }
}

/// The `dir_fd` of an argument that may be left out.
pub(super) fn at(given: Option<DirFd>) -> Option<i32> {
    given.and_then(|dir| dir.0)
}

/// A descriptor, or an object whose `fileno()` gives one.
#[derive(Clone, Copy)]
pub(super) struct Fildes(pub(super) i32);

impl<'a> FromArg<'a> for Fildes {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        taipan_core::native::descriptor_of(vm, object).map(Fildes)
    }
}

/// A user or group id: an integer of 32 bits, or -1.
#[derive(Clone, Copy)]
pub(super) struct Id(pub(super) u32);

impl<'a> FromArg<'a> for Id {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        let what =
            if info.name.starts_with('g') || info.function.contains("gid") { "gid" } else { "uid" };
        if vm.class_of(object).slots().index.is_none() {
            return Err(vm.type_error(format_args!(
                "{what} should be integer, not {}",
                vm.type_name(object)
            )));
        }
        let number = vm.index(object)?;
        match vm.as_i64(&number) {
            Some(-1) => Ok(Id(u32::MAX)),
            Some(number) if number < 0 => {
                Err(vm.overflow_error(format_args!("{what} is less than minimum")))
            }
            number => match number.and_then(|number| u32::try_from(number).ok()) {
                Some(id) => Ok(Id(id)),
                None => Err(vm.overflow_error(format_args!("{what} is greater than maximum"))),
            },
        }
    }
}
