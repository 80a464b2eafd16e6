//! `list.sort`: stable, adaptive, and safe against comparisons that do as they please.
//!
//! **Invariant:** while Python may run, the items are detached from the list, which looks empty, and what is
//! sorted is an order (numbers of items), not the items: an exception or an absurd comparison can lose or
//! double nothing. Ints, floats and strs are compared without Python, and then Rust's own sort does the work.
//!
//! The generic way is the merge sort of natural runs known as timsort, with powersort's rule for when to
//! merge: it makes the same comparisons as CPython, for scripts that watch them.

use crate::object::*;
use crate::vm::{Res, Vm};
use std::cmp::Ordering;

/// `list.sort(key=key, reverse=reverse)`.
pub(crate) fn sort(vm: &Vm, list: &Obj<List>, key: Option<&Object>, reverse: bool) -> Res<()> {
    let mut items = list.detach();
    let result = sort_items(vm, items.items(), key, reverse);
    let touched = !list.is_untouched();
    items.attach(list);
    drop(items);
    result?;
    if touched {
        return Err(vm.value_error("list modified during sort"));
    }
    Ok(())
}

/// Sort items that nobody else can reach.
pub(crate) fn sort_items(
    vm: &Vm,
    items: &mut [Object],
    key: Option<&Object>,
    reverse: bool,
) -> Res<()> {
    let Some(key) = key else {
        if items.len() < 2 || sort_plain(vm, items, reverse)? {
            return Ok(());
        }
        let order = order_of(vm, items, reverse)?;
        rearrange(items, order);
        return Ok(());
    };
    let mut keys = Vec::new();
    keys.try_reserve_exact(items.len()).map_err(|e| vm.no_memory(e.into()))?;
    for item in items.iter() {
        keys.push(vm.call(key, std::slice::from_ref(item))?);
        vm.poll()?;
    }
    if items.len() < 2 {
        return Ok(());
    }
    let order = match order_plain(vm, &keys, reverse)? {
        Some(order) => order,
        None => order_of(vm, &keys, reverse)?,
    };
    rearrange(items, order);
    Ok(())
}

/// What all keys are.
enum Plain {
    Ints,
    Floats,
    Strs,
    /// Tuples of two ints.
    Pairs,
    Other,
}

fn classify(keys: &[Object]) -> Plain {
    let Some(first) = keys.first() else { return Plain::Other };
    if first.as_small_int().is_some() {
        if keys.iter().all(|k| k.as_small_int().is_some()) {
            return Plain::Ints;
        }
    } else if first.as_exact_float().is_some() {
        // (A NaN has no place in an order: the generic way copes.)
        if keys.iter().all(|k| k.as_exact_float().is_some_and(|f| !f.is_nan())) {
            return Plain::Floats;
        }
    } else if pair_of(first).is_some() {
        if keys.iter().all(|k| pair_of(k).is_some()) {
            return Plain::Pairs;
        }
    } else if first.downcast_str().is_some() && keys.iter().all(|k| k.downcast_str().is_some()) {
        return Plain::Strs;
    }
    Plain::Other
}

/// The numbers of a tuple of two ints.
#[inline]
fn pair_of(key: &Object) -> Option<(i64, i64)> {
    match key.downcast_exact::<Tuple>()?.as_slice() {
        [a, b] => Some((a.as_small_int()?, b.as_small_int()?)),
        _ => None,
    }
}

/// The first eight bytes of a text whose units are bytes, as a number that compares as they do; texts of
/// wider units have none.
#[inline]
fn prefix_of(key: &Object) -> Option<u64> {
    let text = key.downcast_str()?.as_ascii()?.as_bytes();
    let mut prefix = [0; 8];
    let n = text.len().min(8);
    prefix[..n].copy_from_slice(&text[..n]);
    Some(u64::from_be_bytes(prefix))
}

/// The order of strs; most comparisons are of their first bytes, which lie beside the numbers.
fn order_of_strs(vm: &Vm, keys: &[Object], reverse: bool) -> Res<Vec<u32>> {
    if !keys.iter().all(|k| prefix_of(k).is_some()) {
        let mut order = numbers(vm, keys.len(), false)?;
        sort_long(vm, &mut order, |&a, &b| {
            directed(compare_strs(&keys[a as usize], &keys[b as usize]), reverse)
        })?;
        return Ok(order);
    }
    let mut marked: Vec<(u64, u32)> =
        keys.iter().map(|k| prefix_of(k).unwrap_or(0)).zip(0..).collect();
    sort_long(vm, &mut marked, |a, b| {
        let order = a.0.cmp(&b.0);
        directed(
            order.then_with(|| compare_strs(&keys[a.1 as usize], &keys[b.1 as usize])),
            reverse,
        )
    })?;
    Ok(marked.into_iter().map(|p| p.1).collect())
}

/// The order of tuples of two ints.
fn order_of_pairs(vm: &Vm, keys: &[Object], reverse: bool) -> Res<Vec<u32>> {
    let pairs = keys.iter().map(|k| pair_of(k).unwrap_or((0, 0)));
    let mut marked: Vec<((i64, i64), u32)> = pairs.zip(0..).collect();
    sort_long(vm, &mut marked, |a, b| directed(a.0.cmp(&b.0), reverse))?;
    Ok(marked.into_iter().map(|p| p.1).collect())
}

/// Whether Rust's sort will find the room it needs.
fn check_room<T>(vm: &Vm, n: usize) -> Res<()> {
    let mut probe: Vec<T> = Vec::new();
    probe.try_reserve_exact(n).map_err(|e| vm.no_memory(e.into()))
}

/// More items than this are sorted in pieces.
const LONG: usize = 1 << 18;

/// `sort_by` in pieces, between which the host may stop it: blocks first, then pairs of sorted blocks, in which
/// Rust's sort finds two runs to merge.
fn sort_long<T>(vm: &Vm, items: &mut [T], compare: impl Fn(&T, &T) -> Ordering + Copy) -> Res<()> {
    if items.len() <= LONG || items.is_sorted_by(|a, b| compare(a, b).is_le()) {
        items.sort_by(compare);
        return Ok(());
    }
    let mut size = LONG;
    for block in items.chunks_mut(size) {
        vm.poll_stop()?;
        block.sort_by(compare);
    }
    while size < items.len() {
        size *= 2;
        for pair in items.chunks_mut(size) {
            vm.poll_stop()?;
            pair.sort_by(compare);
        }
    }
    Ok(())
}

fn directed(order: Ordering, reverse: bool) -> Ordering {
    if reverse { order.reverse() } else { order }
}

fn compare_strs(a: &Object, b: &Object) -> Ordering {
    match (a.downcast_str(), b.downcast_str()) {
        (Some(a), Some(b)) => match (a.as_ascii(), b.as_ascii()) {
            (Some(a), Some(b)) => a.as_bytes().cmp(b.as_bytes()),
            _ => a.as_text().cmp(&b.as_text()),
        },
        _ => Ordering::Equal,
    }
}

fn compare_floats(a: &Object, b: &Object) -> Ordering {
    let (a, b) = (a.as_exact_float(), b.as_exact_float());
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

/// Sort ints, floats or strs in place; false if the items are anything else.
fn sort_plain(vm: &Vm, items: &mut [Object], reverse: bool) -> Res<bool> {
    let kind = classify(items);
    if !matches!(kind, Plain::Other) {
        check_room::<((i64, i64), u32)>(vm, items.len().saturating_mul(2))?;
    }
    match kind {
        Plain::Ints if items.len() > LONG => {
            sort_long(vm, items, |a, b| {
                directed(a.as_small_int().cmp(&b.as_small_int()), reverse)
            })?;
        }
        Plain::Ints if reverse => {
            items.sort_unstable_by_key(|o| std::cmp::Reverse(o.as_small_int()))
        }
        Plain::Ints => items.sort_unstable_by_key(Object::as_small_int),
        Plain::Floats => {
            sort_long(vm, items, |a, b| directed(compare_floats(a, b), reverse))?;
        }
        Plain::Strs => {
            let order = order_of_strs(vm, items, reverse)?;
            rearrange(items, order);
        }
        Plain::Pairs => {
            u32::try_from(items.len()).map_err(|_| vm.no_memory(NoMemory))?;
            let order = order_of_pairs(vm, items, reverse)?;
            rearrange(items, order);
        }
        Plain::Other => return Ok(false),
    }
    Ok(true)
}

/// The order of keys that are all ints, all floats or all strs.
fn order_plain(vm: &Vm, keys: &[Object], reverse: bool) -> Res<Option<Vec<u32>>> {
    let kind = classify(keys);
    if matches!(kind, Plain::Other) {
        return Ok(None);
    }
    check_room::<((i64, i64), u32)>(vm, keys.len().saturating_mul(2))?;
    u32::try_from(keys.len()).map_err(|_| vm.no_memory(NoMemory))?;
    if matches!(kind, Plain::Ints) {
        let ints = keys.iter().map(|k| k.as_small_int().unwrap_or(0));
        let mut pairs: Vec<(i64, u32)> = ints.zip(0..).collect();
        sort_long(vm, &mut pairs, |a, b| directed(a.0.cmp(&b.0), reverse))?;
        return Ok(Some(pairs.into_iter().map(|p| p.1).collect()));
    }
    match kind {
        Plain::Strs => return order_of_strs(vm, keys, reverse).map(Some),
        Plain::Pairs => return order_of_pairs(vm, keys, reverse).map(Some),
        _ => {}
    }
    let mut order = numbers(vm, keys.len(), false)?;
    sort_long(vm, &mut order, |&a, &b| {
        directed(compare_floats(&keys[a as usize], &keys[b as usize]), reverse)
    })?;
    Ok(Some(order))
}

/// 0, 1, 2, ... or the same backwards.
fn numbers(vm: &Vm, n: usize, reverse: bool) -> Res<Vec<u32>> {
    let Ok(end) = u32::try_from(n) else { return Err(vm.no_memory(NoMemory)) };
    let mut order = Vec::new();
    order.try_reserve_exact(n).map_err(|e| vm.no_memory(e.into()))?;
    if reverse {
        order.extend((0..end).rev())
    } else {
        order.extend(0..end)
    }
    Ok(order)
}

/// Put item `order[i]` at place `i`, for all `i`. `order` holds each number once.
fn rearrange(items: &mut [Object], mut order: Vec<u32>) {
    const DONE: u32 = u32::MAX;
    for start in 0..order.len() {
        let mut to = start;
        while order[to] != DONE {
            let from = order[to] as usize;
            order[to] = DONE;
            if from == start {
                break;
            }
            items.swap(to, from);
            to = from;
        }
    }
}

/// The order of any keys, by their `__lt__`.
fn order_of(vm: &Vm, keys: &[Object], reverse: bool) -> Res<Vec<u32>> {
    // Backwards before and after: equal keys keep their order then.
    let order = numbers(vm, keys.len(), reverse)?;
    let mut order = match common_comparison(vm, keys) {
        Some(compare) => sorted(vm, order, |a: u32, b: u32| {
            let (a, b) = (&keys[a as usize], &keys[b as usize]);
            let answer = compare(vm, a, b, CmpOp::Lt)?;
            match answer.is_not_implemented() {
                true => vm.compare_bool(a, b, CmpOp::Lt),
                false => vm.truth(&answer),
            }
        })?,
        None => sorted(vm, order, |a, b| less(vm, &keys[a as usize], &keys[b as usize]))?,
    };
    if reverse {
        order.reverse();
    }
    Ok(order)
}

fn sorted(vm: &Vm, order: Vec<u32>, lt: impl Fn(u32, u32) -> Res<bool>) -> Res<Vec<u32>> {
    let mut sorter = Sorter { vm, order, lt, min_gallop: MIN_GALLOP, spare: Vec::new() };
    sorter.run()?;
    Ok(sorter.order)
}

type Comparison = fn(&Vm, &Object, &Object, CmpOp) -> Res;

/// The comparison that can be called at once because all keys are of one class, a native one.
fn common_comparison(vm: &Vm, keys: &[Object]) -> Option<Comparison> {
    let first = keys.first().filter(|key| key.is_kind(Kind::Native))?;
    let class = vm.class_of(first);
    let compare = class.slots().richcmp.filter(|_| !class.is_heap_type())?;
    keys.iter().all(|key| vm.class_of(key).is(class)).then_some(compare)
}

/// `a < b`. May run Python.
fn less(vm: &Vm, a: &Object, b: &Object) -> Res<bool> {
    match quick(a, b) {
        Some(order) => Ok(order.is_lt()),
        None => vm.compare_bool(a, b, CmpOp::Lt),
    }
}

/// The order of two objects of one simple type, or of tuples that differ in such objects.
fn quick(a: &Object, b: &Object) -> Option<Ordering> {
    if let (Some(x), Some(y)) = (a.downcast_exact::<Tuple>(), b.downcast_exact::<Tuple>()) {
        for (p, q) in x.as_slice().iter().zip(y.as_slice()) {
            if !p.is(q) {
                match quick_atom(p, q)? {
                    Ordering::Equal => {}
                    order => return Some(order),
                }
            }
        }
        return Some(x.len().cmp(&y.len()));
    }
    quick_atom(a, b)
}

fn quick_atom(a: &Object, b: &Object) -> Option<Ordering> {
    if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int()) {
        return Some(x.cmp(&y));
    }
    if a.downcast_str().is_some() && b.downcast_str().is_some() {
        return Some(compare_strs(a, b));
    }
    a.as_exact_float()?.partial_cmp(&b.as_exact_float()?)
}

/// Wins in a row that make a merge look further ahead.
const MIN_GALLOP: usize = 7;

/// A run waiting to be merged.
struct Run {
    start: usize,
    len: usize,
    power: u32,
}

struct Sorter<'v, F> {
    vm: &'v Vm,
    order: Vec<u32>,
    lt: F,
    min_gallop: usize,
    spare: Vec<u32>,
}

impl<F: FnMut(u32, u32) -> Res<bool>> Sorter<'_, F> {
    fn run(&mut self) -> Res<()> {
        let n = self.order.len();
        let least = shortest_run(n);
        let mut runs: Vec<Run> = Vec::new();
        let mut start = 0;
        while start < n {
            let mut len = self.natural_run(start)?;
            if len < least {
                let forced = least.min(n - start);
                self.insertion(start, start + forced, start + len)?;
                len = forced;
            }
            if let Some(last) = runs.last() {
                let power = power(last.start, last.len, len, n);
                while runs.len() > 1 && runs[runs.len() - 2].power > power {
                    self.merge_last(&mut runs)?;
                }
                if let Some(last) = runs.last_mut() {
                    last.power = power;
                }
            }
            runs.push(Run { start, len, power: 0 });
            start += len;
        }
        while runs.len() > 1 {
            // Of three, the middle goes with its smaller neighbour.
            let k = runs.len();
            if k > 2 && runs[k - 3].len < runs[k - 1].len {
                self.merge_at(&mut runs, k - 3)?;
            } else {
                self.merge_last(&mut runs)?;
            }
        }
        Ok(())
    }

    /// Length of the run at `start`; one that falls strictly is turned round.
    fn natural_run(&mut self, start: usize) -> Res<usize> {
        let n = self.order.len();
        let mut end = start + 1;
        if end == n {
            return Ok(1);
        }
        let falling = (self.lt)(self.order[end], self.order[end - 1])?;
        end += 1;
        while end < n && (self.lt)(self.order[end], self.order[end - 1])? == falling {
            end += 1;
        }
        if falling {
            self.order[start..end].reverse();
        }
        Ok(end - start)
    }

    /// Binary insertion of `from..end` into the sorted `start..from`.
    fn insertion(&mut self, start: usize, end: usize, from: usize) -> Res<()> {
        for at in from.max(start + 1)..end {
            let pivot = self.order[at];
            let (mut low, mut high) = (start, at);
            while low < high {
                let middle = low + (high - low) / 2;
                if (self.lt)(pivot, self.order[middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            self.order[low..=at].rotate_right(1);
        }
        Ok(())
    }

    fn merge_last(&mut self, runs: &mut Vec<Run>) -> Res<()> {
        self.merge_at(runs, runs.len() - 2)
    }

    /// Merge runs `i` and `i + 1`.
    fn merge_at(&mut self, runs: &mut Vec<Run>, i: usize) -> Res<()> {
        self.vm.poll()?;
        let b = runs.remove(i + 1);
        let (mut start, mut left) = (runs[i].start, runs[i].len);
        runs[i].len += b.len;
        // What the other run lies wholly behind or before is in place already.
        let skip =
            gallop_right(&mut self.lt, self.order[b.start], &self.order[start..start + left], 0)?;
        start += skip;
        left -= skip;
        if left == 0 {
            return Ok(());
        }
        let last = self.order[start + left - 1];
        let run = &self.order[b.start..b.start + b.len];
        let right = gallop_left(&mut self.lt, last, run, b.len - 1)?;
        if right == 0 {
            return Ok(());
        }
        if left <= right {
            self.merge_low(start, left, right)
        } else {
            self.merge_high(start, left, right)
        }
    }

    /// Keep `range` aside.
    fn set_aside(&mut self, start: usize, end: usize) -> Res<()> {
        self.spare.clear();
        self.spare.try_reserve(end - start).map_err(|e| self.vm.no_memory(e.into()))?;
        self.spare.extend_from_slice(&self.order[start..end]);
        Ok(())
    }

    /// Merge `left` items at `start` with `right` items behind them, from the front; the left part is the
    /// shorter one.
    fn merge_low(&mut self, start: usize, left: usize, right: usize) -> Res<()> {
        self.set_aside(start, start + left)?;
        let (mut to, mut i, mut j, end) = (start, 0, start + left, start + left + right);
        self.order[to] = self.order[j];
        to += 1;
        j += 1;
        'merge: while j < end && left - i > 1 {
            let (mut wins_a, mut wins_b) = (0, 0);
            loop {
                if (self.lt)(self.order[j], self.spare[i])? {
                    self.order[to] = self.order[j];
                    to += 1;
                    j += 1;
                    wins_b += 1;
                    wins_a = 0;
                    if j == end {
                        break 'merge;
                    }
                } else {
                    self.order[to] = self.spare[i];
                    to += 1;
                    i += 1;
                    wins_a += 1;
                    wins_b = 0;
                    if left - i == 1 {
                        break 'merge;
                    }
                }
                if wins_a.max(wins_b) >= self.min_gallop {
                    break;
                }
            }
            self.min_gallop += 1;
            loop {
                self.min_gallop -= usize::from(self.min_gallop > 1);
                wins_a = gallop_right(&mut self.lt, self.order[j], &self.spare[i..], 0)?;
                self.order[to..to + wins_a].copy_from_slice(&self.spare[i..i + wins_a]);
                to += wins_a;
                i += wins_a;
                if left - i <= 1 {
                    break 'merge;
                }
                self.order[to] = self.order[j];
                to += 1;
                j += 1;
                if j == end {
                    break 'merge;
                }
                wins_b = gallop_left(&mut self.lt, self.spare[i], &self.order[j..end], 0)?;
                self.order.copy_within(j..j + wins_b, to);
                to += wins_b;
                j += wins_b;
                if j == end {
                    break 'merge;
                }
                self.order[to] = self.spare[i];
                to += 1;
                i += 1;
                if left - i == 1 {
                    break 'merge;
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop += 1;
        }
        // What is left of the right part comes before what is left of the other.
        let rest = end - j;
        self.order.copy_within(j..end, to);
        let behind = &self.spare[i..];
        self.order[to + rest..to + rest + behind.len()].copy_from_slice(behind);
        Ok(())
    }

    /// The same from the back; the right part is the shorter one.
    fn merge_high(&mut self, start: usize, left: usize, right: usize) -> Res<()> {
        self.set_aside(start + left, start + left + right)?;
        // Both parts end before `i` and `j`; the next place to fill ends before `to`.
        let (mut to, mut i, mut j) = (start + left + right, start + left, right);
        to -= 1;
        i -= 1;
        self.order[to] = self.order[i];
        'merge: while i > start && j > 1 {
            let (mut wins_a, mut wins_b) = (0, 0);
            loop {
                if (self.lt)(self.spare[j - 1], self.order[i - 1])? {
                    to -= 1;
                    i -= 1;
                    self.order[to] = self.order[i];
                    wins_a += 1;
                    wins_b = 0;
                    if i == start {
                        break 'merge;
                    }
                } else {
                    to -= 1;
                    j -= 1;
                    self.order[to] = self.spare[j];
                    wins_b += 1;
                    wins_a = 0;
                    if j == 1 {
                        break 'merge;
                    }
                }
                if wins_a.max(wins_b) >= self.min_gallop {
                    break;
                }
            }
            self.min_gallop += 1;
            loop {
                self.min_gallop -= usize::from(self.min_gallop > 1);
                let run = &self.order[start..i];
                let kept = gallop_right(&mut self.lt, self.spare[j - 1], run, i - start - 1)?;
                wins_a = i - start - kept;
                to -= wins_a;
                i -= wins_a;
                self.order.copy_within(i..i + wins_a, to);
                if i == start {
                    break 'merge;
                }
                to -= 1;
                j -= 1;
                self.order[to] = self.spare[j];
                if j == 1 {
                    break 'merge;
                }
                let kept = gallop_left(&mut self.lt, self.order[i - 1], &self.spare[..j], j - 1)?;
                wins_b = j - kept;
                to -= wins_b;
                j -= wins_b;
                self.order[to..to + wins_b].copy_from_slice(&self.spare[j..j + wins_b]);
                if j <= 1 {
                    break 'merge;
                }
                to -= 1;
                i -= 1;
                self.order[to] = self.order[i];
                if i == start {
                    break 'merge;
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            self.min_gallop += 1;
        }
        // What is left of the left part comes behind what is left of the other.
        let rest = i - start;
        self.order.copy_within(start..i, to - rest);
        self.order[start..start + j].copy_from_slice(&self.spare[..j]);
        Ok(())
    }
}

/// Runs shorter than this are filled up by insertion: so that their number is near a power of two.
fn shortest_run(mut n: usize) -> usize {
    let mut odd = 0;
    while n >= 64 {
        odd |= n & 1;
        n >>= 1;
    }
    n + odd
}

/// The depth of the node between two neighbouring runs in a nearly optimal merge tree.
fn power(start: usize, left: usize, right: usize, n: usize) -> u32 {
    let (n, mut a) = (n as u128, 2 * start as u128 + left as u128);
    let mut b = a + left as u128 + right as u128;
    let mut power = 0;
    loop {
        power += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

/// Where `key` belongs in a sorted run, before its equals, looking from `hint` in growing steps.
fn gallop_left(
    lt: &mut impl FnMut(u32, u32) -> Res<bool>,
    key: u32,
    run: &[u32],
    hint: usize,
) -> Res<usize> {
    let (low, high) = if lt(run[hint], key)? {
        steps(run.len() - hint, |step| lt(run[hint + step], key))?.behind(hint)
    } else {
        steps(hint + 1, |step| Ok(!lt(run[hint - step], key)?))?.before(hint)
    };
    bisect(low, high, |middle| lt(run[middle], key))
}

/// The same, behind its equals.
fn gallop_right(
    lt: &mut impl FnMut(u32, u32) -> Res<bool>,
    key: u32,
    run: &[u32],
    hint: usize,
) -> Res<usize> {
    let (low, high) = if lt(key, run[hint])? {
        steps(hint + 1, |step| lt(key, run[hint - step]))?.before(hint)
    } else {
        steps(run.len() - hint, |step| Ok(!lt(key, run[hint + step])?))?.behind(hint)
    };
    bisect(low, high, |middle| Ok(!lt(key, run[middle])?))
}

/// The last step that went on and the first that did not.
struct Steps {
    last: usize,
    stop: usize,
}

impl Steps {
    /// The places still in question, going up from `hint`.
    fn behind(self, hint: usize) -> (usize, usize) {
        (hint + self.last + 1, hint + self.stop)
    }

    /// The same going down.
    fn before(self, hint: usize) -> (usize, usize) {
        (hint + 1 - self.stop, hint - self.last)
    }
}

/// Steps of 1, 3, 7, ... below `max` for as long as `go_on` says so.
fn steps(max: usize, mut go_on: impl FnMut(usize) -> Res<bool>) -> Res<Steps> {
    let (mut last, mut stop) = (0, 1);
    while stop < max && go_on(stop)? {
        last = stop;
        stop = stop.saturating_mul(2).saturating_add(1);
    }
    Ok(Steps { last, stop: stop.min(max) })
}

/// The first place in `low..high` that is not `below`.
fn bisect(
    mut low: usize,
    mut high: usize,
    mut below: impl FnMut(usize) -> Res<bool>,
) -> Res<usize> {
    while low < high {
        let middle = low + (high - low) / 2;
        if below(middle)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}
