//! The module _ast: classes of syntax trees, and trees made of the parser's.
//!
//! `read` is the way back: objects to the compiler's tree. All classes are derived from one table, Python's abstract grammar: fields, which of them may be left
//! out, and the docstrings. A class without fields has one instance for each interpreter in the trees
//! that the parser makes.

mod read;

use crate::compile::tree::{Node, Place, Value};
use crate::native::{ModuleDef, NativeConstructor, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use std::cell::RefCell;
use std::collections::HashMap;
use taipan_macros::native;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef { name: "_ast", fill: Some(fill), ..ModuleDef::EMPTY };

/// The abstract grammar: a rule is its name, whether its nodes have places, and its alternatives; a rule
/// without a name of alternatives is a class itself.
const GRAMMAR: &[(&str, bool, &[&str])] = &[
    (
        "mod",
        false,
        &[
            "Module(stmt* body, type_ignore* type_ignores)",
            "Interactive(stmt* body)",
            "Expression(expr body)",
            "FunctionType(expr* argtypes, expr returns)",
        ],
    ),
    (
        "stmt",
        true,
        &[
            "FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, \
             expr? returns, string? type_comment)",
            "AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, \
             expr? returns, string? type_comment)",
            "ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, \
             expr* decorator_list)",
            "Return(expr? value)",
            "Delete(expr* targets)",
            "Assign(expr* targets, expr value, string? type_comment)",
            "AugAssign(expr target, operator op, expr value)",
            "AnnAssign(expr target, expr annotation, expr? value, int simple)",
            "For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
            "AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
            "While(expr test, stmt* body, stmt* orelse)",
            "If(expr test, stmt* body, stmt* orelse)",
            "With(withitem* items, stmt* body, string? type_comment)",
            "AsyncWith(withitem* items, stmt* body, string? type_comment)",
            "Match(expr subject, match_case* cases)",
            "Raise(expr? exc, expr? cause)",
            "Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
            "TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
            "Assert(expr test, expr? msg)",
            "Import(alias* names)",
            "ImportFrom(identifier? module, alias* names, int? level)",
            "Global(identifier* names)",
            "Nonlocal(identifier* names)",
            "Expr(expr value)",
            "Pass",
            "Break",
            "Continue",
        ],
    ),
    (
        "expr",
        true,
        &[
            "BoolOp(boolop op, expr* values)",
            "NamedExpr(expr target, expr value)",
            "BinOp(expr left, operator op, expr right)",
            "UnaryOp(unaryop op, expr operand)",
            "Lambda(arguments args, expr body)",
            "IfExp(expr test, expr body, expr orelse)",
            "Dict(expr* keys, expr* values)",
            "Set(expr* elts)",
            "ListComp(expr elt, comprehension* generators)",
            "SetComp(expr elt, comprehension* generators)",
            "DictComp(expr key, expr value, comprehension* generators)",
            "GeneratorExp(expr elt, comprehension* generators)",
            "Await(expr value)",
            "Yield(expr? value)",
            "YieldFrom(expr value)",
            "Compare(expr left, cmpop* ops, expr* comparators)",
            "Call(expr func, expr* args, keyword* keywords)",
            "FormattedValue(expr value, int conversion, expr? format_spec)",
            "JoinedStr(expr* values)",
            "Constant(constant value, string? kind)",
            "Attribute(expr value, identifier attr, expr_context ctx)",
            "Subscript(expr value, expr slice, expr_context ctx)",
            "Starred(expr value, expr_context ctx)",
            "Name(identifier id, expr_context ctx)",
            "List(expr* elts, expr_context ctx)",
            "Tuple(expr* elts, expr_context ctx)",
            "Slice(expr? lower, expr? upper, expr? step)",
        ],
    ),
    ("expr_context", false, &["Load", "Store", "Del"]),
    ("boolop", false, &["And", "Or"]),
    (
        "operator",
        false,
        &[
            "Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitOr",
            "BitXor", "BitAnd", "FloorDiv",
        ],
    ),
    ("unaryop", false, &["Invert", "Not", "UAdd", "USub"]),
    ("cmpop", false, &["Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"]),
    ("comprehension(expr target, expr iter, expr* ifs, int is_async)", false, &[]),
    ("excepthandler", true, &["ExceptHandler(expr? type, identifier? name, stmt* body)"]),
    (
        "arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr* kw_defaults, \
         arg? kwarg, expr* defaults)",
        false,
        &[],
    ),
    ("arg(identifier arg, expr? annotation, string? type_comment)", true, &[]),
    ("keyword(identifier? arg, expr value)", true, &[]),
    ("alias(identifier name, identifier? asname)", true, &[]),
    ("withitem(expr context_expr, expr? optional_vars)", false, &[]),
    ("match_case(pattern pattern, expr? guard, stmt* body)", false, &[]),
    (
        "pattern",
        true,
        &[
            "MatchValue(expr value)",
            "MatchSingleton(constant value)",
            "MatchSequence(pattern* patterns)",
            "MatchMapping(expr* keys, pattern* patterns, identifier? rest)",
            "MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)",
            "MatchStar(identifier? name)",
            "MatchAs(pattern? pattern, identifier? name)",
            "MatchOr(pattern* patterns)",
        ],
    ),
    ("type_ignore", false, &["TypeIgnore(int lineno, string tag)"]),
];

/// What places consist of.
const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// The fields of `Name(type field, ...)`, each with its type.
fn fields_of(shape: &str) -> impl Iterator<Item = (&str, &str)> {
    let inner = shape.split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')'));
    inner.split(", ").filter_map(|field| field.split_once(' '))
}

fn name_of(shape: &str) -> &str {
    shape.split_once('(').map_or(shape, |(name, _)| name)
}

/// The payload of `ast.AST`; what a node holds is in its dict.
struct Base;

impl Payload for Base {
    const SPEC: Option<&'static TypeSpec> = Some(&AST);
    const GC: bool = true;
    fn traverse(&self, _: &mut Visitor) {}
}

static AST: TypeSpec = TypeSpec {
    flags: type_flags::BASETYPE | type_flags::DICT,
    slots: Slots {
        new: Some(<base_new as NativeConstructor>::new),
        init: Some(init),
        ..Slots::NONE
    },
    methods: natives![reduce],
    fill: Some(|vm, class| {
        for name in ["_fields", "_attributes", "__match_args__"] {
            class.dict.set_named(vm, name, vm.tuple(Vec::new())?)?;
        }
        Ok(())
    }),
    ..TypeSpec::new::<Base>("ast.AST")
};

#[native("(cls, *args, **kwargs)", constructor, name = "AST")]
fn base_new(
    vm: &Vm,
    cls: &Obj<Type>,
    _args: &[Object],
    _kwargs: crate::native::Kwargs,
) -> Res<Obj<Base>> {
    vm.alloc_of(cls, Base)
}

fn init(vm: &Vm, this: &Object, args: &[Object], names: Option<&Obj<Tuple>>) -> Res<()> {
    let class = vm.class_of(this).clone();
    let fields = vm.getattr(class.as_object(), &vm.intern("_fields"))?;
    let fields = vm.collect(&fields)?;
    let names = names.map_or(&[][..], |names| names.as_slice());
    let (positional, values) = args.split_at(args.len().saturating_sub(names.len()));
    if positional.len() > fields.len() {
        return Err(vm.type_error(format_args!(
            "{} constructor takes at most {} positional argument{}",
            class.short_name(),
            fields.len(),
            if fields.len() == 1 { "" } else { "s" }
        )));
    }
    let text = |name: &Object| match name.downcast::<Str>() {
        Some(name) => Ok(name.clone()),
        None => Err(vm.type_error("attribute name must be string")),
    };
    for (field, value) in fields.iter().zip(positional) {
        vm.setattr(this, &text(field)?, value)?;
    }
    for (name, value) in names.iter().zip(values) {
        let name = text(name)?;
        for field in &fields[..positional.len()] {
            if text(field)?.eq_str(&name) {
                return Err(vm.type_error(format_args!(
                    "{} got multiple values for argument '{}'",
                    class.short_name(),
                    name.to_string_lossy()
                )));
            }
        }
        vm.setattr(this, &name, value)?;
    }
    Ok(())
}

/// What a copy or a pickle is made from.
#[native("(self, /)", name = "__reduce__", no_signature)]
fn reduce(vm: &Vm, this: &Object) -> Res<Obj<Tuple>> {
    let class = vm.class_of(this).clone().into_object();
    let nothing = vm.tuple(Vec::new())?.into_object();
    let mut parts = vec![class, nothing];
    parts.extend(vm.getattr_opt(this, &vm.names().__dict__)?);
    vm.tuple(parts)
}

/// The classes of an interpreter, and the nodes that are shared.
#[derive(Default)]
struct Classes {
    known: RefCell<HashMap<String, Class>>,
}

#[derive(Clone)]
struct Class {
    class: Obj<Type>,
    fields: Vec<Obj<Str>>,
    /// The instance of a class without fields.
    single: Option<Object>,
}

fn new_class(vm: &Vm, shape: &str, base: &Object, doc: &str, places: Option<bool>) -> Res {
    let name = name_of(shape);
    let dict = vm.new_dict()?;
    let mut fields = Vec::new();
    for (kind, field) in fields_of(shape) {
        fields.push(vm.intern(field).into_object());
        if kind.ends_with('?') {
            dict.set_named(vm, field, Object::none())?;
        }
    }
    let single = fields.is_empty() && places != Some(true) && !doc.contains('=');
    let fields = vm.tuple(fields)?;
    dict.set_named(vm, "_fields", fields.clone())?;
    dict.set_named(vm, "__match_args__", fields.clone())?;
    dict.set_named(vm, "__module__", vm.str("ast")?)?;
    dict.set_named(vm, "__doc__", vm.str(doc)?)?;
    if let Some(places) = places {
        let names = if places { &PLACE[..] } else { &[] };
        let names = names.iter().map(|name| vm.intern(name).into_object()).collect();
        dict.set_named(vm, "_attributes", vm.tuple(names)?)?;
        if places && name != "pattern" {
            dict.set_named(vm, "end_lineno", Object::none())?;
            dict.set_named(vm, "end_col_offset", Object::none())?;
        }
    }
    let bases = vm.tuple(vec![base.clone()])?.into_object();
    let args = [vm.str(name)?.into_object(), bases, dict.into_object()];
    let made = vm.call(vm.types().type_.as_object(), &args)?;
    let class = made.downcast::<Type>().cloned();
    let Some(class) = class else { return Err(vm.system_error("type() gave no class")) };
    let single = match single {
        true => Some(vm.alloc_of(&class, Base)?.into_object()),
        false => None,
    };
    let fields = fields.as_slice().iter().filter_map(|f| f.downcast::<Str>().cloned()).collect();
    let state = vm.interp().state::<Classes>();
    state.known.borrow_mut().insert(name.to_owned(), Class { class, fields, single });
    Ok(made)
}

/// Makes all classes, unless they are there.
fn make_classes(vm: &Vm) -> Res<()> {
    if !vm.interp().state::<Classes>().known.borrow().is_empty() {
        return Ok(());
    }
    let base = vm.type_of_spec(&AST)?.into_object();
    for (rule, places, alternatives) in GRAMMAR {
        if alternatives.is_empty() {
            new_class(vm, rule, &base, rule, Some(*places))?;
            continue;
        }
        let has_fields = alternatives.iter().any(|a| a.contains('('));
        let between = match has_fields {
            true => format!("\n{} | ", " ".repeat(rule.len())),
            false => " | ".to_owned(),
        };
        let doc = format!("{rule} = {}", alternatives.join(&between));
        let parent = new_class(vm, rule, &base, &doc, Some(*places))?;
        for shape in *alternatives {
            new_class(vm, shape, &parent, shape, None)?;
        }
    }
    Ok(())
}

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    make_classes(vm)?;
    module.dict.set_named(vm, "AST", vm.type_of_spec(&AST)?)?;
    let known = vm.interp().state::<Classes>().known.borrow().clone();
    for (rule, _, alternatives) in GRAMMAR {
        for shape in std::iter::once(rule).chain(*alternatives) {
            let name = name_of(shape);
            if let Some(class) = known.get(name) {
                module.dict.set_named(vm, name, class.class.clone())?;
            }
        }
    }
    for (name, flag) in [
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
        ("PyCF_ONLY_AST", 0x400),
        ("PyCF_TYPE_COMMENTS", 0x1000),
    ] {
        module.dict.set_named(vm, name, vm.int(flag)?)?;
    }
    Ok(())
}

pub(super) use read::read;

/// Whether an object is a node of a syntax tree.
pub(super) fn is_node(vm: &Vm, object: &Object) -> Res<bool> {
    vm.is_instance(object, vm.type_of_spec(&AST)?.as_object())
}

/// The objects of a tree.
pub(super) fn node(vm: &Vm, node: &Node) -> Res {
    make_classes(vm)?;
    let known = vm.interp().state::<Classes>().known.borrow().clone();
    let place = PLACE.map(|name| vm.intern(name));
    Builder { vm, known, place }.node(node)
}

struct Builder<'a> {
    vm: &'a Vm,
    known: HashMap<String, Class>,
    place: [Obj<Str>; 4],
}

impl Builder<'_> {
    fn node(&self, node: &Node) -> Res {
        let vm = self.vm;
        let Some(class) = self.known.get(node.kind) else {
            return Err(vm.system_error("a node of a class that is not known"));
        };
        if let Some(single) = class.single.as_ref().filter(|_| node.place.is_none()) {
            return Ok(single.clone());
        }
        let made = vm.alloc_of(&class.class, Base)?.into_object();
        vm.recurse(" during ast construction", || {
            for (name, value) in class.fields.iter().zip(&node.fields) {
                vm.setattr(&made, name, &self.value(value)?)?;
            }
            Ok(())
        })?;
        if let Some(Place { line, col, end_line, end_col }) = node.place {
            for (name, number) in self.place.iter().zip([line, col, end_line, end_col]) {
                vm.setattr(&made, name, &vm.int(i64::from(number))?)?;
            }
        }
        Ok(made)
    }

    fn value(&self, value: &Value) -> Res {
        let vm = self.vm;
        Ok(match value {
            Value::None => Object::none(),
            Value::Int(n) => vm.int(*n)?,
            Value::Name(name) => vm.intern(name).into_object(),
            Value::Constant(c) => crate::vm::code::constant(vm, c)?,
            Value::Odd(_) => return Err(vm.system_error("a parser's tree has odd objects")),
            Value::Node(node) => self.node(node)?,
            Value::List(items) => {
                let items = items.iter().map(|item| self.value(item)).collect::<Res<Vec<_>>>()?;
                vm.list(items)?.into_object()
            }
        })
    }
}
