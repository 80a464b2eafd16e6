//! The reading half of text streams.

use super::TextIo;
use super::writing::flush_pending;
use crate::io::buffered::buffered;
use crate::io::newline::new_str;
use crate::io::unsupported;
use crate::support::*;

impl TextIo {
    /// Decodes another piece; false at the end of the file. `hint` is how many characters are
    /// wanted, 0 for no idea.
    pub(super) fn read_chunk(&self, vm: &Vm, hint: usize) -> Res<bool> {
        let Some(decoder) = self.decoder() else { return Err(unsupported(vm, "not readable")) };
        let before = if self.telling.get() { Some(decoder.state(vm)?) } else { None };
        let wanted = (self.bytes_per_char.get() * hint as f64) as usize;
        let size = self.chunk_size.get().max(wanted);
        let input = self.read_bytes(vm, size)?;
        let at_end = input.is_empty();
        let text = decoder.decode(vm, &input, at_end)?;
        let chars = text.as_ref().len();
        self.bytes_per_char.set(if chars > 0 { input.len() as f64 / chars as f64 } else { 0.0 });
        self.set_decoded(text);
        if let Some((mut pending, flags)) = before {
            append(vm, &mut pending, &input)?;
            drop(self.snapshot.replace(Some((pending, flags))));
        }
        Ok(!at_end || chars > 0)
    }

    fn read_bytes(&self, vm: &Vm, size: usize) -> Res<Vec<u8>> {
        let buffer = self.buffer(vm)?;
        if let Some(stream) = buffered(&buffer)
            && !vm.class_of(&buffer).is_heap_type()
        {
            return stream.read_some(vm, &buffer, size);
        }
        let method = if self.has_read1.get() { "read1" } else { "read" };
        let input = vm.call_method(&buffer, method, &[vm.int_usize(size)?])?;
        match buffer::bytes_of(vm, &input) {
            Ok(bytes) => Ok(bytes),
            Err(raised) => {
                drop(vm.caught(raised, Exc::TypeError)?);
                Err(vm.type_error(format_args!(
                    "underlying {method}() should have returned a bytes-like object, not '{}'",
                    vm.type_name(&input)
                )))
            }
        }
    }

    /// Up to `len` characters of what is decoded, appended to `out`; says how many.
    fn take_decoded(&self, vm: &Vm, len: usize, out: &mut TextBuf) -> Res<usize> {
        let decoded = self.decoded.borrow();
        let text = decoded.as_ref();
        let start = self.used.get();
        let end = start.saturating_add(len).min(text.len());
        out.push_text(text.slice(start, end)).map_err(|e| vm.text_error(e))?;
        self.used.set(end);
        Ok(end - start)
    }
}

fn finish(vm: &Vm, text: TextBuf) -> Res {
    Ok(vm.text_owned(text.finish())?.into_object())
}

/// Read at most size characters, all until the end if size is negative or None.
#[native("(self, size=-1, /)")]
pub(super) fn read(vm: &Vm, this: &Obj<TextIo>, size: Option<isize>) -> Res {
    let buffer = this.buffer(vm)?;
    this.check_open(vm, this.as_object())?;
    let Some(decoder) = this.decoder() else { return Err(unsupported(vm, "not readable")) };
    flush_pending(vm, this)?;
    let mut text = TextBuf::new();
    let Some(size) = size.and_then(|size| usize::try_from(size).ok()) else {
        let rest = vm.call_method(&buffer, "read", &[])?;
        let decoded = with_decoded_bytes(vm, &rest, |bytes| decoder.decode(vm, bytes, true))?;
        this.take_decoded(vm, usize::MAX, &mut text)?;
        if this.snapshot.borrow().is_some() {
            drop(this.snapshot.take());
        }
        this.forget_decoded();
        this.has_decoded.set(true);
        if text.is_empty() {
            return Ok(vm.text_owned(decoded)?.into_object());
        }
        text.push_text(decoded.as_ref()).map_err(|e| vm.text_error(e))?;
        return finish(vm, text);
    };
    let mut left = size - this.take_decoded(vm, size, &mut text)?;
    while left > 0 && this.read_chunk(vm, left)? {
        left -= this.take_decoded(vm, left, &mut text)?;
        vm.poll()?;
    }
    finish(vm, text)
}

fn with_decoded_bytes(
    vm: &Vm,
    bytes: &Object,
    decode: impl FnOnce(&[u8]) -> Res<Text>,
) -> Res<Text> {
    if let Some(bytes) = bytes.downcast::<Bytes>() {
        return decode(bytes.as_slice());
    }
    decode(&buffer::bytes_of(vm, bytes)?)
}

/// The next line with its end, or '' at the end of the file; of a longer one, size characters.
#[native("(self, size=-1, /)")]
pub(super) fn readline(vm: &Vm, this: &Obj<TextIo>, size: isize) -> Res {
    this.buffer(vm)?;
    read_line(vm, this, usize::try_from(size).unwrap_or(usize::MAX))
}

/// The next line, empty at the end of the file.
pub(crate) fn read_line(vm: &Vm, this: &Obj<TextIo>, limit: usize) -> Res {
    this.check_open(vm, this.as_object())?;
    flush_pending(vm, this)?;
    let mut line = TextBuf::new();
    // Where in `line` to look for a line end: before it there is none.
    let mut looked = 0;
    loop {
        if this.used.get() >= this.decoded.borrow().as_ref().len() && !this.read_chunk(vm, 0)? {
            // The end of the file: the next read asks again.
            this.forget_decoded();
            drop(this.snapshot.take());
            return finish(vm, line);
        }
        {
            let decoded = this.decoded.borrow();
            let (text, start) = (decoded.as_ref(), this.used.get());
            if line.is_empty() {
                // The whole line is often here; then it is cut out once.
                let found = this.line_end.get().find(text, start);
                let end = found.unwrap_or(text.len()).min(start.saturating_add(limit));
                if found.is_ok() || end - start >= limit {
                    this.used.set(end);
                    return new_str(vm, text.slice(start, end));
                }
            }
        }
        let before = line.len();
        this.take_decoded(vm, limit - before, &mut line)?;
        let end = match this.line_end.get().find(line.as_ref(), looked) {
            Ok(end) => end,
            Err(_) if line.len() >= limit => limit,
            Err(next) => {
                looked = next;
                vm.poll()?;
                continue;
            }
        };
        // Give back what belongs to the next line.
        let surplus = line.len() - end;
        this.used.set(this.used.get() - surplus);
        line.truncate(end);
        return finish(vm, line);
    }
}

/// The next line of an iteration; positions cannot be told meanwhile.
pub(super) fn next_line(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(stream) = this.downcast::<TextIo>() else { return Ok(None) };
    stream.buffer(vm)?;
    stream.telling.set(false);
    let line = if vm.class_of(this).is_heap_type() {
        let line = vm.call_method(this, "readline", &[])?;
        if line.downcast::<Str>().is_none() {
            return Err(vm.raise_kind(
                Exc::OSError,
                format_args!(
                    "readline() should have returned a str object, not '{}'",
                    vm.type_name(&line)
                ),
            ));
        }
        line
    } else {
        read_line(vm, stream, usize::MAX)?
    };
    if line.downcast::<Str>().is_some_and(|line| !line.is_empty()) {
        return Ok(Some(line));
    }
    drop(stream.snapshot.take());
    stream.telling.set(stream.seekable.get());
    Ok(None)
}
