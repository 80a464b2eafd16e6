//! Objects of `ast` as the compiler's plain data: `compile()` of a syntax tree.
//!
//! Sees to what a node is made of (which class, which fields, of which types); what a tree means is the compiler's
//! business. **Invariant:** whatever the objects are (cycles, properties that raise or change the tree, numbers out
//! of range), the result is a finite tree or an exception.

use super::{GRAMMAR, PLACE, fields_of, name_of};
use crate::bytecode::code::Const;
use crate::compile::Mode;
use crate::compile::tree::{Node, Place, Value};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};
use std::collections::HashMap;

/// Nodes of a tree at most: a few objects that share their parts can stand for a tree of any size.
const MOST: usize = 4_000_000;

/// Read the tree of a module, an expression or an interactive statement; with it, how deep it is.
pub(crate) fn read(vm: &Vm, root: &Object, mode: Mode) -> Res<(Node, u32)> {
    super::make_classes(vm)?;
    let mut reader = Reader::new(vm);
    let wanted = match mode {
        Mode::Exec => "Module",
        Mode::Eval => "Expression",
        Mode::Single => "Interactive",
    };
    let Some(rule) = reader.rules.get("mod").cloned() else { return Err(reader.unknown("mod")) };
    let Some(shape) = rule.shapes.iter().find(|shape| shape.name == wanted) else {
        return Err(reader.unknown(wanted));
    };
    if !vm.is_instance(root, shape.class.as_object())? {
        let got = vm.class_of(root).short_name().to_owned();
        return Err(vm.type_error(format_args!("expected {wanted} node, got {got}")));
    }
    let node = vm.recurse(" during ast construction", || reader.node(shape, root, None))?;
    Ok((node, reader.deepest))
}

/// How often a field has its type.
#[derive(Clone, Copy, PartialEq)]
enum Times {
    Once,
    Optional,
    Many,
}

#[derive(Clone)]
struct Field {
    /// The name of the type: a rule, or one of the plain ones.
    of: &'static str,
    times: Times,
    name: Obj<Str>,
    text: &'static str,
}

/// A class of nodes.
#[derive(Clone)]
struct Shape {
    name: &'static str,
    class: Obj<Type>,
    fields: Vec<Field>,
}

/// A rule of the abstract grammar.
#[derive(Clone)]
struct Rule {
    name: &'static str,
    has_place: bool,
    /// A sum: one of several classes, which inherit from the rule's.
    is_sum: bool,
    /// None of the classes has fields: None is no node of the rule.
    is_plain: bool,
    shapes: std::rc::Rc<[Shape]>,
    reading: std::rc::Rc<str>,
}

struct Reader<'a> {
    vm: &'a Vm,
    rules: HashMap<&'static str, Rule>,
    place: [Obj<Str>; 4],
    nodes: usize,
    bytes: usize,
    depth: u32,
    deepest: u32,
}

impl<'a> Reader<'a> {
    fn new(vm: &'a Vm) -> Reader<'a> {
        let known = vm.interp().state::<super::Classes>().known.borrow().clone();
        let shape = |text: &'static str| {
            let name = name_of(text);
            let fields = fields_of(text).map(|(kind, field)| {
                let of = kind.trim_end_matches(['*', '?']);
                let times = match kind.as_bytes().last() {
                    Some(b'*') => Times::Many,
                    Some(b'?') => Times::Optional,
                    _ => Times::Once,
                };
                Field { of, times, name: vm.intern(field), text: field }
            });
            let class = known.get(name)?.class.clone();
            Some(Shape { name, class, fields: fields.collect() })
        };
        let rules = GRAMMAR.iter().map(|(text, has_place, alternatives)| {
            let name = name_of(text);
            let is_sum = !alternatives.is_empty();
            let shapes = if is_sum { alternatives } else { std::slice::from_ref(text) };
            let shapes: Vec<Shape> = shapes.iter().copied().filter_map(shape).collect();
            let rule = Rule {
                name,
                has_place: *has_place,
                is_sum,
                is_plain: shapes.iter().all(|shape| shape.fields.is_empty()),
                shapes: shapes.into(),
                reading: format!(" while traversing '{name}' node").into(),
            };
            (name, rule)
        });
        let rules = rules.collect();
        let place = PLACE.map(|name| vm.intern(name));
        Reader { vm, rules, place, nodes: 0, bytes: 0, depth: 0, deepest: 0 }
    }

    #[cold]
    fn unknown(&self, what: &str) -> Raised {
        self.vm.system_error(format_args!("no class of syntax trees is called {what}"))
    }

    /// Make sure that one more node fits.
    fn account(&mut self, fields: usize) -> Res<()> {
        self.nodes += 1;
        self.bytes += size_of::<Node>() + fields * size_of::<Value>();
        if self.nodes.is_multiple_of(1024) {
            self.vm.poll()?;
            let heap = &self.vm.interp().heap;
            if self.nodes > MOST || self.bytes > heap.limit().saturating_sub(heap.used()) {
                return Err(self.vm.no_memory(NoMemory));
            }
            if self.nodes.is_multiple_of(1 << 15) {
                self.probe()?;
            }
        }
        Ok(())
    }

    /// Whether there is memory for what comes: as many nodes again, and the compiler's tree of all of them.
    fn probe(&self) -> Res<()> {
        let mut probe: Vec<u8> = Vec::new();
        match probe.try_reserve_exact(self.bytes.saturating_mul(3)) {
            Ok(()) => Ok(()),
            Err(_) => Err(self.vm.no_memory(NoMemory)),
        }
    }

    /// A node of a class, with the place that was read before its fields.
    fn node(&mut self, shape: &Shape, object: &Object, place: Option<Place>) -> Res<Node> {
        self.account(shape.fields.len())?;
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        let mut fields = Vec::with_capacity(shape.fields.len());
        for field in &shape.fields {
            fields.push(self.field(shape.name, field, object)?);
        }
        self.depth -= 1;
        for (field, value) in shape.fields.iter().zip(&fields) {
            let wanted = field.times == Times::Once && !matches!(field.of, "int" | "constant");
            if wanted && matches!(value, Value::None) {
                return Err(self.vm.value_error(format_args!(
                    "field '{}' is required for {}",
                    field.text, shape.name
                )));
            }
        }
        Ok(Node { kind: shape.name, fields, place })
    }

    #[cold]
    fn missing(&self, field: &str, owner: &str) -> Raised {
        let message = format_args!("required field \"{field}\" missing from {owner}");
        self.vm.type_error(message)
    }

    fn field(&mut self, owner: &'static str, field: &Field, object: &Object) -> Res<Value> {
        let vm = self.vm;
        let Some(found) = vm.getattr_opt(object, &field.name)? else {
            return match field.times {
                Times::Optional => Ok(Value::None),
                _ => Err(self.missing(field.text, owner)),
            };
        };
        match field.times {
            Times::Once => self.value(field.of, &found),
            Times::Optional if found.is_none() => Ok(Value::None),
            Times::Optional => self.value(field.of, &found),
            Times::Many => self.list(owner, field, &found),
        }
    }

    fn list(&mut self, owner: &str, field: &Field, found: &Object) -> Res<Value> {
        let vm = self.vm;
        let Some(list) = found.downcast::<List>() else {
            let got = vm.class_of(found).short_name().to_owned();
            return Err(vm.type_error(format_args!(
                "{owner} field \"{}\" must be a list, not a {got}",
                field.text
            )));
        };
        let len = list.len();
        let mut items = Vec::new();
        items.try_reserve(len).map_err(|_| vm.no_memory(NoMemory))?;
        self.bytes += len * size_of::<Value>();
        for i in 0..len {
            let item = list.get(i).filter(|_| list.len() == len);
            let value = match &item {
                Some(item) => self.value(field.of, item)?,
                None => Value::None,
            };
            if item.is_none() || list.len() != len {
                return Err(vm.runtime_error(format_args!(
                    "{owner} field \"{}\" changed size during iteration",
                    field.text
                )));
            }
            items.push(value);
        }
        Ok(Value::List(items))
    }

    /// A value of a type by its name.
    fn value(&mut self, of: &'static str, object: &Object) -> Res<Value> {
        let vm = self.vm;
        match of {
            "identifier" => match object.downcast::<Str>() {
                Some(text) if vm.class_of(object).is(&vm.types().str) => self.text(text),
                None if object.is_none() => Ok(Value::None),
                _ => Err(vm.type_error("AST identifier must be of type str")),
            },
            "string" => {
                let class = vm.class_of(object);
                if object.is_none() {
                    Ok(Value::None)
                } else if class.is(&vm.types().str) || class.is(&vm.types().bytes) {
                    // Type comments and the like say nothing to the compiler.
                    Ok(Value::Name(String::new()))
                } else {
                    Err(vm.type_error("AST string must be of type str"))
                }
            }
            "int" => Ok(Value::Int(i64::from(self.int(object)?))),
            "constant" => {
                self.account(0)?;
                match self.constant(object)? {
                    Ok(value) => Ok(Value::Constant(value)),
                    Err(class) => Ok(Value::Odd(class)),
                }
            }
            rule => match self.rules.get(rule).cloned() {
                Some(rule) if rule.is_plain => self.of_rule(&rule, object),
                Some(rule) => vm.recurse(&rule.reading, || self.of_rule(&rule, object)),
                None => Err(self.unknown(rule)),
            },
        }
    }

    fn text(&mut self, text: &Obj<Str>) -> Res<Value> {
        let text = self.vm.utf8(text)?.into_owned();
        self.bytes += text.len();
        Ok(Value::Name(text))
    }

    fn of_rule(&mut self, rule: &Rule, object: &Object) -> Res<Value> {
        let vm = self.vm;
        if !rule.is_sum {
            let Some(shape) = rule.shapes.first() else { return Err(self.unknown(rule.name)) };
            let mut node = self.node(shape, object, None)?;
            if rule.has_place {
                node.place = Some(self.place(rule.name, object)?);
            }
            return Ok(Value::Node(Box::new(node)));
        }
        if object.is_none() && !rule.is_plain {
            return Ok(Value::None);
        }
        let place = if rule.has_place { Some(self.place(rule.name, object)?) } else { None };
        let class = vm.class_of(object).clone();
        for shape in rule.shapes.iter() {
            if class.is(&shape.class) {
                return Ok(Value::Node(Box::new(self.node(shape, object, place)?)));
            }
        }
        for shape in rule.shapes.iter() {
            if vm.is_instance(object, shape.class.as_object())? {
                return Ok(Value::Node(Box::new(self.node(shape, object, place)?)));
            }
        }
        let got = vm.repr_string(object)?;
        let rule = rule.name;
        Err(vm.type_error(format_args!("expected some sort of {rule}, but got {got}")))
    }

    fn place(&mut self, owner: &'static str, object: &Object) -> Res<Place> {
        let mut numbers = [0; 4];
        for (i, name) in PLACE.iter().enumerate() {
            let found = self.vm.getattr_opt(object, &self.place[i].clone())?;
            numbers[i] = match found {
                Some(found) if i < 2 || owner == "pattern" || !found.is_none() => {
                    self.int(&found)?
                }
                // A node that says not where it ends ends where it starts.
                _ if i >= 2 && owner != "pattern" => numbers[i - 2],
                _ => return Err(self.missing(name, owner)),
            };
        }
        let [line, col, end_line, end_col] = numbers;
        Ok(Place { line, col, end_line, end_col })
    }

    fn int(&self, object: &Object) -> Res<i32> {
        let vm = self.vm;
        if !vm.is_instance(object, vm.types().int.as_object())? {
            let got = vm.repr_string(object)?;
            return Err(vm.value_error(format_args!("invalid integer value: {got}")));
        }
        let number = crate::native::big_integer(vm, object)?;
        num_traits::ToPrimitive::to_i32(&*number)
            .ok_or_else(|| vm.overflow_error("Python int too large to convert to C int"))
    }

    /// A constant; else the name of the type that is none.
    fn constant(&mut self, object: &Object) -> Res<Result<Const, String>> {
        let vm = self.vm;
        let types = vm.types();
        let class = vm.class_of(object).clone();
        self.bytes += size_of::<Const>();
        Ok(Ok(match () {
            () if object.is_none() => Const::None,
            () if object.is_bool() && object.is_true_singleton() => Const::True,
            () if object.is_bool() => Const::False,
            () if object.is(&Object::ellipsis()) => Const::Ellipsis,
            () if class.is(&types.int) => match vm.as_i64(object) {
                Some(n) => Const::Int(n),
                None => Const::Big(crate::native::big_integer(vm, object)?.into_owned()),
            },
            () if class.is(&types.tuple) || class.is(&types.frozenset) => {
                let mut items = Vec::new();
                let given = vm.collect(object)?;
                items.try_reserve(given.len()).map_err(|_| vm.no_memory(NoMemory))?;
                for item in &given {
                    self.account(0)?;
                    match vm.recurse(" while traversing 'expr' node", || self.constant(item))? {
                        Ok(item) => items.push(item),
                        Err(odd) => return Ok(Err(odd)),
                    }
                }
                if class.is(&types.tuple) { Const::Tuple(items) } else { Const::FrozenSet(items) }
            }
            () if class.is(&types.float) => {
                Const::Float(object.as_exact_float().unwrap_or_default())
            }
            () => match (object.downcast::<Str>(), object.downcast::<Bytes>()) {
                (Some(text), _) if class.is(&types.str) => match text.to_utf8() {
                    Some(text) => {
                        self.bytes += text.len();
                        Const::Str(text.into_owned())
                    }
                    None => Const::Wide((0..text.len()).filter_map(|i| text.char_at(i)).collect()),
                },
                (_, Some(bytes)) if class.is(&types.bytes) => {
                    self.bytes += bytes.as_slice().len();
                    Const::Bytes(bytes.as_slice().to_vec())
                }
                _ => match object.downcast::<Complex>() {
                    Some(c) if class.is(&types.complex) => Const::Complex(c.real, c.imag),
                    _ => return Ok(Err(class.short_name().to_owned())),
                },
            },
        }))
    }
}
