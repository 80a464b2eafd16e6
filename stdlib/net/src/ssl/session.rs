//! SSLSession: what a client can go on with later.

use taipan_tls::session::Session;

use crate::support::*;

/// Payload of `_ssl.SSLSession`.
pub struct SessionObject {
    pub(super) session: Session,
    /// Sessions are good for connections of the same context only.
    pub(super) context: Slot,
}

impl Payload for SessionObject {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.context);
    }
    fn clear(&self) {
        drop(self.context.take());
    }
}

pub(super) static SPEC: TypeSpec = TypeSpec {
    doc: "A session of a client, to go on with in another connection.",
    slots: Slots { richcmp: Some(compare), hash: Some(hash), ..Slots::NONE },
    getsets: getsets![has_ticket, id, ticket_lifetime_hint, time, timeout],
    ..TypeSpec::new::<SessionObject>("_ssl.SSLSession")
};

/// How long a session is good for, in seconds.
const LIFETIME: i64 = 7200;

fn compare(_: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let (Some(left), Some(right)) = (a.downcast::<SessionObject>(), b.downcast::<SessionObject>())
    else {
        return Ok(Object::not_implemented());
    };
    Ok(match op {
        CmpOp::Eq => Object::bool(left.session == right.session),
        CmpOp::Ne => Object::bool(left.session != right.session),
        _ => Object::not_implemented(),
    })
}

fn hash(_: &Vm, this: &Object) -> Res<i64> {
    let id = this.downcast::<SessionObject>().map_or([0; 32], |session| session.session.id);
    let mut first = [0; 8];
    first.copy_from_slice(&id[..8]);
    Ok(i64::from_le_bytes(first) >> 1)
}

/// Whether there is a ticket to bring back.
#[getter]
fn has_ticket(this: &Obj<SessionObject>) -> bool {
    this.session.has_ticket()
}

/// What tells it from other sessions.
#[getter]
fn id(vm: &Vm, this: &Obj<SessionObject>) -> Res {
    Ok(vm.bytes(&this.session.id)?.into_object())
}

/// How long the ticket is good for, in seconds.
#[getter]
fn ticket_lifetime_hint(_: &Obj<SessionObject>) -> i64 {
    LIFETIME
}

/// When it began, in seconds since 1970.
#[getter]
fn time(this: &Obj<SessionObject>) -> u64 {
    this.session.time
}

/// How long it is good for, in seconds.
#[getter]
fn timeout(_: &Obj<SessionObject>) -> i64 {
    LIFETIME
}
