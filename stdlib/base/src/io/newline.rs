//! Line ends: what they become when reading, and where lines end.
//!
//! [`Newlines`] does the work for text streams; `IncrementalNewlineDecoder` shows it to Python.

use std::cell::RefCell;

use taipan_core::text::TextResult;

use crate::support::*;

const SEEN_CR: u8 = 1;
const SEEN_LF: u8 = 2;
const SEEN_CRLF: u8 = 4;

/// Translation of line ends over pieces of text.
#[derive(Clone, Debug, Default)]
pub(super) struct Newlines {
    /// All line ends become "\n".
    pub(super) translate: bool,
    /// The last piece ended in "\r", which is kept back: "\n" may follow.
    pub(super) pending_cr: bool,
    seen: u8,
}

impl Newlines {
    pub(super) fn new(translate: bool) -> Newlines {
        Newlines { translate, ..Newlines::default() }
    }

    pub(super) fn reset(&mut self) {
        self.pending_cr = false;
        self.seen = 0;
    }

    /// The next piece with its line ends as they should be.
    pub(super) fn decode(&mut self, input: Text, is_final: bool) -> TextResult<Text> {
        let plain = !self.pending_cr && find_char(input.as_ref(), 0, '\r').is_none();
        if plain {
            if self.seen & SEEN_LF == 0 && find_char(input.as_ref(), 0, '\n').is_some() {
                self.seen |= SEEN_LF;
            }
            return Ok(input);
        }
        let mut whole = TextBuf::new();
        if self.pending_cr && (is_final || !input.as_ref().is_empty()) {
            whole.push_char('\r')?;
            self.pending_cr = false;
        }
        whole.push_text(input.as_ref())?;
        let len = whole.len();
        if !is_final && len > 0 && whole.as_ref().char_at(len - 1) == Some(u32::from('\r')) {
            whole.truncate(len - 1);
            self.pending_cr = true;
        }
        if !self.translate {
            self.look(whole.as_ref());
            return Ok(whole.finish());
        }
        self.convert(whole.as_ref())
    }

    fn convert(&mut self, text: TextRef<'_>) -> TextResult<Text> {
        let mut out = TextBuf::with_capacity(text.len())?;
        let mut at = 0;
        while let Some(end) = find_char(text, at, '\r') {
            let piece = text.slice(at, end);
            if find_char(piece, 0, '\n').is_some() {
                self.seen |= SEEN_LF;
            }
            out.push_text(piece)?;
            out.push_char('\n')?;
            at = end + 1;
            if text.char_at(at) == Some(u32::from('\n')) {
                self.seen |= SEEN_CRLF;
                at += 1;
            } else {
                self.seen |= SEEN_CR;
            }
        }
        let rest = text.slice(at, text.len());
        if find_char(rest, 0, '\n').is_some() {
            self.seen |= SEEN_LF;
        }
        out.push_text(rest)?;
        Ok(out.finish())
    }

    /// Notes which line ends there are.
    fn look(&mut self, text: TextRef<'_>) {
        let mut previous = 0;
        for c in text.iter() {
            if c == u32::from('\n') {
                self.seen |= if previous == u32::from('\r') { SEEN_CRLF } else { SEEN_LF };
            } else if previous == u32::from('\r') {
                self.seen |= SEEN_CR;
            }
            previous = c;
        }
        if previous == u32::from('\r') {
            self.seen |= SEEN_CR;
        }
    }

    /// What the attribute `newlines` shows.
    pub(super) fn seen(&self, vm: &Vm) -> Res {
        let mut kinds = Vec::new();
        for (bit, text) in [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")] {
            if self.seen & bit != 0 {
                kinds.push(vm.str(text)?.into_object());
            }
        }
        match kinds.len() {
            0 => Ok(Object::none()),
            1 => Ok(kinds.remove(0)),
            _ => Ok(vm.tuple(kinds)?.into_object()),
        }
    }
}

/// The first place of an ASCII character, from `start` on.
pub(super) fn find_char(text: TextRef<'_>, start: usize, c: char) -> Option<usize> {
    let found = match text {
        TextRef::Ascii(s) | TextRef::Latin1(s) => memchr::memchr(c as u8, s.get(start..)?),
        TextRef::Ucs2(s) => s.get(start..)?.iter().position(|&unit| unit == c as u16),
        TextRef::Ucs4(s) => s.get(start..)?.iter().position(|&unit| unit == c as u32),
    };
    found.map(|at| start + at)
}

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// "\n", others having been translated or being no line ends.
    Lf,
    /// "\n", "\r" or "\r\n".
    Any,
    /// "\r"
    Cr,
    /// "\r\n"
    CrLf,
}

impl LineEnd {
    /// The line ends of a `newline` argument that has been checked.
    pub(super) fn of_argument(newline: Option<&str>) -> LineEnd {
        match newline {
            Some("") => LineEnd::Any,
            Some("\r") => LineEnd::Cr,
            Some("\r\n") => LineEnd::CrLf,
            _ => LineEnd::Lf,
        }
    }

    /// Where the line that begins at `start` ends, its line end included. Without one: the place
    /// from which to look again once there is more text.
    pub(super) fn find(self, text: TextRef<'_>, start: usize) -> Result<usize, usize> {
        let len = text.len();
        match self {
            LineEnd::Lf => find_char(text, start, '\n').map(|at| at + 1).ok_or(len),
            LineEnd::Cr => find_char(text, start, '\r').map(|at| at + 1).ok_or(len),
            LineEnd::CrLf => {
                let mut at = start;
                while let Some(cr) = find_char(text, at, '\r') {
                    match text.char_at(cr + 1) {
                        Some(c) if c == u32::from('\n') => return Ok(cr + 2),
                        // It may be the first half of a line end.
                        None => return Err(cr),
                        Some(_) => at = cr + 1,
                    }
                }
                Err(len)
            }
            LineEnd::Any => {
                let lf = find_char(text, start, '\n');
                let cr = find_char(text.slice(0, lf.unwrap_or(len)), start, '\r');
                match (cr, lf) {
                    (Some(cr), Some(lf)) if cr + 1 == lf => Ok(lf + 1),
                    (Some(cr), _) => Ok(cr + 1),
                    (None, Some(lf)) => Ok(lf + 1),
                    (None, None) => Err(len),
                }
            }
        }
    }
}

/// A str of text that may be a part of a wider one.
pub(super) fn new_str(vm: &Vm, text: TextRef<'_>) -> Res {
    if text.is_ascii_kind() {
        return Ok(vm.text(text)?.into_object());
    }
    let text = text.to_text().map_err(|e| vm.text_error(e))?;
    Ok(vm.text(text.as_ref())?.into_object())
}

/// Payload of `IncrementalNewlineDecoder`.
pub struct NewlineDecoder {
    /// The decoder whose text is translated; None if text comes in.
    decoder: Slot,
    newlines: RefCell<Newlines>,
}

impl Payload for NewlineDecoder {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.decoder);
    }
    fn clear(&self) {
        drop(self.decoder.take());
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "A decoder around a decoder that takes care of line ends.\n\n\
          With translate, all line ends become \\n; in any case those seen are remembered. A \
          decoder of None stands for text that is decoded already.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(|vm, class, _, _| {
            let decoder = NewlineDecoder { decoder: Slot::empty(), newlines: RefCell::default() };
            Ok(vm.alloc_of(class, decoder)?.into_object())
        }),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        ..Slots::NONE
    },
    methods: natives![init, decode, getstate, setstate, reset],
    getsets: getsets![newlines],
    ..TypeSpec::new::<NewlineDecoder>("_io.IncrementalNewlineDecoder")
};

#[native("(self, decoder, translate, errors='strict')", name = "__init__")]
fn init(
    _vm: &Vm,
    this: &Obj<NewlineDecoder>,
    decoder: &Object,
    translate: bool,
    _errors: Option<&Object>,
) {
    this.decoder.set(decoder.clone());
    drop(this.newlines.replace(Newlines::new(translate)));
}

impl NewlineDecoder {
    /// The inner decoder, None if there is none; ValueError before `__init__`.
    fn inner(&self, vm: &Vm) -> Res<Option<Object>> {
        match self.decoder.get() {
            Some(decoder) if decoder.is_none() => Ok(None),
            Some(decoder) => Ok(Some(decoder)),
            None => Err(vm.value_error("IncrementalNewlineDecoder.__init__() not called")),
        }
    }
}

/// Decode a piece of input; final says that no more comes.
#[native("(self, input, final=False)")]
fn decode(vm: &Vm, this: &Obj<NewlineDecoder>, input: &Object, r#final: bool) -> Res {
    let output = match this.inner(vm)? {
        Some(decoder) => {
            vm.call_method(&decoder, "decode", &[input.clone(), Object::bool(r#final)])?
        }
        None => input.clone(),
    };
    let Some(text) = output.downcast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "decoder should return a string result, not '{}'",
            vm.type_name(&output)
        )));
    };
    let text = text.as_text().to_text().map_err(|e| vm.text_error(e))?;
    let text = this.newlines.borrow_mut().decode(text, r#final);
    let text = text.map_err(|e| vm.text_error(e))?;
    Ok(vm.text_owned(text)?.into_object())
}

/// The decoder's state: bytes not yet decoded, and a number.
#[native("(self, /)")]
fn getstate(vm: &Vm, this: &Obj<NewlineDecoder>) -> Res {
    let (pending, flags) = match this.inner(vm)? {
        Some(decoder) => decoder_state(vm, &decoder)?,
        None => (vm.bytes(&[])?.into_object(), 0),
    };
    let flags = flags << 1 | u64::from(this.newlines.borrow().pending_cr);
    Ok(vm.tuple(vec![pending, vm.int_u64(flags)?])?.into_object())
}

/// The state of a Python decoder.
pub(super) fn decoder_state(vm: &Vm, decoder: &Object) -> Res<(Object, u64)> {
    let state = vm.call_method(decoder, "getstate", &[])?;
    match state.downcast::<Tuple>().map(|state| state.as_slice()) {
        Some([pending, flags]) if vm.class_of(flags).has(type_flags::INT) => {
            let flags = vm.as_i64(flags).unwrap_or(0) as u64;
            Ok((pending.clone(), flags))
        }
        _ => Err(vm.type_error("illegal decoder state")),
    }
}

/// Set the state that getstate returned.
#[native("(self, state, /)")]
fn setstate(vm: &Vm, this: &Obj<NewlineDecoder>, state: &Object) -> Res<()> {
    let items = state.downcast::<Tuple>().map(|state| state.as_slice().to_vec());
    let Some([pending, flags]) = items.as_deref() else {
        return Err(vm.type_error("state argument must be a tuple"));
    };
    let Some(flags) = vm.as_i64(flags) else {
        return Err(vm.type_error("illegal decoder state"));
    };
    let flags = flags as u64;
    this.newlines.borrow_mut().pending_cr = flags & 1 != 0;
    if let Some(decoder) = this.inner(vm)? {
        let state = vm.tuple(vec![pending.clone(), vm.int_u64(flags >> 1)?])?;
        vm.call_method(&decoder, "setstate", &[state.into_object()])?;
    }
    Ok(())
}

/// Forget what is pending.
#[native("(self, /)")]
fn reset(vm: &Vm, this: &Obj<NewlineDecoder>) -> Res<()> {
    let decoder = this.inner(vm)?;
    this.newlines.borrow_mut().reset();
    match decoder {
        Some(decoder) => vm.call_method(&decoder, "reset", &[]).map(drop),
        None => Ok(()),
    }
}

/// Which kinds of line ends were read: None before the first, a str, or a tuple of several.
#[getter]
fn newlines(vm: &Vm, this: &Obj<NewlineDecoder>) -> Res {
    this.inner(vm)?;
    let newlines = this.newlines.borrow().clone();
    newlines.seen(vm)
}
