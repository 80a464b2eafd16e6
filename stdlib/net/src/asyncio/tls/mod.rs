//! TLS over stream transports of ours: what `asyncio.sslproto` does over any others, in one object that is the protocol
//! of the transport below and the transport of the program's protocol.
//!
//! | file        | holds                                                             |
//! |-------------|-------------------------------------------------------------------|
//! | `state`     | the payload: what is known of a connection                        |
//! | `handshake` | from the transport's start to the program's `connection_made()`   |
//! | `reading`   | what is decrypted, and what the program's protocol is told of it  |
//! | `writing`   | what is encrypted, what is left to send, and the limits of that   |
//! | `ending`    | close, abort, errors, and the end                                 |
//! | `methods`   | what Python sees                                                  |
//!
//! The connection itself is that of the module ssl, and programs find it in `get_extra_info('ssl_object')`; only the
//! memory that an SSLObject reads and writes is left out. What the transport below receives goes from the loop's room
//! into the connection, what the connection encrypts goes from there to the socket. Which connections are made in this
//! way is decided in one place, `_protocol_for()` in `asyncio/sslproto.py`.
//!
//! **Invariant:** nothing of a connection is borrowed while Python runs: any callback may write, close, abort or raise.
//! **Invariant:** the program's protocol is told of the connection at most once, and of its end once if it was.
//! **Invariant:** while the program does not read, no more is decrypted than the limit of the read buffer and what one
//! turn receives.

mod ending;
mod handshake;
mod methods;
mod reading;
mod state;
mod writing;

pub(super) use methods::SPEC;
pub(super) use reading::received;
pub(super) use state::TlsTransport;

use crate::support::*;

/// The TLS connection that a transport's protocol is.
pub(super) fn of(protocol: &Object) -> Option<&Obj<TlsTransport>> {
    protocol.downcast::<TlsTransport>()
}
