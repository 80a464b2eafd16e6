//! The module _blake2.

use super::object::{Hash, class, make, plain};
use super::state::State;
use crate::support::{
    Maybe, NativeConstructor, Obj, Object, Res, Slots, Type, TypeSpec, Vm, big_integer, native,
    type_flags,
};
use num_traits::ToPrimitive;
use taipan_core::native::ModuleDef;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_blake2",
    doc: "The hashes BLAKE2b and BLAKE2s, for module hashlib.",
    fill: Some(|vm, module| {
        for (name, spec, limits) in [("blake2b", &BLAKE2B, &B), ("blake2s", &BLAKE2S, &S)] {
            let class = class(vm, spec)?;
            for (name, value) in limits.constants() {
                class.dict.set_named(vm, name, vm.int_usize(value)?)?;
                let name = format!("{}_{name}", limits.name.to_uppercase());
                if !name.ends_with("NODE_OFFSET") {
                    module.dict.set_named(vm, &name, vm.int_usize(value)?)?;
                }
            }
            module.dict.set_named(vm, name, class)?;
        }
        Ok(())
    }),
    ..ModuleDef::EMPTY
};

/// What the parameters may be.
struct Limits {
    name: &'static str,
    salt: usize,
    person: usize,
    key: usize,
    digest: usize,
    /// Bits of the offset.
    offset: u32,
}

static B: Limits =
    Limits { name: "blake2b", salt: 16, person: 16, key: 64, digest: 64, offset: 64 };
static S: Limits = Limits { name: "blake2s", salt: 8, person: 8, key: 32, digest: 32, offset: 48 };

impl Limits {
    fn constants(&self) -> [(&'static str, usize); 4] {
        [
            ("SALT_SIZE", self.salt),
            ("PERSON_SIZE", self.person),
            ("MAX_KEY_SIZE", self.key),
            ("MAX_DIGEST_SIZE", self.digest),
        ]
    }
}

static BLAKE2B: TypeSpec = TypeSpec {
    doc: "A hash of the family BLAKE2b, with digests of up to 64 bytes; made for 64-bit machines.",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(<blake2b as NativeConstructor>::new), ..Slots::NONE },
    ..plain("_blake2.blake2b")
};

static BLAKE2S: TypeSpec = TypeSpec {
    doc: "A hash of the family BLAKE2s, with digests of up to 32 bytes; made for small machines.",
    flags: type_flags::BASETYPE,
    slots: Slots { new: Some(<blake2s as NativeConstructor>::new), ..Slots::NONE },
    ..plain("_blake2.blake2s")
};

/// Checked parameters.
struct Parameters<'a> {
    digest_size: usize,
    key: &'a [u8],
    salt: &'a [u8],
    person: &'a [u8],
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
    last_node: bool,
}

fn ranged(vm: &Vm, name: &str, value: i64, low: i64, high: i64) -> Res<u8> {
    match u8::try_from(value) {
        Ok(n) if (low..=high).contains(&value) => Ok(n),
        _ => Err(vm.value_error(format_args!("{name} must be between {low} and {high}"))),
    }
}

#[expect(clippy::too_many_arguments, reason = "the algorithm's parameters")]
fn parameters<'a>(
    vm: &Vm,
    limits: &Limits,
    digest_size: i32,
    (key, salt, person): (&'a [u8], &'a [u8], &'a [u8]),
    (fanout, depth): (i32, i32),
    (leaf_size, node_offset): (Maybe<&Object>, Maybe<&Object>),
    (node_depth, inner_size): (i32, i32),
    last_node: bool,
) -> Res<Parameters<'a>> {
    let most = limits.digest;
    let digest_size = usize::try_from(digest_size).ok().filter(|n| (1..=most).contains(n));
    let digest_size = digest_size.ok_or_else(|| {
        vm.value_error(format_args!("digest_size must be between 1 and {most} bytes"))
    })?;
    for (what, bytes, most) in [("salt", salt, limits.salt), ("person", person, limits.person)] {
        if bytes.len() > most {
            return Err(vm.value_error(format_args!("maximum {what} length is {most} bytes")));
        }
    }
    let fanout = ranged(vm, "fanout", i64::from(fanout), 0, 255)?;
    let depth = ranged(vm, "depth", i64::from(depth), 1, 255)?;
    let unsigned = |object: Maybe<&Object>| match object {
        Maybe::Absent => Ok(0),
        Maybe::Given(object) => {
            let n = big_integer(vm, object)?;
            n.to_u64().ok_or_else(|| {
                if n.sign() == num_bigint::Sign::Minus {
                    return vm.value_error("value must be positive");
                }
                vm.overflow_error("Python int too large to convert to C unsigned long")
            })
        }
    };
    let leaf_size = u32::try_from(unsigned(leaf_size)?)
        .map_err(|_| vm.overflow_error("leaf_size is too large"))?;
    let node_offset = unsigned(node_offset)?;
    if limits.offset < 64 && node_offset >> limits.offset != 0 {
        return Err(vm.overflow_error("node_offset is too large"));
    }
    let node_depth = ranged(vm, "node_depth", i64::from(node_depth), 0, 255)?;
    let inner_size = u8::try_from(inner_size).ok().filter(|n| usize::from(*n) <= most);
    let inner_size = inner_size.ok_or_else(|| {
        vm.value_error(format_args!("inner_size must be between 0 and is {most}"))
    })?;
    if key.len() > limits.key {
        let most = limits.key;
        return Err(vm.value_error(format_args!("maximum key length is {most} bytes")));
    }
    Ok(Parameters {
        digest_size,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size: usize::from(inner_size),
        last_node,
    })
}

macro_rules! constructor {
    ($new:ident $name:literal $limits:ident $crate_name:ident $variant:ident) => {
        #[native(
            "(cls, data=b'', /, *, digest_size=-1, key=b'', salt=b'', person=b'', fanout=1, depth=1, \
             leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, \
             usedforsecurity=True)",
            constructor,
            name = $name
        )]
        #[expect(clippy::too_many_arguments, reason = "the algorithm's parameters")]
        fn $new(
            vm: &Vm,
            cls: &Obj<Type>,
            data: Maybe<&Object>,
            digest_size: Maybe<i32>,
            key: Maybe<&[u8]>,
            salt: Maybe<&[u8]>,
            person: Maybe<&[u8]>,
            fanout: i32,
            depth: i32,
            leaf_size: Maybe<&Object>,
            node_offset: Maybe<&Object>,
            node_depth: i32,
            inner_size: i32,
            last_node: bool,
            usedforsecurity: bool,
        ) -> Res<Obj<Hash>> {
            let _ = usedforsecurity;
            let bytes = |given: Maybe<&'_ [u8]>| given.given().unwrap_or(&[]).to_vec();
            let (key, salt, person) = (bytes(key), bytes(salt), bytes(person));
            let p = parameters(
                vm,
                &$limits,
                digest_size.given().unwrap_or($limits.digest as i32),
                (&key, &salt, &person),
                (fanout, depth),
                (leaf_size, node_offset),
                (node_depth, inner_size),
                last_node,
            )?;
            let mut state = $crate_name::Params::new()
                .hash_length(p.digest_size)
                .key(p.key)
                .salt(p.salt)
                .personal(p.person)
                .fanout(p.fanout)
                .max_depth(p.depth)
                .max_leaf_length(p.leaf_size)
                .node_offset(p.node_offset)
                .node_depth(p.node_depth)
                .inner_hash_length(p.inner_size)
                .last_node(p.last_node)
                .to_state();
            let _ = &mut state;
            make(vm, cls, State::$variant(Box::new(state), p.digest_size), data.given())
        }
    };
}

constructor!(blake2b "blake2b" B blake2b_simd Blake2b);
constructor!(blake2s "blake2s" S blake2s_simd Blake2s);
