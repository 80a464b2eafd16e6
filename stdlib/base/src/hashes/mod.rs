//! The modules _md5, _sha1, _sha256, _sha512, _sha3, _blake2 and _hashlib, over crates written in Rust.

mod blake;
mod object;
mod openssl;
mod state;

use crate::support::{
    Module, NativeConstructor, Obj, Object, Res, Slots, Type, TypeSpec, Vm, native, natives,
};
use object::{Hash, extendable, make, plain};
use state::State;
use taipan_core::native::ModuleDef;

pub use blake::MODULE as BLAKE2;
pub use openssl::MODULE as HASHLIB;

/// Functions of one algorithm each: `name(string=b'', *, usedforsecurity=True)`.
macro_rules! functions {
    ($($function:ident $spec:ident $type_name:literal;)*) => {$(
        static $spec: TypeSpec = plain($type_name);

        /// A hash of this kind, which has seen the data if there is some.
        #[native("(string=b'', *, usedforsecurity=True)")]
        fn $function(
            vm: &Vm,
            string: crate::support::Maybe<&Object>,
            usedforsecurity: bool,
        ) -> Res<Obj<Hash>> {
            let _ = usedforsecurity;
            fresh(vm, stringify!($function), &$spec, string.given())
        }
    )*};
}

fn fresh(vm: &Vm, name: &str, spec: &'static TypeSpec, data: Option<&Object>) -> Res<Obj<Hash>> {
    let Some(state) = State::named(name) else {
        return Err(vm.value_error(format_args!("unsupported hash type {name}")));
    };
    make(vm, &object::class(vm, spec)?, state, data)
}

functions! {
    md5 MD5 "_md5.md5";
    sha1 SHA1 "_sha1.sha1";
    sha224 SHA224 "_sha256.sha224";
    sha256 SHA256 "_sha256.sha256";
    sha384 SHA384 "_sha512.sha384";
    sha512 SHA512 "_sha512.sha512";
}

fn add_type(vm: &Vm, module: &Obj<Module>, name: &str, spec: &'static TypeSpec) -> Res<()> {
    module.dict.set_named(vm, name, object::class(vm, spec)?)
}

/// The module _md5.
pub static MD5_MODULE: ModuleDef = ModuleDef {
    name: "_md5",
    functions: natives![md5],
    fill: Some(|vm, module| add_type(vm, module, "MD5Type", &MD5)),
    ..ModuleDef::EMPTY
};

/// The module _sha1.
pub static SHA1_MODULE: ModuleDef = ModuleDef {
    name: "_sha1",
    functions: natives![sha1],
    fill: Some(|vm, module| add_type(vm, module, "SHA1Type", &SHA1)),
    ..ModuleDef::EMPTY
};

/// The module _sha256.
pub static SHA256_MODULE: ModuleDef = ModuleDef {
    name: "_sha256",
    functions: natives![sha224, sha256],
    fill: Some(|vm, module| {
        add_type(vm, module, "SHA224Type", &SHA224)?;
        add_type(vm, module, "SHA256Type", &SHA256)
    }),
    ..ModuleDef::EMPTY
};

/// The module _sha512.
pub static SHA512_MODULE: ModuleDef = ModuleDef {
    name: "_sha512",
    functions: natives![sha384, sha512],
    fill: Some(|vm, module| {
        add_type(vm, module, "SHA384Type", &SHA384)?;
        add_type(vm, module, "SHA512Type", &SHA512)
    }),
    ..ModuleDef::EMPTY
};

/// Classes of one algorithm each.
macro_rules! classes {
    ($($new:ident $spec:ident $name:literal $kind:ident $type_name:literal;)*) => {
        $(
            static $spec: TypeSpec = TypeSpec {
                flags: 0,
                slots: Slots { new: Some(<$new as NativeConstructor>::new), ..Slots::NONE },
                getsets: SHA3_GETSETS,
                doc: "A hash of this kind, which has seen the data if there is some.",
                ..$kind($type_name)
            };

            #[native("(cls, data=b'', /, *, usedforsecurity=True)", constructor, name = $name)]
            fn $new(
                vm: &Vm,
                cls: &Obj<Type>,
                data: crate::support::Maybe<&Object>,
                usedforsecurity: bool,
            ) -> Res<Obj<Hash>> {
                let _ = usedforsecurity;
                let Some(state) = State::named($name) else {
                    return Err(vm.value_error("unsupported hash type"));
                };
                make(vm, cls, state, data.given())
            }
        )*
        const SHA3_TYPES: &[(&str, &TypeSpec)] = &[$(($name, &$spec)),*];
    };
}

classes! {
    sha3_224 SHA3_224 "sha3_224" plain "_sha3.sha3_224";
    sha3_256 SHA3_256 "sha3_256" plain "_sha3.sha3_256";
    sha3_384 SHA3_384 "sha3_384" plain "_sha3.sha3_384";
    sha3_512 SHA3_512 "sha3_512" plain "_sha3.sha3_512";
    shake_128 SHAKE_128 "shake_128" extendable "_sha3.shake_128";
    shake_256 SHAKE_256 "shake_256" extendable "_sha3.shake_256";
}

const SHA3_GETSETS: &[crate::support::GetSetDef] = {
    use object::{block_size, digest_size, name};
    crate::support::getsets![block_size, digest_size, name, capacity_bits, rate_bits, suffix]
};

/// Bits of the state that are never put out.
#[crate::support::getter(name = "_capacity_bits")]
fn capacity_bits(this: &Obj<Hash>) -> usize {
    1600 - this.state.borrow().block_size() * 8
}

/// Bits of the state that take in data.
#[crate::support::getter(name = "_rate_bits")]
fn rate_bits(this: &Obj<Hash>) -> usize {
    this.state.borrow().block_size() * 8
}

/// The bits behind the data.
#[crate::support::getter(name = "_suffix")]
fn suffix(vm: &Vm, this: &Obj<Hash>) -> Res<Obj<crate::support::Bytes>> {
    vm.bytes(if this.state.borrow().is_xof() { b"\x1f" } else { b"\x06" })
}

/// The module _sha3.
pub static SHA3_MODULE: ModuleDef = ModuleDef {
    name: "_sha3",
    fill: Some(|vm, module| {
        for (name, spec) in SHA3_TYPES {
            add_type(vm, module, name, spec)?;
        }
        module.dict.set_named(vm, "implementation", vm.str("RustCrypto sha3")?)
    }),
    ..ModuleDef::EMPTY
};
