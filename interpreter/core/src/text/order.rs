//! Sorting where little is sorted or seldom. The standard library's functions are several kilobytes of code for each
//! type that they sort; these are some hundred bytes.

/// Sort; equal items in any order.
pub fn sort_seldom<T: Ord>(items: &mut [T]) {
    sort_seldom_by(items, &|a, b| a < b);
}

/// The same by a function that tells whether the first of two comes before the second.
pub fn sort_seldom_by<T>(items: &mut [T], is_less: &dyn Fn(&T, &T) -> bool) {
    // A heap: items at 2n + 1 and 2n + 2 do not come behind the one at n.
    for root in (0..items.len() / 2).rev() {
        sink(items, root, items.len(), is_less);
    }
    for end in (1..items.len()).rev() {
        items.swap(0, end);
        sink(items, 0, end, is_less);
    }
}

/// Put the item at `root` where it belongs in the heap before `end`.
fn sink<T>(items: &mut [T], mut root: usize, end: usize, is_less: &dyn Fn(&T, &T) -> bool) {
    loop {
        let mut child = 2 * root + 1;
        if child >= end {
            return;
        }
        if child + 1 < end && is_less(&items[child], &items[child + 1]) {
            child += 1;
        }
        if !is_less(&items[root], &items[child]) {
            return;
        }
        items.swap(root, child);
        root = child;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts() {
        let mut state = 1_u32;
        for len in 0..200 {
            let mut items: Vec<u32> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state >> 26
            })
            .take(len)
            .collect();
            let mut sorted = items.clone();
            sorted.sort_unstable();
            sort_seldom(&mut items);
            assert_eq!(items, sorted);
        }
    }
}
