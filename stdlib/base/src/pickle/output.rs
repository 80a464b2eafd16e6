//! The bytes of a pickle on their way out, in frames from protocol 4 on.

use super::ops::{FRAME, FRAME_TARGET};
use crate::support::{Res, Vm, append};

/// Words of a frame's head.
const HEAD: usize = 9;
/// Shorter frames have no head.
const SHORTEST: usize = 4;

#[derive(Default)]
pub(super) struct Output {
    bytes: Vec<u8>,
    /// Whether what is written goes into frames.
    pub(super) framing: bool,
    /// Where the frame that is being written has room for its head.
    frame: Option<usize>,
}

impl Output {
    #[inline]
    pub(super) fn push(&mut self, vm: &Vm, more: &[u8]) -> Res<()> {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.bytes.len());
            append(vm, &mut self.bytes, &[0; HEAD])?;
        }
        append(vm, &mut self.bytes, more)
    }

    /// Whether the frame is as long as frames are meant to be.
    #[inline]
    pub(super) fn is_due(&self) -> bool {
        self.frame.is_some_and(|at| self.bytes.len() >= at + HEAD + FRAME_TARGET)
    }

    /// The frame ends.
    pub(super) fn end_frame(&mut self) {
        let Some(at) = self.frame.take() else { return };
        // (A hook may have used the pickler meanwhile.)
        let Some(len) = self.bytes.len().checked_sub(at + HEAD) else { return };
        if len < SHORTEST {
            self.bytes.drain(at..at + HEAD);
        } else if let Some(head) = self.bytes.get_mut(at..at + HEAD) {
            head[0] = FRAME;
            head[1..].copy_from_slice(&(len as u64).to_le_bytes());
        }
    }

    /// Something long, outside of frames.
    pub(super) fn push_long(&mut self, vm: &Vm, head: &[u8], data: &[u8]) -> Res<()> {
        self.end_frame();
        append(vm, &mut self.bytes, head)?;
        append(vm, &mut self.bytes, data)
    }

    pub(super) fn take(&mut self) -> Vec<u8> {
        self.frame = None;
        std::mem::take(&mut self.bytes)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}
