//! The expansion against a miniature of the core's `native`: which calls reach the function directly,
//! which go to the binder, and what the row says.

use taipan_macros::{getter, native, setter};

/// The names that an expansion uses.
#[allow(dead_code)]
mod native {
    pub struct Vm;
    pub type Object = i64;
    pub type Obj<T> = T;
    pub type Type = &'static str;
    pub type Tuple = Vec<&'static str>;
    pub type Res<T = i64> = Result<T, String>;
    #[derive(Debug, PartialEq)]
    pub enum NativeKind {
        Method,
        Static,
        Class,
        Function,
        New,
    }
    #[derive(Debug, PartialEq)]
    pub enum ParamKind {
        PositionalOnly,
        PositionalOrKeyword,
        VarArgs,
        KeywordOnly,
        VarKeywords,
    }
    pub struct Param {
        pub name: &'static str,
        pub kind: ParamKind,
        pub has_default: bool,
    }
    pub type Call = fn(&Vm, &[Object], Option<&Obj<Tuple>>) -> Res;
    pub struct NativeDef {
        pub name: &'static str,
        pub signature: &'static str,
        pub doc: &'static str,
        pub params: &'static [Param],
        pub call: Call,
        pub kind: NativeKind,
        pub wording: Wording,
        pub coroutine: bool,
    }
    #[derive(Debug, PartialEq)]
    pub enum Wording {
        Native,
        ParseTuple,
        Python(&'static str),
    }
    pub trait NativeFunction {
        const DEF: NativeDef;
    }
    pub trait NativeConstructor {
        const DEF: NativeDef;
        fn new(vm: &Vm, cls: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res;
    }
    pub fn not_a_function(_: &Vm, _: &[Object], _: Option<&Obj<Tuple>>) -> Res {
        Err("no function".into())
    }
    pub trait NativeGetter {
        const NAME: &'static str;
        const DOC: &'static str;
        fn get(vm: &Vm, this: &Object) -> Res;
    }
    pub trait NativeSetter {
        const NAME: &'static str;
        fn set(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()>;
    }
    pub struct ArgInfo {
        pub function: &'static str,
        pub name: &'static str,
        pub index: usize,
    }
    pub enum Maybe<T> {
        Absent,
        Given(T),
    }
    pub trait FromArg<'a>: Sized {
        type Holder: Default;
        fn from_arg(
            vm: &'a Vm,
            object: &'a Object,
            holder: &'a mut Self::Holder,
            info: &ArgInfo,
        ) -> Res<Self>;
    }
    impl<'a> FromArg<'a> for &'a Object {
        type Holder = ();
        fn from_arg(_: &'a Vm, object: &'a Object, _: &'a mut (), info: &ArgInfo) -> Res<Self> {
            if *object < -1000 {
                return Err(format!("{}({}) {}", info.function, info.name, info.index));
            }
            Ok(object)
        }
    }
    impl<'a> FromArg<'a> for i32 {
        type Holder = ();
        fn from_arg(_: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Self> {
            Ok(*object as i32)
        }
    }
    impl<'a, T: FromArg<'a>> FromArg<'a> for Option<T> {
        type Holder = T::Holder;
        fn from_arg(
            vm: &'a Vm,
            object: &'a Object,
            holder: &'a mut T::Holder,
            info: &ArgInfo,
        ) -> Res<Self> {
            T::from_arg(vm, object, holder, info).map(Some)
        }
    }
    impl<'a, T: FromArg<'a>> FromArg<'a> for Maybe<T> {
        type Holder = T::Holder;
        fn from_arg(
            vm: &'a Vm,
            object: &'a Object,
            holder: &'a mut T::Holder,
            info: &ArgInfo,
        ) -> Res<Self> {
            T::from_arg(vm, object, holder, info).map(Maybe::Given)
        }
    }
    /// Borrows from its holder.
    impl<'a> FromArg<'a> for &'a str {
        type Holder = String;
        fn from_arg(
            _: &'a Vm,
            object: &'a Object,
            holder: &'a mut String,
            _: &ArgInfo,
        ) -> Res<Self> {
            *holder = object.to_string();
            Ok(holder)
        }
    }
    pub trait IntoResult {
        fn into_result(self, vm: &Vm) -> Res;
    }
    impl IntoResult for Res {
        fn into_result(self, _: &Vm) -> Res {
            self
        }
    }
    impl IntoResult for () {
        fn into_result(self, _: &Vm) -> Res {
            Ok(0)
        }
    }
    pub struct Kwargs(pub usize);
    impl Kwargs {
        pub fn new(_: &NativeDef, _: &[Object], names: Option<&Obj<Tuple>>) -> Kwargs {
            Kwargs(names.map_or(0, Vec::len))
        }
    }
    pub fn rest<'a>(
        args: &'a [Object],
        names: Option<&Obj<Tuple>>,
        positional: usize,
    ) -> &'a [Object] {
        &args[positional..args.len() - names.map_or(0, Vec::len)]
    }
    /// As if no class had an `__init__` of its own.
    pub fn own_arguments<'a>(
        _cls: &Obj<Type>,
        args: &'a [Object],
        names: Option<&'a Obj<Tuple>>,
    ) -> (&'a [Object], Option<&'a Obj<Tuple>>) {
        (args, names)
    }
    pub fn bind<'a>(
        _: &Vm,
        def: &'static NativeDef,
        args: &'a [Object],
        names: Option<&Obj<Tuple>>,
        slots: &mut [Option<&'a Object>],
    ) -> Res<()> {
        let Some(names) = names else { return Err(format!("{} counts", def.name)) };
        let positional = args.len() - names.len();
        // A slot for each parameter but `*rest` and `**more`, which are taken from `args`.
        let is_one = |p: &&Param| !matches!(p.kind, ParamKind::VarArgs | ParamKind::VarKeywords);
        let single: Vec<&Param> = def.params.iter().filter(is_one).collect();
        for (i, param) in single.iter().enumerate() {
            if param.kind != ParamKind::KeywordOnly && i < positional {
                slots[i] = Some(&args[i]);
            }
        }
        for (name, arg) in names.iter().zip(&args[positional..]) {
            if let Some(at) = single.iter().position(|p| p.name == *name) {
                slots[at] = Some(arg);
            }
        }
        Ok(())
    }
    pub fn misfit(
        vm: &Vm,
        def: &'static NativeDef,
        args: &[Object],
        names: Option<&Obj<Tuple>>,
    ) -> Res {
        let mut slots = vec![None; def.params.len()];
        bind(vm, def, args, names, &mut slots)?;
        unbound(vm, def)
    }
    pub fn unbound(_: &Vm, def: &'static NativeDef) -> Res {
        Err(format!("{} unbound", def.name))
    }
    pub fn cannot_delete(_: &Vm, name: &str) -> Res<()> {
        Err(format!("cannot delete {name}"))
    }
}

use native::{
    Kwargs, Maybe, NativeConstructor, NativeDef, NativeFunction, NativeGetter, NativeSetter,
    Object, Res, Vm,
};

/// Listen for
/// connections.
#[native("(self, backlog=128, /)", krate = crate::native)]
fn listen(_vm: &Vm, this: &Object, backlog: i32) -> Res {
    Ok(this * 1000 + i64::from(backlog))
}

#[native("(a, *rest, b=None, **more)", name = "shape", krate = crate::native)]
fn shape_(a: &Object, rest: &[Object], b: Maybe<&Object>, more: Kwargs) -> Res {
    let b = match b {
        Maybe::Absent => 0,
        Maybe::Given(b) => *b,
    };
    Ok(a + rest.iter().sum::<i64>() * 10 + b * 100 + more.0 as i64 * 1000)
}

#[native("()", krate = crate::native)]
fn type_() {}

#[native("(cls, n, /, *, k)", classmethod, krate = crate::native)]
pub(crate) fn r#yield(_cls: &Object, n: Option<i32>, k: i32) -> Res {
    Ok(i64::from(n.unwrap_or(0) + k))
}

#[native("(text, width='abc')", krate = crate::native)]
fn digits(text: &str, width: &str) -> Res {
    Ok((text.len() + width.len()) as i64)
}

#[native("(cls, start=5, /)", constructor, name = "Counter", krate = crate::native)]
fn counter_new(_vm: &Vm, cls: &&'static str, start: i32) -> Res {
    Ok(cls.len() as i64 * 100 + i64::from(start))
}

/// The value.
#[getter(krate = crate::native)]
fn value(this: &Object) -> Res {
    Ok(this + 1)
}

#[setter(krate = crate::native)]
fn set_value(_this: &Object, value: i32) {
    assert!(value >= 0);
}

fn call(def: &NativeDef, args: &[i64], names: Option<&Vec<&'static str>>) -> Res {
    (def.call)(&Vm, args, names)
}

#[test]
fn direct_and_bound_calls() {
    let def = &<listen as NativeFunction>::DEF;
    assert_eq!(call(def, &[7], None), Ok(7128));
    assert_eq!(call(def, &[7, 5], None), Ok(7005));
    assert_eq!(call(def, &[7, 5, 6], None), Err("listen counts".into()));
    assert_eq!(call(def, &[], Some(&vec![])), Err("listen unbound".into()));
    assert_eq!(call(def, &[-5000], None), Err("listen(self) 0".into()));
    let def = &<shape_ as NativeFunction>::DEF;
    assert_eq!(call(def, &[1, 2, 3], None), Ok(51));
    assert_eq!(call(def, &[1, 2, 3, 4], Some(&vec!["b"])), Ok(1 + 50 + 400 + 1000));
    let def = &<r#yield as NativeFunction>::DEF;
    assert_eq!(call(def, &[0, 2, 3], Some(&vec!["k"])), Ok(5));
    let def = &<digits as NativeFunction>::DEF;
    assert_eq!(call(def, &[1234], None), Ok(7));
    assert_eq!(call(def, &[1234, 9], None), Ok(5));
    let new = <counter_new as NativeConstructor>::new;
    assert_eq!(new(&Vm, &"cls", &[], None), Ok(305));
    assert_eq!(new(&Vm, &"cls", &[7], None), Ok(307));
    assert_eq!(<counter_new as NativeConstructor>::DEF.name, "Counter");
    assert_eq!(<counter_new as NativeConstructor>::DEF.params.len(), 1);
    assert_eq!(call(&<type_ as NativeFunction>::DEF, &[], None), Ok(0));
}

#[test]
fn rows() {
    let def = &<listen as NativeFunction>::DEF;
    assert_eq!((def.name, def.signature), ("listen", "(self, backlog=128, /)"));
    assert_eq!(def.doc, "Listen for\nconnections.");
    assert_eq!(def.kind, native::NativeKind::Method);
    assert!(def.params[1].has_default && !def.params[0].has_default);
    assert_eq!(def.params[1].kind, native::ParamKind::PositionalOnly);
    assert_eq!(<type_ as NativeFunction>::DEF.name, "type");
    assert_eq!(<type_ as NativeFunction>::DEF.kind, native::NativeKind::Function);
    assert_eq!(<r#yield as NativeFunction>::DEF.name, "yield");
    assert_eq!(<r#yield as NativeFunction>::DEF.kind, native::NativeKind::Class);
    assert_eq!(<shape_ as NativeFunction>::DEF.name, "shape");
}

#[test]
fn attributes() {
    assert_eq!(
        (<value as NativeGetter>::NAME, <value as NativeGetter>::DOC),
        ("value", "The value.")
    );
    assert_eq!(value::get(&Vm, &4), Ok(5));
    assert_eq!(set_value::NAME, "value");
    assert_eq!(set_value::set(&Vm, &4, Some(&5)), Ok(()));
    assert_eq!(set_value::set(&Vm, &4, None), Err("cannot delete value".into()));
}
