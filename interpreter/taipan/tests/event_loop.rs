//! A host drives an asyncio loop: when it wants a turn, who wakes it, and bounds of each turn.
#![cfg(feature = "batteries")]

use std::time::{Duration, Instant};
use taipan::{EventLoop, Handle, Interpreter, Stop};
use taipan_sys::net::{PollFd, poll};

const SETUP: &str = "
import asyncio, socket, threading
async def sleeper(seconds, result):
    await asyncio.sleep(seconds)
    return result
async def from_thread():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    def work():
        import time
        time.sleep(0.05)
        loop.call_soon_threadsafe(future.set_result, 'rung')
    threading.Thread(target=work).start()
    return await future
a, b = socket.socketpair()
async def over_sockets():
    reader, writer = await asyncio.open_connection(sock=a)
    line = await reader.readline()
    writer.close()
    return line.decode()
async def fails():
    raise LookupError('nothing')
async def exits():
    raise SystemExit(3)
async def endless():
    while True:
        pass
";

fn prepared() -> Interpreter {
    let python = Interpreter::new().unwrap();
    python.exec(SETUP).unwrap();
    python
}

/// Wait as a host does. Gives whether the descriptor could be read.
fn wait(events: &EventLoop<'_>) -> bool {
    let next = events.next_turn().unwrap();
    let mut entries = [PollFd { fd: next.descriptor, events: 1, revents: 0 }];
    // The end of a deadline is not missed by less than a millisecond.
    let within = next.within.map(|time| time + Duration::from_micros(500));
    poll(&mut entries, Some(within.unwrap_or(Duration::from_secs(10)))).unwrap() > 0
}

fn drive(python: &Interpreter, events: &EventLoop<'_>, coroutine: &str) -> Handle {
    let coroutine = python.eval::<Handle>(coroutine).unwrap();
    let task = events.spawn(&coroutine).unwrap();
    let start = Instant::now();
    while !events.is_done(&task).unwrap() {
        assert!(start.elapsed() < Duration::from_secs(20));
        wait(events);
        events.turn().unwrap();
    }
    task
}

#[test]
fn turns_and_deadlines() {
    let python = prepared();
    let events = python.event_loop().unwrap();
    assert_eq!(events.next_turn().unwrap().within, None);
    let start = Instant::now();
    let task = drive(&python, &events, "sleeper(0.05, 'slept')");
    assert_eq!(events.result::<String>(&task).unwrap(), "slept");
    assert!(start.elapsed() >= Duration::from_millis(49));
    // What is added between turns wants a turn at once.
    python
        .call_method::<Handle>(
            events.handle(),
            "call_soon",
            (python.eval::<Handle>("print").unwrap(),),
        )
        .unwrap();
    assert_eq!(events.next_turn().unwrap().within, Some(Duration::ZERO));
    events.close().unwrap();
}

#[test]
fn other_threads_and_sockets_make_the_descriptor_readable() {
    let python = prepared();
    let events = python.event_loop().unwrap();
    let task = drive(&python, &events, "from_thread()");
    assert_eq!(events.result::<String>(&task).unwrap(), "rung");
    let coroutine = python.eval::<Handle>("over_sockets()").unwrap();
    let task = events.spawn(&coroutine).unwrap();
    for _ in 0..5 {
        events.turn().unwrap();
    }
    assert!(!events.is_done(&task).unwrap());
    assert_eq!(events.next_turn().unwrap().within, None);
    python.exec("b.sendall(b'a line\\n')").unwrap();
    assert!(wait(&events));
    while !events.is_done(&task).unwrap() {
        events.turn().unwrap();
    }
    assert_eq!(events.result::<String>(&task).unwrap(), "a line\n");
    // The transport ends in a turn of its own.
    for _ in 0..3 {
        events.turn().unwrap();
    }
    assert_eq!(python.eval::<String>("b.recv(10).decode()").unwrap(), "");
    events.close().unwrap();
}

#[test]
fn errors_come_out_of_results_and_turns() {
    let python = prepared();
    let events = python.event_loop().unwrap();
    let task = drive(&python, &events, "fails()");
    let error = events.result::<i64>(&task).unwrap_err();
    assert_eq!(error.to_string(), "LookupError: nothing");
    let coroutine = python.eval::<Handle>("exits()").unwrap();
    let task = events.spawn(&coroutine).unwrap();
    assert_eq!(events.turn().unwrap_err().exit_status(), Some(3));
    assert_eq!(events.result::<i64>(&task).unwrap_err().exit_status(), Some(3));
    events.close().unwrap();
}

#[test]
fn bounds_hold_for_turns() {
    let python = prepared();
    let events = python.event_loop().unwrap();
    let coroutine = python.eval::<Handle>("endless()").unwrap();
    events.spawn(&coroutine).unwrap();
    python.set_timeout(Some(Duration::from_millis(50)));
    assert_eq!(events.turn().unwrap_err().stop(), Some(Stop::Deadline));
    python.set_timeout(None);
    let task = drive(&python, &events, "sleeper(0.001, 'still here')");
    assert_eq!(events.result::<String>(&task).unwrap(), "still here");
    // Nor does the thread still think that a loop runs.
    python.set_timeout(Some(Duration::from_millis(50)));
    assert_eq!(python.exec("asyncio.run(endless())").unwrap_err().stop(), Some(Stop::Deadline));
    python.set_timeout(None);
    assert_eq!(python.eval::<i64>("asyncio.run(sleeper(0, 5))").unwrap(), 5);
}

#[test]
fn waiting_loops_can_be_cancelled() {
    for script in [
        "asyncio.run(asyncio.sleep(1000))",
        "a.recv(1)",
        "import select; select.select([a], [], [])",
        "import selectors; s = selectors.DefaultSelector(); s.register(a, 1); s.select()",
        "threading.Event().wait()",
        "import subprocess; subprocess.run(['sleep', '5'])",
        "import queue; queue.SimpleQueue().get()",
    ] {
        let python = prepared();
        let handle = python.cancel_handle();
        let canceller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            handle.cancel();
        });
        let start = Instant::now();
        assert_eq!(python.exec(script).unwrap_err().stop(), Some(Stop::Cancelled), "{script}");
        assert!(start.elapsed() < Duration::from_secs(4), "{script}");
        canceller.join().unwrap();
        assert_eq!(python.eval::<i64>("6 * 7").unwrap(), 42);
    }
}
