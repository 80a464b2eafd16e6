//! Starting an interpreter.

use super::frame::Stacks;
use super::{Interp, Res, Vm};
use crate::text::siphash::HashKey;

/// How the strings of an interpreter hash.
#[derive(Clone, Copy, Debug)]
pub enum HashSeed {
    /// Another key for each interpreter.
    Random,
    /// As PYTHONHASHSEED=n; 0 means no randomisation.
    Fixed(u32),
}

/// A new interpreter and its first thread, which is the calling one; `native_stack` bytes of its stack may
/// be used from here on.
pub fn start(seed: HashSeed, native_stack: usize) -> Result<Box<Vm>, String> {
    let key = match seed {
        HashSeed::Fixed(n) => HashKey::from_seed(n),
        HashSeed::Random => {
            let mut bytes = [0u8; 16];
            getrandom::fill(&mut bytes).map_err(|e| e.to_string())?;
            HashKey::from_bytes(bytes)
        }
    };
    let vm = Vm::new(Interp::new(key), Stacks::first(), true, native_stack);
    vm.acquire_lock();
    let booted: Res<()> = vm.interp().boot(&vm);
    match booted {
        Ok(()) => Ok(vm),
        Err(r) => {
            let e = vm.take_raised(r);
            Err(vm.type_name(&e))
        }
    }
}
