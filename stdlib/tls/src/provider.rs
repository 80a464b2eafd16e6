//! The cryptography, chosen when the program is built.

use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;
use rustls::server::ProducesTickets;

use crate::finished;

#[cfg(feature = "aws-lc")]
use rustls::crypto::aws_lc_rs as chosen;
#[cfg(not(feature = "aws-lc"))]
use rustls::crypto::ring as chosen;

/// What it is called.
pub const NAME: &str = if cfg!(feature = "aws-lc") { "aws-lc" } else { "ring" };

/// The whole of it: made once, never changed.
pub fn provider() -> &'static Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    PROVIDER.get_or_init(|| {
        let mut made = chosen::default_provider();
        for suite in &mut made.cipher_suites {
            *suite = finished::listening(*suite);
        }
        #[cfg(feature = "aws-lc")]
        made.kx_groups.push(crate::p521::GROUP);
        Arc::new(made)
    })
}

/// Seals sessions for clients to bring back; None if there is no randomness for its key.
pub fn ticketer() -> Option<Arc<dyn ProducesTickets>> {
    chosen::Ticketer::new().ok()
}

/// Fills the bytes at random; false if the system has no randomness to give.
pub fn random(bytes: &mut [u8]) -> bool {
    provider().secure_random.fill(bytes).is_ok()
}
