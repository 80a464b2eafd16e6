//! Compiles the pure-Python library to images of our bytecode and writes them, with the sources, into one file
//! that the crate includes; `modules.rs` beside it says what lies where.
//!
//! A file that our compiler refuses fails the build: nothing is left out but what [`left_out`] names.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use taipan_core::builtins::library::image_of;
use taipan_core::bytecode::stored::{NameNumbers, PoolBuilder};

/// Whether a module is not for this program: graphical, for packaging, a test, for systems of another kind. What a
/// native module provides may be here too: natives come first.
fn left_out(name: &str) -> bool {
    const TOPS: &[&str] = &[
        "tkinter",
        "idlelib",
        "turtle",
        "turtledemo",
        "distutils",
        "lib2to3",
        "ensurepip",
        "__hello__",
        "__phello__",
        // Native here.
        "asynchat",
        "asyncore",
        // Ours instead, of our own bytecode.
        "dis",
        "opcode",
        "_dummy_os",
        "_dummy_thread",
        "dummy_threading",
    ];
    let top = name.split('.').next().unwrap_or(name);
    TOPS.contains(&top) || name.split('.').any(|part| part == "test" || part == "tests")
}

/// Modules whose images are large and seldom asked for: they lie compressed in the program.
const SELDOM: &[&str] = &[
    "_pydatetime",
    "_pyio",
    "doctest",
    "mailbox",
    "pdb",
    "pickletools",
    "pydoc",
    "pydoc_data.topics",
    "unittest.mock",
    "xml.dom.minidom",
];

/// The folder of the modules that we wrote.
const OURS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/lib");

/// Sources of native modules' Python parts: compiled here, they need not be at each start.
const OF_NATIVES: &[(&str, &str)] = &[
    ("selectors", concat!(env!("CARGO_MANIFEST_DIR"), "/../net/src/selectors/selectors.py")),
    ("socket", concat!(env!("CARGO_MANIFEST_DIR"), "/../net/src/socket/socket.py")),
    ("ssl", concat!(env!("CARGO_MANIFEST_DIR"), "/../net/src/ssl/ssl.py")),
];

struct Source {
    name: String,
    is_package: bool,
    /// Below the library's folder.
    file: String,
    path: PathBuf,
}

/// A change to a file of the library (amended/README.md says how it is written).
struct Edit {
    /// Lines that follow each other, with anything in between.
    theirs: Vec<String>,
    ours: String,
}

/// The edits of amended/, by file.
fn read_edits() -> BTreeMap<String, Vec<Edit>> {
    let mut edits: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    println!("cargo::rerun-if-changed=amended");
    let mut paths: Vec<_> =
        std::fs::read_dir("amended").expect("the folder is here").flatten().collect();
    paths.sort_by_key(|entry| entry.path());
    for path in paths.iter().map(|entry| entry.path()) {
        if path.extension().is_none_or(|extension| extension != "edits") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("edits are text");
        let (mut file, mut lines) = (String::new(), text.split_inclusive('\n'));
        while let Some(line) = lines.next() {
            if let Some(name) = line.strip_prefix("@@ ") {
                file = name.trim_end().to_owned();
            } else if line == "<<<\n" {
                let mut edit = Edit { theirs: vec![String::new()], ours: String::new() };
                for line in lines.by_ref().take_while(|line| *line != "===\n") {
                    match line {
                        "...\n" => edit.theirs.push(String::new()),
                        _ => edit.theirs.last_mut().expect("one at least").push_str(line),
                    }
                }
                edit.ours.extend(lines.by_ref().take_while(|line| *line != ">>>\n"));
                edits.entry(file.clone()).or_default().push(edit);
            }
        }
    }
    edits
}

impl Edit {
    fn apply(&self, text: &str) -> Result<String, String> {
        let first = self.theirs.first().map_or("", |lines| lines);
        // Whole lines only.
        let starts: Vec<usize> = text
            .match_indices(first)
            .map(|found| found.0)
            .filter(|&at| at == 0 || text[..at].ends_with('\n'))
            .collect();
        let [start] = starts[..] else {
            return Err(format!("{} places for the edit of {first:?}", starts.len()));
        };
        let mut end = start + first.len();
        for lines in &self.theirs[1..] {
            // (The line end before may be the last one of what was found.)
            let Some(at) = text[end - 1..].find(&format!("\n{lines}")) else {
                return Err(format!("no {lines:?} after {first:?}"));
            };
            end += at + lines.len();
        }
        Ok([&text[..start], &self.ours, &text[end..]].concat())
    }
}

struct Built {
    image: Vec<u8>,
    source: Vec<u8>,
    source_len: usize,
}

fn gather(folder: &Path, package: &str, out: &mut Vec<Source>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let Some(file_name) = path.file_name().and_then(|n| n.to_str()) else { continue };
        let full = |name: &str| match package {
            "" => name.to_owned(),
            _ => format!("{package}.{name}"),
        };
        let dotted = |name: &str| name.replace('.', "/");
        if path.is_dir() {
            gather(&path, &full(file_name), out);
        } else if file_name == "__init__.py" {
            let file = format!("{}/__init__.py", dotted(package));
            out.push(Source { name: package.to_owned(), is_package: true, file, path });
        } else if let Some(stem) = file_name.strip_suffix(".py") {
            let name = full(stem);
            let file = format!("{}.py", dotted(&name));
            out.push(Source { name, is_package: false, file, path });
        }
    }
}

fn build(source: &Source, edits: &[Edit]) -> Result<Built, String> {
    let mut text =
        std::fs::read_to_string(&source.path).map_err(|e| format!("{}: {e}", source.file))?;
    for edit in edits {
        text = edit.apply(&text).map_err(|problem| format!("{}: {problem}", source.file))?;
    }
    let text = text.into_bytes();
    let image = image_of(&text, &source.file)?;
    let packed = pack(&text).map_err(|e| format!("{}: {e}", source.file))?;
    Ok(Built { image, source: packed, source_len: text.len() })
}

/// Put numbers in the place of the names of all images; gives what number each name has.
fn share_names(all: &mut [Built]) -> NameNumbers {
    let mut pool = PoolBuilder::default();
    for built in all.iter() {
        pool.add(&built.image).expect("the image was just made");
    }
    let names = pool.order();
    for built in all {
        built.image = names.share(&built.image).expect("the image was just made");
    }
    names
}

fn pack(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Build all of them, on all processors; the results in order.
fn build_all(sources: &[Source]) -> Vec<Result<Built, String>> {
    let edits = read_edits();
    for file in edits.keys() {
        assert!(sources.iter().any(|source| source.file == *file), "no {file} to amend");
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(source) = sources.get(i) else { break };
                    let edits = edits.get(&source.file).map_or(&[][..], |edits| edits);
                    let built = build(source, edits);
                    done.lock().expect("no builder panics").push((i, built));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no builder panics");
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, built)| built).collect()
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={OURS}");
    let mut sources = Vec::new();
    gather(Path::new(rustpython_pylib::LIB_PATH), "", &mut sources);
    sources.retain(|source| !left_out(&source.name));
    // Ours: what that one lacks.
    gather(Path::new(OURS), "", &mut sources);
    for (name, path) in OF_NATIVES {
        let file = format!("{name}.py");
        sources.retain(|source| source.name != *name);
        println!("cargo::rerun-if-changed={path}");
        sources.push(Source {
            name: (*name).to_owned(),
            is_package: false,
            file,
            path: path.into(),
        });
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    let mut blob = Vec::new();
    let mut table = String::from("static MODULES: &[Row] = &[\n");
    let mut refused = Vec::new();
    let mut all = Vec::new();
    for built in build_all(&sources) {
        match built {
            Ok(built) => all.push(built),
            Err(problem) => refused.push(problem),
        }
    }
    assert!(refused.is_empty(), "not compiled:\n{}", refused.join("\n"));
    let names = share_names(&mut all);
    for (source, built) in sources.iter().zip(all) {
        let start = blob.len();
        let mut image_len = 0;
        if SELDOM.contains(&source.name.as_str()) {
            image_len = built.image.len();
            blob.extend(pack(&built.image).expect("memory takes all"));
        } else {
            blob.extend(&built.image);
        }
        let text = blob.len();
        blob.extend(&built.source);
        let _ = writeln!(
            table,
            "    Row {{ name: {:?}, is_package: {}, image: {start}, source: {text}, end: {}, source_len: {}, image_len: {image_len} }},",
            source.name,
            source.is_package,
            blob.len(),
            built.source_len,
        );
    }
    table.push_str("];\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let (starts, texts) = names.finish();
    std::fs::write(out.join("name_starts.bin"), starts).expect("cargo made the folder");
    std::fs::write(out.join("names.bin"), texts).expect("cargo made the folder");
    std::fs::write(out.join("library.bin"), blob).expect("cargo made the folder");
    std::fs::write(out.join("modules.rs"), table).expect("cargo made the folder");
}
