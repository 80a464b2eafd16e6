//! What was typed at the prompt, as files of names like `<python-input-0>`: tracebacks show their lines.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::rc::Rc;
use taipan_core::vm::Vm;
use taipan_core::vm::host::{Host, PathKind};

/// The host that was there, and the texts.
pub(super) struct Texts {
    inner: Rc<dyn Host>,
    blocks: RefCell<HashMap<String, String>>,
}

/// Put the texts in front of the interpreter's host.
pub(super) fn install(vm: &Vm) -> Rc<Texts> {
    let inner = vm.host().unwrap_or_else(|| Rc::new(crate::SystemHost));
    let texts = Rc::new(Texts { inner, blocks: RefCell::default() });
    let host: Rc<dyn Host> = texts.clone();
    *vm.interp().host.borrow_mut() = Some(host);
    texts
}

impl Texts {
    pub fn add(&self, name: &str, text: &str) {
        self.blocks.borrow_mut().insert(name.to_owned(), text.to_owned());
    }
}

impl Host for Texts {
    fn read_file(&self, path: &str) -> io::Result<Vec<u8>> {
        if path.starts_with('<') {
            let block = self.blocks.borrow().get(path).map(|text| text.clone().into_bytes());
            return block.ok_or_else(|| io::ErrorKind::NotFound.into());
        }
        self.inner.read_file(path)
    }

    fn path_kind(&self, path: &str) -> Option<PathKind> {
        self.inner.path_kind(path)
    }

    fn list_directory(&self, path: &str) -> io::Result<Vec<String>> {
        self.inner.list_directory(path)
    }

    fn current_directory(&self) -> Option<String> {
        self.inner.current_directory()
    }

    fn write_output(&self, bytes: &[u8]) -> io::Result<()> {
        self.inner.write_output(bytes)
    }

    fn write_error(&self, bytes: &[u8]) -> io::Result<()> {
        self.inner.write_error(bytes)
    }

    fn read_line(&self) -> io::Result<Vec<u8>> {
        self.inner.read_line()
    }
}
