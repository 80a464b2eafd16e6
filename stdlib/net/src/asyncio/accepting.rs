//! Connections that a server takes.
//!
//! A listening socket is watched as those of programs are. For each event connections are accepted until there are no
//! more, or as many as the server's backlog says; each is a transport at once, without a task or a socket object.
//!
//! When descriptors or memory run out the server stops listening for a second: the socket stays readable, and trying
//! again at once would do nothing else for ever.

use std::io;

use taipan_sys::net::{self, Address};
use taipan_sys::{errno, fs};

use super::looping::Loop;
use super::reporting::{is_last, message, tell_loop};
use super::state::state;
use super::transport::{Opening, SocketTransport};
use crate::socket::Socket;
use crate::socket::address::{SOCK_NONBLOCK, to_python};
use crate::support::*;

/// So many seconds a server waits when there are no descriptors left.
const RETRY_DELAY: i32 = 1;

/// What a server accepts connections for.
struct Serving<'a> {
    looop: &'a Obj<Loop>,
    factory: &'a Object,
    listener: &'a Object,
    socket: &'a Obj<Socket>,
    server: Option<&'a Object>,
    backlog: i64,
    tls: Option<Tls<'a>>,
}

/// What connections with TLS are made with.
struct Tls<'a> {
    context: &'a Object,
    handshake_timeout: Option<&'a Object>,
    shutdown_timeout: Option<&'a Object>,
}

/// Accept what has come, and make transports and protocols for it.
#[native(
    "(self, protocol_factory, sock, server, backlog, sslcontext=None, ssl_handshake_timeout=None, ssl_shutdown_timeout=None)",
    name = "_accept_connections"
)]
pub(super) fn accept_connections(
    vm: &Vm,
    this: &Obj<Loop>,
    protocol_factory: &Object,
    sock: &Object,
    server: Option<&Object>,
    backlog: i64,
    sslcontext: Option<&Object>,
    ssl_handshake_timeout: Option<&Object>,
    ssl_shutdown_timeout: Option<&Object>,
) -> Res<()> {
    let Some(socket) = sock.downcast::<Socket>() else {
        return Err(vm.type_error("a socket was expected"));
    };
    let tls = sslcontext.map(|context| Tls {
        context,
        handshake_timeout: ssl_handshake_timeout,
        shutdown_timeout: ssl_shutdown_timeout,
    });
    let (looop, factory, listener) = (this, protocol_factory, sock);
    let serving = Serving { looop, factory, listener, socket, server, backlog, tls };
    for _ in 0..backlog {
        let [_, _, protocol] = socket.description();
        match net::accept(socket.descriptor(), protocol, SOCK_NONBLOCK) {
            Ok((fd, peer)) => connected(vm, &serving, fd, peer)?,
            Err(failure) => return serving.failed(vm, failure),
        }
        vm.poll()?;
    }
    Ok(())
}

impl Serving<'_> {
    #[cold]
    fn failed(&self, vm: &Vm, failure: io::Error) -> Res<()> {
        use io::ErrorKind::{ConnectionAborted, Interrupted, WouldBlock};
        if matches!(failure.kind(), WouldBlock | Interrupted | ConnectionAborted) {
            return Ok(());
        }
        let exhausted = [errno::EMFILE, errno::ENFILE, errno::ENOBUFS, errno::ENOMEM];
        let is_exhausted = failure.raw_os_error().is_some_and(|n| exhausted.contains(&n));
        let raised = raise_io(vm, failure);
        if !is_exhausted {
            return Err(raised);
        }
        let exception = vm.take_raised(raised);
        let looop = self.looop.as_object();
        let shown =
            vm.call(&state(vm).transport_socket(vm)?, std::slice::from_ref(self.listener))?;
        let about = [
            message(vm, "socket.accept() out of system resource")?,
            ("exception", Some(exception)),
            ("socket", Some(shown)),
        ];
        tell_loop(vm, looop, &about)?;
        let fd = vm.int(self.socket.descriptor().into())?;
        vm.call_method(looop, "_remove_reader", &[fd])?;
        let mut again = vec![
            Object::small(RETRY_DELAY),
            vm.getattr_named(looop, "_start_serving")?,
            self.factory.clone(),
            self.listener.clone(),
            or_none(self.tls.as_ref().map(|tls| tls.context)),
            or_none(self.server),
            vm.int(self.backlog)?,
        ];
        if let Some(tls) = &self.tls {
            again.extend([or_none(tls.handshake_timeout), or_none(tls.shutdown_timeout)]);
        }
        vm.call_method(looop, "call_later", &again).map(drop)
    }
}

impl Tls<'_> {
    /// What is between a connection and a program's protocol. Nobody waits for its handshake.
    fn between(&self, vm: &Vm, looop: &Object, protocol: &Object) -> Res {
        let (no_waiter, no_host) = (Object::none(), Object::none());
        let (is_server, tells_of_it, is_accepted) = (true, true, true);
        let args = [
            looop.clone(),
            protocol.clone(),
            self.context.clone(),
            no_waiter,
            Object::bool(is_server),
            no_host,
            Object::bool(tells_of_it),
            or_none(self.handshake_timeout),
            or_none(self.shutdown_timeout),
            Object::bool(is_accepted),
        ];
        vm.call(&state(vm).tls_class(vm)?, &args)
    }
}

/// A connection came: its protocol is made, and its transport.
fn connected(vm: &Vm, serving: &Serving<'_>, fd: i32, peer: Address) -> Res<()> {
    let mut protocol = None;
    let Err(raised) = open(vm, serving, fd, peer, &mut protocol) else { return Ok(()) };
    let exception = vm.take_raised(raised);
    let _ = fs::close(fd);
    if is_last(vm, &exception) {
        return Err(vm.raise(exception));
    }
    if !serving.looop.debug.get() {
        return Ok(());
    }
    let about = [
        message(vm, "Error on transport creation for incoming connection")?,
        ("exception", Some(exception)),
        ("protocol", protocol),
    ];
    tell_loop(vm, serving.looop.as_object(), &about)
}

/// Make the transport. If that fails, the descriptor is still the caller's.
fn open(
    vm: &Vm,
    serving: &Serving<'_>,
    fd: i32,
    peer: Address,
    protocol: &mut Option<Object>,
) -> Res<()> {
    // Each connection has a context of its own.
    let context = contexts::copy_current(vm)?;
    let made = contexts::within(vm, &context, || vm.call(serving.factory, &[]))?;
    let made = protocol.insert(made);
    let Some(poller) = serving.looop.waits_with() else {
        return Err(vm.runtime_error("Event loop is closed"));
    };
    if let Some(other) = poller.transport_at(fd)
        && other.downcast::<SocketTransport>().is_some_and(|other| !other.closing.get())
    {
        // Somebody closed its descriptor behind its back.
        let shown = vm.repr_string(&other)?;
        return Err(
            vm.runtime_error(format_args!("File descriptor {fd} is used by transport {shown}"))
        );
    }
    let description = serving.socket.description();
    let own = net::getsockname(fd, description[2]).unwrap_or(Address::None);
    let class = state(vm).transport_class(vm)?;
    let Some(class) = class.downcast::<Type>() else {
        return Err(vm.type_error("a class was expected"));
    };
    let transport = vm.alloc_of(class, SocketTransport::new())?;
    if serving.looop.debug.get() {
        log(vm, serving, fd, &peer)?;
    }
    transport.addresses.replace(Some(Box::new([own, peer])));
    let looop = serving.looop;
    let (server, waiter) = (serving.server, None);
    let between = match &serving.tls {
        Some(tls) => Some(tls.between(vm, looop.as_object(), made)?),
        None => None,
    };
    let protocol = between.as_ref().unwrap_or(made);
    let opening = Opening { looop, protocol, waiter, server, context, fd, description };
    transport.open(vm, &transport, opening)
}

#[cold]
fn log(vm: &Vm, serving: &Serving<'_>, fd: i32, peer: &Address) -> Res<()> {
    let logger = state(vm).logger(vm)?;
    let args = [
        vm.str("%r got a new connection from %r: descriptor %d")?.into_object(),
        serving.server.cloned().unwrap_or_else(Object::none),
        to_python(vm, peer)?,
        vm.int(fd.into())?,
    ];
    vm.call_method(&logger, "debug", &args).map(drop)
}
