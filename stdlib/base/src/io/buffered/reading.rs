//! The reading half of the buffered streams.

use super::room::Output;
use super::{Buffered, state_of};
use crate::support::*;

/// Up to size bytes, or everything to the end if size is None or negative.
///
/// The raw stream is asked again and again until there are as many, save when it has ended or
/// would have to wait. None if nothing is there yet.
#[native("(self, size=-1, /)")]
pub(super) fn read(vm: &Vm, this: &Object, size: Option<isize>) -> Res {
    let state = state_of(vm, this)?;
    state.raw(vm)?;
    let size = size.unwrap_or(-1);
    if size < -1 {
        return Err(vm.value_error("read length must be non-negative or -1"));
    }
    state.check_open(vm, "read of closed file")?;
    let Ok(size) = usize::try_from(size) else {
        let _guard = state.enter(vm, this)?;
        return read_all(vm, state);
    };
    let _guard = state.enter(vm, this)?;
    if let Some(bytes) = read_ahead(vm, state, size)? {
        return Ok(bytes.into_object());
    }
    let mut result = Output::default();
    reserve(vm, &mut result.head, size)?;
    let complete = read_more(vm, state, size, &mut result)?;
    if !complete && result.len() == 0 {
        return Ok(Object::none());
    }
    let (bytes, lent) = result.finish(vm)?;
    if let Some(array) = lent {
        state.keep_array(array);
    }
    Ok(bytes)
}

/// So many bytes, if as many were read ahead.
fn read_ahead(vm: &Vm, state: &Buffered, size: usize) -> Res<Option<Obj<Bytes>>> {
    let bytes = match state.window().ahead().get(..size) {
        Some(ahead) => vm.bytes(ahead)?,
        None => return Ok(None),
    };
    state.window_mut().skip(size);
    Ok(Some(bytes))
}

/// Reads until `result` has `size` bytes; false if it stopped for want of data that may come yet.
fn read_more(vm: &Vm, state: &Buffered, size: usize, result: &mut Output) -> Res<bool> {
    state.window_mut().take(size, &mut result.head);
    // What waits to be written comes first.
    state.flush_before_read(vm)?;
    let buffer_size = start_afresh(state);
    if buffer_size > 0 && size - result.len() >= buffer_size {
        match read_whole(vm, state, size, buffer_size, result)? {
            Ended::Enough => {}
            Ended::Early { complete } => return Ok(complete),
        }
    }
    while result.len() < size && state.window().spare() < buffer_size {
        match state.fill(vm)? {
            None => return Ok(false),
            Some(0) => return Ok(true),
            Some(_) => {
                let missing = size - result.len();
                state.window_mut().take(missing, result.end());
            }
        }
    }
    Ok(true)
}

/// How reading has ended.
enum Ended {
    Enough,
    Early { complete: bool },
}

/// Whole buffers go straight to the result.
fn read_whole(
    vm: &Vm,
    state: &Buffered,
    size: usize,
    buffer_size: usize,
    result: &mut Output,
) -> Res<Ended> {
    let missing = size - result.len();
    let (mut room, mut count) = (state.room(vm, missing)?, 0);
    let ended = loop {
        let want = (missing - count) / buffer_size * buffer_size;
        if want == 0 {
            break Ended::Enough;
        }
        match state.read_into_room(vm, &mut room, count..count + want)? {
            None => break Ended::Early { complete: false },
            Some(0) => break Ended::Early { complete: true },
            Some(more) => count += more,
        }
        vm.poll()?;
    };
    result.add_room(room, count);
    Ok(ended)
}

/// Forgets what was read ahead; returns the buffer's size.
fn start_afresh(state: &Buffered) -> usize {
    let mut window = state.window_mut();
    window.restart();
    window.size()
}

fn read_all(vm: &Vm, state: &Buffered) -> Res {
    let mut all = Vec::new();
    {
        let mut window = state.window_mut();
        let ahead = window.ahead().len();
        reserve(vm, &mut all, ahead)?;
        window.take(ahead, &mut all);
    }
    state.flush_before_read(vm)?;
    start_afresh(state);
    let raw = state.raw(vm)?;
    // (Where the raw stream will be is its affair.)
    state.window_mut().raw_is_lost();
    if let Some(readall) = optional_attr(vm, &raw, "readall")? {
        let rest = vm.call(&readall, &[])?;
        if rest.is_none() {
            return if all.is_empty() { Ok(rest) } else { Ok(vm.bytes(&all)?.into_object()) };
        }
        let Some(bytes) = rest.downcast::<Bytes>() else {
            return Err(vm.type_error("readall() should return bytes"));
        };
        if all.is_empty() {
            return Ok(rest);
        }
        append(vm, &mut all, bytes.as_slice())?;
        return Ok(vm.bytes(&all)?.into_object());
    }
    loop {
        let piece = vm.call_method(&raw, "read", &[])?;
        if piece.is_none() && all.is_empty() {
            return Ok(piece);
        }
        let bytes = piece.downcast::<Bytes>();
        if !piece.is_none() && bytes.is_none() {
            return Err(vm.type_error("read() should return bytes"));
        }
        match bytes {
            Some(bytes) if !bytes.is_empty() => append(vm, &mut all, bytes.as_slice())?,
            _ => return Ok(vm.bytes(&all)?.into_object()),
        }
        vm.poll()?;
    }
}

/// Return what is in the buffer without moving the position; at most one read of the raw stream is
/// made to have something.
#[native("(self, size=0, /)")]
pub(super) fn peek(vm: &Vm, this: &Object, size: isize) -> Res {
    let _ = size;
    let state = state_of(vm, this)?;
    state.raw(vm)?;
    state.check_open(vm, "peek of closed file")?;
    let _guard = state.enter(vm, this)?;
    state.flush_before_read(vm)?;
    if state.window().ahead().is_empty() {
        start_afresh(state);
        state.fill(vm)?;
    }
    let window = state.window();
    Ok(vm.bytes(window.ahead())?.into_object())
}

/// Up to size bytes, for which the raw stream is asked once at most.
#[native("(self, size=-1, /)")]
pub(super) fn read1(vm: &Vm, this: &Object, size: isize) -> Res {
    let state = state_of(vm, this)?;
    state.raw(vm)?;
    let size = usize::try_from(size).unwrap_or(state.window().size());
    let read = read_one(vm, state, this, size)?;
    Ok(vm.bytes(&read)?.into_object())
}

/// What is read ahead, or else one read of the raw stream.
pub(super) fn read_one(vm: &Vm, state: &Buffered, this: &Object, size: usize) -> Res<Vec<u8>> {
    state.check_open(vm, "read of closed file")?;
    let mut result = Vec::new();
    if size == 0 {
        return Ok(result);
    }
    let _guard = state.enter(vm, this)?;
    let ahead = state.window().ahead().len();
    if ahead > 0 {
        let count = ahead.min(size);
        reserve(vm, &mut result, count)?;
        state.window_mut().take(count, &mut result);
        return Ok(result);
    }
    state.flush_before_read(vm)?;
    start_afresh(state);
    let mut result = zeros(vm, size)?;
    let count = state.read_past(vm, &mut result)?.unwrap_or(0);
    result.truncate(count);
    Ok(result)
}

/// Read into a buffer and return how many bytes; None if nothing is there yet.
#[native("(self, buffer, /)")]
pub(super) fn readinto(vm: &Vm, this: &Object, buffer: BufferMut) -> Res {
    read_into(vm, this, &buffer, false)
}

/// As readinto, with at most one read of the raw stream.
#[native("(self, buffer, /)")]
pub(super) fn readinto1(vm: &Vm, this: &Object, buffer: BufferMut) -> Res {
    read_into(vm, this, &buffer, true)
}

fn read_into(vm: &Vm, this: &Object, target: &BufferMut, once: bool) -> Res {
    let state = state_of(vm, this)?;
    state.raw(vm)?;
    state.check_open(vm, "readinto of closed file")?;
    let size = target.0.byte_len();
    let mut result = Vec::new();
    reserve(vm, &mut result, size)?;
    let _guard = state.enter(vm, this)?;
    state.window_mut().take(size, &mut result);
    let mut complete = true;
    let left = size - result.len();
    // What would only go into the buffer is left for later when there is something to give.
    let enough = once && !result.is_empty() && left <= state.window().size();
    if left > 0 && !enough {
        complete = fill_target(vm, state, size, once, &mut result)?;
    }
    if !complete && result.is_empty() {
        return Ok(Object::none());
    }
    copy_into(&target.0, &result);
    vm.int_usize(result.len())
}

/// Reads until `result` has `size` bytes, past the buffer while more than the buffer holds is
/// missing; false if it stopped for want of data that may come yet.
fn fill_target(
    vm: &Vm,
    state: &Buffered,
    size: usize,
    once: bool,
    result: &mut Vec<u8>,
) -> Res<bool> {
    state.flush_before_read(vm)?;
    let buffer_size = start_afresh(state);
    while result.len() < size {
        let start = result.len();
        let count = if size - start > buffer_size {
            result.resize(size, 0);
            let count = state.read_past(vm, &mut result[start..]);
            result.truncate(start + count.as_ref().ok().copied().flatten().unwrap_or(0));
            count?
        } else {
            start_afresh(state);
            let count = state.fill(vm)?;
            state.window_mut().take(size - start, result);
            count
        };
        match count {
            None => return Ok(false),
            Some(0) => return Ok(true),
            Some(_) if once => return Ok(true),
            Some(_) => vm.poll()?,
        }
    }
    Ok(true)
}

/// Read and return the next line; size limits its length.
#[native("(self, size=-1, /)")]
pub(super) fn readline(vm: &Vm, this: &Object, size: Option<isize>) -> Res {
    let state = state_of(vm, this)?;
    state.raw(vm)?;
    state.check_open(vm, "readline of closed file")?;
    let limit = size.and_then(|size| usize::try_from(size).ok()).unwrap_or(usize::MAX);
    let line = line(vm, state, this, limit)?;
    Ok(vm.bytes(&line)?.into_object())
}

fn line(vm: &Vm, state: &Buffered, this: &Object, limit: usize) -> Res<Vec<u8>> {
    let mut line = Vec::new();
    let _guard = state.enter(vm, this)?;
    let mut fresh = false;
    loop {
        let done = {
            let mut window = state.window_mut();
            let ahead = window.ahead();
            let reach = ahead.len().min(limit - line.len());
            let ahead = &ahead[..reach];
            let end = memchr::memchr(b'\n', ahead).map_or(reach, |end| end + 1);
            let found = end > 0 && ahead[end - 1] == b'\n';
            reserve(vm, &mut line, end)?;
            window.take(end, &mut line);
            found || line.len() >= limit
        };
        if done {
            return Ok(line);
        }
        if !fresh {
            state.flush_before_read(vm)?;
            fresh = true;
        }
        start_afresh(state);
        if state.fill(vm)?.unwrap_or(0) == 0 {
            return Ok(line);
        }
        vm.poll()?;
    }
}

pub(super) fn next_line(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let line = vm.call_method(this, "readline", &[])?;
    let empty = match line.downcast::<Bytes>() {
        Some(line) => line.is_empty(),
        None => {
            return Err(vm.raise_kind(
                Exc::OSError,
                format_args!(
                    "readline() should have returned a bytes object, not '{}'",
                    vm.type_name(&line)
                ),
            ));
        }
    };
    Ok((!empty).then_some(line))
}
