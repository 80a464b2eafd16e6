//! The type reader: from lines to lists of fields.
//!
//! While a line is taken apart no Python runs, and the parser is out of its cell: an iterator of lines
//! that asks its own reader for more finds a fresh one.

use super::dialect::{Dialect, Quoting, make};
use super::{State, error, one_or_two};
use crate::support::{
    Kwargs, Obj, Object, Payload, Res, Slot, Slots, Str, TextBuf, TextRef, TypeSpec, Visitor, Vm,
    getsets, getter, native, readonly, reserve, type_flags,
};
use std::cell::{Cell, RefCell};

/// The payload of `_csv.reader`.
pub(super) struct Reader {
    lines: Slot,
    dialect: Slot,
    parser: RefCell<Parser>,
    line_num: Cell<u64>,
}

impl Payload for Reader {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&READER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.lines);
        visitor.slot(&self.dialect);
    }
    fn clear(&self) {
        drop(self.lines.take());
        drop(self.dialect.take());
    }
}

pub(super) static READER: TypeSpec = TypeSpec {
    doc: "CSV reader\n\nAn iterator over the records of a text; each is a list of strings.",
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(|_, this| Ok(this.clone())), next: Some(next), ..Slots::NONE },
    getsets: getsets![dialect: readonly, line_num: readonly],
    ..TypeSpec::new::<Reader>("_csv.reader")
};

/// csv_reader = reader(iterable [, dialect='excel'] [optional keyword args])
///
/// The records of some lines, as an iterator of lists of strings.
///
/// The lines may come from any iterable of strings: a file, a list. A record may need several of them.
/// The dialect is a name or an object that describes one; keywords go before what it says.
#[native("(*args, **fmtparams)", no_signature)]
pub(super) fn reader(vm: &Vm, args: &[Object], fmtparams: Kwargs) -> Res<Obj<Reader>> {
    let (iterable, like) = one_or_two(vm, args)?;
    let lines = vm.iter(&iterable)?;
    let dialect = make(vm, like.as_ref(), &fmtparams)?;
    vm.alloc(Reader {
        lines: Slot::new(lines),
        dialect: Slot::new(dialect),
        parser: RefCell::default(),
        line_num: Cell::new(0),
    })
}

#[getter]
fn dialect(this: &Obj<Reader>) -> Object {
    this.dialect.get().unwrap_or_else(Object::none)
}

#[getter]
fn line_num(this: &Obj<Reader>) -> u64 {
    this.line_num.get()
}

fn next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(reader) = this.downcast::<Reader>() else { return Ok(None) };
    let (Some(lines), Some(dialect)) = (reader.lines.get(), reader.dialect.get_as::<Dialect>())
    else {
        return Ok(None);
    };
    let mut parser = reader.parser.take();
    parser.reset();
    parser.limit = vm.interp().state::<State>().limit.get();
    loop {
        let Some(line) = vm.next(&lines)? else {
            if parser.field.len() == 0 && parser.state != At::InQuotes {
                return Ok(None);
            }
            if dialect.strict {
                return Err(error(vm, "unexpected end of data"));
            }
            parser.save(vm)?;
            break;
        };
        let Some(text) = line.downcast::<Str>() else {
            return Err(error(
                vm,
                &format!(
                    "iterator should return strings, not {} (the file should be opened in text mode)",
                    vm.type_name(&line)
                ),
            ));
        };
        reader.line_num.set(reader.line_num.get() + 1);
        parser.line(vm, &dialect, text.as_text())?;
        if parser.state == At::StartRecord {
            break;
        }
        vm.poll()?;
    }
    let fields = std::mem::take(&mut parser.fields);
    reader.parser.replace(parser);
    Ok(Some(vm.list(fields)?.into_object()))
}

/// Where in a record the parser is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum At {
    #[default]
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuotes,
    EscapedInQuotes,
    QuoteInQuotes,
    EndOfLine,
    AfterEscapedEnd,
}

const LF: u32 = b'\n' as u32;
const CR: u32 = b'\r' as u32;

#[derive(Default)]
struct Parser {
    state: At,
    field: TextBuf,
    /// Whether the field was not in quotes and is to be a float.
    numeric: bool,
    fields: Vec<Object>,
    limit: i64,
}

impl Parser {
    fn reset(&mut self) {
        self.state = At::StartRecord;
        self.field.truncate(0);
        self.numeric = false;
        self.fields.clear();
    }

    /// Ends the field.
    fn save(&mut self, vm: &Vm) -> Res<()> {
        let text = vm.text(self.field.as_ref())?.into_object();
        self.field = TextBuf::default();
        let value = if std::mem::take(&mut self.numeric) {
            vm.call(vm.types().float.as_object(), &[text])?
        } else {
            text
        };
        reserve(vm, &mut self.fields, 1)?;
        self.fields.push(value);
        Ok(())
    }

    fn line(&mut self, vm: &Vm, dialect: &Dialect, text: TextRef) -> Res<()> {
        match text {
            TextRef::Ascii(s) => self.units(vm, dialect, s, TextRef::Ascii)?,
            TextRef::Latin1(s) => self.units(vm, dialect, s, TextRef::Latin1)?,
            TextRef::Ucs2(s) => self.units(vm, dialect, s, TextRef::Ucs2)?,
            TextRef::Ucs4(s) => self.units(vm, dialect, s, TextRef::Ucs4)?,
        }
        self.step(vm, dialect, None)
    }

    /// Takes a line's characters; those that stand for themselves in runs.
    fn units<'t, U: Copy + Into<u32>>(
        &mut self,
        vm: &Vm,
        dialect: &Dialect,
        mut rest: &'t [U],
        text: impl Fn(&'t [U]) -> TextRef<'t>,
    ) -> Res<()> {
        while let Some((first, after)) = rest.split_first() {
            let special: &[Option<u32>] = match self.state {
                At::InField => &[Some(dialect.delimiter), dialect.escape, Some(LF), Some(CR)],
                At::InQuotes => &[dialect.quote, dialect.escape],
                _ => {
                    self.step(vm, dialect, Some((*first).into()))?;
                    rest = after;
                    continue;
                }
            };
            let plain = |u: &U| !special.contains(&Some((*u).into()));
            let run = rest.iter().position(|u| !plain(u)).unwrap_or(rest.len());
            let (run, after) = rest.split_at(run);
            if !run.is_empty() {
                self.room(vm, run.len())?;
                self.field.push_text(text(run)).map_err(|e| vm.text_error(e))?;
            }
            rest = after;
            if let Some((first, after)) = rest.split_first() {
                self.step(vm, dialect, Some((*first).into()))?;
                rest = after;
            }
        }
        Ok(())
    }

    /// Whether the field may have `more` characters.
    fn room(&self, vm: &Vm, more: usize) -> Res<()> {
        if self.field.len() as i64 + more as i64 > self.limit {
            let message = format!("field larger than field limit ({})", self.limit);
            return Err(error(vm, &message));
        }
        Ok(())
    }

    fn add(&mut self, vm: &Vm, c: u32) -> Res<()> {
        self.room(vm, 1)?;
        self.field.push(c).map_err(|e| vm.text_error(e))
    }

    /// One character; None: the line ends.
    fn step(&mut self, vm: &Vm, dialect: &Dialect, c: Option<u32>) -> Res<()> {
        let ends = matches!(c, None | Some(LF | CR));
        match self.state {
            At::StartRecord if c.is_none() => {}
            At::StartRecord if ends => self.state = At::EndOfLine,
            At::StartRecord | At::StartField => self.start(vm, dialect, c)?,
            At::Escaped => {
                self.add(vm, c.unwrap_or(LF))?;
                let lone = ends && c.is_some();
                self.state = if lone { At::AfterEscapedEnd } else { At::InField };
            }
            At::AfterEscapedEnd if c.is_none() => {}
            At::AfterEscapedEnd | At::InField => match c {
                _ if ends => self.end(vm, c)?,
                Some(c) if dialect.escape == Some(c) => self.state = At::Escaped,
                Some(c) if dialect.delimiter == c => self.next_field(vm)?,
                c => {
                    self.add(vm, c.unwrap_or(LF))?;
                    self.state = At::InField;
                }
            },
            At::InQuotes => match c {
                None => {}
                c if dialect.escape == c => self.state = At::EscapedInQuotes,
                c if dialect.quote == c && dialect.quoting != Quoting::None => {
                    self.state = if dialect.double_quote { At::QuoteInQuotes } else { At::InField };
                }
                Some(c) => self.add(vm, c)?,
            },
            At::EscapedInQuotes => {
                self.add(vm, c.unwrap_or(LF))?;
                self.state = At::InQuotes;
            }
            At::QuoteInQuotes => self.behind_quote(vm, dialect, c)?,
            At::EndOfLine if c.is_none() => self.state = At::StartRecord,
            At::EndOfLine if ends => {}
            At::EndOfLine => {
                return Err(error(
                    vm,
                    "new-line character seen in unquoted field - \
                     do you need to open the file in universal-newline mode?",
                ));
            }
        }
        Ok(())
    }

    /// The first character of a field.
    fn start(&mut self, vm: &Vm, dialect: &Dialect, c: Option<u32>) -> Res<()> {
        self.state = At::StartField;
        match c {
            None | Some(LF | CR) => return self.end(vm, c),
            c if dialect.quote == c && dialect.quoting != Quoting::None => {
                self.state = At::InQuotes;
            }
            c if dialect.escape == c => self.state = At::Escaped,
            Some(0x20) if dialect.skip_initial_space => {}
            Some(c) if dialect.delimiter == c => self.save(vm)?,
            Some(c) => {
                self.numeric |= dialect.quoting == Quoting::NonNumeric;
                self.add(vm, c)?;
                self.state = At::InField;
            }
        }
        Ok(())
    }

    /// What follows a quote inside of quotes: another one, or the end of the field.
    fn behind_quote(&mut self, vm: &Vm, dialect: &Dialect, c: Option<u32>) -> Res<()> {
        match c {
            None | Some(LF | CR) => self.end(vm, c),
            Some(c) if dialect.quote == Some(c) && dialect.quoting != Quoting::None => {
                self.add(vm, c)?;
                self.state = At::InQuotes;
                Ok(())
            }
            Some(c) if dialect.delimiter == c => self.next_field(vm),
            Some(c) if !dialect.strict => {
                self.add(vm, c)?;
                self.state = At::InField;
                Ok(())
            }
            Some(_) => {
                let shown = |c: u32| char::from_u32(c).unwrap_or('\u{fffd}');
                let quote = shown(dialect.quote.unwrap_or_default());
                let message = format!("'{}' expected after '{quote}'", shown(dialect.delimiter));
                Err(error(vm, &message))
            }
        }
    }

    fn next_field(&mut self, vm: &Vm) -> Res<()> {
        self.state = At::StartField;
        self.save(vm)
    }

    /// The end of a record: of the line, or a character that ends lines.
    fn end(&mut self, vm: &Vm, c: Option<u32>) -> Res<()> {
        self.save(vm)?;
        self.state = if c.is_none() { At::StartRecord } else { At::EndOfLine };
        Ok(())
    }
}
