//! From a call's arguments to one slot for each parameter.
//!
//! Calls that fit without keywords never come here (the wrappers that `#[native]` makes bind them in
//! place); this is for keywords and for the wording of what does not fit. The words are CPython's,
//! which has a dialect for each calling convention: the shape of the signature tells which.
//! Converts nothing and calls nothing.

use super::{NativeDef, NativeKind, Param, ParamKind, Wording, wording};
use crate::object::{Builtin, Dict, Module, Obj, Object, Str, Tuple, Type, type_flags};
use crate::vm::{Raised, Res, Vm};

/// Numbers read off a signature; `self` and `cls` not counted.
struct Shape {
    /// 1 if the first parameter is `self` or `cls`.
    receiver: usize,
    positional_only: usize,
    positional: usize,
    /// Positional parameters without default.
    least: usize,
    /// Parameters that take one argument.
    single: usize,
    by_name: bool,
    rest: bool,
    keywords: bool,
}

impl Shape {
    fn of(def: &NativeDef) -> Shape {
        let receiver = usize::from(matches!(def.kind, NativeKind::Method | NativeKind::Class));
        let params = def.params.get(receiver..).unwrap_or(&[]);
        let count = |test: &dyn Fn(&Param) -> bool| params.iter().filter(|p| test(p)).count();
        let positional_only = count(&|p| p.kind == ParamKind::PositionalOnly);
        let either = count(&|p| p.kind == ParamKind::PositionalOrKeyword);
        let keyword_only = count(&|p| p.kind == ParamKind::KeywordOnly);
        let positional = |p: &Param| {
            matches!(p.kind, ParamKind::PositionalOnly | ParamKind::PositionalOrKeyword)
        };
        Shape {
            receiver,
            positional_only,
            positional: positional_only + either,
            least: count(&|p| positional(p) && !p.has_default),
            single: positional_only + either + keyword_only,
            by_name: either + keyword_only > 0,
            rest: count(&|p| p.kind == ParamKind::VarArgs) > 0,
            keywords: count(&|p| p.kind == ParamKind::VarKeywords) > 0,
        }
    }
}

/// The parameters that take one argument, in the order of the slots.
fn singles(def: &NativeDef) -> impl Iterator<Item = &'static Param> + use<> {
    def.params.iter().filter(|p| !matches!(p.kind, ParamKind::VarArgs | ParamKind::VarKeywords))
}

/// Whether the parameter may be given by name.
pub(super) fn has_name(param: &Param, name: &Str) -> bool {
    matches!(param.kind, ParamKind::PositionalOrKeyword | ParamKind::KeywordOnly)
        && name.equals(param.name)
}

/// Put the arguments in the slots of their parameters. `args` are the positional ones and then the
/// values of `names`. Slots of parameters with default may stay empty; extra arguments are left to
/// [`rest`] and `Kwargs`.
#[inline(never)]
pub fn bind<'a>(
    vm: &Vm,
    def: &'static NativeDef,
    args: &'a [Object],
    names: Option<&Obj<Tuple>>,
    slots: &mut [Option<&'a Object>],
) -> Res<()> {
    let names = names.map_or(&[][..], |n| n.as_slice());
    let positional = args.len().saturating_sub(names.len());
    let (mut fits, mut takes_rest, mut takes_keywords) = (true, false, false);
    for param in def.params {
        takes_rest |= param.kind == ParamKind::VarArgs;
        takes_keywords |= param.kind == ParamKind::VarKeywords;
    }
    let mut used = 0;
    for ((slot, param), arg) in slots.iter_mut().zip(singles(def)).zip(&args[..positional]) {
        if param.kind == ParamKind::KeywordOnly {
            break;
        }
        *slot = Some(arg);
        used += 1;
    }
    fits &= used == positional || takes_rest;
    for (name, value) in names.iter().zip(&args[positional..]) {
        let Some(name) = name.downcast::<Str>() else { continue };
        match singles(def).position(|p| has_name(p, name)).and_then(|at| slots.get_mut(at)) {
            Some(slot @ None) => *slot = Some(value),
            Some(Some(_)) => fits = false,
            None => fits &= takes_keywords,
        }
    }
    fits &= slots.iter().zip(singles(def)).all(|(slot, p)| slot.is_some() || p.has_default);
    if fits { Ok(()) } else { Err(complaint(vm, def, args, positional, names, slots)) }
}

/// The arguments of a constructor that knows no keywords: those of a class with an `__init__` of its own
/// are for that one.
#[inline]
pub fn own_arguments<'a>(
    cls: &Obj<Type>,
    args: &'a [Object],
    names: Option<&'a Obj<Tuple>>,
) -> (&'a [Object], Option<&'a Obj<Tuple>>) {
    match names {
        Some(n) if cls.is_heap_type() && has_own_init(cls) => {
            (args.get(..args.len().saturating_sub(n.len())).unwrap_or(args), None)
        }
        _ => (args, names),
    }
}

/// Whether a class written in Python, or one between it and the native type, defines `__init__`.
#[cold]
fn has_own_init(cls: &Obj<Type>) -> bool {
    let mut native = cls.base.get_as::<Type>();
    while let Some(base) = native.take_if(|base| base.is_heap_type()) {
        native = base.base.get_as::<Type>();
    }
    match (cls.slots().init, native.and_then(|native| native.slots().init)) {
        (Some(own), Some(usual)) => !std::ptr::fn_addr_eq(own, usual),
        (own, usual) => own.is_some() != usual.is_some(),
    }
}

/// The positional arguments beyond the first `positional`.
#[inline]
pub fn rest<'a>(args: &'a [Object], names: Option<&Obj<Tuple>>, positional: usize) -> &'a [Object] {
    let end = args.len().saturating_sub(names.map_or(0, |n| n.len()));
    args.get(positional..end).unwrap_or(&[])
}

/// The call of a function whose parameters cannot be given by name and that the arguments do not fit as
/// they stand. (An empty tuple of names is none.)
#[cold]
pub fn misfit(
    vm: &Vm,
    def: &'static NativeDef,
    args: &[Object],
    names: Option<&Obj<Tuple>>,
) -> Res {
    if names.is_some_and(|n| n.is_empty()) {
        return (def.call)(vm, args, None);
    }
    let mut slots = vec![None; def.params.len()];
    bind(vm, def, args, names, &mut slots)?;
    unbound(vm, def)
}

/// For the arm of a wrapper that `bind` rules out.
#[cold]
pub fn unbound(vm: &Vm, def: &'static NativeDef) -> Res {
    Err(vm.system_error(format!("{}() was called with an argument missing", def.name)))
}

/// What is wrong with a call, in CPython's words and in the order in which it looks.
#[cold]
fn complaint(
    vm: &Vm,
    def: &'static NativeDef,
    args: &[Object],
    positional: usize,
    names: &[Object],
    slots: &[Option<&Object>],
) -> Raised {
    if let Some(name) = python_name(vm, def, args) {
        return vm.type_error(as_python(def, &name, positional, names, slots));
    }
    let shape = Shape::of(def);
    // An `__init__` complains in the name of its class.
    let shown = match (def.name, args.first()) {
        ("__init__", Some(this)) => class_of_row(vm.class_of(this), def),
        _ => None,
    };
    let name = shown.as_deref().unwrap_or(def.name);
    let text = match positional.checked_sub(shape.receiver) {
        None => format!("unbound method {}() needs an argument", def.name),
        Some(given) if !shape.by_name => without_names(vm, def, name, &shape, args, given, names),
        Some(given) => with_names(def, name, &shape, given, names, slots),
    };
    vm.type_error(text)
}

/// The qualified name of a function that is worded as one of Python.
fn python_name(vm: &Vm, def: &'static NativeDef, args: &[Object]) -> Option<String> {
    let is_marked = match def.wording {
        Wording::Python("") => true,
        Wording::Python(name) => return Some(name.to_owned()),
        _ => false,
    };
    let class = match def.kind {
        NativeKind::Method => vm.class_of(args.first()?),
        NativeKind::Class => args.first()?.downcast::<Type>()?,
        _ => return is_marked.then(|| def.name.to_owned()),
    };
    let order = class.mro_tuple()?;
    let order: Vec<_> = order.as_slice().iter().filter_map(|c| c.downcast::<Type>()).collect();
    if let Some(class) = order.iter().find(|class| is_marked && holds(vm, class, def)) {
        return Some(format!("{}.{}", class.short_name(), def.name));
    }
    let at = order.iter().position(|c| defines(c, def))?;
    let flags = order.get(at)?.spec()?.flags;
    if !is_marked && flags & type_flags::PYTHON_WORDS == 0 {
        return None;
    }
    // What has a name that nobody is to see goes by that of the class made of it.
    let shown = if flags & type_flags::PLAIN_NAME == 0 { at.saturating_sub(1) } else { at };
    Some(format!("{}.{}", order.get(shown)?.short_name(), def.name))
}

/// A method was called without its instance.
#[cold]
pub(crate) fn no_receiver(vm: &Vm, owner: &str, class: &Obj<Type>, def: &NativeDef) -> Raised {
    let flags = class.spec().map_or(0, |spec| spec.flags);
    if flags & type_flags::PYTHON_WORDS != 0 {
        let name = format!("{}.{}", class.short_name(), def.name);
        return vm.type_error(wording::missing(&name, "positional", &["self".to_owned()]));
    }
    vm.type_error(format_args!("unbound method {owner}.{}() needs an argument", def.name))
}

/// Whether the class is the one whose table has the row, or whose `__init__` it is.
fn defines(class: &Obj<Type>, def: &NativeDef) -> bool {
    class.spec().is_some_and(|spec| match def.name {
        "__init__" => !class.is_heap_type() && spec.slots.init.is_some(),
        _ => spec.methods.iter().any(|row| is_row(row, def)),
    })
}

/// Whether the class is an open one that was made with the row.
fn holds(vm: &Vm, class: &Obj<Type>, def: &NativeDef) -> bool {
    let found = class.dict.get_named(vm, def.name);
    let method = found.as_ref().and_then(|found| found.downcast::<Builtin>());
    class.is_heap_type() && method.is_some_and(|method| is_row(method.def, def))
}

/// What is wrong, as for a function of Python.
fn as_python(
    def: &'static NativeDef,
    name: &str,
    positional: usize,
    names: &[Object],
    slots: &[Option<&Object>],
) -> String {
    let takes = |kind| def.params.iter().any(|p| p.kind == kind);
    let by_position =
        |p: &&Param| matches!(p.kind, ParamKind::PositionalOnly | ParamKind::PositionalOrKeyword);
    let most = singles(def).filter(by_position).count();
    for key in names.iter().filter_map(|n| n.downcast::<Str>()) {
        match singles(def).position(|p| has_name(p, key)) {
            Some(at) if at < positional.min(most) => {
                return wording::multiple_values(name, &key.to_str_lossy());
            }
            None if !takes(ParamKind::VarKeywords) => {
                let key = key.to_str_lossy();
                let is_known = singles(def).any(|p| p.name == key);
                return match is_known {
                    true => wording::positional_only(name, &key),
                    false => wording::unexpected(name, &key),
                };
            }
            _ => {}
        }
    }
    let filled = || singles(def).zip(slots);
    if positional > most && !takes(ParamKind::VarArgs) {
        let least = singles(def).filter(by_position).filter(|p| !p.has_default).count();
        let keyword_only = filled().filter(|(p, slot)| !by_position(p) && slot.is_some()).count();
        return wording::too_many(name, (least, most), positional, keyword_only);
    }
    let missing = |of_position: bool| -> Vec<String> {
        let empty = filled().filter(|(p, slot)| slot.is_none() && !p.has_default);
        let these = empty.filter(|(p, _)| by_position(p) == of_position);
        these.map(|(p, _)| p.name.to_owned()).collect()
    };
    match missing(true) {
        none if none.is_empty() => wording::missing(name, "keyword-only", &missing(false)),
        some => wording::missing(name, "positional", &some),
    }
}

/// All parameters are positional-only.
fn without_names(
    vm: &Vm,
    def: &'static NativeDef,
    name: &str,
    shape: &Shape,
    args: &[Object],
    given: usize,
    names: &[Object],
) -> String {
    if !names.is_empty() && !shape.keywords {
        let whole = if def.name == name { qualified(vm, def, args) } else { name.to_owned() };
        return format!("{whole}() takes no keyword arguments");
    }
    let (least, most) = (shape.least, shape.positional);
    let constructor = def.kind == NativeKind::New;
    let exact = least == most && !shape.rest;
    if def.wording == Wording::ParseTuple {
        let (amount, n) = match (exact, given < least) {
            (true, _) => ("exactly", least),
            (false, true) => ("at least", least),
            (false, false) => ("at most", most),
        };
        return format!("{name}() takes {amount} {n} argument{} ({given} given)", s(n));
    }
    match (exact, least) {
        (true, 0) if constructor => format!("{name}() takes no arguments"),
        (true, 0) => {
            format!("{}() takes no arguments ({given} given)", qualified(vm, def, args))
        }
        (true, 1) if !constructor => {
            format!("{}() takes exactly one argument ({given} given)", qualified(vm, def, args))
        }
        (true, n) => format!("{name} expected {n} argument{}, got {given}", s(n)),
        (false, n) if given < n => {
            format!("{name} expected at least {n} argument{}, got {given}", s(n))
        }
        _ => format!("{name} expected at most {most} argument{}, got {given}", s(most)),
    }
}

/// Some parameters can be given by name. (Some that CPython does not name have an empty name here.)
fn with_names(
    def: &'static NativeDef,
    name: &str,
    shape: &Shape,
    given: usize,
    names: &[Object],
    slots: &[Option<&Object>],
) -> String {
    let (total, least, most) = (shape.single, shape.least, shape.positional);
    let nameless = name.is_empty();
    let call = if nameless { "function".to_owned() } else { format!("{name}()") };
    if !shape.rest {
        let all = given + names.len();
        if all > total && !shape.keywords {
            let sort = if given == 0 { "keyword " } else { "" };
            return format!(
                "{call} takes at most {total} {sort}argument{} ({all} given)",
                s(total)
            );
        }
        if given > most && most == 0 {
            return format!("{call} takes no positional arguments");
        }
        if given > most {
            let amount = if least == most { "exactly" } else { "at most" };
            return format!(
                "{call} takes {amount} {most} positional argument{} ({given} given)",
                s(most)
            );
        }
    }
    let missing =
        slots.iter().zip(singles(def)).position(|(slot, p)| slot.is_none() && !p.has_default);
    if let Some(at) = missing {
        let at = at - shape.receiver.min(at);
        if at < shape.positional_only {
            let n = shape.positional_only.min(least);
            if shape.rest {
                return format!("{name} expected at least {n} argument{}, got {given}", s(n));
            }
            let amount = if n < most { "at least" } else { "exactly" };
            return format!(
                "{call} takes {amount} {n} positional argument{} ({given} given)",
                s(n)
            );
        }
        let param = singles(def).nth(at + shape.receiver).map_or("", |p| p.name);
        return format!("{call} missing required argument '{param}' (pos {})", at + 1);
    }
    let keys = || names.iter().filter_map(|n| n.downcast::<Str>());
    let twice = singles(def)
        .take(given + shape.receiver)
        .enumerate()
        .find(|(_, param)| keys().any(|key| has_name(param, key)));
    if let Some((at, param)) = twice {
        let at = at + 1 - shape.receiver;
        return format!("argument for {call} given by name ('{}') and position ({at})", param.name);
    }
    if let Some(key) = keys().find(|key| !singles(def).any(|param| has_name(param, key)))
        && !shape.keywords
    {
        let shown = key.to_str_lossy();
        let call = if nameless { "this function" } else { &call };
        return format!("'{shown}' is an invalid keyword argument for {call}");
    }
    format!("{call} was called with wrong arguments")
}

fn s(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// `list.append`, `math.sin`, `len`: the name with the class or module that holds it. Nothing keeps
/// that with the row, so it is searched for; only errors ask.
fn qualified(vm: &Vm, def: &'static NativeDef, args: &[Object]) -> String {
    let owner = match def.kind {
        NativeKind::Method => args.first().and_then(|this| class_of_row(vm.class_of(this), def)),
        NativeKind::Class => {
            // Bound to a class, which names itself.
            args.first().and_then(|cls| Some(cls.downcast::<Type>()?.short_name()))
        }
        NativeKind::Function => module_of_row(vm, def),
        NativeKind::Static | NativeKind::New => None,
    };
    match owner {
        Some(owner) => format!("{owner}.{}", def.name),
        None => def.name.to_owned(),
    }
}

fn is_row(row: &NativeDef, def: &NativeDef) -> bool {
    std::ptr::fn_addr_eq(row.call, def.call) && row.name == def.name
}

/// The name of the first class in the order of resolution whose table has the row.
fn class_of_row(class: &Obj<Type>, def: &NativeDef) -> Option<String> {
    let order = class.mro_tuple()?;
    let has = |class: &Obj<Type>| {
        class.spec().is_some_and(|spec| spec.methods.iter().any(|row| is_row(row, def)))
    };
    order
        .as_slice()
        .iter()
        .filter_map(|c| c.downcast::<Type>())
        .find(|c| has(c))
        .map(|c| c.short_name())
}

/// The module that holds the function, unless it is builtins.
fn module_of_row(vm: &Vm, def: &NativeDef) -> Option<String> {
    let modules = vm.interp().modules.get_as::<Dict>()?;
    let name = vm.intern(def.name);
    for (_, module) in modules.snapshot() {
        let Some(held) = module.downcast::<Module>().and_then(|m| m.dict.get_str(vm, &name)) else {
            continue;
        };
        if let Some(function) = held.downcast::<Builtin>()
            && is_row(function.def, def)
        {
            let module = function.module.get_as::<Str>()?.to_string_lossy();
            return (module != "builtins").then_some(module);
        }
    }
    None
}
