use super::*;
use crate::fs::{Fd, close};
use std::io::{self, IoSlice, IoSliceMut};
use std::time::Duration;

fn retry<T>(mut f: impl FnMut() -> io::Result<T>) -> T {
    loop {
        match f() {
            Err(e) if e.raw_os_error() == Some(libc::EINTR) => {}
            other => return other.unwrap(),
        }
    }
}

fn loopback(port: u16) -> Address {
    Address::V4 { host: [127, 0, 0, 1], port }
}

fn exchange(a: Fd, b: Fd) {
    assert_eq!(retry(|| send(a, b"p", 0)), 1);
    assert!(retry(|| wait_for(b, POLL_IN, Some(Duration::from_secs(5)))));
    let mut buffer = Vec::with_capacity(8);
    assert_eq!(retry(|| recv_into_spare(b, &mut buffer, 8, 0)), 1);
    assert_eq!(buffer, b"p");
}

#[test]
fn stream() {
    let server = socket(libc::AF_INET, libc::SOCK_STREAM, 0).unwrap();
    setsockopt_int(server, libc::SOL_SOCKET, libc::SO_REUSEADDR, 1).unwrap();
    assert_eq!(getsockopt_int(server, libc::SOL_SOCKET, libc::SO_REUSEADDR).unwrap(), 1);
    bind(server, &loopback(0)).unwrap();
    listen(server, 5).unwrap();
    let address = getsockname(server, 0).unwrap();
    let client = socket(libc::AF_INET, libc::SOCK_STREAM, 0).unwrap();
    connect(client, &address).unwrap();
    let (accepted, peer) = retry(|| accept(server, 0, 0));
    assert_eq!(getsockname(client, 0).unwrap(), peer);
    assert_eq!(getpeername(client, 0).unwrap(), address);
    assert!(!crate::fs::inheritable(accepted).unwrap());
    exchange(client, accepted);
    exchange(accepted, client);
    shutdown(client, libc::SHUT_WR).unwrap();
    assert_eq!(retry(|| recv(accepted, &mut [0; 4], 0)), 0);
    let failure = bind(client, &address).unwrap_err();
    assert!(failure.raw_os_error().is_some());
    for fd in [server, client, accepted] {
        close(fd).unwrap();
    }
}

#[test]
fn datagrams() {
    let a = socket(libc::AF_INET, libc::SOCK_DGRAM, 0).unwrap();
    let b = socket(libc::AF_INET, libc::SOCK_DGRAM, 0).unwrap();
    bind(a, &loopback(0)).unwrap();
    bind(b, &loopback(0)).unwrap();
    let (from, to) = (getsockname(a, 0).unwrap(), getsockname(b, 0).unwrap());
    assert_eq!(retry(|| sendto(a, b"hello", 0, &to)), 5);
    let mut buffer = [0; 16];
    assert_eq!(retry(|| recvfrom(b, &mut buffer, 0, 0)), (5, from));
    close(a).unwrap();
    close(b).unwrap();
}

#[test]
fn descriptors_travel() {
    let (a, b) = socketpair(libc::AF_UNIX, libc::SOCK_STREAM, 0).unwrap();
    let (reader, writer) = crate::fs::pipe2(libc::O_CLOEXEC).unwrap();
    let piece = Ancillary {
        level: libc::SOL_SOCKET,
        kind: libc::SCM_RIGHTS,
        data: writer.to_ne_bytes().to_vec(),
    };
    let parts = [IoSlice::new(b"ab"), IoSlice::new(b"c")];
    assert_eq!(retry(|| sendmsg(a, &parts, std::slice::from_ref(&piece), 0, None)), 3);
    let mut data = [0; 8];
    let space = ancillary_space(4).unwrap();
    let got = retry(|| recvmsg(b, &mut [IoSliceMut::new(&mut data)], space, 0, 0));
    assert_eq!((got.count, got.flags & libc::MSG_CTRUNC), (3, 0));
    let [piece] = &got.ancillary[..] else { panic!("{got:?}") };
    let again = Fd::from_ne_bytes(piece.data[..4].try_into().unwrap());
    assert_eq!(retry(|| crate::fs::write(again, b"!")), 1);
    for fd in [a, b, reader, writer, again] {
        close(fd).unwrap();
    }
}

#[test]
fn waiting() {
    let (a, b) = socketpair(libc::AF_UNIX, libc::SOCK_STREAM, 0).unwrap();
    let soon = Some(Duration::from_millis(1));
    assert!(!retry(|| wait_for(b, POLL_IN, soon)));
    let epoll = epoll_create().unwrap();
    epoll_ctl(epoll, EpollOp::Add, b, libc::EPOLLIN as u32, 77).unwrap();
    let mut events = [EpollEvent::empty(); 4];
    assert_eq!(retry(|| epoll_wait(epoll, &mut events, soon)), 0);
    retry(|| send(a, b"x", 0));
    assert_eq!(retry(|| epoll_wait(epoll, &mut events, None)), 1);
    assert_eq!((events[0].events(), events[0].data()), (libc::EPOLLIN as u32, 77));
    let mut wanted = [FdSet::new(); 3];
    assert!(wanted[0].insert(a) && wanted[0].insert(b) && wanted[1].insert(a));
    assert!(!wanted[2].insert(1024) && !wanted[2].insert(-1));
    let mut sets = wanted;
    let end = a.max(b) + 1;
    let count = retry(|| {
        sets = wanted;
        select(end, &mut sets, None)
    });
    assert_eq!(count, 2);
    assert!(sets[0].contains(b) && !sets[0].contains(a) && sets[1].contains(a));
    for fd in [a, b, epoll] {
        close(fd).unwrap();
    }
}

#[test]
fn names() {
    let query = Query {
        host: Some(b"127.0.0.1"),
        service: Some(b"80"),
        kind: libc::SOCK_STREAM,
        ..Query::default()
    };
    let answers = getaddrinfo(query).unwrap();
    assert_eq!(answers[0].address, loopback(80));
    let bad = Query { host: Some(b"not a host"), ..Query::default() };
    let bad = Query { flags: libc::AI_NUMERICHOST, ..bad };
    match getaddrinfo(bad) {
        Err(ResolveError::Resolver(code)) => {
            assert_eq!(code, libc::EAI_NONAME);
            assert_eq!(resolver_message(code), "Name or service not known");
        }
        other => panic!("{other:?}"),
    }
    let numeric = libc::NI_NUMERICHOST | libc::NI_NUMERICSERV;
    let (host, service) = getnameinfo(&loopback(81), numeric).unwrap();
    assert_eq!((&host[..], &service[..]), (&b"127.0.0.1"[..], &b"81"[..]));
    assert_eq!(gethostbyname(b"127.0.0.1").unwrap().addresses, [loopback(0)]);
    let interfaces = interfaces().unwrap();
    let (index, name) = &interfaces[0];
    assert_eq!(interface_index(name).unwrap(), *index);
    assert_eq!(&interface_name(*index).unwrap(), name);
}
