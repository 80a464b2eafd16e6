//! Sessions that a client may go on with later.
//!
//! Each connection has a store of its own, which is what `SSLSession` shows: so scripts decide which session goes
//! to which server, as with OpenSSL.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::NamedGroup;
use rustls::client::{ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;

use crate::provider;

/// A server may give more; the last are kept.
const MOST_TICKETS: usize = 8;

/// A session as a script holds it.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: [u8; 32],
    /// When it began, in seconds since 1970.
    pub time: u64,
    store: Arc<Store>,
}

impl PartialEq for Session {
    fn eq(&self, other: &Session) -> bool {
        self.id == other.id
    }
}

#[derive(Default)]
struct Values {
    tls12: Option<Tls12ClientSessionValue>,
    /// Each can be used once. Connections that go on with each other share them, so that a session that a script
    /// offers again and again has what the last of them was given.
    tls13: Arc<Mutex<Vec<Tls13ClientSessionValue>>>,
    group: Option<NamedGroup>,
    /// For the values of this store a session is made once.
    session: Option<([u8; 32], u64)>,
}

impl Values {
    fn tickets<R>(&self, f: impl FnOnce(&mut Vec<Tls13ClientSessionValue>) -> R) -> R {
        f(&mut self.tls13.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What a connection has been given.
#[derive(Default)]
pub(crate) struct Store(Mutex<Values>);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    fn with<R>(&self, f: impl FnOnce(&mut Values) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A store from which the session is taken up.
    pub(crate) fn offering(session: &Session) -> Store {
        let values = session.store.with(|values| Values {
            tls12: values.tls12.clone(),
            tls13: Arc::clone(&values.tls13),
            group: values.group,
            session: None,
        });
        Store(Mutex::new(values))
    }

    /// The session of a connection: the one that was taken up, or a new one.
    pub(crate) fn session(self: &Arc<Store>, resumed: Option<&Session>) -> Session {
        let (id, time) = self.with(|values| {
            *values.session.get_or_insert_with(|| match resumed {
                Some(session) => (session.id, session.time),
                None => {
                    let mut id = [0; 32];
                    provider::random(&mut id);
                    let now = SystemTime::now().duration_since(UNIX_EPOCH);
                    (id, now.map_or(0, |now| now.as_secs()))
                }
            })
        });
        Session { id, time, store: Arc::clone(self) }
    }
}

impl Session {
    /// Whether there is something to go on with.
    pub fn has_ticket(&self) -> bool {
        self.store
            .with(|values| values.tls12.is_some() || values.tickets(|tickets| !tickets.is_empty()))
    }
}

impl ClientSessionStore for Store {
    fn set_kx_hint(&self, _: ServerName<'static>, group: NamedGroup) {
        self.with(|values| values.group = Some(group));
    }
    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        self.with(|values| values.group)
    }
    fn set_tls12_session(&self, _: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.with(|values| values.tls12 = Some(value));
    }
    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.with(|values| values.tls12.clone())
    }
    fn remove_tls12_session(&self, _: &ServerName<'static>) {
        self.with(|values| values.tls12 = None);
    }
    fn insert_tls13_ticket(&self, _: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.with(|values| {
            values.tickets(|tickets| {
                if tickets.len() >= MOST_TICKETS {
                    tickets.remove(0);
                }
                tickets.push(value);
            });
        });
    }
    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.with(|values| values.tickets(Vec::pop))
    }
}
