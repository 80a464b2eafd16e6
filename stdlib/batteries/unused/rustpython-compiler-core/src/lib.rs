//! Empty. Of `rustpython-pylib` we want the folder of Python sources; it uses this crate only with a feature
//! that we do not switch on, and building the real one would take longer than all of ours (see
//! `[patch.crates-io]` in the workspace's Cargo.toml).
