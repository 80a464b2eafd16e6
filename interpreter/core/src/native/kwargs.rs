//! `**kwargs` of a native function: a view of the call's arguments, nothing is copied.

use super::NativeDef;
use super::bind::has_name;
use crate::object::{Dict, Obj, Object, Str, Tuple};
use crate::vm::{Res, Vm};

/// The keyword arguments that no parameter takes.
#[derive(Clone, Copy)]
pub struct Kwargs<'a> {
    def: Option<&'static NativeDef>,
    names: &'a [Object],
    values: &'a [Object],
}

impl<'a> Kwargs<'a> {
    /// The view for a call of `def` with these arguments.
    #[inline]
    pub fn new(
        def: &'static NativeDef,
        args: &'a [Object],
        names: Option<&'a Obj<Tuple>>,
    ) -> Kwargs<'a> {
        Kwargs { def: Some(def), ..Kwargs::all(args, names) }
    }

    /// All keyword arguments of a call, for functions that do their own binding.
    #[inline]
    pub fn all(args: &'a [Object], names: Option<&'a Obj<Tuple>>) -> Kwargs<'a> {
        let names = names.map_or(&[][..], |n| n.as_slice());
        let values = args.get(args.len().saturating_sub(names.len())..).unwrap_or(&[]);
        Kwargs { def: None, names, values }
    }

    /// Names and values in the order of the call.
    pub fn iter(&self) -> impl Iterator<Item = (&'a Obj<Str>, &'a Object)> + use<'a> {
        let def = self.def;
        let pairs = self.names.iter().zip(self.values);
        pairs.filter_map(|(name, value)| Some((name.downcast::<Str>()?, value))).filter(
            move |(name, _)| !def.is_some_and(|d| d.params.iter().any(|p| has_name(p, name))),
        )
    }

    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// The argument of this name.
    pub fn get(&self, name: &str) -> Option<&'a Object> {
        self.iter().find(|(key, _)| key.equals(name)).map(|(_, value)| value)
    }

    /// As a new dict.
    pub fn to_dict(&self, vm: &Vm) -> Res<Obj<Dict>> {
        let dict = vm.new_dict()?;
        for (name, value) in self.iter() {
            dict.set(vm, name.as_object(), value.clone())?;
        }
        Ok(dict)
    }
}
