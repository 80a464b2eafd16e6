//! Where an unpickler's bytes come from: an object's bytes, or a file that is read as far as is needed.

use super::unpickling_error;
use crate::support::{Object, Res, Slot, Vm, append, buffer, optional_attr};
use std::cell::{Cell, RefCell};

/// What was read and not yet used.
#[derive(Default)]
pub(super) struct Input {
    bytes: RefCell<Vec<u8>>,
    at: Cell<usize>,
    /// `read`, `readline` and `readinto` of the file; unset where there is none.
    pub(super) read: Slot,
    pub(super) readline: Slot,
    pub(super) readinto: Slot,
}

impl Input {
    /// Read from these bytes.
    pub(super) fn set_bytes(&self, vm: &Vm, object: &Object) -> Res<()> {
        let bytes = buffer::bytes_of(vm, object)?;
        *self.bytes.borrow_mut() = bytes;
        self.at.set(0);
        Ok(())
    }

    /// Read from this file.
    pub(super) fn set_file(&self, vm: &Vm, file: &Object) -> Res<()> {
        let readinto = optional_attr(vm, file, "readinto")?;
        match (optional_attr(vm, file, "read")?, optional_attr(vm, file, "readline")?) {
            (Some(read), Some(readline)) => {
                self.read.set(read);
                self.readline.set(readline);
                self.readinto.assign(readinto);
                self.bytes.borrow_mut().clear();
                self.at.set(0);
                Ok(())
            }
            _ => Err(vm.type_error("file must have 'read' and 'readline' attributes")),
        }
    }

    fn left(&self) -> usize {
        self.bytes.borrow().len().saturating_sub(self.at.get())
    }

    /// What was read is used up: room for more.
    fn forget_used(&self) {
        let mut bytes = self.bytes.borrow_mut();
        if self.at.get() >= bytes.len() {
            bytes.clear();
            self.at.set(0);
        }
    }

    fn add(&self, vm: &Vm, more: &Object) -> Res<usize> {
        let more = buffer::bytes_of(vm, more)?;
        append(vm, &mut self.bytes.borrow_mut(), &more)?;
        Ok(more.len())
    }

    /// Have `n` bytes ready; false: there are not so many.
    pub(super) fn prepare(&self, vm: &Vm, n: usize) -> Res<bool> {
        let left = self.left();
        if n <= left {
            return Ok(true);
        }
        let Some(read) = self.read.get() else { return Ok(false) };
        self.forget_used();
        let data = vm.call(&read, &[vm.int_usize(n - left)?])?;
        self.add(vm, &data)?;
        Ok(self.left() >= n)
    }

    /// The instruction at hand; None at the end.
    #[inline]
    pub(super) fn next_code(&self, vm: &Vm) -> Res<Option<u8>> {
        if self.left() == 0 && !self.prepare(vm, 1)? {
            return Ok(None);
        }
        let at = self.at.replace(self.at.get() + 1);
        Ok(self.bytes.borrow().get(at).copied())
    }

    /// Look at the next `n` bytes, which are used with that. No Python may run inside of `f`.
    #[inline]
    pub(super) fn take<R>(&self, vm: &Vm, n: usize, f: impl FnOnce(&[u8]) -> R) -> Res<R> {
        if !self.prepare(vm, n)? {
            return Err(truncated(vm));
        }
        let at = self.at.replace(self.at.get() + n);
        Ok(f(self.bytes.borrow().get(at..at + n).unwrap_or(&[])))
    }

    /// The next `N` bytes.
    #[inline]
    pub(super) fn array<const N: usize>(&self, vm: &Vm) -> Res<[u8; N]> {
        self.take(vm, N, |bytes| bytes.first_chunk().copied().unwrap_or([0; N]))
    }

    /// The next `n` bytes, copied.
    pub(super) fn copy(&self, vm: &Vm, n: usize) -> Res<Vec<u8>> {
        let mut out = Vec::new();
        if !self.prepare(vm, n)? {
            return Err(truncated(vm));
        }
        crate::support::reserve(vm, &mut out, n)?;
        self.take(vm, n, |bytes| out.extend_from_slice(bytes))?;
        Ok(out)
    }

    /// A line without its end.
    pub(super) fn line(&self, vm: &Vm) -> Res<Vec<u8>> {
        let end = |input: &Input| {
            let bytes = input.bytes.borrow();
            let rest = bytes.get(input.at.get()..).unwrap_or(&[]);
            rest.iter().position(|b| *b == b'\n')
        };
        let mut found = end(self);
        if found.is_none()
            && let Some(readline) = self.readline.get()
        {
            self.forget_used();
            let more = vm.call(&readline, &[])?;
            self.add(vm, &more)?;
            found = end(self);
        }
        let Some(len) = found else { return Err(truncated(vm)) };
        let line = self.copy(vm, len)?;
        self.at.set(self.at.get() + 1);
        Ok(line)
    }
}

pub(super) fn truncated(vm: &Vm) -> crate::support::Raised {
    unpickling_error(vm, "pickle data was truncated")
}
