//! A rule engine: rules are Python, what they may use of time, memory and the system is ours to say.

use std::collections::BTreeMap;
use std::time::Duration;
use taipan::{Handle, Interpreter, Stop};

const RULES: &str = "
def discount(order):
    if order['total'] > 100 and 'new' in order['tags']:
        return 0.1
    return 0.0

def broken(order):
    return order['vat']

def endless(order):
    while True:
        try:
            while True: pass
        except BaseException:
            pass

def greedy(order):
    return 'x' * (1 << 32)

def curious(order):
    return open('/etc/passwd').read()
";

fn order() -> BTreeMap<&'static str, f64> {
    BTreeMap::from([("total", 120.0)])
}

pub fn main() -> Result<(), taipan::Error> {
    let python = Interpreter::builder()
        .timeout(Duration::from_millis(50))
        .memory_limit(16 << 20)
        .policy(|_: &taipan::Access<'_>| false)
        .build()?;
    python.exec_named("rules.py", RULES)?;
    python.set("order", order())?;
    python.exec("order['tags'] = ['new']")?;
    let order: Handle = python.get("order")?;

    let discount: Handle = python.get("discount")?;
    assert_eq!(python.call::<f64>(&discount, (&order,))?, 0.1);

    for (rule, type_name, stop) in [
        ("broken", "KeyError", None),
        ("endless", "Stopped", Some(Stop::Deadline)),
        ("greedy", "MemoryError", Some(Stop::OutOfMemory)),
        ("curious", "PermissionError", None),
    ] {
        let rule: Handle = python.get(rule)?;
        let error = python.call::<()>(&rule, (&order,)).unwrap_err();
        assert_eq!((error.type_name(), error.stop()), (type_name, stop), "{error}");
        println!("{error}");
    }
    // All the same, the next rule runs.
    assert_eq!(python.call::<f64>(&discount, (order,))?, 0.1);
    Ok(())
}
