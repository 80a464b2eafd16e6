//! accumulate, groupby, tee, zip_longest.

use super::{Iterate, iterator, iterator_payload, pickle, step, with_methods};
use std::cell::{Cell, RefCell};
use taipan_core::native::{Kwargs, NativeConstructor, natives};
use taipan_core::object::{
    BinOp, List, NoMemory, Obj, Object, Payload, Slot, Slots, Tuple, Type, TypeSpec, Visitor,
    type_flags,
};
use taipan_core::vm::{Res, Vm};
use taipan_macros::native;

pub(super) struct Accumulate {
    pub(super) source: Slot,
    /// None: addition.
    pub(super) function: Slot,
    pub(super) total: Slot,
    /// Given before anything is taken from the source.
    pub(super) initial: Slot,
}
iterator_payload!(Accumulate, ACCUMULATE, [source, function, total, initial]);

pub(super) static ACCUMULATE: TypeSpec = with_methods(
    iterator::<Accumulate>(
        "itertools.accumulate",
        "accumulate(iterable, func=None, *, initial=None)\n--\n\nThe sums (or results of func) of the items so far.",
        <accumulate_new as NativeConstructor>::new,
    ),
    pickle::ACCUMULATE,
);

#[native("(cls, iterable, func=None, *, initial=None)", constructor, name = "accumulate")]
fn accumulate_new(
    vm: &Vm,
    cls: &Obj<Type>,
    iterable: &Object,
    func: Option<&Object>,
    initial: Option<&Object>,
) -> Res<Obj<Accumulate>> {
    let source = Slot::new(vm.iter(iterable)?);
    let (function, initial) = (Slot::from(func.cloned()), Slot::from(initial.cloned()));
    vm.alloc_of(cls, Accumulate { source, function, total: Slot::empty(), initial })
}

impl Iterate for Accumulate {
    fn advance(this: &Obj<Accumulate>, vm: &Vm) -> Res<Option<Object>> {
        if let Some(initial) = this.initial.take() {
            this.total.set(initial.clone());
            return Ok(Some(initial));
        }
        let Some(item) = step(vm, &this.source)? else { return Ok(None) };
        let total = match (this.total.get(), this.function.get()) {
            (None, _) => item,
            (Some(total), None) => vm.binary(BinOp::Add, &total, &item)?,
            (Some(total), Some(function)) => vm.call(&function, &[total, item])?,
        };
        this.total.set(total.clone());
        Ok(Some(total))
    }
}

/// The state that a groupby and its current group share.
pub(super) struct GroupBy {
    pub(super) source: Slot,
    /// Unset: the item is its own key.
    pub(super) function: Slot,
    /// Key of the group given last.
    pub(super) target: Slot,
    /// Key and value of the item taken last and not yet given.
    pub(super) key: Slot,
    pub(super) value: Slot,
    /// The number of the group that may go on; older groups are at their end.
    pub(super) group: Cell<u64>,
}
iterator_payload!(GroupBy, GROUPBY, [source, function, target, key, value]);

pub(super) static GROUPBY: TypeSpec = with_methods(
    iterator::<GroupBy>(
        "itertools.groupby",
        "groupby(iterable, key=None)\n--\n\n(key, group) for each run of neighbours with equal keys; group iterates over the run.",
        <groupby_new as NativeConstructor>::new,
    ),
    pickle::GROUPBY,
);

#[native("(cls, iterable, key=None)", constructor, name = "groupby")]
fn groupby_new(
    vm: &Vm,
    cls: &Obj<Type>,
    iterable: &Object,
    key: Option<&Object>,
) -> Res<Obj<GroupBy>> {
    let source = Slot::new(vm.iter(iterable)?);
    let function = Slot::from(key.cloned());
    let unset = Slot::empty;
    vm.alloc_of(
        cls,
        GroupBy {
            source,
            function,
            target: unset(),
            key: unset(),
            value: unset(),
            group: Cell::new(0),
        },
    )
}

/// Take the next item and its key; false at the end.
fn take(this: &Obj<GroupBy>, vm: &Vm) -> Res<bool> {
    let Some(value) = step(vm, &this.source)? else { return Ok(false) };
    let key = match this.function.get() {
        Some(function) => vm.call(&function, std::slice::from_ref(&value))?,
        None => value.clone(),
    };
    this.value.set(value);
    this.key.set(key);
    Ok(true)
}

impl Iterate for GroupBy {
    fn advance(this: &Obj<GroupBy>, vm: &Vm) -> Res<Option<Object>> {
        this.group.set(this.group.get() + 1);
        // Skip what is left of the current group.
        loop {
            match (this.key.get(), this.target.get()) {
                (None, _) => {}
                (Some(_), None) => break,
                (Some(key), Some(target)) => {
                    if !vm.eq(&target, &key)? {
                        break;
                    }
                }
            }
            if !take(this, vm)? {
                return Ok(None);
            }
            vm.poll()?;
        }
        let Some(key) = this.key.get() else { return Ok(None) };
        this.target.set(key.clone());
        let group = Grouper {
            parent: Slot::new(this.as_object().clone()),
            target: Slot::new(key.clone()),
            group: this.group.get(),
        };
        let group = vm.alloc(group)?.into_object();
        Ok(Some(vm.tuple(vec![key, group])?.into_object()))
    }
}

/// One run of equal keys.
pub(super) struct Grouper {
    pub(super) parent: Slot,
    pub(super) target: Slot,
    pub(super) group: u64,
}
iterator_payload!(Grouper, GROUPER, [parent, target]);

pub(super) static GROUPER: TypeSpec = with_methods(
    iterator::<Grouper>("itertools._grouper", "", <grouper_new as NativeConstructor>::new),
    pickle::GROUPER,
);

#[native("(cls, parent, tgtkey, /)", constructor, name = "_grouper")]
fn grouper_new(
    vm: &Vm,
    cls: &Obj<Type>,
    parent: &Obj<GroupBy>,
    tgtkey: &Object,
) -> Res<Obj<Grouper>> {
    let group = parent.group.get() + 1;
    parent.group.set(group);
    let parent = Slot::new(parent.as_object().clone());
    vm.alloc_of(cls, Grouper { parent, target: Slot::new(tgtkey.clone()), group })
}

impl Iterate for Grouper {
    fn advance(this: &Obj<Grouper>, vm: &Vm) -> Res<Option<Object>> {
        let (Some(parent), Some(target)) = (this.parent.get_as::<GroupBy>(), this.target.get())
        else {
            return Ok(None);
        };
        if parent.group.get() != this.group {
            return Ok(None);
        }
        if !parent.value.is_set() && !take(&parent, vm)? {
            return Ok(None);
        }
        let Some(key) = parent.key.get() else { return Ok(None) };
        if !vm.eq(&target, &key)? {
            return Ok(None);
        }
        Ok(parent.value.take())
    }
}

/// Items that some tees have seen and others have not, in links of a chain: who lags behind keeps the
/// links from its place on alive.
pub(super) struct Link {
    pub(super) source: Slot,
    pub(super) items: RefCell<Vec<Object>>,
    pub(super) next: Slot,
    /// A tee is taking an item from the source.
    pub(super) running: Cell<bool>,
}

/// Items in a link.
pub(super) const LINK: usize = 57;

impl Payload for Link {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&LINK_SPEC);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.source);
        visitor.slot(&self.next);
        for item in self.items.borrow().iter() {
            visitor.visit(item);
        }
    }
    fn clear(&self) {
        drop(self.source.take());
        drop(self.next.take());
        drop(self.items.take());
    }
}

pub(super) static LINK_SPEC: TypeSpec = TypeSpec {
    doc: "teedataobject(iterable, values, next, /)\n--\n\nItems that several tees share.",
    slots: Slots { new: Some(<link_new as NativeConstructor>::new), ..Slots::NONE },
    methods: natives![pickle::link_reduce],
    ..TypeSpec::new::<Link>("itertools._tee_dataobject")
};

#[native("(cls, iterable, values, next, /)", constructor, name = "teedataobject")]
fn link_new(
    vm: &Vm,
    _cls: &Obj<Type>,
    iterable: &Object,
    values: &Obj<List>,
    next: Option<&Object>,
) -> Res<Object> {
    let items = values.to_vec().map_err(|e| vm.no_memory(e))?;
    let fits = match next {
        // Only a full link has another behind it.
        Some(next) => items.len() == LINK && next.downcast::<Link>().is_some(),
        None => items.len() <= LINK,
    };
    if !fits {
        return Err(vm.value_error("Invalid arguments"));
    }
    let link = Link {
        source: Slot::new(iterable.clone()),
        items: RefCell::new(items),
        next: Slot::from(next.cloned()),
        running: Cell::new(false),
    };
    Ok(vm.alloc(link)?.into_object())
}

pub(super) struct Tee {
    pub(super) link: Slot,
    pub(super) at: Cell<usize>,
}
iterator_payload!(Tee, TEE, [link]);

pub(super) static TEE: TypeSpec = TypeSpec {
    flags: type_flags::BASETYPE | type_flags::WEAKREF,
    methods: natives![tee_copy, pickle::tee_reduce, pickle::tee_setstate],
    ..iterator::<Tee>(
        "itertools._tee",
        "One of the iterators that tee() gives.",
        <tee_new as NativeConstructor>::new,
    )
};

fn new_link(vm: &Vm, source: Option<Object>) -> Res<Object> {
    let link = Link {
        source: source.into(),
        items: RefCell::default(),
        next: Slot::empty(),
        running: Cell::new(false),
    };
    Ok(vm.alloc(link)?.into_object())
}

fn tee_of(vm: &Vm, iterable: &Object) -> Res<Obj<Tee>> {
    let source = vm.iter(iterable)?;
    if let Some(tee) = source.downcast::<Tee>() {
        return vm.alloc(Tee { link: tee.link.get().into(), at: tee.at.clone() });
    }
    let link = new_link(vm, Some(source))?;
    vm.alloc(Tee { link: Slot::new(link), at: Cell::new(0) })
}

#[native("(cls, iterable, /)", constructor, name = "_tee")]
fn tee_new(vm: &Vm, _cls: &Obj<Type>, iterable: &Object) -> Res<Obj<Tee>> {
    tee_of(vm, iterable)
}

/// Another iterator that is at the same place.
#[native("(self, /)", name = "__copy__")]
fn tee_copy(vm: &Vm, this: &Obj<Tee>) -> Res<Obj<Tee>> {
    vm.alloc(Tee { link: this.link.get().into(), at: this.at.clone() })
}

/// Several iterators over the items of one, as a tuple; each goes at its own pace.
///
/// What the slowest has not seen is kept in memory.
#[native("(iterable, n=2, /)")]
pub(super) fn tee(vm: &Vm, iterable: &Object, n: isize) -> Res<Obj<Tuple>> {
    let Ok(n) = usize::try_from(n) else { return Err(vm.value_error("n must be >= 0")) };
    let mut tees = Vec::new();
    tees.try_reserve_exact(n).map_err(|_| vm.no_memory(NoMemory))?;
    if n > 0 {
        let source = vm.iter(iterable)?;
        // An iterator that can be copied needs no chain.
        let first = match vm.getattr_opt(&source, &vm.intern("__copy__"))? {
            Some(_) => source,
            None => tee_of(vm, &source)?.into_object(),
        };
        tees.push(first.clone());
        for _ in 1..n {
            tees.push(vm.call_method(&first, "__copy__", &[])?);
        }
    }
    vm.tuple(tees)
}

impl Iterate for Tee {
    fn advance(this: &Obj<Tee>, vm: &Vm) -> Res<Option<Object>> {
        let Some(mut link) = this.link.get_as::<Link>() else { return Ok(None) };
        if this.at.get() >= LINK {
            if !link.next.is_set() {
                let next = new_link(vm, link.source.get())?;
                link.next.set(next);
            }
            let Some(next) = link.next.get_as::<Link>() else { return Ok(None) };
            this.at.set(0);
            this.link.set(next.as_object().clone());
            link = next;
        }
        let at = this.at.get();
        let known = link.items.borrow().get(at).cloned();
        let item = match known {
            Some(item) => item,
            None => {
                if link.running.replace(true) {
                    return Err(vm.runtime_error("cannot re-enter the tee iterator"));
                }
                let item = step(vm, &link.source);
                link.running.set(false);
                let Some(item) = item? else { return Ok(None) };
                let mut items = link.items.borrow_mut();
                if items.try_reserve(1).is_err() {
                    drop(items);
                    return Err(vm.no_memory(NoMemory));
                }
                items.push(item.clone());
                item
            }
        };
        this.at.set(at + 1);
        Ok(Some(item))
    }
}

pub(super) struct ZipLongest {
    pub(super) sources: RefCell<Vec<Option<Object>>>,
    pub(super) fill: Slot,
}

impl Payload for ZipLongest {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&ZIP_LONGEST);
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.slot(&self.fill);
        for source in self.sources.borrow().iter().flatten() {
            visitor.visit(source);
        }
    }
    fn clear(&self) {
        drop(self.fill.take());
        drop(self.sources.take());
    }
}

pub(super) static ZIP_LONGEST: TypeSpec = with_methods(
    iterator::<ZipLongest>(
        "itertools.zip_longest",
        "zip_longest(*iterables, fillvalue=None)\n--\n\nTuples of one item of each iterable, until the longest is at its end;\n\
     fillvalue stands for the items that the shorter ones lack.",
        <zip_longest_new as NativeConstructor>::new,
    ),
    pickle::ZIP_LONGEST,
);

#[native("(cls, *iterables, **kwargs)", constructor, name = "zip_longest")]
fn zip_longest_new(
    vm: &Vm,
    cls: &Obj<Type>,
    iterables: &[Object],
    kwargs: Kwargs,
) -> Res<Obj<ZipLongest>> {
    let fill = kwargs.get("fillvalue").cloned();
    if kwargs.len() > usize::from(fill.is_some()) {
        return Err(vm.type_error("zip_longest() got an unexpected keyword argument"));
    }
    let mut sources = Vec::new();
    for iterable in iterables {
        sources.push(Some(vm.iter(iterable)?));
    }
    let fill = Slot::new(fill.unwrap_or_else(Object::none));
    vm.alloc_of(cls, ZipLongest { sources: RefCell::new(sources), fill })
}

impl Iterate for ZipLongest {
    fn advance(this: &Obj<ZipLongest>, vm: &Vm) -> Res<Option<Object>> {
        let count = this.sources.borrow().len();
        let Some(fill) = this.fill.get() else { return Ok(None) };
        let mut items = Vec::new();
        items.try_reserve_exact(count).map_err(|_| vm.no_memory(NoMemory))?;
        let source = |i: usize| this.sources.borrow().get(i).cloned().flatten();
        for i in 0..count {
            let item = match source(i) {
                Some(source) => vm.next(&source)?,
                None => None,
            };
            if let Some(item) = item {
                items.push(item);
                continue;
            }
            let ended = this.sources.borrow_mut().get_mut(i).and_then(Option::take);
            drop(ended);
            if (0..count).all(|i| source(i).is_none()) {
                return Ok(None);
            }
            items.push(fill.clone());
        }
        if count == 0 { Ok(None) } else { Ok(Some(vm.tuple(items)?.into_object())) }
    }
}
