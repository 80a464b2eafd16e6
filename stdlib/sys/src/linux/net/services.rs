//! Names of services and protocols: services(5), protocols(5).
//!
//! The files are read here rather than by the C library, whose functions either are not safe with
//! threads or do not exist everywhere. Other name services are not asked.

use std::io;

/// A line of either file: the official name, the second column, further names.
struct Line {
    name: Vec<u8>,
    value: Vec<u8>,
    aliases: Vec<Vec<u8>>,
}

fn lines(path: &str) -> io::Result<Vec<Line>> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(failure) if failure.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(failure) => return Err(failure),
    };
    let parse = |line: &[u8]| {
        let line = line.split(|&c| c == b'#').next()?;
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let mut word = || words.next().map(<[u8]>::to_vec);
        let (name, value) = (word()?, word()?);
        Some(Line { name, value, aliases: std::iter::from_fn(word).collect() })
    };
    Ok(text.split(|&c| c == b'\n').filter_map(parse).collect())
}

impl Line {
    fn has_name(&self, name: &[u8]) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }

    /// Port and protocol, as in "80/tcp".
    fn service(&self) -> Option<(u16, &[u8])> {
        let slash = self.value.iter().position(|&c| c == b'/')?;
        let port = std::str::from_utf8(&self.value[..slash]).ok()?.parse().ok()?;
        Some((port, &self.value[slash + 1..]))
    }
}

/// The port of a service; without a protocol, the first line wins. getservbyname(3).
pub fn service_port(name: &[u8], protocol: Option<&[u8]>) -> io::Result<Option<u16>> {
    Ok(lines("/etc/services")?.iter().filter(|line| line.has_name(name)).find_map(|line| {
        let (port, own) = line.service()?;
        protocol.is_none_or(|wanted| wanted == own).then_some(port)
    }))
}

/// The service of a port. getservbyport(3).
pub fn service_name(port: u16, protocol: Option<&[u8]>) -> io::Result<Option<Vec<u8>>> {
    Ok(lines("/etc/services")?.iter().find_map(|line| {
        let (own_port, own) = line.service()?;
        let matches = own_port == port && protocol.is_none_or(|wanted| wanted == own);
        matches.then(|| line.name.clone())
    }))
}

/// The number of a protocol. getprotobyname(3).
pub fn protocol_number(name: &[u8]) -> io::Result<Option<i32>> {
    Ok(lines("/etc/protocols")?
        .iter()
        .find(|line| line.has_name(name))
        .and_then(|line| std::str::from_utf8(&line.value).ok()?.parse().ok()))
}
