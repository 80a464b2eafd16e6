//! `BufferedRWPair`: a reader and a writer that belong together, such as the ends of two pipes.

use super::{BufferedReader, BufferedWriter};
use crate::io::base::{self, BufferedIoBase, STREAM_FLAGS};
use crate::support::*;

/// Payload of `BufferedRWPair`.
pub struct BufferedRwPair {
    reader: Slot,
    writer: Slot,
}

impl Payload for BufferedRwPair {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.reader);
        visitor.slot(&self.writer);
    }
    fn clear(&self) {
        drop(self.reader.take());
        drop(self.writer.take());
    }
}

pub(in crate::io) static SPEC: TypeSpec = TypeSpec {
    doc: "One stream out of two: reads go to the one, writes to the other.\n\n\
          Only for streams that cannot seek, such as pipes.",
    flags: STREAM_FLAGS,
    base: Some(|vm| type_for::<BufferedIoBase>(vm)),
    slots: Slots {
        new: Some(|vm, class, _, _| {
            let pair = BufferedRwPair { reader: Slot::empty(), writer: Slot::empty() };
            Ok(vm.alloc_of(class, pair)?.into_object())
        }),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        ..Slots::NONE
    },
    methods: natives![
        init, read, peek, read1, readinto, readinto1, write, flush, readable, writable, close,
        isatty
    ],
    getsets: getsets![closed],
    ..TypeSpec::new::<BufferedRwPair>("_io.BufferedRWPair")
};

impl BufferedRwPair {
    fn reader(&self, vm: &Vm) -> Res {
        let none = || vm.value_error("I/O operation on uninitialized object");
        self.reader.get().ok_or_else(none)
    }

    fn writer(&self, vm: &Vm) -> Res {
        let none = || vm.value_error("I/O operation on uninitialized object");
        self.writer.get().ok_or_else(none)
    }
}

#[native("(self, reader, writer, buffer_size=8192, /)", name = "__init__")]
fn init(
    vm: &Vm,
    this: &Obj<BufferedRwPair>,
    reader: &Object,
    writer: &Object,
    buffer_size: isize,
) -> Res<()> {
    base::check_readable(vm, reader)?;
    base::check_writable(vm, writer)?;
    let size = vm.int(buffer_size as i64)?;
    let class = type_for::<BufferedReader>(vm);
    let reader = vm.call(class.as_object(), &[reader.clone(), size.clone()])?;
    let class = type_for::<BufferedWriter>(vm);
    let writer = vm.call(class.as_object(), &[writer.clone(), size])?;
    this.reader.set(reader);
    this.writer.set(writer);
    Ok(())
}

#[native("(self, /, *args)")]
fn read(vm: &Vm, this: &Obj<BufferedRwPair>, args: &[Object]) -> Res {
    vm.call_method(&this.reader(vm)?, "read", args)
}

#[native("(self, /, *args)")]
fn peek(vm: &Vm, this: &Obj<BufferedRwPair>, args: &[Object]) -> Res {
    vm.call_method(&this.reader(vm)?, "peek", args)
}

#[native("(self, /, *args)")]
fn read1(vm: &Vm, this: &Obj<BufferedRwPair>, args: &[Object]) -> Res {
    vm.call_method(&this.reader(vm)?, "read1", args)
}

#[native("(self, /, *args)")]
fn readinto(vm: &Vm, this: &Obj<BufferedRwPair>, args: &[Object]) -> Res {
    vm.call_method(&this.reader(vm)?, "readinto", args)
}

#[native("(self, /, *args)")]
fn readinto1(vm: &Vm, this: &Obj<BufferedRwPair>, args: &[Object]) -> Res {
    vm.call_method(&this.reader(vm)?, "readinto1", args)
}

#[native("(self, /, *args)")]
fn write(vm: &Vm, this: &Obj<BufferedRwPair>, args: &[Object]) -> Res {
    vm.call_method(&this.writer(vm)?, "write", args)
}

#[native("(self, /)")]
fn flush(vm: &Vm, this: &Obj<BufferedRwPair>) -> Res {
    vm.call_method(&this.writer(vm)?, "flush", &[])
}

#[native("(self, /)")]
fn readable(vm: &Vm, this: &Obj<BufferedRwPair>) -> Res {
    vm.call_method(&this.reader(vm)?, "readable", &[])
}

#[native("(self, /)")]
fn writable(vm: &Vm, this: &Obj<BufferedRwPair>) -> Res {
    vm.call_method(&this.writer(vm)?, "writable", &[])
}

#[native("(self, /)")]
fn close(vm: &Vm, this: &Obj<BufferedRwPair>) -> Res<()> {
    let (reader, writer) = (this.reader(vm)?, this.writer(vm)?);
    let closed = vm.call_method(&writer, "close", &[]).map(drop);
    base::keep_first(vm, closed, |vm| vm.call_method(&reader, "close", &[]).map(drop))
}

#[native("(self, /)")]
fn isatty(vm: &Vm, this: &Obj<BufferedRwPair>) -> Res {
    let answer = vm.call_method(&this.writer(vm)?, "isatty", &[])?;
    if vm.truth(&answer)? {
        return Ok(answer);
    }
    vm.call_method(&this.reader(vm)?, "isatty", &[])
}

/// Whether the writer is closed.
#[getter]
fn closed(vm: &Vm, this: &Obj<BufferedRwPair>) -> Res {
    let Some(writer) = this.writer.get() else {
        return Err(vm.runtime_error("the BufferedRWPair object is being garbage-collected"));
    };
    vm.getattr_named(&writer, "closed")
}
