//! What the doors cost: a new interpreter, a call in each direction. `cargo run --release --example bench_doors`.

use std::time::Instant;
use taipan::{Function, Handle, Interpreter, Vm};

fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0);
    pages * 4096.0 / 1e6
}

fn bare() -> Result<Interpreter, taipan::Error> {
    Interpreter::builder().library(false).build()
}

fn main() -> Result<(), taipan::Error> {
    const MANY: usize = 200;
    drop(bare()?);
    let mut times = Vec::new();
    for _ in 0..MANY {
        let start = Instant::now();
        let python = bare()?;
        times.push(start.elapsed());
        drop(python);
    }
    times.sort();
    println!("new interpreter without library: median {:?}, best {:?}", times[MANY / 2], times[0]);
    let before = resident();
    let all = (0..100).map(|_| bare()).collect::<Result<Vec<_>, _>>()?;
    println!(
        "memory of one: {:.2} MB resident, {:.2} MB of objects",
        (resident() - before) / 100.0,
        all[0].memory_used() as f64 / 1e6
    );
    drop(all);

    let python = bare()?;
    python.define(Function::new("nothing", |_: &Vm| ()))?;
    python.exec("def empty(): pass\ndef loop(n):\n    for _ in range(n): pass\ndef calls(n):\n    f = nothing\n    for _ in range(n): f()")?;
    let empty: Handle = python.get("empty")?;
    const CALLS: u32 = 1_000_000;
    for _ in 0..2 {
        let start = Instant::now();
        for _ in 0..CALLS {
            python.call::<()>(&empty, ())?;
        }
        println!("empty Python function from Rust: {:?}", start.elapsed() / CALLS);
    }
    let time = |name: &str| -> Result<_, taipan::Error> {
        let function: Handle = python.get(name)?;
        let start = Instant::now();
        python.call::<()>(&function, (CALLS,))?;
        Ok(start.elapsed())
    };
    let (empty_loop, calls) = (time("loop")?, time("calls")?);
    println!("empty Rust function from Python: {:?}", calls.saturating_sub(empty_loop) / CALLS);
    Ok(())
}
