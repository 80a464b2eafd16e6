//! The writing half of text streams.

use super::TextIo;
use crate::io::buffered::buffered;
use crate::io::newline::find_char;
use crate::io::stringio::replace_lf;
use crate::io::unsupported;
use crate::support::*;

/// Write a string and return the number of its characters.
#[native("(self, text, /)")]
pub(super) fn write(vm: &Vm, this: &Obj<TextIo>, text: &Obj<Str>) -> Res {
    write_text(vm, this, text)?;
    vm.int_usize(text.len())
}

/// What `write` does, for callers in Rust.
pub(crate) fn write_text(vm: &Vm, this: &Obj<TextIo>, text: &Obj<Str>) -> Res<()> {
    this.buffer(vm)?;
    this.check_open(vm, this.as_object())?;
    let Some(encoder) = this.encoder() else { return Err(unsupported(vm, "not writable")) };
    let line_end = this.write_line_end.get();
    let mut has_lf = false;
    let mut flush_line = false;
    if !line_end.is_empty() || this.line_buffering.get() {
        has_lf = find_char(text.as_text(), 0, '\n').is_some();
        flush_line =
            this.line_buffering.get() && (has_lf || find_char(text.as_text(), 0, '\r').is_some());
    }
    let mut encoded = Vec::new();
    if has_lf && !line_end.is_empty() {
        let replaced = replace_lf(text.as_text(), line_end).map_err(|e| vm.text_error(e))?;
        let replaced = vm.text_owned(replaced)?;
        encoder.encode(vm, &replaced, &mut encoded)?;
    } else if let (Some(ascii), true) = (text.as_ascii(), encoder.takes_ascii()) {
        // By far the most common: nothing is copied twice.
        push_pending(vm, this, ascii.as_bytes())?;
    } else {
        encoder.encode(vm, text, &mut encoded)?;
    }
    if !encoded.is_empty() {
        push_pending(vm, this, &encoded)?;
    }
    let full = this.pending.borrow().len() >= this.chunk_size.get();
    if full || flush_line || this.write_through.get() {
        flush_pending(vm, this)?;
    }
    if flush_line {
        vm.call_method(&this.buffer(vm)?, "flush", &[])?;
    }
    if this.has_decoded.get() || this.snapshot.borrow().is_some() {
        this.forget_decoded();
        drop(this.snapshot.take());
    }
    if let Some(decoder) = this.decoder() {
        decoder.reset(vm)?;
    }
    Ok(())
}

/// Adds to what waits, after writing that if both together would be more than a chunk.
fn push_pending(vm: &Vm, this: &TextIo, bytes: &[u8]) -> Res<()> {
    let waiting = this.pending.borrow().len();
    if waiting > 0 && waiting + bytes.len() > this.chunk_size.get() {
        flush_pending(vm, this)?;
    }
    let mut pending = this.pending.borrow_mut();
    append(vm, &mut pending, bytes)
}

/// Hands what waits to the buffer.
pub(super) fn flush_pending(vm: &Vm, this: &TextIo) -> Res<()> {
    if this.pending.borrow().is_empty() {
        return Ok(());
    }
    let mut pending = this.pending.take();
    let buffer = this.buffer(vm)?;
    match buffered(&buffer) {
        // A buffer of ours takes the bytes without an object for them.
        Some(stream) if !vm.class_of(&buffer).is_heap_type() => {
            stream.write_bytes(vm, &buffer, &pending)?;
            // Keep the memory, unless a signal handler has written meanwhile.
            pending.clear();
            let mut own = this.pending.borrow_mut();
            if own.capacity() == 0 {
                *own = pending;
            }
        }
        _ => {
            let bytes = vm.bytes(&pending)?.into_object();
            vm.call_method(&buffer, "write", &[bytes])?;
        }
    }
    Ok(())
}

/// Flush what waits to be written.
#[native("(self, /)")]
pub(super) fn flush(vm: &Vm, this: &Obj<TextIo>) -> Res {
    let buffer = this.buffer(vm)?;
    this.check_open(vm, this.as_object())?;
    this.telling.set(this.seekable.get());
    flush_pending(vm, this)?;
    vm.call_method(&buffer, "flush", &[])
}
