//! The module _hashlib: what CPython takes from OpenSSL.

use super::object::{HASH, Hash, class, extendable, feed, hex, make};
use super::state::{Hmac, NAMES, State};
use crate::support::{
    Bytes, Maybe, Obj, Object, Payload, Res, Slots, Str, TypeSpec, Vm, getsets, getter, native,
    natives, type_flags,
};
use std::cell::RefCell;
use taipan_core::native::ModuleDef;

static HASHXOF: TypeSpec = TypeSpec {
    doc: "The fingerprint of data that is handed over piece by piece.",
    base: Some(|vm| match class(vm, &HASH) {
        Ok(class) => class,
        Err(raised) => {
            drop(vm.take_raised(raised));
            vm.types().object.clone()
        }
    }),
    slots: HASH.slots,
    ..extendable("_hashlib.HASHXOF")
};

/// The payload of HMAC.
struct HmacObject(RefCell<Hmac>);

impl Payload for HmacObject {
    const SPEC: Option<&'static TypeSpec> = Some(&HMAC);
}

static HMAC: TypeSpec = TypeSpec {
    doc: "The fingerprint of a message that only those with the key can make.",
    flags: type_flags::NO_NEW,
    slots: Slots {
        repr: Some(|vm, this| {
            let name = this.downcast::<HmacObject>().map_or("", |h| h.0.borrow().inner.name());
            Ok(vm.str(&format!("<{name} HMAC object @ {:#x}>", this.id()))?.into_object())
        }),
        ..Slots::NONE
    },
    methods: natives![copy, digest, hexdigest, update],
    getsets: getsets![digest_size, block_size, name],
    ..TypeSpec::new::<HmacObject>("_hashlib.HMAC")
};

/// Make the functions `openssl_md5` and so on.
macro_rules! constructors {
    ($($function:ident $name:literal;)*) => {
        $(
            /// A hash of this kind, which has seen the data if there is some.
            #[native("(string=b'', *, usedforsecurity=True)")]
            fn $function(
                vm: &Vm,
                string: Maybe<&Object>,
                usedforsecurity: bool,
            ) -> Res<Obj<Hash>> {
                let _ = usedforsecurity;
                start(vm, $name, string.given())
            }
        )*

        /// The module's table.
        pub static MODULE: ModuleDef = ModuleDef {
            name: "_hashlib",
            doc: "Hashes by name, for module hashlib. CPython has them from OpenSSL.",
            functions: natives![
                new,
                $($function,)*
                pbkdf2_hmac,
                scrypt,
                hmac_digest,
                hmac_new,
                compare_digest,
                get_fips_mode
            ],
            fill: Some(fill),
            ..ModuleDef::EMPTY
        };

        /// The names of the functions for digests, and the digests.
        const FUNCTIONS: &[(&str, &str)] = &[$((stringify!($function), $name)),*];
    };
}

constructors! {
    openssl_md5 "md5";
    openssl_sha1 "sha1";
    openssl_sha224 "sha224";
    openssl_sha256 "sha256";
    openssl_sha384 "sha384";
    openssl_sha512 "sha512";
    openssl_sha3_224 "sha3_224";
    openssl_sha3_256 "sha3_256";
    openssl_sha3_384 "sha3_384";
    openssl_sha3_512 "sha3_512";
    openssl_shake_128 "shake_128";
    openssl_shake_256 "shake_256";
}

/// The functions above as objects, which `digestmod` may name too.
#[derive(Default)]
struct Functions(RefCell<Vec<(Object, &'static str)>>);

fn fill(vm: &Vm, module: &Obj<crate::support::Module>) -> Res<()> {
    module.dict.set_named(vm, "HASH", class(vm, &HASH)?)?;
    module.dict.set_named(vm, "HASHXOF", class(vm, &HASHXOF)?)?;
    module.dict.set_named(vm, "HMAC", vm.type_of_spec(&HMAC)?)?;
    let names = vm.new_frozenset()?;
    for name in NAMES {
        names.add(vm, vm.str(name)?.as_object())?;
    }
    module.dict.set_named(vm, "openssl_md_meth_names", names)?;
    let own = vm.interp().state::<Functions>();
    for (function, digest) in FUNCTIONS {
        if let Some(object) = module.dict.get_named(vm, function) {
            own.0.borrow_mut().push((object, digest));
        }
    }
    let bases =
        vm.tuple(vec![vm.types().exception(crate::support::Exc::ValueError).into_object()])?;
    let dict = vm.new_dict()?;
    dict.set_named(vm, "__module__", vm.str("_hashlib")?)?;
    let name = vm.str("UnsupportedDigestmodError")?.into_object();
    let args = [name, bases.into_object(), dict.into_object()];
    let error = vm.call(vm.types().type_.as_object(), &args)?;
    vm.interp().state::<Unsupported>().0.replace(Some(error.clone()));
    module.dict.set_named(vm, "UnsupportedDigestmodError", error)
}

/// The exception UnsupportedDigestmodError.
#[derive(Default)]
struct Unsupported(RefCell<Option<Object>>);

fn unsupported(vm: &Vm, message: &str) -> crate::support::Raised {
    let class = vm.interp().state::<Unsupported>().0.borrow().clone();
    let Some(class) = class else { return vm.value_error(message) };
    match vm.str(message).and_then(|message| vm.call(&class, &[message.into_object()])) {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

/// An algorithm by any of the names that OpenSSL knows it by.
fn algorithm(vm: &Vm, name: &str) -> Res<State> {
    let lower = name.to_ascii_lowercase();
    let plain = match lower.as_str() {
        "sha-1" | "ssl3-sha1" => "sha1",
        "sha2-224" | "sha-224" | "sha2_224" => "sha224",
        "sha2-256" | "sha-256" | "sha2_256" => "sha256",
        "sha2-384" | "sha-384" | "sha2_384" => "sha384",
        "sha2-512" | "sha-512" | "sha2_512" => "sha512",
        "sha512-224" | "sha512/224" | "sha-512/224" => "sha512_224",
        "sha512-256" | "sha512/256" | "sha-512/256" => "sha512_256",
        "sha3-224" => "sha3_224",
        "sha3-256" => "sha3_256",
        "sha3-384" => "sha3_384",
        "sha3-512" => "sha3_512",
        "shake128" | "shake-128" => "shake_128",
        "shake256" | "shake-256" => "shake_256",
        "blake2b512" | "blake2b-512" => "blake2b",
        "blake2s256" | "blake2s-256" => "blake2s",
        other => other,
    };
    State::named(plain).ok_or_else(|| vm.value_error(format_args!("unsupported hash type {name}")))
}

fn start(vm: &Vm, name: &str, data: Option<&Object>) -> Res<Obj<Hash>> {
    let state = algorithm(vm, name)?;
    let class = class(vm, if state.is_xof() { &HASHXOF } else { &HASH })?;
    make(vm, &class, state, data)
}

/// A hash by its name, such as 'sha256'; ValueError if there is none. It starts with data if there is some.
#[native("(name, string=b'', *, usedforsecurity=True)")]
fn new(vm: &Vm, name: &Object, string: Maybe<&Object>, usedforsecurity: bool) -> Res<Obj<Hash>> {
    let _ = usedforsecurity;
    let Some(text) = name.downcast::<Str>() else {
        return Err(vm.type_error("name must be a string"));
    };
    start(vm, &text.to_str_lossy(), string.given())
}

/// The algorithm of a `digestmod`: a name, or one of the functions of this module.
fn digestmod(vm: &Vm, digest: &Object) -> Res<State> {
    if let Some(name) = digest.downcast::<Str>() {
        return algorithm(vm, &name.to_str_lossy());
    }
    let own = vm.interp().state::<Functions>();
    let name = own.0.borrow().iter().find(|(f, _)| f.is(digest)).map(|(_, name)| *name);
    match name {
        Some(name) => algorithm(vm, name),
        None => {
            let shown = vm.repr_string(digest)?;
            Err(unsupported(vm, &format!("Unsupported digestmod {shown}")))
        }
    }
}

/// A key of dklen bytes from a password by PBKDF2 (RFC 8018): `iterations` rounds of HMAC.
#[native("(hash_name, password, salt, iterations, dklen=None)")]
fn pbkdf2_hmac(
    vm: &Vm,
    hash_name: &str,
    password: &[u8],
    salt: &[u8],
    iterations: i64,
    dklen: Option<i64>,
) -> Res<Obj<Bytes>> {
    let state = algorithm(vm, hash_name)?;
    if iterations < 1 {
        return Err(vm.value_error("iteration value must be greater than 0."));
    }
    if iterations > i64::from(i32::MAX) {
        return Err(vm.overflow_error("iteration value is too great."));
    }
    let length = match dklen {
        None => state.digest_size() as i64,
        Some(n) if n < 1 => return Err(vm.value_error("key length must be greater than 0.")),
        Some(n) if n > i64::from(i32::MAX) => {
            return Err(vm.overflow_error("key length is too great."));
        }
        Some(n) => n,
    } as usize;
    if state.digest_size() == 0 {
        return Err(unsupported(vm, &format!("unsupported hash type {hash_name}")));
    }
    let hmac = Hmac::new(&state, password);
    let mut key = Vec::new();
    crate::support::reserve(vm, &mut key, length + state.digest_size())?;
    let mut block = 1u32;
    while key.len() < length {
        let mut first = hmac.clone();
        first.inner.update(salt);
        first.inner.update(&block.to_be_bytes());
        let mut round = first.digest();
        let mut sum = round.clone();
        let mut left = iterations - 1;
        while left > 0 {
            // In slices, so that other threads run and signals are seen.
            let rounds = left.min(4096);
            vm.allow_threads(|| {
                for _ in 0..rounds {
                    let mut next = hmac.clone();
                    next.inner.update(&round);
                    round = next.digest();
                    sum.iter_mut().zip(&round).for_each(|(s, r)| *s ^= r);
                }
            });
            vm.poll()?;
            left -= rounds;
        }
        key.extend_from_slice(&sum);
        block = block.wrapping_add(1);
    }
    vm.bytes(key.get(..length).unwrap_or(&[]))
}

/// A key of dklen bytes from a password by scrypt (RFC 7914), which needs much memory on purpose.
#[native("(password, *, salt=None, n=None, r=None, p=None, maxmem=0, dklen=64)")]
fn scrypt(
    vm: &Vm,
    password: &[u8],
    salt: Option<&[u8]>,
    n: Option<u64>,
    r: Option<u64>,
    p: Option<u64>,
    maxmem: i64,
    dklen: i64,
) -> Res<Obj<Bytes>> {
    let Some(salt) = salt else { return Err(vm.type_error("salt is required")) };
    let Some(n) = n else { return Err(vm.type_error("n is required and must be an unsigned int")) };
    if n < 2 || !n.is_power_of_two() {
        return Err(vm.value_error("n must be a power of 2."));
    }
    let Some(r) = r else { return Err(vm.type_error("r is required and must be an unsigned int")) };
    let Some(p) = p else { return Err(vm.type_error("p is required and must be an unsigned int")) };
    if !(0..=i64::from(i32::MAX)).contains(&maxmem) {
        return Err(
            vm.value_error(format_args!("maxmem must be positive and smaller than {}", i32::MAX))
        );
    }
    if !(1..=i64::from(i32::MAX)).contains(&dklen) {
        return Err(vm.value_error(format_args!(
            "dklen must be greater than 0 and smaller than {}",
            i32::MAX
        )));
    }
    // As OpenSSL does: 32 MiB unless the caller allows more.
    let limit = if maxmem == 0 { 32 << 20 } else { maxmem as u64 };
    let need = n
        .checked_add(p)
        .and_then(|all| all.checked_add(2))
        .and_then(|all| all.checked_mul(128))
        .and_then(|all| all.checked_mul(r));
    let parameters = match (u32::try_from(r), u32::try_from(p)) {
        (Ok(r), Ok(p)) => ::scrypt::Params::new(n.trailing_zeros() as u8, r, p, 64).ok(),
        _ => None,
    };
    let (Some(parameters), true) = (parameters, need.is_some_and(|need| need <= limit)) else {
        return Err(vm.value_error("[digital envelope routines] memory limit exceeded"));
    };
    let mut key = crate::support::zeros(vm, dklen as usize)?;
    let made = vm.allow_threads(|| ::scrypt::scrypt(password, salt, &parameters, &mut key).is_ok());
    vm.poll()?;
    if !made {
        return Err(vm.value_error("[digital envelope routines] memory limit exceeded"));
    }
    vm.bytes(&key)
}

/// The HMAC of a whole message at once, as bytes.
#[native("(key, msg, digest)")]
fn hmac_digest(vm: &Vm, key: &[u8], msg: &[u8], digest: &Object) -> Res<Obj<Bytes>> {
    let mut hmac = Hmac::new(&for_hmac(vm, digest)?, key);
    hmac.inner.update(msg);
    vm.bytes(&hmac.digest())
}

fn for_hmac(vm: &Vm, digest: &Object) -> Res<State> {
    let state = digestmod(vm, digest)?;
    if state.is_xof() {
        return Err(unsupported(vm, &format!("Unsupported digestmod {}", state.name())));
    }
    Ok(state)
}

/// An object that makes an HMAC, with the hash named by digestmod.
#[native("(key, msg=b'', digestmod=<unrepresentable>)")]
fn hmac_new(
    vm: &Vm,
    key: &[u8],
    msg: Maybe<&Object>,
    digestmod: Maybe<&Object>,
) -> Res<Obj<HmacObject>> {
    let Some(digestmod) = digestmod.given() else {
        return Err(vm.type_error("Missing required parameter 'digestmod'."));
    };
    let mut hmac = Hmac::new(&for_hmac(vm, digestmod)?, key);
    if let Maybe::Given(msg) = msg
        && !msg.is_none()
    {
        feed(vm, msg, |bytes| hmac.inner.update(bytes))?;
    }
    vm.alloc(HmacObject(RefCell::new(hmac)))
}

/// Another one with the same key that has seen the same data.
#[native("(self, /)")]
fn copy(vm: &Vm, this: &Obj<HmacObject>) -> Res<Obj<HmacObject>> {
    let state = this.0.borrow().clone();
    vm.alloc(HmacObject(RefCell::new(state)))
}

/// The code of all data so far, as bytes.
#[native("(self, /)")]
fn digest(vm: &Vm, this: &Obj<HmacObject>) -> Res<Obj<Bytes>> {
    vm.bytes(&this.0.borrow().digest())
}

/// The code of all data so far, in hexadecimal.
#[native("(self, /)")]
fn hexdigest(this: &Obj<HmacObject>) -> String {
    hex(&this.0.borrow().digest())
}

/// Take more of the message in.
#[native("(self, /, msg)")]
fn update(vm: &Vm, this: &Obj<HmacObject>, msg: &Object) -> Res<()> {
    feed(vm, msg, |bytes| this.0.borrow_mut().inner.update(bytes))
}

#[getter]
fn digest_size(this: &Obj<HmacObject>) -> usize {
    this.0.borrow().inner.digest_size()
}

#[getter]
fn block_size(this: &Obj<HmacObject>) -> usize {
    this.0.borrow().inner.block_size()
}

#[getter]
fn name(this: &Obj<HmacObject>) -> String {
    format!("hmac-{}", this.0.borrow().inner.name())
}

/// Return 'a == b', in a time that does not depend on where they differ.
#[native("(a, b, /)")]
fn compare_digest(vm: &Vm, a: &Object, b: &Object) -> Res<bool> {
    let same = |a: &[u8], b: &[u8]| {
        let mut differs = u8::from(a.len() != b.len());
        for (i, y) in b.iter().enumerate() {
            differs |= a.get(i).map_or(1, |x| x ^ y);
        }
        std::hint::black_box(differs) == 0
    };
    if let (Some(a), Some(b)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
        let (Some(a), Some(b)) = (a.as_ascii(), b.as_ascii()) else {
            return Err(
                vm.type_error("comparing strings with non-ASCII characters is not supported")
            );
        };
        return Ok(same(a.as_bytes(), b.as_bytes()));
    }
    let has_buffer = |o: &Object| vm.class_of(o).slots().buffer.is_some();
    if !has_buffer(a) && !has_buffer(b) {
        let (a, b) = (vm.type_name(a), vm.type_name(b));
        return Err(vm.type_error(format_args!(
            "unsupported operand types(s) or combination of types: '{a}' and '{b}'"
        )));
    }
    let (a, b) =
        (crate::support::buffer::bytes_of(vm, a)?, crate::support::buffer::bytes_of(vm, b)?);
    Ok(same(&a, &b))
}

/// Whether the FIPS mode of OpenSSL is on: there is none.
#[native("()")]
fn get_fips_mode() -> i32 {
    0
}
