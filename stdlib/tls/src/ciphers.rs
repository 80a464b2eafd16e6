//! Cipher suites by OpenSSL's names, and OpenSSL's language for lists of them.
//!
//! Only the suites of TLS 1.2 can be chosen; those of TLS 1.3 are always on, as they are in CPython.

use rustls::{CipherSuite, SupportedCipherSuite};

use crate::provider;

/// What is told of a suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// OpenSSL's name.
    pub name: &'static str,
    pub id: u16,
    pub is_tls13: bool,
    pub bits: u32,
    pub digest: Option<&'static str>,
    pub symmetric: &'static str,
    pub key_exchange: &'static str,
    pub auth: &'static str,
    /// Words that select it.
    words: &'static [&'static str],
    /// As `openssl ciphers -v` shows it.
    pub enc: &'static str,
}

macro_rules! suite {
    ($name:literal, $id:literal, $bits:literal, $symmetric:literal, $enc:literal, $words:expr) => {
        Description {
            name: $name,
            id: $id,
            is_tls13: true,
            bits: $bits,
            digest: None,
            symmetric: $symmetric,
            key_exchange: "kx-any",
            auth: "auth-any",
            words: $words,
            enc: $enc,
        }
    };
    ($name:literal, $id:literal, $bits:literal, $symmetric:literal, $enc:literal, $auth:literal, $words:expr) => {
        Description {
            name: $name,
            id: $id,
            is_tls13: false,
            bits: $bits,
            digest: None,
            symmetric: $symmetric,
            key_exchange: "kx-ecdhe",
            auth: $auth,
            words: $words,
            enc: $enc,
        }
    };
}

/// Every suite, in OpenSSL's order of preference.
pub const ALL: &[Description] = &[
    suite!("TLS_AES_256_GCM_SHA384", 0x1302, 256, "aes-256-gcm", "AESGCM(256)", &[]),
    suite!(
        "TLS_CHACHA20_POLY1305_SHA256",
        0x1303,
        256,
        "chacha20-poly1305",
        "CHACHA20/POLY1305(256)",
        &[]
    ),
    suite!("TLS_AES_128_GCM_SHA256", 0x1301, 128, "aes-128-gcm", "AESGCM(128)", &[]),
    suite!(
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        0xc02c,
        256,
        "aes-256-gcm",
        "AESGCM(256)",
        "auth-ecdsa",
        &["ECDSA", "aECDSA", "AES", "AES256", "AESGCM", "SHA384", "SUITEB192", "SUITEB128"]
    ),
    suite!(
        "ECDHE-RSA-AES256-GCM-SHA384",
        0xc030,
        256,
        "aes-256-gcm",
        "AESGCM(256)",
        "auth-rsa",
        &["RSA", "aRSA", "AES", "AES256", "AESGCM", "SHA384"]
    ),
    suite!(
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        0xcca9,
        256,
        "chacha20-poly1305",
        "CHACHA20/POLY1305(256)",
        "auth-ecdsa",
        &["ECDSA", "aECDSA", "CHACHA20"]
    ),
    suite!(
        "ECDHE-RSA-CHACHA20-POLY1305",
        0xcca8,
        256,
        "chacha20-poly1305",
        "CHACHA20/POLY1305(256)",
        "auth-rsa",
        &["RSA", "aRSA", "CHACHA20"]
    ),
    suite!(
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        0xc02b,
        128,
        "aes-128-gcm",
        "AESGCM(128)",
        "auth-ecdsa",
        &["ECDSA", "aECDSA", "AES", "AES128", "AESGCM", "SHA256", "SUITEB128", "SUITEB128ONLY"]
    ),
    suite!(
        "ECDHE-RSA-AES128-GCM-SHA256",
        0xc02f,
        128,
        "aes-128-gcm",
        "AESGCM(128)",
        "auth-rsa",
        &["RSA", "aRSA", "AES", "AES128", "AESGCM", "SHA256"]
    ),
];

/// Words that select every suite of TLS 1.2 there is.
const EVERYTHING: &[&str] = &[
    "ALL",
    "DEFAULT",
    "COMPLEMENTOFDEFAULT",
    "HIGH",
    "ECDHE",
    "EECDH",
    "kECDHE",
    "kEECDH",
    "ECDH",
    "FIPS",
    "TLSv1.2",
];

impl Description {
    /// The suite with this number.
    pub fn of(id: u16) -> Option<&'static Description> {
        ALL.iter().find(|suite| suite.id == id)
    }

    pub fn protocol(&self) -> &'static str {
        if self.is_tls13 { "TLSv1.3" } else { "TLSv1.2" }
    }

    /// A line as of `openssl ciphers -v`.
    pub fn line(&self) -> String {
        let kx = if self.is_tls13 { "any" } else { "ECDH" };
        let auth = match self.auth {
            "auth-ecdsa" => "ECDSA",
            "auth-rsa" => "RSA",
            _ => "any",
        };
        format!(
            "{:<30} {} Kx={kx:<8} Au={auth:<5} Enc={:<22} Mac=AEAD",
            self.name,
            self.protocol(),
            self.enc
        )
    }

    fn is_meant_by(&self, word: &str) -> bool {
        if self.is_tls13 {
            return false;
        }
        // `A+B`: what both select.
        word.split('+').all(|word| {
            self.name == word
                || (EVERYTHING.contains(&word) && word != "COMPLEMENTOFDEFAULT")
                || self.words.contains(&word)
        })
    }

    /// The suite in the provider.
    pub fn supported(&self) -> Option<SupportedCipherSuite> {
        let id = CipherSuite::from(self.id);
        provider::provider().cipher_suites.iter().copied().find(|suite| suite.suite() == id)
    }
}

/// All suites of TLS 1.2.
pub fn default_list() -> Vec<&'static Description> {
    ALL.iter().filter(|suite| !suite.is_tls13).collect()
}

/// The suites of TLS 1.2 that a list selects, in its order; None if there are none.
pub fn select(list: &str) -> Option<Vec<&'static Description>> {
    let mut active: Vec<&'static Description> = Vec::new();
    let mut banned: Vec<&'static Description> = Vec::new();
    for rule in list.split([':', ',', ' ', ';']).filter(|rule| !rule.is_empty()) {
        if let Some(command) = rule.strip_prefix('@') {
            if command == "STRENGTH" {
                active.sort_by_key(|suite| std::cmp::Reverse(suite.bits));
            } else if !command.starts_with("SECLEVEL=") {
                return None;
            }
            continue;
        }
        let (sign, word) = match rule.as_bytes().first() {
            Some(b'!' | b'-' | b'+') => rule.split_at(1),
            _ => ("", rule),
        };
        let meant = ALL.iter().filter(|suite| suite.is_meant_by(word));
        match sign {
            "!" => banned.extend(meant),
            "-" => active.retain(|suite| !suite.is_meant_by(word)),
            "+" => {
                let (moved, kept) = active.iter().partition(|suite| suite.is_meant_by(word));
                active = kept;
                active.extend::<Vec<_>>(moved);
            }
            _ => {
                let new: Vec<_> = meant.filter(|suite| !active.contains(suite)).collect();
                active.extend(new);
            }
        }
        active.retain(|suite| !banned.contains(suite));
    }
    if active.is_empty() { None } else { Some(active) }
}
