//! `StringIO`: text in memory as a stream.
//!
//! Writing at the end, which is what nearly all users do, appends; writing elsewhere builds the
//! text anew.

use std::cell::{Cell, RefCell};

use super::base::{STREAM_FLAGS, TextIoBase};
use super::newline::{LineEnd, Newlines, new_str};
use crate::support::*;

/// Payload of `StringIO`.
pub struct StringIo {
    text: RefCell<TextBuf>,
    charge: Charge,
    position: Cell<usize>,
    ready: Cell<bool>,
    closed: Cell<bool>,
    /// The `newline` argument.
    newline: RefCell<Option<String>>,
    line_end: Cell<LineEnd>,
    /// Line ends of what is written are translated or at least noted.
    newlines: RefCell<Option<Newlines>>,
}

impl Payload for StringIo {
    // (Its attributes can refer to it.)
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "A text file that is kept in memory.\n\n\
          initial_value is what it holds at first, newline works as it does for TextIOWrapper.",
    flags: STREAM_FLAGS,
    base: Some(|vm| type_for::<TextIoBase>(vm)),
    slots: Slots {
        new: Some(|vm, class, _, _| {
            let stream = StringIo {
                text: RefCell::default(),
                charge: Charge::default(),
                position: Cell::new(0),
                ready: Cell::new(false),
                closed: Cell::new(false),
                newline: RefCell::default(),
                line_end: Cell::new(LineEnd::Lf),
                newlines: RefCell::default(),
            };
            Ok(vm.alloc_of(class, stream)?.into_object())
        }),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        next: Some(next_line),
        ..Slots::NONE
    },
    methods: natives![
        init, getvalue, read, readline, write, seek, tell, truncate, close, seekable, readable,
        writable, getstate, setstate
    ],
    getsets: getsets![closed, newlines, line_buffering],
    ..TypeSpec::new::<StringIo>("_io.StringIO")
};

/// Checks a `newline` argument.
pub(super) fn check_newline(vm: &Vm, newline: Option<&str>) -> Res<()> {
    match newline {
        None | Some("" | "\n" | "\r" | "\r\n") => Ok(()),
        Some(other) => {
            let shown = vm.str(other)?;
            let shown = vm.repr_string(shown.as_object())?;
            Err(vm.value_error(format_args!("illegal newline value: {shown}")))
        }
    }
}

#[native("(self, initial_value='', newline='\\n')", name = "__init__")]
fn init(
    vm: &Vm,
    this: &Obj<StringIo>,
    initial_value: Maybe<&Object>,
    newline: Maybe<&Object>,
) -> Res<()> {
    let newline = match newline {
        Maybe::Absent => Some(String::from("\n")),
        Maybe::Given(newline) if newline.is_none() => None,
        Maybe::Given(newline) => match newline.downcast::<Str>() {
            Some(text) => Some(text.to_string_lossy()),
            None => {
                return Err(vm.type_error(format_args!(
                    "newline must be str or None, not {}",
                    vm.type_name(newline)
                )));
            }
        },
    };
    check_newline(vm, newline.as_deref())?;
    let initial = match initial_value {
        Maybe::Absent => None,
        Maybe::Given(value) if value.is_none() => None,
        Maybe::Given(value) => match value.downcast::<Str>() {
            Some(text) => Some(text),
            None => {
                return Err(vm.type_error(format_args!(
                    "initial_value must be str or None, not {}",
                    vm.type_name(value)
                )));
            }
        },
    };
    this.line_end.set(LineEnd::of_argument(newline.as_deref()));
    let newlines = match newline.as_deref() {
        None => Some(Newlines::new(true)),
        Some("") => Some(Newlines::new(false)),
        Some(_) => None,
    };
    drop(this.newlines.replace(newlines));
    drop(this.newline.replace(newline));
    drop(this.text.take());
    this.position.set(0);
    this.closed.set(false);
    this.ready.set(true);
    if let Some(initial) = initial {
        put(vm, this, initial.as_text())?;
        this.position.set(0);
    }
    Ok(())
}

impl StringIo {
    fn check(&self, vm: &Vm) -> Res<()> {
        if !self.ready.get() {
            return Err(vm.value_error("I/O operation on uninitialized object"));
        }
        if self.closed.get() {
            return Err(vm.value_error("I/O operation on closed file"));
        }
        Ok(())
    }

    /// The text from the position to `end`, and moves there.
    fn take_to(&self, vm: &Vm, end: usize) -> Res {
        let text = self.text.borrow();
        let start = self.position.get().min(end);
        if end > start {
            self.position.set(end);
        }
        new_str(vm, text.as_ref().slice(start, end))
    }

    /// Where the next line ends, at most `limit` characters on.
    fn line_end_from_here(&self, limit: usize) -> usize {
        let text = self.text.borrow();
        let text = text.as_ref();
        let start = self.position.get().min(text.len());
        let end = self.line_end.get().find(text, start).unwrap_or(text.len());
        end.min(start.saturating_add(limit))
    }
}

/// Writes text at the position.
fn put(vm: &Vm, this: &StringIo, text: TextRef<'_>) -> Res<()> {
    let translated;
    let mut text = text;
    let newlines = this.newlines.take();
    if let Some(mut newlines) = newlines {
        let owned = text.to_text().map_err(|e| vm.text_error(e))?;
        let decoded = newlines.decode(owned, true);
        this.newlines.replace(Some(newlines));
        translated = decoded.map_err(|e| vm.text_error(e))?;
        text = translated.as_ref();
    }
    let line_end = match this.line_end.get() {
        LineEnd::Cr => "\r",
        LineEnd::CrLf => "\r\n",
        _ => "",
    };
    let replaced;
    if !line_end.is_empty() {
        replaced = replace_lf(text, line_end).map_err(|e| vm.text_error(e))?;
        text = replaced.as_ref();
    }
    write_at(vm, this, text).map_err(|e| vm.text_error(e))
}

/// Every "\n" as `line_end`.
pub(super) fn replace_lf(text: TextRef<'_>, line_end: &str) -> taipan_core::text::TextResult<Text> {
    let mut out = TextBuf::with_capacity(text.len())?;
    let mut at = 0;
    while let Some(end) = super::newline::find_char(text, at, '\n') {
        out.push_text(text.slice(at, end))?;
        out.push_str(line_end)?;
        at = end + 1;
    }
    out.push_text(text.slice(at, text.len()))?;
    Ok(out.finish())
}

fn write_at(vm: &Vm, this: &StringIo, text: TextRef<'_>) -> taipan_core::text::TextResult<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut held = this.text.borrow_mut();
    let (start, len) = (this.position.get(), held.len());
    let end = start.checked_add(text.len()).ok_or(taipan_core::text::TextError::NoMemory)?;
    let heap = &vm.interp().heap;
    if end > len && !heap.has_room(end - len) {
        return Err(taipan_core::text::TextError::NoMemory);
    }
    if start >= len {
        held.push_n(0, start - len)?;
        held.push_text(text)?;
    } else {
        let mut anew = TextBuf::with_capacity(len.max(end))?;
        anew.push_text(held.as_ref().slice(0, start))?;
        anew.push_text(text)?;
        anew.push_text(held.as_ref().slice(end.min(len), len))?;
        *held = anew;
    }
    let width = match held.as_ref() {
        TextRef::Ascii(_) | TextRef::Latin1(_) => 1,
        TextRef::Ucs2(_) => 2,
        TextRef::Ucs4(_) => 4,
    };
    this.charge.keep(heap, held.as_ref().len() * width);
    this.position.set(end);
    Ok(())
}

fn limit(size: Option<isize>) -> usize {
    size.and_then(|size| usize::try_from(size).ok()).unwrap_or(usize::MAX)
}

/// All of the text.
#[native("(self, /)")]
fn getvalue(vm: &Vm, this: &Obj<StringIo>) -> Res {
    this.check(vm)?;
    let text = this.text.borrow();
    new_str(vm, text.as_ref())
}

/// Read at most size characters, all that is left if size is negative or None.
#[native("(self, size=-1, /)")]
fn read(vm: &Vm, this: &Obj<StringIo>, size: Option<isize>) -> Res {
    this.check(vm)?;
    let end = this.position.get().saturating_add(limit(size)).min(this.text.borrow().len());
    this.take_to(vm, end)
}

/// The next line with its end, or of a longer one size characters; an empty str where there are no more.
#[native("(self, size=-1, /)")]
fn readline(vm: &Vm, this: &Obj<StringIo>, size: Option<isize>) -> Res {
    this.check(vm)?;
    this.take_to(vm, this.line_end_from_here(limit(size)))
}

/// Write a string and return the number of its characters.
#[native("(self, s, /)")]
fn write(vm: &Vm, this: &Obj<StringIo>, s: &Object) -> Res {
    if !this.ready.get() {
        this.check(vm)?;
    }
    let Some(text) = s.downcast::<Str>() else {
        return Err(
            vm.type_error(format_args!("string argument expected, got '{}'", vm.type_name(s)))
        );
    };
    this.check(vm)?;
    put(vm, this, text.as_text())?;
    vm.int_usize(text.len())
}

/// Move to a position and return it.
///
/// The position is relative to what whence says: 0 the start, 1 the current position (by 0 only), 2
/// the end (by 0 only).
#[native("(self, pos, whence=0, /)")]
fn seek(vm: &Vm, this: &Obj<StringIo>, pos: isize, whence: i32) -> Res {
    this.check(vm)?;
    if !(0..=2).contains(&whence) {
        return Err(vm.value_error(format_args!("Invalid whence ({whence}, should be 0, 1 or 2)")));
    }
    if pos < 0 && whence == 0 {
        return Err(vm.value_error(format_args!("Negative seek position {pos}")));
    }
    if pos != 0 && whence != 0 {
        return Err(vm.raise_kind(Exc::OSError, "Can't do nonzero cur-relative seeks"));
    }
    match whence {
        0 => this.position.set(pos as usize),
        1 => {}
        _ => this.position.set(this.text.borrow().len()),
    }
    vm.int_usize(this.position.get())
}

/// How far from its start the stream is.
#[native("(self, /)")]
fn tell(vm: &Vm, this: &Obj<StringIo>) -> Res {
    this.check(vm)?;
    vm.int_usize(this.position.get())
}

/// Cut the text to pos characters, by default at the current position; returns the length.
#[native("(self, pos=None, /)")]
fn truncate(vm: &Vm, this: &Obj<StringIo>, pos: Option<isize>) -> Res {
    this.check(vm)?;
    let len = match pos {
        Some(pos) if pos < 0 => {
            return Err(vm.value_error(format_args!("Negative size value {pos}")));
        }
        Some(pos) => pos as usize,
        None => this.position.get(),
    };
    this.text.borrow_mut().truncate(len);
    vm.int_usize(len)
}

/// Give the memory back; nothing can be done with the stream afterwards.
#[native("(self, /)")]
fn close(this: &Obj<StringIo>) {
    this.closed.set(true);
    drop(this.text.take());
}

/// Always True.
#[native("(self, /)")]
fn seekable(vm: &Vm, this: &Obj<StringIo>) -> Res<bool> {
    this.check(vm).map(|()| true)
}

/// Always True.
#[native("(self, /)")]
fn readable(vm: &Vm, this: &Obj<StringIo>) -> Res<bool> {
    this.check(vm).map(|()| true)
}

/// Always True.
#[native("(self, /)")]
fn writable(vm: &Vm, this: &Obj<StringIo>) -> Res<bool> {
    this.check(vm).map(|()| true)
}

/// Whether close() was called.
#[getter]
fn closed(vm: &Vm, this: &Obj<StringIo>) -> Res<bool> {
    if !this.ready.get() {
        this.check(vm)?;
    }
    Ok(this.closed.get())
}

/// Which kinds of line ends were read: None before the first, a str, or a tuple of several.
#[getter]
fn newlines(vm: &Vm, this: &Obj<StringIo>) -> Res {
    this.check(vm)?;
    let newlines = this.newlines.borrow().clone();
    newlines.map_or(Ok(Object::none()), |newlines| newlines.seen(vm))
}

/// Always False.
#[getter]
fn line_buffering(vm: &Vm, this: &Obj<StringIo>) -> Res<bool> {
    this.check(vm).map(|()| false)
}

#[native("(self, /)", name = "__getstate__")]
fn getstate(vm: &Vm, this: &Obj<StringIo>) -> Res {
    let value = getvalue(vm, this)?;
    let newline = this.newline.borrow().clone();
    let newline = match newline {
        Some(text) => vm.str(&text)?.into_object(),
        None => Object::none(),
    };
    let position = vm.int_usize(this.position.get())?;
    let dict = super::dict_copy(vm, this.as_object())?;
    Ok(vm.tuple(vec![value, newline, position, dict])?.into_object())
}

#[native("(self, state, /)", name = "__setstate__")]
fn setstate(vm: &Vm, this: &Obj<StringIo>, state: &Object) -> Res<()> {
    let items = match state.downcast::<Tuple>().map(|state| state.as_slice()) {
        Some([value, newline, position, dict, ..]) => (value, newline, position, dict),
        _ => {
            return Err(vm.type_error(format_args!(
                "{}.__setstate__ argument should be 4-tuple, got {}",
                vm.type_name(this.as_object()),
                vm.type_name(state)
            )));
        }
    };
    let (value, newline, position, dict) = items;
    init(vm, this, Maybe::Absent, Maybe::Given(newline))?;
    // The value has been translated already.
    if let Some(value) = value.downcast::<Str>() {
        write_at(vm, this, value.as_text()).map_err(|e| vm.text_error(e))?;
    }
    let Some(position) = vm.as_i64(position) else {
        return Err(vm.type_error(format_args!(
            "third item of state must be an integer, got {}",
            vm.type_name(position)
        )));
    };
    let Ok(position) = usize::try_from(position) else {
        return Err(vm.value_error("position value cannot be negative"));
    };
    this.position.set(position);
    super::update_dict(vm, this.as_object(), dict)
}

fn next_line(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let exact = vm.class_of(this).is(&type_for::<StringIo>(vm));
    let line = match this.downcast::<StringIo>() {
        Some(stream) if exact => readline(vm, stream, None)?,
        _ => vm.call_method(this, "readline", &[])?,
    };
    match line.downcast::<Str>() {
        Some(text) if text.is_empty() => Ok(None),
        Some(_) => Ok(Some(line)),
        None => Err(vm.raise_kind(
            Exc::OSError,
            format_args!(
                "readline() should have returned a str object, not '{}'",
                vm.type_name(&line)
            ),
        )),
    }
}
