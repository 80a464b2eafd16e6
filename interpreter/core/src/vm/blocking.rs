//! Waiting for the system: the one place that gives up the interpreter's lock and knows EINTR.

use super::{Res, Vm};
use crate::native::IntoRaised;
use std::io;

impl Vm {
    /// Run a system call that may wait. Other threads run meanwhile; a call that a signal interrupts is
    /// made again once the signal's handlers have run, unless one of them raises. The closure cannot
    /// touch objects, as these are not `Send`. What came before the call is handled first: it would not
    /// interrupt it any more. (So what must happen whatever comes, as closing a descriptor, goes through
    /// [`Vm::allow_threads`].)
    pub fn blocking<T: Send>(&self, mut call: impl FnMut() -> io::Result<T> + Send) -> Res<T> {
        loop {
            self.poll()?;
            match self.allow_threads(&mut call) {
                Ok(value) => return Ok(value),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into_raised(self)),
            }
        }
    }
}
