use std::rc::Rc;
use taipan_core::{compile, object::*, vm};
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let src = std::fs::read(&path).unwrap();
    let c = match compile::compile_source(&src, &path, &Default::default()) {
        Ok(c) => c,
        Err(e) => {
            println!("{e:?}");
            return;
        }
    };
    if std::env::args().nth(2).is_some() {
        println!("{}", compile::disassemble(&c.unit));
    }
    let vm = vm::start::start(vm::start::HashSeed::Fixed(0), 6 << 20).unwrap();
    let g = vm.new_dict().ok().unwrap();
    let _ = g.set_named(&vm, "__name__", vm.intern("__main__").into_object());
    match vm::code::run_module(&vm, Rc::new(c.unit), &g) {
        Ok(_) => {}
        Err(r) => {
            let e = vm.take_raised(r);
            let mut tb = e.downcast::<Exception>().and_then(|x| x.traceback.get_as::<Traceback>());
            while let Some(t) = tb {
                let f = t.frame.get_as::<vm::frame_object::FrameObject>();
                println!(
                    "  line {} in {}",
                    t.line.get(),
                    f.map_or(String::new(), |f| f.code.name.to_string_lossy())
                );
                tb = t.next.get_as::<Traceback>();
            }
            let s = vm.to_str(&e).map(|s| s.to_string_lossy());
            println!("{}: {}", vm.type_name(&e), s.unwrap_or_default());
        }
    }
}
