//! Starting a program with what posix_spawn(3) can change in the child.

#![expect(unsafe_code, reason = "system calls")]

use std::ffi::CString;
use std::io;
use std::mem::MaybeUninit;

use super::children::{c_strings, pointers};
use crate::backend::error;
use crate::backend::signal::SignalSet;

/// Something done to a descriptor in the child, in the order in which they are listed.
pub enum FileAction {
    /// Open a file at a descriptor.
    Open { fd: i32, path: Vec<u8>, flags: i32, mode: u32 },
    /// Close a descriptor.
    Close { fd: i32 },
    /// Make a descriptor a copy of another.
    Dup2 { fd: i32, new: i32 },
}

/// A program to start; `None` and false leave what the parent has.
#[derive(Default)]
pub struct PosixSpawn {
    pub path: Vec<u8>,
    /// Look for the program along PATH.
    pub search: bool,
    pub arguments: Vec<Vec<u8>>,
    /// `NAME=value`.
    pub environment: Vec<Vec<u8>>,
    pub actions: Vec<FileAction>,
    pub process_group: Option<i32>,
    pub reset_ids: bool,
    pub new_session: bool,
    pub blocked: Option<SignalSet>,
    pub defaults: Option<SignalSet>,
    /// The policy, `None` to keep it, and the priority.
    pub scheduler: Option<(Option<i32>, i32)>,
}

/// These functions return the number of the error.
fn done(number: libc::c_int) -> io::Result<()> {
    if number == 0 { Ok(()) } else { Err(error(number)) }
}

struct Actions {
    raw: libc::posix_spawn_file_actions_t,
}

impl Actions {
    fn new(list: &[FileAction]) -> io::Result<Actions> {
        let mut raw = MaybeUninit::uninit();
        // SAFETY: fills in one structure.
        done(unsafe { libc::posix_spawn_file_actions_init(raw.as_mut_ptr()) })?;
        // SAFETY: filled in.
        let mut actions = Actions { raw: unsafe { raw.assume_init() } };
        let to = &raw mut actions.raw;
        for action in list {
            match action {
                FileAction::Open { fd, path, flags, mode } => {
                    let path = CString::new(path.as_slice()).map_err(|_| error(libc::EINVAL))?;
                    // SAFETY: an initialised list, which copies the path.
                    done(unsafe {
                        libc::posix_spawn_file_actions_addopen(
                            to,
                            *fd,
                            path.as_ptr(),
                            *flags,
                            *mode,
                        )
                    })?;
                }
                FileAction::Close { fd } => {
                    // SAFETY: an initialised list.
                    done(unsafe { libc::posix_spawn_file_actions_addclose(to, *fd) })?;
                }
                FileAction::Dup2 { fd, new } => {
                    // SAFETY: an initialised list.
                    done(unsafe { libc::posix_spawn_file_actions_adddup2(to, *fd, *new) })?;
                }
            }
        }
        Ok(actions)
    }
}

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: initialised, and not used again.
        unsafe { libc::posix_spawn_file_actions_destroy(&mut self.raw) };
    }
}

struct Attributes {
    raw: libc::posix_spawnattr_t,
}

impl Attributes {
    fn new(spawn: &PosixSpawn) -> io::Result<Attributes> {
        let mut raw = MaybeUninit::uninit();
        // SAFETY: fills in one structure.
        done(unsafe { libc::posix_spawnattr_init(raw.as_mut_ptr()) })?;
        // SAFETY: filled in.
        let mut attributes = Attributes { raw: unsafe { raw.assume_init() } };
        let to = &raw mut attributes.raw;
        let mut flags = 0;
        if let Some(group) = spawn.process_group {
            flags |= libc::POSIX_SPAWN_SETPGROUP;
            // SAFETY: an initialised structure, here and below.
            done(unsafe { libc::posix_spawnattr_setpgroup(to, group) })?;
        }
        if spawn.reset_ids {
            flags |= libc::POSIX_SPAWN_RESETIDS;
        }
        if spawn.new_session {
            flags |= libc::c_int::from(libc::POSIX_SPAWN_SETSID);
        }
        if let Some(blocked) = spawn.blocked {
            flags |= libc::POSIX_SPAWN_SETSIGMASK;
            // SAFETY: as above; the set is copied.
            done(unsafe { libc::posix_spawnattr_setsigmask(to, &blocked.to_c()) })?;
        }
        if let Some(defaults) = spawn.defaults {
            flags |= libc::POSIX_SPAWN_SETSIGDEF;
            // SAFETY: as above; the set is copied.
            done(unsafe { libc::posix_spawnattr_setsigdefault(to, &defaults.to_c()) })?;
        }
        if let Some((policy, priority)) = spawn.scheduler {
            if let Some(policy) = policy {
                flags |= libc::POSIX_SPAWN_SETSCHEDULER;
                // SAFETY: as above.
                done(unsafe { libc::posix_spawnattr_setschedpolicy(to, policy) })?;
            }
            flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
            // SAFETY: numbers only, for which 0 will do.
            let mut parameter: libc::sched_param = unsafe { std::mem::zeroed() };
            parameter.sched_priority = priority;
            // SAFETY: as above; the parameter is copied.
            done(unsafe { libc::posix_spawnattr_setschedparam(to, &parameter) })?;
        }
        // SAFETY: as above. All flags fit.
        done(unsafe { libc::posix_spawnattr_setflags(to, flags as libc::c_short) })?;
        Ok(attributes)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: initialised, and not used again.
        unsafe { libc::posix_spawnattr_destroy(&mut self.raw) };
    }
}

impl PosixSpawn {
    /// Start it: the child's id. posix_spawn(3), posix_spawnp(3).
    pub fn start(&self) -> io::Result<i32> {
        let actions = Actions::new(&self.actions)?;
        let attributes = Attributes::new(self)?;
        let path = CString::new(self.path.as_slice()).map_err(|_| error(libc::EINVAL))?;
        let (arguments, environment) = (c_strings(&self.arguments)?, c_strings(&self.environment)?);
        let (argv, envp) = (pointers(&arguments), pointers(&environment));
        let call = if self.search { libc::posix_spawnp } else { libc::posix_spawn };
        let mut pid = 0;
        // SAFETY: all strings are NUL-terminated, both lists end in null, the structures are initialised;
        // nothing is written through the pointers but the id.
        done(unsafe {
            call(
                &mut pid,
                path.as_ptr(),
                &actions.raw,
                &attributes.raw,
                argv.as_ptr().cast(),
                envp.as_ptr().cast(),
            )
        })?;
        Ok(pid)
    }
}
