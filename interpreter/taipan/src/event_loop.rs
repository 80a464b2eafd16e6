//! An asyncio loop that the host drives: the host waits, Python runs in turns.
//!
//! A host with a loop of its own (tokio, mio, a toolkit) watches one descriptor and one deadline. Whenever the
//! descriptor can be read or the deadline is over it has the loop do a turn, which waits for nothing.
//!
//! **Invariant:** between turns the loop does not run: `asyncio.get_running_loop()` finds it only within one.

use crate::error::Error;
use crate::handle::Handle;
use crate::interpreter::Interpreter;
use std::time::Duration;
use taipan_core::native::{ArgInfo, FromObject};
use taipan_core::vm::{Res, Vm};

/// When a loop wants its next turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextTurn {
    /// At the latest after this time; None: not before the descriptor can be read.
    pub within: Option<Duration>,
    /// Can be read when a turn is wanted earlier. It stays the same, belongs to the loop, and may be watched
    /// level-triggered by an epoll, or with poll(2).
    pub descriptor: i32,
}

/// An asyncio event loop, driven from outside. See [`Interpreter::event_loop`].
pub struct EventLoop<'a> {
    python: &'a Interpreter,
    events: Handle,
}

impl Interpreter {
    /// A new asyncio event loop, which becomes the thread's (`asyncio.set_event_loop`).
    ///
    /// Between its turns the host may do anything, also run other Python code here: what that adds to the loop
    /// (`call_soon`, `create_task`) changes [`EventLoop::next_turn`]. What other threads add through
    /// `call_soon_threadsafe` makes the descriptor readable.
    ///
    /// ```
    /// # fn main() -> Result<(), taipan::Error> {
    /// let python = taipan::Interpreter::new()?;
    /// python.exec("
    /// import asyncio
    /// async def answer():
    ///     await asyncio.sleep(0.01)
    ///     return 42
    /// ")?;
    /// let events = python.event_loop()?;
    /// let coroutine: taipan::Handle = python.eval("answer()")?;
    /// let task = events.spawn(&coroutine)?;
    /// while !events.is_done(&task)? {
    ///     let next = events.next_turn()?;
    ///     // A real host watches the descriptor meanwhile.
    ///     std::thread::sleep(next.within.unwrap_or_default());
    ///     events.turn()?;
    /// }
    /// assert_eq!(events.result::<i64>(&task)?, 42);
    /// events.close()
    /// # }
    /// ```
    pub fn event_loop(&self) -> Result<EventLoop<'_>, Error> {
        let events = self.enter(|vm| {
            let asyncio = vm.import("asyncio")?;
            let events = vm.call_method(&asyncio, "new_event_loop", &[])?;
            vm.call_method(&asyncio, "set_event_loop", std::slice::from_ref(&events))?;
            Handle::from_object(vm, &events, &ArgInfo::default())
        })?;
        Ok(EventLoop { python: self, events })
    }
}

impl EventLoop<'_> {
    /// The loop as Python sees it.
    pub fn handle(&self) -> &Handle {
        &self.events
    }

    /// When it wants its next turn. To be asked after every turn and after everything else that may have added
    /// to the loop.
    pub fn next_turn(&self) -> Result<NextTurn, Error> {
        let events = &self.events;
        self.python.enter(|vm| {
            let answer = vm.call_method(&events.object(vm)?, "_next_turn", &[])?;
            let (descriptor, seconds) =
                <(i32, Option<f64>)>::from_object(vm, &answer, &ArgInfo::default())?;
            let within = seconds.map(|seconds| Duration::try_from_secs_f64(seconds.max(0.0)));
            Ok(NextTurn { within: within.transpose().unwrap_or(Some(Duration::MAX)), descriptor })
        })
    }

    /// Run what can be run now, without waiting. Bounds of the interpreter hold for each turn.
    ///
    /// # Errors
    /// What a callback raised that is no `Exception` (SystemExit, KeyboardInterrupt); other exceptions go to the
    /// loop's exception handler.
    pub fn turn(&self) -> Result<(), Error> {
        let events = &self.events;
        self.python.enter(|vm| {
            let events = events.object(vm)?;
            vm.call_method(&events, "stop", &[])?;
            vm.call_method(&events, "run_forever", &[]).map(drop)
        })
    }

    /// Have the loop run a coroutine (or another awaitable); gives its Task or Future.
    pub fn spawn(&self, awaitable: &Handle) -> Result<Handle, Error> {
        let events = &self.events;
        self.python.enter(|vm| {
            let ensure = vm.getattr(&vm.import("asyncio")?, &vm.intern("ensure_future"))?;
            let named = [("loop", events.object(vm)?)];
            let task = vm.call_named(&ensure, &[awaitable.object(vm)?], &named)?;
            Handle::from_object(vm, &task, &ArgInfo::default())
        })
    }

    /// Whether a Task or Future has its result.
    pub fn is_done(&self, task: &Handle) -> Result<bool, Error> {
        self.python.call_method(task, "done", ())
    }

    /// The result of a Task or Future that is done; its exception is the error.
    pub fn result<T: FromObject + Send>(&self, task: &Handle) -> Result<T, Error> {
        self.python.call_method(task, "result", ())
    }

    /// Run turns, waiting in between, until an awaitable is done.
    pub fn run_until_complete<T: FromObject + Send>(&self, awaitable: &Handle) -> Result<T, Error> {
        self.python.call_method(&self.events, "run_until_complete", (awaitable.clone(),))
    }

    /// Cancel what has not ended, end asynchronous generators and the executor, and close the loop, as
    /// `asyncio.run()` does at its end.
    pub fn close(self) -> Result<(), Error> {
        let events = &self.events;
        self.python.enter(|vm| end(vm, events))
    }
}

fn end(vm: &Vm, events: &Handle) -> Res<()> {
    let events = events.object(vm)?;
    let runners = vm.import("asyncio.runners")?;
    vm.call_method(&runners, "_cancel_all_tasks", std::slice::from_ref(&events))?;
    for name in ["shutdown_asyncgens", "shutdown_default_executor"] {
        let coroutine = vm.call_method(&events, name, &[])?;
        vm.call_method(&events, "run_until_complete", &[coroutine])?;
    }
    vm.call_method(&events, "close", &[]).map(drop)
}
