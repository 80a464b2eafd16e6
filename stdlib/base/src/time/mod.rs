//! The module `time`.
//!
//! `convert` turns numbers into moments, `calendar` is about broken-down time and its text; this
//! file holds clocks and sleeping.

mod calendar;
mod convert;

use taipan_sys::time as sys;
use taipan_sys::{consts, thread};

use crate::support::*;
use calendar::*;
pub(crate) use calendar::{is_strftime, struct_time_of};
use convert::seconds;
pub(crate) use convert::{Round, nanoseconds, timespec};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "time",
    doc: "Clocks, sleeping, and calendar time.\n\n\
          Moments are seconds since the first of January 1970 in UTC, or tuples of year, month, \
          day, hour, minute, second, day of the week (Monday is 0), day of the year and a flag \
          for daylight saving time.",
    functions: natives![
        time,
        time_ns,
        monotonic,
        monotonic_ns,
        perf_counter,
        perf_counter_ns,
        process_time,
        process_time_ns,
        thread_time,
        thread_time_ns,
        clock_gettime,
        clock_gettime_ns,
        clock_settime,
        clock_settime_ns,
        clock_getres,
        pthread_getcpuclockid,
        get_clock_info,
        sleep,
        gmtime,
        localtime,
        asctime,
        ctime,
        mktime,
        strftime,
        strptime,
        tzset
    ],
    types: &[],
    fill: Some(|vm, module| {
        for &(name, value) in consts::CLOCK {
            module.set(vm, name, value)?;
        }
        module.set(vm, "_STRUCT_TM_ITEMS", 11)?;
        module.set(vm, "struct_time", STRUCT_TIME.class(vm)?)?;
        sys::tzset();
        set_zone(vm, module)
    }),
};

fn clock(vm: &Vm, id: i32) -> Res<i64> {
    match sys::clock_gettime(id) {
        Ok(time) => Ok(time.total_nanos()),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

/// The time of the day, in seconds.
#[native("()", no_signature)]
fn time(vm: &Vm) -> Res<f64> {
    clock(vm, sys::REALTIME).map(seconds)
}

/// The time of the day, in nanoseconds.
#[native("()", no_signature)]
fn time_ns(vm: &Vm) -> Res<i64> {
    clock(vm, sys::REALTIME)
}

/// A clock that is never set back, in seconds.
#[native("()", no_signature)]
fn monotonic(vm: &Vm) -> Res<f64> {
    clock(vm, sys::MONOTONIC).map(seconds)
}

/// A clock that is never set back, in nanoseconds.
#[native("()", no_signature)]
fn monotonic_ns(vm: &Vm) -> Res<i64> {
    clock(vm, sys::MONOTONIC)
}

/// The clock for measuring short times, in seconds.
#[native("()", no_signature)]
fn perf_counter(vm: &Vm) -> Res<f64> {
    clock(vm, sys::MONOTONIC).map(seconds)
}

/// The clock for measuring short times, in nanoseconds.
#[native("()", no_signature)]
fn perf_counter_ns(vm: &Vm) -> Res<i64> {
    clock(vm, sys::MONOTONIC)
}

/// The processor time of the process, in seconds.
#[native("()", no_signature)]
fn process_time(vm: &Vm) -> Res<f64> {
    clock(vm, sys::PROCESS_CPU).map(seconds)
}

/// The processor time of the process, in nanoseconds.
#[native("()", no_signature)]
fn process_time_ns(vm: &Vm) -> Res<i64> {
    clock(vm, sys::PROCESS_CPU)
}

/// The processor time of the thread, in seconds.
#[native("()", no_signature)]
fn thread_time(vm: &Vm) -> Res<f64> {
    clock(vm, sys::THREAD_CPU).map(seconds)
}

/// The processor time of the thread, in nanoseconds.
#[native("()", no_signature)]
fn thread_time_ns(vm: &Vm) -> Res<i64> {
    clock(vm, sys::THREAD_CPU)
}

/// What a clock of the system shows, in seconds.
#[native("(clk_id, /)", no_signature)]
fn clock_gettime(vm: &Vm, clk_id: i32) -> Res<f64> {
    match sys::clock_gettime(clk_id) {
        Ok(time) => Ok(time.seconds as f64 + f64::from(time.nanos) * 1e-9),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

/// What a clock of the system shows, in nanoseconds.
#[native("(clk_id, /)", no_signature)]
fn clock_gettime_ns(vm: &Vm, clk_id: i32) -> Res<i64> {
    clock(vm, clk_id)
}

/// Set a clock of the system, in seconds.
#[native("(clk_id, time, /)", no_signature, parse_tuple)]
fn clock_settime(vm: &Vm, clk_id: i32, time: &Object) -> Res<()> {
    let nanos = nanoseconds(vm, time, Round::Floor)?;
    set_clock(vm, clk_id, nanos)
}

/// Set a clock of the system, in nanoseconds.
#[native("(clk_id, time, /)", no_signature, parse_tuple)]
fn clock_settime_ns(vm: &Vm, clk_id: i32, time: i64) -> Res<()> {
    set_clock(vm, clk_id, time)
}

fn set_clock(vm: &Vm, id: i32, nanos: i64) -> Res<()> {
    crate::policy::process(vm, "clock_settime")?;
    let time = sys::Timespec::from_nanos(nanos);
    sys::clock_settime(id, time).map_err(|failure| raise_io(vm, failure))
}

/// The smallest step of a clock of the system, in seconds.
#[native("(clk_id, /)", no_signature)]
fn clock_getres(vm: &Vm, clk_id: i32) -> Res<f64> {
    match sys::clock_getres(clk_id) {
        Ok(time) => Ok(time.seconds as f64 + f64::from(time.nanos) * 1e-9),
        Err(failure) => Err(raise_io(vm, failure)),
    }
}

/// Which clock counts the processor time of a thread; only the thread itself may ask.
#[native("(thread_id, /)", no_signature)]
fn pthread_getcpuclockid(vm: &Vm, thread_id: u64) -> Res<i32> {
    // The C library follows the identifier into memory; we do not for foreign ones.
    if thread_id == thread::ident() {
        return Ok(sys::thread_clock(thread::native_id()));
    }
    let no_such = std::io::Error::from_raw_os_error(taipan_sys::errno::ESRCH);
    Err(raise_io(vm, no_such))
}

/// What is known of a clock: how it is made, whether it can be set, its resolution.
#[native("(name, /)", no_signature, parse_tuple)]
fn get_clock_info(vm: &Vm, name: &str) -> Res {
    let (id, source, monotonic, adjustable) = match name {
        "time" => (sys::REALTIME, "CLOCK_REALTIME", false, true),
        "monotonic" | "perf_counter" => (sys::MONOTONIC, "CLOCK_MONOTONIC", true, false),
        "process_time" => (sys::PROCESS_CPU, "CLOCK_PROCESS_CPUTIME_ID", true, false),
        "thread_time" => (sys::THREAD_CPU, "CLOCK_THREAD_CPUTIME_ID", true, false),
        _ => return Err(vm.value_error("unknown clock")),
    };
    let resolution = clock_getres(vm, id)?;
    let source = vm.str(&format!("clock_gettime({source})"))?.into_object();
    taipan_core::types::namespace::make(
        vm,
        &[
            ("implementation", source),
            ("monotonic", Object::bool(monotonic)),
            ("adjustable", Object::bool(adjustable)),
            ("resolution", vm.float(resolution)?),
        ],
    )
}

/// Wait for so many seconds; fractions are possible.
#[native("(seconds, /)", no_signature)]
fn sleep(vm: &Vm, seconds: &Object) -> Res<()> {
    let length = nanoseconds(vm, seconds, Round::Up)?;
    if length < 0 {
        return Err(vm.value_error("sleep length must be non-negative"));
    }
    let deadline = clock(vm, sys::MONOTONIC)?.saturating_add(length);
    let deadline = sys::Timespec::from_nanos(deadline);
    blocking(vm, || sys::sleep_until(sys::MONOTONIC, deadline))?;
    // A signal that came between the last look and the sleep did not end it.
    vm.poll()
}
