//! What the commonest things take. A size that changes on purpose is changed here, in the same commit.

use super::header::Header;
use super::object::Boxed;
use super::table::Entry;
use super::*;
use crate::vm::frame::Frame;
use std::mem::size_of;

#[test]
fn words() {
    assert_eq!(size_of::<Value>(), 8);
    assert_eq!(size_of::<Object>(), 8);
    assert_eq!(size_of::<Header>(), 16);
}

#[test]
fn objects() {
    // Those that programs make by the million fill a block of the heap's classes (steps of 16).
    assert_eq!(size_of::<Boxed<Dict>>(), 64);
    assert_eq!(size_of::<Boxed<Float>>(), 24);
    assert_eq!(size_of::<Boxed<Str>>(), 40);
    assert_eq!(size_of::<Boxed<Tuple>>(), 40);
    assert_eq!(size_of::<Boxed<Empty>>(), 16);
    assert!(size_of::<Boxed<Function>>() <= 128);
    assert!(size_of::<Boxed<BoundMethod>>() <= 32);
}

#[test]
fn tables() {
    assert_eq!(size_of::<Table>(), 48);
    assert_eq!(size_of::<Entry>(), 24);
}

#[test]
fn frames() {
    assert!(size_of::<Frame>() <= 64);
}
