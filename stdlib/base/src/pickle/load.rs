//! The machine that makes objects of a pickle: a stack, and marks on it.

use super::input::truncated;
use super::ops::*;
use super::unpickler::{Unpickler, extension, find_class};
use super::unpickling_error;
use crate::support::{
    Dict, List, NoMemory, Obj, Object, Raised, Res, Str, Tuple, Type, Vm, builtin, optional_attr,
    reserve, set_attr,
};
use num_bigint::BigInt;
use taipan_core::object::{Exc, Set};
use taipan_core::text::TextRef;

/// Numbers in a memo may leave gaps, but no more of them than this for each object that is there.
const MAX_GAP: usize = 1 << 16;

/// One run of an unpickler.
pub(super) struct Loader<'a> {
    vm: &'a Vm,
    unpickler: &'a Obj<Unpickler>,
    persistent: Option<Object>,
    find: Option<Object>,
    stack: Vec<Object>,
    marks: Vec<usize>,
    /// The last mark's place, below which nothing is popped.
    fence: usize,
}

/// Put an object into a memo.
pub(super) fn put(
    vm: &Vm,
    memo: &mut Vec<Option<Object>>,
    number: usize,
    object: Object,
) -> Res<()> {
    if number >= memo.len() {
        let more = number - memo.len() + 1;
        if more > MAX_GAP.max(memo.len().saturating_mul(4)).saturating_add(1 << 20) {
            return Err(vm.no_memory(NoMemory));
        }
        reserve(vm, memo, more)?;
        memo.resize(number + 1, None);
    }
    if let Some(place) = memo.get_mut(number) {
        *place = Some(object);
    }
    Ok(())
}

impl<'a> Loader<'a> {
    pub(super) fn new(
        vm: &'a Vm,
        unpickler: &'a Obj<Unpickler>,
        persistent: Option<Object>,
        find: Option<Object>,
    ) -> Loader<'a> {
        let (stack, marks) = (Vec::new(), Vec::new());
        Loader { vm, unpickler, persistent, find, stack, marks, fence: 0 }
    }

    pub(super) fn run(&mut self) -> Res {
        self.unpickler.protocol.set(0);
        let mut count = 0u32;
        loop {
            let Some(code) = self.unpickler.input.next_code(self.vm)? else {
                return Err(self.vm.raise_kind(Exc::EOFError, "Ran out of input"));
            };
            if code == STOP {
                return self.pop();
            }
            self.step(code)?;
            count = count.wrapping_add(1);
            if count % 64 == 0 {
                self.vm.poll()?;
            }
        }
    }

    // ---- the stack

    #[inline]
    fn push(&mut self, object: Object) -> Res<()> {
        if self.stack.len() == self.stack.capacity() {
            reserve(self.vm, &mut self.stack, 1)?;
        }
        self.stack.push(object);
        Ok(())
    }

    #[cold]
    fn underflow(&self) -> Raised {
        let why = match self.marks.is_empty() {
            true => "unpickling stack underflow",
            false => "unexpected MARK found",
        };
        unpickling_error(self.vm, why)
    }

    #[inline]
    fn pop(&mut self) -> Res {
        if self.stack.len() <= self.fence {
            return Err(self.underflow());
        }
        self.stack.pop().ok_or_else(|| self.underflow())
    }

    /// What the top is, which stays.
    fn top(&self) -> Res {
        match self.stack.last() {
            Some(top) if self.stack.len() > self.fence => Ok(top.clone()),
            _ => Err(self.underflow()),
        }
    }

    fn mark(&mut self) -> Res<()> {
        reserve(self.vm, &mut self.marks, 1)?;
        self.marks.push(self.stack.len());
        self.fence = self.stack.len();
        Ok(())
    }

    /// All above the last mark, which goes.
    fn pop_mark(&mut self) -> Res<Vec<Object>> {
        let Some(at) = self.marks.pop() else {
            return Err(unpickling_error(self.vm, "could not find MARK"));
        };
        self.fence = self.marks.last().copied().unwrap_or(0);
        let mut items = Vec::new();
        reserve(self.vm, &mut items, self.stack.len() - at)?;
        items.extend(self.stack.drain(at..));
        Ok(items)
    }

    // ---- instructions

    fn step(&mut self, code: u8) -> Res<()> {
        let vm = self.vm;
        let input = &self.unpickler.input;
        match code {
            NONE => self.push(Object::none()),
            NEWTRUE => self.push(Object::bool(true)),
            NEWFALSE => self.push(Object::bool(false)),
            BININT1 => {
                let [n] = input.array(vm)?;
                self.push(vm.int(n.into())?)
            }
            BININT2 => {
                let n = u16::from_le_bytes(input.array(vm)?);
                self.push(vm.int(n.into())?)
            }
            BININT => {
                let n = i32::from_le_bytes(input.array(vm)?);
                self.push(vm.int(n.into())?)
            }
            INT => self.load_int(),
            LONG => {
                let mut line = input.line(vm)?;
                if line.last() == Some(&b'L') {
                    line.pop();
                }
                self.push_digits(&line)
            }
            LONG1 => {
                let [n] = input.array(vm)?;
                self.load_long(n.into())
            }
            LONG4 => match usize::try_from(i32::from_le_bytes(input.array(vm)?)) {
                Ok(n) => self.load_long(n),
                Err(_) => Err(unpickling_error(vm, "LONG pickle has negative byte count")),
            },
            BINFLOAT => {
                let x = f64::from_be_bytes(input.array(vm)?);
                self.push(vm.float(x)?)
            }
            FLOAT => {
                let text = latin(vm, &input.line(vm)?)?;
                let x = vm.call(vm.types().float.as_object(), &[text])?;
                self.push(x)
            }
            SHORT_BINUNICODE => {
                let n = self.length::<1>()?;
                self.load_text(n)
            }
            BINUNICODE => {
                let n = self.length::<4>()?;
                self.load_text(n)
            }
            BINUNICODE8 => {
                let n = self.length::<8>()?;
                self.load_text(n)
            }
            UNICODE => {
                let line = vm.bytes(&input.line(vm)?)?.into_object();
                let how = vm.intern("raw-unicode-escape").into_object();
                let text = vm.call(vm.types().str.as_object(), &[line, how])?;
                self.push(text)
            }
            SHORT_BINBYTES => {
                let n = self.length::<1>()?;
                self.load_bytes(n)
            }
            BINBYTES => {
                let n = self.length::<4>()?;
                self.load_bytes(n)
            }
            BINBYTES8 => {
                let n = self.length::<8>()?;
                self.load_bytes(n)
            }
            BYTEARRAY8 => {
                let n = self.length::<8>()?;
                let data = vm.bytes(&input.copy(vm, n)?)?.into_object();
                let array = vm.call(&builtin(vm, "bytearray")?, &[data])?;
                self.push(array)
            }
            STRING => self.load_string(),
            BINSTRING => match usize::try_from(i32::from_le_bytes(input.array(vm)?)) {
                Ok(n) => self.load_old_string(n),
                Err(_) => Err(unpickling_error(vm, "BINSTRING pickle has negative byte count")),
            },
            SHORT_BINSTRING => {
                let n = self.length::<1>()?;
                self.load_old_string(n)
            }
            MARK => self.mark(),
            POP => self.load_pop(),
            POP_MARK => self.pop_mark().map(drop),
            DUP => {
                let top = self.top()?;
                self.push(top)
            }
            _ => self.step_of_containers(code),
        }
    }

    fn step_of_containers(&mut self, code: u8) -> Res<()> {
        let vm = self.vm;
        let input = &self.unpickler.input;
        match code {
            EMPTY_TUPLE => self.push(vm.tuple(Vec::new())?.into_object()),
            TUPLE1 => self.short_tuple(1),
            TUPLE2 => self.short_tuple(2),
            TUPLE3 => self.short_tuple(3),
            TUPLE => {
                let items = self.pop_mark()?;
                self.push(vm.tuple(items)?.into_object())
            }
            EMPTY_LIST => self.push(vm.new_list()?.into_object()),
            LIST => {
                let items = self.pop_mark()?;
                self.push(vm.list(items)?.into_object())
            }
            EMPTY_DICT => self.push(vm.new_dict()?.into_object()),
            DICT => {
                let items = self.pop_mark()?;
                if items.len() % 2 != 0 {
                    return Err(unpickling_error(vm, "odd number of items for DICT"));
                }
                let dict = vm.new_dict()?;
                for pair in items.chunks_exact(2) {
                    dict.set(vm, &pair[0], pair[1].clone())?;
                }
                self.push(dict.into_object())
            }
            EMPTY_SET => self.push(vm.new_set()?.into_object()),
            FROZENSET => {
                let set = vm.new_frozenset()?;
                for item in self.pop_mark()? {
                    set.add(vm, &item)?;
                }
                self.push(set.into_object())
            }
            APPEND => {
                let item = self.pop()?;
                self.extend(vec![item])
            }
            APPENDS => {
                let items = self.pop_mark()?;
                self.extend(items)
            }
            SETITEM => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.set_items(&[key, value])
            }
            SETITEMS => {
                let items = self.pop_mark()?;
                if items.len() % 2 != 0 {
                    return Err(unpickling_error(vm, "odd number of items for SETITEMS"));
                }
                self.set_items(&items)
            }
            ADDITEMS => self.add_items(),
            MEMOIZE => {
                let top = self.top()?;
                let mut memo = self.unpickler.memo.borrow_mut();
                if memo.len() == memo.capacity() {
                    reserve(vm, &mut memo, 1)?;
                }
                memo.push(Some(top));
                Ok(())
            }
            BINPUT => {
                let n = self.length::<1>()?;
                self.put(n)
            }
            LONG_BINPUT => {
                let n = self.length::<4>()?;
                self.put(n)
            }
            PUT => match self.number_line()? {
                n if n < 0 => {
                    self.top()?;
                    Err(vm.value_error("negative PUT argument"))
                }
                n => self.put(n as usize),
            },
            BINGET => {
                let n = self.length::<1>()?;
                self.get(n)
            }
            LONG_BINGET => {
                let n = self.length::<4>()?;
                self.get(n)
            }
            GET => match usize::try_from(self.number_line()?) {
                Ok(n) => self.get(n),
                Err(_) => Err(vm.value_error("negative GET argument")),
            },
            PROTO => match input.array(vm)? {
                [n] if i64::from(n) <= HIGHEST => {
                    self.unpickler.protocol.set(n);
                    Ok(())
                }
                [n] => Err(vm.value_error(format_args!("unsupported pickle protocol: {n}"))),
            },
            FRAME => {
                let n = self.length::<8>()?;
                if !input.prepare(vm, n)? {
                    return Err(truncated(vm));
                }
                Ok(())
            }
            _ => self.step_of_objects(code),
        }
    }

    fn step_of_objects(&mut self, code: u8) -> Res<()> {
        let vm = self.vm;
        let input = &self.unpickler.input;
        match code {
            GLOBAL => {
                let (module, name) = self.name_lines()?;
                let found = self.find(&module, &name)?;
                self.push(found)
            }
            STACK_GLOBAL => {
                let name = self.pop()?;
                let module = self.pop()?;
                let is_str = |o: &Object| o.downcast_exact::<Str>().is_some();
                if !is_str(&name) || !is_str(&module) {
                    return Err(unpickling_error(vm, "STACK_GLOBAL requires str"));
                }
                let found = self.find(&module, &name)?;
                self.push(found)
            }
            REDUCE => {
                let args = self.pop()?;
                let function = self.pop()?;
                let Some(args) = args.downcast::<Tuple>() else {
                    return Err(vm.type_error("argument list must be a tuple"));
                };
                let made = vm.call(&function, args.as_slice())?;
                self.push(made)
            }
            NEWOBJ => {
                let args = self.pop()?;
                let class = self.pop()?;
                self.make_new(&class, &args, None, "NEWOBJ")
            }
            NEWOBJ_EX => {
                let named = self.pop()?;
                let args = self.pop()?;
                let class = self.pop()?;
                self.make_new(&class, &args, Some(&named), "NEWOBJ_EX")
            }
            BUILD => self.build(),
            INST => {
                let (module, name) = self.name_lines()?;
                let class = self.find(&module, &name)?;
                let args = self.pop_mark()?;
                self.instantiate(&class, args)
            }
            OBJ => {
                let mut items = self.pop_mark()?;
                if items.is_empty() {
                    return Err(self.underflow());
                }
                let class = items.remove(0);
                self.instantiate(&class, items)
            }
            PERSID => {
                let line = input.line(vm)?;
                if !line.is_ascii() {
                    return Err(unpickling_error(
                        vm,
                        "persistent IDs in protocol 0 must be ASCII strings",
                    ));
                }
                let id = latin(vm, &line)?;
                self.load_persistent(&id)
            }
            BINPERSID => {
                let id = self.pop()?;
                self.load_persistent(&id)
            }
            EXT1 => {
                let n = self.length::<1>()?;
                self.load_extension(n as i64)
            }
            EXT2 => {
                let n = self.length::<2>()?;
                self.load_extension(n as i64)
            }
            EXT4 => {
                let n = i32::from_le_bytes(input.array(vm)?);
                self.load_extension(n.into())
            }
            NEXT_BUFFER => {
                let Some(buffers) = self.unpickler.buffers.get() else {
                    return Err(unpickling_error(
                        vm,
                        "pickle stream refers to out-of-band data but no *buffers* argument was given",
                    ));
                };
                match vm.next(&buffers)? {
                    Some(buffer) => self.push(buffer),
                    None => Err(unpickling_error(vm, "not enough out-of-band buffers")),
                }
            }
            READONLY_BUFFER => {
                let buffer = self.pop()?;
                let view = vm.call(&builtin(vm, "memoryview")?, &[buffer.clone()])?;
                if vm.truth(&vm.getattr_named(&view, "readonly")?)? {
                    return self.push(buffer);
                }
                let locked = vm.call_method(&view, "toreadonly", &[])?;
                self.push(locked)
            }
            other => {
                let shown = match other {
                    b' '..=b'~' if other != b'\'' && other != b'\\' => {
                        format!("'{}'", char::from(other))
                    }
                    _ => format!("'\\x{other:02x}'"),
                };
                Err(unpickling_error(vm, format!("invalid load key, {shown}.")))
            }
        }
    }

    // ---- numbers and texts

    /// A length in `N` bytes.
    #[inline]
    fn length<const N: usize>(&self) -> Res<usize> {
        let bytes: [u8; N] = self.unpickler.input.array(self.vm)?;
        let mut word = [0; 8];
        word[..N].copy_from_slice(&bytes);
        match isize::try_from(u64::from_le_bytes(word)) {
            Ok(n) => Ok(n as usize),
            Err(_) => Err(self.vm.overflow_error("a length exceeds the system's maximum size")),
        }
    }

    fn number_line(&self) -> Res<i64> {
        let line = self.unpickler.input.line(self.vm)?;
        let text = std::str::from_utf8(&line).ok().and_then(|t| t.trim().parse().ok());
        text.ok_or_else(|| self.vm.value_error("could not convert string to int"))
    }

    fn load_int(&mut self) -> Res<()> {
        let line = self.unpickler.input.line(self.vm)?;
        match &line[..] {
            b"00" => self.push(Object::bool(false)),
            b"01" => self.push(Object::bool(true)),
            _ => match self.push_digits(&line) {
                Err(raised) => {
                    self.vm.caught(raised, Exc::ValueError)?;
                    Err(self.vm.value_error("could not convert string to int"))
                }
                pushed => pushed,
            },
        }
    }

    fn push_digits(&mut self, digits: &[u8]) -> Res<()> {
        let vm = self.vm;
        let args = [latin(vm, digits)?, vm.int(0)?];
        let n = vm.call(vm.types().int.as_object(), &args)?;
        self.push(n)
    }

    fn load_long(&mut self, n: usize) -> Res<()> {
        let vm = self.vm;
        let bytes = self.unpickler.input.copy(vm, n)?;
        self.push(vm.bigint(BigInt::from_signed_bytes_le(&bytes))?)
    }

    fn load_text(&mut self, n: usize) -> Res<()> {
        let vm = self.vm;
        let input = &self.unpickler.input;
        if !input.prepare(vm, n)? {
            return Err(truncated(vm));
        }
        let mut rest = None;
        let made = input.take(vm, n, |bytes| match std::str::from_utf8(bytes) {
            Ok(text) => vm.str(text).map(Some),
            Err(_) => {
                rest = Some(vm.bytes(bytes));
                Ok(None)
            }
        })??;
        if let Some(text) = made {
            return self.push(text.into_object());
        }
        let Some(bytes) = rest else { return Err(truncated(vm)) };
        let how = ["utf-8", "surrogatepass"].map(|a| vm.intern(a).into_object());
        let [encoding, errors] = how;
        let args = [bytes?.into_object(), encoding, errors];
        let text = vm.call(vm.types().str.as_object(), &args)?;
        self.push(text)
    }

    fn load_bytes(&mut self, n: usize) -> Res<()> {
        let vm = self.vm;
        let bytes = self.unpickler.input.take(vm, n, |bytes| vm.bytes(bytes))??;
        self.push(bytes.into_object())
    }

    fn load_string(&mut self) -> Res<()> {
        let vm = self.vm;
        let line = self.unpickler.input.line(vm)?;
        let inner = match &line[..] {
            [a @ (b'\'' | b'"'), inner @ .., b] if a == b => inner,
            _ => {
                return Err(unpickling_error(vm, "the STRING opcode argument must be quoted"));
            }
        };
        let decode = super::of_module(vm, "_codecs", "escape_decode")?;
        let pair = vm.call(&decode, &[vm.bytes(inner)?.into_object()])?;
        let data = pair.downcast::<Tuple>().and_then(|t| t.as_slice().first().cloned());
        self.push_old_string(data.unwrap_or_else(Object::none))
    }

    fn load_old_string(&mut self, n: usize) -> Res<()> {
        let vm = self.vm;
        let bytes = self.unpickler.input.take(vm, n, |bytes| vm.bytes(bytes))??;
        self.push_old_string(bytes.into_object())
    }

    /// What was a str in Python 2: text, by the encoding that was asked for.
    fn push_old_string(&mut self, data: Object) -> Res<()> {
        let vm = self.vm;
        let encoding = self.unpickler.encoding.borrow().clone();
        if encoding == "bytes" {
            return self.push(data);
        }
        let errors = self.unpickler.errors.borrow().clone();
        let args = [vm.str(&encoding)?.into_object(), vm.str(&errors)?.into_object()];
        let text = vm.call_method(&data, "decode", &args)?;
        self.push(text)
    }

    // ---- containers

    fn short_tuple(&mut self, n: usize) -> Res<()> {
        let Some(at) = self.stack.len().checked_sub(n).filter(|at| *at >= self.fence) else {
            return Err(self.underflow());
        };
        let made = self.vm.tuple_from(&self.stack[at..])?.into_object();
        let old: Vec<Object> = self.stack.drain(at..).collect();
        drop(old);
        self.push(made)
    }

    fn extend(&mut self, items: Vec<Object>) -> Res<()> {
        let vm = self.vm;
        let target = self.top()?;
        if let Some(list) = target.downcast_exact::<List>() {
            return list.extend_from_slice(&items).map_err(|e| vm.no_memory(e));
        }
        if let Some(extend) = optional_attr(vm, &target, "extend")? {
            return vm.call(&extend, &[vm.list(items)?.into_object()]).map(drop);
        }
        let append = vm.getattr_named(&target, "append")?;
        for item in items {
            vm.call(&append, &[item])?;
        }
        Ok(())
    }

    fn set_items(&mut self, items: &[Object]) -> Res<()> {
        let vm = self.vm;
        let target = self.top()?;
        let dict = target.downcast_exact::<Dict>();
        for pair in items.chunks_exact(2) {
            match dict {
                Some(dict) => dict.set(vm, &pair[0], pair[1].clone())?,
                None => vm.setitem(&target, &pair[0], &pair[1])?,
            }
        }
        Ok(())
    }

    fn add_items(&mut self) -> Res<()> {
        let vm = self.vm;
        let items = self.pop_mark()?;
        let target = self.top()?;
        let class = vm.class_of(&target);
        if let Some(set) = target.downcast::<Set>().filter(|_| class.is_subtype(&vm.types().set)) {
            for item in &items {
                set.add(vm, item)?;
            }
            return Ok(());
        }
        let add = vm.getattr_named(&target, "add")?;
        for item in items {
            vm.call(&add, &[item])?;
        }
        Ok(())
    }

    fn load_pop(&mut self) -> Res<()> {
        // A mark counts as something that can be popped.
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            self.fence = self.marks.last().copied().unwrap_or(0);
            return Ok(());
        }
        self.pop().map(drop)
    }

    // ---- the memo

    fn put(&mut self, number: usize) -> Res<()> {
        let top = self.top()?;
        put(self.vm, &mut self.unpickler.memo.borrow_mut(), number, top)
    }

    fn get(&mut self, number: usize) -> Res<()> {
        let known = self.unpickler.memo.borrow().get(number).cloned().flatten();
        match known {
            Some(object) => self.push(object),
            None => {
                Err(unpickling_error(self.vm, format!("Memo value not found at index {number}")))
            }
        }
    }

    // ---- objects

    fn name_lines(&self) -> Res<(Object, Object)> {
        let vm = self.vm;
        let decoded = |line: Vec<u8>| match String::from_utf8(line) {
            Ok(text) => Ok(vm.intern(&text).into_object()),
            Err(_) => Err(unpickling_error(vm, "a name is no UTF-8")),
        };
        let module = decoded(self.unpickler.input.line(vm)?)?;
        Ok((module, decoded(self.unpickler.input.line(vm)?)?))
    }

    fn find(&self, module: &Object, name: &Object) -> Res {
        match &self.find {
            Some(find) => self.vm.call(find, &[module.clone(), name.clone()]),
            None => find_class(self.vm, self.unpickler, module, name),
        }
    }

    fn load_persistent(&mut self, id: &Object) -> Res<()> {
        let Some(load) = &self.persistent else {
            return Err(unpickling_error(
                self.vm,
                "A load persistent id instruction was encountered,\nbut no persistent_load function was specified.",
            ));
        };
        let object = self.vm.call(load, std::slice::from_ref(id))?;
        self.push(object)
    }

    fn load_extension(&mut self, code: i64) -> Res<()> {
        let found = extension(self.vm, code, &mut |module, name| self.find(module, name))?;
        self.push(found)
    }

    fn make_new(
        &mut self,
        class: &Object,
        args: &Object,
        named: Option<&Object>,
        what: &str,
    ) -> Res<()> {
        let vm = self.vm;
        if class.downcast::<Type>().is_none() {
            return Err(unpickling_error(
                vm,
                format!("{what} class argument must be a type, not {}", vm.type_name(class)),
            ));
        }
        let Some(args) = args.downcast::<Tuple>() else {
            return Err(unpickling_error(
                vm,
                format!("{what} args argument must be a tuple, not {}", vm.type_name(args)),
            ));
        };
        let named = match named {
            None => None,
            Some(named) => match named.downcast::<Dict>() {
                Some(dict) => Some(dict),
                None => {
                    return Err(unpickling_error(
                        vm,
                        format!(
                            "{what} kwargs argument must be a dict, not {}",
                            vm.type_name(named)
                        ),
                    ));
                }
            },
        };
        let new = vm.getattr_named(class, "__new__")?;
        let mut all = Vec::new();
        reserve(vm, &mut all, args.len() + 1)?;
        all.push(class.clone());
        all.extend_from_slice(args.as_slice());
        let made = vm.call_tuple_dict(&new, &vm.tuple(all)?, named)?;
        self.push(made)
    }

    fn instantiate(&mut self, class: &Object, args: Vec<Object>) -> Res<()> {
        let vm = self.vm;
        let plain = args.is_empty()
            && class.downcast::<Type>().is_some()
            && optional_attr(vm, class, "__getinitargs__")?.is_none();
        let made = match plain {
            true => vm.call_method(class, "__new__", std::slice::from_ref(class))?,
            false => vm.call(class, &args)?,
        };
        self.push(made)
    }

    fn build(&mut self) -> Res<()> {
        let vm = self.vm;
        let mut state = self.pop()?;
        let object = self.top()?;
        if let Some(set_state) = optional_attr(vm, &object, "__setstate__")? {
            return vm.call(&set_state, &[state]).map(drop);
        }
        let mut slots = None;
        if let Some([of_dict, of_slots]) = state.downcast::<Tuple>().map(|t| t.as_slice()) {
            slots = Some(of_slots.clone());
            state = of_dict.clone();
        }
        if !state.is_none() {
            let Some(state) = state.downcast::<Dict>() else {
                return Err(unpickling_error(vm, "state is not a dictionary"));
            };
            let dict = vm.getattr_named(&object, "__dict__")?;
            for (key, value) in state.snapshot() {
                let key = match key.downcast_exact::<Str>() {
                    Some(name) => vm.intern_str(name).into_object(),
                    None => key,
                };
                match dict.downcast_exact::<Dict>() {
                    Some(dict) => dict.set(vm, &key, value)?,
                    None => vm.setitem(&dict, &key, &value)?,
                }
            }
        }
        let Some(slots) = slots.filter(|s| !s.is_none()) else { return Ok(()) };
        let Some(slots) = slots.downcast::<Dict>() else {
            return Err(unpickling_error(vm, "slot state is not a dictionary"));
        };
        for (key, value) in slots.snapshot() {
            match key.downcast::<Str>() {
                Some(name) => set_attr(vm, &object, &name.to_str_lossy(), &value)?,
                None => return Err(vm.type_error("attribute name must be string")),
            }
        }
        Ok(())
    }
}

/// A str of bytes as they are.
pub(super) fn latin(vm: &Vm, bytes: &[u8]) -> Res {
    let text = if bytes.is_ascii() { TextRef::Ascii(bytes) } else { TextRef::Latin1(bytes) };
    Ok(vm.text(text)?.into_object())
}
