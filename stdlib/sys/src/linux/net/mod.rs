//! Sockets, addresses, names and waiting for events.
//!
//! Blocking calls block; who wants to wait with a deadline waits in [`poll`] first. Names are
//! bytes without NUL, as in `fs`.

mod address;
mod epoll;
mod inet;
mod interface;
mod message;
mod poll;
mod resolve;
mod services;
mod socket;

pub use address::*;
pub use epoll::*;
pub use inet::*;
pub use interface::*;
pub use message::*;
pub use poll::*;
pub use resolve::*;
pub use services::*;
pub use socket::*;

#[cfg(test)]
mod tests;
