//! From an object to the instructions that make it again.

use super::buffer::PickleBuffer;
use super::global::{Place, last_name, place, renamed};
use super::ops::*;
use super::pickler::Pickler;
use super::{of_module, pickling_error};
use crate::support::{
    Bytes, Dict, List, Obj, Object, Res, Str, Tuple, Type, Vm, buffer, optional_attr,
};
use taipan_core::native::big_integer;
use taipan_core::object::{Exc, Function, Int, Kind, Set};
use taipan_core::text::{TextRef, floatrepr};

/// One run of a pickler.
pub(super) struct Saver<'a> {
    vm: &'a Vm,
    pickler: &'a Obj<Pickler>,
    protocol: u8,
    persistent: Option<Object>,
    reducer: Option<Object>,
    table: Option<Object>,
    /// `copyreg.dispatch_table`, once it was needed.
    common_table: Option<Object>,
}

/// What `__reduce__` and its kin may give besides function and arguments.
#[derive(Default)]
struct Rest<'r> {
    state: Option<&'r Object>,
    items: Option<&'r Object>,
    pairs: Option<&'r Object>,
    setter: Option<&'r Object>,
}

impl<'a> Saver<'a> {
    pub(super) fn new(
        vm: &'a Vm,
        pickler: &'a Obj<Pickler>,
        persistent: Option<Object>,
        reducer: Option<Object>,
        table: Option<Object>,
    ) -> Res<Saver<'a>> {
        let protocol = pickler.protocol.get();
        Ok(Saver { vm, pickler, protocol, persistent, reducer, table, common_table: None })
    }

    pub(super) fn dump(&mut self, object: &Object) -> Res<()> {
        if self.protocol >= 2 {
            self.write(&[PROTO, self.protocol])?;
        }
        self.pickler.out.borrow_mut().framing = self.protocol >= 4;
        let written = self.save(object).and_then(|()| self.op(STOP));
        let mut out = self.pickler.out.borrow_mut();
        out.end_frame();
        out.framing = false;
        drop(out);
        written.and_then(|()| self.flush())
    }

    // ---- bytes

    #[inline]
    fn write(&self, bytes: &[u8]) -> Res<()> {
        self.pickler.out.borrow_mut().push(self.vm, bytes)
    }

    #[inline]
    fn op(&self, code: u8) -> Res<()> {
        self.write(&[code])
    }

    /// To the file, if there is one.
    fn flush(&self) -> Res<()> {
        let Some(write) = self.pickler.write.get() else { return Ok(()) };
        if self.pickler.out.borrow().is_empty() {
            return Ok(());
        }
        let bytes = self.pickler.out.borrow_mut().take();
        let bytes = self.vm.bytes(&bytes)?.into_object();
        self.vm.call(&write, &[bytes]).map(drop)
    }

    /// Between two objects a frame may end.
    #[inline]
    fn boundary(&self) -> Res<()> {
        if !self.pickler.out.borrow().is_due() {
            return Ok(());
        }
        self.pickler.out.borrow_mut().end_frame();
        self.flush()
    }

    /// An instruction with a length and data; what is long lies outside of frames.
    fn write_data(&self, head: &[u8], data: &[u8]) -> Res<()> {
        if data.len() < FRAME_TARGET {
            self.write(head)?;
            return self.write(data);
        }
        if self.protocol < 4 {
            self.write(head)?;
            self.write(data)?;
        } else {
            self.pickler.out.borrow_mut().push_long(self.vm, head, data)?;
        }
        self.flush()
    }

    // ---- the memo

    fn known(&self, object: &Object) -> Option<u32> {
        self.pickler.memo.borrow().find(object)
    }

    fn get(&self, number: u32) -> Res<()> {
        match (self.protocol, u8::try_from(number)) {
            (0, _) => self.write(format!("g{number}\n").as_bytes()),
            (_, Ok(number)) => self.write(&[BINGET, number]),
            _ => {
                self.op(LONG_BINGET)?;
                self.write(&number.to_le_bytes())
            }
        }
    }

    fn memoize(&self, object: &Object) -> Res<()> {
        if self.pickler.fast.get() {
            return Ok(());
        }
        let number = self.pickler.memo.borrow_mut().add(self.vm, object)?;
        match (self.protocol, u8::try_from(number)) {
            (4.., _) => self.op(MEMOIZE),
            (0, _) => self.write(format!("p{number}\n").as_bytes()),
            (_, Ok(number)) => self.write(&[BINPUT, number]),
            _ => {
                self.op(LONG_BINPUT)?;
                self.write(&number.to_le_bytes())
            }
        }
    }

    // ---- objects

    fn save(&mut self, object: &Object) -> Res<()> {
        self.boundary()?;
        if let Some(function) = &self.persistent {
            let id = self.vm.call(function, std::slice::from_ref(object))?;
            if !id.is_none() {
                return self.save_persistent(&id);
            }
        }
        self.save_object(object)
    }

    fn save_object(&mut self, object: &Object) -> Res<()> {
        if object.is_none() {
            return self.op(NONE);
        }
        if object.is_bool() {
            let truth = object.is_true_singleton();
            return match self.protocol {
                2.. => self.op(if truth { NEWTRUE } else { NEWFALSE }),
                _ => self.write(if truth { b"I01\n" } else { b"I00\n" }),
            };
        }
        if let Some(n) = object.as_small_int() {
            return self.save_small(n, object);
        }
        if let Some(x) = object.as_exact_float() {
            return self.save_float(x);
        }
        if object.downcast_exact::<Int>().is_some() {
            return self.save_long(object);
        }
        if let Some(number) = self.known(object) {
            return self.get(number);
        }
        if let Some(text) = object.downcast_exact::<Str>() {
            return self.save_str(text);
        }
        if let Some(bytes) = object.downcast_exact::<Bytes>() {
            return self.save_bytes(bytes);
        }
        let vm = self.vm;
        vm.poll()?;
        vm.recurse(" while pickling an object", || self.save_other(object))
    }

    fn save_persistent(&mut self, id: &Object) -> Res<()> {
        if self.protocol > 0 {
            self.boundary()?;
            self.save_object(id)?;
            return self.op(BINPERSID);
        }
        let text = self.vm.call(self.vm.types().str.as_object(), std::slice::from_ref(id))?;
        match text.downcast::<Str>().and_then(|t| t.as_ascii().map(str::to_owned)) {
            Some(text) => self.write(format!("P{text}\n").as_bytes()),
            None => {
                Err(pickling_error(self.vm, "persistent IDs in protocol 0 must be ASCII strings"))
            }
        }
    }

    fn save_small(&self, n: i64, object: &Object) -> Res<()> {
        if self.protocol == 0 {
            return match i32::try_from(n) {
                Ok(n) => self.write(format!("I{n}\n").as_bytes()),
                Err(_) => self.write(format!("L{n}L\n").as_bytes()),
            };
        }
        if let Ok(byte) = u8::try_from(n) {
            return self.write(&[BININT1, byte]);
        }
        if let Ok(short) = u16::try_from(n) {
            let [a, b] = short.to_le_bytes();
            return self.write(&[BININT2, a, b]);
        }
        match i32::try_from(n) {
            Ok(n) => {
                let [a, b, c, d] = n.to_le_bytes();
                self.write(&[BININT, a, b, c, d])
            }
            Err(_) => self.save_long(object),
        }
    }

    fn save_long(&self, object: &Object) -> Res<()> {
        let n = big_integer(self.vm, object)?;
        if self.protocol < 2 {
            let digits = self.vm.repr_string(object)?;
            return self.write(format!("L{digits}L\n").as_bytes());
        }
        let mut bytes = n.to_signed_bytes_le();
        if bytes == [0] {
            bytes.clear();
        }
        match u8::try_from(bytes.len()) {
            Ok(len) => self.write(&[LONG1, len])?,
            Err(_) => {
                let Ok(len) = i32::try_from(bytes.len()) else {
                    return Err(self.vm.overflow_error("int too large to pickle"));
                };
                self.op(LONG4)?;
                self.write(&len.to_le_bytes())?;
            }
        }
        self.write(&bytes)
    }

    fn save_float(&self, x: f64) -> Res<()> {
        if self.protocol == 0 {
            let mut text = String::from("F");
            floatrepr::push_repr(&mut text, x, true);
            text.push('\n');
            return self.write(text.as_bytes());
        }
        let mut data = [BINFLOAT; 9];
        data[1..].copy_from_slice(&x.to_bits().to_be_bytes());
        self.write(&data)
    }

    fn save_str(&self, text: &Obj<Str>) -> Res<()> {
        if self.protocol == 0 {
            const PIECE: usize = 1 << 12;
            let mut line = vec![b'V'];
            for point in text.as_text().iter() {
                match u8::try_from(point) {
                    Ok(latin) if !matches!(latin, 0 | 10 | 13 | 26 | 92) => line.push(latin),
                    _ if point > 0xffff => line.extend(format!("\\U{point:08x}").bytes()),
                    _ => line.extend(format!("\\u{point:04x}").bytes()),
                }
                if line.len() >= PIECE {
                    self.write(&line)?;
                    line.clear();
                }
            }
            line.push(b'\n');
            self.write(&line)?;
            return self.memoize(text.as_object());
        }
        if let TextRef::Ascii(ascii) = text.as_text() {
            self.write_text(ascii)?;
        } else if let Some(utf8) = self.utf8_of(text)? {
            self.write_text(utf8.as_bytes())?;
        } else {
            let args = ["utf-8", "surrogatepass"].map(|a| self.vm.intern(a).into_object());
            let encoded = self.vm.call_method(text.as_object(), "encode", &args)?;
            self.write_text(encoded.downcast::<Bytes>().map_or(&[], |b| b.as_slice()))?;
        }
        self.memoize(text.as_object())
    }

    /// None: it has lone surrogates.
    fn utf8_of<'b>(&self, text: &'b Obj<Str>) -> Res<Option<std::borrow::Cow<'b, str>>> {
        self.vm.need_room(text.len().saturating_mul(8))?;
        Ok(text.to_utf8())
    }

    fn write_text(&self, utf8: &[u8]) -> Res<()> {
        let len = utf8.len();
        match (u8::try_from(len), u32::try_from(len)) {
            (Ok(len), _) if self.protocol >= 4 => self.write_data(&[SHORT_BINUNICODE, len], utf8),
            (_, Ok(len)) => self.write_data(&head(BINUNICODE, &len.to_le_bytes()), utf8),
            _ if self.protocol >= 4 => {
                self.write_data(&head(BINUNICODE8, &(len as u64).to_le_bytes()), utf8)
            }
            _ => Err(self.vm.overflow_error("cannot serialize a string larger than 4GiB")),
        }
    }

    fn save_bytes(&mut self, object: &Obj<Bytes>) -> Res<()> {
        if self.protocol >= 3 {
            self.write_bytes(object.as_slice())?;
            return self.memoize(object.as_object());
        }
        let vm = self.vm;
        let (function, args) = if object.is_empty() {
            (vm.types().bytes.clone().into_object(), vm.tuple(Vec::new())?)
        } else {
            let latin = super::load::latin(vm, object.as_slice())?;
            let encode = of_module(vm, "_codecs", "encode")?;
            (encode, vm.pair(latin, vm.intern("latin1").into_object())?)
        };
        self.save_reduced(&function, args.as_object(), Rest::default(), Some(object.as_object()))
    }

    fn write_bytes(&self, data: &[u8]) -> Res<()> {
        let len = data.len();
        match (u8::try_from(len), u32::try_from(len)) {
            (Ok(len), _) => self.write_data(&[SHORT_BINBYTES, len], data),
            (_, Ok(len)) => self.write_data(&head(BINBYTES, &len.to_le_bytes()), data),
            _ if self.protocol >= 4 => {
                self.write_data(&head(BINBYTES8, &(len as u64).to_le_bytes()), data)
            }
            _ => Err(self.vm.overflow_error("cannot serialize a bytes object larger than 4 GiB")),
        }
    }

    fn write_bytearray(&self, data: &[u8]) -> Res<()> {
        self.write_data(&head(BYTEARRAY8, &(data.len() as u64).to_le_bytes()), data)
    }

    /// What is neither an atom nor known already.
    fn save_other(&mut self, object: &Object) -> Res<()> {
        let vm = self.vm;
        let class = vm.class_of(object).clone();
        let types = vm.types();
        if let Some(dict) = object.downcast_exact::<Dict>() {
            return self.save_dict(dict);
        }
        if class.is(&types.set) || class.is(&types.frozenset) {
            return self.save_set(object, class.is(&types.frozenset));
        }
        if let Some(list) = object.downcast_exact::<List>() {
            return self.save_list(list);
        }
        if let Some(tuple) = object.downcast_exact::<Tuple>() {
            return self.save_tuple(tuple);
        }
        if object.is_kind(Kind::ByteArray) {
            return self.save_bytearray(object);
        }
        if let Some(wrapped) = object.downcast::<PickleBuffer>() {
            return self.save_buffer(object, wrapped);
        }
        if let Some(reducer) = &self.reducer {
            let reduced = vm.call(reducer, std::slice::from_ref(object))?;
            if !reduced.is_not_implemented() {
                return self.save_what_reduce_gave(object, &reduced);
            }
        }
        if class.is(&types.type_) {
            return self.save_class(object);
        }
        if object.downcast::<Function>().is_some() {
            return self.save_global(object, None);
        }
        let reduced = match self.reducer_for(&class)? {
            Some(reducer) => vm.call(&reducer, std::slice::from_ref(object))?,
            None if class.is_subtype(&types.type_) => return self.save_global(object, None),
            None => self.reduce(object)?,
        };
        self.save_what_reduce_gave(object, &reduced)
    }

    /// What the dispatch table has for a class.
    fn reducer_for(&mut self, class: &Obj<Type>) -> Res<Option<Object>> {
        let vm = self.vm;
        if let Some(table) = &self.table {
            return match vm.getitem(table, class.as_object()) {
                Ok(found) => Ok(Some(found)),
                Err(raised) => vm.caught(raised, Exc::LookupError).map(|_| None),
            };
        }
        if self.common_table.is_none() {
            self.common_table = Some(of_module(vm, "copyreg", "dispatch_table")?);
        }
        match self.common_table.as_ref().and_then(|t| t.downcast::<Dict>()) {
            Some(table) => table.get(vm, class.as_object()),
            None => Ok(None),
        }
    }

    fn reduce(&self, object: &Object) -> Res {
        let vm = self.vm;
        if let Some(reduce) = optional_attr(vm, object, "__reduce_ex__")? {
            return vm.call(&reduce, &[vm.int(i64::from(self.protocol))?]);
        }
        match optional_attr(vm, object, "__reduce__")? {
            Some(reduce) => vm.call(&reduce, &[]),
            None => Err(pickling_error(
                vm,
                format!(
                    "can't pickle '{}' object: {}",
                    vm.type_name(object),
                    vm.repr_string(object)?
                ),
            )),
        }
    }

    fn save_what_reduce_gave(&mut self, object: &Object, reduced: &Object) -> Res<()> {
        let vm = self.vm;
        if reduced.downcast::<Str>().is_some() {
            return self.save_global(object, Some(reduced));
        }
        let Some(parts) = reduced.downcast::<Tuple>() else {
            return Err(pickling_error(vm, "__reduce__ must return a string or tuple"));
        };
        let given = |i: usize| parts.as_slice().get(i).filter(|part| !part.is_none());
        let [function, args, ..] = parts.as_slice() else {
            return Err(wrong_length(vm));
        };
        if parts.len() > 6 {
            return Err(wrong_length(vm));
        }
        if !vm.is_callable(function) {
            return Err(pickling_error(
                vm,
                "first item of the tuple returned by __reduce__ must be callable",
            ));
        }
        if args.downcast::<Tuple>().is_none() {
            return Err(pickling_error(
                vm,
                "second item of the tuple returned by __reduce__ must be a tuple",
            ));
        }
        let rest = Rest { state: given(2), items: given(3), pairs: given(4), setter: given(5) };
        for (part, which) in [(rest.items, "fourth"), (rest.pairs, "fifth")] {
            if let Some(part) = part.filter(|p| vm.class_of(p).slots().next.is_none()) {
                return Err(pickling_error(
                    vm,
                    format!(
                        "{which} element of the tuple returned by __reduce__ must be an iterator, not {}",
                        vm.type_name(part)
                    ),
                ));
            }
        }
        if let Some(setter) = rest.setter.filter(|s| !vm.is_callable(s)) {
            return Err(pickling_error(
                vm,
                format!(
                    "sixth element of the tuple returned by __reduce__ must be a function, not {}",
                    vm.type_name(setter)
                ),
            ));
        }
        self.save_reduced(function, args, rest, Some(object))
    }

    fn save_reduced(
        &mut self,
        function: &Object,
        args: &Object,
        rest: Rest,
        object: Option<&Object>,
    ) -> Res<()> {
        let name = match self.protocol {
            2.. => optional_attr(self.vm, function, "__name__")?,
            _ => None,
        };
        let is = |wanted: &str| {
            name.as_ref().and_then(|n| n.downcast::<Str>()).is_some_and(|n| n.equals(wanted))
        };
        if is("__newobj_ex__") {
            self.save_new_with_names(args)?;
        } else if is("__newobj__") {
            self.save_new(args, object)?;
        } else {
            self.save(function)?;
            self.save(args)?;
            self.op(REDUCE)?;
        }
        if let Some(object) = object {
            match self.known(object) {
                // It contains itself: what was made goes, the one that is known comes.
                Some(number) => {
                    self.op(POP)?;
                    self.get(number)?;
                }
                None => self.memoize(object)?,
            }
        }
        if let Some(items) = rest.items {
            self.save_items(items)?;
        }
        if let Some(pairs) = rest.pairs {
            self.save_pairs(pairs)?;
        }
        let Some(state) = rest.state else { return Ok(()) };
        match (rest.setter, object) {
            (Some(setter), Some(object)) => {
                self.save(setter)?;
                self.save(object)?;
                self.save(state)?;
                self.write(&[TUPLE2, REDUCE, POP])
            }
            _ => {
                self.save(state)?;
                self.op(BUILD)
            }
        }
    }

    /// `copyreg.__newobj__`: the class and the arguments of its `__new__`.
    fn save_new(&mut self, args: &Object, object: Option<&Object>) -> Res<()> {
        let vm = self.vm;
        let args = args.downcast::<Tuple>().map_or(&[][..], |t| t.as_slice());
        let Some((class, args)) = args.split_first() else {
            return Err(pickling_error(vm, "__newobj__ arglist is empty"));
        };
        if optional_attr(vm, class, "__new__")?.is_none() {
            return Err(pickling_error(vm, "args[0] from __newobj__ args has no __new__"));
        }
        if let Some(object) = object {
            if !vm.getattr_named(object, "__class__")?.is(class) {
                return Err(pickling_error(vm, "args[0] from __newobj__ args has the wrong class"));
            }
        }
        self.save(class)?;
        self.save(vm.tuple_from(args)?.as_object())?;
        self.op(NEWOBJ)
    }

    /// `copyreg.__newobj_ex__`: class, arguments and named arguments.
    fn save_new_with_names(&mut self, args: &Object) -> Res<()> {
        let vm = self.vm;
        let args = args.downcast::<Tuple>().map_or(&[][..], |t| t.as_slice());
        let [class, positional, named] = args else {
            return Err(pickling_error(
                vm,
                format!(
                    "length of the NEWOBJ_EX argument tuple must be exactly 3, not {}",
                    args.len()
                ),
            ));
        };
        let wrong = |which: &str, what: &str, got: &Object| {
            pickling_error(
                vm,
                format!(
                    "{which} item from NEWOBJ_EX argument tuple must be a {what}, not {}",
                    vm.type_name(got)
                ),
            )
        };
        if class.downcast::<Type>().is_none() {
            return Err(wrong("first", "class", class));
        }
        let Some(more) = positional.downcast::<Tuple>() else {
            return Err(wrong("second", "tuple", positional));
        };
        let Some(names) = named.downcast::<Dict>() else {
            return Err(wrong("third", "dict", named));
        };
        if self.protocol >= 4 {
            for part in args {
                self.save(part)?;
            }
            return self.op(NEWOBJ_EX);
        }
        let mut all = vec![vm.getattr_named(class, "__new__")?, class.clone()];
        all.extend_from_slice(more.as_slice());
        let partial = of_module(vm, "functools", "partial")?;
        let function = vm.call_tuple_dict(&partial, &vm.tuple(all)?, Some(names))?;
        self.save(&function)?;
        self.save(vm.tuple(Vec::new())?.as_object())?;
        self.op(REDUCE)
    }

    fn save_class(&mut self, object: &Object) -> Res<()> {
        let vm = self.vm;
        for single in [Object::none(), Object::ellipsis(), Object::not_implemented()] {
            if vm.class_of(&single).as_object().is(object) {
                let args = vm.tuple(vec![single.clone()])?;
                let type_ = vm.types().type_.clone().into_object();
                return self.save_reduced(&type_, args.as_object(), Rest::default(), Some(object));
            }
        }
        self.save_global(object, None)
    }

    fn save_global(&mut self, object: &Object, name: Option<&Object>) -> Res<()> {
        let vm = self.vm;
        let Place { module_name, name, parent, module } = place(vm, object, name)?;
        if self.protocol >= 2 && self.save_extension(&module_name, &name)? {
            return Ok(());
        }
        let last = last_name(vm, &name)?;
        let inside = !parent.is(&module);
        if self.protocol >= 4 {
            self.save(&module_name)?;
            self.save(if inside { name.as_object() } else { last.as_object() })?;
            self.op(STACK_GLOBAL)?;
        } else if inside {
            let getattr = of_module(vm, "builtins", "getattr")?;
            let args = vm.pair(parent, last.into_object())?;
            self.save_reduced(&getattr, args.as_object(), Rest::default(), None)?;
        } else {
            self.write_global(&module_name, last.as_object())?;
        }
        self.memoize(object)
    }

    /// The number that `copyreg.add_extension` gave, if it gave one.
    fn save_extension(&self, module: &Object, name: &Obj<Str>) -> Res<bool> {
        let vm = self.vm;
        let registry = of_module(vm, "copyreg", "_extension_registry")?;
        let Some(registry) = registry.downcast::<Dict>().filter(|r| !r.is_empty()) else {
            return Ok(false);
        };
        let key = vm.pair(module.clone(), name.clone().into_object())?.into_object();
        let Some(code) = registry.get(vm, &key)? else { return Ok(false) };
        let Some(code) = vm.as_i64(&code).and_then(|n| i32::try_from(n).ok()).filter(|n| *n > 0)
        else {
            return Err(vm.runtime_error("no extension code in a 32-bit range"));
        };
        let [a, b, c, d] = code.to_le_bytes();
        match code {
            ..=0xff => self.write(&[EXT1, a])?,
            ..=0xffff => self.write(&[EXT2, a, b])?,
            _ => self.write(&[EXT4, a, b, c, d])?,
        }
        Ok(true)
    }

    fn write_global(&self, module: &Object, name: &Object) -> Res<()> {
        let vm = self.vm;
        let (mut module, mut name) = (module.clone(), name.clone());
        if self.pickler.fix_imports.get() {
            (module, name) = renamed(vm, &module, &name, true)?;
        }
        let mut line = vec![GLOBAL];
        for (part, what) in [(&module, "module"), (&name, "global")] {
            let text = part.downcast::<Str>().and_then(|t| t.to_utf8());
            match text {
                Some(text) if self.protocol >= 3 || text.is_ascii() => {
                    line.extend_from_slice(text.as_bytes());
                }
                _ => {
                    let shown = |o: &Object| {
                        o.downcast::<Str>().map_or_else(String::new, |t| t.to_string_lossy())
                    };
                    let text = match what {
                        "module" => shown(&module),
                        _ => format!("{}.{}", shown(&module), shown(&name)),
                    };
                    return Err(pickling_error(
                        vm,
                        format!(
                            "can't pickle {what} identifier '{text}' using pickle protocol {}",
                            self.protocol
                        ),
                    ));
                }
            }
            line.push(b'\n');
        }
        self.write(&line)
    }

    // ---- containers

    fn save_tuple(&mut self, tuple: &Obj<Tuple>) -> Res<()> {
        let items = tuple.as_slice();
        if items.is_empty() {
            return match self.protocol {
                0 => self.write(&[MARK, TUPLE]),
                _ => self.op(EMPTY_TUPLE),
            };
        }
        let short = items.len() <= 3 && self.protocol >= 2;
        if !short {
            self.op(MARK)?;
        }
        for item in items {
            self.save(item)?;
        }
        if let Some(number) = self.known(tuple.as_object()) {
            // Its items led to itself: it is made already.
            match (short, self.protocol) {
                (false, 1..) => self.op(POP_MARK)?,
                _ => {
                    for _ in 0..items.len() + usize::from(!short) {
                        self.op(POP)?;
                    }
                }
            }
            return self.get(number);
        }
        match (short, items.len()) {
            (true, 1) => self.op(TUPLE1)?,
            (true, 2) => self.op(TUPLE2)?,
            (true, _) => self.op(TUPLE3)?,
            _ => self.op(TUPLE)?,
        }
        self.memoize(tuple.as_object())
    }

    fn save_list(&mut self, list: &Obj<List>) -> Res<()> {
        match self.protocol {
            0 => self.write(&[MARK, LIST])?,
            _ => self.op(EMPTY_LIST)?,
        }
        self.memoize(list.as_object())?;
        if self.protocol == 0 {
            let mut i = 0;
            while let Some(item) = list.get(i) {
                self.save(&item)?;
                self.op(APPEND)?;
                i += 1;
            }
            return Ok(());
        }
        if let (1, Some(item)) = (list.len(), list.get(0)) {
            self.save(&item)?;
            return self.op(APPEND);
        }
        let mut i = 0;
        while i < list.len() {
            self.op(MARK)?;
            let end = i + BATCH;
            while i < end
                && let Some(item) = list.get(i)
            {
                self.save(&item)?;
                i += 1;
            }
            self.op(APPENDS)?;
        }
        Ok(())
    }

    fn save_dict(&mut self, dict: &Obj<Dict>) -> Res<()> {
        match self.protocol {
            0 => self.write(&[MARK, DICT])?,
            _ => self.op(EMPTY_DICT)?,
        }
        self.memoize(dict.as_object())?;
        let size = dict.len();
        self.vm.need_room(size.saturating_mul(16))?;
        let rows = dict.snapshot();
        let one_by_one = self.protocol == 0 || size == 1;
        if one_by_one {
            for (key, value) in &rows {
                self.save(key)?;
                self.save(value)?;
                self.op(SETITEM)?;
            }
            return Ok(());
        }
        if rows.is_empty() {
            return Ok(());
        }
        let mut chunks = rows.chunks(BATCH);
        loop {
            let chunk = chunks.next().unwrap_or(&[]);
            self.op(MARK)?;
            for (key, value) in chunk {
                self.save(key)?;
                self.save(value)?;
            }
            self.op(SETITEMS)?;
            if dict.len() != size {
                return Err(self.vm.runtime_error("dictionary changed size during iteration"));
            }
            if chunk.len() < BATCH {
                return Ok(());
            }
        }
    }

    fn save_set(&mut self, object: &Object, frozen: bool) -> Res<()> {
        let vm = self.vm;
        let Some(set) = object.downcast::<Set>() else { return Ok(()) };
        if self.protocol < 4 {
            let items = vm.list(vm.collect(object)?)?.into_object();
            let args = vm.tuple(vec![items])?;
            let class = vm.class_of(object).clone().into_object();
            return self.save_reduced(&class, args.as_object(), Rest::default(), Some(object));
        }
        let items = vm.collect(object)?;
        if frozen {
            self.op(MARK)?;
            for item in &items {
                self.save(item)?;
            }
            if let Some(number) = self.known(object) {
                self.op(POP_MARK)?;
                return self.get(number);
            }
            self.op(FROZENSET)?;
            return self.memoize(object);
        }
        self.op(EMPTY_SET)?;
        self.memoize(object)?;
        if items.is_empty() {
            return Ok(());
        }
        let mut chunks = items.chunks(BATCH);
        loop {
            let chunk = chunks.next().unwrap_or(&[]);
            self.op(MARK)?;
            for item in chunk {
                self.save(item)?;
            }
            self.op(ADDITEMS)?;
            if set.len() != items.len() {
                return Err(vm.runtime_error("set changed size during iteration"));
            }
            if chunk.len() < BATCH {
                return Ok(());
            }
        }
    }

    fn save_bytearray(&mut self, object: &Object) -> Res<()> {
        let vm = self.vm;
        let data = buffer::bytes_of(vm, object)?;
        if self.protocol >= 5 {
            self.write_bytearray(&data)?;
            return self.memoize(object);
        }
        let args = match data.is_empty() {
            true => vm.tuple(Vec::new())?,
            false => vm.tuple(vec![vm.bytes(&data)?.into_object()])?,
        };
        let class = vm.class_of(object).clone().into_object();
        self.save_reduced(&class, args.as_object(), Rest::default(), Some(object))
    }

    fn save_buffer(&mut self, object: &Object, wrapped: &Obj<PickleBuffer>) -> Res<()> {
        let vm = self.vm;
        if self.protocol < 5 {
            return Err(pickling_error(vm, "PickleBuffer can only pickled with protocol >= 5"));
        }
        let view = wrapped.view(vm)?;
        let is = |name: &str| vm.truth(&vm.getattr_named(&view, name)?);
        if !is("contiguous")? {
            return Err(pickling_error(
                vm,
                "PickleBuffer can not be pickled when pointing to a non-contiguous buffer",
            ));
        }
        let readonly = is("readonly")?;
        let in_band = match self.pickler.buffer_callback.get() {
            Some(callback) => vm.truth(&vm.call(&callback, std::slice::from_ref(object))?)?,
            None => true,
        };
        if !in_band {
            self.op(NEXT_BUFFER)?;
            return if readonly { self.op(READONLY_BUFFER) } else { Ok(()) };
        }
        let order = [vm.intern("A").into_object()];
        let bytes = vm.call_method(&view, "tobytes", &order)?;
        let data = bytes.downcast::<Bytes>().map_or(&[][..], |b| b.as_slice());
        match readonly {
            true => self.write_bytes(data)?,
            false => self.write_bytearray(data)?,
        }
        self.memoize(object)
    }

    // ---- what iterators give

    fn save_items(&mut self, iterator: &Object) -> Res<()> {
        let vm = self.vm;
        if self.protocol == 0 {
            while let Some(item) = vm.next(iterator)? {
                self.save(&item)?;
                self.op(APPEND)?;
            }
            return Ok(());
        }
        while let Some(first) = vm.next(iterator)? {
            let Some(second) = vm.next(iterator)? else {
                self.save(&first)?;
                return self.op(APPEND);
            };
            self.op(MARK)?;
            self.save(&first)?;
            self.save(&second)?;
            let mut count = 2;
            while count < BATCH
                && let Some(item) = vm.next(iterator)?
            {
                self.save(&item)?;
                count += 1;
            }
            self.op(APPENDS)?;
            if count < BATCH {
                break;
            }
        }
        Ok(())
    }

    fn next_pair(&self, iterator: &Object) -> Res<Option<(Object, Object)>> {
        let Some(pair) = self.vm.next(iterator)? else { return Ok(None) };
        match pair.downcast::<Tuple>().map(|t| t.as_slice()) {
            Some([key, value]) => Ok(Some((key.clone(), value.clone()))),
            _ => Err(self.vm.type_error("dict items iterator must return 2-tuples")),
        }
    }

    fn save_pairs(&mut self, iterator: &Object) -> Res<()> {
        if self.protocol == 0 {
            while let Some((key, value)) = self.next_pair(iterator)? {
                self.save(&key)?;
                self.save(&value)?;
                self.op(SETITEM)?;
            }
            return Ok(());
        }
        while let Some(first) = self.next_pair(iterator)? {
            let Some(second) = self.next_pair(iterator)? else {
                self.save(&first.0)?;
                self.save(&first.1)?;
                return self.op(SETITEM);
            };
            self.op(MARK)?;
            for (key, value) in [&first, &second] {
                self.save(key)?;
                self.save(value)?;
            }
            let mut count = 2;
            while count < BATCH
                && let Some((key, value)) = self.next_pair(iterator)?
            {
                self.save(&key)?;
                self.save(&value)?;
                count += 1;
            }
            self.op(SETITEMS)?;
            if count < BATCH {
                break;
            }
        }
        Ok(())
    }
}

#[cold]
fn wrong_length(vm: &Vm) -> crate::support::Raised {
    pickling_error(vm, "tuple returned by __reduce__ must contain 2 through 6 elements")
}

fn head(code: u8, len: &[u8]) -> Vec<u8> {
    let mut head = vec![code];
    head.extend_from_slice(len);
    head
}
