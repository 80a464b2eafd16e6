//! The modules `_signal` and `signal`.
//!
//! | file       | holds                                                              |
//! |------------|--------------------------------------------------------------------|
//! | `handlers` | who handles which signal, and running the handlers                 |
//! | `send`     | sending signals, timers, the wake-up descriptor                    |
//! | `mask`     | sets of signals: blocking them, waiting for them                   |
//! | `enums`    | the module `signal`: constants and results as enumerations' members |
//!
//! The system's part, down to the C handler, is `taipan_sys::signal`: a signal becomes a bit in a
//! sink and a bit in the interpreter's eval flags. Python handlers run where the main thread looks
//! at its flags, and after system calls that a signal interrupted (`Vm::blocking`).
//!
//! **Invariant:** what `handlers` says of a signal is what the system has been told, for the signals
//! that went through this module.
//!
//! SIGINT is caught from the program's start ([`start`]) without any of the module being made.

mod enums;
mod handlers;
mod mask;
mod send;

use taipan_core::structseq;
use taipan_sys::signal as sys;

use crate::support::*;
use handlers::*;
use mask::*;
use send::*;

pub use handlers::start;

/// The module `_signal`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_signal",
    doc: "Signals as the system has them. Use the module signal.",
    functions: natives![
        signal,
        getsignal,
        default_int_handler,
        siginterrupt,
        set_wakeup_fd,
        raise_signal,
        pthread_kill,
        pidfd_send_signal,
        alarm,
        setitimer,
        getitimer,
        pause,
        strsignal,
        valid_signals,
        pthread_sigmask,
        sigpending,
        sigwait,
        sigwaitinfo,
        sigtimedwait
    ],
    types: &[],
    fill: Some(fill),
};

/// The module `signal`.
pub static SIGNAL_MODULE: ModuleDef = ModuleDef {
    name: "signal",
    doc: "Signals: handling them, sending them, timers, and masks.\n\n\
          Handlers are called with the signal's number and the frame that was interrupted, in the \
          main thread.",
    functions: natives![
        enums::signal,
        enums::getsignal,
        enums::pthread_sigmask,
        enums::sigpending,
        enums::sigwait,
        enums::valid_signals,
        enums::int_to_enum,
        enums::enum_to_int
    ],
    types: &[],
    fill: Some(enums::fill),
};

structseq! {
    static SIGINFO = "signal.struct_siginfo", "What is known of a signal that was waited for.", 7, ["si_signo": "the signal", "si_code": "why it was sent", "si_errno": "an error number", "si_pid": "the process that sent it", "si_uid": "that process's user", "si_status": "the status of a child", "si_band": "the band of SIGPOLL"]
}

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    for (name, value) in enums::constants() {
        module.set(vm, name, value)?;
    }
    module.set(vm, "struct_siginfo", SIGINFO.class(vm)?)?;
    let error = state(vm).itimer_error(vm)?;
    module.set(vm, "ItimerError", error)?;
    match module.get(vm, "default_int_handler") {
        Some(function) => state(vm).make_visible(vm, function),
        None => Ok(()),
    }
}

/// A signal's number; ValueError if there is none.
fn checked(vm: &Vm, number: i32) -> Res<sys::Signal> {
    if (1..sys::COUNT).contains(&number) {
        return Ok(number);
    }
    Err(vm.value_error("signal number out of range"))
}
