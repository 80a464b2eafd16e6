//! Modules that CPython has in C.
