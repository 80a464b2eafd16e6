//! The pure-Python library as embedded bytecode.
