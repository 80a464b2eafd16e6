use super::*;

/// A directory of its own, removed when dropped.
struct Scratch(Vec<u8>);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let path = std::env::temp_dir().join(format!("taipan-sys-{name}-{}", std::process::id()));
        let path = path.into_os_string().into_encoded_bytes();
        mkdir(&path, 0o700, None).unwrap();
        Scratch(path)
    }

    fn path(&self, name: &str) -> Vec<u8> {
        [self.0.as_slice(), b"/", name.as_bytes()].concat()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let path = std::ffi::OsString::from(String::from_utf8_lossy(&self.0).into_owned());
        let _ = std::fs::remove_dir_all(path);
    }
}

fn retry<T>(mut f: impl FnMut() -> std::io::Result<T>) -> std::io::Result<T> {
    loop {
        match f() {
            Err(e) if e.raw_os_error() == Some(libc::EINTR) => {}
            other => return other,
        }
    }
}

fn write_all(fd: Fd, mut data: &[u8]) {
    while !data.is_empty() {
        let count = retry(|| write(fd, data)).unwrap();
        data = &data[count..];
    }
}

fn read_all(fd: Fd) -> Vec<u8> {
    let mut all = Vec::with_capacity(64);
    loop {
        all.reserve(64);
        if retry(|| read_into_spare(fd, &mut all, 64)).unwrap() == 0 {
            return all;
        }
    }
}

#[test]
fn write_seek_read() {
    let scratch = Scratch::new("wsr");
    let path = scratch.path("f");
    let fd = retry(|| open(&path, libc::O_RDWR | libc::O_CREAT, 0o600, None)).unwrap();
    write_all(fd, b"hello world");
    assert_eq!(lseek(fd, 0, libc::SEEK_SET).unwrap(), 0);
    assert_eq!(read_all(fd), b"hello world");
    let mut some = [0; 1];
    assert_eq!(retry(|| pread(fd, &mut some, 6)).unwrap(), 1);
    assert_eq!(&some, b"w");
    let status = fstat(fd).unwrap();
    assert!(status.is_file() && status.size == 11 && status.mode & 0o777 == 0o600);
    assert!(!inheritable(fd).unwrap());
    set_inheritable(fd, true).unwrap();
    assert!(inheritable(fd).unwrap());
    retry(|| ftruncate(fd, 4)).unwrap();
    assert_eq!(stat(&path).unwrap().size, 4);
    close(fd).unwrap();
    assert_eq!(close(fd).unwrap_err().raw_os_error(), Some(libc::EBADF));
}

#[test]
fn names_and_links() {
    let scratch = Scratch::new("names");
    let (a, b, c) = (scratch.path("a"), scratch.path("b"), scratch.path("c"));
    close(retry(|| open(&a, libc::O_WRONLY | libc::O_CREAT, 0o644, None)).unwrap()).unwrap();
    symlink(b"a", &b, None).unwrap();
    link(&a, &c, None, None, false).unwrap();
    assert_eq!(readlink(&b, None).unwrap(), b"a");
    assert_eq!(stat(&a).unwrap().nlink, 2);
    assert!(lstat(&b).unwrap().is_symlink());
    utimens(&a, Some((1, 5)), Some((2, 7)), None, true).unwrap();
    assert_eq!(stat(&a).unwrap().mtime, (2, 7));
    let mut directory = Directory::open(&scratch.0).unwrap();
    let mut names = Vec::new();
    while let Some(entry) = directory.next().unwrap() {
        names.push(entry.name);
    }
    names.sort();
    assert_eq!(names, [b"a", b"b", b"c"]);
    unlink(&c, None).unwrap();
    rename(&a, &c, None, None).unwrap();
    assert_eq!(stat(&a).unwrap_err().raw_os_error(), Some(libc::ENOENT));
    assert!(access(&c, libc::R_OK, None, false, true).is_ok());
}

#[test]
fn pipes_and_duplicates() {
    let (reader, writer) = pipe2(libc::O_CLOEXEC).unwrap();
    let again = dup(writer).unwrap();
    write_all(again, b"xyz");
    assert_eq!(bytes_waiting(reader).unwrap(), 3);
    close(writer).unwrap();
    close(again).unwrap();
    assert_eq!(read_all(reader), b"xyz");
    assert!(blocking(reader).unwrap());
    set_blocking(reader, false).unwrap();
    assert!(!blocking(reader).unwrap());
    assert_eq!(retry(|| dup2(reader, reader, false)).unwrap(), reader);
    close(reader).unwrap();
}

#[test]
fn vectors() {
    let (reader, writer) = pipe2(libc::O_CLOEXEC).unwrap();
    let parts = [std::io::IoSlice::new(b"ab"), std::io::IoSlice::new(b"cde")];
    assert_eq!(retry(|| writev(writer, &parts)).unwrap(), 5);
    let (mut a, mut b) = ([0; 3], [0; 2]);
    let mut into = [std::io::IoSliceMut::new(&mut a), std::io::IoSliceMut::new(&mut b)];
    assert_eq!(retry(|| readv(reader, &mut into)).unwrap(), 5);
    assert_eq!((&a, &b), (b"abc", b"de"));
    close(reader).unwrap();
    close(writer).unwrap();
}
