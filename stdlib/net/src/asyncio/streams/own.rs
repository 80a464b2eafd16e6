//! Which methods of an object are ours: those may be run without a call.

use std::cell::Cell;

use crate::support::*;

/// The methods that our code calls on an object of a type; at most 16 of them, each has the bit of its place.
pub(in crate::asyncio) struct Methods {
    pub spec: &'static TypeSpec,
    pub names: &'static [&'static str],
}

/// What is known of an object.
#[derive(Default)]
pub(in crate::asyncio) struct Own {
    /// The version of the class for which `bits` hold; 0: none.
    version: Cell<u32>,
    bits: Cell<u16>,
    /// Replaced in the object itself.
    replaced: Cell<u16>,
}

impl Own {
    /// Whether nobody has replaced some methods.
    #[inline]
    pub fn has(&self, vm: &Vm, this: &Object, methods: &Methods, bits: u16) -> bool {
        let version = vm.class_of(this).version();
        if version == 0 || version != self.version.get() {
            self.look(vm, this, methods);
        }
        self.bits.get() & bits == bits
    }

    #[cold]
    fn look(&self, vm: &Vm, this: &Object, methods: &Methods) {
        let class = vm.class_of(this).clone();
        let native = match vm.type_of_spec(methods.spec) {
            Ok(native) => native,
            Err(raised) => {
                drop(vm.take_raised(raised)); // no memory: all of them are called
                self.bits.set(0);
                return;
            }
        };
        let mut bits = 0;
        for (i, name) in methods.names.iter().enumerate() {
            let name = vm.intern(name);
            let (theirs, ours) = (class.lookup(vm, &name), native.lookup(vm, &name));
            if matches!((theirs, ours), (Some(theirs), Some(ours)) if theirs.is(&ours)) {
                bits |= 1 << i;
            }
        }
        self.bits.set(bits & !self.replaced.get());
        self.version.set(class.version());
    }

    /// Set or delete an attribute of the object itself.
    pub fn assign(
        &self,
        vm: &Vm,
        this: &Object,
        methods: &Methods,
        name: &Obj<Str>,
        value: Option<&Object>,
    ) -> Res<()> {
        if let Some(i) =
            methods.names.iter().position(|n| n.len() == name.len() && vm.intern(n).is(name))
        {
            // For good: whether it is there is found out by calling it.
            self.replaced.set(self.replaced.get() | 1 << i);
            self.version.set(0);
        }
        vm.generic_setattr(this, name, value)
    }
}
