//! Symbol tables as plain data, for the module `_symtable`: the scopes that the compiler works with.

use std::collections::HashSet;

use super::places::Lines;
use super::scope::{Scope, ScopeKind, Scopes, fact};

/// Bits of a symbol, with CPython's values; from [`SCOPE_OFFSET`] on stands what it is resolved to.
pub const DEF_GLOBAL: u32 = 1;
pub const DEF_LOCAL: u32 = 1 << 1;
pub const DEF_PARAM: u32 = 1 << 2;
pub const DEF_NONLOCAL: u32 = 1 << 3;
pub const USE: u32 = 1 << 4;
pub const DEF_IMPORT: u32 = 1 << 7;
pub const DEF_ANNOT: u32 = 1 << 8;
pub const DEF_COMP_ITER: u32 = 1 << 9;
pub const SCOPE_OFFSET: u32 = 11;
pub const LOCAL: u32 = 1;
pub const GLOBAL_EXPLICIT: u32 = 2;
pub const GLOBAL_IMPLICIT: u32 = 3;
pub const FREE: u32 = 4;
pub const CELL: u32 = 5;

/// What a table is of, with CPython's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    Function = 0,
    Class = 1,
    Module = 2,
}

/// The symbols of one scope.
#[derive(Debug)]
pub struct Table {
    pub name: String,
    pub kind: TableKind,
    /// From 1; 0 for a module.
    pub line: u32,
    /// Inside of a function.
    pub nested: bool,
    /// Index of the enclosing table.
    pub parent: Option<usize>,
    pub symbols: Vec<(String, u32)>,
    /// Parameters.
    pub varnames: Vec<String>,
}

/// The tables of all scopes; an enclosing one comes before those inside.
pub(super) fn tables(scopes: &Scopes, lines: &Lines) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::with_capacity(scopes.list.len());
    for scope in &scopes.list {
        let parent = scope.parent.and_then(|at| tables.get(at));
        let nested = parent.is_some_and(|p| p.nested || p.kind == TableKind::Function);
        let kind = match scope.kind {
            ScopeKind::Module => TableKind::Module,
            ScopeKind::Class => TableKind::Class,
            _ => TableKind::Function,
        };
        let line = match kind {
            TableKind::Module => 0,
            _ => lines.line(scope.range.start().into()),
        };
        tables.push(Table {
            name: scope.title.to_owned(),
            kind,
            line,
            nested,
            parent: scope.parent,
            symbols: symbols(scope),
            varnames: scope.params.iter().map(|name| name.to_string()).collect(),
        });
    }
    declare_globals(&mut tables);
    tables
}

/// What a scope declares global is a symbol of the module too.
fn declare_globals(tables: &mut [Table]) {
    let Some((module, inner)) = tables.split_first_mut() else { return };
    let known: HashSet<String> = module.symbols.iter().map(|(name, _)| name.clone()).collect();
    let mut added = HashSet::new();
    for (name, bits) in inner.iter().flat_map(|table| &table.symbols) {
        if bits & DEF_GLOBAL != 0 && !known.contains(name) && added.insert(name.as_str()) {
            module.symbols.push((name.clone(), DEF_GLOBAL | GLOBAL_EXPLICIT << SCOPE_OFFSET));
        }
    }
}

fn symbols(scope: &Scope) -> Vec<(String, u32)> {
    let own = scope.names.iter().map(|(name, facts)| (name.to_string(), bits(*facts)));
    let passed = scope.free.iter().filter(|name| !scope.names.contains_key(*name));
    own.chain(passed.map(|name| (name.to_string(), FREE << SCOPE_OFFSET))).collect()
}

fn bits(facts: u16) -> u32 {
    let has = |fact: u16| facts & fact != 0;
    let assigned = has(fact::ASSIGNED) || (has(fact::BOUND) && !has(fact::IMPORTED));
    let pairs = [
        (has(fact::GLOBAL), DEF_GLOBAL),
        (assigned, DEF_LOCAL),
        (has(fact::PARAM), DEF_PARAM),
        (has(fact::NONLOCAL), DEF_NONLOCAL),
        (has(fact::USED), USE),
        (has(fact::IMPORTED), DEF_IMPORT),
        (has(fact::ANNOTATED), DEF_ANNOT),
        (has(fact::ITERATION), DEF_COMP_ITER),
    ];
    let scope = match () {
        () if has(fact::GLOBAL) => GLOBAL_EXPLICIT,
        () if has(fact::NONLOCAL) || has(fact::FREE) => FREE,
        () if has(fact::CELL) => CELL,
        () if has(fact::BOUND) || has(fact::PARAM) => LOCAL,
        () => GLOBAL_IMPLICIT,
    };
    pairs.iter().filter(|(is, _)| *is).fold(scope << SCOPE_OFFSET, |all, (_, bit)| all | bit)
}
