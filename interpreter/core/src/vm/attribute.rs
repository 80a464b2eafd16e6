//! Attribute access: the default `__getattribute__` and `__setattr__`, special-method look-up.

use super::{Res, Vm};
use crate::object::instance;
use crate::object::*;

impl Vm {
    /// `object.name`.
    #[inline]
    pub fn getattr(&self, object: &Object, name: &Obj<Str>) -> Res {
        let found = match self.class_of(object).slots().getattr {
            Some(f) => f(self, object, name),
            None => self.generic_getattr(object, name),
        };
        if found.is_err() {
            // Whoever raised it: the AttributeError says what was looked for.
            crate::types::exceptions::set_attribute_context(self, object, name);
        }
        found
    }

    /// `object.name` by a Rust string.
    pub fn getattr_named(&self, object: &Object, name: &str) -> Res {
        self.getattr(object, &self.intern(name))
    }

    /// `getattr(object, name, None)`: AttributeError means None.
    pub fn getattr_opt(&self, object: &Object, name: &Obj<Str>) -> Res<Option<Object>> {
        if self.class_of(object).slots().getattr.is_none() {
            // A descriptor may raise it too (a property, an empty `__slots__` word).
            return self
                .generic_getattr_opt(object, name)
                .or_else(|r| self.caught(r, Exc::AttributeError).map(|_| None));
        }
        match self.getattr(object, name) {
            Ok(o) => Ok(Some(o)),
            Err(r) => self.caught(r, Exc::AttributeError).map(|_| None),
        }
    }

    /// `object.name = value`.
    pub fn setattr(&self, object: &Object, name: &Obj<Str>, value: &Object) -> Res<()> {
        self.setattr_or_delete(object, name, Some(value))
    }

    /// `del object.name`.
    pub fn delattr(&self, object: &Object, name: &Obj<Str>) -> Res<()> {
        self.setattr_or_delete(object, name, None)
    }

    pub fn setattr_or_delete(
        &self,
        object: &Object,
        name: &Obj<Str>,
        value: Option<&Object>,
    ) -> Res<()> {
        let name = self.intern_str(name);
        match self.class_of(object).slots().setattr {
            Some(f) => f(self, object, &name, value),
            None => self.generic_setattr(object, &name, value),
        }
    }

    /// What `object.__getattribute__` does.
    pub fn generic_getattr(&self, object: &Object, name: &Obj<Str>) -> Res {
        match self.generic_getattr_opt(object, name)? {
            Some(o) => Ok(o),
            None => Err(self.no_attribute(object, name)),
        }
    }

    /// AttributeError "'C' object has no attribute 'x'", with `name` and `obj` for suggestions.
    #[cold]
    pub fn no_attribute(&self, object: &Object, name: &Obj<Str>) -> super::Raised {
        if let Err(no_memory) = self.need_room(name.len().saturating_mul(8)) {
            return no_memory;
        }
        let class = self.class_of(object).full_name();
        let r = self.attribute_error(format_args!(
            "'{class}' object has no attribute '{}'",
            name.to_str_lossy()
        ));
        crate::types::exceptions::set_attribute_context(self, object, name);
        r
    }

    /// The default look-up: data descriptors of the class, the instance, then the class.
    pub fn generic_getattr_opt(&self, object: &Object, name: &Obj<Str>) -> Res<Option<Object>> {
        let made;
        let name = if name.is_interned() {
            name
        } else {
            made = self.intern_str(name);
            &made
        };
        let class = self.class_of(object);
        let found = class.lookup(self, name);
        let mut getter = None;
        if let Some(attribute) = &found {
            let slots = self.class_of(attribute).slots();
            getter = slots.descr_get;
            if let (Some(get), true) = (getter, slots.descr_set.is_some()) {
                return get(self, attribute, Some(object), Some(&class.clone().into_object()))
                    .map(Some);
            }
        }
        if instance::has_attributes(object) {
            if let Some(o) = instance::get_attribute(self, object, name) {
                return Ok(Some(o));
            }
        } else if let Some(dict) = self.native_dict(object) {
            if let Some(o) = dict.get_str(self, name) {
                return Ok(Some(o));
            }
        }
        match (found, getter) {
            (Some(attribute), Some(get)) => {
                let class = self.class_of(object).clone().into_object();
                get(self, &attribute, Some(object), Some(&class)).map(Some)
            }
            (found, _) => Ok(found),
        }
    }

    /// An attribute that an object itself has, in its `__dict__` or as if it were there; its class is not asked.
    pub fn own_attribute(&self, object: &Object, name: &Obj<Str>) -> Option<Object> {
        if instance::has_attributes(object) {
            return instance::get_attribute(self, object, &self.intern_str(name));
        }
        self.native_dict(object)?.get_str(self, name)
    }

    /// What `object.__setattr__` and `__delattr__` do. `name` is interned.
    pub fn generic_setattr(
        &self,
        object: &Object,
        name: &Obj<Str>,
        value: Option<&Object>,
    ) -> Res<()> {
        let class = self.class_of(object);
        let found = class.lookup(self, name);
        if let Some(attribute) = &found {
            if let Some(set) = self.class_of(attribute).slots().descr_set {
                return set(self, attribute, object, value);
            }
        }
        if instance::has_attributes(object) {
            return match value {
                Some(v) => instance::set_attribute(self, object, name, v.clone()),
                None if instance::delete_attribute(self, object, name) => Ok(()),
                None => Err(self.nothing_to_delete(object, name)),
            };
        }
        if let Some(dict) = self.native_dict(object) {
            if let (None, Some(module)) = (value, object.downcast::<Module>()) {
                crate::types::module::complete(self, module)?;
            }
            return match value {
                Some(v) => dict.set_str(self, name, v.clone()),
                None if dict.remove_str(self, name).is_some() => Ok(()),
                None => Err(self.nothing_to_delete(object, name)),
            };
        }
        if found.is_some() {
            return Err(self.attribute_error(format_args!(
                "'{}' object attribute '{}' is read-only",
                self.type_name(object),
                name.to_str_lossy()
            )));
        }
        Err(self.no_attribute(object, name))
    }

    /// A deleted attribute was not there: without context, so that nothing is suggested.
    #[cold]
    fn nothing_to_delete(&self, object: &Object, name: &Obj<Str>) -> super::Raised {
        if let Err(no_memory) = self.need_room(name.len().saturating_mul(8)) {
            return no_memory;
        }
        let class = self.type_name(object);
        self.attribute_error(format_args!(
            "'{class}' object has no attribute '{}'",
            name.to_str_lossy()
        ))
    }

    /// The `__dict__` of native objects that have one: modules, functions.
    pub(crate) fn native_dict(&self, object: &Object) -> Option<Obj<Dict>> {
        match object.kind()? {
            Kind::Module => object.downcast::<Module>().map(|m| m.dict.clone()),
            Kind::Function => {
                object.downcast::<Function>().and_then(|f| f.dict.get_as::<Dict>()).or_else(|| {
                    let d = self.new_dict().ok()?;
                    object.downcast::<Function>()?.dict.set(d.clone().into_object());
                    Some(d)
                })
            }
            Kind::Instance | Kind::DictInstance => {
                object.downcast::<Module>().map(|m| m.dict.clone())
            }
            _ => None,
        }
    }

    /// The special method `name` of an object's class, bound; None if the class has none. The instance
    /// itself is not asked.
    pub fn lookup_special(&self, object: &Object, name: &Obj<Str>) -> Res<Option<Object>> {
        let class = self.class_of(object).clone();
        let Some(attribute) = class.lookup(self, name) else { return Ok(None) };
        match self.class_of(&attribute).slots().descr_get {
            Some(get) => get(self, &attribute, Some(object), Some(class.as_object())).map(Some),
            None => Ok(Some(attribute)),
        }
    }

    /// Call the special method `name` of an object's class; None if there is none.
    #[inline(never)]
    pub fn call_special(
        &self,
        object: &Object,
        name: &Obj<Str>,
        args: &[Object],
    ) -> Res<Option<Object>> {
        let class = self.class_of(object);
        let Some(attribute) = class.lookup(self, name) else { return Ok(None) };
        if let Some(function) = attribute.downcast_exact::<Function>() {
            return self.call_unbound(function, object, args, None).map(Some);
        }
        match self.lookup_special(object, name)? {
            Some(m) => self.call(&m, args).map(Some),
            None => Ok(None),
        }
    }
}
