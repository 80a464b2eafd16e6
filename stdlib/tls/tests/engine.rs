//! Some seconds of `examples/hostile.rs`, which can run for hours.

#[path = "../examples/hostile.rs"]
mod hostile;

use std::time::Duration;

#[test]
fn hostile_bytes_do_no_harm() {
    let report = hostile::run(1, Duration::from_secs(3));
    println!("{report}");
    assert!(report.rounds > 50 && report.agreed > 0 && report.failed > 0);
}
