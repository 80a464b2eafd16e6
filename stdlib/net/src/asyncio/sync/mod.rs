//! Locks and queues of asyncio.
//!
//! | file        | holds                                            |
//! |-------------|--------------------------------------------------|
//! | `waiters`   | who waits, in order                              |
//! | `bound`     | the loop that a lock or a queue belongs to        |
//! | `lock`      | Lock                                             |
//! | `event`     | Event                                            |
//! | `condition` | Condition                                        |
//! | `semaphore` | Semaphore, BoundedSemaphore                      |
//! | `queue`     | Queue, LifoQueue, PriorityQueue                  |
//!
//! What waits is a native coroutine ([`awaiting`](super::awaiting)) that puts a future among the waiters and takes it
//! out when it goes on, whatever the reason. Who was woken and is cancelled before it goes on wakes the next one:
//! nothing that was handed over is lost.
//!
//! Classes that are written in Python may replace what `async with` calls and what queues are made of; those of ours
//! do not ask.

use crate::support::type_flags;

/// Of all types here.
const FLAGS: u32 = type_flags::BASETYPE
    | type_flags::DICT
    | type_flags::WEAKREF
    | type_flags::PLAIN_NAME
    | type_flags::PYTHON_WORDS;

mod bound;
mod condition;
mod event;
mod lock;
mod queue;
mod semaphore;
mod waiters;

pub(super) use condition::SPEC as CONDITION;
pub(super) use event::SPEC as EVENT;
pub(super) use lock::SPEC as LOCK;
pub(super) use queue::{LIFO, PRIORITY, SPEC as QUEUE};
pub(super) use semaphore::{BOUNDED, SPEC as SEMAPHORE};
pub(super) use waiters::{is_cancelled, is_done, set_result};
