//! OSError: from arguments to errno, texts and file names, and to the subclass that an errno names.

use super::attributes::{field, method, no_keywords, split};
use super::text::Message;
use super::{Family, args_of, base, fields, payload};
use crate::native::GetSetDef;
use crate::object::*;
use crate::vm::{Raised, Res, Vm};

pub(super) const FAMILY: Family = Family {
    slots: Slots { new: Some(new), init: Some(init), str: Some(str), ..Slots::NONE },
    methods: &[method(
        "__reduce__",
        "",
        "The class, the arguments and the attributes, for pickle and copy.",
        reduce,
    )],
    getsets: &[
        field::<{ fields::ERRNO }>("errno", "the system's number for what went wrong"),
        field::<{ fields::STRERROR }>("strerror", "the system's words for what went wrong"),
        field::<{ fields::FILENAME }>("filename", "the file that it is about, or None"),
        field::<{ fields::FILENAME2 }>("filename2", "the other file, of an operation on two"),
        GetSetDef { name: "characters_written", doc: "", get: get_written, set: Some(set_written) },
    ],
};

type Names<'a> = Option<&'a Obj<Tuple>>;

/// The class for an errno. The numbers are Linux's, with macOS's where they differ and mean nothing else
/// of this list on Linux.
fn class_for(errno: i64) -> Option<Exc> {
    let macos = cfg!(target_vendor = "apple");
    Some(match errno {
        1 | 13 => Exc::PermissionError,
        2 => Exc::FileNotFoundError,
        3 => Exc::ProcessLookupError,
        4 => Exc::InterruptedError,
        10 => Exc::ChildProcessError,
        17 => Exc::FileExistsError,
        20 => Exc::NotADirectoryError,
        21 => Exc::IsADirectoryError,
        32 => Exc::BrokenPipeError,
        35..=37 if macos => Exc::BlockingIOError,
        53 if macos => Exc::ConnectionAbortedError,
        54 if macos => Exc::ConnectionResetError,
        58 if macos => Exc::BrokenPipeError,
        60 if macos => Exc::TimeoutError,
        61 if macos => Exc::ConnectionRefusedError,
        11 | 114 | 115 if !macos => Exc::BlockingIOError,
        103 if !macos => Exc::ConnectionAbortedError,
        104 if !macos => Exc::ConnectionResetError,
        108 if !macos => Exc::BrokenPipeError,
        110 if !macos => Exc::TimeoutError,
        111 if !macos => Exc::ConnectionRefusedError,
        _ => return None,
    })
}

/// Whether `__init__` reads the arguments rather than `__new__`: so it is for classes that replace only
/// `__init__`, which may then pass on other arguments than they were called with.
fn init_reads(class: &Obj<Type>) -> bool {
    let slots = class.slots();
    let own_init = slots.init.is_some_and(|f| std::ptr::fn_addr_eq(f, init as super::InitFn));
    let own_new = slots.new.is_some_and(|f| std::ptr::fn_addr_eq(f, new as super::NewFn));
    !own_init && own_new
}

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Names) -> Res {
    if init_reads(class) {
        return base::new(vm, class, &[], None);
    }
    no_keywords(vm, &class.full_name(), names)?;
    let mut class = class.clone();
    if (2..=5).contains(&args.len()) && class.is(&vm.types().exception(Exc::OSError)) {
        if let Some(kind) = args.first().and_then(|e| vm.as_i64(e)).and_then(class_for) {
            class = vm.types().exception(kind);
        }
    }
    let e = base::new(vm, &class, args, None)?;
    fill(vm, &e, args)?;
    Ok(e)
}

fn init(vm: &Vm, this: &Object, args: &[Object], names: Names) -> Res<()> {
    if !init_reads(vm.class_of(this)) {
        return Ok(());
    }
    let (positional, _) = split(args, names);
    no_keywords(vm, &vm.type_name(this), names)?;
    base::set_args(vm, this, positional)?;
    fill(vm, this, positional)
}

/// errno, strerror, filename, (winerror), filename2.
fn fill(vm: &Vm, this: &Object, args: &[Object]) -> Res<()> {
    if !(2..=5).contains(&args.len()) {
        return Ok(());
    }
    let e = payload(vm, this)?;
    let given = |i: usize| args.get(i).cloned();
    let filename = given(2).filter(|f| !f.is_none());
    let mut keep = true;
    if let Some(name) = &filename {
        let blocking = vm.class_of(this).is(&vm.types().exception(Exc::BlockingIOError));
        if blocking && is_number(vm, name) {
            e.set_field(fields::WRITTEN, Some(vm.int(vm.index_size(name)?)?));
            keep = false;
        } else {
            // `args` stays a pair, as programs of old times unpack it.
            e.args.set(vm.tuple_from(args.get(..2).unwrap_or(args))?.into_object());
        }
    }
    e.set_field(fields::ERRNO, given(0));
    e.set_field(fields::STRERROR, given(1));
    if keep {
        e.set_field(fields::FILENAME, filename);
        e.set_field(fields::FILENAME2, given(4).filter(|f| !f.is_none()));
    }
    Ok(())
}

fn is_number(vm: &Vm, o: &Object) -> bool {
    let slots = vm.class_of(o).slots();
    slots.index.is_some() || slots.int.is_some() || slots.float.is_some()
}

fn str(vm: &Vm, this: &Object) -> Res {
    let e = payload(vm, this)?;
    let or_none = |i: usize| e.field(i).unwrap_or_else(Object::none);
    let filename = e.field(fields::FILENAME);
    let complete = e.field(fields::ERRNO).is_some() && e.field(fields::STRERROR).is_some();
    if filename.is_none() && !complete {
        return base::str(vm, this);
    }
    let mut m = Message::new(vm);
    m.raw("[Errno ")?;
    m.str(&or_none(fields::ERRNO))?;
    m.raw("] ")?;
    m.str(&or_none(fields::STRERROR))?;
    if let Some(name) = filename {
        m.raw(": ")?;
        m.repr(&name)?;
        if let Some(second) = e.field(fields::FILENAME2) {
            m.raw(" -> ")?;
            m.repr(&second)?;
        }
    }
    m.finish()
}

fn reduce(vm: &Vm, args: &[Object], names: Names) -> Res {
    no_keywords(vm, "OSError.__reduce__", names)?;
    let Some(this) = args.first() else {
        return Err(vm.type_error("unbound method OSError.__reduce__() needs an argument"));
    };
    let e = payload(vm, this)?;
    let mut own = args_of(vm, e)?.as_slice().to_vec();
    if let (2, Some(name)) = (own.len(), e.field(fields::FILENAME)) {
        own.push(name);
        if let Some(second) = e.field(fields::FILENAME2) {
            own.extend([Object::none(), second]);
        }
    }
    let own = vm.tuple(own)?.into_object();
    let state = base::state(vm, this)?.map(Obj::into_object);
    base::reduced(vm, this, own, state)
}

fn get_written(vm: &Vm, this: &Object) -> Res {
    match payload(vm, this)?.field(fields::WRITTEN) {
        Some(n) => Ok(n),
        None => Err(vm.attribute_error("characters_written")),
    }
}

fn set_written(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let e = payload(vm, this)?;
    match value {
        Some(v) => {
            let n = vm.int(vm.index_size(v)?)?;
            e.set_field(fields::WRITTEN, Some(n));
            Ok(())
        }
        None if e.field(fields::WRITTEN).is_some() => {
            e.set_field(fields::WRITTEN, None);
            Ok(())
        }
        None => Err(vm.attribute_error("characters_written")),
    }
}

impl Vm {
    /// OSError, of the subclass that the errno names.
    #[cold]
    pub fn os_error(&self, errno: i32, strerror: &str, filename: Option<&Object>) -> Raised {
        self.os_error_two(errno, strerror, filename, None)
    }

    /// The same for an operation on two files.
    #[cold]
    pub fn os_error_two(
        &self,
        errno: i32,
        strerror: &str,
        filename: Option<&Object>,
        filename2: Option<&Object>,
    ) -> Raised {
        let text = match self.str(strerror) {
            Ok(s) => s.into_object(),
            Err(r) => return r,
        };
        let mut args = vec![Object::small(errno), text];
        if let Some(f) = filename {
            args.push(f.clone());
            if let Some(second) = filename2 {
                args.extend([Object::none(), second.clone()]);
            }
        }
        self.raise_args(Exc::OSError, args)
    }
}
