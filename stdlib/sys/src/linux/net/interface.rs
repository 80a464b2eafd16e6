//! Network interfaces: names and numbers.

#![expect(unsafe_code, reason = "system calls")]

use std::ffi::CStr;
use std::io;

use crate::backend::{array_bytes, error, with_c_str};

/// Room for the name of an interface, with the NUL at its end.
pub const INTERFACE_NAME_MAX: usize = libc::IF_NAMESIZE;

/// Number and name of every interface. if_nameindex(3).
pub fn interfaces() -> io::Result<Vec<(u32, Vec<u8>)>> {
    // SAFETY: no arguments; freed below.
    let list = unsafe { libc::if_nameindex() };
    if list.is_null() {
        return Err(io::Error::last_os_error());
    }
    let mut found = Vec::new();
    let mut entry = list;
    // SAFETY: the list ends in an entry of zeros, and its names are NUL-terminated.
    unsafe {
        while (*entry).if_index != 0 && !(*entry).if_name.is_null() {
            found.push(((*entry).if_index, CStr::from_ptr((*entry).if_name).to_bytes().to_vec()));
            entry = entry.add(1);
        }
        libc::if_freenameindex(list);
    }
    Ok(found)
}

/// The number of an interface. if_nametoindex(3).
pub fn interface_index(name: &[u8]) -> io::Result<u32> {
    with_c_str(name, |name| {
        // SAFETY: NUL-terminated.
        match unsafe { libc::if_nametoindex(name.as_ptr()) } {
            0 => Err(io::Error::last_os_error()),
            index => Ok(index),
        }
    })
}

/// The name of an interface. if_indextoname(3).
pub fn interface_name(index: u32) -> io::Result<Vec<u8>> {
    let mut buffer = [0 as libc::c_char; libc::IF_NAMESIZE];
    // SAFETY: writable for IF_NAMESIZE bytes.
    if unsafe { libc::if_indextoname(index, buffer.as_mut_ptr()) }.is_null() {
        return Err(match io::Error::last_os_error() {
            failure if failure.raw_os_error() == Some(0) => error(libc::ENXIO),
            failure => failure,
        });
    }
    Ok(array_bytes(&buffer))
}

/// The hardware address of the first interface that has one, by name.
pub fn hardware_address() -> Option<[u8; 6]> {
    let address_of = |entry: std::fs::DirEntry| {
        let text = std::fs::read_to_string(entry.path().join("address")).ok()?;
        let mut address = [0; 6];
        let mut parts = text.trim().split(':');
        for byte in &mut address {
            *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
        }
        (address != [0; 6] && parts.next().is_none()).then(|| (entry.file_name(), address))
    };
    let found = std::fs::read_dir("/sys/class/net").ok()?.flatten().filter_map(address_of);
    found.min().map(|(_, address)| address)
}
