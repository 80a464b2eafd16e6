//! The module _collections: deque, defaultdict, OrderedDict, and what namedtuple and Counter use.

mod defaultdict;
pub(crate) mod deque;
mod iter;
mod methods;
mod ordered;
mod ordered_views;
mod small;

use taipan_core::native::{ModuleDef, natives};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_collections",
    doc: "Containers beyond the builtin ones:\n\
          - deque:        a sequence that is quick at both ends\n\
          - defaultdict:  a dict that makes missing values\n\
          - OrderedDict:  a dict whose order can be changed and is compared",
    functions: natives![small::count_elements],
    types: &[
        &deque::DEQUE,
        &defaultdict::DEFAULTDICT,
        &ordered::ORDERED_DICT,
        &iter::DEQUE_ITER,
        &iter::DEQUE_REVERSE_ITER,
        &small::TUPLE_GETTER,
    ],
    ..ModuleDef::EMPTY
};
