//! The module _locale, for the locales that need no data: C (POSIX) and C.UTF-8.
//!
//! No call of C's setlocale is made: it belongs to the process and not to an interpreter, and all text here is UTF-8
//! whatever it says. A name in the environment that is neither of the two counts as C.UTF-8.

use crate::support::*;
use std::cell::RefCell;
use taipan_sys::process;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_locale",
    doc: "Support for POSIX locales.",
    functions: natives![
        setlocale,
        localeconv,
        strcoll,
        strxfrm,
        nl_langinfo,
        getencoding,
        gettext,
        dgettext,
        dcgettext,
        textdomain,
        bindtextdomain,
        bind_textdomain_codeset
    ],
    fill: Some(|vm, module| {
        for (number, name) in (0..).zip(CATEGORIES.iter().chain(&["LC_ALL"])) {
            module.set(vm, name, number)?;
        }
        module.set(vm, "CHAR_MAX", 127)?;
        for (name, number, _) in TEXTS {
            module.set(vm, name, *number)?;
        }
        for (first, name, texts) in SERIES {
            for (i, _) in (0..).zip(*texts) {
                module.set(vm, &format!("{name}_{}", i + 1), first + i)?;
            }
        }
        let error = exception_class(vm, "locale", "Error", Exc::Exception)?;
        module.set(vm, "Error", &error)?;
        vm.interp().state::<State>().error.replace(Some(error));
        Ok(())
    }),
    ..ModuleDef::EMPTY
};

/// In the order of their numbers; LC_ALL comes next.
const CATEGORIES: [&str; 6] =
    ["LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES"];

/// Those that can only be named all together.
const OTHERS: [&str; 6] =
    ["LC_PAPER", "LC_NAME", "LC_ADDRESS", "LC_TELEPHONE", "LC_MEASUREMENT", "LC_IDENTIFICATION"];

/// Name, number (glibc's) and text of what nl_langinfo tells.
const TEXTS: &[(&str, i64, &str)] = &[
    ("CODESET", 14, ""),
    ("RADIXCHAR", 65536, "."),
    ("THOUSEP", 65537, ""),
    ("AM_STR", 131110, "AM"),
    ("PM_STR", 131111, "PM"),
    ("D_T_FMT", 131112, "%a %b %e %H:%M:%S %Y"),
    ("D_FMT", 131113, "%m/%d/%y"),
    ("T_FMT", 131114, "%H:%M:%S"),
    ("T_FMT_AMPM", 131115, "%I:%M:%S %p"),
    ("ERA", 131116, ""),
    ("ERA_D_FMT", 131118, ""),
    ("ALT_DIGITS", 131119, ""),
    ("ERA_D_T_FMT", 131120, ""),
    ("ERA_T_FMT", 131121, ""),
    ("_DATE_FMT", 131180, "%a %b %e %H:%M:%S %Z %Y"),
    ("CRNCYSTR", 262159, "-"),
    ("YESEXPR", 327680, "^[yY]"),
    ("NOEXPR", 327681, "^[nN]"),
];

/// The first number, the name, and the texts one by one.
const SERIES: &[(i64, &str, &[&str])] = &[
    (131072, "ABDAY", &["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]),
    (
        131079,
        "DAY",
        &["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    ),
    (
        131086,
        "ABMON",
        &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    ),
    (
        131098,
        "MON",
        &[
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    ),
];

/// The locales of an interpreter.
struct State {
    names: RefCell<[String; 6]>,
    domain: RefCell<String>,
    error: RefCell<Option<Object>>,
}

impl Default for State {
    fn default() -> State {
        let mut names = [const { String::new() }; 6].map(|_| "C".to_owned());
        names[0] = "C.UTF-8".to_owned();
        State {
            names: names.into(),
            domain: RefCell::new("messages".to_owned()),
            error: RefCell::default(),
        }
    }
}

fn error(vm: &Vm, message: &str) -> Raised {
    let class = vm.interp().state::<State>().error.borrow().clone();
    let Some(class) = class else { return vm.value_error(message) };
    match vm.str(message).and_then(|message| vm.call(&class, &[message.into_object()])) {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

/// What a name comes to; None: it is not known here.
fn known(name: &str) -> Option<&str> {
    match name {
        "C" | "POSIX" => Some("C"),
        "C.UTF-8" | "C.utf8" => Some(name),
        _ => None,
    }
}

/// What the environment says of a category.
fn from_environment(vm: &Vm, category: &str) -> String {
    let variable = |name: &str| {
        if !crate::policy::sees_variable(vm, name.as_bytes()) {
            return None;
        }
        process::getenv(name.as_bytes()).filter(|value| !value.is_empty())
    };
    let value = variable("LC_ALL").or_else(|| variable(category)).or_else(|| variable("LANG"));
    let Some(value) = value else { return "C".to_owned() };
    let value = String::from_utf8_lossy(&value);
    known(&value).unwrap_or("C.UTF-8").to_owned()
}

/// The names for a category, from what setlocale was given; None: it is not known.
fn chosen(vm: &Vm, text: &str) -> Option<[String; 6]> {
    if text.is_empty() {
        return Some(CATEGORIES.map(|category| from_environment(vm, category)));
    }
    if !text.contains('=') {
        let name = known(text)?;
        return Some(CATEGORIES.map(|_| name.to_owned()));
    }
    let mut names = CATEGORIES.map(|_| "C".to_owned());
    for part in text.split(';') {
        let (category, name) = part.split_once('=')?;
        let name = known(name)?;
        match CATEGORIES.iter().position(|c| *c == category) {
            Some(i) => names[i] = name.to_owned(),
            None if OTHERS.contains(&category) => {}
            None => return None,
        }
    }
    Some(names)
}

/// All names as one text.
fn summary(names: &[String; 6]) -> String {
    if names.iter().all(|name| *name == names[0]) {
        return names[0].clone();
    }
    let own = CATEGORIES.iter().zip(names).map(|(c, name)| format!("{c}={name}"));
    let others = OTHERS.iter().map(|c| format!("{c}=C"));
    own.chain(others).collect::<Vec<_>>().join(";")
}

/// Activates/queries locale processing.
#[native("(category, locale=<unrepresentable>, /)")]
fn setlocale(vm: &Vm, category: i32, locale: Maybe<Option<&str>>) -> Res<String> {
    let state = vm.interp().state::<State>();
    let refused = || error(vm, "unsupported locale setting");
    let index = usize::try_from(category).ok().filter(|n| *n <= CATEGORIES.len());
    let Some(index) = index else {
        return Err(match locale.given().flatten() {
            Some(_) => refused(),
            None => error(vm, "locale query failed"),
        });
    };
    if let Some(text) = locale.given().flatten() {
        let is_all = index == CATEGORIES.len();
        let chosen = chosen(vm, text).filter(|_| is_all || !text.contains('='));
        let Some(chosen) = chosen else { return Err(refused()) };
        let mut names = state.names.borrow_mut();
        match is_all {
            true => *names = chosen,
            false => names[index] = chosen[index].clone(),
        }
    }
    let names = state.names.borrow();
    Ok(names.get(index).cloned().unwrap_or_else(|| summary(&names)))
}

/// Returns numeric and monetary locale-specific parameters.
#[native("()")]
fn localeconv(vm: &Vm) -> Res {
    const EMPTY: [&str; 6] = [
        "int_curr_symbol",
        "currency_symbol",
        "mon_decimal_point",
        "mon_thousands_sep",
        "positive_sign",
        "negative_sign",
    ];
    const UNKNOWN: [&str; 8] = [
        "int_frac_digits",
        "frac_digits",
        "p_cs_precedes",
        "p_sep_by_space",
        "n_cs_precedes",
        "n_sep_by_space",
        "p_sign_posn",
        "n_sign_posn",
    ];
    let dict = vm.new_dict()?;
    for name in EMPTY {
        if name == "positive_sign" {
            dict.set_named(vm, "mon_grouping", vm.new_list()?)?;
        }
        dict.set_named(vm, name, vm.str("")?)?;
    }
    for name in UNKNOWN {
        dict.set_named(vm, name, vm.int(127)?)?;
    }
    dict.set_named(vm, "decimal_point", vm.str(".")?)?;
    dict.set_named(vm, "thousands_sep", vm.str("")?)?;
    dict.set_named(vm, "grouping", vm.new_list()?)?;
    Ok(dict.into_object())
}

fn whole(vm: &Vm, text: &Obj<Str>) -> Res<()> {
    match text.as_text().iter().any(|c| c == 0) {
        true => Err(vm.value_error("embedded null character")),
        false => Ok(()),
    }
}

/// Compares two strings according to the locale.
#[native("(os1, os2, /)")]
fn strcoll(vm: &Vm, os1: &Obj<Str>, os2: &Obj<Str>) -> Res<i32> {
    whole(vm, os1)?;
    whole(vm, os2)?;
    Ok(os1.as_text().iter().cmp(os2.as_text().iter()) as i32)
}

/// Return a string that can be used as a key for locale-aware comparisons.
#[native("(string, /)")]
fn strxfrm(vm: &Vm, string: &Obj<Str>) -> Res<Obj<Str>> {
    whole(vm, string)?;
    Ok(string.clone())
}

/// Return the value for the locale information associated with key.
#[native("(key, /)")]
fn nl_langinfo(vm: &Vm, key: i32) -> Res<&'static str> {
    let key = i64::from(key);
    if key == 14 {
        let is_c = vm.interp().state::<State>().names.borrow()[0] == "C";
        return Ok(if is_c { "ANSI_X3.4-1968" } else { "UTF-8" });
    }
    if let Some((_, _, text)) = TEXTS.iter().find(|row| row.1 == key) {
        return Ok(text);
    }
    let series = SERIES
        .iter()
        .find_map(|(first, _, texts)| texts.get(usize::try_from(key - first).ok()?).copied());
    series.ok_or_else(|| vm.value_error("unsupported langinfo constant"))
}

/// Get the current locale encoding.
#[native("()")]
fn getencoding() -> &'static str {
    "UTF-8"
}

/// gettext(msg) -> string
///
/// Return translation of msg.
#[native("(msg, /)")]
fn gettext(msg: &Obj<Str>) -> Obj<Str> {
    msg.clone()
}

/// dgettext(domain, msg) -> string
///
/// Return translation of msg in domain.
#[native("(domain, msg, /)")]
fn dgettext(domain: Option<&str>, msg: &Obj<Str>) -> Obj<Str> {
    let _ = domain;
    msg.clone()
}

/// Return translation of msg in domain and category.
#[native("(domain, msg, category, /)")]
fn dcgettext(domain: Option<&str>, msg: &Obj<Str>, category: i32) -> Obj<Str> {
    let _ = (domain, category);
    msg.clone()
}

/// Set the C library's textdmain to domain, returning the new domain.
#[native("(domain, /)")]
fn textdomain(vm: &Vm, domain: Option<&str>) -> String {
    let state = vm.interp().state::<State>();
    if let Some(domain) = domain {
        let name = if domain.is_empty() { "messages" } else { domain };
        state.domain.replace(name.to_owned());
    }
    state.domain.borrow().clone()
}

/// Bind the C library's domain to dir.
#[native("(domain, dir, /)")]
fn bindtextdomain(vm: &Vm, domain: &str, dir: Option<&Object>) -> Res {
    if domain.is_empty() {
        return Err(error(vm, "domain must be a non-empty string"));
    }
    match dir {
        Some(dir) => fs_path(vm, dir),
        None => Ok(vm.str("/usr/share/locale")?.into_object()),
    }
}

/// Bind the C library's domain to codeset.
#[native("(domain, codeset, /)")]
fn bind_textdomain_codeset(domain: &str, codeset: Option<&str>) -> Option<String> {
    let _ = domain;
    codeset.map(str::to_owned)
}
