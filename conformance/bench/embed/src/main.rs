//! What it costs to have a script engine in a Rust program: a new instance, its memory, a call in each direction,
//! and one loop, for Taipan, Lua (mlua) and rhai, in one run.
//!
//! `cargo run --release --manifest-path conformance/bench/embed/Cargo.toml`. Times are the best of several
//! interleaved rounds; a call from a script is a loop of calls less the empty loop.

use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;

/// Calls and turns of loops.
const MANY: u32 = 300_000;
const INSTANCES: usize = 50;
const ROUNDS: usize = 7;

/// Best times so far of one engine; `None` where it was not measured yet.
#[derive(Default)]
struct Best {
    instance: Option<Duration>,
    from_rust: Option<Duration>,
    loop_: Option<Duration>,
    from_script: Option<Duration>,
}

fn keep(best: &mut Option<Duration>, new: Duration) {
    *best = Some(best.map_or(new, |old| old.min(new)));
}

/// What comes out is dropped after the clock was read.
fn time<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<Duration, Failure> {
    let start = Instant::now();
    let made = std::hint::black_box(work()?);
    let elapsed = start.elapsed();
    drop(made);
    Ok(elapsed)
}

/// Resident bytes of the process.
fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) * 4096.0
}

/// Mean resident bytes of an instance that is kept.
fn memory<T>(make: impl Fn() -> Result<T, Failure>) -> Result<f64, Failure> {
    let before = resident();
    let all = (0..INSTANCES).map(|_| make()).collect::<Result<Vec<_>, _>>()?;
    let used = resident() - before;
    drop(all);
    Ok(used / INSTANCES as f64)
}

fn new_taipan() -> Result<taipan::Interpreter, Failure> {
    Ok(taipan::Interpreter::builder().library(false).build()?)
}

fn new_lua() -> Result<mlua::Lua, Failure> {
    Ok(mlua::Lua::new())
}

fn new_rhai() -> Result<rhai::Engine, Failure> {
    Ok(rhai::Engine::new())
}

fn taipan_round(best: &mut Best) -> Result<(), Failure> {
    for _ in 0..INSTANCES {
        keep(&mut best.instance, time(new_taipan)?);
    }
    let python = new_taipan()?;
    python.define(taipan::Function::new("nothing", |_: &taipan::Vm| ()))?;
    python.exec(
        "def empty(): pass\ndef loop(n):\n    for _ in range(n): pass\n\
         def calls(n):\n    f = nothing\n    for _ in range(n): f()",
    )?;
    let function = |name: &str| python.get::<taipan::Handle>(name);
    let empty = function("empty")?;
    keep(
        &mut best.from_rust,
        time(|| {
            for _ in 0..MANY {
                python.call::<()>(&empty, ())?;
            }
            Ok(())
        })?,
    );
    let (loop_, calls) = (function("loop")?, function("calls")?);
    keep(&mut best.loop_, time(|| Ok(python.call::<()>(&loop_, (MANY,))?))?);
    keep(&mut best.from_script, time(|| Ok(python.call::<()>(&calls, (MANY,))?))?);
    Ok(())
}

fn lua_round(best: &mut Best) -> Result<(), Failure> {
    for _ in 0..INSTANCES {
        keep(&mut best.instance, time(new_lua)?);
    }
    let lua = new_lua()?;
    lua.globals().set("nothing", lua.create_function(|_, ()| Ok(()))?)?;
    lua.load(
        "function empty() end function loop(n) for i = 1, n do end end \
         function calls(n) local f = nothing for i = 1, n do f() end end",
    )
    .exec()?;
    let function = |name: &str| lua.globals().get::<mlua::Function>(name);
    let empty = function("empty")?;
    keep(
        &mut best.from_rust,
        time(|| {
            for _ in 0..MANY {
                empty.call::<()>(())?;
            }
            Ok(())
        })?,
    );
    let (loop_, calls) = (function("loop")?, function("calls")?);
    keep(&mut best.loop_, time(|| Ok(loop_.call::<()>(MANY)?))?);
    keep(&mut best.from_script, time(|| Ok(calls.call::<()>(MANY)?))?);
    Ok(())
}

fn rhai_round(best: &mut Best) -> Result<(), Failure> {
    for _ in 0..INSTANCES {
        keep(&mut best.instance, time(new_rhai)?);
    }
    let mut engine = new_rhai()?;
    engine.register_fn("nothing", || ());
    let script = engine.compile(
        "fn empty() {} fn spin(n) { for i in 0..n {} } fn calls(n) { for i in 0..n { nothing(); } }",
    )?;
    let mut scope = rhai::Scope::new();
    keep(
        &mut best.from_rust,
        time(|| {
            for _ in 0..MANY {
                engine.call_fn::<()>(&mut scope, &script, "empty", ())?;
            }
            Ok(())
        })?,
    );
    let many = i64::from(MANY);
    keep(
        &mut best.loop_,
        time(|| Ok(engine.call_fn::<()>(&mut scope, &script, "spin", (many,))?))?,
    );
    keep(
        &mut best.from_script,
        time(|| Ok(engine.call_fn::<()>(&mut scope, &script, "calls", (many,))?))?,
    );
    Ok(())
}

fn report(name: &str, best: &Best, memory: f64) {
    let each = |d: Option<Duration>| d.unwrap_or_default().as_secs_f64() * 1e9 / f64::from(MANY);
    println!(
        "{name:8} {:>10.1} {:>10.2} {:>10.1} {:>10.1} {:>10.1}",
        best.instance.unwrap_or_default().as_secs_f64() * 1e6,
        memory / 1e6,
        each(best.from_rust),
        each(best.from_script) - each(best.loop_),
        each(best.loop_),
    );
}

fn main() -> Result<(), Failure> {
    // Memory first: later instances live in what earlier ones left.
    let memory = [memory(new_taipan)?, memory(new_lua)?, memory(new_rhai)?];
    let (mut taipan, mut lua, mut rhai) = (Best::default(), Best::default(), Best::default());
    for _ in 0..ROUNDS {
        taipan_round(&mut taipan)?;
        lua_round(&mut lua)?;
        rhai_round(&mut rhai)?;
    }
    println!("         new, us     MB each   ns: from Rust  to Rust   empty loop turn");
    report("taipan", &taipan, memory[0]);
    report("mlua", &lua, memory[1]);
    report("rhai", &rhai, memory[2]);
    Ok(())
}
