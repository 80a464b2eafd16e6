//! Standard streams that are not the process's: captured, discarded, or the host's own readers and writers.

use std::cell::{OnceCell, RefCell};
use std::io::{self, BufRead, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use taipan_core::builtins::sys;
use taipan_core::native::buffer::bytes_of;
use taipan_core::native::{IntoRaised, PyBytes};
use taipan_core::object::{Obj, Object, Payload, TypeSpec};
use taipan_core::vm::{Res, Vm};
use taipan_core::{getsets, natives};
use taipan_macros::{getter, native};
use taipan_stdlib::io::text::TextIo;

/// What a script has written; all clones are the same text.
#[derive(Clone, Debug, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// All that was written since the last time, invalid UTF-8 replaced.
    pub fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The same as bytes.
    pub fn take_bytes(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.try_reserve(bytes.len()).map_err(|_| io::ErrorKind::OutOfMemory)?;
        all.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where one of the output streams goes.
#[derive(Default)]
pub enum Output {
    /// The process's own stream.
    #[default]
    Inherit,
    /// Nowhere.
    Discard,
    /// To the host.
    Writer(Box<dyn Write + Send>),
}

impl From<&Captured> for Output {
    fn from(captured: &Captured) -> Output {
        Output::Writer(Box::new(captured.clone()))
    }
}

/// Where standard input comes from.
#[derive(Default)]
pub enum Input {
    /// The process's own stream.
    #[default]
    Inherit,
    /// There is none to read.
    Empty,
    /// From the host.
    Reader(Box<dyn BufRead + Send>),
}

impl From<&str> for Input {
    fn from(text: &str) -> Input {
        Input::Reader(Box::new(io::Cursor::new(text.as_bytes().to_vec())))
    }
}

/// The streams of an interpreter.
#[derive(Default)]
pub(crate) struct Stdio {
    pub(crate) input: RefCell<Input>,
    pub(crate) output: RefCell<Output>,
    pub(crate) error: RefCell<Output>,
    made: [OnceCell<Object>; 3],
}

impl Stdio {
    fn of(&self, fd: usize) -> &RefCell<Output> {
        if fd == 1 { &self.output } else { &self.error }
    }

    /// Write past Python; false if the stream is the process's.
    pub(crate) fn write(&self, fd: usize, bytes: &[u8]) -> Option<io::Result<()>> {
        match &mut *self.of(fd).borrow_mut() {
            Output::Inherit => None,
            Output::Discard => Some(Ok(())),
            Output::Writer(writer) => Some(writer.write_all(bytes)),
        }
    }

    pub(crate) fn read_line(&self) -> Option<io::Result<Vec<u8>>> {
        let mut line = Vec::new();
        match &mut *self.input.borrow_mut() {
            Input::Inherit => None,
            Input::Empty => Some(Ok(line)),
            Input::Reader(reader) => Some(reader.read_until(b'\n', &mut line).map(|_| line)),
        }
    }

    fn read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        match &mut *self.input.borrow_mut() {
            Input::Reader(reader) => reader.read(bytes),
            Input::Inherit | Input::Empty => Ok(0),
        }
    }
}

/// Put those streams that are not the process's in the place of these.
pub(crate) fn install(vm: &Vm, input: Input, output: Output, error: Output) {
    let Some(sys) = sys::module(vm) else { return };
    if !matches!(input, Input::Inherit) {
        sys.add_lazy("stdin", stream::<0>);
        sys.add_lazy("__stdin__", stream::<0>);
    }
    if !matches!(output, Output::Inherit) {
        sys.add_lazy("stdout", stream::<1>);
        sys.add_lazy("__stdout__", stream::<1>);
    }
    if !matches!(error, Output::Inherit) {
        sys.add_lazy("stderr", stream::<2>);
        sys.add_lazy("__stderr__", stream::<2>);
    }
    let stdio = vm.interp().state::<Stdio>();
    stdio.input.replace(input);
    stdio.output.replace(output);
    stdio.error.replace(error);
}

fn stream<const FD: usize>(vm: &Vm) -> Res {
    let stdio = vm.interp().state::<Stdio>();
    let Some(place) = stdio.made.get(FD) else { return Ok(Object::none()) };
    if let Some(made) = place.get() {
        return Ok(made.clone());
    }
    let text = |text| Ok(vm.str(text)?.into_object());
    let arguments = [
        vm.alloc(HostStream(FD))?.into_object(),
        text("utf-8")?,
        text(["surrogateescape", "surrogateescape", "backslashreplace"][FD])?,
        text("\n")?,
        Object::bool(true), // line_buffering
        Object::bool(true), // write_through
    ];
    let made = vm.call(vm.type_of_payload::<TextIo>()?.as_object(), &arguments)?;
    Ok(place.get_or_init(|| made).clone())
}

/// The binary stream below the text.
struct HostStream(usize);

static HOST_STREAM: TypeSpec = TypeSpec {
    doc: "A standard stream that the embedding program provides.",
    flags: taipan_core::object::type_flags::NO_NEW,
    methods: natives![write, read, read1, flush, readable, writable, seekable, isatty],
    getsets: getsets![closed, name],
    ..TypeSpec::new::<HostStream>("taipan.HostStream")
};

impl Payload for HostStream {
    const SPEC: Option<&'static TypeSpec> = Some(&HOST_STREAM);
}

/// Write bytes and return how many.
#[native("(self, data, /)")]
fn write(vm: &Vm, this: &Obj<HostStream>, data: &Object) -> Res<usize> {
    let bytes = bytes_of(vm, data)?;
    match vm.interp().state::<Stdio>().write(this.0, &bytes) {
        Some(Err(failure)) => Err(failure.into_raised(vm)),
        Some(Ok(())) | None => Ok(bytes.len()),
    }
}

fn read_some(vm: &Vm, size: usize) -> Res<Vec<u8>> {
    let mut bytes = vec![0; size.min(1 << 16)];
    let got = vm.interp().state::<Stdio>().read(&mut bytes);
    bytes.truncate(got.map_err(|failure| failure.into_raised(vm))?);
    Ok(bytes)
}

/// Read up to size bytes, or all.
#[native("(self, size=-1, /)")]
fn read(vm: &Vm, _this: &Obj<HostStream>, size: isize) -> Res<PyBytes> {
    let most = usize::try_from(size).unwrap_or(usize::MAX);
    let mut all = Vec::new();
    while all.len() < most {
        let some = read_some(vm, most - all.len())?;
        if some.is_empty() {
            break;
        }
        all.extend_from_slice(&some);
        vm.poll()?;
    }
    Ok(PyBytes(all))
}

/// Read what is there, up to size bytes.
#[native("(self, size=-1, /)")]
fn read1(vm: &Vm, _this: &Obj<HostStream>, size: isize) -> Res<PyBytes> {
    read_some(vm, usize::try_from(size).unwrap_or(8192)).map(PyBytes)
}

/// Have what was written arrive.
#[native("(self, /)")]
fn flush(vm: &Vm, this: &Obj<HostStream>) -> Res<()> {
    let stdio = vm.interp().state::<Stdio>();
    match &mut *stdio.of(this.0).borrow_mut() {
        Output::Writer(writer) if this.0 != 0 => {
            writer.flush().map_err(|failure| failure.into_raised(vm))
        }
        _ => Ok(()),
    }
}

/// Whether it can be read.
#[native("(self, /)")]
fn readable(this: &Obj<HostStream>) -> bool {
    this.0 == 0
}

/// Whether it can be written to.
#[native("(self, /)")]
fn writable(this: &Obj<HostStream>) -> bool {
    this.0 != 0
}

/// Whether it can be read from anywhere.
#[native("(self, /)")]
fn seekable(_this: &Obj<HostStream>) -> bool {
    false
}

/// Whether a person sits there.
#[native("(self, /)")]
fn isatty(_this: &Obj<HostStream>) -> bool {
    false
}

/// Whether it is closed: it never is.
#[getter]
fn closed(_this: &Obj<HostStream>) -> bool {
    false
}

/// The name that the stream goes by.
#[getter]
fn name(this: &Obj<HostStream>) -> &'static str {
    ["<stdin>", "<stdout>", "<stderr>"].get(this.0).copied().unwrap_or("?")
}
