//! The program `taipan`.

fn main() {
    let code = taipan::cli::main();
    std::process::exit(code);
}
