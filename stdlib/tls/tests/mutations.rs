//! Certificates, lists, keys and texts with every byte changed, and cut off at every place: nothing panics, and no
//! chain with a change in it is accepted.

use std::sync::Arc;

use taipan_tls::store::Store;
use taipan_tls::verify::{Purpose, Rules};
use taipan_tls::x509::{Certificate, RevocationList};
use taipan_tls::{describe, keys, pem};

const NOW: i64 = 1_795_426_000;

/// The certificates and lists of the other test.
fn all() -> Vec<Vec<u8>> {
    let lines = include_str!("chains.txt").lines();
    let lines = lines.filter_map(|line| line.strip_prefix("=\t"));
    lines.map(|line| pem::decode(line.as_bytes()).expect("base64")).collect()
}

/// What a byte becomes: one bit, the highest, all of them, nothing.
const CHANGES: [fn(u8) -> u8; 4] = [|b| b ^ 1, |b| b ^ 0x80, |b| !b, |_| 0];

/// Looks at everything there is to see.
fn look(der: &[u8]) {
    if let Ok(list) = RevocationList::parse(der) {
        list.revokes(&[1]);
    }
    let Ok(certificate) = Certificate::parse(der) else { return };
    let _ = describe::describe(&certificate);
    let own = Arc::new(certificate);
    let mut store = Store::default();
    store.add(Certificate::clone(&own));
    let rules = Rules { store, flags: 0x8_002c, common_names: true };
    let _ = rules.verify(&[own], Purpose::Client, None, NOW);
}

#[test]
fn no_bytes_panic() {
    for (i, der) in all().iter().enumerate() {
        // Every one in another way, that it does not take minutes.
        for at in (i % 4..der.len()).step_by(4) {
            for change in CHANGES {
                let mut changed = der.clone();
                changed[at] = change(changed[at]);
                look(&changed);
            }
            look(&der[..at]);
        }
    }
}

#[test]
fn changed_chains_are_refused() {
    let made = all();
    // `one between`: the line tells which.
    let line = include_str!("chains.txt").lines().find(|line| line.starts_with("one between\t"));
    let fields: Vec<&str> = line.expect("the case").split('\t').collect();
    let get = |field: &str| -> Vec<Vec<u8>> {
        field.split(',').map(|n| made[n.parse::<usize>().expect("a number")].clone()).collect()
    };
    let (root, sent) = (get(fields[4]), get(fields[5]));
    let mut store = Store::default();
    store.add(Certificate::parse(&root[0]).expect("the root"));
    let rules = Rules { store, flags: 0, common_names: true };
    let is_accepted = |sent: &[Vec<u8>]| {
        let parsed: Result<Vec<_>, _> =
            sent.iter().map(|der| Certificate::parse(der).map(Arc::new)).collect();
        parsed.is_ok_and(|sent| rules.verify(&sent, Purpose::Server, None, NOW).is_ok())
    };
    assert!(is_accepted(&sent));
    for which in 0..sent.len() {
        for at in 0..sent[which].len() {
            for change in CHANGES {
                let mut changed = sent.clone();
                changed[which][at] = change(changed[which][at]);
                assert!(changed == sent || !is_accepted(&changed), "byte {at} of {which}");
            }
        }
    }
}

#[test]
fn broken_keys_and_texts_do_not_panic() {
    let texts = [
        include_str!("../../../conformance/golden/ssl/certs/pkcs8.key"),
        include_str!("../../../conformance/golden/ssl/certs/traditional.key"),
        include_str!("../../../conformance/golden/ssl/certs/server.key"),
    ];
    for text in texts {
        for at in 0..text.len() {
            let mut changed = text.as_bytes().to_vec();
            changed[at] ^= 3;
            let _ = pem::blocks(&changed).count();
            let _ = pem::blocks(&text.as_bytes()[..at]).count();
        }
        for block in pem::blocks(text.as_bytes()).flatten().filter(keys::is_key) {
            // What comes first tells how much work there is to do; a wrong byte in it must not make it more.
            for at in 0..block.der.len().min(160) {
                let mut der = block.der.clone();
                der[at] ^= 0x55;
                let (label, headers) = (block.label.clone(), block.headers.clone());
                let _ = keys::open(pem::Block { label, headers, der }, b"secret");
            }
        }
    }
}
