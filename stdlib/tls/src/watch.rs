//! The records and messages of a connection, in the order and the pieces in which OpenSSL shows them.
//!
//! rustls shows none. Records in the clear are read off the wire; of the others the ciphers of the suites tell, which
//! are wrapped for connections that are watched, and for no others. What a cipher tells is taken when its record
//! passes on the wire. Data of the program is not kept.

use std::cell::RefCell;
use std::collections::VecDeque;

use rustls::crypto::cipher::{
    InboundOpaqueMessage, InboundPlainMessage, MessageDecrypter, MessageEncrypter,
    OutboundOpaqueMessage, OutboundPlainMessage,
};
use rustls::{ContentType, Error, ProtocolVersion};

const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;

/// OpenSSL's numbers for the head of a record, and for the kind of what is encrypted in it.
const HEADER: u16 = 0x100;
const INNER_CONTENT_TYPE: u16 = 0x101;

const TLS12: u16 = 0x303;
const TLS13: u16 = 0x304;

type Head = [u8; 5];

/// Something that was seen.
pub struct Seen {
    pub is_sent: bool,
    pub version: u16,
    /// The kind of a record, or one of OpenSSL's numbers.
    pub kind: u16,
    pub data: Vec<u8>,
}

/// What was encrypted in a record.
struct Sealed {
    head: Head,
    /// Whether the kind is encrypted as well.
    hides_kind: bool,
    kind: u8,
    body: Vec<u8>,
}

#[derive(Default)]
struct Side {
    /// The beginning of a record.
    wire: Vec<u8>,
    /// Of records that have not passed on the wire.
    sealed: VecDeque<Sealed>,
    /// The beginning of a message.
    message: Vec<u8>,
    is_changed: bool,
}

/// What is watched of a connection.
pub(crate) struct Watch {
    received: Side,
    sent: Side,
    /// The newest version that this side talks.
    newest: u16,
    seen: Vec<Seen>,
    /// How many of the engine's own bytes were seen when they could not be sent.
    pub(crate) kept: usize,
}

thread_local! {
    /// What is received and sent in a step of a connection that is watched.
    static SEALED: RefCell<Option<[VecDeque<Sealed>; 2]>> = const { RefCell::new(None) };
}

/// Runs a step of a connection.
pub(crate) fn during<R>(watch: &mut Option<Box<Watch>>, step: impl FnOnce() -> R) -> R {
    let Some(watch) = watch else { return step() };
    let sides = [&mut watch.received, &mut watch.sent].map(|side| std::mem::take(&mut side.sealed));
    SEALED.set(Some(sides));
    let result = step();
    if let Some([received, sent]) = SEALED.take() {
        (watch.received.sealed, watch.sent.sealed) = (received, sent);
    }
    result
}

impl Watch {
    pub(crate) fn new(tls13: bool) -> Watch {
        let newest = if tls13 { TLS13 } else { TLS12 };
        let (received, sent) = Default::default();
        Watch { received, sent, newest, seen: Vec::new(), kept: 0 }
    }

    pub(crate) fn take(&mut self) -> Vec<Seen> {
        std::mem::take(&mut self.seen)
    }

    /// Bytes have passed on the wire.
    pub(crate) fn see(&mut self, is_sent: bool, bytes: &[u8], agreed: Option<ProtocolVersion>) {
        let agreed = agreed.map_or(self.newest, u16::from);
        let side = if is_sent { &mut self.sent } else { &mut self.received };
        let mut tell = |version, kind, data: &[u8]| {
            self.seen.push(Seen { is_sent, version, kind, data: data.to_vec() });
        };
        side.wire.extend_from_slice(bytes);
        while let Some((head, body)) = side.wire.split_first_chunk::<5>() {
            let len = usize::from(head[3]) << 8 | usize::from(head[4]);
            let Some(body) = body.get(..len) else { break };
            tell(u16::from(head[1]) << 8 | u16::from(head[2]), HEADER, head);
            let is_next = side.sealed.front().is_some_and(|sealed| sealed.head == *head);
            let sealed = if is_next { side.sealed.pop_front() } else { None };
            let (kind, body) = match &sealed {
                Some(sealed) => {
                    if sealed.hides_kind {
                        let version = if is_sent { TLS12 } else { agreed };
                        tell(version, INNER_CONTENT_TYPE, &[sealed.kind]);
                    }
                    (sealed.kind, &sealed.body[..])
                }
                // After a failure nothing is decrypted any more.
                None if side.is_changed && !is_hello(body) => (APPLICATION_DATA, body),
                None => (head[0], body),
            };
            match kind {
                CHANGE_CIPHER_SPEC => {
                    side.is_changed = true;
                    // OpenSSL shows it on its way out only.
                    if is_sent {
                        tell(agreed, kind.into(), body);
                    }
                }
                ALERT if body.len() == 2 => tell(agreed, kind.into(), body),
                HANDSHAKE => {
                    side.message.extend_from_slice(body);
                    while let Some(len) = message_len(&side.message)
                        && let Some(message) = side.message.get(..len)
                    {
                        // Which version it is to be is not known yet.
                        let version = match (message[0], is_sent) {
                            (1, false) => TLS13,
                            (1, true) | (2, false) => self.newest,
                            _ => agreed,
                        };
                        tell(version, kind.into(), message);
                        side.message.drain(..len);
                    }
                }
                _ => {}
            }
            side.wire.drain(..5 + len);
        }
    }
}

/// With its head.
fn message_len(bytes: &[u8]) -> Option<usize> {
    let &[_, high, middle, low, ..] = bytes else { return None };
    Some(4 + (usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)))
}

/// After a HelloRetryRequest there is one more of each in the clear.
fn is_hello(body: &[u8]) -> bool {
    matches!(body.first(), Some(1 | 2)) && message_len(body) == Some(body.len())
}

/// What a cipher tells: `side` is 1 for what is sent.
fn note(side: usize, sealed: Sealed) {
    SEALED.with_borrow_mut(|sides| {
        if let Some(side) = sides.as_mut().and_then(|sides| sides.get_mut(side)) {
            side.push_back(sealed);
        }
    });
}

fn head(kind: ContentType, version: ProtocolVersion, len: usize) -> Head {
    let ([major, minor], [high, low]) =
        (u16::from(version).to_be_bytes(), (len as u16).to_be_bytes());
    [kind.into(), major, minor, high, low]
}

fn kept(kind: ContentType, body: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
    if kind == ContentType::ApplicationData { Vec::new() } else { body() }
}

fn is_on() -> bool {
    SEALED.with_borrow(Option::is_some)
}

/// A cipher that tells what it encrypts, if the connection is watched.
pub(crate) fn encrypter(
    inner: Box<dyn MessageEncrypter>,
    hides_kind: bool,
) -> Box<dyn MessageEncrypter> {
    if is_on() { Box::new(Encrypter { inner, hides_kind }) } else { inner }
}

struct Encrypter {
    inner: Box<dyn MessageEncrypter>,
    hides_kind: bool,
}

impl MessageEncrypter for Encrypter {
    fn encrypt(
        &mut self,
        msg: OutboundPlainMessage<'_>,
        seq: u64,
    ) -> Result<OutboundOpaqueMessage, Error> {
        let (kind, body) = (msg.typ, kept(msg.typ, || msg.payload.to_vec()));
        let made = self.inner.encrypt(msg, seq)?;
        let head = head(made.typ, made.version, made.payload.as_ref().len());
        note(1, Sealed { head, hides_kind: self.hides_kind, kind: kind.into(), body });
        Ok(made)
    }

    fn encrypted_payload_len(&self, payload_len: usize) -> usize {
        self.inner.encrypted_payload_len(payload_len)
    }
}

/// A cipher that tells what it decrypts, if the connection is watched.
pub(crate) fn decrypter(
    inner: Box<dyn MessageDecrypter>,
    hides_kind: bool,
) -> Box<dyn MessageDecrypter> {
    if is_on() { Box::new(Decrypter { inner, hides_kind }) } else { inner }
}

struct Decrypter {
    inner: Box<dyn MessageDecrypter>,
    hides_kind: bool,
}

impl MessageDecrypter for Decrypter {
    fn decrypt<'a>(
        &mut self,
        msg: InboundOpaqueMessage<'a>,
        seq: u64,
    ) -> Result<InboundPlainMessage<'a>, Error> {
        let head = head(msg.typ, msg.version, msg.payload.len());
        let plain = self.inner.decrypt(msg, seq)?;
        let body = kept(plain.typ, || plain.payload.to_vec());
        note(0, Sealed { head, hides_kind: self.hides_kind, kind: plain.typ.into(), body });
        Ok(plain)
    }
}
