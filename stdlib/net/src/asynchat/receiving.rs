//! `async_chat`: what comes, and where it is cut.

use crate::asyncore::{Channel, Method, joined, part, run};
use crate::support::*;

#[native("(self, sock=None, map=None)", python, name = "__init__")]
pub(super) fn init(vm: &Vm, this: &Object, sock: Option<&Object>, map: Option<&Object>) -> Res<()> {
    let chat = Channel::of(vm, this);
    let names = chat.names();
    chat.set(&names.ac_in_buffer, chat.state.nothing(vm)?)?;
    chat.set(&names.incoming, vm.new_list()?.as_object())?;
    let deque = vm.getattr_named(&vm.import("collections")?, "deque")?;
    chat.set(&names.producer_fifo, &vm.call(&deque, &[])?)?;
    chat.state.run_dispatchers(vm, Method::__init__, this, &[or_none(sock), or_none(map)]).map(drop)
}

/// Called with data that has come, in whatever pieces. Classes derived from this one define it.
#[native("(self, data)", python)]
pub(super) fn collect_incoming_data(vm: &Vm, this: &Object, data: &Object) -> Res<()> {
    let _ = (this, data);
    Err(vm.not_implemented_error("must be implemented in subclass"))
}

/// Keep data in a list: what collect_incoming_data() may do.
#[native("(self, data)", python, name = "_collect_incoming_data")]
pub(super) fn collect(vm: &Vm, this: &Object, data: &Object) -> Res<()> {
    let chat = Channel::of(vm, this);
    let list = chat.get(&chat.names().incoming)?;
    run(vm, &chat.state, &list, Method::append, std::slice::from_ref(data)).map(drop)
}

/// Take what was kept so.
#[native("(self)", python, name = "_get_data")]
pub(super) fn take_collected(vm: &Vm, this: &Object) -> Res {
    let chat = Channel::of(vm, this);
    let list = chat.get(&chat.names().incoming)?;
    let data = match only_item(&list) {
        Some(data) => data,
        None => vm.call_method(chat.state.nothing(vm)?, "join", &[list])?,
    };
    empty(vm, &chat)?;
    Ok(data)
}

/// The bytes that are all that was kept.
fn only_item(list: &Object) -> Option<Object> {
    let list = list.downcast_exact::<List>().filter(|list| list.len() == 1)?;
    list.get(0).filter(|item| item.downcast_exact::<Bytes>().is_some())
}

/// `del self.incoming[:]`.
fn empty(vm: &Vm, chat: &Channel<'_>) -> Res<()> {
    let list = chat.get(&chat.names().incoming)?;
    if let Some(list) = list.downcast_exact::<List>() {
        drop(list.take_all());
        return Ok(());
    }
    let all = vm.slice(Object::none(), Object::none(), Object::none())?;
    vm.delitem(&list, all.as_object())
}

/// Called when the terminator has come. Classes derived from this one define it.
#[native("(self)", python)]
pub(super) fn found_terminator(vm: &Vm, this: &Object) -> Res<()> {
    let _ = this;
    Err(vm.not_implemented_error("must be implemented in subclass"))
}

/// Set where what comes is cut: at a text, after a number of bytes, or, for None, nowhere.
#[native("(self, term)", python)]
pub(super) fn set_terminator(vm: &Vm, this: &Object, term: &Object) -> Res<()> {
    let chat = Channel::of(vm, this);
    let is_int = vm.class_of(term).has(type_flags::INT);
    let term = encoded(&chat, term)?;
    if is_int && vm.compare_bool(&term, &vm.int(0)?, CmpOp::Lt)? {
        return Err(vm.value_error("the number of received bytes must be positive"));
    }
    chat.set(&chat.names().terminator, &term)
}

/// A text as bytes, if the channel has an encoding in use.
pub(super) fn encoded(chat: &Channel<'_>, data: &Object) -> Res {
    let vm = chat.vm;
    if !vm.class_of(data).has(type_flags::STR) || !chat.is(&chat.names().use_encoding)? {
        return Ok(data.clone());
    }
    let encoding = chat.get(&chat.names().encoding)?;
    vm.call(&builtin(vm, "bytes")?, &[data.clone(), encoding])
}

/// Return where what comes is cut.
#[native("(self)", python)]
pub(super) fn get_terminator(vm: &Vm, this: &Object) -> Res {
    let chat = Channel::of(vm, this);
    chat.get(&chat.names().terminator)
}

/// Receive, and hand out what has come.
#[native("(self)", python)]
pub(super) fn handle_read(vm: &Vm, this: &Object) -> Res<()> {
    let chat = Channel::of(vm, this);
    let names = chat.names();
    let size = chat.get(&names.ac_in_buffer_size)?;
    let data = match chat.call(Method::recv, &[size]) {
        Ok(data) => data,
        Err(raised) => return not_received(&chat, raised),
    };
    if vm.class_of(&data).has(type_flags::STR) && chat.is(&names.use_encoding)? {
        return Err(vm.type_error("encoding without a string argument"));
    }
    let buffer = joined(vm, &chat.get(&names.ac_in_buffer)?, &data)?;
    chat.set(&names.ac_in_buffer, &buffer)?;
    hand_out(&chat)
}

fn not_received(chat: &Channel<'_>, raised: Raised) -> Res<()> {
    let vm = chat.vm;
    let raised = match vm.caught(raised, Exc::BlockingIOError) {
        Ok(_) => return Ok(()),
        Err(raised) => raised,
    };
    let failure = vm.caught(raised, Exc::OSError)?;
    vm.except(vm.raise(failure), |_| chat.call(Method::handle_error, &[]).map(drop))
}

/// Hand out what has come, cut at terminators, till nothing is left or what is left may be the start of one.
fn hand_out(chat: &Channel<'_>) -> Res<()> {
    let (vm, names) = (chat.vm, chat.names());
    loop {
        let buffer = chat.get(&names.ac_in_buffer)?;
        if !vm.truth(&buffer)? {
            return Ok(());
        }
        vm.poll()?;
        let terminator = chat.call(Method::get_terminator, &[])?;
        if !vm.truth(&terminator)? {
            all_of(chat, buffer)?;
        } else if vm.class_of(&terminator).has(type_flags::INT) {
            so_many(chat, buffer, &terminator)?;
        } else if !up_to(chat, buffer, &terminator)? {
            return Ok(());
        }
    }
}

fn set_buffer(chat: &Channel<'_>, rest: &Object) -> Res<()> {
    chat.set(&chat.names().ac_in_buffer, rest)
}

fn collected(chat: &Channel<'_>, data: Object) -> Res<()> {
    chat.call(Method::collect_incoming_data, &[data]).map(drop)
}

/// All that is there.
fn all_of(chat: &Channel<'_>, buffer: Object) -> Res<()> {
    collected(chat, buffer)?;
    set_buffer(chat, chat.state.nothing(chat.vm)?)
}

/// A number of bytes; what is missing of them is the terminator then.
fn so_many(chat: &Channel<'_>, buffer: Object, wanted: &Object) -> Res<()> {
    let (vm, names) = (chat.vm, chat.names());
    let len = vm.len(&buffer)?;
    let enough = vm.as_i64(wanted).and_then(|n| usize::try_from(n).ok()).filter(|&n| n <= len);
    let Some(count) = enough else {
        all_of(chat, buffer)?;
        let left = vm.binary(BinOp::Sub, &chat.get(&names.terminator)?, &vm.int_usize(len)?)?;
        return chat.set(&names.terminator, &left);
    };
    collected(chat, part(vm, &buffer, None, Some(count))?)?;
    let rest = part(vm, &chat.get(&names.ac_in_buffer)?, Some(count), None)?;
    set_buffer(chat, &rest)?;
    chat.set(&names.terminator, &vm.int(0)?)?;
    chat.call(Method::found_terminator, &[]).map(drop)
}

/// What is before the terminator; false if what is left may be the start of one.
fn up_to(chat: &Channel<'_>, buffer: Object, terminator: &Object) -> Res<bool> {
    let (vm, names) = (chat.vm, chat.names());
    let len = vm.len(&buffer)?;
    let terminator_len = vm.len(terminator)?;
    let Some(index) = find(vm, &buffer, terminator)? else {
        return without_terminator(chat, buffer, terminator, len);
    };
    if index > 0 {
        collected(chat, part(vm, &buffer, None, Some(index))?)?;
    }
    // What was handed out may have changed it.
    let rest = part(vm, &chat.get(&names.ac_in_buffer)?, Some(index + terminator_len), None)?;
    set_buffer(chat, &rest)?;
    chat.call(Method::found_terminator, &[])?;
    Ok(true)
}

fn without_terminator(
    chat: &Channel<'_>,
    buffer: Object,
    terminator: &Object,
    len: usize,
) -> Res<bool> {
    let (vm, names) = (chat.vm, chat.names());
    let start = prefix_at_end(vm, &buffer, terminator)?;
    if start == 0 {
        all_of(chat, buffer)?;
        return Ok(true);
    }
    if start != len {
        let before = len.saturating_sub(start);
        collected(chat, part(vm, &buffer, None, Some(before))?)?;
        let now = chat.get(&names.ac_in_buffer)?;
        let kept = vm.len(&now)?.saturating_sub(start);
        set_buffer(chat, &part(vm, &now, Some(kept), None)?)?;
    }
    Ok(false)
}

/// Where the terminator is.
fn find(vm: &Vm, buffer: &Object, terminator: &Object) -> Res<Option<usize>> {
    if let (Some(buffer), Some(terminator)) =
        (buffer.downcast_exact::<Bytes>(), terminator.downcast_exact::<Bytes>())
    {
        return Ok(match terminator.as_slice() {
            [byte] => memchr::memchr(*byte, buffer.as_slice()),
            bytes => memchr::memmem::find(buffer.as_slice(), bytes),
        });
    }
    let index = vm.call_method(buffer, "find", std::slice::from_ref(terminator))?;
    Ok(index.as_small_int().and_then(|index| usize::try_from(index).ok()))
}

/// How much of the terminator is at the end.
fn prefix_at_end(vm: &Vm, haystack: &Object, needle: &Object) -> Res<usize> {
    if let (Some(haystack), Some(needle)) =
        (haystack.downcast_exact::<Bytes>(), needle.downcast_exact::<Bytes>())
    {
        return Ok(longest_prefix(haystack.as_slice(), needle.as_slice()));
    }
    let mut len = vm.len(needle)?.saturating_sub(1);
    while len > 0 {
        vm.poll()?;
        let prefix = part(vm, needle, None, Some(len))?;
        if vm.truth(&vm.call_method(haystack, "endswith", &[prefix])?)? {
            break;
        }
        len -= 1;
    }
    Ok(len)
}

/// The length of the longest start of `needle`, short of all of it, that `haystack` ends in.
fn longest_prefix(haystack: &[u8], needle: &[u8]) -> usize {
    let longest = needle.len().saturating_sub(1).min(haystack.len());
    (1..=longest).rev().find(|&len| haystack.ends_with(&needle[..len])).unwrap_or(0)
}

/// Return how much of needle haystack ends in: the length of the longest such start that is not all of it.
#[native("(haystack, needle)", python)]
pub(super) fn find_prefix_at_end(vm: &Vm, haystack: &Object, needle: &Object) -> Res<usize> {
    prefix_at_end(vm, haystack, needle)
}

/// Whether the channel waits for something to read: always.
#[native("(self)", python)]
pub(super) fn readable(this: &Object) -> i32 {
    let _ = this;
    1
}

/// Forget all that has come and all that was to go. For emergencies.
#[native("(self)", python)]
pub(super) fn discard_buffers(vm: &Vm, this: &Object) -> Res<()> {
    let chat = Channel::of(vm, this);
    let names = chat.names();
    chat.set(&names.ac_in_buffer, chat.state.nothing(vm)?)?;
    empty(vm, &chat)?;
    vm.call_method(&chat.get(&names.producer_fifo)?, "clear", &[]).map(drop)
}
