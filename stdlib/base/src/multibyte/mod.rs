//! The module `_multibyte_tables`: the mappings of the codecs of East Asia, for `_multibytecodec`, which is written
//! in Python.
//!
//! `tables.bin` is data: `scripts/dev/multibyte_tables.py` writes it and tells its form.

use crate::support::*;

static TABLES: &[u8] = include_bytes!("tables.bin");

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_multibyte_tables",
    doc: "Mappings of multibyte codecs.",
    functions: natives![tables],
    ..ModuleDef::EMPTY
};

/// All tables, compressed.
#[native("()")]
fn tables(vm: &Vm) -> Res {
    Ok(vm.bytes(TABLES)?.into_object())
}
