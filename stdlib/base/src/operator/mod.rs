//! The module _operator: the operators of the language as functions, and functions that look things up.

mod getters;

use crate::support::{
    BinOp, CmpOp, Exc, Kwargs, Object, Res, Str, Vm, native, natives, type_flags,
};
use taipan_core::native::{ModuleDef, buffer};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_operator",
    doc: "The operators of the language as functions.",
    functions: natives![
        truth,
        contains,
        index_of,
        count_of,
        is_,
        is_not,
        add,
        sub,
        mul,
        matmul,
        floordiv,
        truediv,
        modulo,
        neg,
        pos,
        abs,
        inv,
        invert,
        lshift,
        rshift,
        not_,
        and_,
        or_,
        xor,
        iadd,
        isub,
        imul,
        imatmul,
        ifloordiv,
        itruediv,
        imod,
        ilshift,
        irshift,
        iand,
        ixor,
        ior,
        concat,
        iconcat,
        getitem,
        setitem,
        delitem,
        pow,
        ipow,
        eq,
        ne,
        lt,
        le,
        gt,
        ge,
        length_hint,
        index,
        call,
        compare_digest
    ],
    types: &[&getters::ITEMGETTER, &getters::ATTRGETTER, &getters::METHODCALLER],
    ..ModuleDef::EMPTY
};

macro_rules! binary {
    ($($name:ident $text:literal $method:ident $op:ident $doc:literal;)*) => {$(
        #[doc = $doc]
        #[native("(a, b, /)", name = $text)]
        fn $name(vm: &Vm, a: &Object, b: &Object) -> Res {
            vm.$method(BinOp::$op, a, b)
        }
    )*};
}

binary! {
    add "add" binary Add "The value of `a + b`.";
    sub "sub" binary Sub "The value of `a - b`.";
    mul "mul" binary Mul "The value of `a * b`.";
    matmul "matmul" binary MatMul "The value of `a @ b`.";
    floordiv "floordiv" binary FloorDiv "The value of `a // b`.";
    truediv "truediv" binary TrueDiv "The value of `a / b`.";
    modulo "mod" binary Mod "The value of `a % b`.";
    lshift "lshift" binary LShift "The value of `a << b`.";
    rshift "rshift" binary RShift "The value of `a >> b`.";
    and_ "and_" binary And "The value of `a & b`.";
    or_ "or_" binary Or "The value of `a | b`.";
    xor "xor" binary Xor "The value of `a ^ b`.";
    iadd "iadd" inplace Add "The value of `a += b`.";
    isub "isub" inplace Sub "The value of `a -= b`.";
    imul "imul" inplace Mul "The value of `a *= b`.";
    imatmul "imatmul" inplace MatMul "The value of `a @= b`.";
    ifloordiv "ifloordiv" inplace FloorDiv "The value of `a //= b`.";
    itruediv "itruediv" inplace TrueDiv "The value of `a /= b`.";
    imod "imod" inplace Mod "The value of `a %= b`.";
    ilshift "ilshift" inplace LShift "The value of `a <<= b`.";
    irshift "irshift" inplace RShift "The value of `a >>= b`.";
    iand "iand" inplace And "The value of `a &= b`.";
    ior "ior" inplace Or "The value of `a |= b`.";
    ixor "ixor" inplace Xor "The value of `a ^= b`.";
    ipow "ipow" inplace Pow "The value of `a **= b`.";
}

macro_rules! compare {
    ($($name:ident $op:ident $doc:literal;)*) => {$(
        #[doc = $doc]
        #[native("(a, b, /)")]
        fn $name(vm: &Vm, a: &Object, b: &Object) -> Res {
            vm.compare(a, b, CmpOp::$op)
        }
    )*};
}

compare! {
    eq Eq "The value of `a == b`.";
    ne Ne "The value of `a != b`.";
    lt Lt "The value of `a < b`.";
    le Le "The value of `a <= b`.";
    gt Gt "The value of `a > b`.";
    ge Ge "The value of `a >= b`.";
}

macro_rules! unary {
    ($($name:ident $method:ident $doc:literal;)*) => {$(
        #[doc = $doc]
        #[native("(a, /)")]
        fn $name(vm: &Vm, a: &Object) -> Res {
            vm.$method(a)
        }
    )*};
}

unary! {
    neg negative "The value of `-a`.";
    pos positive "The value of `+a`.";
    abs absolute "The value of `abs(a)`.";
    inv invert "The value of `~a`.";
    invert invert "The value of `~a`.";
    index index "What `a.__index__()` gives: a as an int without loss.";
}

/// What bool() says.
#[native("(a, /)")]
fn truth(vm: &Vm, a: &Object) -> Res<bool> {
    vm.truth(a)
}

/// The value of `not a`.
#[native("(a, /)", name = "not_")]
fn not_(vm: &Vm, a: &Object) -> Res<bool> {
    Ok(!vm.truth(a)?)
}

/// Whether a and b are one object.
#[native("(a, b, /)", name = "is_")]
fn is_(a: &Object, b: &Object) -> bool {
    a.is(b)
}

/// Whether a and b are two objects.
#[native("(a, b, /)")]
fn is_not(a: &Object, b: &Object) -> bool {
    !a.is(b)
}

/// The value of `b in a`: the container comes first.
#[native("(a, b, /)")]
fn contains(vm: &Vm, a: &Object, b: &Object) -> Res<bool> {
    vm.contains(a, b)
}

/// The value of `a ** b`.
#[native("(a, b, /)")]
fn pow(vm: &Vm, a: &Object, b: &Object) -> Res {
    vm.power(a, b, &Object::none())
}

fn iterable(vm: &Vm, a: &Object) -> Res {
    vm.iter(a).or_else(|raised| {
        vm.caught(raised, Exc::TypeError)?;
        let name = vm.type_name(a);
        Err(vm.type_error(format_args!("argument of type '{name}' is not iterable")))
    })
}

/// Where b is in a for the first time.
#[native("(a, b, /)", name = "indexOf")]
fn index_of(vm: &Vm, a: &Object, b: &Object) -> Res<usize> {
    let items = iterable(vm, a)?;
    let mut at = 0;
    while let Some(item) = vm.next(&items)? {
        if vm.eq(&item, b)? {
            return Ok(at);
        }
        at += 1;
        vm.poll()?;
    }
    Err(vm.value_error("sequence.index(x): x not in sequence"))
}

/// How often b is met in a, by identity or ==.
#[native("(a, b, /)", name = "countOf")]
fn count_of(vm: &Vm, a: &Object, b: &Object) -> Res<usize> {
    let items = iterable(vm, a)?;
    let mut count = 0;
    while let Some(item) = vm.next(&items)? {
        count += usize::from(vm.eq(&item, b)?);
        vm.poll()?;
    }
    Ok(count)
}

/// Whether the object counts as a sequence here: it has items and is no dict.
fn is_sequence(vm: &Vm, a: &Object) -> bool {
    let class = vm.class_of(a);
    class.slots().getitem.is_some() && !class.has(type_flags::DICTIONARY)
}

fn concatenated(vm: &Vm, a: &Object, b: &Object, inplace: bool) -> Res {
    let slots = vm.class_of(a).slots();
    let own = if inplace { slots.iconcat.or(slots.concat) } else { slots.concat };
    if let Some(concat) = own {
        return concat(vm, a, b);
    }
    if is_sequence(vm, a) && is_sequence(vm, b) {
        return if inplace { vm.inplace(BinOp::Add, a, b) } else { vm.binary(BinOp::Add, a, b) };
    }
    let name = vm.type_name(a);
    Err(vm.type_error(format_args!("'{name}' object can't be concatenated")))
}

/// a + b of two sequences.
#[native("(a, b, /)")]
fn concat(vm: &Vm, a: &Object, b: &Object) -> Res {
    concatenated(vm, a, b, false)
}

/// a += b of two sequences.
#[native("(a, b, /)")]
fn iconcat(vm: &Vm, a: &Object, b: &Object) -> Res {
    concatenated(vm, a, b, true)
}

/// The value of `a[b]`.
#[native("(a, b, /)")]
fn getitem(vm: &Vm, a: &Object, b: &Object) -> Res {
    vm.getitem(a, b)
}

/// Puts c in at b: a[b] = c.
#[native("(a, b, c, /)")]
fn setitem(vm: &Vm, a: &Object, b: &Object, c: &Object) -> Res<()> {
    vm.setitem(a, b, c)
}

/// Takes out what stands at b: del a[b].
#[native("(a, b, /)")]
fn delitem(vm: &Vm, a: &Object, b: &Object) -> Res<()> {
    vm.delitem(a, b)
}

/// How many items the object probably has: its length, else its __length_hint__(), else the default.
#[native("(obj, default=0, /)")]
fn length_hint(vm: &Vm, obj: &Object, default: isize) -> Res {
    // (A negative default is given back as it is.)
    let hint = vm.length_hint(obj, usize::MAX)?;
    if hint == usize::MAX { vm.int(default as i64) } else { vm.int_usize(hint) }
}

/// Call obj with the other arguments.
#[native("(obj, /, *args, **kwargs)")]
fn call(vm: &Vm, obj: &Object, args: &[Object], kwargs: Kwargs) -> Res {
    if kwargs.is_empty() {
        return vm.call(obj, args);
    }
    let (mut all, mut names) = (args.to_vec(), Vec::new());
    for (name, value) in kwargs.iter() {
        names.push(name.as_object().clone());
        all.push(value.clone());
    }
    vm.call_with(obj, &all, Some(&vm.tuple(names)?))
}

/// Whether a and b, both bytes-like or both str of ASCII only, are equal.
///
/// How long that takes depends on the length of b only, not on what they hold.
#[native("(a, b, /)", name = "_compare_digest")]
fn compare_digest(vm: &Vm, a: &Object, b: &Object) -> Res<bool> {
    if let (Some(a), Some(b)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
        let (Some(a), Some(b)) = (a.as_ascii(), b.as_ascii()) else {
            return Err(
                vm.type_error("comparing strings with non-ASCII characters is not supported")
            );
        };
        return Ok(same(a.as_bytes(), b.as_bytes()));
    }
    Ok(same(&buffer::bytes_of(vm, a)?, &buffer::bytes_of(vm, b)?))
}

fn same(a: &[u8], b: &[u8]) -> bool {
    let mut differs = u8::from(a.len() != b.len());
    for (i, y) in b.iter().enumerate() {
        let x = if a.len() == b.len() { a.get(i).copied().unwrap_or(0) } else { *y };
        differs |= std::hint::black_box(x ^ y);
    }
    differs == 0
}
