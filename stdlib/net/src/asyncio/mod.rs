//! The module `_asyncio`: futures, tasks, handles, and the queue of event loops.
//!
//! | file      | holds                                                       |
//! |-----------|-------------------------------------------------------------|
//! | `future`  | the type Future                                             |
//! | `task`    | the type Task: stepping coroutines, cancellation            |
//! | `waiting` | what `await future` drives                                  |
//! | `awaiting`| native coroutines: what `await lock.acquire()` drives         |
//! | `combining` | sleep, wait, wait_for, gather, shield, timeout, TaskGroup                       |
//! | `handle`  | Handle and TimerHandle                                      |
//! | `looping` | queue, timers and turns of a loop                           |
//! | `reporting` | exceptions that nobody waits for                          |
//! | `watching`| what a loop waits with: descriptors, and a bell for threads  |
//! | `transport`| transports over stream sockets                             |
//! | `tls`     | TLS over those                                              |
//! | `datagrams`| what datagram transports do for each datagram               |
//! | `accepting`| connections that a server takes                            |
//! | `sockets` | sock_recv() and its kin                                     |
//! | `running` | running loops and tasks                                     |
//! | `sync`    | locks and queues                                              |
//! | `state`   | what an interpreter keeps for the package                   |
//! | `streams` | StreamReader, StreamWriter and their protocol               |
//!
//! **Invariant:** nothing here assumes a loop of ours: futures and tasks also work on one written in Python, through
//! its `call_soon()`.

mod accepting;
mod awaiting;
mod combining;
mod datagrams;
mod future;
mod handle;
mod looping;
mod reporting;
mod running;
mod sockets;
mod state;
mod streams;
mod sync;
mod task;
#[cfg(any(feature = "tls", feature = "tls-ring"))]
mod tls;
#[cfg(not(any(feature = "tls", feature = "tls-ring")))]
#[path = "no_tls.rs"]
mod tls;
mod transport;
mod waiting;
mod watching;

use crate::support::*;
use awaiting::_is_coroutine_function;
use combining::*;
use running::*;

/// The module `_asyncio`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_asyncio",
    doc: "The native parts of asyncio.",
    functions: natives![
        _get_running_loop,
        _set_running_loop,
        get_running_loop,
        get_event_loop,
        _enter_task,
        _leave_task,
        _register_task,
        _unregister_task,
        current_task,
        all_tasks,
        sleep,
        wait,
        wait_for,
        gather,
        shield,
        timeout,
        timeout_at,
        ensure_future,
        _is_coroutine_function
    ],
    types: &[
        &future::SPEC,
        &task::SPEC,
        &handle::SPEC,
        &handle::TIMER,
        &looping::SPEC,
        &transport::SPEC,
        #[cfg(any(feature = "tls", feature = "tls-ring"))]
        &tls::SPEC,
        &datagrams::SPEC,
        &streams::FLOW_CONTROL,
        &streams::READER_PROTOCOL,
        &streams::READER,
        &streams::WRITER,
        &sync::LOCK,
        &sync::EVENT,
        &sync::CONDITION,
        &sync::SEMAPHORE,
        &sync::BOUNDED,
        &sync::QUEUE,
        &sync::LIFO,
        &sync::PRIORITY,
        &TASK_GROUP,
        &TIMEOUT,
    ],
    ..ModuleDef::EMPTY
};
