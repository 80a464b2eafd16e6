//! What a transport of an event loop does with a connection: it carries the bytes itself, both ways, and asks for the
//! next step when some have come.
//!
//! **Invariant:** what the other side sends is taken in as far as it goes, or the connection has failed: nothing is
//! kept but what waits for a context to be chosen.

use std::io::{self, Write};

use taipan_tls::engine::{Engine, Step};
use taipan_tls::failure::{Failure, Kind};

use super::Connection;
use crate::ssl::errors::{place, raise_failure, raise_named};
use crate::support::*;

/// How far the other side's data goes.
pub(crate) enum End {
    /// More may come.
    Open,
    /// The other side has said that it sends no more.
    Closed,
    Failed(Failure),
}

impl Connection {
    /// Bytes have come from the other side.
    pub(crate) fn take_in(&self, vm: &Vm, bytes: &[u8]) -> Res<()> {
        let mut kept = self.incoming.borrow_mut();
        if kept.is_empty() {
            let taken = self.ask(|engine| engine.receive_all(bytes));
            let rest = bytes.get(taken..).unwrap_or_default();
            if !rest.is_empty() && self.ask(|engine| engine.needs_context()) {
                kept.end(vm, rest.len())?.extend_from_slice(rest);
            }
            return Ok(());
        }
        kept.end(vm, bytes.len())?.extend_from_slice(bytes);
        Ok(())
    }

    /// What came before there was a context.
    fn take_in_kept(&self) {
        let mut kept = self.incoming.borrow_mut();
        if !kept.is_empty() {
            self.ask(|engine| engine.receive_all(kept.as_slice()));
            let all = kept.len();
            kept.consume(all);
        }
    }

    /// Goes on with the handshake as far as what has come allows; whether it is done.
    pub(crate) fn shake_hands(&self, vm: &Vm) -> Res<bool> {
        self.told(vm, self.shake_hands_now(vm))
    }

    fn shake_hands_now(&self, vm: &Vm) -> Res<bool> {
        loop {
            match self.step(vm, Engine::handshake)? {
                Ok(Step::Done) => {
                    self.count_success(vm);
                    return Ok(true);
                }
                Ok(Step::NeedsInput) => return Ok(false),
                Ok(Step::NeedsContext) => {
                    self.choose_context(vm)?;
                    self.take_in_kept();
                }
                Err(failure) => return Err(raise_failure(vm, &failure, place::HANDSHAKE)),
            }
        }
    }

    /// How many bytes can be read.
    pub(crate) fn readable(&self) -> usize {
        self.ask(|engine| engine.readable())
    }

    /// All that can be read, if there is something.
    pub(crate) fn read_all(&self, vm: &Vm) -> Res<Option<Obj<Bytes>>> {
        let ready = self.readable();
        if ready == 0 {
            return Ok(None);
        }
        // Finalizers may run where memory is asked for, and read from here.
        let mut less = Vec::new();
        let read = vm.bytes_written(ready, |room| {
            let written = self.ask(|engine| engine.read_new(room));
            if written.len() < ready {
                less.extend_from_slice(written);
            }
            Some(written)
        })?;
        self.ask(Engine::rest);
        read.map_or_else(|| vm.bytes(&less), Ok).map(Some)
    }

    /// What can be read, into a room; how many bytes.
    pub(crate) fn read_room(&self, room: &mut [u8]) -> usize {
        self.ask(|engine| {
            let count = engine.read(room);
            if engine.readable() == 0 {
                engine.rest();
            }
            count
        })
    }

    /// What comes behind what can be read.
    pub(crate) fn end(&self, vm: &Vm) -> Res<End> {
        self.told(vm, Ok(()))?;
        Ok(match self.step(vm, Engine::read_state)? {
            Ok(()) => End::Open,
            Err(failure) if failure.kind == Kind::Closed => End::Closed,
            Err(failure) => End::Failed(failure),
        })
    }

    pub(crate) fn raise_end(vm: &Vm, failure: &Failure) -> Raised {
        raise_failure(vm, failure, place::READ)
    }

    /// Encrypts bytes, for [`Connection::send_output`] or [`Connection::take_output`].
    pub(crate) fn encrypt(&self, vm: &Vm, mut bytes: &[u8]) -> Res<()> {
        while !bytes.is_empty() {
            match self.step(vm, |engine| engine.write(bytes))? {
                Ok(0) => return Err(raise_named(vm, "SSL", "INTERNAL_ERROR", place::WRITE)),
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(failure) => return Err(raise_failure(vm, &failure, place::WRITE)),
            }
        }
        Ok(())
    }

    pub(crate) fn wants_write(&self) -> bool {
        self.ask(|engine| engine.wants_write())
    }

    /// Bytes for the other side, to a sink that never calls Python; what it does not take stays.
    pub(crate) fn send_output(&self, sink: &mut dyn Write) -> io::Result<()> {
        self.engine.borrow_mut().as_mut().map_or(Ok(()), |engine| engine.send_output(sink))
    }

    /// Bytes for the other side, to the end of a vector.
    pub(crate) fn take_output(&self, out: &mut Vec<u8>) {
        self.ask(|engine| engine.take_output(out));
    }

    /// Goes on with closing, first by telling the other side; whether that has told us.
    pub(crate) fn close_step(&self, vm: &Vm) -> Res<bool> {
        self.told(vm, self.close_step_now(vm))
    }

    fn close_step_now(&self, vm: &Vm) -> Res<bool> {
        if !self.ask(|engine| engine.is_established()) {
            return Err(raise_named(vm, "SSL", "SHUTDOWN_WHILE_IN_INIT", place::SHUTDOWN));
        }
        self.step(vm, Engine::send_close)?;
        if self.readable() > 0 {
            let reason = "APPLICATION_DATA_AFTER_CLOSE_NOTIFY";
            return Err(raise_named(vm, "SSL", reason, place::SHUTDOWN));
        }
        match self.end(vm)? {
            End::Open => Ok(false),
            End::Closed => Ok(true),
            End::Failed(failure) => Err(raise_failure(vm, &failure, place::SHUTDOWN)),
        }
    }
}
