//! What the interpreter asks of the program around it: files to import from and to show lines of, and where
//! messages go when `sys.stderr` is of no use.
//!
//! The core knows no files itself; an embedder that gives no host has none.

use std::io;

/// What lies at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathKind {
    File,
    Directory,
    Other,
}

/// See the file's head. Paths are UTF-8, as the operating system has them.
pub trait Host {
    /// The bytes of a file.
    fn read_file(&self, path: &str) -> io::Result<Vec<u8>>;
    /// What lies there, if anything.
    fn path_kind(&self, path: &str) -> Option<PathKind>;
    /// Names in a directory, in any order.
    fn list_directory(&self, path: &str) -> io::Result<Vec<String>>;
    /// The current directory.
    fn current_directory(&self) -> Option<String>;
    /// Write to the process's standard output; used while `sys.stdout` is the plain stream.
    fn write_output(&self, bytes: &[u8]) -> io::Result<()>;
    /// Write to the process's standard error.
    fn write_error(&self, bytes: &[u8]) -> io::Result<()>;
    /// Read a line from the process's standard input, its newline included; empty at the end.
    fn read_line(&self) -> io::Result<Vec<u8>>;
}

impl super::Vm {
    /// The host, if the program gave one.
    pub fn host(&self) -> Option<std::rc::Rc<dyn Host>> {
        self.interp().host.borrow().clone()
    }
}
