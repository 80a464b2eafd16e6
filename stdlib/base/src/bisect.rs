//! The module _bisect: searching and inserting in sorted sequences.

use crate::support::{CmpOp, List, Object, Res, Vm, native, natives};
use taipan_core::native::ModuleDef;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_bisect",
    doc: "Where an item belongs in a sorted sequence, found by halving.",
    functions: natives![bisect_right, bisect_left, insort_right, insort_left],
    ..ModuleDef::EMPTY
};

/// The place of `x` in `a[lo..hi]`, before or after the items that are equal to it.
fn search(
    vm: &Vm,
    a: &Object,
    x: &Object,
    (lo, hi): (isize, Option<&Object>),
    key: Option<&Object>,
    left: bool,
) -> Res<usize> {
    let Ok(mut lo) = usize::try_from(lo) else {
        return Err(vm.value_error("lo must be non-negative"));
    };
    let mut hi = match hi {
        Some(hi) => match vm.index_size(hi)? {
            -1 => vm.len(a)?,
            hi => usize::try_from(hi).unwrap_or(0),
        },
        None => vm.len(a)?,
    };
    while lo < hi {
        let middle = lo + (hi - lo) / 2;
        let mut item = item_at(vm, a, middle)?;
        if let Some(key) = key {
            item = vm.call(key, &[item])?;
        }
        let after = match (item.as_small_int(), x.as_small_int()) {
            (Some(i), Some(x)) => {
                if left {
                    i < x
                } else {
                    i <= x
                }
            }
            _ if left => vm.compare_bool(&item, x, CmpOp::Lt)?,
            _ => !vm.compare_bool(x, &item, CmpOp::Lt)?,
        };
        if after {
            lo = middle + 1;
        } else {
            hi = middle;
        }
    }
    Ok(lo)
}

fn item_at(vm: &Vm, a: &Object, i: usize) -> Res {
    match a.downcast_exact::<List>().and_then(|list| list.get(i)) {
        Some(item) => Ok(item),
        None => vm.getitem(a, &vm.int_usize(i)?),
    }
}

fn insert(
    vm: &Vm,
    a: &Object,
    x: &Object,
    bounds: (isize, Option<&Object>),
    key: Option<&Object>,
    left: bool,
) -> Res<()> {
    let at = match key {
        Some(function) => {
            let value = vm.call(function, std::slice::from_ref(x))?;
            search(vm, a, &value, bounds, key, left)?
        }
        None => search(vm, a, x, bounds, key, left)?,
    };
    match a.downcast_exact::<List>() {
        Some(list) => {
            let at = at.min(list.len());
            list.insert(at, x.clone()).map_err(|e| vm.no_memory(e))
        }
        None => vm.call_method(a, "insert", &[vm.int_usize(at)?, x.clone()]).map(drop),
    }
}

macro_rules! rows {
    ($($name:ident $text:literal $f:ident $left:literal $ret:ty, $doc:literal;)*) => {$(
        #[doc = $doc]
        #[native("(a, x, lo=0, hi=None, *, key=None)", name = $text)]
        fn $name(
            vm: &Vm,
            a: &Object,
            x: &Object,
            lo: isize,
            hi: Option<&Object>,
            key: Option<&Object>,
        ) -> Res<$ret> {
            $f(vm, a, x, (lo, hi), key, $left)
        }
    )*};
}

rows! {
    bisect_right "bisect_right" search false usize,
        "Where x goes in a sorted sequence, behind the items that are equal to it.\n\nlo and hi bound the part of a that is looked at; key is\napplied to its items (not to x).";
    bisect_left "bisect_left" search true usize,
        "Where x goes in a sorted sequence, before the items that are equal to it.\n\nlo and hi bound the part of a that is looked at; key is\napplied to its items (not to x).";
    insort_right "insort_right" insert false (),
        "Insert x in a sorted list, behind the items that are equal to it.";
    insort_left "insort_left" insert true (),
        "Insert x in a sorted list, before the items that are equal to it.";
}
