//! What one interpreter keeps for the package: classes and functions of its Python parts, found when first needed.

use std::cell::Cell;
use std::rc::Rc;

use crate::support::*;

/// See the file's head.
#[derive(Default)]
pub(super) struct State {
    cancelled_error: Slot,
    invalid_state_error: Slot,
    future_repr: Slot,
    task_repr: Slot,
    task_stack: Slot,
    task_print_stack: Slot,
    extract_stack: Slot,
    policy_loop: Slot,
    transport_class: Slot,
    transport_socket: Slot,
    tls_class: Slot,
    buffered_protocol: Slot,
    socket_class: Slot,
    logger: Slot,
    deque: Slot,
    is_coroutine: Slot,
    is_future: Slot,
    ensure_future: Slot,
    release_waiter: Slot,
    cancel_and_wait: Slot,
    gathering_future: Slot,
    loop_of_future: Slot,
    set_result_unless_cancelled: Slot,
    heappush: Slot,
    heappop: Slot,
    queue_full: Slot,
    queue_empty: Slot,
    /// Numbers of tasks, for their names.
    pub tasks: Cell<u64>,
    /// Native tasks that are not done.
    pub unfinished: Cell<usize>,
    /// Numbers of registrations of descriptors.
    registrations: Cell<u64>,
    /// Tasks of other kinds: a WeakSet.
    pub foreign_tasks: Slot,
    /// Running tasks of loops that are not native: a dict.
    pub current_tasks: Slot,
}

/// The calling interpreter's state.
pub(super) fn state(vm: &Vm) -> Rc<State> {
    vm.interp().state::<State>()
}

fn found(vm: &Vm, slot: &Slot, module: &str, name: &str) -> Res {
    if let Some(object) = slot.get() {
        return Ok(object);
    }
    let object = vm.getattr_named(&vm.import(module)?, name)?;
    slot.set(object.clone());
    Ok(object)
}

impl State {
    /// A number that no registration of a descriptor has had.
    pub fn next_registration(&self) -> u64 {
        self.registrations.set(self.registrations.get() + 1);
        self.registrations.get()
    }
}

macro_rules! parts {
    ($($(#[doc = $doc:literal])* $method:ident $slot:ident $module:literal $name:literal;)*) => {
        impl State {
            $($(#[doc = $doc])*
            pub fn $method(&self, vm: &Vm) -> Res {
                found(vm, &self.$slot, $module, $name)
            })*
        }
    };
}

parts! {
    /// The class `asyncio.CancelledError`.
    cancelled_error cancelled_error "asyncio.exceptions" "CancelledError";
    /// The class `asyncio.InvalidStateError`.
    invalid_state_error invalid_state_error "asyncio.exceptions" "InvalidStateError";
    /// How a future is shown.
    future_repr future_repr "asyncio.base_futures" "_future_repr";
    /// How a task is shown.
    task_repr task_repr "asyncio.base_tasks" "_task_repr";
    /// `Task.get_stack`.
    task_stack task_stack "asyncio.base_tasks" "_task_get_stack";
    /// `Task.print_stack`.
    task_print_stack task_print_stack "asyncio.base_tasks" "_task_print_stack";
    /// Where an object was made, for debug mode.
    extract_stack extract_stack "asyncio.format_helpers" "extract_stack";
    /// The policy, for a loop where none runs.
    policy policy_loop "asyncio.events" "get_event_loop_policy";
    /// The class of stream transports, over the native one.
    transport_class transport_class "asyncio.selector_events" "_NativeSocketTransport";
    /// The class of TLS transports, over the native one.
    tls_class tls_class "asyncio.sslproto" "_NativeTransport";
    /// What transports show of their sockets.
    transport_socket transport_socket "asyncio.trsock" "TransportSocket";
    /// The class of protocols that give buffers to receive into.
    buffered_protocol buffered_protocol "asyncio.protocols" "BufferedProtocol";
    /// The class `socket.socket`.
    socket_class socket_class "socket" "socket";
    /// asyncio's logger.
    logger logger "asyncio.log" "logger";
    /// `asyncio.iscoroutine`.
    is_coroutine is_coroutine "asyncio.coroutines" "iscoroutine";
    /// `asyncio.isfuture`.
    is_future is_future "asyncio.base_futures" "isfuture";
    /// `ensure_future()` for what is neither a future nor a coroutine of ours.
    ensure_future ensure_future "asyncio.tasks" "_ensure_future";
    /// What a timer calls to wake a future.
    release_waiter release_waiter "asyncio.tasks" "_release_waiter";
    /// Cancels a future and waits for that.
    cancel_and_wait cancel_and_wait "asyncio.tasks" "_cancel_and_wait";
    /// The class of what `gather()` gives.
    gathering_future gathering_future "asyncio.tasks" "_GatheringFuture";
    /// The loop of a future of any kind.
    loop_of_future loop_of_future "asyncio.futures" "_get_loop";
    /// What a timer calls to give a future its result.
    set_result_unless_cancelled set_result_unless_cancelled "asyncio.futures" "_set_result_unless_cancelled";
    /// The class `collections.deque`.
    deque deque "collections" "deque";
    /// `heapq.heappush`.
    heappush heappush "heapq" "heappush";
    /// `heapq.heappop`.
    heappop heappop "heapq" "heappop";
    /// The class `asyncio.QueueFull`.
    queue_full queue_full "asyncio.queues" "QueueFull";
    /// The class `asyncio.QueueEmpty`.
    queue_empty queue_empty "asyncio.queues" "QueueEmpty";
}

/// InvalidStateError.
pub(super) fn invalid_state(vm: &Vm, message: &str) -> Raised {
    let made = || {
        let class = state(vm).invalid_state_error(vm)?;
        vm.call(&class, &[vm.str(message)?.into_object()])
    };
    match made() {
        Ok(exception) => vm.raise_object(&exception, None),
        Err(raised) => raised,
    }
}

/// A CancelledError with a message, or without one.
pub(super) fn cancelled_error(vm: &Vm, message: Option<&Object>) -> Res {
    let class = state(vm).cancelled_error(vm)?;
    match message.filter(|m| !m.is_none()) {
        Some(message) => vm.call(&class, std::slice::from_ref(message)),
        None => vm.call(&class, &[]),
    }
}

/// Whether an exception is a CancelledError.
pub(super) fn is_cancelled_error(vm: &Vm, exception: &Object) -> Res<bool> {
    let class = state(vm).cancelled_error(vm)?;
    Ok(vm.given_exception_matches(exception, &class))
}

/// The frames that lead here, as debug mode keeps them.
pub(super) fn stack_here(vm: &Vm) -> Res {
    let function = state(vm).extract_stack(vm)?;
    vm.call(&function, &[])
}
