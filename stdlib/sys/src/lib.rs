//! System calls as safe Rust; knows no Python.
