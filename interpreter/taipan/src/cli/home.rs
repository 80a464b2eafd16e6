//! PYTHONHOME: the folders of an installed Python 3.11.
//!
//! The library inside the program stays the first choice; what the folders hold beyond it can be imported. As
//! CPython does, the program refuses to start if no library is there.

use super::options::Options;
use std::path::Path;

/// The folders that PYTHONHOME names.
pub(super) struct Home {
    pub prefix: String,
    pub exec_prefix: String,
    platlibdir: String,
}

impl Home {
    /// What is given is a prefix, or two with a colon between them. Err: what to say instead of starting.
    pub fn new(given: &str, options: &Options, executable: &[u8]) -> Result<Home, String> {
        let (prefix, exec_prefix) = given.split_once(':').unwrap_or((given, given));
        let platlibdir = options.settings.platlibdir.as_deref().unwrap_or("lib");
        let home = Home {
            prefix: prefix.to_owned(),
            exec_prefix: exec_prefix.to_owned(),
            platlibdir: platlibdir.to_owned(),
        };
        let is_there = Path::new(&home.archive()).is_file()
            || Path::new(&home.library()).join("encodings/__init__.py").is_file();
        if is_there { Ok(home) } else { Err(home.refusal(given, options, executable)) }
    }

    fn archive(&self) -> String {
        format!("{}/{}/python311.zip", self.prefix, self.platlibdir)
    }

    fn library(&self) -> String {
        format!("{}/{}/python3.11", self.prefix, self.platlibdir)
    }

    /// The entries of `sys.path`.
    fn entries(&self) -> [String; 3] {
        let extensions = format!("{}/{}/python3.11/lib-dynload", self.exec_prefix, self.platlibdir);
        [self.archive(), self.library(), extensions]
    }

    pub fn path(&self) -> impl Iterator<Item = Vec<u8>> {
        self.entries().into_iter().map(String::into_bytes)
    }

    /// CPython's account of what was looked for.
    fn refusal(&self, given: &str, options: &Options, executable: &[u8]) -> String {
        let executable = String::from_utf8_lossy(executable);
        let variable = match options.variable("PYTHONPATH") {
            Some(path) => format!("'{path}'"),
            None => "(not set)".to_owned(),
        };
        let flag = i32::from;
        let Home { prefix, exec_prefix, platlibdir } = self;
        let mut text = format!(
            "Python path configuration:\n  PYTHONHOME = '{given}'\n  PYTHONPATH = {variable}\n  \
             program name = '{}'\n  isolated = {}\n  environment = {}\n  user site = {}\n  \
             safe_path = {}\n  import site = {}\n  is in build tree = 0\n  stdlib dir = '{}'\n  \
             sys._base_executable = '{executable}'\n  sys.base_prefix = '{prefix}'\n  \
             sys.base_exec_prefix = '{exec_prefix}'\n  sys.platlibdir = '{platlibdir}'\n  \
             sys.executable = '{executable}'\n  sys.prefix = '{prefix}'\n  \
             sys.exec_prefix = '{exec_prefix}'\n  sys.path = [\n",
            super::usage::program(),
            flag(options.isolated),
            flag(!options.ignore_environment),
            flag(!options.no_user_site),
            flag(options.safe_path),
            flag(!options.no_site),
            self.library(),
        );
        let given = super::variable_path(options);
        let given = given.iter().map(|entry| String::from_utf8_lossy(entry).into_owned());
        for entry in given.chain(self.entries()) {
            text.push_str(&format!("    '{entry}',\n"));
        }
        let message = "init_fs_encoding: failed to get the Python codec of the filesystem encoding";
        let cause = "ModuleNotFoundError: No module named 'encodings'\n";
        text + "  ]\n" + &super::environment::fatal_in_thread(message, cause)
    }
}
