//! The operating system as the core's [`Host`]: files by path, the standard streams past Python.

use crate::builder::Session;
use crate::stdio::Stdio;
use std::ffi::OsStr;
use std::io::{self, BufRead, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::rc::Rc;
use taipan_core::vm::host::{Host, PathKind};
use taipan_core::vm::policy::{Access, Policy};

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

/// The system as one interpreter sees it: what its policy allows, texts that have no file, streams of the
/// host.
pub(crate) struct Guard {
    pub(crate) system: SystemHost,
    pub(crate) policy: Option<Rc<dyn Policy>>,
    pub(crate) interp: (Rc<Session>, Rc<Stdio>),
}

impl Guard {
    fn allows(&self, path: &str) -> bool {
        self.policy.as_ref().is_none_or(|policy| policy.allows(&Access::Import { path }))
    }

    fn has_source(&self, path: &str) -> bool {
        self.interp.0.sources.borrow().contains_key(path)
    }
}

impl Host for Guard {
    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        if let Some(source) = self.interp.0.sources.borrow().get(path) {
            return Ok(source.clone().into_bytes());
        }
        if self.allows(path) {
            self.system.read_file(path)
        } else {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    fn path_kind(&self, path: &str) -> Option<PathKind> {
        if self.has_source(path) {
            return Some(PathKind::File);
        }
        if self.allows(path) { self.system.path_kind(path) } else { None }
    }

    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        if self.allows(path) {
            self.system.list_directory(path)
        } else {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    fn current_directory(&self) -> Option<String> {
        self.system.current_directory()
    }

    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        let written = self.interp.1.write(1, bytes);
        written.unwrap_or_else(|| self.system.write_output(bytes))
    }

    fn write_error(&self, bytes: &[u8]) -> io::Result<()> {
        let written = self.interp.1.write(2, bytes);
        written.unwrap_or_else(|| self.system.write_error(bytes))
    }

    fn read_line(&self) -> io::Result<Vec<u8>> {
        self.interp.1.read_line().unwrap_or_else(|| self.system.read_line())
    }
}
