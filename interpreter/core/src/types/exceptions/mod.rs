//! The builtin exception classes: one static description each, and what the rest of the VM asks of them.
//!
//! **Invariant:** the classes are made in the order of [`Exc`], so bases come first and `Exc as usize` is the
//! index of the class. All share the layout [`Exception`]; a family with more attributes keeps them in its
//! numbered fields, which the family's own file names. Does not know how exceptions travel (vm/raise.rs).

mod attributes;
mod base;
pub(crate) mod fields;
pub mod group;
pub(crate) mod os;
mod simple;
mod syntax;
mod text;
mod unicode;

use crate::native::{GetSetDef, NativeDef};
use crate::object::*;
use crate::vm::{Res, Vm};

pub use base::SPEC;

/// What a family adds to BaseException.
struct Family {
    slots: Slots,
    methods: &'static [NativeDef],
    getsets: &'static [GetSetDef],
}

/// A class that has only what its base has.
const PLAIN: Family = Family { slots: Slots::NONE, methods: &[], getsets: &[] };

const fn spec(name: &'static str, doc: &'static str, family: Family) -> TypeSpec {
    TypeSpec {
        doc,
        flags: type_flags::BASETYPE | type_flags::EXCEPTION | type_flags::DICT,
        slots: family.slots,
        methods: family.methods,
        getsets: family.getsets,
        ..TypeSpec::new::<Exception>(name)
    }
}

macro_rules! classes {
    ($($name:ident $doc:literal $family:expr;)*) => {
        /// In the order of `Exc` (checked when the classes are made).
        static SPECS: &[TypeSpec] = &[$(spec(stringify!($name), $doc, $family)),*];
    };
}

classes! {
    BaseException "The root of all exceptions." base::FAMILY;
    Exception "The root of all exceptions that do not ask the program to end." PLAIN;
    GeneratorExit "Ask a generator to finish." PLAIN;
    KeyboardInterrupt "The user interrupted the program." PLAIN;
    SystemExit "Ask the interpreter to end." simple::SYSTEM_EXIT;
    BaseExceptionGroup "Several unrelated exceptions together." group::BASE_GROUP;
    ExceptionGroup "Several unrelated exceptions together, none of which asks the program to end." PLAIN;
    ArithmeticError "The root of arithmetic errors." PLAIN;
    AssertionError "What a statement `assert` claimed is not so." PLAIN;
    AttributeError "There is no such attribute." simple::ATTRIBUTE_ERROR;
    BufferError "A buffer operation is not possible." PLAIN;
    EOFError "The input ended where a line was expected." PLAIN;
    ImportError "A module, or a name in it, could not be imported." simple::IMPORT_ERROR;
    LookupError "The root of errors of looking something up." PLAIN;
    MemoryError "There is not enough memory." PLAIN;
    NameError "A name is not defined." simple::NAME_ERROR;
    OSError "The operating system refused." os::FAMILY;
    ReferenceError "What a weak proxy refers to is gone." PLAIN;
    RuntimeError "An error that has no class of its own." PLAIN;
    StopAsyncIteration "An asynchronous iterator is exhausted." PLAIN;
    StopIteration "An iterator is exhausted." simple::STOP_ITERATION;
    SyntaxError "The source text is not valid Python." syntax::FAMILY;
    SystemError "An error inside the interpreter, with no harm to the program expected." PLAIN;
    TypeError "An object of another type was expected." PLAIN;
    ValueError "An object of the right type, but with a wrong value." PLAIN;
    Warning "The root of all warnings." PLAIN;
    FloatingPointError "Arithmetic of floats went wrong. Nothing raises it by itself." PLAIN;
    OverflowError "There is no room for a number of this size." PLAIN;
    ZeroDivisionError "Nothing can be divided by 0." PLAIN;
    ModuleNotFoundError "There is no such module." PLAIN;
    IndexError "A sequence has no such index." PLAIN;
    KeyError "A mapping has no such key." simple::KEY_ERROR;
    UnboundLocalError "A local variable has no value yet." PLAIN;
    BlockingIOError "It would have to wait, and was told not to." PLAIN;
    ChildProcessError "A child process could not be dealt with." PLAIN;
    ConnectionError "A connection failed." PLAIN;
    BrokenPipeError "The other end of the pipe is closed." PLAIN;
    ConnectionAbortedError "This side gave the connection up." PLAIN;
    ConnectionRefusedError "The other side does not want a connection." PLAIN;
    ConnectionResetError "The other side broke the connection off." PLAIN;
    FileExistsError "The file is there already." PLAIN;
    FileNotFoundError "There is no such file." PLAIN;
    InterruptedError "A signal interrupted the operation." PLAIN;
    IsADirectoryError "It cannot be done with a directory." PLAIN;
    NotADirectoryError "It can be done with a directory only, and this is none." PLAIN;
    PermissionError "Permissions do not allow the operation." PLAIN;
    ProcessLookupError "There is no such process." PLAIN;
    TimeoutError "The time for the operation is over." PLAIN;
    NotImplementedError "The method is for subclasses to write, or is still to be written." PLAIN;
    RecursionError "Calls are nested too deeply." PLAIN;
    IndentationError "The indentation is wrong." PLAIN;
    TabError "Tabs and spaces are mixed in a way that leaves the indentation open." PLAIN;
    UnicodeError "The root of errors of encoding and decoding text." PLAIN;
    UnicodeDecodeError "Bytes could not be decoded." unicode::DECODE;
    UnicodeEncodeError "Text could not be encoded." unicode::ENCODE;
    UnicodeTranslateError "Text could not be translated." unicode::TRANSLATE;
    BytesWarning "A mix-up of bytes and str, or a comparison that hints at one." PLAIN;
    DeprecationWarning "A feature will go away (for developers)." PLAIN;
    EncodingWarning "The locale's encoding was used without being asked for." PLAIN;
    FutureWarning "The meaning of a construct will change (for users)." PLAIN;
    ImportWarning "A probable mistake in the import of a module." PLAIN;
    PendingDeprecationWarning "A feature will be deprecated." PLAIN;
    ResourceWarning "A resource was not released." PLAIN;
    RuntimeWarning "Dubious behaviour at run time." PLAIN;
    SyntaxWarning "Dubious syntax." PLAIN;
    UnicodeWarning "A problem with Unicode text." PLAIN;
    UserWarning "A warning that a program issues." PLAIN;
}

/// Make the classes, in the order of `Exc`.
pub(crate) fn make_classes(vm: &Vm) -> Res<Vec<Obj<Type>>> {
    let mut out: Vec<Obj<Type>> = Vec::new();
    for ((kind, name, base), spec) in Exc::ALL.iter().zip(SPECS) {
        debug_assert_eq!(*name, spec.name);
        let t = match *kind == *base {
            true => super::new_native_type(vm, spec, name, &vm.types().object.clone())?,
            false => {
                let base =
                    out.get(*base as usize).cloned().unwrap_or_else(|| vm.types().object.clone());
                // Two bases only here: an ExceptionGroup is an Exception too.
                match *kind {
                    Exc::ExceptionGroup => exception_group_class(vm, spec, &base, &out)?,
                    _ => super::new_native_type(vm, spec, name, &base)?,
                }
            }
        };
        add_attribute_area(&t);
        out.push(t);
    }
    Ok(out)
}

/// Instances of builtin exceptions take attributes: room for the word that names their dict.
fn add_attribute_area(t: &Type) {
    if t.attr_offset.get() != 0 {
        return;
    }
    let fixed = t.basicsize.get().div_ceil(8) * 8;
    t.attr_offset.set(fixed);
    t.basicsize.set(fixed + 8);
}

/// The only builtin class with two bases.
fn exception_group_class(
    vm: &Vm,
    spec: &'static TypeSpec,
    base: &Obj<Type>,
    made: &[Obj<Type>],
) -> Res<Obj<Type>> {
    let t = super::new_native_type(vm, spec, spec.name, base)?;
    let root = &made[Exc::BaseException as usize];
    let exception = &made[Exc::Exception as usize];
    let order = [&t, base, exception, root, &vm.types().object];
    t.bases.set(
        vm.tuple(vec![base.clone().into_object(), exception.clone().into_object()])?.into_object(),
    );
    t.mro.set(vm.tuple(order.iter().map(|t| (*t).clone().into_object()).collect())?.into_object());
    exception.add_subclass(&t);
    Ok(t)
}

/// Whether plain allocation with `args` is all that `class(*args)` would do.
pub(crate) fn is_plain(class: &Obj<Type>) -> bool {
    let slots = class.slots();
    let same_new = slots.new.is_some_and(|f| std::ptr::fn_addr_eq(f, base::new as NewFn));
    let same_init = slots.init.is_some_and(|f| std::ptr::fn_addr_eq(f, base::init as InitFn));
    same_new && same_init
}

type NewFn = fn(&Vm, &Obj<Type>, &[Object], Option<&Obj<Tuple>>) -> Res;
type InitFn = fn(&Vm, &Object, &[Object], Option<&Obj<Tuple>>) -> Res<()>;

/// `class(*args)` for a class whose attributes come from its arguments.
pub(crate) fn construct(vm: &Vm, class: &Obj<Type>, args: &[Object]) -> Res {
    let slots = *class.slots();
    let e = match slots.new {
        Some(new) => new(vm, class, args, None)?,
        None => base::new(vm, class, args, None)?,
    };
    if let Some(init) = vm.class_of(&e).slots().init {
        init(vm, &e, args, None)?;
    }
    Ok(e)
}

/// Give the AttributeError in flight its `name` and `obj`, unless it has them.
pub(crate) fn set_attribute_context(vm: &Vm, object: &Object, name: &Obj<Str>) {
    let Some(e) = vm.raised.get() else { return };
    let Some(x) = e.downcast::<Exception>() else { return };
    if x.field(fields::NAME).is_none()
        && x.field(fields::OBJ).is_none()
        && vm.class_of(&e).is_subtype(&vm.types().exception(Exc::AttributeError))
    {
        x.set_field(fields::NAME, Some(name.clone().into_object()));
        x.set_field(fields::OBJ, Some(object.clone()));
    }
}

/// Give the NameError in flight its `name`.
pub(crate) fn set_name_context(vm: &Vm, name: &Obj<Str>) {
    let Some(e) = vm.raised.get() else { return };
    let Some(x) = e.downcast::<Exception>() else { return };
    if vm.class_of(&e).is_subtype(&vm.types().exception(Exc::NameError)) {
        x.set_field(fields::NAME, Some(name.clone().into_object()));
    }
}

/// The payload of what is known to be an exception.
pub(crate) fn payload<'a>(vm: &Vm, object: &'a Object) -> Res<&'a Obj<Exception>> {
    match object.downcast::<Exception>() {
        Some(e) => Ok(e),
        None => Err(vm.type_error(format_args!(
            "descriptor requires a 'BaseException' object but received a '{}'",
            vm.type_name(object)
        ))),
    }
}

/// The arguments tuple.
pub(crate) fn args_of(vm: &Vm, e: &Exception) -> Res<Obj<Tuple>> {
    match e.args.get_as::<Tuple>() {
        Some(t) => Ok(t),
        None => vm.tuple(Vec::new()),
    }
}
