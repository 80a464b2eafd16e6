//! `select()`.

use std::cell::Cell;

use taipan_sys::net::{self, FdSet, SELECT_LIMIT};

use super::{Wait, is_number};
use crate::support::*;

/// An object that is waited for.
struct Watched {
    object: Object,
    fd: i32,
    /// Which of the three arguments it is of.
    list: u8,
}

/// Room that a call leaves to the next one.
#[derive(Default)]
struct Spare(Cell<Vec<Watched>>);

/// What one call waits for.
struct Watch {
    all: Vec<Watched>,
    sets: [FdSet; 3],
    end: i32,
}

impl Watch {
    fn add(&mut self, vm: &Vm, list: u8, index: usize, object: Object) -> Res<()> {
        let fd = descriptor_of(vm, &object)?;
        let fits = self.sets.get_mut(usize::from(list)).is_some_and(|set| set.insert(fd));
        if !fits {
            return Err(vm.value_error("filedescriptor out of range in select()"));
        }
        if index >= SELECT_LIMIT as usize {
            return Err(vm.value_error("too many file descriptors in select()"));
        }
        self.end = self.end.max(fd + 1);
        reserve(vm, &mut self.all, 1)?;
        self.all.push(Watched { object, fd, list });
        Ok(())
    }

    fn add_all(&mut self, vm: &Vm, list: u8, objects: &Object) -> Res<()> {
        // An object's fileno() may change the list: each item is asked for.
        let mut index = 0;
        let list_item = |index| objects.downcast::<List>().and_then(|l| l.get(index));
        let tuple_item = |index| objects.downcast::<Tuple>().and_then(|t| t.get(index));
        while let Some(object) = list_item(index).or_else(|| tuple_item(index)) {
            self.add(vm, list, index, object)?;
            index += 1;
        }
        if objects.downcast::<List>().is_some() || objects.downcast::<Tuple>().is_some() {
            return Ok(());
        }
        let class = vm.class_of(objects);
        if class.slots().iter.is_none() && class.slots().getitem.is_none() {
            return Err(vm.type_error("arguments 1-3 must be sequences"));
        }
        for (index, object) in vm.collect(objects)?.into_iter().enumerate() {
            self.add(vm, list, index, object)?;
        }
        Ok(())
    }

    /// The objects of an argument whose descriptors are in its set.
    fn ready(&self, vm: &Vm, list: u8) -> Res {
        let mut ready = Vec::new();
        if let Some(set) = self.sets.get(usize::from(list)) {
            for watched in self.all.iter().filter(|w| w.list == list && set.contains(w.fd)) {
                reserve(vm, &mut ready, 1)?;
                ready.push(watched.object.clone());
            }
        }
        Ok(vm.list(ready)?.into_object())
    }
}

/// A timeout in seconds, None to wait without end.
fn wait_of(vm: &Vm, timeout: Option<&Object>) -> Res<Wait> {
    let Some(object) = timeout else { return Ok(Wait::Forever) };
    if !is_number(vm, object) {
        return Err(vm.type_error("timeout must be a float or None"));
    }
    let nanos = nanoseconds(vm, object)?;
    if nanos < 0 {
        return Err(vm.value_error("timeout must be non-negative"));
    }
    Ok(Wait::nanos(nanos))
}

/// Wait for descriptors below `end`, and leave those in the sets that are ready.
fn wait_for_sets(vm: &Vm, end: i32, sets: &mut [FdSet; 3], wait: &mut Wait) -> Res<()> {
    let wanted = *sets;
    vm.blocking(|| {
        *sets = wanted;
        net::select(end, sets, wait.left())
    })?;
    Ok(())
}

/// The same with the timeout that `select()` takes.
pub(crate) fn select_sets(
    vm: &Vm,
    end: i32,
    sets: &mut [FdSet; 3],
    timeout: Option<&Object>,
) -> Res<()> {
    wait_for_sets(vm, end, sets, &mut wait_of(vm, timeout)?)
}

/// Sleep till something can be read from one of rlist, written to one of wlist, or happened to one of xlist.
///
/// The lists hold descriptors or objects with fileno(). Gives what is ready of each, in three lists; after
/// timeout seconds, if that is not None, three empty ones.
#[native("(rlist, wlist, xlist, timeout=None, /)")]
pub(super) fn select(
    vm: &Vm,
    rlist: &Object,
    wlist: &Object,
    xlist: &Object,
    timeout: Option<&Object>,
) -> Res {
    let mut wait = wait_of(vm, timeout)?;
    let spare = vm.interp().state::<Spare>();
    let mut watch = Watch { all: spare.0.take(), sets: [FdSet::new(); 3], end: 0 };
    let done = run(vm, &mut watch, [rlist, wlist, xlist], &mut wait);
    // The objects may end here and run Python: the room is nobody's until that is over.
    watch.all.clear();
    spare.0.set(watch.all);
    done
}

fn run(vm: &Vm, watch: &mut Watch, lists: [&Object; 3], wait: &mut Wait) -> Res {
    for (list, objects) in lists.into_iter().enumerate() {
        watch.add_all(vm, list as u8, objects)?;
    }
    wait_for_sets(vm, watch.end, &mut watch.sets, wait)?;
    let lists = vec![watch.ready(vm, 0)?, watch.ready(vm, 1)?, watch.ready(vm, 2)?];
    Ok(vm.tuple(lists)?.into_object())
}
