//! `#[native]`, `#[getter]`, `#[setter]`: how an ordinary Rust function becomes a row of a table that
//! Python can call. The tokens are walked by hand, without a parser crate, so that this crate costs a
//! second to build and the crates behind it need not wait.
//!
//! **Invariant:** the annotated function is left as written. Everything added lives in the *type*
//! namespace under the function's name (an empty enum that carries a table row), so nothing clashes
//! with the function itself.
//!
//! ```ignore
//! /// Set the backlog of pending connections and start listening.
//! #[native("(self, backlog=128, /)")]
//! fn listen(vm: &Vm, this: &Obj<Socket>, backlog: i32) -> io::Result<()> { ... }
//!
//! const METHODS: &[NativeDef] = natives![listen];
//! ```
//!
//! What this crate does not do: it converts nothing and words no error of Python's. The rows name
//! `native::{bind, FromArg, IntoResult, ...}` of the core crate, which do.

mod emit;
mod item;
mod signature;

use proc_macro::{Ident, Literal, Span, TokenStream, TokenTree};

/// A complaint to the author of the function, at the tokens that are wrong.
struct Complaint {
    at: Span,
    text: String,
}

type Parsed<T> = Result<T, Complaint>;

fn complain<T>(at: Span, text: impl Into<String>) -> Parsed<T> {
    Err(Complaint { at, text: text.into() })
}

impl Complaint {
    /// `compile_error!("...")` at the place.
    fn into_tokens(self) -> TokenStream {
        let mut text = Literal::string(&self.text);
        text.set_span(self.at);
        let spanned = |source: &str| -> TokenStream {
            let tokens: TokenStream = source.parse().unwrap_or_default();
            tokens
                .into_iter()
                .map(|mut t| {
                    t.set_span(self.at);
                    t
                })
                .collect()
        };
        let mut call = spanned("::core::compile_error!");
        let inside = TokenStream::from(TokenTree::from(text));
        let mut group = proc_macro::Group::new(proc_macro::Delimiter::Brace, inside);
        group.set_span(self.at);
        call.extend([TokenTree::from(group)]);
        call
    }
}

/// Give a function a Python signature and a row for `natives![...]`.
///
/// `#[native("(self, a, /, b=1, *args, c=None, **kwargs)")]`, then any of
/// - `name = "from_bytes"`: the Python name, where the Rust name with `r#` and one trailing `_` taken
///   off is not it;
/// - `classmethod`, `staticmethod`: what a class makes of it;
/// - `constructor`: the row is no function but a type's `new` slot, as
///   `<name as NativeConstructor>::new`; `cls` is `&Obj<Type>`;
/// - `parse_tuple`: the wording of miscounted arguments is that of `PyArg_ParseTuple`;
/// - `python` or `python = "Class.method"`: arguments that do not fit are worded as for functions that are written
///   in Python (a type's flag `PYTHON_WORDS` says so for all its methods);
/// - `no_signature`: `__text_signature__` is None, though the binder uses the string;
/// - `shown = "(...)"`: `__text_signature__`, where the function binds `*args` by itself;
/// - `krate = path::to::native`: where the core's `native` module is found, if not in `taipan_core`.
///
/// The Rust parameters are `vm: &Vm` (may be left out), then one for each Python parameter in order:
/// any type with `FromArg`; `&[Object]` for `*args`; `Kwargs` for `**kwargs`. A parameter with a
/// default is a number, bool, float or string, when the default is such a literal; otherwise an
/// `Option<T>` (None when left out or None) or a `Maybe<T>` (tells the two apart).
#[proc_macro_attribute]
pub fn native(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let added = item::Options::parse(arguments)
        .and_then(|options| Ok((options, item::Function::parse(function.clone())?)))
        .and_then(|(options, item)| emit::native(&options, &item));
    beside(function, added)
}

/// Make a function `fn name(vm: &Vm, this: &Obj<T>) -> R` the reader of an attribute, for
/// `getsets![...]`. The doc comment is the attribute's documentation.
#[proc_macro_attribute]
pub fn getter(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let added = item::Options::parse_without_signature(arguments)
        .and_then(|options| Ok((options, item::Function::parse(function.clone())?)))
        .and_then(|(options, item)| emit::getter(&options, &item));
    beside(function, added)
}

/// Make a function `fn set_name(vm: &Vm, this: &Obj<T>, value: Option<&Object>) -> R` the writer of an
/// attribute, for `getsets![name: set_name]`; None deletes. With any other type of `value` the
/// conversion is done before the call and deletion is refused.
#[proc_macro_attribute]
pub fn setter(arguments: TokenStream, function: TokenStream) -> TokenStream {
    let added = item::Options::parse_without_signature(arguments)
        .and_then(|options| Ok((options, item::Function::parse(function.clone())?)))
        .and_then(|(options, item)| emit::setter(&options, &item));
    beside(function, added)
}

/// The function as it was, then what was added or the complaint.
fn beside(function: TokenStream, added: Parsed<TokenStream>) -> TokenStream {
    let mut all = function;
    all.extend(added.unwrap_or_else(Complaint::into_tokens));
    all
}

/// The Rust name as Python sees it: `r#type` and `type_` are `type`, `__init__` stays.
fn python_name(ident: &Ident) -> String {
    let name = ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    if name.ends_with("__") {
        return name.to_owned();
    }
    name.strip_suffix('_').unwrap_or(name).to_owned()
}
