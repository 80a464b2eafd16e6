//! The module _random: the Mersenne Twister MT19937, seeded as CPython seeds it.

use crate::support::{
    NativeConstructor, Obj, Object, Payload, Res, Slots, Tuple, Type, TypeSpec, Vm, big_integer,
    native, natives, raise_io, type_flags, zeros,
};
use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;
use std::cell::RefCell;
use taipan_core::native::{Kwargs, ModuleDef};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_random",
    doc: "The generator of pseudo-random numbers behind the module random.",
    types: &[&RANDOM],
    ..ModuleDef::EMPTY
};

/// Words of state.
const N: usize = 624;
const M: usize = 397;

/// The generator: `words[index..]` are still to be given.
struct Twister {
    words: [u32; N],
    index: usize,
}

impl Twister {
    fn from_number(seed: u32) -> Twister {
        let mut words = [0; N];
        let mut last = seed;
        for (i, word) in words.iter_mut().enumerate() {
            if i > 0 {
                last = (last ^ (last >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
            }
            *word = last;
        }
        Twister { words, index: N }
    }

    fn from_key(key: &[u32]) -> Twister {
        let mut twister = Twister::from_number(19_650_218);
        let w = &mut twister.words;
        let mix = |w: &[u32; N], i: usize, factor: u32| {
            w[i] ^ (w[i - 1] ^ (w[i - 1] >> 30)).wrapping_mul(factor)
        };
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            w[i] = mix(w, i, 1_664_525).wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j = (j + 1) % key.len();
            if i == N {
                w[0] = w[N - 1];
                i = 1;
            }
        }
        for _ in 1..N {
            w[i] = mix(w, i, 1_566_083_941).wrapping_sub(i as u32);
            i += 1;
            if i == N {
                w[0] = w[N - 1];
                i = 1;
            }
        }
        w[0] = 0x8000_0000;
        twister
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self) {
        let w = &mut self.words;
        for i in 0..N {
            let y = (w[i] & 0x8000_0000) | (w[(i + 1) % N] & 0x7fff_ffff);
            let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            w[i] = w[(i + M) % N] ^ (y >> 1) ^ odd;
        }
        self.index = 0;
    }

    #[inline]
    fn next(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.words[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// In [0, 1), of 53 random bits.
    #[inline]
    fn unit(&mut self) -> f64 {
        let (a, b) = (self.next() >> 5, self.next() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
    }
}

/// The payload of `_random.Random`.
pub(crate) struct Random(RefCell<Twister>);

impl Payload for Random {
    const SPEC: Option<&'static TypeSpec> = Some(&RANDOM);
}

static RANDOM: TypeSpec = TypeSpec {
    doc: "Random() -> a generator of random numbers that shares nothing with others",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(<random_new as NativeConstructor>::new),
        init: Some(init),
        ..Slots::NONE
    },
    methods: natives![random, seed, getstate, setstate, getrandbits],
    ..TypeSpec::new::<Random>("_random.Random")
};

/// Without a seed: `__init__` sees to that.
#[native("(cls, *args, **kwargs)", constructor, name = "Random")]
fn random_new(vm: &Vm, cls: &Obj<Type>, _args: &[Object], _kwargs: Kwargs) -> Res<Obj<Random>> {
    vm.alloc_of(cls, Random(RefCell::new(Twister { words: [0; N], index: 0 })))
}

fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    let Some(random) = this.downcast::<Random>() else {
        return Err(vm.system_error("a generator was expected"));
    };
    let kwargs = Kwargs::all(args, names);
    if !random.class().is_heap_type() && !kwargs.is_empty() {
        return Err(vm.type_error("Random() takes no keyword arguments"));
    }
    let positional = args.len().saturating_sub(kwargs.len());
    if positional > 1 {
        return Err(vm.type_error("Random() requires 0 or 1 argument"));
    }
    let twister = seeded(vm, args[..positional].first())?;
    *random.0.borrow_mut() = twister;
    Ok(())
}

/// The generator for a seed; None: one from the system.
fn seeded(vm: &Vm, seed: Option<&Object>) -> Res<Twister> {
    let Some(seed) = seed.filter(|s| !s.is_none()) else {
        let mut key = [0; N];
        let mut bytes = [0; N * 4];
        taipan_sys::process::urandom(&mut bytes).map_err(|e| raise_io(vm, e))?;
        for (word, bytes) in key.iter_mut().zip(bytes.chunks_exact(4)) {
            *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        return Ok(Twister::from_key(&key));
    };
    let is_int = vm.class_of(seed).has(type_flags::INT) || seed.is_bool();
    let number = if is_int {
        let absolute = vm.absolute(seed)?;
        big_integer(vm, &absolute)?.magnitude().clone()
    } else {
        BigInt::from(vm.hash(seed)? as u64).magnitude().clone()
    };
    let mut key = number.to_u32_digits();
    if key.is_empty() {
        key.push(0);
    }
    Ok(Twister::from_key(&key))
}

/// random() -> a float from 0 up to 1, which it never is: a multiple of 2 ** -53
#[native("(self, /)")]
fn random(this: &Obj<Random>) -> f64 {
    this.0.borrow_mut().unit()
}

/// seed([n]) -> None.
///
/// Start anew from a seed: the value of an int, the hash of another object, or random bits of the system
/// if it is left out or None.
#[native("(self, n=None, /)")]
fn seed(vm: &Vm, this: &Obj<Random>, n: Option<&Object>) -> Res<()> {
    let twister = seeded(vm, n)?;
    *this.0.borrow_mut() = twister;
    Ok(())
}

/// getstate() -> what setstate() takes
#[native("(self, /)")]
fn getstate(vm: &Vm, this: &Obj<Random>) -> Res<Obj<Tuple>> {
    let (words, index) = {
        let twister = this.0.borrow();
        (twister.words, twister.index)
    };
    let mut state = Vec::with_capacity(N + 1);
    for word in words {
        state.push(vm.int(i64::from(word))?);
    }
    state.push(vm.int_usize(index)?);
    vm.tuple(state)
}

/// setstate(state) -> go on as when getstate() gave the state
#[native("(self, state, /)")]
fn setstate(vm: &Vm, this: &Obj<Random>, state: &Object) -> Res<()> {
    let Some(state) = state.downcast::<Tuple>() else {
        return Err(vm.type_error("state vector must be a tuple"));
    };
    if state.len() != N + 1 {
        return Err(vm.value_error("state vector is the wrong size"));
    }
    let mut words = [0; N];
    for (word, item) in words.iter_mut().zip(state.as_slice()) {
        *word = as_u64(vm, item)? as u32;
    }
    let index = match state.as_slice().last() {
        Some(index) => integer(vm, index)?.to_i64(),
        None => None,
    };
    let Some(index) = index else {
        return Err(vm.overflow_error("Python int too large to convert to C long"));
    };
    let Some(index) = usize::try_from(index).ok().filter(|i| *i <= N) else {
        return Err(vm.value_error("invalid state"));
    };
    *this.0.borrow_mut() = Twister { words, index };
    Ok(())
}

fn integer(vm: &Vm, item: &Object) -> Res<BigInt> {
    if !vm.class_of(item).has(type_flags::INT) && !item.is_bool() {
        return Err(vm.type_error("an integer is required"));
    }
    Ok(big_integer(vm, item)?.into_owned())
}

fn as_u64(vm: &Vm, item: &Object) -> Res<u64> {
    let n = integer(vm, item)?;
    n.to_u64().ok_or_else(|| {
        vm.overflow_error(if n.sign() == Sign::Minus {
            "can't convert negative value to unsigned int"
        } else {
            "Python int too large to convert to C unsigned long"
        })
    })
}

/// getrandbits(k) -> an int below 2 ** k, each as likely as another
#[native("(self, k, /)")]
fn getrandbits(vm: &Vm, this: &Obj<Random>, k: i32) -> Res {
    if k < 0 {
        return Err(vm.value_error("number of bits must be non-negative"));
    }
    if k == 0 {
        return Ok(Object::small(0));
    }
    if k <= 32 {
        let word = this.0.borrow_mut().next();
        return vm.int(i64::from(word >> (32 - k)));
    }
    let words = (k as usize).div_ceil(32);
    let mut bytes = zeros(vm, words * 4)?;
    let mut left = k as u32;
    let mut twister = this.0.borrow_mut();
    for place in bytes.chunks_exact_mut(4) {
        let mut word = twister.next();
        if left < 32 {
            word >>= 32 - left;
        }
        place.copy_from_slice(&word.to_le_bytes());
        left = left.saturating_sub(32);
    }
    drop(twister);
    vm.bigint(BigInt::from_bytes_le(Sign::Plus, &bytes))
}
