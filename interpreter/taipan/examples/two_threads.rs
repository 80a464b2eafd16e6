//! Two interpreters on two threads: nothing is shared, nobody waits. Then one of them moves.

use std::thread;
use taipan::Interpreter;

pub fn main() -> Result<(), taipan::Error> {
    let work = |n: i64| {
        move || -> Result<(Interpreter, i64), taipan::Error> {
            let python = Interpreter::builder().library(false).build()?;
            python.set("n", n)?;
            python.exec("total = sum(i * i for i in range(n))")?;
            let total = python.get("total")?;
            Ok((python, total))
        }
    };
    let threads = [thread::spawn(work(1000)), thread::spawn(work(2000))];
    let mut all = Vec::new();
    for thread in threads {
        all.push(thread.join().expect("no panic")?);
    }
    assert_eq!(
        all.iter().map(|(_, total)| *total).collect::<Vec<_>>(),
        [332_833_500, 2_664_667_000]
    );

    // An interpreter goes where it is needed; a handle may go along or stay.
    let (python, _) = all.remove(0);
    let text = python.eval::<taipan::Handle>("'%d squares' % n")?;
    let shown = thread::spawn(move || python.extract::<String>(&text)).join().expect("no panic")?;
    assert_eq!(shown, "1000 squares");

    // What belongs to one interpreter is refused by another.
    let other = Interpreter::builder().library(false).build()?;
    let stranger = all[0].0.eval::<taipan::Handle>("[]")?;
    let error = other.set("x", stranger).unwrap_err();
    assert_eq!(error.to_string(), "RuntimeError: the handle belongs to another interpreter");
    Ok(())
}
