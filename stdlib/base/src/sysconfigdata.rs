//! What `sysconfig` asks about the building of the program: for CPython the variables of its Makefile.
//!
//! There is no Makefile and there are no extension modules, so only what programs decide by is answered.

use taipan_core::native::{ModuleDef, Raised};
use taipan_core::object::{Module, Obj};
use taipan_core::vm::Vm;

/// Under the name that is looked for on Linux.
pub static LINUX: ModuleDef = table("_sysconfigdata__linux_");
/// Under the name that is looked for on macOS.
pub static MACOS: ModuleDef = table("_sysconfigdata__darwin_");

const fn table(name: &'static str) -> ModuleDef {
    ModuleDef { name, doc: "Variables of the build.", fill: Some(fill), ..ModuleDef::EMPTY }
}

fn fill(vm: &Vm, module: &Obj<Module>) -> Result<(), Raised> {
    let vars = vm.new_dict()?;
    for name in ["CONFIG_ARGS", "CFLAGS", "PY_CFLAGS"] {
        vars.set_named(vm, name, vm.str("")?)?;
    }
    // (There are no extension modules; installers take the name of the ABI from here.)
    vars.set_named(vm, "SOABI", vm.str("taipan-311")?)?;
    vars.set_named(vm, "EXT_SUFFIX", vm.str(".taipan-311.so")?)?;
    for (name, value) in [("Py_DEBUG", 0), ("Py_ENABLE_SHARED", 0), ("WITH_DOC_STRINGS", 1)] {
        vars.set_named(vm, name, vm.int(value)?)?;
    }
    module.dict.set_named(vm, "build_time_vars", vars)
}
