//! The module _crypt: hashes of passwords, from the system's libcrypt, which is loaded at the import.

use crate::support::*;
use std::ffi::CString;
use taipan_sys::dynamic;

/// The module's table. Where there is no libcrypt, the import fails.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_crypt",
    functions: natives![crypt],
    fill: Some(|vm, _| match dynamic::has_crypt() {
        true => Ok(()),
        false => Err(vm.raise_kind(Exc::ModuleNotFoundError, "No module named '_crypt'")),
    }),
    ..ModuleDef::EMPTY
};

/// The hash of word; salt says how it is made and with what it is mixed.
///
/// It is known by its hash: the salt of another call may be the result of the first.
#[native("(word, salt, /)")]
fn crypt(vm: &Vm, word: &str, salt: &str) -> Res {
    let text = |s: &str| CString::new(s).map_err(|_| vm.value_error("embedded null character"));
    let (word, salt) = (text(word)?, text(salt)?);
    // (Many rounds take long.)
    let hash = vm.allow_threads(|| dynamic::crypt(&word, &salt)).map_err(|e| raise_io(vm, e))?;
    crate::posix::decode_path(vm, &hash)
}
