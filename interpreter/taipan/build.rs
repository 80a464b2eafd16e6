//! How the program is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=startup.ld");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
    let linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    let is_static = std::env::var("CARGO_CFG_TARGET_FEATURE")
        .is_ok_and(|list| list.split(',').any(|feature| feature == "crt-static"));
    if !linux || is_static {
        return;
    }
    // Without -pie the linker settles all addresses. With it the loader would write 26,000 of them into
    // static tables at every start: 160 pages and half a millisecond, a third of the whole start.
    // (Debian's CPython is linked so too; libraries, stack and heap are placed at random as ever.)
    println!("cargo:rustc-link-arg-bins=-no-pie");
    // The functions that run at the start lie together: see scripts/dev/startup_order.py. Linkers that
    // somebody chose (mold, gold) may not know the command.
    let flags = std::env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let chosen = std::env::var_os("RUSTC_LINKER").is_some() || flags.contains("link");
    if is("TARGET", "x86_64-unknown-linux-gnu") && !chosen {
        let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{folder}/startup.ld");
        own_unwinder();
    }
}

/// Take gcc's unwinder into the program instead of loading a library for it at each start: std asks for
/// `-lgcc_s`, and finds a linker script of that name first.
fn own_unwinder() {
    let found = std::process::Command::new("cc").arg("-print-file-name=libgcc_eh.a").output();
    let Ok(found) = found else { return };
    let path = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    let Some(folder) = std::env::var_os("OUT_DIR") else { return };
    let script = std::path::Path::new(&folder).join("libgcc_s.so");
    // Without the file `cc` gives the bare name back.
    if path.starts_with('/') && std::fs::write(script, "INPUT(-lgcc_eh)\n").is_ok() {
        println!("cargo:rustc-link-search=native={}", folder.display());
    }
}
