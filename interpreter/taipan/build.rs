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
    }
}
