//! Warnings: the module `_warnings`, and how native code warns.
//!
//! The filters live in one list that `warnings` shares once it is imported; what it replaces
//! (`_showwarnmsg`, `defaultaction`) is asked there. Does not read `-W`: the module `warnings` does.

use crate::native::{ModuleDef, natives};
use crate::object::*;
use crate::types::traceback::{print, uncaught};
use crate::vm::{Res, Vm};
use std::cell::{Cell, RefCell};
use taipan_macros::native;

/// The table of `_warnings`.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_warnings",
    doc: "Warnings as the interpreter itself issues them; module warnings uses it where it can.",
    functions: natives![warn, warn_explicit, _filters_mutated],
    fill: Some(|vm, module| {
        let state = lists(vm)?;
        module.dict.set_named(vm, "filters", state.0)?;
        module.dict.set_named(vm, "_onceregistry", state.1)?;
        module.dict.set_named(vm, "_defaultaction", vm.str("default")?)
    }),
    ..ModuleDef::EMPTY
};

#[derive(Default)]
struct State {
    filters: RefCell<Option<Object>>,
    once: RefCell<Option<Object>>,
    version: Cell<i64>,
}

/// The list of filters and the registry of what is shown once.
fn lists(vm: &Vm) -> Res<(Object, Object)> {
    let state = vm.interp().state::<State>();
    let (filters, once) = (state.filters.borrow().clone(), state.once.borrow().clone());
    if let (Some(f), Some(o)) = (filters, once) {
        return Ok((f, o));
    }
    let filter = |action: &str, kind: Exc, module: Object| -> Res {
        let items = vec![
            vm.str(action)?.into_object(),
            Object::none(),
            vm.types().exception(kind).into_object(),
            module,
            Object::small(0),
        ];
        Ok(vm.tuple(items)?.into_object())
    };
    let none = Object::none;
    let filters = vm.list(vec![
        filter("default", Exc::DeprecationWarning, vm.str("__main__")?.into_object())?,
        filter("ignore", Exc::DeprecationWarning, none())?,
        filter("ignore", Exc::PendingDeprecationWarning, none())?,
        filter("ignore", Exc::ImportWarning, none())?,
        filter("ignore", Exc::ResourceWarning, none())?,
    ])?;
    let (filters, once) = (filters.into_object(), vm.new_dict()?.into_object());
    *state.filters.borrow_mut() = Some(filters.clone());
    *state.once.borrow_mut() = Some(once.clone());
    Ok((filters, once))
}

/// What the module `warnings` holds, if it is imported.
fn from_module(vm: &Vm, name: &str) -> Res<Option<Object>> {
    let modules = vm.interp().modules.get_as::<Dict>();
    match modules.and_then(|m| m.get_str(vm, &vm.names().warnings)).filter(|m| !m.is_none()) {
        Some(module) => vm.getattr_opt(&module, &vm.intern(name)),
        None => Ok(None),
    }
}

/// Where a warning is said to come from.
struct Place {
    filename: Object,
    line: i64,
    module: Object,
    registry: Option<Object>,
}

impl Vm {
    /// Issue a warning, as `warnings.warn` does for the code that runs (stack level 1).
    pub fn warn(&self, kind: Exc, message: &str, stacklevel: i64) -> Res<()> {
        let message = self.str(message)?.into_object();
        self.warn_object(&message, self.types().exception(kind).as_object(), stacklevel, None)
    }

    /// The same about an object: where it was made is of interest.
    pub fn warn_about(
        &self,
        kind: Exc,
        message: &str,
        stacklevel: i64,
        source: &Object,
    ) -> Res<()> {
        let message = self.str(message)?.into_object();
        let category = self.types().exception(kind).into_object();
        self.warn_object(&message, &category, stacklevel, Some(source))
    }

    fn warn_object(
        &self,
        message: &Object,
        category: &Object,
        stacklevel: i64,
        source: Option<&Object>,
    ) -> Res<()> {
        let place = caller(self, stacklevel)?;
        issue(self, message, category, place, source, None)
    }

    /// Issue a warning about a place in a file (the compiler's).
    pub fn warn_at(&self, kind: Exc, message: &str, filename: &str, line: i64) -> Res<()> {
        let filename = self.str(filename)?.into_object();
        let module = module_of_file(self, &filename)?;
        let message = self.str(message)?.into_object();
        let place = Place { filename, line, module, registry: None };
        issue(self, &message, self.types().exception(kind).as_object(), place, None, None)
    }
}

/// The place `level` frames up.
fn caller(vm: &Vm, level: i64) -> Res<Place> {
    let mut frame = vm.frame_at(0)?;
    let skip = |f: &crate::vm::frame_object::FrameObject| {
        let name = f.code.filename.to_string_lossy();
        name.contains("importlib") && name.contains("_bootstrap")
    };
    let plain = level <= 0 || frame.as_ref().is_some_and(|f| skip(f));
    let mut left = level - 1;
    while left > 0 {
        let Some(f) = frame else { break };
        frame = f.back(vm)?;
        while !plain && frame.as_ref().is_some_and(|f| skip(f)) {
            frame = match frame {
                Some(f) => f.back(vm)?,
                None => None,
            };
        }
        left -= 1;
    }
    let (globals, filename, line) = match &frame {
        Some(f) => (
            f.function.globals().clone(),
            f.code.filename.clone().into_object(),
            i64::from(f.line()),
        ),
        None => match vm.interp().sys.get_as::<Dict>() {
            Some(sys) => (sys, vm.str("sys")?.into_object(), 1),
            None => return Err(vm.runtime_error("lost sys")),
        },
    };
    let key = vm.intern("__warningregistry__");
    let registry = match globals.get_str(vm, &key) {
        Some(r) => r,
        None => {
            let r = vm.new_dict()?.into_object();
            globals.set_str(vm, &key, r.clone())?;
            r
        }
    };
    let module = match globals.get_str(vm, &vm.names().__name__) {
        Some(n) if n.downcast::<Str>().is_some() => n,
        _ => vm.str("<string>")?.into_object(),
    };
    Ok(Place { filename, line, module, registry: Some(registry) })
}

/// A file's name without `.py`.
fn module_of_file(vm: &Vm, filename: &Object) -> Res {
    let text = filename.downcast::<Str>().map(|s| s.to_string_lossy()).unwrap_or_default();
    let name = match text.as_str() {
        "" => "<unknown>",
        t => t.strip_suffix(".py").unwrap_or(t),
    };
    Ok(vm.str(name)?.into_object())
}

/// Filter a warning and show or raise it.
fn issue(
    vm: &Vm,
    message: &Object,
    category: &Object,
    place: Place,
    source: Option<&Object>,
    line_text: Option<&Object>,
) -> Res<()> {
    if place.module.is_none() {
        return Ok(());
    }
    let registry = match &place.registry {
        Some(r) if r.is_none() => None,
        Some(r) => match r.downcast::<Dict>() {
            Some(d) => Some(d.clone()),
            None => {
                return Err(vm.type_error(format_args!(
                    "'registry' must be a dict or None, not '{}'",
                    vm.type_name(r)
                )));
            }
        },
        None => None,
    };
    let warning = vm.types().exception(Exc::Warning);
    let (text, category, message) = if vm.is_exact_instance(message, &warning) {
        let text = vm.to_str(message)?.into_object();
        (text, vm.class_of(message).clone().into_object(), message.clone())
    } else {
        (message.clone(), category.clone(), vm.call(category, std::slice::from_ref(message))?)
    };
    let line = vm.int(place.line)?;
    let key = vm.tuple(vec![text.clone(), category.clone(), line.clone()])?.into_object();
    if let Some(r) = &registry {
        if already(vm, r, &key, false)? {
            return Ok(());
        }
    }
    let (action, item) = action_for(vm, &category, &text, place.line, &place.module)?;
    let name = vm.to_str(&action)?.to_string_lossy();
    match name.as_str() {
        "error" => return Err(vm.raise_with_context(message)),
        "ignore" => return Ok(()),
        "always" => {}
        _ => {
            if let Some(r) = &registry {
                r.set(vm, &key, Object::bool(true))?;
            }
            let shown = match name.as_str() {
                "once" => {
                    let once = match &registry {
                        Some(r) => Some(r.clone()),
                        None => once_registry(vm)?,
                    };
                    once.map_or(Ok(false), |r| seen_text(vm, &r, &text, &category))?
                }
                "module" => match &registry {
                    Some(r) => seen_text(vm, r, &text, &category)?,
                    None => false,
                },
                "default" => false,
                _ => {
                    return Err(vm.runtime_error(format_args!(
                        "Unrecognized action ({}) in warnings.filters:\n {}",
                        vm.repr_string(&action)?,
                        vm.repr_string(&item)?
                    )));
                }
            };
            if shown {
                return Ok(());
            }
        }
    }
    show(vm, &category, &text, &message, &place, &line, source, line_text)
}

fn once_registry(vm: &Vm) -> Res<Option<Obj<Dict>>> {
    let set = match from_module(vm, "onceregistry")? {
        Some(r) => r,
        None => lists(vm)?.1,
    };
    Ok(set.downcast_into::<Dict>().ok())
}

/// Whether (text, category) was shown before; it is from now on.
fn seen_text(vm: &Vm, registry: &Obj<Dict>, text: &Object, category: &Object) -> Res<bool> {
    let key = vm.tuple(vec![text.clone(), category.clone()])?.into_object();
    already(vm, registry, &key, true)
}

fn already(vm: &Vm, registry: &Obj<Dict>, key: &Object, set: bool) -> Res<bool> {
    let version = vm.int(vm.interp().state::<State>().version.get())?;
    let name = vm.intern("version");
    let current = registry.get_str(vm, &name).is_some_and(|v| v.is(&version));
    if current {
        if let Some(seen) = registry.get(vm, key)? {
            return vm.truth(&seen);
        }
    } else {
        registry.clear();
        registry.set_str(vm, &name, version)?;
    }
    if set {
        registry.set(vm, key, Object::bool(true))?;
    }
    Ok(false)
}

/// The action of the first filter that fits, and the filter.
fn action_for(
    vm: &Vm,
    category: &Object,
    text: &Object,
    line: i64,
    module: &Object,
) -> Res<(Object, Object)> {
    // (At the end of the program the module's names are None.)
    let filters = match from_module(vm, "filters")?.filter(|f| !f.is_none()) {
        Some(f) => f,
        None => lists(vm)?.0,
    };
    let Some(list) = filters.downcast::<List>() else {
        return Err(vm.value_error("_warnings.filters must be a list"));
    };
    let mut i = 0;
    while let Some(item) = list.get(i) {
        i += 1;
        let Some(t) = item.downcast::<Tuple>().filter(|t| t.len() == 5) else {
            return Err(
                vm.value_error(format_args!("_warnings.filters item {} isn't a 5-tuple", i - 1))
            );
        };
        let [action, message, class, in_module, at] = t.as_slice() else { continue };
        let at = vm.index_size(at)?;
        if fits(vm, message, text)?
            && vm.is_subclass(category, class)?
            && fits(vm, in_module, module)?
            && (at == 0 || at == line)
        {
            return Ok((action.clone(), item.clone()));
        }
    }
    let default = match from_module(vm, "defaultaction")? {
        Some(d) => d,
        None => vm.str("default")?.into_object(),
    };
    Ok((default, Object::none()))
}

/// None fits all, a str itself, a pattern what it matches.
fn fits(vm: &Vm, pattern: &Object, text: &Object) -> Res<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if pattern.is_kind(Kind::Str) {
        return vm.eq(pattern, text);
    }
    let found = vm.call_method(pattern, "match", std::slice::from_ref(text))?;
    vm.truth(&found)
}

#[expect(clippy::too_many_arguments, reason = "all that the module's function is called with")]
fn show(
    vm: &Vm,
    category: &Object,
    text: &Object,
    message: &Object,
    place: &Place,
    line: &Object,
    source: Option<&Object>,
    line_text: Option<&Object>,
) -> Res<()> {
    // Unlike CPython the module is not imported for this: it would only show where the object was allocated,
    // which nobody knows.
    let Some(function) = from_module(vm, "_showwarnmsg")? else {
        show_plain(vm, category, text, place, line_text)?;
        // At the end CPython has nothing left to find out where it was.
        if source.is_some() && !vm.interp().state::<super::sys::State>().finalizing.get() {
            let name = vm.to_str(&vm.getattr(category, &vm.names().__name__)?)?;
            let name = name.to_str_lossy();
            let hint = "Enable tracemalloc to get the object allocation traceback";
            uncaught::write_error(vm, &format!("{name}: {hint}\n"));
        }
        return Ok(());
    };
    if vm.class_of(&function).slots().call.is_none() {
        return Err(vm.type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let Some(class) = from_module(vm, "WarningMessage")? else {
        return Err(vm.runtime_error("unable to get warnings.WarningMessage"));
    };
    let none = Object::none;
    let args = [
        message.clone(),
        category.clone(),
        place.filename.clone(),
        line.clone(),
        none(),
        none(),
        source.cloned().unwrap_or_else(none),
    ];
    let shown = vm.call(&class, &args)?;
    vm.call(&function, &[shown])?;
    Ok(())
}

/// "file:line: Category: text" and the source line below.
fn show_plain(
    vm: &Vm,
    category: &Object,
    text: &Object,
    place: &Place,
    line_text: Option<&Object>,
) -> Res<()> {
    let name = vm.getattr(category, &vm.names().__name__)?;
    let filename = vm.to_str(&place.filename)?.to_string_lossy();
    let mut out = format!("{filename}:{}: {}: ", place.line, vm.to_str(&name)?.to_str_lossy());
    print::push_text(&mut out, &*vm.to_str(text)?);
    out.push('\n');
    match line_text.and_then(|l| l.downcast::<Str>()) {
        Some(l) => out.push_str(&format!("  {}\n", l.to_str_lossy().trim())),
        None => {
            if let Some(l) =
                print::source_line(vm, &filename, u32::try_from(place.line).unwrap_or(0))
            {
                out.push_str(&format!("  {}", l.trim_start_matches(' ')));
            }
        }
    }
    uncaught::write_error(vm, &out);
    Ok(())
}

/// The category of a warning that was given as message and category.
fn checked_category(vm: &Vm, message: &Object, category: Option<&Object>) -> Res {
    let warning = vm.types().exception(Exc::Warning);
    if vm.is_exact_instance(message, &warning) {
        return Ok(vm.class_of(message).clone().into_object());
    }
    let Some(c) = category.filter(|c| !c.is_none()) else {
        return Ok(vm.types().exception(Exc::UserWarning).into_object());
    };
    match c.downcast::<Type>() {
        Some(t) if t.is_subtype(&warning) => Ok(c.clone()),
        _ => Err(vm.type_error(format_args!(
            "category must be a Warning subclass, not '{}'",
            vm.type_name(c)
        ))),
    }
}

/// Warn of something: the filters decide whether it is shown, passed over or raised.
///
/// stacklevel says whose line is blamed, 1 for the caller's; the category is by default UserWarning.
#[native("(message, category=None, stacklevel=1, source=None)")]
fn warn(
    vm: &Vm,
    message: &Object,
    category: Option<&Object>,
    stacklevel: i64,
    source: Option<&Object>,
) -> Res<()> {
    let category = checked_category(vm, message, category)?;
    vm.warn_object(message, &category, stacklevel, source)
}

/// Warn like warn(), with the place in the source given rather than found.
#[native(
    "(message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None)"
)]
#[expect(clippy::too_many_arguments, reason = "Python's signature")]
fn warn_explicit(
    vm: &Vm,
    message: &Object,
    category: &Object,
    filename: &Object,
    lineno: i64,
    module: Option<&Object>,
    registry: Option<&Object>,
    module_globals: Option<&Object>,
    source: Option<&Object>,
) -> Res<()> {
    if filename.downcast::<Str>().is_none() {
        return Err(vm.type_error(format_args!(
            "warn_explicit() argument 'filename' must be str, not {}",
            vm.type_name(filename)
        )));
    }
    if let Some(g) = module_globals.filter(|g| !g.is_none() && g.downcast::<Dict>().is_none()) {
        return Err(
            vm.type_error(format_args!("module_globals must be a dict, not '{}'", vm.type_name(g)))
        );
    }
    let module = match module {
        Some(m) => m.clone(),
        None => module_of_file(vm, filename)?,
    };
    let category = match vm.is_exact_instance(message, &vm.types().exception(Exc::Warning)) {
        true => vm.class_of(message).clone().into_object(),
        false => category.clone(),
    };
    let place =
        Place { filename: filename.clone(), line: lineno, module, registry: registry.cloned() };
    issue(vm, message, &category, place, source, None)
}

/// Tell that the filters have changed: what was shown may be shown again.
#[native("()")]
fn _filters_mutated(vm: &Vm) {
    let state = vm.interp().state::<State>();
    state.version.set(state.version.get() + 1);
}
