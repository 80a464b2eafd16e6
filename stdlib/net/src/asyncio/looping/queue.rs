//! What waits in a loop: its queue and its timers.
//!
//! Steps and wake-ups of tasks and callbacks of futures are queued as what they are; only calls that a program asks
//! for have a handle. In debug mode everything has one.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Loop;
use crate::asyncio::future::Future;
use crate::asyncio::handle::Handle;
use crate::asyncio::transport::SocketTransport;
use crate::support::*;

/// What a turn runs.
pub(in crate::asyncio) enum Ready {
    Handle(Obj<Handle>),
    /// A task goes on; an exception is thrown in.
    Step {
        task: Obj<Future>,
        exception: Option<Object>,
    },
    /// A task goes on, as what it waited for is done.
    Wake {
        task: Obj<Future>,
        future: Obj<Future>,
    },
    /// `function(future)`, as it is done.
    Done {
        function: Object,
        future: Obj<Future>,
        context: Object,
    },
    /// A transport has something to do.
    Transport {
        transport: Obj<SocketTransport>,
        work: Work,
    },
}

/// What a transport does in a turn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::asyncio) enum Work {
    /// Tell the protocol of the connection, and start to read.
    Start,
    /// Read and write what can be.
    Pump,
    /// Tell the protocol that the connection is lost, and close the socket.
    End,
}

impl Ready {
    pub(super) fn visit(&self, visitor: &mut Visitor) {
        match self {
            Ready::Handle(handle) => visitor.visit(handle.as_object()),
            Ready::Step { task, exception } => {
                visitor.visit(task.as_object());
                exception.iter().for_each(|e| visitor.visit(e));
            }
            Ready::Wake { task, future } => {
                visitor.visit(task.as_object());
                visitor.visit(future.as_object());
            }
            Ready::Done { function, future, context } => {
                visitor.visit(function);
                visitor.visit(future.as_object());
                visitor.visit(context);
            }
            Ready::Transport { transport, .. } => visitor.visit(transport.as_object()),
        }
    }
}

/// A timer in the heap: the earliest first, of the same time the one that was there first.
pub(super) struct Timer {
    pub(super) when: f64,
    pub(super) number: u64,
    pub(super) handle: Obj<Handle>,
}

impl Ord for Timer {
    fn cmp(&self, other: &Timer) -> Ordering {
        other.when.total_cmp(&self.when).then(other.number.cmp(&self.number))
    }
}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Timer) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Timer) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Timer {}

/// So many cancelled timers may lie in the heap, whatever their share.
const FEW_TIMERS: usize = 100;

impl Loop {
    /// Put something at the end of the queue.
    pub(in crate::asyncio) fn push(&self, vm: &Vm, item: Ready) -> Res<()> {
        let mut ready = self.ready.borrow_mut();
        if ready.len() == ready.capacity() {
            let heap = &vm.interp().heap;
            let bytes = ready.capacity() * size_of::<Ready>();
            if !heap.has_room(bytes) || ready.try_reserve(1).is_err() {
                drop(ready);
                return Err(vm.no_memory(NoMemory));
            }
            self.charge.keep(heap, ready.capacity() * size_of::<Ready>());
        }
        ready.push_back(item);
        Ok(())
    }

    /// A timer of this loop was cancelled.
    pub(in crate::asyncio) fn timer_cancelled(&self, handle: &Handle) {
        if handle.scheduled.get() {
            self.cancelled.set(self.cancelled.get() + 1);
        }
    }

    /// Take cancelled timers out: all if they are many, else those that come first.
    pub(super) fn forget_cancelled(&self) {
        let mut gone = Vec::new();
        let mut timers = self.timers.borrow_mut();
        if timers.len() > FEW_TIMERS && self.cancelled.get() * 2 > timers.len() {
            let all = std::mem::take(&mut *timers).into_vec();
            let (dead, alive): (Vec<_>, Vec<_>) =
                all.into_iter().partition(|t| t.handle.cancelled.get());
            *timers = BinaryHeap::from(alive);
            self.cancelled.set(0);
            gone = dead;
        } else {
            while timers.peek().is_some_and(|t| t.handle.cancelled.get()) {
                gone.extend(timers.pop());
                self.cancelled.set(self.cancelled.get().saturating_sub(1));
            }
        }
        drop(timers);
        gone.iter().for_each(|t| t.handle.scheduled.set(false));
    }

    /// The one thing that was put behind `before` others, if it is a task that was woken.
    pub(super) fn take_woken(&self, before: usize) -> Option<Ready> {
        let mut ready = self.ready.borrow_mut();
        if ready.len() != before + 1 {
            return None;
        }
        ready.pop_back_if(|last| matches!(last, Ready::Wake { .. }))
    }

    /// Timers that are due go into the queue.
    pub(super) fn take_due(&self, vm: &Vm, end: f64) -> Res<()> {
        loop {
            let mut timers = self.timers.borrow_mut();
            if timers.peek().is_none_or(|t| t.when >= end) {
                return Ok(());
            }
            let due = timers.pop();
            drop(timers);
            if let Some(timer) = due {
                timer.handle.scheduled.set(false);
                self.push(vm, Ready::Handle(timer.handle))?;
            }
        }
    }
}
