//! The modules `termios` and `syslog`.

use std::cell::{Cell, OnceCell};
use std::io;

use taipan_core::native::descriptor_of;
use taipan_sys::consts;
use taipan_sys::terminal::{self as sys, CONTROL_CHARS, Settings};

use crate::support::*;

/// The module `termios`.
pub static TERMIOS: ModuleDef = ModuleDef {
    name: "termios",
    doc: "The settings of terminals: speeds, modes and special characters.\n\n\
          Where a descriptor is wanted, an object with a method fileno() will do.",
    functions: natives![
        tcgetattr,
        tcsetattr,
        tcsendbreak,
        tcdrain,
        tcflush,
        tcflow,
        tcgetwinsize,
        tcsetwinsize
    ],
    fill: Some(|vm, module| {
        for &(name, value) in consts::TERMIOS {
            module.set(vm, name, value)?;
        }
        module.set(vm, "error", error(vm)?)
    }),
    ..ModuleDef::EMPTY
};

/// `termios.error`, once somebody needs it.
#[derive(Default)]
struct ErrorClass(OnceCell<Object>);

fn error(vm: &Vm) -> Res {
    let made = vm.interp().state::<ErrorClass>();
    if let Some(class) = made.0.get() {
        return Ok(class.clone());
    }
    let dict = vm.new_dict()?;
    dict.set_named(vm, "__module__", vm.str("termios")?)?;
    let bases = vm.tuple(vec![vm.types().exception(Exc::Exception).into_object()])?;
    let arguments = [vm.str("error")?.into_object(), bases.into_object(), dict.into_object()];
    let class = vm.call(vm.types().type_.as_object(), &arguments)?;
    Ok(made.0.get_or_init(|| class).clone())
}

/// A failure as termios.error, which is no OSError.
fn raise(vm: &Vm, failure: io::Error) -> Raised {
    let number = failure.raw_os_error().unwrap_or(0);
    let make = || {
        let text = vm.str(&taipan_sys::errno::message(number))?.into_object();
        vm.call(&error(vm)?, &[vm.int(number.into())?, text])
    };
    match make() {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

/// A call on a terminal, repeated after signals.
fn call<T: Send>(vm: &Vm, mut call: impl FnMut() -> io::Result<T> + Send) -> Res<T> {
    let done = blocking(vm, || match call() {
        Err(failure) if failure.kind() == io::ErrorKind::Interrupted => Err(failure),
        done => Ok(done),
    })?;
    done.map_err(|failure| raise(vm, failure))
}

fn constant(name: &str) -> i64 {
    consts::TERMIOS.iter().find(|row| row.0 == name).map_or(0, |row| row.1)
}

/// Where VMIN and VTIME lie, which are numbers where lines are not edited.
fn numbers(settings: &Settings) -> [usize; 2] {
    let edits = i64::from(settings.flags[3]) & constant("ICANON") != 0;
    let place = |name| if edits { usize::MAX } else { constant(name) as usize };
    [place("VMIN"), place("VTIME")]
}

/// The settings as a list of seven that tcsetattr() takes: modes of input, output, hardware and line, the speed
/// of each direction, and the special characters, bytes of one each; VMIN and VTIME are integers where
/// lines are not edited.
#[native("(fd, /)")]
fn tcgetattr(vm: &Vm, fd: &Object) -> Res<Vec<Object>> {
    let fd = descriptor_of(vm, fd)?;
    let settings = call(vm, || sys::settings(fd))?;
    let numbers = numbers(&settings);
    let mut chars = Vec::new();
    for (place, byte) in settings.chars.iter().enumerate() {
        chars.push(match numbers.contains(&place) {
            true => vm.int(i64::from(*byte))?,
            false => vm.bytes(&[*byte])?.into_object(),
        });
    }
    let mut list = Vec::new();
    for number in settings.flags.iter().chain(&settings.speeds) {
        list.push(vm.int(i64::from(*number))?);
    }
    list.push(vm.list(chars)?.into_object());
    Ok(list)
}

fn unsigned(vm: &Vm, object: &Object) -> Res<u32> {
    if !vm.class_of(object).has(type_flags::INT) {
        return Err(vm.type_error("an integer is required"));
    }
    let number = vm.as_i64(object);
    let number =
        number.ok_or_else(|| vm.overflow_error("Python int too large to convert to C long"))?;
    Ok(number as u32)
}

/// Change the settings to a list like that of tcgetattr; when is TCSANOW, TCSADRAIN or TCSAFLUSH.
#[native("(fd, when, attributes, /)")]
fn tcsetattr(vm: &Vm, fd: &Object, when: i32, attributes: &Object) -> Res<()> {
    let fd = descriptor_of(vm, fd)?;
    let items = match attributes.downcast::<List>() {
        Some(list) if list.len() == 7 => vm.collect(attributes)?,
        _ => return Err(vm.type_error("tcsetattr, arg 3: must be 7 element list")),
    };
    let [iflag, oflag, cflag, lflag, ispeed, ospeed, chars] = items.as_slice() else {
        return Err(vm.type_error("tcsetattr, arg 3: must be 7 element list"));
    };
    let mut settings = call(vm, || sys::settings(fd))?;
    for (place, object) in settings.flags.iter_mut().zip([iflag, oflag, cflag, lflag]) {
        *place = unsigned(vm, object)?;
    }
    for (place, object) in settings.speeds.iter_mut().zip([ispeed, ospeed]) {
        *place = unsigned(vm, object)?;
    }
    let is_list = chars.downcast::<List>().is_some_and(|list| list.len() == CONTROL_CHARS);
    if !is_list {
        return Err(vm.type_error(format_args!(
            "tcsetattr: attributes[6] must be {CONTROL_CHARS} element list"
        )));
    }
    let chars = vm.collect(chars)?;
    for (place, object) in settings.chars.iter_mut().zip(&chars) {
        let byte = object.downcast::<Bytes>().and_then(|bytes| match bytes.as_slice() {
            [byte] => Some(*byte),
            _ => None,
        });
        *place = match byte {
            Some(byte) => byte,
            None if vm.class_of(object).has(type_flags::INT) => {
                vm.as_i64(object).unwrap_or(0) as u8
            }
            None => {
                return Err(vm.type_error(
                    "tcsetattr: elements of attributes must be characters or integers",
                ));
            }
        };
    }
    call(vm, || sys::set_settings(fd, when, &settings))
}

/// Hold the line at 0 for a while: what duration means is the system's affair, except 0.
#[native("(fd, duration, /)")]
fn tcsendbreak(vm: &Vm, fd: &Object, duration: i32) -> Res<()> {
    let fd = descriptor_of(vm, fd)?;
    call(vm, || sys::send_break(fd, duration))
}

/// Sleep till what was written has left the machine.
#[native("(fd, /)")]
fn tcdrain(vm: &Vm, fd: &Object) -> Res<()> {
    let fd = descriptor_of(vm, fd)?;
    call(vm, || sys::drain(fd))
}

/// Forget what waits: TCIFLUSH what came in, TCOFLUSH what is to go out, TCIOFLUSH either.
#[native("(fd, queue, /)")]
fn tcflush(vm: &Vm, fd: &Object, queue: i32) -> Res<()> {
    let fd = descriptor_of(vm, fd)?;
    call(vm, || sys::flush(fd, queue))
}

/// Stop output with TCOOFF and go on with TCOON; TCIOFF and TCION ask the other side to.
#[native("(fd, action, /)")]
fn tcflow(vm: &Vm, fd: &Object, action: i32) -> Res<()> {
    let fd = descriptor_of(vm, fd)?;
    call(vm, || sys::flow(fd, action))
}

/// The size of the window: (rows, columns).
#[native("(fd, /)")]
fn tcgetwinsize(vm: &Vm, fd: &Object) -> Res<(u16, u16)> {
    let fd = descriptor_of(vm, fd)?;
    call(vm, || sys::window_size(fd))
}

/// Set the size of the window: (rows, columns).
#[native("(fd, winsize, /)")]
fn tcsetwinsize(vm: &Vm, fd: &Object, winsize: &Object) -> Res<()> {
    let fd = descriptor_of(vm, fd)?;
    let wrong = || vm.type_error("tcsetwinsize, arg 2: must be a two-item sequence");
    if vm.class_of(winsize).slots().getitem.is_none() {
        return Err(wrong());
    }
    let items = vm.collect(winsize)?;
    let [rows, columns] = items.as_slice() else { return Err(wrong()) };
    let short = |object: &Object| {
        let number = vm.as_i64(&vm.index(object)?).and_then(|number| u16::try_from(number).ok());
        number.ok_or_else(|| vm.overflow_error("winsize value(s) out of range."))
    };
    let (rows, columns) = (short(rows)?, short(columns)?);
    call(vm, || sys::set_window_size(fd, rows, columns))
}

/// The module `syslog`.
pub static SYSLOG: ModuleDef = ModuleDef {
    name: "syslog",
    doc: "The system's log.",
    functions: natives![syslog, openlog, closelog, setlogmask, log_mask, log_upto],
    fill: Some(|vm, module| {
        consts::SYSLOG.iter().try_for_each(|&(name, value)| module.set(vm, name, value))
    }),
    ..ModuleDef::EMPTY
};

/// Whether the log has been opened.
#[derive(Default)]
struct Opened(Cell<bool>);

/// syslog([priority=LOG_INFO,] message)
///
/// Write a line to the log.
#[native("(*args)", no_signature)]
fn syslog(vm: &Vm, args: &[Object]) -> Res<()> {
    let wrong = || vm.type_error("[priority,] message string");
    let (priority, message) = match args {
        [message] => (6, message),
        [priority, message] => match vm.as_i64(priority).and_then(|p| i32::try_from(p).ok()) {
            Some(priority) => (priority, message),
            None => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    let Some(text) = message.downcast::<Str>() else { return Err(wrong()) };
    let text = vm.utf8(text)?.as_bytes().to_vec();
    if text.contains(&0) {
        return Err(vm.value_error("embedded null character"));
    }
    crate::policy::process(vm, "syslog")?;
    if !vm.interp().state::<Opened>().0.get() {
        open(vm, None, 0, 8)?;
    }
    blocking(vm, || sys::log(priority, &text))
}

fn open(vm: &Vm, name: Option<Vec<u8>>, options: i32, facility: i32) -> Res<()> {
    let name = match name {
        Some(name) => name,
        None => script_name(vm)?,
    };
    sys::open_log(&name, options, facility);
    vm.interp().state::<Opened>().0.set(true);
    Ok(())
}

/// The last part of `sys.argv[0]`.
fn script_name(vm: &Vm) -> Res<Vec<u8>> {
    let sys = vm.import("sys")?;
    let argv = optional_attr(vm, &sys, "argv")?;
    let first = argv.as_ref().and_then(|argv| argv.downcast::<List>()).and_then(|l| l.get(0));
    let Some(first) = first else { return Ok(Vec::new()) };
    let Some(text) = first.downcast::<Str>() else { return Ok(Vec::new()) };
    let text = vm.utf8(text)?;
    Ok(text.rsplit('/').next().unwrap_or_default().as_bytes().to_vec())
}

/// openlog([ident[, logoption[, facility]]])
///
/// Say what the lines of the log begin with (by default the script's name), how they are written, and what
/// facility they are of.
#[native("(ident=None, logoption=0, facility=8)", no_signature, parse_tuple)]
fn openlog(vm: &Vm, ident: Option<&str>, logoption: i32, facility: i32) -> Res<()> {
    crate::policy::process(vm, "openlog")?;
    open(vm, ident.map(|ident| ident.as_bytes().to_vec()), logoption, facility)
}

/// closelog()
///
/// Close the log, and forget what openlog said.
#[native("()", no_signature)]
fn closelog(vm: &Vm) {
    if vm.interp().state::<Opened>().0.replace(false) {
        sys::close_log();
    }
}

/// setlogmask(maskpri)
///
/// Set the mask of priorities that are written, and return the one before; 0 changes nothing.
#[native("(maskpri, /)", no_signature, parse_tuple)]
fn setlogmask(maskpri: i32) -> i32 {
    sys::set_log_mask(maskpri)
}

/// LOG_MASK(pri)
///
/// The mask of one priority.
#[native("(pri, /)", name = "LOG_MASK", no_signature, parse_tuple)]
fn log_mask(pri: i64) -> i64 {
    u32::try_from(pri).ok().and_then(|pri| 1i64.checked_shl(pri)).unwrap_or(0)
}

/// LOG_UPTO(pri)
///
/// The mask of all priorities up to one.
#[native("(pri, /)", name = "LOG_UPTO", no_signature, parse_tuple)]
fn log_upto(pri: i64) -> i64 {
    let beyond = u32::try_from(pri.saturating_add(1)).ok().and_then(|n| 1i64.checked_shl(n));
    beyond.unwrap_or(0).wrapping_sub(1)
}
