//! Pickling of arrays: from protocol 3 on as bytes together with their machine format, so that another
//! machine can read them.

use super::{Array, code_of, methods};
use crate::support::{Bytes, Obj, Object, Res, Str, Tuple, Type, Vm, builtin, native};
use num_bigint::{BigInt, Sign};

/// A machine format: what a code of the protocol stands for.
struct Machine {
    size: usize,
    big: bool,
    kind: Kind,
}

enum Kind {
    Unsigned,
    Signed,
    Float,
    Text,
}

fn machine(code: i32) -> Option<Machine> {
    let (size, kind) = match code {
        0 => (1, Kind::Unsigned),
        1 => (1, Kind::Signed),
        2 | 3 => (2, Kind::Unsigned),
        4 | 5 => (2, Kind::Signed),
        6 | 7 => (4, Kind::Unsigned),
        8 | 9 => (4, Kind::Signed),
        10 | 11 => (8, Kind::Unsigned),
        12 | 13 => (8, Kind::Signed),
        14 | 15 => (4, Kind::Float),
        16 | 17 => (8, Kind::Float),
        18 | 19 => (2, Kind::Text),
        20 | 21 => (4, Kind::Text),
        _ => return None,
    };
    Some(Machine { size, big: code % 2 == 1 && code > 1, kind })
}

/// The machine format of the items of a type code here.
fn machine_code(code: u8) -> i32 {
    match code {
        b'B' => 0,
        b'b' => 1,
        b'H' => 2,
        b'h' => 4,
        b'I' => 6,
        b'i' => 8,
        b'L' | b'Q' => 10,
        b'l' | b'q' => 12,
        b'f' => 14,
        b'd' => 16,
        _ => 20,
    }
}

/// What a copy or a pickle is made from.
#[native("(self, protocol, /)", name = "__reduce_ex__")]
pub(super) fn reduce_ex(vm: &Vm, this: &Obj<Array>, protocol: &Object) -> Res<Obj<Tuple>> {
    let Some(protocol) = vm.as_i64(protocol) else {
        return Err(vm.type_error(format_args!(
            "__reduce_ex__ argument should be an integer, not {}",
            vm.type_name(protocol)
        )));
    };
    let class = this.class().clone().into_object();
    let state = match vm.getattr_opt(this.as_object(), &vm.names().__dict__)? {
        Some(dict) => dict,
        None => Object::none(),
    };
    let code = vm.str(char::from(this.code).encode_utf8(&mut [0; 4]))?.into_object();
    if protocol < 3 {
        let items = methods::list_of(vm, this)?.into_object();
        return vm.tuple(vec![class, vm.tuple(vec![code, items])?.into_object(), state]);
    }
    let import = builtin(vm, "__import__")?;
    let module = vm.call(&import, &[vm.str("array")?.into_object()])?;
    let make = vm.getattr_named(&module, "_array_reconstructor")?;
    let machine = Object::small(machine_code(this.code));
    let bytes = methods::tobytes(vm, this)?.into_object();
    let args = vm.tuple(vec![class, code, machine, bytes])?.into_object();
    vm.tuple(vec![make, args, state])
}

/// Make an array from the bytes of a pickle. For pickles only.
#[native("(arraytype, typecode, mformat_code, items, /)", name = "_array_reconstructor")]
pub(super) fn array_reconstructor(
    vm: &Vm,
    arraytype: &Object,
    typecode: &Obj<Str>,
    mformat_code: i32,
    items: &Object,
) -> Res {
    let Some(class) = arraytype.downcast::<Type>() else {
        return Err(vm.type_error(format_args!(
            "first argument must be a type object, not {}",
            vm.type_name(arraytype)
        )));
    };
    let base = vm.type_of_payload::<Array>()?;
    if !class.is_subtype(&base) {
        return Err(
            vm.type_error(format_args!("{} is not a subtype of array.array", class.full_name()))
        );
    }
    let code = code_of(vm, typecode).or_else(|raised| {
        drop(vm.take_raised(raised));
        Err(vm.value_error("second argument must be a valid type code"))
    })?;
    let Some(format) = machine(mformat_code) else {
        return Err(vm.value_error("third argument must be a valid machine format code."));
    };
    let Some(bytes) = items.downcast::<Bytes>() else {
        return Err(vm.type_error(format_args!(
            "fourth argument should be bytes, not {}",
            vm.type_name(items)
        )));
    };
    let new = |initial: Object| vm.call(arraytype, &[typecode.as_object().clone(), initial]);
    if mformat_code == machine_code(code) {
        return new(items.clone());
    }
    let bytes = bytes.as_slice();
    if bytes.len() % format.size != 0 {
        return Err(vm.value_error("string length not a multiple of item size"));
    }
    if matches!(format.kind, Kind::Text) {
        let encoding = match (format.size, format.big) {
            (2, false) => "utf-16-le",
            (2, true) => "utf-16-be",
            (_, false) => "utf-32-le",
            (_, true) => "utf-32-be",
        };
        return new(vm.call_method(items, "decode", &[vm.str(encoding)?.into_object()])?);
    }
    let mut values = Vec::new();
    for item in bytes.chunks_exact(format.size) {
        values.push(value(vm, &format, item)?);
    }
    // Integers come as an array of the machine format's own type.
    let code = match (&format.kind, format.size) {
        (Kind::Unsigned, 1) => "B",
        (Kind::Unsigned, 2) => "H",
        (Kind::Unsigned, 4) => "I",
        (Kind::Unsigned, _) => "Q",
        (Kind::Signed, 1) => "b",
        (Kind::Signed, 2) => "h",
        (Kind::Signed, 4) => "i",
        (Kind::Signed, _) => "q",
        _ => return new(vm.list(values)?.into_object()),
    };
    vm.call(arraytype, &[vm.str(code)?.into_object(), vm.list(values)?.into_object()])
}

fn value(vm: &Vm, format: &Machine, item: &[u8]) -> Res {
    let mut item = item.to_vec();
    if format.big {
        item.reverse();
    }
    match format.kind {
        Kind::Float => super::read(vm, if format.size == 4 { b'f' } else { b'd' }, &item),
        Kind::Signed => vm.bigint(BigInt::from_signed_bytes_le(&item)),
        _ => vm.bigint(BigInt::from_bytes_le(Sign::Plus, &item)),
    }
}
