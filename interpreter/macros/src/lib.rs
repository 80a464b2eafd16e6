//! #[native] and its kin.
