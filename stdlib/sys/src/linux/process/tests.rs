use super::*;

#[test]
fn environment() {
    assert_eq!(getenv(b"TAIPAN_SYS_TEST"), None);
    setenv(b"TAIPAN_SYS_TEST", b"a=b").unwrap();
    assert_eq!(getenv(b"TAIPAN_SYS_TEST").as_deref(), Some(&b"a=b"[..]));
    assert!(environ().contains(&(b"TAIPAN_SYS_TEST".to_vec(), b"a=b".to_vec())));
    unsetenv(b"TAIPAN_SYS_TEST").unwrap();
    assert_eq!(getenv(b"TAIPAN_SYS_TEST"), None);
    assert!(setenv(b"A=B", b"").is_err() && setenv(b"", b"").is_err());
}

#[test]
fn facts() {
    assert_eq!(uname().unwrap().sysname, b"Linux");
    assert!(cpu_count().unwrap() >= affinity(0).unwrap().len());
    assert!(getrlimit(libc::RLIMIT_NOFILE as i32).unwrap().0 > 8);
    assert_eq!(getpid() as u32, std::process::id());
    let (mut a, mut b) = ([0; 32], [0; 32]);
    urandom(&mut a).unwrap();
    urandom(&mut b).unwrap();
    assert_ne!(a, b);
    assert_eq!(sysconf(libc::_SC_PAGESIZE).unwrap(), Some(crate::memory::page_size() as i64));
    assert!(users().unwrap().iter().any(|user| user.uid == 0));
}

#[test]
fn children() {
    let exit = std::process::Command::new("/bin/true").spawn().unwrap().id() as i32;
    let (pid, status) = loop {
        if let Ok(done) = waitpid(exit, 0) {
            break done;
        }
    };
    assert_eq!((pid, wait_status(status)), (exit, WaitStatus::Exited(0)));
    assert_eq!(exec(b"/no/such/program", &[], None).raw_os_error(), Some(libc::ENOENT));
}
