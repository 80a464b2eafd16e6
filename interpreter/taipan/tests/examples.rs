//! Every example runs to its end.

macro_rules! examples {
    ($($name:ident $path:literal;)*) => {$(
        #[path = $path]
        mod $name;
    )*};
}
examples! {
    rules "../examples/rules.rs";
    host_class "../examples/host_class.rs";
    captured_output "../examples/captured_output.rs";
    plugin "../examples/plugin.rs";
    two_threads "../examples/two_threads.rs";
    show_error "../examples/show_error.rs";
}

#[test]
fn all_run() {
    rules::main().unwrap();
    host_class::main().unwrap();
    captured_output::main().unwrap();
    plugin::main().unwrap();
    two_threads::main().unwrap();
    show_error::main().unwrap();
}
