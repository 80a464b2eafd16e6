//! The searched object: its text for the engine, its pieces as results.

use super::engine::{Engine, Mode, Scratch};
use super::program::Program;
use crate::support::{Bytes, Object, Res, Str, TextBuf, TextRef, Vm, buffer};
use taipan_core::native::buffer::BufferView;

/// What is searched. Bytes that Python could change meanwhile are a copy, as signal handlers may run
/// during a match.
pub(super) enum Subject<'a> {
    Text(TextRef<'a>),
    Bytes(&'a [u8]),
    /// With the view, which keeps them from being resized.
    Copy(Vec<u8>, #[expect(dead_code, reason = "held, not read")] BufferView),
}

impl<'a> Subject<'a> {
    /// The text or bytes of an object; TypeError for anything else.
    pub(super) fn new(vm: &Vm, object: &'a Object) -> Res<Subject<'a>> {
        if let Some(text) = object.downcast::<Str>() {
            return Ok(Subject::Text(text.as_text()));
        }
        if let Some(bytes) = object.downcast::<Bytes>() {
            return Ok(Subject::Bytes(bytes.as_slice()));
        }
        if vm.class_of(object).slots().buffer.is_none() {
            return Err(vm.type_error(format_args!(
                "expected string or bytes-like object, got '{}'",
                vm.type_name(object)
            )));
        }
        let view = buffer::view(vm, object, buffer::request::SIMPLE)?;
        Ok(Subject::Copy(buffer::to_vec(vm, &view)?, view))
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Subject::Text(text) => text.len(),
            Subject::Bytes(bytes) => bytes.len(),
            Subject::Copy(bytes, _) => bytes.len(),
        }
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Subject::Text(_))
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Subject::Text(_) => &[],
            Subject::Bytes(bytes) => bytes,
            Subject::Copy(bytes, _) => bytes,
        }
    }

    /// A piece as an object; the whole of an exact str or bytes is the object itself.
    pub(super) fn piece(&self, vm: &Vm, whole: &Object, from: usize, to: usize) -> Res {
        let to = to.min(self.len());
        let from = from.min(to);
        let is_whole = from == 0 && to == self.len();
        match self {
            Subject::Text(text) => {
                if is_whole && whole.downcast_exact::<Str>().is_some() {
                    return Ok(whole.clone());
                }
                Ok(vm.text_slice(text.slice(from, to))?.into_object())
            }
            _ => {
                if is_whole && whole.downcast_exact::<Bytes>().is_some() {
                    return Ok(whole.clone());
                }
                Ok(vm.bytes(&self.bytes()[from..to])?.into_object())
            }
        }
    }

    /// Looks for a match in what lies in front of `end`.
    #[inline]
    pub(super) fn find(
        &self,
        vm: &Vm,
        program: &Program,
        scratch: &mut Scratch,
        mode: Mode,
        (start, end): (usize, usize),
        not_empty: bool,
    ) -> Res<bool> {
        macro_rules! find {
            ($units:expr) => {{
                let units = $units;
                let units = &units[..end.min(units.len())];
                Engine::new(vm, program, units, scratch).find(mode, start, not_empty)
            }};
        }
        match self {
            Subject::Text(TextRef::Ascii(s) | TextRef::Latin1(s)) => find!(s),
            Subject::Text(TextRef::Ucs2(s)) => find!(s),
            Subject::Text(TextRef::Ucs4(s)) => find!(s),
            Subject::Bytes(s) => find!(s),
            Subject::Copy(s, _) => find!(s),
        }
    }

    /// An empty result for this subject.
    pub(super) fn output(&self) -> Output {
        if self.is_text() { Output::Text(TextBuf::new()) } else { Output::Bytes(Vec::new()) }
    }
}

/// A str or bytes that grows.
pub(super) enum Output {
    Text(TextBuf),
    Bytes(Vec<u8>),
}

impl Output {
    /// Appends a piece of the subject.
    pub(super) fn piece(&mut self, vm: &Vm, subject: &Subject, from: usize, to: usize) -> Res<()> {
        match (self, subject) {
            (Output::Text(out), Subject::Text(text)) => {
                out.push_text(text.slice(from, to)).map_err(|e| vm.text_error(e))
            }
            (Output::Bytes(out), subject) => {
                let bytes = subject.bytes();
                let to = to.min(bytes.len());
                crate::support::append(vm, out, &bytes[from.min(to)..to])
            }
            (Output::Text(_), _) => Ok(()),
        }
    }

    /// Appends an object; false if its type does not fit.
    pub(super) fn object(&mut self, vm: &Vm, object: &Object) -> Res<bool> {
        match self {
            Output::Text(out) => {
                let Some(text) = object.downcast::<Str>() else { return Ok(false) };
                out.push_text(text.as_text()).map_err(|e| vm.text_error(e))?;
            }
            Output::Bytes(out) => {
                if vm.class_of(object).slots().buffer.is_none() {
                    return Ok(false);
                }
                let bytes = match object.downcast::<Bytes>() {
                    Some(bytes) => {
                        return crate::support::append(vm, out, bytes.as_slice()).map(|()| true);
                    }
                    None => buffer::bytes_of(vm, object)?,
                };
                crate::support::append(vm, out, &bytes)?;
            }
        }
        Ok(true)
    }

    pub(super) fn finish(self, vm: &Vm) -> Res {
        match self {
            Output::Text(out) => Ok(vm.text_owned(out.finish())?.into_object()),
            Output::Bytes(out) => Ok(vm.bytes(&out)?.into_object()),
        }
    }
}
