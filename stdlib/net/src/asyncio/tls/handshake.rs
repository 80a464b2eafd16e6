//! From the transport's start to the program's `connection_made()`.

use super::super::future::{Future, Stage as FutureStage};
use super::super::looping::time_of;
use super::super::reporting::{message, tell_loop};
use super::ending::fatal;
use super::state::{Stage, TlsTransport, Told, cancel};
use super::{reading, writing};
use crate::ssl;
use crate::support::*;

/// There is a transport below: the handshake begins.
pub(super) fn begin(vm: &Vm, this: &Obj<TlsTransport>, lower: &Object) -> Res<()> {
    if this.stage.get() != Stage::Unwrapped || this.lower.is_set() {
        return Err(vm.runtime_error("the TLS connection has begun already"));
    }
    this.lower.set(lower.clone());
    this.began.set(None);
    if this.in_debug(vm)? {
        this.log_debug(vm, "%r starts SSL handshake", &[this.as_object().clone()])?;
        this.began.set(Some(to_f64(vm, &time_of(vm, &this.its_loop())?)?));
    }
    this.stage.set(Stage::Handshake);
    let timer = &this.handshake_timer;
    this.call_after(vm, this, &this.handshake_timeout, "_check_handshake_timeout", timer)?;
    go_on(vm, this)
}

/// As far as what has come allows.
pub(super) fn go_on(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    // What sni_callback does may end it.
    let agreed = this.connection(vm)?.shake_hands(vm);
    if this.stage.get() != Stage::Handshake {
        return agreed.map(drop);
    }
    match agreed {
        Ok(true) => complete(vm, this),
        Ok(false) => writing::send(vm, this),
        Err(raised) => {
            let exception = vm.take_raised(raised);
            match ssl::is_ssl_error(vm, &exception)? {
                true => fail(vm, this, exception),
                false => Err(vm.raise(exception)),
            }
        }
    }
}

/// The handshake has failed.
#[cold]
pub(super) fn fail(vm: &Vm, this: &Obj<TlsTransport>, exception: Object) -> Res<()> {
    cancel(vm, &this.handshake_timer)?;
    this.stage.set(Stage::Unwrapped);
    let text = match ssl::is_certificate_error(vm, &exception)? {
        true => "SSL handshake failed on verifying the certificate",
        false => "SSL handshake failed",
    };
    fatal(vm, this, exception.clone(), text)?;
    wake(vm, this, Some(&exception))
}

fn complete(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    cancel(vm, &this.handshake_timer)?;
    this.stage.set(Stage::Wrapped);
    this.is_agreed.set(true);
    if let Some(began) = this.began.get() {
        let took = to_f64(vm, &time_of(vm, &this.its_loop())?)? - began;
        let args = [this.as_object().clone(), vm.float(took * 1e3)?];
        this.log_debug(vm, "%r: SSL handshake took %.1f ms", &args)?;
    }
    if this.told.get() == Told::Nothing
        && let Some(protocol) = this.protocol.get()
    {
        this.told.set(Told::Made);
        vm.call_method(&protocol, "connection_made", &[this.as_object().clone()])?;
    }
    wake(vm, this, None)?;
    reading::read(vm, this)?;
    // The last of the handshake, if the program does not want to read.
    writing::send(vm, this)
}

/// Who waits for the handshake goes on.
pub(super) fn wake(vm: &Vm, this: &Obj<TlsTransport>, exception: Option<&Object>) -> Res<()> {
    let Some(waiter) = this.waiter.take() else {
        return match exception {
            Some(exception) => not_accepted(vm, this, exception),
            None => {
                this.is_accepted.set(false);
                Ok(())
            }
        };
    };
    if let Some(future) = waiter.downcast::<Future>() {
        if future.stage.get() != FutureStage::Pending {
            return Ok(());
        }
        return match exception {
            Some(exception) => future.fail(vm, future, exception.clone()),
            None => future.finish(vm, future, Object::none()),
        };
    }
    if vm.truth(&vm.call_method(&waiter, "cancelled", &[])?)? {
        return Ok(());
    }
    match exception {
        Some(exception) => vm.call_method(&waiter, "set_exception", &[exception.clone()]),
        None => vm.call_method(&waiter, "set_result", &[Object::none()]),
    }
    .map(drop)
}

/// A server's connection has failed before there was one; that is of interest in debug mode only.
#[cold]
fn not_accepted(vm: &Vm, this: &Obj<TlsTransport>, exception: &Object) -> Res<()> {
    if !this.is_accepted.replace(false) {
        return Ok(());
    }
    this.closed.set(true);
    if !this.in_debug(vm)? {
        return Ok(());
    }
    let about = [
        message(vm, "Error on transport creation for incoming connection")?,
        ("exception", Some(exception.clone())),
        ("protocol", this.protocol.get()),
        ("transport", Some(this.as_object().clone())),
    ];
    tell_loop(vm, &this.its_loop(), &about)
}

/// The time for the handshake is over.
#[cold]
pub(super) fn timed_out(vm: &Vm, this: &Obj<TlsTransport>) -> Res<()> {
    if this.stage.get() != Stage::Handshake {
        return Ok(());
    }
    let limit = this.handshake_timeout.get().unwrap_or_else(Object::none);
    let text = format!(
        "SSL handshake is taking longer than {} seconds: aborting the connection",
        vm.to_str(&limit)?.to_string_lossy()
    );
    let class = vm.types().exception(Exc::ConnectionAbortedError);
    let exception = vm.new_exception(&class, vec![vm.str(&text)?.into_object()])?;
    fatal(vm, this, exception, "Fatal error on transport")
}
