"""How much memory a program takes, from the interpreter's account of it.

Which line took it is not known here: there are no traces, and a snapshot cannot be taken.
"""
from _tracemalloc import (
    clear_traces,
    get_object_traceback,
    get_traceback_limit,
    get_traced_memory,
    get_tracemalloc_memory,
    is_tracing,
    reset_peak,
    start,
    stop,
)

__all__ = [
    "clear_traces", "get_object_traceback", "get_traceback_limit", "get_traced_memory",
    "get_tracemalloc_memory", "is_tracing", "reset_peak", "start", "stop", "take_snapshot",
]


def take_snapshot():
    """Not possible: the interpreter does not note where memory was taken."""
    if not is_tracing():
        raise RuntimeError(
            "the tracemalloc module must be tracing memory allocations to take a snapshot"
        )
    raise NotImplementedError("where memory was allocated is not recorded here, only how much is in use")
