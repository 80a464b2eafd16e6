//! The socket type: making, binding, connecting, timeouts.

use std::cell::Cell;
use std::io;
use std::time::Instant;

use taipan_sys::net::{self, Address, POLL_IN, POLL_OUT};
use taipan_sys::{errno, fs};

use super::State;
use super::address::*;
use super::message::*;
use super::parse::{c_int, masked};
use super::transfer::*;
use crate::support::*;

/// Payload of `_socket.socket`.
pub struct Socket {
    pub(super) fd: Cell<i32>,
    pub(super) family: Cell<i32>,
    pub(super) kind: Cell<i32>,
    pub(super) protocol: Cell<i32>,
    /// Nanoseconds; -1 is none.
    pub(super) timeout: Cell<i64>,
    /// Whether much came at once the last time, see `transfer`.
    pub(super) in_bulk: Cell<bool>,
    /// Whether it has TLS and its class derives from SSLSocket, and so may have methods of its own.
    #[cfg_attr(
        not(any(feature = "tls", feature = "tls-ring")),
        expect(dead_code, reason = "without TLS")
    )]
    pub(crate) is_derived: Cell<bool>,
    /// What an event loop registered the descriptor as, 0: not.
    registered: Cell<u64>,
}

impl Payload for Socket {
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\n\
          socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\n\
          One end of a connection, or of the way of packets. With fileno, the socket of that descriptor is taken over; what is not given is asked from it.\n\n\
          A socket has a timeout: None, the default, waits without end, 0 does not wait.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        new: Some(|vm, class, _, _| Ok(vm.alloc_of(class, Socket::closed())?.into_object())),
        init: Some(|vm, this, args, names| {
            call_init(vm, &<init as NativeFunction>::DEF, this, args, names)
        }),
        repr: Some(repr),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: natives![
        accept,
        adopt_accepted,
        bind,
        close,
        connect,
        connect_ex,
        detach,
        fileno,
        getpeername,
        getsockname,
        getsockopt,
        gettimeout,
        getblocking,
        listen,
        recv,
        recv_into,
        recvfrom,
        recvfrom_into,
        recvmsg,
        recvmsg_into,
        send,
        sendall,
        sendmsg,
        sendmsg_afalg,
        sendto,
        setblocking,
        settimeout,
        setsockopt,
        shutdown
    ],
    getsets: getsets![family, kind, proto, timeout],
    ..TypeSpec::new::<Socket>("_socket.socket")
};

impl Socket {
    fn closed() -> Socket {
        Socket {
            fd: Cell::new(-1),
            family: Cell::new(0),
            kind: Cell::new(0),
            protocol: Cell::new(0),
            timeout: Cell::new(-1),
            in_bulk: Cell::new(false),
            is_derived: Cell::new(false),
            registered: Cell::new(0),
        }
    }

    /// The descriptor, -1 if it is closed.
    pub(crate) fn descriptor(&self) -> i32 {
        self.fd.get()
    }

    /// Family, type and protocol.
    pub(crate) fn description(&self) -> [i32; 3] {
        [self.family.get(), self.kind.get(), self.protocol.get()]
    }

    /// It was said not to wait.
    pub(crate) fn never_waits(&self) -> bool {
        self.timeout.get() == 0
    }

    /// What an event loop registered the descriptor as; 0 for a descriptor that none has seen.
    pub(crate) fn registration(&self) -> &Cell<u64> {
        &self.registered
    }

    /// What kind of addresses it has.
    pub(crate) fn addresses(&self) -> Addresses {
        Addresses { family: self.family.get(), protocol: self.protocol.get() }
    }

    /// Whether calls wait, with or without an end.
    #[cfg(any(feature = "tls", feature = "tls-ring"))]
    pub(crate) fn waits(&self) -> bool {
        self.timeout.get() != 0
    }

    /// Whether waiting has an end.
    #[cfg(any(feature = "tls", feature = "tls-ring"))]
    pub(crate) fn has_timeout(&self) -> bool {
        self.timeout.get() > 0
    }

    /// When a call that starts now is to give up; None waits without end.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self.timeout.get() {
            nanos if nanos > 0 => Instant::now().checked_add(duration(nanos)),
            _ => None,
        }
    }

    /// A call on the descriptor, with the socket's timeout.
    pub(super) fn call<T: Send>(
        &self,
        vm: &Vm,
        events: i16,
        call: impl FnMut(i32) -> io::Result<T> + Send,
    ) -> Res<T> {
        self.call_until(vm, events, self.deadline(), call)
    }

    /// A call on the descriptor that gives up at a deadline. Without one the system waits, or
    /// does not if the descriptor says so.
    ///
    /// The descriptor is looked at anew for each try: while a handler or another thread ran, the socket may
    /// have been closed, and its number may name something else now.
    pub(super) fn call_until<T: Send>(
        &self,
        vm: &Vm,
        events: i16,
        deadline: Option<Instant>,
        mut call: impl FnMut(i32) -> io::Result<T> + Send,
    ) -> Res<T> {
        loop {
            // A signal that came a moment ago does not end a wait any more: its handler runs before.
            vm.poll()?;
            let fd = self.fd.get();
            match vm.allow_threads(|| call(fd)) {
                Ok(value) => return Ok(value),
                Err(failure) => self.try_again(vm, events, deadline, failure)?,
            }
        }
    }

    /// After a failed try: waits until there may be something to do, or raises.
    #[cold]
    pub(super) fn try_again(
        &self,
        vm: &Vm,
        events: i16,
        deadline: Option<Instant>,
        failure: io::Error,
    ) -> Res<()> {
        match (failure.kind(), deadline) {
            // Handlers run before the next try.
            (io::ErrorKind::Interrupted, _) => Ok(()),
            (io::ErrorKind::WouldBlock, Some(_)) => match self.wait(vm, events, deadline)? {
                true => Ok(()),
                false => Err(timed_out(vm)),
            },
            _ => Err(raise_io(vm, failure)),
        }
    }

    /// Waits for events on the descriptor; false if the deadline passes. Without one it waits without end.
    pub(crate) fn wait(&self, vm: &Vm, events: i16, deadline: Option<Instant>) -> Res<bool> {
        loop {
            vm.poll()?;
            let fd = self.fd.get();
            if fd < 0 {
                return Err(raise_io(vm, io::Error::from_raw_os_error(errno::EBADF)));
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(false);
            }
            match vm.allow_threads(|| net::wait_for(fd, events, left)) {
                Ok(ready) => return Ok(ready),
                Err(failure) if failure.kind() == io::ErrorKind::Interrupted => {}
                Err(failure) => return Err(raise_io(vm, failure)),
            }
        }
    }
}

/// TimeoutError as CPython's sockets raise it: with a text and no number.
pub(super) fn timed_out(vm: &Vm) -> Raised {
    vm.raise_kind(Exc::TimeoutError, "timed out")
}

#[native("(self, family=-1, type=-1, proto=-1, fileno=None)", name = "socket", no_signature)]
fn init(
    vm: &Vm,
    this: &Obj<Socket>,
    family: i32,
    r#type: i32,
    proto: i32,
    fileno: Option<&Object>,
) -> Res<()> {
    let (mut family, mut kind, mut protocol) = (family, r#type, proto);
    let fd = match fileno {
        None => {
            family = if family == -1 { AF_INET } else { family };
            kind = if kind == -1 { SOCK_STREAM } else { kind };
            protocol = if protocol == -1 { 0 } else { protocol };
            vm.blocking(|| net::socket(family, kind, protocol))?
        }
        Some(fileno) => {
            let fd = c_int(vm, fileno)?;
            if fd < 0 {
                return Err(vm.value_error("negative file descriptor"));
            }
            let raise = |failure| raise_io(vm, failure);
            // Whatever is given, it must be a socket.
            net::getsockname(fd, 0).map_err(raise)?;
            let ask = |option| net::getsockopt_int(fd, SOL_SOCKET, option).map_err(raise);
            family = if family == -1 { ask(SO_DOMAIN)? } else { family };
            kind = if kind == -1 { ask(SO_TYPE)? } else { kind };
            protocol = if protocol == -1 { ask(SO_PROTOCOL)? } else { protocol };
            fd
        }
    };
    setup(vm, this, fd, family, kind, protocol)
}

/// Makes `this` the socket of a descriptor that is now its own.
fn setup(vm: &Vm, this: &Socket, fd: i32, family: i32, kind: i32, protocol: i32) -> Res<()> {
    this.registered.set(0);
    this.fd.set(fd);
    this.family.set(family);
    this.kind.set(kind & !(SOCK_NONBLOCK | SOCK_CLOEXEC));
    this.protocol.set(protocol);
    if kind & SOCK_NONBLOCK != 0 {
        this.timeout.set(0);
        return Ok(());
    }
    let default = vm.interp().state::<State>().default_timeout.get();
    this.timeout.set(default);
    if default >= 0 {
        fs::set_blocking(fd, false).map_err(|failure| raise_io(vm, failure))?;
    }
    Ok(())
}

/// A new object for a descriptor.
pub(super) fn adopt(vm: &Vm, fd: i32, family: i32, kind: i32, protocol: i32) -> Res {
    let socket = vm.alloc(Socket::closed())?;
    setup(vm, &socket, fd, family, kind, protocol)?;
    Ok(socket.into_object())
}

/// A `socket.socket` for a connection, which does not wait.
pub(crate) fn connection(vm: &Vm, class: &Obj<Type>, fd: i32, description: [i32; 3]) -> Res {
    let [family, kind, protocol] = description;
    let socket = vm.alloc_of(class, Socket::closed())?;
    let object = socket.as_object();
    vm.setattr(object, &vm.intern("_io_refs"), &Object::small(0))?;
    vm.setattr(object, &vm.intern("_closed"), &Object::bool(false))?;
    setup(vm, &socket, fd, family, kind | SOCK_NONBLOCK, protocol)?;
    Ok(socket.into_object())
}

/// _accept() -> (integer, address info)
///
/// Wait until someone connects: the descriptor of the connection, and where it comes from.
#[native("(self, /)", name = "_accept", no_signature)]
fn accept(vm: &Vm, this: &Obj<Socket>) -> Res {
    let protocol = this.protocol.get();
    let (fd, address) = this.call(vm, POLL_IN, |fd| net::accept(fd, protocol, 0))?;
    let made = || -> Res {
        let items = vec![vm.int(fd.into())?, to_python(vm, &address)?];
        Ok(vm.tuple(items)?.into_object())
    };
    made().inspect_err(|_| {
        let _ = fs::close(fd);
    })
}

/// _adopt(listener, descriptor)
///
/// Become the socket of a connection that the listener accepted. It waits, or does not, as new sockets do.
#[native("(self, listener, descriptor, /)", name = "_adopt", no_signature)]
fn adopt_accepted(vm: &Vm, this: &Obj<Socket>, listener: &Obj<Socket>, descriptor: i32) -> Res<()> {
    let (family, kind) = (listener.family.get(), listener.kind.get());
    setup(vm, this, descriptor, family, kind, listener.protocol.get())
}

/// bind(address)
///
/// Give the socket its address: for IP a pair of host and port.
#[native("(self, address, /)", no_signature)]
fn bind(vm: &Vm, this: &Obj<Socket>, address: &Object) -> Res<()> {
    let address = from_python(vm, this.addresses(), address, "bind")?;
    crate::policy::bind(vm, &address)?;
    let fd = this.fd.get();
    vm.blocking(|| net::bind(fd, &address))
}

/// close()
///
/// Give the descriptor back; no other method works any more.
#[native("(self, /)", no_signature)]
fn close(vm: &Vm, this: &Obj<Socket>) -> Res<()> {
    let fd = this.fd.replace(-1);
    if fd == -1 {
        return Ok(());
    }
    this.registered.set(0);
    match vm.allow_threads(|| fs::close(fd)) {
        // What the peer did is no error of ours.
        Err(failure) if failure.raw_os_error() != Some(errno::ECONNRESET) => {
            Err(raise_io(vm, failure))
        }
        _ => Ok(()),
    }
}

/// How an attempt to connect failed.
enum NotConnected {
    TimedOut,
    Error(i32),
}

fn connect_to(vm: &Vm, this: &Socket, address: &Address) -> Res<Result<(), NotConnected>> {
    crate::policy::connect(vm, address)?;
    let deadline = this.deadline();
    let mut again = false;
    loop {
        vm.poll()?;
        let fd = this.fd.get();
        let failure = match vm.allow_threads(|| net::connect(fd, address)) {
            Ok(()) => return Ok(Ok(())),
            Err(failure) => failure.raw_os_error().unwrap_or(errno::EIO),
        };
        match failure {
            // Of an attempt that a signal interrupted some families know later, and others do not.
            errno::EINTR if this.timeout.get() != 0 => again = true,
            errno::EINTR => {
                vm.poll()?;
                return Ok(Err(NotConnected::Error(failure)));
            }
            errno::EISCONN if again => return Ok(Ok(())),
            errno::EALREADY if again => break,
            errno::EINPROGRESS if deadline.is_some() => break,
            _ => return Ok(Err(NotConnected::Error(failure))),
        }
    }
    if !this.wait(vm, POLL_OUT, deadline)? {
        return Ok(Err(NotConnected::TimedOut));
    }
    match net::getsockopt_int(this.fd.get(), SOL_SOCKET, SO_ERROR) {
        Ok(0 | errno::EISCONN) => Ok(Ok(())),
        Ok(number) => Ok(Err(NotConnected::Error(number))),
        Err(failure) => Ok(Err(NotConnected::Error(failure.raw_os_error().unwrap_or(errno::EIO)))),
    }
}

/// connect(address)
///
/// Reach out to an address: for IP a pair of host and port. TimeoutError if it takes too long.
#[native("(self, address, /)", no_signature)]
fn connect(vm: &Vm, this: &Obj<Socket>, address: &Object) -> Res<()> {
    let address = from_python(vm, this.addresses(), address, "connect")?;
    match connect_to(vm, this, &address)? {
        Ok(()) => Ok(()),
        Err(NotConnected::TimedOut) => Err(timed_out(vm)),
        Err(NotConnected::Error(number)) => Err(raise_io(vm, io::Error::from_raw_os_error(number))),
    }
}

/// connect_ex(address) -> errno
///
/// As connect, but errors of the system are returned as their number and not raised.
#[native("(self, address, /)", no_signature)]
fn connect_ex(vm: &Vm, this: &Obj<Socket>, address: &Object) -> Res<i32> {
    let address = from_python(vm, this.addresses(), address, "connect_ex")?;
    Ok(match connect_to(vm, this, &address)? {
        Ok(()) => 0,
        Err(NotConnected::TimedOut) => errno::EAGAIN,
        Err(NotConnected::Error(number)) => number,
    })
}

/// detach() -> file descriptor
///
/// Let go of the descriptor, which stays open; the socket counts as closed.
#[native("(self, /)", no_signature)]
fn detach(this: &Obj<Socket>) -> i32 {
    this.registered.set(0);
    this.fd.replace(-1)
}

/// fileno() -> integer
///
/// The descriptor; -1 if the socket is closed.
#[native("(self, /)", no_signature)]
fn fileno(this: &Obj<Socket>) -> i32 {
    this.fd.get()
}

/// getpeername() -> address info
///
/// The address of the other side.
#[native("(self, /)", no_signature)]
fn getpeername(vm: &Vm, this: &Obj<Socket>) -> Res {
    match net::getpeername(this.fd.get(), this.protocol.get()) {
        Ok(address) => to_python(vm, &address),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

/// getsockname() -> address info
///
/// The address of this side.
#[native("(self, /)", no_signature)]
fn getsockname(vm: &Vm, this: &Obj<Socket>) -> Res {
    match net::getsockname(this.fd.get(), this.protocol.get()) {
        Ok(address) => to_python(vm, &address),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

/// getsockopt(level, option[, buffersize]) -> value
///
/// An option: an integer, or bytes if a size is given.
#[native("(self, level, option, buffersize=0, /)", no_signature, parse_tuple)]
fn getsockopt(vm: &Vm, this: &Obj<Socket>, level: i32, option: i32, buffersize: i32) -> Res {
    let fd = this.fd.get();
    if buffersize == 0 && this.family.get() == AF_VSOCK {
        return match net::getsockopt(fd, level, option, size_of::<u64>()) {
            Ok(value) => vm.int_u64(value.try_into().map_or(0, u64::from_ne_bytes)),
            Err(failure) => Err(raise_io(vm, failure)),
        };
    }
    if buffersize == 0 {
        return match net::getsockopt_int(fd, level, option) {
            Ok(value) => vm.int(value.into()),
            Err(failure) => Err(raise_io(vm, failure)),
        };
    }
    match usize::try_from(buffersize) {
        Ok(size) if size <= 1024 => match net::getsockopt(fd, level, option, size) {
            Ok(value) => Ok(vm.bytes(&value)?.into_object()),
            Err(failure) => Err(raise_io(vm, failure)),
        },
        _ => Err(os_error(vm, "getsockopt buflen out of range")),
    }
}

/// setsockopt(level, option, value: int)
/// setsockopt(level, option, value: buffer)
/// setsockopt(level, option, None, optlen: int)
///
/// Set an option to an integer or to bytes, or without value by its length alone.
#[native("(self, /, *args)", no_signature)]
fn setsockopt(vm: &Vm, this: &Obj<Socket>, args: &[Object]) -> Res<()> {
    let (level, option, value, optlen) = match args {
        [level, option, value] => (level, option, value, None),
        [level, option, value, len] if value.is_none() && vm.class_of(len).has(type_flags::INT) => {
            (level, option, value, Some(masked(vm, len)? as u32))
        }
        _ => {
            return Err(vm.type_error(format_args!(
                "setsockopt() takes exactly 3 arguments ({} given)",
                args.len()
            )));
        }
    };
    let (level, option) = (c_int(vm, level)?, c_int(vm, option)?);
    let fd = this.fd.get();
    // This family's numbers have 64 bits.
    if this.family.get() == AF_VSOCK && optlen.is_none() && vm.class_of(value).has(type_flags::INT)
    {
        let number = masked(vm, value)?.to_ne_bytes();
        return net::setsockopt(fd, level, option, &number)
            .map_err(|failure| raise_io(vm, failure));
    }
    let done = match (optlen, number_of(vm, value)?) {
        (Some(len), _) => net::setsockopt_len(fd, level, option, len),
        (None, Some(number)) => net::setsockopt_int(fd, level, option, number),
        (None, None) => {
            let bytes = buffer::bytes_of(vm, value)?;
            net::setsockopt(fd, level, option, &bytes)
        }
    };
    done.map_err(|failure| raise_io(vm, failure))
}

/// The value of an option as a number; None if it is something else, or too large.
fn number_of(vm: &Vm, value: &Object) -> Res<Option<i32>> {
    if vm.class_of(value).slots().index.is_none() {
        return Ok(None);
    }
    match c_int(vm, value) {
        Ok(number) => Ok(Some(number)),
        Err(raised) => vm.caught(raised, Exc::Exception).map(|_| None),
    }
}

/// listen([backlog])
///
/// Take connections from now on. backlog says how many may wait to be accepted; at least 0.
#[native("(self, backlog=128, /)", no_signature, parse_tuple)]
fn listen(vm: &Vm, this: &Obj<Socket>, backlog: i32) -> Res<()> {
    let fd = this.fd.get();
    if let Ok(address) = net::getsockname(fd, this.protocol.get()) {
        crate::policy::bind(vm, &address)?;
    }
    vm.blocking(|| net::listen(fd, backlog.max(0)))
}

/// shutdown(flag)
///
/// End reading (SHUT_RD), writing (SHUT_WR) or both (SHUT_RDWR).
#[native("(self, flag, /)", no_signature)]
fn shutdown(vm: &Vm, this: &Obj<Socket>, flag: i32) -> Res<()> {
    let fd = this.fd.get();
    vm.blocking(|| net::shutdown(fd, flag))
}

/// A timeout argument in nanoseconds; -1 is none.
pub(super) fn timeout_argument(vm: &Vm, object: &Object) -> Res<i64> {
    if object.is_none() {
        return Ok(-1);
    }
    let nanos = nanoseconds(vm, object)?;
    if nanos < 0 {
        return Err(vm.value_error("Timeout value out of range"));
    }
    Ok(nanos)
}

/// Sets the timeout: nanoseconds, -1 for none.
pub(crate) fn set_timeout(vm: &Vm, this: &Socket, nanos: i64) -> Res<()> {
    this.timeout.set(nanos);
    fs::set_blocking(this.fd.get(), nanos < 0).map_err(|failure| raise_io(vm, failure))
}

/// settimeout(timeout)
///
/// Set the timeout: None, 0, or seconds as a float.
#[native("(self, timeout, /)", no_signature)]
fn settimeout(vm: &Vm, this: &Obj<Socket>, timeout: &Object) -> Res<()> {
    let nanos = timeout_argument(vm, timeout)?;
    set_timeout(vm, this, nanos)
}

/// setblocking(flag)
///
/// True is settimeout(None), False is settimeout(0).
#[native("(self, flag, /)", no_signature)]
fn setblocking(vm: &Vm, this: &Obj<Socket>, flag: i32) -> Res<()> {
    set_timeout(vm, this, if flag != 0 { -1 } else { 0 })
}

/// getblocking() -> bool
///
/// Whether the socket waits, with or without an end.
#[native("(self, /)", no_signature)]
fn getblocking(this: &Obj<Socket>) -> bool {
    this.timeout.get() != 0
}

/// gettimeout() -> timeout
///
/// The timeout: None, or seconds as a float.
#[native("(self, /)", no_signature)]
fn gettimeout(this: &Obj<Socket>) -> Option<f64> {
    let nanos = this.timeout.get();
    (nanos >= 0).then_some(nanos as f64 / 1e9)
}

/// What kind of addresses it has, AF_*.
#[getter]
fn family(this: &Obj<Socket>) -> i32 {
    this.family.get()
}

/// How it carries data, SOCK_*.
#[getter(name = "type")]
fn kind(this: &Obj<Socket>) -> i32 {
    this.kind.get()
}

/// The protocol's number.
#[getter]
fn proto(this: &Obj<Socket>) -> i32 {
    this.protocol.get()
}

/// None, or seconds as a float.
#[getter]
fn timeout(this: &Obj<Socket>) -> Option<f64> {
    gettimeout(this)
}

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(socket) = this.downcast::<Socket>() else { return Ok(Object::not_implemented()) };
    let text = format!(
        "<socket object, fd={}, family={}, type={}, proto={}>",
        socket.fd.get(),
        socket.family.get(),
        socket.kind.get(),
        socket.protocol.get()
    );
    Ok(vm.str(&text)?.into_object())
}

/// A socket that nobody closed is closed when its object vanishes.
fn finalize(vm: &Vm, this: &Object) -> Res<()> {
    if let Some(socket) = this.downcast::<Socket>()
        && socket.fd.get() != -1
    {
        warn_unclosed(vm, this);
        // Only now: the text shows the descriptor, and what shows it may have closed it.
        let fd = socket.fd.replace(-1);
        if fd != -1 {
            let _ = fs::close(fd);
        }
    }
    Ok(())
}

/// ResourceWarning about a socket that nobody closed.
fn warn_unclosed(vm: &Vm, this: &Object) {
    let warn = || {
        let shown = vm.repr_string(this)?;
        vm.warn_about(Exc::ResourceWarning, &format!("unclosed {shown}"), 1, this)
    };
    if let Err(raised) = warn() {
        let exception = vm.take_raised(raised);
        // Warnings may be errors; others come from an interpreter that is half gone.
        if vm.class_of(&exception).is_subtype(&vm.types().exception(Exc::Warning)) {
            let raised = vm.raise(exception);
            vm.unraisable(raised, Some(this));
        }
    }
}
