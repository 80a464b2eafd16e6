use std::rc::Rc;
use taipan_core::native;
use taipan_core::vm::{Vm, Res, start};
use taipan_core::object::*;
fn go(vm: &Vm, path: &str) -> Res<()> {
    let sys = vm.new_module("sys", None)?;
    let out = vm.new_module("stdout", None)?;
    out.set(vm, "write", native::function(vm, "write", |_: &Vm, s: String| { print!("{s}"); })?)?;
    out.set(vm, "flush", native::function(vm, "flush", |_: &Vm| {})?)?;
    sys.set(vm, "stdout", out.into_object())?;
    vm.interp().sys.set(sys.dict.clone().into_object());
    vm.interp().modules.get_as::<Dict>().unwrap().set_named(vm, "sys", sys)?;
    vm.add_modules(taipan_stdlib::MODULES);
    let text = std::fs::read(path).unwrap();
    let c = match taipan_core::compile::compile_source(&text, path, &Default::default()) {
        Ok(c) => c,
        Err(e) => { println!("{e:?}"); return Ok(()); }
    };
    let main = vm.new_module("__main__", None)?;
    vm.interp().modules.get_as::<Dict>().unwrap().set_named(vm, "__main__", main.clone())?;
    taipan_core::vm::code::run_module(vm, Rc::new(c.unit), &main.dict)?;
    Ok(())
}
fn main() {
    let vm = start::start(start::HashSeed::Fixed(0), 6 << 20).unwrap();
    let path = std::env::args().nth(1).unwrap();
    if let Err(r) = go(&vm, &path) {
        let e = vm.take_raised(r);
        let n = vm.type_name(&e);
        let s = match vm.to_str(&e) { Ok(s) => s.to_string_lossy(), Err(_) => "<str failed>".into() };
        println!("UNCAUGHT {n}: {s}");
        std::process::exit(1);
    }
}
