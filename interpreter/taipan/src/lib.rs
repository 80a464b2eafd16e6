//! A Python 3.11 interpreter in Rust programs.
//!
//! ```
//! use std::time::Duration;
//! use taipan::{Captured, Function, Interpreter, Vm};
//!
//! fn main() -> Result<(), taipan::Error> {
//!     let output = Captured::default();
//!     let python = Interpreter::builder()
//!         .stdout(&output)
//!         .timeout(Duration::from_secs(1))
//!         .memory_limit(64 << 20)
//!         .build()?;
//!
//!     // Rust for Python: typed arguments, a name, docs.
//!     let stock = |_: &Vm, item: String| match item.as_str() {
//!         "pear" => Ok(12),
//!         _ => Err(format!("there is no {item}")),
//!     };
//!     python.define(Function::new("stock", stock).signature("(item)").doc("What is in store."))?;
//!
//!     // Python for Rust: run, look at values, call.
//!     python.exec("def order(item, n):\n    print(item, n)\n    return stock(item) >= n")?;
//!     let order: taipan::Handle = python.get("order")?;
//!     assert!(python.call::<bool>(&order, ("pear", 3))?);
//!     assert_eq!(output.take(), "pear 3\n");
//!
//!     // Errors are values.
//!     let error = python.call::<bool>(&order, ("plum", 1)).unwrap_err();
//!     assert_eq!(error.to_string(), "RuntimeError: there is no plum");
//!     assert_eq!(error.frames()[0].function, "order");
//!
//!     // Nothing runs for longer than it may, whatever it catches.
//!     python.set_timeout(Some(Duration::from_millis(20)));
//!     let endless = "while True:\n    try:\n        while True: pass\n    except BaseException: pass";
//!     let error = python.exec(endless).unwrap_err();
//!     assert_eq!(error.stop(), Some(taipan::Stop::Deadline));
//!     assert_eq!(python.eval::<i64>("6 * 7")?, 42);
//!     Ok(())
//! }
//! ```
//!
//! An [`Interpreter`] is `Send`: threads may use it one after the other. Python objects stay inside; what
//! comes out are Rust values ([`FromObject`]) and [`Handle`]s, which any thread may keep. Several
//! interpreters share nothing. See `docs/embedding.md` for the whole story.

mod bounds;
mod builder;
pub mod cli;
mod error;
mod event_loop;
mod handle;
mod host;
mod interpreter;
mod register;
mod repl;
mod setup;
mod stdio;

pub use bounds::CancelHandle;
pub use builder::Builder;
pub use error::{Error, Frame, Span, Stop};
pub use event_loop::{EventLoop, NextTurn};
pub use handle::Handle;
pub use host::SystemHost;
pub use interpreter::{Interpreter, IntoArgs};
pub use register::{Always, Class, Constructor, Define, Fails, Function, Method, Module};
pub use setup::{standard_modules, start};
pub use stdio::{Captured, Input, Output};
pub use taipan_core::native::{ArgInfo, FromObject, IntoObject, IntoRaised, IntoResult, PyBytes};
pub use taipan_core::object::Exc;
pub use taipan_core::vm::policy::{Access, Endpoint, Policy};
pub use taipan_core::vm::{Raised, Res, Vm};

/// Memory beyond the limit for telling what happened.
pub(crate) const REPORT_ROOM: usize = 4 << 20;
