//! Streams: what lies between a transport's callbacks and `await reader.readline()`.
//!
//! | file        | holds                                                                        |
//! |-------------|------------------------------------------------------------------------------|
//! | `queue`     | bytes that have come and are not read yet                                    |
//! | `reader`    | the type StreamReader                                                        |
//! | `reading`   | how far each kind of read is                                                 |
//! | `protocol`  | the types FlowControlMixin and StreamReaderProtocol                          |
//! | `connected` | a connection is made: the program's callback, and the task that may come of it |
//! | `writer`    | the type StreamWriter                                                        |
//! | `own`       | which methods of theirs nobody has replaced                                  |
//!
//! The classes that programs see are Python's, derive from these types and add next to nothing (see
//! `asyncio/streams.py`): so they can be patched. A method that a subclass, a patch or an instance replaces is called
//! wherever CPython's code calls it.
//!
//! What is awaited is an [`Awaiting`](super::awaiting::Awaiting): `target` is the reader, writer or protocol, `item`
//! what was given, `other` the future that the reader or protocol knows of, `phase` 0 at first.
//!
//! **Invariant:** nothing of a reader or a protocol is borrowed while Python runs.

mod connected;
mod own;
mod protocol;
mod queue;
mod reader;
mod reading;
mod writer;

pub(super) use own::{Methods, Own};
pub(super) use protocol::{FLOW_CONTROL, READER_PROTOCOL, received, takes_bytes};
pub(super) use reader::SPEC as READER;
pub(super) use writer::SPEC as WRITER;

/// Attributes that are kept as they are: objects (None: unset), and flags.
macro_rules! attributes {
    ($owner:ty { $($name:ident $set:ident $field:ident;)* } { $($flag:ident $set_flag:ident $cell:ident;)* }) => {
        $(
            #[getter]
            fn $name(this: &Obj<$owner>) -> Option<Object> {
                this.$field.get()
            }

            #[setter]
            fn $set(_vm: &Vm, this: &Obj<$owner>, value: Option<&Object>) -> Res<()> {
                this.$field.assign(value.filter(|v| !v.is_none()).cloned());
                Ok(())
            }
        )*
        $(
            #[getter]
            fn $flag(this: &Obj<$owner>) -> bool {
                this.$cell.get()
            }

            #[setter]
            fn $set_flag(vm: &Vm, this: &Obj<$owner>, value: Option<&Object>) -> Res<()> {
                let value = value.map_or(Ok(false), |v| vm.truth(v))?;
                this.$cell.set(value);
                Ok(())
            }
        )*
    };
}
use attributes;
