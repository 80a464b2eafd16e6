//! `str.encode`, and `str(bytes, encoding)`.

use crate::object::*;
use crate::types::codecs;
use crate::vm::{Res, Vm};
use taipan_macros::native;

/// Encode the text into bytes.
///
/// errors names what to do about characters that the encoding does not have: 'strict' raises
/// UnicodeEncodeError; 'ignore', 'replace', 'xmlcharrefreplace', 'backslashreplace' and whatever was
/// registered with codecs.register_error are the others.
#[native("(self, /, encoding='utf-8', errors='strict')")]
pub(super) fn encode(vm: &Vm, this: &Obj<Str>, encoding: &str, errors: &str) -> Res {
    codecs::encode_str(vm, this, encoding, errors)
}

/// `str(object, encoding, errors)`.
pub(super) fn decode_object(
    vm: &Vm,
    object: &Object,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> Res<Obj<Str>> {
    if object.downcast::<Str>().is_some() {
        return Err(vm.type_error("decoding str is not supported"));
    }
    if vm.class_of(object).slots().buffer.is_none() && object.downcast::<Bytes>().is_none() {
        return Err(vm.type_error(format_args!(
            "decoding to str: need a bytes-like object, {} found",
            vm.type_name(object)
        )));
    }
    let buffer = crate::types::bytes::buffer_of(vm, object)?;
    let encoding = encoding.unwrap_or("utf-8");
    codecs::decode_bytes(vm, object, buffer, encoding, errors.unwrap_or("strict"))
}
