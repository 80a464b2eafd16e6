//! Properties of code points, placeholder head.

/// Whether `str.isspace` holds.
pub fn is_space(c: u32) -> bool {
    matches!(c, 9..=13 | 28..=32 | 0x85 | 0xA0 | 0x1680 | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000)
}

/// The value of a decimal digit.
pub fn decimal_value(_c: u32) -> Option<u8> {
    None
}
