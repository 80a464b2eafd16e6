//! Modules that CPython has in C.

use taipan_core::native::ModuleDef;

pub mod abc;
pub mod accounts;
pub mod array;
pub mod atexit;
pub mod audioop;
pub mod binascii;
pub mod bisect;
pub mod cmath;
pub mod collections;
pub mod compression;
pub mod crypt;
pub mod csv;
pub mod ctypes_memory;
pub mod datetime;
pub mod errno;
pub mod expat;
pub mod faulthandler;
pub mod fcntl;
pub mod functools;
pub mod hashes;
pub mod heapq;
pub mod io;
pub mod itertools;
pub mod json;
pub mod locale;
pub mod lsprof;
pub mod math;
#[cfg(feature = "multibyte")]
pub mod multibyte;
pub mod multiprocessing;
pub mod operator;
pub mod pickle;
pub mod policy;
pub mod posix;
pub mod posixsubprocess;
pub mod queue;
pub mod random;
pub mod resource;
pub mod sre;
pub mod stat;
pub mod statistics;
pub mod structs;
mod support;
pub mod sysconfigdata;
pub mod terminal;
pub mod thread;
pub mod time;
pub mod tracemalloc;
pub mod typing;
pub mod unicodedata;
pub mod uuid;
pub mod zlib;

/// The tables of all modules of this crate.
#[rustfmt::skip] // one line each, so that additions do not touch each other
pub static MODULES: &[&ModuleDef] = &[
    &abc::MODULE,
    &accounts::GRP,
    &accounts::PWD,
    &accounts::SPWD,
    &array::MODULE,
    &atexit::MODULE,
    &audioop::MODULE,
    &binascii::MODULE,
    &bisect::MODULE,
    &cmath::MODULE,
    &functools::MODULE,
    &heapq::MODULE,
    &collections::MODULE,
    &compression::bz2::MODULE,
    &compression::lzma::MODULE,
    &crypt::MODULE,
    &csv::MODULE,
    &ctypes_memory::MODULE,
    &datetime::MODULE,
    &datetime::zoneinfo::MODULE,
    &errno::MODULE,
    &expat::MODULE,
    &faulthandler::MODULE,
    &fcntl::MODULE,
    &hashes::BLAKE2,
    &hashes::HASHLIB,
    &hashes::MD5_MODULE,
    &hashes::SHA1_MODULE,
    &hashes::SHA256_MODULE,
    &hashes::SHA3_MODULE,
    &hashes::SHA512_MODULE,
    &io::MODULE,
    &itertools::MODULE,
    &json::MODULE,
    &locale::MODULE,
    &lsprof::MODULE,
    &math::MODULE,
    #[cfg(feature = "multibyte")]
    &multibyte::MODULE,
    &multiprocessing::MODULE,
    &multiprocessing::SHARED,
    &operator::MODULE,
    &pickle::MODULE,
    &posix::MODULE,
    &posixsubprocess::MODULE,
    &queue::MODULE,
    &random::MODULE,
    &resource::MODULE,
    &sre::MODULE,
    &stat::MODULE,
    &statistics::MODULE,
    &structs::MODULE,
    &terminal::SYSLOG,
    &terminal::TERMIOS,
    &sysconfigdata::LINUX,
    &sysconfigdata::MACOS,
    &thread::MODULE,
    &time::MODULE,
    &tracemalloc::MODULE,
    &typing::MODULE,
    &unicodedata::MODULE,
    &uuid::MODULE,
    &zlib::MODULE,
    &taipan_core::builtins::ast::MODULE,
    &taipan_core::types::codecs::module::MODULE,
    &taipan_core::types::context::MODULE,
    &taipan_core::types::str::formatter::MODULE,
    &taipan_core::types::weakref::MODULE,
    &taipan_core::vm::gc::MODULE,
];
