use super::*;
use crate::bytecode::code::{CodeUnit, Const};
use crate::compile::{CompileOptions, compile_str};

const SOURCE: &str = r#"
"""A docstring."""
import os, sys
from a.b import c as d, e
X = [1, -1, 2**62, -2**70, 10**40, 1.5, -0.0, 2j, b"bytes", "text", "\ud800x", "ünï", ..., None, True, (1, (2, "a"))]
class C(Base, metaclass=M):
    """Doc."""
    y: int = 3
    def __init__(self, a, /, b=1, *args, k=2, **kw):
        self.a = a
        def inner():
            return a, b, self.__class__
        try:
            with open(b) as f:
                for line in f:
                    yield line if line in {"a", "b", 3} else [q for q in args if q]
        except* (ValueError, TypeError) as e:
            raise RuntimeError(f"{e!r:>{k}}") from e
        finally:
            del kw
async def g(x):
    async for i in x:
        await i
    match x:
        case {"a": [1, *rest], **more} if rest:
            pass
"#;

fn unit() -> CodeUnit {
    compile_str(SOURCE, "<test>", &CompileOptions::default()).expect("valid source").unit
}

#[test]
fn reads_what_was_written() {
    let unit = unit();
    let image = write(&unit).expect("not deep");
    let read = Image::open(&image, NamePool::EMPTY).and_then(|i| i.unit()).expect("an image");
    assert_eq!(read.words, unit.words);
    assert_eq!(read.lines, unit.lines);
    // 0.0 and -0.0 are equal, and differ.
    assert_eq!(format!("{read:?}"), format!("{unit:?}"));
    assert_eq!(write(&read).expect("not deep"), image);
}

#[test]
fn images_are_small() {
    let unit = unit();
    let image = write(&unit).expect("not deep");
    assert!(image.len() < 4000, "{}", image.len());
}

/// Reads all of an image; what it holds does not matter.
fn reads(bytes: &[u8]) -> bool {
    Image::open(bytes, NamePool::EMPTY)
        .and_then(|i| i.unit())
        .is_ok_and(|u| crate::bytecode::verify::verify(&u).is_ok())
}

#[test]
fn damaged_images_are_refused_quietly() {
    let image = write(&unit()).expect("not deep");
    for end in 0..image.len() {
        assert!(!reads(&image[..end]), "cut at {end}");
    }
    let mut noise = 0x9e37_79b9_7f4a_7c15u64;
    for at in 0..image.len() {
        for _ in 0..4 {
            noise = noise.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            let mut bytes = image.clone();
            bytes[at] = (noise >> 56) as u8;
            reads(&bytes);
            let other = (noise >> 20) as usize % bytes.len();
            bytes[other] = (noise >> 48) as u8;
            reads(&bytes);
        }
    }
}

#[test]
fn nesting_has_a_limit() {
    let mut constant = Const::None;
    for _ in 0..DEEPEST + 1 {
        constant = Const::Tuple(vec![constant]);
    }
    let unit = CodeUnit { consts: vec![constant], ..CodeUnit::default() };
    assert_eq!(write(&unit), Err(TooDeep));
}

#[test]
fn shared_names_read_the_same() {
    let unit = unit();
    let image = write(&unit).expect("not deep");
    let mut pool = PoolBuilder::default();
    pool.add(&image).expect("an image");
    let numbers = pool.order();
    let shared = numbers.share(&image).expect("an image");
    assert!(shared.len() < image.len());
    let (starts, names) = numbers.finish();
    let read = |names| Image::open(&shared, NamePool::new(&starts, names)).and_then(|i| i.unit());
    assert_eq!(format!("{:?}", read(&names).expect("an image")), format!("{unit:?}"));
    // With another pool it is refused.
    assert_eq!(read(&[]).err(), Some(Damaged));
    assert!(Image::open(&shared, NamePool::EMPTY).and_then(|i| i.unit()).is_err());
}
