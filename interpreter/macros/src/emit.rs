//! The items added beside a function. For `fn listen` with `"(self, backlog=128, /)"`:
//!
//! ```ignore
//! pub enum listen {}
//! impl NativeFunction for listen {
//!     const DEF: NativeDef = {
//!         fn call(vm: &Vm, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
//!             let (s0, s1) = match (names, args) {
//!                 (None, [s0]) => (s0, None),             // no binder: the common calls
//!                 (None, [s0, s1]) => (s0, Some(s1)),
//!                 _ => { /* native::bind, cold: keywords, and the wording of errors */ }
//!             };
//!             IntoResult::into_result(listen(vm, convert s0, convert s1 or 128), vm)
//!         }
//!         NativeDef { name, signature, doc, params, call, kind, wording, coroutine }
//!     };
//! }
//! ```
//!
//! What an expansion names of the core's `native`: the types `Vm`, `Object`, `Obj<T>`, `Tuple`, `Res<T>`,
//! `Kwargs`, `Maybe<T>`, `ArgInfo { function, name, index }` (`name` is empty if
//! positional-only, `index` is 0 for self and for a parameter that is alone); the rows `NativeDef`, `NativeKind::{Method, Static, Class, Function}`,
//! `Wording::{Native, ParseTuple, Python}`, `Param { name, kind, has_default }`, `ParamKind`; the traits `NativeFunction`,
//! `NativeGetter`, `NativeSetter`, `FromArg`, `IntoResult`; the functions
//! `bind(vm, &DEF, args, names, &mut slots)`, `rest`, `misfit`, `unbound`, `cannot_delete`.
//! For constructors also `Type`, `NativeConstructor`, `NativeKind::New` and `not_a_function`.
//! `slots` has one place for each parameter but `*args` and `**kwargs`.
//!
//! Code is written as text with `__` placeholders, which `splice` replaces by the author's own tokens,
//! so that a type without `FromArg` is reported at the parameter.

use crate::item::{Function, Options, Parameter};
use crate::signature::{Kind, Literal, Param, Signature};
use crate::{Parsed, complain, python_name};
use proc_macro::{Group, TokenStream, TokenTree};

pub fn native(options: &Options, item: &Function) -> Parsed<TokenStream> {
    let mut signature = match Signature::parse(&options.signature) {
        Ok(signature) => signature,
        Err(text) => return complain(options.at, text),
    };
    check_counts(options, &signature, item)?;
    let kind = table_kind(options, &signature)?;
    if kind == "New" {
        signature.params.remove(0);
    }
    let home = home(options);
    let name = options.name.clone().unwrap_or_else(|| python_name(&item.name));
    let shown = match &options.shown {
        _ if options.no_signature => "",
        Some(shown) => shown,
        None => &options.signature,
    };
    let params: String = signature.params.iter().map(|p| param_row(p)).collect();
    let call = wrapper(options, &signature, item, kind, &name)?;
    let (doc, pointer) = (&item.doc, if kind == "New" { "__n::not_a_function" } else { "__call" });
    let def = format!(
        "__n::NativeDef {{
             name: {name:?}, signature: {shown:?}, doc: {doc:?},
             params: &[{params}], call: {pointer}, kind: __n::NativeKind::{kind},
             wording: __n::Wording::{wording}, coroutine: {coroutine},
         }}",
        wording = wording(options),
        coroutine = options.coroutine,
    );
    let body = if kind == "New" {
        let call = call.replace("__n::", &format!("{home}::"));
        format!(
            "impl {home}::NativeConstructor for __NAME {{
                 const DEF: {home}::NativeDef = {{ use {home} as __n; {def} }};
                 {call}
             }}"
        )
    } else {
        format!(
            "impl {home}::NativeFunction for __NAME {{
                 const DEF: {home}::NativeDef = {{ use {home} as __n; {call} {def} }};
             }}"
        )
    };
    let source = format!(
        "__CFG #[doc(hidden)] #[allow(non_camel_case_types)] __VIS enum __NAME {{}}
         __CFG #[automatically_derived] {body}"
    );
    parse(&source, item)
}

pub fn getter(options: &Options, item: &Function) -> Parsed<TokenStream> {
    let [_this] = &item.params[..] else {
        return complain(item.name.span(), "a getter is `fn name(vm: &Vm, this: &Obj<T>) -> R`");
    };
    let name = options.name.clone().unwrap_or_else(|| python_name(&item.name));
    let vm = if item.takes_vm { "vm, " } else { "" };
    let source = format!(
        "__CFG #[doc(hidden)] #[allow(non_camel_case_types)] __VIS enum __NAME {{}}
         __CFG #[automatically_derived]
         impl {home}::NativeGetter for __NAME {{
             const NAME: &'static str = {name:?};
             const DOC: &'static str = {doc:?};
             fn get(vm: &{home}::Vm, this: &{home}::Object) -> {home}::Res {{
                 use {home} as __n;
                 {holder}
                 {home}::IntoResult::into_result(__NAME({vm}{this}), vm)
             }}
         }}",
        home = home(options),
        doc = item.doc,
        holder = holder(0),
        this = convert("this", 0, &name, "self", 0),
    );
    parse(&source, item)
}

pub fn setter(options: &Options, item: &Function) -> Parsed<TokenStream> {
    let [_this, value] = &item.params[..] else {
        return complain(
            item.name.span(),
            "a setter is `fn set_name(vm: &Vm, this: &Obj<T>, value: Option<&Object>) -> R`",
        );
    };
    let rust_name = python_name(&item.name);
    let Some(name) = options.name.clone().or(rust_name.strip_prefix("set_").map(str::to_owned))
    else {
        return complain(item.name.span(), "a setter's name is `set_` and the attribute's name");
    };
    let home = home(options);
    let vm = if item.takes_vm { "vm, " } else { "" };
    // Option<&Object> takes the deletion itself (and None as a value, unlike in a call).
    let passed = if value.text().ends_with("Option<&Object>") {
        "value".to_owned()
    } else {
        format!(
            "match value {{
                 ::core::option::Option::Some(value) => {},
                 ::core::option::Option::None => return __n::cannot_delete(vm, {name:?}),
             }}",
            convert("value", 1, &name, "value", 0)
        )
    };
    let source = format!(
        "__CFG #[doc(hidden)] #[allow(non_camel_case_types)] __VIS enum __NAME {{}}
         __CFG #[automatically_derived]
         impl {home}::NativeSetter for __NAME {{
             const NAME: &'static str = {name:?};
             fn set(
                 vm: &{home}::Vm,
                 this: &{home}::Object,
                 value: ::core::option::Option<&{home}::Object>,
             ) -> {home}::Res<()> {{
                 use {home} as __n;
                 {holders}
                 let passed = {passed};
                 {home}::IntoResult::into_result(__NAME({vm}{this}, passed), vm).map(|_| ())
             }}
         }}",
        holders = if passed == "value" { holder(0) } else { holder(0) + &holder(1) },
        this = convert("this", 0, &name, "self", 0),
    );
    parse(&source, item)
}

/// A `Wording`, as text.
fn wording(options: &Options) -> String {
    match &options.python {
        Some(name) => format!("Python({name:?})"),
        None if options.parse_tuple => "ParseTuple".to_owned(),
        None => "Native".to_owned(),
    }
}

/// Where the core's module `native` is, as seen from the annotated function.
fn home(options: &Options) -> String {
    if let Some(path) = &options.home {
        return path.clone();
    }
    match std::env::var("CARGO_CRATE_NAME").as_deref() {
        Ok("taipan_core") => "crate::native".to_owned(),
        _ => "::taipan_core::native".to_owned(),
    }
}

fn check_counts(options: &Options, signature: &Signature, item: &Function) -> Parsed<()> {
    let (python, rust) = (signature.params.len(), item.params.len());
    if python != rust {
        return complain(
            options.at,
            format!(
                "the signature has {python} parameters, the function {rust} (`vm` not counted): \
                 they correspond one to one, in order"
            ),
        );
    }
    for (param, rust) in signature.params.iter().zip(&item.params) {
        let (name, text) = (&param.name, rust.text());
        let is_rest = text.starts_with("&[") && rust.text().ends_with("Object]");
        match param.kind {
            Kind::VarArgs if !is_rest => {
                return complain(
                    options.at,
                    format!("`*{name}` is `&[Object]` in Rust, not `{text}`"),
                );
            }
            Kind::VarKeywords if rust.head() != "Kwargs" => {
                return complain(
                    options.at,
                    format!("`**{name}` is `Kwargs` in Rust, not `{text}`"),
                );
            }
            Kind::VarArgs | Kind::VarKeywords => {}
            _ if is_rest || rust.head() == "Kwargs" => {
                return complain(
                    options.at,
                    format!("`{text}` stands at the place of `{name}`, which is one argument"),
                );
            }
            _ if param.default.is_none() && rust.head() == "Maybe" => {
                return complain(
                    options.at,
                    format!("`{name}` has no default, so its Rust type cannot be `Maybe`"),
                );
            }
            _ => {}
        }
    }
    Ok(())
}

/// The name of a `NativeKind`.
fn table_kind(options: &Options, signature: &Signature) -> Parsed<&'static str> {
    let first = signature.params.first().map(|p| p.name.as_str());
    if options.constructor {
        return match first {
            Some("cls" | "type") => Ok("New"),
            _ => complain(options.at, "the first parameter of a constructor is `cls`"),
        };
    }
    match (options.class_method, options.static_method) {
        (true, true) => complain(options.at, "a function is not both classmethod and staticmethod"),
        (false, true) => Ok("Static"),
        (true, false) if matches!(first, Some("cls" | "type")) => Ok("Class"),
        (true, false) => complain(options.at, "the first parameter of a classmethod is `cls`"),
        (false, false) if first == Some("self") => Ok("Method"),
        (false, false) => Ok("Function"),
    }
}

fn param_row(param: &Param) -> String {
    format!(
        "__n::Param {{ name: {:?}, kind: __n::ParamKind::{:?}, has_default: {} }},",
        param.name,
        param.kind,
        param.default.is_some(),
    )
}

/// `fn __call`, with the calls without keywords bound in place.
fn wrapper(
    options: &Options,
    signature: &Signature,
    item: &Function,
    kind: &str,
    name: &str,
) -> Parsed<String> {
    let named: Vec<&Param> = signature
        .params
        .iter()
        .filter(|p| !matches!(p.kind, Kind::VarArgs | Kind::VarKeywords))
        .collect();
    let positional = named.iter().filter(|p| p.kind != Kind::KeywordOnly).count();
    let has_rest = signature.params.iter().any(|p| p.kind == Kind::VarArgs);
    let required = |p: &Param| p.default.is_none();
    let least = named[..positional].iter().filter(|p| required(p)).count();

    // The arms for calls without keywords; a required keyword-only parameter leaves none.
    let mut arms = String::new();
    if !named[positional..].iter().any(|p| required(p)) {
        for given in least..=positional {
            let mut pattern: Vec<String> = (0..given).map(|i| format!("s{i}")).collect();
            let mut bound: Vec<String> = Vec::new();
            for (i, param) in named.iter().enumerate() {
                bound.push(match (i < given, required(param)) {
                    (true, true) => format!("s{i}"),
                    (true, false) => format!("::core::option::Option::Some(s{i})"),
                    _ => "::core::option::Option::None".to_owned(),
                });
            }
            if has_rest {
                if given == positional {
                    pattern.push("rest @ ..".to_owned());
                    bound.push("rest".to_owned());
                } else {
                    bound.push("&[][..]".to_owned());
                }
            }
            arms.push_str(&format!(
                "(::core::option::Option::None, [{}]) => ({},),",
                pattern.join(", "),
                bound.join(", ")
            ));
        }
    }
    let count = named.len();
    let (mut slots, mut bound) = (Vec::new(), Vec::new());
    for (i, param) in named.iter().enumerate() {
        slots.push(if required(param) {
            format!("::core::option::Option::Some(s{i})")
        } else {
            format!("s{i}")
        });
        bound.push(format!("s{i}"));
    }
    let mut outer = bound.clone();
    if has_rest {
        bound.push(format!("__n::rest(args, names, {positional})"));
        outer.push("rest".to_owned());
    }
    let tuple = |parts: &[String]| match parts {
        [] => "()".to_owned(),
        _ => format!("({},)", parts.join(", ")),
    };
    let arms = arms.replace("(,)", "()");
    let (slots, bound, outer) = (slots.join(", "), tuple(&bound), tuple(&outer));

    let (function, cls, row) = match kind {
        "New" => ("new", "cls: &__n::Obj<__n::Type>,", "NativeConstructor"),
        _ => ("__call", "", "NativeFunction"),
    };
    let mut arguments = Vec::new();
    if item.takes_vm {
        arguments.push("vm".to_owned());
    }
    // A constructor that knows no keywords leaves them to the `__init__` of a class written in Python.
    let nameless = signature
        .params
        .iter()
        .all(|p| matches!(p.kind, Kind::PositionalOnly | Kind::VarArgs) || p.name == "cls");
    let own = match kind {
        "New" if nameless => "let (args, names) = __n::own_arguments(cls, args, names);",
        _ => "",
    };
    // Where nothing can be given by name, what no arm takes is an error, whose making is out of line.
    let otherwise = if nameless && kind != "New" {
        "return __n::misfit(vm, &<__NAME as __n::NativeFunction>::DEF, args, names)".to_owned()
    } else {
        format!(
            "{{
                 let mut slots = [::core::option::Option::None; {count}];
                 __n::bind(vm, &<__NAME as __n::{row}>::DEF, args, names, &mut slots)?;
                 match slots {{
                     [{slots}] => {bound},
                     _ => return __n::unbound(vm, &<__NAME as __n::{row}>::DEF),
                 }}
             }}"
        )
    };
    let (mut slot, mut holders) = (0, String::new());
    let receiver = usize::from(matches!(kind, "Method" | "Class"));
    let offset = usize::from(kind == "New");
    if offset == 1 {
        arguments.push("cls".to_owned());
    }
    for (place, param) in signature.params.iter().enumerate() {
        let place = place + offset;
        let rust = &item.params[place];
        arguments.push(match param.kind {
            Kind::VarArgs => "rest".to_owned(),
            Kind::VarKeywords => {
                "__n::Kwargs::new(&<__NAME as __n::__ROW>::DEF, args, names)".replace("__ROW", row)
            }
            _ => {
                let this = format!("s{slot}");
                slot += 1;
                holders.push_str(&holder(place));
                // Error texts count from 1 without the receiver, name those that can be given by
                // name, and number no parameter that is the only one.
                let index = place + 1 - receiver - offset;
                let (shown, index) = match param.kind {
                    _ if place < receiver => ("self", 0),
                    Kind::PositionalOnly if named.len() == receiver + 1 => ("", 0),
                    Kind::PositionalOnly => ("", index),
                    _ => (param.name.as_str(), index),
                };
                let value = convert(&this, place, name, shown, index);
                match &param.default {
                    None => value,
                    Some(default) => format!(
                        "match {this} {{
                             ::core::option::Option::Some({this}) => {value},
                             ::core::option::Option::None => {},
                         }}",
                        rust_default(options, param, default, rust)?
                    ),
                }
            }
        });
    }
    Ok(format!(
        "#[allow(unreachable_patterns, unused_variables, clippy::all)]
         fn {function}(
             vm: &__n::Vm, {cls}
             args: &[__n::Object],
             names: ::core::option::Option<&__n::Obj<__n::Tuple>>,
         ) -> __n::Res {{
             {own}let {outer} = match (names, args) {{
                 {arms}
                 _ => {otherwise},
             }};
             {holders}
             __n::IntoResult::into_result(__NAME({}), vm)
         }}",
        arguments.join(", ")
    ))
}

/// The argument `place` of the Rust function made of the object in `this`.
fn convert(this: &str, place: usize, function: &str, name: &str, index: usize) -> String {
    format!(
        "<__TYPE{place} as __n::FromArg>::from_arg(vm, {this}, &mut holder{place}, &__n::ArgInfo {{
             function: {function:?}, name: {name:?}, index: {index},
         }})?"
    )
}

/// What a converted argument may borrow from (text in another encoding, a pinned buffer).
fn holder(place: usize) -> String {
    format!(
        "#[allow(unused_mut)]
         let mut holder{place}: <__TYPE{place} as __n::FromArg>::Holder =
             ::core::default::Default::default();"
    )
}

/// The default as a Rust expression of the parameter's type.
fn rust_default(options: &Options, param: &Param, text: &str, rust: &Parameter) -> Parsed<String> {
    let head = rust.head();
    if head == "Option" {
        return Ok("::core::option::Option::None".to_owned());
    }
    if head == "Maybe" {
        return Ok("__n::Maybe::Absent".to_owned());
    }
    let int = matches!(
        head.as_str(),
        "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize"
    );
    let fitting = match (Literal::of(text), head.as_str()) {
        (Literal::Int(digits), _) if int => Some(digits),
        (Literal::Int(digits), "f64") => Some(format!("{digits}f64")),
        (Literal::Int(digits), "bool") if digits == "0" => Some("false".to_owned()),
        (Literal::Int(digits), "bool") if digits == "1" => Some("true".to_owned()),
        (Literal::Float(digits), "f64") => Some(digits),
        (Literal::Bool(yes), "bool") => Some(yes.to_string()),
        (Literal::Str(text), "str") if rust.is_reference() => Some(format!("{text:?}")),
        (Literal::Str(text), "String") => {
            Some(format!("::std::borrow::ToOwned::to_owned({text:?})"))
        }
        _ => None,
    };
    match fitting {
        Some(expression) => Ok(expression),
        None => complain(
            options.at,
            format!(
                "the default `{text}` of `{}` cannot be a `{}`: make the Rust parameter an \
                 `Option<..>` (None when absent or None) or a `Maybe<..>`",
                param.name,
                rust.text()
            ),
        ),
    }
}

fn parse(source: &str, item: &Function) -> Parsed<TokenStream> {
    match source.parse::<TokenStream>() {
        Ok(tokens) => Ok(splice(tokens, item)),
        Err(error) => complain(item.name.span(), format!("expansion does not parse: {error}")),
    }
}

/// Put the author's tokens at the placeholders.
fn splice(tokens: TokenStream, item: &Function) -> TokenStream {
    let mut out = TokenStream::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), splice(group.stream(), item));
                inner.set_span(group.span());
                out.extend([TokenTree::from(inner)]);
            }
            TokenTree::Ident(ident) => {
                let text = ident.to_string();
                match text.as_str() {
                    "__NAME" => out.extend([TokenTree::from(item.name.clone())]),
                    "__VIS" => out.extend(item.visibility.clone()),
                    "__CFG" => out.extend(item.cfgs.clone()),
                    _ => match text.strip_prefix("__TYPE").and_then(|n| n.parse::<usize>().ok()) {
                        Some(place) => out.extend(item.params[place].ty.iter().cloned()),
                        None => out.extend([TokenTree::from(ident)]),
                    },
                }
            }
            other => out.extend([other]),
        }
    }
    out
}
