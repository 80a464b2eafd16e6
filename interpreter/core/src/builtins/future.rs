//! The module `__future__`: which features a source text can ask for ahead of their time.

use crate::native::{ModuleDef, NativeDef, getsets, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::{getter, native};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "__future__",
    doc: "The features that `from __future__ import ...` can name, and when each came and became the rule.",
    fill: Some(fill),
    ..ModuleDef::EMPTY
};

/// When a feature could first be asked for, when it became the rule, and its compiler flag.
struct Feature {
    name: &'static str,
    optional: (i32, i32, i32, &'static str, i32),
    /// Major version 0: not yet.
    mandatory: (i32, i32),
    flag: i32,
}

const FEATURES: &[Feature] = &[
    feature("nested_scopes", (2, 1, 0, "beta", 1), (2, 2), 0x10),
    feature("generators", (2, 2, 0, "alpha", 1), (2, 3), 0),
    feature("division", (2, 2, 0, "alpha", 2), (3, 0), 0x20000),
    feature("absolute_import", (2, 5, 0, "alpha", 1), (3, 0), 0x40000),
    feature("with_statement", (2, 5, 0, "alpha", 1), (2, 6), 0x80000),
    feature("print_function", (2, 6, 0, "alpha", 2), (3, 0), 0x100000),
    feature("unicode_literals", (2, 6, 0, "alpha", 2), (3, 0), 0x200000),
    feature("barry_as_FLUFL", (3, 1, 0, "alpha", 2), (4, 0), 0x400000),
    feature("generator_stop", (3, 5, 0, "beta", 1), (3, 7), 0x800000),
    feature("annotations", (3, 7, 0, "beta", 1), (0, 0), 0x1000000),
];

const fn feature(
    name: &'static str,
    optional: (i32, i32, i32, &'static str, i32),
    mandatory: (i32, i32),
    flag: i32,
) -> Feature {
    Feature { name, optional, mandatory, flag }
}

impl Payload for Feature {
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

static SPEC: TypeSpec = TypeSpec {
    doc: "A feature of the language that a source text can ask for.",
    flags: type_flags::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    methods: METHODS,
    getsets: getsets![optional, mandatory, compiler_flag],
    ..TypeSpec::new::<Feature>("__future__._Feature")
};

const METHODS: &[NativeDef] = natives![get_optional_release, get_mandatory_release];

fn release(vm: &Vm, (major, minor, micro, level, serial): (i32, i32, i32, &str, i32)) -> Res {
    let small = Object::small;
    let items =
        vec![small(major), small(minor), small(micro), vm.str(level)?.into_object(), small(serial)];
    Ok(vm.tuple(items)?.into_object())
}

#[getter]
fn optional(vm: &Vm, this: &Obj<Feature>) -> Res {
    release(vm, this.optional)
}

#[getter]
fn mandatory(vm: &Vm, this: &Obj<Feature>) -> Res {
    match this.mandatory {
        (0, _) => Ok(Object::none()),
        (2, 3) => release(vm, (2, 3, 0, "final", 0)),
        (major, minor) => release(vm, (major, minor, 0, "alpha", 0)),
    }
}

#[getter]
fn compiler_flag(this: &Obj<Feature>) -> i32 {
    this.flag
}

/// The version that was the first to know the feature by name.
#[native("(self)", name = "getOptionalRelease")]
fn get_optional_release(vm: &Vm, this: &Obj<Feature>) -> Res {
    optional(vm, this)
}

/// The version from which the feature is always on, or None if nobody has settled one.
#[native("(self)", name = "getMandatoryRelease")]
fn get_mandatory_release(vm: &Vm, this: &Obj<Feature>) -> Res {
    mandatory(vm, this)
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(f) = this.downcast::<Feature>() else {
        return Err(vm.type_error("not a feature"));
    };
    let (optional, mandatory) = (optional(vm, f)?, mandatory(vm, f)?);
    let text = format!(
        "_Feature({}, {}, {})",
        vm.repr_string(&optional)?,
        vm.repr_string(&mandatory)?,
        f.flag
    );
    Ok(vm.str(&text)?.into_object())
}

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    let mut names = Vec::new();
    for f in FEATURES {
        names.push(vm.intern(f.name).into_object());
        let made = vm.alloc(feature(f.name, f.optional, f.mandatory, f.flag))?;
        module.dict.set_named(vm, f.name, made.into_object())?;
    }
    module.dict.set_named(vm, "all_feature_names", vm.list(names)?)
}
