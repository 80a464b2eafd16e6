"""What asyncio needs seldom, loaded when it is first used: `import asyncio` and small programs start faster.

An attribute of a stand-in is the module's, each time it is asked for; those given at its making are at hand
before that.
"""

__all__ = ()

import sys
from _imp import _import_at_any_time


class Later:
    """A stand-in for a module."""

    def __init__(self, name, **known):
        self.__dict__.update(known, __name__=name)

    def _its_module(self):
        return sys.modules.get(self.__name__) or _import_at_any_time(self.__name__)

    def __getattr__(self, name):
        return getattr(self._its_module(), name)

    def __setattr__(self, name, value):
        self.__dict__.pop(name, None)
        setattr(self._its_module(), name, value)

    def __delattr__(self, name):
        delattr(self._its_module(), name)

    def __repr__(self):
        return f'<{self.__name__}, loaded when it is used>'


class LaterLogger(Later):
    """A stand-in for a logger. Before anybody has loaded logging, it does what that does then."""

    def _its_module(self):
        return _import_at_any_time('logging').getLogger(self.__name__)

    def __getattr__(self, name):
        if 'logging' not in sys.modules:
            if name in ('debug', 'info'):
                return _say_nothing
            if name in ('warning', 'error', 'exception', 'critical'):
                return _say
        return getattr(self._its_module(), name)

    @property
    def __class__(self):
        return type(self._its_module())


def _say_nothing(message, *args, **others):
    pass


def _say(message, *args, exc_info=None, **others):
    """Like the handler of last resort: the bare message, and the exception."""
    if sys.stderr is None:
        return
    print(message % args if args else message, file=sys.stderr)
    if isinstance(exc_info, BaseException):
        exc_info = type(exc_info), exc_info, exc_info.__traceback__
    elif exc_info and not isinstance(exc_info, tuple):
        exc_info = sys.exc_info()
    if exc_info:
        sys.__excepthook__(*exc_info)
