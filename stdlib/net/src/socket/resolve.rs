//! Names of hosts and services.

use taipan_sys::net::{self, Address, Query, ResolveError};
use taipan_sys::process;

use super::address::*;
use super::parse::host_bytes;
use super::{gaierror, herror};
use crate::support::*;

/// An error of the resolver as an exception.
#[cold]
pub(super) fn raise_resolve(vm: &Vm, failure: ResolveError) -> Raised {
    let (class, code, text) = match failure {
        ResolveError::Io(failure) => return raise_io(vm, failure),
        ResolveError::Resolver(code) => (gaierror(vm), code, net::resolver_message(code)),
        ResolveError::Host(code) => (herror(vm), code, net::host_message(code)),
    };
    let make = || -> Res {
        let arguments = [vm.int(code.into())?, vm.str(&text)?.into_object()];
        vm.call(&class?, &arguments)
    };
    match make() {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}

/// A host name argument.
pub(super) struct Host(Vec<u8>);

impl<'a> FromArg<'a> for Host {
    type Holder = ();
    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
        let is_text = object.downcast::<Str>().is_some()
            || object.downcast::<Bytes>().is_some()
            || vm.type_name(object) == "bytearray";
        if !is_text {
            return Err(info.must_be(vm, "str, bytes or bytearray", object));
        }
        match host_bytes(vm, object) {
            Ok(host) => Ok(Host(host)),
            Err(raised) => {
                drop(vm.caught(raised, Exc::TypeError)?);
                Err(vm.type_error(format_args!(
                    "{}() argument 1 must be encoded string without null bytes, not {}",
                    info.function,
                    vm.type_name(object)
                )))
            }
        }
    }
}

/// gethostbyname(host) -> address
///
/// An IP address of a host, such as '127.0.0.1'.
#[native("(host, /)", no_signature)]
pub(super) fn gethostbyname(vm: &Vm, host: Host) -> Res<String> {
    Ok(host_text(&resolve_host(vm, &host.0, AF_INET)?))
}

fn host_object(vm: &Vm, host: &net::Host) -> Res {
    let mut aliases = Vec::new();
    for alias in &host.aliases {
        aliases.push(system_str(vm, alias)?);
    }
    let mut addresses = Vec::new();
    for address in &host.addresses {
        addresses.push(vm.str(&host_text(address))?.into_object());
    }
    let items = vec![
        system_str(vm, &host.name)?,
        vm.list(aliases)?.into_object(),
        vm.list(addresses)?.into_object(),
    ];
    Ok(vm.tuple(items)?.into_object())
}

/// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
///
/// What is known of a host by its name: what it is really called, what else, and where it is.
#[native("(host, /)", no_signature)]
pub(super) fn gethostbyname_ex(vm: &Vm, host: Host) -> Res {
    // Complains of unknown names as the rest of the module does.
    resolve_host(vm, &host.0, AF_INET)?;
    match vm.allow_threads(|| net::gethostbyname(&host.0)) {
        Ok(host) => host_object(vm, &host),
        Err(failure) => Err(raise_resolve(vm, failure)),
    }
}

/// gethostbyaddr(host) -> (name, aliaslist, addresslist)
///
/// The same as gethostbyname_ex, for which an address will do.
#[native("(host, /)", no_signature)]
pub(super) fn gethostbyaddr(vm: &Vm, host: Host) -> Res {
    crate::policy::resolve(vm, &host.0)?;
    let address = resolve_host(vm, &host.0, AF_UNSPEC)?;
    match vm.allow_threads(|| net::gethostbyaddr(&address)) {
        Ok(host) => host_object(vm, &host),
        Err(failure) => Err(raise_resolve(vm, failure)),
    }
}

/// gethostname() -> string
///
/// The name of this machine.
#[native("()", no_signature)]
pub(super) fn gethostname(vm: &Vm) -> Res {
    match process::gethostname() {
        Ok(name) => system_str(vm, &name),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

/// sethostname(name)
///
/// Set the name of this machine.
#[native("(name, /)", no_signature)]
pub(super) fn sethostname(vm: &Vm, name: FsPath) -> Res<()> {
    vm.ask(|| taipan_core::vm::policy::Access::Process { function: "sethostname" })?;
    process::sethostname(&name.bytes).map_err(|failure| raise_io(vm, failure))
}

/// getservbyname(servicename[, protocolname]) -> integer
///
/// The port of a service. The protocol is 'tcp' or 'udp'; any will do if it is left out.
#[native("(servicename, protocolname=<unrepresentable>, /)", no_signature, parse_tuple)]
pub(super) fn getservbyname(vm: &Vm, servicename: &str, protocolname: Maybe<&str>) -> Res<u16> {
    let protocol = protocolname.given().map(str::as_bytes);
    match net::service_port(servicename.as_bytes(), protocol) {
        Ok(Some(port)) => Ok(port),
        _ => Err(os_error(vm, "service/proto not found")),
    }
}

/// getservbyport(port[, protocolname]) -> string
///
/// The service at a port. The protocol is 'tcp' or 'udp'; any will do if it is left out.
#[native("(port, protocolname=<unrepresentable>, /)", no_signature, parse_tuple)]
pub(super) fn getservbyport(vm: &Vm, port: i32, protocolname: Maybe<&str>) -> Res {
    let Ok(port) = u16::try_from(port) else {
        return Err(vm.overflow_error("getservbyport: port must be 0-65535."));
    };
    let protocol = protocolname.given().map(str::as_bytes);
    match net::service_name(port, protocol) {
        Ok(Some(name)) => system_str(vm, &name),
        _ => Err(os_error(vm, "port/proto not found")),
    }
}

/// getprotobyname(name) -> integer
///
/// The number of a protocol.
#[native("(name, /)", no_signature)]
pub(super) fn getprotobyname(vm: &Vm, name: &str) -> Res<i32> {
    match net::protocol_number(name.as_bytes()) {
        Ok(Some(number)) => Ok(number),
        _ => Err(os_error(vm, "protocol not found")),
    }
}

/// getaddrinfo(host, port [, family, type, proto, flags]) -> list of tuples
///
/// What to give to socket and connect for a host and service: (family, type, proto, canonname,
/// address). 0 for family, type or proto means any.
#[native("(host, port, family=0, type=0, proto=0, flags=0)", no_signature)]
pub(super) fn getaddrinfo(
    vm: &Vm,
    host: &Object,
    port: &Object,
    family: i32,
    r#type: i32,
    proto: i32,
    flags: i32,
) -> Res {
    let host = if host.is_none() {
        None
    } else if host.downcast::<Str>().is_some() || host.downcast::<Bytes>().is_some() {
        let name = host_bytes(vm, host)?;
        crate::policy::resolve(vm, &name)?;
        Some(name)
    } else {
        return Err(vm.type_error("getaddrinfo() argument 1 must be string or None"));
    };
    let service = if port.is_none() {
        None
    } else if vm.class_of(port).has(type_flags::INT) {
        Some(vm.to_str(port)?.to_string_lossy().into_bytes())
    } else if let Some(text) = port.downcast::<Str>() {
        Some(vm.utf8(text)?.as_bytes().to_vec())
    } else if let Some(bytes) = port.downcast::<Bytes>() {
        Some(bytes.as_slice().to_vec())
    } else {
        return Err(os_error(vm, "Int or String expected"));
    };
    if service.as_ref().is_some_and(|service| service.contains(&0)) {
        return Err(vm.value_error("embedded null character"));
    }
    let query = Query {
        host: host.as_deref(),
        service: service.as_deref(),
        family,
        kind: r#type,
        protocol: proto,
        flags,
    };
    let answers = vm.allow_threads(|| net::getaddrinfo(query));
    let answers = answers.map_err(|failure| raise_resolve(vm, failure))?;
    let mut list = Vec::new();
    for answer in answers {
        let name = answer.canonical_name.as_deref().unwrap_or(&[]);
        let items = vec![
            vm.int(answer.family.into())?,
            vm.int(answer.kind.into())?,
            vm.int(answer.protocol.into())?,
            system_str(vm, name)?,
            to_python(vm, &answer.address)?,
        ];
        list.push(vm.tuple(items)?.into_object());
    }
    Ok(vm.list(list)?.into_object())
}

/// getnameinfo(sockaddr, flags) --> (host, port)
///
/// Host and service name of an address.
#[native("(sockaddr, flags, /)", no_signature, parse_tuple)]
pub(super) fn getnameinfo(vm: &Vm, sockaddr: &Object, flags: i32) -> Res {
    let Some(items) = sockaddr.downcast::<Tuple>().map(|tuple| tuple.as_slice()) else {
        return Err(vm.type_error("getnameinfo() argument 1 must be a tuple"));
    };
    let illegal = || vm.type_error("getnameinfo(): illegal sockaddr argument");
    if !(2..=4).contains(&items.len()) || items[0].downcast::<Str>().is_none() {
        return Err(illegal());
    }
    let number = |at: usize| -> Res<u32> {
        match items.get(at) {
            Some(item) => u32::from_arg(vm, item, &mut (), &ArgInfo::default()),
            None => Ok(0),
        }
    };
    let host = host_bytes(vm, &items[0])?;
    let port = port_argument(vm, &items[1], "getnameinfo")?;
    crate::policy::resolve(vm, &host)?;
    let (flow, scope) = (number(2)?, number(3)?);
    if flow > 0xf_ffff {
        return Err(vm.overflow_error("getnameinfo(): flowinfo must be 0-1048575."));
    }
    let service = port.to_string();
    let query = Query {
        host: Some(&host),
        service: Some(service.as_bytes()),
        kind: SOCK_DGRAM,
        flags: AI_NUMERICHOST,
        ..Query::default()
    };
    let answers = net::getaddrinfo(query).map_err(|failure| raise_resolve(vm, failure))?;
    let mut answers = answers.into_iter();
    let (first, more) = (answers.next(), answers.next());
    if more.is_some() {
        return Err(os_error(vm, "sockaddr resolved to multiple addresses"));
    }
    let address = match first.map(|first| first.address) {
        Some(Address::V4 { .. }) if items.len() != 2 => {
            return Err(os_error(vm, "IPv4 sockaddr must be 2 tuple"));
        }
        Some(Address::V6 { host, port, .. }) => {
            Address::V6 { host, port, flowinfo: flow, scope_id: scope }
        }
        Some(address) => address,
        None => return Err(illegal()),
    };
    let names = vm.allow_threads(|| net::getnameinfo(&address, flags));
    let (host, service) = names.map_err(|failure| raise_resolve(vm, failure))?;
    let items = vec![system_str(vm, &host)?, system_str(vm, &service)?];
    Ok(vm.tuple(items)?.into_object())
}
