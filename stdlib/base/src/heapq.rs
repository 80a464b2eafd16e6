//! The module _heapq: heaps in lists.
//!
//! **Invariant:** comparisons may run Python, which may change the very list: nothing is known of it after
//! one but that it still has its length, which is looked at each time.

use crate::support::{CmpOp, List, Obj, Object, Res, Value, Vm, native, natives};
use taipan_core::native::ModuleDef;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_heapq",
    doc: "Heap queues: lists in which no item is greater than those at twice its index plus 1 and 2.",
    functions: natives![
        heappush,
        heappushpop,
        heappop,
        heapreplace,
        heapify,
        heappop_max,
        heapify_max,
        heapreplace_max
    ],
    ..ModuleDef::EMPTY
};

/// Whether `a` goes above `b`.
type Above = fn(&Vm, &Obj<List>, usize, usize) -> Res<bool>;

/// Items `i` and `j` of the list compared: `list[i] < list[j]`.
#[inline(always)]
fn less(vm: &Vm, heap: &Obj<List>, i: usize, j: usize) -> Res<bool> {
    match (heap.peek(i), heap.peek(j)) {
        (Some(a), Some(b)) => {
            if Value::both_ints(a, b) {
                return Ok(a.as_int() < b.as_int());
            }
            if Value::both_flonums(a, b) {
                return Ok(a.as_flonum() < b.as_flonum());
            }
            less_slow(vm, heap, i, j)
        }
        _ => Err(vm.runtime_error("list changed size during iteration")),
    }
}

#[inline(never)]
fn less_slow(vm: &Vm, heap: &Obj<List>, i: usize, j: usize) -> Res<bool> {
    let size = heap.len();
    let (Some(a), Some(b)) = (heap.get(i), heap.get(j)) else {
        return Err(vm.runtime_error("list changed size during iteration"));
    };
    let result = vm.compare_bool(&a, &b, CmpOp::Lt)?;
    if heap.len() != size {
        return Err(vm.runtime_error("list changed size during iteration"));
    }
    Ok(result)
}

fn least_first(vm: &Vm, heap: &Obj<List>, i: usize, j: usize) -> Res<bool> {
    less(vm, heap, i, j)
}

fn greatest_first(vm: &Vm, heap: &Obj<List>, i: usize, j: usize) -> Res<bool> {
    less(vm, heap, j, i)
}

/// Move the item at `pos` up to its place below `start`.
#[inline(always)]
fn sift_up(vm: &Vm, heap: &Obj<List>, start: usize, pos: usize, above: Above) -> Res<()> {
    let mut pos = pos;
    while pos > start {
        let parent = (pos - 1) >> 1;
        if !above(vm, heap, pos, parent)? {
            break;
        }
        heap.exchange(pos, parent);
        pos = parent;
    }
    Ok(())
}

/// Move the item at `pos` down to the leaves, the better child up each time, and from there to its place.
/// (Most items that come from the end belong near the leaves: this way takes fewer comparisons.)
#[inline(always)]
fn sift_down(vm: &Vm, heap: &Obj<List>, start: usize, above: Above) -> Res<()> {
    let end = heap.len();
    let mut pos = start;
    if pos >= end {
        return Err(vm.index_error("index out of range"));
    }
    let limit = end >> 1;
    while pos < limit {
        let mut child = 2 * pos + 1;
        if child + 1 < end && !above(vm, heap, child, child + 1)? {
            child += 1;
        }
        heap.exchange(child, pos);
        pos = child;
    }
    sift_up(vm, heap, start, pos, above)
}

fn pop(vm: &Vm, heap: &Obj<List>, above: Above) -> Res {
    let Some(last) = heap.pop() else { return Err(vm.index_error("index out of range")) };
    if heap.is_empty() {
        return Ok(last);
    }
    match heap.replace(0, last) {
        Ok(top) => {
            sift_down(vm, heap, 0, above)?;
            Ok(top)
        }
        Err(last) => Ok(last),
    }
}

fn replace(vm: &Vm, heap: &Obj<List>, item: &Object, above: Above) -> Res {
    match heap.replace(0, item.clone()) {
        Ok(top) => {
            sift_down(vm, heap, 0, above)?;
            Ok(top)
        }
        Err(_) => Err(vm.index_error("index out of range")),
    }
}

fn make_heap(vm: &Vm, heap: &Obj<List>, above: Above) -> Res<()> {
    for i in (0..heap.len() >> 1).rev() {
        sift_down(vm, heap, i, above)?;
        vm.poll()?;
    }
    Ok(())
}

/// Add an item to a heap.
#[native("(heap, item, /)")]
fn heappush(vm: &Vm, heap: &Obj<List>, item: &Object) -> Res<()> {
    heap.push(item.clone()).map_err(|e| vm.no_memory(e))?;
    sift_up(vm, heap, 0, heap.len() - 1, least_first)
}

/// Take the smallest item out of a heap and return it.
#[native("(heap, /)")]
fn heappop(vm: &Vm, heap: &Obj<List>) -> Res {
    pop(vm, heap, least_first)
}

/// Put an item in the place of the smallest one, which is returned: heappop() and heappush() in one step.
#[native("(heap, item, /)")]
fn heapreplace(vm: &Vm, heap: &Obj<List>, item: &Object) -> Res {
    replace(vm, heap, item, least_first)
}

/// heappush() and heappop() in one step: the result may be the very item.
#[native("(heap, item, /)")]
fn heappushpop(vm: &Vm, heap: &Obj<List>, item: &Object) -> Res {
    let Some(top) = heap.get(0) else { return Ok(item.clone()) };
    if !vm.compare_bool(&top, item, CmpOp::Lt)? {
        return Ok(item.clone());
    }
    replace(vm, heap, item, least_first)
}

/// Arrange the items of a list as a heap, in linear time.
#[native("(heap, /)")]
fn heapify(vm: &Vm, heap: &Obj<List>) -> Res<()> {
    make_heap(vm, heap, least_first)
}

/// As heappop(), for a heap with the greatest item on top.
#[native("(heap, /)", name = "_heappop_max")]
fn heappop_max(vm: &Vm, heap: &Obj<List>) -> Res {
    pop(vm, heap, greatest_first)
}

/// As heapreplace(), for a heap with the greatest item on top.
#[native("(heap, item, /)", name = "_heapreplace_max")]
fn heapreplace_max(vm: &Vm, heap: &Obj<List>, item: &Object) -> Res {
    replace(vm, heap, item, greatest_first)
}

/// As heapify(), for a heap with the greatest item on top.
#[native("(heap, /)", name = "_heapify_max")]
fn heapify_max(vm: &Vm, heap: &Obj<List>) -> Res<()> {
    make_heap(vm, heap, greatest_first)
}
