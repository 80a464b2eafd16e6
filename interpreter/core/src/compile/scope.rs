//! Which name means what: symbol tables of all scopes of a text, made before any code.
//!
//! One walk collects bindings and uses, a second resolves each use by going up the enclosing scopes. Scopes are
//! found again by the address of the tree node they belong to, so the code generator may visit a node twice.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use indexmap::IndexMap;

use super::error::{Failure, Outcome, fail};
use crate::syntax::ast::{self, Expr, Ranged, Stmt};
use crate::syntax::{FSTRING, FVALUE, TextRange};

/// A fast hash for identifiers: no attacker gains from collisions in the names of his own program.
#[derive(Default)]
pub struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    fn write_u8(&mut self, n: u8) {
        self.write_u64(u64::from(n));
    }
    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }
    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

pub type Build = BuildHasherDefault<NameHasher>;
pub type Name<'a> = Cow<'a, str>;

/// What kind of code a scope becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    ListComp,
    SetComp,
    DictComp,
    GenExp,
}

impl ScopeKind {
    pub fn is_comprehension(self) -> bool {
        matches!(
            self,
            ScopeKind::ListComp | ScopeKind::SetComp | ScopeKind::DictComp | ScopeKind::GenExp
        )
    }

    /// The name of a scope that has no other.
    fn title(self) -> &'static str {
        match self {
            ScopeKind::Module => "top",
            ScopeKind::Class | ScopeKind::Function => "",
            ScopeKind::Lambda => "lambda",
            ScopeKind::ListComp => "listcomp",
            ScopeKind::SetComp => "setcomp",
            ScopeKind::DictComp => "dictcomp",
            ScopeKind::GenExp => "genexpr",
        }
    }

    pub fn is_function(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }
}

/// Facts about a name in a scope.
pub mod fact {
    pub const USED: u16 = 1;
    pub const BOUND: u16 = 2;
    pub const PARAM: u16 = 4;
    pub const GLOBAL: u16 = 8;
    pub const NONLOCAL: u16 = 16;
    pub const ANNOTATED: u16 = 32;
    pub const ITERATION: u16 = 64;
    pub const DELETED: u16 = 128;
    pub const CELL: u16 = 256;
    /// Resolved to a variable of an enclosing function.
    pub const FREE: u16 = 512;
    pub const WALRUS: u16 = 1024;
    /// Bound by an import; by something else. (Only symbol tables tell them apart.)
    pub const IMPORTED: u16 = 2048;
    pub const ASSIGNED: u16 = 4096;
}

/// The names of a scope.
pub struct Scope<'a> {
    pub kind: ScopeKind,
    /// What symbol tables call it, and where it is.
    pub title: &'a str,
    pub range: TextRange,
    pub parent: Option<usize>,
    pub names: IndexMap<Name<'a>, u16, Build>,
    pub params: Vec<Name<'a>>,
    /// Free variables, sorted.
    pub free: Vec<Name<'a>>,
    pub is_generator: bool,
    pub is_coroutine: bool,
    /// Class whose methods need the `__class__` cell.
    pub needs_class: bool,
    /// Class name that private names are mangled with.
    pub private: Option<&'a str>,
    nonlocals: Vec<(Name<'a>, TextRange)>,
    /// Inside the iterable of a comprehension: where walrus is forbidden.
    in_iterable: u32,
    /// Attributes stored on first parameters of the methods of a class.
    pub self_attributes: Vec<Name<'a>>,
}

/// All scopes of a text.
pub struct Scopes<'a> {
    pub list: Vec<Scope<'a>>,
    by_node: HashMap<usize, usize, Build>,
}

impl<'a> Scopes<'a> {
    /// The scope that belongs to a tree node.
    pub fn of<T>(&self, node: &T) -> usize {
        self.by_node.get(&address(node)).copied().unwrap_or(0)
    }
}

fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

/// A private name of a class as it is stored.
pub fn mangle<'a>(private: Option<&str>, name: &'a str) -> Name<'a> {
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return Cow::Borrowed(name);
    }
    match private.map(|class| class.trim_start_matches('_')) {
        Some(class) if !class.is_empty() => Cow::Owned(format!("_{class}{name}")),
        _ => Cow::Borrowed(name),
    }
}

struct Collector<'a> {
    scopes: Scopes<'a>,
    current: usize,
    private: Option<&'a str>,
    lazy_annotations: bool,
}

/// Collect and resolve. `lazy_annotations`: annotations are kept as text.
pub fn analyse<'a>(
    body: &'a [Stmt],
    expression: Option<&'a Expr>,
    lazy_annotations: bool,
) -> Outcome<Scopes<'a>> {
    let mut collector = Collector {
        scopes: Scopes { list: Vec::new(), by_node: HashMap::default() },
        current: 0,
        private: None,
        lazy_annotations,
    };
    collector.new_scope(ScopeKind::Module);
    collector.statements(body)?;
    if let Some(expression) = expression {
        collector.expr(expression)?;
    }
    let mut scopes = collector.scopes;
    resolve(&mut scopes)?;
    Ok(scopes)
}

/// A name that is declared global anywhere is global for the statements of the module too: that matters where
/// `exec` runs them with two namespaces.
fn declare_in_module(scopes: &mut Scopes) {
    let Some((module, inner)) = scopes.list.split_first_mut() else { return };
    if module.kind != ScopeKind::Module {
        return;
    }
    let declared = inner.iter().flat_map(|scope| scope.nonlocals.iter().map(move |n| (scope, n)));
    for (scope, (name, _)) in declared {
        if scope.names.get(name).is_some_and(|facts| facts & fact::GLOBAL != 0)
            && let Some(facts) = module.names.get_mut(name)
        {
            *facts |= fact::GLOBAL;
        }
    }
}

fn resolve(scopes: &mut Scopes) -> Outcome<()> {
    declare_in_module(scopes);
    for id in 0..scopes.list.len() {
        let names: Vec<(usize, u16)> =
            scopes.list[id].names.values().enumerate().map(|(i, f)| (i, *f)).collect();
        for (index, facts) in names {
            let local = facts & (fact::BOUND | fact::PARAM) != 0 && facts & fact::NONLOCAL == 0;
            if facts & fact::GLOBAL != 0 || local {
                continue;
            }
            let Some((name, _)) = scopes.list[id].names.get_index(index) else { continue };
            let name = name.clone();
            let found = find(scopes, id, &name);
            if facts & fact::NONLOCAL != 0 && found.is_none() {
                let range =
                    scopes.list[id].nonlocals.iter().find(|(n, _)| *n == name).map(|(_, r)| *r);
                return Err(Failure::syntax(
                    format!("no binding for nonlocal '{name}' found"),
                    range,
                ));
            }
            let Some(owner) = found else { continue };
            if scopes.list[owner].kind == ScopeKind::Class {
                scopes.list[owner].needs_class = true;
            } else {
                if let Some(facts) = scopes.list[owner].names.get_mut(&name) {
                    *facts |= fact::CELL;
                }
            }
            let mut at = id;
            while at != owner {
                let scope = &mut scopes.list[at];
                if !scope.free.contains(&name) {
                    scope.free.push(name.clone());
                }
                if at == id {
                    *scope.names.entry(name.clone()).or_insert(0) |= fact::FREE;
                }
                let Some(parent) = scope.parent else { break };
                at = parent;
            }
        }
    }
    for scope in &mut scopes.list {
        crate::text::order::sort_seldom(&mut scope.free);
    }
    Ok(())
}

/// The enclosing scope whose variable a name of scope `id` is.
fn find(scopes: &Scopes, id: usize, name: &str) -> Option<usize> {
    let mut at = scopes.list[id].parent;
    while let Some(candidate) = at {
        let scope = &scopes.list[candidate];
        match scope.kind {
            ScopeKind::Module => return None,
            ScopeKind::Class if name == "__class__" => return Some(candidate),
            ScopeKind::Class => {}
            _ => {
                if let Some(facts) = scope.names.get(name) {
                    if facts & fact::GLOBAL != 0 {
                        return None;
                    }
                    if facts & (fact::BOUND | fact::PARAM) != 0 && facts & fact::NONLOCAL == 0 {
                        return Some(candidate);
                    }
                }
            }
        }
        at = scope.parent;
    }
    None
}

/// Whether an annotation's target is a name without brackets.
pub fn is_simple(s: &ast::StmtAnnAssign) -> bool {
    matches!(&*s.target, Expr::Name(_)) && s.target.range().start() == s.range.start()
}

/// The marker a call is, if it carries a formatted string.
pub fn marker(call: &ast::ExprCall) -> Option<&'static str> {
    match &*call.func {
        Expr::Name(n) if n.id.as_str() == FSTRING => Some(FSTRING),
        Expr::Name(n) if n.id.as_str() == FVALUE => Some(FVALUE),
        _ => None,
    }
}

impl<'a> Collector<'a> {
    fn scope(&mut self) -> &mut Scope<'a> {
        &mut self.scopes.list[self.current]
    }

    fn new_scope(&mut self, kind: ScopeKind) -> usize {
        let id = self.scopes.list.len();
        // Blocks inside the iterable of a comprehension are inside it too.
        let inherited = self.scopes.list.get(self.current).map_or(0, |s| s.in_iterable);
        self.scopes.list.push(Scope {
            kind,
            title: kind.title(),
            range: TextRange::default(),
            parent: (id != 0).then_some(self.current),
            names: IndexMap::default(),
            params: Vec::new(),
            free: Vec::new(),
            is_generator: false,
            is_coroutine: false,
            needs_class: false,
            private: self.private,
            nonlocals: Vec::new(),
            in_iterable: inherited,
            self_attributes: Vec::new(),
        });
        id
    }

    fn enter<T>(&mut self, kind: ScopeKind, node: &T) -> usize {
        let id = self.new_scope(kind);
        self.scopes.by_node.insert(address(node), id);
        std::mem::replace(&mut self.current, id)
    }

    fn mangled(&self, name: &'a str) -> Name<'a> {
        mangle(self.private, name)
    }

    fn note(&mut self, name: &'a str, facts: u16) {
        let name = self.mangled(name);
        *self.scope().names.entry(name).or_insert(0) |= facts;
    }

    fn bind(&mut self, name: &'a str, range: TextRange) -> Outcome<()> {
        if name == "__debug__" {
            return fail("cannot assign to __debug__", range);
        }
        self.note(name, fact::BOUND | fact::ASSIGNED);
        Ok(())
    }

    fn import(&mut self, name: &'a str, range: TextRange) -> Outcome<()> {
        if name == "__debug__" {
            return fail("cannot assign to __debug__", range);
        }
        self.note(name, fact::BOUND | fact::IMPORTED);
        Ok(())
    }

    fn statements(&mut self, body: &'a [Stmt]) -> Outcome<()> {
        for statement in body {
            self.stmt(statement)?;
        }
        Ok(())
    }

    fn exprs(&mut self, list: &'a [Expr]) -> Outcome<()> {
        for e in list {
            self.expr(e)?;
        }
        Ok(())
    }

    fn maybe(&mut self, e: &'a Option<Box<Expr>>) -> Outcome<()> {
        match e {
            Some(e) => self.expr(e),
            None => Ok(()),
        }
    }

    fn annotation(&mut self, e: &'a Option<Box<Expr>>) -> Outcome<()> {
        match e {
            Some(e) => self.annotation_expr(e),
            None => Ok(()),
        }
    }

    fn annotation_expr(&mut self, e: &'a Expr) -> Outcome<()> {
        if self.lazy_annotations { forbid_in_annotation(e) } else { self.expr(e) }
    }

    fn stmt(&mut self, statement: &'a Stmt) -> Outcome<()> {
        match statement {
            Stmt::FunctionDef(f) => {
                self.bind(&f.name, f.range)?;
                let outer = self.function(f, &f.args, &f.decorator_list, &f.returns, false)?;
                self.function_body(outer, &f.name, f.range, &f.args, &f.body)
            }
            Stmt::AsyncFunctionDef(f) => {
                self.bind(&f.name, f.range)?;
                let outer = self.function(f, &f.args, &f.decorator_list, &f.returns, true)?;
                self.function_body(outer, &f.name, f.range, &f.args, &f.body)
            }
            Stmt::ClassDef(c) => {
                self.bind(&c.name, c.range)?;
                self.exprs(&c.decorator_list)?;
                self.exprs(&c.bases)?;
                for k in &c.keywords {
                    self.expr(&k.value)?;
                }
                let private = self.private.replace(&c.name);
                let outer = self.enter(ScopeKind::Class, c);
                (self.scope().title, self.scope().range) = (&c.name, c.range);
                self.statements(&c.body)?;
                self.current = outer;
                self.private = private;
                Ok(())
            }
            Stmt::Return(s) => self.maybe(&s.value),
            Stmt::Delete(s) => self.exprs(&s.targets),
            Stmt::Assign(s) => {
                self.expr(&s.value)?;
                self.self_attributes(&s.targets);
                self.exprs(&s.targets)
            }
            Stmt::TypeAlias(s) => fail("invalid syntax", s.range),
            Stmt::AugAssign(s) => {
                self.expr(&s.target)?;
                if let Expr::Name(n) = &*s.target {
                    self.note(&n.id, fact::USED);
                }
                self.expr(&s.value)
            }
            Stmt::AnnAssign(s) => {
                if let Expr::Name(n) = &*s.target {
                    let simple = is_simple(s);
                    let name = self.mangled(&n.id);
                    let is_module = self.scope().kind == ScopeKind::Module;
                    let facts = self.scope().names.get(&name).copied().unwrap_or(0);
                    if simple && !is_module && facts & (fact::GLOBAL | fact::NONLOCAL) != 0 {
                        let what = if facts & fact::GLOBAL != 0 { "global" } else { "nonlocal" };
                        return fail(format!("annotated name '{}' can't be {what}", n.id), s.range);
                    }
                    if simple || s.value.is_some() {
                        self.bind(&n.id, n.range)?;
                        self.note(&n.id, if simple { fact::ANNOTATED } else { 0 });
                    }
                } else {
                    self.self_attributes(std::slice::from_ref(&*s.target));
                    self.expr(&s.target)?;
                }
                self.annotation_expr(&s.annotation)?;
                self.maybe(&s.value)
            }
            Stmt::For(s) => {
                self.expr(&s.target)?;
                self.expr(&s.iter)?;
                self.statements(&s.body)?;
                self.statements(&s.orelse)
            }
            Stmt::AsyncFor(s) => {
                self.expr(&s.target)?;
                self.expr(&s.iter)?;
                self.statements(&s.body)?;
                self.statements(&s.orelse)
            }
            Stmt::While(s) => {
                self.expr(&s.test)?;
                self.statements(&s.body)?;
                self.statements(&s.orelse)
            }
            Stmt::If(s) => {
                let mut s = s;
                loop {
                    self.expr(&s.test)?;
                    self.statements(&s.body)?;
                    match s.orelse.as_slice() {
                        [Stmt::If(next)] => s = next,
                        rest => return self.statements(rest),
                    }
                }
            }
            Stmt::With(s) => self.with(&s.items, &s.body),
            Stmt::AsyncWith(s) => self.with(&s.items, &s.body),
            Stmt::Match(s) => {
                self.expr(&s.subject)?;
                for case in &s.cases {
                    self.pattern(&case.pattern)?;
                    self.maybe(&case.guard)?;
                    self.statements(&case.body)?;
                }
                Ok(())
            }
            Stmt::Raise(s) => {
                self.maybe(&s.exc)?;
                self.maybe(&s.cause)
            }
            Stmt::Try(s) => self.try_(&s.body, &s.handlers, &s.orelse, &s.finalbody),
            Stmt::TryStar(s) => self.try_(&s.body, &s.handlers, &s.orelse, &s.finalbody),
            Stmt::Assert(s) => {
                self.expr(&s.test)?;
                self.maybe(&s.msg)
            }
            Stmt::Import(s) => {
                for alias in &s.names {
                    let stored = match &alias.asname {
                        Some(name) => name.as_str(),
                        None => alias.name.split('.').next().unwrap_or(""),
                    };
                    self.import(stored, alias.range)?;
                }
                Ok(())
            }
            Stmt::ImportFrom(s) => {
                for alias in &s.names {
                    if alias.name.as_str() == "*" {
                        if self.scope().kind != ScopeKind::Module {
                            return fail("import * only allowed at module level", alias.range);
                        }
                        continue;
                    }
                    self.import(alias.asname.as_ref().unwrap_or(&alias.name), alias.range)?;
                }
                Ok(())
            }
            Stmt::Global(s) => self.declare(&s.names, s.range, fact::GLOBAL, "global"),
            Stmt::Nonlocal(s) => {
                if self.scope().kind == ScopeKind::Module {
                    return fail("nonlocal declaration not allowed at module level", s.range);
                }
                self.declare(&s.names, s.range, fact::NONLOCAL, "nonlocal")
            }
            Stmt::Expr(s) => self.expr(&s.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => Ok(()),
        }
    }

    fn declare(
        &mut self,
        names: &'a [ast::Identifier],
        range: TextRange,
        what: u16,
        word: &str,
    ) -> Outcome<()> {
        for name in names {
            let stored = self.mangled(name);
            let facts = self.scope().names.get(&stored).copied().unwrap_or(0);
            let problem = if facts & fact::PARAM != 0 {
                Some(format!("name '{name}' is parameter and {word}"))
            } else if facts & fact::USED != 0 {
                Some(format!("name '{name}' is used prior to {word} declaration"))
            } else if facts & fact::ANNOTATED != 0 {
                Some(format!("annotated name '{name}' can't be {word}"))
            } else if facts & fact::BOUND != 0 {
                Some(format!("name '{name}' is assigned to before {word} declaration"))
            } else {
                None
            };
            if let Some(problem) = problem {
                return fail(problem, range);
            }
            let facts = facts | what;
            if facts & fact::GLOBAL != 0 && facts & fact::NONLOCAL != 0 {
                let known = self.scope().nonlocals.iter().find(|(n, _)| *n == stored);
                let first = known.map_or(range, |(_, r)| *r);
                return fail(format!("name '{name}' is nonlocal and global"), first);
            }
            self.scope().nonlocals.push((stored.clone(), range));
            self.scope().names.insert(stored, facts);
        }
        Ok(())
    }

    fn with(&mut self, items: &'a [ast::WithItem], body: &'a [Stmt]) -> Outcome<()> {
        for item in items {
            self.expr(&item.context_expr)?;
            self.maybe(&item.optional_vars)?;
        }
        self.statements(body)
    }

    fn try_(
        &mut self,
        body: &'a [Stmt],
        handlers: &'a [ast::ExceptHandler],
        orelse: &'a [Stmt],
        finalbody: &'a [Stmt],
    ) -> Outcome<()> {
        self.statements(body)?;
        self.statements(orelse)?;
        for ast::ExceptHandler::ExceptHandler(h) in handlers {
            self.maybe(&h.type_)?;
            if let Some(name) = &h.name {
                self.bind(name, h.range)?;
                self.note(name, fact::DELETED);
            }
            self.statements(&h.body)?;
        }
        self.statements(finalbody)
    }

    /// Note `self.name = ...` of a method in the class.
    fn self_attributes(&mut self, targets: &'a [Expr]) {
        for target in targets {
            match target {
                Expr::Tuple(t) => self.self_attributes(&t.elts),
                Expr::List(t) => self.self_attributes(&t.elts),
                Expr::Attribute(a) => {
                    let Expr::Name(n) = &*a.value else { continue };
                    let scope = &self.scopes.list[self.current];
                    if scope.kind != ScopeKind::Function
                        || scope.params.first().is_none_or(|p| p != n.id.as_str())
                    {
                        continue;
                    }
                    let Some(parent) = scope.parent else { continue };
                    let attr = mangle(self.private, &a.attr);
                    let class = &mut self.scopes.list[parent];
                    if class.kind == ScopeKind::Class && !class.self_attributes.contains(&attr) {
                        class.self_attributes.push(attr);
                    }
                }
                _ => {}
            }
        }
    }

    fn function<T>(
        &mut self,
        node: &'a T,
        args: &'a ast::Arguments,
        decorators: &'a [Expr],
        returns: &'a Option<Box<Expr>>,
        is_async: bool,
    ) -> Outcome<usize> {
        self.defaults(args)?;
        for arg in all_args(args) {
            self.annotation(&arg.annotation)?;
        }
        self.annotation(returns)?;
        self.exprs(decorators)?;
        let outer = self.enter(ScopeKind::Function, node);
        self.scope().is_coroutine = is_async;
        Ok(outer)
    }

    /// What is inside of the function that was entered from `outer`.
    fn function_body(
        &mut self,
        outer: usize,
        name: &'a str,
        range: TextRange,
        args: &'a ast::Arguments,
        body: &'a [Stmt],
    ) -> Outcome<()> {
        (self.scope().title, self.scope().range) = (name, range);
        self.params(args, range)?;
        self.statements(body)?;
        self.current = outer;
        Ok(())
    }

    fn defaults(&mut self, args: &'a ast::Arguments) -> Outcome<()> {
        for arg in args.posonlyargs.iter().chain(&args.args).chain(&args.kwonlyargs) {
            self.maybe(&arg.default)?;
        }
        Ok(())
    }

    fn params(&mut self, args: &'a ast::Arguments, whole: TextRange) -> Outcome<()> {
        for arg in all_args(args) {
            if arg.arg.as_str() == "__debug__" {
                return fail("cannot assign to __debug__", whole);
            }
            let name = self.mangled(&arg.arg);
            if self.scope().names.contains_key(&name) {
                return fail(
                    format!("duplicate argument '{}' in function definition", arg.arg),
                    arg.range,
                );
            }
            self.scope().names.insert(name.clone(), fact::PARAM);
            self.scope().params.push(name);
        }
        Ok(())
    }

    fn comprehension<T>(
        &mut self,
        node: &'a T,
        kind: ScopeKind,
        whole: TextRange,
        generators: &'a [ast::Comprehension],
        elements: [Option<&'a Expr>; 2],
    ) -> Outcome<()> {
        let Some((first, rest)) = generators.split_first() else { return Ok(()) };
        self.scope().in_iterable += 1;
        self.expr(&first.iter)?;
        self.scope().in_iterable -= 1;
        let outer = self.enter(kind, node);
        self.scope().range = whole;
        self.scope().names.insert(Cow::Borrowed(".0"), fact::PARAM);
        self.scope().params.push(Cow::Borrowed(".0"));
        if kind == ScopeKind::GenExp {
            self.scope().is_generator = true;
        }
        if first.is_async {
            self.scope().is_coroutine = true;
        }
        self.iteration_target(&first.target)?;
        self.exprs(&first.ifs)?;
        for generator in rest {
            if generator.is_async {
                self.scope().is_coroutine = true;
            }
            self.iteration_target(&generator.target)?;
            self.scope().in_iterable += 1;
            self.expr(&generator.iter)?;
            self.scope().in_iterable -= 1;
            self.exprs(&generator.ifs)?;
        }
        for e in elements.into_iter().flatten() {
            self.expr(e)?;
        }
        let is_async = self.scope().is_coroutine && kind != ScopeKind::GenExp;
        self.current = outer;
        if is_async {
            let scope = self.scope();
            if scope.kind.is_comprehension() {
                scope.is_coroutine = true;
            }
        }
        Ok(())
    }

    fn iteration_target(&mut self, target: &'a Expr) -> Outcome<()> {
        let before: Vec<u16> = self.scope().names.values().copied().collect();
        self.expr(target)?;
        let mut names = Vec::new();
        target_names(target, &mut names);
        for (name, range) in names {
            let stored = self.mangled(name);
            let index = self.scope().names.get_index_of(&stored);
            let earlier = index.and_then(|i| before.get(i)).copied().unwrap_or(0);
            if earlier & fact::WALRUS != 0 {
                return fail(
                    format!(
                        "comprehension inner loop cannot rebind assignment expression target '{name}'"
                    ),
                    range,
                );
            }
            self.note(name, fact::ITERATION);
        }
        Ok(())
    }

    fn walrus(&mut self, e: &'a ast::ExprNamedExpr) -> Outcome<()> {
        let Expr::Name(target) = &*e.target else { return self.expr(&e.target) };
        let name = target.id.as_str();
        if self.scope().in_iterable > 0 {
            return fail(
                "assignment expression cannot be used in a comprehension iterable expression",
                e.range,
            );
        }
        if self.scope().kind.is_comprehension() {
            self.walrus_in_comprehension(name, e)?;
        } else {
            self.bind(name, target.range)?;
            self.note(name, fact::WALRUS);
        }
        self.expr(&e.value)
    }

    fn walrus_in_comprehension(&mut self, name: &'a str, e: &ast::ExprNamedExpr) -> Outcome<()> {
        let stored = self.mangled(name);
        let mut at = self.current;
        loop {
            let scope = &self.scopes.list[at];
            if !scope.kind.is_comprehension() {
                break;
            }
            let facts = scope.names.get(&stored).copied().unwrap_or(0);
            if facts & fact::ITERATION != 0 {
                return fail(
                    format!(
                        "assignment expression cannot rebind comprehension iteration variable '{name}'"
                    ),
                    e.target.range(),
                );
            }
            if scope.in_iterable > 0 {
                return fail(
                    "assignment expression cannot be used in a comprehension iterable expression",
                    e.range,
                );
            }
            let Some(parent) = scope.parent else { break };
            at = parent;
        }
        let owner = &mut self.scopes.list[at];
        let comp_fact = match owner.kind {
            ScopeKind::Class => {
                return fail(
                    "assignment expression within a comprehension cannot be used in a class body",
                    e.range,
                );
            }
            ScopeKind::Module => {
                *owner.names.entry(stored.clone()).or_insert(0) |= fact::GLOBAL;
                fact::GLOBAL
            }
            _ => {
                let facts = owner.names.entry(stored.clone()).or_insert(0);
                if *facts & fact::GLOBAL != 0 {
                    fact::GLOBAL
                } else {
                    if *facts & fact::NONLOCAL == 0 {
                        *facts |= fact::BOUND | fact::WALRUS;
                    }
                    fact::NONLOCAL
                }
            }
        };
        let facts = fact::WALRUS | comp_fact;
        *self.scope().names.entry(stored).or_insert(0) |= facts;
        Ok(())
    }

    fn expr(&mut self, e: &'a Expr) -> Outcome<()> {
        match e {
            Expr::BoolOp(e) => self.exprs(&e.values),
            Expr::NamedExpr(e) => self.walrus(e),
            Expr::BinOp(e) => {
                self.expr(&e.left)?;
                self.expr(&e.right)
            }
            Expr::UnaryOp(e) => self.expr(&e.operand),
            Expr::Lambda(e) => {
                self.defaults(&e.args)?;
                let outer = self.enter(ScopeKind::Lambda, e);
                self.scope().range = e.range;
                self.params(&e.args, e.range)?;
                self.expr(&e.body)?;
                self.current = outer;
                Ok(())
            }
            Expr::IfExp(e) => {
                self.expr(&e.test)?;
                self.expr(&e.body)?;
                self.expr(&e.orelse)
            }
            Expr::Dict(e) => {
                for (key, value) in e.keys.iter().zip(&e.values) {
                    if let Some(key) = key {
                        self.expr(key)?;
                    }
                    self.expr(value)?;
                }
                Ok(())
            }
            Expr::Set(e) => self.exprs(&e.elts),
            Expr::ListComp(e) => self.comprehension(
                e,
                ScopeKind::ListComp,
                e.range,
                &e.generators,
                [Some(&e.elt), None],
            ),
            Expr::SetComp(e) => self.comprehension(
                e,
                ScopeKind::SetComp,
                e.range,
                &e.generators,
                [Some(&e.elt), None],
            ),
            Expr::DictComp(e) => self.comprehension(
                e,
                ScopeKind::DictComp,
                e.range,
                &e.generators,
                [Some(&e.key), Some(&e.value)],
            ),
            Expr::GeneratorExp(e) => self.comprehension(
                e,
                ScopeKind::GenExp,
                e.range,
                &e.generators,
                [Some(&e.elt), None],
            ),
            Expr::Await(e) => {
                self.expr(&e.value)?;
                self.scope().is_coroutine = true;
                Ok(())
            }
            Expr::Yield(e) => {
                self.maybe(&e.value)?;
                self.yields(e.range)
            }
            Expr::YieldFrom(e) => {
                self.expr(&e.value)?;
                self.yields(e.range)
            }
            Expr::Compare(e) => {
                self.expr(&e.left)?;
                self.exprs(&e.comparators)
            }
            Expr::Call(e) => {
                if marker(e).is_none() {
                    self.expr(&e.func)?;
                }
                self.exprs(&e.args)?;
                for k in &e.keywords {
                    self.expr(&k.value)?;
                }
                Ok(())
            }
            Expr::FormattedValue(e) => self.expr(&e.value),
            Expr::JoinedStr(e) => self.exprs(&e.values),
            Expr::Constant(_) => Ok(()),
            Expr::Attribute(e) => self.expr(&e.value),
            Expr::Subscript(e) => {
                self.expr(&e.value)?;
                self.expr(&e.slice)
            }
            Expr::Starred(e) => self.expr(&e.value),
            Expr::Name(e) => match e.ctx {
                ast::ExprContext::Load => {
                    self.note(&e.id, fact::USED);
                    if e.id.as_str() == "super" && self.scope().kind.is_function() {
                        self.note("__class__", fact::USED);
                    }
                    Ok(())
                }
                ast::ExprContext::Store => self.bind(&e.id, e.range),
                ast::ExprContext::Del => {
                    if e.id.as_str() == "__debug__" {
                        return fail("cannot delete __debug__", e.range);
                    }
                    self.note(&e.id, fact::BOUND | fact::ASSIGNED | fact::DELETED);
                    Ok(())
                }
            },
            Expr::List(e) => self.exprs(&e.elts),
            Expr::Tuple(e) => self.exprs(&e.elts),
            Expr::Slice(e) => {
                self.maybe(&e.lower)?;
                self.maybe(&e.upper)?;
                self.maybe(&e.step)
            }
        }
    }

    fn yields(&mut self, range: TextRange) -> Outcome<()> {
        let scope = self.scope();
        let what = match scope.kind {
            ScopeKind::ListComp => "list comprehension",
            ScopeKind::SetComp => "set comprehension",
            ScopeKind::DictComp => "dict comprehension",
            ScopeKind::GenExp => "generator expression",
            _ => {
                scope.is_generator = true;
                return Ok(());
            }
        };
        fail(format!("'yield' inside {what}"), range)
    }

    fn pattern(&mut self, pattern: &'a ast::Pattern) -> Outcome<()> {
        use ast::Pattern::*;
        match pattern {
            MatchValue(p) => self.expr(&p.value),
            MatchSingleton(_) => Ok(()),
            MatchSequence(p) => p.patterns.iter().try_for_each(|p| self.pattern(p)),
            MatchMapping(p) => {
                self.exprs(&p.keys)?;
                p.patterns.iter().try_for_each(|p| self.pattern(p))?;
                match &p.rest {
                    Some(rest) => self.bind(rest, p.range),
                    None => Ok(()),
                }
            }
            MatchClass(p) => {
                self.expr(&p.cls)?;
                p.patterns.iter().chain(&p.kwd_patterns).try_for_each(|p| self.pattern(p))
            }
            MatchStar(p) => match &p.name {
                Some(name) => self.bind(name, p.range),
                None => Ok(()),
            },
            MatchAs(p) => {
                if let Some(inner) = &p.pattern {
                    self.pattern(inner)?;
                }
                match &p.name {
                    Some(name) => self.bind(name, p.range),
                    None => Ok(()),
                }
            }
            MatchOr(p) => p.patterns.iter().try_for_each(|p| self.pattern(p)),
        }
    }
}

/// Yield, await and walrus may not stand in annotations.
fn forbid_in_annotation(e: &Expr) -> Outcome<()> {
    let what = match e {
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::NamedExpr(_) => "named expression",
        _ => return Ok(()),
    };
    fail(format!("'{what}' can not be used within an annotation"), e.range())
}

/// Names bound by an assignment target.
pub fn target_names<'a>(target: &'a Expr, out: &mut Vec<(&'a str, TextRange)>) {
    match target {
        Expr::Name(n) => out.push((&n.id, n.range)),
        Expr::Tuple(t) => t.elts.iter().for_each(|e| target_names(e, out)),
        Expr::List(t) => t.elts.iter().for_each(|e| target_names(e, out)),
        Expr::Starred(s) => target_names(&s.value, out),
        _ => {}
    }
}

/// All parameters in register order.
pub fn all_args(args: &ast::Arguments) -> impl Iterator<Item = &ast::Arg> {
    args.posonlyargs
        .iter()
        .chain(&args.args)
        .chain(&args.kwonlyargs)
        .map(|a| &a.def)
        .chain(args.vararg.as_deref())
        .chain(args.kwarg.as_deref())
}
