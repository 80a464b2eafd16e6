//! The module array: sequences of numbers in the layouts of C.
//!
//! **Invariant:** the bytes change their number only while nobody else holds `data` (a view of the buffer
//! protocol is a clone of that `Rc`), and no borrow of them is held while Python runs.

mod item;
mod methods;
mod pickle;

use crate::support::{
    CmpOp, Exc, Kwargs, List, NativeConstructor, Obj, Object, Payload, Res, Slot, Slots, Str,
    Tuple, Type, TypeSpec, Visitor, Vm, append, getsets, getter, native, natives, reserve,
    slice_range, type_flags, with_bytes,
};
use item::{read, size_of, write};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use taipan_core::native::ModuleDef;
use taipan_core::native::buffer::{BufferSource, BufferView, Dims, Format};
use taipan_core::object::{Charge, NoMemory, Slice};
use taipan_core::text::slices;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "array",
    doc: "Compact sequences of numbers of one type.",
    functions: natives![pickle::array_reconstructor],
    types: &[&ARRAY],
    fill: Some(|vm, module| {
        let class = vm.type_of_payload::<Array>()?;
        module.dict.set_named(vm, "ArrayType", class.into_object())?;
        module.dict.set_named(vm, "typecodes", vm.str(item::CODES)?)?;
        register_sequence(vm)
    }),
    ..ModuleDef::EMPTY
};

/// Make arrays `collections.abc.MutableSequence`s, if that library is there.
fn register_sequence(vm: &Vm) -> Res<()> {
    let import = crate::support::builtin(vm, "__import__")?;
    let module = match vm.call(&import, &[vm.str("collections.abc")?.into_object()]) {
        Ok(collections) => vm.getattr_named(&collections, "abc")?,
        Err(raised) => return vm.caught(raised, Exc::ImportError).map(drop),
    };
    let sequence = vm.getattr_named(&module, "MutableSequence")?;
    let class = vm.type_of_payload::<Array>()?.into_object();
    vm.call_method(&sequence, "register", &[class]).map(drop)
}

/// The bytes, where views can reach them.
struct Data(RefCell<Vec<u8>>, Charge);

impl BufferSource for Data {
    fn with_bytes(&self, f: &mut dyn FnMut(&[u8])) {
        f(&self.0.borrow());
    }
    fn with_bytes_mut(&self, f: &mut dyn FnMut(&mut [u8])) -> bool {
        match self.0.try_borrow_mut() {
            Ok(mut bytes) => {
                f(&mut bytes);
                true
            }
            Err(_) => false,
        }
    }
    fn released(&self) {}
}

/// The payload of `array.array`.
pub(crate) struct Array {
    data: Rc<Data>,
    code: u8,
}

impl Payload for Array {
    const SPEC: Option<&'static TypeSpec> = Some(&ARRAY);
}

static ARRAY: TypeSpec = TypeSpec {
    doc: "array(typecode [, initializer]) -> array\n\n\
          A sequence of numbers of one type, which the type code names; the initializer is a list, a\n\
          bytes-like object, a str (typecode u) or any iterable.\n\n\
          The type codes: b B (1 byte), h H (2), i I (4), l L q Q (8), signed and unsigned integers;\n\
          f (4), d (8) floats; u characters.",
    flags: type_flags::BASETYPE | type_flags::WEAKREF | type_flags::SEQUENCE,
    slots: Slots {
        new: Some(<array_new as NativeConstructor>::new),
        len: Some(|vm, this| Ok(of(vm, this)?.len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(contains),
        iter: Some(iter),
        repr: Some(repr),
        richcmp: Some(compare),
        hash: Some(|vm, this| {
            Err(vm.type_error(format_args!("unhashable type: '{}'", vm.type_name(this))))
        }),
        concat: Some(concat),
        iconcat: Some(iconcat),
        repeat: Some(repeat),
        irepeat: Some(irepeat),
        buffer: Some(buffer),
        ..Slots::NONE
    },
    methods: methods::TABLE,
    getsets: getsets![typecode, itemsize],
    fill: Some(|vm, class| class.dict.set_named(vm, "__hash__", Object::none())),
    ..TypeSpec::new::<Array>("array.array")
};

fn of<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Array>> {
    object.downcast::<Array>().ok_or_else(|| vm.system_error("an array was expected"))
}

impl Array {
    fn with(code: u8, bytes: Vec<u8>) -> Array {
        Array { data: Rc::new(Data(RefCell::new(bytes), Charge::default())), code }
    }

    /// Account for what there is now.
    fn account(&self, vm: &Vm) {
        self.data.1.keep(&vm.interp().heap, self.data.0.borrow().capacity());
    }

    /// An object of it.
    fn make(self, vm: &Vm) -> Res<Obj<Array>> {
        self.account(vm);
        vm.alloc(self)
    }

    fn size(&self) -> usize {
        size_of(self.code)
    }

    fn len(&self) -> usize {
        self.data.0.borrow().len() / self.size()
    }

    /// The bytes of item `i`.
    #[inline]
    fn bits(&self, i: usize) -> Option<[u8; 8]> {
        let (size, bytes) = (self.size(), self.data.0.borrow());
        let at = i.checked_mul(size)?;
        let found = bytes.get(at..at.checked_add(size)?)?;
        let mut word = [0; 8];
        word[..size].copy_from_slice(found);
        Some(word)
    }

    fn get(&self, vm: &Vm, i: usize) -> Res<Option<Object>> {
        match self.bits(i) {
            Some(bits) => read(vm, self.code, &bits[..self.size()]).map(Some),
            None => Ok(None),
        }
    }

    /// BufferError while a view holds the bytes.
    fn check_resizable(&self, vm: &Vm) -> Res<()> {
        if Rc::strong_count(&self.data) > 1 {
            return Err(vm.buffer_error("cannot resize an array that is exporting buffers"));
        }
        Ok(())
    }

    /// Replace items `start..stop` by the items in `bytes`.
    fn splice(&self, vm: &Vm, start: usize, stop: usize, new: &[u8]) -> Res<()> {
        let size = self.size();
        if (stop - start) * size != new.len() {
            self.check_resizable(vm)?;
        }
        let mut bytes = self.data.0.borrow_mut();
        reserve(vm, &mut bytes, new.len())?;
        let (start, stop) = ((start * size).min(bytes.len()), (stop * size).min(bytes.len()));
        if start == stop && start == bytes.len() {
            bytes.extend_from_slice(new);
        } else {
            drop(bytes.splice(start..stop.max(start), new.iter().copied()));
        }
        drop(bytes);
        self.account(vm);
        Ok(())
    }

    fn push(&self, vm: &Vm, object: &Object) -> Res<()> {
        let word = write(vm, self.code, object)?;
        self.check_resizable(vm)?;
        append(vm, &mut self.data.0.borrow_mut(), &word[..self.size()])?;
        self.account(vm);
        Ok(())
    }

    /// A copy of the bytes.
    fn bytes(&self, vm: &Vm) -> Res<Vec<u8>> {
        let mut copy = Vec::new();
        append(vm, &mut copy, &self.data.0.borrow())?;
        Ok(copy)
    }

    fn extend(&self, vm: &Vm, source: &Object) -> Res<()> {
        if let Some(other) = source.downcast::<Array>() {
            if other.code != self.code {
                return Err(vm.type_error("can only extend with array of same kind"));
            }
            let bytes = other.bytes(vm)?;
            let len = self.len();
            return self.splice(vm, len, len, &bytes);
        }
        vm.for_each(source, |item| self.push(vm, &item))
    }

    /// Append the characters of a str.
    fn extend_text(&self, vm: &Vm, text: &Obj<Str>) -> Res<()> {
        let mut bytes = Vec::new();
        for point in text.as_text().iter() {
            append(vm, &mut bytes, &point.to_le_bytes())?;
        }
        let len = self.len();
        self.splice(vm, len, len, &bytes)
    }

    /// Append what lies in the memory of a bytes-like object.
    fn extend_bytes(&self, vm: &Vm, source: &Object) -> Res<()> {
        let mut copy = Vec::new();
        with_bytes(vm, source, |bytes| append(vm, &mut copy, bytes))??;
        if copy.len() % self.size() != 0 {
            return Err(vm.value_error("bytes length not a multiple of item size"));
        }
        let len = self.len();
        self.splice(vm, len, len, &copy)
    }
}

fn bad_code(vm: &Vm) -> taipan_core::vm::Raised {
    vm.value_error("bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)")
}

/// The type code that a str names.
fn code_of(vm: &Vm, text: &Obj<Str>) -> Res<u8> {
    match text.as_ascii().map(str::as_bytes) {
        Some([code]) if item::CODES.as_bytes().contains(code) => Ok(*code),
        _ => Err(bad_code(vm)),
    }
}

#[native("(cls, *args, **kwargs)", constructor, name = "array")]
fn array_new(vm: &Vm, cls: &Obj<Type>, args: &[Object], kwargs: Kwargs) -> Res<Obj<Array>> {
    if !cls.is_heap_type() && !kwargs.is_empty() {
        return Err(vm.type_error("array.array() takes no keyword arguments"));
    }
    let (typecode, initial) = match args {
        [typecode] => (typecode, None),
        [typecode, initial] => (typecode, Some(initial)),
        [] => return Err(vm.type_error("array() takes at least 1 argument (0 given)")),
        _ => {
            let given = args.len();
            return Err(
                vm.type_error(format_args!("array() takes at most 2 arguments ({given} given)"))
            );
        }
    };
    let Some(text) = typecode.downcast::<Str>().filter(|t| t.len() == 1) else {
        return Err(vm.type_error(format_args!(
            "array() argument 1 must be a unicode character, not {}",
            vm.type_name(typecode)
        )));
    };
    let code = match text.as_ascii().map(str::as_bytes) {
        Some([code]) => *code,
        _ => 0,
    };
    if let Some(initial) = initial
        && code != b'u'
    {
        let shown = text.to_string_lossy();
        if initial.downcast::<Str>().is_some() {
            return Err(vm.type_error(format_args!(
                "cannot use a str to initialize an array with typecode '{shown}'"
            )));
        }
        if initial.downcast::<Array>().is_some_and(|a| a.code == b'u') {
            return Err(vm.type_error(format_args!(
                "cannot use a unicode array to initialize an array with typecode '{shown}'"
            )));
        }
    }
    let array = Array::with(code_of(vm, text)?, Vec::new());
    if let Some(initial) = initial {
        fill(vm, &array, initial)?;
    }
    vm.alloc_of(cls, array)
}

fn fill(vm: &Vm, array: &Array, initial: &Object) -> Res<()> {
    if let Some(other) = initial.downcast::<Array>() {
        if other.code == array.code {
            return array.extend(vm, initial);
        }
        for i in 0..other.len() {
            let Some(item) = other.get(vm, i)? else { break };
            array.push(vm, &item)?;
        }
        return Ok(());
    }
    if let Some(text) = initial.downcast::<Str>() {
        return array.extend_text(vm, text);
    }
    let is_list = initial.downcast::<List>().is_some() || initial.downcast::<Tuple>().is_some();
    let is_bytes = ["bytes", "bytearray"].iter().any(|name| {
        let class = crate::support::builtin(vm, name);
        class.is_ok_and(|c| c.downcast::<Type>().is_some_and(|c| vm.is_exact_instance(initial, c)))
    });
    if !is_list && is_bytes {
        return array.extend_bytes(vm, initial);
    }
    array.extend(vm, initial)
}

/// the code of the items' type
#[getter]
fn typecode(vm: &Vm, this: &Obj<Array>) -> Res<Obj<Str>> {
    vm.str(char::from(this.code).encode_utf8(&mut [0; 4]))
}

/// how many bytes an item has
#[getter]
fn itemsize(this: &Obj<Array>) -> usize {
    this.size()
}

/// An index, or what a slice names.
enum Key {
    At(usize),
    Range(slices::Slice),
}

fn key_of(vm: &Vm, this: &Array, key: &Object, complaint: &str) -> Res<Key> {
    if let Some(slice) = key.downcast::<Slice>() {
        return Ok(Key::Range(slice_range(vm, slice, || this.len())?));
    }
    let class = vm.class_of(key);
    if key.as_small_int().is_none() && class.slots().index.is_none() && !class.has(type_flags::INT)
    {
        return Err(vm.type_error("array indices must be integers"));
    }
    let i = vm.index_size(key)?;
    match slices::index(i, this.len()) {
        Some(i) => Ok(Key::At(i)),
        None => Err(vm.index_error(complaint)),
    }
}

fn getitem(vm: &Vm, this: &Object, key: &Object) -> Res {
    let array = of(vm, this)?;
    let out_of_range = "array index out of range";
    match key_of(vm, array, key, out_of_range)? {
        Key::At(i) => array.get(vm, i)?.ok_or_else(|| vm.index_error(out_of_range)),
        Key::Range(range) => {
            let mut part = Vec::new();
            for i in range.indices() {
                let Some(word) = array.bits(i) else { break };
                append(vm, &mut part, &word[..array.size()])?;
            }
            Ok(Array::with(array.code, part).make(vm)?.into_object())
        }
    }
}

fn setitem(vm: &Vm, this: &Object, key: &Object, value: Option<&Object>) -> Res<()> {
    let array = of(vm, this)?;
    let size = array.size();
    let range = match key_of(vm, array, key, "array assignment index out of range")? {
        Key::At(i) => {
            let Some(value) = value else { return array.splice(vm, i, i + 1, &[]) };
            let word = write(vm, array.code, value)?;
            let mut bytes = array.data.0.borrow_mut();
            return match bytes.get_mut(i * size..(i + 1) * size) {
                Some(place) => {
                    place.copy_from_slice(&word[..size]);
                    Ok(())
                }
                None => {
                    drop(bytes);
                    Err(vm.index_error("array assignment index out of range"))
                }
            };
        }
        Key::Range(range) => range,
    };
    let new = match value {
        None => Vec::new(),
        Some(value) => {
            let Some(other) = value.downcast::<Array>() else {
                return Err(vm.type_error(format_args!(
                    "can only assign array (not \"{}\") to array slice",
                    vm.type_name(value)
                )));
            };
            if other.code != array.code {
                return Err(vm.type_error("bad argument type for built-in operation"));
            }
            other.bytes(vm)?
        }
    };
    if range.step == 1 {
        let start = range.start as usize;
        return array.splice(vm, start, start + range.count, &new);
    }
    if value.is_none() {
        if range.count > 0 {
            array.check_resizable(vm)?;
        }
        let mut gone = range.ascending().indices().peekable();
        let mut i = 0;
        let mut kept = Vec::new();
        for item in array.bytes(vm)?.chunks_exact(size) {
            if gone.peek() == Some(&i) {
                gone.next();
            } else {
                append(vm, &mut kept, item)?;
            }
            i += 1;
        }
        *array.data.0.borrow_mut() = kept;
        array.account(vm);
        return Ok(());
    }
    let given = new.len() / size;
    if given != range.count {
        return Err(vm.value_error(format_args!(
            "attempt to assign array of size {given} to extended slice of size {}",
            range.count
        )));
    }
    let mut bytes = array.data.0.borrow_mut();
    for (i, item) in range.indices().zip(new.chunks_exact(size)) {
        if let Some(place) = bytes.get_mut(i * size..(i + 1) * size) {
            place.copy_from_slice(item);
        }
    }
    Ok(())
}

/// The first item from `start` on that equals `value`.
fn find(vm: &Vm, this: &Array, value: &Object, start: usize) -> Res<Option<usize>> {
    let mut i = start;
    while let Some(item) = this.get(vm, i)? {
        if vm.eq(&item, value)? {
            return Ok(Some(i));
        }
        i += 1;
        vm.poll()?;
    }
    Ok(None)
}

fn contains(vm: &Vm, this: &Object, value: &Object) -> Res<bool> {
    Ok(find(vm, of(vm, this)?, value, 0)?.is_some())
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let array = of(vm, this)?;
    let (name, code) = (vm.class_of(this).short_name(), char::from(array.code));
    if array.len() == 0 {
        return Ok(vm.str(&format!("{name}('{code}')"))?.into_object());
    }
    let items = match array.code {
        b'u' => methods::text_of(vm, array)?.into_object(),
        _ => methods::list_of(vm, array)?.into_object(),
    };
    let items = vm.repr_string(&items)?;
    vm.need_room(items.len().saturating_mul(2))?;
    Ok(vm.str(&format!("{name}('{code}', {items})"))?.into_object())
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(x), Some(y)) = (a.downcast::<Array>(), b.downcast::<Array>()) else {
        return Ok(Object::not_implemented());
    };
    if x.len() != y.len() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Object::bool(op == CmpOp::Ne));
    }
    let whole = |code: u8| !matches!(code, b'f' | b'd' | b'u');
    if x.code == y.code && whole(x.code) && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        let same = *x.data.0.borrow() == *y.data.0.borrow();
        return Ok(Object::bool(same == (op == CmpOp::Eq)));
    }
    let mut i = 0;
    while let (Some(p), Some(q)) = (x.get(vm, i)?, y.get(vm, i)?) {
        let equal = vm.compare_bool(&p, &q, CmpOp::Eq)?;
        if !equal {
            return match op {
                CmpOp::Eq => Ok(Object::bool(false)),
                CmpOp::Ne => Ok(Object::bool(true)),
                _ => vm.compare(&p, &q, op),
            };
        }
        i += 1;
        vm.poll()?;
    }
    Ok(Object::bool(op.holds(x.len().cmp(&y.len()))))
}

fn concat(vm: &Vm, a: &Object, b: &Object) -> Res {
    let x = of(vm, a)?;
    let Some(y) = b.downcast::<Array>() else {
        return Err(vm.type_error(format_args!(
            "can only append array (not \"{}\") to array",
            vm.type_name(b)
        )));
    };
    if x.code != y.code {
        return Err(vm.type_error("bad argument type for built-in operation"));
    }
    let mut bytes = x.bytes(vm)?;
    append(vm, &mut bytes, &y.data.0.borrow())?;
    Ok(Array::with(x.code, bytes).make(vm)?.into_object())
}

fn iconcat(vm: &Vm, a: &Object, b: &Object) -> Res {
    if b.downcast::<Array>().is_none() {
        return Err(vm.type_error(format_args!(
            "can only extend array with array (not \"{}\")",
            vm.type_name(b)
        )));
    }
    of(vm, a)?.extend(vm, b)?;
    Ok(a.clone())
}

fn repeated(vm: &Vm, this: &Array, count: i64) -> Res<Vec<u8>> {
    let once = this.data.0.borrow();
    let total = once.len().checked_mul(usize::try_from(count).unwrap_or(0));
    let mut bytes = Vec::new();
    match total {
        Some(total) if total <= isize::MAX as usize => reserve(vm, &mut bytes, total)?,
        _ => return Err(vm.no_memory(NoMemory)),
    }
    for _ in 0..if once.is_empty() { 0 } else { count } {
        bytes.extend_from_slice(&once);
    }
    Ok(bytes)
}

fn repeat(vm: &Vm, this: &Object, count: i64) -> Res {
    let array = of(vm, this)?;
    let bytes = repeated(vm, array, count)?;
    Ok(Array::with(array.code, bytes).make(vm)?.into_object())
}

fn irepeat(vm: &Vm, this: &Object, count: i64) -> Res {
    let array = of(vm, this)?;
    if count != 1 && array.len() > 0 {
        array.check_resizable(vm)?;
        let bytes = repeated(vm, array, count)?;
        *array.data.0.borrow_mut() = bytes;
        array.account(vm);
    }
    Ok(this.clone())
}

fn buffer(vm: &Vm, this: &Object, _flags: u32) -> Res<BufferView> {
    let array = of(vm, this)?;
    let code = match array.code {
        b'b' => "b",
        b'B' => "B",
        b'u' => "w",
        b'h' => "h",
        b'H' => "H",
        b'i' => "i",
        b'I' => "I",
        b'l' => "l",
        b'L' => "L",
        b'q' => "q",
        b'Q' => "Q",
        b'f' => "f",
        _ => "d",
    };
    Ok(BufferView {
        owner: this.clone(),
        source: array.data.clone(),
        readonly: false,
        format: Format::Known(code),
        itemsize: array.size(),
        shape: Dims::one(array.len()),
        strides: Dims::one(array.size() as isize),
        offset: 0,
    })
}

/// The iterator over an array.
struct ArrayIter {
    /// Unset at the end.
    array: Slot,
    at: Cell<usize>,
}

impl Payload for ArrayIter {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&ITER);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.array);
    }
    fn clear(&self) {
        drop(self.array.take());
    }
}

static ITER: TypeSpec = TypeSpec {
    flags: type_flags::NO_NEW,
    slots: Slots { iter: Some(|_, this| Ok(this.clone())), next: Some(next), ..Slots::NONE },
    methods: natives![iter_reduce, iter_setstate],
    ..TypeSpec::new::<ArrayIter>("array.arrayiterator")
};

fn iter(vm: &Vm, this: &Object) -> Res {
    let iterator = ArrayIter { array: Slot::new(this.clone()), at: Cell::new(0) };
    Ok(vm.alloc(iterator)?.into_object())
}

fn next(vm: &Vm, this: &Object) -> Res<Option<Object>> {
    let Some(this) = this.downcast::<ArrayIter>() else { return Ok(None) };
    let Some(array) = this.array.get_as::<Array>() else { return Ok(None) };
    let at = this.at.get();
    let item = array.get(vm, at)?;
    match item {
        Some(_) => this.at.set(at + 1),
        None => drop(this.array.take()),
    }
    Ok(item)
}

/// What a pickle of the iterator is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn iter_reduce(vm: &Vm, this: &Obj<ArrayIter>) -> Res<Obj<Tuple>> {
    let function = crate::support::builtin(vm, "iter")?;
    let Some(array) = this.array.get() else {
        let empty = vm.tuple(vec![vm.tuple(Vec::new())?.into_object()])?;
        return vm.tuple(vec![function, empty.into_object()]);
    };
    let args = vm.tuple(vec![array])?.into_object();
    vm.tuple(vec![function, args, vm.int_usize(this.at.get())?])
}

/// Go on at another place.
#[native("(self, state, /)", name = "__setstate__", no_signature)]
fn iter_setstate(vm: &Vm, this: &Obj<ArrayIter>, state: &Object) -> Res<()> {
    let index = vm.index_size(state)?;
    if let Some(array) = this.array.get_as::<Array>() {
        this.at.set(usize::try_from(index).unwrap_or(0).min(array.len()));
    }
    Ok(())
}
