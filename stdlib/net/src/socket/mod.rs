//! The modules `_socket` and `socket`.
//!
//! | file        | holds                                                            |
//! |-------------|------------------------------------------------------------------|
//! | `object`    | the socket type: making, binding, connecting, timeouts           |
//! | `transfer`  | sending and receiving                                            |
//! | `message`   | sendmsg, recvmsg and ancillary data                              |
//! | `address`   | addresses from and to Python                                     |
//! | `parse`     | the parts of addresses: numbers, hosts, interfaces               |
//! | `resolve`   | names of hosts and services                                      |
//! | `functions` | byte order, addresses as text, interfaces                        |
//! | `socket.py` | the module `socket` over `_socket`                               |
//!
//! **Invariant:** a socket with a timeout has a descriptor that does not wait; waiting is done by
//! poll(2), outside of the interpreter's lock.

pub(crate) mod address;
mod functions;
mod message;
mod object;
mod parse;
mod resolve;
mod transfer;

use std::cell::{Cell, OnceCell};

use taipan_sys::consts;

use crate::support::*;
use functions::*;
use resolve::*;

pub use object::Socket;
pub(crate) use object::connection;
#[cfg(any(feature = "tls", feature = "tls-ring"))]
pub(crate) use object::set_timeout;

/// The module `_socket`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_socket",
    doc: "Sockets as the system has them. Use the module socket.",
    functions: natives![
        gethostbyname,
        gethostbyname_ex,
        gethostbyaddr,
        gethostname,
        sethostname,
        getservbyname,
        getservbyport,
        getprotobyname,
        close,
        dup,
        socketpair,
        ntohs,
        ntohl,
        htons,
        htonl,
        inet_aton,
        inet_ntoa,
        inet_pton,
        inet_ntop,
        getaddrinfo,
        getnameinfo,
        getdefaulttimeout,
        setdefaulttimeout,
        if_nameindex,
        if_nametoindex,
        if_indextoname,
        cmsg_len,
        cmsg_space
    ],
    types: &[&object::SPEC],
    fill: Some(fill),
};

/// The module `socket`.
pub static SOCKET_MODULE: ModuleDef = ModuleDef {
    name: "socket",
    doc: "Sockets: communication over networks and between processes.",
    fill: Some(|vm, module| {
        let file = "<frozen socket>";
        // The library has it compiled.
        let code = match vm.library_code("socket", file)? {
            Some(code) => code.into_object(),
            None => {
                let source = vm.str(include_str!("socket.py"))?.into_object();
                let mode = vm.str("exec")?.into_object();
                let arguments = [source, vm.str(file)?.into_object(), mode];
                vm.call(&builtin(vm, "compile")?, &arguments)?
            }
        };
        let globals = module.dict.clone();
        if globals.get_named(vm, "__builtins__").is_none() {
            globals.set_named(vm, "__builtins__", vm.import("builtins")?)?;
        }
        // The enumerations look the module up while it runs.
        let modules = vm.interp().modules.get_as::<Dict>();
        if let Some(modules) = &modules {
            modules.set_named(vm, "socket", module.as_object().clone())?;
        }
        let done = vm.call(&builtin(vm, "exec")?, &[code, globals.into_object()]);
        done.map(drop).map_err(|raised| {
            let exception = vm.take_raised(raised);
            if let Some(modules) = modules {
                let name = vm.intern("socket").into_object();
                if let Err(raised) = vm.call_method(modules.as_object(), "pop", &[name]) {
                    drop(vm.take_raised(raised));
                }
            }
            vm.raise(exception)
        })
    }),
    ..ModuleDef::EMPTY
};

/// What an interpreter keeps of this module.
struct State {
    gaierror: OnceCell<Object>,
    herror: OnceCell<Object>,
    /// Nanoseconds; -1 is none.
    default_timeout: Cell<i64>,
}

impl Default for State {
    fn default() -> State {
        State { gaierror: OnceCell::new(), herror: OnceCell::new(), default_timeout: Cell::new(-1) }
    }
}

/// A subclass of OSError that is made on first use.
fn error_class(vm: &Vm, cell: &OnceCell<Object>, name: &str) -> Res {
    if let Some(class) = cell.get() {
        return Ok(class.clone());
    }
    let dict = vm.new_dict()?;
    dict.set_named(vm, "__module__", vm.str("socket")?)?;
    let bases = vm.tuple(vec![vm.types().exception(Exc::OSError).into_object()])?;
    let arguments = [vm.str(name)?.into_object(), bases.into_object(), dict.into_object()];
    let class = vm.call(vm.types().type_.as_object(), &arguments)?;
    let _ = cell.set(class.clone());
    Ok(class)
}

fn gaierror(vm: &Vm) -> Res {
    error_class(vm, &vm.interp().state::<State>().gaierror, "gaierror")
}

fn herror(vm: &Vm) -> Res {
    error_class(vm, &vm.interp().state::<State>().herror, "herror")
}

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    for &(name, value) in consts::SOCKET {
        module.set(vm, name, value)?;
    }
    for (name, text) in [("BDADDR_ANY", "00:00:00:00:00:00"), ("BDADDR_LOCAL", "00:00:00:FF:FF:FF")]
    {
        module.set(vm, name, vm.str(text)?)?;
    }
    module.set(vm, "has_ipv6", true)?;
    module.set(vm, "error", vm.types().exception(Exc::OSError))?;
    module.set(vm, "timeout", vm.types().exception(Exc::TimeoutError))?;
    module.set(vm, "gaierror", gaierror(vm)?)?;
    module.set(vm, "herror", herror(vm)?)?;
    match module.get(vm, "socket") {
        Some(class) => module.set(vm, "SocketType", class),
        None => Ok(()),
    }
}
