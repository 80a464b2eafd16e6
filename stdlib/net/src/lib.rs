//! The networking modules of chapter 18.
