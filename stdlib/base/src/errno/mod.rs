//! The module errno: names of error numbers.

use taipan_core::native::ModuleDef;
use taipan_core::object::Object;
use taipan_sys::errno::NAMES;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "errno",
    doc: "The numbers by which the system names what went wrong, such as ENOENT.\n\n\
          errorcode is a dict from the numbers back to the names.",
    fill: Some(|vm, module| {
        let names = vm.new_dict()?;
        for (name, number) in NAMES {
            let number = vm.int(*number)?;
            module.set(vm, name, &number)?;
            // Of two names for a number, these are the ones that CPython does not show.
            if !matches!(*name, "EWOULDBLOCK" | "EDEADLK" | "EOPNOTSUPP") {
                names.set(vm, &number, vm.str(name)?.into_object())?;
            }
        }
        module.set(vm, "errorcode", Object::from(names))
    }),
    ..ModuleDef::EMPTY
};
