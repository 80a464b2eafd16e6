//! Facts about this Python: version, number formats, hashing, flags.

use super::Flags;
use crate::object::*;
use crate::structseq;
use crate::vm::{Res, Vm};

/// `sys.version_info`: the Python that this one is like.
pub const VERSION_INFO: (i32, i32, i32) = (3, 11, 2);
/// The same as number.
pub const HEX_VERSION: i64 = 0x030b_02f0;
/// `sys.version`.
pub const VERSION: &str = concat!(
    "3.11.2 (taipan ",
    env!("CARGO_PKG_VERSION"),
    ") [Taipan ",
    env!("CARGO_PKG_VERSION"),
    "]"
);

structseq! {
    static VERSION_INFO_TYPE = "sys.version_info", "sys.version_info\n\nWhich Python this is, in five parts that compare as a tuple.", 5, [
        "major": "the first number, 3", "minor": "the second number, 11",
        "micro": "the third number, of fixes",
        "releaselevel": "how ready it is: 'final', or one of 'alpha', 'beta' and 'candidate' before that", "serial": "counts the releases of one level"] sealed
}
structseq! {
    static FLAGS = "sys.flags", "sys.flags\n\nWhat the options of the command line and the environment variables asked for.", 18, [
        "debug": "-d", "inspect": "-i", "interactive": "-i", "optimize": "how often -O was given",
        "dont_write_bytecode": "-B", "no_user_site": "-s", "no_site": "-S", "ignore_environment": "-E",
        "verbose": "-v", "bytes_warning": "-b", "quiet": "-q", "hash_randomization": "-R",
        "isolated": "-I", "dev_mode": "-X dev", "utf8_mode": "-X utf8",
        "warn_default_encoding": "-X warn_default_encoding", "safe_path": "-P",
        "int_max_str_digits": "-X int_max_str_digits"] sealed
}
structseq! {
    static FLOAT_INFO = "sys.float_info", "sys.float_info\n\nWhat the type float can hold.", 11, [
        "max": "the largest float", "max_exp": "the largest exponent of 2, plus 1", "max_10_exp": "the largest exponent of 10",
        "min": "the smallest positive normal float", "min_exp": "the smallest exponent of 2, plus 1",
        "min_10_exp": "the smallest exponent of 10", "dig": "decimal digits that are always kept",
        "mant_dig": "digits of the mantissa", "epsilon": "1.0's distance to the next float",
        "radix": "base of the exponent", "rounds": "rounding mode"]
}
structseq! {
    static INT_INFO = "sys.int_info", "sys.int_info\n\nHow ints are stored and converted.", 4, [
        "bits_per_digit": "how many bits a digit of a large int holds", "sizeof_digit": "how many bytes a digit takes",
        "default_max_str_digits": "where the limit of sys.set_int_max_str_digits() stands at the start",
        "str_digits_check_threshold": "the least limit that can be set, and how many digits are never refused"]
}
structseq! {
    static HASH_INFO = "sys.hash_info", "hash_info\n\nHow numbers and strs are hashed.", 9, [
        "width": "bits of a hash", "modulus": "prime modulus of numbers",
        "inf": "what float('inf') hashes to", "nan": "what float('nan') once hashed to; unused", "imag": "multiplier of imaginary parts",
        "algorithm": "hash of str and bytes", "hash_bits": "its bits", "seed_bits": "bits of its key",
        "cutoff": "length up to which short strs are hashed otherwise"]
}
structseq! {
    static THREAD_INFO = "sys.thread_info", "sys.thread_info\n\nWhat threads are made of.", 3, [
        "name": "the kind of threads", "lock": "what locks are made of",
        "version": "which library of threads it is, or None"]
}

/// What is more than a number or a text is made on first use.
pub(super) fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    let dict = &module.dict;
    let set = |name: &str, text: &str| dict.set_named(vm, name, vm.str(text)?);
    set("version", VERSION)?;
    set("copyright", "Copyright (c) the Taipan authors.")?;
    set("byteorder", if cfg!(target_endian = "big") { "big" } else { "little" })?;
    set("abiflags", "")?;
    set("platlibdir", "lib")?;
    set("float_repr_style", "short")?;
    set("_framework", "")?;
    dict.set_named(vm, "hexversion", vm.int(HEX_VERSION)?)?;
    dict.set_named(vm, "api_version", Object::small(1013))?;
    dict.set_named(vm, "maxsize", vm.int(i64::MAX)?)?;
    dict.set_named(vm, "maxunicode", Object::small(0x10ffff))?;
    module.add_lazy("version_info", version_info);
    module.add_lazy("float_info", float_info);
    module.add_lazy("int_info", int_info);
    module.add_lazy("hash_info", hash_info);
    module.add_lazy("thread_info", thread_info);
    module.add_lazy("stdlib_module_names", stdlib_module_names);
    module.add_lazy("builtin_module_names", builtin_module_names);
    module.add_lazy("implementation", implementation);
    module.add_lazy("_git", git);
    module.add_lazy("flags", |vm| {
        let flags = vm.interp().state::<super::State>().flags.borrow().clone();
        self::flags(vm, &flags)
    });
    Ok(())
}

fn text(vm: &Vm, s: &str) -> Res {
    Ok(vm.str(s)?.into_object())
}

fn version_info(vm: &Vm) -> Res {
    let (major, minor, micro) = VERSION_INFO;
    let n = Object::small;
    VERSION_INFO_TYPE.make(vm, vec![n(major), n(minor), n(micro), text(vm, "final")?, n(0)])
}

fn float_info(vm: &Vm) -> Res {
    let small = Object::small;
    let fields = vec![
        vm.float(f64::MAX)?,
        small(1024),
        small(308),
        vm.float(f64::MIN_POSITIVE)?,
        small(-1021),
        small(-307),
        small(15),
        small(53),
        vm.float(f64::EPSILON)?,
        small(2),
        small(1),
    ];
    FLOAT_INFO.make(vm, fields)
}

fn int_info(vm: &Vm) -> Res {
    let small = Object::small;
    INT_INFO.make(vm, vec![small(30), small(4), small(4300), small(640)])
}

fn hash_info(vm: &Vm) -> Res {
    let small = Object::small;
    let fields = vec![
        small(64),
        vm.int((1 << 61) - 1)?,
        small(314_159),
        small(0),
        small(1_000_003),
        text(vm, "siphash13")?,
        small(64),
        small(128),
        small(0),
    ];
    HASH_INFO.make(vm, fields)
}

fn thread_info(vm: &Vm) -> Res {
    let fields = vec![text(vm, "pthread")?, text(vm, "semaphore")?, Object::none()];
    THREAD_INFO.make(vm, fields)
}

fn stdlib_module_names(vm: &Vm) -> Res {
    let names = vm.new_frozenset()?;
    for name in super::STDLIB.split_ascii_whitespace() {
        names.add(vm, vm.intern(name).as_object())?;
    }
    Ok(names.into_object())
}

fn builtin_module_names(vm: &Vm) -> Res {
    // (The two that are there before any other.)
    let first = ["builtins", "sys"];
    let names = first.into_iter().chain(vm.native_module_names());
    let names = names.map(|n| vm.intern(n).into_object()).collect();
    Ok(vm.tuple(names)?.into_object())
}

fn implementation(vm: &Vm) -> Res {
    let version = match super::attribute(vm, &vm.intern("version_info"))? {
        Some(version) => version,
        None => version_info(vm)?,
    };
    let about = [
        ("name", text(vm, "taipan")?),
        ("cache_tag", text(vm, "taipan-311")?),
        ("version", version),
        ("hexversion", vm.int(HEX_VERSION)?),
    ];
    crate::types::namespace::make(vm, &about)
}

fn git(vm: &Vm) -> Res {
    Ok(vm.tuple(vec![text(vm, "Taipan")?, text(vm, "")?, text(vm, "")?])?.into_object())
}

pub(super) fn flags(vm: &Vm, f: &Flags) -> Res {
    let n = Object::small;
    FLAGS.make(
        vm,
        vec![
            n(f.debug),
            n(f.inspect),
            n(f.interactive),
            n(f.optimize),
            n(f.dont_write_bytecode),
            n(f.no_user_site),
            n(f.no_site),
            n(f.ignore_environment),
            n(f.verbose),
            n(f.bytes_warning),
            n(f.quiet),
            n(f.hash_randomization),
            n(f.isolated),
            Object::bool(f.dev_mode),
            n(f.utf8_mode),
            n(f.warn_default_encoding),
            Object::bool(f.safe_path),
            n(f.int_max_str_digits),
        ],
    )
}
