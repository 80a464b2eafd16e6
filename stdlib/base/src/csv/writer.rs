//! The type writer: from iterables of fields to lines.

use super::dialect::{Dialect, Quoting, make};
use super::{error, one_or_two};
use crate::support::{
    Kwargs, Obj, Object, Payload, Res, Slot, Str, TextBuf, TextRef, TypeSpec, Visitor, Vm, getsets,
    getter, native, natives, optional_attr, readonly, type_flags,
};
use taipan_core::object::Exc;

/// The payload of `_csv.writer`.
pub(super) struct Writer {
    write: Slot,
    dialect: Slot,
}

impl Payload for Writer {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&WRITER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.write);
        visitor.slot(&self.dialect);
    }
    fn clear(&self) {
        drop(self.write.take());
        drop(self.dialect.take());
    }
}

pub(super) static WRITER: TypeSpec = TypeSpec {
    doc: "CSV writer\n\nTurns rows into text and hands that to a file.",
    flags: type_flags::NO_NEW,
    methods: natives![writerow, writerows],
    getsets: getsets![dialect: readonly],
    ..TypeSpec::new::<Writer>("_csv.writer")
};

/// csv_writer = csv.writer(fileobj [, dialect='excel'] [optional keyword args])
///
/// Writes rows, one with writerow() or many with writerows(), to an object with a method write().
///
/// The dialect is a name or an object that describes one; keywords go before what it says.
#[native("(*args, **fmtparams)", no_signature)]
pub(super) fn writer(vm: &Vm, args: &[Object], fmtparams: Kwargs) -> Res<Obj<Writer>> {
    let (file, like) = one_or_two(vm, args)?;
    let dialect = make(vm, like.as_ref(), &fmtparams)?;
    let write = optional_attr(vm, &file, "write")?.filter(|write| vm.is_callable(write));
    let Some(write) = write else {
        return Err(vm.type_error("argument 1 must have a \"write\" method"));
    };
    vm.alloc(Writer { write: Slot::new(write), dialect: Slot::new(dialect) })
}

#[getter]
fn dialect(this: &Obj<Writer>) -> Object {
    this.dialect.get().unwrap_or_else(Object::none)
}

/// writerow(iterable)
///
/// Write the fields of an iterable as one record. What is not a string is written as str() shows it.
#[native("(self, row, /)", no_signature)]
fn writerow(vm: &Vm, this: &Obj<Writer>, row: &Object) -> Res {
    let (Some(write), Some(dialect)) = (this.write.get(), this.dialect.get_as::<Dialect>()) else {
        return Ok(Object::none());
    };
    let fields = match vm.iter(row) {
        Ok(fields) => fields,
        Err(raised) => {
            drop(vm.caught(raised, Exc::TypeError)?);
            let message = format!("iterable expected, not {}", vm.type_name(row));
            return Err(error(vm, &message));
        }
    };
    let mut record = Record { out: TextBuf::default(), fields: 0, dialect };
    while let Some(field) = vm.next(&fields)? {
        record.field(vm, &field)?;
    }
    record.finish(vm)?;
    let line = vm.text(record.out.as_ref())?.into_object();
    vm.call(&write, &[line])
}

/// writerows(iterable of iterables)
///
/// Write each row of an iterable. What is not a string is written as str() shows it.
#[native("(self, rows, /)", no_signature)]
fn writerows(vm: &Vm, this: &Obj<Writer>, rows: &Object) -> Res<()> {
    vm.for_each(rows, |row| writerow(vm, this, &row).map(drop))
}

struct Record {
    out: TextBuf,
    fields: usize,
    dialect: Obj<Dialect>,
}

impl Record {
    fn field(&mut self, vm: &Vm, field: &Object) -> Res<()> {
        let quoted = match self.dialect.quoting {
            Quoting::NonNumeric => !is_number(vm, field),
            Quoting::All => true,
            Quoting::Minimal | Quoting::None => false,
        };
        if let Some(text) = field.downcast::<Str>() {
            return self.append(vm, text.as_text(), quoted);
        }
        if field.is_none() {
            return self.append(vm, TextRef::Ascii(&[]), quoted);
        }
        let text = vm.to_str(field)?;
        self.append(vm, text.as_text(), quoted)
    }

    fn append(&mut self, vm: &Vm, text: TextRef, quoted: bool) -> Res<()> {
        let dialect = self.dialect.clone();
        if self.fields > 0 {
            self.push(vm, dialect.delimiter)?;
        }
        self.fields += 1;
        let special = |c: u32| {
            dialect.delimiter == c
                || dialect.quote == Some(c)
                || dialect.escape == Some(c)
                || dialect.line_terminator.as_text().iter().any(|end| end == c)
        };
        if !text.iter().any(special) {
            return self.plain(vm, &dialect, text, quoted);
        }
        // The field in a buffer of its own: whether it needs quotes shows while it is written.
        let mut field = TextBuf::default();
        let (mut quoted, push) =
            (quoted, |field: &mut TextBuf, c| field.push(c).map_err(|e| vm.text_error(e)));
        for c in text.iter() {
            if special(c) {
                let escaped = if dialect.quoting == Quoting::None {
                    true
                } else if dialect.quote == Some(c) {
                    if dialect.double_quote {
                        push(&mut field, c)?;
                    }
                    !dialect.double_quote
                } else {
                    dialect.escape == Some(c)
                };
                if escaped {
                    let Some(escape) = dialect.escape else {
                        return Err(error(vm, "need to escape, but no escapechar set"));
                    };
                    push(&mut field, escape)?;
                } else {
                    quoted = true;
                }
            }
            push(&mut field, c)?;
        }
        self.plain(vm, &dialect, field.as_ref(), quoted)
    }

    fn plain(&mut self, vm: &Vm, dialect: &Dialect, text: TextRef, quoted: bool) -> Res<()> {
        let quote = dialect.quote.filter(|_| quoted);
        if let Some(quote) = quote {
            self.push(vm, quote)?;
        }
        self.out.push_text(text).map_err(|e| vm.text_error(e))?;
        quote.map_or(Ok(()), |quote| self.push(vm, quote))
    }

    fn push(&mut self, vm: &Vm, c: u32) -> Res<()> {
        self.out.push(c).map_err(|e| vm.text_error(e))
    }

    fn finish(&mut self, vm: &Vm) -> Res<()> {
        let dialect = self.dialect.clone();
        // A record of one empty field would read as no record at all.
        if self.fields > 0 && self.out.len() == 0 {
            if dialect.quoting == Quoting::None {
                return Err(error(vm, "single empty field record must be quoted"));
            }
            self.plain(vm, &dialect, TextRef::Ascii(&[]), true)?;
        }
        self.out.push_text(dialect.line_terminator.as_text()).map_err(|e| vm.text_error(e))
    }
}

/// What PyNumber_Check() takes for a number.
fn is_number(vm: &Vm, object: &Object) -> bool {
    let slots = *vm.class_of(object).slots();
    slots.index.is_some()
        || slots.int.is_some()
        || slots.float.is_some()
        || object.downcast::<taipan_core::object::Complex>().is_some()
}
