//! print, input and breakpoint: what is said to and read from the objects `sys.stdout` and `sys.stdin`.

use super::sys;
use crate::native::{Kwargs, Maybe, NativeDef, natives};
use crate::object::*;
use crate::text::{TextRef, intconv};
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] = natives![breakpoint, input, print];

/// breakpoint(*args, **kws)
///
/// Stop here for a debugger: calls sys.breakpointhook with the arguments, which starts pdb unless it was
/// replaced.
#[native("(*args, **kws)", no_signature)]
fn breakpoint(vm: &Vm, args: &[Object], kws: Kwargs) -> Res {
    let Some(hook) = sys::attribute(vm, &vm.intern("breakpointhook"))? else {
        return Err(vm.runtime_error("lost sys.breakpointhook"));
    };
    let args = vm.tuple_from(args)?;
    vm.call_tuple_dict(&hook, &args, Some(&kws.to_dict(vm)?))
}

/// Write the arguments as str() gives them, with sep between them and end behind the last.
///
///   sep
///     None is one blank.
///   end
///     None is a line end.
///   file
///     Any object with a method write(str); None is sys.stdout.
///   flush
///     Whether to call the method flush() of the file afterwards.
#[native("(*args, sep=' ', end='\\n', file=None, flush=False)")]
fn print(
    vm: &Vm,
    args: &[Object],
    sep: Option<&Object>,
    end: Option<&Object>,
    file: Option<&Object>,
    flush: bool,
) -> Res<()> {
    let file = match file {
        Some(file) => file.clone(),
        None => match sys::attribute(vm, &vm.names().stdout)? {
            None => return Err(vm.runtime_error("lost sys.stdout")),
            Some(file) if file.is_none() => return Ok(()),
            Some(file) => file,
        },
    };
    let word = |name: &str, object: Option<&Object>, default: &str| match object {
        None => Ok(vm.intern(default)),
        Some(object) => object.downcast::<Str>().cloned().ok_or_else(|| {
            let got = vm.type_name(object);
            vm.type_error(format_args!("{name} must be None or a string, not {got}"))
        }),
    };
    let sep = word("sep", sep, " ")?;
    let end = word("end", end, "\n")?;
    let write = vm.getattr(&file, &vm.names().write)?;
    let native = write.downcast_exact::<Builtin>();
    if native.is_some_and(|f| f.receiver.peek() == file.value()) {
        print_at_once(vm, args, sep.as_text(), end.as_text(), &write)?;
        if flush {
            vm.call_method(&file, "flush", &[])?;
        }
        return Ok(());
    }
    for (i, arg) in args.iter().enumerate() {
        if i > 0 {
            vm.call(&write, &[sep.as_object().clone()])?;
        }
        let text = vm.to_str(arg)?;
        vm.call(&write, &[text.into_object()])?;
    }
    vm.call(&write, &[end.into_object()])?;
    if flush {
        vm.call_method(&file, "flush", &[])?;
    }
    Ok(())
}

/// The same to a native stream, which cannot tell one long text from many short ones: one call for all that
/// is said. Text is handed on before anything runs that might write to the stream itself.
fn print_at_once(
    vm: &Vm,
    args: &[Object],
    sep: TextRef<'_>,
    end: TextRef<'_>,
    write: &Object,
) -> Res<()> {
    let mut out = vm.text_buf();
    for (i, arg) in args.iter().enumerate() {
        if i > 0 {
            out.push_text(sep).map_err(|e| vm.text_error(e))?;
        }
        let pushed = if let Some(n) = arg.as_small_int() {
            out.push_ascii(intconv::decimal_i64(n, &mut [0; 21]))
        } else if let Some(s) = arg.downcast_str() {
            out.push_text(s.as_text())
        } else {
            if !out.is_empty() && !arg.value().is_flonum() {
                let said = std::mem::replace(&mut out, vm.text_buf());
                vm.call(write, &[vm.text_built(said)?.into_object()])?;
            }
            let text = vm.to_str(arg)?;
            out.push_text(text.as_text())
        };
        pushed.map_err(|e| vm.text_error(e))?;
    }
    out.push_text(end).map_err(|e| vm.text_error(e))?;
    vm.call(write, &[vm.text_built(out)?.into_object()])?;
    Ok(())
}

/// One line from standard input, without its end; EOFError if there is none.
///
/// The prompt is written before it, to standard output and without a line end.
#[native("(prompt='', /)")]
fn input(vm: &Vm, prompt: Maybe<&Object>) -> Res<Obj<Str>> {
    let get = |name: &str| {
        let found = sys::attribute(vm, &vm.intern(name))?.filter(|s| !s.is_none());
        found.ok_or_else(|| vm.runtime_error(format_args!("input(): lost sys.{name}")))
    };
    let (stdin, stdout, stderr) = (get("stdin")?, get("stdout")?, get("stderr")?);
    if let Err(raised) = vm.call_method(&stderr, "flush", &[]) {
        drop(vm.take_raised(raised));
    }
    if let Maybe::Given(prompt) = prompt {
        let text = vm.to_str(prompt)?;
        vm.call_method(&stdout, "write", &[text.into_object()])?;
    }
    if let Err(raised) = vm.call_method(&stdout, "flush", &[]) {
        drop(vm.take_raised(raised));
    }
    let line = vm.call_method(&stdin, "readline", &[])?;
    let Some(line) = line.downcast::<Str>() else {
        return Err(vm.type_error("object.readline() returned non-string"));
    };
    if line.is_empty() {
        return Err(vm.eof_error("EOF when reading a line"));
    }
    let text = line.as_text();
    let last = text.len() - 1;
    let line = match text.char_at(last) == Some(u32::from(b'\n')) {
        true => vm.text(text.slice(0, last).to_text().map_err(|e| vm.text_error(e))?.as_ref())?,
        false => line.clone(),
    };
    remember(vm, [&stdin, &stdout], &line)?;
    Ok(line)
}

/// A line that was typed at a terminal goes to the history of the module readline, if that is in use.
fn remember(vm: &Vm, streams: [&Object; 2], line: &Obj<Str>) -> Res<()> {
    let modules = vm.interp().modules.get_as::<Dict>();
    let Some(module) = modules.and_then(|all| all.get_named(vm, "readline")) else { return Ok(()) };
    let Some(function) = vm.getattr_opt(&module, &vm.intern("_line_read"))? else { return Ok(()) };
    for stream in streams {
        if !vm.truth(&vm.call_method(stream, "isatty", &[])?)? {
            return Ok(());
        }
    }
    vm.call(&function, &[line.clone().into_object()]).map(drop)
}
