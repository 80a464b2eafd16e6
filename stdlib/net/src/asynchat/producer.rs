//! The class `simple_producer`: data in pieces.

use crate::asyncore::{Channel, after, before};
use crate::support::*;

pub(super) static CLASS: ClassDef = ClassDef {
    name: "asynchat.simple_producer",
    doc: "Gives its data in pieces of some size, and nothing after that.",
    methods: natives![init, more],
    attributes: 2,
    ..ClassDef::EMPTY
};

#[native("(self, data, buffer_size=512)", python, name = "__init__")]
fn init(vm: &Vm, this: &Object, data: &Object, buffer_size: Maybe<&Object>) -> Res<()> {
    let producer = Channel::of(vm, this);
    let size = buffer_size.given().map_or_else(|| vm.int(512), |size| Ok(size.clone()))?;
    producer.set(&producer.names().data, data)?;
    producer.set(&producer.names().buffer_size, &size)
}

/// The next piece; b'' after the last one.
#[native("(self)", python)]
fn more(vm: &Vm, this: &Object) -> Res {
    let producer = Channel::of(vm, this);
    let names = producer.names();
    let data = producer.get(&names.data)?;
    let size = producer.get(&names.buffer_size)?;
    if !vm.compare_bool(&vm.int_usize(vm.len(&data)?)?, &size, CmpOp::Gt)? {
        producer.set(&names.data, vm.bytes(b"")?.as_object())?;
        return Ok(data);
    }
    let piece = before(vm, &data, &size)?;
    let rest = after(vm, &data, &size)?;
    producer.set(&names.data, &rest)?;
    Ok(piece)
}
