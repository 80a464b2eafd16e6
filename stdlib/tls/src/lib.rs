//! TLS as Python's module ssl wants it, over rustls. Knows no Python.
//!
//! | file          | holds                                                                    |
//! |---------------|--------------------------------------------------------------------------|
//! | `engine`      | one connection as a machine without sockets                              |
//! | `context`     | what connections have in common                                          |
//! | `own`         | the certificates and keys of this side, and which of them is used        |
//! | `session`     | sessions that a client goes on with                                      |
//! | `verify`      | whether a chain of certificates is to be trusted, as OpenSSL decides it  |
//! | `strict`      | what VERIFY_X509_STRICT asks for beyond                                  |
//! | `revocation`  | whether certificates are revoked                                         |
//! | `constraints` | name constraints of CAs                                                  |
//! | `kinds`       | kinds of keys and signatures, and how strong they are                    |
//! | `hostname`    | whether a certificate is for a host                                      |
//! | `store`       | trusted certificates, lists of revoked ones, folders of them             |
//! | `x509`, `der` | reading certificates; `extensions`, `names`, `crl`: parts of them        |
//! | `describe`    | what `getpeercert()` tells                                               |
//! | `pem`, `keys` | reading files, and keys that need a password                             |
//! | `ciphers`     | suites by OpenSSL's names, the language of their lists                   |
//! | `finished`    | what channel bindings are made of                                        |
//! | `plain`       | where decrypted bytes go                                                 |
//! | `watch`       | the records and messages of a connection, for those who debug it         |
//! | `pss`, `p521` | keys and a curve that rustls leaves out                                  |
//! | `failure`     | errors in OpenSSL's words                                                |
//! | `provider`    | the cryptography                                                         |
//!
//! Apart from the modules because it is built with neither the interpreter nor the network, is tested without
//! them, and can be fed with hostile bytes directly.

pub mod ciphers;
mod constraints;
pub mod context;
mod crl;
pub mod der;
pub mod describe;
pub mod engine;
pub mod extensions;
pub mod failure;
mod finished;
pub mod hostname;
pub mod keys;
mod kinds;
mod names;
pub mod oids;
pub mod own;
#[cfg(feature = "aws-lc")]
mod p521;
pub mod pem;
mod plain;
pub mod provider;
mod pss;
mod revocation;
pub mod session;
pub mod store;
mod strict;
pub mod verify;
pub mod watch;
pub mod x509;

pub use rustls::NamedGroup;
