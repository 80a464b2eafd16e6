//! Messages of several buffers with ancillary data. sendmsg(2), recvmsg(2), cmsg(3).

#![expect(unsafe_code, reason = "system calls")]

use std::io;

use super::address::{Address, MAX_LEN, RawAddress};
use crate::backend::{check_size, error, may_interrupt};
use crate::fs::Fd;

/// One piece of ancillary data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ancillary {
    /// `SOL_*`
    pub level: i32,
    /// `SCM_*` and the like.
    pub kind: i32,
    /// Its bytes.
    pub data: Vec<u8>,
}

const HEADER: usize = size_of::<libc::cmsghdr>();
const ALIGN: usize = align_of::<usize>();

fn aligned(len: usize) -> Option<usize> {
    len.checked_next_multiple_of(ALIGN)
}

/// Bytes of one piece with `len` bytes of data, padding at its end left out. CMSG_LEN of cmsg(3).
pub fn ancillary_len(len: usize) -> Option<usize> {
    len.checked_add(aligned(HEADER)?).filter(|&len| len <= i32::MAX as usize)
}

/// Bytes of one piece with `len` bytes of data. CMSG_SPACE of cmsg(3).
pub fn ancillary_space(len: usize) -> Option<usize> {
    // So far from the largest length of all that of one more byte is within it too.
    let limit = i32::MAX as usize - aligned(1)? - aligned(HEADER)?;
    aligned(Some(len).filter(|&len| len <= limit)?)?.checked_add(aligned(HEADER)?)
}

fn encode(pieces: &[Ancillary]) -> io::Result<Vec<u8>> {
    let too_large = || error(libc::EMSGSIZE);
    let mut whole = Vec::new();
    for piece in pieces {
        let space = ancillary_space(piece.data.len()).ok_or_else(too_large)?;
        let end = whole.len() + space;
        whole.try_reserve(space).map_err(|_| error(libc::ENOMEM))?;
        whole.extend_from_slice(&(HEADER + piece.data.len()).to_ne_bytes());
        whole.extend_from_slice(&piece.level.to_ne_bytes());
        whole.extend_from_slice(&piece.kind.to_ne_bytes());
        whole.extend_from_slice(&piece.data);
        whole.resize(end, 0);
    }
    Ok(whole)
}

/// Takes received pieces apart; a last one that was cut keeps what there is.
fn decode(mut control: &[u8]) -> Vec<Ancillary> {
    let mut pieces = Vec::new();
    while let Some((len, rest)) = control.split_first_chunk::<{ size_of::<usize>() }>() {
        let len = usize::from_ne_bytes(*len);
        let Some((level, rest)) = rest.split_first_chunk::<4>() else { break };
        let Some((kind, _)) = rest.split_first_chunk::<4>() else { break };
        if len < HEADER {
            break;
        }
        let data = control.get(HEADER..len).unwrap_or(&control[HEADER..]);
        pieces.push(Ancillary {
            level: i32::from_ne_bytes(*level),
            kind: i32::from_ne_bytes(*kind),
            data: data.to_vec(),
        });
        match aligned(len).and_then(|next| control.get(next..)) {
            Some(next) => control = next,
            None => break,
        }
    }
    pieces
}

/// The kernel wants this form of a piece's length to be the machine's word.
const _: () = assert!(HEADER == size_of::<usize>() + 8);

/// Sends several buffers as one message; says how many bytes went. sendmsg(2).
pub fn sendmsg(
    fd: Fd,
    buffers: &[io::IoSlice<'_>],
    ancillary: &[Ancillary],
    flags: i32,
    address: Option<&Address>,
) -> io::Result<usize> {
    may_interrupt()?;
    let raw = address.map(Address::encode);
    let control = encode(ancillary)?;
    // SAFETY: all-zero is a valid `msghdr`: no address, no buffers, no control data.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    if let Some(raw) = &raw {
        let (pointer, len) = raw.as_c();
        header.msg_name = pointer.cast_mut().cast();
        header.msg_namelen = len;
    }
    header.msg_iov = buffers.as_ptr().cast_mut().cast();
    header.msg_iovlen = buffers.len() as _;
    if !control.is_empty() {
        header.msg_control = control.as_ptr().cast_mut().cast();
        header.msg_controllen = control.len() as _;
    }
    // SAFETY: all parts outlive the call and are only read.
    check_size(unsafe { libc::sendmsg(fd, &header, flags | libc::MSG_NOSIGNAL) })
}

/// A message that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Bytes in the buffers.
    pub count: usize,
    /// Ancillary data, as far as it had room.
    pub ancillary: Vec<Ancillary>,
    /// `MSG_*`, such as `MSG_CTRUNC`.
    pub flags: i32,
    /// Who sent it.
    pub address: Address,
}

/// Receives a message into several buffers. Descriptors that come along are close-on-exec if `flags`
/// say so. recvmsg(2).
pub fn recvmsg(
    fd: Fd,
    buffers: &mut [io::IoSliceMut<'_>],
    ancillary_size: usize,
    flags: i32,
    protocol: i32,
) -> io::Result<Received> {
    may_interrupt()?;
    let mut raw = RawAddress::new();
    // As words, so that the kernel's headers are aligned.
    let mut control = Vec::<usize>::new();
    let words = ancillary_size.div_ceil(size_of::<usize>());
    control.try_reserve_exact(words).map_err(|_| error(libc::ENOMEM))?;
    control.resize(words, 0);
    // SAFETY: all-zero is a valid `msghdr`.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_name = raw.bytes.as_mut_ptr().cast();
    header.msg_namelen = MAX_LEN as libc::socklen_t;
    header.msg_iov = buffers.as_mut_ptr().cast();
    header.msg_iovlen = buffers.len() as _;
    if ancillary_size > 0 {
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = ancillary_size as _;
    }
    // SAFETY: all parts are writable for their lengths and outlive the call.
    let count = check_size(unsafe { libc::recvmsg(fd, &mut header, flags) })?;
    raw.len = (header.msg_namelen as usize).min(MAX_LEN);
    let filled = (header.msg_controllen as usize).min(ancillary_size);
    let bytes: Vec<u8> = control.iter().flat_map(|word| word.to_ne_bytes()).take(filled).collect();
    Ok(Received {
        count,
        ancillary: decode(&bytes),
        flags: header.msg_flags,
        address: Address::decode(&raw, protocol),
    })
}
