//! The modules `pwd`, `grp` and `spwd`: users, groups and passwords of the system.
//!
//! The files are read; other name services are not asked.

use taipan_core::structseq;
use taipan_sys::process::{self as sys, Group, Shadow, User};

use crate::posix::decode_path;
use crate::support::*;

/// The module `pwd`.
pub static PWD: ModuleDef = ModuleDef {
    name: "pwd",
    doc: "Accounts of the system: the entries of /etc/passwd, and of what else the system is told to ask.",
    functions: natives![getpwuid, getpwnam, getpwall],
    fill: Some(|vm, module| module.set(vm, "struct_passwd", PASSWD.class(vm)?)),
    ..ModuleDef::EMPTY
};

/// The module `grp`.
pub static GRP: ModuleDef = ModuleDef {
    name: "grp",
    doc: "Groups of the system: the entries of /etc/group, and of what else the system is told to ask.",
    functions: natives![getgrgid, getgrnam, getgrall],
    fill: Some(|vm, module| module.set(vm, "struct_group", GROUP.class(vm)?)),
    ..ModuleDef::EMPTY
};

/// The module `spwd`.
pub static SPWD: ModuleDef = ModuleDef {
    name: "spwd",
    doc: "Passwords of the system and how long they hold: the entries of /etc/shadow.",
    functions: natives![getspnam, getspall],
    fill: Some(|vm, module| {
        let warning = "'spwd' is deprecated and slated for removal in Python 3.13";
        vm.warn(Exc::DeprecationWarning, warning, 7)?;
        module.set(vm, "struct_spwd", SHADOW.class(vm)?)
    }),
    ..ModuleDef::EMPTY
};

structseq! {
    static PASSWD = "pwd.struct_passwd", "A user, as getpwnam, getpwuid and getpwall return them.", 7, ["pw_name": "what one logs in as", "pw_passwd": "nothing of use: passwords are kept elsewhere", "pw_uid": "who it is, as a number", "pw_gid": "the group the user starts in, as a number", "pw_gecos": "who it is, and other remarks", "pw_dir": "the folder where the user starts", "pw_shell": "the program that a log-in starts"]
}

structseq! {
    static GROUP = "grp.struct_group", "A group, as getgrnam, getgrgid and getgrall return them.", 4, ["gr_name": "what the group is called", "gr_passwd": "nothing of use: passwords are kept elsewhere", "gr_gid": "which group it is, as a number", "gr_mem": "names of its members"]
}

structseq! {
    static SHADOW = "spwd.struct_spwd", "A password, as getspnam and getspall return it.", 9, ["sp_namp": "what one logs in as", "sp_pwdp": "the password, encrypted", "sp_lstchg": "day of the last change, since 1970", "sp_min": "days that must pass before a change", "sp_max": "days after which it must be changed", "sp_warn": "days before that in which there is a warning", "sp_inact": "days after it in which one may still log in", "sp_expire": "day on which the account ends, since 1970", "sp_flag": "not used", "sp_nam": "what one logs in as; the old name", "sp_pwd": "the password, encrypted; the old name"]
}

fn shadow(vm: &Vm, shadow: &Shadow) -> Res {
    let (name, password) = (decode_path(vm, &shadow.name)?, decode_path(vm, &shadow.password)?);
    let mut fields = vec![name.clone(), password.clone()];
    for number in shadow.numbers {
        fields.push(vm.int(number)?);
    }
    fields.extend([name, password]);
    SHADOW.make(vm, fields)
}

fn user(vm: &Vm, user: &User) -> Res {
    let fields = vec![
        decode_path(vm, &user.name)?,
        decode_path(vm, &user.password)?,
        vm.int(user.uid.into())?,
        vm.int(user.gid.into())?,
        decode_path(vm, &user.comment)?,
        decode_path(vm, &user.home)?,
        decode_path(vm, &user.shell)?,
    ];
    PASSWD.make(vm, fields)
}

fn group(vm: &Vm, group: &Group) -> Res {
    let members = group.members.iter().map(|name| decode_path(vm, name)).collect::<Res<_>>()?;
    let fields = vec![
        decode_path(vm, &group.name)?,
        decode_path(vm, &group.password)?,
        vm.int(group.gid.into())?,
        vm.list(members)?.into_object(),
    ];
    GROUP.make(vm, fields)
}

fn users(vm: &Vm) -> Res<Vec<User>> {
    crate::policy::open(vm, b"/etc/passwd", 0)?;
    // No file is a system without users.
    Ok(vm.allow_threads(sys::users).unwrap_or_default())
}

fn groups(vm: &Vm) -> Res<Vec<Group>> {
    crate::policy::open(vm, b"/etc/group", 0)?;
    Ok(vm.allow_threads(sys::groups).unwrap_or_default())
}

/// An id's number; -1 is the highest.
fn id(vm: &Vm, object: &Object, what: &str) -> Res<u32> {
    if vm.class_of(object).slots().index.is_none() {
        return Err(
            vm.type_error(format_args!("{what} should be integer, not {}", vm.type_name(object)))
        );
    }
    let index = vm.index(object)?;
    match vm.as_i64(&index) {
        Some(-1) => Ok(u32::MAX),
        // CPython's words for all that a C long holds.
        Some(number) if u32::try_from(number).is_err() => {
            Err(vm.overflow_error(format_args!("{what} is less than minimum")))
        }
        number => number
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| vm.overflow_error(format_args!("{what} is greater than maximum"))),
    }
}

fn unknown(vm: &Vm, text: &str) -> Raised {
    match vm.str(text) {
        Ok(text) => vm.raise_args(Exc::KeyError, vec![text.into_object()]),
        Err(raised) => raised,
    }
}

/// The user of an id.
#[native("(uidobj, /)")]
fn getpwuid(vm: &Vm, uidobj: &Object) -> Res {
    let uid = match id(vm, uidobj, "uid") {
        Ok(uid) => uid,
        Err(raised) => {
            drop(vm.caught(raised, Exc::OverflowError)?);
            return Err(unknown(vm, "getpwuid(): uid not found"));
        }
    };
    match users(vm)?.iter().find(|user| user.uid == uid) {
        Some(found) => user(vm, found),
        None => Err(unknown(vm, &format!("getpwuid(): uid not found: {}", uid as i32))),
    }
}

fn name_of(
    vm: &Vm,
    name: &Object,
    function: &'static str,
    parameter: &'static str,
) -> Res<Vec<u8>> {
    let info = ArgInfo { function, name: parameter, index: 0 };
    if name.downcast::<Str>().is_none() {
        return Err(info.must_be(vm, "str", name));
    }
    Ok(FsPath::from_arg(vm, name, &mut (), &info)?.bytes)
}

/// The user of a name.
#[native("(name, /)")]
fn getpwnam(vm: &Vm, name: &Object) -> Res {
    let bytes = name_of(vm, name, "getpwnam", "")?;
    match users(vm)?.iter().find(|user| user.name == bytes) {
        Some(found) => user(vm, found),
        None => {
            let shown = vm.repr_string(name)?;
            Err(unknown(vm, &format!("getpwnam(): name not found: {shown}")))
        }
    }
}

/// All users, in no order.
#[native("()")]
fn getpwall(vm: &Vm) -> Res<Vec<Object>> {
    users(vm)?.iter().map(|found| user(vm, found)).collect()
}

/// The group of an id.
#[native("(id)")]
fn getgrgid(vm: &Vm, id: &Object) -> Res {
    let gid = self::id(vm, id, "gid")?;
    match groups(vm)?.iter().find(|group| group.gid == gid) {
        Some(found) => group(vm, found),
        None => Err(unknown(vm, &format!("getgrgid(): gid not found: {}", gid as i32))),
    }
}

/// The group of a name.
#[native("(name)")]
fn getgrnam(vm: &Vm, name: &Object) -> Res {
    let bytes = name_of(vm, name, "getgrnam", "name")?;
    match groups(vm)?.iter().find(|group| group.name == bytes) {
        Some(found) => group(vm, found),
        None => {
            let shown = vm.repr_string(name)?;
            Err(unknown(vm, &format!("getgrnam(): name not found: {shown}")))
        }
    }
}

/// All groups, in no order.
#[native("()")]
fn getgrall(vm: &Vm) -> Res<Vec<Object>> {
    groups(vm)?.iter().map(|found| group(vm, found)).collect()
}

/// The password of a user, by name.
#[native("(arg, /)")]
fn getspnam(vm: &Vm, arg: &Object) -> Res {
    let bytes = name_of(vm, arg, "getspnam", "")?;
    crate::policy::open(vm, b"/etc/shadow", 0)?;
    let all = vm.allow_threads(sys::shadows).map_err(|e| raise_io(vm, e))?;
    match all.iter().find(|entry| entry.name == bytes) {
        Some(found) => shadow(vm, found),
        None => Err(unknown(vm, "getspnam(): name not found")),
    }
}

/// The passwords of all users, in no order.
#[native("()")]
fn getspall(vm: &Vm) -> Res<Vec<Object>> {
    crate::policy::open(vm, b"/etc/shadow", 0)?;
    let all = vm.allow_threads(sys::shadows).unwrap_or_default();
    all.iter().map(|found| shadow(vm, found)).collect()
}
