//! What a pickler has written: the objects by identity, with the numbers under which the pickle knows them.

use crate::support::{NoMemory, Object, Res, Visitor, Vm};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Addresses are distinct already; this spreads them over the table.
#[derive(Default)]
pub(super) struct ById(u64);

impl Hasher for ById {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }
    fn write_u64(&mut self, id: u64) {
        self.0 = (self.0 ^ id).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
}

/// Objects are held, so that an identity stays theirs.
#[derive(Default)]
pub(super) struct Memo(HashMap<u64, (u32, Object), BuildHasherDefault<ById>>);

impl Memo {
    pub(super) fn find(&self, object: &Object) -> Option<u32> {
        self.0.get(&object.id()).map(|found| found.0)
    }

    /// Give the object the next number.
    pub(super) fn add(&mut self, vm: &Vm, object: &Object) -> Res<u32> {
        let number = u32::try_from(self.0.len()).map_err(|_| vm.no_memory(NoMemory))?;
        self.put(vm, object, number)?;
        Ok(number)
    }

    pub(super) fn put(&mut self, vm: &Vm, object: &Object, number: u32) -> Res<()> {
        self.0.try_reserve(1).map_err(|_| vm.no_memory(NoMemory))?;
        // (An old object under this identity is the same one.)
        self.0.insert(object.id(), (number, object.clone()));
        Ok(())
    }

    pub(super) fn rows(&self) -> Vec<(u64, u32, Object)> {
        self.0.iter().map(|(id, (number, object))| (*id, *number, object.clone())).collect()
    }

    pub(super) fn traverse(&self, visitor: &mut Visitor) {
        self.0.values().for_each(|(_, object)| visitor.visit(object));
    }
}
