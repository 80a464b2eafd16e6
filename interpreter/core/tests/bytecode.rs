//! Sources and their listings, side by side: `tests/bytecode/NAME.py` must compile to `NAME.txt`, and verify.
//!
//! After a wanted change of the compiler: `cargo run -p taipan-core --example frontend -- --dis NAME.py > NAME.txt`.

use std::path::Path;

use taipan_core::compile::{CompileOptions, compile_source, disassemble, verify};

#[test]
fn listings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bytecode");
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder of goldens").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "py") {
            continue;
        }
        let source = std::fs::read(&path).expect("a golden source");
        let compiled = compile_source(&source, "golden.py", &CompileOptions::default());
        let unit = compiled.expect("a golden source compiles").unit;
        assert_eq!(verify(&unit), Ok(()), "{}", path.display());
        let wanted = std::fs::read_to_string(path.with_extension("txt")).expect("its listing");
        assert_eq!(disassemble(&unit), wanted, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 4, "goldens are missing");
}
