//! Chains of certificates that are wrong in many ways, judged here and by OpenSSL: `chains.txt`, which
//! `conformance/tls/mkchains.py` writes. An answer is the number of a fault, 0 is yes.

use std::sync::Arc;

use taipan_tls::hostname::Host;
use taipan_tls::pem;
use taipan_tls::store::Store;
use taipan_tls::verify::{Purpose, Rules};
use taipan_tls::x509::{Certificate, RevocationList};

/// The time at which they are judged.
const NOW: i64 = 1_795_426_000;

const TRUSTED_FIRST: u32 = 0x8000;

/// Where the answer is another one, and never yes: the beginning of titles after the last colon, or whole ones.
const STRICTER: &[&str] = &[
    // Versions that there are not, and limits of 2^70.
    "version 5",
    "path huge",
    // Not DER, or not a time.
    "name constructed",
    "time with an offset",
    "time without seconds",
    "time with fractions",
    "time on February 30",
    "time at second 60",
    // Trusted as they are, broken or not; here they are nobody's.
    "subject is the host, names broken",
    "subject is the host, names partly broken",
    "subject is the host, no names",
    "CRL points broken",
    // What the subject would match counts, though it is no name of a host by itself.
    "cn wild",
    // Lists that are only good with others, or name another algorithm inside.
    "reason remove",
    "certificate issuer of an entry",
    "delta",
    "delta, revoked",
    "inner algorithm another",
];

struct Case<'a> {
    flags: u32,
    host: &'a str,
    parts: [Vec<&'a [u8]>; 3],
}

impl Case<'_> {
    fn answer(&self) -> String {
        let [trusted, sent, lists] = &self.parts;
        let mut store = Store::default();
        for der in trusted {
            match Certificate::parse(der) {
                Ok(certificate) => store.add(certificate),
                Err(_) => return "unreadable".into(),
            }
        }
        for der in lists {
            match RevocationList::parse(der) {
                Ok(list) => store.add_list(list),
                Err(_) => return "unreadable".into(),
            }
        }
        let sent: Result<Vec<_>, _> =
            sent.iter().map(|der| Certificate::parse(der).map(Arc::new)).collect();
        let Ok(sent) = sent else { return "unreadable".into() };
        let (host, common_names) = match self.host.strip_prefix('@') {
            Some(host) => (host, false),
            None => (self.host, true),
        };
        let host = (host != "-").then(|| Host::parse(host));
        let rules = Rules { store, flags: self.flags | TRUSTED_FIRST, common_names };
        match rules.verify(&sent, Purpose::Server, host.as_ref(), NOW) {
            Ok(_) => "0".into(),
            Err(fault) => fault.0.to_string(),
        }
    }
}

#[test]
fn chains_are_judged_as_by_openssl() {
    let text = include_str!("chains.txt");
    let base64 = |line: &str| pem::decode(line.as_bytes()).expect("base64");
    let made: Vec<Vec<u8>> =
        text.lines().filter_map(|line| line.strip_prefix("=\t")).map(base64).collect();
    let (mut count, mut stricter, mut wrong) = (0, 0, 0);
    for line in text.lines().filter(|line| !line.starts_with("=\t")) {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[title, flags, host, expected, ref parts @ ..] = &fields[..] else {
            panic!("not a case: {line}")
        };
        let certificates = |part: &str| -> Vec<&[u8]> {
            let numbers = part.split(',').filter(|part| *part != "-");
            numbers.map(|n| &made[n.parse::<usize>().expect("a number")][..]).collect()
        };
        let flags = u32::from_str_radix(flags.trim_start_matches("0x"), 16).expect("flags");
        let parts = [certificates(parts[0]), certificates(parts[1]), certificates(parts[2])];
        let answer = Case { flags, host, parts }.answer();
        count += 1;
        if answer == expected {
            continue;
        }
        let last = title.rsplit(": ").next().unwrap_or(title);
        if answer != "0" && STRICTER.contains(&last) {
            stricter += 1;
            continue;
        }
        wrong += 1;
        println!("{title} [{flags:#x} {host}]: {answer}, OpenSSL {expected}");
    }
    println!("{count} chains, {wrong} judged in another way, {stricter} more strictly");
    assert!(count > 3000 && wrong == 0);
}
