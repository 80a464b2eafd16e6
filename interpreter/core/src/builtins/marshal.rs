//! `marshal`: CPython's format for plain objects; code objects as images of our bytecode, behind its letter for
//! code, so that neither of the two takes the other's code for its own.
//!
//! **Invariant:** whatever the bytes are, reading gives objects or an exception; code goes through the verifier.
//! Shared objects are written as often as they occur (CPython refers back to them), back references are read.

use crate::bytecode::{stored, verify};
use crate::native::{Buffer, ModuleDef, natives};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};
use num_bigint::{BigInt, Sign};
use std::rc::Rc;
use taipan_macros::native;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "marshal",
    doc: "Values of the basic types as bytes, and back: the format in which compiled code is stored.\n\n\
          It may change with the version of Python; pickle is the one for data that must last.",
    functions: natives![dump, load, dumps, loads],
    fill: Some(|vm, module| module.dict.set_named(vm, "version", vm.int(VERSION)?)),
    ..ModuleDef::EMPTY
};

const VERSION: i64 = 4;
/// As CPython's limit.
const DEEPEST: u32 = 2000;

/// The value as bytes that loads() can read.
///
/// ValueError for a value, or one inside it, of a type that has no place in the format.
#[native("(value, version=4, /)")]
fn dumps(vm: &Vm, value: &Object, version: i32) -> Res<Obj<Bytes>> {
    let mut writer = Writer { vm, version, out: Vec::new() };
    writer.object(value, 0)?;
    vm.bytes(&writer.out)
}

/// Store a value in a binary file, as dumps() would give it.
///
/// ValueError for a value, or one inside it, of a type that has no place in the format.
#[native("(value, file, version=4, /)")]
fn dump(vm: &Vm, value: &Object, file: &Object, version: i32) -> Res {
    let bytes = dumps(vm, value, version)?;
    vm.call_method(file, "write", &[bytes.into_object()])
}

/// The value that dumps() made these bytes of; bytes behind it do not matter.
///
/// EOFError, ValueError or TypeError if no whole value is there.
#[native("(bytes, /)")]
fn loads(vm: &Vm, bytes: Buffer) -> Res {
    let copy;
    let bytes = match &bytes {
        Buffer::Bytes(bytes) => *bytes,
        view => {
            vm.need_room(view.len())?;
            copy = view.with(<[u8]>::to_vec);
            &copy
        }
    };
    read_whole(vm, &mut Reader { vm, rest: bytes, met: Vec::new() })
}

fn read_whole(vm: &Vm, reader: &mut Reader) -> Res {
    match reader.object(0)? {
        Some(value) => Ok(value),
        None => Err(vm.type_error("NULL object in marshal data for object")),
    }
}

/// The next value in a binary file.
///
/// EOFError, ValueError or TypeError if no whole value is there.
#[native("(file, /)")]
fn load(vm: &Vm, file: &Object) -> Res {
    // What is behind the value is left in the file: it is read again, up to there.
    let start = vm.call_method(file, "tell", &[])?;
    let data = vm.call_method(file, "read", &[])?;
    let Some(bytes) = data.downcast::<Bytes>() else {
        let got = vm.type_name(&data);
        return Err(vm.type_error(format_args!("file.read() returned not bytes but {got}")));
    };
    let mut reader = Reader { vm, rest: bytes.as_slice(), met: Vec::new() };
    let value = read_whole(vm, &mut reader)?;
    let used = vm.int_usize(bytes.len() - reader.rest.len())?;
    let end = vm.call_method(&start, "__add__", &[used])?;
    vm.call_method(file, "seek", &[end])?;
    Ok(value)
}

struct Writer<'a> {
    vm: &'a Vm,
    version: i32,
    out: Vec<u8>,
}

impl Writer<'_> {
    fn put(&mut self, bytes: &[u8]) -> Res<()> {
        self.out.try_reserve(bytes.len()).map_err(|_| self.vm.no_memory(NoMemory))?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn size(&mut self, n: usize) -> Res<()> {
        match i32::try_from(n) {
            Ok(n) => self.put(&n.to_le_bytes()),
            Err(_) => Err(self.vm.value_error("unmarshallable object")),
        }
    }

    fn sized(&mut self, letter: u8, bytes: &[u8]) -> Res<()> {
        self.put(&[letter])?;
        self.size(bytes.len())?;
        self.put(bytes)
    }

    fn object(&mut self, o: &Object, depth: u32) -> Res<()> {
        let vm = self.vm;
        vm.recurse(" while marshalling", || self.one(o, depth))
    }

    fn one(&mut self, o: &Object, depth: u32) -> Res<()> {
        let vm = self.vm;
        if depth > DEEPEST {
            return Err(vm.value_error("object too deeply nested to marshal"));
        }
        let letter = match () {
            () if o.is_none() => Some(b'N'),
            () if o.is_bool() => Some(if o.is_true_singleton() { b'T' } else { b'F' }),
            () if o.is(&Object::ellipsis()) => Some(b'.'),
            () if o.is(vm.types().exception(Exc::StopIteration).as_object()) => Some(b'S'),
            () => None,
        };
        if let Some(letter) = letter {
            return self.put(&[letter]);
        }
        if let Some(f) = o.as_exact_float() {
            if self.version > 1 {
                self.put(b"g")?;
                return self.put(&f.to_bits().to_le_bytes());
            }
            let text = vm.repr_string(o)?;
            self.put(&[b'f', text.len() as u8])?;
            return self.put(text.as_bytes());
        }
        let types = vm.types();
        let class = vm.class_of(o);
        if class.is(&types.int) {
            return self.int(o);
        }
        if class.is(&types.str) {
            return self.str(o);
        }
        if let Some(items) = o.downcast::<Tuple>().filter(|_| class.is(&types.tuple)) {
            match u8::try_from(items.len()) {
                Ok(n) if self.version >= 4 => self.put(&[b')', n])?,
                _ => {
                    self.put(b"(")?;
                    self.size(items.len())?;
                }
            }
            return self.objects(items.as_slice(), depth);
        }
        if let Some(bytes) = o.downcast::<Bytes>().filter(|_| class.is(&types.bytes)) {
            return self.sized(b's', bytes.as_slice());
        }
        if class.is(&types.list) || class.is(&types.set) || class.is(&types.frozenset) {
            let letter = match () {
                () if class.is(&types.list) => b'[',
                () if class.is(&types.set) => b'<',
                () => b'>',
            };
            let items = vm.collect(o)?;
            self.put(&[letter])?;
            self.size(items.len())?;
            return self.objects(&items, depth);
        }
        if let Some(dict) = o.downcast::<Dict>().filter(|_| class.is(&types.dict)) {
            self.put(b"{")?;
            self.vm.need_room(dict.len().saturating_mul(16))?;
            for (key, value) in dict.snapshot() {
                self.objects(&[key, value], depth)?;
            }
            return self.put(b"0");
        }
        if let Some(c) = o.downcast::<Complex>().filter(|_| class.is(&types.complex)) {
            self.put(b"y")?;
            self.put(&c.real.to_bits().to_le_bytes())?;
            return self.put(&c.imag.to_bits().to_le_bytes());
        }
        if let Some(code) = o.downcast::<Code>() {
            let image = stored::write(&*code.unit(vm)?)
                .map_err(|_| vm.value_error("object too deeply nested to marshal"))?;
            return self.sized(b'c', &image);
        }
        // Other bytes-like objects are written as bytes.
        match crate::native::buffer::view(vm, o, crate::native::buffer::request::SIMPLE) {
            Ok(view) => {
                let bytes = crate::native::buffer::to_vec(vm, &view)?;
                self.sized(b's', &bytes)
            }
            Err(raised) => {
                drop(vm.take_raised(raised));
                Err(vm.value_error("unmarshallable object"))
            }
        }
    }

    fn objects(&mut self, items: &[Object], depth: u32) -> Res<()> {
        items.iter().try_for_each(|item| self.object(item, depth + 1))
    }

    fn int(&mut self, o: &Object) -> Res<()> {
        if let Some(n) = self.vm.as_i64(o).and_then(|n| i32::try_from(n).ok()) {
            self.put(b"i")?;
            return self.put(&n.to_le_bytes());
        }
        let big = crate::native::big_integer(self.vm, o)?;
        // Digits of 15 bits, least first.
        let mut digits = Vec::new();
        let (mut held, mut bits) = (0u64, 0);
        for word in big.iter_u32_digits() {
            held |= u64::from(word) << bits;
            bits += 32;
            while bits >= 15 {
                digits.push((held & 0x7fff) as u16);
                held >>= 15;
                bits -= 15;
            }
        }
        digits.push(held as u16);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let count = i32::try_from(digits.len());
        let count = count.map_err(|_| self.vm.value_error("unmarshallable object"))?;
        self.put(b"l")?;
        let count = if big.sign() == Sign::Minus { -count } else { count };
        self.put(&count.to_le_bytes())?;
        digits.into_iter().try_for_each(|digit| self.put(&digit.to_le_bytes()))
    }

    fn str(&mut self, o: &Object) -> Res<()> {
        let Some(s) = o.downcast::<Str>() else { return Ok(()) };
        let interned = s.header_ref().has_flag(crate::object::header::header_flags::INTERNED);
        if s.as_ascii().is_none() {
            self.vm.need_room(s.len().saturating_mul(8))?;
        }
        match s.to_utf8() {
            Some(text) if self.version >= 4 && text.is_ascii() => match u8::try_from(text.len()) {
                Ok(n) => {
                    self.put(&[if interned { b'Z' } else { b'z' }, n])?;
                    self.put(text.as_bytes())
                }
                Err(_) => self.sized(if interned { b'A' } else { b'a' }, text.as_bytes()),
            },
            Some(text) => {
                self.sized(if interned && self.version >= 3 { b't' } else { b'u' }, text.as_bytes())
            }
            None => {
                let args = ["utf-8", "surrogatepass"].map(|a| self.vm.intern(a).into_object());
                let bytes = self.vm.call_method(o, "encode", &args)?;
                self.sized(b'u', bytes.downcast::<Bytes>().map_or(&[], |b| b.as_slice()))
            }
        }
    }
}

struct Reader<'a> {
    vm: &'a Vm,
    rest: &'a [u8],
    /// What back references refer to; None while it is being read.
    met: Vec<Option<Object>>,
}

impl<'a> Reader<'a> {
    #[cold]
    fn short(&self) -> Raised {
        self.vm.eof_error("marshal data too short")
    }

    #[cold]
    fn bad(&self, what: &str) -> Raised {
        self.vm.value_error(format_args!("bad marshal data ({what})"))
    }

    fn take(&mut self, len: usize) -> Res<&'a [u8]> {
        let (front, rest) = self.rest.split_at_checked(len).ok_or_else(|| self.short())?;
        self.rest = rest;
        Ok(front)
    }

    fn array<const N: usize>(&mut self) -> Res<[u8; N]> {
        let (front, rest) = self.rest.split_first_chunk::<N>().ok_or_else(|| self.short())?;
        self.rest = rest;
        Ok(*front)
    }

    fn byte(&mut self) -> Res<u8> {
        Ok(self.array::<1>()?[0])
    }

    fn long(&mut self) -> Res<i32> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    fn float(&mut self) -> Res<f64> {
        Ok(f64::from_bits(u64::from_le_bytes(self.array()?)))
    }

    fn size(&mut self, what: &str) -> Res<usize> {
        usize::try_from(self.long()?).map_err(|_| self.bad(&format!("{what} size out of range")))
    }

    /// None for the end of a dict.
    fn object(&mut self, depth: u32) -> Res<Option<Object>> {
        let vm = self.vm;
        vm.recurse(" while unmarshalling", || self.one(depth))
    }

    fn one(&mut self, depth: u32) -> Res<Option<Object>> {
        if depth > DEEPEST {
            return Err(self.bad("nested too deep"));
        }
        if self.rest.is_empty() {
            return Err(self.vm.eof_error("EOF read where object expected"));
        }
        let letter = self.byte()?;
        let (kind, shared) = (letter & 0x7f, letter & 0x80 != 0);
        // Containers take their number before what they hold.
        let number = self.met.len();
        if shared {
            self.met.push(None);
        }
        let vm = self.vm;
        let value = match kind {
            b'0' => return Ok(None),
            b'r' => {
                let index = self.long()?;
                let known = usize::try_from(index).ok().and_then(|i| self.met.get(i).cloned());
                return match known.flatten() {
                    Some(value) => Ok(Some(value)),
                    None => Err(self.bad("invalid reference")),
                };
            }
            b'[' => {
                let n = self.size("list")?;
                let list = vm.new_list()?;
                self.meet(shared, number, list.as_object());
                for _ in 0..n {
                    let item = self.item("list", depth)?;
                    list.push(item).map_err(|e| vm.no_memory(e))?;
                }
                list.into_object()
            }
            b'{' => {
                let dict = vm.new_dict()?;
                self.meet(shared, number, dict.as_object());
                while let Some(key) = self.object(depth + 1)? {
                    let Some(value) = self.object(depth + 1)? else { break };
                    dict.set(vm, &key, value)?;
                }
                dict.into_object()
            }
            b'<' | b'>' => {
                let n = self.size("set")?;
                let set = if kind == b'<' { vm.new_set()? } else { vm.new_frozenset()? };
                if kind == b'<' {
                    self.meet(shared, number, set.as_object());
                }
                for _ in 0..n {
                    let item = self.item("set", depth)?;
                    set.add(vm, &item)?;
                }
                set.into_object()
            }
            _ => self.plain(kind, depth)?,
        };
        self.meet(shared, number, &value);
        Ok(Some(value))
    }

    fn meet(&mut self, shared: bool, number: usize, value: &Object) {
        if let Some(place) = self.met.get_mut(number).filter(|_| shared) {
            *place = Some(value.clone());
        }
    }

    fn item(&mut self, of: &str, depth: u32) -> Res {
        match self.object(depth + 1)? {
            Some(item) => Ok(item),
            None => Err(self.vm.type_error(format_args!("NULL object in marshal data for {of}"))),
        }
    }

    fn plain(&mut self, kind: u8, depth: u32) -> Res {
        let vm = self.vm;
        Ok(match kind {
            b'N' => Object::none(),
            b'T' => Object::bool(true),
            b'F' => Object::bool(false),
            b'.' => Object::ellipsis(),
            b'S' => vm.types().exception(Exc::StopIteration).clone().into_object(),
            b'i' => vm.int(i64::from(self.long()?))?,
            b'I' => vm.int(i64::from_le_bytes(self.array()?))?,
            b'l' => self.big()?,
            b'g' => vm.float(self.float()?)?,
            b'f' => vm.float(self.float_text()?)?,
            b'y' => vm.complex(self.float()?, self.float()?)?,
            b'x' => vm.complex(self.float_text()?, self.float_text()?)?,
            b's' => {
                let n = self.size("bytes object")?;
                vm.bytes(self.take(n)?)?.into_object()
            }
            b'z' | b'Z' => {
                let n = usize::from(self.byte()?);
                self.text(n, kind == b'Z')?
            }
            b'u' | b't' | b'a' | b'A' => {
                let n = self.size("string")?;
                self.text(n, matches!(kind, b't' | b'A'))?
            }
            b'(' | b')' => {
                let n = match kind {
                    b')' => usize::from(self.byte()?),
                    _ => self.size("tuple")?,
                };
                let items = (0..n).map(|_| self.item("tuple", depth)).collect::<Res<_>>()?;
                vm.tuple(items)?.into_object()
            }
            b'c' => {
                let n = self.size("code")?;
                let image = self.take(n)?;
                let unit = stored::Image::open(image, stored::NamePool::EMPTY)
                    .and_then(|image| image.unit());
                let Ok(unit) = unit else { return Err(self.bad("code of another interpreter")) };
                if verify::verify(&unit).is_err() {
                    return Err(self.bad("code"));
                }
                crate::vm::code::load(vm, Rc::new(unit))?.into_object()
            }
            _ => return Err(self.bad("unknown type code")),
        })
    }

    fn float_text(&mut self) -> Res<f64> {
        let n = usize::from(self.byte()?);
        let text = std::str::from_utf8(self.take(n)?).ok();
        text.and_then(|text| text.parse().ok()).ok_or_else(|| self.bad("float"))
    }

    fn big(&mut self) -> Res {
        let count = self.long()?;
        let digits = self.take((count.unsigned_abs() as usize).saturating_mul(2))?;
        let mut words = Vec::new();
        words.try_reserve(digits.len() / 4 + 1).map_err(|_| self.vm.no_memory(NoMemory))?;
        let (mut held, mut bits) = (0u64, 0);
        for pair in digits.chunks_exact(2) {
            let digit = u64::from(pair[0]) | u64::from(pair[1]) << 8;
            if digit > 0x7fff {
                return Err(self.bad("digit out of range in long"));
            }
            held |= digit << bits;
            bits += 15;
            if bits >= 32 {
                words.push(held as u32);
                held >>= 32;
                bits -= 32;
            }
        }
        words.push(held as u32);
        let sign = if count < 0 { Sign::Minus } else { Sign::Plus };
        self.vm.bigint(BigInt::from_slice(sign, &words))
    }

    fn text(&mut self, len: usize, intern: bool) -> Res {
        let vm = self.vm;
        let bytes = self.take(len)?;
        match std::str::from_utf8(bytes) {
            Ok(text) if intern => Ok(vm.intern(text).into_object()),
            Ok(text) => Ok(vm.str(text)?.into_object()),
            Err(_) => {
                let args = ["utf-8", "surrogatepass"].map(|a| vm.intern(a).into_object());
                vm.call_method(vm.bytes(bytes)?.as_object(), "decode", &args)
            }
        }
    }
}
