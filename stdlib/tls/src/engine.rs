//! One connection as a machine without sockets: bytes of the wire go in and out, and so do those of the program.
//!
//! A server's machine stops when it has read the client's first message and asks for the context to go on with:
//! between the two, `sni_callback` may run. Nothing in here calls anybody.
//!
//! **Invariant:** after a failure nothing is sent or decrypted any more but the alert about it; each later call
//! gives the same failure.

use std::io::{self, BufRead, Read, Write};
use std::mem::MaybeUninit;
use std::sync::Arc;

use rustls::client::ClientConnection;
use rustls::pki_types::ServerName;
use rustls::server::{Accepted, Acceptor, ServerConnection};
use rustls::{CommonState, Error, HandshakeKind, ProtocolVersion};

use crate::ciphers::Description;
use crate::context::{Context, calling};
use crate::failure::{Failure, alert_record, is_sent_alert, translate};
use crate::finished::Finished;
use crate::hostname::Host;
use crate::plain::Plain;
use crate::session::{Session, Store};
use crate::watch::{self, Seen, Watch};

/// A name for connections of which none is known; it is never sent.
const NOBODY: &str = "nobody.invalid";

/// The largest record in the wire.
const RECORD: usize = 16 * 1024 + 2048;

fn length(high: u8, low: u8) -> usize {
    usize::from(high) << 8 | usize::from(low)
}

enum State {
    Accepting(Box<Acceptor>),
    /// The client's first message has come.
    Hello(Box<Accepted>),
    Client(Box<ClientConnection>),
    Server(Box<ServerConnection>),
    /// Between two others, and after a failure before there was a connection.
    None,
}

/// How far the handshake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Done,
    /// More bytes have to come.
    NeedsInput,
    /// [`Engine::proceed`] or [`Engine::refuse`] is to be called.
    NeedsContext,
}

/// A connection.
pub struct Engine {
    state: State,
    is_server: bool,
    host: Option<Host>,
    failure: Option<Failure>,
    /// No more bytes will come.
    at_end: bool,
    sent_close: bool,
    /// The first bytes of all, till it is clear that they are TLS.
    head: Vec<u8>,
    is_tls: bool,
    /// Decrypted bytes that wait for the program.
    plain: Plain,
    /// Whether more will come, as rustls told after the last bytes of the wire.
    is_peer_done: bool,
    /// Alerts of our own.
    own: Vec<u8>,
    /// The suites that the client offers.
    offered_suites: Vec<u16>,
    /// The chain that was verified in this handshake.
    verified: Vec<Vec<u8>>,
    sessions: Arc<Store>,
    offered: Option<Session>,
    /// The messages that ended the handshake.
    finished: Finished,
    /// What is seen of it, if somebody wants to know.
    watch: Option<Box<Watch>>,
}

/// `conn` is whichever connection there is; otherwise the other expression counts.
macro_rules! connection {
    ($state:expr, $conn:ident => $then:expr, $otherwise:expr) => {
        match $state {
            State::Client($conn) => $then,
            State::Server($conn) => $then,
            _ => $otherwise,
        }
    };
}

impl Engine {
    /// A client's connection, to a host if its name is known.
    pub fn client(
        context: &mut Context,
        host: Option<&str>,
        session: Option<Session>,
    ) -> Result<Engine, Failure> {
        let sessions = Arc::new(session.as_ref().map_or_else(Store::default, Store::offering));
        let name = host.and_then(|host| ServerName::try_from(host.to_owned()).ok());
        let config = context.client(Arc::clone(&sessions), name.is_some())?;
        let name = match name {
            Some(name) => name,
            None => ServerName::try_from(NOBODY).map_err(|_| Failure::named("INTERNAL_ERROR"))?,
        };
        let mut made =
            ClientConnection::new(config, name).map_err(|error| translate(&error, false).0)?;
        made.set_buffer_limit(None);
        let state = State::Client(Box::new(made));
        Ok(Engine { host: host.map(Host::parse), offered: session, ..Engine::new(state, sessions) })
    }

    /// A server's connection.
    pub fn server() -> Engine {
        let state = State::Accepting(Box::default());
        Engine { is_server: true, ..Engine::new(state, Arc::default()) }
    }

    fn new(state: State, sessions: Arc<Store>) -> Engine {
        Engine {
            state,
            is_server: false,
            host: None,
            failure: None,
            at_end: false,
            sent_close: false,
            head: Vec::new(),
            is_tls: false,
            plain: Plain::default(),
            is_peer_done: false,
            own: Vec::new(),
            offered_suites: Vec::new(),
            verified: Vec::new(),
            sessions,
            offered: None,
            finished: Finished::default(),
            watch: None,
        }
    }

    /// From the beginning on [`Engine::take_seen`] shall tell what is received and sent.
    pub fn watch(&mut self, context: &Context) {
        self.watch = Some(Box::new(Watch::new(context.tls13)));
    }

    /// The records and messages that were seen since the last call.
    pub fn take_seen(&mut self) -> Vec<Seen> {
        self.watch.as_mut().map_or_else(Vec::new, |watch| watch.take())
    }

    fn see(&mut self, is_sent: bool, bytes: &[u8]) {
        let agreed = self.common().and_then(CommonState::protocol_version);
        if let Some(watch) = &mut self.watch {
            watch.see(is_sent, bytes, agreed);
        }
    }

    /// The failure that ended it, if the program has nothing left to read.
    fn check(&self) -> Result<(), Failure> {
        match &self.failure {
            Some(failure) => Err(failure.clone()),
            None => Ok(()),
        }
    }

    /// Ends it. What rustls wants to tell the other side in the clear gives way to what OpenSSL would tell.
    fn fail(&mut self, failure: Failure, alert: Option<u8>) {
        if self.failure.is_some() {
            return;
        }
        self.failure = Some(failure);
        let Some(code) = alert else { return };
        let early = connection!(&self.state, conn => conn.protocol_version().is_none(), true);
        if early {
            let mut waiting = Vec::new();
            self.drain_output(&mut waiting);
            let ends_with_alert =
                waiting.len() >= 7 && waiting[waiting.len() - 7..].starts_with(&[21, 3]);
            if ends_with_alert {
                waiting.truncate(waiting.len() - 7);
            }
            // A client that has heard nothing sensible talks as in its first message.
            let version = if self.is_server || (self.is_tls && code != 10) { 3 } else { 1 };
            waiting.extend_from_slice(&alert_record(version, code));
            self.own = waiting;
            self.state = State::None;
        }
    }

    /// Takes bytes of the wire: as many as it needs till there is something to read for the program, or till it
    /// can say no more. Gives how many.
    pub fn receive(&mut self, bytes: &[u8]) -> usize {
        self.receive_seen(bytes, |engine| engine.readable() == 0)
    }

    /// The same, but goes on when there is something to read: for those who read all of it next. What is not taken
    /// is for after the choice of a context, or for nobody.
    pub fn receive_all(&mut self, bytes: &[u8]) -> usize {
        let taken = self.receive_seen(bytes, |_| true);
        if taken < bytes.len() && !self.is_closed() && !self.needs_context() {
            self.fail(Failure::named("INTERNAL_ERROR"), Some(80));
        }
        taken
    }

    fn receive_seen(&mut self, bytes: &[u8], wants_more: impl Fn(&Engine) -> bool) -> usize {
        let taken = self.receive_while(bytes, wants_more);
        if let (true, Some(bytes)) = (self.watch.is_some(), bytes.get(..taken)) {
            self.see(false, bytes);
        }
        taken
    }

    fn receive_while(&mut self, bytes: &[u8], wants_more: impl Fn(&Engine) -> bool) -> usize {
        let mut rest = bytes;
        if !self.is_tls && !self.look_at_head(&mut rest) {
            return bytes.len() - rest.len();
        }
        loop {
            if self.failure.is_some() || self.is_closed() || !wants_more(self) {
                break;
            }
            let from_head = !self.head.is_empty();
            if !from_head && rest.is_empty() {
                break;
            }
            let mut head = std::mem::take(&mut self.head);
            let mut source = if from_head { &head[..] } else { rest };
            let before = source.len();
            let goes_on = self.receive_some(&mut source);
            let taken = before - source.len();
            if from_head {
                head.drain(..taken);
                self.head = head;
            } else {
                rest = &rest[taken..];
            }
            if !goes_on || taken == 0 {
                break;
            }
        }
        bytes.len() - rest.len()
    }

    /// Whether the first bytes are of TLS at all. False: not known yet, or no.
    fn look_at_head(&mut self, rest: &mut &[u8]) -> bool {
        loop {
            let wanted = match &self.head[..] {
                [21, 3, _, 0, 2, ..] => 7usize,
                // With the kind of the first message, if there is one.
                &[22, 3, _, high, low, ..] if (1..=RECORD).contains(&length(high, low)) => 6,
                _ => 5,
            };
            let missing = wanted.saturating_sub(self.head.len());
            if missing == 0 {
                break;
            }
            if rest.is_empty() {
                return false;
            }
            let (more, others) = rest.split_at(missing.min(rest.len()));
            self.head.extend_from_slice(more);
            *rest = others;
            // A client does not mind nothing.
            if !self.is_server
                && self.head.starts_with(&[22, 3])
                && self.head.get(3..5) == Some(&[0, 0])
            {
                self.head.clear();
            }
        }
        let &[kind, major, _, high, low, ..] = &self.head[..] else { return false };
        let level = self.head.get(5).copied().unwrap_or(2);
        let reason = match &self.head[..] {
            [b'G', b'E', b'T', b' ', ..] | [b'P', b'U', b'T', b' ', ..] | b"POST " | b"HEAD " => {
                Some(("HTTP_REQUEST", None))
            }
            b"CONNE" => Some(("HTTPS_PROXY_REQUEST", None)),
            _ if major != 3 => Some(("WRONG_VERSION_NUMBER", None)),
            _ if length(high, low) > RECORD => Some(("PACKET_LENGTH_TOO_LONG", Some(22))),
            _ if !(20..=23).contains(&kind) => Some(("UNEXPECTED_MESSAGE", Some(10))),
            &[21, _, _, _, _, 1, 0] if !self.is_server => {
                self.state = State::None;
                self.failure = Some(Failure::closed());
                return false;
            }
            &[22, _, _, _, _, message, ..] if !self.is_first(message) => {
                Some(("UNEXPECTED_MESSAGE", Some(10)))
            }
            _ if kind == 21 && !self.is_server && !matches!(level, 1 | 2) => {
                Some(("UNKNOWN_ALERT_TYPE", Some(47)))
            }
            _ => None,
        };
        match reason {
            None => self.is_tls = true,
            Some((reason, alert)) => {
                self.state = State::None;
                self.fail(Failure::named(reason), alert);
            }
        }
        self.is_tls
    }

    /// Whether a handshake of the other side may begin with this kind of message.
    fn is_first(&self, message: u8) -> bool {
        // A server may ask for what is about to happen anyway.
        if self.is_server { message == 1 } else { matches!(message, 0 | 2) }
    }

    /// Gives rustls some of the bytes; whether it can take more.
    fn receive_some(&mut self, source: &mut &[u8]) -> bool {
        match &mut self.state {
            State::Accepting(acceptor) => {
                if acceptor.read_tls(source).is_err() {
                    self.fail(Failure::named("INTERNAL_ERROR"), Some(80));
                    return false;
                }
                match acceptor.accept() {
                    Ok(None) => true,
                    Ok(Some(accepted)) => {
                        self.offered_suites = accepted
                            .client_hello()
                            .cipher_suites()
                            .iter()
                            .map(|s| u16::from(*s))
                            .collect();
                        self.state = State::Hello(Box::new(accepted));
                        false
                    }
                    Err((error, mut alert)) => {
                        let _ = alert.write_all(&mut self.own);
                        let (failure, code) = translate(&error, true);
                        if code.is_some() {
                            self.own.clear();
                        }
                        self.state = State::None;
                        self.fail(failure, code);
                        false
                    }
                }
            }
            State::Client(_) | State::Server(_) => {
                let state = &mut self.state;
                let mut step = || {
                    connection!(state, conn => {
                        // Nothing would be taken for the end.
                        let read = if source.is_empty() { Ok(0) } else { conn.read_tls(source) };
                        read.map(|_| conn.process_new_packets())
                    }, Ok(Err(Error::HandshakeNotComplete)))
                };
                let step = || calling(&self.host, || watch::during(&mut self.watch, &mut step));
                let (read, call) = self.plain.during(step);
                self.settle();
                self.finished.take();
                if !call.chain.is_empty() {
                    self.verified = call.chain.iter().map(|c| c.der.to_vec()).collect();
                }
                match read {
                    Ok(Ok(state)) => {
                        self.is_peer_done = state.peer_has_closed();
                        true
                    }
                    Ok(Err(error)) => {
                        self.fail_of(&error, call.fault);
                        false
                    }
                    // Too much is waiting for the program.
                    Err(_) => false,
                }
            }
            State::Hello(_) | State::None => false,
        }
    }

    /// Whether bytes may be given by [`Engine::receive_from`].
    pub fn takes_records(&self) -> bool {
        self.is_tls
            && self.watch.is_none()
            && self.head.is_empty()
            && self.failure.is_none()
            && !self.is_closed()
            && self.readable() == 0
            && self.is_established()
    }

    /// Lets rustls read what belongs to a record from the wire, to where it decrypts it: that saves a copy. What
    /// `source` fails with comes back.
    pub fn receive_from(&mut self, source: &mut dyn Read) -> io::Result<()> {
        connection!(&mut self.state, conn => conn.read_tls(source), Ok(0))?;
        self.receive_some(&mut &[][..]);
        Ok(())
    }

    fn fail_of(&mut self, error: &Error, fault: Option<Failure>) {
        if *error == Error::NoCertificatesPresented {
            self.soften_alert();
        }
        let (failure, code) = match fault {
            Some(failure) => (failure, None),
            None => translate(error, self.is_server),
        };
        self.fail(failure, code);
    }

    /// TLS 1.2 has no alert of its own for a client without a certificate, which rustls sends nevertheless.
    fn soften_alert(&mut self) {
        let version = self.common().and_then(CommonState::protocol_version);
        if version == Some(ProtocolVersion::TLSv1_2) {
            let mut waiting = Vec::new();
            self.drain_output(&mut waiting);
            if let [.., 21, 3, _, 0, 2, 2, code @ 116] = &mut waiting[..] {
                *code = 40;
            }
            self.own = waiting;
        }
    }

    /// No more bytes of the wire will come.
    pub fn receive_end(&mut self) {
        self.at_end = true;
    }

    /// The name that the client wants to talk to.
    pub fn asked_name(&self) -> Option<String> {
        match &self.state {
            State::Hello(accepted) => accepted.client_hello().server_name().map(str::to_owned),
            _ => None,
        }
    }

    /// Goes on with a context after the client's first message.
    pub fn proceed(&mut self, context: &mut Context) {
        let State::Hello(accepted) = std::mem::replace(&mut self.state, State::None) else {
            return;
        };
        let offered = accepted.client_hello().alpn().map(|names| names.collect());
        let config = match context.server(offered) {
            Ok(config) if context.has_own() => {
                let is_on = |id: &u16| {
                    Description::of(*id)
                        .is_some_and(|suite| suite.is_tls13 || context.suites.contains(&suite))
                };
                self.offered_suites.retain(is_on);
                config
            }
            // OpenSSL has no TLS 1.3 without a certificate.
            Ok(_) if !context.tls12 => {
                return self.fail(Failure::named("UNSUPPORTED_PROTOCOL"), Some(70));
            }
            Ok(_) => return self.fail(Failure::named("NO_SHARED_CIPHER"), Some(40)),
            Err(failure) => return self.fail(failure, Some(80)),
        };
        let step = || watch::during(&mut self.watch, || accepted.into_connection(config));
        let (made, call) = calling(&self.host, step);
        self.finished.take();
        match made {
            Ok(mut connection) => {
                connection.set_buffer_limit(None);
                self.state = State::Server(Box::new(connection));
            }
            Err((error, mut alert)) => {
                let _ = alert.write_all(&mut self.own);
                let (failure, code) = match call.fault {
                    Some(failure) => (failure, None),
                    None => translate(&error, true),
                };
                if code.is_some() {
                    self.own.clear();
                }
                self.fail(failure, code);
            }
        }
    }

    /// Answers the client's first message by an alert.
    pub fn refuse(&mut self, alert: u8) {
        self.state = State::None;
        self.fail(Failure::named("CALLBACK_FAILED"), is_sent_alert(alert).then_some(alert));
    }

    /// How far the handshake is, with what has come so far.
    pub fn handshake(&mut self) -> Result<Step, Failure> {
        self.check()?;
        let step = match &self.state {
            State::Hello(_) => Step::NeedsContext,
            State::Client(conn) if !conn.is_handshaking() => Step::Done,
            State::Server(conn) if !conn.is_handshaking() => Step::Done,
            _ => Step::NeedsInput,
        };
        match step {
            Step::NeedsInput if self.is_closed() => Err(Failure::closed()),
            Step::NeedsInput if self.at_end => Err(Failure::eof()),
            _ => Ok(step),
        }
    }

    /// Whether both sides have agreed.
    pub fn is_established(&self) -> bool {
        connection!(&self.state, conn => !conn.is_handshaking(), false)
    }

    /// rustls keeps one byte for each record with data that it accepts.
    fn settle(&mut self) {
        let mut accepted = 0;
        connection!(&mut self.state, conn => {
            let mut reader = conn.reader();
            while let Ok(part @ [_, ..]) = reader.fill_buf() {
                let count = part.len();
                accepted += count;
                reader.consume(count);
            }
        }, ());
        self.plain.settle(accepted);
    }

    /// Bytes that the program can read without more from the wire.
    pub fn readable(&self) -> usize {
        self.plain.len()
    }

    /// Whether [`Engine::proceed`] or [`Engine::refuse`] has to be called before more bytes are taken.
    pub fn needs_context(&self) -> bool {
        matches!(self.state, State::Hello(_))
    }

    /// Nothing will come for a while: memory is given back.
    pub fn rest(&mut self) {
        self.plain.shrink();
    }

    /// The other side has said that it will send no more.
    pub fn is_closed(&self) -> bool {
        self.is_peer_done
    }

    /// Whether we have said so.
    pub fn has_sent_close(&self) -> bool {
        self.sent_close
    }

    /// Decrypted bytes into `room`; how many.
    pub fn read(&mut self, room: &mut [u8]) -> usize {
        let count = self.plain.len().min(room.len());
        let (room, _) = room.split_at_mut(count);
        let (part, _) = self.plain.as_slice().split_at(count);
        room.copy_from_slice(part);
        self.plain.consume(count);
        count
    }

    /// The same into memory that nothing was written to yet.
    pub fn read_new<'r>(&mut self, room: &'r mut [MaybeUninit<u8>]) -> &'r mut [u8] {
        let count = self.plain.len().min(room.len());
        let (room, _) = room.split_at_mut(count);
        let (part, _) = self.plain.as_slice().split_at(count);
        let written = room.write_copy_of_slice(part);
        self.plain.consume(count);
        written
    }

    /// Why nothing can be read any more, if that is so and all was read.
    pub fn read_state(&mut self) -> Result<(), Failure> {
        self.check()?;
        if self.is_closed() {
            return Err(Failure::closed());
        }
        if self.at_end { Err(Failure::eof()) } else { Ok(()) }
    }

    /// Encrypts what the program sends.
    pub fn write(&mut self, data: &[u8]) -> Result<usize, Failure> {
        self.check()?;
        if self.sent_close {
            return Err(Failure::named("PROTOCOL_IS_SHUTDOWN"));
        }
        let state = &mut self.state;
        let written = watch::during(
            &mut self.watch,
            || connection!(state, conn => conn.writer().write(data), Ok(0)),
        );
        written.map_err(|_| Failure::named("INTERNAL_ERROR"))
    }

    /// Tells the other side that we will send no more.
    pub fn send_close(&mut self) {
        if !self.sent_close && self.failure.is_none() {
            let state = &mut self.state;
            watch::during(
                &mut self.watch,
                || connection!(state, conn => conn.send_close_notify(), ()),
            );
            self.sent_close = true;
        }
    }

    /// Whether there are bytes for the wire.
    pub fn wants_write(&self) -> bool {
        !self.own.is_empty() || connection!(&self.state, conn => conn.wants_write(), false)
    }

    /// Has `sink` take the bytes for the wire where they are, till it fails. What it does not take stays.
    pub fn send_output(&mut self, sink: &mut dyn Write) -> io::Result<()> {
        if self.watch.is_some() {
            let mut all = Vec::new();
            self.take_output(&mut all);
            self.own = all;
            self.keep();
        }
        while !self.own.is_empty() {
            let count = sink.write(&self.own)?;
            self.own.drain(..count.min(self.own.len()));
            self.keep();
        }
        connection!(&mut self.state, conn => {
            while conn.wants_write() {
                conn.write_tls(sink)?;
            }
        }, ());
        Ok(())
    }

    /// What is left of our own bytes was seen.
    fn keep(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.kept = self.own.len();
        }
    }

    /// Moves the bytes for the wire to the end of `out`.
    pub fn take_output(&mut self, out: &mut Vec<u8>) {
        let before = out.len();
        self.drain_output(out);
        if let Some(watch) = &mut self.watch {
            let new = before + std::mem::take(&mut watch.kept);
            self.see(true, out.get(new..).unwrap_or(&[]));
        }
    }

    fn drain_output(&mut self, out: &mut Vec<u8>) {
        out.append(&mut self.own);
        connection!(&mut self.state, conn => {
            while conn.wants_write() {
                match conn.write_tls(out) {
                    Ok(count) if count > 0 => {}
                    _ => break,
                }
            }
        }, ());
    }

    fn common(&self) -> Option<&CommonState> {
        connection!(&self.state, conn => Some(&***conn), None)
    }

    /// The certificates of the other side, its own first.
    pub fn peer_chain(&self) -> Vec<Vec<u8>> {
        let chain = self.common().and_then(|common| common.peer_certificates());
        chain.unwrap_or_default().iter().map(|der| der.to_vec()).collect()
    }

    /// The chain from the other side's certificate to one that is trusted; without verification what was sent.
    pub fn verified_chain(&self) -> Vec<Vec<u8>> {
        if self.verified.is_empty() { self.peer_chain() } else { self.verified.clone() }
    }

    /// `TLSv1.2` or `TLSv1.3`, once it is agreed on.
    pub fn version(&self) -> Option<&'static str> {
        match self.common().filter(|common| !common.is_handshaking())?.protocol_version()? {
            ProtocolVersion::TLSv1_2 => Some("TLSv1.2"),
            ProtocolVersion::TLSv1_3 => Some("TLSv1.3"),
            _ => None,
        }
    }

    pub fn cipher(&self) -> Option<&'static Description> {
        let suite = self.common()?.negotiated_cipher_suite()?;
        Description::of(u16::from(suite.suite()))
    }

    /// On a server: the suites that both sides know, in the client's order.
    pub fn shared_ciphers(&self) -> Option<Vec<&'static Description>> {
        if !self.is_server || self.offered_suites.is_empty() {
            return None;
        }
        Some(self.offered_suites.iter().filter_map(|id| Description::of(*id)).collect())
    }

    pub fn alpn(&self) -> Option<&[u8]> {
        self.common()?.alpn_protocol()
    }

    /// Whether the handshake went on with an earlier session.
    pub fn is_resumed(&self) -> bool {
        self.common().and_then(|common| common.handshake_kind()) == Some(HandshakeKind::Resumed)
    }

    /// The session, once there is one.
    pub fn session(&self) -> Option<Session> {
        if !self.is_established() {
            return None;
        }
        Some(self.sessions.session(self.offered.as_ref().filter(|_| self.is_resumed())))
    }

    pub fn is_server(&self) -> bool {
        self.is_server
    }

    /// Bytes that only the two sides can know: the channel binding of the type `tls-unique`.
    pub fn unique(&self) -> Option<&[u8]> {
        if !self.is_established() {
            return None;
        }
        self.finished.first(self.is_resumed())
    }
}
