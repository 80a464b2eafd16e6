//! `_SSLSocket`: a connection over a socket, or over bytes in memory.
//!
//! The machine of the connection knows no wire. In `wire` bytes are carried between the two, and it is decided what to
//! do when there are none: raise SSLWantReadError, or wait outside of the interpreter's lock.
//!
//! **Invariant:** the machine is borrowed for no longer than one step, and no step calls Python. Sockets are read and
//! written without waiting and with the lock held, so that what two threads read reaches the machine in the order in
//! which it came. Where there is one thread only, the system waits.

mod looped;
mod telling;
mod wire;

use std::cell::{Cell, OnceCell, RefCell};

use taipan_core::types::weakref;
use taipan_sys::net;
use taipan_tls::ciphers::Description;
use taipan_tls::engine::{Engine, Step};
use taipan_tls::failure::{Failure, Kind};
use taipan_tls::x509::Certificate;

pub(crate) use looped::End;
pub(super) use wire::{DONT_WAIT, Wire};

use wire::Patience;

use super::bio::Queue;
use super::constants::option;
use super::context::{Context, count, session_for};
use super::errors::{place, raise_failure, raise_gone, raise_named, raise_numbered, raise_plain};
use super::session::SessionObject;
use super::words;
use crate::socket::Socket;
use crate::support::*;

/// So much is encrypted before it is sent.
const PIECE: usize = 64 * 1024;

/// Payload of `_ssl._SSLSocket`.
pub struct Connection {
    /// Made by the first step of the handshake, of what the context is then.
    engine: RefCell<Option<Engine>>,
    wire: OnceCell<Wire>,
    context: Slot,
    owner: Slot,
    session: Slot,
    is_server: bool,
    host: Option<String>,
    /// Bytes from the socket: the record that is read, and perhaps the head of the next one. Of a record that the
    /// machine reads by itself the head only.
    incoming: RefCell<Queue>,
    /// How many bytes of the record the machine has taken.
    given: Cell<usize>,
    /// Bytes for the socket that could not be sent.
    outgoing: RefCell<Queue>,
    /// Bytes that were encrypted, of which the program was not told: it tries again.
    committed: Cell<usize>,
    in_callback: Cell<bool>,
    is_counted: Cell<bool>,
    /// It was said why it is of no use any more.
    is_gone: Cell<bool>,
    /// Whether the script is told what is received and sent.
    is_watched: Cell<bool>,
    /// What it has raised then.
    complaint: Slot,
}

impl Payload for Connection {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        for slot in [&self.context, &self.owner, &self.session, &self.complaint] {
            visitor.slot(slot);
        }
        match self.wire.get() {
            Some(Wire::Socket(reference)) => visitor.visit(reference),
            Some(Wire::Memory(incoming, outgoing)) => {
                visitor.visit(incoming.as_object());
                visitor.visit(outgoing.as_object());
            }
            None => {}
        }
    }
    fn clear(&self) {
        for slot in [&self.context, &self.owner, &self.session, &self.complaint] {
            drop(slot.take());
        }
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "A TLS connection. Use SSLSocket or SSLObject.",
    methods: natives![
        do_handshake,
        read,
        write,
        pending,
        getpeercert,
        get_verified_chain,
        get_unverified_chain,
        cipher,
        shared_ciphers,
        version,
        compression,
        selected_alpn_protocol,
        get_channel_binding,
        shutdown,
        verify_client_post_handshake
    ],
    getsets: getsets![
        context: set_context,
        owner: set_owner,
        server_side,
        server_hostname,
        session: set_session,
        session_reused
    ],
    ..TypeSpec::new::<Connection>("_ssl._SSLSocket")
};

/// A new connection of a context.
pub(super) fn make(
    vm: &Vm,
    context: &Obj<Context>,
    wire: Wire,
    is_server: bool,
    host: Option<&Object>,
    owner: Option<&Object>,
    session: Option<&Object>,
) -> Res<Obj<Connection>> {
    let protocol = context.protocol;
    if is_server && protocol == super::constants::kind::CLIENT {
        let reason = "Cannot create a server socket with a PROTOCOL_TLS_CLIENT context";
        return Err(super::errors::raise_text(vm, 0, reason, place::OTHER));
    }
    if !is_server && protocol == super::constants::kind::SERVER {
        let reason = "Cannot create a client socket with a PROTOCOL_TLS_SERVER context";
        return Err(super::errors::raise_text(vm, 0, reason, place::OTHER));
    }
    let host = host.map(|host| host_argument(vm, host)).transpose()?;
    let made = vm.alloc(Connection {
        engine: RefCell::new(None),
        wire: OnceCell::from(wire),
        context: Slot::default(),
        owner: Slot::default(),
        session: Slot::default(),
        is_server,
        host,
        incoming: RefCell::default(),
        given: Cell::new(0),
        outgoing: RefCell::default(),
        committed: Cell::new(0),
        in_callback: Cell::new(false),
        is_counted: Cell::new(false),
        is_gone: Cell::new(false),
        is_watched: Cell::new(false),
        complaint: Slot::default(),
    })?;
    made.context.set(context.as_object().clone());
    if let Some(owner) = owner {
        made.owner.set(weakref::reference(vm, owner)?);
    }
    if let Some(session) = session {
        set_session(vm, &made, Some(session))?;
    }
    Ok(made)
}

/// A host's name, in ASCII.
fn host_argument(vm: &Vm, host: &Object) -> Res<String> {
    let Some(text) = host.downcast::<Str>() else {
        return Err(ArgInfo::default().must_be(vm, "str", host));
    };
    let name = match text.as_ascii() {
        Some(ascii) => ascii.to_owned(),
        None => {
            let encoded = vm.call_method(host, "encode", &[vm.str("idna")?.into_object()])?;
            String::from_utf8_lossy(&buffer::bytes_of(vm, &encoded)?).into_owned()
        }
    };
    if name.is_empty() || name.starts_with('.') {
        return Err(vm.value_error(
            "server_hostname cannot be an empty string or start with a leading dot.",
        ));
    }
    if name.contains('\0') {
        return Err(vm.type_error("argument must be encoded string without null bytes, not str"));
    }
    Ok(name)
}

impl Connection {
    fn context(&self, vm: &Vm) -> Res<Obj<Context>> {
        let context = self.context.get();
        context
            .and_then(|context| context.downcast_into::<Context>().ok())
            .ok_or_else(|| vm.value_error("the connection has no context"))
    }

    /// The socket; None if the bytes are in memory.
    fn socket(&self, vm: &Vm) -> Res<Option<Obj<Socket>>> {
        let Some(Wire::Socket(reference)) = self.wire.get() else { return Ok(None) };
        let socket =
            reference.downcast::<taipan_core::object::weakref::WeakRef>().and_then(|r| r.get());
        let socket = socket.and_then(|socket| socket.downcast_into::<Socket>().ok());
        match socket {
            Some(socket) if socket.descriptor() >= 0 => Ok(Some(socket)),
            Some(_) => Err(raise_plain(vm, "Underlying socket has been closed.")),
            None => Err(raise_named(vm, "SSL", "UNINITIALIZED", place::OTHER)),
        }
    }

    /// A step of the machine, which is made if there is none.
    fn step<R>(&self, vm: &Vm, step: impl FnOnce(&mut Engine) -> R) -> Res<R> {
        if self.engine.borrow().is_none() {
            let mut made = self.make_engine(vm)?;
            let context = self.context(vm)?;
            if context.msg_callback.is_set() {
                made.watch(&context.common.borrow());
                self.is_watched.set(true);
            }
            self.engine.borrow_mut().get_or_insert(made);
        }
        let mut engine = self.engine.borrow_mut();
        match engine.as_mut() {
            Some(engine) => Ok(step(engine)),
            None => {
                drop(engine);
                Err(vm.system_error("the connection has no machine"))
            }
        }
    }

    /// Something that the machine knows, if there is one.
    fn ask<R: Default>(&self, ask: impl FnOnce(&mut Engine) -> R) -> R {
        self.engine.borrow_mut().as_mut().map(ask).unwrap_or_default()
    }

    fn make_engine(&self, vm: &Vm) -> Res<Engine> {
        let context = self.context(vm)?;
        if let Some(reason) = context.no_version() {
            return Err(raise_named(vm, "SSL", reason, place::HANDSHAKE));
        }
        if self.is_server {
            count(&context.counts.accept);
            return Ok(Engine::server());
        }
        if self.host.is_none() && super::context::check_hostname(&context) {
            return Err(super::no_host(vm));
        }
        count(&context.counts.connect);
        let session = self.session.get().and_then(|s| s.downcast_into::<SessionObject>().ok());
        let session = session.map(|session| session.session.clone());
        let made = Engine::client(&mut context.common.borrow_mut(), self.host.as_deref(), session);
        made.map_err(|failure| raise_failure(vm, &failure, place::HANDSHAKE))
    }

    /// Goes on till both sides have agreed.
    fn agree(&self, vm: &Vm, patience: &Patience<'_>) -> Res<()> {
        loop {
            vm.poll()?;
            let step = match self.step(vm, Engine::handshake)? {
                Ok(step) => step,
                Err(failure) => return Err(self.fail(vm, &failure, patience)),
            };
            match step {
                Step::NeedsContext => self.choose_context(vm)?,
                Step::NeedsInput => {
                    self.flush(vm, patience)?;
                    self.fill(vm, patience)?;
                }
                Step::Done => {
                    self.flush(vm, patience)?;
                    self.count_success(vm);
                    return Ok(());
                }
            }
        }
    }

    fn count_success(&self, vm: &Vm) {
        if self.is_counted.replace(true) {
            return;
        }
        let Ok(context) = self.context(vm) else { return };
        let counts = &context.counts;
        count(if self.is_server { &counts.accept_good } else { &counts.connect_good });
        if self.ask(|engine| engine.is_resumed()) {
            count(&counts.hits);
        }
    }

    /// Tells the other side, as far as that goes at once, and raises.
    fn fail(&self, vm: &Vm, failure: &Failure, patience: &Patience<'_>) -> Raised {
        let hasty = Patience { socket: None, deadline: None, ..*patience };
        if let Some(socket) = patience.socket {
            let mut queue = self.outgoing.borrow_mut();
            self.ask(|engine| engine.take_output(queue.bytes_mut()));
            let _ = net::send(socket.descriptor(), queue.as_slice(), DONT_WAIT);
            let all = queue.len();
            queue.consume(all);
        } else if let Err(raised) = self.flush(vm, &hasty) {
            return raised;
        }
        // Why is said once.
        if failure.kind == Kind::Closed || !self.is_gone.replace(true) {
            return raise_failure(vm, failure, patience.at);
        }
        // What ends with an alert is closed.
        if failure.kind == Kind::Alert {
            return raise_failure(vm, &Failure::closed(), patience.at);
        }
        self.raise_gone(vm, patience)
    }

    fn raise_gone(&self, vm: &Vm, patience: &Patience<'_>) -> Raised {
        raise_gone(vm, patience.socket.is_some(), patience.at)
    }

    /// Lets the script's function choose the context for the name that the client has asked for.
    fn choose_context(&self, vm: &Vm) -> Res<()> {
        if self.in_callback.get() {
            return Err(vm.value_error("the connection is waiting for sni_callback to return"));
        }
        let context = self.context(vm)?;
        if let Some(callback) = context.sni_callback.get() {
            self.in_callback.set(true);
            let answer = self.call_sni(vm, &callback, &context);
            self.in_callback.set(false);
            if let Some(alert) = answer? {
                self.ask(|engine| engine.refuse(alert));
                return Ok(());
            }
        }
        // The function may have set another one.
        let context = self.context(vm)?;
        self.ask(|engine| engine.proceed(&mut context.common.borrow_mut()));
        Ok(())
    }

    /// The alert that the script's function wants to be sent.
    fn call_sni(&self, vm: &Vm, callback: &Object, context: &Obj<Context>) -> Res<Option<u8>> {
        const INTERNAL_ERROR: u8 = 80;
        const HANDSHAKE_FAILURE: u8 = 40;
        let name = self.ask(|engine| engine.asked_name());
        let owner = match self.owner_object() {
            Some(owner) => owner,
            None => return Ok(Some(INTERNAL_ERROR)),
        };
        let name = name.map_or(Ok(Object::none()), |name| vm.str(&name).map(Obj::into_object))?;
        let answer = vm.call(callback, &[owner, name, context.as_object().clone()]);
        let answer = match answer {
            Ok(answer) if answer.is_none() => return Ok(None),
            Ok(answer) => answer,
            Err(raised) => {
                vm.unraisable(raised, Some(callback));
                return Ok(Some(HANDSHAKE_FAILURE));
            }
        };
        match i64::from_arg(vm, &answer, &mut (), &ArgInfo::default()) {
            // What is no alert is not sent; the connection ends all the same.
            Ok(number) => Ok(Some(u8::try_from(number).unwrap_or(u8::MAX))),
            Err(raised) => {
                vm.unraisable(raised, Some(&answer));
                Ok(Some(INTERNAL_ERROR))
            }
        }
    }

    fn owner_object(&self) -> Option<Object> {
        let owner = self.owner.get()?;
        owner.downcast::<taipan_core::object::weakref::WeakRef>()?.get()
    }

    /// The handshake, if it has not been yet.
    fn agreed(&self, vm: &Vm, patience: &Patience<'_>) -> Res<()> {
        if self.is_gone.get() || self.ask(|engine| engine.is_established()) {
            return Ok(());
        }
        self.agree(vm, patience)
    }

    /// Waits till there is something to read. False: the other side has sent its last, and we are not done.
    fn await_data(&self, vm: &Vm, patience: &Patience<'_>) -> Res<bool> {
        loop {
            if self.ask(|engine| engine.readable()) > 0 {
                return Ok(true);
            }
            match self.step(vm, Engine::read_state)? {
                Ok(()) => {}
                Err(failure) if failure.kind == Kind::Closed => {
                    if self.ask(|engine| engine.has_sent_close()) {
                        return Err(self.fail(vm, &failure, patience));
                    }
                    return Ok(false);
                }
                Err(failure) if failure.kind == Kind::Eof && self.ignores_eof(vm) => {
                    return Ok(false);
                }
                Err(failure) if failure.kind == Kind::Alert && self.is_gone.get() => {
                    return Ok(false);
                }
                Err(failure) => return Err(self.fail(vm, &failure, patience)),
            }
            self.fill(vm, patience)?;
            // Answers of the protocol itself: keys are changed.
            if self.ask(|engine| engine.wants_write()) {
                self.flush(vm, patience)?;
            }
        }
    }

    fn ignores_eof(&self, vm: &Vm) -> bool {
        self.context(vm).is_ok_and(|context| context.options.get() & option::IGNORE_EOF != 0)
    }
}

/// Agree with the other side.
#[native("(self, /)")]
pub(super) fn do_handshake(vm: &Vm, this: &Obj<Connection>) -> Res<()> {
    let socket = this.socket(vm)?;
    let patience = Patience::new(socket.as_ref(), place::HANDSHAKE, "_ssl.c:989: The handshake");
    this.told(vm, this.agree(vm, &patience))
}

/// read(size, [buffer])
///
/// Read up to size bytes, into a buffer if one is given, and return them or how many they are.
#[native("(self, size, buffer=<unrepresentable>, /)", no_signature)]
fn read(vm: &Vm, this: &Obj<Connection>, size: i64, buffer: Maybe<BufferMut>) -> Res {
    match buffer.given() {
        Some(buffer) => vm.int_usize(this.read_into(vm, &buffer, size)?),
        None => this.read_bytes(vm, size),
    }
}

impl Connection {
    /// Up to `size` bytes; none at the end.
    pub(super) fn read_bytes(&self, vm: &Vm, size: i64) -> Res {
        self.told(vm, self.read_bytes_now(vm, size))
    }

    fn read_bytes_now(&self, vm: &Vm, size: i64) -> Res {
        let Ok(wanted) = usize::try_from(size) else {
            return Err(vm.value_error("size should not be negative"));
        };
        let mut parts = Vec::new();
        if wanted > 0 {
            let socket = self.socket(vm)?;
            let patience = Patience::new(socket.as_ref(), place::READ, "The read");
            self.agreed(vm, &patience)?;
            let mut count = 0;
            while count < wanted && (count == 0 || self.has_more(&patience)) {
                if !self.await_data(vm, &patience)? {
                    break;
                }
                let ready = self.ask(|engine| engine.readable()).min(wanted - count);
                if ready == 0 {
                    return Err(vm.system_error("nothing to read where there was something"));
                }
                // Finalizers may run where memory is asked for, and read from here.
                let mut less = Vec::new();
                let part = vm.bytes_written(ready, |room| {
                    let written = self.ask(|engine| engine.read_new(room));
                    if written.len() < ready {
                        less.extend_from_slice(written);
                    }
                    Some(written)
                })?;
                let part = part.map_or_else(|| vm.bytes(&less), Ok)?;
                count += part.as_slice().len();
                parts.push(part);
            }
        }
        match &parts[..] {
            [] => Ok(vm.bytes(&[])?.into_object()),
            [part] => Ok(part.clone().into_object()),
            _ => {
                let mut whole = Vec::new();
                reserve(vm, &mut whole, parts.iter().map(|part| part.as_slice().len()).sum())?;
                parts.iter().for_each(|part| whole.extend_from_slice(part.as_slice()));
                Ok(vm.bytes(&whole)?.into_object())
            }
        }
    }

    /// Up to `size` bytes into a buffer, as many as it holds if that is 0 or less; how many, 0 at the end.
    pub(super) fn read_into(&self, vm: &Vm, buffer: &BufferMut, size: i64) -> Res<usize> {
        self.told(vm, self.read_into_now(vm, buffer, size))
    }

    fn read_into_now(&self, vm: &Vm, buffer: &BufferMut, size: i64) -> Res<usize> {
        let room = buffer.0.byte_len();
        let wanted = match usize::try_from(size) {
            Ok(size) if size > 0 => size.min(room),
            _ => room,
        };
        if wanted == 0 {
            return Ok(0);
        }
        let socket = self.socket(vm)?;
        let patience = Patience::new(socket.as_ref(), place::READ, "The read");
        self.agreed(vm, &patience)?;
        let mut count = 0;
        while count < wanted && (count == 0 || self.has_more(&patience)) {
            if !self.await_data(vm, &patience)? {
                break;
            }
            let more = self.step(vm, |engine| {
                buffer.0.with_mut(|room| match room.get_mut(count..wanted) {
                    Some(room) => engine.read(room),
                    None => 0,
                })
            })?;
            // There was something to read: nothing else can have come of it.
            if more == 0 {
                break;
            }
            count += more;
        }
        Ok(count)
    }
}

impl Connection {
    /// Whether more can be read without waiting and without a call of the system.
    fn has_more(&self, patience: &Patience<'_>) -> bool {
        if self.ask(|engine| engine.readable()) > 0 {
            return true;
        }
        // Bytes in memory: what is whole is decrypted at once.
        if patience.socket.is_none()
            && let Some(Wire::Memory(incoming, _)) = self.wire.get()
        {
            let mut queue = incoming.queue.borrow_mut();
            let taken = self.ask(|engine| engine.receive(queue.as_slice()));
            queue.consume(taken);
            return self.ask(|engine| engine.readable()) > 0;
        }
        false
    }
}

/// Send bytes and return how many.
#[native("(self, b, /)")]
fn write(vm: &Vm, this: &Obj<Connection>, b: Buffer) -> Res<usize> {
    this.write_from(vm, &b, 0)
}

impl Connection {
    /// Sends what is in the buffer from `start` on, and gives how much of it.
    pub(super) fn write_from(&self, vm: &Vm, buffer: &Buffer<'_>, start: usize) -> Res<usize> {
        self.told(vm, self.write_from_now(vm, buffer, start))
    }

    fn write_from_now(&self, vm: &Vm, buffer: &Buffer<'_>, start: usize) -> Res<usize> {
        let socket = self.socket(vm)?;
        let patience = Patience::new(socket.as_ref(), place::WRITE, "The write");
        if self.is_gone.get() {
            return Err(self.raise_gone(vm, &patience));
        }
        self.agreed(vm, &patience)?;
        let whole = buffer.len().saturating_sub(start);
        // What was encrypted before, and could not be sent then.
        self.flush(vm, &patience)?;
        let mut sent = self.committed.take().min(whole);
        while sent < whole {
            vm.poll()?;
            let room = PIECE.min(whole - sent);
            self.make_room(vm, room)?;
            let from = start + sent;
            let taken = self.step(vm, |engine| {
                buffer.with(|bytes| engine.write(bytes.get(from..from + room).unwrap_or(&[])))
            })?;
            let taken = match taken {
                Ok(taken) if taken > 0 => taken,
                Ok(_) => break,
                Err(failure) => return Err(self.fail(vm, &failure, &patience)),
            };
            if let Err(raised) = self.flush(vm, &patience) {
                self.committed.set(taken);
                // What went before is told; the rest is for the next call.
                if sent > 0 && patience.socket.is_some_and(|socket| !socket.waits()) {
                    drop(vm.caught(raised, Exc::OSError)?);
                    return Ok(sent);
                }
                return Err(raised);
            }
            sent += taken;
        }
        if whole == 0 {
            // Nothing to send is refused too after the end.
            let state = self.step(vm, |engine| engine.write(&[]))?;
            state.map_err(|failure| self.fail(vm, &failure, &patience))?;
        }
        Ok(sent)
    }
}

/// How many bytes can be read without more from the other side.
#[native("(self, /)")]
pub(super) fn pending(this: &Obj<Connection>) -> usize {
    this.ask(|engine| engine.readable())
}

/// getpeercert([der=False]) -> certificate
///
/// The other side's certificate as a dict, which is empty if it was not verified, or as DER; None without one.
#[native("(self, binary_mode=False, /)", no_signature)]
fn getpeercert(vm: &Vm, this: &Obj<Connection>, binary_mode: bool) -> Res {
    if !this.ask(|engine| engine.is_established()) {
        return Err(vm.value_error("handshake not done yet"));
    }
    let chain = this.ask(|engine| engine.peer_chain());
    let Some(first) = chain.first() else { return Ok(Object::none()) };
    if binary_mode {
        return Ok(vm.bytes(first)?.into_object());
    }
    if !this.context(vm)?.verifies() {
        return Ok(vm.new_dict()?.into_object());
    }
    match Certificate::parse(first) {
        Ok(certificate) => words::certificate(vm, &certificate),
        Err(_) => Err(raise_plain(vm, "the certificate cannot be read")),
    }
}

fn certificates(vm: &Vm, chain: Vec<Vec<u8>>) -> Res {
    if chain.is_empty() {
        return Ok(Object::none());
    }
    let mut items = Vec::new();
    for der in chain {
        items.push(words::object(vm, &der)?);
    }
    Ok(vm.list(items)?.into_object())
}

/// What a method gives that tells certificates, as DER: the public face of it, which came with 3.13.
pub(super) fn chain_der(vm: &Vm, inner: &Object, method: &str) -> Res {
    let chain = vm.call_method(inner, method, &[])?;
    let mut items = Vec::new();
    if !chain.is_none() {
        let der = [vm.int(words::DER)?];
        vm.for_each(&chain, |certificate| {
            items.push(vm.call_method(&certificate, "public_bytes", &der)?);
            Ok(())
        })?;
    }
    Ok(vm.list(items)?.into_object())
}

/// The certificates from the other side's to one that is trusted.
#[native("(self, /)")]
fn get_verified_chain(vm: &Vm, this: &Obj<Connection>) -> Res {
    certificates(vm, this.ask(|engine| engine.verified_chain()))
}

/// The certificates that the other side has sent.
#[native("(self, /)")]
fn get_unverified_chain(vm: &Vm, this: &Obj<Connection>) -> Res {
    certificates(vm, this.ask(|engine| engine.peer_chain()))
}

fn cipher_tuple(vm: &Vm, suite: &Description) -> Res {
    let name = vm.str(suite.name)?.into_object();
    let protocol = vm.str(suite.protocol())?.into_object();
    Ok(vm.tuple(vec![name, protocol, vm.int(i64::from(suite.bits))?])?.into_object())
}

/// The suite: its name, the version and the bits of its key.
#[native("(self, /)")]
fn cipher(vm: &Vm, this: &Obj<Connection>) -> Res {
    match this.ask(|engine| engine.cipher()) {
        Some(suite) => cipher_tuple(vm, suite),
        None => Ok(Object::none()),
    }
}

/// The suites that both sides know; only a server knows.
#[native("(self, /)")]
fn shared_ciphers(vm: &Vm, this: &Obj<Connection>) -> Res {
    let Some(suites) = this.ask(|engine| engine.shared_ciphers()) else {
        return Ok(Object::none());
    };
    let mut rows = Vec::new();
    for suite in suites {
        rows.push(cipher_tuple(vm, suite)?);
    }
    Ok(vm.list(rows)?.into_object())
}

/// The version of TLS, None before it is agreed on.
#[native("(self, /)")]
fn version(this: &Obj<Connection>) -> Option<&'static str> {
    this.ask(|engine| engine.version())
}

/// None: nothing is compressed.
#[native("(self, /)")]
fn compression(_: &Obj<Connection>) -> Option<&'static str> {
    None
}

/// The protocol that ALPN has chosen.
#[native("(self, /)")]
fn selected_alpn_protocol(this: &Obj<Connection>) -> Option<String> {
    this.ask(|engine| engine.alpn().map(|name| String::from_utf8_lossy(name).into_owned()))
}

/// Bytes that only the two sides of this connection can know.
#[native("(self, cb_type='tls-unique')")]
fn get_channel_binding(vm: &Vm, this: &Obj<Connection>, cb_type: &str) -> Res {
    if cb_type != "tls-unique" {
        let text = format!("'{cb_type}' channel binding type not implemented");
        return Err(vm.value_error(text));
    }
    match this.ask(|engine| engine.unique().map(<[u8]>::to_vec)) {
        Some(bytes) => Ok(vm.bytes(&bytes)?.into_object()),
        None => Ok(Object::none()),
    }
}

/// Say that no more will be sent, wait till the other side has said so, and return the socket.
#[native("(self, /)")]
pub(super) fn shutdown(vm: &Vm, this: &Obj<Connection>) -> Res {
    this.told(vm, shut_down(vm, this))
}

fn shut_down(vm: &Vm, this: &Obj<Connection>) -> Res {
    let socket = this.socket(vm)?;
    let patience = Patience::new(socket.as_ref(), place::SHUTDOWN, "The read");
    if !this.ask(|engine| engine.is_established()) {
        return Err(raise_named(vm, "SSL", "SHUTDOWN_WHILE_IN_INIT", place::SHUTDOWN));
    }
    this.step(vm, Engine::send_close)?;
    this.flush(vm, &patience)?;
    while !this.ask(|engine| engine.is_closed()) {
        if this.ask(|engine| engine.readable()) > 0 {
            let reason = "APPLICATION_DATA_AFTER_CLOSE_NOTIFY";
            return Err(raise_named(vm, "SSL", reason, place::SHUTDOWN));
        }
        let state = this.step(vm, Engine::read_state)?;
        match state {
            Ok(()) => this.fill(vm, &patience)?,
            Err(failure) if failure.kind == Kind::Eof && this.ignores_eof(vm) => break,
            Err(failure) => return Err(this.fail(vm, &failure, &patience)),
        }
    }
    Ok(socket.map_or(Object::none(), Obj::into_object))
}

/// Ask the client for a certificate after the handshake: a client cannot, and no client here offers it.
#[native("(self, /)")]
fn verify_client_post_handshake(vm: &Vm, this: &Obj<Connection>) -> Res<()> {
    let reason = match this.ask(|engine| engine.version()) {
        Some("TLSv1.3") if this.is_server => "EXTENSION_NOT_RECEIVED",
        Some("TLSv1.3") => "NOT_SERVER",
        _ => "WRONG_SSL_VERSION",
    };
    Err(raise_numbered(vm, "SSL", reason, place::OTHER))
}

/// The context.
#[getter]
fn context(this: &Obj<Connection>) -> Option<Object> {
    this.context.get()
}

#[setter]
fn set_context(vm: &Vm, this: &Obj<Connection>, value: Option<&Object>) -> Res<()> {
    match value {
        Some(value) if value.downcast::<Context>().is_some() => {
            this.context.set(value.clone());
            Ok(())
        }
        _ => Err(vm.type_error("The value must be a SSLContext")),
    }
}

/// The SSLSocket or SSLObject.
#[getter]
fn owner(this: &Obj<Connection>) -> Option<Object> {
    this.owner_object()
}

#[setter]
fn set_owner(vm: &Vm, this: &Obj<Connection>, value: Option<&Object>) -> Res<()> {
    match value {
        Some(value) => this.owner.set(weakref::reference(vm, value)?),
        None => drop(this.owner.take()),
    }
    Ok(())
}

/// Whether this is the server's side.
#[getter]
fn server_side(this: &Obj<Connection>) -> bool {
    this.is_server
}

/// The host that the client wants to talk to.
#[getter]
fn server_hostname(this: &Obj<Connection>) -> Option<String> {
    this.host.clone()
}

/// The session, once there is one.
#[getter]
fn session(vm: &Vm, this: &Obj<Connection>) -> Res {
    let Some(session) = this.ask(|engine| engine.session()) else {
        // The one that was set, till it is clear whether the other side goes on with it.
        let offered = this.session.get().filter(|_| this.engine.borrow().is_none());
        return Ok(or_none(offered.as_ref()));
    };
    let made = vm.alloc(SessionObject { session, context: Slot::default() })?;
    made.context.set(this.context(vm)?.into_object());
    Ok(made.into_object())
}

#[setter]
fn set_session(vm: &Vm, this: &Obj<Connection>, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else { return Err(vm.attribute_error("cannot delete attribute")) };
    if value.downcast::<SessionObject>().is_none() {
        return Err(vm.type_error("Value is not a SSLSession."));
    }
    let context = this.context(vm)?;
    session_for(vm, &context, value)?;
    if this.is_server {
        return Err(vm.value_error("Cannot set session for server-side SSLSocket."));
    }
    if this.engine.borrow().is_some() {
        return Err(vm.value_error("Cannot set session after handshake."));
    }
    this.session.set(value.clone());
    Ok(())
}

/// Whether the handshake went on with an earlier session.
#[getter]
fn session_reused(this: &Obj<Connection>) -> bool {
    this.ask(|engine| engine.is_resumed())
}

/// Reads from a connection, or from what a program has put in its place.
pub(super) fn read_any(vm: &Vm, inner: &Object, len: i64, buffer: Option<&Object>) -> Res {
    let Some(connection) = inner.downcast::<Connection>() else {
        let mut arguments = vec![vm.int(len)?];
        arguments.extend(buffer.cloned());
        return vm.call_method(inner, "read", &arguments);
    };
    match buffer {
        None => connection.read_bytes(vm, len),
        Some(buffer) => {
            let info = ArgInfo { function: "read", name: "", index: 2 };
            let buffer = BufferMut::from_arg(vm, buffer, &mut (), &info)?;
            vm.int_usize(connection.read_into(vm, &buffer, len)?)
        }
    }
}

/// Writes to a connection, or to what a program has put in its place.
pub(super) fn write_any(vm: &Vm, inner: &Object, data: &Object) -> Res {
    let Some(connection) = inner.downcast::<Connection>() else {
        return vm.call_method(inner, "write", &[data.clone()]);
    };
    let mut holder = ();
    let data = Buffer::from_arg(vm, data, &mut holder, &ArgInfo::default())?;
    vm.int_usize(connection.write_from(vm, &data, 0)?)
}
