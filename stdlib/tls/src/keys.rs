//! Private keys: which blocks hold one, and how a password opens them.
//!
//! Three forms: PKCS#8 (plain, or encrypted as PKCS#5 says with AES or 3DES in CBC, the key made by PBKDF2 or
//! scrypt), PKCS#1 and SEC1, and the old encrypted form with `DEK-Info` (the key made by MD5).
//!
//! **Invariant:** how much work and memory a file may ask for is limited; decrypted bytes are wiped when dropped by
//! their owner in rustls or here.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockDecryptMut, KeyIvInit};
use des::TdesEde3;
use md5::{Digest, Md5};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use crate::der::{Malformed, Reader, tag};
use crate::pem::Block;

/// More rounds than anybody makes keys with, and still done in seconds.
const MOST_ROUNDS: u32 = 10_000_000;

/// Whether a block is a private key.
pub fn is_key(block: &Block) -> bool {
    matches!(
        block.label.as_str(),
        "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY"
    )
}

/// Whether a password is needed.
pub fn is_encrypted(block: &Block) -> bool {
    block.label == "ENCRYPTED PRIVATE KEY"
        || block
            .headers
            .iter()
            .any(|(name, value)| name == "Proc-Type" && value.contains("ENCRYPTED"))
}

/// The key of a block; the password is for those that are encrypted.
pub fn open(block: Block, password: &[u8]) -> Result<PrivateKeyDer<'static>, Malformed> {
    let encrypted = is_encrypted(&block);
    if block.label == "ENCRYPTED PRIVATE KEY" {
        return Ok(PrivatePkcs8KeyDer::from(open_pkcs8(&block.der, password)?).into());
    }
    let der = if encrypted { open_traditional(&block, password)? } else { block.der };
    // What a wrong password gives is no sequence.
    Reader(&der).sequence()?;
    Ok(match block.label.as_str() {
        "RSA PRIVATE KEY" => PrivatePkcs1KeyDer::from(der).into(),
        "EC PRIVATE KEY" => PrivateSec1KeyDer::from(der).into(),
        _ => PrivatePkcs8KeyDer::from(der).into(),
    })
}

/// `DEK-Info: AES-256-CBC,IV`: the key is made of the password and the IV by MD5.
fn open_traditional(block: &Block, password: &[u8]) -> Result<Vec<u8>, Malformed> {
    let info = block.headers.iter().find(|(name, _)| name == "DEK-Info").ok_or(Malformed)?;
    let (name, iv) = info.1.split_once(',').ok_or(Malformed)?;
    let iv = hex(iv.trim()).ok_or(Malformed)?;
    let cipher = match name {
        "AES-128-CBC" => Cipher::Aes128,
        "AES-192-CBC" => Cipher::Aes192,
        "AES-256-CBC" => Cipher::Aes256,
        "DES-EDE3-CBC" => Cipher::Tdes,
        _ => return Err(Malformed),
    };
    let salt = iv.get(..8).ok_or(Malformed)?;
    let mut key: Vec<u8> = Vec::with_capacity(48);
    let mut last: Vec<u8> = Vec::new();
    while key.len() < cipher.key_len() {
        last = Md5::new()
            .chain_update(&last)
            .chain_update(password)
            .chain_update(salt)
            .finalize()
            .to_vec();
        key.extend_from_slice(&last);
    }
    key.truncate(cipher.key_len());
    cipher.decrypt(&key, &iv, &block.der)
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0 && digits.len() <= 64)?;
    Some(digits.chunks_exact(2).map(|two| two[0] << 4 | two[1]).collect())
}

#[derive(Clone, Copy)]
enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    Tdes,
}

impl Cipher {
    fn key_len(self) -> usize {
        match self {
            Cipher::Aes128 => 16,
            Cipher::Aes192 | Cipher::Tdes => 24,
            Cipher::Aes256 => 32,
        }
    }

    fn decrypt(self, key: &[u8], iv: &[u8], data: &[u8]) -> Result<Vec<u8>, Malformed> {
        match self {
            Cipher::Aes128 => decrypt_with::<Aes128>(key, iv, data),
            Cipher::Aes192 => decrypt_with::<Aes192>(key, iv, data),
            Cipher::Aes256 => decrypt_with::<Aes256>(key, iv, data),
            Cipher::Tdes => decrypt_with::<TdesEde3>(key, iv, data),
        }
    }
}

fn decrypt_with<C>(key: &[u8], iv: &[u8], data: &[u8]) -> Result<Vec<u8>, Malformed>
where
    C: cbc::cipher::BlockCipher + cbc::cipher::BlockDecryptMut,
    cbc::Decryptor<C>: KeyIvInit + BlockDecryptMut,
{
    let decryptor = cbc::Decryptor::<C>::new_from_slices(key, iv).map_err(|_| Malformed)?;
    decryptor.decrypt_padded_vec_mut::<Pkcs7>(data).map_err(|_| Malformed)
}

// Identifiers of PKCS#5.
const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
const SCRYPT: &[u8] = &[0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 11];
const HMAC_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 7];
const HMAC_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9];
const HMAC_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 10];
const HMAC_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 11];
const AES_128: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 2];
const AES_192: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 22];
const AES_256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42];
const DES_EDE3: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 3, 7];

fn open_pkcs8(der: &[u8], password: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut outer = Reader(der).sequence()?;
    let mut algorithm = outer.sequence()?;
    let data = outer.expect(tag::OCTET_STRING)?.body;
    if algorithm.expect(tag::OID)?.body != PBES2 {
        return Err(Malformed);
    }
    let mut parts = algorithm.sequence()?;
    let (mut derivation, mut scheme) = (parts.sequence()?, parts.sequence()?);
    let cipher = match scheme.expect(tag::OID)?.body {
        AES_128 => Cipher::Aes128,
        AES_192 => Cipher::Aes192,
        AES_256 => Cipher::Aes256,
        DES_EDE3 => Cipher::Tdes,
        _ => return Err(Malformed),
    };
    let iv = scheme.expect(tag::OCTET_STRING)?.body;
    let mut key = vec![0; cipher.key_len()];
    match derivation.expect(tag::OID)?.body {
        PBKDF2 => by_pbkdf2(derivation.sequence()?, password, &mut key)?,
        SCRYPT => by_scrypt(derivation.sequence()?, password, &mut key)?,
        _ => return Err(Malformed),
    }
    let plain = cipher.decrypt(&key, iv, data)?;
    Reader(&plain).sequence()?;
    Ok(plain)
}

fn by_pbkdf2(mut parts: Reader<'_>, password: &[u8], key: &mut [u8]) -> Result<(), Malformed> {
    let salt = parts.expect(tag::OCTET_STRING)?.body;
    let rounds = parts.small()?;
    parts.optional(tag::INTEGER)?;
    if rounds == 0 || rounds > MOST_ROUNDS {
        return Err(Malformed);
    }
    let hash = match parts.optional(tag::SEQUENCE)? {
        Some(item) => item.inner().expect(tag::OID)?.body,
        None => HMAC_SHA1,
    };
    match hash {
        HMAC_SHA1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, rounds, key),
        HMAC_SHA256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, rounds, key),
        HMAC_SHA384 => pbkdf2::pbkdf2_hmac::<Sha384>(password, salt, rounds, key),
        HMAC_SHA512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, rounds, key),
        _ => return Err(Malformed),
    }
    Ok(())
}

fn by_scrypt(mut parts: Reader<'_>, password: &[u8], key: &mut [u8]) -> Result<(), Malformed> {
    let salt = parts.expect(tag::OCTET_STRING)?.body;
    let (n, r, p) = (parts.small()?, parts.small()?, parts.small()?);
    // As OpenSSL: at most 32 MiB.
    let memory = u64::from(n).checked_mul(u64::from(r)).and_then(|m| m.checked_mul(128));
    let fits = memory.is_some_and(|m| m <= 32 << 20) && u64::from(r) * u64::from(p) <= 1 << 12;
    if !n.is_power_of_two() || n < 2 || !fits {
        return Err(Malformed);
    }
    let params =
        scrypt::Params::new(n.trailing_zeros() as u8, r, p, key.len()).map_err(|_| Malformed)?;
    scrypt::scrypt(password, salt, &params, key).map_err(|_| Malformed)
}
