//! Two ends of a connection that talk over a wire which changes what they say.
//!
//!     hostile SEED SECONDS
//!
//! Each round makes a client and a server, lets them agree and talk, and on the way turns bits, cuts off, doubles,
//! leaves out and reorders records, puts in others, makes new heads and mixes in what was said in earlier rounds.
//! Whatever comes, nothing may panic or run on; what one end reads is the beginning of what the other wrote; after a
//! failure the same failure follows; and a client agrees only with the server whose certificate it trusts. A round
//! that breaks this panics and names its seed, which alone decides what happens. (The keys do not come from it.)
//!
//! The crate's test `engine` runs some seconds of it.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::time::{Duration, Instant};

use taipan_tls::context::{Context, Mode};
use taipan_tls::engine::{Engine, Step};
use taipan_tls::session::Session;
use taipan_tls::store::Store;
use taipan_tls::verify::Rules;
use taipan_tls::x509::Certificate;
use taipan_tls::{ciphers, keys, pem};

/// A round that takes longer hangs.
const LONGEST: Duration = Duration::from_secs(10);

/// More steps than this, and the two go on without end.
const MOST_STEPS: usize = 400;

/// Records of earlier rounds.
const REMEMBERED: usize = 64;

macro_rules! certificate {
    ($name:literal) => {
        include_bytes!(concat!("../../../conformance/golden/ssl/certs/", $name))
    };
}

#[allow(dead_code, reason = "the test has no use for it")]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next =
        |otherwise: u64| arguments.next().map_or(otherwise, |word| word.parse().expect("a number"));
    let (seed, seconds) = (next(1), next(10));
    println!("{}", run(seed, Duration::from_secs(seconds)));
}

/// What happened in so many rounds.
#[derive(Debug, Default)]
pub struct Report {
    pub rounds: u64,
    pub changes: u64,
    pub agreed: u64,
    pub failed: u64,
    pub slowest: Duration,
    pub reasons: std::collections::BTreeMap<String, u64>,
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Report { rounds, changes, agreed, failed, slowest, reasons } = self;
        writeln!(f, "{rounds} rounds, {changes} changes, slowest round {slowest:?}")?;
        writeln!(f, "{agreed} connections agreed, {failed} failed:")?;
        reasons.iter().try_for_each(|(reason, count)| writeln!(f, "  {count:8} {reason}"))
    }
}

/// Rounds with the seeds from this one on, for so long.
pub fn run(seed: u64, length: Duration) -> Report {
    let (begin, mut report, mut world) = (Instant::now(), Report::default(), World::default());
    let mut tell = Instant::now();
    for seed in seed.. {
        let start = Instant::now();
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d);
        world.round(seed, &mut random, &mut report);
        report.rounds += 1;
        report.slowest = report.slowest.max(start.elapsed());
        assert!(start.elapsed() < LONGEST, "round {seed} took {:?}", start.elapsed());
        if begin.elapsed() >= length {
            break;
        }
        if tell.elapsed() > Duration::from_secs(60) {
            tell = Instant::now();
            eprintln!("{} rounds after {:?}", report.rounds, begin.elapsed());
        }
    }
    report
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { (self.next() % limit as u64) as usize }
    }

    /// Once in so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// What rounds have in common.
#[derive(Default)]
struct World {
    /// Records that were sent earlier.
    earlier: VecDeque<Vec<u8>>,
    session: Option<Session>,
}

/// Which settings a round has.
struct Plan {
    tls12: bool,
    asks_client: bool,
    sends_wrong: bool,
    changes: usize,
}

impl World {
    fn round(&mut self, seed: u64, random: &mut Random, report: &mut Report) {
        let plan = Plan {
            tls12: random.once_in(2),
            asks_client: random.once_in(3),
            sends_wrong: random.once_in(8),
            changes: *random.pick(&[0, 1, 1, 1, 2, 3, 8]),
        };
        let (mut client, mut server) = contexts(&plan, random);
        let session = self.session.clone().filter(|_| random.once_in(2));
        let Ok(engine) = Engine::client(&mut client, Some("server.test"), session) else {
            panic!("round {seed}: no client")
        };
        let mut ends = [End::new(engine, random), End::new(Engine::server(), random)];
        let mut left = plan.changes;
        for step in 0.. {
            assert!(step < MOST_STEPS, "round {seed} goes on without end");
            let mut moved = false;
            for from in 0..2 {
                let mut wire = ends[from].act(seed, &mut server, random);
                moved |= !wire.is_empty();
                self.remember(&wire, random);
                if left > 0 && !wire.is_empty() && random.once_in(2) {
                    change(&mut wire, &self.earlier, random);
                    report.changes += 1;
                    left -= 1;
                }
                ends[1 - from].take(&wire, random);
            }
            if !moved {
                break;
            }
        }
        // The wire ends.
        for end in &mut ends {
            end.engine.receive_end();
            end.act(seed, &mut server, random);
        }
        let [client, server] = &ends;
        for (reader, writer) in [(client, server), (server, client)] {
            assert!(writer.written.starts_with(&reader.read), "round {seed}: other bytes came out");
        }
        if client.agreed {
            assert!(!plan.sends_wrong, "round {seed}: the wrong server was trusted");
            self.session = client.engine.session();
        }
        for end in &ends {
            report.agreed += u64::from(end.agreed);
            if let Some(reason) = &end.failure {
                report.failed += 1;
                *report.reasons.entry(reason.clone()).or_default() += 1;
            }
        }
    }

    fn remember(&mut self, wire: &[u8], random: &mut Random) {
        for record in records(wire) {
            if random.once_in(4) {
                self.earlier.push_back(record.to_vec());
            }
        }
        while self.earlier.len() > REMEMBERED {
            self.earlier.pop_front();
        }
    }
}

fn contexts(plan: &Plan, random: &mut Random) -> (Context, Context) {
    let rules = |pem: &[u8]| {
        let mut store = Store::default();
        parse(pem).into_iter().for_each(|certificate| store.add(certificate));
        Rules { store, flags: 0x8000, common_names: true }
    };
    let identify = |context: &mut Context, chain: &[u8], key: &[u8]| {
        let block = pem::blocks(key).flatten().find(keys::is_key).expect("a key");
        context.use_chain(parse(chain)).expect("a certificate");
        context.use_key(keys::open(block, b"").expect("a key")).expect("its key");
    };
    let mut client = Context::new(rules(certificate!("ca.pem")));
    (client.mode, client.check_host) = (Mode::Required, true);
    client.tls13 = !plan.tls12;
    client.alpn = vec![b"http/1.1".to_vec(), b"h2".to_vec()];
    client.suites = ciphers::default_list();
    if plan.asks_client && !random.once_in(4) {
        identify(&mut client, certificate!("client.pem"), certificate!("client.key"));
    }
    let mut server = Context::new(rules(certificate!("ca.pem")));
    if plan.sends_wrong {
        identify(&mut server, certificate!("stranger.pem"), certificate!("stranger.key"));
    } else {
        identify(&mut server, certificate!("server.pem"), certificate!("server.key"));
    }
    if plan.asks_client {
        server.mode = *random.pick(&[Mode::Optional, Mode::Required]);
    }
    if random.once_in(2) {
        server.alpn = vec![b"h2".to_vec()];
    }
    (client, server)
}

fn parse(text: &[u8]) -> Vec<Certificate> {
    let blocks = pem::blocks(text).flatten().filter(|block| block.label == "CERTIFICATE");
    blocks.map(|block| Certificate::parse(&block.der).expect("a certificate")).collect()
}

/// One side, and what it has to say.
struct End {
    engine: Engine,
    /// What the program wants to send.
    waiting: Vec<Vec<u8>>,
    written: Vec<u8>,
    read: Vec<u8>,
    /// Bytes of the wire that the engine has not taken.
    rest: Vec<u8>,
    agreed: bool,
    failure: Option<String>,
}

impl End {
    fn new(engine: Engine, random: &mut Random) -> End {
        let sizes = [0, 1, 5, 100, 1400, 16_384, 16_385, 40_000];
        let waiting =
            (0..random.below(5)).map(|_| vec![random.next() as u8; *random.pick(&sizes)]).collect();
        End {
            engine,
            waiting,
            written: Vec::new(),
            read: Vec::new(),
            rest: Vec::new(),
            agreed: false,
            failure: None,
        }
    }

    /// Does what a program does, and gives what is for the other side.
    fn act(&mut self, seed: u64, server: &mut Context, random: &mut Random) -> Vec<u8> {
        for _ in 0..4 {
            match self.engine.handshake() {
                Ok(Step::NeedsContext) if random.once_in(50) => self.engine.refuse(80),
                Ok(Step::NeedsContext) => self.engine.proceed(server),
                Ok(Step::NeedsInput) => break,
                Ok(Step::Done) => {
                    self.agreed = true;
                    self.look();
                    self.talk(random);
                    break;
                }
                Err(failure) => {
                    let reason = failure.reason.clone().unwrap_or(failure.text.clone());
                    let first = self.failure.get_or_insert_with(|| reason.clone());
                    assert!(
                        *first == reason || self.agreed,
                        "round {seed}: {first}, then {reason}"
                    );
                    break;
                }
            }
            self.swallow(random);
        }
        self.drain(random);
        let mut out = Vec::new();
        self.engine.take_output(&mut out);
        assert!(!self.engine.wants_write(), "round {seed}: it has more to say");
        out
    }

    fn look(&self) {
        let engine = &self.engine;
        assert!(engine.version().is_some() && engine.cipher().is_some());
        let _ = (engine.peer_chain(), engine.verified_chain(), engine.alpn(), engine.unique());
        let _ = (engine.shared_ciphers(), engine.session(), engine.is_resumed());
    }

    fn talk(&mut self, random: &mut Random) {
        if let Some(message) = self.waiting.pop() {
            if let Ok(count) = self.engine.write(&message) {
                self.written.extend_from_slice(&message[..count]);
            }
        } else if random.once_in(3) {
            self.engine.send_close();
        }
    }

    /// Reads what there is.
    fn drain(&mut self, random: &mut Random) {
        while self.engine.readable() > 0 {
            let mut room = vec![0; *random.pick(&[1, 1000, 20_000, 100_000])];
            let count = self.engine.read(&mut room);
            assert!(count > 0, "nothing where there was something");
            self.read.extend_from_slice(&room[..count]);
            self.swallow(random);
        }
        let _ = self.engine.read_state();
    }

    fn take(&mut self, wire: &[u8], random: &mut Random) {
        self.rest.extend_from_slice(wire);
        self.swallow(random);
        self.drain(random);
    }

    /// Gives the engine what it takes, in pieces.
    fn swallow(&mut self, random: &mut Random) {
        let piece = *random.pick(&[1, 3, 7, 500, 20_000, 1 << 20]);
        let mut idle = 0;
        while !self.rest.is_empty() && idle < 2 {
            // A few bytes one by one, then more at once: large records would take long.
            let limit = if self.rest.len() > 4000 { piece.max(500) } else { piece };
            let part = &self.rest[..limit.min(self.rest.len())];
            let taken = if self.engine.takes_records() && random.once_in(2) {
                let mut source = Piece { bytes: part, taken: 0 };
                let _ = self.engine.receive_from(&mut source);
                source.taken
            } else {
                self.engine.receive(part)
            };
            self.rest.drain(..taken);
            idle = if taken == 0 { idle + 1 } else { 0 };
        }
    }
}

/// Bytes that are read once.
struct Piece<'a> {
    bytes: &'a [u8],
    taken: usize,
}

impl Read for Piece<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let rest = &self.bytes[self.taken..];
        if rest.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = rest.len().min(room.len());
        room[..count].copy_from_slice(&rest[..count]);
        self.taken += count;
        Ok(count)
    }
}

/// The records of the wire; the last may be cut off.
fn records(mut wire: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    while wire.len() >= 5 {
        let len = 5 + (usize::from(wire[3]) << 8 | usize::from(wire[4]));
        let (record, rest) = wire.split_at(len.min(wire.len()));
        found.push(record);
        wire = rest;
    }
    if !wire.is_empty() {
        found.push(wire);
    }
    found
}

/// Changes what goes over the wire in one way.
fn change(wire: &mut Vec<u8>, earlier: &VecDeque<Vec<u8>>, random: &mut Random) {
    let mut all: Vec<Vec<u8>> = records(wire).into_iter().map(<[u8]>::to_vec).collect();
    let which = random.below(all.len());
    let record = &mut all[which];
    match random.below(16) {
        0 | 1 => {
            let at = random.below(record.len());
            record[at] ^= 1 << random.below(8);
        }
        // In the head of a message.
        2 | 3 => {
            let at = random.below(record.len().min(48));
            record[at] = random.next() as u8;
        }
        4 => {
            for _ in 0..random.below(20) {
                let at = random.below(record.len());
                record[at] = random.next() as u8;
            }
        }
        5 => record.truncate(random.below(record.len())),
        // The length says something else.
        6 if record.len() > 5 => {
            let len = random.next() as u16 % 20_000;
            record[3..5].copy_from_slice(&len.to_be_bytes());
        }
        // Shorter or longer, and the head fits.
        7 if record.len() > 5 => {
            let len = random.below(record.len() * 2);
            record.resize(5 + len, random.next() as u8);
            fix_head(record);
        }
        8 => {
            let copy = all[which].clone();
            all.insert(which, copy);
        }
        9 => drop(all.remove(which)),
        10 => {
            let other = random.below(all.len());
            all.swap(which, other);
        }
        11 => {
            let kind = *random.pick(&[0, 20, 21, 22, 23, 24, 0x80, 0xff]);
            let mut made = vec![kind, 3, random.below(5) as u8, 0, 0];
            made.extend((0..random.below(300)).map(|_| random.next() as u8));
            fix_head(&mut made);
            all.insert(which, made);
        }
        12 if !earlier.is_empty() => {
            let old = &earlier[random.below(earlier.len())];
            all.insert(which, old.clone());
        }
        // Half of one and half of another.
        13 if !earlier.is_empty() => {
            let old = &earlier[random.below(earlier.len())];
            let at = random.below(record.len().min(old.len()));
            record.truncate(at);
            record.extend_from_slice(&old[at..]);
            if random.once_in(2) && record.len() > 5 {
                fix_head(record);
            }
        }
        // In two records.
        14 if record.len() > 6 => {
            let at = 6 + random.below(record.len() - 6);
            let mut second = record[..5].to_vec();
            second.extend(record.drain(at..));
            fix_head(record);
            fix_head(&mut second);
            all.insert(which + 1, second);
        }
        // Empty ones, very many.
        15 => {
            let kind = *random.pick(&[20, 21, 22, 23]);
            let empty: Vec<u8> = [kind, 3, 3, 0, 0].repeat(1 + random.below(100));
            all.insert(which, empty);
        }
        _ => record.insert(0, random.next() as u8),
    }
    *wire = all.concat();
}

fn fix_head(record: &mut [u8]) {
    let len = (record.len() - 5).min(0xffff) as u16;
    record[3..5].copy_from_slice(&len.to_be_bytes());
}
