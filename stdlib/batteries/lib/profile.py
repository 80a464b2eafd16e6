"""The profiler of `cProfile` under its older interface.

    python -m profile [-o FILE] [-s ORDER] [-m MODULE | SCRIPT] [ARG...]

Measuring is native, so there is nothing to calibrate: a bias is accepted and has no effect.
"""

import sys
import time

import cProfile

__all__ = ["run", "runctx", "Profile"]


class Profile(cProfile.Profile):
    """Profile(timer=None, bias=None): the timer gives seconds, as a number or as numbers to be added up."""

    bias = 0

    def __init__(self, timer=None, bias=None):
        if timer is None:
            timer = time.process_time
        elif not isinstance(timer(), (int, float)):
            parts, timer = timer, lambda: float(sum(parts()))
        super().__init__(timer)
        if bias is not None:
            self.bias = bias

    def calibrate(self, m, verbose=0):
        """The seconds that measuring adds to each event: none that shows."""
        if type(self) is not Profile:
            raise TypeError("Subclasses must override .calibrate().")
        return 0.0


def run(statement, filename=None, sort=-1):
    """Run a statement in `__main__`; print what took how long, or write it to a file for pstats."""
    cProfile.report(Profile(), statement, None, None, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    """run() with other dicts for the statement's names."""
    cProfile.report(Profile(), statement, globals, locals, filename, sort)


if __name__ == "__main__":
    sys.exit(cProfile.main("profile", runctx))
