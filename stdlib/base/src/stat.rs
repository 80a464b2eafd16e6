//! The module _stat: what the bits of a file's mode mean.

use crate::support::{FromArg, Object, Res, Vm, native, natives};
use taipan_core::native::{ArgInfo, ModuleDef};
use taipan_core::object::Int;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_stat",
    doc: "S_IFMT: which bits of a mode are the kind of file\n\
          S_IFDIR and its like: the kinds\n\
          S_IRUSR and its like: permissions\n\
          UF_ and SF_: flags of files where the system has them\n\
          ST_: places in the tuple that os.stat() gives",
    functions: natives![
        s_ifmt, s_imode, s_isdir, s_ischr, s_isblk, s_isreg, s_isfifo, s_islnk, s_issock, s_isdoor,
        s_isport, s_iswht, filemode
    ],
    fill: Some(|vm, module| {
        CONSTANTS.iter().try_for_each(|(name, n)| module.dict.set_named(vm, name, vm.int(*n)?))
    }),
    ..ModuleDef::EMPTY
};

const IFDIR: u32 = 0o040000;
const IFCHR: u32 = 0o020000;
const IFBLK: u32 = 0o060000;
const IFREG: u32 = 0o100000;
const IFIFO: u32 = 0o010000;
const IFLNK: u32 = 0o120000;
const IFSOCK: u32 = 0o140000;

#[rustfmt::skip]
const CONSTANTS: &[(&str, i64)] = &[
    ("S_IFDIR", IFDIR as i64), ("S_IFCHR", IFCHR as i64), ("S_IFBLK", IFBLK as i64),
    ("S_IFREG", IFREG as i64), ("S_IFIFO", IFIFO as i64), ("S_IFLNK", IFLNK as i64),
    ("S_IFSOCK", IFSOCK as i64), ("S_IFDOOR", 0), ("S_IFPORT", 0), ("S_IFWHT", 0),
    ("S_ISUID", 0o4000), ("S_ISGID", 0o2000), ("S_ISVTX", 0o1000), ("S_ENFMT", 0o2000),
    ("S_IREAD", 0o400), ("S_IWRITE", 0o200), ("S_IEXEC", 0o100),
    ("S_IRWXU", 0o700), ("S_IRUSR", 0o400), ("S_IWUSR", 0o200), ("S_IXUSR", 0o100),
    ("S_IRWXG", 0o070), ("S_IRGRP", 0o040), ("S_IWGRP", 0o020), ("S_IXGRP", 0o010),
    ("S_IRWXO", 0o007), ("S_IROTH", 0o004), ("S_IWOTH", 0o002), ("S_IXOTH", 0o001),
    ("UF_NODUMP", 0x1), ("UF_IMMUTABLE", 0x2), ("UF_APPEND", 0x4), ("UF_OPAQUE", 0x8),
    ("UF_NOUNLINK", 0x10), ("UF_COMPRESSED", 0x20), ("UF_HIDDEN", 0x8000),
    ("SF_ARCHIVED", 0x1_0000), ("SF_IMMUTABLE", 0x2_0000), ("SF_APPEND", 0x4_0000),
    ("SF_NOUNLINK", 0x10_0000), ("SF_SNAPSHOT", 0x20_0000),
    ("ST_MODE", 0), ("ST_INO", 1), ("ST_DEV", 2), ("ST_NLINK", 3), ("ST_UID", 4), ("ST_GID", 5),
    ("ST_SIZE", 6), ("ST_ATIME", 7), ("ST_MTIME", 8), ("ST_CTIME", 9),
];

/// An argument that is a mode.
struct Mode(u32);

impl Mode {
    fn kind(&self) -> u32 {
        self.0 & 0o170000
    }
}

impl<'a> FromArg<'a> for Mode {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
        if !vm.is_instance(object, vm.types().int.as_object())? {
            return Err(vm.type_error("an integer is required"));
        }
        let big = || object.downcast::<Int>().is_some();
        match vm.as_i64(object) {
            Some(n) if n < 0 => {
                Err(vm.overflow_error("can't convert negative value to unsigned int"))
            }
            Some(n) => match u32::try_from(n) {
                Ok(n) => Ok(Mode(n)),
                Err(_) => Err(vm.overflow_error("mode out of range")),
            },
            None if big() => {
                Err(vm.overflow_error("Python int too large to convert to C unsigned long"))
            }
            None => Err(vm.type_error("an integer is required")),
        }
    }
}

/// The part of a mode that says what kind of file it is.
#[native("(mode, /)", name = "S_IFMT", no_signature)]
fn s_ifmt(mode: Mode) -> u32 {
    mode.kind()
}

/// The part of a mode that os.chmod() can set.
#[native("(mode, /)", name = "S_IMODE", no_signature)]
fn s_imode(mode: Mode) -> u32 {
    mode.0 & 0o7777
}

/// S_ISDIR(mode) -> bool
///
/// Is it a directory, by its mode?
#[native("(mode, /)", name = "S_ISDIR", no_signature)]
fn s_isdir(mode: Mode) -> bool {
    mode.kind() == IFDIR
}

/// S_ISCHR(mode) -> bool
///
/// Is it a device of single bytes such as a terminal, by its mode?
#[native("(mode, /)", name = "S_ISCHR", no_signature)]
fn s_ischr(mode: Mode) -> bool {
    mode.kind() == IFCHR
}

/// S_ISBLK(mode) -> bool
///
/// Is it a device of blocks such as a disk, by its mode?
#[native("(mode, /)", name = "S_ISBLK", no_signature)]
fn s_isblk(mode: Mode) -> bool {
    mode.kind() == IFBLK
}

/// S_ISREG(mode) -> bool
///
/// Is it an ordinary file, by its mode?
#[native("(mode, /)", name = "S_ISREG", no_signature)]
fn s_isreg(mode: Mode) -> bool {
    mode.kind() == IFREG
}

/// S_ISFIFO(mode) -> bool
///
/// Is it a pipe with a name, by its mode?
#[native("(mode, /)", name = "S_ISFIFO", no_signature)]
fn s_isfifo(mode: Mode) -> bool {
    mode.kind() == IFIFO
}

/// S_ISLNK(mode) -> bool
///
/// Is it a symlink, by its mode?
#[native("(mode, /)", name = "S_ISLNK", no_signature)]
fn s_islnk(mode: Mode) -> bool {
    mode.kind() == IFLNK
}

/// S_ISSOCK(mode) -> bool
///
/// Is it a socket, by its mode?
#[native("(mode, /)", name = "S_ISSOCK", no_signature)]
fn s_issock(mode: Mode) -> bool {
    mode.kind() == IFSOCK
}

/// S_ISDOOR(mode) -> bool
///
/// False: no system that Taipan runs on has doors.
#[native("(mode, /)", name = "S_ISDOOR", no_signature)]
fn s_isdoor(_mode: Mode) -> bool {
    false
}

/// S_ISPORT(mode) -> bool
///
/// False: no system that Taipan runs on has event ports.
#[native("(mode, /)", name = "S_ISPORT", no_signature)]
fn s_isport(_mode: Mode) -> bool {
    false
}

/// S_ISWHT(mode) -> bool
///
/// False: no system that Taipan runs on has whiteouts.
#[native("(mode, /)", name = "S_ISWHT", no_signature)]
fn s_iswht(_mode: Mode) -> bool {
    false
}

/// A mode as `ls -l` shows it: ten characters such as '-rwxr-x---'.
#[native("(mode, /)", no_signature)]
fn filemode(mode: Mode) -> String {
    let mut text = String::with_capacity(10);
    text.push(match mode.kind() {
        IFREG => '-',
        IFDIR => 'd',
        IFLNK => 'l',
        IFBLK => 'b',
        IFCHR => 'c',
        IFIFO => 'p',
        IFSOCK => 's',
        _ => '?',
    });
    // Who, and what the bit beside the permission to execute is shown as, with it and without.
    for (shift, special, with, without) in
        [(6, 0o4000, 's', 'S'), (3, 0o2000, 's', 'S'), (0, 0o1000, 't', 'T')]
    {
        let bits = mode.0 >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode.0 & special != 0, bits & 1 != 0) {
            (true, true) => with,
            (true, false) => without,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}
