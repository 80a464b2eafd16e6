//! A plugin that is replaced while the program runs: its state stays, its code is new.

use taipan::{Handle, Interpreter, Module, Vm};

const FIRST: &str = "
import host
seen = []
def handle(event):
    seen.append(event)
    return f'{event}: {host.version}'
";

const SECOND: &str = "
import host
seen = []
def handle(event):
    seen.append(event)
    return f'{event.upper()} after {len(seen) - 1}'
";

pub fn main() -> Result<(), taipan::Error> {
    let host = Module::new("host")
        .value("version", "1.0")
        .function("log", |_: &Vm, text: String| println!("plugin: {text}"));
    let python = Interpreter::builder().module(host).build()?;

    let plugin = python.load_module("plugin", FIRST)?;
    assert_eq!(python.call_method::<String>(&plugin, "handle", ("start",))?, "start: 1.0");

    // Text that does not compile leaves the old plugin in place.
    let error = python.load_module("plugin", "def handle(event:\n").unwrap_err();
    assert_eq!(error.type_name(), "SyntaxError");
    let same = python.import("plugin")?;
    assert_eq!(python.call_method::<String>(&same, "handle", ("again",))?, "again: 1.0");

    let seen: Handle = python.get_attr(&plugin, "seen")?;
    let plugin = python.load_module("plugin", SECOND)?;
    python.set_attr(&plugin, "seen", seen)?;
    assert_eq!(python.call_method::<String>(&plugin, "handle", ("stop",))?, "STOP after 2");
    Ok(())
}
