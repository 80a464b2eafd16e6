//! The operating system as the core's [`Host`]: files by path, the standard streams past Python.

use std::ffi::OsStr;
use std::io::{self, BufRead, Read, Write};
use std::os::unix::ffi::OsStrExt;
use taipan_core::vm::host::{Host, PathKind};

/// See the file's head.
pub struct SystemHost;

impl Host for SystemHost {
    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        std::fs::File::open(path)?.read_to_end(&mut out)?;
        Ok(out)
    }

    fn path_kind(&self, path: &str) -> Option<PathKind> {
        let kind = std::fs::metadata(path).ok()?;
        Some(match kind {
            k if k.is_file() => PathKind::File,
            k if k.is_dir() => PathKind::Directory,
            _ => PathKind::Other,
        })
    }

    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        std::fs::read_dir(path)?
            .filter_map(|entry| match entry {
                Ok(e) => e.file_name().into_string().ok().map(Ok),
                Err(e) => Some(Err(e)),
            })
            .collect()
    }

    fn current_directory(&self) -> Option<String> {
        std::env::current_dir().ok()?.into_os_string().into_string().ok()
    }

    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        io::stdout().lock().write_all(bytes)
    }

    fn write_error(&self, bytes: &[u8]) -> io::Result<()> {
        io::stderr().lock().write_all(bytes)
    }

    fn read_line(&self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        io::stdin().lock().read_until(b'\n', &mut line)?;
        Ok(line)
    }
}

/// Bytes of the operating system as a path.
pub(crate) fn os(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}
