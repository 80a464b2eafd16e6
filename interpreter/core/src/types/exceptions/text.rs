//! Putting messages together from Python strs, lone surrogates included.

use crate::object::*;
use crate::text::TextBuf;
use crate::vm::{Res, Vm};

/// A message under construction.
pub(crate) struct Message<'a> {
    vm: &'a Vm,
    buf: TextBuf,
}

impl<'a> Message<'a> {
    pub(crate) fn new(vm: &'a Vm) -> Message<'a> {
        Message { vm, buf: TextBuf::new() }
    }

    pub(crate) fn raw(&mut self, s: &str) -> Res<()> {
        self.buf.push_str(s).map_err(|e| self.vm.text_error(e))
    }

    pub(crate) fn text(&mut self, s: &Obj<Str>) -> Res<()> {
        self.buf.push_text(s.as_text()).map_err(|e| self.vm.text_error(e))
    }

    /// `str()` of an object.
    pub(crate) fn str(&mut self, o: &Object) -> Res<()> {
        let s = self.vm.to_str(o)?;
        self.text(&s)
    }

    /// `repr()` of an object.
    pub(crate) fn repr(&mut self, o: &Object) -> Res<()> {
        let s = self.vm.repr(o)?;
        self.text(&s)
    }

    pub(crate) fn finish(self) -> Res {
        Ok(self.vm.text_owned(self.buf.finish())?.into_object())
    }
}
