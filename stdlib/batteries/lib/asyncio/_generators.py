"""Generator-based coroutines, as they were up to 3.10: the decorator `asyncio.coroutine`."""

__all__ = 'async', 'coroutine'

import collections.abc
import functools
import sys
import types
import warnings

from . import coroutines
from . import format_helpers
from . import futures
from . import tasks
from .log import logger


def coroutine(func):
    """Make a coroutine function of a generator function, or of a function that returns a value or an awaitable.

    What it returns can be awaited, and takes `yield from` with all that can be. In debug mode, coroutines that
    nobody has waited for are logged.
    """
    if coroutines.iscoroutinefunction(func):
        return func
    if _has_flag(func, 0x20):  # CO_GENERATOR
        made = types.coroutine(func)
    else:
        @types.coroutine
        def made(*args, **keywords):
            result = func(*args, **keywords)
            if futures.isfuture(result) or isinstance(result, (types.GeneratorType, _Watched)):
                return (yield from result)
            if isinstance(result, collections.abc.Awaitable):
                return (yield from result.__await__())
            return result

        functools.update_wrapper(made, func)
    if coroutines._is_debug_mode():
        generator_function = made

        def made(*args, **keywords):
            return _Watched(generator_function(*args, **keywords), func)

        functools.update_wrapper(made, func)
    made._is_coroutine = coroutines._is_coroutine
    return made


def _async(coro_or_future, *, loop=None):
    """The name of ensure_future() before it was a keyword."""
    warnings.warn('asyncio.async() function is deprecated, use ensure_future()', DeprecationWarning, stacklevel=2)
    return tasks.ensure_future(coro_or_future, loop=loop)


_async.__name__ = _async.__qualname__ = 'async'
globals()['async'] = _async


def _has_flag(func, flag):
    while isinstance(func, functools.partial):
        func = func.func
    func = getattr(func, '__func__', func)
    return isinstance(func, types.FunctionType) and bool(func.__code__.co_flags & flag)


class _Watched(collections.abc.Coroutine):
    """A generator-based coroutine in debug mode: it is logged if nobody waits for it."""

    def __init__(self, generator, func):
        self._generator = generator
        self._func = func
        self._source_traceback = format_helpers.extract_stack(sys._getframe(2))
        self.__name__ = getattr(func, '__name__', None)
        self.__qualname__ = getattr(func, '__qualname__', None)

    def __repr__(self):
        shown = coroutines._format_coroutine(self)
        if self._source_traceback:
            frame = self._source_traceback[-1]
            shown += f', created at {frame[0]}:{frame[1]}'
        return f'<CoroWrapper {shown}>'

    def __iter__(self):
        return self

    def __next__(self):
        return self._generator.send(None)

    def __await__(self):
        return self

    def send(self, value):
        return self._generator.send(value)

    def throw(self, *exception):
        return self._generator.throw(*exception)

    def close(self):
        return self._generator.close()

    @property
    def gi_frame(self):
        return self._generator.gi_frame

    @property
    def gi_running(self):
        return self._generator.gi_running

    @property
    def gi_code(self):
        return self._generator.gi_code

    @property
    def gi_yieldfrom(self):
        return self._generator.gi_yieldfrom

    def __del__(self):
        generator = getattr(self, '_generator', None)
        if generator is None or generator.gi_frame is None or generator.gi_running or generator.gi_suspended:
            return  # it was begun
        message = f'{self!r} was never yielded from'
        if self._source_traceback:
            lines = ''.join(format_helpers.traceback.format_list(self._source_traceback))
            message += f'\nCoroutine object created at (most recent call last):\n{lines.rstrip()}'
        logger.error(message)
