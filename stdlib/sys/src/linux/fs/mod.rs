//! Files: descriptors, paths, directories and `stat`.
//!
//! Descriptors are plain integers here, as they are in the language above: a script may close any
//! of them, so an owning type would promise what cannot be kept. Paths are bytes without NUL.
//!
//! A `dir` of `None` means relative to the working directory (`AT_FDCWD`).

mod descriptor;
mod directory;
mod path;
mod stat;

pub use descriptor::*;
pub use directory::*;
pub use path::*;
pub use stat::*;

/// A file descriptor.
pub type Fd = i32;

fn at(dir: Option<Fd>) -> libc::c_int {
    dir.unwrap_or(libc::AT_FDCWD)
}

#[cfg(test)]
mod tests;
