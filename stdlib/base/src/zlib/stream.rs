//! The two directions, with output that grows in slices between which signals are looked at.

use super::error;
use crate::support::{Res, Vm, reserve};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Output that is made at once.
const SLICE: usize = 64 << 10;

pub(super) struct Deflate {
    stream: Compress,
    pub(super) ended: bool,
}

impl Deflate {
    /// None: there is no such format.
    pub(super) fn new(level: i32, wbits: i32) -> Option<Deflate> {
        // The crate panics at what zlib refuses.
        if !(-1..=9).contains(&level) {
            return None;
        }
        let level = Compression::new(u32::try_from(level).unwrap_or(6));
        // The smallest window cannot be made; the next one is, as zlib itself does.
        let bits = |n: i32| n.max(9) as u8;
        let stream = match wbits {
            8..=15 => Compress::new_with_window_bits(level, true, bits(wbits)),
            -15..=-9 => Compress::new_with_window_bits(level, false, bits(-wbits)),
            24..=31 => Compress::new_gzip(level, bits(wbits - 16)),
            _ => return None,
        };
        Some(Deflate { stream, ended: false })
    }

    pub(super) fn set_dictionary(&mut self, dictionary: &[u8]) -> bool {
        self.stream.set_dictionary(dictionary).is_ok()
    }

    pub(super) fn feed(
        &mut self,
        vm: &Vm,
        mut data: &[u8],
        flush: FlushCompress,
        out: &mut Vec<u8>,
    ) -> Res<()> {
        if self.ended {
            return Err(error(vm, "Error -2 while compressing data: inconsistent stream state"));
        }
        loop {
            reserve(vm, out, data.len().clamp(256, SLICE))?;
            let before = self.stream.total_in();
            let status = self.stream.compress_vec(data, out, flush);
            let taken = (self.stream.total_in() - before) as usize;
            data = data.get(taken..).unwrap_or(&[]);
            match status {
                Ok(Status::StreamEnd) => {
                    self.ended = true;
                    return Ok(());
                }
                // Room left: all is out that can be.
                Ok(_) if data.is_empty() && out.len() < out.capacity() => return Ok(()),
                Ok(_) => {}
                Err(_) => {
                    return Err(error(
                        vm,
                        "Error -2 while compressing data: inconsistent stream state",
                    ));
                }
            }
            vm.poll()?;
        }
    }
}

pub(super) struct Inflate {
    /// None: zlib or gzip, as the first byte says.
    stream: Option<Decompress>,
    wbits: i32,
    is_raw: bool,
    pub(super) ended: bool,
}

impl Inflate {
    /// None: there is no such format.
    pub(super) fn new(wbits: i32) -> Option<Inflate> {
        let bits = |n: i32| if n == 0 { 15 } else { n.max(9) as u8 };
        let stream = match wbits {
            0 | 8..=15 => Some(Decompress::new_with_window_bits(true, bits(wbits))),
            -15..=-8 => Some(Decompress::new_with_window_bits(false, bits(-wbits))),
            24..=31 => Some(Decompress::new_gzip(bits(wbits - 16))),
            40..=47 => None,
            _ => return None,
        };
        Some(Inflate { stream, wbits, is_raw: wbits < 0, ended: false })
    }

    fn stream(&mut self, first: u8) -> &mut Decompress {
        let bits = (self.wbits - 32).clamp(9, 15) as u8;
        self.stream.get_or_insert_with(|| match first {
            0x1F => Decompress::new_gzip(bits),
            _ => Decompress::new_with_window_bits(true, bits),
        })
    }

    /// Takes data until it or the room for output is used up; how much was taken.
    pub(super) fn feed(
        &mut self,
        vm: &Vm,
        data: &[u8],
        dictionary: Option<&[u8]>,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Res<usize> {
        let Some(&first) = data.first() else { return Ok(0) };
        let mut taken = 0;
        while !self.ended && out.len() < limit {
            let room = SLICE.min(limit - out.len());
            reserve(vm, out, room)?;
            let at = out.len();
            out.resize(at + room, 0);
            let stream = self.stream(first);
            let (before_in, before_out) = (stream.total_in(), stream.total_out());
            let rest = data.get(taken..).unwrap_or(&[]);
            let target = out.get_mut(at..).unwrap_or(&mut []);
            let status = stream.decompress(rest, target, FlushDecompress::None);
            let moved = (stream.total_in() - before_in) as usize;
            let made = (stream.total_out() - before_out) as usize;
            taken += moved;
            out.truncate(at + made);
            match status {
                Ok(Status::StreamEnd) => self.ended = true,
                Ok(Status::BufError) => break,
                Ok(Status::Ok) if moved == 0 && made == 0 => break,
                Ok(Status::Ok) if made < room && taken == data.len() => break,
                Ok(Status::Ok) => {}
                Err(failure) => {
                    let known = dictionary.filter(|_| failure.needs_dictionary().is_some());
                    let stream = self.stream(first);
                    if let Some(dictionary) = known {
                        if stream.set_dictionary(dictionary).is_ok() {
                            continue;
                        }
                        return Err(error(
                            vm,
                            "Error -3 while setting zdict: incorrect dictionary",
                        ));
                    }
                    if failure.needs_dictionary().is_some() {
                        return Err(error(vm, "Error 2 while decompressing data"));
                    }
                    return Err(error(
                        vm,
                        &match failure.message() {
                            Some(message) => {
                                format!("Error -3 while decompressing data: {message}")
                            }
                            None => "Error -3 while decompressing data: invalid data".to_owned(),
                        },
                    ));
                }
            }
            vm.poll()?;
        }
        Ok(taken)
    }

    /// The dictionary of data without a header, which nobody asks for.
    pub(super) fn preset(&mut self, dictionary: &[u8]) -> bool {
        !self.is_raw || self.stream.as_mut().is_none_or(|s| s.set_dictionary(dictionary).is_ok())
    }
}
