//! The networking modules of chapter 18.

use taipan_core::native::ModuleDef;

pub mod asynchat;
pub mod asyncio;
pub mod asyncore;
pub mod mmap;
pub mod policy;
pub mod select;
pub mod selectors;
pub mod signal;
pub mod socket;
#[cfg(any(feature = "tls", feature = "tls-ring"))]
pub mod ssl;
mod support;

/// The tables of all modules of this crate.
#[rustfmt::skip] // one line each, so that additions do not touch each other
pub static MODULES: &[&ModuleDef] = &[
    &asynchat::MODULE,
    &asyncio::MODULE,
    &asyncore::MODULE,
    &mmap::MODULE,
    &select::MODULE,
    &selectors::MODULE,
    &selectors::SELECTORS_MODULE,
    &signal::MODULE,
    &signal::SIGNAL_MODULE,
    &socket::MODULE,
    &socket::SOCKET_MODULE,
    #[cfg(any(feature = "tls", feature = "tls-ring"))]
    &ssl::MODULE,
    #[cfg(any(feature = "tls", feature = "tls-ring"))]
    &ssl::SSL_MODULE,
];
