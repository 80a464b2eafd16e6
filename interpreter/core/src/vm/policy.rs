//! What scripts may do outside the interpreter is the host's to decide: one trait, asked by every native
//! before it touches the system.
//!
//! **Invariant:** a native asks before it acts, and with what it is about to act on. Without a policy
//! everything is allowed, and asking costs a look at one word. Descriptors that a script has been given
//! are not asked about again: who may not open a file cannot read it, but inherited ones are open.

use super::{Raised, Res, Vm};
use crate::native::errors::os_error_parts;
use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::rc::Rc;

/// An address of the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint<'a> {
    Ip(SocketAddr),
    /// A Unix socket, by its path or abstract name.
    Unix(Cow<'a, [u8]>),
    /// A family that has no name here.
    Other,
}

/// What a script is about to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access<'a> {
    /// Open a file; `writes` if it can be changed, made or truncated by that.
    Open { path: &'a [u8], writes: bool },
    /// Look at or change what lies at a path: stat, listdir, rename, unlink, chdir, ...
    Path { path: &'a [u8] },
    /// Read a file to import it, or to show a line of it in a traceback.
    Import { path: &'a str },
    /// See the variables of the environment (None: all of them), or set one.
    Environment { name: Option<&'a [u8]>, writes: bool },
    /// Start, become or signal a process, or change this one; the name of the function.
    Process { function: &'a str },
    /// Change what a signal does, or send one to this process.
    Signal { function: &'a str },
    /// Connect to an address or send to it.
    Connect { to: Endpoint<'a> },
    /// Take connections or datagrams at an address.
    Bind { to: Endpoint<'a> },
    /// Ask for the addresses of a name.
    Resolve { name: &'a [u8] },
}

impl fmt::Display for Endpoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Ip(address) => address.fmt(f),
            Endpoint::Unix(path) => write!(f, "'{}'", String::from_utf8_lossy(path)),
            Endpoint::Other => f.write_str("an address"),
        }
    }
}

impl fmt::Display for Access<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes| String::from_utf8_lossy(bytes);
        match self {
            Access::Open { path, writes: false } => write!(f, "open '{}'", text(path)),
            Access::Open { path, writes: true } => write!(f, "open '{}' to write", text(path)),
            Access::Path { path } => write!(f, "use path '{}'", text(path)),
            Access::Import { path } => write!(f, "import '{path}'"),
            Access::Environment { name: Some(name), writes } => {
                let what = if *writes { "change" } else { "see" };
                write!(f, "{what} environment variable '{}'", text(name))
            }
            Access::Environment { name: None, .. } => f.write_str("see the environment"),
            Access::Process { function } => write!(f, "call {function}()"),
            Access::Signal { function } => write!(f, "call {function}()"),
            Access::Connect { to } => write!(f, "connect to {to}"),
            Access::Bind { to } => write!(f, "bind {to}"),
            Access::Resolve { name } => write!(f, "resolve '{}'", text(name)),
        }
    }
}

/// A host's rules. A closure `Fn(&Access) -> bool` is one.
pub trait Policy {
    /// Whether a script may do this. No Python can be run from here.
    fn allows(&self, access: &Access<'_>) -> bool;
}

impl<F: Fn(&Access<'_>) -> bool> Policy for F {
    fn allows(&self, access: &Access<'_>) -> bool {
        self(access)
    }
}

impl Vm {
    /// Ask before each access from now on.
    pub fn set_policy(&self, policy: Option<Rc<dyn Policy>>) {
        self.interp().has_policy.set(policy.is_some());
        *self.interp().policy.borrow_mut() = policy;
    }

    /// Whether the policy lets a script do this.
    pub fn is_allowed(&self, access: &Access<'_>) -> bool {
        if !self.interp().has_policy.get() {
            return true;
        }
        let policy = self.interp().policy.borrow().clone();
        policy.is_none_or(|policy| policy.allows(access))
    }

    /// PermissionError unless the policy allows what `access` makes.
    #[inline]
    pub fn ask<'a>(&self, access: impl FnOnce() -> Access<'a>) -> Res<()> {
        if !self.interp().has_policy.get() {
            return Ok(());
        }
        let access = access();
        if self.is_allowed(&access) { Ok(()) } else { Err(refused(self, &access)) }
    }
}

#[cold]
fn refused(vm: &Vm, access: &Access<'_>) -> Raised {
    const EACCES: i32 = 13;
    os_error_parts(vm, EACCES, &format!("the host does not permit: {access}"), None, None)
}
