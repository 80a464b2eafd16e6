//! What a context trusts: certificates, lists of revoked ones, and folders that are looked into when needed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use sha1::{Digest, Sha1};

use crate::pem;
use crate::x509::{Certificate, RevocationList};

/// A file of a folder of certificates is not larger.
const LARGEST_FILE: u64 = 1 << 20;

/// What was loaded.
#[derive(Clone, Debug, Default)]
pub struct Store {
    pub certificates: Vec<Arc<Certificate>>,
    pub lists: Vec<Arc<RevocationList>>,
    known: HashSet<Arc<[u8]>>,
    folders: Vec<PathBuf>,
    /// What came out of the folders, shared by the copies of this store.
    found: Arc<Mutex<Found>>,
}

#[derive(Debug, Default)]
struct Found {
    certificates: Vec<Arc<Certificate>>,
    lists: Vec<Arc<RevocationList>>,
    /// Files that were read.
    read: HashSet<PathBuf>,
}

impl Store {
    /// Adds a certificate; one that is there already is not added twice.
    pub fn add(&mut self, certificate: Certificate) {
        if self.known.insert(Arc::clone(&certificate.der)) {
            self.certificates.push(Arc::new(certificate));
        }
    }

    pub fn add_list(&mut self, list: RevocationList) {
        if self.known.insert(Arc::clone(&list.der)) {
            self.lists.push(Arc::new(list));
        }
    }

    pub fn add_folder(&mut self, folder: PathBuf) {
        if !self.folders.contains(&folder) {
            self.folders.push(folder);
        }
    }

    /// All certificates that are in memory.
    pub fn loaded(&self) -> Vec<Arc<Certificate>> {
        let mut all = self.certificates.clone();
        if let Ok(found) = self.found.lock() {
            all.extend(found.certificates.iter().cloned());
        }
        all
    }

    /// How many lists of revoked certificates are in memory.
    pub fn list_count(&self) -> usize {
        self.lists.len() + self.found.lock().map_or(0, |found| found.lists.len())
    }

    /// Whether this very certificate is trusted.
    pub fn contains(&self, certificate: &Certificate) -> bool {
        self.look_for(certificate.subject_form());
        self.known.contains(&certificate.der)
            || self.found.lock().is_ok_and(|found| {
                found.certificates.iter().any(|known| known.der == certificate.der)
            })
    }

    /// Certificates that may have issued this one.
    pub fn issuers(&self, certificate: &Certificate) -> Vec<Arc<Certificate>> {
        self.look_for(certificate.issuer_form());
        let fits = |candidate: &&Arc<Certificate>| certificate.may_be_issued_by(candidate);
        let mut all: Vec<_> = self.certificates.iter().filter(fits).cloned().collect();
        if let Ok(found) = self.found.lock() {
            all.extend(found.certificates.iter().filter(fits).cloned());
        }
        all
    }

    /// The lists of what a certificate's issuer has revoked.
    pub fn lists_of(&self, certificate: &Certificate) -> Vec<Arc<RevocationList>> {
        self.look_for(certificate.issuer_form());
        let mut all = self.lists.clone();
        if let Ok(found) = self.found.lock() {
            all.extend(found.lists.iter().cloned());
        }
        all.retain(|list| list.issuer_form() == certificate.issuer_form());
        all
    }

    /// Reads the files of the folders that are named by the hash of a name.
    fn look_for(&self, name: &[u8]) {
        if self.folders.is_empty() {
            return;
        }
        let hash = Sha1::digest(name);
        let hash = u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]]);
        let Ok(mut found) = self.found.lock() else { return };
        for folder in &self.folders {
            for kind in ["", "r"] {
                for number in 0..100 {
                    let path = folder.join(format!("{hash:08x}.{kind}{number}"));
                    if found.read.contains(&path) {
                        continue;
                    }
                    let Some(text) = read_small(&path) else { break };
                    found.read.insert(path);
                    found.take(&text);
                }
            }
        }
    }
}

fn read_small(path: &Path) -> Option<Vec<u8>> {
    let about = std::fs::metadata(path).ok()?;
    if !about.is_file() || about.len() > LARGEST_FILE {
        return None;
    }
    std::fs::read(path).ok()
}

impl Found {
    fn take(&mut self, text: &[u8]) {
        for block in pem::blocks(text).flatten() {
            match block.label.as_str() {
                "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
                    let certificate = Certificate::parse(&block.der);
                    self.certificates.extend(certificate.ok().map(Arc::new));
                }
                "X509 CRL" => {
                    self.lists.extend(RevocationList::parse(&block.der).ok().map(Arc::new));
                }
                _ => {}
            }
        }
    }
}
