//! The builtin type `frame`: attributes of vm/frame_object.

use crate::object::*;
use crate::vm::frame_object::FrameObject;

/// The type `frame`.
pub static SPEC: TypeSpec = TypeSpec::new::<FrameObject>("frame");
