//! How the program is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
    // Without -pie the linker settles all addresses. With it the loader would write 26,000 of them into
    // static tables at every start: 160 pages and half a millisecond, a third of the whole start.
    // (Debian's CPython is linked so too; libraries, stack and heap are placed at random as ever.)
    let fixed = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    let is_static = std::env::var("CARGO_CFG_TARGET_FEATURE")
        .is_ok_and(|list| list.split(',').any(|feature| feature == "crt-static"));
    if fixed && !is_static {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
