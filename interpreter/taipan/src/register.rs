//! Functions, classes and modules of the host.
//!
//! All closures are `Send`, as the interpreter that holds them is. One that panics raises SystemError in
//! the script that called it.

use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use taipan_core::native::{Closure, FromObject, IntoObject, IntoResult, TypedClosure};
use taipan_core::object::{Obj, Object, Payload, Tuple, Type, TypeSpec, type_flags};
use taipan_core::vm::{Raised, Res, Vm};

fn panicked(vm: &Vm, name: &str, panic: Box<dyn Any + Send>) -> Raised {
    let text = match panic.downcast_ref::<&str>() {
        Some(text) => text,
        None => panic.downcast_ref::<String>().map_or("(no message)", String::as_str),
    };
    vm.system_error(format_args!("the host's function {name}() panicked: {text}"))
}

/// Call the host's code; its panics end here.
#[inline]
fn guarded(vm: &Vm, name: &str, f: impl FnOnce() -> Res) -> Res {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|panic| Err(panicked(vm, name, panic)))
}

struct Guarded<F>(F);

impl<A, F: TypedClosure<A>> TypedClosure<(A,)> for Guarded<F> {
    fn call(&self, vm: &Vm, this: &Closure, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
        guarded(vm, this.name(), || self.0.call(vm, this, args, names))
    }
}

type Make = Box<dyn FnOnce(&Vm, Description) -> Res + Send>;

/// What Python shows of something registered.
#[derive(Default)]
struct Description {
    name: String,
    doc: String,
    signature: String,
    is_method: bool,
}

impl Description {
    fn named(name: &str) -> Description {
        Description { name: name.to_owned(), ..Description::default() }
    }

    fn apply(&self, closure: Closure) -> Closure {
        let mut closure = closure.doc(&self.doc);
        if !self.signature.is_empty() {
            closure = closure.signature(&self.signature);
        }
        if self.is_method { closure.method() } else { closure }
    }
}

/// A function of the host, made of a closure `Fn(&Vm, A, B, ...) -> R`.
///
/// ```
/// # use taipan::{Function, Interpreter, Vm};
/// let python = Interpreter::new()?;
/// let area = Function::new("area", |_: &Vm, width: f64, height: Option<f64>| {
///     width * height.unwrap_or(width)
/// });
/// python.define(area.signature("(width, height=None)").doc("The area of a rectangle."))?;
/// assert_eq!(python.eval::<f64>("area(3) + area(2, height=4)")?, 17.0);
/// # Ok::<(), taipan::Error>(())
/// ```
pub struct Function {
    description: Description,
    make: Make,
}

impl Function {
    pub fn new<A: 'static>(name: &str, body: impl TypedClosure<A> + Send) -> Function {
        Function {
            description: Description::named(name),
            make: Box::new(move |vm, description| {
                description.apply(Closure::typed(&description.name, Guarded(body))).build(vm)
            }),
        }
    }

    /// What `help()` says.
    pub fn doc(mut self, doc: &str) -> Function {
        doc.clone_into(&mut self.description.doc);
        self
    }

    /// The parameters as the manual prints them, `(host, port=80)`; they can be given by these names.
    /// A parameter whose type is `Option` may be left out.
    pub fn signature(mut self, signature: &str) -> Function {
        signature.clone_into(&mut self.description.signature);
        self
    }
}

/// What the host can give a name in Python: functions, classes, modules.
pub trait Define: Send {
    /// Its own name.
    fn name(&self) -> &str;
    /// The object.
    fn make(self, vm: &Vm) -> Res;
}

impl Define for Function {
    fn name(&self) -> &str {
        &self.description.name
    }

    fn make(self, vm: &Vm) -> Res {
        (self.make)(vm, self.description)
    }
}

/// The payload of all instances of the host's classes.
struct Instance(RefCell<Option<Box<dyn Any + Send>>>);

static INSTANCE: TypeSpec = TypeSpec {
    doc: "An object of the embedding program.",
    slots: taipan_core::object::Slots {
        new: Some(new_instance),
        ..taipan_core::object::Slots::NONE
    },
    flags: type_flags::BASETYPE | type_flags::WEAKREF,
    ..TypeSpec::new::<Instance>("taipan.HostObject")
};

impl Payload for Instance {
    const SPEC: Option<&'static TypeSpec> = Some(&INSTANCE);
}

fn new_instance(vm: &Vm, cls: &Obj<Type>, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
    Ok(vm.alloc_of(cls, Instance(RefCell::new(None)))?.into_object())
}

/// Look at the Rust value of an instance.
fn with_value<T: 'static, R>(vm: &Vm, object: &Object, f: impl FnOnce(&mut T) -> R) -> Res<R> {
    let Some(instance) = object.downcast::<Instance>() else {
        return Err(vm.type_error("'self' is not an object of the host"));
    };
    let Ok(mut value) = instance.0.try_borrow_mut() else {
        return Err(vm.runtime_error("the object is in use: a method of it has called this one"));
    };
    match value.as_mut().map(|value| value.downcast_mut::<T>()) {
        Some(Some(value)) => Ok(f(value)),
        Some(None) => Err(vm.type_error("'self' is of another class")),
        None => Err(vm.runtime_error("the object was not initialised")),
    }
}

/// A method: `Fn(&mut T, A, B, ...) -> R`.
pub trait Method<T, A>: Send + 'static {
    /// Bind, convert, call.
    fn call(&self, vm: &Vm, this: &Closure, args: &[Object], names: Option<&Obj<Tuple>>) -> Res;
}

struct Bound<M, T>(M, PhantomData<fn(T)>);

impl<A, T: 'static, M: Method<T, A>> TypedClosure<(T, A)> for Bound<M, T> {
    fn call(&self, vm: &Vm, this: &Closure, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
        guarded(vm, this.name(), || self.0.call(vm, this, args, names))
    }
}

macro_rules! methods {
    ($($count:literal: $($T:ident $i:tt)*;)*) => {$(
        impl<This: 'static, F, R, $($T),*> Method<This, (R, $($T,)*)> for F
        where
            F: Fn(&mut This, $($T),*) -> R + Send + 'static,
            R: IntoResult,
            $($T: FromObject,)*
        {
            #[allow(unused_variables, reason = "there may be no parameter")]
            fn call(
                &self,
                vm: &Vm,
                this: &Closure,
                args: &[Object],
                names: Option<&Obj<Tuple>>,
            ) -> Res {
                let Some((object, args)) = args.split_first() else {
                    return Err(vm.type_error("a method needs 'self'"));
                };
                let slots: [Option<&Object>; $count] = this.bind(vm, args, names)?;
                let count = ($count, args.len());
                let values = ($(this.convert::<$T>(vm, $i, slots[$i], count)?,)*);
                let result = with_value(vm, object, |value: &mut This| self(value $(, values.$i)*))?;
                result.into_result(vm)
            }
        }
    )*};
}
methods! {
    0: ;
    1: A 0;
    2: A 0 B 1;
    3: A 0 B 1 C 2;
    4: A 0 B 1 C 2 D 3;
    5: A 0 B 1 C 2 D 3 E 4;
}

/// A class whose instances hold a Rust value of type `T`. Scripts may derive from it.
///
/// ```
/// # use taipan::{Class, Interpreter, Vm};
/// struct Counter(i64);
/// let python = Interpreter::new()?;
/// python.define(
///     Class::<Counter>::new("Counter")
///         .doc("Counts.")
///         .constructor(|_: &Vm, start: Option<i64>| Counter(start.unwrap_or(0)))
///         .method("add", |this: &mut Counter, n: i64| { this.0 += n; this.0 })
///         .getter("total", |this: &mut Counter| this.0),
/// )?;
/// assert_eq!(python.eval::<i64>("Counter(40).add(2)")?, 42);
/// # Ok::<(), taipan::Error>(())
/// ```
pub struct Class<T> {
    name: String,
    doc: String,
    members: Vec<(Description, Member)>,
    value: PhantomData<fn(T)>,
}

enum Member {
    Method(Make),
    Getter(Make),
    Static(Make),
}

impl<T: Send + 'static> Class<T> {
    pub fn new(name: &str) -> Class<T> {
        Class { name: name.to_owned(), doc: String::new(), members: Vec::new(), value: PhantomData }
    }

    /// What `help()` says; of the member added last, if there is one.
    pub fn doc(mut self, doc: &str) -> Class<T> {
        let place = self.members.last_mut().map_or(&mut self.doc, |(member, _)| &mut member.doc);
        doc.clone_into(place);
        self
    }

    /// The parameters (without `self`) of the member added last; see [`Function::signature`].
    pub fn signature(mut self, signature: &str) -> Class<T> {
        if let Some((member, _)) = self.members.last_mut() {
            signature.clone_into(&mut member.signature);
        }
        self
    }

    /// What calling the class does: a closure that makes the value, or a `Result` of it. Without one,
    /// only the host makes instances ([`Class::instance`] in a function's result).
    pub fn constructor<A: 'static, R, F>(self, body: F) -> Class<T>
    where
        F: Constructor<T, A, R> + Send,
        R: 'static,
    {
        let make: Make = Box::new(move |vm, description| {
            let body = move |vm: &Vm,
                             this: &Closure,
                             args: &[Object],
                             names: Option<&Obj<Tuple>>| {
                guarded(vm, this.name(), || {
                    let Some((object, args)) = args.split_first() else {
                        return Err(vm.type_error("__init__() needs 'self'"));
                    };
                    let value = body.construct(vm, this, args, names)?;
                    match object.downcast::<Instance>() {
                        Some(instance) => drop(instance.0.replace(Some(Box::new(value)))),
                        None => return Err(vm.type_error("'self' is not an object of the host")),
                    }
                    Ok(Object::none())
                })
            };
            description.apply(Closure::typed(&description.name, Untyped(body))).build(vm)
        });
        self.with("__init__", true, Member::Method(make))
    }

    /// A method: `|this: &mut T, a: A, ...| -> R`. Special methods (`__len__`, `__repr__`, ...) too.
    pub fn method<A: 'static>(self, name: &str, body: impl Method<T, A>) -> Class<T> {
        let body = Bound(body, PhantomData::<fn(T)>);
        let make: Make = Box::new(move |vm, description| {
            description.apply(Closure::typed(&description.name, body)).build(vm)
        });
        self.with(name, true, Member::Method(make))
    }

    /// An attribute that is computed.
    pub fn getter<A: 'static>(self, name: &str, body: impl Method<T, A>) -> Class<T> {
        let body = Bound(body, PhantomData::<fn(T)>);
        let make: Make = Box::new(move |vm, description| {
            description.apply(Closure::typed(&description.name, body)).build(vm)
        });
        self.with(name, false, Member::Getter(make))
    }

    /// A function in the class that has no `self`.
    pub fn function(mut self, function: Function) -> Class<T> {
        self.members.push((function.description, Member::Static(function.make)));
        self
    }

    fn with(mut self, name: &str, is_method: bool, member: Member) -> Class<T> {
        let description = Description { is_method, ..Description::named(name) };
        self.members.push((description, member));
        self
    }
}

/// Takes the call as it comes.
struct Untyped<F>(F);

impl<F> TypedClosure<Untyped<F>> for Untyped<F>
where
    F: Fn(&Vm, &Closure, &[Object], Option<&Obj<Tuple>>) -> Res + 'static,
{
    fn call(&self, vm: &Vm, this: &Closure, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
        (self.0)(vm, this, args, names)
    }
}

/// A constructor: `Fn(&Vm, A, B, ...) -> T`, or `-> Result<T, E>`.
pub trait Constructor<T, A, R>: 'static {
    /// Bind, convert, call.
    fn construct(
        &self,
        vm: &Vm,
        this: &Closure,
        args: &[Object],
        names: Option<&Obj<Tuple>>,
    ) -> Res<T>;
}

/// The marker of constructors that cannot fail.
pub enum Always {}
/// The marker of constructors whose error is an `E`.
pub struct Fails<E>(PhantomData<E>);

macro_rules! constructors {
    ($($count:literal: $($T:ident $i:tt)*;)*) => {$(
        impl<This, F, $($T),*> Constructor<This, ($($T,)*), Always> for F
        where
            F: Fn(&Vm, $($T),*) -> This + 'static,
            $($T: FromObject,)*
        {
            #[allow(unused_variables, reason = "there may be no parameter")]
            fn construct(
                &self,
                vm: &Vm,
                this: &Closure,
                args: &[Object],
                names: Option<&Obj<Tuple>>,
            ) -> Res<This> {
                let slots: [Option<&Object>; $count] = this.bind(vm, args, names)?;
                let count = ($count, args.len());
                Ok(self(vm, $(this.convert::<$T>(vm, $i, slots[$i], count)?),*))
            }
        }

        impl<This, Failure, F, $($T),*> Constructor<This, ($($T,)*), Fails<Failure>> for F
        where
            F: Fn(&Vm, $($T),*) -> Result<This, Failure> + 'static,
            Failure: taipan_core::native::IntoRaised,
            $($T: FromObject,)*
        {
            #[allow(unused_variables, reason = "there may be no parameter")]
            fn construct(
                &self,
                vm: &Vm,
                this: &Closure,
                args: &[Object],
                names: Option<&Obj<Tuple>>,
            ) -> Res<This> {
                let slots: [Option<&Object>; $count] = this.bind(vm, args, names)?;
                let count = ($count, args.len());
                self(vm, $(this.convert::<$T>(vm, $i, slots[$i], count)?),*)
                    .map_err(|failure| failure.into_raised(vm))
            }
        }
    )*};
}
constructors! {
    0: ;
    1: A 0;
    2: A 0 B 1;
    3: A 0 B 1 C 2;
    4: A 0 B 1 C 2 D 3;
}

impl<T: Send + 'static> Define for Class<T> {
    fn name(&self) -> &str {
        &self.name
    }

    fn make(self, vm: &Vm) -> Res {
        let namespace = vm.new_dict()?;
        namespace.set_named(vm, "__module__", vm.str("__main__")?)?;
        if !self.doc.is_empty() {
            namespace.set_named(vm, "__doc__", vm.str(&self.doc)?)?;
        }
        for (description, member) in self.members {
            let name = description.name.clone();
            let object = match member {
                Member::Method(make) => make(vm, description)?,
                Member::Getter(make) => {
                    let doc = description.doc.clone();
                    let getter = make(vm, description)?;
                    let none = Object::none();
                    let args = [getter, none.clone(), none, vm.str(&doc)?.into_object()];
                    vm.call(vm.types().property.as_object(), &args)?
                }
                Member::Static(make) => {
                    let function = make(vm, description)?;
                    vm.call(vm.types().staticmethod.as_object(), &[function])?
                }
            };
            namespace.set_named(vm, &name, object)?;
        }
        let base = vm.type_of_payload::<Instance>()?.into_object();
        let bases = vm.tuple(vec![base])?.into_object();
        let args = [vm.str(&self.name)?.into_object(), bases, namespace.into_object()];
        vm.call(vm.types().type_.as_object(), &args)
    }
}

/// A module of the host: `import` finds it.
///
/// ```
/// # use taipan::{Interpreter, Module, Vm};
/// let python = Interpreter::new()?;
/// python.define(
///     Module::new("host").doc("What the program offers.").value("version", 3).function(
///         "shout", |_: &Vm, text: String| text.to_uppercase()),
/// )?;
/// python.exec("import host; loud = host.shout('hey') * host.version")?;
/// assert_eq!(python.get::<String>("loud")?, "HEYHEYHEY");
/// # Ok::<(), taipan::Error>(())
/// ```
pub struct Module {
    name: String,
    doc: String,
    members: Vec<(String, Value)>,
}

type Value = Box<dyn FnOnce(&Vm) -> Res + Send>;

impl Module {
    pub fn new(name: &str) -> Module {
        Module { name: name.to_owned(), doc: String::new(), members: Vec::new() }
    }

    /// What `help()` says.
    pub fn doc(mut self, doc: &str) -> Module {
        doc.clone_into(&mut self.doc);
        self
    }

    /// An attribute.
    pub fn value(mut self, name: &str, value: impl IntoObject + Send + 'static) -> Module {
        self.members.push((name.to_owned(), Box::new(move |vm| value.into_object(vm))));
        self
    }

    /// A function, without docs; with them: [`Module::define`].
    pub fn function<A: 'static>(self, name: &str, body: impl TypedClosure<A> + Send) -> Module {
        self.define(Function::new(name, body))
    }

    /// A function, a class or a module inside of this one.
    pub fn define(mut self, item: impl Define + 'static) -> Module {
        self.members.push((item.name().to_owned(), Box::new(move |vm| item.make(vm))));
        self
    }
}

impl Define for Module {
    fn name(&self) -> &str {
        &self.name
    }

    fn make(self, vm: &Vm) -> Res {
        let doc = (!self.doc.is_empty()).then_some(self.doc.as_str());
        let module = vm.new_module(&self.name, doc)?;
        for (name, value) in self.members {
            let value = value(vm)?;
            module.dict.set_named(vm, &name, value)?;
        }
        let modules = vm.interp().modules.get_as::<taipan_core::object::Dict>();
        if let Some(modules) = modules {
            modules.set_named(vm, &self.name, Object::from(module.clone()))?;
        }
        Ok(module.into_object())
    }
}
