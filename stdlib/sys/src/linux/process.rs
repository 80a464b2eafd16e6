//! The process: ids, environment, other processes, limits, scheduling, random bytes.

mod children;
mod environment;
mod ids;
mod limits;
mod posix_spawn;
mod semaphore;
mod spawn;
mod system;

pub use children::*;
pub use environment::*;
pub use ids::*;
pub use limits::*;
pub use posix_spawn::{FileAction, PosixSpawn};
pub use semaphore::*;
pub use spawn::*;
pub use system::*;

#[cfg(test)]
mod tests;
