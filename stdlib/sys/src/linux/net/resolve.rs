//! Host names: getaddrinfo(3) and its elders.

#![expect(unsafe_code, reason = "system calls")]

use std::ffi::{CStr, CString};
use std::io;
use std::ptr;

use super::address::{Address, MAX_LEN, RawAddress};
use crate::backend::{c_string, error};

/// Why a name could not be resolved.
#[derive(Debug)]
pub enum ResolveError {
    /// A system call failed (`EAI_SYSTEM`).
    Io(io::Error),
    /// The resolver said so, `EAI_*`.
    Resolver(i32),
    /// The elder functions said so: `HOST_NOT_FOUND` and kin.
    Host(i32),
}

impl From<io::Error> for ResolveError {
    fn from(failure: io::Error) -> ResolveError {
        ResolveError::Io(failure)
    }
}

fn resolver_error(code: i32) -> ResolveError {
    if code == libc::EAI_SYSTEM {
        ResolveError::Io(io::Error::last_os_error())
    } else {
        ResolveError::Resolver(code)
    }
}

/// The text of an `EAI_*`. gai_strerror(3).
pub fn resolver_message(code: i32) -> String {
    // SAFETY: an integer argument; the texts are constant.
    let text = unsafe { libc::gai_strerror(code) };
    if text.is_null() {
        return String::from("Unknown error");
    }
    // SAFETY: NUL-terminated.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// The text of an error of the elder functions. hstrerror(3).
pub fn host_message(code: i32) -> String {
    unsafe extern "C" {
        fn hstrerror(code: libc::c_int) -> *const libc::c_char;
    }
    // SAFETY: an integer argument; the texts are constant and NUL-terminated.
    unsafe { CStr::from_ptr(hstrerror(code)) }.to_string_lossy().into_owned()
}

/// What is asked of [`getaddrinfo`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'a> {
    /// Host; `None` is the loopback or, with `AI_PASSIVE`, any address.
    pub host: Option<&'a [u8]>,
    /// Service name or port.
    pub service: Option<&'a [u8]>,
    /// `AF_*`
    pub family: i32,
    /// `SOCK_*`
    pub kind: i32,
    /// Protocol number.
    pub protocol: i32,
    /// `AI_*`
    pub flags: i32,
}

/// One answer of [`getaddrinfo`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressInfo {
    /// `AF_*`
    pub family: i32,
    /// `SOCK_*`
    pub kind: i32,
    /// Protocol number.
    pub protocol: i32,
    /// The host's canonical name, if it was asked for.
    pub canonical_name: Option<Vec<u8>>,
    /// The address.
    pub address: Address,
}

fn optional_c_string(bytes: Option<&[u8]>) -> io::Result<Option<CString>> {
    bytes.map(c_string).transpose()
}

/// Copies an address that the C library owns.
///
/// # Safety
/// `pointer` is null or readable for `len` bytes.
unsafe fn copy_address(pointer: *const libc::sockaddr, len: libc::socklen_t) -> RawAddress {
    let mut raw = RawAddress::new();
    if !pointer.is_null() {
        raw.len = (len as usize).min(MAX_LEN);
        ptr::copy_nonoverlapping(pointer.cast(), raw.bytes.as_mut_ptr(), raw.len);
    }
    raw
}

/// The addresses of a host and service. getaddrinfo(3).
pub fn getaddrinfo(query: Query<'_>) -> Result<Vec<AddressInfo>, ResolveError> {
    let host = optional_c_string(query.host)?;
    let service = optional_c_string(query.service)?;
    // SAFETY: all-zero is a valid `addrinfo`.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    hints.ai_family = query.family;
    hints.ai_socktype = query.kind;
    hints.ai_protocol = query.protocol;
    hints.ai_flags = query.flags;
    let mut list = ptr::null_mut();
    let text = |text: &Option<CString>| text.as_ref().map_or(ptr::null(), |text| text.as_ptr());
    // SAFETY: strings are null or NUL-terminated; the list is freed below.
    let code = unsafe { libc::getaddrinfo(text(&host), text(&service), &hints, &mut list) };
    if code != 0 {
        return Err(resolver_error(code));
    }
    let mut answers = Vec::new();
    let mut next = list;
    // SAFETY: a list that the C library built; each entry is valid until it is freed.
    unsafe {
        while let Some(entry) = next.as_ref() {
            let raw = copy_address(entry.ai_addr, entry.ai_addrlen);
            answers.push(AddressInfo {
                family: entry.ai_family,
                kind: entry.ai_socktype,
                protocol: entry.ai_protocol,
                canonical_name: (!entry.ai_canonname.is_null())
                    .then(|| CStr::from_ptr(entry.ai_canonname).to_bytes().to_vec()),
                address: Address::decode(&raw, entry.ai_protocol),
            });
            next = entry.ai_next;
        }
        libc::freeaddrinfo(list);
    }
    Ok(answers)
}

/// Host and service name of an address; `flags` are `NI_*`. getnameinfo(3).
pub fn getnameinfo(address: &Address, flags: i32) -> Result<(Vec<u8>, Vec<u8>), ResolveError> {
    let raw = address.encode();
    let (pointer, len) = raw.as_c();
    let mut host = [0 as libc::c_char; 1025];
    let mut service = [0 as libc::c_char; 64];
    // SAFETY: the address is readable, both buffers are writable, each for its length.
    let code = unsafe {
        libc::getnameinfo(
            pointer,
            len,
            host.as_mut_ptr(),
            host.len() as _,
            service.as_mut_ptr(),
            service.len() as _,
            flags,
        )
    };
    if code != 0 {
        return Err(resolver_error(code));
    }
    Ok((crate::backend::array_bytes(&host), crate::backend::array_bytes(&service)))
}

/// What the elder functions tell of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Official name.
    pub name: Vec<u8>,
    /// Other names.
    pub aliases: Vec<Vec<u8>>,
    /// Addresses, all of one family, ports 0.
    pub addresses: Vec<Address>,
}

type HostEntry = libc::hostent;

unsafe extern "C" {
    fn gethostbyname_r(
        name: *const libc::c_char,
        entry: *mut HostEntry,
        buffer: *mut libc::c_char,
        len: usize,
        result: *mut *mut HostEntry,
        code: *mut libc::c_int,
    ) -> libc::c_int;
    fn gethostbyaddr_r(
        address: *const libc::c_void,
        address_len: libc::socklen_t,
        family: libc::c_int,
        entry: *mut HostEntry,
        buffer: *mut libc::c_char,
        len: usize,
        result: *mut *mut HostEntry,
        code: *mut libc::c_int,
    ) -> libc::c_int;
}

/// Calls one of the two functions above with enough room.
fn host_entry(
    mut call: impl FnMut(
        *mut HostEntry,
        &mut [libc::c_char],
        &mut *mut HostEntry,
        &mut libc::c_int,
    ) -> libc::c_int,
) -> Result<Host, ResolveError> {
    let mut size = 8192;
    loop {
        let mut buffer = vec![0 as libc::c_char; size];
        // SAFETY: all-zero is a valid `hostent` of null pointers.
        let mut entry: HostEntry = unsafe { std::mem::zeroed() };
        let (mut result, mut code) = (ptr::null_mut(), 0);
        let failure = call(&mut entry, &mut buffer, &mut result, &mut code);
        if failure == libc::ERANGE && size < 1 << 20 {
            size *= 4;
            continue;
        }
        // SAFETY: null, or the entry filled in, whose parts lie in `buffer`.
        return match unsafe { result.as_ref() } {
            // SAFETY: as above.
            Some(entry) => Ok(unsafe { copy_host(entry) }),
            None => Err(ResolveError::Host(code)),
        };
    }
}

/// # Safety
/// The entry was filled in by the C library and its parts are still there.
unsafe fn copy_host(entry: &HostEntry) -> Host {
    let mut host = Host { name: Vec::new(), aliases: Vec::new(), addresses: Vec::new() };
    if !entry.h_name.is_null() {
        host.name = CStr::from_ptr(entry.h_name).to_bytes().to_vec();
    }
    let mut alias = entry.h_aliases;
    while !alias.is_null() && !(*alias).is_null() {
        host.aliases.push(CStr::from_ptr(*alias).to_bytes().to_vec());
        alias = alias.add(1);
    }
    let mut address = entry.h_addr_list;
    while !address.is_null() && !(*address).is_null() {
        match entry.h_addrtype {
            libc::AF_INET => {
                host.addresses
                    .push(Address::V4 { host: (*address).cast::<[u8; 4]>().read(), port: 0 });
            }
            libc::AF_INET6 => host.addresses.push(Address::V6 {
                host: (*address).cast::<[u8; 16]>().read(),
                port: 0,
                flowinfo: 0,
                scope_id: 0,
            }),
            _ => {}
        }
        address = address.add(1);
    }
    host
}

/// Names and IPv4 addresses of a host. gethostbyname_r(3).
pub fn gethostbyname(name: &[u8]) -> Result<Host, ResolveError> {
    let name = CString::new(name).map_err(|_| error(libc::EINVAL))?;
    host_entry(|entry, buffer, result, code| {
        // SAFETY: the name is NUL-terminated, the buffer writable for its length.
        unsafe {
            gethostbyname_r(name.as_ptr(), entry, buffer.as_mut_ptr(), buffer.len(), result, code)
        }
    })
}

/// Names of the host with an address. gethostbyaddr_r(3).
pub fn gethostbyaddr(address: &Address) -> Result<Host, ResolveError> {
    let bytes: &[u8] = match address {
        Address::V4 { host, .. } => host,
        Address::V6 { host, .. } => host,
        _ => return Err(error(libc::EAFNOSUPPORT).into()),
    };
    host_entry(|entry, buffer, result, code| {
        // SAFETY: the address is readable and the buffer writable, each for its length.
        unsafe {
            gethostbyaddr_r(
                bytes.as_ptr().cast(),
                bytes.len() as libc::socklen_t,
                address.family(),
                entry,
                buffer.as_mut_ptr(),
                buffer.len(),
                result,
                code,
            )
        }
    })
}
