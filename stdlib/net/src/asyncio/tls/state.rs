//! What is known of a TLS connection over a transport.

use std::cell::{Cell, RefCell};

use super::super::looping::{Loop, call_after};
use super::super::reporting::{self, tell_loop};
use super::super::state::state;
use super::super::transport::SocketTransport;
use super::methods::SPEC;
use crate::ssl::Connection;
use crate::support::*;

/// How far the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not begun, or over.
    Unwrapped,
    Handshake,
    Wrapped,
    /// No more is written; what came is still told of.
    Flushing,
    /// Both sides say that they are done.
    Shutdown,
}

/// What the program's protocol was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Nothing,
    Made,
    Eof,
    Lost,
}

/// Where writing is paused, and reading, unless somebody says otherwise.
pub const WRITE_HIGH: i64 = 512 * 1024;
pub const READ_HIGH: i64 = 256 * 1024;

/// Payload of TLS transports.
pub struct TlsTransport {
    pub looop: Slot,
    /// The program's.
    pub protocol: Slot,
    /// The transport below, until the connection is lost.
    pub lower: Slot,
    /// Who waits for the handshake.
    pub waiter: Slot,
    pub context: Slot,
    /// The SSLObject, and the connection in it.
    pub ssl_object: Slot,
    pub connection: Slot,
    pub peer_certificate: Slot,
    pub handshake_timer: Slot,
    pub shutdown_timer: Slot,
    pub handshake_timeout: Slot,
    pub shutdown_timeout: Slot,
    pub server_hostname: Slot,
    pub is_server: Cell<bool>,
    pub stage: Cell<Stage>,
    pub told: Cell<Told>,
    /// A server has accepted it: nobody waits for the handshake.
    pub is_accepted: Cell<bool>,
    /// The handshake was done.
    pub is_agreed: Cell<bool>,
    /// The program has closed it, or it is lost.
    pub closed: Cell<bool>,
    /// The program has closed it again: it will not ask what was.
    pub is_done_with: Cell<bool>,
    /// The program's protocol gives buffers to receive into.
    pub is_buffered: Cell<bool>,
    /// The transport below has met the end.
    pub at_end: Cell<bool>,
    /// The program does not want to read.
    pub paused: Cell<bool>,
    /// So much is decrypted that the transport below does not read.
    pub lower_paused: Cell<bool>,
    pub read_high: Cell<i64>,
    pub read_low: Cell<i64>,
    /// The transport below has too much to write.
    pub writing_paused: Cell<bool>,
    /// The program was told so.
    pub protocol_paused: Cell<bool>,
    pub write_high: Cell<i64>,
    pub write_low: Cell<i64>,
    /// Counts what is written after the end.
    pub conn_lost: Cell<u32>,
    /// Written before the handshake was done.
    pub backlog: RefCell<Vec<u8>>,
    /// Encrypted while the transport below has too much to write.
    pub outgoing: RefCell<Vec<u8>>,
    /// When the handshake began, by the loop's clock; in debug mode.
    pub began: Cell<Option<f64>>,
}

impl Payload for TlsTransport {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        self.slots().into_iter().for_each(|slot| visitor.slot(slot));
    }
    fn clear(&self) {
        self.slots().into_iter().for_each(|slot| drop(slot.take()));
    }
}

impl TlsTransport {
    pub fn new() -> TlsTransport {
        TlsTransport {
            looop: Slot::empty(),
            protocol: Slot::empty(),
            lower: Slot::empty(),
            waiter: Slot::empty(),
            context: Slot::empty(),
            ssl_object: Slot::empty(),
            connection: Slot::empty(),
            peer_certificate: Slot::empty(),
            handshake_timer: Slot::empty(),
            shutdown_timer: Slot::empty(),
            handshake_timeout: Slot::empty(),
            shutdown_timeout: Slot::empty(),
            server_hostname: Slot::empty(),
            is_server: Cell::new(false),
            stage: Cell::new(Stage::Unwrapped),
            told: Cell::new(Told::Nothing),
            is_accepted: Cell::new(false),
            is_agreed: Cell::new(false),
            // There is nothing to close yet.
            closed: Cell::new(true),
            is_done_with: Cell::new(false),
            is_buffered: Cell::new(false),
            at_end: Cell::new(false),
            paused: Cell::new(false),
            lower_paused: Cell::new(false),
            read_high: Cell::new(READ_HIGH),
            read_low: Cell::new(READ_HIGH / 4),
            writing_paused: Cell::new(false),
            protocol_paused: Cell::new(false),
            write_high: Cell::new(WRITE_HIGH),
            write_low: Cell::new(WRITE_HIGH / 4),
            conn_lost: Cell::new(0),
            backlog: RefCell::default(),
            outgoing: RefCell::default(),
            began: Cell::new(None),
        }
    }

    fn slots(&self) -> [&Slot; 13] {
        [
            &self.looop,
            &self.protocol,
            &self.lower,
            &self.waiter,
            &self.context,
            &self.ssl_object,
            &self.connection,
            &self.peer_certificate,
            &self.handshake_timer,
            &self.shutdown_timer,
            &self.handshake_timeout,
            &self.shutdown_timeout,
            &self.server_hostname,
        ]
    }

    pub fn connection(&self, vm: &Vm) -> Res<Obj<Connection>> {
        self.connection
            .get_as::<Connection>()
            .ok_or_else(|| vm.runtime_error("the transport has no TLS connection"))
    }

    pub fn lower(&self) -> Option<Obj<SocketTransport>> {
        self.lower.get_as::<SocketTransport>()
    }

    pub fn its_loop(&self) -> Object {
        self.looop.get().unwrap_or_else(Object::none)
    }

    /// Bytes have come from the transport below. Calls no Python.
    pub fn take_in(&self, vm: &Vm, bytes: &[u8]) -> Res<()> {
        match self.connection.get_as::<Connection>() {
            Some(connection) => connection.take_in(vm, bytes),
            None => Ok(()),
        }
    }

    pub fn set_protocol(&self, vm: &Vm, protocol: &Object) -> Res<()> {
        let class = state(vm).buffered_protocol(vm)?;
        self.is_buffered.set(vm.is_instance(protocol, &class)?);
        self.protocol.set(protocol.clone());
        Ok(())
    }

    pub fn in_debug(&self, vm: &Vm) -> Res<bool> {
        let Some(looop) = self.looop.get() else { return Ok(false) };
        match looop.downcast::<Loop>() {
            Some(native) if native.has_own_debug(vm, &looop) => Ok(native.debug.get()),
            _ => vm.truth(&vm.call_method(&looop, "get_debug", &[])?),
        }
    }

    /// Have the loop call one of the methods in so many seconds.
    pub fn call_after(
        &self,
        vm: &Vm,
        this: &Obj<Self>,
        delay: &Slot,
        method: &str,
        timer: &Slot,
    ) -> Res<()> {
        let Some(delay) = delay.get() else { return Ok(()) };
        let method = vm.getattr_named(this.as_object(), method)?;
        timer.set(call_after(vm, &self.its_loop(), &delay, &method, &[])?);
        Ok(())
    }

    /// Have the loop call one of the methods in its next turn.
    pub fn call_soon(&self, vm: &Vm, this: &Obj<Self>, method: &str) -> Res<()> {
        let method = vm.getattr_named(this.as_object(), method)?;
        vm.call_method(&self.its_loop(), "call_soon", &[method]).map(drop)
    }

    /// The loop's exception handler hears of something.
    #[cold]
    pub fn report(&self, vm: &Vm, this: &Obj<Self>, text: &str, exception: Object) -> Res<()> {
        let lower = self.lower.get().unwrap_or_else(Object::none);
        let about = [
            reporting::message(vm, text)?,
            ("exception", Some(exception)),
            ("transport", Some(lower)),
            ("protocol", Some(this.as_object().clone())),
        ];
        tell_loop(vm, &self.its_loop(), &about)
    }

    /// A line for the logger, in debug mode.
    #[cold]
    pub fn log_debug(&self, vm: &Vm, text: &str, args: &[Object]) -> Res<()> {
        let mut all = vec![vm.str(text)?.into_object()];
        all.extend_from_slice(args);
        vm.call_method(&state(vm).logger(vm)?, "debug", &all).map(drop)
    }

    /// A line for the logger that is always there.
    #[cold]
    pub fn log_warning(&self, vm: &Vm, text: &str) -> Res<()> {
        let text = vm.str(text)?.into_object();
        vm.call_method(&state(vm).logger(vm)?, "warning", &[text]).map(drop)
    }
}

/// A timer is of no use any more.
pub fn cancel(vm: &Vm, timer: &Slot) -> Res<()> {
    match timer.take() {
        Some(timer) => vm.call_method(&timer, "cancel", &[]).map(drop),
        None => Ok(()),
    }
}

/// A number of bytes as one that limits are compared with.
pub fn size(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
