//! BaseExceptionGroup: construction rules, split and subgroup.

use super::attributes::{method, no_keywords, split as split_args};
use super::text::Message;
use super::{Family, base, fields, payload};
use crate::native::{GetSetDef, class_getitem};
use crate::object::*;
use crate::vm::{Res, Vm};

pub(super) const BASE_GROUP: Family = Family {
    slots: Slots { new: Some(new), init: Some(init), str: Some(str), ..Slots::NONE },
    methods: &[
        method("derive", "", "A group of the same class with other exceptions.", derive),
        method("split", "", "The part that a condition holds for, and the rest.", split),
        method("subgroup", "", "The part that a condition holds for.", subgroup),
        <class_getitem as crate::native::NativeFunction>::DEF,
    ],
    getsets: &[
        GetSetDef {
            name: "message",
            doc: "the text of the group",
            get: super::attributes::get::<{ fields::MESSAGE }>,
            set: Some(crate::types::descriptors::readonly),
        },
        GetSetDef {
            name: "exceptions",
            doc: "what the group holds, as a tuple",
            get: super::attributes::get::<{ fields::EXCEPTIONS }>,
            set: Some(crate::types::descriptors::readonly),
        },
    ],
};

type Names<'a> = Option<&'a Obj<Tuple>>;

/// Whether an object is an exception group.
pub(crate) fn is_group(vm: &Vm, object: &Object) -> bool {
    vm.class_of(object).is_subtype(&vm.types().exception(Exc::BaseExceptionGroup))
}

/// The exceptions of a group.
pub(crate) fn members(object: &Object) -> Vec<Object> {
    object
        .downcast::<Exception>()
        .and_then(|e| e.field(fields::EXCEPTIONS))
        .and_then(|t| t.downcast::<Tuple>().map(|t| t.as_slice().to_vec()))
        .unwrap_or_default()
}

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Names) -> Res {
    let (args, _) = split_args(args, names);
    let [message, exceptions] = args else {
        return Err(vm.type_error(format_args!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            args.len()
        )));
    };
    if message.downcast::<Str>().is_none() {
        return Err(vm.type_error(format_args!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            vm.type_name(message)
        )));
    }
    let members = sequence(vm, exceptions)?;
    let exception = vm.types().exception(Exc::Exception);
    let mut base_only = false;
    for (i, e) in members.iter().enumerate() {
        if e.downcast::<Exception>().is_none() {
            return Err(vm.value_error(format_args!(
                "Item {i} of second argument (exceptions) is not an exception"
            )));
        }
        base_only |= !vm.class_of(e).is_subtype(&exception);
    }
    let class = checked_class(vm, class, base_only)?;
    let this = base::new(vm, &class, args, None)?;
    let e = payload(vm, &this)?;
    e.set_field(fields::MESSAGE, Some(message.clone()));
    e.set_field(fields::EXCEPTIONS, Some(vm.tuple(members)?.into_object()));
    Ok(this)
}

/// The items of the second argument.
fn sequence(vm: &Vm, object: &Object) -> Res<Vec<Object>> {
    let class = vm.class_of(object);
    let is_sequence = class.slots().getitem.is_some() && !class.has(type_flags::DICTIONARY);
    if !is_sequence {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let items = vm.collect(object)?;
    if items.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    Ok(items)
}

/// Which class a group gets, or why it may not be one. `base_only`: a member is no Exception.
fn checked_class(vm: &Vm, class: &Obj<Type>, base_only: bool) -> Res<Obj<Type>> {
    let types = vm.types();
    let group = types.exception(Exc::ExceptionGroup);
    if class.is(&types.exception(Exc::BaseExceptionGroup)) {
        return Ok(if base_only { class.clone() } else { group });
    }
    if base_only && class.is(&group) {
        return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
    }
    if base_only && class.is_subtype(&types.exception(Exc::Exception)) {
        return Err(
            vm.type_error(format_args!("Cannot nest BaseExceptions in '{}'", class.full_name()))
        );
    }
    Ok(class.clone())
}

fn init(vm: &Vm, this: &Object, args: &[Object], names: Names) -> Res<()> {
    base::init(vm, this, args, names)
}

fn str(vm: &Vm, this: &Object) -> Res {
    let e = payload(vm, this)?;
    let n = members(this).len();
    let mut m = Message::new(vm);
    m.str(&e.field(fields::MESSAGE).unwrap_or_else(Object::none))?;
    m.raw(&format!(" ({n} sub-exception{})", if n == 1 { "" } else { "s" }))?;
    m.finish()
}

/// A new group without a message, of a sequence of members.
pub(crate) fn make(vm: &Vm, members: Object) -> Res {
    let class = vm.types().exception(Exc::BaseExceptionGroup);
    super::construct(vm, &class, &[vm.str("")?.into_object(), members])
}

fn derive(vm: &Vm, args: &[Object], names: Names) -> Res {
    no_keywords(vm, "BaseExceptionGroup.derive", names)?;
    let [this, members] = args else {
        return Err(vm.type_error(format_args!(
            "function takes exactly 1 argument ({} given)",
            args.len().saturating_sub(1)
        )));
    };
    let message = payload(vm, this)?.field(fields::MESSAGE).unwrap_or_else(Object::none);
    let class = vm.types().exception(Exc::BaseExceptionGroup);
    super::construct(vm, &class, &[message, members.clone()])
}

/// What decides whether an exception belongs to the wanted part.
pub(crate) enum Matcher {
    /// An exception class or a tuple of them.
    Class(Object),
    /// A function of the exception.
    Predicate(Object),
    /// Leaves by identity.
    Leaves(Vec<Object>),
}

impl Matcher {
    fn of(vm: &Vm, object: &Object) -> Res<Matcher> {
        if is_exception_class(object) {
            return Ok(Matcher::Class(object.clone()));
        }
        if object.downcast::<Tuple>().is_some_and(|t| t.as_slice().iter().all(is_exception_class)) {
            return Ok(Matcher::Class(object.clone()));
        }
        if object.downcast::<Type>().is_none() && vm.class_of(object).slots().call.is_some() {
            return Ok(Matcher::Predicate(object.clone()));
        }
        Err(vm.type_error("expected a function, exception type or tuple of exception types"))
    }

    fn matches(&self, vm: &Vm, e: &Object) -> Res<bool> {
        match self {
            Matcher::Class(c) => Ok(vm.given_exception_matches(e, c)),
            Matcher::Predicate(f) => {
                let r = vm.call(f, std::slice::from_ref(e))?;
                vm.truth(&r)
            }
            Matcher::Leaves(leaves) => Ok(!is_group(vm, e) && leaves.iter().any(|l| l.is(e))),
        }
    }
}

pub(crate) fn is_exception_class(object: &Object) -> bool {
    object.downcast::<Type>().is_some_and(|t| t.has(type_flags::EXCEPTION))
}

/// A part of a group: none, or an exception.
type Part = Option<Object>;

/// The part of `e` that matches and, if wanted, the rest. Groups inside keep their nesting.
pub(crate) fn split_by(
    vm: &Vm,
    e: &Object,
    matcher: &Matcher,
    want_rest: bool,
) -> Res<(Part, Part)> {
    if matcher.matches(vm, e)? {
        return Ok((Some(e.clone()), None));
    }
    if !is_group(vm, e) {
        return Ok((None, if want_rest { Some(e.clone()) } else { None }));
    }
    vm.recurse(" in exceptiongroup_split_recursive", || {
        let (mut matched, mut rest) = (Vec::new(), Vec::new());
        for member in members(e) {
            let (m, r) = split_by(vm, &member, matcher, want_rest)?;
            matched.extend(m);
            rest.extend(r);
        }
        let matched = subset(vm, e, matched)?;
        let rest = if want_rest { subset(vm, e, rest)? } else { None };
        Ok((matched, rest))
    })
}

/// A group like `original` with only these members; None if there are none.
fn subset(vm: &Vm, original: &Object, members: Vec<Object>) -> Res<Part> {
    if members.is_empty() {
        return Ok(None);
    }
    let list = vm.list(members)?.into_object();
    let new = vm.call_method(original, "derive", &[list])?;
    if !is_group(vm, &new) {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    let (from, to) = (payload(vm, original)?, payload(vm, &new)?);
    to.traceback.assign(from.traceback.get());
    to.context.assign(from.context.get());
    // As the setter of `__cause__` has it.
    to.suppress_context.set(true);
    to.cause.assign(from.cause.get());
    copy_notes(vm, original, &new)?;
    Ok(Some(new))
}

/// The subset has its own list of notes; what is no sequence is left out.
fn copy_notes(vm: &Vm, from: &Object, to: &Object) -> Res<()> {
    let name = &vm.names().__notes__;
    let Some(notes) = vm.getattr_opt(from, name)? else { return Ok(()) };
    let class = vm.class_of(&notes);
    if class.slots().getitem.is_none() || class.has(type_flags::DICTIONARY) {
        return Ok(());
    }
    let copy = vm.list(vm.collect(&notes)?)?.into_object();
    vm.setattr(to, name, &copy)
}

fn matcher_argument(vm: &Vm, name: &str, args: &[Object], names: Names) -> Res<(Object, Matcher)> {
    no_keywords(vm, &format!("BaseExceptionGroup.{name}"), names)?;
    let [this, condition] = args else {
        return Err(vm.type_error(format_args!(
            "{name} expected 1 argument, got {}",
            args.len().saturating_sub(1)
        )));
    };
    Ok((this.clone(), Matcher::of(vm, condition)?))
}

fn split(vm: &Vm, args: &[Object], names: Names) -> Res {
    let (this, matcher) = matcher_argument(vm, "split", args, names)?;
    let (matched, rest) = split_by(vm, &this, &matcher, true)?;
    let or_none = |p: Part| p.unwrap_or_else(Object::none);
    Ok(vm.tuple(vec![or_none(matched), or_none(rest)])?.into_object())
}

fn subgroup(vm: &Vm, args: &[Object], names: Names) -> Res {
    let (this, matcher) = matcher_argument(vm, "subgroup", args, names)?;
    Ok(split_by(vm, &this, &matcher, false)?.0.unwrap_or_else(Object::none))
}
