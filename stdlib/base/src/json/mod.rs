//! The module _json: the quick half of the package json.

mod decode;
mod encode;

use crate::support::{Object, Raised, Res, Vm, natives};
use taipan_core::native::ModuleDef;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_json",
    doc: "What JSON spends its time on: reading values, writing values, strings.",
    functions: natives![
        encode::encode_basestring_ascii,
        encode::encode_basestring,
        decode::scanstring
    ],
    fill: Some(|vm, module| {
        let encoder = vm.type_of_spec(&encode::ENCODER)?;
        module.dict.set_named(vm, "make_encoder", encoder)?;
        let scanner = vm.type_of_spec(&decode::SCANNER)?;
        module.dict.set_named(vm, "make_scanner", scanner)?;
        let own = vm.interp().state::<Own>();
        for name in ["encode_basestring_ascii", "encode_basestring"] {
            let function = module.dict.get_named(vm, name);
            own.0.borrow_mut().extend(function);
        }
        Ok(())
    }),
    ..ModuleDef::EMPTY
};

/// The functions that encode strings, as objects: the ASCII one first.
#[derive(Default)]
struct Own(std::cell::RefCell<Vec<Object>>);

/// Whether a function is one of this module that encodes strings, and if so, whether to ASCII.
fn own_function(vm: &Vm, function: &Object) -> Res<Option<bool>> {
    let own = vm.interp().state::<Own>();
    let at = own.0.borrow().iter().position(|f| f.is(function));
    Ok(at.map(|at| at % 2 == 0))
}

fn not_a_string(vm: &Vm, object: &Object) -> Raised {
    vm.type_error(format_args!("first argument must be a string, not {}", vm.type_name(object)))
}
