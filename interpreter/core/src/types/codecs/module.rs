//! The module `_codecs`.
