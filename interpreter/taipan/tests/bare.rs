//! The crate without its features: the language and the natives are there, the library in Python is not.
//! `.ci/run` runs this with `--no-default-features`.

use taipan::Interpreter;

#[test]
fn the_language_and_the_natives_are_there() {
    let python = Interpreter::new().expect("an interpreter");
    python
        .exec("import math, sys, itertools, _socket\nx = [math.floor(i / 2) for i in range(5)]")
        .expect("it runs");
    assert_eq!(python.get::<Vec<i64>>("x").expect("a list"), [0, 0, 1, 1, 2]);
}

#[test]
fn the_library_comes_with_its_feature() {
    let python = Interpreter::new().expect("an interpreter");
    let found = python.exec("import textwrap");
    if cfg!(feature = "batteries") {
        found.expect("it is embedded");
    } else {
        let error = found.expect_err("no library");
        assert_eq!(error.type_name(), "ModuleNotFoundError");
    }
}
