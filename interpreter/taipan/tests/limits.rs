//! What a host can limit: time (cancelling, fuel), memory; and interpreters that share nothing.

use std::time::{Duration, Instant};
use taipan::{Interpreter, Stop};

/// Scripts that would not end by themselves and try to survive.
const ENDLESS: &[&str] = &[
    "while True: pass",
    "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "def f():\n    try:\n        while True: pass\n    finally:\n        f()\nf()",
    "def g():\n    while True:\n        try: yield 1\n        finally: pass\nfor x in g(): pass",
    "import itertools\nsum(itertools.repeat(0))",
    "class A:\n    def __del__(self):\n        while True: pass\na = A()\ndel a\nwhile True: pass",
    "class A:\n    def __eq__(self, other):\n        while True: pass\ntry: [A()].index(1)\nexcept: pass",
    "class A:\n    def __getattr__(self, name):\n        while True: pass\nwhile True: hasattr(A(), 'x')",
    "import _thread\nl = _thread.allocate_lock()\n_thread.start_new_thread(lambda: [0 for _ in iter(int, 1)], ())\nwhile True: pass",
];

#[test]
fn cancel_from_another_thread() {
    for script in ENDLESS {
        let python = Interpreter::new().unwrap();
        let handle = python.cancel_handle();
        let canceller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(30));
            handle.cancel();
        });
        let start = Instant::now();
        let error = python.exec(script).unwrap_err();
        assert_eq!(error.stop(), Some(Stop::Cancelled), "{script}\n{error}");
        assert!(start.elapsed() < Duration::from_secs(10), "{script}");
        canceller.join().unwrap();
        python.exec("x = 0\nfor i in range(1000): x += i").unwrap();
        assert_eq!(python.eval::<i64>("x").unwrap(), 499_500);
    }
}

#[test]
fn fuel_ends_and_is_counted_alike() {
    let left = |script: &str, fuel: u64| {
        let python = Interpreter::new().unwrap();
        python.set_fuel(Some(fuel));
        let result = python.exec(script);
        (result.err().and_then(|e| e.stop()), python.fuel())
    };
    for script in ENDLESS.iter().filter(|script| !script.contains("_thread")) {
        assert_eq!(left(script, 5_000), (Some(Stop::OutOfFuel), Some(0)), "{script}");
    }
    let work = "def f(x): return x + 1\ns = 0\nfor i in range(1000): s = f(s)";
    let (stop, rest) = left(work, 1_000_000);
    assert_eq!(stop, None);
    let used = 1_000_000 - rest.unwrap();
    assert!((1_000..=5_000).contains(&used), "{used}");
    assert_eq!(left(work, 1_000_000).1, rest);
    assert_eq!(left(work, used / 2).0, Some(Stop::OutOfFuel));
    let python = Interpreter::new().unwrap();
    assert_eq!(python.fuel(), None);
}

#[test]
fn fuel_can_be_filled_up() {
    let python = Interpreter::new().unwrap();
    python.set_fuel(Some(100));
    assert_eq!(python.exec("while True: pass").unwrap_err().stop(), Some(Stop::OutOfFuel));
    python.set_fuel(Some(100_000));
    python.exec("for i in range(1000): pass").unwrap();
    python.set_fuel(None);
    python.exec("for i in range(200_000): pass").unwrap();
}

#[test]
fn memory_is_limited() {
    let python = Interpreter::new().unwrap();
    let limit = python.memory_used() + (8 << 20);
    for script in [
        "x = bytearray(64 << 20)",
        "x = 'a' * (64 << 20)",
        "x = []\nwhile True: x.append(object())",
        "x = {}\nwhile True: x[len(x)] = [1]",
        "x = 'a'\nwhile True: x += x",
        "x = [0]\nwhile True: x = x + x",
    ] {
        python.set_memory_limit(Some(limit));
        let error = python.exec(script).unwrap_err();
        assert!(error.stop() == Some(Stop::OutOfMemory), "{script}\n{error}");
        assert!(python.memory_used() <= limit + (1 << 20));
        // Without room there is none for more code either.
        python.set_memory_limit(None);
        python.exec("x = None").unwrap();
    }
    python.exec("x = bytearray(64 << 20)").unwrap();
}

#[test]
fn two_interpreters_in_two_threads() {
    const SCRIPT: &str = "
import sys, math, itertools, _thread
class A:
    count = 0
    def __init__(self): A.count += 1
names = {}
for i in range(20000):
    names['n%d' % (i % 100)] = A()
lock = _thread.allocate_lock()
done = []
def work(n):
    total = 0
    for i in range(n): total += i * i
    with lock: done.append(total)
for i in range(3): _thread.start_new_thread(work, (10000,))
while len(done) < 3: pass
sys.setrecursionlimit(500 + marker)
result = (A.count, len(names), sum(done), sys.getrecursionlimit(), hash('x') == hash('x'))
";
    let run = |marker: i64| {
        move || {
            let python = Interpreter::new().unwrap();
            python.exec(&format!("marker = {marker}")).unwrap();
            for _ in 0..3 {
                python.exec(SCRIPT).unwrap();
            }
            python.eval::<String>("repr(result)").unwrap()
        }
    };
    let threads: Vec<_> =
        (0..2).map(|n| std::thread::Builder::new().stack_size(8 << 20).spawn(run(n))).collect();
    for (n, thread) in threads.into_iter().enumerate() {
        let shown = thread.unwrap().join().unwrap();
        assert_eq!(shown, format!("(20000, 100, 999850005000, {}, True)", 500 + n));
    }
}
