//! How calls of functions that are written in Python complain of arguments that do not fit: for these functions, and
//! for natives in their place.

/// A parameter has its argument by position and by name.
#[cold]
pub(crate) fn multiple_values(function: &str, parameter: &str) -> String {
    format!("{function}() got multiple values for argument '{parameter}'")
}

/// A name that no parameter has.
#[cold]
pub fn unexpected(function: &str, name: &str) -> String {
    format!("{function}() got an unexpected keyword argument '{name}'")
}

/// Names that belong to parameters without one.
#[cold]
pub(crate) fn positional_only(function: &str, names: &str) -> String {
    format!(
        "{function}() got some positional-only arguments passed as keyword arguments: '{names}'"
    )
}

/// More positional arguments than the most of the two `counts`; the least are those without defaults.
#[cold]
pub(crate) fn too_many(
    function: &str,
    counts: (usize, usize),
    given: usize,
    keyword_only: usize,
) -> String {
    let (takes, is_plural) = match counts {
        (least, most) if least < most => (format!("from {least} to {most}"), true),
        (_, most) => (most.to_string(), most != 1),
    };
    let also = match keyword_only {
        0 => String::new(),
        n => format!(" positional argument{} (and {n} keyword-only argument{})", s(given), s(n)),
    };
    format!(
        "{function}() takes {takes} positional argument{} but {given}{also} {} given",
        if is_plural { "s" } else { "" },
        if given == 1 && keyword_only == 0 { "was" } else { "were" }
    )
}

/// Parameters without default that got nothing; `kind`: positional or keyword-only.
#[cold]
pub(crate) fn missing(function: &str, kind: &str, parameters: &[String]) -> String {
    let shown: Vec<String> = parameters.iter().map(|name| format!("'{name}'")).collect();
    let list = match shown.as_slice() {
        [first, second] => format!("{first} and {second}"),
        [several @ .., last] if several.len() > 1 => format!("{}, and {last}", several.join(", ")),
        others => others.concat(),
    };
    let n = parameters.len();
    format!("{function}() missing {n} required {kind} argument{}: {list}", s(n))
}

fn s(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}
